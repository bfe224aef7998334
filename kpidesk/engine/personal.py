"""What is said of the person that a row is credited to: their role, territory and motion on the day."""

from __future__ import annotations

import numpy as np

from kpidesk.core.people import Person, WordSince
from kpidesk.engine.days import day_number
from kpidesk.engine.facts import Facts
from kpidesk.engine.values import Floats, Ints


def words_of(facts: Facts, field: str) -> tuple[str, ...]:
    """The different roles (`rep.role`), territories or motions of all people, in alphabetical order."""
    return tuple(sorted({word for person in facts.crew.organisation.people for word in _of(person, field) if word}))


def numbers_of(facts: Facts, field: str, people: Ints, days: Ints) -> Floats:
    """The place, among the words of a field, of what is said of each person on each day; NaN where nothing is.

    `people` are numbered as the crew numbers them.
    """
    place = {word: float(at) for at, word in enumerate(words_of(facts, field))}
    present = np.full(len(facts.crew.people) + 1, np.nan)
    found = facts.crew.person_row
    for person in facts.crew.organisation.people:
        present[found[person.id]] = place.get(_of(person, field)[0], np.nan)
    numbers = present[people]
    for person in facts.crew.organisation.people:
        if since := _since(person, field):
            mine = people == found[person.id]
            starts = [day_number(one.start) for one in since]
            then = np.array([place.get(one.word, np.nan) for one in since])
            numbers[mine] = then[np.maximum(np.searchsorted(starts, days[mine], side="right") - 1, 0)]
    return numbers


def _of(person: Person, field: str) -> tuple[str, ...]:
    """What is said of a person, now and ever."""
    present = {"rep.role": person.role, "rep.territory": person.territory, "rep.motion": person.motion}[field]
    return (present, *(one.word for one in _since(person, field)))


def _since(person: Person, field: str) -> tuple[WordSince, ...]:
    return {"rep.role": person.roles, "rep.territory": person.territories, "rep.motion": person.motions}[field]
