"""A trend in words and numbers: the sentence of a point, the labels of its lines, the range of its axis."""

from __future__ import annotations

import math

from kpidesk.core.formats import format_value, sampling_interval
from kpidesk.core.luck_words import FOR_LUCK, LUCK_MEANS
from kpidesk.core.trend_words import mark_text, marks_at, part_facts, signal_words_at, usual_text
from kpidesk.core.trends import EDGE, Trend, TrendPoint
from kpidesk.ui.painting.axis import scaling_points, tick_texts, value_range
from kpidesk.ui.painting.trend_chart import EndLabel, end_labels
from kpidesk.ui.painting.trend_frame import Frame
from kpidesk.ui.widgets.receipt_model import Column

MOST_NAME = 24
Facts = tuple[tuple[str, str], ...]


def point_facts(trend: Trend, at: int, currency: str) -> Facts:
    """What is known about one point as (name, words); what does not exist is left out."""
    point, unit = trend.points[at], trend.kpi.display

    def shown(value: float | None) -> str:
        return format_value(value, unit, currency) if value is not None else ""

    minimum, target, stretch = point.tiers
    interval = sampling_interval(point.result.interval, unit, currency, point.result.n) if point.result.interval else ""
    pairs = (
        ("Rests on", point.sample_text),
        (FOR_LUCK, interval),
        ("Minimum", shown(minimum)),
        ("Target", shown(target) or (f"none: {point.no_target}" if point.no_target else "")),
        ("Stretch", shown(stretch)),
    )
    return (*((name, words) for name, words in pairs if words), *part_facts(trend, at))


def ahead_facts(trend: Trend, at: int) -> Facts:
    """What the leading KPI already told of a period: its value that stands nearest to it, if one stands in it."""
    if trend.ahead is None:
        return ()
    near = [point for point in trend.ahead.points if abs(point.x - at) <= EDGE and point.value is not None]
    if not near:
        return ()
    point = min(near, key=lambda one: abs(one.x - at))
    return ((short(trend.ahead.kpi.name), f"{point.value_text} in {point.label}"),)


def point_notes(point: TrendPoint) -> str:
    """What qualifies a point: that its period is not over, that the data begins in it, or why there is no value."""
    if point.result.value is None:
        return point.result.reason
    inside = "the data begins inside this period" if point.starts_inside else ""
    return ", ".join(filter(None, (point.not_over_note, inside)))


def point_extras(trend: Trend, at: int) -> str:
    """What stands out at a point and what happened in its period, while that is drawn."""
    told = [signal_words_at(trend, at)] if trend.shows("usual") else []
    told += [mark_text(mark) for mark in marks_at(trend, at)] if trend.shows("notes") else []
    return " ".join(part.removesuffix(".") + "." for part in told if part)


def note_of(trend: Trend, at: int) -> str:
    """What qualifies a point, and that the KPI is counted otherwise from it on."""
    broken = [one.words[:1].lower() + one.words[1:] for one in trend.breaks if one.at == at]
    return ", ".join(part for part in (point_notes(trend.points[at]), *broken) if part)


def point_sentence(trend: Trend, at: int, currency: str) -> str:
    """One point as a sentence: "Q2 2026: $1.31M, rests on 28 deals, target $1.20M."."""
    point = trend.points[at]
    facts = [f"{name[:1].lower()}{name[1:]} {words}" for name, words in point_facts(trend, at, currency)]
    value = point.value_text if point.result.value is not None else "no value"
    facts += [f"{name} {words}" for name, words in ahead_facts(trend, at)]
    told = f"{point.period.label}: {', '.join(part for part in (value, *facts, note_of(trend, at)) if part)}."
    return f"{told} {point_extras(trend, at)}".strip()


def labels_of(trend: Trend, other: Trend | None, other_name: str, currency: str) -> tuple[EndLabel, ...]:
    """The names at the right end: the goals, the baseline, and the scope compared with."""
    found = end_labels(trend, currency)
    theirs = [point.result.value for point in other.points if point.result.value is not None] if other else []
    last = theirs[-1] if theirs else None
    if last is None:
        return found
    words = f"{short(other_name)} {format_value(last, trend.kpi.display, currency)}"
    return (*found, EndLabel(last, words, "muted", bold=True))


