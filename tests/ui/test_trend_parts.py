"""What explains a trend, as it is drawn and used: layers on and off, notes, reps side by side, odd values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.formats import day_text
from kpidesk.core.people import ORG, Scope
from kpidesk.core.signals import ChartNote
from kpidesk.core.trends import RepTrends, Trend
from kpidesk.ui.pages.trends import TrendsPage
from kpidesk.ui.painting import trend_beyond
from kpidesk.ui.painting.axis import value_range
from kpidesk.ui.painting.look import Look
from kpidesk.ui.painting.trend_chart import end_labels, frame_of, paint_trend
from kpidesk.ui.painting.trend_frame import Frame
from kpidesk.ui.painting.trend_layers import mark_places
from kpidesk.ui.painting.trend_panel import newest_words, paint_panel
from kpidesk.ui.preferences import Preferences
from kpidesk.ui.theme import DARK, LIGHT
from kpidesk.ui.widgets.trend_card import card_text
from kpidesk.ui.widgets.trend_notes import TrendNotes
from kpidesk.ui.widgets.trend_text import point_facts, point_sentence, table_columns
from tests.ui import samples
from tests.ui.frozen import Frozen, frozen
from tests.ui.samples import CASES, QUESTION
from tests.ui.shell import FakeShell, fake_shell
from tests.ui.trend_samples import ALL, MARKS, RUNNING, SIZES, USUAL, YEAR, cohort, explained, valued

__all__ = ["frozen"]
SIZE = (900, 400)


def drawn(trend: Trend, look: Look | None = None) -> QImage:
    """A trend as a picture on the surface."""
    look = look or Look()
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    image.fill(look.color("surface"))
    painter = QPainter(image)
    paint_trend(painter, QRectF(0, 0, *SIZE), trend, look, trend.currency)
    painter.end()
    return image


def different(one: QImage, other: QImage, box: QRectF) -> int:
    """How many pixels of a box are not the same in both."""
    ys, xs = range(int(box.top()), int(box.bottom())), range(int(box.left()), int(box.right()))
    return sum(one.pixel(x, y) != other.pixel(x, y) for y in ys for x in xs)


@pytest.fixture
def shell(qapp: QApplication) -> Iterator[FakeShell]:
    with fake_shell() as made:
        yield made


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell, frozen: Frozen) -> TrendsPage:
    """The page with the trend of bookings and all that explains it."""
    frozen.parts = {"running": RUNNING, "usual": USUAL, "marks": MARKS, "lines": (YEAR,)}
    made = TrendsPage(shell)
    qtbot.addWidget(made)
    made.resize(1068, 714)
    made.open_kpi("bookings")
    made.show()
    made.ask(QUESTION)
    qtbot.waitUntil(lambda: not shell.jobs.is_busy)
    return made


# --- drawn ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("shell")
@pytest.mark.parametrize("layer", sorted(ALL))
def test_each_part_is_drawn_only_when_it_is_on(layer: Any) -> None:
    assert drawn(explained(ALL)) != drawn(explained(ALL - {layer}))


@pytest.mark.usefixtures("shell")
def test_the_names_at_the_end_say_where_it_is_heading_and_what_is_usual() -> None:
    texts = [label.text for label in end_labels(explained(), "USD")]
    for words in ("Heading for $1.45M to $1.80M", "A year before, by then $1.00M", "Usual range $900K to $1.28M",
                  "Benchmark $1.00M to $1.20M"):  # fmt: skip
        assert words in texts
    assert not any("Usual" in label.text for label in end_labels(explained(frozenset()), "USD"))


@pytest.mark.usefixtures("shell")
def test_a_plain_target_is_named_once_and_a_gap_says_why() -> None:
    shown = explained()
    aimed, bare = shown.points[-1], shown.points[-2]
    plain = replace(aimed, minimum=aimed.target, stretch=aimed.target)
    gap = replace(bare, minimum=None, target=None, stretch=None, no_target="a quota is known for 8 of 9 reps")
    quotas = replace(shown, points=(*shown.points[:-2], gap, plain))
    named = [[label.text.split()[0] for label in end_labels(one, "USD")] for one in (shown, quotas)]
    assert [set(one) & {"Minimum", "Target", "Stretch"} for one in named] == [
        {"Minimum", "Target", "Stretch"}, {"Target"}
    ]  # fmt: skip
    facts = [dict(point_facts(quotas, at, "USD")) for at in (11, 12)]
    assert facts[0]["Target"] == "none: a quota is known for 8 of 9 reps"
    assert {"Minimum", "Target", "Stretch"} & facts[1].keys() == {"Target"}
    assert quotas.target_gaps == (f"No target in {gap.period.label}: a quota is known for 8 of 9 reps.",)


@pytest.mark.usefixtures("shell")
def test_the_scale_holds_the_range_that_a_period_is_heading_for() -> None:
    frame = frame_of(QRectF(0, 0, *SIZE), explained(frozenset()), Look(), "USD")
    assert frame.ticks[-1] >= 1_800_000


@pytest.mark.usefixtures("shell")
def test_a_benchmark_far_away_does_not_flatten_the_line() -> None:
    far = replace(explained(), benchmark=replace(explained().benchmark, low=9e7, high=9e7))  # type: ignore[type-var]  # it has one
    assert frame_of(QRectF(0, 0, *SIZE), far, Look(), "USD").ticks[-1] < 5e6


@pytest.mark.usefixtures("shell")
def test_open_cohorts_are_hatched_and_settled_ones_are_not() -> None:
    trend = cohort()
    frame = frame_of(QRectF(0, 0, *SIZE), trend, Look(), "")
    settled = replace(trend, points=tuple(replace(one, still_open=None) for one in trend.points))
    column = QRectF(frame.x(11.6), frame.plot.top() + 40, frame.x(11.9) - frame.x(11.6), 60)
    before = QRectF(frame.x(5), frame.plot.top(), frame.x(9) - frame.x(5), frame.plot.height())
    assert different(drawn(trend), drawn(settled), column) > 50
    assert different(drawn(trend), drawn(settled), before) == 0


@pytest.mark.usefixtures("shell")
def test_the_hatch_is_as_wide_on_paper_as_on_a_screen() -> None:
    trend = cohort()
    settled = replace(trend, points=tuple(replace(one, still_open=None) for one in trend.points))
    frame = frame_of(QRectF(0, 0, *SIZE), trend, Look(), "")
    y, left, right = frame.plot.bottom() - 20, frame.x(10.5), frame.x(12.5)

    def lines(scale: int) -> int:
        images = []
        for shown in (trend, settled):
            image = QImage(SIZE[0] * scale, SIZE[1] * scale, QImage.Format.Format_RGB32)
            image.fill(Look().color("surface"))
            painter = QPainter(image)
            painter.scale(scale, scale)
            paint_trend(painter, QRectF(0, 0, *SIZE), shown, Look(), "")
            painter.end()
            images.append(image)
        along = [QPoint(x, int(y * scale)) for x in range(int(left * scale), int(right * scale))]
        row = [images[0].pixel(at) != images[1].pixel(at) for at in along]
        return sum(here and not before for before, here in pairwise(row))

    assert lines(1) > 5
    assert abs(lines(6) - lines(1)) <= 1


@pytest.mark.usefixtures("shell")
def test_a_gap_a_zero_and_a_period_that_is_yet_to_come_look_different() -> None:
    gap, zero = valued(5, None, 8, 9), valued(5, 0, 8, 9)
    ahead = replace(valued(5, 8, 9, None), as_of=valued(5, 8, 9, None).points[-2].period.last_day)
    late = replace(ahead, as_of=date(2030, 1, 1))
    assert drawn(gap) != drawn(zero)
    assert drawn(ahead) != drawn(late)
    frame = frame_of(QRectF(0, 0, *SIZE), gap, Look(), "")
    foot = QRectF(frame.x(1) - 8, frame.plot.bottom() - 12, 16, 10)
    assert different(drawn(gap), drawn(valued(5, 6, 8, 9)), foot) > 10


@pytest.mark.usefixtures("shell")
@pytest.mark.parametrize(
    "values",
    [(), (7.0,), (None, None), (4.0, 4.0, 4.0), (-5_000.0, -12_000.0, 3_000.0), (0.0, 0.0)],
    ids=["no point", "one point", "no value", "equal points", "negative amounts", "nothing but zero"],
)
@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_odd_values_are_drawn_inside_the_scale(values: tuple[float | None, ...], tokens: Any) -> None:
    trend = valued(*values)
    drawn(trend, Look(tokens))
    frame = frame_of(QRectF(0, 0, *SIZE), trend, Look(tokens), "USD")
    assert frame.ticks[0] < frame.ticks[-1]
    assert all(frame.holds(value) for value in values if value is not None)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((12, 31, 34, 34, 39, 32, 35, 45), ["12 · 2 of 17"]),
        ((31, 30, 12, 30, 31, 80, 50, 49), ["12 · 2 of 17", "80 · 2 of 17"]),
        ((30, 50, 30, 50, 30, 50, 30, 90), ["90 · 2 of 17"]),
        ((12, 13, 14, 31, 32, 33, 34, 35), ["12 · 2 of 17", "13 · 2 of 17", "14 · 2 of 17"]),
    ],
    ids=["first below", "between low and high ones", "last above", "next to each other"],
)
def test_the_number_of_a_value_outside_the_scale_lies_on_nothing(
    values: tuple[float, ...], said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = valued(*values)
    trend = replace(plain, points=tuple(replace(one, sample_text="2 of 17") for one in plain.points))
    frame = Frame(QRectF(50, 20, 600, 170), (30, 35, 40, 45, 50), len(values))
    boxes: list[tuple[str, QRectF]] = []
    monkeypatch.setattr(trend_beyond, "draw_text", lambda _painter, box, text, *_rest: boxes.append((text, box)))
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    trend_beyond.paint_beyond(painter, frame, trend, Look())
    painter.end()
    assert [text for text, _ in boxes] == said
    on_scale = [(at, value) for at, value in enumerate(values) if 30 <= value <= 50]
    along = [
        frame.at(0, 0)
        + QPointF((at + step / 50) * 600 / len(values), frame.y(one + (two - one) * step / 50) - frame.y(0))
        for (at, one), (after, two) in pairwise(on_scale)
        if after == at + 1
        for step in range(51)
    ]
    dots = [frame.at(at, value) for at, value in on_scale]
    for at, (_, box) in enumerate(boxes):
        assert frame.plot.left() <= box.left() <= box.right() <= frame.plot.right()
        assert not any(box.contains(point) for point in along)
        assert not any(box.adjusted(-4, -4, 4, 4).contains(dot) for dot in dots)
        assert not any(box.intersects(other) for _, other in boxes[:at])


@pytest.mark.usefixtures("shell")
def test_numbers_at_the_axis_do_not_touch() -> None:
    frame = frame_of(QRectF(0, 0, *SIZE), explained(), Look(), "USD")
    places = mark_places(frame, MARKS, 16, Look())
    assert all(right - left >= 16 for left, right in pairwise(places))
    assert frame.plot.left() <= places[0] <= places[-1] <= frame.plot.right()


@pytest.mark.usefixtures("shell")
def test_panels_share_their_scale() -> None:
    image = QImage(300, 160, QImage.Format.Format_RGB32)
    pictures = []
    for trend in (valued(10, 20, 30), valued(40, 50, 60)):
        image.fill(Look().color("surface"))
        painter = QPainter(image)
        paint_panel(painter, QRectF(0, 0, 300, 160), trend, Look(), "Ann Lee", (0, 60))
        painter.end()
        pictures.append(image.copy())
    low, high = (QRectF(60, top, 220, 50) for top in (85, 30))
    accent = Look().color("accent").rgb()

    def lines(picture: QImage, box: QRectF) -> int:
        ys, xs = range(int(box.top()), int(box.bottom())), range(int(box.left()), int(box.right()))
        return sum(picture.pixel(x, y) == accent for y in ys for x in xs)

    assert lines(pictures[0], low) > lines(pictures[0], high)
    assert lines(pictures[1], high) > lines(pictures[1], low)


# --- in words ------------------------------------------------------------------------------------------------------


def test_a_point_tells_where_it_is_heading_and_what_stands_out() -> None:
    last = point_sentence(explained(), 12, "USD")
    for words in ("heading for $1.45M to $1.80M", "same working day of Q2 2026 $1.10M", "needed a working day $9.50K"):
        assert words.lower() in last.lower()
    assert "Possible change" in point_sentence(explained(), 11, "USD")
    assert "Possible change" not in point_sentence(explained(frozenset()), 11, "USD")
    assert "60%" in point_sentence(cohort(), 12, "")


def test_the_card_shows_how_deals_are_spread() -> None:
    assert card_text(explained(), 12, "USD").sizes == SIZES
    assert card_text(explained(), 11, "USD").sizes is None


def test_the_table_has_a_column_for_each_part_that_is_drawn() -> None:
    titles = [column.title for column in table_columns(explained(), None, "", "USD")]
    assert {"Usual range", "A year before"} <= set(titles)
    bare = [column.title for column in table_columns(explained(frozenset()), None, "", "USD")]
    assert not {"Usual range", "A year before"} & set(bare)
    assert "Still open" in [column.title for column in table_columns(cohort(), None, "", "")]


# --- used ----------------------------------------------------------------------------------------------------------


def test_a_chip_turns_a_part_on_and_it_is_remembered(page: TrendsPage, shell: FakeShell) -> None:
    chip = page.layers.chips["usual"]
    assert not chip.isChecked()
    assert (chip.text(), chip.accessibleName()) == ("+ Usual range", "Show usual range")
    chip.click()
    assert chip.text() == "✓ Usual range"
    assert shell.preferences.layers == {"notes", "usual"}
    assert page.plot.trend is not None
    assert page.plot.trend.shows("usual")
    assert "Usual range from the first 12 periods." in page.told.text()
    assert "Usual range from the first 12 periods." in page.plot.accessibleName()
    page.layers.chips["notes"].click()
    assert not page.notes.isVisible()


def test_a_part_that_a_trend_has_not_is_off_and_says_why(page: TrendsPage, shell: FakeShell) -> None:
    assert not page.layers.chips["benchmark"].isEnabled()
    assert page.layers.chips["benchmark"].text() == "Benchmark"
    assert "published" in page.layers.chips["benchmark"].toolTip()
    page.show_layers(ALL)
    assert not page.layers.chips["benchmark"].isChecked()
    page.layers.chips["usual"].click()
    assert "benchmark" in shell.preferences.layers


def test_the_list_says_what_the_numbers_at_the_axis_mean(page: TrendsPage) -> None:
    assert page.notes.isVisible()
    assert "1. 2 Sep 2024: New price list." in page.notes.accessibleName()


def test_a_long_list_says_how_many_are_left_out(qtbot: QtBot, shell: FakeShell) -> None:
    made = TrendNotes(shell.theme)
    qtbot.addWidget(made)
    made.resize(400, 70)
    made.show_marks(MARKS * 3)
    made.show()
    assert made._left_out() == 9 - 3 + 1
    made.grab()


def test_n_notes_what_happened_and_it_can_be_taken_back(
    page: TrendsPage, shell: FakeShell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Any] = []
    gone: list[int] = []

    def add(_ws: object, day: date, text: str, scope: Scope, kpi_id: str) -> ChartNote:
        kept.append((day, text, scope, kpi_id))
        return ChartNote(7, day, text, scope, kpi_id)

    monkeypatch.setattr(operations, "add_note", add)
    monkeypatch.setattr(operations, "delete_note", lambda _ws, number: gone.append(number))
    page.plot.setFocus()
    page.plot.set_cursor(10)
    QTest.keyClick(page.plot, Qt.Key.Key_N)
    dialog = page.noting.dialog
    assert dialog is not None
    assert dialog.day.text() == day_text(page.view.trend.points[10].period.last_day)  # type: ignore[union-attr]  # shown
    assert not dialog.yes.isEnabled()
    QTest.keyClicks(dialog.words, "New price list")
    dialog.day.setText("soon")
    dialog.take()
    assert dialog.problem.isVisibleTo(dialog)
    dialog.day.setText("2026-03-02")
    dialog.only_here.setChecked(True)
    dialog.take()
    qtbot.waitUntil(lambda: bool(shell.toasts))
    assert kept == [(date(2026, 3, 2), "New price list", ORG, "bookings")]
    assert ("announce", Change.GOALS) in shell.calls
    assert shell.undo_last is not None
    shell.undo_last()
    qtbot.waitUntil(lambda: gone == [7])


def test_reps_stand_side_by_side_and_one_click_goes_to_its_trend(
    page: TrendsPage, shell: FakeShell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    reps = [Scope("rep", name, 10 + at) for at, name in enumerate(samples.REPS)]
    trends = tuple(samples.trend(CASES[0], replace(QUESTION, scope=one)) for one in reps)
    monkeypatch.setattr(operations, "rep_trends", lambda *_asked: RepTrends(trends, 0, 2e6, "Seven reps."))
    page.show_view("reps")
    qtbot.waitUntil(lambda: not shell.jobs.is_busy)
    assert len(page.grid.cells) == len(reps)
    assert page.grid.columns() == 4
    page.grid.cells[2].grab()
    page.grid.opened.emit(trends[2])
    assert ("set_question", replace(QUESTION, scope=reps[2])) in shell.calls


def test_what_charts_show_is_kept_on_this_computer(tmp_path: Any) -> None:
    kept = Preferences(tmp_path / "window.ini")
    assert kept.layers == {"notes"}
    kept.layers = frozenset(("usual", "year"))
    assert kept.layers == {"usual", "year"}
    kept.layers = frozenset()
    assert kept.layers == frozenset()


def test_a_value_that_is_not_of_the_newest_period_has_its_period_beside_it() -> None:
    assert newest_words(valued()) == ("no value", "")
    last = valued(10, 20, 30)
    assert newest_words(last) == ("30", last.points[-1].sample_text)
    left = valued(10, 20, None)
    assert newest_words(left) == ("20", left.points[1].period.label)


def test_amounts_below_zero_have_zero_on_their_scale() -> None:
    assert value_range(valued(-2_000, -6_000, -3_000)) == (-6_000, 0)
    assert value_range(valued(2_000, 6_000, 3_000)) == (0, 6_000)
