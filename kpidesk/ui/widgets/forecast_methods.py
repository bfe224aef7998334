"""The methods beside each other on one scale, each with its record, and the table of what they said in the past."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from kpidesk.core.forecast_paper import past_table
from kpidesk.core.forecasts import MOMENTS, Backtest, ForecastView, Method, Moment
from kpidesk.core.periods import Period
from kpidesk.ui.messages import PlainLabel, plain_button_text
from kpidesk.ui.painting.look import look_of
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.controls import ListBox, button, clear, row
from kpidesk.ui.widgets.forecast_fold import FoldCard
from kpidesk.ui.widgets.forecast_tables import TablePart, say
from kpidesk.ui.widgets.forecast_text import MOMENT_NAMES, answer_of, methods_line, record_table
from kpidesk.ui.widgets.narrow_frame import NarrowFrame
from kpidesk.ui.widgets.page_parts import fill
from kpidesk.ui.widgets.pipeline_cells import MADE_OF

NEAR_ZERO = 0.5
ROOM = 0.04
OPENS = "Enter on a period shows the deals that it booked."
NARROW = 680
"""Below this width (before text scaling) the range stands under the name of its method."""


def scale_of(view: ForecastView) -> tuple[float, float]:
    """The lowest and the highest amount that the ranges of all methods and the target reach, from zero if near."""
    found = [one.found for one in view.methods if one.found is not None]
    ends = [end for one in found for end in (one.low, one.point, one.high) if end is not None]
    values = [*ends, view.won, *([view.target] if view.target is not None else [])]
    low, high = min(values), max(values)
    room = ROOM * (high - low) or 1.0
    return (0.0 if 0 <= low < NEAR_ZERO * high else low - room), high + room


class RangeStrip(QWidget):
    """The range of one method on the scale of all; a class because it paints itself."""

    def __init__(self, theme: Theme, view: ForecastView, method: Method) -> None:
        super().__init__()
        self._theme, self._view, self._method = theme, view, method
        self._scale = scale_of(view)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        said = method.found.text if method.found is not None else method.reason
        self.setAccessibleName(f"{method.name}: {said}")

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(220, self._theme.px(26))

    def _x(self, value: float) -> float:
        low, high = self._scale
        return 8 + (self.width() - 16) * (value - low) / (high - low)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the band, its point and the target as an upright."""
        look, found = look_of(self._theme), self._method.found
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, half = self.height() / 2, look.px(6)
        painter.fillRect(QRectF(8, middle - 0.5, self.width() - 16, 1), look.color("strong_border"))
        is_first = self._method.id == self._view.default
        color = look.color("accent" if is_first else "muted")
        if found is not None and found.low is not None and found.high is not None:
            soft = look.color("accent" if is_first else "muted", 0.28)
            left, right = self._x(found.low), self._x(found.high)
            painter.fillRect(QRectF(left, middle - half, max(right - left, 2), 2 * half), soft)
        if self._view.target is not None:
            painter.fillRect(QRectF(self._x(self._view.target) - 1, middle - look.px(11), 2, look.px(22)),
                             look.color("ink"))  # fmt: skip
        if found is not None:
            painter.setPen(QPen(look.color("surface"), 1.5))
            painter.setBrush(color)
            painter.drawEllipse(QPointF(self._x(found.point), middle), look.px(5), look.px(5))
        painter.end()


