"""What is due of a running period's target: as past quarters filled up, else by days, and the status that follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from kpidesk import operations
from kpidesk.core.definition_hash import definition_hash
from kpidesk.core.errors import UserError
from kpidesk.core.kpi_fields import kpi_from_mapping, kpi_to_mapping
from kpidesk.core.kpis import Direction, Kpi, PaceRule
from kpidesk.core.periods import parse_period
from kpidesk.core.scorecards import Row
from kpidesk.core.settings import Settings
from kpidesk.core.status import Due, by_chance
from kpidesk.operations.catalogue import shipped_kpis
from kpidesk.operations.due import around, chance_of, steps_of
from kpidesk.operations.trend_running import running_of
from tests.operations.support import Line, bring_in, copied, made, write
from tests.stats.vectors import near

KNOWN = date(2026, 2, 13)
"""31 of the 64 working days of the quarter are over."""
PAST = (*((2024, at) for at in range(1, 5)), *((2025, at) for at in range(1, 5)))
EARLY, LATE = 2_000, 8_000
"""Every past quarter of Ann's brought 2,000 in its first weeks and 8,000 in its last one; Bo sold in two only. The data
begin inside the first."""
MONTHS = {1: (1, 3), 2: (4, 6), 3: (7, 9), 4: (10, 12)}
TARGET = 10_000


def back_loaded(now: int) -> list[Line]:
    lines: list[Line] = []
    for year, quarter in PAST:
        first, last = MONTHS[quarter]
        for who in ("Ann Lee", "Bo Dahl") if (year, quarter) > (2025, 2) else ("Ann Lee",):
            key = f"{who[0]}{year}{quarter}"
            for total, closed in ((EARLY, f"{year}-{first:02d}-20"), (LATE, f"{year}-{last:02d}-25")):
                lines += deals(key + closed[5:7], who, total, f"{year}-{first:02d}-02", closed)
    for who in ("Ann Lee", "Bo Dahl"):
        lines += deals(f"N{who[0]}", who, now, "2026-01-05", "2026-02-02")
    return lines


def deals(key: str, who: str, total: int, created: str, closed: str) -> list[Line]:
    """Ten won deals of the same amount."""
    return [(f"{key}-{at}", who, "Won", str(total // 10), created, closed) for at in range(10)]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("due")
    with made(folder, KNOWN) as opened:
        bring_in(opened, write(folder / "deals.csv", back_loaded(2_500)), KNOWN)
        for who in ("Ann Lee", "Bo Dahl"):
            goal = {"scope": f"rep:{who}", "period": "2026-Q1", "reason": "the plan"}
            operations.set_baseline_from(opened, "bookings", value="8000", **goal)
            operations.set_target_from(opened, "bookings", minimum="8000", target=str(TARGET), stretch="12000", **goal)
    return folder


@pytest.fixture
def ws(prepared: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(prepared, tmp_path, KNOWN) as opened:
        yield opened


def paced(ws: operations.Workspace, rule: PaceRule) -> None:
    """Say by what bookings are due, before the quarter begins."""
    ws.today = date(2025, 12, 31)
    operations.save_kpi(ws, kpi(ws, "bookings", pace=rule))
    ws.today = KNOWN


def row(ws: operations.Workspace, who: str) -> Row:
    return operations.scorecard(ws, operations.question(ws, scope=f"rep:{who}"), ("bookings",)).rows[0]


def test_the_status_goes_by_how_past_quarters_filled_up(ws: operations.Workspace) -> None:
    """By working days half of the target would be due, and a rep who sells at the end of every quarter would fail."""
    paced(ws, "history")
    ann, bo = row(ws, "Ann Lee"), row(ws, "Bo Dahl")
    assert (ann.expected, ann.status) == (near(0.2 * TARGET), "on_track")
    assert ann.due is not None
    assert ann.due.words == "by how your last 7 quarters filled up"
    assert ann.chance == near(7.5 / 8)  # each past quarter had a fifth by now, so all seven would end on 12,500
    assert "on track with a 94% chance of the target by how your last 7 quarters filled up" in ann.sentence
    days = weekdays("2026-01-01", "2026-02-14") / weekdays("2026-01-01", "2026-04-01")
    assert days == near(0.5)
    assert (bo.expected, bo.status) == (near(days * TARGET), "off_track")  # two quarters of his are too few
    assert bo.due is not None
    assert (bo.due.words, bo.chance) == ("by working days: fewer than 4 past quarters are known", None)


@pytest.mark.parametrize(
    ("booked", "direction", "chance"),
    [(30, "higher", 2.5 / 6), (45, "higher", 3.5 / 6), (30, "lower", 3.5 / 6), (100, "higher", 1), (100, "lower", 0)],
)
def test_the_chance_is_the_part_of_the_past_that_would_have_reached_it(
    booked: float, direction: Direction, chance: float
) -> None:
    """Of five past periods two had at most 30 % of their total by now, three at most 45 %."""
    due = Due(0.4, "history", 5, "quarter", shares=(0.6, 0.2, 0.5, 0.3, 0.4))
    assert chance_of(due, booked, 100, direction) == near(chance)


@pytest.mark.parametrize(
    ("booked", "direction", "chance"), [(99, "higher", 0), (100, "higher", 1), (100, "lower", 1), (101, "lower", 0)]
)
def test_once_no_day_is_left_a_target_is_reached_or_not(booked: float, direction: Direction, chance: float) -> None:
    due = Due(1, "history", 4, "quarter", shares=(1, 1, 1, 1), is_over=True)
    assert chance_of(due, booked, 100, direction) == chance


def test_few_past_periods_and_a_pace_by_days_tell_no_chance() -> None:
    assert chance_of(Due(0.4, "history", 3, "quarter", shares=(0.4, 0.5, 0.3)), 30, 100, "higher") is None
    assert chance_of(Due(0.4, "business", shares=(0.6, 0.2, 0.5, 0.3, 0.4)), 30, 100, "higher") is None
    assert chance_of(Due(0.1, "history", 4, "quarter", shares=(0.1,) * 4), 30, 100, "higher") is None  # too early


def weekdays(start: str, end: str) -> int:
    return int(np.busday_count(start, end))


def test_scorecard_trend_and_forecast_tell_the_same(ws: operations.Workspace) -> None:
    paced(ws, "history")
    asked = operations.question(ws, scope="rep:Ann Lee")
    running = running_of(ws, operations.trend(ws, "bookings", asked))
    forecast = operations.forecast(ws, asked)
    (cell,) = (one for line in operations.matrix(ws, operations.question(ws), ("bookings",)).cells for one in line
               if one.scope == asked.scope)  # fmt: skip
    shares = (row(ws, "Ann Lee").due, cell.due)
    assert [one.share for one in shares if one is not None] == [near(0.2)] * 2
    assert running is not None
    assert (running.share, running.basis) == (near(0.2), "as past periods went")
    (pace,) = (one for one in forecast.methods if one.id == "share")
    (chance,) = (one.chance for one in pace.chances if one.tier == "target")
    assert chance is not None
    assert (chance, cell.chance, row(ws, "Ann Lee").chance) == (near(7.5 / 8),) * 3
    assert {cell.status, row(ws, "Ann Lee").status} == {by_chance(chance)}
    assert forecast.pacing is not None
    assert (forecast.pacing.share, forecast.pacing.due) == (near(0.2), near(2_000))


def test_a_kpi_can_say_by_what_its_target_is_due(ws: operations.Workspace) -> None:
    """From the first day of the next period on; what runs keeps what it began with."""
    rules: tuple[tuple[PaceRule, float, str], ...] = (
        ("business", 0.5, "by working days"),
        ("calendar", 44 / 90, "by calendar days"),
        ("history", 0.2, "by how your last 7 quarters filled up"),
    )
    for rule, share, words in rules:
        paced(ws, rule)
        found = row(ws, "Ann Lee")
        assert found.due is not None
        assert (found.due.share, found.due.words) == (near(share), words)
        assert found.status == ("on_track" if rule == "history" else "off_track")
    bo = row(ws, "Bo Dahl")
    assert bo.due is not None
    assert bo.due.words == "by working days: fewer than 4 past quarters are known"
    operations.change_kpi(ws, "bookings", {"pace": "business"}, operations.question(ws))
    assert row(ws, "Ann Lee").status == "on_track"


@pytest.mark.parametrize("place", [0.0, 0.004, 0.3, 0.5, 0.77, 1.0])
def test_a_share_between_two_steps_is_that_of_the_whole_curve(place: float) -> None:
    period = parse_period("2025-Q2", Settings(), KNOWN)
    days = [day for day in np.arange("2025-04-01", "2025-07-01", dtype="datetime64[D]").tolist() if day.weekday() < 5]
    steps = steps_of(period, days, 20)
    totals = np.cumsum(np.arange(20) % 7).astype(float)
    spot = around(steps, place)
    came = {one: float(total) for one, total in zip(steps, totals, strict=True)}
    found = spot.share(*(came[one] for one in spot.spans))
    assert found == near(np.interp(place, np.linspace(0, 1, 21), [0.0, *totals]) / totals[-1])


# --- what a definition says of itself ---------------------------------------------------------------------------------


def kpi(ws: operations.Workspace, kpi_id: str, **fields: object) -> Kpi:
    return kpi_from_mapping({**kpi_to_mapping(operations.find_kpi(ws, kpi_id)), **fields}, kpi_id)


def test_a_definition_without_the_new_fields_keeps_its_code(ws: operations.Workspace) -> None:
    """The code of these three before there were such fields."""
    shipped = {one.id: one for one in shipped_kpis()}
    old = [shipped[one] for one in ("bookings", "win_rate", "sales_cycle_length")]
    assert definition_hash(old) == "51ae4e0249ee"
    assert definition_hash([replace(one, decimals=1) for one in old]) == "51ae4e0249ee"
    codes = {definition_hash([replace(old[0], pace="calendar")]), definition_hash([old[0]]),
             definition_hash([replace(old[1], minimum_n=4)]), definition_hash([old[1]])}  # fmt: skip
    assert len(codes) == 4


@pytest.mark.parametrize(
    ("kpi_id", "fields", "words"),
    [
        ("win_rate", {"minimum_n": 0}, "minimum_n cannot be '0'"),
        ("win_rate", {"minimum_n": True}, "minimum_n cannot be 'True'"),
        ("win_rate", {"decimals": 5}, "decimals cannot be '5'"),
        ("bookings", {"pace": "monthly"}, "pace cannot be 'monthly'"),
        ("win_rate", {"pace": "history"}, "only counts and money fill up"),
        ("bookings", {"minimum_n": 5}, "judged however few rows"),
    ],
)
def test_what_cannot_be_is_refused(
    ws: operations.Workspace, kpi_id: str, fields: dict[str, object], words: str
) -> None:
    with pytest.raises(UserError, match=words):
        operations.change_kpi(ws, kpi_id, fields, operations.question(ws))
