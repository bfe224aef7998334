"""A list that narrows while typing: for scopes, periods, KPIs and everything the palette finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from kpidesk.core.kpis import Kpi
from kpidesk.ui import icons
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.painting.look import LEFT, MEDIUM, RIGHT, draw_text, look_of, width_of
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.list_model import ListModel
from kpidesk.ui.widgets.model_index import Index

NOTHING, LOOKING = "Nothing has that name.", "Looking among the deals…"
PAUSE_MS = 40
LEAST_TYPED = 2  # characters, for what is looked up
NARROWEST, WIDEST, SIDES = 360, 560, 56  # of a list of choices; the sides hold its frame and scroll bar
MEASURED = 200
_MOVES = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the list: what it says, what stands at its right, and the value that choosing it gives.

    `keywords` are further words it is found by; `depth` indents it. One that is `last` stands behind the others unless
    its text begins with what was typed.
    """

    text: str
    value: object
    detail: str = ""
    icon: str = ""
    depth: int = 0
    keywords: str = ""
    last: bool = False


def kpi_choices(kpis: Iterable[Kpi]) -> list[Choice]:
    """KPIs by name with their dimension, each also found by what it counts."""
    return [Choice(kpi.name, kpi.id, kpi.dimension, keywords=kpi.sentence) for kpi in kpis]


def narrowed(choices: Sequence[Choice], typed: str) -> list[Choice]:
    """The choices that hold every typed word; those whose text begins with what was typed come first."""
    words = typed.casefold().split()
    if not words:
        return list(choices)
    hits = [one for one in choices if all(word in _haystack(one) for word in words)]
    return sorted(hits, key=lambda one: _rank(one, words))


def nearest(choices: Sequence[Choice], typed: str) -> list[Choice]:
    """The choices whose name is most like a mistyped one, the most alike first."""
    by_name = {one.text.casefold(): one for one in choices}
    return [by_name[name] for name in get_close_matches(typed.casefold().strip(), list(by_name), n=5)]


def _haystack(choice: Choice) -> str:
    return f"{choice.text} {choice.detail} {choice.keywords}".casefold()


def _rank(choice: Choice, words: Sequence[str]) -> int:
    text = choice.text.casefold()
    if text.startswith(words[0]):
        return 0
    if choice.last:
        return 3
    return 1 if any(part.startswith(words[0]) for part in text.split()) else 2


class ChoiceModel(ListModel[Choice]):
    """The choices on show, as Qt wants them."""

    def text(self, line: Choice) -> str:
        """The text."""
        return line.text

    def spoken(self, line: Choice) -> str:
        """Text and detail."""
        return f"{line.text}, {line.detail}" if line.detail else line.text


