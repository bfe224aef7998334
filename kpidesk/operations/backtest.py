"""Each method of the forecast checked against the own past: what it would have said on a day, and what came of it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median

from kpidesk import engine, store
from kpidesk.core.default_method import checked
from kpidesk.core.forecasts import (
    METHODS,
    MOMENTS,
    Backtest,
    BacktestLine,
    Basis,
    ForecastView,
    MethodId,
    Moment,
    Track,
    method_name,
)
from kpidesk.core.formats import day_text, format_change, format_value, whole_percent
from kpidesk.core.periods import Period
from kpidesk.core.progress import Progress, finish
from kpidesk.core.scorecards import Question
from kpidesk.operations.due import PAST
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.forecast import backtests, forecast, known_now, plain, range_of
from kpidesk.operations.forecast_known import Known, booked_in, export_days, known_of, totals_before
from kpidesk.operations.forecast_methods import (
    Estimate,
    plural,
    season_estimate,
    share_estimate,
    shares_of_past,
)
from kpidesk.operations.forecast_pipeline import Pipeline, conversion_of, nearest, pipeline_estimate
from kpidesk.operations.workspace import Workspace, as_known, data_date, evaluator_once, settings, teams_notice
from kpidesk.stats.pace import PAST_PERIODS

STAND_INS: dict[Basis, str] = {
    "history": "the stage history stands",
    "dates": "the closing dates that the next export gives stand",
}
PARTS: dict[Moment, float] = {"day one": 0.0, "25%": 0.25, "50%": 0.5, "75%": 0.75}


@dataclass(frozen=True, slots=True)
class _Look:
    """A day of a past period to look back at: with the exports up to `export` and nothing dated after `day`."""

    period: Period
    moment: Moment
    day: date
    export: date
    basis: Basis


def forecast_to_keep(ws: Workspace, question: Question) -> ForecastView:
    """The forecast by the method that did best in the own past, for whatever keeps it for good.

    What is sealed must not depend on whether the check had been run by then.

    Raises:
        UserError: as `forecast` does.
    """
    finish(backtest(ws, question))
    return forecast(ws, question)


def backtest(ws: Workspace, question: Question) -> Generator[Progress, None, Backtest]:
    """Every method on the last closed periods, up to eight: as of the same part of the period as now, and of four more.

    Each forecast uses only what was known on its day: the exports dated up to it, and what they tell of earlier
    periods. Where no export is dated near a day, a stage history that reaches back to it stands for what was known.
    Where there is none, the closing dates that the first export after it gives do, up to the day: enough for the pace
    and the season, never for open deals.

    Raises:
        UserError: as `forecast` does.
    """
    asked = plain(question)
    done = backtests(ws).get(asked)
    if done is None:
        done = backtests(ws)[asked] = yield from _check(ws, asked, MOMENTS)
    return done


def settle(ws: Workspace, question: Question) -> Generator[Progress, None, Backtest]:
    """As much of `backtest` as tells which method stands for the forecast: as of the same part of past periods as now.

    Raises:
        UserError: as `forecast` does.
    """
    asked = plain(question)
    kept: dict[Question, Backtest] = ws.remember("settled", dict)
    done = backtests(ws).get(asked, kept.get(asked))
    if done is None:
        done = kept[asked] = yield from _check(ws, asked, ("now",))
    return done


def settled(ws: Workspace, question: Question) -> ForecastView:
    """The forecast by the method that did best in the own past, whether or not all of the check has been run.

    Raises:
        UserError: as `forecast` does.
    """
    return checked(forecast(ws, question), finish(settle(ws, question)))


def _check(ws: Workspace, asked: Question, moments: Sequence[Moment]) -> Generator[Progress, None, Backtest]:
    """Every method on the last closed periods at these moments of them."""
    ws = as_known(ws, asked.as_of, asked.teams)
    known = known_now(ws, asked)
    periods, booked = totals_before(known, asked.period, PAST)
    looks = sorted(_looks(ws, asked, known, periods, moments), key=lambda one: (one.export, one.day))
    actual = dict(zip(periods, booked, strict=True))
    lines: list[BacktestLine] = []
    then: engine.Evaluator | None = None
    for at, look in enumerate(looks):
        yield Progress(at, len(looks), f"{look.period.label}, {day_text(look.day)}")
        if at == 0 or looks[at - 1].export != look.export:
            then = evaluator_once(ws, look.export, asked.teams)
        if then is not None:
            lines += _lines(ws, replace(asked, period=look.period), _told(look, then), then, actual[look.period])
    order = {moment: at for at, moment in enumerate(MOMENTS)}
    lines.sort(key=lambda one: (METHODS.index(one.method), order[one.moment], one.period.start))
    return _found(ws, asked, periods, tuple(lines))


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
            yield _look(period, moment, day, exports, min(logs, default=exports[0]))


def _day_at(period: Period, part: float) -> date:
    """The last day of a part of a period; its first day for none of it."""
    return period.start + timedelta(days=max(round(part * period.days), 1) - 1)


def _look(period: Period, moment: Moment, day: date, exports: Sequence[date], logged: date) -> _Look:
    """With the export near the day, else the first one after it, which comes with a stage history if any does."""
    near = nearest(exports, day, period)
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
    made = _estimates(known, asked.period)
    money = settings(ws).currency
    for method in METHODS:
        found = made[method].found
        error = (found.shown - booked) / booked if found is not None and booked > 0 else None
        inside = None
        if found is not None and found.low is not None and found.high is not None:
            inside = found.low <= booked <= found.high
        yield BacktestLine(
            method, look.moment, look.period, look.day, look.basis,
            range_of(ws, found.shown, found.low, found.high) if found is not None else None,
            booked, format_value(booked, "money", money), error, format_change(error), inside, made[method].reason,
        )  # fmt: skip


def _estimates(known: Known, period: Period) -> dict[MethodId, Estimate]:
    """What each method says of a period with the knowledge of a day."""
    won = booked_in(known, [period]).values[0] or 0.0
    return {
        "share": share_estimate(known, period, won, shares_of_past(known, period), ()),
        "pipeline": _by_open_deals(known, period, won),
        "season": season_estimate(known, period, won, ()),
    }


def _by_open_deals(known: Known, period: Period, won: float) -> Estimate:
    leaf = engine.due_leaf(known.formula.tree)
    if leaf is None:
        return Estimate(None, "Bookings are not the sum of won deals here.", 0, "")
    if known.basis == "dates":
        return Estimate(None, f"Needs an export dated around {day_text(known.day)}.", 0, "")
    found = pipeline_estimate(known, period, won, (), conversion_of(known, period, leaf), leaf)
    return found.estimate if isinstance(found, Pipeline) else Estimate(None, found, 0, "")


# --- the record of each method ----------------------------------------------------------------------------------------


def _found(ws: Workspace, asked: Question, periods: tuple[Period, ...], lines: tuple[BacktestLine, ...]) -> Backtest:
    tracks = [
        track for method in METHODS for moment in MOMENTS if (track := _track(lines, method, moment, asked.period))
    ]
    day = data_date(ws, asked.as_of)
    return Backtest(
        question=asked, title=f"Forecasts checked · {scope_name(ws, asked.scope)} · {asked.period.label}", as_of=day,
        currency=settings(ws).currency, periods=periods, lines=lines, tracks=tuple(tracks),
        missing=tuple(_missing(asked, periods, lines)), notices=tuple(_notices(ws, asked, lines)),
    )  # fmt: skip


def _track(lines: Sequence[BacktestLine], method: MethodId, moment: Moment, period: Period) -> Track | None:
    mine = [one for one in lines if (one.method, one.moment) == (method, moment)]
    errors = [one.error for one in mine if one.error is not None]
    if not errors:
        return None
    ranged = [one.inside for one in mine if one.inside is not None]
    missed, high = median(map(abs, errors)), sum(error > 0 for error in errors)
    words = _words(missed, (len(errors), high), (sum(ranged), len(ranged)), period)
    empty = sum(one.found is not None and one.booked <= 0 for one in mine)
    if empty:
        words += f" {_empty(empty, period)}"
    return Track(method, moment, len(errors), missed, high, sum(ranged), len(ranged), words)


def _words(missed: float, errors: tuple[int, int], ranges: tuple[int, int], period: Period) -> str:
    count, high = errors
    inside, ranged = ranges
    many = plural(period)
    since = f"your last {count} {many}" if count > 1 else f"one past {many.removesuffix('s')}"
    half = " or less in half of" if count > 1 else " in"
    held = f"; {inside} of {ranged} ended inside its range" if ranged else ""
    return f"missed by {whole_percent(missed)}%{half} {since} (too high in {high}){held}."


def _empty(periods: int, period: Period) -> str:
    """That periods in which nothing was booked have no relative error."""
    many = plural(period)
    if periods == 1:
        return f"1 {many.removesuffix('s')} in which nothing was booked is not counted."
    return f"{periods} {many} in which nothing was booked are not counted."


def _missing(asked: Question, periods: Sequence[Period], lines: Sequence[BacktestLine]) -> Iterator[str]:
    """What the check still lacks, in words."""
    many = plural(asked.period)
    more = PAST_PERIODS + 1 - len(periods)
    if more > 0:
        closed = f"{len(periods) or 'none'} {'is' if len(periods) == 1 else 'are'} there"
        yield (f"{more} more closed {many if more > 1 else many.removesuffix('s')} needed to check the pace: "
               f"{PAST_PERIODS} to learn from and one to check; {closed}.")  # fmt: skip
    made = {one.method for one in lines if one.found is not None}
    if periods and "pipeline" not in made:
        name = method_name("pipeline", asked.period)
        yield (f"'{name}' cannot be checked: it needs exports dated in those {many}, and in {PAST_PERIODS} before "
               "each, or a stage history.")  # fmt: skip


def _notices(ws: Workspace, asked: Question, lines: Sequence[BacktestLine]) -> Iterator[str]:
    yield from teams_notice(ws, asked.as_of, asked.teams)
    every = len({one.period for one in lines})
    for basis, words in STAND_INS.items():
        count = len({one.period for one in lines if one.basis == basis})
        if count:
            yield (f"Where no export is dated near a day (so in {count} of {every} {plural(asked.period)}), {words} "
                   "for what was known.")  # fmt: skip
