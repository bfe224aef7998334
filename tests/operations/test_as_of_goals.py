"""What is set after a day changes nothing asked as of it: goals, definitions, numbers of formulas, thresholds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.breakdowns import View
from kpidesk.core.people import ORG
from kpidesk.core.progress import finish
from kpidesk.core.scorecards import Question
from kpidesk.operations.charting import limit_starts
from kpidesk.operations.evaluators import as_known
from tests.operations.support import TODAY, bring_in, history, made, write

DAY, AFTER, BEFORE = date(2025, 8, 15), date(2025, 8, 16), date(2025, 7, 2)
OPEN = [(f"P{at}", "Ann Lee", "Open", str(900 * at), "2025-07-03", "2025-09-20") for at in range(1, 7)]
RATE = "count(deals where won on closed_at) / count(deals where closed on closed_at)"
Ask = Callable[[operations.Workspace, Question], object]
ASKED: dict[str, Ask] = {
    "scorecard": lambda ws, asked: operations.with_luck(ws, operations.scorecard(ws, asked)).rows,
    "by rep": lambda ws, asked: operations.scorecard(ws, replace(asked, by="rep")).rows,
    "by field": lambda ws, asked: operations.scorecard(ws, replace(asked, by="lead_source"), ("mine",)).rows,
    "coverage": lambda ws, asked: operations.scorecard(
        ws, replace(asked, by="rep"), ("pipeline_coverage", "coverage_to_go")
    ).rows,
    "matrix": lambda ws, asked: operations.matrix(ws, asked).cells,
    "target of a formula": lambda ws, asked: operations.evaluate(ws, "target([win_rate])", asked).rows,
    "parameter of a formula": lambda ws, asked: operations.evaluate(ws, "[bookings] * param(margin)", asked).rows,
    "trend": lambda ws, asked: replace(
        operations.explain_trend(ws, operations.trend(ws, "win_rate", asked)), notices=()
    ),
    "trends of reps": lambda ws, asked: [
        [point.target for point in one.points] for one in operations.rep_trends(ws, "win_rate", asked, 4).trends
    ],
    "receipt": lambda ws, asked: replace(operations.rows(ws, "win_rate", asked), code=""),
    "first page": lambda ws, asked: replace(operations.receipt_head(ws, "stalled_deals", asked), code=""),
    "left out": lambda ws, asked: operations.left_out(ws, "mine", asked),
    "why it changed": lambda ws, asked: operations.why(ws, "mine", asked),
    "why off target": lambda ws, asked: operations.why(ws, "bookings", asked, "target"),
    "comparison": lambda ws, asked: operations.compare(ws, "mine", asked),
    "breakdown": lambda ws, asked: operations.with_changes(
        ws, operations.pivot(ws, View("mine", "lead_source"), asked)
    ),
    "signals": lambda ws, asked: operations.signals(ws, ORG, asked.period, asked.as_of),
    "alerts": lambda ws, asked: operations.rule_hits(ws, ORG, asked.as_of),
    "pipeline": operations.pipeline,
    "forecast": operations.forecast,
    "forecasts checked": lambda ws, asked: finish(operations.backtest(ws, asked)).lines,
    "what if": operations.what_if,
    "one more": lambda ws, asked: operations.sensitivity(ws, "bookings", asked),
    "hygiene": lambda ws, asked: operations.hygiene(ws, ORG, asked.as_of),
    "draft": lambda ws, asked: operations.draft(ws, "target([win_rate])", asked).values,
}  # fmt: skip


@pytest.fixture(params=["newer data", "no newer data"])
def ws(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[operations.Workspace]:
    """Two years and some open deals as of a day in August with goals of July; then a newer export, or none."""
    with made(tmp_path, today=BEFORE) as opened:
        lines = [*history(), *OPEN]
        known = [line for line in lines if line[5] <= str(DAY) or line[2] == "Open"]
        bring_in(opened, write(tmp_path / "august.csv", known), DAY)
        if request.param == "newer data":
            bring_in(opened, write(tmp_path / "now.csv", lines), TODAY)
        operations.set_parameter(opened, "margin", "0.5")
        operations.add_kpi(opened, "mine", formula=RATE, draft=True)
        _aim(opened, "bookings", "20000")
        _began(opened, BEFORE)
        opened.today = TODAY
        yield opened


def _aim(ws: operations.Workspace, kpi_id: str, value: str, scope: str = "org") -> None:
    amounts = {"minimum": value, "target": value, "stretch": value}
    operations.set_baseline_from(ws, kpi_id, scope=scope, period="2025-Q3", value=value, reason="Agreed")
    operations.set_target_from(ws, kpi_id, **amounts, scope=scope, period="2025-Q3", reason="Agreed")


def _began(ws: operations.Workspace, day: date) -> None:
    """Let what was kept so far have been kept on a day, for the log goes by the clock."""
    with ws.db.writing("value typed in", "-"):
        ws.db.run("UPDATE kpi_definitions SET saved_at=?", (f"{day}T12:00:00+00:00",))
        ws.db.run("UPDATE audit SET at=?", (f"{day}T12:00:00+00:00",))


def _plant_the_future(ws: operations.Workspace) -> None:
    """Everything that can be set, set anew after the day."""
    for kpi_id, value, scope in (
        ("win_rate", "0.9", "rep:Ann Lee"),
        ("win_rate", "0.5", "org"),
        ("bookings", "7000", "rep:Bo Dahl"),
    ):
        _aim(ws, kpi_id, value, scope)
    win_rate = operations.find_kpi(ws, "win_rate")
    operations.save_kpi(ws, replace(win_rate, name="Share won", minimum_n=1))
    bookings = operations.find_kpi(ws, "bookings")
    operations.save_kpi(ws, replace(bookings, formula="sum(deals.amount where won and amount > 5000 on closed_at)"))
    operations.retire_kpi(ws, "sales_cycle_length")
    operations.add_kpi(ws, "pipeline_coverage", owner="Ann")
    operations.save_kpi(
        ws, replace(operations.find_kpi(ws, "mine"), formula=f"{RATE} - 0.5 * {RATE}", kpi_class="derived")
    )
    operations.add_kpi(ws, "new", formula=RATE, objective="Win", decision="Coach", owner="Ann")
    operations.set_parameter(ws, "margin", "0.9")
    new = replace(operations.settings(ws), minimum_n=1, solid_n=2, stall_days=365)
    operations.save_settings(ws, replace(new, business_hours="Mon-Wed 09:00-12:00"))
    operations.add_rule(ws, "win_rate", "below", "99%", "org", "quarter")


def test_nothing_that_is_set_after_a_day_changes_what_is_asked_as_of_it(ws: operations.Workspace) -> None:
    asked = operations.question(ws, period="2025-Q3", as_of=DAY)
    before = {name: ask(ws, asked) for name, ask in ASKED.items()}
    now = {name: ask(ws, replace(asked, as_of=None)) for name, ask in ASKED.items()}
    _plant_the_future(ws)
    changed = [name for name, ask in ASKED.items() if ask(ws, asked) != before[name]]
    assert changed == []
    same = {name for name, ask in ASKED.items() if ask(ws, replace(asked, as_of=None)) == now[name]}
    is_alone = operations.data_date(ws) == DAY  # one export shows nothing that stalled, and half a quarter no cause
    more = {"first page", "hygiene", "why off target"} if is_alone else set()
    assert same == {"left out", "what if", "one more", *more}, "what rests on nothing that was planted"


def test_a_receipt_of_a_past_day_is_proven_with_what_had_been_set_by_it(ws: operations.Workspace) -> None:
    operations.add_kpi(ws, "margin", formula="sum(deals.amount where won on closed_at) * param(margin)", draft=True)
    _began(ws, BEFORE)
    asked = operations.question(ws, period="2025-Q3", as_of=DAY)
    codes = [operations.rows(ws, kpi_id, asked).code for kpi_id in ("stalled_deals", "margin")]
    _plant_the_future(ws)
    assert [operations.replay(ws, code).is_same for code in codes] == [True, True]


def test_what_was_set_later_is_said_to_be_left_out(ws: operations.Workspace) -> None:
    asked = operations.question(ws, period="2025-Q3", as_of=DAY)
    assert operations.scorecard(ws, asked).notices == ()
    _plant_the_future(ws)
    assert operations.scorecard(ws, asked).notices == (
        "Left out are 1 target and 1 baseline set or changed after 15 Aug 2025.",
        "2 KPIs have come into use after 15 Aug 2025 and are left out.",
    )
    told = operations.trend(ws, "win_rate", asked).notices
    assert "Left out is 1 target set or changed after 15 Aug 2025." in told
    (row,) = operations.scorecard(ws, asked, ("win_rate",)).rows
    assert (row.target, row.target_text) == (None, "")


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone of a process cannot be changed here")
@pytest.mark.parametrize(
    ("zone", "moment", "known"),
    [("Pacific/Kiritimati", f"{DAY}T12:00:00+00:00", 0), ("Pacific/Honolulu", f"{AFTER}T05:00:00+00:00", 1)],
)
def test_rules_and_limits_are_of_the_day_on_this_computer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str, moment: str, known: int
) -> None:
    with made(tmp_path) as ws:
        bring_in(ws, write(tmp_path / "now.csv", history()))
        operations.add_rule(ws, "win_rate", "below", "99%", "org", "quarter")
        operations.restart_limits(ws, "bookings", ORG, BEFORE, "New plan")
        with ws.db.writing("value typed in", "-"):
            ws.db.run("UPDATE alert_rules SET made_at=?", (moment,))
            ws.db.run("UPDATE chart_limits SET at=?", (moment,))
        with monkeypatch.context() as there:
            there.setenv("TZ", zone)
            time.tzset()
            then = as_known(ws, DAY)
            found = len(operations.rules(then)), len(limit_starts(then))
        time.tzset()
        assert found == (known, known)


def test_what_was_set_on_the_day_the_workspace_began_holds_from_the_beginning(ws: operations.Workspace) -> None:
    operations.set_parameter(ws, "margin", "0.9")
    asked = operations.question(ws, period="2025-Q3", as_of=DAY)
    assert _margin(ws, asked) == pytest.approx(0.5)
    _began(ws, TODAY)
    assert _margin(ws, asked) == pytest.approx(0.9)


def _margin(ws: operations.Workspace, asked: Question) -> float:
    part, whole = (
        operations.evaluate(ws, text, asked).rows[0].result.value
        for text in ("[bookings] * param(margin)", "[bookings]")
    )
    return (part or 0) / (whole or 1)
