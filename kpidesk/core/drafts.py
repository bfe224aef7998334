"""A formula while it is being written or changed: what it says, what it comes to, whom it affects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kpidesk.core.formula_form import FormulaForm
from kpidesk.core.kpis import Kpi, KpiClass, Unit
from kpidesk.core.periods import Period

Through = Literal["value", "goal"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a formula: the kind of mistake, what to write instead, and the characters it is about."""

    code: str
    problem: str
    advice: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Check:
    """What a formula says, or what is wrong with it.

    `unit` is the one it would be shown in and `units` all it could be shown in, the likeliest first. `form` is None
    where the formula says more than the form can. `notices` are true of a formula that works: what the data lack for
    it, a retired KPI it rests on, KPIs that would stop working. `fewer` is what it counts of which fewer is likely
    better, empty otherwise. With a `problem` all the rest is empty.
    """

    text: str
    sentence: str = ""
    unit: Unit | None = None
    units: tuple[Unit, ...] = ()
    kpi_class: KpiClass | None = None
    form: FormulaForm | None = None
    notices: tuple[str, ...] = ()
    fewer: str = ""
    problem: Problem | None = None

    @property
    def works(self) -> bool:
        """Whether the formula can be used."""
        return self.problem is None


@dataclass(frozen=True, slots=True)
class DraftValue:
    """What a formula comes to in one period: the raw value, the text as shown, the rows below the line.

    `receipt` is the code of the number where it is that of a KPI that is kept.
    """

    period: Period
    value: float | None
    text: str
    n: float
    reason: str
    running: bool
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Another KPI that this one reads, or that reads this one: its value, or only its goal."""

    kpi_id: str
    name: str
    status: str
    through: Through = "value"


@dataclass(frozen=True, slots=True)
class Draft:
    """A formula with what it comes to in the last periods, oldest first.

    `before` is the same by the definition that is in use; empty for a new KPI. `rows` counts the rows behind the
    newest value. `affected` are the KPIs that change with this one, `reads` those it rests on.
    """

    check: Check
    values: tuple[DraftValue, ...] = ()
    before: tuple[DraftValue, ...] = ()
    rows: int = 0
    affected: tuple[Link, ...] = ()
    reads: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenValue:
    """A value of a field with how many rows have it."""

    text: str
    rows: int


@dataclass(frozen=True, slots=True)
class KpiChange:
    """A KPI before and after a change, with what the new formula comes to; `saved` is false when it was only tried."""

    before: Kpi
    after: Kpi
    draft: Draft
    saved: bool

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields that differ, version and its day left out."""
        names = (one for one in self.before.__dataclass_fields__ if one not in ("version", "valid_from", "reason"))
        return tuple(name for name in names if getattr(self.before, name) != getattr(self.after, name))
