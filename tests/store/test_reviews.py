"""One-on-ones in the file: what is typed comes back, what is sealed stays, and older files get room for them."""

from __future__ import annotations

import contextlib
import json
import zlib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.periods import quarter_period
from kpidesk.core.reviews import (
    AgendaItem,
    Commitment,
    Evidence,
    NextStep,
    Promise,
    Review,
    Settlement,
    Sheet,
)
from kpidesk.core.settings import Settings
from kpidesk.store.frozen import packed, to_json, tuple_from_json, unpacked
from kpidesk.store.sealed import sealed_bytes
from tests.often import often
from tests.sheets import CLOSED
from tests.store.support import day, deal, deals, people, problems, undo, workspace

Q1 = quarter_period(2026, 1, Settings())
MET = date(2026, 3, 2)


def drafted(db: store.Database, name: str = "Ann") -> Review:
    """A new one-on-one with somebody."""
    person = next(one.id for one in store.load_organisation(db).people if one.name == name)
    return store.load_review(db, store.add_review(db, person, Q1, MET))


def typed(db: store.Database, review: Review, **parts: Any) -> Review:
    """What comes back of a one-on-one after something was typed into it."""
    store.keep_review(db, replace(review, **parts))
    return store.load_review(db, review.id)


def sheet_of(review: Review, promises: tuple[Promise, ...] = ()) -> Sheet:
    """A sheet with little on it."""
    return Sheet(review, review.scope.name, "", MET, None, (), promises, (), (), "USD")


def closed(db: store.Database, review: Review, promises: tuple[Promise, ...] = ()) -> Review:
    """A one-on-one after it was started and closed on the same day."""
    started = replace(store.load_review(db, review.id), state="started", started_at=str(MET))
    store.keep_start(db, sheet_of(started, promises))
    done = replace(started, state="closed", closed_at=str(MET))
    store.keep_close(db, sheet_of(done, promises), {one.id: f"was {one.text}" for one in done.commitments})
    return store.load_review(db, review.id)


