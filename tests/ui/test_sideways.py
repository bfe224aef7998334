"""A table wider than its room has a shade at the edge beyond which more columns lie."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.sideways import EdgeShade, shade_edges

pytestmark = pytest.mark.unstyled


def test_a_shade_stands_at_each_edge_beyond_which_columns_lie(qtbot: QtBot) -> None:
    table = QTableView()
    qtbot.addWidget(table)
    table.setModel(QStandardItemModel(3, 6))
    table.resize(300, 200)
    shade_edges(table, Theme())
    table.show()
    left, right = sorted(table.findChildren(EdgeShade), key=lambda one: one.side)
    bar = table.horizontalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    assert (left.isVisible(), right.isVisible()) == (False, True)
    cells = table.viewport().geometry()
    assert right.geometry().right() == cells.right()
    bar.setValue(bar.maximum() // 2)
    assert (left.isVisible(), right.isVisible()) == (True, True)
    assert left.geometry().left() == cells.left()
    bar.setValue(bar.maximum())
    assert (left.isVisible(), right.isVisible()) == (True, False)
    table.resize(900, 200)
    qtbot.waitUntil(lambda: not left.isVisible() and not right.isVisible())
