"""One-on-ones from draft to frozen sheet: promises that later files settle, numbers that stay, what a rep may see."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from pathlib import Path
from random import Random

import pytest

from kpidesk import operations, store
from kpidesk.core.carried import left_over, with_raised
from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.imports import ImportOptions
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import parse_period
from kpidesk.core.preparations import Answer, agenda_with
from kpidesk.core.progress import finish
from kpidesk.core.review_words import moment, no_facts_text, state_text
from kpidesk.core.reviews import AgendaItem, Commitment, Evidence, Review, Sheet, for_the_rep, is_untouched
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.store.sealed import sealed_bytes
from kpidesk.ui.widgets.review_meeting import load_desk, load_held
from tests.operations.support import HEADER, Line, bring_in, copied, history, made, write

STAGES = {"Demo": "open", "Proposal": "open", "Offer": "open", "Won": "won", "Lost": "lost"}
JAN, FEB, MAR = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)
JANUARY: list[Line] = [
    ("A1", "Ann Lee", "Demo", "10000", "2026-01-05", "2026-03-15"),
    ("A2", "Ann Lee", "Demo", "20000", "2026-01-06", "2026-03-01"),
    ("A3", "Ann Lee", "Proposal", "5000", "2026-01-07", "2026-02-20"),
    ("A4", "Ann Lee", "Demo", "7000", "2026-01-08", "2026-04-20"),
    ("B1", "Bo Dahl", "Demo", "9000", "2026-01-08", "2026-04-20"),
    ("B2", "Bo Dahl", "Won", "100", "2025-10-01", "2026-01-05"),
]
FEBRUARY: list[Line] = [
    ("A1", "Ann Lee", "Proposal", "10000", "2026-01-05", "2026-03-15"),
    ("A2", "Ann Lee", "Demo", "24000", "2026-01-06", "2026-04-15"),
    ("A3", "Ann Lee", "Won", "5000", "2026-01-07", "2026-02-18"),
    ("A4", "Ann Lee", "Demo", "7000", "2026-01-08", "2026-04-20"),
    ("B1", "Bo Dahl", "Proposal", "9000", "2026-01-08", "2026-04-20"),
    ("B2", "Bo Dahl", "Won", "100", "2025-10-01", "2026-01-05"),
]
MARCH: list[Line] = [
    ("A1", "Ann Lee", "Won", "10000", "2026-01-05", "2026-03-20"),
    ("A2", "Ann Lee", "Proposal", "24000", "2026-01-06", "2026-04-15"),
    ("A3", "Ann Lee", "Won", "5000", "2026-01-07", "2026-02-18"),
    ("A5", "Ann Lee", "Demo", "1000", "2026-03-10", "2026-06-01"),
    ("B1", "Bo Dahl", "Offer", "9000", "2026-01-08", "2026-04-20"),
    ("B2", "Bo Dahl", "Won", "100", "2025-10-01", "2026-01-05"),
]
Q1 = parse_period("2026-Q1", Settings(), JAN)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The deals of January, on 1 February."""
    folder = tmp_path_factory.mktemp("imported")
    with made(folder, date(2026, 2, 1)) as ws:
        show(ws, folder, "jan.csv", JANUARY, JAN)
    return folder


