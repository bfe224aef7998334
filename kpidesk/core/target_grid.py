"""The targets of a period as a grid, scopes against KPIs, and what was typed into it."""

from __future__ import annotations

from dataclasses import dataclass

from kpidesk.core.applying import Applied
from kpidesk.core.goals import Baseline, Target
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope, ScopeKind
from kpidesk.core.periods import Period

STAYS = "The period is over: a target that is set for it now says that it came late, and is not taken back."


@dataclass(frozen=True, slots=True)
class GridLine:
    """One line of the grid: for whom its targets are, and how deep it lies under the org (0)."""

    scope: Scope
    name: str
    depth: int
    kind: ScopeKind


@dataclass(frozen=True, slots=True)
class GridCell:
    """The target of a scope for a KPI.

    `target` is the one set for exactly this scope, `applied` the one that holds (from elsewhere, or cut to a share),
    `why` says why it holds and `note` the same in three words for a second line (empty for an own target). `locked`
    says in words why nothing can be typed here; empty where it can. `text` is the target that holds, as shown.
    """

    scope: Scope
    kpi_id: str
    target: Target | None
    applied: Applied | None
    why: str
    baseline: Baseline | None
    locked: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SumCheck:
    """Whether the targets of the parts of a scope come to its own; only where both are set.

    `unallocated` is what is left to give away, below 0 what was given away too much; `parts` counts the scopes that
    `allocated` is the sum of, or where it `is_mean` (of a rate) the mean by the rows that each had lately. `words` name
    the difference ("Not shared out: $120K"), and are empty where there is none.
    """

    kpi_id: str
    parent: Scope
    goal: float
    allocated: float
    unallocated: float
    words: str
    parts: int = 0
    is_mean: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """All targets of a period: `cells[i][j]` is line i under KPI j.

    Lines are the org, the roles, then the teams as a tree with their reps below, without who has left. `closed` says
    in words that the period is over, and whether it takes a first target; empty while it runs or is to come. `others`
    are the other periods for which any of the KPIs has a target.
    """

    period: Period
    kpis: tuple[Kpi, ...]
    lines: tuple[GridLine, ...]
    cells: tuple[tuple[GridCell, ...], ...]
    sums: tuple[SumCheck, ...] = ()
    closed: str = ""
    others: tuple[Period, ...] = ()

    @property
    def is_read_only(self) -> bool:
        """Whether nothing can be typed anywhere in it."""
        return all(cell.locked for row in self.cells for cell in row)


@dataclass(frozen=True, slots=True)
class GridEdit:
    """A cell as typed: `120000`, `25%`, `+10%`, `+3pp`, `100/120/140`; empty leaves it, "-" takes the target away.

    `line` is the line of the file that it comes from, 0 for one that was typed.
    """

    scope: Scope
    kpi_id: str
    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class GridProblem:
    """A cell that cannot be taken: where it is, what was typed, what is wrong with it and what to do.

    `row` and `column` name the place as the grid shows it ("Ann Lee", "Win rate").
    """

    scope: Scope | None
    kpi_id: str
    row: str
    column: str
    value: str
    problem: str
    advice: str
    line: int = 0

    @property
    def words(self) -> str:
        """The problem with its place, as one line."""
        place = f"Line {self.line}: " if self.line else ""
        quoted = f"'{self.value}'"
        value = "" if quoted in self.problem else f"{quoted}: "
        return f"{place}{self.row}, {self.column}: {value}{self.problem} {self.advice}".rstrip()


@dataclass(frozen=True, slots=True)
class GoalChange:
    """What happens to the target of one scope: `after` None takes it away, `before` None sets a first one.

    `baseline` is the one that is set with it because there was none; None where there is one already.
    """

    before: Target | None
    after: Target | None
    baseline: Baseline | None = None

    @property
    def about(self) -> Target:
        """The target that tells which KPI, scope and period this is about."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change from nothing to nothing")
        return found


@dataclass(frozen=True, slots=True)
class EditPlan:
    """What typed cells would change, looked at before anything is written.

    With `problems` nothing can be written. `notes` say what the manager should know before.
    """

    period: Period
    changes: tuple[GoalChange, ...]
    problems: tuple[GridProblem, ...]
    reason: str = ""
    notes: tuple[str, ...] = ()
