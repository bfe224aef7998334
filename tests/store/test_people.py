"""People, teams and memberships over time: from files, from hands, from the owners of deals."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.goals import Target
from kpidesk.core.people import Scope
from kpidesk.core.periods import month_period
from kpidesk.store.roles import words_by_person
from tests.store.support import (
    File,
    canonical,
    day,
    deal,
    deals,
    load,
    people,
    people_file,
    problems,
    rename_team,
    undo,
    workspace,
)

EVER, STILL = "", "9999-12-31"


def spells(db: store.Database, person: str) -> list[tuple[str, str, str]]:
    """The teams of a person: team, first day, day after the last."""
    sql = (
        "SELECT t.name, valid_from, valid_to FROM memberships JOIN people p ON p.id = person_id"
        " JOIN teams t ON t.id = team_id WHERE p.name=? ORDER BY valid_from"
    )
    return db.rows(sql, (person,))


def names(db: store.Database) -> list[str]:
    return sorted(person.name for person in store.load_organisation(db).people)


def person_id(db: store.Database, name: str) -> int:
    return next(person.id for person in store.load_organisation(db).people if person.name == name)


def text(number: int) -> str:
    return day(number).isoformat()


def test_a_team_without_dates_holds_from_ever_and_a_later_file_moves_from_its_data_date(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        people(db, 0, {"person": "Ann", "team": "North"})
        people(db, 5, {"person": "Ann", "team": "North"})
        people(db, 9, {"person": "Ann", "team": "South"})
        assert spells(db, "Ann") == [("North", EVER, text(9)), ("South", text(9), STILL)]
        organisation = store.load_organisation(db)
        ann = person_id(db, "Ann")
        on = {number: organisation.team_on(ann, day(number)) for number in (-500, 8, 9, 500)}
        assert [team.name for team in on.values() if team] == ["North", "North", "South", "South"]


def test_dated_spells_lie_over_what_was_known(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        people(db, 0, {"person": "Ann", "team": "North"})
        people(db, 1, {"person": "Ann", "team": "Loan", "valid_from": text(10), "valid_to": text(20)})
        assert spells(db, "Ann") == [
            ("North", EVER, text(10)), ("Loan", text(10), text(21)), ("North", text(21), STILL),
        ]  # fmt: skip


def test_hire_and_leaving_are_kept_and_teams_have_parents(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        people(
            db, 0,
            {"person": "Ann", "team": "North", "parent_team": "World", "role": "Rep", "hire_at": "2020-01-06"},
            {"person": "Ann Two", "team": "World", "end_at": "2025-12-31"},
        )  # fmt: skip
        found = store.load_organisation(db)
        ann, two = sorted(found.people, key=lambda one: one.name)
        assert (ann.role, ann.hire_at, ann.end_at) == ("Rep", date(2020, 1, 6), None)
        assert two.end_at == date(2025, 12, 31)
        by_name = {team.name: team for team in found.teams}
        assert by_name["North"].parent_id == by_name["World"].id
        assert by_name["World"].parent_id == 0


def test_teams_cannot_stand_above_themselves(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        done = people(
            db, 0,
            {"person": "Ann", "team": "North", "parent_team": "World"},
            {"person": "Bob", "team": "World", "parent_team": "North"},
            {"person": "Cy", "team": "North", "valid_from": text(3), "valid_to": text(2)},
        )  # fmt: skip
        assert (done.added, done.rejected) == (1, 2)
        assert [issue.line for issue in done.issues] == [3, 4]
        assert "cannot lie below itself: it is above North" in done.issues[0].problem


def test_owners_of_deals_are_people_placed_by_their_earliest_deals(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 5, deal("B", owner="Ann", team="South"), deal("C", owner="Bob", team="South"))
        assert spells(db, "Ann") == [("South", EVER, STILL)]
        deals(db, 1, deal("A", owner="Ann", team="North"))
        assert spells(db, "Ann") == [("North", EVER, STILL)]
        people(db, 9, {"person": "Ann", "team": "East"})
        assert spells(db, "Ann") == [("East", EVER, STILL)]
        assert spells(db, "Bob") == [("South", EVER, STILL)]


def test_spellings_of_one_name_are_one_person_and_one_team(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="ANN LEE", account="ACME"), deal("B", owner="Ann  Lee", account="Acme"))
        people(db, 1, {"person": "ann lee", "team": "north"}, {"person": "Bob", "team": "North"})
        assert len(names(db)) == 2
        assert [team.name for team in store.load_organisation(db).teams] == ["North"]
        assert set(store.load_curation(db).account_names.values()) == {"Acme"}


@pytest.mark.parametrize("people_first", [True, False])
def test_a_row_that_says_name_and_address_makes_them_one_person(tmp_path: Path, people_first: bool) -> None:
    with workspace(tmp_path) as db:
        if people_first:
            people(db, 2, {"person": "Robert Smith", "email": "bob@x.org", "team": "North"})
        deals(db, 0, deal("A", owner="Robert Smith", amount=1))
        deals(db, 1, deal("B", owner="bob@x.org", amount=2), deal("A", owner="Robert Smith", amount=1))
        if not people_first:
            assert len(names(db)) == 2
            people(db, 2, {"person": "Robert Smith", "email": "bob@x.org", "team": "North"})
        assert names(db) == ["Robert Smith"]
        assert len(set(store.load_curation(db).people.values())) == 1
        undo(db, next(one.import_id for one in store.import_history(db) if one.kind == "people"))
        assert names(db) == ["Robert Smith", "bob@x.org"]


def test_people_who_are_only_known_by_their_address(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        people(db, 0, {"email": "ann@x.org", "team": "North"})
        assert spells(db, "ann@x.org") == [("North", EVER, STILL)]


def test_assigning_teams_places_from_ever_and_moves_from_today(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann"), deal("B", owner="Bob", team="North"), deal("C", owner="Cy"))
        store.assign_teams(db, {"Ann": "South", "bob": "South"}, day(50))
        assert spells(db, "Ann") == [("South", EVER, STILL)]
        assert spells(db, "Bob") == [("North", EVER, text(50)), ("South", text(50), STILL)]
        assert spells(db, "Cy") == []
        store.assign_teams(db, {"Ann": "North", "Bob": "South"}, day(60))
        assert spells(db, "Ann") == [("South", EVER, text(60)), ("North", text(60), STILL)]
        assert spells(db, "Bob") == [("North", EVER, text(50)), ("South", text(50), STILL)]
        assert problems(db) == ()


def test_assigning_a_team_to_nobody_changes_nothing(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann Lee"))
        held = canonical(db)
        wrong = ({"Ann Lee": "North", "An Lee": "North"}, "Did you mean Ann Lee"), ({"Ann Lee": " "}, "empty")
        for teams, words in wrong:
            with pytest.raises(UserError, match=words):
                store.assign_teams(db, teams, day(1))
        assert canonical(db) == held
        assert len(store.import_history(db)) == 1
        store.assign_teams(db, {}, day(1))
        assert len(store.import_history(db)) == 1


def test_a_hand_edit_is_an_import_that_can_be_undone(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann"))
        held = canonical(db)
        store.assign_teams(db, {"Ann": "North"}, day(1))
        by_hand = store.import_history(db)[-1]
        assert (by_hand.kind, by_hand.source) == ("people", "By hand")
        undo(db, by_hand.import_id)
        assert canonical(db) == held


def test_renaming_holds_against_later_files_and_both_names_are_known(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann Lee", team="North"))
        store.rename_person(db, person_id(db, "Ann Lee"), "Ann Ray")
        rename_team(db, store.load_organisation(db).teams[0].id, "Nordics")
        deals(db, 1, deal("A", owner="Ann Lee", team="North"), deal("B", owner="Ann Ray", team="Nordics"))
        people(db, 2, {"person": "Ann Lee", "team": "North", "role": "Rep"})
        assert names(db) == ["Ann Ray"]
        assert [team.name for team in store.load_organisation(db).teams] == ["Nordics"]
        store.assign_teams(db, {"Ann Ray": "South"}, day(9))
        assert spells(db, "Ann Ray") == [("Nordics", EVER, text(9)), ("South", text(9), STILL)]
        for number in [one.import_id for one in store.import_history(db)]:
            undo(db, number)
        assert names(db) == ["Ann Ray"]
        deals(db, 0, deal("A", owner="Ann Lee"))
        assert names(db) == ["Ann Ray"]


def test_names_that_cannot_be(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann", team="North"), deal("B", owner="Bob", team="South"))
        with pytest.raises(UserError, match="empty"):
            store.rename_person(db, person_id(db, "Ann"), "  ")
        with pytest.raises(UserError, match="no such person"):
            store.rename_person(db, 99, "Zoe")


def test_merged_people_stay_one_through_undo_and_later_files(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann Lee", team="North"))
        deals(db, 1, deal("B", owner="A. Lee", team="South"), deal("A", owner="Ann Lee", team="North"))
        keep, drop = person_id(db, "Ann Lee"), person_id(db, "A. Lee")
        march = month_period(2026, 3)
        for who, amount in ((keep, 10.0), (drop, 20.0)):
            store.save_target(db, Target("bookings", Scope("rep", "", who), march, amount, amount, amount))
        store.save_target(db, Target("win_rate", Scope("rep", "", drop), march, 0.1, 0.2, 0.3))
        store.merge_people(db, keep, drop)
        assert names(db) == ["Ann Lee"]
        assert set(store.load_curation(db).people.values()) == {keep}
        kept = {(one.kpi_id, one.scope.name, one.target) for one in store.load_goals(db).targets}
        assert kept == {("bookings", "Ann Lee", 10.0), ("win_rate", "Ann Lee", 0.2)}
        for number in [one.import_id for one in store.import_history(db)]:
            undo(db, number)
        deals(db, 3, deal("B", owner="a. lee"))
        assert names(db) == ["Ann Lee"]
        with pytest.raises(UserError, match="Two different people"):
            store.merge_people(db, keep, keep)
        assert problems(db) == ()


def credit(db: store.Database) -> dict[str, int]:
    """How many deals each person owns."""
    shown = {person.id: person.name for person in store.load_organisation(db).people}
    people_of = store.load_curation(db).people
    owners = store.load_columns(db)["owner"][1:].tolist()
    return dict(Counter(shown[people_of[owner]] for owner in owners))


def test_numbers_of_merged_people_add_up_and_a_split_restores_everything(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann Lee", team="North"), deal("B", owner="A. Lee", team="South"))
        load(db, File([deal("C", owner="A. Lee"), deal("D", owner="Lee")], source="erp"))
        people(db, 1, {"person": "A. Lee", "email": "ann@x.org", "team": "South"})
        march = month_period(2026, 3)
        for name, amount in (("Ann Lee", 10.0), ("A. Lee", 20.0), ("Lee", 30.0)):
            whose = Scope("rep", name, person_id(db, name))
            store.save_target(db, Target("bookings", whose, march, amount, amount, amount))
        held, before, goals = canonical(db), credit(db), store.load_goals(db).targets
        first = store.merge_people(db, keep=person_id(db, "Ann Lee"), drop=person_id(db, "A. Lee"))
        assert credit(db) == {"Ann Lee": before["Ann Lee"] + before["A. Lee"], "Lee": 1}
        second = store.merge_people(db, keep=person_id(db, "Lee"), drop=person_id(db, "Ann Lee"))
        assert credit(db) == {"Lee": 4}
        assert [(one.kind, one.name, one.into) for one in store.merges(db)] == [
            ("person", "A. Lee", "Ann Lee"), ("person", "Ann Lee", "Lee"),
        ]  # fmt: skip
        store.split(db, second)
        assert credit(db) == {"Ann Lee": 3, "Lee": 1}
        store.split(db, first)
        assert (canonical(db), credit(db)) == (held, before)
        assert {(one.scope, one.target) for one in store.load_goals(db).targets} == {
            (one.scope, one.target) for one in goals
        }
        assert problems(db) == ()
        with pytest.raises(UserError, match="no such merge"):
            store.split(db, first)


def test_merges_are_split_in_any_order(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, *(deal(name, owner=name) for name in ("Ann", "Bob", "Cy")))
        first = store.merge_people(db, keep=person_id(db, "Bob"), drop=person_id(db, "Ann"))
        second = store.merge_people(db, keep=person_id(db, "Cy"), drop=person_id(db, "Bob"))
        assert credit(db) == {"Cy": 3}
        store.split(db, first)
        assert credit(db) == {"Ann": 1, "Cy": 2}
        store.split(db, second)
        assert credit(db) == {"Ann": 1, "Bob": 1, "Cy": 1}
        assert problems(db) == ()


def test_a_split_leaves_no_name_of_an_import_that_was_undone_meanwhile(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        people(db, 0, {"person": "Ann"}, {"person": "Anne"})
        held = canonical(db)
        people(db, 1, {"person": "Ann", "email": "ann@x.org"}, {"person": "ANNE"})
        merge = store.merge_people(db, keep=person_id(db, "Ann"), drop=person_id(db, "ANNE"))
        undo(db, 2)
        store.split(db, merge)
        assert canonical(db) == held


def test_an_address_of_an_import_that_was_undone_is_nobody_where_the_person_was_merged(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        people(db, 0, {"person": "Ann"}, {"person": "Anne"})
        store.merge_people(db, keep=person_id(db, "Anne"), drop=person_id(db, "Ann"))
        held = canonical(db)
        people(db, 1, {"person": "Ann", "email": "ann@x.org"})
        undo(db, 2)
        assert canonical(db) == held
        assert names(db) == ["Anne"]


def test_a_name_given_after_a_merge_stays_when_it_is_split(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann"), deal("B", owner="Anne"))
        merge = store.merge_people(db, keep=person_id(db, "Ann"), drop=person_id(db, "Anne"))
        store.rename_person(db, person_id(db, "Ann"), "Ann Lee")
        store.split(db, merge)
        assert credit(db) == {"Ann Lee": 1, "Anne": 1}
        assert problems(db) == ()


def test_a_person_with_a_goal_outlives_the_undo_of_every_file(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann", team="North"))
        (ann,), (north,) = store.load_organisation(db).people, store.load_organisation(db).teams
        march = month_period(2026, 3)
        for scope in (Scope("rep", "Ann", ann.id), Scope("team", "North", north.id)):
            store.save_target(db, Target("bookings", scope, march, 1, 2, 3))
        undo(db)
        deals(db, 0, deal("A", owner="Ann", team="North"))
        found = store.load_organisation(db)
        assert [person.id for person in found.people] == [ann.id]
        assert [team.id for team in found.teams] == [north.id]
        assert {target.scope.key for target in store.load_goals(db).targets} == {"rep:Ann", "team:North"}


def test_two_people_of_one_name_in_a_file_are_told_apart_by_nobody_but_the_user(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        file = people_file(
            0,
            {"person": "Ann Lee", "email": "a@x.org", "team": "North"},
            {"person": "Ann Lee", "email": "A@x.org", "team": "North", "valid_from": "2026-01-01"},
            {"person": "ann lee", "email": "b@x.org", "team": "South"},
        )
        done = load(db, file, columns={"person": "Sales rep", "email": "Mail"})
        (issue,) = done.issues
        assert (issue.line, issue.column, issue.value) == (4, "Sales rep", "ann lee")
        assert "another Ann Lee with a@x.org is on line 2" in issue.problem
        assert "give them different names" in issue.problem
        assert [person.name for person in store.load_organisation(db).people] == ["Ann Lee"]


def test_another_address_in_a_later_file_is_told_and_taken_for_the_same_person(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        people(db, 0, {"person": "Ann Lee", "email": "a@x.org"}, {"person": "Bob Ray", "email": "b@x.org"})
        done = people(db, 1, {"person": "Ann Lee", "email": "a@new.org"}, {"person": "Bob Ray", "email": "B@x.org"})
        (notice,) = done.notices
        assert notice.startswith("Known with another e-mail address before: Ann Lee (a@x.org, now a@new.org).")
        assert len(store.load_organisation(db).people) == 2


def test_what_was_said_last_of_a_person_is_shown_and_an_undo_takes_it_back(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        people(db, 0, {"person": "Ann", "role": "AE", "motion": "new", "territory": "EMEA"})
        newer = people(db, 5, {"person": "Ann", "motion": "existing", "segment": "SMB"})
        older = load(db, ramp(2, 6))
        (ann,) = store.load_organisation(db).people
        assert (ann.role, ann.motion, ann.territory, ann.segment, ann.ramp_months) == (
            "AE",
            "existing",
            "EMEA",
            "SMB",
            6,
        )
        assert load(db, ramp(6, 6)).unchanged == 1
        for done in (newer, older):
            undo(db, done.import_id)
        (ann,) = store.load_organisation(db).people
        assert (ann.motion, ann.segment, ann.ramp_months) == ("new", "", 6)
        undo(db)
        assert store.load_organisation(db).people[0].ramp_months is None
        assert problems(db) == ()


def ramp(number: int, months: int) -> File:
    """A file that says how many months the ramp of Ann takes."""
    return people_file(number, {"person": "Ann", "ramp_months": months})


def test_shares_of_full_time_hold_from_their_days_in_whichever_order_files_come(tmp_path: Path) -> None:
    """A file without days speaks of its own day, one with days of those, the first of all of ever.

    The day from which somebody is in a team counts while it is still to come.
    """
    with workspace(tmp_path) as db:
        newer = load(db, people_file(8, {"person": "Ann", "fte": 800_000}, {"person": "Bob", "fte": 1_000_000}))
        load(db, people_file(2, {"person": "Ann", "fte": 500_000}, {"person": "Bob", "fte": 1_000_000}))
        dated = people_file(5, {"person": "Ann", "fte": 600_000, "fte_from": text(4)},
                            {"person": "Ann", "team": "North", "valid_from": text(6), "fte": 700_000})  # fmt: skip
        assert load(db, dated).added == 0
        assert load(db, people_file(9, {"person": "Ann", "fte": 800_000})).unchanged == 1
        ann, bob = store.load_organisation(db).people
        assert [ann.fte_on(day(number)) for number in (0, 3, 4, 5, 6, 7, 8)] == [0.5, 0.5, 0.6, 0.6, 0.7, 0.7, 0.8]
        assert bob.fte == ()
        undo(db, newer.import_id)
        assert store.load_organisation(db).people[0].fte_on(day(8)) == 0.7
        refused = people(db, 10, {"person": "Ann", "fte_from": text(4)}, {"person": "Bob"})
        assert (refused.rejected, refused.issues[0].problem[:20]) == (1, "there is a day from ")
        assert problems(db) == ()


def test_a_newer_share_beside_an_old_membership_leaves_the_days_before_its_file_as_they_were(tmp_path: Path) -> None:
    """ "Member from" says when the membership began, not since when the share is another one."""
    member = {"person": "Ann", "team": "North", "valid_from": text(1)}
    with workspace(tmp_path) as db:
        load(db, people_file(3, member | {"fte": 1_000_000}))
        assert load(db, people_file(6, member | {"fte": 600_000})).updated == 1
        assert load(db, people_file(7, member | {"fte": 600_000})).unchanged == 1
        ann = store.load_organisation(db).people[0]
        assert [ann.fte_on(day(number)) for number in (0, 1, 5, 6, 9)] == [1, 1, 1, 0.6, 0.6]
        moved = {"person": "Ann", "team": "South", "valid_from": text(4)}
        load(db, people_file(8, moved | {"fte": 800_000}, member | {"valid_to": text(4), "fte": 600_000}))
        assert [store.load_organisation(db).people[0].fte_on(day(number)) for number in (5, 7, 8)] == [1, 0.6, 0.8]
        assert problems(db) == ()


@pytest.mark.parametrize("field", ["role", "territory", "motion"])
def test_another_word_beside_an_old_membership_leaves_the_days_before_its_file_as_they_were(
    tmp_path: Path, field: str
) -> None:
    """A day that is new says since when the role is another one; what is said of past teams is corrected."""
    north = {"person": "Ann", "team": "North", "valid_from": text(1)}
    south = {"person": "Ann", "team": "South", "valid_from": text(5)}

    def words() -> list[str]:
        ann = store.load_organisation(db).people[0]
        return [getattr(ann, f"{field}_on")(day(number)) for number in (0, 2, 4, 5, 7, 8, 9)]

    with workspace(tmp_path) as db:
        load(db, people_file(3, north | {field: "SDR"}))
        load(db, people_file(4, north | {field: "AE"}))
        assert words() == ["SDR", "SDR", *["AE"] * 5]
        load(db, people_file(6, north | {field: "AE", "valid_to": text(5)}, south | {field: "Lead"}))
        assert words()[2:] == ["AE", *["Lead"] * 4]
        load(db, people_file(8, south | {field: "Head"}))
        assert words()[3:] == ["Lead", "Lead", "Head", "Head"]
        load(db, people_file(9, south | {field: "Lead"}))
        assert words()[3:] == ["Lead", "Lead", "Head", "Lead"]
        assert problems(db) == ()


ROLES = ({"team": "Ventas", "external_id": "00E1", "parent_team": "00E2"}, {"team": "Mundo", "external_id": "00E2"})


@pytest.mark.parametrize("roles_first", [True, False])
def test_a_team_known_by_an_id_shows_its_name_in_whichever_order_files_come(tmp_path: Path, roles_first: bool) -> None:
    with workspace(tmp_path) as db:
        users, roles = people_file(0, {"person": "Ann", "team": "00E1"}), people_file(1, *ROLES)
        for file in (roles, users) if roles_first else (users, roles):
            done = load(db, file)
        teams = {team.name: team for team in store.load_organisation(db).teams}
        assert set(teams) == {"Ventas", "Mundo"}
        assert teams["Ventas"].parent_id == teams["Mundo"].id
        assert [name for name, _, _ in spells(db, "Ann")] == ["Ventas"]
        assert names(db) == ["Ann"], "the id of a team is nobody"
        if not roles_first:
            undo(db, done.import_id)
            assert [team.name for team in store.load_organisation(db).teams] == ["00E1"]
            assert db.rows("SELECT value FROM team_aliases") == [("00e1",)]
        assert problems(db) == ()


def test_an_empty_text_takes_away_what_a_row_before_it_said(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        load(
            db,
            people_file(0, {"person": "Ann", "team": "North", "role": "AE", "hire_at": "2020-01-06", "ramp_months": 3}),
        )
        people(db, 1, {"person": "Ann", "role": "", "hire_at": ""})
        people(db, 2, {"person": "Ann", "team": "", "valid_from": text(5), "valid_to": text(9)})
        (ann,) = store.load_organisation(db).people
        assert (ann.role, ann.hire_at, ann.ramp_months) == ("", None, 3)
        assert spells(db, "Ann") == [("North", EVER, text(5)), ("North", text(9), STILL)]
        people(db, 3, {"person": "Ann", "team": ""})
        assert spells(db, "Ann") == []
        undo(db, 3)
        undo(db, 4)
        assert spells(db, "Ann") == [("North", EVER, STILL)]
        assert problems(db) == ()


def test_who_is_in_no_team_by_hand_is_not_placed_by_their_deals(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann", team="North"))
        assert spells(db, "Ann") == [("North", EVER, STILL)]
        made = store.apply_people(db, [{"person": "Ann", "team": ""}], day=day(1), words="Ann is in no team")
        assert spells(db, "Ann") == []
        assert [one.file for one in store.import_history(db)] == ["deals.csv", "Ann is in no team"]
        undo(db, made)
        assert spells(db, "Ann") == [("North", EVER, STILL)]


def test_a_team_keeps_its_number_through_new_names_in_any_order_of_files(tmp_path: Path) -> None:
    rows = (
        {"person": "Ann", "team": "North"},
        {"team": "Nordics", "external_id": "North"},
        {"team": "Upper", "external_id": "Nordics"},
    )
    with workspace(tmp_path) as db:
        people(db, 0, rows[0])
        (team,) = store.load_organisation(db).teams
        people(db, 1, rows[1])
        people(db, 2, rows[2])
        assert [(one.id, one.name) for one in store.load_organisation(db).teams] == [(team.id, "Upper")]
        deals(db, 3, deal("A", owner="Bob", team="north"))
        assert spells(db, "Bob") == [("Upper", EVER, STILL)]
    with workspace(tmp_path, "b.kpidesk") as db:
        for number in (2, 1, 0):
            people(db, number, rows[number])
        assert [one.name for one in store.load_organisation(db).teams] == ["Upper"]
        assert spells(db, "Ann") == [("Upper", EVER, STILL)]


def test_two_teams_at_once_are_told_and_the_one_that_begins_later_counts(tmp_path: Path) -> None:
    north = {"person": "Ann", "team": "North", "valid_from": "2026-01-01", "valid_to": "2026-06-01"}
    with workspace(tmp_path) as db:
        south = {"person": "ann", "team": "South", "valid_from": "2026-03-01"}
        done = people(
            db, 0, north, south, {**north, "person": "Bo"}, {**south, "person": "Bo", "valid_from": "2026-06-01"}
        )
        assert done.notices == (
            "'valid_to' is read as the first day after the team: 1 of its days are also the first in another one.",
            "In two teams at once: ann (North and South). The team that begins later counts; end the other one before.",
        )
        rows = db.rows(
            "SELECT valid_from, valid_to FROM memberships JOIN people p ON p.id = person_id WHERE lower(name)='ann'"
        )
        assert sorted(rows) == [("2026-01-01", "2026-03-01"), ("2026-03-01", "9999-12-31")]


@pytest.mark.parametrize(
    ("ann", "bo_to", "bo_after", "told"),
    [
        ([("09-30", "10-01")], "10-31", True, "the last day in the team: 1 of its days are followed by another team"),
        ([("10-01", "10-01")], "10-31", False, "the first day after the team: 1 of its days are also the first in"),
        ([("09-30", "10-01"), ("12-01", "12-01")], "10-31", True, "the last day in the team: 1 of its days"),
        ([("09-30", "10-15")], "10-31", True, "the last day in the team."),
    ],
)
def test_an_end_is_the_last_day_in_a_team_unless_the_file_shows_that_it_is_the_first_day_after(
    tmp_path: Path, ann: list[tuple[str, str]], bo_to: str, bo_after: bool, told: str
) -> None:
    """Each of Ann's times ends on one day, and the next begins on another; Bo leaves on a day that nothing follows."""
    begins = ["01-01", *(begin for _, begin in ann)]
    rows = [{"person": "Ann", "team": f"T{at}", "valid_from": f"2025-{begin}"} for at, begin in enumerate(begins)]
    for row, (end, _) in zip(rows, ann, strict=False):
        row["valid_to"] = f"2025-{end}"
    bo = {"person": "Bo", "team": "T0", "valid_from": "2025-01-01", "valid_to": f"2025-{bo_to}"}
    with workspace(tmp_path) as db:
        done = people(db, 0, *rows[::-1], bo)
        assert told in done.notices[0]
        organisation = store.load_organisation(db)
        for end, begin in ann:
            first, last = date.fromisoformat(f"2025-{begin}"), date.fromisoformat(f"2025-{end}")
            before = organisation.team_on(person_id(db, "Ann"), first - timedelta(days=1))
            assert (before is not None) == (first - last <= timedelta(days=1)), "nobody is in no team in between"
            assert organisation.team_on(person_id(db, "Ann"), first) not in (before, None)
        assert (organisation.team_on(person_id(db, "Bo"), date(2025, 10, 31)) is not None) == bo_after
        assert people(db, 1, *rows, bo).updated == 0
        assert problems(db) == ()


