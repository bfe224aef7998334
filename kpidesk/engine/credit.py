"""Who is credited with a row: as it was on the day, with the shares of deals that several people share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from kpidesk.engine.days import NO_DAY
from kpidesk.engine.deal_columns import FIELD_NAMES
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import LOST, WON, column
from kpidesk.engine.records import stating
from kpidesk.engine.tables import FactTable
from kpidesk.engine.values import Ints, order_of_days, ranges, same, taken_from


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Rows with the people credited with them, one entry for each.

    `weight` counts parts (`Facts.whole` of them make one row). For dated rows `day` is the attribution day and
    `team` the person's team on it (or the team that bears a row which names nobody), looked up when first asked for,
    and entries are in the order of days; for states both are left at zero, and an entry holds on the days `start` to
    `end` (exclusive).
    """

    row: Ints
    person: Ints
    weight: Ints
    day: Ints
    team: Callable[[], Ints]
    start: Ints
    end: Ints

    def take(self, index: Ints) -> Entries:
        """Some of the entries."""
        start, end = (self.start[index], self.end[index]) if len(self.start) else (self.start, self.end)
        return Entries(
            self.row[index],
            self.person[index],
            taken_from(self.weight, index),
            taken_from(self.day, index),
            cache(lambda: taken_from(self.team(), index)),
            start,
            end,
        )


def dated_entries(facts: Facts, field: str, credit: str, within: tuple[int, int] | None = None) -> Entries:
    """Every deal that has this date, credited as it was on that day; those `within` two days (the last exclusive).

    The owner is that of the version in force on the day. Where that version does not state the date yet, as when
    a deal was closed between two imports, it is the earliest later version that does.
    """
    name = FIELD_NAMES.get(field, field)
    days = facts.deals.column(name).data
    row = np.flatnonzero(~np.isnan(days) if within is None else (days >= within[0]) & (days < within[1]))
    day = days[row].astype(np.int64)
    version = _stating_version(facts, name, row, day)
    value = _credited(facts, row, facts.versions.value[version], credit)
    return _by_day(facts, row, value, day, credit)


def undated_deals(facts: Facts, row: Ints, credit: str) -> Entries:
    """Some deals without a date, each credited to those whose it is on the day of the newest data."""
    value = facts.versions.value[facts.versions.newest[row]]
    return _by_day(facts, row, _credited(facts, row, value, credit), same(facts.newest_data, len(row)), credit)


def undated_visits(facts: Facts, row: Ints, credit: str) -> Entries:
    """Some visits without a date, each credited to those whose deal it is in the version that shows it."""
    visits = facts.visits()
    value = facts.past.versions.value[visits.version[row]]
    return _by_day(facts, row, value, same(facts.newest_data, len(row)), credit)


def undated_rows(facts: Facts, table: FactTable, field: str, row: Ints) -> Entries:
    """Some rows of a table without this date, each credited to whoever it belongs to on the day of the newest data."""
    return _of_table(facts, table, field, row, same(facts.newest_data, len(row)))


def visit_entries(facts: Facts, field: str, credit: str) -> Entries:
    """Every visit whose date is known, credited to the owner as it was on that day.

    The entry belongs to the owner in the version that shows it, the exit to the owner in the version that shows the
    deal elsewhere: who moved it on or lost it. Up to the day of the first export it is not known what came and went
    but of deals that have a history of their stages.
    """
    visits = facts.visits()
    days = facts.visit_rows().column(field).data
    row = np.flatnonzero(days > np.where(facts.past.is_told[visits.deal], NO_DAY, facts.first_data))
    day = days[row].astype(np.int64)
    value = facts.past.versions.value
    if field == "entered_at":
        version = visits.version[row]
    elif field == "exited_at":
        version = visits.exit_version[row]
    else:
        name, value = field.removeprefix("deal."), facts.versions.value
        version = _stating_version(facts, FIELD_NAMES.get(name, name), visits.deal[row], day)
    return _by_day(facts, row, value[version], day, credit)


def _by_day(facts: Facts, row: Ints, value: Ints, day: Ints, credit: str) -> Entries:
    """Rows credited by these values, in the order of days."""
    row, person, weight, source = _shared(facts, row, value, credit)
    day = day[source]
    order = order_of_days(day)
    row, person, weight, day = row[order], person[order], taken_from(weight, order), day[order]
    nothing = np.zeros(0, dtype=np.int64)
    return Entries(row, person, weight, day, cache(lambda: facts.crew.team_on(person, day)), nothing, nothing)


