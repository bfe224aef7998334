"""Prefix sums by day and person: any window of an additive measure is the difference of two rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kpidesk.engine.crew import Crew
from kpidesk.engine.days import Window
from kpidesk.engine.scan import Prepared
from kpidesk.engine.values import Floats, Ints, Raw, added

MAX_CELLS = 4_000_000
_EXACT = 2.0**53


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """`sums[i, p]`: what has come to person p before day `first + i`; the last row holds everything.

    For states the sum of what was added and taken away, so a row is the state at the close of a day. All sums are
    whole, and kept as small as they fit; `at` gives them with room to calculate. `money` counts the factors of minor
    units in a sum. `gaps` is the cube of the parts without a value; None when every row has one.
    """

    first: int
    sums: Raw
    money: int = 0
    gaps: Cube | None = None

    def at(self, row: Ints, person: Ints | None = None) -> Floats:
        """The sums in some rows, of everyone or of the person in each."""
        found = self.sums[row] if person is None else self.sums[row, person]
        return found.astype(np.float64)

    def row_at(self, day: Ints) -> Ints:
        """The row that holds everything before a day."""
        return np.clip(day - self.first, 0, len(self.sums) - 1)


def dated_cube(prepared: Prepared, people: int, amounts: Floats | None, most_cells: int = MAX_CELLS) -> Cube | None:
    """The cube of a dated measure; None when it would be too large or not exact."""
    entries = prepared.entries
    parts = _parts(entries.weight, amounts)
    if parts is None or not len(entries.day):
        return None if parts is None else Cube(0, np.zeros((1, people)))
    first, last = int(entries.day[0]), int(entries.day[-1])
    cube = _cube(entries.day, entries.person, parts, first, last, people, most_cells)
    return _with_gaps(cube, entries.day, entries.person, entries.weight, amounts)


def state_cube(prepared: Prepared, people: int, amounts: Floats | None, most_cells: int = MAX_CELLS) -> Cube | None:
    """The cube of an as-of measure: every state is added on its first day and taken away after its last."""
    entries = prepared.entries
    parts = _parts(entries.weight, amounts)
    if parts is None or not len(entries.row):
        return None if parts is None else Cube(0, np.zeros((1, people)))
    first = int(prepared.start.min())
    ends = prepared.end < 2**31 - 1
    last = max(int(prepared.start.max()), int(prepared.end[ends].max(initial=first)))
    day = np.concatenate((prepared.start, prepared.end[ends]))
    person = np.concatenate((entries.person, entries.person[ends]))
    cube = _cube(day, person, np.concatenate((parts, -parts[ends])), first, last, people, most_cells)
    twice = None if amounts is None else np.concatenate((amounts, amounts[ends]))
    return _with_gaps(cube, day, person, np.concatenate((entries.weight, -entries.weight[ends])), twice)


def _parts(weight: Ints, amounts: Floats | None) -> Floats | None:
    """What each entry adds, when all of it is whole and the total stays exact."""
    parts = weight.astype(np.float64)
    if amounts is None:
        return parts
    parts *= np.where(np.isnan(amounts), 0.0, amounts)
    whole = bool((parts == np.rint(parts)).all()) and float(np.abs(parts).sum()) < _EXACT
    return parts if whole else None


def _cube(day: Ints, person: Ints, parts: Floats, first: int, last: int, people: int, most_cells: int) -> Cube | None:
    days = last - first + 1
    if days * people > most_cells:
        return None
    flat = added((day - first + 1) * people + person, parts, (days + 1) * people)
    sums = flat.reshape(days + 1, people)
    np.cumsum(sums, axis=0, out=sums)
    most = max(float(sums.max(initial=0.0)), -float(sums.min(initial=0.0)))
    fits = most <= np.iinfo(np.int32).max
    return Cube(first, sums.astype(np.int32) if fits else sums)


def _with_gaps(cube: Cube | None, day: Ints, person: Ints, weight: Ints, amounts: Floats | None) -> Cube | None:
    """The cube with what is known of the rows that have no value."""
    empty = np.flatnonzero(np.isnan(amounts)) if amounts is not None else np.zeros(0, dtype=np.int64)
    if cube is None or not len(empty):
        return cube
    parts, last = weight[empty].astype(np.float64), cube.first + len(cube.sums) - 2
    gaps = _cube(day[empty], person[empty], parts, cube.first, last, cube.sums.shape[1], cube.sums.size)
    return replace(cube, gaps=gaps)


def sum_windows(cube: Cube, crew: Crew, windows: Sequence[Window], wide: bool) -> Floats:
    """A dated measure by scope and window; a team is the sum over its memberships, each cut to the window."""
    start = np.array([window.start for window in windows], dtype=np.int64)
    end = np.maximum(np.array([window.end for window in windows], dtype=np.int64), start)
    reps = cube.at(cube.row_at(end)) - cube.at(cube.row_at(start))
    if not wide:
        return np.asarray(reps.sum(axis=1)[None, :])
    enter = np.maximum(crew.group_start, start[:, None])
    leave = np.maximum(np.minimum(crew.group_end, end[:, None]), enter)
    inside = cube.at(cube.row_at(leave), crew.group_person) - cube.at(cube.row_at(enter), crew.group_person)
    return _stack(reps, inside, crew)


def read_days(cube: Cube, crew: Crew, days: Ints, wide: bool) -> Floats:
    """An as-of measure by scope and day."""
    row = cube.row_at(days + 1)
    reps = cube.at(row)
    if not wide:
        return np.asarray(reps.sum(axis=1)[None, :])
    member = (crew.group_start <= days[:, None]) & (days[:, None] < crew.group_end)
    inside = np.where(member, cube.at(row[:, None], crew.group_person), 0.0)
    return _stack(reps, inside, crew)


def _stack(reps: Floats, inside: Floats, crew: Crew) -> Floats:
    """Org, Unassigned and teams, nobody and reps, from the values of people and of memberships."""
    total = reps.sum(axis=1)
    running = np.zeros((len(reps), inside.shape[1] + 1))
    np.cumsum(inside, axis=1, out=running[:, 1:])
    groups = running[:, crew.group_bounds[1:]] - running[:, crew.group_bounds[:-1]]
    unassigned = total - groups[:, 0]
    return np.vstack((total, unassigned, groups[:, 1:].T, reps.T))
