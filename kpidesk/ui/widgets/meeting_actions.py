"""What a review agrees: up to five things, each with somebody who does it and a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from kpidesk.core.kpis import Kpi
from kpidesk.core.meeting_words import NO_ACTIONS
from kpidesk.core.meetings import MOST_ACTIONS, Action
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import row
from kpidesk.ui.widgets.flow_row import FlowRow
from kpidesk.ui.widgets.people_dialogs import team_box
from kpidesk.ui.widgets.pick_button import PickButton
from kpidesk.ui.widgets.review_agreed import A_WEEK, AgreedCard, AgreedEditor
from kpidesk.ui.widgets.review_parts import UndoKeys
from kpidesk.ui.widgets.review_text import due_words
from kpidesk.ui.widgets.type_ahead import Choice

WHAT = "action"
WAITS = "Say who does it: until then it is not kept."
NO_KPI = "Link a KPI"
LEAST_OWNER, OWNER = 96, 220
NAME = 18  # as many letters as there is room for where there is enough
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


class ActionEditor(AgreedEditor[Action]):
    """One action to type; a class because it is a widget."""

    def __init__(self, theme: Theme, action: Action, given: Given, keys: UndoKeys) -> None:
        super().__init__(theme, action, given.today, keys, WHAT)
        self._given = given
        self.owner = team_box(given.names, action.owner, what="Who does it")
        self.owner.setMinimumWidth(theme.px(LEAST_OWNER))
        self.owner.setMaximumWidth(theme.px(OWNER))
        self.owner.setMinimumContentsLength(NAME)
        self.owner.currentTextChanged.connect(self._on_owner)
        field = self.owner.lineEdit()
        if field is not None:
            field.setPlaceholderText("Who does it")
        self.link = PickButton(theme, "KPI", "target")
        self.link.chosen.connect(lambda kpi_id: self.send("link", kpi_id=kpi_id))
        self.waits = PlainLabel(WAITS, "watch", wrap=True)
        first = row(self.text, self.drop)
        first.setStretch(0, 1)
        second = FlowRow(self.owner, PlainLabel("by", "muted"), self.due, None, self.link)
        self.column.addLayout(first)
        self.column.addLayout(second)
        self.column.addWidget(self.due.told)
        self.column.addWidget(self.waits)
        self._show()

    def show_action(self, action: Action) -> None:
        """Show an action that was changed elsewhere, by undo say."""
        self.agreed = action
        for shown, text, show in ((self.text.text(), action.text, self.text.setText),
                                  (self.owner.currentText(), action.owner, self.owner.setCurrentText)):  # fmt: skip
            if shown.strip() != text.strip():
                show(text)
        if self.due.day != action.due:
            self.due.show_day(action.due)
        self._show()

    def send(self, edited: str, **typed: object) -> None:
        """Take what was typed, and say whether it can be kept yet."""
        super().send(edited, **typed)
        self._show()

    def _show(self) -> None:
        action, given = self.agreed, self._given
        self.link.offer(given.choices(), action.kpi_id, given.name_of(action.kpi_id) or NO_KPI)
        self.waits.setVisible(bool(action.text.strip()) and not action.owner.strip())

    def _on_owner(self, owner: str) -> None:
        if owner.strip() != self.agreed.owner:
            self.send("owner", owner=owner.strip())


class ActionsCard(AgreedCard[Action, ActionEditor]):
    """The actions of the review; a class because it is a widget."""

    def __init__(self, theme: Theme, keys: UndoKeys) -> None:
        self._given = Given()
        super().__init__(theme, keys, WHAT, MOST_ACTIONS)

    def show_actions(self, actions: Actions, given: Given, *, read_only: bool) -> None:
        """Show the actions; nothing is built anew where they are shown already."""
        if (actions, given, read_only) == (self.agreed, self._given, self.read_only):
            return
        is_same = (given, read_only, len(actions)) == (self._given, self.read_only, len(self.editors))
        self.agreed, self._given, self.read_only = actions, given, read_only
        if not is_same or read_only:
            self.fill()
            return
        for editor, one in zip(self.editors, actions, strict=True):
            editor.show_action(one)
        self.show_count()

    def new_one(self) -> Action:
        """An action of nobody yet, due in a week."""
        return Action("", "", self._given.today + A_WEEK)

    def editor_of(self, one: Action) -> ActionEditor:
        """The fields of an action."""
        return ActionEditor(self.theme, one, self._given, self.keys)

    def told(self, one: Action) -> str:
        """Who does it by when, and the KPI that shows it."""
        return " · ".join(filter(None, (f"{one.owner}, by {due_words(one.due)}", self._given.name_of(one.kpi_id))))

    def nothing_words(self) -> str:
        """What may be agreed, or that nothing was."""
        return NO_ACTIONS if self.read_only else "Up to five things, each with somebody who does it and a day."
