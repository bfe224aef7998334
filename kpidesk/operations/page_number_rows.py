"""The rows behind the numbers of pages: of a check of the fix list, of a group, of the chance of open deals."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

import numpy as np

from kpidesk import engine
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.core.parts import Part
from kpidesk.core.receipt_codes import Claim
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.operations.chance_rows import behind_chance, with_stage
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.hygiene import behind_check
from kpidesk.operations.made_of import MadeOf
from kpidesk.operations.page_numbers import CHANCE, GROUP, RETURN, method_of, rule_of, way_of
from kpidesk.operations.range_rows import made_of_range
from kpidesk.operations.receipt_code import part_mark
from kpidesk.operations.rep_sum_rows import made_of_reps
from kpidesk.operations.replay_words import NOWHERE
from kpidesk.operations.sdr_return import cost_rows, find_group, sourced_rows
from kpidesk.operations.workspace import Workspace, scopes

T = TypeVar("T")


def behind_page_number(ws: Workspace, kpi: Kpi, asked: Question) -> engine.Behind:
    """The rows behind the number of a page.

    Raises:
        UserError: it is of a group or of the deals of a stage, and none is named, or there are none.
    """
    if kpi.id == CHANCE:
        return behind_chance(ws, asked)
    rule, way = rule_of(kpi), way_of(kpi)
    if rule is not None:
        return behind_check(ws, rule, asked.scope, asked.as_of)
    group = next((one.label for one in asked.parts if one.field == GROUP), "")
    if way is None or not group:
        raise UserError("This number is of a group.", "Open it by its receipt code.")
    who = find_group(ws, group)
    deals = sourced_rows(ws, who, way, asked.period, asked.as_of)
    won, size = _total(deals), float(len(deals.value_ids))
    if not kpi.builtin.startswith(RETURN):
        return replace(deals, result=Result(won, size), reproduced=_again(deals), parts=())
    costs = cost_rows(ws, who, asked.period, asked.as_of)
    cost = _total(costs)
    result = Result(won / cost if cost else None, size, won, cost, reason="" if cost else "no cost of the group")
    again = _again(deals) / _again(costs) if cost else None
    return _joined(deals, costs, result, again)


def made_of_numbers(ws: Workspace, kpi: Kpi, asked: Question) -> MadeOf:
    """What stands behind a number that is made of others.

    Raises:
        UserError: there are no deals, or bookings have no formula.
    """
    method = method_of(kpi)
    return made_of_range(ws, asked, method) if method is not None else made_of_reps(ws, asked)


def _total(found: engine.Behind) -> float:
    amounts = found.values * found.weights if found.values is not None else np.zeros(0)
    return math.fsum(amounts[np.isfinite(amounts)].tolist())


def _again(found: engine.Behind) -> float:
    """The total by another, plain way: row by row."""
    if found.values is None:
        return 0.0
    total = 0.0
    for amount, share in zip(found.values.tolist(), found.weights.tolist(), strict=True):
        total += 0.0 if math.isnan(amount) else amount * share
    return total


def _joined(above: engine.Behind, below: engine.Behind, result: Result, again: float | None) -> engine.Behind:
    """Rows above and below a line as those of one number."""
    sizes = len(above.value_ids), len(below.value_ids)
    none = np.zeros(0)
    upper, lower = (none if one.values is None else one.values for one in (above, below))
    return engine.Behind(
        np.concatenate((above.value_ids, below.value_ids)), _both(above.kinds, below.kinds),
        _both(above.labels, below.labels), np.concatenate((above.weights, below.weights)),
        np.concatenate((upper, lower)), np.arange(sum(sizes)) < sizes[0], _both(above.rates, below.rates),
        engine.Each(("", "what the group cost"), np.repeat((0, 1), sizes)), result, again,
        (("what was won", result.numerator), ("what it cost", result.denominator)),
    )  # fmt: skip


def _both(one: engine.Each[T], other: engine.Each[T]) -> engine.Each[T]:
    which = np.concatenate((one.which, other.which + len(one.values)))
    return engine.Each((*one.values, *other.values), which)


def with_named(ws: Workspace, kpi: Kpi, claim: Claim, asked: Question) -> Question:
    """The question for the group, or for the stage of open deals, that a code stands for.

    Raises:
        UserError: there is no such group or stage any more.
    """
    if kpi.id == CHANCE:
        return with_stage(ws, claim, asked)
    for key in _groups(ws):
        part = Part(GROUP, key)
        if part_mark(part) == claim.parts[0]:
            return replace(asked, parts=(part,))
    raise UserError("The group of this receipt is not in this workspace any more.", NOWHERE)


def _groups(ws: Workspace) -> Iterator[str]:
    known = scopes(ws)
    roles = {one.role for one in known.people} | set(engine.words_at(evaluator(ws).facts, "sourced_by_role").values())
    yield from dict.fromkeys(f"role:{one.casefold()}" for one in sorted(roles - {""}))
    yield from dict.fromkeys(
        f"motion:{one.casefold()}" for one in sorted({each.motion for each in known.people} - {""})
    )
    yield from (one.key.casefold() for one in known.scopes() if one.kind in ("team", "rep"))
