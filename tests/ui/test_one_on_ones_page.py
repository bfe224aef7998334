"""The page of one-on-ones as a person drives it: by keys and mouse, saved as typed, undone, started, closed, read."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from kpidesk import operations
from kpidesk.core.cadences import Due, LeftOut, ReviewCalendar
from kpidesk.core.cadences import Prepared as Drafts
from kpidesk.core.coaching_goals import CoachingGoal
from kpidesk.core.errors import Issue, UserError
from kpidesk.core.file_names import file_name
from kpidesk.core.meetings import Action, ReviewAction
from kpidesk.core.people import ORG, Organisation, Scope
from kpidesk.core.periods import shift, span_period
from kpidesk.core.preparations import Answer, Prepared, points_of, wellbeing_of
from kpidesk.core.progress import Progress
from kpidesk.core.receipts import Receipt, ReceiptRow
from kpidesk.core.results import Result
from kpidesk.core.review_words import valued_words, words_beside
from kpidesk.core.reviews import (
    AgendaItem,
    Commitment,
    Difference,
    Evidence,
    Fact,
    FactDeal,
    NextStep,
    Review,
    Settled,
    Sheet,
    is_untouched,
)
from kpidesk.core.scorecards import LongRun, Question
from kpidesk.core.settings import Settings
from kpidesk.ui.finding import open_palette
from kpidesk.ui.main_window import MainWindow
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.page import Sealed
from kpidesk.ui.pages.one_on_ones import OneOnOnesPage
from kpidesk.ui.tab_order import put_in_order
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.review_asking import prepared_words
from kpidesk.ui.widgets.review_copies import copy_title
from kpidesk.ui.widgets.review_facts import fact_names
from kpidesk.ui.widgets.review_goal_dialog import GoalDialog
from kpidesk.ui.widgets.review_goals import VerdictMark
from kpidesk.ui.widgets.review_lines import LineView, reserve_alike
from kpidesk.ui.widgets.review_meeting import load_desk
from kpidesk.ui.widgets.review_parts import Section
from kpidesk.ui.widgets.review_prepared import AnswerDialog
from kpidesk.ui.widgets.review_settle import SettleRow
from kpidesk.ui.widgets.review_text import (
    OpenDeal,
    entry_words,
    read_due,
    stage_after,
    stages_of,
    state_words,
    typed_day,
)
from tests import sheets
from tests.ui import samples
from tests.ui.conftest import settled
from tests.ui.driving import answer
from tests.ui.samples import AS_OF, QUARTER, SETTINGS
from tests.ui.shell import PATIENCE, FakeShell, fake_shell
from tests.ui.test_presenter import all_texts

pytestmark = pytest.mark.unstyled

ANNA, BORIS = sheets.ANNA, Scope("rep", "Boris Fay", 11)
MONDAY = date(2026, 9, 14)


@dataclass
class Kept:
    """Meetings as the operations would keep them, with every call recorded; a class because they change."""

    reviews: dict[int, Review] = field(default_factory=dict)
    saved: list[Review] = field(default_factory=list)
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    shown: Sheet = sheets.RICH
    refuse: UserError | None = None
    overdue: tuple[Due, ...] = ()
    asked: dict[Scope, tuple[ReviewAction, ...]] = field(default_factory=dict)

    def all(self, _ws: object, person_id: int | None = None) -> tuple[Review, ...]:
        found = [one for one in self.reviews.values() if person_id in (None, one.scope.id)]
        return tuple(sorted(found, key=lambda one: -one.id))

    def open(self, _ws: object, scope: Scope, _question: Question | None = None) -> Review:
        return self._ask_for(self.look_at(None, scope))

    def look_at(self, _ws: object, scope: Scope, _question: Question | None = None) -> Review:
        running = [one for one in self.all(None, scope.id) if one.state != "closed"]
        if not running:
            number = len(self.reviews) + 1
            running = [Review(number, scope, Question(QUARTER, scope))]
            self.reviews[number] = running[0]
        return running[0]

    def _ask_for(self, review: Review) -> Review:
        self.reviews[review.id] = replace(review, created_at=review.created_at or "2026-09-14")
        return self.reviews[review.id]

    def save(self, _ws: object, review: Review) -> Review:
        if self.refuse is not None:
            raise self.refuse
        self.saved.append(review)
        worded = [one for one in review.commitments if one.text.strip()]
        numbered = (replace(one, id=one.id or 900 + at, review_id=review.id) for at, one in enumerate(worded))
        self.reviews[review.id] = replace(review, commitments=tuple(numbered))
        return review if is_untouched(review) else self._ask_for(self.reviews[review.id])

    def sheet(self, _ws: object, review_id: int) -> Sheet:
        review = self.reviews[review_id]
        return replace(self.shown, review=review, rep=review.scope.name, code="" if review.state == "draft" else "7F3A")

    def start(self, ws: object, review_id: int) -> Sheet:
        self.calls.append(("start", review_id))
        self.reviews[review_id] = replace(self.reviews[review_id], state="started", started_at="2026-09-14T10:02:00")
        return self.sheet(ws, review_id)

    def close(self, ws: object, review_id: int, *, without_commitment: bool = False) -> Sheet:
        self.calls.append(("close", review_id, without_commitment))
        self.reviews[review_id] = replace(self.reviews[review_id], state="closed", closed_at="2026-09-14T10:31:00")
        return self.sheet(ws, review_id)

    def overrule(self, _ws: object, commitment_id: int, state: Settled | None, reason: str) -> None:
        self.calls.append(("overrule", commitment_id, state, reason))

    def delete(self, _ws: object, review_id: int) -> None:
        del self.reviews[review_id]

    def restore(self, _ws: object, review: Review, _form: object) -> Review:
        return self.save(None, replace(review, id=self.open(None, review.scope).id))

    def differences(self, _ws: object, _review_id: int) -> tuple[Difference, ...]:
        return sheets.DIFFERENCES

    def scopes(self, _ws: object) -> Organisation:
        return samples.organisation()

    def settings(self, _ws: object) -> Settings:
        return SETTINGS

    def opening(self, _ws: object) -> Question:
        return Question(QUARTER)

    def next(self, _ws: object, scope: Scope) -> Question:
        return Question(QUARTER, scope)

    def data_date(self, _ws: object) -> date:
        return AS_OF

    def actions(self, _ws: object, scope: Scope) -> tuple[ReviewAction, ...]:
        return self.asked.get(scope, ())

    def agenda(self, _ws: object) -> ReviewCalendar:
        return ReviewCalendar(AS_OF, AS_OF, self.overdue, (), ())

    def rows(self, _ws: object, _kpi_id: str, question: Question) -> Receipt:
        def deal(number: int, name: str, stage: str, share: str, value: float) -> ReceiptRow:
            cells = {"name": name, "account": "Acme", "stage": stage, "probability": share}
            return ReceiptRow(number, f"D-{number}", 1.0, value, True, cells, 1, "", 0, "")

        found = (
            deal(5, "Line 4 retrofit", "Discovery", "20%", 120_000.0),
            deal(7, "Zeta rollout", "Proposal", "60%", 240_000.0),
        )
        return replace(sheets.receipt(samples.row(samples.CASES[0])), question=question, rows=found)


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    made = Kept()
    names = {
        "reviews": made.all, "open_review": made.open, "look_at_review": made.look_at,
        "save_review": made.save, "sheet": made.sheet,
        "start_review": made.start, "close_review": made.close, "overrule": made.overrule,
        "differences": made.differences, "scopes": made.scopes, "settings": made.settings, "opening": made.opening,
        "data_date": made.data_date, "rows": made.rows, "delete_review": made.delete, "restore_review": made.restore,
        "next_question": made.next, "due_this_week": made.agenda, "actions_with": made.actions,
        "is_untouched_draft": lambda _ws, review: is_untouched(review, same_skill=made.shown.skill_since is not None),
    }  # fmt: skip
    for name, act in names.items():
        monkeypatch.setattr(operations, name, act)
    return made


@pytest.fixture
def shell(qtbot: QtBot) -> Iterator[FakeShell]:
    with fake_shell() as made:
        yield made


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell, kept: Kept) -> OneOnOnesPage:
    made = OneOnOnesPage(shell)
    shell.pages[made.page_id] = made
    qtbot.addWidget(made)
    made.resize(1068, 730)
    made.show()
    made.activateWindow()
    made.ask(Question(QUARTER, ANNA))
    wait(qtbot, shell)
    return made


def wait(qtbot: QtBot, shell: FakeShell) -> None:
    qtbot.waitUntil(lambda: not shell.jobs.is_busy, timeout=PATIENCE)


def type_into(widget: QWidget, text: str) -> None:
    widget.setFocus()
    QTest.keyClicks(widget, text)


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifier)


CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def points(page: OneOnOnesPage) -> list[str]:
    return [line.text.text() for line in page.cards.agenda.lines]


def add_points(page: OneOnOnesPage, *texts: str) -> None:
    for text in texts:
        type_into(page.cards.agenda.new, text)
        press(page.cards.agenda.new, Qt.Key.Key_Return)


# --- choosing a rep ------------------------------------------------------------------------------------------------


def test_a_few_letters_and_enter_give_the_sheet_of_a_rep(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept
) -> None:
    before = len(kept.reviews)
    type_into(page.list.search, "bor")
    assert len(kept.reviews) == before, "typing alone must not prepare a meeting"
    press(page.list.search, Qt.Key.Key_Return)
    wait(qtbot, shell)
    assert page.head.name.text() == "Boris Fay"
    assert kept.reviews[before + 1].scope == BORIS


def test_an_empty_search_marks_the_rep_in_view_again(page: OneOnOnesPage) -> None:
    type_into(page.list.search, "moses")
    press(page.list.search, Qt.Key.Key_A, CTRL)
    press(page.list.search, Qt.Key.Key_Delete)
    assert page.list.current() == ANNA


def test_the_arrow_keys_go_from_the_search_through_the_list(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage
) -> None:
    page.list.search.setFocus()
    press(page.list.search, Qt.Key.Key_Down)
    press(page.list.view, Qt.Key.Key_Down)
    wait(qtbot, shell)
    assert page.scope == BORIS


def test_a_rep_chosen_above_the_pages_is_the_one_to_meet(qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage) -> None:
    shell.question = Question(QUARTER, BORIS)
    page.entered()
    wait(qtbot, shell)
    assert (page.scope, page.list.current()) == (BORIS, BORIS)
    page.open_rep(ANNA)
    page.entered()
    wait(qtbot, shell)
    assert page.scope == ANNA, "who was gone to on the page stays until another is chosen above"
    shell.question = Question(QUARTER, ORG)
    page.entered()
    wait(qtbot, shell)
    assert page.scope == ANNA


def test_the_list_tells_who_was_met_and_whose_meeting_runs(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept
) -> None:
    kept.reviews[8] = replace(sheets.CLOSED.review, id=8, scope=BORIS)
    kept.reviews[9] = replace(sheets.STARTED.review, id=9, scope=ANNA)
    page.reload()
    wait(qtbot, shell)
    spoken = [page.list.model.index(at).data(Qt.ItemDataRole.AccessibleTextRole) for at in range(3)]
    assert spoken == [
        "Anna Sellwood: In the meeting",
        "Boris Fay: Met 14 Sep · 3 promised",
        "Cecily Lambton: Not met yet",
    ]


def test_the_sheet_has_its_parts_in_order(page: OneOnOnesPage) -> None:
    holder = page.cards.widget()
    assert holder is not None
    titles = [one.accessibleName() for one in holder.children() if isinstance(one, Section)]
    assert titles == ["Then and now", "What was promised", "Since we last met", "The numbers", "Coaching goals",
                      "Deals to talk about", "Agenda", "Skill in focus and praise", "Notes", "What we agree",
                      "Well-being and career", "Private notes"]  # fmt: skip
    assert page.head.state.text() == "Draft, numbers are live"
    assert not page.cards.then.isVisible()


@pytest.mark.styled
def test_a_fact_opens_to_its_deals_by_key_and_by_mouse(page: OneOnOnesPage) -> None:
    won = page.cards.facts.folds[0]
    won.arrow.setFocus()
    press(won.arrow, Qt.Key.Key_Right)
    assert won.is_open
    assert won.arrow.accessibleName() == "Hide: Won 2, $115.5K"
    QTest.mouseClick(won, Qt.MouseButton.LeftButton, pos=won.line.geometry().center())
    assert not won.is_open


def test_enter_on_a_number_opens_its_rows_while_it_is_live(page: OneOnOnesPage, shell: FakeShell) -> None:
    line = page.cards.lines.views[1]
    line.setFocus()
    press(line, Qt.Key.Key_Return)
    assert shell.calls[-1] == ("open_receipt", "win_rate", Question(QUARTER, ANNA))
    assert line.accessibleName().startswith("Win rate: 26 of 96 in Q3 2026, 27%.")


def test_the_line_of_a_longer_time_opens_its_own_rows(page: OneOnOnesPage, shell: FakeShell, qtbot: QtBot) -> None:
    year = span_period(date(2025, 10, 1), date(2026, 9, 30))
    over = LongRun(31 / 96, "32%", 31, 96, 12, True, None, "31 of 96 in 12 months", period=year)
    line = sheets.RICH.lines[1]
    page.cards.lines.show_lines(
        [replace(line, words="13 of 27; 31 of 96 in 12 months", row=replace(line.row, long_run=over))], is_live=True
    )
    (view,) = page.cards.lines.views
    longer = ("open_receipt", "win_rate", Question(year, ANNA, defined=line.row.period))
    QTest.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert shell.calls[-1] == longer
    press(view, Qt.Key.Key_Return)
    assert shell.calls[-1] == ("open_receipt", "win_rate", Question(QUARTER, ANNA))
    view.resize(700, view.sizeHint().height())
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(20, view.height() - 10))
    assert shell.calls[-1] == longer
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(20, 12))
    assert shell.calls[-1] == ("open_receipt", "win_rate", Question(QUARTER, ANNA))


@pytest.mark.parametrize(
    ("words", "value", "said", "longer"),
    [
        ("2 of 9, too early; 18 of 40 in 12 months", "22%", "2 of 9, too early", "18 of 40 in 12 months"),
        ("13 of 27; 31 of 96 in 12 months", "48%", "13 of 27 · 48%", "31 of 96 in 12 months"),
        ("26 of 96", "27%", "26 of 96 · 27%", ""),
        ("$14.0K from 4 deals", "$14.0K", "$14.0K from 4 deals", ""),
        ("no deal closed in 2026", "", "No deal closed in 2026", ""),
    ],
)
def test_a_value_stands_beside_the_words_it_belongs_to(
    qtbot: QtBot, words: str, value: str, said: str, longer: str
) -> None:
    """Behind the 12 months, 2 of 9 read as "18 of 40 · 22%"; what a longer time shows stands quietly below."""
    line = sheets.RICH.lines[1]
    row = replace(line.row, value_text=value, result=line.row.result if value else Result(None, 0.0))
    view = LineView(Theme(), replace(line, row=row, words=words))
    qtbot.addWidget(view)
    assert view.words() == said
    told = replace(line, row=replace(row, status_words="2 of 9, too early"), words=words)
    if "too early" in words:  # the status says it
        assert valued_words(told).partition("; ")[0] == words_beside(told).partition("; ")[0] == "2 of 9"
    assert view.beside() == ("Win rate · target 30%", *([longer] if longer else []))


def test_graphs_and_status_of_all_lines_stand_under_each_other(qtbot: QtBot) -> None:
    line = sheets.RICH.lines[1]
    words = ("On track", "Only 3, too early", "Probably off track")
    views = [LineView(Theme(), replace(line, row=replace(line.row, status_words=one))) for one in words]
    for view in views:
        qtbot.addWidget(view)
    reserve_alike(views)
    assert {view.badge for view in views} == {max(view.badge_width() for view in views)}
    assert len({view.badge_width() for view in views}) == 3


@pytest.mark.styled
def test_the_deals_of_every_fact_begin_in_line(page: OneOnOnesPage) -> None:
    gone = Fact("gone", (FactDeal(1, "Cold chain", "Polar Foods", "$1,234.0K", "was open"),), "$1,234.0K and more")
    sheet = replace(sheets.RICH, facts=(*sheets.RICH.facts, gone))
    page.cards.facts.show_sheet(sheet)
    assert page.cards.facts.note.text().endswith("each deal once, under its most important change")
    QApplication.processEvents()
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    names = [fold.findChildren(PlainLabel, options=direct)[1] for fold in page.cards.facts.folds]
    assert [one.whole_text() for one in names] == [fact_names(fact) for fact in sheet.facts]
    assert len({one.x() for one in names}) == 1


@pytest.mark.styled
def test_what_changed_in_a_deal_is_told_whole(page: OneOnOnesPage) -> None:
    told = "from $27.0K to $35.1K; from Discovery to Proposal; from 14 Nov 2026 to 29 Dec 2026; 20% of $100K"
    deal = FactDeal(1, "Cold chain", "Polar Foods", "$35.1K", told)
    page.cards.facts.show_sheet(replace(sheets.RICH, facts=(Fact("amount_up", (deal,), "$8.1K"),)))
    page.cards.facts.folds[0].set_open(True)
    QApplication.processEvents()
    shown = next(one for one in page.cards.facts.findChildren(PlainLabel) if one.text() == told)
    assert shown.height() >= shown.heightForWidth(shown.width())


def test_a_sealed_number_opens_the_rows_that_both_saw(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept
) -> None:
    """The rep has another number since two people became one; today's rows are asked for under that."""
    kept.shown = sheets.CLOSED
    kept.reviews[1] = replace(sheets.CLOSED.review, id=1, scope=ANNA, question=Question(QUARTER, replace(ANNA, id=77)))
    page.open_meeting(1)
    wait(qtbot, shell)
    line = page.cards.lines.views[1]
    assert "Enter shows the rows behind it." in line.toolTip()
    line.setFocus()
    press(line, Qt.Key.Key_Return)
    sealed = Sealed(sheets.receipt(line.shown.row), date(2026, 9, 14))
    assert shell.calls[-1] == ("open_receipt", "win_rate", Question(QUARTER, replace(ANNA, id=77)), sealed)
    QTest.mouseClick(page.cards.lines.views[0], Qt.MouseButton.LeftButton)
    assert shell.calls[-1][3].receipt == sheets.CLOSED.lines[0].receipt


