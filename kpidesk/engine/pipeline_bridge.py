"""From the open pipeline of one day of data to that of the newest: steps that add up to the difference exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from kpidesk.core.periods import Period
from kpidesk.core.pipeline import BRIDGE_WORDS, BridgeKey
from kpidesk.engine.days import FAR, NO_DAY, day_number
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import LOST, NO_AMOUNT, OPEN, WON, column
from kpidesk.engine.standing import version_on, worth_now
from kpidesk.engine.values import Ints, Mask


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One step of a bridge: the deals (by row) that it is about, and what each adds in parts of a minor unit."""

    key: BridgeKey
    deal: Ints
    parts: Ints

    def total(self, whole: int) -> float:
        """What the step adds in minor units."""
        return self.exact(whole) / whole

    def exact(self, whole: int) -> int:
        """The same in parts of a minor unit, without rounding however large."""
        return int((self.parts // whole).sum()) * whole + int((self.parts % whole).sum())


@dataclass(frozen=True, slots=True, eq=False)
class Bridged:
    """A bridge with its two ends; `foreign` open deals are in another currency without a rate and not in it.

    `currencies` are those for which no rate is known, by the alphabet.
    """

    steps: tuple[Step, ...]
    foreign: int
    currencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """Every deal on one of the two days: known at all, said to be open by its last export, open (and not missing),
    counted (open, due and held), due, its amount and whether one is stated, and the part held.

    Amounts in another currency are at the rate that counts for the deal now on both days, so that no step is about
    rates; `unrated` have none. `code` is the currency.
    """

    known: Mask
    said_open: Mask
    open: Mask
    counted: Mask
    due: Mask
    amount: Ints
    stated: Mask
    part: Ints
    unrated: Mask
    code: Ints


def in_scope_parts(facts: Facts, value: Ints, row: int) -> Ints:
    """How many parts of a whole of each value count for a row of an answer, by the teams of the newest data."""
    if row == 0:
        return np.full(len(value), facts.whole, dtype=np.int64)
    held, splits = _people(facts, row).astype(np.int64), facts.splits
    found = held[facts.owner[value]] * facts.whole
    if len(splits.value):
        owner = np.repeat(np.arange(len(splits.value)), np.diff(splits.at))
        shares = np.bincount(owner, weights=splits.share * held[splits.person], minlength=len(splits.value))
        at = np.minimum(np.searchsorted(splits.value, value), len(splits.value) - 1)
        found = np.where(splits.value[at] == value, shares[at].astype(np.int64), found)
    return found


def _people(facts: Facts, row: int) -> Mask:
    """Which people, by row and 0 for nobody, belong to a row of an answer on the newest day."""
    crew = facts.crew
    people = np.arange(len(crew.people) + 1)
    if row >= crew.first_rep:
        return np.asarray(people == row - crew.first_rep)
    team = crew.team_on(people, facts.newest_data)
    return np.asarray(crew.holding[team, row - 1] > 0)


def bridge(facts: Facts, since: date, missing_before: Ints, row: int, period: Period | None = None) -> Bridged:
    """How the open pipeline of a row of an answer got from what was known on a data date to the newest data.

    With a `period` only the deals that are due in it count. `missing_before` tells by deal id since when a deal was
    missing, as known on `since`. A deal that came and was closed in between is new and won or lost.
    """
    every = np.arange(len(facts.ids))
    day = day_number(since)
    before = version_on(facts, every, day)
    was = missing_before[np.minimum(facts.ids, len(missing_before) - 1)].astype(np.int64) != NO_DAY
    first = _side(facts, before, was, row, period)
    last = _side(facts, facts.versions.newest, facts.missing < FAR, row, period)
    usable = ~(first.unrated | last.unrated)
    steps = tuple(_steps(facts, first, last, usable, day))
    left = (first.counted | last.counted) & ~usable
    codes = {facts.currency[one] for side in (first, last) for one in side.code[left & side.unrated].tolist()}
    return Bridged(steps, int(left.sum()), tuple(sorted(codes)))


def _side(facts: Facts, version: Ints, lost: Mask, row: int, period: Period | None) -> _Side:
    versions, known = facts.versions, version >= 0
    value = versions.value[np.maximum(version, 0)] if len(versions.value) else np.zeros(0, dtype=np.int64)
    said_open = known & (versions.outcome[np.maximum(version, 0)] == OPEN)
    is_open = said_open & ~lost
    due = np.ones(len(value), dtype=np.bool_)
    if period is not None:
        close = column(facts.columns, "close_date", value, NO_DAY).astype(np.int64)
        due = (close >= day_number(period.start)) & (close < day_number(period.end))
    amount = column(facts.columns, "amount", value, NO_AMOUNT).astype(np.int64)
    worth = worth_now(facts, np.arange(len(value)), value, amount)
    part = np.where(known, in_scope_parts(facts, value, row), 0)
    unrated = known & facts.foreign[value] & (amount != NO_AMOUNT) & np.isnan(worth)
    counted = is_open & due & (part > 0)
    code = column(facts.columns, "currency", value, 0).astype(np.int64)
    money = np.nan_to_num(worth).astype(np.int64)
    return _Side(known, said_open, is_open, counted, due, money, amount != NO_AMOUNT, part, unrated, code)


def _steps(facts: Facts, first: _Side, last: _Side, usable: Mask, day: int) -> Iterator[Step]:
    """Every step with its deals; each deal's steps add up to what it counts at the end less what it did before."""
    said, closed_on = (getattr(facts.versions, name)[facts.versions.newest] for name in ("outcome", "closed"))
    gone = facts.missing < FAR
    closed = last.known & ~gone & ((said == WON) | (said == LOST))
    fresh = ~first.known & closed & (closed_on > day) & last.due & (last.part > 0)
    before, now = first.part * first.amount, last.part * last.amount
    ended = first.counted & ~last.counted & (gone | closed)
    parts: dict[BridgeKey, tuple[Mask, Ints]] = {
        "opening": (first.counted, before),
        **_came(first, last, fresh, now),
        **_stayed(first, last, ended),
        **_ended(ended | fresh, gone, said, -np.where(fresh, now, first.part * last.amount)),
        **_moved_out(first, last, ended, -before),
        "closing": (last.counted, now),
    }
    _pass_on(parts, first, last)
    for key in BRIDGE_WORDS:
        where, adds = parts[key]
        at = np.flatnonzero(where & usable)
        yield Step(key, at, adds[at])


def _came(first: _Side, last: _Side, fresh: Mask, now: Ints) -> dict[BridgeKey, tuple[Mask, Ints]]:
    """What is counted now and was not before."""
    came = last.counted & ~first.counted
    back = came & first.known & ~first.open
    others = came & first.open & (first.part == 0)
    return {
        "new": ((came & ~first.known) | fresh, now),
        "came_back": (back & first.said_open, now),
        "reopened": (back & ~first.said_open, now),
        "due_in": (came & first.open & ~others, now),
        "handed_in": (others, now),
    }


def _stayed(first: _Side, last: _Side, ended: Mask) -> dict[BridgeKey, tuple[Mask, Ints]]:
    """By how much the amounts of what was counted before have changed."""
    grown = last.amount - first.amount
    both = first.counted & last.counted
    return {
        "amount_set": (both & (grown > 0) & ~first.stated, first.part * grown),
        "amount_up": (both & (grown > 0) & first.stated, first.part * grown),
        "amount_down": (both & (grown < 0), first.part * grown),
        "repriced": (ended & (grown != 0), first.part * grown),
    }


def _ended(ended: Mask, gone: Mask, said: Ints, lost: Ints) -> dict[BridgeKey, tuple[Mask, Ints]]:
    """What is open no more."""
    return {
        "won": (ended & ~gone & (said == WON), lost),
        "lost": (ended & ~gone & (said == LOST), lost),
        "vanished": (ended & gone, lost),
    }


def _moved_out(first: _Side, last: _Side, ended: Mask, lost: Ints) -> dict[BridgeKey, tuple[Mask, Ints]]:
    """What is still open, but due at another time or somebody else's."""
    moved = first.counted & ~last.counted & ~ended
    return {"due_out": (moved & (last.part > 0), lost), "handed_out": (moved & (last.part == 0), lost)}


def _pass_on(parts: dict[BridgeKey, tuple[Mask, Ints]], first: _Side, last: _Side) -> None:
    """Add the deals of which another part is held than before to those that changed hands as a whole."""
    more = np.where(first.counted & last.counted, (last.part - first.part) * last.amount, 0)
    ways: tuple[tuple[BridgeKey, Mask], ...] = (("handed_in", more > 0), ("handed_out", more < 0))
    for key, changed in ways:
        where, adds = parts[key]
        parts[key] = where | changed, np.where(where, adds, more)
