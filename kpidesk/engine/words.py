"""Why a number does not exist, and what qualifies one that does, in words."""

from __future__ import annotations

from collections.abc import Iterable

from kpidesk.core.formats import count_text, sample_text
from kpidesk.core.periods import MONTHS
from kpidesk.core.records import FIELD_BY_NAME
from kpidesk.engine.days import day_of
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
PLANNED = frozenset(("close_date", "next_activity_at"))
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


def field_label(field: str) -> str:
    """The label of a field of deals, in small letters."""
    known = FIELD_BY_NAME["deals"].get(field)
    return known.label.lower() if known is not None else field.replace("_", " ")


def not_covered(label: str) -> str:
    """No import says anything about the period."""
    return f"no import covers {label}"


def never_dated(field: str) -> str:
    """The data have no such date at all."""
    return f"no deal in the files has a date under '{field_label(field)}'"


def not_given(field: str) -> str:
    """No deal has anything in a field that is asked for."""
    return f"no deal in the files has '{FIELD_BY_NAME['deals'][field].label}'"


def without_value(leaf: Leaf, gaps: float, rows: float) -> str:
    """Some rows of a sum have nothing to add."""
    argument = leaf.argument
    named = argument.field.removeprefix("deal.") if isinstance(argument, FieldRef) else ""
    what = "amount" if named == "created_amount" else field_label(named) if named else "value"
    noun = "stage visit" if leaf.table == "stage_visits" else "deal"
    does = ("has", "adds") if gaps == 1 else ("have", "add")
    return f"{count_text(gaps)} of {sample_text(rows, noun=noun)} {does[0]} no {what} and {does[1]} nothing."


def still_ahead(leaf: Leaf, rows: float) -> str:
    """Something is dated after the newest data."""
    field = date_field(leaf)
    noun = sample_text(rows, noun="stage visit" if leaf.table == "stage_visits" else "deal")
    does = ("is", "has") if rows == 1 else ("are", "have")
    rest = "it counts" if rows == 1 else "they count"
    if field in ("closed_at", "created_at", "qualified_at"):
        adjective = _adjective(leaf.where)
        happened = adjective if field == "closed_at" and adjective in ("won", "lost") else EVENTS[field][0]
        return f"{noun} {does[0]} {happened} on a day after the data: {rest} from that day on."
    return f"{noun} {does[1]} a date under '{field_label(field)}' after the data: {rest} from that day on."


def needs_history(first_data: int) -> str:
    """The state on a day before the first import cannot be known."""
    return f"needs history from {day_text(first_data)}, the first import's date"


def starts_inside(field: str, first: int) -> str:
    """The data begin in the middle of the period."""
    what = EVENTS.get(field, ("", f"Deals by '{field_label(field)}'"))[1].lower()
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


def no_stages() -> str:
    """The files name no stage that a deal could have been in."""
    return "no deal in the files was seen in an open stage"


def still_there(visits: int) -> str:
    """What will become of some visits is not known yet."""
    if visits == 1:
        return "1 stage visit that began in this period is not over: that deal may yet move on."
    return f"{visits:,} stage visits that began in this period are not over: those deals may yet move on."


def no_longer_listed(deals: int) -> str:
    """Deals that a later complete file does not hold any more."""
    if deals == 1:
        return "1 deal is not in the latest file any more: it counts as not open from then on."
    return f"{deals} deals are not in the latest file any more: they count as not open from then on."


def other_currency(deals: int, codes: Iterable[str], currency: str) -> str:
    """Money in another currency cannot be added."""
    named = " and ".join(sorted(codes))
    be = "deal is" if deals == 1 else "deals are"
    return f"{deals} {be} in {named}: no rate to {currency} is known"


def no_goal(goal: GoalRef, label: str) -> str:
    """A goal that has not been set."""
    return f"no {goal.tier} for {goal.kpi_id.replace('_', ' ')} in {label}"


def no_rows(leaf: Leaf, label: str) -> str:
    """A measure without rows: "no deal closed in Q1 2017", "no open deal at the end of Q1 2017"."""
    if leaf.table == "stage_visits":
        return _no_visits(leaf, label)
    adjective = _adjective(leaf.where)
    if isinstance(leaf.dated, AsOf):
        moment = {"start": f"at the start of {label}", "end": f"at the end of {label}", "now": "now"}
        noun = "person" if leaf.table == "people" else "deal"
        return f"no {adjective} {noun} {moment[leaf.dated.moment]}".replace("  ", " ")
    happened = EVENTS.get(leaf.dated.field, (f"has a date under '{field_label(leaf.dated.field)}'", ""))[0]
    if leaf.dated.field == "closed_at" and adjective in ("won", "lost", "closed"):
        return f"no deal {adjective} in {label}"
    joined = "" if happened.startswith("has") else "was " if happened != "closed" else ""
    other = f"{adjective} " if adjective and adjective != happened else ""
    which = " that meets the conditions" if leaf.where is not None and not adjective else ""
    return f"no {other}deal{which} {joined}{happened} in {label}"


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
    if leaf.aggregate in ("count", "count_distinct"):
        return no_rows(leaf, label)
    return f"the divisor is 0: {no_rows(leaf, label).replace('no ', 'no value of any ', 1)}"


def measure_of(tree: Expr) -> Leaf | None:
    """The single measure a formula consists of, seen through references and modifiers."""
    while isinstance(tree, KpiRef | Modified):
        tree = tree.body
    return tree if isinstance(tree, Leaf) else None


def date_field(leaf: Leaf) -> str:
    """The date field of a dated measure, else nothing."""
    return leaf.dated.field if isinstance(leaf.dated, On) else ""
