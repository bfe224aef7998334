"""What happened to a rep's deals between two exports, which need talking about, and when one came to its stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from kpidesk.core.people import Organisation
from kpidesk.core.reviews import FactKind, Risk
from kpidesk.core.settings import Settings
from kpidesk.engine import Facts
from kpidesk.engine.promises import course_of
from kpidesk.engine.risks import Ahead, AtRisk, deals_at_risk
from kpidesk.engine.since import changes_since
from kpidesk.engine.stage_limits import stage_limits
from tests.engine.support import PEOPLE, SPELLS, STATUS, TEAMS, Company, Deal, facts_of, made_up

D1, D2, D3 = date(2025, 3, 31), date(2025, 4, 30), date(2025, 5, 31)
ORDER: tuple[FactKind, ...] = (
    "won", "lost", "reopened", "gone", "won_amount", "taken_over", "handed_over", "new", "pushed", "pulled_in",
    "amount_up", "amount_down", "stage",
)  # fmt: skip
SEEDS = range(60)


def company(*deals: Deal, seen: tuple[date, ...] = (D1, D2, D3), **more: object) -> Company:
    return replace(Company(deals, Organisation(PEOPLE, TEAMS, SPELLS), seen), **more)  # type: ignore[arg-type]  # fields of a company


def owners(deal: Deal) -> set[int]:
    """Whom a deal belongs to, told from the file."""
    return {person for person, _ in deal.shares} if deal.shares else {deal.owner}


def closed_on(deal: Deal) -> date | None:
    return (deal.closed_at or deal.close_date) if deal.outcome in ("won", "lost") else None


def walked(about: Company, person: int, since: date) -> dict[int, tuple[FactKind, ...]]:
    """The same changes, by walking through what each file showed of each deal."""
    found = {}
    for number in {deal.id for deal in about.deals}:
        shown = sorted((deal for deal in about.deals if deal.id == number), key=lambda deal: deal.seen)
        now, before = shown[-1], [deal for deal in shown if deal.seen <= since]
        gone = about.missing.get(number, date.min) > since
        then = before[-1] if before else None
        kinds = one_deal(then, now, shown[0].seen, since, gone=gone)
        had = then is not None and person in owners(then)
        if person in owners(now):
            if then is not None and not had:
                kinds = tuple(kind for kind in ORDER if kind in (*kinds, "taken_over"))
        else:
            kinds = ("handed_over",) if had else ()
        if kinds:
            found[number] = kinds
    return found


def one_deal(then: Deal | None, now: Deal, first: date, since: date, *, gone: bool) -> tuple[FactKind, ...]:
    if gone:
        return ("gone",) if now.outcome == "open" else ()
    if then is None and now.outcome == "open":
        return ("new",) if (now.created_at or first) >= since else ()
    if then is None:
        fresh = closed_on(now) is None or closed_on(now) >= since  # type: ignore[operator]  # there is one
        return () if not fresh else ("won",) if now.outcome == "won" else ("lost",)
    if then.outcome != now.outcome:
        return {"won": ("won",), "lost": ("lost",), "open": ("reopened",)}[now.outcome]  # type: ignore[return-value]  # kinds of facts
    if now.outcome == "won":
        return ("won_amount",) if (now.amount or 0) != (then.amount or 0) else ()
    if now.outcome != "open":
        return ()
    dated = then.close_date is not None and now.close_date is not None
    is_so: dict[FactKind, bool] = {
        "pushed": dated and now.close_date > then.close_date,  # type: ignore[operator]  # both are there
        "pulled_in": dated and now.close_date < then.close_date,  # type: ignore[operator]  # both are there
        "amount_up": (now.amount or 0) > (then.amount or 0),
        "amount_down": (now.amount or 0) < (then.amount or 0),
        "stage": (now.stage or STATUS["open"]) != (then.stage or STATUS["open"]),
    }
    return tuple(kind for kind in ORDER if is_so.get(kind))


def test_changes_are_those_that_walking_through_the_files_finds() -> None:
    counted = dict.fromkeys(ORDER, 0)
    for seed in SEEDS:
        about = made_up(Random(seed), deals=25)
        facts = facts_of(about)
        for since in about.data_dates[:2]:
            for person in PEOPLE:
                found = {one.now.deal_id: one.kinds for one in changes_since(facts, person.id, since)}
                assert found == walked(about, person.id, since), f"company {seed}, {person.name}, since {since}"
                for kinds in found.values():
                    counted[kinds[0]] += 1
    assert [kind for kind, count in counted.items() if not count] == ["reopened"], "which is tried below"


def test_a_deal_that_came_back_to_life() -> None:
    lost = Deal(7, D1, owner=1, outcome="lost", close_date=D1, stage="Talk")
    (change,) = changes_since(facts_of(company(lost, replace(lost, seen=D2, outcome="open"))), 1, D1)
    assert change.kinds == ("reopened",)


def test_nothing_has_changed_since_the_newest_day_or_later() -> None:
    about = made_up(Random(3), deals=25)
    facts = facts_of(about)
    for day in (about.newest_data, about.newest_data + timedelta(days=40)):
        assert [changes_since(facts, person.id, day) for person in PEOPLE] == [()] * len(PEOPLE)


def test_a_change_tells_how_the_deal_stood_and_stands() -> None:
    deal = Deal(7, D1, amount=100_000, owner=1, created_at=D1, close_date=date(2025, 6, 1), stage="Talk")
    later = replace(deal, seen=D2, amount=150_050, close_date=date(2025, 7, 1), currency="EUR")
    (change,) = changes_since(facts_of(company(deal, replace(later, currency=""))), 1, D1)
    assert change.kinds == ("pushed", "amount_up")
    assert change.before is not None
    assert (change.before.amount, change.now.amount, change.now.currency) == (1000.0, 1500.5, "")
    assert (change.before.close_date, change.now.close_date) == (date(2025, 6, 1), date(2025, 7, 1))
    (change,) = changes_since(facts_of(company(deal, later)), 1, D1)
    assert change.kinds == ("pushed",), "amounts in two currencies are not compared"
    assert change.now.currency == "EUR"


OPEN = Deal(
    1, D3, amount=100_000, owner=1, created_at=D1, close_date=date(2025, 9, 1), next_activity_at=date(2025, 6, 9),
    stage_entered_at=date(2025, 5, 20), last_activity_at=date(2025, 5, 20), stage="Talk",
)  # fmt: skip
LAST = date(2025, 9, 30)
"""Up to which day the target counts."""
RISKS: dict[Risk, Mapping[str, object]] = {
    "overdue": {"close_date": D3 - timedelta(days=1)},
    "stalled": {"stage_entered_at": D3 - timedelta(days=31)},
    "no_next_step": {"next_activity_at": None},
    "quiet": {"last_activity_at": D3 - timedelta(days=15)},
    "large": {"amount": 2_000_001},
}
CALM: tuple[Mapping[str, object], ...] = (
    {"close_date": D3}, {"close_date": None}, {"stage_entered_at": D3 - timedelta(days=30)},
    {"next_activity_at": D3}, {"last_activity_at": D3 - timedelta(days=14)}, {"last_activity_at": None},
    {"last_activity_at": D3 - timedelta(days=99), "created_at": D3 - timedelta(days=14)},
    {"amount": 2_000_000}, {"amount": 2_000_001, "close_date": LAST + timedelta(days=1)},
    {"amount": None}, {"owner": 2, "amount": 9_000_000},
    {"outcome": "won", "amount": 9_000_000}, {"shares": ((2, 1_000_000),), "amount": 9_000_000},
)  # fmt: skip


def _at_risk(facts: Facts, left: float | None) -> tuple[AtRisk, ...]:
    return deals_at_risk(facts, 1, Ahead(left, LAST), 8, stage_limits(facts, facts.newest_data))


def flags(about: Company, left: float | None = 100_000.0) -> dict[int, tuple[Risk, ...]]:
    return {one.deal.deal_id: one.risks for one in _at_risk(facts_of(about), left)}


@pytest.mark.parametrize("risk", RISKS)
def test_each_flag_goes_up_alone(risk: Risk) -> None:
    """A fifth of 100,000 left to the target is 20,000."""
    raised = replace(OPEN, **RISKS[risk])  # type: ignore[arg-type]  # fields of a deal
    assert flags(company(raised, replace(OPEN, id=2))) == {1: (risk,)}


@pytest.mark.parametrize("parts", CALM, ids=str)
def test_on_the_edge_nothing_is_raised(parts: Mapping[str, object]) -> None:
    assert flags(company(replace(OPEN, **parts), replace(OPEN, id=2))) == {}  # type: ignore[arg-type]  # fields of a deal


def test_two_pushes_are_a_risk_and_one_is_not() -> None:
    dues = (date(2025, 7, 1), date(2025, 8, 1), date(2025, 9, 1))
    twice = [replace(OPEN, seen=seen, close_date=due) for seen, due in zip((D1, D2, D3), dues, strict=True)]
    once = [replace(one, id=2, close_date=max(one.close_date or D1, dues[1])) for one in twice]
    assert flags(company(*twice, *once)) == {1: ("pushed",)}


def test_due_soon_in_the_first_half_of_the_stages() -> None:
    """Talk, Need, Offer, Deal by their probability: the first two are early."""
    stages = {"Talk": 100_000, "Need": 300_000, "Offer": 500_000, "Deal": 800_000}
    near = D3 + timedelta(days=14)
    deals = [replace(OPEN, id=at, stage=stage, probability=likely, close_date=near)
             for at, (stage, likely) in enumerate(stages.items(), 1)]  # fmt: skip
    assert flags(company(*deals)) == {1: ("early_stage",), 2: ("early_stage",)}
    far = near + timedelta(days=1)
    assert flags(company(*(replace(deal, close_date=far) for deal in deals))) == {}


def test_the_largest_come_first_and_no_more_than_asked() -> None:
    deals = [replace(OPEN, id=at, amount=100 * at, close_date=D1) for at in range(1, 12)]
    gone = replace(OPEN, id=20, amount=10_000, close_date=D1, seen=D1)
    assert list(flags(company(*deals, gone, missing={20: D2}))) == list(range(11, 3, -1))


def test_what_can_still_count_comes_before_what_is_larger_and_due_later() -> None:
    later = replace(OPEN, id=1, amount=900_000, next_activity_at=None, close_date=LAST + timedelta(days=1))
    soon = replace(OPEN, id=2, amount=50_000, next_activity_at=None, close_date=LAST)
    assert list(flags(company(later, soon, replace(OPEN, id=3)))) == [2, 1]


def test_what_the_files_never_tell_raises_no_flag() -> None:
    bare = replace(OPEN, next_activity_at=None, last_activity_at=None)
    assert flags(company(bare)) == {}
    assert flags(company(bare, replace(OPEN, id=2)), left=None) == {1: ("no_next_step",)}
    slow = company(bare, settings=Settings(stall_days=5))
    assert flags(slow) == {1: ("stalled",)}


LADDER = {"Talk": 100_000, "Need": 300_000, "Offer": 500_000}
OTHERS = tuple(replace(OPEN, id=90 + at, seen=D1, stage=stage, probability=likely, stage_entered_at=None)
               for at, (stage, likely) in enumerate(LADDER.items()))  # fmt: skip


def steps(*shown: Deal) -> Company:
    return company(*OTHERS, *(replace(one, seen=seen) for one, seen in zip(shown, (D1, D2, D3), strict=False)))


TALK, NEED, OFFER = (
    replace(OPEN, stage=stage, probability=likely, stage_entered_at=None) for stage, likely in LADDER.items()
)
WON = replace(OFFER, outcome="won", close_date=date(2025, 5, 20))
LOST = replace(OFFER, outcome="lost", close_date=date(2025, 5, 20))


@pytest.mark.parametrize(
    ("shown", "goal", "on"),
    [
        ((TALK, NEED), "Need", D2),
        ((TALK, replace(NEED, stage_entered_at=date(2025, 4, 12))), "NEED", date(2025, 4, 12)),
        ((TALK, OFFER), "Need", None),
        ((TALK, replace(NEED, stage="\uff2e\u200beed")), " need ", D2),
        ((NEED, OFFER), "Need", D1),
        ((TALK, NEED, OFFER), "Offer", D3),
        ((TALK, NEED, TALK), "Need", D2),
        ((TALK, TALK, WON), "Need", date(2025, 5, 20)),
        ((TALK, NEED, WON), "won", date(2025, 5, 20)),
        ((TALK, NEED, replace(WON, close_date=date(2025, 8, 1))), "won", D3),
        ((TALK, TALK), "Need", None),
        ((OFFER, NEED, OFFER), "won", None),
        ((TALK, LOST), "Need", None),
        ((TALK, NEED), "Signing", None),
    ],
)
def test_when_a_deal_came_to_its_stage(shown: tuple[Deal, ...], goal: str, on: date | None) -> None:
    course = course_of(facts_of(steps(*shown)), 1, goal, D1)
    assert course is not None
    assert course.on == on
    assert course.was_there == (on == D1)
    assert (course.came is None) == (on is None)
    assert course.then is not None
    assert course.then.stage == shown[0].stage
    assert course.now.stage == shown[-1].stage


def test_a_deal_that_no_file_shows_has_no_course_and_one_that_left_is_marked() -> None:
    facts = facts_of(replace(steps(TALK), missing={1: D2}))
    assert course_of(facts, 5, "Need", D1) is None
    assert course_of(facts, 500, "Need", D1) is None
    left = course_of(facts, 1, "Need", D1)
    assert left is not None
    assert not left.is_listed
