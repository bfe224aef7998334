"""What a review agrees: up to five things, each with somebody who does it and a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout

from kpidesk.core.kpis import Kpi
from kpidesk.core.meeting_words import NO_ACTIONS
from kpidesk.core.meetings import MOST_ACTIONS, Action
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, icon_button, row
from kpidesk.ui.widgets.meeting_due import DayField
from kpidesk.ui.widgets.people_dialogs import team_box
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.review_parts import Section, UndoKeys, bring_up
from kpidesk.ui.widgets.review_text import due_words
from kpidesk.ui.widgets.type_ahead import Choice

LONGEST = 200
A_WEEK = timedelta(days=7)
WAITS = "Say who does it: until then it is not kept."
NO_KPI = "Link a KPI"
LEAST_OWNER, OWNER = 96, 220
MOST_OF_IT = 4
"""How much more of the room that is left goes to the name than to the gap."""
Actions = tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What actions can be given: the people who may do them, the KPIs that may show them, and the day it is today."""

    names: tuple[str, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    today: date = date.min

    def name_of(self, kpi_id: str) -> str:
        """The name of a KPI; empty for none."""
        return next((one.name for one in self.kpis if one.id == kpi_id), kpi_id)

    def choices(self) -> list[Choice]:
        """The KPIs that can be linked, and none."""
        return [Choice("Nothing", "", "settled by hand", "x"),
                *(Choice(one.name, one.id, "KPI", "target") for one in self.kpis)]  # fmt: skip


def numbered(actions: Actions, kept: Actions) -> Actions:
    """Actions with the numbers under which they were kept; one that was changed since waits for the next time."""
    known = {replace(one, id=0, meeting_id=0): one for one in kept}
    return tuple(known.get(replace(one, id=0, meeting_id=0), one) for one in actions)


class ActionEditor(QFrame):
    """One action to type; a class because it is a widget.

    `changed` sends (action, what was edited); `dropped` that it is taken away.
    """

    changed = Signal(object, str)
    dropped = Signal()

    def __init__(self, theme: Theme, action: Action, given: Given, keys: UndoKeys) -> None:
        super().__init__()
        self.setProperty("role", "well")
        self.action, self._given = action, given
        self.text = QLineEdit(action.text)
        self.text.setPlaceholderText("What will be done, as one sentence")
        self.text.setAccessibleName("What will be done")
        self.text.setMaxLength(LONGEST)
        self.text.textEdited.connect(lambda text: self._send("text", text=text))
        self.drop = icon_button(theme, "trash-2", "Take this action away", self.dropped.emit)
        self.owner = team_box(given.names, action.owner, what="Who does it")
        self.owner.setMinimumWidth(theme.px(LEAST_OWNER))
        self.owner.setMaximumWidth(theme.px(OWNER))
        self.owner.currentTextChanged.connect(self._on_owner)
        field = self.owner.lineEdit()
        if field is not None:
            field.setPlaceholderText("Who does it")
        self.due = DayField(theme, action.due, given.today, "Due day", keys)
        self.due.picked.connect(lambda day: self._send("due", due=day))
        self.link = PickButton(theme, "KPI", "target")
        self.link.chosen.connect(self._on_link)
        self.waits = PlainLabel(WAITS, "watch", wrap=True)
        self.text.installEventFilter(keys)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        first = row(self.text, self.drop)
        first.setStretch(0, 1)
        column.addLayout(first)
        second = row(self.owner, PlainLabel("by", "muted"), self.due, None, self.link)
        second.setStretch(0, MOST_OF_IT)
        column.addLayout(second)
        column.addWidget(self.waits)
        self._show()

    def show_action(self, action: Action) -> None:
        """Show an action that was changed elsewhere, by undo say."""
        self.action = action
        for shown, text, show in ((self.text.text(), action.text, self.text.setText),
                                  (self.owner.currentText(), action.owner, self.owner.setCurrentText)):  # fmt: skip
            if shown.strip() != text.strip():
                show(text)
        if self.due.day != action.due:
            self.due.show_day(action.due)
        self._show()

    def _show(self) -> None:
        self.link.offer(self._given.choices(), self.action.kpi_id, self._given.name_of(self.action.kpi_id) or NO_KPI)
        self.waits.setVisible(bool(self.action.text.strip()) and not self.action.owner.strip())

    def _on_owner(self, owner: str) -> None:
        if owner.strip() != self.action.owner:
            self._send("owner", owner=owner.strip())

    def _on_link(self, kpi_id: str) -> None:
        self._send("link", kpi_id=kpi_id)

    def _send(self, edited: str, **typed: object) -> None:
        self.action = replace(self.action, **typed)  # type: ignore[arg-type]  # one field by its name
        self._show()
        self.changed.emit(self.action, edited)


class ActionsCard(Section):
    """The actions of the review; a class because it is a widget.

    `changed` sends all of them and the name of what was edited.
    """

    changed = Signal(object, str)

    def __init__(self, theme: Theme, keys: UndoKeys) -> None:
        super().__init__(theme, "What we agree")
        self._theme, self._keys = theme, keys
        self._given, self._read_only = Given(), False
        self.agreed: Actions = ()
        self.editors: list[ActionEditor] = []
        self.column.setSpacing(8)
        self.more = button("Add an action", self.add)
        self.foot.addLayout(row(self.more, None))
        self._fill()

    def show_actions(self, actions: Actions, given: Given, *, read_only: bool) -> None:
        """Show the actions; nothing is built anew where they are shown already."""
        if (actions, given, read_only) == (self.agreed, self._given, self._read_only):
            return
        is_same = (given, read_only, len(actions)) == (self._given, self._read_only, len(self.editors))
        self.agreed, self._given, self._read_only = actions, given, read_only
        if not is_same or read_only:
            self._fill()
            return
        for editor, one in zip(self.editors, actions, strict=True):
            editor.show_action(one)
        self._count()

    def take_numbers(self, actions: Actions) -> None:
        """Take the numbers under which the actions on show were kept, without building anything anew."""
        self.agreed = actions
        for editor, one in zip(self.editors, actions, strict=True):
            editor.action = one

    def add(self) -> None:
        """Add an empty one, due in a week, and go to it."""
        if len(self.agreed) < MOST_ACTIONS and not self._read_only:
            self._set((*self.agreed, Action("", "", self._given.today + A_WEEK)), "action:add")
            self.editors[-1].text.setFocus(Qt.FocusReason.OtherFocusReason)
            bring_up(self.editors[-1])

    def _fill(self) -> None:
        self.empty()
        self.editors = [] if self._read_only else [self._editor(at, one) for at, one in enumerate(self.agreed)]
        for editor in self.editors:
            self.column.addWidget(editor)
        if self._read_only:
            self._tell(self.agreed)
        if not self.agreed:
            words = NO_ACTIONS if self._read_only else "Up to five things, each with somebody who does it and a day."
            self.column.addWidget(PlainLabel(words, "muted", wrap=True))
        self._count()

    def _tell(self, actions: Sequence[Action]) -> None:
        """The actions of a closed review, which can only be read."""
        for one in actions:
            lines = QVBoxLayout()
            lines.setSpacing(1)
            lines.addWidget(PlainLabel(one.text, "strong", wrap=True))
            told = (f"{one.owner}, by {due_words(one.due)}", self._given.name_of(one.kpi_id))
            lines.addWidget(PlainLabel(" · ".join(filter(None, told)), "muted", wrap=True))
            self.column.addLayout(lines)

    def _count(self) -> None:
        count = len(self.agreed)
        self.more.setVisible(not self._read_only and count < MOST_ACTIONS)
        self.note.setText(f"{count} of {MOST_ACTIONS}" if count else "")

    def _editor(self, at: int, action: Action) -> ActionEditor:
        made = ActionEditor(self._theme, action, self._given, self._keys)
        made.changed.connect(lambda one, edited: self._put(at, one, edited))
        made.dropped.connect(lambda: self._drop(at))
        return made

    def _put(self, at: int, action: Action, edited: str) -> None:
        self.agreed = (*self.agreed[:at], action, *self.agreed[at + 1 :])
        self.changed.emit(self.agreed, f"action:{at}:{edited}")

    def _drop(self, at: int) -> None:
        self._set((*self.agreed[:at], *self.agreed[at + 1 :]), "action:drop")
        field = self.editors[min(at, len(self.editors) - 1)].text if self.editors else self.more
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set(self, actions: Actions, edited: str) -> None:
        self.agreed = actions
        self._fill()
        self.changed.emit(actions, edited)
