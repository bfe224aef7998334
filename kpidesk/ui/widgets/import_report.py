"""What an import did: an equation that adds up, what changed since the last one, and the rows it refused."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from kpidesk.core.deal_changes import SIGNED, DealMove, kind_of
from kpidesk.core.errors import Issue
from kpidesk.core.formats import day_text, format_difference, format_value
from kpidesk.core.imports import ImportReport, change_amount
from kpidesk.core.wording import counted
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import card, clear, row
from kpidesk.ui.widgets.import_answers import KIND_WORDS, window_notice
from kpidesk.ui.widgets.import_links import LinksCard
from kpidesk.ui.widgets.page_parts import Column as PageColumn
from kpidesk.ui.widgets.page_parts import Mark, button, fill, say_on
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable

ISSUE_COLUMNS: tuple[Column[Issue], ...] = (
    Column("Line", lambda one: f"{one.line:,}", lambda one: float(one.line), right=True, strong=True),
    Column("Column", lambda one: one.column),
    Column("Value", lambda one: one.value or "(empty)"),
    Column("Problem", lambda one: one.problem),
)
PARTS = ("added", "updated", "unchanged", "rejected", "skipped")


class Equation(QWidget):
    """Rows read = added + updated + unchanged + rejected + skipped, as figures; a class because it is a widget."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(0)

    def show_report(self, report: ImportReport) -> None:
        """Show the figures of a report."""
        clear(self._grid)
        terms = [("read", report.read), *((part, int(getattr(report, part))) for part in PARTS)]
        for place, (word, count) in enumerate(terms):
            number = PlainLabel(f"{count:,}", "number")
            word_label = PlainLabel(word, "muted")
            number.setEnabled(count != 0)
            self._grid.addWidget(number, 0, 2 * place)
            self._grid.addWidget(word_label, 1, 2 * place)
            if place < len(terms) - 1:
                sign = PlainLabel("=" if place == 0 else "+", "heading")
                sign.setEnabled(False)
                self._grid.addWidget(sign, 0, 2 * place + 1, Qt.AlignmentFlag.AlignCenter)
        self._grid.setColumnStretch(2 * len(terms), 1)
        self.setAccessibleName(equation_words(report))


def equation_words(report: ImportReport) -> str:
    """The figures of a report as one sentence."""
    parts = " + ".join(f"{getattr(report, part):,} {part}" for part in PARTS)
    return f"{counted(report.read, 'row')} read = {parts}"


def heading_words(report: ImportReport) -> str:
    """What became of a file: imported, nothing new, or tried and not imported."""
    nothing = report.added + report.updated == 0
    words = f"{report.file}: nothing new" if nothing else f"{report.file} imported"
    if report.dry_run:
        words = f"Tried, not imported: {report.file}"
    return f"{words} · {KIND_WORDS[report.kind]} · data of {day_text(report.data_date)}"


class ChangeTile(QFrame):
    """How many deals changed in one way; `pressed_on` tells that it was pressed, by mouse or key.

    A class because it is a widget with a signal.
    """

    pressed_on = Signal()

    def __init__(self, what: str, count: str, amount: str) -> None:
        super().__init__()
        self.setProperty("role", "well")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{what}: {count}, {amount}")
        inner = QVBoxLayout(self)
        inner.setContentsMargins(14, 10, 14, 10)
        inner.setSpacing(1)
        for text, role in ((what, "muted"), (count, "subheading"), (amount, "small")):
            inner.addWidget(PlainLabel(text, role, elide=role == "muted", wrap=role == "small"))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click presses it."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed_on.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and the space bar press it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed_on.emit()
        else:
            super().keyPressEvent(event)