def state_entries(facts: Facts, credit: str) -> Entries:
    """Every state of every deal, credited to the owner of its version."""
    rows = np.arange(len(facts.states.version))
    past = facts.past.versions
    value = _credited(facts, past.deal[facts.states.version], past.value[facts.states.version], credit)
    row, person, weight, _ = _shared(facts, rows, value, credit)
    nothing = same(0, len(row))
    return Entries(row, person, weight, nothing, lambda: nothing, facts.states.start[row], facts.states.end[row])


def table_entries(facts: Facts, table: FactTable, field: str) -> Entries:
    """Every row of a table that has this date, credited to whoever it belonged to on that day."""
    days = table.rows.column(field).data
    row = np.flatnonzero(~np.isnan(days))
    row = row[order_of_days(days[row])]
    return _of_table(facts, table, field, row, days[row].astype(np.int64))


def _of_table(facts: Facts, table: FactTable, field: str, row: Ints, day: Ints) -> Entries:
    """Rows of a table, credited to whoever each belonged to on its day."""
    person = table.whose(field, row, day)
    nothing = np.zeros(0, dtype=np.int64)

    @cache
    def team() -> Ints:
        theirs = facts.crew.team_on(person, day)
        return theirs if table.team is None else np.where(person == 0, table.team[row], theirs)

    return Entries(row, person, same(facts.whole, len(row)), day, team, nothing, nothing)


def table_states(facts: Facts, table: FactTable) -> Entries:
    """Every row of a table with the days on which it is in force, credited to whoever it belonged to then."""
    row, person, start, end = table.states()
    nothing = same(0, len(row))
    return Entries(row, person, same(facts.whole, len(row)), nothing, lambda: nothing, start, end)


def _credited(facts: Facts, deal: Ints, value: Ints, credit: str) -> Ints:
    """The value of each deal whose owner, or owners with their shares, are credited.

    `value` are those of the day, which decide on the owner and the creator; `opener` goes by the version in force when
    the deal was created, `current` by the newest one.
    """
    versions = facts.versions
    if credit == "opener":
        said = facts.created[versions.deal]  # every version may decide: it need not state when the deal was created
        opening = stating(versions.deal, versions.start, versions.newest, said, deal, facts.created[deal])
        return versions.value[opening]
    return versions.value[versions.newest[deal]] if credit == "current" else value


def _stating_version(facts: Facts, name: str, deal: Ints, day: Ints) -> Ints:
    """The version that decides on credit for each deal and day."""
    versions = facts.versions
    return stating(versions.deal, versions.start, versions.newest, _said(facts, name), deal, day)


def _said(facts: Facts, name: str) -> Ints:
    """What each version states as the date of the event."""
    versions = facts.versions
    if name == "closed_at":
        return np.where((versions.outcome == WON) | (versions.outcome == LOST), versions.closed, NO_DAY)
    if name == "stage_entered_at":
        return versions.stage_since
    return column(facts.columns, name, versions.value, NO_DAY).astype(np.int64)


def _shared(facts: Facts, row: Ints, value: Ints, credit: str) -> tuple[Ints, Ints, Ints, Ints]:
    """Row, person and parts of each entry, and the place it came from."""
    whole = same(facts.whole, len(row))
    source = np.arange(len(row))
    if credit == "creator":
        return row, facts.creator[value], whole, source
    person, splits = facts.owner[value], facts.splits
    if not len(splits.value):
        return row, person, whole, source
    at = np.searchsorted(splits.value, value)
    is_split = splits.value[np.minimum(at, len(splits.value) - 1)] == value
    is_split &= at < len(splits.value)
    alone, several = np.flatnonzero(~is_split), np.flatnonzero(is_split)
    start, end = splits.at[at[several]], splits.at[at[several] + 1]
    again = np.repeat(several, end - start)
    picked = ranges(start, end)
    source = np.concatenate((alone, again))
    return (
        row[source],
        np.concatenate((person[alone], splits.person[picked])),
        np.concatenate((whole[alone], splits.share[picked])),
        source,
    )
