"""The results of KPIs for members in periods, and the past of one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from kpidesk import engine
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period, is_running
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question, SparkPoint
from kpidesk.language import Formula
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import definition_in_force, formula_then
from kpidesk.operations.presence import Absences, absences_of, without
from kpidesk.operations.questions import level_of_nobody
from kpidesk.operations.workspace import Workspace


@dataclass(frozen=True, slots=True)
class NumbersOverTime:
    """Results of KPIs for members in periods, each by the definition in force on the first day of its period."""

    grid: engine.Grid
    slots: dict[tuple[int, int], int]
    absences: Absences

    def result(self, kpi: int, member: int, period: int) -> Result:
        """The result of a KPI for a member in a period, each by its place; none where the member was away."""
        found = self.grid.result(self.slots[kpi, period], member, period)
        return without(found, self.absences.get((member, period), ""))

    def starts_inside(self, kpi: int, period: int) -> bool:
        """Whether the data that a KPI is counted from begin within a period."""
        return self.grid.starts_inside(self.slots[kpi, period], period)


@dataclass(frozen=True, slots=True)
class Past:
    """A number and those of the periods before it, the newest last; `gaps` are the places where the data begin."""

    periods: tuple[Period, ...]
    results: tuple[Result, ...]
    gaps: frozenset[int] = frozenset()

    def without_last(self, count: int) -> Past:
        """The same up to so many periods earlier."""
        end = len(self.periods) - count
        return replace(self, periods=self.periods[:end], results=self.results[:end])

    def points(self, known: date | None, today: date) -> tuple[SparkPoint, ...]:
        """The points of its line; the newest is there even where the data begin in it."""
        last = len(self.periods) - 1
        values = (one.value if at == last or at not in self.gaps else None for at, one in enumerate(self.results))
        return tuple(
            SparkPoint(one.label, value, is_running(one, known, today))
            for one, value in zip(self.periods, values, strict=True)
        )


def numbers_over_time(
    ws: Workspace, asked: Question, kpis: tuple[Kpi, ...], members: tuple[Scope, ...], periods: tuple[Period, ...]
) -> NumbersOverTime:
    """The results of KPIs for members in periods; definitions that periods have in common are evaluated once."""
    used: dict[tuple[str, str, str, str, Formula | None], tuple[int, Kpi]] = {}
    slots = {}
    for k, kpi in enumerate(kpis):
        for p, period in enumerate(periods):
            version = definition_in_force(ws, kpi, period)
            key = (version.id, version.kpi_class, version.builtin, version.unit, formula_then(ws, version, period))
            slots[k, p], _ = used.setdefault(key, (len(used), version))
    formulas = [(version, formula) for (*_, formula), (_, version) in used.items()]
    grid = engine.evaluate(
        evaluator(ws, asked.as_of, asked.teams), formulas, members, periods, unassigned_level=level_of_nobody(asked)
    )
    return NumbersOverTime(grid, slots, absences_of(ws, asked, members, periods))
