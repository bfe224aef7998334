"""What other drivers would bring: more opportunities, a better win rate, larger deals, a shorter cycle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpidesk import engine
from kpidesk.core.errors import UserError, nearest
from kpidesk.core.formats import NOTHING, count_text, format_change, format_difference, format_value, sample_text
from kpidesk.core.kpis import Unit
from kpidesk.core.people import ORG
from kpidesk.core.periods import Period, span_period
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.core.sensitivity import Factor, names_text, product, sum_text
from kpidesk.core.what_ifs import DriverChange, DriverId, Effect, WhatIf
from kpidesk.language import compile_formula
from kpidesk.operations.causes import why
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.evaluators import as_known
from kpidesk.operations.forecast_known import Known, closed_before, known_now, plain
from kpidesk.operations.forecast_methods import plural
from kpidesk.operations.formulas import formula_texts, kpi_of_formula
from kpidesk.operations.initiatives import read_change
from kpidesk.operations.workspace import Workspace, settings

PERIODS = 4
DECIDED = "count(deals where closed on closed_at)"
QUALIFIED = "count(deals where qualified_at is not empty on qualified_at)"
OPEN = "count(deals where open as of end)"
VELOCITY = "pipeline_velocity"


@dataclass(frozen=True, slots=True)
class _Driver:
    """One driver: what it is called, its formula, its unit, and whether it is counted per period."""

    id: DriverId
    name: str
    formula: str
    unit: Unit
    per_period: bool = False


DRIVERS: tuple[_Driver, ...] = (
    _Driver("opportunities", "Qualified opportunities", QUALIFIED, "count", per_period=True),
    _Driver("win_rate", "Win rate", "[win_rate]", "percent"),
    _Driver("deal_size", "Deal size", "[avg_deal_size]", "money"),
    _Driver("cycle", "Sales cycle, mean", "[sales_cycle_mean]", "days"),
    _Driver("open_deals", "Open deals", OPEN, "count"),
)
BOOKINGS: tuple[DriverId, ...] = ("opportunities", "win_rate", "deal_size")
PER_DAY: tuple[DriverId, ...] = ("open_deals", "win_rate", "deal_size", "cycle")


def read_what_if(texts: Sequence[str]) -> dict[DriverId, float]:
    """Changes of drivers as typed: `win_rate=+10%`, `cycle=-15%`.

    Raises:
        UserError: no such driver, or no change.
    """
    found: dict[DriverId, float] = {}
    for text in texts:
        name, sign, change = text.partition("=")
        wanted = name.strip().casefold().replace("-", "_").replace(" ", "_")
        known = next((one.id for one in DRIVERS if one.id == wanted), None)
        if known is None or not sign:
            raise UserError(f"'{text}' names no driver.", nearest(wanted, [one.id for one in DRIVERS]))
        found[known] = read_change(change)
    return found


def what_if(ws: Workspace, question: Question, changes: Mapping[DriverId, float] | None = None) -> WhatIf:
    """What bookings of a period, and the money that the pipeline yields per day, would be with other drivers.

    The present values are those of the last four closed periods that the data cover, taken together; open deals are
    counted on the day of the data. `changes` are relative: 0.1 is a tenth more.

    Raises:
        UserError: as `forecast` does, or a win rate would pass 100 %.
    """
    ws = as_known(ws, question.as_of, question.teams)
    asked, tried = plain(question), dict(changes or {})
    known = known_now(ws, asked)
    past = _covered(known, asked.period)
    found = [_driver(ws, known, one, past, tried.get(one.id, 0.0)) for one in DRIVERS]
    drivers = tuple(one for one in found if isinstance(one, DriverChange))
    effects = (
        _effect(ws, f"Bookings of a {asked.period.grain}", "money", drivers, BOOKINGS),
        _effect(ws, "What the open deals yield per day", "money_per_day", drivers, PER_DAY),
    )
    moved = why(ws, VELOCITY, asked)
    return WhatIf(
        question=asked, title=f"What if · {scope_name(ws, asked.scope)} · {asked.period.label}",
        currency=settings(ws).currency, window=_window(past), drivers=drivers,
        effects=tuple(one for one in effects if one is not None), velocity=moved.bridge,
        velocity_words=_velocity_words(moved.change_text, moved.against_words, moved.verdict),
        missing=tuple(one for one in found if isinstance(one, str)),
    )  # fmt: skip


def _covered(known: Known, period: Period) -> tuple[Period, ...]:
    """The last closed periods whose decided deals are known, without those that the data begin in or after."""
    periods = closed_before(known, period, PERIODS)
    if not periods:
        return ()
    formula = compile_formula(DECIDED)
    grid = engine.evaluate(known.evaluator, [(kpi_of_formula(formula), formula)], (ORG,), periods)
    lacks = [grid.starts_inside(0, at) or grid.result(0, 0, at).value is None for at in range(len(periods))]
    return periods[max((at + 1 for at, one in enumerate(lacks) if one), default=0) :]


def _window(past: Sequence[Period]) -> str:
    if not past:
        return ""
    return past[0].label if len(past) == 1 else f"{past[0].label} – {past[-1].label}"


def _velocity_words(change: str, against: str, verdict: str) -> str:
    said = f"Pipeline velocity {change} {against}. " if change != NOTHING else ""
    return f"{said}{verdict}".strip()


def _driver(ws: Workspace, known: Known, one: _Driver, past: Sequence[Period], change: float) -> DriverChange | str:
    """A driver with its present value and the one tried, or why it has none."""
    if not past:
        return f"{one.name}: no whole period is known yet."
    told = known.evaluator.facts.gives("qualified_at")
    stands_in = one.id == "opportunities" and not told
    name, text = ("Deals decided", DECIDED) if stands_in else (one.name, one.formula)
    span = span_period(past[0].start, past[-1].last_day)
    now = one.id == "open_deals"
    result = _measured(ws, known, text, span_period(known.day, known.day) if now else span)
    if result.value is None:
        return f"{name}: {result.reason}."
    value = result.value / len(past) if one.per_period else result.value
    then = value * (1 + change)
    if one.unit == "percent" and then > 1:
        raise UserError(f"{name} {format_change(change)} would pass 100%.", f"It is {_text(ws, value, one.unit)} now.")
    basis = "now" if now else _basis(result, one, past)
    return DriverChange(
        one.id, name, one.unit, value, _text(ws, value, one.unit), then, _text(ws, then, one.unit), basis, change
    )


def _basis(result: Result, one: _Driver, past: Sequence[Period]) -> str:
    rows = sample_text(result.n, result.numerator if one.unit == "percent" else None)
    many = f"{len(past)} {plural(past[0])}" if len(past) > 1 else past[0].label
    return f"{count_text(result.value or 0)} in {many}" if one.per_period else f"{rows} in {many}"


def _text(ws: Workspace, value: float, unit: Unit) -> str:
    return format_value(value, unit, settings(ws).currency)


def _measured(ws: Workspace, known: Known, text: str, span: Period) -> Result:
    formula = compile_formula(text, formula_texts(ws, span))
    grid = engine.evaluate(
        known.evaluator, [(kpi_of_formula(formula), formula)], (known.scope,), (span,), unassigned_level=known.level
    )
    return grid.result(0, 0, 0)


def _effect(
    ws: Workspace, name: str, unit: Unit, drivers: Sequence[DriverChange], wanted: Sequence[DriverId]
) -> Effect | None:
    """What a product of drivers comes to before and after; None where one of them has no value."""
    found = {one.id: one for one in drivers if one.id in wanted}
    if len(found) < len(wanted) or any(one.divides and one.value <= 0 for one in _factors(found, wanted, "now")):
        return None
    before, after = (_factors(found, wanted, which) for which in ("now", "then"))
    money, values = settings(ws).currency, (product(before), product(after))
    sums = [f"{names_text(before)}: {sum_text(before, unit, money)}"]
    if any(one.is_changed for one in found.values()):
        sums.append(f"Then: {sum_text(after, unit, money)}")
    change = format_difference(values[1] - values[0], unit, money)
    return Effect(name, unit, values[0], _text(ws, values[0], unit), values[1], _text(ws, values[1], unit), change,
                  tuple(sums))  # fmt: skip


def _factors(found: Mapping[DriverId, DriverChange], wanted: Sequence[DriverId], which: str) -> tuple[Factor, ...]:
    return tuple(
        Factor(found[one].name, found[one].now if which == "now" else found[one].then, found[one].unit, one == "cycle")
        for one in wanted
    )