@pytest.fixture
def ws(imported: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(imported, tmp_path, date(2026, 2, 1)) as opened:
        yield opened


def show(ws: operations.Workspace, folder: Path, name: str, lines: list[Line], day: date) -> None:
    """Import a snapshot."""
    bring_in(ws, write(folder / name, lines), day, stages=STAGES)


def ann(ws: operations.Workspace) -> Scope:
    return operations.scopes(ws).find_scope("rep:Ann Lee")


def about(ws: operations.Workspace, scope: Scope | None = None) -> Review:
    """The unfinished one-on-one about the first quarter."""
    return operations.open_review(ws, scope or ann(ws), Question(Q1))


def deal(ws: operations.Workspace, key: str) -> int:
    """The number of the deal with this key."""
    return int(store.deal_rows(ws.db, list(store.values_by_source(ws.db, [key], None).values()))[0]["deal_id"])


def agree(ws: operations.Workspace, *promised: Commitment) -> Sheet:
    """Hold a whole meeting with Ann."""
    draft = about(ws)
    operations.save_review(ws, replace(draft, commitments=promised))
    operations.start_review(ws, draft.id)
    return operations.close_review(ws, draft.id, without_commitment=not promised)


def told(sheet: Sheet) -> dict[str, tuple[str, str]]:
    """What became of each promise, by its words."""
    return {one.commitment.text: (one.settlement.state, one.settlement.words) for one in sheet.promises}


def hold(ws: operations.Workspace, day: date, **typed: object) -> Sheet:
    """A whole meeting with Ann on a day, in which nothing but this is typed."""
    ws.today = day
    draft = about(ws)
    operations.save_review(ws, replace(draft, **typed))  # type: ignore[arg-type]  # fields by name
    operations.start_review(ws, draft.id)
    return operations.close_review(ws, draft.id, without_commitment=True)


def test_nothing_from_before_the_last_meeting_is_told_again(ws: operations.Workspace, tmp_path: Path) -> None:
    show(ws, tmp_path, "feb.csv", FEBRUARY, FEB)
    met = hold(ws, date(2026, 3, 2))
    assert [fact.kind for fact in met.facts], "since the data of January"
    again = operations.sheet(ws, about(ws).id)
    assert (again.since, again.as_of, again.facts) == (FEB, FEB, ())
    assert no_facts_text(again) == "There are no newer data than those of 28 Feb 2026."
    show(ws, tmp_path, "mar.csv", MARCH, MAR)
    newer = operations.sheet(ws, again.review.id)
    assert (newer.since, [deal.name for deal in newer.facts[0].deals]) == (FEB, ["Deal A1"])


def test_what_was_not_talked_about_comes_up_again_until_it_is_ticked_or_dropped(ws: operations.Workspace) -> None:
    ticked, left = AgendaItem("Holiday", done=True), AgendaItem("Pricing", by="manager", tag="discuss")
    first = hold(ws, date(2026, 2, 2), agenda=(ticked, left), skill="Discovery", evidence=Evidence("win_rate"))
    sealed = sealed_bytes(ws.db, "review", first.review.id)
    assert (first.skill_since, first.review.agenda) == (None, (ticked, left))

    ws.today = date(2026, 2, 9)
    assert operations.sheet_for(ws, ann(ws), Q1).review.agenda == first.review.agenda, "a closed sheet stays as it was"
    second = operations.sheet(ws, about(ws).id)
    assert second.review.agenda == (replace(left, since=date(2026, 2, 2)),)
    assert (second.review.skill, second.review.evidence.kpi_id) == ("Discovery", "win_rate")
    assert (second.skill_since, second.review.praise) == (date(2026, 2, 2), "")
    assert is_untouched(second.review, same_skill=True)
    assert not is_untouched(replace(second.review, skill="Closing"))

    hold(ws, date(2026, 2, 9), agenda=(*second.review.agenda, AgendaItem("Demo data")))
    third = operations.sheet(ws, about(ws).id)
    assert [(one.text, one.since) for one in third.review.agenda] == [
        ("Pricing", date(2026, 2, 2)), ("Demo data", date(2026, 2, 9)),
    ]  # fmt: skip
    assert third.skill_since == date(2026, 2, 2), "the same skill since then"
    closed = hold(ws, date(2026, 2, 16), agenda=third.review.agenda[1:], skill="Closing", evidence=Evidence())
    assert (closed.skill_since, closed.review.evidence) == (None, Evidence())
    fourth = operations.sheet(ws, about(ws).id)
    assert [one.text for one in fourth.review.agenda] == ["Demo data"], "what was dropped does not come back"
    assert fourth.skill_since == date(2026, 2, 16)
    assert sealed_bytes(ws.db, "review", first.review.id) == sealed


def test_a_carried_point_that_was_rewritten_or_dropped_is_not_lost_to_a_draft_that_is_brought_back(
    ws: operations.Workspace,
) -> None:
    hold(ws, date(2026, 2, 2), agenda=(AgendaItem("Pricing"), AgendaItem("Holiday", "manager")))
    old = about(ws)
    assert operations.is_untouched_draft(ws, old)
    for agenda in ((replace(old.agenda[0], text="Pricing of the pilot"), old.agenda[1]), old.agenda[1:]):
        operations.delete_review(ws, old.id)
        present = about(ws)
        assert operations.is_untouched_draft(ws, present)
        kept = operations.save_review(ws, replace(present, agenda=agenda))
        assert not operations.is_untouched_draft(ws, kept)
        with pytest.raises(UserError, match="begun since"):
            operations.restore_review(ws, old)
        assert operations.reviews(ws)[0].agenda == agenda
        old = kept
    operations.save_review(ws, replace(old, agenda=present.agenda))
    assert operations.restore_review(ws, old).agenda == old.agenda, "untouched, it gives way"


def test_a_draft_begun_before_points_were_carried_is_given_them_once(ws: operations.Workspace) -> None:
    hold(ws, date(2026, 2, 2), agenda=(AgendaItem("Pricing"),), skill="Discovery")
    mine = AgendaItem("Mine")
    old = operations.save_review(ws, replace(about(ws), agenda=(mine,), skill=""))
    assert about(ws) == old, "what was dropped stays dropped"
    ws.db.run("DELETE FROM meta WHERE name='uncarried'")
    given = about(ws)
    assert given.agenda == (AgendaItem("Pricing", since=date(2026, 2, 2)), mine)
    assert given.skill == "Discovery"
    assert operations.save_review(ws, old) == about(ws) == old


def test_a_point_that_is_raised_anew_or_brought_again_stands_there_once() -> None:
    old = AgendaItem("Win rate since 1 Jan 2026: you said on 2 Feb 2026: fewer leads", "manager", raised=True)
    new = replace(old, text="Win rate since 1 Jan 2026: you said on 9 Feb 2026: better now")
    typed = AgendaItem("Win rate since 1 Jan 2026: why?")
    day = date(2026, 2, 5)
    assert with_raised(left_over((old, typed), day), (new,)) == (replace(typed, since=day), new)
    assert with_raised(left_over((old,), day), ()) == (replace(old, since=day),)
    again = agenda_with(left_over((AgendaItem("Pricing", tag="discuss"),), day), Answer(first="pricing"), None)
    assert again == (AgendaItem("Pricing", tag="discuss", since=day),)


def test_three_meetings_a_month_apart_carry_what_was_promised(ws: operations.Workspace, tmp_path: Path) -> None:
    first = agree(
        ws,
        Commitment("A3 signs", date(2026, 2, 25), deal_id=deal(ws, "A3"), stage="won"),
        Commitment("A2 to Proposal", date(2026, 3, 10), deal_id=deal(ws, "A2"), stage="Proposal"),
        Commitment("Book more", date(2026, 2, 15), kpi_id="bookings"),
    )
    assert first.since is None
    assert (first.promises, first.facts) == ((), ())

    ws.today = date(2026, 3, 1)
    show(ws, tmp_path, "feb.csv", FEBRUARY, FEB)
    draft = about(ws)
    second = operations.sheet(ws, draft.id)
    assert (second.since, second.as_of) == (JAN, FEB)
    assert [(fact.kind, [(one.name, one.change) for one in fact.deals]) for fact in second.facts] == [
        ("won", [("Deal A3", "won on 18 Feb 2026")]),
        ("pushed", [("Deal A2", "from 1 Mar 2026 to 15 Apr 2026; from $20.0K to $24.0K")]),
        ("stage", [("Deal A1", "from Demo to Proposal")]),
    ]
    assert told(second) == {
        "A3 signs": ("done", "won on 18 Feb 2026"),
        "A2 to Proposal": ("open", "due on 10 Mar 2026"),
        "Book more": ("overdue", "due 15 Feb 2026, 14 days over"),
    }
    signed, _, book = second.promises
    assert (signed.settlement.file, signed.settlement.line, signed.settlement.import_id) == ("feb.csv", 4, 2)
    assert (signed.made_on, signed.deal, signed.then, signed.now) == (date(2026, 2, 1), "Deal A3", "Proposal", "won")
    assert (book.kpi, book.then, book.now) == ("Bookings", "$0 (0 deals, Q1 2026)", "$5.00K (1 deal, Q1 2026)")
    operations.overrule(ws, book.commitment.id, "dropped", "Two deals are enough")
    second = agree(
        ws,
        Commitment("A4 to Offer", date(2026, 3, 31), deal_id=deal(ws, "A4"), stage="Offer"),
        Commitment("A1 to Offer", date(2026, 3, 31), deal_id=deal(ws, "A1"), stage="Offer"),
    )
    assert told(second)["Book more"] == ("dropped", "by hand: Two deals are enough")

    ws.today = date(2026, 4, 1)
    show(ws, tmp_path, "mar.csv", MARCH, MAR)
    third = agree(ws)
    assert told(third) == {
        "A2 to Proposal": ("done", "Proposal, seen by 31 Mar 2026"),
        "A4 to Offer": ("open", "the deal is no longer in the file"),
        "A1 to Offer": ("done", "won on 20 Mar 2026"),
    }
    assert [one.settlement.line for one in third.promises] == [3, 0, 2]
    assert [fact.kind for fact in third.facts] == ["won", "gone", "new", "stage"]

    operations.close(ws)
    again = operations.open_workspace(ws.path, today=date(2026, 5, 1))
    kept = operations.reviews(again, third.review.scope.id)
    assert [operations.sheet(again, one.id) for one in kept] == [third, second, first]
    assert operations.review_for(again, kept[0].scope, Q1) == kept[0]
    ws.db = again.db


def test_a_stage_beyond_the_one_promised_does_not_count_and_a_lost_deal_stays_open(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    agree(
        ws,
        Commitment("Beyond", date(2026, 2, 10), deal_id=deal(ws, "A1"), stage="proposal"),
        Commitment("Lost", date(2026, 3, 10), deal_id=deal(ws, "A2"), stage="Offer"),
    )
    lines = [
        ("A1", "Ann Lee", "Offer", *JANUARY[0][3:]),
        ("A2", "Ann Lee", "Lost", "1", "2026-01-06", "2026-03-05"),
        ("B1", "Bo Dahl", "Offer", *JANUARY[4][3:]),
    ]
    show(ws, tmp_path, "moves.csv", [(*JANUARY[4][:2], "Proposal", *JANUARY[4][3:])], date(2026, 2, 5))
    show(ws, tmp_path, "mar.csv", lines, MAR)
    assert told(operations.sheet(ws, about(ws).id)) == {
        "Beyond": ("overdue", "due 10 Feb 2026, in Offer on 31 Mar 2026"),
        "Lost": ("overdue", "due 10 Mar 2026, lost on 5 Mar 2026"),
    }


def staged(**stages: str) -> list[Line]:
    """The deals of January, some in another stage."""
    return [(line[0], line[1], stages.get(line[0], line[2]), *line[3:]) for line in JANUARY]


def test_only_the_deal_itself_settles_what_was_promised_for_it(ws: operations.Workspace, tmp_path: Path) -> None:
    """Another deal moves from Proposal back to Demo; the one promised stays where it was."""
    agree(
        ws,
        Commitment("A1", MAR, deal_id=deal(ws, "A1"), stage="Proposal"),
        Commitment("A3", date(2026, 1, 1), deal_id=deal(ws, "A3"), stage=" PROPOSAL\u200b"),
    )
    show(ws, tmp_path, "feb.csv", staged(A3="Demo"), FEB)
    assert told(operations.sheet(ws, about(ws).id)) == {
        "A1": ("open", "due on 31 Mar 2026"), "A3": ("done", "already in Proposal"),
    }  # fmt: skip
    show(ws, tmp_path, "mar.csv", staged(A1="Proposal"), date(2026, 3, 10))
    show(ws, tmp_path, "back.csv", staged(), MAR)
    assert told(operations.sheet(ws, about(ws).id))["A1"] == ("done", "Proposal, seen by 10 Mar 2026"), "it stays done"


@pytest.mark.parametrize(
    ("due", "settled"),
    [
        (date(2026, 2, 9), ("late", "Proposal, seen by 28 Feb 2026, late")),
        (date(2026, 2, 10), ("late", "Proposal, seen by 28 Feb 2026, late")),
        (date(2026, 2, 11), ("done", "Proposal, seen by 28 Feb 2026")),
        (FEB, ("done", "Proposal, seen by 28 Feb 2026")),
    ],
)
def test_without_a_stated_day_it_is_late_only_if_an_export_showed_it_short(
    ws: operations.Workspace, tmp_path: Path, due: date, settled: tuple[str, str]
) -> None:
    """The export of 10 February shows Demo as before, one of the 20th tells of another deal alone."""
    agree(ws, Commitment("A1", due, deal_id=deal(ws, "A1"), stage="Proposal"))
    show(ws, tmp_path, "ten.csv", JANUARY, date(2026, 2, 10))
    bring_in(ws, write(tmp_path / "part.csv", JANUARY[4:5]), date(2026, 2, 20), stages=STAGES)
    show(ws, tmp_path, "feb.csv", staged(A1="Proposal"), FEB)
    assert told(operations.sheet(ws, about(ws).id)) == {"A1": settled}


def test_what_an_import_settled_opens_again_when_it_is_undone(ws: operations.Workspace, tmp_path: Path) -> None:
    agree(ws, Commitment("A2", date(2026, 3, 25), deal_id=deal(ws, "A2"), stage="Proposal"))
    show(ws, tmp_path, "wrong.csv", staged(A2="Proposal"), FEB)
    assert told(agree(ws)) == {"A2": ("done", "Proposal, seen by 28 Feb 2026")}
    assert told(operations.sheet(ws, about(ws).id)) == {}
    finish(operations.undo(ws))
    assert told(operations.sheet(ws, about(ws).id)) == {
        "A2": ("open", "was done on 1 Feb 2026, is not any more: Deal A2 is in Demo")
    }  # fmt: skip


@pytest.mark.parametrize(
    ("day", "verdict"),
    [
        (date(2026, 3, 25), ("open", "due on 25 Mar 2026")),
        (date(2026, 3, 26), ("overdue", "due 25 Mar 2026, still Demo on 26 Mar 2026")),
    ],
)
def test_a_promise_is_late_from_the_day_after_it_was_due(
    ws: operations.Workspace, tmp_path: Path, day: date, verdict: tuple[str, str]
) -> None:
    agree(ws, Commitment("A2", date(2026, 3, 25), deal_id=deal(ws, "A2"), stage="Proposal"))
    show(ws, tmp_path, "later.csv", JANUARY, day)
    assert told(operations.sheet(ws, about(ws).id)) == {"A2": verdict}
    ws.today = day
    assert told(agree(ws)) == {"A2": verdict}
    assert told(operations.sheet(ws, about(ws).id)) == {"A2": verdict}, "a meeting that shows it late leaves it open"


def test_what_was_done_and_is_undone_by_later_data_is_followed_up(ws: operations.Workspace, tmp_path: Path) -> None:
    """A1 comes to Proposal and falls back; A2 goes on from Proposal to Offer, A3 is won and reopened, A4 lost after."""
    promised = (("A1", "Proposal"), ("A2", "Proposal"), ("A3", "won"))
    agree(ws, *(Commitment(key, date(2026, 5, 1), deal_id=deal(ws, key), stage=stage) for key, stage in promised))
    ws.today = date(2026, 3, 1)
    show(ws, tmp_path, "feb.csv", staged(A1="Proposal", A2="Proposal", A3="Won"), FEB)
    assert {state for state, _ in told(agree(ws)).values()} == {"done"}
    ws.today = date(2026, 4, 1)
    show(ws, tmp_path, "ten.csv", staged(A1="Demo", A2="Offer", A3="Proposal"), date(2026, 3, 10))
    show(ws, tmp_path, "mar.csv", staged(A1="Demo", A2="Offer", A3="Proposal"), MAR)
    undone = {
        "A1": ("open", "was done on 1 Mar 2026, is not any more: Deal A1 is back in Demo since 10 Mar 2026"),
        "A3": ("open", "was done on 1 Mar 2026, is not any more: Deal A3 is back in Proposal since 10 Mar 2026"),
    }
    third = agree(ws)
    assert told(third) == undone
    assert third.promises[0].settlement.file == "mar.csv"
    assert told(operations.sheet(ws, about(ws).id)) == undone, "until it is done again or settled by hand"
    lost, _ = third.promises
    operations.overrule(ws, lost.commitment.id, "dropped", "They went elsewhere")
    assert told(operations.sheet(ws, about(ws).id))["A1"] == ("dropped", "by hand: They went elsewhere")
    agree(ws)
    show(ws, tmp_path, "apr.csv", staged(A1="Demo", A2="Lost", A3="Won"), date(2026, 4, 10))
    assert told(operations.sheet(ws, about(ws).id)) == {}, "A3 is won again, A2 was in Proposal before it was lost"


def test_the_stamps_of_a_meeting_hold_the_time_of_the_clock(tmp_path: Path) -> None:
    before = datetime.now().replace(microsecond=0)
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=before.date())
    show(ws, tmp_path, "jan.csv", JANUARY, JAN)
    operations.save_review(ws, replace(about(ws), commitments=(Commitment("Call", before.date()),)))
    sheet = operations.close_review(ws, about(ws).id)
    started, closed = (moment(stamp) for stamp in (sheet.review.started_at, sheet.review.closed_at))
    assert started is not None
    assert closed is not None
    assert before <= started <= closed <= datetime.now()
    assert state_text(sheet.review) == f"Closed on {day_text(closed.date())}, {closed:%H:%M}"
    assert operations.sheet(ws, about(ws).id).promises[0].made_on == closed.date()
    operations.close(ws)


def test_the_next_meeting_is_about_a_period_as_long_as_the_last_one(ws: operations.Workspace, tmp_path: Path) -> None:
    bo = operations.scopes(ws).find_scope("rep:Bo Dahl")
    assert operations.open_review(ws, bo).question.period == operations.opening(ws).period
    month = operations.open_review(ws, ann(ws), Question(parse_period("2026-01", Settings(), JAN)))
    operations.close_review(ws, month.id, without_commitment=True)
    show(ws, tmp_path, "feb.csv", FEBRUARY, FEB)
    assert operations.open_review(ws, ann(ws)).question.period.key == "2026-02"
    assert operations.next_question(ws, bo) == replace(operations.opening(ws), scope=bo)


def test_a_meeting_that_was_only_looked_at_is_not_prepared(ws: operations.Workspace) -> None:
    ws.today = date(2026, 3, 2)

    def prepared() -> list[int]:
        return [one.draft for one in operations.due_this_week(ws).every if one.scope == ann(ws) and one.draft]

    seen = load_held(ws, ann(ws)).sheet.review
    again = load_held(ws, ann(ws)).sheet.review
    assert (again.id, again.is_prepared, prepared()) == (seen.id, False, [])
    assert {one.state for one in load_desk(ws).entries} == {""}
    saved = operations.save_review(ws, replace(seen, notes="Holiday"))
    assert (saved.is_prepared, saved.created_at, prepared()) == (True, "2026-03-02", [seen.id])
    operations.delete_review(ws, seen.id)
    asked = load_held(ws, ann(ws), prepare=True).sheet.review
    assert (asked.is_prepared, prepared()) == (True, [asked.id])
    operations.delete_review(ws, asked.id)
    looked = load_held(ws, ann(ws)).sheet.review
    made = finish(operations.prepare_one_on_ones(ws))
    assert (ann(ws), looked.id) in made.made
    assert prepared() == [looked.id]


def test_a_deleted_draft_comes_back_unless_another_was_begun(ws: operations.Workspace) -> None:
    promised = (Commitment("A2", MAR, deal_id=deal(ws, "A2"), stage="Proposal"),)
    typed = replace(about(ws), notes="Words", private="hush", agenda=(AgendaItem("Point"),), commitments=promised)
    kept = operations.save_review(ws, typed)
    operations.delete_review(ws, kept.id)
    assert operations.reviews(ws) == ()
    back = operations.restore_review(ws, kept)
    told_of = [(one.notes, one.private, one.agenda, one.question, one.state) for one in (back, kept)]
    assert told_of[0] == told_of[1]
    assert [(one.text, one.deal_id, one.stage) for one in back.commitments] == [("A2", deal(ws, "A2"), "Proposal")]
    with pytest.raises(UserError, match="begun since"):
        operations.restore_review(ws, kept)
    assert operations.reviews(ws) == (back,)


def test_facts_follow_the_data_after_an_undo(ws: operations.Workspace, tmp_path: Path) -> None:
    """The second meeting rests on a file that is replaced by a right one of the same day."""
    agree(ws)
    show(ws, tmp_path, "wrong.csv", JANUARY, FEB)
    agree(ws)
    finish(operations.undo(ws))
    back = operations.sheet(ws, about(ws).id)
    assert (back.since, back.as_of, back.met_before) == (JAN, JAN, True)
    show(ws, tmp_path, "right.csv", FEBRUARY, FEB)
    right = operations.sheet(ws, about(ws).id)
    assert (right.since, right.as_of) == (JAN, FEB)
    assert "won" in {fact.kind for fact in right.facts}


def test_an_undone_mix_up_of_two_people_shows_nobody_the_others_sheet(tmp_path: Path) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=date(2026, 2, 1))
    lines: list[Line] = [(line[0], line[1].replace("Ann Lee", "ann@x.com"), *line[2:]) for line in reversed(JANUARY)]
    show(ws, tmp_path, "jan.csv", lines, JAN)
    draft = about(ws, operations.scopes(ws).find_scope("rep:ann@x.com"))
    operations.save_review(ws, replace(draft, private="hush"))
    operations.close_review(ws, draft.id, without_commitment=True)
    (tmp_path / "people.csv").write_text("Person,Email,Team\nBo Dahl,ann@x.com,North\n")
    mixed = finish(operations.import_file(ws, tmp_path / "people.csv", ImportOptions(kind="people", as_of=JAN)))
    finish(operations.undo(ws, mixed.import_id))
    shown = {name: operations.sheet_for(ws, operations.scopes(ws).find_scope(f"rep:{name}"), Q1).review.private
             for name in ("ann@x.com", "Bo Dahl")}  # fmt: skip
    assert shown == {"ann@x.com": "hush", "Bo Dahl": ""}
    operations.close(ws)


