"""The number of each check of the fix list has a receipt: the same deals as plain SQL finds, and what changed since."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.hygiene import RULES, RuleId
from kpidesk.core.people import ORG, UNASSIGNED
from kpidesk.core.receipt_codes import KPI_BITS, mark
from kpidesk.operations.catalogue import shipped_kpis
from kpidesk.operations.page_numbers import CHECK, page_numbers
from tests.conftest import SAMPLE_DAY
from tests.operations.support import Line, bring_in, made, write

LOOKED_AT = """
WITH looked AS (
  SELECT d.key, x.*, p.person_id, coalesce(x.closed_at, x.close_date) AS ended,
    CASE WHEN lower(s.value) IN ('closed won', 'gewonnen', 'won', 'closedwon') THEN 'won'
         WHEN lower(s.value) IN ('closed lost', 'verloren', 'lost', 'closedlost') THEN 'lost' ELSE 'open' END AS outcome
  FROM deal_versions v JOIN deal_values x ON x.id = v.value_id JOIN deals d ON d.id = v.deal_id
  LEFT JOIN terms s ON s.id = x.stage LEFT JOIN person_aliases p ON p.id = x.owner
  WHERE v.valid_to = '9999-12-31')
SELECT key FROM looked
WHERE (outcome = 'open' OR julianday(:today) - julianday(ended) < 365) AND ({wrong})
  AND (:rep IS NULL OR person_id = :rep)
"""
WRONG: dict[RuleId, str] = {
    "past_close": "outcome = 'open' AND close_date < :today",
    "no_close_date": "outcome = 'open' AND close_date IS NULL",
    "no_amount": "outcome = 'open' AND coalesce(amount, 0) = 0",
    "won_without_amount": "outcome = 'won' AND coalesce(amount, 0) = 0",
    "lost_without_reason": "outcome = 'lost' AND loss_reason IS NULL",
    "no_owner": "owner IS NULL",
    "no_next_step": "outcome = 'open' AND coalesce(next_activity_at, '') < :today",
    "closed_before_created": "outcome <> 'open' AND ended < created_at",
}


@pytest.fixture(scope="module")
def ws(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    path = Path(shutil.copy(sample_folder / "sample.kpidesk", tmp_path_factory.mktemp("checks") / "s.kpidesk"))
    opened = operations.open_workspace(path, today=SAMPLE_DAY)
    yield opened
    operations.close(opened)


def test_the_rows_of_a_check_are_those_that_sql_finds(
    ws: operations.Workspace, sample_folder: Path, tmp_path: Path
) -> None:
    copy = shutil.copy(sample_folder / "sample.kpidesk", tmp_path)
    rep = next(one for one in operations.scopes(ws).scopes() if one.name == "Amara Okonkwo")
    told = 0
    with closing(sqlite3.connect(copy)) as db:
        for scope in (ORG, rep):
            found = operations.hygiene(ws, scope)
            for one in found.rules:
                replay = operations.replay(ws, one.receipt)
                assert (replay.is_same, replay.changes) == (True, ()), replay.verdict
                assert replay.receipt.result.value == one.deals == replay.receipt.reproduced
                keys = {row.key for row in replay.receipt.rows}
                assert keys == {each.key for each in found.findings if one.rule.id in each.rules}
                if one.rule.id in WRONG:
                    statement = LOOKED_AT.format(wrong=WRONG[one.rule.id])
                    asked = {"today": str(found.as_of), "rep": scope.id if scope.kind == "rep" else None}
                    assert keys == {key for (key,) in db.execute(statement, asked)}, one.rule.id
                    told += len(keys)
    assert told > 20


def test_the_rows_can_be_asked_for_by_the_name_of_the_check(ws: operations.Workspace) -> None:
    found = operations.hygiene(ws)
    (one,) = [each for each in found.rules if each.rule.id == "past_close"]
    asked = operations.replay(ws, one.receipt).receipt.question
    receipt = operations.rows(ws, "check:past_close", asked, first=2)
    assert (len(receipt.rows), receipt.count, receipt.noun, receipt.code) == (2, one.deals, "deal", one.receipt)
    assert operations.left_out(ws, "check:past_close", asked) == ()
    assert len(operations.receipt_rows(ws, "check:past_close", asked, (0, 1))) == 2


def test_no_shipped_kpi_has_the_mark_of_another_number() -> None:
    marks = [mark(name, KPI_BITS) for name in (*(one.id for one in shipped_kpis()), *page_numbers())]
    assert sum(name.startswith(CHECK) for name in page_numbers()) == len(RULES)
    assert len(set(marks)) == len(marks)


JUNE, JULY = date(2026, 6, 30), date(2026, 7, 31)
DEALS: list[Line] = [
    ("D1", "Ann", "Open", "1000", "2026-06-01", "2026-06-10"),
    ("D2", "Ann", "Open", "2000", "2026-06-01", "2026-06-20"),
    ("D3", "", "Open", "3000", "2026-06-01", "2026-09-20"),
]


def test_a_code_says_what_was_mended_since_and_which_workspace_it_is_of(tmp_path: Path) -> None:
    with made(tmp_path, JUNE) as ws:
        bring_in(ws, write(tmp_path / "june.csv", DEALS), JUNE)
        codes = {one.rule.id: one.receipt for one in operations.hygiene(ws).rules}
        (nobody,) = [one for one in operations.hygiene(ws, UNASSIGNED).rules if one.rule.id == "no_owner"]
        assert nobody.deals == 1
        assert operations.replay(ws, nobody.receipt).is_same
        mended = [(DEALS[0][0], "Ann", "Open", "1000", "2026-06-01", "2026-09-10"), *DEALS[1:]]
        bring_in(ws, write(tmp_path / "again.csv", mended), JUNE)
        found = operations.replay(ws, codes["past_close"])
        assert found.verdict == "The number is another one today: 1 from 1 row. It was 2 from 2 rows."
        assert found.changes[0] == "1 row is gone: Deal D1."
        bring_in(ws, write(tmp_path / "july.csv", mended[1:]), JULY)
        assert [row.key for row in operations.replay(ws, codes["past_close"]).receipt.rows] == ["D2"]
    (tmp_path / "other").mkdir()
    with (
        made(tmp_path / "other", JUNE) as other,
        pytest.raises(UserError, match="This receipt is from another workspace"),
    ):
        operations.replay(other, codes["past_close"])
