"""What each method of the forecast would have said on a day of past periods, and which of them missed least."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from kpidesk import engine, store
from kpidesk.core.forecasts import METHODS, MOMENTS, BacktestLine, Basis, MethodId, Moment
from kpidesk.core.formats import day_text, format_change, format_value
from kpidesk.core.people import ORG
from kpidesk.core.periods import Period, run_of, shift
from kpidesk.core.progress import Progress, finish
from kpidesk.core.scorecards import Question
from kpidesk.operations.due import PAST
from kpidesk.operations.evaluators import as_known, evaluators_on
from kpidesk.operations.forecast_known import (
    Filled,
    Known,
    booked_in,
    export_days,
    known_now,
    known_of,
    plain,
    totals_before,
)
from kpidesk.operations.forecast_methods import (
    Estimate,
    filled_before,
    range_of,
    season_estimate,
    share_estimate,
)
from kpidesk.operations.forecast_pipeline import Pipeline, conversion_of, nearest, pipeline_estimate
from kpidesk.operations.workspace import Workspace, settings
from kpidesk.stats.pace import PAST_PERIODS

PARTS: dict[Moment, float] = {"day one": 0.0, "25%": 0.25, "50%": 0.5, "75%": 0.75}


@dataclass(frozen=True, slots=True)
class _Look:
    """A day of a past period to look back at: with the exports up to `export` and nothing dated after `day`.

    `methods` are those that are looked at so.
    """

    period: Period
    moment: Moment
    day: date
    export: date
    basis: Basis
    methods: tuple[MethodId, ...] = METHODS


@dataclass(frozen=True, slots=True)
class LookedBack:
    """The last closed periods of a scope, and what each method would have said on days of them."""

    periods: tuple[Period, ...]
    lines: tuple[BacktestLine, ...]


def of_everybody(ws: Workspace, asked: Question) -> LookedBack:
    """What each method would have said of the whole organisation as of the same part of past periods as now.

    Which method stands for a forecast is learnt here, as are the chances of open deals: a rep alone tells too little.

    Raises:
        UserError: no deals have been imported, or bookings have no formula.
    """
    whole = replace(plain(asked), scope=ORG)
    return as_known(ws, asked.as_of, asked.teams).remember(
        ("looked back", whole), lambda: finish(looked_back(ws, whole, ("now",)))
    )


def looked_back(ws: Workspace, asked: Question, moments: Sequence[Moment]) -> Generator[Progress, None, LookedBack]:
    """Every method on the last closed periods at these moments of them, with only what was known then.

    Raises:
        UserError: no deals have been imported, or bookings have no formula.
    """
    ws = as_known(ws, asked.as_of, asked.teams)
    known = known_now(ws, asked)
    periods, booked = totals_before(known, asked.period, PAST)
    looks = sorted(_looks(ws, asked, known, periods, moments), key=lambda one: (one.export, one.day))
    actual = dict(zip(periods, booked, strict=True))
    lines: list[BacktestLine] = []
    walk = evaluators_on(ws, sorted({one.export for one in looks}), asked.teams)
    for _, same in groupby(enumerate(looks), key=lambda one: one[1].export):
        then = next(walk)
        for at, look in same:
            yield Progress(at, len(looks), f"{look.period.label}, {day_text(look.day)}")
            lines += _lines(ws, replace(asked, period=look.period), _told(look, then), then, actual[look.period])
    order = {moment: at for at, moment in enumerate(MOMENTS)}
    lines.sort(key=lambda one: (METHODS.index(one.method), order[one.moment], one.period.start))
    return LookedBack(periods, tuple(lines))


def _looks(
    ws: Workspace, asked: Question, known: Known, periods: Sequence[Period], moments: Sequence[Moment]
) -> Iterator[_Look]:
    exports = [day for day in export_days(ws) if asked.as_of is None or day <= asked.as_of]
    part = ((known.day - asked.period.start).days + 1) / asked.period.days
    logs = [day for _, day in store.data_dates(ws.db, "stage-history") if asked.as_of is None or day <= asked.as_of]
    for period in periods:
        for moment in moments:
            if moment == "now" and known.day >= asked.period.last_day:
                continue
            day = _day_at(period, PARTS.get(moment, part))
            near, logged = nearest(exports, day, period), min(logs, default=exports[0])
            look = _look(period, moment, day, near, exports, logged)
            if near is not None and logs and near < logged and _is_better_told(known, period, day, near):
                yield replace(look, methods=("share", "season"))
                look = replace(_look(period, moment, day, None, exports, logged), methods=("pipeline",))
            yield look


def _is_better_told(known: Known, period: Period, day: date, near: date) -> bool:
    """Whether a history of stages tells of a day, but too few exports before it how such deals ended."""
    left = period.last_day - day
    earlier = [one for one in known.dates if one <= near]
    past = run_of(shift(period, -1, known.settings), PAST, known.settings)
    learnt = sum(nearest(earlier, one.last_day - left, one) is not None for one in past)
    return learnt < PAST_PERIODS and engine.history_tells_of(known.evaluator.facts, engine.day_number(day))


def _day_at(period: Period, part: float) -> date:
    """The last day of a part of a period; its first day for none of it."""
    return period.start + timedelta(days=max(round(part * period.days), 1) - 1)


def _look(period: Period, moment: Moment, day: date, near: date | None, exports: Sequence[date], logged: date) -> _Look:
    """With the export near the day, else the first one after it, which comes with a stage history if any does."""
    if near is not None:
        return _Look(period, moment, near, near, "exports")
    later = next((one for one in exports if one > day and one >= logged), exports[-1])
    return _Look(period, moment, day, later, "dates")


def _told(look: _Look, then: engine.Evaluator) -> _Look:
    """The look with a stage history as its basis, where no export is near and one reaches back to the day."""
    has_history = look.basis == "dates" and engine.history_tells_of(then.facts, engine.day_number(look.day))
    return replace(look, basis="history") if has_history else look


def _lines(
    ws: Workspace, asked: Question, look: _Look, then: engine.Evaluator, booked: float
) -> Iterator[BacktestLine]:
    known = known_of(ws, asked, look.day, then, look.basis)
    if known is None:
        return
    money, won = settings(ws).currency, booked_in(known, [asked.period]).values[0] or 0.0
    past = filled_before(known, asked.period) if {"share", "season"} & set(look.methods) else ()
    for method in look.methods:
        made = _estimate(known, asked.period, method, won, past)
        found = made.found
        error = (found.shown - booked) / booked if found is not None and booked > 0 else None
        inside = None
        if found is not None and found.low is not None and found.high is not None:
            inside = found.low <= booked <= found.high
        yield BacktestLine(
            method, look.moment, look.period, look.day, look.basis,
            range_of(ws, found.shown, found.low, found.high) if found is not None else None,
            booked, format_value(booked, "money", money), error, format_change(error), inside, made.reason,
        )  # fmt: skip


def _estimate(known: Known, period: Period, method: MethodId, won: float, past: Sequence[Filled]) -> Estimate:
    """What a method says of a period with the knowledge of a day."""
    if method == "share":
        return share_estimate(known, period, won, past, ())
    return _by_open_deals(known, period, won) if method == "pipeline" else season_estimate(known, period, won, past, ())


def _by_open_deals(known: Known, period: Period, won: float) -> Estimate:
    leaf = engine.due_leaf(known.formula.tree)
    if leaf is None:
        return Estimate(None, "Bookings are not the sum of won deals here.", 0, "")
    if known.basis == "dates":
        return Estimate(None, f"Needs an export dated around {day_text(known.day)}.", 0, "")
    found = pipeline_estimate(known, period, won, (), conversion_of(known, period, leaf), leaf)
    return found.estimate if isinstance(found, Pipeline) else Estimate(None, found, 0, "")
