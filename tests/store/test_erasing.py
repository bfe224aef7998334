"""Deleting a person: the file does not name them any more, nothing else changes, and no later file brings them back."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.store.frozen import digest_of, packed
from kpidesk.store.opening import journal_of
from kpidesk.store.veiling import Veil, digests, words_of
from tests.store.support import (
    File,
    canonical,
    day,
    deal,
    deals,
    load,
    people,
    problems,
    record,
    records,
    undo,
    workspace,
)

ZOE, MAIL, NUMBER = "Zoë Müller", "zoe.mueller@corp.example", "0057Q000001AbCd"
TODAY = day(30)
DEALS = (
    deal("D1", owner=ZOE, team="Zoë Müller's team", amount=100, stage="Won", name="Renewal - Zoë Müller"),
    deal("D2", owner="ZOË MÜLLER", amount=200, stage="Open", note="Zoë Müller"),
    deal("D3", owner="Bo Dahl", account="Müller, Zoë Müller & Co", amount=300, note=f"cc {MAIL.upper()}"),
    deal("D4", owner_split=f"Bo Dahl 60%; {ZOE} 40%", amount=400, name="zoë müller again"),
    deal("D5", owner="Anna-Zoë Müller", amount=500, name="Anna-Zoë Müller first"),
    deal("D6", owner=ZOE, amount="much"),
)
PEOPLE = (
    {"person": ZOE, "email": MAIL, "external_id": NUMBER, "team": "North", "role": "AE", "hire_at": "2020-01-01"},
    {"person": "Bo Dahl", "team": "North"},
)
CALL = record("A1", person=MAIL, subject=f"Call by {ZOE}", occurred_at="2026-03-01", note={"Done by": ZOE})


def fill(db: store.Database) -> None:
    """A workspace that names Zoë Müller wherever one can be named."""
    load(db, File(DEALS, day(0), name="Zoë_Müller deals.csv"))
    people(db, 0, *PEOPLE)
    records(db, 1, "activities", CALL)
    deals(db, 1, *DEALS[:5], deal("D7", owner="Z. Müller", amount=700))
    known = store.people_by_name(db)
    store.merge_people(db, known["zoë müller"], known["z. müller"])
    zoe, bo = known["zoë müller"], known["bo dahl"]
    about = "'rep', {}, '', '2026-01-01', '2026-04-01', 'quarter', '2026-Q1', 'Q1'"
    sheet = packed({"rep": "Bo Dahl", "review": {"notes": f"Ask {ZOE}"}, "monthly": True})
    own = packed({"rep": ZOE})
    review = (
        "INSERT INTO reviews(id, person_id, held_with, start, end, grain, key, label, state, agenda, notes, created_at,"
        " started_at, closed_at, sheet_digest) VALUES (?, ?, ?, '2026-01-01', '2026-04-01', 'quarter', '2026-Q1', 'Q1',"
        " 'closed', ?, ?, '2026-02-01', '2026-02-01', '2026-02-01', ?)"
    )
    with db.writing("kpi", f"asked by {ZOE}"):
        db.run(review, (1, zoe, "zoë müller", "[]", "her own", digest_of(own)))
        db.run(review, (2, bo, "bo dahl", json.dumps([{"text": f"see {ZOE}"}]), "", digest_of(sheet)))
        db.run("INSERT INTO private_notes VALUES (1, 'secret of hers'), (2, ?)", (f"unlike {ZOE}",))
        db.run("INSERT INTO review_sheets VALUES (1, ?), (2, ?)", (own, sheet))
        db.run(
            "INSERT INTO commitments(review_id, place, text, due, owner, kpi_id, deal_source, deal_key, deal_name,"
            " stage, was, reason) VALUES (1, 0, 'her promise', '2026-03-01', 'rep', '', '', '', '', '', '', '')"
        )
        db.run(
            "INSERT INTO chart_notes(day, text, scope_kind, scope_id, kpi_id, made_at) VALUES"
            f" ('2026-01-01', 'her leave', 'rep', {zoe}, '', ''), ('2026-01-01', '{ZOE} joined', 'org', 0, '', '')"
        )
        db.run(
            "INSERT INTO targets(kpi_id, scope_kind, scope_id, scope_name, start, end, grain, key, label, minimum,"
            " target, stretch, version, effective_from, reason, set_by, set_at)"
            f" VALUES ('bookings', {about.format(zoe)}, 1, 2, 3, 1, '', 'her illness', '', '')"
        )
        db.run(
            "INSERT INTO objectives(name, why, owner, place, made_at, retired_on) VALUES ('More', '', ?, 0, '', '')",
            (ZOE,),
        )
        db.run("INSERT OR REPLACE INTO meta VALUES ('unfinished_kpis', ?)", (json.dumps([f"of {ZOE}"]),))
        db.run(
            "INSERT INTO pay_plans(scope_kind, scope_id, base, variable, currency, curve, from_day, made_at)"
            f" VALUES ('rep', {zoe}, 1, 2, 'EUR', 'her pay', '', '')"
        )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("erasing")
    with workspace(folder, segment=4) as db:
        fill(db)
        assert problems(db) == ()
    return folder / "a.kpidesk"


@pytest.fixture
def db(made: Path, tmp_path: Path) -> Iterator[store.Database]:
    shutil.copy(made, tmp_path)
    with workspace(tmp_path, segment=4) as opened:
        yield opened


def zoe(db: store.Database) -> int:
    return store.people_by_name(db)[ZOE.lower()]


def erased(db: store.Database) -> store.Erased:
    return store.erase_person(db, zoe(db), TODAY)


def unpacked_text(path: Path) -> str:
    """The bytes of a file as text, with what its compressed bodies hold."""
    with store.open_workspace(path) as opened:
        bodies = [
            body
            for table in ("review_sheets", "meeting_sheets", "submissions")
            for (body,) in opened.rows(f"SELECT body FROM {table}")
        ]
    inside = b"\n".join(map(zlib.decompress, bodies))
    raw = (path.read_bytes() + inside).decode("utf-8", "replace")
    return unicodedata.normalize("NFC", re.sub(r"\\u([0-9a-f]{4})", lambda at: chr(int(at[1], 16)), raw)).casefold()


def numbers(db: store.Database) -> dict[str, Any]:
    """Everything that figures rest on, by number; not the checksums of texts."""
    found: dict[str, Any] = {
        "columns": db.rows("SELECT * FROM columns WHERE name<>'texts' ORDER BY kind, name, segment")
    }
    for table in ("memberships", "deal_value_owners", "deal_versions", "activity_versions"):
        found[table] = db.rows(f"SELECT * FROM {table}")
    found["aliases"] = db.rows("SELECT id, source_id, kind, person_id FROM person_aliases ORDER BY id")
    found["people"] = db.rows("SELECT id, role, hire_at, end_at FROM people")
    found["targets"] = db.rows("SELECT id, kpi_id, scope_kind, scope_id, target FROM targets")
    return found


def test_nothing_in_the_file_names_them_any_more(db: store.Database) -> None:
    before = db.path.read_bytes()
    assert ZOE.encode() in before
    assert b"secret of hers" in before
    erased(db)
    journal = journal_of(db.path)
    assert not journal.exists() or journal.read_bytes() == b""
    db.close()
    assert not journal.exists()
    text = unpacked_text(db.path)
    hers = re.findall(r"(?<!anna-)zoë.müller|zoe\.mueller|0057q000001abcd|z\. müller", text)
    assert hers == []
    for word in ("secret of hers", "her own", "her promise", "her leave", "her illness", "her pay"):
        assert word not in text, word
    assert "anna-zoë müller first" in text


def test_numbers_stay_and_the_file_is_whole(db: store.Database) -> None:
    before = numbers(db)
    done = erased(db)
    assert problems(db) == ()
    assert numbers(db) == before
    assert done.placeholder == "Former rep 1"
    assert db.rows("SELECT name, renamed FROM people WHERE id=?", (before["people"][0][0],)) == [("Former rep 1", 1)]
    assert {name: done.deleted[name] for name in ("reviews", "commitments", "private_notes", "pay_plans")} == {
        "reviews": 1,
        "commitments": 1,
        "private_notes": 1,
        "pay_plans": 1,
    }
    assert db.rows("SELECT reason FROM targets") == [("",)]
    assert db.rows("SELECT text FROM private_notes") == [("unlike Former rep 1",)]
    assert db.one("SELECT owner FROM objectives") == "Former rep 1"


def test_sheets_of_others_are_sealed_anew_with_the_day(db: store.Database) -> None:
    done = erased(db)
    ((body, digest),) = db.rows("SELECT body, sheet_digest FROM review_sheets JOIN reviews ON id = review_id")
    assert json.loads(zlib.decompress(body)) == {
        "rep": "Bo Dahl",
        "review": {"notes": "Ask Former rep 1"},
        "monthly": True,
        "redacted": TODAY.isoformat(),
    }
    assert digest_of(body) == digest
    assert done.rewritten["review_sheets sealed anew"] == 1
    assert "sealed anew" in {action for (action,) in db.rows("SELECT action FROM audit")}


def test_a_preview_says_the_same_and_changes_nothing(db: store.Database) -> None:
    before = db.path.read_bytes()
    told = store.erase_person(db, zoe(db), TODAY, keep=False)
    assert db.path.read_bytes() == before
    assert told == erased(db)


@pytest.mark.parametrize("recipe", ["plain", "read anew"])
def test_the_same_files_again_change_nothing(db: store.Database, recipe: str) -> None:
    erased(db)
    before = canonical(db)
    rows = (*DEALS[:5], deal("D7", owner="Z. Müller", amount=700))
    again = load(db, File(rows, day(1), recipe=recipe))
    assert (again.added, again.updated, again.unchanged) == (0, 0, 6)
    assert people(db, 0, *PEOPLE).unchanged == 2
    assert records(db, 1, "activities", CALL).unchanged == 1
    assert canonical(db) == before
    assert problems(db) == ()


def test_a_rejected_row_does_not_bring_the_name_back(db: store.Database) -> None:
    erased(db)
    outcome = load(db, File([deal("N1", owner=ZOE, amount="none"), deal("N2", owner=ZOE)], day(3), name=f"{ZOE}.csv"))
    assert outcome.rejected == 1
    db.close()
    assert re.findall(r"(?<!anna-)zoë.müller", unpacked_text(db.path)) == []


def test_another_source_finds_the_placeholder(db: store.Database) -> None:
    erased(db)
    load(db, File([deal("X1", owner="zoë  MÜLLER", owner_split="", amount=1), deal("X2", owner=MAIL)], day(2), "crm 2"))
    owners = db.rows(
        "SELECT DISTINCT p.name FROM person_aliases a JOIN people p ON p.id = person_id"
        " JOIN sources s ON s.id = source_id WHERE s.name='crm 2'"
    )
    assert owners == [("Former rep 1",)]
    load(db, File([deal("X3", owner="Zoë Müller Lopez")], day(3), "crm 2"))
    assert "Zoë Müller Lopez" in {name for (name,) in db.rows("SELECT name FROM people")}


def test_an_undo_brings_nobody_back(db: store.Database) -> None:
    erased(db)
    for number in (4, 3, 2, 1):
        undo(db, number)
        assert problems(db) == ()
    names = {name for (name,) in db.rows("SELECT name FROM people")}
    assert "Former rep 1" in names
    assert not {name for name in names if "Müller" in name}


def test_nobody_is_deleted_twice_and_the_next_has_another_number(db: store.Database) -> None:
    number = zoe(db)
    erased(db)
    with pytest.raises(UserError, match="deleted before"):
        store.erase_person(db, number, TODAY)
    with pytest.raises(UserError, match="no such person"):
        store.erase_person(db, 999, TODAY)
    assert store.erase_person(db, store.people_by_name(db)["bo dahl"], TODAY).placeholder == "Former rep 2"
    assert problems(db) == ()


def test_a_deleted_name_is_not_typed_again(db: store.Database) -> None:
    erased(db)
    bo = store.people_by_name(db)["bo dahl"]
    for said in ({"person": "ZOE\u0308  müller"}, {"person": "Bo Dahl", "email": MAIL}, {"person": NUMBER}):
        with pytest.raises(UserError, match="belonged to somebody who was deleted"):
            store.apply_people(db, [said], day=TODAY)
    with pytest.raises(UserError, match="belonged to somebody"):
        store.rename_person(db, bo, ZOE)
    store.apply_people(db, [{"person": "Zoë M. Müller", "team": "North"}], day=TODAY)
    assert "zoë m. müller" in store.people_by_name(db)


def test_who_is_joined_with_a_deleted_person_can_be_deleted_too(db: store.Database) -> None:
    former = zoe(db)
    erased(db)
    store.merge_people(db, former, store.people_by_name(db)["bo dahl"])
    assert store.suggestions(db) == ()
    store.erase_person(db, former, TODAY)
    assert problems(db) == ()
    load(db, File([deal("X1", owner=ZOE), deal("X2", owner="Bo Dahl")], day(4), "crm 2"))
    owners = db.rows(
        "SELECT DISTINCT p.name FROM person_aliases a JOIN people p ON p.id = person_id"
        " JOIN sources s ON s.id = source_id WHERE s.name='crm 2'"
    )
    assert owners == [("Former rep 2",)]


def test_words_that_become_the_same_stay_apart(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        rows = [deal("1", owner="Ann Lee", stage="Ann Lee"), deal("2", owner="Bo", stage="ann lee"),
                deal("Ann Lee", owner="Bo"), deal("ANN LEE", owner="Bo")]  # fmt: skip
        load(db, File(rows, day(0)))
        store.erase_person(db, store.people_by_name(db)["ann lee"], TODAY)
        assert problems(db) == ()
        words = [text for (text,) in db.rows("SELECT value FROM terms ORDER BY value")]
        assert words == ["Former rep 1", "Former rep 1 (2)"]
        keys = [text for (text,) in db.rows("SELECT key FROM deals ORDER BY key")]
        assert keys == ["1", "2", "Former rep 1", "Former rep 1 (2)"]


def test_a_name_that_is_a_word_too_eats_no_text() -> None:
    veil = Veil(b"k", digests(b"k", [("May", "F"), ("may.lee@x.example", "F (2)"), ("Will", "F (3)")]), lengths=(4, 1))
    for text in ("May 2026", "Bookings, Bo Dahl, May 2026: $2.00K", "due on 5 May", "Will she call? May we?"):
        assert veil.text(text) == text
    assert veil.cell('{"label":"May 2026","owner":"May"}') == '{"label":"May 2026","owner":"F"}'
    assert (veil.text("MAY"), veil.text("ask may.lee@x.example"), veil.text("Will")) == ("F", "ask F (2)", "F (3)")


def test_names_are_found_in_texts() -> None:
    known = digests(b"k", [("Ann Lee", "F"), ("ann.lee@x.example", "F (2)"), ("Max", "F (3)"), ("12345678", "F (4)")])
    veil = Veil(b"k", known, frozenset({words_of("Mary-Ann Lee")}), (4, 3, 2, 1))
    texts = {
        "Ann Lee": "F",
        "ANN  LEE": "F",
        "Ann_Lee deals.csv": "F deals.csv",
        "to Ann Lee's team": "to F's team",
        "Mary-Ann Lee": "Mary-Ann Lee",
        "Joann Lee": "Joann Lee",
        "Ann; then Lee": "Ann; then Lee",
        "ask ann.lee@x.example now": "ask F (2) now",
        "ask Max": "ask F (3)",
        "to the max": "to the max",
        "id 12345678": "id F (4)",
        "Ann. \n\n Lee": "Ann. \n\n Lee",
    }
    assert {text: veil.text(text) for text in texts} == texts
    assert veil.text("Max", single=False) == "Max"
    assert veil.cell('{"a": ["Ann Lee", 3], "Ann Lee": null}') == '{"a": ["F", 3], "F": null}'
    assert veil.split("Ann Lee 60%; Bo 40%") == "F 60%; Bo 40%"
    assert veil.split("Bo 100%") == "Bo 100%"


STEPS = (5, 40, 90, 140, 190, 240)
CHILD = """
import os, signal, sys
from pathlib import Path
from kpidesk import store
from tests.store.test_erasing import TODAY, zoe

