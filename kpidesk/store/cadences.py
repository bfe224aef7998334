"""How often meetings are held and KPIs looked at, where somebody has said so."""

from __future__ import annotations

from datetime import date

from kpidesk.core.cadences import Cadence
from kpidesk.core.people import Scope
from kpidesk.store.belongings import name_of
from kpidesk.store.database import Database, local_day, now
from kpidesk.store.scopes import scope_names, scope_of


def load_cadences(db: Database) -> tuple[Cadence, ...]:
    """Every cadence that was set, in the order in which they were; none whose scope is no more."""
    names = scope_names(db)
    sql = "SELECT what, scope_kind, scope_id, every, from_day, made_at FROM cadences WHERE scope_id >= 0 ORDER BY id"
    found = (
        Cadence(what, scope_of(names, kind, number), every, date.fromisoformat(day) if day else None, made_at)
        for what, kind, number, every, day, made_at in db.rows(sql)
    )
    return tuple(one for one in found if one.scope.kind == "org" or one.scope.name)


def save_cadence(db: Database, one: Cadence) -> None:
    """Keep how often something is to happen for a scope, in the place of what was said before."""
    scope, day = one.scope, one.from_day.isoformat() if one.from_day else ""
    with db.writing("cadence", f"{one.what} {scope.kind} {scope.id} {one.every}", numbers=False):
        _forget(db, one.what, scope)
        sql = "INSERT INTO cadences(what, scope_kind, scope_id, every, from_day, made_at) VALUES (?, ?, ?, ?, ?, ?)"
        db.run(sql, (one.what, scope.kind, scope.id, one.every, day, now()))


def delete_cadence(db: Database, what: str, scope: Scope) -> bool:
    """Let something happen for a scope as often as by default again; whether anything else had been said."""
    sql = "SELECT 1 FROM cadences WHERE what=? AND scope_kind=? AND scope_id=?"
    if not db.one(sql, (what, scope.kind, scope.id)):
        return False
    with db.writing("cadence", f"{what} {scope.kind} {scope.id} as usual", numbers=False):
        _forget(db, what, scope)
    return True


def _forget(db: Database, what: str, scope: Scope) -> None:
    """Take away what was said of a scope; what another name brought along lies aside until it is theirs again."""
    mine, values = "what=? AND scope_kind=? AND scope_id=?", (what, scope.kind, scope.id)
    me = name_of(db, scope.kind, scope.id)
    if me:
        db.run(f"UPDATE cadences SET scope_id=-id WHERE {mine} AND scope_name NOT IN ('', ?)", (*values, me))
        own = "DELETE FROM cadences WHERE what=? AND scope_kind=? AND scope_id < 0 AND scope_name=?"
        db.run(own, (what, scope.kind, me))
    db.run(f"DELETE FROM cadences WHERE {mine}", values)


def one_on_one_days(db: Database) -> tuple[tuple[int, int, date | None], ...]:
    """Every one-on-one by person, newest first: whom with, its number, the day it was held (None: not closed yet).

    A draft that was only looked at is none.
    """
    held = "iif(state='closed', substr(coalesce(nullif(started_at, ''), closed_at), 1, 10), NULL)"
    rows = db.rows(f"SELECT person_id, id, {held} FROM reviews WHERE state<>'draft' OR created_at<>'' ORDER BY id DESC")
    return tuple((person, number, date.fromisoformat(day) if day else None) for person, number, day in rows)


def first_day(db: Database) -> date | None:
    """The oldest day that any import is the data of."""
    found = db.one("SELECT min(data_date) FROM imports")
    return date.fromisoformat(found) if found else None


def first_import_day(db: Database) -> date | None:
    """The day by this machine's clock on which anything was first imported; None without an import."""
    found = db.one("SELECT min(imported_at) FROM imports")
    return local_day(found) if found else None
