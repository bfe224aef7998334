"""By how much forecasts missed what was booked, by the weeks that were left when they were given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from kpidesk.core.formats import whole_percent
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.scorecards import Question
from kpidesk.core.wording import counted

Whose = Literal["own", "reps"]
"""A scope's own call, or the sum of what its reps gave."""
WHOSE_WORDS: dict[Whose, str] = {"own": "Own call", "reps": "Sum of the reps"}
Band = Literal["5", "10", "outside", ""]
NARROW, WIDE = 0.05, 0.10
"""The bands in which a forecast counts as near (getchief.com's glossary: within 5 to 10 % by the end of a quarter)."""
LEAST_FOR_BIAS = 4
"""Too high or too low as a habit is said from so many periods on; fewer prove nothing."""
_TINY = 1e-9
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True, slots=True)
class Given:
    """A commit given on a day for the period that begins on `start`; `horizon` as in `horizon_of`."""

    day: date
    amount: float
    horizon: str
    start: date


@dataclass(frozen=True, slots=True)
class Miss:
    """The forecast in force at a moment against what was booked in the end; the error is forecast minus booked.

    `weeks_left` None stands for day one. `share` is the error as a part of what was booked, None where that is nothing.
    `reps` is how many reps' forecasts are in a sum, `missing` how many reps booked something and had given none;
    `rest` says what that does to the sum, empty where nobody is missing.
    """

    weeks_left: int | None
    given_on: date
    forecast: float
    error: float
    share: float | None
    band: Band
    forecast_text: str
    error_text: str
    share_text: str
    reps: int = 1
    missing: int = 0
    rest: str = ""


@dataclass(frozen=True, slots=True)
class PeriodMisses:
    """All misses of one closed period, day one first and then by the weeks left; `reason` says why none has a share.

    `receipt` is the code by which what was booked is proven again; `moved`: this is what the reps of a team booked,
    some of it elsewhere.
    """

    period: Period
    actual: float | None
    actual_text: str
    reason: str
    misses: tuple[Miss, ...]
    words: str = ""
    receipt: str = field(default="", compare=False)
    moved: bool = False


@dataclass(frozen=True, slots=True)
class HorizonMisses:
    """All periods at one moment before their end.

    `n` periods, those in which something was booked; `median` is the median miss without its sign as a part of what
    was booked. `bias` is the sum of forecasts over the sum of what was booked, less 1, None below four periods. `wape`
    is Σ|error| ÷ Σ booked, over all single forecasts; `total` 1 less the error of the sum, in which too high and too
    low cancel. `high` tells in how many periods the forecast was too high, `narrow` and `wide` in how many it was
    within 5 % and within 10 %.
    """

    weeks_left: int | None
    label: str
    n: int
    median: float | None
    bias: float | None
    wape: float | None
    total: float | None
    high: int
    narrow: int
    wide: int


