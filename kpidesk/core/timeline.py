"""What happened to the KPIs, in order: definitions, taking into use and retiring, baselines and targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kpidesk.core.kpis import LEVEL_WORDS, Kpi
from kpidesk.core.people import Scope

EventKind = Literal["definition", "status", "baseline", "target"]
ARROW = " → "
"""What stands between a value and the one after it."""
_STATUS_WORDS = {"active": "Taken into use", "draft": "Kept as a draft", "retired": "Retired"}
_SILENT = ("id", "version", "valid_from", "retired_on", "reason", "status", "kpi_class", "first_day")
"""Fields that say nothing by themselves, or that are told in another way."""
_LABELS = {"indicator": "Leading or lagging", "leading": "Leading KPIs", "per_rep_per_week": "Per rep and week",
           "minimum_n": "Status from so many rows", "pace": "Target due by"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a KPI on a day.

    `words` say what changed, `reason` why where somebody said so, `version` is that of the definition or target, and
    `about` is for whom and when a baseline or target is (empty for a definition), `scope` for whom; `receipts` are the
    codes of the numbers that a baseline was worked out from.
    """

    day: date
    kind: EventKind
    kpi_id: str
    name: str
    words: str
    reason: str = ""
    version: int = 1
    about: str = ""
    scope: Scope | None = None
    receipts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EarlierVersion:
    """A version of a KPI that can be taken back into use: the day it was kept, and what going back to it changes.

    `holds` says the same without what is in force now: "Objective: win more."
    """

    kpi: Kpi
    day: date
    words: tuple[str, ...]
    holds: tuple[str, ...] = ()


def changes_in_words(before: Kpi, after: Kpi, names: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """What a new version of a KPI changed, one sentence for each field; the status comes first.

    `names` are those of the KPIs by id, so that another KPI is called by its name.
    """
    told = []
    if before.status != after.status:
        told.append(f"{_STATUS_WORDS[after.status]}.")
    told += [
        _changed(name, getattr(before, name), getattr(after, name), {**LEVEL_WORDS, **(names or {})})
        for name in Kpi.__dataclass_fields__
        if name not in _SILENT and getattr(before, name) != getattr(after, name)
    ]
    return tuple(told)


def held_in_words(now: Kpi, earlier: Kpi, names: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """What an earlier version holds where it differs from the one in force, one sentence for each field."""
    return tuple(told.partition(": ")[0] + ": " + told.rpartition(ARROW)[2] if ARROW in told else told
                 for told in changes_in_words(now, earlier, names))  # fmt: skip


def _changed(name: str, before: object, after: object, names: Mapping[str, str]) -> str:
    label = _LABELS.get(name, name.replace("_", " ").capitalize())
    if name == "benchmarks":
        return "Benchmarks changed."
    if isinstance(before, tuple) and isinstance(after, tuple):
        return f"{label}: {_listed(before, names)}{ARROW}{_listed(after, names)}."
    if isinstance(after, bool):
        return f"{label}: {'yes' if after else 'no'}."
    was, now = _text(before), _text(after)
    return f"{label}: {was}{ARROW}{now or 'none'}." if was else f"{label}: {now}."


def _listed(words: Sequence[object], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(str(one), str(one)) for one in words) or "none"


def _text(value: object) -> str:
    return "" if value is None else str(value).strip().rstrip(".")


def newest_first(events: Sequence[Event]) -> tuple[Event, ...]:
    """Events by day, the newest first; of one day the last that happened first."""
    return tuple(sorted(events, key=lambda one: one.day)[::-1])
