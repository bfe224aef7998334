"""A digest of the small tables, renewed with every writing, so that damage which SQLite cannot see is found.

The records have other witnesses: lists have their digests, columns repeat the rows, versions follow from the lists.
"""

from __future__ import annotations

import hashlib
import sqlite3

SEALED = ("settings", "sources", "terms", "outcomes", "people", "person_aliases", "teams", "team_aliases",
          "memberships", "people_rows", "kpi_definitions", "baselines", "targets", "profiles", "reviews",
          "private_notes", "commitments")  # fmt: skip
"""In the order in which versions have brought them; sheets of one-on-ones have digests of their own."""


def seal_of(connection: sqlite3.Connection) -> str:
    """The digest of what the small tables hold now."""
    digest = hashlib.blake2b(digest_size=16)
    present = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type='table'")}
    for table in (name for name in SEALED if name in present):
        digest.update(table.encode())
        for row in connection.execute(f"SELECT * FROM {table}"):
            digest.update(repr(row).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()
