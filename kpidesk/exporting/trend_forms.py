"""What explains a trend in its files: as JSON, as cells of a table, and as the lines of a list."""

from __future__ import annotations

from kpidesk.core.formats import whole_percent
from kpidesk.core.trend_parts import BenchmarkRange, Line, Running, TrendMark, Usual
from kpidesk.core.trend_words import line_of, mark_text, marks_at, signal_words_at, usual_text
from kpidesk.core.trends import Trend
from kpidesk.exporting.json_form import day_json, interval_json, number_json, trend_json

Json = dict[str, object]
Cell = str | float | None
PART_HEADER = ("usual_low", "usual_high", "possible_change", "still_open", "a_year_before", "with_open_deals",
               "heading_low", "heading", "heading_high", "needed_per_working_day", "same_day_before",
               "notes")  # fmt: skip


# --- JSON ----------------------------------------------------------------------------------------------------------


def trend_answer(trend: Trend) -> Json:
    """A trend with everything that explains it, under keys of their own."""
    return {
        **trend_json(trend),
        "projection": _running(trend.running) if trend.running is not None else None,
        "limits": _usual(trend, trend.usual) if trend.usual is not None else None,
        "marks": [_mark(mark) for mark in trend.marks],
        "benchmark": _benchmark(trend.benchmark) if trend.benchmark is not None else None,
        "lines": [_line(line) for line in trend.lines],
        "remarks": list(trend.remarks),
    }


def _running(running: Running) -> Json:
    elapsed = running.elapsed
    return {
        "at": running.at,
        "share": running.share,
        "basis": running.basis,
        "days_gone": running.days_gone,
        "days_left": running.days_left,
        "value": number_json(running.point),
        "interval": interval_json((running.low, running.high))
        if running.low is not None and running.high is not None else None,
        "required_per_day": number_json(running.required),
        "same_day": None if elapsed is None else {
            "period": elapsed.period.key, "label": elapsed.period.label, "until": day_json(elapsed.until),
            "value": number_json(elapsed.value), "receipt": elapsed.receipt,
        },
        "words": list(running.words),
    }  # fmt: skip


def _usual(trend: Trend, usual: Usual) -> Json:
    points = [usual.at(at) for at in range(len(trend.points))]
    return {
        "low": [number_json(one[0]) if one else None for one in points],
        "high": [number_json(one[1]) if one else None for one in points],
        "centre": [number_json(one) for one in usual.middle] or [None] * len(points),
        "trial": usual.trial,
        "signals": [
            {"at": one.at, "since": one.since, "side": one.side, "words": one.words} for one in usual.signals
        ],
        "words": list(usual.words),
    }  # fmt: skip


def _mark(mark: TrendMark) -> Json:
    return {"number": mark.number, "day": day_json(mark.day), "text": mark.text, "kind": mark.kind, "place": mark.x}


def _benchmark(mark: BenchmarkRange) -> Json:
    return {"low": number_json(mark.low), "high": number_json(mark.high), "words": mark.words}


def _line(line: Line) -> Json:
    return {"kind": line.kind, "name": line.name, "values": [number_json(one) for one in line.values],
            "words": line.words, "receipts": list(line.receipts)}  # fmt: skip


# --- tables --------------------------------------------------------------------------------------------------------


def part_cells(trend: Trend, at: int) -> tuple[Cell, ...]:
    """The cells of one period under `PART_HEADER`."""
    usual = trend.usual.at(at) if trend.usual is not None else None
    running = trend.running if trend.running is not None and trend.running.at == at else None
    year, cycle = (line.values[at] if (line := line_of(trend, kind)) else None for kind in ("year", "cycle"))
    now: tuple[Cell, ...] = (None,) * 5
    if running is not None:
        before = running.elapsed.value if running.elapsed is not None else None
        now = (running.low, running.point, running.high, running.required, before)
    return (
        *(usual or (None, None)), signal_words_at(trend, at), trend.points[at].still_open, year, cycle, *now,
        " ".join(f"{mark.day.isoformat()}: {mark.text}." for mark in marks_at(trend, at)),
    )  # fmt: skip


def note_texts(trend: Trend) -> tuple[str, ...]:
    """What happened, a line for each mark; nothing while notes are not shown."""
    return tuple(mark_text(mark) for mark in trend.marks) if trend.shows("notes") else ()


def part_titles(trend: Trend) -> tuple[str, ...]:
    """The titles of the further columns that a table for people has: what is drawn over several periods."""
    return tuple(title for title, _ in _part_columns(trend))


def part_texts(trend: Trend, at: int) -> tuple[str, ...]:
    """The cells of one period under `part_titles`."""
    return tuple(texts[at] for _, texts in _part_columns(trend))


def _part_columns(trend: Trend) -> list[tuple[str, tuple[str, ...]]]:
    places = range(len(trend.points))
    found = []
    if trend.usual is not None and trend.usual.is_known and trend.shows("usual"):
        found.append(("Usual range", tuple(usual_text(trend, at) for at in places)))
    found += [(line.name, line.texts) for line in trend.drawn_lines]
    shares = [point.still_open for point in trend.points]
    if any(share is not None for share in shares):
        found.append(("Still open", tuple("" if share is None else f"{whole_percent(share)}%" for share in shares)))
    return found
