"""What explains a trend, in words: the same on screen, on paper, for machines and for screen readers."""

from __future__ import annotations

from kpidesk.core.formats import day_text, format_interval, format_value, whole_percent
from kpidesk.core.trend_parts import Line, Running, TrendMark
from kpidesk.core.trends import Trend

Facts = tuple[tuple[str, str], ...]
MOST_SIGNALS = 3


def explanations(trend: Trend) -> tuple[str, ...]:
    """Everything worth saying beside the sentence of a trend: the running period, remarks, and what is drawn."""
    running = trend.running.words if trend.running is not None else ()
    return (*running, *trend.remarks, *usual_words(trend), *_benchmark_words(trend))


def usual_words(trend: Trend) -> tuple[str, ...]:
    """What the usual range rests on and the newest possible changes, while it is drawn."""
    if trend.usual is None or not trend.shows("usual"):
        return ()
    newest = trend.usual.signals[-MOST_SIGNALS:]
    told = (f"{trend.points[one.at].period.label}: {one.words[:1].lower()}{one.words[1:]}" for one in newest)
    return (*trend.usual.words, *told)


def _benchmark_words(trend: Trend) -> tuple[str, ...]:
    if trend.benchmark is None or not trend.shows("benchmark"):
        return ()
    return (f"Benchmark: {trend.benchmark.words}.",)


def part_facts(trend: Trend, at: int, *, everything: bool = False) -> Facts:
    """What explains one point as (name, words); with `everything` also what is not drawn just now."""
    point = trend.points[at]
    usual = trend.usual.at(at) if trend.usual is not None and (everything or trend.shows("usual")) else None
    lines = trend.lines if everything else trend.drawn_lines
    running = trend.running if trend.running is not None and trend.running.at == at else None
    pairs = (
        *(_running_facts(trend, running) if running is not None else ()),
        ("Still open", f"{whole_percent(point.still_open)}%" if point.still_open is not None else ""),
        ("Usual range", usual_text(trend, at) if usual is not None else ""),
        *((line.name, line.texts[at]) for line in lines),
    )
    return tuple((name, words) for name, words in pairs if words)


def _running_facts(trend: Trend, running: Running) -> Facts:
    elapsed = running.elapsed
    found = [("Heading for", heading_text(trend, running))]
    if elapsed is not None:
        found.insert(0, (f"Same working day of {elapsed.period.label}", elapsed.value_text))
    if running.required:
        found.append(("Needed a working day", format_value(running.required, trend.kpi.display, trend.currency)))
    return tuple(found)


def heading_text(trend: Trend, running: Running) -> str:
    """Where a running period is heading as a range, else as one number; empty while that cannot be told."""
    if running.point is None:
        return ""
    if running.low is None or running.high is None:
        return f"about {format_value(rounded(trend, running.point), trend.kpi.display, trend.currency)}"
    ends = rounded(trend, running.low), rounded(trend, running.high)
    return format_interval(ends, trend.kpi.display, trend.currency)


def rounded(trend: Trend, value: float) -> float:
    """A projected or usual count is a whole one; decimals would look more exact than they are."""
    return float(round(value)) if trend.kpi.unit == "count" else value


def usual_text(trend: Trend, at: int) -> str:
    """The usual range at a point; empty where there is none."""
    found = trend.usual.at(at) if trend.usual is not None else None
    if found is None:
        return ""
    return format_interval((rounded(trend, found[0]), rounded(trend, found[1])), trend.kpi.display, trend.currency)


def signal_words_at(trend: Trend, at: int) -> str:
    """The possible change that a point is the newest of; empty where it is none."""
    found = [one.words for one in trend.usual.signals if one.at == at] if trend.usual is not None else []
    return " ".join(found)


def marks_at(trend: Trend, at: int) -> tuple[TrendMark, ...]:
    """What happened in the period of a point."""
    return tuple(mark for mark in trend.marks if mark.day in trend.points[at].period)


def mark_text(mark: TrendMark) -> str:
    """A mark in one line: "2. 3 Mar 2026: New price list"."""
    return f"{mark.number}. {day_text(mark.day)}: {mark.text}"


def line_of(trend: Trend, kind: str) -> Line | None:
    """The further line of a kind; None where there is none."""
    return next((line for line in trend.lines if line.kind == kind), None)
