"""A cell of a table that is chosen from a list: drawn as a combo box, opened by Enter or a click."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QComboBox, QStyleOptionViewItem, QWidget

from kpidesk.ui import icons
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox
from kpidesk.ui.widgets.model_index import Index
from kpidesk.ui.widgets.receipt_table import RecordTable, RowDelegate
from kpidesk.ui.widgets.table_header import PAD

Record = TypeVar("Record")


class _OpenList(ListBox):
    """A list that is there while it is open; a class because a list box tells nobody that it was closed."""

    closed = Signal()

    def showPopup(self) -> None:
        """Open it, and watch for its end: Escape ends it without a word to the box."""
        super().showPopup()
        self.view().window().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell that it was closed, once Qt has told what was chosen."""
        if event.type() == QEvent.Type.Hide:
            QTimer.singleShot(0, self, self.closed.emit)
        return super().eventFilter(watched, event)


class ChoiceDelegate(RowDelegate, Generic[Record]):
    """Draws one column as combo boxes and makes the combo box to edit with.

    `choices` are (value, label) pairs for a record, `called` the name of its list, `is_said` tells whether it has a
    choice worth ink.
    """

    def __init__(
        self,
        table: RecordTable,
        theme: Theme,
        column: int,
        choices: Callable[[Record], tuple[tuple[str, str], ...]],
        called: Callable[[Record], str],
        is_said: Callable[[Record], bool],
    ) -> None:
        super().__init__(table, theme)
        self._column, self._choices, self._called, self._is_said = column, choices, called, is_said

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """A row as usual, apart from the choice."""
        if index.column() == self._column:
            painter.save()
            self.paint_background(painter, option, index)
            self._paint_choice(painter, option, index)
            painter.restore()
        else:
            super().paint(painter, option, index)

    def _paint_choice(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        is_said = self._is_said(self.table.records.record(index.row()))
        rect = option.rect.adjusted(self.theme.px(PAD) // 2, self.theme.px(6), -self.theme.px(PAD) // 2,
                                    -self.theme.px(6))  # fmt: skip
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self.theme.color("raised"))
        painter.setPen(QPen(self.theme.color("outline"), 1))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        size = self.theme.px(14)
        arrow = icons.pixmap("chevron-down", self.theme.tokens.muted, size, painter.device().devicePixelRatioF())
        painter.drawPixmap(rect.right() - size - 6, rect.center().y() - size // 2 + 1, arrow)
        weight = QFont.Weight.Medium if is_said else QFont.Weight.Normal
        painter.setFont(self.theme.font(13, weight))
        painter.setPen(self.theme.color("ink" if is_said else "muted"))
        inner = rect.adjusted(self.theme.px(9), 0, -size - 8, 0)
        text = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, text)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A combo box of the choices, opened at once; choosing one is enough, and closing it chooses none."""
        del option
        box = _OpenList(parent)
        box.setMaxVisibleItems(16)
        one: Record = self.table.records.record(index.row())
        for value, label in self._choices(one):
            box.addItem(label, value)
        box.setAccessibleName(self._called(one))
        box.activated.connect(lambda: self._finish(box))
        box.closed.connect(lambda: self.closeEditor.emit(box))
        QTimer.singleShot(0, box, box.showPopup)
        return box

    def _finish(self, box: QComboBox) -> None:
        box.blockSignals(True)  # closing the editor closes the list, which would close the editor again
        self.commitData.emit(box)
        self.closeEditor.emit(box)

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        """Let a list that is done with tell nothing more: the table knows it no longer."""
        editor.blockSignals(True)
        super().destroyEditor(editor, index)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Start from what is chosen; where nothing is yet, no choice may look or count as made."""
        if isinstance(editor, QComboBox):
            editor.setPlaceholderText(str(index.data()))
            editor.setCurrentIndex(editor.findData(index.data(Qt.ItemDataRole.EditRole)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Hand the choice over, where one was made."""
        if isinstance(editor, QComboBox) and editor.currentIndex() >= 0:
            model.setData(index, editor.currentData())

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Room for the arrow beside the choice."""
        found = super().sizeHint(option, index)
        if index.column() == self._column:
            found.setWidth(max(found.width() + self.theme.px(24), self.theme.px(150)))
        return found
