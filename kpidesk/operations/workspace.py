"""Open and close a workspace, and keep what was last computed from it.

Everything here and in the other operations runs on the one thread that owns the database, or on one that this
waits for.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from kpidesk import engine, paths, store
from kpidesk.core.benchmarks import check_bounds
from kpidesk.core.curation import Curation
from kpidesk.core.entries import EntryBook
from kpidesk.core.errors import UserError
from kpidesk.core.fields import KINDS, Kind
from kpidesk.core.formats import day_text
from kpidesk.core.goals import GoalBook, Target
from kpidesk.core.kpis import Kpi, completed
from kpidesk.core.people import Organisation, Scope, TeamView, as_today
from kpidesk.core.periods import Period
from kpidesk.core.progress import Progress, telling
from kpidesk.core.settings import Settings, check_settings
from kpidesk.core.unfit_goals import UNFIT_ADVICE, unfit_words
from kpidesk.operations.catalogue import shipped_kpis

if TYPE_CHECKING:
    from kpidesk.engine.history import Columns

T = TypeVar("T")
EVENTFUL: tuple[Kind, ...] = (
    "activities", "leads", "subscriptions", "movements", "contracts", "surveys", "costs", "forecasts",
)  # fmt: skip
"""Kinds of record that tell what happened, besides deals."""


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
    store.save_settings(ws.db, new)


def unfit_goals(ws: Workspace, new: Settings) -> str:
    """Which targets and baselines would fall on no period by other settings, in words; empty for none.

    Raises:
        UserError: a setting is not one that can be counted with.
    """
    _check(new)
    return unfit_words(goals(ws), settings(ws), new)


def refuse_unfit(ws: Workspace, new: Settings) -> None:
    """Refuse settings by which targets or baselines would fall on no period.

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
    return ws.remember("definitions", lambda: _completed(store.load_kpis(ws.db)))


def _completed(stored: Iterable[Kpi]) -> dict[str, Kpi]:
    known = {kpi.id: kpi for kpi in stored}
    for kpi in shipped_kpis():
        known[kpi.id] = completed(known[kpi.id], kpi) if kpi.id in known else kpi
    return known


def data_date(ws: Workspace, as_of: date | None = None) -> date | None:
    """The newest data date of deals, or the newest that is not after `as_of`; None without any import.

    Where no deals were imported by then it is that of whatever was.
    """
    of_deals = ws.remember("dates of deals", lambda: _dates(ws, ("deals",)))
    of_events = ws.remember("dates of events", lambda: _dates(ws, EVENTFUL))
    for dates in (of_deals, of_events):
        if known := [day for day in dates if as_of is None or day <= as_of]:
            return max(known)
    return None


def date_before(ws: Workspace) -> date | None:
    """The data date of deals before the newest one; None where there is none."""
    newest = data_date(ws)
    return max((day for _, day in store.data_dates(ws.db) if newest and day < newest), default=None)


def _dates(ws: Workspace, kinds: Iterable[Kind]) -> list[date]:
    """The data dates of all imports of some kinds."""
    return [day for kind in kinds for _, day in store.data_dates(ws.db, kind)]


def organisation(ws: Workspace, as_of: date | None = None, teams: TeamView = "as-was") -> Organisation:
    """People, teams and memberships: as they were, or as if the teams of the newest data day had always been."""
    if teams == "as-was":
        return scopes(ws)
    return as_today(scopes(ws), data_date(ws, as_of) or ws.today)


def teams_notice(ws: Workspace, as_of: date | None = None, teams: TeamView = "as-was") -> tuple[str, ...]:
    """That rows count for the teams of the newest data day, in words; nothing where teams are as they were."""
    if teams == "as-was":
        return ()
    day = day_text(data_date(ws, as_of) or ws.today)
    return (f"As if today's teams had always been: every row counts for the team its person is in on {day}.",)


