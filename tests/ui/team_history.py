"""The even history of `history` with a team, and targets of the quarter that has just ended.

Ann and Bob are in North. Each won 5 of 20 deals in every quarter: 5,000 USD and a win rate of 25 %.
"""

from __future__ import annotations

from pathlib import Path

from kpidesk import operations
from kpidesk.core.goals import Baseline, Target
from kpidesk.core.people import ORG
from tests.ui.history import LAST, NEXT, TODAY, make_history


def make_team_history(folder: Path) -> Path:
    """The workspace file, closed: Q2 2026 was to bring 11,000 from 10,000, and a win rate of 22 % from 20 %."""
    path = make_history(folder)
    ws = operations.open_workspace(path, today=TODAY)
    try:
        people = tuple(one.id for one in operations.scopes(ws).people)
        operations.add_team(ws, "North")
        operations.move_people(ws, people, "North")
        operations.set_baseline(ws, Baseline("bookings", ORG, LAST.period, 10_000, "trailing_4", "before", 40))
        operations.set_target(ws, Target("bookings", ORG, LAST.period, 10_000, 11_000, 12_000))
        operations.set_baseline(ws, Baseline("win_rate", ORG, LAST.period, 0.2, "trailing_4", "before", 160))
        operations.set_target(ws, Target("win_rate", ORG, LAST.period, 0.2, 0.22, 0.24))
    finally:
        operations.close(ws)
    return path


def targets_of(path: Path) -> dict[tuple[str, str], tuple[float, float, float]]:
    """The targets of Q3 2026 in the file, read by nobody else."""
    ws = operations.open_workspace(path, today=TODAY)
    try:
        found = operations.goals(ws).in_force()
        return {(one.scope.key, one.kpi_id): one.tiers for one in found if one.period == NEXT.period}
    finally:
        operations.close(ws)
