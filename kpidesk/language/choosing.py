"""What each question of the form may offer, worked out from the tables of the formula language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import get_args

from kpidesk.core.choices import Choice
from kpidesk.core.formula_form import FormAggregate, MeasureChoices, MeasureForm, Operator, OwnColumn
from kpidesk.language import syntax, tree, units
from kpidesk.language.functions import FUNCTIONS
from kpidesk.language.leaves import COUNTABLE
from kpidesk.language.names import Rows
from kpidesk.language.own_columns import as_words, own_choices
from kpidesk.language.row_words import MOMENT_WORDS, date_words, noun_words
from kpidesk.language.rows import condition
from kpidesk.language.schema import Table, TableField
from kpidesk.language.tables import TABLES
from kpidesk.language.tree import CREDITS, Moment
from kpidesk.language.words import CREDIT_WORDS, HISTORY_WORDS

_AGGREGATE_WORDS = {
    "count": "Number of", "count_distinct": "Number of different", "sum": "Total of", "avg": "Average of",
    "median": "Median of", "percentile": "Value that a share stays below:", "min": "Smallest", "max": "Largest",
}  # fmt: skip
_USUAL_CREDIT = {"owner": "the owner on that day", "actor": "who did it", "person": "the person named",
                 "self": "the person"}  # fmt: skip
_MOMENTS: tuple[Moment, ...] = ("end", "start", "now")
_OF_TEXT: tuple[Operator, ...] = ("=", "!=", "in", "not in", "is empty", "is not empty")
_OF_NUMBERS: tuple[Operator, ...] = (">=", "<=", ">", "<", "=", "!=", "is empty", "is not empty")
_OF_DATES: tuple[Operator, ...] = (
    "in period", "before", "is empty", "is not empty", "=", "!=", "<", "<=", ">", ">="
)  # fmt: skip


def form_choices(form: MeasureForm, columns: Sequence[OwnColumn] | None = None) -> MeasureChoices:
    """What the questions about one measure may offer, given the answers so far.

    A table that does not exist is taken as deals. Names of fields of the records that this one belongs to come after
    its own, and last the `columns` of its files that no field stands for (None: not known yet), of which those that the
    form reads stay, whatever the files have.
    """
    table = TABLES.get(form.table, TABLES["deals"])
    own = own_choices(table, form, columns)
    own_dates = tuple(one for one in own if one.kind == "date")
    return MeasureChoices(
        aggregates=tuple(Choice(one, _AGGREGATE_WORDS[one], FUNCTIONS[one].help) for one in get_args(FormAggregate)),
        tables=tuple(Choice(one.name, one.noun) for one in TABLES.values()),
        fields=(*(_field(name, one) for name, one in _fields(table) if _suits(form.aggregate, one)),
                *_own_fields(form.aggregate, own)),
        times=(*_dates(table), *own_dates, *(Choice(one, MOMENT_WORDS[one], kind="moment") for one in _MOMENTS)),
        filters=_filters(table.name),
        tested=(*(_field(name, one) for name, one in _fields(table) if one.kind != "bool" and not one.setting), *own),
        dates=_dated(table, form, own_dates),
        credits=tuple(_credit(one, n == 0) for n, one in enumerate(table.credits)),
    )  # fmt: skip


def operators_for(kind: str) -> tuple[Operator, ...]:
    """The operators that may test a field of a kind, the likeliest first; "" is the time between two dates."""
    if kind == "date":
        return _OF_DATES
    if not kind:
        return tuple(one for one in _OF_NUMBERS if not one.startswith("is"))
    return _OF_NUMBERS if kind in units.NUMERIC_KINDS else _OF_TEXT


def _fields(table: Table) -> Iterator[tuple[str, TableField]]:
    yield from table.fields.items()
    for way, other in table.belongs_to.items():
        for name, one in TABLES[other].fields.items():
            if not (one.windowed or one.setting or one.of_day):
                yield f"{way}.{name}", one


def _field(name: str, field: TableField) -> Choice:
    way = name.rpartition(".")[0]
    return Choice(name, f"{way}'s {field.label}" if way else field.label, kind=field.kind)


def _suits(aggregate: FormAggregate, field: TableField) -> bool:
    if aggregate == "count" or field.setting or field.of_day:
        return False
    return field.kind in (COUNTABLE if aggregate == "count_distinct" else units.NUMERIC_KINDS)


def _dates(table: Table) -> tuple[Choice, ...]:
    return tuple(_field(name, one) for name, one in _fields(table) if one.kind == "date")


def _own_fields(aggregate: FormAggregate, own: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """The columns of the files that can be measured so: numbers, or the different texts of any."""
    if aggregate == "count_distinct":
        return tuple(as_words(own))
    return () if aggregate == "count" else tuple(one for one in own if one.kind == "number")


def _dated(table: Table, form: MeasureForm, own: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """The answers to question three."""
    named = [form.field, *(one.field for one in form.conditions)]
    if any(isinstance(one, str) and one in table.fields and table.fields[one].windowed for one in named):
        return (Choice("", "as they stood in the period", "What is measured belongs to the period itself."),)
    on = tuple(Choice(one.value, date_words(table.name, one.value), kind="date") for one in _dates(table))
    if not table.keeps_history:
        return on
    as_of = (Choice(f"as of {one}", HISTORY_WORDS[one], kind="moment") for one in _MOMENTS)
    return (*on, *as_of, *(Choice(one.value, f"by {one.words}, {HISTORY_WORDS['end']}", kind="date") for one in own))


def _credit(role: str, is_usual: bool) -> Choice:
    if is_usual:
        return Choice("", _USUAL_CREDIT.get(role, role))
    known = next(one for one in CREDITS if one == role)
    return Choice(role, CREDIT_WORDS[known].removeprefix(", credited to "))


@cache
def _filters(table_name: str) -> tuple[Choice, ...]:
    """The named filters and yes-or-no fields of a table and of the records that it belongs to."""
    return tuple(_filters_of(TABLES[table_name]))


def _filters_of(table: Table) -> Iterator[Choice]:
    rows = Rows(table, table)
    for name in table.filters:
        body = condition(syntax.Path(0, len(name), (name,)), rows)
        inside = body.body if isinstance(body, tree.FilterRef) else body
        yield Choice(name, noun_words(table, body), noun_words(table, inside))
    for name, one in table.fields.items():
        if one.kind == "bool":
            yield Choice(name, noun_words(table, tree.FieldRef(table.name, name, "bool")), kind="bool")
    for way, other in table.belongs_to.items():
        for name in TABLES[other].filters:
            body = condition(syntax.Path(0, len(name), (way, name)), rows)
            yield Choice(f"{way}.{name}", noun_words(table, body))
