"""Minimum, target and stretch drawn on one scale with the baseline, while they are being set."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kpidesk.core.formats import format_value
from kpidesk.core.goals import Baseline
from kpidesk.core.kpis import Kpi
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.goal_text import Tiers

HEIGHT = 66
SIDE = 44
LABEL = 78


class TierScale(QWidget):
    """A scale with the baseline as a dashed line and the three tiers as ticks; a class because it is a widget.

    The order left to right is that of the numbers; for lower-is-better the shading is turned around.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._shown: tuple[Kpi, Baseline, Tiers, str] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Baseline, minimum, target and stretch on one scale")
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """One strip with labels above and below."""
        return QSize(320, self.theme.px(HEIGHT))

    def show_tiers(self, kpi: Kpi, baseline: Baseline | None, tiers: Tiers | None, currency: str) -> None:
        """Show tiers over a baseline; nothing without either."""
        self._shown = (kpi, baseline, tiers, currency) if baseline is not None and tiers is not None else None
        if self._shown is not None and tiers is not None and baseline is not None:
            words = ", ".join(
                f"{name} {format_value(value, kpi.display, currency)}"
                for name, value in zip(("baseline", "minimum", "target", "stretch"),
                                       (baseline.value, *tiers.values()), strict=True)
            )  # fmt: skip
            self.setAccessibleDescription(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the scale."""
        del event
        if self._shown is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint(painter, *self._shown)
        painter.end()

    def _paint(self, painter: QPainter, kpi: Kpi, baseline: Baseline, tiers: Tiers, currency: str) -> None:
        px, colors = self.theme.px, self.theme.color
        strip = QRectF(px(SIDE), px(24), self.width() - 2 * px(SIDE), px(16))
        marks = (baseline.value, *tiers.values())
        low, high = min(marks), max(marks)
        spread = (high - low) or abs(high) or 1.0
        low, high = low - 0.25 * spread, high + 0.25 * spread

        def at(value: float) -> float:
            return strip.left() + (value - low) / (high - low) * strip.width()

        self._paint_bands(painter, strip, [at(value) for value in tiers.values()], reverse=kpi.direction == "lower")
        painter.setPen(QPen(colors("baseline"), 1.6, Qt.PenStyle.DashLine))
        x = at(baseline.value)
        painter.drawLine(QPointF(x, strip.top() - px(5)), QPointF(x, strip.bottom() + px(5)))
        last = -1e9
        named = list(zip(("Minimum", "Target", "Stretch"), tiers.values(), strict=True))
        if all(abs(at(baseline.value) - at(value)) >= px(LABEL) for value in tiers.values()):
            named.append(("Baseline", baseline.value))
        for name, value in sorted(named, key=lambda one: one[1]):
            x = at(value)
            wide = {"Target": 3.0, "Baseline": 0.0}.get(name, 2.0)
            painter.fillRect(QRectF(x - wide / 2, strip.top() - px(3), wide, strip.height() + px(6)), colors("target"))
            if x - last < px(LABEL):
                continue  # labels never overlap; the fields below name all three
            last = x
            box = QRectF(x - px(60), strip.bottom() + px(6), px(120), px(18))
            above = QRectF(x - px(60), strip.top() - px(23), px(120), px(17))
            strong = name == "Target"
            painter.setFont(self.theme.font(12, QFont.Weight.DemiBold if strong else QFont.Weight.Medium))
            painter.setPen(colors("ink"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, format_value(value, kpi.display, currency))
            painter.setFont(self.theme.font(11))
            painter.setPen(colors("muted"))
            painter.drawText(above, Qt.AlignmentFlag.AlignCenter, name)

    def _paint_bands(self, painter: QPainter, strip: QRectF, ticks: list[float], *, reverse: bool) -> None:
        edges = [strip.left(), *sorted(ticks), strip.right()]
        shades = ["band_low", "band_mid", "band_high", "sunken"]
        for left, right, shade in zip(edges, edges[1:], reversed(shades) if reverse else shades, strict=False):
            painter.fillRect(QRectF(left, strip.top(), right - left, strip.height()), self.theme.color(shade))
