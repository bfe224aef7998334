"""Every kind of record is stored like deals are: history, undo, columns, rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.fields import KIND_OF_RECORD, Field, Kind
from kpidesk.store.columns import stamp_number, stamp_numbers
from tests.often import often
from tests.store.support import (
    TABLES,
    File,
    canonical,
    day,
    deal,
    deals,
    load,
    people,
    people_file,
    problems,
    record,
    records,
    records_of,
    undo,
    workspace,
)
from tests.store.test_laws import deal_files
from tests.store.test_laws import workspace as scratch

CELLS: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("id", "text", "term", "reference"), st.sampled_from(("A", "a", "B", "call"))),
    "person": st.sampled_from(("Ann Lee", "ANN LEE", "Bob Ray")),
    "account": st.sampled_from(("Acme", "ACME", "Blue", "1", "A")),
    "date": st.sampled_from(("2026-03-01", "2025-12-31")),
    "stamp": st.sampled_from(("2026-03-01", "2026-03-01T00:00", "2026-03-01T23:59")),
    "decimal": st.sampled_from(("1.0875", "1")),
    "flag": st.sampled_from((0, 1)),
    **dict.fromkeys(("money", "ratio", "score", "number", "duration"), st.sampled_from((0, 5, 300_000))),
}


LAST = dict.fromkeys(("ends_at", "term_end_at"), "2026-03-01") | {"scale_max": 300_000}
"""Of these fields the cell that none of their rows is refused for."""


def cell(one: Field) -> st.SearchStrategy[Any]:
    return st.just(LAST[one.name]) if one.name in LAST else CELLS["term" if one.name == "team" else one.kind]


def record_files(kind: Kind, dates: st.SearchStrategy[int]) -> st.SearchStrategy[File]:
    """Files of a kind; of each field every other cell is empty."""
    fields = [one for one in KIND_OF_RECORD[kind].fields if one.name != "owner_split"]
    cells = st.fixed_dictionaries({}, optional={**{one.name: cell(one) for one in fields}, "note": st.just("n")})
    rows = st.lists(st.tuples(st.sampled_from("1234"), cells), max_size=4, unique_by=lambda row: row[0])
    return st.builds(
        lambda number, rows, source: File(rows, day(number), source, name=f"{kind}.csv", kind=kind, recipe="records"),
        dates,
        rows.map(lambda found: [record(key, **cells) for key, cells in found]),
        st.sampled_from(("crm", "erp")),
    )


@st.composite
def mixed_files(draw: st.DrawFn) -> list[File]:
    """Files of several kinds, no two with one data date."""
    found = []
    for number in draw(st.lists(st.integers(0, 9), min_size=2, max_size=5, unique=True)):
        kind = draw(st.sampled_from(("accounts", "accounts", *KIND_OF_RECORD)))
        if kind == "people":
            found.append(people_file(number, {"person": draw(CELLS["person"]), "external_id": "a"}))
        elif kind == "deals" and draw(st.booleans()):
            found.append(draw(deal_files(st.just(number))))
        else:
            found.append(draw(record_files(kind, st.just(number))))
    return found


def after(files: Sequence[File], segment: int = 65_536) -> dict[str, Any]:
    with scratch(segment) as db:
        for file in files:
            load(db, file)
        return canonical(db)


@settings(max_examples=often(5))
@given(mixed_files(), st.integers(1, 5), st.data())
def test_undo_gives_what_the_other_imports_alone_would(files: list[File], segment: int, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(files) - 1))
    with scratch(segment) as db:
        numbers = [load(db, file).import_id for file in files]
        assert problems(db) == ()
        undo(db, numbers[at])
        assert problems(db) == ()
        left = [file for place, file in enumerate(files) if place != at]
        assert canonical(db) == after(list(reversed(left)))
        for number in (*numbers[:at], *numbers[at + 1 :]):
            undo(db, number)
        assert not any(canonical(db).values())


@settings(max_examples=often(4))
@given(mixed_files(), st.integers(1, 5))
def test_the_same_file_again_changes_nothing(files: list[File], segment: int) -> None:
    with scratch(segment) as db:
        for file in files:
            first = load(db, file)
            held = canonical(db)
            for again in (load(db, file, chunk=2), load(db, replace(file, digest=f"{file.data_date}"))):
                assert (again.added, again.updated) == (0, 0)
                assert (again.unchanged, again.read) == (first.added + first.updated + first.unchanged, first.read)
                assert canonical(db) == held


EMPTY = {
    "date": -(2**31), "stamp": -(2**31), "money": -(2**63), "ratio": -1, "score": -(2**31), "number": -(2**31),
    "duration": -1, "flag": -1,
}  # fmt: skip


def number_of(one: Field, value: Any) -> int:
    """A cell as a column has it, by the words of the contract."""
    if value is None:
        return EMPTY[one.kind]
    if one.kind not in ("date", "stamp"):
        return int(value)
    days = (date.fromisoformat(value[:10]) - date(1970, 1, 1)).days
    if one.kind == "date":
        return days
    minute = int(value[11:13]) * 60 + int(value[14:16]) + 1 if "T" in value else 0
    return days * 1441 + minute


@settings(max_examples=often(4))
@given(st.data(), st.sampled_from(sorted(TABLES)), st.integers(1, 5))
def test_columns_hold_what_the_file_said(data: st.DataObject, kind: Kind, segment: int) -> None:
    first, second = (data.draw(record_files(kind, st.just(number))) for number in (0, 1))
    with scratch(segment) as db:
        load(db, first)
        load(db, second)
        columns = dict(store.load_columns(db, kind))
        rows = db.rows(f"SELECT * FROM {TABLES[kind]}")
        names = [row[1] for row in db.rows(f"PRAGMA table_info({TABLES[kind]})")]
    for row in rows:
        cells = dict(zip(names, row, strict=True))
        assert columns["of"][cells["id"]] == cells.get("record_id", cells.get("deal_id"))
        for one in KIND_OF_RECORD[kind].fields:
            if one.kind in EMPTY:
                assert columns[one.name][cells["id"]] == number_of(one, cells[one.name]), one.name
            elif one.name in columns:
                assert columns[one.name][cells["id"]] == (cells[one.name] or 0), one.name


def test_a_record_has_versions_and_is_never_missing_unless_its_kind_is_listed(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        first = records(db, 0, "subscriptions", record("1", mrr=100, starts_at="2026-01-01"), record("2", mrr=7))
        second = records(db, 5, "subscriptions", record("1", mrr=150, starts_at="2026-01-01"))
        assert (first.added, second.updated) == (2, 1)
        one, other = records_of(db, "subscriptions")
        assert [(start, end) for start, end, _ in one[4]] == [("", "2026-03-07"), ("2026-03-07", "9999-12-31")]
        assert (one[3], other[3]) == ("", ""), "a file of subscriptions need not hold all of them"
        assert [number for number, _ in store.data_dates(db, "subscriptions")] == [first.import_id, second.import_id]
        assert store.data_dates(db) == ()


def test_a_field_called_source_does_not_hide_whose_records_they_are(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        records(db, 0, "leads", record("1", source="Web", created_at="2026-03-01T09:30"))
        columns = store.load_columns(db, "leads")
        assert db.rows("SELECT value FROM terms WHERE id=?", (int(columns["source"][1]),)) == [("Web",)]
        assert columns["of_source"].tolist() == [0, 1]
        assert columns["created_at"].tolist() == [-(2**31), 20513 * 1441 + 9 * 60 + 30 + 1]


def test_one_file_can_be_read_as_two_kinds(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        rows = [record("1", account="Acme", owner="Ann")]
        for kind in ("contracts", "subscriptions"):
            done = load(db, File(rows, day(0), kind=kind, recipe="records", digest="same"))
            assert done.added == 1
        assert problems(db) == ()


def test_rows_tell_their_fields_file_and_line(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        records(db, 0, "surveys", record("1", kind="csat", score=4_500, account="Acme", note="x", comment="fine"))
        records(db, 0, "activities", record("7", duration=4_275, got_reply=1, person="Ann", type="call"))
        records(db, 0, "leads", record("9", created_at="2026-03-01T09:30", currency=None))
        (survey,) = store.rows_by_id(db, "surveys", [1])
        assert survey == {
            "kind": "csat", "score": "4.5", "account": "Acme", "comment": "fine", "Note": "x", "record_id": "1",
            "key": "1", "import_id": "1", "file": "surveys.csv", "line": "2", "valid_from": "2026-03-02",
        }  # fmt: skip
        (call,) = store.rows_by_id(db, "activities", [1])
        assert (call["duration"], call["got_reply"], call["person"]) == ("1:11:15", "yes", "Ann")
        assert store.rows_by_id(db, "leads", [1])[0]["created_at"] == "2026-03-01 09:30"


@pytest.mark.parametrize(
    ("kind", "cells", "problem"),
    [
        ("subscriptions", {"arr": 2**53 + 1}, "the amount is too large"),
        ("accounts", {"employees": 2**31}, "the number is too large"),
        ("leads", {"created_at": "9999-12-31"}, "the day is too late"),
        ("subscriptions", {"starts_at": "2026-05-01", "ends_at": "2026-04-30"}, "it ends on 2026-04-30, before it"),
        ("contracts", {"term_start_at": "2026-05-01", "term_end_at": "2025-05-01"}, "before it starts on 2026-05-01"),
        ("absences", {"starts_at": "2026-05-02", "ends_at": "2026-05-01"}, "before it starts on 2026-05-02"),
        ("surveys", {"score": 10_500, "scale_max": 10_000}, "the highest score is 10"),
    ],
)
def test_what_cannot_be_kept_or_be_right_is_refused(
    tmp_path: Path, kind: Kind, cells: dict[str, Any], problem: str
) -> None:
    right: dict[str, Any] = {"starts_at": "2026-05-01", "ends_at": "2026-05-01", "score": 10_000, "scale_max": 10_000}
    with workspace(tmp_path) as db:
        done = records(db, 0, kind, record("1", **cells), record("2", account="Acme", **right))
        assert (done.added, done.rejected) == (1, 1)
        assert problem in done.issues[0].problem
        with pytest.raises(UserError, match="No row of"):
            records(db, 1, kind, record("1", **cells))
        assert problems(db) == ()


def test_an_owner_known_by_a_number_is_the_person_of_that_number(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="U-17"), deal("B", owner="Ann Lee"))
        assert {one.name for one in store.load_organisation(db).people} == {"U-17", "Ann Lee"}
        done = people(db, 1, {"person": "Ann Lee", "external_id": "U-17", "team": "North"})
        (ann,) = store.load_organisation(db).people
        assert ann.name == "Ann Lee"
        again = people(db, 2, {"person": "Ann Lee", "external_id": "U-17", "team": "North"})
        assert (again.added, again.unchanged) == (0, 1)
        undo(db, again.import_id)
        undo(db, done.import_id)
        assert {one.name for one in store.load_organisation(db).people} == {"U-17", "Ann Lee"}
        assert problems(db) == ()


def test_a_number_known_from_people_first_is_the_owner_later(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        people(db, 0, {"person": "Ann Lee", "external_id": "U-17", "team": "North"})
        deals(db, 1, deal("A", owner="u-17"))
        assert [one.name for one in store.load_organisation(db).people] == ["Ann Lee"]


def test_a_check_finds_a_changed_row_and_a_changed_column_of_every_kind(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        records(db, 0, "quotas", record("1", person="Ann", amount=500, period_at="2026-01-01"))
        db.connection.execute("UPDATE quota_values SET amount=400")
        assert problems(db) == ("The column 'amount' of the quotas does not repeat the rows.",)
        db.connection.execute("UPDATE quota_values SET amount=500")
        db.connection.execute("UPDATE quotas SET first_seen='2026-01-01'")
        assert problems(db) == ("The marks of the quotas are not what the imports show.",)
        db.connection.execute("UPDATE quotas SET first_seen='2026-03-02'")
        db.connection.execute("UPDATE quota_versions SET valid_to='2027-01-01'")
        assert problems(db) == ("The versions of the quotas are not what the imports show.",)


@settings(max_examples=often(5))
@given(mixed_files(), st.data())
def test_merges_split_in_any_order_leave_nothing_behind(files: list[File], data: st.DataObject) -> None:
    with scratch() as db:
        for file in files:
            load(db, file)
        held = canonical(db)
        made = []
        for _ in range(data.draw(st.integers(1, 3))):
            merge, table = data.draw(
                st.sampled_from(((store.merge_people, "people"), (store.merge_accounts, "accounts")))
            )
            known = [number for (number,) in db.rows(f"SELECT id FROM {table} ORDER BY id")]
            if len(known) > 1:
                keep, drop = data.draw(st.permutations(known))[:2]
                made.append(merge(db, keep, drop))
                assert len(db.rows(f"SELECT id FROM {table}")) == len(known) - 1
                assert problems(db) == ()
        for number in data.draw(st.permutations(made)):
            store.split(db, number)
        assert canonical(db) == held
        assert problems(db) == ()


def test_many_stamps_have_the_numbers_that_each_has() -> None:
    stamps = [
        None,
        "1970-01-01",
        "1970-01-01T00:00",
        "1969-12-31T23:59",
        "1904-02-29",
        "2026-03-01T09:30",
        "5999-12-31",
    ]
    assert stamp_numbers(stamps).tolist() == list(map(stamp_number, stamps))


def test_an_undo_and_an_import_write_no_more_the_more_other_records_there_are(tmp_path: Path) -> None:
    written = []
    for count in (40, 400):
        rows = [record(f"A{at}", type="call", person="Ann", account="Acme", deal=f"D{at}") for at in range(count + 2)]
        with workspace(tmp_path, f"{count}.kpidesk", segment=8) as db:
            records(db, 0, "activities", *rows[:count])
            start = db.connection.total_changes
            more = records(db, 1, "activities", *rows[count:])
            middle = db.connection.total_changes
            undo(db, more.import_id)
            written.append((middle - start, db.connection.total_changes - middle))
            assert problems(db) == ()
    assert written[0] == written[1]
