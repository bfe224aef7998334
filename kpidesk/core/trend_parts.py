"""What explains a trend beside its points: the running period, the usual range, marks, bands and further lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from kpidesk.core.periods import Period

Side = Literal["above", "below"]
LineKind = Literal["year", "cycle", "mean"]
MarkKind = Literal["note", "initiative", "limits"]
HEAVY = 0.5
"""From this share on, one record is most of a value and is named."""


@dataclass(frozen=True, slots=True)
class Elapsed:
    """What an earlier period had come to by the same working day; `until` is the last day that counts in it.

    `receipt` is the code by which it is proven again.
    """

    period: Period
    until: date
    value: float | None
    value_text: str
    receipt: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Running:
    """A period that is not over, at point `at` of its trend: how much of it is over, and where it is heading.

    `share` is the part of its working days that is over (of how past periods filled up, where `basis` says so).
    `point`, `low` and `high` are what it comes to, with the middle 80 % of what is likely; None while that cannot be
    told. `required` is what each of the `days_left` working days must bring to reach the target. `elapsed` is the
    period before by the same working day. `words` say all of it, one sentence each.
    """

    at: int
    share: float
    basis: str
    days_gone: int
    days_left: int
    point: float | None
    low: float | None
    high: float | None
    required: float | None
    elapsed: Elapsed | None
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UsualSignal:
    """A possible change: the newest point it covers, the first one, on which side, and what it is in words."""

    at: int
    since: int
    side: Side
    words: str


@dataclass(frozen=True, slots=True)
class Usual:
    """Between which values a KPI moves without a cause, at each point of a trend (None where that is not known).

    `trial`: it rests on fewer than twelve periods and raises no signals. `words` say what it rests on, or why there is
    none.
    """

    low: tuple[float | None, ...] = ()
    middle: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    signals: tuple[UsualSignal, ...] = ()
    trial: bool = False
    words: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether there is a range at any point."""
        return any(one is not None for one in self.high)

    def at(self, place: int) -> tuple[float, float] | None:
        """The range at a point."""
        if place >= len(self.high):
            return None
        low, high = self.low[place], self.high[place]
        return None if low is None or high is None else (low, high)


@dataclass(frozen=True, slots=True)
class TrendMark:
    """Something that happened, at place `x` (in periods of the trend): its number at the axis, day and words."""

    number: int
    x: float
    day: date
    text: str
    kind: MarkKind


@dataclass(frozen=True, slots=True)
class BenchmarkRange:
    """A published range; `low` and `high` are equal for a single figure, one of them None where it is open.

    `words` say what it is and who says so.
    """

    low: float | None
    high: float | None
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """A further line over the points of a trend: its name, a value and a text for each point, what it is in words.

    Values are in the unit of the trend, None where there is none. `receipts` are the codes of those that are numbers of
    a KPI in a period, one for each point; empty for what is worked out from them.
    """

    kind: LineKind
    name: str
    values: tuple[float | None, ...]
    texts: tuple[str, ...]
    words: str = ""
    receipts: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How the deals of one period are spread by size: `counts` of deals in steps of equal width from `low` to `high`.

    `largest` is the share of the value that the largest deal is, None where the value is no sum. Amounts are in the
    unit of the KPI.
    """

    low: float
    high: float
    counts: tuple[int, ...]
    middle: float
    largest: float | None
    words: str
