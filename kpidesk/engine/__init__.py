"""Evaluation: facts as arrays, credit as it was, and formulas over all scopes and periods at once."""

from kpidesk.engine.behind import Behind, behind
from kpidesk.engine.breakdown import breakdown
from kpidesk.engine.crew import UnassignedLevel
from kpidesk.engine.evaluation import Evaluator
from kpidesk.engine.facts import Facts, build_facts
from kpidesk.engine.given import lacking
from kpidesk.engine.grid import Grid, evaluate

__all__ = [
    "Behind",
    "Evaluator",
    "Facts",
    "Grid",
    "UnassignedLevel",
    "behind",
    "breakdown",
    "build_facts",
    "evaluate",
    "lacking",
]
