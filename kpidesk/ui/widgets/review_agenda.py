"""The agenda: the rep's points first, then the manager's; added with Enter, ticked, moved and dropped by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QMenu, QPushButton, QWidget

from kpidesk.core.carried import from_text
from kpidesk.core.reviews import AgendaItem, Party, Tag, in_order, tagged
from kpidesk.ui.messages import PlainLabel, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import Segments, button, icon_button
from kpidesk.ui.widgets.review_parts import Section, UndoKeys
from kpidesk.ui.widgets.review_text import party_name

LONGEST = 400
KEYS = "Alt+Up and Alt+Down move it, Ctrl+Enter ticks it, Ctrl+Delete drops it"
TAG_TIPS: dict[Tag, str] = {
    "": "No tag",
    "todo": "TODO: the rep does it",
    "doto": "MANAGER: you do it",
    "discuss": "DISCUSS: talk about it",
    "fyi": "FYI: only to be told",
}
NO_TAG = "–"
TAG_WIDTH = 92
Items = tuple[AgendaItem, ...]


def moved(items: Items, at: int, by: int) -> Items:
    """The items with one moved up or down among those of its own party."""
    to = at + by
    if not 0 <= to < len(items) or items[to].by != items[at].by:
        return items
    changed = list(items)
    changed[at], changed[to] = changed[to], changed[at]
    return tuple(changed)


class ItemLine(QWidget):
    """One point: tick, text, drop; a class because it is a widget.

    `changed` sends the point as it is now, `moved` -1 or 1, `dropped` and `done` nothing.
    """

    changed = Signal(object)
    moved = Signal(int)
    dropped = Signal()
    done = Signal()

    def __init__(self, theme: Theme, item: AgendaItem, *, read_only: bool) -> None:
        super().__init__()
        self.item = item
        line = QHBoxLayout(self)
        line.setContentsMargins(2, 0, 0, 0)
        line.setSpacing(6)
        self.tick = QCheckBox()
        self.tick.setChecked(item.done)
        self.tick.setEnabled(not read_only)
        self.tick.toggled.connect(lambda on: self._change(replace(self.item, done=on)))
        self.text = QLineEdit(item.text)
        self.text.setProperty("role", "inline")
        self.text.setMaxLength(LONGEST)
        self.text.setReadOnly(read_only)
        self.text.setCursorPosition(0)
        self.text.installEventFilter(self)
        self.text.textEdited.connect(lambda text: self._change(replace(self.item, text=text)))
        self.tag = self._tag_button(theme, read_only=read_only)
        self.drop = icon_button(theme, "x", "Drop this point (Ctrl+Delete)", self.dropped.emit)
        if not read_only:
            tip(self.text, KEYS)
        self.since = PlainLabel(from_text(item.since), "muted")
        self.since.setVisible(item.since is not None)
        for widget in (self.tick, self.tag, self.text, self.since, self.drop):
            line.addWidget(widget)
        line.setStretch(2, 1)
        if read_only:
            self.drop.hide()
        self._name()

    def _tag_button(self, theme: Theme, *, read_only: bool) -> QPushButton:
        made = button("", self.open_tags, kind="quiet")
        made.setProperty("role", "tag")
        made.setEnabled(not read_only)
        made.setFixedWidth(theme.px(TAG_WIDTH))
        if read_only and not self.item.tag:
            made.hide()
        return made

    def open_tags(self) -> None:
        """Open the list of tags below the button."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for tag, words in TAG_TIPS.items():
            act = menu.addAction(words)
            act.triggered.connect(partial(self._put_tag, tag))
            act.setCheckable(True)
            act.setChecked(tag == self.item.tag)
        menu.popup(self.tag.mapToGlobal(self.tag.rect().bottomLeft()))

    def _put_tag(self, tag: Tag, _checked: bool = False) -> None:
        self._change(replace(self.item, tag=tag))

    def _change(self, item: AgendaItem) -> None:
        self.item = item
        self._name()
        self.changed.emit(item)

    def _name(self) -> None:
        self.tick.setAccessibleName(f"Talked about: {self.item.text}")
        since = f", {from_text(self.item.since)}" if self.item.since is not None else ""
        self.text.setAccessibleName(f"Point of the {self.item.by}{since}: {self.item.text}")
        words = self.item.tag_words
        self.tag.setText(words or NO_TAG)
        self.tag.setAccessibleName(f"Tag of the point: {words or 'none'}, {self.item.text}")
        font = self.text.font()
        font.setStrikeOut(self.item.done)
        self.text.setFont(font)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move, tick, drop before the field takes the keys for itself; Enter goes on to the next point."""
        del watched
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or self.text.isReadOnly():
            return False
        act = self._act_of(event)
        if act is not None:
            act()
        return act is not None

    def _act_of(self, event: QKeyEvent) -> Callable[[], None] | None:
        key, held = event.key(), event.modifiers()
        with_ctrl = bool(held & Qt.KeyboardModifier.ControlModifier)
        if held & Qt.KeyboardModifier.AltModifier and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return lambda: self.moved.emit(-1 if key == Qt.Key.Key_Up else 1)
        if with_ctrl and key == Qt.Key.Key_Delete:
            return self.dropped.emit
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self.tick.toggle if with_ctrl else self.done.emit
        return None


class AgendaCard(Section):
    """The points in the order of the meeting; a class because it is a widget.

    `changed` sends all points and the name of what was edited, by which typing is undone in one step.
    """

    changed = Signal(object, str)

    def __init__(self, theme: Theme, keys: UndoKeys) -> None:
        super().__init__(theme, "Agenda")
        self._theme, self._keys = theme, keys
        self._read_only = False
        self._rep = ""
        self.items: Items = ()
        self.lines: list[ItemLine] = []
        self.column.setSpacing(0)
        self.adding = QWidget()
        across = QHBoxLayout(self.adding)
        across.setContentsMargins(0, 6, 0, 0)
        self.by = Segments((("Rep", "rep"), ("Me", "manager")), "Point of")
        self.by.set_value("manager")  # who types; whoever is chosen stays so for the next point
        self.new = QLineEdit(placeholderText="Add a point with Enter; todo: or fyi: tags it")
        self.new.setAccessibleName("New point of the agenda")
        self.new.setMaxLength(LONGEST)
        self.new.returnPressed.connect(self.add)
        across.addWidget(self.by)
        across.addWidget(self.new, 1)
        self.foot.addWidget(self.adding)

    def show_items(self, items: Items, rep: str, *, read_only: bool) -> None:
        """Show the points; nothing is built anew where they are shown already."""
        shown = in_order(items)
        if (shown, read_only, rep) == (self.items, self._read_only, self._rep) and (self.lines or not shown):
            self._show_empty()
            return
        self.items, self._read_only, self._rep = shown, read_only, rep
        self.by.buttons()[0].setText(party_name("rep", rep).replace("&", "&&"))
        self.adding.setVisible(not read_only)
        self._fill()

    def add(self) -> None:
        """Add the point that is typed, as the last of its party."""
        text = self.new.text().strip()
        if text:
            by: Party = "manager" if self.by.value() == "manager" else "rep"
            tag, words = tagged(text)
            self.new.clear()
            self._set(in_order((*self.items, AgendaItem(words, by, tag=tag))), "agenda:add")

    def _fill(self) -> None:
        self.empty()
        self.lines = []
        before = ""
        for at, item in enumerate(self.items):
            if item.by != before:
                self.column.addSpacing(6 if before else 0)
                whose = "me" if item.by == "manager" else party_name(item.by, self._rep)
                self.column.addWidget(PlainLabel(f"From {whose}", "small"))
                before = item.by
            self.lines.append(self._line(at, item))
            self.column.addWidget(self.lines[-1])
        self._show_empty()

    def _show_empty(self) -> None:
        done = sum(item.done for item in self.items)
        self.note.setText(f"{done} of {len(self.items)} done" if self.items else "")
        if not self.items and self._read_only and not self.column.count():
            self.column.addWidget(PlainLabel("Nothing was put on the agenda.", "muted"))

    def _line(self, at: int, item: AgendaItem) -> ItemLine:
        made = ItemLine(self._theme, item, read_only=self._read_only)
        made.text.installEventFilter(self._keys)
        made.changed.connect(lambda item: self._put(at, item))
        made.moved.connect(lambda by: self._move(at, by))
        made.dropped.connect(lambda: self._drop(at))
        made.done.connect(lambda: self._go(at + 1))
        return made

    def _put(self, at: int, item: AgendaItem) -> None:
        self.items = (*self.items[:at], item, *self.items[at + 1 :])
        self._show_empty()
        self.changed.emit(self.items, f"agenda:{at}")

    def _move(self, at: int, by: int) -> None:
        items = moved(self.items, at, by)
        if items != self.items:
            self._set(items, "agenda:move")
            self._go(at + by)

    def _drop(self, at: int) -> None:
        self._set((*self.items[:at], *self.items[at + 1 :]), "agenda:drop")
        self._go(at)

    def _set(self, items: Items, edited: str) -> None:
        self.items = items
        self._fill()
        self.changed.emit(items, edited)

    def _go(self, at: int) -> None:
        """Put the cursor into a point, or behind the last one into the field for a new one."""
        field = self.lines[at].text if at < len(self.lines) else self.new
        field.setFocus(Qt.FocusReason.OtherFocusReason)