class MethodLine(NarrowFrame):
    """One method: its name, its range drawn and as text, and what it rests on; a class because it is a widget.

    `opened` sends the code of the range, by which is seen what it is made of.
    """

    narrow: ClassVar[int] = NARROW
    opened = Signal(str)

    def __init__(self, theme: Theme, view: ForecastView, one: Method, *, waiting: bool) -> None:
        super().__init__(theme)
        is_first = one.id == view.default
        text = one.found.text if one.found is not None else "cannot tell yet"
        track = "" if waiting else one.track.words if one.track is not None else "Not checked against your past."
        record = f"{track[:1].upper()}{track[1:]}" if one.found is not None else ""
        self._name = PlainLabel(f"{one.name} · stands for the forecast" if is_first else one.name, "strong", wrap=True)
        self.text = button(plain_button_text(text), lambda: self.opened.emit(one.receipt), kind="link", hint=MADE_OF)
        self.text.setEnabled(bool(one.receipt))
        self.text.setAccessibleName(f"{one.name}: {text}")
        self._strip = RangeStrip(theme, view, one)
        if one.found is None:
            self._strip.hide()
        self._words = PlainLabel(" ".join(part for part in (one.how, one.reason or record) if part), "small", wrap=True)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 4)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(2)
        self.refit()

    def lay_out(self, *, is_narrow: bool) -> None:
        """Put the drawing under the name where the room is narrow."""
        places = ((0, 0, 1, 1), (1, 0, 1, 2), (0, 1, 1, 1)) if is_narrow else ((0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1))
        for widget, place in zip((self._name, self._strip, self.text), places, strict=True):
            self._grid.addWidget(widget, *place)
        self._grid.setAlignment(self.text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(self._words, 2, 0, 1, 3)
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(1, 0 if is_narrow else 4)


class MethodsPart(FoldCard):
    """The methods, how they did, and the past behind it; a class because it is a widget.

    `period_opened` sends a past Period, `opened_code` the code of the range of a method.
    """

    period_opened = Signal(object)
    opened_code = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "How sure is that?", parent)
        self._theme = theme
        self._found: Backtest | None = None
        self.why = PlainLabel("", wrap=True)
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(0, 2, 0, 2)
        self._rows.setSpacing(4)
        self.scale_words = PlainLabel("", "small", wrap=True)
        self.past = self._build_past()
        fill(self.inner, self.why, self._rows, self.scale_words, self.past)

    def _build_past(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        self.moment = ListBox()
        self.moment.setAccessibleName("At which moment of each period")
        self.moment.currentIndexChanged.connect(lambda _at: self._show_past())
        self.table = TablePart(self._theme, "Forecasts of past periods")
        self.table.activated.connect(self._open_past)
        self.records = TablePart(self._theme, "The record of each method")
        self.notes = PlainLabel("", "small", wrap=True)
        self.moment_words = PlainLabel("As it was said")
        self.records_title = PlainLabel("The record of each method", "subheading")
        column.addLayout(row(PlainLabel("Checked against your past", "subheading"), None, self.moment_words,
                             self.moment))  # fmt: skip
        for widget in (self.table, self.records_title, self.records, self.notes):
            column.addWidget(widget)
        return made

    # --- what is shown ---------------------------------------------------------------------------------------------

    def show_view(self, view: ForecastView, found: Backtest | None, *, waiting: bool) -> None:
        """Show the methods of a forecast; the check against the past may be on its way (`waiting`)."""
        self._found = found
        self.say(methods_line(view))
        say(self.why, "\n".join(answer_of(view, waiting=waiting).details))
        clear(self._rows)
        ordered = sorted(view.methods, key=lambda one: one.id != view.default)
        lines = [MethodLine(self._theme, view, one, waiting=waiting) for one in ordered]
        widest = max((one.text.sizeHint().width() for one in lines), default=0)
        for one in lines:
            one.text.setMinimumWidth(widest)  # so that all are drawn on one scale
            one.opened.connect(self.opened_code)
            self._rows.addWidget(one)
        upright = f"The upright is the target of {view.target_text}. " if view.target is not None else ""
        can_tell = any(one.found is not None for one in view.methods)
        say(self.scale_words, f"{upright}In 8 of 10 such cases the period ends inside the band." if can_tell else "")
        self.past.setVisible(found is not None and bool(found.lines or found.missing))
        if found is not None:
            self._offer_moments(found)
            self._show_past()

    def _offer_moments(self, found: Backtest) -> None:
        """Offer the moments that were looked back at; the one on show stays."""
        moments, here = [one for one in MOMENTS if any(line.moment == one for line in found.lines)], self._moment()
        with QSignalBlocker(self.moment):
            self.moment.clear()
            for one in moments:
                self.moment.addItem(MOMENT_NAMES[one], one)
            self.moment.setCurrentIndex(moments.index(here) if here in moments else 0)

    def _moment(self) -> Moment:
        chosen: Moment | None = self.moment.currentData()
        return chosen or MOMENTS[0]

    def _show_past(self) -> None:
        found = self._found
        if found is not None:
            for widget in (self.moment_words, self.moment, self.table, self.records_title, self.records):
                widget.setVisible(bool(found.lines))
            self.table.show_table(past_table(found, self._moment()), told=False)
            self.records.show_table(record_table(found))
            say(self.notes, *((OPENS,) if self._shown(found) else ()), *found.missing, *found.notices)

    def _shown(self, found: Backtest) -> list[Period]:
        """The periods that have a row, in their order."""
        return [one for one in found.periods if any(
            (line.period, line.moment) == (one, self._moment()) for line in found.lines
        )]  # fmt: skip

    def _open_past(self, at: int) -> None:
        if self._found is not None:
            self.period_opened.emit(self._shown(self._found)[at])
