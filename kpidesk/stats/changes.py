"""Whether a KPI really changed from one period to another, cannot be told from luck, or has too few rows to say.

Rates by Newcombe's interval, counts by the exact conditional test of two Poisson rates, medians by Price and Bonett,
net scores by the variance that all answers have together, money and other levels against the limits of their own
history. Everything at 95 %, levels at three sigma.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from statistics import median
from typing import Literal

from kpidesk.core.formats import ENGLISH, NumberStyle, count_text, fixed, format_interval, format_value, sample_text
from kpidesk.core.kpis import Unit
from kpidesk.stats.intervals import CONFIDENCE, Interval, clopper_pearson, newcombe, z_value
from kpidesk.stats.medians import LEAST_VALUES, median_difference
from kpidesk.stats.process import BASELINE, LEAST_POINTS, limits

Finding = Literal["real", "cannot_tell", "too_early"]
Scale = Literal["difference", "ratio"]
LEAST_ROWS = 10.0
_MOST_TRIED = 100_000
LUCK, EARLY = "could be luck", "too few to tell a change"
_LONGER: dict[Unit, tuple[str, str]] = {
    "days": ("longer", "shorter"), "hours": ("longer", "shorter"), "months": ("longer", "shorter")
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can be said about a change, with its interval and a sentence for the manager.

    `change`, `low` and `high` are a difference in the unit of the KPI (a rate's in fractions), or how many times the
    usual count the new one is: `scale` tells which. A real change leaves 0, of a ratio 1, outside `low`…`high`.
    They are None where there is too little to compute them.
    """

    finding: Finding
    change: float | None
    low: float | None
    high: float | None
    words: str
    scale: Scale = "difference"


def confidence_of(looks: float) -> float:
    """The confidence at which one of so many looks is judged, that luck alone picks out any of them 5 times in 100."""
    return 1 - (1 - CONFIDENCE) / max(looks, 1)


def allowing_for_many(
    real: Sequence[int], rows: int, is_real: Callable[[int, float], bool], tables: int = 1
) -> set[int]:
    """Which of the changes that are `real` alone stay so among so many rows, of one of so many tables looked at.

    `rows` are all that were looked at: those that the shown ones were picked out of as well. `is_real` judges one of
    them at a confidence. Luck alone picks out any row of any table in no more than 5 of 100
    cases (Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Stat. 6:65, 1979, in each table;
    Bonferroni over the tables).
    """
    kept: set[int] = set()
    while True:
        confidence = confidence_of(tables * max(rows - len(kept), 1))
        more = {at for at in real if at not in kept and is_real(at, confidence)}
        if not more:
            return kept
        kept |= more


def only_few(
    before: float, after: float, *, noun: str = "row", rests_on: tuple[float, float] = (0.0, 0.0)
) -> Verdict:  # fmt: skip
    """That too few rows are behind one of two sides, the smaller one, for their change to be judged.

    `noun` is what a row is called, `rests_on` how many rows each side is said to rest on: where more than have a value,
    both are told, "7 of 10 deals".
    """
    few, rows, when = min((after, rests_on[1], "now"), (before, rests_on[0], "before"), key=itemgetter(0))
    told = f"{sample_text(few, noun=noun)} {when}"
    if rows >= few + 1:
        told = f"{count_text(few)} of {sample_text(rows, noun=noun)} {when} {'has' if few == 1 else 'have'} a value"
    return Verdict("too_early", None, None, None, f"Only {told}: {EARLY}.")


def rate_change(
    x0: float, n0: float, x1: float, n1: float, *, least: float = LEAST_ROWS, style: NumberStyle = ENGLISH,
    confidence: float = CONFIDENCE,
) -> Verdict:  # fmt: skip
    """A share of rows: `x0` of `n0` before, `x1` of `n1` now; too early below `least` rows on either side."""
    interval = newcombe(x1, n1, x0, n0, confidence)
    few = f"{count_text(x1, style)} of {count_text(n1, style)}"
    if n1 >= least:
        few = f"Only {count_text(x0, style)} of {count_text(n0, style)} before"
    if interval is None:
        return Verdict("too_early", None, None, None, f"{few}: {EARLY}.")
    change = x1 / n1 - x0 / n0
    if min(n0, n1) < least:
        return Verdict("too_early", change, *interval, f"{few}: {EARLY}.")
    if interval[0] <= 0 <= interval[1]:
        return Verdict("cannot_tell", change, *interval, _luck(change, _points(change, style)))
    now, then = (format_value(rate, "percent", n=n, style=style) for rate, n in ((x1 / n1, n1), (x0 / n0, n0)))
    side = "higher" if change > 0 else "lower"
    return Verdict("real", change, *interval, f"Really {side}: {now} instead of {then}.")


