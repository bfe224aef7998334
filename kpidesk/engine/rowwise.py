"""Row expressions over all rows of a table at once: conditions become masks, values become columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Literal

import numpy as np

from kpidesk.core.clock_changes import ClockChange, clock_changes
from kpidesk.core.parts import CUSTOM
from kpidesk.core.periods import parse_day
from kpidesk.core.settings import Settings
from kpidesk.core.worktime import DAY_MINUTES, read_work_week
from kpidesk.engine.days import NO_DAY, Window, day_number
from kpidesk.engine.money import is_revalued
from kpidesk.engine.read_texts import read_texts
from kpidesk.engine.values import Column, Floats, Ints, Mask, NotComputableError, Rows, Words, on_day
from kpidesk.engine.worktime import days_between, minutes_between
from kpidesk.language.event_order import goes_forward
from kpidesk.language.tables import TABLES
from kpidesk.language.tree import (
    AllOf,
    AnyOf,
    Before,
    Boundary,
    Compare,
    FieldRef,
    FilterRef,
    In,
    InPeriod,
    IsEmpty,
    Not,
    RowArithmetic,
    RowCall,
    RowExpr,
    Setting,
    Value,
)

Operand = Column | str
WINDOWED = {
    field.name: field.windowed for table in TABLES.values() for field in table.fields.values() if field.windowed
}
"""Fields that are worked out for an edge of the window, and for which."""
OF_DAY = frozenset(field.name for table in TABLES.values() for field in table.fields.values() if field.of_day)
"""Fields that are worked out for the day of an as-of measure."""


def _none() -> Ints:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a row expression may need besides the row: settings, minor units, the data date, the window, the holidays.

    `rate_day` is the day whose rates convert the amounts of open deals; None where each row has its own. `day` is that
    of an as-of measure.
    """

    settings: Settings
    scale: int
    newest_data: int
    window: Window | None = None
    rate_day: int | None = None
    day: int | None = None
    free_days: Callable[[], Ints] = _none


def varies(expression: RowExpr | None) -> bool:
    """Whether an expression depends on the window: it names the period or an edge of it, or is worked out for one."""
    if expression is None:
        return False
    if isinstance(expression, FieldRef):
        return windowed(expression) != "" or expression.field in OF_DAY
    if isinstance(expression, InPeriod):
        return True
    if isinstance(expression, Boundary):
        return expression.moment != "now"
    return any(varies(part) for part in parts_of(expression))


def windowed(field: FieldRef) -> Literal["", "start", "end"]:
    """The edge of the window for which a field is worked out; nothing for all others."""
    return WINDOWED.get(field.field.rpartition(".")[2], "")


def revalued_fields(expression: RowExpr | None) -> frozenset[str]:
    """The amounts in an expression over deals that each day has by its own rate: all but those at creation."""
    if expression is None:
        return frozenset()
    if isinstance(expression, FieldRef):
        return frozenset((expression.field,)) if is_revalued(expression.field) else frozenset()
    return frozenset().union(*(revalued_fields(part) for part in parts_of(expression)))


def parts_of(expression: RowExpr) -> tuple[RowExpr, ...]:
    """The expressions directly inside another."""
    match expression:
        case AllOf(parts) | AnyOf(parts) | RowCall(_, parts):
            return parts
        case RowArithmetic(_, left, right) | Compare(_, left, right) | Before(left, right):
            return (left, right)
        case In(value, options):
            return (value, *options)
        case InPeriod(inner) | IsEmpty(inner, _) | Not(inner):
            return (inner,)
        case FilterRef(_, _, body):
            return (body,)
    return ()


def fields_of(expression: RowExpr | None) -> frozenset[tuple[str, str]]:
    """Every (table, field) an expression reads."""
    if expression is None:
        return frozenset()
    if isinstance(expression, FieldRef):
        return frozenset([(expression.table, expression.field)])
    return frozenset().union(*(fields_of(part) for part in parts_of(expression)))


def conjuncts(expression: RowExpr | None) -> tuple[RowExpr, ...]:
    """The conditions that must all hold, saved filters opened up."""
    if expression is None:
        return ()
    if isinstance(expression, AllOf):
        return tuple(one for part in expression.conditions for one in conjuncts(part))
    if isinstance(expression, FilterRef) and isinstance(expression.body, AllOf):
        return conjuncts(expression.body)
    return (expression,)


def mask(expression: RowExpr, rows: Rows, reading: Reading) -> Mask:
    """Which rows meet a condition."""
    found = rows.masks.get(expression)
    if found is None:
        found = np.broadcast_to(_mask(expression, rows, reading), (rows.size,))
        if not varies(expression):
            rows.masks[expression] = found
    return found


