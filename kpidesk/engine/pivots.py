"""One KPI split by one field or two, or by a field and over periods: every cell and every total at its own level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from kpidesk.core.kpis import Kpi
from kpidesk.core.parts import REST, UNKNOWN, ChosenBy, Part
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.engine.answers import Answer, rearranged
from kpidesk.engine.breakdown import measured_tables, occurring, stage_ranks
from kpidesk.engine.crew import UnassignedLevel
from kpidesk.engine.days import Context
from kpidesk.engine.evaluation import Evaluator
from kpidesk.engine.grid import grid_of, level_of
from kpidesk.engine.heaviest import heaviest
from kpidesk.engine.members import Crossed, Members, members_among
from kpidesk.engine.parts import CREDITED, DEAL_BANDS, rule_of
from kpidesk.engine.splitting import holds, is_flag, labels_of
from kpidesk.engine.values import Floats, Ints
from kpidesk.language.tree import Formula

UNASSIGNED = "Unassigned"
"""What is called unknown of other fields: rows that are credited to nobody, or by team to somebody in no team."""
Cells = tuple[tuple[Result, ...], ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PivotAsked:
    """What a KPI is to be split by: rows by a field, columns by another, by the `periods`, or none.

    Fields are named as `splittable` names them. At most `top` rows and `top_columns` columns stand alone; all others
    are taken together.
    """

    rows_by: str
    columns_by: str
    scope: Scope
    periods: tuple[Period, ...]
    top: int
    top_columns: int


@dataclass(frozen=True, slots=True)
class Pivoted:
    """The parts of a KPI. `cells[r][c]` is part r in column c; without a second field a column stands for a period.

    `row_totals` are each row over all columns (none where columns are periods), `column_totals` each column over all
    rows, `total` everything (in the last period). `together` tells how many values of rows and of columns stand in
    "everything else". `largest` are the same cells, and `largest_of_all` the total, with the most that one record adds
    to them, None where that says nothing.
    """

    rows: tuple[Part, ...]
    columns: tuple[Part, ...]
    cells: Cells
    row_totals: tuple[Result, ...]
    column_totals: tuple[Result, ...]
    total: Result
    together: tuple[int, int]
    largest: tuple[tuple[float | None, ...], ...]
    largest_of_all: float | None


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """The members along one edge of a pivot, and the part that each of them is."""

    members: Members
    parts: tuple[Part, ...]
    together: int


def pivot(evaluator: Evaluator, kpi: Kpi, formula: Formula, asked: PivotAsked) -> Pivoted:
    """Split a KPI into the parts asked for.

    Raises:
        UserError: a scope that the workspace does not have, or a field of records of which no file tells.
    """
    contexts = contexts_of(evaluator, asked.scope, asked.periods)
    chosen = ChosenBy(asked.periods, (asked.scope,))
    rows = _side(evaluator, formula, contexts, asked.rows_by, asked.top, chosen)
    crossing = asked.columns_by if len(asked.periods) == 1 else ""
    columns = _side(evaluator, formula, contexts, crossing, asked.top_columns, chosen) if crossing else None
    totals = [_results(evaluator, kpi, formula, asked, one, rows.members) for one in contexts]
    wholes = [_results(evaluator, kpi, formula, asked, one, None)[0] for one in contexts]
    by = rows.members if columns is None else Crossed(rows.members, columns.members)
    weights = [heaviest(evaluator, formula, one, by) for one in contexts]
    heavy = heaviest(evaluator, formula, contexts[-1], None)[0]
    if columns is None:
        cells, largest = _turned(totals), _turned(weights)
        row_totals = tuple(totals[0]) if len(contexts) == 1 else ()
        together = (rows.together, 0)
        return Pivoted(rows.parts, (), cells, row_totals, tuple(wholes), wholes[-1], together, largest, heavy)
    flat = _results(evaluator, kpi, formula, asked, contexts[0], by)
    below = _results(evaluator, kpi, formula, asked, contexts[0], columns.members)
    width = max(len(columns.parts), 1)
    return Pivoted(
        rows.parts, columns.parts, _folded(flat, width), tuple(totals[0]), tuple(below), wholes[0],
        (rows.together, columns.together), _folded(weights[0], width), heavy,
    )  # fmt: skip


def _turned(columns: Sequence[Sequence[T]]) -> tuple[tuple[T, ...], ...]:
    return tuple(zip(*columns, strict=True))


def _folded(flat: Sequence[T], width: int) -> tuple[tuple[T, ...], ...]:
    return tuple(tuple(flat[at : at + width]) for at in range(0, len(flat), width))


def contexts_of(
    evaluator: Evaluator, scope: Scope, periods: Sequence[Period], level: UnassignedLevel | None = None
) -> tuple[Context, ...]:
    """In what one number of a scope is read in each period."""
    row = evaluator.facts.crew.row_of(scope, level or level_of((scope,)))
    return tuple(Context((period,), wide=row != 0, row=row) for period in periods)


def _results(
    evaluator: Evaluator, kpi: Kpi, formula: Formula, asked: PivotAsked, context: Context,
    by: Members | Crossed | None,
) -> list[Result]:  # fmt: skip
    """A KPI for every member, or for the whole."""
    size = 1 if by is None else by.size
    if not size:
        return []
    answer = spread(evaluator.answer(formula.tree, replace(context, by=by)), size)
    grid = grid_of(evaluator, (kpi,), (asked.scope,) * size, context.periods, [answer])
    return [grid.result(0, at, 0) for at in range(size)]


def spread(answer: Answer, size: int) -> Answer:
    """An answer with a column for each member as one with a row for each."""
    return rearranged(answer, lambda part: np.broadcast_to(part, (1, size)).T)


@dataclass(frozen=True, slots=True, eq=False)
class _Ranked:
    """The different values of a field by name, which of them each has, their own order, and the biggest first."""

    members: Members
    named: list[str]
    group: Ints
    ranks: list[float]
    biggest: list[int]


def _ranked(evaluator: Evaluator, formula: Formula, contexts: Sequence[Context], field: str) -> _Ranked:
    every = _all_members(evaluator, formula, contexts, field)
    named, group = _by_label(labels_of(evaluator.facts, measured_tables(formula), field, every.numbers))
    sizes = _sizes(evaluator, formula, contexts, replace(every, grouped=_with_empty(group, every)))[: len(named)]
    ranks = _order(evaluator, formula, every, group, sizes, len(named))
    biggest = sorted(range(len(named)), key=lambda at: (-sizes[at], ranks[at]))
    return _Ranked(every, named, group, ranks, biggest)


def biggest_first(
    evaluator: Evaluator, formula: Formula, field: str, scope: Scope, periods: Sequence[Period]
) -> tuple[str, ...]:
    """The values of a field in the order in which a breakdown over these periods lets them stand alone."""
    found = _ranked(evaluator, formula, contexts_of(evaluator, scope, periods), field)
    return tuple(found.named[at] for at in found.biggest)


def rows_of_values(
    evaluator: Evaluator, formula: Formula, field: str, scope: Scope, periods: Sequence[Period]
) -> tuple[tuple[str, ...], Floats]:
    """Every value of a field by name, and on how many rows its number rests in each period: one row for each value."""
    contexts = contexts_of(evaluator, scope, periods)
    every = _all_members(evaluator, formula, contexts, field)
    named, group = _by_label(labels_of(evaluator.facts, measured_tables(formula), field, every.numbers))
    members = replace(every, grouped=_with_empty(group, every))
    if not named:
        return (), np.zeros((0, len(periods)))
    answers = [spread(evaluator.answer(formula.tree, replace(one, by=members)), members.size) for one in contexts]
    return tuple(named), np.stack([answer.n[: len(named), 0] for answer in answers], axis=1)


def _side(
    evaluator: Evaluator, formula: Formula, contexts: Sequence[Context], field: str, top: int, chosen: ChosenBy
) -> _Side:
    found = _ranked(evaluator, formula, contexts, field)
    named, ranks = found.named, found.ranks
    alone = set(found.biggest[:top] if len(named) > top + 1 else found.biggest)
    order = sorted(alone, key=lambda at: (ranks[at], named[at].casefold()))
    parts = [Part(field, named[at]) for at in order]
    together = len(named) - len(order)
    if together:
        parts.append(Part(field, REST, "rest", tuple(one.label for one in parts), chosen))
    return _grouped(found.members, parts, found.group, order, together)


def _all_members(evaluator: Evaluator, formula: Formula, contexts: Sequence[Context], field: str) -> Members:
    """The values of a field that occur in any of the periods."""
    found = [occurring(evaluator, formula.tree, context, field) for context in contexts]
    numbers = np.concatenate([one.numbers for one in found])
    return replace(members_among(field, numbers), has_empty=any(one.has_empty for one in found))


def _by_label(labels: Sequence[str]) -> tuple[list[str], Ints]:
    """The different labels, and which of them each value has: whoever is linked to nobody stands together."""
    known: dict[str, int] = {}
    group = np.array([known.setdefault(label, len(known)) for label in labels], dtype=np.int64)
    return list(known), group


def _with_empty(group: Ints, members: Members) -> Ints:
    return np.append(group, group.max(initial=-1) + 1) if members.has_empty else group


def _sizes(evaluator: Evaluator, formula: Formula, contexts: Sequence[Context], members: Members) -> Floats:
    """By what the values of a field are ranked: how much they add where parts add up, else on how many rows they rest.

    The newest period decides, the earlier ones where values are alike in it.
    """
    found = np.zeros(members.size)
    if not members.size:
        return found
    for context in contexts:
        answer = spread(evaluator.answer(formula.tree, replace(context, by=members)), members.size)
        here = np.abs(answer.value[:, 0]) if formula.additive != "no" else answer.n[:, 0]
        found = found + np.where(np.isfinite(here), here, 0.0)
    return found


def _order(
    evaluator: Evaluator, formula: Formula, members: Members, group: Ints, sizes: Floats, count: int
) -> list[float]:
    """In which order the values stand: dates, bands and stages in their own, all others from the largest down."""
    base, rule = rule_of(members.field)
    if rule != "value" or members.field in DEAL_BANDS:
        return [float(at) for at in range(count)]
    if base.rpartition(".")[2] == "stage" and "stage_visits" in formula.tables:
        ranks = dict(zip(group.tolist(), stage_ranks(evaluator.facts, formula, members), strict=False))
        return [float(ranks[at]) for at in range(count)]
    if is_flag(measured_tables(formula), members.field):
        return [-float(at) for at in range(count)]
    return [-float(one) for one in sizes]


def _grouped(every: Members, parts: list[Part], group: Ints, order: Sequence[int], together: int) -> _Side:
    """The members in their order, those that do not stand alone as one, the unknown last."""
    place = np.full(int(group.max(initial=-1)) + 1, len(order), dtype=np.int64)
    place[list(order)] = np.arange(len(order))
    grouped = place[group] if len(group) else group
    if every.has_empty:
        field = every.field
        grouped = np.append(grouped, len(parts))
        parts = [*parts, Part(field, UNASSIGNED if field in CREDITED else UNKNOWN, "unknown")]
    return _Side(replace(every, grouped=grouped), tuple(parts), together)


def parts_over(
    evaluator: Evaluator, kpi: Kpi, formula: Formula, scope: Scope, parts: Sequence[Part], periods: Sequence[Period]
) -> Cells:
    """The parts of one field, as a breakdown named them, in each of several periods: `cells[p][t]` is part p in t.

    What they do not name, such as a value that occurs in none but an earlier period, is left out.

    Raises:
        UserError: a scope that the workspace does not have, or a field of records of which no file tells.
    """
    contexts = contexts_of(evaluator, scope, periods)
    every = _all_members(evaluator, formula, contexts, parts[0].field)
    labels = labels_of(evaluator.facts, measured_tables(formula), every.field, every.numbers)
    place = {part.label: at for at, part in enumerate(parts) if part.kind == "value"}
    others = {part.kind: at for at, part in enumerate(parts) if part.kind != "value"}
    nowhere = len(parts)
    known = [place.get(label, others.get("rest", nowhere)) for label in labels]
    empty = [others.get("unknown", nowhere)] if every.has_empty else []
    # the last place is left out again: with it, every part is there even where no value falls into it
    members = replace(every, grouped=np.array([*known, *empty, nowhere], dtype=np.int64))
    asked = PivotAsked(every.field, "", scope, tuple(periods), nowhere, 1)
    return _turned([_results(evaluator, kpi, formula, asked, one, members)[:nowhere] for one in contexts])


def members_asked(evaluator: Evaluator, formula: Formula, context: Context, parts: Sequence[Part]) -> Members | Crossed:
    """The members of a breakdown of which the last holds the parts asked for; two parts are those of two fields."""
    first, *second = (_chosen(evaluator, formula, context, part) for part in parts[:2])
    return Crossed(first, second[0]) if second else first


def result_of_last(evaluator: Evaluator, kpi: Kpi, formula: Formula, scope: Scope, context: Context) -> Result:
    """What the last member of a breakdown comes to."""
    size = context.by.size if context.by is not None else 1
    answer = spread(evaluator.answer(formula.tree, context), size)
    return grid_of(evaluator, (kpi,), (scope,) * size, context.periods, [answer]).result(0, size - 1, 0)


def _chosen(evaluator: Evaluator, formula: Formula, context: Context, part: Part) -> Members:
    """A field in two members: 1 what a part holds, 0 everything else."""
    every = occurring(evaluator, formula.tree, context, part.field)
    labels = labels_of(evaluator.facts, measured_tables(formula), part.field, every.numbers)
    is_in = [holds(part, label) for label in labels]
    # the last place is no value's: with it, a part is there even where no row falls into it
    grouped = np.array([*is_in, *([part.kind == "unknown"] if every.has_empty else []), True], dtype=np.int64)
    return replace(every, grouped=grouped)
