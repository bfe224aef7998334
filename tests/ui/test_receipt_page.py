"""The receipt: the number, its formula in words, every row behind it, and the proof that they come to it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.kpis import Kpi
from kpidesk.core.receipts import STATE_FROM, FromHistory, LeftOut, Listing, Opens, Receipt, ReceiptRow
from kpidesk.core.results import Result
from kpidesk.operations import receipt_pages
from kpidesk.operations.page_numbers import page_numbers
from kpidesk.ui.messages import PlainLabel
from kpidesk.ui.page import Sealed
from kpidesk.ui.pages.receipt import ReceiptPage
from kpidesk.ui.widgets.people_dialogs import MergeDialog
from kpidesk.ui.widgets.receipt_dialog import ReceiptDialog
from kpidesk.ui.widgets.receipt_model import as_delimited
from kpidesk.ui.widgets.receipt_panel import NO_ROW, NONE_COUNTS
from kpidesk.ui.widgets.receipt_text import columns_of, exact_text, facts, proof, sample_words
from tests.ui.history import LAST, NEXT, TODAY
from tests.ui.samples_data import BOOKINGS, CYCLE, HOSTILE, RIGHT_TO_LEFT, receipt, receipt_rows
from tests.ui.shell import FakeShell, fake_shell
from tests.ui.shell import told as asked

pytestmark = pytest.mark.unstyled

PATIENCE = 20_000


@pytest.fixture
def shell(qtbot: QtBot) -> Iterator[FakeShell]:
    with fake_shell() as made_shell:
        yield made_shell


@pytest.fixture
def page(qtbot: QtBot, shell: FakeShell) -> ReceiptPage:
    return shown(qtbot, shell)


def shown(qtbot: QtBot, shell: FakeShell) -> ReceiptPage:
    page = ReceiptPage(shell)
    qtbot.addWidget(page)
    page.resize(1068, 730)
    page.show()
    page.activateWindow()
    until(qtbot, page.isActiveWindow)
    page.show_body()
    return page


def until(qtbot: QtBot, is_so: Callable[[], bool]) -> None:
    qtbot.waitUntil(is_so, timeout=PATIENCE)


def press(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def column(page: ReceiptPage, title: str) -> int:
    return [one.title for one in page.table.records.columns].index(title)


def cells(page: ReceiptPage, title: str) -> list[str]:
    at = column(page, title)
    return [str(page.table.records.index(row, at).data()) for row in range(page.table.records.rowCount())]


# --- a real number ----------------------------------------------------------------------------------------------


def test_the_rows_of_a_real_number_come_to_it(qtbot: QtBot, history_file: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(history_file, tmp_path / "history.kpidesk"))
    with fake_shell(lambda: operations.open_workspace(path, today=TODAY), close=operations.close) as shell:
        page = shown(qtbot, shell)
        page.open_receipt("win_rate", LAST)
        until(qtbot, lambda: page.receipt is not None)
        # 10 of the 40 deals that closed in Q2 2026 were won
        assert page.value.text() == "25%"
        assert page.sample.whole_text().startswith("10 of 40 · allowing for luck between 14% and 40%")
        assert page.proof.text() == "These 40 rows reproduce the number: 10 ÷ 40 = 25.0%."
        assert page.about.whole_text() == "Northwind Sales · Q2 2026"
        assert page.words.text().startswith("Deals won")
        assert page.words.text().endswith(".")
        assert set(cells(page, "Amount")) == {"1,000"}
        assert page.count.text() == "40 rows, those that count first, then by name"
        assert sorted(cells(page, "Stage")) == ["Lost"] * 30 + ["Won"] * 10
        press(page.which.buttons()[1])
        assert cells(page, "Stage") == ["Won"] * 10
        assert set(cells(page, "File")) == {"history.csv"}

        page.open_receipt("bookings", LAST)
        until(qtbot, lambda: page.receipt is not None and page.receipt.kpi.id == "bookings")
        assert page.proof.text() == "These 10 rows reproduce the number: $10,000.00."
        assert cells(page, "Adds") == ["$1,000.00"] * 10
        assert "Amount" not in [one.title for one in page.table.records.columns], "it would say the same once more"
        assert not page.which.isVisible()

        page.open_receipt("win_rate", NEXT)
        until(qtbot, lambda: page.receipt is not None and page.receipt.result.value is None)
        assert page.proof.text().startswith("There is no number: ")
        assert page.proof_bar.property("tone") == "muted"


def test_two_deals_that_are_selected_are_made_one_with_a_way_back(
    qtbot: QtBot, history_file: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(history_file, tmp_path / "history.kpidesk"))
    with fake_shell(lambda: operations.open_workspace(path, today=TODAY), close=operations.close) as shell:
        page = shown(qtbot, shell)
        page.open_receipt("bookings", LAST)
        until(qtbot, lambda: page.receipt is not None)
        one = page.rows.one_button
        page.table.selectAll()
        assert not one.isVisible()
        page.table.clearSelection()
        for at, key in ((0, Qt.KeyboardModifier.NoModifier), (2, Qt.KeyboardModifier.ControlModifier)):
            place = page.table.visualRect(page.table.records.index(at, 0)).center()
            QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, key, place)
        until(qtbot, one.isVisible)
        names = [page.table.records.record(at).key for at in (0, 2)]
        press(one)
        until(qtbot, lambda: bool(page.findChildren(MergeDialog)))
        (asked,) = page.findChildren(MergeDialog)
        until(qtbot, asked.yes.isEnabled)
        assert all(name in asked.preview.text() for name in names)
        asked.take()
        until(qtbot, lambda: len(shell.toasts) == 1)
        page.open_receipt("bookings", LAST)
        until(qtbot, lambda: page.receipt is not None and page.receipt.count == 9)
        assert shell.undo_last is not None
        shell.undo_last()
        until(qtbot, lambda: len(shell.toasts) == 2)
        page.open_receipt("bookings", LAST)
        until(qtbot, lambda: page.receipt is not None and page.receipt.count == 10)


def test_sealed_rows_stay_as_they_were_seen_with_todays_beside_them(
    qtbot: QtBot, shell: FakeShell, page: ReceiptPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What changes below the page must not change what both saw."""
    seen, today = receipt(3), receipt(5)
    monkeypatch.setattr(operations, "receipt_head", lambda _ws, _kpi_id, _question: today)
    monkeypatch.setattr(operations, "left_out", lambda _ws, _kpi_id, _question: ())
    page.open_receipt(seen.kpi.id, seen.question, Sealed(seen, date(2026, 10, 3)))
    until(qtbot, lambda: page.receipt is seen)
    assert page.name.text() == f"{seen.kpi.name}, as seen on 3 Oct 2026"
    page.reload()
    until(qtbot, lambda: not shell.jobs.is_busy)
    assert len(cells(page, "Deal")) == 3
    press(page.other)
    until(qtbot, lambda: page.receipt is today)
    assert page.name.text() == f"{seen.kpi.name}, as it is today"
    assert len(cells(page, "Deal")) == 5
    assert page.other.text() == "Show the rows as seen on 3 Oct 2026"
    press(page.other)
    until(qtbot, lambda: page.receipt is seen)
    page.open_receipt(today.kpi.id, today.question)
    until(qtbot, lambda: page.receipt is today)
    assert (page.name.text(), page.other.isVisible()) == (today.kpi.name, False)


