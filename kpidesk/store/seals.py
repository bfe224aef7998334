"""A digest of the small tables, renewed with every writing, so that damage which SQLite cannot see is found.

The records have other witnesses: lists have their digests, columns repeat the rows, versions follow from the lists.
"""

from __future__ import annotations

import hashlib
import sqlite3

SEALED = ("settings", "sources", "terms", "outcomes", "people", "person_aliases", "teams", "team_aliases",
          "memberships", "people_rows", "kpi_definitions", "baselines", "targets", "profiles")  # fmt: skip


def seal_of(connection: sqlite3.Connection) -> str:
    """The digest of what the small tables hold now."""
    digest = hashlib.blake2b(digest_size=16)
    for table in SEALED:
        digest.update(table.encode())
        for row in connection.execute(f"SELECT * FROM {table}"):
            digest.update(repr(row).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()
