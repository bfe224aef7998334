"""Baselines from history and targets upon them: baseline first, target second."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kpidesk import engine, store
from kpidesk.core.errors import UserError
from kpidesk.core.formats import count_text, format_value
from kpidesk.core.goals import (
    BASELINE_WORDS,
    NO_BASELINE,
    NO_BASELINE_ADVICE,
    Baseline,
    BaselineMethod,
    Proposal,
    Target,
    check_target,
    ladder,
    parse_amount,
    tiers_from,
)
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period, parse_period, run_of, shift, span_period
from kpidesk.core.results import Result
from kpidesk.operations.formulas import find_kpi, formula_of
from kpidesk.operations.shown import is_running
from kpidesk.operations.workspace import Workspace, data_date, evaluator, goals, scopes, settings
from kpidesk.stats import baselines
from kpidesk.stats.baselines import Past
from kpidesk.stats.power import noticeable, noticeable_words

YEARS_BACK = 3
PER_YEAR = {"week": 52, "month": 12, "quarter": 4, "year": 1, "span": 4}
TOO_STEEP = 1.30


def propose(
    ws: Workspace, kpi_id: str, scope: Scope, period: Period, *, method: str = "", uplift: float = 0.10
) -> Proposal:
    """A baseline found in the history before `period`, and the target that follows from it.

    Periods that are not over, or in which the data begins, never enter. Without a `method` the best that the
    history supports is chosen, and the reason kept.

    Raises:
        UserError: no such method, or the history does not carry one.
    """
    kpi = find_kpi(ws, kpi_id)
    baseline = _from_history(ws, kpi, scope, period, method)
    minimum, target, stretch = tiers_from(baseline.value, uplift, kpi.direction)
    behind = 1 if baseline.method == "same_period_last_year" else max(len(_history(ws, period)[-4:]), 1)
    per_period = baseline.n / behind
    noticed, words = None, ""
    if kpi.is_rate and per_period > 0:
        noticed = noticeable(baseline.value, per_period, kpi.direction)
        words = noticeable_words(baseline.value, per_period, kpi.direction, per=period.grain)
    return Proposal(baseline, minimum, target, stretch, uplift, noticed, words, _warnings(kpi, baseline, uplift))


def _history(ws: Workspace, period: Period) -> tuple[Period, ...]:
    """The periods of the same grain before `period`, back to three years, oldest first."""
    return run_of(shift(period, -1, settings(ws)), PER_YEAR[period.grain] * YEARS_BACK, settings(ws))


def _from_history(ws: Workspace, kpi: Kpi, scope: Scope, period: Period, method: str) -> Baseline:
    past = _past(ws, kpi, scope, _history(ws, period))
    counting = settings(ws)

    def pool(periods: tuple[Period, ...]) -> Result:
        return _result(ws, kpi, scope, span_period(periods[0].start, periods[-1].last_day))

    if not method:
        found = baselines.choose(kpi, past, period, counting, pool)
    else:
        found = baselines.baseline_by(_method(method), kpi, past, period, counting, pool)
    if found is None:
        raise UserError(
            f"The history before {period.label} does not carry a baseline of '{kpi.name}' for {scope.key}.",
            "Import older data, choose another method, or type a baseline with a reason.",
        )
    return found.as_baseline(kpi, scope, period)


def _method(text: str) -> BaselineMethod:
    for known in BASELINE_WORDS:
        if known == text:
            return known
    raise UserError(f"There is no method '{text}'.", f"Use one of {', '.join(BASELINE_WORDS)}.")


def _past(ws: Workspace, kpi: Kpi, scope: Scope, history: tuple[Period, ...]) -> tuple[Past, ...]:
    grid = engine.evaluate(evaluator(ws), [(kpi, formula_of(ws, kpi))], (scope,), history)
    known = data_date(ws)
    return tuple(
        Past(period, grid.result(0, 0, p), not is_running(known, period) and not grid.starts_inside(0, p))
        for p, period in enumerate(history)
    )


def _result(ws: Workspace, kpi: Kpi, scope: Scope, period: Period) -> Result:
    return engine.evaluate(evaluator(ws), [(kpi, formula_of(ws, kpi))], (scope,), (period,)).result(0, 0, 0)


def _warnings(kpi: Kpi, baseline: Baseline, uplift: float) -> tuple[str, ...]:
    found = []
    if baseline.weak:
        found.append(f"A weak baseline: it rests on {count_text(baseline.n)} rows only.")
    steps = ladder(1.0, uplift)
    if steps[-1] > TOO_STEEP:
        found.append(f"+{uplift:.0%} at every refresh is +{steps[-1] - 1:.0%} after four of them.")
    if kpi.is_rate and baseline.value * (1 + 2 * uplift) > 1:
        found.append("The stretch would pass 100 %.")
    return tuple(found)


def set_baseline(ws: Workspace, baseline: Baseline) -> Baseline:
    """Freeze a baseline with its inputs.

    Raises:
        UserError: the period is closed and its target set: what was agreed stays.
    """
    _refuse_closed(ws, baseline.kpi_id, baseline.scope, baseline.period)
    frozen = replace(baseline, frozen_at=ws.today.isoformat())
    store.save_baseline(ws.db, frozen)
    return frozen


def set_target(ws: Workspace, target: Target, reason: str = "") -> Target:
    """Set minimum, target and stretch of a KPI for a scope and period, as a new version.

    Raises:
        UserError: no baseline yet, tiers out of order, or the period is closed with a target.
    """
    kpi = find_kpi(ws, target.kpi_id)
    book = goals(ws)
    check_target(target, book.baseline(kpi.id, target.scope, target.period), kpi)
    _refuse_closed(ws, kpi.id, target.scope, target.period)
    before = book.target(kpi.id, target.scope, target.period)
    stored = replace(
        target,
        version=before.version + 1 if before else 1,
        effective_from=ws.today.isoformat(),
        reason=reason or target.reason,
    )
    store.save_target(ws.db, stored)
    return stored


def _refuse_closed(ws: Workspace, kpi_id: str, scope: Scope, period: Period) -> None:
    if goals(ws).target(kpi_id, scope, period) is not None and not is_running(_known(ws), period):
        raise UserError(
            f"{period.label} is closed: its target is read-only.",
            "Set the target of a period that is still running or to come.",
        )


def _known(ws: Workspace) -> date | None:
    return data_date(ws)


def set_baseline_from(
    ws: Workspace, kpi_id: str, *, scope: str, period: str, method: str = "", value: str = "", reason: str = ""
) -> Baseline:
    """Set a baseline as typed on a command line: from history, or by hand when a `value` is given."""
    kpi, whose, span = _about(ws, kpi_id, scope, period)
    if value:
        typed = baselines.typed(parse_amount(value), reason).as_baseline(kpi, whose, span)
        return set_baseline(ws, typed)
    return set_baseline(ws, _from_history(ws, kpi, whose, span, method))


def set_target_from(
    ws: Workspace, kpi_id: str, *, minimum: str, target: str, stretch: str, scope: str, period: str, reason: str = ""
) -> Target:
    """Set a target as typed on a command line; `+10%` and `+3pp` are relative to the baseline."""
    kpi, whose, span = _about(ws, kpi_id, scope, period)
    baseline = goals(ws).baseline(kpi.id, whose, span)
    if baseline is None:
        raise UserError(NO_BASELINE, NO_BASELINE_ADVICE)
    low, aim, high = (parse_amount(text, baseline.value) for text in (minimum, target, stretch))
    return set_target(ws, Target(kpi.id, whose, span, low, aim, high), reason)


def _about(ws: Workspace, kpi_id: str, scope: str, period: str) -> tuple[Kpi, Scope, Period]:
    from kpidesk.operations.questions import last_covered

    kpi = find_kpi(ws, kpi_id)
    whose = scopes(ws).find_scope(scope)
    if period:
        return kpi, whose, parse_period(period, settings(ws), ws.today)
    return kpi, whose, shift(last_covered(ws, "quarter"), 1, settings(ws))


def baseline_words(ws: Workspace, baseline: Baseline) -> str:
    """A baseline as a sentence."""
    kpi = find_kpi(ws, baseline.kpi_id)
    value = format_value(baseline.value, kpi.unit, settings(ws).currency, baseline.n or None)
    rest = f"{count_text(baseline.n)} rows, {baseline.window}" if baseline.window else baseline.why or "no reason given"
    weak = " Weak: few rows or periods." if baseline.weak else ""
    words = f"{kpi.name}, {baseline.scope.key}, {baseline.period.label}: baseline {value}"
    return f"{words} ({BASELINE_WORDS[baseline.method]}; {rest}).{weak}"


def target_words(ws: Workspace, target: Target) -> str:
    """A target as a sentence."""
    kpi = find_kpi(ws, target.kpi_id)
    tiers = (target.minimum, target.target, target.stretch)
    low, aim, high = (format_value(one, kpi.unit, settings(ws).currency) for one in tiers)
    about = f"{kpi.name}, {target.scope.key}, {target.period.label}"
    return f"{about}: minimum {low}, target {aim}, stretch {high} (version {target.version})."
