"""Team reviews in the file: what is typed comes back, sealed sheets stay, and they lie with the name of their team."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.meeting_sheets import MeetingSheet
from kpidesk.core.meetings import Action, CarriedAction, Meeting, Point
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import month_period
from kpidesk.store.sealed import sealed_bytes
from tests.store.support import day, deal, deals, people, problems, rename_team, undo, workspace

MARCH = month_period(2026, 3)
MET = date(2026, 3, 2)
CALL, WRITE = Action("Call ☕", "Ann", day(9), "win_rate"), Action("Write", "Bo", day(3))


def team(db: store.Database, name: str) -> Scope:
    return next(Scope("team", one.name, one.id) for one in store.load_organisation(db).teams if one.name == name)


def drafted(db: store.Database, scope: Scope = ORG, *actions: Action) -> Meeting:
    """A review with actions."""
    made = store.load_meeting(db, store.add_meeting(db, "weekly", scope, MARCH, MET))
    store.keep_meeting(db, replace(made, actions=actions))
    return store.load_meeting(db, made.id)


def closed(db: store.Database, meeting: Meeting, *carried: CarriedAction) -> Meeting:
    """A review after it was started and closed on the same day."""
    started = replace(meeting, state="started", started_at=str(MET))
    sheet = MeetingSheet(started, "Org", "", MET, None, "USD", carried)
    store.keep_meeting_start(db, sheet)
    store.keep_meeting_close(db, replace(sheet, meeting=replace(started, state="closed", closed_at=str(MET))))
    return store.load_meeting(db, meeting.id)


def test_what_is_typed_comes_back_and_actions_keep_their_numbers(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        before = store.data_version(db)
        first = drafted(db, ORG, CALL, WRITE)
        assert [(one.text, one.owner, one.due, one.kpi_id) for one in first.actions] == [
            ("Call ☕", "Ann", day(9), "win_rate"), ("Write", "Bo", day(3), ""),
        ]  # fmt: skip
        call, write = first.actions
        store.keep_meeting(db, replace(first, agenda=(Point("<b>Prices</b>", done=True),), notes="a\nb", private="hush",
                                       actions=(write, call, Action("New", "Cy", day(1)))))  # fmt: skip
        again = store.load_meeting(db, first.id)
        assert (again.agenda, again.notes, again.private) == ((Point("<b>Prices</b>", done=True),), "a\nb", "hush")
        assert [one.id for one in again.actions[:2]] == [write.id, call.id]
        assert store.data_version(db) == before, "no figure rests on it"
        assert problems(db) == ()


def test_actions_leave_when_a_review_has_shown_them_settled(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        first = closed(db, drafted(db, ORG, CALL, WRITE))
        call, write = first.actions
        assert [one.action for one in store.carried_actions(db, "weekly", ORG)] == [call, write]
        assert store.carried_actions(db, "monthly", ORG) == ()
        store.settle_action(db, call.id, "done", "They came")
        shown = [CarriedAction(one.action, MET, "done", "") for one in store.carried_actions(db, "weekly", ORG)]
        assert [one.action.state for one in shown] == ["done", "open"]
        closed(db, drafted(db), *shown)
        assert [one.action.text for one in store.carried_actions(db, "weekly", ORG)] == ["Write"]
        store.settle_action(db, call.id, "open", "")
        assert [one.action.text for one in store.carried_actions(db, "weekly", ORG)] == ["Call ☕", "Write"]


def test_a_review_goes_with_its_team_and_waits_where_the_team_is_no_more(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        one = deals(db, 0, deal("A", owner="Ann", team="North"))
        meeting = closed(db, drafted(db, team(db, "North")))
        kept = sealed_bytes(db, "meeting", meeting.id)
        joined = people(db, 1, {"team": "North", "external_id": "T7"}, {"person": "Ann", "team": "T7"})
        rename_team(db, team(db, "North").id, "Nordics")
        assert store.load_meeting(db, meeting.id).scope.name == "Nordics"
        undo(db, joined.import_id)
        undo(db, one.import_id)
        assert store.load_meeting(db, meeting.id).scope.name == "Nordics", "a team that was met stays"
        assert sealed_bytes(db, "meeting", meeting.id) == kept
        db.run("UPDATE meetings SET scope_id=-id")
        assert (store.load_meetings(db), store.held_meetings(db)) == ((), ())
        with pytest.raises(UserError, match="was held with 'north', which is no more"):
            store.load_meeting(db, meeting.id)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("UPDATE meeting_sheets SET body=x'00'", "The sheet of review 1 was changed."),
        ("DELETE FROM meeting_sheets", "The sheet of review 1 is missing."),
        ("UPDATE meetings SET notes='more'", "were changed by something else"),
        ("UPDATE meeting_actions SET owner='Eve'", "were changed by something else"),
    ],
)
def test_a_check_finds_what_other_hands_changed(tmp_path: Path, spoil: str, words: str) -> None:
    with workspace(tmp_path) as db:
        closed(db, drafted(db, ORG, CALL))
        assert problems(db) == ()
        db.run(spoil)
        assert words in " ".join(problems(db))
        if "sheets" in spoil:
            with pytest.raises(UserError):
                store.load_meeting_sheet(db, 1)


def test_private_notes_are_in_their_own_table_alone(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        meeting = drafted(db)
        store.keep_meeting(db, replace(meeting, private="hush-hush"))
        closed(db, store.load_meeting(db, meeting.id))
        assert b"hush-hush" not in sealed_bytes(db, "meeting", meeting.id)
        assert "hush-hush" not in str(db.rows("SELECT * FROM meetings"))
        assert store.load_meeting_sheet(db, meeting.id).meeting.private == "hush-hush"
