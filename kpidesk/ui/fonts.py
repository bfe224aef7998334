"""The bundled typeface: registered once, then used at pixel sizes so that every machine shows the same."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFont, QFontDatabase

from kpidesk import paths

FAMILIES = ["Inter", "Segoe UI", "Noto Sans", "Sans Serif"]
_TNUM = QFont.Tag("tnum")
_CALT = QFont.Tag("calt")


@cache
def load_fonts() -> tuple[str, ...]:
    """Register the shipped fonts with the application; gives the family names found in them."""
    found: set[str] = set()
    for file in sorted((paths.resources() / "fonts").glob("Inter-*.otf")):
        number = QFontDatabase.addApplicationFontFromData(QByteArray(file.read_bytes()))
        found.update(QFontDatabase.applicationFontFamilies(number))
    return tuple(sorted(found))


def ui_font(pixels: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """A font for the screen: figures have equal width, so columns of numbers align."""
    made = _plain(pixels, weight)
    made.setFeature(_TNUM, 1)
    return made


def page_font(pixels: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """A font for a PDF: no substituted glyphs, because those lose their text and could not be searched."""
    made = _plain(pixels, weight)
    made.setFeature(_TNUM, 0)
    made.setFeature(_CALT, 0)
    return made


def _plain(pixels: float, weight: QFont.Weight) -> QFont:
    made = QFont(FAMILIES)
    made.setPixelSize(max(1, round(pixels)))
    made.setWeight(weight)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made
