"""The rows that a number leaves out, by the reason: a condition, the day, the owner, an amount, a rate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from kpidesk.core.fields import Kind
from kpidesk.core.parts import Part
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.engine.breakdown import measured_tables
from kpidesk.engine.coverage import cover
from kpidesk.engine.crew import UnassignedLevel
from kpidesk.engine.days import Context, Window
from kpidesk.engine.edges import read_in
from kpidesk.engine.evaluation import Evaluator
from kpidesk.engine.facts import Facts
from kpidesk.engine.grid import level_of
from kpidesk.engine.leaves import row_picks
from kpidesk.engine.members import Members
from kpidesk.engine.near import NEAR
from kpidesk.engine.parts import CREDITED, PERSONAL
from kpidesk.engine.row_keys import keys_of, kinds_of, stood_of, value_ids
from kpidesk.engine.rowwise import all_of, conjuncts, mask, varies
from kpidesk.engine.scan import Picks, of_row, reading_of, rows_of, taken, undated
from kpidesk.engine.sides import Key, sides
from kpidesk.engine.splitting import in_parts
from kpidesk.engine.stood import Stood
from kpidesk.engine.unrated import lacks_rates, unrated, whatever_amount
from kpidesk.engine.values import Each, Ints, Mask, NotComputableError, each_once
from kpidesk.language import opposite_words
from kpidesk.language.event_order import backwards_words, forward_spans, runs_backwards
from kpidesk.language.row_words import value_words
from kpidesk.language.tree import AllOf, FieldRef, Formula, Leaf, Not, On, RowExpr


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """Rows left out for one reason, each once; `value_ids` are the stored values they are read from, of `kinds`.

    `stood` says how they stood then where those values do not.
    """

    reason: str
    value_ids: Ints
    kinds: Each[Kind]
    stood: Stood | None = None


def left_out(
    evaluator: Evaluator,
    formula: Formula,
    scope: Scope,
    period: Period,
    *,
    unassigned_level: UnassignedLevel | None = None,
    parts: Sequence[Part] = (),
) -> tuple[LeftOut, ...]:
    """The rows that come near a number but do not count: of a quotient those that are not below its line either.

    With `parts`, only those that are in each of them, as far as the number is split. Nobody is credited with a row
    without a date: for a team or rep, and in a part of people, it is theirs who have it today.

    Of every measure: rows of the scope and period that one of its conditions leaves out (the first one that does);
    rows that meet them all but are dated up to 31 days before or after; have no date; belong to nobody, or today to the
    scope and then to another; have no value to add; or an amount without an exchange rate. The last two are among the
    rows of the number as well.

    Raises:
        UserError: a scope that the workspace does not have.
    """
    facts = evaluator.facts
    row = facts.crew.row_of(scope, unassigned_level or level_of((scope,)))
    split = Members(parts[0].field, np.zeros(0), has_empty=False) if parts else None
    above, below = sides(evaluator, formula.tree, Context((period,), wide=row != 0, row=row, by=split))
    within = _Within(facts, measured_tables(formula), tuple(parts))
    found: dict[str, list[Ints]] = {}
    counted = [np.zeros(0, dtype=np.int64)]
    for node, context in dict.fromkeys(below or above):
        if isinstance(node, Leaf) and node.table != "people":
            asked = within if context.by is not None else replace(within, parts=())
            counted += _told(_Probes(evaluator, read_in(node, context), context, asked), found)
    return tuple(_groups(facts, found, each_once(np.concatenate(counted))))


def _groups(facts: Facts, found: dict[str, list[Ints]], counted: Ints) -> Iterator[LeftOut]:
    for reason, runs in found.items():
        keys = each_once(np.concatenate(runs))
        if not reason.startswith(_ADDS_NOTHING):
            keys = np.setdiff1d(keys, counted, assume_unique=True)
        keys = keys[value_ids(facts, keys) > 0]
        if len(keys):
            words = reason.removeprefix(_ADDS_NOTHING)
            yield LeftOut(words, value_ids(facts, keys), kinds_of(facts, keys), stood_of(facts, keys))


_ADDS_NOTHING = "\0"
"""Marks the reasons of rows that are counted, but add nothing."""


@dataclass(frozen=True, slots=True)
class _Within:
    """The parts of a number that are asked for, none for the whole, and the tables that its formula measures."""

    facts: Facts
    tables: tuple[str, ...]
    parts: tuple[Part, ...]

    def narrowed(self, leaf: Leaf, picks: Picks) -> Picks:
        """The picked rows that are in each of the parts."""
        if not self.parts:
            return picks
        return taken(picks, np.flatnonzero(in_parts(self.facts, self.tables, leaf, self.parts, picks)))

    @property
    def is_of_people(self) -> bool:
        """Whether a part is of rows that are credited to somebody on a day."""
        return any(part.field in CREDITED or part.field in PERSONAL for part in self.parts)


def _told(probes: _Probes, found: dict[str, list[Ints]]) -> list[Ints]:
    """Add the rows that a measure leaves out, by reason; gives those that it counts."""
    try:
        if probes.reason:
            return []
        own = probes.keys(probes.leaf)
        for reason, keys in probes.every():
            if len(keys):
                found.setdefault(reason, []).append(keys)
        return [own]
    except NotComputableError:
        return []


class _Probes:
    """Questions about the rows that one measure leaves out; a class because all of them share its window and row."""

    def __init__(self, evaluator: Evaluator, leaf: Leaf, context: Context, within: _Within) -> None:
        self.evaluator, self.facts, self.leaf, self.within = evaluator, evaluator.facts, leaf, within
        self.window, self.row = evaluator.windows(context)[0], context.row or 0
        covered = cover(self.facts, leaf, self.window)
        self.day, self.reason = covered.day, covered.reason
        self.count = replace(leaf, aggregate="count", argument=None)

    def every(self) -> Iterator[tuple[str, Ints]]:
        """Every reason with the rows that are left out for it."""
        yield from self._unmet()
        yield from self._dated_otherwise()
        yield from self._of_others()
        yield from self._without_value()

    def picks(self, leaf: Leaf, window: Window | None = None, row: int | None = None) -> Picks:
        """The rows of a measure, in another window or of another row of the answer where one is named."""
        row = self.row if row is None else row
        picks = row_picks(self.evaluator.memory, leaf, window or self.window, self.day, row)
        return self.within.narrowed(leaf, picks)

    def keys(self, leaf: Leaf, window: Window | None = None, row: int | None = None) -> Ints:
        """The same as keys."""
        return keys_of(self.facts, leaf, self.picks(leaf, window, row))

    def _unmet(self) -> Iterator[tuple[str, Ints]]:
        for probe, words in _unmet_probes(self.leaf):
            yield words, self.keys(probe)

    def _dated_otherwise(self) -> Iterator[tuple[str, Ints]]:
        if not isinstance(self.leaf.dated, On) or varies(self.leaf.where):
            return
        field, start, end = self.leaf.dated.field, self.window.start, self.window.end
        near = min(NEAR, end - start)
        before = replace(self.window, start=start - near, end=start, first=start - near, last=start)
        after = replace(self.window, start=end, end=end + near, first=end, last=end + near)
        date = value_words(FieldRef(self.leaf.table, field, "date"))
        yield f"{date} up to {near} days before the period", self.keys(self.count, before)
        yield f"{date} up to {near} days after the period", self.keys(self.count, after)
        whose = ", by today's owner" if self.row or self.within.is_of_people else ""
        yield f"no {date}{whose}", self._undated(field)

    def _undated(self, field: str) -> Ints:
        """Rows that meet every condition and have no date to be counted by, with whom they belong to today."""
        rows, reading = rows_of(self.facts, self.leaf), reading_of(self.facts, self.leaf.table, self.window)
        hit = all_of(conjuncts(self.leaf.where), rows, reading) & np.isnan(rows.column(field).data)
        picks = of_row(undated(self.facts, self.leaf, np.flatnonzero(hit)), self.facts.crew, self.row)
        return keys_of(self.facts, self.leaf, self.within.narrowed(self.leaf, picks))

    def _of_others(self) -> Iterator[tuple[str, Ints]]:
        crew = self.facts.crew
        if self.row == 0 or self.row in (1, crew.first_rep):
            return
        nobodys = self.picks(self.count, row=1 if self.row < crew.first_rep else crew.first_rep)
        keys = keys_of(self.facts, self.leaf, nobodys)
        yield "of nobody we know", keys[nobodys.person == 0]
        yield "its owner was in no team then", keys[nobodys.person > 0]
        if self.leaf.table == "deals" and self.leaf.credit == "owner":
            yield "theirs today, somebody else's then", self.keys(replace(self.count, credit="current"))

    def _without_value(self) -> Iterator[tuple[str, Ints]]:
        if self.leaf.argument is not None:
            picks, backwards = self.picks(self.leaf), np.zeros(0, dtype=np.int64)
            empty = taken(picks, np.flatnonzero(np.isnan(picks.x)))
            for span in forward_spans(self.leaf.argument):
                where = _all((*conjuncts(self.leaf.where), runs_backwards(span)))
                backwards = self.keys(replace(self.count, where=where))
                yield f"{_ADDS_NOTHING}{backwards_words(span)}, so it adds nothing", backwards
            keys = np.setdiff1d(keys_of(self.facts, self.leaf, empty), backwards)
            yield f"{_ADDS_NOTHING}no {value_words(self.leaf.argument)}, so it adds nothing", keys
        if lacks_rates(self.facts, self.leaf):
            picks = self.picks(whatever_amount(self.leaf))
            at = unrated(self.facts, self.leaf, picks)[0]
            yield f"{_ADDS_NOTHING}no exchange rate for its amount", keys_of(self.facts, self.leaf, taken(picks, at))


def unmet(evaluator: Evaluator, leaf: Leaf, window: Window, day: int, row: int) -> Iterator[tuple[str, Ints]]:
    """The rows of a scope and window that a measure leaves out, by the first of its conditions they do not meet."""
    for probe, words in _unmet_probes(leaf):
        yield words, keys_of(evaluator.facts, probe, row_picks(evaluator.memory, probe, window, day, row))


def _unmet_probes(leaf: Leaf) -> Iterator[tuple[Leaf, str]]:
    """For each condition what counts the rows that meet those before it but not this one, and that in words."""
    steps = tuple(_steps(leaf.where))
    for at, (one, words) in enumerate(steps):
        where = _all((*(before for before, _ in steps[:at]), Not(one)))
        yield replace(leaf, aggregate="count", argument=None, where=where), words


def _steps(where: RowExpr | None) -> Iterator[tuple[RowExpr, str]]:
    """The conditions that must all hold, each with the words for a row that does not meet it.

    Before one on the time between two events stands that they are in order.
    """
    for one in conjuncts(where):
        yield from ((Not(runs_backwards(span)), backwards_words(span)) for span in forward_spans(one))
        yield one, opposite_words(one)


def why_not_above(
    evaluator: Evaluator, above: Sequence[Key], below: Mapping[Key, tuple[Ints, Ints]], keys: Ints, in_numerator: Mask
) -> Each[str]:
    """Of every row of a quotient why it does not count above the line; empty where it does.

    `below` are, of every measure below the line, the keys of its rows and the rows of its table in the same order;
    those of the first are the first of all `keys`.
    """
    words, which = ["", OTHERWISE], np.where(in_numerator, 0, 1)
    for reason, hit in _unmet_above(evaluator, above, below, keys) if which.any() else ():
        which[hit & (which == 1)] = len(words)
        words.append(reason)
    return Each(tuple(words), which)


def _unmet_above(
    evaluator: Evaluator, above: Sequence[Key], below: Mapping[Key, tuple[Ints, Ints]], keys: Ints
) -> Iterator[tuple[str, Mask]]:
    """Each reason why rows do not count above the line, with which rows of all it keeps out."""
    first, order = next(iter(below), None), cache(lambda: np.argsort(keys, kind="stable"))
    for node, context in above:
        if not isinstance(node, Leaf) or node.table == "people":
            continue
        leaf, window = read_in(node, context), evaluator.windows(context)[0]
        covered = cover(evaluator.facts, leaf, window)
        if covered.reason:
            continue
        others = 0
        for key, (own, rows) in below.items():
            if not _is_alike((node, context), key):
                others += len(own)
                continue
            at = slice(len(own)) if key == first else order()[np.searchsorted(keys, own, sorter=order())]
            yield from _unmet_of_rows(evaluator.facts, leaf, window, rows, at, len(keys))
        if others:
            for reason, found in unmet(evaluator, leaf, window, covered.day, context.row or 0):
                yield reason, np.isin(keys, found)


def _is_alike(one: Key, other: Key) -> bool:
    """Whether two measures differ in their conditions alone, none of which depends on the window."""
    leaf, base = one[0], other[0]
    return (
        isinstance(leaf, Leaf) and isinstance(base, Leaf) and isinstance(leaf.dated, On) and one[1] == other[1]
        and (leaf.table, leaf.dated, leaf.credit) == (base.table, base.dated, base.credit)
        and not varies(leaf.where)
    )  # fmt: skip


def _unmet_of_rows(
    facts: Facts, leaf: Leaf, window: Window, own: Ints, at: Ints | slice, size: int
) -> Iterator[tuple[str, Mask]]:
    """The same as `unmet` for rows that are known to be dated and credited as the measure wants.

    `own` are the rows of the table, `at` their places among all, of which there are `size`.
    """
    rows, reading = rows_of(facts, leaf), reading_of(facts, leaf.table, window)
    met = np.ones(len(own), dtype=np.bool_)
    for one, words in _steps(leaf.where):
        hit = np.zeros(size, dtype=np.bool_)
        hit[at] = met & mask(Not(one), rows, reading)[own]
        yield words, hit
        met &= mask(one, rows, reading)[own]


OTHERWISE = "dated or credited otherwise above the line"


def _all(conditions: tuple[RowExpr, ...]) -> RowExpr:
    return conditions[0] if len(conditions) == 1 else AllOf(conditions)
