"""How the grid of targets looks: names that are indented as the teams are, two-line cells, marks of what is pending."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from kpidesk.core.formats import NOTHING
from kpidesk.ui import icons
from kpidesk.ui.painting.look import LEFT, MEDIUM, REGULAR, RIGHT, SEMIBOLD, Look, draw_text, look_of, wrapped
from kpidesk.ui.widgets.number_table import NameHeader, paint_lines
from kpidesk.ui.widgets.target_model import TargetModel
from kpidesk.ui.widgets.target_text import CellWords, ShownLine

INDENT = 14
SIDE = 16
CELL_HEIGHT = 44
CELL_WIDTH = 118
NAME_WIDTH = 190
HEAD_HEIGHT = 48
_DOT = 7


class TargetHeader(NameHeader):
    """KPI names above, or names of scopes at the left; a class because a header paints itself."""

    def sizeHint(self) -> QSize:
        """Two lines of a KPI's name above; the names at the left have a width of their own."""
        if self.orientation() == Qt.Orientation.Horizontal:
            return QSize(super().sizeHint().width(), self._theme.px(HEAD_HEIGHT))
        return QSize(self.name_width(), super().sizeHint().height())

    def name_width(self) -> int:
        """The width at which no name is cut, within reason."""
        look, model = look_of(self._theme), self.model()
        if not isinstance(model, TargetModel):
            return self._theme.px(NAME_WIDTH)
        metrics = QFontMetricsF(look.font(13, SEMIBOLD))
        longest = max((_name_room(one, look, metrics) for one in model.lines), default=0.0)
        wide = min(longest + look.px(SIDE + 14), look.px(260))
        return round(max(look.px(NAME_WIDTH), wide))

    def paint_title(self, painter: QPainter, area: QRectF, column: int, look: Look) -> None:
        """Draw the name of a KPI in up to two lines."""
        font, words = look.font(12, MEDIUM), area.adjusted(look.px(8), 0, -look.px(14), 0)
        text = str(self.model().headerData(column, self.orientation()) or "")
        paint_lines(painter, words, wrapped(text, font, words.width(), 2), font, look, RIGHT)

    def paint_name(self, painter: QPainter, area: QRectF, row: int, look: Look) -> None:
        """Draw the name of a scope, or of what is summed up."""
        model = self.model()
        if isinstance(model, TargetModel) and row < len(model.lines):
            _paint_name(painter, area, model.lines[row], look)


def _name_room(shown: ShownLine, look: Look, metrics: QFontMetricsF) -> float:
    sign = look.px(20) if shown.is_sum else 0
    return shown.line.depth * look.px(INDENT) + sign + metrics.horizontalAdvance(shown.line.name)


def _paint_name(painter: QPainter, area: QRectF, shown: ShownLine, look: Look) -> None:
    inner = area.adjusted(look.px(SIDE) + shown.line.depth * look.px(INDENT), 0, -look.px(8), 0)
    if shown.is_sum:
        side = look.px(14)
        box = QRectF(inner.left(), inner.center().y() - side / 2, side, side)
        name, color = ("info", look.tokens.muted) if shown.is_note else ("triangle-alert", look.tokens.watch)
        painter.drawPixmap(box.toRect(), icons.pixmap(name, color, round(side), 2.0))
        inner.adjust(side + look.px(6), 0, 0, 0)
        ink = look.color("muted" if shown.is_note else "watch_ink")
        draw_text(painter, inner, shown.line.name, look.font(12), ink, LEFT)
        return
    weight = {"org": SEMIBOLD, "team": SEMIBOLD, "role": MEDIUM}.get(shown.line.kind, REGULAR)
    draw_text(painter, inner, shown.line.name, look.font(13, weight), look.color("ink"), LEFT)


def paint_target_cell(
    painter: QPainter, area: QRectF, words: CellWords, look: Look, *, is_sum: bool, selected: bool, current: bool
) -> None:
    """Draw one cell: the number right-aligned, its second line below, a dot where something is pending."""
    painter.fillRect(area, look.color(_ground(words, selected=selected, is_sum=is_sum)))
    painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), look.color("grid"))
    inner = area.adjusted(look.px(8), 0, -look.px(14), 0)
    ink = "bad_ink" if words.problem else "muted" if words.quiet else "watch_ink" if is_sum else "ink"
    weight = SEMIBOLD if words.changed or not (words.quiet or is_sum) else REGULAR
    half = look.px(8) if words.note else 0
    shown = words.text or ("" if is_sum else NOTHING)
    draw_text(painter, inner.adjusted(0, -half, 0, -half), shown, look.font(13, weight), look.color(ink), RIGHT)
    second = look.color("bad_ink" if words.problem else "watch_ink" if is_sum and not words.quiet else "muted")
    if words.note:
        side = LEFT if words.problem else RIGHT  # words are cut, numbers get smaller
        draw_text(painter, inner.adjusted(0, half, 0, half), words.note, look.font(11), second, side)
    if words.problem:
        wide = look.px(13)
        box = QRectF(area.left() + look.px(6), area.top() + look.px(7), wide, wide)
        painter.drawPixmap(box.toRect(), icons.pixmap("circle-alert", look.tokens.bad, round(wide), 2.0))
    elif words.changed:
        _paint_dot(painter, area, look)
    if current:
        painter.setPen(QPen(look.color("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area.adjusted(1, 1, -1, -2))


def _ground(words: CellWords, *, selected: bool, is_sum: bool) -> str:
    if words.problem:
        return "bad_soft"
    if selected:
        return "selection"
    if words.changed:
        return "accent_soft"
    return "window" if words.locked or is_sum else "surface"


def _paint_dot(painter: QPainter, area: QRectF, look: Look) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("accent"))
    side = look.px(_DOT)
    painter.drawEllipse(QRectF(area.left() + look.px(8), area.center().y() - side / 2, side, side))
    painter.restore()


def needed_width(model: TargetModel, column: int, look: Look) -> float:
    """The width at which no number of a column is cut; second lines may be."""
    metrics = QFontMetricsF(look.font(13, SEMIBOLD))
    texts = {model.words(row, column).text for row in range(model.rowCount())}  # many reps, few different targets
    longest = max(map(metrics.horizontalAdvance, texts), default=0.0)
    return longest + look.px(22 + _DOT + 12)
