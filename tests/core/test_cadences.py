"""When something is due again, on days that are worked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpidesk.core.cadences import EVERY, LONGEST_AWAY, is_within, next_after, next_working_day, read_every
from kpidesk.core.errors import UserError
from kpidesk.core.people import ORG, Membership, Organisation, Person, Scope, Team
from tests.often import often

DAY = date(2026, 1, 31)


def test_next_after_keeps_the_day_of_the_month_where_there_is_one() -> None:
    found = {every: next_after(DAY, every) for every in EVERY}
    assert found == {
        "week": date(2026, 2, 7), "two_weeks": date(2026, 2, 14), "month": date(2026, 2, 28),
        "quarter": date(2026, 4, 30), "year": date(2027, 1, 31), "never": DAY,
    }  # fmt: skip


@settings(max_examples=often(11))
@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.lists(st.booleans(), min_size=7, max_size=7),
    st.sets(st.integers(0, 40)),
)
def test_the_next_working_day_is_worked_and_none_before_it_is(day: date, week: list[bool], off: set[int]) -> None:
    free = {day + timedelta(days=one) for one in off}
    found = next_working_day(day, week, free)
    if found is None:
        assert not any(week)
        return
    assert week[found.weekday()]
    assert found not in free
    before = [day + timedelta(days=one) for one in range((found - day).days)]
    assert all(not week[one.weekday()] or one in free for one in before)


def test_who_is_away_for_years_is_not_waited_for() -> None:
    away = {DAY + timedelta(days=one) for one in range(LONGEST_AWAY)}
    assert next_working_day(DAY, [True] * 7, away) is None


def test_a_meeting_covers_the_teams_and_reps_in_it() -> None:
    north, field = Scope("team", "North", 1), Scope("team", "Field", 2)
    ann = Scope("rep", "Ann", 1)
    organisation = Organisation(
        (Person(1, "Ann"),), (Team(1, "North"), Team(2, "Field", 1)), (Membership(1, 2, date(2026, 1, 1)),)
    )
    covers = {
        (inner.key, outer.key)
        for inner in (ORG, north, field, ann)
        for outer in (ORG, north, field, ann)
        if is_within(inner, outer, organisation, DAY)
    }
    assert covers == {
        ("org", "org"), ("team:North", "org"), ("team:Field", "org"), ("rep:Ann", "org"), ("team:North", "team:North"),
        ("team:Field", "team:North"), ("rep:Ann", "team:North"), ("team:Field", "team:Field"),
        ("rep:Ann", "team:Field"), ("rep:Ann", "rep:Ann"),
    }  # fmt: skip
    assert not is_within(ann, field, organisation, date(2025, 12, 31)), "she was not in it yet"


AS_TYPED = [("week", "week"), ("2 weeks", "two_weeks"), ("Biweekly", "two_weeks"), ("every month", "month"),
            ("NEVER", "never"), ("annual", "year")]  # fmt: skip


@pytest.mark.parametrize(("text", "every"), AS_TYPED)
def test_how_often_as_typed(text: str, every: str) -> None:
    assert read_every(text) == every


def test_how_often_cannot_be_anything() -> None:
    with pytest.raises(UserError, match="'daily' is not how often"):
        read_every("daily")
