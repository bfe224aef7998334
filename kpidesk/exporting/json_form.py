"""Answers as plain values, ready to be printed as JSON; the keys are a contract (`resources/schema/`).

Rates are fractions, money is in major units, days are ISO text. A number that does not exist is None.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date

from kpidesk.core.goals import Baseline, Target, set_late
from kpidesk.core.imports import ImportEntry, ImportReport
from kpidesk.core.periods import Period
from kpidesk.core.receipts import Receipt, ReceiptRow
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Row, Scorecard
from kpidesk.core.trends import Trend, TrendPoint

Json = dict[str, object]
COUNTS = ("read", "added", "updated", "unchanged", "rejected", "skipped")


def number_json(value: float | None) -> float | None:
    """A number as JSON can hold it: whole ones without a fraction, infinite ones and none at all as None."""
    if value is None or not math.isfinite(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def _interval(interval: tuple[float, float] | None) -> list[float | None] | None:
    return None if interval is None else [number_json(end) for end in interval]


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _period(period: Period) -> Json:
    return {
        "key": period.key,
        "label": period.label,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "last_day": period.last_day.isoformat(),
    }


def _result(result: Result) -> Json:
    return {
        "value": number_json(result.value),
        "numerator": number_json(result.numerator),
        "denominator": number_json(result.denominator),
        "n": number_json(result.n),
        "interval": _interval(result.interval),
    }


def scorecard_json(card: Scorecard) -> Json:
    """A scorecard with one object per row."""
    return {
        "as_of": _day(card.as_of),
        "scope": card.question.scope.key,
        "period": _period(card.question.period),
        "running": card.running,
        "currency": card.currency,
        "rows": [_row(row) for row in card.rows],
        "notices": list(card.notices),
    }


def _row(row: Row) -> Json:
    goal = row.target
    return {
        "scope": row.member,
        "period": row.period.key,
        "kpi": row.kpi.id,
        "name": row.kpi.name,
        "unit": row.kpi.unit,
        **_result(row.result),
        "baseline": number_json(row.baseline.value) if row.baseline else None,
        "minimum": number_json(goal.minimum) if goal else None,
        "target": number_json(goal.target) if goal else None,
        "stretch": number_json(goal.stretch) if goal else None,
        "expected": number_json(row.expected),
        "attainment": number_json(row.attainment),
        "status": row.status,
        "tier": row.tier,
        "confidence": row.confidence,
        "reason": row.reason,
        "notices": list(row.result.notices),
        "age_days": row.age_days,
        "sources": list(row.sources),
    }


def trend_json(trend: Trend) -> Json:
    """A trend with one object per period, oldest first."""
    return {
        "kpi": trend.kpi.id,
        "name": trend.kpi.name,
        "unit": trend.kpi.unit,
        "currency": trend.currency,
        "scope": trend.question.scope.key,
        "as_of": _day(trend.as_of),
        "baseline": number_json(trend.baseline.value) if trend.baseline else None,
        "points": [_point(point) for point in trend.points],
        "sentence": trend.sentence,
        "notices": list(trend.notices),
    }


def _point(point: TrendPoint) -> Json:
    return {
        "period": point.period.key,
        "label": point.period.label,
        "start": point.period.start.isoformat(),
        "end": point.period.end.isoformat(),
        **_result(point.result),
        "reason": point.result.reason,
        "minimum": number_json(point.minimum),
        "target": number_json(point.target),
        "stretch": number_json(point.stretch),
        "partial": point.partial,
        "starts_inside": point.starts_inside,
    }


def receipt_json(receipt: Receipt) -> Json:
    """A number with every row behind it and the proof that they give it."""
    return {
        "kpi": receipt.kpi.id,
        "name": receipt.kpi.name,
        "unit": receipt.kpi.unit,
        "currency": receipt.currency,
        "scope": receipt.question.scope.key,
        "period": _period(receipt.question.period),
        "as_of": _day(receipt.as_of),
        **_result(receipt.result),
        "reason": receipt.result.reason,
        "words": receipt.words,
        "reproduced": number_json(receipt.reproduced),
        "reproduces": receipt.reproduces,
        "parts": [{"words": words, "value": number_json(value)} for words, value in receipt.parts],
        "definition_version": receipt.definition_version,
        "import_ids": list(receipt.import_ids),
        "code": receipt.code,
        "notices": list(receipt.notices),
        "count": len(receipt.rows),
        "rows": [_receipt_row(row) for row in receipt.rows],
    }


def _receipt_row(row: ReceiptRow) -> Json:
    return {
        "key": row.key,
        "in_numerator": row.in_numerator,
        "weight": number_json(row.weight),
        "value": number_json(row.value),
        "rate": row.rate,
        "file": row.file,
        "line": row.line,
        "import_id": row.import_id,
        "valid_from": row.valid_from,
        "cells": dict(row.cells),
    }


def import_json(report: ImportReport) -> Json:
    """What an import did; `questions` is empty, since an import with open questions does not take place."""
    return {
        "import_id": report.import_id,
        "kind": report.kind,
        "dialect": report.dialect,
        "file": report.file,
        "data_date": report.data_date.isoformat(),
        "dry_run": report.dry_run,
        **{name: getattr(report, name) for name in COUNTS},
        "issues": [
            {"line": one.line, "column": one.column, "value": one.value, "problem": one.problem}
            for one in report.issues
        ],
        "questions": [],
        "notices": list(report.notices),
        "currency": report.currency,
        "changes": [
            {"what": one.what, "deals": one.deals, "amount": number_json(one.amount), "foreign": one.foreign}
            for one in report.changes
        ],
        "linked": [
            {"field": one.field, "to": one.to, "by_id": one.by_id, "by_name": one.by_name, "unlinked": one.unlinked}
            for one in report.linked
        ],
        "look_alikes": [
            {
                "line": one.line,
                "id": one.key,
                "name": one.name,
                "other": one.other,
                "other_name": one.other_name,
                "source": one.source,
                "other_line": one.other_line or None,
                "why": one.why,
            }
            for one in report.look_alikes
        ],
    }


def imports_json(entries: Iterable[ImportEntry]) -> Json:
    """The history of imports, oldest first."""
    return {"imports": [_entry(entry) for entry in entries]}


def _entry(entry: ImportEntry) -> Json:
    return {
        "import_id": entry.import_id,
        "kind": entry.kind,
        "file": entry.file,
        "source": entry.source,
        "data_date": entry.data_date.isoformat(),
        "imported_at": entry.imported_at,
        **{name: getattr(entry, name) for name in COUNTS},
    }


def baseline_json(baseline: Baseline) -> Json:
    """A baseline with how it was found."""
    return {
        "kpi": baseline.kpi_id,
        "scope": baseline.scope.key,
        "period": baseline.period.key,
        "value": number_json(baseline.value),
        "method": baseline.method,
        "window": baseline.window,
        "n": number_json(baseline.n),
        "interval": _interval(baseline.interval),
        "weak": baseline.weak,
        "why": baseline.why,
        "frozen_at": baseline.frozen_at,
        "notice": set_late("baseline", baseline.frozen_at, baseline.period),
    }


def target_json(target: Target) -> Json:
    """A target in the version just set."""
    return {
        "kpi": target.kpi_id,
        "scope": target.scope.key,
        "period": target.period.key,
        "minimum": number_json(target.minimum),
        "target": number_json(target.target),
        "stretch": number_json(target.stretch),
        "version": target.version,
        "effective_from": target.effective_from,
        "reason": target.reason,
        "notice": set_late("target", target.effective_from, target.period),
    }
