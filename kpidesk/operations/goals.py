"""Baselines from history and targets upon them: baseline first, target second."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kpidesk import engine, store
from kpidesk.core.errors import UserError
from kpidesk.core.formats import MINUS, count_text, format_value
from kpidesk.core.goals import (
    BASELINE_WORDS,
    NO_BASELINE,
    NO_BASELINE_ADVICE,
    NO_REASON,
    NO_REASON_ADVICE,
    Baseline,
    BaselineMethod,
    Proposal,
    Target,
    check_baseline,
    check_target,
    ladder,
    method_words,
    parse_amount,
    set_late,
    tiers_from,
    weakness,
)
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Grain, Period, parse_period, run_of, shift, span_period
from kpidesk.core.results import Result
from kpidesk.language import Formula
from kpidesk.operations.formulas import definition_in_force, find_kpi, formula_of
from kpidesk.operations.shown import is_running
from kpidesk.operations.workspace import Workspace, data_date, evaluator, goals, scopes, settings
from kpidesk.stats import baselines
from kpidesk.stats.baselines import Found, Past
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
    kpi = definition_in_force(ws, find_kpi(ws, kpi_id), period)
    found = _from_history(ws, kpi, scope, period, method)
    baseline = found.as_baseline(kpi, scope, period)
    minimum, target, stretch = tiers_from(baseline.value, uplift, kpi.direction)
    per_period = found.n / max(found.periods, 1)
    noticed, words = None, ""
    if kpi.is_rate and per_period > 0:
        noticed = noticeable(baseline.value, per_period, kpi.direction)
        words = noticeable_words(baseline.value, per_period, kpi.direction, per=period.grain)
    return Proposal(baseline, minimum, target, stretch, uplift, noticed, words, _warnings(kpi, baseline, uplift))


def _history(ws: Workspace, period: Period) -> tuple[Period, ...]:
    """The periods of the same grain before `period`, back to three years, oldest first."""
    return run_of(shift(period, -1, settings(ws)), PER_YEAR[period.grain] * YEARS_BACK, settings(ws))


def _from_history(ws: Workspace, kpi: Kpi, scope: Scope, period: Period, method: str) -> Found:
    """What history gives for a KPI as it is defined in `period`: the past is counted as the period will be."""
    formula = formula_of(ws, kpi, period)
    past = _past(ws, (kpi, formula), scope, _history(ws, period))
    counting = settings(ws)

    def pool(periods: tuple[Period, ...]) -> Result:
        span = span_period(periods[0].start, periods[-1].last_day)
        return engine.evaluate(evaluator(ws), [(kpi, formula)], (scope,), (span,)).result(0, 0, 0)

    if not method:
        found = baselines.choose(kpi, past, period, counting, pool)
    else:
        found = baselines.baseline_by(_method(method), kpi, past, period, counting, pool)
    if found is None:
        raise UserError(
            f"The history before {period.label} does not carry a baseline of '{kpi.name}' for {scope.key}.",
            "Import older data, choose another method, or type a baseline with a reason.",
        )
    return found


def _method(text: str) -> BaselineMethod:
    for known in BASELINE_WORDS:
        if known == text:
            return known
    raise UserError(f"There is no method '{text}'.", f"Use one of {', '.join(BASELINE_WORDS)}.")


def _past(
    ws: Workspace, measured: tuple[Kpi, Formula | None], scope: Scope, history: tuple[Period, ...]
) -> tuple[Past, ...]:
    grid = engine.evaluate(evaluator(ws), [measured], (scope,), history)
    known = data_date(ws)
    return tuple(
        Past(period, grid.result(0, 0, p), not is_running(known, period) and not grid.starts_inside(0, p))
        for p, period in enumerate(history)
    )


def _warnings(kpi: Kpi, baseline: Baseline, uplift: float) -> tuple[str, ...]:
    found = []
    if baseline.weak:
        found.append(f"A weak baseline: {weakness(baseline, kpi)}.")
    if ladder(1.0, uplift)[-1] > TOO_STEEP:
        found.append(_steep_words(kpi, baseline.period.grain, uplift))
    if kpi.is_rate and baseline.value * (1 + 2 * uplift) > 1:
        found.append("The stretch would pass 100 %.")
    return tuple(found)


def _steep_words(kpi: Kpi, grain: Grain, uplift: float) -> str:
    """What a step comes to when it is made at every period of a year, or in four years."""
    each, steps = ("period", 4) if grain == "span" else (grain, 4 if grain == "year" else PER_YEAR[grain])
    within = "four years" if grain == "year" else "four of them" if grain == "span" else "a year"
    is_lower = kpi.direction == "lower"
    change = 100 * (ladder(1.0, -uplift if is_lower else uplift, steps)[-1] - 1)
    verb, sign = ("Lowering", MINUS) if is_lower else ("Raising", "+")
    return f"{verb} it by {100 * uplift:.0f} % every {each} would mean {sign}{abs(change):,.0f} % in {within}."


def set_baseline(ws: Workspace, baseline: Baseline) -> Baseline:
    """Freeze a baseline with its inputs.

    Raises:
        UserError: it is a share above 1, it is typed by hand without a reason, or the period is closed and its
            target set: what was agreed stays.
    """
    if baseline.method == "manual" and not baseline.why.strip():
        raise UserError(NO_REASON, NO_REASON_ADVICE)
    check_baseline(baseline, find_kpi(ws, baseline.kpi_id))
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
    return set_baseline(ws, _from_history(ws, kpi, whose, span, method).as_baseline(kpi, whose, span))


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

    whose = scopes(ws).find_scope(scope)
    span = (
        parse_period(period, settings(ws), ws.today) if period else shift(last_covered(ws, "quarter"), 1, settings(ws))
    )
    return definition_in_force(ws, find_kpi(ws, kpi_id), span), whose, span


def baseline_words(ws: Workspace, baseline: Baseline) -> str:
    """A baseline as a sentence."""
    kpi = find_kpi(ws, baseline.kpi_id)
    value = format_value(baseline.value, kpi.unit, settings(ws).currency, baseline.n or None)
    rows = f"{count_text(baseline.n)} rows, {baseline.window}" if baseline.n else baseline.window
    rest = rows or baseline.why or "no reason given"
    words = f"{kpi.name}, {baseline.scope.key}, {baseline.period.label}: baseline {value}"
    told = [f"{words} ({method_words(baseline)}; {rest})."]
    if baseline.weak and baseline.method != "benchmark":
        told.append(f"Weak: {weakness(baseline, kpi)}.")
    if baseline.method == "benchmark":
        told.insert(0, f"{baseline.why}.")
    if late := set_late("baseline", baseline.frozen_at, baseline.period):
        told.append(late)
    return " ".join(told)


def target_words(ws: Workspace, target: Target) -> str:
    """A target as a sentence."""
    kpi = find_kpi(ws, target.kpi_id)
    tiers = (target.minimum, target.target, target.stretch)
    low, aim, high = (format_value(one, kpi.unit, settings(ws).currency) for one in tiers)
    about = f"{kpi.name}, {target.scope.key}, {target.period.label}"
    words = f"{about}: minimum {low}, target {aim}, stretch {high} (version {target.version})."
    return f"{words} {set_late('target', target.effective_from, target.period)}".rstrip()
