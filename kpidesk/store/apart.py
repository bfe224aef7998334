"""Two people, accounts or deals of which somebody said that they are two: they are not offered as one again.

Like a merge it holds on to what files call them, so that it means the same two whatever is imported, merged or taken
back afterwards; where no file names one of them it waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kpidesk.core.errors import UserError
from kpidesk.core.roster import MergeKind
from kpidesk.core.texts import folded
from kpidesk.store.accounts import account_aliases
from kpidesk.store.belongings import name_of
from kpidesk.store.database import Database, now
from kpidesk.store.deal_merges import named_deals, new_merge
from kpidesk.store.names import people_by_name

Names = tuple[str, str]
"""The source of a deal (empty for people and accounts), and what files call it there."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Somebody said that `one` and `other` are two, by the numbers that they have now."""

    id: int
    kind: MergeKind
    one: int
    other: int
    at: str


def keep_apart(db: Database, kind: MergeKind, pairs: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    """Note that pairs are two and not one; gives the numbers by which that is taken back.

    Raises:
        UserError: one of them is not there, or a pair is one already; nothing is changed.
    """
    with db.writing("keep apart", kind):
        wanted = tuple(pairs)
        named = _named(db, kind, [number for pair in wanted for number in pair])
        if any(one == other or not {one, other} <= named.keys() for one, other in wanted):
            raise UserError("Two different ones are needed.", "Choose them from the list.")
        return tuple(note_apart(db, kind, named[one], named[other]) for one, other in wanted)


def note_apart(db: Database, kind: MergeKind, one: Names, other: Names, import_id: int | None = None) -> int:
    """Note that two are two, `import_id` with which import; to be called while writing."""
    (source, value), (other_source, other_value) = sorted((one, other))
    same = (kind, source, value, other_source, other_value)
    known = "kind=? AND source=? AND value=? AND other_source=? AND other_value=?"
    if (number := db.one(f"SELECT id FROM kept_apart WHERE {known}", same)) is not None:
        return int(number)
    fresh = new_merge(db)
    sql = "INSERT INTO kept_apart(id, kind, source, value, other_source, other_value, at, import_id)"
    db.run(f"{sql} VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (fresh, *same, now(), import_id))
    return fresh


def kept_apart(db: Database) -> tuple[Apart, ...]:
    """Every pair that was said to be two and is two now, oldest first."""
    rows = db.rows("SELECT id, kind, source, value, other_source, other_value, at FROM kept_apart ORDER BY id")
    numbers = {kind: _numbers(db, kind) for kind in {kind for _, kind, *_ in rows} - {"deal"}}
    if any(kind == "deal" for _, kind, *_ in rows):
        numbers["deal"] = _deal_numbers(db)
    found: list[Apart] = []
    for number, kind, source, value, other_source, other_value, at in rows:
        one, other = numbers[kind].get((source, value)), numbers[kind].get((other_source, other_value))
        if one is not None and other is not None and one != other:
            found.append(Apart(number, kind, one, other, at))
    return tuple(found)


def pairs_apart(db: Database, kind: MergeKind) -> frozenset[tuple[int, int]]:
    """The pairs of a kind that were said to be two, the smaller number first."""
    if db.one("SELECT 1 FROM kept_apart WHERE kind=? LIMIT 1", (kind,)) is None:
        return frozenset()
    pairs = ((one.one, one.other) for one in kept_apart(db) if one.kind == kind)
    return frozenset((min(pair), max(pair)) for pair in pairs)


def forget_apart(db: Database, number: int) -> None:
    """Let a pair that was said to be two be offered again.

    Raises:
        UserError: there is no such pair.
    """
    with db.writing("offer again", str(number)):
        if not db.run("DELETE FROM kept_apart WHERE id=?", (number,)):
            raise UserError("No such pair was said to be two.", "Choose one from the list.")


def forget_named_apart(db: Database, names: set[str]) -> int:
    """Forget the pairs of people of whom one has one of these names, as compared; gives how many."""
    rows = db.rows("SELECT id, value, other_value FROM kept_apart WHERE kind='person'")
    gone = [(number,) for number, *values in rows if names & set(values)]
    db.connection.executemany("DELETE FROM kept_apart WHERE id=?", gone)
    return len(gone)


def _named(db: Database, kind: MergeKind, numbers: Sequence[int]) -> dict[int, Names]:
    if kind == "person":
        return {one: ("", name) for one in numbers if (name := name_of(db, "rep", one))}
    if kind == "account":
        return {one.account: ("", one.means) for one in reversed(account_aliases(db))}
    return named_deals(db, numbers)


def _numbers(db: Database, kind: str) -> dict[Names, int]:
    if kind == "person":
        return {("", folded(text)): person for text, person in people_by_name(db).items()}
    return {("", one.means): one.account for one in account_aliases(db)}


def _deal_numbers(db: Database) -> dict[Names, int]:
    """The deals that are spoken of, each as the one that it counts as."""
    spoken = "SELECT source, value FROM kept_apart WHERE kind='deal'"
    spoken += " UNION SELECT other_source, other_value FROM kept_apart WHERE kind='deal'"
    sql = (
        f"SELECT s.name, d.key, coalesce(d.merged_into, d.id) FROM ({spoken}) k"
        " JOIN sources s ON s.name = k.source JOIN deals d ON d.source_id = s.id AND d.key = k.value"
    )
    return {(source, key): number for source, key, number in db.rows(sql)}
