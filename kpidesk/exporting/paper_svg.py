"""Ranges, charts and bars of a paper as inline SVG, coloured by classes, with words for those who do not see them."""

from __future__ import annotations

from collections.abc import Iterator

from kpidesk.core.papers import (
    PaperChart,
    PaperLine,
    PaperRange,
    PaperTable,
    bar_scale,
    chart_scale,
    end_names,
    range_scale,
    side_by_side,
    without_overlap,
)
from kpidesk.exporting.safe_text import printable
from kpidesk.exporting.svg_parts import box, line, svg, text

RANGE = (1000.0, 132.0)
CHART = (1000.0, 330.0)
BAR = (96.0, 12.0)
LETTER = 7.2
"""How wide a letter is taken to be, in units of a drawing: a page cannot be measured before it is shown."""
_LEFT, _TOP, _RIGHT, _FLOOR = 96.0, 14.0, 830.0, 284.0


def bar_svg(table: PaperTable, at: int, value: float) -> str:
    """The bar of one cell from the common zero of its column; the number stands beside it, so it has no words."""
    low, high = bar_scale(table, at)
    if high <= low:
        return ""
    zero, end = ((number - low) / (high - low) * BAR[0] for number in (0.0, value))
    kind = "bar-mark below" if value < 0 else "bar-mark"
    inside = box(min(zero, end), 1, max(abs(end - zero), 1.0), BAR[1] - 2, kind)
    return f'<svg class="bar" viewBox="0 0 {BAR[0]:g} {BAR[1]:g}" aria-hidden="true">{inside}</svg>'


def range_svg(part: PaperRange) -> str:
    """A range as a band with its ends and its point, the marks as uprights above it."""
    low, high = range_scale(part)
    wide, floor = RANGE[0] - 60, 66.0

    def x(value: float) -> float:
        return 30 + wide * (value - low) / (high - low)

    ends = ((part.low, part.low_text), (part.point, part.point_text), (part.high, part.high_text))
    under = _labels([(x(value), words) for value, words in ends], floor + 50)
    above = _labels([(x(mark.value), f"{mark.name} {mark.text}") for mark in part.marks], 20)
    uprights = "".join(_upright(x(mark.value), 28, floor + 28, "aim-line") for mark in part.marks)
    band = box(x(part.low), floor, max(x(part.high) - x(part.low), 2.0), 22, "range-band")
    axis = _across(floor + 11, 30, 30 + wide)
    dot = f'<circle class="dot" cx="{x(part.point):.1f}" cy="{floor + 11:g}" r="7"/>'
    return svg(RANGE, printable(part.sentence), axis + band + uprights + dot + above + under, "chart range")


def _labels(wanted: list[tuple[float, str]], y: float) -> str:
    widths = [LETTER * len(words) + 10 for _, words in wanted]
    places = side_by_side([place for place, _ in wanted], widths, 0.0, RANGE[0])
    return "".join(text(place, y, printable(words), "middle") for place, (_, words) in zip(places, wanted, strict=True))


def _upright(x: float, top: float, floor: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{floor:.1f}"/>'


def _across(y: float, left: float, right: float) -> str:
    return f'<line class="grid" x1="{left:.1f}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'


def chart_svg(chart: PaperChart) -> str:
    """Lines over an axis; each is named where it ends and told apart by its strokes, not by colour alone."""
    return svg(CHART, printable(chart.sentence), "".join(_chart(chart)), "chart")


def _chart(chart: PaperChart) -> Iterator[str]:
    left, right, low, high = chart_scale(chart)

    def x(value: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (value - left) / (right - left)

    def y(value: float) -> float:
        return _FLOOR - (_FLOOR - _TOP) * (value - low) / (high - low)

    for value, words in chart.heights:
        yield _across(y(value), _LEFT, _RIGHT) + text(_LEFT - 10, y(value) + 4, printable(words), "end")
    widths = [LETTER * len(words) + 8 for _, words in chart.places]
    for at in without_overlap([x(value) for value, _ in chart.places], widths):
        yield text(x(chart.places[at][0]), _FLOOR + 24, printable(chart.places[at][1]), "middle")
    for one in chart.lines:
        yield _line(one, [(x(across), y(up)) for across, up in one.points])
    points = [(x(across), y(up), one.name) for one in chart.lines if one.style == "named" for across, up in one.points]
    yield from _beside(points)
    at_end, early = end_names(chart)
    wanted = [y(one.points[-1][1]) for one in at_end]
    places = side_by_side(wanted, [16.0] * len(at_end), _TOP - 8, _FLOOR + 8)
    for place, one in zip(places, at_end, strict=True):
        yield text(_RIGHT + 14, place + 4, printable(one.name))
    for one in early:
        across, up = one.points[-1]
        yield _early_name(x(across), y(up), one)


def _early_name(across: float, up: float, one: PaperLine) -> str:
    """The name of a line that ends before the chart does: beside its last point, above it where there is no room."""
    dot = f'<circle class="dot" cx="{across:.1f}" cy="{up:.1f}" r="4"/>' if one.style == "solid" else ""
    if across + 9 + LETTER * len(one.name) > _RIGHT:
        return dot + text(across, up - 8, printable(one.name), "end")
    return dot + text(across + 9, up + 4, printable(one.name))


def _beside(points: list[tuple[float, float, str]]) -> Iterator[str]:
    """The names of points, each at the first side of its point where it lies on no other; else none, the table has it.

    A point itself counts as taken too.
    """
    taken = [(x - 5, y - 5, x + 5, y + 5) for x, y, _ in points]
    for x, y, name in points:
        wide = LETTER * len(name)
        sides = ((x + 9, y, "start"), (x - 9, y, "end"), (x, y - 14, "middle"), (x, y + 14, "middle"))
        for across, middle, anchor in sides:
            left = across - {"start": 0.0, "end": wide, "middle": wide / 2}[anchor]
            room = (left, middle - 7, left + wide, middle + 7)
            if left >= _LEFT and left + wide <= _RIGHT and not any(_touch(room, one) for one in taken):
                taken.append(room)
                yield text(across, middle + 4, printable(name), anchor)
                break


def _touch(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _line(one: PaperLine, places: list[tuple[float, float]]) -> str:
    if one.style in ("dots", "named"):
        return "".join(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in places)
    return line(places, f"paper-line {one.style}") if places else ""