def holidays(ws: Workspace, as_of: date | None = None) -> tuple[date, ...]:
    """The public holidays that were imported, with the knowledge of `as_of`."""
    facts = evaluator(ws, as_of).facts
    days = ws.remember(("holidays", facts.tables.limit), lambda: engine.free_days(facts.tables).tolist())
    return tuple(map(engine.day_of, days))


def evaluator(ws: Workspace, as_of: date | None = None, teams: TeamView = "as-was") -> engine.Evaluator:
    """The engine over the data of this workspace, with the knowledge of `as_of` and the teams as asked for."""
    key = _evaluator_key(ws, as_of, teams)
    return ws.remember(key, lambda: _evaluator(ws, key[1], organisation(ws, as_of, teams), teams))


def evaluators_on(ws: Workspace, days: Sequence[date], teams: TeamView = "as-was") -> Iterator[engine.Evaluator]:
    """The same for some past days, oldest first: not kept, for a walk through many of them would fill the memory."""
    keys = {day: _evaluator_key(ws, day, teams) for day in days}
    new = [day for day, key in keys.items() if key[1] is not None and key not in ws.memory]
    made = _evaluators(ws, new, teams)
    for day in days:
        yield next(made) if day in new else evaluator(ws, day, teams)


def _evaluators(ws: Workspace, days: Sequence[date], teams: TeamView) -> Iterator[engine.Evaluator]:
    columns, curation = ws.remember("columns", lambda: store.load_columns(ws.db)), store.load_curation(ws.db)
    said = engine.read_said(columns, curation)
    for day, missing in zip(days, store.missing_on_each(ws.db, days), strict=True):
        whose = organisation(ws, day, teams)
        yield _over(ws, _facts(ws, columns, curation, day, whose, said=said, missing=missing), day, teams)


def _evaluator_key(ws: Workspace, as_of: date | None, teams: TeamView) -> tuple[str, date | None, TeamView]:
    newest = max(ws.remember("all dates", lambda: _dates(ws, KINDS)), default=None)
    return "evaluator", None if as_of is None or newest is None or as_of >= newest else as_of, teams


def _is_past(ws: Workspace, as_of: date) -> bool:
    """Whether something may have been set or imported after a day: it is before today or before the newest data."""
    return as_of < ws.today or _evaluator_key(ws, as_of, "as-was")[1] is not None


def as_known(ws: Workspace, as_of: date | None, teams: TeamView = "as-was") -> Workspace:
    """The same workspace with what had been set by a past day, from which every number and status then follows.

    Goals are those set by that day. Definitions, parameters and thresholds that were first set later hold from the
    beginning, as they came; the calendar and the currency, in which is asked and answered, stay those of now.
    """
    if as_of is None or ws.known_on == as_of or not _is_past(ws, as_of):
        return ws
    return ws.remember(("as known", as_of, teams), lambda: _as_known(ws, as_of, teams))


def _as_known(ws: Workspace, as_of: date, teams: TeamView) -> Workspace:
    key = _evaluator_key(ws, as_of, teams)
    then = replace(ws, known_on=as_of, memory={name: ws.memory[name] for name in _UNSET if name in ws.memory})
    since = max(as_of, ws.remember("began on", lambda: store.began_on(ws.db)))
    then.memory["goals"] = goals_then(ws, as_of)
    then.memory["settings"] = store.settings_on(ws.db, since)
    then.memory["definitions"] = _completed(store.kpis_on(ws.db, since))
    if settings(then) == settings(ws):
        then.memory[key] = _over(then, evaluator(ws, as_of, teams).facts, as_of, teams)
    return then


def is_known(ws: Workspace, moment: str) -> bool:
    """Whether what was set at a moment had been by the day that a workspace is looked at as of."""
    return ws.known_on is None or store.local_day(moment) <= ws.known_on


_UNSET = ("organisation", "entries", "columns", "rates", "all dates", "began on")
"""What is remembered of a workspace and rests on nothing that a manager sets beside the data."""


