"""Rates that are easily got wrong: compounding ones, win rates by what they are divided by, velocity."""

from __future__ import annotations

from dataclasses import dataclass


def compounded(rate: float, periods: int) -> float:
    """What a loss of `rate` per period comes to over several: 3 % a month is 30.6 % a year, not 36 %."""
    return 1 - (1 - rate) ** periods


def velocity(deals: float, win_rate: float, deal_size: float, cycle_days: float) -> float | None:
    """Money won per day by a pipeline; None without a cycle length."""
    return deals * win_rate * deal_size / cycle_days if cycle_days else None


@dataclass(frozen=True, slots=True)
class WinRates:
    """Won deals by what they are divided by; None where that is nothing.

    `of_decided` counts won and lost, `of_ended` adds those that ended undecided, `of_created` those still open.
    """

    of_decided: float | None
    of_ended: float | None
    of_created: float | None


def win_rates(won: float, lost: float, undecided: float = 0.0, still_open: float = 0.0) -> WinRates:
    """The win rates of one set of deals, side by side: they answer different questions."""
    bases = (won + lost, won + lost + undecided, won + lost + undecided + still_open)
    return WinRates(*(won / base if base else None for base in bases))
