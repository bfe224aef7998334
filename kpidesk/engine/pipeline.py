"""The numbers of a pipeline: what stood in each stage, entered it, left it, how far it got and how long it took.

The rows and their credit are those of the KPIs of the same measures, so that a page and a scorecard cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.engine.coverage import cover, said_of
from kpidesk.engine.crew import UnassignedLevel
from kpidesk.engine.days import NO_DAY, Context, Window, day_number
from kpidesk.engine.evaluation import Evaluator
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import NO_AMOUNT, OPEN, column
from kpidesk.engine.leaves import counted, row_picks
from kpidesk.engine.pipeline_layout import Layout, visit_on
from kpidesk.engine.scan import Picks
from kpidesk.engine.values import Floats, Ints, Mask, NotComputableError
from kpidesk.language import compile_formula
from kpidesk.language.tree import AsOf, Leaf

MEASURES: Mapping[str, str] = {
    "open": "sum(deals.amount where open as of end)",
    "opening": "sum(deals.amount where open as of start)",
    "stalled": "sum(deals.amount where open and stalled as of end)",
    "due": "sum(deals.amount where open and close_date in period as of end)",
    "entered": "count(stage_visits on entered_at)",
    "exited": "count(stage_visits where exited_at is not empty on exited_at)",
    "cohort": "count(stage_visits where first_visit on entered_at)",
    "stays": "median(stage_visits.days_in_stage where exited_at is not empty on exited_at)",
}
"""What is measured, in the formula language."""
_STANDING = ("open", "stalled", "due")
"""What is read at the end of a period; of one that lies ahead, as it stands in the newest data."""


@lru_cache(maxsize=16)
def measure_leaf(name: str) -> Leaf:
    """One of the measures."""
    tree = compile_formula(MEASURES[name], {}).tree
    assert isinstance(tree, Leaf)
    return tree


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose pipeline, and in which days: the row of an answer, the period and the periods before it as windows."""

    row: int
    window: Window
    past: Window


def asked_of(
    evaluator: Evaluator, scope: Scope, period: Period, first: Period, level: UnassignedLevel = "team"
) -> Asked:
    """What is asked about a scope in a period, beside the days from the beginning of the period `first` up to it.

    Raises:
        UserError: a scope that the workspace does not have.
    """
    row = evaluator.facts.crew.row_of(scope, level)
    start, end = day_number(first.start), day_number(period.start)
    return Asked(row, evaluator.windows(Context((period,)))[0], Window(start, end, start, end, first.label))