def _evaluator(ws: Workspace, as_of: date | None, whose: Organisation, teams: TeamView) -> engine.Evaluator:
    columns = ws.remember("columns", lambda: store.load_columns(ws.db))
    facts = _facts(ws, columns, store.load_curation(ws.db), as_of, whose)
    return _over(ws, facts, as_of or ws.known_on, teams)


def _facts(
    ws: Workspace, columns: Columns, curation: Curation, as_of: date | None, whose: Organisation,
    every: Callable[[], Columns] | None = None, said: engine.Said | None = None, missing: NDArray[Any] | None = None,
) -> engine.Facts:  # fmt: skip
    """The facts that columns hold, with the knowledge of `as_of`; `every` and `said` as `build_facts` has them.

    `missing` is what `store.missing_on` tells of that day, where it is at hand.
    """
    if as_of is not None:
        columns = {**columns, "missing_from": store.missing_on(ws.db, as_of) if missing is None else missing}
    return engine.build_facts(
        columns,
        curation,
        whose,
        settings(ws),
        store.data_dates(ws.db),
        as_of=as_of,
        rates=ws.remember("rates", lambda: store.load_rates(ws.db)),
        others=_others(ws),
        every=every,
        said=said,
    )


def facts_of(ws: Workspace, deals: NDArray[Any], as_of: date) -> engine.Facts:
    """The facts of some deals, by number, as the evaluator of a day has them, in the memory that these need.

    Who shares which value is not among them. Where there is a history of stages they are the facts of all deals.
    """
    key = _evaluator_key(ws, as_of, "as-was")
    if key in ws.memory or store.data_dates(ws.db, "stage-history"):
        return evaluator(ws, as_of).facts
    curation = replace(store.load_curation(ws.db), splits={})
    return _facts(
        ws, store.load_columns_of(ws.db, deals), curation, key[1], scopes(ws),
        every=lambda: store.load_columns(ws.db, names=engine.STAGE_COLUMNS),
    )  # fmt: skip


def _over(ws: Workspace, facts: engine.Facts, as_of: date | None, teams: TeamView) -> engine.Evaluator:
    return engine.Evaluator(
        facts, goals(ws), dict(settings(ws).parameters), check=lambda known: _in_order(ws, known, as_of),
        held=lambda: _held(ws, as_of, teams),
        entries=entries(ws) if as_of is None else entries(ws).known_on(as_of),
    )  # fmt: skip


def _held(ws: Workspace, as_of: date | None, teams: TeamView) -> Callable[[str, Scope, Period], Target | None]:
    from kpidesk.operations.applying import holder  # it asks for the evaluator itself

    return holder(ws, as_of, teams)


def _in_order(ws: Workspace, facts: engine.Facts, as_of: date | None) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    from kpidesk.operations.hygiene import in_order  # it asks for the evaluator itself

    return in_order(ws, facts, as_of)


def _others(ws: Workspace) -> engine.Others:
    """Where the engine finds every other kind of record, once a formula asks for it."""
    return engine.Others(
        records=lambda kind: store.load_columns(ws.db, kind),
        links=lambda kind: store.load_links(ws.db, kind),
        dates=lambda kind: store.data_dates(ws.db, kind),
        custom=lambda kind, header: _unmapped(ws, kind, header),
        own_links=lambda kind: store.load_own_links(ws.db, kind),
    )


def _unmapped(ws: Workspace, kind: Kind, header: str) -> engine.Custom | None:
    """The words of an unmapped column and the number of the word by value; None when no file has that header."""
    wanted = header.casefold()
    known = next((one for one in unmapped_headers(ws, kind) if one.casefold() == wanted), None)
    return None if known is None else store.custom_column(ws.db, kind, known)


def unmapped_headers(ws: Workspace, kind: Kind) -> tuple[str, ...]:
    """The headers of the columns of a kind that are mapped to no field."""
    return ws.remember(("headers", kind), lambda: store.custom_headers(ws.db, kind))
