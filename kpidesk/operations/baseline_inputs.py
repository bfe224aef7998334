"""The numbers that a baseline was worked out from, by their receipt codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpidesk import engine
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period, span_period
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.language import Formula
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.receipt_code import coder
from kpidesk.operations.workspace import Workspace
from kpidesk.stats.baselines import Found, Past, Pooler


def pooler(ws: Workspace, measured: tuple[Kpi, Formula | None], scope: Scope, spans: list[Past]) -> Pooler:
    """Evaluates a KPI of a scope over the rows of several periods together, and notes each such span."""

    def pool(periods: tuple[Period, ...]) -> Result:
        span = span_period(periods[0].start, periods[-1].last_day)
        whole = engine.evaluate(evaluator(ws), [measured], (scope,), (span,)).result(0, 0, 0)
        spans.append(Past(span, whole))
        return whole

    return pool


def with_inputs(ws: Workspace, kpi: Kpi, scope: Scope, found: Found | None, spans: Sequence[Past]) -> Found | None:
    """A baseline with the receipt codes of the numbers it was worked out from; `spans` are those of pooled rows."""
    if found is None or not found.pasts:
        return found
    coded = coder(ws, Question(found.pasts[0].period, scope))
    codes = (coded(kpi, Question(one.period, scope), one.result) for one in _numbers(found, spans))
    return replace(found, inputs=tuple(code for code in codes if code))


def _numbers(found: Found, spans: Sequence[Past]) -> Sequence[Past]:
    """The numbers that a method reads: where it pools the rows of several periods, those of the whole span."""
    if not spans or found.method not in ("trailing_4", "sply_growth"):
        return sorted(found.pasts, key=lambda past: past.period)
    return (*found.pasts[:1], *spans) if found.method == "sply_growth" else spans
