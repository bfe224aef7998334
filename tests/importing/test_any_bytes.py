"""Whatever the bytes: a file is refused in words or understood, never a crash."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kpidesk.core.errors import UserError
from kpidesk.core.fields import FIELDS, KINDS, Kind
from kpidesk.core.imports import ImportOptions, Preview
from tests.importing.support import DATA, read, write
from tests.often import often

FAST = settings(
    max_examples=often(17), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
VALID = {path.name: path.read_bytes() for path in sorted(DATA.glob("*.csv"))}
ODD = (
    "=;,\t|\"'\r\n\x00\ufeff\u00a0\u2028<>&²٣()[]{}-+/.:eETZ%$€0123456789",
    *("9999-12-31T23:59-05:00", "0001-01-01T00:00+05:00", "²²²²²²²²²²²²", "1e99", 'sep="', "sep=;", "nan", "Total ("),
)
WRITTEN = (
    *("2026-02-13", "13/02/2026 09:30", "15 Apr, 2021 00:02:00", "1776500000000", "2026-Q9", "Q1 2026", "2026-13"),
    *("9/10", "0/0", "1/", "1,5", "-3", "1e9", "00:12:30", "99:99", "1h 05m", "PT5M", "5 fortnights", "yes", "undone"),
    *("EUR", "Ann", "006a000000AbCdE;006a000000AbCdF", ";", "1.087"),
)
TAGS = (
    *("<table>", "<tr>", "<td>", "<th ", "</td", "</table>", "<!--", "-->", "<br>", "<script>", "colspan=9", '"', ">"),
    *("id", "stage", "amount", "Won", "1", "&#", "&amp;", "\n"),
)
PIECES = st.sampled_from([*ODD[0], *ODD[1:]]).map(lambda text: text.encode("utf-8", "surrogatepass"))
CUTS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.one_of(PIECES, st.binary(max_size=8))), min_size=1, max_size=6
)


def understood(folder: Path, content: bytes, name: str, options: ImportOptions | None = None) -> Preview | UserError:
    """The preview of a file after reading all its rows, or the refusal, which must say something and advise."""
    try:
        return read(write(folder, content, name), options).plan.preview
    except UserError as error:
        refusal = error
    assert refusal.problem.endswith((".", "?"))
    assert refusal.advice
    return refusal


def mutated(content: bytes, cuts: list[tuple[float, int, bytes]]) -> bytes:
    """A file with some stretches replaced by something else."""
    for place, length, piece in cuts:
        at = int(place * len(content))
        content = content[:at] + piece + content[at + length :]
    return content


@FAST
@given(content=st.binary(max_size=400))
@example(content=b'sep="\na"b\n1"2\n')
@example(content=b"\xff\xfe\x00\xd8")
def test_any_bytes(content: bytes, tmp_path: Path) -> None:
    understood(tmp_path, content, "deals.csv")


@FAST
@given(text=st.text(alphabet=st.sampled_from(ODD[0] + "abid stage amount"), max_size=300))
def test_any_text_below_a_header(text: str, tmp_path: Path) -> None:
    table = "id,stage,amount,close_date,probability,owner_split\nD1,Won,1,2026-01-05,10,\n" + text
    understood(tmp_path, table.encode("utf-8", "surrogatepass"), "deals.csv")


@FAST
@given(cells=st.lists(st.text(max_size=30) | st.sampled_from(ODD), min_size=6, max_size=6))
def test_any_cells_of_a_deal_are_read_or_rejected(cells: list[str], tmp_path: Path) -> None:
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    table = f"id,stage,amount,close_date,probability,owner_split\nD1,Won,1,2026-01-05,10,\n{quoted}\nD3,Won,1,,,\n"
    understood(tmp_path, table.encode("utf-8", "surrogatepass"), "deals.csv")


@FAST
@given(content=st.binary(max_size=200), kind=st.sampled_from(KINDS))
def test_any_bytes_as_any_kind(content: bytes, kind: Kind, tmp_path: Path) -> None:
    understood(tmp_path, content, "export.csv", ImportOptions(kind=kind))


@settings(FAST, max_examples=often(28))
@given(data=st.data(), kind=st.sampled_from(KINDS))
def test_any_cells_of_any_kind_are_read_or_rejected(data: st.DataObject, kind: Kind, tmp_path: Path) -> None:
    labels = [one.label for one in FIELDS[kind]]
    cell = st.text(max_size=12) | st.sampled_from((*ODD, *WRITTEN))
    rows = data.draw(st.lists(st.lists(cell, min_size=len(labels), max_size=len(labels)), min_size=1, max_size=4))
    text = io.StringIO()
    csv.writer(text).writerows([labels, *rows])
    content = text.getvalue().encode("utf-8", "surrogatepass")
    understood(tmp_path, content, "export.csv", ImportOptions(kind=kind, date_order="dmy", decimal="."))


@pytest.mark.parametrize("name", VALID)
@settings(FAST, max_examples=often(3))
@given(cuts=CUTS)
def test_a_mutated_export(name: str, cuts: list[tuple[float, int, bytes]], tmp_path: Path) -> None:
    understood(tmp_path, mutated(VALID[name], cuts), name)


@FAST
@given(body=st.lists(st.sampled_from(TAGS), max_size=60))
def test_any_web_page(body: list[str], tmp_path: Path) -> None:
    understood(tmp_path, ("<html>" + "".join(body)).encode(), "report.xls")


@settings(FAST, max_examples=often(3))
@given(cuts=CUTS, part=st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"]))
def test_a_mutated_workbook(
    cuts: list[tuple[float, int, bytes]], part: str, tmp_path: Path, plain_book: Callable[[], bytes]
) -> None:
    book = BytesIO()
    with zipfile.ZipFile(BytesIO(plain_book())) as parts, zipfile.ZipFile(book, "w") as out:
        for one in parts.namelist():
            out.writestr(one, mutated(parts.read(one), cuts) if one == part else parts.read(one))
    understood(tmp_path, book.getvalue(), "deals.xlsx")


@settings(FAST, max_examples=often(3))
@given(cuts=CUTS)
def test_a_workbook_with_mutated_bytes(
    cuts: list[tuple[float, int, bytes]], tmp_path: Path, plain_book: Callable[[], bytes]
) -> None:
    understood(tmp_path, mutated(plain_book(), cuts), "deals.xlsx")


LONG = {
    "blanks in an amount": "1" + " " * 100_000 + "x",
    "blanks behind a date": "2026-01-05" + " " * 100_000 + "x",
    "an amount without end": "1 " * 50_000,
    "a total without end": "Total (" + " " * 100_000 + "x",
    "a footer without end": "Generated By:" + " " * 100_000 + "x",
    "an owner split without end": "a" + " " * 100_000 + "x",
    "brackets": "(" * 100_000,
}


@pytest.mark.parametrize("case", LONG)
def test_a_long_cell_does_not_hold_the_reader_up(case: str, tmp_path: Path) -> None:
    row = ",".join([f'"{LONG[case]}"'] * 6)
    table = f"id,stage,amount,close_date,probability,owner_split\n{row}\n{row}\n".encode()
    start = perf_counter()
    understood(tmp_path, table, "deals.csv")
    assert perf_counter() - start < 5


@pytest.mark.parametrize("tag", ["<a ", "<!", "</", "<!---->", "<td ", '<a b="', "<script>", "<tr><table>"])
def test_broken_tags_do_not_hold_the_reader_up(tag: str, tmp_path: Path) -> None:
    start = perf_counter()
    understood(tmp_path, ("<html><table>" + tag * 60_000).encode(), "report.xls")
    understood(tmp_path, (tag * 60_000 + "<html>").encode(), "report.xls")
    assert perf_counter() - start < 10
