"""The tree of a checked formula: what the engine evaluates, what words and text are made from.

There are two levels. Row expressions speak of one record (inside an aggregate); expressions speak of numbers
that have been aggregated. The parser and the checker build these; every name in them is known to exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kpidesk.core.fields import FieldKind

Aggregate = Literal["count", "count_distinct", "sum", "avg", "median", "percentile", "min", "max"]
Moment = Literal["start", "end", "now"]
Credit = Literal["owner", "creator", "opener", "current"]
CREDITS: tuple[Credit, ...] = ("owner", "creator", "opener", "current")
"""Whose a row can be, besides the one the table names."""
SpanUnit = Literal["day", "week", "month", "quarter", "year"]
CompareOp = Literal["=", "!=", "<", "<=", ">", ">="]
ArithmeticOp = Literal["+", "-", "*", "/"]
ColumnKind = FieldKind | Literal["bool", "days", "hours", "minutes", "score"]
TimeUnit = Literal["days", "hours", "minutes"]


@dataclass(frozen=True, slots=True)
class Span:
    """A length of calendar time, `90d` or `1 year`."""

    count: int
    unit: SpanUnit


# --- row expressions -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FieldRef:
    """A field of the record, `deals.amount`; `kind` is its kind (derived fields included).

    `table` is always the table of the leaf. A field of a record it belongs to is dotted: of an activity,
    `deal.outcome` is the outcome of its deal.
    """

    table: str
    field: str
    kind: ColumnKind


@dataclass(frozen=True, slots=True)
class Value:
    """A number, text or date (ISO text, `is_date`) in a row expression. Money literals are major units."""

    value: float | str
    is_date: bool = False


@dataclass(frozen=True, slots=True)
class Boundary:
    """The last day (`end`) or the day before the first (`start`) of the window, or the data date (`now`)."""

    moment: Moment


@dataclass(frozen=True, slots=True)
class Setting:
    """A number from the workspace settings, for example `stall_days`."""

    name: str


@dataclass(frozen=True, slots=True)
class RowCall:
    """A row function: days, hours, minutes, business_days or _hours, least, greatest; number or date of a text."""

    name: str
    arguments: tuple[RowExpr, ...]


@dataclass(frozen=True, slots=True)
class RowArithmetic:
    """Two row values added, subtracted, multiplied or divided."""

    op: ArithmeticOp
    left: RowExpr
    right: RowExpr


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of two row values; false where either is empty. Text compares case-insensitively."""

    op: CompareOp
    left: RowExpr
    right: RowExpr


@dataclass(frozen=True, slots=True)
class In:
    """Whether a row value is one of several."""

    value: RowExpr
    options: tuple[RowExpr, ...]


@dataclass(frozen=True, slots=True)
class InPeriod:
    """Whether a date lies in the period asked for (not in the rolling window)."""

    value: RowExpr


@dataclass(frozen=True, slots=True)
class Before:
    """Whether a date lies before another."""

    value: RowExpr
    other: RowExpr


@dataclass(frozen=True, slots=True)
class IsEmpty:
    """Whether a field has no value (or has one, when `negated`)."""

    value: RowExpr
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    condition: RowExpr


@dataclass(frozen=True, slots=True)
class AllOf:
    """Conditions joined by `and`."""

    conditions: tuple[RowExpr, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Conditions joined by `or`."""

    conditions: tuple[RowExpr, ...]


@dataclass(frozen=True, slots=True)
class FilterRef:
    """A saved filter by its name (`won`), with the condition it stands for.

    An `end` in the condition is already the moment at which its leaf reads the rows. `name` is dotted like a
    field's when the filter is one of a record this one belongs to (`deal.won`).
    """

    table: str
    name: str
    body: RowExpr


RowExpr = (
    FieldRef | Value | Boundary | Setting | RowCall | RowArithmetic | Compare | In | InPeriod | Before | IsEmpty
    | Not | AllOf | AnyOf | FilterRef
)  # fmt: skip


# --- expressions over aggregates -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class On:
    """A row falls in the period in which this date of its lies; dotted for a date of a record it belongs to."""

    field: str


@dataclass(frozen=True, slots=True)
class AsOf:
    """Rows as they stood at a moment: at the close of the day before the period, of its last day, or now.

    In a table that keeps no history the moment is that of fields computed for the window (`mrr_at_end`): all
    rows count and they are credited as of that moment.
    """

    moment: Moment


@dataclass(frozen=True, slots=True)
class Leaf:
    """One measure: an aggregate over the rows of a table that meet a condition, dated in one way.

    `argument` is None for `count`; `rank` is the share for `percentile`; `credit` says whose it is: the owner's on the
    date, the creator's, the owner's when the deal was created (`opener`), or the present owner's (`current`).
    """

    aggregate: Aggregate
    table: str
    argument: RowExpr | None
    where: RowExpr | None
    dated: On | AsOf
    credit: Credit = "owner"
    rank: float = 0.5


@dataclass(frozen=True, slots=True)
class KpiRef:
    """Another KPI, `[bookings]`, with its own checked formula."""

    kpi_id: str
    body: Expr


@dataclass(frozen=True, slots=True)
class GoalRef:
    """The target, minimum, stretch or baseline of a KPI for the scope and period asked for."""

    tier: Literal["target", "minimum", "stretch", "baseline"]
    kpi_id: str


@dataclass(frozen=True, slots=True)
class Modified:
    """An expression evaluated in a changed context.

    `previous` moves the anchor (by `span`, or one period), `rolling` and `to_date` replace the window rule,
    `at_start` and `at_end` read it at an edge, `org`, `team` and `total` widen the scope or drop the breakdown.
    """

    how: Literal["previous", "rolling", "to_date", "at_start", "at_end", "org", "team", "total"]
    body: Expr
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two numbers added, subtracted, multiplied or divided. Dividing by zero gives no value."""

    op: ArithmeticOp
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Negative:
    """A number with its sign turned."""

    body: Expr


@dataclass(frozen=True, slots=True)
class Call:
    """abs, min_of, max_of, if_empty, clamp over numbers."""

    name: Literal["abs", "min_of", "max_of", "if_empty", "clamp"]
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Param:
    """A number the manager keeps on the parameters page."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A number written in the formula; 25% is 0.25."""

    value: float


Expr = Leaf | KpiRef | GoalRef | Modified | Arithmetic | Negative | Call | Param | Constant


@dataclass(frozen=True, slots=True)
class Measure:
    """Exponents of money, time and score of a result, and its base kind when it has none.

    `time_unit` says in what time is counted where `time` is not 0.
    """

    money: int = 0
    time: int = 0
    score: int = 0
    kind: Literal["count", "ratio", "amount", "number"] = "number"
    time_unit: TimeUnit = "days"


@dataclass(frozen=True, slots=True)
class Formula:
    """A checked formula: its text, its tree, what it measures, and what it needs.

    `additive` is `flow` (adds over scopes and periods), `stock` (over scopes only) or `no`. `tables` and
    `fields` are what it reads, `kpis` what it refers to, `overlapping` whether neighbouring periods share rows.
    """

    text: str
    tree: Expr
    measure: Measure
    additive: Literal["flow", "stock", "no"]
    tables: frozenset[str]
    fields: frozenset[tuple[str, str]]
    kpis: frozenset[str]
    needs_history: bool
    overlapping: bool
