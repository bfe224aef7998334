"""Targets typed, pasted or copied many at a time: looked at first, then written all together or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from kpidesk import store
from kpidesk.core.amounts import TAKE_AWAY, Tiers, tiers_typed
from kpidesk.core.errors import UserError
from kpidesk.core.goals import (
    NO_BASELINE,
    NO_BASELINE_ADVICE,
    Baseline,
    GoalBook,
    Target,
    check_baseline,
    check_target,
    far_words,
)
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.target_grid import EditPlan, GoalChange, GridEdit, GridProblem
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.formulas import definition_in_force, find_kpi
from kpidesk.operations.goals import NO_WHY, NO_WHY_ADVICE, histories, refuse_closed, refuse_retired
from kpidesk.operations.target_grid import Branch, branches, same_days
from kpidesk.operations.workspace import Workspace, all_or_none, definitions, goals, settings

Finding = Literal["none", "own", "history"]
"""How missing baselines are found: not at all, in the own history alone, or also from comparable reps."""
NO_HISTORY = "A target needs a baseline first, and the history does not carry one."
NO_HISTORY_ADVICE = "Set the baseline of this one by hand, with a reason."


def plan_edits(
    ws: Workspace, period: Period, edits: Iterable[GridEdit], reason: str = "", finding: Finding = "history"
) -> EditPlan:
    """What typed cells would change; nothing is written. A cell that cannot be taken is a problem with its place.

    Where a scope has no baseline yet, one is found as `finding` says and set with the target, never from a published
    figure. Of a cell that is named twice the last one counts.
    """
    last = {(edit.kpi_id, edit.scope): edit for edit in edits if edit.text.strip()}
    by_kpi: dict[str, list[GridEdit]] = defaultdict(list)
    for edit in last.values():
        by_kpi[edit.kpi_id].append(edit)
    changes: list[GoalChange] = []
    problems: list[GridProblem] = []
    for kpi_id, typed in by_kpi.items():
        kpi = definition_in_force(ws, find_kpi(ws, kpi_id), period)
        wanted = () if finding == "none" else tuple(edit.scope for edit in typed if not _takes_away(edit))
        found = found_baselines(ws, kpi, wanted, period)
        for edit in typed:
            try:
                change = _change(ws, kpi, period, edit, _fitting(found.get(edit.scope), finding), finding)
            except UserError as error:
                problems.append(_problem(ws, kpi, edit, error))
                continue
            changes += [change] if change is not None else []
    return EditPlan(period, tuple(changes), tuple(problems), reason, _far(ws, changes))


def _far(ws: Workspace, changes: Iterable[GoalChange]) -> tuple[str, ...]:
    """The targets that are many times what was reached before."""
    book, money = goals(ws), settings(ws).currency
    set_now = ((one.after, one.baseline) for one in changes if one.after is not None)
    told = (
        far_words(after, found or book.baseline(after.kpi_id, after.scope, after.period), find_kpi(ws, after.kpi_id),
                  scope_name(ws, after.scope), money)
        for after, found in set_now
    )  # fmt: skip
    return tuple(words for words in told if words)


def found_baselines(ws: Workspace, kpi: Kpi, wanted: tuple[Scope, ...], period: Period) -> dict[Scope, Baseline]:
    """The baselines of scopes that have none yet, as the history of each gives them, worked out together.

    A published figure is no history.
    """
    book = goals(ws)
    missing = tuple(scope for scope in wanted if book.baseline(kpi.id, scope, period) is None)
    if not missing:
        return {}
    found = histories(ws, kpi, missing, period)
    return {scope: one.as_baseline(kpi, scope, period) for scope, one in found.items()
            if one is not None and one.method != "benchmark"}  # fmt: skip


def _takes_away(edit: GridEdit) -> bool:
    return edit.text.strip() in TAKE_AWAY


def _fitting(found: Baseline | None, finding: Finding) -> Baseline | None:
    """A baseline that may be set without being looked at; that of comparable reps is all the history a role has."""
    is_borrowed = found is not None and found.method == "comparable" and found.scope.kind != "role"
    return None if finding == "own" and is_borrowed else found


def _change(
    ws: Workspace, kpi: Kpi, period: Period, edit: GridEdit, found: Baseline | None, finding: Finding
) -> GoalChange | None:
    """What one cell changes; None where it says what stands already.

    Raises:
        UserError: it cannot be taken.
    """
    book = goals(ws)
    before = book.target(kpi.id, edit.scope, period)
    refuse_closed(ws, kpi.id, edit.scope, period)
    if _takes_away(edit):
        return GoalChange(before, None) if before is not None else None
    baseline = book.baseline(kpi.id, edit.scope, period) or found
    if baseline is None and finding == "none":
        raise UserError(NO_BASELINE, NO_BASELINE_ADVICE)
    if baseline is None:
        raise UserError(NO_HISTORY, NO_HISTORY_ADVICE)
    tiers = tiers_typed(edit.text, kpi, baseline, before)
    return change_to(ws, kpi, edit.scope, period, tiers, baseline)


def change_to(
    ws: Workspace, kpi: Kpi, scope: Scope, period: Period, tiers: Tiers, baseline: Baseline
) -> GoalChange | None:
    """What a scope's new minimum, target and stretch change; None where they stand already.

    Raises:
        UserError: they are out of order, no such KPI can come to them, or it is retired.
    """
    book = goals(ws)
    before = book.target(kpi.id, scope, period)
    if before is not None and before.tiers == tiers:
        return None
    refuse_retired(kpi)
    after = Target(kpi.id, scope, period, *tiers, version=book.next_version(kpi.id, scope, period))
    check_target(after, baseline, kpi)
    is_new = book.baseline(kpi.id, scope, period) is None
    return GoalChange(before, after, baseline if is_new else None)


def _problem(ws: Workspace, kpi: Kpi, edit: GridEdit, error: UserError) -> GridProblem:
    row = f"Every {edit.scope.name}" if edit.scope.kind == "role" else scope_name(ws, edit.scope)
    return GridProblem(edit.scope, kpi.id, row, kpi.name, edit.text, error.problem, error.advice, edit.line)


def apply_edits(ws: Workspace, plan: EditPlan) -> tuple[GoalChange, ...]:
    """Write what was looked at, all of it or nothing; gives what changed, which `taken_back` turns round.

    Raises:
        UserError: something in it cannot be taken or has no baseline, a target is named twice, one of a running
            period changes without a reason, or what it would change was changed meanwhile.
    """
    if plan.problems:
        first = plan.problems[0]
        raise UserError(f"Nothing was set: {first.words}", "Mend it, or leave that one out.")
    _refuse_unsaid(ws, plan)
    book = goals(ws)
    _refuse_twice(plan)
    for change in plan.changes:
        _refuse_overtaken(ws, change, book)
        _refuse_bare(ws, change, book)
    with all_or_none(ws):
        return tuple(_write(ws, change, plan.reason, book) for change in plan.changes)


def _refuse_unsaid(ws: Workspace, plan: EditPlan) -> None:
    stands = [one for one in plan.changes if one.before is not None]
    is_under_way = any(one.after is None or one.about.period.start <= ws.today for one in stands)
    said = plan.reason.strip() or all(one.after is not None and one.after.reason.strip() for one in stands)
    if is_under_way and not said:
        raise UserError(NO_WHY, NO_WHY_ADVICE)


def _refuse_overtaken(ws: Workspace, change: GoalChange, book: GoalBook) -> None:
    about = change.about
    stands = book.target(about.kpi_id, about.scope, about.period)
    if (stands and stands.tiers) != (change.before and change.before.tiers):
        raise UserError(f"The target of {about.scope.key} was changed meanwhile.", "Look at it again.")
    refuse_closed(ws, about.kpi_id, about.scope, about.period)


def _refuse_twice(plan: EditPlan) -> None:
    """Of two answers to one question nobody can say which is meant."""
    seen = set()
    for about in (one.about for one in plan.changes):
        key = (about.kpi_id, about.scope, about.period.start, about.period.end)
        if key in seen:
            told = f"The target of {about.scope.key} for {about.period.label} is named twice."
            raise UserError(told, "Name it once.")
        seen.add(key)


def _refuse_bare(ws: Workspace, change: GoalChange, book: GoalBook) -> None:
    """Baseline first, whoever made the plan."""
    after = change.after
    if after is not None:
        kpi = definition_in_force(ws, find_kpi(ws, after.kpi_id), after.period)
        check_target(after, book.baseline(kpi.id, after.scope, after.period) or change.baseline, kpi)


def _write(ws: Workspace, change: GoalChange, reason: str, book: GoalBook) -> GoalChange:
    """Write one change; `book` is what stood before all of them, each of which is about another target."""
    about = change.about
    if change.baseline is not None and book.baseline(about.kpi_id, about.scope, about.period) is None:
        check_baseline(change.baseline, find_kpi(ws, about.kpi_id))
        store.save_baseline(ws.db, replace(change.baseline, frozen_at=ws.today.isoformat()))
    if change.after is None:
        store.withdraw_target(ws.db, about, reason)
        return change
    version = book.next_version(about.kpi_id, about.scope, about.period)
    after = replace(
        change.after, version=version, effective_from=ws.today.isoformat(), reason=change.after.reason or reason
    )
    store.save_target(ws.db, after)
    return replace(change, after=after)


def taken_back(plan: EditPlan) -> EditPlan:
    """The plan that undoes another one after it was written: targets stand again as before, baselines stay."""
    back = tuple(
        GoalChange(one.after, replace(one.before, reason="") if one.before else None) for one in reversed(plan.changes)
    )
    return replace(plan, changes=back, problems=(), reason=f"Taken back{f': {plan.reason}' if plan.reason else ''}")


def copy_forward(ws: Workspace, earlier: Period, period: Period, uplift: float = 0.0) -> EditPlan:
    """The targets of an earlier period for a later one, raised (lowered where lower is better) by a part.

    Only KPIs in use and scopes that are still there; targets that the later period has already stay as they are.
    """
    book, here = goals(ws), set(_scopes(branches(ws, period)))
    old = [one for one in book.in_force() if same_days(one.period, earlier) and _is_used(ws, one, here)]
    new = [one for one in old if book.target(one.kpi_id, one.scope, period) is None]
    changes: list[GoalChange] = []
    problems: list[GridProblem] = []
    for kpi_id in dict.fromkeys(one.kpi_id for one in new):
        kpi = definition_in_force(ws, find_kpi(ws, kpi_id), period)
        mine = [one for one in new if one.kpi_id == kpi_id]
        found = found_baselines(ws, kpi, tuple(one.scope for one in mine), period)
        for one in mine:
            tiers = raised(one, kpi, uplift)
            try:
                baseline = book.baseline(kpi.id, one.scope, period) or found.get(one.scope)
                if baseline is None:
                    raise UserError(NO_HISTORY, NO_HISTORY_ADVICE)
                change = change_to(ws, kpi, one.scope, period, tiers, baseline)
            except UserError as error:
                problems.append(_problem(ws, kpi, GridEdit(one.scope, kpi_id, str(tiers[1])), error))
                continue
            changes += [change] if change is not None else []
    return EditPlan(
        period, tuple(changes), tuple(problems), f"Copied from {earlier.label}", _copy_notes(old, new, period)
    )


def _copy_notes(old: Sequence[Target], new: Sequence[Target], period: Period) -> tuple[str, ...]:
    stay = len(old) - len(new)
    if not stay:
        return ()
    have, do = ("has a target", "stays") if stay == 1 else ("have targets", "stay")
    return (f"{stay} {have} for {period.label} already and {do} as before.",)


def _is_used(ws: Workspace, target: Target, here: set[Scope]) -> bool:
    kpi = definitions(ws).get(target.kpi_id)
    is_here = target.scope in here or target.scope.kind == "role"
    return kpi is not None and kpi.status == "active" and is_here


def _scopes(branch: Branch) -> Iterator[Scope]:
    yield branch.scope
    for part in branch.parts:
        yield from _scopes(part)


def raised(target: Target, kpi: Kpi, uplift: float) -> Tiers:
    """Tiers moved to the better side by a part of their size; a range stays where it is, a share below the whole."""
    if kpi.direction == "range" or not uplift:
        return target.tiers
    sign = -1 if kpi.direction == "lower" else 1
    minimum, aim, stretch = (tier + abs(tier) * uplift * sign for tier in target.tiers)
    if kpi.unit == "percent" and kpi.is_rate:
        minimum, aim, stretch = (min(tier, 1.0) for tier in (minimum, aim, stretch))
    return minimum, aim, stretch
