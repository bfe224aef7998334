"""One part of a number: the rows behind it that have one value of a field."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as kept_field
from typing import Literal

from kpidesk.core.people import Scope
from kpidesk.core.periods import Period

PartKind = Literal["value", "rest", "unknown"]
CUSTOM = "custom:"
"""What stands before the header of a column that is mapped to no field, in the name of a field."""
UNKNOWN = "Unknown"
REST = "Everything else"


@dataclass(frozen=True, slots=True)
class ChosenBy:
    """Over which periods the values that stand by themselves were the biggest, for one scope or for two in one period.

    Of two scopes the first is the one that the other is held against.
    """

    periods: tuple[Period, ...]
    scopes: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The rows with one value of a field, those with none (`unknown`), or those with any value not listed (`rest`).

    `field` is named as in a breakdown (`lead_source`, `created_at:month`, `custom:Region`), `label` is the value as
    shown. `listed` are, of the rest, the values that stand by themselves; `chosen_by` says how they were chosen, None
    where that is not known, and makes no other part of it.
    """

    field: str
    label: str
    kind: PartKind = "value"
    listed: tuple[str, ...] = ()
    chosen_by: ChosenBy | None = kept_field(default=None, compare=False)


def part_words(parts: tuple[Part, ...]) -> str:
    """The parts as they stand in a title: "Web · Q3 2026"; empty for the whole."""
    return " · ".join(one.label for one in parts)
