"""Baselines from history and targets upon them: baseline first, target second."""

from __future__ import annotations

from dataclasses import replace

from kpidesk import engine, store
from kpidesk.core.amounts import amount_typed
from kpidesk.core.applying import first_day, whole_name
from kpidesk.core.errors import UserError, nearest
from kpidesk.core.formats import MINUS, count_text, format_value, whole_percent
from kpidesk.core.goals import (
    BASELINE_FIRST,
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
    rounded_tiers,
    set_late,
    tiers_from,
    weakness,
)
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import UNASSIGNED, Scope
from kpidesk.core.periods import Grain, Period, is_running, parse_period, run_of, shift
from kpidesk.core.texts import folded
from kpidesk.language import Formula
from kpidesk.operations.applying import applied
from kpidesk.operations.baseline_inputs import pooler, with_inputs
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import definition_in_force, find_kpi, formula_of
from kpidesk.operations.presence import there_throughout
from kpidesk.operations.workspace import Workspace, data_date, goals, scopes, settings
from kpidesk.stats import baselines
from kpidesk.stats.baselines import Found, Past
from kpidesk.stats.power import noticeable, noticeable_words

YEARS_BACK = 3
PER_YEAR = {"week": 52, "month": 12, "quarter": 4, "year": 1, "span": 4}
TOO_STEEP = 1.30
NO_WHY = "A target that stands is changed or taken away only with a reason."
NO_WHY_ADVICE = "Say why, in a few words."


def propose(
    ws: Workspace, kpi_id: str, scope: Scope, period: Period, *, method: str = "", uplift: float = 0.10
) -> Proposal:
    """A baseline found in the history before `period`, and the target that follows from it.

    Periods that are not over, in which the data begins, or in which a rep was not there all the time, never enter.
    Without a `method` the best that the history supports is chosen, and the reason kept.

    Raises:
        UserError: no such method, or the history does not carry one.
    """
    kpi = definition_in_force(ws, find_kpi(ws, kpi_id), period)
    found = from_history(ws, kpi, scope, period, method)
    baseline = found.as_baseline(kpi, scope, period)
    minimum, target, stretch = rounded_tiers(tiers_from(baseline.value, uplift, kpi.direction), kpi, baseline.value)
    per_period = found.n / max(found.periods, 1)
    noticed, words = None, ""
    if kpi.is_rate and per_period > 0:
        noticed = noticeable(baseline.value, per_period, kpi.direction)
        words = noticeable_words(baseline.value, per_period, kpi.direction, per=period.grain)
    return Proposal(baseline, minimum, target, stretch, uplift, noticed, words, _warnings(kpi, baseline, uplift))


def history_before(ws: Workspace, period: Period) -> tuple[Period, ...]:
    """The periods of the same grain before `period`, back to three years, oldest first."""
    return run_of(shift(period, -1, settings(ws)), PER_YEAR[period.grain] * YEARS_BACK, settings(ws))


def from_history(ws: Workspace, kpi: Kpi, scope: Scope, period: Period, method: str = "") -> Found:
    """What history gives for a KPI as it is defined in `period`: the past is counted as the period will be.

    Raises:
        UserError: no such method, or the history does not carry one.
    """
    found = histories(ws, kpi, (scope,), period, method)[scope]
    if found is None:
        raise _nothing_found(kpi, scope, period, method)
    return found


def _nothing_found(kpi: Kpi, scope: Scope, period: Period, method: str) -> UserError:
    if method == "manual":
        return UserError("A baseline typed by hand needs its value.", "Give the value, and a reason.")
    other = "choose another method, or type a baseline with a reason."
    if method == "benchmark":
        return UserError(f"Nobody has published a number of '{kpi.name}' to start from.", other.capitalize())
    missing = f"The history before {period.label} does not carry a baseline of '{kpi.name}' for {whole_name(scope)}."
    return UserError(missing, f"Import older data, {other}")


