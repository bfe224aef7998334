"""Workbooks with something in them that a reader can get wrong: each is read right, or told in one sentence."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # it has no type hints
import pytest
import xlsxwriter

from kpidesk.core.imports import ImportOptions
from kpidesk.core.progress import Progress
from kpidesk.core.settings import Settings
from kpidesk.importing import inspect
from tests.importing.support import DATA, TODAY, dated, look, read, write

HEADER = ("id", "owner", "stage", "amount", "created_at")
MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
BOOKS = DATA / "books"


def typed(folder: Path, rows: Iterable[Iterable[object]], change: Callable[[object], None], **more: object) -> Path:
    """A workbook as openpyxl writes it, after `change` was made to its sheet."""
    path = folder / "deals.xlsx"
    book = openpyxl.Workbook()
    for name, value in more.items():
        setattr(book, name, value)
    for row in rows:
        book.active.append(list(row))
    change(book.active)
    book.save(path)
    return dated(path)


def with_sheet(path: Path, change: Callable[[bytes], bytes]) -> Path:
    """A copy of a workbook whose sheets are changed as XML."""
    copy = path.with_name(f"{path.stem}2{path.suffix}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if "worksheets/" in name else old.read(name))
    return dated(copy)


def as_it_is(_sheet: object) -> None:
    """No change."""


# --- old and open formats ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", ["deals.xls", "deals.ods", "deals.csv", "deals.zip", "deals.html"])
@pytest.mark.parametrize("kept", ["deals.xls", "deals.ods"])
def test_xls_and_ods_are_read_by_their_bytes_whatever_their_name(kept: str, named: str, tmp_path: Path) -> None:
    imported = read(write(tmp_path, (BOOKS / kept).read_bytes(), named))
    assert imported.keys == (["00123", "17"] if kept == "deals.xls" else ["D1", "D2"])
    assert imported.column("owner") == ["Zoë", "Ann"]
    assert imported.column("amount") == [123450, 100000]
    assert imported.column("created_at") == ["2026-01-05", "2026-02-03"]
    told = any(f"under the name {Path(named).suffix}" in notice for notice in imported.plan.preview.notices)
    assert told == (named not in ("deals.xls", "deals.ods"))


def open_document(folder: Path, rows: str, manifest: str = "") -> Path:
    """An ODS made by hand, of the rows given as XML."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    table = f'<table:table table:name="S">{rows}</table:table>'
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": f'<office:document-content {names} office:version="1.2"><office:body><office:spreadsheet>{table}'
        "</office:spreadsheet></office:body></office:document-content>",
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{MANIFEST}">{manifest}</manifest:manifest>',
    }
    path = folder / "deals.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return dated(path)


def odf_row(*cells: str, repeated: int = 1, wide: int = 1) -> str:
    many = f' table:number-columns-repeated="{wide}"' if wide > 1 else ""
    inner = "".join(
        f'<table:table-cell office:value-type="string"{many}><text:p>{cell}</text:p></table:table-cell>'
        if cell
        else f"<table:table-cell{many}/>"
        for cell in cells
    )
    more = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:table-row{more}>{inner}</table:table-row>"


DEALS = odf_row("id", "stage") + odf_row("D1", "Won")
EMPTY_REST = odf_row("", wide=16_384, repeated=1_048_570)


def test_the_empty_rest_of_a_sheet_of_an_open_document_is_no_data(tmp_path: Path) -> None:
    assert read(open_document(tmp_path, DEALS + EMPTY_REST)).keys == ["D1"]


ODS = {
    "as many cells as there can be": (odf_row("x", wide=16_384, repeated=1_048_576), "", "cannot be read as a workb"),
    "more cells than there can be": (
        odf_row("x", wide=4_000_000_000, repeated=4_000_000_000), "", "cannot be read as a workbook",
    ),
    "a table that breaks off": ("<table:table-row", "", "is a damaged workbook"),
    "a password": (DEALS, "<manifest:encryption-data/>", "is protected with a password"),
    "no table": ("", "", "has no sheet with rows"),
}  # fmt: skip


@pytest.mark.parametrize("case", ODS)
def test_a_hostile_open_document_is_refused(case: str, tmp_path: Path, refused: Callable[..., str]) -> None:
    rows, manifest, sentence = ODS[case]
    assert sentence in refused(open_document(tmp_path, rows, manifest))


def test_an_old_workbook_that_breaks_off_is_refused(tmp_path: Path, refused: Callable[..., str]) -> None:
    content = (BOOKS / "deals.xls").read_bytes()
    for length in (512, 1024, 2000, 3000, 4096):
        assert "deals.xls" in refused(write(tmp_path, content[:length], "deals.xls"))


