"""Answers that every sales number must give, worked out by hand, through the same doors as in the window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.breakdowns import View
from kpidesk.core.parts import UNKNOWN
from kpidesk.core.people import TeamView
from tests.operations.support import HEADER, Line, bring_in, made, write


def closed(owner: str, won: int, lost: int, amount: str = "1000", day: str = "2025-11-03") -> list[Line]:
    """Deals that an owner closed on a day."""
    return [
        (f"{owner}-{day}-{at}", owner, "Won" if at < won else "Lost", amount, "2025-10-01", day)
        for at in range(won + lost)
    ]


def test_a_rate_of_money_is_that_of_the_sums_and_never_the_sum_of_rates(tmp_path: Path) -> None:
    """165 of 376 million is 0.4388; the rates of the three reps alone come to 1.45 together."""
    plan = {"Ann Lee": (100, 110), "Bo Dahl": (50, 130), "Cy Oh": (15, 136)}
    lines = [
        (f"{rep}-{stage}", rep, stage, str(1_000_000 * amount), "2025-10-01", "2025-11-03")
        for rep, (won, every) in plan.items() for stage, amount in (("Won", won), ("Lost", every - won))
    ]  # fmt: skip
    with made(tmp_path) as ws:
        bring_in(ws, write(tmp_path / "deals.csv", lines))
        asked = operations.question(ws, period="2025-Q4")
        [row] = operations.scorecard(ws, asked, ("win_rate_value",)).rows
        table = operations.pivot(ws, View("win_rate_value", "rep"), asked)
        receipt = operations.rows(ws, "win_rate_value", table.total.question)
    assert row.result.value == table.total.result.value == pytest.approx(165 / 376) == pytest.approx(0.4388, abs=5e-5)
    parts = [cells[0].result.value or 0.0 for cells in table.cells]
    assert sorted(parts, reverse=True) == pytest.approx([100 / 110, 50 / 130, 15 / 136])
    assert (receipt.reproduces, len(receipt.rows)) == (True, 6)


def test_five_and_six_of_twenty_have_a_rank_in_common_and_a_leap_has_its_own(tmp_path: Path) -> None:
    lines = [*closed("Ann Lee", 5, 15), *closed("Bo Dahl", 6, 14), *closed("Cy Oh", 20, 0)]
    with made(tmp_path) as ws:
        bring_in(ws, write(tmp_path / "deals.csv", lines))
        found = operations.compare(ws, "win_rate", operations.question(ws, period="2025-Q4"))
    ranks = {peer.name: peer.rank for group in found.groups for peer in group.peers}
    assert ranks["Ann Lee"] == ranks["Bo Dahl"] != ranks["Cy Oh"] != ""


def test_money_by_source_keeps_what_is_unknown_and_its_shares_are_the_whole(tmp_path: Path) -> None:
    """20,000 of 40,000 is 50.0 %."""
    amounts = {"Inbound": 20_000, "Referral": 12_000, "": 8_000}
    rows = [
        f"{at},Deal {at},Ann Lee,Firm,Won,{amount},2025-10-01,2025-11-03,{source}"
        for at, (source, amount) in enumerate(amounts.items())
    ]
    (tmp_path / "deals.csv").write_text("\n".join([",".join(HEADER), *rows]))
    with made(tmp_path) as ws:
        bring_in(ws, tmp_path / "deals.csv")
        table = operations.pivot(ws, View("bookings", "lead_source"), operations.question(ws, period="2025-Q4"))
    shown = {part.label: cells[0].share_text for part, cells in zip(table.rows, table.cells, strict=True)}
    assert shown == {"Inbound": "50.0%", "Referral": "30.0%", UNKNOWN: "20.0%"}
    assert table.total.result.value == 40_000


def test_teams_come_to_the_whole_after_a_move_by_the_teams_of_then_and_of_today(tmp_path: Path) -> None:
    """Ann moves from North to South on 15 February: what she won before stays in the North, or all of it goes along."""
    lines = [
        *closed("Ann Lee", 3, 0, "1000", "2025-01-20"), *closed("Ann Lee", 2, 0, "1000", "2025-03-04"),
        *closed("Bo Dahl", 4, 0, "1000", "2025-02-20"),
    ]  # fmt: skip
    people = ("Person,Team,Valid from,Valid to", "Ann Lee,North,2024-01-01,2025-02-15", "Ann Lee,South,2025-02-15,",
              "Bo Dahl,South,2024-01-01,")  # fmt: skip
    (tmp_path / "people.csv").write_text("\n".join(people))
    with made(tmp_path) as ws:
        bring_in(ws, write(tmp_path / "deals.csv", lines))
        bring_in(ws, tmp_path / "people.csv", kind="people")
        asked = operations.question(ws, period="2025-Q1", by="team")
        views: tuple[tuple[TeamView, dict[str, int]], ...] = (
            ("as-was", {"North": 3, "South": 6}), ("today", {"South": 9})
        )  # fmt: skip
        for teams, expected in views:
            one = replace(asked, teams=teams)
            rows = operations.scorecard(ws, one, ("deals_won",)).rows
            whole = operations.scorecard(ws, replace(one, by=""), ("deals_won",)).rows[0].result.value
            won = {row.scope.name: row.result.value for row in rows if row.result.value}
            assert won == expected
            assert sum(won.values()) == whole == 9


def test_the_same_file_twice_changes_nothing_and_two_currencies_are_not_summed(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text(
        ",".join((*HEADER, "Currency")) + "\n"
        "1,A,Ann Lee,Firm,Won,100,2025-10-01,2025-11-03,Web,EUR\n"
        "2,B,Ann Lee,Firm,Won,100,2025-10-01,2025-11-03,Web,USD\n"
    )
    with made(tmp_path) as ws:
        bring_in(ws, tmp_path / "deals.csv")
        again = bring_in(ws, tmp_path / "deals.csv")
        result = operations.scorecard(ws, operations.question(ws, period="2025-Q4"), ("bookings",)).rows[0].result
    assert (again.read, again.added, again.updated, again.unchanged, again.rejected) == (2, 0, 0, 2, 0)
    assert result.value is None
    assert "EUR" in result.reason or "USD" in result.reason
