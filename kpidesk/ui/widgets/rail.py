"""The rail at the left: workspace, pages, appearance."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QMenu,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from kpidesk.ui import icons
from kpidesk.ui.commands import keys_text
from kpidesk.ui.messages import PlainLabel, plain_button_text, restyle, tip
from kpidesk.ui.pages import PageEntry
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import icon_button

RAIL_WIDTH = 212
NARROW_WIDTH = 64
WIDEST_SHARE = 0.25  # of the window; where the words would take more, only the icons stay
AIR = 10  # around an icon, before its words
SIDE = 12
ICON, INNER_ICON = 18, 15
FIND, FIND_KEYS = "Find anything", "Ctrl+K"


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
    """Buttons for the pages; `chosen` sends a page id, `dark_wanted` whether dark was switched on.

    `find_wanted` asks for the palette. What is most asked for of a page stands below it, a step further in.
    In a window too narrow for its words it shows icons alone; in one too low it scrolls.
    """

    chosen = Signal(str)
    find_wanted = Signal()
    dark_wanted = Signal(bool)

    def __init__(self, theme: Theme, pages: Sequence[PageEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._pages = tuple(pages)
        self._window_width = 0
        self.is_narrow = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 18, 0, 16)
        layout.setSpacing(14)
        layout.addLayout(self._header())
        layout.addWidget(self._list(), 1)
        theme.changed.connect(self._fit)
        self._fit()

    def _list(self) -> QScrollArea:
        buttons = QWidget()
        layout = QVBoxLayout(buttons)
        layout.setContentsMargins(SIDE, 0, SIDE, 0)
        layout.setSpacing(2)
        self.find_button = QPushButton()
        self.find_button.setProperty("kind", "nav")
        self.find_button.clicked.connect(self.find_wanted)
        self.find_button.setAccessibleName(FIND)
        tip(self.find_button, f"{FIND} ({FIND_KEYS})")
        layout.addWidget(self.find_button)
        layout.addSpacing(4)
        self._group = QButtonGroup(self)
        tops = [page.page_id for page in self._pages if not page.under]
        for number, page in enumerate(self._pages):
            keys = page.keys or (f"Ctrl+{tops.index(page.page_id) + 1}",)
            made = self._page_button(page, keys_text(keys))
            self._group.addButton(made, number)
            layout.addWidget(made)
        self._group.idClicked.connect(lambda number: self.chosen.emit(self._pages[number].page_id))
        layout.addStretch(1)
        self.dark = QPushButton()
        self.dark.setProperty("kind", "nav")
        self.dark.clicked.connect(lambda: self.dark_wanted.emit(not self._theme.dark))
        layout.addWidget(self.dark)
        self._area = area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(buttons)
        for widget in (area.viewport(), buttons):
            widget.setAutoFillBackground(False)
        return area

    def _header(self) -> QBoxLayout:
        self._head = header = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        header.setSpacing(10)
        self._mark = _Mark(self._theme)
        header.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignCenter)
        self._words = QWidget()
        words = QVBoxLayout(self._words)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(0)
        words.addWidget(PlainLabel("KPI Desk", "subheading"))
        self.workspace = PlainLabel("", "small", elide=True)
        words.addWidget(self.workspace)
        header.addWidget(self._words, 1)
        self.menu_button = icon_button(self._theme, "ellipsis", "Menu")
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        header.addWidget(self.menu_button, 0, Qt.AlignmentFlag.AlignCenter)
        return header

    def _page_button(self, page: PageEntry, keys: str) -> QPushButton:
        made = QPushButton()
        made.setProperty("kind", "nav")
        made.setProperty("inner", bool(page.under))
        made.setCheckable(True)
        made.setCursor(Qt.CursorShape.PointingHandCursor)
        made.setAccessibleName(page.title)
        tip(made, f"{page.title} ({keys})")
        return made

    def set_menu(self, menu: QMenu) -> None:
        """Give the menu button its menu."""
        self.menu_button.setMenu(menu)

    def show_workspace(self, name: str) -> None:
        """Show which workspace is open."""
        self.workspace.setText(name)
        tip(self._mark, name)

    def show_page(self, page_id: str) -> None:
        """Mark the page that is on show; none when it is not in the rail."""
        self._group.setExclusive(False)
        for number, page in enumerate(self._pages):
            self._group.button(number).setChecked(page.page_id == page_id)
            if page.page_id == page_id:
                self._area.ensureWidgetVisible(self._group.button(number))
        self._group.setExclusive(True)
        self._repaint()

    def fit(self, window_width: int) -> None:
        """Show words or icons alone, as fits a window of a width in pixels."""
        self._window_width = window_width
        self._fit()

    def _fit(self) -> None:
        wide = round(RAIL_WIDTH * max(1.0, self._theme.scale * 0.9))
        self.is_narrow = 0 < self._window_width * WIDEST_SHARE < wide
        self.setFixedWidth(self._theme.px(NARROW_WIDTH) if self.is_narrow else wide)
        self._words.setHidden(self.is_narrow)
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._head.setDirection(down if self.is_narrow else across)
        self._head.setContentsMargins(*((0, 0, 0, 0) if self.is_narrow else (SIDE + 6, 0, SIDE, 0)))
        self._repaint()

    def _repaint(self) -> None:
        self._mark.setFixedSize(self._theme.px(28), self._theme.px(28))
        for number, page in enumerate(self._pages):
            self._dress(self._group.button(number), page.title, page.icon, is_inner=bool(page.under))
        self._dress(self.find_button, f"{FIND}…", "search")
        words = "Light theme" if self._theme.dark else "Dark theme"
        self._dress(self.dark, words, "sun" if self._theme.dark else "moon")
        self.dark.setAccessibleName(words)
        tip(self.dark, words)

    def _dress(self, target: QAbstractButton, words: str, icon: str, *, is_inner: bool = False) -> None:
        tokens, size = self._theme.tokens, self._theme.px(INNER_ICON if is_inner else ICON)
        air = 0 if self.is_narrow else AIR
        target.setText("" if self.is_narrow else plain_button_text(words))
        target.setIcon(icons.icon(icon, tokens.accent_ink if target.isChecked() else tokens.muted, size, air))
        target.setIconSize(QSize(size + air, size))
        if target.property("narrow") != self.is_narrow:
            restyle(target, "narrow", self.is_narrow)
