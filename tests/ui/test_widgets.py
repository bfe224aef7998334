"""The parts that pages are made of, used with keys and mouse."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyleOptionViewItem,
    QToolTip,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from kpidesk.core.people import ORG, UNASSIGNED, Scope
from kpidesk.core.periods import Period, parse_period, period_of
from kpidesk.core.progress import Progress
from kpidesk.core.reviews import AgendaItem
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.ui.pages import PAGES, in_rail
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import Segments, button, clear, icon_button
from kpidesk.ui.widgets.current_stack import CurrentStack
from kpidesk.ui.widgets.import_progress import ProgressCard, pace_words
from kpidesk.ui.widgets.page_parts import Column as PageColumn
from kpidesk.ui.widgets.page_parts import button as keyed_button
from kpidesk.ui.widgets.page_parts import say_on
from kpidesk.ui.widgets.pickers import GrainPicker, PeriodPicker, ScopePicker, regrained, scope_path
from kpidesk.ui.widgets.rail import Rail
from kpidesk.ui.widgets.receipt_model import Column, RecordModel, as_delimited
from kpidesk.ui.widgets.receipt_table import RecordTable, one_line
from kpidesk.ui.widgets.review_agenda import AgendaCard
from kpidesk.ui.widgets.review_parts import UndoKeys
from kpidesk.ui.widgets.top_bar import TopBar, age_words
from kpidesk.ui.widgets.type_ahead import Choice, TypeAhead, narrowed, width_for
from kpidesk.ui.widgets.wrapped_field import WrappedField
from tests.ui.samples import AS_OF, HOSTILE, QUARTER, SETTINGS, many_reps, organisation
from tests.ui.samples_data import LONG, RIGHT_TO_LEFT

PLAIN = Settings()


@pytest.fixture
def theme(qtbot: QtBot) -> Theme:
    made = Theme()
    made.apply()
    return made


def shown(qtbot: QtBot, widget: QWidget, width: int = 900, height: int = 500) -> None:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


def type_into(qtbot: QtBot, field: QWidget, text: str) -> None:
    """Key by key, also into a field that shows text already."""
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, text) if text else QTest.keyClick(field, Qt.Key.Key_Delete)


# --- buttons, choices, focus ------------------------------------------------------------------------------------


def test_one_choice_of_several_is_on(qtbot: QtBot, theme: Theme) -> None:
    choices = Segments((("Week", "w"), ("R&D", "r")), "Grain")
    shown(qtbot, choices, 200, 40)
    assert choices.value() is None
    with qtbot.waitSignal(choices.chosen) as told:
        QTest.mouseClick(choices.buttons()[1], Qt.MouseButton.LeftButton)
    assert told.args == ["r"]
    with qtbot.assertNotEmitted(choices.chosen):
        choices.set_value("w")
    assert (choices.value(), choices.buttons()[1].isChecked()) == ("w", False)
    choices.set_value("nowhere")
    assert choices.value() is None
    assert choices.buttons()[1].accessibleName() == "Grain R&D"


def test_choices_are_walked_with_the_arrow_keys(qtbot: QtBot, theme: Theme) -> None:
    choices = Segments((("A", 1), ("B", 2), ("C", 3)), "Letter")
    shown(qtbot, choices, 300, 40)
    choices.set_value(1)
    choices.buttons()[0].setFocus()
    told: list[object] = []
    choices.chosen.connect(told.append)
    for button_in_use in choices.buttons()[:2]:
        QTest.keyClick(button_in_use, Qt.Key.Key_Right)
    QTest.keyClick(choices.buttons()[2], Qt.Key.Key_Space)
    assert choices.value() == 3
    assert told[-1] == 3


def test_only_a_focus_that_came_by_key_is_ringed(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    first, second = QPushButton("First"), QPushButton("Second")
    for one in (first, second):
        column.addWidget(one)
    shown(qtbot, window, 200, 120)
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    first.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not first.property("kbfocus")
    QTest.keyClick(window, Qt.Key.Key_Tab)
    assert second.property("kbfocus") is True
    QTest.keyClick(window, Qt.Key.Key_Backtab)
    assert first.property("kbfocus") is True
    assert not second.property("kbfocus")
    second.setFocus(Qt.FocusReason.OtherFocusReason)
    first.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not first.property("kbfocus")
    assert not second.property("kbfocus")


def test_a_key_of_a_button_outlives_its_words(qtbot: QtBot, theme: Theme) -> None:
    done: list[int] = []
    made = keyed_button("&Import", lambda: done.append(1))
    shown(qtbot, made, 120, 40)
    say_on(made, "Import R&D")
    assert made.text() == "Import R&&D"
    QTest.keyClick(made, Qt.Key.Key_I, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: done == [1])
    assert "Alt+I" in made.toolTip()


def test_icon_buttons_have_a_name_and_follow_the_theme(qtbot: QtBot, theme: Theme) -> None:
    made = icon_button(theme, "x", "Close & go")
    shown(qtbot, made, 40, 40)
    before = made.icon().pixmap(18, 18).toImage()
    theme.set_dark(True)
    after = made.icon().pixmap(18, 18).toImage()
    theme.set_dark(False)
    assert made.accessibleName() == "Close & go"
    assert made.toolTip() == "<qt>Close &amp; go</qt>"
    assert before != after


def test_a_field_of_words_is_as_high_as_they_need_at_every_width(qtbot: QtBot, theme: Theme) -> None:
    holder, field = QWidget(), WrappedField(theme, "What you do when it is off track")
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    column.addWidget(field)
    column.addStretch(1)
    holder.resize(400, 200)
    holder.show()

    def height(width: int) -> int:
        holder.resize(width, 200)
        QApplication.processEvents()
        return field.height()

    lines = field.fontMetrics().lineSpacing()
    one = height(400)
    assert height(150) >= one + lines, "the hint has no room on a line"
    field.setText("When the win rate falls two periods running, coach the stage where deals are lost")
    assert (height(800), height(400)) == (one, one + lines)
    field.verticalScrollBar().setValue(1)
    assert field.verticalScrollBar().value() == 0, "its first line slipped away"


def test_clearing_a_layout_leaves_nothing(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    inner = QVBoxLayout()
    column.addWidget(button("One"))
    column.addLayout(inner)
    inner.addWidget(button("Two"))
    shown(qtbot, window, 100, 100)
    clear(column)
    assert column.count() == 0
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert window.findChildren(QPushButton) == []


@pytest.mark.parametrize(("centred", "left"), [(True, 224), (False, 24)])
def test_a_wide_column_spends_the_rest_on_its_margins(qtbot: QtBot, theme: Theme, centred: bool, left: int) -> None:
    column = PageColumn(widest=552, margins=(24, 0, 24, 0), centred=centred)
    shown(qtbot, column, 1000, 300)
    margins = column.column.contentsMargins()
    assert (margins.left(), 1000 - margins.left() - margins.right()) == (left, 552)
    column.resize(400, 300)
    assert column.column.contentsMargins().left() == 24


def test_what_is_in_a_column_stays_as_wide_when_a_scroll_bar_comes(qtbot: QtBot, theme: Theme) -> None:
    column, tall = PageColumn(margins=(24, 0, 24, 0)), QWidget()
    column.column.addWidget(tall)
    shown(qtbot, column, 400, 300)
    alone = tall.width()
    tall.setMinimumHeight(900)
    qtbot.waitUntil(column.verticalScrollBar().isVisible)
    assert (alone, tall.width()) == (352, 352)


# --- type-ahead and pickers -------------------------------------------------------------------------------------

CHOICES = tuple(
    Choice(text, text, detail) for text, detail in (("West", "team"), ("Anna West", "East"), ("East", "team"))
)


def test_narrowing_wants_every_word_and_puts_beginnings_first() -> None:
    assert [one.text for one in narrowed(CHOICES, "west")] == ["West", "Anna West"]
    assert [one.text for one in narrowed(CHOICES, "EAST anna")] == ["Anna West"]
    assert [one.text for one in narrowed(CHOICES, "  ")] == ["West", "Anna West", "East"]
    assert narrowed(CHOICES, "north") == []
    told = [Choice("Help: signals", 1, last=True), Choice("What stands out", 2, keywords="signals")]
    assert [one.value for one in narrowed(told, "signals")] == [2, 1]
    assert [one.value for one in narrowed(told, "help sig")] == [1]


def test_a_list_is_as_wide_as_its_longest_choice_within_limits(theme: Theme) -> None:
    short, long = (
        Choice("Bookings", 1),
        Choice("Annual revenue per account of customers won in the last year", 2, "team"),
    )
    assert width_for([short], theme) == width_for([], theme) == 360
    assert 360 < width_for([short, long], theme) < 560
    assert width_for([Choice("word " * 60, 3)], theme) == 560


def open_scope(qtbot: QtBot, theme: Theme, scope: Scope = ORG, reps: tuple[str, ...] = many_reps()) -> ScopePicker:
    picker = ScopePicker(theme)
    shown(qtbot, picker, 200, 36)
    picker.show_scope(scope, organisation(reps), SETTINGS, AS_OF)
    QTest.keyClick(picker, Qt.Key.Key_Space)
    qtbot.waitUntil(picker.popup.isVisible)
    return picker


def names(popup: TypeAhead) -> list[str]:
    return [one.text for one in popup.model.shown]


def test_a_team_is_found_by_typing_and_taken_with_enter(qtbot: QtBot, theme: Theme) -> None:
    picker = open_scope(qtbot, theme)
    assert names(picker.popup)[0] == "Northwind Sales"
    assert names(picker.popup)[-1] == "Unassigned"
    QTest.keyClicks(picker.popup.field, "west")
    assert names(picker.popup)[:2] == ["West", "West Coast"]
    QTest.keyClick(picker.popup.field, Qt.Key.Key_Down)
    with qtbot.waitSignal(picker.chosen) as told:
        QTest.keyClick(picker.popup.field, Qt.Key.Key_Return)
    assert told.args == [Scope("team", "West Coast", 3)]
    assert not picker.popup.isVisible()


def test_the_list_opens_on_what_is_in_force_and_escape_changes_nothing(qtbot: QtBot, theme: Theme) -> None:
    picker = open_scope(qtbot, theme, UNASSIGNED)
    current = picker.popup.list.currentIndex().row()
    assert names(picker.popup)[current] == "Unassigned"
    with qtbot.assertNotEmitted(picker.chosen):
        QTest.keyClick(picker.popup.field, Qt.Key.Key_Escape)
    assert not picker.popup.isVisible()


def test_a_mistyped_name_offers_the_nearest(qtbot: QtBot, theme: Theme) -> None:
    picker = open_scope(qtbot, theme, reps=("Anna Sellwood", "Boris Fay"))
    type_into(qtbot, picker.popup.field, "Ana Selwod")
    assert picker.popup.nothing.isVisible()
    assert "Anna Sellwood" in names(picker.popup)
    with qtbot.waitSignal(picker.chosen) as told:
        QTest.keyClick(picker.popup.field, Qt.Key.Key_Return)
    assert told.args[0].name == "Anna Sellwood"


def test_a_name_like_no_other_finds_nothing_and_enter_does_nothing(qtbot: QtBot, theme: Theme) -> None:
    picker = open_scope(qtbot, theme)
    type_into(qtbot, picker.popup.field, "qqqqqq")
    assert (names(picker.popup), picker.popup.nothing.isVisible()) == ([], True)
    with qtbot.assertNotEmitted(picker.chosen):
        QTest.keyClick(picker.popup.field, Qt.Key.Key_Return)
    QTest.keyClick(picker.popup.field, Qt.Key.Key_Escape)


def test_a_click_takes_a_rep(qtbot: QtBot, theme: Theme) -> None:
    picker = open_scope(qtbot, theme, reps=("Anna Sellwood", *HOSTILE))
    at = names(picker.popup).index(HOSTILE[0])
    place = picker.popup.list.visualRect(picker.popup.model.index(at)).center()
    with qtbot.waitSignal(picker.chosen) as told:
        QTest.mouseClick(picker.popup.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args[0].name == HOSTILE[0]


def test_the_scope_button_says_where_a_rep_stands(qtbot: QtBot, theme: Theme) -> None:
    rep = Scope("rep", "Cecily Lambton", 12)  # in West Coast, which is in West
    assert scope_path(rep, organisation(), SETTINGS, AS_OF) == (
        "Northwind Sales", "West", "West Coast", "Cecily Lambton",
    )  # fmt: skip
    picker = ScopePicker(theme)
    shown(qtbot, picker, 200, 36)
    picker.show_scope(rep, organisation(), SETTINGS, AS_OF)
    assert picker.accessibleName() == "Scope: Northwind Sales ▸ West ▸ West Coast ▸ Cecily Lambton"
    picker.show_scope(Scope("rep", LONG, 99), organisation(), SETTINGS, AS_OF)
    assert "…" in picker.text()


def period_picker(qtbot: QtBot, theme: Theme, period: Period = QUARTER) -> PeriodPicker:
    picker = PeriodPicker(theme)
    shown(qtbot, picker, 260, 40)
    picker.show_period(period, SETTINGS, AS_OF)
    return picker


@pytest.mark.parametrize(("side", "label"), [("before", "Q2 2026"), ("after", "Q4 2026")])
def test_the_arrows_step_one_period(qtbot: QtBot, theme: Theme, side: str, label: str) -> None:
    picker = period_picker(qtbot, theme)
    with qtbot.waitSignal(picker.chosen) as told:
        QTest.mouseClick(getattr(picker, side), Qt.MouseButton.LeftButton)
    assert told.args[0].label == label


def test_the_calendar_ends_quietly(qtbot: QtBot, theme: Theme) -> None:
    picker = period_picker(qtbot, theme, period_of(date(1, 1, 5), "month", PLAIN))
    with qtbot.assertNotEmitted(picker.chosen):
        picker.step(-1)


def test_a_period_is_typed_as_on_the_command_line(qtbot: QtBot, theme: Theme) -> None:
    picker = period_picker(qtbot, theme)
    QTest.mouseClick(picker.name, Qt.MouseButton.LeftButton)
    assert names(picker.popup)[:3] == ["Q1 2027", "Q4 2026", "Q3 2026"]
    details = {one.text: one.detail for one in picker.popup.model.shown}
    assert (details["Q4 2026"], details["Q3 2026"], details["Q2 2026"]) == ("no data yet", "running", "")
    QTest.keyClicks(picker.popup.field, "2017-W14")
    assert names(picker.popup) == ["W14 2017"]
    with qtbot.waitSignal(picker.chosen) as told:
        QTest.keyClick(picker.popup.field, Qt.Key.Key_Return)
    assert told.args == [parse_period("2017-W14", SETTINGS, AS_OF)]


@pytest.mark.parametrize("compact", [False, True])
def test_the_grain_is_changed_in_both_forms(qtbot: QtBot, theme: Theme, compact: bool) -> None:
    picker = GrainPicker()
    shown(qtbot, picker, 400, 40)
    picker.set_compact(compact)
    picker.set_grain("quarter")
    with qtbot.waitSignal(picker.chosen) as told:
        if compact:
            QTest.keyClick(picker.combo, Qt.Key.Key_Up)
        else:
            QTest.mouseClick(picker.segments.buttons()[1], Qt.MouseButton.LeftButton)
    assert told.args == ["month"]


def test_another_grain_keeps_to_the_days_that_are_known() -> None:
    year = parse_period("2026", PLAIN, AS_OF)
    assert regrained(year, "quarter", PLAIN, AS_OF).label == "Q3 2026"  # not Q4: nothing is known of it
    assert regrained(year, "month", PLAIN, date(2027, 3, 1)).label == "Dec 2026"
    assert regrained(QUARTER, "year", PLAIN, AS_OF).label == "2026"


# --- rail and top bar -------------------------------------------------------------------------------------------


def test_the_rail_is_used_by_keys(qtbot: QtBot, theme: Theme) -> None:
    rail = Rail(theme, PAGES)
    shown(qtbot, rail, 212, 500)
    rail.show_page("scorecard")
    buttons = [one for one in rail.findChildren(QPushButton) if one.isCheckable()]
    assert [one.accessibleName() for one in buttons] == [page.title for page in PAGES]
    assert [one.isChecked() for one in buttons] == [page.page_id == "scorecard" for page in PAGES]
    buttons[-1].setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(rail.chosen) as told:
        QTest.keyClick(buttons[-1], Qt.Key.Key_Space)
    assert told.args == ["data"]
    rail.show_page("receipt")
    assert not any(one.isChecked() for one in buttons)
    with qtbot.waitSignal(rail.dark_wanted) as dark:
        QTest.mouseClick(rail.dark, Qt.MouseButton.LeftButton)
    assert dark.args == [True]


def test_what_is_most_asked_for_stands_in_the_rail_below_its_page(qtbot: QtBot, theme: Theme) -> None:
    rail = Rail(theme, in_rail())
    shown(qtbot, rail, 212, 700)
    words = {one.accessibleName(): one for one in rail.findChildren(QPushButton)}
    below = {"Why": "Scorecard", "Forecast": "Pipeline", "What is due": "Reviews", "Targets": "KPIs & targets",
             "Data hygiene": "Data"}  # fmt: skip
    for inner, top in below.items():
        assert list(words).index(inner) == list(words).index(top) + 1
    assert words["Forecast"].iconSize().width() < words["Pipeline"].iconSize().width()
    assert "Ctrl+3" in words["Pipeline"].toolTip()
    assert "Ctrl+Shift+F" in words["Forecast"].toolTip()
    rail.show_page("forecast")
    assert [name for name, one in words.items() if one.isChecked()] == ["Forecast"]
    with qtbot.waitSignal(rail.find_wanted):
        words["Find anything"].click()


def test_the_age_of_the_data_is_said_in_words() -> None:
    assert age_words(date(2026, 11, 23), 0) == "Data as of 23 Nov 2026, today"
    assert age_words(date(2026, 11, 23), 1) == "Data as of 23 Nov 2026, 1 day old"
    assert age_words(date(2026, 11, 23), 12) == "Data as of 23 Nov 2026, 12 days old"
    assert age_words(None, None) == "No data yet"


def test_the_bar_asks_for_what_was_picked_and_keeps_the_rest(qtbot: QtBot, theme: Theme) -> None:
    bar = TopBar(theme)
    shown(qtbot, bar, 1100, 80)
    team = Scope("team", "West", 2)
    bar.show_question(Question(QUARTER, team), organisation(), SETTINGS, AS_OF, 9)
    assert bar.age.whole_text() == "Data as of 14 Sep 2026, 9 days old"
    acts: tuple[tuple[Callable[[], None], str, Scope], ...] = (
        (bar.period.before.click, "Q2 2026", team),
        (lambda: bar.scope.chosen.emit(ORG), "Q3 2026", ORG),
        (bar.grain.segments.buttons()[3].click, "2026", team),
    )
    for act, label, scope in acts:
        with qtbot.waitSignal(bar.asked) as told:
            act()
        assert (told.args[0].period.label, told.args[0].scope) == (label, scope)


# --- tables of records ------------------------------------------------------------------------------------------

Pair = tuple[str, float]
PAIRS: tuple[Pair, ...] = (("beta", 2.0), ("", 10.0), ("Alpha", float("nan")), ("=cmd()", -1.0))
PAIR_COLUMNS: tuple[Column[Pair], ...] = (
    Column("Name", lambda one: one[0], strong=True),
    Column("Size", lambda one: f"{one[1]:g}", lambda one: one[1], right=True),
)


def pairs() -> RecordModel[Pair]:
    model = RecordModel(PAIR_COLUMNS)
    model.show_rows(PAIRS)
    return model


def test_the_model_keeps_the_rules_of_qt(qtbot: QtBot) -> None:
    model = pairs()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for column in (0, 1, -1):
        for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
            model.sort(column, order)
    model.keep([True, False, True, True], "a")
    model.show_rows(PAIRS * 3)
    del tester


@pytest.mark.parametrize(
    ("column", "down", "expected"),
    [
        (0, False, ["=cmd()", "Alpha", "beta", ""]),
        (0, True, ["beta", "Alpha", "=cmd()", ""]),  # what has no value comes last either way
        (1, False, ["=cmd()", "beta", "", "Alpha"]),
        (1, True, ["", "beta", "=cmd()", "Alpha"]),
        (-1, False, ["beta", "", "Alpha", "=cmd()"]),
    ],
)
def test_sorting_puts_what_is_missing_last(column: int, down: bool, expected: list[str]) -> None:
    model = pairs()
    model.sort(column, Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder)
    assert [one[0] for one in model.records()] == expected


def test_a_selected_row_is_followed_through_sorting_and_a_filter_is_lifted_by_new_rows() -> None:
    model = pairs()
    kept = QPersistentModelIndex(model.index(0, 0))
    model.sort(0)
    assert model.record(kept.row())[0] == "beta"
    model.keep(None, "ALP")
    assert [one[0] for one in model.records()] == ["Alpha"]
    model.show_rows(PAIRS)
    assert model.rowCount() == 4
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.data(QModelIndex()) is None


def test_what_is_copied_can_be_pasted_into_a_spreadsheet_without_running() -> None:
    rows: list[Pair] = [("=cmd|' /C calc'!A0", 1.0), ("-5", 2.0), ("+x", 3.0), ('a "b"\tc\nd', 4.0), ("x,y", 5.0)]
    tabbed = as_delimited(PAIR_COLUMNS, rows).splitlines()
    assert tabbed == ["Name\tSize", "'=cmd|' /C calc'!A0\t1", "-5\t2", "'+x\t3", 'a "b" c d\t4', "x,y\t5"]
    back = list(csv.reader(io.StringIO(as_delimited(PAIR_COLUMNS, rows, ","))))
    assert back[4] == ['a "b"\tc\nd', "4"]
    assert back[5] == ["x,y", "5"]


def table_of(qtbot: QtBot, theme: Theme, model: RecordModel[Pair]) -> RecordTable:
    table = RecordTable(model, theme, name="Pairs", stretch=(0,), empty="Nothing here.")
    shown(qtbot, table, 500, 220)
    return table


def test_a_header_click_sorts_up_down_and_back(qtbot: QtBot, theme: Theme) -> None:
    table = table_of(qtbot, theme, pairs())
    header = table.horizontalHeader()
    place = header.viewport().rect().center()
    place.setX(header.sectionViewportPosition(1) + 20)
    seen = []
    for _ in range(3):
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
        seen.append(table.records.record(0)[0])
    assert seen == ["=cmd()", "", "beta"]
    table.grab()


def test_ctrl_c_copies_the_selected_rows_under_their_titles(qtbot: QtBot, theme: Theme) -> None:
    table = table_of(qtbot, theme, pairs())
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Name\tSize\nbeta\t2\n\t10\n"
    table.clearSelection()
    assert table.copy() == 4
    assert table.copy(everything=True) == 4


def test_the_focus_of_a_table_is_seen_and_tab_leaves_it(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    table, after = RecordTable(pairs(), theme, name="Pairs"), QLineEdit()
    for one in (table, after):
        column.addWidget(one)
    shown(qtbot, window, 400, 260)
    after.setFocus()
    without = table.grab().toImage()
    table.setFocus(Qt.FocusReason.TabFocusReason)
    assert table.currentIndex().row() == 0
    assert table.selectionModel().selectedRows() == []
    assert table.grab().toImage() != without
    QTest.keyClick(table, Qt.Key.Key_Tab)
    assert after.hasFocus()


def test_a_stack_asks_for_the_room_of_what_it_shows(qtbot: QtBot) -> None:
    stack, large, small = CurrentStack(), QWidget(), QWidget()
    qtbot.addWidget(stack)
    for widget, high in ((large, 600), (small, 80)):
        QVBoxLayout(widget).addSpacing(high)
        stack.addWidget(widget)
    large_first = stack.minimumSizeHint().height()
    stack.setCurrentWidget(small)
    assert large_first - stack.minimumSizeHint().height() == 520


@pytest.mark.parametrize(("right", "last"), [(False, True), (True, False)])
def test_spare_width_lies_behind_words_and_tears_no_numbers_apart(
    qtbot: QtBot, theme: Theme, right: bool, last: bool
) -> None:
    columns: tuple[Column[Pair], ...] = (
        Column("Name", lambda one: one[0]),
        Column("Number", lambda one: str(one[1]), right=right),
    )
    table = RecordTable(RecordModel(columns), theme, name="Pairs")
    shown(qtbot, table, 900, 220)
    table.records.show_rows([("alpha", 1)])
    first, second = (table.columnWidth(at) for at in (0, 1))
    assert first + second == pytest.approx(table.viewport().width(), abs=2)
    assert (second > 3 * first) is last


def test_an_empty_table_says_so(qtbot: QtBot, theme: Theme) -> None:
    model = pairs()
    table = table_of(qtbot, theme, model)
    model.show_rows(())
    words = table.grab().toImage()
    table.empty = ""
    assert table.grab().toImage() != words


def test_stretching_columns_share_the_room_and_never_vanish(qtbot: QtBot, theme: Theme) -> None:
    table = table_of(qtbot, theme, pairs())
    assert table.columnWidth(0) + table.columnWidth(1) == table.viewport().width()
    table.resize(120, 200)
    assert table.columnWidth(0) == 110


def test_a_hundred_thousand_rows_are_sorted_found_and_scrolled_without_a_widget_each(
    qtbot: QtBot, theme: Theme
) -> None:
    model = RecordModel(PAIR_COLUMNS)
    rows = [(f"deal {at * 7919 % 100_003}", float(at * 31 % 9973)) for at in range(100_000)]
    began = time.perf_counter()
    model.show_rows(rows)
    table = table_of(qtbot, theme, model)
    widgets = len(table.findChildren(QWidget))
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert [one[1] for one in model.records()] == sorted((one[1] for one in rows), reverse=True)
    model.keep(None, "deal 77777")
    assert [one[0] for one in model.records()] == ["deal 77777"]
    model.keep(None)
    for at in (0, 50_000, 99_999):
        table.scrollTo(model.index(at, 0))
        table.grab()
    assert len(table.findChildren(QWidget)) == widgets
    assert time.perf_counter() - began < 6


def test_text_from_files_stays_on_its_line_and_reads_in_its_own_direction() -> None:
    assert one_line("two\nlines\tand a tab") == "two lines and a tab"
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in one_line(RIGHT_TO_LEFT)
    assert one_line(RIGHT_TO_LEFT).startswith("שלום עולם")


# --- progress ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "total", "seconds", "words"),
    [
        (40_000, 100_000, 2.0, "40,000 of 100,000 rows · 20,000 rows/s · 3 s left"),
        (1_000, 1_000_000, 1.0, "1,000 of 1,000,000 rows · 1,000 rows/s · 17 min left"),
        (500, 0, 0.1, "500 rows"),
        (1, 0, 5.0, "1 row"),
    ],
)
def test_progress_says_how_fast_and_how_long(done: int, total: int, seconds: float, words: str) -> None:
    assert pace_words(done, total, seconds) == words


def test_cancel_is_pressed_once(qtbot: QtBot, theme: Theme) -> None:
    card = ProgressCard()
    shown(qtbot, card, 700, 300)
    card.start("Importing deals.csv")
    card.show_step(Progress(30, 120, "30 rows read"))
    assert card.bar.value() == 250
    assert card.detail.whole_text() == "30 of 120 rows"
    card.show_step(Progress(1, 2, "Cleaning up"))
    assert card.detail.whole_text() == "Cleaning up"
    with qtbot.waitSignal(card.cancelled):
        QTest.mouseClick(card.cancel, Qt.MouseButton.LeftButton)
    assert (card.cancel.isEnabled(), card.cancel.text()) == (False, "Cancelling…")
    assert (card.bar.maximum(), card.detail.whole_text()) == (0, "Taking back what was written so far…")
    card.start("Importing deals.csv")
    assert (card.cancel.isEnabled(), card.cancel.text()) == (True, "Cancel")


def test_a_tool_tip_shows_the_whole_of_a_cell_that_is_cut(qtbot: QtBot, theme: Theme) -> None:
    model = RecordModel(PAIR_COLUMNS)
    model.show_rows([(HOSTILE[1] * 9, 1.0)])
    table = table_of(qtbot, theme, model)
    index = model.index(0, 0)
    place = table.visualRect(index).center()
    event = QHelpEvent(QEvent.Type.ToolTip, place, table.viewport().mapToGlobal(place))
    QTimer.singleShot(0, QToolTip.hideText)
    table.itemDelegate().helpEvent(event, table, QStyleOptionViewItem(), index)
    assert QToolTip.text().startswith("<qt>&lt;img")
    assert "<img" not in QToolTip.text()


def test_an_agenda_writes_whose_points_they_are_as_they_are_called(qtbot: QtBot) -> None:
    card = AgendaCard(Theme(), UndoKeys())
    qtbot.addWidget(card)
    card.show_items((AgendaItem("Second reference", "rep"), AgendaItem("Holidays", "manager")), "Mei-Lin Zhao",
                    read_only=True)  # fmt: skip
    said = [label.text() for label in card.findChildren(QLabel) if label.text().startswith("From ")]
    assert said == ["From Mei-Lin", "From me"]
