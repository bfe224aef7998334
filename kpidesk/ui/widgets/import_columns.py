"""Which column of the file is which field, with the evidence, and a combo box to say otherwise."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from kpidesk.core.fields import Kind
from kpidesk.core.imports import ColumnEvidence, Preview
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.import_answers import field_choices, field_label
from kpidesk.ui.widgets.import_choices import ChoiceDelegate
from kpidesk.ui.widgets.import_one_value import ALL_ROWS, as_columns
from kpidesk.ui.widgets.model_index import Index
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable

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
        self._own = ChoiceDelegate(self, theme, FIELD, self._fields, self._called, lambda one: bool(one.field))
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

    def _called(self, one: ColumnEvidence) -> str:
        return f"Field of the column {one.header}"

    def _fields(self, one: ColumnEvidence) -> tuple[tuple[str, str], ...]:
        del one
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
