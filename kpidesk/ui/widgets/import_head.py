"""The head of the check before an import: what a file was taken for, how it was read and what was noticed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kpidesk.core.imports import ImportOptions, Preview, sheet_name
from kpidesk.core.wording import counted
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import card, line, row
from kpidesk.ui.widgets.import_answers import (
    KIND_WORDS,
    after_words,
    delimiter_words,
    dialect_words,
    encoding_words,
    has_amounts,
    window_notice,
)
from kpidesk.ui.widgets.import_whole import WholeFile
from kpidesk.ui.widgets.page_parts import Facts, button, say_on


class PreviewHead(QWidget):
    """The head; a class because it is a widget. `folded` says that it was folded in or out."""

    folded = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._is_folded = False
        self._notes = 0
        self._is_assumed = False
        self.heading = PlainLabel("", "heading", elide=True)
        self.subtitle = PlainLabel("", "muted", elide=True)
        self.more = button("", lambda: self.fold(not self._is_folded), "link")
        self.facts = Facts()
        self.whole = WholeFile(theme)
        self.notices = PlainLabel("", "small", wrap=True)
        frame, column = card(spacing=10)
        about = row(self.subtitle, self.more, spacing=10)
        about.setStretch(0, 1)
        column.addWidget(self.heading)
        column.addLayout(about)
        self._below = line()
        column.addWidget(self._below)
        column.addWidget(self.facts)
        column.addWidget(self.whole)
        column.addWidget(self.notices)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)

    def show_preview(self, preview: Preview, options: ImportOptions, before: Sequence[str]) -> None:
        """Show a file with the answers given so far; it comes after the files `before` it."""
        self.heading.setText(sheet_name(preview.file, preview.sheet if len(preview.sheets) > 1 else ""))
        rows = counted(preview.total_rows, "row")
        why = preview.kind_why or f"read as {dialect_words(preview.dialect)}"
        told = f"{rows} of {KIND_WORDS[preview.kind]}: {why}. Nothing is written yet. {after_words(before)}"
        self.subtitle.setText(told.strip())
        self.facts.show_facts((
            ("Encoding", encoding_words(preview.encoding)), ("Separator", delimiter_words(preview.delimiter)),
            ("Header", f"line {preview.header_line}"),
            ("Currency", preview.currency if has_amounts(preview.kind) else ""),
            ("Told apart by", preview.identity), ("Day of the data", preview.data_date_why),
        ))  # fmt: skip
        self.whole.show_preview(preview, options)
        self._notes, self._is_assumed = len(preview.notices), bool(preview.assumed_currency)
        self.notices.setText("\n".join(f"•  {window_notice(notice)}" for notice in preview.notices))
        self.fold(self._is_folded)

    def fold(self, is_folded: bool) -> None:
        """Hide how the file was read and what was noticed, to leave the room to the tables; a link brings all back."""
        self._is_folded = is_folded
        say_on(self.more, "Show how it was read" + (f" · {counted(self._notes, 'note')}" if self._notes else ""))
        self.more.setVisible(is_folded)
        self.facts.setHidden(is_folded)
        for part in (self._below, self.whole):  # a number may be wrong by a currency that is only assumed
            part.setHidden(is_folded and not self._is_assumed)
        self.notices.setHidden(is_folded or not self._notes)
        self.folded.emit()
