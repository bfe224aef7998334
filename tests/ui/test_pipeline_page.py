"""The Pipeline page, used with keys and the mouse on the sample company, and with made-up pipelines of any shape."""

from __future__ import annotations

import math
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.default_method import STANDS
from kpidesk.core.errors import UserError
from kpidesk.core.forecast_words import known_parts
from kpidesk.core.formats import NOTHING
from kpidesk.core.people import Scope
from kpidesk.core.periods import parse_period
from kpidesk.core.pipeline import Against, Figure, Pick
from kpidesk.core.scorecards import Question
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.pages.pipeline import NO_STAGES, PipelinePage
from kpidesk.ui.painting.bridge_bars import spans_of
from kpidesk.ui.painting.look import Look
from kpidesk.ui.painting.stage_bars import paint_bar
from kpidesk.ui.widgets import page_waiting
from kpidesk.ui.widgets.people_dialogs import MergeDialog
from kpidesk.ui.widgets.pipeline_cells import cells_of, outlook_of, range_of, sums_of
from kpidesk.ui.widgets.pipeline_outlook import CHECKING
from kpidesk.ui.widgets.pipeline_rows import columns_for
from kpidesk.ui.widgets.pipeline_stages import StageTable
from kpidesk.ui.widgets.pipeline_text import Face, Laid, laid_out
from tests.ui import samples_pipeline as made_up
from tests.ui.leaks import rich_text_leaks
from tests.ui.samples import QUESTION, SETTINGS
from tests.ui.shell import FakeShell, fake_shell, settle, shared_shell, told

pytestmark = pytest.mark.unstyled

NOBODY = Scope("rep", "Nobody", 9_999)


@pytest.fixture
def shell(held_sample: FakeShell, qtbot: QtBot) -> Iterator[FakeShell]:
    """The sample company for a test that only reads."""
    with shared_shell(held_sample, qtbot) as made:
        yield made


@pytest.fixture
def bare() -> Iterator[FakeShell]:
    """A shell without a workspace, for what is made up."""
    with fake_shell() as made:
        yield made


def opened(qtbot: QtBot, shell: FakeShell) -> PipelinePage:
    made = PipelinePage(shell)
    qtbot.addWidget(made)
    made.resize(1068, 714)
    made.show()
    made.ask(QUESTION)
    settle(qtbot, made)
    return made


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell, monkeypatch: pytest.MonkeyPatch) -> PipelinePage:
    """The page of the sample company, without the check of the forecast, which takes as long as all else."""
    monkeypatch.setattr(operations, "backtest", _refuse)
    return opened(qtbot, shell)


def _refuse(*_: object) -> None:
    raise UserError("Not now.", "")


def shown(qtbot: QtBot, bare: FakeShell, monkeypatch: pytest.MonkeyPatch, **parts: object) -> PipelinePage:
    """The page with a made-up pipeline, and no forecast."""
    monkeypatch.setattr(operations, "forecast", _refuse)
    made = PipelinePage(bare)
    qtbot.addWidget(made)
    made.resize(1068, 714)
    made.show_body()
    made.show_value(made_up.pipeline(**parts))  # type: ignore[arg-type]  # as the caller names them
    made.show()
    settle(qtbot, made)
    return made


