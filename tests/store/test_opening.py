"""Which files open, which are refused, and that a refused file stays byte for byte as it was."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.progress import finish
from kpidesk.core.settings import Settings
from kpidesk.store import migrations, opening
from kpidesk.store.migrations import FINGERPRINTS, NEWEST, fingerprint
from tests.store.support import File, canonical, day, deal, deals, importing, problems, workspace

POSIX = pytest.mark.skipif(os.name != "posix", reason="links and permissions are those of POSIX")


@pytest.fixture(scope="module")
def two_deals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with workspace(tmp_path_factory.mktemp("two-deals")) as db:
        deals(db, 0, deal("A", owner="Ann", amount=5), deal("B", owner="Bob", amount=7))
        return db.path


@pytest.fixture
def path(two_deals: Path, tmp_path: Path) -> Path:
    """A closed workspace with two deals."""
    return Path(shutil.copy(two_deals, tmp_path))


def tampered(path: Path, *statements: str) -> None:
    """Change a workspace as another program could."""
    with sqlite3.connect(path, isolation_level=None) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def refusal(path: Path) -> UserError:
    """Why a file is refused; it must not change by it, and nothing may be left beside it."""
    before, beside = path.read_bytes(), sorted(path.parent.iterdir())
    with pytest.raises(UserError) as caught:
        store.open_workspace(path)
    assert path.read_bytes() == before
    assert sorted(path.parent.iterdir()) == beside
    return caught.value


def patch(path: Path, at: int, data: bytes) -> None:
    whole = bytearray(path.read_bytes())
    whole[at : at + len(data)] = data
    path.write_bytes(whole)


def test_a_new_workspace_is_private_empty_and_whole(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        assert problems(db) == ()
        assert not any(canonical(db).values())
        assert store.load_settings(db) == Settings()
        assert store.data_dates(db) == ()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.kpidesk"]
    if os.name == "posix":
        assert stat.S_IMODE(db.path.stat().st_mode) == 0o600


def test_a_missing_workspace_is_only_made_when_asked(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no workspace"):
        store.open_workspace(tmp_path / "none.kpidesk")
    with pytest.raises(UserError, match="There is no folder"):
        store.open_workspace(tmp_path / "no folder" / "a.kpidesk", create=True)
    assert list(tmp_path.iterdir()) == []


FOREIGN: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda path: path.write_bytes(b""), "is empty"),
    "text": (lambda path: path.write_text("Deal,Amount\n1,2\n" * 50), "not a workspace"),
    "cut off": (lambda path: path.write_bytes(path.read_bytes()[:60]), "not a workspace"),
    "another app's database": (lambda path: patch(path, 68, b"\0\0\0\0"), "not a workspace"),
    "a newer app's": (lambda path: patch(path, 60, (NEWEST + 1).to_bytes(4, "big")), "Install the newer app"),
    "no version": (lambda path: patch(path, 60, bytes(4)), "another program"),
    "write-ahead mode": (lambda path: patch(path, 18, b"\x02\x02"), "another program"),
    "a trigger": (
        lambda path: tampered(
            path, "CREATE TRIGGER zero AFTER INSERT ON audit BEGIN UPDATE deal_values SET amount=0; END"
        ),
        "not ours",
    ),
    "a view": (lambda path: tampered(path, "CREATE VIEW other AS SELECT 1"), "not ours"),
    "a view for a table": (
        lambda path: tampered(
            path,
            "DROP TABLE profiles",
            "CREATE VIEW profiles AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i FROM n",
        ),
        "not ours",
    ),
    "another table": (lambda path: tampered(path, "CREATE TABLE more(x)"), "not ours"),
    "a missing index": (lambda path: tampered(path, "DROP INDEX deals_key"), "not ours"),
    "a damaged schema": (
        lambda path: path.write_bytes(path.read_bytes().replace(b"CREATE TABLE meta", b"\xff" * 17)),
        "damaged",
    ),
    "an id that leaves its folder": (
        lambda path: tampered(path, "UPDATE meta SET value='../../elsewhere' WHERE name='workspace_id'"),
        "damaged",
    ),
    "no id": (lambda path: tampered(path, "DELETE FROM meta WHERE name='workspace_id'"), "damaged"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_what_is_not_ours_is_refused_unchanged(path: Path, kind: str) -> None:
    spoil, words = FOREIGN[kind]
    spoil(path)
    assert words in str(refusal(path))


@POSIX
def test_links_folders_and_second_names_are_refused(path: Path) -> None:
    link, second = path.with_name("link.kpidesk"), path.with_name("second.kpidesk")
    link.symlink_to(path)
    assert "link" in str(refusal(link))
    link.unlink()
    os.link(path, second)
    assert "second name" in str(refusal(path))
    second.unlink()
    (path.parent / "folder.kpidesk").mkdir()
    with pytest.raises(UserError, match="not a file"):
        store.open_workspace(path.parent / "folder.kpidesk")
    dangling = path.with_name("dangling.kpidesk")
    dangling.symlink_to(path.with_name("nothing"))
    with pytest.raises(UserError, match="link"):
        store.open_workspace(dangling, create=True)


@POSIX
def test_a_read_only_file_opens_for_reading_alone(path: Path) -> None:
    path.chmod(0o400)
    before = path.read_bytes()
    with store.open_workspace(path) as db:
        assert db.read_only
        assert len(store.deal_rows(db, [1, 2])) == 2
        for write in (lambda: store.save_settings(db, Settings(currency="EUR")), lambda: deals(db, 1, deal("C"))):
            with pytest.raises(UserError, match="read-only"):
                write()
    assert path.read_bytes() == before
    path.chmod(0o600)


OPEN_ELSEWHERE = """
import sys
from pathlib import Path
from kpidesk import store
from kpidesk.core.errors import UserError
try:
    store.open_workspace(Path(sys.argv[1]))
