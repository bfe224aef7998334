"""What explains a trend, drawn under its line on a web page: bands, open cohorts, projection, marks."""

from __future__ import annotations

from itertools import pairwise

from kpidesk.core.formats import whole_percent
from kpidesk.core.trend_parts import Line
from kpidesk.core.trend_words import heading_text
from kpidesk.core.trends import EDGE, Trend, TrendPoint
from kpidesk.exporting.svg_parts import PLOT, Scale, box, line, text

DISC = 8.0
HATCH = 8.0
"""How far apart the strokes over an open cohort are."""


def layers_svg(trend: Trend, scale: Scale) -> str:
    """What lies under the line of a trend: bands, open cohorts, further lines, and where the running period heads."""
    parts = [
        _benchmark_svg(trend, scale), _usual_svg(trend, scale), _open_svg(trend, scale),
        *(_line_svg(one, scale) for one in trend.drawn_lines), _running_svg(trend, scale), _marks_svg(trend, scale),
    ]  # fmt: skip
    return "".join(parts)


def shown_numbers(trend: Trend) -> list[float | None]:
    """Every number that the drawn parts show."""
    running, usual = trend.running, trend.usual
    found: list[float | None] = []
    if running is not None:
        found += [running.point, running.low, running.high]
    if usual is not None and trend.shows("usual"):
        found += [*usual.low, *usual.high]
    return found + [value for one in trend.drawn_lines for value in one.values]


def _usual_svg(trend: Trend, scale: Scale) -> str:
    usual = trend.usual
    if usual is None or not trend.shows("usual"):
        return ""
    found = []
    for at in range(len(trend.points)):
        if (ends := usual.at(at)) is not None:
            left, top, floor = scale.x(at - EDGE), scale.y(ends[1]), scale.y(ends[0])
            found.append(box(left, top, scale.x(at + EDGE) - left, floor - top, "usual"))
    for signal in usual.signals:
        value = trend.points[signal.at].result.value
        if value is not None:
            found.append(_triangle(scale.x(signal.at), scale.y(value), up=signal.side == "above"))
    return "".join(found)


def _triangle(x: float, y: float, *, up: bool) -> str:
    way = -1 if up else 1
    tip, base = y + way * 17, y + way * 9
    return f'<polygon class="aim" points="{x:.1f},{tip:.1f} {x - 5:.1f},{base:.1f} {x + 5:.1f},{base:.1f}"/>'


def _benchmark_svg(trend: Trend, scale: Scale) -> str:
    mark = trend.benchmark
    if mark is None or not trend.shows("benchmark"):
        return ""
    edges = [one for one in (mark.low, mark.high) if one is not None and scale.holds(one)]
    return "".join(f'<line class="benchmark" x1="{PLOT[0]:g}" x2="{PLOT[2]:g}" y1="{scale.y(one):.1f}" '
                   f'y2="{scale.y(one):.1f}"/>' for one in edges)  # fmt: skip


def _open_svg(trend: Trend, scale: Scale) -> str:
    """Hatched columns over what has no outcome yet, with the share still open on the newest."""
    young = [at for at, point in enumerate(trend.points) if point.still_open is not None]
    if not young:
        return ""
    hatch = "".join(_hatched(scale.x(at - EDGE), scale.x(at + EDGE)) for at in young)
    words = text(PLOT[2] - 4, PLOT[1] + 14, _open_words(trend.points[young[-1]]), "end")
    return f'<path class="hatch" d="{hatch}"/>{words}'


def _hatched(left: float, right: float) -> str:
    """Slanting strokes between two uprights, from the top of the plot to its floor, as the steps of a path."""
    top, floor, wide = PLOT[1], PLOT[3], right - left
    found, low = [], top + HATCH
    while low - wide < floor:
        ends = (left + max(0.0, low - floor), min(low, floor)), (left + min(wide, low - top), max(low - wide, top))
        found.append("M{:.1f} {:.1f}L{:.1f} {:.1f}".format(*ends[0], *ends[1]))
        low += HATCH
    return "".join(found)


def _open_words(point: TrendPoint) -> str:
    return f"{whole_percent(point.still_open or 0)}% still open"


def _line_svg(one: Line, scale: Scale) -> str:
    places = [None if value is None else (scale.x(at), scale.y(value)) for at, value in enumerate(one.values)]
    pairs = [[before, after] for before, after in pairwise(places) if before is not None and after is not None]
    return "".join(line(pair, f"beside {one.kind}") for pair in pairs)


def _running_svg(trend: Trend, scale: Scale) -> str:
    running = trend.running
    if running is None or running.point is None:
        return ""
    x, y = scale.x(running.at), scale.y(running.point)
    bar = ""
    if running.low is not None and running.high is not None:
        top = scale.y(running.high)
        bar = box(x - 6, top, 12, max(scale.y(running.low) - top, 1), "heading")
    corners = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in ((0, -5), (5, 0), (0, 5), (-5, 0)))
    diamond = f'<polygon class="dot open" points="{corners}"/>'
    return f"{bar}{diamond}{text(PLOT[2] + 8, y + 4, f'→ {heading_text(trend, running)}')}"


def _marks_svg(trend: Trend, scale: Scale) -> str:
    if not trend.shows("notes"):
        return ""
    found, free = [], 0.0
    for mark in trend.marks:
        day = scale.x(mark.x)
        x = max(day, free)
        free = x + 2 * DISC + 2
        found.append(f'<line class="noted" x1="{day:.1f}" x2="{day:.1f}" y1="{PLOT[1]:g}" y2="{PLOT[3]:g}"/>')
        found.append(f'<circle class="note" cx="{x:.1f}" cy="{PLOT[3]:g}" r="{DISC:g}"/>')
        found.append(f'<text class="number" x="{x:.1f}" y="{PLOT[3] + 4:g}" text-anchor="middle">{mark.number}</text>')
    return "".join(found)
