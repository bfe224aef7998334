"""Noting what happened on a day, from a trend: the dialog, and the way of the note into the workspace and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.periods import parse_day
from kpidesk.core.signals import ChartNote
from kpidesk.core.trends import Trend
from kpidesk.ui.page import Shell
from kpidesk.ui.widgets.people_dialogs import AskDialog
from kpidesk.ui.widgets.pickers import scope_name

LONGEST = 200


@dataclass(frozen=True, slots=True)
class NoteInput:
    """A note to keep: its day, its words, and whether it is about this KPI alone."""

    day: date
    text: str
    only_here: bool


class NoteDialog(AskDialog):
    """On which day what happened; `wanted` sends a NoteInput."""

    wanted = Signal(object)

    def __init__(
        self, kpi_name: str, whose: str, day: date, parent: QWidget | None = None, *, many: bool = True
    ) -> None:
        about = f"It stands at its day on the trends of {whose}{' and of everybody in it' if many else ''}."
        super().__init__("Note what happened", about, "Keep the note", parent)
        self.words = QLineEdit()
        self.words.setMaxLength(LONGEST)
        self.words.setPlaceholderText("for example: new price list")
        self.day = QLineEdit(day_text(day))
        self.day.setPlaceholderText("for example: 31 Mar 2026")
        for name, field in (("What happened?", self.words), ("On which day?", self.day)):
            field.setAccessibleName(name)
            field.textChanged.connect(self._check)
            self.add(name, field)
        self.only_here = QCheckBox(f"Only for {kpi_name}".replace("&", "&&"))
        self.form.addWidget(self.only_here)
        self._check()
        self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def _check(self) -> None:
        self.problem.hide()
        self.yes.setEnabled(bool(self.words.text().strip() and self.day.text().strip()))

    def take(self) -> None:
        """Send what was typed; it stays until it is kept."""
        if not self.yes.isEnabled():
            return
        try:
            day = parse_day(self.day.text().strip())
        except UserError as error:
            self.show_error(error)
            return
        self.wanted.emit(NoteInput(day, self.words.text().strip(), self.only_here.isChecked()))


class Noting:
    """Asks for a note and keeps it; a class because its dialog stays open until the note is kept."""

    def __init__(self, shell: Shell, parent: QWidget) -> None:
        self._shell, self._parent = shell, parent
        self.dialog: NoteDialog | None = None

    def ask(self, trend: Trend, at: int) -> None:
        """Ask what happened, on the last day of a period (-1: the newest) that the data cover."""
        if not trend.points:
            return
        day = min(trend.points[at].period.last_day, trend.as_of or self._shell.today())
        whose, many = scope_name(trend.question.scope, self._shell.settings), trend.question.scope.kind != "rep"
        self.dialog = NoteDialog(trend.kpi.name, whose, day, self._parent, many=many)
        self.dialog.wanted.connect(partial(self._keep, trend, self.dialog))
        self.dialog.open()

    def _keep(self, trend: Trend, dialog: NoteDialog, note: NoteInput) -> None:
        scope, kpi_id = trend.question.scope, trend.kpi.id if note.only_here else ""
        self._shell.jobs.ask("note", lambda ws: operations.add_note(ws, note.day, note.text, scope, kpi_id),
                             partial(self._kept, dialog), dialog.show_error)  # fmt: skip

    def _kept(self, dialog: NoteDialog, kept: ChartNote) -> None:
        dialog.accept()
        self.dialog = None
        self._shell.toast(f"Noted at {day_text(kept.day)}.", button="Undo", act=lambda: self._take_back(kept))
        self._shell.announce(Change.GOALS)

    def _take_back(self, kept: ChartNote) -> None:
        self._shell.jobs.ask("note", lambda ws: operations.delete_note(ws, kept.id),
                             lambda _: self._shell.announce(Change.GOALS), self._shell.show_error)  # fmt: skip
