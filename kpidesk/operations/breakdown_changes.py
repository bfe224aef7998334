"""Whether the parts of a breakdown really changed from the period before, by the tests that judge a scorecard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kpidesk import engine
from kpidesk.core.breakdowns import Cell, Field, PivotTable, View, question_of
from kpidesk.core.formats import format_difference
from kpidesk.core.parts import REST, Part
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Change
from kpidesk.core.status import BY_ROWS, least_compared
from kpidesk.language import Formula
from kpidesk.operations.breakdowns import formula_of_view, pivot
from kpidesk.operations.cause_noise import (
    LEAST_OF_SUM,
    Two,
    days_so_far,
    earlier,
    luck,
    past_periods,
    since_first,
    span_words,
    whole_before,
)
from kpidesk.operations.cause_parts import fields_tried
from kpidesk.operations.evaluators import as_known, evaluator
from kpidesk.operations.row_luck import told_change
from kpidesk.operations.workspace import Workspace, settings
from kpidesk.stats.changes import Verdict, allowing_for_many, confidence_of, least_told


def with_changes(ws: Workspace, table: PivotTable) -> PivotTable:
    """A breakdown whose rows say how far they lie from the period before and whether that is more than luck.

    A row must have moved further than the same number asked for alone: among many rows luck alone moves one far. All
    values are allowed for, also those that stand together because they are smaller, for the others were picked out of
    them, and all fields that Why looks at, so that both say the same of a part. The whole is asked for alone.
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
    rest = (REST_NOT_JUDGED,) if any(map(_is_picked_by_now, table.rows)) else ()
    dates = (DATES_NOT_JUDGED,) if engine.comes_once(table.view.rows_by) else ()
    return replace(table, changes=cells, verdicts=verdicts, against=against, notices=(*table.notices, *dates, *rest))


_Found = tuple[tuple[Cell, ...], tuple[Change | None, ...], str]
_Pasts = Callable[[int], Callable[[], list[float]]]
REST_NOT_JUDGED = (
    f"{REST} has no verdict: the largest now stand alone, so that it holds the others now and not those before."
)
DATES_NOT_JUDGED = (
    "The parts are days of their own and have no verdict: what begins in a period has nothing in the one before it."
)
AMONG_MANY = "Alone it would be more than luck; among so many parts one moves this far by luck."


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
    sides = [
        Two(kpi, formula, replace(asked, parts=table.rows[at : at + 1]), before, was, now)
        for at, (was, now) in enumerate(pairs)
    ]
    cells = tuple(_cell(table, two.question.parts, two.result0, two.result1) for two in sides)
    dated = engine.comes_once(table.view.rows_by)
    judged = [
        two.has_both and not any(map(_is_picked_by_now, two.question.parts)) and not (dated and two.question.parts)
        for two in sides
    ]
    found = [luck(ws, two, pasts(at)) if judged[at] else None for at, two in enumerate(sides)]
    fields = {table.view.rows_by, *(field.name for field in fields_tried(ws, sides[-1]))}
    looks = _Looks(_together(ws, table, formula, sides[-1]), len(fields))
    found = [*_among_many(ws, sides[:-1], found[:-1], pasts, looks), found[-1]]
    verdicts = (told_change(ws, two, one) if one is not None else None for two, one in zip(sides, found, strict=True))
    return cells, tuple(verdicts), span_words(whole_before(ws, asked.period), before)


def _is_picked_by_now(part: Part) -> bool:
    """Whether it is what one period alone leaves beside its largest values, which luck makes smaller than before."""
    return part.kind == "rest" and part.chosen_by is not None and len(part.chosen_by.periods) == 1


@dataclass(frozen=True, slots=True)
class _Looks:
    """What was looked at beside the rows of a table: so many values that stand together in it, and fields in all."""

    together: int
    fields: int


def _together(ws: Workspace, table: PivotTable, formula: Formula, whole: Two) -> int:
    """How many of the values that stand together as everything else have enough rows to be judged."""
    if not table.rows_together:
        return 0
    asked, known = table.question, evaluator(ws, table.question.as_of, table.question.teams)
    periods = (whole.before, whole.now)
    names, rows = engine.rows_of_values(known, formula, table.view.rows_by, asked.scope, periods)
    alone = {part.label for part in table.rows if part.kind == "value"}
    others = rows[[at for at, name in enumerate(names) if name not in alone]]
    return int(_enough(ws, whole, others).sum())


def _enough(ws: Workspace, two: Two, rows: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which parts, with so many rows before and now, have enough of them for a change to be judged."""
    if two.kpi.kpi_class in BY_ROWS:
        return np.asarray(rows.min(axis=1) >= least_compared(two.kpi, settings(ws)))
    if two.kpi.kpi_class in ("flow_count", "distinct"):
        return np.asarray(rows.sum(axis=1) >= least_told(two.before.days, days_so_far(ws, two.question)))
    return np.asarray(rows.max(axis=1) >= (LEAST_OF_SUM if two.kpi.kpi_class == "flow_money" else 1))


def _among_many(
    ws: Workspace, sides: Sequence[Two], found: Sequence[Verdict | None], pasts: _Pasts, looks: _Looks
) -> list[Verdict | None]:
    """What is said of each row, where it was picked out of all values that can be judged, by so many fields."""

    def judged(at: int, confidence: float) -> Verdict:
        return luck(ws, sides[at], pasts(at), confidence)

    rows = looks.together + sum(one is not None and one.finding != "too_early" for one in found)
    real = [at for at, one in enumerate(found) if one is not None and one.finding == "real"]
    kept = allowing_for_many(real, rows, lambda at, confidence: judged(at, confidence).finding == "real", looks.fields)
    told = list(found)
    for at in set(real) - kept:
        one = judged(at, confidence_of(rows * looks.fields))
        told[at] = replace(one, words=f"{one.words} {AMONG_MANY}")
    return told


def _over(ws: Workspace, table: PivotTable, formula: Formula, periods: Sequence[Period]) -> list[list[Result]]:
    """Every part of the rows in each of several periods."""
    asked = table.question
    known = evaluator(ws, asked.as_of, asked.teams)
    return [list(line) for line in engine.parts_over(known, table.kpi, formula, asked.scope, table.rows, periods)]


def _pasts(ws: Workspace, table: PivotTable, formula: Formula) -> _Pasts:
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


def really_changed(ws: Workspace, two: Two, by: Field | None = None) -> tuple[str, ...]:
    """The parts of a KPI that really changed from the period before, as a breakdown by each field says.

    Each is told in words: "type new, 28% instead of 13%". `by` is a field that is looked at beside the usual ones.
    """
    if two.formula is None or not engine.measured_tables(two.formula):
        return ()
    found = []
    for field in dict.fromkeys((*((by,) if by is not None else ()), *fields_tried(ws, two))):
        table = with_changes(ws, pivot(ws, View(two.kpi.id, field.name), two.asked(two.now)))
        named = zip(table.rows, table.cells, table.verdicts, strict=False)
        found += [
            f"{field.label} {part.label}, {cells[0].text} instead of {told.before_text}"
            for part, cells, told in named if told is not None and told.finding == "real"
        ]  # fmt: skip
    return tuple(found)
