"""What comparable reps came to: where a target for somebody new can start from."""

from __future__ import annotations

from dataclasses import dataclass

from kpidesk.core.people import Scope
from kpidesk.core.periods import Period

LEAST_PEOPLE = 3
LEAST_VALUES = 8


@dataclass(frozen=True, slots=True)
class Comparable:
    """The values of comparable reps in their last whole periods, without those who were ramping or away.

    `values` are all of them; `median`, `low` and `high` their middle and quartiles. `traits` says in what they are
    alike ("AE, Enterprise"), `words` all of it as one sentence, `inputs` are the receipt codes of the values.
    """

    kpi_id: str
    scope: Scope
    period: Period
    people: tuple[Scope, ...]
    periods: tuple[Period, ...]
    values: tuple[float, ...]
    median: float
    low: float
    high: float
    traits: str
    words: str
    inputs: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """How many values there are."""
        return len(self.values)

    @property
    def is_weak(self) -> bool:
        """Whether there are too few people or values to lean on."""
        return len(self.people) < LEAST_PEOPLE or self.n < LEAST_VALUES

    @property
    def window(self) -> str:
        """The periods as a span: "Q1 2026 – Q4 2026"."""
        labels = (self.periods[0].label, self.periods[-1].label)
        return labels[0] if labels[0] == labels[1] else " – ".join(labels)
