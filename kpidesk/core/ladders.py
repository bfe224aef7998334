"""A target put to the test before it is set: where it leads, whether it can be reached, whether it would show."""

from __future__ import annotations

from dataclasses import dataclass

from kpidesk.core.comparables import Comparable
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period


@dataclass(frozen=True, slots=True)
class LadderStep:
    """What the target comes to in one of the next periods; `warning` is empty while nothing speaks against it."""

    period: Period
    value: float
    text: str
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A published range to compare with, never a target; `words` names its `source`, with its year and for whom."""

    low: float
    high: float
    words: str
    source: str


@dataclass(frozen=True, slots=True)
class Visibility:
    """Whether a change of this size would show in the numbers of the scope.

    `periods` is how many periods it takes to tell it from luck (None: that cannot be said), `words` says so.
    `suggest` is a KPI that moves sooner and is not in use yet (its id and name, empty for none).
    """

    words: str
    periods: float | None = None
    suggest: str = ""
    suggest_name: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """A target repeated at the same step over the next periods, with everything that speaks for or against it.

    `start` is the baseline, `start_text` as shown, `inputs` are the receipt codes of the numbers that it was worked out
    from, oldest first. `capability` says whether the present process reaches it (empty: now and then, or not enough
    history).
    """

    kpi_id: str
    scope: Scope
    period: Period
    start: float
    start_text: str
    uplift: float
    steps: tuple[LadderStep, ...]
    warnings: tuple[str, ...]
    capability: str
    visibility: Visibility
    band: Band | None = None
    comparable: Comparable | None = None
    inputs: tuple[str, ...] = ()
