"""A field that no column of the file tells gets one value for all rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from kpidesk.core.fields import FIELD_BY_NAME, Kind
from kpidesk.core.imports import NO_VALUE, ColumnEvidence, ImportOptions, OneValue, Preview
from kpidesk.ui.widgets.controls import ListBox, button
from kpidesk.ui.widgets.import_answers import field_label
from kpidesk.ui.widgets.people_dialogs import AskDialog

ALL_ROWS = "All rows"
EXPLAINED = "For what the file does not tell, such as that all its calls went out. The next file like it has it too."
_EXAMPLES = {"date": "2026-03-31", "stamp": "2026-03-31", "flag": "yes or no"}


def in_all_rows(options: ImportOptions, field: str, value: str) -> ImportOptions:
    """The options after a field was given one value for all rows (empty: none any more)."""
    columns = {name: header for name, header in options.columns.items() if name != field}
    return replace(options, columns=columns, constants=options.constants | {field: value or NO_VALUE})


def as_columns(preview: Preview) -> tuple[ColumnEvidence, ...]:
    """The values for all rows as they stand among the columns of the file: they have no header."""
    return tuple(
        ColumnEvidence("", one.field, "you said so", "", (one.value,), preview.total_rows)
        for one in preview.one_values
        if one.value
    )


class OneValueDialog(AskDialog):
    """Which field, and its value; `wanted` sends both, an empty value to take it back."""

    wanted = Signal(str, str)

    def __init__(self, kind: Kind, fields: Sequence[OneValue], field: str = "", parent: QWidget | None = None) -> None:
        super().__init__("One value for all rows", EXPLAINED, "Use for all rows", parent)
        self._kind = kind
        self._fields = {one.field: one for one in fields}
        self.field = ListBox()
        self.field.setAccessibleName("Field")
        self.field.setMaxVisibleItems(16)
        for one in sorted(fields, key=lambda one: (not one.words, not one.value)):
            self.field.addItem(field_label(kind, one.field), one.field)
        self.value = ListBox()
        self.value.setAccessibleName("Value in all rows")
        self.value.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.add("Field", self.field)
        self.add("Value in all rows", self.value)
        self.remove = button("Take it back", self._take_back, kind="link")
        self.form.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignLeft)
        self.field.currentIndexChanged.connect(self._show_field)
        self.value.currentTextChanged.connect(self._check)
        self.field.setCurrentIndex(max(0, self.field.findData(field)))
        self._show_field()
        (self.value if field else self.field).setFocus(Qt.FocusReason.OtherFocusReason)

    def _chosen(self) -> OneValue:
        return self._fields[str(self.field.currentData())]

    def _show_field(self) -> None:
        """Offer the words that the field may be, or let any be typed."""
        one = self._chosen()
        self.value.clear()
        self.value.setEditable(not one.words)
        self.value.addItems(list(one.words))
        self.value.setPlaceholderText("Choose…")
        editor = self.value.lineEdit()
        if editor is not None:
            editor.setMaxLength(120)
            editor.setAccessibleName("Value in all rows")
            editor.setPlaceholderText(_EXAMPLES.get(FIELD_BY_NAME[self._kind][one.field].kind, ""))
        self.value.setCurrentIndex(self.value.findText(one.value))  # none is preset: Enter must not choose for all rows
        self.value.setEditText(one.value)
        self.remove.setVisible(bool(one.value))
        self._check()

    def _check(self) -> None:
        self.yes.setEnabled(bool(self.value.currentText().strip()))

    def take(self) -> None:
        """Send the value."""
        self.wanted.emit(self._chosen().field, " ".join(self.value.currentText().split()))
        self.accept()

    def _take_back(self) -> None:
        self.wanted.emit(self._chosen().field, "")
        self.accept()
