"""Digests of the small tables, renewed with every writing, so that damage which SQLite cannot see is found.

The words of files may be many, so they have a seal of their own. It is a sum over them, which an import or an undo
changes by what it adds or takes away, however many others there are.
The records have other witnesses: lists have their digests, columns repeat the rows, versions follow from the lists.
"""

from __future__ import annotations

import hashlib
import marshal
import sqlite3
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import repeat
from operator import mul
from zlib import crc32

from kpidesk.core.texts import encoded_all

SEALED = ("settings", "sources", "outcomes", "people", "person_aliases", "teams", "team_aliases",
          "memberships", "people_rows", "kpi_definitions", "baselines", "targets", "profiles", "reviews",
          "private_notes", "commitments", "merges", "roles", "objectives", "objective_kpis", "focus", "kpi_entries",
          "initiatives", "initiative_kpis", "chart_notes", "acknowledgements", "chart_limits", "alert_rules",
          "views", "meetings", "meeting_notes", "meeting_actions", "cadences", "submissions", "pay_plans",
          "erased", "deal_merges", "kept_apart")  # fmt: skip
"""In the order in which versions have brought them; sheets of one-on-ones and reviews have digests of their own."""


DEFINITIONS = "kpi_definitions"
WORDS = "seal_of_words"
"""The name under which the workspace keeps the seal of the words of files."""
ROWS_AT_ONCE = 1024
CHECKSUM_BITS = 32


def seals_of(connection: sqlite3.Connection) -> dict[str, str]:
    """Both seals by the name under which the workspace keeps them."""
    return {"seal": seal_of(connection), WORDS: seal_of_words(connection)}


def seal_of(connection: sqlite3.Connection, tables: Iterable[str] = SEALED) -> str:
    """The digest of what some tables hold now; one that the file does not have yet counts as nothing."""
    digest = hashlib.blake2b(digest_size=16)
    present = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type='table'")}
    for table in (name for name in tables if name in present):
        digest.update(table.encode())
        cursor = connection.execute(f"SELECT * FROM {table}")
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            digest.update(_definitions(marshal.dumps(rows)) if table == DEFINITIONS else _written(rows))
    return digest.hexdigest()


def _written(rows: Iterable[tuple[object, ...]]) -> bytes:
    return "".join(map(repr, rows)).encode("utf-8", "backslashreplace")


@lru_cache(maxsize=2)
def _definitions(rows: bytes) -> bytes:
    """The same of the KPIs, remembered: they are most of what is sealed, and nearly every writing leaves them alone.

    The rows come as bytes because 1 and 1.0 are equal but not written alike.
    """
    return _written(marshal.loads(rows))


def seal_of_words(connection: sqlite3.Connection) -> str:
    """The seal of all words of files as they are now."""
    cursor = connection.execute("SELECT id, source_id || char(31) || field || char(31) || value FROM terms")
    number = 0
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        numbers, texts = zip(*rows, strict=True)
        number += number_of_words(numbers, texts)
    return str(number)


def number_of_words(numbers: Sequence[int], texts: Sequence[str], before: str = "") -> int:
    """What some words count in the seal: the sum of the checksum of each, above all of them, times its number.

    `before` is what stands before each of these texts.
    """
    checksums = map(crc32, encoded_all(texts), repeat(crc32(before.encode())))
    products: Iterable[int] = map(mul, checksums, numbers)
    return sum(products) + (sum(numbers) << CHECKSUM_BITS)
