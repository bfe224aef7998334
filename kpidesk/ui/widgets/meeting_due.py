"""A day by which something is to be done: typed as a person says it, or picked from a calendar."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QObject, Qt, Signal
from PySide6.QtWidgets import QCalendarWidget, QHBoxLayout, QLineEdit, QMenu, QWidget, QWidgetAction

from kpidesk.ui.messages import PlainLabel, restyle, tip
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import icon_button
from kpidesk.ui.widgets.review_text import due_words, typed_day

UNCLEAR = "No such day. Try Fri, 12 Mar or 2 weeks."


class DayField(QWidget):
    """The field with its calendar; `picked` sends the day whenever it is another. A class because it is a widget."""

    picked = Signal(object)

    def __init__(self, theme: Theme, day: date, today: date, name: str, keys: QObject | None = None) -> None:
        super().__init__()
        self.day, self._today, self._name = day, today, name
        self.text = QLineEdit(due_words(day))
        self.text.setAccessibleName(f"{name}, as Fri, 12 Mar or 2 weeks")
        self.text.setFixedWidth(theme.px(138))
        tip(self.text, "Type Fri, 12 Mar, 2 weeks or 2026-03-12")
        self.text.textEdited.connect(self._typed)
        self.text.editingFinished.connect(lambda: self.show_day(self.day))
        if keys is not None:
            self.text.installEventFilter(keys)
        self.pick = icon_button(theme, "calendar", f"Pick: {name.casefold()}", self.open_calendar)
        self.unclear = PlainLabel(UNCLEAR, "problem", elide=True)
        self.unclear.hide()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        for widget in (self.text, self.pick, self.unclear):
            line.addWidget(widget)

    def show_day(self, day: date) -> None:
        """Show a day without telling anyone."""
        self.day = day
        self._wrong(False)
        self.text.setText(due_words(day))

    def _typed(self, text: str) -> None:
        day = typed_day(text, self._today)
        self._wrong(day is None and bool(text.strip()))
        if day is not None:
            self._send(day)

    def _wrong(self, wrong: bool) -> None:
        restyle(self.text, "wrong", wrong)
        self.unclear.setVisible(wrong)

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
