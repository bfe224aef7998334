"""Coaching goals: a start value that stays, one look on the day agreed on, and a verdict that luck does not give."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from statistics import NormalDist

import pytest

from kpidesk import operations
from kpidesk.core.coaching_goals import CoachingGoal
from kpidesk.core.errors import UserError
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import parse_period
from kpidesk.core.review_words import goal_lines
from kpidesk.core.reviews import Sheet
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from tests.operations.support import Line, bring_in, copied, made, write

KNOWN = date(2025, 12, 31)
DUE = date(2026, 4, 2)
"""91 days after the first day that the data do not cover yet."""
JUDGED = DUE - timedelta(days=1)


def closed(prefix: str, first: date, won: int, count: int = 20, step: int = 4) -> list[Line]:
    """Deals of Ann closed every few days from a day on, the first of them won."""
    return [
        (f"{prefix}{at:02d}", "Ann Lee", "Won" if at < won else "Lost", "1000", "2024-12-01",
         (first + timedelta(days=step * at)).isoformat())
        for at in range(count)
    ]  # fmt: skip


OLD: list[Line] = [("Z1", "Ann Lee", "Lost", "1000", "2024-12-01", "2025-01-10"),
                   ("Z2", "Bo Dahl", "Won", "1000", "2024-12-01", "2025-12-10")]  # fmt: skip
BEFORE = [*OLD, *closed("B", date(2025, 10, 2), 4)]
"""4 of 20 in the 91 days to 31 December."""
AFTER = [*BEFORE, *closed("N", date(2026, 1, 1), 16)]
"""And 16 of 20 in the 91 days from 1 January on."""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("goals")
    with made(folder, date(2026, 1, 2)) as ws:
        bring_in(ws, write(folder / "before.csv", BEFORE), KNOWN)
    return folder


@pytest.fixture
def ws(imported: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(imported, tmp_path, date(2026, 1, 2)) as opened:
        yield opened


def ann(ws: operations.Workspace) -> Scope:
    return operations.scopes(ws).find_scope("rep:Ann Lee")


def set_goal(ws: operations.Workspace, kpi_id: str = "win_rate") -> CoachingGoal:
    return operations.save_coaching_goal(ws, operations.draft_coaching_goal(ws, ann(ws), kpi_id, text="Ask who signs"))


def later(ws: operations.Workspace, folder: Path, lines: list[Line], day: date) -> None:
    """Another export, with the clock on its day."""
    ws.today = day
    bring_in(ws, write(folder / f"{day}.csv", lines), day)


def meet(ws: operations.Workspace) -> Sheet:
    """A whole meeting with Ann."""
    return operations.close_review(ws, operations.open_review(ws, ann(ws)).id, without_commitment=True)


def test_the_start_is_as_many_days_as_are_left(ws: operations.Workspace) -> None:
    goal = set_goal(ws)
    assert (goal.due, goal.period.start, goal.period.end) == (DUE, date(2025, 10, 2), date(2026, 1, 1))
    assert (goal.start.result.value, goal.start.result.n, goal.start.text, goal.start.sample) == (
        0.2, 20.0, "20%", "4 of 20")  # fmt: skip
    assert goal.start.result.interval == pytest.approx((0.0807, 0.4160), abs=1e-4), "Wilson, worked out by hand"


def test_on_its_day_it_is_judged_by_the_interval_of_the_difference(ws: operations.Workspace, tmp_path: Path) -> None:
    goal = set_goal(ws)
    later(ws, tmp_path, AFTER, JUDGED)
    found = operations.goal_readout(ws, goal)
    # Newcombe: 0.6 ± the legs of Wilson's (0.0807, 0.4160) and (0.5840, 0.9193)
    low = 0.6 - math.hypot(0.8 - 0.5840, 0.4160 - 0.2)
    high = 0.6 + math.hypot(0.9193 - 0.8, 0.2 - 0.0807)
    assert found.change == pytest.approx(0.6)
    assert found.interval == pytest.approx((low, high), abs=2e-4)
    assert (found.verdict, found.is_over) == ("better", True)
    assert found.finding.endswith("Changed for the better, more than luck explains.")


def test_as_of_a_past_day_it_reads_as_it_did_then(ws: operations.Workspace, tmp_path: Path) -> None:
    goal, halfway = set_goal(ws), date(2026, 2, 10)
    later(ws, tmp_path, AFTER[:-10], halfway)
    then = operations.goal_readout(ws, goal)
    later(ws, tmp_path, AFTER, JUDGED)
    assert operations.goal_readout(ws, goal, halfway) == then
    assert (then.as_of, then.verdict, operations.goal_readout(ws, goal).verdict) == (halfway, "too early", "better")
    operations.drop_coaching_goal(ws, goal.id)
    told = [len(operations.coaching_goals(ws, as_of=day)) for day in (KNOWN, halfway, None)]
    assert told == [0, 1, 0], "made later, kept then, dropped now"


def test_before_its_day_it_is_too_early_however_much_has_changed(ws: operations.Workspace, tmp_path: Path) -> None:
    """Looking again and again until something shows finds something in the end."""
    goal = set_goal(ws)
    later(ws, tmp_path, AFTER, JUDGED - timedelta(days=1))
    found = operations.goal_readout(ws, goal)
    assert (found.verdict, found.finding) == ("too early", "Too early: look again on 2 Apr 2026.")
    assert found.now is not None
    assert found.now.value == 0.8
    assert found.change is None


@pytest.mark.parametrize(
    ("won", "count", "verdict", "words"),
    [
        (6, 20, "cannot tell", "luck alone could bring as much"),
        (0, 20, "worse", "Changed for the worse"),
        (9, 9, "cannot tell", "too few"),
    ],
)
def test_luck_and_few_deals_give_no_verdict(
    ws: operations.Workspace, tmp_path: Path, won: int, count: int, verdict: str, words: str
) -> None:
    if verdict == "worse":
        start = [*OLD, *closed("B", date(2025, 10, 2), 14)]
        bring_in(ws, write(tmp_path / "other.csv", start), KNOWN)
    goal = set_goal(ws)
    later(ws, tmp_path, [*BEFORE, *closed("N", date(2026, 1, 1), won, count)], JUDGED)
    found = operations.goal_readout(ws, goal)
    assert found.verdict == verdict
    assert words in found.finding


def test_of_money_each_week_counts_and_the_change_is_a_share(ws: operations.Workspace, tmp_path: Path) -> None:
    goal = set_goal(ws, "bookings")
    assert goal.start.result.value == 4000.0
    later(ws, tmp_path, AFTER, JUDGED)
    found = operations.goal_readout(ws, goal)
    assert found.change == pytest.approx(3.0), "16,000 after 4,000"
    assert found.change_text.startswith("+300")


def test_money_in_another_currency_is_compared_with_nothing(ws: operations.Workspace, tmp_path: Path) -> None:
    goal, rate = set_goal(ws, "bookings"), set_goal(ws)
    later(ws, tmp_path, AFTER, JUDGED)
    operations.save_settings(ws, replace(operations.settings(ws), currency="EUR"))
    found = operations.goal_readout(ws, goal)
    assert (found.verdict, found.change) == ("cannot tell", None)
    assert "the start is in USD" in found.finding
    assert operations.goal_readout(ws, rate).verdict == "better"


def test_the_start_stays_when_the_past_is_rewritten(ws: operations.Workspace, tmp_path: Path) -> None:
    goal = set_goal(ws)
    rewritten = [(key, owner, "Won", *rest) for key, owner, _stage, *rest in BEFORE]
    later(ws, tmp_path, rewritten, date(2026, 1, 9))  # type: ignore[arg-type]  # the same six cells
    assert operations.find_coaching_goal(ws, goal.id).start == goal.start
    assert operations.draft_coaching_goal(ws, ann(ws), "win_rate").start.result.value == 1.0


def test_another_definition_is_said_and_the_old_one_measures_both(ws: operations.Workspace, tmp_path: Path) -> None:
    goal = set_goal(ws)
    assert operations.goal_readout(ws, goal).note == ""
    ws.today = date(2026, 1, 3)
    quarter = Question(parse_period("2025-Q4", Settings(), KNOWN))
    text = "count(deals where lost on closed_at) / count(deals where closed on closed_at)"
    operations.change_kpi(ws, "win_rate", {"formula": text, "reason": "turned round"}, quarter)
    later(ws, tmp_path, AFTER, JUDGED)
    found = operations.goal_readout(ws, goal)
    assert found.now is not None
    assert found.now.value == 0.8, "wins, as at the start"
    assert found.note == "The definition has changed since; both values are by the one of the start."


def test_each_sheet_shows_it_until_one_has_judged_it(ws: operations.Workspace, tmp_path: Path) -> None:
    goal = set_goal(ws)
    first = meet(ws)
    assert [(one.goal.id, one.verdict) for one in first.goals] == [(goal.id, "too early")]
    assert "only a change of more than" in " ".join(goal_lines(first.goals[0]))
    later(ws, tmp_path, AFTER, JUDGED)
    second = meet(ws)
    assert [(one.goal.id, one.verdict) for one in second.goals] == [(goal.id, "better")]
    later(ws, tmp_path, BEFORE, JUDGED + timedelta(days=7))
    assert operations.sheet(ws, operations.open_review(ws, ann(ws)).id).goals == ()
    assert operations.sheet(ws, second.review.id).goals == second.goals, "a verdict is frozen with its meeting"
    assert operations.sheet(ws, first.review.id).goals == first.goals
    assert operations.coaching_goals(ws, judged=False) == ()
    assert operations.coaching_goals(ws) == (goal,)


def test_one_set_in_a_meeting_is_on_its_sheet_and_one_dropped_is_not(ws: operations.Workspace) -> None:
    review = operations.open_review(ws, ann(ws))
    operations.start_review(ws, review.id)
    drafted = operations.draft_coaching_goal(ws, ann(ws), "win_rate", review_id=review.id)
    goal = operations.save_coaching_goal(ws, drafted)
    assert [one.goal.id for one in operations.sheet(ws, review.id).goals] == [goal.id]
    operations.drop_coaching_goal(ws, goal.id)
    assert operations.sheet(ws, review.id).goals == ()
    assert operations.coaching_goals(ws, ann(ws)) == ()
    assert operations.drop_coaching_goal(ws, goal.id, back=True).dropped_at == ""
    closed_sheet = operations.close_review(ws, review.id, without_commitment=True)
    assert [one.goal.made_in for one in closed_sheet.goals] == [review.id]


def test_a_goal_outlives_the_draft_it_was_set_in(ws: operations.Workspace) -> None:
    review = operations.open_review(ws, ann(ws))
    drafted = operations.draft_coaching_goal(ws, ann(ws), "win_rate", review_id=review.id)
    goal = operations.save_coaching_goal(ws, drafted)
    operations.delete_review(ws, review.id)
    assert operations.find_coaching_goal(ws, goal.id).made_in == 0


def test_a_goal_goes_with_the_name_it_was_set_for(ws: operations.Workspace) -> None:
    goal = set_goal(ws)
    keep, drop = (operations.find_mergeable(ws, "person", name) for name in ("Bo Dahl", "Ann Lee"))
    (number,) = operations.merge(ws, "person", keep, drop).merges
    (merged,) = operations.coaching_goals(ws)
    assert merged.scope.name == "Bo Dahl"
    assert [one.goal.id for one in operations.sheet_for(ws, merged.scope, goal.period).goals] == [goal.id]
    operations.split(ws, number)
    assert operations.coaching_goals(ws) == (goal,)


def test_what_can_show_is_what_four_of_five_tries_would_find(ws: operations.Workspace) -> None:
    goal = set_goal(ws)
    z, power = NormalDist().inv_cdf(0.975), NormalDist()

    def found(rate: float) -> float:
        """How often 20 deals before and after tell 20 % from a rate."""
        middle = (0.2 + rate) / 2
        apart = 0.2 * 0.8 + rate * (1 - rate)
        return power.cdf(((rate - 0.2) * math.sqrt(20) - z * math.sqrt(2 * middle * (1 - middle))) / math.sqrt(apart))

    points = next(at for at in range(1, 80) if found(0.2 + at / 100) >= 0.8)
    told = operations.goal_reach(goal)
    assert told.startswith("With about 20 deals in 91 days only a change of more than ")
    assert abs(int(told.rpartition(" than ")[2].split()[0]) - points) <= 1


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"due": date(2026, 1, 10)}, "is too soon to see a change"),
        ({"due": date(2027, 6, 1)}, "is too far away"),
        ({"due": date(2025, 12, 1)}, "is not after the newest data"),
        ({"due": date.max}, "31 Dec 9999 is too far away"),
        ({"expected": 0.0}, "An expected change of 0 is none"),
        ({"text": "x" * 301}, "has 301 characters"),
        ({"kpi_id": "reply_rate"}, "There is no KPI"),
        ({"kpi_id": "nps"}, "has no value for Ann Lee"),
    ],
)
def test_what_could_never_be_judged_is_refused(
    ws: operations.Workspace, given: dict[str, object], problem: str
) -> None:
    kpi_id = str(given.pop("kpi_id", "win_rate"))
    with pytest.raises(UserError) as refused:
        operations.draft_coaching_goal(ws, ann(ws), kpi_id, **given)  # type: ignore[arg-type]  # fields by name
    assert problem in refused.value.problem
    assert refused.value.advice


def test_only_a_rep_has_one(ws: operations.Workspace) -> None:
    for scope in (ORG, replace(ann(ws), id=99)):
        with pytest.raises(UserError, match="is for a rep"):
            operations.draft_coaching_goal(ws, scope, "win_rate")
    with pytest.raises(UserError, match="no coaching goal 7"):
        operations.drop_coaching_goal(ws, 7)
