"""The rail at the left: workspace, pages, appearance."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from kpidesk.ui import icons
from kpidesk.ui.messages import PlainLabel, plain_button_text, tip
from kpidesk.ui.pages import PageEntry
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import icon_button

RAIL_WIDTH = 212
AIR = 10  # around an icon, before its words


class _Mark(QWidget):
    """The app's icon, sharp at any density."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(theme.px(28), theme.px(28))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        picture = icons.pixmap("kpidesk", "#2F55D4", min(self.width(), self.height()), self.devicePixelRatioF())
        painter.drawPixmap(0, 0, picture)
        painter.end()


class Rail(QWidget):
    """Buttons for the pages; `chosen` sends a page id, `dark_wanted` whether dark was switched on."""

    chosen = Signal(str)
    dark_wanted = Signal(bool)

    def __init__(self, theme: Theme, pages: Sequence[PageEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._pages = tuple(pages)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 18, 12, 16)
        layout.setSpacing(4)
        layout.addLayout(self._header())
        layout.addSpacing(14)
        self._group = QButtonGroup(self)
        for number, page in enumerate(self._pages):
            made = self._page_button(page, number)
            self._group.addButton(made, number)
            layout.addWidget(made)
        self._group.idClicked.connect(lambda number: self.chosen.emit(self._pages[number].page_id))
        layout.addStretch(1)
        self.dark = QPushButton()
        self.dark.setProperty("kind", "nav")
        self.dark.clicked.connect(lambda: self.dark_wanted.emit(not self._theme.dark))
        layout.addWidget(self.dark)
        theme.changed.connect(self._repaint)
        self._repaint()

    def _header(self) -> QHBoxLayout:
        header = QHBoxLayout()
        header.setContentsMargins(6, 0, 0, 0)
        header.setSpacing(10)
        self._mark = _Mark(self._theme)
        header.addWidget(self._mark)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(PlainLabel("KPI Desk", "subheading"))
        self.workspace = PlainLabel("", "small", elide=True)
        words.addWidget(self.workspace)
        header.addLayout(words, 1)
        self.menu_button = icon_button(self._theme, "ellipsis", "Menu")
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        header.addWidget(self.menu_button)
        return header

    def _page_button(self, page: PageEntry, number: int) -> QPushButton:
        made = QPushButton(plain_button_text(page.title))
        made.setProperty("kind", "nav")
        made.setCheckable(True)
        made.setCursor(Qt.CursorShape.PointingHandCursor)
        made.setAccessibleName(page.title)
        tip(made, f"{page.title} (Ctrl+{number + 1})")
        return made

    def set_menu(self, menu: QMenu) -> None:
        """Give the menu button its menu."""
        self.menu_button.setMenu(menu)

    def show_workspace(self, name: str) -> None:
        """Show which workspace is open."""
        self.workspace.setText(name)

    def show_page(self, page_id: str) -> None:
        """Mark the page that is on show; none when it is not in the rail."""
        self._group.setExclusive(False)
        for number, page in enumerate(self._pages):
            self._group.button(number).setChecked(page.page_id == page_id)
        self._group.setExclusive(True)
        self._repaint()

    def _repaint(self) -> None:
        tokens, size = self._theme.tokens, self._theme.px(18)
        self.setFixedWidth(round(RAIL_WIDTH * max(1.0, self._theme.scale * 0.9)))
        self._mark.setFixedSize(self._theme.px(28), self._theme.px(28))
        for number, page in enumerate(self._pages):
            made = self._group.button(number)
            color = tokens.accent_ink if made.isChecked() else tokens.muted
            made.setIcon(icons.icon(page.icon, color, size, AIR))
            made.setIconSize(QSize(size + AIR, size))
        self.dark.setText("Light theme" if self._theme.dark else "Dark theme")
        self.dark.setIcon(icons.icon("sun" if self._theme.dark else "moon", tokens.muted, size, AIR))
        self.dark.setIconSize(QSize(size + AIR, size))