def all_of(conditions: tuple[RowExpr, ...], rows: Rows, reading: Reading) -> Mask:
    """Which rows meet every condition."""
    return reduce(np.logical_and, (mask(one, rows, reading) for one in conditions), np.ones(rows.size, dtype=np.bool_))


def _mask(expression: RowExpr, rows: Rows, reading: Reading) -> Mask:
    match expression:
        case FilterRef(_, _, body):
            return mask(body, rows, reading)
        case AllOf(conditions):
            return all_of(conditions, rows, reading)
        case AnyOf(conditions):
            return reduce(np.logical_or, (mask(one, rows, reading) for one in conditions))
        case Not(condition):
            return ~mask(condition, rows, reading)
        case Compare(op, left, right):
            return _compare(op, operand(left, rows, reading), operand(right, rows, reading), reading)
        case In(value, options):
            sought = operand(value, rows, reading)
            each = (_compare("=", sought, operand(one, rows, reading), reading) for one in options)
            return reduce(np.logical_or, each)
        case InPeriod(value):
            days, window = numbers(value, rows, reading).data, _window(reading)
            return np.asarray((days >= window.first) & (days < window.last), dtype=np.bool_)
        case Before(value, other):
            return _compare("<", operand(value, rows, reading), operand(other, rows, reading), reading)
        case IsEmpty(value, negated):
            empty = np.isnan(numbers(value, rows, reading).data)
            return ~empty if negated else empty
    flags = numbers(expression, rows, reading).data
    return np.asarray(flags == 1, dtype=np.bool_)


def _window(reading: Reading) -> Window:
    if reading.window is None:
        raise NotComputableError("needs a period")
    return reading.window


def _day(reading: Reading) -> int:
    if reading.day is None:
        raise NotComputableError("needs 'as of': the limit of a stage is told on a day")
    return reading.day


def numbers(expression: RowExpr, rows: Rows, reading: Reading) -> Column:
    """The value of an expression for every row."""
    found = operand(expression, rows, reading)
    if isinstance(found, str):
        raise NotComputableError(f"needs a number where the formula has the text '{found}'")
    return found


def operand(expression: RowExpr, rows: Rows, reading: Reading) -> Operand:
    """A column, or the text of a literal."""
    match expression:
        case FieldRef(_, field, _):
            if field in OF_DAY:
                return rows.column(on_day(field, _day(reading)))
            edge = windowed(expression)
            if edge:
                return rows.column(on_day(field, int(_edge(edge, reading))))
            if reading.rate_day is not None and is_revalued(field):
                return rows.column(on_day(field, reading.rate_day))
            return rows.column(field)
        case Value(value, is_date):
            if isinstance(value, str):
                return _scalar(float(day_number(parse_day(value)))) if is_date else value
            return _scalar(float(value))
        case Boundary(moment):
            return _scalar(_edge(moment, reading))
        case Setting(name):
            return _scalar(_setting(name, reading.settings))
        case RowArithmetic(op, left, right):
            return _arithmetic(op, numbers(left, rows, reading), numbers(right, rows, reading), reading.scale)
        case RowCall("number" | "date" as name, (FieldRef(_, field, _) as text,)):
            return read_texts(name, field.removeprefix(CUSTOM), numbers(text, rows, reading))
        case RowCall(name, arguments):
            said = _arguments(arguments, rows, reading)
            found = _call(name, said, reading)
            return _forwards(name, found, said, reading) if goes_forward(expression) else found
    return Column(_mask(expression, rows, reading).astype(np.float64))


def _arguments(arguments: Iterable[RowExpr], rows: Rows, reading: Reading) -> list[Column]:
    """The arguments of a function; beside a time of day a day of the calendar is its midnight."""
    found = [(one, numbers(one, rows, reading)) for one in arguments]
    if all(column.minutes is None for _, column in found):
        return [column for _, column in found]
    return [
        replace(column, minutes=column.data * DAY_MINUTES) if isinstance(one, Boundary | Value) else column
        for one, column in found
    ]


def _scalar(value: float) -> Column:
    return Column(np.array([value]))


def _edge(moment: str, reading: Reading) -> float:
    """The day a boundary means; a running period ends, for now, with the newest data."""
    if reading.newest_data == NO_DAY:
        return np.nan
    if moment == "now":
        return float(reading.newest_data)
    window = _window(reading)
    return float(min(window.start - 1 if moment == "start" else window.end - 1, reading.newest_data))


def _setting(name: str, settings: Settings) -> float:
    value = getattr(settings, name, None)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotComputableError(f"needs the setting '{name}'")
    return float(value)


def _level(left: Column, right: Column, scale: int) -> tuple[Floats, Floats, int]:
    """Both sides in the same unit: a plain number beside money means major units."""
    money = max(left.money, right.money)
    return left.data * float(scale) ** (money - left.money), right.data * float(scale) ** (money - right.money), money