def test_a_sheet_that_lies_with_somebody_else_is_never_shown(ws: operations.Workspace) -> None:
    draft = operations.save_review(ws, replace(about(ws), private="hush"))
    with ws.db.writing():
        ws.db.run("UPDATE reviews SET person_id=?", (bo(ws).id,))
    assert operations.reviews(ws) == ()
    assert about(ws, bo(ws)).id != draft.id
    assert operations.sheet_for(ws, bo(ws), Q1).review.private == ""
    with pytest.raises(UserError, match="not held with Bo Dahl"):
        operations.sheet(ws, draft.id)


def test_an_undo_takes_no_promise_away_and_a_deal_that_vanished_keeps_its_name(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    show(ws, tmp_path, "feb.csv", [*FEBRUARY, MARCH[3]], FEB)
    agree(ws, Commitment("A5 to Offer", MAR, deal_id=deal(ws, "A5"), stage="Offer"))
    finish(operations.undo(ws))
    (promise,) = operations.sheet(ws, about(ws).id).promises
    assert (promise.deal, promise.then, promise.now) == ("Deal A5", "Demo", "")
    assert (promise.settlement.state, promise.settlement.words) == ("open", "the deal is no longer in any file")
    show(ws, tmp_path, "mar.csv", [*MARCH[:3], ("A5", "Ann Lee", "Won", *MARCH[3][3:]), *MARCH[4:]], MAR)
    assert told(operations.sheet(ws, about(ws).id))["A5 to Offer"][0] == "done", "it is the same deal again"


def test_the_managers_verdict_wins_and_can_be_taken_back(ws: operations.Workspace, tmp_path: Path) -> None:
    agree(ws, Commitment("A3 signs", date(2026, 2, 10), deal_id=deal(ws, "A3"), stage="won"))
    show(ws, tmp_path, "feb.csv", FEBRUARY, FEB)
    draft = about(ws)
    (promise,) = operations.start_review(ws, draft.id).promises
    assert promise.settlement.words == "won on 18 Feb 2026, 8 days late"
    with pytest.raises(UserError, match="without a reason"):
        operations.overrule(ws, promise.commitment.id, "done", " ")
    operations.overrule(ws, promise.commitment.id, "done", "Signed by hand in time")
    assert told(operations.sheet(ws, draft.id)) == {"A3 signs": ("done", "by hand: Signed by hand in time")}
    operations.overrule(ws, promise.commitment.id, None, "")
    assert operations.sheet(ws, draft.id).promises == (promise,)


def test_words_come_before_numbers(tmp_path: Path) -> None:
    """Ann closed a third of 4 × 12 deals a year; of hers one in four was won: 4 of 16 a year, 1 of 4 a quarter."""
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=date(2026, 1, 5))
    bring_in(ws, write(tmp_path / "deals.csv", history()), date(2026, 1, 4))
    quarter = parse_period("2025-Q4", Settings(), ws.today)
    draft = operations.open_review(ws, ann(ws), Question(quarter))
    found = {line.row.kpi.id: line.words for line in operations.sheet(ws, draft.id).lines}
    assert len(found) == 5
    assert found["win_rate"] == "1 of 4, too early; 4 of 16 in 12 months"
    assert found["bookings"] == "$1.00K from 1 deal"
    year = parse_period("2025", Settings(), ws.today)
    operations.save_review(ws, replace(draft, question=Question(year)))
    found = {line.row.kpi.id: line.words for line in operations.sheet(ws, draft.id).lines}
    assert found["win_rate"] == "4 of 16"
    operations.close(ws)


