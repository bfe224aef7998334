"""What the page KPIs & targets shows, asked of the operations on the database thread."""

from __future__ import annotations

from dataclasses import dataclass

from kpidesk import operations
from kpidesk.core.goals import GoalBook
from kpidesk.core.lint import LintFinding
from kpidesk.core.people import Scope
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.core.timeline import Event
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.widgets.goal_filters import Entry
from kpidesk.ui.widgets.goal_whom import role_of


@dataclass(frozen=True, slots=True)
class GoalsView:
    """What the page shows: every KPI, every goal, how the workspace counts, and what to mend in the set.

    `role` is that of the rep who is asked for: baseline and target can be set for everybody who has it. `events` is
    what happened to the KPIs, the newest first; `newer` those findings by which the catalogue has a newer definition.
    """

    question: Question
    entries: tuple[Entry, ...]
    book: GoalBook
    settings: Settings
    findings: tuple[LintFinding, ...] = ()
    role: Scope | None = None
    events: tuple[Event, ...] = ()
    newer: tuple[LintFinding, ...] = ()


def goals_view(workspace: Workspace, question: Question | None) -> GoalsView:
    """Every KPI and every goal; the proposal for the KPI in view is asked for on its own."""
    asked = question or operations.opening(workspace)
    entries = operations.kpis(workspace)
    book, counting = operations.goals(workspace), operations.settings(workspace)
    role = role_of(operations.scopes(workspace), operations.role_scopes(workspace), asked)
    found = operations.lint(workspace)
    # what is only to be noticed is told on the page Check
    to_mend = tuple(one for one in found if one.severity != "notice")
    newer = tuple(one for one in found if one.fix is not None and one.fix.action == "take_definition")
    return GoalsView(asked, tuple(entries), book, counting, to_mend, role, operations.timeline(workspace), newer)
