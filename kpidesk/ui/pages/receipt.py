"""The receipt: a number, its formula in words, every row behind it, and the proof that they come to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.kpis import BUILTINS
from kpidesk.core.receipts import LeftOut, Order, Receipt, ReceiptRow, Replay
from kpidesk.core.scorecards import Question
from kpidesk.core.term_words import term_words
from kpidesk.core.wording import counted
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import PlainLabel, restyle
from kpidesk.ui.page import Page, PageState, Sealed
from kpidesk.ui.widgets.controls import card, row, set_icon
from kpidesk.ui.widgets.deal_joining import ask_one
from kpidesk.ui.widgets.export_dialog import ask_where
from kpidesk.ui.widgets.page_parts import Facts, Mark, button, say_on
from kpidesk.ui.widgets.receipt_model import as_delimited
from kpidesk.ui.widgets.receipt_panel import RowsPanel
from kpidesk.ui.widgets.receipt_text import facts, formula_sentence, headline, parts_words, proof, sample_words

ROW_FORMS = ((".csv", "CSV for any program"), (".xlsx", "Workbook"))
LOW = 780
"""A page of fewer pixels than this begins with its head folded."""
FIRST = 3_000
"""So many rows of a printed receipt are there at once; the others are read when they are looked at."""
MOST_COPIED = 100_000
"""Of more rows a clipboard is no place."""


class ReceiptPage(Page):
    """The rows behind one number; a class because pages are widgets. `open_receipt` says which number."""

    page_id: ClassVar[str] = "receipt"
    title: ClassVar[str] = "Rows"
    depends: ClassVar[Change] = Change.DATA | Change.PEOPLE | Change.KPIS | Change.SETTINGS

    def build(self) -> None:
        """Head with the number, then the table."""
        self._kpi_id = ""
        self._asked: Question | None = None
        self._sealed: Sealed | None = None
        self._code = ""
        self._shows_today = False
        self.receipt: Receipt | None = None
        self.replay: Replay | None = None
        column = QVBoxLayout(self.body)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(self._build_head())
        column.addWidget(self._build_rows(), 1)

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
        self.copy_sql = button("Copy S&QL", self._copy_sql, "quiet", "Copy the SQL that gives this number")
        self.copy_code = button("Copy &receipt", self._copy_code, "quiet", "Ctrl+C, while no row is selected")
        top = row(self.back, self.other, self.copy_sql, self.copy_code, spacing=10)
        top.insertLayout(1, title, 1)
        self.value = PlainLabel("", "number")
        self.sample = PlainLabel("", "muted", elide=True)
        self.sample.setContentsMargins(0, 0, 0, 5)
        self.more = button("", lambda: self.fold(not self._is_folded), "link")
        self._is_folded: bool | None = None
        figure = row(self.value, self.sample, self.more, spacing=12)
        figure.setStretch(1, 1)
        for part in (self.sample, self.more):
            figure.setAlignment(part, Qt.AlignmentFlag.AlignBottom)
        self.words = PlainLabel("", wrap=True)
        self.parts = PlainLabel("", "muted", wrap=True)
        self.notices = PlainLabel("", "small", wrap=True)
        self.facts = Facts()
        column.addLayout(top)
        column.addLayout(figure)
        self.credit = PlainLabel("", "muted", wrap=True)
        for widget in (self.words, self.parts, self.credit, self._build_proof(), self.facts, self.notices):
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

    def _build_rows(self) -> QWidget:
        self.rows = RowsPanel(self.theme)
        self.table, self.search, self.which = self.rows.table, self.rows.search, self.rows.which
        self.count = self.rows.count
        self.rows.group_wanted.connect(self._ask_group)
        self.rows.order_wanted.connect(self._ask_order)
        self.rows.rows_wanted.connect(self._ask_rows)
        self.rows.copy_wanted.connect(self._copy)
        self.rows.export_wanted.connect(self.export)
        self.rows.one_wanted.connect(partial(ask_one, self.shell, self))
        self.rows.opened.connect(self._open_row)
        return self.rows

    def open_receipt(self, kpi_id: str, question: Question, sealed: Sealed | None = None) -> None:
        """Show the rows behind a KPI's value for a scope in a period, first as a meeting sealed them where one did."""
        self._kpi_id, self._asked, self._sealed, self._code = kpi_id, question, sealed, ""
        self._shows_today = sealed is None
        self.ask(question)

    def open_code(self, code: str, question: Question) -> None:
        """Show the number of a printed receipt again, and whether it is still the same."""
        self._kpi_id, self._asked, self._sealed, self._code = "", question, None, code
        self._shows_today = True
        self.ask(question)

    def _turn(self) -> None:
        """Go from the rows as they were seen to today's, or back."""
        self._shows_today = not self._shows_today
        self.ask(self._asked)

    def load(self, workspace: Workspace, question: Question | None) -> Any:
        """The receipt of the number that was opened; a changed scope or period above the page does not matter."""
        asked = self._asked or question
        if self._code:
            return operations.replay(workspace, self._code, first=FIRST)
        if not self._kpi_id or asked is None:
            return None
        if self._sealed is not None and not self._shows_today:
            return self._sealed.receipt
        return operations.receipt_head(workspace, self._kpi_id, asked)

    def show_value(self, value: Any) -> None:
        """Show a receipt, then ask for what it leaves out."""
        if value is None:
            self.show_state(PageState("No number chosen", "Click a value on the scorecard to see its rows."))
            return
        replay = value if isinstance(value, Replay) else None
        self.show_receipt(value if replay is None else replay.receipt, replay)
        if self._sealed is None or self._shows_today:
            self._ask_left_out()
            self._read_ahead()

    def show_receipt(self, receipt: Receipt, replay: Replay | None = None) -> None:
        """Show a number with its proof and every row; the filter is lifted."""
        self.receipt, self.replay = receipt, replay
        settings = self.shell.settings
        self._show_title(receipt, settings.organisation)
        self.value.setText(receipt.value_text)
        self.sample.setText(sample_words(receipt))
        self.words.setText(formula_sentence(receipt))
        self.parts.setText(parts_words(receipt))
        self.credit.setText(receipt.credit)
        self.facts.show_facts(facts(receipt))
        self.fold(self.height() < self.theme.px(LOW) if self._is_folded is None else self._is_folded)
        self._show_proof(receipt, receipt.currency or settings.currency)
        is_kpi = bool(receipt.kpi.formula) or receipt.kpi.builtin in BUILTINS
        self.copy_sql.setVisible(is_kpi and (self._sealed is None or self._shows_today))
        self.copy_code.setVisible(bool(receipt.code))
        self.rows.show_receipt(receipt)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def fold(self, is_folded: bool) -> None:
        """Hide how the number is counted and where it comes from, to leave the room to the rows; a link brings it back.

        What is to be known of this number stays.
        """
        receipt, replay = self.receipt, self.replay
        if receipt is None:
            return
        self._is_folded = is_folded
        say_on(self.more, "Show how it was counted" if is_folded else "Show less")
        told = [*(replay.changes if replay is not None else ()), *(replay.asides if replay is not None else ())]
        terms = "" if is_folded else term_words(receipt.kpi.name, receipt.words, sample_words(receipt))
        told += [*receipt.notices, *([terms] if terms else [])]
        self.notices.setText("\n".join(f"•  {notice}" for notice in told))
        for label in (self.parts, self.credit):
            label.setHidden(is_folded or not label.text())
        self.facts.setHidden(is_folded)
        self.notices.setHidden(not told)

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
        words = proof(receipt, currency)
        if not receipt.reproduces:
            sign, tone = "circle-alert", "bad"
        elif self.replay is not None and not self.replay.is_same:
            sign, tone = "circle-alert", "watch"
        else:
            sign, tone = ("check", "good") if receipt.result.value is not None else ("info", "muted")
        self.proof.setText(f"{self.replay.verdict} {words}" if self.replay is not None else words)
        self._sign.show_icon(sign, tone)
        restyle(self.proof_bar, "tone", tone)
        restyle(self.proof, "tone", tone)

    # --- rows that are not there yet ---------------------------------------------------------------------------------

    def _ask_left_out(self) -> None:
        def take(found: tuple[LeftOut, ...]) -> None:
            self.rows.show_groups(found)

        self._ask("left-out", operations.left_out, take)

    def _ask_group(self, reason: str) -> None:
        self._ask("group", partial(operations.left_out_rows, reason=reason), partial(self.rows.show_listing, reason))

    def _read_ahead(self) -> None:
        """Read on what the rows will be sorted and found by, a little at a time while they are looked at."""
        receipt = self.receipt
        if receipt is not None and self.rows.model.is_lazy:
            self._ask("ahead", partial(operations.receipt_read_ahead, columns=receipt.columns), self._go_on, aside=True)

    def _go_on(self, more: bool) -> None:
        if more and self.isVisible():
            self._read_ahead()

    def _ask_order(self, order: Order) -> None:
        self._ask("order", partial(operations.receipt_order, order=order), partial(self.rows.show_order, order))

    def _ask_rows(self, first: int, places: list[int]) -> None:
        take = partial(self.rows.model.take_rows, first, places)
        self._ask(f"rows:{first}", partial(operations.receipt_rows, places=places), take)

    def _ask(self, name: str, question: Any, take: Any, *, aside: bool = False) -> None:
        """Put a question about the number on show; the answer is dropped where another number is on show by then."""
        receipt = self.receipt
        if receipt is None:
            return

        def taken(answer: Any) -> None:
            if self.receipt is receipt:
                take(answer)

        self.shell.jobs.ask(
            f"receipt:{name}",
            lambda workspace: question(workspace, receipt.kpi.id, receipt.question),
            taken,
            self.shell.show_error,
            aside=aside,
        )

    def _open_row(self, opened: ReceiptRow) -> None:
        """Go to the number that a row stands for."""
        if opened.opens is not None:
            self.shell.open_receipt(opened.opens.kpi_id, opened.opens.question)

    # --- what leaves the page ----------------------------------------------------------------------------------------

    def _copy(self, delimiter: str) -> None:
        model = self.rows.model
        if not model.is_lazy or self.table.selectionModel().hasSelection():
            self._say_copied(self.table.copy(delimiter))
            return
        places = model.places()
        if len(places) > MOST_COPIED:
            self.shell.show_error(UserError(f"{len(places):,} rows are too many to copy.", "Export them to a file."))
            return

        def take(rows: tuple[ReceiptRow, ...]) -> None:
            QGuiApplication.clipboard().setText(as_delimited(model.columns, rows, delimiter))
            self._say_copied(len(rows))

        self._ask("copy", partial(operations.receipt_rows, places=places), take)

    def _copy_code(self) -> None:
        if self.receipt is not None and self.receipt.code:
            QGuiApplication.clipboard().setText(self.receipt.code)
            self.shell.toast("Receipt copied.")

    def export(self) -> None:
        """Ask for a file and write the rows shown to it."""
        if self.receipt is None or not self.shows_body:
            return
        to = ask_where(self, f"{self.receipt.kpi.name} · rows", ROW_FORMS)
        if to is not None:
            self.export_to(to)

    def export_to(self, to: Path) -> None:
        """Write the rows shown to a file, in the form that its ending names."""
        if self.receipt is None:
            return
        receipt, model = self.receipt, self.rows.model

        def say(rows: int) -> None:
            self.shell.toast(f"{counted(rows, 'row')} written in {to.name}.")

        if model.is_lazy:
            self._write_pages(receipt, model.places(), to, say)
            return
        write = partial(operations.export_listed, receipt=receipt, rows=model.records(), to=to)
        self.shell.jobs.ask("receipt:export", write, say, self.shell.show_error)

    def _write_pages(self, receipt: Receipt, places: list[int], to: Path, say: Callable[[int], None]) -> None:
        """Write very many rows with progress; what is on show is the same when they are written."""
        self.shell.do_work(
            "rows",
            lambda workspace: operations.export_rows(workspace, receipt.kpi.id, receipt.question, to, places),
            say,
            f"Writing {counted(len(places), 'row')}",
            "Cancel leaves everything as it was.",
        )

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
        """Escape goes back, Ctrl+F filters, Ctrl+C without a row selected copies the receipt."""
        if event.matches(QKeySequence.StandardKey.Cancel):
            self.shell.close_receipt()
        elif event.matches(QKeySequence.StandardKey.Find):
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy_code()
        else:
            super().keyPressEvent(event)
