"""The formula language: from the text of a KPI to a checked tree, and from the tree to words."""

from kpidesk.language.compiling import (
    additive,
    compile_formula,
    leaf_fields,
    needs_history,
    result_unit,
    unit_choices,
)
from kpidesk.language.errors import FormulaError, caret
from kpidesk.language.functions import FUNCTIONS, FunctionHelp
from kpidesk.language.printing import formula_text
from kpidesk.language.schema import HISTORY_FIELDS, SavedFilter, Table, TableField
from kpidesk.language.tables import TABLES
from kpidesk.language.tree import Formula
from kpidesk.language.walk import every, every_row, leaves, parts, row_fields, row_parts
from kpidesk.language.words import formula_words, leaf_words

__all__ = [
    "FUNCTIONS",
    "HISTORY_FIELDS",
    "TABLES",
    "Formula",
    "FormulaError",
    "FunctionHelp",
    "SavedFilter",
    "Table",
    "TableField",
    "additive",
    "caret",
    "compile_formula",
    "every",
    "every_row",
    "formula_text",
    "formula_words",
    "leaf_fields",
    "leaf_words",
    "leaves",
    "needs_history",
    "parts",
    "result_unit",
    "row_fields",
    "row_parts",
    "unit_choices",
]
