"""Open or create a workspace file: refuse what is not ours, lock it, recover it, bring it up to date."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import sqlite3
import stat
import sys
from functools import lru_cache
from pathlib import Path

from kpidesk.core.errors import UserError
from kpidesk.paths import PrivateFolder
from kpidesk.store.database import Database, as_user_error, damaged, explained, now
from kpidesk.store.migrations import FINGERPRINTS, NEWEST, fingerprint, make_new, migrate
from kpidesk.store.schema import APPLICATION_ID
from kpidesk.store.seals import seals_of

MAGIC = b"SQLite format 3\x00"
JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")
LOCK_SECONDS = 0.25
LIMITS = (
    (sqlite3.SQLITE_LIMIT_LENGTH, 256 * 2**20),
    (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 200_000),
    (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
    (sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 100),
    (sqlite3.SQLITE_LIMIT_VDBE_OP, 100_000),
    (sqlite3.SQLITE_LIMIT_COLUMN, 200),
)
PRAGMAS = ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "temp_store=MEMORY", "foreign_keys=ON",
           "secure_delete=ON", "locking_mode=EXCLUSIVE", "synchronous=EXTRA", "cache_size=-20000")  # fmt: skip
TORN = (
    "SELECT EXISTS(SELECT 1 FROM deal_made WHERE NOT EXISTS(SELECT 1 FROM deal_values WHERE id = part_id))"
    " OR (SELECT max(value_id) FROM deal_made) >="
    " (SELECT sum(size) FROM columns WHERE kind='deals' AND name='of')"
    " OR EXISTS(SELECT 1 FROM deal_made m JOIN deal_values x ON x.id = m.value_id JOIN deal_versions v USING (deal_id)"
    " WHERE v.value_id NOT IN (SELECT value_id FROM deal_made))"
)
"""Whether a file that brought deals and the history of their stages was taken back beneath merged deals."""


def open_workspace(path: Path, *, create: bool = False) -> Database:
    """Open a workspace; with `create`, make it when there is no such file.

    A file that may not be written, or that lies in such a folder, opens read-only.

    Raises:
        UserError: not a workspace of this app, too new, damaged, changed by other hands, or open elsewhere. The
            file is then left byte for byte as it was.
    """
    path = Path(path).absolute()
    if not path.exists() and not path.is_symlink():
        if not create:
            raise UserError(f"There is no workspace '{path}'.", "Check the name, or import a file to make one.")
        _create(path)
    version = check_header(path)
    identity = _identity(path)
    read_only = not _may_write(path)
    checked = _recover(path, read_only)
    connection = connect(path, read_only=read_only)
    try:
        with explained(path, ours=False):
            return _admit(connection, path, identity, version, read_only=read_only, thorough=checked)
    except BaseException:
        connection.close()
        raise


def check_header(path: Path) -> int:
    """The version of a workspace file, read from its first bytes without opening it as a database.

    Raises:
        UserError: it is a link, no workspace, or from a newer app.
    """
    if path.is_symlink():
        raise UserError(f"'{path.name}' is a link to another file.", "Open the file itself.")
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise UserError(f"'{path.name}' is not a file.", "Choose a workspace file (.kpidesk).")
        with path.open("rb") as file:
            head = file.read(100)
    except OSError as error:
        raise UserError(f"'{path}' cannot be read: {error.strerror}.", "Check that you may read it.") from error
    if facts.st_nlink > 1:
        raise UserError(f"'{path.name}' has a second name on this disk.", "Make a plain copy of it and open the copy.")
    if not head:
        raise UserError(f"'{path.name}' is empty, so it is no workspace.", "Delete it, or choose another name.")
    if len(head) < 100 or head[:16] != MAGIC or int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise UserError(f"'{path.name}' is not a workspace of KPI Desk.", "To read an export, import it instead.")
    version = int.from_bytes(head[60:64], "big")
    if version > NEWEST:
        raise UserError(
            f"'{path.name}' has version {version}; this app knows versions up to {NEWEST}.", "Install the newer app."
        )
    if version < 1 or head[18:20] != b"\x01\x01":
        raise UserError(f"'{path.name}' was changed by another program.", "Restore a backup of it.")
    return version


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """A connection with every guard on and, unless read-only, the file locked for this process alone.

    Raises:
        UserError: the file is open elsewhere or unreadable.
    """
    mode = "ro" if read_only else "rw"
    try:
        connection = sqlite3.connect(
            f"{path.as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=LOCK_SECONDS,
            cached_statements=256,
            check_same_thread=False,  # one waits while another one works, see `Database.aside`
        )
    except sqlite3.Error as error:
        raise as_user_error(error, path) from error
    try:
        with explained(path, ours=False):
            _guard(connection)
            if not read_only:
                _lock(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _guard(connection: sqlite3.Connection) -> None:
    """Set the limits, switches and ways of writing that a workspace is held to."""
    for category, limit in LIMITS:
        connection.setlimit(category, limit)
    _harden(connection)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    if sys.platform == "darwin":
        connection.execute("PRAGMA fullfsync=ON")


def _lock(connection: sqlite3.Connection) -> None:
    """Take the file for this process alone; it keeps the lock until it closes it."""
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode=DELETE")


def _harden(connection: sqlite3.Connection) -> None:
    """Switches that later Pythons can reach; the fingerprint alone must do on 3.11."""
    for name, value in (("DEFENSIVE", True), ("DQS_DDL", False), ("DQS_DML", False), ("ENABLE_TRIGGER", False),
                        ("ENABLE_VIEW", False)):  # fmt: skip
        option = getattr(sqlite3, f"SQLITE_DBCONFIG_{name}", None)
        if option is not None:
            connection.setconfig(option, value)  # type: ignore[attr-defined,unused-ignore]  # new in Python 3.12


def _identity(path: Path) -> tuple[int, int]:
    facts = path.stat()
    return facts.st_dev, facts.st_ino


def _admit(
    connection: sqlite3.Connection,
    path: Path,
    identity: tuple[int, int],
    version: int,
    *,
    read_only: bool,
    thorough: bool,
) -> Database:
    if fingerprint(connection) != FINGERPRINTS[version]:
        raise UserError(
            f"'{path.name}' holds tables, triggers or views that are not ours.",
            "It was not opened. Ask who sent it, or restore a backup.",
        )
    if thorough and connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
        raise damaged(path)
    row = connection.execute("SELECT value FROM meta WHERE name='workspace_id'").fetchone()
    if row is None or not re.fullmatch("[0-9a-f]{32}", row[0]):  # it becomes the name of a folder
        raise damaged(path)
    db = Database(connection, path, read_only, row[0], identity)
    db.check_in_place()
    if version < NEWEST:
        _bring_up_to_date(db)
    if db.one(TORN):
        _mend(db)
    return db


def _bring_up_to_date(db: Database) -> None:
    from kpidesk.store.backups import BEFORE_MIGRATION, backup  # backups opens files through this module

    db.require_writable()
    backup(db, reason=BEFORE_MIGRATION)
    migrate(db.connection)


def _mend(db: Database) -> None:
    from kpidesk.store.backups import backup  # as above
    from kpidesk.store.mending import mend_deals  # brings numpy along, which few files need before they are read

    if db.read_only:
        raise UserError(
            f"An undo left merged deals in '{db.path.name}' half worked out.",
            "Make the file and its folder writable and open it again: it is then put right.",
        )
    backup(db, reason="before-mending")
    with contextlib.suppress(IndexError, ValueError):  # damaged in another way: a check says how
        mend_deals(db)


def _create(path: Path) -> None:
    """Make the file under another name and give it its own when it is complete."""
    part = path.with_name(path.name + ".part")
    if not path.parent.is_dir():
        raise UserError(f"There is no folder '{path.parent}'.", "Make it first, or choose another one.")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "wb") as file:
            file.write(_no_records())
        with explained(part, ours=False), contextlib.closing(connect(part, read_only=False)) as connection:
            connection.execute("UPDATE _sqlite_migrations SET applied_at=?", (now(),))
            facts = {"workspace_id": secrets.token_hex(16), "created_at": now(), **seals_of(connection)}
            connection.executemany("INSERT INTO meta VALUES (?, ?)", facts.items())
        part.rename(path)
    except OSError as error:
        raise UserError(f"'{path}' cannot be made: {error.strerror}.", "Choose a folder you may write to.") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


@lru_cache(maxsize=1)
def _no_records() -> bytes:
    """The bytes of a workspace without records, made once in memory: a file is there in a twentieth of the time."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as blank:
        blank.execute(f"PRAGMA application_id={APPLICATION_ID}")
        make_new(blank)
        return blank.serialize()


