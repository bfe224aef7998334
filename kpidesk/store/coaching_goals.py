"""Coaching goals with their frozen start values."""

from __future__ import annotations

from datetime import date

from kpidesk.core.coaching_goals import CoachingGoal, GoalStart
from kpidesk.core.people import Scope
from kpidesk.store.database import Database, damaged, now
from kpidesk.store.frozen import from_json, to_json
from kpidesk.store.scopes import period_of, scope_names, scope_of

_COLUMNS = (
    "id, scope_kind, scope_id, kpi_id, text, start, end, grain, key, label, start_body, expected, due, made_at,"
    " coalesce(made_in, 0), dropped_at"
)
_JUDGED = (
    "EXISTS(SELECT 1 FROM reviews r WHERE scope_kind='rep' AND r.person_id = scope_id AND r.state='closed'"
    " AND r.data_date >= date(due, '-1 day') AND r.id<>?)"
)


def save_coaching_goal(db: Database, goal: CoachingGoal) -> int:
    """Keep a new coaching goal; gives its number."""
    period = goal.period
    values = (
        goal.scope.kind, goal.scope.id, goal.kpi_id, goal.text, period.start.isoformat(), period.end.isoformat(),
        period.grain, period.key, period.label, to_json(goal.start), goal.expected, goal.due.isoformat(), goal.made_at,
        goal.made_in or None,
    )  # fmt: skip
    sql = (
        "INSERT INTO coaching_goals(scope_kind, scope_id, kpi_id, text, start, end, grain, key, label, start_body,"
        f" expected, due, made_at, made_in, dropped_at) VALUES ({', '.join('?' * len(values))}, '')"
    )
    with db.writing("coaching goal", f"{goal.kpi_id} for {goal.scope.id}", numbers=False):
        return int(db.connection.execute(sql, values).lastrowid or 0)


def load_coaching_goals(db: Database, scope: Scope | None = None) -> tuple[CoachingGoal, ...]:
    """Every coaching goal, or those of one rep, oldest first, dropped ones included."""
    where, values = ("", ()) if scope is None else (" AND scope_kind=? AND scope_id=?", (scope.kind, scope.id))
    return _loaded(db, f"scope_id > 0{where}", values)


def unjudged_goals(db: Database, scope: Scope, review_id: int = 0) -> tuple[CoachingGoal, ...]:
    """The coaching goals of a rep that no closed meeting has judged (but for the one named) and nobody dropped."""
    where = f"scope_kind=? AND scope_id=? AND dropped_at='' AND NOT {_JUDGED}"
    return _loaded(db, where, (scope.kind, scope.id, review_id))


def judged_goal_ids(db: Database) -> frozenset[int]:
    """The numbers of the coaching goals that a closed meeting has judged."""
    return frozenset(number for (number,) in db.rows(f"SELECT id FROM coaching_goals WHERE {_JUDGED}", (0,)))


def _loaded(db: Database, where: str, values: tuple[object, ...]) -> tuple[CoachingGoal, ...]:
    names = scope_names(db)
    found = []
    for row in db.rows(f"SELECT {_COLUMNS} FROM coaching_goals WHERE {where} ORDER BY id", values):
        number, kind, scope_id, kpi_id, text, *period, body, expected, due, made_at, made_in, dropped = row
        try:
            start = from_json(GoalStart, body)
        except ValueError:
            raise damaged(db.path) from None
        found.append(
            CoachingGoal(
                number, scope_of(names, kind, scope_id), kpi_id, text, period_of(*period), start,
                date.fromisoformat(due), expected, made_at, made_in, dropped,
            )
        )  # fmt: skip
    return tuple(found)


def drop_coaching_goal(db: Database, number: int, *, back: bool = False) -> None:
    """Put a coaching goal aside, or take it up again; it stays readable."""
    with db.writing("coaching goal taken up" if back else "coaching goal dropped", str(number), numbers=False):
        db.run("UPDATE coaching_goals SET dropped_at=? WHERE id=?", ("" if back else now(), number))
