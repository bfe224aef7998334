"""What is due when: by hand for a small company, and that preparing many one-on-ones is all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.cadences import Due, late_words
from kpidesk.core.errors import UserError
from kpidesk.core.meetings import Action
from kpidesk.core.people import ORG
from kpidesk.core.progress import finish
from kpidesk.core.reviews import AgendaItem, Commitment
from kpidesk.core.roster import PersonEdit
from kpidesk.exporting.cadence_forms import calendar_json, calendar_text
from tests.operations.rhythm import MONDAY, build, imported_on, scope
from tests.operations.support import copied, made
from tests.schema import problems

FIRST = date(2026, 2, 2)
"""The Monday after the Saturday of the oldest data."""
BACK = date(2026, 3, 9)
"""The day on which Bo Dahl is back, who was hired on 16 February and is away this week."""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("company"))


@pytest.fixture
def ws(company: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(company, tmp_path, MONDAY) as opened:
        yield opened


def dues(ws: operations.Workspace, until: date | None = None) -> dict[tuple[str, str], Due]:
    """Everything that is due, by what and whose."""
    return {(one.what, one.whose): one for one in operations.agenda(ws, until).every}


def meet(ws: operations.Workspace, name: str) -> None:
    """Hold a one-on-one today."""
    review = operations.open_review(ws, scope(ws, f"rep:{name}"))
    operations.close_review(ws, review.id, without_commitment=True)


def hold(ws: operations.Workspace, kind: str, name: str) -> None:
    """Hold a review today."""
    from kpidesk.core.meetings import read_kind

    meeting = operations.open_team_review(ws, read_kind(kind), scope(ws, name))
    operations.close_team_review(ws, meeting.id, without_action=True)


def test_what_was_never_held_is_due_since_the_data_or_the_person_began(ws: operations.Workspace) -> None:
    found = operations.agenda(ws)
    org = operations.settings(ws).organisation
    meetings = {(one.what, one.whose): (one.on, one.days_late, one.last) for one in found.every if not one.is_kpi}
    assert meetings == {
        ("one_on_one", "Ann Lee"): (FIRST, 28, None),
        ("one_on_one", "Bo Dahl"): (date(2026, 2, 16), 14, None),
        ("one_on_one", "Cy Oh"): (FIRST, 28, None),
        ("weekly", "North"): (FIRST, 28, None),
        ("weekly", "South"): (FIRST, 28, None),
        ("monthly", org): (FIRST, 28, None),
        ("forecast", org): (FIRST, 28, None),
    }
    assert {one.whose for one in found.every if one.is_kpi} == {org}
    assert [(one.whose, one.why) for one in found.left_out] == [("Dan Old", "left on 15 Jan 2026")]
    ann, bo = dues(ws)["one_on_one", "Ann Lee"], dues(ws)["one_on_one", "Bo Dahl"]
    assert late_words(ann) == "never held, due since 2 Feb 2026"
    assert bo.note == "away until 6 Mar 2026"
    assert late_words(replace(ann, last=FIRST, days_late=1)) == "1 day late"


@pytest.mark.parametrize("imported", [MONDAY, date(2026, 11, 26)], ids=["today", "by a clock that was ahead"])
def test_on_the_day_of_the_first_import_nothing_is_overdue(ws: operations.Workspace, imported: date) -> None:
    imported_on(ws, imported)
    found = operations.agenda(ws)
    assert found.overdue == ()
    assert {one.on for one in found.due if one.whose != "Bo Dahl"} == {MONDAY}


def test_nothing_was_due_before_the_program_was_there_to_hold_it_with(ws: operations.Workspace) -> None:
    imported_on(ws, date(2026, 2, 24))
    found = operations.agenda(ws)
    assert {(one.on, one.days_late) for one in found.every} == {(date(2026, 2, 24), 6)}
    operations.set_cadence(ws, "weekly", scope(ws, "team:North"), "week", date(2026, 2, 10))
    assert dues(ws)["weekly", "North"].on == date(2026, 2, 24)


def test_a_team_that_once_held_a_forecast_call_holds_more_of_them(ws: operations.Workspace) -> None:
    org = operations.settings(ws).organisation
    hold(ws, "forecast", "team:South")
    found = dues(ws)
    assert {whose: one.on for (what, whose), one in found.items() if what == "forecast"} == {
        org: FIRST, "South": date(2026, 3, 9),
    }  # fmt: skip
    assert (found["forecast", "South"].last, found["forecast", "South"].own) == (MONDAY, False)
    operations.set_cadence(ws, "forecast", scope(ws, "team:South"), "never")
    assert ("forecast", "South") not in dues(ws)


def test_whoever_joined_a_team_on_a_day_is_due_from_then_on(ws: operations.Workspace) -> None:
    operations.add_person(ws, "Eve New")
    operations.move_people(ws, [operations.find_person(ws, "Eve New").id], "South", date(2026, 2, 25))
    found = dues(ws)["one_on_one", "Eve New"]
    assert (found.on, found.days_late) == (date(2026, 2, 25), 5)


def test_what_was_held_is_due_again_after_its_cadence_on_a_day_that_is_worked(ws: operations.Workspace) -> None:
    """Two weeks after Monday 2 March is a holiday, a week after it Bo Dahl is back."""
    meet(ws, "Ann Lee")
    hold(ws, "weekly", "team:North")
    hold(ws, "monthly", "org")
    found = dues(ws, date(2026, 4, 30))
    org = operations.settings(ws).organisation
    ann, north, monthly = found["one_on_one", "Ann Lee"], found["weekly", "North"], found["monthly", org]
    assert [(one.on, one.last, one.days_late) for one in (ann, north, monthly)] == [
        (date(2026, 3, 17), MONDAY, 0), (date(2026, 3, 9), MONDAY, 0), (date(2026, 4, 2), MONDAY, 0),
    ]  # fmt: skip
    assert ("one_on_one", "Ann Lee") not in dues(ws, date(2026, 3, 16))
    ws.today = date(2026, 3, 20)
    late = dues(ws)["one_on_one", "Ann Lee"]
    assert (late.days_late, late_words(late)) == (3, "3 days late")
    last = {(one.what, one.whose): one.on for one in operations.agenda(ws).last_met}
    assert (last["one_on_one", "Ann Lee"], last["one_on_one", "Cy Oh"]) == (MONDAY, None)


def test_an_absence_moves_what_is_due_behind_it(ws: operations.Workspace) -> None:
    operations.set_cadence(ws, "one_on_one", scope(ws, "rep:Bo Dahl"), "week", date(2026, 3, 4))
    assert dues(ws)["one_on_one", "Bo Dahl"].on == BACK


def test_whatever_day_it_is_everything_is_due_on_a_day_that_is_worked(ws: operations.Workspace) -> None:
    meet(ws, "Ann Lee")
    hold(ws, "weekly", "team:South")
    away = {date(2026, 3, day) for day in range(2, 7)}
    for later in range(0, 60, 3):
        ws.today = MONDAY + timedelta(days=later)
        found = operations.agenda(ws, ws.today + timedelta(days=40))
        for one in found.every:
            assert one.on.weekday() < 5
            assert one.on != date(2026, 3, 16)
            assert one.whose != "Bo Dahl" or one.on not in away
            assert one.days_late == max((ws.today - one.on).days, 0)
        assert not any(one.days_late for one in found.due)
        assert [one.on for one in found.due] == sorted(one.on for one in found.due)


def test_what_is_prepared_is_named_and_a_draft_holds_nothing_up(ws: operations.Workspace) -> None:
    review = operations.open_review(ws, scope(ws, "rep:Cy Oh"))
    meeting = operations.open_team_review(ws, "weekly", scope(ws, "team:South"))
    found = dues(ws)
    assert (found["one_on_one", "Cy Oh"].draft, found["weekly", "South"].draft) == (review.id, meeting.id)
    assert found["one_on_one", "Ann Lee"].draft == 0
    operations.start_review(ws, review.id)
    assert dues(ws)["one_on_one", "Cy Oh"].days_late == 28, "what is not closed was not held"


def test_one_review_with_all_covers_the_teams_in_it(ws: operations.Workspace) -> None:
    hold(ws, "weekly", "org")
    found = dues(ws)
    assert {found["weekly", name].on for name in ("North", "South")} == {date(2026, 3, 9)}


def test_the_nearest_cadence_holds_and_never_is_never(ws: operations.Workspace) -> None:
    ann, north = scope(ws, "rep:Ann Lee"), scope(ws, "team:North")

    def every() -> dict[str, str]:
        return {one.whose: one.every for one in operations.agenda(ws).every if one.what == "one_on_one"}

    assert set(every().values()) == {"two_weeks"}
    operations.set_cadence(ws, "one_on_one", ORG, "month")
    operations.set_cadence(ws, "one_on_one", north, "week")
    assert every() == {"Ann Lee": "week", "Bo Dahl": "week", "Cy Oh": "month"}
    operations.set_cadence(ws, "one_on_one", ann, "never")
    assert every() == {"Bo Dahl": "week", "Cy Oh": "month"}
    assert ("Ann Lee", "never, as you set it") in {(one.whose, one.why) for one in operations.agenda(ws).left_out}
    operations.set_cadence(ws, "one_on_one", ann, "quarter")
    assert every()["Ann Lee"] == "quarter"
    operations.clear_cadence(ws, "one_on_one", ann)
    operations.clear_cadence(ws, "one_on_one", north)
    assert every() == {"Ann Lee": "month", "Bo Dahl": "month", "Cy Oh": "month"}
    with pytest.raises(UserError, match="Nothing was set"):
        operations.clear_cadence(ws, "one_on_one", north)
    with pytest.raises(UserError, match="has no cadence for 'rep:Ann Lee'"):
        operations.set_cadence(ws, "weekly", ann, "week")


def test_a_new_cadence_makes_nothing_late_that_was_not(ws: operations.Workspace) -> None:
    meet(ws, "Ann Lee")
    ws.today = date(2026, 3, 12)
    operations.set_cadence(ws, "one_on_one", scope(ws, "rep:Ann Lee"), "week")
    due = dues(ws)["one_on_one", "Ann Lee"]
    assert (due.on, due.days_late, due.own) == (ws.today, 0, True)


def test_a_team_of_its_own_cadence_holds_monthly_reviews_beside_the_org(ws: operations.Workspace) -> None:
    operations.set_cadence(ws, "monthly", scope(ws, "team:North"), "month")
    org = operations.settings(ws).organisation
    assert [one.whose for one in operations.agenda(ws).every if one.what == "monthly"] == [org, "North"]


def test_a_kpi_was_looked_at_where_a_closed_review_covers_its_scope(ws: operations.Workspace) -> None:
    calls, kpi, org = "kpi:calls_made", "kpi:pipeline_created", operations.settings(ws).organisation
    used = replace(operations.find_kpi(ws, "calls_made"), status="active", coaching=False, objective="Talk to people.",
                   decision="Call more.", owner="Ann Lee", levels=("org", "team", "rep"))  # fmt: skip
    operations.save_kpi(ws, used)
    assert late_words(dues(ws)[kpi, org]).startswith("never looked at, due since")

    def looked_at() -> date | None:
        return next(one.on for one in operations.agenda(ws).last_met if (one.what, one.whose) == (calls, org))

    hold(ws, "weekly", "team:North")
    assert looked_at() is None, "one team is not all"
    ws.today = date(2026, 3, 3)
    hold(ws, "weekly", "team:South")
    assert looked_at() == MONDAY, "all teams: since the one that was looked at first"
    ws.today = date(2026, 3, 5)
    hold(ws, "weekly", "org")
    assert looked_at() == date(2026, 3, 5)
    assert dues(ws, date(2026, 3, 31))[calls, org].on == date(2026, 3, 12)

    operations.set_cadence(ws, "kpi:win_rate", scope(ws, "rep:Ann Lee"), "week")
    assert dues(ws)["kpi:win_rate", "Ann Lee"].last is None
    meet(ws, "Ann Lee")
    assert dues(ws)["kpi:win_rate", "Ann Lee"].last == ws.today, "it was on the sheet of her one-on-one"


def test_names_of_what_has_a_cadence(ws: operations.Workspace) -> None:
    assert [operations.read_what(ws, text) for text in ("One-on-one", "weekly", "win_rate", "Bookings")] == [
        "one_on_one", "weekly", "kpi:win_rate", "kpi:bookings",
    ]  # fmt: skip
    with pytest.raises(UserError, match="Nothing called 'wekly'"):
        operations.read_what(ws, "wekly")


def test_a_cadence_from_a_day_that_nobody_will_see_is_refused(ws: operations.Workspace) -> None:
    with pytest.raises(UserError, match="31 Dec 9999 is too far away"):
        operations.set_cadence(ws, "weekly", ORG, "week", date.max)
    assert operations.cadences(ws) == ()


def test_who_leads_by_role_is_due_only_where_somebody_says_so_or_one_was_held(ws: operations.Workspace) -> None:
    def every() -> set[str]:
        return {one.whose for one in operations.agenda(ws).every if one.what == "one_on_one"}

    def why(name: str) -> str:
        return next((one.why for one in operations.agenda(ws).left_out if one.whose == name), "")

    for name, role in (("Eve Lead", "Regional Sales Manager"), ("Flo Keys", "Key Account Manager")):
        operations.add_person(ws, name)
        operations.save_person(ws, scope(ws, f"rep:{name}").id, PersonEdit(role=role))
    assert ("Eve Lead" in every(), why("Eve Lead")) == (False, "leads by role: Regional Sales Manager")
    assert ("Flo Keys" in every(), why("Flo Keys")) == (True, "")
    assert "Eve Lead" not in {one.name for one, _ in finish(operations.prepare_one_on_ones(ws)).made}
    operations.set_cadence(ws, "one_on_one", scope(ws, "rep:Eve Lead"), "month")
    assert ("Eve Lead" in every(), why("Eve Lead")) == (True, "")
    operations.clear_cadence(ws, "one_on_one", scope(ws, "rep:Eve Lead"))
    meet(ws, "Eve Lead")
    assert dues(ws, date(2026, 4, 1))["one_on_one", "Eve Lead"].last == MONDAY


# --- preparing -----------------------------------------------------------------------------------------------------


def test_all_one_on_ones_of_a_week_are_prepared_at_once(ws: operations.Workspace) -> None:
    meet(ws, "Cy Oh")
    ann = operations.open_review(ws, scope(ws, "rep:Ann Lee"))
    operations.save_review(ws, replace(ann, agenda=(AgendaItem("Prices"),)))
    operations.add_person(ws, "Eve New")
    done = finish(operations.prepare_one_on_ones(ws))
    assert done.until == date(2026, 3, 8)
    assert [one.name for one, _ in done.made] == ["Eve New"]
    assert [(one.name, number) for one, number in done.existing] == [("Ann Lee", ann.id)]
    assert {one.whose: one.why for one in done.left_out} == {
        "Bo Dahl": "away until 6 Mar 2026", "Cy Oh": "not due before 17 Mar 2026", "Dan Old": "left on 15 Jan 2026",
    }  # fmt: skip
    states = {one.scope.name: (one.state, len(one.agenda)) for one in operations.reviews(ws)}
    assert states == {"Ann Lee": ("draft", 1), "Cy Oh": ("closed", 0), "Eve New": ("draft", 0)}
    assert finish(operations.prepare_one_on_ones(ws)).made == ()
    assert finish(operations.prepare_one_on_ones(ws, date.max)).until == date.max


def test_stopped_before_the_end_no_draft_is_kept(ws: operations.Workspace) -> None:
    work = operations.prepare_one_on_ones(ws)
    assert next(work).text.endswith("Ann Lee")
    next(work)
    work.close()
    assert operations.reviews(ws) == ()
    assert [one.name for one, _ in finish(operations.prepare_one_on_ones(ws)).made] == ["Ann Lee", "Cy Oh"]


def test_an_empty_workspace_has_an_empty_calendar(tmp_path: Path) -> None:
    with made(tmp_path, MONDAY) as ws:
        found = operations.agenda(ws, MONDAY - timedelta(days=9))
        assert (found.overdue, found.until) == ((), MONDAY)
        assert {one.what for one in found.due if not one.is_kpi} == {"weekly", "monthly", "forecast"}
        assert finish(operations.prepare_one_on_ones(ws)).made == ()


# --- what was promised ----------------------------------------------------------------------------------------------


def test_what_was_promised_is_listed_by_its_day_until_it_is_settled(ws: operations.Workspace) -> None:
    """A3 was won in February, so the files settle its promise; a single team's call is a meeting like any other."""
    ann = scope(ws, "rep:Ann Lee")
    review = operations.open_review(ws, ann)
    a3 = next(
        row for row in operations.rows(ws, "bookings", operations.opening(ws)).rows if row.cells["name"] == "Deal A3"
    )
    promised = (
        Commitment("Call Acme", date(2026, 3, 10)),
        Commitment("Write the case", date(2026, 3, 4), "manager"),
        Commitment("A3 signs", date(2026, 3, 3), deal_id=a3.deal_id, stage="won"),
    )
    operations.save_review(ws, replace(review, commitments=promised))
    assert operations.still_open(ws) == (), "a draft has promised nothing yet"
    operations.close_review(ws, review.id)
    call = operations.open_team_review(ws, "forecast", scope(ws, "team:South"))
    act = Action("Check the range", "Cy Oh", date(2026, 3, 6))
    operations.save_team_review(ws, replace(call, actions=(act,)))
    operations.close_team_review(ws, call.id)

    ws.today = date(2026, 3, 9)
    found = operations.still_open(ws)
    assert [(one.text, one.owner, one.days_late, one.place_text) for one in found] == [
        ("Write the case", "Manager", 5, "One-on-one, Ann Lee, 2 Mar 2026"),
        ("Check the range", "Cy Oh", 3, "Forecast call, South, 2 Mar 2026"),
        ("Call Acme", "Ann Lee", 0, "One-on-one, Ann Lee, 2 Mar 2026"),
    ]
    assert problems(calendar_json(operations.agenda(ws), found), "due") == []
    assert "5 days  Write the case" in calendar_text(operations.agenda(ws), found)
    assert found[0].draft == 0
    draft = operations.open_review(ws, ann)
    assert operations.still_open(ws)[0].draft == draft.id

    operations.overrule(ws, found[0].id, "dropped", "no need")
    operations.settle_action(ws, found[1].id, "done", "all of it")
    assert [one.text for one in operations.still_open(ws)] == ["Call Acme"]
    operations.save_person(ws, ann.id, PersonEdit(end_at="2026-03-08"))
    assert operations.still_open(ws) == (), "nobody meets her any more"
