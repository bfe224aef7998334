"""Who is credited with a row: as it was on the day, with the shares of deals that several people share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kpidesk.engine.days import NO_DAY
from kpidesk.engine.facts import FIELD_NAMES, Facts
from kpidesk.engine.history import LOST, WON, column
from kpidesk.engine.values import Ints, ranges


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Rows with the people credited with them, one entry for each.

    `weight` counts parts (`Facts.whole` of them make one row). For dated rows `day` is the attribution day and
    `team` the person's team on it, and entries are in the order of days; for states both are left at zero.
    """

    row: Ints
    person: Ints
    weight: Ints
    day: Ints
    team: Ints


def dated_entries(facts: Facts, field: str, credit: str) -> Entries:
    """Every deal that has this date, credited as it was on that day.

    The owner is that of the version in force on the day. Where that version does not state the date yet, as when
    a deal was closed between two imports, it is the earliest later version that does.
    """
    name = FIELD_NAMES.get(field, field)
    days = facts.deals.column(name).data
    row = np.flatnonzero(~np.isnan(days))
    day = days[row].astype(np.int64)
    version = _stating_version(facts, name, row, day)
    value = facts.versions.value[version]
    return _by_day(facts, row, value, day, credit)


def visit_entries(facts: Facts, field: str, credit: str) -> Entries:
    """Every visit that has this date after the day of the first export, credited to the owner as it was on that day.

    The entry belongs to the owner in the version that shows it, the exit to the owner in the version that shows the
    deal elsewhere: who moved it on or lost it. Before the first export it is not known what came and went.
    """
    visits = facts.visits()
    days = facts.visit_rows().column(field).data
    row = np.flatnonzero(days > facts.first_data)
    day = days[row].astype(np.int64)
    if field == "entered_at":
        version = visits.version[row]
    elif field == "exited_at":
        version = visits.exit_version[row]
    else:
        name = field.removeprefix("deal.")
        version = _stating_version(facts, FIELD_NAMES.get(name, name), visits.deal[row], day)
    return _by_day(facts, row, facts.versions.value[version], day, credit)


def _by_day(facts: Facts, row: Ints, value: Ints, day: Ints, credit: str) -> Entries:
    """Rows credited by these values, in the order of days."""
    row, person, weight, source = _shared(facts, row, value, credit)
    day = day[source]
    order = np.argsort(day, kind="stable")
    row, person, weight, day = row[order], person[order], weight[order], day[order]
    return Entries(row, person, weight, day, facts.crew.team_on(person, day))


def state_entries(facts: Facts, credit: str) -> Entries:
    """Every state of every deal, credited to the owner of its version."""
    rows = np.arange(len(facts.states.version))
    value = facts.versions.value[facts.states.version]
    row, person, weight, _ = _shared(facts, rows, value, credit)
    nothing = np.zeros(len(row), dtype=np.int64)
    return Entries(row, person, weight, nothing, nothing)


def _stating_version(facts: Facts, name: str, deal: Ints, day: Ints) -> Ints:
    """The version that decides on credit for each deal and day."""
    versions = facts.versions
    newest = versions.newest[deal]
    if len(versions.deal) == len(facts.ids):
        return newest
    said = _said(facts, name)
    wanted = np.full(len(facts.ids), NO_DAY, dtype=np.int64)
    wanted[deal] = day
    knows = said == wanted[versions.deal]
    knows[versions.newest] = True
    place = np.where(knows, np.arange(len(knows)), len(knows))
    following = np.minimum.accumulate(place[::-1])[::-1]
    width = 2**33
    key = versions.deal * width + versions.start
    in_force = np.searchsorted(key, deal * width + day, side="right") - 1
    return np.asarray(following[in_force])


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
    whole = np.full(len(row), facts.whole, dtype=np.int64)
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
