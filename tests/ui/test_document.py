"""Scorecards and trends as PDF and PNG: whole files, searchable text, pages that break well, no display needed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from kpidesk.core.errors import UserError
from kpidesk.core.people import UNASSIGNED, Scope
from kpidesk.core.periods import shift
from kpidesk.core.scorecards import Question
from kpidesk.core.term_words import BASELINE
from kpidesk.ui.painting import writing
from kpidesk.ui.painting.document import export_comparison, export_pdf, export_png, export_trend_pdf, export_trend_png
from kpidesk.ui.painting.look import Look
from kpidesk.ui.painting.pages import LINE_WIDTH, Block, fitted, foot_lines, paginated, room_of
from kpidesk.ui.painting.receipt_list import GROUP, LINE, grouped_receipts, receipt_blocks
from kpidesk.ui.painting.scorecard_page import LOWEST_CHART, build_document, named_rows
from kpidesk.ui.painting.trend_page import CHART, SENTENCE, trend_block
from kpidesk.ui.theme import DARK, LIGHT
from tests.ui.samples import CASES, QUARTER, SETTINGS, row, scorecard, trend
from tests.ui.samples_causes import made_up_comparison

ROOT = Path(__file__).resolve().parents[2]
CARD = replace(scorecard(), currency="USD")
TRENDS = tuple(replace(trend(case), currency="USD") for case in CASES[:2])
PAPER = 1263.0
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")


def pages(pdf: Path) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()))


def text_of(pdf: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True)
    return done.stdout


def nothing(_painter: QPainter, _rect: QRectF) -> None:
    """A block without a mark."""


def blocks(count: int, height: float, under: Block | None = None) -> list[Block]:
    return [Block(height, nothing, under=under) for _ in range(count)]


# --- pages ------------------------------------------------------------------------------------------------------


def test_blocks_that_go_over_begin_a_page_under_their_header() -> None:
    header = Block(30, nothing)
    height = room_of(0) * -1 + 330
    found = paginated([header, *blocks(7, 100, header)], height)
    assert [len(page) for page in found] == [4, 4, 2]
    assert [page[0] for page in found] == [header] * 3
    assert all(sum(block.height for block in page) <= 330 for page in found)


def test_the_codes_of_receipts_never_stand_on_a_page_without_their_title(qapp: object) -> None:
    title, *lines = receipt_blocks([(f"KPI {at}", "03SB-K310") for at in range(9)], Look(LIGHT, page=True))
    above = Block(300, nothing)
    height = room_of(0) * -1 + 300 + title.gap + title.height
    assert paginated([above, title, *lines], height) == ((above,), (title, *lines)), "only the title would fit"


def test_two_receipts_share_a_line_unless_that_would_cut_a_name(qapp: object) -> None:
    look, code = Look(LIGHT, page=True), "03SZ-3020-15MT-XD8F-H4Y4-DYYW-PRKS-ST"
    assert len(receipt_blocks([("Bookings", code)] * 4, look)) == 1 + 2
    wide = ("Pipeline coverage (period start)", code)
    assert len(receipt_blocks([("Bookings", code)] * 3 + [wide], look)) == 1 + 2, "the other column is narrower"
    assert len(receipt_blocks([wide] * 4, look)) == 1 + 4


def test_the_receipts_of_a_breakdown_stand_under_each_kpi(qapp: object) -> None:
    look, code = Look(LIGHT, page=True), "03SZ-3020-15MT-XD8F-H4Y4-DYYW-PRKS-ST"
    reps = [(f"Rep {at}", code) for at in range(5)]
    title, *lines = grouped_receipts([("Bookings", reps), ("Sales cycle", []), ("Win rate", reps)], look)
    assert [line.height for line in lines] == [GROUP + LINE, LINE, LINE] * 2
    assert all(line.under is title for line in lines)


def test_a_gap_counts_only_between_blocks() -> None:
    height = room_of(0) * -1 + 210
    assert [len(page) for page in paginated([Block(100, nothing, 10), Block(100, nothing, 10)], height)] == [2]
    assert [len(page) for page in paginated([Block(100, nothing, 10), Block(101, nothing, 10)], height)] == [1, 1]


def test_a_page_of_a_few_lines_is_spared_by_setting_everything_smaller() -> None:
    height = room_of(0) * -1 + 1000
    pages, scale = fitted(blocks(21, 50), height)
    assert (len(pages), scale) == (1, 0.95)
    assert fitted(blocks(20, 50), height)[1] == 1.0
    assert [len(page) for page in fitted(blocks(30, 50), height)[0]] == [20, 10], "half a page is no waste"
    assert fitted(blocks(43, 50), height) == (paginated(blocks(43, 50), height / 0.9), 0.9)


def test_the_foot_of_a_page_ends_its_lines_between_its_parts(qapp: object) -> None:
    font = Look(LIGHT, page=True).font(11)
    assert foot_lines("KPI Desk · as of today · definitions 3f9a2c71", font, 200) == [
        "KPI Desk · as of today ·",
        "definitions 3f9a2c71",
    ]
    long = " · ".join(["definitions 3f9a2c71", *["a file with a very long name indeed.csv"] * 9])
    assert len(foot_lines(long, font, 200)) == 3, "what does not fit at all is cut as before"


@needs_poppler
def test_names_and_what_stands_under_them_are_never_cut_on_paper(qapp: object, tmp_path: Path) -> None:
    periods = (QUARTER, shift(QUARTER, -1, SETTINGS))
    rows = [row(replace(CASES[0], name="Bookings of business with new customers"), period=one) for one in periods]
    to = export_pdf(replace(CARD, rows=tuple(replace(one, receipt="") for one in rows)), (), tmp_path / "c.pdf")
    told = text_of(to)
    assert "…" not in told
    assert periods[1].label in told, "it stands beside the name alone"


def test_charts_give_way_a_little_to_stay_on_the_page_of_the_table(qapp: object) -> None:
    look = Look(LIGHT, page=True)
    assert len(build_document(CARD, TRENDS, PAPER, look).pages) == 1
    longer = replace(CARD, rows=CARD.rows * 2)
    assert len(build_document(longer, TRENDS, PAPER, look).pages) == 2


def test_a_breakdown_is_told_apart_by_its_members() -> None:
    members = (Scope("rep", "Ann Lee", 1), UNASSIGNED)
    card = replace(CARD, rows=tuple(row(CASES[0], one) for one in members), question=Question(QUARTER, by="rep"))
    assert [(one.kpi.name, one.kpi.sentence) for one in named_rows(card)] == [
        ("Ann Lee", "Bookings"),
        ("Unassigned", "Bookings"),
    ]


@needs_poppler
def test_a_long_name_is_read_in_full_where_reps_are_compared(qapp: object, tmp_path: Path) -> None:
    name = "Maximiliana Hohenlohe-Schillingsfürst von Waldenburg"
    told = text_of(export_comparison(made_up_comparison((name, "Bo Li"), "apart"), tmp_path / "reps.pdf"))
    assert told.count("Waldenburg") == told.count("Maximiliana") >= 3, "in both groups and among those ramping"


@needs_poppler
def test_the_members_of_a_kpi_stand_under_its_name_on_every_page(qapp: object, tmp_path: Path) -> None:
    members = tuple(Scope("rep", f"Rep {number}", number) for number in range(1, 31))
    rows = tuple(row(case, member) for case in CASES[:2] for member in members)
    card = replace(CARD, rows=rows, question=Question(QUARTER, by="rep"))
    told = text_of(export_pdf(card, (), tmp_path / "card.pdf")).split("\f")
    names = [re.findall(r"^ *(Bookings|Win rate|Rep \d+)\b", page, re.MULTILINE) for page in told if page.strip()]
    assert len(names) > 2
    assert all(page[0] in ("Bookings", "Win rate") for page in names)
    assert sum(name.startswith("Rep") for page in names for name in page) == 60


# --- files ------------------------------------------------------------------------------------------------------


@needs_poppler
def test_the_text_of_a_page_can_be_searched(qapp: object, tmp_path: Path) -> None:
    told = text_of(export_pdf(CARD, TRENDS, tmp_path / "card.pdf"))
    for one in CARD.rows[:5]:
        assert re.search(rf"{re.escape(one.kpi.name)} +{re.escape(one.value_text)}", told)
    assert "Northwind Sales · Q3 2026 (1 Jul – 30 Sep 2026)" in told
    assert "Data as of 14 Sep 2026 (9 days ago) · the period is not over" in told
    assert "Page 1 of 1" in told
    assert "printed " in told


@needs_poppler
def test_a_trend_page_lists_its_numbers_newest_first(qapp: object, tmp_path: Path) -> None:
    told = text_of(export_trend_pdf(TRENDS[1], tmp_path / "trend.pdf"))
    listed = re.findall(r"^ *(Q\d \d{4})(?: so far)? +\d+%", told, re.MULTILINE)
    assert listed == [point.period.label for point in reversed(TRENDS[1].points)]
    assert re.search(r"Q3 2026 so far +27% +26 of 96 +25.0% +30.0% +34.0%", told)


@needs_poppler
def test_a_notice_of_one_row_is_told_under_the_table(qapp: object, tmp_path: Path) -> None:
    noted = replace(CARD.rows[1], result=replace(CARD.rows[1].result, notices=("Deals before May are missing.",)))
    told = text_of(export_pdf(replace(CARD, rows=(CARD.rows[0], noted)), (), tmp_path / "card.pdf"))
    assert "Win rate: Deals before May are missing." in told


@needs_poppler
def test_a_page_whose_charts_name_a_baseline_says_what_it_is(qapp: object, tmp_path: Path) -> None:
    based = [one for one in TRENDS if one.baseline is not None]
    assert based
    bare = [replace(one, baseline=None) for one in TRENDS]
    for at, (trends, is_said) in enumerate(((TRENDS, True), (bare, False))):
        told = " ".join(text_of(export_pdf(CARD, trends, tmp_path / f"card{at}.pdf")).split())
        assert (BASELINE in told) == is_said
    assert BASELINE in " ".join(text_of(export_trend_pdf(based[0], tmp_path / "trend.pdf")).split())


def test_a_long_sentence_over_a_chart_is_printed_whole_and_leaves_the_chart_as_high(qapp: object) -> None:
    more = ("$188K in Q3 2026, after $195K in Q2 2025 (the first whole quarter shown)", "target $323K (82% reached)")
    told = f"Bookings, Northwind Sales: $266K in Q4 2026 so far; {', '.join(more)}, stretch $352K, minimum $293K."
    long, look = replace(TRENDS[0], sentence=told), Look(LIGHT)
    short, high = trend_block(TRENDS[0], look), trend_block(long, look)
    assert (short.height, high.height) == (CHART, CHART + SENTENCE)
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "draw_text", lambda _painter, _rect, text, *_rest: said.append(text))
        image = QImage(900, 300, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        high.paint(painter, QRectF(0, 0, LINE_WIDTH, high.height))
        painter.end()
    assert len(said) == 2
    assert " ".join(said) == told
    drawn = build_document(CARD, (long, TRENDS[1]), PAPER, look).pages[0]
    heights = [block.height for block in drawn if block.gap == high.gap]
    assert heights == pytest.approx([heights[1] + SENTENCE, heights[1]]), "both charts stay on the page of the table"
    assert heights[1] >= LOWEST_CHART


def test_a_long_scorecard_has_several_pages(qapp: object, tmp_path: Path) -> None:
    assert pages(export_pdf(replace(CARD, rows=CARD.rows * 6), (), tmp_path / "long.pdf")) == 3


@pytest.mark.parametrize(("dark", "tokens"), [(False, LIGHT), (True, DARK)])
def test_a_picture_has_the_ground_of_its_appearance(qapp: object, tmp_path: Path, dark: bool, tokens: object) -> None:
    small, large = tmp_path / "small.png", tmp_path / "large.png"
    export_png(CARD, TRENDS, small, dark=dark, scale=1)
    export_png(CARD, TRENDS, large, dark=dark)
    first, second = QImage(str(small)), QImage(str(large))
    assert first.pixelColor(2, 2) == QColor(tokens.surface)  # type: ignore[attr-defined]  # Tokens, either one
    assert (second.width(), second.height()) == (2 * first.width(), 2 * first.height())
    assert first.height() > first.width()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["large.png", "small.png"]


def test_a_trend_is_a_picture_as_well(qapp: object, tmp_path: Path) -> None:
    image = QImage(str(export_trend_png(TRENDS[0], tmp_path / "trend.png", scale=1)))
    colours = {image.pixelColor(x, 250).name() for x in range(image.width())}
    assert LIGHT.accent.lower() in colours


@pytest.mark.parametrize("ending", ["pdf", "png"])
def test_a_place_that_cannot_be_written_is_told_and_left_clean(qapp: object, tmp_path: Path, ending: str) -> None:
    taken = tmp_path / f"taken.{ending}"
    taken.mkdir()
    (taken / "inside").write_text("kept")
    write = export_pdf if ending == "pdf" else export_png
    for to in (taken, tmp_path / "missing" / f"card.{ending}"):
        with pytest.raises(UserError, match="cannot be written"):
            write(CARD, (), to)
    assert [path.name for path in tmp_path.rglob("*")] == [taken.name, "inside"]


def test_neither_a_display_nor_an_application_is_needed(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from tests.ui.samples import scorecard, trend\n"
        "from kpidesk.ui.painting.document import export_comparison, export_pdf, export_png\n"
        "out = pathlib.Path(sys.argv[1])\n"
        "export_png(scorecard(), (), out / 'card.png', scale=1); export_pdf(scorecard(), (trend(),), out / 'card.pdf')"
    )
    without = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    without.pop("QT_QPA_PLATFORM", None)
    done = subprocess.run([sys.executable, "-c", code, tmp_path], cwd=ROOT, env=without, capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert {path.name for path in tmp_path.iterdir()} == {"card.png", "card.pdf"}


@needs_poppler
def test_paper_says_in_words_and_by_formula_how_each_kpi_is_counted(qapp: object, tmp_path: Path) -> None:
    formula = "count(deals where won on closed_at) / count(deals where closed on closed_at)"
    kpi = replace(CARD.rows[1].kpi, sentence="Of the deals decided, the share won.", formula=formula)
    card = replace(CARD, rows=(replace(CARD.rows[0]), replace(CARD.rows[1], kpi=kpi)))
    told = " ".join(text_of(export_pdf(card, (), tmp_path / "card.pdf")).split())
    assert told.count("How these are counted") == told.count(f"{kpi.sentence} Formula: {formula}") == 1
    trended = replace(TRENDS[0], kpi=kpi)
    told = " ".join(text_of(export_trend_pdf(trended, tmp_path / "trend.pdf")).split())
    assert told.count("How it is counted") == told.count(f"{kpi.sentence} Formula: {formula}") == 1
