"""The palette, the shortcuts, the settings and the care of the file, all by keyboard."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFileDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.people import ORG
from kpidesk.core.settings import Settings, check_settings
from kpidesk.operations import finding
from kpidesk.ui import incoming, upkeep
from kpidesk.ui.finding import palette_choices
from kpidesk.ui.main_window import MainWindow
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.pages import INNER, PAGES
from kpidesk.ui.widgets.settings_dialog import SettingsDialog
from kpidesk.ui.widgets.settings_periods import PeriodsButton
from kpidesk.ui.widgets.shortcut_sheet import ShortcutSheet
from tests.ui.conftest import TODAY, settled
from tests.ui.driving import answer, with_dialog
from tests.ui.test_window import CONTROL, Start, imports_of, on_page, page, press, wait

pytestmark = pytest.mark.unstyled

CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


def find(qtbot: QtBot, window: MainWindow, typed: str) -> None:
    """Ctrl+K, words, Enter."""
    press(qtbot, window, Qt.Key.Key_K, CONTROL)
    popup = window.palette_popup
    wait(qtbot, popup.isVisible)
    qtbot.keyClicks(popup.field, typed)
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    wait(qtbot, lambda: not popup.isVisible() and settled(window))


def test_the_palette_finds_reps_periods_pages_and_actions(qtbot: QtBot, make_window: Start, sample: Path) -> None:
    window = make_window(sample)
    find(qtbot, window, "henrik")
    assert window.question is not None
    assert window.question.scope.key == "rep:Henrik Solvang"
    find(qtbot, window, "2025-Q4")
    assert window.question.period.key == "2025-Q4"
    assert window.question.scope.key == "rep:Henrik Solvang"
    find(qtbot, window, "kpis & tar")
    assert window.pages.page_id == "goals"
    find(qtbot, window, "light or dark")
    assert window.theme.dark
    find(qtbot, window, "text size larger")
    assert window.theme.scale > 1
    find(qtbot, window, "sample company")
    assert window.question.scope.key == "org"
    assert window.pages.page_id == "goals"


def test_the_palette_finds_kpis_also_of_a_rep_whichever_comes_first(
    qtbot: QtBot, make_window: Start, sample: Path
) -> None:
    window = make_window(sample)
    for typed, scope, kpi_id in (
        ("average deal", "org", "avg_deal_size"),
        ("bookings henrik", "rep:Henrik Solvang", "bookings"),
        ("average deal henrik sol", "rep:Henrik Solvang", "avg_deal_size"),
        ("henrik bookings", "rep:Henrik Solvang", "bookings"),
    ):
        find(qtbot, window, typed)
        wait(qtbot, on_page(window, "trends"))
        assert page(window).view.trend.kpi.id == kpi_id, typed
        assert window.question is not None
        assert window.question.scope.key == scope, typed
        window.set_scope(ORG)
        window.show_page("scorecard")
        wait(qtbot, lambda: settled(window))


def test_the_palette_finds_deals_and_accounts_and_opens_them(
    qtbot: QtBot, make_window: Start, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "BLOCK", 500)  # so that it is asked several times until all names were read
    with closing(sqlite3.connect(sample)) as db:
        sql = (
            "SELECT d.id, d.key, x.name FROM deals d JOIN deal_values x ON x.deal_id = d.id WHERE x.name LIKE '%beck%'"
        )
        rows = db.execute(sql).fetchall()
        named = db.execute("SELECT name FROM accounts WHERE name LIKE '%beck%'").fetchall()
        of_account = dict(db.execute(
            "SELECT d.key, v.stage FROM deals d JOIN deal_values v ON v.id = (SELECT max(id) FROM deal_values "
            "WHERE deal_id = d.id) JOIN account_aliases a ON a.id = v.account JOIN accounts c ON c.id = a.account_id "
            "WHERE c.name = ?", named[0]))  # fmt: skip
    assert len(rows) > 30
    window = make_window(sample)
    press(qtbot, window, Qt.Key.Key_K, CONTROL)
    popup = window.palette_popup
    qtbot.keyClicks(popup.field, "beck")
    wait(qtbot, lambda: popup.more.text().startswith("and "))
    about = [one.detail for one in popup.model.shown if one.detail == "account" or one.detail.startswith("deal · ")]
    assert len(about) == 20
    assert popup.more.text() == f"and {len({row[0] for row in rows}) + len(named) - 20} more: type more of the name"
    number, key, name = rows[0]
    popup.field.clear()
    qtbot.keyClicks(popup.field, key)
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)  # before the answer is there
    assert popup.isVisible()
    wait(qtbot, lambda: not popup.isVisible() and settled(window))
    assert window.pages.page_id == "pipeline"
    assert page(window).rows.history.found.deal_id == number
    assert name in page(window).rows.history.heading.text()
    find(qtbot, window, named[0][0])
    assert window.pages.page_id == "pipeline"
    rows_shown = page(window).rows
    assert rows_shown.heading.text() == f"{named[0][0]} · All its deals, open ones first"
    keys = [one.key for one in rows_shown.table.records.rows]
    assert len(keys) > 1
    assert set(keys) == set(of_account)


def test_without_a_workspace_the_palette_offers_what_can_be_done(make_window: Start) -> None:
    window = make_window()
    texts = [one.text for one in palette_choices(window)]
    assert texts[:3] == ["Import an export…", "New workspace…", "Open a workspace…"]
    assert "Scorecard" not in texts
    assert "Settings…" not in texts


def test_no_two_things_share_a_shortcut(qtbot: QtBot, make_window: Start, sample: Path) -> None:
    window = make_window(sample)
    keys = Counter(key for command in window.commands for key in command.keys)
    assert [key for key, count in keys.items() if count > 1] == []
    taken = {key.casefold() for key in keys}
    for page_id in (*(entry.page_id for entry in (*PAGES, *INNER)), "receipt", "welcome"):
        shown = window.pages.page_of(page_id)
        assert shown is not None
        own = [one.shortcut().toString().casefold() for one in shown.findChildren(QAbstractButton)]
        assert taken.isdisjoint(own), page_id
    wait(qtbot, lambda: settled(window))


def test_the_shortcut_sheet_shows_all_keys_and_goes_away_by_its_own(qtbot: QtBot, make_window: Start) -> None:
    window = make_window()
    for key, held in ((Qt.Key.Key_Slash, CTRL), (Qt.Key.Key_Question, NONE)):
        press(qtbot, window, key, held)
        sheets = [one for one in window.findChildren(ShortcutSheet) if one.isVisible()]
        assert len(sheets) == 1, key
        caps = {one.text() for one in sheets[0].findChildren(PlainLabel) if one.property("role") == "key"}
        assert {"Ctrl+K", "Ctrl+1", "Alt+Left", "F1", "F5", "Ctrl+/", "?", "Ctrl+C"} <= caps
        qtbot.keyClick(sheets[0], key, held)
        wait(qtbot, lambda: not window.findChildren(ShortcutSheet))


def test_a_question_mark_can_be_typed(qtbot: QtBot, make_window: Start, sample: Path) -> None:
    window = make_window(sample)
    window.show_page("goals")
    wait(qtbot, on_page(window, "goals"))
    field = page(window).list.findChildren(QLineEdit)[0]
    field.setFocus()
    qtbot.keyClicks(field, "why?")
    assert field.text() == "why?"
    assert not window.findChildren(ShortcutSheet)


def change_settings(qtbot: QtBot, window: MainWindow, change: Callable[[dict[str, Any]], None]) -> SettingsDialog:
    """Ctrl+, then change fields, then Enter."""
    press(qtbot, window, Qt.Key.Key_Comma, CONTROL)
    (dialog,) = window.findChildren(SettingsDialog)
    change(dialog.editors)
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: settled(window))
    return dialog


def test_settings_change_the_numbers_and_are_kept(
    qtbot: QtBot, make_window: Start, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, asked = make_window(sample), list[str]()

    def agree(_parent: object, _title: str, text: str, _advice: str, **_: str) -> bool:
        asked.append(text)
        return len(asked) > 1

    monkeypatch.setattr(upkeep, "confirm", agree)
    assert window.question is not None
    assert window.question.period.label == "Q3 2026"

    def february(editors: dict[str, Any]) -> None:
        fiscal: QComboBox = editors["fiscal_start_month"]
        fiscal.setCurrentText("February")
        editors["minimum_n"].setText("25")
        editors["calendar"].setCurrentText("Weeks: 4-4-5 in a quarter")
        editors["business_hours"].setText("Mon-Fri 09:00-17:00")

    dialog = change_settings(qtbot, window, february)
    wait(qtbot, lambda: bool(asked))
    assert "would fall on no period" in asked[0]
    assert (dialog.isVisible(), window.settings.fiscal_start_month) == (True, 1)  # not agreed to, so nothing is saved
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    wait(qtbot, lambda: len(asked) > 1 and settled(window))
    wait(qtbot, on_page(window, "scorecard"))
    assert (window.settings.fiscal_start_month, window.settings.minimum_n) == (2, 25)
    assert (window.question.period.label, str(window.question.period.start)) == ("Q3 FY2027", "2026-08-03")
    assert page(window).view.card.question.period == window.question.period
    window.close()
    ws = operations.open_workspace(sample, today=TODAY)
    kept = operations.settings(ws)
    operations.close(ws)
    assert kept == Settings(
        organisation="Sample company", fiscal_start_month=2, minimum_n=25, calendar="4-4-5",
        business_hours="Mon-Fri 09:00-17:00",
    )  # fmt: skip


def test_the_sizes_of_deals_are_a_press_away_once_what_was_changed_is_saved(
    qtbot: QtBot, make_window: Start, sample: Path
) -> None:
    window = make_window(sample)
    press(qtbot, window, Qt.Key.Key_Comma, CONTROL)
    (dialog,) = window.findChildren(SettingsDialog)
    link = next(one for one in dialog.findChildren(QPushButton) if one.text().startswith("Sizes of deals"))
    minimum: Any = dialog.editors["minimum_n"]
    before = minimum.text()
    minimum.setText("25")
    link.click()
    assert dialog.problem.text() == "What you changed here is not saved yet. Save it first, or cancel."
    minimum.setText(before)
    link.click()
    wait(qtbot, on_page(window, "numbers"))
    shown = [one.whole_text() for one in page(window).findChildren(PlainLabel)]
    assert any("by which sizes are told apart" in one for one in shown)


def test_periods_are_listed_in_a_table_and_counted_by(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings(fiscal_start_month=2))
    qtbot.addWidget(dialog)
    button = dialog.editors["own_periods"]
    assert isinstance(button, PeriodsButton)
    table = button.open()
    text = table.text.toPlainText()
    assert text.splitlines()[1].endswith("-02-01,2025-02-28")
    table.text.setPlainText(text.replace(",P1,", ",P2,", 1))
    qtbot.mouseClick(table.save, Qt.MouseButton.LeftButton)
    assert "P1 of 2026 comes here" in table.problem.text()
    table.text.setPlainText(text)
    qtbot.mouseClick(table.save, Qt.MouseButton.LeftButton)
    assert button.text() == "2026 to 2028…"
    assert (dialog.read().calendar, dialog.read().own_periods[:15]) == ("own", "2026 2025-02-01")
    with pytest.raises(UserError, match="far from") as refused:
        check_settings(replace(dialog.read(), fiscal_start_month=8))
    dialog.show_error(refused.value)
    told = "Set “Fiscal year begins in” to the month in which your years begin, and “A fiscal year is named after” to"
    assert told in dialog.problem.text()


def test_a_list_of_periods_begins_with_months_where_it_is_chosen_before_there_is_one(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings(fiscal_start_month=2))
    qtbot.addWidget(dialog)
    choice, button, numbers = (dialog.editors[name] for name in ("calendar", "own_periods", "parameters"))
    assert isinstance(choice, QComboBox)
    assert isinstance(button, PeriodsButton)
    assert isinstance(numbers, QLineEdit)
    choice.setCurrentText("Periods that you list")
    numbers.setText("no number")
    assert button.open().text.toPlainText().splitlines()[1].endswith("-02-01,2025-02-28")


REFUSED = (
    ("currency", "Euro", "'Euro' is no currency code. Use three capital letters such as EUR."),
    ("time_zone", "Mars/Olympus", "There is no time zone 'Mars/Olympus'. Set one such as Europe/Berlin."),
    ("business_hours", "always", "'always' is no days with their hours. "
     "Write for example Mon-Fri 09:00-17:00, or nothing for around the clock."),
    ("organisation", " ", "The organisation has no name. Type the name to show for all of it."),
    ("minimum_n", "", "A status from 0 rows cannot be certain from 30. "
     "Use 1 or more for the smallest sample, and at least as many for a certain status."),
)  # fmt: skip


def test_settings_that_cannot_be_are_refused_in_the_dialog(qtbot: QtBot, make_window: Start, sample: Path) -> None:
    window = make_window(sample)
    before = window.settings
    for name, typed, words in REFUSED:

        def change(editors: dict[str, Any], name: str = name, typed: str = typed) -> None:
            editor = editors[name]
            (editor.setCurrentText if isinstance(editor, QComboBox) else editor.setText)(typed)

        dialog = change_settings(qtbot, window, change)
        assert dialog.problem.text() == words
        assert dialog.isVisible()
        dialog.reject()
        assert window.settings == before


def test_back_up_check_and_go_back(
    qtbot: QtBot, make_window: Start, sample: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(sample)
    newest = newest_import(window)
    find(qtbot, window, "back up")
    (copy,) = home.glob("backups/*/*.kpidesk")
    assert copy.name in window.notice.text

    assert window.surroundings is not None
    files = dict.fromkeys(one.file for one in window.surroundings.imports[-2:])
    incoming.tell_newest(window, replace(window.surroundings, last_import=window.surroundings.imports[-3]),
                         window.surroundings)  # fmt: skip
    asked = answer("Undo the import")
    incoming.undo_last(window)
    wait(qtbot, lambda: settled(window) and newest_import(window) == newest - 2)
    assert "Undo the import of 2 files" in asked[0]
    assert len(files) == 2
    assert all(file in asked[0] for file in files)

    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(copy), ""))
    agreed = answer("Go back")
    find(qtbot, window, "go back to a backup")
    wait(qtbot, on_page(window, "scorecard"))
    assert copy.name in agreed[0]
    assert newest_import(window) == newest

    find(qtbot, window, "check the file")
    wait(qtbot, lambda: "whole" in window.notice.text)
    window.close()
    assert imports_of(sample)[-1].import_id == newest


def test_a_file_that_is_no_backup_is_refused_and_nothing_changes(
    qtbot: QtBot, make_window: Start, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = tmp_path / "wrong.kpidesk"
    wrong.write_bytes(b"no database")
    window = make_window(sample)
    newest = newest_import(window)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(wrong), ""))
    told = answer("Go back", "OK")
    find(qtbot, window, "go back to a backup")
    wait(qtbot, lambda: len(told) == 2)
    wait(qtbot, on_page(window, "scorecard"))
    assert "wrong.kpidesk" in told[0]
    assert told[1] != told[0]
    assert newest_import(window) == newest
    assert window.path == sample


def newest_import(window: MainWindow) -> int:
    """The number of the newest import that the window knows of."""
    assert window.surroundings is not None
    assert window.surroundings.last_import is not None
    return window.surroundings.last_import.import_id


def test_a_dialog_is_answered_by_keyboard(qtbot: QtBot, make_window: Start, sample: Path) -> None:
    window = make_window(sample)
    with_dialog(lambda box: qtbot.keyClick(box, Qt.Key.Key_Escape))
    incoming.undo_last(window)
    assert settled(window)
    assert window.pages.page_id == "scorecard"
