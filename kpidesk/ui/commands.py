"""Everything the window can be told to do, once: for shortcuts, the menu, the palette and the list of shortcuts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from kpidesk.ui.messages import plain_button_text

Group = Literal["Find and go", "Data", "Workspace", "View", "Help"]


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do: its words, its keys, and what does it.

    `keywords` are further words that the palette finds it by. `needs_workspace` commands are off while none is
    open; those that are not `listed` have no line in the palette.
    """

    name: str
    text: str
    act: Callable[[], object]
    keys: tuple[str, ...] = ()
    icon: str = ""
    group: Group = "Workspace"
    keywords: str = ""
    needs_workspace: bool = True
    listed: bool = True


def add_actions(window: QWidget, commands: Iterable[Command]) -> dict[str, QAction]:
    """Give the window an action with its shortcuts for every command, by the command's name."""
    made = {}
    for command in commands:
        action = QAction(plain_button_text(command.text), window)
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
        action.triggered.connect(lambda _checked=False, act=command.act: act())
        window.addAction(action)
        made[command.name] = action
    return made


def enable(actions: dict[str, QAction], commands: Iterable[Command], *, has_workspace: bool) -> None:
    """Turn on what can be done now."""
    for command in commands:
        actions[command.name].setEnabled(has_workspace or not command.needs_workspace)


def fill_menu(menu: QMenu, actions: dict[str, QAction], names: Sequence[str]) -> None:
    """Put actions into a menu in an order; an empty name is a line between two groups."""
    for name in names:
        if name:
            menu.addAction(actions[name])
        else:
            menu.addSeparator()


def keys_text(keys: Iterable[str]) -> str:
    """Shortcuts as this system writes them: `Ctrl+K` here, signs on a Mac."""
    form = QKeySequence.SequenceFormat.NativeText
    return " or ".join(QKeySequence(one).toString(form) for one in keys)
