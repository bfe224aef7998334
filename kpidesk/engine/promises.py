"""When a deal came to the stage that was promised for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from kpidesk.engine.days import NO_DAY, day_number, day_of
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import OPEN, WON, column
from kpidesk.engine.standing import Standing, standing, version_on
from kpidesk.engine.values import NotComputableError


@dataclass(frozen=True, slots=True)
class Course:
    """How a deal stands now, how it stood when the promise was made (None: not known), and if it is still listed.

    `came` is how it stood when it first had come to the stage, on day `on`; None where it has not.
    """

    now: Standing
    then: Standing | None
    is_listed: bool
    came: Standing | None = None
    on: date | None = None


def course_of(facts: Facts, deal_id: int, stage: str, made: date | None) -> Course | None:
    """How a deal has gone towards a stage (or `won`) since the data date `made`; None when no export shows it.

    It has come there with the first version that shows it in that stage, in a later one by the order of the stages of
    its pipeline, or won. The day is that on which it was won or entered the stage as the file states it, else the data
    date.
    """
    row = int(np.searchsorted(facts.ids, deal_id))
    if row >= len(facts.ids) or facts.ids[row] != deal_id:
        return None
    versions = facts.versions
    first, newest = int(versions.first[row]), int(versions.newest[row])
    then = -1 if made is None else int(version_on(facts, np.array([row]), day_number(made))[0])
    listed = bool(facts.missing[row] > facts.newest_data)
    before = standing(facts, then) if then >= 0 else None
    reached = _goal(facts, row, stage)
    for version in range(max(then, first), newest + 1):
        if reached(version):
            return Course(standing(facts, newest), before, listed, standing(facts, version), _day(facts, version))
    return Course(standing(facts, newest), before, listed)


def _goal(facts: Facts, row: int, stage: str) -> Callable[[int], bool]:
    """Whether a version shows the deal where it was promised to be, or beyond."""
    outcome, wanted = facts.versions.outcome, stage.casefold()
    places = stages_of(facts, row)

    def reached(version: int) -> bool:
        if outcome[version] != OPEN:
            return bool(outcome[version] == WON)
        here = standing(facts, version).stage.casefold()
        return here == wanted or places.get(here, 0) >= places.get(wanted, len(places) + 1)

    return reached


def stages_of(facts: Facts, row: int) -> dict[str, int]:
    """The position of each stage of the pipeline of a deal, by its name in small letters; empty when not known."""
    words = facts.deals.column("stage").words
    try:
        visits = facts.visits()
    except NotComputableError:
        return {}
    mine = np.flatnonzero(visits.deal == row)
    if words is None or not len(mine):
        return {}
    inside = visits.pipeline == visits.pipeline[mine[-1]]
    pairs = set(zip(visits.stage[inside].tolist(), visits.position[inside].tolist(), strict=True))
    return {words.folded[place]: position for place, position in pairs}


def _day(facts: Facts, version: int) -> date:
    versions = facts.versions
    seen = int(versions.seen[version])
    if versions.outcome[version] == WON:
        said = int(versions.closed[version])
    else:
        said = int(column(facts.columns, "stage_entered_at", versions.value[version : version + 1], NO_DAY)[0])
    return day_of(seen if said == NO_DAY else min(said, seen))
