"""Numbered steps that bring a workspace to the newest version, and the fingerprint its schema must then have."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from kpidesk.core.errors import UserError
from kpidesk.store.schema import (
    EIGHTH_VERSION,
    FIFTH_VERSION,
    FIRST_VERSION,
    FOURTH_VERSION,
    SECOND_VERSION,
    SEVENTH_VERSION,
    SIXTH_VERSION,
)
from kpidesk.store.schema_kinds import THIRD_VERSION
from kpidesk.store.seals import seals_of

if TYPE_CHECKING:
    from sqlite_utils import Database as Tables

SET = "kpidesk"


class Executes(Protocol):
    """What a step needs of a connection, be it SQLite's own or that of sqlite-utils."""

    def execute(self, sql: str, /) -> object:
        """Run one statement."""


Step = Callable[[Executes], None]


def first_version(tables: Executes) -> None:
    """Every table, in an empty file."""
    for statement in FIRST_VERSION:
        tables.execute(statement)


def second_version(tables: Executes) -> None:
    """One-on-ones with their commitments, notes and sealed sheets; what a rejected row and a profile belong to."""
    for statement in SECOND_VERSION:
        tables.execute(statement)


def third_version(tables: Executes) -> None:
    """Every kind of record besides deals and people, three further fields of deals, and merges by hand."""
    for statement in THIRD_VERSION:
        tables.execute(statement)


def fourth_version(tables: Executes) -> None:
    """Roles with goals, objectives, values typed in, initiatives, notes on dates, and what was said of signals."""
    for statement in FOURTH_VERSION:
        tables.execute(statement)


def fifth_version(tables: Executes) -> None:
    """Team reviews, coaching goals, cadences, submitted forecasts, pay plans, and what a one-on-one holds besides."""
    for statement in FIFTH_VERSION:
        tables.execute(statement)


def sixth_version(tables: Executes) -> None:
    """Deals of two sources that are one, and the share of full time that people work."""
    for statement in SIXTH_VERSION:
        tables.execute(statement)


def seventh_version(tables: Executes) -> None:
    """What was said to be two, and which import brought a merge of deals."""
    for statement in SEVENTH_VERSION:
        tables.execute(statement)


def eighth_version(tables: Executes) -> None:
    """The numbers behind each baseline as they were when it was frozen."""
    for statement in EIGHTH_VERSION:
        tables.execute(statement)


def words_summed(_: Executes) -> None:
    """The seal of the words of files becomes a sum over them; the last step of all writes it, so nothing is left."""


STEPS: tuple[Step, ...] = (
    first_version, second_version, third_version, fourth_version, fifth_version, sixth_version, seventh_version,
    eighth_version, words_summed,
)  # fmt: skip
"""Step n, counted from 1, makes version n. A released step is never changed; a new need is a new step."""

NEWEST = len(STEPS)
FINGERPRINTS: dict[int, str] = {
    1: "0626154f98e00e17d7b0046a0dab1d3f888b692fad7fd4f887e5034a85f43c7c",
    2: "650e489422516f8cc1387ec954c10ea2e79c117649ae18002d87fca60d58a79a",
    3: "9c508a568db4bc48a5820466bb888fecd96633edbeb444e7868402aed392a1a0",
    4: "faeaa94ff792eb626870e4df3cbca62a7c5e92c87bdc7d4f292bf6b63d922e52",
    5: "a89115d8e1789f52453ecf0f4c00df3b7e39e560cdf6b8bd917d2071ae0c01fa",
    6: "974a44925e1828cd4ef4bc9926517af100b88ef1ddf5c9d30baea7a83af111f5",
    7: "e06055c0017b77de1885675f031bbb3a977581b559053a0385f21c94451de728",
    **dict.fromkeys((8, 9), "e3cb1a89870275df20301f57f87f142163917448cc41c36495fb87a4f5d9c455"),  # the same tables
}
"""What `fingerprint` gives for each version that was ever released."""


def fingerprint(connection: sqlite3.Connection) -> str:
    """A digest of every object in the schema; two files of one version have the same."""
    return _digest(tuple(connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema")))


@lru_cache(maxsize=4)
def _digest(rows: tuple[tuple[object, ...], ...]) -> str:
    """The same of what the schema holds, remembered: the files that a program opens are mostly of one version."""
    known = sorted("\x1f".join(" ".join(str(part).split()) for part in row) for row in rows)
    return hashlib.sha256("\x1e".join(known).encode()).hexdigest()


def make_new(connection: sqlite3.Connection, steps: Sequence[Step] = STEPS) -> None:
    """Give an empty file what all migrations would, without sqlite-utils, which brings pandas along."""
    connection.execute("BEGIN")
    for number, step in enumerate(steps, 1):
        step(connection)
        applied = (SET, _name(number), str(datetime.now(UTC)))
        connection.execute("INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES (?, ?, ?)", applied)
        connection.execute(f"PRAGMA user_version={number}")
    connection.execute("COMMIT")


def migrate(connection: sqlite3.Connection, steps: Sequence[Step] = STEPS) -> None:
    """Apply the steps that the file has not seen, each in a transaction with its version number.

    Raises:
        UserError: a step left a row that points nowhere; that step is undone.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version >= len(steps):
        return
    from sqlite_utils import Database as Tables

    connection.execute("PRAGMA foreign_keys=OFF")
    try:
        tables = Tables(connection, recursive_triggers=False, execute_plugins=False)
        _pending(steps, version).apply(tables)
    finally:
        connection.execute("PRAGMA foreign_keys=ON")


def _pending(steps: Sequence[Step], version: int):  # type: ignore[no-untyped-def]  # its type is imported late
    from sqlite_utils import Migrations

    class Recorded(Migrations):
        """Steps whose record table is made by the first step, STRICT like all others."""

        def ensure_migrations_table(self, db: Tables) -> None:
            """Nothing to make."""

    pending = Recorded(SET)
    for number, step in enumerate(steps[version:], version + 1):
        pending(name=_name(number))(_numbered(number, step, last=number == len(steps)))
    return pending


def _name(number: int) -> str:
    return f"{number:04d}"


def _numbered(number: int, step: Step, *, last: bool) -> Callable[[Tables], None]:
    def apply(tables: Tables) -> None:
        step(tables)
        broken = tables.execute("PRAGMA foreign_key_check").fetchone()
        if broken is not None:
            raise UserError(f"The workspace cannot be brought to version {number}.", "It was left as it was.")
        if last:
            for seal in seals_of(tables.conn).items():
                tables.execute("INSERT OR REPLACE INTO meta(name, value) VALUES (?, ?)", seal)
        tables.execute(f"PRAGMA user_version={number}")

    return apply
