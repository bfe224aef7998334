"""The seal of the words of files follows every word that is added or taken away, and shows any other change."""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from kpidesk import store
from kpidesk.store.seals import WORDS
from kpidesk.store.words import add_words, delete_words, seal_words
from tests.store.support import problems, workspace

ODD = ["", "Won", "wön", "a\x1eb", "a\x1fb", "a\x00b", "😀", 'say "so"', "back\\slash", "Won "]


def added_up(db: store.Database) -> str:
    """The seal worked out word by word."""
    words = db.rows("SELECT id, source_id, field, value FROM terms")
    return str(sum(at * (2**32 + crc32(f"{of}\x1f{name}\x1f{text}".encode())) for at, of, name, text in words))


def kept(db: store.Database) -> str:
    return str(db.one("SELECT value FROM meta WHERE name=?", (WORDS,)))


def filled(folder: Path) -> store.Database:
    """A workspace with a source and odd words in three fields."""
    db = store.open_workspace(folder / "words.kpidesk", create=True)
    with db.writing(references=False):
        db.run("INSERT INTO sources(id, name) VALUES (1, 'crm')")
        add_words(db, 1, "stage", ODD, 1)
        add_words(db, 1, "deal", [f"D{at}" for at in range(3000)], 20)
        add_words(db, 1, "team", ["Nørd"], 7000)
    return db


def test_the_seal_is_that_of_all_words_however_they_came_and_went(tmp_path: Path) -> None:
    with workspace(tmp_path, "none.kpidesk") as db:
        assert kept(db) == added_up(db) == "0"
    with filled(tmp_path) as db:
        assert kept(db) == added_up(db)
        assert [text for (text,) in db.rows("SELECT value FROM terms WHERE field='stage' ORDER BY id")] == ODD
        with db.writing(references=False):
            delete_words(db, np.array([3, 4, 5, 6, 9, 21, 22, 2000, 7000]))
            delete_words(db, np.empty(0, np.int64))
        assert kept(db) == added_up(db)
        assert db.one("SELECT count(*) FROM terms") == len(ODD) + 3001 - 9
        assert problems(db) == ()
        with db.writing(references=False, keep=False):
            add_words(db, 1, "stage", ["Lost"], 8000)
        assert kept(db) == added_up(db)
        assert problems(db) == ()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE terms SET value='Wom' WHERE value='Won'",
        "UPDATE terms SET id=0 WHERE id=30; UPDATE terms SET id=30 WHERE id=31; UPDATE terms SET id=31 WHERE id=0",
        "UPDATE terms SET field='lead' WHERE id=40",
        "UPDATE terms SET id=id + 9000 WHERE id=41",
        "DELETE FROM terms WHERE id=1",
        "INSERT INTO terms VALUES (9999, 1, 'stage', 'New')",
        "UPDATE meta SET value='' WHERE name='seal_of_words'",
        "UPDATE meta SET value='732396f9f51af4901de48b999e6ca520' WHERE name='seal_of_words'",
        "DELETE FROM meta WHERE name='seal_of_words'",
    ],
)
def test_a_change_behind_its_back_is_told_also_after_the_next_import(tmp_path: Path, change: str) -> None:
    with filled(tmp_path) as db:
        assert problems(db) == ()
        db.connection.execute("PRAGMA foreign_keys=OFF")
        assert all(db.run(statement) == 1 for statement in change.split(";"))
        told = "Settings, names, goals or definitions were changed by something else than this app."
        assert problems(db) == (told,)
        with db.writing(references=False):
            add_words(db, 1, "stage", ["Lost"], 8000)
        assert problems(db) == (told,)
        with db.writing():
            seal_words(db)
        assert problems(db) == ()
