"""Rows of a file that look like other records under another id: the same account and name, amount and day, address."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import compress, islice
from typing import Any, Self, cast

import numpy as np
from numpy.typing import NDArray

from kpidesk import importing, store
from kpidesk.core.fields import FIELD_BY_NAME, KIND_OF_RECORD, FieldKind, Kind
from kpidesk.core.imports import LEFT_OUT, LookAlike, id_text
from kpidesk.core.progress import Progress, collector_off
from kpidesk.core.records import Cell, ParsedRows, RawRows
from kpidesk.core.texts import folded_all
from kpidesk.operations.workspace import Workspace

Signs = tuple[tuple[str, ...], ...]
SIGNS: Mapping[Kind, Signs] = {
    "deals": (("account", "name"), ("account", "amount", "closed_at"), ("account", "amount", "close_date")),
    "leads": (("email",),),
    "accounts": (("account",),),
    "subscriptions": (("account", "product", "starts_at"),),
    "movements": (("account", "effective_at", "kind", "amount"),),
    "contracts": (("account", "term_end_at"),),
}
"""Fields that two records of a kind seldom share unless they are one; all must be filled, and all signs of a kind begin
with the same."""
MOST_ROWS = 200_000
"""So many new rows of a file are compared."""
BLOCK = 4096
"""So many known records are compared at a time."""
WORDS: tuple[FieldKind, ...] = ("text", "term", "person", "account")
"""The kinds of field whose texts are compared without case and signs that do not count."""
MERGING = (
    "What is one deal in two sources can be merged after the import: on the page People under 'May be one', or with "
    "kpidesk people merge --deals."
)
Plain = str | int | None
"""A cell as it is compared."""
Look = tuple[Plain, ...]
"""What tells a record: the values of the fields of a sign."""
Marks = NDArray[Any]
MIXER = np.uint64(0x9E3779B97F4A7C15)
"""Odd and irregular, so that numbers multiplied by it differ in all their bits."""


@dataclass(frozen=True, slots=True)
class Column:
    """The cells of a field as they are compared, their hashes, and which of them hold anything."""

    cells: list[Plain]
    hashes: Marks
    filled: Marks

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The cells of several blocks as one."""
        cells = [cell for part in parts for cell in part.cells]
        return cls(cells, *(np.concatenate([getattr(part, name) for part in parts]) for name in ("hashes", "filled")))

    def with_numbers(self, accounts: Mapping[str, int]) -> Column:
        """The cells with each account as its number; one that no other text stands for is its text."""
        if not accounts or not any(isinstance(cell, str) for cell in self.cells):
            return self
        meant = {cast(Plain, text): cast(Plain, number) for text, number in accounts.items()}
        return _column(list(map(meant.get, self.cells, self.cells)))


def column_of(kind: FieldKind, cells: Sequence[Cell]) -> Column:
    """Cells of a field as they are compared: texts without case and signs that do not count."""
    if kind not in WORDS or not any(isinstance(cell, str) for cell in cells):
        return _column(list(cells))
    return _column(list(folded_all([str(cell or "") for cell in cells] if None in cells else cast(list[str], cells))))


def _column(cells: list[Plain]) -> Column:
    hashes = np.fromiter(map(hash, cells), np.int64, len(cells)).view(np.uint64)
    filled = np.ones(len(cells), bool) if all(cells) else np.fromiter(map(bool, cells), bool, len(cells))
    return Column(cells, hashes, filled)


@dataclass(slots=True)
class Watched:
    """The rows of a file that bring new ids; a class because they gather block by block.

    `has_ids`: the file has a column of ids, without which rows that look alike may well be several. `known` tells which
    of some ids its source had before, up to the record numbered `newest`; `same` is what was said of ids; `shown` says
    on which line the file shows each of these. `keys`, `lines`, `names` and the `blocks` of columns by field are those
    of the new rows.
    """

    kind: Kind
    source: str
    has_ids: bool
    known: Callable[[Sequence[str]], Set[str]]
    newest: int
    same: Mapping[str, str]
    shown: dict[str, int] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    names: list[Cell] = field(default_factory=list)
    blocks: list[dict[str, Column]] = field(default_factory=list)

    def note(self, rows: RawRows, parsed: ParsedRows) -> ParsedRows:
        """Gather the new rows of a block, and hand it on."""
        if len(self.keys) >= MOST_ROWS:
            return parsed
        known = self.known(parsed.keys)
        others = {*known, *self.same}
        fresh = [key not in others for key in parsed.keys]
        lines = rows.lines if len(rows) == len(fresh) else [rows.lines[place] for place in parsed.index]
        if not all(fresh):
            self.shown.update((key, line) for key, line, new in zip(parsed.keys, lines, fresh, strict=True) if not new)
        none: list[Cell] = [None] * len(fresh)
        columns = {name: parsed.columns.get(name, none) for name in (name_of(self.kind), *fields_of(self.kind))}
        if not all(fresh):
            columns = {name: list(compress(cells, fresh)) for name, cells in columns.items()}
        self.keys += compress(parsed.keys, fresh)
        self.lines += compress(lines, fresh)
        self.names += columns[name_of(self.kind)]
        kinds = FIELD_BY_NAME[self.kind]
        self.blocks.append({name: column_of(kinds[name].kind, columns[name]) for name in fields_of(self.kind)})
        return parsed


