"""Every keyboard shortcut of the window on one sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QDialog, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kpidesk.ui.commands import Command, keys_text
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.widgets.controls import button, row

AROUND = QSize(40, 80)
"""What a screen keeps for frames and bars of its own."""
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

ON_NUMBERS: Part = (
    "On the scorecard and objectives",
    [
        ("Trend of a KPI", ("T",)),
        ("Why a KPI changed", ("W",)),
        ("Where bookings will end", ("L",)),
        ("Target of a KPI", ("G",)),
        ("Put a KPI in focus, or out of it", ("F",)),
        ("Move an objective", ("Alt+Up", "Alt+Down")),
    ],
)

ON_TRENDS: Part = (
    "On trends",
    [
        ("Table or chart", ("T",)),
        ("Note what happened", ("N",)),
        ("Compare with a team or rep", ("C",)),
    ],
)

ON_PIPELINE: Part = (
    "On the pipeline",
    [
        ("Choose a pipeline", ("P",)),
        ("Compare with another day", ("M",)),
        ("How it is worked out", ("H",)),
        ("Forecast", ("F",)),
    ],
)

ON_FORECAST: Part = (
    "On the forecast",
    [
        ("Submit a forecast", ("S",)),
        ("What if the drivers were others", ("W",)),
        ("Open or shut a part", ("Right", "Left")),
    ],
)

ON_TARGETS: Part = (
    "On targets",
    [
        ("Type in a cell", ("F2",)),
        ("Paste a block of cells", ("Ctrl+V",)),
        ("Take the last step back", ("Ctrl+Z",)),
        ("Refresh: accept", ("A",)),
        ("Refresh: type another target", ("E",)),
        ("Refresh: keep the old target", ("K",)),
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
        self.keys = QWidget()
        self.keys.setProperty("role", "page")
        self._across = across = QHBoxLayout(self.keys)
        across.setContentsMargins(0, 0, 16, 0)
        across.setSpacing(44)
        for parts in halves(
            [*grouped(commands), ON_PAGES, ON_NUMBERS, ON_TRENDS, ON_PIPELINE, ON_FORECAST, ON_TARGETS]
        ):
            across.addLayout(_column(parts))
        self.lines = QScrollArea()
        self.lines.setWidgetResizable(True)
        self.lines.setFrameShape(QFrame.Shape.NoFrame)
        self.lines.setAccessibleName("Every shortcut")
        self.lines.setWidget(self.keys)
        outer.addWidget(self.lines, 1)
        close = button("Close", self.accept, kind="primary")
        close.setDefault(True)
        outer.addLayout(row(None, close))
        self._fit()

    def _fit(self) -> None:
        """As large as its lines, and no larger than the screen: then they scroll, in one column where two are cut."""
        self.ensurePolished()
        room = self.screen().availableSize() - AROUND
        if self._needed().width() > room.width():
            self._across.setDirection(QBoxLayout.Direction.TopToBottom)
            self._across.setSpacing(0)
        self.resize(self._needed().boundedTo(room))

    def _needed(self) -> QSize:
        around = self.sizeHint() - self.lines.sizeHint()
        bar = self.lines.verticalScrollBar().sizeHint().width()
        return self.keys.sizeHint() + around + QSize(bar, 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The key that opened the sheet closes it too."""
        if event.key() in (Qt.Key.Key_Slash, Qt.Key.Key_Question):
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
