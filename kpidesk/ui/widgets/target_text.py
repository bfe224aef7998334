"""The grid of targets as it is shown and typed: its lines, what is pending, and blocks from a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from kpidesk.core.formats import format_value, full_value, whole_percent
from kpidesk.core.goals import Baseline, Target, method_words
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.target_grid import EditPlan, GoalChange, Grid, GridCell, GridEdit, GridLine, GridProblem, SumCheck
from kpidesk.core.wording import counted
from kpidesk.ui.widgets.goal_text import field_text

Key = tuple[Scope, str]
"""A cell by its scope and KPI, which outlives a reload of the grid."""
Pending = Mapping[Key, str]
"""What was typed and is not set yet, cell by cell."""
TAKE_AWAY = "-"
_CELL = re.compile(r'(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\n|\Z)')
"""A cell on the clipboard, within quotes or without, and what ends it."""
NO_TARGET = "no target"


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line as shown: one of the grid (`at` is its place there), or below a parent what its parts leave over.

    `sums` are by KPI; a line of the grid has none.
    """

    line: GridLine
    at: int
    sums: Mapping[str, SumCheck] = field(default_factory=dict)

    @property
    def is_sum(self) -> bool:
        """Whether it is about what is left over, where nothing can be typed."""
        return bool(self.sums)

    @property
    def is_note(self) -> bool:
        """Whether it only tells that the parts have more than the whole, as where a buffer was asked for."""
        return all(is_on_top(one) for one in self.sums.values())


@dataclass(frozen=True, slots=True)
class CellWords:
    """A cell in words: its number, a small second line, and what else a tool tip and a screen reader say.

    `changed`: something is pending. `problem`: it cannot be taken. `quiet`: the number was not set for this scope.
    """

    text: str = ""
    note: str = ""
    about: str = ""
    problem: str = ""
    changed: bool = False
    quiet: bool = False
    locked: bool = False


def shown_lines(grid: Grid, sums: Sequence[SumCheck] | None = None) -> tuple[ShownLine, ...]:
    """The lines of a grid, with one more below every scope whose parts do not add up to its own target."""
    found: list[ShownLine] = []
    checks = [one for one in (grid.sums if sums is None else sums) if one.words]
    for at, line in enumerate(grid.lines):
        found.append(ShownLine(line, at))
        odd = {one.kpi_id: one for one in checks if one.parent == line.scope}
        if odd:
            found.append(ShownLine(GridLine(line.scope, _left_name(odd.values()), line.depth + 1, line.kind), -1, odd))
    return tuple(found)


def is_on_top(check: SumCheck) -> bool:
    """Whether the parts have more than the whole: who reaches them all reaches that too, so nothing is to be mended."""
    return not check.is_mean and check.unallocated < 0


def _left_name(checks: Iterable[SumCheck]) -> str:
    odd = tuple(checks)
    if any(one.is_mean for one in odd):
        return "The parts together" if all(one.is_mean for one in odd) else "Does not add up"
    signs = {one.unallocated > 0 for one in odd}
    return "Does not add up" if len(signs) > 1 else "Not shared out" if True in signs else "Shared out on top"


def sum_words(check: SumCheck | None, kpi: Kpi, currency: str) -> CellWords:
    """What the parts of a scope leave over of its target, or have too much."""
    if check is None:
        return CellWords()
    if check.is_mean:
        return CellWords(format_value(check.allocated, kpi.display, currency), "of the parts", check.words)
    amount = format_value(abs(check.unallocated), kpi.display, currency)
    if not is_on_top(check):
        return CellWords(amount, "left over", check.words)
    share = f"{whole_percent(-check.unallocated / check.goal)}% on top" if check.goal > 0 else "on top"
    return CellWords(amount, share, check.words, quiet=True)


def cell_words(cell: GridCell, kpi: Kpi, currency: str, typed: str = "", plan: EditPlan | None = None) -> CellWords:
    """A cell as shown: the target that holds, or what is typed over it and what that comes to."""
    if not typed:
        is_own = cell.target is not None and not cell.note
        held = held_target(cell)
        about = f"{cell.why}: {tiers_words(held, kpi, currency)}" if held is not None else cell.why or NO_TARGET
        about += baseline_words(cell.baseline, kpi, currency)
        return CellWords(cell.text, cell.note, about, quiet=not is_own, locked=bool(cell.locked))
    problem = problem_at(plan, (cell.scope, cell.kpi_id))
    if problem is not None:
        words = f"{problem.problem} {problem.advice}".strip()
        return CellWords(typed, problem.problem, words, words, changed=True)
    change = change_at(plan, (cell.scope, cell.kpi_id))
    before = f"was {cell.text}" if cell.text else "new"
    if change is None:
        return CellWords(typed, before, before, changed=True)
    if change.after is None:
        return CellWords("taken away", before, f"The target is taken away; it {before}.", changed=True)
    about = tiers_words(change.after, kpi, currency) + baseline_words(change.baseline or cell.baseline, kpi, currency)
    return CellWords(format_value(change.after.target, kpi.display, currency), before, about, changed=True)


def baseline_words(baseline: Baseline | None, kpi: Kpi, currency: str) -> str:
    """From where a target counts, unrounded, and how that was worked out; empty without a baseline."""
    if baseline is None:
        return ""
    return f"; baseline {full_value(baseline.value, kpi.unit, currency)}, {method_words(baseline)}"


