"""Importing deals: rows become values, values become versions; each text and each content is stored once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat

import numpy as np

from kpidesk.core.errors import Issue
from kpidesk.core.records import ParsedRows, RawRows
from kpidesk.store.columns import NO_DAY, TEXT_SUM, VALUE_COLUMNS, Ints, Tail, day_number, load, patch, save_changed
from kpidesk.store.content import (
    Content,
    DayNumbers,
    Resolved,
    check_rows,
    contents_of,
    resolve,
    same_as_stored,
    text_sums,
)
from kpidesk.store.database import Database
from kpidesk.store.fingerprints import KnownRows, SeenKeys, known_rows, prints
from kpidesk.store.names import Names
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
KEY_INDEX = "CREATE UNIQUE INDEX deals_key ON deals(source_id, key)"
MOST_SEARCHES = 200


def grown(values: Ints, size: int) -> Ints:
    """The array with room for at least `size` entries, zeros behind the old ones."""
    if len(values) >= size:
        return values
    wider = np.zeros(max(size, 2 * len(values)), values.dtype)
    wider[: len(values)] = values
    return wider


@dataclass(slots=True)
class DealImport:
    """One import of deals while it runs; a class because every chunk adds to the same arrays.

    Arrays by value id: `of`; by deal id: `seen` (the value this file showed, 0 none), `lines`, `current` (the
    value in force on the data date before this import). `by_deal`: the values of before in deal order, and their deals.
    """

    db: Database
    import_id: int
    source_id: int
    day: int
    day_text: str
    recipe: bytes
    ordinals: Mapping[int, int]
    tally: Tally
    names: Names
    old: Versions
    known: KnownRows
    of: Ints
    current: Ints
    old_values: int
    old_deals: int
    next_value: int
    next_deal: int
    indexed: bool
    splits: bool
    tails: dict[str, Tail]
    seen: Ints = field(default_factory=lambda: np.zeros(4096, np.int32))
    lines: Ints = field(default_factory=lambda: np.zeros(4096, np.int32))
    days: DayNumbers = field(default_factory=DayNumbers)
    keys: SeenKeys = field(default_factory=SeenKeys)
    by_deal: tuple[Ints, Ints] | None = None
    remembered: list[tuple[Ints, Ints]] = field(default_factory=list)

    def take(self, rows: RawRows, parse: Parse) -> None:
        """Account for one chunk of the file."""
        self.tally.read += len(rows.rows)
        marks = prints(rows, self.recipe, self.ordinals)
        value = self.known.find(marks)
        known = np.flatnonzero(value)
        value[known[~self._first(self.of[value[known]])]] = 0  # what repeats a deal is read, as it was the first time
        deal = self.of[value]
        parsed, at = self._parsed(rows, np.flatnonzero(value == 0), parse)
        if len(at):
            deal[at] = self._deals(parsed.keys)
            self._make_room()
        here = np.flatnonzero(deal)
        first = self._first(deal[here])
        fresh, again = here[first], here[~first]
        number = np.zeros(len(rows.rows), np.int32)
        number[at] = np.arange(len(at), dtype=np.int32)
        unread = fresh[value[fresh] == 0]
        if len(unread):
            value[unread] = self._values(parsed, number[unread], deal[unread], marks[unread])
        holders = deal[fresh]
        self.seen[holders] = value[fresh]
        self.lines[holders] = np.asarray(rows.lines, np.int32)[fresh]
        self._count(holders, value[fresh])
        for place in again.tolist():
            same = (
                int(value[place]) == int(self.seen[deal[place]])
                if value[place]
                else same_as_stored(self.db, self.names, parsed, int(number[place]), int(self.seen[deal[place]]))
            )
            self._repeat(rows, place, int(deal[place]), same)

    def repeat(self, import_id: int) -> None:
        """Account for a file that an earlier import has read: it shows the same values on the same lines."""
        values, lines = seen_by(self.db, import_id), lines_of(self.db, import_id)
        deals = self.of[values]
        self.seen[deals], self.lines[deals] = values, lines
        self.tally.repeat(import_id)
        self._count(deals, values)

    def _parsed(self, rows: RawRows, unknown: Ints, parse: Parse) -> tuple[ParsedRows, Ints]:
        """Read the rows whose text is new; gives what could be read and its places in the chunk."""
        if not len(unknown):
            return ParsedRows([], [], {}, []), unknown
        places = unknown.tolist()
        whole = len(places) == len(rows.rows)
        part = rows if whole else RawRows([rows.lines[at] for at in places], [rows.rows[at] for at in places])
        parsed = check_rows(part, parse(part), self.tally)
        self.tally.skipped += len(parsed.skipped)
        for place, issue in parsed.rejected.items():
            self.tally.reject(issue, part.rows[place], parsed.rejected_keys.get(place, ""))
        return parsed, unknown[np.asarray(parsed.index, np.int64)]

    def _first(self, deals: Ints) -> Ints:
        """Which rows show a deal that this file has not shown before."""
        unseen: Ints = self.seen[deals] == 0
        _, firsts = np.unique(deals, return_index=True)
        if len(firsts) != len(deals):
            once = np.zeros(len(deals), bool)
            once[firsts] = True
            unseen &= once
        return unseen

    def _count(self, deals: Ints, values: Ints) -> None:
        known = deals <= self.old_deals
        same = int(np.count_nonzero(self.current[deals[known]] == values[known]))
        self.tally.added += len(deals) - int(np.count_nonzero(known))
        self.tally.unchanged += same
        self.tally.updated += int(np.count_nonzero(known)) - same

    def _repeat(self, rows: RawRows, place: int, deal: int, same: bool) -> None:
        """A deal that this file has shown before: the same again is skipped, anything else rejected."""
        if same:
            self.tally.skipped += 1
            return
        key = str(self.db.one("SELECT key FROM deals WHERE id=?", (deal,)))
        problem = f"This deal stands on line {self.lines[deal]} already, with other values."
        self.tally.reject(Issue(rows.lines[place], self.tally.column("id"), key, problem), rows.rows[place], key)

    def _deals(self, keys: Sequence[str]) -> Ints:
        """The deal of each key; a deal is made for a key that has none."""
        found = self._look_up(keys) if self.indexed else self._search(keys)
        fresh = np.flatnonzero(found == 0)
        new = dict.fromkeys(keys if len(fresh) == len(keys) else [keys[at] for at in fresh.tolist()], 0)
        if not new:
            return found
        start = self.next_deal
        self.next_deal += len(new)
        rows = zip(range(start, self.next_deal), repeat(self.source_id), new, repeat(self.day_text), strict=False)
        self.db.connection.executemany("INSERT INTO deals(id, source_id, key, first_seen) VALUES (?, ?, ?, ?)", rows)
        if not self.indexed:
            self.keys.add(np.fromiter(map(hash, new), np.int64, len(new)))
        if len(new) == len(fresh):
            found[fresh] = np.arange(start, self.next_deal, dtype=np.int32)
        else:
            numbers = dict(zip(new, range(start, self.next_deal), strict=True))
            found[fresh] = [numbers[keys[at]] for at in fresh.tolist()]
        return found

    def _look_up(self, keys: Sequence[str]) -> Ints:
        sql, ask = "SELECT id FROM deals WHERE source_id=? AND key=?", self.db.connection.execute
        found = [ask(sql, (self.source_id, key)).fetchone() for key in keys]
        return np.asarray([0 if row is None else row[0] for row in found], np.int32)

    def _search(self, keys: Sequence[str]) -> Ints:
        """Find repeated keys of a first import, which has no index until it is done or meets many of them."""
        hashes = np.fromiter(map(hash, keys), np.int64, len(keys))
        found = np.zeros(len(keys), np.int32)
        for at in np.flatnonzero(self.keys.maybe(hashes)).tolist():
            for deal in self.keys.where(int(hashes[at])).tolist():
                if self.db.one("SELECT key FROM deals WHERE id=?", (deal,)) == keys[at]:
                    found[at] = deal
        if self.keys.searches > MOST_SEARCHES:
            self._index()
        return found

    def _index(self) -> None:
        if not self.indexed:
            self.db.run(KEY_INDEX)
            self.indexed = True

    def _make_room(self) -> None:
        self.seen, self.lines = grown(self.seen, self.next_deal), grown(self.lines, self.next_deal)

    def _values(self, parsed: ParsedRows, pick: Ints, deals: Ints, marks: Ints) -> Ints:
        """The value of each picked row: one that the deal has had before, or a new one."""
        resolved = resolve(parsed, pick, self.names, self.days)
        found = np.zeros(len(pick), np.int32)
        before_ = np.flatnonzero(deals <= self.old_deals)
        if len(before_):
            known = self._contents(np.unique(deals[before_]))
            mine = resolved.contents(before_.tolist())
            for at, content in zip(before_.tolist(), mine, strict=True):
                found[at] = known.get((int(deals[at]), content), 0)
            hit = np.flatnonzero(found)
            self.remembered.append((found[hit], marks[hit]))
        new = np.flatnonzero(found == 0)
        if len(new):
            found[new] = self._insert(resolved if len(new) == len(pick) else resolved.only(new), deals[new], marks[new])
        return found

    def _contents(self, deals: Ints) -> dict[tuple[int, Content], int]:
        """The values that these deals had before this import, by deal and content."""
        if self.by_deal is None:
            old = self.of[: self.old_values]
            order = np.argsort(old, kind="stable")
            self.by_deal = order, old[order]
        order, sorted_of = self.by_deal
        begin = np.searchsorted(sorted_of, deals)
        counts = np.searchsorted(sorted_of, deals, side="right") - begin
        steps = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        values = order[np.repeat(begin, counts) + steps]
        return {(deal, content): value for value, deal, content in contents_of(self.db, values.tolist(), self.splits)}

    def _insert(self, resolved: Resolved, deals: Ints, marks: Ints) -> Ints:
        """Store new values, as rows and at the end of the columns."""
        count = len(deals)
        start = self.next_value
        self.next_value += count
        ids = np.arange(start, self.next_value, dtype=np.int32)
        cells = resolved.cells
        target = ", ".join(("id", "deal_id", *cells))
        sql = f"INSERT INTO deal_values({target}) VALUES (?, ?{', ?' * len(cells)})"
        self.db.connection.executemany(
            sql, zip(range(start, self.next_value), deals.tolist(), *cells.values(), strict=True)
        )
        shares = [(start + at, owner, share) for at, split in resolved.splits.items() for owner, share in split]
        if shares:
            self.splits = True
            self.db.connection.executemany("INSERT INTO deal_value_owners VALUES (?, ?, ?)", shares)
        self.of = grown(self.of, self.next_value)
        self.of[start : self.next_value] = deals
        empty = [None] * count
        sums = text_sums(cells.get("name", empty), cells.get("custom", empty))
        arrays = {**resolved.arrays, TEXT_SUM: sums, "of": deals, "print": marks[:, 0], "print2": marks[:, 1]}
        for name, tail in self.tails.items():
            if name in arrays:
                tail.append(arrays[name])
            else:
                tail.repeat(count)
        return ids

    def finish(self) -> tuple[bytes, bytes]:
        """Derive versions and marks, write columns; gives the lists of values and lines seen."""
        self._index()
        if self.next_value > self.old_values:
            for tail in self.tails.values():
                tail.flush()
        if self.remembered:
            values, marks = (np.concatenate(part) for part in zip(*self.remembered, strict=True))
            patch(self.db, "print", values, marks[:, 0])
            patch(self.db, "print2", values, marks[:, 1])
        deals = np.flatnonzero(self.seen)
        seen = self.seen[deals]
        self._derive(deals, seen)
        return encode(seen), encode(self.lines[deals])

    def _derive(self, deals: Ints, seen: Ints) -> None:
        sightings = load_sightings(self.db)
        mine = self.import_id
        later = [one for one in sightings if one.day >= self.day]
        lists = ((one.day, seen if one.import_id == mine else seen_by(self.db, one.import_id)) for one in later)
        highest = self.next_deal - 1
        new = collapse(before(self.old, self.day), self.of, lists, highest)
        write_versions(self.db, self.old, new)
        old = {name: load(self.db, name) for name in ("first_seen", "last_seen", "missing_from", "source")}
        made = self.next_deal - len(old["first_seen"])
        first = np.concatenate([old["first_seen"], np.full(made, self.day, np.int32)])
        marks = {
            "first_seen": first.copy(),
            "last_seen": np.concatenate([old["last_seen"], np.full(made, NO_DAY, np.int32)]),
            "source": np.concatenate([old["source"], np.full(made, self.source_id, np.int32)]),
        }
        marks["first_seen"][deals] = np.minimum(first[deals], self.day)
        marks["last_seen"][deals] = np.maximum(marks["last_seen"][deals], self.day)
        count_named(self.db, marks["last_seen"])
        marks["missing_from"] = missing_from(marks["last_seen"], marks["source"], sightings)
        write_marks(self.db, {"first_seen": first, "missing_from": old["missing_from"]}, marks)
        for name, values in marks.items():
            save_changed(self.db, name, old[name], values)


def start_deals(
    db: Database, source_id: int, data_date: date, recipe: bytes, ordinals: Mapping[int, int], tally: Tally
) -> DealImport:
    """Get ready to import deals: what is known already, and room for what is not."""
    day_text = data_date.isoformat()
    day = day_number(day_text)
    of = load(db, "of")
    deals = len(load(db, "first_seen"))
    old = load_versions(db)
    first_ever = db.one("SELECT 1 FROM deals LIMIT 1") is None
    if first_ever:
        db.run("DROP INDEX deals_key")
    return DealImport(
        db=db,
        import_id=tally.import_id,
        source_id=source_id,
        day=day,
        day_text=day_text,
        recipe=recipe,
        ordinals=ordinals,
        tally=tally,
        names=Names(db, source_id),
        old=old,
        known=known_rows(load(db, "print"), load(db, "print2")),
        of=of,
        current=in_force(old, day, deals - 1),
        old_values=len(of),
        old_deals=deals - 1,
        next_value=len(of),
        next_deal=deals,
        indexed=not first_ever,
        splits=db.one("SELECT 1 FROM deal_value_owners LIMIT 1") is not None,
        tails={name: Tail(db, name, len(of)).open() for name in VALUE_COLUMNS},
        seen=np.zeros(deals + 4096, np.int32),
        lines=np.zeros(deals + 4096, np.int32),
    )