def test_what_is_typed_is_kept_and_an_unfinished_commitment_is_not(ws: operations.Workspace) -> None:
    draft = about(ws)
    typed = replace(
        draft, agenda=(AgendaItem("Mine", "manager"),), notes="n",
        commitments=(Commitment("  ", FEB), Commitment("Call", FEB)),
    )  # fmt: skip
    kept = operations.save_review(ws, typed)
    assert [one.text for one in kept.commitments] == ["Call"]
    assert about(ws) == kept, "one meeting at a time"
    operations.start_review(ws, draft.id)
    second = parse_period("2026-02", Settings(), JAN)
    moved = operations.save_review(ws, replace(kept, notes="during", question=Question(second)))
    assert (moved.notes, moved.question.period, moved.state) == ("during", Q1, "started")
    assert operations.sheet(ws, draft.id).review.notes == "during"


def test_what_cannot_be_is_refused_and_changes_nothing(ws: operations.Workspace) -> None:
    with pytest.raises(UserError, match="with a rep"):
        operations.open_review(ws, ORG)
    with pytest.raises(UserError, match="Ann Lee"):
        operations.open_review(ws, Scope("rep", "Ann Leo", 99))
    draft = about(ws)
    call = Commitment("Call", FEB)
    with pytest.raises(UserError, match="too many"):
        operations.save_review(ws, replace(draft, commitments=(call, call, call, call)))
    with pytest.raises(UserError, match="Nothing was agreed"):
        operations.close_review(ws, draft.id)
    assert operations.reviews(ws) == (draft,)
    assert operations.differences(ws, draft.id) == ()
    closed = operations.close_review(ws, draft.id, without_commitment=True)
    assert closed.code
    assert all(line.receipt for line in closed.lines), "it was started first"
    for refused in (
        lambda: operations.save_review(ws, draft),
        lambda: operations.delete_review(ws, draft.id),
        lambda: operations.overrule(ws, 77, "done", "x"),
        lambda: sealed_bytes(ws.db, "review", about(ws).id),
    ):
        with pytest.raises(UserError):
            refused()
    operations.delete_review(ws, about(ws).id)
    assert operations.sheet(ws, draft.id) == operations.close_review(ws, draft.id) == closed


