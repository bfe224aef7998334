"""What is due, as tables: the meetings and KPIs with their day, when each was last held, and who is left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, Signal

from kpidesk.core.cadences import EVERY_WORDS, Due, LastMet, LeftOut
from kpidesk.core.carried import OpenPromise
from kpidesk.core.formats import day_text
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.meeting_tables import INSET, SheetTable, TableSection
from kpidesk.ui.widgets.meeting_text import NEAR, due_words, every_words, last_words
from kpidesk.ui.widgets.receipt_model import Column
from kpidesk.ui.widgets.review_parts import Fold

PREPARED = "prepared"
PROMISED = "Promised and still open"


def due_columns(today: date, *, late: bool, due: Sequence[Due] = ()) -> tuple[Column[Due], ...]:
    """The columns of what is due; of what is late how late it is. Notes have one where there are any."""
    when: Column[Due] = Column(
        "How late" if late else "When",
        partial(due_words, today=today) if late else lambda one: _day(one, today),
        lambda one: -one.days_late if late else one.on.isoformat(),
    )
    return (
        Column("What", lambda one: one.title, strong=True),
        Column("With whom", lambda one: one.whose),
        when,
        Column("Last held", last_words, lambda one: one.last.isoformat() if one.last else "9999"),
        Column("How often", every_words),
        *((Column("Note", _note),) if any(map(_note, due)) else ()),
    )


def _day(one: Due, today: date) -> str:
    """The day with its weekday: "Thu 17 Sep 2026", "today"."""
    words = due_words(one, today)
    return words if words in NEAR.values() else f"{one.on:%a} {words}"


def _note(one: Due) -> str:
    return " · ".join(part for part in (PREPARED if one.draft else "", one.note) if part)


def promised_columns(today: date) -> tuple[Column[OpenPromise], ...]:
    """The columns of what was promised: what, who does it, by when or how late, and in which meeting it was agreed."""
    return (
        Column("What", lambda one: one.text, strong=True),
        Column("Who", lambda one: one.owner),
        Column("By", partial(by_words, today=today), lambda one: one.due.isoformat()),
        Column("Agreed in", lambda one: one.place_text, lambda one: one.made_on.isoformat()),
    )


def by_words(one: OpenPromise, today: date) -> str:
    """By when something is to be done: "Thu 17 Sep 2026", "today"; how late it is: "9 days late"."""
    near = NEAR.get((one.due - today).days, "")
    return one.late_text or near or f"{one.due:%a} {day_text(one.due)}"


OWN: tuple[Column[Due], ...] = (
    Column("What", lambda one: one.title, strong=True),
    Column("With whom", lambda one: one.whose),
    Column("How often", lambda one: EVERY_WORDS[one.every]),
)
LAST: tuple[Column[LastMet], ...] = (
    Column("What", lambda one: one.title, strong=True),
    Column("With whom", lambda one: one.whose),
    Column("Last held", last_words, lambda one: one.on.isoformat() if one.on else ""),
    Column("How often", every_words),
)
LEFT: tuple[Column[LeftOut], ...] = (
    Column("Who", lambda one: one.whose, strong=True),
    Column("Why", lambda one: one.why),
)


class DueCard(TableSection):
    """Some of what is due; a class because it is a widget.

    `opened` sends the Due that is to be opened, `picked` the one under the cursor (None for none).
    """

    opened = Signal(object)
    picked = Signal(object)

    def __init__(self, theme: Theme, title: str, nothing: str) -> None:
        super().__init__(theme, title)
        self.nothing = PlainLabel(nothing, "muted", wrap=True)
        self.table = SheetTable(theme, title, due_columns(date.min, late=False), stretch=(0, 1))
        self.table.activated.connect(lambda index: self._send(index, opens=True))
        self.table.selectionModel().currentChanged.connect(lambda index, _before: self._send(index, opens=False))
        self.add_words(self.nothing)
        self.column.addWidget(self.table)

    def show_due(self, due: Sequence[Due], today: date, *, late: bool = False) -> None:
        """Show what is due, or in words that nothing is."""
        self.note.setText(str(len(due)) if due else "")
        self.nothing.setVisible(not due)
        self.table.show_rows(due, due_columns(today, late=late, due=due))

    def _send(self, index: QModelIndex, *, opens: bool) -> None:
        one: Due | None = self.table.records.record(index.row()) if index.isValid() else None
        if opens and one is not None:
            self.opened.emit(one)
        elif not opens:
            self.picked.emit(one)


class PromisedCard(TableSection):
    """What was promised and is still open; a class because it is a widget.

    `opened` sends the OpenPromise that is to be opened, `picked` the one under the cursor (None for none).
    """

    opened = Signal(object)
    picked = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, PROMISED)
        self.table = SheetTable(theme, PROMISED, promised_columns(date.min), stretch=(0, 3))
        self.table.activated.connect(lambda index: self.opened.emit(self._at(index)))
        self.table.selectionModel().currentChanged.connect(lambda index, _before: self.picked.emit(self._at(index)))
        self.column.addWidget(self.table)

    def _at(self, index: QModelIndex) -> OpenPromise | None:
        found: OpenPromise | None = self.table.records.record(index.row()) if index.isValid() else None
        return found

    def show_promised(self, found: Sequence[OpenPromise], today: date) -> None:
        """Show what is open; where nothing is, the card goes."""
        self.setVisible(bool(found))
        self.note.setText(str(len(found)))
        self.table.show_rows(found, promised_columns(today))


class FoldedTable(TableSection):
    """A table that is folded away until it is wanted; a class because it is a widget."""

    def __init__(self, theme: Theme, title: str, columns: Sequence[Column[Any]], stretch: tuple[int, ...]) -> None:
        super().__init__(theme, title)
        self.title.hide()
        self.note.hide()
        self.fold = Fold(theme, title)
        self.words = PlainLabel(title, "subheading")
        self.fold.line.addWidget(self.words, 1)
        self.fold.line.setContentsMargins(9, 0, INSET, 0)
        self.fold.inner.setContentsMargins(0, 4, 0, 0)
        self.table = SheetTable(theme, title, columns, stretch=stretch)
        self.fold.inner.addWidget(self.table)
        self.column.addWidget(self.fold)

    def show_rows(self, rows: Sequence[Any], words: str) -> None:
        """Show rows behind a line of words; without any nothing is shown."""
        self.setVisible(bool(rows))
        self.words.setText(words)
        self.table.show_rows(rows)


def week_words(first: date, last: date) -> str:
    """The days of a week: "14 to 20 Sep 2026"."""
    same = (first.month, first.year) == (last.month, last.year)
    return f"{first.day if same else day_text(first)} to {day_text(last)}"
