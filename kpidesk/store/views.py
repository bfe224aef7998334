"""Breakdowns that were given a name."""

from __future__ import annotations

import json
from dataclasses import asdict

from kpidesk.core.breakdowns import SavedView, View
from kpidesk.store.database import Database


def save_view(db: Database, saved: SavedView) -> None:
    """Keep a breakdown under its name; one that has the name already gives way."""
    body = json.dumps(asdict(saved.view), ensure_ascii=False, sort_keys=True)
    with db.writing("breakdown saved", saved.name):
        db.run("DELETE FROM views WHERE name=?", (saved.name,))
        db.run("INSERT INTO views(name, body, saved_at) VALUES (?, ?, ?)", (saved.name, body, saved.saved_on))


def load_views(db: Database) -> tuple[SavedView, ...]:
    """Every breakdown with a name, by name; what a later version wrote that this one does not know is left out."""
    rows = db.rows("SELECT name, body, saved_at FROM views ORDER BY name COLLATE NOCASE")
    return tuple(SavedView(name, _view(body), saved_at) for name, body, saved_at in rows)


def _view(body: str) -> View:
    found = json.loads(body)
    known = {name: found[name] for name in View.__slots__ if name in found}
    return View(**{**known, "beside": tuple(known.get("beside", ()))})


def delete_view(db: Database, name: str) -> None:
    """Forget a breakdown."""
    with db.writing("breakdown deleted", name):
        db.run("DELETE FROM views WHERE name=?", (name,))
