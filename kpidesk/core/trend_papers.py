"""The trends of one rep or team as a paper: each KPI with its line, its target and the numbers of its periods."""

from __future__ import annotations

from collections.abc import Sequence

from kpidesk.core.card_papers import trend_table
from kpidesk.core.formats import format_value
from kpidesk.core.papers import (
    Paper,
    PaperChart,
    PaperLine,
    PaperPart,
    PaperSection,
    PaperWords,
    axis_marks,
    receipt_sections,
)
from kpidesk.core.trends import Trend, TrendPoint

LEAST_POINTS = 2


def trends_paper(trends: Sequence[Trend], name: str, sources: tuple[str, ...] = ()) -> Paper:
    """The trends of a scope one under the other, over the same periods.

    Raises:
        ValueError: there is no trend.
    """
    if not trends:
        raise ValueError("a paper of trends needs one")
    first = trends[0]
    span = f"{first.points[0].period.label} to {first.points[-1].period.label}"
    sections = (
        *(PaperSection(one.kpi.name, tuple(_parts(one))) for one in trends),
        *receipt_sections([(f"{one.kpi.name}, {name}", code) for one in trends for name, code in one.receipts]),
    )  # fmt: skip
    return Paper("trends", f"Trends · {name}", span, first.as_of, sections, first.currency, sources=sources,
                 names=(name,) if first.question.scope.kind == "rep" else ())  # fmt: skip


def _parts(trend: Trend) -> list[PaperPart]:
    known = [point for point in trend.points if point.result.value is not None]
    notices: list[PaperPart] = [PaperWords(trend.notices, listed=True)] if trend.notices else []
    if len(known) < LEAST_POINTS:
        return [PaperWords((trend.sentence,)), trend_table(trend), *notices]
    return [_chart(trend), *notices]


def _chart(trend: Trend) -> PaperChart:
    """What was reached in each period, and the target where there was one; what is not over yet stands apart."""
    lines = [*_actual(trend), *_goal(trend)]
    values = [height for line in lines for _, height in line.points]
    heights = tuple((at, format_value(at, trend.kpi.display, trend.currency)) for at in
                    axis_marks(min(values), max(values)))  # fmt: skip
    places = tuple((float(at), point.period.label) for at, point in enumerate(trend.points))
    return PaperChart(trend.sentence, tuple(lines), places, heights, trend_table(trend))


def _actual(trend: Trend) -> list[PaperLine]:
    over = _of(trend.points, partial=False)
    running = _of(trend.points, partial=True)
    # a line across periods without a value would tell what nobody knows
    whole = len(over) > 1 and over[-1][0] - over[0][0] == len(over) - 1
    found = [PaperLine("Actual", over, "solid" if whole else "dots")] if over else []
    return [*found, PaperLine("Not over", running, "dots")] if running else found


def _of(points: Sequence[TrendPoint], *, partial: bool) -> tuple[tuple[float, float], ...]:
    return tuple((float(at), point.result.value) for at, point in enumerate(points)
                 if point.result.value is not None and point.partial == partial)  # fmt: skip


def _goal(trend: Trend) -> list[PaperLine]:
    found = tuple((float(at), point.target) for at, point in enumerate(trend.points) if point.target is not None)
    return [PaperLine("Target", found, "dashed")] if len(found) > 1 else []
