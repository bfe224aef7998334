"""The page of reviews as a person drives it on a small company: prepared, typed into, sealed, closed, carried on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.goals import Baseline, Target
from kpidesk.core.meeting_sheets import Amount, StalledLine
from kpidesk.core.meetings import Meeting, MeetingKind, Point
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import parse_period
from kpidesk.core.settings import Settings
from kpidesk.ui.page import Sealed
from kpidesk.ui.pages.reviews import EMPTY, ReviewsPage
from kpidesk.ui.widgets.meeting_actions import WAITS
from kpidesk.ui.widgets.meeting_asking import copy_title
from kpidesk.ui.widgets.meeting_dialog import PrepareDialog
from kpidesk.ui.widgets.meeting_pile import ON_ITS_WAY
from kpidesk.ui.widgets.review_settle import SettleRow
from tests.operations.rhythm import CLOSED_MARCH, FEB, MAR, MONDAY, build, show
from tests.operations.support import NAME
from tests.ui.driving import answer
from tests.ui.shell import FakeShell, fake_shell, settle, told

pytestmark = pytest.mark.unstyled

SECRET = "Thinks of leaving (not to be printed)"
Q1 = parse_period("2026-Q1", Settings(), FEB)
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("company"))


@pytest.fixture
def workspace(company: Path, tmp_path: Path) -> Path:
    made = tmp_path / NAME
    made.write_bytes((company / NAME).read_bytes())
    return made


@pytest.fixture
def shell(workspace: Path) -> Iterator[FakeShell]:
    with fake_shell(lambda: operations.open_workspace(workspace, today=MONDAY), close=operations.close) as made:
        yield made


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell) -> ReviewsPage:
    made = ReviewsPage(shell)
    qtbot.addWidget(made)
    shell.pages["reviews"] = made
    made.resize(1068, 714)
    made.show()
    made.ask(None)
    settle(qtbot, made)
    return made


def begun(qtbot: QtBot, page: ReviewsPage, kind: MeetingKind = "weekly", whose: Scope = ORG) -> ReviewsPage:
    """The page with a review of a kind in view."""
    page.open_kind(kind, whose)
    settle(qtbot, page)
    return page


def kept(qtbot: QtBot, page: ReviewsPage) -> Meeting:
    """The review in view as the workspace has it."""
    settle(qtbot, page)
    assert page.meeting is not None
    number = page.meeting.id
    known: tuple[Meeting, ...] = told(qtbot, page.shell, operations.team_reviews)  # type: ignore[arg-type]  # a fake
    return next(one for one in known if one.id == number)


def type_into(widget: QWidget, text: str) -> None:
    widget.setFocus()
    QTest.keyClicks(widget, text)


def agree(page: ReviewsPage, text: str, owner: str) -> None:
    """Add an action by typing."""
    page.cards.agreed.add()
    editor = page.cards.agreed.editors[-1]
    type_into(editor.text, text)
    editor.owner.setCurrentText(owner)


def words(widget: QWidget) -> str:
    """Everything that is read in a part of the page."""
    QApplication.processEvents()  # what was put into it just now is shown with the next event
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def waits(page: ReviewsPage) -> bool:
    return page.pile.waits


def rows(table: Any) -> list[list[str]]:
    """The texts of a table, as shown."""
    model = table.records
    return [[column.text(record) for column in model.columns] for record in model.records()]


# --- preparing ----------------------------------------------------------------------------------------------------


def test_without_a_review_the_page_says_what_there_is_and_prepares_one(qtbot: QtBot, page: ReviewsPage) -> None:
    assert page.state_text().startswith(EMPTY)
    page.prepare()
    dialog = page.findChild(PrepareDialog)
    assert dialog is not None
    assert dialog.picker.name.text() == "W9 2026", "the last week that an export of Saturday covers"
    dialog.kind.buttons()[1].click()
    assert dialog.picker.name.text() == "Feb 2026", "the last whole month"
    dialog.whom.setCurrentIndex(dialog.whom.findText("North"))
    dialog.yes.click()
    settle(qtbot, page)
    assert page.shows_body
    assert page.head.name.text() == "Monthly leadership review · North"
    assert kept(qtbot, page).question.period.label == "Feb 2026"

    page.prepare()
    again = page.findChildren(PrepareDialog)[-1]
    assert "not closed yet (Feb 2026 · draft)" in again.known.text()
    assert (again.yes.text(), again.picker.isEnabled()) == ("Open it", False)
    again.yes.click()
    settle(qtbot, page)
    assert len(page.list.meetings) == 1, "it is taken up again, there is no second one"


@pytest.mark.styled
def test_a_weekly_review_shows_activity_and_pipeline_in_the_order_of_the_meeting(
    qtbot: QtBot, page: ReviewsPage
) -> None:
    begun(qtbot, page, "weekly", Scope("team", "North", 1))
    cards = page.cards
    shown = (cards.carried, cards.numbers, cards.members, cards.pipeline, cards.moved, cards.stalled, cards.signals,
             cards.points, cards.notes, cards.agreed, cards.private)  # fmt: skip
    assert all(one.isVisible() for one in shown)
    assert [one.y() for one in shown] == sorted(one.y() for one in shown)
    assert not any(one.isVisible() for one in (cards.call, cards.say, cards.why, cards.begun, cards.targets))
    names = [row[0] for row in rows(cards.members.table)]
    assert names == ["Ann Lee", "Bo Dahl"], "who left before is not there, and nobody is ranked"
    calls = [column.title for column in cards.members.table.records.columns].index("Calls made")
    assert [row[calls] for row in rows(cards.members.table)] == ["3", "1"], "counted by hand in the export of calls"


def test_a_team_of_one_and_a_search_among_reviews(qtbot: QtBot, page: ReviewsPage) -> None:
    begun(qtbot, page)
    begun(qtbot, page, "weekly", Scope("team", "South", 2))
    assert page.head.about.text().split(" · ")[1] == "1 rep"
    assert [row[0] for row in rows(page.cards.members.table)] == ["Cy Oh"]
    type_into(page.list.search, "weekly south")
    assert page.list.count.text() == "1 review found"
    QTest.keyClick(page.list.search, Qt.Key.Key_A, CTRL)
    type_into(page.list.search, "monthly")
    assert page.list.model.rowCount() == 0
    page.list.search.clear()
    QTest.keyClick(page.list.search, Qt.Key.Key_Down)
    QTest.keyClick(page.list.view, Qt.Key.Key_Down)
    settle(qtbot, page)
    assert page.head.name.text() == "Weekly team review · Organisation"


def test_while_a_sheet_is_on_its_way_its_name_is_there_and_nothing_to_press(qtbot: QtBot, page: ReviewsPage) -> None:
    assert waits(page), "no skeleton of a sheet before there is one"
    begun(qtbot, page)
    begun(qtbot, page, "forecast")
    assert not waits(page)
    weekly = next(one.id for one in page.list.meetings if one.kind == "weekly")
    page.head.start_button.setFocus()
    page.open_meeting(weekly)
    assert waits(page)
    assert words(page.pile.waiting) == f"Weekly team review · Organisation | {ON_ITS_WAY}"
    assert not any(one.isVisible() for one in (page.head, page.cards)), "neither the old sheet nor an empty one"
    page.start()
    page.close_meeting()
    settle(qtbot, page)
    assert page.head.name.text() == "Weekly team review · Organisation"
    assert [one.state for one in page.list.meetings] == ["draft", "draft"], "nothing was done to either"


@pytest.mark.styled
def test_a_call_is_never_seen_squeezed(qtbot: QtBot, page: ReviewsPage, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(qtbot, page)
    seen: list[bool] = []
    show_held = page.show_held

    def spied(held: Any) -> None:
        show_held(held)
        seen.extend(row.height() >= row.minimumSizeHint().height() for row in page.cards.call.rows)

    monkeypatch.setattr(page, "show_held", spied)
    begun(qtbot, page, "forecast")
    assert all(seen), "from the first moment on, before any event"
    assert len(seen) >= 4


# --- what is typed ------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_as_typed_and_taken_back_in_one_step(qtbot: QtBot, page: ReviewsPage) -> None:
    begun(qtbot, page)
    type_into(page.cards.points.new, "discuss: Price list")
    QTest.keyClick(page.cards.points.new, Qt.Key.Key_Return)
    type_into(page.cards.notes.text, "Two wait.")
    type_into(page.cards.private.text, SECRET)
    agree(page, "Call them", "Ann Lee")
    page.keep()
    found = kept(qtbot, page)
    assert (found.agenda, found.notes, found.private) == ((Point("Price list"),), "Two wait.", SECRET)
    assert [(one.text, one.owner) for one in found.actions] == [("Call them", "Ann Lee")]
    QTest.keyClick(page.cards.points.lines[0].text, Qt.Key.Key_Return, CTRL)
    QTest.keyClick(page.cards.points.lines[0].text, Qt.Key.Key_Z, CTRL)
    page.keep()
    assert kept(qtbot, page).agenda == (Point("Price list"),), "the tick is taken back, the point stays"
    for _ in range(6):
        page.cards.agreed.add()
    assert len(page.cards.agreed.editors) == 5
    assert (page.cards.agreed.note.text(), page.cards.agreed.more.isVisible()) == ("5 of 5", False)


def test_an_action_without_an_owner_waits_on_the_page_and_is_not_forgotten(qtbot: QtBot, page: ReviewsPage) -> None:
    begun(qtbot, page)
    agree(page, "Book the fair", "")
    page.keep()
    assert kept(qtbot, page).actions == ()
    assert not page.shell.errors  # type: ignore[attr-defined]  # a fake
    assert page.cards.agreed.editors[0].waits.isVisible()
    assert page.cards.agreed.editors[0].waits.text() == WAITS
    assert page.unset() == "An action on Reviews has nobody who does it."
    page.reload()
    settle(qtbot, page)
    assert page.cards.agreed.editors[0].text.text() == "Book the fair"
    page.cards.agreed.editors[0].owner.setCurrentText("Bo Dahl")
    page.keep()
    assert [one.owner for one in kept(qtbot, page).actions] == ["Bo Dahl"]
    assert page.unset() == ""


def test_leaving_the_page_keeps_even_a_point_that_was_not_ended_with_enter(qtbot: QtBot, page: ReviewsPage) -> None:
    begun(qtbot, page)
    type_into(page.cards.points.new, "Half a sent")
    page.hide()
    assert kept(qtbot, page).agenda == (Point("Half a sent"),)


def test_a_draft_is_deleted_after_asking_and_brought_back(qtbot: QtBot, page: ReviewsPage, shell: FakeShell) -> None:
    begun(qtbot, page)
    page.delete_draft()
    settle(qtbot, page)
    assert not page.shows_body, "an untouched draft is deleted without a question"
    begun(qtbot, page)
    type_into(page.cards.notes.text, "Keep me")
    asked = answer("Delete it")
    page.delete_draft()
    assert "Delete the draft of the weekly team review?" in asked[0]
    settle(qtbot, page)
    assert not page.shows_body
    assert shell.undo_last is not None
    shell.undo_last()
    settle(qtbot, page)
    assert kept(qtbot, page).notes == "Keep me"


# --- sealed, closed, carried on --------------------------------------------------------------------------------------


def test_starting_seals_the_numbers_and_says_what_that_means(
    qtbot: QtBot, page: ReviewsPage, shell: FakeShell, workspace: Path
) -> None:
    begun(qtbot, page)
    told_of = partial(page.list.model.data, page.list.model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert told_of() == "Weekly · Organisation: W9 2026 · draft"
    page.start()
    settle(qtbot, page)
    assert told_of() == "Weekly · Organisation: W9 2026 · in the meeting · data of 28 Feb 2026"
    assert shell.toasts[-1] == (
        "The numbers of 28 Feb 2026 are sealed: new imports do not change them in this review any more."
    )
    assert page.head.state.text() == "In the meeting, numbers sealed"
    assert not page.head.picker.isVisible()
    before = words(page.cards.pipeline)
    told(qtbot, shell, lambda ws: show(ws, workspace.parent, "mar.csv", CLOSED_MARCH, MAR))
    page.reload()
    settle(qtbot, page)
    assert words(page.cards.pipeline) == before
    assert "data of 28 Feb 2026" in page.head.about.text()


def test_an_export_without_a_review_says_why_there_is_none(page: ReviewsPage, shell: FakeShell) -> None:
    page.held = None
    page.export()
    assert shell.toasts[-1] == "There is no review in view to export. Prepare or choose one first."


def test_closing_asks_when_nothing_was_agreed(qtbot: QtBot, page: ReviewsPage) -> None:
    begun(qtbot, page)
    asked = answer("Back to the sheet")
    page.close_meeting()
    assert asked[0].startswith("No action was agreed.")
    assert kept(qtbot, page).state == "draft"
    answer("Close it all the same")
    page.close_meeting()
    assert kept(qtbot, page).state == "closed"


def test_closing_says_which_action_has_nobody_who_does_it(qtbot: QtBot, page: ReviewsPage) -> None:
    begun(qtbot, page)
    agree(page, "Call Caldewick", "")
    asked = answer("Back to the sheet")
    page.close_meeting()
    assert asked[0].startswith("Nobody is to do 'Call Caldewick' yet.")
    agree(page, "Call them", "Ann Lee")
    asked = answer("Back to the sheet")
    page.close_meeting()
    assert asked[0].startswith("Nobody is to do 'Call Caldewick' yet."), "it would be lost in silence"
    assert kept(qtbot, page).state == "draft"


def test_a_closed_review_is_frozen_and_its_actions_come_up_in_the_next(
    qtbot: QtBot, page: ReviewsPage, shell: FakeShell
) -> None:
    begun(qtbot, page)
    agree(page, "Call them", "Ann Lee")
    type_into(page.cards.private.text, SECRET)
    asked = answer("Back to the sheet")
    page.close_meeting()
    assert "1 action, the notes and the numbers are frozen" in asked[0]
    assert kept(qtbot, page).state != "closed"
    answer("Close and freeze")
    page.close_meeting()
    settle(qtbot, page)
    assert shell.toasts[-1] == "The weekly team review is closed and frozen. 1 action comes up again in the next one."
    assert page.head.state.text() == "Closed and frozen"
    assert page.cards.notes.text.isReadOnly()
    assert page.cards.private.text.isReadOnly()
    assert page.cards.private.text.toPlainText() == SECRET
    assert not page.cards.points.new.isVisible()
    assert not page.cards.agreed.editors
    assert "Call them | Ann Lee, by " in words(page.cards.agreed)
    assert "All numbers are as you all saw them." in words(page.cards.then)

    page.prepare_next()
    settle(qtbot, page)
    fold = page.cards.carried.folds[0]
    fold.set_open(True)
    settle_row = fold.body.findChild(SettleRow)
    assert settle_row is not None
    settle_row.settle()
    assert settle_row.reason.property("wrong") is True, "not without a word"
    assert settle_row.problem.isVisible()
    settle_row.reason.setText("All reached")
    settle_row.set.click()
    settle(qtbot, page)
    assert "Done: All reached" in words(page.cards.carried)
    assert page.cards.carried.folds[0].is_open, "what was open stays open"


def test_then_and_now_names_what_an_import_changed(
    qtbot: QtBot, page: ReviewsPage, shell: FakeShell, workspace: Path
) -> None:
    begun(qtbot, page, "forecast")
    answer("Close it all the same")
    page.close_meeting()
    settle(qtbot, page)
    told(qtbot, shell, lambda ws: show(ws, workspace.parent, "mar.csv", CLOSED_MARCH, MAR))
    page.reload()
    settle(qtbot, page)
    assert "Bookings" in words(page.cards.then)
    assert "$15.0K" in words(page.cards.then), "A3 with 5,000 and now A1 with 10,000 are won"


# --- every number leads to its rows ---------------------------------------------------------------------------------


def test_live_numbers_open_live_rows_and_sealed_ones_those_that_were_sealed(
    qtbot: QtBot, page: ReviewsPage, shell: FakeShell
) -> None:
    begun(qtbot, page)
    QTest.keyClick(page.cards.numbers.views[0], Qt.Key.Key_Return)
    kpi = page.cards.numbers.views[0].shown.row.kpi.id
    name, kpi_id, question, *rest = shell.calls[-1]
    assert (name, kpi_id, question.as_of, rest) == ("open_receipt", kpi, None, [])
    page.start()
    settle(qtbot, page)
    QTest.keyClick(page.cards.numbers.views[0], Qt.Key.Key_Return)
    sealed = shell.calls[-1][-1]
    assert isinstance(sealed, Sealed)
    assert sealed.receipt.kpi.id == kpi

    table = page.cards.members.table
    table.setCurrentIndex(table.records.index(1, 1))
    table.activated.emit(table.currentIndex())
    name, kpi_id, question = shell.calls[-1]
    assert (kpi_id, question.scope.name, question.as_of) == (page.held.sheet.members.kpis[0], "Bo Dahl", MONDAY)  # type: ignore[union-attr]


def test_behind_a_stage_and_a_move_stand_as_many_deals_as_they_say(qtbot: QtBot, page: ReviewsPage) -> None:
    begun(qtbot, page)
    for card in (page.cards.pipeline, page.cards.moved):
        for at, record in enumerate(card.table.records.records()):
            card.table.activated.emit(card.table.records.index(at, 1))
            settle(qtbot, page)
            assert page.pile.shows_deals
            assert len(page.pile.rows.table.records.rows) == record.count
            QTest.keyClick(page.pile.rows.table, Qt.Key.Key_Escape)
            assert not page.pile.shows_deals
    deal_id = page.pile.rows.table.records.record(0).deal_id
    stuck = StalledLine("Line 4", "Ann Lee", Amount(1.0, "$1"), "Demo", "40 days; next step: call them", deal_id)
    page.cards.stalled.show_rows((stuck,))
    assert rows(page.cards.stalled.table)[0][-2:] == ["40", "call them"]
    page.cards.stalled.table.activated.emit(page.cards.stalled.table.records.index(0, 0))
    settle(qtbot, page)
    assert page.pile.rows.history.isVisible()


def test_all_deals_that_are_long_in_their_stage_are_behind_a_link(qtbot: QtBot, page: ReviewsPage) -> None:
    begun(qtbot, page)
    assert page.held is not None
    part, card = page.held.sheet.pipeline, page.cards.stalled
    assert part is not None
    stuck = tuple(StalledLine(f"Line {at}", "Ann Lee", Amount(1.0, "$1"), "Demo", "40 days", at) for at in range(9))
    shown = []
    for count in (9, 8, 0):
        held = replace(page.held.sheet, pipeline=replace(part, stalled=stuck[:count], stalled_words="Some."))
        card.show_sheet(held)
        shown.append((len(rows(card.table)), card.sentence.text(), card.every.isVisible()))
    assert shown == [(8, "Some. The first 8 of 9 are listed.", True), (8, "Some.", True), (0, "Some.", False)]
    card.every.click()
    settle(qtbot, page)
    assert page.pile.shows_deals
    assert page.pile.rows.heading.text() == "Long in their stage"


# --- the forecast call ------------------------------------------------------------------------------------------------


def fill(row: Any, *texts: str) -> None:
    for field, text in zip(row.fields, texts, strict=False):
        field.clear()
        type_into(field, text)


def test_forecasts_are_submitted_together_and_a_wrong_one_stays_with_its_reason(
    qtbot: QtBot, page: ReviewsPage, shell: FakeShell
) -> None:
    begun(qtbot, page, "forecast")
    by_name = {one.said.name: one for one in page.cards.call.rows}
    fill(by_name["Ann Lee"], "20k", "30000", "40k")
    fill(by_name["Bo Dahl"], "9k", "8k")
    assert page.unset() == "2 forecasts typed on Reviews are not submitted."
    page.cards.call.every.click()
    settle(qtbot, page)
    assert shell.toasts[-1] == "1 forecast submitted and frozen. " + told(
        qtbot, shell, lambda ws: operations.submissions(ws)[0].note or "The commit is above everything known: "
        "$5.00K won and $10.0K open and due. The rest is yet to be found."
    )  # fmt: skip
    given = told(qtbot, shell, operations.submissions)
    assert [(one.scope.name, one.commit, one.best_case, one.pipeline) for one in given] == [
        ("Ann Lee", 20_000, 30_000, 40_000)
    ]
    assert given[0].meeting_id == page.meeting.id  # type: ignore[union-attr]
    assert "below the commit" in by_name["Bo Dahl"].problem.text()
    assert by_name["Bo Dahl"].typed == ("9k", "8k", ""), "what was typed stays"
    assert by_name["Ann Lee"].typed == ("20,000", "30,000", "40,000")
    assert not by_name["Ann Lee"].is_new
    assert page.cards.call.sums[0].text() == "Sum of the reps"
    assert "commit $20.0K" in page.cards.call.sums[1].text()


def test_enter_submits_one_forecast_and_a_closed_call_can_only_be_read(
    qtbot: QtBot, page: ReviewsPage, shell: FakeShell
) -> None:
    begun(qtbot, page, "forecast")
    row = page.cards.call.rows[1]
    fill(row, "7500")
    QTest.keyClick(row.fields[0], Qt.Key.Key_Return)
    settle(qtbot, page)
    assert [one.commit for one in told(qtbot, shell, operations.submissions)] == [7_500]
    answer("Close it all the same")
    page.close_meeting()
    settle(qtbot, page)
    assert not page.cards.call.rows
    assert page.cards.call.table.isVisible()
    said = {texts[0]: texts[2] for texts in rows(page.cards.call.table)}
    assert (said["Ann Lee"], said["Bo Dahl"]) == ("$7.50K", "not said")


def test_what_is_left_empty_follows_the_commit_and_the_data_stand_beside_every_rep(
    qtbot: QtBot, page: ReviewsPage, shell: FakeShell
) -> None:
    begun(qtbot, page, "forecast")
    page.start()
    settle(qtbot, page)
    call = page.cards.call
    assert page.head.sealed.text() == "", "the code changes with every forecast that is given"
    assert all("by own chances $" in row.beside.text() for row in call.rows), "before anybody has said a word"
    assert call.sums[1].text().startswith("Nobody has said anything yet. All 3 by own chances: $")
    assert call.own.isVisible()
    row = call.rows[1]
    fill(row, "7500")
    row.submit.setFocus()
    QTest.keyClick(row.submit, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert row.typed == ("7,500", "", ""), "no number that was never given"
    assert call.sums[1].text().startswith("Said by 1 of 3: commit $7.50K · best case $7.50K · pipeline $")
    fill(row, "9500")
    QTest.keyClick(row.fields[0], Qt.Key.Key_Return)
    settle(qtbot, page)
    given = told(qtbot, shell, operations.submissions)
    assert [(one.commit, one.best_case) for one in given] == [(9_500, 9_500), (7_500, 7_500)]
    assert given[0].pipeline == given[0].known.open_due
    row.show_said(row.said, MONDAY)
    assert not row.submit.isEnabled(), "the same is not said twice on a day"
    row.show_said(row.said, MONDAY + timedelta(days=7))
    assert row.submit.isEnabled(), "a week later the same can be said again"
    assert (page.unset(), page.cards.call.every.isVisible()) == ("", False)
    answer("Close it all the same")
    page.close_meeting()
    settle(qtbot, page)
    assert page.head.sealed.text().startswith("prints carry the code ")


def test_another_review_is_not_opened_over_forecasts_that_are_not_submitted(qtbot: QtBot, page: ReviewsPage) -> None:
    begun(qtbot, page)
    begun(qtbot, page, "forecast")
    fill(page.cards.call.rows[1], "7500")
    weekly = next(one.id for one in page.list.meetings if one.kind == "weekly")
    asked = answer("Back to the call")
    page.open_meeting(weekly)
    assert "not submitted" in asked[0]
    assert page.head.name.text().startswith("Forecast call")
    answer("Leave it")
    page.open_meeting(weekly)
    settle(qtbot, page)
    assert page.head.name.text().startswith("Weekly team review")
    assert page.unset() == ""


# --- targets, copies --------------------------------------------------------------------------------------------------


def test_a_target_is_changed_in_a_monthly_review_only_with_a_reason(
    qtbot: QtBot, page: ReviewsPage, shell: FakeShell
) -> None:
    told(qtbot, shell, lambda ws: (
        operations.set_baseline(ws, Baseline("bookings", ORG, Q1, 10_000, "trailing_4", "before", 40)),
        operations.set_target(ws, Target("bookings", ORG, Q1, 10_000, 11_000, 12_000)),
    ))  # fmt: skip
    begun(qtbot, page, "monthly")
    page.cards.targets.change.click()
    settle(qtbot, page)
    dialog = page.dialog
    assert dialog is not None
    assert (dialog.pick.text().strip(), dialog.picker.name.text()) == ("Bookings", "Q1 2026")
    dialog.card.fields[1].clear()
    type_into(dialog.card.fields[1], "11500")
    dialog.card.save.click()
    settle(qtbot, page)
    assert "reason" in dialog.card.problem.text()
    type_into(dialog.card.reason, "Two hires came late")
    dialog.card.save.click()
    settle(qtbot, page)
    texts = rows(page.cards.targets.table)
    assert [row[3:5] for row in texts][-1] == ["$11.0K → $11.5K", "Two hires came late"]


def test_a_copy_has_the_private_notes_only_when_it_is_the_managers_own(
    qtbot: QtBot, page: ReviewsPage, tmp_path: Path
) -> None:
    begun(qtbot, page)
    type_into(page.cards.notes.text, "Two wait.")
    type_into(page.cards.private.text, SECRET)
    page.export_to(tmp_path / "shared.html")
    settle(qtbot, page)
    page.export_to(tmp_path / "own.html", private=True)
    settle(qtbot, page)
    shared, own = ((tmp_path / name).read_text(encoding="utf-8") for name in ("shared.html", "own.html"))
    assert all("Two wait." in text for text in (shared, own))
    assert ("Thinks of leaving" in shared, "Thinks of leaving" in own) == (False, True)
    sheet = page.sheet()
    assert sheet is not None
    assert copy_title(sheet) == "weekly team review Organisation W9 2026"
