"""How often open deals were won in the own past, smoothed so that a few deals promise neither too much nor nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kpidesk.stats.intervals import Interval, wilson

PRIOR_DEALS = 10.0
"""How many deals of all stages stand behind a stage before its own count."""


def overall_chance(won: float, n: float) -> float:
    """The chance of any deal: the mean of Jeffreys' posterior, (won + ½) ÷ (n + 1)."""
    return (won + 0.5) / (n + 1.0)


def stage_chance(won: float, n: float, overall: float) -> float:
    """The chance of a deal of one stage: the posterior mean of a Beta prior worth 10 deals at the overall chance.

    (won + 10·overall) ÷ (n + 10): with no deal of the stage it is the overall chance, with hundreds it is their share
    (Gelman et al., Bayesian Data Analysis, §2.4).
    """
    return (won + PRIOR_DEALS * overall) / (n + PRIOR_DEALS)


def value_rate_interval(won: Sequence[float], decided: Sequence[float]) -> Interval | None:
    """The 95 % interval of the share of money won, from the amounts of the deals won and of all that were decided.

    Wilson's for as many equal deals as these amounts are worth: (Σa)² ÷ Σa² (Kish, Survey Sampling, §11.7). Few large
    deals are worth few.
    """
    total = math.fsum(decided)
    squares = math.fsum(amount * amount for amount in decided)
    if total <= 0 or squares <= 0:
        return None
    worth = total * total / squares
    return wilson(math.fsum(won) / total * worth, worth)
