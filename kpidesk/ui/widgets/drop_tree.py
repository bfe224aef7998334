"""A tree whose lines are dragged onto other lines of it; the tree itself changes only once the move has been made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTreeWidget, QTreeWidgetItem

WHAT = Qt.ItemDataRole.UserRole
"""Under which the first column of a line holds what the line stands for."""
T = TypeVar("T")


class DropTree(QTreeWidget, Generic[T]):
    """The tree; a class because it is a widget. A subclass says in `drop_on` what a drop means."""

    takes_beside: ClassVar[bool] = False
    """Whether a line can be dropped beside all others, too."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.CopyAction)
        self.setTabKeyNavigation(False)
        self.setExpandsOnDoubleClick(False)

    def lines(self) -> Iterator[QTreeWidgetItem]:
        """Every line from top to bottom."""
        waiting = [self.topLevelItem(at) for at in range(self.topLevelItemCount())]
        while waiting:
            item = waiting.pop(0)
            if item is not None:
                yield item
                waiting = [item.child(at) for at in range(item.childCount())] + waiting

    def drop_on(self, target: T | None) -> None:
        """What is selected was dropped on a line that stands for `target` (None: beside them all)."""
        raise NotImplementedError

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Only lines of this tree can be dropped."""
        if event.source() is self:
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where the lines would go."""
        super().dragMoveEvent(event)
        event.setAccepted(event.source() is self and self._takes(self.itemAt(event.position().toPoint())))

    def dropEvent(self, event: QDropEvent) -> None:
        """Say what was dropped on what; Qt itself moves nothing."""
        target = self.itemAt(event.position().toPoint())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.source() is self and self._takes(target):
            self.drop_on(target.data(0, WHAT) if target is not None else None)

    def _takes(self, target: QTreeWidgetItem | None) -> bool:
        return self.takes_beside or target is not None
