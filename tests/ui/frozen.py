"""Operations that answer with the frozen samples, for pages without a workspace."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from kpidesk import operations
from kpidesk.core.goals import GoalBook, Target
from kpidesk.core.kpis import Kpi
from kpidesk.core.objectives import Focus
from kpidesk.core.people import ORG, UNASSIGNED, Organisation, Scope
from kpidesk.core.scorecards import Matrix, Question, Row, Scorecard
from kpidesk.core.signals import Signals
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
    parts: dict[str, Any] | None = None
    """What explains every trend."""
    focused: tuple[str, ...] = ()

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

    def explain_trend(self, _ws: object, shown: Trend) -> Trend:
        return replace(shown, **(self.parts or {}))

    def kpis(self, _ws: object) -> tuple[KpiEntry, ...]:
        return tuple(KpiEntry(samples.kpi(case), computable=True, needs="") for case in self.cases)

    def kpis_elsewhere(self, _ws: object, _scope: Scope, _by: str = "") -> tuple[Kpi, ...]:
        return tuple(samples.kpi(case) for case in self.elsewhere)

    def focus(self, _ws: object, scope: Scope) -> Focus:
        return Focus(self.focused, scope)

    def with_luck(self, _ws: object, card: Scorecard) -> Scorecard:
        """The scorecard as it was."""
        return card

    def row_with_luck(self, _ws: object, _question: Question, row: Row) -> Row:
        """The row as it was."""
        return row

    def sensitivity(self, _ws: object, _kpi_id: str, _question: Question) -> None:
        """No number of the samples has drivers."""

    def signals(self, _ws: object, scope: Scope, *_asked: object) -> Signals:
        return Signals(scope, None, (), (), (), 0, 0.0, "")

    def nothing(self, _ws: object, *_asked: object) -> tuple[()]:
        """No rule reports anything of the samples, and nothing was said of them."""
        return ()

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
    for name in ("scorecard", "matrix", "trend", "explain_trend", "kpis", "kpis_elsewhere", "scopes", "question",
                 "focus", "sensitivity", "signals", "with_luck", "row_with_luck"):  # fmt: skip
        monkeypatch.setattr(operations, name, getattr(made, name))
    for name in ("rule_hits", "acknowledgements"):
        monkeypatch.setattr(operations, name, made.nothing)
    monkeypatch.setattr(operations, "opening", made.question)
    aims = tuple(Target(case.kpi_id, ORG, QUESTION.period, *case.goals) for case in CASES if case.goals is not None)
    monkeypatch.setattr(operations, "goals", lambda _ws: GoalBook(targets=aims))
    return made
