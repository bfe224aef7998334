"""What the painters draw: geometry against hand-computed numbers, pixels where only they can tell."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from kpidesk.core.people import ORG
from kpidesk.core.periods import month_period, run_of, week_period
from kpidesk.core.scorecards import Row, SparkPoint
from kpidesk.core.status import STATUS_WORDS, Status
from kpidesk.core.trend_parts import Elapsed, Running
from kpidesk.core.trends import Trend
from kpidesk.ui.painting import axis, look, trend_beyond, trend_chart
from kpidesk.ui.painting.bullet import TARGET_AT, Band, bullet_of, paint_bullet
from kpidesk.ui.painting.cells import COLUMNS, Column, matrix_number_rect, paint_cell, paint_matrix_cell, second_line
from kpidesk.ui.painting.look import Look, draw_text, width_of, wrapped
from kpidesk.ui.painting.marks import badge_width, paint_badge, paint_symbol
from kpidesk.ui.painting.sparkline import paint_sparkline, spark_runs
from kpidesk.ui.painting.strip import paint_strip, tallies, tally_sentence
from kpidesk.ui.painting.trend_chart import end_labels, frame_of, goal_steps, paint_trend
from kpidesk.ui.painting.trend_frame import Frame
from kpidesk.ui.theme import DARK, LIGHT, tint
from tests.ui import samples
from tests.ui.samples import AS_OF, CASES, SETTINGS

pytestmark = pytest.mark.usefixtures("qapp")
BOOKINGS, WIN_RATE, CYCLE, COVERAGE = CASES[:4]
LOOKS = [Look(LIGHT), Look(DARK), Look(LIGHT, 1.5)]


def drawn(width: int, height: int, paint: Callable[[QPainter, QRectF], object], ground: str = "#FFFFFF") -> QImage:
    """What a painter leaves on a plain ground."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(ground))
    painter = QPainter(image)
    paint(painter, QRectF(0, 0, width, height))
    painter.end()
    return image


def near(found: QColor, wanted: QColor, slack: int = 24) -> bool:
    pairs = zip(found.getRgb()[:3], wanted.getRgb()[:3], strict=True)  # type: ignore[index]  # a tuple
    return all(abs(a - b) <= slack for a, b in pairs)


