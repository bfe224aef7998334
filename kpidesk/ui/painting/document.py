"""Write scorecards, trends, one-on-ones and comparisons as PDF or PNG, drawn by the code that draws the screen."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, QMarginsF, QRectF, QSize
from PySide6.QtGui import QImage, QImageWriter, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QApplication

from kpidesk import paths
from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.papers import Paper, PaperSize, to_share
from kpidesk.core.peers import Comparison
from kpidesk.core.review_words import review_title
from kpidesk.core.reviews import Sheet
from kpidesk.core.scorecards import Scorecard
from kpidesk.core.trends import Trend
from kpidesk.ui.fonts import load_fonts
from kpidesk.ui.painting.comparison_page import build_comparison
from kpidesk.ui.painting.look import Look
from kpidesk.ui.painting.one_on_one_page import build_one_on_one
from kpidesk.ui.painting.pages import FOOTER, MARGIN, Document, paint_page
from kpidesk.ui.painting.paper_page import build_paper
from kpidesk.ui.painting.paper_size import PAGES, UNIT, paper_area
from kpidesk.ui.painting.scorecard_page import build_document
from kpidesk.ui.painting.trend_page import build_trend_document
from kpidesk.ui.theme import DARK, LIGHT

Build = Callable[[float, Look], Document]
"""What lays something out on pages of a height."""
PICTURE = 893.0
TALLEST = 15_000.0
"""How tall a picture may be, in units of a drawing; a longer one no viewer opens."""


@cache
def _application() -> QCoreApplication:
    """The application that fonts need; one that draws into memory where no window has made another."""
    return QApplication.instance() or QApplication([paths.APP_NAME, "-platform", "offscreen"])


def export_pdf(scorecard: Scorecard, trends: Sequence[Trend], to: Path, *, paper: PaperSize = "A4") -> Path:
    """Write a scorecard and trends as a PDF whose text can be searched.

    Raises:
        UserError: the file cannot be written.
    """
    return _write_pdf(lambda height, look: build_document(scorecard, trends, height, look), scorecard.title, to, paper)


def export_trend_pdf(trend: Trend, to: Path, *, paper: PaperSize = "A4") -> Path:
    """Write one trend with its numbers as a PDF whose text can be searched.

    Raises:
        UserError: the file cannot be written.
    """
    return _write_pdf(lambda height, look: build_trend_document(trend, height, look), trend.title, to, paper)


def export_one_on_one_pdf(sheet: Sheet, to: Path, manager: bool = False, *, paper: PaperSize = "A4") -> Path:
    """Write a one-on-one as a PDF whose text can be searched: the rep's copy, or the manager's with private notes.

    Raises:
        UserError: the file cannot be written.
    """
    width = paper_area(paper).width()
    return _write_pdf(
        lambda height, look: build_one_on_one(sheet, height, width, look, manager=manager),
        review_title(sheet),
        to,
        paper,
    )


def export_png(
    scorecard: Scorecard, trends: Sequence[Trend], to: Path, *, dark: bool = False, scale: float = 2.0
) -> Path:
    """Write a scorecard and trends as one tall picture, at 1 or 2 pixels per unit.

    Raises:
        UserError: the file cannot be written.
    """
    return _write_png(lambda height, look: build_document(scorecard, trends, height, look), to, dark=dark, scale=scale)


def export_trend_png(trend: Trend, to: Path, *, dark: bool = False, scale: float = 2.0) -> Path:
    """Write one trend with its numbers as a picture, at 1 or 2 pixels per unit.

    Raises:
        UserError: the file cannot be written.
    """
    return _write_png(lambda height, look: build_trend_document(trend, height, look), to, dark=dark, scale=scale)


def export_comparison(found: Comparison, to: Path, *, paper: PaperSize = "A4") -> Path:
    """Write reps compared as PDF, PNG or SVG, by the ending of the name.

    Raises:
        UserError: the file cannot be written.
    """

    def build(height: float, look: Look) -> Document:
        return build_comparison(found, height, look)

    ending = to.suffix.lower()
    if ending == ".svg":
        return _write_svg(build, found.title, found.sentence, to)
    if ending == ".png":
        return _write_png(build, to, dark=False, scale=2.0)
    return _write_pdf(build, found.title, to, paper)


def export_paper(paper: Paper, to: Path, paper_size: PaperSize = "A4", *, private: bool = False) -> Path:
    """Write a paper as PDF whose text can be searched, or as one tall picture, by the ending of the name.

    Raises:
        UserError: the file cannot be written.
    """
    shown = paper if private else to_share(paper)
    if to.suffix.lower() == ".png":
        return _write_png(lambda height, look: build_paper(shown, height, PICTURE, look), to, dark=False, scale=2.0)
    width = paper_area(paper_size).width()
    return _write_pdf(lambda height, look: build_paper(shown, height, width, look), shown.title, to, paper_size)


def _write_svg(build: Build, title: str, words: str, to: Path) -> Path:
    """All pages as one drawing with real text."""
    from PySide6.QtSvg import QSvgGenerator

    _application()
    load_fonts()
    document = build(math.inf, Look(LIGHT, 1.0, page=True))
    area = QRectF(0, 0, PICTURE, _whole_height(document))
    buffer = _open_buffer()
    made = QSvgGenerator()
    made.setOutputDevice(buffer)
    made.setSize(QSize(round(area.width()), round(area.height())))
    made.setViewBox(area)
    made.setTitle(title)
    made.setDescription(words)
    painter = QPainter(made)
    painter.fillRect(area, document.look.color("surface"))
    paint_page(painter, document, 0, area)
    painter.end()
    return _write(to, buffer)


def _whole_height(document: Document) -> float:
    """How high a page is that holds everything."""
    blocks = document.pages[0]
    return 2 * MARGIN + FOOTER + sum(block.height + (block.gap if i else 0) for i, block in enumerate(blocks))


def export_together(builds: Sequence[Build], title: str, to: Path, size: PaperSize) -> Path:
    """Write several documents one after the other into one PDF; each counts its own pages.

    Raises:
        UserError: the file cannot be written.
    """
    _application()
    load_fonts()
    area = paper_area(size)
    buffer = _open_buffer()
    writer = _pdf_writer(buffer, title, size)
    painter = QPainter(writer)
    painter.scale(10, 10)
    now = datetime.now()
    printed = f"printed {day_text(now.date())}, {now:%H:%M}"
    look = Look(LIGHT, 1.0, page=True)
    documents = [replace(build(area.height(), look), printed=printed) for build in builds]
    places = [(document, number) for document in documents for number in range(len(document.pages))]
    for at, (document, number) in enumerate(places):
        if at:
            writer.newPage()
        paint_page(painter, document, number, area)
    painter.end()
    return _write(to, buffer)


def _write_pdf(build: Build, title: str, to: Path, paper: PaperSize) -> Path:
    return export_together([build], title, to, paper)


def _open_buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer


def _pdf_writer(buffer: QBuffer, title: str, paper: PaperSize) -> QPdfWriter:
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(PAGES[paper]))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Point)
    writer.setResolution(UNIT * 10)
    writer.setTitle(title)
    writer.setCreator(paths.APP_NAME)
    return writer


def _write_png(build: Build, to: Path, *, dark: bool, scale: float) -> Path:
    _application()
    load_fonts()
    look = Look(DARK if dark else LIGHT)
    document = build(math.inf, look)
    height = _whole_height(document)
    if height > TALLEST:
        raise UserError("This is too long for one picture.", "Write it as PDF or as a web page.")
    image = QImage(QSize(round(PICTURE * scale), round(height * scale)), QImage.Format.Format_RGB32)
    image.fill(look.color("surface"))
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint_page(painter, document, 0, QRectF(0, 0, PICTURE, height))
    painter.end()
    buffer = _open_buffer()
    QImageWriter(buffer, b"png").write(image)
    return _write(to, buffer)


def _write(to: Path, buffer: QBuffer) -> Path:
    from kpidesk import operations

    operations.write_file(to, bytes(buffer.data().data()))
    return to
