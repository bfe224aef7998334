"""Answers as plain values, ready to be printed as JSON; the keys are a contract (`resources/schema/`).

Rates are fractions, money is in major units, days are ISO text. A number that does not exist is None.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from kpidesk.core.goals import Baseline, Target, set_late

if TYPE_CHECKING:  # no answer waits for what its signatures alone name
    from kpidesk.core.errors import Issue
    from kpidesk.core.import_history import ImportEntry
    from kpidesk.core.imports import ImportReport, LookAlike
    from kpidesk.core.periods import Period
    from kpidesk.core.results import Result
    from kpidesk.core.scorecards import Change, Landing, LongRun, Row, Scorecard
    from kpidesk.core.trends import Ahead, Trend, TrendPoint

Json = dict[str, object]
COUNTS = ("read", "added", "updated", "unchanged", "rejected", "skipped")


def number_json(value: float | None) -> float | None:
    """A number as JSON can hold it: whole ones without a fraction, infinite ones and none at all as None."""
    if value is None or not math.isfinite(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def interval_json(interval: tuple[float, float] | None) -> list[float | None] | None:
    """Both ends of an interval."""
    return None if interval is None else [number_json(end) for end in interval]


def day_json(day: date | None) -> str | None:
    """A day as ISO text."""
    return None if day is None else day.isoformat()


def period_json(period: Period) -> Json:
    """A period with its first day and the day after its last."""
    return {
        "key": period.key,
        "label": period.label,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "last_day": period.last_day.isoformat(),
    }


def result_json(result: Result) -> Json:
    """What a KPI came to, with its sample and interval."""
    return {
        "value": number_json(result.value),
        "numerator": number_json(result.numerator),
        "denominator": number_json(result.denominator),
        "n": number_json(result.n),
        "interval": interval_json(result.interval),
    }


def scorecard_json(card: Scorecard) -> Json:
    """A scorecard with one object per row."""
    return {
        "as_of": day_json(card.as_of),
        "scope": card.question.scope.key,
        "period": period_json(card.question.period),
        "running": card.running,
        "currency": card.currency,
        "rows": [_row(row) for row in card.rows],
        "notices": list(card.notices),
        "definitions": card.definitions,
    }


def _row(row: Row) -> Json:
    goal = row.target
    return {
        "scope": row.member,
        "period": row.period.key,
        "kpi": row.kpi.id,
        "name": row.kpi.name,
        "unit": row.kpi.unit,
        **result_json(row.result),
        "baseline": number_json(row.baseline.value) if row.baseline else None,
        "baseline_receipts": list(row.baseline.inputs) if row.baseline else [],
        "minimum": number_json(goal.minimum) if goal else None,
        "target": number_json(goal.target) if goal else None,
        "stretch": number_json(goal.stretch) if goal else None,
        "target_from": goal.scope.key if goal else None,
        "target_why": row.target_why,
        "expected": number_json(row.expected),
        "expected_by": row.due.words if row.due else "",
        "chance": number_json(row.chance),
        "attainment": number_json(row.attainment),
        "status": row.status,
        "tier": row.tier,
        "confidence": row.confidence,
        "reason": row.reason,
        "notices": list(row.result.notices),
        "age_days": row.age_days,
        "sources": list(row.sources),
        "receipt": row.receipt,
        "long_run": long_run_json(row.long_run) if row.long_run else None,
        "change": _change(row.change) if row.change else None,
        "noticeable": row.noticeable,
        "forecast": _landing(row.landing) if row.landing else None,
    }


def _landing(found: Landing) -> Json:
    """Where the forecast sees the period of a row end."""
    ends = (found.low, found.high) if found.low is not None and found.high is not None else None
    return {
        "method": found.method,
        "point": number_json(found.point),
        "interval": interval_json(ends),
        "chance": number_json(found.chance),
        "words": found.words,
        "by": found.by,
        "receipt": found.receipt,
    }


def long_run_json(over: LongRun) -> Json:
    """A KPI over a longer time, where the period has few rows."""
    return {
        "value": number_json(over.value),
        "numerator": number_json(over.numerator),
        "n": number_json(over.n),
        "months": over.months,
        "interval": interval_json(over.interval),
        "fair": over.fair,
        "told": over.told,
        "words": over.words,
        "period": period_json(over.period) if over.period is not None else None,
        "receipt": over.receipt,
        "outlook": over.outlook,
    }


def _change(change: Change) -> Json:
    """What can be said about the change from the period before."""
    return {
        "finding": change.finding,
        "against": change.against,
        "before": number_json(change.before),
        "before_receipt": change.receipt,
        "brief": change.brief,
        "words": change.words,
    }


def trend_json(trend: Trend) -> Json:
    """A trend with one object per period, oldest first."""
    return {
        "kpi": trend.kpi.id,
        "name": trend.kpi.name,
        "unit": trend.kpi.unit,
        "currency": trend.currency,
        "scope": trend.question.scope.key,
        "as_of": day_json(trend.as_of),
        "baseline": number_json(trend.baseline.value) if trend.baseline else None,
        "baseline_receipts": list(trend.baseline.inputs) if trend.baseline else [],
        "points": [_point(point) for point in trend.points],
        "sentence": trend.sentence,
        "notices": list(trend.notices),
        "definitions": trend.definitions,
        "ahead": _ahead(trend.ahead) if trend.ahead else None,
    }


def _ahead(ahead: Ahead) -> Json:
    """A leading KPI beside a trend; `place` is the point of the trend, from 0 on, at which a value shows."""
    return {
        "kpi": ahead.kpi.id,
        "name": ahead.kpi.name,
        "unit": ahead.kpi.unit,
        "lag_weeks": ahead.lag_weeks,
        "points": [
            {
                "label": one.label,
                "place": one.x,
                "value": number_json(one.value),
                "partial": one.partial,
                "receipt": one.receipt,
            }
            for one in ahead.points
        ],
    }


def _point(point: TrendPoint) -> Json:
    return {
        "period": point.period.key,
        "label": point.period.label,
        "start": point.period.start.isoformat(),
        "end": point.period.end.isoformat(),
        **result_json(point.result),
        "reason": point.result.reason,
        "minimum": number_json(point.minimum),
        "target": number_json(point.target),
        "stretch": number_json(point.stretch),
        "partial": point.partial,
        "starts_inside": point.starts_inside,
        "definition": point.definition,
        "receipt": point.receipt,
        "still_open": number_json(point.still_open),
    }


def issues_json(issues: Iterable[Issue]) -> list[Json]:
    """What is wrong in the lines of a file."""
    return [{"line": one.line, "column": one.column, "value": one.value, "problem": one.problem} for one in issues]


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
        "issues": issues_json(report.issues),
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
        "look_alikes": [_look_alike(one) for one in report.look_alikes],
    }


def _look_alike(found: LookAlike) -> Json:
    return {
        "line": found.line,
        "id": found.key,
        "name": found.name,
        "other": found.other,
        "other_name": found.other_name,
        "source": found.source,
        "other_line": found.other_line or None,
        "why": found.why,
    }


def imports_json(entries: Iterable[ImportEntry]) -> Json:
    """The history of imports, oldest first."""
    return {"imports": [_entry(entry) for entry in entries]}


def undo_json(taken: Sequence[ImportEntry]) -> Json:
    """The imports that an undo would take back, the one that it is about first."""
    first, *others = taken
    told: Json = {"import_id": first.import_id, "file": first.file, "data_date": first.data_date.isoformat()}
    return {**told, **({"with_it": others[0].import_id} if others else {}), "dry_run": True}


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
        "interval": interval_json(baseline.interval),
        "weak": baseline.weak,
        "why": baseline.why,
        "frozen_at": baseline.frozen_at,
        "notice": set_late("baseline", baseline.frozen_at, baseline.period),
        "receipts": list(baseline.inputs),
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
