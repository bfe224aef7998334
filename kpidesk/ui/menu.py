"""The menu of the window: short enough for the screen of a laptop, with what is rarely wanted one level down."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from kpidesk.ui import opening
from kpidesk.ui.commands import fill_menu
from kpidesk.ui.messages import plain_button_text

if TYPE_CHECKING:
    from kpidesk.ui.main_window import MainWindow

RECENT = "Recent workspaces"
INNER: dict[str, tuple[str, ...]] = {
    RECENT: (),
    "Sample": ("sample", "sample-afresh"),
    "Backups and checks": ("backup", "restore", "", "check"),
    "Light, dark and text size": ("dark", "system", "", "larger", "smaller", "normal"),
    "Help": ("help", "help-page", "shortcuts"),
}
"""The menus one level down, by the names they have in the menu."""
MENU = (
    "import", "undo", "", "export-pack", "export-others", "copy-picture", "",
    "new", "open", RECENT, "Sample", "Backups and checks", "",
    "settings", "steps", "receipt", "palette", "Light, dark and text size", "Help", "", "quit",
)  # fmt: skip


def make_menu(window: MainWindow) -> QMenu:
    """The menu of the rail; the recent workspaces in it are listed when it opens."""
    menu, inner = QMenu(window), {name: QMenu(name, window) for name in INNER}
    for name, below in inner.items():
        fill_menu(below, window.actions_by_name, INNER[name])
    fill_menu(menu, window.actions_by_name | {name: below.menuAction() for name, below in inner.items()}, MENU)
    menu.aboutToShow.connect(partial(_list_recent, window, inner[RECENT]))
    return menu


def _list_recent(window: MainWindow, recent: QMenu) -> None:
    recent.clear()
    for path in window.preferences.recent:
        action = recent.addAction(plain_button_text(f"{path.stem}   {path.parent}"))
        action.triggered.connect(lambda _checked=False, path=path: opening.open_workspace(window, path))
    recent.menuAction().setEnabled(not recent.isEmpty())
