"""Numbers for formulas, and the filters over the list of KPIs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.ui.pages.numbers import NumbersPage
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.editor_numbers import in_order, number_text, used_words
from kpidesk.ui.widgets.goal_filters import FIXED, Filter, filters_for, passes
from kpidesk.ui.widgets.goal_list import KpiList
from tests.ui.history import TODAY
from tests.ui.shell import FakeShell, fake_shell, until

pytestmark = pytest.mark.unstyled


@pytest.fixture
def shell(qtbot: QtBot, history_file: Path, tmp_path: Path) -> Iterator[FakeShell]:
    path = Path(shutil.copy(history_file, tmp_path / "history.kpidesk"))
    with fake_shell(lambda: operations.open_workspace(path, today=TODAY), close=operations.close) as made_shell:
        yield made_shell


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell) -> NumbersPage:
    made_page = NumbersPage(shell)
    qtbot.addWidget(made_page)
    shell.pages["numbers"] = made_page
    made_page.resize(1000, 600)
    made_page.show()
    made_page.activateWindow()
    until(qtbot, made_page.isActiveWindow)
    made_page.ask(None)
    until(qtbot, lambda: not shell.jobs.is_busy)
    return made_page


def test_a_number_is_set_in_its_line_and_a_wrong_one_refused_there(
    qtbot: QtBot, shell: FakeShell, page: NumbersPage
) -> None:
    assert page.state.text() == "1 number missing; 3 KPIs cannot be computed before it is set"
    field = page.table.fields["gross_margin"]
    field.setFocus()
    QTest.keyClicks(field, "lots")
    QTest.keyClick(field, Qt.Key.Key_Return)
    until(qtbot, lambda: bool(field.property("wrong")))
    problem = page.table._problems["gross_margin"]
    assert problem.text() == "'lots' is no number. Write for example gross_margin = 80%."
    field.selectAll()
    QTest.keyClicks(field, "80%")
    QTest.keyClick(field, Qt.Key.Key_Return)
    until(qtbot, lambda: ("announce", Change.SETTINGS) in shell.calls and not shell.jobs.is_busy)
    assert page.state.text() == "All numbers are set"
    assert page.view is not None
    assert [(one.name, one.value) for one in page.view.found if one.used_by] == [("gross_margin", 0.8)]
    assert page.table.fields["gross_margin"].text() == "80%"
    assert shell.toasts == ["gross_margin is set. 3 KPIs use it."]


def test_a_number_nothing_uses_yet_can_be_added(qtbot: QtBot, shell: FakeShell, page: NumbersPage) -> None:
    QTest.keyClicks(page.name, "Discount rate")
    QTest.keyClicks(page.value, "10%")
    QTest.keyClick(page.value, Qt.Key.Key_Return)
    until(qtbot, lambda: not page.problem.isHidden())
    assert page.problem.text().startswith("'Discount rate' cannot be the name")
    page.name.setText("discount_rate")
    QTest.keyClick(page.name, Qt.Key.Key_Return)
    until(qtbot, lambda: "discount_rate" in page.table.fields)
    assert page.problem.isHidden()
    assert page.name.text() == ""
    sizes = ["enterprise_deals_from", "small_deals_below"]
    assert list(page.table.fields) == ["gross_margin", "discount_rate", *sizes]  # what is missing comes first


@pytest.mark.parametrize(("value", "text"), [(None, ""), (0.8, "80%"), (1.5, "1.5"), (0.0, "0"), (-0.05, "-5%")])
def test_numbers_as_they_stand_in_their_field(value: float | None, text: str) -> None:
    assert number_text(value) == text


def test_who_uses_a_number_in_words() -> None:
    names = {"a": "Alpha", "b": "Beta", "c": "Gamma", "d": "Delta"}
    assert used_words((), names) == "No KPI uses it yet"
    assert used_words(("a", "b"), names) == "Alpha; Beta"
    assert used_words(("a", "b", "c", "d"), names) == "Alpha; Beta; Gamma and 1 more"


def test_what_is_missing_and_used_comes_first() -> None:
    made = operations.Parameter
    found = [made("a", 1.0, "", ("x",)), made("b", None, "", ()), made("c", None, "", ("x",))]
    assert [one.name for one in in_order(found)] == ["c", "a", "b"]


# --- filters over the list of KPIs -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def entries(history_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[operations.KpiEntry, ...]:
    path = Path(shutil.copy(history_file, tmp_path_factory.mktemp("entries")))
    ws = operations.open_workspace(path, today=TODAY)
    try:
        return operations.kpis(ws)
    finally:
        operations.close(ws)


def named(words: str) -> Filter:
    return next(one for one in FIXED if one.words == words)


def test_filters_of_one_matter_widen_and_of_two_narrow(entries: tuple[operations.KpiEntry, ...]) -> None:
    leading, lagging, rep = named("Leading"), named("Lagging"), named("For reps")
    found = [one for one in entries if passes(one, (leading, rep))]
    assert found
    assert all(one.kpi.indicator == "leading" and "rep" in one.kpi.levels for one in found)
    assert all(passes(one, (leading, lagging)) for one in entries)
    assert {one.words for one in filters_for(entries)} >= {"In use", "Computable from your data", "Dimension: outcome"}
    assert "Retired" not in {one.words for one in filters_for(entries)}


def test_a_filter_stands_as_a_chip_and_gives_way_to_the_kpi_wanted(
    qtbot: QtBot, entries: tuple[operations.KpiEntry, ...]
) -> None:
    made_list = KpiList(Theme())
    qtbot.addWidget(made_list)
    made_list.show()
    made_list.show_entries(entries, "win_rate")
    made_list.set_filters((named("In use"), named("Leading")))
    shown = [one.kpi for one in made_list.model.shown]
    assert shown
    assert {(one.status, one.indicator) for one in shown} == {("active", "leading")}
    assert made_list.count.whole_text() == f"{len(shown)} {'KPI' if len(shown) == 1 else 'KPIs'} found"
    chips = [made_list._flow.itemAt(at) for at in range(made_list._flow.count())]
    assert len(chips) == 2
    made_list.select("win_rate")  # a lagging KPI
    assert made_list.filters == ()
    assert made_list.model.rowCount() == len(entries)
    made_list.add_filter.click()
    popup = made_list.filter_list
    QTest.keyClicks(popup.field, "dimension: outc")
    QTest.keyClick(popup.field, Qt.Key.Key_Return)
    assert not popup.isVisible()
    assert [*made_list.filters] == [Filter("dimension", "outcome", "Dimension: outcome")]
