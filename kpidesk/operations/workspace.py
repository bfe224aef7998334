"""Open and close a workspace, and keep what was last computed from it.

Everything here and in the other operations runs on the one thread that owns the database.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from kpidesk import engine, store
from kpidesk.core.errors import UserError
from kpidesk.core.goals import GoalBook
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Organisation
from kpidesk.core.settings import Settings, check_settings
from kpidesk.operations.catalogue import shipped_kpis

T = TypeVar("T")


@dataclass(slots=True)
class Workspace:
    """An open workspace: one file, and the answers already computed from its present data.

    A class because it owns the database connection; `memory` is dropped when the data version moves on.
    """

    db: store.Database
    today: date
    version: int = -1
    memory: dict[Hashable, object] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The workspace file."""
        return self.db.path

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value made by `make`, kept until the workspace changes."""
        current = store.data_version(self.db)
        if current != self.version:
            self.memory.clear()
            self.version = current
        if key not in self.memory:
            self.memory[key] = make()
        return cast("T", self.memory[key])


def open_workspace(path: Path, *, create: bool = False, today: date | None = None) -> Workspace:
    """Open a workspace file, or make one when `create` is set and there is none.

    Raises:
        UserError: the file is missing, locked, damaged, newer than this program, or not a workspace.
    """
    is_new = create and not path.exists()
    db = store.open_workspace(path, create=create)
    ws = Workspace(db, today or date.today())
    if is_new:
        store.save_kpis(db, shipped_kpis())
    return ws


def close(ws: Workspace) -> None:
    """Back the workspace up if that is due, close it and let others open it."""
    ws.memory.clear()
    store.backup_if_due(ws.db)
    ws.db.close()


def settings(ws: Workspace) -> Settings:
    """How this workspace counts: currency, fiscal year, week start, smallest sample."""
    return ws.remember("settings", lambda: store.load_settings(ws.db))


def save_settings(ws: Workspace, new: Settings) -> None:
    """Change how this workspace counts.

    Raises:
        UserError: a setting is not one that can be counted with.
    """
    check_settings(new)
    try:
        ZoneInfo(new.time_zone)
    except (KeyError, ValueError, OSError):
        raise UserError(f"There is no time zone '{new.time_zone}'.", "Set one such as Europe/Berlin.") from None
    store.save_settings(ws.db, new)


def scopes(ws: Workspace) -> Organisation:
    """The people, teams and memberships of the workspace."""
    return ws.remember("organisation", lambda: store.load_organisation(ws.db))


def goals(ws: Workspace) -> GoalBook:
    """All baselines and targets."""
    return ws.remember("goals", lambda: store.load_goals(ws.db))


def definitions(ws: Workspace) -> dict[str, Kpi]:
    """Every KPI by id: those of the workspace, and shipped ones that it does not have yet as drafts."""
    return ws.remember("definitions", lambda: _definitions(ws))


def _definitions(ws: Workspace) -> dict[str, Kpi]:
    known = {kpi.id: kpi for kpi in store.load_kpis(ws.db)}
    for kpi in shipped_kpis():
        known.setdefault(kpi.id, kpi)
    return known


def data_date(ws: Workspace, as_of: date | None = None) -> date | None:
    """The newest data date, or the newest that is not after `as_of`; None without any import of deals."""
    dates = [day for _, day in ws.remember("dates", lambda: store.data_dates(ws.db))]
    return max((day for day in dates if as_of is None or day <= as_of), default=None)


def evaluator(ws: Workspace, as_of: date | None = None) -> engine.Evaluator:
    """The engine over the data of this workspace, with the knowledge of `as_of`."""
    newest = data_date(ws)
    known = None if as_of is None or newest is None or as_of >= newest else as_of
    return ws.remember(("evaluator", known), lambda: _evaluator(ws, known))


def _evaluator(ws: Workspace, as_of: date | None) -> engine.Evaluator:
    columns = store.load_columns(ws.db)
    if as_of is not None:
        columns["missing_from"] = store.missing_on(ws.db, as_of)
    facts = engine.build_facts(
        columns,
        store.load_curation(ws.db),
        scopes(ws),
        settings(ws),
        store.data_dates(ws.db),
        as_of=as_of,
    )
    return engine.Evaluator(facts, goals(ws), {})
