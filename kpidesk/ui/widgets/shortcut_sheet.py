"""Every keyboard shortcut of the window on one sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kpidesk.ui.commands import Command, keys_text
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.widgets.controls import button, row

Part = tuple[str, list[tuple[str, tuple[str, ...]]]]
"""A heading, and under it words with their keys."""
ON_PAGES: Part = (
    "On every page",
    [
        ("Go to the next field or table", ("Tab",)),
        ("Move in a table or chart", ("Up", "Down")),
        ("Open the rows behind a number", ("Return",)),
        ("Copy the selected rows", ("Ctrl+C",)),
        ("Back, or leave this step", ("Esc",)),
    ],
)


class ShortcutSheet(QDialog):
    """A dialog of words and keys; a class because it is a widget."""

    def __init__(self, commands: Iterable[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Keyboard shortcuts")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(28, 24, 28, 20)
        outer.setSpacing(16)
        outer.addWidget(PlainLabel("Keyboard shortcuts", "title"))
        across = QHBoxLayout()
        across.setSpacing(44)
        for parts in halves([*grouped(commands), ON_PAGES]):
            across.addLayout(_column(parts))
        outer.addLayout(across)
        close = button("Close", self.accept, kind="primary")
        close.setDefault(True)
        outer.addLayout(row(None, close))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The key that opened the sheet closes it too."""
        if event.key() in (Qt.Key.Key_F1, Qt.Key.Key_Question):
            self.accept()
        else:
            super().keyPressEvent(event)


def grouped(commands: Iterable[Command]) -> list[Part]:
    """The commands that have keys, under their headings."""
    with_keys = [one for one in commands if one.keys]
    groups = groupby(with_keys, lambda one: one.group)
    return [(group, [(one.text.removesuffix("…"), one.keys) for one in found]) for group, found in groups]


def halves(parts: Sequence[Part]) -> tuple[list[Part], list[Part]]:
    """The parts in two columns of about the same length, in their order."""
    lengths = [len(lines) + 2 for _, lines in parts]
    cut = min(range(len(parts)), key=lambda at: abs(sum(lengths[:at]) - sum(lengths[at:])))
    return list(parts[:cut]), list(parts[cut:])


def _column(parts: Sequence[Part]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(8)
    for heading, lines in parts:
        column.addWidget(PlainLabel(heading, "subheading"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(0, 1)
        for number, (words, keys) in enumerate(lines):
            grid.addWidget(PlainLabel(words, "muted"), number, 0)
            grid.addLayout(_caps(keys), number, 1)
        column.addLayout(grid)
        column.addSpacing(10)
    column.addStretch(1)
    return column


def _caps(keys: Sequence[str]) -> QHBoxLayout:
    caps = row(None, spacing=6)
    for number, one in enumerate(keys):
        if number:
            caps.addWidget(PlainLabel("or", "small"))
        caps.addWidget(PlainLabel(keys_text([one]), "key"))
    return caps
