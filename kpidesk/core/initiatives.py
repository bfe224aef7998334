"""Initiatives: what was begun in order to move KPIs, and whether they moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import Period

Verdict = Literal["changed", "cannot tell", "too early"]
VERDICT_WORDS: dict[Verdict, str] = {
    "changed": "Changed",
    "cannot tell": "Cannot tell",
    "too early": "Too early",
}


@dataclass(frozen=True, slots=True)
class Expected:
    """A KPI that an initiative is to move, and by which share (0.1 for 10 % more; None: nobody said)."""

    kpi_id: str
    change: float | None = None


@dataclass(frozen=True, slots=True)
class Initiative:
    """What was begun, when, for whom, and which KPIs it is to move.

    `end` is the day after the last one, None while it goes on. `control` is a scope that it was not begun for, to
    compare with. `for_leaders` and `for_reps` are how it is told upwards and to the reps. Stamps are ISO text;
    `dropped_at` is empty while it is kept.
    """

    id: int
    name: str
    start: date
    end: date | None = None
    scope: Scope = ORG
    kpis: tuple[Expected, ...] = ()
    control: Scope | None = None
    for_leaders: str = ""
    for_reps: str = ""
    made_at: str = ""
    dropped_at: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """The value of a KPI in one window with its sample and 95 % interval; `text` as shown.

    `receipt` is the code by which it is proven again, where that was asked for.
    """

    value: float | None
    n: float
    interval: tuple[float, float] | None
    text: str
    sample: str = ""
    reason: str = ""
    receipt: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class KpiReadout:
    """What became of one KPI: before and after in windows of equal length, and the same for the control scope.

    `change` is after less before, without what happened to the control (difference in differences) where there is
    one; `interval` bounds it with 95 % confidence. `tell_on` is the day from which a change as large as expected
    could be told from luck, None where that is not known. `finding` says what came out, `words` the numbers as well.
    `defined` is the period by whose definitions all of them are counted.
    """

    kpi: Kpi
    expected: float | None
    before: Cell
    after: Cell
    control_before: Cell | None
    control_after: Cell | None
    change: float | None
    interval: tuple[float, float] | None
    change_text: str
    verdict: Verdict
    better: bool | None
    tell_on: date | None
    finding: str
    words: str
    before_points: tuple[float | None, ...] = ()
    after_points: tuple[float | None, ...] = ()
    defined: Period | None = None

    @property
    def receipts(self) -> tuple[tuple[str, str], ...]:
        """What each number is, with the code by which it is proven again."""
        named = (("before", self.before), ("after", self.after),
                 ("control before", self.control_before), ("control after", self.control_after))  # fmt: skip
        return tuple((f"{self.kpi.name}, {when}", cell.receipt) for when, cell in named if cell and cell.receipt)


@dataclass(frozen=True, slots=True)
class Readout:
    """An initiative with what became of its KPIs up to the newest data.

    `before` and `after` are the two windows, None where no day of the initiative is in the data yet.
    """

    initiative: Initiative
    as_of: date | None
    before: Period | None
    after: Period | None
    kpis: tuple[KpiReadout, ...]
    words: str

    @property
    def receipts(self) -> tuple[tuple[str, str], ...]:
        """What each number is, with the code by which it is proven again; the scope first, then the control."""
        return tuple(one for kpi in self.kpis for one in kpi.receipts)


def check_initiative(one: Initiative) -> None:
    """Refuse an initiative that nothing could be read from.

    Raises:
        UserError: no name, no KPI, an end before the start, or a control that is the scope itself.
    """
    if not one.name.strip():
        raise UserError("An initiative needs a name.", "Say what is begun, for example: call again within a day.")
    if not one.kpis:
        raise UserError("An initiative needs a KPI that it is to move.", "Name one to five.")
    if one.end is not None and one.end <= one.start:
        last, first = day_text(one.end - timedelta(days=1)), day_text(one.start)
        raise UserError(f"It ends on {last}, before it starts on {first}.", "Put the earlier day first.")
    if one.control == one.scope:
        raise UserError(
            "A control scope is one that the initiative was not begun for.", "Name another team or rep, or none."
        )
    for expected in one.kpis:
        if expected.change == 0:
            raise UserError("An expected change of 0 is none.", "Leave it out, or say for example +10%.")
