"""Questions put to a workspace in SQL: nothing is written, and nothing runs longer than it may."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kpidesk.core.errors import UserError, nearest
from kpidesk.core.progress import Progress
from kpidesk.core.queries import Answer, TableColumn, Value
from kpidesk.store.database import Database, as_user_error, explained

STEPS = 20_000
"""How many steps of SQLite's machine pass between two looks at the clock."""
BLOCK = 2_000
LONGEST_VALUE = 64 * 2**20
PRIVATE = frozenset(("private_notes", "meeting_notes", "pay_plans"))
EMPTIED = frozenset((("reviews", "wellbeing"), ("preparations", "body")))
"""Columns of what reps say of themselves; a query finds nothing in them."""
_GUARDED = PRIVATE.union(table for table, _ in EMPTIED)
_READ = sqlite3.SQLITE_READ
_READS = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE))
_REACHING_OUT = frozenset(("load_extension", "writefile", "readfile", "edit", "fts3_tokenizer", "sqlite_log"))
"""Functions that would leave the workspace."""


def read_sql(db: Database, sql: str, *, limit: int | None, seconds: float) -> Generator[Progress, None, Answer]:
    """Run one query that reads; `limit` None gives every row. Closing the generator ends it.

    Raises:
        UserError: it would write or reach outside the workspace, is no SQL, or takes longer than `seconds`.
    """
    watch = _Watch(time.monotonic() + seconds)
    with explained(db.path), _reading(db.connection, watch):
        try:
            cursor = db.connection.execute(sql)
            found: list[tuple[Value, ...]] = []
            while block := cursor.fetchmany(BLOCK if limit is None else min(BLOCK, limit + 1 - len(found))):
                found += [tuple(map(_plain, row)) for row in block]
                if limit is not None and len(found) > limit:
                    break
                yield Progress(len(found), 0, f"{len(found):,} rows read")
        except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
            raise _explained(db, error, watch, seconds) from error
        if cursor.description is None:
            raise UserError("This is no query.", "Write SELECT …, for example SELECT count(*) FROM deals.")
        names = tuple(str(column[0]) for column in cursor.description)
        cursor.close()
    more = limit is not None and len(found) > limit
    return Answer(names, tuple(found[:limit]), more)


@dataclass(slots=True)
class _Watch:
    """Ends a query that takes too long or that the user cuts off; a class because SQLite calls it back."""

    until: float
    is_late: bool = False
    is_cut_off: bool = False
    refused: str = ""

    def look(self) -> int:
        """1 ends the query."""
        try:
            self.is_late = time.monotonic() > self.until
        except KeyboardInterrupt:
            self.is_cut_off = True
        return int(self.is_late or self.is_cut_off)

    def may(self, action: int, first: str | None, second: str | None, *_: str | None) -> int:
        """Whether a query may do something; remembers what it was refused."""
        if action == _READ and first not in _GUARDED:  # asked for each column that a query names, hundreds of times
            return sqlite3.SQLITE_OK
        if action == _READ and (first, second) in EMPTIED:
            return sqlite3.SQLITE_IGNORE
        if action in _READS or (action == _READ and first not in PRIVATE):
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() not in _REACHING_OUT:
            return sqlite3.SQLITE_OK
        self.refused = self.refused or (first if action == _READ else second) or "anything but reading"
        return sqlite3.SQLITE_DENY


@contextmanager
def _reading(connection: sqlite3.Connection, watch: _Watch) -> Iterator[None]:
    """A transaction in which SQLite itself refuses to write: by what a query may do, and by how the file is used."""
    longest = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    connection.execute("PRAGMA query_only=ON")
    connection.execute("BEGIN")
    # SQLite makes these two at their first use, which would look like writing.
    connection.execute("SELECT 1 FROM json_each('[]'), json_tree('[]')").fetchall()
    connection.set_authorizer(watch.may)
    connection.set_progress_handler(watch.look, STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)
        connection.set_authorizer(None)
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.execute("PRAGMA query_only=OFF")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, longest)


def _plain(value: Value | bytes) -> Value:
    """A value that can be shown; bytes as how many there are."""
    return f"<{len(value):,} bytes>" if isinstance(value, bytes) else value


def _explained(db: Database, error: Exception, watch: _Watch, seconds: float) -> Exception:
    """What a query that failed means for whoever wrote it."""
    if watch.is_cut_off:
        return UserError("The query was cancelled.", "Nothing was changed.")
    if watch.is_late:
        return UserError(f"The query took longer than {seconds:g} seconds.", "Narrow it, or allow more with --seconds.")
    if watch.refused in PRIVATE:
        return UserError("Private notes and pay plans are not shown to queries.", "Open them in the window.")
    if watch.refused:
        return UserError(
            "A query may only read this workspace.", "Write SELECT …, WITH … or EXPLAIN …; nothing was changed."
        )
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError | sqlite3.DataError):
        found = as_user_error(error, db.path)
        if isinstance(found, UserError):
            return found
    words = str(error).rstrip(".")
    return UserError(f"The query cannot be run: {words}.", _advice(db, words))


def _advice(db: Database, words: str) -> str:
    """The table meant by a mistyped name; otherwise where the tables are described."""
    _, found, name = words.partition("no such table: ")
    if found:
        return nearest(name, (table for (table,) in db.rows(_TABLES)))
    return "See the tables and columns with kpidesk sql WORKSPACE --schema."


_TABLES = "SELECT name FROM sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name"


def table_columns(db: Database) -> dict[str, tuple[TableColumn, ...]]:
    """Every table of a workspace that a query may read, with its columns."""
    found = {}
    for (table,) in db.rows(_TABLES):
        if table in PRIVATE:
            continue
        leads = dict(db.rows('SELECT "from", "table" FROM pragma_foreign_key_list(?)', (table,)))
        columns = db.rows("SELECT name, type FROM pragma_table_info(?)", (table,))
        found[table] = tuple(TableColumn(name, kind, leads.get(name, "")) for name, kind in columns)
    return found


def source_numbers(db: Database) -> dict[str, int]:
    """The number of every source by its name."""
    return dict(db.rows("SELECT name, id FROM sources"))
