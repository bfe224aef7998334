"""Breakdowns of several KPIs by one field, side by side: each part once, with what it comes to in each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

from kpidesk.core.breakdowns import Cell, PivotTable, heavy_words, receipts_of, together_words
from kpidesk.core.parts import PartKind

MOST_BESIDE = 4
"""How many further KPIs stand beside the first where there is room for no more."""


@dataclass(frozen=True, slots=True)
class SidePart:
    """One part with what it comes to in each breakdown; None where a breakdown does not list it."""

    label: str
    kind: PartKind
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Breakdowns without columns by one field, for one scope and period, and their parts in one order.

    `definitions` is the code of how all their KPIs are defined.
    """

    tables: tuple[PivotTable, ...]
    parts: tuple[SidePart, ...]
    definitions: str = ""

    @property
    def first(self) -> PivotTable:
        """The breakdown that the others stand beside."""
        return self.tables[0]

    @property
    def names(self) -> str:
        """What is broken down: "Win rate, Bookings"."""
        return ", ".join(one.kpi.name for one in self.tables)

    @property
    def title(self) -> str:
        """What it is of: "Win rate, Bookings by lead source · North · Q3 2026"."""
        return f"{self.names} by {self.first.rows_label} · {self.first.title.partition(' · ')[2]}"

    @property
    def receipts(self) -> tuple[tuple[str, str], ...]:
        """What each number is, with the code by which it is proven again."""
        return tuple((f"{one.kpi.name}: {name}", code) for one in self.tables for name, code in receipts_of(one))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What must be known to read it, each sentence once; those about one number name their KPI."""
        found = [f"{one.kpi.name}: {words}" for one in self.tables for words in heavy_words(one)]
        shared = [words for one in self.tables for words in (*together_words(one), *one.notices)]
        return tuple(dict.fromkeys((*shared, *found)))


def side_by_side(tables: Sequence[PivotTable], definitions: str = "") -> SideBySide:
    """The breakdowns of several KPIs by one field: values first, then everything else, then what is not known."""
    parts = []
    known = [{part.label: line[0] for part, line in zip(one.rows, one.cells, strict=True)} for one in tables]
    for kind in get_args(PartKind):
        labels = merged([[part.label for part in one.rows if part.kind == kind] for one in tables])
        parts += [SidePart(label, kind, tuple(cells.get(label) for cells in known)) for label in labels]
    return SideBySide(tuple(tables), tuple(parts), definitions)


def merged(lists: Iterable[Sequence[str]]) -> list[str]:
    """Several lists as one: each label once, after the one before it in the list that it comes from."""
    found: list[str] = []
    for labels in lists:
        at = 0
        for label in labels:
            if label not in found:
                found.insert(at, label)
            at = found.index(label) + 1
    return found
