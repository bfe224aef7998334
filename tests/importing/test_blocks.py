"""Long files are read in blocks: nothing depends on where one ends, nor on how the text was cut into cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpidesk.core.imports import ImportOptions
from kpidesk.importing import chunks
from kpidesk.importing.outcomes import BOTH_HAVE
from tests.importing.support import dated, look, read, write

HEADER = ["id", "owner", "stage", "amount", "created_at", "note"]
CELL = st.text(st.characters(codec="utf-8", exclude_characters='"\r\n\0'), max_size=6)


def rows(count: int, changed: dict[int, dict[str, str]]) -> list[list[str]]:
    """The header and numbered deals; cells of some rows are `changed`, by row number from 1."""
    plain = {"owner": "Ann", "stage": "Won", "amount": "10.50", "created_at": "2026-01-02", "note": ""}
    deals = ({**plain, "id": f"D{number}", **changed.get(number, {})} for number in range(1, count + 1))
    return [HEADER, *([cells[name] for name in HEADER] for cells in deals)]


def as_csv(table: Sequence[Sequence[str]], *, quoted: bool = False) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL).writerows(table)
    return text.getvalue()


def test_words_are_counted_however_many_close_dates_stand_beside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = ["" if at % 4 == 1 else f"2026-01-{at % 28 + 1:02d}" for at in range(2_100)]
    lines = [f"D{at},Ann,{('Won', 'Perhaps')[at % 2]},{day}" for at, day in enumerate(days)]
    path = write(tmp_path, "\n".join(("id,owner,stage,close_date", *lines, "")))
    monkeypatch.setattr("kpidesk.importing.outcomes.LARGEST", 20)
    found = look(path).preview
    assert [(one.value, one.count) for one in found.stages] == [("Perhaps", 1_050), ("Won", 1_050)]
    assert [one.evidence for one in found.questions] == [f"'Perhaps': 1,050 rows, 525 with a close date\n{BOTH_HAVE}"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_lines_without_quotes_are_cut_as_the_csv_module_cuts_them(
    tmp_path: Path, cells: list[tuple[str, str]], end: str
) -> None:
    lines = ["id,owner,stage,amount,this note,that note", *(f"D1,Ann,Won,1,{one},{two}" for one, two in cells)]
    text = end.join(lines)
    expected = list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:]
    blocks = chunks(look(write(tmp_path, text)))
    found = [numbered for block in blocks for numbered in zip(block.lines, block.rows, strict=True)]
    assert found == list(enumerate(expected, start=2))


QUOTED = st.text(st.sampled_from('ab", \r\n\x1f'), max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.lists(st.tuples(QUOTED, QUOTED), min_size=1, max_size=5),
    end=st.sampled_from(["\n", "\r\n"]),
    last=st.sampled_from(["", "\n", "\n\n"]),
)
def test_lines_of_quoted_cells_are_cut_as_the_csv_module_cuts_them(
    tmp_path: Path, cells: list[tuple[str, str]], end: str, last: str
) -> None:
    header = ["id", "owner", "stage", "amount", "this note", "that note"]
    table = [header, *(["D1", "Ann", "Won", "1", *pair] for pair in cells)]
    text = as_csv(table, quoted=True).removesuffix("\n").replace("\n", end) + last
    expected = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row][1:]
    assert [row for block in chunks(look(write(tmp_path, text))) for row in block.rows] == expected


def test_a_cell_of_two_lines_far_down_moves_the_lines_below_it_only(tmp_path: Path) -> None:
    bad = {"amount": "soon"}
    table = rows(3000, {100: bad, 2500: {"note": 'of "two"\nlines'}, 2900: bad})
    imported = read(write(tmp_path, as_csv(table)))
    assert [issue.line for issue in imported.issues] == [101, 2902]
    assert imported.keys == [f"D{number}" for number in range(1, 3001) if number not in (100, 2900)]


@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize("place", range(1020, 1028))
def test_what_is_no_data_is_left_out_wherever_it_stands(tmp_path: Path, place: int, quoted: bool) -> None:
    table = rows(2100, {})
    table[place:place] = [["lonely", "", "", "", "", ""], [], HEADER, ["Total", "", "", "10.50", "", ""]]
    imported = read(write(tmp_path, as_csv(table, quoted=quoted)))
    before = [f"D{number}" for number in range(1, place)]
    assert imported.keys == [*before, "lonely", *(f"D{number}" for number in range(place, 2101))]
    assert {"1 total row left out.", "1 repeated header row left out.", "1 blank line left out."} <= set(
        imported.plan.preview.notices
    )


def test_repeated_ids_are_counted_with_the_line_of_the_first(tmp_path: Path) -> None:
    again = {"id": "A"}
    plan = look(write(tmp_path, as_csv(rows(2700, {5: again, 2600: again, 2601: again}))))
    (notice,) = (one for one in plan.preview.notices if "earlier row" in one)
    assert notice.startswith("2 rows with the id of an earlier row, first on line 2601")


def test_what_proves_two_ways_of_writing_is_named_with_its_line(tmp_path: Path) -> None:
    changed = {1500: {"created_at": "13/02/2026", "amount": "1.500.000"}, 2800: {"created_at": "02/14/2026"}}
    path = write(tmp_path, as_csv(rows(3000, changed)))
    dates, numbers = look(path).preview.questions
    assert dates.evidence == (
        "1 row proves day first ('13/02/2026' on line 1,501) and 1 row proves month first ('02/14/2026' on line "
        "2,801); rows that contradict your answer are rejected"
    )
    assert numbers.evidence == (
        "2,999 rows prove a decimal point ('10.50' on line 2) and 1 row proves a decimal comma ('1.500.000' on line "
        "1,501); rows that contradict your answer are rejected"
    )


def test_counts_of_a_long_file(tmp_path: Path) -> None:
    changed = {number: {"amount": "", "stage": "Lost"} for number in range(1, 5001, 5)}
    preview = look(write(tmp_path, as_csv(rows(5000, changed)))).preview
    evidence = {column.header: column for column in preview.columns}
    assert (evidence["amount"].filled, evidence["id"].filled, evidence["note"].filled) == (4000, 5000, 0)
    assert evidence["amount"].evidence == "4,000 rows prove a decimal point; 0 contradict"
    assert {found.value: found.count for found in preview.stages} == {"Won": 4000, "Lost": 1000}


def test_a_long_sheet_has_the_rows_of_the_same_csv(tmp_path: Path) -> None:
    table = rows(2600, {2500: {"amount": "soon"}})
    with xlsxwriter.Workbook(str(tmp_path / "deals.xlsx")) as book:
        sheet = book.add_worksheet("Deals")
        for at, row in enumerate(table):
            sheet.write_row(at, 0, row)
    options = ImportOptions(sheet="Deals")
    one, other = read(dated(tmp_path / "deals.xlsx"), options), read(write(tmp_path, as_csv(table)))
    assert [issue.line for issue in one.issues] == [issue.line for issue in other.issues] == [2501]
    assert (one.keys, one.rows) == (other.keys, other.rows)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_that_grow_and_shrink_keep_their_lines(tmp_path: Path, end: str) -> None:
    lengths = [*range(1200), *[0] * 2000, 3000, *range(300, 0, -1)]
    lines = [",".join(HEADER), *(f"D{at},Ann,Won,10.50,2026-01-02,{'x' * size}" for at, size in enumerate(lengths))]
    blocks = chunks(look(write(tmp_path, end.join(lines))))
    found = [numbered for block in blocks for numbered in zip(block.lines, block.rows, strict=True)]
    assert found == [(at, line.split(",")) for at, line in enumerate(lines[1:], start=2)]


@pytest.mark.parametrize(("again", "once"), [("D7", True), ("D1", False), (" D1", False)])
def test_a_plan_tells_whether_every_id_stands_once(tmp_path: Path, again: str, once: bool) -> None:
    plan = look(write(tmp_path, as_csv(rows(3, {3: {"id": again}}))))
    assert plan.once is once
