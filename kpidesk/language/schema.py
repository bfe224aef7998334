"""What formulas can speak of: tables, their fields, the filters saved for them, and how each reads in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from kpidesk.language.tree import ColumnKind

Place = Literal["before", "after", "noun"]


@dataclass(frozen=True, slots=True)
class TableField:
    """One field of a table.

    `aliases` are further spellings; `dated` says in words how rows are put in a period by this date; `derived`
    fields are worked out, not read from a file; a `setting` stands for a number of the workspace settings;
    `windowed` fields are worked out for the period itself, `of_day` ones for the day of an `as of`; `choices` are all
    the values it can have.
    """

    name: str
    kind: ColumnKind
    label: str
    aliases: tuple[str, ...] = ()
    dated: str = ""
    derived: bool = False
    setting: bool = False
    windowed: Literal["", "start", "end"] = ""
    of_day: bool = False
    choices: tuple[str, ...] = ()

    @property
    def date_words(self) -> str:
        """How rows are put in a period by this date."""
        return self.dated or f"by the date of {self.label}"


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A condition with a name, written in the formula language; `words` and `place` say how it reads."""

    name: str
    formula: str
    words: str
    place: Place = "after"


@dataclass(frozen=True)
class Table:
    """One kind of record. `noun` names several of them.

    `belongs_to` maps a field to the table of the one record it leads to. `credits` says whose a record can be,
    first the usual; `keeps_history` whether it can be read as of a past day.
    """

    name: str
    noun: str
    fields: Mapping[str, TableField]
    filters: Mapping[str, SavedFilter]
    belongs_to: Mapping[str, str]
    credits: tuple[str, ...] = ("owner",)
    keeps_history: bool = False

    @cached_property
    def by_name(self) -> dict[str, TableField]:
        """Fields by every spelling."""
        return {name: one for one in self.fields.values() for name in (*one.aliases, one.name)}

    @cached_property
    def dates(self) -> tuple[str, ...]:
        """The fields that may stand after `on`."""
        return tuple(one.name for one in self.fields.values() if one.kind == "date")


def make_table(
    name: str,
    noun: str,
    fields: Iterable[TableField],
    filters: Iterable[SavedFilter] = (),
    *,
    belongs_to: Mapping[str, str] | None = None,
    credits: tuple[str, ...] = ("owner",),  # noqa: A002  # the word of the language
    keeps_history: bool = False,
) -> Table:
    """A table from its parts."""
    return Table(
        name=name,
        noun=noun,
        fields={one.name: one for one in fields},
        filters={one.name: one for one in filters},
        belongs_to=belongs_to or {},
        credits=credits,
        keeps_history=keeps_history,
    )


HISTORY_FIELDS = frozenset(
    {
        "close_date",
        "stage",
        "probability",
        "forecast_category",
        "push_count",
        "stage_entered_at",
        "next_activity_at",
        "last_activity_at",
    }
)
"""Fields of deals that change while a deal is open: their past is only known from exports of the past."""
