"""The workspace file: records, people, goals and definitions in one SQLite database, with history and undo."""

from kpidesk.store.backups import backup, backup_if_due, restore
from kpidesk.store.checking import CheckReport, check
from kpidesk.store.columns import load_columns
from kpidesk.store.curation import known_outcomes, load_curation, load_profiles, replace_outcomes
from kpidesk.store.database import Database, data_version
from kpidesk.store.details import deal_names, deal_rows, deals_with, import_sources, values_by_source, values_on
from kpidesk.store.goals import load_goals, save_baseline, save_target
from kpidesk.store.imports import (
    ImportHeader,
    ImportOutcome,
    data_dates,
    first_data_date,
    import_history,
    rejected_rows,
    run_import,
)
from kpidesk.store.kpis import kpi_versions, load_kpis, save_kpi, save_kpis
from kpidesk.store.names import people_by_name
from kpidesk.store.opening import open_workspace
from kpidesk.store.people import (
    assign_teams,
    load_organisation,
    merge_people,
    move_person,
    rename_person,
    rename_team,
)
from kpidesk.store.reviews import (
    Made,
    add_review,
    delete_review,
    has_met,
    is_theirs,
    keep_close,
    keep_review,
    keep_start,
    last_data_date,
    load_review,
    load_reviews,
    load_sheet,
    open_commitments,
    overrule,
    sheet_bytes,
)
from kpidesk.store.settings import load_settings, save_settings
from kpidesk.store.sightings import missing_on
from kpidesk.store.undo import UndoOutcome, undo_import

__all__ = [
    "CheckReport",
    "Database",
    "ImportHeader",
    "ImportOutcome",
    "Made",
    "UndoOutcome",
    "add_review",
    "assign_teams",
    "backup",
    "backup_if_due",
    "check",
    "data_dates",
    "data_version",
    "deal_names",
    "deal_rows",
    "deals_with",
    "delete_review",
    "first_data_date",
    "has_met",
    "import_history",
    "import_sources",
    "is_theirs",
    "keep_close",
    "keep_review",
    "keep_start",
    "known_outcomes",
    "kpi_versions",
    "last_data_date",
    "load_columns",
    "load_curation",
    "load_goals",
    "load_kpis",
    "load_organisation",
    "load_profiles",
    "load_review",
    "load_reviews",
    "load_settings",
    "load_sheet",
    "merge_people",
    "missing_on",
    "move_person",
    "open_commitments",
    "open_workspace",
    "overrule",
    "people_by_name",
    "rejected_rows",
    "rename_person",
    "rename_team",
    "replace_outcomes",
    "restore",
    "run_import",
    "save_baseline",
    "save_kpi",
    "save_kpis",
    "save_settings",
    "save_target",
    "sheet_bytes",
    "undo_import",
    "values_by_source",
    "values_on",
]
