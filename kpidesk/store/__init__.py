"""The workspace file: records, people, goals and definitions in one SQLite database, with history and undo."""

from kpidesk.store.alike import account_numbers, record_keys, records_now
from kpidesk.store.backups import backup, backup_if_due, restore
from kpidesk.store.checking import CheckReport, check
from kpidesk.store.columns import load_columns
from kpidesk.store.curation import known_outcomes, load_curation, load_profiles
from kpidesk.store.custom import custom_column, custom_headers
from kpidesk.store.database import Database, data_version
from kpidesk.store.details import (
    deal_names,
    deal_rows,
    deals_with,
    import_sources,
    rows_by_id,
    values_by_source,
)
from kpidesk.store.goals import load_goals, save_baseline, save_target
from kpidesk.store.imports import (
    ImportHeader,
    ImportOutcome,
    came_together,
    data_dates,
    first_data_date,
    import_history,
    import_recipe,
    imported_digests,
    rejected_rows,
    run_import,
)
from kpidesk.store.kpis import kpi_versions, load_kpis, save_kpi, save_kpis
from kpidesk.store.likeness import Suggestion, suggestions
from kpidesk.store.links import LinkCount, link_counts, load_links, unlinked_rows
from kpidesk.store.merges import Merge, merge_accounts, merge_people, merges, split
from kpidesk.store.names import people_by_name
from kpidesk.store.opening import open_workspace
from kpidesk.store.people import (
    apply_people,
    assign_teams,
    load_organisation,
    rename_person,
    rename_team,
)
from kpidesk.store.people_facts import PersonFacts, accounts_facts, people_facts, spoken_name
from kpidesk.store.rates import currency_counts, load_rates
from kpidesk.store.reading import read_sql, source_numbers
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
from kpidesk.store.table_words import tables
from kpidesk.store.traces import deal_number, first_places, undo_effect
from kpidesk.store.undo import UndoOutcome, undo_import

__all__ = [
    "CheckReport",
    "Database",
    "ImportHeader",
    "ImportOutcome",
    "LinkCount",
    "Made",
    "Merge",
    "PersonFacts",
    "Suggestion",
    "UndoOutcome",
    "account_numbers",
    "accounts_facts",
    "add_review",
    "apply_people",
    "assign_teams",
    "backup",
    "backup_if_due",
    "came_together",
    "check",
    "currency_counts",
    "custom_column",
    "custom_headers",
    "data_dates",
    "data_version",
    "deal_names",
    "deal_number",
    "deal_rows",
    "deals_with",
    "delete_review",
    "first_data_date",
    "first_places",
    "has_met",
    "import_history",
    "import_recipe",
    "import_sources",
    "imported_digests",
    "is_theirs",
    "keep_close",
    "keep_review",
    "keep_start",
    "known_outcomes",
    "kpi_versions",
    "last_data_date",
    "link_counts",
    "load_columns",
    "load_curation",
    "load_goals",
    "load_kpis",
    "load_links",
    "load_organisation",
    "load_profiles",
    "load_rates",
    "load_review",
    "load_reviews",
    "load_settings",
    "load_sheet",
    "merge_accounts",
    "merge_people",
    "merges",
    "missing_on",
    "open_commitments",
    "open_workspace",
    "overrule",
    "people_by_name",
    "people_facts",
    "read_sql",
    "record_keys",
    "records_now",
    "rejected_rows",
    "rename_person",
    "rename_team",
    "restore",
    "rows_by_id",
    "run_import",
    "save_baseline",
    "save_kpi",
    "save_kpis",
    "save_settings",
    "save_target",
    "sheet_bytes",
    "source_numbers",
    "split",
    "spoken_name",
    "suggestions",
    "tables",
    "undo_effect",
    "undo_import",
    "unlinked_rows",
    "values_by_source",
]
