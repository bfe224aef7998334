"""The quarterly refresh with a real workspace: a decision about every target, written only when told so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kpidesk.core.people import ORG
from kpidesk.core.refreshing import Decision
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.pages.refresh import RefreshPage
from kpidesk.ui.widgets.refresh_panel import KEEP_REASON
from kpidesk.ui.widgets.refresh_text import accept_words, key_of, note_of, progress_words
from tests.ui.driving import answer
from tests.ui.history import LAST, NEXT
from tests.ui.shell import FakeShell, settle, until, workspace_shell
from tests.ui.team_history import targets_of

pytestmark = pytest.mark.unstyled

# the baseline of the win rate went from 20 % to 25 %, and minimum, target and stretch with it
WIN_RATE = (0.25, 0.275, 0.30)


@pytest.fixture
def workspace(team_history_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(team_history_file, tmp_path / "team.kpidesk"))


@pytest.fixture
def shell(qtbot: QtBot, workspace: Path) -> Iterator[FakeShell]:
    with workspace_shell(workspace, NEXT) as made_shell:
        yield made_shell


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell) -> RefreshPage:
    made_page = RefreshPage(shell)
    qtbot.addWidget(made_page)
    shell.pages["refresh"] = made_page
    made_page.resize(1068, 700)
    made_page.show()
    made_page.activateWindow()
    made_page.ask(NEXT)
    settle(qtbot, made_page)
    made_page.entered()
    until(qtbot, made_page.table.hasFocus)
    return made_page


def cells(page: RefreshPage, row: int) -> list[str]:
    model = page.table.records
    return [str(model.index(row, at).data()) for at in range(model.columnCount())]


def press_set(qtbot: QtBot, page: RefreshPage) -> None:
    QTest.mouseClick(page.save, Qt.MouseButton.LeftButton)
    settle(qtbot, page)


def test_old_and_new_stand_side_by_side(page: RefreshPage) -> None:
    assert cells(page, 0)[:3] == ["Bookings, Organisation", "$10.0K → $10.0K", "$11.0K → $11.0K"]
    assert cells(page, 1)[:3] == ["Win rate (closed deals), Organisation", "20.0% → 25.0%", "22.0% → 27.5%"]
    assert cells(page, 0)[-1] == "To decide"
    assert page.progress.text() == "0 of 2 decided"
    assert not page.save.isEnabled()
    page.table.go_to(("win_rate", ORG))
    assert page.panel.title.text() == "Win rate (closed deals) · Organisation"
    assert page.panel.noticeable.text().startswith("With 40 rows a quarter, only ")


def test_what_was_rounded_is_a_tool_tip_away(page: RefreshPage) -> None:
    """The old 20 % rose to 24.6789 %: minimum, target and stretch of 20, 22 and 24 % rise as far."""
    grown = 0.246789 / 0.20
    exact = (0.20 * grown, 0.22 * grown, 0.24 * grown)
    line = next(one for one in page.lines if one.kpi.id == "win_rate")
    page.table.go_to(("win_rate", ORG))
    assert not any(one.accessibleDescription() for one in page.panel.findChildren(PlainLabel)), "nothing was rounded"
    page.panel.show_line(replace(line, exact=exact, proposed=(0.247, 0.272, 0.297)), NEXT.period, None, "USD")
    told = {one.whole_text(): words for one in page.panel.findChildren(PlainLabel)
            if (words := one.accessibleDescription())}  # fmt: skip
    assert told == {"24.7%": "Exactly 24.6789%", "27.2%": "Exactly 27.1468%", "29.7%": "Exactly 29.6147%"}


@pytest.mark.styled
def test_names_stay_whole_whatever_is_decided(qtbot: QtBot, page: RefreshPage) -> None:
    letters = QFontMetricsF(page.theme.font(13, QFont.Weight.DemiBold))
    name = letters.horizontalAdvance("Win rate (closed deals)")
    page.table.records.show_rows([replace(one, baseline_text="$1,234,567.89") for one in page.table.records.records()])
    for width, shows_baseline in ((600, False), (1000, True)):
        page.table.setParent(None)
        page.table.resize(width, 300)
        page.table.show()
        page.table.fit()
        assert page.table.columnWidth(0) >= name + 30
        assert page.table.isColumnHidden(1) is not shows_baseline
    page.table.setParent(page)


def test_accepting_goes_on_to_the_next_and_is_written_at_the_end(
    qtbot: QtBot, page: RefreshPage, shell: FakeShell, workspace: Path
) -> None:
    QTest.keyClick(page.table, Qt.Key.Key_A)
    assert page.progress.text() == "1 of 2 decided"
    assert (line := page.table.line) is not None
    assert line.kpi.id == "win_rate"
    QTest.keyClick(page.table, Qt.Key.Key_A)
    assert cells(page, 1)[-1] == "Accepted"
    QTest.keyClick(page.table, Qt.Key.Key_Delete)  # open again
    assert cells(page, 1)[-1] == "To decide"
    QTest.mouseClick(page.panel.choice.buttons()[0], Qt.MouseButton.LeftButton)
    assert page.save.text() == "Set targets for Q3 2026"
    press_set(qtbot, page)
    assert shell.toasts == ["2 targets set for Q3 2026."]
    assert page.nothing.heading.text() == "2 targets renewed for Q3 2026"
    assert page.nothing.text.text() == (
        "3 KPIs have no target yet: Average deal size, Sales cycle length (median) and Pipeline created (value)."
    )
    assert page.nothing.first.text() == "Set targets"
    assert page.window().focusWidget() is page  # the button pressed is gone; keys change nothing
    shell.jobs.shutdown()
    found = targets_of(workspace)
    assert list(found["org", "bookings"]) == [10_000, 11_000, 12_000]
    assert list(found["org", "win_rate"]) == pytest.approx(list(WIN_RATE))


def test_keeping_an_old_target_needs_a_reason(
    qtbot: QtBot, page: RefreshPage, shell: FakeShell, workspace: Path
) -> None:
    page.table.go_to(("win_rate", ORG))
    QTest.keyClick(page.table, Qt.Key.Key_K)
    assert page.panel.reason.hasFocus()
    QTest.keyClick(page.panel.reason, Qt.Key.Key_Return)
    assert page.panel.problem.text() == KEEP_REASON
    assert page.progress.text() == "0 of 2 decided"
    QTest.keyClicks(page.panel.reason, "agreed for the year")
    QTest.keyClick(page.panel.reason, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert page.progress.text() == "1 of 2 decided"
    press_set(qtbot, page)
    assert page.progress.text() == "0 of 1 decided"  # bookings are still due
    shell.jobs.shutdown()
    assert targets_of(workspace) == {("org", "win_rate"): (0.2, 0.22, 0.24)}


def test_an_own_number_is_looked_at_before_it_counts(
    qtbot: QtBot, page: RefreshPage, shell: FakeShell, workspace: Path
) -> None:
    QTest.keyClick(page.table, Qt.Key.Key_E)
    QTest.keyClicks(page.panel.typed, "a lot")
    QTest.keyClick(page.panel.typed, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert "'a lot' is not a number." in page.panel.problem.text()
    assert page.panel.typed.property("wrong") is True
    page.panel.typed.clear()
    QTest.keyClicks(page.panel.typed, "$11,500")
    QTest.keyClick(page.panel.typed, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert cells(page, 0)[-1] == "Typed: $11.5K"
    press_set(qtbot, page)
    assert shell.undo_last is not None
    shell.undo_last()
    settle(qtbot, page)
    assert page.progress.text() == "0 of 2 decided"  # due again
    shell.jobs.shutdown()
    assert targets_of(workspace) == {}


def test_accepting_all_says_first_what_that_means(qtbot: QtBot, page: RefreshPage) -> None:
    told = answer("Cancel")
    page.accept_all()
    assert "2 targets would take the proposal." in told[0]
    assert page.progress.text() == "0 of 2 decided"
    answer("Accept 2")
    page.accept_all()
    assert page.progress.text() == "2 of 2 decided"
    assert not page.all.isVisible()


def test_accepting_all_says_what_would_not_add_up(page: RefreshPage) -> None:
    assert page._view is not None
    told = answer("Cancel")
    page._view = replace(page._view, found=replace(page._view.found, sums=("Bookings, North: Not shared out: $2.00K",)))
    page.accept_all()
    assert "If every proposal is taken: Bookings, North: Not shared out: $2.00K." in told[0]


def test_a_closed_quarter_leads_to_the_next(qtbot: QtBot, page: RefreshPage, shell: FakeShell) -> None:
    page.ask(LAST)
    settle(qtbot, page)
    assert page.nothing.heading.text() == "Q2 2026 is closed: its targets are read-only."
    assert page.tabs.isVisible()
    assert not page.table.isVisible()
    assert page.nothing.first.text() == "Look at Q3 2026"
    page.nothing.first.click()
    settle(qtbot, page)
    assert page.table.isVisible()


def test_a_target_without_a_new_baseline_is_not_accepted_with_the_others(page: RefreshPage) -> None:
    first, second = page.lines
    stuck = replace(first, baseline=None, proposed=None, hindrance="No history.", warnings=(), capability="")
    assert note_of(stuck) == "No baseline"
    assert "1 target would take the proposal." in accept_words((stuck, second), {})
    assert "1 target without a proposal stays to be decided." in accept_words((stuck, second), {})
    kept = {key_of(stuck): Decision("bookings", ORG, "keep", reason="as agreed")}
    assert progress_words((stuck, second), kept) == "1 of 2 decided"
