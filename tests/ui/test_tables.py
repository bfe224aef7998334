"""The score table and the matrix as tables: models that Qt accepts, columns that give way, numbers that stay whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kpidesk.ui.fonts import load_fonts
from kpidesk.ui.painting.cells import COLUMNS
from kpidesk.ui.painting.look import SEMIBOLD, look_of, width_of
from kpidesk.ui.painting.marks import badge_width
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.matrix_table import MatrixModel, MatrixTable
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable
from kpidesk.ui.widgets.score_pane import more_words
from kpidesk.ui.widgets.score_table import ScoreModel, ScoreTable
from kpidesk.ui.widgets.score_text import bullet_words, cell_text, spark_words
from kpidesk.ui.widgets.trend_grid import TrendGrid
from tests.ui import samples
from tests.ui.samples import CASES, SETTINGS, many_reps

ROWS = samples.scorecard().rows


@pytest.fixture
def theme() -> Iterator[Theme]:
    load_fonts()
    made = Theme()
    made.apply()
    yield made
    made.set_scale(1.0)


@pytest.fixture
def table(qtbot: QtBot, theme: Theme) -> ScoreTable:
    made = ScoreTable(theme)
    qtbot.addWidget(made)
    made.resize(760, 500)
    made.show()
    made.show_rows(ROWS)
    return made


def shown(table: ScoreTable) -> list[str]:
    return [name for i, name in enumerate(COLUMNS) if not table.isColumnHidden(i)]


def test_qt_accepts_the_models(qtbot: QtBot) -> None:
    score, cells = ScoreModel(), MatrixModel()
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    testers = [QAbstractItemModelTester(model, fatal) for model in (score, cells)]
    score.set_rows(ROWS)
    score.set_rows(ROWS[:2])
    cells.set_matrix(samples.matrix(), SETTINGS)
    cells.set_matrix(None, SETTINGS)
    assert len(testers) == 2
    assert score.rowCount() == 2
    assert cells.rowCount() == 0


def test_what_is_less_needed_gives_way_first(table: ScoreTable) -> None:
    assert shown(table) == ["kpi", "actual", "target", "bullet", "trend", "status"]
    kept = []
    for width in (760, 640, 520, 440, 330):
        table.resize(width, 400)
        kept.append(shown(table))
        assert {"kpi", "actual", "status"} <= set(kept[-1])
        total = sum(table.columnWidth(i) for i in range(len(COLUMNS)) if not table.isColumnHidden(i))
        assert total <= table.viewport().width()
    assert kept[1] == ["kpi", "actual", "target", "bullet", "status"]
    assert kept[-1] == ["kpi", "actual", "status"]


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_numbers_and_badges_are_never_cut(table: ScoreTable, theme: Theme, scale: float) -> None:
    theme.set_scale(scale)
    long = replace(ROWS[0], value_text="CHF 12.8M", sample_text="1,204.5 of 12,345", status_words="Probably off track")
    table.show_rows([long, *ROWS[1:]])
    look = look_of(theme)
    padding = look.px(16)
    for width in (1400, 760):
        table.resize(round(width * scale), 500)
        actual = table.columnWidth(COLUMNS.index("actual"))
        assert actual >= width_of(look.font(13, SEMIBOLD), long.value_text) + padding
        assert actual >= width_of(look.font(12), long.sample_text) + padding
        assert table.columnWidth(COLUMNS.index("status")) >= badge_width(long.status_words, look) + padding


def test_spare_room_goes_to_the_drawings_and_the_name(table: ScoreTable) -> None:
    before = [table.columnWidth(i) for i in range(len(COLUMNS))]
    table.resize(1400, 500)
    after = [table.columnWidth(i) for i in range(len(COLUMNS))]
    grown = {name for name, a, b in zip(COLUMNS, before, after, strict=True) if b > a}
    assert grown == {"kpi", "bullet", "trend"}


def test_the_number_below_the_pointer_is_underlined_and_nothing_else(table: ScoreTable) -> None:
    actual = COLUMNS.index("actual")
    QTest.mouseMove(table.viewport(), table.visualRect(table.score.index(2, actual)).center())
    assert (table.hovered, table.hot) == (2, (2, actual))
    QTest.mouseMove(table.viewport(), table.visualRect(table.score.index(3, 0)).center())
    assert (table.hovered, table.hot) == (3, (-1, -1))


def test_picking_tells_which_row(table: ScoreTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.picked) as caught:
        QTest.keyClick(table, Qt.Key.Key_Down)
    assert caught.args == [ROWS[1]]
    with qtbot.waitSignal(table.picked) as caught:
        table.show_rows(())
    assert caught.args == [None]
    assert table.current_row() is None


def test_a_row_without_goals_is_said_in_words() -> None:
    assert bullet_words(samples.row(CASES[7])) == "no target yet"
    assert bullet_words(samples.row(CASES[0])) == "107% of target $1.20M"
    assert bullet_words(samples.row(CASES[8])) == "target 25%"
    assert cell_text(samples.row(CASES[10]), "actual") == "–"
    assert spark_words(samples.row(CASES[10])) == "no history"
    assert spark_words(samples.row(CASES[6])).endswith("from Q3 2023 to Q3 2026, 1 without a value")


def test_what_is_folded_away_is_named_when_it_needs_eyes() -> None:
    assert more_words(ROWS[5:]) == "1 at risk"
    assert more_words(ROWS[:5]) == "1 at risk, 2 off track"
    assert more_words(ROWS[:1]) == ""


@pytest.fixture
def matrix(qtbot: QtBot, theme: Theme) -> MatrixTable:
    made = MatrixTable(theme)
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    made.show_matrix(samples.matrix(reps=many_reps()), SETTINGS)
    return made


def test_forty_reps_scroll_and_keep_their_names(matrix: MatrixTable) -> None:
    assert matrix.cells.rowCount() == 42
    assert matrix.verticalScrollBar().maximum() > 0
    QTest.keyClick(matrix, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    row = matrix.current_row()
    assert row is not None
    assert row.scope.kind == "org"
    said = matrix.cells.index(1, 2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith(f"{many_reps()[1]}: Sales cycle: Half of the deals won")


def test_a_matrix_cell_is_hot_only_on_its_number(matrix: MatrixTable) -> None:
    cell = matrix.visualRect(matrix.cells.index(1, 1))
    QTest.mouseMove(matrix.viewport(), QPoint(cell.left() + 40, cell.center().y()))
    assert matrix.hot == (1, 1)
    QTest.mouseMove(matrix.viewport(), QPoint(cell.right() - 5, cell.center().y()))
    assert matrix.hot == (-1, -1)


def test_long_names_do_not_push_the_numbers_out(matrix: MatrixTable, theme: Theme) -> None:
    matrix.show_matrix(samples.matrix(reps=("Ludwigshafen-Oppauer " * 10, "Bo")), SETTINGS)
    assert matrix.verticalHeader().width() <= theme.px(240)


def test_an_empty_matrix_picks_nothing(matrix: MatrixTable, qtbot: QtBot) -> None:
    empty = replace(samples.matrix(), members=(), cells=())
    with qtbot.waitSignal(matrix.picked) as caught:
        matrix.show_matrix(empty, SETTINGS)
    assert caught.args == [None]
    assert matrix.copy() == 0


@pytest.mark.parametrize(("width", "across"), [(420, 1), (900, 2), (1500, 3)])
def test_small_multiples_share_the_room(qtbot: QtBot, theme: Theme, width: int, across: int) -> None:
    grid = TrendGrid(theme)
    qtbot.addWidget(grid)
    grid.resize(width, 640)
    grid.show()
    grid.show_trends([samples.trend(case) for case in CASES[:5]], SETTINGS)
    places = [cell.geometry() for cell in grid.cells]
    assert len({place.left() for place in places}) == across
    assert len({place.size().toTuple() for place in places}) == 1  # the same size, so that shapes compare
    assert max(place.right() for place in places) <= grid.viewport().width()
    grid.show_trends([samples.trend(CASES[0])], SETTINGS)
    assert len(grid.cells) == 1


def test_a_list_that_must_be_scrolled_anyway_cuts_no_names(qtbot: QtBot, theme: Theme) -> None:
    name = "Northwind Traders, renewal 2026 and expansion"
    columns = (
        Column("Deal", lambda one: one, strong=True),
        *(Column(f"Word {at}", lambda one: one) for at in range(3)),
    )
    made = RecordTable(RecordModel[str](columns), theme, name="Deals", stretch=(0,), least=190)
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    made.records.show_rows([name])
    assert made.columnWidth(0) > width_of(look_of(theme).font(13, SEMIBOLD), name)


def test_in_a_narrow_matrix_the_names_give_up_their_air_before_it_is_scrolled(matrix: MatrixTable) -> None:
    matrix.show_matrix(samples.matrix(reps=("Ann Lee", "Bo Dahl")), SETTINGS)
    QApplication.processEvents()  # the bar of the many goes
    usual, numbers = matrix.verticalHeader().width(), matrix.horizontalHeader().count()
    columns = sum(matrix._needed(column) for column in range(numbers))
    matrix.resize(columns + usual - 20 + matrix.width() - matrix.viewport().width() - usual, 500)
    assert matrix.verticalHeader().width() == usual - 20
    assert matrix.horizontalScrollBar().maximum() == 0
