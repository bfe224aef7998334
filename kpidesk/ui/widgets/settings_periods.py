"""The periods of fiscal years as a table to edit, paste into, open from a file and save as one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialog, QFileDialog, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from kpidesk import operations
from kpidesk.core.calendar_tables import own_of_text, periods_table
from kpidesk.core.calendars import Calendar, own_periods, place_of
from kpidesk.core.errors import UserError
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.widgets.controls import button, row

NONE = "List periods…"
HELP = "One line for each of the twelve periods of a year, without gaps. Years that are not listed are of months."
FILES = "Tables (*.csv);;All files (*)"
AROUND = 1
LARGEST_FILE = 1_000_000


class PeriodsButton(QPushButton):
    """Says which years are listed and opens their table; a class because it is a widget with a signal.

    `kept` is the list as the settings keep it, empty for none; `calendar` gives the periods to begin with. `listed` is
    sent when a list was taken.
    """

    listed = Signal()

    def __init__(self, kept: str) -> None:
        super().__init__()
        self.kept = kept
        self.calendar: Callable[[], Calendar] = Calendar
        self.clicked.connect(self.open)
        self._show()

    def open(self) -> PeriodsDialog:
        """Show the table of the list, or that of the years around today to begin with."""
        if self.kept:
            known = Calendar(own=own_periods(self.kept))
            text = periods_table(known, own_periods(self.kept).years)
        else:
            calendar = self.calendar()
            now, _ = place_of(calendar, date.today())
            text = periods_table(calendar, range(now - AROUND, now + AROUND + 1))
        asked = PeriodsDialog(text, self)
        asked.wanted.connect(self._take)
        asked.open()
        return asked

    def _take(self, kept: str) -> None:
        self.kept = kept
        self._show()
        self.listed.emit()

    def _show(self) -> None:
        years = own_periods(self.kept).years if self.kept else None
        self.setText(f"{years[0]} to {years[-1]}…" if years else NONE)


class PeriodsDialog(QDialog):
    """The table as text; a class because it is a widget. `wanted` sends the list as the settings keep it."""

    wanted = Signal(str)

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Periods that you list")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 20, 24, 18)
        outer.setSpacing(12)
        outer.addWidget(PlainLabel("Periods that you list", "title"))
        outer.addWidget(PlainLabel(HELP, "muted", wrap=True))
        self.text = QPlainTextEdit(text)
        self.text.setAccessibleName("Year, period, first day and last day, a line for each period")
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setTabChangesFocus(True)
        self.text.setMinimumSize(460, 360)
        outer.addWidget(self.text, 1)
        self.problem = PlainLabel("", "problem", wrap=True)
        self.problem.hide()
        outer.addWidget(self.problem)
        self.save = button("Use these", self._send, kind="primary")
        self.save.setDefault(True)
        outer.addLayout(
            row(button("Open a file…", self._open), button("Save as a file…", self._save), None,
                button("Cancel", self.reject), self.save, spacing=10)
        )  # fmt: skip

    def _send(self) -> None:
        try:
            kept = own_of_text(self.text.toPlainText())
        except UserError as error:
            self._tell(str(error))
            return
        self.wanted.emit(kept)
        self.accept()

    def _tell(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.show()

    def _open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Open periods", "", FILES)
        if name:
            self.read_file(Path(name))

    def read_file(self, path: Path) -> None:
        """Take the text of a file; it is looked at when it is used."""
        try:
            with path.open(encoding="utf-8-sig") as file:
                self.text.setPlainText(file.read(LARGEST_FILE))
        except (OSError, ValueError):
            self._tell(f"'{path.name}' cannot be read as text. Save it as CSV in UTF-8.")

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save periods", "periods.csv", FILES)
        if name:
            try:
                operations.write_file(Path(name), self.text.toPlainText().encode("utf-8-sig"))
            except UserError as error:
                self._tell(str(error))
