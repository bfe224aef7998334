"""Where the keys go: a ring around a button reached by keyboard, and the way on when what had the focus is gone."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QFocusEvent, QGuiApplication, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QRadioButton,
    QStyle,
    QStyleOptionButton,
    QWidget,
)
from shiboken6 import isValid

_BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
RING = 2
ROUND, LESS_ROUND = 8, 6
_LESS_ROUND = ("link", "line", "figure")


@dataclass(slots=True)
class _Gone:
    """What had the focus and is gone, what it stood in, inmost first, and who got the focus."""

    widget: QWidget
    inside: tuple[QWidget, ...]
    by_keyboard: bool
    heir: QWidget | None = None


class FocusRing(QObject):
    """Shows where the focus is and keeps it near; a class because it filters events.

    Style sheets cannot tell a focus that came by key, and a border of theirs makes a button larger: the ring is painted
    over the button, which keeps its size. What is hidden or turned off while it has the focus hands it to what stands
    next in the same part of the page; Qt takes the next of the whole window, which may be at its other end.
    It listens only to widgets that have had the focus: listening to the app would hold up every event there is.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._by_keyboard = False
        self._is_painting = False
        self._gone: _Gone | None = None
        app.focusChanged.connect(self._moved)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note how the focus leaves a widget and comes back to it; set or clear `kbfocus` on a button."""
        kind = event.type()
        if isinstance(event, QFocusEvent):
            if kind != QEvent.Type.FocusAboutToChange:
                self._by_keyboard = event.reason() in _BY_KEYBOARD
                _ring(watched, event.gotFocus() and self._by_keyboard)
        elif kind == QEvent.Type.Hide and isinstance(watched, QWidget) and watched.hasFocus():
            self._leave(watched)
        elif kind == QEvent.Type.Paint and isinstance(watched, QAbstractButton) and watched.property("kbfocus"):
            return self._paint(watched, event)
        return False

    def _paint(self, button: QAbstractButton, event: QEvent) -> bool:
        """Let a button paint itself as it always does, and the ring over it."""
        if self._is_painting:
            return False
        self._is_painting = True
        try:
            QCoreApplication.sendEvent(button, event)
        finally:
            self._is_painting = False
        paint_ring(button)
        return True

    def _moved(self, old: QWidget | None, new: QWidget | None) -> None:
        """Meet a widget when it first has the focus, which left the one before for the same reason."""
        if old is not None and self._gone is None and not old.isEnabled() and old.isVisible():
            self._leave(old)
        if self._gone is not None and self._gone.heir is None:
            self._gone.heir = new
        if new is None:
            return
        if old is None:
            self._by_keyboard = new.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        new.installEventFilter(self)  # again makes no difference
        _ring(new, self._by_keyboard)

    def _leave(self, widget: QWidget) -> None:
        """Note where the focus was; where it goes is seen once the rest of the page is as it is to be."""
        inside: list[QWidget] = []
        above = widget.parentWidget()
        while above is not None and not above.isWindow() and not widget.isWindow():
            inside.append(above)
            above = above.parentWidget()
        by_keyboard = widget.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        self._gone = _Gone(widget, tuple(inside), by_keyboard)
        QTimer.singleShot(0, self, self._go_on)

    def _go_on(self) -> None:
        """Move the focus near to where it was, unless somebody has said since where it goes."""
        gone, self._gone = self._gone, None
        now = QApplication.focusWidget()
        if gone is None or (now is not None and now is not gone.heir):
            return
        for part in gone.inside:
            if not isValid(part) or not part.isVisible():
                continue
            if now is not None and part.isAncestorOf(now):
                return
            if (after := nearest(part, gone.widget)) is not None:
                keys = Qt.FocusReason.ShortcutFocusReason
                after.setFocus(keys if gone.by_keyboard else Qt.FocusReason.OtherFocusReason)
                return


def nearest(part: QWidget, gone: QWidget) -> QWidget | None:
    """What is reached by Tab in a part of the page: the first behind a widget that is gone, else the last before it."""
    before: QWidget | None = None
    is_behind = not isValid(gone)
    for one in part.findChildren(QWidget):
        is_behind |= one is gone
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisible() and one.isEnabled():
            if is_behind:
                return one
            before = one
    return before


def paint_ring(button: QAbstractButton) -> None:
    """Paint the ring inside a button, around the sign of one that has a sign to tick."""
    palette = QGuiApplication.palette()  # that of the button has the colours of the style sheet
    around, radius = _outline(button)
    is_filled = button.property("kind") == "primary" or (_sign(button) is not None and button.isChecked())
    color: QColor = palette.color(QPalette.ColorRole.WindowText if is_filled else QPalette.ColorRole.Accent)
    painter = QPainter(button)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, RING))
    inner = QRectF(around).adjusted(RING / 2, RING / 2, -RING / 2, -RING / 2)
    painter.drawRoundedRect(inner, radius - RING / 2, radius - RING / 2)
    painter.end()


def _outline(button: QAbstractButton) -> tuple[QRect, float]:
    """Where the ring of a button runs and how round its corners are, in pixels."""
    if (sign := _sign(button)) is not None:
        return sign, sign.width() / 2 if isinstance(button, QRadioButton) else LESS_ROUND / 2
    if button.property("kind") == "chip":
        return button.rect(), button.height() / 2
    above = button.parentWidget()
    is_less = button.property("kind") in _LESS_ROUND or (above is not None and above.property("role") == "segments")
    return button.rect(), LESS_ROUND if is_less else ROUND


def _sign(button: QAbstractButton) -> QRect | None:
    """The box or circle of a button that is ticked; None where it has none."""
    parts = (
        (QCheckBox, QStyle.SubElement.SE_CheckBoxIndicator),
        (QRadioButton, QStyle.SubElement.SE_RadioButtonIndicator),
    )
    for kind, part in parts:
        if isinstance(button, kind):
            option = QStyleOptionButton()
            option.initFrom(button)
            return button.style().subElementRect(part, option, button)
    return None


def _ring(watched: QObject, shown: bool) -> None:
    if isinstance(watched, QAbstractButton) and bool(watched.property("kbfocus")) != shown:
        watched.setProperty("kbfocus", shown)
        watched.update()
