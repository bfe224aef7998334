"""No text column of a workspace is forgotten where a part of a deleted name may stand alone."""

from __future__ import annotations

from pathlib import Path

from kpidesk.store.erasing import SEALED
from kpidesk.store.mentions import FROM_FILES, TYPED
from kpidesk.store.shapes import SHAPES
from tests.store.support import workspace

OF_THE_APP = frozenset((
    "action", "at", "code", "control_kind", "currency", "day", "digest", "due", "effective_from", "end", "ends",
    "every", "field", "first_seen", "from_day", "fte_from", "grain", "kind", "kpi_id", "method",
    "migration_set", "missing_from", "outcome", "overruled", "problem", "rate", "retired_on", "rule",
    "scope_kind", "sha256", "sheet_digest", "since", "stage", "start", "start_body", "starts", "state",
    "valid_from", "valid_to", "was", "what", "window",
))  # fmt: skip
"""Columns, in whatever table, of days, kinds, counts and words that only the program writes."""
WHOLE_NAMES = frozenset(("scope_name", "control_name", "followed_by", "held_with"))
"""Columns of the name of a person or team as it is compared; a person's is replaced as a whole."""
APART = {
    "_sqlite_migrations": {"name"},
    "account_aliases": {"value"},  # told with the accounts
    "audit": {"detail"},  # read on its own
    "baselines": {"key", "label", "inputs"},
    "coaching_goals": {"key", "label"},
    "columns": {"name", "dtype"},
    "commitments": {"owner", "deal_source", "deal_key"},
    "deal_merges": {"source", "key", "into_source", "into_key"},
    "erased": {"placeholder"},
    "imports": {"dialect", "recipe"},  # headings and words of files
    "kept_apart": {"source", "value", "other_source", "other_value"},
    "kpi_entries": {"key", "label"},
    "meetings": {"key", "label", "kpis"},
    "merges": {"value", "into_value", "name", "into_name", "before"},
    "meta": {"name"},
    "outcomes": {"value"},  # told with the terms
    "pay_plans": {"curve"},
    "people": {"name", "role", "motion", "territory", "segment"},
    "people_rows": {"person", "email", "team", "parent_team", "role", "external_id", "motion", "territory", "segment"},
    "person_aliases": {"value"},
    "profiles": {"key", "body"},  # headings and words of files
    "rejected_rows": {"key"},
    "review_deals": {"deal_source", "deal_key"},
    "reviews": {"key", "label"},
    "settings": {"name", "value"},
    "sources": {"name"},
    "submissions": {"key", "label"},
    "targets": {"key", "label"},
    "team_aliases": {"value"},  # told with the teams
    "views": {"body"},
}
"""By table: names, keys of periods and deals, and words of files that another column has as well."""


def _is_of_the_app(column: str) -> bool:
    return column in OF_THE_APP | WHOLE_NAMES or column.endswith(("_at", "_date"))


def test_every_text_column_is_searched_or_known_to_hold_nothing_typed(tmp_path: Path) -> None:
    of_records = {one.values: {*one.texts, "custom"} for one in SHAPES.values()}
    keys = {one.records: {"key"} for one in SHAPES.values()}
    with workspace(tmp_path) as db:
        sql = "SELECT s.name, c.name FROM sqlite_schema AS s JOIN pragma_table_info(s.name) AS c"
        columns = db.rows(f"{sql} WHERE s.type='table' AND c.type='TEXT'")
        bodies = db.rows(f"{sql} WHERE s.type='table' AND c.type='BLOB' AND c.name='body'")
    searched = {
        (table, name) for of in (TYPED, FROM_FILES, of_records) for table, names in of.items() for name in names
    }
    known = {(table, name) for of in (APART, keys) for table, names in of.items() for name in names}
    left = {(table, name) for table, name in columns if not _is_of_the_app(name)} - searched
    assert left - known == set()
    assert {(table, name) for table, names in APART.items() for name in names} - left == set(), "no longer needed"
    assert {table for table, _ in bodies} == {table for table, *_ in SEALED}
