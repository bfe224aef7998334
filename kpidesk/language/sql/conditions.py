"""Conditions and values of one record in SQL, true and empty exactly where the engine has them so.

An empty value meets no comparison, as in SQL; `not` turns that into true, which SQL does only by IS NOT TRUE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from kpidesk.core.clock_changes import clock_changes
from kpidesk.core.worktime import WorkWeek, read_work_week
from kpidesk.language.event_order import goes_forward
from kpidesk.language.sql.asked import Asked, Known, cannot, edge_of
from kpidesk.language.sql.worktime import days_between, hours_between, is_worked
from kpidesk.language.sql.writing import lowered, number, quoted
from kpidesk.language.tree import (
    AllOf,
    AnyOf,
    Before,
    Boundary,
    Compare,
    CompareOp,
    FieldRef,
    FilterRef,
    In,
    InPeriod,
    IsEmpty,
    Moment,
    Not,
    RowArithmetic,
    RowCall,
    RowExpr,
    Setting,
    Value,
)

Sort = Literal["number", "date", "word", "text", "people", "accounts", "flag", "id"]
_OPS: dict[CompareOp, str] = {"!=": "<>"}
_SORTS: dict[str, Sort] = {
    "date": "date", "term": "word", "person": "people", "account": "accounts", "bool": "flag", "id": "id",
}  # fmt: skip
_FACTORS = {"days": 1, "hours": 24, "minutes": 1440}


@dataclass(frozen=True, slots=True)
class Said:
    """A value of a record in SQL.

    `money` counts the factors of money in it, each in minor units. A fixed `text` is held as it is, without quotes;
    `fixed` is the value of a fixed number. `stamp` is the same date with its time of day, where the files have one.
    `is_lower`: a word that is never written with capitals.
    """

    sql: str
    sort: Sort
    money: int = 0
    fixed: float | None = None
    stamp: str = ""
    is_lower: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """How a measure reads its records.

    `column(field)` is the column of a field, `stamp(field)` the one with its time of day ("" where it has none),
    `newest()` the last day of which the files tell, `free()` the part with the
    holidays. `moment` is the one of an as-of measure, empty for dated ones.
    """

    known: Known
    asked: Asked
    newest: Callable[[], str]
    column: Callable[[str], str]
    stamp: Callable[[str], str]
    free: Callable[[], str]
    moment: Moment | Literal[""] = ""


def condition(row: RowExpr, reading: Reading) -> str:
    """A condition; never true where the engine has it false, empty or false where it has not."""
    match row:
        case FilterRef(_, _, body):
            return condition(body, reading)
        case AllOf(conditions):
            return " AND ".join(_inner(one, reading) for one in conditions)
        case AnyOf(conditions):
            return f"({' OR '.join(_inner(one, reading) for one in conditions)})"
        case Not(body):
            return f"({condition(body, reading)}) IS NOT TRUE"
        case Compare(op, left, right):
            return _compare(op, value(left, reading), value(right, reading), reading)
        case In(sought, options):
            return _among(value(sought, reading), [value(one, reading) for one in options], reading)
        case InPeriod(day):
            period, found = reading.asked.period, value(day, reading).sql
            return f"{found} >= {quoted(period.start.isoformat())} AND {found} < {quoted(period.end.isoformat())}"
        case Before(left, right):
            return _compare("<", value(left, reading), value(right, reading), reading)
        case IsEmpty(field, negated):
            return f"{value(field, reading).sql} IS {'NOT ' if negated else ''}NULL"
    return f"{value(row, reading).sql} = 1"


def _inner(row: RowExpr, reading: Reading) -> str:
    found = condition(row, reading)
    return f"({found})" if " AND " in found and not found.startswith("(") else found


def value(row: RowExpr, reading: Reading) -> Said:
    """A value of a record."""
    match row:
        case FieldRef(_, field, kind):
            sort = _SORTS.get(kind, "number")
            stamp = reading.stamp(field) if sort == "date" else ""
            is_lower = field.rpartition(".")[2] in ("outcome", "final_outcome")
            return Said(reading.column(field), sort, money=int(kind == "money"), stamp=stamp, is_lower=is_lower)
        case Value(fixed, is_date):
            if isinstance(fixed, str):
                return Said(quoted(fixed), "date") if is_date else Said(fixed, "text")
            return Said(number(fixed), "number", fixed=float(fixed))
        case Boundary(moment):
            return Said(_edge(moment, reading), "date")
        case Setting(name):
            fixed = float(getattr(reading.known.settings, name))
            return Said(number(fixed), "number", fixed=fixed)
        case RowArithmetic(op, left, right):
            return _arithmetic(op, value(left, reading), value(right, reading), reading.known.scale)
        case RowCall("number", (column,)):
            return Said(f"CAST({value(column, reading).sql} AS REAL)", "number")
        case RowCall("date", (column,)):
            return Said(f"substr({value(column, reading).sql}, 1, 10)", "date")
        case RowCall(name, arguments):
            said = _arguments(arguments, reading)
            found = _call(name, said, reading)
            return _forwards(name, found, said) if goes_forward(row) else found
    return Said(f"coalesce({condition(row, reading)}, 0)", "flag")


def _arguments(arguments: Iterable[RowExpr], reading: Reading) -> list[Said]:
    """The arguments of a function; beside a time of day a day of the calendar is its midnight."""
    found = [(one, value(one, reading)) for one in arguments]
    if not any(said.stamp for _, said in found):
        return [said for _, said in found]
    return [
        replace(said, stamp=f"({said.sql} || ' 00:00')") if isinstance(one, Boundary | Value) else said
        for one, said in found
    ]


def _edge(moment: Moment, reading: Reading) -> str:
    """The day of an edge of the window; a running period ends, for now, with the newest data."""
    asked = reading.asked
    if asked.edge is not None and moment == reading.moment:
        moment = asked.edge
    day = edge_of(asked, reading.known.calendar, moment)
    return reading.newest() if day == date.max else f"min({quoted(day.isoformat())}, {reading.newest()})"


def scaled(said: Said, money: int, scale: int) -> str:
    """A value with as many factors of money as asked; a plain number beside money means major units."""
    if money <= said.money:
        return said.sql
    factor = scale ** (money - said.money)
    return number(said.fixed * factor) if said.fixed is not None else f"({said.sql} * {factor})"


def _arithmetic(op: str, left: Said, right: Said, scale: int) -> Said:
    if op in "+-":
        money = max(left.money, right.money)
        return Said(f"({scaled(left, money, scale)} {op} {scaled(right, money, scale)})", "number", money)
    if op == "*":
        return Said(f"({left.sql} * {right.sql})", "number", left.money + right.money)
    return Said(f"(1.0 * {left.sql} / {right.sql})", "number", left.money - right.money)


def _call(name: str, arguments: list[Said], reading: Reading) -> Said:
    if name in ("least", "greatest"):
        money = max(one.money for one in arguments)
        parts = ", ".join(scaled(one, money, reading.known.scale) for one in arguments)
        return Said(f"{'min' if name == 'least' else 'max'}({parts})", arguments[0].sort, money)
    start, end = arguments
    if name.startswith("business_"):
        return Said(_worked(name, start, end, reading), "number")
    factor = _FACTORS[name]
    if factor > 1 and (start.stamp or end.stamp):
        _refuse_changes(None, start, end, reading)
        return Said(_between(start, end, name), "number")
    days = f"(julianday({end.sql}) - julianday({start.sql}))"
    return Said(days if factor == 1 else f"({days} * {factor})", "number")


def _forwards(name: str, found: Said, said: list[Said]) -> Said:
    """A time between two events that is empty where the second is dated before the first."""
    timed = name not in ("days", "business_days") and all(one.stamp for one in said)
    start, end = (one.stamp if timed else one.sql for one in said)
    return replace(found, sql=f"CASE WHEN {end} >= {start} THEN {found.sql} END")


def _worked(name: str, start: Said, end: Said, reading: Reading) -> str:
    """Working days or hours, as the settings have them; without working hours every hour counts."""
    text = reading.known.settings.business_hours
    if name == "business_days":
        return days_between(start.sql, end.sql, text, reading.free())
    week = read_work_week(text)
    if week is None:
        return _call("hours", [start, end], reading).sql
    if not (start.stamp or end.stamp):
        return hours_between(start.sql, end.sql, week, reading.free())
    if not (start.stamp and end.stamp):
        return "NULL"
    _refuse_changes(week, start, end, reading)
    return f"CASE WHEN {_timed(start, end)} THEN {hours_between(start.stamp, end.stamp, week, reading.free())} END"


def _refuse_changes(week: WorkWeek | None, start: Said, end: Said, reading: Reading) -> None:
    """Refuse hours that a change of the clocks makes more or fewer; working hours seldom have one."""
    zone = reading.known.settings.time_zone
    if start.stamp and end.stamp and any(is_worked(one, week) for one in clock_changes(zone)):
        raise cannot(f"the clocks of {zone} are changed in its hours, and SQL does not know when")


def _timed(start: Said, end: Said) -> str:
    return f"length({start.stamp}) > 10 AND length({end.stamp}) > 10"


def _between(start: Said, end: Said, name: str) -> str:
    """The time between two stamps; empty where either has no time of day."""
    if not (start.stamp and end.stamp):
        return "NULL"
    minutes = f"(strftime('%s', {end.stamp}) - strftime('%s', {start.stamp})) / 60"
    return f"CASE WHEN {_timed(start, end)} THEN {minutes}{' / 60.0' if name == 'hours' else ''} END"


def _compare(op: CompareOp, left: Said, right: Said, reading: Reading) -> str:
    if left.sort == "text":
        left, right = right, left
    sign = _OPS.get(op, op)
    if right.sort == "text":
        return _with_text(sign, left, right.sql, reading.known)
    if left.sort != right.sort:
        raise cannot("it compares what are no values of one kind")
    if left.sort == "word":
        return f"{_folded(left.sql, reading.known)} {sign} {_folded(right.sql, reading.known)}"
    money = max(left.money, right.money)
    return f"{scaled(left, money, reading.known.scale)} {sign} {scaled(right, money, reading.known.scale)}"


def _folded(column: str, known: Known) -> str:
    if not known.is_plain:
        raise cannot("two texts are compared, and SQL knows small and capital letters of plain English words only")
    return f"lower({column})"


def _with_text(sign: str, left: Said, text: str, known: Known) -> str:
    """A comparison with a fixed text, without regard to case."""
    if left.sort == "id":
        raise cannot("it compares the number of a record with a text")
    name = left.sql
    if left.sort in ("people", "accounts"):
        name = f"coalesce((SELECT name FROM {left.sort} WHERE id = {left.sql}), '')"
    spellings = known.spellings(text)
    if spellings:
        found = f"{name} {'NOT IN' if sign == '<>' else 'IN'} ({', '.join(map(quoted, spellings))})"
    else:
        found = f"{name if left.is_lower else f'lower({name})'} {sign} {quoted(lowered(text))}"
    return found if name == left.sql else f"({left.sql} IS NOT NULL AND {found})"


def _among(sought: Said, options: list[Said], reading: Reading) -> str:
    texts = [one.sql for one in options if one.sort == "text"]
    plain = sought.sort == "word" and len(texts) == len(options)
    if plain and not any(reading.known.spellings(text) for text in texts):
        column = sought.sql if sought.is_lower else f"lower({sought.sql})"
        return f"{column} IN ({', '.join(quoted(lowered(text)) for text in texts)})"
    parts = [_compare("=", sought, one, reading) for one in options]
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"
