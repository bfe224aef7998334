"""A frozen baseline opened: the numbers it was worked out from, their rows, and what changed behind them since."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from kpidesk import engine, store
from kpidesk.core.applying import whole_name
from kpidesk.core.baseline_numbers import UNTOLD, BaselineNumber, BaselineNumbers, RowChanges
from kpidesk.core.errors import UserError
from kpidesk.core.formats import format_value, sample_text
from kpidesk.core.goals import Baseline
from kpidesk.core.kpis import Kpi
from kpidesk.core.receipt_codes import Claim
from kpidesk.core.receipts import Opens
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.language import Formula
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import definition_in_force, find_kpi, formula_of, row_noun
from kpidesk.operations.goals import goal_scope, period_for_goals
from kpidesk.operations.receipt_code import value_mark
from kpidesk.operations.receipt_rows import listing
from kpidesk.operations.receipts import behind_of
from kpidesk.operations.replay_codes import read_code
from kpidesk.operations.workspace import Workspace, goals, settings


@dataclass(frozen=True, slots=True)
class _Input:
    """One number behind a baseline: what its code says, and how it is asked as it was then."""

    code: str
    claim: Claim
    kpi: Kpi
    asked: Question


def find_baseline(ws: Workspace, kpi_id: str, *, scope: str, period: str) -> Baseline:
    """The baseline that is kept of a KPI, for a scope and period as typed on a command line.

    Raises:
        UserError: none is kept, or there is no such KPI, scope or period.
    """
    kpi, whose, span = find_kpi(ws, kpi_id), goal_scope(ws, scope), period_for_goals(ws, period)
    kept = goals(ws).baseline(kpi.id, whose, span)
    if kept is None:
        problem = f"No baseline of '{kpi.name}' is kept for {whole_name(whose)} in {span.label}."
        raise UserError(problem, "Set one with `kpidesk baseline set`.")
    return kept


def baseline_numbers(ws: Workspace, baseline: Baseline) -> BaselineNumbers:
    """The numbers that a baseline was worked out from, and whether rows behind them have changed since it was kept.

    None for one that was typed or published, or set before its numbers were kept; those of a KPI or person that is
    not there any more are left out.
    """
    known = tuple(_inputs(ws, baseline))
    if not known:
        return BaselineNumbers((), None)
    numbers = tuple(_number(ws, one, several=len({each.asked.scope for each in known}) > 1) for one in known)
    if all(_is_untouched(ws, one.claim) for one in known):
        return BaselineNumbers(numbers, RowChanges())
    total = RowChanges()
    for one in known:
        changes = _changes(ws, one)
        if changes is None:
            return BaselineNumbers(numbers, None, UNTOLD)
        total = total.plus(changes)
    return BaselineNumbers(numbers, total, total.words)


def _inputs(ws: Workspace, baseline: Baseline) -> Iterator[_Input]:
    for code in baseline.inputs:
        with suppress(UserError):
            read = read_code(ws, code)
            yield _Input(code, read.claim, definition_in_force(ws, read.kpi, read.asked.defined_in), read.asked)


def _number(ws: Workspace, one: _Input, *, several: bool) -> BaselineNumber:
    found = _result(ws, one, one.asked)
    whose = f"{one.asked.scope.name}, " if several else ""
    numerator = found.numerator if one.kpi.is_rate else None
    return BaselineNumber(
        name=f"{whose}{one.asked.period.label}",
        value_text=format_value(found.value, one.kpi.display, settings(ws).currency, found.n),
        sample=sample_text(found.n, numerator, row_noun(one.kpi)),
        receipt=one.code,
        opens=Opens(one.kpi.id, one.asked),
    )


def _result(ws: Workspace, one: _Input, asked: Question) -> Result:
    known = evaluator(ws, asked.as_of, asked.teams)
    measured = (one.kpi, _formula(ws, one))
    return engine.evaluate(known, [measured], (asked.scope,), (asked.period,)).result(0, 0, 0)


def _formula(ws: Workspace, one: _Input) -> Formula | None:
    return formula_of(ws, one.kpi, one.asked.defined_in)


def _is_untouched(ws: Workspace, claim: Claim) -> bool:
    """Whether nothing was imported, undone or put together since."""
    log = store.log_since(ws.db, claim.log)
    return claim.imports == store.newest_import(ws.db) and not any(one.action not in _HARMLESS for one in log)


_HARMLESS = ("baseline", "baseline taken away", "target", "target taken away", "targets")
"""What is noted in the log and changes no row."""


def _changes(ws: Workspace, one: _Input) -> RowChanges | None:
    """How the rows of a number differ from those of then; None where they do and those cannot be found any more."""
    now = replace(one.asked, as_of=None)
    is_same = value_mark(_result(ws, one, now)) == one.claim.value
    formula = _formula(ws, one)
    if value_mark(_result(ws, one, one.asked)) != one.claim.value or formula is None:
        return RowChanges() if is_same else None
    before, after = (behind_of(ws, one.kpi, formula, asked) for asked in (one.asked, now))
    if before is None or after is None or one.asked == now:
        return RowChanges() if is_same else None
    return _differing(ws, (before, one.asked), (after, now))


_Side = tuple[engine.Behind, Question]


def _differing(ws: Workspace, before: _Side, after: _Side) -> RowChanges:
    """The records that came, went and add something else; only rows that are not alike on both sides are read."""
    was, now = _packed(before[0]), _packed(after[0])
    then, today = (
        _by_record(ws, side, ~np.isin(mine, other)) for side, mine, other in ((before, was, now), (after, now, was))
    )
    both = then.keys() & today.keys()
    return RowChanges(
        len(today.keys() - both), len(then.keys() - both), sum(then[record] != today[record] for record in both)
    )


def _packed(found: engine.Behind) -> np.ndarray[tuple[int, ...], np.dtype[np.void]]:
    """Each row with all that it adds, so that two can be compared at once."""
    values = np.zeros(len(found.value_ids)) if found.values is None else np.nan_to_num(found.values, nan=-1e300)
    packed = np.rec.fromarrays([found.value_ids, found.weights, values, found.in_numerator.astype(np.int64)])
    return np.ascontiguousarray(packed).view(f"V{packed.dtype.itemsize}")


def _by_record(
    ws: Workspace, side: _Side, places: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> dict[tuple[str, object], Counter[tuple[object, ...]]]:
    """What each record adds, by its number."""
    found, asked = side
    rows = listing(ws, engine.rows_at(found, np.flatnonzero(places)), asked.as_of).rows
    told: dict[tuple[str, object], Counter[tuple[object, ...]]] = defaultdict(Counter)
    for row in rows:
        told[row.kind, row.deal_id or row.cells.get("name", "")][row.weight, row.value, row.in_numerator] += 1
    return told
