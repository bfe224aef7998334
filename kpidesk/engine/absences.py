"""When people were away, from the absences of the files."""

from __future__ import annotations

import numpy as np

from kpidesk.engine.days import NO_DAY
from kpidesk.engine.facts import Facts
from kpidesk.engine.records import person_rows

Spell = tuple[int, int]
"""First day and the day after the last one, as day numbers."""


def absences_of(facts: Facts) -> dict[int, tuple[Spell, ...]]:
    """The absences of everybody by the number of the person; one without a last day is of one day."""
    tables, crew = facts.tables, facts.crew
    if not tables.has("absences"):
        return {}
    records = tables.records("absences")
    who = person_rows(records.columns, "person", tables.cells.curation, crew)[records.now]
    start, end = records.raw("starts_at"), records.raw("ends_at")
    end = np.where(end == NO_DAY, start, end)
    found: dict[int, list[Spell]] = {}
    for at in np.flatnonzero((who > 0) & (start != NO_DAY) & (end >= start)):
        person = crew.people[int(who[at]) - 1]
        found.setdefault(person, []).append((int(start[at]), int(end[at]) + 1))
    return {person: tuple(sorted(spells)) for person, spells in found.items()}
