"""The weighted error of forecasts: what the forecasts of reps missed by, over what came in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kpidesk.core.wording import counted
from kpidesk.engine.answers import Answer, Counted, Reasons, counted_of, joined
from kpidesk.engine.crew import Crew
from kpidesk.engine.days import Window
from kpidesk.engine.facts import Facts
from kpidesk.engine.values import Floats, Mask


def wape(facts: Facts, forecast: Answer, actual: Answer, windows: Sequence[Window], why: Reasons) -> Answer:
    """Σ|forecast − actual| ÷ Σ actual over the reps of every scope, by window; `n` are these reps.

    Both are answers for all scopes. What a rep committed to and what the rep booked in all of the window are held
    together in one team, that of the first day (`Crew.home_in`); what belongs to nobody has no forecast and does not
    count. Unlike a mean of percentages it does not explode where little came in.
    """
    crew = facts.crew
    told, came = (np.nan_to_num(one.value[crew.first_rep + 1 :]) for one in (forecast, actual))
    is_one = (told != 0) | (came != 0)
    missed, booked, reps = (_by_row(crew, part, windows) for part in (np.abs(told - came), came, is_one.astype(float)))
    value = np.where(booked > 0, missed / np.where(booked > 0, booked, 1), np.nan)
    value = np.where(np.isnan(forecast.value[0]) | np.isnan(actual.value[0]), np.nan, value)
    none = why.row(f"nothing was booked by anyone in {window.label}" for window in windows)
    reason = np.where(forecast.why[0] > 0, forecast.why[0], np.where(actual.why[0] > 0, actual.why[0], none))
    return Answer(
        value, reps, np.where(np.isnan(value), reason, 0),
        joined((forecast.notices, actual.notices)), np.fmin(forecast.begins, actual.begins), missed, booked,
        counted=(*counted_of((forecast, actual)), *_moved(crew, is_one, reps, windows)),
    )  # fmt: skip


def _by_row(crew: Crew, reps: Floats, windows: Sequence[Window]) -> Floats:
    """Sums over the reps of every row of an answer."""
    people = np.arange(1, len(crew.people) + 1)
    found = np.zeros((crew.rows, len(windows)))
    for at, window in enumerate(windows):
        team = crew.home_in(people, window.start, window.end)
        direct = np.bincount(team, weights=reps[:, at], minlength=len(crew.teams) + 1)
        found[:, at] = np.concatenate(([reps[:, at].sum()], direct @ crew.holding, [0.0], reps[:, at]))
    return found


def _moved(crew: Crew, is_one: Mask, reps: Floats, windows: Sequence[Window]) -> tuple[Counted, ...]:
    """What is to be said of reps who were in a team for some days of a window, and in another for others."""
    found = np.zeros((crew.rows, len(windows)))
    for at, window in enumerate(windows):
        now = (crew.spell_start < window.end) & (crew.spell_end > window.start)
        spells = np.bincount(crew.spell_person[now], minlength=len(crew.people) + 1)[1:]
        for person in np.flatnonzero((spells > 1) & is_one[:, at]).tolist():
            inside = crew.holding[crew.spell_team[now & (crew.spell_person == person + 1)], 1:] > 0
            found[2 : crew.first_rep, at] += inside.any(axis=0) & ~inside.all(axis=0)
    return (Counted(_moved_words, found, reps),) if found.any() else ()


def _moved_words(rows: float, _of: float) -> str:
    who = counted(rows, "person")
    return f"{who} changed teams within the period and count{'s' if rows == 1 else ''} with the team of its first day"
