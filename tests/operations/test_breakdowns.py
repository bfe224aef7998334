"""Breakdowns from files to tables, against the same sums made by hand from the rows of the export."""

from __future__ import annotations

import csv
import io
import itertools
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

from kpidesk import operations
from kpidesk.core.breakdown_paper import breakdown_paper
from kpidesk.core.breakdowns import (
    BY_PERIOD,
    Field,
    PivotTable,
    View,
    heavy_words,
    order_words,
    percent_texts,
    same_field,
    shares,
    together_words,
)
from kpidesk.core.errors import UserError
from kpidesk.core.imports import ImportOptions
from kpidesk.core.papers import PaperTable, bar_scale, foot_texts
from kpidesk.core.progress import finish
from kpidesk.core.receipt_codes import FIELD_BITS
from kpidesk.core.scorecards import Question
from kpidesk.exporting.breakdown_files import breakdown_html
from kpidesk.exporting.breakdown_forms import breakdown_text
from kpidesk.operations import Workspace
from tests.operations.support import bring_in, made

HEADER = ("Deal ID", "Deal name", "Owner", "Account", "Stage", "Amount", "Created", "Close date", "Lead source",
          "Region")  # fmt: skip
OWNERS, SOURCES = ("Ann Lee", "Bo Dahl", ""), ("Web", "Fair", "", "Referral")
REGIONS = ("North", "South & East", "")


