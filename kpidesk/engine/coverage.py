"""What the imports cover: nothing known, known in part, or known, told apart for every window of a measure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from kpidesk.engine.answers import Counted, Coverage, Some
from kpidesk.engine.days import NO_DAY, Window
from kpidesk.engine.facts import Facts
from kpidesk.engine.given import never_given, never_named, timed
from kpidesk.engine.history import OPEN
from kpidesk.engine.past import told_fields
from kpidesk.engine.rowwise import WINDOWED, fields_of
from kpidesk.engine.scan import OF_DEALS, Picks, add_up
from kpidesk.engine.tables import needs_kind
from kpidesk.engine.values import Floats, Mask, Rows
from kpidesk.engine.words import (
    HISTORY_FIELDS,
    PLANNED,
    history_begins,
    needs_history,
    never_dated,
    no_history_of,
    no_longer_listed,
    no_stages,
    no_times,
    not_covered,
    not_given,
    not_named,
    reconstructed,
    reconstructed_from_history,
    slow_deals_missing,
    some_without_times,
    starts_inside,
    still_there,
)
from kpidesk.language.tree import AsOf, Leaf, Moment, On

BEGINS = {"subscriptions": "starts_at", "leads": "created_at"}
"""The date by which a record begins: from the first one on, it is known that none of its other dates came."""


def cover_table(facts: Facts, leaf: Leaf, window: Window) -> Coverage:
    """What the data can say about a measure of any other table in a window."""
    table, tables = leaf.table, facts.tables
    read = next((name for _, name in sorted(fields_of(leaf.argument) | fields_of(leaf.where)) if name in WINDOWED), "")
    dated = leaf.dated.field if isinstance(leaf.dated, On) else read
    newest = facts.newest_of(table, dated)
    if newest == NO_DAY:
        return Coverage(needs_kind(tables.source(table, dated) if table != "capacity" else "people"))
    if not tables.has(own := tables.source(table)) and table not in ("accounts", "capacity"):
        return Coverage(needs_kind(own))
    if unknown := never_given(facts, leaf):
        return Coverage(not_given(*unknown))
    if unnamed := never_named(facts, (leaf,)):
        return Coverage(not_named(*unnamed[0]))
    rows = tables.table(table).rows
    if table == "capacity" and not rows.size:
        return Coverage(needs_kind("people"))
    untimed, notices = _times(rows, leaf, window)
    if untimed:
        return Coverage(untimed)
    if isinstance(leaf.dated, On):
        return _cover_rows(rows, leaf, leaf.dated.field, window, newest, notices)
    day = day_of_moment(newest, leaf.dated.moment, window)
    first = facts.table("subscriptions").rows.ends("starts_at")[0]
    if np.isnan(first) or day > newest or window.start > newest or day < first:
        return Coverage(not_covered(window.label), day=day)
    return Coverage("", notices, day=day)


def _times(rows: Rows, leaf: Leaf, window: Window) -> tuple[str, tuple[str, ...]]:
    """A reason when no row has the times of day that a measure needs, a notice when some in the window have not."""
    lost = np.zeros(rows.size, dtype=np.bool_)
    days = rows.column(leaf.dated.field).data if isinstance(leaf.dated, On) else np.full(rows.size, window.start)
    for field in sorted(timed(leaf)):
        column = rows.column(field)
        if column.minutes is None or np.isnan(column.minutes).all():
            return no_times(leaf.table, field), ()
        lost |= np.isnan(column.minutes) & ~np.isnan(column.data)
    count = int((lost & (days >= window.start) & (days < window.end)).sum())
    return "", ((some_without_times(leaf.table, count),) if count else ())


def _cover_rows(rows: Rows, leaf: Leaf, field: str, window: Window, newest: int, notices: tuple[str, ...]) -> Coverage:
    """Nothing is known after the newest data, nor before the first row; plans lie ahead by nature."""
    if window.start > newest and field.rpartition(".")[2] not in PLANNED:
        return Coverage(not_covered(window.label))
    first = rows.ends(field)[0]
    if np.isnan(first):
        return Coverage(never_dated(leaf.table, field))
    first = np.fmin(first, rows.ends(BEGINS[leaf.table])[0]) if leaf.table in BEGINS else first
    if window.end <= first:
        return Coverage(not_covered(window.label))
    if first - window.start <= few_days(window):
        return Coverage("", notices)
    return Coverage("", (starts_inside(leaf.table, field, int(first)), *notices), begins=first)


def few_days(window: Window) -> int:
    """How late the first row may come without meaning that the data begin there."""
    return min(6, (window.end - window.start) // 5)


def as_of_day(facts: Facts, moment: Moment, window: Window) -> int:
    """On which day a state is read: the close of the day before the window, of its last day, or of the newest data.

    A running period ends, for now, with the newest data.
    """
    return day_of_moment(facts.newest_data, moment, window)


def day_of_moment(newest: int, moment: Moment, window: Window) -> int:
    """The day on which a state is read of data that are known up to `newest`."""
    if moment == "now":
        return newest
    day = window.start - 1 if moment == "start" else window.end - 1
    return min(day, newest) if window.start <= newest else day


def cover(facts: Facts, leaf: Leaf, window: Window) -> Coverage:
    """What the data can say about a measure in a window."""
    return covers(facts, leaf, (window,))[0]


def covers(facts: Facts, leaf: Leaf, windows: Sequence[Window]) -> list[Coverage]:
    """What the data can say about a measure in each window."""
    if leaf.table not in OF_DEALS:
        return [cover_table(facts, leaf, window) for window in windows]
    if unknown := never_given(facts, leaf):
        return [Coverage(not_given(*unknown))] * len(windows)
    return [_cover_deals(facts, leaf, window) for window in windows]


def _cover_deals(facts: Facts, leaf: Leaf, window: Window) -> Coverage:
    if isinstance(leaf.dated, On) and leaf.table == "stage_visits":
        return _cover_visits(facts, leaf.dated.field, window)
    if isinstance(leaf.dated, On):
        return _cover_dated(facts, leaf.dated.field, window)
    return _cover_state(facts, leaf, leaf.dated, window)


def lacks_history(facts: Facts, leaf: Leaf) -> bool:
    """Whether a measure of deals reads a state before the first export on every day that the data know."""
    if leaf.table not in OF_DEALS or facts.newest_data == NO_DAY:
        return False
    start, end = facts.newest_data, facts.newest_data + 1
    return cover(facts, leaf, Window(start, end, start, end, "")).reason == needs_history(facts.first_data)


def known_part(facts: Facts, leaf: Leaf, window: Window) -> Window:
    """The part of a window that a measure counts: what is dated after the newest data counts from its day on.

    Plans lie ahead by nature and count all the same.
    """
    return known_parts(facts, leaf, (window,))[0]


def known_parts(facts: Facts, leaf: Leaf, windows: Sequence[Window]) -> tuple[Window, ...]:
    """The part of each window that a measure counts."""
    if not isinstance(leaf.dated, On) or leaf.dated.field.rpartition(".")[2] in PLANNED:
        return tuple(windows)
    newest = facts.newest_of(leaf.table, leaf.dated.field)
    ends = [max(min(window.end, newest + 1), window.start) for window in windows]
    return tuple(
        window if end == window.end else replace(window, end=end) for window, end in zip(windows, ends, strict=True)
    )


def _cover_dated(facts: Facts, field: str, window: Window) -> Coverage:
    if facts.newest_data == NO_DAY or (window.start > facts.newest_data and field not in PLANNED):
        return Coverage(not_covered(window.label))
    first = first_day(facts, field)
    if first is None:
        return Coverage(never_dated("deals", field))
    if window.end <= first:
        return Coverage(not_covered(window.label))
    if first - window.start <= few_days(window):
        return Coverage()
    notices = [starts_inside("deals", field, first)]
    created = first_day(facts, "created_at")
    if field == "closed_at" and created is not None:
        notices.append(slow_deals_missing(created))
    return Coverage("", tuple(notices), begins=first)


def _cover_visits(facts: Facts, field: str, window: Window) -> Coverage:
    """One export shows where deals are, not how they got there: moves are known from the day after the first.

    In a period that holds that day, only the days after it count; a single export tells of none. Where there is a
    history of stages, moves are known from its first day on, but those of deals that are not in it.
    """
    begins = facts.past.begins
    is_told = begins != NO_DAY and begins <= facts.first_data
    first = begins if is_told else facts.first_data + 1
    if facts.newest_data == NO_DAY or window.start > facts.newest_data:
        return Coverage(not_covered(window.label))
    if window.end <= first or facts.newest_data < first:
        return Coverage(history_begins(first) if is_told else needs_history(facts.first_data))
    if not len(facts.visits().deal):
        return Coverage(no_stages())
    is_inside = first - window.start > few_days(window)
    notices = [starts_inside("stage_visits", field, first)] if is_inside else []
    some: tuple[Some, ...] = ()
    if is_told and window.start <= facts.first_data:
        some += _without_history(facts, min(window.end - 1, facts.first_data))
    if field == "entered_at":
        some += _unfinished(facts, max(first, window.start), window.end)
    return Coverage("", tuple(notices), begins=first if is_inside else math.nan, some=some)


def _without_history(facts: Facts, day: int) -> tuple[Some, ...]:
    """The deals of a day that no history tells of."""
    words = partial(no_history_of, first_data=facts.first_data)
    return _deals(facts, ~facts.past.is_told & (facts.created <= day), words, day)


def _deals(facts: Facts, which: Mask, words: Callable[[float], str], day: int) -> tuple[Some, ...]:
    """Some of the deals, with those whose they are now."""
    found = np.flatnonzero(which)
    owner = facts.owner[facts.versions.value[facts.versions.newest[found]]]
    return (Some(words, owner, min(day, facts.newest_data)),) if len(found) else ()


def _unfinished(facts: Facts, start: int, end: int) -> tuple[Some, ...]:
    """The visits that began in these days and are not over."""
    visits = facts.visits()
    began = (visits.entered >= start) & (visits.entered < end)
    is_listed = facts.missing[visits.deal] > facts.newest_data
    going_on = np.flatnonzero(began & is_listed & (visits.exited == NO_DAY))
    owner = facts.owner[facts.past.versions.value[visits.version[going_on]]]
    return (Some(still_there, owner, min(end - 1, facts.newest_data)),) if len(going_on) else ()


def first_day(facts: Facts, field: str) -> int | None:
    """The first date of a field over all deals."""
    found = facts.deals.ends(field)[0]
    return None if np.isnan(found) else int(found)


def _cover_state(facts: Facts, leaf: Leaf, dated: AsOf, window: Window) -> Coverage:
    day = as_of_day(facts, dated.moment, window)
    existing = int(facts.created.min()) if len(facts.created) else None
    if facts.newest_data == NO_DAY or existing is None or day > facts.newest_data or day < existing:
        return Coverage(not_covered(window.label), day=day)
    notices, some = [], _gone(facts, day)
    if day < facts.first_data:
        read = {field for _, field in fields_of(leaf.where) | fields_of(leaf.argument)} & HISTORY_FIELDS
        if day < facts.past.begins or facts.past.begins == NO_DAY:
            if read:
                return Coverage(needs_history(facts.first_data), day=day)
            notices.append(reconstructed(facts.first_data))
        elif read - told_fields(facts.past.versions.told):
            return Coverage(needs_history(facts.first_data), day=day)
        else:
            notices.append(reconstructed_from_history(facts.first_data))
            some = (*_without_history(facts, day), *some)
    return Coverage("", tuple(notices), day=day, some=some)


def _gone(facts: Facts, day: int) -> tuple[Some, ...]:
    """The deals that were open when they went missing, up to a day."""
    missing = facts.missing <= day
    if not missing.any():
        return ()
    outcome = facts.versions.outcome[facts.versions.newest]
    return _deals(facts, missing & (facts.created <= day) & (outcome == OPEN), no_longer_listed, day)


def counted_in(facts: Facts, covers: Sequence[Coverage], wide: bool) -> tuple[Counted, ...]:
    """What is to be said of some rows of each window, by scope."""
    crew, found = facts.crew, dict[object, tuple[Callable[[float], str], Floats]]()
    for at, covered in enumerate(covers):
        for one in covered.some:
            key = (one.words.func, one.words.args) if isinstance(one.words, partial) else one.words
            empty = np.zeros((crew.rows if wide else 1, len(covers)))
            _, rows = found.setdefault(key, (one.words, empty))
            none, size = np.zeros(len(one.people), dtype=np.int64), len(one.people)
            team = crew.team_on(one.people, one.day) if wide else none
            picks = Picks(none, none, one.people, team, none + 1, np.zeros(size), 0, none)
            rows[:, at] += add_up(picks, crew, 1, None, wide)[:, 0]
    return tuple(Counted(partial(_of_so_many, words), rows, rows) for words, rows in found.values())


def _of_so_many(words: Callable[[float], str], rows: float, _of: float) -> str:
    return words(rows)


def said_of(facts: Facts, covered: Coverage, row: int) -> tuple[str, ...]:
    """Everything that qualifies one row of an answer in a window."""
    some = (one.text((row, 0)) for one in counted_in(facts, (covered,), row > 0))
    return (*covered.notices, *filter(None, some))
