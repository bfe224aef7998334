"""Which method stands for a forecast: the one that missed least where all of them were checked against the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from kpidesk.core.forecasts import METHODS, Backtest, ForecastView, Method, MethodId
from kpidesk.core.periods import Period

ENOUGH_PERIODS = 4
"""From how many past periods on a method's record decides which is the default."""


def checked(view: ForecastView, found: Backtest) -> ForecastView:
    """The forecast with the record of each method, by the best of which it goes: the smallest median error.

    Methods are compared in the periods in which all of them made a forecast, where there are at least four of these.
    """
    methods = tuple(replace(one, track=found.track(one.id)) for one in view.methods)
    proven = [one for one in methods if one.found and one.track and one.track.periods >= ENOUGH_PERIODS]
    if not proven:
        words = " ".join((view.default_words, *found.missing[:1])).strip()
        return replace(view, methods=methods, default_words=words)
    misses = {one.id: _misses(found, one.id) for one in proven}
    common = set.intersection(*(set(one) for one in misses.values()))
    fair = len(common) >= ENOUGH_PERIODS
    middle = {key: median(miss for at, miss in one.items() if not fair or at in common) for key, one in misses.items()}
    best = min(proven, key=lambda one: (middle[one.id], METHODS.index(one.id)))
    record = best.track.words if best.track else ""
    told = _least(len(proven), len(common) if fair else 0, view) if len(proven) > 1 else _alone(best, methods, found)
    return replace(view, methods=methods, default=best.id, default_words=f"{best.name}: {record}{told}")


def _misses(found: Backtest, method: MethodId) -> dict[Period, float]:
    """By how much a method missed in each period, at the same part of it as now."""
    lines = (one for one in found.lines if (one.method, one.moment) == (method, "now"))
    return {one.period: abs(one.error) for one in lines if one.error is not None}


def _least(methods: int, periods: int, view: ForecastView) -> str:
    """That the other methods missed by more."""
    many = _plural(view.question.period)
    return f" The smallest miss of {methods} methods{f' in the same {periods} {many}' if periods else ''}."


def _alone(best: Method, methods: Sequence[Method], found: Backtest) -> str:
    """Why a method leads although another missed by less: that one was checked too seldom to rely on."""
    own, many = median(_misses(found, best.id).values()), _plural(found.question.period)
    for one in methods:
        misses = list(_misses(found, one.id).values())
        if one.found and one.id != best.id and misses and median(misses) < own:
            few = f"{one.name} missed by less, but was checked in only {len(misses)}"
            return f" It leads because no other method could be checked in {ENOUGH_PERIODS} {many}: {few}."
    return ""


def _plural(period: Period) -> str:
    return f"{'period' if period.grain == 'span' else period.grain}s"
