"""The grid of targets by keyboard and clipboard: it collects what is typed and writes nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from kpidesk.core.amount_text import plain_text
from kpidesk.core.goals import Target
from kpidesk.core.kpis import Unit
from kpidesk.core.people import ORG
from kpidesk.core.target_grid import EditPlan, GoalChange, GridProblem
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.target_bar import PendingBar
from kpidesk.ui.widgets.target_table import TargetTable
from kpidesk.ui.widgets.target_text import (
    Key,
    block_of,
    exact_text,
    grid_csv,
    pending_of,
    pending_words,
    shown_lines,
    with_typed,
)
from tests.ui.samples import QUARTER
from tests.ui.samples_targets import ANN, BO, BOOKINGS, CLOSED, CY, NORTH, SOUTH, goal, grid

Wanted = list[dict[Key, str]]
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def table(qtbot: QtBot) -> TargetTable:
    made = TargetTable(Theme())
    qtbot.addWidget(made)
    made.resize(760, 420)
    made.show_grid(grid(), "USD")
    made.show()
    made.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    return made


@pytest.fixture
def wanted(table: TargetTable) -> Wanted:
    told: Wanted = []
    table.wanted.connect(told.append)
    return told


def at(table: TargetTable) -> tuple[str, str]:
    """Where one is: line and KPI."""
    index = table.currentIndex()
    line, about = table.cells.line(index.row()), table.cells.kpi(index.column())
    assert line is not None
    assert about is not None
    return line.name, about.name


def editor(table: TargetTable) -> QLineEdit:
    return next(one for one in table.findChildren(QLineEdit) if one.isVisible())


def type_text(table: TargetTable, text: str) -> None:
    QTest.keyClicks(table, text[0])
    QTest.keyClicks(editor(table), text[1:])


def paste(table: TargetTable, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    QTest.keyClick(table, Qt.Key.Key_V, CONTROL)


def test_what_is_not_shared_out_stands_below_its_parent(table: TargetTable) -> None:
    names = [one.line.name for one in shown_lines(grid())]
    assert names[:3] == ["Northwind Sales", "Not shared out", "Every AE"]
    assert len(names) == 8  # North adds up and has no such line
    words = table.cells.words(1, 0)
    assert (words.text, words.note, words.about) == ("$120K", "left over", "Not shared out: $120K")
    spoken = table.cells.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Not shared out: $120K" in spoken  # the line itself cannot be gone to


def test_arrows_pass_the_line_of_what_is_left(table: TargetTable) -> None:
    assert at(table) == ("Northwind Sales", "Bookings")
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert at(table) == ("Every AE", "Bookings")
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert at(table) == ("North", "Bookings")
    QTest.keyClick(table, Qt.Key.Key_Return, SHIFT)
    QTest.keyClick(table, Qt.Key.Key_Return, SHIFT)
    assert at(table) == ("Northwind Sales", "Bookings")
    QTest.keyClick(table, Qt.Key.Key_Tab)
    assert at(table) == ("Northwind Sales", "Win rate")


def test_typing_starts_in_an_empty_field_and_enter_keeps_it(table: TargetTable, wanted: Wanted) -> None:
    table.go_to((ANN, "bookings"))
    type_text(table, "320k")
    assert editor(table).text() == "320k"
    QTest.keyClick(editor(table), Qt.Key.Key_Return)
    assert wanted == [{(ANN, "bookings"): "320k"}]
    assert at(table) == ("Bo Dahl", "Bookings")


def test_tab_keeps_the_text_and_goes_right(table: TargetTable, wanted: Wanted) -> None:
    table.go_to((ANN, "bookings"))
    type_text(table, "310000")
    QTest.keyClick(editor(table), Qt.Key.Key_Tab)
    assert wanted[0] == {(ANN, "bookings"): "310000"}
    assert at(table) == ("Ann Lee", "Win rate")


def test_f2_shows_the_whole_number_and_escape_leaves_it(table: TargetTable, wanted: Wanted) -> None:
    table.go_to((NORTH, "bookings"))
    QTest.keyClick(table, Qt.Key.Key_F2)
    assert editor(table).text() == "600,000"
    QTest.keyClicks(editor(table), "1")
    QTest.keyClick(editor(table), Qt.Key.Key_Escape)
    QTest.keyClick(table, Qt.Key.Key_F2)
    QTest.keyClick(editor(table), Qt.Key.Key_Return)  # as it was: nothing typed
    assert wanted == []


def test_delete_takes_an_own_target_away_and_what_was_typed_back(table: TargetTable, wanted: Wanted) -> None:
    table.go_to((ANN, "bookings"))
    QTest.keyClick(table, Qt.Key.Key_Delete)
    table.go_to((ANN, "win_rate"))  # that of North: not Ann's to take away
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert wanted == [{(ANN, "bookings"): "-"}]
    table.show_pending({(ANN, "bookings"): "5"}, None)
    table.go_to((ANN, "bookings"))
    QTest.keyClick(table, Qt.Key.Key_Delete)
    assert wanted[-1] == {(ANN, "bookings"): ""}


def test_a_block_is_copied_without_the_line_of_what_is_left(table: TargetTable) -> None:
    table.setCurrentIndex(table.cells.index(0, 0))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        QTest.keyClick(table, key, SHIFT)
    QTest.keyClick(table, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "1200000\t\n\t\n600000\t30%\n"


def test_a_block_from_a_spreadsheet_lies_on_the_lines_below(table: TargetTable, wanted: Wanted) -> None:
    table.setCurrentIndex(table.cells.index(0, 0))
    paste(table, "$1,300,000.50\t31%\r\n\t\r\n650\u00a0000 USD\tabc\r\n")
    assert wanted == [
        {
            (ORG, "bookings"): "1300000.50",
            (ORG, "win_rate"): "31%",
            (NORTH, "bookings"): "650000",
            (NORTH, "win_rate"): "abc",
        }
    ]


def test_one_copied_cell_fills_what_is_selected(table: TargetTable, wanted: Wanted) -> None:
    table.go_to((ANN, "win_rate"))
    QTest.keyClick(table, Qt.Key.Key_Down, SHIFT)
    paste(table, "33%")
    assert wanted == [{(ANN, "win_rate"): "33%", (BO, "win_rate"): "33%"}]


def test_a_block_that_does_not_fit_is_not_pasted_in_part(table: TargetTable, wanted: Wanted) -> None:
    told: list[str] = []
    table.refused.connect(told.append)
    table.go_to((CY, "bookings"))
    paste(table, "1\n2\n3\n")
    assert wanted == []
    assert told == ["The block is larger than the grid here: 2 of its cells have no place."]


def test_a_closed_period_can_be_copied_but_not_typed_into(qtbot: QtBot, table: TargetTable, wanted: Wanted) -> None:
    table.show_grid(grid(closed=CLOSED), "USD")
    told: list[str] = []
    table.refused.connect(told.append)
    QTest.keyClicks(table, "5")
    QTest.keyClick(table, Qt.Key.Key_F2)
    QTest.keyClick(table, Qt.Key.Key_Delete)
    paste(table, "5")
    assert wanted == []
    assert told == [CLOSED, CLOSED, "1 of the cells are closed. Nothing was pasted."]
    assert not [one for one in table.findChildren(QLineEdit) if one.isVisible()]


PLAN = EditPlan(
    QUARTER,
    (
        GoalChange(goal(ANN, BOOKINGS), Target("bookings", ANN, QUARTER, 270_000, 320_000, 370_000)),
        GoalChange(goal(SOUTH, BOOKINGS), None),
    ),
    (GridProblem(BO, "win_rate", "Bo Dahl", "Win rate", "abc", "'abc' is not a number.", "Write for example 25%."),),
)
PENDING = {(ANN, "bookings"): "320k", (SOUTH, "bookings"): "-", (BO, "win_rate"): "abc"}


def test_the_tool_tip_of_a_cell_tells_its_three_numbers_unrounded(table: TargetTable) -> None:
    def tip(row: int, column: int) -> str:
        return str(table.cells.index(row, column).data(Qt.ItemDataRole.ToolTipRole))

    assert "set for this one: minimum $250,000.00, target $300,000.00, stretch $350,000.00" in tip(4, 0)
    assert "that of North: this KPI has one value for all: minimum 25%, target 30%, stretch 34%" in tip(4, 1)
    assert "no target" in tip(0, 1)
    assert "; baseline $250,000.00, your last whole quarters, taken together" in tip(4, 0)


def test_pending_cells_say_what_they_were_and_what_is_wrong(table: TargetTable) -> None:
    table.show_pending(PENDING, PLAN)

    def words(row: int, column: int) -> tuple[str, str, bool]:
        found = table.cells.words(row, column)
        return found.text, found.note, bool(found.problem)

    assert words(4, 0) == ("$320K", "was $300K", False)
    assert words(5, 1) == ("abc", "'abc' is not a number.", True)
    assert words(6, 0) == ("taken away", "was $480K", False)
    tip = str(table.cells.index(4, 0).data(Qt.ItemDataRole.ToolTipRole))
    assert "minimum $270,000.00, target $320,000.00, stretch $370,000.00; baseline $250,000.00, your last" in tip
    assert pending_words(PENDING, PLAN) == "2 changes, 1 problem"


def test_the_bar_lists_a_problem_with_its_place_and_leads_to_it(qtbot: QtBot) -> None:
    bar = PendingBar(Theme())
    qtbot.addWidget(bar)
    bar.show()
    bar.show_pending(PENDING, PLAN)
    assert not bar.save.isEnabled()
    (words,) = [one.whole_text() for one in bar.list.findChildren(PlainLabel)]
    assert words == "Bo Dahl, Win rate: 'abc' is not a number. Write for example 25%."
    (made,) = bar.list.findChildren(QPushButton)
    with qtbot.waitSignal(bar.place_wanted) as told:
        made.click()
    assert told.args == [(BO, "win_rate")]
    bar.show_pending({}, None)
    assert not bar.save.isVisible()


def test_what_was_worked_out_elsewhere_is_typed_in_full() -> None:
    third = Target("bookings", ANN, QUARTER, 1 / 3, 1234567.89, 2_000_000)
    low, aim, high = exact_text(third).split("/")
    assert [float(one) for one in (low, aim, high)] == pytest.approx([1 / 3, 1234567.89, 2_000_000])
    assert pending_of(PLAN.changes) == {(ANN, "bookings"): "270000/320000/370000", (SOUTH, "bookings"): "-"}
    assert with_typed({(ANN, "x"): "1"}, {(ANN, "x"): "", (BO, "x"): "2"}) == {(BO, "x"): "2"}


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("1\t2\r\n3\t4\r\n", (("1", "2"), ("3", "4"))),
        ('"1\n2"\t3', (("1 2", "3"),)),
        ('"say ""30 %"""\t"a\tb"\n7', (('say "30 %"', "a b"), ("7",))),
        ("1\n\n2\n\n\n", (("1",), ("",), ("2",))),
        ("", ()),
    ],
)
def test_blocks_are_read_as_spreadsheets_write_them(text: str, block: tuple[tuple[str, ...], ...]) -> None:
    assert block_of(text) == block


