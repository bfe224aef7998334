"""Workbooks of the plain form, read at once: each as the reader that knows all forms reads it, or left to that one."""

from __future__ import annotations

import io
import json
import random
import sys
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import openpyxl  # type: ignore[import-untyped]  # it has no type hints
import pytest
import xlsxwriter

from kpidesk.core.progress import finish
from kpidesk.importing import plain_workbook, workbook_child
from kpidesk.importing.workbook_child import FRAME, NEXT_CELL, NEXT_ROW, ROWS, START
from tests.importing.test_workbooks import package

FORMATS = ("yyyy-mm-dd", "dd/mm/yyyy hh:mm", "0.00", "#,##0.00", "0%", "@", "General", "[$-409]mmm\\ d\\,\\ yyyy;@",
           '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)', "[$€-407] #,##0.00", '0 "days"', "h:mm AM/PM",
           '[Red]"d"0;yyyy', "\\y0", "0*y")  # fmt: skip
DOUBTFUL = ("[h]:mm:ss", "# ?/?", "0.00E+00", "[<1]0.00;yyyy", "mm:ss.0")
WORDS = ("Ann Lee", "Zoë", "日本語", "00123", "1E5", "=1+1", "a & b < c", '"q"', " lead", "tail ", "new\nline", "tab\t",
         "_x0041_", "😀", "x" * 40, "50%", "2026-01-05", "\xa0", "\u2028", "\x85", "a\rb", "a\r\nb")  # fmt: skip
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
STYLES = (
    f'<styleSheet {MAIN}><numFmts count="1"><numFmt numFmtId="164" formatCode="[h]:mm"/></numFmts><cellStyleXfs>'
    '<xf numFmtId="2"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs>'
    "</styleSheet>"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a workbook: its sheets and the facts of the one that is read, and its rows with their numbers."""

    head: dict[str, object]
    rows: dict[int, list[str]]


@pytest.fixture
def by_child(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Told | None]:
    """Reads a workbook as the child process does, but here; None for one that is refused."""
    monkeypatch.setattr("kpidesk.importing.workbook_child._limit", lambda: None)

    def attempt(path: Path) -> Told | None:
        said = io.BytesIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", SimpleNamespace(buffer=said))
            status = workbook_child.main([str(path)])
        heads: list[dict[str, object]] = []
        packed: list[bytes] = []
        said.seek(0)
        while begin := said.read(FRAME.size):
            kind, size = FRAME.unpack(begin)
            packed.append(said.read(size)) if kind == ROWS else heads.append(json.loads(said.read(size)))
        return None if status else Told(heads[0], rows_of(packed))

    return attempt


def at_once(path: Path) -> Told | None:
    found = finish(plain_workbook.read(path, ""))
    return None if found is None else Told(json.loads(json.dumps(found.head)), rows_of(found.packed))


def rows_of(packed: Sequence[bytes]) -> dict[int, list[str]]:
    rows: dict[int, list[str]] = {}
    for block in packed:
        plain = zlib.decompress(block)
        texts = plain[START.size :].decode().split(NEXT_ROW)
        rows |= {START.unpack_from(plain)[0] + at: text.split(NEXT_CELL) for at, text in enumerate(texts)}
    return rows


def any_value(chance: random.Random) -> object:
    return chance.choice((
        chance.choice(WORDS), f"Deal {chance.randint(1, 99)}", chance.randint(-9, 99_999), chance.random() * 1e6,
        round(chance.uniform(-9, 1e6), 2), chance.uniform(-1, 1) * 10 ** chance.randint(-12, 20), chance.random() < 0.5,
        datetime(1995, 1, 1) + timedelta(seconds=chance.randint(0, 10**9)), None,
    ))  # fmt: skip


def any_book(path: Path, chance: random.Random) -> None:
    """A workbook as programs write it, of one to three sheets, with gaps, formats, hidden things and merged cells."""
    memory = {"constant_memory": chance.random() < 0.3}  # then texts stand in the cells
    with xlsxwriter.Workbook(str(path), {**memory, "default_date_format": chance.choice(FORMATS[:2])}) as book:
        formats = [book.add_format({"num_format": one}) for one in FORMATS]
        for _ in range(chance.randint(1, 3)):
            sheet = book.add_worksheet()
            top, left, width = chance.choice((0, 0, 7)), chance.choice((0, 0, 2, 700)), chance.choice((1, 4, 12, 30))
            for at in range(chance.choice((0, 2, 40))):
                for column in range(width):
                    if chance.random() < 0.2:
                        continue
                    value = any_value(chance)
                    style = chance.choice((*formats, None) if isinstance(value, str) else (*formats[2:6], None))
                    writer = sheet.write_string if isinstance(value, str) else sheet.write
                    writer(top + at, left + column, value, None if isinstance(value, datetime) else style)
            if chance.random() < 0.3:
                sheet.set_column(1, 2, 9, None, {"hidden": True})
            if chance.random() < 0.3:
                sheet.set_row(top + 50, 9, None, {"hidden": True})
            if chance.random() < 0.2:
                sheet.merge_range(top + 60, 0, top + 60 + chance.choice((0, 2)), 3, "merged")


def made_by_hand(folder: Path, cells: str, shared: str = "<si><t>a</t></si>") -> Path:
    """A workbook of two rows, the first of which holds the cells."""
    rows = f'<row r="1">{cells}</row><row r="2"><c r="B2"><v>7</v></c></row>'
    parts = {
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f"<sst {MAIN}>{shared}</sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>",
    }
    return package(folder, {name: text.encode() for name, text in parts.items()})


def test_a_workbook_is_read_as_the_child_reads_it(tmp_path: Path, by_child: Callable[[Path], Told | None]) -> None:
    plain = 0
    for seed in range(40):
        any_book(tmp_path / "any.xlsx", random.Random(seed))
        found = at_once(tmp_path / "any.xlsx")
        plain += found is not None
        assert found is None or found == by_child(tmp_path / "any.xlsx"), seed
    assert plain > 20


def test_a_workbook_with_cells_anywhere_is_read_as_the_child_reads_it(
    tmp_path: Path, by_child: Callable[[Path], Told | None]
) -> None:
    """Rows that are wider to either side than those of the blocks before, and stretches without rows."""
    path = tmp_path / "wide.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for at in (*range(3, 2600), *range(2700, 6000)):
            sheet.write_row(at, 3, (f"D{at}", "x" * 60, at))
        sheet.write(5000, 60, "far")
        sheet.write(5990, 1, "before")
    found = at_once(path)
    assert found is not None
    assert found == by_child(path)
    assert (len(found.rows), found.rows[4][2:5], found.rows[2650]) == (5997, ["D3", "x" * 60, "3"], [""] * 60)


@pytest.mark.parametrize("code", [*FORMATS, *DOUBTFUL])
def test_a_number_is_a_date_where_its_format_says_so(
    code: str, tmp_path: Path, by_child: Callable[[Path], Told | None]
) -> None:
    path = tmp_path / "format.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write_number(0, 0, 45_000.25, book.add_format({"num_format": code}))
    found = at_once(path)
    assert (found is None) == (code in DOUBTFUL)
    assert found in (None, by_child(path))


def test_numbers_and_moments_are_written_as_the_child_writes_them(
    tmp_path: Path, by_child: Callable[[Path], Told | None]
) -> None:
    chance = random.Random(1)
    numbers = ["0", "-1", "007", "1.0", "1.50", "1e5", "1E-7", "12345678901234567890", "0.1", "0.10000000000000001",
               "35292.800000000003", "-0", "-0.0", "100000000000000", "1000000000000000", "0.0001", "0.00001",
               "0.00012345", "99999999999999.9"]  # fmt: skip
    numbers += [repr(chance.uniform(-1, 1) * 10 ** chance.randint(-9, 18)) for _ in range(300)]
    moments = ["61", "45000", "45000.0", "4.5E4", "2958464", "45000.999999", "45000.99999999999", "45000.0000057870370"]
    for _ in range(300):
        second = chance.randint(0, 86_399) + chance.choice((0, 0.5, 0.9995, chance.random()))
        moments.append(repr(chance.randint(61, 60_000) + second / 86_400 + chance.choice((0, 1e-9, -1e-9))))
    cells = [f"<v>{one}</v></c>" for one in numbers], [f"<v>{one}</v></c>" for one in moments]
    written = [f'<c r="{column(at)}1">{cell}' for at, cell in enumerate(cells[0], start=1)]
    written += [f'<c r="{column(at)}1" s="1">{cell}' for at, cell in enumerate(cells[1], start=len(written) + 1)]
    path = made_by_hand(tmp_path, "".join(written))
    found = at_once(path)
    assert found is not None
    assert found == by_child(path)


def column(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@pytest.mark.parametrize(
    ("cells", "row"),
    [
        ('<c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c>', ["a", "", " b "]),
        ('<c r="A1" t="s"><v></v></c><c r="B1" s="1"/><c r="C1" t="b"><v>1</v></c>', ["", "true"]),
        ('<c r="A1" t="inlineStr"><is><t> a &amp; b</t></is></c>', ["a & b", ""]),
        ('<c r="A1" t="inlineStr"><is><t xml:space="preserve"> a</t></is></c><c r="B1"></c>', [" a", ""]),
        ('<c r="A1" t="str"><v>x&#10;y</v></c><c r="B1" t="s" s="2"><v>2</v></c>', ["x\ny", "c d"]),
        ('<c r="A1" t="n" s="0"><v>12</v></c><c r="B1" s="1" t="n"><v>45000</v></c>', ["12", "2023-03-15"]),
    ],
)
def test_the_usual_forms_of_a_cell_are_plain(
    cells: str, row: list[str], tmp_path: Path, by_child: Callable[[Path], Told | None]
) -> None:
    shared = '<si><t>a</t></si><si><t xml:space="preserve"> b </t></si><si><t>c_x0020_d</t></si>'
    found = at_once(path := made_by_hand(tmp_path, cells, shared))
    assert found is not None
    assert found.rows[1] == row
    assert found == by_child(path)


@pytest.mark.parametrize(
    "cells",
    [
        '<c r="A1" t="e"><v>#N/A</v></c>',
        '<c r="A1"><f>1+1</f><v>2</v></c>',
        '<c r="A1" t="d"><v>2026-01-05</v></c>',
        '<c r="A1" s="2"><v>1.5</v></c>',
        '<c r="A1" s="1"><v>60</v></c>',
        '<c r="A1" s="1"><v>0.5</v></c>',
        '<c r="A1" s="9"><v>1</v></c>',
        '<c r="A1"><v>NaN</v></c>',
        '<c r="A1"><v>1e999</v></c>',
        '<c r="A1"><v>1_0</v></c>',
        '<c r="A1"><v> 1</v></c>',
        '<c r="A1" t="s"><v>1</v></c>',
        '<c r="A1" t="s"><v>0x</v></c>',
        '<c r="A1" t="b"><v></v></c>',
        '<c r="A1"><v/></c>',
        '<c r="A1"><v>1</v>x</c>',
        '<c r="A1"><v>1</v></c>x',
        '<c r="A1"> <v>1</v></c>',
        '<c r="A1"><v>1</v><v>2</v></c>',
        '<c r="A1"><v>1</v></c><!-- 2 -->',
        '<c r="A1"><v><![CDATA[1]]></v></c>',
        '<c r="B1"><v>1</v></c><c r="A1"><v>1</v></c>',
        '<c r="A1"><v>1</v></c><c r="A1"><v>1</v></c>',
        '<c r="A2"><v>1</v></c>',
        '<c r="A01"><v>1</v></c>',
        '<c r="a1"><v>1</v></c>',
        '<c r="XFE1"><v>1</v></c>',
        '<c r="1"><v>1</v></c>',
        "<c><v>1</v></c>",
        '<c s="1" r="A1"><v>1</v></c>',
        '<c r="A1" s="1" s="1"><v>1</v></c>',
        '<c r="A1" cm="1"><v>1</v></c>',
        '<c r="A1" t="inlineStr"><is><r><t>a</t></r></is></c>',
        '<c r="A1" t="inlineStr"><is><t>a</t><t>b</t></is></c>',
        '<c r="A1" t="inlineStr"><v>1</v></c>',
        '<c r="A1"><is><t>a</t></is></c>',
        '<c r="A1" t="str"><v>a&foo;</v></c>',
        '<c r="A1" t="str"><v>&#31;</v></c>',
        '<c r="A1" t="str"><v>a\x1fb</v></c>',
        '<c r="A1" t="str"><v>_x001E_</v></c>',
        '</row><row r="1"><c r="A1"><v>1</v></c>',
        '</row><row><c r="A1"><v>1</v></c>',
        '</row><row r="5"/><row r="4">',
    ],
)
def test_what_is_not_plain_is_left_to_the_child(cells: str, tmp_path: Path) -> None:
    assert at_once(made_by_hand(tmp_path, cells)) is None


@pytest.mark.parametrize(
    "shared",
    [
        "<si><r><t>a</t></r><r><t>b</t></r></si>",
        '<si><t>a</t><rPh sb="0" eb="1"><t>b</t></rPh></si>',
        "<si/><si><t>a</t></si>",
        "<si><t>a</si>",
        "<si><t>a</t></si><!-- b -->",
        "<si><t>a\x1e</t></si>",
        "<si><t>&lt</t></si>",
    ],
)
def test_shared_texts_in_another_form_are_left_to_the_child(shared: str, tmp_path: Path) -> None:
    assert at_once(made_by_hand(tmp_path, '<c r="A1" t="s"><v>0</v></c>')) is not None
    assert at_once(made_by_hand(tmp_path, '<c r="A1" t="s"><v>0</v></c>', shared)) is None


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/workbook.xml", b"<sheets>", b'<workbookPr date1904="1"/><sheets>'),
        ("xl/workbook.xml", b"<workbook", b"<!DOCTYPE x><workbook"),
        ("xl/workbook.xml", b"<workbook", b'<?xml version="1.0" encoding="latin-1"?><workbook'),
        ("xl/worksheets/sheet1.xml", b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:A2"/></mergeCells>'),
        ("xl/worksheets/sheet1.xml", b"</worksheet>", b""),
        ("xl/worksheets/sheet1.xml", b"<sheetData>", b'<dimension ref="A1:"/><sheetData>'),
        ("xl/worksheets/sheet1.xml", b"<row r=\"2\">", b"<row r=\"1048577\">"),
        ("xl/worksheets/sheet1.xml", b"worksheet", b"x:worksheet"),
        ("xl/_rels/workbook.xml.rels", b"/worksheet\"", b"/chartsheet\""),
        ("_rels/.rels", b"xl/workbook.xml", b"xl/other.xml"),
        ("xl/styles.xml", b"<cellXfs>", b"<cellXfs"),
    ],
)  # fmt: skip
def test_a_part_in_another_form_is_left_to_the_child(part: str, old: bytes, new: bytes, tmp_path: Path) -> None:
    path = made_by_hand(tmp_path, '<c r="A1"><v>1</v></c>')
    assert at_once(path) is not None
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    assert old in parts[part]
    assert at_once(package(tmp_path, {**parts, part: parts[part].replace(old, new)})) is None


def test_one_filled_cell_far_from_another_takes_no_memory(tmp_path: Path) -> None:
    cells = '<c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c>'
    path = made_by_hand(tmp_path, "")
    sheet = f'<worksheet {MAIN}><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
    assert at_once(package(tmp_path, {"xl/worksheets/sheet1.xml": sheet.encode()})) is None
    assert path.exists()


def test_a_damaged_archive_is_left_to_the_child(tmp_path: Path) -> None:
    """Every byte of a small workbook in turn; none gives other rows, few are read at all."""
    path = made_by_hand(tmp_path, '<c r="A1" t="s"><v>0</v></c>')
    right, content = at_once(path), path.read_bytes()
    assert right is not None
    for at in range(0, len(content), 7):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :])
        assert at_once(path) in (None, right), at


def test_a_workbook_of_openpyxl_is_plain(tmp_path: Path, by_child: Callable[[Path], Told | None]) -> None:
    chance = random.Random(3)
    book = openpyxl.Workbook()
    for _ in range(200):
        book.active.append([chance.choice(("Ann", "Zoë", " a", 5, 1.25, True, datetime(2026, 1, 5, 8, 30), None))
                            for _ in range(9)])  # fmt: skip
    book.save(tmp_path / "book.xlsx")
    found = at_once(tmp_path / "book.xlsx")
    assert found is not None
    assert found == by_child(tmp_path / "book.xlsx")
