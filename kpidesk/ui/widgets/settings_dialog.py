"""The settings of a workspace: what changes a number, each with a sentence that says how."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any, cast
from zoneinfo import available_timezones

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QComboBox, QCompleter, QDialog, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kpidesk.core.calendars import CALENDARS, MONTHLY, OWN, YEAR_NAMES, Calendar
from kpidesk.core.errors import UserError
from kpidesk.core.parameters import parameters_text, read_parameters
from kpidesk.core.rates import RATE_BASES
from kpidesk.core.settings import LARGEST, SETTING_HELP, Settings, calendar_of
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.widgets.controls import ListBox, button, line, row
from kpidesk.ui.widgets.new_exports import FolderChoice
from kpidesk.ui.widgets.page_parts import Column
from kpidesk.ui.widgets.settings_periods import PeriodsButton
from kpidesk.ui.window_size import fit

TITLES = {
    "organisation": "Organisation",
    "currency": "Currency",
    "rate_basis": "Convert other currencies",
    "fiscal_start_month": "Fiscal year begins in",
    "fiscal_year_name": "A fiscal year is named after",
    "calendar": "A year is made of",
    "own_periods": "Periods that you list",
    "week_start": "Week begins on",
    "time_zone": "Time zone",
    "business_hours": "Working hours",
    "minimum_n": "Smallest sample for a status",
    "solid_n": "Sample for a certain status",
    "stall_days": "Days until a deal is stalled",
    "parameters": "Numbers for formulas",
}
HINTS = SETTING_HELP | {
    "currency": "The currency in which amounts are shown.",
    "fiscal_start_month": "Its first month.",
    "fiscal_year_name": "The calendar year in which it ends, or that in which it begins.",
    "own_periods": "A table of years, periods, first and last days, for the choice above.",
    "calendar": "Whole weeks end on one weekday, or begin on the first of a month; or you list the periods.",
    "business_hours": "For response times and working days. Empty: around the clock.",
    "week_start": "For weeks, and for years that are made of them.",
    "parameters": "What no file tells, such as gross_margin = 80%; several are parted by semicolons.",
}
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CURRENCIES = ("AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "INR", "JPY", "MXN", "NOK",
              "NZD", "PLN", "SEK", "SGD", "USD", "ZAR")  # fmt: skip
CHOICES = {
    "rate_basis": tuple(RATE_BASES), "calendar": tuple(CALENDARS), "fiscal_year_name": tuple(YEAR_NAMES),
}  # fmt: skip
BASES = CHOICES["rate_basis"]
BASIS_WORDS = ("At the closing day", "At the creation day", "At the budget rate")
NUMBERS = ("minimum_n", "solid_n", "stall_days")
EXAMPLES = {"business_hours": "Mon-Fri 09:00-17:00"}
OF_THE_YEAR = ("calendar", "fiscal_start_month", "fiscal_year_name", "week_start")
"""The settings that say how a fiscal year is cut into periods, but for the list itself."""
FIELD_WIDTH = 230
ALL_NUMBERS = "Sizes of deals and every other number, with what it is for"
WATCH_HINT = "On this computer only. They are offered; none is imported by itself."


class SettingsDialog(QDialog):
    """A form with one line per setting; a class because it is a widget. `wanted` sends the Settings to be kept.

    `numbers_wanted` asks for the page of the numbers for formulas; what was changed here is to be saved first.

    `watched` is no setting of the workspace: it says where on this computer new exports are looked for.
    """

    wanted = Signal(object)
    numbers_wanted = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None, folder: Path | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Settings")
        self._before = settings
        outer = QVBoxLayout(self)
        outer.setContentsMargins(28, 24, 28, 20)
        outer.setSpacing(14)
        outer.addWidget(PlainLabel("Settings", "title"))
        outer.addWidget(PlainLabel("They change numbers, so they are kept in the workspace.", "muted"))
        self.editors = {name: _editor(name, getattr(settings, name)) for name in TITLES}
        pane = Column(margins=(0, 0, 24, 0), whole=True)
        pane.column.addLayout(self._form())
        outer.addWidget(pane, 1)
        self._link_periods()
        self.watched = FolderChoice(folder)
        outer.addWidget(line())
        outer.addLayout(self._of_this_computer())
        self.problem = PlainLabel("", "problem", wrap=True)
        self.problem.hide()
        outer.addWidget(self.problem)
        self.save = button("Save", self._send, kind="primary")
        self.save.setDefault(True)
        outer.addLayout(row(None, button("Cancel", self.reject), self.save, spacing=10))
        unseen = pane.column.sizeHint().height() - pane.sizeHint().height()
        fit(self, self.sizeHint() + QSize(0, max(0, unseen)))

    def _form(self) -> QGridLayout:
        form = QGridLayout()
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(8)
        form.setColumnStretch(0, 1)
        for number, (name, editor) in enumerate(self.editors.items()):
            words = QVBoxLayout()
            words.setSpacing(1)
            title = PlainLabel(TITLES[name])
            title.setBuddy(editor)
            words.addWidget(title)
            hint = PlainLabel(HINTS[name], "hint")
            words.addWidget(hint)
            if name == "parameters":
                words.addLayout(row(button(ALL_NUMBERS, self._ask_numbers, kind="link"), None))
            if name == "rate_basis":
                _explain(cast("QComboBox", editor), hint)
            editor.setAccessibleName(TITLES[name])
            editor.setFixedWidth(FIELD_WIDTH)
            form.addLayout(words, number, 0)
            form.addWidget(editor, number, 1)
        return form

    def _link_periods(self) -> None:
        """Begin a list of periods from what the form says, and count by it once there is one."""
        periods, choice = (
            cast("PeriodsButton", self.editors["own_periods"]),
            cast("QComboBox", self.editors["calendar"]),
        )
        periods.calendar = self._begun
        periods.listed.connect(lambda: choice.setCurrentIndex(CHOICES["calendar"].index(OWN)))

    def _begun(self) -> Calendar:
        """The periods that a list begins with: those that the form says, months where they are still to be listed."""
        said = Settings(**{name: _value(name, self.editors[name]) for name in OF_THE_YEAR})
        return calendar_of(replace(said, calendar=MONTHLY) if said.calendar == OWN else said)

    def _of_this_computer(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(PlainLabel("Look for new exports in this folder"))
        words.addWidget(PlainLabel(WATCH_HINT, "hint"))
        self.watched.setFixedWidth(FIELD_WIDTH)
        side = QHBoxLayout()
        side.setSpacing(24)
        side.setContentsMargins(0, 0, 24, 0)
        side.addLayout(words, 1)
        side.addWidget(self.watched)
        return side

    def read(self) -> Settings:
        """The settings as they stand in the form.

        Raises:
            UserError: what is typed as numbers for formulas are none.
        """
        return Settings(**{one.name: _value(one.name, self.editors[one.name]) for one in fields(Settings)})

    def _ask_numbers(self) -> None:
        try:
            is_changed = self.read() != self._before
        except UserError as error:
            self.show_error(error)
            return
        if is_changed:
            self.show_error(UserError("What you changed here is not saved yet.", "Save it first, or cancel."))
        else:
            self.reject()
            self.numbers_wanted.emit()

    def _send(self) -> None:
        try:
            wanted = self.read()
        except UserError as error:
            self.show_error(error)
        else:
            self.wanted.emit(wanted)

    def show_error(self, error: UserError) -> None:
        """Say why the settings were not kept, with the names that stand in the form."""
        told = str(error)
        for name in filter(lambda name: "_" in name, TITLES):  # the others are words of any sentence
            told = told.replace(name, f"“{TITLES[name]}”")
        self.problem.setText(told)
        self.problem.show()


def _editor(name: str, value: Any) -> QWidget:
    if name == "fiscal_start_month":
        return _list(MONTHS, int(value) - 1)
    if name == "week_start":
        return _list(DAYS, int(value))
    if name == "rate_basis":
        return _list(BASIS_WORDS, BASES.index(str(value)))
    if name == "calendar":
        return _list(tuple(CALENDARS.values()), CHOICES[name].index(str(value)))
    if name == "fiscal_year_name":
        return _list(tuple(YEAR_NAMES.values()), CHOICES[name].index(str(value)))
    if name == "own_periods":
        return PeriodsButton(str(value))
    if name == "currency":
        return _typed_list(CURRENCIES, str(value))
    if name == "time_zone":
        return _typed_list(tuple(sorted(available_timezones())), str(value))
    if name in NUMBERS:
        return _number(int(value))
    if name == "parameters":
        return QLineEdit(parameters_text(value))
    made = QLineEdit(str(value))
    made.setPlaceholderText(EXAMPLES.get(name, ""))
    return made


def _explain(choice: QComboBox, hint: PlainLabel) -> None:
    """Let the sentence beside a choice of rates be that of what is chosen."""

    def show(at: int) -> None:
        hint.setText(RATE_BASES[BASES[at]])

    choice.currentIndexChanged.connect(show)
    show(choice.currentIndex())


def _list(words: tuple[str, ...], current: int) -> QComboBox:
    made = ListBox()
    made.addItems(words)
    made.setCurrentIndex(current)
    return made


def _typed_list(words: tuple[str, ...], current: str) -> QComboBox:
    made = _list(words, -1)
    made.setEditable(True)
    made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    completer = QCompleter(words, made)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    made.setCompleter(completer)
    made.setCurrentText(current)
    return made


def _number(value: int) -> QLineEdit:
    made = QLineEdit(str(value))
    made.setValidator(QIntValidator(0, LARGEST, made))
    return made


def _value(name: str, editor: QWidget) -> Any:
    if isinstance(editor, PeriodsButton):
        return editor.kept
    if isinstance(editor, QComboBox):
        if name in CHOICES:
            return CHOICES[name][editor.currentIndex()]
        first = 1 if name == "fiscal_start_month" else 0
        return editor.currentText().strip() if editor.isEditable() else editor.currentIndex() + first
    text = cast("QLineEdit", editor).text().strip()
    if name == "parameters":
        return read_parameters(text)
    return int(text or 0) if name in NUMBERS else text