class ReportView(QWidget):
    """The result of an import in the place of its preview; a class because it is a widget with signals.

    `undo` and `save_wanted` (its rejected rows as a file) carry the id of the import, `changes_wanted` also the kind
    of change (None: all kinds). Of a file that was only tried, `back` leads to its check; `words_wanted` does so where
    words of it may count as others.
    """

    back = Signal()
    open_scorecard = Signal()
    import_more = Signal()
    words_wanted = Signal()
    undo = Signal(int)
    save_wanted = Signal(int)
    changes_wanted = Signal(int, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.report: ImportReport | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        scroll = PageColumn(margins=(0, 0, 0, 0))
        fill(scroll.column, self._build_head(), self._build_changes())
        self.links = LinksCard(theme)
        scroll.column.addWidget(self.links)
        scroll.column.addWidget(self._build_rejects(), 1)
        self._spare = QWidget()
        scroll.column.addWidget(self._spare, 1)
        column.addWidget(scroll)
        self._column = column

    def put_first(self, widget: QWidget) -> None:
        """Put something above the report."""
        self._column.insertWidget(0, widget)

    def _build_head(self) -> QWidget:
        frame, column = card(margins=(18, 16, 18, 16), spacing=14)
        self._sign = Mark(self.theme, "check", "good", 20)
        self.heading = PlainLabel("", "heading", elide=True)
        self.scorecard = button("Open &scorecard", self.open_scorecard.emit, "primary")
        self.more = button("Import &another", self.import_more.emit)
        self.undo_button = button("&Undo", self._undo, "quiet")
        self.back_button = button("&Back to the check", self.back.emit, "primary")
        buttons = (self.undo_button, self.more, self.scorecard, self.back_button)
        head = row(self._sign, self.heading, *buttons, spacing=10)
        head.setStretch(1, 1)
        self.equation = Equation()
        self.notices = PlainLabel("", "small", wrap=True)
        column.addLayout(head)
        column.addWidget(self.equation)
        column.addWidget(self.notices)
        self.words_button = button("", self.words_wanted.emit, "link", "What you say is kept for the next file like it")
        column.addLayout(row(self.words_button, None))
        return frame

    def _build_changes(self) -> QWidget:
        self._change_card, column = card(spacing=10)
        self.changes_button = button("See e&very deal that changed", lambda: self._ask_changes(None), "link")
        heading = PlainLabel("What this import changed", "subheading")
        column.addLayout(row(heading, None, self.changes_button))
        self._changes = QGridLayout()
        self._changes.setHorizontalSpacing(12)
        self._changes.setVerticalSpacing(10)
        column.addLayout(self._changes)
        return self._change_card

    def _build_rejects(self) -> QWidget:
        self._reject_card, column = card(margins=(1, 14, 1, 8), spacing=10)
        self._reject_title = PlainLabel("", "subheading")
        self._copy = button("&Copy", self._copy_rejects, "quiet")
        self.save_rejects = button(
            "Sa&ve as CSV…",
            self._save_rejects,
            "",
            "Correct it and import it again: what is wrong stands beside each row",
        )
        head = row(self._reject_title, None, self._copy, self.save_rejects)
        head.setContentsMargins(17, 0, 12, 0)
        self.rejects = RecordTable(RecordModel(ISSUE_COLUMNS), self.theme, name="Rejected rows", stretch=(3,))
        column.addLayout(head)
        column.addWidget(self.rejects, 1)
        self._reject_card.setMinimumHeight(self.theme.px(260))
        return self._reject_card

    def show_report(self, report: ImportReport, currency: str = "") -> None:
        """Show what an import did; amounts in `currency`."""
        self.report = report
        self.heading.setText(heading_words(report))
        self._sign.show_icon(*(("eye", "accent") if report.dry_run else ("check", "good")))
        self.back_button.setVisible(report.dry_run)
        for made in (self.undo_button, self.more, self.scorecard):
            made.setVisible(not report.dry_run)
        self.links.hide()
        self.equation.show_report(report)
        notices = report.notices if report.adds_up else (*report.notices, "These figures do not add up: please report.")
        self.notices.setText("\n".join(f"•  {window_notice(notice)}" for notice in notices))
        self.notices.setVisible(bool(notices))
        self._show_changes(report, currency)
        shown = len(report.issues)
        self._reject_title.setText(
            f"{counted(report.rejected, 'row')} of {KIND_WORDS[report.kind]} "
            + ("that would be refused" if report.dry_run else "not imported")
            + (f"; the first {shown:,} are listed" if shown < report.rejected else "")
        )
        self.rejects.records.show_rows(report.issues)
        self.save_rejects.setVisible(not report.dry_run)
        self._reject_card.setVisible(bool(report.issues))
        self._spare.setVisible(not report.issues)
        self.words_button.hide()

    def show_round(self, waiting: int, files: int, unsaid: int) -> None:
        """Show what can follow: `waiting` files of `files`, or words of this one that nothing is said of."""
        say_on(self.more, "Next file" if waiting else "Import another")
        say_on(self.undo_button, "Undo this file" if files > 1 else "Undo")
        say_on(self.words_button, f"Say what {counted(unsaid, 'word')} {'counts' if unsaid == 1 else 'count'} as…")
        self.words_button.setVisible(bool(unsaid))

    def _show_changes(self, report: ImportReport, currency: str) -> None:
        clear(self._changes)
        self._change_card.setVisible(bool(report.changes))
        across = 4
        for place, change in enumerate(report.changes):
            kind = kind_of(change.what)
            shown = format_difference if kind in SIGNED else format_value
            amount = change_amount(shown(change.amount, "money", currency), change)
            tile = ChangeTile(change.what.capitalize(), counted(change.deals, "deal"), amount)
            tile.pressed_on.connect(lambda kind=kind: self._ask_changes(kind))
            self._changes.addWidget(tile, place // across, place % across)
        for column in range(across):
            self._changes.setColumnStretch(column, 1)

    def _ask_changes(self, kind: DealMove | None) -> None:
        if self.report is not None:
            self.changes_wanted.emit(self.report.import_id, kind)

    def _copy_rejects(self) -> None:
        self.rejects.copy(everything=True)

    def _save_rejects(self) -> None:
        if self.report is not None:
            self.save_wanted.emit(self.report.import_id)

    def _undo(self) -> None:
        if self.report is not None:
            self.undo.emit(self.report.import_id)