def test_started_numbers_stay_while_the_data_move_on(ws: operations.Workspace, tmp_path: Path) -> None:
    draft = about(ws)
    started = operations.start_review(ws, draft.id)
    show(ws, tmp_path, "feb.csv", FEBRUARY, FEB)
    operations.save_review(ws, replace(draft, notes="typed after the import"))
    assert operations.start_review(ws, draft.id) == replace(
        started, review=replace(started.review, notes="typed after the import")
    )
    today = operations.scorecard(ws, Question(Q1, ann(ws)), ("bookings",)).rows[0].value_text
    assert (started.lines[0].row.value_text, today) == ("$0", "$5.00K")


def bo(ws: operations.Workspace) -> Scope:
    return operations.scopes(ws).find_scope("rep:Bo Dahl")


def _import(ws: operations.Workspace, folder: Path) -> None:
    show(ws, folder, "feb.csv", FEBRUARY, FEB)


def _undo(ws: operations.Workspace, _folder: Path) -> None:
    finish(operations.undo(ws))


def _kpi(ws: operations.Workspace, _folder: Path) -> None:
    ws.today = date(2025, 12, 1)
    kpi = operations.find_kpi(ws, "bookings")
    formula = "sum(deals.amount where open as of now)"
    operations.save_kpi(ws, replace(kpi, formula=formula, kpi_class="stock", name="Other"))
    operations.retire_kpi(ws, "win_rate")


