"""Carry out what mends a finding of the check, or leave it as it is for a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.goals import GoalBook, Target
from kpidesk.core.kpis import Kpi, check_publishable
from kpidesk.core.lint import Fix, FixAction, Left, LintFinding
from kpidesk.core.lint_facts import ELSEWHERE
from kpidesk.core.people import ORG
from kpidesk.operations.catalogue import shipped_kpis
from kpidesk.operations.formulas import find_kpi
from kpidesk.operations.goals import propose, set_baseline, set_target
from kpidesk.operations.kpis import retire_kpi, retired, save_kpi, save_kpis
from kpidesk.operations.questions import last_covered
from kpidesk.operations.workspace import Workspace, all_or_none, goals

USUAL_UPLIFT = 0.10
REFRESHED = "Refreshed from newer history."
_WHERE: dict[FixAction, str] = {
    "type_baseline": "Type it on the page of the KPI, with a reason.",
    "look_up": "Choose one on the page Catalogue.",
    "set_sizes": "Set the bounds on the page Numbers.",
}
"""Where a person does what no button can do alone."""


def apply_fix(ws: Workspace, fix: Fix) -> str:
    """Carry out what mends a finding, all of it or nothing; the answer says in words what was done.

    Raises:
        UserError: a text is still to be typed, or a KPI cannot be changed so.
    """
    if fix.asks:
        raise UserError(f"{fix.words}: nothing was typed.", "Type it, then try again.")
    if fix.action in ELSEWHERE:
        raise UserError(f"{fix.words.rstrip('…')}: that is done on a page of its own.", _WHERE[fix.action])
    with all_or_none(ws):
        return _ACTIONS[fix.action](ws, fix)


def leave_findings(ws: Workspace, findings: Iterable[LintFinding], reason: str) -> None:
    """Leave some findings as they are for a reason: the check tells them no more while they say the same.

    Raises:
        UserError: no reason is given, one is an error, or the workspace is read-only.
    """
    chosen = tuple(findings)
    if not reason.strip():
        raise UserError("Nothing was said about why it stays.", "Say why, so that whoever looks next knows.")
    grave = next((one for one in chosen if not one.can_stay), None)
    if grave is not None:
        raise UserError(f"{grave.problem} That is an error.", "An error is to be mended.")
    kept = tuple(one for one in store.load_left(ws.db) if not any(one.covers(finding) for finding in chosen))
    new = tuple(Left(one.rule, one.where, one.problem, reason.strip(), ws.today) for one in chosen)
    store.save_left(ws.db, kept + new)


def look_again(ws: Workspace, left: Iterable[Left]) -> None:
    """Let the check tell again what was left as it is.

    Raises:
        UserError: the workspace is read-only.
    """
    gone = tuple(left)
    store.save_left(ws.db, tuple(one for one in store.load_left(ws.db) if one not in gone))


def _each(change: Callable[[Kpi, Fix], Kpi], done: str) -> Callable[[Workspace, Fix], str]:
    """An action that changes each KPI by itself and saves it as a new version."""

    def act(ws: Workspace, fix: Fix) -> str:
        found = [save_kpi(ws, change(find_kpi(ws, one), fix)) for one in fix.kpi_ids]
        return f"{_names(found)} {done}."

    return act


def _names(found: list[Kpi]) -> str:
    return ", ".join(f"'{kpi.name}'" for kpi in found)


def _named(ws: Workspace, fix: Fix) -> str:
    return _names([find_kpi(ws, one) for one in fix.kpi_ids])


def _active(kpi: Kpi, fix: Fix) -> Kpi:
    check_publishable(replace(kpi, status="active"))
    return replace(kpi, status="active", retired_on="", reason=fix.value)


def _draft(kpi: Kpi, _: Fix) -> Kpi:
    return replace(kpi, status="draft", retired_on="")


def _swap(ws: Workspace, fix: Fix) -> str:
    """One KPI into use, and the other one retired in its place."""
    old = retired(ws, find_kpi(ws, fix.other))
    save_kpis(ws, (old, *(_active(find_kpi(ws, one), fix) for one in fix.kpi_ids)))
    return f"{_named(ws, fix)} in place of '{old.name}'."


def _swap_back(ws: Workspace, fix: Fix) -> str:
    """As it was: the one a draft, the other in use again."""
    old = _active(find_kpi(ws, fix.other), fix)
    save_kpis(ws, (*(_draft(find_kpi(ws, one), fix) for one in fix.kpi_ids), old))
    return f"'{old.name}' taken into use again."


def _retire(ws: Workspace, fix: Fix) -> str:
    return f"{_names([retire_kpi(ws, one) for one in fix.kpi_ids])} retired."


def _as_shipped(kpi: Kpi, _: Fix) -> Kpi:
    """A KPI counted as the catalogue counts it; what was set for it beside that stays."""
    new = next(one for one in shipped_kpis() if one.id == kpi.id)
    names = ("formula", "builtin", "kpi_class", "unit", "breakdown", "per_rep_per_week", "sentence", "mistakes")
    return replace(kpi, **{name: getattr(new, name) for name in names})


def _link(ws: Workspace, fix: Fix) -> str:
    """The KPIs become leading for the other one; by how many weeks is not known yet."""
    kpi = find_kpi(ws, fix.other)
    new = tuple(one for one in fix.kpi_ids if one not in kpi.leading)
    lags = (*(kpi.lag_weeks or (0,) * len(kpi.leading)), *(0 for _ in new))
    save_kpi(ws, replace(kpi, leading=(*kpi.leading, *new), lag_weeks=lags))
    return f"{_named(ws, fix)} linked to '{kpi.name}'."


def _unlink(ws: Workspace, fix: Fix) -> str:
    kpi = find_kpi(ws, fix.other)
    kept = [at for at, one in enumerate(kpi.leading) if one not in fix.kpi_ids]
    lags = tuple(kpi.lag_weeks[at] for at in kept) if kpi.lag_weeks else ()
    save_kpi(ws, replace(kpi, leading=tuple(kpi.leading[at] for at in kept), lag_weeks=lags))
    return f"'{kpi.name}' names {_named(ws, fix)} no more."


def _set_baselines(ws: Workspace, fix: Fix) -> str:
    """Baselines of the org from its own history; what the history does not carry is said."""
    period = last_covered(ws, "quarter")

    def act(kpi: Kpi) -> None:
        set_baseline(ws, propose(ws, kpi.id, ORG, period).baseline)

    return _each_or_said(ws, fix, act, f"Baseline for {period.label}")


def _refresh(ws: Workspace, fix: Fix) -> str:
    """New baselines of the org from its history, and targets as far above them as the old ones were above theirs."""
    period = last_covered(ws, "quarter")

    def act(kpi: Kpi) -> None:
        found = propose(ws, kpi.id, ORG, period, uplift=_old_uplift(goals(ws), kpi))
        set_baseline(ws, found.baseline)
        set_target(ws, Target(kpi.id, ORG, period, found.minimum, found.target, found.stretch), REFRESHED)

    return _each_or_said(ws, fix, act, f"Baseline and target for {period.label}")


def _old_uplift(book: GoalBook, kpi: Kpi) -> float:
    """By how much the newest target of the org asked for more than its baseline; a tenth where that is not known."""
    newest = max(book.of(kpi.id, ORG), key=lambda one: one.period.start, default=None)
    base = book.baseline(kpi.id, ORG, newest.period) if newest is not None else None
    if newest is None or base is None or not base.value:
        return USUAL_UPLIFT
    step = (newest.target - base.value) / abs(base.value) * (-1 if kpi.direction == "lower" else 1)
    return step if step > 0 else USUAL_UPLIFT


def _each_or_said(ws: Workspace, fix: Fix, act: Callable[[Kpi], None], what: str) -> str:
    """Do it to each KPI; those that refuse are named.

    Raises:
        UserError: all refuse; with the reason of the first.
    """
    done, refused = [], []
    for kpi in (find_kpi(ws, one) for one in fix.kpi_ids):
        try:
            act(kpi)
            done.append(kpi)
        except UserError as error:
            refused.append((kpi, error))
    if not done:
        raise refused[0][1]
    rest = f" Not for {_names([kpi for kpi, _ in refused])}: {refused[0][1].problem}" if refused else ""
    return f"{what}: {_names(done)}.{rest}"


def _focus(ws: Workspace, fix: Fix) -> str:
    store.save_focus(ws.db, ORG, fix.kpi_ids)
    return f"{_named(ws, fix)} in focus."


_ACTIONS: dict[FixAction, Callable[[Workspace, Fix], str]] = {
    "retire": _retire,
    "activate": _each(_active, "taken into use"),
    "bring_back": _each(_draft, "kept as a draft"),
    "set_objective": _each(lambda kpi, fix: replace(kpi, objective=fix.value), "has an objective"),
    "set_decision": _each(lambda kpi, fix: replace(kpi, decision=fix.value), "has a decision"),
    "set_owner": _each(lambda kpi, fix: replace(kpi, owner=fix.value), "has an owner"),
    "drop_benchmarks": _each(lambda kpi, _: replace(kpi, benchmarks=()), "has no benchmarks any more"),
    "take_definition": _each(_as_shipped, "is counted as the catalogue counts it"),
    "link": _link,
    "unlink": _unlink,
    "set_baseline": _set_baselines,
    "refresh": _refresh,
    "choose_focus": _focus,
    "swap": _swap,
    "swap_back": _swap_back,
    "coach": _each(lambda kpi, _: replace(kpi, coaching=True), "is a coaching metric"),
    "weekly": _each(lambda kpi, _: replace(kpi, cadence="weekly"), "is looked at every week"),
}
