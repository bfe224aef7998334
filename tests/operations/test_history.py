"""The versions of a deal, the days that data are of, and what an undo would take away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.deal_changes import Proof
from kpidesk.core.errors import UserError
from kpidesk.core.progress import finish
from tests.operations.support import bring_in, copied, made, write
from tests.operations.test_changes import FIRST, JANUARY, LATER, SECOND, THIRD


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imported")
    with made(folder) as ws:
        bring_in(ws, write(folder / "january.csv", JANUARY), FIRST)
        bring_in(ws, write(folder / "later.csv", LATER), SECOND)
        bring_in(ws, write(folder / "back.csv", (LATER[1], LATER[0], JANUARY[2])), THIRD)
    return folder


@pytest.fixture
def ws(imported: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(imported, tmp_path) as opened:
        yield opened


def test_a_deal_is_told_version_by_version_with_its_lines(ws: operations.Workspace) -> None:
    found = operations.deal_history(ws, operations.find_deal(ws, "D2"))
    newest, oldest = found.versions
    assert (found.name, found.owner, found.source, found.missing_from) == ("Deal D2", "Bo Dahl", "crm", None)
    assert newest.what == ("pushed", "amount_up", "owner")
    assert [(one.field, one.before, one.after) for one in newest.changes] == [
        ("owner", "Ann Lee", "Bo Dahl"),
        ("amount", "$2.00K", "$2.50K"),
        ("close_date", "1 Mar 2026", "1 Apr 2026"),
    ]
    assert newest.proof == Proof(2, "later.csv", 3, SECOND)  # the import that brought it, not the one that repeats it
    assert (newest.since, newest.until) == (SECOND, None)
    assert (oldest.what, oldest.proof) == (("new",), Proof(1, "january.csv", 3, FIRST))
    assert (oldest.since, oldest.until) == (FIRST, date(2026, 1, 19))


def test_an_earlier_day_knows_no_later_version(ws: operations.Workspace) -> None:
    found = operations.deal_history(ws, operations.find_deal(ws, "D2"), FIRST)
    assert [one.what for one in found.versions] == [("new",)]
    gone = operations.deal_history(ws, operations.find_deal(ws, "D3"), SECOND)
    assert gone.missing_from == SECOND


def test_an_unknown_deal_is_refused(ws: operations.Workspace) -> None:
    with pytest.raises(UserError, match="There is no deal 'D9'"):
        operations.find_deal(ws, "D9")
    with pytest.raises(UserError, match="not in the data"):
        operations.deal_history(ws, 99)


def test_the_days_are_listed_newest_first_with_their_files(ws: operations.Workspace) -> None:
    days = operations.data_days(ws)
    assert [(one.day, one.imports, one.files) for one in days] == [
        (THIRD, 1, ("back.csv",)), (SECOND, 1, ("later.csv",)), (FIRST, 1, ("january.csv",)),
    ]  # fmt: skip


@pytest.mark.parametrize("import_id", [1, 2, 3])
def test_what_an_undo_is_said_to_take_is_what_it_takes(ws: operations.Workspace, import_id: int) -> None:
    before = _now(ws)
    effect = operations.undo_effect(ws, import_id)
    finish(operations.undo(ws, import_id))
    after = _now(ws)
    gone = before.keys() - after.keys()
    both = [(before[key], after[key]) for key in after]
    assert effect.records_gone == len(gone)
    assert effect.records_back == sum(was[0] != now[0] for was, now in both)
    assert effect.records_listed == sum(was[1] is not None and now[1] is None for was, now in both)


def test_an_undo_names_the_days_that_values_go_back_to(ws: operations.Workspace, tmp_path: Path) -> None:
    day = date(2026, 2, 5)
    fresh = ("D9", "Ann Lee", "Open", "1", "2026-02-01", "2026-05-01")
    changed = ("D2", "Bo Dahl", "Open", "9999", "2026-01-01", "2026-04-01")
    bring_in(ws, write(tmp_path / "new.csv", (changed, fresh)), day)
    effect = operations.undo_effect(ws, 4)
    assert (effect.rows, effect.records_gone, effect.records_back) == (2, 1, 1)
    assert (effect.back_from, effect.back_to) == (SECOND, SECOND)
    with pytest.raises(UserError, match="There is no import 9"):
        operations.undo_effect(ws, 9)


def _now(ws: operations.Workspace) -> dict[str, tuple[object, object]]:
    """Every deal's newest content and since when it is missing, by hand-written SQL."""
    query = (
        "SELECT d.key, json_array(x.name, x.owner, x.stage, x.amount, x.close_date), d.missing_from FROM deals d"
        " JOIN deal_versions v ON v.deal_id = d.id AND valid_to = '9999-12-31' JOIN deal_values x ON x.id = value_id"
    )
    answer = finish(operations.sql(ws, query, limit=None))
    return {str(key): (content, missing) for key, content, missing in answer.rows}
