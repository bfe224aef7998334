"""What is said of the person that a row is credited to: their role on the day, their territory and their motion."""

from __future__ import annotations

import numpy as np

from kpidesk.core.people import Person
from kpidesk.engine.days import day_number
from kpidesk.engine.facts import Facts
from kpidesk.engine.values import Floats, Ints


def words_of(facts: Facts, field: str) -> tuple[str, ...]:
    """The different roles (`rep.role`), territories or motions of all people, in alphabetical order."""
    return tuple(sorted({word for person in facts.crew.organisation.people for word in _of(person, field) if word}))


def numbers_of(facts: Facts, field: str, people: Ints, days: Ints) -> Floats:
    """The place, among the words of a field, of what is said of each person on each day; NaN where nothing is.

    `people` are numbered as the crew numbers them. Territory and motion are the present ones.
    """
    place = {word: float(at) for at, word in enumerate(words_of(facts, field))}
    present = np.full(len(facts.crew.people) + 1, np.nan)
    found = facts.crew.person_row
    for person in facts.crew.organisation.people:
        present[found[person.id]] = place.get(_of(person, field)[0], np.nan)
    numbers = present[people]
    for person in facts.crew.organisation.people if field == "rep.role" else ():
        if person.roles:
            mine = people == found[person.id]
            starts = [day_number(one.start) for one in person.roles]
            then = np.array([place.get(one.role, np.nan) for one in person.roles])
            numbers[mine] = then[np.maximum(np.searchsorted(starts, days[mine], side="right") - 1, 0)]
    return numbers


def _of(person: Person, field: str) -> tuple[str, ...]:
    if field == "rep.role":
        return (person.role, *(one.role for one in person.roles))
    return (person.territory,) if field == "rep.territory" else (person.motion,)
