"""Copies for a whole team: one for each rep with nothing of anybody else, and nothing at all where it fails."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.export_packs import Copy, PackKind
from kpidesk.core.progress import Progress, finish
from kpidesk.core.redaction import Redaction
from kpidesk.exporting import write_whole
from kpidesk.ui.painting.copies import pack_writers
from tests.operations.support import NAME, bring_in, copied, history, made, write

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
REPS = ("Ann Lee", "Bo Dahl", "Cy Oh")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three reps with two years of deals."""
    folder = tmp_path_factory.mktemp("packs")
    with made(folder) as ws:
        bring_in(ws, write(folder / "deals.csv", history()), date(2026, 1, 5))
    return folder


@pytest.fixture
def ws(company: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(company, tmp_path) as opened:
        yield opened


def pack(
    ws: operations.Workspace, to: Path, what: PackKind = "scorecards", form: str = ".html", *,
    redact: Redaction | None = None,
) -> operations.ExportPack:  # fmt: skip
    redactor = operations.redactor(ws, redact) if redact else None
    question = operations.question(ws, period="2025-Q4")
    return operations.ExportPack(what, question, to, *pack_writers("A4", redactor), form, redactor)


def text_of(pdf: Path) -> str:
    return subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("what", ["scorecards", "one-on-ones"])
def test_each_rep_has_a_file_with_nothing_of_anybody_else(
    ws: operations.Workspace, tmp_path: Path, what: PackKind
) -> None:
    done = finish(operations.export_pack(ws, pack(ws, tmp_path / "pack", what)))
    assert len(done.files) == 4
    assert sorted(path.name for path in (tmp_path / "pack").iterdir()) == sorted(done.files)
    for rep in REPS:
        name = next(name for name in done.files if rep in name)
        page = (tmp_path / "pack" / name).read_text(encoding="utf-8")
        assert rep in page
        assert not [other for other in REPS if other != rep and other in page]


@needs_poppler
def test_one_file_holds_everybody(ws: operations.Workspace, tmp_path: Path) -> None:
    done = finish(operations.export_pack(ws, pack(ws, tmp_path / "all.pdf", form=".pdf")))
    assert done.files == ("Scorecard Everybody.pdf",)
    told = text_of(tmp_path / "all.pdf")
    assert all(rep in told for rep in REPS)
    assert told.count("Page 1 of") == 3


def test_a_zip_holds_the_same_files(ws: operations.Workspace, tmp_path: Path) -> None:
    done = finish(operations.export_pack(ws, pack(ws, tmp_path / "pack.zip")))
    with zipfile.ZipFile(tmp_path / "pack.zip") as archive:
        assert {name for name in archive.namelist() if not name.endswith("/")} == set(done.files)
        assert archive.testzip() is None


@needs_poppler
def test_without_names_no_file_names_anybody(ws: operations.Workspace, tmp_path: Path) -> None:
    done = finish(operations.export_pack(ws, pack(ws, tmp_path / "pack", redact="both")))
    assert not [name for name in done.files for rep in REPS if rep in name]
    assert "Scorecard A. L. Q4 2025.html" in done.files
    for name in done.files:
        path = tmp_path / "pack" / name
        told = text_of(path) if name.endswith(".pdf") else path.read_text(encoding="utf-8")
        for word in (*REPS, "Dahl", "Lee", "Oh "):
            assert word not in told, (name, word)


def test_one_who_cancels_finds_nothing(ws: operations.Workspace, tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    work = operations.export_pack(ws, pack(ws, tmp_path / "pack"))
    steps = [next(work), next(work)]
    work.close()
    assert [step.text for step in steps] == list(REPS[:2])
    assert steps[0] == Progress(0, 4, "Ann Lee")
    assert set(tmp_path.iterdir()) == before


def test_a_full_disk_leaves_nothing(ws: operations.Workspace, tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())

    def full(_item: Copy, to: Path) -> None:
        raise UserError(f"{to} cannot be written: no space left.", "")

    with pytest.raises(UserError, match="no space"):
        finish(operations.export_pack(ws, replace(pack(ws, tmp_path / "pack"), write=full)))
    assert set(tmp_path.iterdir()) == before


def test_a_place_that_is_taken_is_refused(ws: operations.Workspace, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    write_whole(full / "mine.txt", b"mine")
    (tmp_path / "dir.zip").mkdir()
    refused = (
        (full, "exists already"),
        (tmp_path / ("long" * 80), "too long"),
        (tmp_path / "dir.zip", "is a folder"),
        (ws.path, "open workspace"),
        (tmp_path / "no" / "where", "does not exist"),
    )
    for to, words in refused:
        with pytest.raises(UserError, match=words):
            finish(operations.export_pack(ws, pack(ws, to)))
    assert (full / "mine.txt").read_bytes() == b"mine"
    assert (tmp_path / NAME).exists()


def test_an_empty_folder_is_filled(ws: operations.Workspace, tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    done = finish(operations.export_pack(ws, pack(ws, tmp_path / "pack")))
    assert len(list((tmp_path / "pack").iterdir())) == len(done.files)


def test_a_team_of_nobody_is_refused(tmp_path: Path) -> None:
    with made(tmp_path) as empty:
        work = operations.export_pack(empty, pack(empty, tmp_path / "pack"))
        with pytest.raises(UserError, match="Nobody is in this team"):
            finish(work)
