"""Backups are verified copies, old ones make room, and a restore keeps what it replaces."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.settings import Settings
from kpidesk.paths import backups_folder
from kpidesk.store import backups
from kpidesk.store.backups import worth_keeping
from tests.store.support import canonical, deal, deals, problems, workspace

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann", amount=5), deal("B", owner="Bob"))
        return db.path


def test_a_backup_holds_the_same_and_is_private(path: Path) -> None:
    with store.open_workspace(path) as db:
        held = canonical(db)
        made = store.backup(db)
        named = store.backup(db, path.with_name("copy.kpidesk"))
        assert made.parent == backups_folder(db.workspace_id)
    for one in (made, named):
        with store.open_workspace(one) as copy:
            assert canonical(copy) == held
            assert problems(copy) == ()
        if os.name == "posix":
            assert stat.S_IMODE(one.stat().st_mode) == 0o600
    assert not list(path.parent.glob("*.part"))


def test_a_backup_never_replaces_a_file(path: Path) -> None:
    other = path.with_name("other.txt")
    other.write_text("mine")
    with store.open_workspace(path) as db:
        for to in (other, path, path.parent):
            with pytest.raises(UserError, match="already a file"):
                store.backup(db, to)
        with pytest.raises(UserError, match="cannot be written"):
            store.backup(db, path.parent / "no folder" / "x.kpidesk")
        first, second = store.backup(db), store.backup(db)
        assert first != second
    assert other.read_text() == "mine"


def test_a_backup_without_room_or_that_differs_is_not_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    to = path.with_name("copy.kpidesk")
    with store.open_workspace(path) as db:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: _Full())
        with pytest.raises(UserError, match="Free at least"):
            store.backup(db, to)
        monkeypatch.undo()

        def lose_a_row(db: store.Database, part: Path) -> None:
            copy(db, part)
            with sqlite3.connect(part) as connection:
                connection.execute("DELETE FROM audit")
            connection.close()

        copy = backups._copy_into
        monkeypatch.setattr(backups, "_copy_into", lose_a_row)
        with pytest.raises(UserError, match="does not equal"):
            store.backup(db, to)
    assert sorted(one.name for one in path.parent.iterdir()) == ["a.kpidesk"]


class _Full:
    """What is left of a full disk."""

    free = 0


def test_restoring_brings_the_past_back_and_keeps_the_present(path: Path) -> None:
    with store.open_workspace(path) as db:
        past = canonical(db)
        made = store.backup(db)
        deals(db, 1, deal("A", amount=9), deal("C"))
        present = canonical(db)
    kept = store.restore(path, made)
    assert kept is not None
    assert kept.parent == path.parent
    with store.open_workspace(path) as db, store.open_workspace(kept) as replaced:
        assert canonical(db) == past
        assert canonical(replaced) == present
    assert store.restore(kept.with_name("new.kpidesk"), made) is None


def test_a_broken_backup_is_refused_and_the_workspace_stays(path: Path) -> None:
    broken = path.with_name("backup.kpidesk")
    with store.open_workspace(path) as db:
        store.backup(db, broken)
    before, whole = path.read_bytes(), bytearray(broken.read_bytes())
    damaged = {
        "cut": bytes(whole[: len(whole) // 2]),
        "changed figures": None,
        "no workspace": b"Deal,Amount\n",
    }
    for kind, data in damaged.items():
        if data is None:
            broken.write_bytes(whole)
            with sqlite3.connect(broken) as connection:
                connection.execute("UPDATE deal_values SET amount=amount+100")
            connection.close()
        else:
            broken.write_bytes(data)
        with pytest.raises(UserError):
            store.restore(path, broken)
        assert path.read_bytes() == before, kind
        assert sorted(one.name for one in path.parent.iterdir()) == ["a.kpidesk", "backup.kpidesk"]


def test_what_cannot_be_restored(path: Path) -> None:
    with store.open_workspace(path) as db:
        made = store.backup(db)
        with pytest.raises(UserError, match="already open"):
            store.restore(path, made)
    with pytest.raises(UserError, match="from itself"):
        store.restore(path, path)
    with pytest.raises(UserError, match="There is no file"):
        store.restore(path, path.with_name("none"))
    with pytest.raises(UserError, match="There is no folder"):
        store.restore(path.parent / "none" / "a.kpidesk", made)
    with pytest.raises(UserError, match="not a plain file"):
        store.restore(path.parent, made)


def test_a_damaged_workspace_is_kept_aside_with_its_journal(path: Path) -> None:
    with store.open_workspace(path) as db:
        held, made = canonical(db), store.backup(db)
    path.write_bytes(b"garbage")
    path.with_name("a.kpidesk-journal").write_bytes(b"more garbage")
    kept = store.restore(path, made)
    assert kept is not None
    assert kept.read_bytes() == b"garbage"
    assert kept.with_name(kept.name + "-journal").read_bytes() == b"more garbage"
    with store.open_workspace(path) as db:
        assert canonical(db) == held


def test_backups_are_made_once_a_day_when_something_changed(path: Path) -> None:
    with store.open_workspace(path) as db:
        assert store.backup_if_due(db) is None  # made today
        db.run("UPDATE meta SET value='2026-01-01T00:00:00+00:00' WHERE name='created_at'")
        made = store.backup_if_due(db)
        assert made is not None
        store.save_settings(db, Settings(currency="EUR"))
        assert store.backup_if_due(db) is None
        made.rename(made.with_name("2026-01-02T000000Z.kpidesk"))
        assert store.backup_if_due(db) is not None


def name(age: timedelta, reason: str = "") -> str:
    return f"{(NOW - age).strftime('%Y-%m-%dT%H%M%SZ')}{reason}.kpidesk"


def test_old_backups_make_room_by_age() -> None:
    hourly = {name(timedelta(hours=hours)) for hours in range(24 * 400)}
    kept = worth_keeping(hourly, NOW)
    recent = {name(timedelta(hours=hours)) for hours in range(48)}
    assert recent <= kept
    days = {one[:10] for one in kept}
    assert {(NOW - timedelta(days=back)).strftime("%Y-%m-%d") for back in range(12)} <= days
    weeks = {datetime.strptime(one, "%Y-%m-%d").strftime("%G-%V") for one in days}
    assert {(NOW - timedelta(weeks=back)).strftime("%G-%V") for back in range(10)} <= weeks
    assert {"2026-03", "2026-04", "2026-11"} <= {one[:7] for one in days}
    assert "2026-02" not in {one[:7] for one in days}
    assert len(kept) <= 48 + 12 + 10 + 9


def test_backups_from_before_a_migration_and_files_of_others_stay() -> None:
    old = [name(timedelta(days=400 + number), " before-migration") for number in range(5)]
    assert worth_keeping([*old, name(timedelta(days=500)), "my own.kpidesk"], NOW) >= {*old[:3], "my own.kpidesk"}
