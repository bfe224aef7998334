"""The badge and the bullet graph of the number selected, large, as the side panel shows them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kpidesk.core.scorecards import Row
from kpidesk.ui.painting.bullet import bullet_of, paint_bullet
from kpidesk.ui.painting.look import look_of
from kpidesk.ui.painting.marks import badge_width, paint_badge
from kpidesk.ui.theme import Theme


class Verdict(QWidget):
    """A badge, drawn as in the table; a class because it paints itself."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._row: Row | None = None

    def show_row(self, row: Row) -> None:
        """Show the status of a row."""
        self._row = row
        self.setAccessibleName(row.status_words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as its words."""
        words = self._row.status_words if self._row else ""
        return QSize(round(badge_width(words, look_of(self._theme))) + 2, self._theme.px(26))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the badge."""
        if self._row is not None:
            painter = QPainter(self)
            row = self._row
            paint_badge(
                painter, QRectF(self.rect()), row.status_words, row.status, look_of(self._theme), row.confidence
            )
            painter.end()


class BigBullet(QWidget):
    """The bullet graph of the number selected; a class because it paints itself."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._row: Row | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_row(self, row: Row) -> None:
        """Show the bullet graph of a row, or nothing where there is nothing to compare with."""
        self._row = row
        self.setVisible(bullet_of(row) is not None)
        self.update()

    def sizeHint(self) -> QSize:
        """As high as a bullet graph with its pace mark."""
        return QSize(120, self._theme.px(30))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bullet graph."""
        bullet = bullet_of(self._row) if self._row is not None else None
        if bullet is not None and self._row is not None:
            look = look_of(self._theme)
            painter = QPainter(self)
            area = QRectF(self.rect()).adjusted(0, 4, -8, 0)
            paint_bullet(painter, area, bullet, self._row.status, look, look.color("surface"))
            painter.end()
