"""The laws of importing, over random histories of files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kpidesk import store
from tests.often import often
from tests.store import support
from tests.store.model import Key, Model
from tests.store.support import File, canonical, day, load, people_file, problems, undo

OWNERS = ("Ann Lee", "ANN LEE", "Bob Ray", "")
ROWS = st.builds(
    lambda key, owner, team, stage, amount, split, note: support.deal(
        key, owner=owner, team=team, stage=stage, amount=amount, owner_split=split, note=note, account=owner[:3]
    ),
    st.sampled_from("ABCDE"),
    st.sampled_from(OWNERS),
    st.sampled_from(("", "North", "north", "South")),
    st.sampled_from(("Open", "Won", "Ignored")),
    st.sampled_from(("1", "01", "2", "", "x")),
    st.sampled_from(("", "", "Ann Lee 70%; Bob Ray 30%", "Bob Ray 100%")),
    st.sampled_from(("", "a note")),
)
LISTS = st.lists(ROWS, max_size=7)
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {"person": st.sampled_from(("Ann Lee", "ann lee", "Bob Ray", "Cy Fox"))},
        optional={
            "email": st.sampled_from(("ann@x.org", "bob@x.org")),
            "team": st.sampled_from(("North", "NORTH", "East")),
            "parent_team": st.sampled_from(("World", "north")),
            "role": st.sampled_from(("Rep", "Lead")),
            "hire_at": st.just("2020-01-06"),
        },
    ),
    min_size=1,
    max_size=4,
)


def deal_files(dates: st.SearchStrategy[int]) -> st.SearchStrategy[File]:
    """Files of deals with data dates by number."""
    return st.builds(
        lambda rows, number, source, complete, recipe: File(rows, day(number), source, complete, recipe),
        LISTS, dates, st.sampled_from(("crm", "crm", "erp")), st.booleans(), st.sampled_from(("plain", "other")),
    ).filter(usable)  # fmt: skip


def usable(file: File) -> bool:
    """Whether a file is imported at all: one with nothing but rows that cannot be read is refused."""
    counts = Model().take(1, file)
    return not counts.rejected or counts.added > 0


@st.composite
def dated_files(draw: st.DrawFn) -> list[File]:
    """Files of deals and people, no two with one data date."""
    numbers = draw(st.lists(st.integers(0, 9), min_size=2, max_size=5, unique=True))
    of_people = [draw(st.integers(0, 2)) == 0 for _ in numbers]
    return [
        people_file(number, *draw(PEOPLE)) if about else draw(deal_files(st.just(number)))
        for number, about in zip(numbers, of_people, strict=True)
    ]


@cache
def new_workspace() -> bytes:
    with tempfile.TemporaryDirectory() as folder, support.workspace(Path(folder)) as db:
        db.close()
        return db.path.read_bytes()


@contextmanager
def workspace(segment: int = 65_536) -> Iterator[store.Database]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.kpidesk").write_bytes(new_workspace())
        with support.workspace(Path(folder), segment=segment) as db:
            db.connection.execute("PRAGMA synchronous=OFF")  # what is tested here is no power cut
            yield db


def after(files: Sequence[File], segment: int = 65_536) -> dict[str, Any]:
    """What a new workspace holds after these imports."""
    with workspace(segment) as db:
        for file in files:
            load(db, file)
        return canonical(db)


_STORED = """
SELECT s.name, d.key, v.valid_from, v.valid_to, x.id,
  x.name, a.value, o.value, t.value, g.value, x.amount, x.close_date, x.custom
