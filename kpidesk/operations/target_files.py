"""Targets from a file: every line looked at first, then all written or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kpidesk.core.amount_text import plain_text
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.core.periods import Period, parse_period
from kpidesk.core.target_grid import EditPlan, GoalChange, GridEdit, GridProblem
from kpidesk.importing.target_files import TargetLine, target_lines
from kpidesk.operations.formulas import find_kpi
from kpidesk.operations.goals import goal_scope, period_for_goals
from kpidesk.operations.target_edits import Finding, apply_edits, plan_edits
from kpidesk.operations.workspace import Workspace, all_or_none, settings

MOST_TOLD = 20
HALF = "Give minimum, target and stretch, or the target alone."


def plan_target_file(
    ws: Workspace, path: Path, period: str = "", reason: str = "", *, with_baselines: bool = False
) -> tuple[EditPlan, ...]:
    """What the targets of a file would change, a plan for each period; nothing is written.

    Its columns are scope (`org`, `team:North`, `rep:Ann Lee`, `role:AE`), kpi and target, and where it has them
    minimum, stretch, period and reason. Without a period in the line it is `period`, without that the next one. What
    cannot be taken stands in the problems of a plan, with its line: so does what has no baseline, unless
    `with_baselines` lets it be found in the own history of its scope.

    Raises:
        UserError: it is no such file.
    """
    default = period_for_goals(ws, period)
    edits: dict[Period, list[tuple[GridEdit, str]]] = {default: []}
    problems: list[GridProblem] = []
    for told in target_lines(path):
        try:
            span, edit = _edit(ws, told, default)
        except UserError as error:
            problems.append(_problem(told, error))
            continue
        edits.setdefault(span, []).append((edit, told[1]["reason"]))
    finding: Finding = "own" if with_baselines else "none"
    plans = [_planned(ws, span, mine, reason, finding) for span, mine in edits.items() if mine]
    if problems:
        first = plans[0] if plans else EditPlan(default, (), (), reason)
        plans = [replace(first, problems=(*problems, *first.problems)), *plans[1:]]
    return tuple(plans)


def _edit(ws: Workspace, told: TargetLine, default: Period) -> tuple[Period, GridEdit]:
    line, cells = told
    kpi, scope = find_kpi(ws, cells["kpi"]), goal_scope(ws, cells["scope"])
    span = parse_period(cells["period"], settings(ws), ws.today) if cells["period"] else default
    return span, GridEdit(scope, kpi.id, _text(ws, kpi, cells), line)


def _text(ws: Workspace, kpi: Kpi, cells: Mapping[str, str]) -> str:
    tiers = [cells[name] for name in ("minimum", "target", "stretch")]
    if bool(tiers[0]) != bool(tiers[2]) or (tiers[0] and not tiers[1]):
        raise UserError("One of minimum, target and stretch is missing.", HALF)
    text = "/".join(tiers) if tiers[0] else tiers[1]
    return plain_text(text, kpi.unit, settings(ws).currency)


def _problem(told: TargetLine, error: UserError) -> GridProblem:
    line, cells = told
    return GridProblem(
        None, "", cells["scope"], cells["kpi"], cells["target"], error.problem, error.advice, line
    )  # fmt: skip


def _planned(
    ws: Workspace, span: Period, mine: Sequence[tuple[GridEdit, str]], reason: str, finding: Finding
) -> EditPlan:
    plan = plan_edits(ws, span, [edit for edit, _ in mine], reason, finding)
    said = {(edit.kpi_id, edit.scope): words for edit, words in mine if words}
    changes = tuple(_with_reason(one, said.get((one.about.kpi_id, one.about.scope), "")) for one in plan.changes)
    whole = reason or next(iter(said.values()), "")
    return replace(plan, changes=changes, reason=whole)


def _with_reason(change: GoalChange, words: str) -> GoalChange:
    if change.after is None or not words:
        return change
    return replace(change, after=replace(change.after, reason=words))


def apply_plans(ws: Workspace, plans: Sequence[EditPlan]) -> tuple[GoalChange, ...]:
    """Write all plans of a file, or nothing.

    Raises:
        UserError: a line cannot be taken (all of them are named), or as `apply_edits` does.
    """
    problems = [one for plan in plans for one in plan.problems]
    if problems:
        told = [one.words for one in problems[:MOST_TOLD]]
        more = [f"and {len(problems) - MOST_TOLD} more"] if len(problems) > MOST_TOLD else []
        count = "1 line" if len(problems) == 1 else f"{len(problems)} lines"
        raise UserError(f"Nothing was set: {count} cannot be taken.", "\n".join((*told, *more)))
    with all_or_none(ws):
        return tuple(change for plan in plans for change in apply_edits(ws, plan))
