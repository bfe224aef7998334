"""What a meeting agrees: a few things under each other, each with who does it and a day, typed or only read."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout

from kpidesk.core.meetings import Action
from kpidesk.core.reviews import Commitment
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, icon_button, row
from kpidesk.ui.widgets.meeting_due import DayField
from kpidesk.ui.widgets.review_parts import Section, UndoKeys, bring_up

A = TypeVar("A", bound=Action | Commitment)
LONGEST = 200
A_WEEK = timedelta(days=7)


class AgreedEditor(QFrame, Generic[A]):
    """One thing agreed, to type; a class because it is a widget. Subclasses put its fields into `column`.

    `changed` sends (the thing agreed, what was edited); `dropped` that it is taken away.
    """

    changed = Signal(object, str)
    dropped = Signal()

    def __init__(self, theme: Theme, agreed: A, today: date, keys: UndoKeys, what: str) -> None:
        super().__init__()
        self.setProperty("role", "well")
        self.agreed = agreed
        self.text = QLineEdit(agreed.text)
        self.text.setPlaceholderText("What will be done, as one sentence")
        self.text.setAccessibleName("What will be done")
        self.text.setMaxLength(LONGEST)
        self.text.textEdited.connect(lambda text: self.send("text", text=text))
        self.text.installEventFilter(keys)
        self.drop = icon_button(theme, "trash-2", f"Take this {what} away", self.dropped.emit)
        self.due = DayField(theme, agreed.due, today, "Due day", keys)
        self.due.picked.connect(lambda day: self.send("due", due=day))
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 10, 12, 10)
        self.column.setSpacing(8)

    def send(self, edited: str, **typed: object) -> None:
        """Take what was typed into some fields and tell of it."""
        self.agreed = replace(self.agreed, **typed)  # type: ignore[arg-type]  # some fields by their names
        self.changed.emit(self.agreed, edited)


E = TypeVar("E", bound=AgreedEditor[Any])


class AgreedCard(Section, Generic[A, E]):
    """Everything a meeting agrees, up to `most`; a class because it is a widget. `what` is one of it ("action").

    `changed` sends all of it and the name of what was edited.
    """

    changed = Signal(object, str)

    def __init__(self, theme: Theme, keys: UndoKeys, what: str, most: int) -> None:
        super().__init__(theme, "What we agree")
        self.theme, self.keys = theme, keys
        self._what, self._most = what, most
        self.read_only = False
        self.agreed: tuple[A, ...] = ()
        self.editors: list[E] = []
        self.column.setSpacing(8)
        self.more = button(f"Add {'an' if what[0] in 'aeiou' else 'a'} {what}", self.add)
        self.foot.addLayout(row(self.more, None))
        self.fill()

    @abstractmethod
    def new_one(self) -> A:
        """An empty one, due in a week."""

    @abstractmethod
    def editor_of(self, one: A) -> E:
        """The fields of one."""

    @abstractmethod
    def told(self, one: A) -> str:
        """What stands below one that can only be read."""

    @abstractmethod
    def nothing_words(self) -> str:
        """What is said where nothing is agreed."""

    def take_numbers(self, agreed: tuple[A, ...]) -> None:
        """Take the numbers under which all on show was kept, without building anything anew."""
        self.agreed = agreed
        for editor, one in zip(self.editors, agreed, strict=True):
            editor.agreed = one

    def add(self) -> None:
        """Add an empty one, due in a week, and go to it."""
        if len(self.agreed) < self._most and not self.read_only:
            self._set((*self.agreed, self.new_one()), f"{self._what}:add")
            self.editors[-1].text.setFocus(Qt.FocusReason.OtherFocusReason)
            bring_up(self.editors[-1])

    def fill(self) -> None:
        """Build all on show anew."""
        self.empty()
        self.editors = [] if self.read_only else [self._editor(at, one) for at, one in enumerate(self.agreed)]
        for editor in self.editors:
            self.column.addWidget(editor)
        for one in self.agreed if self.read_only else ():
            lines = QVBoxLayout()
            lines.setSpacing(1)
            lines.addWidget(PlainLabel(one.text, "strong", wrap=True))
            lines.addWidget(PlainLabel(self.told(one), "muted", wrap=True))
            self.column.addLayout(lines)
        if not self.agreed:
            self.column.addWidget(PlainLabel(self.nothing_words(), "muted", wrap=True))
        self.show_count()

    def show_count(self) -> None:
        """Say how many there are, and offer another one while there is room."""
        count = len(self.agreed)
        self.more.setVisible(not self.read_only and count < self._most)
        self.note.setText(f"{count} of {self._most}" if count else "")

    def _editor(self, at: int, one: A) -> E:
        made = self.editor_of(one)
        made.changed.connect(lambda now, edited: self._put(at, now, edited))
        made.dropped.connect(lambda: self._drop(at))
        return made

    def _put(self, at: int, one: A, edited: str) -> None:
        self.agreed = (*self.agreed[:at], one, *self.agreed[at + 1 :])
        self.changed.emit(self.agreed, f"{self._what}:{at}:{edited}")

    def _drop(self, at: int) -> None:
        self._set((*self.agreed[:at], *self.agreed[at + 1 :]), f"{self._what}:drop")
        field = self.editors[min(at, len(self.editors) - 1)].text if self.editors else self.more
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set(self, agreed: tuple[A, ...], edited: str) -> None:
        self.agreed = agreed
        self.fill()
        self.changed.emit(agreed, edited)
