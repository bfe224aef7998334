"""The formula language: from the text of a KPI to a checked tree, and from the tree to words."""

from typing import TYPE_CHECKING

from kpidesk.language.homes import HOMES
from kpidesk.on_demand import on_demand

if TYPE_CHECKING:
    from kpidesk.language.choosing import form_choices, operators_for
    from kpidesk.language.classing import class_of, suits
    from kpidesk.language.compiling import (
        additive,
        compile_formula,
        leaf_fields,
        needs_history,
        result_unit,
        unit_choices,
    )
    from kpidesk.language.completing import Completion, SeenValues, completions
    from kpidesk.language.errors import FormulaError, caret
    from kpidesk.language.forming import form_of_formula, text_of
    from kpidesk.language.functions import FUNCTIONS, FunctionHelp
    from kpidesk.language.leaning import fewer_is_better
    from kpidesk.language.narrowing import narrowed
    from kpidesk.language.opposites import opposite_words
    from kpidesk.language.printing import field_text
    from kpidesk.language.schema import HISTORY_FIELDS, SavedFilter, Table, TableField
    from kpidesk.language.tables import TABLES
    from kpidesk.language.tree import Formula
    from kpidesk.language.walk import empty_texts, every, every_row, leaves, parts, row_fields, row_parts
    from kpidesk.language.words import formula_words, leaf_words

on_demand(__name__, HOMES)
