"""Windows that are small for their text: nothing is cut, covered or out of reach."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kpidesk.core.deal_changes import MOVE_GROUPS, MOVES, MoveTotal
from kpidesk.core.people import Scope
from kpidesk.core.scorecards import Question
from kpidesk.ui import window_size
from kpidesk.ui.appearance import Appearance
from kpidesk.ui.main_window import LEAST, SIZE, MainWindow
from kpidesk.ui.page_stack import Frame
from kpidesk.ui.pages import PAGES
from kpidesk.ui.preferences import Preferences
from kpidesk.ui.tab_order import put_in_order
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.change_tiles import ChangeTiles, cells_of
from kpidesk.ui.widgets.flow_row import FlowRow, Panes
from kpidesk.ui.widgets.goal_list import KpiList
from kpidesk.ui.widgets.rail import Rail
from kpidesk.ui.widgets.review_list import RepList
from kpidesk.ui.widgets.review_text import RepEntry
from kpidesk.ui.widgets.top_bar import TopBar
from tests.ui.conftest import settled
from tests.ui.samples import AS_OF, QUARTER, QUESTION, SETTINGS, organisation
from tests.ui.shell import PATIENCE
from tests.ui.tabbing import against_the_eye, places, stops


@pytest.fixture
def theme(qtbot: QtBot) -> Theme:
    made = Theme()
    made.apply()
    return made


@pytest.fixture
def _usual_text() -> Iterator[None]:
    yield
    Theme().apply()


def shown(qtbot: QtBot, widget: QWidget, width: int, height: int) -> None:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()


def held(qtbot: QtBot, widget: QWidget, width: int, height: int) -> QWidget:
    """A widget as a part of a window, because Qt keeps to what a window of its own needs at least."""
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(widget)
    shown(qtbot, holder, width, height)
    QApplication.processEvents()
    return holder


# --- the bar above the pages ------------------------------------------------------------------------------------


def bar_at(qtbot: QtBot, scale: float, width: int) -> tuple[QWidget, TopBar]:
    """The bar of a page with everything on it, for a team with a long name."""
    theme = Theme(scale=scale)
    theme.apply()
    bar = TopBar(theme)
    bar.title.setText("KPIs & targets")
    holder = held(qtbot, bar, width, theme.px(150))
    team = Scope("team", "Enterprise accounts, north and west", 2)
    bar.show_question(Question(QUARTER, team), organisation(), SETTINGS, AS_OF, 9)
    QApplication.processEvents()
    return holder, bar


@pytest.mark.usefixtures("_usual_text")
@pytest.mark.parametrize(("scale", "width"), [(1.0, 1068), (1.0, 748), (1.5, 860), (2.0, 1152), (2.0, 832)])
def test_the_bar_cuts_and_covers_nothing_where_there_is_little_room(qtbot: QtBot, scale: float, width: int) -> None:
    _holder, bar = bar_at(qtbot, scale, width)
    grain = bar.grain.segments if bar.grain.is_spread else bar.grain.combo
    parts: list[QWidget] = [bar.title, bar.age, grain, bar.teams, bar.scope, bar.period, bar.export]
    places = [QRect(one.mapTo(bar, QPoint(0, 0)), one.size()) for one in parts]
    assert all(bar.rect().contains(place) for place in places)
    assert not [
        (type(one).__name__, type(other).__name__)
        for (one, place), (other, beside) in itertools.combinations(zip(parts, places, strict=True), 2)
        if place.intersects(beside)
    ]
    assert (bar.title.text(), bar.age.text()) == ("KPIs & targets", "Data as of 14 Sep 2026, 9 days old")
    assert bar.scope.text().startswith("Enterpr")
    assert bar.scope.text().endswith("…")
    assert "Enterprise accounts, north and west" in bar.scope.toolTip()
    assert (bar.period.name.text(), bar.export.text()) == ("Q3 2026", "Export")
    assert bar.period.name.mapTo(bar.period, QPoint(0, 0)).x() >= bar.period.before.geometry().right()


def test_the_bar_goes_on_in_a_second_line_and_back(qtbot: QtBot, theme: Theme) -> None:
    bar = TopBar(theme)
    holder = held(qtbot, bar, 1500, 140)
    bar.title.setText("Scorecard")
    bar.show_question(QUESTION, organisation(), SETTINGS, AS_OF, 9)

    def is_below() -> bool:
        return bar.period.mapTo(bar, QPoint(0, 0)).y() > bar.age.geometry().bottom()

    found = []
    for width in (1500, 980, 748, 1500):
        holder.resize(width, 140)
        QApplication.processEvents()
        found.append((is_below(), bar.grain.segments.isVisible()))
    assert found == [(False, True), (False, False), (True, True), (False, True)]
    holder.resize(748, 140)
    bar.show_pickers(False)
    QApplication.processEvents()
    assert not bar.scope.isVisible()


def test_tiles_with_long_figures_give_up_their_room_again(qtbot: QtBot, theme: Theme) -> None:
    tiles = ChangeTiles(theme)
    holder = held(qtbot, tiles, 900, 600)
    tiles.show_totals([MoveTotal(kind, 12_345, 1e12, 0, "$123,456,789,012.00 and more") for kind in MOVES], None)
    found = []
    for width in (900, 1800, 900):
        holder.resize(width, 600)
        QApplication.processEvents()
        found.append((holder.width(), max(tile.geometry().right() for tile in tiles.tiles.values()) < width))
    assert found == [(900, True), (1800, True), (900, True)]


def test_some_kpis_are_seen_at_once_however_large_the_text_is(qtbot: QtBot) -> None:
    theme = Theme(scale=1.0)
    listed = KpiList(theme)
    _holder = held(qtbot, listed, 450, 300)
    for scale in (1.0, 1.5):
        theme.set_scale(scale)
        assert listed.minimumSizeHint().height() > 4 * theme.px(50)


def test_the_last_group_of_tiles_stands_behind_the_others_where_there_is_room() -> None:
    assert MOVES["vanished"].group == MOVE_GROUPS[-1], "a file tells no outcome by what it leaves out"
    wide, narrow = cells_of((4, 3, 1), 5), cells_of((4, 3, 1), 3)
    assert wide == [[(0, 0), (0, 1), (0, 2), (0, 3), (0, 4)], [(1, 0), (1, 1), (1, 2), (1, 3)], [(1, 4), (1, 5)]]
    assert narrow == [[(0, 0), (0, 1), (0, 2), (0, 3), (1, 1)], [(2, 0), (2, 1), (2, 2), (2, 3)], [(3, 0), (3, 1)]]
    assert cells_of((0, 0, 1), 5) == [[(0, 0)], [(0, 0)], [(0, 0), (0, 1)]]


def test_the_bar_is_gone_through_from_left_to_right_then_down(qtbot: QtBot, theme: Theme) -> None:
    bar = TopBar(theme)
    holder = held(qtbot, bar, 1500, 140)
    bar.show_question(QUESTION, organisation(), SETTINGS, AS_OF, 9)
    for width in (1500, 748, 1500):
        holder.resize(width, 140)
        QApplication.processEvents()
        pickers = [*bar.grain.segments.buttons(), bar.teams, bar.scope, *bar.period.parts()]
        put_in_order(holder)
        at, found = places(holder), stops(holder)
        assert against_the_eye(found, at) == []
        assert (found[0] is bar.export) == (width == 748)
        assert {*pickers[-5:], bar.export} <= set(found)


# --- where a row is too narrow ----------------------------------------------------------------------------------


def test_a_row_goes_on_below_where_it_is_too_narrow(qtbot: QtBot) -> None:
    holder, buttons = QWidget(), [QPushButton(f"A button with words {number}") for number in range(4)]
    line = FlowRow(*buttons[:3], None, buttons[3])
    holder.setLayout(line)
    shown(qtbot, holder, 1200, 60)
    assert len({one.y() for one in buttons}) == 1
    assert buttons[3].geometry().right() == 1199
    one = line.heightForWidth(1200)
    wide = buttons[0].width()
    holder.resize(2 * wide + 20, 300)
    QApplication.processEvents()
    assert len({one.y() for one in buttons}) == 3
    assert buttons[3].x() == 0
    assert line.heightForWidth(2 * wide + 20) == 3 * one + 2 * 8
    assert all(button.width() == wide for button in buttons)


def test_parts_stand_one_below_the_other_where_they_would_be_cut(qtbot: QtBot, theme: Theme) -> None:
    panes = Panes(theme, 500)
    for _ in range(2):
        part = QWidget()
        part.setMinimumWidth(300)
        panes.addWidget(part)
    holder = held(qtbot, panes, 700, 500)
    panes.setSizes([360, 328])
    before = panes.sizes()
    assert panes.minimumSizeHint().width() == 300
    holder.resize(600, 500)
    QApplication.processEvents()
    assert panes.orientation() == Qt.Orientation.Vertical
    assert panes.minimumSizeHint().width() == 300
    holder.resize(700, 500)
    QApplication.processEvents()
    assert (panes.orientation(), panes.sizes()) == (Qt.Orientation.Horizontal, before)


# --- the rail ---------------------------------------------------------------------------------------------------


def test_the_rail_keeps_to_a_quarter_of_the_window(qtbot: QtBot, theme: Theme) -> None:
    rail = Rail(theme, PAGES)
    shown(qtbot, rail, 212, 600)
    buttons = [one for one in rail.findChildren(QPushButton) if one.isCheckable()]
    rail.fit(848)
    assert (rail.width(), buttons[0].text()) == (212, "Scorecard")
    rail.fit(847)
    assert rail.width() == 64
    assert {one.text() for one in (*buttons, rail.dark)} == {""}
    assert [one.accessibleName() for one in buttons] == [page.title for page in PAGES]
    assert all(page.title.split()[-1] in one.toolTip() for one, page in zip(buttons, PAGES, strict=True))
    assert (rail.dark.accessibleName(), rail.dark.toolTip()) == ("Dark theme", "<qt>Dark theme</qt>")
    assert not rail.workspace.isVisible()
    assert rail.menu_button.isVisible()
    rail.fit(848)
    assert [one.text().replace("&&", "&") for one in buttons] == [page.title for page in PAGES]


def test_the_rail_of_a_low_window_scrolls_to_the_page_on_show(qtbot: QtBot, theme: Theme) -> None:
    rail = Rail(theme, PAGES)
    shown(qtbot, rail, 212, 300)
    QApplication.processEvents()
    last = [one for one in rail.findChildren(QPushButton) if one.isCheckable()][-1]
    assert last.visibleRegion().isEmpty()
    rail.show_page(PAGES[-1].page_id)
    assert last.visibleRegion().boundingRect() == last.rect()


@pytest.mark.usefixtures("_usual_text")
def test_the_button_of_the_list_of_reps_says_it_in_fewer_words_at_twice_the_text_size(qtbot: QtBot) -> None:
    theme = Theme(scale=1.0)
    theme.apply()
    reps = RepList(theme)
    _holder = held(qtbot, reps, 280, 600)
    waiting = [RepEntry(Scope("rep", f"Rep {at}", at), is_due=True) for at in range(1, 14)]
    reps.show_entries(waiting, 1)
    said = [reps.all_due.text()]
    for scale in (2.0, 1.0):
        theme.set_scale(scale)
        QApplication.processEvents()
        said.append(reps.all_due.text())
        assert reps.all_due.sizeHint().width() <= reps.all_due.width()
        assert reps.all_due.accessibleName() == "Prepare this week's (13)"
    assert said == ["Prepare this week's (13)", "Prepare (13)", "Prepare this week's (13)"]


# --- the window -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_usual_text")
def test_every_part_of_a_page_can_be_reached_at_twice_the_text_size(
    qtbot: QtBot, make_window: Callable[..., MainWindow], sample: Path
) -> None:
    window = make_window(sample)
    window.theme.set_scale(2.0)
    for size in (SIZE, LEAST):
        window.resize(size)
        QApplication.processEvents()
        assert window.size() == size
        assert window.rail.width() <= window.width() / 4
        for page_id in ("scorecard", "data", "goals", "compare"):
            page = window.show_page(page_id)
            frame = next(one for one in window.findChildren(Frame) if one.widget() is window.pages)
            assert page is not None
            qtbot.waitUntil(partial(has_room, window, frame, page), timeout=PATIENCE)
            if size == SIZE:
                qtbot.waitUntil(partial(fits, frame), timeout=PATIENCE)
            assert window.top_bar.geometry().right() <= window.width()


@pytest.mark.usefixtures("_usual_text")
def test_large_text_lets_a_page_scroll_before_its_parts_are_squeezed(
    qtbot: QtBot, make_window: Callable[..., MainWindow], sample: Path
) -> None:
    window = make_window(sample)
    window.resize(1366, 740)
    window.theme.set_scale(2.0)
    window.open_trend("win_rate")
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    trends: Any = window.pages.page
    plot = trends.plot
    qtbot.waitUntil(lambda: plot.height() >= plot.minimumSizeHint().height(), timeout=PATIENCE)
    data: Any = window.show_page("data")
    history = data.history
    qtbot.waitUntil(lambda: settled(window), timeout=PATIENCE)
    qtbot.waitUntil(lambda: history.counted.y() >= history.table.geometry().bottom(), timeout=PATIENCE)


def has_room(window: MainWindow, frame: Frame, page: QWidget) -> bool:
    """Whether a page stands in at least the room it needs, and all of it can be scrolled to."""
    missing = window.pages.width() - frame.viewport().width()
    reach = frame.horizontalScrollBar().maximum()
    return window.pages.width() >= page.minimumSizeHint().width() and reach == max(0, missing)


def fits(frame: Frame) -> bool:
    """Whether a page need not be scrolled sideways."""
    return frame.horizontalScrollBar().maximum() == 0


def test_the_first_window_is_no_larger_than_the_screen(
    qtbot: QtBot, qapp: QApplication, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened() -> MainWindow:
        theme, preferences = Theme(), Preferences(home / "none.ini")
        window = MainWindow(theme, Appearance(qapp, theme, preferences), preferences)
        qtbot.addWidget(window)
        return window

    screen = qapp.primaryScreen().availableSize()
    assert SIZE.width() > screen.width(), "the screen of the test is to be a small one"
    small = opened()
    small.show()
    assert small.size().boundedTo(screen) == small.size()
    assert small.isMaximized()
    monkeypatch.setattr(window_size, "room", lambda: QSize(1900, 1000))
    large = opened()
    assert (large.size(), large.isMaximized(), large.minimumSize()) == (SIZE, False, LEAST)
    for window in (small, large):
        window.jobs.shutdown()
