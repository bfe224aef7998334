"""Which events of a record come after which: there is no time between two that are the wrong way round."""

from __future__ import annotations

from collections.abc import Iterator

from kpidesk.language.row_words import SPAN_WORDS, value_words
from kpidesk.language.tree import AllOf, Compare, FieldRef, IsEmpty, RowCall, RowExpr

LATER: dict[str, frozenset[str]] = {
    "created_at": frozenset(("closed_at", "final_closed_at", "first_response_at", "mql_at", "sql_at", "converted_at")),
    "first_contact_at": frozenset(("closed_at", "final_closed_at")),
    "mql_at": frozenset(("sql_at", "converted_at")),
    "sql_at": frozenset(("converted_at",)),
}
"""By a date of a deal or lead the dates of the same one that cannot lie before it."""


def goes_forward(row: RowExpr) -> bool:
    """Whether a value is the time between two events of one record of which the second cannot come first."""
    match row:
        case RowCall(name, (FieldRef(_, first, _), FieldRef(_, second, _))) if name in SPAN_WORDS:
            (whose, _, start), (others, _, end) = first.rpartition("."), second.rpartition(".")
            return whose == others and end in LATER.get(start, ())
    return False


def forward_spans(row: RowExpr) -> Iterator[RowCall]:
    """Such times on one of the sides of a comparison, or the value itself."""
    sides = (row.left, row.right) if isinstance(row, Compare) else (row,)
    yield from (one for one in sides if isinstance(one, RowCall) and goes_forward(one))


def runs_backwards(span: RowCall) -> RowExpr:
    """The condition that there is no such time between two events that both have a date."""
    start, end = span.arguments
    return AllOf((IsEmpty(start, negated=True), IsEmpty(end, negated=True), IsEmpty(span)))


def backwards_words(span: RowCall) -> str:
    """Why there is none: "close date before created date"."""
    start, end = span.arguments
    timeless = "" if span.name in ("days", "business_days") else ", or one of them without its time of day"
    return f"{value_words(end)} before {value_words(start)}{timeless}"
