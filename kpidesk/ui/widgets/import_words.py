"""What the words of a file count as, with a list to say otherwise; two spellings of one can be made one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from kpidesk.core.fields import Kind
from kpidesk.core.imports import NO_VALUE, ImportOptions, Preview, WordFound
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.import_answers import field_label
from kpidesk.ui.widgets.import_choices import ChoiceDelegate
from kpidesk.ui.widgets.model_index import Index
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable

WORD, FIELD, COUNT, MEANT, WHY = range(5)
SAID = "you said so"
ITSELF = "Itself"
EMPTY = "No column of this file holds words that count as others."


def columns_for(kind: Kind) -> tuple[Column[WordFound], ...]:
    """The columns of the table for a kind of record."""
    return (
        Column("Word in the file", lambda one: one.word, strong=True),
        Column("Field", lambda one: field_label(kind, one.field)),
        Column("Rows", lambda one: f"{one.count:,}", lambda one: float(one.count), right=True),
        Column("Counts as", meant_text, meant_text),
        Column("Why", lambda one: one.why),
    )


def meant_text(one: WordFound) -> str:
    """What a word counts as, as a person reads it."""
    if one.is_own and one.meant in ("", one.word):
        return ITSELF
    return one.meant or "Nothing yet"


def worded(options: ImportOptions, name: str, meant: str) -> ImportOptions:
    """The options after it was said what a word counts as; empty: as it did before anything was said."""
    words = {known: word for known, word in options.words.items() if known.casefold() != name.casefold()}
    return replace(options, words=words | {name: meant or NO_VALUE})


class WordModel(RecordModel[WordFound]):
    """The words of a file; what they count as can be edited. A class because Qt asks the model what is editable."""

    said = Signal(str, str)

    def show_words(self, preview: Preview, places: Mapping[str, int]) -> None:
        """Show the words in the places that they have, new ones after them with those that need an answer first."""
        last = len(places)
        ordered = sorted(preview.words, key=lambda one: (places.get(one.name, last), not (one.is_open or one.like)))
        self.show_rows(ordered, columns_for(preview.kind))

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What a word counts as can be edited."""
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsEditable if index.isValid() and index.column() == MEANT else found

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text as usual; for editing, the word that it counts as."""
        if role == Qt.ItemDataRole.EditRole and index.isValid() and index.column() == MEANT:
            one = self.record(index.row())
            return one.meant or (one.word if one.is_own else "")
        return super().data(index, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Pass on what the user said; the file is then looked at again and the rows change with it."""
        if role != Qt.ItemDataRole.EditRole or index.column() != MEANT:
            return False
        one = self.record(index.row())
        if value != one.meant:
            self.said.emit(one.name, str(value))
        return True


class WordTable(RecordTable):
    """The words of a file with what they count as; a class because it is a widget with a signal.

    `answered` carries what the answer is kept under and the word (empty: as before). Enter or a click opens the list.
    """

    answered = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._model = WordModel(columns_for("deals"))
        super().__init__(
            self._model, theme, name="Words of the file and what they count as", stretch=(WORD, WHY), empty=EMPTY,
            height=40, parent=parent,
        )  # fmt: skip
        self._places: dict[str, int] = {}
        self._own = ChoiceDelegate(self, theme, MEANT, self._choices, self._called, self._is_said)
        self.setItemDelegate(self._own)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._model.said.connect(self.answered)
        self.clicked.connect(lambda index: self.edit(index) if index.column() == MEANT else None)

    def show_words(self, preview: Preview, *, is_new: bool = True) -> None:
        """Show the words of a file; of one that is not new, in the same order and on the word in use."""
        at = self.currentIndex().row()
        held = self._model.record(at).name if 0 <= at < self._model.rowCount() and not is_new else None
        self._model.show_words(preview, {} if is_new else self._places)
        names = [self._model.record(place).name for place in range(self._model.rowCount())]
        self._places = {name: place for place, name in enumerate(names)}
        if held in self._places:
            self.setCurrentIndex(self._model.index(self._places[held], WORD))

    def go_to_open(self) -> None:
        """Select the first word that an answer may help with."""
        rows = (self._model.record(place) for place in range(self._model.rowCount()))
        at = next((place for place, one in enumerate(rows) if one.is_open or one.like), 0)
        self.setCurrentIndex(self._model.index(at, WORD))
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choices(self, one: WordFound) -> tuple[tuple[str, str], ...]:
        """What a word may count as: itself where there is no list of them, else what KPI Desk takes it for."""
        others = tuple((word, word) for word in one.choices if not (one.is_own and word == one.word))
        if one.is_own:
            return ((one.word, ITSELF), *others)
        return (*others, ("", "As before I said so")) if one.why == SAID else others

    def _called(self, one: WordFound) -> str:
        return f"What {one.word} counts as"

    def _is_said(self, one: WordFound) -> bool:
        return not (one.is_open or one.like)

    def _measured(self, column: int) -> int:
        if column == MEANT:
            return self.theme.px(176)
        found = super()._measured(column)
        return min(found, self.theme.px(280)) if column == WORD else found

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, F2 or Space opens the list of the row."""
        at = self.currentIndex().row()
        if at >= 0 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2, Qt.Key.Key_Space):
            self.edit(self._model.index(at, MEANT))
            return
        super().keyPressEvent(event)
