"""The presenter's window: large, by keyboard, and without anybody else's name or a private note in any of its parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from kpidesk.ui.presenter import Presenter, other_screen
from kpidesk.ui.theme import Theme
from tests import sheets
from tests.ui import samples

WANTED = (
    "Won 2, $115.5K",
    "Fleet renewal 2026",
    "Done: in Proposal since 26 Aug 2026",
    "26 of 96 in Q3 2026",
    "Cold chain · Polar Foods · $58.0K",
    "Close date has passed, no activity for 14 days, long in its stage · Proposal · due 11 Sep 2026",
    "Zeta: who can sign above procurement?",
    "Anna, by Fri 25 Sep 2026 · Line 4 retrofit → Proposal",
    "Manager, by Tue 22 Sep 2026",
)
TITLES = ("What was promised", "Since we last met", "The numbers", "Deals to talk about", "Agenda", "What we agree")


@pytest.fixture
def presenter(qtbot: QtBot) -> Iterator[Presenter]:
    made = Presenter(Theme())
    made.show()
    yield made
    if isValid(made):
        made.close()


def spoken(found: QAccessibleInterface | None) -> Iterator[str]:
    """Every text that a screen reader can reach, with what lies below."""
    if found is None or not found.isValid():
        return
    for kind in (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value, QAccessible.Text.Help):
        yield found.text(kind)
    for at in range(found.childCount()):
        yield from spoken(found.child(at))


def all_texts(window: QWidget) -> str:
    """Every text, title, tool tip, property and accessible name of a window's tree of widgets."""
    found: list[str] = []
    for one in (window, *window.findChildren(QWidget)):
        found += [one.windowTitle(), one.toolTip(), one.statusTip(), one.whatsThis(), one.accessibleName()]
        found += [one.accessibleDescription(), one.objectName()]
        found += [str(one.property(name)) for name in ("role", "kind", "tone", "about")]
        if isinstance(one, QLabel | QAbstractButton):
            found.append(one.text())
        whole = getattr(one, "whole_text", None)
        found.append(whole() if whole is not None else "")
    return "\n".join([*found, *spoken(QAccessible.queryAccessibleInterface(window))])


def sections(presenter: Presenter) -> Iterator[str]:
    """Every text of the window while each of its sections is on show."""
    QTest.keyClick(presenter, Qt.Key.Key_Home)
    for _ in TITLES:
        yield all_texts(presenter)
        QTest.keyClick(presenter, Qt.Key.Key_Right)


def test_nobody_else_and_nothing_private_is_anywhere_in_it(presenter: Presenter) -> None:
    for seed in range(15):
        sheet, hidden = sheets.company(seed)
        presenter.show_sheet(sheet)
        for texts in sections(presenter):
            assert sheet.rep in texts
            assert [one for one in hidden if one in texts] == []


def test_a_name_that_leaked_would_be_found(presenter: Presenter, qtbot: QtBot) -> None:
    presenter.show_sheet(replace(sheets.RICH, header="with Boris Fay"))
    assert "Boris Fay" in all_texts(presenter)
    presenter.show_sheet(sheets.RICH)
    assert "Boris Fay" not in all_texts(presenter)
    presenter.name.setToolTip("Boris Fay")
    assert "Boris Fay" in all_texts(presenter)


def test_the_arrow_keys_go_through_the_sections_and_stop_at_the_ends(presenter: Presenter) -> None:
    presenter.show_sheet(sheets.RICH)
    seen = [presenter.title.text()]
    for _ in range(7):
        QTest.keyClick(presenter, Qt.Key.Key_Right)
        seen.append(presenter.title.text())
    assert seen == [*TITLES, TITLES[-1], TITLES[-1]]
    assert not presenter.after.isEnabled()
    QTest.keyClick(presenter, Qt.Key.Key_Left)
    assert presenter.title.text() == "Agenda"
    QTest.keyClick(presenter, Qt.Key.Key_Home)
    assert (presenter.title.text(), presenter.before.isEnabled()) == (TITLES[0], False)


def test_escape_closes(presenter: Presenter, qtbot: QtBot) -> None:
    presenter.show_sheet(sheets.RICH)
    with qtbot.waitSignal(presenter.destroyed):
        QTest.keyClick(presenter, Qt.Key.Key_Escape)


