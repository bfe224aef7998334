"""What a KPI came to for one scope in one period, and from how many records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Result:
    """One number with what it rests on.

    `value` is None when it does not exist, and `reason` then says why. Rates are fractions, money is in major
    units, durations in days. `numerator` and `denominator` are set for quotients; `n` is the sample: the
    credit-weighted number of records (of the denominator for a quotient). `interval` is the 95 % interval.
    `notices` qualify a value that does exist ("data begins inside this period"); `begins` is the day on which its data
    begin inside its period, the first one where those of several measures do; None where they do not. `likely` are the
    ends of the middle 80 % of what a forecast says is likely, whose median is the value.
    """

    value: float | None
    n: float
    numerator: float | None = None
    denominator: float | None = None
    interval: tuple[float, float] | None = None
    reason: str = ""
    notices: tuple[str, ...] = ()
    begins: date | None = None
    likely: tuple[float, float] | None = None