def name_of(kind: Kind) -> str:
    """The field that names a record of a kind."""
    return "name" if "name" in FIELD_BY_NAME[kind] else "account"


def fields_of(kind: Kind) -> tuple[str, ...]:
    """The fields of a kind that tell whether two records are one."""
    return tuple(dict.fromkeys(name for sign in SIGNS[kind] for name in sign))


def watch(ws: Workspace, plan: importing.Plan) -> Watched | None:
    """What gathers the new rows of a planned file; None where rows of its kind show nothing that tells them."""
    if plan.kind not in SIGNS:
        return None
    newest = store.newest_record(ws.db, plan.kind, plan.source)

    def known(keys: Sequence[str]) -> Set[str]:
        return store.known_keys(ws.db, plan.kind, plan.source, keys, newest)

    return Watched(plan.kind, plan.source, plan.rules.identity == ("id",), known, newest, plan.same)


def gathered(watched: Watched, plan: importing.Plan) -> Generator[Progress, None, None]:
    """Read a planned file for its new rows; writes nothing."""
    for rows in importing.chunks(plan):
        watched.note(rows, importing.parse(plan, rows))
        yield Progress(min(rows.lines[-1], plan.total_rows), plan.total_rows, "Looking for rows that are known already")


def compared(ws: Workspace, watched: Watched) -> tuple[LookAlike, ...]:
    """What the new rows look like, in their order; a record of before comes before another row of the file."""
    if not watched.keys:
        return ()
    with collector_off():
        accounts = store.account_numbers(ws.db)
        columns = {name: Column.joined([block[name] for block in watched.blocks]) for name in watched.blocks[0]}
        if "account" in columns:
            columns["account"] = columns["account"].with_numbers(accounts)
        looks = [Looks.of([columns[name] for name in sign]) for sign in SIGNS[watched.kind]]
        found = (_in_file(watched, looks) if watched.has_ids else {}) | _among_known(ws, watched, accounts, looks)
    return tuple(found[at] for at in sorted(found))


@dataclass(frozen=True, slots=True)
class Looks:
    """How rows look to one sign: the `columns` of its fields, and the `places` of whole rows with their `marks`.

    A mark is a number made of the hashes of a row: rows that look alike have the same one.
    """

    columns: list[Column]
    marks: Marks
    places: Marks

    @classmethod
    def of(cls, columns: list[Column]) -> Self:
        """The looks of rows; those of which a field is empty have none."""
        whole = np.flatnonzero(np.logical_and.reduce([column.filled for column in columns]))
        return cls(columns, marks_of(columns)[whole], whole)

    def again(self) -> Iterator[tuple[int, int]]:
        """The place of each row that looks like an earlier one, and the first of these."""
        marks = np.sort(self.marks)
        several = np.isin(self.marks, marks[1:][marks[1:] == marks[:-1]])
        first: dict[Look, int] = {}
        for at in self.places[several].tolist():
            if (earlier := first.setdefault(_look(self.columns, at), at)) != at:
                yield at, earlier

    def in_order(self) -> Self:
        """The same looks in the order of their marks, as `like` needs them."""
        order = np.argsort(self.marks)
        return replace(self, marks=self.marks[order], places=self.places[order])

    def like(self, columns: list[Column]) -> Iterator[tuple[int, int]]:
        """Which of other rows look like one of these, each with the places of all that it looks like."""
        marks = marks_of(columns)
        begin = np.searchsorted(self.marks, marks)
        end = np.searchsorted(self.marks, marks, side="right")
        for other in np.flatnonzero(begin < end).tolist():
            look = _look(columns, other)
            for at in self.places[begin[other] : end[other]].tolist():
                if _look(self.columns, at) == look:
                    yield other, at


