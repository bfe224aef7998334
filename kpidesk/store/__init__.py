"""The workspace file: records, people, goals and definitions in one SQLite database, with history and undo."""

from kpidesk.store.alike import account_numbers, known_keys, newest_record, records_now
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
    value_places,
    value_texts,
    values_by_source,
)
from kpidesk.store.entries import load_entries, save_entry
from kpidesk.store.goals import every_baseline, load_goals, role_names, save_baseline, save_target, withdraw_target
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
from kpidesk.store.initiatives import drop_initiative, load_initiatives, save_initiative
from kpidesk.store.kpis import kpi_log, kpi_versions, load_kpis, save_kpi, save_kpis
from kpidesk.store.likeness import Suggestion, suggestions
from kpidesk.store.links import LinkCount, link_counts, load_links, unlinked_rows
from kpidesk.store.log import log_mark, log_since, newest_import
from kpidesk.store.merges import Merge, merge_accounts, merge_people, merges, split
from kpidesk.store.names import people_by_name
from kpidesk.store.objectives import load_focus, load_objectives, place_objectives, save_focus, save_objective
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
from kpidesk.store.signals import (
    delete_acknowledgement,
    delete_note,
    load_acknowledgements,
    load_limits,
    load_notes,
    load_rules,
    retire_rule,
    save_acknowledgement,
    save_limits,
    save_note,
    save_rule,
)
from kpidesk.store.table_words import tables
from kpidesk.store.traces import deal_number, first_places, undo_effect
from kpidesk.store.undo import UndoOutcome, undo_import
from kpidesk.store.unfinished import load_unfinished, save_unfinished
from kpidesk.store.views import delete_view, load_views, save_view

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
    "delete_acknowledgement",
    "delete_note",
    "delete_review",
    "delete_view",
    "drop_initiative",
    "every_baseline",
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
    "known_keys",
    "known_outcomes",
    "kpi_log",
    "kpi_versions",
    "last_data_date",
    "link_counts",
    "load_acknowledgements",
    "load_columns",
    "load_curation",
    "load_entries",
    "load_focus",
    "load_goals",
    "load_initiatives",
    "load_kpis",
    "load_limits",
    "load_links",
    "load_notes",
    "load_objectives",
    "load_organisation",
    "load_profiles",
    "load_rates",
    "load_review",
    "load_reviews",
    "load_rules",
    "load_settings",
    "load_sheet",
    "load_unfinished",
    "load_views",
    "log_mark",
    "log_since",
    "merge_accounts",
    "merge_people",
    "merges",
    "missing_on",
    "newest_import",
    "newest_record",
    "open_commitments",
    "open_workspace",
    "overrule",
    "people_by_name",
    "people_facts",
    "place_objectives",
    "read_sql",
    "records_now",
    "rejected_rows",
    "rename_person",
    "rename_team",
    "restore",
    "retire_rule",
    "role_names",
    "rows_by_id",
    "run_import",
    "save_acknowledgement",
    "save_baseline",
    "save_entry",
    "save_focus",
    "save_initiative",
    "save_kpi",
    "save_kpis",
    "save_limits",
    "save_note",
    "save_objective",
    "save_rule",
    "save_settings",
    "save_target",
    "save_unfinished",
    "save_view",
    "sheet_bytes",
    "source_numbers",
    "split",
    "spoken_name",
    "suggestions",
    "tables",
    "undo_effect",
    "undo_import",
    "unlinked_rows",
    "value_places",
    "value_texts",
    "values_by_source",
    "withdraw_target",
]
