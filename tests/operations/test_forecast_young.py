"""The forecast of companies of a few deals: data that begin in the period, amounts without a rate, shared deals."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.scorecards import Question
from tests.operations.support import HEADER, Line, bring_in, made, write


def asked(ws: operations.Workspace, scope: str = "org") -> Question:
    return operations.question(ws, scope=scope, period="2026-Q1")


def test_what_is_won_in_the_period_in_which_the_data_begin_is_that_of_the_scorecard(tmp_path: Path) -> None:
    """A company as old as its first export: 30,000 won of 40,000 decided, 10,000 open."""
    lines: list[Line] = [
        ("D1", "Ann Lee", "Won", "30000", "2026-01-20", "2026-02-10"),
        ("D2", "Ann Lee", "Lost", "10000", "2026-01-21", "2026-02-11"),
        ("D3", "Ann Lee", "Open", "10000", "2026-01-22", "2026-03-11"),
    ]
    with made(tmp_path) as ws:
        bring_in(ws, write(tmp_path / "first.csv", lines))
        view = operations.forecast(ws, asked(ws))
        shown = operations.scorecard(ws, asked(ws), ("bookings",)).rows[0].result.value
    assert (view.won, view.won_deals, shown) == (30_000, 1, 30_000)
    assert view.pacing is not None
    assert view.pacing.curve[-1].points[-1][1] == 30_000
    assert view.stages_words.endswith("1 of 2 decided deals were won.")


def test_with_nothing_decided_the_chances_are_even_and_said_to_be(tmp_path: Path) -> None:
    with made(tmp_path) as ws:
        only: list[Line] = [("D3", "Ann Lee", "Open", "10000", "2026-01-22", "2026-03-11")]
        bring_in(ws, write(tmp_path / "first.csv", only))
        view = operations.forecast(ws, asked(ws))
        shown = operations.scorecard(ws, asked(ws), ("bookings",)).rows[0].result.value
    assert (view.won_text, shown) == ("Nothing", None), "neither claims an amount"
    assert view.stages_words == "No deal has been decided yet: every deal counts with an even chance."
    assert [(one.chance, one.note) for one in view.stages] == [(0.5, "an even chance stands in")]


def test_a_deal_that_two_reps_share_is_one_deal_with_the_share_of_the_scope(tmp_path: Path) -> None:
    path = tmp_path / "first.csv"
    rows = [("D1", "Open", "10000", "2026-03-11", "Ann Lee:60; Bo Dahl:40"), ("D2", "Open", "5000", "2026-03-11", ""),
            ("D3", "Lost", "5000", "2026-02-11", "")]  # fmt: skip
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([(*HEADER, "Owner split"), *(
            (key, key, "Ann Lee", "Firm", stage, amount, "2026-01-20", closed, "Inbound", shares)
            for key, stage, amount, closed, shares in rows
        )])  # fmt: skip
    with made(tmp_path) as ws:
        bring_in(ws, path)
        found = {
            scope: [(one.name, one.amount) for one in operations.deals_due(ws, asked(ws, scope))]
            for scope in ("org", "rep:Ann Lee", "rep:Bo Dahl")
        }
        stages = operations.forecast(ws, asked(ws, "rep:Ann Lee")).stages
    assert found == {
        "org": [("D1", 10_000), ("D2", 5000)],
        "rep:Ann Lee": [("D1", 6000), ("D2", 5000)],
        "rep:Bo Dahl": [("D1", 4000)],
    }
    assert [(one.deals, one.amount) for one in stages] == [(1.6, 11_000)]


@pytest.mark.parametrize(("growth", "basis"), [
    (1.09, "the same month a year ago, +181.3% a year"), (1.02, "the mean of 12 past months"),
])  # fmt: skip
def test_months_that_more_than_double_in_a_year_are_told_with_their_growth(
    tmp_path: Path, growth: float, basis: str
) -> None:
    """The mean of the last twelve would lie at half of what the next one comes to."""
    lines: list[Line] = [
        (f"D{at}", "Ann Lee", "Won", f"{1000 * growth**at:.2f}", "2023-12-01", f"{2024 + at // 12}-{at % 12 + 1:02}-15")
        for at in range(24)
    ]
    with made(tmp_path) as ws:
        bring_in(ws, write(tmp_path / "first.csv", lines), date(2026, 1, 2))
        view = operations.forecast(ws, operations.question(ws, period="2026-01"))
    usual = next(one for one in view.methods if one.id == "season")
    wanted = 1000 * growth**24 if growth > 1.05 else 1000 * sum(growth**at for at in range(12, 24)) / 12
    assert usual.basis == basis
    assert usual.found is not None
    assert usual.found.point == pytest.approx(wanted, rel=0.02)


@pytest.mark.parametrize(("stage", "part"), [("Won", "What is booked is not known"), ("Open", "1 open deal due has")])
def test_an_amount_without_a_rate_is_not_left_out_in_silence(tmp_path: Path, stage: str, part: str) -> None:
    header = (*HEADER, "Currency")
    path = tmp_path / "first.csv"
    rows = [("D1", "Won", "30000", "2026-02-10", "USD"), ("D2", stage, "10000", "2026-02-19", "GBP")]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *(
            (key, key, "Ann Lee", "Firm", stage, amount, "2026-01-20", closed, "Inbound", code)
            for key, stage, amount, closed, code in rows
        )])  # fmt: skip
    with made(tmp_path) as ws:
        bring_in(ws, path)
        view = operations.forecast(ws, asked(ws))
    assert view.why_missing("pipeline").startswith(part)
    assert "rate" in view.why_missing("pipeline")
    assert view.won_text == ("—" if stage == "Won" else "$30.0K")
    assert view.methods[1].reason == view.why_missing("pipeline")


def test_without_amounts_what_is_booked_is_unknown_and_not_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "first.csv", [("D1", "Ann Lee", "Won", "30000", "2026-01-20", "2026-02-10")])
    rows = [[*line.split(",")[:5], *line.split(",")[6:]] for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    with made(tmp_path) as ws:
        bring_in(ws, path)
        view = operations.forecast(ws, asked(ws))
    assert (view.won_text, view.pacing) == ("—", None)
    assert view.default_words.endswith("What is booked is not known: no deal in the files has 'Amount'.")
