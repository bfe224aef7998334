"""What a period comes to by the pace of past periods, and by the season as a yardstick."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean

from kpidesk.core.forecasts import LIKELY, MethodId, Range
from kpidesk.core.formats import format_change, format_interval, format_value, whole_percent
from kpidesk.core.periods import Period
from kpidesk.operations.due import PAST
from kpidesk.operations.forecast_known import (
    SEASONS,
    Filled,
    Known,
    booked_so_far,
    closed_before,
    curves_of,
    filled_at,
    totals_before,
)
from kpidesk.operations.workspace import Workspace, settings
from kpidesk.stats.forecasting import mean_forecast
from kpidesk.stats.pace import PAST_PERIODS, PROJECTION_FROM
from kpidesk.stats.projecting import Projection, further, past_shares, share_range
from kpidesk.stats.seasons import repeated_season
from kpidesk.stats.short_history import unseasoned
from kpidesk.stats.still_to_come import Rest, StillToCome, still_to_come

SEASON_LENGTH = {"quarter": 4, "month": 12, "year": 1}
_MONTHS = 36
"""How many past months it looks at: twelve of them are one season."""
STRONG = 2.0
"""By how much months have grown in a year where their mean says less than the month of a year ago."""
SLIGHT = 0.005
"""Growth below so much a year is not worth a word."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one method finds: a projection, or why there is none, and how many past periods it rests on."""

    found: Projection | None
    reason: str
    periods: int
    basis: str


def plural(period: Period) -> str:
    """Several of such periods: "quarters"."""
    return "periods" if period.grain == "span" else f"{period.grain}s"


def past_text(count: int, period: Period) -> str:
    """How many past periods: "1 past quarter", "8 past quarters"."""
    many = plural(period)
    return f"{count} past {many.removesuffix('s') if count == 1 else many}"


def range_of(ws: Workspace, point: float, low: float | None, high: float | None) -> Range:
    """A projection as it is shown."""
    money = settings(ws).currency
    text = format_value(point, "money", money)
    ends = format_interval((low, high), "money", money) if low is not None and high is not None else text
    return Range(point, low, high, text, text if ends == f"{text} to {text}" else ends)


def how_words(one: MethodId, period: Period) -> str:
    """How a method works, in a sentence."""
    many = plural(period)
    told: dict[MethodId, str] = {
        "share": f"What is booked, divided by the part of its total that each past {many.removesuffix('s')} had "
                 "booked by the same working day; the point is the middle of these.",
        "pipeline": f"What is booked, each open deal due by the chance that such deals had, and what past {many} won "
                    "from elsewhere in the time left.",
        "season": f"What is booked, and of what the same {period.grain} a year ago came to (with the growth since "
                  f"where it is clear and likely to go on), or the mean of past {many}, the part that past {many} "
                  "brought in the working days left: the yardstick.",
    }  # fmt: skip
    return told[one]


# --- the pace of past periods -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pace:
    """How past periods filled up, day by working day, and what part of their total each had by now."""

    periods: tuple[Period, ...]
    curves: tuple[tuple[float, ...], ...]
    shares: tuple[float, ...]


def pace_of_past(known: Known, period: Period) -> Pace:
    """How the last closed periods filled up, and where they stood at the same part of their working days."""
    periods, _ = totals_before(known, period, PAST)
    curves = curves_of(known, periods)
    return Pace(periods, tuple(tuple(one) for one in curves), past_shares(curves, _place(known, period)))


def filled_before(known: Known, period: Period) -> tuple[Filled, ...]:
    """How full the last closed periods were after the same part of their working days."""
    periods, _ = totals_before(known, period, PAST)
    return filled_at(known, periods, _place(known, period))


def _place(known: Known, period: Period) -> float:
    """The part of its working days that is over, of all its days where it has no working day."""
    total = known.working_days(period)
    if total:
        return known.days_gone(period) / total
    return min(max((known.day - period.start).days + 1, 0) / period.days, 1.0)


def share_estimate(
    known: Known, period: Period, booked: float, past: Sequence[Filled], targets: Sequence[float]
) -> Estimate:
    """Booked so far, divided by the part that past periods had booked by the same working day."""
    shares = [one.share for one in past]
    many, count = plural(period), len(shares)
    basis = past_text(count, period)
    if known.day < period.start:
        return Estimate(None, f"{period.label} has not begun.", count, basis)
    if count < PAST_PERIODS:
        words = f"Needs {PAST_PERIODS} closed {many} that booked something; {_there(count)}."
        return Estimate(None, _unknown(known, period, count) or words, count, basis)
    if fmean(shares) < PROJECTION_FROM:
        words = f"Too early: past {many} had booked only {whole_percent(fmean(shares))}% of their total by now."
        return Estimate(None, words, count, basis)
    if booked <= 0:
        return Estimate(None, "Nothing is booked yet, so there is nothing to extend.", count, basis)
    made = share_range(booked, shares, targets, is_over=known.day >= period.last_day)
    return Estimate(made, "", count, basis)


