"""The interactive trend: axes and names around the lines, a cursor that goes from period to period, and its card."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from kpidesk.core.settings import Settings
from kpidesk.core.trend_words import explanations
from kpidesk.core.trends import Trend
from kpidesk.ui.painting.look import CENTER, draw_text, look_of
from kpidesk.ui.painting.trend_beyond import paint_beyond
from kpidesk.ui.painting.trend_chart import EndLabel, lay_out, paint_axes, paint_end_labels, paint_words_above
from kpidesk.ui.painting.trend_frame import Frame
from kpidesk.ui.painting.trend_layers import paint_layers, paint_marks, paint_signals
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.score_table import OPENING
from kpidesk.ui.widgets.trend_card import TrendCard, card_place, card_text
from kpidesk.ui.widgets.trend_plot import TrendPlot
from kpidesk.ui.widgets.trend_text import labels_of, point_sentence, range_of

KEYS = "Left and right arrows go from period to period, Enter shows the rows."


class TrendExplorer(QWidget):
    """The chart; `moved` sends the number of the point under the cursor (-1: none), `opened` one to explain.

    `drawn` says that it was drawn anew, perhaps on another scale.

    ← and → move the cursor point by point, Home and End to the ends, Enter or a click opens. A class because it is
    a widget.
    """

    moved = Signal(int)
    opened = Signal(int)
    drawn = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._settings = Settings()
        self._labels: tuple[EndLabel, ...] = ()
        self.frame: Frame | None = None
        self.trend: Trend | None = None
        self.other: Trend | None = None
        self.other_name = ""
        self.cursor_at = -1
        self.plot = TrendPlot(self)
        self.card = TrendCard(theme, self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.redraw)

    def sizeHint(self) -> QSize:
        """Room for a chart with its labels."""
        return QSize(self._theme.px(640), self._theme.px(360))

    def minimumSizeHint(self) -> QSize:
        """The least at which the labels do not touch."""
        return QSize(self._theme.px(360), self._theme.px(200))

    # --- what is shown ------------------------------------------------------------------------------------------

    def show_trend(self, trend: Trend, settings: Settings, other: Trend | None = None, other_name: str = "") -> None:
        """Show a trend, and a second scope as a thin line with its name."""
        self.trend, self.other, self.other_name = trend, other, other_name
        self._settings = settings
        self._labels = labels_of(trend, other, other_name, settings.currency)
        self.setAccessibleName(" ".join((trend.sentence, *explanations(trend))))
        self.setAccessibleDescription(KEYS)
        self.cursor_at = -1
        self.redraw()

    def redraw(self) -> None:
        """Draw everything anew: for other values, another size, theme or screen."""
        trend, look = self.trend, look_of(self._theme)
        if trend is None or not trend.points:
            self.frame = None
        else:
            span = range_of(trend, self.other)
            room = QRectF(self.rect()).adjusted(2, 0, -2, 0)
            self.frame = lay_out(room, trend, look, self._settings.currency, span, self._labels)
            self.plot.draw(trend, self.other, self.frame, look)
        self.plot.widget.setVisible(self.frame is not None)
        self._place_cursor()
        self.update()
        self.drawn.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw grid, values, periods and the names of the lines; the lines themselves lie above."""
        if self.frame is None or self.trend is None:
            return
        look = look_of(self._theme)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_axes(painter, self.frame, self.trend, look, self._settings.currency)
        paint_layers(painter, self.frame, self.trend, look)
        paint_marks(painter, self.frame, self.trend, look, self.height())
        paint_words_above(painter, self.frame, self.trend, look)
        paint_end_labels(painter, self.frame, self._labels, self.width(), look)
        paint_beyond(painter, self.frame, self.trend, look)
        paint_signals(painter, self.frame, self.trend, look)
        if all(point.result.value is None for point in self.trend.points):
            words = next((point.result.reason for point in reversed(self.trend.points) if point.result.reason), "")
            draw_text(painter, self.frame.plot, f"No value: {words}", look.font(13), look.color("muted"), CENTER)
        if self.hasFocus():
            painter.setPen(look.color("accent"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()

    # --- cursor -------------------------------------------------------------------------------------------------

    def set_cursor(self, at: int, *, spoken: bool = False) -> None:
        """Move the cursor to a point (-1 takes it away); `spoken` reads its sentence out."""
        if self.trend is None or not -1 <= at < len(self.trend.points):
            return
        changed, self.cursor_at = at != self.cursor_at, at
        self._place_cursor()
        if changed:
            self.moved.emit(at)
        if spoken and at >= 0:
            words = point_sentence(self.trend, at, self._settings.currency)
            self.setAccessibleDescription(words)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def _place_cursor(self) -> None:
        trend, frame, at = self.trend, self.frame, self.cursor_at
        if trend is None or frame is None or at < 0:
            self.plot.mark(-1, None)
            self.card.hide()
            return
        self.plot.mark(at, trend.points[at].result.value)
        self.card.show_text(card_text(trend, at, self._settings.currency, self.other, self.other_name))
        self.card.move(card_place(self._spots(trend, frame), at, frame.known(len(trend.points)), self.card.size()))
        self.card.show()
        self.card.raise_()

    def _spots(self, trend: Trend, frame: Frame) -> list[QPointF | None]:
        values = [point.result.value for point in trend.points]
        return [None if value is None else frame.at(i, value) for i, value in enumerate(values)]

    def nearest(self, x: float) -> int:
        """The period below a place of the widget; -1 beside the plot."""
        if self.frame is None or not self.frame.plot.left() <= x <= self.frame.plot.right():
            return -1
        share = (x - self.frame.plot.left()) / self.frame.plot.width()
        at = min(self.frame.count - 1, int(share * self.frame.count))
        return at if self.trend is not None and at < len(self.trend.points) else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The cursor follows the pointer."""
        at = self.nearest(event.position().x())
        self.setCursor(Qt.CursorShape.PointingHandCursor if at >= 0 else Qt.CursorShape.ArrowCursor)
        self.set_cursor(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens the rows behind the point."""
        at = self.nearest(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and at >= 0:
            self.opened.emit(at)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer has gone; a cursor held by the keyboard stays."""
        super().leaveEvent(event)
        if not self.hasFocus():
            self.set_cursor(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """By keyboard the cursor begins at the last point."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason and self.cursor_at < 0 and self.trend is not None:
            self.set_cursor(len(self.trend.points) - 1, spoken=True)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the cursor away."""
        super().focusOutEvent(event)
        self.set_cursor(-1)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End move the cursor; Enter opens the rows behind the point."""
        last = len(self.trend.points) - 1 if self.trend is not None else -1
        here = self.cursor_at if self.cursor_at >= 0 else last + 1
        places: dict[int, int] = {
            Qt.Key.Key_Left: here - 1, Qt.Key.Key_Right: here + 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: last,
        }  # fmt: skip
        if event.key() in places and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.set_cursor(min(last, max(0, places[event.key()])), spoken=True)
        elif event.key() in OPENING and self.cursor_at >= 0:
            self.opened.emit(self.cursor_at)
        else:
            super().keyPressEvent(event)

    # --- size and screen ----------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew."""
        super().resizeEvent(event)
        self.redraw()

    def event(self, event: QEvent) -> bool:
        """Draw with other pens on a screen of another density."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.redraw()
        return super().event(event)
