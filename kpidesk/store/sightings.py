"""From what each import saw to which value was in force when: lists, versions, marks.

An import is the list of values it saw. Everything here is a function of those lists in data-date order, so the
order of importing cannot matter, and an undo is the same functions over one list less.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from kpidesk.core.fields import Kind
from kpidesk.store.columns import Ints, day_number, day_text, load, save_changed
from kpidesk.store.database import Database, damaged
from kpidesk.store.dated import STILL
from kpidesk.store.removing import delete_rows
from kpidesk.store.shapes import NO_DAY, Shape

LONGEST = 2**29


@dataclass(frozen=True, slots=True)
class Versions:
    """Which value of a record was in force from which day, sorted by record and day; three arrays of one length."""

    of: Ints
    start: Ints
    value: Ints

    def equals(self, other: Versions) -> bool:
        """Whether the other ones are the same."""
        pairs = ((self.of, other.of), (self.start, other.start), (self.value, other.value))
        return all(np.array_equal(mine, its) for mine, its in pairs)


NO_VERSIONS = Versions(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int32))


@dataclass(frozen=True, slots=True)
class Sighting:
    """One import as the derivation needs it."""

    import_id: int
    source_id: int
    day: int
    complete: bool


def encode(numbers: Ints) -> bytes:
    """A list of numbers as the compressed differences of neighbours."""
    return zlib.compress(np.diff(numbers.astype(np.int32), prepend=np.int32(0)).tobytes(), 1)


def decode(data: bytes) -> Ints:
    """The inverse of `encode`.

    Raises:
        ValueError: these are no such bytes, or so many that a list cannot be meant.
    """
    work = zlib.decompressobj()
    try:
        plain = work.decompress(data, LONGEST)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not work.eof:
        raise ValueError("the list does not end")
    return np.cumsum(np.frombuffer(plain, np.int32), dtype=np.int32)


def load_sightings(db: Database, kind: Kind) -> list[Sighting]:
    """The imports of a kind in data-date order; of one date, the later import last."""
    sql = "SELECT id, source_id, data_date, complete FROM imports WHERE kind=? ORDER BY data_date, id"
    return [
        Sighting(number, source, day_number(day), bool(all_)) for number, source, day, all_ in db.rows(sql, (kind,))
    ]


def seen_by(db: Database, import_id: int) -> Ints:
    """The values that an import saw, in record order."""
    return _listed(db, "seen", import_id)


def lines_of(db: Database, import_id: int) -> Ints:
    """The line on which an import saw each of these values."""
    return _listed(db, "lines", import_id)


def _listed(db: Database, column: str, import_id: int) -> Ints:
    try:
        return decode(db.one(f"SELECT {column} FROM imports WHERE id=?", (import_id,)))
    except ValueError:
        raise damaged(db.path) from None


def load_versions(db: Database, shape: Shape) -> Versions:
    """The versions as stored."""
    return Versions(load(db, shape, "v.of"), load(db, shape, "v.from"), load(db, shape, "v.value"))


def collapse(kept: Versions, of: Ints, lists: Iterable[tuple[int, Ints]], records: int) -> Versions:
    """The versions that follow from `kept` when the lists (day, values), in data-date order, are replayed.

    Of two lists of one day the later wins. `of` is the record of each value, `records` the highest record id.
    """
    current = np.zeros(records + 1, np.int32)
    current[kept.of] = kept.value  # sorted by day: the last assignment is the newest
    found: list[tuple[Ints, int, Ints]] = []
    for day, seen in _by_day(lists, of, records):
        changed = seen[current[of[seen]] != seen]
        holders = of[changed]
        current[holders] = changed
        if len(changed):
            found.append((holders, day, changed))
    if not found:
        return kept
    fresh = Versions(
        np.concatenate([holders for holders, _, _ in found]),
        np.concatenate([np.full(len(seen), day, np.int32) for _, day, seen in found]),
        np.concatenate([seen for _, _, seen in found]),
    )
    return _merged(kept, fresh, in_order=len(found) == 1)


def _by_day(lists: Iterable[tuple[int, Ints]], of: Ints, records: int) -> Iterable[tuple[int, Ints]]:
    """One list per day, in record order."""
    waiting: list[Ints] = []
    day = NO_DAY
    for start, seen in lists:
        if waiting and start != day:
            yield day, _united(waiting, of, records)
            waiting = []
        day = start
        waiting.append(seen)
    if waiting:
        yield day, _united(waiting, of, records)


def _united(lists: list[Ints], of: Ints, records: int) -> Ints:
    if len(lists) == 1:
        return lists[0]
    last = np.zeros(records + 1, np.int32)
    for seen in lists:
        last[of[seen]] = seen
    return last[last > 0]


def _place(versions: Versions) -> Ints:
    """One number per version that sorts as (record, day)."""
    return (versions.of.astype(np.int64) << 32) + (versions.start.astype(np.int64) - NO_DAY)


def _merged(kept: Versions, fresh: Versions, *, in_order: bool) -> Versions:
    if not in_order:
        order = np.argsort(_place(fresh), kind="stable")
        fresh = Versions(fresh.of[order], fresh.start[order], fresh.value[order])
    if not len(kept.of):
        return fresh
    at = np.searchsorted(_place(kept), _place(fresh))
    return Versions(
        np.insert(kept.of, at, fresh.of), np.insert(kept.start, at, fresh.start), np.insert(kept.value, at, fresh.value)
    )


def before(versions: Versions, day: int) -> Versions:
    """Only the versions that began before a day."""
    keep = versions.start < day
    return versions if keep.all() else Versions(versions.of[keep], versions.start[keep], versions.value[keep])


def in_force(versions: Versions, day: int, records: int) -> Ints:
    """By record id the value in force on a day; before its first version a record has that one."""
    found = np.zeros(records + 1, np.int32)
    found[versions.of[::-1]] = versions.value[::-1]  # the first version of each record
    known = versions.start <= day
    found[versions.of[known]] = versions.value[known]
    return found


def newest_values(versions: Versions) -> Ints:
    """The value of each record in its last version, in record order."""
    last = np.ones(len(versions.of), bool)
    last[:-1] = versions.of[1:] != versions.of[:-1]
    return versions.value[last]


def first_and_last(of: Ints, lists: Iterable[tuple[int, Ints]], records: int) -> tuple[Ints, Ints]:
    """By record id the first and last day on which one of the lists, in data-date order, saw it."""
    first = np.full(records + 1, NO_DAY, np.int32)
    last = np.full(records + 1, NO_DAY, np.int32)
    for day, seen in lists:
        see(of[seen], day, first, last)
    return first, last


def see(holders: Ints, day: int, first: Ints, last: Ints) -> None:
    """Mark some records as seen on a day, which is no earlier than any before it."""
    last[holders] = day
    first[holders[first[holders] == NO_DAY]] = day


def count_named(db: Database, shape: Shape, last_seen: Ints, until: date = date.max) -> None:
    """Let a row that was rejected, but tells which record it is about, count as a sight of that record.

    Rows of data dated after `until` do not count.
    """
    sql = (
        f"SELECT d.id, max(i.data_date) FROM rejected_rows r JOIN imports i ON i.id = r.import_id"
        f" JOIN {shape.records} d ON d.source_id = i.source_id AND d.key = r.key"
        " WHERE r.key <> '' AND i.kind = ? AND i.data_date <= ? GROUP BY d.id"
    )
    for record, day in db.rows(sql, (shape.kind, until.isoformat())):
        if last_seen[record] != NO_DAY:
            last_seen[record] = max(int(last_seen[record]), day_number(day))


def missing_from(last_seen: Ints, source: Ints, sightings: Iterable[Sighting]) -> Ints:
    """By record id the first complete data date of its source after it was last seen, NO_DAY when there is none."""
    missing = np.full(len(last_seen), NO_DAY, np.int32)
    by_source: dict[int, list[int]] = {}
    for one in sightings:
        if one.complete:
            by_source.setdefault(one.source_id, []).append(one.day)
    for number, days in by_source.items():
        known = np.append(np.unique(days), NO_DAY).astype(np.int32)
        mine = (source == number) & (last_seen != NO_DAY)
        mine &= last_seen < known[:-1].max()
        missing[mine] = known[np.searchsorted(known[:-1], last_seen[mine], side="right")]
    return missing


def write_versions(db: Database, shape: Shape, old: Versions, new: Versions) -> None:
    """Make the stored versions equal `new`: rows by their difference, columns by the pieces that changed."""
    if not len(old.of) and len(new.of) == db.one(f"SELECT count(*) FROM {shape.values}"):
        sql = (  # records and their first values are numbered in one order, so nothing is sorted
            f"INSERT INTO {shape.versions} SELECT {shape.record}, '', ?, id FROM {shape.values}"
            " WHERE id BETWEEN ? AND ? ORDER BY id"
        )
        for low in range(0, int(new.value.max(initial=0)) + 1, db.segment):
            db.run(sql, (STILL, low, low + db.segment - 1))
    else:
        highest = max(int(old.of.max(initial=0)), int(new.of.max(initial=0)))
        for low in range(0, highest + 1, db.segment):
            was, now = (_between(one, low, low + db.segment) for one in (old, new))
            if not was.equals(now):
                _write_rows(db, shape, was, now)
    save_changed(db, shape, "v.of", old.of, new.of)
    save_changed(db, shape, "v.from", old.start, new.start)
    save_changed(db, shape, "v.value", old.value, new.value)


def _between(versions: Versions, low: int, high: int) -> Versions:
    """The versions of the records from one number to another one (exclusive)."""
    start, end = np.searchsorted(versions.of, (low, high))
    return Versions(versions.of[start:end], versions.start[start:end], versions.value[start:end])


def _write_rows(db: Database, shape: Shape, old: Versions, new: Versions) -> None:
    """Delete the rows of versions that are gone, correct those that differ and insert those that are new."""
    place_old, from_old, to_old = _shown(old)
    place_new, from_new, to_new = _shown(new)
    at = np.searchsorted(place_new, place_old)
    inside = at < len(place_new)
    kept = np.zeros(len(place_old), bool)
    kept[inside] = place_new[at[inside]] == place_old[inside]
    gone = ~kept
    at = at[kept]
    differs = (to_new[at] != to_old[kept]) | (new.value[at] != old.value[kept])
    changed = at[differs]
    added = np.ones(len(place_new), bool)
    added[at] = False
    whole = gone & ~np.isin(old.of, new.of)
    delete_rows(db, shape.versions, shape.record, old.of[whole])
    gone &= ~whole
    texts = _Texts()
    _run_each(
        db, f"DELETE FROM {shape.versions} WHERE {shape.record}=? AND valid_from=?",
        old.of[gone], texts.of(from_old[gone]),
    )  # fmt: skip
    _run_each(
        db, f"UPDATE {shape.versions} SET valid_to=?, value_id=? WHERE {shape.record}=? AND valid_from=?",
        texts.of(to_new[changed]), new.value[changed], new.of[changed], texts.of(from_new[changed]),
    )  # fmt: skip
    _run_each(
        db, f"INSERT INTO {shape.versions}({shape.record}, valid_from, valid_to, value_id) VALUES (?, ?, ?, ?)",
        new.of[added], texts.of(from_new[added]), texts.of(to_new[added]), new.value[added],
    )  # fmt: skip


def _run_each(db: Database, sql: str, *columns: Ints | list[str]) -> None:
    """Run a statement once for each row of some columns."""
    if len(columns[0]):
        plain = (column if isinstance(column, list) else column.tolist() for column in columns)
        db.connection.executemany(sql, zip(*plain, strict=True))


def _shown(versions: Versions) -> tuple[Ints, Ints, Ints]:
    """The sort key, first day and end of each version as its row has them: the first one holds from ever."""
    count = len(versions.of)
    first = np.ones(count, bool)
    first[1:] = versions.of[1:] != versions.of[:-1]
    start = np.where(first, NO_DAY, versions.start).astype(np.int32)
    end = np.full(count, np.iinfo(np.int32).max, np.int32)
    end[:-1][~first[1:]] = versions.start[1:][~first[1:]]
    return (versions.of.astype(np.int64) << 32) + (start.astype(np.int64) - NO_DAY), start, end


def shown_rows(versions: Versions) -> list[tuple[int, str, str, int]]:
    """The versions as their rows are: record, first day, day after the last, value."""
    _, start, end = _shown(versions)
    texts = _Texts()
    return list(zip(versions.of.tolist(), texts.of(start), texts.of(end), versions.value.tolist(), strict=True))


class _Texts(dict[int, str]):
    """Day numbers as the text of a version row; each day is written out once."""

    def __missing__(self, number: int) -> str:
        self[number] = "" if number == NO_DAY else STILL if number == np.iinfo(np.int32).max else day_text(number)
        return self[number]

    def of(self, days: Ints) -> list[str]:
        """The texts of many days."""
        return list(map(self.__getitem__, days.tolist()))


def write_marks(db: Database, shape: Shape, old: dict[str, Ints], new: dict[str, Ints]) -> None:
    """Store the marks by record id; rows are touched only where a mark changed.

    `old` is what the rows have now. Records that are gone (no first day) have no row.
    """
    count = len(new["first_seen"])
    first, missing = (_stretched(old[name], count) for name in ("first_seen", "missing_from"))
    changed = (first[:count] != new["first_seen"]) | (missing[:count] != new["missing_from"])
    changed &= new["first_seen"] != NO_DAY
    texts = _Texts()
    for begin in range(0, count, db.segment):
        at = begin + np.flatnonzero(changed[begin : begin + db.segment])
        if len(at):
            ends = [None if day == NO_DAY else texts[day] for day in new["missing_from"][at].tolist()]
            rows = zip(texts.of(new["first_seen"][at]), ends, at.tolist(), strict=True)
            db.connection.executemany(f"UPDATE {shape.records} SET first_seen=?, missing_from=? WHERE id=?", rows)


def _stretched(values: Ints, count: int) -> Ints:
    return np.concatenate([values, np.full(max(0, count - len(values)), NO_DAY, np.int32)])
