"""Papers as workbook, web page and CSV: the same numbers, formulas that come to them, nothing that runs."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from kpidesk.core.errors import UserError
from kpidesk.core.papers import (
    Paper,
    PaperCell,
    PaperColumn,
    PaperLine,
    PaperRow,
    PaperSection,
    PaperTable,
    end_names,
    to_share,
)
from kpidesk.core.people import ORG, Scope
from kpidesk.core.reviews import Sheet
from kpidesk.core.scorecards import Question, Row, Scorecard
from kpidesk.core.trends import TrendPoint
from kpidesk.exporting import write_paper
from kpidesk.exporting.html_form import scorecard_html, trend_html
from kpidesk.exporting.one_on_one_html import one_on_one_html
from kpidesk.exporting.paper_csv import paper_csv
from kpidesk.exporting.paper_html import paper_html
from kpidesk.exporting.paper_svg import chart_svg
from kpidesk.exporting.paper_xlsx import paper_xlsx
from kpidesk.exporting.xlsx_form import scorecard_xlsx, trend_xlsx
from tests.exporting.pages import problems
from tests.exporting.paper_samples import DAY, HOSTILE, REPS, STAGES, pacing, sample_paper
from tests.exporting.sheets import formulas, opened, recomputed
from tests.sheets import EMPTY, RICH
from tests.ui.samples import CASES, QUARTER, Case, scorecard, trend
from tests.ui.samples import row as row_of

pytestmark = [
    pytest.mark.filterwarnings("ignore:Sparkline Group extension"),  # openpyxl reads no sparklines
    pytest.mark.filterwarnings("ignore:Unknown extension"),
    pytest.mark.filterwarnings("ignore:Conditional Formatting extension"),
]
PAPER = sample_paper()


def counted(row: Row) -> Row:
    """A rate with what it is counted from, as its text says it ("26 of 96"), and the value that this gives."""
    upper, between, lower = row.sample_text.partition(" of ")
    if not between or row.target is None:
        return row
    value = float(upper) / float(lower)
    result = replace(row.result, value=value, numerator=float(upper), denominator=float(lower))
    return replace(row, result=result, attainment=value / row.target.target)


def point_counted(point: TrendPoint) -> TrendPoint:
    n = point.result.n
    if point.result.value is None or not n:
        return point
    won = round(point.result.value * n)
    return replace(point, result=replace(point.result, value=won / n, numerator=won, denominator=n))


_CARD = scorecard()
CARD = replace(_CARD, currency="USD", rows=tuple(map(counted, _CARD.rows)))
_TREND = trend(CASES[1])
TREND = replace(_TREND, currency="USD", points=tuple(map(point_counted, _TREND.points)))


def one_table(*cells: PaperCell, unit: str = "text") -> Paper:
    table = PaperTable((PaperColumn("a", "A", unit),), tuple(PaperRow((cell,)) for cell in cells))  # type: ignore[arg-type]  # a unit by its name
    return replace(PAPER, sections=(PaperSection("One", (table,)),))


# --- workbooks ------------------------------------------------------------------------------------------------------


def test_a_line_is_named_where_it_ends() -> None:
    """One that ends early beside its last point: at the right end its name would stand beside another line."""
    chart = pacing()
    at_end, early = end_names(chart)
    assert [one.name for one in at_end] == ["Needed"]
    assert [one.name for one in early] == ["Q3 2025", "Q3 2026", "Usual", "Calls"]
    places = {
        found[2]: float(found[1]) for found in re.finditer(r'<text[^>]* x="([\d.]+)"[^>]*>([^<]*)<', chart_svg(chart))
    }
    assert places["Calls"] < places["Q3 2026"] < places["Q3 2025"] < places["Needed"]


def test_faint_lines_are_named_where_they_are_few() -> None:
    past = tuple(PaperLine(f"Q{at}", ((0.0, 0.0), (90.0, float(at))), "faint") for at in range(5))
    assert [one.name for one in end_names(replace(pacing(), lines=past[:4]))[0]] == ["Q0", "Q1", "Q2", "Q3"]
    assert end_names(replace(pacing(), lines=past)) == ((), ())


@pytest.mark.parametrize(
    "content",
    [paper_xlsx(PAPER), scorecard_xlsx(CARD), trend_xlsx(TREND)],
    ids=["paper", "scorecard", "trend"],
)
def test_every_formula_comes_to_the_value_beside_it(content: bytes) -> None:
    found = recomputed(content)
    assert len(found) > 3
    for sheet, place, again, shown in found:
        assert again == pytest.approx(shown, rel=1e-12), (sheet, place)


def test_the_formulas_of_a_table_are_sums_and_quotients_of_its_cells() -> None:
    held = {place: text for (sheet, place), text in formulas(paper_xlsx(PAPER)).items() if sheet == "Stages"}
    assert held == {
        **{f"D{line}": f"=C{line}/B{line}" for line in range(8, 13)},
        **{f"E{line}": f"=B{line}/SUM(B8:B11)" for line in range(8, 13)},
        "B12": "=SUM(B8:B11)",
        "C12": "=SUM(C8:C11)",
    }


def test_a_rate_and_its_attainment_can_be_checked_in_the_scorecard() -> None:
    sheet = opened(scorecard_xlsx(CARD))["Scorecard"]
    titles = {cell.value: cell.column_letter for cell in sheet[5]}
    at = next(row[0].row for row in sheet.iter_rows(min_row=6) if row[0].value == "Win rate")
    assert sheet[f"{titles['Actual']}{at}"].value == f"={titles['Numerator']}{at}/{titles['Denominator']}{at}"
    assert (sheet[f"{titles['Numerator']}{at}"].value, sheet[f"{titles['Denominator']}{at}"].value) == (26, 96)


@pytest.mark.parametrize("scope", [Scope("team", "Atlas", 1), ORG])
def test_a_total_is_the_sum_of_its_members_where_they_add_up(scope: Scope) -> None:
    def valued(case: Case, whose: Scope, value: float, counts: tuple[float, float] | None = None) -> Row:
        upper, lower = counts or (None, None)
        found = row_of(case, whose)
        return replace(found, result=replace(found.result, value=value, numerator=upper, denominator=lower))

    reps = [Scope("rep", name, at) for at, name in enumerate(("Ann", "Bo", "Cy"), 1)]
    sums = [valued(CASES[0], rep, 0.1 * rep.id) for rep in reps]
    rates = [valued(CASES[1], rep, rep.id / 7, (rep.id, 7)) for rep in reps]
    card = Scorecard(Question(QUARTER, scope, by="rep"), DAY, False, (
        *sums, valued(CASES[0], scope, 0.1 * 6), *rates, valued(CASES[1], scope, 6 / 21, (6, 21)),
        valued(CASES[2], reps[0], 10), valued(CASES[2], reps[1], 20), valued(CASES[2], scope, 14),
    ), title="Atlas · Q3 2026", currency="USD")  # fmt: skip
    content = scorecard_xlsx(card)
    found = {place: text for (_, place), text in formulas(content).items() if "SUM" in text}
    assert found == {"C9": "=SUM(C6:C8)", "D13": "=SUM(D10:D12)", "E13": "=SUM(E10:E12)"}
    for _, place, again, shown in recomputed(content):
        assert again == pytest.approx(shown, rel=1e-12), place


def test_numbers_are_numbers_and_days_are_days() -> None:
    sheet = opened(paper_xlsx(PAPER))["Stalled deals"]
    head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "Deal")
    assert (sheet.freeze_panes, sheet.print_title_rows) == (f"B{head + 1}", f"${head}:${head}")
    first = [cell.value for cell in sheet[head + 1]]
    assert first[2] == 1_000
    assert first[3] == datetime(DAY.year, DAY.month, DAY.day)
    assert sheet.cell(head + 1, 4).number_format == "d mmm yyyy"
    assert first[4] == 20


def test_a_formula_is_left_out_where_a_place_holds_no_number() -> None:
    columns = (PaperColumn("won", "Won", "count"), PaperColumn("rate", "Rate", "percent"))
    rows = (PaperRow((PaperCell("–"), PaperCell("50%", 0.5, "{won}/{closed}"))),
            PaperRow((PaperCell("–"), PaperCell("40%", 0.4, "{won}/2"))))  # fmt: skip
    content = paper_xlsx(replace(PAPER, sections=(PaperSection("One", (PaperTable(columns, rows),)),)))
    assert formulas(content) == {}
    assert [row[1].value for row in opened(content)["One"].iter_rows() if row[1].value] == ["Rate", 0.5, 0.4]


@pytest.mark.parametrize("formula", ["HYPERLINK({a})", "{a}&{a}", "cmd|x", "{a}=1"])
def test_no_formula_but_arithmetic_is_taken(formula: str) -> None:
    with pytest.raises(ValueError, match="does not take"):
        paper_xlsx(one_table(PaperCell("1", 1.0, formula), unit="count"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+2", "@SUM(1)", "\t=1", "＝1", HOSTILE, "file:///etc", "http://x"])
def test_no_text_of_a_cell_runs_or_leads_anywhere(text: str) -> None:
    hostile = replace(one_table(PaperCell(text)), title=text, about=text, filters=(text,), sources=(text,))
    with zipfile.ZipFile(io.BytesIO(paper_xlsx(hostile))) as archive:
        for name in archive.namelist():
            held = archive.read(name)
            assert b"<f>" not in held
            assert b"<hyperlink" not in held, name
    guarded = next(row for row in csv.reader(io.StringIO(paper_csv(hostile).decode("utf-8-sig"))) if row != ["One"])
    assert guarded == ["A"]
    assert not re.search(r'(?m)^"?[=+\-@\t＝]', paper_csv(hostile).decode("utf-8-sig"))


def test_the_last_sheet_says_what_it_is_about() -> None:
    sheet = opened(paper_xlsx(PAPER))["About"]
    told = [(row[0].value, row[1].value) for row in sheet.iter_rows() if row[1].value]
    assert ("Data as of", "14 Sep 2026") in told
    assert ("Only", "new business only") in told
    assert ("Definitions", "3f9a2c71") in told
    assert ("Source", "deals-2026-09-14.csv") in told
    rows = opened(scorecard_xlsx(CARD))["About"].iter_rows()
    described = {row[0].value: row[1].value for row in rows if row[1].value}
    assert CARD.rows[1].kpi.formula in described["Win rate"]


def test_sheets_of_alike_headings_get_names_of_their_own() -> None:
    table = PaperTable((PaperColumn("a", "A"),), (PaperRow((PaperCell("x"),)),))
    headings = ("[Q3/2026]: all?*", "[q3/2026]: ALL?*", "x" * 40, "x" * 41, "History", "", "About")
    found = opened(paper_xlsx(replace(PAPER, sections=tuple(PaperSection(one, (table,)) for one in headings))))
    names = found.sheetnames
    assert len({name.casefold() for name in names}) == len(headings) + 1
    assert all(0 < len(name) <= 31 for name in names)


# --- web pages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [paper_html(PAPER), scorecard_html(CARD), trend_html(TREND), scorecard_html(replace(CARD, rows=()))],
    ids=["paper", "scorecard", "trend", "no rows"],
)
def test_a_page_is_valid_and_fetches_nothing(page: bytes) -> None:
    assert problems(page) == []


@pytest.mark.parametrize("sheet", [RICH, EMPTY], ids=["rich", "empty"])
def test_a_one_on_one_is_a_valid_page_as_well(sheet: Sheet) -> None:
    assert problems(one_on_one_html(sheet)) == []
    assert problems(one_on_one_html(sheet, manager=True)) == []


@pytest.mark.parametrize(
    ("sound", "spoilt"),
    [
        ("</h1>", "</h2>"),
        ('<th scope="col"', "<th"),
        ('id="section-2"', 'id="section-1"'),
        ('role="img"', ""),
        (' lang="en"', ""),
        ("<footer>", '<footer><img src="http://x.invalid/a.png">'),
        ("</style>", "a { background: url(x.png) }</style>"),
        ("<td", "<td></td><td"),
        ("<h1>", '<h1 onclick="x">'),
        ("h2", "h3"),
        ("</section>", ""),
        ("<ul", "<p><ul"),
    ],
)
def test_the_reader_of_pages_sees_what_is_wrong(sound: str, spoilt: str) -> None:
    page = paper_html(PAPER).decode()
    assert sound in page
    assert problems(page.replace(sound, spoilt).encode())


def test_a_page_says_every_text_and_hides_nothing_in_it() -> None:
    page = paper_html(PAPER).decode()
    for text in ("$2,194,451", "98 deals are open", "王小明", "شيرين خليل", "No deal was lost.", "team Atlas"):
        assert text in page
    assert "x.invalid" in page
    assert "href" not in page


# --- CSV, files and what others may see -----------------------------------------------------------------------------


def test_a_csv_holds_the_tables_with_plain_numbers() -> None:
    rows = list(csv.reader(io.StringIO(paper_csv(PAPER).decode("utf-8-sig"))))
    assert rows[0] == ["Stages"]
    assert rows[1] == ["Stage", "Deals", "Open amount", "Per deal", "Share of deals"]
    assert rows[3][:3] == ["Discovery", "31", "690150.5"]
    assert float(rows[3][4]) == pytest.approx(31 / 98)
    assert rows[7] == []
    deals = next(at for at, row in enumerate(rows) if row == ["Stalled deals"])
    assert rows[deals + 2][3] == "2026-09-14"


def test_what_is_private_leaves_on_no_copy_for_others(tmp_path: Path) -> None:
    shared = to_share(PAPER)
    for ending, make in ((".xlsx", paper_xlsx), (".html", paper_html), (".csv", paper_csv)):
        content = make(shared)
        if ending == ".xlsx":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                content = b"".join(archive.read(name) for name in archive.namelist())
        assert b"180,000" not in content
        assert b"between us" not in content
        assert b"Stalled deals" in content


@pytest.mark.parametrize("name", ["p.docx", "p"])
def test_a_form_that_is_not_known_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="no known form"):
        write_paper(PAPER, tmp_path / name)


def test_a_paper_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    to = tmp_path / "taken.html"
    to.mkdir()
    with pytest.raises(UserError, match="cannot be written"):
        write_paper(PAPER, to)
    assert list(tmp_path.iterdir()) == [to]


def test_the_sample_is_worth_testing_with() -> None:
    assert sum(value for _, _, value in STAGES) == 2_194_450.75
    assert len(REPS) == 5
    assert isinstance(DAY, date)
