"""The words of files as numbers: terms, people and accounts, each created when it is first kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat

import numpy as np

from kpidesk.core.fields import Field
from kpidesk.core.records import MILLION
from kpidesk.core.texts import folded_all
from kpidesk.store.columns import Ints
from kpidesk.store.database import Database, as_json
from kpidesk.store.words import add_words

Find = Callable[[list[str]], dict[str, int]]
"""What gives the numbers of those of some texts that have one."""
_UNKNOWN = -1


def best_spelling(texts: Iterable[str]) -> str:
    """The one of several spellings to show: not all in capitals or small letters, if there is such a one."""
    return min(texts, key=lambda text: (text in (text.upper(), text.lower()), text))


class Memo(dict[str | None, int]):
    """Numbers by text; no text is 0. A class because texts are met a block at a time.

    Those that are not known yet are looked up by `find`, all at once, and the rest get their numbers from `create`.
    """

    def __init__(self, find: Find, create: Callable[[list[str]], Iterable[int]]) -> None:
        super().__init__({None: 0})
        self.find, self.create = find, create

    def numbers(self, texts: Sequence[str | None]) -> Ints:
        """The number of each text."""
        found = np.fromiter(map(self.get, texts, repeat(_UNKNOWN)), np.int32, len(texts))
        places = np.flatnonzero(found == _UNKNOWN)
        if len(places):
            unknown = [texts[at] for at in places.tolist()]
            fresh = self._numbered([text for text in dict.fromkeys(unknown) if text is not None])
            found[places] = list(map(fresh.__getitem__, unknown))
        return found

    def _numbered(self, texts: list[str]) -> dict[str | None, int]:
        """The numbers of different texts that are met for the first time."""
        found: dict[str | None, int] = dict(self.find(texts).items())
        new = [text for text in texts if text not in found] if found else texts
        if new:
            found.update(zip(new, self.create(new), strict=True))
        self.update(found)
        return found

    def known(self, text: str) -> int:
        """The number of a text, -1 for one that has none yet."""
        if text not in self:
            self.update(self.find([text]))
        return self.get(text, -1)


@dataclass(slots=True)
class Names:
    """Every name of one source while an import runs.

    New words have their numbers at once, but are written later, by what is `waiting`; `next_term` is the number of
    the next one, 0 before the first.
    """

    db: Database
    source_id: int
    memos: dict[str, Memo] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    waiting: list[partial[None]] = field(default_factory=list)
    next_term: int = 0

    def forget(self) -> None:
        """Give back what was found out so far; each memo leads back here, so nothing else would let go of them."""
        for known in (self.memos, self.people, self.accounts):
            known.clear()

    def terms(self, name: str) -> Memo:
        """Term ids of a field by text."""
        if name not in self.memos:
            find = self._finder("terms t ON t.source_id=? AND t.field=?", (self.source_id, name))
            self.memos[name] = Memo(find, lambda texts: self._add_terms(name, texts))
        return self.memos[name]

    def owners(self) -> Memo:
        """Person-alias ids by the name a file gives."""
        if "person" not in self.memos:
            self.people = people_by_name(self.db)
            find = self._finder("person_aliases t ON t.source_id=? AND t.kind='name'", (self.source_id,))
            self.memos["person"] = Memo(find, self._add_owners)
        return self.memos["person"]

    def customers(self) -> Memo:
        """Account-alias ids by the name a file gives."""
        if "account" not in self.memos:
            self.accounts = _numbers_by_name(self.db, "SELECT value, account_id FROM account_aliases ORDER BY id DESC")
            find = self._finder("account_aliases t ON t.source_id=?", (self.source_id,))
            self.memos["account"] = Memo(find, self._add_customers)
        return self.memos["account"]

    def of(self, field: Field) -> Memo:
        """The numbers of the texts of a field."""
        if field.kind in ("person", "account"):
            return self.owners() if field.kind == "person" else self.customers()
        return self.terms(field.name)

    def _finder(self, where: str, values: tuple[str | int, ...]) -> Find:
        """What looks texts up in a table, not at all where it has none of these words when an import begins."""
        if self.db.one(f"SELECT 1 FROM (SELECT 1) JOIN {where} LIMIT 1", values) is None:
            return lambda _: {}
        all_at_once = f"SELECT t.value, t.id FROM json_each(?) j CROSS JOIN {where} AND t.value = j.value"
        one = f"SELECT t.value, t.id FROM (SELECT 1) JOIN {where} AND t.value = ?"

        def find(texts: list[str]) -> dict[str, int]:
            if (together := as_json(texts)) is not None:
                return dict(self.db.rows(all_at_once, (together, *values)))
            return dict(row for text in texts for row in self.db.rows(one, (*values, text)))

        return find

    def to_write(self) -> list[partial[None]]:
        """What writes the new words that wait, which wait no longer."""
        waiting, self.waiting = self.waiting, []
        return waiting

    def _add_terms(self, name: str, texts: list[str]) -> range:
        start = self.next_term or self._next("terms", 0).start
        self.next_term = start + len(texts)
        self.waiting.append(partial(add_words, self.db, self.source_id, name, texts, start))
        return range(start, self.next_term)

    def _add_owners(self, texts: list[str]) -> range:
        people, named = self._taken_in("people", self.people, texts), ["name"] * len(texts)
        target = "person_aliases(id, source_id, kind, value, person_id)"
        return self._insert(target, self._source_of(texts), named, texts, people)

    def _add_customers(self, texts: list[str]) -> range:
        accounts = self._taken_in("accounts", self.accounts, texts)
        return self._insert(
            "account_aliases(id, source_id, value, account_id)", self._source_of(texts), texts, accounts
        )

    def _source_of(self, texts: list[str]) -> list[int]:
        return [self.source_id] * len(texts)

    def _taken_in(self, table: str, known: dict[str, int], texts: list[str]) -> list[int]:
        """The person or account of each name; one is made for a name that is none of a known one."""
        keys = folded_all(texts)
        new: dict[str, str] = {}
        for key, text in zip(keys, texts, strict=True):
            if key not in known:
                new.setdefault(key, text)
        numbers = self._next(table, len(new))
        self.db.insert_texts(table, "name", list(new.values()), numbers.start, {})
        known.update(zip(new, numbers, strict=True))
        return [known[key] for key in keys]

    def _insert(self, target: str, *columns: Sequence[str | int]) -> range:
        """Insert rows, given as columns; gives their ids, which follow the highest one there is."""
        numbers = self._next(target.partition("(")[0], len(columns[0]))
        self.db.insert(target, numbers, *columns)
        return numbers

    def _next(self, table: str, count: int) -> range:
        """The numbers for so many new rows of a table."""
        start = int(self.db.one(f"SELECT coalesce(max(id), 0) + 1 FROM {table}"))
        return range(start, start + count)


def people_by_name(db: Database) -> dict[str, int]:
    """The person of every known name and e-mail address, as compared."""
    return _numbers_by_name(db, "SELECT value, person_id FROM person_aliases ORDER BY id DESC")


def _numbers_by_name(db: Database, sql: str) -> dict[str, int]:
    rows = db.rows(sql)
    return dict(zip(folded_all([text for text, _ in rows]), [number for _, number in rows], strict=True))


SHARE_SIGNS = re.compile(r"^(?P<name>.*?\S)[\s:=(]+(?P<share>\d+(?:[.,]\d+)?)\s*%?\s*\)?$")


def split_parts(text: str) -> list[str]:
    """Each owner with the share, as "Ann Lee 60%; Bob Ray 40%" says them."""
    parts = re.split(r"[;|\n]" if re.search(r"[;|\n]", text) else r"(?<=%)\s*,", text)
    return [part.strip() for part in parts if part.strip()]


def parse_split(text: str) -> tuple[tuple[str, int], ...]:
    """Owners and shares in millionths from "Ann Lee 60%; Bob Ray 40%", largest share first.

    Shares are percentages or fractions of 1; the parts are separated by ; or | (or , when each ends in a %).

    Raises:
        ValueError: saying what is wrong with it.
    """
    found: dict[str, float] = {}
    for part in split_parts(text):
        match = SHARE_SIGNS.match(part)
        if match is None:
            raise ValueError(f"'{part}' has no share; write it as 'Ann Lee 60%; Bob Ray 40%'")
        found[match["name"]] = found.get(match["name"], 0.0) + float(match["share"].replace(",", "."))
    total = sum(found.values())
    scale = next((whole for whole in (100.0, 1.0) if abs(total - whole) <= whole * 0.0005), 0.0)
    if not scale or min(found.values()) <= 0:
        raise ValueError(f"the shares add up to {total:g}, not to 100%")
    shares = {name: round(part / total * MILLION) for name, part in found.items()}
    ordered = sorted(shares.items(), key=lambda item: -item[1])
    rest = MILLION - sum(shares.values())
    return ((ordered[0][0], ordered[0][1] + rest), *ordered[1:])
