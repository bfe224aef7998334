"""Papers on pages: every number can be found, on either paper, nothing is cut, and a table goes on under its titles."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from kpidesk import paths
from kpidesk.core.errors import UserError
from kpidesk.core.papers import (
    Paper,
    PaperCard,
    PaperCell,
    PaperChart,
    PaperColumn,
    PaperLine,
    PaperRange,
    PaperRow,
    PaperSection,
    PaperSize,
    PaperTable,
    PaperWords,
    receipt_sections,
    side_by_side,
    tables_of,
    to_share,
    without_overlap,
)
from kpidesk.ui.painting import paper_drawings
from kpidesk.ui.painting.copies import Copying, Item, write_copy, write_together
from kpidesk.ui.painting.document import export_paper
from kpidesk.ui.painting.look import Look, draw_text
from kpidesk.ui.painting.pages import Block, paginated, room_of
from kpidesk.ui.painting.paper_grid import grids
from kpidesk.ui.painting.paper_page import build_paper
from kpidesk.ui.painting.paper_size import paper_area, paper_of, read_paper, usual_paper
from kpidesk.ui.preferences import FILE_NAME, Preferences
from kpidesk.ui.theme import LIGHT
from kpidesk.ui.widgets.export_dialog import ask_where
from tests.exporting.paper_samples import deals, pacing, sample_paper
from tests.sheets import RICH
from tests.ui.samples import scorecard, trend

pytestmark = pytest.mark.usefixtures("qapp", "home")
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
SIZES: tuple[PaperSize, ...] = ("A4", "Letter")
PAPER = sample_paper()
LOOK = Look(LIGHT, page=True)


def pages_of(pdf: Path) -> list[str]:
    done = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, text=True, check=True)
    return [" ".join(page.split()) for page in done.stdout.split("\f")[:-1]]


def numbers_of(paper: Paper) -> list[str]:
    """Every number that the tables, ranges and axes of a paper show."""
    found = []
    for _, part in tables_of(paper):
        if isinstance(part, PaperCard):
            found += [text for row in part.rows for text in (row.value_text, row.target_text) if text.strip("–")]
        else:
            found += [cell.text for row in part.rows for cell in row.cells]
    return [text for text in found if re.search(r"\d", text)]


def nothing(_painter: QPainter, _rect: QRectF) -> None:
    """A block without a mark."""


# --- PDF ------------------------------------------------------------------------------------------------------------


@needs_poppler
@pytest.mark.parametrize("size", SIZES)
def test_every_number_of_a_paper_is_found_in_its_pdf(tmp_path: Path, size: PaperSize) -> None:
    pages = pages_of(export_paper(PAPER, tmp_path / "p.pdf", size))
    told = " ".join(pages).replace(" ", "")
    missing = [text for text in numbers_of(to_share(PAPER)) if text.replace(" ", "") not in told]
    assert missing == []
    for text in ("王小明", "Bartholomew", "$600K", "Day90", "Nodealwaslost.", "=HYPERLINK("):
        assert text in told
    assert "180,000" not in told
    assert "betweenus" not in told


@needs_poppler
@pytest.mark.parametrize("size", SIZES)
def test_every_number_of_a_scorecard_and_a_trend_is_found_in_its_pdf(tmp_path: Path, size: PaperSize) -> None:
    card, line = replace(scorecard(), currency="USD"), replace(trend(), currency="USD")
    told = " ".join(pages_of(write_copy(card, tmp_path / "card.pdf", Copying(size, trends=(line,)))))
    assert [text for row in card.rows for text in (row.value_text, row.sample_text) if text not in told] == []
    assert f"confidential · {card.title} · data as of" in told
    told = " ".join(pages_of(write_copy(line, tmp_path / "trend.pdf", Copying(size))))
    assert [point.value_text for point in line.points if point.value_text not in told] == []
    assert "Page 1 of 1" in told


@needs_poppler
@pytest.mark.parametrize("size", SIZES)
def test_every_page_says_what_it_is_of_how_old_and_its_number(tmp_path: Path, size: PaperSize) -> None:
    pages = pages_of(export_paper(PAPER, tmp_path / "p.pdf", size))
    assert len(pages) > 3
    for at, page in enumerate(pages, 1):
        assert f"Page {at} of {len(pages)}" in page
        assert "data as of 14 Sep 2026 · team Atlas · new business only · definitions 3f9a2c71" in page
        assert "deals-2026-09-14.csv" in page


@pytest.mark.parametrize("size", SIZES)
def test_receipts_stand_close_together_and_begin_where_there_is_room(size: PaperSize) -> None:
    area = paper_area(size)
    codes = tuple((f"Rep {at}, Q3 2026", f"0ZPB-K310-15MF-DD66-H4Y2-{at:04}") for at in range(40))
    paper = replace(PAPER, sections=(*PAPER.sections, *receipt_sections(codes)))
    plain, proven = (build_paper(one, area.height(), area.width(), LOOK) for one in (PAPER, paper))
    lines = [block for page in proven.pages for block in page][sum(map(len, plain.pages)) :]
    assert sum(block.height for block in lines) < len(codes) * 17  # in two columns
    assert len(proven.pages[len(plain.pages) - 1]) > len(plain.pages[-1])  # they begin below the last words


@needs_poppler
def test_a_table_goes_on_under_its_titles(tmp_path: Path) -> None:
    only = replace(PAPER, sections=(PaperSection("Stalled deals", (deals(120),)),))
    pages = pages_of(export_paper(only, tmp_path / "p.pdf"))
    assert len(pages) > 3
    assert all("Deal Owner Amount Closes" in page for page in pages)
    assert sum(len(re.findall(r"Deal \d+ ", page)) for page in pages) == 120


@needs_poppler
@pytest.mark.parametrize("size", SIZES)
def test_a_page_has_the_size_that_was_asked_for(tmp_path: Path, size: PaperSize) -> None:
    told = subprocess.run(
        ["pdfinfo", export_paper(PAPER, tmp_path / "p.pdf", size)], capture_output=True, text=True, check=True
    ).stdout
    assert {"A4": "595 x 842", "Letter": "612 x 792"}[size] in re.sub(r"(\d+)\.\d+", r"\1", told)


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_higher_than_a_page_or_wider(size: PaperSize) -> None:
    area = paper_area(size)
    document = build_paper(PAPER, area.height(), area.width(), LOOK)
    room = room_of(area.height())
    for page in document.pages:
        assert sum(block.height + (block.gap if at else 0.0) for at, block in enumerate(page)) <= room
        assert page[-1].height > 0


@needs_poppler
def test_a_title_of_300_letters_and_a_word_without_an_end_are_told_whole(tmp_path: Path) -> None:
    title, word = "Forecast " * 33, "Donau" * 60
    table = PaperTable((PaperColumn("a", "What"), PaperColumn("b", "Much", "money")),
                       (PaperRow((PaperCell(word), PaperCell("$1,234.56", 1234.56))),))  # fmt: skip
    long = replace(PAPER, title=title, about="About " * 80, sections=(PaperSection("One", (table,)),))
    told = " ".join(pages_of(export_paper(long, tmp_path / "p.pdf")))
    assert told.replace(" ", "").count("Donau") == 60
    assert "$1,234.56" in told
    assert told.count("Forecast") >= 33


@needs_poppler
def test_what_stands_beside_a_heading_is_told_whole_below_it_where_it_is_too_long(tmp_path: Path) -> None:
    words = " ".join(f"aside{at}" for at in range(30))
    long = replace(PAPER, sections=(replace(PAPER.sections[0], aside=words), *PAPER.sections[1:]))
    told = " ".join(pages_of(export_paper(long, tmp_path / "p.pdf")))
    assert all(word in told.split() for word in words.split())


@needs_poppler
def test_a_paper_without_rows_says_so(tmp_path: Path) -> None:
    bare = replace(PAPER, as_of=None, sources=(), filters=(), definitions="", sections=(
        PaperSection("Deals", (PaperTable((PaperColumn("a", "A"),), ()), PaperCard(()), PaperWords(()))),))  # fmt: skip
    [page] = pages_of(export_paper(bare, tmp_path / "p.pdf"))
    assert page.count("Nothing to show.") == 2
    assert "No data" in page


@pytest.mark.parametrize("ending", ["pdf", "png", "html", "xlsx", "csv"])
def test_parts_without_anything_in_them_are_written_all_the_same(tmp_path: Path, ending: str) -> None:
    bare = PaperTable((PaperColumn("a", "A"),), ())
    below = (PaperRow((PaperCell("x"), PaperCell("−$5", -5.0))), PaperRow((PaperCell("y"), PaperCell("–"))))
    minus = PaperTable((PaperColumn("a", "A"), PaperColumn("b", "B", "money", bar=True)), below)
    lines = (PaperLine("one", ((1.0, 2.0),)), PaperLine("none", ()))
    parts = (
        PaperRange("", 0.0, 0.0, 0.0, "$0", "$0", "$0"),
        PaperRange("", -3.0, -2.0, 4.0, "a", "b", "c"),
        PaperChart("", (), (), (), bare),
        PaperChart("", lines, (), (), bare),
        PaperWords(("",)),
        minus,
    )
    paper = replace(PAPER, sections=(PaperSection("", parts), PaperSection("Nothing", ())))
    assert write_copy(paper, tmp_path / f"p.{ending}", Copying()).stat().st_size > 100


def test_a_line_that_ends_early_is_named_beside_its_last_point(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: dict[str, QRectF] = {}
    monkeypatch.setattr(paper_drawings, "draw_text", lambda _painter, box, text, *_: drawn.update({text: box}))
    image = QImage(1000, 300, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paper_drawings.paint_chart(painter, QRectF(image.rect()), pacing(), LOOK)
    painter.end()
    now, needed, day_60, day_90 = (drawn[text] for text in ("Q3 2026", "Needed", "Day 60", "Day 90"))
    assert day_60.center().x() < now.left() < now.right() < needed.left()
    assert needed.left() > day_90.center().x()


def test_a_table_wider_than_the_page_goes_on_below_with_its_first_column() -> None:
    columns = (PaperColumn("who", "Rep"), *(PaperColumn(f"m{at}", f"Month {at}", "money") for at in range(30)))
    rows = tuple(PaperRow((PaperCell(name), *(PaperCell("$1,234,567.89") for _ in range(30)))) for name in "AB")
    found = grids(PaperTable(columns, rows), LOOK, 800)
    assert len(found) > 2
    assert all(grid.columns[0] == 0 for grid in found)
    assert sorted(at for grid in found for at in grid.columns if at) == list(range(1, 31))
    assert all(sum(grid.widths) <= 801 for grid in found)


def test_a_header_is_never_left_alone_at_the_foot_of_a_page() -> None:
    header = Block(30, nothing)
    height = 400 - room_of(400) + 240  # room for two blocks of 100 and a header
    found = paginated([Block(100, nothing), Block(100, nothing), header, Block(100, nothing, under=header)], height)
    assert [[block.height for block in page] for page in found] == [[100, 100], [30, 100]]


def test_the_titles_of_a_table_go_over_with_its_rows() -> None:
    columns = (PaperColumn("who", "Rep"), PaperColumn("amount", "Amount", "money"))
    rows = tuple(PaperRow((PaperCell(f"Rep {at}"), PaperCell("$1"))) for at in range(3))
    for lines in range(20, 45):
        words = PaperWords(tuple(f"Line {at}" for at in range(lines)))
        paper = replace(PAPER, sections=(PaperSection("One", (words, PaperTable(columns, rows))),))
        first, *rest = build_paper(paper, 1100, 780, LOOK).pages
        headers = [block.under.paint for page in rest for block in page if block.under is not None]
        assert first[-1].paint not in headers, lines


# --- pictures -------------------------------------------------------------------------------------------------------


def test_a_picture_holds_everything_at_twice_the_size(tmp_path: Path) -> None:
    short = replace(PAPER, sections=PAPER.sections[:3])
    image = QImage(str(export_paper(short, tmp_path / "p.png")))
    assert image.width() == 1786
    used = {image.pixelColor(x, image.height() // 2).name() for x in range(0, image.width(), 3)}
    assert len(used) > 1


def test_a_picture_that_no_viewer_opens_is_refused(tmp_path: Path) -> None:
    long = replace(PAPER, sections=(PaperSection("Deals", (deals(700),)),))
    with pytest.raises(UserError, match="too long for one picture"):
        export_paper(long, tmp_path / "p.png")
    assert not (tmp_path / "p.png").exists()


def test_a_number_gets_smaller_before_it_is_cut() -> None:
    from kpidesk.ui.painting.look import LEFT, RIGHT, width_of

    font: QFont = LOOK.font(13)
    wide = width_of(font, "$1,234,567")
    images = []
    for align, width in ((RIGHT, wide * 0.85), (LEFT, wide * 0.85), (RIGHT, wide * 2)):
        image = QImage(200, 30, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        draw_text(painter, QRectF(0, 0, width, 30), "$1,234,567", font, QColor("black"), align)
        painter.end()
        images.append(image)
    assert len({image.cacheKey() for image in images}) == 3
    assert images[0] != images[1]


# --- copies ---------------------------------------------------------------------------------------------------------


@needs_poppler
def test_copies_in_one_pdf_each_count_their_own_pages(tmp_path: Path) -> None:
    items = (RICH, replace(scorecard(), currency="USD"), trend(), PAPER)
    pages = pages_of(write_together(items, tmp_path / "all.pdf", Copying("Letter")))
    firsts = [page for page in pages if "Page 1 of" in page]
    assert len(firsts) == 4
    assert RICH.rep in firsts[0]


@pytest.mark.parametrize("name", ["sheet.csv", "sheet.png"])
def test_a_one_on_one_has_no_such_form(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="cannot be written as"):
        write_copy(RICH, tmp_path / name, Copying())


@pytest.mark.parametrize("ending", ["pdf", "png", "html", "csv", "xlsx"])
def test_everything_else_is_written_in_every_form(tmp_path: Path, ending: str) -> None:
    short = replace(PAPER, sections=PAPER.sections[:2])
    items: tuple[Item, ...] = (scorecard(), trend(), short)
    for at, item in enumerate(items):
        assert write_copy(item, tmp_path / f"{at}.{ending}", Copying()).stat().st_size > 300


# --- which paper ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "size"),
    [("en_US", "Letter"), ("fr_CA", "Letter"), ("es_MX", "Letter"), ("en_GB", "A4"), ("de_DE", "A4"), ("C", "A4")],
)
def test_the_country_decides_first(country: str, size: PaperSize) -> None:
    assert paper_of(QLocale(country)) == size


@pytest.mark.parametrize(
    ("form", "size"),
    [("PDF to print or send, US Letter (*.pdf)", "Letter"), ("PDF to print or send, A4 (*.pdf)", "A4")],
)
def test_the_paper_picked_in_the_dialog_is_used_from_then_on(
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, tmp_path: Path, form: str, size: PaperSize
) -> None:
    seen = []

    def answer(_parent: QWidget, _title: str, _proposed: str, filters: str) -> tuple[str, str]:
        seen.append(filters)
        return str(tmp_path / "card.pdf"), form

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    parent = QWidget()
    qtbot.addWidget(parent)
    assert ask_where(parent, "Northwind") == tmp_path / "card.pdf"
    assert form in seen[0]
    assert Preferences(paths.data_folder() / FILE_NAME).paper == size
    assert usual_paper() == size
    assert read_paper(None) == size
    assert (read_paper("letter"), read_paper("A4")) == ("Letter", "A4")


# --- where labels go ------------------------------------------------------------------------------------------------


def test_labels_that_would_lie_on_each_other_give_way() -> None:
    places = side_by_side([10.0, 12.0, 90.0], [20.0, 20.0, 20.0], 0.0, 100.0)
    assert places == (10.0, 30.0, 90.0)
    assert side_by_side([95.0, 96.0], [20.0, 20.0], 0.0, 100.0) == (70.0, 90.0)


def test_labels_along_an_axis_are_left_out_from_the_last_one_back() -> None:
    assert without_overlap([0.0, 10.0, 20.0, 30.0], [15.0] * 4) == (1, 3)
