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


EARLIER, UNDONE = "earlier:", "undone:"
"""Before the key of a shape: what an import had remembered before a later one did, and what an undone one had."""
MOST_EARLIER = 5


def load_profiles(db: Database) -> dict[str, str]:
    """What was remembered of files imported before, by the key of their shape."""
    return {key: body for key, body in db.rows("SELECT key, body FROM profiles") if ":" not in key}


def profiles_by_import(db: Database) -> dict[int, str]:
    """What was remembered of the file of each import, as far as it is kept: all but those long ago of a shape."""
    return dict(db.rows("SELECT import_id, body FROM profiles WHERE import_id > 0"))


def undone_profiles(db: Database) -> dict[str, str]:
    """What was remembered of files of which no import is left, by the key of their shape."""
    found: list[tuple[str, str]] = db.rows("SELECT key, body FROM profiles")
    return {key.removeprefix(UNDONE): body for key, body in found if key.startswith(UNDONE)}


def keep_profile(db: Database, key: str, body: str, import_id: int) -> None:
    """Remember something for the next file of the same shape; to be called while writing.

    What the few imports before it remembered comes back when this one is undone.
    """
    db.run(f"UPDATE profiles SET key=printf('{EARLIER}%012d:%s', import_id, key) WHERE key=?", (key,))
    db.run("DELETE FROM profiles WHERE key=?", (UNDONE + key,))
    db.run("INSERT INTO profiles(key, body, saved_at, import_id) VALUES (?, ?, ?, ?)", (key, body, now(), import_id))
    known = _earlier(db, key)
    db.connection.executemany("DELETE FROM profiles WHERE key=?", [(one,) for one in known[MOST_EARLIER:]])


def _earlier(db: Database, key: str) -> list[str]:
    """Under which keys stands what imports remembered of a shape before the newest one, the latest first."""
    sql = "SELECT key FROM profiles WHERE key LIKE ? ORDER BY key DESC"
    return [one for (one,) in db.rows(sql, (f"{EARLIER}%:{key}",))]


def forget_profile(db: Database, import_id: int) -> None:
    """Remember what was remembered without an import; to be called while writing.

    What nothing that is left remembers is laid aside, to be proposed where a person looks at it.
    """
    for (key,) in db.rows("SELECT key FROM profiles WHERE import_id=?", (import_id,)):
        others = [] if ":" in key else _earlier(db, key)
        if others or ":" in key:
            db.run("DELETE FROM profiles WHERE key=?", (key,))
        else:
            db.run("UPDATE profiles SET key=?, import_id=0 WHERE key=?", (UNDONE + key, key))
        for one in others[:1]:
            db.run("UPDATE profiles SET key=? WHERE key=?", (key, one))
