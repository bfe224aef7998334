"""What the records of a kind look like now, to tell whether a row of a file is one of them under another id."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence

import numpy as np

from kpidesk.core.fields import FieldKind, Kind
from kpidesk.core.texts import folded_all
from kpidesk.store.columns import load
from kpidesk.store.database import Database
from kpidesk.store.dated import STILL
from kpidesk.store.shapes import SHAPES, Shape
from kpidesk.store.sightings import load_versions, newest_values

Now = tuple[str, str, str, tuple[str | int | None, ...]]
"""Source, id and name of a record, and its values."""


def newest_record(db: Database, kind: Kind, source: str) -> int:
    """The number of the newest record of a kind that a source has shown; 0 for none."""
    sql = f"SELECT max(id) FROM {SHAPES[kind].records} WHERE source_id=(SELECT id FROM sources WHERE name=?)"
    return int(db.one(sql, (source,)) or 0)


def known_keys(db: Database, kind: Kind, source: str, keys: Sequence[str], newest: int) -> set[str]:
    """Which of some ids a source has shown for records up to the one numbered `newest`."""
    if not newest:
        return set()
    sql = (
        f"SELECT r.key FROM json_each(?) j CROSS JOIN {SHAPES[kind].records} r"
        " ON r.source_id=(SELECT id FROM sources WHERE name=?) AND r.key = j.value WHERE r.id<=?"
    )
    return {key for (key,) in db.rows(sql, (json.dumps(keys), source, newest))}


def records_now(
    db: Database,
    kind: Kind,
    fields: Sequence[str],
    name: str,
    *,
    but: str = "",
    newest: int = 0,
    accounts: Collection[int] | None = None,
) -> Iterator[Now]:
    """Every record of a kind with its newest values of some fields, and its name by another field; oldest first.

    An account is its number, a word or a person its text, another field the value as stored. Records of the source
    `but` are left out beyond the one numbered `newest`, and, when `accounts` are given and the kind tells accounts,
    those of others.
    """
    shape = SHAPES[kind]
    own = "coalesce((SELECT id FROM sources WHERE name=?), 0)"
    if not newest and db.one(f"SELECT 1 FROM {shape.records} WHERE source_id<>{own} LIMIT 1", (but,)) is None:
        return
    kinds = {one.name: one.kind for one in shape.fields}
    shown = f"(SELECT value FROM account_aliases WHERE id = v.{name})" if kinds[name] == "account" else f"v.{name}"
    sql = (
        f"SELECT s.name, r.key, {shown}, {', '.join(_cell(one, kinds[one]) for one in fields)}"
        f" FROM {shape.versions} n JOIN {shape.values} v ON v.id = n.value_id"
        f" JOIN {shape.records} r ON r.id = n.{shape.record} JOIN sources s ON s.id = r.source_id WHERE n.valid_to=?"
        " AND (s.name<>? OR r.id<=?)"
    )
    asked: tuple[str | int, ...] = (STILL, but, newest)
    if accounts is not None and "account" in shape.field_columns:
        sql += f" AND n.{shape.record} IN (SELECT value FROM json_each(?))"
        asked += (json.dumps(_records_of(db, shape, accounts)),)
    for source, key, named, *values in db.connection.execute(f"{sql} ORDER BY n.{shape.record}", asked):
        yield source, key, named or "", tuple(values)


def _records_of(db: Database, shape: Shape, accounts: Collection[int]) -> list[int]:
    """The records that belong to one of some accounts now."""
    values = newest_values(load_versions(db, shape))
    alias = load(db, shape, "account")[values]
    wanted = np.zeros(int(alias.max(initial=0)) + 1, bool)
    for number, account in db.rows("SELECT id, account_id FROM account_aliases"):
        if account in accounts and number < len(wanted):
            wanted[number] = True
    found: list[int] = load(db, shape, "of")[values[wanted[alias]]].tolist()
    return found


def _cell(field: str, kind: FieldKind) -> str:
    if kind == "account":
        return f"(SELECT account_id FROM account_aliases WHERE id = v.{field})"
    if kind == "person":
        return f"(SELECT value FROM person_aliases WHERE id = v.{field})"
    return f"(SELECT value FROM terms WHERE id = v.{field})" if kind in ("term", "reference") else f"v.{field}"


def account_numbers(db: Database) -> dict[str, int]:
    """The account that each text means where it means one only."""
    found: dict[str, set[int]] = {}
    rows = db.rows("SELECT value, account_id FROM account_aliases")
    for text, (_, account) in zip(folded_all([text for text, _ in rows]), rows, strict=True):
        found.setdefault(text, set()).add(account)
    return {text: next(iter(accounts)) for text, accounts in found.items() if len(accounts) == 1}