def test_what_is_typed_comes_back_and_commitments_keep_their_numbers(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann", name="Acme"), deal("B", owner="Bob"))
        agenda = (AgendaItem("Pricing ☕", "manager", done=True), AgendaItem("<b>Leave</b>"))
        promised = (Commitment("Call", day(9)), Commitment("Proposal", day(3), "manager", "win_rate", 1, "Proposal"))
        first = typed(db, drafted(db), agenda=agenda, notes="a\nb", private="hush", commitments=promised)
        assert (first.agenda, first.notes, first.private) == (agenda, "a\nb", "hush")
        assert [replace(one, id=0, review_id=0, deal_name="") for one in first.commitments] == list(promised)
        call, proposal = first.commitments
        added = Commitment("Write", day(4))
        second = typed(db, first, commitments=(proposal, added, replace(call, text="Call twice")))
        assert [(one.text, one.id) for one in second.commitments][::2] == [
            ("Proposal", proposal.id), ("Call twice", call.id),
        ]  # fmt: skip
        assert second.commitments[1].id not in (0, call.id, proposal.id)
        third = typed(db, second, commitments=(call,), question=replace(second.question, period=quarter_of(2)))
        assert [one.text for one in third.commitments] == ["Call"]
        assert third.question.period == quarter_of(2)
        assert problems(db) == ()
    with workspace(tmp_path) as db:
        assert store.load_reviews(db) == (third,), "it is there after the app was killed"


def quarter_of(number: int) -> Any:
    return quarter_period(2026, number, Settings())


def test_the_newest_comes_first_and_each_person_has_their_own(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann"), deal("B", owner="Bob"))
        ann, bob, again = drafted(db), drafted(db, "Bob"), drafted(db)
        assert [one.id for one in store.load_reviews(db)] == [again.id, bob.id, ann.id]
        assert [one.id for one in store.load_reviews(db, ann.scope.id)] == [again.id, ann.id]
        store.delete_review(db, ann.id)
        assert [one.id for one in store.load_reviews(db)] == [again.id, bob.id]
        with pytest.raises(UserError, match="no one-on-one"):
            store.load_review(db, ann.id)


def test_typing_is_no_reason_to_compute_anything_again(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann"))
        version = store.data_version(db)
        review = typed(db, drafted(db), notes="a")
        typed(db, review, notes="b")
        logged = db.one("SELECT count(*) FROM audit")
        typed(db, review, notes="c")
        assert store.data_version(db) == version
        assert db.one("SELECT count(*) FROM audit") == logged, "one entry a day is enough"


def test_private_notes_are_in_their_own_table_alone(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann"))
        review = typed(db, drafted(db), private="thinks of leaving")
        closed(db, review)
        assert store.load_sheet(db, review.id).review.private == "thinks of leaving"
        assert b"thinks" not in to_json(unpacked(Sheet, sealed_bytes(db, "review", review.id))).encode()
        db.run("DELETE FROM private_notes")
        assert store.load_sheet(db, review.id).review.private == ""


def test_a_deal_that_an_undo_took_away_keeps_its_name_and_its_number_means_no_other(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann", name="Acme"))
        second = deals(db, 1, deal("A", owner="Ann", name="Acme"), deal("B", owner="Ann", name="Beta"))
        review = typed(db, drafted(db), commitments=(Commitment("Win Beta", day(9), deal_id=2, stage="won"),))
        undo(db, second.import_id)
        deals(db, 2, deal("A", owner="Ann", name="Acme"), deal("C", owner="Ann", name="Cora"))
        assert store.deal_names(db, [2]) == {2: "Cora"}, "the number was given to another deal"
        assert store.load_review(db, review.id).commitments[0].deal_id == 0
        kept = typed(db, store.load_review(db, review.id), notes="typed on")
        closed(db, kept)
        (made,) = store.open_commitments(db, review.scope.id)
        assert (made.deal, made.commitment.deal_id) == ("Beta", 0)
        deals(db, 3, deal("B", owner="Ann", name="Beta"), deal("C", owner="Ann", name="Cora"))
        (made,) = store.open_commitments(db, review.scope.id)
        (row,) = store.deal_rows(db, list(store.values_by_source(db, ["B"], None).values()))
        assert (made.commitment.deal_id, row["name"]) == (int(row["deal_id"]), "Beta"), "it has a new number"
        assert problems(db) == ()


def test_a_commitment_that_speaks_of_no_deal_any_more_is_unlinked(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann", name="Acme"))
        review = typed(db, drafted(db), commitments=(Commitment("Win", day(9), deal_id=1, stage="won"),))
        closed(db, typed(db, review, commitments=(replace(review.commitments[0], deal_id=0, stage=""),)))
        assert [made.deal for made in store.open_commitments(db, review.scope.id)] == [""]


def test_next_steps_and_what_shows_a_skill_outlive_an_undo_and_mean_no_other_deal(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("Z", owner="Ann"))
        brought = deals(db, 1, deal("A", owner="Ann", name="Acme"))
        review = typed(db, drafted(db), next_steps=(NextStep(2, " Call "), NextStep(1, "")),
                       evidence=Evidence(deal_id=2), skill="Ask", praise="Good", wellbeing="Well")  # fmt: skip
        assert review.next_steps == (NextStep(2, "Call"),)
        assert review.evidence == Evidence(deal_id=2, name="Acme")
        assert (review.skill, review.praise, review.wellbeing) == ("Ask", "Good", "Well")
        undo(db, brought.import_id)
        deals(db, 2, deal("B", owner="Ann", name="Bolt"))
        gone = typed(db, store.load_review(db, review.id), notes="more")
        assert (gone.next_steps, gone.evidence) == ((), Evidence(name="Acme"))
        deals(db, 3, deal("A", owner="Ann", name="Acme"))
        again = store.load_review(db, review.id)
        assert [one.text for one in again.next_steps] == ["Call"]
        assert again.evidence.deal_id == again.next_steps[0].deal_id != 0
        assert typed(db, again, next_steps=(), evidence=Evidence()).evidence == Evidence()
        assert store.load_review(db, review.id).next_steps == ()


def test_what_is_said_of_merged_deals_is_one_and_goes_back_to_the_deal_it_was_said_of(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("S", owner="Ann", name="Acme"), deal("C", owner="Ann", name="Acme Ltd"))
        said = {"commitments": (Commitment("Win", day(9), deal_id=2),), "evidence": Evidence(deal_id=2), "skill": "Ask"}
        met = closed(db, typed(db, drafted(db), next_steps=(NextStep(1, "Call"), NextStep(2, "Write")), **said))
        review = typed(db, drafted(db), **said)
        store.carry_steps(db, review.id, review.scope.id)
        merge = store.merge_deals(db, 1, 2)
        following = drafted(db)
        store.carry_steps(db, following.id, following.scope.id)
        typed(db, store.load_review(db, following.id), notes="more")
        shown = typed(db, store.load_review(db, review.id), notes="more")
        assert shown.next_steps == (NextStep(1, "Call; Write"),)
        assert (shown.commitments[0].deal_id, shown.evidence.deal_id) == (1, 1)
        store.split_deals(db, merge)
        for one in (
            store.load_review(db, met.id),
            store.load_review(db, review.id),
            store.load_review(db, following.id),
        ):
            assert one.next_steps == (NextStep(1, "Call"), NextStep(2, "Write"))
            assert {one.evidence.deal_id, *(said.deal_id for said in one.commitments)} == {2}


def test_the_next_step_of_a_merged_deal_can_be_changed_and_cleared(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("S", owner="Ann", name="Acme"), deal("C", owner="Ann", name="Acme Ltd"))
        review = typed(db, drafted(db), next_steps=(NextStep(2, "Write"),))
        merge = store.merge_deals(db, 1, 2)
        assert typed(db, review, next_steps=(NextStep(1, "Meet"),)).next_steps == (NextStep(1, "Meet"),)
        store.split_deals(db, merge)
        assert store.load_review(db, review.id).next_steps == (NextStep(2, "Meet"),)
        store.merge_deals(db, 1, 2)
        assert typed(db, review, next_steps=()).next_steps == ()


def test_next_steps_go_on_to_the_next_meeting(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann", name="Acme"))
        first = closed(db, typed(db, drafted(db), next_steps=(NextStep(1, "Call"),)))
        following = drafted(db)
        store.carry_steps(db, following.id, first.scope.id)
        assert store.load_review(db, following.id).next_steps == (NextStep(1, "Call"),)
        typed(db, store.load_review(db, following.id), next_steps=(NextStep(1, "Write"),))
        assert store.load_review(db, first.id).next_steps == (NextStep(1, "Call"),)
        store.delete_review(db, following.id)
        assert store.load_reviews(db) == (store.load_review(db, first.id),)


def test_what_the_rep_says_of_themself_is_in_no_sealed_sheet(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann"))
        review = closed(db, typed(db, drafted(db), wellbeing="TIRED", private="HUSH"))
        body = to_json(unpacked(Sheet, sealed_bytes(db, "review", review.id)))
        assert "TIRED" not in body
        assert "HUSH" not in body
        assert store.load_sheet(db, review.id).review.wellbeing == "TIRED"
        assert store.months_met(db, review.scope.id, 0) == {"2026-03"}
        assert store.months_met(db, review.scope.id, review.id) == frozenset()


def test_a_sheet_sealed_by_an_older_version_is_read_as_it_was() -> None:
    new = {
        "": ("manager", "goals", "monthly"), "review": ("next_steps", "skill", "evidence", "praise", "wellbeing"),
        "lines": ("team",), "risks": ("age_days", "told"), "agenda": ("tag",),
    }  # fmt: skip
    body = json.loads(to_json(CLOSED))
    parts = {"": [body], "review": [body["review"]], "lines": body["lines"], "risks": body["risks"],
             "agenda": body["review"]["agenda"]}  # fmt: skip
    for place, names in new.items():
        for part in parts[place]:
            for name in names:
                del part[name]
    assert unpacked(Sheet, zlib.compress(json.dumps(body).encode("ascii"))) == CLOSED


def test_open_commitments_leave_when_a_meeting_has_shown_them_settled(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann"))
        promised = (Commitment("Call", day(9)), Commitment("Write", day(9)))
        first = closed(db, typed(db, drafted(db), commitments=promised))
        made = store.open_commitments(db, first.scope.id)
        assert [(one.commitment.text, one.was, one.made_on, one.data_date) for one in made] == [
            ("Call", "was Call", MET, MET), ("Write", "was Write", MET, MET),
        ]  # fmt: skip
        told = (Settlement("done", "won"), Settlement("overdue", "late"))
        shown = tuple(Promise(one.commitment, MET, said) for one, said in zip(made, told, strict=True))
        closed(db, drafted(db), shown)
        left = [(one.commitment.text, one.settled_on) for one in store.open_commitments(db, first.scope.id)]
        assert left == [("Call", MET), ("Write", None)], "an undo may take away what settled it"
        store.overrule(db, made[0].commitment.id, "done", "by hand")
        left = [(one.commitment.text, one.settled_on) for one in store.open_commitments(db, first.scope.id)]
        assert left == [("Call", None), ("Write", None)], "the next meeting shows what was said by hand"
        closed(db, drafted(db), shown)
        assert [one.commitment.text for one in store.open_commitments(db, first.scope.id)] == ["Write"]


def test_one_on_ones_go_with_the_person_and_keep_them(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        one = deals(db, 0, deal("A", owner="Ann"), deal("B", owner="Anne"))
        review = closed(db, drafted(db, "Anne"))
        before = sealed_bytes(db, "review", review.id)
        numbers = {person.name: person.id for person in store.load_organisation(db).people}
        store.merge_people(db, keep=numbers["Ann"], drop=numbers["Anne"])
        store.rename_person(db, numbers["Ann"], "Ann Lee")
        assert store.load_review(db, review.id).scope.name == "Ann Lee"
        assert store.load_sheet(db, review.id).rep == "Anne"
        undo(db, one.import_id)
        assert [person.name for person in store.load_organisation(db).people] == ["Ann Lee"]
        assert sealed_bytes(db, "review", review.id) == before
        assert problems(db) == ()


def test_two_names_that_a_people_file_makes_one_share_their_one_on_ones(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann"), deal("B", owner="ann@x.com"))
        review = drafted(db, "ann@x.com")
        people(db, 1, {"person": "Ann", "email": "ann@x.com"})
        assert store.load_review(db, review.id).scope.name == "Ann"
        assert problems(db) == ()


@pytest.mark.parametrize("first", ["Bo", "ann@x.com"])
def test_an_undo_gives_one_on_ones_back_to_whom_they_were_held_with(tmp_path: Path, first: str) -> None:
    """A wrong row makes Bo and Ann one; whoever's number is kept, each has their own meeting again after the undo."""
    with workspace(tmp_path) as db:
        second = "ann@x.com" if first == "Bo" else "Bo"
        deals(db, 0, deal("A", owner=first), deal("B", owner=second))
        held = {typed(db, drafted(db, name), private=name).id: name for name in ("Bo", "ann@x.com")}
        wrong = people(db, 1, {"person": "Bo", "email": "ann@x.com"})
        assert {one.scope.name for one in store.load_reviews(db)} == {"Bo"}
        undo(db, wrong.import_id)
        assert {one.id: one.scope.name for one in store.load_reviews(db)} == held
        assert problems(db) == ()


def test_a_meeting_held_while_two_names_were_one_stays_with_the_name_it_was_held_under(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="ann@x.com"), deal("B", owner="Bo"))
        wrong = people(db, 1, {"person": "Bo", "email": "ann@x.com"})
        review = drafted(db, "Bo")
        undo(db, wrong.import_id)
        assert store.load_review(db, review.id).scope.name == "Bo"
        assert store.is_theirs(db, review.id)


def test_a_meeting_that_lies_with_somebody_else_is_told(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann"), deal("B", owner="Bob"))
        review, bob = drafted(db), drafted(db, "Bob").scope.id
        assert store.is_theirs(db, review.id)
        with db.writing():
            db.run("UPDATE reviews SET person_id=? WHERE id=?", (bob, review.id))
        assert not store.is_theirs(db, review.id)
        store.merge_people(db, keep=bob, drop=review.scope.id)
        assert store.is_theirs(db, review.id)


def test_the_last_data_date_lies_before_the_present_data(tmp_path: Path) -> None:
    with workspace(tmp_path) as db:
        deals(db, -1, deal("A", owner="Ann"))
        person = closed(db, drafted(db)).scope.id
        assert (store.last_data_date(db, person), store.has_met(db, person)) == (None, True), "it is ahead of the data"
        deals(db, 0, deal("A", owner="Ann"))
        assert store.last_data_date(db, person) is None, "a file of that day came after the meeting"
        closed(db, drafted(db))
        assert store.last_data_date(db, person) == MET, "nothing came since the second meeting"
        deals(db, 60, deal("A", owner="Ann"))
        assert store.last_data_date(db, person) == MET
        assert not store.has_met(db, person + 1)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("UPDATE review_sheets SET body = substr(body, 1, 20)", "sheet of one-on-one 1 was changed"),
        ("DELETE FROM review_sheets", "sheet of one-on-one 1 is missing"),
        ("UPDATE private_notes SET text = 'other'", "changed by something else"),
        ("UPDATE commitments SET text = 'other'", "changed by something else"),
    ],
)
def test_a_check_finds_what_other_hands_changed(tmp_path: Path, spoil: str, words: str) -> None:
    with workspace(tmp_path) as db:
        deals(db, 0, deal("A", owner="Ann"))
        review = closed(db, typed(db, drafted(db), private="hush", commitments=(Commitment("Call", day(1)),)))
        db.run(spoil)
        assert any(words in problem for problem in problems(db))
        if "review_sheets" in spoil:
            with pytest.raises(UserError):
                store.load_sheet(db, review.id)


@dataclass(frozen=True)
class Newer:
    """An agenda item as a later version could have it."""

    text: str
    by: str = "rep"
    minutes: int = 5


def test_unknown_keys_are_passed_over_and_missing_ones_take_their_default() -> None:
    assert tuple_from_json(AgendaItem, to_json((Newer("Pricing"),))) == (AgendaItem("Pricing"),)
    assert tuple_from_json(Newer, to_json((AgendaItem("Pricing", "manager"),))) == (Newer("Pricing", "manager"),)
    for text in ('[{"by":"rep"}]', "[3]", "{", "[[]]"):
        with pytest.raises(ValueError, match="this is no"):
            tuple_from_json(AgendaItem, text)


@dataclass(frozen=True)
class Every:
    """One field of every kind that a sheet has."""

    number: float
    maybe: float | None
    days: tuple[date, ...]
    pair: tuple[str, float | None]
    cells: dict[str, str]
    inside: Settlement | None


EVERY = st.builds(
    Every, st.floats(allow_nan=False), st.none() | st.floats(allow_nan=False), st.lists(st.dates()).map(tuple),
    st.tuples(st.text(), st.none() | st.floats(allow_nan=False)), st.dictionaries(st.text(), st.text()),
    st.none() | st.builds(Settlement, st.just("done"), st.text(), st.none() | st.dates()),
)  # fmt: skip


@hypothesis_settings(max_examples=often(14))
@given(EVERY)
def test_every_kind_of_value_comes_back_whole_and_in_the_same_bytes(value: Every) -> None:
    body = packed(value)
    again = unpacked(Every, body)
    assert again == value
    assert packed(again) == body
    with contextlib.suppress(ValueError):
        assert unpacked(Every, body[:-1]) == value