def test_a_sealed_number_without_rows_cannot_be_opened(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept
) -> None:
    kept.shown = replace(sheets.CLOSED, lines=sheets.lines(sealed=False))
    kept.reviews[1] = replace(sheets.CLOSED.review, id=1)
    page.open_meeting(1)
    wait(qtbot, shell)
    press(page.cards.lines.views[0], Qt.Key.Key_Return)
    assert not [call for call in shell.calls if call[0] == "open_receipt"]


# --- what is typed -------------------------------------------------------------------------------------------------


def test_everything_is_saved_as_typed(qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept) -> None:
    add_points(page, "Zeta: who signs?")
    type_into(page.cards.notes.text, "Wants more say")
    type_into(page.cards.private.text, "Salary talk")
    assert kept.saved == [], "not at every key"
    qtbot.waitUntil(lambda: bool(kept.saved), timeout=PATIENCE)
    review = kept.saved[-1]
    assert (review.agenda, review.notes, review.private) == (
        (AgendaItem("Zeta: who signs?", "manager"),), "Wants more say", "Salary talk",
    )  # fmt: skip


def test_typing_without_a_pause_is_kept_meanwhile(qtbot: QtBot, page: OneOnOnesPage, kept: Kept) -> None:
    words = "one long thought that nobody interrupts "
    page.cards.notes.text.setFocus()
    for letter in words:
        QTest.keyClicks(page.cards.notes.text, letter)
        qtbot.wait(20)  # less than the wait for a pause, for twice as long as that wait
    assert any(words.startswith(one.notes) and one.notes for one in kept.saved), "kept before the last letter"


