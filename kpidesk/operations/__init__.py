"""Every verb of the app, one function each; the window and the command line both call these and nothing below.

    export file ─▶ reader ─▶ mapping ─▶ records ─▶ store ─▶ columns ─▶ evaluation ─▶ scorecard ─▶ page

A verb takes the open workspace first and gives back frozen values. Long work is a generator of `Progress`.
"""

from kpidesk.core.drafts import Check, Draft, DraftValue
from kpidesk.importing import Unpacked
from kpidesk.language import Completion, completions, form_choices, form_of, operators_for, text_of

# The file: opened, closed, backed up, asked in SQL
from kpidesk.operations.workspace import (
    Workspace, close, data_date, open_workspace, save_settings, scopes, settings,
)  # fmt: skip
from kpidesk.operations.upkeep import backup, check, restore
from kpidesk.operations.sql import sql, tables
from kpidesk.operations.demo import SAMPLE_FILE, Demo, make_demo

# Exports come in, can be taken back, and are joined
from kpidesk.operations.imports import import_file, imports, inspect, look_alikes, rejected, save_rejected, undo
from kpidesk.operations.batches import Sheets, import_into, import_together, look_into, undo_together
from kpidesk.operations.watching import FolderFile, NewExports, imported_digests, new_exports
from kpidesk.operations.duplicates import SIGNS
from kpidesk.operations.links import links, unlinked
from kpidesk.operations.merging import MergeKind, alike, find_mergeable, merge, merge_preview, mergeable, split
from kpidesk.operations.history import data_days, deal_history, find_deal, undo_effect
from kpidesk.operations.changes import changes_between
from kpidesk.operations.digest import digest
from kpidesk.operations.hygiene import export_hygiene, hygiene
from kpidesk.operations.rates import add_rate, currencies, rates

# Who sells
from kpidesk.operations.people import FirstSteps, apply_teams, first_steps
from kpidesk.operations.roster import (
    add_person, add_team, find_person, find_team, move_people, move_team, rename_person, rename_team, roster,
    save_person, take_back,
)  # fmt: skip

# What is measured, and why
from kpidesk.operations.formulas import KpiEntry, find_kpi, kpis, kpis_elsewhere, marked
from kpidesk.operations.kpis import add_kpi, retire_kpi, save_kpi, show_kpi
from kpidesk.operations.drafting import change_kpi, check_text, draft, values_by_field, values_of
from kpidesk.operations.unfinished import keep_unfinished_kpis, unfinished_kpis
from kpidesk.operations.dependencies import Dependencies, affected, dependencies, rests_on
from kpidesk.operations.packs import PackStart, packs, start_from
from kpidesk.operations.packfiles import PackDifference, definition_difference, export_definitions, import_definitions
from kpidesk.operations.linting import apply_fix, lateness, lint
from kpidesk.operations.timeline import timeline
from kpidesk.operations.parameters import Parameter, parameters, set_parameter
from kpidesk.operations.objectives import (
    add_objective, change_objective, focus, move_objective, objectives, retire_objective, save_objective, set_focus,
)  # fmt: skip
from kpidesk.operations.guide import Taken, propose_for, take
from kpidesk.operations.entries import add_entry, add_entry_from, entry_words, list_entries, read_answers, read_value
from kpidesk.operations.kpi_sql import kpi_sql
from kpidesk.operations.benchmarks import benchmarks_for

# Baseline first, target second
from kpidesk.operations.goals import (
    baseline_words, goal_scope, period_for_goals, propose, role_scopes, set_baseline, set_baseline_from, set_target,
    set_target_from, target_words,
)  # fmt: skip
from kpidesk.operations.workspace import goals  # after the module of that name, which would hide it
from kpidesk.operations.applying import applied
from kpidesk.operations.ladders import doubts_about, ladder_of
from kpidesk.operations.comparables import comparable
from kpidesk.operations.target_grid import sums_after, target_grid
from kpidesk.operations.target_edits import apply_edits, copy_forward, plan_edits, taken_back
from kpidesk.operations.target_files import apply_plans, plan_target_file
from kpidesk.operations.cascade import apply_cascade, cascade
from kpidesk.operations.refresh import apply_refresh, plan_refresh, refresh

# Answers: a scorecard, a trend, a breakdown
from kpidesk.operations.questions import opening, question
from kpidesk.operations.evaluation import evaluate, matrix, scorecard, trend
from kpidesk.operations.row_luck import row_with_luck, with_luck
from kpidesk.operations.sensitivity import sensitivity
from kpidesk.operations.trends import explain_trend, rep_trends
from kpidesk.operations.ahead import look_ahead
from kpidesk.operations.charting import Charted, charts
from kpidesk.operations.chart_notes import add_note, chart_notes, delete_note, marks
from kpidesk.operations.breakdowns import (
    delete_view, export_breakdown, fields_of, find_field, find_view, pivot, save_view, views,
)  # fmt: skip

