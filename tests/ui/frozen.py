"""Operations that answer with the frozen samples, for pages without a workspace."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from kpidesk import operations
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import UNASSIGNED, Organisation, Scope
from kpidesk.core.scorecards import Matrix, Question, Row, Scorecard
from kpidesk.core.trends import Trend
from kpidesk.operations import KpiEntry
from tests.ui import samples
from tests.ui.samples import CASES, QUESTION, REPS, Case

TEAMS = (Scope("team", "East", 1), Scope("team", "West", 2), Scope("team", "West Coast", 3), UNASSIGNED)
SHARES = (0.2, 0.5, 0.25, 0.05)
"""What each team has of every value."""


@dataclass
class Frozen:
    """The samples behind the names of the operations; change `cases` and `card` to answer otherwise."""

    cases: tuple[Case, ...] = CASES
    elsewhere: tuple[Case, ...] = ()
    reps: tuple[str, ...] = REPS
    card: dict[str, Any] | None = None

    def scorecard(self, _ws: object, question: Question, kpi_ids: tuple[str, ...] = ()) -> Scorecard:
        chosen = tuple(case for case in self.cases if not kpi_ids or case.kpi_id in kpi_ids)
        whole = samples.scorecard(chosen, question)
        if question.by == "team":
            whole = replace(whole, rows=tuple(row for case in chosen for row in _by_team(case, question)))
        return replace(whole, **(self.card or {}))

    def matrix(self, _ws: object, question: Question, _kpi_ids: tuple[str, ...] = ()) -> Matrix:
        return samples.matrix(question, self.reps, self.cases)

    def trend(self, _ws: object, kpi_id: str, question: Question, periods: int = 13) -> Trend:
        case = next(case for case in self.cases if case.kpi_id == kpi_id)
        return samples.trend(case, question, periods)

    def kpis(self, _ws: object) -> tuple[KpiEntry, ...]:
        return tuple(KpiEntry(samples.kpi(case), computable=True, needs="") for case in self.cases)

    def kpis_elsewhere(self, _ws: object, _scope: Scope) -> tuple[Kpi, ...]:
        return tuple(samples.kpi(case) for case in self.elsewhere)

    def scopes(self, _ws: object) -> Organisation:
        return samples.organisation(self.reps)

    def question(self, _ws: object, **_asked: object) -> Question:
        return QUESTION


def _by_team(case: Case, question: Question) -> tuple[Row, ...]:
    if case.value is None:
        return tuple(samples.row(case, team, question.period) for team in TEAMS)
    parts = (replace(case, value=case.value * share, value_text=f"{share:.0%} of it") for share in SHARES)
    return tuple(samples.row(part, team, question.period) for part, team in zip(parts, TEAMS, strict=True))


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Frozen:
    """The samples in place of the operations that read."""
    made = Frozen()
    for name in ("scorecard", "matrix", "trend", "kpis", "kpis_elsewhere", "scopes", "question"):
        monkeypatch.setattr(operations, name, getattr(made, name))
    monkeypatch.setattr(operations, "opening", made.question)
    return made
