"""Formulas over every kind of record against hand-written SQL, for the org, every team and every rep."""

from __future__ import annotations

import sqlite3
from datetime import date
from functools import cache
from random import Random

import pytest

from kpidesk.core.people import ORG, UNASSIGNED, Scope
from kpidesk.core.periods import Period
from kpidesk.engine import Evaluator
from tests.engine.book_tables import (
    ACTOR,
    DEAL_OF_LEAD,
    DONE,
    FOLLOWS,
    LEAD,
    LED_TO,
    PAYS,
    PROSPECTS,
    now,
    open_books,
    owner,
)
from tests.engine.kinds import Books, evaluator_of
from tests.engine.made_books import made_books
from tests.engine.support import PEOPLE, TEAMS, asked, period, result

SEED = 5
SPANS = ("2025-Q1", "2025-Q2", "2025-08")
SCOPES = (
    *((ORG, "team"), (UNASSIGNED, "team"), (UNASSIGNED, "rep")),
    *((Scope("team", one.name, one.id), "team") for one in TEAMS),
    *((Scope("rep", one.name, one.id), "rep") for one in PEOPLE),
)


ROWS: dict[str, str] = {
    "count(activities where call and outbound and held on occurred_at)":
        f"SELECT took AS day, 1.0 AS x, {ACTOR.replace('day', 'took')} AS person FROM {DONE} r "
        "WHERE lower(type) = 'call' AND direction = 'out' AND status = 'held'",
    "sum(activities.duration_min where meeting on scheduled_at)":
        f"SELECT scheduled_at AS day, duration / 60.0 AS x, {ACTOR.replace('day', 'scheduled_at')} AS person "
        f"FROM {DONE} r WHERE type = 'meeting'",
    "count(activities where follow_up on occurred_at)":
        f"SELECT took AS day, 1.0 AS x, {ACTOR.replace('day', 'took')} AS person FROM {DONE} r WHERE {FOLLOWS}",
    "count(activities where is_prospecting on occurred_at)":
        f"SELECT took AS day, 1.0 AS x, {ACTOR.replace('day', 'took')} AS person FROM {DONE} r WHERE {PROSPECTS}",
    "count(activities where led_to_deal_at is not empty on occurred_at)":
        f"SELECT took AS day, 1.0 AS x, {ACTOR.replace('day', 'took')} AS person FROM {DONE} r "
        f"WHERE {LED_TO} IS NOT NULL",
    "sum(days(activities.occurred_at, activities.led_to_deal_at) on occurred_at)":
        f"SELECT took AS day, julianday({LED_TO}) - julianday(took) AS x, {ACTOR.replace('day', 'took')} AS person "
        f"FROM {DONE} r",
    "count(activities where held and activities.deal.outcome = 'won' on activities.deal.closed_at)":
        f"SELECT d.closed_at AS day, 1.0 AS x, {ACTOR.replace('day', 'd.closed_at')} AS person "
        f"FROM {now('activities')} r JOIN deals d ON d.key = r.deal WHERE d.status = 'won' AND r.status = 'held'",
    "count(leads where mql and sql and days(leads.mql_at, leads.sql_at) <= 90 on mql_at)":
        f"SELECT mql_at AS day, 1.0 AS x, {LEAD.replace('day', 'mql_at')} AS person FROM {now('leads')} r "
        "WHERE julianday(sql_at) - julianday(mql_at) BETWEEN 0 AND 90",
    "count(leads where responded and hours(leads.created_at, leads.first_response_at) <= 1 on created_at)":
        f"SELECT date(created_at) AS day, 1.0 AS x, {LEAD.replace('day', 'date(created_at)')} AS person "
        f"FROM {now('leads')} r WHERE length(created_at) > 10 AND length(first_response_at) > 10 "
        "AND round((julianday(first_response_at) - julianday(created_at)) * 1440) BETWEEN 0 AND 60",
    "count(leads where converted_at is not empty on created_at)":
        f"SELECT date(created_at) AS day, 1.0 AS x, {LEAD.replace('day', 'date(created_at)')} AS person "
        f"FROM {now('leads')} r WHERE {DEAL_OF_LEAD.format('r')} IS NOT NULL",
    "count(accounts on first_won_at)":
        f"SELECT day, 1.0 AS x, {owner('r.day')} AS person FROM "
        "(SELECT account, min(closed_at) AS day FROM deals WHERE status = 'won' AND account IS NOT NULL GROUP BY 1) r",
    "sum(subscriptions.mrr on starts_at)":
        f"SELECT starts_at AS day, paid / 100.0 AS x, coalesce(owner, {owner('r.starts_at')}) AS person FROM {PAYS} r",
    "sum(contracts.renewable_mrr where decided on term_end_at)":
        f"SELECT term_end_at AS day, renewable_mrr / 100.0 AS x, coalesce(owner, {owner('r.term_end_at')}) AS person "
        "FROM contracts r WHERE lower(status) IN ('renewed', 'lost')",
    "count(surveys where nps and promoter on responded_at)":
        f"SELECT responded_at AS day, 1.0 AS x, coalesce(owner, {owner('r.responded_at')}) AS person "
        "FROM surveys r WHERE kind = 'nps' AND score >= 9",
    "sum(costs.amount where acquisition on period_at)":
        "SELECT period_at AS day, amount / 100.0 AS x, person, CASE WHEN person IS NULL THEN team END AS bears "
        "FROM costs r WHERE motion = 'new'",
    "sum(forecasts.amount where commit and day_one on period_at)":
        "SELECT period_at AS day, amount / 100.0 AS x, person FROM forecasts "
        "WHERE category = 'commit' AND horizon = 'day_one'",
    "sum(capacity.working_min on day_at)":
        """SELECT c.day, 480.0 AS x, p.person FROM calendar c JOIN people p
        WHERE c.day >= coalesce(p.hired, '0001-01-01') AND (p.gone IS NULL OR c.day < p.gone)
        AND strftime('%w', c.day) NOT IN ('0', '6') AND c.day NOT IN (SELECT day FROM holidays)
        AND NOT EXISTS (SELECT 1 FROM absences a WHERE a.person = p.person AND a.starts_at <= c.day
        AND c.day <= coalesce(a.ends_at, a.starts_at))""",
}  # fmt: skip
IN_PERIOD = """
WITH told AS ({rows}),
hit AS (SELECT * FROM told WHERE day >= :first AND day < :until AND day <= '2025-12-31'),
spread AS (
  SELECT 'org' AS scope, x FROM hit
  UNION ALL SELECT coalesce(p.scope, 'nobody'), x FROM hit LEFT JOIN people p USING (person)
  UNION ALL SELECT coalesce(t.scope, 'unassigned'), x FROM hit h
  LEFT JOIN memberships m ON m.person = h.person AND m.since <= h.day AND h.day < m.until
  LEFT JOIN teams n ON n.scope = 'team:' || {bears}
  LEFT JOIN teams_above t ON t.team = coalesce(m.team, n.team))
SELECT scope, sum(x) FROM spread GROUP BY scope
"""
BOOKED = f"""
SELECT r.account AS account,
  sum(paid * (starts_at <= :before AND (ends_at IS NULL OR ends_at > :before))) / 100.0 AS at_start,
  sum(paid * (starts_at <= :at_end AND (ends_at IS NULL OR ends_at > :at_end))) / 100.0 AS at_end,
  {owner("{day}")} AS person
FROM {PAYS} r GROUP BY r.account
"""
BOOKS_AT: dict[str, tuple[str, str]] = {
    "sum(accounts.mrr_at_end)": (":at_end", "at_end"),
    "count(accounts where mrr_at_start > 0 and mrr_at_end = 0)": (":before", "at_start > 0 AND at_end = 0"),
    "sum(greatest(accounts.mrr_at_start - accounts.mrr_at_end, 0) where mrr_at_start > 0)":
        (":before", "max(at_start - at_end, 0) * (at_start > 0)"),
    "at_start(sum(accounts.mrr_at_end))": (":before", "at_start"),
}  # fmt: skip


