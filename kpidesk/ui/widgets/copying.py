"""What goes on the clipboard: a table for a spreadsheet or a letter, and a chart as a picture."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QMimeData, QPoint, QStringListModel
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QWidget

SHARPNESS = 2
"""Pixels of a picture for each of the window, whatever the screen."""


def copy_table(text: str) -> None:
    """Put tab-separated lines with a header line on the clipboard, as text and as a table."""
    data = _empty()
    data.setText(text)
    data.setHtml(table_html(text))
    QGuiApplication.clipboard().setMimeData(data)


def _empty() -> QMimeData:
    """An empty holder that Qt itself has made: one made here would bring the app down when it ends.

    The clipboard outlives Python, whose objects it may not destroy then; a model gives an object of Qt's own.
    """
    model = QStringListModel([""])
    made = model.mimeData([model.index(0)])
    for form in made.formats():
        made.removeFormat(form)
    return made


def table_html(text: str) -> str:
    """Tab-separated lines, the first of them titles, as a table that a letter or a slide takes."""
    titles, *lines = [line.split("\t") for line in text.splitlines()] or [[]]
    head = "".join(f'<th align="left">{escape(title)}</th>' for title in titles)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in line)}</tr>" for line in lines)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def copy_picture(widget: QWidget) -> None:
    """Put what a widget shows on the clipboard as a picture, sharp enough for a slide."""
    QGuiApplication.clipboard().setImage(picture_of(widget))


def picture_of(widget: QWidget) -> QImage:
    """What a widget shows at twice its size, on the ground of its window."""
    image = QImage(widget.size() * SHARPNESS, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(SHARPNESS)
    image.fill(QColor(widget.palette().color(widget.backgroundRole())))
    painter = QPainter(image)
    widget.render(painter, QPoint())
    painter.end()
    return image