for line in sys.stdin:
    path, after = line.rsplit(" ", 1)
    if os.fork() == 0:
        with store.open_workspace(Path(path)) as db:
            left = [int(after)]
            def count(_):
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
            db.connection.execute("PRAGMA cache_size=2")
            db.connection.set_trace_callback(count)
            store.erase_person(db, zoe(db), TODAY)
        os._exit(0)
    print(os.wait()[1], flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL and fork are those of POSIX")
def test_a_kill_leaves_all_of_it_or_nothing(made: Path, tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    lines = []
    for step in STEPS:
        lines.append(f"{shutil.copy(made, tmp_path / f'{step}.kpidesk')} {step}")
    done = subprocess.run(
        [sys.executable, "-c", CHILD],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert done.stdout.split().count(str(int(signal.SIGKILL))) >= 4
    with store.open_workspace(made) as db:
        before = canonical(db)
    for step in STEPS:
        with workspace(tmp_path, f"{step}.kpidesk", segment=4) as db:
            assert problems(db) == ()
            is_old = canonical(db) == before
            assert is_old == (db.one("SELECT count(*) FROM erased") == 0), step
            assert is_old == (db.one("SELECT count(*) FROM private_notes WHERE text='secret of hers'") == 1), step


def test_backups_that_name_somebody_are_found_and_deleted(made: Path, tmp_path: Path) -> None:
    with workspace(tmp_path, "b.kpidesk") as db:
        deals(db, 0, deal("D3", owner="Bo Dahl"))
        first = store.backup(db)
        deals(db, 1, DEALS[0])
        second = store.backup(db)
        replaced = tmp_path / "b replaced 2026-01-01T000000Z.kpidesk"
        shutil.copy(second, replaced)
        assert set(store.copies(db)) == {first, second, replaced}
        assert set(store.naming(store.copies(db), (ZOE,))) == {second, replaced}
        with pytest.raises(UserError, match="no backup"):
            store.delete_copies(db, [made])
        assert set(store.delete_copies(db, [second, replaced])) == {second, replaced}
        assert store.copies(db) == (first,)
        assert made.exists()
