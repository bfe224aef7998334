"""Finds what would read the text of a file as HTML."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QTextEdit, QWidget


def rich_text_leaks(widget: QWidget) -> list[str]:
    """Every label, editor and tool tip below `widget` that would read a file's text as HTML.

    For a window that was filled with hostile names. Labels must be PlainText (or escaped `<qt>`), text
    editors must refuse rich text, tool tips must be escaped.
    """
    return [leak for one in (widget, *widget.findChildren(QWidget)) for leak in _leaks_of(one)]


def _leaks_of(widget: QWidget) -> Iterator[str]:
    name = f"{type(widget).__name__} {widget.objectName()}".strip()
    if isinstance(widget, QLabel) and widget.textFormat() != Qt.TextFormat.PlainText and _risky(widget.text()):
        yield f"{name}: text {widget.text()!r}"
    if isinstance(widget, QTextEdit) and widget.acceptRichText() and not widget.isReadOnly():
        yield f"{name}: accepts rich text"
    if _risky(widget.toolTip()):
        yield f"{name}: tool tip {widget.toolTip()!r}"


def _risky(text: str) -> bool:
    inner = text.removeprefix("<qt>").removesuffix("</qt>") if text.startswith("<qt>") else text
    return "<" in inner
