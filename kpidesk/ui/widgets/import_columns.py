"""Which column of the file is which field, with the evidence, and a combo box to say otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QStyleOptionViewItem, QWidget

from kpidesk.core.fields import Kind
from kpidesk.core.imports import ColumnEvidence, Preview
from kpidesk.ui import icons
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox
from kpidesk.ui.widgets.import_answers import field_choices, field_label
from kpidesk.ui.widgets.import_one_value import ALL_ROWS, as_columns
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import PAD, RecordTable, RowDelegate

Index = QModelIndex | QPersistentModelIndex
HEADER, FIELD, FILLED, SAMPLES, WHY = range(5)


def columns_for(kind: Kind, total: int) -> tuple[Column[ColumnEvidence], ...]:
    """The columns of the table for a file with `total` rows."""
    return (
        Column("Column in the file", lambda one: one.header or ALL_ROWS, strong=True),
        Column("Is taken for", lambda one: field_label(kind, one.field), lambda one: field_label(kind, one.field)),
        Column("Filled", lambda one: coverage(one.filled, total), lambda one: float(one.filled), right=True),
        Column("First values", lambda one: "  ·  ".join(one.samples)),
        Column(
            "Why, and what its values show", lambda one: "; ".join(part for part in (one.why, one.evidence) if part)
        ),
    )


def coverage(filled: int, total: int) -> str:
    """How many rows have a value: `99% · 31,204 of 31,500`; of a full or an empty column the share says it all."""
    share = f"{_share(filled, total)}%"
    return share if filled in (0, total) else f"{filled:,} of {total:,} · {share}"


def _share(filled: int, total: int) -> int:
    """Percent filled; 100 only when every row is, 0 only when none."""
    if not total or not filled:
        return 0
    return 100 if filled >= total else min(99, max(1, round(100 * filled / total)))


class ColumnModel(RecordModel[ColumnEvidence]):
    """The columns of a file; their field can be edited. A class because Qt asks the model what is editable."""

    mapped = Signal(str, str)

    def __init__(self) -> None:
        super().__init__(columns_for("deals", 0))
        self.kind: Kind = "deals"

    def show_preview(self, preview: Preview) -> None:
        """Show the values for all rows, the columns of a file that are used, then those kept as they are."""
        self.kind = preview.kind
        ordered = sorted((*as_columns(preview), *preview.columns), key=lambda one: not one.field)
        self.show_rows(ordered, columns_for(preview.kind, preview.total_rows))

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The field of a column can be edited."""
        found = super().flags(index)
        is_one = index.isValid() and index.column() == FIELD and bool(self.record(index.row()).header)
        return found | Qt.ItemFlag.ItemIsEditable if is_one else found

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text as usual; for editing, the name of the field."""
        if role == Qt.ItemDataRole.EditRole and index.isValid() and index.column() == FIELD:
            return self.record(index.row()).field
        return super().data(index, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Pass on what the user said; the file is then looked at again and the rows change with it."""
        if role != Qt.ItemDataRole.EditRole or index.column() != FIELD:
            return False
        one = self.record(index.row())
        if value != one.field:
            self.mapped.emit(one.header, str(value))
        return True


