"""A leading KPI beside the trend that it foretells, moved on by the weeks it runs ahead."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import fmean

from kpidesk.core.kpis import Kpi
from kpidesk.core.trends import EDGE, Ahead, AheadPoint, Trend, TrendPoint
from kpidesk.operations.evaluation import trend
from kpidesk.operations.formulas import find_kpi
from kpidesk.operations.workspace import Workspace

DAYS_OF_A_WEEK = 7
ENOUGH = 3


def lag_of(kpi: Kpi, leading_id: str) -> int:
    """By how many weeks a leading KPI runs ahead of another; 0 where nobody said so."""
    lags = dict(zip(kpi.leading, kpi.lag_weeks, strict=False))
    return lags.get(leading_id, 0)


def look_ahead(ws: Workspace, shown: Trend, leading_id: str) -> Trend:
    """The trend with a leading KPI beside it: each of its values stands where what it foretells shows.

    Raises:
        UserError: there is no such KPI.
    """
    leading = find_kpi(ws, leading_id)
    if not shown.points:
        return shown
    weeks = lag_of(shown.kpi, leading.id)
    shift = weeks * DAYS_OF_A_WEEK / fmean(point.period.days for point in shown.points[-ENOUGH:])
    earlier = math.ceil(shift)
    theirs = trend(ws, leading.id, shown.question, len(shown.points) + earlier)
    points = tuple(
        AheadPoint(
            at - earlier + shift, _fair(point), point.period.label, point.value_text, point.partial, point.receipt
        )
        for at, point in enumerate(theirs.points)
        if at - earlier + shift >= -EDGE
    )
    words = f"{leading.name}, {_earlier(weeks)}"
    return replace(shown, ahead=Ahead(leading, weeks, points, words, _sentence(points, words)))


def _fair(point: TrendPoint) -> float | None:
    """The value of a point; none where the data begin in its period, for it would show a rise that was none."""
    return None if point.starts_inside else point.result.value


def _earlier(weeks: int) -> str:
    if not weeks:
        return "at the same time"
    return f"{weeks} {'week' if weeks == 1 else 'weeks'} earlier"


def _sentence(points: tuple[AheadPoint, ...], words: str) -> str:
    """The newest value of the leading KPI against the one before, in words."""
    valued = [point for point in points if point.value is not None]
    if not valued:
        return f"{words}: no value."
    last = valued[-1]
    told = f"{last.value_text} in {last.label}{' so far' if last.partial else ''}"
    before = f", {valued[-2].value_text} in {valued[-2].label}" if len(valued) > 1 else ""
    return f"{words}: {told}{before}."
