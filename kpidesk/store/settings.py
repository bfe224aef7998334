"""The settings that change a number, one row each, so that an older file simply lacks the newer ones."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date

from kpidesk.core.parameters import Parameters
from kpidesk.core.settings import Settings
from kpidesk.store.database import Database, damaged, local_day

CHANGED = "settings"
_UNNAMED = "unnamed_currency"
OF_THE_DAY = frozenset((
    "business_hours", "minimum_n", "parameters", "rate_basis", "solid_n", "stall_days",
))  # fmt: skip
"""The settings of which a past day had its own; in all others is asked and answered."""


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


def settings_on(db: Database, day: date) -> Settings:
    """How this workspace counted on a day: its parameters, thresholds, hours and rates of before each later change.

    What the log does not tell is as it is now, as are the calendar, the currency and the names.
    """
    known = asdict(load_settings(db))
    for detail, at in db.rows("SELECT detail, at FROM audit WHERE action=? ORDER BY id DESC", (CHANGED,)):
        if local_day(at) <= day:
            break
        known |= {name: _value(db, text) for name, text in _before(detail).items() if name in OF_THE_DAY}
    return Settings(**known)


def _before(detail: str) -> dict[str, str]:
    """The settings that a change replaced, by name, as they were stored; none where only names were noted."""
    try:
        return {name: json.dumps(value) for name, value in json.loads(detail).items()}
    except ValueError:
        return {}


def setting_names(detail: str) -> str:
    """Which settings a change was about."""
    return ", ".join(_before(detail)) or detail


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


def save_settings(db: Database, new: Settings, *, keeps_unnamed: bool = False) -> None:
    """Change how this workspace counts.

    `keeps_unnamed`: exchange rates that name one side only stay in the currency that they were told in.
    """
    old = asdict(load_settings(db))
    changed = {name: _text(value) for name, value in asdict(new).items() if old[name] != value}
    if changed:
        before = json.dumps({name: json.loads(_text(old[name])) if name in OF_THE_DAY else None for name in changed})
        with db.writing(CHANGED, before):
            db.connection.executemany("INSERT OR REPLACE INTO settings VALUES (?, ?)", changed.items())
            if keeps_unnamed and "currency" in changed:
                db.run("INSERT OR IGNORE INTO settings VALUES (?, ?)", (_UNNAMED, _text(old["currency"])))


def unnamed_currency(db: Database) -> str:
    """The currency of exchange rates that name one side only: of the workspace, if not another was kept for them."""
    kept = db.rows("SELECT value FROM settings WHERE name=?", (_UNNAMED,))
    return str(_value(db, kept[0][0])) if kept else load_settings(db).currency
