"""What stands out above a page, the panel with reasons, and the page of initiatives."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.people import ORG
from kpidesk.core.periods import parse_period
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.ui.pages.initiatives import EMPTY, InitiativesPage
from kpidesk.ui.widgets.signal_dialog import SignalsDialog
from kpidesk.ui.widgets.signal_text import rule_words
from kpidesk.ui.widgets.signal_watch import SignalWatch
from tests.conftest import SAMPLE_DAY
from tests.ui.shell import FakeShell, fake_shell, told

pytestmark = pytest.mark.unstyled

PATIENCE = 20_000
NOW = Question(parse_period("2026-Q3", Settings(), SAMPLE_DAY), ORG)


@pytest.fixture
def shell(qtbot: QtBot, sample_folder: Path, tmp_path: Path) -> Iterator[FakeShell]:
    path = Path(shutil.copy(sample_folder / "sample.kpidesk", tmp_path / "sample.kpidesk"))
    with fake_shell(lambda: operations.open_workspace(path, today=SAMPLE_DAY), close=operations.close) as made:
        made.question = NOW
        yield made


@pytest.fixture
def watch(qtbot: QtBot, shell: FakeShell) -> SignalWatch:
    page = QWidget()
    qtbot.addWidget(page)
    made = SignalWatch(shell, page)
    QVBoxLayout(page).addWidget(made.banner)
    page.show()
    made.ask(NOW)
    idle(qtbot, shell)
    return made


@pytest.fixture
def standing(qtbot: QtBot, shell: FakeShell, watch: SignalWatch) -> SignalWatch:
    """The line above a quarter in which something stands out."""
    watch.ask(Question(parse_period("2026-Q2", Settings(), SAMPLE_DAY), ORG))
    idle(qtbot, shell)
    return watch


def idle(qtbot: QtBot, shell: FakeShell) -> None:
    qtbot.waitUntil(lambda: not shell.jobs.is_busy, timeout=PATIENCE)


def _opened(watch: SignalWatch) -> SignalsDialog:
    QTest.mouseClick(watch.banner.button, Qt.MouseButton.LeftButton)
    assert watch.dialog is not None
    return watch.dialog


def _texts(widget: QWidget) -> list[str]:
    return [one.text() for one in widget.findChildren(QLabel)]


def _press(widget: QWidget, words: str) -> None:
    QApplication.processEvents()  # what was just put into a list is shown by then
    found = next(one for one in widget.findChildren(QPushButton) if one.text() == words and one.isVisibleTo(widget))
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def test_the_line_names_the_first_signal_and_the_panel_all_of_them(standing: SignalWatch) -> None:
    assert standing.view is not None
    every = standing.view.found.every
    more = f" and {len(every) - 1} more" if len(every) > 1 else ""
    assert f"{every[0].kpi.name} since {every[0].since.label}{more}." in standing.banner.label.text()
    dialog = _opened(standing)
    assert [card.one for card in dialog.cards] == list(every)
    assert standing.view.found.words in _texts(dialog)
    assert any(text.startswith("Not looked at: ") for text in _texts(dialog))
    dialog.accept()


def test_a_reason_puts_a_signal_aside_and_it_can_be_taken_back(
    qtbot: QtBot, shell: FakeShell, standing: SignalWatch
) -> None:
    dialog = _opened(standing)
    before = len(dialog.cards)
    card = dialog.cards[0]
    _press(card, "Say what is behind it…")
    assert not card.put_aside.isEnabled()
    QTest.keyClicks(card.reason, "Two big deals")
    QTest.keyClick(card.reason, Qt.Key.Key_Return)
    idle(qtbot, shell)
    assert dialog.isVisible()  # Enter keeps the reason and does not close the panel
    assert len(dialog.cards) == before - 1
    assert any("Two big deals (" in text for text in _texts(dialog))
    assert ("announce", Change.REVIEWS) in shell.calls
    _press(dialog, "Take back")
    idle(qtbot, shell)
    assert len(dialog.cards) == before
    dialog.accept()


def test_the_panel_lists_five_and_shows_all_others_when_asked(standing: SignalWatch) -> None:
    dialog = _opened(standing)
    assert standing.view is not None
    first = standing.view.found.every[0]
    every = (first, *(replace(first, words=words) for words in ("One", "Two")))
    dialog.show_view(replace(standing.view, found=replace(standing.view.found, shown=every[:1], others=every[1:])))
    assert [card.one for card in dialog.cards] == [first]
    _press(dialog, "and 2 more")
    assert [card.one for card in dialog.cards] == list(every)


def test_rows_and_trend_are_those_of_the_signal(shell: FakeShell, standing: SignalWatch) -> None:
    one = _opened(standing).cards[0].one
    dialog = standing.dialog
    assert dialog is not None
    _press(dialog.cards[0], "Rows")
    assert shell.calls[-1] == ("open_receipt", one.kpi.id, Question(one.until, one.scope))
    _press(_opened(standing).cards[0], "Trend")
    assert [call[0] for call in shell.calls[-2:]] == ["set_question", "open_trend"]


def test_rules_are_added_refused_and_retired_in_their_dialog(
    qtbot: QtBot, shell: FakeShell, watch: SignalWatch
) -> None:
    _press(_opened(watch), "Your rules…")
    dialog = watch.rules
    assert dialog is not None
    QTest.keyClicks(dialog.level, "20%")  # sooner than the KPIs are there
    idle(qtbot, shell)
    assert (dialog.level.text(), dialog.add.isEnabled()) == ("20%", True)
    dialog.level.clear()
    assert not dialog.add.isEnabled()  # a level is missing
    dialog.kpi.setCurrentIndex(dialog.kpi.findData("bookings"))
    dialog.whom.setCurrentIndex(dialog.whom.findData("reps"))
    QTest.keyClicks(dialog.level, "a lot")
    QTest.keyClick(dialog.level, Qt.Key.Key_Return)
    idle(qtbot, shell)
    assert "'a lot' is not a number." in dialog.problem.text()
    dialog.level.setText("1000")
    _press(dialog, "Add")
    idle(qtbot, shell)
    assert dialog.level.text() == ""
    assert any(text.startswith("Bookings of any rep falls below $1.00K in a month") for text in _texts(dialog))
    assert watch.view is not None
    assert "Kofi Mensah-Addo" in [one.scope.name for one in watch.view.hits]  # nothing booked in August
    assert {one.rule.id for one in watch.view.hits} == {watch.view.hits[0].rule.id}
    named = [f"{one.scope.name} · Bookings" for one in watch.view.hits]
    assert watch.banner.label.text().endswith(f"1 of your rules is met: {' and '.join(named)}.")
    first, second = watch.view.hits
    another = replace(first, scope=ORG, rule=replace(first.rule, id=first.rule.id + 1))
    told = rule_words((first, second, another), shell.settings)
    assert told == f"2 of your rules are met: {named[0]}, {named[1]} and 1 more."
    _press(dialog, "Retire")
    idle(qtbot, shell)
    assert watch.view.hits == ()
    dialog.accept()


def test_an_import_tells_what_is_new_and_nothing_when_nothing_is(
    qtbot: QtBot, shell: FakeShell, watch: SignalWatch
) -> None:
    watch.ask_digest()
    idle(qtbot, shell)
    assert not watch.banner.isVisible()
    made: list[object] = []
    shell.jobs.ask(
        "rule", lambda ws: operations.add_rule(ws, "bookings", "below", "1000", "reps"), made.append, made.append
    )
    idle(qtbot, shell)
    watch.ask_digest()
    idle(qtbot, shell)
    assert watch.banner.label.text().startswith("New with these data: ")
    assert watch.view is not None
    shown, day = watch.view.found.as_of, date(2026, 6, 30)
    watch.ask_digest(question=replace(NOW, as_of=day))
    idle(qtbot, shell)
    assert shown is not None
    assert (watch.view.found.as_of or shown) <= day < shown
    shell.question = None
    watch.hide()
    assert not watch.banner.isVisible()


# --- initiatives ---------------------------------------------------------------------------------------------------


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell) -> InitiativesPage:
    made = InitiativesPage(shell)
    qtbot.addWidget(made)
    shell.pages["initiatives"] = made
    made.resize(1000, 640)
    made.show()
    made.ask(NOW)
    idle(qtbot, shell)
    return made


def _write_down(qtbot: QtBot, shell: FakeShell, page: InitiativesPage, **changes: str) -> None:
    page.ask_new()
    dialog = page.dialog
    assert dialog is not None
    dialog.name.setText(changes.get("name", "Second call"))
    dialog.start.setText(changes.get("start", "2026-04-01"))
    dialog.whom.setCurrentIndex(dialog.whom.findText("Mid-market"))
    kpi, change = dialog.kpis[0]
    kpi.setCurrentIndex(kpi.findData("win_rate"))
    change.setText(changes.get("change", "+10%"))
    dialog.take()
    idle(qtbot, shell)


def test_an_initiative_is_written_down_and_read_out(qtbot: QtBot, shell: FakeShell, page: InitiativesPage) -> None:
    assert page.state_text().startswith(EMPTY)
    _write_down(qtbot, shell, page)
    assert page.dialog is None
    assert page.shows_body
    assert page.list.count() == 1
    assert page.readout.name.text() == "Second call"
    assert page.readout.about.text() == "Mid-market · from 1 Apr 2026, goes on"
    assert page.readout.readout is not None
    assert any(text == page.readout.readout.kpis[0].finding for text in _texts(page.readout))
    assert shell.toasts == ["Kept: Second call"]


def test_what_cannot_be_read_stays_in_the_dialog(qtbot: QtBot, shell: FakeShell, page: InitiativesPage) -> None:
    _write_down(qtbot, shell, page, change="a lot")
    dialog = page.dialog
    assert dialog is not None
    assert "'a lot' is no change." in dialog.problem.text()
    dialog.kpis[0][1].setText("10")
    dialog.control.setCurrentIndex(dialog.control.findText("Mid-market"))
    dialog.take()
    idle(qtbot, shell)
    assert "was not begun for" in dialog.problem.text()
    dialog.reject()
    assert page.state_text().startswith(EMPTY)


def test_an_initiative_is_changed_dropped_and_taken_up(qtbot: QtBot, shell: FakeShell, page: InitiativesPage) -> None:
    _write_down(qtbot, shell, page)
    _press(page.readout, "Change…")
    dialog = page.dialog
    assert dialog is not None
    assert (dialog.start.text(), dialog.kpis[0][1].text()) == ("1 Apr 2026", "+10%")
    dialog.end.setText("2026-06-30")
    dialog.take()
    idle(qtbot, shell)
    assert page.readout.about.text() == "Mid-market · from 1 Apr 2026, to 30 Jun 2026"
    assert page.readout.readout is not None
    assert page.readout.readout.initiative.end == date(2026, 7, 1)
    _press(page.readout, "Drop")
    idle(qtbot, shell)
    assert page.list.count() == 0
    assert page.nothing.isVisible()
    page.dropped.setChecked(True)
    assert page.list.count() == 1
    assert shell.undo_last is not None
    shell.undo_last()
    idle(qtbot, shell)
    assert page.readout.drop.text() == "Drop"


def test_a_kpi_leads_to_its_trend_for_the_scope_of_the_initiative(
    qtbot: QtBot, shell: FakeShell, page: InitiativesPage
) -> None:
    _write_down(qtbot, shell, page)
    shown = page.readout.readout
    assert shown is not None
    for window, cell in ((shown.before, shown.kpis[0].before), (shown.after, shown.kpis[0].after)):
        assert window is not None
        opened = Question(window, shown.initiative.scope, defined=shown.after)
        _press(page.readout, cell.sample)
        assert shell.calls[-1] == ("open_receipt", "win_rate", opened)
        assert (
            told(qtbot, shell, partial(operations.rows, kpi_id="win_rate", question=opened)).result.value == cell.value
        )
    page.readout.trend.emit("win_rate")
    assert shell.calls[-1] == ("open_trend", "win_rate")
    assert page.readout.readout is not None
    assert shell.question == replace(NOW, scope=page.readout.readout.initiative.scope)