def histories(
    ws: Workspace, kpi: Kpi, wanted: tuple[Scope, ...], period: Period, method: str = ""
) -> dict[Scope, Found | None]:
    """What history gives for many scopes, worked out together; None where it does not carry a baseline.

    For a role, and for a rep whose own history carries none, it is what comparable reps came to.

    Raises:
        UserError: no such method.
    """
    formula, counting = formula_of(ws, kpi, period), settings(ws)
    chosen = _method(method) if method else None
    found: dict[Scope, Found | None] = {}
    for scope, past in _pasts(ws, (kpi, formula), wanted, history_before(ws, period)).items():
        spans: list[Past] = []
        pool = pooler(ws, (kpi, formula), scope, spans)
        if chosen is None:
            found[scope] = baselines.choose(kpi, past, period, counting, pool)
        elif chosen != "comparable":
            found[scope] = baselines.baseline_by(chosen, kpi, past, period, counting, pool)
        found[scope] = with_inputs(ws, kpi, scope, found.get(scope), spans)
    for scope in wanted:
        own = found.get(scope)
        is_bare = own is None or own.method == "benchmark"
        if is_bare and chosen in (None, "comparable") and scope.kind in ("rep", "role"):
            found[scope] = _of_comparable(ws, kpi, scope, period) or own
    return {scope: found.get(scope) for scope in wanted}


def _of_comparable(ws: Workspace, kpi: Kpi, scope: Scope, period: Period) -> Found | None:
    from kpidesk.operations.comparables import comparable  # it asks for the history itself

    alike = comparable(ws, kpi.id, scope, period)
    if alike is None:
        return None
    return Found(
        alike.median, "comparable", alike.window, alike.n, (alike.low, alike.high), alike.is_weak, alike.words,
        len(alike.periods), inputs=alike.inputs,
    )  # fmt: skip


def _method(text: str) -> BaselineMethod:
    for known in BASELINE_WORDS:
        if known == text:
            return known
    raise UserError(f"There is no method '{text}'.", f"Use one of {', '.join(BASELINE_WORDS)}.")


def _pasts(
    ws: Workspace, measured: tuple[Kpi, Formula | None], wanted: tuple[Scope, ...], history: tuple[Period, ...]
) -> dict[Scope, tuple[Past, ...]]:
    """The past of scopes, but for roles, which have no numbers of their own.

    Of a rep only what they were there for is whole: the quarter in which they began says little, those before nothing.
    """
    own = tuple(scope for scope in wanted if scope.kind != "role")
    grid = engine.evaluate(evaluator(ws), [measured], own, history)
    known = data_date(ws)
    over = [not is_running(period, known, ws.today) for period in history]
    whole = [is_over and not grid.starts_inside(0, p) for p, is_over in enumerate(over)]
    people = {one.id: one for one in scopes(ws).people}

    def is_whole(scope: Scope, p: int) -> bool:
        person = people.get(scope.id) if scope.kind == "rep" else None
        return whole[p] and (person is None or there_throughout(person, history[p]))

    return {
        scope: tuple(Past(period, grid.result(0, s, p), is_whole(scope, p)) for p, period in enumerate(history))
        for s, scope in enumerate(own)
    }


def _warnings(kpi: Kpi, baseline: Baseline, uplift: float) -> tuple[str, ...]:
    found = []
    if baseline.weak:
        found.append(f"A weak baseline: {weakness(baseline, kpi)}.")
    if ladder(1.0, uplift)[-1] > TOO_STEEP:
        found.append(_steep_words(kpi, baseline.period.grain, uplift))
    if kpi.is_rate and baseline.value * (1 + 2 * uplift) > 1:
        found.append("The stretch would pass 100%.")
    return tuple(found)


def _steep_words(kpi: Kpi, grain: Grain, uplift: float) -> str:
    """What a step comes to when it is made at every period of a year, or in four years."""
    each, steps = ("period", 4) if grain == "span" else (grain, 4 if grain == "year" else PER_YEAR[grain])
    within = "four years" if grain == "year" else "four of them" if grain == "span" else "a year"
    is_lower = kpi.direction == "lower"
    change = 100 * (ladder(1.0, -uplift if is_lower else uplift, steps)[-1] - 1)
    verb, sign = ("Lowering", MINUS) if is_lower else ("Raising", "+")
    return f"{verb} it by {whole_percent(uplift)}% every {each} would mean {sign}{abs(change):,.0f}% in {within}."