def _may_write(path: Path) -> bool:
    """Whether file and folder are writable, also by their read-only marks when the user could override them."""
    return all(os.access(place, os.W_OK) and place.stat().st_mode & 0o222 for place in (path, path.parent))


def journal_of(path: Path) -> Path:
    """Where the file's rollback journal lies while a change is under way."""
    return path.with_name(path.name + "-journal")


def _recover(path: Path, read_only: bool) -> bool:
    """After an unclean end, try on copies whether the journal belongs to the file. True: there was one.

    A journal that would damage the file (the file was replaced by a backup) is moved aside.
    """
    journal = journal_of(path)
    if not journal.exists():
        return False
    if journal.stat().st_size == 0:  # killed before a page was touched: nothing to undo, and nobody would remove it
        if not read_only:
            refuse_if_in_use(path)
            _play_back(path)
        return False
    if read_only:
        raise UserError(f"'{path.name}' was not closed properly and cannot be repaired here.", "Make it writable.")
    refuse_if_in_use(path)
    try:
        if not _names_another_file(journal) and _sound_copy(path, journal):
            _play_back(path)
            return True
        if not _sound_copy(path, None):
            raise damaged(path)
    except OSError as error:
        raise UserError(
            f"'{path.name}' was not closed properly, and no copy of it can be made: {error.strerror}.",
            "Free some space and open it again; nothing was changed.",
        ) from error
    journal.rename(path.with_name(f"{path.name}-journal.unused-{secrets.token_hex(4)}"))
    return True