def tiers_words(target: Target, kpi: Kpi, currency: str) -> str:
    """Minimum, target and stretch in one line, unrounded."""
    low, goal, high = (full_value(one, kpi.unit, currency) for one in target.tiers)
    return f"minimum {low}, target {goal}, stretch {high}"


def problem_at(plan: EditPlan | None, key: Key) -> GridProblem | None:
    """What is wrong with what is typed in a cell."""
    problems = plan.problems if plan is not None else ()
    return next((one for one in problems if (one.scope, one.kpi_id) == key), None)


def change_at(plan: EditPlan | None, key: Key) -> GoalChange | None:
    """What the typed cell would change."""
    changes = plan.changes if plan is not None else ()
    return next((one for one in changes if (one.about.scope, one.about.kpi_id) == key), None)


def editor_text(cell: GridCell, kpi: Kpi, typed: str = "") -> str:
    """What stands in a cell when typing in it begins: what is pending, else its own target in full."""
    if typed:
        return typed
    return field_text(kpi, cell.target.target) if cell.target is not None else ""


def copied_text(cell: GridCell, kpi: Kpi, typed: str = "") -> str:
    """A cell for a spreadsheet: the number that holds there without grouping, which a spreadsheet reads as one."""
    if typed:
        return typed
    held = held_target(cell)
    return field_text(kpi, held.target).replace(",", "") if held is not None else ""


def held_target(cell: GridCell) -> Target | None:
    """The target that holds in a cell, its own or that of a whole, cut to a share where it is."""
    return cell.applied.target if cell.applied is not None else cell.target


def exact_text(target: Target) -> str:
    """A target as it would be typed in full: "100/120/140", without rounding."""
    return "/".join(f"{one:.12g}" for one in (target.minimum, target.target, target.stretch))


def edits_of(pending: Pending) -> tuple[GridEdit, ...]:
    """What is pending, as the operations take it."""
    return tuple(GridEdit(scope, kpi_id, text) for (scope, kpi_id), text in pending.items())


def pending_of(changes: Iterable[GoalChange]) -> dict[Key, str]:
    """Changes worked out elsewhere (shared out, copied forward) as if they had been typed."""
    return {key_of(one): TAKE_AWAY if one.after is None else exact_text(one.after) for one in changes}


def key_of(change: GoalChange) -> Key:
    """The cell of a change."""
    return change.about.scope, change.about.kpi_id


def still_so(worked_out: Mapping[Key, GoalChange], pending: Pending) -> tuple[GoalChange, ...]:
    """What was worked out elsewhere and nobody has typed over since; it keeps its baseline and its exact numbers."""
    texts = pending_of(worked_out.values())
    return tuple(change for key, change in worked_out.items() if pending.get(key) == texts[key])


def with_reason(plan: EditPlan, reason: str) -> EditPlan:
    """A plan whose every new target keeps a reason of its own."""
    changes = (replace(one, after=replace(one.after, reason=reason)) if one.after else one for one in plan.changes)
    return replace(plan, changes=tuple(changes))


def with_typed(pending: Pending, typed: Pending) -> dict[Key, str]:
    """What is pending after more was typed; an empty text takes a cell back to what it was."""
    merged = {**pending, **typed}
    return {key: text for key, text in merged.items() if text}


def block_of(text: str) -> tuple[tuple[str, ...], ...]:
    """A block as a spreadsheet puts it on the clipboard: lines of cells between tabs, quoted where they hold breaks."""
    found: list[tuple[str, ...]] = []
    cells: list[str] = []
    for quoted, bare, end in _CELL.findall(text.replace("\r\n", "\n").replace("\r", "\n")):
        cells.append(" ".join((quoted.replace('""', '"') or bare).split()))
        if end != "\t":
            found.append(tuple(cells))
            cells = []
    while found and not any(found[-1]):
        found.pop()
    return tuple(found)


def spread(block: Sequence[Sequence[str]], rows: int, columns: int) -> tuple[tuple[str, ...], ...]:
    """A block for a selection of so many rows and columns: a single cell fills all of it, else it stays as it is."""
    if len(block) == 1 and len(block[0]) == 1:
        return tuple((block[0][0],) * columns for _ in range(rows))
    return tuple(map(tuple, block))


def pending_words(pending: Pending, plan: EditPlan | None) -> str:
    """How much is pending: "7 changes, 1 problem"."""
    wrong = len(plan.problems) if plan is not None else 0
    changes = counted(max(len(pending) - wrong, 0), "change")
    return f"{changes}, {counted(wrong, 'problem')}" if wrong else changes


def share_text(share: float) -> str:
    """A part of a whole: "25%", "12.5%"."""
    shown = f"{100 * share:.1f}"
    return f"{shown.removesuffix('.0')}%"


def grid_csv(grid: Grid) -> str:
    """The targets that hold as comma-separated text: a line for each scope, a column for each KPI, full numbers."""
    from kpidesk.ui.widgets import receipt_model  # numpy comes with it, not needed at the start

    columns: list[receipt_model.Column[int]] = [receipt_model.Column("For", lambda at: grid.lines[at].name)]
    for place, kpi in enumerate(grid.kpis):
        columns.append(receipt_model.Column(kpi.name, partial(_csv_text, grid, place)))
    return receipt_model.as_delimited(columns, range(len(grid.lines)), ",")


def _csv_text(grid: Grid, place: int, at: int) -> str:
    return copied_text(grid.cells[at][place], grid.kpis[place])