class _Delegate(RowDelegate):
    """Draws the field as a combo box and the share of filled rows as a bar; makes the combo box to edit with."""

    def __init__(self, table: RecordTable, theme: Theme, choices: Callable[[], tuple[tuple[str, str], ...]]) -> None:
        super().__init__(table, theme)
        self._choices = choices

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """A row as usual, apart from the field and the share."""
        if index.column() == FIELD:
            painter.save()
            self.paint_background(painter, option, index)
            self._paint_field(painter, option, index)
            painter.restore()
        else:
            super().paint(painter, option, index)

    def _paint_field(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        one: ColumnEvidence = self.table.records.record(index.row())
        rect = option.rect.adjusted(self.theme.px(PAD) // 2, self.theme.px(6), -self.theme.px(PAD) // 2,
                                    -self.theme.px(6))  # fmt: skip
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self.theme.color("raised"))
        painter.setPen(QPen(self.theme.color("outline" if one.field else "strong_border"), 1))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        size = self.theme.px(14)
        arrow = icons.pixmap("chevron-down", self.theme.tokens.muted, size, painter.device().devicePixelRatioF())
        painter.drawPixmap(rect.right() - size - 6, rect.center().y() - size // 2 + 1, arrow)
        weight = QFont.Weight.Medium if one.field else QFont.Weight.Normal
        painter.setFont(self.theme.font(13, weight))
        painter.setPen(self.theme.color("ink" if one.field else "muted"))
        inner = rect.adjusted(self.theme.px(9), 0, -size - 8, 0)
        text = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, text)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A combo box of all fields, opened at once; choosing one is enough."""
        del option
        box = ListBox(parent)
        box.setMaxVisibleItems(16)
        for name, label in self._choices():
            box.addItem(label, name)
        header = str(self.table.records.record(index.row()).header)
        box.setAccessibleName(f"Field of the column {header}")
        box.activated.connect(lambda: self._finish(box))
        QTimer.singleShot(0, box, box.showPopup)
        return box

    def _finish(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Start from the field the column has."""
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(max(0, editor.findData(index.data(Qt.ItemDataRole.EditRole))))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Hand the chosen field over."""
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentData())

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Room for the arrow beside the field."""
        found = super().sizeHint(option, index)
        if index.column() == FIELD:
            found.setWidth(max(found.width() + self.theme.px(24), self.theme.px(150)))
        return found


class ColumnTable(RecordTable):
    """The columns of a file with their fields; a class because it is a widget with a signal.

    `mapped` carries a header and a field (empty: keep the column as it is). Enter or a click opens the list.
    `one_value` carries the field of a value for all rows that is to be changed.
    """

    mapped = Signal(str, str)
    one_value = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._model = ColumnModel()
        super().__init__(
            self._model, theme, name="Columns of the file and what they are taken for", stretch=(SAMPLES, WHY),
            empty="The file has no columns.", height=40, parent=parent,
        )  # fmt: skip
        self._own = _Delegate(self, theme, self._fields)
        self.setItemDelegate(self._own)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._model.mapped.connect(self.mapped)
        self.clicked.connect(self._open)

    def show_preview(self, preview: Preview) -> None:
        """Show the columns of a file and stay on the row the user was on."""
        at = self.currentIndex().row()
        held = self._name(at) if 0 <= at < self._model.rowCount() else None
        self._model.show_preview(preview)
        for place in range(self._model.rowCount() if held is not None else 0):
            if self._name(place) == held:
                self.setCurrentIndex(self._model.index(place, HEADER))

    def _name(self, at: int) -> tuple[str, str]:
        """What a row is known by: its header, or the field of a value for all rows."""
        one = self._model.record(at)
        return one.header, "" if one.header else one.field

    def _fields(self) -> tuple[tuple[str, str], ...]:
        kind = self._model.kind
        return tuple((name, field_label(kind, name)) for name in field_choices(kind, self._model.rows))

    def _open(self, index: QModelIndex) -> None:
        if index.column() == FIELD:
            self._change(index)

    def _change(self, index: QModelIndex) -> None:
        """Open the list of fields of a column, or what was said of all rows."""
        one = self._model.record(index.row())
        if one.header:
            self.edit(index)
        else:
            self.one_value.emit(one.field)

    def _measured(self, column: int) -> int:
        if column == FIELD:
            return self.theme.px(176)
        found = super()._measured(column)
        return min(found, self.theme.px(240)) if column == HEADER else found

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, F2 or Space opens the list of fields of the row."""
        at = self.currentIndex().row()
        if at >= 0 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2, Qt.Key.Key_Space):
            self._change(self._model.index(at, FIELD))
            return
        super().keyPressEvent(event)
