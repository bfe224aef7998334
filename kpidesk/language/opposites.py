"""Says in words why a record does not meet a condition: `not won`, `amount is at most 10,000 or not given`."""

from __future__ import annotations

from dataclasses import replace

from kpidesk.language import tree
from kpidesk.language.row_words import clause_words
from kpidesk.language.tree import CompareOp, RowExpr

_OPPOSITE: dict[CompareOp, CompareOp] = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_LEADS = ("whose ", "where ", "that are ", "with ")


def opposite_words(condition: RowExpr) -> str:
    """Why a record does not meet a condition, as words that could follow `It is` or `Its`."""
    match condition:
        case tree.FilterRef():
            return f"not {_bare(clause_words(condition))}"
        case tree.Not(condition=inner):
            return _bare(clause_words(inner))
        case tree.FieldRef():
            return _bare(clause_words(tree.Not(condition)))
        case tree.IsEmpty():
            return _bare(clause_words(replace(condition, negated=not condition.negated)))
        case tree.Compare(op=op):
            return f"{_bare(clause_words(replace(condition, op=_OPPOSITE[op])))}, or not given"
        case tree.AnyOf(conditions=parts):
            return f"not {' nor '.join(_bare(clause_words(one)) for one in parts)}"
    return f"not so that its {_bare(clause_words(condition))}"


def _bare(clause: str) -> str:
    """A clause without the word that ties it to its noun."""
    return next((clause.removeprefix(lead) for lead in _LEADS if clause.startswith(lead)), clause)
