"""When a period is over: every page, rule and file says the same of the days around its last one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.breakdowns import BY_PERIOD, View
from kpidesk.core.goals import Target
from kpidesk.core.people import ORG
from kpidesk.core.periods import is_running, month_period, shift
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.exporting.json_form import scorecard_json
from kpidesk.operations.cause_noise import days_so_far
from kpidesk.operations.charting import charts
from kpidesk.operations.forecast_known import closed_before, known_now
from kpidesk.ui.widgets.score_pane import about_words
from tests.operations.support import Line, bring_in, made, write

MONTH = month_period(2026, 10)
LAST = MONTH.last_day
DAY = timedelta(days=1)


def _deals() -> Iterator[Line]:
    """Six deals of Ann Lee won in each of 24 months, half of them of more in the last one."""
    for back in range(24):
        month = shift(MONTH, -back, Settings())
        for place in range(6):
            day = (month.start + timedelta(days=4 * place + 1)).isoformat()
            amount = "20000" if not back and place % 2 else "7000"
            yield f"D{back:02}{place}", "Ann Lee", "Won", amount, month.start.isoformat(), day


@dataclass(frozen=True, slots=True)
class _Looked:
    """A workspace with data of a day around the last one of a month, and whether that month is over by then."""

    ws: operations.Workspace
    known: date
    is_over: bool


@pytest.fixture(
    scope="module", params=[(-1, -1), (-1, 3), (0, 0), (0, 1), (1, 1), (1, 30)],
    ids=lambda one: f"data {one[0]:+}, today {one[1]:+}",
)  # fmt: skip
def looked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Looked]:
    known, today = (LAST + one * DAY for one in request.param)
    folder: Path = tmp_path_factory.mktemp("over")
    with made(folder, today) as ws:
        bring_in(ws, write(folder / "deals.csv", list(_deals())), known)
        for month in (MONTH, shift(MONTH, -1, Settings())):
            early = replace(ws, today=month.start, memory={})
            operations.set_baseline_from(early, "bookings", scope="org", period=month.key)
            operations.set_target(early, Target("bookings", ORG, month, 50_000, 60_000, 70_000))
            operations.submit(early, ORG, month, 100_000)
        operations.add_rule(ws, "bookings", "above", "80000", "org", "month")
        yield _Looked(ws, known, known > LAST or (known == LAST and today > LAST))


def test_a_number_and_its_status_are_told_as_of_a_period_that_is_over_or_not(looked: _Looked) -> None:
    ws, asked = looked.ws, Question(MONTH)
    card = operations.scorecard(ws, asked, ("bookings",))
    row = card.rows[0]
    assert row.value_text == "$81.0K"
    told = [not card.running, row.tier is not None, not row.spark[-1].partial, row.due is None, row.landing is None]
    told.append(not scorecard_json(card)["running"])
    told.append("closed" in about_words(card))
    assert told == [looked.is_over] * len(told)
    before = row.spark[-2]
    assert not before.partial


def test_a_trend_a_forecast_and_a_breakdown_say_the_same(looked: _Looked) -> None:
    ws, asked = looked.ws, Question(MONTH)
    line, found = operations.trend(ws, "bookings", asked), operations.forecast(ws, asked)
    table = operations.pivot(ws, View("bookings", "owner", BY_PERIOD), asked)
    drafted = operations.draft(ws, "sum(deals.amount where won on closed_at)", asked)
    told = [
        not line.points[-1].partial,
        operations.explain_trend(ws, line).running is None,
        not found.running,
        not any("is not over" in one for one in table.notices),
        not drafted.values[-1].running,
        bool(operations.target_grid(ws, MONTH).closed),
        MONTH in closed_before(known_now(ws, Question(shift(MONTH, 1, Settings()))), shift(MONTH, 1, Settings()), 1),
        MONTH in [one.period for one in operations.forecast_accuracy(ws, asked).scopes[0].periods],
    ]
    assert told == [looked.is_over] * len(told)
    days = MONTH.days if looked.is_over else (looked.known - MONTH.start).days + 1
    assert days_so_far(ws, asked) == days


def test_rules_and_charts_read_the_last_month_that_is_over(looked: _Looked) -> None:
    hits = operations.rule_hits(looked.ws)
    assert [(one.until, one.value) for one in hits] == ([(MONTH, 81_000)] if looked.is_over else [])
    last = {one.periods[-1] for one in charts(looked.ws, ORG).charted if one.grain == "month"}
    assert last == {MONTH if looked.is_over else shift(MONTH, -1, Settings())}


def test_on_its_last_day_a_period_still_runs_and_on_the_day_after_it_is_over() -> None:
    for known in (LAST - DAY, LAST, LAST + DAY):
        for today in (LAST, LAST + DAY):
            is_over = known > LAST or (known == LAST and today > LAST)
            assert is_running(MONTH, known, today) is not is_over
    assert is_running(MONTH, None, LAST + DAY)