def _points(change: float, style: NumberStyle) -> str:
    """A difference of shares in points, with the one decimal that it has beside its number."""
    shown = fixed(100 * abs(change), 1, style).removesuffix(f"{style.decimal}0")
    return "1 point" if shown == "1" else f"{shown} points"


def _luck(change: float, size: str, same: str = "") -> str:
    """A change that could be luck."""
    if not any(digit in "123456789" for digit in size):
        return "No change."
    return f"{'Up' if change > 0 else 'Down'} {size}{same}: {LUCK}."


def count_chance(count1: float, time1: float, count2: float, time2: float) -> float:
    """How often luck alone sets two counts over two spans of time so far apart when their rates are equal.

    The exact conditional test (Przyborowski and Wilenski 1940), two-sided: twice the smaller tail. 1 without time.
    """
    from scipy import special

    total = count1 + count2
    if time1 <= 0 or time2 <= 0 or total <= 0:
        return 1.0
    share = time1 / (time1 + time2)
    up_to = 1.0 if count2 <= 0 else float(special.betaincc(count1 + 1, count2, share))
    from_on = 1.0 if count1 <= 0 else float(special.betainc(count1, count2 + 1, share))
    return min(1.0, 2 * min(up_to, from_on))


def count_change(
    before: float, after: float, *, time_before: float = 1.0, time_after: float = 1.0, style: NumberStyle = ENGLISH,
    confidence: float = CONFIDENCE,
) -> Verdict:  # fmt: skip
    """A count: `before` in a span of time, `after` in another, in any common unit (weeks worked).

    Too early while not even nothing at all against everything could be told from luck. Where the spans differ in
    length, the words say that the count before is one over the same time.
    """
    same = " over the same time" if time_before != time_after else ""
    ratio = _count_ratio(before, after, time_before, time_after, confidence)
    if ratio is None:
        return Verdict("too_early", None, None, None, f"{count_text(after, style)}: {EARLY}.", "ratio")
    usual = before * time_after / time_before
    change = after / usual if usual else math.inf
    if not _tellable(before + after, time_before, time_after):
        return Verdict("too_early", change, *ratio, f"{_instead(after, usual, style)}{same}: {EARLY}.", "ratio")
    if count_chance(after, time_after, before, time_before) > 1 - confidence:
        size = count_text(round(abs(after - usual), 1), style)
        return Verdict("cannot_tell", change, *ratio, _luck(after - usual, size, same), "ratio")
    side = "more" if after > usual else "fewer"
    return Verdict("real", change, *ratio, f"Really {side}: {_instead(after, usual, style)}{same}.", "ratio")


def _instead(after: float, usual: float, style: NumberStyle) -> str:
    return f"{count_text(after, style)} instead of {count_text(round(usual, 1), style)}"


def _count_ratio(
    before: float, after: float, time_before: float, time_after: float, confidence: float
) -> Interval | None:
    """Between how many times the old rate the new one lies: the exact interval of the new rows' share of all."""
    if min(before, after) < 0 or min(time_before, time_after) <= 0:
        return None
    share = clopper_pearson(after, before + after, confidence)
    if share is None:
        return None
    low, high = (end / (1 - end) if end < 1 else math.inf for end in share)
    return low * time_before / time_after, high * time_before / time_after


def _tellable(total: float, time_before: float, time_after: float) -> bool:
    """Whether so many rows could show a change at all."""
    ends = count_chance(total, time_after, 0, time_before), count_chance(0, time_after, total, time_before)
    return min(ends) <= 1 - CONFIDENCE


def least_told(time_before: float, time_after: float) -> int:
    """From how many rows on both sides together on a change of a count can be told from luck."""
    return next(total for total in range(1, _MOST_TRIED) if _tellable(total, time_before, time_after))


def median_change(
    before: Sequence[float], after: Sequence[float], *, least: float = LEAST_VALUES, unit: Unit = "days",
    currency: str = "", style: NumberStyle = ENGLISH, confidence: float = CONFIDENCE,
) -> Verdict:  # fmt: skip
    """The median of values before and now; too early below `least`, and always below six, on either side."""
    interval = median_difference(after, before, confidence)
    if interval is None or min(len(before), len(after)) < least:
        few, when = (len(after), "now") if len(after) < max(least, LEAST_VALUES) else (len(before), "before")
        rows = sample_text(few, noun="row", style=style)
        return Verdict("too_early", None, None, None, f"Only {rows} {when}: {EARLY}.")
    change = median(after) - median(before)
    return _level_verdict(change, interval, (median(after), median(before)), unit=unit, currency=currency, style=style)


