"""Why a number does not exist, and what qualifies one that does, in words."""

from __future__ import annotations

from collections.abc import Iterable

from kpidesk.core.fields import FIELD_BY_NAME, KIND_OF_RECORD
from kpidesk.core.formats import count_text, sample_text
from kpidesk.core.periods import MONTHS
from kpidesk.core.rate_words import ADD_RATE
from kpidesk.core.wording import listed
from kpidesk.engine.days import day_of
from kpidesk.engine.tables import KIND_OF, STORED
from kpidesk.language.tables import TABLES
from kpidesk.language.tree import (
    AllOf,
    AsOf,
    Expr,
    FieldRef,
    FilterRef,
    GoalRef,
    IsEmpty,
    KpiRef,
    Leaf,
    Modified,
    On,
    RowExpr,
)  # fmt: skip
from kpidesk.language.walk import row_fields

BASE_MRR = "mrr_at_start"
"""The recurring revenue that retention is measured from."""
EVENTS = {
    "closed_at": ("closed", "Closes"),
    "close_date": ("due", "Deals due"),
    "created_at": ("created", "Deals created"),
    "qualified_at": ("qualified", "Qualifications"),
    "first_contact_at": ("first contacted", "First contacts"),
    "stage_entered_at": ("moved to its stage", "Stage changes"),
    "entered_at": ("began", "Entries into stages"),
    "exited_at": ("ended", "Exits from stages"),
}
FIRST_VISIT = FieldRef("stage_visits", "first_visit", "bool")
EXITED = IsEmpty(FieldRef("stage_visits", "exited_at", "date"), negated=True)
PLANNED = frozenset(("close_date", "next_activity_at", "scheduled_at", "term_end_at", "ends_at", "period_at", "day_at"))
"""Dates that lie ahead by nature: a period after the newest data is covered all the same."""

HISTORY_FIELDS = frozenset(
    ("close_date", "stage", "stage_id", "stage_entered_at", "status", "probability", "forecast_category", "push_count",
     "last_activity_at", "next_activity_at")
)  # fmt: skip
"""Fields whose past values only earlier imports can tell."""


def day_text(number: int) -> str:
    """A day number as a person reads it: 1 Mar 2017."""
    day = day_of(number)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def noun_of(table: str) -> str:
    """What one row of a table is called."""
    return {"stage_visits": "stage visit", "capacity": "working day"}.get(table) or KIND_OF_RECORD[KIND_OF[table]].one


def rows_text(rows: float, table: str) -> str:
    """So many rows of a table: "1 activity", "2.5 deals"."""
    return sample_text(rows, noun=noun_of(table))


def label_of(table: str, field: str) -> str:
    """What a field of a table is called in the files, or in the language where it is worked out."""
    way, _, rest = field.partition(".")
    if rest and way in TABLES[table].belongs_to:
        return label_of(TABLES[table].belongs_to[way], rest)
    known = FIELD_BY_NAME[KIND_OF[table]].get(STORED.get((table, field), field))
    if known is not None:
        return known.label
    named = TABLES[table].fields.get(field)
    return named.label.capitalize() if named is not None else field.replace("_", " ")


def field_label(table: str, field: str) -> str:
    """The label of a field of a table, in small letters."""
    return label_of(table, field).lower()


def not_covered(label: str) -> str:
    """No import says anything about the period."""
    return f"no import covers {label}"


def never_dated(table: str, field: str) -> str:
    """The data have no such date at all."""
    return f"no {noun_of(table)} in the files has a date under '{field_label(table, field)}'"


def not_given(table: str, field: str) -> str:
    """No record has anything in a field that is asked for."""
    return f"no {noun_of(table)} in the files has '{label_of(table, field)}'"


def not_named(table: str, field: str, words: Iterable[str]) -> str:
    """No record is of a sort that is asked for."""
    told = listed((f"'{word}'" for word in words), last="or")
    return f"no {noun_of(table)} in the files has {told} under '{label_of(table, field)}'"


def no_times(table: str, field: str) -> str:
    """The files give days where a formula needs the time of day."""
    return f"hours and minutes need times of day: '{label_of(table, field)}' has days only"


def some_without_times(table: str, rows: int) -> str:
    """Some rows have no time of day."""
    does = "has" if rows == 1 else "have"
    return (
        f"{rows_text(rows, table)} {does} a day without a time: no hours are known of {'it' if rows == 1 else 'them'}."
    )


