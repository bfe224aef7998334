"""Pipeline still to create, the pace and other drivers, against sums made by hand from the export file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import cast

import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.forecasts import ForecastView, ToCreate
from kpidesk.core.formats import format_value
from kpidesk.core.goals import Target
from kpidesk.core.imports import ImportOptions
from kpidesk.core.people import ORG, Scope
from kpidesk.core.progress import finish
from kpidesk.core.roster import PersonEdit
from kpidesk.core.scorecards import Question
from kpidesk.exporting.json_form import Json
from kpidesk.exporting.pipeline_forms import pipeline_json
from tests.operations import forecast_company as firm
from tests.operations.support import bring_in, copied, made

GOAL = 700_000.0
HOLIDAYS = ("2025-01-01", "2025-03-03", "2025-03-04")
Given = tuple[operations.Workspace, firm.Rows]


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Given]:
    """A workspace with one export, targets of bookings for the organisation and two of three reps, and holidays."""
    place = tmp_path_factory.mktemp("create")
    path = firm.write(place, firm.company(), [firm.TODAY])[firm.TODAY]
    off = place / "holidays.csv"
    off.write_text("Date,Name\n" + "".join(f"{day},Free\n" for day in HOLIDAYS), encoding="utf-8")
    with made(place, firm.TODAY) as ws:
        bring_in(ws, path, firm.TODAY, stages=firm.STAGES)
        finish(operations.import_file(ws, off, ImportOptions(kind="holidays", as_of=firm.TODAY, date_order="ymd")))
        goals = {ORG: GOAL, _rep(ws, "Ann Lee"): 300_000.0, _rep(ws, "Cy Oh"): 100_000.0}
        for scope, goal in goals.items():
            period = asked(ws).period
            operations.set_baseline(ws, operations.propose(ws, "bookings", scope, period).baseline)
            operations.set_target(ws, Target("bookings", scope, period, goal * 0.9, goal, goal * 1.1), "Plan")
        yield ws, firm.read(path)


def asked(ws: operations.Workspace, scope: str = "org", period: str = "2025-Q1") -> Question:
    return operations.question(ws, scope=scope, period=period)


def _rep(ws: operations.Workspace, name: str) -> Scope:
    return operations.scopes(ws).find_scope(f"rep:{name}")


def made_of(view: ForecastView) -> ToCreate:
    assert view.to_create is not None
    return view.to_create


def _won(rows: firm.Rows, first: str, last: str) -> list[float]:
    return [
        float(row["Amount"]) for row in rows.values() if row["Stage"] == "Won" and first <= row["Close date"] <= last
    ]


def test_the_arithmetic_is_that_of_the_file(given: Given) -> None:
    ws, rows = given
    found = made_of(operations.forecast(ws, asked(ws)))
    booked = sum(_won(rows, "2025-01-01", "2025-03-31"))
    year = ("2024-01-01", "2024-12-31")
    wins = _won(rows, *year)
    decided = [float(row["Amount"]) for row in rows.values()
               if row["Stage"] in ("Won", "Lost") and year[0] <= row["Close date"] <= year[1]]  # fmt: skip
    due = [row for row in rows.values() if row["Stage"] in firm.OPEN and row["Close date"] <= "2025-03-31"]
    due = [row for row in due if row["Close date"] >= "2025-01-01"]
    qualified = sum(float(row["Amount"]) for row in due if row["Qualified"])
    rate = sum(wins) / sum(decided)
    assert [one.value for one in found.terms] == pytest.approx([GOAL, booked, rate, qualified])
    assert found.amount == pytest.approx((GOAL - booked) / rate - qualified, abs=0.01)
    money = [format_value(one, "money", "USD") for one in (GOAL, booked, GOAL - booked)]
    assert found.lines[0] == f"{money[0]} target − {money[1]} won = {money[2]} still to win"
    assert f"{len(wins)} of {len(decided)} deals in Q1 2024 to Q4 2024, between " in found.lines[1]
    assert found.lines[2].endswith(f"= {found.text} still to create")
    rest = sum(float(row["Amount"]) for row in due) - qualified
    assert f"{format_value(rest, 'money', 'USD')} of open deals due are not qualified and do not count." in found.notes


def test_the_written_pipeline_goes_by_the_qualified_deals(given: Given) -> None:
    ws, _ = given
    terms = {one.name: one.value for one in made_of(operations.forecast(ws, asked(ws))).terms}
    written = cast("Json", pipeline_json(operations.pipeline(ws, asked(ws)))["coverage"])
    goal, booked, _rate, qualified = terms.values()
    judged = cast("Json", written["judged"])
    assert judged["value"] == pytest.approx(qualified / (goal - booked), abs=1e-6)
    assert judged["reason"] == ""
    assert written["judged"] != written["of_rest"]


def test_the_win_rate_is_that_of_the_pipeline_page(given: Given) -> None:
    ws, _ = given
    rate = made_of(operations.forecast(ws, asked(ws))).terms[2]
    coverage = operations.pipeline(ws, asked(ws)).coverage
    assert (rate.value, rate.text) == (coverage.win_rate.value, coverage.win_rate.text)
    assert f" {coverage.n:.0f} deals in {coverage.past}, " in rate.note


def test_lost_deals_without_amounts_leave_the_win_rate_unknown(tmp_path: Path) -> None:
    """Every decided deal that has an amount is won: 100 % would say that hardly any pipeline is needed."""
    path = firm.write(tmp_path, firm.company(), [firm.TODAY])[firm.TODAY]
    lines = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    lost = sum(line[4] == "Lost" and line[7].startswith("2024") for line in lines)
    path.write_text("\n".join(",".join((*line[:5], "", *line[6:]) if line[4] == "Lost" else line) for line in lines),
                    encoding="utf-8")  # fmt: skip
    with made(tmp_path, firm.TODAY) as ws:
        bring_in(ws, path, firm.TODAY, stages=firm.STAGES)
        period = asked(ws).period
        operations.set_baseline(ws, operations.propose(ws, "bookings", ORG, period).baseline)
        operations.set_target(ws, Target("bookings", ORG, period, GOAL * 0.9, GOAL, GOAL * 1.1), "Plan")
        view = operations.forecast(ws, asked(ws))
    assert view.to_create is None
    assert view.why_missing("to_create") == (
        f"The share of money won in Q1 2024 to Q4 2024 is not known: none of {lost} lost deals has an amount."
    )


def test_enough_pipeline_leaves_nothing_to_create(given: Given, tmp_path: Path) -> None:
    ws, rows = given
    booked = sum(_won(rows, "2025-01-01", "2025-03-31"))
    with made(tmp_path, firm.TODAY) as other:
        bring_in(other, ws.path.parent / f"deals-{firm.TODAY.isoformat()}.csv", firm.TODAY, stages=firm.STAGES)
        period = asked(other).period
        operations.set_baseline(other, operations.propose(other, "bookings", ORG, period).baseline)
        operations.set_target(other, Target("bookings", ORG, period, booked, booked + 1000, booked + 2000), "Plan")
        found = made_of(operations.forecast(other, asked(other)))
    assert (found.amount, found.shares) == (0.0, ())
    assert found.lines[2].endswith("is open, qualified and due in the period, so there is enough: $0 still to create")
    assert found.lines[3].endswith(" it is $0 all the same")
    assert not any("little of it can close" in one for one in found.notes)


@pytest.mark.parametrize("how", ["equal", "target", "history"])
def test_the_reps_get_exactly_the_whole(given: Given, how: str) -> None:
    ws, rows = given
    found = made_of(operations.forecast(ws, asked(ws), how))
    assert round(sum(one.amount for one in found.shares), 2) == found.amount
    by_owner = {one: sum(float(row["Amount"]) for row in rows.values() if row["Owner"] == one and row["Stage"] == "Won"
                         and "2024-01-01" <= row["Close date"] <= "2024-12-31") for one in firm.REPS}  # fmt: skip
    weights = {"equal": dict.fromkeys(firm.REPS, 1.0), "history": by_owner,
               "target": {"Ann Lee": 300_000.0, "Bo Dahl": 0.0, "Cy Oh": 100_000.0}}[how]  # fmt: skip
    whole = sum(weights.values())
    assert [one.name for one in found.shares] == list(firm.REPS)
    assert [one.amount for one in found.shares] == pytest.approx(
        [found.amount * weights[one] / whole for one in firm.REPS], abs=0.02
    )


def test_who_has_left_is_to_create_nothing(given: Given, tmp_path: Path) -> None:
    ws, _ = given
    whole = made_of(operations.forecast(ws, asked(ws)))
    with copied(ws.path.parent, tmp_path, firm.TODAY) as other:
        gone = operations.find_person(other, "Bo Dahl")
        operations.save_person(other, gone.id, PersonEdit(end_at="2025-02-10"))
        found = made_of(operations.forecast(other, asked(other)))
    assert [one.name for one in found.shares] == ["Ann Lee", "Cy Oh"]
    assert round(sum(one.amount for one in found.shares), 2) == found.amount == whole.amount


def test_who_is_in_no_team_and_has_no_target_is_left_out_once_there_are_teams(given: Given, tmp_path: Path) -> None:
    ws, _ = given
    whole = made_of(operations.forecast(ws, asked(ws)))
    assert not any("no team" in one for one in whole.notes), "without teams everybody takes part"
    with copied(ws.path.parent, tmp_path, firm.TODAY) as other:
        operations.add_team(other, "North")
        operations.move_people(other, [operations.find_person(other, "Cy Oh").id], "North")
        found = made_of(operations.forecast(other, asked(other)))
    assert [one.name for one in found.shares] == ["Ann Lee", "Cy Oh"], "Ann has a target, Cy a team, Bo neither"
    assert round(sum(one.amount for one in found.shares), 2) == found.amount == whole.amount
    assert "Not split over Bo Dahl: in no team and without a target." in found.notes


def test_the_kpi_of_the_catalogue_tells_the_same_amount(given: Given) -> None:
    ws, _ = given
    found = made_of(operations.forecast(ws, asked(ws)))
    row = operations.scorecard(ws, asked(ws), ("pipeline_to_create",)).rows[0]
    assert row.result.value == pytest.approx(found.amount, abs=0.01)


def test_a_rep_with_few_decided_deals_leans_on_the_whole(given: Given) -> None:
    ws, _ = given
    found = made_of(operations.forecast(ws, asked(ws, "rep:Cy Oh")))
    whole = made_of(operations.forecast(ws, asked(ws)))
    own = found.terms[2].value != whole.terms[2].value
    assert own is not any("win rate is that of" in one for one in found.notes)
    assert not found.shares
    assert found.amount >= 0


def test_without_a_target_there_is_nothing_to_create(given: Given) -> None:
    ws, _ = given
    view = operations.forecast(ws, asked(ws, "rep:Bo Dahl"))
    assert view.to_create is None
    assert view.why_missing("to_create") == "Without a target of bookings there is no pipeline to create."
    assert not view.methods[0].chances


def test_a_target_that_is_reached_needs_nothing_more(given: Given, tmp_path: Path) -> None:
    ws, rows = given
    booked = sum(_won(rows, "2025-01-01", "2025-03-31"))
    with made(tmp_path, firm.TODAY) as other:
        bring_in(other, ws.path.parent / f"deals-{firm.TODAY.isoformat()}.csv", firm.TODAY, stages=firm.STAGES)
        period = asked(other).period
        operations.set_baseline(other, operations.propose(other, "bookings", ORG, period).baseline)
        operations.set_target(other, Target("bookings", ORG, period, booked / 4, booked / 2, booked * 2), "Plan")
        view = operations.forecast(other, asked(other))
        found = made_of(view)
        assert (found.amount, found.shares) == (0.0, ())
        assert found.lines[0].endswith("won: the target is reached.")
        assert view.pacing is not None
        assert (view.pacing.required, view.pacing.words[-1]) == (0.0, "The target is reached.")


def test_the_pace_counts_working_days_without_holidays(given: Given) -> None:
    ws, rows = given
    view = operations.forecast(ws, asked(ws))
    every = [day for day in firm.weekdays(date(2025, 1, 1), date(2025, 3, 31)) if day.isoformat() not in HOLIDAYS]
    gone = [day for day in every if day <= firm.TODAY]
    pacing = view.pacing
    assert pacing is not None
    assert (pacing.days_gone, pacing.days_left) == (len(gone), len(every) - len(gone))
    booked = sum(_won(rows, "2025-01-01", "2025-03-31"))
    assert pacing.business_due == pytest.approx(GOAL * len(gone) / len(every))
    assert pacing.required == pytest.approx((GOAL - booked) / (len(every) - len(gone)))
    assert pacing.share is not None
    assert pacing.due == pytest.approx(GOAL * pacing.share)
    now, expected = pacing.curve[-1], pacing.curve[-2]
    assert (now.kind, now.points[-1]) == ("now", (len(gone) / len(every), booked))
    assert expected.points[-1] == pytest.approx((1.0, GOAL))
    past = next(one for one in pacing.curve if one.name == "Q3 2024")
    assert past.points[-1] == (1.0, sum(_won(rows, "2024-07-01", "2024-09-30")))
    assert past.points[10][1] == sum(_won(rows, "2024-07-01", "2024-07-12"))


def test_a_month_without_a_working_day_is_told_by_its_days(given: Given, tmp_path: Path) -> None:
    ws, _ = given
    with copied(ws.path.parent, tmp_path, firm.TODAY) as other:
        off = tmp_path / "off.csv"
        off.write_text("Date,Name\n" + "".join(f"2025-02-{day:02d},Off\n" for day in range(1, 29)), encoding="utf-8")
        finish(operations.import_file(other, off, ImportOptions(kind="holidays", as_of=firm.TODAY, date_order="ymd")))
        period = asked(other, period="2025-02").period
        operations.set_baseline(other, operations.propose(other, "bookings", ORG, period).baseline)
        operations.set_target(other, Target("bookings", ORG, period, 1e6, 2e6, 3e6), "Plan")
        found = operations.forecast(other, asked(other, period="2025-02")).pacing
    assert found is not None
    assert (found.days_gone, found.days_left, found.required) == (0, 0, None)
    assert "Spread evenly over calendar days, $1.00M would be due (50% of them are over)." in found.words
    assert found.words[-1] == "No working day is left to reach the target."
    assert found.share is not None
    assert 0.3 < found.share < 0.7


# --- other drivers ----------------------------------------------------------------------------------------------------


def test_what_if_multiplies_the_own_drivers(given: Given) -> None:
    ws, rows = given
    found = operations.what_if(ws, asked(ws), operations.read_what_if(["win_rate=+10%", "Deal size=-20%"]))
    wins = _won(rows, "2024-01-01", "2024-12-31")
    lost = [
        row for row in rows.values() if row["Stage"] == "Lost" and "2024-01-01" <= row["Close date"] <= "2024-12-31"
    ]
    opened = [row for row in rows.values() if "2024-01-01" <= row["Qualified"] <= "2024-12-31"]
    rate, size = len(wins) / (len(wins) + len(lost)), sum(wins) / len(wins)
    closed = [row for row in rows.values() if row["Stage"] == "Won" and row["Close date"].startswith("2024")]
    days = [(date.fromisoformat(row["Close date"]) - date.fromisoformat(row["Created"])).days for row in closed]
    still = sum(row["Stage"] in firm.OPEN for row in rows.values())
    assert [one.now for one in found.drivers] == pytest.approx(
        [len(opened) / 4, rate, size, sum(days) / len(days), still]
    )
    assert [one.is_changed for one in found.drivers] == [False, True, True, False, False]
    bookings, per_day = found.effects
    assert bookings.before == pytest.approx(len(opened) / 4 * rate * size)
    assert bookings.after == pytest.approx(bookings.before * 1.1 * 0.8)
    assert per_day.before == pytest.approx(still * rate * size / (sum(days) / len(days)))
    assert per_day.after == pytest.approx(per_day.before * 0.88)
    assert bookings.sums[1].startswith("Then: ")
    assert found.window == "Q1 2024 – Q4 2024"


def test_periods_of_before_the_data_are_no_drivers(given: Given) -> None:
    """The data begin in the third quarter of 2022: its deals would be counted over quarters that nobody saw."""
    ws, rows = given
    found = operations.what_if(ws, asked(ws, period="2023-Q2"))
    opened = [row for row in rows.values() if "2022-10-01" <= row["Qualified"] <= "2023-03-31"]
    assert (found.window, found.drivers[0].now) == ("Q4 2022 – Q1 2023", len(opened) / 2)


def test_a_shorter_cycle_yields_more_per_day(given: Given) -> None:
    ws, _ = given
    bookings, per_day = operations.what_if(ws, asked(ws), {"cycle": -0.2}).effects
    assert bookings.before == bookings.after
    assert per_day.after == pytest.approx(per_day.before / 0.8)


def test_what_cannot_be_tried_is_refused(given: Given) -> None:
    ws, _ = given
    with pytest.raises(UserError, match="would pass 100%"):
        operations.what_if(ws, asked(ws), {"win_rate": 3.0})
    for text in ("wins=+10%", "win_rate", "win_rate=lots", "win_rate=-100%"):
        with pytest.raises(UserError):
            operations.read_what_if([text])


def test_a_real_change_of_velocity_is_split_over_its_four_drivers(tmp_path: Path) -> None:
    """Deals that close in the last month are worth eight times as much: the size explains the change."""
    end = date(2025, 4, 1)
    deals = [replace(one, amount=one.amount * (8 if one.closed >= date(2025, 3, 1) else 1)) for one in firm.company()]
    path = firm.write(tmp_path, deals, [end])[end]
    with made(tmp_path, end) as ws:
        bring_in(ws, path, end, stages=firm.STAGES)
        found = operations.what_if(ws, asked(ws, period="2025-03"))
        rows = firm.read(path)
    assert found.velocity is not None
    parts = {one.label: one.amount for one in found.velocity.parts}
    assert list(parts) == ["Open deals", "Win rate", "Deal size", "Cycle length"]
    now, before = (_velocity(rows, deals, day) for day in (date(2025, 3, 31), date(2025, 2, 28)))
    assert sum(parts.values()) == pytest.approx(now - before)
    assert max(parts, key=lambda name: parts[name]) == "Deal size"
    assert "Within usual variation" not in found.velocity_words


def _velocity(rows: firm.Rows, deals: Sequence[firm.Deal], day: date) -> float:
    """Open deals × win rate × deal size ÷ cycle, the last three of the 90 days up to a day."""
    first = (day - timedelta(days=89)).isoformat()
    decided = [row for row in rows.values()
               if row["Stage"] in ("Won", "Lost") and first <= row["Close date"] <= day.isoformat()]  # fmt: skip
    wins = [row for row in decided if row["Stage"] == "Won"]
    amount = sum(float(row["Amount"]) for row in wins)
    days = sum((date.fromisoformat(row["Close date"]) - date.fromisoformat(row["Created"])).days for row in wins)
    still = sum(one.created <= day < one.closed for one in deals)
    return still * (len(wins) / len(decided)) * (amount / len(wins)) / (days / len(wins))
