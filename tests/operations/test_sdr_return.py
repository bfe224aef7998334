"""The return of sourcing people against sums by hand, and what is said where there is too little to count."""

from __future__ import annotations

import csv
import math
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.fields import Kind
from kpidesk.core.periods import month_period
from kpidesk.core.progress import finish
from kpidesk.core.roster import PersonEdit
from kpidesk.core.sdr import Basis, SdrReturn, even_at, even_day, monthly_rate, months_to_even, summed
from kpidesk.core.sdr_chart import sdr_chart
from kpidesk.exporting.sdr_forms import sdr_json, sdr_text
from tests.operations.support import copied, made, options

KNOWN = date(2026, 6, 30)
DEALS = ("Deal ID", "Owner", "Created by", "Sourced by role", "Stage", "Amount", "Created", "Close date")
WON = (("2026-02-10", 9_000), ("2026-03-05", 6_000), ("2026-04-20", 30_000), ("2026-05-02", 12_000),
       ("2026-06-12", 15_000))  # fmt: skip
ROWS = [
    *((f"S{at}", "Ann Lee", "Cy Oh", "SDR", "Won", str(amount), "2026-01-05", day)
      for at, (day, amount) in enumerate(WON)),
    ("L1", "Ann Lee", "Cy Oh", "SDR", "Lost", "99000", "2026-01-05", "2026-03-05"),
    ("A1", "Ann Lee", "Ann Lee", "AE", "Won", "70000", "2026-01-05", "2026-03-05"),
    ("B1", "Bo Dahl", "Bo Dahl", "AE", "Won", "44000", "2026-01-05", "2026-03-05"),
]  # fmt: skip
PEOPLE = [("Ann Lee", "AE", "2025-01-01"), ("Bo Dahl", "AE", "2025-01-01"), ("Cy Oh", "SDR", "2026-01-10")]
COSTS = [(f"K{month}", "SDR", "8000", f"2026-{month:02d}-01") for month in range(1, 7)]


def bring(ws: operations.Workspace, folder: Path, kind: Kind, header: Sequence[str], rows: Sequence[object]) -> None:
    path = folder / f"{kind}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])  # type: ignore[list-item]  # tuples of text
    given = options(KNOWN) if kind == "deals" else replace(options(KNOWN), stages={})
    finish(operations.import_file(ws, path, replace(given, kind=kind)))


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sourced")
    with made(folder, KNOWN) as ws:
        bring(ws, folder, "deals", DEALS, ROWS)
        bring(ws, folder, "people", ("Name", "Role", "Hire date"), PEOPLE)
        bring(ws, folder, "costs", ("Cost ID", "Category", "Amount", "Month"), COSTS)
    return folder


