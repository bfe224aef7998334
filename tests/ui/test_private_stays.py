"""What is the manager's own, and what a rep said of themself, is on no copy, page or answer that others see."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.card_papers import scorecard_paper
from kpidesk.core.forecast_paper import forecast_paper
from kpidesk.core.meeting_paper import meeting_paper
from kpidesk.core.people import ORG
from kpidesk.core.pipeline_paper import pipeline_paper
from kpidesk.core.progress import finish
from kpidesk.core.reviews import for_others
from kpidesk.core.scorecards import Question
from kpidesk.operations.export_packs import ExportPack
from kpidesk.ui.painting.copies import Copying, pack_writers, write_copy
from kpidesk.ui.presenter import Presenter
from kpidesk.ui.theme import Theme
from tests.flow import run
from tests.operations.private_company import PAY, Q4, SECRET, TEAM_SECRET, WELL, company_in, scope_of
from tests.operations.support import made

pytestmark = [
    pytest.mark.usefixtures("qapp"),
    pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed"),
]
SECRETS = (SECRET, TEAM_SECRET, *PAY, *(f"{amount[:2]},{amount[2:]}" for amount in PAY))
COMMANDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("review list", ()),
    ("review show", ("1",)),
    ("coaching", ("rep:Ann Lee", "--period", "2025-Q4")),
    ("due", ()),
    ("signals", ()),
    ("digest", ()),
    ("people list", ()),
    ("submissions", ()),
    ("scorecard", ("--period", "2025-Q4", "--by", "rep")),
    ("pipeline", ("--period", "2025-Q4")),
    ("forecast", ("--period", "2025-Q4")),
    ("imports", ()),
    ("sql", ("--query", "SELECT * FROM reviews")),
    ("sql", ("--query", "SELECT * FROM meetings")),
    ("person delete", ("Ann Lee", "--dry-run")),
)
"""Commands that tell of people or meetings, with what stands behind the workspace; those about pay are private."""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return company_in(tmp_path_factory.getbasetemp())


@pytest.fixture
def ws(company: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    shutil.copy(company, tmp_path)
    with made(tmp_path) as opened:
        yield opened


def told(file: Path) -> str:
    """The text of a file, as far as somebody who looks for it can find any."""
    if file.suffix == ".pdf":
        done = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, text=True, check=True)
        return " ".join(done.stdout.split())
    if file.suffix in (".zip", ".xlsx"):
        with zipfile.ZipFile(file) as archive:
            return " ".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return file.read_bytes().decode("utf-8", "replace")


def found(text: str, wanted: tuple[str, ...] = (*SECRETS, WELL)) -> list[str]:
    return [one for one in wanted if one in text]


@pytest.mark.parametrize("ending", [".pdf", ".html"])
def test_copies_of_a_one_on_one(ws: operations.Workspace, tmp_path: Path, ending: str) -> None:
    sheet = operations.sheet_for(ws, scope_of(ws, "Ann Lee"), Q4)
    rep, own = (write_copy(sheet, tmp_path / f"{who}{ending}", Copying(manager=who == "own")) for who in ("rep", "own"))
    assert found(told(rep)) == [WELL]
    assert found(told(own)) == [SECRET]


@pytest.mark.parametrize("ending", [".pdf", ".html", ".xlsx", ".csv"])
def test_papers(ws: operations.Workspace, tmp_path: Path, ending: str) -> None:
    question = Question(Q4, ORG)
    papers = {
        "review": meeting_paper(operations.team_review_sheet(ws, operations.team_reviews(ws)[0].id)),
        "pipeline": pipeline_paper(operations.pipeline(ws, question)),
        "forecast": forecast_paper(operations.forecast(ws, question)),
        "card": scorecard_paper(operations.scorecard(ws, question)),
    }
    for name, paper in papers.items():
        assert found(told(write_copy(paper, tmp_path / f"{name}{ending}", Copying()))) == [], name
    whole = told(write_copy(papers["review"], tmp_path / f"own{ending}", Copying(manager=True)))
    assert found(whole) == ([TEAM_SECRET] if ending != ".csv" else [])  # a table has no room for notes


@pytest.mark.parametrize("form", [".pdf", ".html"])
def test_packs(ws: operations.Workspace, tmp_path: Path, form: str) -> None:
    write, together = pack_writers("A4", None)
    pack = ExportPack(("one-on-ones",), Question(Q4, ORG), tmp_path / "pack", write, together, form)
    done = finish(operations.export_pack(ws, pack))
    holding = {name: found(told(tmp_path / "pack" / name)) for name in done.files}
    assert {name for name, said in holding.items() if said == [WELL]} == {
        name for name in done.files if "Ann Lee" in name
    }
    assert all(said in ([], [WELL]) for said in holding.values())


def test_the_second_screen(ws: operations.Workspace, qtbot: QtBot) -> None:
    screen = Presenter(Theme())
    qtbot.addWidget(screen)
    screen.show_sheet(for_others(operations.sheet_for(ws, scope_of(ws, "Ann Lee"), Q4)))
    texts = [label.text() for label in screen.findChildren(QLabel)]
    assert len(texts) > 5
    assert found(" ".join(texts)) == []


def test_answers_of_commands(company: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(company, tmp_path))
    for words, arguments in COMMANDS:
        done = run(*words.split(), path, *arguments, "--json")
        assert done.exit_code == 0, (words, done.stderr)
        assert found(done.stdout) == [], words
    for table in ("private_notes", "meeting_notes", "pay_plans"):
        assert run("sql", path, "--query", f"SELECT * FROM {table}").exit_code != 0
    done = run("person", "export", path, "Bo Dahl", "--to", tmp_path / "bo.zip", "--private")
    assert done.exit_code == 0, done.stderr
    assert found(told(tmp_path / "bo.zip")) == []
