"""The SQL of a number, copied from its receipt."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from kpidesk import operations
from kpidesk.core.progress import finish
from kpidesk.ui.page import Sealed
from tests.ui.history import LAST, TODAY
from tests.ui.samples_data import receipt
from tests.ui.shell import fake_shell
from tests.ui.test_receipt_page import press, shown, until


def test_it_is_copied_and_gives_the_number_on_the_page(qtbot: QtBot, history_file: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(history_file, tmp_path / "history.kpidesk"))
    with fake_shell(lambda: operations.open_workspace(path, today=TODAY), close=operations.close) as shell:
        page = shown(qtbot, shell)
        page.open_receipt("win_rate", LAST)
        until(qtbot, lambda: page.receipt is not None)
        press(page.copy_sql)
        until(qtbot, lambda: shell.toasts == ["SQL copied."])
        statement = QGuiApplication.clipboard().text()
        page.open_receipt("stage_conversion", LAST)
        until(qtbot, lambda: page.receipt is not None and page.receipt.kpi.id == "stage_conversion")
        press(page.copy_sql)
        until(qtbot, lambda: bool(shell.errors))
        assert "stays in stages" in shell.errors[0].problem
    ws = operations.open_workspace(path, today=TODAY)
    found = finish(operations.sql(ws, statement))
    operations.close(ws)
    # 10 of the 40 deals that closed in Q2 2026 were won
    assert dict(zip(found.columns, found.rows[0], strict=True)) == {
        "value": 0.25, "numerator": 10, "denominator": 40, "n": 40,
    }  # fmt: skip


def test_there_is_none_of_what_a_meeting_sealed(qtbot: QtBot) -> None:
    with fake_shell() as shell:
        page = shown(qtbot, shell)
        seen = receipt(3)
        page.open_receipt(seen.kpi.id, seen.question, Sealed(seen, date(2026, 10, 3)))
        until(qtbot, lambda: page.receipt is seen)
        assert not page.copy_sql.isVisible()
