"""What the records of a kind look like now, to tell whether a row of a file is one of them under another id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpidesk.core.fields import FieldKind, Kind
from kpidesk.core.texts import folded
from kpidesk.store.database import Database
from kpidesk.store.shapes import SHAPES
from kpidesk.store.sightings import STILL

Now = tuple[str, str, str, tuple[str | int | None, ...]]
"""Source, id and name of a record, and its values."""


def record_keys(db: Database, kind: Kind, source: str) -> set[str]:
    """The ids under which a source has shown records of a kind."""
    sql = f"SELECT key FROM {SHAPES[kind].records} WHERE source_id=(SELECT id FROM sources WHERE name=?)"
    return {key for (key,) in db.rows(sql, (source,))}


def records_now(db: Database, kind: Kind, fields: Sequence[str], name: str, *, but: str = "") -> Iterator[Now]:
    """Every record of a kind with its newest values of some fields, and its name by another field.

    An account is its number, a word its text, another field the value as stored; records of the source `but` are
    left out.
    """
    shape = SHAPES[kind]
    kinds = {one.name: one.kind for one in shape.fields}
    shown = f"(SELECT value FROM account_aliases WHERE id = v.{name})" if kinds[name] == "account" else f"v.{name}"
    sql = (
        f"SELECT s.name, r.key, {shown}, {', '.join(_cell(one, kinds[one]) for one in fields)}"
        f" FROM {shape.versions} n JOIN {shape.values} v ON v.id = n.value_id"
        f" JOIN {shape.records} r ON r.id = n.{shape.record} JOIN sources s ON s.id = r.source_id WHERE n.valid_to=?"
        " AND s.name<>?"
    )
    for source, key, named, *values in db.connection.execute(sql, (STILL, but)):
        yield source, key, named or "", tuple(values)


def _cell(field: str, kind: FieldKind) -> str:
    if kind == "account":
        return f"(SELECT account_id FROM account_aliases WHERE id = v.{field})"
    return f"(SELECT value FROM terms WHERE id = v.{field})" if kind in ("term", "reference") else f"v.{field}"


def account_numbers(db: Database) -> dict[str, int]:
    """The account that each text means where it means one only."""
    found: dict[str, set[int]] = {}
    for text, account in db.rows("SELECT value, account_id FROM account_aliases"):
        found.setdefault(folded(text), set()).add(account)
    return {text: next(iter(accounts)) for text, accounts in found.items() if len(accounts) == 1}
