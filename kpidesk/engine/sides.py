"""What a formula looks up above and below its line, for one row of the answer."""

from __future__ import annotations

from kpidesk.engine.days import Context
from kpidesk.engine.evaluation import Evaluator
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