def test_the_file_has_a_line_for_each_scope_and_full_numbers() -> None:
    lines = grid_csv(grid()).splitlines()
    assert lines[0] == "For,Bookings,Win rate,Sales cycle"
    assert lines[4] == "Ann Lee,300000,30%,55"


@pytest.mark.parametrize(
    ("text", "unit", "currency", "read"),
    [
        ("$1,200,000", "money", "USD", "1200000"),
        ("€ 1.200.000,50", "money", "EUR", "1200000.50"),
        ("1.200.000,50 €", "money", "EUR", "1200000.50"),
        ("CHF 1'200'000", "money", "CHF", "1200000"),
        ("C\u00a01", "money", "EUR", "C\u00a01"),
        ("€ 650.000", "money", "EUR", "650000"),
        ("€650", "money", "USD", "€650"),  # another currency is another number
        ("$650", "money", "CAD", "650"),
        ("0.250", "percent", "USD", "0.250"),
        ("25,5%", "percent", "EUR", "25.5%"),
        ("25", "percent", "EUR", "25%"),
        ("1.2", "percent", "EUR", "1.2"),
        ("1,200", "days", "USD", "1200"),
        ("62,5", "days", "EUR", "62.5"),
        ("+10 %", "money", "USD", "+10%"),
        ("1.2m", "money", "USD", "1.2m"),
        ("$100 / $120 / $140", "money", "USD", "100/120/140"),
        ("-", "money", "USD", "-"),
        ("0.001", "money", "USD", "0.001"),
        ("12.11.2026", "money", "USD", "12.11.2026"),  # a day in a pasted block is no amount
        ("1,23,456", "money", "INR", "123456"),
        ("1,2,3.4,5", "money", "USD", "1,2,3.4,5"),  # no number at all: left for the refusal
    ],
)
def test_numbers_are_read_as_spreadsheets_show_them(text: str, unit: Unit, currency: str, read: str) -> None:
    assert plain_text(text, unit, currency) == read
