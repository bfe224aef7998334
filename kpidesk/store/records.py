"""Importing records: rows become values, values become versions; each text and each content is stored once."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import numpy as np

from kpidesk.core.errors import Issue
from kpidesk.core.records import ParsedRows, RawRows
from kpidesk.store.coded import unless_same
from kpidesk.store.columns import Ints, Tail, day_number, load, patch, save_changed
from kpidesk.store.content import (
    Content,
    Memory,
    Resolved,
    check_rows,
    contents_of,
    resolve,
    same_as_stored,
    text_sums,
)
from kpidesk.store.database import Database, as_json
from kpidesk.store.fingerprints import NOTHING_KNOWN, KnownRows, SeenKeys, known_rows, prints
from kpidesk.store.names import Names
from kpidesk.store.rate_days import RateDays
from kpidesk.store.shapes import NO_DAY, TEXT_SUM, Shape
from kpidesk.store.sightings import (
    Versions,
    before,
    collapse,
    count_named,
    encode,
    in_force,
    lines_of,
    load_sightings,
    load_versions,
    missing_from,
    seen_by,
    write_marks,
    write_versions,
)
from kpidesk.store.tally import Tally

Parse = Callable[[RawRows], ParsedRows]
MOST_SEARCHES = 200


def grown(values: Ints, size: int) -> Ints:
    """The array with room for at least `size` entries, zeros behind the old ones."""
    if len(values) >= size:
        return values
    wider = np.zeros(max(size, 2 * len(values)), values.dtype)
    wider[: len(values)] = values
    return wider


@dataclass(slots=True)
class RecordImport:
    """One import of records while it runs; a class because every chunk adds to the same arrays.

    Arrays by value id: `of`; by record id: `seen` (the value this file showed, 0 none), `lines`, `current` (the
    value in force on the data date before this import). `by_record`: the values of before in the order of their
    records, and these. `known` is empty until `learn`. `once` tells that the file shows no key twice, so that a
    first import has none to search for. `waiting` writes the new records of a chunk, behind their values.
    """

    db: Database
    shape: Shape
    import_id: int
    source_id: int
    day: int
    day_text: str
    recipe: bytes
    ordinals: Mapping[int, int]
    tally: Tally
    once: bool
    memory: Memory
    old: Versions
    of: Ints
    old_records: int
    indexed: bool
    splits: bool
    known: KnownRows = NOTHING_KNOWN
    current: Ints = field(init=False)
    old_values: int = field(init=False)
    next_value: int = field(init=False)
    next_record: int = field(init=False)
    tails: dict[str, Tail] = field(init=False)
    seen: Ints = field(init=False)
    lines: Ints = field(init=False)
    rate_days: RateDays = field(init=False)
    keys: SeenKeys = field(default_factory=SeenKeys)
    by_record: tuple[Ints, Ints] | None = None
    remembered: list[tuple[Ints, Ints]] = field(default_factory=list)
    waiting: list[partial[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.current = in_force(self.old, self.day, self.old_records)
        self.old_values = self.next_value = len(self.of)
        self.next_record = self.old_records + 1
        self.rate_days = RateDays(self.db, self.tally)
        self.tails = {name: Tail(self.db, self.shape, name, len(self.of)).open() for name in self.shape.value_columns}
        self.seen, self.lines = (np.zeros(self.next_record + 4096, np.int32) for _ in range(2))

    def learn(self) -> None:
        """Get ready to tell the rows whose text is known."""
        self.known = known_rows(load(self.db, self.shape, "print"), load(self.db, self.shape, "print2"))

    def take(self, rows: RawRows, parse: Parse) -> Generator[None, None, None]:
        """Account for one chunk of the file, in steps of about the same length between which it can be stopped."""
        self.tally.read += len(rows)
        marks = prints(rows, self.recipe, self.ordinals)
        value = self.known.find(marks)
        known = np.flatnonzero(value)
        value[known[~self._first(self.of[value[known]])]] = 0  # what repeats a record is read, as it was the first time
        parsed, at = self._parsed(rows, np.flatnonzero(value == 0), parse)
        if self.shape.kind == "rates":
            parsed, at = self.rate_days.one_each(rows, value, parsed, at)
        record = self.of[value]
        if len(at):
            record[at] = self._records(parsed.keys)
            self._make_room()
        yield
        here = np.flatnonzero(record)
        first = self._first(record[here])
        fresh, again = here[first], here[~first]
        number = np.zeros(len(rows), np.int32)
        number[at] = np.arange(len(at), dtype=np.int32)
        unread = fresh[value[fresh] == 0]
        if len(unread):
            value[unread] = yield from self._values(parsed, number[unread], record[unread], marks[unread])
        records = record[fresh]
        self.seen[records] = value[fresh]
        self.lines[records] = np.asarray(rows.lines, np.int32)[fresh]
        self._count(records, value[fresh])
        for place in again.tolist():
            before, now = int(self.seen[record[place]]), int(value[place])
            if now == before or (not now and self._same(parsed, int(number[place]), before)):
                self.tally.skipped += 1
            elif self.shape.kind == "rates":
                told = self._rate(now) if now else str(parsed.columns["rate"][int(number[place])])
                self._repeat(rows, place, int(record[place]), "rate", (told, f"as {self._rate(before)}"))
            else:
                self._repeat(rows, place, int(record[place]), "id")

    def repeat(self, import_id: int) -> None:
        """Account for a file that an earlier import has read: it shows the same values on the same lines."""
        values, lines = seen_by(self.db, import_id), lines_of(self.db, import_id)
        records = self.of[values]
        self.seen[records], self.lines[records] = values, lines
        self.tally.repeat(import_id)
        self._count(records, values)

    def _parsed(self, rows: RawRows, unknown: Ints, parse: Parse) -> tuple[ParsedRows, Ints]:
        """Read the rows whose text is new; gives what could be read and its places in the chunk."""
        if not len(unknown):
            return ParsedRows([], [], {}, []), unknown
        places = unknown.tolist()
        part = rows if len(places) == len(rows) else rows.only(places)
        parsed = check_rows(self.shape, part, parse(part), self.tally)
        self.tally.skipped += len(parsed.skipped)
        for place, issue in parsed.rejected.items():
            self.tally.reject(issue, part.row(place), parsed.rejected_keys.get(place, ""))
        return parsed, unknown[np.asarray(parsed.index, np.int64)]

    def _first(self, records: Ints) -> Ints:
        """Which rows show a record that this file has not shown before."""
        unseen: Ints = self.seen[records] == 0
        _, firsts = np.unique(records, return_index=True)
        if len(firsts) != len(records):
            once = np.zeros(len(records), bool)
            once[firsts] = True
            unseen &= once
        return unseen

    def _count(self, records: Ints, values: Ints) -> None:
        known = records <= self.old_records
        same = int(np.count_nonzero(self.current[records[known]] == values[known]))
        self.tally.added += len(records) - int(np.count_nonzero(known))
        self.tally.unchanged += same
        self.tally.updated += int(np.count_nonzero(known)) - same

    def _same(self, parsed: ParsedRows, at: int, value: int) -> bool:
        return same_as_stored(self.db, self.shape, self.memory.names, parsed, at, value)

    def _repeat(self, rows: RawRows, place: int, record: int, field: str, said: tuple[str, str] = ("", "")) -> None:
        """Reject a record that this file has shown before with other values; `said` are those of now and then."""
        key = str(self.db.one(f"SELECT key FROM {self.shape.records} WHERE id=?", (record,)))
        shown, before = said[0] or key, said[1] or "with other values"
        problem = f"This {self.shape.one} stands on line {self.lines[record]} already, {before}."
        self.tally.reject(Issue(rows.lines[place], self.tally.column(field), shown, problem), rows.row(place), key)

    def _rate(self, value: int) -> str:
        return str(self.db.one("SELECT rate FROM rate_values WHERE id=?", (value,)))

    def _records(self, keys: Sequence[str]) -> Ints:
        """The record of each key; a record is made for a key that has none."""
        found = self._look_up(keys) if self.indexed else self._search(keys)
        fresh = np.flatnonzero(found == 0)
        new = dict.fromkeys(keys if len(fresh) == len(keys) else [keys[at] for at in fresh.tolist()], 0)
        if not new:
            return found
        start = self.next_record
        self.next_record += len(new)
        same = {"source_id": self.source_id, "first_seen": self.day_text}
        self.waiting.append(partial(self.db.insert_texts, self.shape.records, "key", list(new), start, same))
        if not (self.indexed or self.once):
            self.keys.add(np.fromiter(map(hash, new), np.int64, len(new)))
        if len(new) == len(fresh):
            found[fresh] = np.arange(start, self.next_record, dtype=np.int32)
        else:
            numbers = dict(zip(new, range(start, self.next_record), strict=True))
            found[fresh] = [numbers[keys[at]] for at in fresh.tolist()]
        return found

    def _look_up(self, keys: Sequence[str]) -> Ints:
        table, together = self.shape.records, as_json(keys)
        if together is not None:
            sql = f"SELECT j.key, r.id FROM json_each(?) j CROSS JOIN {table} r ON r.source_id=? AND r.key = j.value"
            known = self.db.rows(sql, (together, self.source_id))
        else:
            ask = f"SELECT ?, id FROM {table} WHERE source_id=? AND key=?"
            known = [row for at, key in enumerate(keys) for row in self.db.rows(ask, (at, self.source_id, key))]
        found = np.zeros(len(keys), np.int32)
        for at, record in known:
            found[at] = record
        return found

    def _search(self, keys: Sequence[str]) -> Ints:
        """Find repeated keys of a first import, which has no index until it is done or meets many of them."""
        found = np.zeros(len(keys), np.int32)
        if self.once:
            return found
        hashes = np.fromiter(map(hash, keys), np.int64, len(keys))
        for at in np.flatnonzero(self.keys.maybe(hashes)).tolist():
            for record in self.keys.where(int(hashes[at])).tolist():
                if self.db.one(f"SELECT key FROM {self.shape.records} WHERE id=?", (record,)) == keys[at]:
                    found[at] = record
        if self.keys.searches > MOST_SEARCHES:
            self._index()
        return found

    def _index(self) -> None:
        if not self.indexed:
            self.db.run(f"CREATE UNIQUE INDEX {self.shape.index} ON {self.shape.records}(source_id, key)")
            self.indexed = True

    def _make_room(self) -> None:
        self.seen, self.lines = grown(self.seen, self.next_record), grown(self.lines, self.next_record)

    def _values(self, parsed: ParsedRows, pick: Ints, records: Ints, marks: Ints) -> Generator[None, None, Ints]:
        """The value of each picked row: one that the record has had before, or a new one."""
        resolved = resolve(self.shape, parsed, pick, self.memory)
        yield
        found = np.zeros(len(pick), np.int32)
        before_ = np.flatnonzero(records <= self.old_records)
        if len(before_):
            known = self._contents(np.unique(records[before_]))
            mine = resolved.contents(before_.tolist())
            for at, content in zip(before_.tolist(), mine, strict=True):
                found[at] = known.get((int(records[at]), content), 0)
            hit = np.flatnonzero(found)
            self.remembered.append((found[hit], marks[hit]))
        new = np.flatnonzero(found == 0)
        if len(new):
            resolved = resolved if len(new) == len(pick) else resolved.only(new)
            found[new] = self._insert(resolved, records[new], marks[new])
        return found

    def _contents(self, records: Ints) -> dict[tuple[int, Content], int]:
        """The values that these records had before this import, by record and content."""
        if self.by_record is None:
            old = self.of[: self.old_values]
            order = np.argsort(old, kind="stable")
            self.by_record = order, old[order]
        order, sorted_of = self.by_record
        begin = np.searchsorted(sorted_of, records)
        counts = np.searchsorted(sorted_of, records, side="right") - begin
        steps = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        values = order[np.repeat(begin, counts) + steps]
        found = contents_of(self.db, self.shape, values.tolist(), self.splits)
        return {(record, content): value for value, record, content in found}

    def _insert(self, resolved: Resolved, records: Ints, marks: Ints) -> Ints:
        """Store new values, as rows and at the end of the columns."""
        count = len(records)
        start = self.next_value
        self.next_value += count
        ids = np.arange(start, self.next_value, dtype=np.int32)
        cells = resolved.cells
        target = f"{self.shape.values}({', '.join(('id', self.shape.record, *cells))})"
        self.db.insert(target, range(start, self.next_value), records.tolist(), *map(unless_same, cells.values()))
        shares = [(start + at, owner, share) for at, split in resolved.splits.items() for owner, share in split]
        if shares:
            self.splits = True
            self.db.connection.executemany(f"INSERT INTO {self.shape.shares} VALUES (?, ?, ?)", shares)
        self.of = grown(self.of, self.next_value)
        self.of[start : self.next_value] = records
        self._write_behind()
        sums = text_sums(self.shape, cells, count)
        arrays = {**resolved.arrays, TEXT_SUM: sums, "of": records, "print": marks[:, 0], "print2": marks[:, 1]}
        for name, tail in self.tails.items():
            if name in arrays:
                tail.append(arrays[name])
            else:
                tail.repeat(count)
        return ids

    def _write_behind(self) -> None:
        """Write new records and words while the rows that follow are read, which needs none of these from the file."""
        tasks = [*self.waiting, *self.memory.names.to_write()]
        self.waiting.clear()
        if tasks:
            self.db.behind.do(lambda: [task() for task in tasks])

    def finish(self) -> tuple[bytes, bytes]:
        """Derive versions and marks, write columns; gives the lists of values and lines seen."""
        self._write_behind()
        self._forget_texts()
        self._index()
        if self.next_value > self.old_values:
            for tail in self.tails.values():
                tail.flush()
        if self.remembered:
            values, marks = (np.concatenate(part) for part in zip(*self.remembered, strict=True))
            patch(self.db, self.shape, "print", values, marks[:, 0])
            patch(self.db, self.shape, "print2", values, marks[:, 1])
        records = np.flatnonzero(self.seen)
        seen = self.seen[records]
        self._derive(records, seen)
        return encode(seen), encode(self.lines[records])

    def _forget_texts(self) -> None:
        """Give back what tells rows apart and names their words, to make room for what is worked out at the end."""
        self.known, self.keys, self.by_record = NOTHING_KNOWN, SeenKeys(), None
        self.memory.names.forget()
        self.memory = Memory(self.memory.names)

    def _derive(self, records: Ints, seen: Ints) -> None:
        sightings = load_sightings(self.db, self.shape.kind)
        mine = self.import_id
        later = [one for one in sightings if one.day >= self.day]
        lists = ((one.day, seen if one.import_id == mine else seen_by(self.db, one.import_id)) for one in later)
        highest = self.next_record - 1
        new = collapse(before(self.old, self.day), self.of, lists, highest)
        write_versions(self.db, self.shape, self.old, new)
        old = {name: load(self.db, self.shape, name) for name in self.shape.record_columns}
        made = self.next_record - len(old["first_seen"])
        first = np.concatenate([old["first_seen"], np.full(made, self.day, np.int32)])
        source = np.concatenate([old[self.shape.source], np.full(made, self.source_id, np.int32)])
        last = np.concatenate([old["last_seen"], np.full(made, NO_DAY, np.int32)])
        marks = {"first_seen": first.copy(), "last_seen": last, self.shape.source: source}
        marks["first_seen"][records] = np.minimum(first[records], self.day)
        last[records] = np.maximum(last[records], self.day)
        count_named(self.db, self.shape, last)
        marks["missing_from"] = missing_from(last, source, sightings)
        write_marks(self.db, self.shape, {"first_seen": first, "missing_from": old["missing_from"]}, marks)
        for name, values in marks.items():
            save_changed(self.db, self.shape, name, old[name], values)


def start_records(
    db: Database,
    shape: Shape,
    source_id: int,
    data_date: date,
    recipe: bytes,
    ordinals: Mapping[int, int],
    tally: Tally,
    *,
    once: bool = False,
) -> RecordImport:
    """Get ready to import records: what is known already, and room for what is not; `once`: no key comes twice."""
    first_ever = db.one(f"SELECT 1 FROM {shape.records} LIMIT 1") is None
    if first_ever:
        db.run(f"DROP INDEX {shape.index}")
    return RecordImport(
        db=db,
        shape=shape,
        import_id=tally.import_id,
        source_id=source_id,
        day=day_number(data_date.isoformat()),
        day_text=data_date.isoformat(),
        recipe=recipe,
        ordinals=ordinals,
        tally=tally,
        once=once,
        memory=Memory(Names(db, source_id)),
        old=load_versions(db, shape),
        of=load(db, shape, "of"),
        old_records=len(load(db, shape, "first_seen")) - 1,
        indexed=not first_ever,
        splits=bool(shape.shares) and db.one(f"SELECT 1 FROM {shape.shares} LIMIT 1") is not None,
    )
