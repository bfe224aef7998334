"""Two that somebody said are two: who they are whatever is imported, merged or deleted afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kpidesk import store
from kpidesk.core.errors import UserError
from tests.store.support import File, canonical, day, deal, load, problems, undo, workspace


@pytest.fixture
def db(tmp_path: Path) -> Iterator[store.Database]:
    with workspace(tmp_path) as made:
        yield made


def bring_in(db: store.Database, source: str, *rows: list[str]) -> int:
    return load(db, File(rows, day(0), source)).import_id


def numbers(db: store.Database, table: str, column: str = "name") -> dict[str, int]:
    return dict(db.rows(f"SELECT {column}, id FROM {table}"))


def test_what_is_two_stays_so_while_files_come_and_go(db: store.Database) -> None:
    crm = bring_in(
        db, "crm", deal("A", owner="Ann Lee", account="Acme Inc"), deal("B", owner="Lee Ann", account="Acme")
    )
    offered = {(one.kind, one.name) for one in store.suggestions(db)}
    assert len(offered) == 2
    people, accounts = numbers(db, "people"), numbers(db, "accounts")
    store.keep_apart(db, "person", [(people["Ann Lee"], people["Lee Ann"])])
    store.keep_apart(db, "account", [(accounts["Acme Inc"], accounts["Acme"])])
    assert store.suggestions(db) == ()
    undo(db, crm)
    assert store.kept_apart(db) == ()
    bring_in(db, "sheet", deal("S", owner="Lee Ann", account="acme"), deal("T", owner="ann lee", account="ACME INC"))
    assert store.suggestions(db) == ()
    assert problems(db) == ()


def test_a_pair_that_is_merged_all_the_same_is_one_until_it_is_split(db: store.Database) -> None:
    bring_in(db, "crm", deal("A"))
    bring_in(db, "sheet", deal("B"), deal("C"))
    a, b, c = (numbers(db, "deals", "key")[key] for key in "ABC")
    (number,) = store.keep_apart(db, "deal", [(b, a)])
    assert store.keep_apart(db, "deal", [(a, b)]) == (number,), "it is remembered once"
    first = store.merge_deals(db, a, b)
    assert store.kept_apart(db) == ()
    store.split_deals(db, first)
    store.merge_deals(db, c, b)
    assert store.pairs_apart(db, "deal") == {(a, c)}, "what B counts as is not A either"
    for wrong in ((a, a), (a, 99)):
        with pytest.raises(UserError, match="different ones"):
            store.keep_apart(db, "deal", [(a, c), wrong])
    assert len(db.rows("SELECT id FROM kept_apart")) == 1


def test_deleting_a_person_forgets_of_whom_they_were_told_apart(db: store.Database) -> None:
    bring_in(db, "crm", deal("A", owner="Ann Lee", account="Lee Bros"), deal("B", owner="Lee Ann", account="Lee+Bros"))
    people, accounts = numbers(db, "people"), numbers(db, "accounts")
    store.keep_apart(db, "person", [(people["Ann Lee"], people["Lee Ann"])])
    store.keep_apart(db, "account", [(accounts["Lee Bros"], accounts["Lee+Bros"])])
    done = store.erase_person(db, people["Ann Lee"], day(1))
    assert done.deleted["kept_apart"] == 1
    assert [kind for (kind,) in db.rows("SELECT kind FROM kept_apart")] == ["account"]
    assert len(store.kept_apart(db)) == 1
    assert problems(db) == ()


def test_accounts_are_merged_in_one_act_as_one_by_one_and_split_in_one(db: store.Database) -> None:
    names = ("Acme Inc", "Acme", "ACME Group", "Bolt")
    bring_in(db, "crm", *(deal(f"D{at}", account=name) for at, name in enumerate(names)))
    before = canonical(db)
    inc, acme, group, _ = (numbers(db, "accounts")[name] for name in names)
    made = store.merge_account_pairs(db, [(acme, inc), (group, acme)])
    assert {name for name, _ in store.accounts_facts(db).values()} == {"ACME Group", "Bolt"}
    assert problems(db) == ()
    with pytest.raises(UserError, match="different accounts"):
        store.merge_account_pairs(db, [(group, numbers(db, "accounts")["Bolt"]), (group, 99)])
    assert len(store.merges(db)) == 2
    store.split(db, *made)
    assert canonical(db) == before
    with pytest.raises(UserError, match="no such merge"):
        store.split(db, *made)