def test_leaving_the_page_saves_at_once(qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept) -> None:
    type_into(page.cards.notes.text, "Almost lost")
    page.hide()
    wait(qtbot, shell)
    assert kept.saved[-1].notes == "Almost lost"


def test_another_rep_saves_what_was_typed_for_the_first(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept
) -> None:
    type_into(page.cards.notes.text, "About Anna")
    page.open_rep(BORIS)
    wait(qtbot, shell)
    assert (kept.saved[-1].scope, kept.saved[-1].notes) == (ANNA, "About Anna")
    assert page.cards.notes.text.toPlainText() == ""
    assert page.list.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "Anna Sellwood: Prepared · Not met yet"
    page.open_rep(ANNA)
    wait(qtbot, shell)
    assert page.cards.notes.text.toPlainText() == "About Anna"


def test_the_end_of_the_window_waits_for_what_was_typed(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept
) -> None:
    type_into(page.cards.private.text, "In the last second")
    page.keep()
    shell.jobs.shutdown()
    assert kept.saved[-1].private == "In the last second"


def test_nothing_is_written_into_another_workspace(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept
) -> None:
    type_into(page.cards.notes.text, "Of the first workspace")
    shell.jobs.open(object, lambda _opened: None, lambda error: pytest.fail(str(error)))
    page.keep()
    wait(qtbot, shell)
    assert kept.saved == []


def test_what_cannot_be_saved_is_said(qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept) -> None:
    kept.refuse = UserError("The disk is full.", "Make room.")
    type_into(page.cards.notes.text, "x")
    page.keep()
    wait(qtbot, shell)
    assert [one.problem for one in shell.errors] == ["The disk is full."]
    assert page.cards.notes.text.toPlainText() == "x"


def test_the_points_of_the_rep_come_first_and_move_among_their_own(page: OneOnOnesPage) -> None:
    add_points(page, "Mine")
    page.cards.agenda.by.buttons()[0].click()
    add_points(page, "First", "Second")
    assert [line.item.by for line in page.cards.agenda.lines] == ["rep", "rep", "manager"]
    assert points(page) == ["First", "Second", "Mine"]
    press(page.cards.agenda.lines[1].text, Qt.Key.Key_Up, ALT)
    assert points(page) == ["Second", "First", "Mine"]
    press(page.cards.agenda.lines[1].text, Qt.Key.Key_Down, ALT)
    assert points(page) == ["Second", "First", "Mine"], "never past the other party's"


def test_a_point_is_ticked_changed_and_dropped_by_keyboard(page: OneOnOnesPage) -> None:
    add_points(page, "One", "Two")
    first = page.cards.agenda.lines[0]
    press(first.text, Qt.Key.Key_Return, CTRL)
    type_into(first.text, "!")
    assert page.meeting is not None
    assert page.meeting.agenda[0].done
    assert "!" in page.meeting.agenda[0].text
    press(first.text, Qt.Key.Key_Delete, CTRL)
    assert points(page) == ["Two"]
    assert page.cards.agenda.lines[0].text.hasFocus()


