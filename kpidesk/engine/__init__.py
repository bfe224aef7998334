"""Evaluation: facts as arrays, credit as it was, and formulas over all scopes and periods at once."""

from kpidesk.engine.behind import Behind, behind
from kpidesk.engine.breakdown import breakdown
from kpidesk.engine.cells import CUSTOM, Custom
from kpidesk.engine.crew import UnassignedLevel
from kpidesk.engine.evaluation import Evaluator
from kpidesk.engine.facts import Facts, Others, build_facts
from kpidesk.engine.given import lacking, missing_kinds
from kpidesk.engine.grid import Grid, evaluate
from kpidesk.engine.hygiene import Checked, check_hygiene, sharing_account
from kpidesk.engine.parts import fields_to_split
from kpidesk.engine.tables import KIND_OF, NEEDED
from kpidesk.engine.unrated import unrated_days
from kpidesk.engine.words import noun_of

__all__ = [
    "CUSTOM",
    "KIND_OF",
    "NEEDED",
    "Behind",
    "Checked",
    "Custom",
    "Evaluator",
    "Facts",
    "Grid",
    "Others",
    "UnassignedLevel",
    "behind",
    "breakdown",
    "build_facts",
    "check_hygiene",
    "evaluate",
    "fields_to_split",
    "lacking",
    "missing_kinds",
    "noun_of",
    "sharing_account",
    "unrated_days",
]