def set_baseline(ws: Workspace, baseline: Baseline) -> Baseline:
    """Freeze a baseline with its inputs.

    Raises:
        UserError: it is a share above 1, it is typed by hand without a reason, or the period is closed and its
            target set: what was agreed stays.
    """
    if baseline.method == "manual" and not baseline.why.strip():
        raise UserError(NO_REASON, NO_REASON_ADVICE)
    check_baseline(baseline, find_kpi(ws, baseline.kpi_id))
    refuse_closed(ws, baseline.kpi_id, baseline.scope, baseline.period)
    frozen = replace(baseline, frozen_at=ws.today.isoformat())
    store.save_baseline(ws.db, frozen)
    return frozen


def take_back_baseline(ws: Workspace, kept: Baseline, before: Baseline | None) -> None:
    """Let the baseline that stood before one was kept stand again, or none.

    Raises:
        UserError: a target rests on it and none stood before, or the period is closed and its target set.
    """
    book = goals(ws)
    refuse_closed(ws, kept.kpi_id, kept.scope, kept.period)
    if before is not None:
        store.save_baseline(ws.db, before)
    elif book.target(kept.kpi_id, kept.scope, kept.period) is None:
        store.withdraw_baseline(ws.db, kept)
    else:
        raise UserError("A target rests on this baseline.", "Take the target back first.")


def set_target(ws: Workspace, target: Target, reason: str = "") -> Target:
    """Set minimum, target and stretch of a KPI for a scope and period, as a new version.

    Raises:
        UserError: no baseline yet, tiers out of order, or the period is closed and was judged by a target.
    """
    kpi = find_kpi(ws, target.kpi_id)
    book = goals(ws)
    refuse_closed(ws, kpi.id, target.scope, target.period)
    check_target(target, book.baseline(kpi.id, target.scope, target.period), kpi)
    stored = replace(
        target,
        version=book.next_version(kpi.id, target.scope, target.period),
        effective_from=ws.today.isoformat(),
        reason=reason or target.reason,
    )
    store.save_target(ws.db, stored)
    return stored


def baseline_first(ws: Workspace, kpi: Kpi) -> str:
    """Advice where somebody says how often a KPI is looked at before anything is there to hold it against."""
    is_judged = kpi.direction != "none" and not kpi.coaching
    has_one = any(one.kpi_id == kpi.id for one in goals(ws).baselines)
    return BASELINE_FIRST.format(kpi=kpi.name) if is_judged and not has_one else ""


def refuse_retired(kpi: Kpi) -> None:
    """Refuse a target that no scorecard would show.

    Raises:
        UserError: the KPI is retired.
    """
    if kpi.status == "retired":
        raise UserError(f"'{kpi.name}' is retired: it has no targets any more.", "Take it into use again first.")


CLOSED_ADVICE = "Set the target of a period that is still running or to come."


def refuse_closed(ws: Workspace, kpi_id: str, scope: Scope, period: Period) -> None:
    """Refuse to change what was agreed for a period that is over.

    Raises:
        UserError: as `closed_for` says.
    """
    if words := closed_for(ws, find_kpi(ws, kpi_id), scope, period):
        raise UserError(words, CLOSED_ADVICE)


def closed_for(ws: Workspace, kpi: Kpi, scope: Scope, period: Period) -> str:
    """That a period is over and a scope was judged by a target in it, its own or another's; empty otherwise."""
    if is_running(period, data_date(ws), ws.today):
        return ""
    if goals(ws).target(kpi.id, scope, period) is not None:
        return f"{period.label} is closed: its targets are read-only."
    judged = (applied(ws, kpi, one, period) for one in (scope, *_with_role(ws, scope, period)))
    found = next((one for one in judged if one is not None and (one.inherited or not one.target.version)), None)
    if found is None or (scope.kind == "role" and found.target.scope.kind not in ("team", "org")):
        return ""
    return f"{period.label} is closed, and was judged by another target: {found.why}."


def _with_role(ws: Workspace, scope: Scope, period: Period) -> tuple[Scope, ...]:
    """The reps whom a target of a role is for in a period; nobody for any other scope."""
    if scope.kind != "role":
        return ()
    people = (one for one in scopes(ws).people if folded(one.role_on(first_day(one, period))) == folded(scope.name))
    return tuple(Scope("rep", one.name, one.id) for one in people)


