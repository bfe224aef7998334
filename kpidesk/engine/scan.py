"""The rows of a measure in every window, and what they add up to: the path that can answer every measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kpidesk.engine.credit import (
    Entries,
    dated_entries,
    state_entries,
    table_entries,
    table_states,
    undated_deals,
    undated_rows,
    undated_visits,
    visit_entries,
)
from kpidesk.engine.crew import Crew
from kpidesk.engine.days import Window
from kpidesk.engine.facts import Facts
from kpidesk.engine.money import is_revalued
from kpidesk.engine.rowwise import Reading, all_of, conjuncts, numbers, revalued_fields, varies
from kpidesk.engine.values import Column, Floats, Ints, Mask, Rows, added, on_day, ranges, same
from kpidesk.language.tree import Leaf, On, RowExpr


@dataclass(frozen=True, slots=True, eq=False)
class Picks:
    """The credited rows of a measure: in which window, which row, whose (person and team that day), how many parts.

    `x` is the value of the argument (NaN where empty), `money` how many factors of minor units are in it; `day` is
    that of an as-of measure.
    """

    window: Ints
    row: Ints
    person: Ints
    team: Ints
    weight: Ints
    x: Floats
    money: int
    day: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What of a measure does not depend on the window: the entries that may count and the argument of each.

    `late` are the conditions that depend on the window, and `is_late` tells whether the argument does; `start` and
    `end` bound the states of an as-of measure.
    """

    entries: Entries
    column: Column
    late: tuple[RowExpr, ...]
    is_late: bool
    start: Ints
    end: Ints


OF_DEALS = frozenset(("deals", "stage_visits"))
"""The tables that versions of deals fill."""


def reading_of(
    facts: Facts, table: str, window: Window | None = None, rate_day: int | None = None, day: int | None = None
) -> Reading:
    """What expressions over the rows of a table may need of the facts."""

    def free() -> Ints:
        from kpidesk.engine.capacity import free_days  # only times in working hours need it

        return free_days(facts.tables)

    return Reading(facts.settings, facts.scale, facts.newest_of(table), window, rate_day, day, free)


def has_rate_days(facts: Facts, leaf: Leaf) -> bool:
    """Whether a measure reads open deals, whose amounts in other currencies go by the rates of the day asked for."""
    return leaf.table == "deals" and not isinstance(leaf.dated, On) and facts.exchange.is_daily


def is_late(facts: Facts, leaf: Leaf, expression: RowExpr | None) -> bool:
    """Whether an expression of a measure depends on the window, be it by the rates of its day."""
    return varies(expression) or (has_rate_days(facts, leaf) and bool(revalued_fields(expression)))


def money_data(facts: Facts, leaf: Leaf, name: str, row: Ints, day: Ints) -> Floats:
    """A column about money of some rows of a measure; `day` is the as-of day of each."""
    rows = rows_of(facts, leaf)
    if not (has_rate_days(facts, leaf) and is_revalued(name)):
        return rows.column(name).data[row]
    found = np.empty(len(row))
    for one in np.unique(day).tolist():
        here = np.flatnonzero(day == one)
        found[here] = rows.take(row[here]).column(on_day(name, one)).data
    return found


def prepare(facts: Facts, leaf: Leaf, entries: Entries, held: Ints | None = None) -> Prepared:
    """Keep the entries that meet the conditions which hold for every window; of those `held` where they are given."""
    rows = rows_of(facts, leaf)
    reading = reading_of(facts, leaf.table)
    conditions = conjuncts(leaf.where)
    late = tuple(one for one in conditions if is_late(facts, leaf, one))
    fixed = all_of(tuple(one for one in conditions if one not in late), rows, reading)
    kept = np.flatnonzero(fixed[entries.row]) if held is None else held[fixed[entries.row[held]]]
    some = entries.take(kept)
    column = Column(np.zeros(1))
    by_window = is_late(facts, leaf, leaf.argument)
    if leaf.argument is not None and not by_window:
        whole = numbers(leaf.argument, rows, reading)
        column = replace(whole, data=np.broadcast_to(whole.data, (rows.size,))[some.row])
    return Prepared(some, column, late, by_window, some.start, some.end)


