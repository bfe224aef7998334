"""Books of every kind in SQLite, as a person would write them down, and who is credited with what, by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from kpidesk.core.fields import FIELDS, KIND_OF_RECORD
from kpidesk.core.periods import Period
from tests.engine.kinds import Books

SQL = Path(__file__).parent / "sql" / "books"


def now(kind: str) -> str:
    """The newest row of every record."""
    return f"(SELECT * FROM {kind} r WHERE r.seen = (SELECT max(o.seen) FROM {kind} o WHERE o.key = r.key))"


def then(kind: str, person: str, key: str, day: str) -> str:
    """Who had a record on a day: by the last file up to the day, else by the first one."""
    inner = key.replace("o.", "i.")
    return (
        f"(SELECT o.{person} FROM {kind} o WHERE {key} AND o.seen = coalesce("
        f"(SELECT max(i.seen) FROM {kind} i WHERE {inner} AND i.seen <= {day}),"
        f"(SELECT min(i.seen) FROM {kind} i WHERE {inner})))"
    )


def owner(day: str, account: str = "r.account") -> str:
    """Who owned an account on a day: by the accounts, else its newest subscription that says, else its last win."""
    return (
        f"coalesce({then('accounts', 'owner', f'o.account = {account}', day)},"
        f"(SELECT owner FROM subscriptions s WHERE s.account = {account} AND owner IS NOT NULL"
        " ORDER BY starts_at DESC, CAST(key AS INTEGER) DESC LIMIT 1),"
        f"(SELECT owner FROM deals d WHERE d.account = {account} AND status = 'won' AND owner IS NOT NULL"
        " ORDER BY closed_at DESC, CAST(key AS INTEGER) DESC LIMIT 1))"
    )


HELD_DAY = "coalesce(r.occurred_at, CASE WHEN r.status = 'held' THEN r.scheduled_at END)"
ACTOR = then("activities", "person", "o.key = r.key", "day")
ACCOUNT_OF = "coalesce(r.account, (SELECT account FROM deals d WHERE d.key = r.deal))"
DONE = f"""(SELECT r.*, {HELD_DAY} AS took, {ACCOUNT_OF} AS who FROM {now("activities")} r)"""
CALLS = f"(SELECT * FROM {DONE} WHERE lower(type) = 'call' AND took IS NOT NULL AND status = 'held')"
FOLLOWS = f"""coalesce(r.is_follow_up, EXISTS (SELECT 1 FROM {CALLS} c WHERE r.status = 'held'
  AND lower(r.type) = 'call' AND (c.who = r.who OR c.deal = r.deal OR c.lead = r.lead)
  AND (c.took < r.took OR c.took = r.took AND CAST(c.key AS INTEGER) < CAST(r.key AS INTEGER))
  AND julianday(r.took) - julianday(c.took) <= 90))"""
DEAL_OF_LEAD = "coalesce({0}.deal, (SELECT key FROM deals d WHERE d.lead = {0}.key ORDER BY created_at LIMIT 1))"
LED_TO = f"""(SELECT min(created_at) FROM deals d WHERE created_at >= r.took
  AND julianday(created_at) - julianday(r.took) <= 90 AND (d.account = r.who OR d.key =
  (SELECT {DEAL_OF_LEAD.format("l")} FROM {now("leads")} l WHERE l.key = r.lead)))"""
PROSPECTS = """coalesce(r.is_prospecting, r.deal IS NULL AND NOT EXISTS (SELECT 1 FROM deals d
  WHERE d.account = r.who AND d.status = 'won' AND d.closed_at < r.took))"""
PAYS = """(SELECT *, CASE WHEN is_trial = 1 THEN 0.0 ELSE coalesce(mrr, arr / 12.0) END AS paid FROM subscriptions)"""
LEAD = then("leads", "owner", "o.key = r.key", "day")


def open_books(books: Books) -> sqlite3.Connection:
    """A database in memory with a table of every kind, the people, the teams and a calendar."""
    db = sqlite3.connect(":memory:")
    db.executescript(
        "CREATE TABLE people (person, scope, hired, gone); CREATE TABLE teams (team, scope, parent);"
        "CREATE TABLE memberships (person, team, since, until); CREATE TABLE calendar (day);"
        "CREATE VIEW teams_above AS WITH RECURSIVE up(team, above, scope) AS (SELECT team, team, scope FROM teams"
        " UNION ALL SELECT up.team, t.team, t.scope FROM up JOIN teams b ON b.team = up.above"
        " JOIN teams t ON t.team = b.parent) SELECT team, scope FROM up;"
    )
    rows = [(one.id, f"rep:{one.name}", _cell(one.hire_at), _cell(one.end_at)) for one in books.organisation.people]
    db.executemany("INSERT INTO people VALUES (?,?,?,?)", rows)
    db.executemany(
        "INSERT INTO teams VALUES (?,?,?)",
        [(one.id, f"team:{one.name}", one.parent_id) for one in books.organisation.teams],
    )
    spells = [(one.person_id, one.team_id, _cell(one.start), _cell(one.end)) for one in books.organisation.memberships]
    db.executemany("INSERT INTO memberships VALUES (?,?,?,?)", spells)
    held = (row for row in books.rows["activities"] if row["status"] == "held")
    first = min(str(row["occurred_at"] or row["scheduled_at"]) for row in held)
    first = min(first, *(str(row["created_at"]) for row in books.rows["deals"]))
    days = [
        date.fromordinal(one).isoformat() for one in range(date(2025, 1, 1).toordinal(), date(2026, 1, 1).toordinal())
    ]
    db.executemany("INSERT INTO calendar VALUES (?)", [(day,) for day in days if day >= first])
    for kind in KIND_OF_RECORD:
        names = [one.name for one in FIELDS[kind]]
        table = kind.replace("-", "_")
        if table != "people":
            db.execute(f"CREATE TABLE {table} ({','.join(('key', 'seen', *names))})")
            cells = [
                (
                    row["key"],
                    _cell(row.get("seen") or books.data_dates[-1]),
                    *(_cell(row.get(name)) for name in names),
                )
                for row in books.rows.get(kind, ())
            ]
            db.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * (len(names) + 2))})", cells)
    return db


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else value


def credit_books(books: Books, periods: Sequence[Period]) -> sqlite3.Connection:
    """The same database with every scope asked for in every period (`asked`) and who is credited with what (`credit`).

    `credit` names a record of a kind once for every scope that has it on the day of an event.
    """
    db = open_books(books)
    db.executescript(
        "CREATE TABLE asked (period, scope, first, until, before, at_end, year_ago, year_before);"
        "CREATE TABLE personal (what, key, day, person, bears);"
    )
    names = ["org", "unassigned", "nobody", *(scope for (scope,) in db.execute(_SCOPES))]
    for span in periods:
        ago = span.end.replace(year=span.end.year - 1)
        days = (span.start, span.end, span.start - _DAY, span.last_day, ago, ago - _DAY)
        rows = [(span.key, name, *(_cell(day) for day in days)) for name in names]
        db.executemany("INSERT INTO asked VALUES (?,?,?,?,?,?,?,?)", rows)
    for what, query in EVENTS.items():
        db.execute(f"INSERT INTO personal SELECT '{what}', key, day, person, bears FROM ({query})")
    db.executescript((SQL / "_credit.sql").read_text(encoding="utf-8"))
    for name, query in VIEWS.items():
        db.execute(f"CREATE TABLE {name} AS {query}")
    return db


def sql_values(db: sqlite3.Connection, kpi_id: str) -> dict[tuple[str, str], float | None]:
    """The value of a KPI by period and scope, from its hand-written statement."""
    rows = db.execute((SQL / f"{kpi_id}.sql").read_text(encoding="utf-8"))
    return {(span, scope): value for span, scope, value in rows}


_DAY = timedelta(days=1)
_SCOPES = "SELECT scope FROM teams UNION ALL SELECT scope FROM people"


def _by(table: str, day: str, person: str, *, key: str = "r.key", bears: str = "NULL") -> str:
    """An event: the key, the day and the person of every row of a table that has the day."""
    who = person.replace("{day}", day)
    return f"SELECT {key} AS key, {day} AS day, {who} AS person, {bears} AS bears FROM {table} r WHERE {day} NOT NULL"


_ACTOR, _LEAD = ACTOR.replace(" day", " {day}"), LEAD.replace(" day", " {day}")
_OF_DEAL = "(SELECT closed_at FROM deals d WHERE d.key = r.deal)"
_OF_LEAD = f"(SELECT l.sql_at FROM {now('leads')} l WHERE l.key = r.lead)"
_OWNED = f"coalesce(r.owner, {owner('{day}')})"
_WON = (
    "(SELECT account, account AS key, min(closed_at) AS won FROM deals"
    " WHERE status = 'won' AND account NOT NULL GROUP BY 1)"
)
_DAYS = "(SELECT before AS day FROM asked UNION SELECT at_end FROM asked UNION SELECT year_before FROM asked)"
EVENTS = {
    "took place": _by(DONE, "r.took", _ACTOR),
    "planned": _by(DONE, "r.scheduled_at", _ACTOR),
    "booked": _by(DONE, "r.created_at", _ACTOR),
    "deal of activity closed": _by(DONE, _OF_DEAL, _ACTOR),
    "lead of activity accepted": _by(DONE, _OF_LEAD, _ACTOR),
    "lead created": _by(now("leads"), "date(r.created_at)", _LEAD),
    "lead mql": _by(now("leads"), "r.mql_at", _LEAD),
    "lead sql": _by(now("leads"), "r.sql_at", _LEAD),
    "account won": _by(_WON, "r.won", owner("{day}")),
    "account held": _by(f"(SELECT * FROM (SELECT DISTINCT account, account AS key FROM subscriptions), {_DAYS})",
                        "r.day", owner("{day}")),
    "movement": _by("movements", "r.effective_at", _OWNED),
    "contract": _by("contracts", "r.term_end_at", _OWNED),
    "survey": _by("surveys", "r.responded_at", _OWNED),
    "cost": _by("costs", "r.period_at", "r.person", bears="CASE WHEN r.person IS NULL THEN r.team END"),
    "forecast": _by("forecasts", "r.period_at", "r.person"),
    "quota": _by("quotas", "r.period_at", "r.person"),
    "deal closed": _by("deals", "r.closed_at", "r.owner"),
    "found deal closed": _by("deals", "r.closed_at", "r.created_by"),
    "deal open": f"SELECT d.key, a.day, d.owner AS person, NULL AS bears FROM deals d, {_DAYS} a "
    "WHERE d.created_at <= a.day AND (d.closed_at IS NULL OR d.closed_at > a.day)",
    "working day": """SELECT c.day AS key, c.day, p.person, NULL AS bears FROM calendar c JOIN people p
        WHERE c.day >= coalesce(p.hired, '0001-01-01') AND (p.gone IS NULL OR c.day < p.gone)
        AND strftime('%w', c.day) NOT IN ('0', '6') AND c.day NOT IN (SELECT day FROM holidays)
        AND NOT EXISTS (SELECT 1 FROM absences a WHERE a.person = p.person AND a.starts_at <= c.day
        AND c.day <= coalesce(a.ends_at, a.starts_at))""",
}  # fmt: skip
"""What happens to records: the key, the day, whose it is then, and the team that bears it where it is nobody's."""
VIEWS = {
    "acts": f"SELECT r.key, lower(r.type) AS type, r.direction, r.status, r.took, r.scheduled_at, r.who, r.deal, "
    f"r.lead, r.got_reply, coalesce(r.duration, 0) / 60.0 AS minutes, {FOLLOWS} AS follows, {PROSPECTS} AS prospects, "
    f"{LED_TO} AS led_to FROM {DONE} r",
    "arrivals": "SELECT r.*, (SELECT d.created_at FROM deals d WHERE d.key = deal_of) AS converted FROM "
    f"(SELECT r.*, {DEAL_OF_LEAD.format('r')} AS deal_of FROM {now('leads')} r) r",
    "books": f"""SELECT x.account, x.day, (SELECT min(closed_at) FROM deals d WHERE d.account = x.account
        AND d.status = 'won') AS won, total(CASE WHEN s.starts_at <= x.day AND (s.ends_at IS NULL OR s.ends_at > x.day)
        THEN s.paid END) / 100.0 AS mrr
        FROM (SELECT DISTINCT account, d.day FROM subscriptions, {_DAYS} d) x JOIN {PAYS} s ON s.account = x.account
        GROUP BY x.account, x.day""",
}  # fmt: skip
"""Activities and leads as they are known in the end, and what each account pays on every day that matters."""
