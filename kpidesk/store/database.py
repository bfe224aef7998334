"""One open workspace file: its connection, the guard around every commit, and its counters."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain, count, repeat
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from kpidesk.core.errors import InUseError, UserError
from kpidesk.core.records import Coded
from kpidesk.store.aside import in_steps
from kpidesk.store.behind import Behind
from kpidesk.store.seals import seal_of

T = TypeVar("T")

ROWS_TOGETHER = 32
"""So many rows are inserted by one statement, which takes two thirds of the time of one for each."""
LONGEST_TOGETHER = 1 << 22
FIRST_VIEWS = "first_view "
"""What the names of the marks begin with that keep what a window shows first (`store.first_views`)."""
SPACE_ADVICE = "Free at least {need} MB on that disk and try again; nothing was changed."


@dataclass(slots=True)
class Database:
    """An open workspace; used by one thread at a time, closed explicitly.

    `opened` is the connection itself; whoever asks for `connection` waits until what is written `behind` is there.
    `identity` is the device and file number at opening: a file that was replaced meanwhile is never written.
    `segment` is how many values one stored piece of a column holds. `known_version` is the data version as it was
    last read, with the number of changes that the connection had made by then. `columns_state` is another
    object whenever columns were written, and the one of before when that was undone.
    """

    opened: sqlite3.Connection
    path: Path
    read_only: bool
    workspace_id: str
    identity: tuple[int, int]
    segment: int = 65_536
    known_version: tuple[int, int] = (-1, 0)
    columns_state: object = field(default_factory=object)
    state_before: object = None
    behind: Behind = field(default_factory=Behind)

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, once what is written behind is there.

        Raises:
            sqlite3.Error: that could not be written.
        """
        if self.behind.thread is not None:
            self.behind.wait()
        return self.opened

    def __enter__(self) -> Database:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give the file and its lock back."""
        self.behind.drop()
        self.opened.close()

    def rows(self, sql: str, values: Any = ()) -> list[tuple[Any, ...]]:
        """Every row of a query.

        Raises:
            UserError: the file is damaged or failing.
        """
        with explained(self.path):
            return self.connection.execute(sql, values).fetchall()

    def one(self, sql: str, values: Any = ()) -> Any:
        """The first column of the first row, None when there is no row.

        Raises:
            UserError: the file is damaged or failing.
        """
        with explained(self.path):
            row = self.connection.execute(sql, values).fetchone()
        return None if row is None else row[0]

    def run(self, sql: str, values: Any = ()) -> int:
        """Run one statement; gives the number of rows it changed."""
        return self.connection.execute(sql, values).rowcount

    def insert(self, target: str, *columns: Sequence[Any]) -> None:
        """Insert many rows, given as columns, into a table with the names of these; what fails undoes all of it.

        A cell that a coded column repeats in every row is handed over once for many rows.
        """
        same = tuple(at for at, one in enumerate(columns) if isinstance(one, Coded) and len(one.values) == 1)
        fixed = [columns[at][0] for at in same if len(columns[at])]
        varied = [column for at, column in enumerate(columns) if at not in same]
        whole = len(columns[0]) - len(columns[0]) % ROWS_TOGETHER
        cells = chain.from_iterable(zip(*(column[:whole] for column in varied), strict=True))
        at_once = [cells] * (ROWS_TOGETHER * len(varied))
        together = zip(*map(repeat, fixed), *at_once, strict=False)  # what is repeated never ends
        self.connection.executemany(_insertion(target, len(columns), same, ROWS_TOGETHER), together)
        one_by_one = zip(*map(repeat, fixed), *(column[whole:] for column in varied), strict=False)
        self.connection.executemany(_insertion(target, len(columns), same, 1), one_by_one)

    def insert_texts(self, table: str, name: str, texts: list[str], start: int, same: Mapping[str, Any]) -> None:
        """Insert a row for each text, numbered from `start` on; `same` are the other columns, alike in all of them."""
        columns = f"id, {name}{''.join(f', {one}' for one in same)}"
        if (together := as_json(texts)) is not None:  # takes half the time that even many rows in a statement do
            chosen = f"SELECT ? + key, value{', ?' * len(same)} FROM json_each(?)"
            self.run(f"INSERT OR FAIL INTO {table}({columns}) {chosen}", (start, *same.values(), together))
            return
        count = len(texts)
        others = ([value] * count for value in same.values())
        self.insert(f"{table}({columns})", range(start, start + count), texts, *others)

    def require_writable(self) -> None:
        """Refuse to write into a workspace that was opened read-only.

        Raises:
            UserError: always for such a workspace.
        """
        if self.read_only:
            raise UserError(
                f"'{self.path.name}' is open read-only.",
                "Make the file and its folder writable, or copy it elsewhere, and open it again.",
            )

    def check_in_place(self) -> None:
        """Refuse to commit into a file that is no longer the one that was opened.

        Raises:
            UserError: the file was deleted, moved or replaced.
        """
        try:
            found = self.path.stat()
        except OSError:
            found = None
        if found is None or (found.st_dev, found.st_ino) != self.identity:
            raise UserError(
                f"'{self.path}' was moved, deleted or replaced while it was open; nothing was written.",
                "Close it, put the file back, and open it again.",
            )

    def begin(self, *, references: bool = True) -> None:
        """Start a transaction. `references` False leaves checking of keys to the caller, for bulk writing.

        What a window shows first goes with it: whatever is written, it may rest on that.
        """
        self.require_writable()
        self.check_in_place()
        self.connection.execute(f"PRAGMA foreign_keys={'ON' if references else 'OFF'}")
        self.connection.execute("BEGIN IMMEDIATE")
        self.run("DELETE FROM meta WHERE name GLOB ?", (f"{FIRST_VIEWS}*",))
        self.state_before = self.columns_state

    def commit(self, *, numbers: bool = True) -> None:
        """Make everything since `begin` lasting, if the file is still in place; `numbers` count a new data version."""
        if not self.connection.in_transaction:
            raise RuntimeError("a part of this transaction has failed and undone it")
        self.check_in_place()
        if numbers:
            self.bump("data_version")
        self.run("INSERT OR REPLACE INTO meta VALUES ('seal', ?)", (seal_of(self.connection),))
        self.connection.execute("COMMIT")
        self.state_before = None
        self.connection.execute("PRAGMA foreign_keys=ON")

    def roll_back(self) -> None:
        """Forget everything since `begin`."""
        self.behind.drop()
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")
        if self.state_before is not None:
            self.columns_state, self.state_before = self.state_before, None
        self.connection.execute("PRAGMA foreign_keys=ON")

    def aside(self, task: Callable[[], T]) -> Generator[None, None, T]:
        """Do something long with this workspace in steps, between which it can be stopped in the midst of a statement.

        The workspace is that task's alone until it has ended.
        """
        return in_steps(task, self.connection.interrupt)

    @contextmanager
    def writing(
        self, action: str = "", detail: str = "", *, references: bool = True, keep: bool = True, numbers: bool = True
    ) -> Iterator[None]:
        """A transaction with an entry in the audit log; an error or a closed generator leaves nothing behind.

        Within another one it is a part: what it wrote lasts once the whole does, and its error undoes the whole.

        `keep` False undoes everything at its end. `numbers` False: no figure rests on what is written, so what was
        computed before still holds.

        Raises:
            UserError: the workspace is read-only, the disk is full or the file is damaged.
        """
        is_part = self.connection.in_transaction
        with explained(self.path):
            try:
                if not is_part:
                    self.begin(references=references)
                yield
                if not keep:
                    self.roll_back()
                    return
                if action:
                    self.log(action, detail)
                if not is_part:
                    self.commit(numbers=numbers)
                elif numbers:
                    self.bump("data_version")
            except BaseException:
                self.roll_back()
                raise

    @contextmanager
    def together(self, *, keep: bool = True) -> Iterator[None]:
        """A transaction around several ones: all of them are kept, or an error or a closed generator undoes all.

        `keep` False undoes them at its end; within another one, with that.

        Raises:
            UserError: as `writing` does.
        """
        with self.writing(references=False, numbers=False, keep=keep or self.connection.in_transaction):
            yield

    def bump(self, name: str, *, above: int = 0) -> int:
        """Count one up in a counter of the workspace, past `above`; gives the new number, which is never used again."""
        number = max(above, int(self.one("SELECT value FROM meta WHERE name=?", (name,)) or 0)) + 1
        self.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, str(number)))
        return number

    def log(self, action: str, detail: str) -> None:
        """Add an entry to the audit log."""
        self.run("INSERT INTO audit(at, action, detail) VALUES (?, ?, ?)", (now(), action, detail))


@lru_cache(maxsize=64)
def _insertion(target: str, columns: int, same: tuple[int, ...], rows: int) -> str:
    """The statement that inserts so many rows, of which some columns are the same in all: these are its first values.

    The transaction undoes what fails, so no statement has to.
    """
    numbers = count(len(same) + 1)
    first = {at: f"?{number}" for number, at in enumerate(same, start=1)}
    of_rows = (", ".join(first.get(at) or f"?{next(numbers)}" for at in range(columns)) for _ in range(rows))
    return f"INSERT OR FAIL INTO {target} VALUES ({'), ('.join(of_rows)})"


def as_json(texts: Sequence[str]) -> str | None:
    """Texts as one value for `json_each`; None where it would be very long or one holds a NUL, which cuts it off."""
    bare = '","'.join(texts)
    if len(bare) > LONGEST_TOGETHER:
        return None
    if bare.isprintable() and "\\" not in bare and bare.count('"') == 2 * len(texts) - 2:
        return f'["{bare}"]'
    together = json.dumps(texts, ensure_ascii=False)
    return None if "\\u0000" in together else together


def now() -> str:
    """The moment as ISO text in UTC, for logs only; no figure depends on it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def local_day(moment: str) -> date:
    """The day on this computer of a moment in a log."""
    return datetime.fromisoformat(moment).astimezone().date()


