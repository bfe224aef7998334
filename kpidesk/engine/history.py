"""What the versions of the deals say: outcome, closing day, pushes, time in stage, and the state on any day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kpidesk.core.curation import Curation
from kpidesk.core.fields import OUTCOMES
from kpidesk.engine.days import FAR, NO_DAY
from kpidesk.engine.values import Ints, Mask, Raw, looked_up, ranges, same, taken_from, widened

NO_AMOUNT = -(2**63)
OPEN, WON, LOST, IGNORE = range(4)
Columns = Mapping[str, Raw]


@dataclass(frozen=True, slots=True, eq=False)
class Versions:
    """Every version of every deal, by deal and day.

    `deal` is the row of the deal, `value` the number of its value, `seen` its data date. It is in force from
    `start` (the first one from the beginning of time) until `end`. `outcome`, `closed`, `pushes` and `stage_since` are
    what the version says; `first` and `newest` are the first and last version of each deal. `told` are the fields of
    which a history of stages tells otherwise than the export with that value, by version.
    """

    deal: Ints
    value: Ints
    seen: Ints
    start: Ints
    end: Ints
    outcome: Ints
    closed: Ints
    pushes: Ints
    stage_since: Ints
    first: Ints
    newest: Ints
    told: Columns = field(default_factory=dict)

    def field(self, columns: Columns, name: str, version: Ints, empty: int) -> Raw:
        """A field of some versions, as told or else as stored."""
        told = self.told.get(name)
        return column(columns, name, self.value[version], empty) if told is None else told[version]


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """In which state each deal was when: on days `start` to `end` (exclusive) as the version says.

    A deal is in at most one state on a day. `open` tells the days before it closed from those after.
    """

    version: Ints
    start: Ints
    end: Ints
    open: Mask


def column(columns: Columns, name: str, index: Ints, empty: int) -> Raw:
    """One field of some values; all empty when the data have no such field."""
    found = columns.get(name)
    return np.full(len(index), empty, dtype=np.int64) if found is None else found[index]


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """Every version that the store holds, by deal and day, and what each says; of those before it, not after it."""

    of: Ints
    seen: Ints
    value: Ints
    outcome: Ints
    closed: Ints
    pushes: Ints
    stage_since: Ints

    def take(self, index: Ints) -> Said:
        """Some of the versions."""
        every = (self.of, self.seen, self.value, self.outcome, self.closed, self.pushes, self.stage_since)
        return Said(*(taken_from(one, index) for one in every))


def read_said(columns: Columns, curation: Curation) -> Said:
    """What every version says, from which `known_versions` takes those of a day."""
    of, seen, value = (widened(columns[name]) for name in ("v.of", "v.from", "v.value"))
    outcome = outcomes(columns, curation, value)
    planned = column(columns, "close_date", value, NO_DAY)
    closed = column(columns, "closed_at", value, NO_DAY).astype(np.int64)
    closed = np.where(closed == NO_DAY, planned, closed)
    closed = np.where((outcome == WON) | (outcome == LOST), closed, NO_DAY)
    new = np.diff(of, prepend=-1) != 0
    first = np.flatnonzero(new)
    deal = first if len(first) == len(of) else np.cumsum(new) - 1
    return Said(
        of, seen, value, outcome, closed, pushes_of(planned, new, first, deal),
        _stage_since(columns, value, seen, new),
    )  # fmt: skip


def known_versions(said: Said, newest_data: int) -> tuple[Versions, Ints]:
    """The versions known on a data date, and the id of each deal; deals that do not count are left out."""
    known = said.seen <= newest_data
    if not known.all():
        said = said.take(np.flatnonzero(known))
    keep = _countable(said.of, said.outcome)
    if not keep.all():
        said = said.take(np.flatnonzero(keep))
    of = said.of
    new = np.diff(of, prepend=-1) != 0
    first = np.flatnonzero(new)
    if len(first) == len(of):  # no deal has more versions than one
        deal = newest = first
        start, end = same(NO_DAY, len(of)), same(FAR, len(of))
    else:
        deal = np.cumsum(new) - 1
        newest = np.append(first[1:], len(of)) - 1
        start = np.where(new, NO_DAY, said.seen)
        end = np.append(start[1:], FAR)
        end[newest] = FAR
    return Versions(
        deal, said.value, said.seen, start, end, said.outcome, said.closed, said.pushes, said.stage_since,
        first, newest,
    ), of if deal is first else of[first]  # fmt: skip


def read_versions(columns: Columns, curation: Curation, newest_data: int) -> tuple[Versions, Ints]:
    """The same straight from the columns."""
    return known_versions(read_said(columns, curation), newest_data)


def outcomes(columns: Columns, curation: Curation, value: Ints) -> Ints:
    """What each value says about the deal: the meaning of its status where that has one, else of its stage."""
    found = np.broadcast_to(np.int8(-1), value.shape)
    for name in ("stage", "status"):
        if name in columns:
            said = meant(curation, taken_from(columns[name], value))
            found = np.where(said >= 0, said, found)
    return np.where(found < 0, OPEN, found).astype(np.int64)


def meant(curation: Curation, terms: Raw) -> NDArray[np.int8]:
    """The outcome that each word means, −1 where it means none."""
    most = max(int(terms.max(initial=0)), *curation.outcomes, 0)
    meaning = np.full(most + 1, -1, dtype=np.int8)
    for term, outcome in curation.outcomes.items():
        meaning[term] = OUTCOMES.index(outcome)
    meaning[0] = -1
    return looked_up(meaning, terms)


def _countable(of: Ints, outcome: Ints) -> Mask:
    """Versions of deals whose newest value is not to be ignored."""
    newest = np.append(of[1:] != of[:-1], True) if len(of) else np.zeros(0, dtype=np.bool_)
    ignored = of[newest & (outcome == IGNORE)]
    return ~np.isin(of, ignored) if len(ignored) else np.ones(len(of), dtype=np.bool_)


def pushes_of(close_date: Raw, new: Mask, first: Ints, deal: Ints) -> Ints:
    """How often the close date of the deal had moved later, up to each version."""
    if len(first) == len(deal):
        return same(0, len(deal))
    days = close_date.astype(np.int64)
    before = np.append(NO_DAY, days[:-1])
    later = ~new & (before != NO_DAY) & (days > before)
    total: Ints = np.cumsum(later)
    pushes: Ints = total - total[first][deal]
    return pushes


def _stage_since(columns: Columns, value: Ints, seen: Ints, new: Mask) -> Ints:
    """Since when the deal has been in the stage of each version: as the file says, else as the versions show."""
    said = column(columns, "stage_entered_at", value, NO_DAY)
    if not new.all():
        stage = column(columns, "stage", value, 0)
        moved = new | (np.diff(stage, prepend=-1) != 0)
        seen = seen[np.maximum.accumulate(np.where(moved, np.arange(len(stage)), 0))]
    return np.where(said == NO_DAY, seen, said).astype(np.int64)


def read_states(versions: Versions, closed: Ints, created: Ints, missing: Ints) -> States:
    """Cut the versions at creation and closing: whether a deal is open comes from its newest dates.

    `closed` (see `closing_days`), `created` and `missing` are by deal. A deal that is missing from a later complete
    file is no longer open from that day. One that is closed on an unknown day counts as closed from the first file
    that shows it closed.
    """
    if versions.deal is not versions.first:
        closed, created, missing = closed[versions.deal], created[versions.deal], missing[versions.deal]
    start = np.maximum(created, versions.start)
    end = np.minimum(np.minimum(closed, missing), versions.end)
    is_open = np.flatnonzero(start < end)
    shut = np.flatnonzero((closed < FAR) & (closed < versions.end))
    after = np.maximum(np.maximum(closed[shut], created[shut]), versions.start[shut])
    here = after < versions.end[shut]
    is_closed = shut[here]
    return States(
        version=np.concatenate((is_open, is_closed)),
        start=np.concatenate((start[is_open], after[here])),
        end=np.concatenate((end[is_open], versions.end[is_closed])),
        open=np.arange(len(is_open) + len(is_closed)) < len(is_open),
    )


def open_states(versions: Versions, until: Ints, created: Ints, days: Sequence[int]) -> States:
    """Those of `read_states` that are open on any of some days; `until` is by deal the first day on which it is not."""
    held = np.zeros(len(versions.deal), dtype=np.bool_)
    for day in days:
        deal = np.flatnonzero((created <= day) & (day < until))
        version = ranges(versions.first[deal], versions.newest[deal] + 1)
        held[version[(versions.start[version] <= day) & (day < versions.end[version])]] = True
    version = np.flatnonzero(held)
    deal = versions.deal[version]
    return States(
        version, np.maximum(created[deal], versions.start[version]), np.minimum(until[deal], versions.end[version]),
        np.ones(len(version), dtype=np.bool_),
    )  # fmt: skip


def closing_days(versions: Versions) -> Ints:
    """From which day each deal is closed, by its newest value; FAR while it is open."""
    outcome, closed = versions.outcome[versions.newest], versions.closed[versions.newest]
    shut = outcome != OPEN
    if not (shut & (closed == NO_DAY)).any():
        return np.where(shut, closed, FAR)
    from_file = np.full(len(closed), FAR, dtype=np.int64)
    said = np.flatnonzero(versions.outcome == outcome[versions.deal])
    from_file[versions.deal[said][::-1]] = versions.start[said][::-1]
    return np.where(shut, np.where(closed == NO_DAY, from_file, closed), FAR)
