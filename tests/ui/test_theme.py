"""Both appearances can be read by everyone, and switching between them reaches the whole app."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from PySide6.QtGui import QColor, QFont, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kpidesk import paths
from kpidesk.core.status import STATUS_WORDS
from kpidesk.ui import icons
from kpidesk.ui.fonts import load_fonts, page_font, ui_font
from kpidesk.ui.theme import DARK, LIGHT, Theme, Tokens, palette, style_sheet, tint
from kpidesk.ui.widgets.controls import ButtonKind, button

BOTH = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
GROUNDS = ("window", "surface", "raised", "sunken", "selection", "hover", "accent_soft", "rail")
TEXT = [
    *(("ink", ground) for ground in GROUNDS),
    *(("muted", ground) for ground in GROUNDS),
    *(("accent_ink", ground) for ground in ("window", "surface", "rail", "accent_soft", "raised")),
    *((f"{family}_ink", f"{family}_soft") for family in ("good", "watch", "bad", "none")),
    *(("bad_ink", ground) for ground in ("surface", "window")),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("surface", "ink"),
]
MARKS = [
    *((family, ground) for family in ("good", "watch", "bad", "none") for ground in ("surface", "selection")),
    *((family, f"{family}_soft") for family in ("good", "watch", "bad", "none")),
    *(("accent", ground) for ground in ("surface", "window", "sunken", "selection")),
    *(("outline", ground) for ground in ("surface", "window")),
    *(("faint", ground) for ground in ("surface", "selection")),
    ("baseline", "band_low"),
    ("target", "band_low"),
    ("spark", "surface"),
]
# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB
BLINDNESS = {
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
Triple = tuple[float, float, float]


def linear(color: str) -> Triple:
    """The linear RGB of `#RRGGBB`, as WCAG 2 and IEC 61966-2-1 define it."""
    shares = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""
    high, low = sorted(
        (sum(part * share for part, share in zip((0.2126, 0.7152, 0.0722), linear(color), strict=True)) + 0.05
         for color in (one, other)),
        reverse=True,
    )  # fmt: skip
    return high / low


def lab(rgb: Triple) -> Triple:
    """CIE L*a*b* under D65 of a linear RGB colour."""
    red, green, blue = (min(1.0, max(0.0, part)) for part in rgb)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def apart(one: str, other: str, kind: str) -> float:
    """How far two colours lie apart (CIE76) for somebody with a colour blindness."""
    seen = []
    for color in (one, other):
        rgb = linear(color)
        rows = [sum(factor * part for factor, part in zip(line, rgb, strict=True)) for line in BLINDNESS[kind]]
        seen.append(lab((rows[0], rows[1], rows[2])))
    return float(sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5)


def test_the_measure_knows_black_white_and_a_published_pair() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@BOTH
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_stands_out(tokens: Tokens, text: str, ground: str) -> None:
    assert contrast(getattr(tokens, text), getattr(tokens, ground)) >= 4.5


@BOTH
@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_marks_and_the_frames_of_fields_stand_out(tokens: Tokens, mark: str, ground: str) -> None:
    assert contrast(getattr(tokens, mark), getattr(tokens, ground)) >= 3.0


@BOTH
@pytest.mark.parametrize("kind", BLINDNESS)
def test_the_three_statuses_differ_for_the_colour_blind(tokens: Tokens, kind: str) -> None:
    colors = (tokens.good, tokens.watch, tokens.bad)
    assert min(apart(one, other, kind) for one, other in combinations(colors, 2)) >= 20


@BOTH
def test_what_is_neither_good_nor_bad_is_grey(tokens: Tokens) -> None:
    marks = {status: tint(tokens, status).mark.name() for status in STATUS_WORDS}
    grey = {status for status, mark in marks.items() if mark == QColor(tokens.none).name()}
    assert grey == {"no_target", "too_few", "maturing", "stale", "no_data", "coaching"}
    assert len({marks["on_track"], marks["at_risk"], marks["off_track"]}) == 3


@BOTH
def test_the_style_sheet_is_complete_and_grows_with_the_text(tokens: Tokens) -> None:
    plain, large = style_sheet(tokens), style_sheet(tokens, 2.0)
    assert "$" not in plain
    assert set(re.findall(r"#[0-9A-Fa-f]{6}", plain)) <= {value.upper() for value in colours(tokens)}
    assert "font-size: 22px" in plain
    assert "font-size: 44px" in large
    for path in re.findall(r'url\("([^"]+)"\)', plain):
        assert paths.resources().joinpath("themes", path.rsplit("/", 1)[1]).is_file()


def colours(tokens: Tokens) -> list[str]:
    return [getattr(tokens, name) for name in Tokens.__slots__]


def test_switching_reaches_palette_and_style_sheet(qtbot: QtBot) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme = Theme()
    theme.apply()
    with qtbot.waitSignal(theme.changed):
        theme.set_dark(True)
    assert app.palette().color(QPalette.ColorRole.Window).name() == DARK.window.lower()
    assert DARK.surface in app.styleSheet()
    assert LIGHT.window not in app.styleSheet()
    theme.set_dark(False)
    assert app.palette() == palette(LIGHT)


@pytest.mark.parametrize("kind", ["danger", "link"])
def test_a_button_that_is_off_is_written_in_the_faint_colour(qtbot: QtBot, kind: ButtonKind) -> None:
    Theme().apply()
    made = button("Delete for good", kind=kind)
    qtbot.addWidget(made)
    ink = LIGHT.bad_ink if kind == "danger" else LIGHT.accent_ink
    shown = [_colours_of(made)]
    made.setEnabled(False)
    shown.append(_colours_of(made))
    assert [{ink.lower(), LIGHT.faint.lower()} & found for found in shown] == [{ink.lower()}, {LIGHT.faint.lower()}]


def _colours_of(widget: QWidget) -> set[str]:
    image = widget.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_the_old_sheet_is_taken_off_before_the_new_one_is_put_on(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sheet over another takes Qt five times as long: seconds once all pages of the window were opened."""
    theme, given = Theme(), list[str]()
    theme.apply()
    monkeypatch.setattr(QApplication, "setStyleSheet", lambda _app, sheet: given.append(sheet))
    theme.set_dark(True)
    assert given == ["", style_sheet(DARK, 1.0)]


