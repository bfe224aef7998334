"""How a scope and a period lie in a table, for everything that is said of both."""

from __future__ import annotations

from datetime import date

from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.store.database import Database

Names = dict[tuple[str, int], str]


def scope_names(db: Database) -> Names:
    """The names of reps, teams and roles by kind and number."""
    people = {("rep", number): name for number, name in db.rows("SELECT id, name FROM people")}
    roles = {("role", number): name for number, name in db.rows("SELECT id, name FROM roles")}
    return people | roles | {("team", number): name for number, name in db.rows("SELECT id, name FROM teams")}


def scope_of(names: Names, kind: str, number: int) -> Scope:
    """A scope as it was saved; a role is known by its name alone."""
    return Scope(kind, names.get((kind, number), ""), 0 if kind == "role" else number)  # type: ignore[arg-type]  # a kind that was saved


def period_of(start: str, end: str, grain: str, key: str, label: str) -> Period:
    """A period as it was saved."""
    return Period(date.fromisoformat(start), date.fromisoformat(end), grain, key, label)  # type: ignore[arg-type]  # a grain that was saved
