"""What can be said of a file as a whole: what it holds, of which day it is, whether it lists everything."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from kpidesk.core.errors import UserError
from kpidesk.core.fields import KINDS
from kpidesk.core.formats import day_text
from kpidesk.core.imports import ImportOptions, Preview
from kpidesk.core.periods import parse_day
from kpidesk.ui.messages import PlainLabel, restyle, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox, Segments, row
from kpidesk.ui.widgets.import_answers import KIND_WORDS, USUAL_CURRENCIES

SOURCE_WORDS = "Ids come from: equal ids mean one record only within one source; generic is any file of no known CRM."
SOURCE_TIP = (
    "The CRM or list that gave the ids. Equal ids mean one record only within one source: name another one here for a "
    "file whose ids count anew. “generic” stands for every file of no known CRM."
)
CURRENCY_TIP = "The currency of amounts that name none, as three letters. It is kept for the next file like this one."


class WholeFile(QWidget):
    """The choices side by side; a class because it is a widget with signals.

    `said` carries by the name of the option what was said, `wrong` why what was typed cannot be used.
    """

    said = Signal(object)
    wrong = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._preview: Preview | None = None
        self._build()
        self._complete_label, self._sheet_label = PlainLabel("It lists", "small"), PlainLabel("Sheet", "small")
        self._currency_label = PlainLabel("Amounts in", "small")
        pairs = (
            (PlainLabel("File holds", "small"), self.kind), (self._sheet_label, self.sheet),
            (PlainLabel("Data as of", "small"), self.day), (self._complete_label, self.complete),
            (self._currency_label, self.currency), (PlainLabel("Ids come from", "small"), self.source),
        )  # fmt: skip
        line = row(spacing=10)
        for (label, widget), words in zip(pairs[-2:], (CURRENCY_TIP, SOURCE_TIP), strict=True):
            tip(label, words)
            tip(widget, words)
        for label, widget in pairs:
            widget.setAccessibleName(label.text())
            label.setBuddy(widget)
            pair = QVBoxLayout()
            pair.setSpacing(4)
            pair.addWidget(label)
            pair.addWidget(widget)
            pair.addStretch(1)
            line.addLayout(pair, 1 if widget is self.source else 0)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(4)
        outer.addLayout(line)
        outer.addWidget(PlainLabel(SOURCE_WORDS, "small", elide=True))

    def _build(self) -> None:
        self.kind = ListBox()
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.kind.setMinimumWidth(self.theme.px(112))  # may give way in a narrow window
        for kind in KINDS:
            self.kind.addItem(KIND_WORDS[kind].capitalize(), kind)
        self.kind.activated.connect(self._said_kind)
        self.sheet = ListBox()
        self.sheet.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.sheet.setMinimumContentsLength(6)
        self.sheet.activated.connect(self._said_sheet)
        self.day = QLineEdit(maxLength=20)
        self.day.setFixedWidth(self.theme.px(118))
        self.day.editingFinished.connect(self._said_day)
        self.currency = ListBox()
        self.currency.setEditable(True)
        self.currency.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.currency.addItems(list(USUAL_CURRENCIES))
        self.currency.setFixedWidth(self.theme.px(86))
        self.currency.setAccessibleDescription(CURRENCY_TIP)
        self.currency.activated.connect(self._said_currency)
        if (typed := self.currency.lineEdit()) is not None:
            typed.setMaxLength(3)
            typed.editingFinished.connect(self._said_currency)
        self.source = QLineEdit(maxLength=80)
        self.source.setAccessibleDescription(SOURCE_TIP)
        self.source.editingFinished.connect(self._said_source)
        self.complete = Segments((("Every deal", True), ("Some deals", False)), "The file holds")
        self.complete.setToolTip("With every deal, those missing from the file are marked as missing; none is deleted.")
        self.complete.chosen.connect(self._said_complete)

    def show_preview(self, preview: Preview, options: ImportOptions) -> None:
        """Show what is known of a file and what was said of it."""
        self._preview = preview
        self.kind.setCurrentIndex(self.kind.findData(preview.kind))
        self.sheet.clear()
        self.sheet.addItems(list(preview.sheets))
        self.sheet.setCurrentText(preview.sheet)
        for widget in (self.sheet, self._sheet_label):
            widget.setVisible(len(preview.sheets) > 1)
        self.day.setText(day_text(preview.data_date))
        restyle(self.day, "wrong", False)
        if not self.source.hasFocus():
            self.source.setText(preview.source)
        self.currency.setEditText(preview.assumed_currency)
        self.currency.setVisible(bool(preview.assumed_currency))
        self._currency_label.setVisible(bool(preview.assumed_currency))
        self.complete.set_value(options.complete)
        for part in (self.complete, self._complete_label):
            part.setVisible(preview.kind == "deals" and not preview.is_partial)

    def _said_kind(self) -> None:
        if self._preview is not None and self.kind.currentData() != self._preview.kind:
            self.said.emit({"kind": self.kind.currentData(), "columns": {}, "stages": {}, "constants": {}})

    def _said_sheet(self) -> None:
        self.said.emit({"sheet": self.sheet.currentText(), "columns": {}})

    def _said_day(self) -> None:
        try:
            day = parse_day(self.day.text())
        except UserError as error:
            restyle(self.day, "wrong", True)
            self.wrong.emit(str(error))
            return
        if self._preview is not None and day != self._preview.data_date:
            self.said.emit({"as_of": day})

    def _said_currency(self) -> None:
        code = self.currency.currentText().strip().upper()
        if self._preview is not None and code and code != self._preview.assumed_currency:
            self.said.emit({"currency": code})

    def _said_source(self) -> None:
        text = self.source.text().strip()
        if self._preview is not None and text and text != self._preview.source:
            self.said.emit({"source": text})

    def _said_complete(self) -> None:
        self.said.emit({"complete": self.complete.value() is True})
