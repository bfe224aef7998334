"""Drafts of meetings that were begun before points were carried over: each is given them once, when it is opened."""

from __future__ import annotations

import json
from typing import Literal

from kpidesk.store.database import Database

_NAME = "uncarried"
_DRAFTS = "(SELECT json_group_array(id) FROM {0} WHERE state='draft')"
Table = Literal["reviews", "meetings"]


def note_uncarried(db: Database) -> None:
    """Note the drafts that there are when the first one is begun with carried points; to be called while writing."""
    drafts = ", ".join(f"'{table}', json({_DRAFTS.format(table)})" for table in ("reviews", "meetings"))
    db.run(f"INSERT OR IGNORE INTO meta SELECT ?, json_object({drafts})", (_NAME,))


def take_uncarried(db: Database, table: Table, number: int) -> bool:
    """Whether a draft has yet to be given what the meeting before left over; true once for each."""
    known = db.one("SELECT value FROM meta WHERE name=?", (_NAME,))
    if db.read_only or (known is not None and number not in json.loads(known)[table]):
        return False
    with db.writing(numbers=False):
        note_uncarried(db)
        waiting = json.loads(db.one("SELECT value FROM meta WHERE name=?", (_NAME,)))
        left = {**waiting, table: [one for one in waiting[table] if one != number]}
        db.run("UPDATE meta SET value=? WHERE name=?", (json.dumps(left), _NAME))
    return bool(left != waiting)