def set_baseline_from(
    ws: Workspace, kpi_id: str, *, scope: str, period: str, method: str = "", value: str = "", reason: str = ""
) -> Baseline:
    """Set a baseline as typed on a command line: from history, or by hand when a `value` is given."""
    kpi, whose, span = _about(ws, kpi_id, scope, period)
    if value:
        amount = amount_typed(value, kpi, settings(ws).currency)
        typed = baselines.typed(amount, reason).as_baseline(kpi, whose, span)
        return set_baseline(ws, typed)
    return set_baseline(ws, from_history(ws, kpi, whose, span, method).as_baseline(kpi, whose, span))


def set_target_from(
    ws: Workspace, kpi_id: str, *, minimum: str, target: str, stretch: str, scope: str, period: str, reason: str = ""
) -> Target:
    """Set a target as typed on a command line; `+10%` and `+3pp` are relative to the baseline.

    Raises:
        UserError: as `set_target`, a text is no number, the KPI is retired, or a target that stands would change
            without a reason once its period has begun.
    """
    kpi, whose, span = _about(ws, kpi_id, scope, period)
    refuse_retired(kpi)
    refuse_closed(ws, kpi.id, whose, span)
    baseline = goals(ws).baseline(kpi.id, whose, span)
    if baseline is None:
        raise UserError(NO_BASELINE, NO_BASELINE_ADVICE)
    if goals(ws).target(kpi.id, whose, span) is not None and span.start <= ws.today and not reason.strip():
        raise UserError(NO_WHY, NO_WHY_ADVICE)
    money = settings(ws).currency
    low, aim, high = (amount_typed(text, kpi, money, baseline.value) for text in (minimum, target, stretch))
    return set_target(ws, Target(kpi.id, whose, span, low, aim, high), reason)


def role_scopes(ws: Workspace) -> tuple[Scope, ...]:
    """The roles that people have or that goals were set for, as scopes, each once."""
    names = (*store.role_names(ws.db), *(one.role for one in scopes(ws).people if one.role.strip()))
    return tuple(sorted({folded(name): Scope("role", name) for name in reversed(names)}.values()))


def goal_scope(ws: Workspace, text: str) -> Scope:
    """Read for whom a goal is, as a person types it: as any scope, or `role:AE` for everybody with a role.

    Raises:
        UserError: nobody has that name or that role (the nearest names are offered), or it is what belongs to nobody.
    """
    kind, _, name = text.strip().partition(":")
    if kind.strip().casefold() != "role":
        found = scopes(ws).find_scope(text)
        if found == UNASSIGNED:
            raise UserError("What belongs to nobody has no goal.", "Choose org, a team, a rep or a role.")
        return found
    known = role_scopes(ws)
    role = next((one for one in known if folded(one.name) == folded(name)), None)
    if role is None:
        raise UserError(f"Nobody has the role '{name.strip()}'.", nearest(name.strip(), (one.name for one in known)))
    return role


def period_for_goals(ws: Workspace, text: str = "") -> Period:
    """The period that goals are for, as typed; else the quarter after the last one that the data cover."""
    from kpidesk.operations.questions import last_covered

    if text:
        return parse_period(text, settings(ws), ws.today)
    return shift(last_covered(ws, "quarter"), 1, settings(ws))


def _about(ws: Workspace, kpi_id: str, scope: str, period: str) -> tuple[Kpi, Scope, Period]:
    whose, span = goal_scope(ws, scope), period_for_goals(ws, period)
    return definition_in_force(ws, find_kpi(ws, kpi_id), span), whose, span


def baseline_words(ws: Workspace, baseline: Baseline) -> str:
    """A baseline as a sentence."""
    kpi = find_kpi(ws, baseline.kpi_id)
    value = format_value(baseline.value, kpi.display, settings(ws).currency, baseline.n or None)
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
    low, aim, high = (format_value(one, kpi.display, settings(ws).currency) for one in tiers)
    about = f"{kpi.name}, {target.scope.key}, {target.period.label}"
    words = f"{about}: minimum {low}, target {aim}, stretch {high} (version {target.version})."
    return f"{words} {set_late('target', target.effective_from, target.period)}".rstrip()
