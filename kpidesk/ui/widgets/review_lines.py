"""The KPIs of a one-on-one: words first, then bullet graph, run of values and status; and what changed since."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kpidesk.core.review_words import NO_LINES, sheet_terms, valued_words
from kpidesk.core.reviews import Difference, Line, Sheet
from kpidesk.core.wording import capital
from kpidesk.ui.messages import PlainLabel, tip
from kpidesk.ui.painting.bullet import bullet_of, paint_bullet
from kpidesk.ui.painting.look import LEFT, REGULAR, SEMIBOLD, Look, draw_text, width_of
from kpidesk.ui.painting.marks import badge_width, paint_badge
from kpidesk.ui.painting.sparkline import paint_sparkline
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.facts_text import LONGER_ROWS, longer_rows_words
from kpidesk.ui.widgets.review_parts import Section

HEIGHT, STEP = 58, 17
GAP = 18
FOR_SPARK = 560
MOST_WORDS = 0.46
LEAST_BULLET = 60
_OPENS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


def line_words(line: Line) -> str:
    """A KPI of the sheet in one sentence, for who cannot see the drawing."""
    row = line.row
    target = f", target {row.target_text}" if row.target_text else ""
    words = valued_words(line).replace(" · ", ", ")
    beside = f", {line.team}" if line.team else ""
    return f"{row.kpi.name}: {words}. {row.status_words}{target}{beside}.".replace("..", ".")


class LineView(QWidget):
    """One KPI drawn across the width; a class because it paints itself. `opened`: its rows are wanted.

    `longer`: those of the number over a longer time are. `zoom` enlarges everything, for a view that is read from afar.
    """

    opened = Signal()
    longer = Signal()

    def __init__(self, theme: Theme, line: Line, *, zoom: float = 1.0, can_open: bool = True) -> None:
        super().__init__()
        self._theme, self.shown, self._zoom, self._can_open = theme, line, zoom, can_open
        self.reserve = 0.0  # what the words need, the same for all lines so that their graphs stand in line
        self.badge = 0.0  # and the status
        self.setAccessibleName(line_words(line))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(200)
        tip(self, f"{line.row.kpi.sentence}{self._keys_words() if can_open else ''}")
        if can_open:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def _keys_words(self) -> str:
        months = longer_rows_words(self.shown.row).removeprefix(LONGER_ROWS)
        return f" Enter shows the rows behind it{f', Shift+Enter those of {months}' if months else ''}."

    def words(self) -> str:
        """What is said first: the words, and the value where they do not hold it; without the longer time."""
        return capital(self._told()[0])

    def beside(self) -> tuple[str, ...]:
        """What stands quietly below: the KPI with its target and what the team shows; a longer time on its own line."""
        row, longer = self.shown.row, self._told()[1]
        target = f"target {row.target_text}" if row.target_text else ""
        about, team = (row.kpi.name, target), self.shown.team
        lines = [about, (longer, team)] if longer else [(*about, team)]
        return tuple(" · ".join(part for part in line if part) for line in lines)

    def _told(self) -> tuple[str, str]:
        head, _, rest = (valued_words(self.shown) or self.shown.row.reason).partition("; ")
        return head, rest

    def words_width(self) -> float:
        """How wide the words are, in pixels."""
        look = self._look()
        quiet = max(width_of(look.font(12.5, REGULAR), line) for line in self.beside())
        return max(width_of(look.font(14, SEMIBOLD), self.words()), quiet)

    def badge_width(self) -> float:
        """How wide the status is, in pixels."""
        return badge_width(self.shown.row.status_words, self._look())

    def _look(self) -> Look:
        return Look(self._theme.tokens, self._theme.scale * self._zoom)

    def sizeHint(self) -> QSize:
        """Two or three lines of text with air."""
        return QSize(600, round(self._theme.px(HEIGHT + STEP * (len(self.beside()) - 1)) * self._zoom))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the words, then bullet, run and status as far as there is room."""
        painter = QPainter(self)
        look = self._look()
        area = QRectF(self.rect()).adjusted(0, 4, 0, -4)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(look.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
            area.adjust(8, 0, -8, 0)
        area.setRight(self._paint_right(painter, area, look))
        self._paint_words(painter, area, look)
        painter.end()

    def _paint_right(self, painter: QPainter, area: QRectF, look: Look) -> float:
        """Draw what stands at the right of the words; gives where the words must end."""
        row, room, gap = self.shown.row, area.width() / look.scale, look.px(GAP)
        wide = max(look.px(124), self.badge, self.badge_width())
        badge = QRectF(area.right() - wide, area.top(), wide, area.height())
        paint_badge(painter, badge, row.status_words, row.status, look, row.confidence)
        left = badge.left() - gap
        if room >= FOR_SPARK:
            high = min(area.height() - look.px(16), look.px(34))
            spark = QRectF(left - look.px(104), area.center().y() - high / 2, look.px(104), high)
            surface = look.color("surface")
            paint_sparkline(painter, spark, row.spark, row.status, look, surface, adds_up=row.kpi.prorated)
            left = spark.left() - gap
        bullet, reserve = bullet_of(row), min(self.reserve, area.width() * MOST_WORDS)
        wide = min(look.px(190), left - area.left() - reserve - gap)
        if wide >= look.px(LEAST_BULLET):
            graph = QRectF(left - wide, area.top(), wide, area.height())
            if bullet is not None:
                paint_bullet(painter, graph, bullet, row.status, look, look.color("surface"))
            left = graph.left() - gap
        return left

    def _paint_words(self, painter: QPainter, area: QRectF, look: Look) -> None:
        quiet = self.beside()
        first, step = look.px(24), look.px(STEP)
        top = area.center().y() - (first + step * len(quiet)) / 2
        line = QRectF(area.left(), top, area.width(), first)
        draw_text(painter, line, self.words(), look.font(14, SEMIBOLD), look.color("ink"), LEFT)
        for at, text in enumerate(quiet):
            below = QRectF(area.left(), top + first + step * at, area.width(), step)
            draw_text(painter, below, text, look.font(12.5, REGULAR), look.color("muted"), LEFT)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the frame of the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame of the focus away."""
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter asks for the rows, with Shift for those of the longer time."""
        if self._can_open and event.key() in _OPENS:
            is_longer = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier) and self._has_longer()
            (self.longer if is_longer else self.opened).emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click asks for the rows, on the line of a longer time for those of it."""
        if self._can_open and event.button() == Qt.MouseButton.LeftButton:
            (self.longer if self._is_on_longer(event.position().y()) else self.opened).emit()

    def _has_longer(self) -> bool:
        return bool(longer_rows_words(self.shown.row))

    def _is_on_longer(self, y: float) -> bool:
        """Whether a height is on the line of the longer time, which is the last of two below the words."""
        quiet, look = self.beside(), self._look()
        height = look.px(24) + look.px(STEP) * len(quiet)
        return len(quiet) > 1 and self._has_longer() and y >= (self.height() + height) / 2 - look.px(STEP)


def reserve_alike(views: Sequence[LineView]) -> None:
    """Give the words and the status of every line the same room, so that all parts stand under each other."""
    widest = max((view.words_width() for view in views), default=0.0)
    badge = max((view.badge_width() for view in views), default=0.0)
    for view in views:
        view.reserve, view.badge = widest, badge


class LinesSection(Section):
    """KPIs under each other; a class because it is a widget.

    `opened` sends the id of the one whose rows are wanted, `longer` the row of the one whose longer time is looked at.
    """

    opened = Signal(str)
    longer = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "The numbers")
        self._theme = theme
        self.column.setSpacing(0)
        self.views: list[LineView] = []

    def show_lines(self, lines: Sequence[Line], *, is_live: bool) -> None:
        """Show KPIs; their rows can be opened: live ones, then those that were sealed."""
        self.empty()
        self.views = [LineView(self._theme, one, can_open=is_live or one.receipt is not None) for one in lines]
        reserve_alike(self.views)
        for view in self.views:
            view.opened.connect(lambda view=view: self.opened.emit(view.shown.row.kpi.id))
            view.longer.connect(lambda view=view: self.longer.emit(view.shown.row))
            self.column.addWidget(view)


class LinesCard(LinesSection):
    """The KPIs of the sheet of a one-on-one, with what explains them; a class because it is a widget."""

    def show_sheet(self, sheet: Sheet) -> None:
        """Show the KPIs of a sheet."""
        sealed = f" · sealed {sheet.code}" if sheet.code else ""
        self.note.setText(f"{sheet.review.question.period.label}{sealed}")
        self.show_lines(sheet.lines, is_live=sheet.review.state == "draft")
        if not self.views:
            self.column.addWidget(PlainLabel(NO_LINES, "muted"))
        for at, text in enumerate(sheet.why):
            self.column.addSpacing(0 if at else 8)
            self.column.addWidget(PlainLabel(f"Why: {text}", "small", wrap=True))
        if terms := sheet_terms(sheet):
            self.column.addSpacing(8)
            self.column.addWidget(PlainLabel(terms, "small", wrap=True))


class ThenAndNow(Section):
    """The numbers both saw beside the same numbers today, with what explains the difference. A class: a widget."""

    def __init__(self, theme: Theme, seen_by: str = "you both") -> None:
        super().__init__(theme, "Then and now")
        self._seen_by = seen_by
        self.note.setText("frozen numbers beside today's")
        self.column.setSpacing(6)
        self.hide()

    def show_differences(self, differences: Sequence[Difference]) -> None:
        """Show one sentence for each number that is another today; nothing is shown where there is none."""
        self.empty()
        self.setVisible(bool(differences))
        changed = [one for one in differences if one.then != one.now or one.why]
        for one in changed:
            self.column.addWidget(PlainLabel(one.sentence, wrap=True))
        if len(changed) < len(differences):
            words = "All numbers are" if not changed else "The other numbers are"
            self.column.addWidget(PlainLabel(f"{words} as {self._seen_by} saw them.", "muted", wrap=True))