def test_where_no_row_counts_the_tabs_hold_those_left_out(
    qtbot: QtBot, page: ReceiptPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing, near = replace(receipt(1), rows=(), result=Result(0.0, 0)), [LeftOut("not won", 3)]
    monkeypatch.setattr(operations, "receipt_head", lambda _ws, _kpi_id, _question: nothing)
    monkeypatch.setattr(operations, "left_out", lambda _ws, _kpi_id, _question: tuple(near))
    page.open_receipt(nothing.kpi.id, nothing.question)
    until(qtbot, page.rows.tabs.isVisible)
    assert [page.rows.tabs.tabText(at) for at in range(2)] == ["Counted  0", "Not won  3"]
    assert page.table.empty == NONE_COUNTS
    near.clear()
    page.reload()
    until(qtbot, lambda: not page.rows.tabs.isVisible())
    assert page.table.empty == NO_ROW


def test_a_built_in_without_a_number_says_so(qtbot: QtBot, history_file: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(history_file, tmp_path / "history.kpidesk"))
    with fake_shell(lambda: operations.open_workspace(path, today=TODAY), close=operations.close) as shell:
        page = shown(qtbot, shell)
        page.open_receipt("reps_at_quota", LAST)
        until(qtbot, lambda: page.receipt is not None)
        assert page.proof.text().startswith("There is no number: ")
        assert (page.count.text(), page.rows.tabs.isVisible()) == ("0 rows", False)


def test_without_a_number_it_says_where_to_find_one(page: ReceiptPage) -> None:
    page.show_value(None)
    assert page.state_text() == "No number chosen Click a value on the scorecard to see its rows."


# --- the proof --------------------------------------------------------------------------------------------------


def test_a_number_that_its_rows_do_not_come_to_is_shown_loudly(page: ReceiptPage) -> None:
    page.show_receipt(receipt(reproduces=False))
    # 31 of 93 is 33.3 %; the second route of the sample gives a point more
    assert page.proof.text() == (
        "These 93 rows do NOT come to the number shown: they give 34.3%, the page shows 33.3%."
    )
    assert page.proof_bar.property("tone") == "bad"
    page.show_receipt(receipt())
    assert page.proof_bar.property("tone") == "good"


def test_rows_behind_a_number_that_is_said_not_to_exist_are_as_loud() -> None:
    odd = replace(receipt(3, reproduces=False), result=Result(None, 0.0, reason="no rows"), value_text="—")
    assert "do NOT come to the number shown" in proof(odd)


def test_the_proof_speaks_of_one_row_as_one() -> None:
    assert proof(receipt(1)) == "This row reproduces the number: 1 ÷ 1 = 100.0%."


@pytest.mark.parametrize(
    ("kpi", "value", "text"),
    [
        (BOOKINGS, 38_269.5, "$38,269.50"),
        (BOOKINGS, 10_000.0, "$10,000.00"),
        (CYCLE, 57.25, "57.25 (57 days)"),
        (CYCLE, 57.0, "57 days"),
        (BOOKINGS, None, "nothing"),
        (BOOKINGS, float("nan"), "nothing"),
    ],
)
def test_the_number_is_written_with_a_digit_more_than_shown(kpi: Kpi, value: float | None, text: str) -> None:
    assert exact_text(replace(receipt(3), kpi=kpi), value, "USD") == text


def test_where_the_rows_come_from_is_named(page: ReceiptPage) -> None:
    rows = tuple(replace(one, file=f"week {at}.csv", import_id=at) for at, one in enumerate(receipt_rows(9)))
    named = dict(facts(replace(receipt(9), rows=rows, import_ids=tuple(range(9)), code="9F2C")))
    assert named["Files"] == "week 0.csv and 8 more"
    assert named["Imports no."] == "…, 3, 4, 5, 6, 7, 8"
    assert named["Data as of"] == "23 Nov 2026"
    assert named["Receipt"] == "9F2C"


def test_how_a_number_is_counted_folds_away_and_stays_so(page: ReceiptPage) -> None:
    page.show_receipt(receipt(9))
    assert not page.facts.isVisible()  # on a low page
    press(page.more)
    assert page.facts.isVisible()
    page.show_receipt(replace(receipt(9), notices=("Two files overlap.",)))
    assert page.facts.isVisible()
    press(page.more)
    assert not page.facts.isVisible()
    assert page.notices.text() == "•  Two files overlap."


def test_shared_credit_is_shown(page: ReceiptPage) -> None:
    half = receipt(4)
    page.show_receipt(replace(half, rows=tuple(replace(one, weight=0.5) for one in half.rows)))
    assert cells(page, "Share") == ["50%"] * 4


def test_a_number_that_does_not_exist_gives_its_reason() -> None:
    assert sample_words(replace(receipt(3), result=Result(None, 0.0, reason="no deals closed"))) == "no deals closed"


# --- finding rows -----------------------------------------------------------------------------------------------


def test_rows_are_found_by_typing_and_by_side_of_the_line(qtbot: QtBot, page: ReceiptPage) -> None:
    page.show_receipt(receipt(93))
    QTest.keyClick(page, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.search.hasFocus()
    QTest.keyClicks(page.search, "LAVIN")
    # every fourth deal, from the third on, is Zane Lavin's: 23 of 93
    until(qtbot, lambda: page.count.text() == "23 of 93 rows")
    assert set(cells(page, "Owner")) == {"Zane Lavin"}
    press(page.which.buttons()[2])
    assert page.count.text() == "15 of 93 rows"
    assert set(cells(page, "In the numerator")) == {"no"}
    QTest.keyClick(page.search, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(page.search, "nobody at all")
    until(qtbot, lambda: page.table.records.rowCount() == 0)
    page.show_receipt(receipt(12))
    assert (page.search.text(), page.which.value(), page.count.text()) == (
        "", "all", "12 rows, those that count first, then the largest first",
    )  # fmt: skip


def test_amounts_sort_as_numbers(page: ReceiptPage) -> None:
    page.show_receipt(receipt(40))
    header = page.table.horizontalHeader()
    at = column(page, "Amount")
    place = header.viewport().rect().center()
    place.setX(header.sectionViewportPosition(at) + 10)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    amounts = [float(one.replace(",", "")) for one in cells(page, "Amount")]
    assert amounts == sorted((row * 7919) % 90_000 for row in range(40))


@pytest.mark.styled
def test_a_hundred_thousand_rows_scroll_without_a_widget_each(qtbot: QtBot, page: ReceiptPage) -> None:
    many = receipt(100_000)
    page.show_receipt(receipt(10))
    page.grab()
    widgets = len(page.table.findChildren(QWidget))
    began = time.perf_counter()
    page.show_receipt(many)
    assert page.count.text() == "100,000 rows, those that count first, then the largest first"
    bar = page.table.verticalScrollBar()
    for share in (0.25, 0.5, 1.0):
        bar.setValue(round(bar.maximum() * share))
        page.table.grab()
    assert page.table.rowAt(page.table.viewport().height() - 5) == 99_999
    assert len(page.table.findChildren(QWidget)) == widgets
    assert time.perf_counter() - began < 5


# --- keys and clipboard -----------------------------------------------------------------------------------------


def test_escape_goes_back_from_wherever_the_focus_is(page: ReceiptPage, shell: FakeShell) -> None:
    page.show_receipt(receipt(12))
    assert page.table.hasFocus()
    for widget in (page.table, page.search, page.back):
        QTest.keyClick(widget, Qt.Key.Key_Escape)
    press(page.back)
    assert shell.calls == [("close_receipt",)] * 4


def test_rows_stand_in_an_order_that_is_said_until_another_is_chosen(page: ReceiptPage) -> None:
    rows = tuple(replace(one, value=float(at % 4), in_numerator=True) for at, one in enumerate(receipt_rows(8)))
    page.show_receipt(replace(receipt(8), rows=rows))
    found = [one.value for one in page.table.records.records()]
    assert found == sorted((one.value or 0.0 for one in rows), reverse=True)
    assert page.count.text() == "8 rows, the largest first"
    page.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    assert page.count.text() == "8 rows"


@pytest.mark.styled
def test_no_column_is_cut_at_the_edge(page: ReceiptPage) -> None:
    page.resize(1100, 700)
    page.show_receipt(receipt(8))
    table = page.table
    ends = [table.columnViewportPosition(at) + table.columnWidth(at) for at in range(table.records.columnCount())]
    assert ends[-1] > table.viewport().width(), "else there is nothing to cut"
    assert table.viewport().width() in ends


def test_ctrl_c_copies_the_rows_chosen_and_the_button_all(page: ReceiptPage, shell: FakeShell) -> None:
    page.show_receipt(receipt(12))
    page.table.selectRow(0)
    QTest.keyClick(page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.split("\t")[0] for line in lines] == ["Deal", "Deal 0", "Deal 3"]
    page.table.clearSelection()
    press(next(one for one in page.findChildren(QPushButton) if one.text() == "Copy CSV"))
    assert shell.toasts == ["12 rows copied."]
    assert QGuiApplication.clipboard().text().splitlines()[0].startswith("Deal,In the numerator,Account,Owner,Stage")


@pytest.mark.styled
def test_hostile_cells_are_copied_as_text_and_shown_in_their_own_direction(page: ReceiptPage) -> None:
    rows = receipt_rows(3)
    odd = tuple(replace(one, cells={**one.cells, "name": text}) for one, text in
                zip(rows, ("=1+1", HOSTILE, RIGHT_TO_LEFT), strict=True))  # fmt: skip
    page.show_receipt(replace(receipt(3), rows=odd))
    page.table.copy()
    text = QGuiApplication.clipboard().text()
    assert "\n'=1+1\t" in text
    assert HOSTILE in text
    assert not page.grab().isNull()


def test_columns_follow_what_the_rows_hold() -> None:
    titles = [one.title for one in columns_of(receipt(9))]
    assert titles == ["Deal", "In the numerator", "Account", "Owner", "Stage", "Amount", "Currency", "Closed", "File",
                      "Line", "Import", "In force since"]  # fmt: skip
    sums: Receipt = replace(
        receipt(9),
        kpi=BOOKINGS,
        result=Result(9.0, 9.0),
        rows=tuple(replace(one, value=1.0) for one in receipt_rows(9)),
    )
    assert "Adds" in [one.title for one in columns_of(sums)]
    assert "In the numerator" not in [one.title for one in columns_of(sums)]


# --- what is left out, and a printed receipt ---------------------------------------------------------------------


@pytest.fixture
def real(qtbot: QtBot, history_file: Path, tmp_path: Path) -> Iterator[tuple[FakeShell, ReceiptPage]]:
    """A page over a real workspace, with the win rate of the last quarter open."""
    path = Path(shutil.copy(history_file, tmp_path / "history.kpidesk"))
    with fake_shell(lambda: operations.open_workspace(path, today=TODAY), close=operations.close) as shell:
        page = shown(qtbot, shell)
        page.open_receipt("bookings", LAST)
        until(qtbot, lambda: page.rows.tabs.count() > 1)
        yield shell, page


def test_a_row_that_a_stage_history_tells_says_its_line_and_which_cells_are_of_then() -> None:
    plain = receipt(2)
    assert STATE_FROM not in [one.title for one in columns_of(plain)]
    told = replace(plain.rows[0], valid_from="2025-12-12", history=FromHistory(9, "h.csv", 38, ("stage", "amount")))
    found = replace(plain, rows=(told, plain.rows[1]))
    column = next(one for one in columns_of(found) if one.title == STATE_FROM)
    assert [column.text(row) for row in found.rows] == ["h.csv:38", ""]
    assert column.full is not None
    assert column.full(told) == "Stage and Amount: as they were from 12 Dec 2025 on, not as the file has them"
    assert column.full(plain.rows[1]) == ""
    assert "h.csv:38" in as_delimited(columns_of(found), found.rows)


def test_quotas_stand_on_a_tab_of_their_own_and_leave_alone(
    qtbot: QtBot, page: ReceiptPage, shell: FakeShell, tmp_path: Path
) -> None:
    quotas = tuple(
        ReceiptRow(at, f"[{at}]", 1.0, 500.0 * at, True,
                   {"person": name, "period_at": "2026-10-01", "amount": f"{500 * at}"},
                   9, "quotas.csv", at + 1, "2026-10-01", kind="quotas")
        for at, name in enumerate(("Ann", "Ben"), 1)
    )  # fmt: skip
    page.show_receipt(replace(receipt(), against=Listing(quotas, ("person", "period_at", "amount"))))
    tabs = page.rows.tabs
    assert [tabs.tabText(at) for at in range(tabs.count())] == ["Counted  93", "What it is compared with  2"]
    tabs.setFocus()
    QTest.keyClick(tabs, Qt.Key.Key_Right)
    assert cells(page, "Person") == ["Ben", "Ann"]
    assert cells(page, "Period") == cells(page, "In force since") == ["1 Oct 2026"] * 2
    assert (page.count.text(), cells(page, "File"), cells(page, "Line")) == (
        "2 rows, the largest first", ["quotas.csv"] * 2, ["3", "2"],
    )  # fmt: skip
    page.export_to(tmp_path / "quotas.csv")
    until(qtbot, lambda: bool(shell.toasts))
    text = (tmp_path / "quotas.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[2:5] for line in text] == [
        ["Person", "Period", "Amount"], ["Ben", "2026-10-01", "1000"], ["Ann", "2026-10-01", "500"]
    ]  # fmt: skip
    QTest.keyClick(tabs, Qt.Key.Key_Left)
    assert page.count.text() == "93 rows, those that count first, then the largest first"


def test_rows_left_out_stand_on_tabs_with_their_reason(
    qtbot: QtBot, real: tuple[FakeShell, ReceiptPage], tmp_path: Path
) -> None:
    _, page = real
    tabs, words = page.rows.tabs, [page.rows.tabs.tabText(at) for at in range(page.rows.tabs.count())]
    assert words[0] == f"Counted  {len(page.table.records.rows)}"
    at = next(place for place, text in enumerate(words) if text.startswith("Not won"))
    tabs.setFocus()
    for _ in range(at):
        QTest.keyClick(tabs, Qt.Key.Key_Right)
    until(qtbot, lambda: "Lost" in {*cells(page, "Stage")})
    assert {*cells(page, "Stage")} == {"Lost"}
    assert page.count.text() == f"{page.rows.group.count} rows, by name"
    page.table.selectAll()
    amounts = [float(text.replace(",", "")) for text in cells(page, "Amount")]
    assert page.rows.sums.text().startswith(f"{len(amounts)} selected · Amount: sum {sum(amounts):,.0f}, mean ")
    page.export_to(tmp_path / "lost.csv")
    until(qtbot, (tmp_path / "lost.csv").exists)
    assert len((tmp_path / "lost.csv").read_text(encoding="utf-8-sig").splitlines()) == len(amounts) + 1
    tabs.setCurrentIndex(0)
    assert {*cells(page, "Stage")} == {"Won"}


def test_a_filter_holds_for_one_column(qtbot: QtBot, real: tuple[FakeShell, ReceiptPage]) -> None:
    _, page = real
    owner = cells(page, "Owner")[0]
    page.rows.within.setCurrentText("Stage")
    page.search.setText(owner)
    until(qtbot, lambda: page.table.records.rowCount() == 0)
    page.rows.within.setCurrentText("Owner")
    assert {*cells(page, "Owner")} == {owner}


@pytest.mark.styled
def test_the_receipt_is_copied_and_proves_the_number(qtbot: QtBot, real: tuple[FakeShell, ReceiptPage]) -> None:
    shell, page = real
    assert page.receipt is not None
    page.table.clearSelection()
    QTest.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    code = QGuiApplication.clipboard().text()
    assert (code, shell.toasts[-1]) == (page.receipt.code, "Receipt copied.")
    dialog = ReceiptDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.code.text() == code, "it stands there already"
    typed: list[str] = []
    dialog.wanted.connect(typed.append)
    dialog.code.setText(code[:-1] + ("7" if code[-1] != "7" else "8"))
    dialog.take()
    assert ("cannot be right" in dialog.problem.text(), typed) == (True, [])
    assert dialog.height() >= dialog.heightForWidth(dialog.width()), "its second line is not cut"
    dialog.code.setText(code.lower())
    dialog.take()
    assert typed == [code.lower()]
    page.open_code(code, NEXT)
    until(qtbot, lambda: page.replay is not None)
    assert page.proof.text().startswith(f"The same number from the same {len(page.receipt.rows)} rows.")


def test_a_code_of_another_workspace_says_so_and_that_of_a_retired_kpi_is_proven(
    qtbot: QtBot, real: tuple[FakeShell, ReceiptPage], tmp_path: Path
) -> None:  # fmt: skip
    """The first in words in place of the rows."""
    shell, page = real
    assert page.receipt is not None
    code = page.receipt.code
    other = operations.open_workspace(tmp_path / "other.kpidesk", create=True, today=TODAY)
    foreign = operations.scorecard(other, LAST, ("bookings",)).rows[0].receipt
    operations.close(other)
    page.open_code(foreign, NEXT)
    until(qtbot, lambda: "from another workspace" in said(page))
    asked(qtbot, shell, lambda ws: operations.retire_kpi(ws, "bookings"))
    page.open_code(code, NEXT)
    until(qtbot, lambda: page.proof.text().startswith("The same number"))


def said(page: ReceiptPage) -> str:
    """What can be read on a page."""
    return " ".join(one.whole_text() for one in page.findChildren(PlainLabel) if one.isVisible())


# --- very many rows ----------------------------------------------------------------------------------------------


def test_only_the_rows_looked_at_are_read_and_those_shown_written(
    qtbot: QtBot, real: tuple[FakeShell, ReceiptPage], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shell, page = real
    whole, before = page.table.records.records(), page.receipt
    monkeypatch.setattr(receipt_pages, "AT_ONCE", 1)
    monkeypatch.setattr(receipt_pages, "PAGE", 2)
    ahead: list[tuple[str, ...]] = []

    def read_ahead(*_: object, columns: tuple[str, ...]) -> bool:
        ahead.append(columns)
        return len(ahead) < 3

    monkeypatch.setattr(operations, "receipt_read_ahead", read_ahead)
    page.reload()
    until(qtbot, lambda: page.receipt is not before and page.rows.model.is_lazy)
    until(qtbot, lambda: len(ahead) == 3)  # what it will be sorted by, a little at a time
    assert "name" in ahead[0]
    assert page.count.text() == f"{len(whole)} rows"
    assert page.proof.text().startswith(f"These {len(whole)} rows reproduce the number")
    until(qtbot, lambda: page.rows.model.is_read(len(whole) - 1))
    assert page.table.records.records() == whole
    page.table.sortByColumn(column(page, "Amount"), Qt.SortOrder.DescendingOrder)
    wanted = sorted((float(row.cells["amount"]) for row in whole), reverse=True)
    until(qtbot, lambda: [float(one.replace(",", "") or 0) for one in cells(page, "Amount")] == wanted)
    name = cells(page, "Deal")[1]
    page.search.setText(name)
    until(qtbot, lambda: cells(page, "Deal") == [name])
    assert page.count.text() == f"1 of {len(whole)} rows"
    page.export_to(tmp_path / "rows.csv")
    until(qtbot, lambda: shell.toasts[-1:] == ["1 row written in rows.csv."])
    assert shell.calls[-1] == ("do_work", "rows", "Writing 1 row", "Cancel leaves everything as it was.")
    lines = (tmp_path / "rows.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in lines] == ["Name", name]


def test_a_range_lists_what_it_is_made_of_in_its_order(page: ReceiptPage) -> None:
    """Past quarters stay one after the other, amounts stand at the right and sort as amounts; there is no SQL."""
    asked = receipt().question
    made_of = tuple(
        ReceiptRow(0, "", 1.0, None, True, {"name": name, "Booked in all": text}, 0, "", 0, "",
                   opens=Opens("bookings", asked, "CODE"))
        for name, text in (("Q4 2025", "$90,000"), ("Q1 2026", "$1,100.50"), ("Q2 2026", "\N{MINUS SIGN}$7"))
    )  # fmt: skip
    kpi = page_numbers()["range:share"]
    shown = Receipt(
        asked, kpi, Result(2.0, 3.0, likely=(1.0, 3.0)), "$1 to $3, middle $2", "How.", made_of,
        ("name", "Booked in all"), 2.0, True, (), None, 1, (), currency="USD", likely_again=(1.0, 3.0),
    )  # fmt: skip
    assert proof(shown) == "These 3 rows reproduce the range: $1.00 to $3.00, with $2.00 in the middle."
    wrong = replace(shown, reproduces=False, likely_again=(1.0, 4.0))
    assert "they give $1.00 to $4.00, with $2.00 in the middle" in proof(wrong)
    page.show_receipt(shown)
    assert cells(page, "Made of") == ["Q4 2025", "Q1 2026", "Q2 2026"]
    [amount] = [one for one in page.table.records.columns if one.title == "Booked in all"]
    assert amount.right
    assert amount.key is not None
    assert [amount.key(row) for row in made_of] == [90_000, 1100.5, -7]
    assert not page.copy_sql.isVisible()
    page.show_receipt(receipt())
    assert page.copy_sql.isVisible()
