"""The cells of the score table as text, for screen readers and copying, and how wide the longest are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpidesk.core.formats import whole_percent
from kpidesk.core.rate_words import ADD_RATE
from kpidesk.core.scorecards import Row
from kpidesk.core.wording import listed
from kpidesk.ui.painting.cells import Column, actual_lines
from kpidesk.ui.painting.look import SEMIBOLD, Look, width_of
from kpidesk.ui.painting.marks import badge_width

NAMED = 4
"""How many KPIs without a number are named."""


def spark_words(row: Row) -> str:
    """A sparkline in words."""
    shown = [point for point in row.spark if point.value is not None]
    if not shown:
        return "no history"
    gaps = len(row.spark) - len(shown)
    missing = f", {gaps} without a value" if gaps else ""
    return f"trend over {len(row.spark)} periods from {row.spark[0].label} to {row.spark[-1].label}{missing}"


def cell_text(row: Row, column: Column) -> str:
    """A cell as text: for screen readers, copying and tests."""
    texts: dict[Column, str] = {
        "kpi": row.kpi.name,
        "actual": " ".join(part for part in actual_lines(row) if part),
        "target": row.target_text,
        "bullet": bullet_words(row),
        "trend": spark_words(row),
        "status": row.status_words,
    }
    return texts[column]


def longest_words(rows: Sequence[Row], look: Look) -> dict[Column, float]:
    """How wide the longest number and badge are, in pixels: numbers are never cut while there is room."""
    bold, plain, small = look.font(13, SEMIBOLD), look.font(13), look.font(12)
    numbers = [actual_lines(row) for row in rows]
    return {
        "actual": max((max(width_of(bold, one), width_of(small, under)) for one, under in numbers), default=0.0),
        "target": max((width_of(plain, row.target_text) for row in rows), default=0.0),
        "status": max((badge_width(row.status_words, look) for row in rows), default=0.0),
    }


def bullet_words(row: Row) -> str:
    """A bullet graph in words."""
    if row.target is None:
        return "no target yet"
    if row.attainment is None:
        return f"target {row.target_text}"
    return f"{whole_percent(row.attainment)}% of target {row.target_text}"


def unrated_words(rows: Iterable[Row]) -> str:
    """Which exchange rate is missing and the KPIs that have no number without it; empty where none is.

    "2 deals are in GBP, for which no rate is known from 3 Mar 2026 on. Bookings and Average deal size need it."
    """
    lacking = [one for one in rows if one.result.value is None and ADD_RATE in one.reason]
    if not lacking:
        return ""
    names = tuple(dict.fromkeys(one.kpi.name for one in lacking))
    why = lacking[0].reason.partition(f": {ADD_RATE}")[0]
    return f"{why}. {listed(names, NAMED)} {'needs' if len(names) == 1 else 'need'} it."
