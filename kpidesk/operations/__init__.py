"""Every verb of the app, one function each; the window and the command line both call these and nothing below.

    export file ─▶ reader ─▶ mapping ─▶ records ─▶ store ─▶ columns ─▶ evaluation ─▶ scorecard ─▶ page

A verb takes the open workspace first and gives back frozen values. Long work is a generator of `Progress`.
"""

from kpidesk.operations.demo import Demo, make_demo
from kpidesk.operations.evaluation import evaluate, matrix, scorecard, trend
from kpidesk.operations.exports import check_export_path, export_scorecard, export_trend, write_file
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
    "data_date",
    "evaluate",
    "export_scorecard",
    "export_trend",
    "find_kpi",
    "first_steps",
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
    "open_workspace",
    "opening",
    "propose",
    "question",
    "rejected",
    "restore",
    "retire_kpi",
    "rows",
    "save_kpi",
    "save_rejected",
    "save_settings",
    "scopes",
    "scorecard",
    "set_baseline",
    "set_baseline_from",
    "set_target",
    "set_target_from",
    "settings",
    "show_kpi",
    "target_words",
    "trend",
    "undo",
    "write_file",
]
