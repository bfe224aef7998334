"""The settings that change a number, one row each, so that an older file simply lacks the newer ones."""

from __future__ import annotations

import json
from dataclasses import asdict

from kpidesk.core.parameters import Parameters
from kpidesk.core.settings import Settings
from kpidesk.store.database import Database, damaged


def load_settings(db: Database) -> Settings:
    """How this workspace counts; what was never set has its default.

    Raises:
        UserError: a stored value is not one of its kind.
    """
    defaults = asdict(Settings())
    found = {name: _value(db, text) for name, text in db.rows("SELECT name, value FROM settings")}
    known = {name: value for name, value in found.items() if name in defaults}
    if any(type(value) is not type(defaults[name]) for name, value in known.items()):
        raise damaged(db.path)
    return Settings(**known)  # type: ignore[arg-type]  # each is of the kind of its default


def _value(db: Database, text: str) -> str | int | Parameters:
    try:
        value = json.loads(text)
        if isinstance(value, dict):
            return tuple(sorted((str(name), float(number)) for name, number in value.items()))
    except (ValueError, TypeError):
        raise damaged(db.path) from None
    if not isinstance(value, str | int):
        raise damaged(db.path)
    return value


def _text(value: str | int | Parameters) -> str:
    return json.dumps(dict(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def save_settings(db: Database, new: Settings) -> None:
    """Change how this workspace counts."""
    old = asdict(load_settings(db))
    changed = {name: _text(value) for name, value in asdict(new).items() if old[name] != value}
    if changed:
        with db.writing("settings", ", ".join(changed)):
            db.connection.executemany("INSERT OR REPLACE INTO settings VALUES (?, ?)", changed.items())
