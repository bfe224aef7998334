"""On which paper a print comes out: as it was chosen last, else as the country has it."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import QLocale, QRectF
from PySide6.QtGui import QPageSize

from kpidesk import paths
from kpidesk.core.papers import PaperSize
from kpidesk.ui.preferences import FILE_NAME, Preferences

UNIT = 108
"""One inch of paper in the units of a drawing."""
PAGES: dict[PaperSize, QPageSize.PageSizeId] = {
    "A4": QPageSize.PageSizeId.A4,
    "Letter": QPageSize.PageSizeId.Letter,
}
_LAND = QLocale.Country
LETTER_COUNTRIES = frozenset((
    _LAND.UnitedStates, _LAND.Canada, _LAND.Mexico, _LAND.Philippines, _LAND.Chile, _LAND.Colombia, _LAND.Venezuela,
    _LAND.CostaRica, _LAND.Guatemala, _LAND.ElSalvador, _LAND.Honduras, _LAND.Nicaragua, _LAND.Panama,
    _LAND.PuertoRico, _LAND.DominicanRepublic,
))  # fmt: skip
"""Where printers hold US Letter paper (Unicode CLDR, territory data on paper sizes)."""


def usual_paper() -> PaperSize:
    """The paper chosen last in the window; without a choice that of the country this computer is set to."""
    return Preferences(paths.data_folder() / FILE_NAME).paper or paper_of(QLocale.system())


def paper_of(place: QLocale) -> PaperSize:
    """The paper of a country; A4 where none is known."""
    return "Letter" if place.territory() in LETTER_COUNTRIES else "A4"


def read_paper(text: str | None) -> PaperSize:
    """The paper named on the command line; the usual one where none is."""
    named = next((one for one in get_args(PaperSize) if text and one.casefold() == text.casefold()), None)
    return named or usual_paper()


def paper_area(size: PaperSize) -> QRectF:
    """A page in the units of a drawing."""
    points = QPageSize(PAGES[size]).sizePoints()
    return QRectF(0, 0, points.width() * UNIT / 72, points.height() * UNIT / 72)
