"""The funnel plot of the window: a cursor goes from rep to rep, Enter shows the rows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kpidesk.core.peers import Comparison, Peer, PeerGroup
from kpidesk.ui.painting.funnel_plot import FunnelFrame, nearest_peer, paint_funnel
from kpidesk.ui.painting.look import look_of
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.compare_text import peer_sentence
from kpidesk.ui.widgets.score_table import OPENING

KEYS = "Left and right arrows go from one to the next by how much they rest on, Enter shows the rows."
NEAR = 18


class ComparePlot(QWidget):
    """The plot; `moved` sends the Peer under the cursor (None: none), `opened` one whose rows are wanted.

    A class because it is a widget.
    """

    moved = Signal(object)
    opened = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.found: Comparison | None = None
        self.group: PeerGroup | None = None
        self.frame: FunnelFrame | None = None
        self.cursor_at = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Room for a plot with its names."""
        return QSize(self._theme.px(600), self._theme.px(360))

    def minimumSizeHint(self) -> QSize:
        """The least at which the labels do not touch."""
        return QSize(self._theme.px(360), self._theme.px(220))

    def show_group(self, found: Comparison, group: PeerGroup | None) -> None:
        """Show one group of a comparison."""
        self.found, self.group, self.cursor_at = found, group, -1
        self.setAccessibleName(f"{group.label}: {group.words}" if group is not None else found.sentence)
        self.setAccessibleDescription(KEYS)
        self.update()

    def peer(self) -> Peer | None:
        """Who is under the cursor."""
        inside = self.group is not None and 0 <= self.cursor_at < len(self.group.peers)
        return self.group.peers[self.cursor_at] if inside and self.group is not None else None

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the plot, with a frame where it has the focus."""
        if self.found is None or self.group is None:
            return
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(2, 2, -2, 0)
        self.frame = paint_funnel(painter, area, self.found, self.group, look_of(self._theme), self.cursor_at)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(look_of(self._theme).color("accent"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()

    # --- cursor ----------------------------------------------------------------------------------------------------

    def move_to(self, at: int) -> None:
        """Put the cursor on somebody; -1 takes it away."""
        if at == self.cursor_at:
            return
        self.cursor_at = at
        peer = self.peer()
        if peer is not None and self.hasFocus():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, peer_sentence(peer)))
        self.moved.emit(peer)
        self.update()

    def _order(self) -> list[int]:
        """Everybody with a point, from left to right."""
        peers = self.group.peers if self.group is not None else ()
        return sorted((at for at, one in enumerate(peers) if one.value is not None), key=lambda at: peers[at].size)

    def _step(self, count: int) -> None:
        order = self._order()
        if order:
            here = order.index(self.cursor_at) + count if self.cursor_at in order else (0 if count > 0 else -1)
            self.move_to(order[max(0, min(here, len(order) - 1))] if self.cursor_at in order else order[here])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """← and → go from one to the next, Home and End to the ends, Enter opens."""
        order, peer = self._order(), self.peer()
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step(-1 if event.key() == Qt.Key.Key_Left else 1)
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and order:
            self.move_to(order[0 if event.key() == Qt.Key.Key_Home else -1])
        elif event.key() in OPENING and peer is not None:
            self.opened.emit(peer)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The cursor follows the mouse."""
        at = -1
        if self.frame is not None and self.group is not None:
            at = nearest_peer(self.frame, self.group, event.position(), self._theme.px(NEAR))
        self.setCursor(Qt.CursorShape.PointingHandCursor if at >= 0 else Qt.CursorShape.ArrowCursor)
        if at >= 0 or not self.hasFocus():
            self.move_to(at)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a point shows its rows."""
        peer = self.peer()
        if event.button() == Qt.MouseButton.LeftButton and peer is not None:
            self.opened.emit(peer)
        super().mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Without the mouse the cursor stays only where the keyboard has it."""
        if not self.hasFocus():
            self.move_to(-1)
        super().leaveEvent(event)