def refuse_if_in_use(path: Path) -> None:
    """A journal is also there while another program writes; reading without writing tells the two apart.

    Raises:
        UserError: another program holds the file; that it is no sound workspace is not looked at here.
    """
    uri = f"{path.as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=LOCK_SECONDS)) as connection:
        try:
            connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise as_user_error(error, path) from error
        except UnicodeDecodeError:
            return


def _play_back(path: Path) -> None:
    """Undo the unfinished change and remove the journal; under an exclusive lock SQLite would only empty it."""
    with (
        explained(path, ours=False),
        contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None)) as connection,
    ):
        connection.execute("PRAGMA synchronous=EXTRA")
        connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
        for mode in ("PERSIST", "DELETE"):
            connection.execute(f"PRAGMA journal_mode={mode}").fetchone()


def _names_another_file(journal: Path) -> bool:
    """Whether a journal ends in the name of a super-journal, which SQLite deletes; ours never do."""
    with journal.open("rb") as file:
        file.seek(-min(8, journal.stat().st_size), os.SEEK_END)
        return file.read() == JOURNAL_MAGIC


def _sound_copy(path: Path, journal: Path | None) -> bool:
    with PrivateFolder() as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        if journal is not None:
            shutil.copyfile(journal, journal_of(copy))
        try:
            with contextlib.closing(connect(copy, read_only=False)) as connection:
                return bool(connection.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok")
        except (UserError, sqlite3.Error, UnicodeDecodeError):
            return False
