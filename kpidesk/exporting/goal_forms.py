"""Targets of a period, what a change of them would do, a target shared out and a refresh, as text and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kpidesk.core.baseline_numbers import BaselineNumbers
from kpidesk.core.cascade import CascadePlan
from kpidesk.core.formats import format_value
from kpidesk.core.goals import Baseline, Target, method_words
from kpidesk.core.ladders import Ladder
from kpidesk.core.people import ORG, Scope
from kpidesk.core.refreshing import Refresh, RefreshLine
from kpidesk.core.target_grid import EditPlan, GoalChange, Grid, GridCell, GridProblem, SumCheck
from kpidesk.core.wording import listed
from kpidesk.exporting.json_form import baseline_json, number_json
from kpidesk.exporting.text_table import Column, paragraph, paragraphs, receipts_text, sections, table

Json = dict[str, object]
PERIODS_SHOWN = 8


def target_text(words: Sequence[str]) -> str:
    """A target as it was set, and what speaks against it, each as a paragraph."""
    return paragraphs(words)


def grid_text(grid: Grid) -> str:
    """The targets of a period, a line per scope; those that come from elsewhere stand in brackets."""
    shown = [(line, row) for line, row in zip(grid.lines, grid.cells, strict=True) if any(cell.text for cell in row)]
    if not shown:
        return paragraphs((f"Nobody has a target for {grid.period.label}.", *_others(grid)))
    columns = [Column("", tuple(f"{'  ' * line.depth}{line.name}" for line, _ in shown))]
    for at, kpi in enumerate(grid.kpis):
        columns.append(Column(kpi.name, tuple(_cell(row[at]) for _, row in shown), right=True))
    notes = ["(in brackets: set for a role or a whole; --json says for which and why)"]
    notes = notes if any(cell.note for _, row in shown for cell in row) else []
    names = {line.scope: line.name for line in grid.lines}
    kpis = {kpi.id: kpi.name for kpi in grid.kpis}
    checks = [f"{kpis[one.kpi_id]}, {names.get(one.parent, '')}: {one.words}." for one in grid.sums if one.words]
    heading = f"Targets for {grid.period.label}"
    return sections(
        (heading, table(columns), paragraphs(one for one in (*notes, *checks, grid.closed, *_others(grid)) if one))
    )


def _others(grid: Grid) -> Iterator[str]:
    """For which other periods there are targets, the last ones, and how to see them."""
    shown = grid.others[-PERIODS_SHOWN:]
    if shown:
        told = listed(one.label for one in shown)
        yield f"There are targets for {told} as well: --period {shown[-1].key} shows those of {shown[-1].label}."


def ladder_text(found: Ladder, heading: str, told: Sequence[str], *, receipts: bool = True) -> str:
    """A target repeated at the same step: each period on a line, then what speaks for or against it."""
    columns = (
        Column("", ("Baseline", *(one.period.label for one in found.steps))),
        Column("Target", (found.start_text, *(one.text for one in found.steps)), right=True),
        Column("", ("", *(one.warning for one in found.steps))),
    )
    codes = receipts_text(_each("Baseline", found.inputs)) if receipts else ""
    return sections((heading, table(columns), paragraphs((*told, *_beside(found))), codes))


def _each(name: str, codes: Sequence[str]) -> list[tuple[str, str]]:
    """The codes of the numbers behind something, oldest first, each with a name."""
    return [(f"{name}, {at} of {len(codes)}" if len(codes) > 1 else name, code) for at, code in enumerate(codes, 1)]


def _beside(found: Ladder) -> tuple[str, ...]:
    """What others came to, to compare with."""
    return tuple(one.words for one in (found.comparable, found.band) if one is not None)


def ladder_json(found: Ladder, told: Sequence[str]) -> Json:
    """A target repeated at the same step as one document; `words` are the sentences."""
    return {
        "kpi": found.kpi_id,
        "scope": found.scope.key,
        "period": found.period.key,
        "baseline": number_json(found.start),
        "receipts": list(found.inputs),
        "step": number_json(found.uplift),
        "steps": [
            {"period": one.period.key, "target": number_json(one.value), "warning": one.warning} for one in found.steps
        ],
        "periods_to_show": number_json(found.visibility.periods),
        "words": [*told, *_beside(found)],
    }


def _cell(cell: GridCell) -> str:
    return f"({cell.text})" if cell.note and cell.text else cell.text


def grid_json(grid: Grid, currency: str) -> Json:
    """The targets of a period that hold for anybody, with why they do, and what adds up to what."""
    return {
        "period": grid.period.key,
        "currency": currency,
        "closed": bool(grid.closed),
        "other_periods": [one.key for one in grid.others],
        "targets": [_held(cell) for row in grid.cells for cell in row if cell.applied is not None],
        "checks": [
            {
                "kpi": one.kpi_id,
                "scope": one.parent.key,
                "goal": number_json(one.goal),
                "allocated": number_json(one.allocated),
                "unallocated": number_json(one.unallocated),
                "words": one.words,
            }
            for one in grid.sums
        ],
    }


def _held(cell: GridCell) -> Json:
    held = cell.applied
    target = held.target if held is not None else None
    return {
        "kpi": cell.kpi_id,
        "scope": cell.scope.key,
        **_tiers(target),
        "target_from": target.scope.key if target is not None else None,
        "target_why": cell.why,
        "share": number_json(held.share.part) if held is not None else None,
        "baseline": number_json(cell.baseline.value) if cell.baseline is not None else None,
        "receipts": list(cell.baseline.inputs) if cell.baseline is not None else [],
        "version": target.version if target is not None else 0,
    }


def _tiers(target: Target | None) -> Json:
    names = ("minimum", "target", "stretch")
    values: Sequence[float | None] = target.tiers if target is not None else (None, None, None)
    return {name: number_json(value) for name, value in zip(names, values, strict=True)}


def baseline_numbers_text(words: str, found: BaselineNumbers) -> str:
    """A baseline, the numbers it was worked out from, and what changed behind them since."""
    numbers = found.numbers
    listed = table((
        Column("Worked out from", tuple(one.name for one in numbers)),
        Column("Value", tuple(one.value_text for one in numbers), right=True),
        Column("From", tuple(one.sample for one in numbers), right=True),
    ))  # fmt: skip
    return sections((
        paragraph(words),
        listed if numbers else "",
        paragraph(found.words) if found.words else "",
        receipts_text([(one.name, one.receipt) for one in numbers]),
    ))  # fmt: skip


def baseline_numbers_json(baseline: Baseline, found: BaselineNumbers) -> Json:
    """The same as plain values; `changed` is null where the rows of then cannot be found any more."""
    changes = found.changes
    return {
        **baseline_json(baseline),
        "numbers": [
            {"name": one.name, "value": one.value_text, "rows": one.sample, "receipt": one.receipt}
            for one in found.numbers
        ],
        "changed": None if changes is None else {"new": changes.new, "gone": changes.gone, "changed": changes.changed},
        "words": found.words,
    }


def plans_text(plans: Sequence[EditPlan], currency: str, names: dict[str, tuple[str, str]], *, dry_run: bool) -> str:
    """What changes of targets would do or did; `names` gives name and unit of a KPI by its id."""
    changes = [one for plan in plans for one in plan.changes]
    lines = [_change_words(one, currency, names) for one in changes]
    count = "1 target" if len(changes) == 1 else f"{len(changes)} targets"
    head = f"{count} would be set (nothing was written):" if dry_run else f"{count} set:"
    told = [head if changes else "Nothing changes: these targets stand already.", *lines]
    problems = [one.words for plan in plans for one in plan.problems]
    notes = [note for plan in plans for note in plan.notes]
    wrong = [f"{len(problems)} cannot be taken:", *problems] if problems else []
    return paragraphs((*told, *wrong, *notes))


def _change_words(change: GoalChange, currency: str, names: dict[str, tuple[str, str]]) -> str:
    about = change.about
    name, unit = names.get(about.kpi_id, (about.kpi_id, "count"))
    who = f"{name}, {_scope_words(about.scope)}, {about.period.label}"

    def shown(value: float) -> str:
        return format_value(value, unit, currency)  # type: ignore[arg-type]  # the unit of a KPI

    if change.after is None:
        return f"{who}: target {shown(about.target)} taken away"
    tiers = " / ".join(shown(tier) for tier in change.after.tiers)
    was = f", was {shown(change.before.target)}" if change.before is not None else ""
    return f"{who}: {tiers}{was}{_base_words(change.baseline, shown)}"


def _base_words(baseline: Baseline | None, shown: Callable[[float], str]) -> str:
    if baseline is None:
        return ""
    on = f", {baseline.window}" if baseline.window else ""
    return f"; baseline {shown(baseline.value)} set with it ({method_words(baseline)}{on})"


def _scope_words(scope: Scope) -> str:
    if scope == ORG:
        return "org"
    return f"every {scope.name}" if scope.kind == "role" else scope.name


def plans_json(plans: Sequence[EditPlan], *, dry_run: bool) -> Json:
    """What changes of targets would do or did."""
    return {
        "dry_run": dry_run,
        "changes": [_change_json(one) for plan in plans for one in plan.changes],
        "problems": [_problem_json(one) for plan in plans for one in plan.problems],
        "notes": [note for plan in plans for note in plan.notes],
    }


def _change_json(change: GoalChange) -> Json:
    about = change.about
    return {
        "kpi": about.kpi_id,
        "scope": about.scope.key,
        "period": about.period.key,
        "before": _tiers(change.before) if change.before is not None else None,
        "after": _tiers(change.after) if change.after is not None else None,
        "baseline": _baseline(change.baseline),
    }


def _baseline(baseline: Baseline | None) -> Json | None:
    if baseline is None:
        return None
    return {
        "value": number_json(baseline.value),
        "method": baseline.method,
        "why": baseline.why,
        "receipts": list(baseline.inputs),
    }


def _problem_json(problem: GridProblem) -> Json:
    return {
        "line": problem.line,
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "problem": problem.problem,
        "advice": problem.advice,
    }


def cascade_text(plan: CascadePlan, *, dry_run: bool) -> str:
    """A target shared out: what each part gets and why, and whether they come to the whole."""
    parts = table((
        Column("", tuple(f"{'  ' * line.depth}{line.name}" for line in plan.lines)),
        Column("Now", tuple(line.before_text for line in plan.lines), right=True),
        Column("Target", tuple(line.text for line in plan.lines), right=True),
        Column("Share", tuple(f"{100 * line.share:.1f}%" for line in plan.lines), right=True),
        Column("Why", tuple(line.why for line in plan.lines)),
    ))  # fmt: skip
    count = len(plan.edits.changes)
    done = f"{count} {'target' if count == 1 else 'targets'} set." if count else "These targets stand already."
    said = "Nothing was written." if dry_run else done
    return sections((paragraph(f"{plan.kpi.name}, {plan.period.label}: {plan.words}"), parts,
                     "\n".join(one for one in (plan.check.words, *plan.notes, said) if one)))  # fmt: skip


def cascade_json(plan: CascadePlan, *, dry_run: bool) -> Json:
    """A target shared out."""
    return {
        "kpi": plan.kpi.id,
        "scope": plan.check.parent.key,
        "period": plan.period.key,
        "how": plan.how,
        "buffer": number_json(plan.buffer),
        "goal": number_json(plan.goal),
        "allocated": number_json(plan.check.allocated),
        "unallocated": number_json(plan.check.unallocated),
        "implied": number_json(plan.implied),
        "words": plan.words,
        "parts": [
            {"scope": one.scope.key, "depth": one.depth, **_tiers(one.target), "share": number_json(one.share),
             "why": one.why,
             "before": number_json(one.before.target) if one.before is not None else None}
            for one in plan.lines
        ],
        "dry_run": dry_run,
        "changed": len(plan.edits.changes),
    }  # fmt: skip


def refresh_text(refresh: Refresh, changed: int, *, dry_run: bool, receipts: bool = True) -> str:
    """Which targets are due, old and new side by side, what was decided, and the codes behind the baselines."""
    if not refresh.lines:
        done = f" {refresh.done} were set already." if refresh.done else ""
        bare = f" Without a target: {', '.join(refresh.bare)}." if refresh.done and refresh.bare else ""
        return paragraph(f"No target is due for {refresh.period.label}.{done}{bare}")
    lines = table((
        Column("KPI", tuple(one.kpi.name for one in refresh.lines)),
        Column("For", tuple(one.name for one in refresh.lines)),
        Column("Baseline", tuple(one.old_baseline_text for one in refresh.lines), right=True),
        Column("now", tuple(one.baseline_text for one in refresh.lines), right=True),
        Column("Target", tuple(one.old_text for one in refresh.lines), right=True),
        Column("proposed", tuple(one.proposed_text for one in refresh.lines), right=True),
        Column("", tuple("look again" if _doubts(one) else "" for one in refresh.lines)),
    ))  # fmt: skip
    doubts = [f"{one.kpi.name}, {one.name}: {doubt}" for one in refresh.lines for doubt in _doubts(one)]
    doubts += [f"If every proposal is taken: {one}" for one in refresh.sums]
    said = f"{changed} of {len(refresh.lines)} {'would be ' if dry_run else ''}set for {refresh.period.label}."
    return sections((f"Targets that are due for {refresh.period.label}", lines,
                     paragraphs(doubts), paragraph(refresh.closed or said),
                     receipts_text(_behind_baselines(refresh)) if receipts else ""))  # fmt: skip


def _behind_baselines(refresh: Refresh) -> list[tuple[str, str]]:
    """The codes of the numbers behind the old and the new baselines, those that are behind both once."""
    named = [
        (f"{line.kpi.name}, {line.name}", code)
        for line in refresh.lines
        for baseline in (line.old_baseline, line.baseline)
        for code in (baseline.inputs if baseline is not None else ())
    ]
    return list({code: (name, code) for name, code in named}.values())


def _doubts(line: RefreshLine) -> tuple[str, ...]:
    return tuple(one for one in (*line.warnings, line.capability, line.hindrance) if one)


def refresh_json(refresh: Refresh, changed: int, *, dry_run: bool) -> Json:
    """Which targets are due, and how many were set."""
    return {
        "period": refresh.period.key,
        "done": refresh.done,
        "closed": bool(refresh.closed),
        "due": [_due(one) for one in refresh.lines],
        "sums": [_parts(one) for one in refresh.checks],
        "dry_run": dry_run,
        "changed": changed,
    }


def _parts(check: SumCheck) -> Json:
    """What the targets of the parts of a whole come to."""
    return {
        "kpi": check.kpi_id,
        "scope": check.parent.key,
        "target": number_json(check.goal),
        "parts": check.parts,
        "parts_target": number_json(check.allocated),
        "left": number_json(check.unallocated),
        "words": check.words,
    }


def _due(line: RefreshLine) -> Json:
    return {
        "kpi": line.kpi.id,
        "scope": line.scope.key,
        "old_period": line.old.period.key,
        "old_baseline": number_json(line.old_baseline.value) if line.old_baseline is not None else None,
        "old_receipts": list(line.old_baseline.inputs) if line.old_baseline is not None else [],
        "old_target": number_json(line.old.target),
        "stale": line.is_stale,
        "baseline": _baseline(line.baseline),
        "proposed": dict(zip(("minimum", "target", "stretch"), map(number_json, line.proposed), strict=True))
        if line.proposed is not None
        else None,
        "uplift": number_json(line.uplift),
        "noticeable": line.noticeable,
        "warnings": list(_doubts(line)),
    }