except UserError as error:
    sys.exit(str(error))
"""


def test_a_second_process_is_told_that_it_is_open(path: Path) -> None:
    with store.open_workspace(path) as db:
        store.save_settings(db, Settings(currency="EUR"))  # leaves an empty journal beside the file
        command = [sys.executable, "-c", OPEN_ELSEWHERE, str(path)]
        other = subprocess.run(command, capture_output=True, text=True, check=False)
        assert other.returncode == 1
        assert "already open in another window" in other.stderr
        assert "Traceback" not in other.stderr
        with pytest.raises(UserError, match="already open"):
            store.open_workspace(path)
        assert store.load_settings(db).currency == "EUR"
    store.open_workspace(path).close()


@POSIX
@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_nothing_is_written_into_a_file_that_is_no_longer_there(path: Path, how: str) -> None:
    copy = path.with_name("copy")
    shutil.copyfile(path, copy)
    with store.open_workspace(path) as db:
        path.unlink() if how == "deleted" else copy.replace(path)
        with pytest.raises(UserError, match="moved, deleted or replaced"):
            store.save_settings(db, Settings(currency="EUR"))
        with pytest.raises(UserError, match="moved, deleted or replaced"):
            deals(db, 1, deal("C"))
    if how == "replaced":
        with store.open_workspace(path) as db:
            assert store.load_settings(db).currency == "USD"
            assert problems(db) == ()


@POSIX
def test_a_file_replaced_during_an_import_is_not_written(path: Path) -> None:
    with store.open_workspace(path) as db:
        work = importing(db, File([deal(f"D{at}") for at in range(9)], day(1)))
        next(work)
        other = path.with_name("other")
        other.write_bytes(b"another file")
        other.replace(path)
        with pytest.raises(UserError, match="moved, deleted or replaced"):
            finish(work)
    assert path.read_bytes() == b"another file"


def test_a_fresh_file_has_the_released_fingerprint(path: Path) -> None:
    assert set(FINGERPRINTS) == set(range(1, NEWEST + 1))
    with sqlite3.connect(path) as connection:
        assert fingerprint(connection) == FINGERPRINTS[NEWEST]
    connection.close()


@pytest.mark.parametrize("version", FINGERPRINTS)
def test_a_file_made_directly_equals_one_made_by_its_migrations(version: int) -> None:
    made, migrated = (sqlite3.connect(":memory:", isolation_level=None) for _ in range(2))
    migrations.make_new(made, migrations.STEPS[:version])
    migrations.migrate(migrated, migrations.STEPS[:version])
    assert fingerprint(made) == fingerprint(migrated) == FINGERPRINTS[version]
    for sql in ("PRAGMA user_version", "SELECT id, migration_set, name, length(applied_at) FROM _sqlite_migrations"):
        assert made.execute(sql).fetchall() == migrated.execute(sql).fetchall()
    migrations.migrate(made, migrations.STEPS)
    assert made.execute("PRAGMA user_version").fetchone() == (NEWEST,)
    made.close()
    migrated.close()


def test_making_a_workspace_leaves_pandas_alone(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from kpidesk import store\n"
        "store.open_workspace(Path(sys.argv[1]), create=True).close(); sys.exit('pandas' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "new.kpidesk")], check=True)


def test_released_fingerprints_never_change() -> None:
    """A workspace of version 1 is on users' disks: whoever changes this test locks them out."""
    assert FINGERPRINTS[1] == "0626154f98e00e17d7b0046a0dab1d3f888b692fad7fd4f887e5034a85f43c7c"


