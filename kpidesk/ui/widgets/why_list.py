"""The parts of a change as a list to go through by keyboard; Enter shows the rows of a part."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QListWidgetItem, QWidget

from kpidesk.core.causes import Contribution, Split, Why
from kpidesk.core.kpis import Kpi
from kpidesk.ui.painting.look import Look
from kpidesk.ui.painting.why_bars import ROW, SUM, paint_part, paint_sum, scale_of, side_of
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.bar_list import BarList
from kpidesk.ui.widgets.score_table import OPENING, copy_rows
from kpidesk.ui.widgets.why_text import part_sentence

Copied = tuple[tuple[str, Callable[[Contribution], str]], ...]
COPIED: Copied = (
    ("Part", lambda part: part.label),
    ("Change", lambda part: part.text),
    ("Of the change", lambda part: part.share_text),
    ("Before", lambda part: part.before_text),
    ("Now", lambda part: part.now_text),
)


def copied_of_scopes(before: str, now: str) -> Copied:
    """The columns that are copied where two scopes are held against each other."""
    return (
        ("Part", lambda part: part.label),
        (f"{now} − {before}", lambda part: part.text),
        ("Of the difference", lambda part: part.share_text),
        (now, lambda part: part.now_text),
        (before, lambda part: part.before_text),
    )


class WhyList(BarList):
    """The list; `opened` and `opened_before` send the Contribution whose rows are wanted. A class: it is a widget."""

    opened_before = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.split: Split | None = None
        self.kpi: Kpi | None = None
        self.scopes: tuple[str, ...] = ()

    def show_split(self, split: Split, found: Why) -> None:
        """Show the parts of a change, or of the difference of two scopes, with their sum."""
        self.split, self.kpi, self.scopes = split, found.kpi, found.names
        self.clear()
        for part in split.parts:
            item = QListWidgetItem(part_sentence(part, split, found))
            self.addItem(item)
        total = QListWidgetItem(f"Together {split.total_text}")
        total.setFlags(Qt.ItemFlag.NoItemFlags)
        self.addItem(total)
        self.setAccessibleName(f"By {split.label}" if split.field else f"{split.label} step by step")
        self.setAccessibleDescription(split.words)
        self.refit()

    def part(self) -> Contribution | None:
        """The part that the cursor is on."""
        at = self.currentRow()
        return self.split.parts[at] if self.split is not None and 0 <= at < len(self.split.parts) else None

    def paint_bar(self, painter: QPainter, area: QRectF, row: int, look: Look) -> None:
        """Draw a part on the scale of all, or their sum."""
        split, kpi = self.split, self.kpi
        if split is None or kpi is None:
            return
        scale = scale_of(split, area.width(), look)
        if row == len(split.parts):
            paint_sum(painter, area, split, scale, look)
        else:
            part = split.parts[row]
            paint_part(painter, area, part, scale, side_of(part.amount, kpi), look, of_scopes=bool(self.scopes))

    def height_of(self, row: int) -> int:
        """The sum has more air."""
        return SUM if self.split is not None and row == len(self.split.parts) else ROW

    def open_here(self) -> None:
        """Show the rows of the part that the cursor is on."""
        part = self.part()
        if part is not None and (part.question is not None or part.question_before is not None):
            self.opened.emit(part)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Shift+Enter shows the rows of the side that it is held against."""
        part = self.part()
        if event.key() in OPENING and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            if part is not None and part.question_before is not None:
                self.opened_before.emit(part)
        else:
            super().keyPressEvent(event)

    def copy(self) -> int:
        """Put the parts on the clipboard with a header line, for a spreadsheet or a letter; gives how many."""
        parts = self.split.parts if self.split is not None else ()
        copy_rows(copied_of_scopes(*self.scopes) if self.scopes else COPIED, parts)
        return len(parts)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click shows the rows."""
        super().mouseDoubleClickEvent(event)
        self.open_here()
