"""Turns a formula into the answers to six questions and such answers back into a formula."""

from __future__ import annotations

from typing import get_args

from kpidesk.core.formula_form import (
    WITH_VALUES,
    WITHOUT_VALUE,
    Between,
    Condition,
    Elapsed,
    FormulaForm,
    GoalForm,
    KpiForm,
    MeasureForm,
    Operator,
    Plain,
)
from kpidesk.core.kpis import Unit
from kpidesk.core.parts import CUSTOM
from kpidesk.language import tree
from kpidesk.language.compiling import result_unit
from kpidesk.language.own_columns import is_own_date, own_of, own_text, read_own
from kpidesk.language.printing import field_text, number_text, quoted_text, span_text
from kpidesk.language.tables import TABLES, field_at
from kpidesk.language.tree import Expr, Formula, Leaf, RowExpr

MOMENTS = ("start", "end", "now")
AT_THE_END = "as of end"
_OR = " or "
_NOT = "not "


def form_of_formula(formula: Formula, shown_as: Unit | None = None) -> FormulaForm | None:
    """The form that says the same as a checked formula, or None."""
    body, over = _spanned(formula.tree)
    top, below = (body.left, body.right) if isinstance(body, tree.Arithmetic) and body.op == "/" else (body, None)
    negative = isinstance(top, tree.Negative)
    what = _measured(top.body if isinstance(top, tree.Negative) else top, over)
    divided_by = None if below is None else _goal(below) or _measured(below, over)
    if what is None or (below is not None and divided_by is None):
        return None
    return FormulaForm(what, divided_by, shown_as or result_unit(formula), over, negative)


def _spanned(expr: Expr) -> tuple[Expr, str]:
    """What is read over a length of time, and that length; the expression itself without one."""
    if isinstance(expr, tree.Modified) and expr.how == "rolling" and expr.span is not None:
        return expr.body, span_text(expr.span)
    return expr, ""


def _goal(expr: Expr) -> GoalForm | None:
    return GoalForm(expr.kpi_id, expr.tier) if isinstance(expr, tree.GoalRef) else None


def _measured(expr: Expr, over: str) -> MeasureForm | KpiForm | None:
    if isinstance(expr, tree.KpiRef):
        return KpiForm(expr.kpi_id)
    return _measure(expr, over) if isinstance(expr, Leaf) else None


def _measure(leaf: Leaf, over: str) -> MeasureForm | None:
    field = "" if leaf.argument is None else _tested(leaf.argument)
    rows = () if leaf.where is None else leaf.where.conditions if isinstance(leaf.where, tree.AllOf) else (leaf.where,)
    chips = tuple(_chip(one) for one in rows)
    conditions = tuple(_condition(one) for one, chip in zip(rows, chips, strict=True) if not chip)
    known = tuple(one for one in conditions if one is not None)
    if field is None or len(known) < len(conditions):
        return None
    dated_by = _dated_by(leaf)
    if not over and (own := _own_period(known, dated_by)):  # what lies in the period asked for is not in a longer time
        known, dated_by = tuple(one for one in known if one is not own), str(own.field)
    return MeasureForm(
        aggregate=leaf.aggregate,
        table=leaf.table,
        field=field,
        percentile=leaf.rank if leaf.aggregate == "percentile" else 0.0,
        filters=tuple(chip for chip in chips if chip),
        conditions=known,
        dated_by=dated_by,
        credit="" if leaf.credit == "owner" else leaf.credit,
    )


def _dated_by(leaf: Leaf) -> str:
    if isinstance(leaf.dated, tree.On):
        return leaf.dated.field
    return f"as of {leaf.dated.moment}" if TABLES[leaf.table].keeps_history else ""


def _own_period(conditions: tuple[Condition, ...], dated_by: str) -> Condition | None:
    """The condition by which records are put in the period that a column of the files lies in."""
    if dated_by != AT_THE_END:
        return None
    found = (one for one in reversed(conditions) if one.op == "in period")
    return next((one for one in found if isinstance(one.field, str) and is_own_date(one.field)), None)


def _tested(row: RowExpr) -> str | Between | None:
    """What is measured or tested: a field, or the time between two dates; None when it is anything else."""
    if isinstance(row, tree.FieldRef):
        return field_text(row.field)
    if own := _own(row):
        return own
    if isinstance(row, tree.RowCall):
        counted = next((one for one in get_args(Elapsed) if one == row.name), None)
        sides = [_date(one) for one in row.arguments]
        if counted is not None and all(sides):
            return Between(sides[0], sides[1], counted)
    return None


def _date(row: RowExpr) -> str:
    """A date field or a moment; empty when it is neither."""
    if isinstance(row, tree.Boundary):
        return row.moment
    own = _own(row)
    if is_own_date(own):
        return own
    return row.field if isinstance(row, tree.FieldRef) and row.kind == "date" else ""