def _with_notes(tables: object) -> None:
    tables.execute("CREATE TABLE notes(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")  # type: ignore[attr-defined]  # sqlite-utils' own object


def _next_version(monkeypatch: pytest.MonkeyPatch, step: migrations.Step) -> None:
    """Pretend that a further version of the schema exists."""
    steps = (*migrations.STEPS, step)
    probe = sqlite3.connect(":memory:", isolation_level=None)
    migrations.migrate(probe, (*migrations.STEPS, _with_notes))
    monkeypatch.setattr(opening, "NEWEST", NEWEST + 1)
    monkeypatch.setattr(opening, "FINGERPRINTS", {**FINGERPRINTS, NEWEST + 1: fingerprint(probe)})
    monkeypatch.setattr(opening, "migrate", lambda connection: migrations.migrate(connection, steps))
    probe.close()


def test_an_older_workspace_is_brought_up_to_date_after_a_backup(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.open_workspace(path) as db:
        held, folder = canonical(db), opening_backups(db)
    _next_version(monkeypatch, _with_notes)
    with store.open_workspace(path) as db:
        assert db.rows("SELECT * FROM notes") == []
        assert canonical(db) == held
        assert problems(db) == ()
    (kept,) = folder.glob("*before-migration*")
    assert opening.check_header(kept) == NEWEST
    store.open_workspace(path).close()
    assert len(list(folder.iterdir())) == 1


def opening_backups(db: store.Database) -> Path:
    from kpidesk.paths import backups_folder

    return backups_folder(db.workspace_id)


def test_a_step_that_fails_leaves_the_older_workspace(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks_a_reference(tables: object) -> None:
        _with_notes(tables)
        tables.execute("DELETE FROM sources")  # type: ignore[attr-defined]  # sqlite-utils' own object

    with store.open_workspace(path) as db:
        held = canonical(db)
    _next_version(monkeypatch, breaks_a_reference)
    with pytest.raises(UserError, match=f"cannot be brought to version {NEWEST + 1}"):
        store.open_workspace(path)
    monkeypatch.undo()
    with store.open_workspace(path) as db:
        assert canonical(db) == held


JOURNAL = bytes.fromhex("d9d505f920a163d7")


def test_an_empty_journal_that_a_killed_program_left_goes(path: Path) -> None:
    with store.open_workspace(path) as db:
        held = canonical(db)
    opening.journal_of(path).write_bytes(b"")
    with store.open_workspace(path) as db:
        assert canonical(db) == held
    assert not opening.journal_of(path).exists()


def test_a_journal_of_another_file_is_moved_aside(path: Path) -> None:
    """Somebody copied a backup over the file after a crash; the old journal would damage it."""
    with store.open_workspace(path) as db:
        held = canonical(db)
    journal = opening.journal_of(path)
    size = path.stat().st_size // 4096
    head = JOURNAL + (2).to_bytes(4, "big") + bytes(4) + size.to_bytes(4, "big") + (512).to_bytes(4, "big")
    page = bytes(4096)
    entries = b"".join(number.to_bytes(4, "big") + page + bytes(4) for number in (1, 2))
    journal.write_bytes((head + (4096).to_bytes(4, "big")).ljust(512, b"\0") + entries)
    with store.open_workspace(path) as db:
        assert canonical(db) == held
        assert problems(db) == ()
    assert not journal.exists()
    assert len(list(path.parent.glob("*.unused-*"))) == 1


def test_a_journal_that_names_another_file_is_not_obeyed(path: Path) -> None:
    """SQLite deletes the file that a journal names as its super-journal."""
    victim = path.with_name("victim.txt")
    victim.write_text("precious")
    name = str(victim).encode()
    check = sum(name) & 0xFFFFFFFF
    tail = (0).to_bytes(4, "big") + name + len(name).to_bytes(4, "big") + check.to_bytes(4, "big") + JOURNAL
    size = path.stat().st_size // 4096
    head = JOURNAL + bytes(8) + size.to_bytes(4, "big") + (512).to_bytes(4, "big") + (4096).to_bytes(4, "big")
    opening.journal_of(path).write_bytes(head.ljust(512, b"\0") + tail)
    with store.open_workspace(path) as db:
        assert problems(db) == ()
    assert victim.read_text() == "precious"
