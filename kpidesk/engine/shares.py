"""The deals that several people share, in parts of a whole."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np

from kpidesk.core.curation import Curation
from kpidesk.core.records import MILLION
from kpidesk.engine.crew import Crew
from kpidesk.engine.values import Ints


@dataclass(frozen=True, slots=True, eq=False)
class Splits:
    """Deals that several people share: `person[at[i]:at[i + 1]]` share value `value[i]`, in parts of a whole."""

    value: Ints
    at: Ints
    person: Ints
    share: Ints


def read_splits(curation: Curation, crew: Crew) -> tuple[Splits, int]:
    """The shares of every shared value, and the parts of a whole that make all of them whole numbers."""
    unit = MILLION
    for shares in curation.splits.values():
        for _, share in shares:
            unit = gcd(unit, share)
    values, bounds, people, parts = [], [0], [], []
    for value in sorted(curation.splits):
        together: dict[int, int] = {}
        for alias, share in curation.splits[value]:
            person = crew.person_row.get(curation.people.get(alias, 0), 0)
            together[person] = together.get(person, 0) + share // unit
        values.append(value)
        people += list(together)
        parts += list(together.values())
        bounds.append(len(people))
    arrays = (np.array(one, dtype=np.int64) for one in (values, bounds, people, parts))
    return Splits(*arrays), MILLION // unit
