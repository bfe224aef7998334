"""A trend at a glance: name, sentence and the chart that the PDF has; Enter or a click goes to the trend itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kpidesk.core.settings import Settings
from kpidesk.ui.painting.look import LEFT, SEMIBOLD, draw_text, look_of, width_of, wrapped
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.score_table import OPENING

if TYPE_CHECKING:
    from kpidesk.core.trends import Trend

HEAD = 38
MOST_LINES = 4
RADIUS = 10


class TrendPreview(QWidget):
    """The card; `opened` sends the Trend. A class because it paints itself."""

    opened = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._currency = ""
        self._hovered = False
        self._panel: tuple[str, tuple[float, float]] | None = None
        self.trend: Trend | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def show_panel(self, trend: Trend, settings: Settings, name: str, span: tuple[float, float]) -> None:
        """Show the trend of one of many, by name and on the scale that they share."""
        self.show_trend(trend, settings)
        self._panel = name, span

    def show_trend(self, trend: Trend | None, settings: Settings) -> None:
        """Show another trend, or an empty card while there is none."""
        self.trend, self._panel = trend, None
        self._currency = settings.currency
        self.setAccessibleName(" ".join((trend.sentence, *trend.target_gaps)) if trend else "Trend")
        self.update()

    def sizeHint(self) -> QSize:
        """Room for a chart with its labels."""
        return QSize(self._theme.px(360), self._theme.px(230))

    def minimumSizeHint(self) -> QSize:
        """The least at which the labels do not touch."""
        return QSize(self._theme.px(260), self._theme.px(170))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card."""
        look = look_of(self._theme)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        border = "accent" if self.hasFocus() else "strong_border" if self._hovered else "border"
        painter.setPen(QPen(look.color(border), 2 if self.hasFocus() else 1))
        painter.setBrush(look.color("surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        if self.trend is not None and self._panel is not None:
            from kpidesk.ui.painting.trend_panel import paint_panel  # a scorecard is there before its first trend

            room = QRectF(self.rect()).adjusted(look.px(14), look.px(10), -look.px(14), -look.px(8))
            paint_panel(painter, room, self.trend, look, *self._panel)
        elif self.empty_words:
            self._paint_head(painter, self.trend)
            self._paint_empty(painter)
        elif self.trend is not None:
            from kpidesk.ui.painting.trend_chart import paint_trend

            self._paint_head(painter, self.trend)
            area = QRectF(self.rect()).adjusted(look.px(16), look.px(HEAD + 4), -look.px(16), -look.px(6))
            painter.translate(area.topLeft())
            paint_trend(painter, QRectF(0, 0, area.width(), area.height()), self.trend, look, self._currency)
        painter.end()

    @property
    def empty_words(self) -> str:
        """Why there is nothing to draw; empty where any period has a value."""
        points = self.trend.points if self.trend is not None else ()
        if not points or any(one.result.value is not None for one in points):
            return ""
        return f"No value in these periods: {points[-1].result.reason}."

    def _paint_empty(self, painter: QPainter) -> None:
        look = look_of(self._theme)
        font = look.font(12)
        area = QRectF(self.rect()).adjusted(look.px(18), look.px(HEAD + 12), -look.px(18), -look.px(8))
        for at, line in enumerate(wrapped(self.empty_words, font, area.width(), MOST_LINES)):
            place = QRectF(area.left(), area.top() + at * look.px(18), area.width(), look.px(18))
            draw_text(painter, place, line, font, look.color("muted"), LEFT)

    def _paint_head(self, painter: QPainter, trend: Trend | None) -> None:
        if trend is None:
            return
        look = look_of(self._theme)
        head = QRectF(self.rect()).adjusted(look.px(18), look.px(8), -look.px(18), 0)
        head.setHeight(look.px(HEAD - 8))
        name = look.font(13, SEMIBOLD)
        draw_text(painter, head, trend.kpi.name, name, look.color("ink"), LEFT)
        beside = head.adjusted(width_of(name, trend.kpi.name) + look.px(10), 0, 0, 0)
        if beside.width() > look.px(80):
            words = " ".join(trend.target_gaps) or trend.kpi.sentence
            draw_text(painter, beside, words, look.font(12), look.color("muted"), LEFT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the trend."""
        if event.key() in OPENING and self.trend is not None:
            self.opened.emit(self.trend)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click goes to the trend."""
        if event.button() == Qt.MouseButton.LeftButton and self.trend is not None:
            self.opened.emit(self.trend)

    def enterEvent(self, event: QEvent) -> None:
        """Show that the card can be clicked."""
        del event
        self._hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer has gone."""
        super().leaveEvent(event)
        self._hovered = False
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the frame."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame away."""
        super().focusOutEvent(event)
        self.update()
