"""The company in SQLite, as a person would write it down, and the hand-written SQL of a KPI run over it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from tests.engine.support import Company, Deal

SQL = Path(__file__).parent / "sql"
ALWAYS, FOREVER = "0001-01-01", "9999-12-31"


def open_tables(company: Company, periods: Sequence[Period]) -> sqlite3.Connection:
    """A database in memory with the facts, every scope asked for in every period, and who is credited with what."""
    db = sqlite3.connect(":memory:")
    db.executescript((SQL / "_schema.sql").read_text(encoding="utf-8"))
    known = {person.id for person in company.organisation.people}
    known_days, own = (_day(company.first_data), _day(company.newest_data)), company.settings
    _fill(db, "data", [(*known_days, own.stall_days, own.minimum_n)])
    _fill(db, "versions", _versions(company))
    _fill(db, "owners", [row for deal in company.versions() for row in _owners(deal, known)])
    _fill(db, "missing", [(deal, _day(day)) for deal, day in company.missing.items()])
    _fill_organisation(db, company)
    _fill(db, "asked", [row for span in periods for row in _asked(company, span)])
    for name in ("_credit.sql", "_visits.sql", "_limits.sql"):
        db.executescript((SQL / name).read_text(encoding="utf-8"))
    return db


def sql_values(db: sqlite3.Connection, kpi_id: str) -> dict[tuple[str, str], float | None]:
    """The value of a KPI by period and scope, from its hand-written statement."""
    rows = db.execute((SQL / f"{kpi_id}.sql").read_text(encoding="utf-8")).fetchall()
    return {(span, scope): value for span, scope, value in rows}


def scope_key(scope: Scope, level: str) -> str:
    """How the tables name a scope; what belongs to nobody at all is apart from what belongs to no team."""
    return "nobody" if scope.kind == "unassigned" and level == "rep" else scope.key


def _fill(db: sqlite3.Connection, table: str, rows: Sequence[Sequence[object]]) -> None:
    if rows:
        db.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _versions(company: Company) -> list[tuple[object, ...]]:
    versions = company.versions()
    found: list[tuple[object, ...]] = []
    for at, deal in enumerate(versions):
        is_first = at == 0 or versions[at - 1].id != deal.id
        is_last = at + 1 == len(versions) or versions[at + 1].id != deal.id
        found.append((
            deal.id, _day(deal.seen), ALWAYS if is_first else _day(deal.seen),
            FOREVER if is_last else _day(versions[at + 1].seen), deal.outcome, deal.amount, _day(deal.created_at),
            _day(deal.close_date), _day(deal.closed_at), _day(deal.qualified_at), deal.pipeline,
            deal.stage or None,
            _day(deal.stage_entered_at), _day(deal.next_activity_at),
            None if deal.probability is None else deal.probability / 1e6,
            *(text.lower() or None for text in (deal.forecast_category, deal.type, deal.lead_source, deal.loss_reason)),
        ))  # fmt: skip
    return found


def _owners(deal: Deal, known: set[int]) -> list[tuple[object, ...]]:
    shares = deal.shares or ((deal.owner, 1_000_000),)
    return [(deal.id, _day(deal.seen), who if who in known else 0, share / 1e6) for who, share in shares]


def _fill_organisation(db: sqlite3.Connection, company: Company) -> None:
    whole = company.organisation
    _fill(db, "people", [
        (one.id, Scope("rep", one.name).key, one.role, _day(one.hire_at), _day(one.end_at)) for one in whole.people
    ])  # fmt: skip
    _fill(db, "teams", [(one.id, Scope("team", one.name).key, one.parent_id or None) for one in whole.teams])
    _fill(db, "memberships", [
        (one.person_id, one.team_id, _day(one.start), _day(one.end)) for one in whole.memberships
    ])  # fmt: skip
    _fill(db, "targets", [
        (one.kpi_id, one.scope.key, _day(one.period.start), _day(one.period.end), one.target)
        for one in company.targets
    ])  # fmt: skip


def _asked(company: Company, span: Period) -> list[tuple[object, ...]]:
    before, at_end = span.start - timedelta(days=1), min(span.last_day, company.newest_data)
    names = ["org", "unassigned", "nobody"]
    names += [Scope("team", one.name).key for one in company.organisation.teams]
    names += [Scope("rep", one.name).key for one in company.organisation.people]
    days = (_day(span.start), _day(span.end), _day(before), _day(at_end))
    return [(span.key, name, *days) for name in names]
