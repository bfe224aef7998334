"""Every cell of a breakdown has a receipt and a way to its rows: "everything else" and a zero of no deals too."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.breakdowns import BY_PERIOD, Cell, PivotTable, View
from kpidesk.core.errors import UserError
from kpidesk.core.parts import REST, Part
from kpidesk.core.receipt_codes import decode, encode
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


def apart(parts: tuple[Part, ...]) -> list[tuple[str, str, str, set[str]]]:
    """Which parts they are; in which order others stand alone makes no difference."""
    return [(part.field, part.label, part.kind, set(part.listed)) for part in parts]


def named(view: View) -> str:
    return f"{view.kpi_id} {view.rows_by} {view.columns_by} {view.periods} {view.top}"


VIEWS = (
    View("bookings", "account", top=3),
    View("bookings", "lead_source", "segment", top=2),
    View("bookings", "account", BY_PERIOD, top=3, periods=6),
    View("win_rate", "lead_source", "segment", top=2),
)
LONGER = (
    View("win_rate", "account", BY_PERIOD, top=3, periods=7),
    View("bookings", "account", BY_PERIOD, top=61, periods=6),
)


@pytest.mark.parametrize("view", [*VIEWS, *LONGER], ids=named)
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
        assert apart(told.receipt.question.parts) == apart(cell.question.parts)
        assert told.receipt.code == cell.receipt


def test_a_zero_of_no_deals_is_a_number_with_a_receipt(ws: operations.Workspace) -> None:
    view = View("bookings", "account", BY_PERIOD, top=3, periods=6)
    table = operations.pivot(ws, view, operations.question(ws, period="2026-Q2"))
    zero = next(cell for cell in cells(table) if cell.result.value == 0)
    receipt = operations.replay(ws, zero.receipt).receipt
    assert (receipt.result.value, receipt.rows, receipt.reproduces) == (0.0, (), True)
    assert receipt.question.parts == zero.question.parts


@pytest.mark.parametrize("view", VIEWS[:3], ids=named)
@pytest.mark.parametrize("chosen", [(), (9, 9), (0,), (0, 0, 10**9, 3), (1, 31, 1, 0, 3), (1, 0, 10**9, 10**9, 3),
                                    (2, 0, 77, 7, 3)])  # fmt: skip
def test_a_code_that_does_not_say_beside_which_values_a_rest_stands_proves_it(
    ws: operations.Workspace, view: View, chosen: tuple[int, ...]
) -> None:
    """Such are the codes of before; one that says what cannot be is no worse."""
    table = operations.pivot(ws, view, operations.question(ws, period="2026-Q2"))
    rest = next(cell for cell in cells(table) if any(part.kind == "rest" for part in cell.question.parts))
    code = encode(replace(decode(rest.receipt), chosen=chosen))
    told = operations.replay(ws, code)
    assert code != rest.receipt
    assert (told.is_same, apart(told.receipt.question.parts)) == (True, apart(rest.question.parts))
    assert chosen or told.receipt.code == code


def test_a_part_that_is_not_found_is_not_said_to_be_gone(ws: operations.Workspace) -> None:
    table = operations.pivot(ws, VIEWS[0], operations.question(ws, period="2026-Q2"))
    claim = decode(table.cells[0][0].receipt)
    with pytest.raises(UserError, match="cannot be found") as raised:
        operations.replay(ws, encode(replace(claim, parts=((claim.parts[0][0], claim.parts[0][1] ^ 1),))))
    assert "any more" not in raised.value.problem


@pytest.mark.parametrize(
    ("scope", "kpi_id", "against"),
    [("org", "bookings", "last-year"), ("team:Enterprise", "win_rate", "last-year"), ("org", "bookings", "previous"),
     ("team:Enterprise", "win_rate", "team:Europe"), ("team:Europe", "win_rate", "team:Enterprise")],
)  # fmt: skip
def test_everything_else_of_a_change_is_proven_on_both_sides(
    ws: operations.Workspace, scope: str, kpi_id: str, against: str
) -> None:
    asked = operations.question(ws, scope=scope, period="2026-Q2")
    found = operations.why(ws, kpi_id, asked, operations.read_against(ws, against), whole=True, by="account")
    split = next(one for one in found.splits if one.field == "account")
    rest = next(one for one in split.parts if one.label == REST)
    for code, question in ((rest.receipt, rest.question), (rest.receipt_before, rest.question_before)):
        told = operations.replay(ws, code)
        assert question is not None
        assert (told.is_same, told.receipt.code) == (True, code)
        assert apart(told.receipt.question.parts) == apart(question.parts)
