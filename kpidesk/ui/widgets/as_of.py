"""Of which day the data on show are: a line above the page that opens the list of days, and a strip for the past."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from kpidesk.core.formats import day_text
from kpidesk.core.wording import counted
from kpidesk.ui.messages import Banner, plain_button_text, tip
from kpidesk.ui.widgets.controls import set_icon
from kpidesk.ui.widgets.type_ahead import Choice, TypeAhead

if TYPE_CHECKING:
    from kpidesk.core.import_history import DataDay
    from kpidesk.ui.theme import Theme

LIST = QSize(420, 400)
BESIDE = 34  # icon and padding beside the words
NOW = "the newest data"


def day_choices(days: Sequence[DataDay]) -> list[Choice]:
    """Every day that data are of, newest first, with its files; the newest stands for now."""
    return [
        Choice(
            day_text(one.day), one.day if place else None, NOW if not place else ", ".join(one.files), "calendar",
            keywords=f"{one.day.isoformat()} {' '.join(one.files)}",
        )
        for place, one in enumerate(days)
    ]  # fmt: skip


def past_words(day: date, days: Sequence[DataDay]) -> str:
    """How far back a day lies: "You are looking at 31 Oct 2026, 3 imports ago"."""
    since = sum(one.imports for one in days if one.day > day)

    return f"You are looking at {day_text(day)}, {counted(since, 'import')} ago"


class AsOfPicker(QPushButton):
    """A line of words that opens the list of data days; `chosen` sends a date, None for the newest.

    A class because it is a widget. It can be pressed only where there is more than one day.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._words = ""
        self._days: tuple[DataDay, ...] = ()
        self._day: date | None = None
        self.setProperty("kind", "line")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(24)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands behind the words
        self.clicked.connect(self.open_list)
        self.show_days((), None, "")

    @cached_property
    def popup(self) -> TypeAhead:
        """The list; made when it is first opened, because a window must not wait for it."""
        made = TypeAhead(self._theme, "Find a day or a file", self)
        made.chosen.connect(self.chosen)
        return made

    def show_days(self, days: Sequence[DataDay], day: date | None, words: str) -> None:
        """Offer the days; `day` (None: the newest) is on show, `words` say so."""
        self._days, self._day, self._words = tuple(days), day, words
        has_past = len(self._days) > 1
        if has_past:
            set_icon(self, self._theme, "chevron-down", size=14)
        self.setEnabled(has_past)
        self.setCursor(Qt.CursorShape.PointingHandCursor if has_past else Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(words)
        tip(self, f"{words} · look at an earlier day (Ctrl+Shift+E)" if has_past else words)
        self._refit()
        self.updateGeometry()

    def whole_text(self) -> str:
        """The words before they were cut to fit."""
        return self._words

    def sizeHint(self) -> QSize:
        """As wide as the words."""
        words = self.fontMetrics().horizontalAdvance(self._words)
        return QSize(words + self._theme.px(BESIDE), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the words anew."""
        super().resizeEvent(event)
        self._refit()

    def _refit(self) -> None:
        room = max(self._theme.px(20), self.width() - self._theme.px(BESIDE - 4))
        self.setText(plain_button_text(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room)))

    def open_list(self) -> None:
        """Open the list of days below the line."""
        if len(self._days) < 2:
            return
        corner = self.mapToGlobal(QPoint(0, self.height() + 4))
        lines = min(9, len(self._days))
        size = QSize(self._theme.px(LIST.width()), self._theme.px(36) * lines + self._theme.px(60))
        self.popup.open_at(corner, size, day_choices(self._days), self._day)


class PastStrip(QWidget):
    """A strip across the window while it shows an earlier day; a class because it is a widget."""

    def __init__(self, back: Callable[[], None]) -> None:
        super().__init__()
        self._back = back
        self.banner = Banner()
        self.banner.setProperty("role", "past")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 12, 24, 0)
        column.addWidget(self.banner)
        self.hide()

    def show_day(self, day: date | None, days: Sequence[DataDay], more: str = "") -> None:
        """Say which day is on show; hidden for the newest. `more` is what holds for the page in view."""
        words = "" if day is None else f"{past_words(day, days)}. {more}".strip()
        self.banner.say(words, "watch", button="Back to now" if words else "", act=self._back)
        self.banner.setAccessibleName(words)
        self.setVisible(bool(words))
