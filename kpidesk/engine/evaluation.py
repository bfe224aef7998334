"""Formulas over all scopes and periods: every measure at the level and period asked for, then the arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from kpidesk.core.entries import EntryBook
from kpidesk.core.goals import GoalBook
from kpidesk.core.kpis import Kpi
from kpidesk.core.periods import Grain, Period
from kpidesk.engine.answers import Answer, constant, nothing, rearranged
from kpidesk.engine.arithmetic import added_or_multiplied, called, combined, is_rest_of_goal, negated
from kpidesk.engine.balances import with_bounds
from kpidesk.engine.cubes import MAX_CELLS
from kpidesk.engine.days import Context, Window, day_number, modified, windows_of
from kpidesk.engine.edges import read_in
from kpidesk.engine.facts import Facts
from kpidesk.engine.goals import QUOTA, FindHeld, goal
from kpidesk.engine.in_order import Checker, by_rules, share_in_order
from kpidesk.engine.leaves import measure, measure_members
from kpidesk.engine.memory import Memory
from kpidesk.engine.values import Floats, Ints, NotComputableError
from kpidesk.engine.words import measure_of, no_parameter, zero_divisor
from kpidesk.language.tree import (
    AllOf,
    Arithmetic,
    Call,
    Compare,
    Constant,
    Expr,
    FieldRef,
    FilterRef,
    GoalRef,
    KpiRef,
    Leaf,
    Modified,
    Negative,
    On,
    Param,
    Value,
)
from kpidesk.language.walk import balance, parts

WON = FilterRef("deals", "won", Compare("=", FieldRef("deals", "outcome", "term"), Value("won")))
BOOKINGS = Leaf("sum", "deals", FieldRef("deals", "amount", "money"), WON, On("closed_at"))
COMMIT = Leaf(
    "sum", "forecasts", FieldRef("forecasts", "amount", "money"),
    AllOf((
        FilterRef("forecasts", "commit", Compare("=", FieldRef("forecasts", "category", "term"), Value("commit"))),
        FilterRef("forecasts", "day_one", Compare("=", FieldRef("forecasts", "horizon", "term"), Value("day_one"))),
    )),
    On("period_at"),
)  # fmt: skip
"""What reps committed to on the first day of their period."""
NOTHING_TYPED = EntryBook()


class Evaluator:
    """Facts with goals and parameters, ready to answer; what only some KPIs need is loaded with the first of them.

    A class because it keeps the cubes and the answers between questions. `definitions` gives the tree of the KPI
    that quotas are set for, when it differs from won amounts by closing day. Above `most_cells` a cube is not kept.
    `check` tells which deals are in order, `held` which target holds for whom (without it only a scope's own, or what
    imported quotas say), `entries` what was typed in for KPIs that are not counted.
    """

    def __init__(
        self,
        facts: Facts,
        goals: GoalBook,
        params: Mapping[str, float],
        *,
        bookings: Expr = BOOKINGS,
        most_cells: int = MAX_CELLS,
        check: Checker = by_rules,
        held: FindHeld | None = None,
        entries: EntryBook = NOTHING_TYPED,
    ) -> None:
        self.facts = facts
        self.goals = goals
        self.params = dict(params)
        self.bookings = bookings
        self.check = check
        self.held = held
        self.entries = entries
        self.memory = Memory(facts, most_cells)

    def answer(self, tree: Expr, context: Context) -> Answer:
        """The value of a formula for every scope and period of a context."""
        match tree:
            case Leaf():
                return self._leaf(tree, context)
            case KpiRef(_, body):
                return self.answer(body, context)
            case GoalRef():
                return _in_row(self._goal(tree, context), context)
            case Modified():
                return self._modified(tree, context)
            case Arithmetic():
                return self._arithmetic(tree, context)
            case Negative(body):
                return negated(self.answer(body, context))
            case Call(name, arguments):
                return called(name, [self.answer(one, context) for one in arguments])
            case Param(name):
                return self._param(name, context)
            case Constant(value):
                return constant(self.shape(context), value)
        raise TypeError(type(tree).__name__)

    def shape(self, context: Context) -> tuple[int, int]:
        """How many rows and windows an answer has."""
        rows = self.facts.crew.rows if context.wide and context.row is None else 1
        return rows, len(context.periods)

    def windows(self, context: Context) -> tuple[Window, ...]:
        """The windows of a context."""
        key = (context.periods, context.how, context.span)
        found = self.memory.windows.get(key)
        if found is None:
            found = self.memory.windows[key] = windows_of(context, self.facts.settings, self.facts.known_day)
        return found

    def _leaf(self, leaf: Leaf, context: Context) -> Answer:
        try:
            if leaf.table == "people":
                return _in_row(self._staff(leaf, context), context)
            read, windows = read_in(leaf, context), self.windows(context)
            if context.by is not None and context.row is not None:
                return measure_members(self.memory, read, windows[0], context.row, context.by)
            return _in_row(measure(self.memory, read, windows, context.wide), context)
        except NotComputableError as problem:
            return nothing(self.shape(context), self.memory.reasons.number(str(problem)))

    def _goal(self, ref: GoalRef, context: Context) -> Answer:
        crew = self.facts.crew
        found = goal(self.goals, ref, crew, context.periods, context.wide, self.memory.reasons,
                     self.held() if self.held is not None else None)  # fmt: skip
        if ref.kpi_id != QUOTA or ref.tier == "baseline" or not self.facts.tables.has("quotas"):
            return found
        from kpidesk.engine.quotas import imported_quotas, quota_gaps

        value, why = found.value, found.why
        if self.held is None and ref.tier == "target":
            told = imported_quotas(self.facts, context.periods)[: len(value)]
            value = np.where(np.isnan(value), told, value)
        for at, gaps in enumerate(quota_gaps(self.facts, context.periods)):
            for row, words in gaps.items():
                if row < len(why):
                    why[row, at] = self.memory.reasons.number(words)
        return replace(found, value=value, why=np.where(np.isnan(value), why, 0))

    def _staff(self, leaf: Leaf, context: Context) -> Answer:
        from kpidesk.engine.staff import staff_measure

        quota, booked = self.standing(context.periods)
        return staff_measure(
            self.facts, leaf, context.periods, self.windows(context), list(quota.T), list(booked.T), context.wide,
            self.memory.reasons,
        )  # fmt: skip

    def _modified(self, node: Modified, context: Context) -> Answer:
        if context.row is None and node.how == "org":
            inner = self.answer(node.body, replace(context, wide=False))
            return _picked(inner, np.zeros(self.shape(context), dtype=np.int64))
        if context.row is None and node.how == "team" and context.wide:
            return _picked(self.answer(node.body, context), self._teams(context))
        return self.answer(node.body, self.inside(node, context))

    def inside(self, node: Modified, context: Context) -> Context:
        """The context in which the body of a modifier is read; of one row, `org` and `team` change which."""
        if context.row is not None and node.how == "org":
            return replace(context, row=0)
        if context.row is not None and node.how == "team":
            return replace(context, row=int(self._teams(context)[context.row, 0]))
        return modified(context, node, self.facts.settings)

    def read(self, tree: Expr, context: Context) -> Iterator[tuple[Leaf | GoalRef | Param, Context]]:
        """Everything a formula looks up for one row of the answer, in the order of reading, with its context."""
        match tree:
            case Leaf() | GoalRef() | Param():
                yield tree, context
            case Modified(body=body):
                yield from self.read(body, self.inside(tree, context))
            case _:
                for part in parts(tree):
                    yield from self.read(part, context)

    def _teams(self, context: Context) -> Ints:
        """For every row the row of its team at the end of the period; what is no rep keeps its own."""
        crew = self.facts.crew
        rows = np.repeat(np.arange(crew.rows)[:, None], len(context.periods), axis=1)
        people = np.arange(1, len(crew.people) + 1)
        for number, period in enumerate(context.periods):
            day = min(day_number(period.last_day), max(self.facts.newest_data, day_number(period.start)))
            rows[crew.first_rep + 1 :, number] = crew.team_on(people, day) + 1
        return rows

    def _param(self, name: str, context: Context) -> Answer:
        value = self.params.get(name)
        if value is None:
            why = self.memory.reasons.number(no_parameter(name))
            return nothing(self.shape(context), why)
        return constant(self.shape(context), value)

    def _arithmetic(self, node: Arithmetic, context: Context) -> Answer:
        left, right = self.answer(node.left, context), self.answer(node.right, context)
        if node.op == "/":
            return self._divide(node, left, right, context)
        return added_or_multiplied(node, left, right)

    def _divide(self, node: Arithmetic, left: Answer, right: Answer, context: Context) -> Answer:
        met = is_rest_of_goal(node.right)
        none = right.value <= 0 if met else right.value == 0
        value = left.value / np.where(none, np.nan, right.value)
        found = combined(value, (left, right))
        if none.any():
            texts = ("target met" if met else zero_divisor(node.right, period.label) for period in context.periods)
            why = self.memory.reasons.row(texts)
            found = replace(found, why=np.where(none & (found.why == 0), why, found.why))
        both = measure_of(node.left) is not None and measure_of(node.right) is not None
        found = replace(found, numerator=left.value, denominator=right.value, n=right.n if both else found.n)
        sides = balance(node)
        if sides is None:
            return found
        more, fewer = (self.answer(one, context) for one in sides)
        return with_bounds(found, more, fewer, right)

    def typed(self, kpi: Kpi, context: Context) -> Answer:
        """The values typed in for a KPI, whatever window or edge is asked for beside the period."""
        from kpidesk.engine.typed import typed_in

        crew, reasons = self.facts.crew, self.memory.reasons
        return _in_row(typed_in(self.entries, kpi, crew, context.periods, context.wide, reasons), context)

    def built_in(self, name: str, context: Context) -> Answer:
        """A KPI that has no formula."""
        from kpidesk.engine.staff import built_in

        if name in ("forecast_wape", "hygiene_share", "ramp_time"):
            return self._built_in_of_reps(name, context)
        base = built_in(name)
        if base is None:
            needs = (
                f"needs the built-in measure '{name}'" if name else "the KPIs it refers to were defined otherwise then"
            )
            return nothing(self.shape(context), self.memory.reasons.number(needs))
        return self.answer(built_in_tree(base), context)

    def _built_in_of_reps(self, name: str, context: Context) -> Answer:
        """A measure that is worked out rep by rep, for all scopes, cut to those of the context."""
        whole = replace(context, wide=True, row=None, by=None)
        found = self.memory.answers.get((name, whole))
        if found is None:
            found = self._rep_by_rep(name, whole)
            self.memory.remember((name, whole), found)
        if context.row is None and not context.wide:
            return _picked(found, np.zeros((1, len(context.periods)), dtype=np.int64))
        return _in_row(found, context)

    def _rep_by_rep(self, name: str, whole: Context) -> Answer:
        windows, reasons = self.windows(whole), self.memory.reasons
        if name == "hygiene_share":
            return share_in_order(self.facts, self.check, windows, reasons)
        if name == "ramp_time":
            return self._ramp_time(windows)
        from kpidesk.engine.forecasts import wape

        forecast, actual = self.answer(COMMIT, whole), self.answer(self.bookings, whole)
        return wape(self.facts, forecast, actual, windows, reasons)

    def _ramp_time(self, windows: tuple[Window, ...]) -> Answer:
        """How long people took from their hire to the first month at quota, or quarter where none is by month."""
        from kpidesk.engine.ramping import ramp_times

        return ramp_times(self.facts, *self.quotas_and_bookings(), windows, self.memory.reasons)

    def quotas_and_bookings(self) -> tuple[tuple[Period, ...], Floats, Floats]:
        """Every known month (quarter where none has a quota) with the quota and bookings of every person in each."""
        periods, quota = self._quotas("month")
        if not (quota > 0).any():
            periods, quota = self._quotas("quarter")
        booked = quota
        if periods:
            booked = np.nan_to_num(self.answer(self.bookings, Context(periods)).value[self.facts.crew.first_rep + 1 :])
        return periods, quota, booked

    def standing(self, periods: tuple[Period, ...]) -> tuple[Floats, Floats]:
        """The quota (NaN without one) and the bookings of every person, nobody first, in each period."""
        crew, plain = self.facts.crew, Context(periods)
        quota = self._goal(GoalRef("target", QUOTA), plain).value[crew.first_rep :]
        return quota, np.nan_to_num(self.answer(self.bookings, plain).value)[crew.first_rep :]

    def _quotas(self, grain: Grain) -> tuple[tuple[Period, ...], Floats]:
        """The quota of every person, nobody left out, in all known periods of a grain."""
        from kpidesk.engine.ramping import periods_known

        periods, first = periods_known(self.facts, grain), self.facts.crew.first_rep + 1
        if not periods:
            return (), np.zeros((len(self.facts.crew.people), 0))
        return periods, np.nan_to_num(self._goal(GoalRef("target", QUOTA), Context(periods)).value[first:])


def built_in_tree(base: Leaf) -> Expr:
    """People who reached their quota over all who carry one."""
    from kpidesk.engine.staff import AT_QUOTA

    reached = replace(base, where=AllOf((base.where, AT_QUOTA)) if base.where is not None else AT_QUOTA)
    return Arithmetic("/", reached, base)


def _in_row(answer: Answer, context: Context) -> Answer:
    """An answer cut to the row of the context; whole where it names none."""
    if context.row is None:
        return answer
    return _picked(answer, np.full((1, answer.value.shape[1]), context.row if context.wide else 0))


def _picked(answer: Answer, rows: Ints) -> Answer:
    """An answer with its rows exchanged: `rows[r, w]` is the row that row r takes its value from."""
    return rearranged(answer, lambda part: np.take_along_axis(part, rows, axis=0))