FROM deal_versions v JOIN deals d ON d.id = v.deal_id JOIN sources s ON s.id = d.source_id
JOIN deal_values x ON x.id = v.value_id LEFT JOIN account_aliases a ON a.id = x.account
LEFT JOIN person_aliases o ON o.id = x.owner LEFT JOIN terms t ON t.id = x.team LEFT JOIN terms g ON g.id = x.stage
ORDER BY d.id, v.valid_from
"""


def stored_versions(db: store.Database) -> dict[Key, list[tuple[str, str, tuple[Any, ...]]]]:
    """The versions of every deal as the tables have them."""
    splits: dict[int, list[tuple[str, int]]] = {}
    sql = "SELECT value_id, a.value, share FROM deal_value_owners JOIN person_aliases a ON a.id = owner"
    for value, name, share in db.rows(sql):
        splits.setdefault(value, []).append((name, share))
    found: dict[Key, list[tuple[str, str, tuple[Any, ...]]]] = {}
    for source, key, start, end, value, *cells in db.rows(_STORED):
        content = (*cells, tuple(sorted(splits.get(value, []))))
        found.setdefault((source, key), []).append((start, end, content))
    return found


def assert_equals_model(db: store.Database, model: Model) -> None:
    stored = stored_versions(db)
    assert stored == {key: model.versions(key) for key in model.seen}
    sql = "SELECT s.name, key, first_seen, coalesce(missing_from, '') FROM deals d JOIN sources s ON s.id = source_id"
    assert {(source, key): tuple(marks) for source, key, *marks in db.rows(sql)} == {
        key: model.marks(key) for key in model.seen
    }


HISTORIES = st.lists(deal_files(st.integers(0, 4)), min_size=1, max_size=5)
COUNTED = ("read", "added", "updated", "unchanged", "rejected", "skipped")


@settings(max_examples=often(7))
@given(HISTORIES, st.integers(1, 4), st.integers(1, 7), st.data())
def test_versions_counts_and_marks_equal_a_plain_model(
    files: list[File], chunk: int, segment: int, data: st.DataObject
) -> None:
    model = Model()
    with workspace(segment) as db:
        for file in files:
            done = load(db, file, chunk=chunk)
            expected = model.take(done.import_id, file)
            assert {name: getattr(done, name) for name in COUNTED} == asdict(expected)
            assert_equals_model(db, model)
        gone = data.draw(st.sampled_from(sorted(model.files)))
        undo(db, gone)
        model.forget(gone)
        assert_equals_model(db, model)
        assert problems(db) == ()


@settings(max_examples=often(6))
@given(dated_files(), st.randoms(use_true_random=False))
def test_the_order_of_dated_imports_does_not_matter(files: list[File], random: Any) -> None:
    shuffled = list(files)
    random.shuffle(shuffled)
    assert after(shuffled, segment=3) == after(files)


@settings(max_examples=often(6))
@given(dated_files(), st.integers(1, 5), st.data())
def test_undo_gives_what_the_other_imports_alone_would(files: list[File], segment: int, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(files) - 1))
    with workspace(segment) as db:
        numbers = [load(db, file).import_id for file in files]
        undo(db, numbers[at])
        assert problems(db) == ()
        assert canonical(db) == after([file for place, file in enumerate(files) if place != at])
        for number in (*numbers[:at], *numbers[at + 1 :]):
            undo(db, number)
        assert not any(canonical(db).values())


@settings(max_examples=often(5))
@given(dated_files(), st.integers(1, 4), st.integers(1, 5))
def test_the_same_file_again_changes_nothing(files: list[File], chunk: int, segment: int) -> None:
    with workspace(segment) as db:
        for file in files:
            first = load(db, file, chunk=chunk)
            held = canonical(db)
            again = load(db, file, chunk=3)
            # rows that tell different things of one person by name and by address change it back and forth
            assert (again.added, again.updated if file.kind == "deals" else 0) == (0, 0)
            assert (again.read, again.rejected, again.skipped) == (first.read, first.rejected, first.skipped)
            assert canonical(db) == held


@settings(max_examples=often(4))
@given(dated_files(), st.integers(1, 7), st.data())
def test_columns_repeat_what_the_rows_say(files: list[File], segment: int, data: st.DataObject) -> None:
    with workspace(segment) as db:
        numbers = [load(db, file, chunk=2).import_id for file in files]
        assert_columns_equal_rows(db)
        undo(db, data.draw(st.sampled_from(numbers)))
        assert_columns_equal_rows(db)


def days_of(text: str | None) -> int:
    return -(2**31) if text is None else (date.fromisoformat(text) - date(1970, 1, 1)).days


def assert_columns_equal_rows(db: store.Database) -> None:
    """Every column an evaluation reads against the same column made from rows by hand."""
    columns = store.load_columns(db)
    size = len(columns["of"])
    of = np.zeros(size, np.int64)
    amount = np.full(size, -(2**63), np.int64)
    closes = np.full(size, -(2**31), np.int64)
    named = {name: np.zeros(size, np.int64) for name in ("owner", "account", "team", "stage", "currency")}
    for value, holder, money, closing, *numbers in db.rows(
        "SELECT id, deal_id, amount, close_date, owner, account, team, stage, currency FROM deal_values"
    ):
        of[value], closes[value] = holder, days_of(closing)
        amount[value] = amount[value] if money is None else money
        for name, number in zip(named, numbers, strict=True):
            named[name][value] = number or 0
    expected = {"of": of, "amount": amount, "close_date": closes, **named}
    for name, values in expected.items():
        assert columns[name].tolist() == values.tolist(), name
    versions = db.rows("SELECT deal_id, valid_from, value_id FROM deal_versions ORDER BY deal_id, valid_from")
    assert list(zip(columns["v.of"].tolist(), columns["v.value"].tolist(), strict=True)) == [
        (holder, value) for holder, _, value in versions
    ]
    first = dict(db.rows("SELECT id, first_seen FROM deals"))
    assert columns["v.from"].tolist() == [days_of(start or first[holder]) for holder, start, _ in versions]
    gone = dict(db.rows("SELECT id, missing_from FROM deals"))
    for number, text in gone.items():
        assert columns["missing_from"][number] == days_of(text)
        assert columns["first_seen"][number] == days_of(first[number])
