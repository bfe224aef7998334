"""A KPI that is defined anew: every answer about a period keeps to the definition in force on its first day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.people import ORG
from kpidesk.core.periods import Period, parse_period
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from tests.operations.support import bring_in, history, write

CHANGED = date(2026, 1, 5)
BEFORE, AFTER = "2025-Q1", "2026-Q2"
WON, LOST = 15_000.0, 63_000.0
"""What was won in every quarter, and what was lost: 1,000 + 5,000 + 9,000 of 1,000 + … + 12,000."""


def period(text: str) -> Period:
    return parse_period(text, Settings(), CHANGED)


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[operations.Workspace]:
    """Three years of deals, a target of 30,000 for a quarter that is over, and bookings that count lost deals now."""
    opened = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=date(2026, 12, 31))
    bring_in(opened, write(tmp_path / "deals.csv", history((2024, 2025, 2026))), date(2026, 12, 31))
    operations.set_baseline_from(opened, "bookings", scope="org", period=BEFORE)
    operations.set_target_from(
        opened, "bookings", minimum="20000", target="30000", stretch="40000", scope="org", period=BEFORE
    )
    opened.today = CHANGED
    operations.save_kpi(
        opened,
        replace(operations.find_kpi(opened, "bookings"), formula="sum(deals.amount where lost on closed_at)"),
    )
    yield opened
    operations.close(opened)


def asked(text: str, by: str = "") -> Question:
    return Question(period(text), ORG, by)


@pytest.mark.parametrize(("text", "value", "version"), [(BEFORE, WON, 1), (AFTER, LOST, 2)])
def test_a_receipt_shows_the_rows_of_the_definition_in_force(
    ws: operations.Workspace, text: str, value: float, version: int
) -> None:
    receipt = operations.rows(ws, "bookings", asked(text))
    assert (receipt.result.value, receipt.reproduced) == (value, value)
    assert (receipt.definition_version, receipt.kpi.version) == (version, version)
    assert receipt.words == operations.rows(ws, "bookings", asked("2024-Q3" if version == 1 else "2026-Q3")).words
    assert {row.cells["stage"] for row in receipt.rows} == {"Won" if version == 1 else "Lost"}


@pytest.mark.parametrize(("text", "value"), [(BEFORE, WON), (AFTER, LOST)])
def test_every_answer_agrees(ws: operations.Workspace, text: str, value: float) -> None:
    card = operations.scorecard(ws, asked(text), ("bookings",)).rows[0]
    grid = operations.matrix(ws, asked(text), ("bookings",))
    parts = operations.scorecard(ws, asked(text, "account"), ("bookings",)).rows
    assert card.result.value == value
    assert grid.cells[-1][0].result.value == value
    assert sum(row.result.value or 0 for row in parts) == value
    assert {row.kpi.version for row in parts} == {card.kpi.version}
    assert operations.evaluate(ws, "[bookings] * 2", asked(text)).rows[0].result.value == 2 * value


def test_a_trend_changes_where_the_definition_does(ws: operations.Workspace) -> None:
    points = operations.trend(ws, "bookings", asked(AFTER), 4).points
    assert [point.result.value for point in points] == [WON, WON, WON, LOST]
    spark = operations.evaluate(ws, "[bookings]", asked(AFTER)).rows[0].spark[-4:]
    assert [point.value for point in spark] == [WON, WON, WON, LOST]


def test_the_attainment_of_a_closed_period_stays(ws: operations.Workspace) -> None:
    card = operations.scorecard(ws, asked(BEFORE), ("quota_attainment",))
    assert card.rows[0].result.value == WON / 30_000
    assert operations.rows(ws, "quota_attainment", asked(BEFORE)).reproduced == WON / 30_000


@pytest.mark.parametrize(("text", "value"), [(BEFORE, WON), (AFTER, LOST)])
def test_a_baseline_counts_the_past_as_the_period_will_be(ws: operations.Workspace, text: str, value: float) -> None:
    assert operations.propose(ws, "bookings", ORG, period(text), method="trailing_4").baseline.value == value


def test_what_cannot_be_read_with_the_definitions_of_then_says_so(ws: operations.Workspace) -> None:
    count = "count(deals where won on closed_at)"
    bookings = operations.find_kpi(ws, "bookings")
    operations.save_kpi(ws, replace(bookings, formula=count, unit="count", kpi_class="flow_count"))
    operations.add_kpi(ws, "both", formula="[bookings] + count(deals where lost on closed_at)", draft=True)
    now, then = (operations.scorecard(ws, asked(text), ("both",)).rows[0].result for text in (AFTER, BEFORE))
    assert now.value == 12
    assert (then.value, then.reason) == (None, "the KPIs it refers to were defined otherwise then")


def test_a_kpi_is_shown_as_it_was_defined_on_a_day(ws: operations.Workspace) -> None:
    now, then = (operations.show_kpi(ws, "bookings", day) for day in (None, CHANGED - timedelta(days=1)))
    assert (now["version"], then["version"]) == (2, 1)
    assert "lost" in str(now["words"])
    assert "won" in str(then["words"])
    assert operations.show_kpi(ws, "bookings", CHANGED) == now


def test_another_direction_leaves_what_closed_periods_came_to(ws: operations.Workspace) -> None:
    operations.save_kpi(ws, replace(operations.find_kpi(ws, "deals_won"), status="active"))
    goal = {"minimum": "5", "target": "6", "stretch": "7", "scope": "org", "period": BEFORE}
    operations.set_baseline_from(ws, "deals_won", scope="org", period=BEFORE, value="4", reason="a guess")
    operations.set_target_from(ws, "deals_won", **goal)
    before = operations.scorecard(ws, asked(BEFORE), ("deals_won",)).rows[0]
    operations.save_kpi(ws, replace(operations.find_kpi(ws, "deals_won"), direction="lower"))
    after = operations.scorecard(ws, asked(BEFORE), ("deals_won",)).rows[0]
    assert before.tier == "below_minimum"
    assert (after.status, after.tier, after.attainment) == (before.status, before.tier, before.attainment)
    assert operations.scorecard(ws, asked(AFTER), ("deals_won",)).rows[0].kpi.direction == "lower"


def test_a_kpi_that_was_a_draft_in_between_keeps_its_past(ws: operations.Workspace) -> None:
    before = operations.scorecard(ws, asked(BEFORE), ("win_rate",)).rows[0].result.value
    operations.add_kpi(ws, "win_rate", draft=True)
    lost = "count(deals where lost on closed_at) / count(deals where closed on closed_at)"
    operations.save_kpi(ws, replace(operations.find_kpi(ws, "win_rate"), formula=lost))
    operations.add_kpi(ws, "win_rate")
    values = [operations.scorecard(ws, asked(one), ("win_rate",)).rows[0].result.value for one in (BEFORE, AFTER)]
    assert values == [before, 0.75] == [0.25, 0.75]


def test_another_built_in_measures_only_what_begins_later(ws: operations.Workspace) -> None:
    told = {"builtin": "manual", "formula": "", "kpi_class": "score", "unit": "score"}
    kpi = replace(operations.find_kpi(ws, "reps_at_quota"), status="active", objective="o", decision="d", owner="x")
    ws.today = date(2025, 12, 1)
    operations.save_kpi(ws, replace(kpi, id="health", name="Health", **told))  # type: ignore[arg-type]  # fields by name
    for one in (BEFORE, AFTER):
        operations.add_entry_from(ws, "health", scope="org", period=one, value="8", evidence="calls")
    ws.today = CHANGED
    operations.save_kpi(ws, replace(operations.find_kpi(ws, "health"), builtin="reps_at_quota"))
    trend = operations.trend(ws, "health", asked(AFTER), 6)
    assert [point.result.value for point in trend.points] == [8, None, None, None, None, None]


def test_the_sources_of_a_number_are_those_of_the_definition_in_force(ws: operations.Workspace, tmp_path: Path) -> None:
    """Deals won were counted of deals, and are counted of activities now; the past rests on the deals still."""
    calls = "activity_id,type,date,owner\n" + "".join(f"A{day},Call,2026-05-{day:02},Ann\n" for day in range(1, 20))
    (tmp_path / "calls.csv").write_text(calls, encoding="utf-8")
    bring_in(ws, tmp_path / "calls.csv", date(2026, 12, 31), kind="activities", stages={})
    won = operations.save_kpi(ws, replace(operations.find_kpi(ws, "deals_won"), status="active"))
    operations.save_kpi(ws, replace(won, formula="count(activities on occurred_at)"))
    cards = {text: operations.scorecard(ws, asked(text), ("deals_won",)) for text in (BEFORE, AFTER)}
    found = {text: card.rows[0].sources for text, card in cards.items()}
    assert found == {text: card.sources for text, card in cards.items()}
    assert found == {
        BEFORE: operations.rows(ws, "deals_won", asked(BEFORE)).sources,
        AFTER: operations.rows(ws, "deals_won", asked(AFTER)).sources,
    }
    assert [text.partition(" ")[0] for texts in found.values() for text in texts] == ["deals.csv", "calls.csv"]