def without_value(leaf: Leaf, gaps: float, rows: float) -> str:
    """Some rows of a sum have nothing to add."""
    argument = leaf.argument
    named = argument.field.removeprefix("deal.") if isinstance(argument, FieldRef) else ""
    table = "deals" if leaf.table == "stage_visits" else leaf.table
    what = "amount" if named == "created_amount" else field_label(table, named) if named else "value"
    does = ("has", "adds") if gaps == 1 else ("have", "add")
    return f"{count_text(gaps)} of {rows_text(rows, leaf.table)} {does[0]} no {what} and {does[1]} nothing."


def still_ahead(leaf: Leaf, rows: float) -> str:
    """Something is dated after the newest data."""
    field = date_field(leaf)
    noun = rows_text(rows, leaf.table)
    does = ("is", "has") if rows == 1 else ("are", "have")
    rest = "it counts" if rows == 1 else "they count"
    if leaf.table == "deals" and field in ("closed_at", "created_at", "qualified_at"):
        adjective = _adjective(leaf.where)
        happened = adjective if field == "closed_at" and adjective in ("won", "lost") else EVENTS[field][0]
        return f"{noun} {does[0]} {happened} on a day after the data: {rest} from that day on."
    return f"{noun} {does[1]} a date under '{field_label(leaf.table, field)}' after the data: {rest} from that day on."


def needs_history(first_data: int) -> str:
    """The state on a day before the first import cannot be known."""
    return f"needs history from {day_text(first_data)}, the first import's date"


def starts_inside(table: str, field: str, first: int) -> str:
    """The data begin in the middle of the period."""
    by_field = f"{TABLES[table].noun} by '{field_label(table, field)}'"
    what = EVENTS.get(field, ("", by_field))[1].lower() if table in ("deals", "stage_visits") else by_field
    return f"Data begins on {day_text(first)}, inside this period: {what} before that day are not in the files."


def slow_deals_missing(first_created: int) -> str:
    """A rate of closed deals rests on where the data begin."""
    return (
        f"Deals created before {day_text(first_created)} are missing too, so slow deals weigh too little "
        "in this period."
    )


def reconstructed(first_data: int) -> str:
    """A state before the first import uses the values of the first import."""
    return f"Reconstructed: before {day_text(first_data)}, amounts and owners are those of the first import."


def reconstructed_from_history(first_data: int) -> str:
    """A state before the first import is put together from the history of stages."""
    return (
        f"Reconstructed: before {day_text(first_data)}, stages and what else the stage history gives come from there, "
        "owners and the rest from the first import."
    )


def no_history_of(deals: float, first_data: int) -> str:
    """Some deals are not in the history of stages."""
    who = "1 deal is" if deals == 1 else f"{count_text(deals)} deals are"
    whose = "its" if deals == 1 else "their"
    return f"{who} not in the stage history: {whose} stages before {day_text(first_data)} are not known."


def history_begins(first: int) -> str:
    """The history of stages tells of nothing before its first change."""
    return f"the stage history begins on {day_text(first)}"


def no_stages() -> str:
    """The files name no stage that a deal could have been in."""
    return "no deal in the files was seen in an open stage"


def still_there(visits: float) -> str:
    """What will become of some visits is not known yet."""
    if visits == 1:
        return "1 deal that came into its stage in this period is still there: it may yet move on."
    return (
        f"{count_text(visits)} deals that came into their stage in this period are still there: they may yet move on."
    )


def no_longer_listed(deals: float) -> str:
    """Deals that a later complete file does not hold any more."""
    if deals == 1:
        return "1 deal is not in the latest file any more: it counts as not open from then on."
    return f"{count_text(deals)} deals are not in the latest file any more: they count as not open from then on."


def no_rate(leaf: Leaf, rows: int, codes: Iterable[str], first: int, *, is_one_day: bool) -> str:
    """Money in another currency of which no rate is known on its day, or from its first day on."""
    noun = rows_text(rows, leaf.table)
    when = f"on {day_text(first)}" if is_one_day else f"from {day_text(first)} on"
    return (
        f"{noun} {'is' if rows == 1 else 'are'} in {' and '.join(sorted(codes))}, for which no rate is known {when}: "
        + ADD_RATE
    )


def no_goal(goal: GoalRef, label: str) -> str:
    """A goal that has not been set."""
    return f"no {goal.tier} for {goal.kpi_id.replace('_', ' ')} in {label}"