class ChoiceDelegate(QStyledItemDelegate):
    """Draws a choice: icon, indented text, quiet detail at the right."""

    def __init__(self, model: ChoiceModel, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """One line of text with air."""
        return QSize(120, self._theme.px(36))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one choice."""
        choice, look = self._model.shown[index.row()], look_of(self._theme)
        area = QRectF(option.rect)
        state = option.state
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            selected = bool(state & QStyle.StateFlag.State_Selected)
            painter.setBrush(look.color("accent_soft" if selected else "hover"))
            painter.drawRoundedRect(area.adjusted(2, 1, -2, -1), 6, 6)
            painter.restore()
        inner = area.adjusted(look.px(12) + choice.depth * look.px(18), 0, -look.px(12), 0)
        if choice.icon:
            size = self._theme.px(16)
            density = painter.device().devicePixelRatioF()
            picture = icons.pixmap(choice.icon, self._theme.tokens.muted, size, density)
            painter.drawPixmap(int(inner.left()), int(inner.center().y() - size / 2), picture)
            inner.setLeft(inner.left() + size + look.px(10))
        wide = min(width_of(look.font(12), choice.detail), inner.width() * 0.5)
        if choice.detail:
            side = QRectF(inner.right() - wide, inner.top(), wide, inner.height())
            draw_text(painter, side, choice.detail, look.font(12), look.color("muted"), RIGHT)
            inner.setRight(side.left() - look.px(12))
        draw_text(painter, inner, choice.text, look.font(13, MEDIUM), look.color("ink"), LEFT)


def width_for(choices: Sequence[Choice], theme: Theme) -> int:
    """How wide a list is to be in pixels: as wide as the longest of its first choices, within limits."""
    look = look_of(theme)
    widths = (
        width_of(look.font(13, MEDIUM), one.text) + width_of(look.font(12), one.detail)
        + look.px(one.depth * 18 + (26 if one.icon else 0) + (12 if one.detail else 0))
        for one in choices[:MEASURED]
    )  # fmt: skip
    return min(max(theme.px(NARROWEST), round(max(widths, default=0.0)) + theme.px(SIDES)), theme.px(WIDEST))


def _on_screen(corner: QPoint, size: QSize) -> QPoint:
    screen = QGuiApplication.screenAt(corner) or QGuiApplication.primaryScreen()
    room = screen.availableGeometry()
    left = min(corner.x(), room.x() + room.width() - size.width())
    top = min(corner.y(), room.y() + room.height() - size.height())
    return QPoint(max(room.x(), left), max(room.y(), top))


class TypeAhead(QFrame):
    """A popup with a search field and the list; a class because it is a widget.

    `chosen` sends the value of the choice taken. `otherwise` may turn typed text that matches nothing into
    choices (a period typed as `2025-Q3`); what is still unknown is answered with the names nearest to it.
    `look_up` is told what was typed when typing pauses; it answers with `add_found`.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, placeholder: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("role", "popup")
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.ToolTipBase)
        self.otherwise: Callable[[str], Sequence[Choice]] | None = None
        self.look_up: Callable[[str], None] | None = None
        self._waits, self._takes_next = False, False  # for what is looked up; and whether its first is to be taken
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self._theme = theme
        self._all: tuple[Choice, ...] = ()
        self._typed = ""
        self.field = QLineEdit()
        self.field.setPlaceholderText(placeholder)
        self.field.setAccessibleName(placeholder)
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._narrow)
        self.field.returnPressed.connect(self._take_current)
        self.field.installEventFilter(self)
        self._build_list(placeholder)
        self.nothing = PlainLabel(NOTHING, "muted")
        self.nothing.setMargin(10)
        self.more = PlainLabel("", "small")
        self.more.setMargin(6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self.field)
        layout.addWidget(self.nothing, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.more)

    def _build_list(self, name: str) -> None:
        self.model = ChoiceModel(self)
        self.list = QListView()
        self.list.setAccessibleName(name)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setModel(self.model)
        self._delegate = ChoiceDelegate(self.model, self._theme, self)
        self.list.setItemDelegate(self._delegate)
        self.list.clicked.connect(self._take)

    def open_at(
        self, corner: QPoint, size: QSize, choices: Sequence[Choice], current: object = None, *, text: str = ""
    ) -> None:
        """Show the list at a place, moved as far as the screen asks for, with one value preselected."""
        self._all = tuple(choices)
        self.field.setText(text)
        self._narrow(text)
        for number, choice in enumerate(self.model.shown):
            if current is not None and choice.value == current:
                self.list.setCurrentIndex(self.model.index(number))
                self.list.scrollTo(self.model.index(number))
        self.resize(size)
        self.move(_on_screen(corner, size))
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys in the field move through the list."""
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.hide()
                return True
            if event.key() in _MOVES:
                self.list.keyPressEvent(event)
                return True
        return super().eventFilter(watched, event)

    def _narrow(self, typed: str) -> None:
        self._takes_next = False
        self._waits = self.look_up is not None and len(typed.strip()) >= LEAST_TYPED
        self._show_found(self._found(typed), typed)
        if self._waits:
            self._pause.start()

    def _found(self, typed: str) -> list[Choice]:
        found = narrowed(self._all, typed)
        if not found and self.otherwise is not None and typed.strip():
            found = list(self.otherwise(typed))
        return found

    def _show_found(self, found: list[Choice], typed: str, more: str = "") -> None:
        near = [] if found or self._waits else nearest(self._all, typed)
        self.nothing.setVisible(not found)
        self.nothing.setText(LOOKING if self._waits else f"{NOTHING} Did you mean:" if near else NOTHING)
        self.more.setText(more)
        self.more.setVisible(bool(more))
        at = self.list.currentIndex().row()
        found = found or near
        self.model.show_lines(found)
        self.list.setVisible(bool(found))
        if found:
            self.list.setCurrentIndex(self.model.index(0))
        if 0 < at < len(found) and typed == self._typed:
            self.list.setCurrentIndex(self.model.index(at))
        self._typed = typed

    def _ask(self) -> None:
        if self.look_up is not None and self.isVisible():
            self.look_up(self.field.text())

    def still_asks(self, typed: str) -> bool:
        """Whether this is what is still typed."""
        return typed == self.field.text() and self.isVisible()

    def add_found(self, typed: str, found: Sequence[Choice], more: str, *, looking: bool = False) -> None:
        """Add what was looked up below the rest, unless something else was typed since; `more` is said below it.

        `looking`: there may be more, which is then added in place of this.
        """
        if not self.still_asks(typed):
            return
        self._waits = looking
        self._show_found([*self._found(typed), *found], typed, more)
        if self._takes_next:
            self._take_current()

    def _take_current(self) -> None:
        if self._waits and not self.model.shown:  # typed faster than it is looked up
            self._takes_next = True
        else:
            self._take(self.list.currentIndex())

    def _take(self, index: QModelIndex) -> None:
        if index.isValid():
            value = self.model.shown[index.row()].value
            self.hide()
            self.chosen.emit(value)
