"""Light or dark: as the system has it until the user chooses, then as chosen; and sharp on every screen there is."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QApplication

from kpidesk.ui import icons
from kpidesk.ui.preferences import Preferences
from kpidesk.ui.theme import Theme

TEXT_STEP = 0.1


class Appearance(QObject):
    """Keeps theme, system and the remembered choice together; a class because it listens to the system."""

    def __init__(self, app: QApplication, theme: Theme, preferences: Preferences) -> None:
        super().__init__(app)
        self._app, self._theme, self._preferences = app, theme, preferences
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        app.screenAdded.connect(self._screen_added)
        self._densities = icons.densities()
        for screen in app.screens():
            screen.geometryChanged.connect(self._screen_changed)

    def apply(self) -> None:
        """Give the application the remembered appearance."""
        chosen = self._preferences.appearance
        dark = self._system_is_dark() if chosen == "system" else chosen == "dark"
        self._theme.scale = self._preferences.scale
        self._show(dark)

    def choose_dark(self, dark: bool) -> None:
        """Switch by hand, and remember it."""
        self._preferences.appearance = "dark" if dark else "light"
        self._show(dark)

    def follow_system(self) -> None:
        """Go with the system again."""
        self._preferences.appearance = "system"
        self._app.styleHints().unsetColorScheme()
        self._show(self._system_is_dark())

    def change_text_size(self, steps: int) -> None:
        """Make all text larger or smaller; 0 gives the normal size back."""
        self._theme.set_scale(1.0 if steps == 0 else round(self._theme.scale + steps * TEXT_STEP, 2))
        self._preferences.scale = self._theme.scale

    def _show(self, dark: bool) -> None:
        self._theme.set_dark(dark)
        if self._preferences.appearance == "system":
            # The theme tells Qt its colours, which would keep the system's next change from being heard.
            self._app.styleHints().unsetColorScheme()

    def _system_is_dark(self) -> bool:
        return self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark

    def _system_changed(self) -> None:
        if self._preferences.appearance == "system" and self._system_is_dark() != self._theme.dark:
            self._show(self._system_is_dark())

    def _screen_added(self, screen: QScreen) -> None:
        screen.geometryChanged.connect(self._screen_changed)
        self._screen_changed()

    def _screen_changed(self) -> None:
        """Have every icon drawn anew for a density that no screen had, such as of a laptop that was docked."""
        if icons.densities() != self._densities:
            self._densities = icons.densities()
            self._theme.changed.emit()
