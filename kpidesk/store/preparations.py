"""Preparation forms that were sent out for one-on-ones, by their code, and the answers that were taken."""

from __future__ import annotations

from typing import Any

from kpidesk.core.preparations import Answer, Preparation
from kpidesk.store.database import Database, damaged
from kpidesk.store.frozen import from_json, to_json

WAITING = "form of "
"""How the mark of a form begins whose draft was deleted; the number of the person follows."""
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
        "INSERT OR REPLACE INTO meta SELECT ? || person_id, code || ' ' || asked_at"
        " FROM preparations JOIN reviews ON id = review_id WHERE review_id=?"
    )
    db.run(sql, (WAITING, review_id))


def take_up(db: Database, review_id: int, person_id: int) -> None:
    """Give a new draft the form that was sent for one that was deleted."""
    name = f"{WAITING}{person_id}"
    code, _, asked_at = str(db.one("SELECT value FROM meta WHERE name=?", (name,)) or "").partition(" ")
    if code:
        db.run("INSERT INTO preparations VALUES (?, ?, ?, '', '')", (review_id, code, asked_at))
        db.run("DELETE FROM meta WHERE name=?", (name,))


def waits_for(db: Database, code: str) -> int | None:
    """The person for whose next one-on-one a form waits, since its draft was deleted; None where none does."""
    rows = db.rows("SELECT name, value FROM meta WHERE name GLOB ?", (f"{WAITING}*",))
    found = (name for name, value in rows if value.partition(" ")[0] == code)
    return next((int(name.removeprefix(WAITING)) for name in found), None)


def keep_answer(db: Database, review_id: int, answer: Answer, at: str) -> None:
    """Keep the answer that was taken."""
    with db.writing("preparation answered", f"for {review_id}", numbers=False):
        db.run("UPDATE preparations SET answered_at=?, body=? WHERE review_id=?", (at, to_json(answer), review_id))
