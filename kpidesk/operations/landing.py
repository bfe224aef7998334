"""Where the forecast sees a running period end, beside the number that it is about, and how likely its target is."""

from __future__ import annotations

from kpidesk.core.default_method import standing_method
from kpidesk.core.errors import UserError
from kpidesk.core.forecasts import MethodId, method_name
from kpidesk.core.formats import chance_text
from kpidesk.core.periods import is_running
from kpidesk.core.scorecards import Landing, Question
from kpidesk.operations.applying import applied
from kpidesk.operations.evaluators import as_known
from kpidesk.operations.forecast_known import booked_so_far, known_now, plain
from kpidesk.operations.forecast_methods import Estimate, range_of
from kpidesk.operations.forecast_pipeline import estimate_by
from kpidesk.operations.forecast_record import of_everybody
from kpidesk.operations.range_code import range_code
from kpidesk.operations.workspace import Workspace, data_date


def landing(ws: Workspace, question: Question) -> Landing | None:
    """Where the forecast sees the bookings of a scope end, by the method that missed least in the whole organisation.

    None where there is none, or it rests on a method alone that nobody could check, once the period is over, and where
    the KPI itself says by what its target is due.
    """
    asked = plain(question)
    then = as_known(ws, asked.as_of, asked.teams)
    return then.remember(("landing", asked), lambda: _landing(then, asked))


def _landing(ws: Workspace, asked: Question) -> Landing | None:
    if not is_running(asked.period, data_date(ws, asked.as_of), ws.today):
        return None
    try:
        known = known_now(ws, asked)
    except UserError:
        return None
    booked = booked_so_far(known, asked.period)
    holds = applied(ws, known.kpi, asked.scope, asked.period, asked.as_of, asked.teams)
    if booked.value is None or known.kpi.pace:
        return None
    tiers = holds.target.tiers if holds is not None and holds.target.is_to_reach else ()
    made: dict[MethodId, Estimate] = {}

    def can_say(one: MethodId) -> bool:
        made[one] = estimate_by(ws, known, asked, one, booked.value or 0.0, tiers)
        return made[one].found is not None

    method = standing_method(of_everybody(ws, asked).lines, can_say)
    found = made[method].found if method is not None else None
    if method is None or found is None:
        return None
    shown = range_of(ws, found.shown, found.low, found.high)
    chance = found.chances[1] if found.chances else None
    likely = f", {chance_text(chance)} chance of the target" if chance is not None else ""
    name = method_name(method, asked.period).lower()
    by = f"by the {name}" if method == "share" else f"by {name}"
    words = f"{shown.text} by the end of {asked.period.label}{likely}, {by}"
    code = range_code(ws, asked, method, made[method])
    return Landing(method, shown.point, shown.low, shown.high, chance, words, by, code)
