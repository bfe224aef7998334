"""What the imports cover: nothing known, known in part, or known, told apart for every window of a measure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kpidesk.engine.answers import Coverage
from kpidesk.engine.days import NO_DAY, Window
from kpidesk.engine.facts import Facts
from kpidesk.engine.given import never_given
from kpidesk.engine.history import OPEN
from kpidesk.engine.rowwise import fields_of
from kpidesk.engine.words import (
    HISTORY_FIELDS,
    PLANNED,
    needs_history,
    never_dated,
    no_longer_listed,
    no_stages,
    not_covered,
    not_given,
    reconstructed,
    slow_deals_missing,
    starts_inside,
    still_there,
)
from kpidesk.language.tree import AsOf, Leaf, Moment, On


def as_of_day(facts: Facts, moment: Moment, window: Window) -> int:
    """On which day a state is read: the close of the day before the window, of its last day, or of the newest data.

    A running period ends, for now, with the newest data.
    """
    if moment == "now":
        return facts.newest_data
    day = window.start - 1 if moment == "start" else window.end - 1
    return min(day, facts.newest_data) if window.start <= facts.newest_data else day


def cover(facts: Facts, leaf: Leaf, window: Window) -> Coverage:
    """What the data can say about a measure of deals or of their visits to stages in a window."""
    if unknown := never_given(facts, leaf):
        return Coverage(not_given(unknown))
    if isinstance(leaf.dated, On) and leaf.table == "stage_visits":
        return _cover_visits(facts, leaf.dated.field, window)
    if isinstance(leaf.dated, On):
        return _cover_dated(facts, leaf.dated.field, window)
    return _cover_state(facts, leaf, leaf.dated, window)


def known_part(facts: Facts, leaf: Leaf, window: Window) -> Window:
    """The part of a window that a measure counts: what is dated after the newest data counts from its day on.

    Plans lie ahead by nature and count all the same.
    """
    if not isinstance(leaf.dated, On) or leaf.dated.field.removeprefix("deal.") in PLANNED:
        return window
    return replace(window, end=max(min(window.end, facts.newest_data + 1), window.start))


def _cover_dated(facts: Facts, field: str, window: Window) -> Coverage:
    if facts.newest_data == NO_DAY or (window.start > facts.newest_data and field not in PLANNED):
        return Coverage(not_covered(window.label))
    first = first_day(facts, field)
    if first is None:
        return Coverage(never_dated(field))
    if window.end <= first:
        return Coverage(not_covered(window.label))
    if first - window.start <= _few_days(window):
        return Coverage()
    notices = [starts_inside(field, first)]
    created = first_day(facts, "created_at")
    if field == "closed_at" and created is not None:
        notices.append(slow_deals_missing(created))
    return Coverage("", tuple(notices), inside=True)


def _cover_visits(facts: Facts, field: str, window: Window) -> Coverage:
    """One export shows where deals are, not how they got there: moves are known from the day after the first.

    In a period that holds that day, only the days after it count; a single export tells of none.
    """
    first = facts.first_data + 1
    if facts.newest_data == NO_DAY or window.start > facts.newest_data:
        return Coverage(not_covered(window.label))
    if window.end <= first or facts.newest_data < first:
        return Coverage(needs_history(facts.first_data))
    if not len(facts.visits().deal):
        return Coverage(no_stages())
    is_inside = first - window.start > _few_days(window)
    notices = [starts_inside(field, first)] if is_inside else []
    if field == "entered_at":
        notices += _unfinished(facts, max(first, window.start), window.end)
    return Coverage("", tuple(notices), inside=is_inside)


def _unfinished(facts: Facts, start: int, end: int) -> list[str]:
    """How many of the visits that began in these days are not over."""
    visits = facts.visits()
    began = (visits.entered >= start) & (visits.entered < end)
    is_listed = facts.missing[visits.deal] > facts.newest_data
    going_on = int((began & is_listed & (visits.exited == NO_DAY)).sum())
    return [still_there(going_on)] if going_on else []


def _few_days(window: Window) -> int:
    """How late the first row may come without meaning that the data begin there."""
    return min(6, (window.end - window.start) // 5)


def first_day(facts: Facts, field: str) -> int | None:
    """The first date of a field over all deals."""
    found = facts.deals.ends(field)[0]
    return None if np.isnan(found) else int(found)


def _cover_state(facts: Facts, leaf: Leaf, dated: AsOf, window: Window) -> Coverage:
    day = as_of_day(facts, dated.moment, window)
    existing = int(facts.created.min()) if len(facts.created) else None
    if facts.newest_data == NO_DAY or existing is None or day > facts.newest_data or day < existing:
        return Coverage(not_covered(window.label), day=day)
    notices = []
    if day < facts.first_data:
        read = {field for _, field in fields_of(leaf.where) | fields_of(leaf.argument)}
        if read & HISTORY_FIELDS:
            return Coverage(needs_history(facts.first_data), day=day)
        notices.append(reconstructed(facts.first_data))
    lost = _gone(facts, day)
    if lost:
        notices.append(no_longer_listed(lost))
    return Coverage("", tuple(notices), day=day)


def _gone(facts: Facts, day: int) -> int:
    """How many deals were open when they went missing, up to a day."""
    missing = facts.missing <= day
    if not missing.any():
        return 0
    outcome = facts.versions.outcome[facts.versions.newest]
    return int((missing & (facts.created <= day) & (outcome == OPEN)).sum())
