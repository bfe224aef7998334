"""Backups: verified copies of a workspace, kept by age, and the way back from one."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kpidesk.core.errors import UserError
from kpidesk.core.progress import finish
from kpidesk.paths import backups_folder
from kpidesk.store.checking import check
from kpidesk.store.database import Database, as_user_error
from kpidesk.store.opening import check_header, connect, journal_of, open_workspace, refuse_if_in_use

SUFFIX = ".kpidesk"
BEFORE_MIGRATION = "before-migration"
_STAMP = "%Y-%m-%dT%H%M%SZ"
_SPARE = 20 * 2**20


def backup(db: Database, to: Path | None = None, *, reason: str = "") -> Path:
    """Write a copy, read it back and compare it, and only then give it its name.

    Without `to` it goes into the backups folder of this workspace, where old ones make room by age.

    Raises:
        UserError: there is such a file already, no room, or the copy cannot be written.
    """
    target = to.absolute() if to is not None else _new_name(backups_folder(db.workspace_id), reason)
    if target.exists() or target.is_symlink():
        raise UserError(f"There is already a file '{target}'.", "Choose another name.")
    part = target.with_name(target.name + ".part")
    try:
        _refuse_without_room(db.path, target.parent)
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        _copy_into(db, part)
        _compare(db, part)
        _keep(part)
        part.replace(target)
        _keep(target.parent)
    except OSError as error:
        raise UserError(f"'{target}' cannot be written: {error.strerror}.", "Choose another folder.") from error
    except sqlite3.Error as error:
        raise as_user_error(error, part) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    if to is None:
        _thin(target.parent)
    return target


def backup_if_due(db: Database) -> Path | None:
    """Back up what has changed since the newest backup, once a day; a workspace of today has none yet.

    A backup that cannot be written stops nothing: None is given back.
    """
    try:
        return backup(db) if _is_due(db, datetime.now(UTC)) else None
    except (UserError, OSError, ValueError):
        return None


def _is_due(db: Database, now: datetime) -> bool:
    changed = db.one("SELECT max(at) FROM audit")
    newest = datetime.fromisoformat(db.one("SELECT value FROM meta WHERE name='created_at'") or now.isoformat())
    day = timedelta(days=1)
    if changed is None or db.read_only or db.connection.in_transaction or now - newest < day:
        return False
    made = (_stamp(path.name) for path in backups_folder(db.workspace_id).glob(f"*{SUFFIX}"))
    newest = max((stamp for stamp in made if stamp is not None), default=newest)
    return datetime.fromisoformat(changed) > newest and now - newest >= day


def _new_name(folder: Path, reason: str) -> Path:
    stamp = datetime.now(UTC).strftime(_STAMP)
    number = 1
    while True:
        name = " ".join(filter(None, (stamp, reason, f"({number})" if number > 1 else "")))
        if not (folder / (name + SUFFIX)).exists():
            return folder / (name + SUFFIX)
        number += 1


def _refuse_without_room(source: Path, folder: Path) -> None:
    need = source.stat().st_size + _SPARE
    if shutil.disk_usage(folder).free < need:
        raise UserError(
            f"There is no room for a backup in '{folder}'.", f"Free at least {need // 2**20 + 1} MB on that disk."
        )


def _copy_into(db: Database, part: Path) -> None:
    """VACUUM attaches its target, which no other statement may."""
    db.connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 1)
    try:
        db.run("VACUUM INTO ?", (str(part),))
    finally:
        db.connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)


def _compare(db: Database, part: Path) -> None:
    """Refuse a copy that is not sound or does not hold what the workspace holds."""
    check_header(part)
    with contextlib.closing(connect(part, read_only=True)) as copy:
        sound = copy.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok"
        if not sound or _counts(copy) != _counts(db.connection):
            raise UserError("The backup does not equal the workspace; it was not kept.", "Check the workspace first.")


def _counts(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    """Rows of every table, and what changes with every writing."""
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type='table' ORDER BY name")]
    counted: list[tuple[object, ...]] = [
        (name, connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]) for name in tables
    ]
    facts = connection.execute("SELECT name, value FROM meta ORDER BY name").fetchall()
    return [*counted, *facts, *connection.execute("SELECT id, digest FROM imports ORDER BY id")]


def _keep(path: Path) -> None:
    """Make a file, or the names in a folder, outlast a power cut; Windows cannot open folders."""
    if os.name == "nt" and path.is_dir():
        return
    number = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _thin(folder: Path) -> None:
    """Remove the automatic backups that age has made superfluous."""
    names = {path.name for path in folder.glob(f"*{SUFFIX}")}
    for name in names - worth_keeping(names, datetime.now(UTC)):
        with contextlib.suppress(OSError):
            (folder / name).unlink()


def worth_keeping(names: Iterable[str], now: datetime) -> set[str]:
    """Which backups to keep, by name (`2026-11-25T194037Z.kpidesk`): all of the last two days, then the newest of each
    of 12 days, 10 weeks and 9 months, the last 3 from before a migration, and whatever has no such name.
    """
    stamps = {name: _stamp(name) for name in names}
    found = {name for name, made in stamps.items() if made is None or made > now - timedelta(days=2)}
    dated = sorted(((made, name) for name, made in stamps.items() if made is not None), reverse=True)
    found |= {name for _, name in [one for one in dated if BEFORE_MIGRATION in one[1]][:3]}
    for form, count in (("%Y-%m-%d", 12), ("%G-%V", 10), ("%Y-%m", 9)):
        newest: dict[str, str] = {}
        for made, name in dated:
            newest.setdefault(made.strftime(form), name)
        found |= set(list(newest.values())[:count])
    return found


def _stamp(name: str) -> datetime | None:
    try:
        return datetime.strptime(name[:18], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def restore(path: Path, backup_file: Path) -> Path | None:
    """Put a backup in the place of a workspace, after reading a copy of it from end to end.

    Gives back where the replaced file is kept, beside the workspace; None when there was none.

    Raises:
        UserError: the backup is not whole, the workspace is open elsewhere, or nothing can be written there. The
            workspace is then as it was.
    """
    path, backup_file = path.absolute(), backup_file.absolute()
    if not backup_file.exists():
        raise UserError(f"There is no file '{backup_file}'.", "Check the name of the backup.")
    if path.exists() and path.samefile(backup_file):
        raise UserError("A workspace cannot be restored from itself.", "Choose a backup of it.")
    _refuse_place(path)
    part = path.with_name(path.name + ".part")
    try:
        part.unlink(missing_ok=True)
        _verified_copy(backup_file, part)
        return _swap(path, part)
    except OSError as error:
        raise UserError(f"'{path}' cannot be restored: {error.strerror}.", "Nothing was changed.") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _refuse_place(path: Path) -> None:
    """A link or a folder is never replaced, a workspace that is open elsewhere neither."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise UserError(f"'{path}' is not a plain file.", "Give the name of the workspace file itself.")
    if not path.parent.is_dir():
        raise UserError(f"There is no folder '{path.parent}'.", "Make it first, or choose another one.")
    if path.exists():
        refuse_if_in_use(path)