@pytest.mark.parametrize("dark", [False, True])
def test_it_says_what_the_sheet_says(qtbot: QtBot, dark: bool) -> None:
    window = Presenter(Theme(dark=dark))
    window.show_sheet(sheets.STARTED)
    window.show()
    texts = all_texts(window)
    assert window.windowTitle() == "Anna Sellwood · one-on-one"
    for wanted in WANTED:
        assert wanted in texts
    assert sheets.PRIVATE not in texts
    assert sheets.FILE not in texts
    window.close()


def test_a_first_meeting_without_data_has_no_section_of_promises_or_points(presenter: Presenter) -> None:
    presenter.show_sheet(sheets.EMPTY)
    assert presenter.titles == ("What changed", "The numbers", "Deals to talk about", "What we agree")
    found = list(sections(presenter))
    assert "No deals have been imported yet." in found[0]
    assert "No open deal stands out." in found[2]
    assert "Nothing is agreed yet." in found[3]


def test_a_change_of_the_sheet_keeps_the_section(presenter: Presenter) -> None:
    presenter.show_sheet(sheets.RICH)
    presenter.go(4)
    changed = replace(sheets.RICH.review, agenda=sheets.AGENDA[:1])
    presenter.show_sheet(replace(sheets.RICH, review=changed))
    assert presenter.title.text() == "Agenda"
    texts = all_texts(presenter)
    assert sheets.AGENDA[0].text in texts
    assert sheets.AGENDA[1].text not in texts
    presenter.show_sheet(replace(sheets.RICH, promises=()))  # a section in front of it is gone
    assert presenter.title.text() == "Agenda"


def test_the_samples_hold_what_must_not_be_seen() -> None:
    sheet, hidden = sheets.company(3)
    assert any(name in repr(sheet) for name in hidden)
    assert sheets.SOMEBODY_ELSE in samples.REPS


def test_the_arrow_keys_belong_to_the_window_wherever_one_has_clicked(presenter: Presenter) -> None:
    presenter.show_sheet(sheets.RICH)
    QTest.mouseClick(presenter.after, Qt.MouseButton.LeftButton)
    for button in (presenter.before, presenter.after, presenter.leave):
        assert button.focusPolicy() == Qt.FocusPolicy.NoFocus
    QTest.keyClick(presenter.focusWidget() or presenter, Qt.Key.Key_Right)
    assert presenter.title.text() == TITLES[2]


def test_it_shows_everything_that_others_may_see(presenter: Presenter) -> None:
    presenter.show_sheet(sheets.FULL)
    told = all_texts(presenter)
    assert presenter.titles == (
        "What was promised", "Since we last met", "The numbers", "Why", "Coaching goals", "Deals to talk about",
        "Agenda", "Skill in focus and praise", "What we agree",
    )  # fmt: skip
    review = sheets.FULL.review
    wanted = (*sheets.FULL.why, review.skill, review.praise, "From 17 Aug 2026 · Seen in: Win rate",
              "Reference for procurement (from 31 Aug 2026)", "Qualify budget first",
              "Next step: Call their finance lead on Tuesday", "40 days old", "DISCUSS  Reference for procurement",
              "with Dana Cruz", "team 24%")  # fmt: skip
    assert [text for text in wanted if text not in told] == []
    assert review.wellbeing not in told
    assert sheets.PRIVATE not in told


def test_the_next_screen_is_found_and_one_alone_has_none() -> None:
    first, second, third = (cast("QScreen", object()) for _ in range(3))
    assert other_screen(first, [first]) is None
    assert other_screen(first, [first, second]) is second
    assert other_screen(third, [first, second, third]) is first
    assert other_screen(None, [first, second]) is first


def test_on_one_screen_nothing_offers_another(presenter: Presenter) -> None:
    presenter.show_sheet(sheets.RICH)
    presenter.show_large(presenter.screen())
    assert not presenter.move_on.isVisibleTo(presenter)
    assert presenter.isMaximized()
    QTest.keyClick(presenter, Qt.Key.Key_S)
    assert presenter.isMaximized()


def test_on_two_screens_it_fills_the_one_that_the_manager_does_not_look_at(
    presenter: Presenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = presenter.screen()
    monkeypatch.setattr("kpidesk.ui.presenter.other_screen", lambda _of, _screens: here)
    presenter.show_sheet(sheets.RICH)
    presenter.show_large(here)
    assert presenter.isFullScreen()
    assert presenter.geometry() == here.geometry()
    QTest.keyClick(presenter, Qt.Key.Key_S)
    assert presenter.isFullScreen()
