"""Line icons in the colour that is asked for, sharp at every screen density."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from kpidesk import paths


@cache
def _drawing(name: str) -> str:
    return (paths.resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


@cache
def pixmap(name: str, color: str, size: int = 18, density: float = 1.0, air: int = 0) -> QPixmap:
    """An icon as a pixmap of `size` logical pixels, tinted `#RRGGBB`; `air` is what is left empty to its right."""
    renderer = QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", color).encode()))
    side, width = round(size * density), round((size + air) * density)
    image = QImage(QSize(width, side), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    made = QPixmap.fromImage(image)
    made.setDevicePixelRatio(density)
    return made


def icon(name: str, color: str, size: int = 18, air: int = 0) -> QIcon:
    """An icon for a button or action, tinted `#RRGGBB`, with one picture per density of the screens there are.

    `air` keeps that many pixels between the icon and the words beside it, where Qt itself leaves hardly any.
    """
    return _icon(name, color, size, air, densities())


def densities() -> tuple[float, ...]:
    """Pixels per logical pixel of the screens there are now, each once."""
    return tuple(sorted({screen.devicePixelRatio() for screen in QGuiApplication.screens()}))


@cache
def _icon(name: str, color: str, size: int, air: int, at: tuple[float, ...]) -> QIcon:
    made = QIcon()
    for density in at:
        made.addPixmap(pixmap(name, color, size, density, air))
    return made


@cache
def app_icon() -> QIcon:
    """The app's own icon."""
    made = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        made.addPixmap(pixmap("kpidesk", "#2F55D4", size))
    return made
