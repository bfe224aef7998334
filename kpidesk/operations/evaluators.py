"""The engine over the data of a workspace, as it is and as it was known on a past day."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kpidesk import engine, store
from kpidesk.core.curation import Curation
from kpidesk.core.entries import EntryBook
from kpidesk.core.fields import KINDS, Kind
from kpidesk.core.goals import GoalBook, Target
from kpidesk.core.people import Organisation, Scope, TeamView
from kpidesk.core.periods import Period
from kpidesk.engine.days import day_number
from kpidesk.operations.workspace import (
    Workspace,
    dates_of,
    entries,
    goals,
    goals_then,
    organisation,
    scopes,
    settings,
    with_shipped,
)

if TYPE_CHECKING:
    from kpidesk.engine.history import Columns


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
    newest = max(ws.remember("all dates", lambda: dates_of(ws, KINDS)), default=None)
    return "evaluator", None if as_of is None or newest is None or as_of >= newest else as_of, teams


def data_limit(ws: Workspace, as_of: date | None) -> date | None:
    """The past day up to whose data is read; None where all data are."""
    return _evaluator_key(ws, as_of, "as-was")[1]


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
    then.memory["definitions"] = with_shipped(store.kpis_on(ws.db, since))
    if settings(then) == settings(ws):
        then.memory[key] = _over(then, evaluator(ws, as_of, teams).facts, as_of, teams)
    return then


def by_goals(
    ws: Workspace, book: GoalBook, typed: EntryBook, as_of: date | None, teams: TeamView = "as-was"
) -> Workspace:
    """The same workspace with other goals and typed values, from which its numbers follow; its data are not read anew.

    `as_of` and `teams` are those of the numbers that are asked of it.
    """
    key, facts = _evaluator_key(ws, as_of, teams), evaluator(ws, as_of, teams).facts
    kept = (*_UNSET, "settings", "definitions")
    then = replace(ws, memory={name: ws.memory[name] for name in kept if name in ws.memory})
    then.memory |= {"goals": book, "entries": typed}
    then.memory[key] = _over(then, facts, key[1] or ws.known_on, teams)
    return then


def on_day(ws: Workspace, day: date) -> Workspace:
    """The same workspace as it will be looked at on another day, with all data and all that was set as they are now."""
    if day == ws.today:
        return ws
    kept = (*_UNSET, "settings", "definitions", "goals", _evaluator_key(ws, None, "as-was"))
    return replace(ws, today=day, memory={name: ws.memory[name] for name in kept if name in ws.memory})


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
    if as_of is not None and missing is None:
        missing = store.missing_on(ws.db, as_of)
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
        missing=missing,
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
        every=lambda: store.load_columns(ws.db),
    )  # fmt: skip


def facts_within(ws: Workspace, day: date, shown: tuple[NDArray[Any], NDArray[Any], NDArray[Any]]) -> engine.Facts:
    """The facts as one of several imports of a day left them: its deals, their value of before on that day, its own.

    What it showed counts as if of the day after where there is a value before (else 0), so that the two can be told
    apart, though data are of whole days.
    """
    deals, then, now = shown
    columns, number = ws.remember("columns", lambda: store.load_columns(ws.db)), day_number(day)
    of, start, value = (columns[name] for name in ("v.of", "v.from", "v.value"))
    kept, had = (start < number) | ((start == number) & ~np.isin(of, deals)), then != 0
    of = np.concatenate((of[kept], deals[had], deals))
    start = np.concatenate((start[kept], np.full(int(had.sum()), number), number + had))
    value = np.concatenate((value[kept], then[had], now))
    order = np.lexsort((start, of))
    versions = {"v.of": of[order], "v.from": start[order], "v.value": value[order]}
    both = ChainMap(versions, columns)  # type: ignore[arg-type]  # it only reads from any map but the first
    return _facts(
        ws, both, store.load_curation(ws.db), day + timedelta(days=1), scopes(ws),
        missing=store.missing_on(ws.db, day),
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


def own_headers(ws: Workspace, table: str) -> tuple[str, ...]:
    """The headers that a formula can name beside the fields of a table; none for people and what is made of others."""
    without = ("people", "capacity", "stage_visits")
    return () if table in without else unmapped_headers(ws, engine.KIND_OF[table])


def column_samples(ws: Workspace, kind: Kind) -> dict[str, list[str]]:
    """What some records hold in each of these columns."""
    return ws.remember(("samples", kind), lambda: store.custom_samples(ws.db, kind))
