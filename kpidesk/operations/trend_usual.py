"""The usual range of a trend: between which values a KPI moves without a cause, in the periods that are shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from kpidesk import engine
from kpidesk.core.kpis import Kpi
from kpidesk.core.periods import Grain, Period, periods_in, shift, shift_years, span_period
from kpidesk.core.trend_parts import Usual, UsualSignal
from kpidesk.core.trends import Trend
from kpidesk.language import Formula
from kpidesk.operations.charting import LEAST_ROWS, began_at, chart_start, kind_of, limit_starts, season_index
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import formula_then
from kpidesk.operations.overlapping import overlaps
from kpidesk.operations.workspace import Workspace, data_date, settings
from kpidesk.stats.process import LEAST_POINTS, Chart, Series, chart, signal_words

Floats = NDArray[np.float64]
YEARS = 6
"""How far back the first period may lie that a usual range rests on."""
YOUNG = 0.05
"""A cohort of which more is still open will change, and tells nothing of what is usual."""
SHARING = "Points overlap, because each period shares rows with the one before: no usual range and no signals."
NOT_COUNTED = "Values that are typed in or built in have no usual range."
FEW_ROWS = f"No usual range: fewer than {LEAST_ROWS} rows a period. Choose longer periods."


def usual_of(ws: Workspace, shown: Trend) -> Usual:
    """The usual range at each point of a trend and what stands out, or why there is none."""
    kpi, grain = shown.kpi, shown.question.period.grain
    formula = formula_then(ws, kpi, shown.question.period)
    if formula is None or kpi.builtin:
        return Usual(words=(NOT_COUNTED,))
    if overlaps(kpi, formula) or formula.overlapping:
        return Usual(words=(SHARING,))
    if grain == "span" or shown.as_of is None or not shown.points:
        return Usual(words=("No usual range: a free span of days has no neighbours.",))
    return _usual(ws, shown, kpi, formula)


def _usual(ws: Workspace, shown: Trend, kpi: Kpi, formula: Formula) -> Usual:
    periods = _history(ws, shown)
    if not periods:
        return Usual(words=(f"No usual range yet: it needs {LEAST_POINTS} whole periods.",))
    asked = shown.question
    grid = engine.evaluate(evaluator(ws, asked.as_of, asked.teams), [(kpi, formula)], (asked.scope,), periods)
    values = np.where(grid.inside[0], np.nan, grid.value[0, 0])
    if kpi.kpi_class == "cohort":
        values = np.where(_open_shares(ws, shown, kpi, formula, periods) > YOUNG, np.nan, values)
    began = began_at(ws, asked.scope, periods, values, kpi)
    first = max(began, _start(ws, asked.period.grain, periods))
    finite = np.isfinite(values[first:])
    if finite.sum() < LEAST_POINTS:
        return Usual(words=(f"No usual range yet: {int(finite.sum())} of the {LEAST_POINTS} whole periods it needs.",))
    if fmean(grid.n[0, 0, first:][finite]) < LEAST_ROWS:
        return Usual(words=(FEW_ROWS,))
    season = season_index(values[began:], periods[began:], asked.period.grain, settings(ws))[first - began :]
    series = _series(grid, values, first, season)
    return _placed(shown, periods[first:], series, chart(series, restarts=_restarts(ws, shown, periods[first:])))


def _start(ws: Workspace, grain: Grain, periods: Sequence[Period]) -> int:
    """The first period that charts of a grain begin with."""
    start = chart_start(ws, grain) if grain in ("week", "month") else None
    return next((p for p, one in enumerate(periods) if start is None or one.start >= start), len(periods))


def _series(grid: engine.Grid, values: Floats, first: int, season: tuple[float, ...]) -> Series:
    kind = kind_of(grid.kpis[0])
    parts = [np.nan_to_num(one[0, 0, first:]).tolist() if kind == "rate" else ()
             for one in (grid.numerator, grid.denominator)]  # fmt: skip
    days = tuple(one.start for one in grid.periods[first:])
    return Series(tuple(values[first:].tolist()), kind, tuple(parts[0]), tuple(parts[1]), days, season)


def _restarts(ws: Workspace, shown: Trend, periods: Sequence[Period]) -> list[date]:
    """The days from which somebody had the limits of this chart worked out anew."""
    asked = shown.question
    mine = (shown.kpi.id, asked.scope, asked.period.grain)
    days = (one.day for one in limit_starts(ws) if (one.kpi_id, one.scope, one.grain) == mine)
    return [day for day in days if periods[0].start < day < periods[-1].end]


def _history(ws: Workspace, shown: Trend) -> tuple[Period, ...]:
    """The whole periods that the data cover, up to the newest shown; they begin where they always begin."""
    known, grain = settings(ws), shown.question.period.grain
    newest = shown.points[-1].period
    end = data_date(ws, shown.question.as_of) or newest.start
    while newest.end > end:
        newest = shift(newest, -1, known)
    start = shift_years(span_period(newest.start, newest.start), -YEARS, known).start
    return periods_in(span_period(start, newest.last_day), grain, known)


def _open_shares(ws: Workspace, shown: Trend, kpi: Kpi, formula: Formula, periods: Sequence[Period]) -> Floats:
    still = engine.still_open(formula)
    if still is None:
        return np.zeros(len(periods))
    asked = shown.question
    known = evaluator(ws, asked.as_of, asked.teams)
    found = engine.evaluate(known, [(kpi, still)], (asked.scope,), tuple(periods)).value[0, 0]
    return np.asarray(np.nan_to_num(found), dtype=np.float64)


def _placed(shown: Trend, periods: Sequence[Period], series: Series, drawn: Chart) -> Usual:
    """A chart cut to the periods that are shown."""
    place = {one.key: at for at, one in enumerate(periods)}
    at = [place.get(point.period.key) for point in shown.points]

    def cut(values: Sequence[float]) -> tuple[float | None, ...]:
        if not values:
            return (None,) * len(at)
        return tuple(None if one is None or not math.isfinite(values[one]) else values[one] for one in at)

    shown_at = {one: number for number, one in enumerate(at) if one is not None}
    first = min(shown_at, default=0)
    signals = tuple(
        UsualSignal(
            shown_at[one.at], shown_at.get(max(one.since, first), 0), one.side,
            signal_words(one, drawn, series.values, each=shown.question.period.grain, unit=shown.kpi.unit,
                         currency=shown.currency),
        )
        for one in drawn.signals if one.at in shown_at
    )  # fmt: skip
    return Usual(cut(drawn.low), cut(drawn.centre), cut(drawn.high), signals, drawn.trial, _plain(drawn))


_PLAIN = (
    ("The season is taken out before limits are drawn.", "The season is taken out first."),
    ("Each period has its own limits: they rest", "Each period has its own range: it rests"),
    ("Limits restarted on", "The usual range is worked out anew from"),
    ("Limits from", "Usual range from"),
    ("Trial limits from", "Trial range from"),
)


def _plain(drawn: Chart) -> tuple[str, ...]:
    """What a chart says of its limits, in the words of the page."""
    told = list(drawn.words)
    for theirs, ours in _PLAIN:
        told = [one.replace(theirs, ours) for one in told]
    return tuple(told)
