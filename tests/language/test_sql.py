"""Formulas as SQL text: well formed, without anything that SQLite does not bring, and refused where it must be."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date

import pytest

from kpidesk.core.errors import UserError
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period, parse_period
from kpidesk.core.settings import Settings
from kpidesk.language import compile_formula
from kpidesk.language.sql import Asked, Calendar, Known, Limits, statement
from kpidesk.store.schema import (
    EIGHTH_VERSION,
    FIFTH_VERSION,
    FIRST_VERSION,
    FOURTH_VERSION,
    SECOND_VERSION,
    SEVENTH_VERSION,
    SIXTH_VERSION,
)
from kpidesk.store.schema_kinds import THIRD_VERSION
from tests.engine.support import shipped

SETTINGS = Settings(currency="JPY", parameters=(("gross_margin", 0.75),))
QUARTER = parse_period("2025-Q2", SETTINGS, date(2025, 12, 31))
COLUMNS = {"value", "numerator", "denominator", "n"}
HOSTILE = "North\n; DROP TABLE deals; --"
SCOPES = (Scope("org"), Scope("unassigned"), Scope("team", HOSTILE, 2), Scope("rep", "Ann 'A' Lee", 3))
DEFINITIONS = {kpi_id: kpi.formula for kpi_id, (kpi, _) in shipped().items() if kpi.formula}
CALENDAR = Calendar(lambda _period, _span: QUARTER, lambda asked: asked.period.start, lambda asked: asked.period.end)


def known(refusal: str = "", spellings: tuple[str, ...] = (), *, is_plain: bool = True) -> Known:
    return Known(
        SETTINGS, CALENDAR, lambda _leaf, _asked: refusal, lambda _word: spellings, lambda _day: Limits(), is_plain
    )


def said(text: str, scope: Scope = SCOPES[0], facts: Known | None = None, period: Period = QUARTER) -> str:
    return statement(compile_formula(text, DEFINITIONS), Asked(period, scope), facts or known(), "A number")


@pytest.fixture(scope="module")
def empty() -> Iterator[sqlite3.Connection]:
    """The tables of a workspace that has imported nothing."""
    with closing(sqlite3.connect(":memory:")) as db:
        for one in (
            *FIRST_VERSION,
            *SECOND_VERSION,
            *THIRD_VERSION,
            *FOURTH_VERSION,
            *FIFTH_VERSION,
            *SIXTH_VERSION,
            *SEVENTH_VERSION,
            *EIGHTH_VERSION,
        ):
            db.execute(one)
        yield db


def run(db: sqlite3.Connection, sql: str) -> dict[str, object]:
    cursor = db.execute(sql)
    (row,) = cursor.fetchall()
    return {column[0]: cell for column, cell in zip(cursor.description, row, strict=True)}


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.kind)
def test_every_kpi_is_well_formed_or_refused(empty: sqlite3.Connection, scope: Scope) -> None:
    refused = 0
    for text in DEFINITIONS.values():
        sql, problem = said_or_refused(text, scope)
        assert problem.startswith("This number cannot be said in SQL: ") or set(run(empty, sql)) <= COLUMNS
        refused += bool(problem)
    assert refused < len(DEFINITIONS) / 5


def said_or_refused(text: str, scope: Scope) -> tuple[str, str]:
    try:
        return said(text, scope), ""
    except UserError as error:
        return "", error.problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("count(deals on created_at)", 0),
        ("sum(deals.amount on created_at)", 0),
        ("avg(deals.amount on created_at)", None),
        ("median(deals.amount on created_at)", None),
        ("count(deals on created_at) / count(deals where won on created_at)", None),
        ("if_empty(avg(deals.probability on created_at), 1) + 2", 3),
        ("clamp(count(deals on created_at) + 7, 1, 3)", 3),
        ("count(deals on created_at) + param(gross_margin) * 4", 3),
        ("-(count(deals on created_at) - 2)", 2),
        ("target([bookings])", None),
    ],
)
def test_nothing_is_zero_or_empty_as_in_the_engine(empty: sqlite3.Connection, text: str, value: float | None) -> None:
    assert run(empty, said(text))["value"] == value


@pytest.mark.parametrize("text", ["it''s", "-- x", "a;b", "%", "[b]"])
def test_a_text_is_a_text_whatever_stands_in_it(empty: sqlite3.Connection, text: str) -> None:
    sql = said(f"count(deals where type = '{text}' or lead_source in ('{text}', 'x') on created_at)")
    assert run(empty, sql)["value"] == 0


def test_yen_have_no_smaller_unit() -> None:
    assert "/ 100" not in said("sum(deals.amount where amount > 500 on created_at)")
    assert "r.amount > 500" in said("sum(deals.amount where amount > 500 on created_at)")


def test_spellings_that_lower_does_not_join_are_listed() -> None:
    sql = said("count(deals where type != 'Größe' on created_at)", facts=known(spellings=("GRÖSSE", "Größe")))
    assert "r.type NOT IN ('GRÖSSE', 'Größe')" in sql


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("median(stage_visits.days_in_stage on exited_at)", "stays in stages"),
        ("sum(capacity.working_min on day_at)", "working days"),
        ("sum(subscriptions.mrr on starts_at)", "subscriptions"),
        ("count(activities where activities.deal.account.first_won_at is empty on occurred_at)", "more than one"),
        ("count(accounts where segment = 'SMB' on first_won_at)", "segment"),
        ("count(people where ramped as of end)", "ramped"),
        ("[deals_won] * param(nothing_of_the_kind)", "nothing_of_the_kind"),
    ],
)
def test_what_sql_cannot_say_is_refused(text: str, why: str) -> None:
    with pytest.raises(UserError, match=why):
        said(text)


def test_the_team_of_a_rep_is_refused_and_that_of_a_team_is_itself() -> None:
    with pytest.raises(UserError, match="team"):
        said("team([win_rate])", SCOPES[3])
    assert said("team([win_rate])", SCOPES[2]).count("team_2") > 1


def test_a_workspace_has_its_own_reasons() -> None:
    with pytest.raises(UserError, match="the books are closed"):
        said("[win_rate]", facts=known("the books are closed"))
    with pytest.raises(UserError, match="plain English words"):
        said("count(deals where type = lead_source on created_at)", facts=known(is_plain=False))