def test_undo_takes_back_typing_and_structure_and_redo_brings_it_again(page: OneOnOnesPage) -> None:
    add_points(page, "One", "Two")
    type_into(page.cards.notes.text, "Some words")
    press(page.cards.notes.text, Qt.Key.Key_Z, CTRL)
    assert page.cards.notes.text.toPlainText() == "", "typing in one field is one step"
    press(page.cards.notes.text, Qt.Key.Key_Z, CTRL)
    assert points(page) == ["One"]
    press(page, Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert points(page) == ["One", "Two"]


def test_what_was_undone_is_saved_too(qtbot: QtBot, page: OneOnOnesPage, kept: Kept) -> None:
    type_into(page.cards.notes.text, "Rash")
    page.keep()
    press(page.cards.notes.text, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: bool(kept.saved) and kept.saved[-1].notes == "", timeout=PATIENCE)


def test_a_commitment_is_linked_to_a_deal_and_its_next_stage(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept
) -> None:
    page.cards.agreed.more.click()
    editor = page.cards.agreed.editors[0]
    assert editor.text.hasFocus()
    editor.link.click()
    QTest.keyClicks(editor.link.popup.field, "retro")
    press(editor.link.popup.field, Qt.Key.Key_Return)
    editor.due.text.selectAll()
    QTest.keyClicks(editor.due.text, "Fri")
    page.keep()
    wait(qtbot, shell)
    assert kept.saved[-1].commitments == (
        Commitment("Line 4 retrofit to Proposal", date(2026, 9, 18), deal_id=5, stage="Proposal",
                   deal_name="Line 4 retrofit"),
    )  # fmt: skip
    press(editor.due.text, Qt.Key.Key_Return)
    assert editor.due.text.text() == "Fri 18 Sep 2026"


def test_a_commitment_keeps_its_number_from_the_first_time_it_is_kept(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept
) -> None:
    page.cards.agreed.add()
    field_ = page.cards.agreed.editors[0].text
    type_into(field_, "Call")
    page.keep()
    wait(qtbot, shell)
    type_into(field_, " Zeta")
    page.keep()
    wait(qtbot, shell)
    assert [(one.text, one.id) for one in kept.saved[-1].commitments] == [("Call Zeta", 900)]
    assert page.cards.agreed.editors[0].text is field_, "the field must not be built anew under the typing hand"


def test_a_day_that_is_none_is_marked_and_the_one_before_stays(page: OneOnOnesPage) -> None:
    page.cards.agreed.add()
    editor = page.cards.agreed.editors[0]
    editor.due.text.selectAll()
    QTest.keyClicks(editor.due.text, "31 Feb")
    assert editor.due.told.isVisibleTo(editor)
    assert editor.agreed.due == date(2026, 9, 21)
    press(editor.due.text, Qt.Key.Key_Return)
    assert editor.due.text.text() == "Mon 21 Sep 2026"
    assert editor.due.told.text() == "'31 Feb' is no such day; try Fri, 12 Mar or 2 weeks. Mon 21 Sep 2026 stays."
    editor.due.text.selectAll()
    QTest.keyClicks(editor.due.text, "11 Sep")
    press(editor.due.text, Qt.Key.Key_Return)
    assert editor.due.told.text() == "'11 Sep' is over; add the year for 11 Sep 2027. Mon 21 Sep 2026 stays."
    editor.due.text.selectAll()
    QTest.keyClicks(editor.due.text, "3 Feb")
    press(editor.due.text, Qt.Key.Key_Return)
    assert (editor.due.text.text(), editor.due.told.text()) == ("Wed 3 Feb 2027", "That is 3 Feb 2027.")


def test_tab_goes_through_the_sheet_as_it_is_read(page: OneOnOnesPage) -> None:
    add_points(page, "About the Zeta deal")
    page.cards.agreed.add()
    QApplication.processEvents()
    editor = page.cards.agreed.editors[0]
    cards = page.cards
    expected = [cards.promises.folds[-1].arrow, cards.facts.folds[0].arrow, cards.lines.views[0], cards.goals.more,
                cards.agenda.lines[0].text, cards.skill.skill, cards.notes.text, editor.text, editor.due.text,
                editor.link, editor.drop, cards.agreed.more, cards.private.text]  # fmt: skip
    put_in_order(page)  # as its window does at every Tab
    page.cards.promises.folds[-1].arrow.setFocus()
    passed: list[QWidget | None] = [QApplication.focusWidget()]
    while passed[-1] is not page.cards.private.text and len(passed) < 60:
        page.focusNextChild()
        passed.append(QApplication.focusWidget())
    assert [one for one in passed if one in expected] == expected


@pytest.mark.styled
def test_a_new_commitment_is_seen_whole(qtbot: QtBot, page: OneOnOnesPage) -> None:
    """Its field for the words stood at the edge and hid day and link below."""
    page.resize(1068, 520)
    QApplication.processEvents()
    page.cards.ensureWidgetVisible(page.cards.agreed.more, 0, 0)

    def seen() -> bool:
        editor = page.cards.agreed.editors[-1]
        top = editor.mapTo(page.cards.viewport(), editor.rect().topLeft()).y()
        return 0 <= top <= page.cards.viewport().height() - editor.height()

    for _ in range(3):
        page.cards.agreed.add()
        qtbot.waitUntil(seen)


def test_there_are_never_more_than_three_commitments(page: OneOnOnesPage) -> None:
    for _ in range(5):
        page.cards.agreed.add()
    assert len(page.cards.agreed.editors) == 3
    assert not page.cards.agreed.more.isVisibleTo(page.cards.agreed)
    page.cards.agreed.editors[0].drop.click()
    assert len(page.cards.agreed.editors) == 2
    assert page.cards.agreed.more.isVisibleTo(page.cards.agreed)


def test_another_period_is_kept_and_its_numbers_are_asked_for(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept
) -> None:
    type_into(page.cards.notes.text, "Keep me")
    page.head.picker.before.click()
    wait(qtbot, shell)
    assert kept.saved[-1].question.period == shift(QUARTER, -1, SETTINGS)
    assert page.head.picker.name.text() == "Q2 2026"
    assert page.cards.notes.text.toPlainText() == "Keep me"


def test_a_point_that_was_not_ended_with_enter_is_kept(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept
) -> None:
    type_into(page.cards.agenda.new, "todo: Ask finance")
    page.keep()  # as when another page is shown or the window is closed
    wait(qtbot, shell)
    assert page.cards.agenda.new.text() == ""
    assert ("todo", "Ask finance") in [(one.tag, one.text) for one in kept.saved[-1].agenda]


def test_an_empty_commitment_and_a_half_typed_day_stay_when_the_period_changes(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept
) -> None:
    page.cards.agreed.add()
    type_into(page.cards.agreed.editors[0].text, "Call Zeta")
    page.cards.agreed.add()
    page.cards.agreed.editors[0].due.text.selectAll()
    QTest.keyClicks(page.cards.agreed.editors[0].due.text, "31 Fe")
    type_into(page.cards.agenda.new, "Half a po")
    kept.shown = replace(kept.shown, lines=kept.shown.lines[:2])  # the other period has other KPIs to link
    page.head.picker.before.click()
    wait(qtbot, shell)
    assert page.head.picker.name.text() == "Q2 2026"
    assert [one.text.text() for one in page.cards.agreed.editors] == ["Call Zeta", ""]
    assert page.cards.agreed.editors[0].due.text.text() == "31 Fe"
    assert page.cards.agenda.new.text() == "Half a po"
    type_into(page.cards.agreed.editors[1].text, "Ask finance")
    page.keep()
    wait(qtbot, shell)
    assert [(one.text, one.id) for one in kept.saved[-1].commitments] == [("Call Zeta", 900), ("Ask finance", 0)]


def test_a_draft_is_deleted_after_a_question_and_brought_back(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept
) -> None:
    assert not page.head.delete_button.isVisible(), "there is nothing to delete yet"
    type_into(page.cards.notes.text, "Rash words")
    page.cards.agreed.add()
    type_into(page.cards.agreed.editors[0].text, "Call Zeta")
    answer("Keep it")
    page.head.delete_button.click()
    assert page.cards.notes.text.toPlainText() == "Rash words"
    seen = answer("Delete it")
    page.head.delete_button.click()
    wait(qtbot, shell)
    assert "Delete the draft of the one-on-one with Anna Sellwood?" in seen[0]
    assert (page.cards.notes.text.toPlainText(), page.cards.agreed.editors) == ("", [])
    assert not page.head.delete_button.isVisible()
    assert shell.toasts[-1] == "The draft with Anna Sellwood is deleted."
    assert shell.undo_last is not None
    shell.undo_last()
    wait(qtbot, shell)
    assert page.cards.notes.text.toPlainText() == "Rash words"
    assert [one.text.text() for one in page.cards.agreed.editors] == ["Call Zeta"]


def test_a_started_meeting_has_no_button_to_delete_it(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept
) -> None:
    type_into(page.cards.notes.text, "Held")
    page.start()
    wait(qtbot, shell)
    assert not page.head.delete_button.isVisible()
    page.delete_draft()
    wait(qtbot, shell)
    assert kept.reviews[1].notes == "Held"


def test_a_copy_is_named_after_the_meeting() -> None:
    closed = copy_title(sheets.CLOSED, date(2026, 12, 1), manager=False)
    assert file_name(closed, ".pdf") == "one-on-one Anna Sellwood 2026-09-14.pdf"
    assert copy_title(sheets.RICH, date(2026, 10, 3), manager=True) == "one-on-one Anna Sellwood 2026-10-03 private"


def test_an_untouched_draft_follows_the_newest_period_but_not_against_the_user(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept
) -> None:
    page.step(-1)
    wait(qtbot, shell)
    page.reload()
    wait(qtbot, shell)
    assert page.head.picker.name.text() == "Q2 2026"
    page.open_rep(BORIS)
    page.open_rep(ANNA)
    wait(qtbot, shell)
    assert page.head.picker.name.text() == "Q3 2026"


@pytest.mark.styled
def test_the_key_for_the_period_opens_the_list_of_the_sheet_on_the_screen(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept
) -> None:
    page.move(500, 300)
    page.choose_period()
    popup = page.head.picker.popup
    assert popup.isVisible()
    assert page.screen().availableGeometry().contains(popup.geometry())
    popup.hide()
    kept.reviews[1] = replace(sheets.CLOSED.review, id=1)
    page.open_meeting(1)
    wait(qtbot, shell)
    page.choose_period()
    assert not popup.isVisible()


# --- the meeting ---------------------------------------------------------------------------------------------------


def test_starting_seals_and_typing_goes_on(qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept) -> None:
    type_into(page.cards.notes.text, "Before")
    page.head.start_button.setFocus()
    press(page.head.start_button, Qt.Key.Key_Space)
    wait(qtbot, shell)
    assert page.head.close_button.hasFocus()
    assert page.head.state.text() == "In the meeting since 14 Sep 2026, 10:02, numbers sealed"
    assert page.cards.lines.note.text().endswith("sealed 7F3A")
    assert not page.head.picker.isVisible()
    type_into(page.cards.notes.text, " and after ")
    page.keep()
    wait(qtbot, shell)
    assert "Before" in kept.saved[-1].notes
    assert "after" in kept.saved[-1].notes
    assert kept.calls == [("start", 1)]


def test_closing_without_a_commitment_is_asked_about(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept
) -> None:
    seen = answer("Back to the sheet")
    page.close_meeting()
    assert "Nothing was agreed." in seen[0]
    assert kept.calls == []
    answer("Close it all the same")
    page.close_meeting()
    wait(qtbot, shell)
    assert kept.calls == [("close", 1, True)]


def test_a_next_step_in_a_deal_is_something_agreed(page: OneOnOnesPage) -> None:
    assert page.meeting is not None
    page.meeting = replace(page.meeting, next_steps=(NextStep(5, "Send the offer"),))
    seen = answer("Back to the sheet")
    page.close_meeting()
    assert "1 next step, the notes and the numbers are frozen" in seen[0]


def test_closing_with_a_commitment_says_what_is_frozen_and_waits_for_a_yes(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept
) -> None:
    page.cards.agreed.add()
    type_into(page.cards.agreed.editors[0].text, "Call Zeta")
    seen = answer("Back to the sheet")
    page.close_meeting()
    assert "1 commitment, the notes and the numbers are frozen" in seen[0]
    assert kept.calls == []
    answer("Close and freeze")
    page.close_meeting()
    wait(qtbot, shell)
    assert kept.calls == [("close", 1, False)]
    assert kept.reviews[1].commitments[0].text == "Call Zeta"
    assert page.head.state.text() == "Closed on 14 Sep 2026, 10:31, frozen"


@pytest.fixture
def closed(qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept) -> OneOnOnesPage:
    kept.reviews[1] = replace(sheets.CLOSED.review, id=1)
    page.open_meeting(1)
    wait(qtbot, shell)
    return page


def test_a_closed_meeting_can_only_be_read(qtbot: QtBot, shell: FakeShell, closed: OneOnOnesPage, kept: Kept) -> None:
    for field_ in (closed.cards.notes.text, closed.cards.private.text, closed.cards.agenda.lines[0].text):
        type_into(field_, "forged")
    press(closed.cards.agenda.lines[0].text, Qt.Key.Key_Delete, CTRL)
    closed.cards.agenda.lines[0].tick.click()
    closed.cards.agreed.add()
    closed.set_period(shift(QUARTER, -1, SETTINGS))
    closed.keep()
    wait(qtbot, shell)
    assert kept.saved == []
    assert closed.meeting == replace(sheets.CLOSED.review, id=1)
    hidden = (closed.cards.agenda.adding, closed.cards.agreed.more, closed.head.start_button, closed.head.close_button)
    assert not any(one.isVisible() for one in hidden)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert closed.cards.agreed.editors == []
    assert closed.cards.promises.folds
    assert closed.cards.promises.findChildren(SettleRow) == []


def test_a_closed_meeting_does_not_ask_for_notes(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept
) -> None:
    assert page.cards.notes.text.placeholderText() == "What was said, what was decided"
    kept.reviews[1] = replace(sheets.CLOSED.review, id=1, notes="", private="")
    page.open_meeting(1)
    wait(qtbot, shell)
    fields = (page.cards.notes.text, page.cards.private.text)
    assert [one.placeholderText() for one in fields] == ["No notes were taken."] * 2


def test_a_closed_meeting_shows_today_beside_it(closed: OneOnOnesPage) -> None:
    shown = closed.cards.then.findChildren(PlainLabel)
    sentences = [one.text() for one in shown if one not in (closed.cards.then.title, closed.cards.then.note)]
    assert sentences == [
        "Win rate: then 27%, now 24%: 3 deals were re-dated.", "The other numbers are as you both saw them.",
    ]  # fmt: skip


def test_a_closed_meeting_tells_what_was_agreed(closed: OneOnOnesPage) -> None:
    told = [one.text() for one in closed.cards.agreed.findChildren(PlainLabel)]
    assert "Eastmoor to Proposal" in told
    assert "Anna, by Fri 25 Sep 2026 · Line 4 retrofit → Proposal" in told
    assert "Me, by Tue 22 Sep 2026" in told


def test_past_meetings_are_opened_from_a_list_and_the_next_one_prepared(
    qtbot: QtBot, shell: FakeShell, closed: OneOnOnesPage, kept: Kept
) -> None:
    closed.head.next_button.click()
    wait(qtbot, shell)
    assert (closed.head.state.text(), closed.head.past.text()) == ("Draft, numbers are live", "Past (1)")
    closed.head.past.click()
    press(closed.head.past.popup.field, Qt.Key.Key_Down)
    press(closed.head.past.popup.field, Qt.Key.Key_Return)
    wait(qtbot, shell)
    assert closed.head.state.text() == "Closed on 14 Sep 2026, 09:31, frozen"


def test_to_look_at_a_past_meeting_and_back_prepares_nothing(
    qtbot: QtBot, shell: FakeShell, closed: OneOnOnesPage, kept: Kept
) -> None:
    def said() -> str:
        told = closed.list.view.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
        return str(told)

    closed.head.past.click()
    press(closed.head.past.popup.field, Qt.Key.Key_Up)
    press(closed.head.past.popup.field, Qt.Key.Key_Return)
    wait(qtbot, shell)
    assert closed.head.state.text() == "Draft, numbers are live"
    assert not any(one.is_prepared for one in kept.reviews.values())
    assert not closed.head.delete_button.isVisible()
    closed.open_meeting(1)
    wait(qtbot, shell)
    closed.head.next_button.click()
    wait(qtbot, shell)
    assert "Prepared" in said(), "without leaving the page"
    answer("Delete it")
    closed.head.delete_button.click()
    wait(qtbot, shell)
    assert "Prepared" not in said()
    assert not closed.head.delete_button.isVisible()


def test_a_promise_is_settled_by_hand_only_with_a_reason(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, kept: Kept
) -> None:
    fold = page.cards.promises.folds[2]
    fold.set_open(True)
    overrule = fold.findChildren(SettleRow)[0]
    overrule.state.setCurrentIndex(0)
    overrule.set.click()
    assert kept.calls == []
    assert overrule.reason.hasFocus()
    type_into(overrule.reason, "She told me")
    press(overrule.reason, Qt.Key.Key_Return)
    wait(qtbot, shell)
    assert kept.calls == [("overrule", 13, "done", "She told me")]


def test_a_verdict_by_hand_begins_with_what_the_files_do_not_say(page: OneOnOnesPage) -> None:
    offered = [fold.findChildren(SettleRow)[0].state.currentData() for fold in page.cards.promises.folds]
    assert [one.settlement.state for one in sheets.PROMISES] == ["done", "late", "open", "dropped"]
    assert offered == ["open", "open", "done", "dropped"]


@pytest.mark.styled
def test_settling_by_hand_moves_nothing_and_keeps_the_cursor_with_the_promise(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage
) -> None:
    for fold in page.cards.promises.folds:
        fold.set_open(True)
    QApplication.processEvents()
    bar = page.cards.verticalScrollBar()
    bar.setValue(bar.maximum() // 4)
    before = bar.value()
    overrule = page.cards.promises.folds[2].findChildren(SettleRow)[0]
    type_into(overrule.reason, "She told me")
    overrule.set.setFocus()
    overrule.set.click()
    page.reload()
    wait(qtbot, shell)
    QApplication.processEvents()
    assert page.cards.promises.folds[2].arrow.hasFocus()
    assert before > 0
    assert bar.value() == before


def test_the_presenter_follows_the_sheet_and_closes_with_another_rep(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage
) -> None:
    page.present()
    presenter = page.presenter
    assert presenter is not None
    presenter.go(4)
    add_points(page, "Seen by both")
    type_into(page.cards.private.text, "Not for her")
    texts = all_texts(presenter)
    assert "Seen by both" in texts
    assert "Not for her" not in texts
    with qtbot.waitSignal(presenter.destroyed):
        page.open_rep(BORIS)
        wait(qtbot, shell)
    assert page.presenter is None


@pytest.mark.parametrize("manager", [False, True])
@pytest.mark.parametrize("ending", [".pdf", ".html"])
def test_a_copy_is_written_and_only_my_own_holds_private_notes(
    qtbot: QtBot, shell: FakeShell, page: OneOnOnesPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    ending: str, manager: bool,
) -> None:  # fmt: skip
    monkeypatch.setattr(operations, "check_export_path", lambda _ws, _to: None)
    type_into(page.cards.private.text, "Not for her")
    to = tmp_path / f"copy{ending}"
    page.export_to(to, manager=manager)
    wait(qtbot, shell)
    assert shell.toasts[-1] == f"Written to copy{ending}."
    if ending == ".html":
        assert ("Not for her" in to.read_text(encoding="utf-8")) is manager
    else:
        assert to.read_bytes().startswith(b"%PDF")


# --- words and days ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("Fri", "2026-09-18"), ("mon", "2026-09-21"), ("next fri", "2026-09-25"), ("by Wed", "2026-09-16"),
        ("tomorrow", "2026-09-15"), ("2 weeks", "2026-09-28"), ("in 3 days", "2026-09-17"), ("1w", "2026-09-21"),
        ("12 Oct", "2026-10-12"), ("12 Mar", "2027-03-12"), ("Oct 12", "2026-10-12"), ("12 march 2028", "2028-03-12"),
        ("14 sep", "2026-09-14"), ("12.10.", "2026-10-12"), ("1.2.2027", "2027-02-01"), ("2026-12-01", "2026-12-01"),
        ("Fri 25 Sep 2026", "2026-09-25"), ("end of month", "2026-09-30"),
        ("31 Feb", None), ("", None), ("soon", None), ("12/10", None), ("f", None), ("999 years", None),
    ],
)  # fmt: skip
def test_a_day_as_a_person_types_it(typed: str, day: str | None) -> None:
    assert typed_day(typed, MONDAY) == (date.fromisoformat(day) if day else None)