@pytest.fixture
def ws(begun: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(begun, tmp_path, KNOWN) as opened:
        yield opened


def test_won_over_cost_since_the_first_hire(ws: operations.Workspace) -> None:
    found = operations.sdr_return(ws)
    assert (found.basis, found.people, len(found.months)) == ("role", ("Cy Oh",), 6)
    assert (found.won, found.deals, found.cost) == (72_000, 5, 48_000)
    assert found.multiple == pytest.approx(1.5)
    half = 1.959964 * math.sqrt(sum(amount**2 for _, amount in WON))
    assert found.interval == pytest.approx((max(72_000 - half, 0) / 48_000, (72_000 + half) / 48_000))
    assert "From only 5 deals" in found.sentence
    assert "no norm" in found.notices[0]
    year = operations.question(ws, period="2026")
    kpi = operations.evaluate(ws, "sum(deals.amount where won and sdr_sourced on closed_at)", year)
    assert kpi.rows[0].result.value == found.won


def test_the_break_even_that_was_reached(ws: operations.Workspace) -> None:
    found = operations.sdr_return(ws)
    assert [(one.won_so_far, one.cost_so_far) for one in found.months] == [
        (0, 8000), (9000, 16_000), (15_000, 24_000), (45_000, 32_000), (57_000, 40_000), (72_000, 48_000),
    ]  # fmt: skip
    assert (found.even_after, found.even_on, found.projected) == (4, date(2026, 4, 30), False)
    assert (found.ramp_months, found.rate) == (1, (1000 - 2000 + 22_000 + 4000 + 7000) / 5)


def test_the_break_even_that_is_still_to_come(ws: operations.Workspace) -> None:
    found = operations.sdr_return(ws, monthly_cost=14_000, ramp_months=3)
    assert found.rate == pytest.approx((30_000 + 12_000 + 15_000) / 3 - 14_000)
    assert (found.even_after, found.even_on, found.projected) == (6 + 3, date(2026, 9, 30), True), "12,000 at 5,000"
    never = operations.sdr_return(ws, monthly_cost=40_000, ramp_months=3)
    assert (never.even_on, never.even_after) == (None, None)
    assert "will not" in never.even_words
    unknown = operations.sdr_return(ws, monthly_cost=40_000, ramp_months=5)
    assert (unknown.rate, unknown.even_on) == (None, None)
    assert "too few months" in unknown.even_words


@pytest.mark.parametrize(
    ("group", "basis", "won"),
    [("rep:Cy Oh", "creator", 72_000), ("rep:Bo Dahl", "creator", 44_000), ("role:AE", "role", 114_000)],
)
def test_a_group_is_a_role_or_people(ws: operations.Workspace, group: str, basis: str, won: float) -> None:
    found = operations.sdr_return(ws, group, monthly_cost=1000)
    assert (found.basis, found.won) == (basis, won)


def test_deals_are_told_by_owner_or_lead_where_asked(ws: operations.Workspace, tmp_path: Path) -> None:
    owned = operations.sdr_return(ws, "rep:Ann Lee", monthly_cost=1000, basis="owner")
    assert owned.won == 72_000 + 70_000
    with pytest.raises(UserError, match="do not tell"):
        operations.sdr_return(ws, "rep:Bo Dahl", monthly_cost=1000, basis="lead")
    bring(ws, tmp_path, "leads", ("Lead ID", "Owner", "Created", "Deal ID"),
          [("Q1", "Bo Dahl", "2026-02-03", "S2"), ("Q2", "Ann Lee", "2026-02-03", "S3")])  # fmt: skip
    led = operations.sdr_return(ws, "rep:Bo Dahl", monthly_cost=1000, basis="lead")
    assert (led.won, led.deals, led.months[0].period.key) == (30_000, 1, "2026-02")


@pytest.mark.parametrize(
    ("group", "more", "words"),
    [
        ("role:BDR", {}, "cost"),
        ("motion:field", {"monthly_cost": 1.0}, "Nobody has the motion"),
        ("org", {"monthly_cost": 1.0}, "group of people"),
        ("rep:Zed", {"monthly_cost": 1.0}, "no team or rep"),
        ("role:SDR", {"monthly_cost": 0.0}, "no cost"),
        ("role:SDR", {"ramp_months": 99}, "ramp"),
        ("role:SDR", {"start": date(2027, 1, 1)}, "after the newest data"),
        ("rep:Ann Lee", {}, "name nothing of Ann Lee"),
    ],
)
def test_what_cannot_be_counted_is_refused(
    ws: operations.Workspace, group: str, more: dict[str, float], words: str
) -> None:
    with pytest.raises(UserError, match=words) as caught:
        operations.sdr_return(ws, group, **more)  # type: ignore[arg-type]  # options by name
    assert caught.value.advice


def test_as_of_an_earlier_day_nothing_of_later_is_known(ws: operations.Workspace) -> None:
    with pytest.raises(UserError, match="no deals yet"):
        operations.sdr_return(ws, as_of=date(2026, 1, 1))


def test_a_group_without_a_win_has_a_return_of_nothing(ws: operations.Workspace) -> None:
    found: SdrReturn = operations.sdr_return(ws, "rep:Bo Dahl", monthly_cost=500, start=date(2026, 4, 1))
    assert (found.multiple, found.interval) == (0, None)
    assert "none of their deals" in found.sentence


def test_the_chart_has_every_month_and_sums_that_can_be_checked(ws: operations.Workspace) -> None:
    chart = sdr_chart(operations.sdr_return(ws))
    columns = {column.key: at for at, column in enumerate(chart.table.columns)}
    *months, total = chart.table.rows
    for key in ("deals", "won", "cost"):
        cells = [row.cells[columns[key]].value for row in months]
        assert total.cells[columns[key]].value == sum(cells), key  # type: ignore[arg-type]  # numbers
        assert total.cells[columns[key]].formula == f"SUM({{{key}:all}})"
    assert [mark for mark, _ in chart.heights] == [0, 20_000, 40_000, 60_000, 80_000]


def test_months_are_summed_and_the_day_is_the_end_of_one() -> None:
    periods = tuple(month_period(2026, month) for month in (1, 2, 3, 4))
    months = summed(periods, (0, 50, 100, 0), (0, 1, 1, 0), (60, 60, 60, 60))
    assert even_at(months) is None
    assert (monthly_rate(months, 1), monthly_rate(months, 2)) == (-10, None)
    assert [months_to_even(months, rate) for rate in (45, 40, 0, 0.5, None)] == [2, 3, None, None, None]
    assert [even_day(months, after) for after in (2, 4, 6)] == [
        date(2026, 2, 28), date(2026, 4, 30), date(2026, 6, 30),
    ]  # fmt: skip


SOURCED = """
SELECT d.key, x.amount / 100.0
FROM deal_versions v JOIN deal_values x ON x.id = v.value_id JOIN deals d ON d.id = v.deal_id
JOIN terms s ON s.id = x.stage LEFT JOIN terms r ON r.id = x.sourced_by_role
LEFT JOIN person_aliases c ON c.id = x.created_by LEFT JOIN person_aliases o ON o.id = x.owner
WHERE v.valid_to = '9999-12-31' AND s.value = 'Won' AND x.close_date BETWEEN :first AND :last AND ({whose})
"""
COST = """
SELECT r.key, x.amount / 100.0 FROM cost_versions v JOIN cost_values x ON x.id = v.value_id
JOIN costs r ON r.id = v.record_id WHERE v.valid_to = '9999-12-31' AND x.period_at BETWEEN :first AND :last
"""


@pytest.mark.parametrize(("group", "basis", "whose"), [
    ("role:SDR", "role", "r.value = 'SDR'"), ("role:sdr", "creator", "c.value = 'Cy Oh'"),
    ("rep:Ann Lee", "owner", "o.value = 'Ann Lee'"), ("rep:Cy Oh", "creator", "c.value = 'Cy Oh'"),
])  # fmt: skip
def test_the_receipts_list_the_deals_and_costs_that_sql_finds(
    ws: operations.Workspace, begun: Path, tmp_path: Path, group: str, basis: Basis, whose: str
) -> None:
    is_told = group.startswith("role")  # the costs of the files name a role
    found = operations.sdr_return(ws, group, basis=basis, monthly_cost=None if is_told else 500.0)
    won = operations.replay(ws, found.won_receipt)
    assert (won.is_same, won.changes, won.receipt.result.value) == (True, (), found.won), won.verdict
    copy = shutil.copy(begun / "w.kpidesk", tmp_path / "copy.kpidesk")
    asked = {"first": str(found.months[0].period.start), "last": str(found.months[-1].period.last_day)}
    with closing(sqlite3.connect(copy)) as db:
        deals = dict(db.execute(SOURCED.format(whose=whose), asked).fetchall())
        costs = dict(db.execute(COST, asked).fetchall())
    assert {row.key: row.value for row in won.receipt.rows} == deals
    assert sum(deals.values()) == found.won == won.receipt.reproduced
    if not is_told:
        assert found.multiple_receipt == "", "a cost that was typed is in no file"
        return
    back = operations.replay(ws, found.multiple_receipt)
    assert (back.is_same, back.changes) == (True, ()), back.verdict
    assert {row.key: row.value for row in back.receipt.rows} == {**deals, **costs}
    assert {row.key for row in back.receipt.rows if row.in_numerator} == set(deals)
    assert back.receipt.result.value == found.multiple == pytest.approx(sum(deals.values()) / sum(costs.values()))
    assert back.receipt.reproduces


def test_a_receipt_says_what_was_changed_and_that_a_group_is_gone(ws: operations.Workspace, tmp_path: Path) -> None:
    of_all, of_rep = operations.sdr_return(ws), operations.sdr_return(ws, "rep:Cy Oh", monthly_cost=500.0)
    changed = [(*ROWS[0][:5], "10000", *ROWS[0][6:])]
    path = tmp_path / "more.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([DEALS, *changed])
    finish(operations.import_file(ws, path, replace(options(KNOWN), kind="deals", complete=False)))
    found = operations.replay(ws, of_all.won_receipt)
    assert found.verdict == "The number is another one today: $73.0K from 5 rows. It was $72.0K from 5 rows."
    assert found.changes[0].startswith("1 row was changed, from import")
    operations.save_person(ws, operations.find_mergeable(ws, "person", "Cy Oh"), PersonEdit(), name="Cyrus Oh")
    with pytest.raises(UserError, match="The group of this receipt is not in this workspace any more"):
        operations.replay(ws, of_rep.won_receipt)
    assert "Receipt" in sdr_text(of_all)
    told = sdr_json(of_all)
    assert (told["won_receipt"], told["multiple_receipt"]) == (of_all.won_receipt, of_all.multiple_receipt)
