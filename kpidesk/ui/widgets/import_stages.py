"""What each stage of the file counts as: open, won, lost or ignored, to be answered before anything is imported."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from kpidesk.core.fields import OUTCOMES, Outcome
from kpidesk.core.imports import StageFound
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.import_answers import OUTCOME_WORDS
from kpidesk.ui.widgets.model_index import Index
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable, RowDelegate
from kpidesk.ui.widgets.table_header import PAD

VALUE, COUNT, OUTCOME, WHY = range(4)
SEGMENT = 62
KEYS: dict[Qt.Key, Outcome] = {
    Qt.Key.Key_O: "open", Qt.Key.Key_W: "won", Qt.Key.Key_L: "lost", Qt.Key.Key_I: "ignore",
}  # fmt: skip


def _outcome_text(stage: StageFound) -> str:
    return OUTCOME_WORDS[stage.outcome] if stage.outcome else "not answered yet"


COLUMNS: tuple[Column[StageFound], ...] = (
    Column("Value in the file", lambda stage: stage.value or "(empty)", strong=True),
    Column("Rows", lambda stage: f"{stage.count:,}", lambda stage: float(stage.count), right=True),
    Column("Counts as", _outcome_text),
    Column("Why", lambda stage: stage.why),
)


class _Delegate(RowDelegate):
    """Draws the four outcomes side by side with the chosen one raised."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """A row as usual, with the choice in its own column."""
        if index.column() != OUTCOME:
            super().paint(painter, option, index)
            return
        painter.save()
        self.paint_background(painter, option, index)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        stage: StageFound = self.table.records.record(index.row())
        groove = segments_rect(self.theme, option.rect)
        painter.setBrush(self.theme.color("sunken"))
        painter.setPen(QPen(self.theme.color("watch"), 1.5) if stage.outcome is None else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(groove), 7, 7)
        for place, outcome in enumerate(OUTCOMES):
            self._paint_segment(painter, segment_rect(groove, place), outcome, stage.outcome)
        painter.restore()

    def _paint_segment(self, painter: QPainter, rect: QRect, outcome: Outcome, chosen: Outcome | None) -> None:
        if outcome == chosen:
            painter.setBrush(self.theme.color("surface"))
            painter.setPen(QPen(self.theme.color("strong_border"), 1))
            painter.drawRoundedRect(QRectF(rect).adjusted(2, 2, -2, -2), 5.5, 5.5)
        weight = QFont.Weight.DemiBold if outcome == chosen else QFont.Weight.Normal
        painter.setFont(self.theme.font(12, weight))
        painter.setPen(self.theme.color("ink" if outcome == chosen else "muted"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, OUTCOME_WORDS[outcome])

    def row_tint(self, index: Index) -> QColor | None:
        """Values without an answer stand out."""
        stage: StageFound = self.table.records.record(index.row())
        return self.theme.color("watch_soft") if stage.outcome is None else None

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Room for the four outcomes."""
        found = super().sizeHint(option, index)
        if index.column() == OUTCOME:
            found.setWidth(self.theme.px(4 * SEGMENT + 2 * PAD))
        return found


def segments_rect(theme: Theme, cell: QRect) -> QRect:
    """Where the four outcomes are drawn in a cell."""
    height = theme.px(28)
    width = min(theme.px(4 * SEGMENT), cell.width() - theme.px(PAD))
    return QRect(cell.left() + theme.px(PAD) // 2, cell.center().y() - height // 2 + 1, width, height)


def segment_rect(groove: QRect, place: int, count: int = len(OUTCOMES)) -> QRect:
    """Where one of `count` answers that stand side by side is drawn."""
    width = groove.width() // count
    return QRect(groove.left() + place * width, groove.top(), width, groove.height())


class StageTable(RecordTable):
    """Values of the stage column, each with four answers; a class because it is a widget with a signal.

    Click an answer, or press O, W, L or I on a row, which goes on to the next one without an answer; Left and Right
    step through the answers of a row, Up goes back.
    """

    answered = Signal(str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            RecordModel(COLUMNS), theme, name="Stages of the file and what they count as", stretch=(VALUE, WHY),
            empty="This file has no column for stage or status.", height=44, parent=parent,
        )  # fmt: skip
        self._own = _Delegate(self, theme)
        self.setItemDelegate(self._own)
        self.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
        self._places: dict[str, int] = {}

    def show_stages(self, stages: tuple[StageFound, ...], *, is_new: bool = True) -> None:
        """Show the values of a file, those without an answer first.

        Of a file that is not new they stay in the order of before, and the user on the row in use.
        """
        at = self.currentIndex().row()
        held = self.records.record(at).value if 0 <= at < self.records.rowCount() and not is_new else None
        known = {} if is_new else self._places
        last = len(known)
        rows = sorted(stages, key=lambda stage: (known.get(stage.value, last), stage.outcome is not None))
        self._places = {stage.value: place for place, stage in enumerate(rows)}
        self.records.show_rows(rows)
        if held is not None:
            self._restore(held)

    def _restore(self, value: str) -> None:
        for at in range(self.records.rowCount()):
            if self.records.record(at).value == value:
                self.setCurrentIndex(self.records.index(at, VALUE))
                return

    def go_to_open(self) -> bool:
        """Select the first value without an answer; False when there is none."""
        found = self._go_on(-1)
        if found:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        return found

    def _go_on(self, at: int) -> bool:
        """Select the next value without an answer after a row, else the first one; False when there is none."""
        count = self.records.rowCount()
        for place in (*range(at + 1, count), *range(at + 1)):
            if self.records.record(place).outcome is None:
                self.setCurrentIndex(self.records.index(place, VALUE))
                return True
        return False

    def _measured(self, column: int) -> int:
        return self.theme.px(4 * SEGMENT + 2 * PAD) if column == OUTCOME else super()._measured(column)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on an answer gives it."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.column() != OUTCOME or event.button() != Qt.MouseButton.LeftButton:
            return
        groove = segments_rect(self.theme, self.visualRect(index))
        for place, outcome in enumerate(OUTCOMES):
            if segment_rect(groove, place).contains(event.position().toPoint()):
                self._answer(index.row(), outcome)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters answer, Left and Right step."""
        at = self.currentIndex().row()
        key = Qt.Key(event.key())
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if at < 0 or not plain or (key not in KEYS and key not in (Qt.Key.Key_Left, Qt.Key.Key_Right)):
            super().keyPressEvent(event)
        elif key in KEYS:
            self._answer(at, KEYS[key])
            self._go_on(at)
        else:
            now = self.records.record(at).outcome
            step = 1 if key == Qt.Key.Key_Right else -1
            place = OUTCOMES.index(now) + step if now else (0 if step > 0 else len(OUTCOMES) - 1)
            self._answer(at, OUTCOMES[min(max(place, 0), len(OUTCOMES) - 1)])

    def _answer(self, at: int, outcome: Outcome) -> None:
        stage: StageFound = self.records.record(at)
        self.setCurrentIndex(self.records.index(at, VALUE))
        if stage.outcome != outcome:
            self.answered.emit(stage.value, outcome)
