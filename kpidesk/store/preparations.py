"""Preparation forms that were sent out for one-on-ones, by their code, and the answers that were taken."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from kpidesk.core.preparations import Answer, Preparation
from kpidesk.store.database import Database, damaged
from kpidesk.store.frozen import from_json, to_json

WAITING = "waiting form "
"""How the mark of a form begins whose draft was deleted; its code follows. It holds when it was asked for, and of whom:
the name that its one-on-one was held with, for the number of a person may be given to another."""
_COLUMNS = "review_id, code, asked_at, answered_at, body FROM preparations"


def ask_preparation(db: Database, review_id: int, code: str, at: str) -> Preparation:
    """The form of a one-on-one, kept under this code where there is none yet."""
    with db.writing("preparation form", f"for {review_id}", numbers=False):
        db.run("INSERT OR IGNORE INTO preparations VALUES (?, ?, ?, '', '')", (review_id, code, at))
    found = load_preparation(db, review_id)
    if found is None:
        raise damaged(db.path)
    return found


def load_preparation(db: Database, review_id: int) -> Preparation | None:
    """The form of a one-on-one; None where none was asked for."""
    rows = db.rows(f"SELECT {_COLUMNS} WHERE review_id=?", (review_id,))
    return _preparation(db, rows[0]) if rows else None


def find_preparation(db: Database, code: str) -> Preparation | None:
    """The form with a code; None where no form has it."""
    rows = db.rows(f"SELECT {_COLUMNS} WHERE code=?", (code,))
    return _preparation(db, rows[0]) if rows else None


def _preparation(db: Database, row: tuple[Any, ...]) -> Preparation:
    review_id, code, asked_at, answered_at, body = row
    try:
        return Preparation(review_id, code, asked_at, answered_at, from_json(Answer, body) if body else None)
    except ValueError:
        raise damaged(db.path) from None


def put_aside(db: Database, review_id: int) -> None:
    """Let the form of a draft that is deleted wait for the next draft with the same person."""
    sql = (
        "INSERT OR REPLACE INTO meta SELECT ? || code, json_array(asked_at, held_with)"
        " FROM preparations JOIN reviews ON id = review_id WHERE review_id=?"
    )
    db.run(sql, (WAITING, review_id))


def take_up(db: Database, review_id: int, names: Collection[str]) -> None:
    """Give a new draft the newest form that was sent to somebody of one of these names for a draft that was deleted."""
    mine = [(asked_at, code) for code, (asked_at, name) in _waiting(db).items() if name in names]
    if mine:
        asked_at, code = max(mine)
        db.run("INSERT INTO preparations VALUES (?, ?, ?, '', '')", (review_id, code, asked_at))
        db.run("DELETE FROM meta WHERE name=?", (f"{WAITING}{code}",))


def waits_for(db: Database, code: str) -> str | None:
    """The name, as compared, of whom a form waits for since its draft was deleted; None where it does not."""
    return _waiting(db).get(code, ("", None))[1]


def forget_waiting(db: Database, names: Collection[str]) -> None:
    """Forget the forms that wait for somebody of one of these names."""
    gone = [(f"{WAITING}{code}",) for code, (_, name) in _waiting(db).items() if name in names]
    db.connection.executemany("DELETE FROM meta WHERE name=?", gone)


def _waiting(db: Database) -> dict[str, tuple[str, str]]:
    """When each form that waits was asked for, and of whom, by its code."""
    rows = db.rows("SELECT name, value FROM meta WHERE name GLOB ?", (f"{WAITING}*",))
    return {
        name.removeprefix(WAITING): (asked_at, whose) for name, value in rows for asked_at, whose in [json.loads(value)]
    }


def keep_answer(db: Database, review_id: int, answer: Answer, at: str) -> None:
    """Keep the answer that was taken."""
    with db.writing("preparation answered", f"for {review_id}", numbers=False):
        db.run("UPDATE preparations SET answered_at=?, body=? WHERE review_id=?", (at, to_json(answer), review_id))
