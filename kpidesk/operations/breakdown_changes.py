"""Whether the parts of a breakdown really changed from the period before, by the tests that judge a scorecard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from kpidesk import engine
from kpidesk.core.breakdowns import Cell, PivotTable, question_of
from kpidesk.core.formats import format_difference
from kpidesk.core.parts import Part
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Change
from kpidesk.language import Formula
from kpidesk.operations.breakdowns import formula_of_view
from kpidesk.operations.cause_noise import Two, earlier, luck, past_periods, since_first, span_words, whole_before
from kpidesk.operations.evaluators import as_known, evaluator
from kpidesk.operations.row_luck import told_change
from kpidesk.operations.workspace import Workspace


def with_changes(ws: Workspace, table: PivotTable) -> PivotTable:
    """A breakdown whose rows say how far they lie from the period before and whether that is more than luck.

    While the period runs it is held against as many days of the one before. A table stays as it is where the data
    begin inside the earlier period or after it.
    """
    ws = as_known(ws, table.question.as_of, table.question.teams)
    if not table.rows:
        return table
    key = ("changes of a breakdown", table.view, table.question, table.kpi, table.rows)
    found = ws.remember(key, lambda: _changes(ws, table))
    if found is None:
        return table
    cells, verdicts, against = found
    return replace(table, changes=cells, verdicts=verdicts, against=against)


_Found = tuple[tuple[Cell, ...], tuple[Change | None, ...], str]


def _changes(ws: Workspace, table: PivotTable) -> _Found | None:
    asked, before = table.question, earlier(ws, table.question)
    kpi, formula = formula_of_view(ws, table.view, asked)
    grid = engine.evaluate(
        evaluator(ws, asked.as_of, asked.teams), [(kpi, formula)], (asked.scope,), (before, asked.period)
    )  # fmt: skip
    if grid.result(0, 0, 0).value is None or grid.starts_inside(0, 0) or grid.starts_inside(0, 1):
        return None
    pairs = _over(ws, table, formula, (before, asked.period))
    pairs.append([grid.result(0, 0, 0), grid.result(0, 0, 1)])
    pasts = _pasts(ws, table, formula)
    cells, verdicts = [], []
    for at, (was, now) in enumerate(pairs):
        parts = table.rows[at : at + 1]
        two = Two(kpi, formula, replace(asked, parts=parts), before, was, now)
        cells.append(_cell(table, parts, was, now))
        has_both = was.value is not None and now.value is not None
        verdicts.append(told_change(ws, two, luck(ws, two, pasts(at))) if has_both else None)
    return tuple(cells), tuple(verdicts), span_words(whole_before(ws, asked.period), before)


def _over(ws: Workspace, table: PivotTable, formula: Formula, periods: Sequence[Period]) -> list[list[Result]]:
    """Every part of the rows in each of several periods."""
    asked = table.question
    known = evaluator(ws, asked.as_of, asked.teams)
    return [list(line) for line in engine.parts_over(known, table.kpi, formula, asked.scope, table.rows, periods)]


def _pasts(ws: Workspace, table: PivotTable, formula: Formula) -> Callable[[int], Callable[[], list[float]]]:
    """What each part, and at last the whole, came to in the periods before; worked out once it is asked for."""
    asked = table.question
    periods = past_periods(ws, asked)

    @cache
    def every() -> list[list[float]]:
        known = evaluator(ws, asked.as_of, asked.teams)
        grid = engine.evaluate(known, [(table.kpi, formula)], (asked.scope,), periods)
        whole = [[grid.result(0, 0, at) for at in range(len(periods))]]
        there = [at for at in range(len(periods)) if not grid.starts_inside(0, at)]
        lines = [*_over(ws, table, formula, periods), *whole]
        return [since_first([line[at].value for at in there]) for line in lines]

    return lambda at: lambda: every()[at]


def _cell(table: PivotTable, parts: Sequence[Part], was: Result, now: Result) -> Cell:
    """How far a part lies from the period before."""
    value = None if now.value is None or was.value is None else now.value - was.value
    reason = "" if value is not None else now.reason or was.reason
    text = format_difference(value, table.kpi.display, table.currency)
    asked = question_of(table.question, table.question.period, parts, table.view.where)
    return Cell(Result(value, now.n, reason=reason), text, "", asked)
