"""Filters over the list of KPIs: by status, kind, level, dimension, and whether the data can compute them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kpidesk.core.kpis import Kpi, KpiStatus, Level
from kpidesk.ui.widgets.type_ahead import Choice


class Entry(Protocol):
    """A KPI of the catalogue and whether the data can compute it."""

    @property
    def kpi(self) -> Kpi:
        """The KPI."""

    @property
    def computable(self) -> bool:
        """Whether the imported data can compute it."""

    @property
    def needs(self) -> str:
        """What is missing."""

    @property
    def how(self) -> str:
        """Where to get it."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing to ask of a KPI; of several about the same matter (`group`) one is enough."""

    group: str
    value: str
    words: str


_TESTS: dict[str, Callable[[Entry, str], bool]] = {
    "status": lambda entry, value: entry.kpi.status == value,
    "data": lambda entry, value: entry.computable == (value == "yes"),
    "kind": lambda entry, value: _kind(entry.kpi) == value or entry.kpi.indicator == value,
    "level": lambda entry, value: value in entry.kpi.levels,
    "dimension": lambda entry, value: entry.kpi.dimension == value,
}
_STATUSES: tuple[tuple[KpiStatus, str], ...] = (("active", "In use"), ("draft", "Not in use"), ("retired", "Retired"))
_LEVELS: tuple[tuple[Level, str], ...] = (("org", "For the organisation"), ("team", "For teams"), ("rep", "For reps"))
FIXED = (
    *(Filter("status", value, words) for value, words in _STATUSES),
    Filter("data", "yes", "Computable from your data"),
    Filter("data", "no", "Needs more data"),
    Filter("kind", "leading", "Leading"),
    Filter("kind", "lagging", "Lagging"),
    Filter("kind", "coaching", "For coaching only"),
    Filter("kind", "manual", "Typed in"),
    *(Filter("level", value, words) for value, words in _LEVELS),
)


def _kind(kpi: Kpi) -> str:
    return "manual" if kpi.is_manual else "coaching" if kpi.coaching else ""


def filters_for(entries: Iterable[Entry]) -> tuple[Filter, ...]:
    """Every filter that some KPI passes, with one for each dimension in use."""
    known = tuple(entries)
    dimensions = sorted({entry.kpi.dimension for entry in known})
    offered = (*FIXED, *(Filter("dimension", one, f"Dimension: {one}") for one in dimensions))
    return tuple(one for one in offered if any(passes(entry, (one,)) for entry in known))


def passes(entry: Entry, filters: Sequence[Filter]) -> bool:
    """Whether a KPI passes: one filter of every group that is asked for."""
    groups = {one.group for one in filters}
    return all(any(_TESTS[one.group](entry, one.value) for one in filters if one.group == group) for group in groups)


def filter_choices(entries: Sequence[Entry], chosen: Sequence[Filter]) -> list[Choice]:
    """The filters that can be added, each with how many KPIs pass it alone."""
    return [
        Choice(one.words, one, str(sum(passes(entry, (one,)) for entry in entries)))
        for one in filters_for(entries)
        if one not in chosen
    ]