UPRIGHTS = "Upright bars: in 95 of 100 cases the long run lies between their ends."
"""The range that luck leaves a number, said without the term that would need its meaning beside it."""


def key_words(trend: Trend | None, frame: Frame | None) -> str:
    """How a chart is read: what the uprights at its points are, and where its axis begins unless that is at 0."""
    if trend is None or frame is None:
        return ""
    has_bars = any(one.result.interval is not None and frame.holds(one.result.value) for one in trend.points)
    bars = UPRIGHTS if has_bars else ""
    lowest, *_ = tick_texts(frame.ticks, trend.kpi, trend.currency)
    begins = f"The axis begins at {lowest}, not at 0." if frame.ticks[0] > 0 else ""
    return " ".join(filter(None, (bars, begins)))


def short(name: str) -> str:
    """A name cut to what a label has room for."""
    return name if len(name) <= MOST_NAME else f"{name[: MOST_NAME - 1]}…"


def range_of(trend: Trend, other: Trend | None) -> tuple[float, float]:
    """Lowest and highest number that the chart has to show, intervals and the second scope included."""
    low, high = value_range(trend)
    ends = [end for point in scaling_points(trend) if point.result.interval for end in point.result.interval]
    theirs = [point.result.value for point in scaling_points(other) if point.result.value is not None] if other else []
    numbers = [number for number in (*ends, *theirs) if math.isfinite(number)]
    return min([low, *numbers]), max([high, *numbers])


def table_columns(trend: Trend, other: Trend | None, other_name: str, currency: str) -> tuple[Column[int], ...]:
    """The columns of the data table; a row is the number of a point."""
    points, unit = trend.points, trend.kpi.display

    def number(tier: int, title: str) -> Column[int]:
        return Column(title, lambda at: _shown(points[at].tiers[tier], trend, currency), right=True)

    def interval(at: int) -> str:
        result = points[at].result
        return sampling_interval(result.interval, unit, currency, result.n) if result.interval else ""

    found: list[Column[int]] = [
        Column("Period", lambda at: points[at].period.label, float, strong=True),
        Column("Value", lambda at: points[at].value_text, lambda at: _key(points[at]), right=True, strong=True),
        Column("Rests on", lambda at: points[at].sample_text, right=True),
        Column(FOR_LUCK, interval, right=True, hint=LUCK_MEANS),
        *(number(tier, title) for tier, title in enumerate(("Minimum", "Target", "Stretch"))),
    ]
    if other is not None:
        theirs = other.points
        found.append(Column(other_name, lambda at: theirs[at].value_text, lambda at: _key(theirs[at]), right=True))
    if trend.ahead is not None:
        found.append(Column(trend.ahead.words, lambda at: "".join(words for _, words in ahead_facts(trend, at))))
    found += _part_columns(trend)
    found.append(Column("Note", lambda at: "; ".join(filter(None, (note_of(trend, at), point_extras(trend, at))))))
    return tuple(found)


def _part_columns(trend: Trend) -> list[Column[int]]:
    """A column for each thing that is drawn over several periods."""
    found: list[Column[int]] = []
    if trend.usual is not None and trend.usual.is_known and trend.shows("usual"):
        found.append(Column("Usual range", lambda at: usual_text(trend, at), right=True))
    found += [Column(line.name, line.texts.__getitem__, right=True) for line in trend.drawn_lines]
    if any(point.still_open is not None for point in trend.points):
        found.append(Column("Still open", lambda at: dict(part_facts(trend, at)).get("Still open", ""), right=True))
    return found


def _shown(value: float | None, trend: Trend, currency: str) -> str:
    return format_value(value, trend.kpi.display, currency) if value is not None else ""


def _key(point: TrendPoint) -> float:
    return math.nan if point.result.value is None else point.result.value
