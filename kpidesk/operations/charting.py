"""The process-behaviour charts of many KPIs and scopes at once, which signals are looked for in."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import numpy as np
from numpy.typing import NDArray

from kpidesk import engine, store
from kpidesk.core.fields import EVENTFUL
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import (
    Grain,
    Period,
    period_of,
    periods_in,
    place_in_year,
    shift,
    shift_years,
    span_period,
    whole_until,
)
from kpidesk.core.results import Result
from kpidesk.core.settings import Settings
from kpidesk.core.signals import LimitStart
from kpidesk.language import Formula, FormulaError
from kpidesk.operations.evaluators import as_known, evaluator, is_known
from kpidesk.operations.formulas import formula_of
from kpidesk.operations.overlapping import overlaps
from kpidesk.operations.workspace import Workspace, data_date, definitions, scopes, settings
from kpidesk.stats.cycles import index_of_cycle
from kpidesk.stats.process import BASELINE, Chart, Kind, Series, chart

LEAST_ROWS = 5
"""Below this many rows a period the points are too coarse for limits."""
YOUNG = 0.05
"""A cohort of which a larger share is still open will change: its newest periods tell nothing yet."""
WEEKLY = ("live", "daily", "weekly", "biweekly")
FEW_PERIODS = f"fewer than {BASELINE + 1} whole periods"
FEW_ROWS = f"fewer than {LEAST_ROWS} rows a period"
SHARING = "each period shares rows with the one before"
_YEARS: dict[Grain, int] = {"week": 1, "month": 2}
"""How long before the first import the charts begin: what rests on it is known then, and stays as it is."""
_HISTORY = 3
"""Years from which a season is read."""
_WEEKS = 13


@dataclass(frozen=True, slots=True, eq=False)
class Charted:
    """One KPI of one scope with its chart; `periods` are those of its points, oldest first.

    `newest` gives the number of the newest one with what it rests on.
    """

    kpi: Kpi
    scope: Scope
    grain: Grain
    periods: tuple[Period, ...]
    series: Series
    chart: Chart
    newest: Callable[[], Result]
    is_young: bool
    """Whether its data are too short to show what comes again each year, or each quarter."""


@dataclass(frozen=True, slots=True, eq=False)
class Charts:
    """Every chart of a scope and those below it; `left_out` counts what has none, by the reason in words."""

    charted: tuple[Charted, ...]
    left_out: tuple[tuple[str, int], ...]


def scopes_below(ws: Workspace, scope: Scope, day: date) -> tuple[Scope, ...]:
    """A scope, then the teams and the reps that are in it on a day."""
    organisation = scopes(ws)
    if scope.kind not in ("org", "team"):
        return (scope,)
    inside = organisation.descendants(scope.id) if scope.kind == "team" else None
    teams = [one for one in organisation.teams if (inside is None or one.id in inside) and one.id != scope.id]
    people = [
        one for one in organisation.people
        if (one.end_at is None or one.end_at > day)
        and (inside is None or ((team := organisation.team_on(one.id, day)) is not None and team.id in inside))
    ]  # fmt: skip
    reps = sorted(Scope("rep", one.name, one.id) for one in people)
    return (scope, *sorted(Scope("team", one.name, one.id) for one in teams), *reps)


def chart_grains(kpi: Kpi) -> tuple[Grain, ...]:
    """The grains that the chart of a KPI may have, the finest that its cadence allows first."""
    return ("week", "month") if kpi.cadence in WEEKLY else ("month",)


def chart_start(ws: Workspace, grain: Grain) -> date | None:
    """The day on which charts begin: a year (weeks) or two (months) before the data of the first import.

    It does not move with later imports, so that limits stay as they are until somebody has them worked out anew.
    """
    first = ws.remember("first data", lambda: _first_data(ws))
    if first is None:
        return None
    known = settings(ws)
    return shift_years(period_of(first, "month", known), -_YEARS.get(grain, 2), known).start


def _first_data(ws: Workspace) -> date | None:
    return next((one.data_date for one in store.import_history(ws.db) if one.kind in ("deals", *EVENTFUL)), None)


def charts(ws: Workspace, scope: Scope, until: Period | None = None, as_of: date | None = None) -> Charts:
    """The charts of every active KPI for a scope and those below it, up to the last whole period of the data.

    With `until` up to its end.
    """
    ws = as_known(ws, as_of)
    key = ("charts", scope, until, as_of, limit_starts(ws))
    return ws.remember(key, lambda: _charts(ws, scope, until, as_of))


def limit_starts(ws: Workspace) -> tuple[LimitStart, ...]:
    """From which days the limits of charts are worked out anew, as far as that had been said by the day looked at."""
    return tuple(one for one in store.load_limits(ws.db) if is_known(ws, one.at))


def _charts(ws: Workspace, scope: Scope, until: Period | None, as_of: date | None) -> Charts:
    known = data_date(ws, as_of)
    if known is None:
        return Charts((), ())
    whole = whole_until(known, ws.today) + timedelta(days=1)
    day, end = (min(one, until.end) if until is not None else one for one in (known, whole))
    wanted, missing = _wanted(ws)
    left = Counter(missing)
    members = scopes_below(ws, scope, day)
    grids = {grain: _lines(ws, wanted, members, grain, end, as_of) for grain in _YEARS}
    restarts = limit_starts(ws)
    found = []
    for k, (kpi, _) in enumerate(wanted):
        for s, member in enumerate(members):
            if _level(member) in kpi.levels:
                made = _first_fit(ws, kpi, member, (k, s), grids, restarts)
                if isinstance(made, str):
                    left[made] += 1
                else:
                    found.append(made)
    return Charts(tuple(found), tuple(left.most_common()))


def _level(scope: Scope) -> str:
    return scope.kind if scope.kind in ("team", "rep") else "org"


def _wanted(ws: Workspace) -> tuple[list[tuple[Kpi, Formula]], dict[str, int]]:
    """The active KPIs over rows whose points do not overlap, and how many are left out for that."""
    found, sharing = [], 0
    for kpi in sorted((one for one in definitions(ws).values() if one.status == "active"), key=lambda one: one.name):
        try:
            formula = formula_of(ws, kpi)
        except FormulaError:
            continue
        if formula is None or kpi.builtin:
            continue
        if overlaps(kpi, formula):
            sharing += 1
        else:
            found.append((kpi, formula))
    return found, ({SHARING: sharing} if sharing else {})


@dataclass(frozen=True, slots=True, eq=False)
class _Lines:
    """The values of many KPIs, and of a cohort which share of it is still open, by scope and period."""

    grid: engine.Grid
    open_shares: dict[int, NDArray[np.float64]]

    def values(self, k: int, s: int) -> NDArray[np.float64]:
        """The values of one line, nan where the data begin inside; the young end of a cohort is cut off."""
        found = np.where(self.grid.inside[k], np.nan, self.grid.value[k, s])
        if k not in self.open_shares:
            return found
        ripe = np.flatnonzero(self.open_shares[k][s] <= YOUNG)
        return found[: ripe[-1] + 1] if ripe.size else found[:0]


def _lines(
    ws: Workspace, wanted: Sequence[tuple[Kpi, Formula]], members: tuple[Scope, ...], grain: Grain, end: date,
    as_of: date | None,
) -> _Lines | None:  # fmt: skip
    """Every KPI that may have this grain, in whole periods before a day."""
    known, start = settings(ws), chart_start(ws, grain)
    last = shift(period_of(end, grain, known), -1, known)
    if start is None or last.end <= start:
        return None
    first = min(start, shift_years(span_period(last.start, last.start), -_HISTORY, known).start)
    periods = periods_in(span_period(first, last.last_day), grain, known)
    formulas = [(kpi, formula) for kpi, formula in wanted if grain in chart_grains(kpi)]
    if not formulas:
        return None
    cohorts = {
        at: (kpi, still) for at, (kpi, formula) in enumerate(formulas)
        if kpi.kpi_class == "cohort" and (still := engine.still_open(formula)) is not None
    }  # fmt: skip
    evaluate = partial(engine.evaluate, evaluator(ws, as_of), unassigned_level="team")
    open_now = evaluate(list(cohorts.values()), members, periods) if cohorts else None
    shares = {} if open_now is None else {k: np.nan_to_num(open_now.value[at]) for at, k in enumerate(cohorts)}
    return _Lines(evaluate(formulas, members, periods), shares)


def _first_fit(
    ws: Workspace, kpi: Kpi, scope: Scope, at: tuple[int, int], grids: dict[Grain, _Lines | None],
    restarts: Sequence[LimitStart],
) -> Charted | str:  # fmt: skip
    """The chart in the finest grain in which there are enough rows; else the reason why there is none."""
    why = FEW_PERIODS
    for grain in chart_grains(kpi):
        lines = grids.get(grain)
        if lines is None:
            continue
        days = tuple(one.day for one in restarts if (one.kpi_id, one.scope, one.grain) == (kpi.id, scope, grain))
        made = _charted(ws, lines, lines.grid.kpis.index(kpi), at[1], grain, days)
        if made != FEW_ROWS:  # only a coarser grain has more rows a period
            return made
        why = made
    return why


def _charted(ws: Workspace, lines: _Lines, k: int, s: int, grain: Grain, restarts: tuple[date, ...]) -> Charted | str:
    """The chart of one KPI of one scope, or the reason why there is none."""
    grid, values = lines.grid, lines.values(k, s)
    kpi, scope, line = grid.kpis[k], grid.scopes[s], grid.periods[: len(values)]
    began = began_at(ws, scope, line, values, kpi)
    start = chart_start(ws, grain) or grid.periods[0].start
    first = max(began, next((p for p, one in enumerate(line) if one.start >= start), len(values)))
    shown, periods = slice(first, len(values)), line[first:]
    if why := _too_little(values[shown], grid.n[k, s, shown]):
        return why
    kind, season = kind_of(kpi), season_index(values[began:], line[began:], grain, settings(ws))
    above, below = _parts(grid, (k, s, shown)) if kind == "rate" else ((), ())
    series = Series(
        _tuple(values[shown]), kind, above, below, days=tuple(one.start for one in periods),
        season=season[first - began :],
    )  # fmt: skip
    inside = tuple(day for day in restarts if periods[0].start < day < periods[-1].end)
    drawn = chart(series, restarts=inside)
    if drawn.trial or drawn.points < 1:
        return FEW_PERIODS
    is_young = line[-1].end < shift_years(line[began], 2, settings(ws)).start
    return Charted(kpi, scope, grain, periods, series, drawn, partial(grid.result, k, s, len(values) - 1), is_young)


def _too_little(values: NDArray[np.float64], n: NDArray[np.float64]) -> str:
    """Why a line has no chart: too few periods with a value, or too few rows in each; empty where it has one."""
    known = np.isfinite(values)
    if int(known.sum()) <= BASELINE:
        return FEW_PERIODS
    return FEW_ROWS if float(n[known].mean()) < LEAST_ROWS else ""


def _parts(grid: engine.Grid, at: tuple[int, int, slice]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """What stands above and below the line of a share."""
    return _tuple(np.nan_to_num(grid.numerator[at])), _tuple(np.nan_to_num(grid.denominator[at]))


def _tuple(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(values.tolist())


def kind_of(kpi: Kpi) -> Kind:
    """What the points of a KPI are to a chart: counts, sums of money, shares of rows, or other values."""
    if kpi.kpi_class in ("flow_count", "distinct") and kpi.unit == "count":
        return "count"
    if kpi.kpi_class == "flow_money" or (kpi.kpi_class == "money_ratio" and kpi.unit == "money"):
        return "money"
    return "rate" if kpi.is_rate else "value"


def began_at(
    ws: Workspace, scope: Scope, periods: Sequence[Period], values: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    kpi: Kpi,
) -> int:  # fmt: skip
    """The first period in which there was something to measure: a rep was there, something had happened."""
    hired = next((one.hire_at for one in scopes(ws).people if scope.kind == "rep" and one.id == scope.id), None)
    begun = next((p for p, one in enumerate(periods) if hired is None or one.start >= hired), len(periods))
    counts = kind_of(kpi) in ("count", "money")
    there = np.isfinite(values) & ((values != 0) | (not counts))
    there[:begun] = False
    return int(np.argmax(there)) if there.any() else len(periods)


def season_index(
    values: np.ndarray[tuple[int, ...], np.dtype[np.float64]], periods: Sequence[Period], grain: Grain, known: Settings
) -> tuple[float, ...]:
    """The index of each point, where two years show a clear shape: of the year in months, of the quarter in weeks.

    In quarters it is that of the year too.
    """
    if grain in ("month", "quarter"):
        places, step = [place_in_year(one, known) for one in periods], 1 if grain == "month" else 3
        cycles, within, length, least = (
            [one[0] for one in places],
            [(one[1] - 1) // step for one in places],
            12 // step,
            2,
        )
    else:
        quarters = [period_of(one.start, "quarter", known) for one in periods]
        cycles = [one.start.toordinal() for one in quarters]
        within = [(one.start - quarter.start).days // 7 for one, quarter in zip(periods, quarters, strict=True)]
        length, least = _WEEKS, 8
    index = index_of_cycle(values.tolist(), cycles, within, length=length, least=least)
    return tuple(index[min(place, length - 1)] for place in within) if index else ()


def current(one: Charted) -> Iterator[int]:
    """The places, in the signals of a chart, of those that its newest point belongs to."""
    newest = len(one.periods) - 1
    if math.isfinite(one.series.values[newest]):
        yield from (at for at, signal in enumerate(one.chart.signals) if signal.at == newest)
