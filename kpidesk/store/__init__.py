"""The workspace file: records, people, goals and definitions in one SQLite database, with history and undo."""

from kpidesk.store.backups import backup, backup_if_due, restore
from kpidesk.store.checking import CheckReport, check
from kpidesk.store.columns import load_columns
from kpidesk.store.curation import known_outcomes, load_curation, load_profiles
from kpidesk.store.database import Database, data_version
from kpidesk.store.details import deal_rows
from kpidesk.store.goals import load_goals, save_baseline, save_target
from kpidesk.store.imports import ImportHeader, ImportOutcome, data_dates, import_history, rejected_rows, run_import
from kpidesk.store.kpis import kpi_versions, load_kpis, save_kpi, save_kpis
from kpidesk.store.opening import open_workspace
from kpidesk.store.people import (
    assign_teams,
    load_organisation,
    merge_people,
    move_person,
    rename_person,
    rename_team,
)
from kpidesk.store.settings import load_settings, save_settings
from kpidesk.store.undo import UndoOutcome, undo_import

__all__ = [
    "CheckReport",
    "Database",
    "ImportHeader",
    "ImportOutcome",
    "UndoOutcome",
    "assign_teams",
    "backup",
    "backup_if_due",
    "check",
    "data_dates",
    "data_version",
    "deal_rows",
    "import_history",
    "known_outcomes",
    "kpi_versions",
    "load_columns",
    "load_curation",
    "load_goals",
    "load_kpis",
    "load_organisation",
    "load_profiles",
    "load_settings",
    "merge_people",
    "move_person",
    "open_workspace",
    "rejected_rows",
    "rename_person",
    "rename_team",
    "restore",
    "run_import",
    "save_baseline",
    "save_kpi",
    "save_kpis",
    "save_settings",
    "save_target",
    "undo_import",
]
