"""Says in words what a measure asks of one record: conditions and values."""

from __future__ import annotations

from datetime import date

from kpidesk.core.formats import day_text
from kpidesk.core.parts import CUSTOM
from kpidesk.core.wording import listed
from kpidesk.language import tree
from kpidesk.language.printing import number_text
from kpidesk.language.schema import SavedFilter, Table
from kpidesk.language.tables import TABLES, home_of
from kpidesk.language.tree import Moment, RowExpr

MOMENT_WORDS: dict[Moment, str] = {
    "start": "the start of the period",
    "end": "the end of the period",
    "now": "the date of the data",
}
_COMPARE_WORDS = {"=": "is", "!=": "is not", "<": "is less than", "<=": "is at most", ">": "is more than",
                  ">=": "is at least"}  # fmt: skip
_DATE_WORDS = {"=": "is", "!=": "is not", "<": "is before", "<=": "is on or before", ">": "is after",
               ">=": "is on or after"}  # fmt: skip
_MANY_WORDS = {"=": "exactly", "!=": "other than", "<": "fewer than", "<=": "at most", ">": "more than",
               ">=": "at least"}  # fmt: skip
_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}
SPAN_WORDS = {"days": "days", "hours": "hours", "minutes": "minutes", "business_days": "working days",
               "business_hours": "working hours"}  # fmt: skip


def noun_words(table: Table, where: RowExpr | None) -> str:
    """The records a measure is about, with everything asked of them: `open deals whose close date …`."""
    wanted = () if where is None else where.conditions if isinstance(where, tree.AllOf) else (where,)
    noun, before, after, clauses, excepted = table.noun, list[str](), list[str](), list[str](), list[str]()
    for one in wanted:
        saved = _saved(one) if isinstance(one, tree.FilterRef) and "." not in one.name else None
        if saved is not None and saved.place == "noun" and noun == table.noun:
            noun = saved.words
        elif saved is not None and saved.place == "before":
            before.append(saved.words)
        elif saved is not None or _is_flag(one):
            after.append(clause_words(one))
        else:
            (excepted if _is_exception(one) else clauses).append(clause_words(one))
    text = " ".join([*before, noun])
    text += " " + " and ".join([*after, *clauses]) if after or clauses else ""
    return ", ".join([text, *excepted])


def _is_flag(row: RowExpr) -> bool:
    return isinstance(row.condition if isinstance(row, tree.Not) else row, tree.FieldRef)


def _is_exception(row: RowExpr) -> bool:
    return isinstance(row, tree.Not) and not isinstance(row.condition, tree.FieldRef | tree.FilterRef)


def clause_words(row: RowExpr) -> str:
    """A condition that follows its noun: `whose close date lies in the period`."""
    match row:
        case tree.FilterRef():
            return _filter_words(row)
        case tree.FieldRef(kind="bool"):
            return f"that are {_label(row)}"
        case tree.Not(condition=tree.FilterRef() as body):
            return f"not {_filter_words(body)}"
        case tree.Not(condition=tree.FieldRef() as body):
            return f"that are not {_label(body)}"
        case tree.Not(condition=body):
            return f"except those {clause_words(body)}"
        case tree.AnyOf(conditions=parts):
            return f"either {' or '.join(_bracketed(one) for one in parts)}"
        case tree.AllOf(conditions=parts):
            return " and ".join(_bracketed(one) for one in parts)
        case tree.Compare(op=op, left=tree.RowCall() as left, right=tree.Value() as right) if left.name in SPAN_WORDS:
            span = _span_words(left.name, left.arguments)
            span = span.replace("s ", " ", 1) if right.value == 1 else span
            return f"with {_MANY_WORDS[op]} {value_words(right)} {span}"
    said = _test_words(row)
    return f"where {said}" if said.startswith("the ") else f"whose {said}"


def _bracketed(row: RowExpr) -> str:
    """A condition inside another, in brackets where its own `and` or `or` could be misread."""
    text = clause_words(row)
    return f"({text})" if isinstance(row, tree.AnyOf | tree.AllOf) else text


def _test_words(row: RowExpr) -> str:
    match row:
        case tree.Compare(op=op, left=left, right=right):
            signs = _DATE_WORDS if _is_date(left) or _is_date(right) else _COMPARE_WORDS
            return f"{value_words(left)} {signs[op]} {_share_words(left, right)}"
        case tree.In(value=value, options=options):
            return f"{value_words(value)} is {listed((value_words(one) for one in options), last='or')}"
        case tree.InPeriod(value=value):
            return f"{value_words(value)} lies in the period"
        case tree.Before(value=value, other=other):
            return f"{value_words(value)} is before {value_words(other)}"
        case tree.IsEmpty(value=value, negated=negated):
            return f"{value_words(value)} is {'given' if negated else 'not given'}"
    return value_words(row)


