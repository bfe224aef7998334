"""Evaluation: facts as arrays, credit as it was, and formulas over all scopes and periods at once."""

from typing import TYPE_CHECKING

from kpidesk.engine.homes import HOMES
from kpidesk.on_demand import on_demand

if TYPE_CHECKING:
    from kpidesk.core.parts import CUSTOM
    from kpidesk.engine.absences import Spell, absences_of
    from kpidesk.engine.all_stages import STAGE_COLUMNS
    from kpidesk.engine.behind import Behind, behind, behind_order, rows_at
    from kpidesk.engine.behind_people import Number, PeopleBehind, PersonBehind, people_behind
    from kpidesk.engine.breakdown import breakdown, measured_tables
    from kpidesk.engine.capacity import free_days
    from kpidesk.engine.cells import Custom
    from kpidesk.engine.coverage import lacks_history
    from kpidesk.engine.crew import UnassignedLevel
    from kpidesk.engine.days import day_number, day_of
    from kpidesk.engine.evaluation import Evaluator
    from kpidesk.engine.facts import Facts, Others, build_facts
    from kpidesk.engine.given import lacking, missing_kinds, never_named
    from kpidesk.engine.goals import QUOTA
    from kpidesk.engine.grid import Grid, evaluate
    from kpidesk.engine.history import Said, read_said
    from kpidesk.engine.hygiene import Checked, check_hygiene, sharing_account
    from kpidesk.engine.left_out import LeftOut, left_out
    from kpidesk.engine.lifetimes import Lifetimes, deal_values, lifetimes, measured_leaf, still_open
    from kpidesk.engine.parts import (
        IN_BANDS,
        Splittable,
        comes_once,
        field_meant,
        fields_to_split,
        own_rules,
        split_label,
        splittable,
    )
    from kpidesk.engine.pivots import PivotAsked, Pivoted, biggest_first, parts_over, pivot, rows_of_values
    from kpidesk.engine.quotas import imported_quotas, quota_gaps, quota_values
    from kpidesk.engine.read_texts import are_mostly
    from kpidesk.engine.row_fields import folded_texts, folded_with, ranks_of_folded, rows_with, sort_keys, text_ranks
    from kpidesk.engine.seen import seen_values
    from kpidesk.engine.sides import quotas_read
    from kpidesk.engine.splitting import has_each_value, tells
    from kpidesk.engine.stood import Stood, stood_open
    from kpidesk.engine.tables import KIND_OF, NEEDED
    from kpidesk.engine.touches import deals_touched
    from kpidesk.engine.typed import whole_parts
    from kpidesk.engine.unrated import unrated_days
    from kpidesk.engine.values import Each
    from kpidesk.engine.winning import (
        Due,
        DueSpan,
        due_deals,
        due_leaf,
        due_of_each,
        history_tells_of,
        stage_places,
        words_at,
    )
    from kpidesk.engine.words import noun_of

on_demand(__name__, HOMES)