def _verified_copy(backup_file: Path, part: Path) -> None:
    check_header(backup_file)
    if journal_of(backup_file).exists():
        raise UserError(
            f"'{backup_file.name}' was not closed properly.", "Open it once as a workspace, then try again."
        )
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    shutil.copyfile(backup_file, part)
    with open_workspace(part) as copy:
        if not finish(check(copy)).ok:
            raise UserError(f"The backup '{backup_file.name}' is damaged.", "Nothing was changed. Try an older one.")
    _keep(part)


def _swap(path: Path, part: Path) -> Path | None:
    """Keep the file that is there under another name, its journal with it, then give the copy its name."""
    kept = None
    if path.exists():
        kept = _free_name(path)
        path.rename(kept)
        if journal_of(path).exists():
            journal_of(path).rename(journal_of(kept))
    try:
        part.rename(path)
    except OSError:
        if kept is not None:
            kept.rename(path)
        raise
    _keep(path.parent)
    return kept


def _free_name(path: Path) -> Path:
    stamp = datetime.now(UTC).strftime(_STAMP)
    number = 1
    while True:
        more = f" ({number})" if number > 1 else ""
        found = path.with_name(f"{path.stem} replaced {stamp}{more}{path.suffix}")
        if not found.exists():
            return found
        number += 1
