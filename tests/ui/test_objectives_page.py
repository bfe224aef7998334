"""The page of objectives driven as a person does, with the guide; focus and values typed in on the scorecard."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QMenu
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.kpi_fields import kpi_from_mapping
from kpidesk.core.objectives import Objective
from kpidesk.core.people import ORG
from kpidesk.core.periods import parse_period
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.ui.page import Page
from kpidesk.ui.pages.goals import GoalsPage
from kpidesk.ui.pages.objectives import ObjectivesPage
from kpidesk.ui.pages.scorecard import ScorecardPage
from kpidesk.ui.widgets.objective_guide import GuideDialog
from kpidesk.ui.widgets.objective_tree import LINE, STATUS, Line, cell_text
from tests.operations.support import NAME, TODAY, bring_in, history, made, write
from tests.operations.test_entries import HEALTH
from tests.ui.leaks import rich_text_leaks
from tests.ui.shell import FakeShell, fake_shell

pytestmark = pytest.mark.unstyled

PATIENCE = 10_000
HOSTILE = "Grow <b>all</b> & more"
Q4 = parse_period("2025-Q4", Settings(), TODAY)
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    with made(folder) as ws:
        bring_in(ws, write(folder / "deals.csv", history((2025,))))
        operations.save_kpi(ws, kpi_from_mapping(HEALTH, "a test"))
        operations.add_objective(ws, HOSTILE, owner="Ann Lee", why="The plan", kpi_ids=("bookings", "win_rate"))
        operations.add_objective(ws, "Grow in the North", under="1")
        operations.add_objective(ws, "Keep customers", kpi_ids=("health",))
    return folder / NAME


@pytest.fixture
def shell(company: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[FakeShell]:
    del qtbot
    path = Path(shutil.copy(company, tmp_path))
    with fake_shell(lambda: operations.open_workspace(path, today=TODAY), close=operations.close) as made_shell:
        made_shell.question = Question(Q4)
        yield made_shell


def opened(qtbot: QtBot, shell: FakeShell, page: Page) -> None:
    shell.pages[page.page_id] = page
    qtbot.addWidget(page)
    page.resize(1100, 800)
    page.show()
    page.ask(shell.question)
    qtbot.waitUntil(lambda: getattr(page, "view", None) is not None, timeout=PATIENCE)


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell) -> ObjectivesPage:
    made_page = ObjectivesPage(shell)
    opened(qtbot, shell, made_page)
    return made_page


@pytest.fixture
def card(qtbot: QtBot, shell: FakeShell) -> ScorecardPage:
    made_page = ScorecardPage(shell)
    opened(qtbot, shell, made_page)
    return made_page


def lines(page: ObjectivesPage) -> list[str]:
    found = []
    for item in page.tree.lines():
        depth, above = 0, item.parent()
        while above is not None:
            depth, above = depth + 1, above.parent()
        found.append("  " * depth + item.text(0))
    return found


def line(page: ObjectivesPage, name: str) -> Line:
    item = next(one for one in page.tree.lines() if one.text(0) == name)
    page.tree.setCurrentItem(item)
    found: Line = item.data(0, LINE)
    return found


def known(qtbot: QtBot, shell: FakeShell, ask: Callable[[Any], Any]) -> Any:
    """What the workspace answers."""
    told: list[Any] = []
    shell.jobs.ask("test", ask, told.append, shell.show_error)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE)
    return told[0]


def until(qtbot: QtBot, page: ObjectivesPage, wanted: list[str]) -> None:
    qtbot.waitUntil(lambda: lines(page) == wanted, timeout=PATIENCE)


def test_the_tree_shows_objectives_their_kpis_and_how_those_stand(page: ObjectivesPage) -> None:
    assert lines(page) == [HOSTILE, "  Bookings", "  Win rate (closed deals)", "  Grow in the North",
                           "Keep customers", "  Customer health"]  # fmt: skip
    bookings = line(page, "Bookings")
    assert bookings.row is not None
    assert (bookings.row.result.value, cell_text(bookings, STATUS)) == (15_000, "No target")
    assert page.about.text() == "Numbers of Northwind Sales · Q4 2025"
    assert not page.rows.isHidden()
    QTest.keyClick(page.tree, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert page.view is not None
    assert page.shell.calls[-1] == ("open_receipt", "bookings", page.view.question)  # type: ignore[attr-defined]  # the shell of the tests
    assert page.form.name.text() == HOSTILE
    line(page, "Grow in the North")
    assert page.form.flag.text() == "No KPI tells yet: attach 3 to 5."
    assert page.rows.isHidden()
    assert rich_text_leaks(page) == []
    QTest.keyClick(page.tree, Qt.Key.Key_Up)
    QTest.keyClick(page.tree, Qt.Key.Key_Return)
    assert page.shell.calls[-1][:2] == ("open_goal", "win_rate")  # type: ignore[attr-defined]  # the shell of the tests


def test_keys_and_drops_move_an_objective_and_a_circle_is_said(
    qtbot: QtBot, page: ObjectivesPage, shell: FakeShell
) -> None:
    keep = ["Keep customers", "  Customer health"]
    grow = [HOSTILE, "  Bookings", "  Win rate (closed deals)", "  Grow in the North"]
    line(page, "Keep customers")
    QTest.keyClick(page.tree, Qt.Key.Key_Up, ALT)
    until(qtbot, page, keep + grow)
    assert page.tree.line() == line(page, "Keep customers")
    target = line(page, "Keep customers")
    line(page, "Grow in the North")
    page.tree.drop_on(target)
    until(qtbot, page, ["Keep customers", "  Customer health", "  Grow in the North", *grow[:3]])
    line(page, "Keep customers")
    page.tree.drop_on(Line("objective", page.view.objectives.find("Grow in the North")))  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: bool(shell.errors), timeout=PATIENCE)
    assert shell.errors[0].problem == "An objective cannot lie below itself."


def test_what_is_typed_is_saved_and_delete_can_be_taken_back(
    qtbot: QtBot, page: ObjectivesPage, shell: FakeShell
) -> None:
    line(page, "Grow in the North")
    assert not page.form.save.isEnabled()
    page.form.name.setText("Grow in the South")
    page.form.name.textEdited.emit("Grow in the South")
    page.form.save.click()
    qtbot.waitUntil(lambda: "  Grow in the South" in lines(page), timeout=PATIENCE)
    line(page, "Bookings")
    QTest.keyClick(page.tree, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: "  Bookings" not in lines(page), timeout=PATIENCE)
    assert shell.undo_last is not None
    shell.undo_last()
    qtbot.waitUntil(lambda: "  Bookings" in lines(page), timeout=PATIENCE)
    line(page, HOSTILE)
    QTest.keyClick(page.tree, Qt.Key.Key_Delete)
    until(qtbot, page, ["Keep customers", "  Customer health"])
    page.retired.setChecked(True)
    assert lines(page)[-1] == "  Grow in the South"
    page.form.show_objective(line(page, HOSTILE).objective, *page_facts(page))
    page.form.retire.click()
    qtbot.waitUntil(lambda: not line(page, HOSTILE).objective.is_retired, timeout=PATIENCE)


def page_facts(page: ObjectivesPage) -> Any:
    assert page.view is not None
    return page.view.objectives, page.view.kpis, page.view.people


def test_the_guide_leads_from_an_aim_to_an_objective_with_kpis_in_use(
    qtbot: QtBot, page: ObjectivesPage, shell: FakeShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter((("", False), ("One each", True)))
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: next(answers))
    page.new.click()
    guide = page.dialog
    assert isinstance(guide, GuideDialog)
    assert not guide.next.isEnabled()
    guide.aim.choices[0].setChecked(True)
    guide.next.click()
    qtbot.waitUntil(lambda: guide.steps.currentIndex() == 1, timeout=PATIENCE)
    assert 3 <= len(guide.kpis.boxes) <= 5
    assert guide.kpis.chosen()[0] == "bookings"
    assert "in use that makes 8, more than 5. " in guide.kpis.count.text()
    assert "Retire one for each new one, 'Sales cycle length (median)' first" in guide.kpis.count.text()
    guide.kpis.boxes["bookings"].setChecked(False)
    assert guide.kpis.add.findText("Bookings · result") == -1  # it is in the list
    guide.kpis.add.choose("avg_deal_size")
    assert guide.kpis.chosen()[-1] == "avg_deal_size"
    assert guide.kpis.add.findText("Average deal size · result") == -1
    guide.kpis.boxes["avg_deal_size"].setChecked(False)
    chosen = guide.kpis.chosen()
    guide.next.click()
    assert (guide.owner.name.text(), guide.next.text()) == ("Grow bookings", "Done")
    guide.owner.owner.setCurrentText("Ann Lee")
    guide.owner.name.setText("")
    assert not guide.next.isEnabled()
    guide.owner.name.setText("Grow with < and &")
    assert rich_text_leaks(guide) == []
    guide.next.click()
    assert guide.problem.text().startswith("Nothing was taken into use yet.")
    guide.next.click()
    qtbot.waitUntil(lambda: "Grow with < and &" in lines(page), timeout=PATIENCE)
    found: Objective = known(qtbot, shell, operations.objectives).find("Grow with < and &")
    assert (found.owner, found.kpi_ids) == ("Ann Lee", chosen)
    entries = known(qtbot, shell, operations.kpis)
    assert {one.kpi.status for one in entries if one.kpi.id in chosen} == {"active"}


def test_without_an_objective_the_page_offers_the_guide(qtbot: QtBot, shell: FakeShell) -> None:
    def clear(ws: Any) -> int:
        ws.db.run("DELETE FROM objective_kpis")
        return int(ws.db.run("DELETE FROM objectives"))

    assert known(qtbot, shell, clear) == 3
    empty = ObjectivesPage(shell)
    opened(qtbot, shell, empty)
    assert empty.nothing.heading.text() == "No objective yet"
    assert [one.isVisible() for one in (empty.nothing, empty.tabs, empty.split)] == [True, True, False]
    QTest.mouseClick(empty.nothing.first, Qt.MouseButton.LeftButton)
    assert empty.dialog is not None
    empty.dialog.reject()


def test_two_kpis_in_focus_come_first_and_a_third_asks_which_gives_way(
    qtbot: QtBot, card: ScorecardPage, shell: FakeShell
) -> None:
    def shown() -> list[str]:
        return [row.kpi.id for row in card.pane.table.score.rows]

    def press(kpi_id: str) -> None:
        card.pane.table.setCurrentIndex(card.pane.table.score.index(shown().index(kpi_id), 0))
        QTest.keyClick(card, Qt.Key.Key_F)

    assert shown()[0] == "bookings"
    press("avg_deal_size")
    qtbot.waitUntil(lambda: shown()[0] == "avg_deal_size", timeout=PATIENCE)
    press("win_rate")
    qtbot.waitUntil(lambda: shown()[:2] == ["avg_deal_size", "win_rate"], timeout=PATIENCE)
    told = card.pane.table.score.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told.endswith("In focus.")
    press("bookings")
    assert isinstance(card.acts.menu, QMenu)
    choices = [action.text() for action in card.acts.menu.actions()]
    assert choices == ["Focus on this instead of Average deal size", "Focus on this instead of Win rate (closed deals)"]
    card.acts.menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: shown()[:2] == ["bookings", "win_rate"], timeout=PATIENCE)
    assert known(qtbot, shell, lambda ws: operations.focus(ws, ORG)).kpi_ids == ("bookings", "win_rate")
    card.acts.menu.close()


def test_a_value_is_typed_in_from_the_menu_of_its_row_and_shown_at_once(
    qtbot: QtBot, card: ScorecardPage, shell: FakeShell
) -> None:
    if not card.pane.expanded:
        card.pane.toggle()
    rows = card.pane.table.score.rows
    at = next(i for i, row in enumerate(rows) if row.kpi.id == "health")
    card.pane.table.setCurrentIndex(card.pane.table.score.index(at, 0))
    card.acts.open_menu(rows[at], QPoint(10, 10))
    assert card.acts.menu is not None
    words = [action.text().split("\t")[0] for action in card.acts.menu.actions() if action.text()]
    assert words == ["Show the rows", "Trend", "Set target", "Focus on this", "Type a value…"]
    assert card.panel.rows_button.isHidden()  # there is no evidence yet
    assert card.panel.value_button.property("kind") == "primary"
    card.acts.menu.actions()[-1].trigger()
    card.acts.menu.close()
    dialog = card.acts.dialog
    assert dialog is not None
    assert not dialog.yes.isEnabled()
    dialog.value.setText("11")
    dialog.evidence.setText("Calls")
    dialog.yes.click()
    qtbot.waitUntil(lambda: "outside the scale" in dialog.problem.text(), timeout=PATIENCE)
    dialog.value.setText("8.6")
    dialog.answers.setText("42")
    dialog.yes.click()

    def value() -> float | None:
        return next(row.result.value for row in card.pane.table.score.rows if row.kpi.id == "health")

    qtbot.waitUntil(lambda: value() == 8.6, timeout=PATIENCE)
    entry = known(qtbot, shell, operations.list_entries)[0]
    assert (entry.value, entry.n, entry.evidence, entry.period.key) == (8.6, 42, "Calls", "2025-Q4")
    assert card.panel.value_button.isVisibleTo(card.panel)
    assert not card.panel.rows_button.isHidden()


def test_a_value_is_typed_in_where_its_kpi_is_described(qtbot: QtBot, shell: FakeShell) -> None:
    goals = GoalsPage(shell)
    qtbot.addWidget(goals)
    goals.show()
    goals.open_kpi("health")
    goals.ask(shell.question)
    qtbot.waitUntil(lambda: goals.definition.entry is not None, timeout=PATIENCE)
    QTest.mouseClick(goals.definition.type_value, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: goals.acts.dialog is not None, timeout=PATIENCE)
    assert goals.acts.dialog is not None
    goals.acts.dialog.value.setText("8.6")
    goals.acts.dialog.evidence.setText("Calls")
    goals.acts.dialog.yes.click()
    qtbot.waitUntil(lambda: bool(known(qtbot, shell, operations.list_entries)), timeout=PATIENCE)
    entry = known(qtbot, shell, operations.list_entries)[0]
    assert (entry.kpi_id, entry.value, entry.period.key) == ("health", 8.6, "2025-Q4")
    goals.open_kpi("bookings")
    assert goals.definition.type_value.isHidden()


def test_the_panel_says_what_one_step_of_each_driver_would_bring(qtbot: QtBot, card: ScorecardPage) -> None:
    card.pane.table.setCurrentIndex(card.pane.table.score.index(0, 0))
    qtbot.waitUntil(lambda: card.panel.drivers.count() > 0, timeout=PATIENCE)
    drivers: Any = card.panel.drivers
    pairs = [drivers.itemAt(at).layout() for at in range(drivers.count()) if drivers.itemAt(at).layout() is not None]
    texts = [tuple(one.itemAt(at).widget().text() for at in range(one.count())) for one in pairs]
    # 12 deals decided, a quarter won at 5,000: a deal 1,250, a point 600, a per cent 150
    assert [words for words, _ in texts] == ["Deals decided +1", "Win rate +1 point", "Deal size +1%"]
    assert [change.lstrip("+$€") for _, change in texts] == ["1.25K", "600", "150"]
