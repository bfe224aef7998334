"""Baselines and targets: what was agreed is never overwritten, only followed by a newer version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from kpidesk.core.goals import Baseline, GoalBook, Target
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.store.belongings import supersede
from kpidesk.store.database import Database, local_day, now
from kpidesk.store.scopes import period_of, scope_names, scope_of

_PERIOD = ("start", "end", "grain", "key", "label")
_BASELINE = ("kpi_id", "scope_kind", "scope_id", *_PERIOD, "value", "method", "window", "n", "low", "high", "weak",
             "why", "frozen_at", "inputs")  # fmt: skip
_TARGET = ("kpi_id", "scope_kind", "scope_id", *_PERIOD, "minimum", "target", "stretch", "version", "effective_from",
           "reason", "set_by")  # fmt: skip
TAKEN_AWAY = "target taken away"


def save_baseline(db: Database, baseline: Baseline) -> None:
    """Keep a baseline; the one it follows stays readable in the file but is no longer in force."""
    low, high = baseline.interval or (None, None)
    rest = (
        baseline.value, baseline.method, baseline.window, baseline.n, low, high, int(baseline.weak), baseline.why,
        baseline.frozen_at, " ".join(baseline.inputs),
    )  # fmt: skip
    with db.writing("baseline", _words(baseline)):
        about = _about(db, baseline)
        supersede(db, "baselines", about[:5])
        db.run(f"INSERT INTO baselines({', '.join(_BASELINE)}) VALUES ({_marks(_BASELINE)})", (*about, *rest))


def save_target(db: Database, target: Target) -> None:
    """Keep a target as the version it says; earlier versions stay."""
    rest = (*target.tiers, target.version, target.effective_from, target.reason, target.set_by, now())
    with db.writing("target", target_detail(target)):
        values = (*_about(db, target), *rest)
        supersede(db, "targets", values[:5])
        db.run(f"INSERT INTO targets({', '.join(_TARGET)}, set_at) VALUES ({_marks(values)})", values)


def target_detail(target: Target) -> str:
    """What the log says of a target that is set: whose, of which period and which version."""
    return f"{_words(target)} v{target.version}"


def withdraw_baseline(db: Database, baseline: Baseline) -> None:
    """Let no baseline of this scope and period be in force any more; all stay readable."""
    with db.writing("baseline taken away", _words(baseline)):
        supersede(db, "baselines", _about(db, baseline)[:5])


def withdraw_target(db: Database, target: Target, reason: str) -> None:
    """Take a target away: no version of it is in force any more, all stay readable."""
    with db.writing(TAKEN_AWAY, f"{target_detail(target)}: {reason}"):
        supersede(db, "targets", _about(db, target)[:5])


def taken_away(db: Database, targets: Iterable[Target]) -> dict[Target, tuple[date, str]]:
    """On which day and why each of these targets was taken away; those of which that is not known are left out."""
    said = {}
    for detail, at in db.rows("SELECT detail, at FROM audit WHERE action=? ORDER BY id", (TAKEN_AWAY,)):
        about, _, reason = detail.partition(": ")
        said[about] = (local_day(at), reason)
    told = ((one, said.get(f"{_words(one)} v{one.version}")) for one in targets)
    return {one: found for one, found in told if found is not None}


def role_names(db: Database) -> tuple[str, ...]:
    """The roles for which goals were ever set, by name."""
    return tuple(name for (name,) in db.rows("SELECT name FROM roles ORDER BY name"))


def _about(db: Database, goal: Baseline | Target) -> tuple[str | int, ...]:
    period, scope = goal.period, goal.scope
    days = (period.start.isoformat(), period.end.isoformat())
    number = _role(db, scope.name) if scope.kind == "role" else scope.id
    return goal.kpi_id, scope.kind, number, *days, period.grain, period.key, period.label


def _role(db: Database, name: str) -> int:
    """The number under which the goals of a role lie; a role is known by its name alone everywhere else."""
    db.run("INSERT OR IGNORE INTO roles(name) VALUES (?)", (name,))
    return int(db.one("SELECT id FROM roles WHERE name=?", (name,)))


def _words(goal: Baseline | Target) -> str:
    whose = goal.scope.name if goal.scope.kind == "role" else goal.scope.id
    return f"{goal.kpi_id} {goal.scope.kind} {whose} {goal.period.key}"


def _marks(values: tuple[object, ...]) -> str:
    return ", ".join("?" * len(values))


def load_goals(db: Database) -> GoalBook:
    """The baselines in force, and all targets in every version, oldest first; none that was put aside."""
    names = scope_names(db)
    baselines = db.rows(
        f"SELECT {', '.join(_BASELINE)} FROM baselines WHERE superseded=0 AND scope_id >= 0 ORDER BY id"
    )
    targets = db.rows(f"SELECT superseded, {', '.join(_TARGET)} FROM targets WHERE scope_id >= 0 ORDER BY id")
    return GoalBook(
        tuple(_baseline(row[0], scope_of(names, *row[1:3]), period_of(*row[3:8]), *row[8:]) for row in baselines),
        _marked(_target(names, *row) for row in targets),
    )


def every_baseline(db: Database) -> tuple[Baseline, ...]:
    """Every baseline that was ever set, oldest first, those that a newer one follows included."""
    names = scope_names(db)
    rows = db.rows(f"SELECT {', '.join(_BASELINE)} FROM baselines WHERE scope_id >= 0 ORDER BY id")
    return tuple(_baseline(row[0], scope_of(names, *row[1:3]), period_of(*row[3:8]), *row[8:]) for row in rows)


def _target(
    names: dict[tuple[str, int], str], superseded: int, kpi_id: str, kind: str, number: int, start: str, end: str,
    grain: str, key: str, label: str, minimum: float, target: float, stretch: float, version: int, effective_from: str,
    reason: str, set_by: str,
) -> Target:  # fmt: skip
    scope, period = scope_of(names, kind, number), period_of(start, end, grain, key, label)
    return Target(
        kpi_id, scope, period, minimum, target, stretch, version, effective_from, reason, set_by, bool(superseded)
    )


def _marked(targets: Iterable[Target]) -> tuple[Target, ...]:
    """Of versions that another one follows nobody took away any; only the newest can have been."""
    found = tuple(targets)
    newest: dict[tuple[object, ...], int] = {}
    for one in found:
        key = (one.kpi_id, one.scope, one.period)
        newest[key] = max(one.version, newest.get(key, 0))
    return tuple(
        replace(one, withdrawn=one.withdrawn and one.version == newest[one.kpi_id, one.scope, one.period])
        for one in found
    )


def _baseline(
    kpi_id: str, scope: Scope, period: Period, value: float, method: str, window: str, n: float,
    low: float | None, high: float | None, weak: int, why: str, frozen_at: str, inputs: str,
) -> Baseline:  # fmt: skip
    interval = None if low is None or high is None else (low, high)
    return Baseline(
        kpi_id, scope, period, value, method, window, n, interval, bool(weak), why, frozen_at, tuple(inputs.split())  # type: ignore[arg-type]  # a method that was saved
    )  # fmt: skip
