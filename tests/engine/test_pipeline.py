"""The stages of a pipeline by hand-written SQL, and bridges that add up whatever happens to the deals."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kpidesk.core.people import ORG, UNASSIGNED, Organisation, Scope
from kpidesk.core.periods import Period, shift
from kpidesk.core.rates import Rate
from kpidesk.engine.evaluation import Evaluator
from kpidesk.engine.pipeline import asked_of
from kpidesk.engine.pipeline_bridge import Bridged, bridge
from kpidesk.engine.pipeline_layout import layout_of
from kpidesk.engine.pipeline_stages import StageNumbers, stage_numbers
from kpidesk.engine.values import Floats
from tests.engine.made import companies, spans
from tests.engine.support import (
    NO_DAY,
    PEOPLE,
    SETTINGS,
    SPELLS,
    TEAMS,
    Company,
    Deal,
    day_number,
    evaluator_of,
    facts_of,
    period,
    scopes_of,
    top_scopes,
)
from tests.engine.tables import open_tables, scope_key
from tests.often import often

FEW = settings(max_examples=often(9))

Lines = dict[tuple[str, int], float]
FLOW = """
SELECT v.pipeline, v.position, sum(c.share) FROM asked a
JOIN visit_credit c ON c.event = ? AND c.scope = a.scope AND c.day >= a.first AND c.day < a.until
  AND c.day > (SELECT first FROM data)
