"""The scorecard page, used with keys and mouse: what it shows, what it opens, what it says when there is nothing."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.file_names import file_name
from kpidesk.core.goals import GoalBook
from kpidesk.core.kpis import Function
from kpidesk.core.people import ORG, UNASSIGNED, Scope
from kpidesk.core.periods import quarter_period, span_period
from kpidesk.core.rate_words import ADD_RATE
from kpidesk.core.receipts import Receipt
from kpidesk.core.scorecards import Change, Landing, LongRun, Question, Row, Scorecard
from kpidesk.core.status import Due
from kpidesk.ui.pages.scorecard import FOR_PREVIEW, GAP, ScorecardPage
from kpidesk.ui.painting.cells import (
    COLUMNS,
    matrix_cell_width,
    matrix_lines,
    matrix_note,
    matrix_number_rect,
    second_line,
)
from kpidesk.ui.painting.look import SEMIBOLD, look_of, width_of
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets import contributors
from kpidesk.ui.widgets.export_dialog import ask_where
from kpidesk.ui.widgets.facts_text import facts_of, luck_of
from kpidesk.ui.widgets.matrix_table import shared
from kpidesk.ui.widgets.score_asides import ELSEWHERE
from kpidesk.ui.widgets.score_loading import matrix_of, with_somebody
from kpidesk.ui.widgets.score_text import cell_text
from kpidesk.ui.widgets.trend_preview import TrendPreview
from tests.ui import samples
from tests.ui.frozen import Frozen, frozen
from tests.ui.leaks import rich_text_leaks
from tests.ui.samples import CASES, HOSTILE, QUESTION, SETTINGS
from tests.ui.shell import FakeShell, fake_shell, shared_shell

pytestmark = pytest.mark.unstyled

__all__ = ["frozen"]
ACTUAL = COLUMNS.index("actual")
PATIENCE = 20_000
EAST, WEST, COAST = (Scope("team", name, number) for number, name in ((1, "East"), (2, "West"), (3, "West Coast")))
Open = Callable[..., ScorecardPage]


@pytest.fixture
def shell() -> Iterator[FakeShell]:
    with fake_shell() as made:
        yield made


@pytest.fixture
def opened(qtbot: QtBot, shell: FakeShell, frozen: Frozen) -> Open:
    """Show the page for a question, at a size."""

    def start(question: Question | None = QUESTION, size: tuple[int, int] = (1068, 714)) -> ScorecardPage:
        page = ScorecardPage(shell)
        qtbot.addWidget(page)
        shell.pages = {"scorecard": page}
        page.resize(*size)
        page.show()
        page.ask(question)
        settle(qtbot, shell)
        return page

    return start


def settle(qtbot: QtBot, shell: FakeShell) -> None:
    qtbot.waitUntil(lambda: not shell.jobs.is_busy, timeout=PATIENCE)


def click(table: Any, row: int, column: int, *, double: bool = False, at: QPoint | None = None) -> None:
    spot = at or table.visualRect(table.model().index(row, column)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    if double:
        QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def shown_names(page: ScorecardPage) -> list[str]:
    model = page.pane.table.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_five_kpis_first_and_the_rest_behind_their_true_number(opened: Open) -> None:
    page = opened()
    assert shown_names(page) == [case.name for case in CASES[:5]]
    assert page.pane.more.text() == f"{len(CASES) - 5} more"
    assert page.pane.among.whole_text() == "among them 1 at risk"  # net revenue retention
    QTest.mouseClick(page.pane.more, Qt.MouseButton.LeftButton)
    assert shown_names(page) == [case.name for case in CASES]
    QTest.keyClick(page.pane.table, Qt.Key.Key_M)
    assert len(shown_names(page)) == 5


def test_retired_kpis_take_no_place_of_the_first_five(opened: Open) -> None:
    page = opened()
    rows = tuple(samples.row(case) for case in CASES[:9])
    gone = tuple(replace(one, kpi=replace(one.kpi, status="retired", name=f"{one.kpi.name} (retired)"))
                 for one in rows[:3])  # fmt: skip
    page.pane.show_rows((*rows[3:7], *gone, *rows[7:]))
    assert shown_names(page) == [case.name for case in CASES[3:8]], "five that are in use, wherever the retired stand"
    assert page.pane.more.text() == "4 more"
    page.pane.show_rows((*rows[3:5], *gone))
    assert (shown_names(page), page.pane.more.text()) == ([case.name for case in CASES[3:5]], "3 more")
    page.pane.show_rows(gone)
    assert len(shown_names(page)) == 3, "where none is in use any more they are all there is"


@pytest.mark.parametrize("count", [5, 6])
def test_a_short_scorecard_offers_no_more(opened: Open, frozen: Frozen, count: int) -> None:
    frozen.cases = CASES[:count]
    page = opened()
    assert len(shown_names(page)) == count, "a sixth takes the room of the line that would bring it out"
    assert not page.pane.more.isVisible()
    QTest.keyClick(page.pane.table, Qt.Key.Key_M)
    assert not page.pane.expanded


def test_every_cell_says_what_the_value_says(opened: Open) -> None:
    page = opened()
    model = page.pane.table.model()
    for row, case in enumerate(CASES[:5]):
        texts = dict(zip(COLUMNS, (model.index(row, column).data() for column in range(len(COLUMNS))), strict=True))
        assert texts["actual"] == f"{case.value_text} {case.sample_text}"
        assert texts["target"] == case.target_text
        assert texts["status"] in ("On track", "At risk", "Off track")
        assert texts["trend"].startswith("trend over 13 periods from Q3 2023 to Q3 2026")


def test_the_head_names_scope_days_and_how_far_the_data_goes(opened: Open) -> None:
    page = opened()
    assert page.headline.whole_text() == "Northwind Sales · Q3 2026"
    assert page.about.whole_text() == "1 Jul – 30 Sep 2026 · running, data up to 14 Sep 2026"
    assert page.strip.accessibleName() == "3 on track, 2 at risk, 2 off track, 4 no verdict"


def test_old_data_and_notices_are_banners(opened: Open, frozen: Frozen, shell: FakeShell) -> None:
    frozen.card = {"age_days": 9, "notices": ("Deals before 1 Jul are missing.",)}
    page = opened()
    assert "9 days old" in page.age.label.text()
    assert page.notices.label.text() == "Deals before 1 Jul are missing."
    page.age.button.click()
    assert ("show_page", "data") in shell.calls
    frozen.card = {"age_days": 2}
    page.reload()
    QTest.qWait(0)
    while shell.jobs.is_busy:
        QTest.qWait(5)
    assert page.age.isHidden()
    assert page.notices.isHidden()


def test_a_click_on_a_number_opens_its_rows_and_one_beside_it_does_not(opened: Open, shell: FakeShell) -> None:
    page = opened()
    click(page.pane.table, 2, COLUMNS.index("kpi"))
    assert page.panel.row is not None
    assert page.panel.row.kpi.id == "sales_cycle"
    assert not [call for call in shell.calls if call[0] == "open_receipt"]
    click(page.pane.table, 1, ACTUAL)
    assert shell.calls[-1] == ("open_receipt", "win_rate", QUESTION)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_the_keyboard_reaches_rows_trend_and_target(opened: Open, shell: FakeShell, key: Qt.Key) -> None:
    page = opened()
    table = page.pane.table
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, key)
    QTest.keyClick(table, Qt.Key.Key_T)
    QTest.keyClick(table, Qt.Key.Key_G)
    assert shell.calls == [
        ("open_receipt", "win_rate", QUESTION),
        ("open_trend", "win_rate"),
        ("open_goal", "win_rate", QUESTION),
    ]


def test_the_panel_opens_and_closes_by_key_and_stays_as_left(opened: Open, shell: FakeShell, qtbot: QtBot) -> None:
    page = opened(size=(780, 600))
    assert not page.panel.isVisible()  # no room for it by itself
    QTest.keyClick(page.pane.table, Qt.Key.Key_Space)
    assert page.panel.isVisible()
    page.reload()
    settle(qtbot, shell)
    assert page.panel.isVisible()
    QTest.keyClick(page.pane.table, Qt.Key.Key_Escape)
    assert not page.panel.isVisible()
    page.resize(1200, 700)
    assert not page.panel.isVisible()  # closed by hand stays closed


@pytest.mark.parametrize("size", [(780, 600), (1068, 714)])
def test_a_click_opens_the_panel_where_it_has_no_room_by_itself(opened: Open, size: tuple[int, int]) -> None:
    page = opened(size=size)
    QTest.keyClick(page.pane.table, Qt.Key.Key_Space)
    QTest.keyClick(page.pane.table, Qt.Key.Key_Escape)
    click(page.pane.table, 2, COLUMNS.index("kpi"))
    assert page.panel.isVisible() == (size[0] < 900)  # where there is room for it, it stays closed as it was left
    assert page.panel.row is not None
    assert page.panel.row.kpi.id == "sales_cycle"


def test_kpis_in_use_for_other_levels_are_named(opened: Open, frozen: Frozen) -> None:
    page = opened()
    assert "not shown" not in page.about.text()
    frozen.elsewhere = CASES[1:3]
    page = opened()
    names = ", ".join(samples.kpi(case).name for case in CASES[1:3])
    assert page.about.text().endswith(f" · not shown for the organisation: {names}")


def test_from_running_bookings_the_forecast_is_one_click_away_beside_what_the_verdict_is_of(
    opened: Open,
) -> None:
    page = opened()
    shell: Any = page.shell
    row = samples.row(CASES[0])
    assert row.kpi.id == "bookings"
    page.panel.show_row(row, SETTINGS)
    assert "by the pace of what is won" in page.panel.basis.text()
    page.panel.show_row(replace(row, landing=LANDING), SETTINGS)
    assert page.panel.basis.isHidden()
    assert "what the open deals may bring" in page.panel.heading.toolTip()
    page.panel.forecast_button.click()
    assert shell.calls[-1] == ("show_page", "forecast")
    page.panel.show_row(replace(row, spark=()), SETTINGS)  # the period is over
    assert (page.panel.forecast_button.isHidden(), page.panel.basis.isHidden()) == (True, True)
    page.panel.show_row(samples.row(CASES[1]), SETTINGS)
    assert page.panel.forecast_button.isHidden()


def test_the_panel_tells_all_that_is_known(opened: Open) -> None:
    page = opened()
    row = samples.row(CASES[1])
    page.panel.show_row(row, SETTINGS)
    facts = dict(facts_of(row, "USD"))
    assert dict(luck_of(row, "USD"))["Allowing for luck"] == "between 19% and 37%"
    assert facts["Rests on"] == "26 of 96"
    assert (facts["Minimum"], facts["Target"], facts["Stretch"]) == ("25.0%", "30%", "34.0%")
    assert facts["Of target"] == "90%"
    assert facts["Baseline"] == "22.0%, your last whole quarters, taken together"
    assert page.panel.definition.text() == "How it is counted\nWin rate, by the day deals closed."
    assert page.panel.goal_button.text() == "Change target"
    page.panel.show_row(samples.row(CASES[7]), SETTINGS)
    assert page.panel.goal_button.text() == "Set target"
    few = "By now the target asks for fewer than 3 deals: too few for a verdict."
    page.panel.show_row(replace(row, status="too_few", reason=few), SETTINGS)
    assert (page.panel.reason.text(), page.panel.notices.text()) == (few, ""), "it is no problem"
    wrong = replace(row, reason=few, result=replace(row.result, notices=(few,)))
    page.panel.show_row(wrong, SETTINGS)
    assert (page.panel.reason.isHidden(), page.panel.notices.text()) == (True, few), "said once"


@pytest.mark.styled
def test_a_running_period_is_not_set_off_against_a_whole_one() -> None:
    running = replace(samples.row(CASES[0]), prior=samples.row(CASES[0]).result)
    assert dict(facts_of(running, "USD"))["Period before"] == "$1.31M, a whole quarter"
    closed = replace(running, spark=tuple(replace(point, partial=False) for point in running.spark))
    assert dict(facts_of(closed, "USD"))["Period before"] == "$1.31M ($0)"


@pytest.mark.styled
def test_contributors_come_largest_first_and_open_their_own_rows(opened: Open, shell: FakeShell) -> None:
    page = opened()
    parts = page.panel.parts
    assert [part.name for part in parts.parts] == ["West", "West Coast", "East", "Unassigned"]  # 50, 25, 20, 5 %
    assert [round(part.share, 2) for part in parts.parts] == [1.0, 0.5, 0.4, 0.1]
    assert page.panel.parts_title.text() == "By team"
    assert not page.panel.parts_note.isVisible()
    rows = [part.row for part in parts.parts]
    page.panel.show_parts([*rows[:3], replace(rows[3], result=replace(rows[3].result, n=0))], SETTINGS, ELSEWHERE)
    assert [part.name for part in parts.parts] == ["West", "West Coast", "East"]
    page.panel.show_parts(rows, SETTINGS, ELSEWHERE)
    assert page.panel.parts_note.isVisible()
    parts.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(parts, Qt.Key.Key_Down)
    QTest.keyClick(parts, Qt.Key.Key_Return)
    assert shell.calls[-1] == ("open_receipt", "bookings", replace(QUESTION, scope=COAST))
    QTest.mouseClick(parts, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    assert shell.calls[-1] == ("open_receipt", "bookings", replace(QUESTION, scope=WEST))


def test_a_team_that_lacks_a_rate_stays_among_the_contributors() -> None:
    known, reason = samples.row(CASES[0]), f"1 deal is in EUR: {ADD_RATE}"
    lacking = replace(known, scope=COAST, result=replace(known.result, value=None), reason=reason)
    empty = replace(lacking, scope=WEST, reason="no deal closed")
    found = contributors.parts_of((lacking, empty, known), SETTINGS)
    assert [(one.row, one.share, one.aside) for one in found] == [
        (known, 1.0, known.sample_text), (lacking, 0.0, "no exchange rate"),
    ]  # fmt: skip


def test_a_missing_rate_is_said_above_the_numbers_and_one_click_away(
    qtbot: QtBot, opened: Open, frozen: Frozen, shell: FakeShell
) -> None:
    why = "2 deals are in GBP, for which no rate is known from 3 Mar 2026 on"
    shown, _, other = rows = tuple(samples.row(case) for case in CASES[:3])
    lacking = tuple(
        replace(one, result=replace(one.result, value=None), reason=f"{why}: {ADD_RATE}") for one in (shown, other)
    )
    frozen.card = {"rows": (lacking[0], rows[1], lacking[1])}
    page = opened()
    assert page.unrated.isVisible()
    assert page.unrated.label.text() == f"{why}. {shown.kpi.name} and {other.kpi.name} need it."
    QTest.mouseClick(page.unrated.button, Qt.MouseButton.LeftButton)
    assert shell.calls[-1] == ("show_page", "data")
    frozen.card = {"rows": (lacking[0], *rows[1:])}
    page.reload()
    settle(qtbot, shell)
    assert page.unrated.label.text() == f"{why}. {shown.kpi.name} needs it."
    frozen.card = {"rows": rows}
    page.reload()
    settle(qtbot, shell)
    assert page.unrated.isHidden()


def test_the_bar_of_a_rate_is_against_the_whole() -> None:
    rate = next(row for row in map(samples.row, CASES) if row.kpi.is_rate and row.result.value is not None)
    quarter, eighth = (replace(rate, scope=scope, result=replace(rate.result, value=value))
                       for scope, value in ((COAST, 0.25), (WEST, 0.125)))  # fmt: skip
    assert [one.share for one in contributors.parts_of((eighth, quarter), SETTINGS)] == [0.25, 0.125]
    above = replace(quarter, result=replace(rate.result, value=2.0))
    assert [one.share for one in contributors.parts_of((eighth, above), SETTINGS)] == [1.0, 0.0625]


def test_a_number_without_parts_shows_none(opened: Open, frozen: Frozen, shell: FakeShell) -> None:
    frozen.cases = (CASES[10],)  # no value anywhere
    page = opened()
    assert not page.panel.parts.isVisibleTo(page.panel)
    assert not page.panel.parts_title.isVisibleTo(page.panel)


def test_reps_against_kpis_in_place(opened: Open, shell: FakeShell, qtbot: QtBot) -> None:
    page = opened()
    page.levels.buttons()[2].click()
    settle(qtbot, shell)
    assert page.left.currentIndex() == 1
    names = [page.matrix.cells.member(i) for i in range(page.matrix.cells.rowCount())]
    assert names == [*samples.REPS, "Unassigned", "Northwind Sales"]
    page.matrix.setFocus()
    QTest.keyClick(page.matrix, Qt.Key.Key_Down)
    QTest.keyClick(page.matrix, Qt.Key.Key_Right)
    QTest.keyClick(page.matrix, Qt.Key.Key_Return)
    assert shell.calls[-1] == ("open_receipt", "win_rate", replace(QUESTION, scope=Scope("rep", "Boris Fay", 11)))
    assert page.panel.row is not None
    assert page.panel.whose.whole_text() == "Boris Fay · Q3 2026"


def test_the_scorecard_of_one_function_holds_its_own_kpis_and_shared_ones(
    opened: Open, shell: FakeShell, qtbot: QtBot
) -> None:
    tags: tuple[tuple[Function, ...], ...] = (("sales",), ("sales", "marketing"), ("marketing",))
    rows = tuple(samples.row(case) for case in CASES[:3])
    card = replace(samples.scorecard(CASES[:3], QUESTION), rows=tuple(
        replace(row, kpi=replace(row.kpi, functions=of)) for row, of in zip(rows, tags, strict=True)
    ))  # fmt: skip
    page = opened()
    assert not page.function.isVisible(), "none of the samples is for any"
    view = replace(page.view, card=card)  # type: ignore[type-var]  # it is loaded
    page.show_value(view)
    assert [page.function.itemText(at) for at in range(page.function.count())] == [
        "All functions",
        "Sales",
        "Marketing",
    ]
    page.function.choose("marketing")
    page.show_value(view)
    assert shown_names(page) == [case.name for case in CASES[1:3]]
    page.levels.buttons()[2].click()
    settle(qtbot, shell)
    assert not page.function.value(), "what it has no more is chosen no more"


def test_unassigned_has_a_line_only_where_something_is() -> None:
    found = samples.matrix()
    at = [one.kind for one in found.members].index("unassigned")
    assert with_somebody(found) == found
    bare = tuple(replace(one, result=replace(one.result, n=0.0)) for one in found.cells[at])
    left = with_somebody(replace(found, cells=(*found.cells[:at], bare, *found.cells[at + 1 :])))
    assert [one.kind for one in left.members] == [one.kind for one in found.members if one.kind != "unassigned"]
    assert left.cells == (*found.cells[:at], *found.cells[at + 1 :])


def test_unassigned_is_asked_at_the_level_it_was_shown_at(opened: Open, shell: FakeShell, qtbot: QtBot) -> None:
    page = opened()
    page.levels.buttons()[2].click()
    settle(qtbot, shell)
    matrix = page.matrix.cells.matrix
    assert matrix is not None
    page.open_rows(next(row[0] for row in matrix.cells if row[0].scope == UNASSIGNED))
    assert shell.calls[-1] == ("open_receipt", "bookings", replace(QUESTION, scope=UNASSIGNED, by="rep"))


@pytest.mark.styled
def test_in_the_matrix_only_the_number_itself_is_a_link(opened: Open, shell: FakeShell, qtbot: QtBot) -> None:
    page = opened()
    page.levels.buttons()[2].click()
    settle(qtbot, shell)
    cell = page.matrix.visualRect(page.matrix.cells.index(1, 0))
    click(page.matrix, 1, 0, at=QPoint(cell.right() - 6, cell.center().y()))
    assert not [call for call in shell.calls if call[0] == "open_receipt"]
    click(page.matrix, 1, 0, at=QPoint(cell.left() + 40, cell.center().y()))
    assert shell.calls[-1] == ("open_receipt", "bookings", replace(QUESTION, scope=Scope("rep", "Boris Fay", 11)))


def test_a_double_click_on_a_name_goes_to_that_member(opened: Open, shell: FakeShell, qtbot: QtBot) -> None:
    page = opened()
    page.levels.buttons()[2].click()
    settle(qtbot, shell)
    page.matrix.verticalHeader().sectionDoubleClicked.emit(2)
    settle(qtbot, shell)
    assert shell.question is not None
    assert shell.question.scope == Scope("rep", "Cecily Lambton", 12)
    assert page.left.currentIndex() == 0
    assert not page.levels.isVisible()  # a rep has nothing to be divided by


@pytest.mark.styled
def test_teams_are_turned_into_lines_with_the_whole_below(opened: Open, shell: FakeShell, qtbot: QtBot) -> None:
    page = opened()
    page.levels.buttons()[1].click()
    settle(qtbot, shell)
    names = [page.matrix.cells.member(i) for i in range(page.matrix.cells.rowCount())]
    assert names == ["East", "West", "West Coast", "Unassigned", "Northwind Sales"]
    assert page.matrix.cells.index(1, 0).data() == "50% of it 31 deals"
    assert page.matrix.cells.index(4, 0).data() == "$1.28M 31 deals"


@pytest.mark.styled
def test_by_team_without_targets_says_so_in_place_of_zeros(
    opened: Open, frozen: Frozen, shell: FakeShell, qtbot: QtBot
) -> None:
    page = opened()
    assert page.strip.words == ""
    full = page.strip.height()
    frozen.cases = tuple(replace(case, goals=None) for case in frozen.cases)
    page.levels.buttons()[1].click()
    settle(qtbot, shell)
    assert page.strip.words == page.strip.accessibleName() == f"No targets for teams in {QUESTION.period.label}"
    assert page.strip.height() < full
    page.levels.buttons()[2].click()
    settle(qtbot, shell)
    assert page.strip.words.startswith("No targets for reps in ")
    page.levels.buttons()[0].click()
    settle(qtbot, shell)
    assert page.strip.words == f"No targets in {QUESTION.period.label}"
    page.strip.set_targets.click()
    assert shell.calls[-1] == ("show_page", "target-grid")


def test_where_no_target_was_ever_set_the_first_steps_propose_them(
    opened: Open, frozen: Frozen, shell: FakeShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "goals", lambda _ws: GoalBook())
    frozen.cases = tuple(replace(case, goals=None) for case in frozen.cases)
    page = opened()
    page.strip.set_targets.click()
    assert shell.calls[-1] == ("show_page", "welcome")


@pytest.mark.parametrize(
    ("needed", "room", "widths"),
    [
        ([90, 100], 260, (130, 130)),
        ([90, 100, 130], 340, (96, 106, 136)),
        ([90, 100, 130], 320, (90, 100, 130)),
        ([90, 100, 130], 300, (128, 128, 130)),
        ([], 300, ()),
    ],
)
def test_the_columns_of_the_matrix_share_the_room(needed: list[int], room: int, widths: tuple[int, ...]) -> None:
    assert shared(needed, room, 128) == widths


@pytest.mark.styled
def test_the_titles_of_the_matrix_stand_above_the_numbers(opened: Open, shell: FakeShell, qtbot: QtBot) -> None:
    page = opened()
    page.levels.buttons()[2].click()
    settle(qtbot, shell)
    index = page.matrix.cells.index(1, 0)
    cell, row = page.matrix.visualRect(index), page.matrix.cells.cell(index)
    assert row is not None
    header = page.matrix.horizontalHeader().viewport()
    title = header.grab(QRect(cell.left(), 2, cell.width(), header.height() - 6)).toImage()
    number = matrix_number_rect(QRectF(cell), row, look_of(page.theme))
    assert abs(first_ink(title) - (number.left() - cell.left())) <= 2


def first_ink(image: QImage) -> int:
    """How far from the left edge, in pixels, something is first drawn on the ground."""
    ground = image.pixelColor(1, 1)
    return next(x for x in range(image.width()) if any(image.pixelColor(x, y) != ground for y in range(image.height())))


def test_a_matrix_of_rows_keeps_every_row_under_its_own_kpi(frozen: Frozen) -> None:
    asked = replace(QUESTION, by="team")
    found = matrix_of(frozen.scorecard(None, asked), frozen.scorecard(None, QUESTION))
    for member, cells in zip(found.members, found.cells, strict=True):
        for kpi, cell in zip(found.kpis, cells, strict=True):
            assert (cell.scope, cell.kpi.id) == (member, kpi.id)


def test_rows_are_copied_for_a_spreadsheet(opened: Open, frozen: Frozen) -> None:
    frozen.cases = (replace(CASES[0], name="=HYPERLINK(1)"), *CASES[1:])
    page = opened()
    table = page.pane.table
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert lines[0][:4] == ["KPI", "Actual", "Rests on", "Target"]
    assert lines[1][:5] == ["'=HYPERLINK(1)", "$1.28M", "31 deals", "$1.20M", "107%"]
    assert lines[2][:5] == ["Win rate", "27%", "26 of 96", "30%", "90%"]
    assert len(lines) == 3


@pytest.mark.styled
def test_matrix_rows_are_copied_whole(opened: Open, shell: FakeShell, qtbot: QtBot) -> None:
    page = opened()
    page.levels.buttons()[2].click()
    settle(qtbot, shell)
    QTest.keyClick(page.matrix, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert lines[0][:5] == ["Member", "Bookings", "rests on", "Win rate", "rests on"]
    assert lines[1][:5] == ["Anna Sellwood", "$1.28M", "31 deals", "27%", "26 of 96"]
    assert len(lines) == 2


def test_what_is_selected_and_folded_out_survives_a_reload(opened: Open, shell: FakeShell, qtbot: QtBot) -> None:
    page = opened()
    page.pane.toggle()
    page.pane.table.selectRow(7)
    page.reload()
    settle(qtbot, shell)
    assert page.pane.expanded
    assert page.current_row() is not None
    assert page.current_row().kpi.id == "push_rate"  # type: ignore[union-attr]  # asserted above


def test_the_trend_below_follows_the_selection_and_opens(opened: Open, shell: FakeShell, qtbot: QtBot) -> None:
    page = opened(size=(1068, 900))
    assert page.preview.isVisible()
    page.pane.table.selectRow(3)
    settle(qtbot, shell)
    assert page.preview.trend is not None
    assert page.preview.trend.kpi.id == "pipeline_coverage"
    QTest.mouseClick(page.preview, Qt.MouseButton.LeftButton)
    assert shell.calls[-1] == ("open_trend", "pipeline_coverage")
    page.resize(1068, 500)
    assert not page.preview.isVisible()  # no room


@pytest.mark.styled
def test_the_trend_comes_back_when_a_notice_that_took_its_room_goes(
    opened: Open, frozen: Frozen, shell: FakeShell, qtbot: QtBot
) -> None:
    frozen.cases = frozen.cases[:5]
    frozen.card = {"notices": ("Reconstructed.",)}
    page = opened(size=(1068, 900))
    spare = page.left.height() - page.pane.sizeHint().height() - GAP - page.theme.px(FOR_PREVIEW)
    page.resize(1068, 900 - spare)
    assert page.preview.isVisible()
    page.resize(1068, 900 - spare - 10)
    assert page.notices.isVisible()
    assert not page.preview.isVisible()
    frozen.card = {"notices": ()}
    page.reload()
    settle(qtbot, shell)
    assert not page.notices.isVisible()
    assert page.preview.isVisible()


def test_without_an_import_it_says_so_and_offers_one(opened: Open, frozen: Frozen, shell: FakeShell) -> None:
    frozen.card = {"as_of": None}
    page = opened()
    assert not page.shows_body
    assert page.state_text().startswith("No deals have been imported yet")
    press(page, "Import an export")
    assert shell.calls[-1] == ("show_page", "data")


def test_without_a_kpi_it_says_so_and_offers_to_choose(opened: Open, frozen: Frozen, shell: FakeShell) -> None:
    frozen.card = {"rows": ()}
    page = opened()
    assert page.state_text().startswith("No KPI is in use here")
    press(page, "Choose KPIs")
    assert shell.calls[-1] == ("show_page", "goals")


def test_a_period_no_import_covers_offers_the_last_one_that_is(
    opened: Open, frozen: Frozen, shell: FakeShell, qtbot: QtBot
) -> None:
    early = Question(quarter_period(2019, 1, SETTINGS), EAST)
    frozen.cases = tuple(replace(case, value=None, reason="no import covers Q1 2019") for case in CASES)
    page = opened(early)
    assert page.state_text() == "Nothing is known about Q1 2019 No import covers Q1 2019."
    frozen.cases = CASES
    press(page, "Go to Q3 2026")
    settle(qtbot, shell)
    assert shell.question == Question(QUESTION.period, EAST)  # the scope stays
    assert page.shows_body


def press(page: ScorecardPage, words: str) -> None:
    found = [one for one in page.findChildren(QAbstractButton) if one.text() == words and one.isVisible()]
    assert len(found) == 1, f"no button says {words!r}"
    found[0].click()


@pytest.mark.parametrize("level", ["one", "team", "rep"])
def test_names_from_files_are_never_read_as_html(
    opened: Open, frozen: Frozen, shell: FakeShell, qtbot: QtBot, level: str
) -> None:
    frozen.cases = tuple(replace(case, name=f"{HOSTILE[i % 3]} {i}") for i, case in enumerate(CASES))
    frozen.reps = HOSTILE
    frozen.card = {"notices": (HOSTILE[1],)}
    page = opened()
    page.levels.buttons()[("one", "team", "rep").index(level)].click()
    settle(qtbot, shell)
    assert rich_text_leaks(page) == []
    for table in (page.pane.table, page.matrix):
        model = table.model()
        for row in range(model.rowCount()):
            tip = model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole) or ""
            assert "<b" not in tip
            assert "<img" not in tip


def test_everything_that_takes_keys_has_a_name(opened: Open, shell: FakeShell, qtbot: QtBot) -> None:
    page = opened()
    takers = [
        one for one in page.findChildren(QWidget) if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert len(takers) > 8
    assert [type(one).__name__ for one in takers if not name_of(one)] == []
    assert page.panel.parts.accessibleDescription().startswith("West: 50% of it")


def name_of(one: QWidget) -> str:
    return one.accessibleName() or (one.text() if isinstance(one, QAbstractButton) else "")


def test_a_screen_reader_hears_the_sentence_of_a_row(opened: Open) -> None:
    page = opened()
    model = page.pane.table.model()
    assert model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole) == samples.row(CASES[1]).sentence
    assert model.index(1, ACTUAL).data(Qt.ItemDataRole.AccessibleTextRole) == "Actual: 27% 26 of 96"


# --- with the sample company ---------------------------------------------------------------------------------------


@pytest.fixture
def real(held_sample: FakeShell, qtbot: QtBot) -> Iterator[tuple[ScorecardPage, FakeShell]]:
    with shared_shell(held_sample, qtbot) as shell:
        page = ScorecardPage(shell)
        qtbot.addWidget(page)
        shell.pages = {"scorecard": page}
        page.resize(1068, 714)
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


@pytest.mark.parametrize("level", ["one", "team", "rep"])
def test_every_number_opens_rows_that_come_to_it(
    real: tuple[ScorecardPage, FakeShell], qtbot: QtBot, level: str
) -> None:
    page, shell = real
    page.levels.buttons()[("one", "team", "rep").index(level)].click()
    settle(qtbot, shell)
    assert page.view is not None
    rows: list[Row] = list(page.view.card.rows)
    if page.view.matrix is not None:
        rows = [cell for line in page.view.matrix.cells for cell in line]
    assert len(rows) >= 5
    for row in rows:
        page.open_rows(row)
        _, kpi_id, asked = shell.calls.pop()
        receipt = answer(qtbot, shell, partial(rows_of, kpi_id, asked))
        assert receipt.value_text == row.value_text, f"{row.kpi.name} of {row.member}"
        assert receipt.reproduces


@pytest.mark.parametrize(
    ("ending", "begins"), [(".pdf", b"%PDF"), (".png", b"\x89PNG"), (".csv", b""), (".html", b"<")]
)
def test_export_writes_the_form_that_the_name_ends_with(
    real: tuple[ScorecardPage, FakeShell], qtbot: QtBot, tmp_path: Path, ending: str, begins: bytes
) -> None:
    page, shell = real
    to = tmp_path / f"scorecard{ending}"
    page.export_to(to)
    settle(qtbot, shell)
    assert shell.errors == []
    assert shell.toasts == [f"Written to {to.name}."]
    assert to.read_bytes().lstrip(b"\xef\xbb\xbf").startswith(begins)
    if ending == ".csv":
        assert "Win rate" in to.read_text(encoding="utf-8-sig")


def test_an_export_that_cannot_be_written_is_said_and_leaves_nothing(
    real: tuple[ScorecardPage, FakeShell], qtbot: QtBot, tmp_path: Path
) -> None:
    page, shell = real
    page.export_to(tmp_path / "nowhere" / "card.pdf")
    settle(qtbot, shell)
    assert "does not exist" in shell.errors[0].problem
    assert shell.toasts == []
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("typed", "form", "expected"),
    [
        ("card.pdf", "PDF to print or send (*.pdf)", "card.pdf"),
        ("card", "Web page (*.html)", "card.html"),
        ("card.pdf", "Excel workbook (*.xlsx)", "card.xlsx"),
        ("card.csv", "PDF to print or send (*.pdf)", "card.csv"),
        ("v1.2", "PDF to print or send (*.pdf)", "v1.2.pdf"),
    ],
)
def test_the_dialog_s_form_and_the_typed_ending_agree(
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, tmp_path: Path, typed: str, form: str, expected: str
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / typed), form))
    parent = QWidget()
    qtbot.addWidget(parent)
    assert ask_where(parent, "Northwind") == tmp_path / expected


def test_a_dialog_that_is_left_exports_nothing(monkeypatch: pytest.MonkeyPatch, opened: Open, shell: FakeShell) -> None:
    page = opened()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: ("", ""))
    page.export()
    assert shell.toasts == []
    assert not shell.jobs.is_busy


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Northwind Sales · Q3 2026", "Northwind Sales Q3 2026.pdf"),
        ("../../etc/passwd", "etc passwd.pdf"),
        ("R&D <i>North</i>: Q1", "R D i North i Q1.pdf"),
        ("···", "scorecard.pdf"),
    ],
)
def test_files_are_named_after_the_page_in_letters_that_every_system_takes(title: str, expected: str) -> None:
    assert file_name(title, ".pdf") == expected


def test_the_page_opens_with_the_question_of_the_workspace(real: tuple[ScorecardPage, FakeShell], qtbot: QtBot) -> None:
    page, shell = real
    asked = answer(qtbot, shell, operations.opening)
    assert page.view is not None
    assert page.view.card.question == asked
    assert page.view.card.question.scope == ORG
    assert date(2026, 1, 1) < asked.period.start


@pytest.mark.parametrize(("level", "member"), [(1, "Europe"), (2, "Amara Okonkwo")])
def test_the_export_holds_the_rows_on_show(
    real: tuple[ScorecardPage, FakeShell], qtbot: QtBot, tmp_path: Path, level: int, member: str
) -> None:
    page, shell = real
    page.levels.buttons()[level].click()
    settle(qtbot, shell)
    matrix = page.matrix.cells.matrix
    assert matrix is not None
    for ending in (".csv", ".pdf"):
        page.export_to(tmp_path / f"card{ending}")
        settle(qtbot, shell)
    assert shell.errors == []
    with (tmp_path / "card.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file))[1:]
    assert len(written) == len(matrix.members) * len(matrix.kpis)
    assert any(member in cell for line in written for cell in line)


def test_the_strip_counts_the_table_on_show(opened: Open, shell: FakeShell, qtbot: QtBot) -> None:
    page = opened()
    page.levels.buttons()[2].click()
    settle(qtbot, shell)
    matrix = page.matrix.cells.matrix
    assert matrix is not None
    judged = [[one.status == "off_track" and one.target is not None for one in line] for line in matrix.cells]
    assert matrix.members[-1] == matrix.question.scope  # the whole is no member of itself
    off = sum(map(sum, judged[:-1]))
    assert 1 < off < sum(map(sum, judged))
    assert f"{off} values: off track" in page.strip.accessibleName()


def test_enter_on_a_name_goes_to_that_member(opened: Open, shell: FakeShell, qtbot: QtBot) -> None:
    page = opened()
    page.levels.buttons()[2].click()
    settle(qtbot, shell)
    page.matrix.setFocus()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(page.matrix, key)  # Right leaves the name again
    assert shell.calls[-1][0] == "open_receipt"
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(page.matrix, key)
    settle(qtbot, shell)
    assert shell.question is not None
    assert shell.question.scope == Scope("rep", samples.REPS[2], 12)
    assert page.left.currentIndex() == 0


def test_a_period_ahead_offers_its_targets(opened: Open, frozen: Frozen, shell: FakeShell, qtbot: QtBot) -> None:
    frozen.cases = tuple(replace(case, value=None) for case in CASES)
    page = opened(replace(QUESTION, period=quarter_period(2027, 1, SETTINGS)))
    offered = [one for one in page.findChildren(QPushButton) if one.text() == "Set targets for Q1 2027"]
    offered[0].click()
    assert shell.calls[-1] == ("show_page", "goals")
    page.ask(replace(QUESTION, period=quarter_period(2020, 1, SETTINGS)))
    settle(qtbot, shell)
    assert not offered[0].isVisible()


@pytest.mark.styled
def test_names_and_what_numbers_rest_on_are_not_cut(opened: Open, frozen: Frozen, shell: FakeShell) -> None:
    frozen.cases = (replace(CASES[0], name="Sales cycle length (median)", sample_text="1,257 of 2,986"), *CASES[1:])
    page = opened()
    table, look = page.pane.table, look_of(shell.theme)
    assert table.columnWidth(0) >= width_of(look.font(13, SEMIBOLD), "Sales cycle length (median)") + look.px(26)
    assert table.columnWidth(1) >= width_of(look.font(12), "1,257 of 2,986") + look.px(16)


REAL = Change("real", "Really higher", "Really higher: 27% instead of 15%.", "Q2 2026", 0.15, "15%", rising=True)
YEAR = LongRun(31 / 96, "32%", 31, 96, 12, True, (0.24, 0.42), "31 of 96 in 12 months", True, "Probably on track")
LANDING = Landing("pipeline", 3.1e6, 3e6, 3.2e6, 0.23, "$3.08M by the end of Q3 2026, by open deals", "by open deals")


def test_what_luck_leaves_open_is_one_click_away(opened: Open) -> None:
    page = opened()
    shows = "One quarter can show a change of 18 points."
    told = replace(samples.row(CASES[1]), change=REAL, long_run=YEAR, noticeable=shows)
    page.panel.show_row(told, SETTINGS)
    assert page.panel.change.text() == "▲ Really higher: 27% instead of 15% (against Q2 2026)."
    assert not page.panel.luck.isVisible()
    page.panel.luck_button.setFocus()
    QTest.keyClick(page.panel.luck_button, Qt.Key.Key_Space)
    assert page.panel.luck.isVisible()
    assert dict(luck_of(told, "USD")) == {
        "Allowing for luck": "between 19% and 37%", "In 12 months": "between 24% and 42%",
        "Most likely": "Probably on track, going by 12 months",
        "What would show": shows,
    }  # fmt: skip
    page.panel.show_row(samples.row(CASES[3]), SETTINGS)  # pipeline coverage: nothing can be said
    assert not page.panel.luck.isVisible()
    assert not page.panel.luck_button.isVisible()
    page.panel.show_row(told, SETTINGS)
    assert page.panel.luck.isVisible()  # it stays as it was left


def test_the_rows_of_a_longer_time_are_one_click_away(opened: Open, shell: FakeShell) -> None:
    page = opened()
    held = page.pane.table.score.rows[1]
    page.panel.show_row(replace(held, long_run=YEAR), SETTINGS)
    assert not page.panel.longer_button.isVisible()  # as a sheet that was sealed before has it
    year = span_period(date(2025, 10, 1), date(2026, 9, 30))
    page.panel.show_row(replace(held, long_run=replace(YEAR, period=year)), SETTINGS)
    assert page.panel.longer_button.text() == "Show the rows of 12 months"
    QTest.mouseClick(page.panel.longer_button, Qt.MouseButton.LeftButton)
    name, kpi, asked = shell.calls[-1]
    assert (name, kpi, asked.period, asked.defined) == ("open_receipt", held.kpi.id, year, held.period)


def test_the_rows_of_the_period_before_are_one_click_away(opened: Open, shell: FakeShell) -> None:
    page = opened()
    held = page.pane.table.score.rows[1]
    held = replace(held, prior=held.result, prior_text="22%")
    page.panel.show_row(held, SETTINGS)
    assert page.panel.before_button.text() == f"Show the rows of {held.spark[-2].label}"
    QTest.mouseClick(page.panel.before_button, Qt.MouseButton.LeftButton)
    name, kpi, asked = shell.calls[-1]
    assert (name, kpi, asked.period.end, asked.scope) == ("open_receipt", held.kpi.id, held.period.start, held.scope)
    page.panel.show_row(replace(held, prior=None), SETTINGS)
    assert not page.panel.before_button.isVisible()


def test_the_panel_says_by_what_the_chance_goes(opened: Open, frozen: Frozen) -> None:
    page = opened()
    paced = replace(page.pane.table.score.rows[0], chance=0.23, due=Due(0.6, "history", 8, "quarter"))
    by_forecast = dict(facts_of(replace(paced, landing=LANDING), "USD"))
    assert by_forecast["Chance"] == "23% to reach the target, by open deals"
    page.panel.show_row(replace(paced, landing=LANDING), SETTINGS)
    assert page.panel.heading.isVisible()
    assert page.panel.heading.text() == f"Heading for {LANDING.words}."
    page.panel.show_row(paced, SETTINGS)
    assert not page.panel.heading.isVisible()
    assert dict(facts_of(paced, "USD"))["Chance"] == "23% to reach the target, by how your last 8 quarters filled up"


def test_changes_come_once_the_numbers_are_there(opened: Open, frozen: Frozen, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_luck(_ws: object, card: Scorecard) -> Scorecard:
        return replace(card, rows=tuple(replace(one, change=REAL, long_run=YEAR) for one in card.rows))

    monkeypatch.setattr(operations, "with_luck", with_luck)
    page = opened()
    shown = page.pane.table.score.rows
    assert len(shown) == 5
    assert second_line(shown[1]) == "31 of 96 in 12 months · ▲ Really higher"
    assert page.view is not None
    assert all(one.change == REAL for one in page.view.card.rows)
    QTest.keyClick(page.pane.table, Qt.Key.Key_M)
    assert all(one.change == REAL for one in page.pane.table.score.rows)


@pytest.mark.styled
def test_a_rate_of_too_few_rows_is_said_by_its_rows() -> None:
    few = replace(samples.row(CASES[8]), long_run=YEAR)
    few = replace(few, result=replace(few.result, numerator=3.0))
    assert cell_text(few, "actual") == "3 of 7"
    assert matrix_lines(few) == ("3 of 7", "31 of 96 in 12 months")
    look = look_of(Theme())
    assert matrix_note(few, look, 300) == "31 of 96 in 12 months"
    assert matrix_note(few, look, 100) == "31 of 96, 12 mo"
    assert matrix_cell_width(few, look) < 27 + width_of(look.font(12), "31 of 96 in 12 months") - 10  # it needs less
    assert second_line(few) == "31 of 96 in 12 months"
    bare = replace(few, status="no_target", target=None, target_text="", is_few=True)
    assert matrix_lines(bare) == matrix_lines(few), "the same care without a target"
    assert cell_text(bare, "actual") == "3 of 7"


def test_too_early_for_a_verdict_is_too_early_for_a_heading(opened: Open) -> None:
    page = opened()
    paced = replace(page.pane.table.score.rows[0], landing=LANDING, expected=1.0)
    page.panel.show_row(paced, SETTINGS)
    assert page.panel.heading.isVisible()
    page.panel.show_row(replace(paced, status="too_few", status_words="Too early"), SETTINGS)
    assert not page.panel.heading.isVisible()
    assert not page.panel.basis.isVisible()
    assert page.panel.sentence.isVisible()


@pytest.mark.styled
def test_a_trend_without_any_value_says_why_in_place_of_an_axis(qtbot: QtBot, shell: FakeShell) -> None:
    preview, known = TrendPreview(shell.theme), samples.trend()
    qtbot.addWidget(preview)
    preview.resize(500, 240)
    preview.show_trend(known, SETTINGS)
    drawn = preview.grab().toImage()
    assert preview.empty_words == ""
    nothing = replace(known.points[0].result, value=None, reason="1 deal is in GBP")
    bare = replace(known, points=tuple(replace(one, result=nothing) for one in known.points))
    preview.show_trend(bare, SETTINGS)
    assert preview.empty_words == "No value in these periods: 1 deal is in GBP."
    assert preview.grab().toImage() != drawn
