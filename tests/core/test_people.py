from __future__ import annotations

from datetime import date

import pytest

from kpidesk.core.errors import UserError
from kpidesk.core.people import (
    ALWAYS,
    FOREVER,
    ORG,
    UNASSIGNED,
    Membership,
    Organisation,
    Person,
    Scope,
    Team,
    WordSince,
)
from kpidesk.core.roster import in_team_since, role_words, territory_words

NORTH, SOUTH, KEY_ACCOUNTS, SALES = (
    Team(1, "North", 4),
    Team(2, "South", 4),
    Team(3, "Key accounts", 1),
    Team(4, "Sales"),
)
ANN, BEN, CARA = Person(11, "Ann Lee"), Person(12, "Ben Okafor"), Person(13, "Cara North")
FEB_15 = date(2025, 2, 15)
OCTOBER, TODAY = date(2026, 10, 1), date(2026, 11, 26)
DESK = Organisation(
    (CARA, BEN, ANN),
    (SOUTH, NORTH, KEY_ACCOUNTS, SALES),
    (Membership(11, 1, end=FEB_15), Membership(11, 2, start=FEB_15), Membership(12, 3), Membership(13, 2)),
)


def test_scopes_in_the_order_of_a_picker() -> None:
    assert [scope.key for scope in DESK.scopes()] == [
        "org", "team:Key accounts", "team:North", "team:Sales", "team:South",
        "rep:Ann Lee", "rep:Ben Okafor", "rep:Cara North", "unassigned",
    ]  # fmt: skip


def test_teams_below_a_team_at_any_depth() -> None:
    assert DESK.descendants(4) == {1, 2, 3, 4}
    assert DESK.descendants(1) == {1, 3}
    assert DESK.descendants(3) == {3}
    assert {spell.person_id for spell in DESK.spells(1)} == {11, 12}


def test_a_circle_of_teams_ends() -> None:
    circle = Organisation(teams=(Team(1, "A", 2), Team(2, "B", 1)))
    assert circle.descendants(1) == {1, 2}


def test_the_day_of_the_move_belongs_to_the_new_team() -> None:
    assert DESK.team_on(11, date(2025, 2, 14)) == NORTH
    assert DESK.team_on(11, FEB_15) == SOUTH
    assert DESK.team_on(99, FEB_15) is None


def test_teams_that_hold_people_directly() -> None:
    assert [team.name for team in DESK.holding_teams()] == ["Key accounts", "North", "South"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("org", "org"),
        ("", "org"),
        ("Organisation", "org"),
        ("unassigned", "unassigned"),
        ("team:North", "team:North"),
        ("TEAM: north", "team:North"),
        ("rep:ann lee", "rep:Ann Lee"),
        ("Ben Okafor", "rep:Ben Okafor"),
        ("south", "team:South"),
    ],
)
def test_a_scope_as_typed(text: str, key: str) -> None:
    assert DESK.find_scope(text).key == key


def test_every_key_finds_its_scope() -> None:
    assert [DESK.find_scope(scope.key) for scope in DESK.scopes()] == list(DESK.scopes())


def test_a_mistyped_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UserError) as caught:
        DESK.find_scope("rep:Anne Lee")
    assert (caught.value.problem, caught.value.advice) == (
        "There is no team or rep 'Anne Lee'.",
        "Did you mean Ann Lee?",
    )
    with pytest.raises(UserError) as caught:
        DESK.find_scope("team:Zurich")
    assert "Key accounts, North, Sales, South" in caught.value.advice


def test_a_name_with_a_colon_is_still_a_name() -> None:
    odd = Organisation(people=(Person(1, "Dr: No"),))
    assert odd.find_scope("Dr: No") == Scope("rep", "Dr: No", 1)
    assert odd.find_scope("rep:Dr: No") == Scope("rep", "Dr: No", 1)


def test_upper_and_lower_case_tell_two_reps_apart() -> None:
    twins = Organisation(people=(Person(1, "Kim LEE"), Person(2, "Kim Lee")))
    assert twins.find_scope("rep:Kim Lee").id == 2
    assert twins.find_scope("rep:Kim LEE").id == 1


def test_org_and_unassigned_have_bare_keys() -> None:
    assert (ORG.key, UNASSIGNED.key) == ("org", "unassigned")


@pytest.mark.parametrize(
    ("ends", "since"),
    [((date(2026, 10, 1),), date(2025, 1, 1)), ((date(2026, 9, 30),), date(2025, 1, 1)),
     ((date(2026, 9, 1),), OCTOBER)],
)  # fmt: skip
def test_a_promotion_within_a_team_begins_no_new_time_in_it(ends: tuple[date], since: date) -> None:
    spells = (Membership(11, 2, OCTOBER, FOREVER), Membership(11, 2, date(2025, 1, 1), *ends))
    assert in_team_since(spells, TODAY) == since
    assert in_team_since((*spells, Membership(11, 1, date(2024, 1, 1), date(2025, 1, 1))), TODAY) == since
    assert in_team_since(spells[:0], TODAY) is None


def test_a_role_says_since_when_where_there_was_another() -> None:
    was = WordSince(date(2025, 1, 1), "SDR")
    promoted = Person(11, "Ann Lee", "AE", roles=(was, WordSince(OCTOBER, "AE")))
    assert (role_words(promoted, TODAY), role_words(promoted, FEB_15)) == ("AE since 1 Oct 2026", "SDR")
    moved = Person(11, "Ann Lee", territory="West", territories=(WordSince(ALWAYS, "East"), WordSince(OCTOBER, "West")))
    assert territory_words(moved, TODAY) == "territory West since 1 Oct 2026"
    assert (territory_words(moved, FEB_15), territory_words(Person(11, "Ann Lee", territory="West"), TODAY)) == ("", "")
    assert (role_words(Person(11, "Ann Lee", "AE"), TODAY), role_words(Person(11, "Ann Lee"), TODAY)) == ("AE", "")


def test_who_was_in_another_team_during_a_span_is_known_by_the_day() -> None:
    teams, joined = (Team(1, "North"), Team(2, "South"), Team(3, "Coast", 2)), date(2026, 2, 15)
    known = Organisation((), teams, (Membership(11, 1, end=joined), Membership(11, 3, joined), Membership(12, 2)))
    january, february, march = (date(2026, month, 1) for month in (1, 2, 3))
    assert known.elsewhere(2, february, march) == {11}
    assert known.elsewhere(2, joined, march) == frozenset(), "a team below is the same team"
    assert known.elsewhere(1, january, february) == {12}
    assert known.elsewhere(3, joined, march) == {12}
