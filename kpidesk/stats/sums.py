"""Whether a sum or a mean of amounts changed by more than luck brings: few large deals make both jump."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from statistics import NormalDist

from kpidesk.core.formats import ENGLISH, NumberStyle, format_difference, format_value, sample_text
from kpidesk.core.kpis import Unit
from kpidesk.stats.changes import EARLY, LEAST_ROWS, LUCK, Verdict, count_change, only_few
from kpidesk.stats.contrasts import Bounded, difference
from kpidesk.stats.intervals import CONFIDENCE, mean_interval


def sum_change(
    before: Sequence[float], after: Sequence[float], *, least: float = LEAST_ROWS, unit: Unit = "money",
    currency: str = "", style: NumberStyle = ENGLISH, confidence: float = CONFIDENCE,
) -> Verdict:  # fmt: skip
    """The sum of amounts before and now; too early below `least` amounts on either side.

    How many deals come and how large they are is both luck: the sum of a Poisson number of amounts has the variance
    of their sum of squares (Ross, Introduction to Probability Models, §5.4.2, compound Poisson).
    """
    change = math.fsum(after) - math.fsum(before)
    error = math.sqrt(math.fsum(one * one for one in (*before, *after)))
    half = NormalDist().inv_cdf((1 + confidence) / 2) * error
    return _verdict(before, after, Bounded(change, change - half, change + half), least, unit, currency, style)


def change_of_nothing(
    before: float, after: float, rows: tuple[float, float], *, time_before: float = 1.0, time_after: float = 1.0,
    unit: Unit = "money", currency: str = "", noun: str = "row", style: NumberStyle = ENGLISH,
    confidence: float = CONFIDENCE,
) -> Verdict:  # fmt: skip
    """A sum of amounts that came from nothing, or went to nothing; `rows` are how many amounts each side is of.

    `noun` is what one of them is called. If nothing changed, each amount lies on either side as the times are to each
    other, and no other way to share them out sets the sums so far apart: the permutation test of the sums (Pitman 1937)
    is the exact test of the numbers of amounts. How many times the earlier sum the later one is, holds for amounts that
    are as large as before.
    """
    found = count_change(*rows, time_before=time_before, time_after=time_after, confidence=confidence)
    said = format_value(max(before, after), unit, currency, style=style)
    if found.finding == "too_early":
        words = f"Only {sample_text(max(rows), noun=noun, style=style)} {'now' if after else 'before'}: {EARLY}."
    elif found.finding == "real":
        words = f"Really higher: {said} instead of nothing." if after else f"Really lower: nothing instead of {said}."
    else:
        words = f"{'Up' if after else 'Down'} {said}: {LUCK}."
    return replace(found, words=words)


def mean_change(
    before: Sequence[float], after: Sequence[float], *, least: float = LEAST_ROWS, unit: Unit = "money",
    currency: str = "", style: NumberStyle = ENGLISH, confidence: float = CONFIDENCE,
) -> Verdict:  # fmt: skip
    """The mean of amounts before and now, by the intervals of both; too early below `least` amounts on either side."""
    first, second = (_mean(values, confidence) for values in (before, after))
    change = difference(second, first) if first is not None and second is not None else None
    return _verdict(before, after, change, least, unit, currency, style)


def _mean(values: Sequence[float], confidence: float) -> Bounded | None:
    ends = mean_interval(values, confidence)
    return Bounded(math.fsum(values) / len(values), *ends) if ends is not None else None


def _verdict(
    before: Sequence[float], after: Sequence[float], change: Bounded | None, least: float, unit: Unit, currency: str,
    style: NumberStyle,
) -> Verdict:  # fmt: skip
    if change is None or min(len(before), len(after)) < least:
        return only_few(len(before), len(after))
    size = format_value(abs(change.value), unit, currency, style=style)
    side = "Up" if change.value > 0 else "Down"
    if not change.excludes_zero:
        words = f"{side} {size}: {LUCK}." if any(digit in "123456789" for digit in size) else "No change."
        return Verdict("cannot_tell", change.value, *change.interval, words)
    low, high = (format_difference(end, unit, currency, style=style) for end in change.interval)
    return Verdict(
        "real", change.value, *change.interval, f"Really {side.lower()}: by {size}, between {low} and {high}."
    )