@pytest.mark.parametrize(
    ("typed", "day", "told"),
    [
        ("Fri", "2026-09-18", ""), ("12 Oct", "2026-10-12", ""), ("today", "2026-09-14", ""),
        ("60 weeks", "2027-11-08", ""), ("12 Mar", "2027-03-12", "That is 12 Mar 2027."),
        ("12.8.", "2027-08-12", "That is 12 Aug 2027."), ("12 Aug 2027", "2027-08-12", ""),
        ("1 Sep", None, "is over; add the year for 1 Sep 2027"), ("2026-09-13", None, "is over"),
        ("yesterday", None, "is over"), ("32 Foo", None, "is no such day; try Fri, 12 Mar or 2 weeks"),
    ],
)  # fmt: skip
def test_a_due_day_is_to_come_and_a_year_nobody_typed_is_said(typed: str, day: str | None, told: str) -> None:
    assert read_due(typed, MONDAY) == (date.fromisoformat(day) if day else None, told)


def test_the_stages_of_open_deals_are_in_the_order_of_their_probability() -> None:
    deals = [OpenDeal(1, "a", "", "Proposal", "", 60.0), OpenDeal(2, "b", "", "Discovery", "", 20.0),
             OpenDeal(3, "c", "", "Negotiation", "", 80.0), OpenDeal(4, "d", "", "", "")]  # fmt: skip
    stages = stages_of(deals)
    assert stages == ("Discovery", "Proposal", "Negotiation")
    assert [stage_after(one, stages) for one in ("Discovery", "Negotiation", "unknown")] == ["Proposal", "won", "won"]


