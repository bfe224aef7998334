"""When a deal is long in its stage: a percentile of the past stays of won deals, told without it and by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from kpidesk.core.fields import Outcome
from kpidesk.core.people import Organisation
from kpidesk.core.settings import Settings
from kpidesk.engine.stage_limits import stage_limits
from tests.engine.stays import limits_of
from tests.engine.support import PEOPLE, SPELLS, TEAMS, Company, Deal, day_number, facts_of, made_up
from tests.often import often

D1, D2 = date(2025, 3, 31), date(2025, 6, 30)
KNOWN = Settings(minimum_n=5, stall_days=25)


def stay(number: int, days: int, closed: date, outcome: Outcome = "won") -> Deal:
    """A deal that was in one stage for so many days until it was closed."""
    return Deal(number, D1, owner=1, created_at=closed - timedelta(days=days), stage="Talk", closed_at=closed,
                close_date=closed, stage_entered_at=closed - timedelta(days=days), outcome=outcome)  # fmt: skip


def limits(*deals: Deal, day: date = D2, known: Settings = KNOWN) -> tuple[int, int, bool]:
    """The limit of an open deal in the same stage: days, stays, and whether the past tells it."""
    mine = Deal(99, D1, owner=2, created_at=date(2025, 1, 1), stage="Talk", stage_entered_at=date(2025, 1, 1))
    opened = tuple(replace(deal, outcome="open", closed_at=None) for deal in deals)
    shut = tuple(replace(deal, seen=D2) for deal in deals)
    about = Company((*opened, *shut, mine), Organisation(PEOPLE, TEAMS, SPELLS), (D1, D2), settings=known)
    facts = facts_of(about)
    found = stage_limits(facts, day_number(day)).of(int((facts.ids == 99).argmax()))
    return found.days, found.n, found.own


CLOSED = [date(2025, 6, day) for day in (2, 4, 6, 8, 10)]
FIVE = [stay(at, 10 * at, day) for at, day in enumerate(CLOSED, 1)]


def test_it_is_the_eightieth_percentile_of_the_stays_of_won_deals_cut_to_whole_days() -> None:
    """10, 20, 30, 40, 50: four fifths of the way from the first to the fifth is 42; with 58 last, 43.6."""
    assert limits(*FIVE) == (42, 5, True)
    assert limits(*FIVE[:4], stay(5, 58, CLOSED[4])) == (43, 5, True)
    assert limits(*FIVE, stay(6, 300, CLOSED[0], "lost")) == (42, 5, True), "lost deals tell nothing"


def test_too_few_stays_leave_the_setting_and_quick_ones_two_weeks() -> None:
    assert limits(*FIVE[:4]) == (25, 4, False)
    assert limits() == (25, 0, False)
    assert limits(*(stay(at, at, day) for at, day in enumerate(CLOSED, 1))) == (14, 5, True)


def test_a_past_day_is_judged_by_what_had_ended_by_then() -> None:
    assert limits(*FIVE, day=CLOSED[4]) == (42, 5, True)
    assert limits(*FIVE, day=CLOSED[4] - timedelta(days=1)) == (25, 4, False)
    fewer = replace(KNOWN, minimum_n=4)
    assert limits(*FIVE, day=CLOSED[4] - timedelta(days=1), known=fewer) == (34, 4, True), "10, 20, 30 and 40"


def test_it_is_what_walking_through_the_files_finds() -> None:
    own = 0
    for seed in range(often(4)):
        about = replace(made_up(Random(seed), deals=150, imports=4), settings=Settings(minimum_n=2))
        facts = facts_of(about)
        for day in (about.newest_data, about.newest_data - timedelta(days=60)):
            found = stage_limits(facts, day_number(day))
            expected = limits_of(about, day)
            mine = {int(number): (int(found.days[at]), int(found.n[at])) for at, number in enumerate(facts.ids)}
            assert {deal: mine[deal] for deal in expected} == expected, f"company {seed} on {day}"
            own += sum(n >= 2 and days != 14 for days, n in expected.values())
    assert own > often(33), "companies with a past of their own"
