"""The share of deals with nothing wrong, for every scope, as of the newest data."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from kpidesk.core.people import ORG
from kpidesk.engine.answers import Answer, Reasons, constant
from kpidesk.engine.days import NO_DAY, Window
from kpidesk.engine.facts import Facts
from kpidesk.engine.standing import deals_held_by
from kpidesk.engine.values import Floats, Ints, Mask

Checker = Callable[[Facts], tuple[Ints, Mask]]
"""Gives the deals that are looked at (by row) and which of them have nothing wrong."""


def by_rules(facts: Facts) -> tuple[Ints, Mask]:
    """The deals that are looked at and which of them break no rule that the columns can tell."""
    from kpidesk.engine.hygiene import check_hygiene  # only hygiene asks for it

    checked = check_hygiene(facts, ORG)
    return checked.deal, ~checked.broken


def share_in_order(facts: Facts, check: Checker, windows: Sequence[Window], why: Reasons) -> Answer:
    """Deals in order over those looked at, by scope; only a window that holds the newest data has a value.

    A deal counts whole for everyone who owns or shares it by its newest version, and for the teams they are in on the
    day of the newest data.
    """
    answer = constant((facts.crew.rows, len(windows)), np.nan)
    n, numerator, denominator = (np.zeros_like(answer.value) for _ in range(3))
    newest = facts.newest_data
    current = [at for at, one in enumerate(windows) if newest != NO_DAY and one.start <= newest < one.end]
    reasons = why.row("deals in order are known only for the period that holds the newest data" for _ in windows)
    answer.why[:] = reasons
    if current:
        clean, all_of_them = _counts(facts, check)
        value = np.where(all_of_them > 0, clean / np.maximum(all_of_them, 1), np.nan)
        for at in current:
            numerator[:, at], denominator[:, at], n[:, at] = clean, all_of_them, all_of_them
            answer.value[:, at] = value
            answer.why[:, at] = np.where(np.isnan(value), why.number("no deal is open or was closed in a year"), 0)
    return Answer(answer.value, n, answer.why, answer.notices, answer.begins, numerator, denominator)


def looked_at(facts: Facts, check: Checker, row: int) -> tuple[Ints, Mask]:
    """The deals (by row of the facts) that a row of an answer is looked at for, and which of them are in order."""
    deal, good = check(facts)
    held = _held(facts, deal, row)
    return deal[held], good[held]


def _held(facts: Facts, deal: Ints, row: int) -> Mask:
    return np.ones(len(deal), dtype=np.bool_) if row == 0 else deals_held_by(facts, _people(facts, row))[deal]


def _counts(facts: Facts, check: Checker) -> tuple[Floats, Floats]:
    """How many deals are in order and how many are looked at, by row of an answer."""
    deal, good = check(facts)
    found = np.zeros((2, facts.crew.rows))
    for row in range(facts.crew.rows):
        held = _held(facts, deal, row)
        found[:, row] = (held & good).sum(), held.sum()
    return found[0], found[1]


def _people(facts: Facts, row: int) -> Mask:
    """The people (by row, 0 for nobody) whose deals a row of an answer holds."""
    crew = facts.crew
    people = np.arange(len(crew.people) + 1)
    if row >= crew.first_rep:
        return np.asarray(people == row - crew.first_rep, dtype=np.bool_)
    return np.asarray(crew.holding[crew.team_on(people, facts.newest_data), row - 1] > 0, dtype=np.bool_)