def _goals(ws: operations.Workspace, _folder: Path) -> None:
    about_ann = {"scope": "rep:Ann Lee", "period": "2026-Q1"}
    operations.set_baseline_from(ws, "bookings", value="1000", reason="the plan", **about_ann)
    operations.set_target_from(ws, "bookings", minimum="1", target="2", stretch="3", **about_ann)


def _people(ws: operations.Workspace, _folder: Path) -> None:
    operations.move_people(ws, [ann(ws).id], "North", FEB)
    store.rename_person(ws.db, ann(ws).id, "Anna Lee-Berg")
    store.merge_people(ws.db, keep=bo(ws).id, drop=operations.scopes(ws).find_scope("rep:Anna Lee-Berg").id)


def _settings(ws: operations.Workspace, _folder: Path) -> None:
    operations.save_settings(ws, Settings(currency="EUR", fiscal_start_month=4, minimum_n=1, organisation="Other"))


LATER: dict[str, Callable[[operations.Workspace, Path], None]] = {
    "an import": _import, "an undo": _undo, "KPIs": _kpi, "goals": _goals, "people": _people, "settings": _settings,
}  # fmt: skip


def test_a_closed_sheet_is_byte_for_byte_what_it_was(ws: operations.Workspace, tmp_path: Path) -> None:
    closed = agree(ws, Commitment("A3 signs", date(2026, 2, 25), deal_id=deal(ws, "A3"), stage="won"))
    before = sealed_bytes(ws.db, "review", closed.review.id)
    for cause, change in LATER.items():
        change(ws, tmp_path)
        assert sealed_bytes(ws.db, "review", closed.review.id) == before, cause
        assert operations.sheet(ws, closed.review.id) == closed, cause
    assert finish(operations.check(ws)).problems == ()
    (met,) = operations.reviews(ws)
    assert met.scope.name == "Bo Dahl", "it went with the person"


