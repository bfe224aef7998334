"""Findings of the check that are left as they are, with the reason; no number rests on them."""

from __future__ import annotations

import json
from datetime import date

from kpidesk.core.lint_facts import Left
from kpidesk.store.database import Database

_NAME = "findings_left"


def load_left(db: Database) -> tuple[Left, ...]:
    """What is left as it is, in the order in which it was said; nothing where it cannot be read."""
    try:
        found = json.loads(str(db.one("SELECT value FROM meta WHERE name=?", (_NAME,)) or "[]"))
        return tuple(
            Left(str(rule), str(where), str(problem), str(reason), date.fromisoformat(since))
            for rule, where, problem, reason, since in found
        )
    except (TypeError, ValueError):
        return ()


def save_left(db: Database, left: tuple[Left, ...]) -> None:
    """Keep what is left as it is in place of what was kept before."""
    texts = [(one.rule, one.where, one.problem, one.reason, one.since.isoformat()) for one in left]
    with db.writing(numbers=False):
        db.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_NAME, json.dumps(texts, ensure_ascii=False)))