def held_on(entries: Entries, days: Ints) -> Ints:
    """The entries whose state is in force on any of some days."""
    held = np.zeros(len(entries.row), dtype=np.bool_)
    for day in np.unique(days):
        held |= (entries.start <= day) & (day < entries.end)
    return np.flatnonzero(held)


def rows_of(facts: Facts, leaf: Leaf) -> Rows:
    """The rows that a measure reads: visits, deals as they are or their states over time, or those of another table."""
    if leaf.table not in OF_DEALS:
        return facts.table(leaf.table).rows
    if leaf.table == "stage_visits":
        return facts.visit_rows()
    return facts.deals if isinstance(leaf.dated, On) else facts.spans


def entries_of(facts: Facts, leaf: Leaf) -> Entries:
    """The credited rows a measure chooses from."""
    if leaf.table not in OF_DEALS:
        table = facts.table(leaf.table)
        if isinstance(leaf.dated, On):
            return table_entries(facts, table, leaf.dated.field)
        return table_states(facts, table)
    if isinstance(leaf.dated, On) and leaf.table == "stage_visits":
        return visit_entries(facts, leaf.dated.field, leaf.credit)
    if isinstance(leaf.dated, On):
        return dated_entries(facts, leaf.dated.field, leaf.credit)
    return state_entries(facts, leaf.credit)


def undated(facts: Facts, leaf: Leaf, row: Ints) -> Picks:
    """Some rows without the date by which a measure counts, each picked for those whose it is in the newest data."""
    if leaf.table == "deals":
        entries = undated_deals(facts, row, leaf.credit)
    elif leaf.table == "stage_visits":
        entries = undated_visits(facts, row, leaf.credit)
    else:
        field = leaf.dated.field if isinstance(leaf.dated, On) else ""
        entries = undated_rows(facts, facts.table(leaf.table), field, row)
    nothing, empty = same(0, len(entries.row)), np.full(len(entries.row), np.nan)
    return Picks(nothing, entries.row, entries.person, entries.team(), entries.weight, empty, 0, entries.day)


def pick(
    facts: Facts, leaf: Leaf, prepared: Prepared, windows: Sequence[Window], days: Ints, *, teams: bool = True
) -> Picks:
    """The rows of a measure in each window; `days` are the as-of days of the windows (unused for dated rows).

    Without `teams` it is not looked up in which team each person was, for what is added up over all of them.
    """
    dated = isinstance(leaf.dated, On)
    if dated and len(windows) == 1 and not prepared.late and not prepared.is_late:
        return _in_one_window(prepared, windows[0], days, teams=teams)
    index, at = _dated(prepared, windows) if dated else _in_force(prepared, days)
    x = np.broadcast_to(prepared.column.data, (len(prepared.entries.row),))[index]
    money = prepared.column.money
    if prepared.late or prepared.is_late:
        index, at, x, money = _late(facts, leaf, prepared, windows, days, index, at)
    entries = prepared.entries
    person = entries.person[index]
    if not teams:
        team = same(0, len(index))
    else:
        team = entries.team()[index] if dated else facts.crew.team_on(person, days[at])
    return Picks(at, entries.row[index], person, team, entries.weight[index], x, money, days[at])


def _in_one_window(prepared: Prepared, window: Window, days: Ints, *, teams: bool) -> Picks:
    """The entries of one window, which lie side by side: nothing of them has to be copied."""
    entries = prepared.entries
    start = int(np.searchsorted(entries.day, window.start))
    here = slice(start, max(start, int(np.searchsorted(entries.day, window.end))))
    row = entries.row[here]
    x = np.broadcast_to(prepared.column.data, (len(entries.row),))[here]
    at, day = np.zeros(len(row), dtype=np.int64), np.broadcast_to(days, len(row))
    weight, money = entries.weight[here], prepared.column.money
    team = entries.team()[here] if teams else same(0, len(row))
    return Picks(at, row, entries.person[here], team, weight, x, money, day)