SOLD: list[Line] = [
    ("D1", "Ann Lee", "Won", "1000", "2026-01-02", "2026-01-20"),
    ("D2", "Ann Lee", "Won", "2000", "2026-01-02", "2026-01-21"),
    ("D3", "Ann Lee", "Won", "4000", "2026-01-02", "2026-01-22"),
]


def _with(at: int, **parts: str) -> list[Line]:
    names = ("key", "owner", "stage", "amount", "created", "close")
    changed = {**dict(zip(names, SOLD[at], strict=True)), **parts}
    return [*SOLD[:at], tuple(changed.values()), *SOLD[at + 1 :]]  # type: ignore[list-item]  # six texts


CAUSES: dict[str, tuple[list[Line], str, str]] = {
    "re-dated": (_with(0, close="2025-12-30"), "$6.00K", "1 deal was re-dated"),
    "two re-dated": ([("D1", *_with(0)[0][1:5], "2025-12-30"), ("D2", *SOLD[1][1:5], "2025-12-30"), SOLD[2]],
                     "$4.00K", "2 deals were re-dated"),
    "amount": (_with(1, amount="2500"), "$7.50K", "the amount of 1 deal changed"),
    "outcome": (_with(2, stage="Lost"), "$3.00K", "the outcome of 1 deal changed"),
    "owner": (_with(2, owner="Bo Dahl"), "$3.00K", "the owner of 1 deal changed"),
    "new": ([*SOLD, ("D4", "Ann Lee", "Won", "500", "2026-01-03", "2026-01-29")], "$7.50K",
            "1 deal was newly imported"),
    "gone": (SOLD[:2], "$3.00K", "1 deal is no longer there"),
    "nothing": (SOLD, "$7.00K", ""),
}  # fmt: skip


@pytest.mark.parametrize("cause", CAUSES)
def test_a_difference_is_explained_from_the_rows(tmp_path: Path, cause: str) -> None:
    """The first file is taken back and a corrected one brought in, so that only the correction differs."""
    lines, now, why = CAUSES[cause]
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=date(2026, 2, 1))
    show(ws, tmp_path, "jan.csv", SOLD, JAN)
    closed = agree(ws)
    day = date(2026, 2, 10) if cause == "new" else JAN
    if cause != "new":
        finish(operations.undo(ws))
    show(ws, tmp_path, "corrected.csv", lines, day)
    found = operations.differences(ws, closed.review.id)[0]
    assert (found.kpi_id, found.then, found.now) == ("bookings", "$7.00K", now)
    assert ", ".join(found.why) == why
    assert found.sentence.startswith("Bookings: $7.00K, as it was" if not why else f"Bookings: then $7.00K, now {now}")
    operations.close(ws)


