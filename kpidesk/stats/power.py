"""Which changes a given number of rows could tell from luck: two-sided 5 %, found four times out of five."""

from __future__ import annotations

import math
from statistics import NormalDist

from kpidesk.core.formats import ENGLISH, NumberStyle, format_value
from kpidesk.core.kpis import Direction
from kpidesk.stats.intervals import CONFIDENCE, z_value

POWER = 0.80
NORMAL = NormalDist()


def needed_n(p0: float, p1: float, power: float = POWER, confidence: float = CONFIDENCE) -> int | None:
    """How many rows in each of two periods tell a rate `p1` from a rate `p0`; None when they are equal."""
    if p0 == p1 or not (0 <= p0 <= 1 and 0 <= p1 <= 1):
        return None
    same, apart = _spreads(p0, p1)
    reach = z_value(confidence) * same + NORMAL.inv_cdf(power) * apart
    return math.ceil((reach / (p1 - p0)) ** 2)


def power_at(p0: float, p1: float, n: float, confidence: float = CONFIDENCE) -> float:
    """How often a true change from `p0` to `p1` shows with `n` rows in each period."""
    same, apart = _spreads(p0, p1)
    if n <= 0:
        return 0.0
    if apart == 0:
        return 1.0 if p0 != p1 else 0.0
    return NORMAL.cdf((abs(p1 - p0) * math.sqrt(n) - z_value(confidence) * same) / apart)


def _spreads(p0: float, p1: float) -> tuple[float, float]:
    """Standard deviation of a difference, per row: when nothing changed, and when the change is real."""
    middle = (p0 + p1) / 2
    return math.sqrt(2 * middle * (1 - middle)), math.sqrt(p0 * (1 - p0) + p1 * (1 - p1))


def noticeable(p0: float, n: float, direction: Direction = "higher", power: float = POWER) -> float | None:
    """The rate nearest to `p0` on its better side that `n` rows a period tell from luck.

    None when even a rate of 0 or 1 could not be told.
    """
    end = 0.0 if direction == "lower" else 1.0
    if not 0 <= p0 <= 1 or n <= 0 or p0 == end or power_at(p0, end, n) < power:
        return None
    hidden, seen = p0, end
    for _ in range(60):
        middle = (hidden + seen) / 2
        if power_at(p0, middle, n) >= power:
            seen = middle
        else:
            hidden = middle
    return seen


def noticeable_count(usual: float, direction: Direction = "higher", power: float = POWER) -> float | None:
    """The count nearest to the `usual` one on its better side that one period tells from luck.

    Square roots of counts have the same spread at every level, which is what this rests on.
    """
    if usual < 0:
        return None
    step = (z_value() + NORMAL.inv_cdf(power)) / math.sqrt(2)
    root = math.sqrt(usual) + (-step if direction == "lower" else step)
    return root * root if root > 0 else None


def reach(power: float = POWER) -> float:
    """By how many standard errors a change must stand out to be told from luck that often."""
    return z_value() + NORMAL.inv_cdf(power)


def periods_for_rate(p0: float, p1: float, n: float) -> float | None:
    """How many periods of `n` rows, before and after, tell a rate `p1` from a rate `p0`; None where none do."""
    rows = needed_n(p0, p1)
    return rows / n if rows is not None and n > 0 else None


def periods_for_count(usual: float, aim: float) -> float | None:
    """How many periods tell a mean count of `aim` from the `usual` one; None where they are the same.

    By the square roots of counts, which have the same spread at every level.
    """
    if usual < 0 or aim < 0 or usual == aim:
        return None
    return (reach() / math.sqrt(2) / (math.sqrt(aim) - math.sqrt(usual))) ** 2


def noticeable_words(
    p0: float, n: float, direction: Direction = "higher", *, per: str = "period", style: NumberStyle = ENGLISH
) -> str:
    """One sentence on what `n` rows a period can show about a rate that was `p0`."""
    rows = format_value(round(n) if n >= 1 else n, "count", style=style)
    found = noticeable(p0, n, direction)
    if found is None:
        return f"With {rows} rows a {per} no change of this rate could be told from luck."
    side = "or less" if direction == "lower" else "or more"
    rate = format_value(found, "percent", style=style)
    return f"With {rows} rows a {per}, only {rate} {side} could be told from luck."