def _dated(prepared: Prepared, windows: Sequence[Window]) -> tuple[Ints, Ints]:
    """Entries whose day lies in a window, and the window."""
    day = prepared.entries.day
    start = np.searchsorted(day, [window.start for window in windows])
    end = np.maximum(np.searchsorted(day, [window.end for window in windows]), start)
    return ranges(start, end), np.repeat(np.arange(len(windows)), end - start)


def _in_force(prepared: Prepared, days: Ints) -> tuple[Ints, Ints]:
    """Entries whose state is in force on the day of a window, and the window."""
    found = [np.flatnonzero((prepared.start <= day) & (day < prepared.end)) for day in days]
    at = np.repeat(np.arange(len(days)), [len(one) for one in found])
    return (np.concatenate(found) if found else at), at


def _late(
    facts: Facts, leaf: Leaf, prepared: Prepared, windows: Sequence[Window], days: Ints, index: Ints, at: Ints
) -> tuple[Ints, Ints, Floats, int]:
    """Apply the conditions and work out the argument that depend on the window."""
    rows, dated = rows_of(facts, leaf), has_rate_days(facts, leaf)
    kept: list[Ints] = [np.zeros(0, dtype=np.int64)]
    values: list[Floats] = [np.zeros(0)]
    counts, money = [], prepared.column.money
    bounds = np.searchsorted(at, np.arange(len(windows) + 1))
    for number, window in enumerate(windows):
        here = index[bounds[number] : bounds[number + 1]]
        some = rows.take(prepared.entries.row[here])
        day = None if isinstance(leaf.dated, On) else int(days[number])
        reading = reading_of(facts, leaf.table, window, day if dated else None, day)
        hit: Mask = all_of(prepared.late, some, reading)
        if leaf.argument is not None and prepared.is_late:
            column = numbers(leaf.argument, some, reading)
            money = column.money
            values.append(np.broadcast_to(column.data, hit.shape)[hit])
        else:
            values.append(np.broadcast_to(prepared.column.data, (len(prepared.entries.row),))[here[hit]])
        kept.append(here[hit])
        counts.append(int(hit.sum()))
    return np.concatenate(kept), np.repeat(np.arange(len(windows)), counts), np.concatenate(values), money


def taken(picks: Picks, at: Ints) -> Picks:
    """Some of the picked rows."""
    return Picks(
        picks.window[at], picks.row[at], picks.person[at], picks.team[at], picks.weight[at], picks.x[at], picks.money,
        picks.day[at],
    )  # fmt: skip


def of_row(picks: Picks, crew: Crew, row: int) -> Picks:
    """The picked rows that count for one row of an answer: the org, a team with those below it, or a rep."""
    return picks if row == 0 else taken(picks, places_of_row(picks, crew, row))


def places_of_row(picks: Picks, crew: Crew, row: int) -> Ints:
    """Which of the picked rows count for one row of an answer."""
    if row == 0:
        return np.arange(len(picks.row))
    if row >= crew.first_rep:
        return np.flatnonzero(picks.person == row - crew.first_rep)
    return np.flatnonzero(crew.holding[picks.team, row - 1] > 0)


def add_up(picks: Picks, crew: Crew, windows: int, amounts: Floats | None, wide: bool) -> Floats:
    """Parts (or amounts times parts) by scope and window; an empty amount adds nothing."""
    parts = picks.weight.astype(np.float64)
    if amounts is not None:
        parts = parts * np.where(np.isnan(amounts), 0.0, amounts)
    org = added(picks.window, parts, windows)[None, :]
    if not wide:
        return org
    people, teams = len(crew.people) + 1, len(crew.teams) + 1
    reps = added(picks.window * people + picks.person, parts, windows * people)
    direct = added(picks.window * teams + picks.team, parts, windows * teams)
    inside = direct.reshape(windows, teams) @ crew.holding
    return np.vstack((org, inside.T, reps.reshape(windows, people).T))
