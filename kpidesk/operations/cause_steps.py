"""The steps that make up bookings or the speed of the pipeline: what each adds to a change, and the KPI that it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from kpidesk import engine
from kpidesk.core.causes import Contribution, Split, offset_words
from kpidesk.core.formats import count_text, format_value
from kpidesk.core.kpis import Kpi
from kpidesk.core.periods import span_period
from kpidesk.core.scorecards import Question
from kpidesk.language import compile_formula
from kpidesk.operations.cause_noise import Two
from kpidesk.operations.cause_parts import amount_text, percent_text
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import definition_in_force, find_kpi, formula_then, kpi_of_formula
from kpidesk.operations.questions import level_of_nobody
from kpidesk.operations.receipt_code import receipt_code
from kpidesk.operations.workspace import Workspace, data_date, definitions, settings
from kpidesk.stats.decompose import Part, Pipeline, Sales, bookings_bridge, velocity_bridge, whole_percents

CLOSED = "count(deals where closed on closed_at)"
WON = "count(deals where won on closed_at)"
BOOKED = "sum(deals.amount where won on closed_at)"
OPEN = "count(deals where open as of end)"
DRIVERS = ("win_rate", "avg_deal_size", "sales_cycle_mean")
DRIVER_DAYS = 90
SAME = 1e-9


@dataclass(frozen=True, slots=True)
class _Behind:
    """The KPI that a step is, or whose rows the step counts; a driver is that KPI over the last `days`."""

    kpi_id: str
    counted: bool = False
    days: int = 0


BEHIND_BOOKINGS = (_Behind("win_rate", counted=True), _Behind("win_rate"), _Behind("avg_deal_size"))
BEHIND_VELOCITY = (_Behind("open_pipeline", counted=True), *(_Behind(one, days=DRIVER_DAYS) for one in DRIVERS))


def bridge(ws: Workspace, two: Two) -> Split | None:
    """Bookings by deals decided, win rate and deal size, velocity by its four drivers; None for other KPIs.

    A win rate shows what it did to bookings, which more or larger deals may have offset.
    """
    if two.formula is None:
        return None
    if two.kpi.unit == "money_per_day":
        return _velocity(ws, two)
    if two.kpi.kpi_class != "flow_money" and not two.kpi.is_rate:
        return None
    found = _both(ws, two, (CLOSED, WON, BOOKED))
    if found is None:
        return None
    before, now = (Sales(found[0][at], found[1][at], found[2][at]) for at in (0, 1))
    for sales, value in ((before, two.result0.value or 0.0), (now, two.result1.value or 0.0)):
        expected = sales.amount if two.kpi.unit == "money" else sales.won / sales.closed if sales.closed else math.nan
        if not math.isclose(expected, value, rel_tol=1e-6, abs_tol=1e-9):
            return None
    parts = bookings_bridge(before, now)
    texts = (
        (count_text(before.closed), count_text(now.closed)), (_percent(before), _percent(now)),
        (_size(ws, before), _size(ws, now)),
    )  # fmt: skip
    made = _steps(ws, "Bookings", parts, texts, now.amount - before.amount, find_kpi(ws, "bookings"))
    return _with_rows(ws, two, made, tuple(zip(_values(before), _values(now), strict=True)), BEHIND_BOOKINGS)


def _both(ws: Workspace, two: Two, texts: Sequence[str]) -> list[tuple[float, float]] | None:
    """What formulas come to before and now; None where one has no value."""
    ids = {kpi_id: find_kpi(ws, kpi_id).measured for kpi_id in DRIVERS} if any("[" in one for one in texts) else {}
    formulas = [compile_formula(text, ids) for text in texts]
    grid = engine.evaluate(
        evaluator(ws, two.question.as_of, two.question.teams), [(kpi_of_formula(one), one) for one in formulas],
        (two.question.scope,), (two.before, two.now), unassigned_level=level_of_nobody(two.question),
    )  # fmt: skip
    found = [(grid.result(k, 0, 0).value, grid.result(k, 0, 1).value) for k in range(len(formulas))]
    pairs = [(old, new) for old, new in found if old is not None and new is not None]
    return pairs if len(pairs) == len(found) else None


def _values(sales: Sales) -> tuple[float, float, float]:
    """Deals decided, win rate and deal size; a rate of nothing is no number."""
    rate = sales.won / sales.closed if sales.closed else math.nan
    return sales.closed, rate, sales.amount / sales.won if sales.won else math.nan


def _percent(sales: Sales) -> str:
    return format_value(sales.won / sales.closed, "percent", n=sales.closed) if sales.closed else "none"


def _size(ws: Workspace, sales: Sales) -> str:
    return format_value(sales.amount / sales.won, "money", settings(ws).currency) if sales.won else "none"


def _velocity(ws: Workspace, two: Two) -> Split | None:
    rolling = [f"rolling([{kpi_id}], {DRIVER_DAYS}d)" for kpi_id in DRIVERS]
    found = _both(ws, two, (OPEN, *rolling))
    if found is None or any(one[at] <= 0 for one in found[3:] for at in (0, 1)):
        return None
    before, now = (Pipeline(*(one[at] for one in found)) for at in (0, 1))
    for side, value in ((before, two.result0.value), (now, two.result1.value)):
        speed = side.deals * side.win_rate * side.deal_size / side.cycle_days
        if value is None or not math.isclose(speed, value, rel_tol=1e-6):
            return None
    money = settings(ws).currency
    texts = tuple(
        (shown(getattr(before, name)), shown(getattr(now, name)))
        for name, shown in (
            ("deals", count_text), ("win_rate", lambda one: format_value(one, "percent")),
            ("deal_size", lambda one: format_value(one, "money", money)),
            ("cycle_days", lambda one: format_value(one, "days")),
        )
    )  # fmt: skip
    total = (two.result1.value or 0.0) - (two.result0.value or 0.0)
    made = _steps(ws, two.kpi.name, velocity_bridge(before, now), texts, total, two.kpi)
    return _with_rows(ws, two, made, found, BEHIND_VELOCITY)


def _steps(
    ws: Workspace, name: str, parts: Sequence[Part], texts: Sequence[tuple[str, str]], total: float, kpi: Kpi
) -> Split | None:
    """The steps of a KPI, in the order in which they make it up."""
    if not parts:
        return None
    percents = whole_percents(parts) or (None,) * len(parts)
    made = tuple(
        Contribution(one.name, one.amount, amount_text(ws, kpi, one.amount), one.share,
                     percent_text(percent), before_text=old, now_text=new)
        for one, (old, new), percent in zip(parts, texts, percents, strict=True)
    )  # fmt: skip
    words = offset_words(made, total)
    return Split("steps", "", name, made, total, amount_text(ws, kpi, total), words, kpi.id, kpi.unit)


# --- the way from a step to its rows ---------------------------------------------------------------------------------


def _with_rows(
    ws: Workspace, two: Two, made: Split | None, values: Sequence[tuple[float, float]], behind: Sequence[_Behind]
) -> Split | None:  # fmt: skip
    """Each step with the way to its rows and with its receipts."""
    found = []
    for one, (old, new), kpi in zip(made.parts if made is not None else (), values, behind, strict=False):
        before, code_before = _opened(ws, two.asked_before, old, kpi)
        now, code = _opened(ws, two.asked(two.now), new, kpi)
        found.append(replace(one, rows_of=kpi.kpi_id, question=now, question_before=before, receipt=code,
                             receipt_before=code_before))  # fmt: skip
    return replace(made, parts=tuple(found)) if made is not None else None


def _opened(ws: Workspace, asked: Question, value: float, behind: _Behind) -> tuple[Question | None, str]:
    """The question for the rows of a step on one side with its code; neither where its KPI counts something else."""
    if behind.kpi_id not in definitions(ws):
        return None, ""
    if behind.days:
        last = min(asked.period.last_day, data_date(ws, asked.as_of) or asked.period.last_day)
        asked = replace(asked, period=span_period(last - timedelta(days=behind.days - 1), last))
    kpi = definition_in_force(ws, find_kpi(ws, behind.kpi_id), asked.period)
    grid = engine.evaluate(
        evaluator(ws, asked.as_of, asked.teams), [(kpi, formula_then(ws, kpi, asked.period))], (asked.scope,),
        (asked.period,), unassigned_level=level_of_nobody(asked),
    )  # fmt: skip
    result = grid.result(0, 0, 0)
    own = result.n if behind.counted else result.value
    if own is None or not math.isclose(own, value, rel_tol=SAME):
        return None, ""
    return asked, "" if behind.counted else receipt_code(ws, kpi, asked, result)
