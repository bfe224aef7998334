"""What leaves the window: copies for a team and very many rows with progress and Cancel, what goes to the clipboard."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from kpidesk.core.periods import shift
from kpidesk.operations import receipt_pages
from kpidesk.ui.handing_over import ask_for_others, ask_pack, copy_page, write_pack
from kpidesk.ui.main_window import MainWindow
from kpidesk.ui.widgets.copying import copy_picture, copy_table, table_html
from kpidesk.ui.widgets.pack_dialog import OthersDialog, PackDialog, WantedPack
from tests.ui.conftest import settled
from tests.ui.shell import PATIENCE

pytestmark = pytest.mark.unstyled

Start = Callable[..., MainWindow]


def arrived(window: MainWindow, file: Path) -> bool:
    return file.exists() and settled(window)


def has_sheet(window: MainWindow) -> bool:
    shown: Any = window.pages.page
    return shown.sheet() is not None and settled(window)


def dialog_of(window: MainWindow) -> PackDialog:
    return next(one for one in window.findChildren(PackDialog) if one.isVisible())


# --- the clipboard --------------------------------------------------------------------------------------------------


def test_a_table_is_copied_as_text_and_as_a_table(qapp: object) -> None:
    copy_table("Rep\tWon\nAnn <b>\t3\nBo & Co\t4\n")
    data = QGuiApplication.clipboard().mimeData()
    assert data.text() == "Rep\tWon\nAnn <b>\t3\nBo & Co\t4\n"
    assert "<td>Ann &lt;b&gt;</td><td>3</td>" in data.html()
    assert "<td>Bo &amp; Co</td>" in data.html()
    assert data.html().count("<tr>") == 3
    assert table_html("") == "<table><thead><tr></tr></thead><tbody></tbody></table>"


def test_the_app_can_end_while_a_table_is_on_the_clipboard() -> None:
    script = (
        "from PySide6.QtWidgets import QApplication\n"
        "from kpidesk.ui.widgets.copying import copy_table\n"
        "app = QApplication(['x', '-platform', 'offscreen'])\n"
        "copy_table('a\\tb\\n1\\t2\\n')\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.styled
def test_a_picture_is_twice_as_sharp_as_the_window(qtbot: QtBot) -> None:
    label = QLabel("123")
    qtbot.addWidget(label)
    label.resize(120, 40)
    copy_picture(label)
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (240, 80)
    assert len({image.pixel(x, y) for x in range(0, 240, 2) for y in range(0, 80, 2)}) > 2


@pytest.mark.styled
def test_the_chart_and_the_table_of_a_page_can_be_copied(qtbot: QtBot, make_window: Start, sample: Path) -> None:
    window = make_window(sample)
    page: Any = window.pages.page_of("scorecard")
    page.pane.table.selectRow(0)
    qtbot.keyClick(page.pane.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    data = QGuiApplication.clipboard().mimeData()
    assert data.text().startswith("KPI\tActual")
    assert data.html().count("<tr>") == 2
    assert page.view.card.rows[0].value_text in data.html()
    sizes = set()
    for page_id in ("scorecard", "trends"):
        window.show_page(page_id)
        qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
        QGuiApplication.clipboard().clear()
        copy_page(window)
        image = QGuiApplication.clipboard().image()
        assert image.width() > 400, page_id
        sizes.add(image.size().toTuple())
    assert len(sizes) == 2


# --- copies for a team ----------------------------------------------------------------------------------------------


def test_everybody_gets_a_copy(
    qtbot: QtBot, make_window: Start, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(sample)
    assert window.question is not None
    organisation = window.surroundings.organisation if window.surroundings is not None else None
    assert organisation is not None
    window.set_question(replace(window.question, scope=organisation.find_scope("team:Europe")))
    window.show_page("one-on-ones")
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    ask_pack(window)
    dialog = dialog_of(window)
    assert [kind for kind, tick in dialog.what.items() if tick.isChecked()] == ["one-on-ones"]
    dialog.what["one-on-ones"].click()
    dialog.take()
    assert dialog.problem.text() == "Nothing is ticked. Tick what each is to get."
    for kind in ("scorecards", "pipelines"):
        dialog.what[kind].click()
    qtbot.mouseClick(dialog.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: settled(window) and window.pages.page_id == "one-on-ones", timeout=PATIENCE)
    [folder] = [path for path in tmp_path.iterdir() if path.name.startswith("Scorecards and pipelines Europe")]
    names = sorted(path.name for path in folder.iterdir())
    assert {"Everybody.pdf", "Contents.pdf"} < set(names)
    scorecards, pipelines = ([one for one in names if one.startswith(what)] for what in ("Scorecard ", "Pipeline "))
    assert 2 <= len(scorecards) < len(pipelines) <= 8
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".kpidesk")]


def test_a_copy_for_others_names_nobody(
    qtbot: QtBot, make_window: Start, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(sample)
    organisation = window.surroundings.organisation if window.surroundings is not None else None
    assert organisation is not None
    window.set_scope(organisation.find_scope("rep:Amara Okonkwo"))
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    to = tmp_path / "copy.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(to), "Web page (*.html)"))
    ask_for_others(window)
    dialog = next(one for one in window.findChildren(OthersDialog) if one.isVisible())
    qtbot.mouseClick(dialog.yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: settled(window) and to.exists(), timeout=PATIENCE)
    text = to.read_text(encoding="utf-8")
    assert "A. O." in text
    assert "Okonkwo" not in text
    page: Any = window.pages.page_of("scorecard")
    assert page.view.card.rows[0].value_text.startswith("$")
    assert page.view.card.rows[0].value_text not in text
    window.show_page("data")
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    ask_for_others(window)
    assert not [one for one in window.findChildren(OthersDialog) if one.isVisible()]


def test_every_page_of_numbers_has_a_copy_that_names_nobody(
    qtbot: QtBot, make_window: Start, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(sample)
    organisation = window.surroundings.organisation if window.surroundings is not None else None
    assert organisation is not None
    names = [person.name.split()[-1] for person in organisation.people]
    window.set_scope(organisation.find_scope("team:Europe"))
    for page_id in ("pipeline", "forecast", "breakdown", "compare", "why", "trends", "reviews"):
        window.show_page(page_id)
        qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
        page: Any = window.pages.page
        if page_id == "reviews":
            page.open_kind("weekly", organisation.find_scope("team:Europe"))
            qtbot.waitUntil(partial(has_sheet, window), timeout=PATIENCE)
        to = tmp_path / f"{page_id}.{'svg' if page_id == 'compare' else 'html'}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, to=to: (str(to), ""))
        ask_for_others(window)
        dialog = next(one for one in window.findChildren(OthersDialog) if one.isVisible())
        dialog.hidden.setCurrentIndex(0)
        dialog.take()
        qtbot.waitUntil(partial(arrived, window, to), timeout=PATIENCE)
        text = to.read_text(encoding="utf-8")
        assert len(text) > 1000
        assert [name for name in names if name in text] == [], page_id


def test_a_pack_can_be_left_and_cancelled(
    qtbot: QtBot, make_window: Start, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(sample)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    ask_pack(window)
    dialog = dialog_of(window)
    fields: tuple[QWidget, ...] = (dialog.form_of, dialog.size_of, dialog.hidden)
    assert all(field.accessibleName() for field in fields)
    qtbot.mouseClick(dialog.yes, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert settled(window)
    chosen: list[WantedPack] = []
    dialog.wanted.disconnect()
    dialog.wanted.connect(chosen.append)
    dialog.form_of.set_value(".zip")
    dialog.size_of.set_value("Letter")
    dialog.hidden.setCurrentIndex(3)
    dialog.take()
    assert window.question is not None
    assert chosen == [WantedPack(("scorecards",), window.question.period, ".zip", "Letter", "both")]
    dialog.reject()
    folder = tmp_path / "packs"
    folder.mkdir()
    wanted = WantedPack(("one-on-ones",), window.question.period, "", "A4", None)
    write_pack(window, window.question, wanted, folder / "pack")
    qtbot.waitUntil(lambda: any(folder.iterdir()), timeout=PATIENCE)
    window.cancel_work()
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    assert list(folder.iterdir()) == []


def test_very_many_rows_are_written_with_progress_and_are_on_show_again_then(
    qtbot: QtBot, make_window: Start, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipt_pages, "AT_ONCE", 5)
    monkeypatch.setattr(receipt_pages, "AT_A_TIME", 5)
    window = make_window(sample)
    assert window.question is not None
    window.open_receipt("win_rate", window.question)
    page: Any = window.pages.page
    qtbot.waitUntil(lambda: page.receipt is not None and settled(window), timeout=PATIENCE)
    page.rows.within.setCurrentText("Stage")
    page.search.setText("Won")
    qtbot.waitUntil(lambda: 5 < page.rows.model.rowCount() < page.receipt.count, timeout=PATIENCE)
    folder = tmp_path / "rows"
    folder.mkdir()
    to, shown = folder / "rows.csv", page.rows.model.rowCount()
    to.write_text("before")
    page.export_to(to)
    assert window.pages.page is None
    assert window.pages.progress.heading.text() == f"Writing {shown} rows"
    window.cancel_work()
    qtbot.waitUntil(lambda: settled(window) and window.pages.page is page, timeout=PATIENCE)
    assert ([*folder.iterdir()], to.read_text()) == ([to], "before")
    page.export_to(to)
    qtbot.waitUntil(lambda: settled(window) and window.pages.page is page, timeout=PATIENCE)
    assert len(to.read_text(encoding="utf-8-sig").splitlines()) == shown + 1 == page.rows.model.rowCount() + 1
    assert page.search.text() == "Won"


def test_a_pack_is_of_the_period_in_view_that_its_dialog_names_and_its_ticks_are_remembered(
    qtbot: QtBot, make_window: Start, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(sample)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")

    def asked_on(page_id: str) -> PackDialog:
        window.show_page(page_id)
        qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
        ask_pack(window)
        return dialog_of(window)

    assert window.question is not None
    before, newest, after = (shift(window.question.period, count, window.settings) for count in (-1, 0, 1))
    window.set_period(after)
    dialog = asked_on("reviews")
    assert dialog.picker.name.text() == newest.label
    dialog.picker.step(-1)
    assert dialog.picker.name.text() == before.label
    dialog.what["scorecards"].click()
    chosen: list[WantedPack] = []
    dialog.wanted.connect(chosen.append)
    dialog.take()
    assert [one.period for one in chosen] == [before]
    dialog.reject()
    dialog = asked_on("scorecard")
    assert dialog.picker.name.text() == after.label
    assert [kind for kind, tick in dialog.what.items() if tick.isChecked()] == ["scorecards"]
    dialog.reject()
    dialog = asked_on("reviews")
    assert [kind for kind, tick in dialog.what.items() if tick.isChecked()] == ["scorecards", "reviews"]
    dialog.reject()
