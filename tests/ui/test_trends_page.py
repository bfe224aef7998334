"""The Trends page, used with keys and mouse: the cursor, the card, the table, the first five, a second scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.people import Scope
from kpidesk.core.receipts import Receipt
from kpidesk.core.scorecards import Question, Scorecard
from kpidesk.core.trends import Break, Trend
from kpidesk.ui.pages.trends import TrendsPage
from kpidesk.ui.widgets.trend_answer import View
from kpidesk.ui.widgets.trend_card import NEWEST, card_place, card_text
from kpidesk.ui.widgets.trend_text import UPRIGHTS, key_words, point_sentence
from tests.ui import samples
from tests.ui.frozen import Frozen, frozen
from tests.ui.leaks import rich_text_leaks
from tests.ui.samples import CASES, HOSTILE, QUESTION, SETTINGS
from tests.ui.shell import FakeShell, fake_shell, shared_shell

pytestmark = pytest.mark.unstyled

__all__ = ["frozen"]
PATIENCE = 20_000
Open = Callable[..., TrendsPage]
COAST = Scope("team", "West Coast", 3)


@pytest.fixture
def shell() -> Iterator[FakeShell]:
    with fake_shell() as made:
        yield made


@pytest.fixture
def opened(qtbot: QtBot, shell: FakeShell, frozen: Frozen) -> Open:
    """Show the page for a KPI, at a size."""

    def start(kpi_id: str = "bookings", size: tuple[int, int] = (1068, 714)) -> TrendsPage:
        page = TrendsPage(shell)
        qtbot.addWidget(page)
        page.resize(*size)
        page.open_kpi(kpi_id)
        page.show()
        page.ask(QUESTION)
        settle(qtbot, shell)
        return page

    return start


def settle(qtbot: QtBot, shell: FakeShell) -> None:
    qtbot.waitUntil(lambda: not shell.jobs.is_busy, timeout=PATIENCE)


def trend_of(page: TrendsPage) -> Trend:
    assert page.view is not None
    return page.view.trend


def other_of(page: TrendsPage) -> Trend | None:
    assert page.view is not None
    return page.view.other


def marks(page: TrendsPage, kind: str) -> list[Any]:
    """The marks of a kind that the chart has drawn."""
    return [item for item in page.plot.plot.widget.plotItem.items if type(item).__name__ == kind]


def dots(page: TrendsPage) -> dict[int, tuple[float, Any]]:
    """Every point drawn: its period, value and mark."""
    return {
        int(spot.data()): (spot.pos().y(), item)
        for item in marks(page, "ScatterPlotItem")
        for spot in item.points()
        if spot.data() is not None
    }


@pytest.mark.styled
def test_the_chart_has_every_value_at_its_period(opened: Open) -> None:
    page = opened()
    values = samples.history(CASES[0])
    assert page.sentence.text() == samples.trend(CASES[0]).sentence
    assert page.plot.accessibleName() == samples.trend(CASES[0]).sentence
    drawn = dots(page)
    assert sorted(drawn) == list(range(13))
    assert [drawn[i][0] for i in range(13)] == pytest.approx(values)


@pytest.mark.styled
def test_a_gap_stays_a_gap(opened: Open) -> None:
    page = opened("stage_conversion")
    assert sorted(dots(page)) == [i for i in range(13) if i != 4]
    lines = [item.getData() for item in marks(page, "PlotCurveItem") if len(item.getData()[0]) > 13]
    (line,) = [xy for xy in lines if set(np.unique(xy[0][~np.isnan(xy[0])])) >= {0.0, 11.0}]
    pairs = {(line[0][i], line[0][i + 1]) for i in range(0, len(line[0]), 3)}
    assert (2.0, 3.0) in pairs
    assert not pairs & {(3.0, 4.0), (4.0, 5.0), (3.0, 5.0)}


@pytest.mark.styled
def test_the_period_that_is_not_over_is_hollow(opened: Open) -> None:
    page = opened()
    surface = page.theme.color("surface")
    drawn = dots(page)
    assert drawn[12][1].opts["brush"].color() == surface
    assert drawn[11][1].opts["brush"].color() == page.theme.color("accent")


def test_goals_are_stepped_as_they_were_and_end_where_there_were_none(opened: Open) -> None:
    page = opened()
    drawn = [item for item in marks(page, "PlotCurveItem") if item.opts["pen"] is not None]
    steps = [tuple(map(tuple, item.getData())) for item in drawn]
    target = ((4.5, 5.5, 5.5, 6.5, 6.5, 7.5, 7.5, 8.5, 8.5, 9.5, 9.5, 10.5, 10.5, 11.5, 11.5, 12.5),
              (1_080_000.0,) * 8 + (1_200_000.0,) * 8)  # fmt: skip
    assert target in steps
    assert ((-0.5, 12.5), (1_050_000.0, 1_050_000.0)) in steps  # the baseline, from edge to edge


def test_the_axis_reaches_from_the_lowest_to_the_highest_of_everything(opened: Open) -> None:
    page = opened()
    low, high = page.plot.plot.widget.getViewBox().viewRange()[1]
    assert low <= 810_000  # the lowest minimum
    assert high >= 1_400_000  # the stretch


def test_the_keyboard_goes_from_point_to_point_and_opens_rows(opened: Open, shell: FakeShell) -> None:
    page = opened()
    page.plot.setFocus(Qt.FocusReason.TabFocusReason)
    assert page.plot.cursor_at == 12
    QTest.keyClick(page.plot, Qt.Key.Key_Left)
    QTest.keyClick(page.plot, Qt.Key.Key_Left)
    assert page.plot.cursor_at == 10
    trend = trend_of(page)
    said = "Q1 2026: $1.14M, rests on 31 deals, minimum $900K, target $1.20M, stretch $1.40M."
    assert page.reading.whole_text() == said
    assert page.plot.accessibleDescription() == said
    QTest.keyClick(page.plot, Qt.Key.Key_Return)
    assert shell.calls[-1] == ("open_receipt", "bookings", replace(QUESTION, period=trend.points[10].period))
    QTest.keyClick(page.plot, Qt.Key.Key_Home)
    QTest.keyClick(page.plot, Qt.Key.Key_Left)
    assert page.plot.cursor_at == 0
    assert "the data begins inside this period" in page.reading.whole_text()
    QTest.keyClick(page.plot, Qt.Key.Key_End)
    assert page.plot.cursor_at == 12
    assert "not over yet" in page.reading.whole_text()


@pytest.mark.styled
def test_the_mouse_finds_the_period_below_it_and_opens_its_rows(opened: Open, shell: FakeShell) -> None:
    page = opened()
    frame = page.plot.frame
    assert frame is not None
    spot = QPoint(round(frame.x(7)) + 3, round(frame.plot.center().y()))
    QTest.mouseMove(page.plot, spot)
    assert page.plot.cursor_at == 7
    assert page.plot.card.isVisible()
    assert page.plot.card.text.period == "Q2 2025"
    QTest.mouseClick(page.plot, Qt.MouseButton.LeftButton, pos=spot)
    assert shell.calls[-1] == ("open_receipt", "bookings", replace(QUESTION, period=trend_of(page).points[7].period))
    QTest.mouseMove(page.plot, QPoint(2, 40))
    assert page.plot.cursor_at == -1
    assert not page.plot.card.isVisible()


def test_the_button_below_opens_the_point_in_hand(opened: Open, shell: FakeShell) -> None:
    page = opened()
    assert not page.rows_button.isVisible()
    page.plot.set_cursor(3)
    assert page.rows_button.isVisible()
    page.rows_button.click()
    assert shell.calls[-1] == ("open_receipt", "bookings", replace(QUESTION, period=trend_of(page).points[3].period))


def test_from_running_bookings_the_forecast_is_one_click_away(opened: Open, shell: FakeShell, qtbot: QtBot) -> None:
    page = opened()
    page.forecast_button.click()
    assert shell.calls[-1] == ("show_page", "forecast")
    page.open_kpi("win_rate")
    settle(qtbot, shell)
    assert not page.forecast_button.isVisible(), "only bookings are forecast"


def test_another_kpi_never_shows_the_card_of_the_one_before(opened: Open, shell: FakeShell, qtbot: QtBot) -> None:
    page = opened()
    page.plot.set_cursor(5)
    page.open_kpi("win_rate")
    settle(qtbot, shell)
    assert not page.plot.card.isVisible()
    assert not page.rows_button.isVisible()


@pytest.mark.styled
@pytest.mark.parametrize("count", [8, 13, 24, 36])
@pytest.mark.parametrize("width", [420.0, 800.0, 1400.0])
@pytest.mark.parametrize("size", [QSize(150, 90), QSize(230, 180)])
def test_the_card_never_covers_the_newest_points_nor_the_cursor(count: int, width: float, size: QSize) -> None:
    plot = QRectF(60, 20, width, 300)
    step = width / count
    spots: list[QPointF | None] = [QPointF(60 + (i + 0.5) * step, 20 + (i * 53) % 300) for i in range(count)]
    for at in range(count):
        card = QRectF(card_place(spots, at, plot, size), size)
        newest = [spot for spot in spots[-NEWEST:] if spot is not None and spot is not spots[at]]
        hidden = [spot for spot in newest if card.contains(spot) and at < count - NEWEST]
        assert not hidden, f"cursor {at}"
        cursor = 60 + (at + 0.5) * step
        assert not card.left() < cursor < card.right() or card.left() == 0


@pytest.mark.styled
def test_the_wheel_and_the_mouse_do_not_zoom(opened: Open) -> None:
    page = opened()
    page.grab()  # every part takes its room before anything is compared
    before = page.plot.plot.widget.getViewBox().viewRange()
    where = QPointF(page.plot.rect().center())
    event = QWheelEvent(where, page.plot.mapToGlobal(where), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
                        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(page.plot, event)
    QTest.mousePress(page.plot, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    QTest.mouseMove(page.plot, QPoint(400, 260))
    assert page.plot.plot.widget.getViewBox().viewRange() == before


def test_t_turns_to_a_table_with_every_number_and_back(opened: Open) -> None:
    page = opened()
    QTest.keyClick(page.plot, Qt.Key.Key_T)
    assert page.inner.currentIndex() == 1
    records = page.table.records
    titles = [column.title for column in records.columns]
    assert titles == ["Period", "Value", "Rests on", "Allowing for luck", "Minimum", "Target", "Stretch", "Note"]
    cells = [[records.index(row, column).data() for column in range(8)] for row in (0, 5, 12)]
    assert cells == [
        ["Q3 2023", "$928.0K", "31 deals", "", "", "", "", "the data begins inside this period"],
        ["Q4 2024", "$1.20M", "31 deals", "", "$810K", "$1.08M", "$1.26M", ""],
        ["Q3 2026", "$1.28M", "31 deals", "", "$900K", "$1.20M", "$1.40M", "not over yet"],
    ]
    QTest.keyClick(page.table, Qt.Key.Key_T)
    assert page.inner.currentIndex() == 0


def test_the_table_opens_rows_and_copies(opened: Open, shell: FakeShell) -> None:
    page = opened()
    page.show_view("table")
    page.table.setFocus()
    page.table.selectRow(6)
    assert page.reading.whole_text().startswith("Q1 2025: $1.04M")
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert shell.calls[-1] == ("open_receipt", "bookings", replace(QUESTION, period=trend_of(page).points[6].period))
    page.table.selectAll()
    QTest.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert len(lines) == 14
    assert lines[13][:3] == ["Q3 2026", "$1.28M", "31 deals"]


def test_the_chart_copies_all_its_numbers(opened: Open, shell: FakeShell) -> None:
    page = opened()
    QTest.keyClick(page.plot, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert len(QGuiApplication.clipboard().text().splitlines()) == 14
    assert shell.toasts == ["13 periods copied."]


def test_a_kpi_is_chosen_by_typing(opened: Open, shell: FakeShell, qtbot: QtBot) -> None:
    page = opened()
    QTest.keyClick(page.plot, Qt.Key.Key_K)
    QTest.keyClicks(page.kpi.popup.field, "cycle")
    QTest.keyClick(page.kpi.popup.field, Qt.Key.Key_Return)
    settle(qtbot, shell)
    assert trend_of(page).kpi.id == "sales_cycle"
    assert page.kpi.accessibleName() == "KPI: Sales cycle"


def test_so_many_periods_as_chosen(opened: Open, shell: FakeShell, qtbot: QtBot) -> None:
    page = opened()
    assert len(trend_of(page).points) == 13
    assert page.grain.text() == f"{trend_of(page).question.period.grain.capitalize()}s"
    for number, length in enumerate((8, 13, 24, 36)):
        page.lengths.buttons()[number].click()
        settle(qtbot, shell)
        assert len(trend_of(page).points) == length
        assert page.plot.frame is not None
        assert page.plot.frame.count == length


def test_how_the_chart_is_read_stands_below_it(opened: Open) -> None:
    page = opened()
    trend, frame = trend_of(page), page.plot.frame
    assert frame is not None
    assert page.key.whole_text() == key_words(trend, frame)
    assert frame.ticks[0] == 0
    assert key_words(trend, frame) == (UPRIGHTS if trend.kpi.is_rate else "")
    above = replace(frame, ticks=(0.1, 0.2))
    assert key_words(trend, above).endswith("not at 0.")
    bare = tuple(replace(one, result=replace(one.result, interval=None)) for one in trend.points)
    assert key_words(replace(trend, points=bare), frame) == ""


@pytest.mark.styled
def test_a_second_scope_is_a_thin_line_with_its_name(opened: Open, shell: FakeShell, qtbot: QtBot) -> None:
    page = opened()
    QTest.keyClick(page.plot, Qt.Key.Key_C)
    QTest.keyClicks(page.compare.popup.field, "west coast")
    QTest.keyClick(page.compare.popup.field, Qt.Key.Key_Return)
    settle(qtbot, shell)
    other = other_of(page)
    assert other is not None
    assert other.question.scope == COAST
    page.plot.set_cursor(12)
    assert dict(page.plot.card.text.facts)["West Coast"] == "$1.28M"
    page.show_view("table")
    assert "West Coast" in [column.title for column in page.table.records.columns]
    page.compare_with(None)
    settle(qtbot, shell)
    assert other_of(page) is None
    assert "West Coast" not in [column.title for column in page.table.records.columns]


def test_the_own_scope_is_no_comparison(opened: Open, shell: FakeShell, qtbot: QtBot) -> None:
    page = opened()
    page.compare_with(QUESTION.scope)
    settle(qtbot, shell)
    assert other_of(page) is None
    assert QUESTION.scope not in [choice.value for choice in page.compare.choices]


@pytest.mark.styled
def test_the_first_five_side_by_side_and_one_of_them_chosen(opened: Open, shell: FakeShell, qtbot: QtBot) -> None:
    page = opened()
    page.views.buttons()[2].click()
    settle(qtbot, shell)
    names = [cell.trend.kpi.name for cell in page.grid.cells if cell.trend is not None]
    assert names == [case.name for case in CASES[:5]]
    places = [cell.geometry() for cell in page.grid.cells]
    assert not any(a.intersects(b) for i, a in enumerate(places) for b in places[i + 1 :])
    page.grid.cells[2].setFocus()
    QTest.keyClick(page.grid.cells[2], Qt.Key.Key_Return)
    settle(qtbot, shell)
    assert trend_of(page).kpi.id == "sales_cycle"
    assert page.stack.currentIndex() == 0


@pytest.mark.styled
def test_without_values_the_chart_says_why(opened: Open) -> None:
    page = opened("response")
    assert dots(page) == {}
    page.plot.set_cursor(4)
    assert page.reading.whole_text() == "Q3 2024: no value, no rows."
    page.grab()  # paints the sentence in place of the line


def test_without_a_kpi_or_an_import_it_says_so(
    opened: Open, frozen: Frozen, shell: FakeShell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened()
    early = replace(samples.trend(CASES[0]), as_of=None)
    monkeypatch.setattr(operations, "trend", lambda *_args: early)
    page.reload()
    settle(qtbot, shell)
    assert page.state_text().startswith("No deals have been imported yet")
    frozen.cases = ()
    page.reload()
    settle(qtbot, shell)
    assert page.state_text().startswith("No KPI is in use")


def test_names_from_files_are_never_read_as_html(opened: Open, frozen: Frozen, shell: FakeShell, qtbot: QtBot) -> None:
    frozen.cases = tuple(replace(case, name=f"{HOSTILE[i % 3]} {i}") for i, case in enumerate(CASES))
    frozen.reps = HOSTILE
    page = opened()
    page.compare_with(Scope("rep", HOSTILE[1], 11))
    settle(qtbot, shell)
    page.plot.set_cursor(5)
    views: tuple[View, ...] = ("chart", "table", "grid")
    for view in views:
        page.show_view(view)
        settle(qtbot, shell)
        assert rich_text_leaks(page) == []


def test_an_interval_is_told_with_its_point() -> None:
    trend = samples.trend(CASES[1])
    last = replace(trend.points[-1], result=replace(trend.points[-1].result, interval=(0.19, 0.367)))
    sentence = point_sentence(replace(trend, points=(*trend.points[:-1], last)), 12, "USD")
    assert sentence == (
        "Q3 2026: 27%, rests on 26 of 96, allowing for luck 19% to 37%, minimum 25.0%, target 30.0%, stretch 34.0%, "
        "not over yet."
    )
    assert card_text(trend, 12, "USD").notes == "Not over yet"


@pytest.mark.styled
def test_a_change_of_theme_draws_in_its_colours(opened: Open, shell: FakeShell) -> None:
    page = opened()
    shell.theme.set_dark(True)
    try:
        assert dots(page)[11][1].opts["brush"].color() == shell.theme.color("accent")
    finally:
        shell.theme.set_dark(False)


# --- with the sample company ---------------------------------------------------------------------------------------


@pytest.fixture
def real(held_sample: FakeShell, qtbot: QtBot) -> Iterator[tuple[TrendsPage, FakeShell]]:
    with shared_shell(held_sample, qtbot) as shell:
        page = TrendsPage(shell)
        qtbot.addWidget(page)
        page.resize(1068, 714)
        page.open_kpi("win_rate")
        page.show()
        page.ask(None)
        settle(qtbot, shell)
        yield page, shell


def answer(qtbot: QtBot, shell: FakeShell, question: Callable[[Any], Any]) -> Any:
    """Put a question to the open workspace and wait."""
    got: list[Any] = []
    shell.jobs.ask("test", question, got.append, got.append)
    qtbot.waitUntil(lambda: bool(got), timeout=PATIENCE)
    return got[0]


def rows_of(kpi_id: str, asked: Question, workspace: operations.Workspace) -> Receipt:
    return operations.rows(workspace, kpi_id, asked)


def win_rate_in(asked: Question, workspace: operations.Workspace) -> Scorecard:
    return operations.scorecard(workspace, asked, ("win_rate",))


def test_every_point_opens_rows_that_come_to_it(real: tuple[TrendsPage, FakeShell], qtbot: QtBot) -> None:
    page, shell = real
    trend = trend_of(page)
    assert trend.kpi.id == "win_rate"
    assert len(trend.points) == 12  # of 13 quarters the first lies before the data
    for at, point in enumerate(trend.points):
        page.open_point(at)
        _, kpi_id, asked = shell.calls.pop()
        receipt = answer(qtbot, shell, partial(rows_of, kpi_id, asked))
        assert receipt.value_text == point.value_text
        assert receipt.reproduces


def test_a_point_agrees_with_the_scorecard_of_its_period(real: tuple[TrendsPage, FakeShell], qtbot: QtBot) -> None:
    page, shell = real
    for point in trend_of(page).points[-3:]:
        asked = Question(point.period)
        card = answer(qtbot, shell, partial(win_rate_in, asked))
        assert card.rows[0].value_text == point.value_text


@pytest.mark.parametrize(("ending", "begins"), [(".pdf", b"%PDF"), (".png", b"\x89PNG"), (".csv", b"")])
def test_export_writes_the_form_that_the_name_ends_with(
    real: tuple[TrendsPage, FakeShell], qtbot: QtBot, tmp_path: Path, ending: str, begins: bytes
) -> None:
    page, shell = real
    to = tmp_path / f"trend{ending}"
    page.export_to(to)
    settle(qtbot, shell)
    assert shell.errors == []
    assert shell.toasts == [f"Written to {to.name}."]
    assert to.read_bytes().startswith(begins)


def test_scales_are_not_set_by_the_period_in_which_the_data_begins(real: tuple[TrendsPage, FakeShell]) -> None:
    page, _ = real
    first = trend_of(page).points[0]
    whole = [point.result.value for point in trend_of(page).points[1:] if point.result.value is not None]
    assert page.plot.frame is not None
    if first.starts_inside and first.result.value is not None and first.result.value > 2 * max(whole):
        assert page.plot.frame.ticks[-1] < first.result.value
    assert SETTINGS.currency == "USD"


@pytest.mark.styled
def test_a_leading_kpi_runs_ahead_past_the_newest_period(real: tuple[TrendsPage, FakeShell], qtbot: QtBot) -> None:
    page, shell = real
    page.open_kpi("bookings")
    page.ask(trend_of(page).question)
    settle(qtbot, shell)
    alone = dots(page)
    QTest.keyClick(page.plot, Qt.Key.Key_L)
    QTest.keyClicks(page.ahead.popup.field, "pipeline created")
    QTest.keyClick(page.ahead.popup.field, Qt.Key.Key_Return)
    settle(qtbot, shell)
    trend, frame = trend_of(page), page.plot.frame
    assert trend.ahead is not None
    assert frame is not None
    last = len(trend.points) - 1
    assert trend.ahead.words == "Pipeline created (value), 10 weeks earlier"
    assert last + 0.5 < trend.ahead.end < last + 1
    assert frame.count == len(trend.points) + 1
    assert {at: value for at, (value, _) in dots(page).items()} == {at: value for at, (value, _) in alone.items()}
    assert page.plot.nearest(frame.x(last)) == last
    assert page.plot.nearest(frame.x(last + 1)) == -1
    assert trend.ahead.sentence in page.sentence.text()
    page.plot.set_cursor(last)
    told = dict(page.plot.card.text.facts)["Pipeline created (value)"]
    assert told.endswith(f" in {trend.points[last - 1].period.label}"), "ten weeks are most of a quarter"
    assert trend.ahead.words in [column.title for column in page.table.records.columns]
    page.look_ahead("")
    settle(qtbot, shell)
    assert trend_of(page).ahead is None


def test_the_line_breaks_where_the_definition_changed(opened: Open) -> None:
    page = opened()
    assert page.view is not None
    assert not page.ahead.isVisible(), "nothing foretells it"
    page.show_value(replace(page.view, trend=replace(trend_of(page), breaks=(Break(5, "Definition 2 from Q3 2024"),))))
    curves = [item.getData()[0] for item in marks(page, "PlotCurveItem")]
    lines = [xs for xs in curves if len(xs) > 13 and np.isnan(xs[2::3]).all()]
    pairs = {(xs[i], xs[i + 1]) for xs in lines for i in range(0, len(xs), 3)}
    assert (3.0, 4.0) in pairs
    assert (4.0, 5.0) not in pairs
    assert [4.5, 4.5] in [list(xs) for xs in curves]
    page.show_view("table")
    column = [one.title for one in page.table.records.columns].index("Note")
    assert page.table.records.index(5, column).data() == "definition 2 from Q3 2024"
    assert "definition 2 from Q3 2024" in point_sentence(trend_of(page), 5, "USD")
