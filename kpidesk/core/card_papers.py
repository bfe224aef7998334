"""Scorecards and trends as papers of words and tables, for copies in which no drawing may tell an exact amount."""

from __future__ import annotations

from collections.abc import Sequence

from kpidesk.core.formats import format_value, period_text
from kpidesk.core.papers import (
    CellUnit,
    Paper,
    PaperCell,
    PaperColumn,
    PaperRow,
    PaperSection,
    PaperTable,
    PaperWords,
    unit_of,
)
from kpidesk.core.scorecards import Row, Scorecard
from kpidesk.core.trend_words import explanations
from kpidesk.core.trends import Trend, TrendPoint

TIERS = ("Minimum", "Target", "Stretch")


def scorecard_paper(card: Scorecard) -> Paper:
    """A scorecard as a table of what its rows say."""
    who = card.title.partition(" · ")[0]
    table = card_table(card.rows, card.question.by, card.currency)
    parts = (table, PaperWords(card.notices, listed=True)) if card.notices else (table,)
    about = f"{who} · {period_text(card.question.period)}"
    return Paper("scorecard", "Sales scorecard", about, card.as_of, (PaperSection("Numbers", parts),), card.currency,
                 definitions=card.definitions, sources=card.sources)  # fmt: skip


def card_table(rows: Sequence[Row], by: str, currency: str) -> PaperTable:
    """Rows of a scorecard as a table: the KPI, whose number it is where that differs, the number and its goals."""
    keys = [("KPI", [row.kpi.name for row in rows])]
    if by:
        keys.append((by.replace("_", " ").capitalize(), [_member(row, by) for row in rows]))
    if len({row.period for row in rows}) > 1:
        keys.append(("Period", [row.period.label for row in rows]))
    columns = (
        *(PaperColumn(title.casefold(), title, share=1.5) for title, _ in keys),
        PaperColumn("actual", "Actual", "count"),
        PaperColumn("rests", "From"),
        *(PaperColumn(title.casefold(), title, "count") for title in TIERS),
        PaperColumn("status", "Status", share=1.3),
    )
    lines = []
    for at, row in enumerate(rows):
        names = (PaperCell(texts[at]) for _, texts in keys)
        told = (row.value_text, row.sample_text, *_tiers(row, currency), row.status_words)
        lines.append(PaperRow((*names, *map(PaperCell, told))))
    return PaperTable(columns, tuple(lines))


def _member(row: Row, by: str) -> str:
    if by not in ("team", "rep"):
        return row.member
    return row.scope.name or ("Unassigned" if row.scope.kind == "unassigned" else "All")


def _tiers(row: Row, currency: str) -> tuple[str, ...]:
    goal = row.target
    if goal is None:
        return ("",) * 3
    return tuple(format_value(tier, row.kpi.display, currency) for tier in goal.tiers)


def trend_paper(trend: Trend) -> Paper:
    """A trend as what it says in words and a table of its periods, the newest first."""
    said = PaperWords((trend.sentence, *explanations(trend), *trend.notices))
    sections = (PaperSection("What it shows", (said,)), PaperSection("Numbers", (trend_table(trend),)))
    about = trend.title.partition(" · ")[2]
    return Paper("trend", trend.kpi.name, about, trend.as_of, sections, trend.currency, definitions=trend.definitions)


def trend_table(trend: Trend) -> PaperTable:
    """The periods of a trend as a table, the newest first."""
    columns = (
        PaperColumn("period", "Period"), PaperColumn("actual", "Actual", _number(trend)), PaperColumn("rests", "From"),
        *(PaperColumn(title.casefold(), title, _number(trend)) for title in TIERS),
    )  # fmt: skip
    rows = tuple(PaperRow(_point(trend, point)) for point in reversed(trend.points))
    return PaperTable(columns, rows)


def _number(trend: Trend) -> CellUnit:
    """The unit of the numbers as far as a paper knows it."""
    return unit_of("money" if trend.kpi.unit == "money_per_day" else trend.kpi.unit)


def _point(trend: Trend, point: TrendPoint) -> tuple[PaperCell, ...]:
    label = point.period.label + (", not over" if point.partial else "")
    tiers = (point.minimum, point.target, point.stretch)
    goals = (PaperCell("" if tier is None else format_value(tier, trend.kpi.display, trend.currency), tier)
             for tier in tiers)  # fmt: skip
    actual = PaperCell(point.value_text, point.result.value)
    return (PaperCell(label), actual, PaperCell(point.sample_text), *goals)
