"""What hangs on a person or team belongs to the name it was said of, and goes wherever that name goes.

Each row keeps that name beside the number of its scope. After every change of who is who the number is found again by
the name, so that merges, splits and undos in any order leave nothing with somebody else. A row that has no place lies
aside, under its own number made negative: its name is nobody's now, or whoever bears it has the like already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kpidesk.core.texts import folded
from kpidesk.store.database import Database
from kpidesk.store.frozen import to_json

Named = Literal["rep", "team"]
NAMED: tuple[Named, ...] = ("rep", "team")
"""The kinds of scope that have a number."""
NOBODY = 0


@dataclass(frozen=True, slots=True)
class Hanging:
    """Three columns, `…_kind`, `…_id` and `…_name`, by which the rows of a table hang on a scope.

    Rows that are alike in the columns `alike` are one thing, of which a scope has only one; without it, it has all.
    Somebody on whom a row of a table that `keeps` hangs stays when no file names them any more.
    """

    table: str
    stem: str = "scope"
    alike: str = ""
    keeps: bool = False

    def of(self, kind: Named) -> str:
        """The condition for rows that hang on scopes of a kind."""
        return f"{self.stem}_kind='{kind}'"


_PERIOD = "kpi_id, start, end"
FOLLOWED = ("baselines", "targets", "kpi_entries")
"""The tables in which nothing is overwritten, only followed by something newer."""
HANGINGS = (
    *(Hanging(table, alike=_PERIOD, keeps=True) for table in FOLLOWED),
    Hanging("focus", alike="''", keeps=True),
    Hanging("initiatives", keeps=True),
    Hanging("initiatives", "control", keeps=True),
    Hanging("acknowledgements"),
    Hanging("chart_limits"),
    Hanging("alert_rules"),
    Hanging("chart_notes", keeps=True),
    Hanging("coaching_goals", keeps=True),
    Hanging("meetings", keeps=True),
    Hanging("cadences", alike="what"),
    Hanging("submissions", keeps=True),
    Hanging("pay_plans", keeps=True),
)


def referred(kind: Named) -> str:
    """A query for people (`rep`) or teams (`team`) on whom something hangs that keeps them, or with whom one met."""
    numbers = [f"SELECT {one.stem}_id FROM {one.table} WHERE {one.of(kind)}" for one in HANGINGS if one.keeps]
    return " UNION ".join([*numbers, *(["SELECT person_id FROM reviews"] if kind == "rep" else [])])


def name_of(db: Database, kind: str, number: int) -> str:
    """The name a person or team is shown under, as compared, or else the first one by which files know them."""
    if kind not in NAMED or number <= 0:
        return ""
    table, aliases = {
        "rep": ("people", "SELECT value FROM person_aliases WHERE person_id=? ORDER BY id"),
        "team": ("teams", "SELECT value FROM team_aliases WHERE team_id=? ORDER BY value"),
    }[kind]
    shown = folded(str(db.one(f"SELECT name FROM {table} WHERE id=?", (number,)) or ""))
    known = [folded(text) for (text,) in db.rows(aliases, (number,))]
    return shown if shown in known or not known else known[0]


def write_names(db: Database) -> None:
    """Give every new row the name of its person or team; to be done before it changes who is who."""
    for one in HANGINGS:
        number, name = f"{one.stem}_id", f"{one.stem}_name"
        for kind in NAMED:
            new = f"{one.of(kind)} AND {name}='' AND {number}"
            for (scope,) in db.rows(f"SELECT DISTINCT {number} FROM {one.table} WHERE {new} > 0"):
                db.run(f"UPDATE {one.table} SET {name}=? WHERE {new}=?", (name_of(db, kind, scope), scope))


def forget_names(db: Database, kind: Named, names: Iterable[tuple[str, int]]) -> None:
    """Let what hangs on a person or team by a name that they lose take the next name that they are known by."""
    for one in HANGINGS:
        mine = f"{one.of(kind)} AND {one.stem}_name=? AND {one.stem}_id=?"
        db.connection.executemany(f"UPDATE {one.table} SET {one.stem}_name='' WHERE {mine}", names)


def follow_names(db: Database, kind: Named, numbers: Mapping[str, int]) -> None:
    """Let everything hang on whoever bears its name now; what they have already lies aside until that changes.

    `numbers` are the people or teams by every name that there is.
    """
    for one in HANGINGS:
        moves, waiting = _away(db, one, kind, numbers), _waiting(db, one, kind)
        leaving = [(row,) for rows in moves.values() for row in rows]
        db.connection.executemany(f"UPDATE {one.table} SET {one.stem}_id=-id WHERE id=?", leaving)
        for now, was in sorted(moves):
            if now != NOBODY:
                _give(db, one, kind, moves[now, was], now)
        for name, rows in waiting.items():
            if name in numbers:
                _give(db, one, kind, rows, numbers[name])
    for table in FOLLOWED:
        _put_back_in_force(db, table, kind, numbers)


def _away(db: Database, one: Hanging, kind: Named, numbers: Mapping[str, int]) -> dict[tuple[int, int], list[int]]:
    """The rows that lie with somebody who does not bear their name, by who bears it and where they lie."""
    number, name = f"{one.stem}_id", f"{one.stem}_name"
    where = f"{one.table} WHERE {one.of(kind)}"
    found: dict[tuple[int, int], list[int]] = {}
    for was, text in db.rows(f"SELECT DISTINCT {number}, {name} FROM {where} AND {number} > 0"):
        if (now := numbers.get(text, NOBODY)) != was:
            rows = db.rows(f"SELECT id FROM {where} AND {number}=? AND {name}=?", (was, text))
            found.setdefault((now, was), []).extend(row for (row,) in rows)
    return found


def _waiting(db: Database, one: Hanging, kind: Named) -> dict[str, list[int]]:
    """The rows that lie aside by their name, the name of the newest first."""
    where = f"{one.of(kind)} AND {one.stem}_id < 0"
    found: dict[str, list[int]] = {}
    for row, text in db.rows(f"SELECT id, {one.stem}_name FROM {one.table} WHERE {where} ORDER BY id DESC"):
        found.setdefault(text, []).append(row)
    return found


def _give(db: Database, one: Hanging, kind: Named, rows: Iterable[int], scope: int) -> None:
    """Hang those rows on a person or team of which they have none alike."""
    number = f"{one.stem}_id"
    free = f"SELECT id FROM {one.table} WHERE id IN (SELECT value FROM json_each(?))"
    values: tuple[Any, ...] = (to_json(list(rows)),)
    if one.alike:
        taken = f"SELECT {one.alike} FROM {one.table} WHERE {one.of(kind)} AND {number}=?"
        free, values = f"{free} AND ({one.alike}) NOT IN ({taken})", (*values, scope)
    given = [(scope, row) for (row,) in db.rows(f"{free} ORDER BY id DESC", values)]
    db.connection.executemany(f"UPDATE OR IGNORE {one.table} SET {number}=? WHERE id=?", given)


def supersede(db: Database, table: str, about: Sequence[Any]) -> None:
    """Let nothing be in force any more of what was said of a KPI (id), scope (kind, number) and period (start, end).

    What another name brought along is in force again once that name is somebody else's.
    """
    kpi_id, kind, number, start, end = about
    me, alike = name_of(db, kind, number), "kpi_id=? AND scope_kind=? AND start=? AND end=?"
    db.run(
        f"UPDATE {table} SET superseded=1, followed_by=iif(scope_name IN ('', ?), '', ?)"
        f" WHERE {alike} AND scope_id=? AND superseded=0",
        (me, me, kpi_id, kind, start, end, number),
    )
    if me:
        own = f"UPDATE {table} SET superseded=1 WHERE {alike} AND scope_id < 0 AND scope_name=?"
        db.run(own, (kpi_id, kind, start, end, me))


def _put_back_in_force(db: Database, table: str, kind: Named, numbers: Mapping[str, int]) -> None:
    """Undo what was said under a name that turned out to be somebody else's, unless something newer follows."""
    sql = f"SELECT id, scope_id, scope_name, followed_by, {_PERIOD} FROM {table} WHERE scope_kind=? AND followed_by<>''"
    beside = f"SELECT scope_name FROM {table} WHERE scope_kind=? AND id>? AND ({_PERIOD})=(?, ?, ?)"
    for row, scope, name, by, *about in db.rows(sql, (kind,)):
        mine = numbers.get(name)
        if mine == numbers.get(by):
            continue
        where, value = ("scope_id=?", scope) if scope > 0 else ("scope_id < 0 AND scope_name=?", name)
        newer = db.rows(f"{beside} AND {where}", (kind, row, *about, value))
        follower = next((text for (text,) in newer if numbers.get(text) == mine), "")
        db.run(f"UPDATE {table} SET superseded=?, followed_by=? WHERE id=?", (int(bool(follower)), follower, row))


def clear_for(db: Database, table: str, kind: str, number: int) -> bool:
    """Take away what a scope has in a table, and put aside what other names brought along; whether any lies aside."""
    me, mine = name_of(db, kind, number), "scope_kind=? AND scope_id=?"
    if me:
        others = f"UPDATE {table} SET scope_id=-id WHERE {mine} AND scope_name NOT IN ('', ?)"
        db.run(others, (kind, number, me))
        db.run(f"DELETE FROM {table} WHERE scope_kind=? AND scope_id < 0 AND scope_name=?", (kind, me))
    db.run(f"DELETE FROM {table} WHERE {mine}", (kind, number))
    return db.one(f"SELECT 1 FROM {table} WHERE scope_kind=? AND scope_id < 0", (kind,)) is not None
