"""The weighted error of forecasts: what the forecasts of reps missed by, over what came in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kpidesk.engine.answers import Answer, Reasons, counted_of, joined
from kpidesk.engine.days import Window
from kpidesk.engine.facts import Facts
from kpidesk.engine.values import Floats


def wape(facts: Facts, forecast: Answer, actual: Answer, windows: Sequence[Window], why: Reasons) -> Answer:
    """Σ|forecast − actual| ÷ Σ actual over the reps of every scope, by window.

    Both are answers for all scopes. A rep counts with the team of the last day of the window; what belongs to nobody
    has no forecast and does not count. Unlike a mean of percentages it does not explode where little came in.
    """
    crew = facts.crew
    parts = [_by_row(facts, part, windows) for part in _of_reps(forecast.value, actual.value, crew.first_rep)]
    missed, booked = parts[0], parts[1]
    value = np.where(booked > 0, missed / np.where(booked > 0, booked, 1), np.nan)
    value = np.where(np.isnan(forecast.value[0]) | np.isnan(actual.value[0]), np.nan, value)
    none = why.row(f"nothing was booked by anyone in {window.label}" for window in windows)
    reason = np.where(forecast.why[0] > 0, forecast.why[0], np.where(actual.why[0] > 0, actual.why[0], none))
    return Answer(
        value, np.minimum(forecast.n, actual.n), np.where(np.isnan(value), reason, 0),
        joined((forecast.notices, actual.notices)), np.fmin(forecast.begins, actual.begins), missed, booked,
        counted=counted_of((forecast, actual)),
    )  # fmt: skip


def _of_reps(forecast: Floats, actual: Floats, first_rep: int) -> tuple[Floats, Floats]:
    """By how much each rep was missed, and what each booked; what is not known is nothing."""
    told, came = (np.nan_to_num(one[first_rep + 1 :]) for one in (forecast, actual))
    return np.abs(told - came), came


def _by_row(facts: Facts, reps: Floats, windows: Sequence[Window]) -> Floats:
    """Sums over the reps of every row of an answer."""
    crew = facts.crew
    people = np.arange(1, len(crew.people) + 1)
    found = np.zeros((crew.rows, len(windows)))
    for at, window in enumerate(windows):
        team = crew.team_on(people, window.end - 1)
        direct = np.bincount(team, weights=reps[:, at], minlength=len(crew.teams) + 1)
        found[:, at] = np.concatenate(([reps[:, at].sum()], direct @ crew.holding, [0.0], reps[:, at]))
    return found
