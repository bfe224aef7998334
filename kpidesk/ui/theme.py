"""One set of colours for light and one for dark, and what Qt needs to show them: palette, style sheet, fonts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from string import Template
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from kpidesk import paths
from kpidesk.ui import fonts

if TYPE_CHECKING:
    from kpidesk.core.status import Status


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every colour of one appearance, as `#RRGGBB`.

    `window` lies behind everything, `surface` is a card, `raised` a menu, hover card or text field, `sunken` a
    switch's groove, `outline` the frame by which a field is known. `ink` is text, `muted` secondary text, `faint`
    a mark that carries no word. `selection` and `hover` tint a row, `accent_soft` the current page in the rail.
    The four statuses come as mark, badge background and badge text. `band_low` … `band_high` shade a bullet graph:
    below minimum, up to target, up to stretch.
    """

    window: str
    rail: str
    surface: str
    raised: str
    sunken: str
    border: str
    strong_border: str
    outline: str
    grid: str
    ink: str
    muted: str
    faint: str
    accent: str
    accent_hover: str
    accent_ink: str
    accent_soft: str
    on_accent: str
    selection: str
    hover: str
    good: str
    good_soft: str
    good_ink: str
    watch: str
    watch_soft: str
    watch_ink: str
    bad: str
    bad_soft: str
    bad_ink: str
    none: str
    none_soft: str
    none_ink: str
    band_low: str
    band_mid: str
    band_high: str
    spark: str
    baseline: str
    target: str


LIGHT = Tokens(
    window="#F4F5F8", rail="#FFFFFF", surface="#FFFFFF", raised="#FFFFFF", sunken="#E9ECF1",
    border="#E2E5EB", strong_border="#C9CFD9", outline="#7F899A", grid="#E9ECF1",
    ink="#0F172A", muted="#4A5568", faint="#7F8899",
    accent="#2F55D4", accent_hover="#2748BA", accent_ink="#2A4CC0", accent_soft="#E8EEFF", on_accent="#FFFFFF",
    selection="#EDF2FF", hover="#F6F8FB",
    good="#0E8C7C", good_soft="#DFF5F0", good_ink="#0A5A50",
    watch="#B37E00", watch_soft="#FFF2CC", watch_ink="#6A4700",
    bad="#A3163A", bad_soft="#FDE4EA", bad_ink="#8C1032",
    none="#667085", none_soft="#EEF0F4", none_ink="#475467",
    band_low="#C6CCD7", band_mid="#DBDFE7", band_high="#ECEEF3",
    spark="#566075", baseline="#666F83", target="#0F172A",
)  # fmt: skip

