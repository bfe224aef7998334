"""When a deal came to the stage that was promised for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from kpidesk.core.texts import folded
from kpidesk.engine.days import NO_DAY, day_number, day_of
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import OPEN, WON, column
from kpidesk.engine.standing import Standing, standing, version_on

WON_WORD, LOST_WORD = "won", "lost"


@dataclass(frozen=True, slots=True)
class Course:
    """How a deal stands now, how it stood when the promise was made (None: not known), and if it is still listed.

    `came` is how it stood when it first had come to the stage, on day `on`; None where it has not. `is_dated`: the
    file tells that day, else it is the data date and `short` is how the deal stood last before. `back` is the day
    since which it stands again where it stood before it came, or is not won any more; None where that is not so.
    """

    now: Standing
    then: Standing | None
    is_listed: bool
    came: Standing | None = None
    on: date | None = None
    is_dated: bool = False
    short: Standing | None = None
    back: date | None = None

    @property
    def was_there(self) -> bool:
        """Whether the deal stood there already when the promise was made."""
        return self.came is not None and self.came == self.then


def course_of(facts: Facts, deal_id: int, stage: str, made: date | None) -> Course | None:
    """How a deal has gone towards a stage (or `won`) since the data date `made`; None when no export shows it.

    It has come there with the first version, from the one in force at the promise on, that shows it in that stage or
    won. The day is that on which it was won or entered the stage as the file states it, else the data date.
    """
    row = int(np.searchsorted(facts.ids, deal_id))
    if row >= len(facts.ids) or facts.ids[row] != deal_id:
        return None
    versions = facts.versions
    first, newest = int(versions.first[row]), int(versions.newest[row])
    then = -1 if made is None else int(version_on(facts, np.array([row]), day_number(made))[0])
    listed = bool(facts.missing[row] > facts.newest_data)
    before = standing(facts, then) if then >= 0 else None
    now, wanted = standing(facts, newest), folded(stage)
    for version in range(max(then, first), newest + 1):
        if _is_there(facts, version, wanted):
            came = standing(facts, version)
            said = _said(facts, version)
            short = standing(facts, version - 1) if version > first else None
            back = _back_since(facts, range(first, version), newest, wanted)
            return Course(now, before, listed, came, said or came.seen, said is not None, short, back)
    return Course(now, before, listed)


def _back_since(facts: Facts, before: range, newest: int, wanted: str) -> date | None:
    """Since when a deal stands again as it did in the versions before it came; a stage beyond is no way back."""
    if _is_there(facts, newest, wanted):
        return None
    here = _place(facts, newest)
    if wanted != WON_WORD and (here == LOST_WORD or here not in {_place(facts, version) for version in before}):
        return None
    since = newest
    while since > before.stop and _place(facts, since - 1) == here:
        since -= 1
    now = standing(facts, newest)
    said = now.closed_on if now.outcome == LOST_WORD else _said(facts, newest)
    return said or standing(facts, since).seen


def _place(facts: Facts, version: int) -> str:
    """Where a version shows a deal: won, lost or its stage as it is compared."""
    shown = standing(facts, version)
    return folded(shown.stage) if shown.outcome not in (WON_WORD, LOST_WORD) else shown.outcome


def _is_there(facts: Facts, version: int, wanted: str) -> bool:
    outcome = facts.versions.outcome[version]
    return bool(outcome == WON or (outcome == OPEN and folded(standing(facts, version).stage) == wanted))


def _said(facts: Facts, version: int) -> date | None:
    """The day that the file states, unless it lies after the data."""
    versions = facts.versions
    if versions.outcome[version] == WON:
        said = int(versions.closed[version])
    else:
        said = int(column(facts.columns, "stage_entered_at", versions.value[version : version + 1], NO_DAY)[0])
    return None if said == NO_DAY or said > int(versions.seen[version]) else day_of(said)