def test_a_stamp_without_a_time_gives_the_day() -> None:
    started = replace(sheets.STARTED.review, started_at="2026-09-14")
    assert state_words(started) == "In the meeting since 14 Sep 2026, numbers sealed"


# --- the real window -----------------------------------------------------------------------------------------------


def test_five_actions_lead_from_the_window_to_a_ready_sheet_that_survives_it(
    qtbot: QtBot, make_window: Callable[..., MainWindow], sample: Path
) -> None:
    window = make_window(sample)
    QTest.keyClick(window, Qt.Key.Key_5, CTRL)
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    page = window.pages.page
    assert isinstance(page, OneOnOnesPage)
    QTest.keyClicks(page.list.search, "leila")
    press(page.list.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    assert page.head.name.text() == "Leila Haddad"
    assert page.cards.lines.views
    assert page.cards.lines.views[0].shown.words
    type_into(page.cards.notes.text, "Typed just before the end")
    window.close()

    again = make_window(sample)
    page = again.show_page("one-on-ones")
    assert isinstance(page, OneOnOnesPage)
    qtbot.waitUntil(lambda: settled(again), timeout=PATIENCE)
    leila = next(one.scope for one in page.list.entries if one.scope.name == "Leila Haddad")
    page.open_rep(leila)
    qtbot.waitUntil(lambda: settled(again), timeout=PATIENCE)
    assert page.cards.notes.text.toPlainText() == "Typed just before the end"


def test_an_answer_dropped_on_the_window_goes_to_its_rep(
    qtbot: QtBot, make_window: Callable[..., MainWindow], sample: Path, tmp_path: Path
) -> None:
    window, form = make_window(sample), tmp_path / "form.txt"

    def write(workspace: Any) -> None:
        leila = operations.scopes(workspace).find_scope("rep:Leila Haddad")
        operations.export_preparation(workspace, leila, form)

    window.jobs.ask("form", write, lambda _none: None, window.show_error)
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    text = form.read_text(encoding="utf-8-sig").replace("## Stuck deal\n", "## Stuck deal\nNo reply in weeks\n")
    (tmp_path / "answers.txt").write_text(text, encoding="utf-8")
    window.import_files([tmp_path / "answers.txt"])
    qtbot.waitUntil(lambda: settled(window) and bool(window.findChildren(AnswerDialog)), timeout=PATIENCE)
    window.findChildren(AnswerDialog)[-1].yes.click()
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    page = window.pages.page
    assert isinstance(page, OneOnOnesPage)
    qtbot.waitUntil(lambda: page.head.name.text() == "Leila Haddad", timeout=PATIENCE)
    assert "Stuck: No reply in weeks" in [one.text for one in page.cards.agenda.items]


def test_the_palette_finds_the_meeting_with_a_rep_and_what_to_do_in_it(
    qtbot: QtBot, make_window: Callable[..., MainWindow], sample: Path
) -> None:
    window = make_window(sample)

    def find(words: str) -> None:
        open_palette(window)
        QTest.keyClicks(window.palette_popup.field, words)
        press(window.palette_popup.field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)

    find("one-on-one with noor")
    page = window.pages.page
    assert isinstance(page, OneOnOnesPage)
    assert page.head.name.text() == "Noor van der Berg"
    window.actions_by_name["before"].trigger()
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    assert (window.pages.page, page.head.picker.name.text()) == (page, "Q2 2026")
    find("start the meeting")
    assert page.meeting is not None
    assert page.meeting.state == "started"
    line = page.cards.lines.views[0]
    line.setFocus()
    press(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    rows: Any = window.pages.page
    assert rows.name.text() == f"{line.shown.row.kpi.name}, as seen on 14 Sep 2026"
    sealed = rows.receipt
    assert len(sealed.rows) == rows.table.records.rowCount() > 0
    rows.other.click()
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    assert (rows.receipt.rows, rows.name.text()[-14:]) == (sealed.rows, "as it is today"), "no newer data yet"
    press(rows.table, Qt.Key.Key_Escape)
    assert window.pages.page is page
    find("present")
    assert page.presenter is not None
    page.presenter.close()
    answer("Close it all the same")
    find("close the meeting")
    assert page.head.state.text() == "Closed on 14 Sep 2026, frozen"


# --- besides the numbers ----------------------------------------------------------------------------------------


def test_tags_are_typed_chosen_and_undone(page: OneOnOnesPage, kept: Kept) -> None:
    add_points(page, "todo: Send the case", "Plain: no tag of ours")
    assert [(one.text, one.tag) for one in page.cards.agenda.items] == [
        ("Send the case", "todo"), ("Plain: no tag of ours", "")]  # fmt: skip
    line = page.cards.agenda.lines[1]
    assert (line.tag.text(), line.tag.accessibleName()) == ("–", "Tag of the point: none, Plain: no tag of ours")
    line.open_tags()
    (menu,) = line.findChildren(QMenu)
    assert [one.text() for one in menu.actions()][1:3] == ["TODO: the rep does it", "MANAGER: you do it"]
    menu.actions()[4].trigger()
    menu.close()
    assert [one.tag for one in page.cards.agenda.items] == ["todo", "fyi"]
    assert page.cards.agenda.lines[1].tag.text() == "FYI"
    page.undo_stack.undo()
    assert [one.tag for one in page.cards.agenda.items] == ["todo", ""]
    page.cards.agenda.lines[0].tick.setChecked(True)
    assert page.cards.agenda.lines[0].tag.text() == "DONE"


def test_next_steps_are_typed_kept_and_undone(qtbot: QtBot, page: OneOnOnesPage, shell: FakeShell, kept: Kept) -> None:
    field_ = page.cards.risks.steps[7]
    assert field_.accessibleName() == "Next step in Zeta rollout"
    type_into(field_, "Call their finance lead")
    page.keep()
    wait(qtbot, shell)
    assert kept.saved[-1].next_steps == (NextStep(7, "Call their finance lead"),)
    page.undo_stack.undo()
    assert field_.text() == ""
    page.undo_stack.redo()
    assert (field_.text(), page.meeting and page.meeting.next_step(7)) == (("Call their finance lead"),) * 2


def test_skill_praise_and_evidence_are_kept(qtbot: QtBot, page: OneOnOnesPage, shell: FakeShell, kept: Kept) -> None:
    page.cards.skill.skill.setPlainText("Ask who signs")
    page.cards.skill.praise.setPlainText("The pilot offer")
    page.cards.skill.link.chosen.emit(("kpi", "win_rate"))
    page.keep()
    wait(qtbot, shell)
    saved = kept.saved[-1]
    assert (saved.skill, saved.praise, saved.evidence.kpi_id) == ("Ask who signs", "The pilot offer", "win_rate")
    page.cards.skill.link.chosen.emit(("deal", 7))
    assert page.meeting is not None
    assert page.meeting.evidence == Evidence(deal_id=7, name="Zeta rollout")


def test_what_was_carried_over_says_from_when_until_it_is_dropped(
    qtbot: QtBot, page: OneOnOnesPage, shell: FakeShell, kept: Kept
) -> None:
    kept.shown = sheets.FULL
    kept.reviews[1] = replace(sheets.FULL.review, id=1)
    page.open_meeting(1)
    wait(qtbot, shell)
    carried, new = page.cards.agenda.lines
    qtbot.waitUntil(lambda: carried.since.isVisibleTo(page), timeout=PATIENCE)
    assert carried.since.text() == "from 31 Aug 2026"
    assert carried.text.accessibleName() == "Point of the rep, from 31 Aug 2026: Reference for procurement"
    assert not new.since.isVisibleTo(page)
    assert page.cards.skill.shown.text() == "From 17 Aug 2026 · Seen in: Win rate"
    assert page.cards.skill.shown.isVisibleTo(page)
    type_into(carried.text, "!")
    page.keep()
    wait(qtbot, shell)
    assert kept.saved[-1].agenda[0].since == date(2026, 8, 31), "worded anew, it is the same point"


def test_wellbeing_has_its_place_once_a_month(qtbot: QtBot, page: OneOnOnesPage, shell: FakeShell, kept: Kept) -> None:
    assert not page.cards.wellbeing.isVisibleTo(page)
    kept.shown = replace(kept.shown, monthly=True)
    page.reload()
    wait(qtbot, shell)
    assert page.cards.wellbeing.isVisibleTo(page)
    page.cards.wellbeing.text.setPlainText("Tired, but fine")
    page.keep()
    wait(qtbot, shell)
    assert kept.saved[-1].wellbeing == "Tired, but fine"


def test_goals_are_shown_with_their_verdict_and_dropped(
    qtbot: QtBot, page: OneOnOnesPage, shell: FakeShell, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped: list[tuple[int, bool]] = []

    def drop(_ws: object, number: int, *, back: bool = False) -> CoachingGoal:
        dropped.append((number, back))
        return sheets.GOAL.goal

    monkeypatch.setattr(operations, "drop_coaching_goal", drop)
    kept.shown = replace(kept.shown, goals=(sheets.GOAL,))
    page.reload()
    wait(qtbot, shell)
    told = [one.text() for one in page.cards.goals.findChildren(QLabel)]
    assert "Qualify budget first" in told
    assert any("More than luck" in text or "more than luck explains" in text for text in told)
    (mark,) = page.cards.goals.findChildren(VerdictMark)
    assert mark.accessibleName() == "Changed for the better"
    page.cards.goals.dropped.emit(4)
    wait(qtbot, shell)
    assert dropped == [(4, False)]


def test_a_goal_is_set_in_a_dialog_that_says_what_can_show(
    qtbot: QtBot, page: OneOnOnesPage, shell: FakeShell, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, date]] = []

    def draft(_ws: object, scope: Scope, kpi_id: str, **typed: Any) -> CoachingGoal:
        asked.append((kpi_id, typed["due"]))
        if typed["due"] < date(2026, 9, 28):
            raise UserError("15 Sep 2026 is too soon to see a change.", "Name a day from 29 Sep 2026 on.")
        return replace(sheets.GOAL.goal, kpi_id=kpi_id, text=typed["text"], due=typed["due"])

    saved: list[CoachingGoal] = []

    def keep(_ws: object, goal: CoachingGoal) -> CoachingGoal:
        saved.append(goal)
        return goal

    monkeypatch.setattr(operations, "draft_coaching_goal", draft)
    monkeypatch.setattr(operations, "goal_reach", lambda _goal: "With about 3 deals nothing would show.")
    monkeypatch.setattr(operations, "save_coaching_goal", keep)
    monkeypatch.setattr(operations, "kpis", lambda _ws, _status: ())
    page.cards.goals.more.click()
    wait(qtbot, shell)
    (dialog,) = page.findChildren(GoalDialog)
    assert "With about 3 deals nothing would show." in dialog.start.text()
    dialog.due.setText("tomorrow")
    press(dialog.due, Qt.Key.Key_Tab)
    dialog.ask()
    wait(qtbot, shell)
    assert "too soon" in dialog.problem.text()
    dialog.due.setText("nonsense")
    dialog.ask()
    assert "'nonsense' is no day." in dialog.problem.text()
    dialog.due.setText("12 Dec")
    dialog.words.setText("Ask who signs")
    dialog.yes.click()
    qtbot.waitUntil(lambda: not isValid(dialog) or not dialog.isVisible(), timeout=PATIENCE)
    wait(qtbot, shell)
    assert [(one.text, one.due) for one in saved] == [("Ask who signs", date(2026, 12, 12))]
    assert asked[0] == (sheets.RICH.lines[0].row.kpi.id, date(2026, 12, 14))


def test_an_answer_is_shown_before_it_is_taken(
    qtbot: QtBot, page: OneOnOnesPage, shell: FakeShell, kept: Kept, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert page.meeting is not None
    answer = Answer(wins="<b>ACME</b> signed", energy="4")
    missing = Issue(0, "Blockers", "", "The question is not in the file, so nothing was read for it.")
    found = Prepared(page.meeting, answer, points_of(answer), wellbeing_of(answer), (missing,))
    taken: list[Prepared] = []

    def take(_ws: object, prepared: Prepared) -> Review:
        taken.append(prepared)
        return prepared.review

    monkeypatch.setattr(operations, "read_preparation", lambda _ws, _path, _scope: found)
    monkeypatch.setattr(operations, "take_preparation", take)
    page.read_answer(tmp_path / "answers.txt")
    wait(qtbot, shell)
    (dialog,) = page.findChildren(AnswerDialog)
    told = [one.text() for one in dialog.findChildren(QLabel)]
    assert "FYI  Wins: <b>ACME</b> signed" in told
    assert "Blockers: The question is not in the file, so nothing was read for it." in told
    assert taken == []
    dialog.yes.click()
    qtbot.waitUntil(lambda: not isValid(dialog) or not dialog.isVisible(), timeout=PATIENCE)
    wait(qtbot, shell)
    assert taken == [found]


def test_of_several_answers_each_is_shown_once_the_one_before_was_taken_or_left(
    qtbot: QtBot, page: OneOnOnesPage, shell: FakeShell, kept: Kept, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert page.meeting is not None
    answer = Answer(wins="ACME signed")
    found = Prepared(page.meeting, answer, points_of(answer), wellbeing_of(answer), ())
    read: list[str] = []

    def read_one(_ws: object, path: Path, _scope: object) -> Prepared:
        read.append(path.stem)
        if path.stem == "broken":
            raise UserError("It is no answer.", "")
        return found

    monkeypatch.setattr(operations, "read_preparation", read_one)
    monkeypatch.setattr(operations, "take_preparation", lambda _ws, prepared: prepared.review)
    page.read_answer(tmp_path / "ann.txt", [tmp_path / f"{name}.txt" for name in ("broken", "bo", "cy")])
    for is_taken, last in ((True, "ann"), (False, "bo"), (True, "cy")):
        wait(qtbot, shell)
        (dialog,) = (one for one in page.findChildren(AnswerDialog) if one.isVisible())
        assert read[-1] == last
        dialog.take() if is_taken else dialog.reject()
    wait(qtbot, shell)
    assert read == ["ann", "broken", "bo", "cy"]
    assert [one.problem for one in shell.errors] == ["It is no answer."]
    assert not [one for one in page.findChildren(AnswerDialog) if one.isVisible()]


def test_who_is_late_is_said_in_the_list_and_all_are_prepared_at_once(
    qtbot: QtBot, page: OneOnOnesPage, shell: FakeShell, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    reps = [one.scope for one in page.list.entries][:3]
    assert not page.list.all_due.isVisibleTo(page.list)
    kept.open(None, reps[0])
    kept.overdue = (
        Due("one_on_one", "One-on-one", reps[0], reps[0].name, AS_OF, "week", AS_OF, 9),
        Due("one_on_one", "One-on-one", reps[1], reps[1].name, AS_OF, "week", None, 5),
        Due("one_on_one", "One-on-one", reps[2], reps[2].name, AS_OF, "week", AS_OF, 1, note="away until 30 Sep"),
    )

    def prepare(_ws: object) -> Generator[Progress, None, Drafts]:
        yield Progress(0, 2, "Preparing the one-on-one with somebody")
        made = tuple((one, kept.open(None, one).id) for one in reps[:2])
        return Drafts(AS_OF, made[1:], made[:1], (LeftOut(reps[2], reps[2].name, "away until 30 Sep"),))

    monkeypatch.setattr(operations, "prepare_one_on_ones", prepare)
    page.reload()
    wait(qtbot, shell)
    entries = {one.scope: entry_words(one) for one in page.list.entries}
    assert "9 days late" in entries[reps[0]]
    assert "late" not in entries[reps[1]], "nobody can be late for a meeting that never was"
    assert "away until 30 Sep" in entries[reps[2]]
    assert page.list.all_due.text() == "Prepare this week's (1)", "the first is prepared already"
    page.list.all_due.click()
    assert page.list.all_due.text() == "Cancel"
    wait(qtbot, shell)
    assert shell.toasts[-1] == f"1 draft made, 1 there already. Left out: {reps[2].name} (away until 30 Sep)."
    page.reload()
    wait(qtbot, shell)
    assert not page.list.all_due.isVisibleTo(page.list), "everybody is prepared"
    assert entry_words(page.list.entries[1]).startswith("Prepared")


def test_many_who_are_left_out_are_counted_and_named_in_a_dialog() -> None:
    found = Drafts(AS_OF, (), (), tuple(LeftOut(ANNA, f"Rep {at}", "not due") for at in range(3)))
    assert prepared_words(found) == "0 drafts made, 0 there already, 3 left out."


def test_nothing_can_be_done_to_a_sheet_that_is_not_there_yet(qtbot: QtBot, shell: FakeShell, kept: Kept) -> None:
    made = OneOnOnesPage(shell)
    qtbot.addWidget(made)
    made.show()
    made.show_body()
    made.show_value(load_desk(None))
    assert made.waiting.isVisible()
    assert not made.head.start_button.isVisible()
    assert not made.cards.isVisible()
    wait(qtbot, shell)
    assert made.head.start_button.isVisible()
    assert not made.waiting.isVisible()


def test_the_meeting_of_one_rep_cannot_be_started_while_another_is_on_its_way(
    qtbot: QtBot, page: OneOnOnesPage, shell: FakeShell
) -> None:
    page.open_rep(BORIS)
    assert page.head.name.text() == "Anna Sellwood"
    assert not page.head.start_button.isEnabled()
    wait(qtbot, shell)
    assert page.head.name.text() == "Boris Fay"
    assert page.head.start_button.isEnabled()


def test_what_team_reviews_agreed_stands_apart_from_what_was_promised(
    qtbot: QtBot, page: OneOnOnesPage, shell: FakeShell, kept: Kept
) -> None:
    action = Action("Call <b>Acme</b>", "Anna Sellwood", date(2026, 11, 12))
    kept.asked[ANNA] = (ReviewAction(action, "Weekly team review", "North", date(2026, 11, 5)),)
    page.reload()
    wait(qtbot, shell)
    told = [one.text() for one in page.cards.promises.findChildren(PlainLabel)]
    assert "From team reviews" in told
    assert "Call <b>Acme</b>, by 12 Nov 2026 (Weekly team review, North, 5 Nov 2026)" in told
    page.open_rep(BORIS)
    wait(qtbot, shell)
    left = [one.text() for one in page.cards.promises.findChildren(PlainLabel) if not one.isHidden()]
    assert "From team reviews" not in left
