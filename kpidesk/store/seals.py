"""Digests of the small tables, renewed with every writing, so that damage which SQLite cannot see is found.

The words of files may be many, so they have a digest of their own, renewed when an import or an undo changes them.
The records have other witnesses: lists have their digests, columns repeat the rows, versions follow from the lists.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable

SEALED = ("settings", "sources", "outcomes", "people", "person_aliases", "teams", "team_aliases",
          "memberships", "people_rows", "kpi_definitions", "baselines", "targets", "profiles", "reviews",
          "private_notes", "commitments", "merges", "roles", "objectives", "objective_kpis", "focus", "kpi_entries",
          "initiatives", "initiative_kpis", "chart_notes", "acknowledgements", "chart_limits", "alert_rules",
          "views", "meetings", "meeting_notes", "meeting_actions", "cadences", "submissions", "pay_plans",
          "erased", "deal_merges", "kept_apart")  # fmt: skip
"""In the order in which versions have brought them; sheets of one-on-ones and reviews have digests of their own."""


WORDS = ("terms",)
ROWS_AT_ONCE = 1024


def seals_of(connection: sqlite3.Connection) -> dict[str, str]:
    """Both digests by the name under which the workspace keeps them."""
    return {"seal": seal_of(connection), "seal_of_words": seal_of(connection, WORDS)}


def seal_of(connection: sqlite3.Connection, tables: Iterable[str] = SEALED) -> str:
    """The digest of what some tables hold now; one that the file does not have yet counts as nothing."""
    digest = hashlib.blake2b(digest_size=16)
    present = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type='table'")}
    for table in (name for name in tables if name in present):
        digest.update(table.encode())
        cursor = connection.execute(f"SELECT * FROM {table}")
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            digest.update("".join(map(repr, rows)).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()
