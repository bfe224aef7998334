"""Rates that compound, which are easily added up by mistake."""

from __future__ import annotations


def compounded(rate: float, periods: int) -> float:
    """What a loss of `rate` per period comes to over several: 3 % a month is 30.6 % a year, not 36 %."""
    return 1 - (1 - rate) ** periods