DARK = Tokens(
    window="#0E1116", rail="#12151B", surface="#161A21", raised="#1D222B", sunken="#232933",
    border="#272D37", strong_border="#3D4552", outline="#667081", grid="#232831",
    ink="#F3F5F9", muted="#A9B2C1", faint="#6F7988",
    accent="#8AA8FF", accent_hover="#A3BBFF", accent_ink="#9DB6FF", accent_soft="#1C2A50", on_accent="#0D1530",
    selection="#1B2440", hover="#1B2029",
    good="#45D6BE", good_soft="#0F3330", good_ink="#7CE7D3",
    watch="#F2B91E", watch_soft="#372A0A", watch_ink="#FFD566",
    bad="#F2507A", bad_soft="#3F1524", bad_ink="#FF9DB5",
    none="#8D97A7", none_soft="#252B35", none_ink="#B7C0CE",
    band_low="#454E5D", band_mid="#333B48", band_high="#262C37",
    spark="#9AA4B5", baseline="#98A2B3", target="#F3F5F9",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tint:
    """The three colours of one status: its mark, the badge behind it, and the word on the badge."""

    mark: QColor
    soft: QColor
    ink: QColor


_FAMILY: dict[Status, str] = {"on_track": "good", "at_risk": "watch", "off_track": "bad"}


def tint(tokens: Tokens, status: Status) -> Tint:
    """The colours of a status; everything that is neither good, at risk nor bad is grey."""
    family = _FAMILY.get(status, "none")
    mark, soft, ink = (QColor(getattr(tokens, family + part)) for part in ("", "_soft", "_ink"))
    return Tint(mark, soft, ink)


class Theme(QObject):
    """The appearance in use, handed to whatever paints; a class because widgets listen to `changed`.

    `tokens` are the colours, `scale` the text size (1.0 … 2.0). Read both when painting, never keep them.
    """

    changed = Signal()

    def __init__(self, *, dark: bool = False, scale: float = 1.0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.dark = dark
        self.scale = scale
        self._is_bare = False

    @property
    def tokens(self) -> Tokens:
        """The colours in use."""
        return DARK if self.dark else LIGHT

    def color(self, name: str) -> QColor:
        """One colour by its token name."""
        return QColor(getattr(self.tokens, name))

    def font(self, pixels: float = 13, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """The app's font at a size in pixels (before text scaling), with figures of equal width."""
        return fonts.ui_font(pixels * self.scale, weight)

    def px(self, pixels: float) -> int:
        """A length that grows with the text size."""
        return round(pixels * self.scale)

    def set_dark(self, dark: bool) -> None:
        """Switch the appearance of the whole app."""
        self.dark = dark
        self.apply()

    def set_scale(self, scale: float) -> None:
        """Set the text size, 0.8 to 2.0 of the normal one."""
        self.scale = min(2.0, max(0.8, scale))
        self.apply()

    def apply(self) -> None:
        """Give palette, fonts and style sheet to the application and tell every listener."""
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        app.styleHints().setColorScheme(Qt.ColorScheme.Dark if self.dark else Qt.ColorScheme.Light)
        app.setPalette(palette(self.tokens))
        app.setFont(self.font(13))
        sheet = style_sheet(self.tokens, self.scale) if not self._is_bare else ""
        if app.styleSheet() != sheet:  # Qt styles every widget anew, even for the same text
            app.setStyleSheet("")  # Qt gives a first sheet to all widgets in a fifth of the time that another takes
            app.setStyleSheet(sheet)
        self.changed.emit()

    @contextmanager
    def bare(self) -> Iterator[None]:
        """Let widgets be made without the style sheet, which all get at the end: Qt styles a part anew at each move."""
        self._is_bare = True
        yield
        self._is_bare = False
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setStyleSheet(style_sheet(self.tokens, self.scale))


def palette(tokens: Tokens) -> QPalette:
    """The Fusion palette of an appearance, complete enough for widgets that have no style rule."""
    role = QPalette.ColorRole
    colors = {
        role.Window: tokens.window, role.WindowText: tokens.ink, role.Base: tokens.surface,
        role.AlternateBase: tokens.hover, role.Text: tokens.ink, role.Button: tokens.surface,
        role.ButtonText: tokens.ink, role.BrightText: tokens.ink, role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent, role.ToolTipBase: tokens.raised, role.ToolTipText: tokens.ink,
        role.PlaceholderText: tokens.muted, role.Link: tokens.accent_ink, role.LinkVisited: tokens.accent_ink,
        role.Light: tokens.raised, role.Midlight: tokens.border, role.Mid: tokens.strong_border,
        role.Dark: tokens.strong_border, role.Shadow: tokens.window, role.Accent: tokens.accent,
    }  # fmt: skip
    made = QPalette()
    for name, value in colors.items():
        made.setColor(name, QColor(value))
    for name in (role.Text, role.WindowText, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, name, QColor(tokens.faint))
    return made


def style_sheet(tokens: Tokens, scale: float = 1.0) -> str:
    """The style sheet: the shipped template with colours and scaled lengths: `pN`, `iN` less 1, `iiN` less 2."""
    template = (paths.resources() / "themes" / "desk.qss").read_text(encoding="utf-8")
    lengths = {
        f"{'i' * less or 'p'}{size}": f"{round(size * scale) - less}px" for size in range(8, 61) for less in (0, 1, 2)
    }
    appearance = "dark" if tokens is DARK else "light"
    drawings = {
        name: (paths.resources() / "themes" / f"{name}-{appearance}.svg").as_posix() for name in ("chevron", "tick")
    }
    return Template(template).substitute(asdict(tokens) | lengths | drawings)
