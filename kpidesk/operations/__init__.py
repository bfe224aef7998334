"""Every verb of the app, one function each; the window and the command line both call these and nothing below.

    export file ─▶ reader ─▶ mapping ─▶ records ─▶ store ─▶ columns ─▶ evaluation ─▶ scorecard ─▶ page

A verb takes the open workspace first and gives back frozen values. Long work is a generator of `Progress`.
"""

from kpidesk.importing import Unpacked
from kpidesk.operations.batches import import_into, import_together, look_into, undo_together
from kpidesk.operations.changes import changes_between
from kpidesk.operations.demo import Demo, make_demo
from kpidesk.operations.differences import differences
from kpidesk.operations.duplicates import SIGNS
from kpidesk.operations.evaluation import evaluate, matrix, scorecard, trend
from kpidesk.operations.exports import (
    check_export_path,
    export_one_on_one,
    export_scorecard,
    export_trend,
    write_file,
)
from kpidesk.operations.formulas import KpiEntry, find_kpi, kpis, kpis_elsewhere, marked
from kpidesk.operations.goals import (
    baseline_words,
    propose,
    set_baseline,
    set_baseline_from,
    set_target,
    set_target_from,
    target_words,
)
from kpidesk.operations.history import data_days, deal_history, find_deal, undo_effect
from kpidesk.operations.hygiene import export_hygiene, hygiene
from kpidesk.operations.imports import import_file, imports, inspect, look_alikes, rejected, save_rejected, undo
from kpidesk.operations.kpi_sql import kpi_sql
from kpidesk.operations.kpis import add_kpi, lint, retire_kpi, save_kpi, show_kpi
from kpidesk.operations.links import links, unlinked
from kpidesk.operations.merging import MergeKind, alike, find_mergeable, merge, merge_preview, mergeable, split
from kpidesk.operations.packs import PackStart, packs, start_from
from kpidesk.operations.parameters import Parameter, parameters, set_parameter
from kpidesk.operations.people import FirstSteps, apply_teams, first_steps
from kpidesk.operations.questions import opening, question
from kpidesk.operations.rates import add_rate, currencies, rates
from kpidesk.operations.receipts import rows
from kpidesk.operations.reviews import (
    close_review,
    delete_review,
    frozen_bytes,
    next_question,
    open_review,
    overrule,
    restore_review,
    review_for,
    reviews,
    save_review,
    sheet,
    sheet_for,
    start_review,
)
from kpidesk.operations.roster import (
    add_person,
    add_team,
    find_person,
    find_team,
    move_people,
    move_team,
    rename_person,
    rename_team,
    roster,
    save_person,
    take_back,
)
from kpidesk.operations.sql import sql, tables
from kpidesk.operations.upkeep import backup, check, restore
from kpidesk.operations.watching import FolderFile, NewExports, imported_digests, new_exports
from kpidesk.operations.workspace import (
    Workspace,
    close,
    data_date,
    goals,
    open_workspace,
    save_settings,
    scopes,
    settings,
)

__all__ = [
    "SIGNS",
    "Demo",
    "FirstSteps",
    "FolderFile",
    "KpiEntry",
    "MergeKind",
    "NewExports",
    "PackStart",
    "Parameter",
    "Unpacked",
    "Workspace",
    "add_kpi",
    "add_person",
    "add_rate",
    "add_team",
    "alike",
    "apply_teams",
    "backup",
    "baseline_words",
    "changes_between",
    "check",
    "check_export_path",
    "close",
    "close_review",
    "currencies",
    "data_date",
    "data_days",
    "deal_history",
    "delete_review",
    "differences",
    "evaluate",
    "export_hygiene",
    "export_one_on_one",
    "export_scorecard",
    "export_trend",
    "find_deal",
    "find_kpi",
    "find_mergeable",
    "find_person",
    "find_team",
    "first_steps",
    "frozen_bytes",
    "goals",
    "hygiene",
    "import_file",
    "import_into",
    "import_together",
    "imported_digests",
    "imports",
    "inspect",
    "kpi_sql",
    "kpis",
    "kpis_elsewhere",
    "links",
    "lint",
    "look_alikes",
    "look_into",
    "make_demo",
    "marked",
    "matrix",
    "merge",
    "merge_preview",
    "mergeable",
    "move_people",
    "move_team",
    "new_exports",
    "next_question",
    "open_review",
    "open_workspace",
    "opening",
    "overrule",
    "packs",
    "parameters",
    "propose",
    "question",
    "rates",
    "rejected",
    "rename_person",
    "rename_team",
    "restore",
    "restore_review",
    "retire_kpi",
    "review_for",
    "reviews",
    "roster",
    "rows",
    "save_kpi",
    "save_person",
    "save_rejected",
    "save_review",
    "save_settings",
    "scopes",
    "scorecard",
    "set_baseline",
    "set_baseline_from",
    "set_parameter",
    "set_target",
    "set_target_from",
    "settings",
    "sheet",
    "sheet_for",
    "show_kpi",
    "split",
    "sql",
    "start_from",
    "start_review",
    "tables",
    "take_back",
    "target_words",
    "trend",
    "undo",
    "undo_effect",
    "undo_together",
    "unlinked",
    "write_file",
]
