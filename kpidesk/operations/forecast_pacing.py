"""Where a running period should be by now: by its working days, and by how past periods filled up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from kpidesk.core.forecasts import CurveLine, Pacing
from kpidesk.core.formats import count_text, day_text, format_value, whole_percent
from kpidesk.core.goals import Target
from kpidesk.core.periods import Period, span_period
from kpidesk.operations.due import ONE_DAY
from kpidesk.operations.forecast_known import Known, booked_in
from kpidesk.operations.forecast_methods import Pace, plural
from kpidesk.operations.workspace import Workspace, settings
from kpidesk.stats.pace import PAST_PERIODS, history_curve, pace_of, required_per_day

Floats = NDArray[np.float64]


def pacing(ws: Workspace, known: Known, period: Period, won: float, target: Target | None, pace: Pace) -> Pacing:
    """Where the period should be at the close of the day, and what each working day left must bring."""
    money, aim = settings(ws).currency, target.target if target else None
    curve = history_curve(pace.curves)
    after = known.day + ONE_DAY
    by_days = pace_of(period, after, holidays=known.off, week=known.week)
    left = by_days.days_total - by_days.days_gone
    share = fmean(pace.shares) if len(pace.shares) >= PAST_PERIODS else None
    due = aim * share if aim is not None and share is not None else None
    business_due = aim * by_days.share if aim is not None else None
    required = required_per_day(aim, won, left) if aim is not None else None
    lines = _lines(known, period, pace, (curve, aim))
    found = Pacing(
        days_gone=by_days.days_gone, days_left=left, share=share, business_share=by_days.share,
        due=due, due_text=_text(due, money), business_due=business_due, business_due_text=_text(business_due, money),
        required=required, required_text=_text(required, money), words=(), curve=lines,
        sentence=_sentence(known, period, pace, share),
    )  # fmt: skip
    return _with_words(found, known, period, (won, aim), money)


def _text(value: float | None, money: str) -> str:
    return format_value(value, "money", money) if value is not None else ""


def _with_words(found: Pacing, known: Known, period: Period, amounts: tuple[float, float | None], money: str) -> Pacing:
    won, aim = amounts
    day, words = day_text(min(known.day, period.last_day)), []
    if known.day < period.start:
        return found
    if found.share is not None:
        words.append(
            f"By {day}, past {plural(period)} had booked {whole_percent(found.share)}% of their total on average."
        )
    if found.due is not None:
        words.append(f"That part of the target is {found.due_text}; {_text(won, money)} is booked: "
                     f"{_apart(won - found.due, money)}.")  # fmt: skip
    if aim is not None:
        kind = "working" if found.days_gone + found.days_left else "calendar"
        words.append(f"Spread evenly over {kind} days, {found.business_due_text} would be due "
                     f"({whole_percent(found.business_share)}% of them are over).")  # fmt: skip
        if found.share is None and known.kpi.pace in ("", "business") and found.business_due is not None:
            words.append(f"{_text(won, money)} is booked, {_apart(won - found.business_due, money)}. The status on the "
                         "scorecard goes by that until past periods tell more.")  # fmt: skip
        words.append(_needed(found, won, aim))
    return replace(found, words=tuple(words))


def _apart(amount: float, money: str) -> str:
    return f"{_text(abs(amount), money)} {'ahead' if amount >= 0 else 'behind'}"


def _needed(found: Pacing, won: float, aim: float) -> str:
    if won >= aim:
        return "The target is reached."
    days = f"{count_text(found.days_left)} working day{'' if found.days_left == 1 else 's'}"
    if found.required is None:
        return "No working day is left to reach the target."
    return f"To reach the target, each of the {days} left must bring {found.required_text}."


def _lines(
    known: Known, period: Period, pace: Pace, usual: tuple[Floats | None, float | None]
) -> tuple[CurveLine, ...]:
    """Every past period, what this one has booked so far, and the target spread as past periods filled up."""
    shown = pace.periods[len(pace.periods) - len(pace.curves) :]
    past = [CurveLine(one.label, "past", _points(curve)) for one, curve in zip(shown, pace.curves, strict=True)]
    curve, aim = usual
    expected = []
    if curve is not None and aim is not None:
        expected = [CurveLine("Target, as past periods filled up", "expected", _points((curve * aim).tolist()))]
    return (*past, *expected, CurveLine(period.label, "now", _so_far(known, period)))


def _points(values: Sequence[float]) -> tuple[tuple[float, float], ...]:
    return ((0.0, 0.0), *(((at + 1) / len(values), value) for at, value in enumerate(values)))


def _so_far(known: Known, period: Period) -> tuple[tuple[float, float], ...]:
    days = known.worked(period)
    gone = [day for day in days if day <= known.day]
    values = booked_in(known, [span_period(period.start, day) for day in gone], covered=True).values
    told = ((at + 1) / len(days) for at in range(len(gone)))
    return ((0.0, 0.0), *((part, value or 0.0) for part, value in zip(told, values, strict=True)))


def _sentence(known: Known, period: Period, pace: Pace, share: float | None) -> str:
    """The chart in one sentence."""
    if known.day < period.start:
        return f"{period.label} has not begun."
    if share is None:
        return f"What {period.label} has booked day by day; fewer than four past {plural(period)} to compare with."
    return (f"What {period.label} has booked day by day, beside {len(pace.curves)} past {plural(period)}, which had "
            f"booked {whole_percent(share)}% of their total by now.")  # fmt: skip
