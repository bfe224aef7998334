"""The page of people and teams, driven as a person does: tree, keys, drops, forms, lists, merges, undo."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.formats import day_text
from kpidesk.core.people import ALWAYS, FOREVER
from kpidesk.core.roster import Roster, Spell
from kpidesk.core.settings import Settings
from kpidesk.ui.pages.people import PeoplePage
from kpidesk.ui.widgets.people_dialogs import MergeDialog, MoveDialog, NameDialog
from kpidesk.ui.widgets.people_pair import PairDialog, PairsDialog
from kpidesk.ui.widgets.people_tree import NODE, Node
from tests.operations.support import NAME, TODAY, bring_in, made, write
from tests.ui.leaks import rich_text_leaks
from tests.ui.samples import AS_OF
from tests.ui.shell import FakeShell, fake_shell

pytestmark = pytest.mark.unstyled

PATIENCE = 10_000
HOSTILE = "<b>Cy</b> & Oh"
LINES = (
    ("D1", "Ann Lee", "Won", "1000", "2025-10-01", "2025-11-03"),
    ("D2", "Ann Lee", "Won", "2000", "2025-12-01", "2026-01-20"),
    ("D3", "Lee, Ann", "Open", "4000", "2026-01-10", "2026-04-01"),
    ("D4", "Bo Dahl", "Won", "8000", "2026-01-05", "2026-02-10"),
    ("D5", HOSTILE, "Won", "8000", "2026-01-05", "2026-02-10"),
)
Shown = tuple[PeoplePage, FakeShell]


@pytest.fixture(scope="module")
def teams(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("teams")
    with made(folder) as ws:
        bring_in(ws, write(folder / "deals.csv", LINES))
        operations.add_team(ws, "World")
        operations.add_team(ws, "North", "World")
        operations.add_team(ws, "South", "World")
        operations.move_people(ws, [operations.find_person(ws, "Ann Lee").id], "North")
    return folder / NAME


@pytest.fixture
def shown(qtbot: QtBot, teams: Path, tmp_path: Path) -> Iterator[Shown]:
    path = Path(shutil.copy(teams, tmp_path))
    with fake_shell(lambda: operations.open_workspace(path, today=TODAY), close=operations.close) as shell:
        page = PeoplePage(shell)
        shell.pages["people"] = page
        qtbot.addWidget(page)
        page.resize(1100, 800)
        page.show()
        page.reload()
        qtbot.waitUntil(lambda: page.roster is not None, timeout=PATIENCE)
        yield page, shell


def roster(page: PeoplePage) -> Roster:
    assert page.roster is not None
    return page.roster


def lines(page: PeoplePage) -> list[str]:
    """What the tree shows, each line indented by its depth."""
    found = []
    for item in page.tree.lines():
        if not item.isHidden():
            depth, above = 0, item.parent()
            while above is not None:
                depth, above = depth + 1, above.parent()
            found.append("  " * depth + item.text(0))
    return found


def select(page: PeoplePage, name: str) -> Node:
    item = next(one for one in page.tree.lines() if one.text(0) == name)
    page.tree.setCurrentItem(item)
    node: Node = item.data(0, NODE)
    return node


def spells(page: PeoplePage, name: str) -> list[Spell]:
    entry = next(one for one in roster(page).entries if one.person.name == name)
    teams = {one.id: one.name for one in roster(page).organisation.teams}
    return [Spell(teams[one.team_id], one.start, one.end) for one in entry.spells]


def dialog(qtbot: QtBot, page: QWidget, kind: type[Any]) -> Any:
    qtbot.waitUntil(lambda: any(one.isVisible() for one in page.findChildren(kind)), timeout=PATIENCE)
    return next(one for one in page.findChildren(kind) if one.isVisible())


def after(qtbot: QtBot, shell: FakeShell, page: PeoplePage, count: int = 1) -> None:
    """Wait for so many changes to be said and for the page to show them."""
    seen = page.roster
    qtbot.waitUntil(lambda: len(shell.toasts) >= count and page.roster is not seen, timeout=PATIENCE)


def test_the_tree_shows_org_teams_people_and_who_is_in_none(shown: Shown) -> None:
    page, _ = shown
    assert lines(page) == [
        Settings().organisation, "  World", "    North",
        "      Ann Lee", "    South", "  Unassigned (in no team)", f"    {HOSTILE}", "    Bo Dahl", "    Lee, Ann",
    ]  # fmt: skip
    page.search.setText("ann")
    assert [one.strip() for one in lines(page)][1:] == [
        "World",
        "North",
        "Ann Lee",
        "Unassigned (in no team)",
        "Lee, Ann",
    ]
    page.search.setText("north")
    assert [one.strip() for one in lines(page)][1:] == ["World", "North", "Ann Lee"]
    assert rich_text_leaks(page) == []


def test_people_dropped_on_a_team_move_from_a_day_and_the_message_bar_takes_it_back(qtbot: QtBot, shown: Shown) -> None:
    page, shell = shown
    target = select(page, "South")
    select(page, "Ann Lee")
    page.tree.drop_on(target)
    asked = dialog(qtbot, page, MoveDialog)
    assert (asked.team.currentText(), asked.day.text()) == ("South", day_text(AS_OF))
    asked.day.setText("tomorrow")
    QTest.mouseClick(asked.yes, Qt.MouseButton.LeftButton)
    assert asked.problem.text().startswith("'tomorrow' is not a day.")
    asked.day.setText("2026-01-01")
    QTest.keyClick(asked.day, Qt.Key.Key_Return)
    after(qtbot, shell, page)
    day = date(2026, 1, 1)
    assert spells(page, "Ann Lee") == [Spell("North", ALWAYS, day), Spell("South", day, FOREVER)]
    assert shell.toasts == ["Ann Lee is in South from 1 Jan 2026."]
    assert shell.undo_last is not None
    assert shell.undo_last is not None
    shell.undo_last()
    after(qtbot, shell, page, 2)
    assert spells(page, "Ann Lee") == [Spell("North", ALWAYS, FOREVER)]


def test_a_move_without_a_team_has_to_be_said(qtbot: QtBot, shown: Shown) -> None:
    page, shell = shown
    select(page, "Ann Lee")
    page.ask_move(page.tree.people(), 0)
    asked = dialog(qtbot, page, MoveDialog)
    assert not asked.yes.isEnabled()
    QTest.keyClick(asked.day, Qt.Key.Key_Return)
    asked.take()
    assert shell.toasts == []
    asked.team.setCurrentText("  ")
    assert not asked.yes.isEnabled()
    asked.team.setCurrentText("South")
    assert asked.yes.isEnabled()
    asked.alone.setChecked(True)
    assert (asked.yes.isEnabled(), asked.team.isEnabled()) == (True, False)
    asked.day.setText("2026-01-01")
    asked.take()
    after(qtbot, shell, page)
    assert shell.toasts == ["Ann Lee is in no team from 1 Jan 2026."]
    assert spells(page, "Ann Lee") == [Spell("North", ALWAYS, date(2026, 1, 1))]


def test_a_team_dropped_below_itself_is_refused_in_words(qtbot: QtBot, shown: Shown) -> None:
    page, shell = shown
    north = select(page, "North")
    select(page, "World")
    page.tree.drop_on(north)
    qtbot.waitUntil(page.team.problem.isVisible, timeout=PATIENCE)
    assert page.team.problem.text().startswith("World cannot lie below itself: it is above North.")
    select(page, "North")
    page.tree.drop_on(Node("org"))
    after(qtbot, shell, page)
    assert shell.toasts == ["Team North lies at the top."]
    assert "  North" in lines(page)


def test_what_is_known_of_a_person_is_typed_and_overlaps_are_refused(qtbot: QtBot, shown: Shown) -> None:
    page, shell = shown
    select(page, "Ann Lee")
    QTest.keyClick(page.tree, Qt.Key.Key_Return)
    form = page.person
    assert form.isVisible()
    assert form.title.whole_text() == "Ann Lee"
    for name, text in (("email", "ann@acme.com"), ("hire_at", "5 jan 2026"), ("ramp_months", "6"), ("fte", "60")):
        form.editors[name].setText(text)  # type: ignore[union-attr]  # these are plain fields
    form.editors["role"].setCurrentText("AE")  # type: ignore[union-attr]  # this one is a choice
    QTest.mouseClick(form.add_line, Qt.MouseButton.LeftButton)
    form.lines[-1].team.setCurrentText("South")
    form.lines[-1].start.setText("1 Mar 2026")
    QTest.mouseClick(form.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(form.problem.isVisible, timeout=PATIENCE)
    assert form.problem.text().startswith(
        "Ann Lee would be in two teams at once: North (from the beginning) and South (from 1 Mar 2026)."
    )
    form.lines[0].last.setText("2026-02-28")
    QTest.mouseClick(form.save, Qt.MouseButton.LeftButton)
    after(qtbot, shell, page)
    march = date(2026, 3, 1)
    assert spells(page, "Ann Lee") == [Spell("North", ALWAYS, march), Spell("South", march, FOREVER)]
    entry = next(one for one in roster(page).entries if one.person.name == "Ann Lee")
    assert (entry.person.role, entry.emails, entry.person.ramp_months) == ("AE", ("ann@acme.com",), 6)
    assert (entry.person.fte_on(march), form.editors["fte"].text()) == (0.6, "60%")  # type: ignore[union-attr]  # plain
    assert form.known.text() == "2 deals · ramping until 5 Jul 2026 · 60% of full time"
    assert [(one.isVisible(), one.last.text()) for one in form.lines] == [(True, "28 Feb 2026"), (True, "")]


def test_new_teams_and_people_are_named_and_a_team_is_renamed(qtbot: QtBot, shown: Shown) -> None:
    page, shell = shown
    page.ask_team(roster(page).organisation.teams[0].id)
    named = dialog(qtbot, page, NameDialog)
    named.name.setText("north")
    named.take()
    qtbot.waitUntil(named.problem.isVisible, timeout=PATIENCE)
    assert named.problem.text().startswith("There is already a team 'North'.")
    named.name.setText("East")
    named.take()
    after(qtbot, shell, page)
    node = select(page, "East")
    page.team.name.setText("Far East")
    QTest.keyClick(page.team.name, Qt.Key.Key_Return)
    after(qtbot, shell, page, 2)
    page.ask_person(node.id)
    named = dialog(qtbot, page, NameDialog)
    assert named.team.currentText() == "Far East"
    named.name.setText("Di Roe")
    named.take()
    after(qtbot, shell, page, 3)
    assert spells(page, "Di Roe") == [Spell("Far East", ALWAYS, FOREVER)]


def test_a_new_name_is_shown_and_the_message_bar_gives_the_old_one_back(qtbot: QtBot, shown: Shown) -> None:
    page, shell = shown
    select(page, "Bo Dahl")
    page.person.editors["name"].setText("Bo Nilsen")  # type: ignore[union-attr]  # a plain field
    page.person.save.click()
    after(qtbot, shell, page)
    assert shell.toasts == ["Bo Dahl is now shown as Bo Nilsen."]
    assert "    Bo Nilsen" in lines(page)
    assert shell.undo_last is not None
    assert shell.undo_last is not None
    shell.undo_last()
    after(qtbot, shell, page, 2)
    assert "    Bo Dahl" in lines(page)


def test_owners_in_no_list_are_put_into_a_team(qtbot: QtBot, shown: Shown) -> None:
    page, shell = shown
    page.show_part("unmatched")
    table = page.unmatched.table
    assert [one.person.name for one in table.records.rows] == [HOSTILE, "Bo Dahl", "Lee, Ann"]
    assert page.parts.buttons()[1].text() == "In no list  3"
    table.selectAll()
    page.unmatched.acting[0].click()
    asked = dialog(qtbot, page, MoveDialog)
    asked.team.setCurrentText("South")
    asked.quick[2].click()
    asked.take()
    after(qtbot, shell, page)
    assert shell.toasts == ["3 people are in South."]
    assert page.unmatched.table.records.rows == ()
    assert spells(page, "Bo Dahl") == [Spell("South", ALWAYS, FOREVER)]


def test_two_names_are_merged_after_a_preview_and_told_apart_later(qtbot: QtBot, shown: Shown) -> None:
    page, shell = shown
    page.show_part("alike")
    (pair,) = [one for one in page.alike.table.records.rows if one.kind == "person"]
    page.alike.table.selectRow(page.alike.table.records.rows.index(pair))
    page.alike.acting[0].click()
    asked = dialog(qtbot, page, MergeDialog)
    qtbot.waitUntil(asked.yes.isEnabled, timeout=PATIENCE)
    asked.choices[1 if asked.choices[1].text() == "Ann Lee" else 0].setChecked(True)
    qtbot.waitUntil(lambda: "Their 1 and 2 deals count together" in asked.preview.text(), timeout=PATIENCE)
    asked.take()
    after(qtbot, shell, page)
    assert [(one.name, one.into) for one in page.merged.table.records.rows] == [("Lee, Ann", "Ann Lee")]
    page.show_part("merged")
    page.merged.acting[0].click()
    after(qtbot, shell, page, 2)
    assert {one.person.name for one in roster(page).entries} == {"Ann Lee", "Bo Dahl", "Lee, Ann", HOSTILE}


def test_all_pairs_are_merged_at_once_or_said_to_be_two_each_with_one_undo(qtbot: QtBot, shown: Shown) -> None:
    page, shell = shown
    page.ask_person(0)
    asked = dialog(qtbot, page, NameDialog)
    asked.name.setText("Dahl, Bo")
    asked.take()
    after(qtbot, shell, page)
    pairs = [("Ann Lee", "Lee, Ann"), ("Dahl, Bo", "Bo Dahl")]
    table = page.alike.table
    page.show_part("alike")
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    page.alike.acting[0].click()
    asked = dialog(qtbot, page, PairsDialog)
    assert {(one.name, one.other_name) for one in asked.table.records.rows} == set(pairs)
    asked.take()
    after(qtbot, shell, page, 2)
    assert {(one.into, one.name) for one in page.merged.table.records.rows} == set(pairs)
    assert shell.toasts[-1] == "2 pairs of people count as one."
    assert shell.undo_last is not None
    shell.undo_last()
    after(qtbot, shell, page, 3)
    assert len(page.merged.table.records.rows) == 0
    assert {(one.name, one.other_name) for one in table.records.rows} == set(pairs)
    table.selectAll()
    page.alike.acting[1].click()
    after(qtbot, shell, page, 4)
    assert (table.records.rows, page.parts.buttons()[-1].text()) == ((), "Are two  2")
    page.show_part("two")
    page.two.acting[0].click()
    after(qtbot, shell, page, 5)
    assert (len(table.records.rows), len(page.two.table.records.rows)) == (1, 1)


def test_the_name_that_a_team_knows_is_offered_to_stay(qtbot: QtBot, shown: Shown) -> None:
    page, _ = shown
    (pair,) = [one for one in roster(page).alike if one.kind == "person"]
    assert (pair.name, pair.other_name) == ("Ann Lee", "Lee, Ann")
    numbers = {one.person.name: one.person.id for one in roster(page).entries}
    page.ask_pair(numbers["Lee, Ann"])
    asked = dialog(qtbot, page, PairDialog)
    asked.pickers[0].chosen.emit(numbers["Ann Lee"])
    asked.take()
    merge = dialog(qtbot, page, MergeDialog)
    assert [one.text() for one in merge.choices if one.isChecked()] == ["Ann Lee"]
    assert merge.ids() == (numbers["Ann Lee"], numbers["Lee, Ann"])


def test_any_two_accounts_can_be_chosen_to_be_one(qtbot: QtBot, shown: Shown) -> None:
    page, shell = shown
    page.ask_accounts()
    asked = dialog(qtbot, page, PairDialog)
    names = {one.text: one.value for one in asked.pickers[0].choices}
    assert not asked.yes.isEnabled()
    for picker, name in zip(asked.pickers, ("Firm 1", "Firm 2"), strict=True):
        picker.chosen.emit(names[name])
    asked.take()
    merge = dialog(qtbot, page, MergeDialog)
    qtbot.waitUntil(merge.yes.isEnabled, timeout=PATIENCE)
    assert merge.preview.text().startswith("Firm 2 counts as Firm 1. Their 1 and 1 deals count together")
    merge.take()
    after(qtbot, shell, page)
    assert [(one.kind, one.name) for one in page.merged.table.records.rows] == [("account", "Firm 2")]


def test_two_deals_are_merged_once_what_becomes_of_each_field_was_seen(qtbot: QtBot, shown: Shown) -> None:
    page, shell = shown
    page.ask_merge("deal", (1, "Deal D1 (crm)"), (2, "Deal D2 (crm)"))
    merge = dialog(qtbot, page, MergeDialog)
    qtbot.waitUntil(merge.yes.isEnabled, timeout=PATIENCE)
    amounts = {one.label: (one.kept, one.other, one.becomes) for one in merge.fields.records.rows}
    assert amounts["Amount"] == ("1000", "2000", "1000")
    merge.choices[1].setChecked(True)
    qtbot.waitUntil(lambda: merge.fields.records.rows[0].kept == "Deal D2", timeout=PATIENCE)
    merge.take()
    after(qtbot, shell, page)
    assert [(one.kind, one.name) for one in page.merged.table.records.rows] == [("deal", "Deal D1 (crm)")]


def test_every_control_has_a_name(shown: Shown) -> None:
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit

    page, _ = shown
    for name in ("Ann Lee", "North"):
        select(page, name)
        for kind in (QAbstractButton, QLineEdit, QComboBox):
            for one in page.findChildren(kind):
                if one.isVisible():
                    said = one.accessibleName() or (one.text() if isinstance(one, QAbstractButton) else "")
                    assert said, one
