"""Each method of the forecast checked against the own past: what it would have said on a day, and what came of it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from statistics import median

from kpidesk.core.forecasts import METHODS, MOMENTS, Backtest, BacktestLine, Basis, MethodId, Moment, Track, method_name
from kpidesk.core.formats import whole_percent
from kpidesk.core.people import ORG
from kpidesk.core.periods import Period
from kpidesk.core.progress import Progress
from kpidesk.core.scorecards import Question
from kpidesk.operations.booked import BOOKED
from kpidesk.operations.evaluation import scope_name, scorecard
from kpidesk.operations.evaluators import as_known
from kpidesk.operations.forecast_known import plain
from kpidesk.operations.forecast_methods import plural
from kpidesk.operations.forecast_record import LookedBack, looked_back, of_everybody
from kpidesk.operations.workspace import Workspace, data_date, settings, view_notices
from kpidesk.stats.pace import PAST_PERIODS

LACKING: dict[Basis, str] = {
    "history": "no export is dated near them, or too few are before them",
    "dates": "no export is dated near them",
}
STAND_INS: dict[Basis, str] = {
    "history": "the stage history stands",
    "dates": "the closing dates that the next export gives stand",
}


def backtest(ws: Workspace, question: Question) -> Generator[Progress, None, Backtest]:
    """Every method on the last closed periods, up to eight: as of the same part of the period as now, and of four more.

    Each forecast uses only what was known on its day: the exports dated up to it, and what they tell of earlier
    periods. Where no export is dated near a day, or too few are before it to learn from, a stage history that reaches
    back to it stands for what was known. Where there is none, the closing dates that the first export after it gives
    do, up to the day: enough for the pace and the season, never for open deals.

    Raises:
        UserError: as `forecast` does.
    """
    asked = plain(question)
    ws = as_known(ws, asked.as_of, asked.teams)
    kept = backtests(ws)
    if asked not in kept:
        found = _found(ws, asked, (yield from looked_back(ws, asked, MOMENTS)))
        kept[asked] = replace(found, receipts=_receipts(ws, asked, found))
    return kept[asked]


def _receipts(ws: Workspace, asked: Question, found: Backtest) -> tuple[str, ...]:
    """The code of what was booked in each period; none where its own definition counts otherwise than today's."""
    if not found.periods:
        return ()
    whole = replace(asked, period=found.periods[-1], periods=len(found.periods))
    rows = {row.period: row for row in scorecard(ws, whole, (BOOKED,)).rows}
    booked = {line.period: line.booked for line in found.lines}
    return tuple(rows[one].receipt if rows[one].result.value == booked.get(one) else "" for one in found.periods)


def backtests(ws: Workspace) -> dict[Question, Backtest]:
    """The backtests that have been run on the present data, by question."""
    return ws.remember("backtests", dict)


def record_of_all(ws: Workspace, asked: Question) -> Backtest:
    """The record of each method in the whole organisation, by which one stands for a forecast: as of now alone.

    Raises:
        UserError: as `forecast` does.
    """
    whole = replace(plain(asked), scope=ORG)
    return ws.remember(("record of all", whole), lambda: _found(ws, whole, of_everybody(ws, whole)))


# --- the record of each method ----------------------------------------------------------------------------------------


def _found(ws: Workspace, asked: Question, looked: LookedBack) -> Backtest:
    periods, lines = looked.periods, looked.lines
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
    yield from view_notices(ws, asked.as_of, asked.teams)
    every = len({(one.period, one.moment) for one in lines})
    for basis, words in STAND_INS.items():
        count = len({(one.period, one.moment) for one in lines if one.basis == basis})
        if count:
            days = f"all {every}" if count == every else f"{count} of the {every}"
            yield f"On {days} days looked at, {words} for what was known: {LACKING[basis]}."
