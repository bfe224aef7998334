"""Of how many parts of a period quotas are known, where a file tells them by week, month or quarter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kpidesk.core.periods import Grain, Period, periods_in
from kpidesk.engine.absences import absences_of
from kpidesk.engine.days import FAR, day_number
from kpidesk.engine.facts import Facts
from kpidesk.engine.values import Ints

_STEPS: tuple[tuple[Grain, int, int], ...] = (("week", 6, 8), ("month", 26, 37), ("quarter", 80, 100))
"""How many days lie between two quotas that follow one another, at the least and the most, the finest grain first."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """Quotas of `known` parts of a period of which `needed` are to be known; the parts are of a `grain`."""

    known: int
    needed: int
    grain: Grain

    @property
    def words(self) -> str:
        """As it stands behind a target that is missing: "a quota is known for 1 of 3 months"."""
        return f"a quota is known for {self.known} of {self.needed} {self.grain}s"


def lacking(facts: Facts, whose: Ints, day: Ints, period: Period) -> dict[int, Lacking]:
    """Whose quotas tell of some parts of a period and not of all, by row of an answer.

    `whose` (rows of an answer) and `day` (their first days) are those of all quotas of the files. A part in which a rep
    is not there for a day needs none. Where no two quotas of one follow one another, the finest grain of the others
    counts.
    """
    start, end = day_number(period.start), day_number(period.end)
    whose, day = _each_once(whose, day)
    grains, found = _grains(whose, day), dict[int, Lacking]()
    rows, counts = np.unique(whose[(day >= start) & (day < end)], return_counts=True)
    parts = {one: _parts(facts, period, one) for one in set(grains.values())}
    for row, known in zip(rows.tolist(), counts.tolist(), strict=True):
        grain = grains.get(row)
        if grain is not None and known < len(parts[grain]) and known < (needed := _needed(facts, row, parts[grain])):
            found[row] = Lacking(known, needed, grain)
    return found


def _each_once(whose: Ints, day: Ints) -> tuple[Ints, Ints]:
    """The days of everybody in order, each once."""
    order = np.lexsort((day, whose))
    whose, day = whose[order], day[order]
    is_new = np.ones(len(day), dtype=np.bool_)
    is_new[1:] = (np.diff(whose) != 0) | (np.diff(day) != 0)
    return whose[is_new], day[is_new]


def _parts(facts: Facts, period: Period, grain: Grain) -> list[tuple[int, int]]:
    """The parts that begin in a period, as first day and the day after the last."""
    every = periods_in(period, grain, facts.settings)
    return [(day_number(one.start), day_number(one.end)) for one in every if period.start <= one.start < period.end]


def _grains(whose: Ints, day: Ints) -> dict[int, Grain]:
    """The grain of everybody's quotas, by row of an answer; days in order, each once for everybody."""
    if not len(whose):
        return {}
    follows, steps = np.diff(whose) == 0, np.diff(day)
    finest = np.full(int(whose.max()) + 1, len(_STEPS))
    for place, (_, least, most) in reversed([*enumerate(_STEPS)]):
        finest[whose[1:][follows & (steps >= least) & (steps <= most)]] = place
    usual = int(finest.min())
    if usual == len(_STEPS):
        return {}
    finest[finest == len(_STEPS)] = usual
    return {row: _STEPS[finest[row]][0] for row in np.unique(whose).tolist()}


def _needed(facts: Facts, row: int, parts: list[tuple[int, int]]) -> int:
    """On how many of the parts whoever stands in a row is there; all of them for a team and the whole."""
    crew = facts.crew
    if row <= crew.first_rep:
        return len(parts)
    number = crew.people[row - crew.first_rep - 1]
    person = next(one for one in crew.organisation.people if one.id == number)
    hired = -FAR if person.hire_at is None else day_number(person.hire_at)
    left = FAR if person.end_at is None else day_number(person.end_at)
    away = absences_of(facts).get(number, ())
    return sum(
        start < left and end > hired and not any(begins <= start and ends >= end for begins, ends in away)
        for start, end in parts
    )
