"""A small chart of the weeks before and after an initiative began, with the mean of each side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import fmean

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kpidesk.ui.theme import Theme

HEIGHT = 84
AIR = 8
Points = Sequence[float | None]
Place = Callable[[int, float], QPointF]


class BeforeAfterChart(QWidget):
    """Weeks as dots, hollow before and filled after, with a line for each mean; a class because it is a widget.

    What it shows stands in words beside it.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._before: Points = ()
        self._after: Points = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_points(self, before: Points, after: Points, words: str) -> None:
        """Show the weeks of both sides, oldest first."""
        self._before, self._after = tuple(before), tuple(after)
        self.setAccessibleName(words)
        if not self.has_shape:
            self.hide()
        self.update()

    @property
    def has_shape(self) -> bool:
        """Whether there are weeks enough to draw."""
        return len(self._known()) > 1

    def _known(self) -> list[float]:
        return [one for one in (*self._before, *self._after) if one is not None]

    def sizeHint(self) -> QSize:
        """Wide and low."""
        return QSize(self._theme.px(260), self._theme.px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dots of both sides, their means, and where it began."""
        del event
        known = self._known()
        if len(known) < 2:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        air = self._theme.px(AIR)
        area = QRectF(self.rect()).adjusted(air, air, -air, -air)
        low, high = min(known), max(known)
        span = (high - low) or 1.0
        count = len(self._before) + len(self._after)
        step = area.width() / max(count, 1)

        def place(at: int, value: float) -> QPointF:
            return QPointF(area.left() + (at + 0.5) * step, area.bottom() - (value - low) / span * area.height())

        begin = area.left() + len(self._before) * step
        painter.setPen(QPen(self._theme.color("strong_border"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(begin, self.rect().top()), QPointF(begin, self.rect().bottom()))
        self._side(painter, self._before, 0, place, filled=False)
        self._side(painter, self._after, len(self._before), place, filled=True)
        painter.end()

    def _side(self, painter: QPainter, points: Points, first: int, place: Place, *, filled: bool) -> None:
        known = [(first + at, one) for at, one in enumerate(points) if one is not None]
        if not known:
            return
        color = self._theme.color("accent" if filled else "muted")
        painter.setPen(QPen(color, self._theme.px(2)))
        mean = fmean(one for _, one in known)
        painter.drawLine(place(first, mean), place(first + len(points) - 1, mean))
        radius = self._theme.px(3)
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(color if filled else self._theme.color("surface"))
        for at, one in known:
            painter.drawEllipse(place(at, one), radius, radius)