def _unknown(known: Known, period: Period, count: int) -> str:
    """Why no past period counts though the last one has rows: what they are worth is not known."""
    last = closed_before(known, period, 1)
    if count or not last:
        return ""
    found = booked_so_far(known, last[0])
    lacks = found.value is None and found.n
    return f"What {last[0].label} has booked is not known: {found.reason}." if lacks else ""


def _there(count: int) -> str:
    return f"there {'is' if count == 1 else 'are'} {count or 'none'}"


# --- the season -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Usual:
    """What a usual period comes to: its middle with the standard deviation, None where too few `periods` are closed.

    `totals` are what these came to, oldest first, `count` is how many of them it rests on, as `basis` says in words.
    """

    point: float | None
    spread: float
    basis: str
    count: int
    periods: tuple[Period, ...]
    totals: tuple[float, ...]


def usual_before(known: Known, period: Period) -> Usual:
    """What a period usually comes to, by the closed ones before it."""
    periods, values = totals_before(known, period, _MONTHS if period.grain == "month" else SEASONS)
    return usual_of(period, periods, values)


def usual_of(period: Period, periods: tuple[Period, ...], totals: tuple[float, ...]) -> Usual:
    """What a period usually comes to, by the totals of closed ones: the same one a year ago with the growth since, or
    the mean of past ones.

    A month of a year ago tells less than the mean of twelve, unless months have doubled or halved since. Where the past
    is too short to tell a season from growth, it lies between the mean and where the growth leads.
    """
    grain, season = period.grain, SEASON_LENGTH.get(period.grain, 0)
    steps, values = _steps_to(period, periods), totals[-SEASONS:]
    found = repeated_season(totals, season, steps) if season else None
    is_short = found is None or (grain == "month" and found.growth == 1 and len(totals) < 2 * season)
    short = unseasoned(values, steps) if season > 1 and is_short else None
    mean = mean_forecast(values, LIKELY)
    if grain == "month" and found is not None and 1 / STRONG < found.growth < STRONG:
        found = None
    basis, count = f"the mean of {past_text(len(values), period)}", len(values)
    if found is not None:
        grown = f", {format_change(found.growth - 1)} a year" if abs(found.growth - 1) >= SLIGHT else ""
        basis = f"the same {grain} a year ago{grown}" if season > 1 else f"the year before{grown}"
        return Usual(found.point, found.spread * further(found.freedom), basis, count, periods, totals)
    if short is not None:
        basis = f"{past_text(count, period)}, too short to see a season: between their mean and their growth"
        return Usual(*short, basis, count, periods, totals)
    if mean is None:
        return Usual(None, 0.0, basis, count, periods, totals)
    spread = mean.spread * math.sqrt(1 + 1 / count) * further(count - 1)
    return Usual(mean.point, spread, basis, count, periods, totals)


def rest_of(usual: Usual, past: Sequence[Filled]) -> StillToCome:
    """What is still to come of a usual period, by what `past` ones brought so late."""
    parts = [Rest((1 - one.share) * one.total, one.total) for one in past]
    return still_to_come(usual.point or 0.0, usual.spread, parts)


def season_estimate(
    known: Known, period: Period, booked: float, past: Sequence[Filled], targets: Sequence[float]
) -> Estimate:
    """What is booked, and what a usual period brings in the days left: the part that `past` periods brought so late."""
    usual, many = usual_before(known, period), plural(period)
    count, basis = usual.count, usual.basis
    if usual.point is None:
        words = _unknown(known, period, count) or f"Needs 2 closed {many}; {_there(count)}."
        return Estimate(None, words, count, basis)
    if known.day >= period.last_day:
        return Estimate(None, "No day is left: it comes to what is booked.", count, basis)
    rest = rest_of(usual, past)
    if rest.spread <= 0 and rest.point <= 0 and booked > 0:
        words = f"Past {many} brought nothing in the days that are left, so it cannot tell what may still come."
        return Estimate(None, words, count, basis)
    left = whole_percent(rest.part)
    basis += f", {left}% of it still to come" if rest.part < 1 and left != "100" else ""
    return Estimate(usual_total(rest, booked, targets), "", count, basis)


def _steps_to(period: Period, periods: Sequence[Period]) -> int:
    """How many periods ahead of the last closed one the period lies."""
    if not periods:
        return 1
    return max(1, round((period.start - periods[-1].start).days / max(period.days, 1)))


def usual_total(rest: StillToCome, booked: float, targets: Sequence[float]) -> Projection:
    """What is booked and what is still to come, normal around its middle; the period does not end below `booked`."""
    point = booked + rest.point
    if rest.spread <= 0:
        return Projection(point, point, point, point, tuple(float(point >= target) for target in targets))
    luck = NormalDist(point, rest.spread)
    low, middle, high = (max(luck.inv_cdf(part), booked) for part in (0.5 - LIKELY / 2, 0.5, 0.5 + LIKELY / 2))
    chances = (1.0 if booked >= target else 1 - luck.cdf(target) for target in targets)
    return Projection(middle, low, middle, high, tuple(chances))
