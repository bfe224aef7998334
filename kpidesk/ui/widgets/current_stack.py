"""Widgets in one place, of which one is shown."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget, QWidget


class CurrentStack(QStackedWidget):
    """A stack that asks for the room of what it shows; a class because Qt's asks for the largest of all it holds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.currentChanged.connect(self.updateGeometry)

    def minimumSizeHint(self) -> QSize:
        """What the widget on show needs."""
        shown = self.currentWidget()
        return shown.minimumSizeHint() if shown is not None else QSize()
