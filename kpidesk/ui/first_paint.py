"""When a window has been seen for the first time: only then is anything heavy imported."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget


def after_first_paint(window: QWidget, act: Callable[[], None]) -> None:
    """Call `act` once the window has been seen."""
    window.winId()  # makes the window of the system, whose first exposure is waited for
    _FirstPaint(window, act)


class _FirstPaint(QObject):
    """Waits for the first exposure of a window; a class because it filters events."""

    def __init__(self, window: QWidget, act: Callable[[], None]) -> None:
        super().__init__(window)
        self._act = act
        window.windowHandle().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window paints in answer to this event; whatever is queued now comes after it."""
        if event.type() == QEvent.Type.Expose:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._act)
        return False
