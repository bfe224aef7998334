"""Imports as the user meets them: repeated rows, same texts, sources, cancelling, and the rows behind a number."""

from __future__ import annotations

import contextlib
import sqlite3
import weakref
from collections import Counter
from datetime import date
from hashlib import blake2b
from itertools import chain, count, islice, repeat
from pathlib import Path
from typing import Any

import pytest

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.fields import Kind
from kpidesk.core.progress import Progress, finish
from kpidesk.core.records import ParsedRows, RawRows
from kpidesk.core.settings import Settings
from kpidesk.store.fingerprints import prints
from kpidesk.store.names import Memo
from kpidesk.store.records import RecordImport
from tests.store.support import (
    File,
    canonical,
    chunks,
    day,
    deal,
    deals,
    importing,
    load,
    parse,
    people,
    problems,
    record,
    records,
    records_of,
    undo,
    workspace,
)  # fmt: skip


def test_rejected_rows_are_kept_with_their_line_and_text(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        done = deals(db, 0, deal("A", amount=1), deal("B", amount="much"), deal("A", amount=2), deal("A", amount=1))
        assert (done.read, done.added, done.rejected, done.skipped) == (4, 1, 2, 1)
        assert [issue.line for issue in done.issues] == [3, 4]
        kept = store.rejected_rows(db, done.import_id)
        assert [issue for issue, _ in kept] == list(done.issues)
        assert kept[0][1].split("\t")[0] == "B"
        assert "stands on line 2 already" in kept[1][0].problem
        with pytest.raises(UserError, match="no import 9"):
            store.rejected_rows(db, 9)


def test_a_cancelled_import_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    first = [deal(f"D{at}", owner="Ann", amount=at) for at in range(20)]
    second = File([deal(f"D{at}", owner="Bob", amount=at * 2) for at in range(9, 30)], day(1))
    with workspace(tmp_path, segment=8) as db, workspace(tmp_path, "b.kpidesk", segment=8) as other:
        deals(db, 0, *first)
        held = canonical(db)
        told: list[Progress] = []
        for steps in count(1):
            told = list(islice(work := importing(db, second), steps))
            if len(told) < steps:
                break
            work.close()
            assert canonical(db) == held
        assert told[-1].text == "Working out what changed"
        assert problems(db) == ()
        deals(other, 0, *first)
        finish(importing(other, second))
        assert canonical(db) == canonical(other)


def test_an_import_can_be_stopped_before_a_block_is_told_apart_and_before_it_is_written(tmp_path: Path) -> None:
    held, found = File([deal(key) for key in "ABCD"]), []
    with workspace(tmp_path) as db:
        for stop in range(6):
            work = importing(db, held, chunk=2)
            steps = (step.done for step in work if step.text.endswith("rows read"))
            done = next(islice(steps, stop, None))
            found.append((done, *(db.one(f"SELECT count(*) FROM {table}") for table in ("deals", "deal_values"))))
            work.close()
            assert (db.one("SELECT count(*) FROM deals"), store.import_history(db)) == (0, ())
    assert found == [(2, 0, 0), (2, 0, 0), (2, 2, 2), (4, 2, 2), (4, 2, 2), (4, 4, 4)]


def test_an_import_stopped_within_any_statement_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    second = File([deal(f"D{at}", owner="Bob", amount=at * 2) for at in range(9, 30)], day(1))
    with workspace(tmp_path, segment=8) as db:
        deals(db, 0, *[deal(f"D{at}", owner="Ann", amount=at) for at in range(20)])
        held = canonical(db)
        for looks in count(0, 37):
            stops = chain([0] * looks, [1], repeat(0))
            db.connection.set_progress_handler(stops.__next__, 20)
            try:
                finish(importing(db, second))
            except sqlite3.OperationalError:
                db.connection.set_progress_handler(None, 0)
                assert canonical(db) == held
            else:
                break
        db.connection.set_progress_handler(None, 0)
        assert looks > 200
        assert problems(db) == ()


def test_a_dry_run_counts_and_changes_nothing(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", amount=1))
        held = canonical(db)
        tried = deals(db, 1, deal("A", amount=2), deal("B"), dry_run=True)
        assert (tried.added, tried.updated) == (1, 1)
        assert canonical(db) == held
        assert len(store.import_history(db)) == 1


def unreadable(rows: RawRows) -> ParsedRows:
    raise AssertionError(rows)


def test_the_same_file_again_is_not_read_again_but_counted_like_any_other(tmp_path: Path) -> None:
    rows = [deal("A", amount=1), deal("B", amount="much"), deal("A", amount=2), deal("C", stage="Ignored"),
            deal("D", amount=4), deal("A", amount=1)]  # fmt: skip
    changed = [deal("A", amount=9), deal("D", amount=4)]
    found = []
    for name, digest in (("same", ""), ("other", "of other bytes")):
        with workspace(tmp_path, f"{name}.kpidesk") as db:
            load(db, File(rows))
            load(db, File(changed, day(1)))
            file = File(rows, day(2), digest=digest)
            done = finish(importing(db, file, read=parse if digest else unreadable))
            assert (done.read, done.added, done.updated, done.unchanged) == (6, 0, 1, 1)
            assert (done.rejected, done.skipped) == (2, 2)
            assert [(issue.line, issue.column) for issue in done.issues] == [(3, "amount"), (4, "id")]
            kept = store.rejected_rows(db, done.import_id)
            assert [issue for issue, _ in kept] == list(done.issues)
            assert problems(db) == ()
            held = canonical(db), kept, db.rows("SELECT seen, lines FROM imports WHERE id=?", (done.import_id,))
            undo(db, 1)
            found.append((*held, canonical(db), store.rejected_rows(db, done.import_id)))
    assert found[0] == found[1]


@pytest.mark.parametrize(("recipe", "source"), [("another", "crm"), ("plain", "erp")])
def test_the_same_file_read_otherwise_or_after_an_undo_is_read(tmp_path: Path, recipe: str, source: str) -> None:
    rows = [deal("A", amount=1)]
    with workspace(tmp_path) as db:
        load(db, File(rows))
        with pytest.raises(AssertionError):
            finish(importing(db, File(rows, day(1), source, recipe=recipe), read=unreadable))
        load(db, File(rows, day(1)))
        undo(db, 2)
        undo(db, 1)
        with pytest.raises(AssertionError):
            finish(importing(db, File(rows, day(1)), read=unreadable))


def test_one_text_is_a_deal_of_each_source(tmp_path: Path) -> None:
    rows = [deal("A", owner="Ann", amount=1)]
    with workspace(tmp_path) as db:
        load(db, File(rows, source="crm"))
        assert load(db, File(rows, source="erp")).added == 1
        assert [source for source, *_ in canonical(db)["deals"]] == ["crm", "erp"]


@pytest.mark.parametrize("sign", ["-", '"', "\\", '","', "\\u0000", "\x00", "\n", "é"])
def test_an_id_of_any_signs_is_kept_as_it_is_and_found_again(tmp_path: Path, sign: str) -> None:
    keys = [f"{sign}{number}" for number in range(70)]
    with workspace(tmp_path) as db:
        deals(db, 1, *(deal(key, amount="1") for key in keys))
        again = deals(db, 2, *(deal(key, amount="2") for key in keys), deal(f"{sign}70"))
        assert (again.added, again.updated) == (1, 70)
        assert [key for (key,) in db.rows("SELECT key FROM deals ORDER BY id")] == [*keys, f"{sign}70"]
        amounts = db.rows("SELECT amount, count(*) FROM deal_values GROUP BY amount ORDER BY amount NULLS LAST")
        assert [count for _, count in amounts] == [70, 70, 1]


def without_ids(db: store.Database, number: int, *rows: list[str]) -> store.ImportOutcome:
    """Import rows that are told apart by owner and by their number among the rows of this owner."""
    ordinals: dict[int, int] = {}
    seen: Counter[str] = Counter()
    for line, row in enumerate(rows, start=2):
        seen[row[3]] += 1
        if seen[row[3]] > 1:
            ordinals[line] = seen[row[3]]

    def read(given: RawRows) -> ParsedRows:
        keys = [f"{row[3]} {ordinals.get(line, 1)}" for line, row in zip(given.lines, given.rows, strict=True)]
        return parse(RawRows(given.lines, [[key, *row[1:]] for key, row in zip(keys, given.rows, strict=True)]))

    header = store.ImportHeader(
        "deals", "crm", day(number), True, "f.csv", "", "no ids", "generic", len(rows), ordinals=ordinals
    )
    return finish(store.run_import(db, header, chunks(enumerate(rows, 2), 2), read))


def test_equal_rows_without_ids_are_distinct_deals_and_stay_so(tmp_path: Path) -> None:
    same, other = deal("", owner="Ann", amount=5), deal("", owner="Ann", amount=7)
    with workspace(tmp_path) as db:
        assert without_ids(db, 0, same, same, other).added == 3
        again = without_ids(db, 1, same, same, other)
        assert (again.unchanged, again.skipped) == (3, 0)
        assert [missing for *_, missing in canonical(db)["deals"]] == ["", "", ""]
        fewer = without_ids(db, 2, other, same)
        assert (fewer.updated, fewer.unchanged, fewer.rejected) == (1, 1, 0)
        assert [missing for *_, missing in canonical(db)["deals"]] == ["", "", day(2).isoformat()]
        assert problems(db) == ()


def test_a_deal_that_is_missing_from_a_complete_file_is_marked_and_found_again(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A"), deal("B"))
        load(db, File([deal("A")], day(1), complete=False))
        assert [missing for *_, missing in canonical(db)["deals"]] == ["", ""]
        deals(db, 2, deal("A"))
        assert [missing for *_, missing in canonical(db)["deals"]] == ["", day(2).isoformat()]
        deals(db, 3, deal("B"))
        assert [missing for *_, missing in canonical(db)["deals"]] == [day(3).isoformat(), ""]


def test_history_and_data_dates(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        second = deals(db, 5, deal("A"), deal("B", amount="x"))
        first = deals(db, 1, deal("A", amount=2))
        people(db, 9, {"person": "Ann"})
        history = store.import_history(db)
        assert [(one.kind, one.data_date, one.read, one.added, one.updated, one.rejected) for one in history] == [
            ("deals", day(5), 2, 1, 0, 1), ("deals", day(1), 1, 0, 1, 0), ("people", day(9), 1, 1, 0, 0),
        ]  # fmt: skip
        assert store.data_dates(db) == ((first.import_id, day(1)), (second.import_id, day(5)))


def test_undo_names_its_file_and_refuses_what_is_not_there(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        with pytest.raises(UserError, match="no import to undo"):
            undo(db)
        done = deals(db, 0, deal("A"), deal("B"))
        with pytest.raises(UserError, match="no import 7"):
            undo(db, 7)
        gone = undo(db)
        assert (gone.import_id, gone.file) == (done.import_id, "deals.csv")
        assert deals(db, 0, deal("A")).import_id > done.import_id


def test_the_rows_behind_a_number_as_text(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        store.save_settings(db, Settings(currency="EUR"))
        deals(
            db, 0,
            deal("A", name="Big", owner="ANN LEE", account="acme", stage="Won", amount=120050, close_date="2026-02-03",
                 note="hot"),
            deal("B", amount=-500, owner="Bob", owner_split="Bob 60%; Ann Lee 40%"),
            deal("C"),
        )  # fmt: skip
        deals(db, 3, deal("C"), deal("A", name="Bigger", owner="Ann Lee", account="Acme", amount=7))
        rows = store.deal_rows(db, [3, 1, 2, 4, 1])
        assert [row["key"] for row in rows] == ["C", "A", "B", "A", "A"]
        assert rows[1] == {
            "deal_id": "1", "key": "A", "import_id": "1", "file": "deals.csv", "line": "2", "valid_from": "2026-03-02",
            "name": "Big", "owner": "Ann Lee", "account": "Acme", "stage": "Won", "amount": "1200.50",
            "close_date": "2026-02-03", "Note": "hot",
        }  # fmt: skip
        assert (rows[2]["amount"], rows[2]["owner"], rows[2]["owner_split"]) == ("-5", "Bob", "Bob 60%; Ann Lee 40%")
        assert (rows[0]["import_id"], rows[0]["line"], rows[0]["valid_from"]) == ("2", "2", "2026-03-02")
        assert (rows[3]["import_id"], rows[3]["line"], rows[3]["valid_from"]) == ("2", "3", "2026-03-05")
        assert store.deal_rows(db, []) == []


def test_amounts_beyond_exact_numbers_and_splits_that_do_not_add_up_are_rejected(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        done = deals(
            db, 0, deal("A", amount=2**53), deal("B", amount=2**53 + 1), deal("C", owner_split="Ann 60%; Bob 60%"),
            deal("D", owner_split="Ann"), deal("E", owner_split="Ann 0.25; Bob 0.75"),
        )  # fmt: skip
        refused = [(issue.line, issue.column) for issue in done.issues]
        assert refused == [(3, "amount"), (4, "owner_split"), (5, "owner_split")]
        assert store.load_columns(db)["amount"].tolist()[1] == 2**53
        (split,) = store.load_curation(db).splits.values()
        assert sorted(share for _, share in split) == [250_000, 750_000]


def test_columns_of_an_unknown_kind_are_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with workspace(tmp_path) as db, pytest.raises(ValueError, match="people"):
        store.load_columns(db, "people")


def test_columns_are_those_of_one_state_of_the_data_whenever_each_is_read(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", amount=5, owner="Ann"))
        before = store.load_columns(db)
        assert before["amount"].tolist()[1:] == [5]
        with db.writing(keep=False):
            deals(db, 1, deal("A", amount=6, owner="Bob"))
        assert before["owner"].tolist()[1:] == [1], "what was undone is no change"
        deals(db, 2, deal("A", amount=7, owner="Bob"))
        assert before["owner"].tolist()[1:] == [1], "what was read stays"
        with pytest.raises(RuntimeError, match="stage of deals is asked for after a change"):
            before["stage"]
        assert store.load_columns(db)["amount"].tolist()[1:] == [5, 7]
        assert "stage" in before
        assert "sum" not in before
        assert len(before) == len(list(before))


def test_an_import_of_nothing_is_an_import(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        done = deals(db, 0)
        assert done.read == 0
        assert store.data_dates(db) == ((done.import_id, date(2026, 3, 2)),)
        assert len(store.load_columns(db)["of"]) == 1
        assert problems(db) == ()


def missing(db: store.Database) -> dict[str, str | None]:
    return dict(db.rows("SELECT key, missing_from FROM deals"))


def test_a_deal_whose_row_cannot_be_read_is_still_in_the_file(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", amount=1), deal("B", amount=2), deal("C", amount=3))
        done = deals(db, 5, deal("A", amount=1), deal("B", amount="5oo"))
        assert (done.unchanged, done.rejected) == (1, 1)
        assert missing(db) == {"A": None, "B": None, "C": day(5).isoformat()}
        assert problems(db) == ()
        deals(db, 9, deal("A", amount=1))
        assert missing(db)["B"] == day(9).isoformat()
        undo(db, done.import_id)
        assert missing(db) == {"A": None, "B": day(9).isoformat(), "C": day(9).isoformat()}
        assert problems(db) == ()


def test_a_row_that_could_not_be_read_counts_for_a_deal_that_an_older_file_brings_later(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 5, deal("A", amount=1), deal("B", amount="5oo"))
        deals(db, 0, deal("A", amount=1), deal("B", amount=2), deal("C", amount=3))
        assert missing(db) == {"A": None, "B": None, "C": day(5).isoformat()}
        assert problems(db) == ()


def test_a_file_without_a_usable_row_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", amount=1), deal("B", amount=2))
        held = canonical(db), store.data_version(db)
        for dry_run in (False, True):
            with pytest.raises(
                UserError, match=r"No row of 'deals\.csv' can be used: on line 2, 'x' in column 'amount'"
            ):
                deals(db, 5, deal("A", amount="x"), deal("B", amount="y"), deal("C", stage="Ignored"), dry_run=dry_run)
        assert (canonical(db), store.data_version(db)) == held
        assert len(store.import_history(db)) == 1
        assert deals(db, 5, deal("C", stage="Ignored")).skipped == 1


def test_the_problems_of_repeated_rows_name_the_columns_of_the_file(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        done = deals(db, 0, deal("A", amount=1), deal("A", amount=2), deal("A", amount=1), columns={"id": "Deal No."})
        assert [(issue.line, issue.column, issue.value) for issue in done.issues] == [(3, "Deal No.", "A")]
        assert (done.added, done.rejected, done.skipped) == (1, 1, 1)


def test_what_is_remembered_is_what_the_imports_that_are_left_remember(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        for number, (key, profile) in enumerate((("k", "{}"), ("k", "{}"), ("k", "[]"), ("other", "1"))):
            deals(db, number, deal("A", amount=number), profile_key=key, profile=profile)
        undo(db, 1)
        assert store.load_profiles(db) == {"k": "[]", "other": "1"}
        undo(db, 3)
        assert (store.load_profiles(db), store.undone_profiles(db)) == ({"k": "{}", "other": "1"}, {})
        undo(db, 2)
        assert (store.load_profiles(db), store.undone_profiles(db)) == ({"other": "1"}, {"k": "{}"})
        deals(db, 9, deal("A", amount=1), profile_key="k", profile="[]")
        assert (store.load_profiles(db), store.undone_profiles(db)) == ({"k": "[]", "other": "1"}, {})


def test_a_shape_that_is_imported_each_week_keeps_what_a_few_imports_remembered(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        for number in range(9):
            deals(db, number, deal("A", amount=number), profile_key="k", profile=f"{number}")
        assert db.one("SELECT count(*) FROM profiles") == 6
        undo(db)
        assert store.load_profiles(db) == {"k": "7"}


def _fails_after_one(db: store.Database) -> None:
    with db.together():
        deals(db, 1, deal("B"))
        raise ZeroDivisionError


def _goes_on_after_a_failure(db: store.Database) -> None:
    with db.together():
        deals(db, 1, deal("B"))
        with contextlib.suppress(UserError):
            deals(db, 2, deal("C", amount="x"))  # refused: not one row of it can be used


def test_of_several_imports_in_one_transaction_all_are_kept_or_none(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A"))
        before = canonical(db)
        with pytest.raises(ZeroDivisionError):
            _fails_after_one(db)
        with pytest.raises(RuntimeError, match="failed"):
            _goes_on_after_a_failure(db)
        assert canonical(db) == before
        with db.together():
            deals(db, 1, deal("B"))
            deals(db, 2, deal("C"))
        assert len(canonical(db)["versions"]) > len(before["versions"])
        assert problems(db) == ()


@pytest.mark.parametrize("cells", [["D1", "Ärger", ""], ["D2", "two\x1fcells", "x"]])
def test_the_print_of_a_row_stays_what_older_workspaces_hold(cells: list[str]) -> None:
    recipe = b"0123456789abcdef"
    texts = ["\x1f".join(cells), repr(cells)]
    text = texts["\x1f" in cells[1]]
    for ordinals, behind in (({}, ""), ({4: 3}, "\x1e3"), ({9: 3}, "\x1e1")):
        expected = blake2b(f"{text}{behind}".encode(), digest_size=16, person=recipe).digest()
        for rows in (RawRows([4], [cells]), RawRows.written([4], ",".join(cells) + "\n", ",")):
            assert prints(rows, recipe, ordinals).tobytes() == expected


def test_the_words_of_a_file_are_let_go_before_it_is_worked_out_what_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[weakref.ref[Memo]] = []
    left: list[int] = []
    make, derive = Memo.__init__, RecordImport._derive

    def made(self: Memo, *arguments: Any) -> None:
        held.append(weakref.ref(self))
        make(self, *arguments)

    def derived(self: RecordImport, *arguments: Any) -> None:
        left.append(sum(one() is not None for one in held))
        derive(self, *arguments)

    monkeypatch.setattr(Memo, "__init__", made)
    monkeypatch.setattr(RecordImport, "_derive", derived)
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann", account="Acme", stage="Won"))
        assert problems(db) == ()
    assert (len(held) >= 3, left) == (True, [0])


ODD_TEXTS = ("A", "A\0", "A\0B", "\0", 'A"', "A\\0", "A\x1f", "É\u2028", "\\u0000")


@pytest.mark.parametrize("kind", ["deals", "activities"])
def test_texts_of_any_signs_are_the_same_ones_in_a_later_file(tmp_path: Path, kind: Kind) -> None:
    named = ("owner", "account", "stage") if kind == "deals" else ("person", "account", "type", "deal")
    rows = [record(f"{at} {field} {text}", **{field: text}) for at, text in enumerate(ODD_TEXTS) for field in named]
    with workspace(tmp_path) as db:
        first = records(db, 0, kind, *rows)
        known = records_of(db, kind)
        again = records(db, 1, kind, *rows[::-1], record("new", **dict.fromkeys(named, ODD_TEXTS[2])))
        assert (first.added, again.added, again.updated, again.unchanged) == (len(rows), 1, 0, len(rows))
        assert [one for one in records_of(db, kind) if "new" not in one] == known
        assert problems(db) == ()