@dataclass(frozen=True, slots=True)
class ScopeMisses:
    """The forecasts of one scope, by period (oldest first) and by moment before the end, with what they say."""

    scope: Scope
    name: str
    whose: Whose
    periods: tuple[PeriodMisses, ...]
    horizons: tuple[HorizonMisses, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class ForecastAccuracy:
    """How near forecasts came: of the scope itself first, then of each rep in it.

    `definitions` is the code of how what was booked is counted.
    """

    question: Question
    as_of: date | None
    currency: str
    title: str
    scopes: tuple[ScopeMisses, ...]
    sentence: str
    notices: tuple[str, ...] = ()
    definitions: str = ""


def band_of(share: float | None) -> Band:
    """In which band around what was booked a miss lies."""
    if share is None:
        return ""
    size = abs(share) - _TINY
    return "5" if size <= NARROW else "10" if size <= WIDE else "outside"


def standing(given: Iterable[Given], day: date) -> Given | None:
    """The forecast that stood on a day, of those for one period by one person; the sum where it has several parts.

    Forecasts for months stand together for their quarter: of each part the last one given by that day.
    """
    parts: dict[date, Given] = {}
    for one in sorted(given, key=lambda one: one.day):
        if one.day <= day:
            parts[one.start] = one
    return _together(list(parts.values()))


def on_day_one(given: Iterable[Given]) -> Given | None:
    """The forecast of day one, of those for one period by one person."""
    parts = {one.start: one for one in sorted(given, key=lambda one: one.day) if one.horizon == "day_one"}
    return _together(list(parts.values()))


def _together(parts: Sequence[Given]) -> Given | None:
    if not parts:
        return None
    newest = max(parts, key=lambda one: one.day)
    first = min(one.start for one in parts)
    return Given(newest.day, sum(one.amount for one in parts), newest.horizon, first)


def moment_words(left: int | None) -> str:
    """A moment before the end of a period, as it stands in a sentence."""
    if left is None:
        return "on day one"
    if left == 0:
        return "on the last day"
    return f"{_NUMBERS[left] if left < len(_NUMBERS) else left} week{'' if left == 1 else 's'} before the end"


def moment_label(left: int | None) -> str:
    """A moment before the end of a period, as a column is headed."""
    if left is None:
        return "Day one"
    return "Last day" if left == 0 else f"{counted(left, 'week')} left"


def miss_words(share: float | None) -> str:
    """A miss in words: "8% too high", "3% too low", "right"."""
    if share is None:
        return ""
    shown = f"{whole_percent(abs(share))}%" if abs(share) >= 0.0095 else f"{abs(share) * 100:.1f}%"
    if not any(digit in "123456789" for digit in shown):
        return "right"
    return f"{shown} too {'high' if share > 0 else 'low'}"


def period_words(misses: Sequence[Miss]) -> str:
    """What a period's forecasts came to: early, and near the end; and how many reps had given none."""
    by_moment = {one.weeks_left: one for one in misses if one.share is not None}
    told = [by_moment[at] for at in early_and_late(list(by_moment))]
    if not told:
        return ""
    early, late = told[0], told[-1]
    first = f"Commit was {miss_words(early.share)} {moment_words(early.weeks_left)}"
    none = next((f" {one.rest}" for one in misses if one.rest), "")
    if early is late:
        return f"{first}.{none}"
    if early.forecast == late.forecast:
        return f"{first}, and still {moment_words(late.weeks_left)}.{none}"
    return f"{first}, {miss_words(late.share)} {moment_words(late.weeks_left)}.{none}"


def rest_words(left: int | None, reps: int, theirs: float | None, missing: int, booked: str) -> str:
    """What reps who had given none do to a sum: `theirs` is the miss of the `reps` in it, `booked` what the
    rest booked.

    "On day one 2 reps had given none and booked $20.8K; the 4 others were 40% too high."
    """
    if not missing:
        return ""
    when = moment_words(left)
    others = "the other one was" if reps == 1 else f"the {reps} others were"
    own = miss_words(theirs) or "without bookings"
    return f"{when[:1].upper()}{when[1:]} {counted(missing, 'rep')} had given none and booked {booked}; {others} {own}."


def early_and_late(moments: Sequence[int | None]) -> list[int | None]:
    """Which moments to speak of: five weeks before the end, or the nearest to that, and the last week."""
    weeks = [one for one in moments if one is not None]
    if not weeks:
        return list(moments)[:1]
    early = min(weeks, key=lambda one: (abs(one - 5), one))
    late = min(weeks, key=lambda one: (abs(one - 1), one))
    return [early] if early == late else [early, late]


def drawn_together(horizons: Sequence[HorizonMisses]) -> tuple[HorizonMisses, ...]:
    """The moments with neighbouring weeks in which nothing changed as one: "12 to 8 weeks left"."""
    runs: list[list[HorizonMisses]] = []
    for one in horizons:
        last = runs[-1][-1] if runs else None
        if last is not None and last.weeks_left is not None and _same(last, one):
            runs[-1].append(one)
        else:
            runs.append([one])
    return tuple(replace(run[0], label=_run_label(run)) for run in runs)


def _same(first: HorizonMisses, other: HorizonMisses) -> bool:
    return replace(first, weeks_left=None, label="") == replace(other, weeks_left=None, label="")


def _run_label(run: Sequence[HorizonMisses]) -> str:
    if len(run) == 1:
        return run[0].label
    first, last = run[0].weeks_left, run[-1].weeks_left
    return f"{first} to {moment_label(last)}" if last else f"{counted(first or 0, 'week')} to last day"