# --- cells that do not hold what they show ----------------------------------------------------------------------


def test_errors_are_empty_and_counted_by_column(tmp_path: Path) -> None:
    rows = [HEADER, ("D1", "Ann", "Won", "#N/A", "2026-01-05"), ("D2", "Ann", "Won", "#REF!", "#DIV/0!"),
            ("D3", "Bob", "Won", 7, "2026-01-06")]  # fmt: skip
    imported = read(typed(tmp_path, rows, as_it_is))
    assert imported.column("amount") == [None, None, 700]
    assert imported.column("created_at") == ["2026-01-05", None, "2026-01-06"]
    notices = imported.plan.preview.notices
    assert "Column D: 2 cells with an error such as #N/A instead of a value, read as empty." in notices
    assert "Column E: 1 cell with an error such as #N/A instead of a value, read as empty." in notices


def test_formulas_without_a_saved_value_are_counted_and_those_with_one_are_read(tmp_path: Path) -> None:
    rows = [HEADER, *((f"D{n}", "Ann", "Won", f"={n}*100", "2026-01-05") for n in range(14))]
    unsaved = read(typed(tmp_path, rows, as_it_is))
    assert unsaved.column("amount") == [None] * 14
    assert (
        "14 cells with a formula but without a saved value, read as empty: open the workbook in Excel and save it."
        in unsaved.plan.preview.notices
    )
    path = tmp_path / "saved.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ("D1", "Ann", "Won"))
        sheet.write_formula(1, 3, "=1+1", None, 2)
        sheet.write_formula(1, 4, '=""', None, "blank")
    saved = read(with_sheet(path, lambda sheet: sheet.replace(b"<v>blank</v>", b"<v></v>")))
    assert (saved.column("amount"), saved.column("created_at")) == ([200], [None])
    assert not any("formula" in notice for notice in saved.plan.preview.notices)


def test_merged_cells_give_their_value_to_every_row(tmp_path: Path) -> None:
    rows = [HEADER, ("D1", "Ann", "Won", 1, "2026-01-05"), ("D2", None, "Won", 2, "2026-01-05"),
            ("D3", None, "Won", 3, "2026-01-05"), ("D4", None, "Won", 4, "2026-01-05")]  # fmt: skip
    imported = read(typed(tmp_path, rows, lambda sheet: sheet.merge_cells("B2:B4")))  # type: ignore[attr-defined]  # of openpyxl
    assert imported.column("owner") == ["Ann", "Ann", "Ann", None]
    assert "2 cells filled from a merged cell above." in imported.plan.preview.notices


def test_a_merge_that_spans_many_blocks_is_filled_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for at in range(1, 3001):
            sheet.write_row(at, 0, (f"D{at}", None, "Won", 1, "2026-01-05"))
        sheet.merge_range(1, 1, 2900, 1, "Ann")
    assert read(dated(path)).column("owner") == ["Ann"] * 2900 + [None] * 100


def test_many_long_merges_do_not_hold_the_reader_up(tmp_path: Path, refused: Callable[..., str]) -> None:
    wide = [*HEADER, *("x" for _ in range(5000))]
    path = typed(tmp_path, [wide, *([] for _ in range(1200)), wide], as_it_is)
    columns = [openpyxl.utils.get_column_letter(at) for at in range(1, 5000)]
    merges = "".join(f'<mergeCell ref="{one}1:{one}1201"/>' for one in columns)
    end = f"</sheetData><mergeCells>{merges}</mergeCells>".encode()
    merged = with_sheet(path, lambda sheet: sheet.replace(b"</sheetData>", end))
    assert "deals2.xlsx' has merged cells that span far too many rows" in refused(merged)


def test_hidden_columns_and_rows_are_read_and_told(tmp_path: Path) -> None:
    def hide(sheet: object) -> None:
        sheet.column_dimensions["D"].hidden = True  # type: ignore[attr-defined]  # of openpyxl
        sheet.row_dimensions[3].hidden = True  # type: ignore[attr-defined]  # of openpyxl

    rows = [HEADER, *((f"D{n}", "Ann", "Won", n, "2026-01-05") for n in range(3))]
    imported = read(typed(tmp_path, rows, hide))
    assert imported.column("amount") == [0, 100, 200]
    notices = imported.plan.preview.notices
    assert "Hidden in the workbook but read all the same: column D." in notices
    assert "Hidden in the workbook, perhaps by a filter, but read all the same: 1 row." in notices


