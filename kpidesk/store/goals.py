"""Baselines and targets: what was agreed is never overwritten, only followed by a newer version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from kpidesk.core.goals import Baseline, GoalBook, Target
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.store.database import Database, now
from kpidesk.store.frozen import to_json, tuple_from_json

_HANDED = "goals_handed_over"
_TABLES = ("baselines", "targets")
_SAME = "kpi_id, start, end"
_ABOUT = ("kpi_id", "scope_kind", "scope_id", "start", "end")
_PERIOD = ("start", "end", "grain", "key", "label")
_BASELINE = ("kpi_id", "scope_kind", "scope_id", *_PERIOD, "value", "method", "window", "n", "low", "high", "weak",
             "why", "frozen_at")  # fmt: skip
_TARGET = ("kpi_id", "scope_kind", "scope_id", *_PERIOD, "minimum", "target", "stretch", "version", "effective_from",
           "reason", "set_by")  # fmt: skip


def save_baseline(db: Database, baseline: Baseline) -> None:
    """Keep a baseline; the one it follows stays readable in the file but is no longer in force."""
    low, high = baseline.interval or (None, None)
    values = (
        *_about(baseline), baseline.value, baseline.method, baseline.window, baseline.n, low, high,
        int(baseline.weak), baseline.why, baseline.frozen_at,
    )  # fmt: skip
    with db.writing("baseline", _words(baseline)):
        _supersede(db, "baselines", baseline)
        db.run(f"INSERT INTO baselines({', '.join(_BASELINE)}) VALUES ({_marks(_BASELINE)})", values)


def save_target(db: Database, target: Target) -> None:
    """Keep a target as the version it says; earlier versions stay."""
    values = (
        *_about(target), target.minimum, target.target, target.stretch, target.version, target.effective_from,
        target.reason, target.set_by, now(),
    )  # fmt: skip
    with db.writing("target", f"{_words(target)} v{target.version}"):
        _supersede(db, "targets", target)
        db.run(f"INSERT INTO targets({', '.join(_TARGET)}, set_at) VALUES ({_marks(values)})", values)


def _about(goal: Baseline | Target) -> tuple[str | int, ...]:
    period = goal.period
    days = (period.start.isoformat(), period.end.isoformat())
    return goal.kpi_id, goal.scope.kind, goal.scope.id, *days, period.grain, period.key, period.label


def _words(goal: Baseline | Target) -> str:
    return f"{goal.kpi_id} {goal.scope.kind} {goal.scope.id} {goal.period.key}"


def _marks(values: tuple[object, ...]) -> str:
    return ", ".join("?" * len(values))


def _supersede(db: Database, table: str, goal: Baseline | Target) -> None:
    where = " AND ".join(f"{name}=?" for name in _ABOUT)
    db.run(f"UPDATE {table} SET superseded=1 WHERE {where} AND superseded=0", _about(goal)[:5])


@dataclass(frozen=True, slots=True)
class Handed:
    """A goal that went to another person when two people became one: for whose name it was set, and who has it now."""

    table: str
    goal: int
    name: str
    heir: int
    superseded: int


def lend_goals(db: Database, keep: int, drop: int, names: Mapping[int, str]) -> None:
    """Goals go with a person who became one with another, until the two are told apart again.

    `names` are those of both, for which their goals were set. A goal for a KPI and period for which the one kept has
    one is put aside: it lies under its own number made negative.
    """
    handed = {(one.table, one.goal): replace(one, heir=keep) if one.heir == drop else one for one in _handed(db)}
    for table in _TABLES:
        goals = _goals_of(db, table, drop)
        for person in (keep, drop):
            for goal, superseded in _goals_of(db, table, person).items():
                first = handed.get((table, goal))
                handed[table, goal] = Handed(table, goal, first.name if first else names[person], keep, superseded)
        _put_aside(db, table, goals)
        _give(db, table, goals, keep)
    _keep_handed(db, handed.values())


def return_goals(db: Database, numbers: Mapping[str, int]) -> None:
    """Give goals to whoever bears the name they were set for, once that is not the one who has them any more."""
    handed = _handed(db)
    moved: dict[tuple[str, str, int], dict[int, int]] = {}
    for one in handed:
        person = numbers.get(one.name, one.heir)
        if person != one.heir:
            moved.setdefault((one.table, one.name, person), {})[one.goal] = one.superseded
    for (table, _, person), goals in moved.items():
        _put_aside(db, table, goals)
        _give(db, table, goals, person)
        was = [(superseded, goal) for goal, superseded in goals.items()]
        db.connection.executemany(f"UPDATE {table} SET superseded=? WHERE id=?", was)
    _keep_handed(db, (replace(one, heir=numbers.get(one.name, one.heir)) for one in handed))


def _goals_of(db: Database, table: str, person: int) -> dict[int, int]:
    """The goals of a person by number, with whether a newer one follows them."""
    return dict(db.rows(f"SELECT id, superseded FROM {table} WHERE scope_kind='rep' AND scope_id=?", (person,)))


def _put_aside(db: Database, table: str, goals: Iterable[int]) -> None:
    db.connection.executemany(f"UPDATE {table} SET scope_id=-id WHERE id=?", [(goal,) for goal in goals])


def _give(db: Database, table: str, goals: Iterable[int], person: int) -> None:
    """Give those goals to a person that are for a KPI and period for which they have none."""
    taken = f"SELECT {_SAME} FROM {table} WHERE scope_kind='rep' AND scope_id=?"
    free = f"SELECT id FROM {table} WHERE id IN (SELECT value FROM json_each(?)) AND ({_SAME}) NOT IN ({taken})"
    values = (person, to_json(list(goals)), person)
    db.run(f"UPDATE OR IGNORE {table} SET scope_id=? WHERE id IN ({free})", values)


def _handed(db: Database) -> tuple[Handed, ...]:
    return tuple_from_json(Handed, str(db.one("SELECT value FROM meta WHERE name=?", (_HANDED,)) or "[]"))


def _keep_handed(db: Database, handed: Iterable[Handed]) -> None:
    kept = tuple(handed)
    if kept != _handed(db):
        db.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_HANDED, to_json(kept)))


def load_goals(db: Database) -> GoalBook:
    """The baselines in force, and all targets in every version, oldest first; none that was put aside."""
    names = _scope_names(db)
    baselines = db.rows(
        f"SELECT {', '.join(_BASELINE)} FROM baselines WHERE superseded=0 AND scope_id >= 0 ORDER BY id"
    )
    targets = db.rows(f"SELECT {', '.join(_TARGET)} FROM targets WHERE scope_id >= 0 ORDER BY id")
    return GoalBook(
        tuple(_baseline(row[0], _scope(names, *row[1:3]), _period(*row[3:8]), *row[8:]) for row in baselines),
        tuple(Target(row[0], _scope(names, *row[1:3]), _period(*row[3:8]), *row[8:]) for row in targets),
    )


def _baseline(
    kpi_id: str, scope: Scope, period: Period, value: float, method: str, window: str, n: float,
    low: float | None, high: float | None, weak: int, why: str, frozen_at: str,
) -> Baseline:  # fmt: skip
    interval = None if low is None or high is None else (low, high)
    return Baseline(kpi_id, scope, period, value, method, window, n, interval, bool(weak), why, frozen_at)  # type: ignore[arg-type]  # a method that was saved


def _scope(names: dict[tuple[str, int], str], kind: str, number: int) -> Scope:
    return Scope(kind, names.get((kind, number), ""), number)  # type: ignore[arg-type]  # a kind that was saved


def _period(start: str, end: str, grain: str, key: str, label: str) -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end), grain, key, label)  # type: ignore[arg-type]  # a grain that was saved


def _scope_names(db: Database) -> dict[tuple[str, int], str]:
    people = {("rep", number): name for number, name in db.rows("SELECT id, name FROM people")}
    return people | {("team", number): name for number, name in db.rows("SELECT id, name FROM teams")}
