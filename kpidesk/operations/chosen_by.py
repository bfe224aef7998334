"""How the values that stand alone in a breakdown were chosen, as the numbers of a receipt code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import get_args

from kpidesk.core.errors import UserError
from kpidesk.core.parts import ChosenBy, Part
from kpidesk.core.people import ScopeKind
from kpidesk.core.periods import GRAINS, Period, period_of, run_of, shift, span_period
from kpidesk.core.scorecards import Question
from kpidesk.operations.workspace import Workspace, scopes, settings

RUN, TWO_PERIODS, TWO_SCOPES = range(3)
"""Chosen by periods that follow one another, by the period and any other, or by the scope and another."""
FIXED = {RUN: 3, TWO_PERIODS: 4, TWO_SCOPES: 4}
"""How many numbers say so; after them comes for each part how many values stand alone, 0 for one that is no rest."""
MOST_PERIODS = 1000
"""Nobody breaks a number down over more."""
_KINDS: tuple[ScopeKind, ...] = get_args(ScopeKind)


def chosen_numbers(ws: Workspace, asked: Question, parts: Sequence[Part]) -> tuple[int, ...]:
    """The numbers that say how the values beside a rest were chosen; none where no part is a rest of known choice."""
    chosen = next((one.chosen_by for one in parts if one.chosen_by is not None), None)
    if chosen is None:
        return ()
    said = _scope_numbers(asked, chosen) if len(chosen.scopes) > 1 else _period_numbers(ws, asked, chosen)
    if not said or chosen_by(ws, asked, said) != chosen:
        return ()
    return (*said, *(len(one.listed) if one.chosen_by is not None else 0 for one in parts))


def _period_numbers(ws: Workspace, asked: Question, chosen: ChosenBy) -> tuple[int, ...]:
    own, periods = asked.period, chosen.periods
    if own not in periods:
        return ()
    later = len(periods) - 1 - periods.index(own)
    if len(periods) <= MOST_PERIODS and _run(ws, own, later, len(periods)) == periods:
        return RUN, later, len(periods)
    if len(periods) != 2:
        return ()
    other = periods[later]  # of two, as many places from the front as the own one is from the end
    days = (other.start - own.start).days
    length = other.days if other.grain == "span" else 0
    return TWO_PERIODS, GRAINS.index(other.grain), 2 * abs(days) + (days < 0), length


def _scope_numbers(asked: Question, chosen: ChosenBy) -> tuple[int, ...]:
    if asked.scope not in chosen.scopes:
        return ()
    place = chosen.scopes.index(asked.scope)
    other = chosen.scopes[1 - place]
    return TWO_SCOPES, place, _KINDS.index(other.kind), other.id


def counts_alone(numbers: Sequence[int]) -> tuple[int, ...]:
    """How many values stand alone beside each part, as the numbers of a code say; empty where they say nothing."""
    return tuple(numbers[FIXED[numbers[0]] :]) if numbers and numbers[0] in FIXED else ()


def chosen_by(ws: Workspace, asked: Question, numbers: Sequence[int]) -> ChosenBy | None:
    """How the values that stand alone were chosen; None where the numbers say nothing that there is."""
    if not numbers or len(numbers) < FIXED.get(numbers[0], len(numbers) + 1):
        return None
    way, *more = numbers
    if way == TWO_SCOPES:
        return _by_scopes(ws, asked, *more[:3])
    try:
        periods = _run(ws, asked.period, *more[:2]) if way == RUN else _two_periods(ws, asked.period, *more[:3])
    except (IndexError, OverflowError, ValueError, UserError):  # no code of the app says so
        return None
    return ChosenBy(periods, (asked.scope,))


def _by_scopes(ws: Workspace, asked: Question, place: int, kind: int, number: int) -> ChosenBy | None:
    every = scopes(ws).scopes()
    other = next((one for one in every if (_KINDS.index(one.kind), one.id) == (kind, number)), None)
    if other is None:
        return None
    return ChosenBy((asked.period,), (other, asked.scope) if place else (asked.scope, other))


def _run(ws: Workspace, own: Period, later: int, count: int) -> tuple[Period, ...]:
    if count > MOST_PERIODS:
        raise ValueError(count)
    return run_of(shift(own, later, settings(ws)), count, settings(ws))


def _two_periods(ws: Workspace, own: Period, grain: int, days: int, length: int) -> tuple[Period, ...]:
    start = own.start + timedelta(days=-(days // 2) if days % 2 else days // 2)
    if length:
        other = span_period(start, start + timedelta(days=length - 1))
    else:
        other = period_of(start, GRAINS[grain], settings(ws))
    return tuple(sorted((own, other), key=lambda one: one.start))
