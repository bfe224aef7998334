"""Copies for a whole team: one for each rep with nothing of anybody else, and nothing at all where it fails."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.export_packs import FOR_TEAMS, Copy, PackKind, state_words
from kpidesk.core.periods import Period
from kpidesk.core.progress import Progress, finish
from kpidesk.core.redactions import Redaction
from kpidesk.core.roster import PersonEdit
from kpidesk.core.scorecards import Question
from kpidesk.exporting import write_whole
from kpidesk.paths import written_beside
from kpidesk.ui.painting.copies import pack_writers
from tests.operations.support import NAME, bring_in, copied, history, made, write

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
REPS = ("Ann Lee", "Bo Dahl", "Cy Oh")
OPEN = tuple((f"N{at}", rep, "Open", "5000", "2025-10-02", "2026-02-01") for at, rep in enumerate(REPS))


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three reps with two years of deals."""
    folder = tmp_path_factory.mktemp("packs")
    with made(folder) as ws:
        bring_in(ws, write(folder / "deals.csv", [*history(), *OPEN]), date(2026, 1, 5))
        operations.apply_teams(ws, {"Ann Lee": "North", "Bo Dahl": "North", "Cy Oh": "South"})
    return folder


@pytest.fixture
def ws(company: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(company, tmp_path) as opened:
        yield opened


def pack(
    ws: operations.Workspace, to: Path, *what: PackKind, form: str = ".html",
    redact: Redaction | None = None,
) -> operations.ExportPack:  # fmt: skip
    redactor = operations.redactor(ws, redact) if redact else None
    question = operations.question(ws, period="2025-Q4")
    return operations.ExportPack(what or ("scorecards",), question, to, *pack_writers("A4", redactor), form, redactor)


def text_of(pdf: Path) -> str:
    return subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("what", ["scorecards", "one-on-ones", "trends", "pipelines", "forecasts"])
def test_each_rep_has_a_file_with_nothing_of_anybody_else(
    ws: operations.Workspace, tmp_path: Path, what: PackKind
) -> None:
    done = finish(operations.export_pack(ws, pack(ws, tmp_path / "pack", what)))
    assert len(done.files) == (8 if what in FOR_TEAMS else 5)
    assert sorted(path.name for path in (tmp_path / "pack").iterdir()) == sorted(done.files)
    for rep in REPS:
        name = next(one.file for one in done.entries if one.whose == rep)
        page = (tmp_path / "pack" / name).read_text(encoding="utf-8")
        assert rep in page
        assert not [other for other in REPS if other != rep and other in page]


def test_a_team_has_a_file_of_its_own_where_that_says_more(ws: operations.Workspace, tmp_path: Path) -> None:
    whole = finish(operations.export_pack(ws, pack(ws, tmp_path / "pack", "pipelines")))
    assert [one.whose for one in whole.entries] == ["Organisation", "North", "South", *REPS]
    north = (tmp_path / "pack" / "Pipeline North Q4 2025.html").read_text(encoding="utf-8")
    assert "2 open deals" in north
    asked = pack(ws, tmp_path / "south", "trends")
    south = finish(operations.export_pack(ws, replace(asked, question=of_team(ws, "South"))))
    assert [one.whose for one in south.entries] == ["South", "Cy Oh"]


def test_a_one_on_one_about_another_period_goes_before_an_empty_draft(ws: operations.Workspace, tmp_path: Path) -> None:
    known = operations.scopes(ws)
    ann, bo = known.find_scope("rep:Ann Lee"), known.find_scope("rep:Bo Dahl")
    year = operations.question(ws, scope="rep:Ann Lee", period="2025")
    for rep in (ann, bo):
        review = operations.open_review(ws, rep, year)
        operations.close_review(ws, review.id, without_commitment=True)
        operations.open_review(ws, rep, operations.question(ws, period="2025-Q4"))
    begun = operations.reviews(ws, bo.id)[0]
    operations.save_review(ws, replace(begun, notes="Holiday cover"))
    done = finish(operations.export_pack(ws, pack(ws, tmp_path / "pack", "one-on-ones")))
    assert [(one.whose, one.what, one.state) for one in done.entries] == [
        ("Ann Lee", "One-on-one · 2025", "closed"), ("Bo Dahl", "One-on-one · Q4 2025", "draft"),
        ("Cy Oh", "One-on-one · Q4 2025", "draft"),
    ]  # fmt: skip
    assert "One-on-one Ann Lee 2025 closed.html" in done.files
    early = finish(operations.export_pack(ws, replace(
        pack(ws, tmp_path / "early", "one-on-ones"), question=operations.question(ws, period="2024-Q4"))))  # fmt: skip
    assert early.entries[0].what == "One-on-one · Q4 2024", "that of 2025 was held later"


def of(ws: operations.Workspace, period: str) -> Period:
    return operations.question(ws, period=period).period


def of_team(ws: operations.Workspace, name: str) -> Question:
    return operations.question(ws, scope=f"team:{name}", period="2025-Q4")


def test_the_trends_show_each_kpi_with_its_numbers(ws: operations.Workspace, tmp_path: Path) -> None:
    finish(operations.export_pack(ws, pack(ws, tmp_path / "pack", "trends")))
    page = (tmp_path / "pack" / "Trends Ann Lee Q4 2025.html").read_text(encoding="utf-8")
    asked = operations.question(ws, scope="rep:Ann Lee", period="2025-Q4")
    card = operations.scorecard(ws, asked)
    assert [row.kpi.name for row in card.rows if f'">{row.kpi.name}</h2>' not in page] == []
    booked = next(row for row in card.rows if row.kpi.id == "bookings")
    assert booked.value_text in page
    assert page.count("<svg") >= 3


def test_the_contents_say_what_is_final_and_who_has_left(ws: operations.Workspace, tmp_path: Path) -> None:
    known = operations.scopes(ws)
    ann, bo = known.find_scope("rep:Ann Lee"), known.find_scope("rep:Bo Dahl")
    quarter = operations.question(ws, scope="rep:Ann Lee", period="2025-Q4")
    review = operations.open_review(ws, ann, quarter)
    operations.close_review(ws, review.id, without_commitment=True)
    operations.save_person(ws, bo.id, PersonEdit(end_at="2026-02-01"))
    done = finish(operations.export_pack(ws, pack(ws, tmp_path / "pack", "one-on-ones")))
    assert [(one.whose, one.state, state_words(one)) for one in done.entries] == [
        ("Ann Lee", "closed", "closed, data as of 5 Jan 2026"),
        ("Cy Oh", "draft", "draft, data as of 5 Jan 2026"),
    ]
    assert [one.file for one in done.entries] == [
        "One-on-one Ann Lee Q4 2025 closed.html", "One-on-one Cy Oh Q4 2025 draft.html"
    ]  # fmt: skip
    assert [(one.whose, one.why) for one in done.missing] == [("Bo Dahl", "left on 1 Feb 2026")]
    contents = (tmp_path / "pack" / done.files[0]).read_text(encoding="utf-8")
    for words in (*(one.file for one in done.entries), "Closed, data as of 5 Jan 2026", "left on 1 Feb 2026"):
        assert words in contents
    alone = finish(operations.export_pack(ws, replace(pack(ws, tmp_path / "bo"), question=replace(quarter, scope=bo))))
    assert [one.whose for one in alone.entries] == ["Bo Dahl"]


def test_reviews_are_the_last_closed_ones_of_each_team_else_drafts(ws: operations.Workspace, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No review"):
        finish(operations.export_pack(ws, pack(ws, tmp_path / "pack", "reviews")))
    north = operations.scopes(ws).find_scope("team:North")
    first = operations.open_team_review(ws, "monthly", north, of(ws, "2025-11"))
    operations.close_team_review(ws, first.id, without_action=True)
    operations.open_team_review(ws, "monthly", north, of(ws, "2025-12"))
    later = operations.open_team_review(ws, "weekly", operations.scopes(ws).find_scope("org"), of(ws, "2025-W50"))
    operations.save_team_review(ws, replace(later, private="Nobody else reads this"))
    done = finish(operations.export_pack(ws, pack(ws, tmp_path / "pack", "reviews")))
    assert [(one.what, one.whose, one.state) for one in done.entries] == [
        ("Weekly team review · W50 2025", "Organisation", "draft"),
        ("Monthly leadership review · Nov 2025", "North", "closed"),
    ]
    assert [(one.whose, one.why) for one in done.missing] == [("South", "no review yet")]
    pages = [(tmp_path / "pack" / one.file).read_text(encoding="utf-8") for one in done.entries]
    assert not [page for page in pages if "Nobody else reads" in page]
    rep = replace(pack(ws, tmp_path / "rep", "reviews"), question=operations.question(ws, scope="rep:Ann Lee"))
    with pytest.raises(UserError, match="about a team"):
        finish(operations.export_pack(ws, rep))


@needs_poppler
def test_one_file_holds_everybody(ws: operations.Workspace, tmp_path: Path) -> None:
    done = finish(operations.export_pack(ws, pack(ws, tmp_path / "all.pdf", form=".pdf")))
    assert done.files == ("Scorecard Everybody.pdf",)
    told = text_of(tmp_path / "all.pdf")
    assert all(rep in told for rep in REPS)
    assert told.count("Page 1 of") == 4


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


KILLED = """
import os, sys
from pathlib import Path
from kpidesk.paths import written_beside
with written_beside(Path(sys.argv[1])) as folder:
    (folder / "Ann Lee.pdf").write_bytes(b"one-on-one")
    os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="nothing kills like this on Windows")
def test_what_a_killed_program_left_beside_the_place_goes_and_what_is_in_use_stays(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    before = set(tmp_path.iterdir())
    assert subprocess.run([sys.executable, "-c", KILLED, tmp_path / "pack"], check=False).returncode == -9
    (left,) = set(tmp_path.iterdir()) - before
    assert list(left.rglob("*.pdf"))
    with written_beside(tmp_path / "other") as used:
        assert not left.exists()
        finish(operations.export_pack(ws, pack(ws, tmp_path / "pack.zip")))
        assert used.is_dir()
    assert set(tmp_path.iterdir()) == {*before, tmp_path / "pack.zip"}
    with zipfile.ZipFile(tmp_path / "pack.zip") as archive:
        assert not [name for name in archive.namelist() if Path(name).name.startswith(".")]


def test_a_full_disk_leaves_nothing(ws: operations.Workspace, tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())

    def full(_item: Copy, to: Path) -> None:
        raise UserError(f"{to} cannot be written: no space left.", "")

    with pytest.raises(UserError, match="no space") as found:
        finish(operations.export_pack(ws, replace(pack(ws, tmp_path / "pack"), write=full)))
    assert found.value.problem.startswith(f"{tmp_path / 'pack'}/")
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


def test_several_kinds_at_once_stand_together_for_each_rep(ws: operations.Workspace, tmp_path: Path) -> None:
    bo = operations.scopes(ws).find_scope("rep:Bo Dahl")
    operations.save_person(ws, bo.id, PersonEdit(end_at="2026-02-01"))
    done = finish(operations.export_pack(ws, pack(ws, tmp_path / "pack", "one-on-ones", "scorecards", "reviews")))
    assert [(one.whose, one.what.split(" · ")[0]) for one in done.entries] == [
        (rep, what) for rep in ("Ann Lee", "Cy Oh") for what in ("One-on-one", "Scorecard")
    ]
    assert [(one.whose, one.why) for one in done.missing] == [
        ("Bo Dahl", "left on 1 Feb 2026"), ("Reviews", "No review has been prepared yet.")
    ]  # fmt: skip
    assert done.files[-1] == "Everybody.pdf"
    contents = (tmp_path / "pack" / done.files[0]).read_text(encoding="utf-8")
    assert "Contents · One-on-ones, scorecards and reviews" in contents
    steps = list(operations.export_pack(ws, pack(ws, tmp_path / "again", "trends", "forecasts")))
    assert [step.text for step in steps[-3:]] == ["Trends of Cy Oh", "Forecast of Cy Oh", "One file with everybody"]
    asked = pack(ws, tmp_path / "then", "scorecards")
    then = finish(operations.export_pack(ws, replace(asked, question=replace(asked.question, as_of=date(2026, 1, 5)))))
    assert ([one.whose for one in then.entries], then.missing) == (list(REPS), ())
