"""Tables and charts of a paper on the screen, with the same texts: as high as their rows, and copied with Ctrl+C."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyleOptionViewItem, QVBoxLayout, QWidget

from kpidesk.core.papers import WORDY, PaperChart, PaperColumn, PaperRow, PaperTable, bar_scale
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.painting.look import look_of
from kpidesk.ui.painting.paper_drawings import CHART, paint_chart
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, row
from kpidesk.ui.widgets.copying import copy_picture
from kpidesk.ui.widgets.meeting_tables import SheetTable
from kpidesk.ui.widgets.model_index import Index
from kpidesk.ui.widgets.receipt_model import Column
from kpidesk.ui.widgets.receipt_table import RowDelegate

NAN = float("nan")
BAR, BAR_HIGH = 90, 10
"""How long the longest bar of a column is, and how high all are (before text scaling)."""
LEAST = 150
"""How wide a column of long words is at least (before text scaling)."""
LONG = 32
"""From how many letters on a column of words takes all the room that is left."""


class PaperDelegate(RowDelegate):
    """Draws totals in bold and bars beside their numbers; a class because Qt wants one."""

    def text_style(self, index: Index) -> tuple[QFont, QColor]:
        """Totals in bold ink, numbers in ink, words a shade lighter."""
        shown: PaperRow = self.table.records.record(index.row())
        column = self.table.records.columns[index.column()]
        weight = QFont.Weight.DemiBold if shown.strong else QFont.Weight.Medium if column.strong \
            else QFont.Weight.Normal  # fmt: skip
        is_ink = shown.strong or column.strong or column.right
        return self.theme.font(13, weight), self.theme.color("ink" if is_ink else "muted")

    def paint_text(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The text, with the bar of its column before it."""
        scale = self.table.bars.get(index.column()) if isinstance(self.table, PaperGrid) else None
        shown: PaperRow = self.table.records.record(index.row())
        value = shown.cells[index.column()].value
        if scale is not None and isinstance(value, (int, float)) and not shown.strong and scale > 0:
            area = self.inner(option.rect, index)
            width = self.theme.px(BAR) * max(float(value), 0.0) / scale
            high = self.theme.px(BAR_HIGH)
            color = self.theme.color("accent")
            color.setAlphaF(0.75)
            painter.fillRect(QRectF(area.left(), area.center().y() - high / 2, max(width, 1.0), high), color)
        super().paint_text(painter, option, index)


class PaperGrid(SheetTable):
    """A table of a paper, in its own order; a class because it is a widget."""

    def __init__(self, theme: Theme, name: str) -> None:
        self.bars: dict[int, float] = {}  # before the table measures itself for the first time
        self._long: tuple[int, ...] = ()
        super().__init__(theme, name, (Column("", str),))
        self.setSortingEnabled(False)
        self.horizontalHeader().setSectionsClickable(False)
        self._paper = PaperDelegate(self, theme)
        self.setItemDelegate(self._paper)

    def show_table(self, table: PaperTable) -> None:
        """Show another table."""
        self.bars = {at: bar_scale(table, at)[1] for at, one in enumerate(table.columns) if one.bar}
        self._long = _long_words(table)
        self.show_rows(table.rows, tuple(_column(at, one) for at, one in enumerate(table.columns)))

    def fit(self) -> None:
        """Long words take the room that is left, else all columns alike; where there is none, the table scrolls."""
        every = tuple(range(self.records.columnCount()))
        has_room = sum(map(self._measured, every)) <= self.viewport().width()
        self.stretch = self._long or (every if has_room else ())
        self.least = LEAST if self._long else 0
        super().fit()

    def _measured(self, column: int) -> int:
        return super()._measured(column) + (self.theme.px(BAR + 14) if column in self.bars else 0)


def _long_words(table: PaperTable) -> tuple[int, ...]:
    """The last column of long words; none where all are short."""
    words = [
        at for at, one in enumerate(table.columns)
        if at and one.unit == "text" and any(len(row.cells[at].text) > LONG for row in table.rows)
    ]  # fmt: skip
    return tuple(words[-1:])


