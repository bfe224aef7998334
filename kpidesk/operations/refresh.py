"""The quarterly refresh: new baselines beside the old ones, targets at the same step, nothing changed silently."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from kpidesk.core.amounts import Tiers, tiers_typed
from kpidesk.core.errors import UserError
from kpidesk.core.formats import MINUS, age_text, format_value, whole_percent
from kpidesk.core.goals import Baseline, Target, is_baseline, method_words, rounded_tiers, tiers_from, weakness
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period, shift
from kpidesk.core.refreshing import Decision, Refresh, RefreshLine
from kpidesk.core.target_grid import EditPlan, GoalChange, SumCheck
from kpidesk.operations.applying import quota_in_force
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.formulas import definition_in_force, find_kpi
from kpidesk.operations.goals import TOO_STEEP, histories
from kpidesk.operations.ladders import capability_of
from kpidesk.operations.target_edits import NO_HISTORY, NO_HISTORY_ADVICE, apply_edits, change_to
from kpidesk.operations.target_grid import Branch, branches, closed_words, sums_after, target_grid
from kpidesk.operations.workspace import Workspace, definitions, goals, settings
from kpidesk.stats.baselines import Found
from kpidesk.stats.power import noticeable_words

USUAL_STEP = 0.10
LARGE_STEP = 0.20
"""From which change of a target on it is worth a word."""
NO_REASON_TO_KEEP = "Keeping an old target needs a reason."
NO_REASON_TO_KEEP_ADVICE = "Say why it still holds, or take the proposal."


def refresh(ws: Workspace, period: Period) -> Refresh:
    """Every target that ends before a period and has no successor in it, with what is proposed in its place.

    That is the newest target of each KPI in use and each scope that is still there, of the same grain. The new baseline
    comes from the automatic method, the proposal keeps the step that the old target made from its own baseline.
    """
    old, done = _due(ws, period)
    found: dict[tuple[str, Scope], tuple[Kpi, Found | None]] = {}
    for kpi_id in dict.fromkeys(one.kpi_id for one in old):
        kpi = definition_in_force(ws, find_kpi(ws, kpi_id), period)
        mine = tuple(one.scope for one in old if one.kpi_id == kpi_id)
        found |= {(kpi_id, scope): (kpi, new) for scope, new in histories(ws, kpi, mine, period).items()}
    lines = tuple(_line(ws, period, one, *found[one.kpi_id, one.scope]) for one in old)
    closed = closed_words(ws, period)
    checks = () if closed else _checks(ws, period, lines)
    sums = _sums(ws, lines, checks)
    return Refresh(period, lines, done, closed, sums, _bare(ws, period, lines), checks)


def _bare(ws: Workspace, period: Period, lines: tuple[RefreshLine, ...]) -> tuple[str, ...]:
    """The names of the KPIs in use that nobody has a target of in a period, and that have none to follow."""
    there = {one.kpi_id for one in goals(ws).in_force()
             if one.period.start <= period.start and period.end <= one.period.end}  # fmt: skip
    there |= {one.kpi.id for one in lines}
    active = (kpi for kpi in definitions(ws).values() if kpi.status == "active" and not kpi.coaching)
    here = (*_order(ws, period),)
    found = (
        kpi for kpi in active
        if kpi.id not in there and kpi.direction != "none"
        and not any(quota_in_force(ws, kpi, scope, period) for scope in here)
    )  # fmt: skip
    return tuple(kpi.name for kpi in sorted(found, key=lambda kpi: (kpi.first_day or 99, kpi.name)))


def _checks(ws: Workspace, period: Period, lines: tuple[RefreshLine, ...]) -> tuple[SumCheck, ...]:
    """What the parts of every whole come to if every proposal is taken."""
    changes = [
        _decided(ws, period, one, Decision(one.kpi.id, one.scope, "accept"))
        for one in lines
        if one.proposed is not None
    ]
    plan = EditPlan(period, tuple(one for one in changes if one is not None), (), "")
    about = {one.kpi.id for one in lines}
    return tuple(one for one in sums_after(ws, plan) if one.kpi_id in about) if about else ()


def _sums(ws: Workspace, lines: tuple[RefreshLine, ...], checks: tuple[SumCheck, ...]) -> tuple[str, ...]:
    """Where the targets of parts come to that of their whole now and would not if every proposal were taken."""
    last = max((one.old.period for one in lines), key=lambda one: one.start, default=None)
    if last is None:
        return ()
    fit = {(one.kpi_id, one.parent) for one in target_grid(ws, last).sums if not one.words}
    names = {one.kpi.id: one.kpi.name for one in lines}
    return tuple(
        f"{names[one.kpi_id]}, {scope_name(ws, one.parent)}: {one.words}"
        for one in checks
        if one.words and (one.kpi_id, one.parent) in fit
    )


def _due(ws: Workspace, period: Period) -> tuple[list[Target], int]:
    """The targets to follow, in the order of KPIs and scopes, and how many were followed already, be it by a quota."""
    book, here = goals(ws), _order(ws, period)
    newest: dict[tuple[str, Scope], Target] = {}
    for one in book.in_force():
        key, kpi = (one.kpi_id, one.scope), definitions(ws).get(one.kpi_id)
        is_before = one.period.grain == period.grain and one.period.end <= period.start
        if not is_before or kpi is None or kpi.status != "active":
            continue
        if one.scope not in here and one.scope.kind != "role":
            continue
        if key not in newest or newest[key].period.start < one.period.start:
            newest[key] = one
    known = definitions(ws)
    due = [one for one in newest.values() if book.target(one.kpi_id, one.scope, period) is None
           and quota_in_force(ws, known[one.kpi_id], one.scope, period) is None]  # fmt: skip
    due.sort(key=lambda one: (known[one.kpi_id].first_day or 99, known[one.kpi_id].name,
                              here.get(one.scope, -1), one.scope.name))  # fmt: skip
    return due, len(newest) - len(due)


def _order(ws: Workspace, period: Period) -> dict[Scope, int]:
    def walk(branch: Branch) -> Iterable[Scope]:
        yield branch.scope
        for part in branch.parts:
            yield from walk(part)

    return {scope: at for at, scope in enumerate(walk(branches(ws, period)))}


def _line(ws: Workspace, period: Period, old: Target, kpi: Kpi, found: Found | None) -> RefreshLine:
    money = settings(ws).currency
    was = goals(ws).baseline(kpi.id, old.scope, old.period)
    step = _step(kpi, old, was)
    baseline = found.as_baseline(kpi, old.scope, period) if found is not None else None
    exact = _moved(kpi, old, was, baseline) if baseline is not None else None
    proposed = rounded_tiers(exact, kpi, baseline.value) if exact is not None and baseline is not None else None
    old_text = format_value(old.target, kpi.display, money)
    proposed_text = format_value(proposed[1], kpi.display, money) if proposed is not None else ""
    again = step if proposed_text != old_text else 0.0  # a target that stays makes no step
    name = f"Every {old.scope.name}" if old.scope.kind == "role" else scope_name(ws, old.scope)
    return RefreshLine(
        kpi=kpi,
        scope=old.scope,
        name=name,
        old=old,
        old_baseline=was,
        old_text=old_text,
        old_baseline_text=format_value(was.value, kpi.display, money, was.n or None) if was is not None else "",
        age=_age(ws, old),
        is_stale=old.period.end < shift(period, -1, settings(ws)).end,
        baseline=baseline,
        baseline_text=format_value(baseline.value, kpi.display, money, baseline.n or None) if baseline else "",
        method=f"{method_words(baseline)}: {baseline.why}" if baseline is not None else "",
        proposed=proposed,
        proposed_text=proposed_text,
        uplift=step,
        noticeable=_noticeable(kpi, found, period),
        capability=capability_of(ws, kpi, old.scope, period, proposed[1]) if proposed is not None else "",
        warnings=(*_moves(kpi, old, (was, baseline), proposed, money), *_warnings(kpi, baseline, proposed, again)),
        hindrance="" if baseline is not None else f"{NO_HISTORY} {NO_HISTORY_ADVICE}",
        exact=exact,
    )


def _age(ws: Workspace, old: Target) -> str:
    told = f"for {old.period.label}"
    if not old.effective_from:
        return told
    return f"set {age_text((ws.today - date.fromisoformat(old.effective_from)).days)}, {told}"


def _step(kpi: Kpi, old: Target, was: Baseline | None) -> float:
    """How far the old target lay beyond its baseline, as a part of it; the usual step where that is not known."""
    if was is None or not was.value or kpi.direction == "range":
        return USUAL_STEP
    sign = -1 if kpi.direction == "lower" else 1
    return sign * (old.target - was.value) / abs(was.value)


def _moved(kpi: Kpi, old: Target, was: Baseline | None, baseline: Baseline) -> Tiers:
    """The old minimum, target and stretch moved as the baseline moved; a range stays as it is."""
    if kpi.direction == "range":
        return old.tiers
    if was is None or was.value <= 0 or baseline.value <= 0:
        return tiers_from(baseline.value, USUAL_STEP, kpi.direction)
    grown = baseline.value / was.value
    minimum, target, stretch = (tier * grown for tier in old.tiers)
    if is_baseline(old.minimum, was.value, kpi):
        minimum = baseline.value
    if kpi.unit == "percent" and kpi.is_rate:
        minimum, target, stretch = (min(tier, 1.0) for tier in (minimum, target, stretch))
    return minimum, target, stretch


def _noticeable(kpi: Kpi, found: Found | None, period: Period) -> str:
    if found is None or not kpi.is_rate or not found.periods or not found.n or found.method == "comparable":
        return ""
    return noticeable_words(found.value, found.n / found.periods, kpi.direction, per=period.grain)


def _moves(
    kpi: Kpi, old: Target, baselines: tuple[Baseline | None, Baseline | None], proposed: Tiers | None, money: str
) -> tuple[str, ...]:
    """That a proposal is far from the old target, and for what season, or asks for less than is reached already."""
    was, baseline = baselines
    if proposed is None or baseline is None or kpi.direction == "range":
        return ()
    found, target = [], proposed[1]
    if old.target and abs(target - old.target) > LARGE_STEP * abs(old.target):
        way = "up" if target > old.target else "down"
        before, after = (format_value(one, kpi.display, money) for one in (old.target, target))
        share = 100 * abs(target - old.target) / abs(old.target)
        found.append(f"The target goes {way} by {share:,.0f}%, from {before} to {after}.")
        if was is not None and baseline.method == "seasonal":
            then, now = (format_value(one.value, kpi.display, money) for one in (was, baseline))
            found.append(f"Each follows its own season: {now} is usual for {baseline.period.label}, "
                         f"{then} was the baseline of {was.period.label}.")  # fmt: skip
    if (target > baseline.value) if kpi.direction == "lower" else (target < baseline.value):
        side = "above" if kpi.direction == "lower" else "below"
        found.append(f"The target lies {side} the baseline: less than what is reached already.")
    return tuple(found)


def _warnings(kpi: Kpi, baseline: Baseline | None, proposed: Tiers | None, step: float) -> tuple[str, ...]:
    found = []
    if baseline is not None and baseline.weak:
        found.append(f"A weak baseline: {weakness(baseline, kpi)}.")
    if baseline is not None and step > 0 and (1 + step) ** 4 > TOO_STEEP:
        grown = (1 - step) ** 4 if kpi.direction == "lower" else (1 + step) ** 4
        sign = MINUS if kpi.direction == "lower" else "+"
        found.append(f"The same step of {whole_percent(step)}% again: four come to {sign}{abs(grown - 1) * 100:,.0f}%.")
    if proposed is not None and kpi.is_rate and max(proposed) >= 1:
        found.append("The stretch would pass 100%.")
    return tuple(found)


def plan_refresh(ws: Workspace, period: Period, decisions: Iterable[Decision]) -> EditPlan:
    """What the decisions would set; nothing is written. What was not decided stays out.

    Raises:
        UserError: an old target is kept without a reason, what was typed is no target, the history carries no baseline
            for one that is to be accepted, or there is nothing to follow.
    """
    if words := closed_words(ws, period):
        raise UserError(words, "Refresh the targets of a period that is still running or to come.")
    lines = {(one.kpi.id, one.scope): one for one in refresh(ws, period).lines}
    changes: list[GoalChange] = []
    for decision in decisions:
        line = lines.get((decision.kpi_id, decision.scope))
        if line is None:
            raise UserError(
                f"No target of '{decision.kpi_id}' for {decision.scope.key} is due for {period.label}.",
                "Look at the list again: it was set meanwhile, or there was none before.",
            )
        change = _decided(ws, period, line, decision)
        changes += [change] if change is not None else []
    return EditPlan(period, tuple(changes), (), f"Refreshed for {period.label}")


def _decided(ws: Workspace, period: Period, line: RefreshLine, decision: Decision) -> GoalChange | None:
    kpi = line.kpi
    if decision.choice == "keep" and not decision.reason.strip():
        raise UserError(f"{kpi.name}, {line.name}: {NO_REASON_TO_KEEP}", NO_REASON_TO_KEEP_ADVICE)
    baseline = goals(ws).baseline(kpi.id, line.scope, period) or line.baseline
    if baseline is None and line.old_baseline is not None and decision.choice != "accept":
        why = f"the baseline of {line.old.period.label}: the history carries no newer one"
        baseline = replace(line.old_baseline, period=period, method="manual", weak=True, why=why)
    if baseline is None:
        raise UserError(f"{kpi.name}, {line.name}: {NO_HISTORY}", NO_HISTORY_ADVICE)
    tiers = line.old.tiers if decision.choice == "keep" else line.proposed or line.old.tiers
    if decision.choice == "edit":
        near = replace(line.old, minimum=tiers[0], target=tiers[1], stretch=tiers[2])
        tiers = tiers_typed(decision.text, kpi, baseline, near)
    change = change_to(ws, kpi, line.scope, period, tiers, baseline)
    if change is None or change.after is None:
        return change
    words = {"accept": "Refreshed", "edit": "Refreshed, typed", "keep": "Kept"}[decision.choice]
    reason = f"{words}{f': {decision.reason.strip()}' if decision.reason.strip() else ''}"
    return replace(change, after=replace(change.after, reason=reason))


def apply_refresh(ws: Workspace, period: Period, decisions: Iterable[Decision]) -> tuple[GoalChange, ...]:
    """Set what was decided, all of it or nothing; each target keeps its own reason.

    Raises:
        UserError: as `plan_refresh` and `apply_edits` do.
    """
    return apply_edits(ws, replace(plan_refresh(ws, period, decisions), reason=""))
