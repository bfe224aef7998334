"""Which account each text of a file means: equal names are one account, and so are the id and the name of one row.

An account export tells ids and names; other files speak of an account by either. That is a function of what is said
now, so the order of imports cannot matter, and an undo gives everything back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kpidesk.core.texts import folded
from kpidesk.store.columns import load
from kpidesk.store.database import Database
from kpidesk.store.identities import Groups, join_merged
from kpidesk.store.links import id_forms
from kpidesk.store.names import best_spelling
from kpidesk.store.shapes import SHAPES
from kpidesk.store.sightings import load_versions, newest_values

_BETWEEN = "\x1f"
ACCOUNTS = SHAPES["accounts"]


@dataclass(frozen=True, slots=True)
class Alias:
    """A text under which files of a source speak of an account; `means` stands for what it says: a name, or an id."""

    number: int
    text: str
    account: int
    means: str

    @property
    def is_id(self) -> bool:
        """Whether it is the id of a row of an account export."""
        return _BETWEEN in self.means


def settle_accounts(db: Database, *, regroup: bool = False) -> None:
    """Give every text its account, forget accounts that no file names, and show the others by their name.

    Without `regroup` only what plain names need is done, unless ids or merges are known.
    """
    known = "SELECT EXISTS(SELECT 1 FROM account_records) OR EXISTS(SELECT 1 FROM merges WHERE kind='account')"
    if regroup or db.one(known):
        _regroup(db)
    else:
        _show_best_spelling(db)


def _show_best_spelling(db: Database) -> None:
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


def _regroup(db: Database) -> None:
    aliases, groups = account_aliases(db), Groups()
    _gather(db, aliases, groups)
    names = _names(db, aliases, groups)
    join_merged(db, "account", groups)  # a group that is merged into another bears the name of that one
    accounts = _numbered(db, aliases, groups)
    present = dict(db.rows("SELECT id, name FROM accounts"))
    named = {number: names[leader] for leader, number in accounts.items()}
    write = db.connection.executemany
    write("INSERT INTO accounts(id, name) VALUES (?, ?)", [row for row in named.items() if row[0] not in present])
    changed = [(name, number) for number, name in named.items() if present.get(number, name) != name]
    write("UPDATE accounts SET name=? WHERE id=?", changed)
    meant = [(accounts[groups.leader(one.means)], one) for one in aliases]
    moved = [(account, one.number) for account, one in meant if account != one.account]
    write("UPDATE account_aliases SET account_id=? WHERE id=?", moved)
    write("DELETE FROM accounts WHERE id=?", [(number,) for number in present if number not in named])


def account_aliases(db: Database) -> list[Alias]:
    """Every text that means an account, with what it says.

    A text that is the name of a row of an account export is a name; else it is the id of the row of its own source,
    or of exactly one other source, that has it; else it is a name.
    """
    rows = db.rows(
        "SELECT a.id, s.name, value, account_id FROM account_aliases a JOIN sources s ON s.id = source_id ORDER BY a.id"
    )
    names = {folded(text) for _, text in _told(db)}
    ids: dict[str, dict[str, str]] = {}
    for source, key in _keys(db).values():
        for form in id_forms(key):
            ids.setdefault(form, {}).setdefault(source, _row(source, key))
    return [Alias(number, text, account, _means(source, text, names, ids)) for number, source, text, account in rows]


def _means(source: str, text: str, names: set[str], ids: dict[str, dict[str, str]]) -> str:
    name = folded(text)
    if name in names:
        return name
    known = next((ids[form] for form in id_forms(text) if form in ids), {})
    if source in known:
        return known[source]
    return next(iter(known.values())) if len(known) == 1 else name


def _row(source: str, key: str) -> str:
    return f"{_BETWEEN}{source}{_BETWEEN}{key}"


def _keys(db: Database) -> dict[int, tuple[str, str]]:
    """Source and id of each row of an account export."""
    rows = db.rows(f"SELECT r.id, s.name, key FROM {ACCOUNTS.records} r JOIN sources s ON s.id = source_id")
    return {number: (source, key) for number, source, key in rows}


def _told(db: Database) -> list[tuple[int, str]]:
    """The rows of account exports with every name that they have had."""
    sql = f"SELECT DISTINCT record_id, a.value FROM {ACCOUNTS.values} v JOIN account_aliases a ON a.id = v.account"
    return [(record, text) for record, text in db.rows(sql)]


def _gather(db: Database, aliases: Iterable[Alias], groups: Groups) -> None:
    for one in aliases:
        groups.leader(one.means)
    keys = _keys(db)
    for record, text in _told(db):
        groups.join(folded(text), _row(*keys[record]))


def _names(db: Database, aliases: Iterable[Alias], groups: Groups) -> dict[str, str]:
    """What to show for each group: the newest names of its rows, else the names files use, else an id."""
    keys, texts = _keys(db), {one.number: one.text for one in aliases}
    values = newest_values(load_versions(db, ACCOUNTS))
    of, named = load(db, ACCOUNTS, "of")[values].tolist(), load(db, ACCOUNTS, "account")[values].tolist()
    found: tuple[dict[str, set[str]], ...] = ({}, {}, {})
    for record, number in zip(of, named, strict=True):
        if number:
            found[0].setdefault(groups.leader(_row(*keys[record])), set()).add(texts[number])
    for one in aliases:
        found[2 if one.is_id else 1].setdefault(groups.leader(one.means), set()).add(one.text)
    return {leader: best_spelling(spelt) for texts_ in reversed(found) for leader, spelt in texts_.items()}


def _numbered(db: Database, aliases: Iterable[Alias], groups: Groups) -> dict[str, int]:
    """The account of each group by its leader: that of its first text, unless a group before it took it."""
    found: dict[str, int] = {}
    taken: set[int] = set()
    for one in aliases:
        leader = groups.leader(one.means)
        if leader not in found and one.account not in taken:
            found[leader] = one.account
            taken.add(one.account)
    following = int(db.one("SELECT coalesce(max(id), 0) + 1 FROM accounts"))
    for one in aliases:
        if (leader := groups.leader(one.means)) not in found:
            found[leader] = following
            following += 1
    return found