@cache
def books() -> Books:
    return made_books(Random(SEED), 60)


@cache
def evaluator() -> Evaluator:
    return evaluator_of(books())


@cache
def tables() -> sqlite3.Connection:
    return open_books(books())


def _asked(span: Period) -> dict[str, str]:
    before = date.fromordinal(span.start.toordinal() - 1)
    return {"first": span.start.isoformat(), "until": span.end.isoformat(), "before": before.isoformat(),
            "at_end": span.last_day.isoformat()}  # fmt: skip


def _key(scope: Scope, level: str) -> str:
    return "nobody" if scope.kind == "unassigned" and level == "rep" else scope.key


def _told(formula: str, span: Period) -> dict[str, float]:
    """What the engine says of every scope that has anything."""
    found = {}
    for scope, level in SCOPES:
        number = result(evaluator(), asked(formula), scope, span, "rep" if level == "rep" else "team").value
        assert number is not None or "sum(forecasts" in formula, "only a forecast may be missing"
        found[_key(scope, level)] = number or 0.0
    return {key: number for key, number in found.items() if abs(number) > 1e-9}


@pytest.mark.parametrize("formula", ROWS)
def test_as_the_sql_says(formula: str) -> None:
    told = 0
    for span in map(period, SPANS):
        bears = "h.bears" if "AS bears" in ROWS[formula] else "NULL"
        query = IN_PERIOD.format(rows=ROWS[formula], bears=bears)
        wanted = {scope: x for scope, x in tables().execute(query, _asked(span)) if x is not None and abs(x) > 1e-9}
        assert _told(formula, span) == {scope: pytest.approx(x) for scope, x in wanted.items()}
        told += len(wanted)
    assert told > 3, "too little that could have been wrong"


@pytest.mark.parametrize("formula", BOOKS_AT)
def test_revenue_at_the_edges_of_a_period_as_the_sql_says(formula: str) -> None:
    day, x = BOOKS_AT[formula]
    rows = f"SELECT {day} AS day, 1.0 * ({x}) AS x, person FROM ({BOOKED.replace('{day}', day)})"
    told = 0
    for span in map(period, SPANS):
        query = IN_PERIOD.format(rows=rows, bears="NULL").replace("day >= :first AND day < :until AND", "")
        wanted = {scope: x for scope, x in tables().execute(query, _asked(span)) if abs(x or 0) > 1e-9}
        assert _told(formula, span) == {scope: pytest.approx(x) for scope, x in wanted.items()}
        told += len(wanted)
    assert told > 3, "too little that could have been wrong"
