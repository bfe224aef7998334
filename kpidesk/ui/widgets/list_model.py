"""The lines of a list as Qt wants them: what each one shows, and what is said of it to who does not see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QObject, Qt

from kpidesk.ui.widgets.model_index import NOWHERE, Index

T = TypeVar("T")


class ListModel(QAbstractListModel, Generic[T]):
    """The base of such models; a class because Qt wants one. A model says in `text` and `spoken` what a line tells."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shown: Sequence[T] = ()

    def text(self, line: T) -> str:
        """What a line is called."""
        raise NotImplementedError

    def spoken(self, line: T) -> str:
        """The whole line for screen readers."""
        raise NotImplementedError

    def show_lines(self, lines: Sequence[T]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self.shown = lines
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many lines are shown."""
        return 0 if parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text, and for screen readers the whole line."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(self.shown[index.row()])
        return self.spoken(self.shown[index.row()]) if role == Qt.ItemDataRole.AccessibleTextRole else None