def test_what_is_made_bare_looks_as_if_it_had_been_made_with_the_style(qtbot: QtBot, qapp: QApplication) -> None:
    theme = Theme(dark=True, scale=1.5)
    theme.apply()
    usual = button("Trend", lambda: None, kind="primary")
    qtbot.addWidget(usual)
    with theme.bare():
        theme.apply()
        assert not qapp.styleSheet()
        bare = button("Trend", lambda: None, kind="primary")
        qtbot.addWidget(bare)
    assert qapp.styleSheet() == style_sheet(DARK, 1.5)
    assert bare.grab().toImage() == usual.grab().toImage()
    Theme().apply()
    assert qapp.styleSheet() == style_sheet(LIGHT, 1.0)


def test_the_text_size_has_bounds(qtbot: QtBot) -> None:
    theme = Theme()
    for wanted, given in ((0.1, 0.8), (1.5, 1.5), (9.0, 2.0)):
        theme.set_scale(wanted)
        assert theme.scale == given
        assert theme.px(100) == round(100 * given)
        assert theme.font(13).pixelSize() == round(13 * given)
    theme.set_scale(1.0)


def test_the_bundled_face_is_used_with_figures_of_equal_width(qtbot: QtBot) -> None:
    assert "Inter" in load_fonts()
    assert QFontInfo(ui_font(13)).family() == "Inter"
    assert ui_font(13).featureValue(QFont.Tag("tnum")) == 1
    # in a PDF substituted glyphs lose their text, so nobody could search for a number
    assert page_font(13).featureValue(QFont.Tag("tnum")) == 0
    assert page_font(13).featureValue(QFont.Tag("calt")) == 0


def test_icons_are_tinted_and_sharp(qtbot: QtBot) -> None:
    drawn = icons.pixmap("check", "#FF0000", 18, 2.0)
    assert (drawn.width(), drawn.devicePixelRatio()) == (36, 2.0)
    image = drawn.toImage()
    solid = {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }
    assert solid == {"#ff0000"}
    assert not icons.app_icon().isNull()