def press(page: PipelinePage, qtbot: QtBot, widget: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(widget, key)
    settle(qtbot, page)


# --- every number opens its deals -----------------------------------------------------------------------------------


def test_behind_every_number_of_a_stage_stand_as_many_deals_as_it_says(page: PipelinePage, qtbot: QtBot) -> None:
    assert page.found is not None
    assert page.found.stages is not None
    line = page.found.stages.lines[1]
    table = page.stages
    wanted = (line.open, line.open, line.entered, line.exited, line.conversion.entered, line.conversion.waiting)
    for column, figure in zip((0, 1, 2, 3, 4, 6), wanted, strict=True):
        table.setFocus()
        table.setCurrentIndex(table.cells.index(1, column))
        press(page, qtbot, table, Qt.Key.Key_Return)
        rows = page.rows.table.records.rows
        assert page.pile.currentWidget() is page.rows
        assert math.isclose(sum(one.weight for one in rows), figure.value or 0.0), table.cells.laid.titles[column]
        assert page.rows.heading.text().startswith(line.label)
        if column == 0:
            amounts = [one.weight * float(one.cells.get("amount") or 0) for one in rows]
            assert math.isclose(math.fsum(amounts), line.amount.value or 0.0)
            assert {one.cells["stage"] for one in rows} == {line.stage}
        press(page, qtbot, page.rows.table, Qt.Key.Key_Escape)
        assert page.pile.currentWidget() is page.cards
        assert page.focusWidget() is table


def test_days_in_a_stage_are_the_median_of_the_stays_listed(page: PipelinePage, qtbot: QtBot) -> None:
    assert page.found is not None
    assert page.found.stages is not None
    days = page.found.stages.lines[0].days
    page.stages.open_at(page.stages.cells.index(0, 7))
    settle(qtbot, page)
    listed = sorted(one.value for one in page.rows.table.records.rows if one.value is not None)
    middle = len(listed) // 2
    median = listed[middle] if len(listed) % 2 else (listed[middle - 1] + listed[middle]) / 2
    assert median == days.median.value
    assert "Days in stage" in [column.title for column in page.rows.table.records.columns]


@pytest.mark.styled
def test_a_click_on_a_number_opens_it_and_one_beside_the_table_does_not(page: PipelinePage, qtbot: QtBot) -> None:
    table = page.stages
    where = table.visualRect(table.cells.index(0, 1)).center()
    QTest.mouseMove(table.viewport(), where)
    assert table.number_at(where).isValid()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    settle(qtbot, page)
    assert page.pile.currentWidget() is page.rows
    assert not table.number_at(QPoint(5, table.viewport().height() + 40)).isValid()
    page.close_deals()
    total = table.cells.index(table.cells.rowCount() - 1, 4)
    assert not table.open_at(total)  # nothing stands in that place


def test_from_a_deal_to_its_history_and_back(page: PipelinePage, qtbot: QtBot) -> None:
    assert page.found is not None
    table = page.stalled.table
    table.setFocus()
    table.activated.emit(table.records.index(0, 0))
    settle(qtbot, page)
    found = page.rows.history.found
    assert found is not None
    assert found.deal_id == page.found.stalled.deals[0].deal_id
    assert not page.rows.list.isVisible()
    press(page, qtbot, page.rows.history.table, Qt.Key.Key_Escape)
    assert page.pile.currentWidget() is page.cards
    page.stalled.every.click()
    settle(qtbot, page)
    assert len(page.rows.table.records.rows) == page.found.stalled.more + len(page.found.stalled.deals)
    page.rows.table.activated.emit(page.rows.table.records.index(2, 0))
    settle(qtbot, page)
    assert page.rows.history.found is not None
    assert page.rows.history.found.deal_id == page.rows.table.records.record(2).deal_id
    press(page, qtbot, page.rows.history.table, Qt.Key.Key_Escape)
    assert page.rows.list.isVisible()
    assert not page.rows.history.isVisible()
    page.rows.table.selectAll()
    assert not page.rows.one_button.isEnabled()
    page.rows.table.selectRow(0)
    QTest.keyClick(page.rows.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    page.rows.one_button.click()
    settle(qtbot, page)
    (asked,) = page.findChildren(MergeDialog)
    assert asked.ids() == tuple(page.rows.table.records.record(at).deal_id for at in (0, 1))


def test_what_moved_and_each_step_of_the_bridge_open_their_deals(page: PipelinePage, qtbot: QtBot) -> None:
    assert page.found is not None
    lines = page.moved.table.records.rows
    assert lines == tuple(one for one in page.found.moved.lines if one.deals)
    page.moved.table.activated.emit(page.moved.table.records.index(1, 0))
    settle(qtbot, page)
    assert len(page.rows.table.records.rows) == lines[1].deals
    page.close_deals()
    page.moved.which.chosen.emit(True)
    assert page.moved.bridge.accessibleName() == "Bridge: Due in Q3 2026"
    page.moved.bridge.setFocus()
    for at, step in enumerate(page.moved.bridge.steps[:3]):
        page.moved.bridge.setCurrentRow(at)
        press(page, qtbot, page.moved.bridge, Qt.Key.Key_Return)
        rows = page.rows.table.records.rows
        assert len(rows) == step.deals
        assert math.isclose(math.fsum(one.value or 0.0 for one in rows), step.amount)
        page.close_deals()


def test_won_opens_the_receipt_and_open_and_due_its_deals(page: PipelinePage, shell: FakeShell, qtbot: QtBot) -> None:
    assert page.found is not None
    due, won, rest, _ = page.outlook.figures
    won.figure.click()
    assert shell.calls[-1][:2] == ("open_receipt", "bookings")
    due.figure.click()
    settle(qtbot, page)
    amounts = [one.weight * float(one.cells.get("amount") or 0) for one in page.rows.table.records.rows]
    assert math.isclose(math.fsum(amounts), page.found.coverage.due.value or 0.0)
    page.close_deals()
    assert not page.outlook.sums.isVisible()
    rest.figure.click()
    assert page.outlook.sums.isVisible()
    QTest.keyClick(page, Qt.Key.Key_H)
    assert not page.outlook.sums.isVisible()


# --- the forecast comes after the pipeline --------------------------------------------------------------------------


def test_the_forecast_is_a_range_with_its_own_record(shell: FakeShell, qtbot: QtBot) -> None:
    page = opened(qtbot, shell)
    view = told(qtbot, page.shell, lambda ws: operations.forecast(ws, QUESTION))  # type: ignore[arg-type]
    assert view.forecast is not None
    assert view.forecast.track is not None
    assert STANDS in view.default_words
    record, _, reason = view.default_words.partition(STANDS)
    known, rest = known_parts(view)
    assert page.outlook.known.text() == known
    page.outlook.how.click()
    (details,) = [one.text() for one in page.outlook.sums.findChildren(PlainLabel) if record in one.text()]
    assert details == f"{rest}\n{record}"
    assert reason not in details, "the Forecast page says why that method stands"
    assert view.forecast.track.words in details
    assert page.outlook.range_text.text() == view.forecast.found.text
    assert page.outlook.bar.shown is not None
    assert page.outlook.bar.accessibleName() == page.outlook.bar.shown.sentence
    assert page.outlook.figures[3].figure.text() == view.to_create.text


def test_the_pipeline_is_there_without_a_forecast(
    qtbot: QtBot, bare: FakeShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = shown(qtbot, bare, monkeypatch)
    assert page.shows_body
    assert not page.outlook.left.isVisible()
    assert len(page.outlook.figures) == 3
    page.outlook.show_pipeline(made_up.pipeline(), made_up.forecast(), "record")
    assert CHECKING in [one.text() for one in page.outlook.sums.findChildren(PlainLabel)]
    assert page.outlook.left.isVisible()
    page.outlook.show_pipeline(made_up.pipeline(), made_up.forecast(has_range=False))
    assert page.outlook.range_text.text() == "$260K won"
    assert page.outlook.known.text() == "By the pace of past quarters needs 4 closed quarters."
    assert not page.outlook.bar.isVisible()


def test_a_range_has_what_is_won_and_the_target_as_marks() -> None:
    view = made_up.forecast()
    assert view.forecast is not None
    found = range_of(view, view.forecast)
    assert found is not None
    assert (found.low_text, found.point_text, found.high_text) == ("$512K", "$585K", "$668K")
    assert [(mark.name, mark.value) for mark in found.marks] == [("Won", 260_000.0), ("Target", 640_000.0)]
    assert found.sentence == ("$260K won so far; likely $512K to $668K by the end, middle $585K. The target is $640K.")
    alone = outlook_of(replace(view, target=None)).shown
    assert alone is not None
    assert [mark.name for mark in alone.marks] == ["Won"]


def test_figures_say_in_words_what_is_not_enough() -> None:
    cells = {cell.name: cell for cell in cells_of(made_up.pipeline(), made_up.forecast())}
    rest = cells["Qualified deals cover what is left"]
    assert (rest.text, rest.is_short) == ("2.4×", True)  # $900K ÷ $380K
    assert rest.note == "▼ Not enough alone: your win rate needs 3.7× · 3.2× with all open deals"
    likely = made_up.forecast(chance=0.74)
    rest = next(cell for cell in cells_of(made_up.pipeline(), likely) if cell.name == rest.name)
    assert not rest.is_short, "one verdict: the forecast sees the target reached"
    assert rest.note == (
        "Not enough alone: your win rate needs 3.7× · 3.2× with all open deals. With deals due later or new: probably "
        "on track"
    )
    assert cells_of(made_up.pipeline(), made_up.forecast(chance=0.6))[2].is_short
    assert cells["Open and due in Q3 2026"].note == "1.9× of the target · $900K qualified"
    assert cells["Won in Q3 2026"].note == "of the $640K target · $380K left"
    assert [name for name, _ in sums_of(made_up.coverage(), made_up.forecast())] == [
        "Coverage", "Pipeline still to create",
    ]  # fmt: skip
    found = made_up.pipeline()
    told = Figure(None, NOTHING, reason="no file says which deals are qualified")
    enough = replace(found.coverage, of_rest=Figure(4.0, "4.0×"), qualified=told)
    (cell,) = (one for one in cells_of(replace(found, coverage=enough), None) if one.name == "Covers what is left")
    assert (cell.is_short, cell.note) == (False, "Enough: your win rate needs 3.7×")


# --- the table of stages, whatever the stages are -------------------------------------------------------------------


def column(laid: Laid, title: str) -> list[Face]:
    at = laid.titles.index(title)
    return [line.faces[at] for line in laid.lines]


def test_all_bars_begin_at_one_zero_and_are_as_long_as_their_amounts() -> None:
    found = made_up.stages()
    bars = [face.bar for face in column(laid_out(found), "Open pipeline")]
    amounts = [line.amount.value or 0.0 for line in found.lines]
    assert bars == [*(amount / max(amounts) for amount in amounts), None]
    by_count = laid_out(made_up.stages(amounts=False))
    assert [face.bar for face in column(by_count, "Open deals")][:2] == [1.0, 55 / 64]
    assert [face.text for face in column(by_count, "Open deals")] == ["64", "55", "46", "37", "202"]
    assert "Deals" not in by_count.titles


@pytest.mark.styled
def test_bars_are_painted_from_one_edge_in_proportion(qapp: QApplication) -> None:
    look, accent = Look(), Look().color("accent").rgb()

    def painted(share: float) -> list[int]:
        image = QImage(400, 40, QImage.Format.Format_RGB32)
        image.fill(look.color("surface"))
        painter = QPainter(image)
        paint_bar(painter, QRectF(0, 0, 400, 40), share, "", 80.0, look)
        painter.end()
        return [x for x in range(400) if image.pixel(x, 20) == accent]

    whole, half = painted(1.0), painted(0.5)
    assert whole[0] == half[0]
    assert abs(len(whole) - 2 * len(half)) <= 1
    assert whole[-1] < 400 - 80  # the number stands behind the longest bar


def test_without_a_history_only_what_is_open_stands_there() -> None:
    laid = laid_out(made_up.stages(reason=made_up.NO_HISTORY))
    assert laid.titles == ("Open pipeline", "Deals")
    assert all(len(line.faces) == 2 for line in laid.lines)
    assert len(laid_out(made_up.stages(("Only",))).lines) == 1  # nothing to add up


def test_conversion_and_days_say_what_they_rest_on() -> None:
    laid = laid_out(made_up.stages())
    went = column(laid, "Went on to the next")[0]
    assert (went.text, went.below) == ("33%", "24% to 42% · 27 of 83 so far")
    assert went.said == ("Prospecting: 33% went on to the next stage, 27 of 83, 12 still open, likely 24% to 42%")
    days = column(laid, "Days in stage")
    assert [(face.below, face.tone) for face in days[:3]] == [
        ("▲ slower · usually 13 days", "watch"), ("usually 13 days", ""), ("▼ faster · usually 13 days", "good"),
    ]  # fmt: skip


def test_a_stage_worse_than_its_own_past_is_marked_in_words_and_with_a_sign() -> None:
    found = made_up.stages()
    told_apart: tuple[Against, ...] = ("lower", "as_usual", "higher", "unknown")
    told = [
        replace(
            one,
            conversion=replace(
                one.conversion, mature=against != "unknown", usual=0.44, usual_text="44%", usual_n=160, against=against
            ),
        )
        for one, against in zip(found.lines, told_apart, strict=False)
    ]
    marked = column(laid_out(replace(found, lines=tuple(told))), "Usually went on")
    assert [(face.text, face.below, face.tone) for face in marked[:4]] == [
        ("44%", "▼ now lower", "watch"), ("44%", "", ""), ("44%", "▲ now higher", "good"),
        ("44%", "too early to compare", ""),
    ]  # fmt: skip
    assert marked[0].said == "Prospecting: usually 44% of 160 went on, ▼ now lower"


def test_no_number_of_another_period_stands_under_the_name_of_the_one_asked_for(
    page: PipelinePage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    going, load = threading.Event(), page.load

    def slow(workspace: Workspace, question: Question | None) -> object:
        going.wait(10)
        return load(workspace, question)

    monkeypatch.setattr(page_waiting, "MOMENT", 0)
    monkeypatch.setattr(page, "load", slow)
    other = replace(QUESTION, period=parse_period("2026-Q2", SETTINGS, QUESTION.period.last_day))
    page.ask(other)
    try:
        qtbot.waitUntil(lambda: not page.shows_body)
        assert page.state_text() == "Working out the pipeline for Q2 2026… This takes a few seconds."
    finally:
        going.set()
    settle(qtbot, page)
    assert page.shows_body
    assert page.found is not None
    assert page.found.question.period == other.period


def test_a_stage_that_the_crm_no_longer_has_says_so() -> None:
    lines = laid_out(made_up.stages(tuple(f"Stage {at}" for at in range(7)))).lines
    assert [line.note for line in lines[-3:]] == ["", "no longer in the CRM", ""]


@pytest.mark.styled
@pytest.mark.parametrize("names", [("Only",), tuple(f"{'Long name ' * 8}{at}" for at in range(40))], ids=["1", "40"])
def test_the_table_is_as_high_as_its_stages_and_is_read_aloud(
    qtbot: QtBot, bare: FakeShell, names: tuple[str, ...]
) -> None:
    table = StageTable(bare.theme)
    qtbot.addWidget(table)
    table.resize(1020, 200)
    table.show()
    table.show_stages(made_up.stages(names))
    QApplication.processEvents()
    assert table.verticalScrollBar().maximum() == 0
    said = table.cells.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith(names[0])
    assert said.endswith("open")
    assert table.copy() == table.cells.rowCount()
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:3] == ["Stage", "Open pipeline", "Deals"]
    assert lines[1].split("\t")[0] == names[0].strip()


@pytest.mark.styled
def test_the_page_follows_the_cursor_through_many_stages(
    qtbot: QtBot, bare: FakeShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = shown(qtbot, bare, monkeypatch, names=tuple(f"Stage {at}" for at in range(40)))
    page.entered()
    assert page.stages.hasFocus()
    before = page.cards.verticalScrollBar().value()
    for _ in range(30):
        QTest.keyClick(page.stages, Qt.Key.Key_Down)
    assert page.cards.verticalScrollBar().value() > before
    here = page.stages.visualRect(page.stages.currentIndex())
    assert page.rect().contains(page.stages.viewport().mapTo(page, here.center()))


# --- choices --------------------------------------------------------------------------------------------------------


def test_another_pipeline_and_another_day_to_compare_with(page: PipelinePage, qtbot: QtBot) -> None:
    assert page.found is not None
    assert page.found.stages is not None
    other = page.found.choices[1]
    page.choice.chosen.emit(other.key)
    settle(qtbot, page)
    assert page.found.stages is not None
    assert page.found.stages.pipeline.key == other.key
    assert page.choice.text() == other.label
    days = told(qtbot, page.shell, operations.data_days)  # type: ignore[arg-type]
    oldest = days[-1].day
    page.moved.since_chosen.emit(oldest)
    settle(qtbot, page)
    assert page.found.moved.since is not None
    assert page.found.moved.since.data == oldest
    assert page.found.stages.pipeline.key == other.key
    page.ask(replace(QUESTION, as_of=oldest))  # nothing earlier to compare with: what was chosen gives way
    settle(qtbot, page)
    assert page.shows_body
    assert page.found.as_of == oldest
    assert page.outlook.forecast.isVisible()
    page.outlook.forecast.click()
    assert page.shell.calls[-1] == ("show_page", "forecast")  # type: ignore[attr-defined]  # of the shell for tests


# --- nothing to show ------------------------------------------------------------------------------------------------


def test_without_a_target_a_button_leads_to_it(qtbot: QtBot, bare: FakeShell, monkeypatch: pytest.MonkeyPatch) -> None:
    page = shown(qtbot, bare, monkeypatch, has_target=False, stuck=0, reason=made_up.NO_HISTORY)
    assert page.outlook.set_target.isVisible()
    page.outlook.set_target.click()
    assert bare.calls[-1] == ("open_goal", "bookings", QUESTION)
    assert page.doubts.text() == made_up.NO_HISTORY
    assert page.outlook.figures[2].note.text() == "No target is set"
    assert not page.stalled.table.isVisible()
    assert page.stalled.sentence.text() == "No open deal is long in its stage."


def test_without_deals_the_page_says_what_to_do(qtbot: QtBot, bare: FakeShell, monkeypatch: pytest.MonkeyPatch) -> None:
    page = shown(qtbot, bare, monkeypatch)
    page.show_value(replace(made_up.pipeline(), as_of=None))
    assert page.state_text().startswith("No deals have been imported yet")
    found = replace(made_up.pipeline(stuck=0), stages=None)
    page.show_body()
    page.show_value(found)  # deals without stages: all else is there
    assert page.shows_body
    assert page.sentence.text() == NO_STAGES
    assert not page.stages.isVisible()
    nothing = Figure(0.0, "$0")
    empty = replace(found.coverage, due=nothing, won=nothing)
    page.show_value(
        replace(
            found,
            coverage=empty,
            moved=replace(found.moved, lines=()),
            question=replace(QUESTION, scope=NOBODY),
        )
    )
    assert page.state_text().startswith("No deals are open here")


def test_nothing_to_compare_with_is_said(qtbot: QtBot, bare: FakeShell, monkeypatch: pytest.MonkeyPatch) -> None:
    page = shown(qtbot, bare, monkeypatch)
    found = made_up.pipeline()
    alone = replace(found.moved, since=None, choices=(), lines=(), bridges=(), sentence="", reason="Only one export.")
    page.show_value(replace(found, moved=alone))
    assert page.moved.sentence.text() == "Only one export."
    assert not page.moved.table.isVisible()
    assert not page.moved.bridge_part.isVisible()
    assert not page.moved.since.isVisible()


# --- lists, bridges, files ------------------------------------------------------------------------------------------


def test_a_bridge_hangs_each_step_where_the_one_before_ended() -> None:
    steps = made_up.bridge(due_only=True).steps
    spans = spans_of(steps)
    assert (spans[0].start, spans[-1].start) == (0.0, 0.0)
    inner = spans[1:-1]
    assert [one.start for one in inner] == [spans[0].end, *(one.end for one in inner[:-1])]
    assert inner[-1].end == spans[-1].end
    assert [one.adds for one in inner] == [step.amount >= 0 for step in steps[1:-1]]


def test_a_list_has_the_columns_that_its_number_is_made_of() -> None:
    found = made_up.deals("Ann", "Bo")
    titles = {
        kind: [one.title for one in columns_for(found, Pick(kind), "USD")] for kind in ("open", "cohort", "stays")
    }
    assert titles["open"] == ["Deal", "Amount", "Share", "Stage", "Owner", "Shown in"]
    assert "Went on" in titles["cohort"]
    assert "Days in stage" in titles["stays"]


def test_a_list_writes_days_as_the_app_does_and_sorts_them_by_time() -> None:
    found = made_up.deals("Ann", "Bo")
    first, second, third = (
        replace(found.rows[0], cells={"close_date": day}) for day in ("2026-10-02", "2026-09-30", "")
    )
    listed = replace(found, columns=("close_date",), rows=(first, second, third))
    column = next(one for one in columns_for(listed, Pick("open"), "USD") if one.name == "close_date")
    assert [column.text(one) for one in listed.rows] == ["2 Oct 2026", "30 Sep 2026", ""]
    key = column.key
    assert key is not None
    assert sorted(listed.rows[:2], key=lambda one: str(key(one))) == [second, first]


@pytest.mark.styled
def test_a_list_is_narrowed_by_what_one_types(page: PipelinePage, qtbot: QtBot) -> None:
    assert page.found is not None
    page.open_deals(Pick("open"))
    settle(qtbot, page)
    every = len(page.rows.table.records.rows)
    name = page.rows.table.records.record(0).cells["name"]
    QTest.keyClick(page.rows, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    page.rows.search.setText(name)
    qtbot.waitUntil(lambda: page.rows.count.text() != f"{every} rows", timeout=5_000)
    assert {one.cells["name"] for one in page.rows.table.records.records()} == {name}
    assert rich_text_leaks(page) == []


def test_the_pipeline_is_written_with_every_stage(
    page: PipelinePage, shell: FakeShell, qtbot: QtBot, tmp_path: Path
) -> None:
    assert page.found is not None
    assert page.found.stages is not None
    files = [tmp_path / f"pipeline{ending}" for ending in (".html", ".csv", ".xlsx", ".pdf")]
    for to in files:
        page.export_to(to)
        settle(qtbot, page)
    assert shell.errors == []
    assert shell.toasts == [f"Written to {to.name}." for to in files]
    with zipfile.ZipFile(files[2]) as book:
        cells = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    texts = [files[0].read_text(encoding="utf-8"), files[1].read_text(encoding="utf-8-sig"), cells]
    for line in page.found.stages.lines:
        assert [line.label in text for text in texts] == [True] * 3
    assert files[3].read_bytes().startswith(b"%PDF")
