"""What counts as a new export in a folder, by files that are written here and imported for real."""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.imports import ImportOptions
from kpidesk.core.progress import finish
from tests.operations.support import TODAY

NOW = datetime(2026, 3, 31, 9, tzinfo=UTC)
DEALS = "Deal ID,Deal Name,Owner,Stage,Created Date,Closed Date,Amount\nD1,A,Ann,Won,2026-01-02,2026-02-01,10\n"


def file(folder: Path, name: str, text: str = DEALS, *, days_ago: float = 1) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    when = (NOW - timedelta(days=days_ago)).timestamp()
    os.utime(path, (when, when))
    return path


def names(folder: Path, imported: Collection[str] = (), taken: Collection[str] = ()) -> list[str]:
    found = finish(operations.new_exports(folder, imported, now=NOW, taken=taken))
    return [one.path.name for one in found.files]


def test_exports_are_listed_newest_first_and_other_files_are_not(tmp_path: Path) -> None:
    file(tmp_path, "leads.CSV", days_ago=3)
    file(tmp_path, "report.xlsx", "not opened", days_ago=2)
    file(tmp_path, "all.zip", "not opened", days_ago=13.9)
    for other in ("notes.txt", "photo.jpg", "~$report.xlsx", ".hidden.csv", "report.csv.part"):
        file(tmp_path, other)
    file(tmp_path, "empty.csv", "")
    file(tmp_path, "long ago.csv", days_ago=14.1)
    (tmp_path / "folder.csv").mkdir()
    assert names(tmp_path) == ["report.xlsx", "leads.CSV", "all.zip"]


def test_what_was_imported_is_not_new_under_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    finish(operations.import_file(ws, file(folder, "deals.csv"), ImportOptions(as_of=TODAY)))
    file(folder, "deals (1).csv")
    file(folder, "later.csv", f"{DEALS}D2,B,Ann,Won,2026-01-02,2026-02-01,10\n")
    assert names(folder, operations.imported_digests(ws)) == ["later.csv"]
    finish(operations.undo(ws))
    assert names(folder, operations.imported_digests(ws)) == ["deals (1).csv", "deals.csv", "later.csv"]


def test_an_archive_that_was_taken_in_hand_is_not_new_until_it_is_written_anew(tmp_path: Path) -> None:
    file(tmp_path, "all.zip", "one")
    (taken,) = finish(operations.new_exports(tmp_path, (), now=NOW)).files
    assert names(tmp_path, taken=[taken.mark]) == []
    file(tmp_path, "all.zip", "another")
    assert names(tmp_path, taken=[taken.mark]) == ["all.zip"]


def test_a_file_is_read_once_as_long_as_it_stays_the_same(tmp_path: Path) -> None:
    path = file(tmp_path, "deals.csv")
    first = finish(operations.new_exports(tmp_path, (), now=NOW))
    told = path.stat()
    path.write_text("X" * len(DEALS), encoding="utf-8")
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))  # only reading would tell the difference
    assert finish(operations.new_exports(tmp_path, (), now=NOW, digests=first.digests)).digests == first.digests
    assert finish(operations.new_exports(tmp_path, (), now=NOW)).digests != first.digests


def test_at_most_twenty_are_offered(tmp_path: Path) -> None:
    for number in range(25):
        file(tmp_path, f"{number:02}.zip", days_ago=number / 10)
    assert names(tmp_path) == [f"{number:02}.zip" for number in range(20)]


def test_a_missing_or_unreadable_folder_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not there"):
        names(tmp_path / "gone")
    with pytest.raises(UserError, match="cannot be read"):
        names(file(tmp_path, "a file.csv"))