def _share_words(left: RowExpr, right: RowExpr) -> str:
    """The right side of a comparison; a number beside a share is said in per cent."""
    match left, right:
        case tree.FieldRef(kind="ratio"), tree.Value(value=float(share)):
            return f"{shown_number(round(share * 100, 6))}%"
    return value_words(right)


def _is_date(row: RowExpr) -> bool:
    match row:
        case tree.FieldRef(kind=kind):
            return kind == "date"
        case tree.Value(is_date=is_date):
            return is_date
        case tree.RowCall(name=name, arguments=arguments):
            return name == "date" or (name not in SPAN_WORDS and all(_is_date(one) for one in arguments))
    return isinstance(row, tree.Boundary)


def value_words(row: RowExpr) -> str:
    """A value of one record in words: `amount`, `days from created to closed`."""
    match row:
        case tree.FieldRef():
            return _dated_label(_label(row)) if row.kind == "date" else _label(row)
        case tree.Setting(name=name):
            return f"the number of {_setting_label(name)}"
        case tree.Boundary(moment=moment):
            return MOMENT_WORDS[moment]
        case tree.Value():
            return _literal_words(row)
        case tree.RowCall(name=name, arguments=arguments):
            if name in SPAN_WORDS:
                return _span_words(name, arguments)
            if len(arguments) == 1:
                return value_words(arguments[0])
            said = listed([value_words(one) for one in arguments])
            return f"the {'smaller' if name == 'least' else 'larger'} of {said}"
        case tree.RowArithmetic(op=op, left=left, right=right):
            return f"{_operand(left)} {_SIGNS[op]} {_operand(right)}"
    return clause_words(row)


def _operand(row: RowExpr) -> str:
    text = value_words(row)
    return f"({text})" if isinstance(row, tree.RowArithmetic) else text


def _literal_words(literal: tree.Value) -> str:
    if isinstance(literal.value, float | int):
        return shown_number(float(literal.value))
    if not literal.is_date:
        return f"“{literal.value}”"
    return day_text(date.fromisoformat(literal.value))


def shown_number(value: float) -> str:
    """A number as a reader expects it: `10,000`, `0.25`."""
    return f"{value:,.0f}" if value == int(value) else number_text(value)


def _span_words(name: str, sides: tuple[RowExpr, ...]) -> str:
    said = [_label(one) if isinstance(one, tree.FieldRef) else value_words(one) for one in sides]
    return f"{SPAN_WORDS[name]} from {said[0]} to {said[1]}"


def _dated_label(label: str) -> str:
    return label if label.endswith("date") else f"{label} date"


def many_words(row: RowExpr) -> str:
    """The values of a field in the plural: `accounts`, `lead sources`."""
    text = value_words(row)
    if text.endswith("y") and text[-2:-1] not in "aeou":
        return f"{text[:-1]}ies"
    return f"{text}es" if text.endswith("s") else f"{text}s"


def _filter_words(row: tree.FilterRef) -> str:
    saved, way = _saved(row), row.name.split(".")[:-1]
    if not way:
        return f"that are {saved.words}" if saved.place == "noun" else saved.words
    text = f"{saved.words} {way[-1]}" if saved.place == "before" else f"{way[-1]} {saved.words}"
    return f"with {'an' if text[0] in 'aeio' else 'a'} {text}"


def _saved(row: tree.FilterRef) -> SavedFilter:
    table, name = _home(row.table, row.name)
    return table.filters[name]


def _label(row: tree.FieldRef) -> str:
    if row.field.startswith(CUSTOM):
        return row.field.removeprefix(CUSTOM)
    table, name = _home(row.table, row.field)
    way = row.field.split(".")[:-1]
    return "'s ".join([*way, table.fields[name].label])


def _home(table: str, path: str) -> tuple[Table, str]:
    return home_of(table, path) or (TABLES[table], path)


def date_words(table: str, path: str) -> str:
    """How records are put in a period by a date: `by the day they closed`."""
    home, name = _home(table, path)
    *way, _ = path.split(".")
    if not way:
        return home.fields[name].date_words
    return f"by the {_dated_label(home.fields[name].label)} of their {' of its '.join(reversed(way))}"


def _setting_label(name: str) -> str:
    homes = [table.fields[name].label for table in TABLES.values() if name in table.fields]
    return homes[0] if homes else name
