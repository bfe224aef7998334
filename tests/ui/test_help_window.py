"""The help in the app: every page, its links, the search, and the ways to it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QScreen
from pytestqt.qtbot import QtBot

from kpidesk.ui.commands import Command
from kpidesk.ui.finding import palette_choices
from kpidesk.ui.help_pages import PAGE_HELP, HelpPage, help_pages, matching
from kpidesk.ui.page_stack import ENTRIES
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.help_window import HelpWindow
from kpidesk.ui.widgets.shortcut_sheet import ShortcutSheet
from kpidesk.ui.widgets.type_ahead import narrowed
from tests.ui.conftest import settled
from tests.ui.test_window import Start, press, wait
from tests.ui.test_window_find import find

HELP = Path(__file__).resolve().parents[2] / "resources" / "help"


@pytest.fixture
def shown(qtbot: QtBot) -> HelpWindow:
    window = HelpWindow(Theme())
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(window)
    window.open_page("first-steps")
    window.show()
    return window


def listed(window: HelpWindow) -> list[str]:
    return [window.pages.item(at).text() for at in range(window.pages.count())]


def test_every_file_of_the_help_is_a_page_and_every_page_of_the_window_has_one() -> None:
    assert {page.name for page in help_pages()} == {file.stem for file in HELP.glob("*.md")}
    assert set(PAGE_HELP) == set(ENTRIES)
    assert set(PAGE_HELP.values()) <= {page.name for page in help_pages()}


def test_every_link_of_the_help_leads_to_a_page() -> None:
    names = {f"{page.name}.md" for page in help_pages()}
    links = {link for page in help_pages() for link in re.findall(r"\]\(([^)]*)\)", page.text)}
    assert links
    assert links <= names


def test_the_headings_are_listed_the_first_steps_first(shown: HelpWindow) -> None:
    assert listed(shown)[:3] == ["First steps", "Baselines and targets", "Breakdowns"]
    assert shown.pages.currentItem().text() == "First steps"
    assert shown.text.toPlainText().startswith("First steps\n")
    assert "**" not in shown.text.toPlainText()


def test_links_lead_to_the_page_they_name_and_nowhere_else(qtbot: QtBot, shown: HelpWindow) -> None:
    shown.open_page("hygiene")
    shown.text.anchorClicked.emit(QUrl("settings.md"))
    assert shown.text.toPlainText().startswith("Settings\n")
    assert shown.pages.currentItem().text() == "Settings"
    for outside in ("https://example.com/why.md", "file:///etc/passwd", "../../README.md"):
        shown.text.anchorClicked.emit(QUrl(outside))
        assert shown.name == "settings"
    qtbot.mouseClick(shown.back, Qt.MouseButton.LeftButton)
    assert shown.name == "hygiene"
    shown.activateWindow()
    qtbot.waitUntil(shown.isActiveWindow)
    qtbot.keyClick(shown.text, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert shown.name == "first-steps"
    assert not shown.back.isEnabled()


def test_the_search_looks_into_headings_and_texts(qtbot: QtBot, shown: HelpWindow) -> None:
    qtbot.keyClicks(shown.search, "stall_days")
    holding = {file.stem for file in HELP.glob("*.md") if "stall_days" in file.read_text(encoding="utf-8")}
    assert {page.name for page in help_pages() if page.title in listed(shown)} == holding
    shown.search.setText("currencies")
    assert listed(shown)[0] == "Currencies"
    qtbot.keyClick(shown.search, Qt.Key.Key_Return)
    assert shown.name == "currencies"
    assert shown.text.textCursor().selectedText().casefold() == "currencies"
    shown.search.setText("no page says unbelievable")
    assert (listed(shown), shown.nothing.isVisible()) == ([], True)


def test_pages_with_all_words_in_the_heading_come_first() -> None:
    pages = (HelpPage("a", "Other", "# Other\ntargets of a team"), HelpPage("b", "Targets", "# Targets\nof a team"),
             HelpPage("c", "Team", "# Team\nno more"))  # fmt: skip
    assert [page.name for page in matching(pages, "TARGETS")] == ["b", "a"]
    assert [page.name for page in matching(pages, "team targets")] == ["a", "b"]


def test_it_turns_dark_with_the_rest(shown: HelpWindow) -> None:
    before = shown.text.toPlainText()
    shown.theme.dark = True
    shown.theme.changed.emit()
    assert shown.text.toPlainText() == before


def test_help_is_found_by_palette_menu_and_key(qtbot: QtBot, make_window: Start, sample: Path) -> None:
    window = make_window(sample)

    def name() -> str:
        (one,) = window.findChildren(HelpWindow)
        return one.name

    find(qtbot, window, "help")
    assert name() == "first-steps"
    find(qtbot, window, "reading the scorecard")
    assert name() == "scorecard"
    words = {"euro": "currencies", "exchange rate": "currencies", "part time": "people", "pushed gone": "changes"}
    for typed, expected in words.items():
        find(qtbot, window, f"help {typed}")
        assert name() == expected
    window.show_page("changes")
    wait(qtbot, lambda: settled(window))
    press(qtbot, window, Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier)
    assert name() == "changes"
    window.show_page("hygiene")
    wait(qtbot, lambda: settled(window))
    press(qtbot, window, Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier)
    assert name() == "hygiene"
    texts = [one.text for one in palette_choices(window)]
    signals = [one.text for one in narrowed(palette_choices(window), "signals")]
    assert (signals[0], signals[-1][:6]) == ("What stands out", "Help: ")
    assert {f"Help: {page.title}" for page in help_pages()} <= set(texts)
    menu: Any = next(one.menu() for one in window.rail.menu_button.menu().actions() if one.text() == "Help")
    assert {"Help", "Help on this page", "Keyboard shortcuts"} <= {action.text() for action in menu.actions()}
    (help_window,) = window.findChildren(HelpWindow)
    qtbot.keyClick(help_window, Qt.Key.Key_Escape)
    wait(qtbot, lambda: not window.findChildren(HelpWindow))


@pytest.mark.parametrize("width", [1280, 500])
def test_the_sheet_of_shortcuts_fits_a_small_screen_and_scrolls(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setattr(QScreen, "availableSize", lambda _screen: QSize(width, 720))
    commands = [Command(f"c{number}", f"Do thing number {number}", lambda: None, (f"Ctrl+{number % 10}",))
                for number in range(60)]  # fmt: skip
    sheet = ShortcutSheet(commands)
    sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(sheet)
    sheet.show()
    assert sheet.height() <= 700
    assert sheet.lines.verticalScrollBar().maximum() > 0
    assert sheet.lines.horizontalScrollBar().maximum() == 0
    assert sheet.lines.verticalScrollBar().isVisible()
