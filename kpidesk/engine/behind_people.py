"""The people behind a number: whom a measure of people counts, and what reps make of the built-in KPIs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from kpidesk.core.formats import whole_percent
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.engine.coverage import as_of_day
from kpidesk.engine.crew import Crew, UnassignedLevel
from kpidesk.engine.days import Context, Window
from kpidesk.engine.evaluation import COMMIT, Evaluator, built_in_tree
from kpidesk.engine.grid import evaluate, level_of
from kpidesk.engine.plain import add_rows, worked_out
from kpidesk.engine.ramping import first_quotas
from kpidesk.engine.sides import Key, sides
from kpidesk.engine.staff import built_in, people_counted, people_rows
from kpidesk.engine.values import Ints, Mask
from kpidesk.language.tree import AsOf, Expr, Formula, GoalRef, Leaf, Param

Number = float | str | date | None


@dataclass(frozen=True, slots=True)
class PersonBehind:
    """One person behind a number, with the numbers it is made of by their names; `value` is what they add.

    `period` is that of the bookings to look at.
    """

    person: Scope
    numbers: tuple[tuple[str, Number], ...]
    value: float | None
    in_numerator: bool
    period: Period


@dataclass(frozen=True, slots=True)
class PeopleBehind:
    """The people behind a number, the number, and the same worked out again from them."""

    people: tuple[PersonBehind, ...]
    result: Result
    reproduced: float | None


def people_behind(
    evaluator: Evaluator,
    kpi: Kpi,
    formula: Formula | None,
    scope: Scope,
    period: Period,
    *,
    unassigned_level: UnassignedLevel | None = None,
) -> PeopleBehind:
    """The people behind a KPI of people, or behind a built-in one that is worked out rep by rep.

    Raises:
        UserError: a scope that the workspace does not have.
    """
    level = unassigned_level or level_of((scope,))
    result = evaluate(evaluator, [(kpi, formula)], (scope,), (period,), unassigned_level=level).result(0, 0, 0)
    row = evaluator.facts.crew.row_of(scope, level)
    if kpi.builtin == "forecast_wape":
        found = _forecasts(evaluator, row, period)
    elif kpi.builtin == "ramp_time":
        found = _ramps(evaluator, row, period)
    else:
        base = built_in(kpi.builtin)
        tree = built_in_tree(base) if base is not None else formula.tree if formula is not None else None
        found = _staff(evaluator, tree, row, period) if tree is not None else ((), None)
    return PeopleBehind(found[0], result, found[1] if result.value is not None else None)


def _forecasts(evaluator: Evaluator, row: int, period: Period) -> tuple[tuple[PersonBehind, ...], float | None]:
    """Reps with what they committed to and what they booked: Σ|forecast − actual| ÷ Σ actual."""
    crew, whole = evaluator.facts.crew, Context((period,))
    told = np.nan_to_num(evaluator.answer(COMMIT, whole).value[crew.first_rep + 1 :, 0])
    came = np.nan_to_num(evaluator.answer(evaluator.bookings, whole).value[crew.first_rep + 1 :, 0])
    inside = _at_home(crew, row, evaluator.windows(whole)[0]) & ((told != 0) | (came != 0))
    found = tuple(
        PersonBehind(
            _scope(crew, at), (("Committed", told[at]), ("Booked", came[at]), ("Missed by", abs(told[at] - came[at]))),
            float(abs(told[at] - came[at])), in_numerator=True, period=period,
        )
        for at in np.flatnonzero(inside).tolist()
    )  # fmt: skip
    booked = float(came[inside].sum())
    missed = add_rows("sum", 0, np.ones(len(found)), np.array([one.value or 0.0 for one in found]))
    return found, missed / booked if missed is not None and booked > 0 else None


def _ramps(evaluator: Evaluator, row: int, period: Period) -> tuple[tuple[PersonBehind, ...], float | None]:
    """Reps who reached a quota for the first time in the period, with the months from their hire."""
    crew, window = evaluator.facts.crew, evaluator.windows(Context((period,)))[0]
    periods, quota, booked = evaluator.quotas_and_bookings()
    _, _, day, took, which = first_quotas(crew, periods, quota, booked)
    inside = _inside(crew, row, window.end - 1) & (day >= window.start) & (day < window.end)
    hired = {person.id: person.hire_at for person in crew.organisation.people}
    found = tuple(
        PersonBehind(
            _scope(crew, at),
            (("Hired", hired[crew.people[at]]), ("First at quota", periods[which[at]].label),
             ("Quota", quota[at, which[at]]), ("Booked", booked[at, which[at]])),
            float(took[at]), in_numerator=True, period=periods[which[at]],
        )
        for at in np.flatnonzero(inside).tolist()
    )  # fmt: skip
    return found, add_rows("median", 0.5, np.ones(len(found)), np.array([one.value or 0.0 for one in found]))


def _staff(evaluator: Evaluator, tree: Expr, row: int, period: Period) -> tuple[tuple[PersonBehind, ...], float | None]:
    """People whom the measures of a formula count, with what they booked of their quota."""
    asked = Context((period,), wide=row != 0, row=row)
    above, below = sides(evaluator, tree, asked)
    counted = {key: _counted(evaluator, key, row) for key in (*above, *below)}

    def look_up(node: Leaf | GoalRef | Param, context: Context) -> float | None:
        if isinstance(node, Leaf):
            return float(len(counted[node, context]))
        number = float(evaluator.answer(node, context).value[0, 0])
        return None if np.isnan(number) else number

    in_numerator = {int(one) for key in above for one in counted[key]}
    every = sorted(in_numerator | {int(one) for key in below for one in counted[key]})
    quota, booked = evaluator.standing((period,))
    found = tuple(
        _person(evaluator.facts.crew, at - 1, quota[at, 0], booked[at, 0], period, at in in_numerator) for at in every
    )
    return found, worked_out(evaluator, tree, asked, look_up)


def _person(crew: Crew, at: int, quota: float, booked: float, period: Period, above: bool) -> PersonBehind:
    person = {one.id: one for one in crew.organisation.people}[crew.people[at]]
    share = booked / quota if quota > 0 else None
    numbers: tuple[tuple[str, Number], ...] = (
        ("Role", person.role), ("Hired", person.hire_at), ("Quota", None if np.isnan(quota) else quota),
        ("Booked", booked), ("Of quota", None if share is None else f"{whole_percent(share)}%"),
    )  # fmt: skip
    return PersonBehind(_scope(crew, at), numbers, None, above, period)


def _counted(evaluator: Evaluator, key: Key, row: int) -> Ints:
    """The people, numbered from 1, whom one measure counts for a row of the answer."""
    node, context = key
    nobody = np.zeros(0, dtype=np.int64)
    if not isinstance(node, Leaf) or not isinstance(node.dated, AsOf):
        return nobody
    facts, window, period = evaluator.facts, evaluator.windows(context)[0], context.periods[0]
    day = as_of_day(facts, node.dated.moment, window)
    quota, booked = evaluator.standing((period,))
    people = people_counted(facts, node, people_rows(facts, period, day, quota[:, 0], booked[:, 0]), window, day)
    return people[_inside(facts.crew, context.row if context.row is not None else row, day)[people - 1]]


def _inside(crew: Crew, row: int, day: int) -> Mask:
    """Which people (nobody left out) belong to a row of an answer on a day."""
    return _of_row(crew, row, crew.team_on(_everybody(crew), day))


def _at_home(crew: Crew, row: int, window: Window) -> Mask:
    """Which people (nobody left out) belong to a row of an answer by the team of the first day of a window."""
    return _of_row(crew, row, crew.home_in(_everybody(crew), window.start, window.end))


def _everybody(crew: Crew) -> Ints:
    return np.arange(1, len(crew.people) + 1)


def _of_row(crew: Crew, row: int, team: Ints) -> Mask:
    """Which people, each in one team, belong to a row of an answer."""
    if row == 0:
        return np.ones(len(team), dtype=np.bool_)
    if row >= crew.first_rep:
        return np.asarray(_everybody(crew) == row - crew.first_rep, dtype=np.bool_)
    return np.asarray(crew.holding[team, row - 1] > 0, dtype=np.bool_)


def _scope(crew: Crew, at: int) -> Scope:
    names = {person.id: person.name for person in crew.organisation.people}
    return Scope("rep", names[crew.people[at]], crew.people[at])
