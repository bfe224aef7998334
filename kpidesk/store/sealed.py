"""Sealed sheets of one-on-ones and team reviews: kept whole beside a digest that tells whether one was changed."""

from __future__ import annotations

from typing import Literal, TypeVar

from kpidesk.core.errors import UserError
from kpidesk.store.database import Database, damaged
from kpidesk.store.frozen import digest_of, packed, unpacked

T = TypeVar("T")
Sealed = Literal["review", "meeting"]
"""What a sheet belongs to, as its tables call it: a one-on-one or a team review."""
_NAMES: dict[Sealed, str] = {"review": "one-on-one", "meeting": "review"}


def seal(db: Database, of: Sealed, number: int, sheet: object) -> None:
    """Keep the sheet of a one-on-one or review in place of the one before; call it while `db` is being written."""
    body = packed(sheet)
    db.run(f"INSERT OR REPLACE INTO {of}_sheets VALUES (?, ?)", (number, body))
    db.run(f"UPDATE {of}s SET sheet_digest=? WHERE id=?", (digest_of(body), number))


def has_sheets(db: Database) -> bool:
    """Whether any one-on-one or review has been started."""
    return any(db.one(f"SELECT EXISTS(SELECT 1 FROM {of}_sheets)") for of in _NAMES)


def sealed_bytes(db: Database, of: Sealed, number: int) -> bytes:
    """A sheet as it is stored, compressed.

    Raises:
        UserError: there is none, or it is damaged.
    """
    sql = f"SELECT body, sheet_digest FROM {of}_sheets JOIN {of}s ON id = {of}_id WHERE {of}_id=?"
    rows = db.rows(sql, (number,))
    if not rows:
        raise UserError(f"This {_NAMES[of]} has not been started.", "Start it first.")
    body, digest = rows[0]
    if digest_of(body) != digest:
        raise damaged(db.path)
    return bytes(body)


def sealed_sheet(db: Database, of: Sealed, number: int, hint: type[T]) -> T:
    """A sheet as a value of its type.

    Raises:
        UserError: there is none, or it is damaged.
    """
    try:
        return unpacked(hint, sealed_bytes(db, of, number))
    except ValueError:
        raise damaged(db.path) from None