def _own(row: RowExpr) -> str:
    """A column of the files that is read as a number or a date; empty when it is anything else."""
    if not isinstance(row, tree.RowCall) or row.name not in ("number", "date"):
        return ""
    (column,) = row.arguments
    header = column.field.removeprefix(CUSTOM) if isinstance(column, tree.FieldRef) else ""
    return own_text(header, "number" if row.name == "number" else "date")


def _chip(row: RowExpr) -> str:
    """A saved filter or a yes-or-no field, turned round or one of several; empty when it is none."""
    if isinstance(row, tree.AnyOf):
        names = [_chip(one) for one in row.conditions]
        return _OR.join(names) if all(names) and not any(_OR in name for name in names) else ""
    body = row.condition if isinstance(row, tree.Not) else row
    if isinstance(body, tree.FilterRef):
        name = body.name
    elif isinstance(body, tree.FieldRef) and body.kind == "bool":
        name = body.field
    else:
        return ""
    return f"{_NOT}{name}" if isinstance(row, tree.Not) else name


def _condition(row: RowExpr) -> Condition | None:
    match row:
        case tree.Compare(op=op, left=left, right=right):
            return _made(left, op, _plain(right))
        case tree.Before(value=value, other=other):
            return _made(value, "before", _plain(other))
        case tree.In(value=value, options=options):
            return _made(value, "in", _listed(options))
        case tree.Not(condition=tree.In(value=value, options=options)):
            return _made(value, "not in", _listed(options))
        case tree.InPeriod(value=value):
            return _made(value, "in period", "")
        case tree.IsEmpty(value=value, negated=negated):
            return _made(value, "is not empty" if negated else "is empty", "")
    return None


def _made(tested: RowExpr, op: Operator, value: Plain | tuple[Plain, ...] | None) -> Condition | None:
    field = _tested(tested)
    return None if field is None or value is None else Condition(field, op, value)


def _plain(row: RowExpr) -> Plain | None:
    return row.value if isinstance(row, tree.Value) else _date(row) or None


def _listed(options: tuple[RowExpr, ...]) -> tuple[Plain, ...] | None:
    values = [one.value for one in options if isinstance(one, tree.Value)]
    return tuple(values) if len(values) == len(options) else None


# --- from the form to the text ---------------------------------------------------------------------------------


def text_of(form: FormulaForm) -> str:
    """The formula a form says. A form that is filled in wrongly gives a text that does not compile."""
    text = _part_text(form.what)
    if form.negative:
        text = f"-{text}"
    if form.divided_by is not None:
        text = f"{text} / {_part_text(form.divided_by)}"
    return f"rolling({text}, {form.over})" if form.over else text


def _part_text(part: MeasureForm | KpiForm | GoalForm) -> str:
    match part:
        case KpiForm(kpi_id=kpi_id):
            return f"[{kpi_id}]"
        case GoalForm(kpi_id=kpi_id, tier=tier):
            return f"{tier}([{kpi_id}])"
        case MeasureForm():
            return _measure_text(part)


def _measure_text(form: MeasureForm) -> str:
    said = form.table if form.aggregate == "count" else _tested_text(form.field, f"{form.table}.")
    if form.aggregate == "percentile":
        said += f", {number_text(form.percentile)}"
    conditions, dated_by = form.conditions, form.dated_by
    if form.is_dated_by_column:
        conditions, dated_by = (*conditions, Condition(dated_by, "in period")), AT_THE_END
    tests = [_chip_text(one, alone=len(form.filters) == 1 and not conditions) for one in form.filters]
    tests += [_condition_text(one, form.table) for one in conditions]
    if tests:
        said += f" where {' and '.join(tests)}"
    if dated_by:
        said += f" {dated_by}" if dated_by.startswith("as of ") else f" on {dated_by}"
    if form.credit:
        said += f" credit {form.credit}"
    return f"{form.aggregate}({said})"


def _tested_text(field: str | Between, table: str = "") -> str:
    if isinstance(field, str):
        return own_of(field, table) if read_own(field) else f"{table}{field}"
    sides = (one if one in MOMENTS else _tested_text(one, table) for one in (field.from_field, field.to_field))
    return f"{field.counted_in}({', '.join(sides)})"


def _chip_text(chip: str, *, alone: bool) -> str:
    return f"({chip})" if _OR in chip and not alone else chip


def _condition_text(condition: Condition, table: str) -> str:
    tested = _tested_text(condition.field)
    if condition.op in WITHOUT_VALUE:
        return f"{tested} {condition.op}"
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    said = ", ".join(_plain_text(one, condition.field, table) for one in values)
    return f"{tested} {condition.op} ({said})" if condition.op in WITH_VALUES else f"{tested} {condition.op} {said}"


def _plain_text(value: Plain, field: str | Between, table: str) -> str:
    if not isinstance(value, str):
        return number_text(value)
    is_bare = isinstance(field, str) and _is_date(field, table) and (value in MOMENTS or _is_date(value, table))
    return value if is_bare else quoted_text(value)


def _is_date(field: str, table: str) -> bool:
    known = field_at(table, field)
    return is_own_date(field) or (known is not None and known.kind == "date")
