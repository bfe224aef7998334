"""Values of KPIs that are typed in, each with its evidence: which one is in force, and what may be typed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from kpidesk.core.errors import UserError
from kpidesk.core.formats import full_value
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period

POOLED = "The value of the whole is the mean of what was typed in for its teams, each by how many answers it rests on."
_ADDITIVE = ("count", "money", "money_per_day")


@dataclass(frozen=True, slots=True)
class Entry:
    """A value typed in for one scope and one period.

    `value` is in the KPI's own measure (shares as fractions, money in major units). `n` is how many answers it rests
    on, None where nobody said. `evidence` says where it comes from. `entered_on` is the day (ISO). `superseded`: a
    newer one follows it.
    """

    kpi_id: str
    scope: Scope
    period: Period
    value: float
    evidence: str
    n: float | None = None
    entered_on: str = ""
    superseded: bool = False


Key = tuple[str, str, int, date, date]


def _key(kpi_id: str, scope: Scope, period: Period) -> Key:
    return kpi_id, scope.kind, scope.id, period.start, period.end


@dataclass(frozen=True, slots=True)
class EntryBook:
    """All values typed in, oldest first; of several for one scope and period the newest is in force."""

    entries: tuple[Entry, ...] = ()
    _in_force: dict[Key, Entry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Look up by scope and period what would else be searched for with every number shown."""
        found = {_key(one.kpi_id, one.scope, one.period): one for one in self.entries}
        object.__setattr__(self, "_in_force", found)

    def entry(self, kpi_id: str, scope: Scope, period: Period) -> Entry | None:
        """What was typed in for exactly this scope and period."""
        return self._in_force.get(_key(kpi_id, scope, period))

    def in_force(self) -> Iterable[Entry]:
        """The newest of each scope and period."""
        return self._in_force.values()

    def replaced(self, kpi_id: str, scope: Scope, period: Period) -> tuple[Entry, ...]:
        """What was typed in before for this scope and period, oldest first."""
        key = _key(kpi_id, scope, period)
        return tuple(one for one in self.entries if _key(one.kpi_id, one.scope, one.period) == key)[:-1]

    def parts(self, kpi_id: str, period: Period) -> tuple[Entry, ...]:
        """What is in force for teams in exactly this period."""
        days = (period.start, period.end)
        return tuple(
            one for (kpi, kind, _, *span), one in self._in_force.items()
            if kpi == kpi_id and kind == "team" and tuple(span) == days
        )  # fmt: skip

    def known_on(self, day: date) -> EntryBook:
        """What had been typed in by the end of a day."""
        return EntryBook(tuple(one for one in self.entries if one.entered_on <= day.isoformat()))


def pooled(kpi: Kpi, parts: Iterable[Entry]) -> tuple[float, float] | None:
    """The mean of parts by how many answers each rests on, and how many that are.

    None for what adds up (counts and money), without parts, and where one of them does not say how many.
    """
    told = tuple(parts)
    counts = [one.n for one in told if one.n is not None and one.n > 0]
    if not told or len(counts) < len(told) or kpi.unit in _ADDITIVE:
        return None
    n = math.fsum(counts)
    return math.fsum(one.value * count for one, count in zip(told, counts, strict=True)) / n, n


def nothing_typed(label: str) -> str:
    """Why a KPI that is typed in has no value in a period."""
    return f"nothing was typed in for {label}"


def check_entry(kpi: Kpi, entry: Entry) -> None:
    """Refuse what cannot be the value of a KPI.

    Raises:
        UserError: the KPI is counted from files, the value is no number or outside the scale, `n` is not above zero,
            or the evidence is missing.
    """
    if not kpi.is_manual:
        raise UserError(
            f"'{kpi.name}' is counted from your files: nothing is typed in for it.",
            "Make a KPI whose values are typed in, or import the records.",
        )
    if not math.isfinite(entry.value):
        raise UserError("The value must be a number.", "Leave out signs and words.")
    low, high = kpi.scale_low, kpi.scale_high
    if (low is not None and entry.value < low) or (high is not None and entry.value > high):
        raise UserError(
            f"{full_value(entry.value, kpi.unit)} is outside the scale of '{kpi.name}', {scale_words(kpi)}.",
            "Type a value within the scale, or change the scale of the KPI.",
        )
    if entry.n is not None and not (math.isfinite(entry.n) and entry.n > 0):
        raise UserError("The number of answers must be above zero.", "Leave it empty where it is not known.")
    if not entry.evidence.strip():
        raise UserError("A value typed in needs its evidence.", "Say where it comes from: a survey, a report, a link.")


def scale_words(kpi: Kpi) -> str:
    """The scale of a KPI: "0 to 10", "at least 0"; empty without one."""
    low, high = (None if end is None else full_value(end, kpi.unit) for end in (kpi.scale_low, kpi.scale_high))
    if low is not None and high is not None:
        return f"{low} to {high}"
    return f"at least {low}" if low is not None else f"at most {high}" if high is not None else ""
