"""The strip above a pipeline: what will be booked as a range, and whether the pipeline is enough for the target."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kpidesk.core.forecasts import ForecastView
from kpidesk.core.papers import PaperRange
from kpidesk.core.pipeline import Coverage, Pipeline
from kpidesk.ui.messages import PlainLabel, plain_button_text, restyle, tip
from kpidesk.ui.painting.look import look_of
from kpidesk.ui.painting.paper_drawings import RANGE, paint_range
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import button, card, clear, row
from kpidesk.ui.widgets.narrow_frame import NarrowFrame
from kpidesk.ui.widgets.pipeline_cells import Cell, Outlook, cells_of, outlook_of, sums_of

Waiting = Literal["", "forecast", "record"]
ON_ITS_WAY = Outlook("Forecast", "…", None, "", "")
CHECKING = "Checking this against what your past periods came to…"
CUT = 12
"""What the drawing of a range leaves empty at its foot."""
NARROW = 860
"""Below this width (before text scaling) the figures stand under the forecast."""


class RangeBar(QWidget):
    """A forecast drawn as a range; a class because it paints itself."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.shown: PaperRange | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_range(self, shown: PaperRange | None) -> None:
        """Show another range, or none."""
        self.shown = shown
        self.setVisible(shown is not None)
        self.setAccessibleName(shown.sentence if shown is not None else "")
        tip(self, shown.sentence if shown is not None else "")
        self.update()

    def sizeHint(self) -> QSize:
        """As high as the bar with its texts."""
        return QSize(320, self._theme.px(RANGE - CUT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the range."""
        if self.shown is not None:
            painter = QPainter(self)
            paint_range(painter, QRectF(self.rect()), self.shown, look_of(self._theme))
            painter.end()


class FigureCell(QWidget):
    """One figure under its name with a note below; `opened` says that what lies behind it is wanted. A widget."""

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.cell: Cell | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.caption = PlainLabel("", "caption", elide=True)
        self.figure = button("", lambda: self.opened.emit(self.cell), kind="figure")
        self.note = PlainLabel("", "small", wrap=True)
        for label in (self.caption, self.note):
            label.setContentsMargins(1, 0, 0, 0)  # in line with the number, which has a frame
        column.addWidget(self.caption)
        column.addWidget(self.figure, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.note)
        column.addStretch(1)

    def show_cell(self, cell: Cell) -> None:
        """Show another figure."""
        self.cell = cell
        self.caption.setText(cell.name)
        self.figure.setText(plain_button_text(cell.text))
        self.figure.setEnabled(cell.can_open)
        self.figure.setAccessibleName(cell.said)
        tip(self.figure, cell.hint)
        self.note.setText(cell.note)
        restyle(self.note, "role", "watch" if cell.is_short else "small")


def show_figures(figures: list[FigureCell], cells: Sequence[Cell], opened: Callable[[Cell], None]) -> None:
    """Show cells in figures, of which more are made as they are needed; `opened` is told whose number was pressed."""
    while len(figures) < len(cells):
        made = FigureCell()
        made.opened.connect(opened)
        figures.append(made)
    for widget, cell in zip(figures, cells, strict=False):
        widget.show_cell(cell)


class OutlookCard(NarrowFrame):
    """The strip; `opened` sends the Pick and the name of a figure whose deals are wanted, `number_opened` its Opens.

    `target_wanted` and `forecast_wanted` say that their buttons were pressed. A class because it is a widget.
    """

    narrow: ClassVar[int] = NARROW
    opened = Signal(object, str)
    number_opened = Signal(object)
    target_wanted = Signal()
    forecast_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, self._column = card(margins=(18, 14, 18, 12), spacing=8)
        outer.addWidget(frame)
        self._sides = QGridLayout()
        self._sides.setHorizontalSpacing(34)
        self._sides.setVerticalSpacing(12)
        self.left = self._build_forecast()
        self.right = self._build_figures()
        self._column.addLayout(self._sides)
        self.sums = QWidget()
        self._sums = QHBoxLayout(self.sums)
        self._sums.setContentsMargins(0, 4, 0, 0)
        self._sums.setSpacing(34)
        self.sums.hide()
        self._column.addWidget(self.sums)
        self._column.addLayout(self._build_foot())
        self.refit()

    def _build_forecast(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.heading = PlainLabel("", "caption", elide=True)
        self.range_text = PlainLabel("", "number", elide=True)
        self.bar = RangeBar(self._theme)
        self.known = PlainLabel("", "small", wrap=True)
        for widget in (self.heading, self.range_text, self.bar, self.known):
            column.addWidget(widget)
        column.addStretch(1)
        return made

    def _build_figures(self) -> QWidget:
        made = QWidget()
        self._grid = QGridLayout(made)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(22)
        self._grid.setVerticalSpacing(8)
        self.figures: list[FigureCell] = []
        return made

    def _build_foot(self) -> QHBoxLayout:
        self.how = button("How this is worked out", self.show_sums, kind="link", hint="H")
        self.how.setCheckable(True)
        self.set_target = button("Set a target", self.target_wanted.emit, kind="primary")
        self.set_target.hide()
        self.forecast = button("Forecast…", self.forecast_wanted.emit, hint="All methods and what they missed by · F")
        return row(self.how, None, self.set_target, self.forecast)

    # --- what is shown ---------------------------------------------------------------------------------------------

    def show_pipeline(self, found: Pipeline, view: ForecastView | None, waiting: Waiting = "") -> None:
        """Show whether the pipeline is enough; the forecast, or its record, may be on its way yet (`waiting`)."""
        coverage = found.coverage
        self.set_target.setVisible(coverage.no_target)
        show_figures(self.figures, cells_of(found, view), self._open)
        outlook = outlook_of(view) if view is not None else ON_ITS_WAY if waiting else None
        self.left.setVisible(outlook is not None)
        if outlook is not None:
            self._show_outlook(outlook)
        details = outlook.details if outlook is not None else ()
        self._show_sums(coverage, view, (*details[:-1], CHECKING) if waiting == "record" else details)
        told = (outlook.sentence if outlook is not None else "", coverage.sentence)
        self.setAccessibleName(" ".join(part for part in told if part))
        self.refit(anew=True)

    def _show_outlook(self, outlook: Outlook) -> None:
        self.heading.setText(outlook.heading)
        self.range_text.setText(outlook.text)
        self.bar.show_range(outlook.shown)
        self.bar.setVisible(outlook.shown is not None or outlook is ON_ITS_WAY)  # its room is kept meanwhile
        self.known.setText(outlook.known)
        self.known.setVisible(bool(outlook.known))

    def _show_sums(self, coverage: Coverage, view: ForecastView | None, details: tuple[str, ...]) -> None:
        clear(self._sums)
        found = ((("Forecast", details),) if details else ()) + sums_of(coverage, view)
        for name, lines in found:
            side = QVBoxLayout()
            side.setSpacing(2)
            side.addWidget(PlainLabel(name, "caption"))
            side.addWidget(PlainLabel("\n".join(lines), wrap=True))
            side.addStretch(1)
            self._sums.addLayout(side, 1)
        self.how.setVisible(bool(found))
        self.show_sums()

    def show_sums(self, *, shown: bool | None = None) -> None:
        """Fold the arithmetic out, or back in."""
        if shown is not None:
            self.how.setChecked(shown)
        self.sums.setVisible(self._sums.count() > 0 and self.how.isChecked())

    def _open(self, cell: Cell) -> None:
        if cell.opens is not None:
            self.number_opened.emit(cell.opens)
        elif cell.pick is not None:
            self.opened.emit(cell.pick, cell.name)
        else:
            self.show_sums(shown=True)

    def lay_out(self, *, is_narrow: bool) -> None:
        """Put the figures beside the forecast, or below it where the window is narrow."""
        alone = not self.left.isVisibleTo(self)
        for widget in (self.left, self.right):
            self._sides.removeWidget(widget)
        self._sides.addWidget(self.left, 0, 0)
        self._sides.addWidget(self.right, 1 if is_narrow else 0, 0 if is_narrow else 1)
        self._sides.setColumnStretch(0, 0 if alone and not is_narrow else 11)
        self._sides.setColumnStretch(1, 0 if is_narrow else 10)
        across = len(self.figures) if alone and not is_narrow else 2
        for number, figure in enumerate(self.figures):
            self._grid.removeWidget(figure)
            self._grid.addWidget(figure, number // max(1, across), number % max(1, across))
        for column in range(max(len(self.figures), 1)):
            self._grid.setColumnStretch(column, 1 if column < across else 0)