def _column(at: int, one: PaperColumn) -> Column[Any]:
    def text(shown: PaperRow) -> str:
        return shown.cells[at].text

    def key(shown: PaperRow) -> float:
        value = shown.cells[at].value
        return float(value) if isinstance(value, (int, float)) else NAN

    return Column(one.title, text, None if one.unit in WORDY else key, right=at > 0 and one.unit not in WORDY,
                  strong=at == 0)  # fmt: skip


class TablePart(QWidget):
    """A table under what it says, or in words that it is empty; `activated` sends the place of a row. A widget."""

    activated = Signal(int)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.sentence = PlainLabel("", wrap=True)
        self.grid = PaperGrid(theme, name)
        self.grid.activated.connect(lambda index: self.activated.emit(index.row()))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.sentence)
        column.addWidget(self.grid)

    def show_table(self, table: PaperTable, *, told: bool = True) -> None:
        """Show another table; its sentence where it is to be `told`."""
        words = (table.sentence if told else "") if table.rows else table.empty
        self.sentence.setText(words)
        self.sentence.setVisible(bool(words))
        self.grid.show_table(table)


class ChartView(QWidget):
    """The lines of a paper's chart, drawn as on paper; a class because it paints itself."""

    def __init__(self, theme: Theme, high: float = CHART) -> None:
        super().__init__()
        self._theme, self._high = theme, high
        self.chart: PaperChart | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(240)
        theme.changed.connect(self.updateGeometry)

    def show_chart(self, chart: PaperChart) -> None:
        """Show another chart."""
        self.chart = chart
        self.setAccessibleName(chart.sentence)
        self.update()

    def sizeHint(self) -> QSize:
        """As high as a chart."""
        return QSize(480, self._theme.px(self._high))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lines."""
        if self.chart is not None:
            painter = QPainter(self)
            paint_chart(painter, QRectF(self.rect()), self.chart, look_of(self._theme))
            painter.end()


class ChartPart(QWidget):
    """A chart with its sentence, which can be read as a table as well; `copied` says what was. A class: a widget."""

    copied = Signal(str)

    def __init__(self, theme: Theme, name: str, high: float = CHART) -> None:
        super().__init__()
        self.sentence = PlainLabel("", "small", wrap=True)
        self.chart = ChartView(theme, high)
        self.as_table = button("As a table", self.show_numbers, kind="link", hint="The numbers of the chart")
        self.as_table.setCheckable(True)
        self.as_table.setAccessibleName(f"{name} as a table")
        self.copy = button("Copy", self.copy_numbers, kind="link", hint="The numbers, for a spreadsheet")
        self.copy.setAccessibleName(f"Copy the numbers: {name}")
        self.copy_chart = button("Copy as picture", self.copy_drawing, kind="link", hint="For a slide or a letter")
        self.copy_chart.setAccessibleName(f"Copy as picture: {name}")
        self.table = TablePart(theme, name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.sentence)
        column.addWidget(self.chart)
        column.addLayout(row(self.as_table, self.copy, self.copy_chart, None, spacing=14))
        column.addWidget(self.table)
        self.table.hide()

    def show_chart(self, chart: PaperChart) -> None:
        """Show another chart."""
        self.sentence.setText(chart.sentence)
        self.chart.show_chart(chart)
        self.table.show_table(chart.table, told=False)

    def show_numbers(self) -> None:
        """Show the numbers, or hide them."""
        self.table.setVisible(self.as_table.isChecked())

    def copy_drawing(self) -> None:
        """Put the chart on the clipboard as a picture."""
        copy_picture(self.chart)
        self.copied.emit("Picture copied.")

    def copy_numbers(self) -> None:
        """Put the numbers on the clipboard."""
        rows = self.table.grid.copy(everything=True)
        self.copied.emit(f"{rows} rows copied.")


def say(label: PlainLabel, *lines: str) -> None:
    """Let a label say sentences one under the other; without any it is hidden."""
    told = [one for one in lines if one]
    label.setText("\n".join(told))
    label.setVisible(bool(told))
