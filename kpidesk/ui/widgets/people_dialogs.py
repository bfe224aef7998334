"""Small dialogs about people and teams: move people, name something new, merge two that are one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.periods import parse_day
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.widgets.controls import ListBox, button, row, under_name
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable

if TYPE_CHECKING:
    from kpidesk.core.roster import FieldBecomes, MergePreview
    from kpidesk.ui.theme import Theme

WIDTH = 460
DEALS_WIDTH, FIELDS_HEIGHT = 680, 260
ASKED = {
    "person": ("Merge two people", "Which name stays?"),
    "account": ("Merge two accounts", "Which name stays?"),
    "deal": ("Merge two deals", "Which deal leads?"),
}
"""The title of the question which of two stays, and the question."""
FIELD_COLUMNS: tuple[Column[FieldBecomes], ...] = (
    Column("Field", lambda one: one.label),
    Column("Leads", lambda one: one.kept),
    Column("Other", lambda one: one.other),
    Column("Becomes", lambda one: one.becomes, strong=True),
)


def team_box(names: Sequence[str], text: str = "", *, what: str = "Team") -> QComboBox:
    """A field for the name of a team: typing finds one, and any new name is as good."""
    made = ListBox()
    made.setEditable(True)
    made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(5)
    made.addItems(list(names))
    made.setCurrentText(text)
    made.setAccessibleName(what)
    completer = QCompleter(list(names), made)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    made.setCompleter(completer)
    field = made.lineEdit()
    if field is not None:
        field.setMaxLength(120)
        field.setAccessibleName(what)
    return made


class AskDialog(QDialog):
    """A heading, fields, a problem in words, Cancel and one thing to do; a class because it is a widget.

    `done_well` closes it, `show_error` says why not.
    """

    def __init__(self, title: str, text: str, yes: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(WIDTH)
        self._outer = outer = QVBoxLayout(self)
        outer.setContentsMargins(28, 24, 28, 20)
        outer.setSpacing(14)
        outer.addWidget(PlainLabel(title, "heading", wrap=True))
        self.text = PlainLabel(text, "muted", wrap=True)
        outer.addWidget(self.text)
        self.text.setVisible(bool(text))
        self.form = QVBoxLayout()
        self.form.setSpacing(10)
        outer.addLayout(self.form)
        self.problem = PlainLabel("", "problem", wrap=True)
        self.problem.hide()
        outer.addWidget(self.problem)
        self.yes = button(yes, self.take, kind="primary")
        self.yes.setDefault(True)
        outer.addLayout(row(None, button("Cancel", self.reject), self.yes, spacing=10))

    def add(self, words: str, field: QWidget) -> None:
        """A field under its name."""
        self.form.addLayout(under_name(words, field))

    def add_beside(self, *pairs: tuple[str, QWidget]) -> None:
        """Fields beside each other, each under its name."""
        line = QHBoxLayout()
        line.setSpacing(12)
        for words, field in pairs:
            line.addLayout(under_name(words, field), 1)
        self.form.addLayout(line)

    def take(self) -> None:
        """Do it; dialogs say what."""

    def show_error(self, error: UserError) -> None:
        """Say why it cannot be done."""
        self.problem.setText(str(error))
        self.problem.show()
        self._fit()
        self.yes.setEnabled(True)

    def showEvent(self, event: QShowEvent) -> None:
        """Open with room for every field."""
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        # a window does not grow by itself for words that need a second line, and Qt opens it at two thirds of a
        # small screen at most, with its fields squeezed
        self.resize(self.width(), max(self.height(), self._outer.totalHeightForWidth(self.width())))


@dataclass(frozen=True, slots=True)
class Move:
    """People to be put into a team from a day on; None from the beginning, no team: into none."""

    people: tuple[int, ...]
    team: str
    day: date | None


class MoveDialog(AskDialog):
    """Into which team, from which day; `wanted` sends a Move."""

    wanted = Signal(object)

    def __init__(
        self, names: Sequence[str], people: tuple[int, ...], teams: Sequence[str], team: str, today: date,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        who = names[0] if len(names) == 1 else f"{len(names)} people"
        text = "What they did before that day stays with the team they were in then."
        super().__init__(f"Move {who}", text, "Move", parent)
        self._people = people
        self.team = team_box(teams, team)
        self.day = QLineEdit(day_text(today))
        self.day.setAccessibleName("From which day, as 1 Mar 2022")
        self.day.setPlaceholderText("the beginning")
        self.alone = QCheckBox("In no team")
        self.add("Team", self.team)
        self.form.addWidget(self.alone)
        self.add("From which day?", self.day)
        first = today.replace(day=1)
        quick = ((day_text(today), day_text(today)), (day_text(first), day_text(first)), ("The beginning", ""))
        self.quick = [button(words, partial(self.day.setText, text), kind="quiet") for words, text in quick]
        self.form.addLayout(row(*self.quick, None))
        self.team.editTextChanged.connect(self._check)
        self.alone.toggled.connect(self._check)
        self._check()
        self.team.setFocus(Qt.FocusReason.OtherFocusReason)

    def _team(self) -> str:
        return "" if self.alone.isChecked() else " ".join(self.team.currentText().split())

    def _check(self) -> None:
        """A move needs a team, or the word that it is into none."""
        self.team.setEnabled(not self.alone.isChecked())
        self.yes.setEnabled(self.alone.isChecked() or bool(self._team()))

    def take(self) -> None:
        """Send the move, when the day can be read and it is said where to."""
        if not self.yes.isEnabled():
            return
        text = self.day.text().strip()
        try:
            day = parse_day(text) if text else None
        except UserError as error:
            self.show_error(error)
            return
        self.wanted.emit(Move(self._people, self._team(), day))


class NameDialog(AskDialog):
    """A name, and a team beside it when `teams` are given; `wanted` sends both."""

    wanted = Signal(str, str)

    def __init__(
        self, title: str, yes: str, *, name: str = "", teams: Sequence[str] | None = None, team: str = "",
        team_words: str = "Team", parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(title, "", yes, parent)
        self.name = QLineEdit(name)
        self.name.setMaxLength(120)
        self.name.setAccessibleName("Name")
        self.add("Name", self.name)
        self.team = team_box(teams or (), team, what=team_words)
        if teams is not None:
            self.add(team_words, self.team)
        self.name.selectAll()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def take(self) -> None:
        """Send the name."""
        self.wanted.emit(self.name.text(), " ".join(self.team.currentText().split()))


class MergeDialog(AskDialog):
    """Which of two names stays, and what follows; `preview_wanted` and `wanted` send (kind, keep, drop)."""

    preview_wanted = Signal(str, int, int)
    wanted = Signal(str, int, int)

    def __init__(
        self, theme: Theme, kind: str, one: tuple[int, str], other: tuple[int, str], parent: QWidget | None = None
    ) -> None:
        title, asked = ASKED[kind]
        super().__init__(title, asked, "Merge", parent)
        self._kind, self._pair = kind, (one, other)
        self.choices = [QRadioButton(name.replace("&", "&&")) for _, name in self._pair]
        self.choices[0].setChecked(True)
        for choice in self.choices:
            choice.toggled.connect(self._ask)
            self.form.addWidget(choice)
        self.preview = PlainLabel("", wrap=True)
        self.form.addWidget(self.preview)
        self.fields = RecordTable(
            RecordModel(FIELD_COLUMNS), theme, name="What becomes of each field", stretch=(1, 2, 3),
            least=FIELDS_HEIGHT, empty="Both say the same.",
        )  # fmt: skip
        self.fields.setVisible(kind == "deal")
        self.fields.setMinimumHeight(FIELDS_HEIGHT)
        self.form.addWidget(self.fields)
        if kind == "deal":
            self.setMinimumWidth(DEALS_WIDTH)
        self.yes.setEnabled(False)

    def ids(self) -> tuple[int, int]:
        """Who stays and who is treated as them."""
        (one, _), (other, _) = self._pair if self.choices[0].isChecked() else self._pair[::-1]
        return one, other

    def _ask(self, checked: bool) -> None:
        if checked:
            self.ask()

    def ask(self) -> None:
        """Ask what would follow."""
        self.preview_wanted.emit(self._kind, *self.ids())

    def show_preview(self, preview: MergePreview) -> None:
        """Say what would follow; only then can it be done."""
        if (preview.keep, preview.drop) == self.ids():
            self.preview.setText("\n".join((preview.words, *preview.notes)))
            self.preview.setMinimumHeight(self.preview.heightForWidth(self.preview.width()))
            self.fields.records.show_rows(preview.fields)
            self.yes.setEnabled(True)

    def take(self) -> None:
        """Send which two."""
        self.wanted.emit(self._kind, *self.ids())
