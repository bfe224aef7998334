"""Objectives with the KPIs attached to them, and the two KPIs that a scope looks at first."""

from __future__ import annotations

from collections.abc import Sequence

from kpidesk.core.objectives import Objective, Objectives
from kpidesk.core.people import Scope
from kpidesk.store.belongings import clear_for
from kpidesk.store.database import Database
from kpidesk.store.scopes import scope_names, scope_of

_COLUMNS = ("parent_id", "name", "why", "owner", "place", "made_at", "retired_on")
_FOCUS = "SELECT scope_kind, scope_id, kpi_id FROM focus WHERE scope_id >= 0 AND kpi_id<>? ORDER BY place, id"
NOTHING = ""
"""Stands for a choice that was taken back, so that what another name brought along does not take its place."""


def save_objective(db: Database, objective: Objective) -> int:
    """Keep an objective with its KPIs in their order; one with number 0 is new. Gives its number."""
    values = (
        objective.parent_id or None, objective.name, objective.why, objective.owner, objective.place,
        objective.made_on, objective.retired_on,
    )  # fmt: skip
    with db.writing("objective", objective.name, numbers=False):
        number = objective.id
        if number:
            db.run(f"UPDATE objectives SET ({', '.join(_COLUMNS)}) = (?, ?, ?, ?, ?, ?, ?) WHERE id=?",
                   (*values, number))  # fmt: skip
        else:
            db.run(f"INSERT INTO objectives({', '.join(_COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?, ?)", values)
            number = int(db.one("SELECT last_insert_rowid()"))
        db.run("DELETE FROM objective_kpis WHERE objective_id=?", (number,))
        attached = [(number, kpi_id, place) for place, kpi_id in enumerate(objective.kpi_ids)]
        db.connection.executemany("INSERT INTO objective_kpis VALUES (?, ?, ?)", attached)
    return number


def place_objectives(db: Database, numbers: Sequence[int]) -> None:
    """Put objectives that lie beside each other in this order."""
    with db.writing("objectives put in order", ", ".join(map(str, numbers)), numbers=False):
        places = [(place, number) for place, number in enumerate(numbers)]
        db.connection.executemany("UPDATE objectives SET place=? WHERE id=?", places)


def load_objectives(db: Database) -> Objectives:
    """Every objective, those out of use included."""
    kpis: dict[int, list[str]] = {}
    for number, kpi_id in db.rows("SELECT objective_id, kpi_id FROM objective_kpis ORDER BY objective_id, place"):
        kpis.setdefault(number, []).append(kpi_id)
    rows = db.rows(f"SELECT id, {', '.join(_COLUMNS)} FROM objectives ORDER BY id")
    return Objectives(
        tuple(
            Objective(number, name, why, owner, parent or 0, place, made, retired, tuple(kpis.get(number, ())))
            for number, parent, name, why, owner, place, made, retired in rows
        )
    )


def save_focus(db: Database, scope: Scope, kpi_ids: Sequence[str]) -> None:
    """Let a scope look at these KPIs first; none takes the choice back."""
    with db.writing("focus", f"{scope.kind} {scope.id}: {', '.join(kpi_ids)}", numbers=False):
        others = clear_for(db, "focus", scope.kind, scope.id)
        chosen = kpi_ids or ([NOTHING] if others else [])
        rows = [(scope.kind, scope.id, kpi_id, place) for place, kpi_id in enumerate(chosen)]
        db.connection.executemany("INSERT INTO focus(scope_kind, scope_id, kpi_id, place) VALUES (?, ?, ?, ?)", rows)


def load_focus(db: Database) -> dict[Scope, tuple[str, ...]]:
    """The KPIs that were chosen to be looked at first, by the scope they were chosen for."""
    names = scope_names(db)
    found: dict[Scope, tuple[str, ...]] = {}
    for kind, number, kpi_id in db.rows(_FOCUS, (NOTHING,)):
        scope = scope_of(names, kind, number)
        found[scope] = (*found.get(scope, ()), kpi_id)
    return found