def _arithmetic(op: str, left: Column, right: Column, scale: int) -> Column:
    if op in "+-":
        a, b, money = _level(left, right, scale)
        return Column(a + b if op == "+" else a - b, money)
    if op == "*":
        return Column(left.data * right.data, left.money + right.money)
    divisor = np.where(right.data == 0, np.nan, right.data)
    return Column(left.data / divisor, left.money - right.money)


def _call(name: str, arguments: list[Column], reading: Reading) -> Column:
    if name in ("least", "greatest"):
        choose = np.minimum if name == "least" else np.maximum
        found = arguments[0]
        for other in arguments[1:]:
            a, b, money = _level(found, other, reading.scale)
            found = Column(choose(a, b), money)
        return found
    start, end = arguments[0].data, arguments[1].data
    if name in ("business_days", "business_hours"):
        week, free = read_work_week(reading.settings.business_hours), reading.free_days()
        if name == "business_days":
            return Column(days_between(start, end, week, free))
        return Column(minutes_between(*_moments(*arguments), week, free, _changes(arguments, reading)) / 60)
    factor = {"days": 1, "hours": 24, "minutes": 1440}.get(name)
    if factor is None:
        raise NotComputableError(f"needs the function '{name}'")
    if factor > 1 and any(one.minutes is not None for one in arguments):
        passed = minutes_between(*_moments(*arguments), None, _none(), _changes(arguments, reading))
        return Column(passed / (60 if name == "hours" else 1))
    return Column((end - start) * factor)


def _forwards(name: str, found: Column, said: list[Column], reading: Reading) -> Column:
    """A time between two events that is empty where the second is dated before the first."""
    if name in ("days", "business_days"):
        is_back = said[1].data < said[0].data
    else:
        is_back = minutes_between(*_moments(*said), None, _none(), _changes(said, reading)) < 0
    return Column(np.where(is_back, np.nan, found.data), found.money)


def _changes(said: list[Column], reading: Reading) -> tuple[ClockChange, ...]:
    """The changes of the clocks that count between two times of day; between two days there are none."""
    return clock_changes(reading.settings.time_zone) if all(one.minutes is not None for one in said) else ()


def _moments(start: Column, end: Column) -> tuple[Floats, Floats]:
    """Two times as minutes since 1970: empty where only one has a time of day, midnight where neither has any."""
    if start.minutes is None and end.minutes is None:
        return start.data * DAY_MINUTES, end.data * DAY_MINUTES
    return tuple(  # type: ignore[return-value]  # of two columns two arrays
        np.full(one.data.shape, np.nan) if one.minutes is None else one.minutes for one in (start, end)
    )


def _compare(op: str, left: Operand, right: Operand, reading: Reading) -> Mask:
    a, b = _comparable(left, right, reading.scale)
    if op == "=":
        return np.asarray(a == b, dtype=np.bool_)
    if op == "!=":
        return np.asarray((a != b) & ~np.isnan(a) & ~np.isnan(b), dtype=np.bool_)
    compare = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}[op]
    return np.asarray(compare(a, b), dtype=np.bool_)


def _comparable(left: Operand, right: Operand, scale: int) -> tuple[Floats, Floats]:
    if isinstance(left, str) and isinstance(right, str):
        words = Words((left, right))
        return np.array([words.place(left)]), np.array([words.place(right)])
    if isinstance(left, str):
        flipped = _comparable(right, left, scale)
        return flipped[1], flipped[0]
    if isinstance(right, str):
        column, words = _in_words(left)
        return column, np.array([words.place(right)])
    if left.words is right.words and left.names is right.names:
        a, b, _ = _level(left, right, scale)
        return a, b
    (a, mine), (b, theirs) = _in_words(left), _in_words(right)
    both = Words((*mine.folded, *theirs.folded))
    return _moved_words(a, mine, both), _moved_words(b, theirs, both)


def _in_words(column: Column) -> tuple[Floats, Words]:
    """A column of texts as places in alphabetical order; people and accounts by their names."""
    if column.words is not None:
        return column.data, column.words
    if column.names is None:
        raise NotComputableError("compares a number with a text")
    words = Words(name for name in column.names.values() if name)
    top = max(column.names, default=0) + 1
    places = words.places(column.names, top)
    numbers_ = column.data
    inside = (numbers_ > 0) & (numbers_ < top)
    found = np.full(numbers_.shape, np.nan)
    found[inside] = places[numbers_[inside].astype(np.int64)]
    # An owner or account without a name is some text all the same: it differs from every other.
    found[~inside & ~np.isnan(numbers_)] = -1.0
    return found, words


def _moved_words(places: Floats, words: Words, both: Words) -> Floats:
    order = np.array([both.place(text) for text in words.folded] or [np.nan])
    known = ~np.isnan(places) & (places >= 0)
    found = np.full(places.shape, np.nan)
    found[known] = order[places[known].astype(np.int64)]
    return found
