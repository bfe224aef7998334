"""What the last days of past periods brought, and how much of it was of deals that nobody knew of before them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import fsum

from kpidesk.core.forecasts import LateWins
from kpidesk.core.periods import Period, span_period
from kpidesk.language import narrowed
from kpidesk.operations.due import PAST
from kpidesk.operations.forecast_known import Known, booked_in, totals_before

NEW = "created_at in period"


def late_wins(known: Known, period: Period) -> LateWins | None:
    """What the last closed periods won in as many last days as are left now; None where no day is left.

    None as well before the period has begun, and where the data cover no past period, or do not tell when deals were
    created.
    """
    days = (period.last_day - known.day).days
    if known.day < period.start or days < 1 or not known.evaluator.facts.gives("created_at"):
        return None
    past, _ = totals_before(known, period, PAST)
    if not past:
        return None
    rests = [span_period(one.last_day - timedelta(days=min(days, one.days) - 1), one.last_day) for one in past]
    of_new = replace(known, formula=narrowed(known.formula, NEW))
    won, new = (fsum(one or 0.0 for one in booked_in(each, rests, covered=True).values) for each in (known, of_new))
    return LateWins(len(past), days, won, new)
