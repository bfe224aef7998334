"""Deals of two sources that are one: what they become, and that nothing else changes by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest

from kpidesk import store
from kpidesk.core.errors import UserError
from tests.often import often
from tests.store.support import File, canonical, day, deal, load, problems, record, undo, workspace
from tests.store.test_laws import workspace as fresh

Shown = tuple[str, str, str, str, str]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[store.Database]:
    with workspace(tmp_path, segment=3) as made:
        yield made


def crm(db: store.Database, number: int, *rows: list[str]) -> int:
    return load(db, File(rows, day(number), "crm")).import_id


def sheet(db: store.Database, number: int, *rows: list[str]) -> int:
    return load(db, File(rows, day(number), "sheet", complete=False, name="sheet.csv")).import_id


def number_of(db: store.Database, key: str) -> int:
    return int(db.one("SELECT id FROM deals WHERE key=?", (key,)))


def history(db: store.Database, key: str) -> list[Shown]:
    """From when on a deal was what: day, name, owner, stage, amount."""
    rows = db.rows(
        "SELECT valid_from, coalesce(x.name, ''), coalesce(o.value, ''), coalesce(g.value, ''), coalesce(amount, '')"
        " FROM deal_versions v JOIN deal_values x ON x.id = v.value_id LEFT JOIN person_aliases o ON o.id = x.owner"
        " LEFT JOIN terms g ON g.id = x.stage WHERE v.deal_id = (SELECT id FROM deals WHERE key=?) ORDER BY 1",
        (key,),
    )
    return [(since, name, owner, stage, str(amount)) for since, name, owner, stage, amount in rows]


def text(number: int) -> str:
    return day(number).isoformat()


def test_the_deal_kept_has_the_first_say_and_whatever_changes_later_counts(db: store.Database) -> None:
    sheet(db, 0, deal("S1", name="Acme", amount=90, owner="Bob", stage="Late"))
    crm(db, 2, deal("C1", name="Acme Ltd", amount=100, stage="Open"))
    store.merge_deals(db, number_of(db, "C1"), number_of(db, "S1"))
    told = [("", "Acme", "Bob", "Late", "90"), (text(2), "Acme Ltd", "Bob", "Open", "100")]
    assert history(db, "C1") == told
    assert history(db, "S1") == []
    sheet(db, 3, deal("S1", name="Acme", amount=90, owner="Bob", stage="Late"))
    assert history(db, "C1") == told  # the sheet said nothing new
    again = sheet(db, 4, deal("S1", name="Acme", amount=95, owner="Bob", stage="Late"))
    crm(db, 5, deal("C1", name="Acme Ltd", amount=100, stage="Won"))
    later = [(text(4), "Acme Ltd", "Bob", "Open", "95"), (text(5), "Acme Ltd", "Bob", "Won", "95")]
    assert history(db, "C1") == [*told, *later]
    assert problems(db) == ()
    undo(db, again)
    assert history(db, "C1") == [*told, (text(5), "Acme Ltd", "Bob", "Won", "100")]
    assert problems(db) == ()


def test_counts_of_an_import_are_those_of_its_own_deals(db: store.Database) -> None:
    sheet(db, 0, deal("S1", amount=90))
    crm(db, 0, deal("C1", amount=100), deal("C2", amount=1))
    store.merge_deals(db, number_of(db, "C1"), number_of(db, "S1"))
    same = load(db, File((deal("C1", amount=100), deal("C2", amount=2)), day(1), "crm"))
    assert (same.added, same.updated, same.unchanged) == (0, 1, 1)


def test_columns_of_files_and_split_credit_are_joined_too(db: store.Database) -> None:
    sheet(db, 0, deal("S1", amount=90, owner_split="Ann 60%; Bob 40%", note="call on Monday"))
    crm(db, 0, deal("C1", amount=100))
    store.merge_deals(db, number_of(db, "C1"), number_of(db, "S1"))
    (value,) = [value for (value,) in db.rows("SELECT value_id FROM deal_versions")]
    (row,) = store.deal_rows(db, [value])
    assert (row["amount"], row["owner_split"], row["Note"]) == ("1", "Ann 60%; Bob 40%", "call on Monday")
    assert row["file"] == "deals.csv"
    assert store.imports_showing(db, "deals", store.load_columns(db)["v.value"]) == (1, 2)
    assert store.sources_of_deal(db, number_of(db, "C1")) == ("crm", "sheet")


def test_a_joined_deal_is_missing_only_once_every_source_has_lost_it(db: store.Database) -> None:
    load(db, File((deal("S1"), deal("S2")), day(0), "sheet"))
    crm(db, 1, deal("C1"), deal("C2"))
    store.merge_deals(db, number_of(db, "C1"), number_of(db, "S1"))
    crm(db, 2, deal("C2"))
    at = number_of(db, "C1")
    assert db.rows("SELECT first_seen, missing_from FROM deals WHERE id=?", (at,)) == [(text(0), None)]
    load(db, File((deal("S2"),), day(3), "sheet"))
    assert db.one("SELECT missing_from FROM deals WHERE id=?", (at,)) == text(3)
    assert store.missing_on(db, day(2))[at] == store.missing_on(db, date.min.replace(year=1971))[at]
    days = [day(at) for at in range(4)]
    never, gone = store.missing_on(db, day(0))[at], (day(3) - date(1970, 1, 1)).days
    walked = [one.tolist() for one in store.missing_on_each(db, days)]
    assert walked == [store.missing_on(db, one).tolist() for one in days]
    assert [one[at] for one in walked] == [never, never, never, gone]
    assert problems(db) == ()


def test_what_names_either_deal_leads_to_the_joined_one(db: store.Database) -> None:
    sheet(db, 0, deal("S1"))
    crm(db, 0, deal("C1"))
    kept, gone = number_of(db, "C1"), number_of(db, "S1")
    merge = store.merge_deals(db, kept, gone)
    assert store.deal_number(db, "S1") == kept
    assert store.deals_with(db, ["S1"]) == {"S1": {kept: "sheet"}}
    assert set(store.values_by_source(db, ["S1", "C1"], None)) == {("sheet", "S1"), ("crm", "C1")}
    (told,) = store.deal_merges(db)
    assert (told.id, told.name, told.into, told.source, told.into_source) == (merge, "S1", "C1", "sheet", "crm")
    store.split_deals(db, merge)
    assert (store.deal_number(db, "S1"), store.deal_merges(db)) == (gone, ())
    assert store.merge_deals(db, kept, gone) > merge, "no number is given twice"


def test_a_merge_waits_for_a_deal_that_was_taken_back_and_comes_again(db: store.Database) -> None:
    sheet(db, 0, deal("S1", owner="Bob"))
    number = crm(db, 0, deal("C1", amount=5))
    store.merge_deals(db, number_of(db, "C1"), number_of(db, "S1"))
    undo(db, number)
    assert [row[0:3] for row in history(db, "S1")] == [("", "", "Bob")]
    assert problems(db) == ()
    crm(db, 1, deal("C1", amount=5))
    assert history(db, "S1") == []
    assert [row[2:] for row in history(db, "C1")] == [("Bob", "", ""), ("Bob", "", "5")]


def test_a_person_is_deleted_from_a_joined_deal_too(db: store.Database) -> None:
    sheet(db, 0, deal("S1", name="For Ann Lee", owner="Ann Lee", note="Ann Lee called"))
    crm(db, 0, deal("C1", amount=5, owner="Bob Ray", note="ask Ann Lee"))
    merge = store.merge_deals(db, number_of(db, "C1"), number_of(db, "S1"))
    store.erase_person(db, int(db.one("SELECT id FROM people WHERE name='Ann Lee'")), day(1))
    assert problems(db) == ()
    texts = db.rows("SELECT name, custom FROM deal_values")
    assert len(texts) == 3
    assert not [row for row in texts if "Ann Lee" in str(row)]
    store.split_deals(db, merge)
    assert problems(db) == ()


def test_three_deals_can_be_one_and_one_deal_cannot_be_merged_with_itself(db: store.Database) -> None:
    crm(db, 0, deal("A", amount=1), deal("B", owner="Bob"), deal("C", name="Third"))
    a, b, c = (number_of(db, key) for key in "ABC")
    store.merge_deals(db, b, c)
    first = store.merge_deals(db, a, b)
    assert history(db, "A") == [("", "Third", "Bob", "", "1")]
    for keep, drop in ((a, a), (a, c), (a, 99)):
        with pytest.raises(UserError, match="different deals"):
            store.merge_deals(db, keep, drop)
    store.split_deals(db, first)
    assert history(db, "B") == [("", "Third", "Bob", "", "")]
    assert problems(db) == ()


@pytest.mark.parametrize("keep", ["C1", "S1"])
def test_deals_that_an_undo_left_half_worked_out_are_put_right_when_the_file_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep: str
) -> None:
    with fresh(segment=3) as damaged, fresh(segment=3) as expected:
        for db in (damaged, expected):
            sheet(db, 0, deal("S1", owner="Bob"), deal("S2"))
            sheet(db, 2, deal("S1", owner="Ann"))
            file = File([deal("C1", amount=5), deal("C2", note="n")], day(1), "crm", digest="5" * 64)
            load(db, file)
            merged = (number_of(db, keep), number_of(db, "S1" if keep == "C1" else "C1"))
            store.merge_deals(db, *merged)
        undo(expected, 3)
        with monkeypatch.context() as patched:
            patched.setattr("kpidesk.store.undo.take_apart", lambda _db: None)
            patched.setattr("kpidesk.store.undo.put_together", lambda _db: None)
            undo(damaged, 3)
        assert problems(damaged) != ()
        path = tmp_path / "damaged.kpidesk"
        damaged.close()
        path.write_bytes(damaged.path.read_bytes())
        path.chmod(0o400)
        with pytest.raises(UserError, match="half worked out"):
            store.open_workspace(path)
        path.chmod(0o600)
        with store.open_workspace(path) as mended:
            assert problems(mended) == ()
            assert canonical(mended) == canonical(expected)
            assert load(mended, file).added == 2
            assert problems(mended) == ()
            assert history(mended, keep) != []


@pytest.mark.parametrize("seed", range(often(3)))
def test_any_history_of_merges_is_that_of_its_last_merges_and_without_them_that_of_none(seed: int) -> None:
    """Imports, undos, merges (some with an import), splits and pairs said to be two, in any order.

    Some files bring the history of their stages along, and either of the two imports takes both back.
    """
    chance = Random(seed)
    with fresh(segment=3) as plain, fresh(segment=3) as joined, fresh(segment=3) as after:
        left: dict[int, tuple[File, ...]] = {}
        for number in chance.sample(range(9), 5):
            files = _some_files(chance, number)
            first = load(joined, files[0], merged=_some_merges(joined, files[0], chance)).import_id
            for file in files[1:]:
                load(joined, file)
            assert load_all(plain, files) == first
            left[first] = files
            for _ in range(chance.randint(1, 2)):
                _change(joined, chance)
            if len(left) == 4 or chance.random() < 1 / 4:
                gone = chance.choice(sorted(left))
                named = gone + chance.randrange(len(left.pop(gone)))
                for db in (plain, joined):
                    undo(db, named)
            assert problems(joined) == ()
        after.connection.executemany(
            "INSERT INTO deal_merges VALUES (?, ?, ?, ?, ?, ?, NULL)",
            joined.rows("SELECT id, source, key, into_source, into_key, at FROM deal_merges"),
        )
        for files in left.values():
            load_all(after, files)
        assert canonical(joined) == canonical(after)
        store.split_deals(joined, *(one.id for one in store.deal_merges(joined)))
        assert canonical(joined) == canonical(plain)


def load_all(db: store.Database, files: Sequence[File]) -> int:
    """Import what one file brings; gives the number of the first import."""
    first, *_ = [load(db, file).import_id for file in files]
    return first


def _some_files(chance: Random, number: int) -> tuple[File, ...]:
    """A file of deals, or two: with the history of stages that its columns tell."""
    rows = [
        deal(key, owner=chance.choice(("Ann Lee", "Bob Ray", "")), stage=chance.choice(("Open", "Won", "")),
             amount=chance.choice(("1", "2", "")), owner_split=chance.choice(("", "Ann Lee 70%; Bob Ray 30%")))
        for key in chance.sample("ABCDE", chance.randint(2, 4))
    ]  # fmt: skip
    file = File(rows, day(number), chance.choice(("crm", "erp")), chance.random() < 1 / 2, digest=f"{number:064}")
    return (file, stages_of(file, "Open")) if chance.random() < 1 / 2 else (file,)


def stages_of(file: File, *stages: str) -> File:
    """The import of stage history that follows a file of deals whose columns tell it."""
    rows = [record(f"{key} {stage}", deal=key, stage=stage) for key, *_ in file.rows for stage in stages]
    return replace(file, rows=rows, kind="stage-history", recipe="records")


def _some_merges(db: store.Database, file: File, chance: Random) -> dict[str, tuple[str, str]]:
    """A deal of another source with which a row of a file is to be merged."""
    sql = "SELECT s.name, key FROM deals d JOIN sources s ON s.id = source_id WHERE s.name <> ? ORDER BY 1, 2"
    known = db.rows(sql, (file.source,))
    return {chance.choice(file.rows)[0]: chance.choice(known)} if known and chance.random() < 1 / 2 else {}


def _change(db: store.Database, chance: Random) -> None:
    """Merge two deals, say that they are two, or take a merge back."""
    deals = [one for (one,) in db.rows("SELECT id FROM deals ORDER BY id")]
    merges = [one.id for one in store.deal_merges(db)]
    if merges and chance.random() < 1 / 4:
        store.split_deals(db, chance.choice(merges))
    elif len(deals) > 1:
        one, other = chance.choices(deals, k=2)
        with suppress(UserError):
            if chance.random() < 1 / 5:
                store.keep_apart(db, "deal", [(one, other)])
            else:
                store.merge_deals(db, one, other)
