"""What the page of targets shows, and what is typed there, as the operations see it on the database thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.periods import Period
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.core.target_grid import EditPlan, GoalChange, Grid, GridEdit, SumCheck
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.widgets.target_text import key_of


@dataclass(frozen=True, slots=True)
class GridView:
    """What the page shows: the grid, and how the workspace counts."""

    grid: Grid
    settings: Settings


@dataclass(frozen=True, slots=True)
class Looked:
    """What is pending as the operations see it: the changes with their problems, and what would be left over."""

    plan: EditPlan
    sums: tuple[SumCheck, ...]


def grid_view(workspace: Workspace, question: Question | None) -> GridView:
    """The grid of the period that is asked for, or of the one that a window opens with."""
    asked = question or operations.opening(workspace)
    return GridView(operations.target_grid(workspace, asked.period), operations.settings(workspace))


def nothing_to_copy(plan: EditPlan) -> UserError:
    """Why copying forward gives nothing."""
    if plan.problems:
        return UserError(plan.problems[0].words, "")
    return UserError("There is nothing to copy.", plan.notes[0] if plan.notes else "No target is set for that period.")


def look_at(
    workspace: Workspace, period: Period, edits: Iterable[GridEdit], ready: tuple[GoalChange, ...] = ()
) -> Looked:
    """What is typed, as the operations see it; changes that are `ready` were worked out by them before."""
    done = {key_of(one) for one in ready}
    typed = [one for one in edits if (one.scope, one.kpi_id) not in done]
    plan = operations.plan_edits(workspace, period, typed, "")
    plan = replace(plan, changes=(*plan.changes, *ready))
    return Looked(plan, operations.sums_after(workspace, plan))
