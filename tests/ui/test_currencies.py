"""The currencies on the Data page: hidden without any, what is missing first, a rate typed and kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.imports import ImportOptions
from kpidesk.core.progress import finish
from kpidesk.core.rates import RATE_BASES, CurrencyInUse, Rate, parse_rate
from kpidesk.core.settings import Settings
from kpidesk.ui.pages.data import DataPage
from kpidesk.ui.theme import Theme
from kpidesk.ui.widgets.currencies import CurrenciesCard, TypedRate
from kpidesk.ui.widgets.settings_dialog import SettingsDialog
from tests.ui.shell import PATIENCE, FakeShell, fake_shell

pytestmark = pytest.mark.unstyled

TODAY = date(2026, 9, 14)
HEADER = "Deal ID,Deal Name,Owner,Stage,Close Date,Created Date,Amount,Currency"
MIXED = ("D1,Alpha,Ann,Won,2026-04-23,2026-02-21,1000.50,USD", "D2,Beta,Bob,Won,2026-05-24,2026-02-22,2000.50,EUR")


def workspace_of(folder: Path, rows: tuple[str, ...]) -> Path:
    path = folder / "sales.kpidesk"
    ws = operations.open_workspace(path, create=True, today=TODAY)
    file = folder / "deals.csv"
    file.write_text("\n".join((HEADER, *rows)), encoding="utf-8")
    said = ImportOptions(as_of=date(2026, 8, 1), currency="USD", decimal=".")
    finish(operations.import_file(ws, file, said))
    operations.close(ws)
    return path


@pytest.fixture
def shown(qtbot: QtBot, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[DataPage, FakeShell]]:
    path = workspace_of(tmp_path, getattr(request, "param", MIXED))
    with fake_shell(lambda: operations.open_workspace(path, today=TODAY), close=operations.close) as shell:
        page = DataPage(shell)
        shell.pages["data"] = page
        qtbot.addWidget(page)
        page.resize(1100, 800)
        page.show()
        page.reload()
        qtbot.waitUntil(page.history.isVisible, timeout=PATIENCE)
        yield page, shell


def test_a_missing_rate_is_typed_and_kept(qtbot: QtBot, shown: tuple[DataPage, FakeShell]) -> None:
    page, shell = shown
    card = page.currencies
    qtbot.waitUntil(card.isVisible, timeout=PATIENCE)
    assert card.title.whole_text() == "Currencies: 1 without a rate"
    assert (card.currency.text(), card.day.text(), card.into.text()) == ("EUR", "22 Feb 2026", "USD")
    card.rate.setText("0")
    QTest.keyClick(card.rate, Qt.Key.Key_Return)
    qtbot.waitUntil(card.problem.isVisible, timeout=PATIENCE)
    assert card.problem.text().startswith("A rate of 0 is not possible.")
    card.rate.setText("1.0875")
    QTest.mouseClick(card.add, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card.title.whole_text() == "Currencies", timeout=PATIENCE)
    assert shell.toasts[0].startswith("1 EUR = 1.0875 USD from 22 Feb 2026.")
    (one,) = card.table.records.rows
    assert [column.text(one) for column in card.table.records.columns] == [
        "EUR", "1", "1 EUR = 1.0875 USD", "22 Feb 2026", "",
    ]  # fmt: skip
    assert not card.problem.isVisible()
    assert len(page.history.table.records.rows) == 2


@pytest.mark.parametrize(
    "shown", [(*MIXED, "D3,Cara,Ann,Won,2026-05-24,2026-03-02,900,GBP", MIXED[1].replace("D2", "D4"))], indirect=True
)
def test_who_comes_for_a_rate_finds_the_cursor_in_its_field(qtbot: QtBot, shown: tuple[DataPage, FakeShell]) -> None:
    page, _ = shown
    page.activateWindow()
    page.ask_rate("1 deal is in GBP, for which no rate is known on 24 May 2026.")
    card = page.currencies
    qtbot.waitUntil(lambda: card.currency.text() == "GBP" and page.focusWidget() is card.rate, timeout=PATIENCE)
    assert (card.day.text(), card.into.text()) == ("2 Mar 2026", "USD")
    page.ask_rate("")
    qtbot.waitUntil(lambda: card.currency.text() == "EUR", timeout=PATIENCE)


@pytest.mark.parametrize("shown", [MIXED[:1]], indirect=True)
def test_one_currency_shows_no_card(qtbot: QtBot, shown: tuple[DataPage, FakeShell]) -> None:
    page, shell = shown
    answered: list[object] = []
    shell.jobs.ask("last", lambda _workspace: None, answered.append, shell.show_error)
    qtbot.waitUntil(lambda: bool(answered), timeout=PATIENCE)
    assert not page.currencies.isVisible()


def test_the_form_takes_up_the_currency_that_is_selected(qapp: QApplication, qtbot: QtBot) -> None:
    del qapp
    card = CurrenciesCard(Theme(dark=False, scale=1.0))
    qtbot.addWidget(card)
    rate = Rate("EUR", date(2026, 1, 1), parse_rate("1.1"), TODAY)
    card.show_currencies((CurrencyInUse("BRL", 3, None, date(2026, 5, 4)), CurrencyInUse("EUR", 9, rate, None)), "USD")
    card.table.selectRow(1)
    sent: list[TypedRate] = []
    card.wanted.connect(sent.append)
    card.rate.setText("1.2")
    card.restate.setChecked(True)
    card.add.click()
    card.day.setText("soon")
    card.add.click()
    assert sent == [TypedRate("EUR", "1.2", "USD", None, restate=True)]
    assert "soon" in card.problem.text()


def test_the_basis_is_chosen_in_the_settings(qapp: QApplication, qtbot: QtBot) -> None:
    del qapp
    dialog = SettingsDialog(Settings(rate_basis="fixed"))
    qtbot.addWidget(dialog)
    choice = dialog.editors["rate_basis"]
    assert isinstance(choice, QComboBox)
    assert dialog.read().rate_basis == "fixed"
    for at, basis in enumerate(RATE_BASES):
        choice.setCurrentIndex(at)
        assert dialog.read().rate_basis == basis
        assert any(label.text() == RATE_BASES[basis] for label in dialog.findChildren(type(dialog.problem)))
