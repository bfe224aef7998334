"""What a drawing needs to know of its surroundings: colours, text size, screen or page."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from kpidesk.ui.fonts import page_font, ui_font
from kpidesk.ui.theme import LIGHT, Theme, Tokens

REGULAR = QFont.Weight.Normal
MEDIUM = QFont.Weight.Medium
SEMIBOLD = QFont.Weight.DemiBold
BOLD = QFont.Weight.Bold
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class Look:
    """Colours, text scale, and whether the drawing is a page (searchable digits) or a screen (aligned digits)."""

    tokens: Tokens = LIGHT
    scale: float = 1.0
    page: bool = False

    def color(self, name: str, alpha: float = 1.0) -> QColor:
        """A colour by its token name."""
        made = QColor(getattr(self.tokens, name))
        made.setAlphaF(alpha)
        return made

    def font(self, pixels: float, weight: QFont.Weight = REGULAR) -> QFont:
        """The typeface at a size in (scaled) pixels."""
        return (page_font if self.page else ui_font)(pixels * self.scale, weight)

    def px(self, pixels: float) -> float:
        """A length that grows with the text."""
        return pixels * self.scale


def look_of(theme: Theme) -> Look:
    """The look of the theme in use."""
    return Look(theme.tokens, theme.scale)


def width_of(font: QFont, text: str) -> float:
    """How wide a text is in a font."""
    return QFontMetricsF(font).horizontalAdvance(text)


def draw_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    font: QFont,
    color: QColor,
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """One line of text inside a rectangle; a number, at the right, gets smaller before anything is cut with …."""
    shown = _fitting(font, text, rect.width()) if align & Qt.AlignmentFlag.AlignRight else font
    painter.setFont(shown)
    painter.setPen(color)
    fitted = QFontMetricsF(shown).elidedText(text, Qt.TextElideMode.ElideRight, rect.width() + 0.5)
    painter.drawText(rect, align | Qt.TextFlag.TextSingleLine, fitted)


SMALLEST, LEGIBLE = 0.7, 10
"""How much smaller the letters of a number become at most where it lacks room, and in pixels never below."""


def _fitting(font: QFont, text: str, width: float) -> QFont:
    wide = width_of(font, text)
    if wide <= width + 0.5 or width <= 0:
        return font
    smaller = QFont(font)
    least = min(LEGIBLE, font.pixelSize())
    smaller.setPixelSize(max(least, int(font.pixelSize() * max(SMALLEST, width / wide))))
    return smaller


def wrapped(text: str, font: QFont, width: float, lines: int) -> list[str]:
    """A text broken at spaces into at most `lines` lines of a width; the last one is cut with …."""
    metrics = QFontMetricsF(font)
    found: list[str] = []
    words = text.split()
    while words and len(found) < lines:
        count = 1
        while count < len(words) and metrics.horizontalAdvance(" ".join(words[: count + 1])) <= width:
            count += 1
        if len(found) == lines - 1:
            count = len(words)
        found.append(metrics.elidedText(" ".join(words[:count]), Qt.TextElideMode.ElideRight, width))
        words = words[count:]
    return found
