"""What was said of signals, where limits start anew, rules of one's own, and notes on days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from kpidesk.core.people import Scope
from kpidesk.core.signals import Acknowledgement, AlertRule, ChartNote, LimitStart
from kpidesk.store.database import Database, now
from kpidesk.store.scopes import scope_names, scope_of

_ACKNOWLEDGED = "id, kpi_id, scope_kind, scope_id, grain, rule, since, reason, at"
_LIMITS = "id, kpi_id, scope_kind, scope_id, grain, from_day, reason, at"
_RULES = "id, kpi_id, scope_kind, scope_id, grain, kind, threshold, made_at, retired_on"
_NOTES = "id, day, text, scope_kind, scope_id, kpi_id, made_at"


def save_acknowledgement(db: Database, said: Acknowledgement) -> int:
    """Keep what was said of a signal; gives its number."""
    scope = said.scope
    values = (said.kpi_id, scope.kind, scope.id, said.grain, said.rule, said.since.isoformat(), said.reason, said.at)
    return _add(db, "signal acknowledged", "acknowledgements", _ACKNOWLEDGED, values)


def load_acknowledgements(db: Database) -> tuple[Acknowledgement, ...]:
    """Everything that was said of signals, oldest first."""
    return tuple(
        Acknowledgement(number, kpi_id, scope, grain, rule, date.fromisoformat(since), reason, at)
        for (number, kpi_id, _, _, grain, rule, since, reason, at), scope in _scoped(
            db, f"SELECT {_ACKNOWLEDGED} FROM acknowledgements ORDER BY id", 2
        )
    )


def delete_acknowledgement(db: Database, number: int) -> None:
    """Take back what was said of a signal."""
    with db.writing("acknowledgement taken back", str(number), numbers=False):
        db.run("DELETE FROM acknowledgements WHERE id=?", (number,))


def save_limits(db: Database, start: LimitStart) -> int:
    """Keep from which day on the limits of a chart are worked out; gives its number."""
    scope = start.scope
    values = (start.kpi_id, scope.kind, scope.id, start.grain, start.day.isoformat(), start.reason, now())
    return _add(db, "limits worked out anew", "chart_limits", _LIMITS, values)


def load_limits(db: Database) -> tuple[LimitStart, ...]:
    """Every day from which limits are worked out anew, oldest first."""
    return tuple(
        LimitStart(number, kpi_id, scope, grain, date.fromisoformat(day), reason, at)
        for (number, kpi_id, _, _, grain, day, reason, at), scope in _scoped(
            db, f"SELECT {_LIMITS} FROM chart_limits ORDER BY from_day, id", 2
        )
    )


def save_rule(db: Database, rule: AlertRule) -> int:
    """Keep a new rule; gives its number."""
    scope = rule.scope
    values = (rule.kpi_id, scope.kind, scope.id, rule.grain, rule.kind, rule.threshold, now(), "")
    return _add(db, "rule", "alert_rules", _RULES, values)


def retire_rule(db: Database, number: int, day: date) -> None:
    """Take a rule out of force; it stays readable."""
    with db.writing("rule retired", str(number), numbers=False):
        db.run("UPDATE alert_rules SET retired_on=? WHERE id=? AND retired_on=''", (day.isoformat(), number))


def load_rules(db: Database) -> tuple[AlertRule, ...]:
    """Every rule, oldest first, those out of force included."""
    return tuple(
        AlertRule(number, kpi_id, scope, grain, kind, threshold, made_at, retired)
        for (number, kpi_id, _, _, grain, kind, threshold, made_at, retired), scope in _scoped(
            db, f"SELECT {_RULES} FROM alert_rules ORDER BY id", 2
        )
    )


def save_note(db: Database, note: ChartNote) -> int:
    """Keep what happened on a day; gives its number."""
    values = (note.day.isoformat(), note.text, note.scope.kind, note.scope.id, note.kpi_id, now())
    return _add(db, "note", "chart_notes", _NOTES, values)


def delete_note(db: Database, number: int) -> None:
    """Take a note away."""
    with db.writing("note taken away", str(number), numbers=False):
        db.run("DELETE FROM chart_notes WHERE id=?", (number,))


def load_notes(db: Database) -> tuple[ChartNote, ...]:
    """Every note, by its day."""
    return tuple(
        ChartNote(number, date.fromisoformat(day), text, scope, kpi_id, made_at)
        for (number, day, text, _, _, kpi_id, made_at), scope in _scoped(
            db, f"SELECT {_NOTES} FROM chart_notes ORDER BY day, id", 3
        )
    )


def _add(db: Database, action: str, table: str, columns: str, values: Sequence[object]) -> int:
    """A new row of a table whose first column is its number."""
    marks = ", ".join("?" * len(values))
    with db.writing(action, " ".join(map(str, values[:3])), numbers=False):
        db.run(f"INSERT INTO {table}({columns.removeprefix('id, ')}) VALUES ({marks})", values)
        return int(db.one("SELECT last_insert_rowid()"))


def _scoped(db: Database, sql: str, at: int) -> Iterator[tuple[tuple[Any, ...], Scope]]:
    """The rows of a table with the scope that lies at a place; none about a team or person that is gone."""
    names = scope_names(db)
    for row in db.rows(sql):
        scope = scope_of(names, row[at], row[at + 1])
        if scope.name or scope.id == 0:
            yield row, scope
