"""What one step of each driver of a number would change, with the arithmetic written out."""

from __future__ import annotations

from dataclasses import dataclass

from kpidesk.core.formats import MINUS, format_value
from kpidesk.core.kpis import Unit
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period

SHARE_STEP = 0.01
_ONE: tuple[Unit, ...] = ("count", "days", "months", "hours", "points", "score", "multiple")


@dataclass(frozen=True, slots=True)
class Factor:
    """A part that a number is the product of; `divides`: it stands below the line. Values in the part's own measure."""

    name: str
    value: float
    unit: Unit
    divides: bool = False


@dataclass(frozen=True, slots=True)
class Driver:
    """One part of a number and what a step of it is worth.

    `step` is one for what is counted, one point for a share, one per cent for money; what stands below the line goes
    down by it. `change` is what that does to the number (per day for money per day), `arithmetic` is the sum after it.
    """

    factor: Factor
    step_text: str
    change: float
    change_text: str
    arithmetic: str


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The drivers of a number for a scope in a period, the largest change first; it may have none.

    `arithmetic` is the sum before any step: "Deals decided × Win rate × Deal size: 225 × 23% × $46K = $2.4M".
    """

    kpi_id: str
    scope: Scope
    period: Period
    value: float | None
    drivers: tuple[Driver, ...] = ()
    note: str = ""
    arithmetic: str = ""


def drivers_of(factors: tuple[Factor, ...], unit: Unit, currency: str) -> tuple[Driver, ...]:
    """What one step of each factor of a product changes, the others staying as they are; the largest change first.

    For a factor x above the line the product P becomes P × (x + step) / x, for one below it P × x / (x − step).
    """
    found = (_driver(factors, at, unit, currency) for at in range(len(factors)))
    return tuple(sorted((one for one in found if one is not None), key=lambda one: -abs(one.change)))


def product(factors: tuple[Factor, ...]) -> float:
    """The factors above the line times each other, divided by those below it."""
    result = 1.0
    for one in factors:
        result = result / one.value if one.divides else result * one.value
    return result


def _driver(factors: tuple[Factor, ...], at: int, unit: Unit, currency: str) -> Driver | None:
    factor = factors[at]
    step = 1.0 if factor.unit in _ONE else SHARE_STEP if factor.unit == "percent" else factor.value * SHARE_STEP
    moved = factor.value - step if factor.divides else factor.value + step
    if moved <= 0:
        return None
    then = (*factors[:at], Factor(factor.name, moved, factor.unit, factor.divides), *factors[at + 1 :])
    before, after = product(factors), product(then)
    change = after - before
    told = format_value(abs(change), unit, currency)
    sign = "+" if change >= 0 else MINUS
    return Driver(factor, _step_words(factor), change, f"{sign}{told}", sum_text(then, unit, currency))


def sum_text(factors: tuple[Factor, ...], unit: Unit, currency: str) -> str:
    """A product written out: "225 × 23.1% × $46.4K = $2.41M"."""
    above = " × ".join(format_value(one.value, one.unit, currency) for one in factors if not one.divides)
    below = "".join(f" ÷ {format_value(one.value, one.unit, currency)}" for one in factors if one.divides)
    return f"{above}{below} = {format_value(product(factors), unit, currency)}"


def names_text(factors: tuple[Factor, ...]) -> str:
    """What a product is of: "Deals decided × Win rate × Deal size"."""
    above = " × ".join(one.name for one in factors if not one.divides)
    return above + "".join(f" ÷ {one.name}" for one in factors if one.divides)


def _step_words(factor: Factor) -> str:
    sign = MINUS if factor.divides else "+"
    if factor.unit == "percent":
        return f"{sign}1 point"
    named = {"days": " day", "months": " month", "hours": " hour"}
    return f"{sign}1{named.get(factor.unit, '')}" if factor.unit in _ONE else f"{sign}1%"