class Recorder:
    """Stands in for `draw_text` and remembers where each text goes and how wide it is."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *modules: object) -> None:
        self.boxes: list[tuple[str, QRectF]] = []
        self.cut: list[str] = []
        for module in modules:
            monkeypatch.setattr(module, "draw_text", self)

    def __call__(self, painter: QPainter, rect: QRectF, text: str, font: object, color: QColor,
                 align: Qt.AlignmentFlag = look.LEFT) -> None:  # fmt: skip
        draw_text(painter, rect, text, font, color, align)  # type: ignore[arg-type]  # a QFont
        wide = width_of(font, text)  # type: ignore[arg-type]  # a QFont
        if wide > rect.width() + 0.6:
            self.cut.append(text)
        wide = min(wide, rect.width())
        left = rect.left()
        if align & Qt.AlignmentFlag.AlignRight:
            left = rect.right() - wide
        elif align & Qt.AlignmentFlag.AlignHCenter:
            left = rect.center().x() - wide / 2
        if text:
            self.boxes.append((text, QRectF(left, rect.center().y() - 6, wide, 12)))

    def overlaps(self) -> list[tuple[str, str]]:
        found = self.boxes
        return [
            (a[0], b[0])
            for i, a in enumerate(found)
            for b in found[i + 1 :]
            if a[1].adjusted(0.5, 0.5, -0.5, -0.5).intersects(b[1])
        ]


# --- bullet graph --------------------------------------------------------------------------------------------------


def test_a_bullet_is_measured_from_zero_and_all_targets_stand_in_line() -> None:
    bullet = bullet_of(samples.row(BOOKINGS))
    assert bullet is not None
    scale = 1_200_000 / TARGET_AT  # the stretch, 1.4 M × 1.04, lies inside it
    assert bullet.target == pytest.approx(TARGET_AT)
    assert bullet.value == pytest.approx(1_284_500 / scale)
    assert bullet.baseline == pytest.approx(1_050_000 / scale)
    assert bullet.expected == pytest.approx(1_010_000 / scale)
    assert bullet.zero == 0
    assert [band.shade for band in bullet.bands] == ["band_low", "band_mid", "band_high", "band_best"]
    assert [band.end for band in bullet.bands] == pytest.approx([900_000 / scale, TARGET_AT, 1_400_000 / scale, 1])
    assert not bullet.cut


def test_lower_is_better_keeps_the_axis_and_turns_the_shades() -> None:
    bullet = bullet_of(samples.row(CYCLE))
    assert bullet is not None
    scale = 55 / TARGET_AT  # 76.4 days, which holds the baseline of 69
    assert [band.shade for band in bullet.bands] == ["band_best", "band_high", "band_mid", "band_low"]
    assert [band.end for band in bullet.bands] == pytest.approx([50 / scale, 55 / scale, 60 / scale, 1])
    assert bullet.value == pytest.approx(63 / scale)


def test_a_range_is_good_inside_and_bad_on_both_sides() -> None:
    kpi = replace(samples.row(COVERAGE).kpi, direction="range")
    bullet = bullet_of(replace(samples.row(COVERAGE), kpi=kpi))
    assert bullet is not None
    assert [band.shade for band in bullet.bands] == ["band_low", "band_high", "band_low"]


def test_a_value_far_above_its_target_ends_in_an_arrow() -> None:
    row = samples.row(replace(BOOKINGS, value=9_000_000))
    bullet = bullet_of(row)
    assert bullet is not None
    assert bullet.cut
    assert bullet.value == 1
    assert bullet.target == pytest.approx(1 / 1.8)


def test_without_target_and_baseline_there_is_no_bullet() -> None:
    assert bullet_of(samples.row(CASES[7])) is None


def test_a_baseline_alone_is_a_comparison_too() -> None:
    bullet = bullet_of(samples.row(replace(BOOKINGS, goals=None, value=1_050_000)))
    assert bullet is not None
    assert bullet.bands == (Band(0.0, 1.0, "band_high"),)
    assert bullet.value == bullet.baseline == pytest.approx(TARGET_AT)


@given(
    value=st.floats(-1e9, 1e9),
    goals=st.lists(st.floats(0, 1e9), min_size=3, max_size=3).map(sorted),
    base=st.none() | st.floats(0, 1e9),
    lower=st.booleans(),
)
def test_marks_lie_on_the_scale_and_bands_fill_it(
    value: float, goals: list[float], base: float | None, lower: bool
) -> None:
    tiers = tuple(reversed(goals)) if lower else tuple(goals)
    case = replace(CYCLE if lower else BOOKINGS, value=value, goals=tiers, baseline=base)  # type: ignore[arg-type]
    bullet = bullet_of(samples.row(case))
    if bullet is None:
        return
    marks = (bullet.value, bullet.target, bullet.baseline, bullet.expected, bullet.zero)
    assert all(0 <= mark <= 1 for mark in marks if mark is not None)
    assert bullet.bands[0].start == 0
    assert bullet.bands[-1].end == 1
    for before, after in pairwise(bullet.bands):
        assert before.end == pytest.approx(after.start)
        assert before.start <= before.end + 1e-9


@pytest.mark.parametrize("status", ["on_track", "at_risk", "off_track"])
def test_the_bar_has_the_colour_of_the_status_and_ends_at_the_value(status: Status) -> None:
    bullet = bullet_of(samples.row(replace(BOOKINGS, value=600_000)))
    assert bullet is not None
    assert bullet.value is not None
    ground = QColor("#FFFFFF")
    image = drawn(400, 30, lambda painter, rect: paint_bullet(painter, rect, bullet, status, Look(), ground))
    mark = tint(LIGHT, status).mark
    assert near(image.pixelColor(20, 15), mark)
    assert near(image.pixelColor(round(bullet.value * 400) - 4, 15), mark)
    assert not near(image.pixelColor(round(bullet.value * 400) + 6, 15), mark)
    assert near(image.pixelColor(round(TARGET_AT * 400), 15), QColor(LIGHT.target))


# --- sparkline -----------------------------------------------------------------------------------------------------


def test_a_gap_parts_the_sparkline() -> None:
    points = [SparkPoint(str(i), value) for i, value in enumerate([1.0, 3.0, None, 2.0, 1.0])]
    runs = spark_runs(points, QRectF(0, 0, 40, 20))
    assert runs == [[QPointF(0, 20), QPointF(10, 0)], [QPointF(30, 10), QPointF(40, 20)]]


def test_a_flat_line_lies_in_the_middle_and_no_value_draws_nothing() -> None:
    assert spark_runs([SparkPoint("a", 5.0), SparkPoint("b", 5.0)], QRectF(0, 0, 10, 20)) == [
        [QPointF(0, 10), QPointF(10, 10)]
    ]
    assert spark_runs([SparkPoint("a", None)], QRectF(0, 0, 10, 20)) == []
    blank = drawn(
        40, 20, lambda p, rect: paint_sparkline(p, rect, [SparkPoint("a", None)], "no_data", Look(), QColor())
    )
    assert blank == drawn(40, 20, lambda _p, _rect: None)


@pytest.mark.parametrize("partial", [True, False])
def test_the_last_dot_is_hollow_while_the_period_runs(partial: bool) -> None:
    points = [SparkPoint("a", 2.0), SparkPoint("b", 2.0, partial=partial)]
    image = drawn(120, 40, lambda p, rect: paint_sparkline(p, rect, points, "on_track", Look(), QColor("#FFFFFF")))
    last = spark_runs(points, QRectF(1.5, 4.2, 120 - 1.5 - 4.2, 40 - 8.4))[-1][-1]
    middle = image.pixelColor(int(last.x()), int(last.y()))
    assert near(middle, QColor("#FFFFFF") if partial else tint(LIGHT, "on_track").mark, 60)


@pytest.mark.parametrize("adds_up", [True, False])
def test_no_line_falls_to_a_running_period_that_still_adds_up(adds_up: bool) -> None:
    points = [SparkPoint("a", 3.0), SparkPoint("b", 3.0), SparkPoint("c", 1.0, partial=True)]
    image = drawn(240, 80, lambda p, rect: paint_sparkline(
        p, rect, points, "on_track", Look(), QColor("#FFFFFF"), adds_up=adds_up))  # fmt: skip
    before, last = spark_runs(points, QRectF(1.5, 4.2, 240 - 1.5 - 4.2, 80 - 8.4))[-1][-2:]
    way = [before + (last - before) * share / 20 for share in range(3, 16)]
    inked = [QColor(image.pixelColor(round(at.x()), round(at.y()))).lightness() < 230 for at in way]
    assert any(inked) is not adds_up
    assert not all(inked), "broken, because it is not over"


def test_the_line_of_a_running_amount_leads_to_where_it_is_heading() -> None:
    trend = samples.trend(BOOKINGS)
    assert [trend.leads_to(at) for at in (11, 12)] == [trend.points[11].result.value, None]
    before = trend.points[11].period
    then = Elapsed(before, before.last_day, 9e5, "$900K")
    running = Running(12, 0.5, "", 30, 30, 1.5e6, 1.4e6, 1.7e6, None, then, ())
    ahead = replace(trend, running=running)
    assert ahead.leads_to(12) == 1.5e6
    assert f"{before.label} by then $900K" in [label.text for label in end_labels(ahead, "USD")]
    rate = samples.trend(WIN_RATE)
    assert rate.leads_to(12) == rate.points[12].result.value


# --- axes ----------------------------------------------------------------------------------------------------------


@given(low=st.floats(-1e9, 1e9), span=st.floats(1e-3, 1e9), count=st.integers(2, 8))
def test_ticks_enclose_the_range_in_even_round_steps(low: float, span: float, count: int) -> None:
    high = low + span
    ticks = axis.round_ticks(low, high, count)
    step = ticks[1] - ticks[0]
    slack = max(abs(low), abs(high)) * 1e-9 + step * 1e-6
    assert ticks[0] <= low + slack
    assert ticks[-1] >= high - slack
    assert len(ticks) <= 2 * count + 3
    assert all(b - a == pytest.approx(step, rel=1e-3, abs=slack) for a, b in pairwise(ticks))


def test_ticks_known_by_hand() -> None:
    assert axis.round_ticks(0, 1_400_000, 5) == (0, 500_000, 1_000_000, 1_500_000)
    assert axis.round_ticks(0.19, 0.41, 5) == (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45)
    assert axis.round_ticks(7, 7) == (6, 6.5, 7, 7.5, 8)


def test_noughts_that_all_ticks_share_are_left_out() -> None:
    rate, money = samples.kpi(WIN_RATE), samples.kpi(BOOKINGS)
    assert axis.tick_texts((0.2, 0.25, 0.3), rate, "USD") == ("20%", "25%", "30%")
    assert axis.tick_texts((0.2, 0.225, 0.25), rate, "USD") == ("20.0%", "22.5%", "25.0%")
    assert axis.tick_texts((40_000, 45_000), money, "USD") == ("$40K", "$45K")
    fine, coarse = replace(rate, decimals=2), replace(rate, decimals=0)
    assert axis.tick_texts((0.0025, 0.005), fine, "USD") == ("0.25%", "0.50%"), "its KPI names two decimals"
    assert axis.tick_texts((0.2, 0.3), fine, "USD") == ("20%", "30%")
    assert axis.tick_texts((0.2, 0.225, 0.25), coarse, "USD") == ("20.0%", "22.5%", "25.0%"), "22.5 is not 22"
    whole = replace(money, decimals=0)
    assert axis.tick_texts((1_000_000, 1_200_000), whole, "USD") == ("$1.0M", "$1.2M")
    per = replace(rate, unit="count_per", decimals=2)
    assert axis.tick_texts((0.25, 0.5, 0.75), per, "USD") == ("0.25", "0.50", "0.75")
    assert axis.tick_texts((1_000_000, 1_200_000), money, "USD") == ("$1.00M", "$1.20M")


def test_the_last_period_keeps_its_label_and_a_year_is_named_once() -> None:
    quarters = run_of(samples.QUARTER, 13, SETTINGS)
    assert axis.period_labels(quarters, 13 * 44, 44)[-2:] == ((11, "Q2", ""), (12, "Q3", ""))
    assert axis.period_labels(quarters, 13 * 44, 44)[0] == (0, "Q3", "2023")
    assert axis.period_labels(quarters, 100, 44) == ((5, "Q4", "2024"), (12, "Q3", "2026"))
    assert axis.period_labels((), 100, 44) == ()


def test_months_and_weeks_are_named_as_people_say_them() -> None:
    months = run_of(month_period(2026, 2), 3, SETTINGS)
    assert axis.period_labels(months, 500, 44) == ((0, "Dec", "2025"), (1, "Jan", "2026"), (2, "Feb", ""))
    assert axis.period_labels([week_period(AS_OF, SETTINGS)], 500, 44) == ((0, "W38", "2026"),)


@given(wanted=st.lists(st.floats(0, 300), max_size=6))
def test_labels_are_moved_apart_inside_their_room(wanted: list[float]) -> None:
    places = axis.spread(wanted, 16, 0, 300)
    ordered = sorted(places)
    assert all(b - a >= 16 - 1e-6 for a, b in pairwise(ordered))
    assert all(8 - 1e-6 <= place <= 292 + 1e-6 for place in places)


def test_labels_that_do_not_touch_stay_where_they_belong() -> None:
    assert axis.spread([20, 100, 200], 16, 0, 300) == (20, 100, 200)


# --- trend ---------------------------------------------------------------------------------------------------------


def test_goals_are_steps_and_end_where_there_is_none() -> None:
    points = samples.trend(BOOKINGS, periods=6).points
    assert goal_steps(points, lambda point: point.target) == [[(4.5, 1_200_000.0), (5.5, 1_200_000.0)]]
    holes = [1.0, None, 2.0, 3.0]
    found = goal_steps(points[:4], lambda point: holes[points.index(point)])
    assert found == [[(-0.5, 1.0), (0.5, 1.0)], [(1.5, 2.0), (2.5, 2.0), (2.5, 3.0), (3.5, 3.0)]]


def test_a_value_stands_where_the_scale_says() -> None:
    frame = Frame(QRectF(100, 10, 260, 200), (0.0, 50.0, 100.0), 13)
    assert frame.x(0) == 110
    assert frame.x(12) == 350
    assert frame.at(6, 25) == QPointF(230, 160)
    assert frame.holds(100)
    assert not frame.holds(100.1)
    assert not frame.holds(None)


def test_points_that_stand_close_are_small() -> None:
    assert Frame(QRectF(0, 0, 1300, 10), (0, 1), 13).reach(3.2) == 3.2
    assert Frame(QRectF(0, 0, 360, 10), (0, 1), 36).reach(3.2) == pytest.approx(1.5)


def test_end_labels_name_every_line_with_its_value() -> None:
    words = [label.text for label in end_labels(samples.trend(BOOKINGS), "USD")]
    assert words == ["Stretch $1.40M", "Target $1.20M", "Minimum $900K", "Baseline $1.05M", "So far $1.28M"]
    rate = [label.text for label in end_labels(samples.trend(WIN_RATE), "USD")]
    assert not [words for words in rate if words.startswith("So far")]
    assert end_labels(replace(samples.trend(BOOKINGS), points=()), "USD") == ()


@pytest.mark.parametrize("case", [BOOKINGS, WIN_RATE, CYCLE, COVERAGE, CASES[4]], ids=lambda case: case.kpi_id)
@pytest.mark.parametrize("size", [(320, 150), (420, 190), (700, 230), (1100, 480)])
@pytest.mark.parametrize("periods", [8, 13, 36])
def test_no_words_touch_or_are_cut_at_any_size(
    monkeypatch: pytest.MonkeyPatch, case: samples.Case, size: tuple[int, int], periods: int
) -> None:
    recorder = Recorder(monkeypatch, trend_chart)
    trend = samples.trend(case, periods=periods)
    drawn(*size, lambda painter, rect: paint_trend(painter, rect, trend, Look(), "USD"))
    assert recorder.overlaps() == []
    if size[0] >= 420:
        assert recorder.cut == []
    inside = QRectF(0, 0, *size).adjusted(-1, -1, 1, 1)
    assert [text for text, box in recorder.boxes if not inside.contains(box)] == []


@pytest.mark.parametrize("which", LOOKS, ids=["light", "dark", "large"])
def test_the_point_that_is_not_over_is_hollow(which: Look) -> None:
    trend = samples.trend(BOOKINGS)
    ground = which.tokens.surface
    frames: list[Frame] = []
    image = drawn(900, 400, lambda p, rect: frames.append(paint_trend(p, rect, trend, which, "USD")), ground)
    values = samples.history(BOOKINGS)

    def middle(i: int) -> QColor:
        spot = frames[0].at(i, values[i] or 0)
        return image.pixelColor(round(spot.x()), round(spot.y()))

    assert near(middle(12), which.color("surface"), 40)
    assert near(middle(11), which.color("accent"))


def test_a_line_is_not_drawn_over_a_gap() -> None:
    trend = samples.trend(CASES[6])  # no value in period 4
    frames: list[Frame] = []
    points = tuple(replace(one, minimum=None, target=None, stretch=None, starts_inside=False) for one in trend.points)
    bare = replace(trend, baseline=None, points=points)
    image = drawn(900, 400, lambda p, rect: frames.append(paint_trend(p, rect, bare, Look(), "USD")))
    x = round(frames[0].x(4))
    column = [image.pixelColor(x, y) for y in range(round(frames[0].plot.top()), round(frames[0].plot.bottom()))]
    assert not any(near(color, QColor(LIGHT.accent), 40) for color in column)
    beside = [image.pixelColor(round(frames[0].x(2.5)), y) for y in range(400)]
    assert any(near(color, QColor(LIGHT.accent), 40) for color in beside)


def beginning(case: samples.Case, first: float) -> Trend:
    """A trend whose first period, in which the data begins, has a value far from the rest."""
    trend = samples.trend(case)
    start = replace(trend.points[0], result=replace(trend.points[0].result, value=first), value_text="100%")
    return replace(trend, points=(start, *trend.points[1:]))


def test_the_period_in_which_the_data_begins_does_not_set_the_scale_of_a_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    trend = beginning(WIN_RATE, 1.0)
    assert axis.value_range(trend)[1] < 0.4
    recorder = Recorder(monkeypatch, trend_chart, trend_beyond)
    drawn(700, 300, lambda painter, rect: paint_trend(painter, rect, trend, Look(), "USD"))
    assert any(text.startswith("100% · ") for text, _ in recorder.boxes)  # its value is written where its arrow stands


def test_a_first_period_that_lies_near_the_rest_is_on_the_scale_of_a_rate() -> None:
    trend = beginning(WIN_RATE, 1.0)
    low, high = axis.value_range(trend)
    near_by = high + 0.2 * (high - low)
    assert axis.value_range(beginning(WIN_RATE, near_by)) == (low, near_by)


def test_money_that_adds_up_keeps_its_first_period_on_the_scale() -> None:
    trend = beginning(BOOKINGS, 40_000)
    assert axis.value_range(trend)[0] == 0
    assert frame_of(QRectF(0, 0, 700, 300), trend, Look(), "USD").holds(40_000)


def test_with_few_periods_all_of_them_set_the_scale() -> None:
    trend = beginning(WIN_RATE, 1.0)
    assert axis.value_range(replace(trend, points=trend.points[:3]))[1] == 1.0


@pytest.mark.parametrize("numbers", [(), (5.0,), (float("nan"),)])
def test_odd_trends_are_drawn_without_complaint(numbers: Sequence[float]) -> None:
    trend = samples.trend(COVERAGE)
    points = tuple(
        replace(trend.points[i], result=replace(trend.points[i].result, value=value)) for i, value in enumerate(numbers)
    )
    odd = replace(trend, points=points, baseline=None)
    drawn(300, 200, lambda painter, rect: paint_trend(painter, rect, odd, Look(), "USD", selected=0))


# --- cells, badges, strip ------------------------------------------------------------------------------------------


def test_the_strip_counts_every_row_once() -> None:
    rows = samples.scorecard().rows
    assert sum(tally.count for tally in tallies(rows)) == len(rows)
    assert tally_sentence(rows) == "3 on track, 2 at risk, 2 off track, 4 no verdict"
    assert tallies([samples.row(CASES[8])])[-1].words == "Too few"


def test_the_strip_says_that_it_counts_values_where_a_kpi_has_several() -> None:
    one = samples.row(CASES[0])
    found = tallies([one, replace(one, status="at_risk"), replace(one, status="at_risk")])
    assert [tally.words for tally in found] == [
        "value: on track", "values: at risk", "values: off track", "values: no verdict",
    ]  # fmt: skip


@pytest.mark.parametrize("width", [680, 1400])
def test_the_words_of_the_strip_fit(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    from kpidesk.ui.painting import strip

    recorder = Recorder(monkeypatch, strip)
    drawn(width, 56, lambda painter, rect: paint_strip(painter, rect, samples.scorecard().rows, Look()))
    assert recorder.cut == []
    assert recorder.overlaps() == []


@pytest.mark.parametrize("status", list(STATUS_WORDS))
def test_a_badge_holds_its_words_and_keeps_to_its_room(monkeypatch: pytest.MonkeyPatch, status: Status) -> None:
    from kpidesk.ui.painting import marks

    recorder = Recorder(monkeypatch, marks)
    words = f"Probably {STATUS_WORDS[status].lower()}"
    boxes: list[QRectF] = []
    drawn(400, 40, lambda p, _r: boxes.append(paint_badge(p, QRectF(10, 0, 300, 40), words, status, Look())))
    drawn(400, 40, lambda p, _r: boxes.append(paint_badge(p, QRectF(10, 0, 60, 40), words, status, Look())))
    assert boxes[0].width() == pytest.approx(badge_width(words, Look()))
    assert boxes[1].right() <= 70
    assert recorder.cut == [words]  # only in the narrow one


def silhouette(status: Status) -> bytes:
    """A symbol in black and white."""
    image = drawn(32, 32, lambda p, _r: paint_symbol(p, QPointF(16, 16), 20, status, Look()))
    mono = image.convertToFormat(QImage.Format.Format_Mono)
    return bytes(mono.constBits())


def test_every_status_has_a_shape_of_its_own() -> None:
    """In black and white the marks still differ, so that colour is never alone."""
    statuses: tuple[Status, ...] = (
        "on_track", "at_risk", "off_track", "no_target", "too_few", "maturing", "no_data", "coaching",
    )  # fmt: skip
    assert len({silhouette(status) for status in statuses}) == 8
    solid = drawn(32, 32, lambda p, _r: paint_symbol(p, QPointF(16, 16), 20, "on_track", Look()))
    hollow = drawn(32, 32, lambda p, _r: paint_symbol(p, QPointF(16, 16), 20, "on_track", Look(), hollow=True))
    assert near(solid.pixelColor(16, 16), tint(LIGHT, "on_track").mark)
    assert near(hollow.pixelColor(16, 16), QColor("#FFFFFF"))


def test_a_row_without_a_value_says_why_below_its_name() -> None:
    assert second_line(samples.row(CASES[10])) == "No rows: nothing of kind 'leads' has been imported"
    assert second_line(samples.row(WIN_RATE)) == "Lagging · outcome"


def test_the_number_of_a_matrix_cell_is_where_it_is_painted() -> None:
    cell = QRectF(0, 0, 160, 46)
    row = replace(samples.row(BOOKINGS), status="no_target")
    target = matrix_number_rect(cell, row, Look())
    image = drawn(160, 46, lambda p, rect: paint_matrix_cell(p, rect, row, Look()))
    inked = [(x, y) for x in range(160) for y in range(46) if image.pixelColor(x, y).lightness() < 128]
    assert min(x for x, _ in inked) >= target.left() - 1
    assert max(x for x, _ in inked) <= target.right() + 1
    assert target.right() < 110  # beside it there is room to select the cell


def paint_at(rect: QRectF, row: Row, column: Column, painter: QPainter, _whole: QRectF) -> None:
    paint_cell(painter, rect, row, column, Look(), QColor())


@pytest.mark.parametrize("widths", [(150, 84, 72, 112, 112, 112), (300, 110, 90, 200, 160, 170)])
def test_numbers_and_words_of_a_row_stay_in_their_cells(
    monkeypatch: pytest.MonkeyPatch, widths: tuple[int, ...]
) -> None:
    from kpidesk.ui.painting import cells, marks

    recorder = Recorder(monkeypatch, cells, marks)
    for case in CASES:
        left = 0.0
        for column, width in zip(COLUMNS, widths, strict=True):
            rect = QRectF(left, 0, width, 48)
            drawn(1100, 48, partial(paint_at, rect, samples.row(case, ORG), column))
            left += width
        assert recorder.overlaps() == []
        recorder.boxes.clear()
    assert not {case.value_text for case in CASES} & set(recorder.cut)


def test_wrapped_text_keeps_to_its_lines() -> None:
    font = Look().font(12)
    lines = wrapped("one two three four five six seven eight nine ten", font, 80, 2)
    assert len(lines) == 2
    assert all(width_of(font, line) <= 80.5 for line in lines)
    assert lines[1].endswith("…")
    assert wrapped("short", font, 80, 2) == ["short"]


def test_how_long_a_scorecard_takes_to_paint(qapp: QApplication, capsys: pytest.CaptureFixture[str]) -> None:
    """Twenty rows in one picture; the time is printed, not judged, because machines differ."""
    rows = [samples.row(case) for case in (*CASES, *CASES[:9])]

    def paint(painter: QPainter, _rect: QRectF) -> None:
        for number, row in enumerate(rows):
            for place, column in enumerate(COLUMNS):
                cell = QRectF(place * 170, number * 48, 170, 48)
                paint_cell(painter, cell, row, column, Look(), QColor("#FFFFFF"))

    drawn(1020, 960, paint)
    begun = time.perf_counter()
    image = drawn(1020, 960, paint)
    with capsys.disabled():
        print(  # noqa: T201  # a measurement for whoever runs it by hand
            f"\n20 rows painted in {(time.perf_counter() - begun) * 1000:.1f} ms"
        )
    assert near(image.pixelColor(2, 2), QColor("#FFFFFF"))


def test_a_closed_period_is_counted_in_tiers() -> None:
    won, missed = samples.row(CASES[0]), samples.row(CASES[1])
    closed = [
        replace(won, status="on_track", tier="stretch_met"),
        replace(missed, status="off_track", tier="below_minimum"),
    ]
    assert tally_sentence(closed) == "1 target met, 0 minimum met, 1 below minimum, 0 no verdict"
    assert tally_sentence([replace(closed[0], tier=None), closed[1]]).startswith("1 on track")
