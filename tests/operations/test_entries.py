"""Values typed in: which one is in force, what is refused, what the whole comes to, and that they outlive merges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.goals import Target
from kpidesk.core.kpi_fields import kpi_from_mapping
from kpidesk.core.people import ORG
from kpidesk.core.periods import Period, parse_period
from kpidesk.core.progress import finish
from kpidesk.core.scorecards import Question, Row
from kpidesk.exporting.receipt_forms import receipt_text
from kpidesk.operations.workspace import entries
from tests.operations.support import TODAY, bring_in, copied, made, write

HEALTH: dict[str, object] = {
    "id": "health", "name": "Customer health", "sentence": "How customers rate us.", "builtin": "manual",
    "unit": "score", "direction": "higher", "indicator": "leading", "dimension": "quality", "kpi_class": "score",
    "scale_low": 0, "scale_high": 10, "objective": "Keep customers.", "decision": "Visit.", "owner": "Ann Lee",
    "status": "active",
}  # fmt: skip
LINES = (
    ("D1", "Ann Lee", "Won", "1000", "2025-01-01", "2025-11-03"),
    ("D2", "Bo Dahl", "Won", "2000", "2025-01-01", "2026-01-20"),
)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("entries")
    with made(folder) as ws:
        bring_in(ws, write(folder / "deals.csv", LINES))
        operations.save_kpi(ws, kpi_from_mapping(HEALTH, "a test"))
        for name, above in (("World", ""), ("North", "World"), ("South", "World")):
            operations.add_team(ws, name, above)
    return folder


@pytest.fixture
def ws(imported: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(imported, tmp_path) as opened:
        yield opened


def period(ws: operations.Workspace, text: str) -> Period:
    return parse_period(text, operations.settings(ws), TODAY)


def typed(ws: operations.Workspace, value: str, text: str = "2025-Q4", scope: str = "org", n: str = "") -> None:
    operations.add_entry_from(ws, "health", scope=scope, period=text, value=value, n=n, evidence=f"Calls, {value}")


def row(ws: operations.Workspace, text: str = "2025-Q4", scope: str = "org", as_of: date | None = None) -> Row:
    asked = Question(period(ws, text), operations.scopes(ws).find_scope(scope), as_of=as_of)
    return operations.scorecard(ws, asked, ("health",)).rows[0]


def test_a_value_holds_for_exactly_its_scope_and_period(ws: operations.Workspace) -> None:
    typed(ws, "8.6", n="42")
    shown = row(ws)
    assert (shown.result.value, shown.result.n, shown.result.interval) == (8.6, 42, None)
    assert (shown.value_text, shown.sample_text, shown.sources) == ("8.60", "42 answers", ())
    for text, scope in (("2025-Q3", "org"), ("2025", "org"), ("2025-12", "org"), ("2025-Q4", "North")):
        other = row(ws, text, scope)
        assert (other.result.value, other.reason) == (None, f"nothing was typed in for {other.period.label}")


def test_a_newer_value_follows_an_older_one_which_stays_readable(ws: operations.Workspace) -> None:
    typed(ws, "7.9")
    typed(ws, "8.1", "2025-Q3")
    typed(ws, "8.4", n="30")
    assert row(ws).result.value == 8.4
    assert [(one.value, one.superseded) for one in operations.list_entries(ws, "health", replaced=True)] == [
        (8.1, False), (7.9, True), (8.4, False),
    ]  # fmt: skip
    assert [one.value for one in operations.list_entries(ws)] == [8.1, 8.4]
    told = receipt_text(operations.rows(ws, "health", Question(period(ws, "2025-Q4"))))
    for words in ("Customer health 8.40 (30 answers)", "1 row gives the same number again: 8.4.", "Calls, 8.4",
                  "Before it 7.90, typed in on 20 Feb 2026: Calls, 7.9"):  # fmt: skip
        assert words in told


@pytest.mark.parametrize(
    ("kpi", "value", "n", "evidence", "problem"),
    [("health", "10.5", "", "x", "10.5 is outside the scale of 'Customer health', 0 to 10."),
     ("health", "-0.5", "", "x", "outside the scale"), ("health", "good", "", "x", "is not a number"),
     ("health", "80%", "", "x", "is not measured in percent"),
     ("health", "8", "0", "x", "above zero"), ("health", "8", "", "   ", "needs its evidence"),
     ("bookings", "8", "", "x", "is counted from your files"), ("helth", "8", "", "x", "no KPI 'helth'")],
)  # fmt: skip
def test_what_cannot_be_its_value_is_refused(
    ws: operations.Workspace, kpi: str, value: str, n: str, evidence: str, problem: str
) -> None:
    with pytest.raises(UserError, match=problem):
        operations.add_entry_from(ws, kpi, scope="org", period="2025-Q4", value=value, n=n, evidence=evidence)
    assert entries(ws).entries == ()


def test_the_whole_is_the_mean_of_its_teams_by_their_answers(ws: operations.Workspace) -> None:
    typed(ws, "8", scope="North", n="30")
    assert row(ws).result.value == 8
    typed(ws, "6", scope="South", n="10")
    shown = row(ws)
    assert (shown.result.value, shown.result.n) == (7.5, 40)  # (30 × 8 + 10 × 6) / 40
    assert "mean of what was typed in for its teams" in shown.result.notices[0]
    found = operations.rows(ws, "health", Question(shown.period))
    assert found.reproduces
    assert [(one.value, one.weight) for one in found.rows] == [(8, 0.75), (6, 0.25)]
    typed(ws, "9", scope="World", n="50")  # the other two lie in it
    assert row(ws).result.value == 9
    typed(ws, "5")
    assert (row(ws).result.value, row(ws).result.notices) == (5, ())


def test_nothing_is_put_together_of_teams_that_do_not_say_how_many(ws: operations.Workspace) -> None:
    typed(ws, "8", scope="North", n="30")
    typed(ws, "6", scope="South")
    assert row(ws).result.value is None
    ws.today = date(2025, 10, 1)  # a later change would be for the quarters that begin after it
    operations.save_kpi(ws, replace(operations.find_kpi(ws, "health"), unit="count", scale_high=None))
    ws.today = TODAY
    typed(ws, "6", scope="South", n="10")
    assert row(ws).result.value is None  # counts are no means


def test_an_earlier_day_knows_only_what_had_been_typed_in(ws: operations.Workspace) -> None:
    ws.today = date(2026, 1, 5)
    typed(ws, "7")
    ws.today = TODAY
    typed(ws, "8")
    assert row(ws).result.value == 8
    assert row(ws, as_of=date(2026, 1, 10)).result.value == 7
    assert row(ws, as_of=date(2026, 1, 4)).result.value is None


def test_it_has_baseline_target_trend_and_matrix_like_any_other_kpi(ws: operations.Workspace) -> None:
    for text, value in (("2025-Q1", "7"), ("2025-Q2", "8"), ("2025-Q3", "8"), ("2025-Q4", "9")):
        typed(ws, value, text, n="50")
    proposal = operations.propose(ws, "health", ORG, period(ws, "2026-Q1"), method="trailing_4_median")
    assert proposal.baseline.value == 8  # the middle of 7, 8, 8, 9
    operations.set_baseline(ws, proposal.baseline)
    typed(ws, "8.5", "2026-Q1")
    operations.set_target(ws, Target("health", ORG, period(ws, "2026-Q1"), 8, 8.4, 9))
    shown = row(ws, "2026-Q1")
    assert (shown.status, shown.confidence, shown.sample_text) == ("on_track", "none", "")
    trend = operations.trend(ws, "health", Question(period(ws, "2026-Q1")), 5)
    assert [one.result.value for one in trend.points] == [7, 8, 8, 9, 8.5]
    typed(ws, "4", "2026-Q1", "Ann Lee", n="3")
    cells = operations.matrix(ws, Question(period(ws, "2026-Q1")), ("health",)).cells
    assert [line[0].result.value for line in cells if line[0].scope.name == "Ann Lee"] == [4]


def test_values_go_with_a_person_who_becomes_one_with_another_and_come_back(ws: operations.Workspace) -> None:
    typed(ws, "7", scope="Bo Dahl")
    typed(ws, "6", "2025-Q3", scope="Bo Dahl")
    typed(ws, "9", "2025-Q3", scope="Ann Lee")
    keep, drop = (operations.find_person(ws, name).id for name in ("Ann Lee", "Bo Dahl"))
    (number,) = operations.merge(ws, "person", keep, drop).merges
    assert row(ws, "2025-Q4", "Ann Lee").result.value == 7
    assert row(ws, "2025-Q3", "Ann Lee").result.value == 9  # her own comes first
    operations.split(ws, number)
    assert row(ws, "2025-Q4", "Ann Lee").result.value is None
    assert row(ws, "2025-Q4", "Bo Dahl").result.value == 7
    assert row(ws, "2025-Q3", "Bo Dahl").result.value == 6


def test_values_outlive_the_import_that_named_the_person(ws: operations.Workspace) -> None:
    typed(ws, "7", scope="Bo Dahl")
    finish(operations.undo(ws, 1))
    assert [(one.scope.name, one.value) for one in operations.list_entries(ws)] == [("Bo Dahl", 7)]
    assert row(ws, "2025-Q4", "Bo Dahl").result.value == 7


def test_a_sealed_one_on_one_keeps_the_value_and_its_evidence_as_both_saw_them(ws: operations.Workspace) -> None:
    operations.retire_kpi(ws, "avg_deal_size")  # a sheet shows five
    ann = operations.scopes(ws).find_scope("rep:Ann Lee")
    typed(ws, "8.2", scope="rep:Ann Lee", n="12")
    draft = operations.open_review(ws, ann, Question(period(ws, "2025-Q4"), ann))
    operations.start_review(ws, draft.id)
    operations.close_review(ws, draft.id, without_commitment=True)
    typed(ws, "3", scope="rep:Ann Lee")
    line = next(one for one in operations.sheet(ws, draft.id).lines if one.row.kpi.id == "health")
    assert (line.row.value_text, line.row.sample_text) == ("8.20", "12 answers")
    assert line.receipt is not None
    assert [(one.value, one.cells["name"]) for one in line.receipt.rows] == [(8.2, "Calls, 8.2")]
    assert row(ws, scope="rep:Ann Lee").result.value == 3
