"""Handing out and deleting the data of a person on the page of people, as a manager does it."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.ui.pages import people as people_module
from kpidesk.ui.pages.people import PeoplePage
from kpidesk.ui.widgets.people_data import DeletePersonDialog, ExportPersonDialog
from kpidesk.ui.widgets.people_tree import Node
from tests.operations.private_company import SECRET, company_in
from tests.operations.support import TODAY
from tests.operations.test_personal_data import with_notes
from tests.ui.shell import FakeShell, fake_shell, told

pytestmark = pytest.mark.unstyled

PATIENCE = 10_000
Shown = tuple[PeoplePage, FakeShell, int]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return company_in(tmp_path_factory.getbasetemp())


@pytest.fixture
def shown(qtbot: QtBot, company: Path, tmp_path: Path) -> Iterator[Shown]:
    path = Path(shutil.copy(company, tmp_path))
    with fake_shell(lambda: operations.open_workspace(path, today=TODAY), close=operations.close) as shell:
        page = PeoplePage(shell)
        shell.pages["people"] = page
        qtbot.addWidget(page)
        page.resize(1100, 800)
        page.show()
        page.reload()
        qtbot.waitUntil(lambda: page.roster is not None, timeout=PATIENCE)
        assert page.roster is not None
        number = next(one.person.id for one in page.roster.entries if one.person.name == "Ann Lee")
        yield page, shell, number


def names(page: PeoplePage) -> set[str]:
    return {one.person.name for one in page.roster.entries} if page.roster is not None else set()


@pytest.mark.parametrize("private", [False, True])
def test_everything_held_on_somebody_goes_into_one_file(
    shown: Shown, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, private: bool
) -> None:
    page, shell, number = shown
    to = tmp_path / "ann.zip"
    monkeypatch.setattr(people_module, "ask_where", lambda *_: to)
    page.person.export_wanted.emit(number)
    dialog = page._dialog
    assert isinstance(dialog, ExportPersonDialog)
    assert not dialog.private.isChecked()
    dialog.private.setChecked(private)
    dialog.yes.click()
    qtbot.waitUntil(lambda: bool(shell.toasts), timeout=PATIENCE)
    assert shell.toasts == [f"Everything held on Ann Lee is in {to}."]
    with zipfile.ZipFile(to) as archive:
        texts = [archive.read(name).decode("utf-8-sig") for name in archive.namelist()]
    assert any(SECRET in text for text in texts) == private
    assert page._dialog is None


def test_nothing_is_written_where_no_place_is_chosen(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    page, shell, number = shown
    monkeypatch.setattr(people_module, "ask_where", lambda *_: None)
    page.ask_export(number)
    assert page._dialog is not None
    page._dialog.yes.click()
    assert (shell.toasts, shell.errors) == ([], [])


def test_somebody_is_deleted_once_it_was_shown_and_the_name_is_typed(shown: Shown, qtbot: QtBot) -> None:
    page, shell, number = shown
    told(qtbot, shell, with_notes)
    page.person.delete_wanted.emit(number)
    dialog = page._dialog
    assert isinstance(dialog, DeletePersonDialog)
    dialog.typed.setText("Ann Lee")
    assert not dialog.yes.isEnabled()
    qtbot.waitUntil(dialog.waiting.isHidden, timeout=PATIENCE)
    said = [label.text() for label in dialog.parts.findChildren(QLabel)]
    assert {"Deleted", "Stays", "To know", "1 one-on-one", "1 private note"} <= set(said)
    assert "This cannot be undone" in dialog.text.text()
    assert dialog.yes.isEnabled()
    dialog.typed.setText("Ann")
    assert not dialog.yes.isEnabled()
    dialog.typed.setText("ann lee")
    assert [(box.text(), text, box.isChecked()) for box, text in dialog.notes] == [
        ("One-on-one, in 2 places", "Ask lee's lawyer", False),
        ("One-on-one, in 2 places", "ANN was late, says Ann Bo", False),
        ("One-on-one, in 2 places", "Ann helped", False),
    ]
    dialog.notes[1][0].setChecked(True)
    page._choose(Node("person", number))
    assert page.person.isVisibleTo(page)
    assert not dialog.progress.isVisibleTo(dialog)
    dialog.yes.click()
    assert dialog.progress.isVisibleTo(dialog)
    qtbot.waitUntil(lambda: bool(shell.toasts), timeout=PATIENCE)
    assert not page.person.isVisibleTo(page), "their fields cannot be saved any more"
    qtbot.waitUntil(lambda: "Former rep 1" in names(page), timeout=PATIENCE)
    assert "Ann Lee" not in names(page)
    left = "A part of the name still stands in 2 texts."
    assert shell.toasts == [f"Deleted. Their deals are credited to Former rep 1. {left}"]
    assert shell.undo_last is None
    assert ("announce", Change.EVERYTHING) in shell.calls


def test_why_somebody_cannot_be_deleted_is_said_in_the_dialog(shown: Shown, qtbot: QtBot) -> None:
    page, _, _ = shown
    page.ask_delete(999)
    dialog = page._dialog
    assert isinstance(dialog, DeletePersonDialog)
    qtbot.waitUntil(lambda: not dialog.problem.isHidden(), timeout=PATIENCE)
    assert dialog.problem.text().startswith("There is no such person any more.")
    dialog.typed.setText("")
    assert not dialog.yes.isEnabled()