@dataclass(frozen=True, slots=True, eq=False)
class Deals:
    """Deals at the end of a day, one entry per deal: the version in force and its value, which part counts for the
    scope (0–1), that part of the amount in major units (NaN where there is none) and how many days it has been in its
    stage. `unrated`: its amount has no exchange rate. `reason`: why nothing is known of that day.
    """

    deal: Ints
    version: Ints
    value: Ints
    weight: Floats
    amount: Floats
    days: Ints
    unrated: Mask
    day: int
    reason: str = ""
    notices: tuple[str, ...] = ()

    def where(self, mask: Mask) -> Deals:
        """Those of them that are marked."""
        return replace(
            self, deal=self.deal[mask], version=self.version[mask], value=self.value[mask], weight=self.weight[mask],
            amount=self.amount[mask], days=self.days[mask], unrated=self.unrated[mask],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Stays:
    """Visits to stages, one entry each: its row, which part counts for the scope, and its length where it has one."""

    visit: Ints
    weight: Floats
    days: Floats
    reason: str = ""
    notices: tuple[str, ...] = ()


def deals_on(evaluator: Evaluator, asked: Asked, name: str) -> Deals:
    """The deals of one of the measures of open deals ("open", "opening", "stalled", "due").

    Of a period that begins after the newest data: as they stand in those, so that what is due in it is known ahead.
    """
    facts, leaf = evaluator.facts, measure_leaf(name)
    if name in _STANDING and asked.window.start > facts.newest_data:
        leaf = replace(leaf, dated=AsOf("now"))
    priced = facts.gives("amount")
    leaf = leaf if priced else counted(leaf)
    try:
        covered = cover(facts, leaf, asked.window)
        if covered.reason:
            return _no_deals(covered.day, covered.reason)
        picks = row_picks(evaluator.memory, leaf, asked.window, covered.day, asked.row)
    except NotComputableError as problem:
        return _no_deals(0, str(problem))
    first, weight, share = each_once(picks, facts.whole, facts.spans.size)
    share = share if priced else np.full(len(share), np.nan)
    version = facts.states.version[picks.row[first]]
    value = facts.past.versions.value[version]
    told = facts.past.versions.field(facts.columns, "amount", version, NO_AMOUNT)
    return Deals(
        facts.past.versions.deal[version], version, value, weight, share / float(facts.scale) ** picks.money,
        covered.day - facts.past.versions.stage_since[version], np.isnan(share) & (told != NO_AMOUNT), covered.day,
        notices=said_of(facts, covered, asked.row),
    )  # fmt: skip


def _no_deals(day: int, reason: str) -> Deals:
    none = np.zeros(0, dtype=np.int64)
    return Deals(none, none, none, np.zeros(0), np.zeros(0), none, none > 0, day, reason)


def each_once(picks: Picks, whole: int, size: int) -> tuple[Ints, Floats, Floats]:
    """Where each row stands first (shared ones once per person), its part of a whole, and that part of its value."""
    if len(picks.row) < 2 or picks.weight.min() == whole:
        weight = picks.weight / whole
        return np.arange(len(picks.row)), weight, picks.x * weight
    first = np.full(size, -1, dtype=np.int64)
    first[picks.row[::-1]] = np.arange(len(picks.row) - 1, -1, -1)
    rows = np.flatnonzero(first >= 0)
    weight = np.bincount(picks.row, weights=picks.weight, minlength=size)[rows] / whole
    return first[rows], weight, picks.x[first[rows]] * weight


def stays_in(evaluator: Evaluator, asked: Asked, name: str, *, before: bool = False) -> Stays:
    """The visits of one of the measures of visits ("entered", "exited", "cohort", "stays"), or those of the past."""
    facts, leaf = evaluator.facts, measure_leaf(name)
    window = asked.past if before else asked.window
    try:
        covered = cover(facts, leaf, window)
        if covered.reason:
            return Stays(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0), covered.reason)
        picks = row_picks(evaluator.memory, leaf, window, covered.day, asked.row)
    except NotComputableError as problem:
        return Stays(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0), str(problem))
    first, weight, _ = each_once(picks, facts.whole, facts.visit_rows().size)
    return Stays(picks.row[first], weight, picks.x[first], notices=said_of(facts, covered, asked.row))


def lines_of(facts: Facts, layout: Layout, deals: Deals) -> Ints:
    """The line of the stage in which each of the deals was that day; −1 where no stage is known."""
    visit = visit_on(facts, deals.day)[deals.deal]
    return np.where(visit < 0, -1, layout.line[visit]) if len(layout.line) else np.full(len(deals.deal), -1)


def is_waiting(facts: Facts, visit: Ints) -> Mask:
    """Which of the visits have not led further, of deals that are still open and listed."""
    visits, newest = facts.visits(), facts.versions.newest
    deal = visits.deal[visit]
    still = (facts.versions.outcome[newest[deal]] == OPEN) & (facts.missing[deal] > facts.newest_data)
    return np.asarray(~visits.reached[visit] & still, dtype=np.bool_)


def next_steps(facts: Facts, version: Ints) -> Ints:
    """The day of the next activity that each version states, NO_DAY where none."""
    return facts.past.versions.field(facts.columns, "next_activity_at", version, NO_DAY).astype(np.int64)


def word_of(facts: Facts, name: str, version: int) -> str:
    """A word that a version states in a field."""
    at = np.array([version], dtype=np.int64)
    term = int(facts.past.versions.field(facts.columns, name, at, 0)[0])
    return facts.curation.terms.get(term, ("", ""))[1]


def close_days(facts: Facts, version: Ints) -> Ints:
    """The close date that each version states, NO_DAY where none."""
    return facts.past.versions.field(facts.columns, "close_date", version, NO_DAY).astype(np.int64)


def has_qualified(facts: Facts) -> bool:
    """Whether the files tell when deals were qualified."""
    return facts.gives("qualified_at")


def qualified(facts: Facts, value: Ints) -> Mask:
    """Which values say that their deal is qualified."""
    return np.asarray(column(facts.columns, "qualified_at", value, NO_DAY) != NO_DAY, dtype=np.bool_)