def test_a_hidden_sheet_is_read_only_when_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "deals.xlsx"
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append(("D1", "Ann", "Won", 1, "2026-01-05"))
    other = book.create_sheet("Old")
    other.sheet_state = "hidden"
    for row in (HEADER, *((f"X{n}", "Ann", "Won", 1, "2026-01-05") for n in range(9))):
        other.append(row)
    book.save(path)
    imported = read(dated(path))
    assert imported.keys == ["D1"]
    assert "'Sheet', the largest, is read and not 'Old' (hidden)." in imported.plan.preview.notices[0]
    assert len(read(path, ImportOptions(sheet="Old")).keys) == 9


@pytest.mark.parametrize("from_1904", [False, True])
def test_dates_are_right_whatever_year_days_are_counted_from(from_1904: bool, tmp_path: Path) -> None:
    path = tmp_path / "deals.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "d mmm yy", "date_1904": from_1904}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ("D1", "Ann", "Won", 1, datetime(2026, 1, 5)))
        sheet.write_row(2, 0, ("D2", "Ann", "Won", 1, datetime(2026, 2, 3, 14, 30)))
    imported = read(dated(path))
    assert imported.column("created_at") == ["2026-01-05", "2026-02-03"]
    assert any("from 1904" in notice for notice in imported.plan.preview.notices) == from_1904


def test_days_as_text_as_dates_and_as_numbers_in_one_column(tmp_path: Path) -> None:
    days = ("2026-01-05", datetime(2026, 1, 6), 46029, 46030.75, "08/01/2026 10:15", None, "soon")
    rows = [HEADER, *((f"D{at}", "Ann", "Won", 1, day) for at, day in enumerate(days))]
    imported = read(typed(tmp_path, rows, as_it_is), ImportOptions(date_order="dmy"))
    assert imported.column("created_at") == [
        "2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08", "2026-01-08", None,
    ]  # fmt: skip
    assert [one.value for one in imported.issues] == ["soon"]


def test_marks_that_separate_cells_inside_a_cell_change_nothing(tmp_path: Path) -> None:
    rows = [HEADER, ("D1", "Ann_x001F_Lee", "Won", 1, "2026-01-05"), ("D2", "Bo_x001E_b", "Won", 2, "2026-01-06")]
    imported = read(typed(tmp_path, rows, as_it_is))
    assert imported.keys == ["D1", "D2"]
    assert imported.column("amount") == [100, 200]


def test_a_million_formatted_but_empty_rows_are_no_data(tmp_path: Path) -> None:
    cells = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (at, at) for at in range(3, 1_048_577, 50))
    path = typed(tmp_path, [("id", "stage"), ("D1", "Won")], as_it_is)
    plan = look(with_sheet(path, lambda sheet: sheet.replace(b"</sheetData>", cells + b"</sheetData>")))
    assert (plan.total_rows, plan.preview.rows) == (1, (("D1", "Won"),))


def test_waiting_for_the_child_is_heard_and_cancel_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the child says nothing, the reader gives an answer again and again, and can be closed."""
    monkeypatch.setattr("kpidesk.importing.workbook._command", lambda *_: ["sleep", "60"])
    monkeypatch.setattr("kpidesk.importing.workbook.PATIENCE", 0.001)
    path = write(tmp_path, (BOOKS / "deals.xls").read_bytes(), "deals.xls")
    work = inspect(path, ImportOptions(), settings=Settings(), known_stages={}, today=TODAY)
    assert {next(work).text for _ in range(50)} == {"Opening deals.xls", "Reading deals.xls"}
    work.close()


def test_a_child_that_never_speaks_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: Callable[..., str]
) -> None:
    monkeypatch.setattr("kpidesk.importing.workbook._command", lambda *_: ["sleep", "60"])
    monkeypatch.setattr("kpidesk.importing.workbook.LONGEST_SILENCE", 0.1)
    assert "cannot be read: it is damaged" in refused(write(tmp_path, (BOOKS / "deals.xls").read_bytes(), "deals.xls"))


def test_every_block_of_a_long_sheet_is_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for at in range(9000):
            sheet.write_row(at, 0, HEADER if at == 0 else (f"D{at}", "Ann", "Won", 1, "2026-01-05"))
    seen: list[Progress] = []
    work = inspect(dated(path), ImportOptions(), settings=Settings(), known_stages={}, today=TODAY)
    seen.extend(work)
    assert len({one.text for one in seen if one.done}) >= 2
    assert len(seen) > 9000 // 1024
