"""KPIs that were begun and not kept, so that nothing typed is lost; no number rests on them."""

from __future__ import annotations

import json

from kpidesk.store.database import Database

_NAME = "unfinished_kpis"


def load_unfinished(db: Database) -> tuple[str, ...]:
    """What was begun, each as the text it was handed over as; nothing where it cannot be read."""
    try:
        found = json.loads(str(db.one("SELECT value FROM meta WHERE name=?", (_NAME,)) or "[]"))
    except ValueError:
        return ()
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def save_unfinished(db: Database, texts: tuple[str, ...]) -> None:
    """Keep what was begun in place of what was kept before."""
    if texts == load_unfinished(db):
        return
    with db.writing(numbers=False):
        if texts:
            db.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_NAME, json.dumps(texts, ensure_ascii=False)))
        else:
            db.run("DELETE FROM meta WHERE name=?", (_NAME,))
