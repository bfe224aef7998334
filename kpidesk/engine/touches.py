"""When something last happened with a deal: as its file says, or by the activities that belong to it."""

from __future__ import annotations

import numpy as np

from kpidesk.engine.days import NO_DAY
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import column
from kpidesk.engine.tables import index_of
from kpidesk.engine.values import Ints

NOT_HELD = ("planned", "no_show", "cancelled")


def last_touch(facts: Facts, deal: Ints) -> Ints:
    """The later of the last activity in the file of deals and the newest activity that took place, as day numbers.

    A deal was touched when it was created: an activity before, with the contact or an earlier deal, says less of it.
    `deal` are rows among the facts; NO_DAY where nothing tells of any activity.
    """
    newest = facts.versions.value[facts.versions.newest[deal]]
    said, created = (
        column(facts.columns, name, newest, NO_DAY).astype(np.int64) for name in ("last_activity_at", "created_at")
    )
    last = np.maximum(said, _newest_held(facts)[deal]) if facts.tables.has("activities") else said
    return np.where(last == NO_DAY, NO_DAY, np.maximum(last, created))


def deals_touched(facts: Facts, activities: Ints) -> Ints:
    """The number of the deal that each activity, by its number, belongs to as the engine counts it; 0 for none."""
    table = facts.tables.table("activities")
    at = table.index(activities.astype(np.float64))
    deal = np.nan_to_num(table.rows.column("deal").data[at])
    return np.where((at >= 0) & (deal > 0), deal, 0).astype(np.int64)


def _newest_held(facts: Facts) -> Ints:
    """By deal the day of the newest activity that took place up to the newest data of activities."""
    rows, words = facts.tables.table("activities").rows, facts.tables.cells.words
    day, deal = rows.column("occurred_at").data, index_of(facts.ids, rows.column("deal").data)
    off = np.isin(rows.column("status").data, [words.place(one) for one in NOT_HELD])
    counts = np.flatnonzero((deal >= 0) & ~off & (day <= facts.tables.newest("activities")))
    found = np.full(len(facts.ids), NO_DAY, dtype=np.int64)
    np.maximum.at(found, deal[counts], day[counts].astype(np.int64))
    return found