def no_parameter(name: str) -> str:
    """A number that the manager has not given yet."""
    return f"the parameter '{name}' has no value: set it in the settings or with `kpidesk param set`"


def no_rows(leaf: Leaf, label: str) -> str:
    """A measure without rows: "no deal closed in Q1 2017", "no open deal at the end of Q1 2017"."""
    if leaf.table == "stage_visits":
        return _no_visits(leaf, label)
    if leaf.table == "forecasts":
        return _no_forecast(leaf, label)
    if leaf.table not in ("deals", "people"):
        return _none_of(leaf, label)
    adjective = _adjective(leaf.where)
    if isinstance(leaf.dated, AsOf):
        moment = {"start": f"at the start of {label}", "end": f"at the end of {label}", "now": "now"}
        noun = "person" if leaf.table == "people" else "deal"
        return f"no {adjective} {noun} {moment[leaf.dated.moment]}".replace("  ", " ")
    happened = EVENTS.get(leaf.dated.field, (f"has a date under '{field_label(leaf.table, leaf.dated.field)}'", ""))[0]
    if leaf.dated.field == "closed_at" and adjective in ("won", "lost", "closed"):
        return f"no deal {adjective} in {label}"
    joined = "" if happened.startswith("has") else "was " if happened != "closed" else ""
    other = f"{adjective} " if adjective and adjective != happened else ""
    which = " that meets the conditions" if leaf.where is not None and not adjective else ""
    return f"no {other}deal{which} {joined}{happened} in {label}"


def _none_of(leaf: Leaf, label: str) -> str:
    """No row of another table: "no activity that meets the conditions in Q1 2017"."""
    which = " that meets the conditions" if leaf.where is not None else ""
    moments = {"start": f"at the start of {label}", "end": f"at the end of {label}", "now": "now"}
    when = moments[leaf.dated.moment] if isinstance(leaf.dated, AsOf) else f"in {label}"
    return f"no {noun_of(leaf.table)}{which} {when}"


def _no_forecast(leaf: Leaf, label: str) -> str:
    """No forecast of a kind: "no forecast was given on day one of Q1 2017"."""
    conditions = leaf.where.conditions if isinstance(leaf.where, AllOf) else (leaf.where,)
    filters = {one.name for one in conditions if isinstance(one, FilterRef)}
    return f"no forecast was given {'on day one of' if 'day_one' in filters else 'for'} {label}"


def _no_visits(leaf: Leaf, label: str) -> str:
    """No visit to a stage: "no deal entered a stage in Q1 2017"."""
    conditions = leaf.where.conditions if isinstance(leaf.where, AllOf) else (leaf.where,)
    narrowed = any(one not in (None, FIRST_VISIT, EXITED) for one in conditions)
    does = {"entered_at": "entered", "exited_at": "left"}.get(date_field(leaf))
    if does is None or narrowed:
        return f"no stage visit that meets the conditions in {label}"
    return f"no deal {does} a stage in {label}"


def _adjective(where: RowExpr | None) -> str:
    """The saved filter a condition begins with, as a word."""
    first = where.conditions[0] if isinstance(where, AllOf) and where.conditions else where
    return first.name.replace("_", " ") if isinstance(first, FilterRef) else ""


def zero_divisor(tree: Expr, label: str) -> str:
    """Why a division by this has no value."""
    leaf = measure_of(tree)
    if leaf is None:
        if isinstance(tree, GoalRef):
            return f"the {tree.tier} for {tree.kpi_id.replace('_', ' ')} in {label} is 0"
        return f"the divisor is 0 in {label}"
    if any(field == BASE_MRR for _, field in row_fields(leaf)):
        return f"no base to compare with in {label}: no account paid anything at the start"
    if leaf.aggregate in ("count", "count_distinct"):
        return no_rows(leaf, label)
    return f"no base to divide by: {no_rows(leaf, label).replace('no ', 'no amount of any ', 1)}"


def measure_of(tree: Expr) -> Leaf | None:
    """The single measure a formula consists of, seen through references and modifiers."""
    while isinstance(tree, KpiRef | Modified):
        tree = tree.body
    return tree if isinstance(tree, Leaf) else None


def date_field(leaf: Leaf) -> str:
    """The date field of a dated measure, else nothing."""
    return leaf.dated.field if isinstance(leaf.dated, On) else ""
