"""Where the forecast sees a running period end, beside the number that it is about."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from kpidesk import engine
from kpidesk.core.default_method import ENOUGH_PERIODS
from kpidesk.core.errors import UserError
from kpidesk.core.forecasts import Method
from kpidesk.core.formats import chance_text
from kpidesk.core.progress import Progress, finish
from kpidesk.core.scorecards import Landing, Question, Row, Scorecard
from kpidesk.core.status import STATUS_WORDS, TIER_STATUS, Status, by_chance
from kpidesk.operations.backtest import settle, settled
from kpidesk.operations.workspace import Workspace

_JUDGED = frozenset(TIER_STATUS.values())


def with_forecast(ws: Workspace, card: Scorecard) -> Generator[Progress, None, Scorecard]:
    """A scorecard whose bookings say as well where the forecast sees their period end, and how likely the target is.

    The rows of a breakdown, and of several periods, stay as they are: each would need a forecast of its own.
    """
    asked = card.question
    if not card.running or asked.by or asked.periods > 1:
        return card
    rows = []
    for row in card.rows:
        is_forecast = row.kpi.id == engine.QUOTA and row.target is not None and row.result.value is not None
        rows.append((yield from _landed(ws, asked, row)) if is_forecast else row)
    return replace(card, rows=tuple(rows))


def _landed(ws: Workspace, asked: Question, row: Row) -> Generator[Progress, None, Row]:
    try:
        yield from settle(ws, asked)
        found = landing(ws, asked, row.status)
    except UserError:
        return row
    return replace(row, landing=found)


def landing(ws: Workspace, asked: Question, status: Status | None = None) -> Landing | None:
    """Where the forecast sees the bookings of a scope end, by the pace or what has a better record in the own past.

    None where there is none, or it rests on a yardstick alone whose record nobody knows.

    Raises:
        UserError: as `forecast` does.
    """
    finish(settle(ws, asked))
    made = settled(ws, asked).forecast
    if made is None or made.found is None:
        return None
    if made.id != "share" and (made.track is None or made.track.periods < ENOUGH_PERIODS):
        return None
    chance = next((one.chance for one in made.chances if one.tier == "target"), None)
    likely = f", {chance_text(chance)} chance of the target" if chance is not None else ""
    how = f"{'the ' if made.id == 'share' else ''}{made.name.lower()}"
    words = f"{made.found.text} by the end of {asked.period.label}{likely}, by {how}"
    return Landing(
        made.id, made.found.point, made.found.low, made.found.high, chance, words, _differs(made, chance, status)
    )


def _differs(made: Method, chance: float | None, status: Status | None) -> str:
    """That the status, which goes by the pace, and the forecast say two things; empty where they say one."""
    if chance is None or status not in _JUDGED or by_chance(chance) == status:
        return ""
    says, said = STATUS_WORDS[by_chance(chance)].lower(), STATUS_WORDS[status].lower()
    return f"By its pace it is {said}, by “{made.name}” {says}: the page Forecast shows which came nearer in your past."
