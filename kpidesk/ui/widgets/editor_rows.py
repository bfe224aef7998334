"""The rows behind the newest value of a formula that is not kept yet."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from kpidesk.core.receipts import Receipt
from kpidesk.core.wording import counted
from kpidesk.ui import window_size
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.receipt_model import RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable
from kpidesk.ui.widgets.receipt_text import columns_of, formula_sentence, headline, parts_words

SIZE = (860, 560)


class RowsDialog(QDialog):
    """A table of rows under the value they come to; a class because it is a dialog."""

    def __init__(self, theme: Theme, receipt: Receipt, organisation: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("rows-dialog")
        self.setWindowTitle("The rows behind the formula as written")
        window_size.fit(self, QSize(theme.px(SIZE[0]), theme.px(SIZE[1])))
        self.table = RecordTable(
            RecordModel(()), theme, name="Rows behind the formula", stretch=(0,), least=220, empty="No row."
        )
        self.table.records.show_rows(receipt.rows, columns_of(receipt))
        about = f"{headline(receipt, organisation)} · {counted(len(receipt.rows), 'row')}"
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(8)
        column.addWidget(PlainLabel(receipt.value_text, "number"))
        for words, role in ((about, "muted"), (formula_sentence(receipt), ""), (parts_words(receipt), "muted")):
            if words:
                column.addWidget(PlainLabel(words, role, wrap=True))
        column.addWidget(self.table, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
