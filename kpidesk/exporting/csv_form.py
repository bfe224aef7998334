"""Scorecards and trends as CSV: plain numbers for machines, the text as shown for people."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from kpidesk.core.counted import counted_words
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Row, Scorecard
from kpidesk.core.trends import Trend, TrendPoint
from kpidesk.exporting.safe_text import file_text
from kpidesk.exporting.trend_forms import PART_HEADER, part_cells

Cell = str | float | None
RESULT = ("value", "numerator", "denominator", "n", "interval_low", "interval_high")
GOALS = ("minimum", "target", "stretch")
CARD_HEADER = ("scope", "period", "period_start", "period_last_day", "kpi", "name", *RESULT, "unit", "currency",
               "baseline", *GOALS, "expected", "attainment", "status", "tier", "confidence", "shown", "standing",
               "reason", "data_as_of", "sources", "definitions", "receipt", "long_run", "outlook", "change",
               "change_words", "change_against", "noticeable", "target_from", "target_why", "expected_by",
               "chance", "forecast", "forecast_chance",
               "counted", "long_run_value", "long_run_start", "long_run_last_day", "long_run_receipt",
               "before", "before_shown", "before_receipt", "baseline_receipts")  # fmt: skip
TREND_HEADER = ("scope", "period", "period_start", "period_last_day", "kpi", "name", *RESULT, "unit", "currency",
                "baseline", *GOALS, "partial", "shown", "reason", "data_as_of", "definitions", "receipt",
                *PART_HEADER, "counted")  # fmt: skip


def scorecard_csv(card: Scorecard) -> bytes:
    """One line per row of a scorecard, in UTF-8 with the mark by which spreadsheets know it."""
    return _csv(CARD_HEADER, (_card_line(card, row) for row in card.rows))


def trend_csv(trend: Trend) -> bytes:
    """One line per period of a trend, oldest first."""
    counted = counted_words(trend.kpi)
    lines = ((*_trend_line(trend, point), *part_cells(trend, at), counted) for at, point in enumerate(trend.points))
    return _csv(TREND_HEADER, lines)


def card_cells(card: Scorecard, row: Row) -> tuple[str, ...]:
    """The cells of one row of a scorecard under `CARD_HEADER`, as they may stand in a file."""
    return tuple(map(file_text, _card_line(card, row)))


def _csv(header: Sequence[str], lines: Iterable[Sequence[Cell]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(map(file_text, line) for line in lines)
    return out.getvalue().encode("utf-8-sig")


def _result(found: Result) -> tuple[Cell, ...]:
    low, high = found.interval or (None, None)
    return found.value, found.numerator, found.denominator, found.n, low, high


def _card_line(card: Scorecard, row: Row) -> tuple[Cell, ...]:
    goal = row.target
    return (
        row.member,
        row.period.key,
        row.period.start.isoformat(),
        row.period.last_day.isoformat(),
        row.kpi.id,
        row.kpi.name,
        *_result(row.result),
        row.kpi.unit,
        card.currency,
        row.baseline.value if row.baseline else None,
        *((goal.minimum, goal.target, goal.stretch) if goal else (None, None, None)),
        row.expected,
        row.attainment,
        row.status,
        row.tier or "",
        row.confidence,
        row.value_text,
        row.status_words,
        row.reason,
        card.as_of.isoformat() if card.as_of else "",
        "; ".join(row.sources),
        card.definitions,
        row.receipt,
        *((row.long_run.words, row.long_run.outlook) if row.long_run else ("", "")),
        *((row.change.finding, row.change.words, row.change.against) if row.change else ("", "", "")),
        row.noticeable,
        *((goal.scope.key, row.target_why) if goal else ("", "")),
        row.due.words if row.due else "",
        row.chance,
        *((row.landing.words, row.landing.chance) if row.landing else ("", None)),
        counted_words(row.kpi),
        *_longer(row),
        *((row.change.before, row.change.before_text, row.change.receipt) if row.change else (None, "", "")),
        "; ".join(row.baseline.inputs) if row.baseline else "",
    )


def _longer(row: Row) -> tuple[Cell, ...]:
    """The number over a longer time with its days and its code."""
    over = row.long_run
    if over is None or over.period is None:
        return (over.value if over is not None else None, "", "", "")
    return over.value, over.period.start.isoformat(), over.period.last_day.isoformat(), over.receipt


def _trend_line(trend: Trend, point: TrendPoint) -> tuple[Cell, ...]:
    return (
        trend.question.scope.key,
        point.period.key,
        point.period.start.isoformat(),
        point.period.last_day.isoformat(),
        trend.kpi.id,
        trend.kpi.name,
        *_result(point.result),
        trend.kpi.unit,
        trend.currency,
        trend.baseline.value if trend.baseline else None,
        point.minimum,
        point.target,
        point.stretch,
        "yes" if point.partial else "no",
        point.value_text,
        point.result.reason,
        trend.as_of.isoformat() if trend.as_of else "",
        trend.definitions,
        point.receipt,
    )
