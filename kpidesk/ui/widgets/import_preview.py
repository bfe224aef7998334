"""A file as the app understands it, with everything the user may correct before it is imported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from kpidesk.core.errors import ImportQuestion
from kpidesk.core.imports import Foreseen, ImportOptions, LookAlike, Preview
from kpidesk.core.progress import Progress
from kpidesk.core.wording import counted
from kpidesk.ui.messages import PlainLabel, plain_button_text
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import Segments, card, row
from kpidesk.ui.widgets.flow_row import FlowRow
from kpidesk.ui.widgets.import_alike import AlikeTable, keys_words
from kpidesk.ui.widgets.import_answers import (
    answered,
    import_words,
    left_out,
    mapped,
    open_stages,
    other_questions,
    ready_words,
    staged,
    tab_words,
    told_of,
    used_words,
    what_is_open,
)
from kpidesk.ui.widgets.import_bad import BadTable
from kpidesk.ui.widgets.import_columns import ColumnTable
from kpidesk.ui.widgets.import_head import PreviewHead
from kpidesk.ui.widgets.import_one_value import OneValueDialog, in_all_rows
from kpidesk.ui.widgets.import_questions import QuestionCard
from kpidesk.ui.widgets.import_stages import StageTable
from kpidesk.ui.widgets.import_words import WordTable, worded
from kpidesk.ui.widgets.page_parts import Column as PageColumn
from kpidesk.ui.widgets.page_parts import Mark, button, fill, say_on
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable

STAGES, COLUMNS, WORDS, ROWS, ALIKE, BAD = "stages", "columns", "words", "rows", "alike", "bad"
TABS = (STAGES, COLUMNS, WORDS, ROWS, ALIKE, BAD)
TAB_WORDS = ("Stages", "Columns", "Words", "First rows", "Look alike", "Cannot be used")
LEAST = 290
"""How high the tables are at least."""
WIDE_FOOT = 960
"""From which width the words at the foot stand beside the buttons."""
WHOLE = 16
"""How many rows are shown without a scrollbar of their own where the page scrolls."""


class PreviewView(QWidget):
    """The check before an import; a class because it is a widget with signals.

    `changed` carries the options after a correction: look at the file again with them. `accepted` carries the
    options to import with, `tried` those to count with and write nothing; `cancelled` means do nothing.
    """

    changed = Signal(object)
    accepted = Signal(object)
    tried = Signal(object)
    cancelled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.preview: Preview | None = None
        self.options = ImportOptions()
        self._alike: tuple[LookAlike, ...] = ()
        self._before: tuple[str, ...] = ()
        self._foreseen: Foreseen | None = None
        self._looked = ImportOptions()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.pane = PageColumn(margins=(0, 0, 0, 0))
        self.questions = QuestionCard(theme)
        self.questions.said.connect(self._said)
        self.head = head = PreviewHead(theme)
        head.whole.said.connect(self._said_of_all)
        head.whole.wrong.connect(self._cannot_use)
        fill(self.pane.column, head, self.questions)
        self._tables = self._build_tables()
        head.folded.connect(self._fit_tables)
        self.pane.column.addWidget(self._tables, 1)
        column.addWidget(self.pane, 1)
        column.addWidget(self._build_foot())

    def _build_tables(self) -> QWidget:
        frame, column = card(margins=(1, 12, 1, 8), spacing=10)
        self.tabs = Segments(tuple(zip(TAB_WORDS, TABS, strict=True)), "Show")
        self.tabs.chosen.connect(self._chose_tab)
        self.counts = PlainLabel("", "small")
        self.one_value = button("One &value for all rows…", self._ask_one_value, "quiet", "For what no column tells")
        head = FlowRow(self.tabs, self.counts, None, self.one_value, spacing=14)
        head.setContentsMargins(14, 0, 16, 0)
        self.stages = StageTable(self.theme)
        self.stages.answered.connect(self._said_stage)
        self.columns = ColumnTable(self.theme)
        self.columns.mapped.connect(self._said_field)
        self.columns.one_value.connect(self._ask_one_value)
        self.first_rows = RecordTable(
            RecordModel(()), self.theme, name="First rows of the file", empty="The file has no rows.",
            sortable=False, height=32,
        )  # fmt: skip
        self.stack = QStackedWidget()
        self.alike = AlikeTable(self.theme)
        self.alike.answered.connect(self._said_same)
        self.words = WordTable(self.theme)
        self.words.answered.connect(self._said_word)
        self.bad = BadTable(self.theme)
        self._doubts: dict[str, QWidget] = {BAD: self.bad, ALIKE: self.alike, WORDS: self.words}
        for table in (self.stages, self.columns, self.words, self.first_rows, self.alike, self.bad):
            self.stack.addWidget(table)
        column.addLayout(head)
        column.addWidget(self.stack, 1)
        self.stack.currentChanged.connect(lambda _at: self._fit_tables())
        return frame

    def _fit_tables(self) -> None:
        """Where little room is left below the head, the table is shown whole and the page scrolls, not both in turn."""
        above = sum(one.sizeHint().height() for one in (self.head, self.questions) if not one.isHidden())
        least, shown = self.theme.px(LEAST), self.stack.currentWidget()
        if isinstance(shown, RecordTable) and self.pane.viewport().height() - above < least:
            rows = min(shown.records.rowCount(), WHOLE)
            least = max(
                least, shown.height_of(rows) + self._tables.sizeHint().height() - self.stack.sizeHint().height()
            )
        self._tables.setMinimumHeight(least)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Find room for the table and for the words at the foot."""
        super().resizeEvent(event)
        self._fit_foot()
        self._fit_tables()

    def _build_foot(self) -> QWidget:
        frame, column = card(margins=(18, 12, 14, 12))
        self._sign = Mark(self.theme, "check", "good")
        self.verdict = PlainLabel("", wrap=True)
        self.go_there = button("&Show me", self.go_to_open, "link")
        self.import_button = button("&Import", self._accept, "primary")
        self.cancel_button = button("&Cancel", self.cancelled.emit, "quiet")
        self.try_button = button("&Try without importing", self._try, "", "The report, and nothing is written")
        told = row(self._sign, self.verdict, self.go_there, spacing=10)
        told.setStretch(1, 1)
        self._foot = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._foot.setSpacing(10)
        self._foot.addLayout(told, 1)
        self._foot.addLayout(row(None, self.cancel_button, self.try_button, self.import_button, spacing=10))
        column.addLayout(self._foot)
        return frame

    def _fit_foot(self) -> None:
        """Where the words would be squeezed between the buttons they stand above them."""
        is_wide = self.width() >= self.theme.px(WIDE_FOOT)
        way = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        self._foot.setDirection(way)

    def show_preview(
        self, preview: Preview, options: ImportOptions, *, is_new: bool = True, before: Sequence[str] = ()
    ) -> None:
        """Show a file with the answers given so far; unless it is new, the tab and the rows in use stay.

        It is imported together with the files `before` it, after which it was checked.
        """
        if is_new or self.preview is None or self.preview.kind != preview.kind:
            self._alike = ()
        self.preview, self.options, self._before = preview, options, tuple(before)
        self._foreseen, self._looked = None, options
        if is_new:
            self.stages.setCurrentIndex(self.stages.records.index(-1, -1))
            self.columns.setCurrentIndex(self.columns.records.index(-1, -1))
        self.head.show_preview(preview, options, self._before)
        focus = QApplication.focusWidget()
        was_answering = focus is not None and self.questions.isAncestorOf(focus)
        self.questions.show_questions(other_questions(preview))
        self.stages.show_stages(preview.stages, is_new=is_new)
        self.columns.show_preview(preview)
        self.words.show_words(preview, is_new=is_new)
        self.bad.records.show_rows(preview.bad)
        self._show_rows(preview)
        if is_new:
            self.show_tab(STAGES if preview.stages else COLUMNS)
        elif self.tabs.value() == BAD and not preview.bad:
            self.show_tab(COLUMNS)
        self.show_alike(self._alike)
        self._show_counts(preview)
        self._show_verdict(preview)
        if is_new:
            self._start_focus(preview)
        elif was_answering:
            self._go_on()

    def _go_on(self) -> None:
        """Stay with the questions after an answer, or go on to what comes after the last of them."""
        after = self.questions.first() or (self.go_there if self.go_there.isVisible() else self.import_button)
        after.setFocus(Qt.FocusReason.OtherFocusReason)

    def _start_focus(self, preview: Preview) -> None:
        """Begin where the user is needed."""
        if not what_is_open(preview):
            self.import_button.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._go_to_open(Qt.FocusReason.OtherFocusReason)  # a ring would look like an answer that is given
        self.pane.verticalScrollBar().setValue(0)

    def _show_rows(self, preview: Preview) -> None:
        columns = [_cell_column(one.header, place) for place, one in enumerate(preview.columns)]
        self.first_rows.records.show_rows(preview.rows, columns)

    def _show_counts(self, preview: Preview) -> None:
        used = sum(bool(one.field) for one in preview.columns)
        stages, asked = open_stages(preview), preview.unsaid_words
        told = {
            STAGES: tab_words("Stages", len(preview.stages), len(stages)),
            COLUMNS: f"Columns  ·  {len(preview.columns)}",
            WORDS: tab_words("Words", len(preview.words), asked),
            ROWS: f"First rows  ·  {len(preview.rows)}",
            ALIKE: f"Look alike  ·  {len(self._alike):,}",
            BAD: f"Cannot be used  ·  {preview.bad_cells:,}",
        }
        tabs = dict(zip(TABS, self.tabs.buttons(), strict=True))
        for tab, text in told.items():
            tabs[tab].setText(plain_button_text(text))
        tabs[STAGES].setVisible(preview.kind == "deals" or bool(preview.stages))
        tabs[WORDS].setVisible(bool(preview.words))
        tabs[ALIKE].setVisible(bool(self._alike))
        tabs[BAD].setVisible(bool(preview.bad))
        words = {
            STAGES: "O, W, L or I answers the selected row and goes on; Up goes back." if preview.stages else "",
            COLUMNS: used_words(used, len(preview.columns)),
            WORDS: "What is said here is kept for the next file like it.",
            ALIKE: keys_words(self._alike),
            BAD: "Their rows are kept apart, to be corrected and imported.",
            ROWS: f"The first {len(preview.rows)} of {counted(preview.total_rows, 'row')}, as they stand in the file.",
        }
        shown = str(self.tabs.value() or COLUMNS)
        self.counts.setText(words[shown])
        self.one_value.setVisible(shown == COLUMNS and bool(preview.one_values))

    def _show_verdict(self, preview: Preview) -> None:
        missing = what_is_open(preview)
        doubt = missing or preview.bad_cells
        self._sign.show_icon("triangle-alert" if doubt else "check", "watch" if doubt else "good")
        alike = sum(one.key not in self.options.same for one in self._alike)
        words = preview.unsaid_words
        self.verdict.setText(missing or ready_words(alike, words, preview.bad_cells))
        self.go_there.setVisible(bool(doubt or alike or words))
        for made in (self.import_button, self.try_button):
            made.setEnabled(not missing)
        say_on(self.import_button, import_words(preview, self._taken(), self._before))

    def _taken(self) -> int | None:
        """How many rows come in with what was said since they were looked at; None as long as that is not known."""
        if self._foreseen is None:
            return None
        return self._foreseen.taken - left_out(self.options.same) + left_out(self._looked.same)

    def show_checking(self) -> None:
        """The file is being looked at again after a correction."""
        self.verdict.setText("Looking at the file again…")
        for made in (self.import_button, self.try_button):
            made.setEnabled(False)
        self.go_there.hide()

    def show_counting(self, step: Progress) -> None:
        """How far the try has come."""
        self.verdict.setText(f"Trying… {step.done:,} rows")

    def show_foreseen(self, found: Foreseen) -> None:
        """Show what becomes of the rows: how many come in, and which look like other records."""
        self._foreseen = found
        self.show_alike(found.look_alikes)

    def show_alike(self, rows: tuple[LookAlike, ...]) -> None:
        """Show the rows that look like other records; those with an answer given here stay in the list."""
        held = {one.key: one for one in self._alike if one.key in self.options.same}
        self._alike = tuple(sorted({**held, **{one.key: one for one in rows}}.values(), key=lambda one: one.line))
        self.alike.show_alike(self._alike, self.options.same)
        if self.preview is not None:
            if not self._alike and self.tabs.value() == ALIKE:
                self.show_tab(COLUMNS)
            self._show_counts(self.preview)
            self._show_verdict(self.preview)

    def show_tab(self, tab: object) -> None:
        """Show the stages, the columns, the words, the first rows, what looks alike or what cannot be used."""
        self.tabs.set_value(tab)
        self.stack.setCurrentIndex(TABS.index(str(tab)))
        if self.preview is not None:
            self._show_counts(self.preview)
        self._fit_tables()

    def go_to_open(self) -> None:
        """Take the user to the first thing that needs an answer, or that an answer may be given to."""
        self._go_to_open(Qt.FocusReason.TabFocusReason)

    def _go_to_open(self, reason: Qt.FocusReason) -> None:
        asked = self.questions.first()
        if asked is not None:
            asked.setFocus(reason)
            self.pane.ensureWidgetVisible(asked)
        elif self.preview is not None and open_stages(self.preview):
            self._chose_tab(STAGES)
            self.stages.go_to_open()
        elif (tab := self._next_doubt()) is not None:
            self._chose_tab(tab)
            self.words.go_to_open() if tab == WORDS else self._doubts[tab].setFocus(Qt.FocusReason.OtherFocusReason)

    def _next_doubt(self) -> str | None:
        """What to look at next of what leaves doubts: what cannot be used, then look-alikes, then words; and again."""
        if self.preview is None:
            return None
        left = ((BAD, self.preview.bad), (ALIKE, self._alike), (WORDS, self.preview.unsaid_words))
        tabs = [tab for tab, there in left if there]
        at = tabs.index(str(self.tabs.value())) + 1 if self.tabs.value() in tabs else 0
        return tabs[at % len(tabs)] if tabs else None

    def go_to_words(self) -> None:
        """Take the user to the first word that an answer may help with."""
        self._chose_tab(WORDS)
        self.words.go_to_open()

    def _chose_tab(self, tab: object) -> None:
        self.show_tab(tab)
        self.pane.ensureWidgetVisible(self._tables)

    def _said(self, question: ImportQuestion, choice: str) -> None:
        self.changed.emit(answered(self.options, question, choice))

    def _said_stage(self, value: str, outcome: str) -> None:
        if self.preview is None:
            return
        known = {one.value: one for one in self.preview.stages}[value]
        self.options = staged(self.options, value, outcome)  # type: ignore[arg-type]  # a signal carries plain text
        stages = tuple(
            replace(one, outcome=outcome, why="you said so") if one is known else one  # type: ignore[arg-type]
            for one in self.preview.stages
        )
        self.preview = replace(self.preview, stages=stages)
        self.stages.show_stages(stages, is_new=False)
        self.changed.emit(self.options)

    def _said_field(self, header: str, field: str) -> None:
        if self.preview is not None:
            self.changed.emit(mapped(self.options, self.preview, header, field))

    def _ask_one_value(self, field: str = "") -> None:
        """Ask for a field and its value in all rows, with what was said of one already."""
        if self.preview is None:
            return
        asked = OneValueDialog(self.preview.kind, self.preview.one_values, field, self)
        asked.wanted.connect(lambda name, value: self.changed.emit(in_all_rows(self.options, name, value)))
        asked.open()

    def _said_same(self, key: str, said: str) -> None:
        self.options = told_of(self.options, key, said)
        self.show_alike(self._alike)

    def _said_of_all(self, said: dict[str, Any]) -> None:
        """Look at the file again, unless it is read the same."""
        options = replace(self.options, **said)
        if "complete" in said:
            self.options = options
        else:
            self.changed.emit(options)

    def _cannot_use(self, why: str) -> None:
        self.verdict.setText(why)

    def _said_word(self, name: str, meant: str) -> None:
        self.changed.emit(worded(self.options, name, meant))

    def _try(self) -> None:
        self.try_button.setEnabled(False)
        self.tried.emit(self.options)

    def _accept(self) -> None:
        self.accepted.emit(self.options)


def _cell_column(header: str, place: int) -> Column[tuple[str, ...]]:
    return Column(header, lambda cells: cells[place] if place < len(cells) else "")