MOVES = (
    {"person": "Dario", "email": "d@x.example", "team": "South", "role": "SDR"},
    {"person": "Dario", "team": "North", "role": "AE", "valid_from": "2025-07-01"},
    {"person": "Dario", "team": "Loan", "valid_from": "2025-10-01", "valid_to": "2025-10-31"},
    {"person": "Dario", "team": "East", "territory": "Wien", "valid_from": "2026-01-01"},
    {"person": "Eva", "team": "South", "valid_from": "2023-04-03"},
    {"person": "Eva", "team": "North", "valid_from": "2026-01-01"},
)


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4, 5), (5, 3, 2, 1, 0, 4), (3, 0, 5, 2, 4, 1), (1, 4, 3, 5, 0, 2)])
def test_each_first_day_in_a_team_ends_the_time_in_the_one_before_on_whichever_line_it_stands(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    rows = [MOVES[at] for at in order]
    with workspace(tmp_path) as db:
        people(db, 0, {"person": "Fay", "team": "South"})
        before = canonical(db)
        done = people(db, 1, *rows)
        assert (done.added, done.rejected) == (2, 0)
        assert [told for told in done.notices if "two teams" in told] == [
            "In two teams at once: Dario (North and Loan). The team that begins later counts; end the other one before."
        ]
        assert spells(db, "Dario") == [
            ("South", EVER, "2025-07-01"), ("North", "2025-07-01", "2025-10-01"), ("Loan", "2025-10-01", "2025-11-01"),
            ("North", "2025-11-01", "2026-01-01"), ("East", "2026-01-01", STILL),
        ]  # fmt: skip
        assert spells(db, "Eva") == [("South", "2023-04-03", "2026-01-01"), ("North", "2026-01-01", STILL)]
        roles = words_by_person(db, "role")[person_id(db, "Dario")]
        assert [(one.start.isoformat(), one.word) for one in roles[1:]] == [("2025-07-01", "AE")]
        again = people(db, 2, *rows[::-1])
        assert (again.added, again.updated, again.unchanged, again.rejected) == (0, 0, 6, 0)
        assert len(spells(db, "Dario")) == 5
        assert problems(db) == ()
        undo(db)
        undo(db)
        assert canonical(db) == before


def test_who_stands_twice_without_a_first_day_in_the_team_is_refused(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        done = people(db, 0, {"person": "Ann", "team": "North"}, {"person": "Ann", "team": "South"})
        assert (done.added, done.rejected) == (1, 1)
        assert "first day there, in a column such as 'Team since'" in done.issues[0].problem
        assert spells(db, "Ann") == [("North", EVER, STILL)]


TWO_ROLES = (
    {"person": "Marta", "team": "South", "role": "SDR", "valid_from": "2025-01-01", "valid_to": "2026-10-01"},
    {"person": "Marta", "team": "South", "role": "AE", "valid_from": "2026-10-01"},
    {"person": "Kofi", "team": "South", "role": "SDR", "valid_from": "2025-01-01"},
)


def test_the_same_file_again_is_unchanged_where_a_person_has_two_rows(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        load(db, people_file(1, *TWO_ROLES))
        again = load(db, people_file(2, *TWO_ROLES))
        assert (again.added, again.updated, again.unchanged) == (0, 0, 3)
        turned = load(db, people_file(3, TWO_ROLES[1], TWO_ROLES[0], TWO_ROLES[2]))  # now the SDR comes last
        assert (turned.updated, turned.unchanged) == (0, 3)
        below = {**TWO_ROLES[2], "parent_team": "Europe"}
        assert load(db, people_file(4, TWO_ROLES[1], TWO_ROLES[0], below)).updated >= 1
