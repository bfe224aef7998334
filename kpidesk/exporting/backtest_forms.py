"""Forecasts checked against the past, and the chances of open deals, as text for a terminal and as plain values."""

from __future__ import annotations

from collections.abc import Iterator

from kpidesk.core.forecast_paper import backtest_receipts, chances_receipts
from kpidesk.core.forecasts import METHODS, Backtest, BacktestLine, WinCell, WinChances
from kpidesk.core.formats import count_text, day_text, format_value
from kpidesk.core.wording import counted
from kpidesk.exporting.forecast_forms import range_json, track_json
from kpidesk.exporting.json_form import Json, day_json, interval_json, number_json, period_json
from kpidesk.exporting.text_table import Column, paragraph, paragraphs, receipts_text, sections, table

HELD = {True: "yes", False: "no", None: ""}
BASES = {"exports": "export", "history": "stage history", "dates": "closing dates"}


def backtest_text(found: Backtest) -> str:
    """The record of each method, and its forecasts at the same part of the period as now."""
    return sections((
        paragraph(f"{found.title}{f', data of {day_text(found.as_of)}' if found.as_of else ''}"),
        *_records(found),
        *_lines_text(found),
        paragraphs((*found.missing, *found.notices)),
        receipts_text(backtest_receipts(found)),
    ))  # fmt: skip


def _records(found: Backtest) -> Iterator[str]:
    if found.tracks:
        yield table((
            Column("Method", tuple(found.names[one.method] for one in found.tracks)),
            Column("At", tuple(one.moment for one in found.tracks)),
            Column("Missed by", tuple(format_value(one.missed, "percent", n=0) for one in found.tracks), right=True),
            Column("Periods", tuple(str(one.periods) for one in found.tracks), right=True),
            Column("Too high in", tuple(str(one.too_high) for one in found.tracks), right=True),
            Column("Range held", tuple(f"{one.inside} of {one.ranged}" for one in found.tracks)),
        ))  # fmt: skip


def _lines_text(found: Backtest) -> Iterator[str]:
    for method in METHODS:
        lines = tuple(one for one in found.lines if (one.method, one.moment) == (method, "now"))
        if lines and any(one.found for one in lines):
            yield paragraph(f"{found.names[method]}, at the same part of the period as now:")
            yield table((
                Column("Period", tuple(one.period.label for one in lines)),
                Column("As of", tuple(day_text(one.day) for one in lines)),
                Column("Known by", tuple(BASES[one.basis] for one in lines)),
                Column("Forecast", tuple(one.found.text if one.found else "—" for one in lines), right=True),
                Column("Booked", tuple(one.booked_text for one in lines), right=True),
                Column("Missed by", tuple(one.error_text for one in lines), right=True),
                Column("Held", tuple(HELD[one.inside] for one in lines)),
                Column("", tuple(one.reason for one in lines)),
            ))  # fmt: skip


def backtest_json(found: Backtest) -> Json:
    """Every forecast that each method would have made, and its record."""
    return {
        "as_of": day_json(found.as_of),
        "scope": found.question.scope.key,
        "period": period_json(found.question.period),
        "currency": found.currency,
        "periods": [one.key for one in found.periods],
        "receipts": list(found.receipts),
        "tracks": [{"method": one.method, "moment": one.moment, **track_json(one)} for one in found.tracks],
        "lines": [_line_json(one) for one in found.lines],
        "missing": list(found.missing),
        "notices": list(found.notices),
    }


def _line_json(one: BacktestLine) -> Json:
    return {
        "method": one.method, "moment": one.moment, "period": one.period.key, "day": day_json(one.day),
        "basis": one.basis, "forecast": range_json(one.found), "booked": number_json(one.booked),
        "error": number_json(one.error), "inside": one.inside, "reason": one.reason,
    }  # fmt: skip


LEANS = (
    "Beside each chance stands how many of how many past deals were won. It weighs in all stages as well, the more the "
    "fewer deals its own stage has, and so is not that fraction alone."
)


def chances_text(found: WinChances) -> str:
    """A table of stages against weeks left, each with how many of how many were won in time."""
    head = paragraph(f"{found.title}{f', data of {day_text(found.as_of)}' if found.as_of else ''}")
    if not found.rows:
        return sections((head, paragraph(found.reason)))
    columns = [Column("Stage", tuple(row[0].stage for row in found.rows))]
    for at, week in enumerate(found.weeks):
        title = counted(week, "week")
        columns.append(Column(title, tuple(_chance_text(row[at]) for row in found.rows), right=True))
    codes = receipts_text(chances_receipts(found))
    more = paragraph("Those of single stages have codes as well: --json lists them.") if codes else ""
    leans = any(
        one.n and one.text != format_value(one.won / one.n, "percent", n=one.n) for row in found.rows for one in row
    )
    return sections((head, paragraph(found.words), table(columns), paragraph(LEANS) if leans else "", codes, more))


def _chance_text(one: WinCell) -> str:
    return f"{one.text} {count_text(one.won)}/{count_text(one.n)}" if one.n else one.text


def chances_json(found: WinChances) -> Json:
    """Every cell of the table."""
    return {
        "as_of": day_json(found.as_of),
        "period": period_json(found.question.period),
        "weeks": list(found.weeks),
        "cells": [
            {"stage": one.stage, "weeks_left": one.weeks_left, "won": number_json(one.won), "n": number_json(one.n),
             "chance": number_json(one.chance), "interval": interval_json(one.interval), "receipt": one.receipt}
            for row in found.rows for one in row
        ],
        "reason": found.reason,
    }  # fmt: skip
