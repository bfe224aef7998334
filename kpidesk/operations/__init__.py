"""Every verb of the app, one function each; the window and the command line both call these and nothing below.

    export file ─▶ reader ─▶ mapping ─▶ records ─▶ store ─▶ columns ─▶ evaluation ─▶ scorecard ─▶ page

A verb takes the open workspace first and gives back frozen values. Long work is a generator of `Progress`.

A verb is loaded when it is first asked for, so that no command and no first page waits for those it does not need.
"""

from typing import TYPE_CHECKING

from kpidesk.on_demand import on_demand
from kpidesk.operations.homes import HOMES

if TYPE_CHECKING:
    from kpidesk.core.drafts import Check, Draft, DraftValue
    from kpidesk.importing import Unpacked
    from kpidesk.language import Completion, completions, form_choices, operators_for, text_of

    # The file: opened, closed, backed up, asked in SQL
    from kpidesk.operations.workspace import (
        Workspace, close, data_date, goals, open_workspace, refuse_unfit, save_settings, scopes, settings,
        unfit_goals,
    )  # fmt: skip
    from kpidesk.operations.first_views import DAYS_AHEAD, first_view, keep_first_view
    from kpidesk.operations.upkeep import backup, check, restore
    from kpidesk.operations.calendar_files import export_calendar, import_calendar
    from kpidesk.operations.sql import sql, tables
    from kpidesk.operations.demo import SAMPLE_FILE, Demo, make_demo

    # Exports come in, can be taken back, and are joined
    from kpidesk.operations.imports import import_file, rejected, save_rejected, undo, undo_preview
    from kpidesk.operations.batches import Sheets, import_into, import_together, look_into, undo_together
    from kpidesk.operations.foreseeing import foresee
    from kpidesk.operations.in_turn import after_files, look_in_turn
    from kpidesk.operations.watching import FolderFile, NewExports, imported_digests, new_exports
    from kpidesk.operations.duplicates import SIGNS
    from kpidesk.operations.links import links, unlinked
    from kpidesk.operations.merging import alike, find_mergeable, merge, merge_preview, mergeable, split
    from kpidesk.operations.pairs import keep_apart, merge_pairs, offer_again, pair_of_deals, split_merges
    from kpidesk.operations.history import deal_history, find_deal, undo_effect
    from kpidesk.operations.finding import find_named
    from kpidesk.operations.changes import changes_between
    from kpidesk.operations.sources import data_days, imports
    from kpidesk.operations.digest import digest
    from kpidesk.operations.hygiene import export_hygiene, hygiene
    from kpidesk.operations.rates import add_rate, currencies, rates

    # Who sells
    from kpidesk.operations.people import FirstSteps, apply_teams, first_steps
    from kpidesk.operations.roster import (
        add_person, add_team, find_person, find_team, move_people, move_team, rename_team, roster,
        save_person, take_back, work_share,
    )  # fmt: skip
    from kpidesk.operations.personal_data import (
        backups_naming, delete_backups, delete_person, deletion_preview, export_person, person_data,
    )  # fmt: skip

    # What is measured, and why
    from kpidesk.operations.formulas import KpiEntry, find_kpi, kpis, kpis_elsewhere, kpis_for, marked
    from kpidesk.operations.kpis import add_kpi, added_words, retire_kpi, save_kpi, show_kpi, too_many_words
    from kpidesk.operations.drafting import (
        change_back,
        change_kpi,
        check_text,
        draft,
        own_columns,
        values_by_field,
        values_of,
    )
    from kpidesk.operations.unfinished import keep_unfinished_kpis, unfinished_kpis
    from kpidesk.operations.dependencies import Dependencies, affected, dependencies, rests_on
    from kpidesk.operations.packs import PackStart, packs, start_from
    from kpidesk.operations.packfiles import (
        PackDifference, definition_difference, export_definitions, import_definitions,
    )  # fmt: skip
    from kpidesk.operations.linting import lateness, left_findings, lint
    from kpidesk.operations.mending import apply_fix, leave_findings, look_again
    from kpidesk.operations.timeline import timeline, versions_before
    from kpidesk.operations.parameters import Parameter, parameters, set_parameter
    from kpidesk.operations.objectives import (
        add_objective, change_objective, focus, move_objective, objectives, retire_objective, save_objective, set_focus,
    )  # fmt: skip
    from kpidesk.operations.guide import Taken, propose_for, take
    from kpidesk.operations.entries import (
        add_entry, add_entry_from, entry_words, list_entries, read_answers, read_value,
    )  # fmt: skip
    from kpidesk.operations.kpi_sql import kpi_sql
    from kpidesk.operations.benchmarks import benchmarks_for

    # Baseline first, target second
    from kpidesk.operations.goals import (
        baseline_first, baseline_words, closed_for, goal_scope, period_for_goals, propose, role_scopes, set_baseline,
        set_baseline_from, set_target, set_target_from, take_back_baseline, target_words,
    )  # fmt: skip
    from kpidesk.operations.applying import applied
    from kpidesk.operations.baseline_numbers import baseline_numbers, find_baseline
    from kpidesk.operations.ladders import doubts_about, doubts_of, ladder_of, leads_to, try_target
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
    from kpidesk.operations.pipeline import pipeline, pipeline_rows
    from kpidesk.operations.pipeline_rows import account_deals
    from kpidesk.operations.breakdown_changes import with_changes
    from kpidesk.operations.breakdowns import export_breakdown, fields_of, find_field, pivot, pivots
    from kpidesk.operations.saved_breakdowns import delete_view, find_view, save_view, views

    # Why a number is what it is, and whether it really changed
    from kpidesk.operations.receipts import left_out, left_out_rows, receipt_of, rows
    from kpidesk.operations.receipt_pages import (
        export_listed,
        export_receipt,
        export_rows,
        receipt_head,
        receipt_order,
        receipt_read_ahead,
        receipt_rows,
    )
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

    # What will be booked by the end of a period, and how that would have gone in the past
    from kpidesk.core.forecast_paper import forecast_paper
    from kpidesk.operations.forecast import deals_due, forecast
    from kpidesk.operations.backtest import backtest
    from kpidesk.operations.whatif import read_what_if, what_if
    from kpidesk.operations.win_chances import win_chances

    # Forecasts that people give, how near they came, and what selling pays
    from kpidesk.core.accuracy_paper import accuracy_paper
    from kpidesk.operations.submissions import find_submission, read_amount, submissions, submit, submit_text
    from kpidesk.operations.submission_files import submit_file
    from kpidesk.operations.forecast_accuracy import forecast_accuracy
    from kpidesk.operations.pay_plans import delete_pay_plans, pay_plan, pay_plans, set_pay_plan, set_pay_plan_text
    from kpidesk.operations.sdr_return import sdr_return

    # The one-on-one, and paper
    from kpidesk.operations.reviews import (
        close_review, delete_review, is_untouched_draft, look_at_review, next_question, open_review,
        overrule, restore_review, review_for, reviews, save_review, sheet, sheet_for, start_review,
    )  # fmt: skip
    from kpidesk.operations.differences import differences
    from kpidesk.operations.coaching_goals import (
        coaching_goals, draft_coaching_goal, drop_coaching_goal, find_coaching_goal, goal_reach, goal_readout,
        save_coaching_goal,
    )  # fmt: skip
    from kpidesk.operations.preparations import (
        export_preparation, looks_like_answer, preparation_form, read_preparation, take_preparation,
    )  # fmt: skip
    from kpidesk.operations.exports import (
        check_export_path, export_one_on_one, export_paper, export_scorecard, export_trend, write_file,
    )  # fmt: skip
    from kpidesk.operations.redacting import redactor
    from kpidesk.operations.export_packs import ExportPack, export_pack

    # Team reviews, and what is due when
    from kpidesk.core.meeting_paper import meeting_paper
    from kpidesk.operations.team_review import (
        actions_with, asked_as_of, change_target_in_review, close_team_review, delete_team_review,
        open_team_review, preview_team_review, restore_team_review, save_team_review, settle_action, start_team_review,
        team_review_differences, team_review_sheet, team_reviews,
    )  # fmt: skip
    from kpidesk.operations.team_review_sheet import period_for
    from kpidesk.operations.cadence import agenda, cadence_advice, cadences, clear_cadence, read_what, set_cadence
    from kpidesk.operations.preparing import due_this_week, prepare_one_on_ones
    from kpidesk.operations.open_promises import still_open

on_demand(__name__, HOMES)
