from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidesk.core.fields import FIELD_BY_NAME, FIELDS
from kpidesk.core.records import Coded, RawRows, different, minor_digits, salesforce_id, to_minor


def test_a_short_salesforce_id_gets_its_suffix() -> None:
    assert salesforce_id("0067E0000028LZP") == "0067E0000028LZPQA2"


def test_case_makes_another_deal() -> None:
    # upper case at L and Z only: 4 + 8 = 12, the letter M
    assert salesforce_id("0067E0000028LZp") == "0067E0000028LZpQAM"


@pytest.mark.parametrize("text", ["0067E0000028LZPQA2", "", "D-1", "0067E0000028LZ!", "0067E0000028LZé"])
def test_other_ids_stay_as_they_are(text: str) -> None:
    assert salesforce_id(text) == text


@given(st.text("abcABC019", min_size=15, max_size=15), st.text("abcABC019", min_size=15, max_size=15))
def test_ids_that_differ_in_case_differ_without_case(one: str, other: str) -> None:
    long_one, long_other = salesforce_id(one), salesforce_id(other)
    assert len(long_one) == 18
    assert (long_one.casefold() == long_other.casefold()) == (one == other)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("1234.56", "USD", 123456),
        ("0.125", "USD", 12),
        ("0.135", "USD", 14),
        ("0.375", "EUR", 38),
        ("-0.125", "USD", -12),
        ("1000", "JPY", 1000),
        ("1000.5", "JPY", 1000),
        ("1001.5", "JPY", 1002),
        ("1.2345", "KWD", 1234),
        ("1.2355", "KWD", 1236),
        ("92233720368547758.07", "USD", 2**63 - 1),
    ],
)
def test_minor_units_half_to_even(amount: str, currency: str, minor: int) -> None:
    assert to_minor(Decimal(amount), currency) == minor


@pytest.mark.parametrize(("currency", "digits"), [("USD", 2), ("JPY", 0), ("KWD", 3), ("XXX", 2), ("", 2)])
def test_digits_of_a_currency(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


def test_no_header_could_mean_two_fields() -> None:
    for kind, fields in FIELDS.items():
        names = [name for field in fields for name in {field.name, field.label.casefold(), *field.aliases}]
        assert {name for name in names if names.count(name) > 1} == set(), kind
        assert len(FIELD_BY_NAME[kind]) == len(fields)


CELLS = st.text(st.sampled_from("aé,;\x1f "), max_size=3)


@given(st.lists(st.lists(CELLS.filter(lambda cell: ";" not in cell), min_size=1, max_size=4), min_size=1, max_size=5))
def test_rows_of_text_are_the_rows_that_stand_in_it(rows: list[list[str]]) -> None:
    rows = [row for row in rows if row != [""]] or [["a"]]  # a blank line has no cells
    lines = list(range(7, 7 + len(rows)))
    made = RawRows.written(lines, "".join(";".join(row) + "\n" for row in rows), ";")
    picked = list(range(0, len(rows), 2))
    for width in (2, 3):
        even = all(len(row) == width for row in rows)
        columns = made.columns(width)
        assert (columns is not None) == even
        assert columns is None or list(map(list, columns)) == [[row[at] for row in rows] for at in range(width)]
    joined = (
        None if any("\x1f" in cell for row in rows for cell in row) else ["\x1f".join(row).encode() for row in rows]
    )
    for one in (made, RawRows(lines, rows)):
        assert (len(one), one.rows, [one.row(at) for at in range(len(rows))]) == (len(rows), rows, rows)
        assert one.joined("\x1f") == joined
        assert one.only(picked).rows == [rows[at] for at in picked]
        assert one.only(picked).lines == [lines[at] for at in picked]


@given(st.lists(st.sampled_from(["a", "b", None, 3]), min_size=1))
def test_a_coded_column_is_the_column(cells: list[str | int | None]) -> None:
    values = list(dict.fromkeys([None, *cells]))
    column = Coded(values, memoryview(bytes(map(values.index, cells))))
    assert list(column) == cells == [column[at] for at in range(len(column))]
    assert list(column[1:]) == cells[1:]
    assert [column.count(one) for one in ("a", None, "x")] == [cells.count(one) for one in ("a", None, "x")]
    assert ("b" in column) == ("b" in cells)
    assert list(column.of(range(len(values)))) == list(map(values.index, cells))
    assert set(different(column)) >= set(different(cells)) == set(cells)
