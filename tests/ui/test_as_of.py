"""The window as of an earlier day, and what changed in between: by keys, on the real workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.deal_changes import ChangeRow, DealMove, DealVersion, OtherImport, Proof
from kpidesk.core.fields import Kind
from kpidesk.core.import_history import ImportEntry
from kpidesk.core.imports import UndoEffect
from kpidesk.core.scorecards import Question
from kpidesk.ui.pages.changes import COLUMNS, PLACE_WIDTH, ChangesPage, columns_of, others_words
from kpidesk.ui.widgets.deal_history import kinds_words
from kpidesk.ui.widgets.import_history import effect_words
from kpidesk.ui.widgets.receipt_model import Column, as_delimited
from tests.operations.support import TODAY, bring_in, write
from tests.operations.test_changes import FIRST, JANUARY, LATER, SECOND
from tests.ui.shell import FakeShell, fake_shell

pytestmark = pytest.mark.unstyled


@pytest.fixture
def shell(tmp_path: Path, qapp: object) -> Iterator[FakeShell]:
    del qapp

    def opened() -> operations.Workspace:
        ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
        bring_in(ws, write(tmp_path / "january.csv", JANUARY), FIRST)
        bring_in(ws, write(tmp_path / "later.csv", LATER), SECOND)
        return ws

    with fake_shell(opened, close=operations.close) as made:
        yield made


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell) -> ChangesPage:
    made = ChangesPage(shell)
    qtbot.addWidget(made)
    made.resize(1100, 760)
    made.show()
    made.ask(None)
    until(qtbot, lambda: made.view is not None)
    return made


def until(qtbot: QtBot, holds: Callable[[], bool]) -> None:
    qtbot.waitUntil(holds, timeout=10_000)


def keys(page: ChangesPage) -> list[tuple[str, str]]:
    return [(row.kind, row.key) for row in page.table.records.records()]


@pytest.mark.styled
def test_the_file_that_shows_a_change_stands_beside_it_however_long_its_name_is(page: ChangesPage) -> None:
    rows = page.table.records.records()
    long = Proof(2, f"report{'0' * 60}.csv", 214, SECOND)
    page.table.records.show_rows([replace(one, proof_after=long) for one in rows], COLUMNS)
    titles = [column.title for column in page.table.records.columns]
    at = titles.index("Shown in")
    assert titles[:at] == ["Deal", "Change", "Before", "Now", "Amount", "Owner"]
    assert page.table.columnWidth(at) <= 1.3 * page.theme.px(PLACE_WIDTH)  # it may get some of what is left
    assert sum(page.table.columnWidth(one) for one in range(at + 1)) <= page.table.viewport().width()
    column, first = page.table.records.columns[at], page.table.records.record(0)
    assert column.under is not None
    assert (column.text(first), column.under.text(first)) == (long.file, "line 214")


def test_all_that_is_told_of_a_change_is_seen_at_the_usual_size_of_a_window(page: ChangesPage) -> None:
    page.resize(1366 - 212, 768)
    shown = page.table.records.columns
    assert [(one.title, one.under.title) for one in shown if one.under] == [
        ("Deal", "Account"), ("Owner", "Team"), ("Shown in", "Line"),
    ]  # fmt: skip
    assert sum(page.table.columnWidth(at) for at in range(len(shown))) <= page.table.viewport().width()
    copied = as_delimited(shown, page.table.records.records()).splitlines()[0].split("\t")
    assert copied[:2] == ["Deal", "Account"]
    assert copied[-3:] == ["Shown in", "Line", "Days"]


def test_the_newest_change_is_listed_and_a_tile_narrows_it(page: ChangesPage) -> None:
    assert page.days.whole_text() == "10 Jan 2026 → 20 Jan 2026"
    assert len(keys(page)) == 9
    assert list(page.tiles.tiles) == ["new", "pushed", "amount_up", "owner", "won", "reopened", "vanished"]
    page.tiles.tiles["won"].click()
    assert keys(page) == [("won", "D1"), ("won", "D4")]
    assert "Change" not in [column.title for column in page.table.records.columns]
    page.tiles.tiles["won"].click()
    assert len(keys(page)) == 9


def test_enter_opens_the_history_of_a_deal_and_escape_closes_it(qtbot: QtBot, page: ChangesPage) -> None:
    page.tiles.tiles["pushed"].click()
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    until(qtbot, page.history.isVisible)
    lines = page.history.table.records.records()
    assert lines[0].what == "Pushed, amount up, owner changed"
    assert lines[0].place == "Import 2, line 3 · later.csv"
    qtbot.keyClick(page.history.table, Qt.Key.Key_Escape)
    assert not page.history.isVisible()
    assert page.tiles.isVisible()


def test_an_earlier_day_has_nothing_before_it(qtbot: QtBot, page: ChangesPage) -> None:
    month = operations_period()
    page.ask(Question(month.period, month.scope, as_of=FIRST))
    until(qtbot, lambda: not page.shows_body)
    assert "Nothing older than the data of 10 Jan 2026" in page.state_text()


def operations_period() -> Any:
    from kpidesk.core.people import ORG
    from kpidesk.core.periods import period_of
    from kpidesk.core.settings import Settings

    return Question(period_of(date(2026, 1, 15), "month", Settings()), ORG)


def test_what_else_was_imported_is_told_by_kind() -> None:
    def other(kind: Kind, added: int, updated: int) -> OtherImport:
        return OtherImport(1, kind, f"{kind}.csv", FIRST, added, updated)

    others = (other("leads", 900, 0), other("people", 1, 2), other("leads", 100, 5), other("surveys", 0, 0))
    told = others_words(others)
    assert told == (
        "Also imported: leads (1,000 added, 5 changed), people (1 added, 2 changed), survey answers (nothing new)"
    )
    assert others_words(()) == ""


def test_a_version_that_changed_in_many_ways_names_the_first_two() -> None:
    def version(*what: DealMove) -> DealVersion:
        return DealVersion(FIRST, None, what, (), {}, Proof(1, "a.csv", 2, FIRST))

    assert kinds_words(version("pushed", "amount_up", "owner")) == "Pushed, amount up, owner changed"
    assert kinds_words(version("pushed", "amount_up", "owner", "category")) == "Pushed, amount up and 2 more"
    assert kinds_words(version()) == "Other fields"


def test_the_days_of_a_change_say_what_they_are() -> None:
    def row(kind: DealMove, days: int | None) -> ChangeRow:
        proof = Proof(1, "a.csv", 2, FIRST)
        return ChangeRow(
            kind, 1, "D1", "", "Alpha", "", "", "", "", "", None, None, None, "", "", None, days, proof, proof
        )

    def of_days(*rows: ChangeRow, one_kind: bool) -> Column[ChangeRow]:
        return next(one for one in columns_of(rows, one_kind=one_kind) if one.full is not None)

    pushed, won, forward = row("pushed", 21), row("won", 1), row("stage_forward", 49)
    mixed = of_days(pushed, won, forward, one_kind=False)
    assert mixed.title == "Days"
    assert mixed.hint.startswith("Pushed or pulled in: by how many days.")
    assert mixed.full is not None
    assert [mixed.full(one) for one in (pushed, won, forward, row("new", None))] == [
        "21 days later", "1 day old", "49 days in the stage that it left", "",
    ]  # fmt: skip
    assert [of_days(one, one_kind=True).title for one in (pushed, won, forward)] == [
        "Days later", "Age in days", "Days in stage",
    ]  # fmt: skip


def test_an_undo_says_in_one_sum_what_a_file_brought_of_two_kinds() -> None:
    entry = ImportEntry(2, "stage-history", "deals.csv", "crm", FIRST, "2026-01-11T09:00:00", 0, 0, 0, 0, 0, 0)
    deals = UndoEffect(1, 6, records_gone=5, records_back=1)
    assert effect_words(entry, UndoEffect(2, 0, with_it=("deals", deals))) == (
        "It takes back only this file: 6 deals, as of 10 Jan 2026. 5 deals that no other import shows go away. "
        "1 deal goes back to earlier values."
    )
    told = effect_words(entry, UndoEffect(2, 1_204, records_gone=1_204, with_it=("deals", deals)))
    assert told.startswith(
        "It takes back only this file: 6 deals, 1,204 stage changes, as of 10 Jan 2026. "
        "5 deals and 1,204 stage changes that no other import shows go away."
    )
    assert effect_words(entry, UndoEffect(2, 0, with_it=("deals", UndoEffect(1, 6)))).endswith(
        "Everything it shows stays, because other imports show it as well."
    )
    assert effect_words(entry, UndoEffect(2, 1, records_gone=1)) == (
        "It takes back only this file: 1 row, as of 10 Jan 2026. 1 stage change that no other import shows goes away."
    )
