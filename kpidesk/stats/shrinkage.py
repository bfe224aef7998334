"""Rates of reps pulled towards the team's rate, the more the fewer rows they rest on.

Beta-binomial shrinkage with the exact moment estimator for unequal numbers of rows (Kleinman 1973, J. Am. Stat.
Assoc. 68:46): compare within one source or segment, because reps with other leads have another usual rate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kpidesk.stats.intervals import CONFIDENCE, Interval, wilson

LEAST_GROUPS = 5
USUAL_STRENGTH = 20.0


@dataclass(frozen=True, slots=True)
class Prior:
    """What a rep's rate is taken to be before any rows of the rep are seen.

    `rate` is the pooled one, `variance` that of the true rates between reps, `strength` how many rows the pooled rate
    counts for (infinite when nothing shows that they differ). `rows` and `hits` are those of all together.
    """

    rate: float
    variance: float
    strength: float
    hits: float
    rows: float


@dataclass(frozen=True, slots=True)
class Shrunk:
    """One rep's rate: as counted (nan without rows), pulled towards the common one, and the interval of that.

    `weight` is how much of the rate is the rep's own, 0…1.
    """

    raw: float
    rate: float
    weight: float
    low: float
    high: float


def prior_of(x: Sequence[float], n: Sequence[float]) -> Prior | None:
    """The common rate of reps with `x` of `n`, and how much they differ; None without any rows.

    Fewer than five reps, or rows so few that their spread tells nothing, leave a common rate worth 20 rows.
    """
    known = [(hits, rows) for hits, rows in zip(x, n, strict=True) if rows > 0]
    rows = math.fsum(count for _, count in known)
    if not rows:
        return None
    hits = math.fsum(count for count, _ in known)
    rate = min(max(hits / rows, 0.0), 1.0)
    room = rows - math.fsum(count * count for _, count in known) / rows - (len(known) - 1)
    if len(known) < LEAST_GROUPS or room <= 0:
        return Prior(rate, math.nan, USUAL_STRENGTH, hits, rows)
    between = math.fsum(count * (own / count - rate) ** 2 for own, count in known)
    variance = max(0.0, (between - (len(known) - 1) * rate * (1 - rate)) / room)
    # reps further apart than any common rate allows still leave one row of it, without which 0 of 1 would be certain
    strength = max(rate * (1 - rate) / variance - 1, 1.0) if variance else math.inf
    return Prior(rate, variance, strength, hits, rows)


def shrunk_rate(x: float, n: float, prior: Prior, confidence: float = CONFIDENCE) -> Shrunk:
    """The rate behind `x` of `n` given what the others show; with no difference it is the common rate for all."""
    raw = x / n if n > 0 else math.nan
    low, high = _ends(x, n, prior, confidence)
    if math.isinf(prior.strength):
        return Shrunk(raw, prior.rate, 0.0, low, high)
    total = n + prior.strength
    return Shrunk(raw, (x + prior.rate * prior.strength) / total, n / total, low, high)


def _ends(x: float, n: float, prior: Prior, confidence: float) -> Interval:
    """The middle part of the Beta distribution of the rate, or how sure the common rate is."""
    from scipy import special

    hits, misses = x + prior.rate * prior.strength, n - x + (1 - prior.rate) * prior.strength
    if math.isinf(prior.strength) or min(hits, misses) <= 0:
        return wilson(prior.hits, prior.rows, confidence) or (0.0, 1.0)
    tail = (1 - confidence) / 2
    return float(special.betaincinv(hits, misses, tail)), float(special.betaincinv(hits, misses, 1 - tail))


def shrunk(x: Sequence[float], n: Sequence[float], confidence: float = CONFIDENCE) -> tuple[Shrunk, ...]:
    """The shrunk rates of reps with `x` of `n`, in the same order; empty without any rows."""
    prior = prior_of(x, n)
    if prior is None:
        return ()
    return tuple(shrunk_rate(hits, rows, prior, confidence) for hits, rows in zip(x, n, strict=True))
