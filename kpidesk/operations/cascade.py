"""Share a target out to the parts of a scope: equally, by capacity or by history, with the check that they add up."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kpidesk.core.amounts import Tiers
from kpidesk.core.applying import whole_name
from kpidesk.core.cascade import HOW_WORDS, HOWS, CascadeLine, CascadePlan, How, mean_by, share_out
from kpidesk.core.errors import UserError
from kpidesk.core.formats import format_value, whole_percent
from kpidesk.core.goals import Baseline, Target, one_for_all
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import Period, is_running
from kpidesk.core.records import minor_digits
from kpidesk.core.target_grid import STAYS, EditPlan, GoalChange, SumCheck
from kpidesk.core.wording import counted, listed
from kpidesk.operations.applying import applied, applier, quota_in_force
from kpidesk.operations.comparables import LAST_PERIODS, recently
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.formulas import definition_in_force, find_kpi
from kpidesk.operations.goals import closed_for
from kpidesk.operations.target_edits import apply_edits, change_to, found_baselines
from kpidesk.operations.target_grid import Branch, branches, sum_check, sums_up
from kpidesk.operations.workspace import Workspace, data_date, goals, scopes, settings

MOST_BUFFER = 1.0
MOST_NAMED = 4
UNEVEN = 3
"""From how many times as many reps on equal parts are hardly meant."""


@dataclass(frozen=True, slots=True)
class _Weight:
    """How much of the whole a part is to get, in any measure, and why."""

    amount: float
    why: str


def cascade(
    ws: Workspace, kpi_id: str, scope: Scope, period: Period, how: str = "capacity", buffer: float = 0.0,
    *, to_reps: bool = False,
) -> CascadePlan:  # fmt: skip
    """What the parts of a scope get when its target is shared out; nothing is written.

    Counts and money are shared out so that the parts come to the target and `buffer` (0.1: a tenth more) on top. A
    rate, a median and a score are the same for all, and so is a range. Parts are the teams and reps directly below;
    minimum and stretch are shared out as the target is, by how many full reps work in each unless said otherwise.
    `to_reps` shares the part of each team out to those in it as well, down to the reps: what the reps of a team get
    comes to what the team gets, and the buffer is added once, at the top.

    Raises:
        UserError: the scope has no target or no parts, the KPI cannot be shared out, or the period is closed and a part
            that would get another target was judged by one.
    """
    kpi = definition_in_force(ws, find_kpi(ws, kpi_id), period)
    chosen = _how(how)
    _refuse(kpi, buffer)
    holds = applied(ws, kpi, scope, period)
    parent = goals(ws).target(kpi.id, scope, period) or (holds.target if holds else None)
    if parent is None:
        raise UserError(
            f"{_name(ws, scope)} has no target of '{kpi.name}' for {period.label}.", "Set it first, then share it out."
        )
    tree = branches(ws, period).find(scope)
    if tree is None or not _parts(tree):
        raise UserError(f"{_name(ws, scope)} has no teams or reps.", "Share out the target of a team or of the whole.")
    plan = _one_level(ws, kpi, parent, tree, (chosen, buffer))
    if to_reps:
        plan = _down(ws, plan, tree)
    _refuse_judged(ws, kpi, plan.edits.changes, period)
    is_late = bool(plan.edits.changes) and not is_running(period, data_date(ws), ws.today)
    notes = (*plan.notes, *_quotas_replaced(ws, plan), *([STAYS] if is_late else []))
    return replace(plan, notes=notes)


def _quotas_replaced(ws: Workspace, plan: CascadePlan) -> Iterator[str]:
    """Whose quotas from files the parts would take the place of, so that nobody does so unaware."""
    told: dict[str, list[str]] = {}
    for line in plan.lines:
        quota = quota_in_force(ws, plan.kpi, line.scope, plan.period)
        if quota is not None:
            told.setdefault(quota.why.partition(",")[0], []).append(f"{line.name} ({line.before_text})")
    for why, names in told.items():
        yield f"Takes the place of the {why}: {listed(names, MOST_NAMED)}."


def _parts(tree: Branch) -> tuple[Branch, ...]:
    """What a target is shared out to: the teams with somebody in them and the reps directly in a scope."""
    return tuple(part for part in tree.parts if part.scope.kind == "rep" or part.parts)


def _one_level(ws: Workspace, kpi: Kpi, parent: Target, tree: Branch, asked: tuple[How, float]) -> CascadePlan:
    """A target shared out to the parts directly below."""
    parts = _parts(tree)
    if sums_up(kpi):
        return _shared_out(ws, kpi, parent, tree.scope, parts, asked)
    return _same_for_all(ws, kpi, parent, tree.scope, parts, asked[0])


def _down(ws: Workspace, plan: CascadePlan, tree: Branch) -> CascadePlan:
    """A plan with what each of its teams gets shared out to those in it, which stand behind their team."""
    lines: list[CascadeLine] = []
    changes = {one.about.scope: one for one in plan.edits.changes}
    notes = list(plan.notes)
    for line, part in zip(plan.lines, _parts(tree), strict=True):
        lines.append(line)
        if _parts(part):
            try:
                inner = _down(ws, _one_level(ws, plan.kpi, line.target, part, (plan.how, 0.0)), part)
            except UserError as error:
                raise UserError(f"{line.name}: {error.problem}", error.advice) from None
            lines += [replace(one, depth=one.depth + 1) for one in inner.lines]
            changes |= {one.about.scope: one for one in inner.edits.changes}
            notes += [one for one in (inner.check.words, *inner.notes) if one]
    reps = sum(line.scope.kind == "rep" for line in lines)
    words = plan.words
    if len(lines) > len(plan.lines):
        words = (
            f"{words} What each team gets is shared out in the same way among those in it, to {counted(reps, 'rep')}."
        )
    ordered = tuple(changes[line.scope] for line in lines if line.scope in changes)
    return replace(
        plan, lines=tuple(lines), edits=replace(plan.edits, changes=ordered), words=words, notes=tuple(notes)
    )


def apply_cascade(ws: Workspace, plan: CascadePlan, reason: str = "") -> tuple[GoalChange, ...]:
    """Set baselines (where there are none) and targets of the parts, all of them or nothing.

    Raises:
        UserError: as `apply_edits` does.
    """
    return apply_edits(ws, replace(plan.edits, reason=reason or plan.edits.reason))


def _how(text: str) -> How:
    for known in HOWS:
        if known == text:
            return known
    raise UserError(f"A target cannot be shared out by '{text}'.", f"Choose one of {', '.join(HOWS)}.")


def _refuse(kpi: Kpi, buffer: float) -> None:
    if kpi.kpi_class == "distinct":
        raise UserError(
            f"'{kpi.name}' counts each one once: two reps can count the same one, so parts do not add up to the whole.",
            "Set a target for each team and rep by itself.",
        )
    if not sums_up(kpi) and not one_for_all(kpi) and kpi.direction != "range":
        raise UserError(
            f"'{kpi.name}' is worked out from several numbers, and its parts do not add up to the whole.",
            "Share out the numbers that it is made of, or set a target for each part by itself.",
        )
    if not (math.isfinite(buffer) and 0 <= buffer <= MOST_BUFFER):
        raise UserError("The buffer must lie between 0 and 100%.", "Give 10% to share out a tenth more.")


def _refuse_judged(ws: Workspace, kpi: Kpi, changes: Sequence[GoalChange], period: Period) -> None:
    """Refuse to give a part another target than the one that a period which is over was judged by."""
    judged = {one.about.scope: words for one in changes if (words := closed_for(ws, kpi, one.about.scope, period))}
    if judged:
        names = listed([_name(ws, scope) for scope in judged])
        raise UserError(
            f"{next(iter(judged.values()))} That holds for {names}.",
            "Choose a period that is still running or to come. Parts without a target can be given a first one each.",
        )


def _name(ws: Workspace, scope: Scope) -> str:
    return f"Every {scope.name}" if scope.kind == "role" else scope_name(ws, scope)


def _shared_out(
    ws: Workspace, kpi: Kpi, parent: Target, scope: Scope, parts: Sequence[Branch], asked: tuple[How, float]
) -> CascadePlan:
    how, buffer = asked
    weights = _weights(ws, kpi, parts, parent.period, how)
    amounts = [one.amount for one in weights]
    whole = math.fsum(amounts)
    shares = [one / whole for one in amounts] if whole > 0 else [1 / len(parts)] * len(parts)
    step = 1.0 if kpi.unit == "count" else 10.0 ** -minor_digits(settings(ws).currency)
    low, aim, high = (share_out(tier * (1 + buffer), amounts, step) for tier in parent.tiers)
    tiers = [_ordered(*one, kpi) for one in zip(low, aim, high, strict=True)]
    why = [one.why for one in weights]
    lines, edits = _proposed(ws, kpi, parent, parts, (tiers, shares, why))
    given = math.fsum(aim)
    goal = parent.target * (1 + buffer)
    check = sum_check(kpi, scope, goal, given, len(parts), settings(ws).currency)
    words = _words(ws, kpi, parent, scope, given, (len(parts), how))
    notes = _uneven(parts) if how == "equal" else ()
    return CascadePlan(kpi, parent, parent.period, how, buffer, goal, lines, check, None, edits, words, notes)


def _uneven(parts: Sequence[Branch]) -> tuple[str, ...]:
    """That parts of very different size get the same, and what would ask the same of each rep."""
    sized = sorted((part for part in parts if part.reps), key=lambda part: len(part.reps))
    if not sized or len(sized[-1].reps) < UNEVEN * len(sized[0].reps):
        return ()
    few, many = sized[0], sized[-1]
    less = "is one" if few.scope.kind == "rep" else f"has {len(few.reps):,}"
    return (
        f"{many.scope.name} has {len(many.reps):,} reps, {few.scope.name} {less}, and each gets the same. Shared out by"
        " capacity, each full rep would.",
    )


def _ordered(low: float, aim: float, high: float, kpi: Kpi) -> Tiers:
    """A rest of one that went to another part must not turn minimum, target and stretch round."""
    if kpi.direction == "lower":
        return max(low, aim), aim, min(high, aim)
    return min(low, aim), aim, max(high, aim)


def _words(
    ws: Workspace, kpi: Kpi, parent: Target, scope: Scope, given: float, spread: tuple[int, How]
) -> str:  # fmt: skip
    money = settings(ws).currency
    count, how = spread
    over = given - parent.target
    whole, size = (format_value(one, kpi.display, money) for one in (parent.target, abs(over)))
    rest = f"; that is {size} more than its target of {whole}" if over > 1e-9 * abs(given) else ""
    text = format_value(given, kpi.display, money)
    parts = f"the {count} parts" if count > 1 else "the one part"
    return f"{text} for {parts} of {whole_name(scope)}, {HOW_WORDS[how]}{rest}."


def _weights(ws: Workspace, kpi: Kpi, parts: Sequence[Branch], period: Period, how: How) -> list[_Weight]:
    if how == "equal":
        return [_Weight(1.0, "the same as the others") for _ in parts]
    if how == "capacity":
        return [_capacity(ws, part, period) for part in parts]
    return _histories(ws, kpi, parts, period)


def _capacity(ws: Workspace, branch: Branch, period: Period) -> _Weight:
    """How many full reps work in a part: who ramps, joins, leaves or is on leave counts with a share."""
    people = {one.id: one for one in scopes(ws).people}
    shares = [applier(ws).share(people[rep.id], period) for rep in branch.reps]
    full = math.fsum(one.part for one in shares)
    if branch.scope.kind == "rep":
        return _Weight(full, f"{whole_percent(full)}% of a full rep{f': {shares[0].why}' if shares[0].why else ''}")
    return _Weight(full, f"{full:.2g} full {'rep' if full == 1 else 'reps'} of {len(shares)}")


def _histories(ws: Workspace, kpi: Kpi, parts: Sequence[Branch], period: Period) -> list[_Weight]:
    """What each part brought in its last four whole periods; who has none counts like the middle of the others."""
    values, _, last = recently(ws, kpi, [part.scope for part in parts], period)
    brought = [value for value in values if value]
    if not brought:
        raise UserError(
            f"None of the parts brought any '{kpi.name}' in the {LAST_PERIODS} periods before {period.label}.",
            "Share it out equally or by capacity.",
        )
    window = last[0].label if len(last) == 1 else f"{last[0].label} – {last[-1].label}"
    usual = math.fsum(brought) / len(brought)
    money = settings(ws).currency
    found = []
    for part, value in zip(parts, values, strict=True):
        full = _capacity(ws, part, period).amount if part.scope.kind == "rep" else 1.0
        if value:
            found.append(_Weight(value, f"{format_value(value, kpi.display, money)} in {window}"))
        else:
            found.append(
                _Weight(usual * full, f"no history: like the mean of the others, {whole_percent(full)}% of it")
            )
    return found


def _same_for_all(
    ws: Workspace, kpi: Kpi, parent: Target, scope: Scope, parts: Sequence[Branch], how: How
) -> CascadePlan:
    """The same value to each; for a rate with what the parts mean for the whole."""
    _, rows, _ = recently(ws, kpi, [part.scope for part in parts], parent.period)
    whole = math.fsum(rows)
    shares = [one / whole for one in rows] if whole > 0 else [1 / len(parts)] * len(parts)
    tiers: list[Tiers] = [parent.tiers] * len(parts)
    kind = "range" if kpi.direction == "range" else "value"
    why = [f"the same {kind} for all; {whole_percent(share)}% of the rows" if whole else f"the same {kind} for all"
           for share in shares]  # fmt: skip
    lines, edits = _proposed(ws, kpi, parent, parts, (tiers, shares, why))
    implied = mean_by([line.target.target for line in lines], shares)
    check = SumCheck(kpi.id, scope, parent.target, implied or parent.target, 0.0, "", len(parts))
    text = format_value(parent.target, kpi.display, settings(ws).currency)
    words = f"{text} for each of {len(parts)}: this KPI does not add up, it has one {kind} for all."
    return CascadePlan(
        kpi, parent, parent.period, how, 0.0, parent.target, lines, check, implied, edits, words
    )  # fmt: skip


_Given = tuple[Sequence[Tiers], Sequence[float], Sequence[str]]
"""Tiers, share and reason of each part."""


def _proposed(
    ws: Workspace, kpi: Kpi, parent: Target, parts: Sequence[Branch], given: _Given
) -> tuple[tuple[CascadeLine, ...], EditPlan]:
    period, book, money = parent.period, goals(ws), settings(ws).currency
    found = found_baselines(ws, kpi, tuple(part.scope for part in parts), period)
    lines: list[CascadeLine] = []
    changes: list[GoalChange] = []
    for part, tiers, share, why in zip(parts, *given, strict=True):
        scope = part.scope
        baseline = book.baseline(kpi.id, scope, period) or found.get(scope) or _derived(ws, kpi, parent, scope, share)
        before = book.target(kpi.id, scope, period)
        change = change_to(ws, kpi, scope, period, tiers, baseline)
        changes += [change] if change is not None else []
        after = Target(kpi.id, scope, period, *tiers)
        quota = quota_in_force(ws, kpi, scope, period)
        now = before or (quota.target if quota is not None else None)
        texts = [format_value(one.target, kpi.display, money) if one else "" for one in (after, now)]
        lines.append(CascadeLine(scope, scope_name(ws, scope), after, share, why, before, texts[0], texts[1]))
    reason = f"Shared out from {whole_name(parent.scope)}"
    return tuple(lines), EditPlan(period, tuple(changes), (), reason)


def _derived(ws: Workspace, kpi: Kpi, parent: Target, scope: Scope, share: float) -> Baseline:
    """For a part without any history: its share of the baseline of the whole, said as such."""
    period = parent.period
    whole = next((one for one in (parent.scope, ORG) if goals(ws).baseline(kpi.id, one, period)), None)
    base = goals(ws).baseline(kpi.id, whole, period) if whole else None
    value = base.value if base is not None else parent.minimum
    part = share if sums_up(kpi) else 1.0
    about = "its share of the baseline" if part < 1 else "the baseline"
    why = f"no history of its own: {about} of {whole_name(parent.scope)}"
    return Baseline(kpi.id, scope, period, value * part, "manual", "", 0.0, None, True, why)
