"""What a value holds, field by field: from parsed cells to row, arrays, and a content that can be compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

import numpy as np

from kpidesk.core.errors import Issue
from kpidesk.core.fields import FieldKind
from kpidesk.core.records import Cell, ParsedRows, RawRows, different
from kpidesk.core.texts import encoded_all
from kpidesk.store.coded import cells_of, entries_of, in_rows, picked
from kpidesk.store.columns import Ints, day_number, stamp_numbers
from kpidesk.store.database import Database
from kpidesk.store.names import Names, parse_split
from kpidesk.store.shapes import Column, Shape, is_named
from kpidesk.store.tally import Tally

Content = tuple[Any, ...]
Bad = dict[int, tuple[str, str, str]]
"""Field, text and problem of each row that cannot be kept, by its place among the parsed ones."""
SPANS = (("starts_at", "ends_at"), ("term_start_at", "term_end_at"))
"""The fields with the first and the last day of something that lasts."""
LARGEST_AMOUNT = 2**53
THOUSAND = 1000
LARGEST_NUMBER = 2**31 - 1
_LAST_STAMP = "5999-12-31T23:59"
_COUNTED = ("number", "score", "duration", "ratio")


class DayNumbers(dict[Any, int]):
    """Day numbers by ISO text; no text is NO_DAY. A dict so that map() can use it."""

    def __missing__(self, text: str | None) -> int:
        number = self[text] = day_number(text)
        return number


@dataclass(frozen=True, slots=True)
class Memory:
    """What one import has found out about texts: their names and days."""

    names: Names
    days: DayNumbers = field(default_factory=DayNumbers)


@dataclass(frozen=True, slots=True)
class Resolved:
    """Rows ready to store: `cells` by field as a row holds them, `arrays` as the columns do, `splits` by place.

    A field without a value in any of the rows has no cells.
    """

    shape: Shape
    cells: Mapping[str, Sequence[Any]]
    arrays: dict[str, Ints]
    splits: dict[int, tuple[tuple[int, int], ...]]
    count: int

    def contents(self, places: Sequence[int]) -> Iterator[Content]:
        """What these rows hold, for comparison with stored values."""
        empty = [None] * self.count
        columns = [self.cells.get(name, empty) for name in self.shape.cells]
        for at in places:
            yield (*(column[at] for column in columns), self.splits.get(at, ()))

    def only(self, places: Ints) -> Resolved:
        """These rows alone."""
        renumbered = {old: new for new, old in enumerate(places.tolist())}
        cells = {name: picked(column, places) for name, column in self.cells.items()}
        return Resolved(
            self.shape,
            {name: column for name, column in cells.items() if different(column).count(None) != len(different(column))},
            {name: values[places] for name, values in self.arrays.items()},
            {renumbered[at]: split for at, split in self.splits.items() if at in renumbered},
            len(places),
        )


def check_rows(shape: Shape, part: RawRows, parsed: ParsedRows, tally: Tally) -> ParsedRows:
    """Refuse rows that parse but cannot be kept or be right: amounts beyond exact numbers, splits that do not add up.

    So are what ends before it starts, and a score beyond the highest of its scale.

    An owner split that can be read also names the owner: the one with the largest share.
    """
    bad: Bad = {}
    for one in shape.fields:
        if one.kind == "money":
            bad.update(_too_large(parsed, one.name, LARGEST_AMOUNT, "the amount is too large to be counted exactly"))
        elif one.kind in _COUNTED:
            bad.update(_too_large(parsed, one.name, LARGEST_NUMBER, "the number is too large"))
        elif one.kind == "stamp":
            bad.update(_too_late(parsed, one.name))
    if shape.shares:
        parsed, unread = _with_owners(parsed)
        bad.update(unread)
    for start, end in SPANS:
        bad.update(_turned_round(parsed, start, end))
    bad.update(_beyond_scale(parsed))
    return _without(bad, part, parsed, tally) if bad else parsed


def _too_large(parsed: ParsedRows, name: str, largest: int, problem: str) -> Bad:
    cells: Sequence[Any] = parsed.columns.get(name, [])
    filled = list(filter(None, different(cells)))
    if not filled or -largest <= min(filled) <= max(filled) <= largest:
        return {}
    return {at: (name, str(cell), problem) for at, cell in enumerate(cells) if abs(cell or 0) > largest}


def _too_late(parsed: ParsedRows, name: str) -> Bad:
    cells: Sequence[Any] = parsed.columns.get(name, [])
    if max(filter(None, different(cells)), default="") <= _LAST_STAMP:
        return {}
    return {at: (name, str(cell), "the day is too late") for at, cell in enumerate(cells) if (cell or "") > _LAST_STAMP}


def _turned_round(parsed: ParsedRows, start: str, end: str) -> Bad:
    """What ends before it starts."""
    both: list[tuple[Any, Any]] = list(zip(parsed.columns.get(start, []), parsed.columns.get(end, []), strict=False))
    return {at: (end, last, f"it ends on {last}, before it starts on {first}")
            for at, (first, last) in enumerate(both) if first and last and last < first}  # fmt: skip


def _beyond_scale(parsed: ParsedRows) -> Bad:
    """Scores above the highest that their row names."""
    both: list[tuple[Any, Any]] = list(
        zip(parsed.columns.get("score", []), parsed.columns.get("scale_max", []), strict=False)
    )
    return {at: ("score", f"{score / THOUSAND:g}", f"the highest score is {most / THOUSAND:g}")
            for at, (score, most) in enumerate(both) if score is not None and most and score > most}  # fmt: skip


def _with_owners(parsed: ParsedRows) -> tuple[ParsedRows, Bad]:
    """The rows with the owners that their splits name, and which splits cannot be read."""
    bad: Bad = {}
    split = parsed.columns.get("owner_split", [])
    if len(split) == split.count(None):
        return parsed, bad
    owners = list(parsed.columns.get("owner", [None] * len(split)))
    for at, text in enumerate(split):
        if text is None:
            continue
        try:
            owners[at] = parse_split(str(text))[0][0]
        except ValueError as error:
            bad[at] = ("owner_split", str(text), str(error))
    return replace(parsed, columns={**parsed.columns, "owner": owners}), bad


def _without(bad: Bad, part: RawRows, parsed: ParsedRows, tally: Tally) -> ParsedRows:
    rejected, named = dict(parsed.rejected), dict(parsed.rejected_keys)
    for at, (name, value, problem) in bad.items():
        rejected[parsed.index[at]] = Issue(part.lines[parsed.index[at]], tally.column(name), value, problem)
        named[parsed.index[at]] = parsed.keys[at]
    keep = [at for at in range(len(parsed.keys)) if at not in bad]
    return replace(parsed.only(keep), rejected=rejected, rejected_keys=named)


def resolve(shape: Shape, parsed: ParsedRows, pick: Ints, memory: Memory) -> Resolved:
    """Turn parsed cells of the picked rows into what is stored; names that are new are made."""
    wanted = None if len(pick) == len(parsed.keys) else pick
    cells: dict[str, Sequence[Any]] = {}
    arrays: dict[str, Ints] = {}
    for one in shape.fields:
        if one.name not in parsed.columns:
            continue
        column: Sequence[Any] = picked(parsed.columns[one.name], wanted)
        told = different(column)
        empty = told.count(None)
        if empty == len(told):
            continue
        cells[one.name] = column
        if is_named(one):
            numbers = memory.names.of(one).numbers(told)
            arrays[one.name] = entries_of(column, numbers)
            stored = numbers.tolist()
            cells[one.name] = in_rows(column, [number or None for number in stored] if empty else stored)
        elif one.name in shape.field_columns:
            array = _array(shape.field_columns[one.name], one.kind, told, empty, memory)
            arrays[one.name] = entries_of(column, array)
    custom = picked(parsed.custom, wanted)
    if any(different(custom)):
        cells["custom"] = custom
    splits = _splits(parsed, pick.tolist(), memory.names) if shape.shares else {}
    return Resolved(shape, cells, arrays, splits, len(pick))


def _array(of: Column, kind: FieldKind, column: Sequence[Any], empty: int, memory: Memory) -> Ints:
    """The cells of a field as its column has them, `empty` of them without a value."""
    dtype, none = of
    if kind == "date":
        return np.fromiter(map(memory.days.__getitem__, column), dtype, len(column))
    if kind == "stamp":
        return stamp_numbers(column)
    return np.asarray([none if cell is None else cell for cell in column] if empty else column, dtype)


def _splits(parsed: ParsedRows, wanted: Sequence[int], names: Names) -> dict[int, tuple[tuple[int, int], ...]]:
    column = parsed.columns.get("owner_split")
    if column is None or column.count(None) == len(column):
        return {}
    found = {}
    for place, at in enumerate(wanted):
        shares = parse_split(str(column[at])) if column[at] is not None else ()
        if len(shares) > 1:
            owners = names.owners().numbers([name for name, _ in shares]).tolist()
            found[place] = tuple(sorted((number, share) for number, (_, share) in zip(owners, shares, strict=True)))
    return found


def text_sums(shape: Shape, cells: Mapping[str, Sequence[str | None]], count: int) -> Ints:
    """A checksum of the texts of each value that no column repeats: the first such field, custom cells, the others."""
    empty: Sequence[str | None] = [None] * count
    first = shape.texts[0] if shape.texts else ""
    pairs = zip(cells.get(first, empty), cells_of(cells.get("custom", empty)), strict=True)
    texts = [f"{text or ''}\x1f{custom or ''}" for text, custom in pairs]
    for name in shape.texts[1:]:
        if name in cells:
            pairs = zip(texts, cells[name], strict=True)
            texts = [f"{before}\x1f{name}={text}" if text else before or "" for before, text in pairs]
    return np.fromiter(map(crc32, encoded_all(texts)), np.uint32, count)


def contents_of(db: Database, shape: Shape, values: Sequence[int], splits: bool) -> Iterator[tuple[int, int, Content]]:
    """Value id, record and content of stored values."""
    wanted = (json.dumps(values),)
    shares: dict[int, list[tuple[int, int]]] = {}
    if splits:
        sql = f"SELECT * FROM {shape.shares} WHERE value_id IN (SELECT value FROM json_each(?)) ORDER BY 1, 2"
        for value, owner, share in db.rows(sql, wanted):
            shares.setdefault(value, []).append((owner, share))
    sql = (
        f"SELECT id, {shape.record}, {', '.join(shape.cells)} FROM {shape.values}"
        " WHERE id IN (SELECT value FROM json_each(?))"
    )
    for row in db.connection.execute(sql, wanted):
        yield row[0], row[1], (*row[2:], tuple(shares.get(row[0], ())))


def same_as_stored(db: Database, shape: Shape, names: Names, parsed: ParsedRows, at: int, value: int) -> bool:
    """Whether a parsed row holds what a stored value holds, without making names."""
    _, _, stored = next(contents_of(db, shape, [value], splits=bool(shape.shares)))
    found: list[Cell] = []
    for one in shape.fields:
        cell = parsed.columns[one.name][at] if one.name in parsed.columns else None
        if cell is not None and is_named(one):
            cell = names.of(one).known(str(cell))
        found.append(cell)
    split = parsed.columns.get("owner_split")
    text = split[at] if split else None
    shares = parse_split(str(text)) if text is not None else ()
    known = tuple(sorted((names.owners().known(name), share) for name, share in shares)) if len(shares) > 1 else ()
    return stored == (*found, parsed.custom[at], known)
