"""What is known of a scope's bookings on a day, asked in the same way of today and of any past day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from kpidesk import engine, store
from kpidesk.core.errors import UserError
from kpidesk.core.forecasts import Basis
from kpidesk.core.formats import day_text
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period, is_running, run_of, shift, span_period
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.core.worktime import read_work_week, working_days
from kpidesk.language import Formula
from kpidesk.operations.due import ONE_DAY, around, steps_in
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import definition_in_force, find_kpi, formula_then
from kpidesk.operations.questions import level_of_nobody
from kpidesk.operations.workspace import Workspace, data_date, settings
from kpidesk.stats.pace import business_days, days_worked

SEASONS = 12
"""How many past periods the yardstick of the season looks at."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A scope's bookings with the knowledge of `day`: nothing dated later is looked at.

    `dates` are the days of the exports of deals up to then. `week` and `off` tell which days are worked.
    """

    evaluator: engine.Evaluator
    settings: Settings
    kpi: Kpi
    formula: Formula
    scope: Scope
    level: engine.UnassignedLevel
    day: date
    today: date
    dates: tuple[date, ...]
    week: tuple[bool, ...]
    off: tuple[date, ...]
    basis: Basis = "exports"

    @property
    def row(self) -> int:
        """The row of an answer that is the scope's."""
        return self.evaluator.facts.crew.row_of(self.scope, self.level)

    def working_days(self, period: Period) -> int:
        """The working days of a period."""
        return business_days(period.start, period.end, self.off, self.week)

    def days_gone(self, period: Period) -> int:
        """The working days of a period up to the day and with it."""
        return business_days(period.start, min(max(self.day + ONE_DAY, period.start), period.end), self.off, self.week)

    def worked(self, period: Period) -> list[date]:
        """Each working day of a period."""
        return days_worked(period, self.off, self.week)


def known_of(
    ws: Workspace, asked: Question, day: date, knowing: engine.Evaluator, basis: Basis = "exports"
) -> Known | None:
    """What `knowing` tells of the bookings of a question's scope up to a day; None where bookings have no formula."""
    kpi = definition_in_force(ws, find_kpi(ws, engine.QUOTA), asked.period)
    formula = formula_then(ws, kpi, asked.period)
    if formula is None:
        return None
    week = working_days(read_work_week(settings(ws).business_hours))
    off = tuple(map(engine.day_of, engine.free_days(knowing.facts.tables).tolist()))
    return Known(
        knowing, settings(ws), kpi, formula, asked.scope, level_of_nobody(asked), day, ws.today, _exports(ws, day),
        tuple(week), off, basis,
    )  # fmt: skip


def plain(question: Question) -> Question:
    """The question without what a forecast has no use for."""
    return replace(question, by="", periods=1, parts=(), where="")


def known_now(ws: Workspace, asked: Question) -> Known:
    """What is known of the bookings of a question's scope on the day of the data.

    Raises:
        UserError: no deals have been imported, or bookings have no formula.
    """
    day = data_date(ws, asked.as_of)
    if day is None and asked.as_of is not None and data_date(ws) is not None:
        raise UserError(f"No export is dated up to {day_text(asked.as_of)}.", "Ask for a later day.")
    if day is None:
        raise UserError("No deals have been imported yet.", "Import an export of your CRM first.")
    knowing = evaluator(ws, asked.as_of, asked.teams)
    knowing.facts.crew.row_of(asked.scope, "team")
    found = known_of(ws, asked, min(day, asked.period.last_day), knowing)
    if found is None:
        raise UserError("Bookings have no formula here, so they cannot be forecast.", "Define the KPI 'Bookings'.")
    return found


def export_days(ws: Workspace) -> tuple[date, ...]:
    """The days of the exports of deals, oldest first."""
    return ws.remember("export days", lambda: tuple(sorted({day for _, day in store.data_dates(ws.db)})))


def _exports(ws: Workspace, day: date) -> tuple[date, ...]:
    return tuple(one for one in export_days(ws) if one <= day)


