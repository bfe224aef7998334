"""Which method stands for a forecast: the one that missed least where all of them were checked against the past."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import median

from kpidesk.core.forecasts import METHODS, Backtest, BacktestLine, ForecastView, Method, MethodId
from kpidesk.core.formats import fixed
from kpidesk.core.periods import Period

ENOUGH_PERIODS = 4
"""From how many past periods on a method's record decides which is the default."""
STANDS = " It stands for the forecast as"
"""Before why a method is the default, after its record."""


@dataclass(frozen=True, slots=True)
class Best:
    """The method that missed least of those that were checked, in the same `periods` (0: each in its own).

    `misses` are the median misses of all of these, the smallest first, as shares of what was booked.
    """

    method: MethodId
    misses: tuple[tuple[MethodId, float], ...]
    periods: int


def best_method(lines: Sequence[BacktestLine], usable: Collection[MethodId]) -> Best | None:
    """The method with the smallest median miss of those that can say something now; None where none was checked enough.

    Methods are compared in the periods in which all of them made a forecast, where there are at least four of these.
    """
    every = {one: _misses(lines, one) for one in METHODS if one in usable}
    misses = {one: found for one, found in every.items() if len(found) >= ENOUGH_PERIODS}
    if not misses:
        return None
    common = set.intersection(*(set(one) for one in misses.values()))
    fair = len(common) >= ENOUGH_PERIODS
    middle = {key: median(miss for at, miss in one.items() if not fair or at in common) for key, one in misses.items()}
    order = sorted(middle, key=lambda one: (middle[one], METHODS.index(one)))
    return Best(order[0], tuple((one, middle[one]) for one in order), len(common) if fair else 0)


def standing_method(lines: Sequence[BacktestLine], can_say: Callable[[MethodId], bool]) -> MethodId | None:
    """The method with the best record of those that can say something; without a record the pace of past quarters.

    Its past shares tell how sure the pace is; no other method stands unchecked. `can_say` is asked of no more methods
    than it takes until the others could not change the answer, whatever they can say.
    """
    usable: set[MethodId] = set()
    unknown = list(METHODS)
    while len(possible := {_stands(lines, usable.union(some)) for some in _subsets(unknown)}) > 1:
        best = _stands(lines, usable.union(unknown))
        one = best if best is not None and best in unknown else unknown[0]
        unknown.remove(one)
        if can_say(one):
            usable.add(one)
    return possible.pop()


def _stands(lines: Sequence[BacktestLine], usable: Collection[MethodId]) -> MethodId | None:
    best = best_method(lines, usable)
    if best is not None:
        return best.method
    return "share" if "share" in usable else None


def _subsets(methods: Sequence[MethodId]) -> Iterator[tuple[MethodId, ...]]:
    for size in range(len(methods) + 1):
        yield from combinations(methods, size)


def checked(view: ForecastView, whole: Backtest) -> ForecastView:
    """The forecast by the method with the best record in the whole organisation, where `whole` tells of one."""
    of_all = view.question.scope == whole.question.scope
    shown = tracked(view, whole) if of_all else view
    best = best_method(whole.lines, [one.id for one in view.methods if one.found])
    if best is None:
        words = " ".join((view.default_words, *whole.missing[:1])).strip()
        return replace(shown, default_words=words)
    method, track = next(one for one in shown.methods if one.id == best.method), whole.track(best.method)
    record = track.words if track is not None else ""
    told = _least(best, view) if len(best.misses) > 1 else _alone(method, shown.methods, whole)
    where = "" if of_all else "in the whole organisation it "
    return replace(shown, default=method.id, default_words=f"{method.name}: {where}{record}{told}")


def tracked(view: ForecastView, own: Backtest) -> ForecastView:
    """The forecast with the record that each method has in the past of its own scope."""
    return replace(view, methods=tuple(replace(one, track=own.track(one.id)) for one in view.methods))


def _misses(lines: Sequence[BacktestLine], method: MethodId) -> dict[Period, float]:
    """By how much a method missed in each period, at the same part of it as now."""
    mine = (one for one in lines if (one.method, one.moment) == (method, "now"))
    return {one.period: abs(one.error) for one in mine if one.error is not None}


def _least(best: Best, view: ForecastView) -> str:
    """That the other methods missed by more, and by how much each did in half of the same periods."""
    names, many = {one.id: one.name for one in view.methods}, _plural(view.question.period)
    same = f"the same {best.periods} {many}" if best.periods else f"the {many} it could be checked in"
    own, *others = (f"{fixed(100 * miss, 1)}%" for _, miss in best.misses)
    theirs = ", ".join(f"{names[one]} by {miss}" for (one, _), miss in zip(best.misses[1:], others, strict=True))
    return f"{STANDS} it missed least: in half of {same} by {own} or less, {theirs}."


def _alone(best: Method, methods: Sequence[Method], found: Backtest) -> str:
    """Why a method leads although another missed by less: that one was checked too seldom to rely on."""
    own, many = median(_misses(found.lines, best.id).values()), _plural(found.question.period)
    for one in methods:
        misses = list(_misses(found.lines, one.id).values())
        if one.found and one.id != best.id and misses and median(misses) < own:
            few = f"{one.name} missed by less, but was checked in only {len(misses)}"
            return f"{STANDS} no other method could be checked in {ENOUGH_PERIODS} {many}: {few}."
    return ""


def _plural(period: Period) -> str:
    return f"{'period' if period.grain == 'span' else period.grain}s"
