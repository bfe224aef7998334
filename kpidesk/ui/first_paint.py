"""When a window, or what it shows now, has been seen for the first time: only then is anything heavy imported."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

UNSEEN = 1000
"""Milliseconds after which a window that paints nothing, as one that is minimised, is waited for no longer."""


def after_first_paint(window: QWidget, act: Callable[[], None]) -> None:
    """Call `act` once the window has been seen."""
    window.winId()  # makes the window of the system, whose first exposure is waited for
    window.windowHandle().installEventFilter(_Wait(window, QEvent.Type.Expose, act))


def after_next_paint(window: QWidget, act: Callable[[], None]) -> None:
    """Call `act` once the window has painted what it shows now; after a second where it is not seen at all."""
    waiting = _Wait(window, QEvent.Type.Paint, act)
    window.installEventFilter(waiting)
    QTimer.singleShot(UNSEEN, waiting, waiting.end)


class _Wait(QObject):
    """Waits for an event by which a window is painted; a class because it filters events."""

    def __init__(self, window: QWidget, kind: QEvent.Type, act: Callable[[], None]) -> None:
        super().__init__(window)
        self._kind = kind
        self._act: Callable[[], None] | None = act

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window paints in answer to this event; whatever is queued now comes after it."""
        if event.type() == self._kind:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self.end)
        return False

    def end(self) -> None:
        """Act, once."""
        act, self._act = self._act, None
        if act is not None:
            act()