# Why a number is what it is, and whether it really changed
from kpidesk.operations.receipts import left_out, left_out_rows, receipt_of, rows
from kpidesk.operations.receipt_pages import export_listed, export_rows, receipt_head, receipt_order, receipt_rows
from kpidesk.operations.replay import replay
from kpidesk.operations.causes import read_against, why
from kpidesk.operations.peers import compare
from kpidesk.operations.signals import (
    acknowledge, acknowledge_signal, acknowledgements, points_to_raise, restart_limits, signals,
    take_back_acknowledgement,
)  # fmt: skip
from kpidesk.operations.rules import add_rule, retire_rule, rule_hits, rule_words, rules
from kpidesk.operations.initiatives import (
    add_initiative, drop_initiative, find_initiative, initiatives, read_change, read_expected, save_initiative,
)  # fmt: skip
from kpidesk.operations.readouts import readout
from kpidesk.operations.coaching import coaching_prompts

# The one-on-one, and paper
from kpidesk.operations.reviews import (
    close_review, delete_review, frozen_bytes, next_question, open_review, overrule, restore_review, review_for,
    reviews, save_review, sheet, sheet_for, start_review,
)  # fmt: skip
from kpidesk.operations.differences import differences
from kpidesk.operations.exports import check_export_path, export_one_on_one, export_scorecard, export_trend, write_file

__all__ = [
    "SAMPLE_FILE", "SIGNS", "Charted", "Check", "Completion", "Demo", "Dependencies", "Draft", "DraftValue",
    "FirstSteps", "FolderFile", "KpiEntry", "MergeKind", "NewExports", "PackDifference", "PackStart", "Parameter",
    "Sheets", "Taken", "Unpacked", "Workspace", "acknowledge", "acknowledge_signal", "acknowledgements", "add_entry",
    "add_entry_from", "add_initiative", "add_kpi", "add_note", "add_objective", "add_person", "add_rate", "add_rule",
    "add_team", "affected", "alike", "applied", "apply_cascade", "apply_edits", "apply_fix", "apply_plans",
    "apply_refresh", "apply_teams", "backup", "baseline_words", "benchmarks_for", "cascade", "change_kpi",
    "change_objective", "changes_between", "chart_notes", "charts", "check", "check_export_path", "check_text", "close",
    "close_review", "coaching_prompts", "comparable", "compare", "completions", "copy_forward", "currencies",
    "data_date", "data_days", "deal_history", "definition_difference", "delete_note", "delete_review", "delete_view",
    "dependencies", "differences", "digest", "doubts_about", "draft", "drop_initiative", "entry_words", "evaluate",
    "explain_trend", "export_breakdown", "export_definitions", "export_hygiene", "export_listed", "export_one_on_one",
    "export_rows", "export_scorecard", "export_trend", "fields_of", "find_deal", "find_field", "find_initiative",
    "find_kpi", "find_mergeable", "find_person", "find_team", "find_view", "first_steps", "focus", "form_choices",
    "form_of", "frozen_bytes", "goal_scope", "goals", "hygiene", "import_definitions", "import_file", "import_into",
    "import_together", "imported_digests", "imports", "initiatives", "inspect", "keep_unfinished_kpis", "kpi_sql",
    "kpis", "kpis_elsewhere", "ladder_of", "lateness", "left_out", "left_out_rows", "links", "lint", "list_entries",
    "look_ahead", "look_alikes", "look_into", "make_demo", "marked", "marks", "matrix", "merge", "merge_preview",
    "mergeable", "move_objective", "move_people", "move_team", "new_exports", "next_question", "objectives",
    "open_review", "open_workspace", "opening", "operators_for", "overrule", "packs", "parameters", "period_for_goals",
    "pivot", "plan_edits", "plan_refresh", "plan_target_file", "points_to_raise", "propose", "propose_for", "question",
    "rates", "read_against", "read_answers", "read_change", "read_expected", "read_value", "readout", "receipt_head",
    "receipt_of", "receipt_order", "receipt_rows", "refresh", "rejected", "rename_person", "rename_team", "rep_trends",
    "replay", "restart_limits", "restore", "restore_review", "rests_on", "retire_kpi", "retire_objective",
    "retire_rule", "review_for", "reviews", "role_scopes", "roster", "row_with_luck", "rows", "rule_hits", "rule_words",
    "rules", "save_initiative", "save_kpi", "save_objective", "save_person", "save_rejected", "save_review",
    "save_settings", "save_view", "scopes", "scorecard", "sensitivity", "set_baseline", "set_baseline_from",
    "set_focus", "set_parameter", "set_target", "set_target_from", "settings", "sheet", "sheet_for", "show_kpi",
    "signals", "split", "sql", "start_from", "start_review", "sums_after", "tables", "take", "take_back",
    "take_back_acknowledgement", "taken_back", "target_grid", "target_words", "text_of", "timeline", "trend", "undo",
    "undo_effect", "undo_together", "unfinished_kpis", "unlinked", "values_by_field", "values_of", "views", "why",
    "with_luck", "write_file",
]  # fmt: skip
