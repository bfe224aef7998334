"""A history of stages as Salesforce exports it, from the file to the numbers and taken back again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.flow import ask, run

DEALS = """Id,StageName,Amount,Probability,CloseDate,IsClosed,IsWon,OwnerId,CreatedDate,LastStageChangeDate
0065e00000AAAAAAA1,Closed Won,900.0,100.0,2025-05-20,1,1,0055e00000ANNAAAA1,2025-02-03T09:00Z,2025-05-20T10:00Z
0065e00000BBBBBBB1,Negotiation,500.0,60.0,2025-09-30,0,0,0055e00000ANNAAAA1,2025-03-10T09:00Z,2025-06-02T10:00Z
0065e00000CCCCCCC1,Prospecting,300.0,10.0,2025-08-31,0,0,0055e00000BOBAAAA1,2025-04-01T09:00Z,2025-04-01T09:00Z
"""
HISTORY = """Id,OpportunityId,CreatedDate,StageName,Amount,CloseDate,Probability,FromOpportunityStageName,IsDeleted
0085e000000H001AAA,0065e00000AAAAAAA1,2025-02-03T09:00Z,Prospecting,400.0,2025-04-30,10.0,,0
0085e000000H002AAA,0065e00000AAAAAAA1,2025-02-20T09:00Z,Prospecting,600.0,2025-04-30,10.0,Prospecting,0
0085e000000H003AAA,0065e00000AAAAAAA1,2025-03-05T09:00Z,Negotiation,600.0,2025-04-30,60.0,Prospecting,0
0085e000000H004AAA,0065e00000AAAAAAA1,2025-04-25T09:00Z,Negotiation,900.0,2025-05-31,60.0,Negotiation,0
0085e000000H005AAA,0065e00000AAAAAAA1,2025-05-20T10:00Z,Closed Won,900.0,2025-05-20,100.0,Negotiation,0
0085e000000H006AAA,0065e00000BBBBBBB1,2025-03-10T09:00Z,Prospecting,500.0,2025-07-31,10.0,,0
0085e000000H007AAA,0065e00000BBBBBBB1,2025-06-02T10:00Z,Negotiation,500.0,2025-09-30,60.0,Prospecting,0
0085e000000H008AAA,0065e00000ZZZZZZZ1,2025-06-02T10:00Z,Negotiation,500.0,2025-09-30,60.0,Prospecting,0
0085e000000H009AAA,0065e00000BBBBBBB1,2025-06-09T10:00Z,Prospecting,500.0,2025-09-30,10.0,Negotiation,1
"""
QUESTIONS = (
    ("median(stage_visits.days_in_stage where exited_at is not empty on exited_at)", "2025-Q1", 30),
    ("median(stage_visits.days_in_stage where exited_at is not empty on exited_at)", "2025-Q2", 80),
    ("count(stage_visits where first_visit on entered_at)", "2025-Q1", 3),
    ("count(stage_visits where advanced and first_visit on entered_at)", "2025-Q1", 3),
    ("sum(deals.amount where open and probability > 0 as of end)", "2025-03", 1100),
    ("sum(deals.amount * probability where open and close_date < '2025-08-01' as of end)", "2025-03", 410),
    ("sum(deals.push_count on created_at)", "2025", 2),
    ("sum(deals.created_amount on created_at)", "2025", 1200),
)


@pytest.fixture
def ws(tmp_path: Path) -> Path:
    place = tmp_path / "w.kpidesk"
    for name, text in (("Opportunity", DEALS), ("OpportunityHistory", HISTORY)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    kept = run("import", place, tmp_path / "Opportunity.csv", "--as-of", "2025-06-30",
               "--stage", "Closed Won=won", "--stage", "Negotiation=open", "--stage", "Prospecting=open")  # fmt: skip
    assert kept.exit_code == 0, kept.output
    return place


def answers(ws: Path) -> list[Any]:
    return [ask("evaluate", ws, formula, "--period", span)["rows"][0] for formula, span, _ in QUESTIONS]


def test_an_opportunity_history_tells_the_past_and_is_taken_back_without_a_trace(ws: Path, tmp_path: Path) -> None:
    before = answers(ws)
    assert "needs history from 30 Jun 2025" in before[0]["reason"]
    told = run("import", ws, tmp_path / "OpportunityHistory.csv", "--as-of", "2025-06-30", "--json")
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["kind"] == "stage-history"
    after = answers(ws)
    assert [row["value"] for row in after] == [value for _, _, value in QUESTIONS]
    assert any("stage history" in notice for notice in after[1]["notices"])
    assert run("undo", ws).exit_code == 0
    assert answers(ws) == before