def _level_verdict(
    change: float, interval: Interval, values: tuple[float, float], *, unit: Unit, currency: str, style: NumberStyle
) -> Verdict:
    if interval[0] <= 0 <= interval[1]:
        size = format_value(abs(change), unit, currency, style=style).removeprefix("+")
        size = f"{size} points" if unit == "points" else size
        return Verdict("cannot_tell", change, *interval, _luck(change, size))
    now, then = (format_value(value, unit, currency, style=style) for value in values)
    return Verdict("real", change, *interval, f"Really {_side(change, unit)}: {now} instead of {then}.")


def _side(change: float, unit: Unit) -> str:
    up, down = _LONGER.get(unit, ("higher", "lower"))
    return up if change > 0 else down


@dataclass(frozen=True, slots=True)
class NetScore:
    """A net score in its unit (points), its 95 % interval as `balance_many` gives it, and how many answers it is of."""

    value: float
    interval: Interval
    answers: float

    @property
    def spread(self) -> float:
        """The variance of one answer, told by the end of the interval that is not cut off; none where all are alike."""
        if self.value in self.interval:
            return 0.0
        half = max(self.value - self.interval[0], self.interval[1] - self.value)
        return self.answers * (half / z_value(CONFIDENCE)) ** 2


def score_change(
    before: NetScore, after: NetScore, *, least: float = LEAST_ROWS, unit: Unit = "points",
    style: NumberStyle = ENGLISH, confidence: float = CONFIDENCE,
) -> Verdict:  # fmt: skip
    """A net promoter score, or another share of one kind less that of another; too early below `least` answers.

    How far apart luck sets two scores is told by the variance of all answers of both sides together, as where nothing
    changed (the score test of two means). The variances of each side alone call luck real 8 times in 100 of ten answers
    each, and see no luck at all where everybody gave the same.
    """
    if min(before.answers, after.answers) < least:
        return only_few(before.answers, after.answers)
    every, change = before.answers + after.answers, after.value - before.value
    middle = (before.answers * before.value + after.answers * after.value) / every
    spread = sum(one.answers * (one.spread + (one.value - middle) ** 2) for one in (before, after)) / every
    half = z_value(confidence) * math.sqrt(spread * (1 / before.answers + 1 / after.answers))
    ends = change - half, change + half
    return _level_verdict(change, ends, (after.value, before.value), unit=unit, currency="", style=style)


def level_change(
    history: Sequence[float], now: float, *, unit: Unit = "money", currency: str = "", each: str = "period",
    style: NumberStyle = ENGLISH,
) -> Verdict:  # fmt: skip
    """Money or another level against its own past, oldest first: real when outside the limits of all of it.

    Money is judged by its square roots, as in a chart.

    `low` and `high` say how far from the ends of the usual range it lies. Too early below six periods; below twelve
    the limits are too uncertain to call anything real.
    """
    known = [value for value in history if math.isfinite(value)]
    found = limits(known, kind="money" if unit in ("money", "money_per_day") else "value", baseline=len(known))
    if found is None:
        return Verdict("too_early", None, None, None, f"{len(known)} of {LEAST_POINTS} {each}s known: {EARLY}.")
    change, ends = now - found.centre, (now - found.high, now - found.low)
    usual = format_interval((found.low, found.high), unit, currency, style=style)
    shown = format_value(now, unit, currency, style=style)
    is_at_end = any(math.isclose(now, end, rel_tol=1e-9, abs_tol=1e-12) for end in (found.low, found.high))
    if ends[0] <= 0 <= ends[1] or is_at_end:
        return Verdict("cannot_tell", change, *ends, f"{shown} is within its usual {usual}: {LUCK}.")
    if found.trial:
        words = f"{shown} is outside {usual}, but only {len(known)} of {BASELINE} {each}s are known: {EARLY}."
        return Verdict("too_early", change, *ends, words)
    return Verdict("real", change, *ends, f"Really {_side(change, unit)}: {shown}, usually {usual}.")


def step_change(
    history: Sequence[float], before: float, now: float, *, unit: Unit = "money", currency: str = "",
    style: NumberStyle = ENGLISH,
) -> Verdict:  # fmt: skip
    """The step between two values that both lie outside what is usual: real when larger than any without a cause.

    The upper limit of the moving ranges of `history` (Wheeler 1993) tells how large a step needs no cause.
    """
    known = [value for value in history if math.isfinite(value)]
    found, change = limits(known, baseline=len(known)), now - before
    if found is None:
        return Verdict("too_early", None, None, None, f"{len(known)} of {LEAST_POINTS} known: {EARLY}.")
    interval = change - found.range_limit, change + found.range_limit
    return _level_verdict(change, interval, (now, before), unit=unit, currency=currency, style=style)