JOIN visits v USING (visit) WHERE a.scope = ? AND {} GROUP BY 1, 2
"""
STANDING = """
SELECT coalesce(v.pipeline, '?'), coalesce(v.position, 0), sum(o.share) FROM asked a
JOIN open_deals o ON o.day = a.{} AND o.scope = a.scope
LEFT JOIN visits v ON v.deal_id = o.deal_id AND v.entered <= o.day AND coalesce(v.exited, '9999-12-31') > o.day
WHERE a.scope = ? GROUP BY 1, 2
"""
STILL = "NOT v.advanced AND v.deal_id IN (SELECT deal_id FROM deals WHERE outcome = 'open' AND missing_from IS NULL)"


def stages(evaluator: Evaluator, scope: Scope, span: Period) -> StageNumbers:
    asked = asked_of(evaluator, scope, span, shift(span, -4, SETTINGS))
    return stage_numbers(evaluator, layout_of(evaluator.facts), asked)


def by_line(found: StageNumbers, values: Floats) -> Lines:
    layout = found.layout
    keys = [(layout.tracks[track].word, at) for track, at in zip(layout.track, layout.position.tolist(), strict=True)]
    return {key: value for key, value in zip(keys, values.tolist(), strict=True) if value}


def with_unknown(found: StageNumbers) -> Lines:
    lost = float(found.deals.weight[found.open_line < 0].sum())
    return {**by_line(found, found.open), **({("?", 0): lost} if lost else {})}


def told(db: sqlite3.Connection, text: str, *values: str) -> Lines:
    return {(pipeline, position): share for pipeline, position, share in db.execute(text, values) if share}


def same(one: Mapping[tuple[str, int], float], other: Mapping[tuple[str, int], float]) -> None:
    assert one == pytest.approx(dict(other), abs=1e-9)


def order_of(evaluator: Evaluator) -> set[tuple[str, str, int]]:
    """The order of the stages; SQL knows it only where every stage has its probability."""
    layout = layout_of(evaluator.facts)
    words = [layout.tracks[track].word for track in layout.track]
    return set(zip(words, layout.stage, layout.position.tolist(), strict=True))


@settings(max_examples=often(14))
@given(companies, spans)
def test_stages_are_those_of_hand_written_sql(company: Company, span: Period) -> None:
    evaluator, db = evaluator_of(company), open_tables(company, [span])
    assume(order_of(evaluator) == set(db.execute("SELECT pipeline, stage, position FROM positions")))
    for scope in (ORG, *scopes_of(company, "team")[2:4], UNASSIGNED, *scopes_of(company, "rep")[1:3]):
        found, name = stages(evaluator, scope, span), scope_key(scope, "team")
        if not found.deals.reason:
            same(with_unknown(found), told(db, STANDING.format("at_end"), name))
        if found.reason:
            continue
        same(by_line(found, found.entered), told(db, FLOW.format("1"), "entered", name))
        same(by_line(found, found.exited), told(db, FLOW.format("1"), "exited", name))
        same(by_line(found, found.cohort), told(db, FLOW.format("v.is_first"), "entered", name))
        same(by_line(found, found.advanced), told(db, FLOW.format("v.is_first AND v.advanced"), "entered", name))
        same(by_line(found, found.waiting), told(db, FLOW.format(f"v.is_first AND {STILL}"), "entered", name))


@FEW
@given(companies, spans)
def test_teams_and_unassigned_make_up_the_organisation(company: Company, span: Period) -> None:
    evaluator = evaluator_of(company)
    whole = stages(evaluator, ORG, span)
    parts = [stages(evaluator, scope, span) for scope in (*top_scopes(company), UNASSIGNED)]
    for name in ("open", "amount", "opening", "entered", "exited", "cohort", "advanced", "waiting"):
        total = np.sum([getattr(one, name) for one in parts], axis=0)
        np.testing.assert_allclose(total, getattr(whole, name), atol=1e-6)


@FEW
@given(companies, spans)
def test_what_was_there_and_came_less_what_left_is_what_is_there(company: Company, span: Period) -> None:
    assume(span.start > company.first_data)
    # a day of entry after that of the closing is a contradiction that no account of the stage can add up
    steady = replace(company, deals=tuple(replace(one, stage_entered_at=None) for one in company.deals), missing={})
    found = stages(evaluator_of(steady), ORG, span)
    if not (found.reason or found.deals.reason):
        np.testing.assert_allclose(found.opening + found.entered - found.exited, found.open, atol=1e-9)


# --- bridges ----------------------------------------------------------------------------------------------------


def bridged(company: Company, since: date, scope: Scope, span: Period | None) -> tuple[Bridged, int]:
    facts = facts_of(company)
    row = facts.crew.row_of(scope, "team")
    missing = np.full(max((one.id for one in company.deals), default=0) + 1, NO_DAY)
    for deal, day in company.missing.items():
        if day <= since:
            missing[deal] = day_number(day)
    return bridge(facts, since, missing, row, span), facts.whole


def exact(found: tuple[Bridged, int]) -> dict[str, int]:
    return {step.key: step.exact(found[1]) for step in found[0].steps}


@FEW
@given(companies, st.sampled_from([None, period("2025-Q2"), period("2025")]))
def test_every_bridge_adds_up_for_every_scope(company: Company, span: Period | None) -> None:
    since = company.first_data
    parts: dict[str, int] = defaultdict(int)
    for scope in scopes_of(company, "team"):
        steps = exact(bridged(company, since, scope, span))
        closing, inner = steps.pop("closing"), sum(steps.values())
        assert inner == closing
        if scope in (*top_scopes(company), UNASSIGNED):
            parts["opening"] += steps["opening"]
            parts["closing"] += closing
    whole = exact(bridged(company, since, ORG, span))
    assert parts == {"opening": whole["opening"], "closing": whole["closing"]}


@FEW
@given(companies, st.integers(0, 3))
def test_a_bridge_in_two_currencies_adds_up_to_that_of_what_they_are_worth(company: Company, odd: int) -> None:
    euros = replace(
        company,
        deals=tuple(replace(one, currency="EUR") if one.id % 4 == odd else one for one in company.deals),
        rates=(Rate("EUR", date(2000, 1, 1), Fraction(3), date(2000, 1, 1)),),
    )
    dollars = replace(company, deals=tuple(
        replace(one, amount=one.amount * 3) if one.id % 4 == odd and one.amount is not None else one
        for one in company.deals
    ))  # fmt: skip
    steps = exact(bridged(euros, company.first_data, ORG, None))
    assert steps == exact(bridged(dollars, company.first_data, ORG, None))
    closing = steps.pop("closing")
    assert sum(steps.values()) == closing


def test_each_step_of_a_bridge_is_what_its_name_says() -> None:
    first, last = date(2025, 4, 30), date(2025, 6, 30)
    due, later = date(2025, 6, 30), date(2025, 8, 1)

    def deal(
        number: int, seen: date, amount: int | None, close: date = due, outcome: str = "open", owner: int = 1
    ) -> Deal:
        minor = amount * 100 if amount is not None else None
        made = Deal(number, seen, amount=minor, close_date=close, owner=owner, created_at=date(2025, 1, 1))
        closed_at = close if outcome != "open" else None
        return replace(made, outcome=outcome, closed_at=closed_at)  # type: ignore[arg-type]  # one of the outcomes

    company = Company(
        (
            deal(1, first, 100), deal(1, last, 130),  # amount up
            deal(2, first, 50), deal(2, last, 20),  # amount down
            deal(3, first, 70), deal(3, last, 80, date(2025, 6, 1), "won"),  # grew when it was won
            deal(4, first, 40), deal(4, last, 40, date(2025, 6, 1), "lost"),
            deal(5, first, 30), deal(5, last, 30, later),  # pushed out of the quarter
            deal(6, first, 25, later), deal(6, last, 25),  # pulled into it
            deal(7, last, 60),  # new
            deal(8, last, 90, date(2025, 5, 20), "won"),  # new and won in between
            deal(9, first, 15),  # vanished
            deal(10, first, 35), deal(10, last, 35, owner=3),  # Ann handed it to Cat
            deal(11, first, 5, date(2025, 4, 2), "lost"), deal(11, last, 5),  # reopened
            deal(12, first, None), deal(12, last, 45),  # its first amount
        ),
        Organisation(PEOPLE, TEAMS, SPELLS), (first, last), {9: last},
    )  # fmt: skip
    ann = Scope("rep", "Ann", 1)
    told = {key: value // 100 for key, value in exact(bridged(company, first, ann, period("2025-Q2"))).items() if value}
    assert told == {
        "opening": 340, "new": 150, "reopened": 5, "due_in": 25, "amount_set": 45, "amount_up": 30, "amount_down": -30,
        "repriced": 10, "won": -170, "lost": -40, "vanished": -15, "due_out": -30, "handed_out": -35, "closing": 285,
    }  # fmt: skip
    cat = exact(bridged(company, first, Scope("rep", "Cat", 3), None))
    assert {key: value // 100 for key, value in cat.items() if value} == {"handed_in": 35, "closing": 35}
    everything = exact(bridged(company, first, ORG, None))
    assert everything["closing"] == evaluator_total(company) * 100


def evaluator_total(company: Company) -> int:
    """The open deals of the newest export, by hand."""
    last = company.newest_data
    return sum(one.amount or 0 for one in company.deals if one.seen == last and one.outcome == "open") // 100


def test_parts_of_a_shared_deal_add_up_without_rounding() -> None:
    first, last = date(2025, 4, 30), date(2025, 6, 30)
    thirds = ((1, 333_333), (3, 666_667))
    company = Company(
        (Deal(1, first, amount=10**9 + 1, shares=thirds), Deal(1, last, amount=10**9 + 8, shares=thirds)),
        Organisation(PEOPLE, TEAMS, SPELLS), (first, last),
    )  # fmt: skip
    steps = exact(bridged(company, first, Scope("rep", "Ann", 1), None))
    assert steps["opening"] == 333_333 * (10**9 + 1)
    assert steps["amount_up"] == 333_333 * 7
    assert steps["closing"] == 333_333 * (10**9 + 8)
