"""The words of files as numbers: terms, people and accounts, each created when it is first kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from kpidesk.core.fields import Field
from kpidesk.core.records import MILLION
from kpidesk.core.texts import folded
from kpidesk.store.database import Database


def best_spelling(texts: Iterable[str]) -> str:
    """The one of several spellings to show: not all in capitals or small letters, if there is such a one."""
    return min(texts, key=lambda text: (text in (text.upper(), text.lower()), text))


class Memo(dict[str | None, int]):
    """Numbers by text; no text is 0. A class because new texts get their numbers from `create`, all at once."""

    def __init__(self, known: dict[str, int], create: Callable[[list[str]], Iterable[int]]) -> None:
        super().__init__()
        self.update(known)
        self[None] = 0
        self.create = create

    def numbers(self, texts: Sequence[str | None]) -> list[int]:
        """The number of each text."""
        try:
            return list(map(self.__getitem__, texts))
        except KeyError:
            new = [text for text in dict.fromkeys(texts) if text is not None and text not in self]
            self.update(zip(new, self.create(new), strict=True))
            return list(map(self.__getitem__, texts))


@dataclass(slots=True)
class Names:
    """Every name of one source while an import runs."""

    db: Database
    source_id: int
    memos: dict[str, Memo] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)

    def terms(self, name: str) -> Memo:
        """Term ids of a field by text."""
        if name not in self.memos:
            sql = "SELECT value, id FROM terms WHERE source_id=? AND field=?"
            known = dict(self.db.rows(sql, (self.source_id, name)))
            self.memos[name] = Memo(known, lambda texts: self._add_terms(name, texts))
        return self.memos[name]

    def owners(self) -> Memo:
        """Person-alias ids by the name a file gives."""
        if "person" not in self.memos:
            self.people = people_by_name(self.db)
            sql = "SELECT value, id FROM person_aliases WHERE source_id=? AND kind='name'"
            self.memos["person"] = Memo(dict(self.db.rows(sql, (self.source_id,))), self._add_owners)
        return self.memos["person"]

    def customers(self) -> Memo:
        """Account-alias ids by the name a file gives."""
        if "account" not in self.memos:
            rows = self.db.rows("SELECT value, account_id FROM account_aliases ORDER BY id DESC")
            self.accounts = {folded(text): number for text, number in rows}
            sql = "SELECT value, id FROM account_aliases WHERE source_id=?"
            self.memos["account"] = Memo(dict(self.db.rows(sql, (self.source_id,))), self._add_customers)
        return self.memos["account"]

    def of(self, field: Field) -> Memo:
        """The numbers of the texts of a field."""
        if field.kind in ("person", "account"):
            return self.owners() if field.kind == "person" else self.customers()
        return self.terms(field.name)

    def _add_terms(self, name: str, texts: list[str]) -> Iterable[int]:
        return self._insert("terms(id, source_id, field, value)", ((self.source_id, name, text) for text in texts))

    def _add_owners(self, texts: list[str]) -> Iterable[int]:
        self._take_in("people", self.people, texts)
        rows = ((self.source_id, "name", text, self.people[folded(text)]) for text in texts)
        return self._insert("person_aliases(id, source_id, kind, value, person_id)", rows)

    def _add_customers(self, texts: list[str]) -> Iterable[int]:
        self._take_in("accounts", self.accounts, texts)
        rows = ((self.source_id, text, self.accounts[folded(text)]) for text in texts)
        return self._insert("account_aliases(id, source_id, value, account_id)", rows)

    def _take_in(self, table: str, known: dict[str, int], texts: list[str]) -> None:
        """Make a person or an account for each name that is none of a known one."""
        new: dict[str, str] = {}
        for text in texts:
            if (key := folded(text)) not in known:
                new.setdefault(key, text)
        known.update(zip(new, self._insert(f"{table}(id, name)", ((text,) for text in new.values())), strict=True))

    def _insert(self, target: str, rows: Iterable[tuple[str | int, ...]]) -> range:
        """Insert rows, a statement for all of them; gives their ids, which follow the highest one there is."""
        table, _, columns = target.partition("(")
        start = int(self.db.one(f"SELECT coalesce(max(id), 0) + 1 FROM {table}"))
        numbered = [(number, *row) for number, row in enumerate(rows, start)]
        marks = ", ".join("?" * (columns.count(",") + 1))
        self.db.connection.executemany(f"INSERT INTO {target} VALUES ({marks})", numbered)
        return range(start, start + len(numbered))


def people_by_name(db: Database) -> dict[str, int]:
    """The person of every known name and e-mail address, as compared."""
    return {
        folded(text): number for text, number in db.rows("SELECT value, person_id FROM person_aliases ORDER BY id DESC")
    }


_SHARE = re.compile(r"^(?P<name>.*?\S)[\s:=(]+(?P<share>\d+(?:[.,]\d+)?)\s*%?\s*\)?$")


def parse_split(text: str) -> tuple[tuple[str, int], ...]:
    """Owners and shares in millionths from "Ann Lee 60%; Bob Ray 40%", largest share first.

    Shares are percentages or fractions of 1; the parts are separated by ; or | (or , when each ends in a %).

    Raises:
        ValueError: saying what is wrong with it.
    """
    parts = [part.strip() for part in re.split(r"[;|\n]" if re.search(r"[;|\n]", text) else r"(?<=%)\s*,", text)]
    found: dict[str, float] = {}
    for part in filter(None, parts):
        match = _SHARE.match(part)
        if match is None:
            raise ValueError(f"'{part}' has no share; write it as 'Ann Lee 60%; Bob Ray 40%'")
        found[match["name"]] = found.get(match["name"], 0.0) + float(match["share"].replace(",", "."))
    total = sum(found.values())
    scale = next((whole for whole in (100.0, 1.0) if abs(total - whole) <= whole * 0.0005), 0.0)
    if not scale or min(found.values()) <= 0:
        raise ValueError(f"the shares add up to {total:g}, not to 100 %")
    shares = {name: round(part / total * MILLION) for name, part in found.items()}
    ordered = sorted(shares.items(), key=lambda item: -item[1])
    rest = MILLION - sum(shares.values())
    return ((ordered[0][0], ordered[0][1] + rest), *ordered[1:])