def test_changed_definitions_and_targets_are_named(ws: operations.Workspace, tmp_path: Path) -> None:
    closed = agree(ws)
    _goals(ws, tmp_path)
    _kpi(ws, tmp_path)
    bookings = operations.differences(ws, closed.review.id)[0]
    assert bookings.why == ("the definition changed", "the target changed")
    assert (bookings.then, bookings.now) == ("$0", "$42.0K")
    operations.save_settings(ws, Settings(currency="EUR"))
    assert "the currency changed" in operations.differences(ws, closed.review.id)[0].why


PEOPLE = """\
Person,Team,Role,Start date,End date
Ann Lee,Enterprise,AE,2024-11-15,
New Hire,Enterprise,SDR,2026-01-30,
Gone Away,Enterprise,AE,2020-01-01,2026-01-15
Boss Lady,,VP,,
Under Boss,Boss Lady,AE,,
"""
HEADERS = {
    "Ann Lee": "AE · Enterprise · 14 months",
    "New Hire": "SDR · Enterprise · started 1 day ago · first day 30 Jan 2026: 61 of the 90 days of Q1 2026 are theirs",
    "Gone Away": "AE · Enterprise · left on 15 Jan 2026", "Boss Lady": "VP", "Under Boss": "AE",
}  # fmt: skip


def test_a_rep_without_deals_or_goals_who_is_new_or_has_left_gets_a_calm_sheet(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE)
    finish(operations.import_file(ws, tmp_path / "people.csv", ImportOptions(kind="people", as_of=JAN)))
    for name, header in HEADERS.items():
        draft = about(ws, operations.scopes(ws).find_scope(f"rep:{name}"))
        closed = operations.close_review(ws, draft.id, without_commitment=True)
        assert closed.header == header
        assert len(closed.lines) == 5
        assert name == "Ann Lee" or (closed.facts, closed.risks, closed.promises) == ((), (), ())


def test_a_workspace_without_any_deal_has_a_sheet_too(tmp_path: Path) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=JAN)
    (tmp_path / "people.csv").write_text(PEOPLE)
    finish(operations.import_file(ws, tmp_path / "people.csv", ImportOptions(kind="people", as_of=JAN)))
    draft = operations.open_review(ws, ann(ws))
    closed = operations.close_review(ws, draft.id, without_commitment=True)
    assert (closed.as_of, closed.since, closed.facts, closed.risks) == (None, None, (), ())
    operations.close(ws)


def texts_of(value: object) -> Iterator[str]:
    """Every text in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from texts_of(list(value.items()))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts_of(one)
    elif is_dataclass(value):
        yield from texts_of([getattr(value, one.name) for one in fields(value)])


NAMES = ("Ann Quill", "Bo Zyx", "<b>Cy Vorn</b>", "=Dov()+1", "إيمان حسن", "Efa " + "x" * 196, "Gus O'Fyrd")


def company(random: Random, path: Path) -> tuple[str, ...]:
    """An export of a few deals, some of them shared, and whose they are."""
    people = tuple(random.sample(NAMES, 4))
    rows = []
    for number in range(12):
        owner, other = random.sample(people, 2)
        stage = random.choice(("Demo", "Won", "Lost", "Won"))
        split = f"{owner}: 60%; {other}: 40%" if random.random() < 0.3 and ":" not in owner + other else ""
        rows.append((f"D{number}", f"Deal {number}", owner, f"Firm {number % 5}", stage, 1000 + number, "2026-01-02",
                     f"2026-0{random.randrange(1, 4)}-11", "Inbound", split))  # fmt: skip
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([(*HEADER, "Owner split"), *rows])
    return people


def test_a_reps_copy_names_nobody_else_and_holds_no_private_note(tmp_path: Path) -> None:
    """A dozen companies; that the manager's own sheet does name others shows that the search finds them."""
    named = 0
    for seed in range(12):
        random, path = Random(seed), tmp_path / f"{seed}.csv"
        people = company(random, path)
        ws = operations.open_workspace(tmp_path / f"{seed}.kpidesk", create=True, today=MAR)
        bring_in(ws, path, MAR, stages=STAGES)
        rep = random.choice([scope for scope in operations.scopes(ws).scopes() if scope.kind == "rep"])
        note = f"private {seed}"
        draft = operations.save_review(ws, replace(about(ws, rep), private=note))
        sheet = operations.close_review(ws, draft.id, without_commitment=True)
        others = set(people) - {rep.name}
        whole, copy = "\n".join(texts_of(sheet)), "\n".join(texts_of(for_the_rep(sheet)))
        named += any(name in whole for name in others)
        assert note in whole
        assert not [name for name in (*others, note) if name in copy], f"company {seed}"
        assert rep.name in copy
        ws.db.close()
    assert named > 2


def test_a_draft_that_cannot_be_closed_stays_a_draft(ws: operations.Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = about(ws)
    with monkeypatch.context() as broken:
        broken.setattr("kpidesk.store.keep_close", lambda *_values: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            operations.close_review(ws, draft.id, without_commitment=True)
    assert [(one.state, one.started_at) for one in operations.reviews(ws)] == [("draft", "")]
    assert operations.close_review(ws, draft.id, without_commitment=True).review.state == "closed"
