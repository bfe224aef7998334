"""The calendar of what is due, as a person drives it: read, prepared, opened, and made due more or less often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.cadences import Due, LastMet, LeftOut, ReviewCalendar
from kpidesk.core.meetings import Action
from kpidesk.core.people import ORG, Scope
from kpidesk.core.settings import Settings
from kpidesk.ui.pages.calendar import CalendarPage
from kpidesk.ui.pages.reviews import ReviewsPage
from kpidesk.ui.widgets.meeting_cadence import CadenceDialog
from kpidesk.ui.widgets.meeting_loading import CalendarView
from tests.operations.rhythm import FEB, MONDAY, build
from tests.operations.support import NAME
from tests.ui.shell import FakeShell, fake_shell, settle, told

pytestmark = pytest.mark.unstyled

ANN, BO, NORTH = Scope("rep", "Ann Lee", 1), Scope("rep", "Bo Dahl", 2), Scope("team", "North", 1)
SUNDAY, NEXT = date(2026, 3, 8), date(2026, 3, 15)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("company"))


@pytest.fixture
def shell(company: Path, tmp_path: Path) -> Iterator[FakeShell]:
    file = tmp_path / NAME
    file.write_bytes((company / NAME).read_bytes())
    with fake_shell(lambda: operations.open_workspace(file, today=MONDAY), close=operations.close) as made:
        yield made


@pytest.fixture
def bare() -> Iterator[FakeShell]:
    """A shell without a workspace, for what is made up."""
    with fake_shell() as made:
        yield made


def shown(qtbot: QtBot, shell: FakeShell) -> CalendarPage:
    made = CalendarPage(shell)
    qtbot.addWidget(made)
    shell.pages["calendar"] = made
    made.resize(1068, 714)
    made.show()
    return made


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell) -> CalendarPage:
    made = shown(qtbot, shell)
    made.ask(None)
    settle(qtbot, made)
    return made


def rows(table: Any) -> list[list[str]]:
    """The texts of a table, as shown."""
    model = table.records
    return [[column.text(record) for column in model.columns] for record in model.records()]


def pick(page: CalendarPage, title: str, whose: str) -> Due:
    """Put the cursor on a line of what is overdue."""
    every = page.late.table.records.records()
    at = next(at for at, one in enumerate(every) if (one.title, one.whose) == (title, whose))
    page.late.table.setFocus()
    page.late.table.setCurrentIndex(page.late.table.records.index(at, 0))
    found: Due = every[at]
    return found


# --- what is read -------------------------------------------------------------------------------------------------


def made_up() -> CalendarView:
    """Two things late, one due today, one next week, and somebody left out."""
    late = Due("one_on_one", "One-on-one", ANN, "Ann Lee", date(2026, 2, 21), "two_weeks", date(2026, 2, 7), 9)
    never = Due("kpi:win_rate", "Win rate", ORG, "Sales", date(2026, 2, 27), "week", None, 3, own=True)
    today = Due("weekly", "Weekly team review", NORTH, "North", MONDAY, "week", date(2026, 2, 23), draft=7)
    ahead = Due("one_on_one", "One-on-one", BO, "Bo Dahl", date(2026, 3, 10), "two_weeks", note="away until 6 Mar 2026")
    met = LastMet("one_on_one", "One-on-one", ANN, "Ann Lee", date(2026, 2, 7), "two_weeks")
    gone = LeftOut(Scope("rep", "Dan Old", 4), "Dan Old", "left on 15 Jan 2026")
    found = ReviewCalendar(MONDAY, NEXT, (late, never), (today, ahead), (met,), (gone,))
    return CalendarView(found, SUNDAY, NEXT, 1, Settings(), FEB)


@pytest.mark.styled
def test_what_is_overdue_comes_first_with_how_late_it_is_and_who_was_last_met_when(
    qtbot: QtBot, bare: FakeShell
) -> None:
    page = shown(qtbot, bare)
    page.show_body()
    page.show_value(made_up())
    assert page.sentence.text() == (
        "2 things are overdue, 1 of them KPIs to look at. 1 more is due by the end of this week."
    )
    assert rows(page.late.table) == [
        ["One-on-one", "Ann Lee", "9 days late", "7 Feb 2026", "every two weeks"],
        ["Win rate", "Sales", "since 27 Feb 2026", "never", "every week, as you set it"],
    ]
    assert rows(page.week.table) == [["Weekly team review", "North", "today", "23 Feb 2026", "every week", "prepared"]]
    assert rows(page.following.table)[0][2:] == ["Tue 10 Mar 2026", "never", "every two weeks", "away until 6 Mar 2026"]
    assert page.following.title.text() == "Next week, 9 to 15 Mar 2026"
    assert page.late.y() < page.week.y() < page.following.y() < page.last.y()
    page.left.fold.turn()
    assert page.left.words.text() == "Nothing is due with 1 person"
    assert rows(page.left.table) == [["Dan Old", "left on 15 Jan 2026"]]
    assert not page.often.isEnabled(), "nothing is selected yet"


def test_nothing_due_and_nobody_to_meet_are_said_in_words(qtbot: QtBot, bare: FakeShell) -> None:
    page = shown(qtbot, bare)
    page.show_body()
    calm = ReviewCalendar(MONDAY, NEXT, (), (), ())
    page.show_value(CalendarView(calm, SUNDAY, NEXT, 0, Settings(), FEB))
    assert page.sentence.text() == "Nothing is overdue. Nothing is due by the end of this week."
    assert page.late.nothing.isVisible()
    assert not page.all_due.isVisible()
    page.show_value(CalendarView(calm, SUNDAY, NEXT, 0, Settings(), None))
    assert page.state_text().startswith("Nothing is due yet")


def test_before_any_data_no_review_is_due_and_one_thing_is_counted_as_one(qtbot: QtBot, bare: FakeShell) -> None:
    page = shown(qtbot, bare)
    page.show_body()
    weekly = Due("weekly", "Weekly team review", ORG, "Sales", MONDAY, "week", None)
    begun = ReviewCalendar(MONDAY, NEXT, (), (weekly,), (), ())
    page.show_value(CalendarView(begun, SUNDAY, NEXT, 0, Settings(), FEB))
    assert page.sentence.text() == "Nothing is overdue. 1 thing is due by the end of this week."
    page.show_value(CalendarView(begun, SUNDAY, NEXT, 0, Settings(), None))
    assert page.state_text().startswith("Nothing is due yet"), "there is nothing to review before the first import"


# --- what can be done ---------------------------------------------------------------------------------------------


def test_all_one_on_ones_of_the_week_are_prepared_but_of_who_is_away(
    qtbot: QtBot, page: CalendarPage, shell: FakeShell
) -> None:
    assert page.all_due.text() == "Prepare this week's one-on-ones (2)"
    page.all_due.click()
    assert page.all_due.text() == "Cancel"
    settle(qtbot, page)
    made = told(qtbot, shell, operations.reviews)
    assert sorted(one.scope.name for one in made) == ["Ann Lee", "Cy Oh"], "Bo Dahl is away, Dan Old has left"
    away = "Bo Dahl (away until 6 Mar 2026), Dan Old (left on 15 Jan 2026)"
    assert shell.toasts[-1] == f"2 drafts made, 0 there already. Left out: {away}."
    assert not page.all_due.isVisible()
    prepared = {row[1]: row[5] for row in rows(page.late.table) if row[0] == "One-on-one"}
    assert prepared == {"Ann Lee": "prepared", "Bo Dahl": "away until 6 Mar 2026", "Cy Oh": "prepared"}


def test_cancelled_no_draft_is_made(qtbot: QtBot, page: CalendarPage, shell: FakeShell) -> None:
    page.all_due.click()
    page.all_due.click()
    settle(qtbot, page)
    assert shell.toasts[-1] == "Cancelled: no draft was made."
    assert told(qtbot, shell, operations.reviews) == ()
    assert page.all_due.text() == "Prepare this week's one-on-ones (2)"


def test_how_often_something_is_due_is_changed_from_its_line_and_back(
    qtbot: QtBot, page: CalendarPage, shell: FakeShell
) -> None:
    pick(page, "One-on-one", "Ann Lee")
    QTest.keyClick(page.late.table, Qt.Key.Key_H)
    dialog = page.dialog
    assert dialog is not None
    assert [dialog.whom.itemText(at) for at in range(2)] == ["Ann Lee", "Everybody"]
    dialog.every.setCurrentIndex(dialog.every.findText("Never"))
    dialog.yes.click()
    settle(qtbot, page)
    assert shell.toasts[-1] == "Kept: One-on-one, never."
    assert not any(row[:2] == ["One-on-one", "Ann Lee"] for row in rows(page.late.table))
    assert ["Ann Lee", "never, as you set it"] in rows(page.left.table)
    page.own.fold.turn()
    assert rows(page.own.table) == [["One-on-one", "Ann Lee", "never"]]
    page.own.table.activated.emit(page.own.table.records.index(0, 0))
    assert page.dialog is not None
    assert page.dialog.every.currentText() == "Never"
    page.dialog.usual.click()
    settle(qtbot, page)
    assert told(qtbot, shell, operations.cadences) == ()
    assert any(row[:2] == ["One-on-one", "Ann Lee"] for row in rows(page.late.table))


def test_what_was_promised_is_listed_and_opens_the_meeting_that_settles_it(
    qtbot: QtBot, page: CalendarPage, shell: FakeShell
) -> None:
    assert not page.promised.isVisibleTo(page)
    action = Action("Call them", "Bo Dahl", date(2026, 3, 1))

    def hold(ws: Any) -> None:
        draft = operations.open_team_review(ws, "forecast", NORTH)
        operations.save_team_review(ws, replace(draft, actions=(action, replace(action, text="Write", due=SUNDAY))))
        operations.close_team_review(ws, draft.id)

    told(qtbot, shell, hold)
    page.reload()
    settle(qtbot, page)
    assert rows(page.promised.table) == [
        ["Call them", "Bo Dahl", "1 day late", "Forecast call, North, 2 Mar 2026"],
        ["Write", "Bo Dahl", "Sun 8 Mar 2026", "Forecast call, North, 2 Mar 2026"],
    ]
    assert page.sentence.text().endswith("1 promise is late.")
    reviews = ReviewsPage(shell)
    qtbot.addWidget(reviews)
    shell.pages["reviews"] = reviews
    page.promised.table.setCurrentIndex(page.promised.table.records.index(0, 0))
    assert (page.open_button.isEnabled(), page.often.isEnabled()) == (True, False)
    page.open_button.click()
    settle(qtbot, page)
    assert reviews.head.name.text() == "Forecast call · North"


def test_each_line_opens_what_it_is_about(qtbot: QtBot, page: CalendarPage, shell: FakeShell) -> None:
    reviews = ReviewsPage(shell)
    qtbot.addWidget(reviews)
    shell.pages["reviews"] = reviews
    pick(page, "Weekly team review", "North")
    QTest.keyClick(page.late.table, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert ("show_page", "reviews") in shell.calls
    assert reviews.head.name.text() == "Weekly team review · North"

    met: list[Scope] = []

    class Meet(QWidget):
        """The page of one-on-ones as the calendar knows it; a class because pages are widgets."""

        def open_rep(self, whose: Scope) -> None:
            met.append(whose)

    stand_in: Any = Meet()
    qtbot.addWidget(stand_in)
    stand_in.depends = reviews.depends & ~reviews.depends
    shell.pages["one-on-ones"] = stand_in
    one = pick(page, "One-on-one", "Ann Lee")
    page.open_button.click()
    assert met == [one.scope]
    del shell.pages["one-on-ones"]
    page.open_due(made_up().calendar.overdue[1])
    assert shell.calls[-1] == ("open_trend", "win_rate")


def test_what_can_be_said_of_everybody_and_what_not(qtbot: QtBot, bare: FakeShell) -> None:
    due = made_up().calendar.due[0]
    dialog = CadenceDialog(bare.theme, due, (NORTH, ORG), Settings(), MONDAY)
    qtbot.addWidget(dialog)
    assert dialog.every.currentText() == "Every week"
    assert not dialog.usual.isVisibleTo(dialog), "nothing else was said of it"
