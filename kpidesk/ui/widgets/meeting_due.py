"""A day by which something is to be done: typed as a person says it, or picked from a calendar."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QObject, Qt, Signal
from PySide6.QtWidgets import QCalendarWidget, QHBoxLayout, QLineEdit, QMenu, QWidget, QWidgetAction

from kpidesk.ui.messages import PlainLabel, restyle, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import icon_button
from kpidesk.ui.widgets.review_text import UNCLEAR, due_words, read_due, typed_day


class DayField(QWidget):
    """The field with its calendar; `picked` sends the day whenever it is another. A class because it is a widget.

    `told` says beside the field, or where its owner puts it, what a typed day means or why it is not taken. With
    `over` a day that is over is taken too.
    """

    picked = Signal(object)

    def __init__(
        self, theme: Theme, day: date, today: date, name: str, keys: QObject | None = None, *, over: bool = False
    ) -> None:
        super().__init__()
        self.day, self._today, self._name, self._over = day, today, name, over
        self.text = QLineEdit(due_words(day))
        self.text.setAccessibleName(f"{name}, as Fri, 12 Mar or 2 weeks")
        self.text.setFixedWidth(theme.px(138))
        tip(self.text, "Type Fri, 12 Mar, 2 weeks or 2026-03-12")
        self.text.textEdited.connect(self._typed)
        self.text.editingFinished.connect(self._finished)
        if keys is not None:
            self.text.installEventFilter(keys)
        self.pick = icon_button(theme, "calendar", f"Pick: {name.casefold()}", self.open_calendar)
        self.told = PlainLabel("", "problem", wrap=True)
        self.told.hide()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        for widget in (self.text, self.pick):
            line.addWidget(widget)
        line.addWidget(self.told, 1)
        line.addStretch()  # where the owner puts `told` elsewhere

    def show_day(self, day: date) -> None:
        """Show a day without telling anyone."""
        self.day = day
        self._tell("")
        self.text.setText(due_words(day))

    def _typed(self, text: str) -> None:
        day, words = self._read(text)
        self._tell(
            words if day is not None else f"'{text.strip()}' {words}." if text.strip() else "", wrong=day is None
        )
        if day is not None:
            self._send(day)

    def _read(self, text: str) -> tuple[date | None, str]:
        if not self._over:
            return read_due(text, self._today)
        return typed_day(text, self._today), UNCLEAR

    def _finished(self) -> None:
        """Write the day out; of what could not be taken it is said that the day stays as it was."""
        typed, stays = self.text.text().strip(), due_words(self.day)
        day, words = self._read(typed)
        if typed == stays:
            return
        self.text.setText(stays)
        restyle(self.text, "wrong", False)
        if day is None and typed:
            self._tell(f"'{typed}' {words}. {stays} stays.", wrong=True, marked=False)

    def _tell(self, words: str, *, wrong: bool = False, marked: bool = True) -> None:
        restyle(self.text, "wrong", wrong and marked and bool(words))
        restyle(self.told, "role", "problem" if wrong else "muted")
        self.told.setText(words)
        self.told.setVisible(bool(words))

    def _send(self, day: date) -> None:
        self.day = day
        self.picked.emit(day)

    def open_calendar(self) -> None:
        """Open a calendar below the field."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        calendar = QCalendarWidget()
        calendar.setAccessibleName(self._name)
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        if not self._over:
            first = min(self.day, self._today)
            calendar.setMinimumDate(QDate(first.year, first.month, first.day))
        calendar.setSelectedDate(QDate(self.day.year, self.day.month, self.day.day))
        calendar.activated.connect(lambda day: self._take(day, menu))
        calendar.clicked.connect(lambda day: self._take(day, menu))
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(calendar)
        menu.addAction(holder)
        menu.popup(self.text.mapToGlobal(self.text.rect().bottomLeft()))
        calendar.setFocus(Qt.FocusReason.PopupFocusReason)

    def _take(self, day: QDate, menu: QMenu) -> None:
        menu.close()
        self._send(date(day.year(), day.month(), day.day()))
        self.show_day(self.day)
