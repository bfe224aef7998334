"""Small drawings for a web page: sparkline, bullet graph and trend as inline SVG, coloured by classes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from kpidesk.core.formats import format_value
from kpidesk.core.scorecards import Row, SparkPoint
from kpidesk.core.trend_words import explanations
from kpidesk.core.trends import Trend, TrendPoint
from kpidesk.exporting.svg_parts import PLOT, Place, Scale, box, line, runs, svg, text
from kpidesk.exporting.trend_svg import layers_svg, shown_numbers

SPARK = (110.0, 30.0)
BULLET = (150.0, 22.0)
CHART = (1000.0, 320.0)
TARGET_AT = 0.72
CUT_AT = 1.8


def sparkline(points: Sequence[SparkPoint], family: str, *, adds_up: bool = False) -> str:
    """The run of past values, the last one as a dot in the colour of the status; empty without values.

    Of a period that is not over the dot is open, with a broken line to it unless it still `adds_up`.
    """
    values = [point.value for point in points if point.value is not None]
    if not values:
        return ""
    wide, high = SPARK[0] - 10, SPARK[1] - 10
    low, top = min(values), max(values)

    def place(at: int, value: float) -> Place:
        share = (value - low) / (top - low) if top > low else 0.5
        return 5 + wide * at / max(1, len(points) - 1), 5 + high * (1 - share)

    places = [None if point.value is None else place(at, point.value) for at, point in enumerate(points)]
    last, is_open = places[-1], points[-1].partial
    lines = "".join(line(run, "line") for run in runs([*places[:-1], None if is_open else last]))
    before = places[-2] if len(places) > 1 else None
    if is_open and not adds_up and last is not None and before is not None:
        lines += line([before, last], "line running")
    kind = f"mark {family}{' open' if is_open else ''}"
    dot = "" if last is None else f'<circle class="{kind}" cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="3.2"/>'
    return svg(SPARK, f"{len(points)} periods up to {points[-1].label}", lines + dot)


def bullet(row: Row, family: str) -> str:
    """The value as a bar from zero over the bands of minimum, target and stretch; empty without a target."""
    goal, value = row.target, row.result.value
    if goal is None or value is None:
        return ""
    tiers = (goal.minimum, goal.target, goal.stretch)
    base = row.baseline.value if row.baseline else None
    top = max(goal.target / TARGET_AT, *(1.04 * tier for tier in tiers), 1.04 * (base or 0))
    top = max(top, min(value * 1.02, goal.target * CUT_AT))
    if top <= 0 or min(value, *tiers) < 0:
        return ""

    def at(number: float) -> float:
        return BULLET[0] * min(1.0, number / top)

    edges = [0.0, *(at(tier) for tier in sorted(tiers)), BULLET[0]]
    shades = ["low", "mid", "high", "high"]
    if row.kpi.direction == "lower":
        shades = shades[::-1]
    bands = "".join(
        box(left, 3, right - left, 16, shade)
        for left, right, shade in zip(edges, edges[1:], shades, strict=False)
        if right > left
    )
    bar = box(0, 7.5, max(at(value), 1.5), 7, f"mark {family}")
    marks = (box(at(base) - 0.8, 3, 1.6, 16, "base") if base is not None else "") + box(
        at(goal.target) - 1.7, 1, 3.4, 20, "aim"
    )
    return svg(BULLET, f"{row.value_text} against a target of {row.target_text}", bands + bar + marks)


def chart(trend: Trend) -> str:
    """A trend with its stepped goals and baseline; a period that is not over ends in an open dot."""
    scale = Scale(_ticks(trend), len(trend.points))
    under = (_axis(trend, scale), layers_svg(trend, scale), _goal_lines(trend, scale), _baseline(trend, scale))
    parts = [*under, _breaks(trend, scale), _values(trend, scale)]
    return svg(CHART, " ".join((trend.sentence, *explanations(trend))), "".join(parts), "chart")


def _ticks(trend: Trend) -> tuple[float, ...]:
    """Round numbers, 1, 2, 2.5 or 5 times a power of ten apart, that enclose everything shown."""
    shown = [
        number
        for point in trend.points
        for number in (point.result.value, point.minimum, point.target, point.stretch)
        if number is not None and math.isfinite(number)
    ]
    shown += [trend.baseline.value] if trend.baseline else []
    shown += [number for number in shown_numbers(trend) if number is not None and math.isfinite(number)]
    low, high = min([0.0, *shown]), max([0.0, *shown])
    if high <= low:
        high = low + 1
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(round(step * at, 12) for at in range(first, last + 1))


def _axis(trend: Trend, scale: Scale) -> str:
    left, _, right, floor = PLOT
    found = []
    for tick in scale.ticks:
        y = scale.y(tick)
        found.append(f'<line class="grid" x1="{left:g}" x2="{right:g}" y1="{y:.1f}" y2="{y:.1f}"/>')
        found.append(text(left - 10, y + 4, format_value(tick, trend.kpi.unit, trend.currency), "end"))
    every = math.ceil(len(trend.points) / 13)
    for at, point in enumerate(trend.points):
        if (len(trend.points) - 1 - at) % every == 0:
            found.append(text(scale.x(at), floor + 26, point.period.label, "middle"))
    return "".join(found)


def _breaks(trend: Trend, scale: Scale) -> str:
    """An upright with its words before the first period that is counted otherwise."""
    _, top, _, floor = PLOT
    found = []
    for one in trend.breaks:
        x = scale.x(one.at - 0.5)
        found.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{top:g}" y2="{floor:g}"/>')
        found.append(text(x + 4, top + 10, one.words))
    return "".join(found)


def _goal_lines(trend: Trend, scale: Scale) -> str:
    tiers: tuple[tuple[str, Callable[[TrendPoint], float | None]], ...] = (
        ("minimum", lambda point: point.tiers[0]),
        ("stretch", lambda point: point.tiers[2]),
        ("target", lambda point: point.tiers[1]),
    )
    found = []
    for kind, tier in tiers:
        places: list[Place | None] = []
        for at, point in enumerate(trend.points):
            value = tier(point)
            places += [None] if value is None else [(scale.x(at + side), scale.y(value)) for side in (-0.5, 0.5)]
        found += [line(run, kind) for run in runs(places)]
        end = tier(trend.points[-1]) if trend.points else None
        if end is not None:
            words = f"{kind.capitalize()} {format_value(end, trend.kpi.unit, trend.currency)}"
            found.append(text(PLOT[2] + 8, scale.y(end) + 4, words))
    return "".join(found)


def _baseline(trend: Trend, scale: Scale) -> str:
    if trend.baseline is None:
        return ""
    y = scale.y(trend.baseline.value)
    return f'<line class="baseline" x1="{PLOT[0]:g}" x2="{PLOT[2]:g}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _values(trend: Trend, scale: Scale) -> str:
    places = [
        None if point.result.value is None else (scale.x(at), scale.y(point.result.value))
        for at, point in enumerate(trend.points)
    ]
    dots = "".join(
        f'<circle class="dot{" open" if point.partial else ""}" cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="4"/>'
        for place, point in zip(places, trend.points, strict=True)
        if place is not None
    )
    broken = {one.at for one in trend.breaks}
    whole = [None if point.partial else place for place, point in zip(places, trend.points, strict=True)]
    parted = [place for at, each in enumerate(whole) for place in ((None, each) if at in broken else (each,))]
    return "".join(line(run, "line") for run in runs(parted)) + _dashed(trend, scale) + dots


def _dashed(trend: Trend, scale: Scale) -> str:
    """The broken line to the newest period while it is not over: to its value, or to where what adds up is heading."""
    at = len(trend.points) - 1
    if at < 1 or not trend.points[at].partial or at in {one.at for one in trend.breaks}:
        return ""
    before, after = trend.leads_to(at - 1), trend.leads_to(at)
    if before is None or after is None:
        return ""
    return line([(scale.x(at - 1), scale.y(before)), (scale.x(at), scale.y(after))], "line running")
