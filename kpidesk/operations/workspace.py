"""Open and close a workspace, and keep what was last computed from it.

Everything here and in the other operations runs on the one thread that owns the database, or on one that this
waits for.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from kpidesk import paths, store
from kpidesk.core.benchmarks import check_bounds
from kpidesk.core.entries import EntryBook
from kpidesk.core.errors import UserError
from kpidesk.core.fields import EVENTFUL, Kind
from kpidesk.core.formats import day_text
from kpidesk.core.goals import GoalBook
from kpidesk.core.kpis import MONEY_UNITS, Kpi, completed
from kpidesk.core.people import Organisation, TeamView, as_today
from kpidesk.core.progress import Progress, telling
from kpidesk.core.settings import Settings, check_settings
from kpidesk.core.unfit_goals import UNFIT_ADVICE, renamed_words, unfit_words
from kpidesk.operations.catalogue import shipped_kpis

T = TypeVar("T")


@dataclass(slots=True)
class Workspace:
    """An open workspace: one file, and the answers already computed from its present data.

    A class because it owns the database connection; `memory` is dropped when the data version moves on.
    `known_on`: the past day whose goals and definitions it has (see `as_known`), None for those of now.
    """

    db: store.Database
    today: date
    version: int = -1
    memory: dict[Hashable, object] = field(default_factory=dict)
    known_on: date | None = None

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
    """Back the workspace up if that is due, close it and let others open it; remove what a killed program left."""
    ws.memory.clear()
    store.backup_if_due(ws.db)
    ws.db.close()
    paths.remove_abandoned()


def stamp(ws: Workspace) -> str:
    """The moment with its local time; only the day where the workspace counts from another day than the clock."""
    moment = datetime.now().astimezone()
    return moment.isoformat(timespec="seconds") if moment.date() == ws.today else ws.today.isoformat()


@contextmanager
def all_or_none(ws: Workspace) -> Iterator[None]:
    """Let everything that is written meanwhile last together; an error, a closed generator or a crash undoes all.

    Raises:
        UserError: the workspace cannot be written.
    """
    try:
        with ws.db.together():
            yield
    except BaseException:
        ws.memory.clear()  # the numbers of the versions that are gone are given again
        ws.version = -1
        raise


def kept_whole(ws: Workspace, work: Generator[Progress, None, T]) -> Generator[Progress, None, T]:
    """Long work of which all lasts or nothing; it can be stopped until, at its end, the file itself is written.

    Raises:
        UserError: the workspace cannot be written.
    """
    with ExitStack() as whole:
        whole.enter_context(all_or_none(ws))
        result = yield from work
        yield from telling(store.in_steps(lambda: whole.pop_all().close()), Progress(0, 0, "Saving", certain=True))
    return result


def settings(ws: Workspace) -> Settings:
    """How this workspace counts: currency, fiscal year, week start, smallest sample."""
    return ws.remember("settings", lambda: store.load_settings(ws.db))


def save_settings(ws: Workspace, new: Settings) -> None:
    """Change how this workspace counts.

    Raises:
        UserError: a setting is not one that can be counted with.
    """
    _check(new)
    store.save_settings(ws.db, new, keeps_unnamed=store.has_amounts(ws.db))


def unfit_goals(ws: Workspace, new: Settings) -> str:
    """Which targets and baselines would fall on no period by other settings, or count in another currency, in words.

    Values typed in are told with them. Empty for none.

    Raises:
        UserError: a setting is not one that can be counted with.
    """
    _check(new)
    if new.currency == settings(ws).currency:
        return unfit_words(goals(ws), settings(ws), new)
    money = {kpi.id for kpi in definitions(ws).values() if kpi.unit in MONEY_UNITS}
    renamed = renamed_words(goals(ws), entries(ws), money, settings(ws).currency, new.currency)
    return " ".join(filter(None, (unfit_words(goals(ws), settings(ws), new), renamed)))


def refuse_unfit(ws: Workspace, new: Settings) -> None:
    """Refuse settings by which targets or baselines would fall on no period, or count in another currency.

    Raises:
        UserError: naming how many, and the way to save them all the same; or a setting cannot be counted with.
    """
    if unfit := unfit_goals(ws, new):
        raise UserError(unfit, f"{UNFIT_ADVICE} To save it all the same, add --anyway.")


def _check(new: Settings) -> None:
    check_settings(new)
    check_bounds(dict(new.parameters))
    try:
        ZoneInfo(new.time_zone)
    except (KeyError, ValueError, OSError):
        raise UserError(f"There is no time zone '{new.time_zone}'.", "Set one such as Europe/Berlin.") from None


def scopes(ws: Workspace) -> Organisation:
    """The people, teams and memberships of the workspace."""
    return ws.remember("organisation", lambda: store.load_organisation(ws.db))


def goals(ws: Workspace) -> GoalBook:
    """All baselines and targets."""
    return ws.remember("goals", lambda: store.load_goals(ws.db))


def goals_then(ws: Workspace, day: date) -> GoalBook:
    """The baselines and targets that were in force on a past day."""
    return ws.remember(("goals", day), lambda: _goals_then(ws, day))


def _goals_then(ws: Workspace, day: date) -> GoalBook:
    targets = goals(ws).targets
    gone = {one: on for one, (on, _) in store.taken_away(ws.db, targets).items()}
    return GoalBook(store.every_baseline(ws.db), targets).known_on(day, gone)


def entries(ws: Workspace) -> EntryBook:
    """All values typed in for KPIs that are not counted from files."""
    return ws.remember("entries", lambda: store.load_entries(ws.db))


def definitions(ws: Workspace) -> dict[str, Kpi]:
    """Every KPI by id: those of the workspace, and shipped ones that it does not have yet as drafts."""
    return ws.remember("definitions", lambda: with_shipped(store.load_kpis(ws.db)))


def with_shipped(stored: Iterable[Kpi]) -> dict[str, Kpi]:
    """Stored KPIs by id, completed and joined by the shipped ones that are not among them."""
    known = {kpi.id: kpi for kpi in stored}
    for kpi in shipped_kpis():
        known[kpi.id] = completed(known[kpi.id], kpi) if kpi.id in known else kpi
    return known


def data_date(ws: Workspace, as_of: date | None = None) -> date | None:
    """The newest data date of deals, or the newest that is not after `as_of`; None without any import.

    Where no deals were imported by then it is that of whatever was.
    """
    of_deals = ws.remember("dates of deals", lambda: dates_of(ws, ("deals",)))
    of_events = ws.remember("dates of events", lambda: dates_of(ws, EVENTFUL))
    for dates in (of_deals, of_events):
        if known := [day for day in dates if as_of is None or day <= as_of]:
            return max(known)
    return None


def date_before(ws: Workspace) -> date | None:
    """The data date of deals before the newest one; None where there is none."""
    newest = data_date(ws)
    return max((day for _, day in store.data_dates(ws.db) if newest and day < newest), default=None)


def dates_of(ws: Workspace, kinds: Iterable[Kind]) -> list[date]:
    """The data dates of all imports of some kinds."""
    return [day for kind in kinds for _, day in store.data_dates(ws.db, kind)]


def organisation(ws: Workspace, as_of: date | None = None, teams: TeamView = "as-was") -> Organisation:
    """People, teams and memberships: as they were, or as if the teams of the newest data day had always been."""
    if teams == "as-was":
        return scopes(ws)
    return as_today(scopes(ws), data_date(ws, as_of) or ws.today)


def view_notices(ws: Workspace, as_of: date | None = None, teams: TeamView = "as-was") -> tuple[str, ...]:
    """What is unusual about how numbers are looked at: as of a day that has not come, or by today's teams."""
    known = day_text(data_date(ws, as_of) or ws.today)
    found = []
    if as_of is not None and as_of > ws.today:
        found.append(f"{day_text(as_of)} has not come yet: this is what the data of {known} say.")
    if teams != "as-was":
        found.append(f"As if today's teams had always been: every row counts for the team its person is in on {known}.")
    elif as_of is not None and (told := store.teams_told_after(ws.db, as_of)):
        found.append(f"Who was in which team is as known today, told last on {day_text(told[1])} ({told[0]}).")
    return tuple(found)
