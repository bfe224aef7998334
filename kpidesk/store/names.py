"""The words of files as numbers: terms, people and accounts, each created when it is first kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from kpidesk.core.records import MILLION
from kpidesk.store.database import Database


def folded(text: str) -> str:
    """A name as it is compared: compatible forms, case and invisible characters do not count."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(char for char in plain if unicodedata.category(char) not in ("Cf", "Cc")).split())


def best_spelling(texts: Iterable[str]) -> str:
    """The one of several spellings to show: not all in capitals or small letters, if there is such a one."""
    return min(texts, key=lambda text: (text in (text.upper(), text.lower()), text))


class Memo(dict[str | None, int]):
    """Numbers by text that makes a number for a text it has not seen; no text is 0. A dict so that map() can use it."""

    def __init__(self, known: dict[str, int], create: Callable[[str], int]) -> None:
        super().__init__()
        self.update(known)
        self[None] = 0
        self.create = create

    def __missing__(self, text: str | None) -> int:
        assert text is not None
        number = self[text] = self.create(text)
        return number


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
            self.memos[name] = Memo(known, lambda text: self._add_term(name, text))
        return self.memos[name]

    def owners(self) -> Memo:
        """Person-alias ids by the name a file gives."""
        if "person" not in self.memos:
            self.people = people_by_name(self.db)
            sql = "SELECT value, id FROM person_aliases WHERE source_id=? AND kind='name'"
            self.memos["person"] = Memo(dict(self.db.rows(sql, (self.source_id,))), self._add_owner)
        return self.memos["person"]

    def customers(self) -> Memo:
        """Account-alias ids by the name a file gives."""
        if "account" not in self.memos:
            rows = self.db.rows("SELECT value, account_id FROM account_aliases ORDER BY id DESC")
            self.accounts = {folded(text): number for text, number in rows}
            sql = "SELECT value, id FROM account_aliases WHERE source_id=?"
            self.memos["account"] = Memo(dict(self.db.rows(sql, (self.source_id,))), self._add_customer)
        return self.memos["account"]

    def of(self, name: str, kind: str) -> Memo:
        """The numbers of a field by its kind."""
        return self.owners() if kind == "person" else self.customers() if kind == "account" else self.terms(name)

    def _add_term(self, name: str, text: str) -> int:
        return self._insert("terms(source_id, field, value)", (self.source_id, name, text))

    def _add_owner(self, text: str) -> int:
        key = folded(text)
        if key not in self.people:
            self.people[key] = self._insert("people(name)", (text,))
        row = (self.source_id, "name", text, self.people[key])
        return self._insert("person_aliases(source_id, kind, value, person_id)", row)

    def _add_customer(self, text: str) -> int:
        key = folded(text)
        if key not in self.accounts:
            self.accounts[key] = self._insert("accounts(name)", (text,))
        row = (self.source_id, text, self.accounts[key])
        return self._insert("account_aliases(source_id, value, account_id)", row)

    def _insert(self, target: str, values: tuple[str | int, ...]) -> int:
        marks = ", ".join("?" * len(values))
        return self.db.connection.execute(f"INSERT INTO {target} VALUES ({marks})", values).lastrowid or 0


def settle_accounts(db: Database) -> None:
    """Forget accounts that no file names any more, and show the others by their best spelling."""
    db.run("DELETE FROM accounts WHERE id NOT IN (SELECT account_id FROM account_aliases)")
    spellings: dict[int, set[str]] = {}
    sql = (
        "SELECT account_id, value FROM account_aliases WHERE account_id IN"
        " (SELECT account_id FROM account_aliases JOIN accounts a ON a.id = account_id WHERE value <> a.name)"
    )
    for account, text in db.rows(sql):
        spellings.setdefault(account, set()).add(text)
    names = [(best_spelling(texts), account) for account, texts in spellings.items()]
    db.connection.executemany("UPDATE accounts SET name=? WHERE id=?", names)


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
