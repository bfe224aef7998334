"""Says a formula as a sentence that a sales manager understands."""

from __future__ import annotations

from collections.abc import Mapping

from kpidesk.language import tree
from kpidesk.language.row_words import MOMENT_WORDS, date_words, many_words, noun_words, shown_number, value_words
from kpidesk.language.tables import TABLES
from kpidesk.language.tree import Expr, Formula, Leaf, Span
from kpidesk.language.walk import every

_LOOSE, _SUM, _PRODUCT, _TIGHT = range(4)
_SIGNS = {"+": ("+", _SUM), "-": ("−", _SUM), "*": ("×", _PRODUCT), "/": ("÷", _PRODUCT)}
_WIDER = {"org": "for the whole organisation", "team": "for the team", "total": "over all groups together",
          "at_start": "at the start of the period", "at_end": "at the end of the period"}  # fmt: skip
_AGGREGATE_WORDS = {"sum": "total", "avg": "average", "median": "median", "min": "smallest", "max": "largest"}
HISTORY_WORDS = {"start": "as they stood at the start of the period", "end": "as they stood at the end of the period",
                  "now": "as they stand now"}  # fmt: skip
CREDIT_WORDS = {"owner": "", "creator": ", credited to those who created them",
                 "opener": ", credited to those who owned them when they were created",
                 "current": ", credited to those who own them now"}  # fmt: skip


def formula_words(formula: Formula, names: Mapping[str, str] | None = None) -> str:
    """A formula as one sentence; `names` gives the names of KPIs by id.

    When all its measures are dated and credited in the same way, this is said once, at the end.
    """
    own = [one for one in every_own(formula.tree) if isinstance(one, Leaf)]
    shared = {_dated_words(leaf) for leaf in own}
    mixed = len(shared) > 1 or any(isinstance(one, tree.KpiRef | tree.Modified) for one in every_own(formula.tree))
    text = _Sayer(names or {}, dated=mixed or not own).say(formula.tree, _LOOSE)
    return text if mixed or not own else text + next(iter(shared))


def every_own(expr: Expr) -> list[Expr]:
    """Everything in a formula but the inside of the KPIs it refers to."""
    inside = {id(one) for ref in every(expr) if isinstance(ref, tree.KpiRef) for one in every(ref.body)}
    return [one for one in every(expr) if id(one) not in inside]


def leaf_words(leaf: Leaf) -> str:
    """One measure in words: `deals won, by the day they closed`."""
    return _measure_words(leaf) + _dated_words(leaf)


def _measure_words(leaf: Leaf) -> str:
    nouns = noun_words(TABLES[leaf.table], leaf.where)
    if leaf.argument is None:
        return nouns
    said = value_words(leaf.argument)
    if leaf.aggregate == "count_distinct":
        return f"different {many_words(leaf.argument)} among {nouns}"
    if leaf.aggregate == "percentile":
        return f"the {said} that {shown_number(round(leaf.rank * 100, 6))}% of {nouns} stay below"
    if isinstance(leaf.argument, tree.RowArithmetic) or said.startswith("the "):
        return f"{_AGGREGATE_WORDS[leaf.aggregate]} of ({said}) over {nouns}"
    return f"{_AGGREGATE_WORDS[leaf.aggregate]} {said} of {nouns}"


def _dated_words(leaf: Leaf) -> str:
    credit = CREDIT_WORDS[leaf.credit]
    if isinstance(leaf.dated, tree.On):
        return f", {date_words(leaf.table, leaf.dated.field)}{credit}"
    if TABLES[leaf.table].keeps_history:
        return f", {HISTORY_WORDS[leaf.dated.moment]}{credit}"
    return f", by who held the accounts at {MOMENT_WORDS[leaf.dated.moment]}{credit}"


class _Sayer:
    """Says expressions with two things fixed for a whole formula: KPI names, and whether measures say their date."""

    def __init__(self, names: Mapping[str, str], *, dated: bool) -> None:
        self.names = names
        self.dated = dated

    def say(self, expr: Expr, strength: int) -> str:
        match expr:
            case Leaf():
                text = leaf_words(expr) if self.dated else _measure_words(expr)
                return f"({text})" if self.dated and strength > _LOOSE else text
            case tree.KpiRef(kpi_id=kpi_id):
                return self.name(kpi_id)
            case tree.GoalRef(tier=tier, kpi_id=kpi_id):
                return f"the {tier} of {self.name(kpi_id)}"
            case tree.Modified():
                return self.modified(expr)
            case tree.Arithmetic(op=op, left=left, right=right):
                sign, own = _SIGNS[op]
                text = f"{self.say(left, own)} {sign} {self.say(right, own + 1)}"
                return f"({text})" if own < strength else text
            case tree.Negative(body=body):
                return f"minus {self.say(body, _TIGHT)}"
            case tree.Call(name="abs", arguments=(tree.Arithmetic(op="-", left=left, right=right),)):
                text = f"the difference between {self.say(left, _SUM)} and {self.say(right, _SUM)}"
                return f"({text})" if strength > _LOOSE else text
            case tree.Call(name=name, arguments=arguments):
                return self.called(name, [self.say(one, _SUM) for one in arguments])
            case tree.Param(name=name):
                return name.replace("_", " ")
            case tree.Constant(value=value):
                return shown_number(value)

    def name(self, kpi_id: str) -> str:
        return self.names.get(kpi_id, kpi_id.replace("_", " "))

    def modified(self, expr: tree.Modified) -> str:
        body = self.say(expr.body, _TIGHT)
        if expr.how == "previous":
            return f"{body} {_length(expr.span)} earlier" if expr.span else f"{body} one period earlier"
        if expr.how == "rolling":
            return f"{body} over the last {_length(expr.span)}"
        if expr.how == "to_date":
            return f"{body} since the start of the {expr.span.unit if expr.span else 'year'}"
        return f"{body} {_WIDER[expr.how]}"

    def called(self, name: str, said: list[str]) -> str:
        if name == "abs":
            return f"the size of {said[0]}"
        if name == "if_empty":
            return f"({said[0]}, or {said[1]} where there is none)"
        if name == "clamp":
            return f"({said[0]}, but at least {said[1]} and at most {said[2]})"
        return f"the {'smallest' if name == 'min_of' else 'largest'} of ({'; '.join(said)})"


def _length(span: Span | None) -> str:
    if span is None:
        return "period"
    return f"{span.count} {span.unit}s" if span.count != 1 else f"1 {span.unit}"
