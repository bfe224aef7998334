"""Initiatives with the KPIs that they are to move."""

from __future__ import annotations

from datetime import date

from kpidesk.core.initiatives import Expected, Initiative
from kpidesk.store.database import Database, now
from kpidesk.store.scopes import scope_names, scope_of

_COLUMNS = ("name", "starts", "ends", "scope_kind", "scope_id", "control_kind", "control_id", "for_leaders",
            "for_reps")  # fmt: skip


def save_initiative(db: Database, one: Initiative) -> int:
    """Keep an initiative with its KPIs in their order; one with number 0 is new. Gives its number."""
    control = (one.control.kind, one.control.id) if one.control is not None else ("", 0)
    end = one.end.isoformat() if one.end is not None else ""
    values = (one.name, one.start.isoformat(), end, one.scope.kind, one.scope.id, *control, one.for_leaders,
              one.for_reps)  # fmt: skip
    marks = ", ".join("?" * len(_COLUMNS))
    with db.writing("initiative", one.name, numbers=False):
        number = one.id
        if number:
            sql = f"UPDATE initiatives SET {_names_kept('scope')}, {_names_kept('control')} WHERE id=?"
            db.run(sql, (one.scope.kind, one.scope.id, *control, number))
            db.run(f"UPDATE initiatives SET ({', '.join(_COLUMNS)}) = ({marks}) WHERE id=?", (*values, number))
        else:
            sql = f"INSERT INTO initiatives({', '.join(_COLUMNS)}, made_at, dropped_at) VALUES ({marks}, ?, '')"
            db.run(sql, (*values, now()))
            number = int(db.one("SELECT last_insert_rowid()"))
        db.run("DELETE FROM initiative_kpis WHERE initiative_id=?", (number,))
        rows = [(number, expected.kpi_id, expected.change, place) for place, expected in enumerate(one.kpis)]
        db.connection.executemany("INSERT INTO initiative_kpis VALUES (?, ?, ?, ?)", rows)
    return number


def _names_kept(stem: str) -> str:
    """The name to which an initiative belongs stays as long as it is for the same scope."""
    return f"{stem}_name=iif(({stem}_kind, {stem}_id)=(?, ?), {stem}_name, '')"


def drop_initiative(db: Database, number: int, *, back: bool = False) -> None:
    """Put an initiative aside, or take it up again; it stays readable."""
    with db.writing("initiative taken up again" if back else "initiative dropped", str(number), numbers=False):
        db.run("UPDATE initiatives SET dropped_at=? WHERE id=?", ("" if back else now(), number))


def load_initiatives(db: Database) -> tuple[Initiative, ...]:
    """Every initiative, the newest first, those that were dropped included."""
    names = scope_names(db)
    kpis: dict[int, list[Expected]] = {}
    for number, kpi_id, expected in db.rows(
        "SELECT initiative_id, kpi_id, expected FROM initiative_kpis ORDER BY initiative_id, place"
    ):
        kpis.setdefault(number, []).append(Expected(kpi_id, expected))
    rows = db.rows(f"SELECT id, made_at, dropped_at, {', '.join(_COLUMNS)} FROM initiatives ORDER BY starts DESC, id")
    return tuple(
        Initiative(
            number, name, date.fromisoformat(start), date.fromisoformat(end) if end else None,
            scope_of(names, kind, scope_id), tuple(kpis.get(number, ())),
            scope_of(names, control, control_id) if control else None, for_leaders, for_reps, made_at, dropped_at,
        )
        for (number, made_at, dropped_at, name, start, end, kind, scope_id, control, control_id, for_leaders,
             for_reps) in rows
    )  # fmt: skip
