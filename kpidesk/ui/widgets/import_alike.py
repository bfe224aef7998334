"""Rows of the file that look like other records, each with its answers: another one, the same, left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from kpidesk.core.imports import LEFT_OUT, LookAlike, id_text
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.import_stages import segment_rect, segments_rect
from kpidesk.ui.widgets.model_index import Index
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable, RowDelegate, one_line
from kpidesk.ui.widgets.table_header import PAD
from kpidesk.ui.widgets.two_lines import paint_line

COMPARED, ANSWER = (1, 2), 3
BETWEEN = "  ·  "
EACH = 84
"""The width of an answer."""
BOTH, SAME, OUT = range(3)
WORDS = ("Keep both", "The same", "Leave out")
KEYS: dict[Qt.Key, int] = {Qt.Key.Key_K: BOTH, Qt.Key.Key_S: SAME, Qt.Key.Key_L: OUT}


def answer_of(same: Mapping[str, str], one: LookAlike) -> int:
    """Which of the three answers a row has: both are kept unless something else was said."""
    said = same.get(one.key, one.key)
    return OUT if said == LEFT_OUT else BOTH if said == one.key else SAME


def answers_for(one: LookAlike) -> tuple[int, ...]:
    """The answers that a row can be given: not every one can be the same record."""
    return (BOTH, SAME, OUT) if one.can_be_one else (BOTH, OUT)


def keys_words(rows: Sequence[LookAlike]) -> str:
    """Which keys answer, of those that any row can be given."""
    takes = ", S merges them (undone with the import)" if any(one.can_be_merged for one in rows) else ""
    takes = takes or (", S takes them for the same" if any(SAME in answers_for(one) for one in rows) else "")
    return f"K keeps both{takes}, L leaves the row out."


def said_of(one: LookAlike, answer: int) -> str:
    """What an answer says of the id of a row."""
    return (one.key, one.said_same, LEFT_OUT)[answer]


def _row_text(one: LookAlike) -> str:
    return BETWEEN.join(part for part in (one.name, one.shown, id_text(one.key)) if part)


def other_text(one: LookAlike) -> str:
    """What a row looks like: its name, where it stands, and its id."""
    where = f"line {one.other_line:,}" if one.other_line else "known" if one.is_own else f"known from {one.source}"
    return BETWEEN.join(part for part in (one.other_name, one.other_shown, where, id_text(one.other)) if part)


def columns_for(answer: Callable[[LookAlike], int]) -> tuple[Column[LookAlike], ...]:
    """The columns of the table, given which answer a row has."""
    return (
        Column("Line", lambda one: f"{one.line:,}", lambda one: float(one.line), right=True),
        Column("Row of the file", _row_text, strong=True),
        Column("Looks like", other_text),
        Column("What to do", lambda one: WORDS[answer(one)]),
        Column("Why", lambda one: one.why),
    )


class _Delegate(RowDelegate):
    """Draws the answers side by side with the given one raised."""

    def __init__(self, table: AlikeTable, theme: Theme) -> None:
        super().__init__(table, theme)
        self._answers = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """A row as usual, with the answers in their own column."""
        if index.column() != ANSWER:
            super().paint(painter, option, index)
            return
        painter.save()
        self.paint_background(painter, option, index)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        one: LookAlike = self.table.records.record(index.row())
        groove = segments_rect(self.theme, option.rect)
        painter.setBrush(self.theme.color("sunken"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(groove), 7, 7)
        answers = answers_for(one)
        for place, answer in enumerate(answers):
            self._paint_answer(painter, segment_rect(groove, place, len(answers)), one, answer)
        painter.restore()

    def paint_text(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """What is to be compared stands below the name: amount, day, whose it is."""
        if index.column() not in COMPARED:
            super().paint_text(painter, option, index)
            return
        name, _, rest = one_line(str(index.data() or "")).partition(BETWEEN)
        font, color = self.text_style(index)
        inner = self.inner(option.rect, index).adjusted(0, self.theme.px(5), 0, -self.theme.px(6))
        paint_line(painter, inner, name, font, color)
        small, ink = self.theme.font(12), self.theme.color("ink")
        paint_line(painter, inner, rest, small, ink, at=Qt.AlignmentFlag.AlignBottom)

    def _paint_answer(self, painter: QPainter, rect: QRect, one: LookAlike, answer: int) -> None:
        is_on = answer == self._answers.answer(one)
        if is_on:
            painter.setBrush(self.theme.color("surface"))
            painter.setPen(QPen(self.theme.color("strong_border"), 1))
            painter.drawRoundedRect(QRectF(rect).adjusted(2, 2, -2, -2), 5.5, 5.5)
        painter.setFont(self.theme.font(12, QFont.Weight.DemiBold if is_on else QFont.Weight.Normal))
        painter.setPen(self.theme.color("ink" if is_on else "muted"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, WORDS[answer])


class AlikeTable(RecordTable):
    """The rows with their answers; a class because it is a widget with a signal.

    Click an answer, or press K (keep both), S (the same) or L (leave out) on a row. `answered` sends the id of the
    row and what is said of it, as in `ImportOptions.same`.
    """

    answered = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            RecordModel(columns_for(self.answer)), theme, name="Rows that look like other records", stretch=(1, 2),
            empty="No row of this file looks like another record.", height=44, parent=parent,
        )  # fmt: skip
        self._same: Mapping[str, str] = {}
        self._own = _Delegate(self, theme)
        self.setItemDelegate(self._own)
        self.setSelectionMode(RecordTable.SelectionMode.SingleSelection)

    def show_alike(self, rows: tuple[LookAlike, ...], same: Mapping[str, str]) -> None:
        """Show the rows with what has been said of them."""
        at = self.currentIndex().row()
        self._same = same
        self.records.show_rows(rows)
        if 0 <= at < len(rows):
            self.setCurrentIndex(self.records.index(at, 1))

    def answer(self, one: LookAlike) -> int:
        """The answer that a row has."""
        return answer_of(self._same, one)

    def _measured(self, column: int) -> int:
        if column != ANSWER:
            return super()._measured(column)
        most = max((len(answers_for(one)) for one in self.records.rows), default=len(WORDS))
        return self.theme.px(EACH * most + 2 * PAD)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on an answer gives it."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.column() != ANSWER or event.button() != Qt.MouseButton.LeftButton:
            return
        groove = segments_rect(self.theme, self.visualRect(index))
        answers = answers_for(self.records.record(index.row()))
        for place, answer in enumerate(answers):
            if segment_rect(groove, place, len(answers)).contains(event.position().toPoint()):
                self._answer(index.row(), answer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters answer."""
        at, key = self.currentIndex().row(), Qt.Key(event.key())
        if at >= 0 and key in KEYS and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self._answer(at, KEYS[key])
        else:
            super().keyPressEvent(event)

    def _answer(self, at: int, answer: int) -> None:
        one: LookAlike = self.records.record(at)
        if answer != self.answer(one) and answer in answers_for(one):
            self.answered.emit(one.key, said_of(one, answer))
