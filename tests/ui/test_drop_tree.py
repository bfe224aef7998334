"""What is dropped on a tree of its own lines is said; what comes from elsewhere, or falls beside them, is not."""

from __future__ import annotations

from typing import ClassVar

import pytest
from PySide6.QtCore import QMimeData, QObject, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from kpidesk.ui.widgets.drop_tree import WHAT, DropTree

pytestmark = pytest.mark.unstyled
BESIDE = QPointF(5, 290)


class Names(DropTree[str]):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str | None] = []
        for name in ("North", "South"):
            item = QTreeWidgetItem([name])
            item.setData(0, WHAT, name)
            self.addTopLevelItem(item)

    def drop_on(self, target: str | None) -> None:
        self.said.append(target)


class NamesBeside(Names):
    takes_beside: ClassVar[bool] = True


class Drop(QDropEvent):
    """A drop from a widget, which Qt knows only while a mouse is dragging."""

    def __init__(self, at: QPointF, source: QObject | None) -> None:
        super().__init__(
            at, Qt.DropAction.MoveAction, QMimeData(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        self._source = source

    def source(self) -> QObject:
        return self._source  # type: ignore[return-value]  # Qt gives none for a drop from another program


@pytest.mark.parametrize(("kind", "beside"), [(Names, []), (NamesBeside, [None])])
def test_only_own_lines_are_dropped_and_qt_moves_none(qtbot: QtBot, kind: type[Names], beside: list[None]) -> None:
    tree = kind()
    qtbot.addWidget(tree)
    tree.resize(200, 300)
    tree.show()
    on_south = QPointF(tree.visualItemRect(list(tree.lines())[1]).center())
    for at, source in ((on_south, None), (on_south, tree), (BESIDE, tree)):
        tree.dropEvent(Drop(at, source))
    assert tree.said == ["South", *beside]
    assert [item.text(0) for item in tree.lines()] == ["North", "South"]
