"""Write scorecards, trends, one-on-ones and comparisons as PDF or PNG, drawn by the code that draws the screen."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, QMarginsF, QRectF, QSize
from PySide6.QtGui import QImage, QImageWriter, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QApplication

from kpidesk import paths
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
from kpidesk.ui.painting.scorecard_page import build_document
from kpidesk.ui.painting.trend_page import build_trend_document
from kpidesk.ui.theme import DARK, LIGHT

Paper = Literal["A4", "Letter"]
UNIT = 108  # one inch of paper in the units of a drawing
PICTURE = 893.0
_PAPERS = {"A4": QPageSize.PageSizeId.A4, "Letter": QPageSize.PageSizeId.Letter}


@cache
def _application() -> QCoreApplication:
    """The application that fonts need; one that draws into memory where no window has made another."""
    return QApplication.instance() or QApplication([paths.APP_NAME, "-platform", "offscreen"])


def export_pdf(scorecard: Scorecard, trends: Sequence[Trend], to: Path, *, paper: Paper = "A4") -> Path:
    """Write a scorecard and trends as a PDF whose text can be searched.

    Raises:
        UserError: the file cannot be written.
    """
    return _write_pdf(lambda height, look: build_document(scorecard, trends, height, look), scorecard.title, to, paper)


def export_trend_pdf(trend: Trend, to: Path, *, paper: Paper = "A4") -> Path:
    """Write one trend with its numbers as a PDF whose text can be searched.

    Raises:
        UserError: the file cannot be written.
    """
    return _write_pdf(lambda height, look: build_trend_document(trend, height, look), trend.title, to, paper)


def export_one_on_one_pdf(sheet: Sheet, to: Path, manager: bool = False, *, paper: Paper = "A4") -> Path:
    """Write a one-on-one as a PDF whose text can be searched: the rep's copy, or the manager's with private notes.

    Raises:
        UserError: the file cannot be written.
    """
    width = _paper_size(paper).width()
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


def export_comparison(found: Comparison, to: Path, *, paper: Paper = "A4") -> Path:
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


def _write_svg(build: Callable[[float, Look], Document], title: str, words: str, to: Path) -> Path:
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


def _write_pdf(build: Callable[[float, Look], Document], title: str, to: Path, paper: Paper) -> Path:
    _application()
    load_fonts()
    size = _paper_size(paper)
    document = build(size.height(), Look(LIGHT, 1.0, page=True))
    buffer = _open_buffer()
    writer = _pdf_writer(buffer, title, paper)
    painter = QPainter(writer)
    painter.scale(10, 10)
    for number in range(len(document.pages)):
        if number:
            writer.newPage()
        paint_page(painter, document, number, size)
    painter.end()
    return _write(to, buffer)


def _open_buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer


def _pdf_writer(buffer: QBuffer, title: str, paper: Paper) -> QPdfWriter:
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(_PAPERS[paper]))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Point)
    writer.setResolution(UNIT * 10)
    writer.setTitle(title)
    writer.setCreator(paths.APP_NAME)
    return writer


def _paper_size(paper: Paper) -> QRectF:
    points = QPageSize(_PAPERS[paper]).sizePoints()
    return QRectF(0, 0, points.width() * UNIT / 72, points.height() * UNIT / 72)


def _write_png(build: Callable[[float, Look], Document], to: Path, *, dark: bool, scale: float) -> Path:
    _application()
    load_fonts()
    look = Look(DARK if dark else LIGHT)
    document = build(math.inf, look)
    height = _whole_height(document)
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
