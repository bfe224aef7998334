"""The words of files are added and taken away here, each time with the seal by which a check knows them again."""

from __future__ import annotations

from kpidesk.store.columns import Ints
from kpidesk.store.database import Database
from kpidesk.store.removing import delete_rows, runs_of
from kpidesk.store.seals import WORDS, number_of_words, seal_of_words


def add_words(db: Database, source_id: int, field: str, texts: list[str], start: int) -> None:
    """Keep different texts that files of a source have in a field, numbered from `start` on."""
    db.insert_texts("terms", "value", texts, start, {"source_id": source_id, "field": field})
    _seal(db, number_of_words(range(start, start + len(texts)), texts, f"{source_id}\x1f{field}\x1f"))


def delete_words(db: Database, numbers: Ints) -> None:
    """Forget the words with these numbers."""
    sql = "SELECT id, source_id || char(31) || field || char(31) || value FROM terms WHERE id BETWEEN ? AND ?"
    gone = [row for run in runs_of(numbers) for row in db.rows(sql, run)]
    if gone:
        delete_rows(db, "terms", "id", numbers)
        ids, texts = zip(*gone, strict=True)
        _seal(db, -number_of_words(ids, texts))


def seal_words(db: Database) -> None:
    """Seal all words anew, after some of them were changed."""
    db.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (WORDS, seal_of_words(db.connection)))


def _seal(db: Database, more: int) -> None:
    """Let the seal count some words more, or less; one that cannot be read stays wrong, which a check tells."""
    kept = db.one("SELECT value FROM meta WHERE name=?", (WORDS,)) or ""
    number = (int(kept) if kept.isdecimal() else 0) + more
    db.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (WORDS, str(number)))
