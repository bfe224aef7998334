"""A receipt after a merge of people or accounts: which rows only count as another, and what is no reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations, store
from kpidesk.core.errors import UserError
from tests.operations.support import Line, bring_in, made, write

DEALS: list[Line] = [
    ("D1", "Ann", "Won", "1000", "2026-01-02", "2026-01-20"),
    ("D2", "Ann", "Won", "2000", "2026-01-03", "2026-01-25"),
    ("D3", "Ben", "Won", "4000", "2026-01-04", "2026-02-01"),
    ("D4", "Cid", "Won", "500", "2026-01-06", "2026-02-02"),
]
LATER = date(2026, 4, 30)


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[operations.Workspace]:
    with made(tmp_path) as opened:
        bring_in(opened, write(tmp_path / "deals.csv", DEALS))
        kpi = operations.find_kpi(opened, "deals_won")
        formula = "count_distinct(deals.account where won on closed_at)"
        changed = replace(kpi, id="won_accounts", name="Won accounts", formula=formula, kpi_class="distinct")
        operations.save_kpi(opened, replace(changed, version=1))
        yield opened


def code(ws: operations.Workspace, kpi: str, scope: str = "org") -> str:
    return operations.rows(ws, kpi, operations.question(ws, scope=scope, period="2026-Q1")).code


def told(ws: operations.Workspace, printed: str) -> list[str]:
    """What a receipt names as done since, without the day."""
    return [one.partition(", on ")[0] for one in operations.replay(ws, printed).changes]


def merged(ws: operations.Workspace, kind: str, keep: str, drop: str) -> int:
    numbers = [operations.find_mergeable(ws, kind, one) for one in (keep, drop)]  # type: ignore[arg-type]  # a kind
    return operations.merge(ws, kind, *numbers).merges[0]  # type: ignore[arg-type]


def known_since(ws: operations.Workspace) -> None:
    """A file of a later day and a team, which change nothing of what was known of the quarter."""
    late = ("D9", "Ben", "Open", "9000", "2026-04-03", "2026-05-25")
    bring_in(ws, write(ws.path.parent / "april.csv", [*DEALS, late]), LATER)
    operations.move_people(ws, [operations.find_mergeable(ws, "person", "Ben")], "East", LATER)


def test_rows_that_only_count_as_another_rep_are_told_as_such_and_nothing_else_is_a_reason(
    ws: operations.Workspace,
) -> None:
    of_all, of_ben = code(ws, "bookings"), code(ws, "bookings", "rep:Ben")
    known_since(ws)
    assert told(ws, of_all) == told(ws, of_ben) == []
    number = merged(ws, "person", "Ben", "Ann")
    found = operations.replay(ws, of_all)
    assert found.verdict == "The same number: $7.50K from 4 rows, but not everything behind it is as it was."
    assert told(ws, of_all) == ["2 rows count as Ben now: Deal D1; Deal D2.", "Two names were made one person"]
    assert told(ws, of_ben) == [
        "2 rows are new, from import 1 (deals.csv): Deal D1; Deal D2.", "Two names were made one person"
    ]  # fmt: skip
    assert operations.replay(ws, of_ben).verdict.endswith("It was $4.00K from 1 row.")
    operations.split(ws, number)
    assert told(ws, of_ben) == []


def test_a_row_that_a_file_changed_as_well_was_changed(ws: operations.Workspace) -> None:
    of_all = code(ws, "bookings")
    bring_in(ws, write(ws.path.parent / "again.csv", [("D1", "Ann", "Won", "1500", "2026-01-02", "2026-01-20")]),
             complete=False)  # fmt: skip
    merged(ws, "person", "Ben", "Ann")
    assert told(ws, of_all)[:2] == [
        "1 row was changed, from import 2 (again.csv): Deal D1.", "1 row counts as Ben now: Deal D2."
    ]  # fmt: skip


def test_a_merge_of_accounts_is_taken_back_to_tell_the_number_of_then(ws: operations.Workspace) -> None:
    of_accounts, of_all = code(ws, "won_accounts"), code(ws, "bookings")
    known_since(ws)
    number = merged(ws, "account", "Firm 1", "Firm 3")
    found = operations.replay(ws, of_accounts)
    assert (found.is_same, found.receipt.result.value) == (False, 3)
    assert found.verdict.startswith("The number is another one today: 3 from ")
    assert "It was 4 from 4 rows." in found.verdict
    assert told(ws, of_accounts)[-1] == "Two accounts were made one"
    assert not any("imported" in one or "East" in one for one in told(ws, of_accounts))
    assert told(ws, of_all) == ["1 row counts as Firm 1 now: Deal D3.", "Two accounts were made one"]
    assert [one.id for one in store.merges(ws.db)] == [number], "they were told apart only to look"
    assert operations.rows(ws, "won_accounts", operations.question(ws, period="2026-Q1")).result.value == 3
    operations.split(ws, number)
    assert operations.replay(ws, of_accounts).is_same


def test_a_merge_from_before_the_print_stays(ws: operations.Workspace) -> None:
    merged(ws, "account", "Firm 1", "Firm 3")
    of_accounts = code(ws, "won_accounts")
    assert (operations.replay(ws, of_accounts).is_same, told(ws, of_accounts)) == (True, [])
    merged(ws, "account", "Firm 1", "Firm 2")
    assert "It was 3 from " in operations.replay(ws, of_accounts).verdict


def test_the_part_of_an_account_that_was_merged_away_is_that_of_the_account_it_counts_as(
    ws: operations.Workspace,
) -> None:
    asked = operations.question(ws, period="2026-Q1", by="account")
    codes = {row.member: row.receipt for row in operations.scorecard(ws, asked, ("bookings",)).rows}
    merged(ws, "account", "Firm 1", "Firm 3")
    with pytest.raises(UserError, match="Firm 3"):
        operations.question(ws, scope="Firm 3", period="2026-Q1")
    away = operations.replay(ws, codes["Firm 3"])
    assert away.receipt.question.parts[0].label == "Firm 1"
    assert away.asides[0] == "Firm 3 counts as Firm 1 now: the number today is that of both."
    assert away.verdict == "The number is another one today: $5.00K from 2 rows. It was $4.00K from 1 row."
    assert away.changes[0] == "1 row is new, from import 1 (deals.csv): Deal D1."
    kept = operations.replay(ws, codes["Firm 1"])
    assert kept.verdict == "The number is another one today: $5.00K from 2 rows. It was $1.00K from 1 row."
    assert kept.changes[0] == "1 row is new, from import 1 (deals.csv): Deal D3."
    merged(ws, "account", "Firm 2", "Firm 1")
    further = operations.replay(ws, codes["Firm 3"])
    assert further.receipt.question.parts[0].label == "Firm 2"
    assert further.verdict == "The number is another one today: $7.00K from 3 rows. It was $4.00K from 1 row."


@pytest.mark.parametrize("kind", ["person", "account", "deal"])
def test_what_was_merged_and_told_apart_again_or_has_no_part_in_a_number_is_no_reason(
    ws: operations.Workspace, kind: str
) -> None:
    """Of Ann's bookings no merge among the others tells, nor one that was taken back."""
    names = {"person": ("Ben", "Cid"), "account": ("Firm 3", "Firm 4"), "deal": ("D3", "D4")}[kind]
    mine = {"person": ("Ben", "Ann"), "account": ("Firm 3", "Firm 1"), "deal": ("D3", "D1")}[kind]
    of_ann = code(ws, "bookings", "rep:Ann")
    number = merged(ws, kind, *mine)
    assert told(ws, of_ann) != []
    operations.split(ws, number)
    assert told(ws, of_ann) == []
    merged(ws, kind, *names)
    assert told(ws, of_ann) == []
    assert operations.replay(ws, of_ann).verdict == "The same number from the same 2 rows."


@pytest.mark.parametrize("kind", ["person", "account", "deal"])
def test_a_merge_of_before_the_print_that_was_taken_back_is_a_reason_where_it_had_a_part(
    ws: operations.Workspace, kind: str
) -> None:
    mine = {"person": ("Ben", "Ann"), "account": ("Firm 1", "Firm 3"), "deal": ("D1", "D3")}[kind]
    number, other = merged(ws, kind, *mine), merged(ws, "account", "Firm 2", "Firm 4")
    of_ben, of_cid = code(ws, "bookings", "rep:Ben"), code(ws, "bookings", "rep:Cid")
    before = operations.replay(ws, of_ben).receipt.value_text
    operations.split(ws, number)
    found = operations.replay(ws, of_ben)
    assert any("parted again" in one for one in found.changes), found.changes
    assert found.is_same or f"It was {before}" in found.verdict
    assert told(ws, of_cid) == []
    operations.split(ws, other)
    assert told(ws, of_cid) == ["1 row counts as Firm 4 now: Deal D4.", "What was made one was parted again"]
