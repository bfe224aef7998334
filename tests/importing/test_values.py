"""What the cells of a column come to: currencies, shares, ids, owners who share a deal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidesk.core.imports import ImportOptions
from kpidesk.core.settings import Settings
from kpidesk.importing import Plan
from kpidesk.importing.cells import all_references, clean, clean_all, reference_value
from kpidesk.importing.dates import looks_like_day, order_shown
from kpidesk.importing.numbers import MARKS, looks_like_number, read_decimal, take_apart
from tests.importing.support import look, read, write

HEADER = "id,stage,amount,currency\n"
ALIKE = HEADER + "D1,Won,10.50,EUR\nD2,Won,20,euro\nD3,Won,30,\n"
MIXED = HEADER + "D1,Won,10.50,NOK\nD2,Won,20,NOK\nD3,Won,300,JPY\nD4,Won,40,\n"


def test_rows_that_all_name_one_currency_tell_that_of_the_others_and_of_the_file(tmp_path: Path) -> None:
    imported = read(write(tmp_path, ALIKE))
    assert imported.column("currency") == ["EUR", "EUR", "EUR"]
    assert imported.plan.preview.currency == "EUR"


def test_without_an_amount_a_file_is_in_no_currency_and_with_one_in_that_of_the_column_that_was_named(
    tmp_path: Path,
) -> None:
    path = write(tmp_path, "id,stage,Geld,Wie viel\nD1,Won,EUR,auf Anfrage\nD2,Won,EUR,7\n")
    named = ImportOptions(columns={"currency": "Geld"})
    assert (look(path).preview.currency, look(path, named).preview.currency) == ("", "")
    both = replace(named, columns=named.columns | {"amount": "Wie viel"})
    assert look(path, both).preview.currency == "EUR"
    assert read(path, both).column("currency") == ["EUR"]


def test_of_several_currencies_most_rows_tell_that_of_the_file_and_the_workspace_that_of_the_others(
    tmp_path: Path,
) -> None:
    imported = read(write(tmp_path, MIXED), settings=Settings(currency="CHF"))
    assert imported.column("currency") == ["NOK", "NOK", "JPY", "CHF"]
    assert imported.column("amount") == [1050, 2000, 300, 4000]
    assert imported.plan.preview.currency == "NOK"
    assert "The amounts are in several currencies: NOK in 2 rows, JPY in 1 row." in imported.plan.preview.notices
    assert _unnamed(imported.plan) == ["1 row with an amount names no currency: taken as CHF, that of this workspace"]


@pytest.mark.parametrize("blank", ["", "-", "n/a"])
def test_the_currency_of_most_rows_is_that_of_most_with_an_amount(tmp_path: Path, blank: str) -> None:
    rows = ["D1,Won,5,NOK", "D2,Won,.5,NOK", "D3,Won,$7,SEK", *(f"E{at},Won,{blank},SEK" for at in range(9))]
    preview = look(write(tmp_path, HEADER + "\n".join(rows) + "\n")).preview
    assert preview.currency == "NOK"
    assert "The amounts are in several currencies: NOK in 2 rows, SEK in 1 row." in preview.notices
    recurring = [f"{row},{'8' if row.startswith('E') else ''}" for row in rows]
    other = write(tmp_path, "id,stage,amount,currency,recurring amount\n" + "\n".join(recurring) + "\n")
    assert look(other).preview.currency == "SEK"


def test_a_currency_of_rows_without_an_amount_is_no_second_one(tmp_path: Path) -> None:
    preview = look(write(tmp_path, HEADER + "D1,Won,5,EUR\nD2,Won,,USD\nD3,Won,6,\n")).preview
    assert preview.currency == "EUR"
    assert any("taken as EUR, like all others" in one for one in preview.notices)
    assert not any("several currencies" in one for one in preview.notices)


def test_a_currency_that_was_said_counts_for_rows_without_one(tmp_path: Path) -> None:
    imported = read(write(tmp_path, MIXED), ImportOptions(currency="SEK"))
    assert imported.column("currency") == ["NOK", "NOK", "JPY", "SEK"]
    assert imported.plan.preview.currency == "SEK"


def _unnamed(plan: Plan) -> list[str]:
    """What a plan tells of rows without a currency, without the option that says otherwise."""
    return [one.partition(";")[0] for one in plan.preview.notices if "no currency" in one]


@pytest.mark.parametrize(
    ("rows", "currency", "told"),
    [
        ("D1,Won,5,EUR\nD2,Won,,\nD3,Won,-,\n", "", []),
        ("D1,Won,5,EUR\nD2,Won,6,\nD3,Won,7,-\nD4,Won,,\n", "", ["2 rows with an amount name", "EUR, like all others"]),
        ("D1,Won,5,EUR\nD2,Won,6,\n", "SEK", ["1 row with an amount names", "SEK, as you said"]),
    ],
)
def test_rows_with_an_amount_that_name_no_currency_are_counted(
    tmp_path: Path, rows: str, currency: str, told: list[str]
) -> None:
    expected = [" no currency: taken as ".join(told)] if told else []
    assert _unnamed(look(write(tmp_path, HEADER + rows), ImportOptions(currency=currency))) == expected


def test_bare_amounts_beside_some_that_name_their_currency_are_counted(tmp_path: Path) -> None:
    plan = look(write(tmp_path, "id,stage,amount\nD1,Won,5 EUR\nD2,Won,6 GBP\nD3,Won,7\nD4,Won,\n"))
    assert _unnamed(plan) == ["1 row with an amount names no currency: taken as USD, that of this workspace"]
    named = look(write(tmp_path, "id,stage,Amount (EUR)\nD1,Won,5 EUR\nD2,Won,6 GBP\nD3,Won,7\n"))
    assert _unnamed(named) == [
        "1 row with an amount names no currency: taken as EUR, as the column 'Amount (EUR)' says"
    ]


def test_a_word_that_is_no_currency_rejects_its_row(tmp_path: Path) -> None:
    (issue,) = read(write(tmp_path, HEADER + "D1,Won,1,EUR\nD2,Won,1,dunno\n")).issues
    assert (issue.line, issue.column, issue.problem) == (
        3, "currency", "This is not a currency code such as USD or EUR.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "cents", "codes"),
    [
        (("€ 1.234,50", "12,5 €", "7"), [123450, 1250, 700], ["EUR", "EUR", "EUR"]),
        (("$1,234.50", "£12.5", "USD 7.00"), [123450, 1250, 700], ["USD", "GBP", "USD"]),
        (("(12.50)", "-3", "4-"), [-1250, -300, -400], ["USD", "USD", "USD"]),
    ],
)
def test_amounts_with_their_currency_in_the_cell(
    tmp_path: Path, cells: tuple[str, ...], cents: list[int], codes: list[str]
) -> None:
    rows = "".join(f'D{n},Won,"{cell}"\n' for n, cell in enumerate(cells))
    imported = read(write(tmp_path, "id,stage,amount\n" + rows))
    assert imported.column("amount") == cents
    assert imported.column("currency") == codes


@pytest.mark.parametrize(
    ("header", "code"), [("Amount (EUR)", "EUR"), ("Amount GBP", "GBP"), ("Amount ($)", "USD"), ("Amount ARR", "CHF")]
)
def test_a_header_may_name_the_currency(tmp_path: Path, header: str, code: str) -> None:
    options = ImportOptions(columns={"amount": header})
    preview = look(
        write(tmp_path, f"id,stage,{header}\nD1,Won,5\n"), options, settings=Settings(currency="CHF")
    ).preview
    assert preview.currency == code


def test_minor_units_are_those_of_the_currency_rounded_half_to_even(tmp_path: Path) -> None:
    rows = "D1,Won,1.005,USD\nD2,Won,1.015,USD\nD3,Won,7.5,JPY\nD4,Won,8.5,JPY\nD5,Won,1.2345,BHD\n"
    assert read(write(tmp_path, HEADER + rows)).column("amount") == [100, 102, 8, 8, 1234]


@pytest.mark.parametrize(
    ("header", "cells", "shares"),
    [
        ("probability", ("10", "55.5", "100", "0"), [100_000, 555_000, 1_000_000, 0]),
        ("probability", ("0.1", "1", "0", "0.555"), [100_000, 1_000_000, 0, 555_000]),
        ("Probability (%)", ("1", "0.5", "0", ""), [10_000, 5_000, 0, None]),
        ("probability", ("10 %", "0.5%", "100%", ""), [100_000, 5_000, 1_000_000, None]),
    ],
)
def test_shares_are_percent_or_fractions_by_column(
    tmp_path: Path, header: str, cells: tuple[str, ...], shares: list[int | None]
) -> None:
    rows = "".join(f"D{n},Won,{cell}\n" for n, cell in enumerate(cells))
    assert read(write(tmp_path, f"id,stage,{header}\n{rows}")).column("probability") == shares


def test_salesforce_ids_of_15_and_18_letters_are_one_deal(tmp_path: Path) -> None:
    header = "Opportunity ID,Opportunity Name,Stage,Close Date\n"
    short, long, other = "0065e00000AbCdE", "0065e00000AbCdEAAV", "0065e00000abcde"
    assert read(write(tmp_path, f"{header}{short},A,Closed Won,2026-01-05\n")).keys == [long]
    both = read(
        write(tmp_path, f"{header}{short},A,Closed Won,2026-01-05\n{other},B,Closed Won,\n{long},C,Closed Won,\n")
    )
    assert both.keys == [long, "0065e00000abcdeAAA", long]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("Ann 50%; Bob 50%", "Ann=0.5|Bob=0.5"),
        ("Ann Lee=0.7|Bob=0.3", "Ann Lee=0.7|Bob=0.3"),
        ("Ann (33.33%); Bob (33.33%); Cy (33.34%)", "Ann=0.3333|Bob=0.3333|Cy=0.3334"),
        ("Ann 60%; Bob 50%", "The shares of the split sum to 110% instead of 100%."),
        ("Ann; Bob", "Write each owner with a share, such as 'Ann 50%; Bob 50%'."),
        ("Ann 50%; Ann 50%", "An owner of the split is empty or named twice."),
    ],
)
def test_owners_who_share_a_deal(tmp_path: Path, cell: str, kept: str) -> None:
    imported = read(write(tmp_path, f'id,stage,owner split\nD1,Won,"{cell}"\n'))
    assert [*imported.column("owner_split"), *(issue.problem for issue in imported.issues)] == [kept]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-03-05", "2026-03-05"), ("2026-03-05T23:30:00Z", "2026-03-06"), ("2026-03-05 23:30", "2026-03-05"),
        ("2026-03-05T23:30:00-0500", "2026-03-06"), ("15 Apr, 2021 00:02:00", "2021-04-15"),
        ("5. März 2026", "2026-03-05"),
        ("1775000000000", "2026-04-01"), ("20260305", "2026-03-05"), ("Thu, 5 Mar 2026 11:00 PM", "2026-03-05"),
    ],
)  # fmt: skip
def test_a_day_however_it_is_written(tmp_path: Path, cell: str, day: str) -> None:
    path = write(tmp_path, f'id,stage,created_at\nD1,Won,"{cell}"\n')
    assert read(path, settings=Settings(time_zone="Europe/Berlin")).column("created_at") == [day]


@given(
    st.lists(
        st.sampled_from(("D1", " D2 ", "D1; D2", "-", "N/A", "none", "'=x", "é", "", "  ", "unknown", "D\n4", "\tD5")),
        max_size=8,
    )
)
def test_many_references_are_read_like_each_by_itself(texts: list[str]) -> None:
    empty = ("unknown",)
    expected = [reference_value(text, empty, salesforce=False) for text in texts]
    assert all_references(texts, empty) == expected
    assert clean_all(texts, empty) == [None if clean(text) in ("", *empty) else clean(text) for text in texts]


@given(st.one_of(st.text(alphabet="0123456789.,-/ %€()", max_size=70), st.sampled_from(("2026-03-01 ", "1 May 2026 "))))
def test_what_a_cell_may_be_is_remembered_as_it_was_judged(text: str) -> None:
    for cell in (
        text,
        f" {text}",
        text.ljust(80, "0"),
        f"{text} and a remark that is longer than any day or amount is",
    ):
        for _ in range(2):
            written = take_apart(cell.strip().removesuffix("%").strip())
            can_be_read = written is not None and any(read_decimal(written, mark) is not None for mark in MARKS)
            assert looks_like_number(cell) == can_be_read
            assert looks_like_day(cell) == (order_shown(cell.strip(), serials=False) not in ("bad", "blank"))


def test_a_currency_that_was_said_counts_for_bare_amounts_and_leaves_the_others_theirs(tmp_path: Path) -> None:
    path = write(tmp_path, "id,stage,amount\nD1,Won,5 EUR\nD2,Won,7\nD3,Won,$9\n")
    imported = read(path, ImportOptions(currency="GBP"))
    assert imported.issues == []
    assert imported.column("currency") == ["EUR", "GBP", "USD"]
    assert read(path, ImportOptions(currency="CAD")).column("currency") == ["EUR", "CAD", "CAD"]
    assert imported.plan.preview.assumed_currency == "GBP"


@pytest.mark.parametrize(
    ("text", "assumed"),
    [
        ("id,stage,amount\nD1,Won,5\n", "USD"),
        ("id,stage,amount (EUR)\nD1,Won,5\n", "EUR"),
        (HEADER + "D1,Won,5,EUR\nD2,Won,,\n", ""),
        (HEADER + "D1,Won,5,EUR\nD2,Won,6,\n", "EUR"),
        ("id,stage,amount\nD1,Won,5 EUR\n", ""),
        ("id,stage,amount\nD1,Won,5 EUR\nD2,Won,6\n", "EUR"),
        ("id,stage\nD1,Won\n", ""),
    ],
)
def test_the_currency_that_amounts_are_taken_for_is_told_where_some_name_none(
    tmp_path: Path, text: str, assumed: str
) -> None:
    assert look(write(tmp_path, text)).preview.assumed_currency == assumed


def test_where_no_row_has_an_amount_a_file_is_in_no_currency(tmp_path: Path) -> None:
    assert look(write(tmp_path, HEADER + "D1,Won,,EUR\n")).preview.currency == ""
