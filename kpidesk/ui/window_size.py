"""How large a window opens: as large as it likes to be, and never larger than the smallest screen there is."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

FRAME = QSize(16, 40)
"""What the title bar and borders of a system take at most; how much it is, is only known once a window is seen."""


def room() -> QSize:
    """The pixels that every screen has for what is inside a window, without bars of the system and the frame."""
    found = QSize(1 << 20, 1 << 20)
    for screen in QGuiApplication.screens():
        found = found.boundedTo(screen.availableSize() - FRAME)
    return found


def fit(widget: QWidget, wanted: QSize) -> None:
    """Give a window or dialog the size it wants, as far as the screen has it."""
    widget.resize(wanted.boundedTo(room()))


def open_fitting(window: QWidget, wanted: QSize, least: QSize) -> None:
    """Give the first window of a session its size; where the screen has less it fills the screen."""
    has = room()
    window.setMinimumSize(least.boundedTo(has))
    window.resize(wanted.boundedTo(has))
    if wanted.boundedTo(has) != wanted:
        window.setWindowState(Qt.WindowState.WindowMaximized)
