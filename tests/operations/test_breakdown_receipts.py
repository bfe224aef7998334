"""Every cell of a breakdown has a receipt and a way to its rows: "everything else" and a zero of no deals too."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.breakdowns import BY_PERIOD, Cell, PivotTable, View
from tests.conftest import SAMPLE_DAY
from tests.receipts import from_rows


@pytest.fixture(scope="module")
def ws(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    path = Path(shutil.copy(sample_folder / "sample.kpidesk", tmp_path_factory.mktemp("cells") / "s.kpidesk"))
    opened = operations.open_workspace(path, today=SAMPLE_DAY)
    yield opened
    operations.close(opened)


def cells(table: PivotTable) -> list[Cell]:
    return [cell for line in (*table.cells, table.row_totals, table.column_totals, (table.total,)) for cell in line]


VIEWS = (
    View("bookings", "account", top=3),
    View("bookings", "lead_source", "segment", top=2),
    View("bookings", "account", BY_PERIOD, top=3, periods=6),
    View("win_rate", "lead_source", "segment", top=2),
)


@pytest.mark.parametrize("view", VIEWS, ids=lambda one: f"{one.kpi_id} {one.rows_by} {one.columns_by}")
def test_every_number_is_proven_and_shows_its_rows(ws: operations.Workspace, view: View) -> None:
    table = operations.pivot(ws, view, operations.question(ws, period="2026-Q2"))
    numbers = [cell for cell in cells(table) if cell.result.value is not None]
    assert all(cell.receipt for cell in numbers)
    rest = [cell for cell in numbers if any(part.kind == "rest" for part in cell.question.parts)]
    zeros = [cell for cell in numbers if not cell.result.n]
    looked_at = [*rest[:6], *zeros[:4], *numbers[::7]]
    assert rest
    for cell in looked_at:
        receipt = operations.rows(ws, view.kpi_id, cell.question)
        again = from_rows(receipt)
        assert receipt.reproduces
        assert again is not None
        assert math.isclose(again, cell.result.value or 0.0, abs_tol=1e-9)
        told = operations.replay(ws, cell.receipt)
        assert (told.is_same, told.changes) == (True, ()), told.verdict
        assert told.receipt.question.parts == cell.question.parts


def test_a_zero_of_no_deals_is_a_number_with_a_receipt(ws: operations.Workspace) -> None:
    view = View("bookings", "account", BY_PERIOD, top=3, periods=6)
    table = operations.pivot(ws, view, operations.question(ws, period="2026-Q2"))
    zero = next(cell for cell in cells(table) if cell.result.value == 0)
    receipt = operations.replay(ws, zero.receipt).receipt
    assert (receipt.result.value, receipt.rows, receipt.reproduces) == (0.0, (), True)
    assert receipt.question.parts == zero.question.parts