def as_user_error(error: sqlite3.Error, path: Path) -> Exception:
    """What a failure of the file means for the user; an error of the program stays as it is."""
    code = getattr(error, "sqlite_errorcode", None)
    if str(error).startswith("Could not decode"):
        return damaged(path)
    primary = None if code is None else code & 0xFF
    if primary in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        need = max(50, 2 * path.stat().st_size // 2**20) if path.exists() else 50
        return UserError(
            f"'{path.name}' could not be written: the disk is full or failing.", SPACE_ADVICE.format(need=need)
        )
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return damaged(path)
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        return UserError(f"'{path.name}' cannot be written.", "Make the file and its folder writable.")
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return InUseError(f"'{path.name}' is already open in another window or program.", "Close it there first.")
    return error


@contextmanager
def explained(path: Path, *, ours: bool = True) -> Iterator[None]:
    """Turn what SQLite says about the file into words for the user.

    An error of the program stays as it is, unless the file is not known to be `ours`: then the file is to blame.
    """
    try:
        yield
    except sqlite3.Error as error:
        found = as_user_error(error, path)
        if found is not error:
            raise found from error
        if ours:
            raise
        raise damaged(path) from error
    except UnicodeDecodeError as error:
        raise damaged(path) from error


def damaged(path: Path) -> UserError:
    """The file is a workspace, but cannot be trusted."""
    return UserError(f"'{path.name}' is damaged.", "Restore the newest backup; the damaged file is kept.")


def data_version(db: Database) -> int:
    """A number that changes with everything that is written and that a figure can rest on.

    Nobody else writes into an open workspace, so it is only read anew after a change; inside a transaction every time,
    since that may yet be undone.
    """
    connection = db.connection
    changes, version = db.known_version
    if changes == connection.total_changes and not (db.read_only or connection.in_transaction):
        return version
    version = int(db.one("SELECT value FROM meta WHERE name='data_version'") or 0)
    db.known_version = (-1 if connection.in_transaction else connection.total_changes, version)
    return version
