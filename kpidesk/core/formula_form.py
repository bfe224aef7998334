"""A formula as the answers to six questions; the form and the text of a formula are two views of the same tree.

What is measured, of which rows, in which period a row falls, whose it is, what it is divided by, how it is shown.
Names of tables, fields and saved filters are those of the formula language, dotted where they belong to another
record (`deal.outcome` of an activity). A column of the files that no field stands for is named as a formula reads it:
`` `Region` ``, ``number(`Seats`)``, ``date(`Kick-off`)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from kpidesk.core.choices import Choice
from kpidesk.core.kpis import Unit

FormAggregate = Literal["count", "count_distinct", "sum", "avg", "median", "percentile", "min", "max"]
Elapsed = Literal["days", "business_days", "hours", "business_hours", "minutes"]
OwnKind = Literal["term", "number", "date"]
Tier = Literal["target", "minimum", "stretch", "baseline"]
Operator = Literal[
    "=", "!=", "<", "<=", ">", ">=", "in", "not in", "is empty", "is not empty", "in period", "before"
]  # fmt: skip
OPERATORS: tuple[Operator, ...] = get_args(Operator)
WITHOUT_VALUE: frozenset[Operator] = frozenset({"is empty", "is not empty", "in period"})
"""The operators that need no value beside them."""
WITH_VALUES: frozenset[Operator] = frozenset({"in", "not in"})
"""The operators that take a list of values."""
Plain = str | float
"""One value of a condition: a number for a field of numbers (money in major units, 25 % as 0.25), otherwise a text.
Beside a date it is an ISO day ("2026-03-31"), a moment ("start", "end", "now") or another date field."""


@dataclass(frozen=True, slots=True)
class Between:
    """The time from one date of a record to another; either may be a moment: "start", "end" or "now"."""

    from_field: str
    to_field: str
    counted_in: Elapsed = "days"


@dataclass(frozen=True, slots=True)
class Condition:
    """One simple test of a record.

    `value` is a tuple for "in" and "not in", empty ("") for operators that need none (`WITHOUT_VALUE`).
    """

    field: str | Between
    op: Operator
    value: Plain | tuple[Plain, ...] = ""


@dataclass(frozen=True, slots=True)
class MeasureForm:
    """One measure: questions one to four.

    `field` is empty for "count". `percentile` is the share (0.8) that only "percentile" needs, otherwise 0.
    `filters` are saved filters and yes-or-no fields, all of which must hold; one of them may be turned round
    ("not stalled") or offer a choice ("new or expansion"). `dated_by` is a date field, "as of start", "as of end"
    or "as of now"; it is empty where the fields measured belong to the period itself. A column of the files read as a
    date puts records, as they stood at the end of the period, in the one that it lies in. `credit` is a role, empty for
    the table's usual one.
    """

    aggregate: FormAggregate = "count"
    table: str = "deals"
    field: str | Between = ""
    percentile: float = 0.0
    filters: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    dated_by: str = ""
    credit: str = ""

    @property
    def is_dated_by_column(self) -> bool:
        """Whether a column of the files says in which period a record falls: that is the one asked for, no longer."""
        return self.dated_by.startswith("date(")


@dataclass(frozen=True, slots=True)
class KpiForm:
    """Another KPI, as it stands."""

    kpi_id: str


@dataclass(frozen=True, slots=True)
class GoalForm:
    """A goal of a KPI for the scope and period asked for."""

    kpi_id: str
    tier: Tier = "target"


@dataclass(frozen=True, slots=True)
class FormulaForm:
    """The whole form.

    `divided_by` is None when nothing is below the line. `over` is a length of time that ends with the period
    ("90d", "1 year") where the value is read over that instead of the period. With `negative` the sign of what is
    measured is turned, as for losses kept as negative amounts. `shown_as` is not part of the text of a formula.
    """

    what: MeasureForm | KpiForm
    divided_by: MeasureForm | KpiForm | GoalForm | None = None
    shown_as: Unit = "count"
    over: str = ""
    negative: bool = False


@dataclass(frozen=True, slots=True)
class OwnColumn:
    """A column of the files that no field stands for, and what it holds: words ("term"), numbers or dates."""

    header: str
    kind: OwnKind = "term"


@dataclass(frozen=True, slots=True)
class MeasureChoices:
    """What the questions about one measure may offer, the likeliest first.

    `fields` suit the aggregate chosen; `times` may stand on either side of a `Between`; `tested` are the fields a
    condition can be about; `dates` answer question three (empty where the measure is dated by the period itself).
    """

    aggregates: tuple[Choice, ...]
    tables: tuple[Choice, ...]
    fields: tuple[Choice, ...]
    times: tuple[Choice, ...]
    filters: tuple[Choice, ...]
    tested: tuple[Choice, ...]
    dates: tuple[Choice, ...]
    credits: tuple[Choice, ...]