def marks_of(columns: Sequence[Column]) -> Marks:
    """A number by row, made of the hashes of its cells."""
    marks = np.zeros(len(columns[0].cells), np.uint64)
    for column in columns:
        marks = (marks ^ column.hashes) * MIXER
    return marks


def _look(columns: Sequence[Column], at: int) -> Look:
    return tuple(column.cells[at] for column in columns)


def _in_file(watched: Watched, looks: Sequence[Looks]) -> dict[int, LookAlike]:
    """The new rows that look like an earlier one of them, by place."""
    found: dict[int, LookAlike] = {}
    for number, one in enumerate(looks):
        for at, earlier in one.again():
            if at not in found:
                found[at] = _again(watched, at, number, earlier)
    return found


def _among_known(
    ws: Workspace, watched: Watched, accounts: Mapping[str, int], looks: Sequence[Looks]
) -> dict[int, LookAlike]:
    """The new rows that look like a record that was there before, by place."""
    fields, signs = fields_of(watched.kind), SIGNS[watched.kind]
    told = {account for account in set(looks[0].columns[0].cells) if isinstance(account, int)}
    others = store.records_now(
        ws.db,
        watched.kind,
        fields,
        name_of(watched.kind),
        but=watched.source,
        newest=watched.newest,
        accounts=told if fields[0] == "account" else None,
    )
    found: dict[int, LookAlike] = {}
    ordered: list[Looks] = []
    while rows := list(islice(others, BLOCK)):
        ordered = ordered or [one.in_order() for one in looks]
        values = zip(*(values for _, _, _, values in rows), strict=True)
        columns = {
            name: column_of(FIELD_BY_NAME[watched.kind][name].kind, cells).with_numbers(accounts)
            for name, cells in zip(fields, values, strict=True)
        }
        hits = [
            (other, number, at)
            for number, sign in enumerate(signs)
            for other, at in ordered[number].like([columns[name] for name in sign])
        ]
        for other, number, at in sorted(hits):
            source, key, name, _ = rows[other]
            if at not in found and (watched.has_ids or source != watched.source):
                found[at] = _known(watched, at, number, key, name, source)
    return found


def _known(watched: Watched, at: int, sign: int, key: str, name: str, source: str) -> LookAlike:
    own = source == watched.source
    line = watched.shown.get(key, 0) if own else 0
    why = _why(watched.kind, sign)
    return LookAlike(
        watched.lines[at], watched.keys[at], str(watched.names[at] or ""), key, name, source, line, why, own
    )


def _again(watched: Watched, at: int, sign: int, first: int) -> LookAlike:
    names = [str(watched.names[place] or "") for place in (at, first)]
    line, other_line = watched.lines[at], watched.lines[first]
    key, other = watched.keys[at], watched.keys[first]
    return LookAlike(line, key, names[0], other, names[1], watched.source, other_line, _why(watched.kind, sign), True)


def _why(kind: Kind, sign: int) -> str:
    labels = [FIELD_BY_NAME[kind][name].label.lower() for name in SIGNS[kind][sign]]
    labels = ["name" if label == "deal name" else label for label in labels]
    listed = f"{', '.join(labels[:-1])} and {labels[-1]}" if len(labels) > 1 else labels[0]
    return f"same {listed}"


def told(kind: Kind, found: tuple[LookAlike, ...]) -> tuple[str, ...]:
    """That rows look like other records, as a sentence with the first of them and the way to answer."""
    if not found:
        return ()
    one, known = found[0], KIND_OF_RECORD[kind]
    where = f"line {one.other_line}" if one.other_line else f"'{id_text(one.other) or one.other_name}'"
    where += "" if one.is_own else f" of the source '{one.source}'"
    rows = f"1 row looks like another {known.one}" if len(found) == 1 else f"{len(found):,} rows look like other "
    rows += "" if len(found) == 1 else known.many
    answer = f"--same {one.key}={one.other if one.can_be_one else LEFT_OUT}"
    meant = "counts it as that" if one.can_be_one else "leaves it out"
    ways = f"; {answer} {meant}, --same {one.key}={one.key} keeps both." if id_text(one.key) else "."
    return (
        f"{rows} under another id: line {one.line} ('{id_text(one.key) or one.name}') is like {where}, {one.why}. They "
        f"count as different {known.many}{ways}",
        *((MERGING,) if kind == "deals" and not all(one.is_own for one in found) else ()),
    )
