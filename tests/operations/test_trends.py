"""What explains a trend: by the same working day, where it is heading, the usual range, open deals counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import month_period, quarter_period, shift
from kpidesk.core.roster import PersonEdit
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.core.trend_words import explanations, part_facts, usual_words
from kpidesk.core.trends import Trend, begun
from tests.operations.forecast_company import share_quantiles
from tests.operations.support import TODAY, Line, bring_in, copied, made, write

EARLY = (20, 30, 40, 50, 20, 30, 40, 50)
"""How many of 100 thousand each of eight quarters had by its tenth day; the rest came on its last."""
WON_DAYS = (20, 35, 41, 52, 60, 75, 88)
OPEN_AGES = (30, 95, 120, 140, 150, 64)
"""A published case of the Kaplan–Meier method: the median of the won alone is 52, with the open ones counted 75."""
SETTINGS = Settings()
QUARTER = quarter_period(2026, 1, SETTINGS)
SPIKE = 20
NEW_DEALS = Kpi(
    id="new_deals", name="New deals", formula="count(deals on created_at)", sentence="Deals created.", unit="count",
    direction="higher", indicator="leading", dimension="pipeline", kpi_class="flow_count", cadence="monthly",
    objective="Fill the pipeline.", decision="Prospect more.", owner="Sales manager", status="active",
)  # fmt: skip


def _bookings() -> Iterator[Line]:
    """Ann's deals: eight quarters of 100 thousand, then 50 and 10 thousand in one that is not over, and six open."""
    for at, early in enumerate(EARLY):
        period = quarter_period(2024 + at // 4, at % 4 + 1, SETTINGS)
        for name, day, amount in (("e", period.start.replace(day=10), early), ("l", period.last_day, 100 - early)):
            created = (day - timedelta(days=30)).isoformat()
            yield f"A{at}{name}", "Ann Lee", "Won", str(1000 * amount), created, day.isoformat()
    yield "A8x", "Ann Lee", "Won", "50000", "2026-01-05", "2026-01-15"
    yield "A8y", "Ann Lee", "Won", "10000", "2026-01-06", "2026-02-02"
    for place in range(6):
        yield f"A9{place}", "Ann Lee", "Open", "7000", f"2026-01-1{place}", "2026-06-30"


def _cycles() -> Iterator[Line]:
    """Kay's deals, all begun within a year but for one, with which the data begin."""
    yield "K99", "Kay Orr", "Lost", "1000", "2023-12-01", "2023-12-20"
    after = TODAY + timedelta(days=1)
    for place, days in enumerate(WON_DAYS):
        begun_at = after - timedelta(days=200)
        closed = begun_at + timedelta(days=days)
        yield f"K0{place}", "Kay Orr", "Won", "1000", begun_at.isoformat(), closed.isoformat()
    for place, age in enumerate(OPEN_AGES):
        yield f"K1{place}", "Kay Orr", "Open", "1000", (after - timedelta(days=age)).isoformat(), "2026-12-31"


def _months() -> Iterator[Line]:
    """Bo's new deals: 9 and 11 in turn for two years, but 40 in one month."""
    for at in range(24):
        year, month = divmod(2024 * 12 + 1 + at, 12)
        count = 40 if at == SPIKE else (9, 11)[at % 2]
        for place in range(count):
            yield f"B{at:02d}{place:02d}", "Bo Dahl", "Open", "1000", f"{year}-{month + 1:02d}-05", "2026-12-31"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trends")
    with made(folder) as ws:
        operations.save_kpi(ws, NEW_DEALS)
        bring_in(ws, write(folder / "deals.csv", [*_bookings(), *_cycles(), *_months()]))
    return folder


@pytest.fixture
def ws(company: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(company, tmp_path) as opened:
        yield opened


def _rep(ws: operations.Workspace, name: str) -> Scope:
    return operations.scopes(ws).find_scope(f"rep:{name}")


def explained(ws: operations.Workspace, kpi_id: str, name: str, question: Question | None = None) -> Trend:
    asked = question or Question(QUARTER, _rep(ws, name) if name else ORG)
    return operations.explain_trend(ws, operations.trend(ws, kpi_id, asked))


def test_a_running_period_is_compared_with_the_one_before_on_the_same_working_day(ws: operations.Workspace) -> None:
    running = explained(ws, "bookings", "Ann Lee").running
    assert running is not None
    assert running.elapsed is not None
    # 22 working days of January and 15 of February are over, as many as October's 23 and 14 of November
    assert (running.days_gone, running.days_left) == (37, 27)
    assert running.elapsed.until == date(2025, 11, 20)
    assert running.elapsed.value == 50_000
    assert running.words[0] == "On the same working day of Q4 2025: $50.0K."


def test_where_it_is_heading_is_what_is_booked_by_the_shares_of_past_quarters(ws: operations.Workspace) -> None:
    booked = operations.save_kpi(ws, replace(operations.find_kpi(ws, "bookings"), id="booked", name="Booked"))
    running = explained(ws, booked.id, "Ann Lee").running  # bookings head for what the forecast says
    assert running is not None
    # 60 thousand by shares of 20, 30, 40 and 50 %, each two times: 300, 200, 150 and 120 thousand
    assert running.point == pytest.approx(175_000)
    quantiles = share_quantiles(60_000, [0.2, 0.3, 0.4, 0.5] * 2)
    assert (running.point, running.low, running.high) == pytest.approx(quantiles, rel=2e-3)
    assert running.words[1] == "Heading for $101K to $385K, as past quarters went."


def test_what_is_needed_a_day_is_the_rest_of_the_target_by_the_working_days_left(ws: operations.Workspace) -> None:
    whose = {"scope": "rep:Ann Lee", "period": "2026-Q1"}
    operations.set_baseline_from(ws, "bookings", value="100000", reason="What it always was.", **whose)
    operations.set_target_from(
        ws, "bookings", minimum="150000", target="195000", stretch="220000", reason="Plan", **whose
    )
    shown = explained(ws, "bookings", "Ann Lee")
    assert shown.running is not None
    assert shown.running.required == pytest.approx((195_000 - 60_000) / 27)
    assert "each working day must bring $5.00K; 27 working days left." in shown.running.words[-1]
    assert dict(part_facts(shown, len(shown.points) - 1))["Needed a working day"] == "$5.00K"


def test_a_rate_heads_nowhere_but_is_compared(ws: operations.Workspace) -> None:
    running = explained(ws, "win_rate", "Ann Lee").running
    assert running is not None
    assert running.point is None
    assert [words.split(":")[0] for words in running.words] == ["On the same working day of Q4 2025"]


def test_a_period_that_has_hardly_begun_says_that_it_is_too_early(ws: operations.Workspace) -> None:
    year = Question(operations.question(ws, period="2026").period, _rep(ws, "Ann Lee"))
    running = explained(ws, "bookings", "", year).running
    assert running is not None
    assert running.point is None
    assert "Too early to say where it is heading" in " ".join(running.words)


def test_a_closed_period_has_nothing_running(ws: operations.Workspace) -> None:
    closed = Question(quarter_period(2025, 4, SETTINGS), _rep(ws, "Ann Lee"))
    assert explained(ws, "bookings", "", closed).running is None


def test_the_usual_range_is_that_of_the_first_twelve_months(ws: operations.Workspace) -> None:
    shown = explained(ws, "new_deals", "", Question(month_period(2026, 1), _rep(ws, "Bo Dahl")))
    assert shown.usual is not None
    # 9 and 11 in turn: a mean of 10, steps of 2, and 2.66 times that to each side
    assert list(shown.usual.at(12) or ()) == pytest.approx([10 - 5.32, 10 + 5.32])
    (signal,) = shown.usual.signals
    assert shown.points[signal.at].period == month_period(2025, 10)
    assert (signal.side, shown.points[signal.at].result.value) == ("above", 40)
    assert not shown.usual.trial


def test_few_periods_make_a_trial_range_without_signals(ws: operations.Workspace) -> None:
    usual = explained(ws, "new_deals", "", Question(quarter_period(2025, 4, SETTINGS), _rep(ws, "Bo Dahl"))).usual
    assert usual is not None
    assert (usual.trial, usual.signals) == (True, ())


def test_points_that_overlap_have_no_usual_range_and_say_so(ws: operations.Workspace) -> None:
    usual = explained(ws, "open_pipeline", "Ann Lee").usual
    assert usual is not None
    assert (usual.is_known, usual.signals) == (False, ())
    assert "Points overlap" in usual.words[0]


def test_half_of_the_deals_close_later_when_open_ones_are_counted(ws: operations.Workspace) -> None:
    shown = explained(ws, "sales_cycle_length", "Kay Orr")
    (line,) = [one for one in shown.lines if one.kind == "cycle"]
    assert line.values[-1] == 75
    assert line.words == (
        "With open deals counted at their age, half of the deals begun within a year close in 75 days."
    )
    assert line.words in shown.remarks


def test_a_cohort_says_how_much_of_it_is_still_open(ws: operations.Workspace) -> None:
    shown = explained(ws, "win_rate_cohort", "Ann Lee")
    assert shown.points[-1].still_open == pytest.approx(6 / 8)
    assert shown.points[-2].still_open is None
    assert "75% of Q1 2026 is still open." in " ".join(shown.remarks)


def test_one_deal_that_is_most_of_a_value_is_said(ws: operations.Workspace) -> None:
    shown = explained(ws, "bookings", "Ann Lee")
    sizes = shown.points[-1].sizes
    assert sizes is not None
    assert sizes.largest == pytest.approx(50 / 60)
    assert (sizes.low, sizes.high, sum(sizes.counts)) == (10_000, 50_000, 2)
    assert shown.remarks == ("In Q1 2026 one deal is 83% of the value.",)


def test_the_line_of_a_year_before_has_the_same_quarters(ws: operations.Workspace) -> None:
    (line,) = [one for one in explained(ws, "bookings", "Ann Lee").lines if one.kind == "year"]
    assert line.values[-5:-1] == (100_000,) * 4
    assert line.texts[-2] == "$100K in Q4 2024"


def test_a_running_quarter_is_held_against_as_many_days_a_year_before(ws: operations.Workspace) -> None:
    shown = explained(ws, "bookings", "Ann Lee")
    (line,) = [one for one in shown.lines if one.kind == "year"]
    assert shown.points[-1].partial
    assert shown.as_of == date(2026, 2, 20)
    # of Q1 2025 only the deal of 10 Jan was won by its 51st day; that of 31 Mar was not
    assert line.values[-1] == 1000 * EARLY[4]
    assert line.texts[-1] == f"${EARLY[4]}.0K in the first 51 days of Q1 2025"
    found = operations.replay(ws, line.receipts[-1])
    assert found.is_same
    assert found.receipt.result.value == line.values[-1]


def test_marks_stand_at_their_days_and_keep_their_numbers(ws: operations.Workspace) -> None:
    operations.add_note(ws, date(2025, 8, 15), "New price list")
    operations.add_note(ws, date(2024, 5, 1), "Only bookings", kpi_id="bookings")
    operations.add_note(ws, date(2019, 5, 1), "Long ago")
    shown = explained(ws, "bookings", "Ann Lee")
    assert [(mark.number, mark.text) for mark in shown.marks] == [(1, "Only bookings"), (2, "New price list")]
    at = next(at for at, point in enumerate(shown.points) if date(2025, 8, 15) in point.period)
    assert shown.marks[1].x == pytest.approx(at - 0.5 + 45.5 / 92)  # the 46th of 92 days
    assert [mark.text for mark in explained(ws, "win_rate", "Ann Lee").marks] == ["New price list"]


def test_what_is_cut_off_takes_its_parts_along(ws: operations.Workspace) -> None:
    operations.add_note(ws, date(2025, 8, 15), "New price list")
    whole = explained(ws, "bookings", "Kay Orr")
    (cut,) = begun([whole])
    gone = len(whole.points) - len(cut.points)
    assert [one.receipts for one in cut.lines] == [one.receipts[gone:] for one in whole.lines]
    assert gone > 0
    assert cut.running is not None
    assert cut.points[cut.running.at].period == QUARTER
    assert all(len(line.values) == len(cut.points) for line in cut.lines)
    assert all(-0.5 <= mark.x < len(cut.points) for mark in cut.marks)


def test_reps_stand_on_one_scale_with_the_mean_of_all(ws: operations.Workspace) -> None:
    found = operations.rep_trends(ws, "bookings", Question(QUARTER), 9)
    assert [one.question.scope.name for one in found.trends] == ["Ann Lee", "Bo Dahl", "Kay Orr"]
    (mean,) = {one.lines for one in found.trends}
    assert mean[0].values[-1] == pytest.approx(60_000 / 3)
    assert (found.low, found.high) == (0, 100_000)


def test_what_is_not_drawn_is_not_told(ws: operations.Workspace) -> None:
    shown = explained(ws, "new_deals", "", Question(month_period(2026, 1), _rep(ws, "Bo Dahl")))
    assert usual_words(shown) == ()
    assert not any("usual" in words for words in explanations(shown))


def test_a_baseline_of_a_period_to_come_is_not_drawn(ws: operations.Workspace) -> None:
    goal = {"scope": "rep:Ann Lee", "reason": "the plan"}
    before = shift(QUARTER, -1, SETTINGS)
    operations.set_baseline_from(ws, "bookings", value="52000", period=shift(QUARTER, 1, SETTINGS).key, **goal)
    asked = Question(QUARTER, _rep(ws, "Ann Lee"))
    assert operations.trend(ws, "bookings", asked).baseline is None
    operations.set_baseline_from(ws, "bookings", value="41000", period=before.key, **goal)
    drawn = operations.trend(ws, "bookings", asked).baseline
    assert drawn is not None
    assert drawn.value == 41_000


# --- who was not there ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hired", "gone", "here", "words"),
    [
        ("2025-11-01", "", [False, False, False, True, True], "not here before 1 Nov 2025"),
        ("", "2025-07-01", [True, True, False, False, False], "not here after 30 Jun 2025"),
    ],
)
def test_who_was_not_there_has_no_number_and_is_in_no_mean(
    ws: operations.Workspace, hired: str, gone: str, here: list[bool], words: str
) -> None:
    """Of three reps Bo never sold anything: a zero while there, else nothing."""
    operations.save_person(ws, operations.find_person(ws, "Bo Dahl").id, PersonEdit(hire_at=hired, end_at=gone))
    told = [(point.result.value, point.result.reason) for point in explained(ws, "bookings", "Bo Dahl").points[-5:]]
    assert told == [(0, "") if one else (None, words) for one in here]
    mean = operations.rep_trends(ws, "bookings", Question(QUARTER), 5).trends[0].lines[0]
    whole = [point.result.value or 0 for point in operations.trend(ws, "bookings", Question(QUARTER), 5).points]
    assert mean.values == pytest.approx([total / (2 + one) for total, one in zip(whole, here, strict=True)])
    card = operations.scorecard(ws, replace(Question(QUARTER), by="rep"), ("bookings",))
    bo = next(row for row in operations.with_luck(ws, card).rows if row.scope.name == "Bo Dahl")
    assert (bo.result.value, bo.reason) == told[-1]
    assert bo.change is None or here[-1]
    assert operations.replay(ws, bo.receipt).is_same


def test_a_month_whose_data_end_on_its_last_day_is_told_as_on_the_scorecard(tmp_path: Path) -> None:
    """On that day it runs, heads for nothing more and the line leads to what it has; on the day after it is over."""
    ends = date(2026, 2, 28)
    with made(tmp_path, ends) as ws:
        bring_in(ws, write(tmp_path / "deals.csv", list(_bookings())), ends)
        asked = operations.question(ws, period="2026-02")
        month, card = explained(ws, "bookings", "", asked), operations.scorecard(ws, asked)
        assert month.points[-1].not_over == card.running_words == "The period is not over."
        assert month.running is not None
        assert not [one for one in month.running.words if "Heading" in one]
        assert month.leads_to(12) == month.points[-1].result.value == 10_000
        quarter = explained(ws, "bookings", "", operations.question(ws, period="2026-Q1"))
        assert quarter.points[-1].not_over == "The period is not over."
        assert quarter.running is not None
        assert [one for one in quarter.running.words if "Heading" in one]
        after = replace(ws, today=date(2026, 3, 1), memory={})
        month, card = explained(after, "bookings", "", asked), operations.scorecard(after, asked)
        assert card.running_words == "The period is over; the data are of its last day."
        assert (month.points[-1].not_over_note, month.running) == ("", None)


def test_a_month_whose_data_end_before_its_last_day_is_over_but_not_in_the_data(tmp_path: Path) -> None:
    ends = date(2026, 2, 26)
    with made(tmp_path, date(2026, 3, 3)) as ws:
        bring_in(ws, write(tmp_path / "deals.csv", list(_bookings())), ends)
        asked = operations.question(ws, period="2026-02")
        month, card = explained(ws, "bookings", "", asked), operations.scorecard(ws, asked)
        assert month.points[-1].not_over == card.running_words == "The period is over, but the data end on 26 Feb 2026."
        assert month.points[-1].not_over_note == "the data end on 26 Feb 2026"
