"""The side panel: everything that is known about the number selected, in words, with what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from kpidesk.core.formats import count_text, format_difference, format_interval, format_value, full_value
from kpidesk.core.goals import method_words
from kpidesk.core.scorecards import Row
from kpidesk.core.settings import Settings
from kpidesk.core.status import Confidence
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.painting.bullet import bullet_of, paint_bullet
from kpidesk.ui.painting.look import look_of
from kpidesk.ui.painting.marks import badge_width, paint_badge
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.contributors import Contributors
from kpidesk.ui.widgets.controls import button, clear, icon_button, line, set_icon
from kpidesk.ui.widgets.pickers import scope_name

PANEL_WIDTH = 300
CONFIDENCE_WORDS: dict[Confidence, str] = {
    "solid": "Certain: even at the far end of its range the verdict stays the same.",
    "hollow": "Not certain: its range reaches across a threshold, so luck may decide.",
    "none": "No verdict yet.",
}


def facts_of(row: Row, currency: str) -> tuple[tuple[str, str], ...]:
    """The number's surroundings as (name, words), in reading order; what does not exist is left out."""
    unit, result = row.kpi.unit, row.result

    def shown(value: float | None) -> str:
        return format_value(value, unit, currency, result.n) if value is not None else ""

    pairs = [
        ("Exactly", _exact(row, currency)),
        ("Rests on", row.sample_text or (count_text(result.n) if result.n else "")),
        ("95 % range", format_interval(result.interval, unit, currency, result.n) if result.interval else ""),
        ("Period before", _prior(row, currency)),
        ("Minimum", shown(row.target.minimum) if row.target else ""),
        ("Target", row.target_text),
        ("Stretch", shown(row.target.stretch) if row.target else ""),
        ("Expected by now", shown(row.expected)),
        ("Of target", f"{row.attainment:.0%}" if row.attainment is not None else ""),
        ("Baseline", _baseline(row, currency)),
    ]
    return tuple((name, words) for name, words in pairs if words)


def _exact(row: Row, currency: str) -> str:
    exact = full_value(row.result.value, row.kpi.unit, currency) if row.result.value is not None else ""
    return "" if exact == row.value_text else exact


def _prior(row: Row, currency: str) -> str:
    if not row.prior_text or row.prior is None or row.prior.value is None or row.result.value is None:
        return row.prior_text
    if row.spark and row.spark[-1].partial:
        whole = "period" if row.period.grain == "span" else row.period.grain
        return f"{row.prior_text}, a whole {whole}"  # what runs is no match for it, so no difference
    change = format_difference(row.result.value - row.prior.value, row.kpi.unit, currency)
    return f"{row.prior_text} ({change})"


def _baseline(row: Row, currency: str) -> str:
    if row.baseline is None:
        return ""
    value = format_value(row.baseline.value, row.kpi.unit, currency, row.baseline.n)
    return f"{value}, {method_words(row.baseline)}"


