"""The formula page with real windows: a KPI by form and by text, mistakes, completion, undo, definitions in time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.formats import day_text
from kpidesk.core.imports import ImportOptions
from kpidesk.core.kpis import Kpi
from kpidesk.core.progress import finish
from kpidesk.core.scorecards import Question
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.pages.editor import EditorPage
from kpidesk.ui.pages.goals import GoalsPage
from kpidesk.ui.widgets.editor_colours import partner, pieces
from kpidesk.ui.widgets.editor_formula import FORM, MORE_THAN_FORM, TEXT
from kpidesk.ui.widgets.editor_state import NEW, Unfinished, first_kpi, id_of, read_unfinished, unfinished_text
from tests.ui.history import DATA_OF, LAST, NEXT, TODAY
from tests.ui.shell import FakeShell, told, until, workspace_shell

pytestmark = pytest.mark.unstyled

WIN_RATE = "count(deals where won on closed_at) / count(deals where closed on closed_at)"
LOSS_RATE = "count(deals where lost on closed_at) / count(deals where closed on closed_at)"


@pytest.fixture
def workspace(history_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(history_file, tmp_path / "history.kpidesk"))


@pytest.fixture
def shell(qtbot: QtBot, workspace: Path) -> Iterator[FakeShell]:
    with workspace_shell(workspace, LAST) as made_shell:
        made_shell.today = lambda: TODAY  # type: ignore[method-assign]  # the day the workspace was opened on
        yield made_shell


def open_page(qtbot: QtBot, shell: FakeShell, kpi_id: str = NEW) -> EditorPage:
    page = EditorPage(shell)
    qtbot.addWidget(page)
    shell.pages["editor"] = page
    page.resize(1068, 800)
    page.show()
    page.activateWindow()
    until(qtbot, page.isActiveWindow)
    page.ask(LAST)
    page.open_kpi(kpi_id) if kpi_id else page.new_kpi()
    settle(qtbot, page)
    return page


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell) -> EditorPage:
    return open_page(qtbot, shell)


def settle(qtbot: QtBot, page: EditorPage) -> None:
    """Wait until the typing has rested and nothing is asked any more."""
    until(qtbot, lambda: not (page.shell.jobs.is_busy or page._typing.isActive()))


def press(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def type_into(field: QWidget, text: str) -> None:
    """Replace what stands in a field by what is pasted, which a field takes as typed."""
    field.setFocus()
    QGuiApplication.clipboard().setText(text)
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def write(qtbot: QtBot, page: EditorPage, text: str) -> None:
    """Replace the text."""
    page.show_view(TEXT)
    type_into(page.formula.text, text)
    settle(qtbot, page)


def fill_words(page: EditorPage, name: str) -> None:
    for field, words in (("name", name), ("objective", "Win more"), ("decision", "Look at reasons"), ("owner", "Ann")):
        type_into(page.details.fields[field], words)


def marked(page: EditorPage) -> tuple[int, int] | None:
    """The characters marked as wrong."""
    return page.formula.text.error_place


def kept(page: EditorPage) -> Kpi | None:
    """The KPI in view as it is kept."""
    return page.stored


def chip(page: EditorPage, name: str, *, below: bool = False) -> QPushButton:
    editor = page.formula.form.below if below else page.formula.form.measure
    return next(one for one in editor.chip_buttons() if one.property("chip") == name)


def stored(workspace: Path, kpi_id: str) -> Kpi:
    ws = operations.open_workspace(workspace, today=TODAY)
    try:
        return operations.find_kpi(ws, kpi_id)
    finally:
        operations.close(ws)


def fill_up(ws: operations.Workspace) -> None:
    for kpi_id in ("nrr", "grr"):
        operations.add_kpi(ws, kpi_id)


def save(qtbot: QtBot, page: EditorPage, button: QPushButton) -> None:
    press(button)
    settle(qtbot, page)


# --- the two views -----------------------------------------------------------------------------------------------


def test_a_kpi_written_by_form_is_the_same_as_by_text(
    qtbot: QtBot, shell: FakeShell, page: EditorPage, workspace: Path
) -> None:
    """Ten of forty closed deals were won in each quarter of the made-up history: a loss rate of 75 %."""
    form = page.formula.form
    press(chip(page, "won"))
    press(chip(page, "lost"))
    form.by.choose("measure")
    settle(qtbot, page)
    assert page.text == LOSS_RATE
    assert page.live.value_texts()[0] == "Q2 2026: 75%"
    assert page.live.rows.text() == "40 rows in Q2 2026"
    fill_words(page, "Loss rate")
    page.shown.direction.choose("lower")
    save(qtbot, page, page.foot.use)
    by_form = stored_while_open(qtbot, page, "loss_rate")
    page.new_kpi()
    settle(qtbot, page)
    write(qtbot, page, LOSS_RATE)
    fill_words(page, "Loss rate by text")
    page.shown.direction.choose("lower")
    save(qtbot, page, page.foot.use)
    by_text = stored_while_open(qtbot, page, "loss_rate_by_text")
    assert by_form.status == "active"
    assert (by_form.formula, by_form.unit, by_form.kpi_class) == (LOSS_RATE, "percent", "ratio")
    assert (by_form.direction, by_form.sentence) == ("lower", "Deals lost ÷ deals won or lost, by the day they closed.")
    names = {"id": "", "name": "", "sentence": ""}
    assert replace(by_form, **names) == replace(by_text, **names)  # type: ignore[arg-type]  # names of text fields


def stored_while_open(qtbot: QtBot, page: EditorPage, kpi_id: str) -> Kpi:
    """A KPI as the workspace has it, asked on its own thread."""
    found: list[Kpi] = []
    page.shell.jobs.ask("test", lambda ws: operations.find_kpi(ws, kpi_id), found.append, page.shell.show_error)
    until(qtbot, lambda: bool(found) or not page.shell.jobs.is_busy)
    return found[0]


def test_switching_back_and_forth_loses_nothing_also_where_the_text_says_more(qtbot: QtBot, page: EditorPage) -> None:
    write(qtbot, page, "avg(deals.amount where won and type = 'new' on closed_at)")
    text = page.text
    page.show_view(FORM)
    form = page.formula.form.measure
    assert (form.aggregate.value(), form.field.value(), form.dated.value()) == ("avg", "amount", "closed_at")
    line = form.conditions.lines[0]
    assert (line.field.value(), line.op.value(), line.value.text()) == ("type", "=", "new")
    page.show_view(TEXT)
    assert page.text == text
    page.show_view(FORM)
    type_into(line.value, "renewal")
    settle(qtbot, page)
    assert page.text == "avg(deals.amount where won and type = 'renewal' on closed_at)"
    more = "count(deals where won on closed_at) - count(deals where lost on closed_at)"
    write(qtbot, page, more)
    page.show_view(FORM)
    assert page.formula.form.isHidden()
    assert page.formula.note.why.text() == MORE_THAN_FORM
    assert page.formula.note.formula.text() == more
    assert page.text == more
    write(qtbot, page, WIN_RATE)
    page.show_view(FORM)
    assert not page.formula.form.isHidden()
    assert page.formula.note.isHidden()
    assert chip(page, "closed", below=True).isChecked()


def test_each_answer_changes_the_formula_and_its_value(qtbot: QtBot, page: EditorPage) -> None:
    form = page.formula.form.measure
    press(chip(page, "won"))
    assert chip(page, "won").icon().isNull()
    press(form.add)
    line = form.conditions.lines[0]
    line.field.choose("stage")
    settle(qtbot, page)
    assert set(line._seen.stringList()) == {"Won", "Lost"}
    type_into(line.value, "Lost")
    settle(qtbot, page)
    assert page.text == "count(deals where stage = 'Lost' on closed_at)"
    assert page.live.value_texts()[0] == "Q2 2026: 30"
    press(line.remove)
    assert page.text == "count(deals on closed_at)"
    press(chip(page, "won"))
    assert not chip(page, "won").icon().isNull()  # ticked at once
    form.aggregate.choose("median")
    form.field.choose("\x00time")
    settle(qtbot, page)
    assert page.text == "median(days(deals.created_at, deals.closed_at) where won on closed_at)"
    assert page.live.value_texts()[0] == "Q2 2026: 60 days"
    assert page.shown.unit.value() == "days"
    form.aggregate.choose("kpi")
    page.formula.form.kpi.button.chosen.emit("bookings")
    settle(qtbot, page)
    assert page.text == "[bookings]"
    assert page.live.value_texts()[0] == "Q2 2026: $10.0K"
    assert page.live.reads.text() == "Bookings"
    page.formula.form.kind.choose("count")
    form.table.choose("activities")
    settle(qtbot, page)
    assert page.text == "count(activities on occurred_at)"
    assert page.live.value_texts()[0].startswith("Q2 2026: —. needs activities")
    assert page.live.notices.count() == 1


def bring_seats(ws: operations.Workspace, folder: Path) -> None:
    """Two deals won in Q2 2026 with columns that no field stands for."""
    path = folder / "seats.csv"
    path.write_text(
        "Deal ID,Deal Name,Owner,Stage,Created Date,Closed Date,Amount,Seats,Kick-off,Region\n"
        "S1,S1,Ann,Won,2026-05-01,2026-05-11,1000,12,2026-06-01,North\n"
        "S2,S2,Bob,Won,2026-05-01,2026-05-21,1000,30,2026-08-01,South\n"
    )
    finish(operations.import_file(ws, path, ImportOptions(as_of=DATA_OF)))


def test_columns_of_the_users_own_are_chosen_in_the_form(qtbot: QtBot, shell: FakeShell, tmp_path: Path) -> None:
    told(qtbot, shell, lambda ws: bring_seats(ws, tmp_path))
    page = open_page(qtbot, shell)
    form = page.formula.form.measure
    form.aggregate.choose("sum")
    form.field.choose("number(`Seats`)")
    settle(qtbot, page)
    assert page.text == "sum(number(deals.`Seats`) where won on closed_at)"
    assert page.live.value_texts()[0] == "Q2 2026: 42"
    form.dated.choose("date(`Kick-off`)")
    settle(qtbot, page)
    assert page.live.value_texts()[0] == "Q2 2026: 12"
    assert page.formula.form.over.count() == 1  # what lies in the period does not lie in a longer time
    form.dated.choose("closed_at")
    press(form.add)
    line = form.conditions.lines[0]
    line.field.choose("`Region`")
    settle(qtbot, page)
    assert line._seen.stringList() == ["North", "South"]
    type_into(line.value, "South")
    settle(qtbot, page)
    assert page.live.value_texts()[0] == "Q2 2026: 30"
    form.aggregate.choose("avg")
    form.field.choose("\x00time")
    form.time.first.choose("created_at")
    form.time.last.choose("date(`Kick-off`)")
    settle(qtbot, page)
    assert page.text.startswith("avg(days(deals.created_at, date(deals.`Kick-off`)) where won and `Region` = 'South'")
    assert page.live.value_texts()[0] == "Q2 2026: 92 days"


def test_a_condition_on_a_column_that_no_file_has_stays_until_it_is_taken_away(qtbot: QtBot, page: EditorPage) -> None:
    write(qtbot, page, "count(deals where won and `Colour` = 'red' on closed_at)")
    page.show_view(FORM)
    settle(qtbot, page)
    form = page.formula.form.measure
    assert form.conditions.lines[0].field.currentText() == "Colour (in no file)"
    form.dated.choose("created_at")
    settle(qtbot, page)
    assert page.text == "count(deals where won and `Colour` = 'red' on created_at)"
    assert page.live.reason.text() == "Q2 2026: no file of deals has a column 'Colour'"


# --- text: mistakes, completion, undo --------------------------------------------------------------------------------


def test_a_condition_without_a_value_is_asked_for_and_not_counted_as_empty(qtbot: QtBot, page: EditorPage) -> None:
    fill_words(page, "In one stage")
    page.formula.form.measure.conditions.add()
    settle(qtbot, page)
    (line,) = page.formula.form.measure.conditions.lines
    tested = line.field.currentText()
    assert page.live.sentence.text() == f'The condition on {tested} has no value yet. Type one, or choose "is empty".'
    assert page.live.value_texts() == []
    assert page.foot.missing.text() == f"Still missing: a value in the condition on {tested}."
    for button in (page.foot.keep, page.foot.use):
        page.setFocus()
        save(qtbot, page, button)
        assert kept(page) is None
        assert line.value.hasFocus()
        assert line.need.text() == page.live.sentence.text()
    type_into(line.value, "Won")
    settle(qtbot, page)
    assert line.need.isHidden()
    assert len(page.live.value_texts()) == 4
    assert (page.foot.missing.text(), page.foot.use.text()) == ("", "Take into use")
    line.op.choose("in")
    line.op.picked.emit()
    type_into(line.value, ", ")
    settle(qtbot, page)
    assert page.live.sentence.text().startswith(f"The condition on {tested} has no value yet.")
    line.op.choose("is empty")
    line.op.picked.emit()
    settle(qtbot, page)
    assert f"{tested} is empty" in page.text
    assert len(page.live.value_texts()) == 4
    save(qtbot, page, page.foot.use)
    made = kept(page)
    assert made is not None
    assert made.status == "active"


def test_which_way_is_better_is_preset_by_what_is_counted_until_it_is_chosen(qtbot: QtBot, page: EditorPage) -> None:
    shown = page.shown
    for text, way, why in ((LOST, "lower", "It counts what was lost."), (WON, "higher", ""), (LOST, "lower", None)):
        write(qtbot, page, text)
        assert shown.direction.value() == way
        assert why in (None, shown.why.text())
    shown.direction.choose("higher")
    assert shown.why.text() == ""
    write(qtbot, page, f"{LOST} / 2")
    write(qtbot, page, LOST)
    assert shown.direction.value() == "higher", "what was chosen stays"


LOST = "count(deals where lost on closed_at)"
WON = "count(deals where won on closed_at)"


def test_a_mistake_is_marked_at_its_place_with_advice(qtbot: QtBot, page: EditorPage) -> None:
    write(qtbot, page, "sum(deals.amonut where won on closed_at)")
    assert marked(page) == (4, 16)
    assert "amonut" in page.formula.what.text()
    assert "amount" in page.formula.advice.text()
    assert page.live.about.text() == "The values appear as soon as the formula is right."
    press(page.formula.go)
    assert page.formula.text.textCursor().position() == 4
    marks = page.formula.text.extraSelections()
    assert any(mark.format.underlineStyle() == mark.format.UnderlineStyle.WaveUnderline for mark in marks)
    write(qtbot, page, "sum(deals.amount where won on closed_at)")
    assert marked(page) is None
    assert page.formula.problem.isHidden()
    assert page.live.value_texts()[0] == "Q2 2026: $10.0K"


def test_completion_by_keys(qtbot: QtBot, page: EditorPage) -> None:
    write(qtbot, page, "count(deals where stage = ")
    field = page.formula.text
    QTest.keyClick(field, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert {one.text for one in field.list.model.shown} == {"'Won'", "'Lost'"}
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.list.isVisible()
    assert field.hasFocus()
    assert page.text == "count(deals where stage = "
    field.selectAll()
    QTest.keyClicks(field, "count(deals where wo")
    assert field.list.isVisible()
    assert field.list.model.shown[0].text == "won"
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert page.text == "count(deals where won"
    assert field.hasFocus()
    QTest.keyClicks(field, " on clos")
    names = [one.text for one in field.list.model.shown]
    assert names[:2] == ["close_date", "closed_at"]
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClicks(field, ")")
    assert page.text == "count(deals where won on closed_at)"
    assert not field.list.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert not field.hasFocus()


@pytest.mark.parametrize("text", ["count(deals where won on closed_at", "count(deals where won on close_date"])
def test_nothing_is_offered_behind_a_complete_date(qtbot: QtBot, page: EditorPage, text: str) -> None:
    write(qtbot, page, "")
    QTest.keyClicks(page.formula.text, text[:-1])
    assert page.formula.text.list.isVisible()
    QTest.keyClicks(page.formula.text, text[-1])
    assert page.text == text
    assert not page.formula.text.list.isVisible()


def test_undo_takes_back_what_the_form_did(qtbot: QtBot, page: EditorPage) -> None:
    first = page.text
    page.ask(NEXT)
    press(chip(page, "new_business"))
    settle(qtbot, page)
    assert page.text == "count(deals where won and new_business on closed_at)"
    assert page.live.value_texts()[0].startswith("Q3 2026: —")
    QTest.keyClick(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, page)
    assert page.text == first
    assert not chip(page, "new_business").isChecked()
    QTest.keyClick(page, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, page)
    assert chip(page, "new_business").isChecked()


@pytest.mark.parametrize(
    ("text", "position", "pair"),
    [
        ("count(deals)", 6, (5, 11)),
        ("count(deals)", 12, (11, 5)),
        ("[a] / (b)", 0, (0, 2)),
        ("x = '(' and (y)", 13, (12, 14)),
        ("x = '('", 6, None),
        ("(((", 2, None),
    ],
)
def test_brackets_find_their_partner(text: str, position: int, pair: tuple[int, int] | None) -> None:
    assert partner(text, position) == pair


def test_words_of_a_formula_have_their_kind() -> None:
    text = "count(deals where stage = 'a b' on closed_at) / [bookings] * 0.5"
    kinds = [(one.kind, text[one.start : one.end]) for one in pieces(text, frozenset({"deals"}))]
    assert kinds == [
        ("function", "count"), ("table", "deals"), ("word", "where"), ("string", "'a b'"), ("word", "on"),
        ("kpi", "[bookings]"), ("number", "0.5"),
    ]  # fmt: skip


# --- keeping ----------------------------------------------------------------------------------------------------


def test_a_changed_definition_shows_before_and_after_and_leaves_last_quarter(qtbot: QtBot, shell: FakeShell) -> None:
    page = open_page(qtbot, shell, "win_rate")
    assert page.foot.isHidden()
    write(qtbot, page, LOSS_RATE)
    assert page.live.value_texts()[0] == "Q2 2026: 25% before, 75% after"
    assert "Pipeline velocity" in page.live.affected.text()
    assert page.foot.effect.text() == "Periods that began before 6 Jul 2026 keep the old definition."
    page.foot.use.setFocus()
    save(qtbot, page, page.foot.use)
    assert page.window().focusWidget() is page  # not in a field, where keys would change the KPI
    assert "keep the old definition" in shell.toasts[-1]
    assert value_of(qtbot, page, LAST) == pytest.approx(0.25)
    saved = kept(page)
    assert saved is not None
    assert saved.version == 2
    assert page.live.about.text().endswith(", all with today's definition")  # the scorecard keeps the old one
    changed = page.text
    assert shell.undo_last is not None
    shell.undo_last()
    until(qtbot, lambda: shell.toasts[-1].endswith("is defined as it was."))
    page.reload()
    settle(qtbot, page)
    assert page.text != changed


def value_of(qtbot: QtBot, page: EditorPage, question: Question) -> float | None:
    found: list[float | None] = []

    def ask(ws: operations.Workspace) -> float | None:
        return operations.scorecard(ws, question, ("win_rate",)).rows[0].result.value

    page.shell.jobs.ask("value", ask, found.append, page.shell.show_error)
    until(qtbot, lambda: bool(found) or not page.shell.jobs.is_busy)
    return found[0]


def test_what_is_missing_is_named_and_marked(qtbot: QtBot, shell: FakeShell, page: EditorPage) -> None:
    assert page.foot.missing.text() == "Still missing: a name, an objective, a decision and an owner."
    assert (page.foot.use.text(), page.foot.use.property("kind")) == ("Fill in the rest", "")
    for more in (page.details.more, page.shown.more):
        assert not more.is_open, "what is preset does not stand in the way"
    page.resize(1068, 420)
    until(qtbot, lambda: page.details.fields["name"].visibleRegion().isEmpty())
    press(page.foot.use)
    assert page.details.fields["name"].hasFocus()
    until(qtbot, lambda: not page.details.needs["name"].visibleRegion().isEmpty())
    needs = {name: label.text() for name, label in page.details.needs.items() if not label.isHidden()}
    assert list(needs) == ["name", "objective", "decision", "owner"]
    assert needs["owner"] == "An owner is needed: who answers for it."
    fill_words(page, "Loss rate")
    assert (page.foot.use.text(), page.foot.use.property("kind")) == ("Take into use", "primary")
    assert all(label.isHidden() for label in page.details.needs.values()), "they are filled in"
    type_into(page.details.fields["owner"], " ")
    save(qtbot, page, page.foot.use)
    assert page.foot.problem.text() == "Still missing: an owner."
    assert page.foot.missing.isHidden(), "it is not said twice"
    assert page.details.fields["owner"].hasFocus()
    assert page.details.fields["owner"].property("wrong")
    assert kept(page) is None
    save(qtbot, page, page.foot.keep)
    saved = kept(page)
    assert saved is not None
    assert (saved.id, saved.status) == ("loss_rate", "draft")


def test_a_circle_and_a_second_kpi_of_that_name_are_refused(qtbot: QtBot, shell: FakeShell) -> None:
    page = open_page(qtbot, shell, "win_rate")
    write(qtbot, page, "[pipeline_velocity]")
    assert "Circular" in page.formula.what.text()
    assert page.foot.missing.text() == "Still missing: a formula without a mistake."
    assert not page.foot.use.isEnabled(), "there is nothing to keep beside what is missing"
    QTest.keyClick(page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, page)
    assert "Circular" in page.foot.problem.text()
    assert stored_while_open(qtbot, page, "win_rate").version == 1
    page.new_kpi()
    settle(qtbot, page)
    fill_words(page, "Win rate")
    type_into(page.details.fields["name"], "Bookings")
    save(qtbot, page, page.foot.keep)
    assert page.foot.problem.text().startswith("There is a KPI 'Bookings' already.")
    type_into(page.details.fields["name"], "win rate (Closed deals)")
    save(qtbot, page, page.foot.keep)
    assert page.foot.problem.text().startswith("There is a KPI 'Win rate (closed deals)' already.")
    page.open_kpi("bookings")
    settle(qtbot, page)
    type_into(page.details.fields["name"], "Average deal size")
    save(qtbot, page, page.foot.use)
    assert page.foot.problem.text().startswith("There is a KPI 'Average deal size' already.")
    assert stored_while_open(qtbot, page, "bookings").name == "Bookings"


@pytest.mark.parametrize(
    ("text", "problem", "advice"),
    [("count(deals where colour = 'red' on created_at)", "'colour': table 'deals' has no field", "Known: account"),
     ("[gone_kpi] * 2", "gone_kpi", "")],
)  # fmt: skip
def test_what_is_not_there_any_more_is_named_and_nothing_is_kept(
    qtbot: QtBot, shell: FakeShell, text: str, problem: str, advice: str
) -> None:
    page = open_page(qtbot, shell, "win_rate")
    write(qtbot, page, text)
    assert problem in page.formula.what.text()
    assert advice in page.formula.advice.text()
    assert not page.foot.use.isEnabled()
    QTest.keyClick(page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, page)
    assert stored_while_open(qtbot, page, "win_rate").version == 1


def test_a_column_that_no_file_has_any_more_is_said_in_the_place_of_the_values(qtbot: QtBot, page: EditorPage) -> None:
    write(qtbot, page, "count(deals where `Colour` = 'red' on created_at)")
    assert page.live.reason.text() == "Q2 2026: no file of deals has a column 'Colour'"


def test_a_kpi_that_rests_on_a_retired_one_says_so_and_works(qtbot: QtBot, shell: FakeShell) -> None:
    told(qtbot, shell, lambda ws: operations.retire_kpi(ws, "bookings"))
    page = open_page(qtbot, shell)
    write(qtbot, page, "[bookings] * 2")
    said = [one.whole_text() for one in page.live.findChildren(PlainLabel)]
    assert "It rests on 'Bookings', which is retired." in said
    assert page.live.value_texts()[0].startswith("Q2 2026: $")


def test_a_change_cannot_be_kept_without_an_owner(qtbot: QtBot, shell: FakeShell) -> None:
    page = open_page(qtbot, shell, "win_rate")
    type_into(page.details.fields["decision"], "Look at the\nlost deals")
    assert page.details.fields["decision"].text() == "Look at the lost deals", "one line, however it was pasted"
    assert page.foot.use.isEnabled()
    assert page.details.more.is_open
    assert page.shown.more.is_open
    type_into(page.details.fields["owner"], " ")
    assert page.foot.missing.text() == "Still missing: an owner."
    assert not page.foot.use.isEnabled()
    type_into(page.details.fields["owner"], "Ann")
    assert page.foot.use.isEnabled()


def test_decimals_fewest_rows_and_pace_are_kept(qtbot: QtBot, shell: FakeShell) -> None:
    page = open_page(qtbot, shell, "win_rate")
    assert page.shown.pace.isHidden(), "a rate is held to its whole target"
    page.shown.decimals.choose("2")
    type_into(page.shown.least, "4")
    type_into(page.details.fields["note"], "Companies above  200 people")
    save(qtbot, page, page.foot.use)
    kpi = stored_while_open(qtbot, page, "win_rate")
    assert (kpi.decimals, kpi.minimum_n, kpi.pace, kpi.note) == (2, 4, "", "Companies above 200 people")
    page.open_kpi("bookings")
    settle(qtbot, page)
    assert page.shown.rows.isHidden(), "an amount is judged with any number of rows"
    page.shown.pace.choose("calendar")
    save(qtbot, page, page.foot.use)
    assert stored_while_open(qtbot, page, "bookings").pace == "calendar"


def test_a_typed_in_kpi_has_a_scale_instead_of_a_formula(qtbot: QtBot, page: EditorPage) -> None:
    press(page.formula.switch.buttons()[2])
    settle(qtbot, page)
    assert page.formula.form.isHidden()
    fill_words(page, "Pitch quality")
    page.shown.unit.choose("score")
    type_into(page.shown.scale_low, "1")
    type_into(page.shown.scale_high, "5")
    save(qtbot, page, page.foot.use)
    found = stored_while_open(qtbot, page, "pitch_quality")
    assert (found.builtin, found.formula, found.unit, found.scale_low, found.scale_high) == (
        "manual",
        "",
        "score",
        1.0,
        5.0,
    )
    assert found.sentence == "Pitch quality"  # nothing else was said of it


def test_what_was_begun_is_found_again_after_the_window_was_closed(
    qtbot: QtBot, shell: FakeShell, workspace: Path
) -> None:
    page = open_page(qtbot, shell, "win_rate")
    write(qtbot, page, "count(deals where won on ")
    page.new_kpi()
    settle(qtbot, page)
    type_into(page.details.fields["name"], "Half a KPI")
    page.keep()
    settle(qtbot, page)
    again = open_page(qtbot, shell, "win_rate")
    assert again.text == "count(deals where won on "
    assert again.formula.view == TEXT
    assert again.desk.begun.isHidden()
    again.new_kpi()
    settle(qtbot, again)
    assert again.details.fields["name"].text() == "Half a KPI"
    assert not again.desk.begun.isHidden()
    said = f"You began this KPI, “Half a KPI”, on {day_text(TODAY)} and have not kept it. You can go on with it."
    assert again.desk.begun.words.text() == said
    again.open_kpi("win_rate")
    settle(qtbot, again)
    press(again.foot.undo)
    settle(qtbot, again)
    assert again.text == WIN_RATE
    assert again.foot.isHidden()


def test_a_new_kpi_that_was_begun_is_put_away_and_brought_back(
    qtbot: QtBot, shell: FakeShell, page: EditorPage
) -> None:
    assert page.desk.begun.isHidden(), "nothing was begun yet"
    type_into(page.details.fields["name"], "Half a KPI")
    assert page.desk.begun.isHidden(), "it is being begun"
    page.open_kpi("win_rate")
    page.new_kpi()
    settle(qtbot, page)
    press(page.desk.begun.start)
    settle(qtbot, page)
    assert (page.details.fields["name"].text(), page.desk.begun.isHidden()) == ("", True)
    assert open_page(qtbot, shell).details.fields["name"].text() == "", "it is not there after a restart either"
    assert shell.toasts[-1] == "The KPI that you began is put away."
    undo = shell.undo_last
    assert undo is not None
    type_into(page.details.fields["name"], "Another one")
    undo()
    assert (page.details.fields["name"].text(), page.foot.problem.text()[:22]) == (
        "Another one",
        "Another KPI was begun ",
    )
    page.start_afresh()
    undo()
    settle(qtbot, page)
    assert page.details.fields["name"].text() == "Half a KPI"
    fill_words(page, "Whole now")
    save(qtbot, page, page.foot.use)
    assert page.desk.begun.isHidden()


def test_what_was_begun_before_its_day_was_kept_is_still_read() -> None:
    text = unfinished_text(Unfinished(NEW, replace(first_kpi(), name="Old"), FORM))
    found = read_unfinished(text.replace('"begun_on": "", ', ""))
    assert found is not None
    assert (found.kpi.name, found.begun_on) == ("Old", None)


def test_a_built_in_kpi_has_words_but_no_formula(qtbot: QtBot, shell: FakeShell) -> None:
    page = open_page(qtbot, shell, "reps_at_quota")
    assert page.formula.text.isHidden()
    assert page.formula.form.isHidden()
    type_into(page.details.fields["owner"], "Head of sales")
    save(qtbot, page, page.foot.keep if not page.foot.keep.isHidden() else page.foot.use)
    found = stored_while_open(qtbot, page, "reps_at_quota")
    assert (found.owner, found.builtin, found.formula) == ("Head of sales", "reps_at_quota", "")


def test_the_rows_behind_a_formula_that_is_not_kept(qtbot: QtBot, shell: FakeShell) -> None:
    page = open_page(qtbot, shell, "win_rate")
    press(page.live.show_rows)
    assert shell.calls[-1] == ("open_receipt", "win_rate", LAST)
    write(qtbot, page, "count(deals where lost on closed_at)")
    page.show_rows()
    settle(qtbot, page)
    dialog = page.window().findChildren(QWidget, "rows-dialog")[-1]
    assert dialog.table.records.rowCount() == 30  # type: ignore[attr-defined]  # the dialog's own table
    dialog.close()


@pytest.mark.parametrize(
    ("name", "found"),
    [("Win rate (new)", "win_rate_new"), ("  90-day rate", "kpi_90_day_rate"), ("Größe", "grosse"), ("€", "kpi")],
)
def test_the_id_comes_from_the_name(name: str, found: str) -> None:
    assert id_of(name) == found


def test_the_kpis_page_shows_the_formula_and_leads_to_it(qtbot: QtBot, shell: FakeShell) -> None:
    goals = GoalsPage(shell)
    qtbot.addWidget(goals)
    shell.pages["goals"] = goals
    goals.open_kpi("win_rate")
    goals.ask(LAST)
    until(qtbot, lambda: not shell.jobs.is_busy)
    assert goals.definition.formula.text() == WIN_RATE
    assert goals.definition.words.text() == "Deals won ÷ deals won or lost, by the day they closed"
    page = open_page(qtbot, shell)
    goals.definition.edit.click()
    settle(qtbot, page)
    assert page.desk.pick.current == "win_rate"
    goals.list.new.click()
    assert kept(page) is None
    page.open_kpi("bookings")
    page.desk.back.click()
    assert goals.entry() is not None
    assert goals.definition.name.text() == "Bookings"


def test_the_eighth_kpi_of_a_level_is_published_with_a_reason_only(
    qtbot: QtBot, shell: FakeShell, page: EditorPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answers = iter((("", False), ("The board asks for it", True)))

    def answer(_parent: QWidget, _title: str, text: str) -> tuple[str, bool]:
        asked.append(text)
        return next(answers)

    monkeypatch.setattr(QInputDialog, "getText", answer)
    told(qtbot, shell, fill_up)
    page.reload()
    settle(qtbot, page)
    page.open_kpi("pipeline_coverage")
    settle(qtbot, page)
    save(qtbot, page, page.foot.use)
    assert asked[0].startswith("8 KPIs would be in use at org level")
    assert kept(page).status == "draft"  # type: ignore[union-attr]  # it is kept
    save(qtbot, page, page.foot.use)
    found = told(qtbot, shell, lambda ws: operations.timeline(ws, "pipeline_coverage")[0])
    assert (found.kind, found.reason, len(asked)) == ("status", "The board asks for it", 2)
