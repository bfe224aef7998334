"""What was decided about the words and headers of files: outcomes, links, shares, remembered shapes."""

from __future__ import annotations

import json
from collections.abc import Mapping

from kpidesk.core.curation import Curation
from kpidesk.core.fields import Outcome
from kpidesk.store.database import Database, now
from kpidesk.store.shapes import WORD_FIELDS


def load_curation(db: Database) -> Curation:
    """Look-ups from the numbers in the columns to what they stand for."""
    words = words_of(db)
    decided = known_outcomes(db)
    splits: dict[int, list[tuple[int, int]]] = {}
    for value, owner, share in db.rows("SELECT value_id, owner, share FROM deal_value_owners ORDER BY value_id, owner"):
        splits.setdefault(value, []).append((owner, share))
    return Curation(
        terms={number: (name, text) for number, name, text in words},
        outcomes={number: decided[name, text] for number, name, text in words if (name, text) in decided},
        people=dict(db.rows("SELECT id, person_id FROM person_aliases")),
        accounts=dict(db.rows("SELECT id, account_id FROM account_aliases")),
        splits={value: tuple(shares) for value, shares in splits.items()},
        account_names=dict(db.rows("SELECT id, name FROM accounts")),
        teams=dict(db.rows("SELECT value, team_id FROM team_aliases")),
    )


def words_of(db: Database) -> list[tuple[int, str, str]]:
    """Number, field and text of every word of the files, but for the ids by which they name other records."""
    sql = (
        "SELECT t.id, t.field, t.value FROM json_each(?) f CROSS JOIN sources s"
        " CROSS JOIN terms t ON t.source_id = s.id AND t.field = f.value ORDER BY t.id"
    )
    return [(number, name, text) for number, name, text in db.rows(sql, (json.dumps(WORD_FIELDS),))]


def word_outcomes(db: Database) -> dict[int, Outcome]:
    """What words of stages and statuses were decided to mean, by their numbers."""
    decided = known_outcomes(db)
    return {number: decided[name, text] for number, name, text in words_of(db) if (name, text) in decided}


def known_outcomes(db: Database) -> dict[tuple[str, str], Outcome]:
    """What each word of a stage or status was decided to mean, by (`stage` or `status`, word)."""
    return {(name, text): outcome for name, text, outcome in db.rows("SELECT field, value, outcome FROM outcomes")}


def keep_outcomes(db: Database, outcomes: Mapping[tuple[str, str], Outcome]) -> None:
    """Decide what words mean; to be called while writing."""
    rows = [(*word, outcome) for word, outcome in outcomes.items()]
    db.connection.executemany("INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?)", rows)


def load_profiles(db: Database) -> dict[str, str]:
    """What was remembered of files imported before, by the key of their shape."""
    return dict(db.rows("SELECT key, body FROM profiles"))


def keep_profile(db: Database, key: str, body: str, import_id: int) -> None:
    """Remember something for the next file of the same shape; to be called while writing.

    What was remembered already stays that of the import that first said it.
    """
    sql = (
        "INSERT INTO profiles(key, body, saved_at, import_id) VALUES (?, ?, ?, ?) ON CONFLICT(key) DO UPDATE"
        " SET body=excluded.body, saved_at=excluded.saved_at, import_id=excluded.import_id WHERE body<>excluded.body"
    )
    db.run(sql, (key, body, now(), import_id))


def forget_profile(db: Database, import_id: int) -> None:
    """Forget what an import remembered, unless a later one knew better; to be called while writing."""
    db.run("DELETE FROM profiles WHERE import_id=?", (import_id,))