class Verdict(QWidget):
    """A badge, drawn as in the table; a class because it paints itself."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._row: Row | None = None

    def show_row(self, row: Row) -> None:
        """Show the status of a row."""
        self._row = row
        self.setAccessibleName(row.status_words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as its words."""
        words = self._row.status_words if self._row else ""
        return QSize(round(badge_width(words, look_of(self._theme))) + 2, self._theme.px(26))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the badge."""
        if self._row is not None:
            painter = QPainter(self)
            row = self._row
            paint_badge(
                painter, QRectF(self.rect()), row.status_words, row.status, look_of(self._theme), row.confidence
            )
            painter.end()


class BigBullet(QWidget):
    """The bullet graph of the number selected; a class because it paints itself."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._row: Row | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_row(self, row: Row) -> None:
        """Show the bullet graph of a row, or nothing where there is nothing to compare with."""
        self._row = row
        self.setVisible(bullet_of(row) is not None)
        self.update()

    def sizeHint(self) -> QSize:
        """As high as a bullet graph with its pace mark."""
        return QSize(120, self._theme.px(30))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bullet graph."""
        bullet = bullet_of(self._row) if self._row is not None else None
        if bullet is not None and self._row is not None:
            look = look_of(self._theme)
            painter = QPainter(self)
            area = QRectF(self.rect()).adjusted(0, 4, -8, 0)
            paint_bullet(painter, area, bullet, self._row.status, look, look.color("surface"))
            painter.end()


class FactsPanel(QFrame):
    """The panel; `receipt`, `trend` and `goal` send the Row its button was pressed for, `closed` that it was shut."""

    receipt = Signal(object)
    trend = Signal(object)
    goal = Signal(object)
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.row: Row | None = None
        self.setProperty("role", "card")
        self.setAccessibleName("About this number")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._content())
        self._scroll.viewport().setAutoFillBackground(False)
        outer.addWidget(self._scroll, 1)
        outer.addWidget(line())
        outer.addLayout(self._buttons())
        theme.changed.connect(self._refit)
        self._refit()

    def _content(self) -> QWidget:
        inner = QWidget()
        inner.setProperty("role", "page")
        column = QVBoxLayout(inner)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(6)
        head = QHBoxLayout()
        self.name = PlainLabel("", "subheading", wrap=True)
        self.close_button = icon_button(self._theme, "x", "Close (Esc)", self.closed.emit)
        self.whose = PlainLabel("", "small", elide=True)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.name)
        words.addWidget(self.whose)
        head.addLayout(words, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        number = QHBoxLayout()
        self.value = PlainLabel("", "number")
        self.verdict = Verdict(self._theme)
        number.addWidget(self.value)
        number.addStretch(1)
        number.addWidget(self.verdict)
        column.addLayout(number)
        self.bullet = BigBullet(self._theme)
        column.addWidget(self.bullet)
        self.sentence = PlainLabel("", wrap=True)
        self.certainty = PlainLabel("", "small", wrap=True)
        column.addWidget(self.sentence)
        column.addWidget(self.certainty)
        self.notices = PlainLabel("", "problem", wrap=True)
        column.addWidget(self.notices)
        column.addSpacing(4)
        column.addWidget(line())
        column.addSpacing(4)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(4)
        column.addLayout(self._facts)
        self.parts_title = PlainLabel("", "caption")
        self.parts = Contributors(self._theme)
        self.parts.opened.connect(self.receipt)
        column.addSpacing(4)
        column.addWidget(self.parts_title)
        column.addWidget(self.parts)
        column.addSpacing(4)
        self.definition = PlainLabel("", "small", wrap=True)
        column.addWidget(self.definition)
        column.addStretch(1)
        return inner

    def _buttons(self) -> QVBoxLayout:
        self.rows_button = button("Show the rows", lambda: self.receipt.emit(self.row), kind="primary", hint="Enter")
        self.trend_button = button("Trend", lambda: self.trend.emit(self.row), hint="T")
        self.goal_button = button("Set target", lambda: self.goal.emit(self.row), hint="G")
        set_icon(self.rows_button, self._theme, "receipt-text", color="on_accent", size=16)
        set_icon(self.trend_button, self._theme, "trending-up", size=16)
        set_icon(self.goal_button, self._theme, "target", size=16)
        foot = QVBoxLayout()
        foot.setContentsMargins(14, 12, 14, 14)
        foot.setSpacing(8)
        foot.addWidget(self.rows_button)
        pair = QHBoxLayout()
        pair.setSpacing(8)
        pair.addWidget(self.trend_button, 1)
        pair.addWidget(self.goal_button, 1)
        foot.addLayout(pair)
        return foot

    def show_row(self, row: Row, settings: Settings) -> None:
        """Show what is known about a row."""
        self.row = row
        self.name.setText(row.kpi.name)
        self.whose.setText(f"{scope_name(row.scope, settings)} · {row.period.label}")
        self.value.setText(row.value_text)
        self.verdict.show_row(row)
        self.bullet.show_row(row)
        self.sentence.setText(row.sentence)
        self.sentence.setVisible(row.result.value is None or row.status == "too_few")
        self.certainty.setText(CONFIDENCE_WORDS[row.confidence])
        self.certainty.setVisible(row.confidence != "none")
        notices = (*row.result.notices, *((row.reason,) if row.reason and row.reason not in row.sentence else ()))
        self.notices.setText("\n".join(notice[:1].upper() + notice[1:] for notice in notices))
        self.notices.setVisible(bool(notices))
        self.definition.setText(f"How it is counted\n{row.kpi.sentence}")
        clear(self._facts)
        for name, words in facts_of(row, settings.currency):
            self._facts.addLayout(self._fact(name, words))
        self.goal_button.setText("Change target" if row.target else "Set target")
        self.setAccessibleDescription(row.sentence)
        self.show_parts((), settings)

    def show_parts(self, rows: Sequence[Row], settings: Settings) -> None:
        """Show which teams or reps the number is made of; nothing where it cannot be divided."""
        self.parts.show_rows(rows, settings)
        kind = rows[0].scope.kind if rows else "rep"
        self.parts_title.setText("By team" if kind == "team" else "By rep")
        self.parts_title.setVisible(len(self.parts.parts) > 1)

    def _fact(self, name: str, words: str) -> QHBoxLayout:
        pair = QHBoxLayout()
        pair.setSpacing(10)
        left, right = PlainLabel(name, "small"), PlainLabel(words, wrap=True)
        left.setFixedWidth(self._theme.px(104))
        right.setFont(self._theme.font(13))
        pair.addWidget(left, 0, Qt.AlignmentFlag.AlignTop)
        pair.addWidget(right, 1)
        return pair

    def _refit(self) -> None:
        self.setFixedWidth(round(PANEL_WIDTH * max(1.0, min(self._theme.scale, 1.5))))
        if self.row is not None:
            self.update()
