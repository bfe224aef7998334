"""What other drivers would bring: the own values, those that are tried, and what each product comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kpidesk.core.causes import Split
from kpidesk.core.kpis import Unit
from kpidesk.core.scorecards import Question

DriverId = Literal["opportunities", "win_rate", "deal_size", "cycle", "open_deals"]
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class DriverChange:
    """One driver with its present value from the own data, and the value tried; `basis` is what it rests on."""

    id: DriverId
    name: str
    unit: Unit
    now: float
    now_text: str
    then: float
    then_text: str
    basis: str
    change: float = 0.0

    @property
    def is_changed(self) -> bool:
        """Whether another value is tried."""
        return abs(self.change) > _NOTHING


@dataclass(frozen=True, slots=True)
class Effect:
    """What changed drivers do to a number that is their product."""

    name: str
    unit: Unit
    before: float
    before_text: str
    after: float
    after_text: str
    change_text: str
    sums: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What other drivers would bring: bookings of a period, and money the pipeline yields per day.

    `velocity` splits the change of pipeline velocity since the period before over its four drivers; None where it has
    no such split. `missing` says which driver has no value.
    """

    question: Question
    title: str
    currency: str
    window: str
    drivers: tuple[DriverChange, ...]
    effects: tuple[Effect, ...]
    velocity: Split | None = None
    velocity_words: str = ""
    missing: tuple[str, ...] = ()
