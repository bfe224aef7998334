"""The imports of a workspace, newest first, each with its rejected rows and a way back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kpidesk.core.errors import Issue
from kpidesk.core.fields import KIND_OF_RECORD, Kind
from kpidesk.core.formats import day_text, span_text
from kpidesk.core.import_history import COUNTED_WHEN, ImportEntry, counted_when
from kpidesk.core.imports import UndoEffect, crm_name
from kpidesk.core.wording import counted
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import card, icon_button, row
from kpidesk.ui.widgets.flow_row import FlowRow
from kpidesk.ui.widgets.import_answers import KIND_WORDS
from kpidesk.ui.widgets.page_parts import button
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable

LEAST_ROWS = 3


def _count(title: str, name: str) -> Column[ImportEntry]:
    def number(entry: ImportEntry) -> float:
        return float(getattr(entry, name))

    return Column(title, lambda entry: f"{number(entry):,.0f}", number, right=True)


def spoken_import(entry: ImportEntry) -> str:
    """An import in a sentence, for who cannot see the heads of the columns."""
    counts = (("read", entry.read), ("added", entry.added), ("updated", entry.updated), ("rejected", entry.rejected))
    told = ", ".join(f"{count:,} {what}" for what, count in counts)
    crm = crm_name(entry.source)
    of = f"{KIND_WORDS[entry.kind]} of {day_text(entry.data_date)}"
    return f"{entry.file}, {of}{f' from {crm}' if crm else ''}. Rows: {told}."


def _moment(stamp: str) -> str:
    """A day and time as every other day is shown: "26 Nov 2026, 11:17"."""
    return f"{day_text(date.fromisoformat(stamp[:10]))}, {stamp[11:16]}"


HISTORY_COLUMNS: tuple[Column[ImportEntry], ...] = (
    Column("File", lambda entry: entry.file, strong=True, spoken=spoken_import),
    Column(
        "No.",
        lambda entry: f"{entry.import_id}",
        lambda entry: float(entry.import_id),
        right=True,
        hint="The number by which receipts name it",
    ),
    Column("Data of", lambda entry: day_text(entry.data_date), lambda entry: entry.data_date.isoformat()),
    _count("Read", "read"),
    _count("Added", "added"),
    _count("Updated", "updated"),
    _count("Rejected", "rejected"),
    Column("Holds", lambda entry: KIND_WORDS[entry.kind]),
    Column("Source", lambda entry: crm_name(entry.source)),
    Column("Imported", lambda entry: _moment(entry.imported_at), lambda entry: entry.imported_at),
)
REJECT_COLUMNS: tuple[Column[tuple[Issue, str]], ...] = (
    Column("Line", lambda one: f"{one[0].line:,}", lambda one: float(one[0].line), right=True, strong=True),
    Column("Column", lambda one: one[0].column),
    Column("Value", lambda one: one[0].value or "(empty)"),
    Column("Problem", lambda one: one[0].problem),
    Column("Row as it stands in the file", lambda one: one[1]),
)


def undo_question(entry: ImportEntry, effect: UndoEffect | None = None) -> tuple[str, str]:
    """What undoing an import means, in words: the question and what follows.

    With its `effect`, how many rows and records that is about.
    """
    question = f"Undo the import of {entry.file}?"
    if entry.is_typed:
        return (
            f"Take back what was typed: {entry.file}?",
            "The numbers are as if it had not been typed. A forecast stays in its list, marked as taken back.",
        )
    if effect is not None:
        return question, f"{effect_words(entry, effect)} You can import the file again."
    follows = (
        f"The {counted(entry.added, 'record')} it added and the {counted(entry.updated, 'change')} it made go away, "
        f"and so does its day, {day_text(entry.data_date)}; "
        "imports before and after it stay. People, stage answers and targets stay too. You can import the file again."
    )
    return question, follows


def told_imports(entries: Sequence[ImportEntry]) -> frozenset[int]:
    """The imports of deals before which deals had been shown as of an earlier day."""
    deals = [one for one in entries if one.kind == "deals"]
    oldest = min((one.data_date for one in deals), default=date.max)
    return frozenset(one.import_id for one in deals if one.data_date > oldest)


def effect_words(entry: ImportEntry, effect: UndoEffect) -> str:
    """What an undo takes away of all that the file brought: rows, records that go, and those that go back to a day."""
    parts = [(entry.kind, effect), *([effect.with_it] if effect.with_it is not None else [])]
    parts.sort(key=lambda part: part[0] != "deals")
    rows = counted(effect.rows, "row") if len(parts) == 1 else _counts(((kind, one.rows) for kind, one in parts), ", ")
    told = [f"It takes back only this file: {rows}, as of {day_text(entry.data_date)}."]
    if gone := sum(one.records_gone for _, one in parts):
        shown = _counts((kind, one.records_gone) for kind, one in parts)
        told.append(f"{shown} that no other import shows {'goes' if gone == 1 else 'go'} away.")
    for kind, one in parts:
        told += _changed_words(kind, one)
    if len(told) == 1 and entry.kind != "people":
        told.append("Everything it shows stays, because other imports show it as well.")
    return " ".join(told)


def _changed_words(kind: Kind, effect: UndoEffect) -> list[str]:
    """The records of a kind that an undo leaves otherwise than they are now."""
    told = []
    if count := effect.records_back:
        days = "earlier values" if effect.back_to is None else f"the values of {span_text(*_span(effect))}"
        told.append(f"{_counts([(kind, count)])} {'goes' if count == 1 else 'go'} back to {days}.")
    if count := effect.records_listed:
        told.append(f"{_counts([(kind, count)])} that the file did not list {'is' if count == 1 else 'are'} back.")
    return told


def _counts(records: Iterable[tuple[Kind, int]], between: str = " and ") -> str:
    """How many records of each kind there are, of those that there are at all: "6 deals and 14 stage changes"."""
    known = list(records)
    shown = [(kind, count) for kind, count in known if count] or known[:1]
    return between.join(counted(count, KIND_OF_RECORD[kind].one, KIND_OF_RECORD[kind].many) for kind, count in shown)


def _span(effect: UndoEffect) -> tuple[date, date]:
    return effect.back_from or date.min, effect.back_to or date.min


class HistoryView(QWidget):
    """All imports with the rejected rows of one of them; a class because it is a widget with signals.

    `undo`, `rejects_wanted`, `save_wanted` (its rejected rows as a file) and `changes_wanted` carry an import id.
    """

    undo = Signal(int)
    rejects_wanted = Signal(int)
    save_wanted = Signal(int)
    changes_wanted = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._told: frozenset[int] = frozenset()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._build_table(), 3)
        column.addWidget(self._build_rejects(), 2)

    def _build_table(self) -> QWidget:
        self.imports_card, column = card(margins=(1, 12, 1, 8), spacing=8)
        self.title = PlainLabel("Imports", "subheading")
        self.show_button = button("Show &rejected rows", self._ask_rejects)
        self.undo_button = button("&Undo this import…", self._ask_undo, "danger")
        self.changes_button = button("&What changed", self._ask_changes, "", "Against the import before")
        self.table = RecordTable(
            RecordModel(HISTORY_COLUMNS), self.theme, name="Imports, newest first", stretch=(0,), least=200, height=40,
            empty="Nothing imported yet.",
        )  # fmt: skip
        self.copy_button = button("Copy", self._copy_imports, "quiet", "All imports, for a spreadsheet")
        head = FlowRow(self.title, None, self.copy_button, self.changes_button, self.show_button, self.undo_button)
        head.setContentsMargins(17, 0, 12, 0)
        self.table.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
        self.table.selectionModel().selectionChanged.connect(self._selected)
        self.table.doubleClicked.connect(self._ask_rejects)
        self._keep_rows()
        self.theme.changed.connect(self._keep_rows)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        self.counted = PlainLabel(COUNTED_WHEN, "small", wrap=True)
        self.counted.setContentsMargins(17, 0, 12, 2)
        column.addWidget(self.counted)
        return self.imports_card

    def _keep_rows(self) -> None:
        """Keep room for some imports also where the text is large."""
        self.table.setMinimumHeight(self.table.height_of(LEAST_ROWS))

    def _build_rejects(self) -> QWidget:
        self.reject_card, column = card(margins=(1, 12, 1, 8), spacing=8)
        self.reject_title = PlainLabel("", "subheading", elide=True)
        close = icon_button(self.theme, "x", "Close the rejected rows", self.close_rejects)
        copy = button("&Copy", self._copy_rejects, "quiet")
        self.save_rejects = button(
            "Sa&ve as CSV…",
            self._save_rejects,
            "",
            "Correct it and import it again: what is wrong stands beside each row",
        )
        head = row(self.reject_title, copy, self.save_rejects, close)
        head.setStretch(0, 1)
        head.setContentsMargins(17, 0, 12, 0)
        self.rejects = RecordTable(
            RecordModel(REJECT_COLUMNS), self.theme, name="Rejected rows of the import", stretch=(3, 4),
            empty="No row of this import was rejected.",
        )  # fmt: skip
        column.addLayout(head)
        column.addWidget(self.rejects, 1)
        self.reject_card.hide()
        return self.reject_card

    def show_history(self, entries: Sequence[ImportEntry]) -> None:
        """Show the imports, newest first, with the newest selected."""
        self._told = told_imports(entries)
        self.table.records.show_rows(sorted(entries, key=lambda entry: -entry.import_id))
        self.title.setText(counted(len(entries), "import"))
        self.counted.setText(counted_when(entries))
        self.counted.setVisible(len(entries) > 1)
        if entries:
            self.table.selectRow(0)
        self.close_rejects()
        self._selected()

    def show_rejects(self, import_id: int, rows: Sequence[tuple[Issue, str]]) -> None:
        """Show the rows that an import refused."""
        entry = next((one for one in self.table.records.rows if one.import_id == import_id), None)
        if entry is None:
            return
        self.reject_title.setText(f"{counted(len(rows), 'rejected row')} of {entry.file}")
        self.rejects.records.show_rows(tuple(rows))
        self.reject_card.show()

    def choose(self, import_id: int) -> None:
        """Go to an import in the list, where it is there."""
        rows = self.table.records.records()
        at = next((at for at, one in enumerate(rows) if one.import_id == import_id), None)
        if at is not None:
            self.close_rejects()
            self.table.selectRow(at)

    def close_rejects(self) -> None:
        """Hide the rejected rows."""
        self.reject_card.hide()

    def selected(self) -> ImportEntry | None:
        """The import the user is on."""
        rows = self.table.selectionModel().selectedRows()
        entry: ImportEntry | None = self.table.records.record(rows[0].row()) if rows else None
        return entry

    def _selected(self) -> None:
        entry = self.selected()
        self.undo_button.setEnabled(entry is not None)
        self.changes_button.setEnabled(entry is not None and entry.import_id in self._told)
        self.show_button.setEnabled(entry is not None and entry.rejected > 0)
        if entry is not None and self.reject_card.isVisible():
            if entry.rejected:
                self.rejects_wanted.emit(entry.import_id)
            else:
                self.close_rejects()

    def _ask_undo(self) -> None:
        entry = self.selected()
        if entry is not None:
            self.undo.emit(entry.import_id)

    def _ask_changes(self) -> None:
        entry = self.selected()
        if entry is not None and entry.import_id in self._told:
            self.changes_wanted.emit(entry.import_id)

    def _ask_rejects(self) -> None:
        entry = self.selected()
        if entry is not None and entry.rejected:
            self.rejects_wanted.emit(entry.import_id)

    def _save_rejects(self) -> None:
        entry = self.selected()
        if entry is not None:
            self.save_wanted.emit(entry.import_id)

    def _copy_imports(self) -> None:
        self.table.copy(everything=True)

    def _copy_rejects(self) -> None:
        self.rejects.copy(everything=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete undoes the import that is selected, after a question; Escape hides the rejected rows."""
        if event.matches(QKeySequence.StandardKey.Delete) and self.table.hasFocus():
            self._ask_undo()
        elif event.matches(QKeySequence.StandardKey.Cancel) and self.reject_card.isVisible():
            self.close_rejects()
        else:
            super().keyPressEvent(event)
