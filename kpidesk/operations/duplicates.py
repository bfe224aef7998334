"""Rows of a file that look like other records under another id: the same account and name, amount and day, address."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, lru_cache, partial
from itertools import compress, islice
from typing import Self

import numpy as np

from kpidesk import importing, store
from kpidesk.core.fields import FIELD_BY_NAME, KIND_OF_RECORD, Kind
from kpidesk.core.imports import LEFT_OUT, LookAlike, id_text
from kpidesk.core.progress import collector_off
from kpidesk.core.records import Cell, ParsedRows, RawRows
from kpidesk.core.wording import listed
from kpidesk.operations.deal_likeness import MOST_SHARING
from kpidesk.operations.entered_twice import Entry, entered_twice
from kpidesk.operations.packed_cells import Column, Marks, Packed, Texts, Words, column_of, packed
from kpidesk.operations.workspace import Workspace

Signs = tuple[tuple[str, ...], ...]
NAMED = ("account", "name")
SIGNS: Mapping[Kind, Signs] = {
    "deals": (NAMED, ("account", "amount", "closed_at"), ("account", "amount", "close_date")),
    "leads": (("email",),),
    "accounts": (("account",),),
    "subscriptions": (("account", "product", "starts_at"),),
    "movements": (("account", "effective_at", "kind", "amount"),),
    "contracts": (("account", "term_end_at"),),
}
"""Fields that two records of a kind seldom share unless they are one; all must be filled, and all signs of a kind begin
with the same. What an account buys again often has the name of before: `entered_twice` says whether that is so."""
TOLD_APART: Mapping[Kind, tuple[str, ...]] = {
    "deals": ("amount", "owner", "created_at", "closed_at", "close_date"),
    "subscriptions": ("mrr", "arr", "quantity", "ends_at", "is_trial", "currency"),
    "movements": ("product", "currency"),
    "contracts": ("renewable_mrr", "term_start_at", "currency"),
}
"""The fields that tell whether what shares a sign is another record all the same, the first one best."""
MOST_ROWS = 200_000
"""So many new rows of a file are compared."""
BLOCK = 4096
"""So many known records are compared at a time."""
MERGING = (
    "What is one deal in two sources can also be merged after the import: on the page People under 'May be one', or "
    "with kpidesk people merge --deals."
)
Look = tuple[Cell, ...]
"""What tells a record: the values of the fields of a sign."""
Cells = Mapping[str, Column]
Why = Callable[[int, int], str]
"""Why two rows that look alike are one, empty where they are two."""
MIXER = np.uint64(0x9E3779B97F4A7C15)
"""Odd and irregular, so that numbers multiplied by it differ in all their bits."""


@dataclass(slots=True)
class Watched:
    """The rows of a file that bring new ids; a class because they gather block by block.

    `has_ids`: the file has a column of ids, without which rows that look alike may well be several. `known` tells which
    of some ids its source had before, up to the record numbered `newest`; `same` is what was said of ids; `shown` says
    on which line the file shows each of these. `keys`, `lines`, `names` and the `cells` by field are those of the new
    rows, `count` in number; `words` are the different cells by field.
    """

    kind: Kind
    source: str
    has_ids: bool
    known: Callable[[Sequence[str]], Set[str]]
    newest: int
    same: Mapping[str, str]
    shown: dict[str, int] = field(default_factory=dict)
    count: int = 0
    keys: list[Texts] = field(default_factory=list)
    lines: list[Marks] = field(default_factory=list)
    names: list[Texts] = field(default_factory=list)
    cells: dict[str, list[Packed]] = field(default_factory=dict)
    words: dict[str, Words] = field(default_factory=dict)

    def note(self, rows: RawRows, parsed: ParsedRows) -> ParsedRows:
        """Gather the new rows of a block, and hand it on."""
        if self.count >= MOST_ROWS:
            return parsed
        keys, lines, columns = self._new(rows, parsed)
        if not keys:
            return parsed
        self.count += len(keys)
        self.keys.append(Texts.of(keys))
        self.lines.append(np.asarray(lines, np.int32))
        self.names.append(Texts.of([str(name or "") for name in columns[name_of(self.kind)]]))
        for name in fields_of(self.kind):
            cells = packed(FIELD_BY_NAME[self.kind][name].kind, columns[name], self.words.setdefault(name, {}))
            self.cells.setdefault(name, []).append(cells)
        return parsed

    def _new(self, rows: RawRows, parsed: ParsedRows) -> tuple[list[str], list[int], dict[str, Sequence[Cell]]]:
        """The ids, lines and cells of the rows of a block whose ids are new."""
        keys, lines = parsed.keys, rows.lines
        if len(lines) != len(keys):
            lines = [lines[place] for place in parsed.index]
        none: list[Cell] = [None] * len(keys)
        columns: dict[str, Sequence[Cell]] = {
            name: parsed.columns.get(name, none) for name in (name_of(self.kind), *fields_of(self.kind))
        }
        others = {*self.known(keys), *(key for key, said in self.same.items() if said != key)}
        fresh = [key not in others for key in keys] if others else []
        if all(fresh):
            return keys, lines, columns
        self.shown.update((key, line) for key, line, new in zip(keys, lines, fresh, strict=True) if not new)
        columns = {name: list(compress(cells, fresh)) for name, cells in columns.items()}
        return list(compress(keys, fresh)), list(compress(lines, fresh)), columns

    def columns(self, accounts: Mapping[str, int]) -> dict[str, Column]:
        """The cells of all new rows by field."""
        kinds = FIELD_BY_NAME[self.kind]
        return {
            name: column_of(kinds[name].kind, cells, self.words[name], accounts) for name, cells in self.cells.items()
        }


@dataclass(frozen=True, slots=True)
class NewRows:
    """The new rows of a file: what each is called and where it stands, and how all look to each sign."""

    keys: Texts
    lines: Marks
    names: Texts
    looks: list[Looks]
    columns: Cells

    @classmethod
    def of(cls, watched: Watched, accounts: Mapping[str, int]) -> Self:
        """What was watched, as it is compared."""
        columns = watched.columns(accounts)
        looks = [Looks.of([columns[name] for name in sign]) for sign in SIGNS[watched.kind]]
        names = Texts.joined(watched.names)
        return cls(Texts.joined(watched.keys), np.concatenate(watched.lines), names, looks, columns)


def name_of(kind: Kind) -> str:
    """The field that names a record of a kind."""
    return "name" if "name" in FIELD_BY_NAME[kind] else "account"


def fields_of(kind: Kind) -> tuple[str, ...]:
    """The fields of a kind that tell whether two records are one."""
    return tuple(dict.fromkeys(name for sign in (*SIGNS[kind], TOLD_APART.get(kind, ())) for name in sign))


def watch(ws: Workspace, plan: importing.Plan) -> Watched | None:
    """What gathers the new rows of a planned file; None where rows of its kind show nothing that tells them."""
    if plan.kind not in SIGNS:
        return None
    newest = store.newest_record(ws.db, plan.kind, plan.source)

    def known(keys: Sequence[str]) -> Set[str]:
        return store.known_keys(ws.db, plan.kind, plan.source, keys, newest)

    return Watched(plan.kind, plan.source, plan.rules.identity == ("id",), known, newest, plan.same)


def compared(ws: Workspace, watched: Watched) -> tuple[LookAlike, ...]:
    """What the new rows look like, in their order; a record of before comes before another row of the file."""
    if not watched.count:
        return ()
    with collector_off():
        accounts = store.account_numbers(ws.db)
        new = NewRows.of(watched, accounts)
        found = (_in_file(watched, new) if watched.has_ids else {}) | _among_known(ws, watched, accounts, new)
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

    def again(self, keys: Texts, why: Why) -> Iterator[tuple[int, int, str]]:
        """The place of each row that looks like an earlier one, the first of these that may be it, and why.

        A further row of one id is none: two rows of one id are told as such.
        """
        marks = np.sort(self.marks)
        several = np.isin(self.marks, marks[1:][marks[1:] == marks[:-1]])
        before: dict[Look, list[int]] = {}
        met: set[tuple[Look, str]] = set()
        for at in self.places[several].tolist():
            look = _look(self.columns, at)
            others = before.setdefault(look, [])
            if (look, keys[at]) in met:
                continue
            met.add((look, keys[at]))
            told = next(((at, earlier, said) for earlier in others if (said := why(at, earlier))), None)
            if told is not None:
                yield told
            others.append(at)
            if len(others) > MOST_SHARING:
                del others[1]  # the first one tells most, and the last ones

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
    marks = np.zeros(len(columns[0].hashes), np.uint64)
    for column in columns:
        marks = (marks ^ column.hashes) * MIXER
    return marks


def _look(columns: Sequence[Column], at: int) -> Look:
    return tuple(column.cell(at) for column in columns)


def _in_file(watched: Watched, new: NewRows) -> dict[int, LookAlike]:
    """The new rows that look like an earlier one of them, by place."""
    found: dict[int, LookAlike] = {}

    entry = cache(partial(_entry, new.columns))

    def why(sign: int, at: int, earlier: int) -> str:
        if _is_by_name(watched.kind, sign):
            return entered_twice(entry(at), entry(earlier))
        return _agreed(watched.kind, sign, (new.columns, at), (new.columns, earlier))

    for number, one in enumerate(new.looks):
        for at, earlier, said in one.again(new.keys, partial(why, number)):
            if at not in found:
                found[at] = _again(watched, new, at, earlier, said)
    return found


def _among_known(ws: Workspace, watched: Watched, accounts: Mapping[str, int], new: NewRows) -> dict[int, LookAlike]:
    """The new rows that look like a record that was there before, by place."""
    fields, signs = fields_of(watched.kind), SIGNS[watched.kind]
    told = {account for account in new.looks[0].columns[0].words if isinstance(account, int)}
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
        ordered = ordered or [one.in_order() for one in new.looks]
        values = zip(*(values for _, _, _, values in rows), strict=True)
        columns = {}
        for name, cells in zip(fields, values, strict=True):
            kind, words = FIELD_BY_NAME[watched.kind][name].kind, dict[Cell, int]()
            columns[name] = column_of(kind, [packed(kind, cells, words)], words, accounts)
        hits = [
            (other, number, at)
            for number, sign in enumerate(signs)
            for other, at in ordered[number].like([columns[name] for name in sign])
        ]
        for other, number, at in sorted(hits):
            source, key, name, _ = rows[other]
            if at in found or not (watched.has_ids or source != watched.source):
                continue
            if _is_by_name(watched.kind, number):
                why = entered_twice(_entry(columns, other), _entry(new.columns, at))
            else:
                why = _agreed(watched.kind, number, (columns, other), (new.columns, at))
            if why:
                found[at] = _known(watched, new, at, key, name, source, why)
    return found


def _known(watched: Watched, new: NewRows, at: int, key: str, name: str, source: str, why: str) -> LookAlike:
    own = source == watched.source
    line = watched.shown.get(key, 0) if own else 0
    can_be_merged = not own and watched.kind == "deals" and bool(id_text(new.keys[at]) and id_text(key))
    return LookAlike(int(new.lines[at]), new.keys[at], new.names[at], key, name, source, line, why, own, can_be_merged)


def _again(watched: Watched, new: NewRows, at: int, first: int, why: str) -> LookAlike:
    line, other_line = int(new.lines[at]), int(new.lines[first])
    key, other, name, other_name = new.keys[at], new.keys[first], new.names[at], new.names[first]
    return LookAlike(line, key, name, other, other_name, watched.source, other_line, why, True)


def _is_by_name(kind: Kind, sign: int) -> bool:
    """Whether a sign is one that an account that buys again has as well."""
    return kind == "deals" and SIGNS[kind][sign] == NAMED


def _agreed(kind: Kind, sign: int, one: tuple[Cells, int], other: tuple[Cells, int]) -> str:
    """What two records share, with what tells best that they are one; empty where something says that they are two."""
    agreed: list[str] = []
    for name in () if kind == "deals" else TOLD_APART.get(kind, ()):
        cell, its = (_told_cell(kind, name, columns[name], at) for columns, at in (one, other))
        if cell is not None and its is not None:
            if cell != its:
                return ""
            agreed += [name] if name != "currency" else []  # most rows are of one
    return _shared(kind, sign, tuple(agreed[:1]))


def _told_cell(kind: Kind, name: str, column: Column, at: int) -> Cell:
    """A cell that says something, a No too, else None."""
    is_flag = FIELD_BY_NAME[kind][name].kind == "flag"
    return column.cell(at) if is_flag or column.filled[at] else None


@cache
def _shared(kind: Kind, sign: int, more: tuple[str, ...]) -> str:
    labels = [FIELD_BY_NAME[kind][name].label for name in (*SIGNS[kind][sign], *more)]
    return f"same {listed(_in_words(label) for label in labels)}"


def _in_words(label: str) -> str:
    """The label of a field within a sentence, where shortenings such as MRR stay large."""
    words = (word if word.isupper() else word.lower() for word in label.split())
    return "name" if label == "Deal name" else " ".join(words)


def _entry(columns: Cells, at: int) -> Entry:
    created, closed, due = (_day(columns[name].cell(at)) for name in ("created_at", "closed_at", "close_date"))
    amount = columns["amount"].cell(at)
    return Entry(
        amount if isinstance(amount, int) else 0, columns["owner"].cell(at), created, due if closed is None else closed
    )


@lru_cache(maxsize=4096)
def _day(cell: Cell) -> int | None:
    return date.fromisoformat(cell[:10]).toordinal() if isinstance(cell, str) and cell else None


def told(kind: Kind, found: tuple[LookAlike, ...]) -> tuple[str, ...]:
    """That rows look like other records, as a sentence with the first of them and the way to answer."""
    if not found:
        return ()
    one, known = found[0], KIND_OF_RECORD[kind]
    where = f"line {one.other_line}" if one.other_line else f"'{id_text(one.other) or one.other_name}'"
    where += "" if one.is_own else f" of the source '{one.source}'"
    rows = f"1 row looks like another {known.one}" if len(found) == 1 else f"{len(found):,} rows look like other "
    rows += "" if len(found) == 1 else known.many
    answer = f"--same {one.key}={one.said_same if one.can_be_one else LEFT_OUT}"
    meant = "counts it as that" if one.can_be_one else "leaves it out"
    ways = f"; {answer} {meant}, --same {one.key}={one.key} keeps both." if id_text(one.key) else "."
    return (
        f"{rows} under another id: line {one.line} ('{id_text(one.key) or one.name}') is like {where}, {one.why}. They "
        f"count as different {known.many}{ways}",
        *((MERGING,) if kind == "deals" and not all(one.is_own for one in found) else ()),
    )
