"""What a formula looks up above and below its line, for one row of the answer."""

from __future__ import annotations

from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.engine.crew import UnassignedLevel
from kpidesk.engine.days import Context
from kpidesk.engine.evaluation import Evaluator
from kpidesk.engine.goals import QUOTA, rows_of_scopes
from kpidesk.language.tree import Arithmetic, Expr, GoalRef, KpiRef, Leaf, Modified, Param

Node = Leaf | GoalRef | Param
Key = tuple[Node, Context]


def sides(evaluator: Evaluator, tree: Expr, context: Context) -> tuple[list[Key], list[Key]]:
    """What is looked up above and below the line of a quotient; everything is above when it is none."""
    while isinstance(tree, KpiRef | Modified):
        if isinstance(tree, Modified):
            context = evaluator.inside(tree, context)
        tree = tree.body
    if isinstance(tree, Arithmetic) and tree.op == "/":
        return list(evaluator.read(tree.left, context)), list(evaluator.read(tree.right, context))
    return list(evaluator.read(tree, context)), []


def quotas_read(
    evaluator: Evaluator, tree: Expr, scope: Scope, period: Period, level: UnassignedLevel
) -> tuple[tuple[Scope, Period], ...]:
    """Whose target of bookings a formula reads for a scope in a period, and of which periods."""
    crew = evaluator.facts.crew
    row, scopes = crew.row_of(scope, level), dict(rows_of_scopes(crew))
    read = evaluator.read(tree, Context((period,), wide=row != 0, row=row))
    found = (
        (scopes.get(inner.row or 0), one)
        for node, inner in read
        if isinstance(node, GoalRef) and node.kpi_id == QUOTA and node.tier != "baseline"
        for one in inner.periods
    )
    return tuple(dict.fromkeys((whose, one) for whose, one in found if whose is not None))