def lines() -> list[tuple[str, ...]]:
    """Sixty deals closed in the last quarter of 2025, two of three won, with every pair of the values above."""
    found: list[tuple[str, ...]] = []
    for at in range(60):
        stage = "Lost" if at % 3 == 2 else "Won"
        found.append(
            (f"D{at:03d}", f"Deal {at}", OWNERS[at % 3 if at % 2 else (at + 1) % 3], f"Firm {at % 30:02d}", stage,
             str(1000 + 37 * at), f"2025-{1 + at % 9:02d}-03", f"2025-{10 + at % 3}-15", SOURCES[at % 4],
             REGIONS[at // 4 % 3])
        )  # fmt: skip
    return found


WON = [line for line in lines() if line[4] == "Won"]
COLUMN = {name: at for at, name in enumerate(HEADER)}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("breakdowns")
    with (folder / "deals.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *lines()])
    with made(folder) as ws:
        bring_in(ws, folder / "deals.csv")
        yield ws


@pytest.fixture(scope="module")
def asked(company: Workspace) -> Question:
    return operations.question(company, period="2025-Q4")


def test_a_field_is_found_by_every_name_of_it_and_all_are_named_where_none_is_alike(
    company: Workspace, asked: Question
) -> None:
    assert operations.find_field(company, "bookings", "Original traffic source", asked).name == "lead_source"
    rows = operations.scorecard(company, replace(asked, by="channel"), ("bookings",)).rows
    assert {row.member for row in rows} == {"Web", "Fair", "Referral", "(empty)"}
    with pytest.raises(UserError) as raised:
        operations.find_field(company, "bookings", "qqqqqq", asked)
    assert "lead_source" in raised.value.advice
    assert raised.value.advice.endswith("Region.") or "Region, " in raised.value.advice
    assert ":" not in raised.value.advice.removeprefix("Known: ")


def test_the_industry_of_an_account_is_found_by_both_of_its_names(tmp_path: Path) -> None:
    deals = tmp_path / "deals.csv"
    deals.write_text("Deal ID,Owner,Account,Stage,Amount,Created,Close date\n1,Ann,Acme,Won,10,2026-01-05,2026-02-01\n")
    accounts = tmp_path / "accounts.csv"
    accounts.write_text("Account,Industry\nAcme,Tech\n")
    with made(tmp_path, date(2026, 3, 1)) as ws:
        for file in (deals, accounts):
            finish(operations.import_file(ws, file, ImportOptions(as_of=date(2026, 3, 1))))
        asked = operations.question(ws, period="2026-Q1")
        names = ("industry", "vertical", "account.industry", "account.vertical")
        assert {operations.find_field(ws, "bookings", name, asked).name for name in names} == {"vertical"}


def by_hand(*names: str) -> dict[tuple[str, ...], float]:
    """Won amounts by the values of some columns of the export."""
    found: dict[tuple[str, ...], float] = defaultdict(float)
    for line in WON:
        found[tuple(line[COLUMN[name]] for name in names)] += float(line[COLUMN["Amount"]])
    return dict(found)


def told(table: PivotTable) -> dict[tuple[str, ...], float]:
    """The cells of a table that have rows, by the names of their parts; what is not known has no name."""
    names = [part.label if part.kind == "value" else "" for part in table.rows]
    heads: list[tuple[str, ...]] = [("" if head in ("Unknown", "Unassigned") else head,) for head in table.columns]
    heads = heads or [()]
    return {
        (name, *head): cell.result.value or 0.0
        for name, line in zip(names, table.cells, strict=True)
        for head, cell in zip(heads, line, strict=True)
        if cell.result.n
    }


@pytest.mark.parametrize(
    ("rows_by", "columns_by", "names"),
    [
        ("lead_source", "", ("Lead source",)),
        ("Region", "", ("Region",)),
        ("region", "lead_source", ("Region", "Lead source")),
        ("lead_source", "rep", ("Lead source", "Owner")),
    ],
)
def test_parts_are_the_sums_of_the_rows_of_the_export(
    company: Workspace, asked: Question, rows_by: str, columns_by: str, names: tuple[str, ...]
) -> None:
    table = operations.pivot(company, View("bookings", rows_by, columns_by), asked)
    assert told(table) == pytest.approx(by_hand(*names))
    assert table.total.result.value == sum(by_hand(*names).values())


def test_shares_come_to_a_hundred_in_the_texts_too(company: Workspace, asked: Question) -> None:
    table = operations.pivot(company, View("bookings", "lead_source", "rep"), asked)
    for cells in (table.every_cell, table.row_totals, table.column_totals):
        assert sum(cell.share or 0 for cell in cells) == pytest.approx(1)
        assert sum(round(10 * float(cell.share_text.rstrip("%"))) for cell in cells) == 1000
    rate = operations.pivot(company, View("win_rate", "lead_source"), asked)
    assert {cell.share for cell in rate.every_cell} == {None}
    cell = rate.cells[0][0]
    assert rate.told(cell) == f"{cell.text} ({cell.sample})", "a rate bears what it rests on"
    assert table.told(table.cells[0][0]) == table.cells[0][0].text


def test_a_whole_that_is_mostly_one_deal_says_so(company: Workspace, asked: Question) -> None:
    amounts = [float(line[COLUMN["Amount"]]) for line in WON]
    kept = [one for one in amounts if one < 1010 or one > 3140]
    table = operations.pivot(company, View("bookings", "lead_source", where="amount < 1010 or amount > 3140"), asked)
    assert table.total.heaviest == pytest.approx(max(kept) / sum(kept))
    assert heavy_words(table)[0] == f"One deal is {100 * max(kept) / sum(kept):.0f}% of it all."
    assert operations.pivot(company, View("bookings", "lead_source"), asked).total.heaviest is None


def test_what_runs_against_the_whole_leaves_no_shares() -> None:
    assert shares([5.0, -1.0], 4.0) == (None, None)
    assert shares([-3.0, -1.0], -4.0) == (0.75, 0.25)
    assert shares([1.0, None], 1.0) == (None, None)
    assert percent_texts([1 / 3, 1 / 3, 1 / 3]) == ("33.4%", "33.3%", "33.3%")
    assert percent_texts([0.9999, 0.0001]) == ("100.0%", "0.0%")


CREDITED = """Deal ID,Owner,Stage,Amount,Created,Close date,Lead source,Region
1,Ann,Won,7100,2026-01-05,2026-02-01,Web,North
2,Ann,Won,2000,2026-01-05,2026-02-02,Web,North
3,Bo,Won,1900,2026-01-05,2026-02-03,Fair,North
4,Bo,Won,-1000,2026-01-05,2026-02-04,Fair,South
5,Bo,Won,-1500,2026-01-05,2026-02-04,Partner,South
6,Bo,Won,1500,2026-01-05,2026-02-06,,North
"""


def test_credit_notes_leave_no_shares_and_it_is_said_everywhere(tmp_path: Path) -> None:
    """Partner is −1,500 of 10,000, so the others are 115%; each rep sold something, 9,100 and 900."""
    (tmp_path / "deals.csv").write_text(CREDITED)
    with made(tmp_path, date(2026, 4, 1)) as ws:
        bring_in(ws, tmp_path / "deals.csv", date(2026, 4, 1))
        asked = operations.question(ws, period="2026-Q1")
        table = operations.pivot(ws, View("bookings", "lead_source"), asked)
        reps = operations.pivot(ws, View("bookings", "rep"), asked)
        matrix = operations.pivot(ws, View("bookings", "lead_source", "rep"), asked)
        south = operations.pivot(ws, View("bookings", "lead_source", where="amount = 7100 or amount < 0"), asked)
        (tmp_path / "pounds.csv").write_text(
            "Deal ID,Owner,Stage,Amount,Created,Close date,Currency\n9,Bo,Won,5,2026-01-05,2026-02-06,GBP\n"
        )
        bring_in(ws, tmp_path / "pounds.csv", date(2026, 4, 1), complete=False)
        unknown = operations.pivot(ws, View("bookings", "rep"), asked)
    assert unknown.total.result.value is None
    assert not any("No shares" in words for words in unknown.notices), "no part takes anything away"
    said = "No shares where a part takes away from the whole: Partner (−$1.50K)."
    assert {cell.share for cell in (*table.every_cell, table.total)} == {None}
    assert table.total.result.value == sum(cell.result.value or 0 for cell in table.every_cell) == 10_000
    for text in (breakdown_text(table), breakdown_html(table).decode(), breakdown_text(matrix)):
        assert said in " ".join(text.split())
        assert "100.0%" not in text
    assert said in table.notices
    assert "Share" not in breakdown_text(table)
    assert [cell.share_text for cell in reps.every_cell] == ["91.0%", "9.0%"]
    assert not any("No shares" in words for words in reps.notices)
    assert heavy_words(table)[0] == "One deal is 71% of it all."  # 7,100 of 10,000
    assert heavy_words(south)[0] == "One deal is more than all of it together, as others take away from it."  # of 4,600


def test_rates_have_bars_against_the_whole_and_say_in_which_order_they_stand(tmp_path: Path) -> None:
    """By their deals 6, 4 and 2, by value 50%, 25% and 100%; where both orders are one, nothing is to be said."""
    won = {"Web": (3, 6), "Fair": (1, 4), "Mail": (2, 2)}
    rows = [(f"{name}{at}", "Deal", "Ann", "Firm", "Won" if at < wins else "Lost", "100", "2026-01-02", "2026-01-20",
             name, "") for name, (wins, closed) in won.items() for at in range(closed)]  # fmt: skip
    with (tmp_path / "deals.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *rows])
    with made(tmp_path, date(2026, 4, 1)) as ws:
        bring_in(ws, tmp_path / "deals.csv", date(2026, 4, 1))
        asked = operations.question(ws, period="2026-Q1")
        table = operations.pivot(ws, View("win_rate", "lead_source"), asked)
        alike = operations.pivot(ws, View("win_rate", "lead_source", where="lead_source <> 'Mail'"), asked)
        sums = operations.pivot(ws, View("bookings", "lead_source"), asked)
    said = "Ordered by how many deals each rests on, not by value, which few make jump."
    assert [cells[0].result.n for cells in table.cells] == [6, 4, 2]
    for text in (breakdown_text(table), breakdown_html(table).decode()):
        assert said in " ".join(text.split())
    assert order_words(table) == (said,)
    assert (order_words(alike), order_words(sums)) == ((), ())
    columns = [next(one for one in breakdown_paper(found).sections[0].parts if isinstance(one, PaperTable))
               for found in (table, sums)]  # fmt: skip
    assert [bar_scale(one, 1) for one in columns] == [(0.0, 1.0), (0.0, 300.0)]


def test_over_time_each_period_has_its_shares(company: Workspace) -> None:
    november = operations.question(company, period="2025-12", grain="month")
    table = operations.pivot(company, View("bookings", "lead_source", BY_PERIOD, periods=3), november)
    assert (table.columns, table.row_totals) == (("Oct 2025", "Nov 2025", "Dec 2025"), ())
    for at in range(2):
        assert sum(line[at].share or 0 for line in table.cells) == pytest.approx(1)
    monthly: dict[str, float] = defaultdict(float)
    for line in WON:
        monthly[line[COLUMN["Close date"]][:7]] += float(line[COLUMN["Amount"]])
    changes = [one.result.value or 0.0 for one in table.changes]
    assert sum(changes[:-1]) == pytest.approx(changes[-1])
    assert changes[-1] == monthly["2025-12"] - monthly["2025-11"]
    values = [one.result.value for one in table.column_totals]
    assert values == [monthly.get(f"2025-{month}", 0.0) for month in (10, 11, 12)]


def test_many_values_are_taken_together_and_said(company: Workspace, asked: Question) -> None:
    table = operations.pivot(company, View("bookings", "account", top=5), asked)
    biggest = sorted(by_hand("Account").items(), key=lambda one: -one[1])[:5]
    assert [part.label for part in table.rows] == [name for (name,), _ in biggest] + ["Everything else"]
    count = len(by_hand("Account")) - 5
    assert together_words(table) == (f"Everything else holds {count} more values of account.",)
    assert table.rows_together == count


def test_a_column_without_a_field_can_be_asked_for_in_a_formula(company: Workspace, asked: Question) -> None:
    north = sum(amount for (region,), amount in by_hand("Region").items() if region == "North")
    table = operations.pivot(company, View("bookings", "lead_source", where="`region` = 'north'"), asked)
    assert table.total.result.value == north
    told_ = operations.rows(company, "bookings", table.total.question)
    assert (told_.result.value, told_.reproduces) == (north, True)
    text = "sum(deals.amount where won and (`Region` is empty or `Region` != 'North') on closed_at)"
    [row] = operations.evaluate(company, text, asked).rows
    assert row.result.value == sum(by_hand("Region").values()) - north
    with pytest.raises(UserError, match="No file of deals has a column 'Regon'"):
        operations.evaluate(company, text.replace("Region", "Regon"), asked)
    seen = operations.values_by_field(company)
    assert set(seen["deals", "custom:Region"]) == {"North", "South & East"}


OWN = ("Deal ID", "Stage", "Amount", "Created", "Close date", "Seats", "Kick-off", "Band:custom:Note")
OWN_LINES = [
    (f"D{at}", "Won", str(100 + at), "2025-08-01", "2025-10-15", str(7 * at * at) if at > 1 else ("", "n/a")[at],
     f"2025-{1 + at % 5:02}-09", f"{at} seats")
    for at in range(30)
]  # fmt: skip


def test_the_menu_says_of_which_numbers_each_value_is_shown_and_of_which_bands(tmp_path: Path) -> None:
    columns = ["Deal ID", "Owner", "Stage", "Amount", "Created", "Close date", "Discount", "Seats", "Floors"]
    rows = [(f"D{at}", "Ann", "Won", f"{10_000 + 317 * at}", "2025-10-01", "2025-11-01", f"{(0, 5, 12.5)[at % 3]}",
             f"{7 + 41 * at}", f"{1 + at % 4}") for at in range(30)]  # fmt: skip
    with (tmp_path / "deals.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])
    with made(tmp_path) as ws:
        bring_in(ws, tmp_path / "deals.csv")
        asked = operations.question(ws, period="2025-Q4")
        labels = {one.name: one.label for one in operations.fields_of(ws, "bookings", asked)}
        found = operations.pivot(ws, View("bookings", "band:custom:Discount"), asked)
    assert labels["amount:band"] == "amount (in bands)"
    assert labels["band:custom:Seats"] == "Seats (in bands)"
    assert labels["band:custom:Discount"] == "Discount (each value)"
    assert labels["band:custom:Floors"] == "Floors (each value)"
    assert sorted(part.label for part in found.rows) == ["0.0", "12.5", "5.0"]


def test_a_header_goes_without_the_record_it_is_of_and_is_still_found_whole(tmp_path: Path) -> None:
    columns = ["Deal - ID", "Deal - Owner", "Deal - Status", "Deal - Value", "Deal - Deal created", "Deal - Won time",
               "Deal - Tier", "Deal - Seats", "Person - Region", "Deal - Mood", "Mood"]  # fmt: skip
    rows = [(f"{at}", "Ann", "Won", f"{100 + at}", "2025-10-01", "2025-11-01", ("SMB", "Large")[at % 2],
             f"{7 + 41 * at}", "North", "Glad", "Sad") for at in range(30)]  # fmt: skip
    with (tmp_path / "deals.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])
    with made(tmp_path) as ws:
        bring_in(ws, tmp_path / "deals.csv")
        asked = operations.question(ws, period="2025-Q4")
        labels = {one.name: one.label for one in operations.fields_of(ws, "bookings", asked)}
        assert labels["custom:Deal - Tier"] == "Tier"
        assert labels["band:custom:Deal - Seats"] == "Seats (in bands)"
        assert labels["custom:Person - Region"] == "Person - Region", "a region of the deal would be another one"
        assert labels["custom:Deal - Mood"] == "Deal - Mood", "there is another Mood"
        expected = {("SMB",): sum(100.0 + at for at in range(0, 30, 2)),
                    ("Large",): sum(100.0 + at for at in range(1, 30, 2))}  # fmt: skip
        for spelling in ("custom:Deal - Tier", "deal - tier", "Tier"):
            found = operations.pivot(ws, View("bookings", spelling), asked)
            assert (found.view.rows_by, told(found)) == ("custom:Deal - Tier", expected)


def test_the_segment_of_a_crm_that_calls_it_after_the_deal_is_the_field_and_stands_once(tmp_path: Path) -> None:
    columns = ["Deal - ID", "Deal - Owner", "Deal - Status", "Deal - Value", "Deal - Deal created", "Deal - Won time",
               "Deal - Segment", "Organization - Segment"]  # fmt: skip
    rows = [(f"{at}", "Ann", "Won", f"{100 + at}", "2025-10-01", "2025-11-01", ("SMB", "Large")[at % 2], "North")
            for at in range(30)]  # fmt: skip
    with (tmp_path / "deals.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])
    with made(tmp_path) as ws:
        report = bring_in(ws, tmp_path / "deals.csv")
        fields = {one.header: one.field for one in report.columns}
        assert fields["Deal - Segment"] == "segment"
        assert fields["Organization - Segment"] == "", "that of the account is another one"
        asked = operations.question(ws, period="2025-Q4")
        names = [one.name for one in operations.fields_of(ws, "bookings", asked)]
        assert "segment" in names
        assert "custom:Deal - Segment" not in names
        found = operations.pivot(ws, View("bookings", "segment"), asked)
        assert told(found) == {("SMB",): sum(100.0 + at for at in range(0, 30, 2)),
                               ("Large",): sum(100.0 + at for at in range(1, 30, 2))}  # fmt: skip


def test_a_header_that_is_shown_short_is_not_taken_for_a_field_of_that_name() -> None:
    chosen = Field("custom:Deal - Segment", "Segment")
    assert same_field((Field("account.segment", "segment"), Field("custom:Segment", "Segment")), chosen) is None
    assert same_field((Field("segment", "segment"), chosen), chosen) == chosen


def test_a_column_of_ones_own_is_split_in_bands_where_it_holds_numbers_and_by_periods_where_days(
    tmp_path: Path,
) -> None:
    with (tmp_path / "deals.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([OWN, *OWN_LINES])
    with made(tmp_path) as ws:
        bring_in(ws, tmp_path / "deals.csv")
        asked = operations.question(ws, period="2025-Q4")
        names = [one.name for one in operations.fields_of(ws, "bookings", asked)]
        assert sorted(names[-6:]) == ["band:custom:Seats", *(f"{rule}:custom:Kick-off" for rule in (
            "month", "quarter", "week", "weekday", "year"))]  # fmt: skip
        assert names.count("custom:Band:custom:Note") == 1
        banded = operations.pivot(ws, View("bookings", "Seats"), asked)
        assert banded.view.rows_by == "band:custom:Seats"
        assert [part.label for part in banded.rows] == [
            "under 50", "50 to 100", "100 to 200", "200 to 500", "500 to 1K", "1K to 2K", "2K to 5K", "5K or more",
            "Unknown",
        ]  # fmt: skip
        expected, edges = [0.0] * 9, (50, 100, 200, 500, 1000, 2000, 5000)
        for line in OWN_LINES:
            expected[bisect(edges, float(line[5])) if line[5].isdigit() else 8] += float(line[2])
        assert [line[0].result.value for line in banded.cells] == expected
        by_quarter = told(operations.pivot(ws, View("bookings", "kick-off:quarter"), asked))
        assert by_quarter == {
            (label,): sum(float(line[2]) for line in OWN_LINES if (int(line[6][5:7]) > 3) == late)
            for label, late in (("Q1 2025", False), ("Q2 2025", True))
        }
        assert operations.find_field(ws, "bookings", "custom:Seats", asked).name == "custom:Seats"
        for cell in banded.every_cell:
            receipt = operations.rows(ws, "bookings", cell.question)
            assert (receipt.result.value, receipt.reproduces) == (cell.result.value, True)


def test_a_few_numbers_that_come_again_and_again_are_parts_by_themselves(tmp_path: Path) -> None:
    lines = [(*line[:5], str(at % 4 * 5), *line[6:]) for at, line in enumerate(OWN_LINES)]
    with (tmp_path / "deals.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([OWN, *lines])
    with made(tmp_path) as ws:
        bring_in(ws, tmp_path / "deals.csv")
        asked = operations.question(ws, period="2025-Q4")
        assert told(operations.pivot(ws, View("bookings", "band:custom:Seats"), asked)) == {
            (label,): sum(float(line[2]) for line in lines if line[5] == label) for label in ("0", "5", "10", "15")
        }


def test_every_cell_opens_its_rows(company: Workspace, asked: Question) -> None:
    view = View("bookings", "account", "region", where="amount > 1500", top=3)
    table = operations.pivot(company, view, asked)
    kept = [line for line in WON if float(line[COLUMN["Amount"]]) > 1500]
    assert table.total.result.n == len(kept)
    keys: list[str] = []
    for cell in table.every_cell:
        if cell.result.n:
            receipt = operations.rows(company, "bookings", cell.question)
            assert (receipt.result.value, receipt.reproduces) == (cell.result.value, True)
            keys += [row.key for row in receipt.rows]
    assert sorted(keys) == sorted(line[0] for line in kept)


@pytest.mark.parametrize("bits", [FIELD_BITS, 1])
def test_every_cell_has_a_code_that_proves_it(
    company: Workspace, asked: Question, monkeypatch: pytest.MonkeyPatch, bits: int
) -> None:
    """Also where the marks of half of all fields are the same."""
    monkeypatch.setattr("kpidesk.operations.receipt_code.FIELD_BITS", bits)
    views = (("Region", ""), ("lead_source", "rep"), ("amount:band", ""), ("created_at:month", BY_PERIOD))
    for table in (operations.pivot(company, View("bookings", *by), asked) for by in views):
        cells = (*table.every_cell[:2], *table.row_totals[-1:], *table.column_totals[:1], table.total)
        for cell in cells:
            assert bool(cell.receipt) == bool(cell.result.n)
            if cell.receipt:
                again = operations.replay(company, cell.receipt)
                assert (again.is_same, again.receipt.result.value) == (True, cell.result.value)
    assert operations.pivot(company, View("bookings", "region", where="amount > 1"), asked).total.receipt == ""


@pytest.mark.parametrize("typed", ["lead_source", "channel", "Region", "REGION"])
def test_a_scorecard_by_any_name_of_a_field_has_codes_that_prove_it(
    company: Workspace, asked: Question, typed: str
) -> None:
    rows = operations.scorecard(company, replace(asked, by=typed), ("bookings",)).rows
    assert len(rows) > 2
    for row in rows:
        again = operations.replay(company, row.receipt)
        assert (again.is_same, again.receipt.result.value, again.receipt.code) == (True, row.result.value, row.receipt)


def test_an_attainment_in_parts_says_that_each_is_of_the_goal_of_the_whole(company: Workspace, asked: Question) -> None:
    table = operations.pivot(company, View("quota_attainment", "owner"), asked)
    assert "held against the goal of the whole (Organisation)" in table.notices[0]
    assert not any(
        "goal of the whole" in one for one in operations.pivot(company, View("bookings", "owner"), asked).notices
    )


def test_one_deal_that_makes_up_a_part_is_named(company: Workspace, asked: Question) -> None:
    view = View("bookings", "lead_source", where="amount >= 3100 or amount = 1000")
    table = operations.pivot(company, view, asked)
    found: dict[str, list[float]] = defaultdict(list)
    for line in WON:
        amount = float(line[COLUMN["Amount"]])
        if amount >= 3100 or amount == 1000:
            found[line[COLUMN["Lead source"]]].append(amount)
    alone = {name: max(all_) / sum(all_) for name, all_ in found.items() if len(all_) > 1 and max(all_) > sum(all_) / 2}
    told_ = {part.label: line[0].heaviest for part, line in zip(table.rows, table.cells, strict=True)}
    assert {name: share for name, share in told_.items() if share} == pytest.approx(alone)
    for name, share in alone.items():
        assert f"{name}: one deal is {100 * share:.0f}% of this value." in heavy_words(table)


def test_fields_that_the_data_know_are_offered_and_others_refused(company: Workspace, asked: Question) -> None:
    names = [one.name for one in operations.fields_of(company, "bookings", asked)]
    assert {"rep", "team", "lead_source", "account", "custom:Region", "amount:band", "created_at:month"} <= set(names)
    assert not {"loss_reason", "type"} & set(names)  # the export has no such columns
    assert operations.find_field(company, "bookings", "amount", asked).name == "amount:band"
    assert operations.find_field(company, "bookings", "created_at", asked).name == "created_at:month"
    for view, words in (
        (View("bookings", "lead_sorce"), "rests on deals, which cannot be broken down by 'lead_sorce'"),
        (View("bookings", "region", "region"), "Rows and columns are both by Region"),
        (View("reps_at_quota", "region"), "is built in and cannot be broken down"),
        (View("bookings", "region", where="amont > 3"), "has no field 'amont'"),
        (View("bookings", "region", where="`Regon` = 'North'"), "has a column 'Regon'"),
        (View("no_such", "region"), "There is no KPI 'no_such'"),
    ):
        with pytest.raises(UserError, match=words):
            operations.pivot(company, view, asked)


def test_where_nothing_happened_it_says_why(company: Workspace) -> None:
    table = operations.pivot(company, View("win_rate", "lead_source"), operations.question(company, period="2019"))
    assert (table.rows, table.total.result.value) == ((), None)
    assert table.total.result.reason


def test_a_breakdown_is_kept_under_its_name_until_it_is_deleted(company: Workspace, asked: Question) -> None:
    view = View("bookings", "region", "rep", "amount > 1200", 10, 4)
    saved = operations.save_view(company, " Wins by region ", view, asked)
    assert (saved.name, saved.view) == ("Wins by region", replace(view, rows_by="custom:Region"))
    operations.save_view(company, "wins by REGION", replace(view, columns_by=""), asked)
    assert [one.view.columns_by for one in operations.views(company)] == [""]
    with pytest.raises(UserError, match="There is no breakdown 'Losses'"):
        operations.find_view(company, "Losses")
    with pytest.raises(UserError, match="has no name"):
        operations.save_view(company, "  ", view, asked)
    with pytest.raises(UserError):
        operations.save_view(company, "Wrong", replace(view, where="("), asked)
    assert operations.delete_view(company, "Wins by Region").name == "wins by REGION"
    assert operations.views(company) == ()


def test_a_breakdown_leaves_as_table_page_and_workbook(company: Workspace, asked: Question, tmp_path: Path) -> None:
    table = operations.pivot(company, View("bookings", "region", "lead_source"), asked)
    for ending in ("csv", "html", "xlsx"):
        operations.export_breakdown(table, tmp_path / f"b.{ending}")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "b.csv").read_text("utf-8-sig"))))
    cells = [row for row in rows if row["row_kind"] != "total" and row["column"] != "All"]
    assert sum(float(row["value"]) for row in cells) == table.total.result.value
    assert {row["row"] for row in rows} == {"North", "South & East", "Unknown", "All"}
    page = (tmp_path / "b.html").read_text("utf-8")
    assert "South &amp; East" in page
    assert table.total.text in page
    assert f"Definitions {operations.scorecard(company, asked, ('bookings',)).definitions}." in page
    foot = foot_texts(breakdown_paper(table))
    assert foot[2:4] == ("Bookings by Region and lead source", "Organisation · Q4 2025 (1 Oct – 31 Dec 2025)")
    codes = [cell.receipt for cell in (*table.every_cell, *table.row_totals, *table.column_totals, table.total)]
    assert sorted(row["receipt"] for row in rows) == sorted(codes)
    with ZipFile(tmp_path / "b.xlsx") as book:
        texts = book.read("xl/sharedStrings.xml").decode()
        assert all(code in page and code in texts for code in codes)
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    numbers = itertools.chain.from_iterable(((cell.result.value or 0.0) for cell in line) for line in table.cells)
    assert all(f"<v>{number:.16g}</v>" in sheet for number in numbers)
    assert sheet.count("<f>SUM(") == len(table.columns) + 1, "a reader can add the parts up again"
    with pytest.raises(UserError, match="no known form"):
        operations.export_breakdown(table, tmp_path / "b.docx")
