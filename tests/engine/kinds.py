"""Records of every kind as the arrays that the store hands over, made from rows as a person would write them down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import numpy as np

from kpidesk.core.curation import Curation
from kpidesk.core.fields import FIELDS, Field, Kind, Outcome
from kpidesk.core.goals import GoalBook, Target
from kpidesk.core.people import Organisation
from kpidesk.core.rates import Rate
from kpidesk.core.settings import Settings
from kpidesk.engine import Evaluator, Others, build_facts
from kpidesk.engine.cells import Custom, Links
from kpidesk.engine.cubes import MAX_CELLS
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import Columns

EPOCH = date(1970, 1, 1).toordinal()
NO_DAY, NO_AMOUNT = -(2**31), -(2**63)
EMPTY: Mapping[str, int] = {
    "date": NO_DAY, "stamp": NO_DAY, "score": NO_DAY, "number": NO_DAY, "money": NO_AMOUNT,
    "ratio": -1, "duration": -1, "flag": -1,
}  # fmt: skip
Row = Mapping[str, object]
"""A record: its `key`, the day it was `seen` (the last data date by default), and its fields.

Money is in minor units, durations in seconds, scores in points; persons and accounts are numbers or, for those of
nobody's knowledge, texts; references are the key of the other record.
"""


@dataclass(frozen=True, slots=True)
class Books:
    """What a company keeps, by kind of record."""

    rows: Mapping[Kind, Sequence[Row]]
    organisation: Organisation = field(default_factory=Organisation)
    data_dates: tuple[date, ...] = (date(2025, 12, 31),)
    targets: tuple[Target, ...] = ()
    settings: Settings = field(default_factory=Settings)
    outcomes: Mapping[str, Outcome] = field(default_factory=lambda: {"won": "won", "lost": "lost", "open": "open"})
    custom: Mapping[tuple[Kind, str], Mapping[str, str]] = field(default_factory=dict)
    rates: tuple[Rate, ...] = ()


def facts_of(books: Books, as_of: date | None = None, read: list[Kind] | None = None) -> Facts:
    """The books laid out for evaluation; `read` takes down which kinds besides deals are asked for."""
    made = _Made(books)
    columns = {kind: made.columns(kind) for kind in books.rows}

    def dates(kind: Kind) -> list[tuple[int, date]]:
        seen = {made.seen(row) for row in books.rows.get(kind, ())}
        return [(number, day) for number, day in enumerate(books.data_dates, 1) if day_number(day) in seen]

    def records(kind: Kind) -> Columns:
        if read is not None:
            read.append(kind)
        return columns[kind]

    others = Others(records, made.links, dates, made.unmapped)
    deals = columns.get("deals") or made.columns("deals")
    return build_facts(
        deals, made.curation(), books.organisation, books.settings, dates("deals"),
        as_of=as_of, others=others, rates=books.rates,
    )  # fmt: skip


def evaluator_of(books: Books, *, as_of: date | None = None, most_cells: int = MAX_CELLS) -> Evaluator:
    """An evaluator over the books."""
    return Evaluator(facts_of(books, as_of), GoalBook((), books.targets), {"gross_margin": 0.8}, most_cells=most_cells)


def day_number(day: date) -> int:
    return day.toordinal() - EPOCH


class _Made:
    """The numbers that stand for words, people, accounts and records; a class because they are handed out in turn."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.terms: dict[tuple[str, str], int] = {}
        self.accounts: dict[object, int] = {}
        self.keys = {
            kind: {key: at for at, key in enumerate(dict.fromkeys(str(row["key"]) for row in rows), 1)}
            for kind, rows in books.rows.items()
        }

    def columns(self, kind: Kind) -> Columns:
        rows = list(self.books.rows.get(kind, ()))
        ids = [self.keys[kind][str(row["key"])] for row in rows]
        columns: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]] = {
            "of": np.array([0, *ids], dtype=np.int32)
        }
        for one in FIELDS[kind]:
            if one.kind not in ("text", "id", "decimal"):
                empty = EMPTY.get(one.kind, 0)
                cells = [self._cell(one, row.get(one.name)) for row in rows]
                columns[one.name] = np.array([empty, *cells], dtype=np.int64 if one.kind == "money" else np.int32)
        seen = [self.seen(row) for row in rows]
        order = sorted(range(len(rows)), key=lambda at: (ids[at], seen[at]))
        columns["v.of"] = np.array([ids[at] for at in order], dtype=np.int32)
        columns["v.from"] = np.array([seen[at] for at in order], dtype=np.int32)
        columns["v.value"] = np.array([at + 1 for at in order], dtype=np.int32)
        size = max(ids, default=0) + 1
        columns["missing_from"] = np.full(size, NO_DAY, dtype=np.int32)
        return columns

    def seen(self, row: Row) -> int:
        seen = row.get("seen") or self.books.data_dates[-1]
        assert isinstance(seen, date)
        return day_number(seen)

    def _cell(self, one: Field, value: object) -> int:
        if value is None or value == "":
            return EMPTY.get(one.kind, 0)
        if one.kind in ("term", "reference"):
            return self.terms.setdefault((one.name, str(value)), len(self.terms) + 1)
        if one.kind == "account":
            return self.accounts.setdefault(value, len(self.accounts) + 1) + 200
        if one.kind == "person":
            return 100 + int(str(value))
        if one.kind == "stamp":
            assert isinstance(value, date)
            minute = value.hour * 60 + value.minute + 1 if isinstance(value, datetime) else 0
            return day_number(value) * 1441 + minute
        if isinstance(value, date):
            return day_number(value)
        scale = {"ratio": 1_000_000, "score": 1000}.get(one.kind, 1)
        return round(float(str(value)) * scale) if scale > 1 else int(str(value))

    def links(self, kind: Kind) -> Links:
        found: dict[str, dict[int, int]] = {}
        for one in FIELDS[kind]:
            if one.to is not None:
                keys = self.keys.get(one.to, {})
                terms = ((text, term) for (name, text), term in self.terms.items() if name == one.name)
                found[one.name] = {term: keys[text] for text, term in terms if text in keys}
        return found

    def unmapped(self, kind: Kind, header: str) -> Custom | None:
        told = self.books.custom.get((kind, header))
        if told is None:
            return None
        words = ["", *dict.fromkeys(told.values())]
        codes = [0, *(words.index(told.get(str(row["key"]), "")) for row in self.books.rows[kind])]
        return words, np.array(codes, dtype=np.int32)

    def curation(self) -> Curation:
        outcomes = {
            term: self.books.outcomes[text] for (name, text), term in self.terms.items()
            if name in ("stage", "status") and text in self.books.outcomes
        }  # fmt: skip
        return Curation(
            terms={number: word for word, number in self.terms.items()},
            outcomes=outcomes,
            people={person.id + 100: person.id for person in self.books.organisation.people},
            accounts={number + 200: number for number in self.accounts.values()},
            account_names={number: str(name) for name, number in self.accounts.items()},
        )


def keyed(rows: Iterable[Row]) -> list[Row]:
    """Rows with their number as key."""
    return [{"key": str(at), **row} for at, row in enumerate(rows, 1)]


def without(books: Books, *kinds: Kind) -> Books:
    """The books before some kinds were ever kept."""
    return replace(books, rows={kind: rows for kind, rows in books.rows.items() if kind not in kinds})