@dataclass(frozen=True, slots=True)
class Booked:
    """What was booked in spans of days, in their order; None where the data do not cover one, or begin in it."""

    values: tuple[float | None, ...]
    rows: tuple[float, ...]


def booked_in(known: Known, spans: Sequence[Period], *, covered: bool = False) -> Booked:
    """What was booked in each span, up to the day.

    With `covered` the spans are parts of periods that the data cover: one without a value has nothing in it yet.
    """
    if not spans:
        return Booked((), ())
    cut = [_cut(one, known.day) for one in spans]
    grid = engine.evaluate(
        known.evaluator, [(known.kpi, known.formula)], (known.scope,), [one or spans[0] for one in cut],
        unassigned_level=known.level,
    )  # fmt: skip
    values: list[float | None] = []
    rows: list[float] = []
    for at, one in enumerate(cut):
        result = grid.result(0, 0, at)
        if covered or one is None:
            values.append(result.value or 0.0 if one is not None else 0.0)
        else:
            values.append(None if grid.starts_inside(0, at) else result.value)
        rows.append(0.0 if one is None else result.n)
    return Booked(tuple(values), tuple(rows))


def booked_so_far(known: Known, period: Period) -> Result:
    """What was booked in a period up to the day, also where the data begin inside it."""
    cut = _cut(period, known.day)
    if cut is None:
        return Result(0.0, 0.0)
    grid = engine.evaluate(
        known.evaluator, [(known.kpi, known.formula)], (known.scope,), (cut,), unassigned_level=known.level
    )
    return grid.result(0, 0, 0)


def is_nothing_yet(known: Known, booked: Result) -> bool:
    """Whether no file shows a deal that was ever closed: nothing is booked yet, though there is no number."""
    return booked.value is None and not booked.n and known.evaluator.facts.gives("amount")


def _cut(span: Period, day: date) -> Period | None:
    """A span up to a day; None where it begins later."""
    if span.start > day:
        return None
    return span if span.last_day <= day else span_period(span.start, day)


def closed_before(known: Known, period: Period, most: int) -> tuple[Period, ...]:
    """The last periods before one that were over by the day, oldest first."""
    past = run_of(shift(period, -1, known.settings), most + 2, known.settings)
    return tuple(one for one in past if not is_running(one, known.day, known.today))[-most:]


def totals_before(known: Known, period: Period, most: int) -> tuple[tuple[Period, ...], tuple[float, ...]]:
    """The last closed periods that the data cover without a gap, oldest first, and what was booked in each."""
    periods = closed_before(known, period, most)
    values = booked_in(known, periods).values
    first = max((at + 1 for at, value in enumerate(values) if value is None), default=0)
    return periods[first:], tuple(value for value in values[first:] if value is not None)


def curves_of(known: Known, periods: Sequence[Period]) -> list[list[float]]:
    """What each of some covered periods had booked after each of its working days."""
    spans = [steps_in(period, known.off, known.week) for period in periods]
    values = booked_in(known, [one for span in spans for one in span], covered=True).values
    found, place = [], 0
    for span in spans:
        found.append([value or 0.0 for value in values[place : place + len(span)]])
        place += len(span)
    return [one for one in found if one]


@dataclass(frozen=True, slots=True)
class Filled:
    """What a past period came to, and the `share` of it that there was after a part of its working days."""

    share: float
    total: float
    period: Period


def filled_at(known: Known, periods: Sequence[Period], place: float) -> tuple[Filled, ...]:
    """How full each covered period was after a part of its working days, straight between two steps.

    The same as from the whole curves, for the price of three sums each; periods that came to nothing are left out.
    """
    steps = {period: steps_in(period, known.off, known.week) for period in periods}
    spots = [around(one, place) for one in steps.values() if one]
    spans = [span for spot in spots for span in spot.spans]
    values = [value or 0.0 for value in booked_in(known, spans, covered=True).values]
    threes = (values[3 * at : 3 * at + 3] for at in range(len(spots)))
    told = (period for period, one in steps.items() if one)
    return tuple(
        Filled(spot.share(*three), three[2], period)
        for spot, three, period in zip(spots, threes, told, strict=True)
        if three[2] > 0
    )
