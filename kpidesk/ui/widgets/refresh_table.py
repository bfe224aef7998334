"""The list of targets that are due: whose it is in two lines, old and new side by side, what was decided."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from kpidesk.core.refreshing import Choice, RefreshLine
from kpidesk.ui import icons
from kpidesk.ui.painting.look import LEFT, SEMIBOLD, draw_text, look_of
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.model_index import Index
from kpidesk.ui.widgets.receipt_model import Column, RecordModel
from kpidesk.ui.widgets.receipt_table import RecordTable, RowDelegate
from kpidesk.ui.widgets.refresh_text import Decisions, Key, arrow, decided_words, key_of, note_of
from kpidesk.ui.widgets.table_header import EDGE, PAD

WHO, BASELINE, NOTE, DECISION = 0, 1, 3, 4
ROW_HEIGHT = 46
_SIGNS: dict[Choice, tuple[str, str]] = {
    "accept": ("check", "good"), "edit": ("pencil", "accent"), "keep": ("lock", "muted"),
}  # fmt: skip


class DueTable(RecordTable):
    """The list; a class because it is a widget. `show_due` fills it, `show_decisions` says what was decided."""

    def __init__(self, theme: Theme) -> None:
        self.decisions: Decisions = {}
        self._texts: dict[Key, str] = {}
        self._acts: dict[Qt.Key, Callable[[], object]] = {}
        super().__init__(
            RecordModel(self._columns()), theme, name="Targets that are due", stretch=(WHO,), least=190,
            sortable=False, height=ROW_HEIGHT,
        )  # fmt: skip
        self.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
        self._painter = _DueDelegate(self, theme)
        self.setItemDelegate(self._painter)

    def _columns(self) -> tuple[Column[RefreshLine], ...]:
        return (
            Column("KPI and for whom", lambda one: f"{one.kpi.name}, {one.name}", strong=True),
            Column("Baseline", lambda one: arrow(one.old_baseline_text, one.baseline_text), right=True),
            Column("Target", lambda one: arrow(one.old_text, one.proposed_text), right=True),
            Column("Look at", note_of),
            Column("Decision", self._decision_words),
        )

    def _decision_words(self, line: RefreshLine) -> str:
        key = key_of(line)
        return decided_words(self.decisions.get(key), self._texts.get(key, ""))

    def _measured(self, column: int) -> int:
        """A sign stands before what was decided; a column that gave way takes no room."""
        if self.isColumnHidden(column):
            return 0
        return super()._measured(column) + (self.theme.px(20) if column in (NOTE, DECISION) else 0)

    def fit(self) -> None:
        """Names are shown whole: where there is no room for them the baselines give way, which the panel shows too."""
        for is_narrow in (False, True):
            self.setColumnHidden(BASELINE, is_narrow)
            super().fit()
            fits = self.horizontalHeader().length() <= self.viewport().width()
            if fits and self.columnWidth(WHO) >= self._names_width():
                return

    def _names_width(self) -> int:
        """The width at which no name of a KPI, nor of whom it is for, is cut, within reason."""
        strong, plain = (QFontMetricsF(self.theme.font(*font)) for font in ((13, SEMIBOLD), (12,)))
        lines: list[RefreshLine] = self.records.records()
        widths = (max(strong.horizontalAdvance(one.kpi.name), plain.horizontalAdvance(one.name)) for one in lines)
        return round(min(max(widths, default=0.0), self.theme.px(220))) + self.theme.px(EDGE + PAD) + 2

    def on_key(self, key: Qt.Key, act: Callable[[], object]) -> None:
        """Do something at a key while one is in the list; a letter would else look for a name."""
        self._acts[key] = act

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys that decide, and those of every list."""
        act = self._acts.get(Qt.Key(event.key()))
        if act is not None and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            act()
        else:
            super().keyPressEvent(event)

    def show_due(self, lines: tuple[RefreshLine, ...]) -> None:
        """Show what is due."""
        self.records.show_rows(lines)

    def show_decisions(self, decisions: Decisions, texts: dict[Key, str]) -> None:
        """Say what was decided; `texts` are targets typed, as shown."""
        self.decisions, self._texts = decisions, texts
        self.fit()
        self.viewport().update()

    @property
    def line(self) -> RefreshLine | None:
        """The line one is on."""
        at = self.currentIndex().row()
        shown: list[RefreshLine] = self.records.records()
        return shown[at] if 0 <= at < len(shown) else None

    def go_to(self, key: Key | None) -> None:
        """Go to a line, to the first one when it is not there."""
        shown: list[RefreshLine] = self.records.records()
        index = self.records.index(next((at for at, one in enumerate(shown) if key_of(one) == key), 0), 0)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(index, flags)
        self.scrollTo(index)


class _DueDelegate(RowDelegate):
    """Draws the KPI over the name, and a sign before what was decided."""

    def __init__(self, table: DueTable, theme: Theme) -> None:
        super().__init__(table, theme)
        self._due = table

    def paint_text(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line: RefreshLine = self._due.records.record(index.row())
        inner: QRect = self.inner(option.rect, index)
        look = look_of(self.theme)
        if index.column() == WHO:
            half = look.px(8)
            area = QRectF(inner)
            draw_text(painter, area.adjusted(0, -2 * half, 0, 0), line.kpi.name, look.font(13, SEMIBOLD),
                      look.color("ink"), LEFT)  # fmt: skip
            draw_text(painter, area.adjusted(0, 2 * half, 0, 0), line.name, look.font(12), look.color("muted"), LEFT)
            return
        decision = self._due.decisions.get(key_of(line))
        if index.column() == NOTE and line.hindrance:
            self._paint_signed(painter, inner, ("triangle-alert", "watch"), note_of(line))
        elif index.column() == DECISION and decision is not None:
            self._paint_signed(painter, inner, _SIGNS[decision.choice], str(index.data() or ""))
        else:
            super().paint_text(painter, option, index)

    def _paint_signed(self, painter: QPainter, inner: QRect, sign: tuple[str, str], text: str) -> None:
        look = look_of(self.theme)
        side = round(look.px(14))
        box = QRect(inner.left(), inner.center().y() - side // 2, side, side)
        painter.drawPixmap(box, icons.pixmap(sign[0], getattr(look.tokens, sign[1]), side, 2.0))
        area = QRectF(inner).adjusted(side + look.px(6), 0, 0, 0)
        draw_text(painter, area, text, look.font(13), look.color("ink"), LEFT)
