"""Rates typed and listed: what becomes a number, what is refused, what undo gives back, and what closed books keep."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import pytest
from click.testing import CliRunner

from kpidesk import operations
from kpidesk.cli import main
from kpidesk.core.errors import UserError
from kpidesk.core.imports import ImportOptions
from kpidesk.core.progress import finish
from kpidesk.core.rates import rate_text
from kpidesk.exporting.rate_forms import rates_json
from kpidesk.store import load_rates
from tests.operations.support import HEADER, STAGES, bring_in, copied, made

DAY = date(2026, 6, 30)
LINES = (
    ("D1", "Ann", "Won", "1000.00", "USD", "2026-02-01", "2026-04-03"),
    ("D2", "Bob", "Won", "2000.00", "EUR", "2026-02-02", "2026-05-04"),
    ("D3", "Ann", "Won", "300000", "JPY", "2026-02-02", "2026-05-14"),
    ("D4", "Ann", "Won", "10.125", "KWD", "2026-02-02", "2026-05-14"),
    ("D5", "Bob", "Open", "100.00", "BRL", "2026-02-02", "2026-09-14"),
)
RATES = (("EUR", "1.0875"), ("JPY", "0.0067"), ("KWD", "3.25"))


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imported")
    path = folder / "deals.csv"
    head = ",".join((*HEADER[:6], "Currency", *HEADER[6:8]))
    rows = [f"{key},Deal {key},{who},Firm,{stage},{amount},{code},{created},{closed}"
            for key, who, stage, amount, code, created, closed in LINES]  # fmt: skip
    path.write_text("\n".join((head, *rows)), encoding="utf-8")
    with made(folder, DAY) as ws:
        bring_in(ws, path, DAY, stages=STAGES, currency="USD", decimal=".")
    return folder


@pytest.fixture
def ws(imported: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(imported, tmp_path, DAY) as opened:
        yield opened


def booked(ws: operations.Workspace, as_of: date | None = None) -> tuple[float | None, str]:
    question = operations.question(ws, scope="org", period="2026-Q2", as_of=as_of)
    found = operations.evaluate(ws, "[bookings]", question).rows[0]
    return found.result.value, found.result.reason


def add_all(ws: operations.Workspace) -> None:
    for code, text in RATES:
        operations.add_rate(ws, code, text, date(2026, 1, 1))


def test_rates_make_a_number_of_several_currencies(ws: operations.Workspace) -> None:
    value, reason = booked(ws)
    assert value is None
    assert reason.startswith("3 deals are in EUR and JPY and KWD, for which no rate is known from 4 May 2026 on")
    add_all(ws)
    assert booked(ws)[0] == pytest.approx(1000 + 2175 + 2010 + 32.91)


def test_the_currencies_of_the_data_are_listed_missing_ones_first(ws: operations.Workspace) -> None:
    add_all(ws)
    found = operations.currencies(ws)
    assert [(one.currency, one.rows, one.missing_on) for one in found] == [
        ("BRL", 1, date(2026, 2, 2)), ("EUR", 1, None), ("JPY", 1, None), ("KWD", 1, None),
    ]  # fmt: skip
    assert [one.lacks_rate for one in found] == [True, False, False, False]
    assert found[1].newest is not None
    assert rate_text(found[1].newest.rate) == "1.0875"


def test_without_a_day_a_rate_begins_where_one_is_missing(ws: operations.Workspace) -> None:
    assert operations.add_rate(ws, "brl", " 0.2 ").valid_from == date(2026, 2, 2)
    assert operations.add_rate(ws, "GBP", "1.3").valid_from == DAY


def test_a_correction_after_the_books_closed_changes_nothing_unless_it_re_states(ws: operations.Workspace) -> None:
    add_all(ws)
    before = booked(ws)
    ws.today = date(2026, 7, 31)
    operations.add_rate(ws, "EUR", "1.10", date(2026, 4, 1))
    assert booked(ws) == before
    operations.add_rate(ws, "EUR", "1.20", date(2026, 5, 1), restate=True)
    assert booked(ws)[0] == pytest.approx(1000 + 2400 + 2010 + 32.91)
    finish(operations.undo(ws))
    assert booked(ws) == before


def test_a_second_rate_for_the_day_moves_no_closed_month_unless_it_re_states(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    add_all(ws)
    before, kept = booked(ws), operations.rates(ws)
    with pytest.raises(UserError, match="EUR has an exchange rate already for 1 Jan – 30 Apr 2026") as raised:
        operations.add_rate(ws, "EUR", "1.2", date(2026, 1, 1))
    assert "with 1 EUR = 1.2 USD from 1 Jan 2026 instead, amounts of then would change" in raised.value.problem
    assert raised.value.advice.startswith("Set it from 1 May 2026 on, undo")
    file = tmp_path / "rates.csv"
    file.write_text("Currency,From,Rate\nEUR,2026-01-01,1.2\n", encoding="utf-8")
    for dry_run in (True, False):  # the check says what the import would
        with pytest.raises(UserError, match="rate already"):
            finish(operations.import_file(ws, file, ImportOptions(as_of=DAY), dry_run=dry_run))
        assert (booked(ws), operations.rates(ws)) == (before, kept)
    said = ImportOptions(as_of=DAY, constants={"restates": "yes"})
    report = finish(operations.import_file(ws, file, said, dry_run=True))
    assert (report.dry_run, report.added, booked(ws), operations.rates(ws)) == (True, 1, before, kept)
    finish(operations.import_file(ws, file, said))
    assert booked(ws)[0] == pytest.approx((before[0] or 0) + 2000 * (1.2 - 1.0875))


def test_a_list_of_months_may_be_typed_in_any_order_until_something_is_imported(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    months = [(date(2026, month, 1), f"1.{month}") for month in range(1, 7)]
    operations.add_rate(ws, "JPY", "0.006", date(2026, 1, 1), into="EUR")
    operations.add_rate(ws, "KWD", "3.25", date(2026, 1, 1))
    for day, text in (*months[:3], *reversed(months[3:])):
        operations.add_rate(ws, "EUR", text, day)
    whole = 1000 + 2000 * 1.5 + 300_000 * 0.006 * 1.5 + 32.91
    assert booked(ws)[0] == pytest.approx(whole)
    for code, text, into in (("EUR", "2", ""), ("JPY", "0.008", ""), ("JPY", "0.008", "EUR"), ("USD", "2", "JPY")):
        with pytest.raises(UserError, match=r"(EUR|JPY) has an exchange rate already for 1 "):
            operations.add_rate(ws, code, text, date(2026, 1, 1), into=into)
    file = tmp_path / "rates.csv"
    file.write_text("Currency,From,Rate\nGBP,2026-01-01,1.2\n", encoding="utf-8")
    finish(operations.import_file(ws, file, ImportOptions(as_of=DAY)))
    kept = operations.rates(ws)
    with pytest.raises(UserError, match="EUR has an exchange rate already for 2 – 30 Apr 2026"):
        operations.add_rate(ws, "EUR", "2", date(2026, 4, 2))
    file.write_text("Currency,From,Rate\nGBP,2026-01-02,1.3\nEUR,2026-05-01,1.5\n", encoding="utf-8")
    with pytest.raises(UserError, match="GBP has an exchange rate already for 2 Jan – 30 Apr 2026"):
        finish(operations.import_file(ws, file, ImportOptions(as_of=DAY)))
    assert operations.rates(ws) == kept
    assert booked(ws)[0] == pytest.approx(whole)


def test_files_of_rates_that_come_together_are_one_list(ws: operations.Workspace, tmp_path: Path) -> None:
    files = []
    for month, text in ((1, "1.1"), (3, "1.2"), (5, "1.5")):
        files.append((tmp_path / f"{month}.csv", ImportOptions(as_of=DAY)))
        files[-1][0].write_text(f"Currency,From,Rate\nEUR,2026-0{month}-01,{text}\n", encoding="utf-8")
    paths = [path for path, _ in files]
    twin = tmp_path / "twin.csv"
    twin.write_text("Currency,From,Rate\nEUR,2026-01-01,1.3\n", encoding="utf-8")
    elsewhere = tmp_path / "other.kpidesk"
    for told, refused in ((paths, ""), ([*paths, twin], "EUR has an exchange rate already for 1 Jan")):
        work = operations.import_into(elsewhere, told, ImportOptions(as_of=DAY), today=DAY, dry_run=True)
        with pytest.raises(UserError, match=refused) if refused else nullcontext():
            assert [one.added for one in finish(work)] == [1, 1, 1]
        assert not elsewhere.exists()
    finish(operations.import_together(ws, files))
    assert [rate_text(one.rate) for one in operations.rates(ws)] == ["1.1", "1.2", "1.5"]
    files[0][0].write_text("Currency,From,Rate\nEUR,2026-02-01,1.15\n", encoding="utf-8")
    with pytest.raises(UserError, match="EUR has an exchange rate already for 1 – 28 Feb 2026"):
        finish(operations.import_together(ws, files[:1]))


def test_a_correction_in_time_counts(ws: operations.Workspace) -> None:
    add_all(ws)
    operations.add_rate(ws, "EUR", "1.10", date(2026, 5, 1))  # the books of May close at the end of June
    assert booked(ws)[0] == pytest.approx(1000 + 2200 + 2010 + 32.91)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_in_which_rates_are_typed_says_nothing(ws: operations.Workspace, order: tuple[int, ...]) -> None:
    for at in order:
        operations.add_rate(ws, *RATES[at], date(2026, 1, 1))
    assert booked(ws)[0] == pytest.approx(1000 + 2175 + 2010 + 32.91)
    assert [one.currency for one in load_rates(ws.db)] == ["EUR", "JPY", "KWD"]


def test_the_basis_is_one_choice_for_the_workspace(ws: operations.Workspace) -> None:
    add_all(ws)
    operations.add_rate(ws, "EUR", "1.20", date(2026, 5, 1))
    values = {}
    for basis in ("close", "created", "fixed"):
        operations.save_settings(ws, replace(operations.settings(ws), rate_basis=basis))
        values[basis] = booked(ws)[0]
    assert values == pytest.approx({"close": 5442.91, "created": 5217.91, "fixed": 5217.91})
    with pytest.raises(UserError, match="cannot be converted by 'spot'"):
        operations.save_settings(ws, replace(operations.settings(ws), rate_basis="spot"))


@pytest.mark.parametrize(
    ("currency", "text", "problem"),
    [
        ("EUR", "0", "A rate of 0 is not possible."),
        ("EUR", "-1", "A rate of -1 is not possible."),
        ("EUR", "99999999", "A rate of 99999999 is not possible."),
        ("EUR", "much", "'much' is no rate."),
        ("Euro", "1", "'Euro' is no currency code."),
        ("usd", "1", "USD is the currency of this workspace."),
        ("XQZ", "1", "There is no currency 'XQZ'."),
    ],
)
def test_what_is_impossible_is_refused_and_nothing_kept(
    ws: operations.Workspace, currency: str, text: str, problem: str
) -> None:
    with pytest.raises(UserError) as told:
        operations.add_rate(ws, currency, text)
    assert (told.value.problem, bool(told.value.advice)) == (problem, True)
    assert len(operations.imports(ws)) == 1


def test_a_rate_can_lead_to_the_currency_by_way_of_another(ws: operations.Workspace) -> None:
    operations.add_rate(ws, "JPY", "0.006", date(2026, 1, 1), into="EUR")
    operations.add_rate(ws, "KWD", "3.25", date(2026, 1, 1))
    value, reason = booked(ws)
    assert value is None
    assert "EUR and JPY" in reason
    operations.add_rate(ws, "usd", "0.8", date(2026, 1, 1), into="eur")  # 1 EUR = 1.25 USD, so 1 JPY = 0.0075 USD
    assert booked(ws)[0] == pytest.approx(1000 + 2500 + 300_000 * 0.0075 + 32.91)
    for currency, into, problem in (("GBP", "gbp", "GBP to itself"), ("GBP", "XQZ", "no currency 'XQZ'")):
        with pytest.raises(UserError, match=problem):
            operations.add_rate(ws, currency, "1", into=into)


def test_a_receipt_shows_the_currency_and_the_rate(ws: operations.Workspace) -> None:
    add_all(ws)
    question = operations.question(ws, scope="org", period="2026-Q2")
    receipt = operations.rows(ws, "bookings", question)
    assert "currency" in receipt.columns
    assert receipt.reproduces
    told = {row.key: (row.cells["amount"], row.cells["currency"], row.rate, row.value) for row in receipt.rows}
    assert told["D1"] == ("1000", "USD", "", 1000.0)
    assert told["D2"] == ("2000", "EUR", "1 EUR = 1.0875 USD, 1 Jan 2026", 2175.0)
    assert told["D4"] == ("10.125", "KWD", "1 KWD = 3.25 USD, 1 Jan 2026", 32.91)


def test_a_rate_in_the_other_direction_is_turned_round(ws: operations.Workspace) -> None:
    operations.save_settings(ws, replace(operations.settings(ws), currency="EUR"))
    operations.add_rate(ws, "USD", "0.8", date(2026, 1, 1))
    operations.save_settings(ws, replace(operations.settings(ws), currency="USD"))
    (found,) = operations.rates(ws)
    assert (found.currency, rate_text(found.rate)) == ("EUR", "1.25")


def test_on_an_earlier_day_a_rate_of_later_fills_the_gap(ws: operations.Workspace) -> None:
    ws.today = date(2026, 9, 1)
    add_all(ws)
    assert booked(ws, as_of=DAY)[0] == pytest.approx(5217.91)


def test_the_commands_set_and_list(ws: operations.Workspace) -> None:
    path = str(ws.path)
    operations.close(ws)
    run = CliRunner().invoke
    told = run(main, ["rate", "set", path, "EUR", "1.0875", "--from", "2026-01-01"])
    assert told.output.startswith("1 EUR = 1.0875 USD from 1 Jan 2026.")
    listed = json.loads(run(main, ["rate", "list", path, "--json"]).output)
    assert [one["currency"] for one in listed["currencies"]] == ["BRL", "JPY", "KWD", "EUR"]
    assert listed["rates"][0]["rate"] == "1.0875"
    text = run(main, ["rate", "list", path]).output
    assert "No rate on 2 Feb 2026" in text
    assert "1 EUR = 1.0875 USD" in text
    refused = run(main, ["rate", "set", path, "EUR", "0"])
    assert (refused.exit_code, "A rate of 0 is not possible." in refused.output) == (1, True)
    ws.db = operations.open_workspace(Path(path), today=DAY).db


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ("Currency,From,Rate\nEUR,2026-01-01,1.0875\nJPY,2026-01-01,0.0067\nKWD,2026-01-01,3.25\n", "1.0875"),
        ("Id,IsoCode,ConversionRate,DecimalPlaces,IsCorporate\n01L000000000001AAA,EUR,0.8,2,false\n"
         "01L000000000002AAA,JPY,160,0,false\n01L000000000003AAA,KWD,0.32,3,false\n", "1.25"),
    ],
)  # fmt: skip
def test_rates_are_imported_from_a_file(ws: operations.Workspace, tmp_path: Path, rows: str, shown: str) -> None:
    file = tmp_path / "rates.csv"
    file.write_text(rows, encoding="utf-8")
    report = finish(operations.import_file(ws, file, ImportOptions(as_of=DAY)))
    assert (report.kind, report.added) == ("rates", 3)
    assert rate_text(operations.rates(ws)[0].rate) == shown
    assert booked(ws)[0] is not None
    finish(operations.undo(ws))
    assert (operations.rates(ws), booked(ws)[0]) == ((), None)


def test_of_two_rates_for_one_day_in_a_file_the_second_is_refused_with_both(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "fx.csv"
    rows = "EUR,2026-01-01,1.15", "KWD,2026-01-01,3.25", "EUR,2026-01-01,1.18", "KWD,2026-01-01,3.25"
    file.write_text("\n".join(("Currency,From,Rate", *rows)), encoding="utf-8")
    report = finish(operations.import_file(ws, file, ImportOptions(as_of=DAY)))
    assert (report.read, report.added, report.rejected, report.skipped) == (4, 2, 1, 1)  # the same again is no matter
    (issue,) = report.issues
    assert (issue.line, issue.column, issue.value) == (4, "Rate", "1.18")
    assert issue.problem == "This exchange rate stands on line 2 already, as 1.15."
    assert [rate_text(one.rate) for one in operations.rates(ws)] == ["1.15", "3.25"]
    ((kept, row),) = operations.rejected(ws, report.import_id)
    assert (kept, row) == (issue, "EUR\t2026-01-01\t1.18")


def test_two_rates_for_one_day_under_two_ids_are_told_apart_by_line_alone(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    one, other = "01L000000000001AAA,EUR,0.8,2026-01-01", "01L000000000002AAA,EUR,0.5,2026-01-01"
    third, again = "01L000000000003AAA,eur,0.5,2026-03-01", "01L000000000004AAA,EUR,0.800,2026-01-01"
    file = tmp_path / "DatedConversionRate.csv"

    def imported(*rows: str) -> list[tuple[int, str]]:
        file.write_text("\n".join(("Id,IsoCode,ConversionRate,StartDate", *rows)), encoding="utf-8")
        return [(one.line, one.problem) for one in finish(operations.import_file(ws, file, said)).issues]

    said = ImportOptions(as_of=DAY)
    assert imported(one, other, third, again) == [(3, "This exchange rate stands on line 2 already, as 0.8.")]
    assert [rate_text(one.rate) for one in operations.rates(ws)] == ["1.25", "1.25", "2"]
    said = replace(said, constants={"restates": "yes"})
    assert imported(other, one) == [(3, "This exchange rate stands on line 2 already, as 0.5.")]  # whatever is known
    finish(operations.undo(ws, 2))
    alone = operations.rates(ws)
    finish(operations.undo(ws))
    imported(other, one)
    assert operations.rates(ws) == alone


CROSS = "Currency,From,Rate,To currency\nKWD,2026-01-01,3.25,USD\nEUR,2026-05-01,1.1,USD\nJPY,2026-04-01,0.006,EUR\n"


def test_where_no_rate_is_told_two_make_one_and_the_receipt_says_so(ws: operations.Workspace, tmp_path: Path) -> None:
    file = tmp_path / "cross.csv"
    file.write_text(CROSS, encoding="utf-8")
    finish(operations.import_file(ws, file, ImportOptions(as_of=DAY)))
    assert booked(ws)[0] == pytest.approx(1000 + 2000 * 1.1 + 300000 * 0.006 * 1.1 + 32.91)
    receipt = operations.rows(ws, "bookings", operations.question(ws, scope="org", period="2026-Q2"))
    told = {row.key: row.rate for row in receipt.rows}
    legs = "1 JPY = 0.006 EUR, 1 Apr 2026; 1 EUR = 1.1 USD, 1 May 2026"
    assert (receipt.reproduces, told["D3"]) == (True, f"1 JPY = 0.0066 USD by way of EUR ({legs})")
    yen = next(one for one in operations.currencies(ws) if one.currency == "JPY")
    assert (yen.missing_on, yen.newest and rate_text(yen.newest.rate)) == (date(2026, 2, 2), "0.0066")  # at creation
    operations.add_rate(ws, "JPY", "0.0067", date(2026, 4, 1))
    assert booked(ws)[0] == pytest.approx(1000 + 2200 + 2010 + 32.91)
    finish(operations.undo(ws))
    assert [(one.currency, one.into) for one in operations.rates(ws)] == [("EUR", ""), ("JPY", "EUR"), ("KWD", "")]
    listed = rates_json(operations.currencies(ws), operations.rates(ws), "USD")["rates"]
    assert [one["to_currency"] for one in listed] == ["USD", "EUR", "USD"]  # type: ignore[attr-defined]  # a list


def listed(folder: Path, *lines: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"rates{len([*folder.iterdir()])}.csv"
    path.write_text("\n".join(("Currency,Valid from,Rate", *lines)), encoding="utf-8")
    return path


def test_rates_stay_what_they_were_told_as_where_the_workspace_counts_in_another_currency(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    """A list of one side was told in dollars, and so is the next one of its kind; a rate typed is in euros."""
    old = listed(tmp_path / "lists", "EUR,2026-01-01,1.25", "JPY,2026-01-01,0.01", "KWD,2026-01-01,4")
    bring_in(ws, old, DAY, kind="rates", stages={})
    assert booked(ws)[0] == pytest.approx(1000 + 2500 + 3000 + 40.5)
    operations.save_settings(ws, replace(operations.settings(ws), currency="EUR"))
    assert booked(ws)[0] == pytest.approx((1000 + 2500 + 3000 + 40.5) / 1.25)
    ws.today = date(2026, 8, 1)
    bring_in(ws, listed(tmp_path / "lists", "BRL,2026-01-01,0.5"), date(2026, 8, 1), kind="rates", stages={})
    operations.add_rate(ws, "GBP", "1.2", date(2026, 8, 1))
    told = {one.currency: (one.into, one.rate) for one in operations.rates(ws)}
    assert told["BRL"] == ("USD", Fraction(1, 2))
    assert told["GBP"] == ("", Fraction(6, 5))
    assert told["JPY"] == ("USD", Fraction(1, 100))
    assert told["USD"] == ("", Fraction(4, 5))
    again = bring_in(ws, old, DAY, kind="rates", stages={})
    assert (again.updated, again.unchanged) == (0, 3)
    operations.save_settings(ws, replace(operations.settings(ws), currency="USD"))
    assert booked(ws)[0] == pytest.approx(1000 + 2500 + 3000 + 40.5)


def test_rates_listed_before_any_amount_are_in_the_currency_of_the_first(tmp_path: Path) -> None:
    with made(tmp_path, DAY) as new:
        bring_in(new, listed(tmp_path / "lists", "USD,2026-01-01,0.8"), DAY, kind="rates", stages={})
        operations.save_settings(new, replace(operations.settings(new), currency="EUR"))
        assert [(one.currency, one.into, one.rate) for one in operations.rates(new)] == [("USD", "", Fraction(4, 5))]


def test_another_currency_is_refused_until_it_is_said_again_while_targets_are_amounts(
    ws: operations.Workspace,
) -> None:
    about = {"scope": "org", "period": "2026-Q3"}
    operations.set_baseline_from(ws, "bookings", **about, value="100000", reason="agreed")
    operations.set_target_from(ws, "bookings", **about, minimum="100000", target="120000", stretch="140000")
    euros = replace(operations.settings(ws), currency="EUR")
    with pytest.raises(UserError, match="1 target and 1 baseline are amounts in USD: nothing converts") as refused:
        operations.refuse_unfit(ws, euros)
    assert "--anyway" in refused.value.advice
    operations.refuse_unfit(ws, replace(operations.settings(ws), stall_days=9))
