"""Every verb of the app, one function each; the window and the command line both call these and nothing below.

    export file ─▶ reader ─▶ mapping ─▶ records ─▶ store ─▶ columns ─▶ evaluation ─▶ scorecard ─▶ page

A verb takes the open workspace first and gives back frozen values. Long work is a generator of `Progress`.
"""

from kpidesk.operations.demo import Demo, make_demo
from kpidesk.operations.differences import differences
from kpidesk.operations.evaluation import evaluate, matrix, scorecard, trend
from kpidesk.operations.exports import (
    check_export_path,
    export_one_on_one,
    export_scorecard,
    export_trend,
    write_file,
)
from kpidesk.operations.formulas import KpiEntry, find_kpi, kpis, marked
from kpidesk.operations.goals import (
    baseline_words,
    propose,
    set_baseline,
    set_baseline_from,
    set_target,
    set_target_from,
    target_words,
)
from kpidesk.operations.imports import import_file, import_into, imports, inspect, rejected, save_rejected, undo
from kpidesk.operations.kpis import add_kpi, lint, retire_kpi, save_kpi, show_kpi
from kpidesk.operations.people import FirstSteps, apply_teams, first_steps
from kpidesk.operations.questions import opening, question
from kpidesk.operations.receipts import rows
from kpidesk.operations.reviews import (
    close_review,
    delete_review,
    frozen_bytes,
    open_review,
    overrule,
    review_for,
    reviews,
    save_review,
    sheet,
    sheet_for,
    start_review,
)
from kpidesk.operations.upkeep import backup, check, restore
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
    "Demo",
    "FirstSteps",
    "KpiEntry",
    "Workspace",
    "add_kpi",
    "apply_teams",
    "backup",
    "baseline_words",
    "check",
    "check_export_path",
    "close",
    "close_review",
    "data_date",
    "delete_review",
    "differences",
    "evaluate",
    "export_one_on_one",
    "export_scorecard",
    "export_trend",
    "find_kpi",
    "first_steps",
    "frozen_bytes",
    "goals",
    "import_file",
    "import_into",
    "imports",
    "inspect",
    "kpis",
    "lint",
    "make_demo",
    "marked",
    "matrix",
    "open_review",
    "open_workspace",
    "opening",
    "overrule",
    "propose",
    "question",
    "rejected",
    "restore",
    "retire_kpi",
    "review_for",
    "reviews",
    "rows",
    "save_kpi",
    "save_rejected",
    "save_review",
    "save_settings",
    "scopes",
    "scorecard",
    "set_baseline",
    "set_baseline_from",
    "set_target",
    "set_target_from",
    "settings",
    "sheet",
    "sheet_for",
    "show_kpi",
    "start_review",
    "target_words",
    "trend",
    "undo",
    "write_file",
]
