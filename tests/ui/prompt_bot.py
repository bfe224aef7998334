"""A driver of the window that goes on at once when what it waits for is so, where pytest-qt looks every 10 ms."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QAbstractEventDispatcher, QEventLoop, QTimer
from pytestqt.qtbot import QtBot

LOOK = 10
"""Milliseconds after which it looks again though no event came: a thread may have ended meanwhile."""


class PromptBot(QtBot):
    """Looks whenever Qt has done all there was to do; a class because it stands in for pytest-qt's own."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = 5000) -> None:  # noqa: N802  # its name
        """Let Qt work until `callback` gives True, or None without an AssertionError.

        Raises:
            pytestqt.exceptions.TimeoutError: it is not so after `timeout` milliseconds.
        """
        end = time.monotonic() + timeout / 1000
        if not _is_so(callback):
            _run_until(callback, timeout)
        super().waitUntil(callback, timeout=max(0, round((end - time.monotonic()) * 1000)))


def _run_until(callback: Callable[[], bool | None], timeout: int) -> None:
    loop, tick, late = QEventLoop(), QTimer(interval=LOOK), QTimer(interval=timeout, singleShot=True)

    def look() -> None:
        if _is_so(callback):
            loop.quit()

    late.timeout.connect(loop.quit)
    idle = QAbstractEventDispatcher.instance().aboutToBlock.connect(look)
    tick.start()
    late.start()
    try:
        loop.exec()
    finally:
        QAbstractEventDispatcher.instance().aboutToBlock.disconnect(idle)


def _is_so(callback: Callable[[], bool | None]) -> bool:
    """Whether there is nothing to wait for; an error too ends it, which pytest-qt then meets itself."""
    try:
        return callback() is not False
    except AssertionError:
        return False
    except Exception:
        return True
