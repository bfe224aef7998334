"""The chance of open deals has a receipt: the same past deals as plain SQL finds, and those of each count of weeks."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.forecasts import ALL
from kpidesk.core.people import ORG
from kpidesk.exporting.backtest_forms import chances_json, chances_text
from kpidesk.operations.page_numbers import CHANCE
from tests.operations import forecast_company as firm
from tests.operations.support import bring_in, made

DUE = """
SELECT d.key, s.value, n.key IS NOT NULL
FROM deal_versions v JOIN deal_values x ON x.id = v.value_id JOIN deals d ON d.id = v.deal_id
JOIN terms s ON s.id = x.stage
LEFT JOIN (
  SELECT o.key, y.close_date FROM deal_versions w JOIN deal_values y ON y.id = w.value_id
  JOIN deals o ON o.id = w.deal_id JOIN terms t ON t.id = y.stage
  WHERE w.valid_to = '9999-12-31' AND t.value = 'Won'
) n ON n.key = d.key AND n.close_date > :day AND n.close_date <= :last
WHERE v.valid_from <= :day AND v.valid_to > :day AND s.value IN ('Lead', 'Offer', 'Contract')
  AND x.close_date BETWEEN :first AND :last
"""


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    """A workspace with an export of the middle of each of eight quarters and of today."""
    place = tmp_path_factory.mktemp("chances")
    with made(place, firm.TODAY) as opened:
        for day, path in firm.write(place, firm.company(), firm.export_days()).items():
            bring_in(opened, path, day, stages=firm.STAGES)
        yield opened


def found_by_sql(path: Path) -> dict[str, list[tuple[str, bool]]]:
    """The open deals due in the middle of each past quarter by stage, each with whether it was won by its end."""
    found: dict[str, list[tuple[str, bool]]] = {}
    left = (firm.quarter(2025, 0)[1] - firm.TODAY).days - 1
    with closing(sqlite3.connect(path)) as db:
        for one in firm.QUARTERS:
            first, after = firm.quarter(*one)
            last = after - timedelta(days=1)
            _, near = min((abs((last - day).days - left), day) for day in firm.export_days())
            asked = {"day": str(near), "first": str(first), "last": str(last)}
            for key, stage, won in db.execute(DUE, asked):
                found.setdefault(stage, []).append((key, bool(won)))
    return found


def test_the_rows_of_a_stage_are_those_that_sql_finds(ws: operations.Workspace, tmp_path: Path) -> None:
    wanted = found_by_sql(Path(shutil.copy(ws.path, tmp_path / "copy.kpidesk")))
    view = operations.forecast(ws, operations.question(ws, period="2025-Q1", scope="rep:Bo Dahl"))
    assert {one.stage for one in view.stages} <= set(wanted)
    assert len(view.stages) > 1
    for one in view.stages:
        replay = operations.replay(ws, one.receipt)
        assert (replay.is_same, replay.changes) == (True, ()), replay.verdict
        receipt = replay.receipt
        assert receipt.reproduces
        assert receipt.question.scope == ORG, "the chances of the whole organisation are used for everybody"
        assert (receipt.result.numerator, receipt.result.denominator) == (one.won, one.n)
        assert sorted((row.key, row.in_numerator) for row in receipt.rows) == sorted(wanted[one.stage])
        assert dict(receipt.parts)["chance used, all stages weighed in"] == pytest.approx(one.chance)
        assert all(row.reason.startswith("open on ") for row in receipt.rows if not row.in_numerator)


def test_every_cell_of_the_chances_has_its_code(ws: operations.Workspace) -> None:
    found = operations.win_chances(ws, operations.question(ws, period="2025-Q1"))
    assert found.rows
    for one in (cell for row in found.rows for cell in row):
        assert bool(one.receipt) == bool(one.n)
        if one.n:
            replay = operations.replay(ws, one.receipt)
            assert replay.is_same, (one, replay.verdict)
            assert (replay.receipt.result.numerator, replay.receipt.count) == (one.won, one.n)
            assert replay.receipt.question.parts[1].label.startswith(f"{one.weeks_left} week")
    told = json.dumps(chances_json(found))
    assert all(f'"receipt": "{cell.receipt}"' in told for row in found.rows for cell in row)
    codes = [cell.receipt for cell in found.rows[-1] if cell.receipt]
    assert found.rows[-1][0].stage == ALL
    assert all(code in chances_text(found) for code in codes)
    assert "weighs in all stages as well" in " ".join(chances_text(found).split())


def test_a_code_is_told_as_of_its_day_and_needs_a_stage(ws: operations.Workspace) -> None:
    then = date(2024, 11, 15)
    asked = operations.question(ws, period="2024-Q4", as_of=then)
    old = operations.forecast(ws, asked).stages[0]
    replay = operations.replay(ws, old.receipt)
    assert replay.is_same
    assert replay.receipt.question.as_of == then
    assert operations.rows(ws, CHANCE, replay.receipt.question, first=1).more == old.n - 1
    with pytest.raises(UserError, match="of the deals of a stage"):
        operations.rows(ws, CHANCE, replace(replay.receipt.question, parts=()))
