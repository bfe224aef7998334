"""A win rate by value of files whose lost deals have no amount says nothing, and says so."""

from __future__ import annotations

from pathlib import Path

from kpidesk import operations
from kpidesk.core.goals import Target
from kpidesk.core.people import ORG
from kpidesk.core.scorecards import Row
from kpidesk.core.status import WON_VALUE_ALONE, status_of
from tests.operations.support import bring_in, made

HEAD = "Deal ID,Deal name,Owner,Stage,Amount,Created,Close date\n"


def _row(folder: Path, *lost: str) -> Row:
    stages = [*(("Won", "100") for _ in range(20)), *(("Lost", amount) for amount in lost)]
    lines = (f"D{at},Deal {at},Ann,{stage},{amount},2025-01-05,2025-02-10" for at, (stage, amount) in enumerate(stages))
    (folder / "deals.csv").write_text(HEAD + "\n".join(lines), encoding="utf-8")
    with made(folder) as ws:
        bring_in(ws, folder / "deals.csv")
        (row,) = operations.scorecard(ws, operations.question(ws, period="2025-Q1"), ("win_rate_value",)).rows
    return row


def test_a_win_rate_by_value_without_amounts_of_lost_deals_gets_no_status(tmp_path: Path) -> None:
    row = _row(tmp_path, "", "0")
    assert row.value_text == "100%"
    assert WON_VALUE_ALONE in row.result.notices
    target = Target("win_rate_value", ORG, row.period, 0.2, 0.3, 0.4)
    assert status_of(row.kpi, row.result, target, running=False).status == "too_few"


def test_where_a_lost_deal_has_an_amount_or_none_was_lost_nothing_is_said(tmp_path: Path) -> None:
    assert WON_VALUE_ALONE not in _row(tmp_path, "50", "").result.notices
    (tmp_path / "none").mkdir()
    assert WON_VALUE_ALONE not in _row(tmp_path / "none").result.notices
