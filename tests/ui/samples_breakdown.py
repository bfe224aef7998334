"""Breakdowns for pages without a workspace."""

from __future__ import annotations

from dataclasses import replace

from kpidesk.core.breakdowns import Cell, PivotTable, View, question_of
from kpidesk.core.parts import REST, Part
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Change
from tests.ui.samples import AS_OF, CASES, QUESTION, kpi


def judged(table: PivotTable, words: str) -> PivotTable:
    """A breakdown that says of every row, in these words, that it really changed."""
    told = Change("real", words, words, words, 1.0, words, rising=True)
    cells = (*(line[0] for line in table.cells), table.total)
    return replace(table, changes=cells, verdicts=(told,) * len(cells), against=words)


def made_up(values: dict[str, float], *, adds_up: bool = True, total: float = 100.0) -> PivotTable:
    """A breakdown of one field with these values, each from ten deals."""
    rows = tuple(Part("lead_source", name, "rest" if name == REST else "value") for name in values)

    def cell(value: float, parts: tuple[Part, ...], share: float | None) -> Cell:
        text = "" if share is None else f"{share:.1%}"
        asked = question_of(QUESTION, QUESTION.period, parts, "")
        return Cell(Result(value, 10), f"${value:.0f}", "10 deals", asked, share, text)

    whole = total if adds_up else 0.0
    cells = tuple(
        (cell(value, (part,), value / whole if whole else None),)
        for part, value in zip(rows, values.values(), strict=True)
    )
    return PivotTable(
        View("bookings", "lead_source"), QUESTION, kpi(CASES[0]), "Bookings by lead source", "lead source", "", rows,
        (), cells, tuple(one for (one,) in cells), (), cell(total, (), 1.0 if adds_up else None), adds_up, "USD",
        "deal", as_of=AS_OF,
    )  # fmt: skip
