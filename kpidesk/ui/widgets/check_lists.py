"""How late each result would be noticed, and which KPIs rest on which: two short lists."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kpidesk.core.kpis import Kpi
from kpidesk.core.lint import Lateness
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.check_parts import FittedButton
from kpidesk.ui.widgets.check_text import Rest, alone_words, days_words, earlier_words
from kpidesk.ui.widgets.controls import card, clear, row
from kpidesk.ui.widgets.page_parts import Mark, button, fill, say_on

NO_RESULTS = "No result is in use, so nothing is heard late."
INDENT = 22


class DaysBar(QWidget):
    """Days as a bar, as long as its share of the longest; a class because it paints itself."""

    def __init__(self, theme: Theme, share: float) -> None:
        super().__init__()
        self._theme, self._share = theme, share
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Low and as wide as there is room."""
        return QSize(self._theme.px(80), self._theme.px(8))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the groove and the bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        height = self._theme.px(6)
        for token, width in (("sunken", self.width()), ("spark", max(height, self.width() * self._share))):
            painter.setBrush(self._theme.color(token))
            painter.drawRoundedRect(QRectF(0, 1, width, height), height / 2, height / 2)
        painter.end()


class LateCard(QWidget):
    """After how many days each result tells of a change in the work; a class because it is a widget."""

    opened = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(margins=(20, 16, 20, 16), spacing=12)
        self.words = PlainLabel("", "muted", wrap=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        fill(column, PlainLabel("How late would we notice?", "heading"), self.words, self._list)
        outer.addWidget(frame)

    def show_lateness(self, found: Sequence[Lateness]) -> None:
        """Show the results, the latest first."""
        clear(self._list)
        known = [one.days for one in found if one.days is not None]
        longest = max(known, default=0.0)
        self.words.setText("Days from a change in the work until the number shows it." if found else NO_RESULTS)
        for one in found:
            share = one.days / longest if one.days is not None and longest else 0.0
            self._list.addLayout(self._line(one, share))

    def _line(self, one: Lateness, share: float) -> QVBoxLayout:
        name = FittedButton(one.kpi.name, partial(self.opened.emit, one.kpi.id), "link")
        name.setAccessibleName(one.words)
        lines = QVBoxLayout()
        lines.setSpacing(2)
        fill(lines, row(name, None, PlainLabel(days_words(one), "strong")))
        if one.days is not None:
            lines.addWidget(DaysBar(self.theme, share))
        sign = Mark(self.theme, "check" if one.earlier else "info", "good" if one.earlier else "muted", 13)
        told = row(sign, PlainLabel(earlier_words(one), "small", wrap=True), spacing=5)
        told.setStretch(1, 1)
        lines.addLayout(told)
        return lines


class RestCard(QWidget):
    """Which KPIs rest on which, indented; a class because it is a widget. `opened` sends the id of a KPI."""

    opened = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._active: tuple[tuple[Kpi, ...], tuple[Rest, ...]] = ((), ())
        self._all: tuple[tuple[Kpi, ...], tuple[Rest, ...]] = ((), ())
        self._shows_all = False
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame, column = card(margins=(20, 16, 20, 14), spacing=8)
        self.toggle = button("&All KPIs", self._toggle, "link")
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.alone = PlainLabel("", "small", wrap=True)
        head = row(PlainLabel("What rests on what", "heading"), None, self.toggle)
        fill(column, head, self._list, self.alone)
        outer.addWidget(frame)

    def show_rests(self, active: Sequence[Kpi], rests: Sequence[Rest], every: Sequence[Kpi],
                   every_rests: Sequence[Rest]) -> None:  # fmt: skip
        """Show the KPIs in use that rest on others; the button shows the same for all of them."""
        self._active, self._all = (tuple(active), tuple(rests)), (tuple(every), tuple(every_rests))
        self.toggle.setVisible(len(every) > len(active))
        self._fill()

    def _toggle(self) -> None:
        self._shows_all = not self._shows_all
        self._fill()

    def _fill(self) -> None:
        kpis, rests = self._all if self._shows_all else self._active
        clear(self._list)
        for one in rests:
            self._list.addLayout(self._line(one))
        self.alone.setText(alone_words(kpis, rests) if kpis else "No KPI is in use.")
        self.alone.setVisible(bool(self.alone.text()))
        say_on(self.toggle, "Those in use" if self._shows_all else "All KPIs")

    def _line(self, one: Rest) -> QHBoxLayout:
        name = FittedButton(one.kpi.name, partial(self.opened.emit, one.kpi.id), "link")
        name.setAccessibleName(" ".join(filter(None, (one.lead, one.kpi.name, one.note))))
        made = row(PlainLabel(one.note, "small"), None, spacing=8)
        made.insertWidget(0, name)
        if one.depth:
            made.insertWidget(0, PlainLabel(one.lead, "small"))
        made.insertSpacing(0, self.theme.px(INDENT) * one.depth)
        return made
