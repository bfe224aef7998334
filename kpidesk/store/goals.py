"""Baselines and targets: what was agreed is never overwritten, only followed by a newer version."""

from __future__ import annotations

from datetime import date

from kpidesk.core.goals import Baseline, GoalBook, Target
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.store.database import Database, now

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


def load_goals(db: Database) -> GoalBook:
    """The baselines in force, and all targets in every version, oldest first."""
    names = _scope_names(db)
    baselines = db.rows(f"SELECT {', '.join(_BASELINE)} FROM baselines WHERE superseded=0 ORDER BY id")
    targets = db.rows(f"SELECT {', '.join(_TARGET)} FROM targets ORDER BY id")
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
