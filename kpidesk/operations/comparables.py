"""What reps like one rep came to lately, where a target for somebody new starts from; `peers` tells who differs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import median, quantiles

from kpidesk import engine
from kpidesk.core.applying import first_day
from kpidesk.core.cascade import mean_by
from kpidesk.core.comparables import LEAST_PEOPLE, Comparable
from kpidesk.core.formats import format_value
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Person, Scope
from kpidesk.core.periods import Period, is_running, run_of, shift
from kpidesk.core.scorecards import Question
from kpidesk.core.texts import folded
from kpidesk.operations.applying import applier
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.formulas import definition_in_force, find_kpi, formula_of
from kpidesk.operations.receipt_code import coder
from kpidesk.operations.workspace import Workspace, data_date, scopes, settings

LAST_PERIODS = 4
_Trait = Callable[[Person], str]
_TRAITS: tuple[_Trait, ...] = (lambda one: one.role, lambda one: one.segment, lambda one: one.motion)
"""In what reps are compared; the last ones are left out first where too few are alike in all."""


def comparable(ws: Workspace, kpi_id: str, scope: Scope, period: Period) -> Comparable | None:
    """What reps like a rep (or everybody with a role) came to in their last four whole periods before `period`.

    Alike is who has the same role, segment and motion as far as they are known; motion, then segment do not count where
    fewer than three reps agree in them. Periods in which a rep was ramping, not yet or no longer there, on leave or in
    another role are left out. None where no value is left.
    """
    if scope.kind not in ("rep", "role"):
        return None
    kpi = definition_in_force(ws, find_kpi(ws, kpi_id), period)
    people, traits = _alike(ws, scope)
    last = _last_whole(ws, period)
    if not people or not last:
        return None
    found = _values(ws, kpi, people, last, period)
    if not found:
        return None
    values = tuple(value for _, value, _ in found)
    low, middle, high = _quartiles(values)
    about = tuple(sorted({who for who, _, _ in found}))
    words = _words(ws, kpi, (len(about), len(values)), traits, (low, middle, high), last[0])
    inputs = tuple(code for _, _, code in found if code)
    return Comparable(kpi.id, scope, period, about, last, values, middle, low, high, traits, words, inputs)


def _last_whole(ws: Workspace, period: Period) -> tuple[Period, ...]:
    """The last four whole periods before one, oldest first."""
    before, known = run_of(shift(period, -1, settings(ws)), 2 * LAST_PERIODS, settings(ws)), data_date(ws)
    return tuple(one for one in before if not is_running(one, known, ws.today))[-LAST_PERIODS:]


def _alike(ws: Workspace, scope: Scope) -> tuple[tuple[Person, ...], str]:
    """The reps who are alike, and in what."""
    people = scopes(ws).people
    if scope.kind == "role":
        role = folded(scope.name)
        return tuple(one for one in people if folded(one.role) == role), scope.name
    me = next((one for one in people if one.id == scope.id), None)
    if me is None:
        return (), ""
    for count in range(len(_TRAITS), 0, -1):
        wanted = [(trait, folded(trait(me))) for trait in _TRAITS[:count] if trait(me).strip()]
        found = tuple(
            one for one in people if one.id != me.id and all(folded(trait(one)) == text for trait, text in wanted)
        )
        if len(found) >= LEAST_PEOPLE or count == 1:
            return found, ", ".join(trait(me) for trait, _ in wanted)
    return (), ""


def _values(
    ws: Workspace, kpi: Kpi, people: tuple[Person, ...], last: tuple[Period, ...], period: Period
) -> list[tuple[Scope, float, str]]:
    """What each rep came to in each period in which they count, with the receipt code of the number."""
    formula, carry = formula_of(ws, kpi, period), applier(ws)
    members = tuple(Scope("rep", one.name, one.id) for one in people)
    grid = engine.evaluate(evaluator(ws), [(kpi, formula)], members, last)
    coded, found = coder(ws, Question(period)), []
    for s, person in enumerate(people):
        for p, one in enumerate(last):
            result = grid.result(0, s, p)
            same = folded(person.role_on(first_day(person, one))) == folded(person.role)
            if (
                result.value is not None
                and not grid.starts_inside(0, p)
                and same
                and carry.share(person, one).part >= 1
            ):
                code = coded(kpi, Question(one, members[s]), result)
                found.append((members[s], result.value, code))
    return found


def _quartiles(values: tuple[float, ...]) -> tuple[float, float, float]:
    """Quartiles by linear interpolation between the values (type 7 of Hyndman and Fan, 1996)."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, _, high = quantiles(values, n=4, method="inclusive")
    return low, median(values), high


def _words(
    ws: Workspace, kpi: Kpi, counts: tuple[int, int], traits: str, quartiles: tuple[float, float, float], first: Period
) -> str:
    low, middle, high = (format_value(one, kpi.display, settings(ws).currency) for one in quartiles)
    reps, values = counts
    who = f"{reps} comparable {'rep' if reps == 1 else 'reps'}{f' ({traits})' if traits else ''}"
    each = "period" if first.grain == "span" else first.grain
    times = f"{values} {each if values == 1 else f'{each}s'}"
    return f"{who}, {times}: the middle is {middle}, half lie from {low} to {high}."


def recently(
    ws: Workspace, kpi: Kpi, wanted: Sequence[Scope], period: Period
) -> tuple[list[float], list[float], tuple[Period, ...]]:
    """What scopes came to in the last four whole periods together, their rows, and which periods these are."""
    last = _last_whole(ws, period)
    if not last:
        return [0.0] * len(wanted), [0.0] * len(wanted), (shift(period, -1, settings(ws)),)
    grid = engine.evaluate(evaluator(ws), [(kpi, formula_of(ws, kpi, period))], tuple(wanted), last)
    results = [[grid.result(0, s, p) for p in range(len(last))] for s in range(len(wanted))]
    values = [math.fsum(max(one.value or 0.0, 0.0) for one in row) for row in results]
    rows = [math.fsum(one.n if one.denominator is None else one.denominator for one in row) for row in results]
    return values, rows, last


def implied_value(ws: Workspace, kpi_id: str, period: Period, values: Mapping[Scope, float]) -> float | None:
    """What targets of parts mean for the rate of the whole, by the rows that each part had lately; None without any."""
    kpi = definition_in_force(ws, find_kpi(ws, kpi_id), period)
    _, rows, _ = recently(ws, kpi, list(values), period)
    return mean_by(list(values.values()), rows)
