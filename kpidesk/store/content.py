"""What a value holds, field by field: from parsed cells to row, arrays, and a content that can be compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np

from kpidesk.core.errors import Issue
from kpidesk.core.records import Cell, ParsedRows, RawRows
from kpidesk.store.columns import FIELD_COLUMNS, STORED_FIELDS, Ints, day_number
from kpidesk.store.database import Database
from kpidesk.store.names import Names, parse_split
from kpidesk.store.tally import Tally

Content = tuple[Any, ...]
CELLS = (*(one.name for one in STORED_FIELDS), "custom")
LARGEST_AMOUNT = 2**53
_NAMED = ("term", "person", "account")


class DayNumbers(dict[Any, int]):
    """Day numbers by ISO text; no text is NO_DAY. A dict so that map() can use it."""

    def __missing__(self, text: str | None) -> int:
        number = self[text] = day_number(text)
        return number


@dataclass(frozen=True, slots=True)
class Resolved:
    """Rows ready to store: `cells` by field as a row holds them, `arrays` as the columns do, `splits` by place.

    A field without a value in any of the rows has no cells.
    """

    cells: dict[str, list[Any]]
    arrays: dict[str, Ints]
    splits: dict[int, tuple[tuple[int, int], ...]]
    count: int

    def contents(self, places: Sequence[int]) -> Iterator[Content]:
        """What these rows hold, for comparison with stored values."""
        empty = [None] * self.count
        columns = [self.cells.get(name, empty) for name in CELLS]
        for at in places:
            yield (*(column[at] for column in columns), self.splits.get(at, ()))

    def only(self, places: Ints) -> Resolved:
        """These rows alone."""
        wanted = places.tolist()
        renumbered = {old: new for new, old in enumerate(wanted)}
        cells = {name: [column[at] for at in wanted] for name, column in self.cells.items()}
        return Resolved(
            {name: column for name, column in cells.items() if column.count(None) != len(wanted)},
            {name: values[places] for name, values in self.arrays.items()},
            {renumbered[at]: split for at, split in self.splits.items() if at in renumbered},
            len(wanted),
        )


def check_rows(part: RawRows, parsed: ParsedRows, tally: Tally) -> ParsedRows:
    """Refuse rows that parse but cannot be kept: amounts beyond exact numbers, splits that do not add up.

    An owner split that can be read also names the owner: the one with the largest share.
    """
    bad: dict[int, tuple[str, str, str]] = {}
    amounts: list[Any] = parsed.columns.get("amount", [])
    filled = list(filter(None, amounts))
    if filled and not -LARGEST_AMOUNT <= min(filled) <= max(filled) <= LARGEST_AMOUNT:
        for at, amount in enumerate(amounts):
            if abs(amount or 0) > LARGEST_AMOUNT:
                bad[at] = ("amount", str(amount), "the amount is too large to be counted exactly")
    split = parsed.columns.get("owner_split", [])
    if len(split) != split.count(None):
        owners = list(parsed.columns.get("owner", [None] * len(split)))
        for at, text in enumerate(split):
            if text is None:
                continue
            try:
                owners[at] = parse_split(str(text))[0][0]
            except ValueError as error:
                bad[at] = ("owner_split", str(text), str(error))
        parsed.columns["owner"] = owners
    if not bad:
        return parsed
    rejected, named = dict(parsed.rejected), dict(parsed.rejected_keys)
    for at, (name, value, problem) in bad.items():
        rejected[parsed.index[at]] = Issue(part.lines[parsed.index[at]], tally.column(name), value, problem)
        named[parsed.index[at]] = parsed.keys[at]
    keep = [at for at in range(len(parsed.keys)) if at not in bad]
    return ParsedRows(
        [parsed.index[at] for at in keep],
        [parsed.keys[at] for at in keep],
        {name: [column[at] for at in keep] for name, column in parsed.columns.items()},
        [parsed.custom[at] for at in keep],
        rejected,
        parsed.skipped,
        named,
    )


def resolve(parsed: ParsedRows, pick: Ints, names: Names, days: DayNumbers) -> Resolved:
    """Turn parsed cells of the picked rows into what is stored; names that are new are made."""
    every = len(pick) == len(parsed.keys)
    wanted = pick.tolist()
    count = len(wanted)
    cells: dict[str, list[Any]] = {}
    arrays: dict[str, Ints] = {}
    for one in STORED_FIELDS:
        column: list[Any] | None = parsed.columns.get(one.name)
        if column is None:
            continue
        if not every:
            column = [column[at] for at in wanted]
        empty = column.count(None)
        if empty == count:
            continue
        cells[one.name] = column
        if one.kind in _NAMED or one.name == "team":
            numbers = names.of(one.name, one.kind).numbers(column)
            arrays[one.name] = np.asarray(numbers, np.int32)
            cells[one.name] = [number or None for number in numbers] if empty else numbers
        elif one.kind == "date":
            arrays[one.name] = np.fromiter(map(days.__getitem__, column), np.int32, count)
        elif one.kind in ("money", "ratio"):
            none = FIELD_COLUMNS[one.name][1]
            filled = [none if cell is None else cell for cell in column] if empty else column
            arrays[one.name] = np.asarray(filled, FIELD_COLUMNS[one.name][0])
    custom = parsed.custom if every else [parsed.custom[at] for at in wanted]
    if custom.count(None) != count:
        cells["custom"] = list(custom)
    return Resolved(cells, arrays, _splits(parsed, wanted, names), count)


def _splits(parsed: ParsedRows, wanted: Sequence[int], names: Names) -> dict[int, tuple[tuple[int, int], ...]]:
    column = parsed.columns.get("owner_split")
    if column is None or column.count(None) == len(column):
        return {}
    found = {}
    for place, at in enumerate(wanted):
        shares = parse_split(str(column[at])) if column[at] is not None else ()
        if len(shares) > 1:
            owners = names.owners().numbers([name for name, _ in shares])
            found[place] = tuple(sorted((number, share) for number, (_, share) in zip(owners, shares, strict=True)))
    return found


def text_sums(names: Sequence[str | None], customs: Sequence[str | None]) -> Ints:
    """A checksum of the name and the custom cells of each value."""
    pairs = zip(names, customs, strict=True)
    texts = [f"{name or ''}\x1f{custom or ''}".encode("utf-8", "surrogatepass") for name, custom in pairs]
    return np.fromiter(map(crc32, texts), np.uint32, len(texts))


def contents_of(db: Database, values: Sequence[int], splits: bool) -> Iterator[tuple[int, int, Content]]:
    """Value id, deal and content of stored values."""
    wanted = (json.dumps(values),)
    shares: dict[int, list[tuple[int, int]]] = {}
    if splits:
        sql = "SELECT * FROM deal_value_owners WHERE value_id IN (SELECT value FROM json_each(?)) ORDER BY 1, 2"
        for value, owner, share in db.rows(sql, wanted):
            shares.setdefault(value, []).append((owner, share))
    sql = f"SELECT id, deal_id, {', '.join(CELLS)} FROM deal_values WHERE id IN (SELECT value FROM json_each(?))"
    for row in db.connection.execute(sql, wanted):
        yield row[0], row[1], (*row[2:], tuple(shares.get(row[0], ())))


def same_as_stored(db: Database, names: Names, parsed: ParsedRows, at: int, value: int) -> bool:
    """Whether a parsed row holds what a stored value holds, without making names."""
    _, _, stored = next(contents_of(db, [value], splits=True))
    found: list[Cell] = []
    for one in STORED_FIELDS:
        cell = parsed.columns[one.name][at] if one.name in parsed.columns else None
        if cell is not None and (one.kind in _NAMED or one.name == "team"):
            cell = names.of(one.name, one.kind).get(str(cell), -1)
        found.append(cell)
    split = parsed.columns.get("owner_split")
    text = split[at] if split else None
    shares = parse_split(str(text)) if text is not None else ()
    known = tuple(sorted((names.owners().get(name, -1), share) for name, share in shares)) if len(shares) > 1 else ()
    return stored == (*found, parsed.custom[at], known)
