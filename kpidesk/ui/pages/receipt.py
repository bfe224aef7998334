"""The receipt: a number, its formula in words, every row behind it, and the proof that they come to it."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.formats import day_text
from kpidesk.core.receipts import Receipt
from kpidesk.core.scorecards import Question
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import PlainLabel, restyle, tip
from kpidesk.ui.page import Page, PageState, Sealed
from kpidesk.ui.widgets.controls import Segments, card, row, set_icon
from kpidesk.ui.widgets.import_answers import counted
from kpidesk.ui.widgets.import_parts import Facts, Mark, button
from kpidesk.ui.widgets.receipt_model import RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable
from kpidesk.ui.widgets.receipt_text import (
    columns_of,
    facts,
    formula_sentence,
    headline,
    is_quotient,
    parts_words,
    proof,
    sample_words,
)

ALL, ABOVE, BELOW = "all", "above", "below"
WHICH_TIPS = (
    "Every row behind the number",
    "The rows that count, for example the deals won",
    "The rows that are only counted against, for example the deals not won",
)
TYPING_MS = 150


class ReceiptPage(Page):
    """The rows behind one number; a class because pages are widgets. `open_receipt` says which number."""

    page_id: ClassVar[str] = "receipt"
    title: ClassVar[str] = "Rows"
    icon: ClassVar[str] = "receipt-text"
    help_text: ClassVar[str] = "Every row behind a number, and the proof that they come to it"
    depends: ClassVar[Change] = Change.DATA | Change.PEOPLE | Change.KPIS | Change.SETTINGS

    def build(self) -> None:
        """Head with the number, then the table."""
        self._kpi_id = ""
        self._asked: Question | None = None
        self._sealed: Sealed | None = None
        self._shows_today = False
        self.receipt: Receipt | None = None
        column = QVBoxLayout(self.body)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(self._build_head())
        column.addWidget(self._build_table(), 1)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._filter)

    def _build_head(self) -> QWidget:
        frame, column = card(spacing=8)
        self.back = button("&Back", self.shell.close_receipt, "quiet", "Escape")
        set_icon(self.back, self.theme, "chevron-left")
        self.name = PlainLabel("", "heading", elide=True)
        self.about = PlainLabel("", "muted", elide=True)
        title = QVBoxLayout()
        title.setSpacing(2)
        title.addWidget(self.name)
        title.addWidget(self.about)
        self.other = button("", self._turn, "quiet", "The same number, as it was seen in the meeting or as it is today")
        self.other.hide()
        self.copy_sql = button("S&QL", self._copy_sql, "quiet", "Copy the SQL that gives this number")
        top = row(self.other, self.copy_sql, self.back, spacing=10)
        top.insertLayout(0, title, 1)
        self.value = PlainLabel("", "number")
        self.sample = PlainLabel("", "muted", elide=True)
        self.sample.setContentsMargins(0, 0, 0, 5)
        figure = row(self.value, self.sample, spacing=12)
        figure.setStretch(1, 1)
        figure.setAlignment(self.sample, Qt.AlignmentFlag.AlignBottom)
        self.words = PlainLabel("", wrap=True)
        self.parts = PlainLabel("", "muted", wrap=True)
        self.notices = PlainLabel("", "small", wrap=True)
        self.facts = Facts()
        column.addLayout(top)
        column.addLayout(figure)
        for widget in (self.words, self.parts, self._build_proof(), self.facts, self.notices):
            column.addWidget(widget)
        return frame

    def _build_proof(self) -> QWidget:
        self.proof_bar = QFrame()
        self.proof_bar.setProperty("role", "banner")
        self._sign = Mark(self.theme, "check", "good", 18)
        self.proof = PlainLabel("", wrap=True)
        line = row(self._sign, self.proof, spacing=10)
        line.setStretch(1, 1)
        line.setContentsMargins(12, 9, 12, 9)
        self.proof_bar.setLayout(line)
        return self.proof_bar

    def _build_table(self) -> QWidget:
        frame, column = card(margins=(1, 12, 1, 8), spacing=10)
        self.which = Segments((("All", ALL), ("In the numerator", ABOVE), ("Only in the denominator", BELOW)), "Show")
        for made, words in zip(self.which.buttons(), WHICH_TIPS, strict=True):
            tip(made, words)
        self.which.set_value(ALL)
        self.which.chosen.connect(lambda _value: self._filter())
        self.search = QLineEdit(placeholderText="Filter rows")
        self.search.setAccessibleName("Filter rows")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(self.theme.px(110))
        self.search.setMaximumWidth(self.theme.px(220))
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.count = PlainLabel("", "small")
        copy = button("&Copy", self._copy, "", "For a spreadsheet")
        copy_csv = button("Copy CS&V", self._copy_csv, "quiet")
        head = row(self.which, self.search, self.count, None, copy_csv, copy, spacing=10)
        head.setStretch(1, 8)
        head.setContentsMargins(15, 0, 12, 0)
        self.table = RecordTable(
            RecordModel(()), self.theme, name="Rows behind the number", stretch=(0,), least=220,
            empty="No row. Nothing happened in this period, or the filter hides it.",
        )  # fmt: skip
        column.addLayout(head)
        column.addWidget(self.table, 1)
        return frame

    def open_receipt(self, kpi_id: str, question: Question, sealed: Sealed | None = None) -> None:
        """Show the rows behind a KPI's value for a scope in a period, first as a meeting sealed them where one did."""
        self._kpi_id, self._asked, self._sealed = kpi_id, question, sealed
        self._shows_today = sealed is None
        self.ask(question)

    def _turn(self) -> None:
        """Go from the rows as they were seen to today's, or back."""
        self._shows_today = not self._shows_today
        self.ask(self._asked)

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """The receipt of the number that was opened; a changed scope or period above the page does not matter."""
        asked = self._asked or question
        if not self._kpi_id or asked is None:
            return None
        if self._sealed is not None and not self._shows_today:
            return self._sealed.receipt
        return operations.rows(workspace, self._kpi_id, asked)

    def show_value(self, value: Any) -> None:
        """Show a receipt."""
        if value is None:
            self.show_state(PageState("No number chosen", "Click a value on the scorecard to see its rows."))
            return
        self.show_receipt(value)

    def show_receipt(self, receipt: Receipt) -> None:
        """Show a number with its proof and every row; the filter is lifted."""
        self.receipt = receipt
        settings = self.shell.settings
        self._show_title(receipt, settings.organisation)
        self.value.setText(receipt.value_text)
        self.sample.setText(sample_words(receipt))
        self.words.setText(formula_sentence(receipt))
        parts = parts_words(receipt)
        self.parts.setText(parts)
        self.parts.setVisible(bool(parts))
        self.facts.show_facts(facts(receipt))
        self.notices.setText("\n".join(f"•  {notice}" for notice in receipt.notices))
        self.notices.setVisible(bool(receipt.notices))
        self._show_proof(receipt, receipt.currency or settings.currency)
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.which.set_value(ALL)
        self.which.setVisible(is_quotient(receipt))
        self.copy_sql.setVisible(self._sealed is None or self._shows_today)
        self.table.records.show_rows(receipt.rows, columns_of(receipt))
        self._show_count()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_title(self, receipt: Receipt, organisation: str) -> None:
        """Whose number it is; where a meeting sealed it, of which day the rows are and how to see the others."""
        about, sealed = headline(receipt, organisation), self._sealed
        self.other.setVisible(sealed is not None)
        if sealed is None:
            title = receipt.kpi.name
        else:
            seen = f"as seen on {day_text(sealed.day)}"
            title = f"{receipt.kpi.name}, {'as it is today' if self._shows_today else seen}"
            self.other.setText(f"Show the rows {seen}" if self._shows_today else "Show &today's rows")
        self.name.setText(title)
        self.about.setText(about)

    def _show_proof(self, receipt: Receipt, currency: str) -> None:
        if not receipt.reproduces:
            sign, tone = "circle-alert", "bad"
        else:
            sign, tone = ("check", "good") if receipt.result.value is not None else ("info", "muted")
        self.proof.setText(proof(receipt, currency))
        self._sign.show_icon(sign, tone)
        restyle(self.proof_bar, "tone", tone)
        restyle(self.proof, "tone", tone)

    def _filter(self) -> None:
        if self.receipt is None:
            return
        which = self.which.value()
        mask = None if which == ALL else [one.in_numerator == (which == ABOVE) for one in self.receipt.rows]
        self.table.records.keep(mask, self.search.text())
        self._show_count()

    def _show_count(self) -> None:
        if self.receipt is None:
            return
        shown, total = self.table.records.rowCount(), len(self.receipt.rows)
        self.count.setText(counted(total, "row") if shown == total else f"{shown:,} of {counted(total, 'row')}")

    def _copy(self) -> None:
        self._say_copied(self.table.copy("\t"))

    def _copy_csv(self) -> None:
        self._say_copied(self.table.copy(","))

    def _copy_sql(self) -> None:
        if self.receipt is None:
            return
        kpi_id, asked = self.receipt.kpi.id, self.receipt.question
        self.shell.jobs.ask(
            "receipt:sql",
            lambda workspace: operations.kpi_sql(workspace, kpi_id, asked),
            self._take_sql,
            self.shell.show_error,
        )

    def _take_sql(self, statement: str) -> None:
        QGuiApplication.clipboard().setText(statement)
        self.shell.toast("SQL copied.")

    def _say_copied(self, rows: int) -> None:
        self.shell.toast(f"{counted(rows, 'row')} copied.")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back, Ctrl+F filters."""
        if event.matches(QKeySequence.StandardKey.Cancel):
            self.shell.close_receipt()
        elif event.matches(QKeySequence.StandardKey.Find):
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            super().keyPressEvent(event)
