"""Values that were typed in, by scope and window: exactly what was said of each, and nothing put together of parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kpidesk.core.entries import POOLED, Entry, EntryBook, nothing_typed, pooled
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Organisation
from kpidesk.core.periods import Period
from kpidesk.engine.answers import Answer, Reasons, constant
from kpidesk.engine.crew import Crew
from kpidesk.engine.goals import rows_of_scopes


def typed_in(book: EntryBook, kpi: Kpi, crew: Crew, periods: tuple[Period, ...], wide: bool, why: Reasons) -> Answer:
    """The value typed in for every scope and period; `n` is infinite where nobody said how many answers it rests on.

    Where nothing was typed in for the organisation, it is the mean of its teams by their answers, if each says how
    many; a notice tells of it.
    """
    found = constant((crew.rows if wide else 1, len(periods)), np.nan)
    value, n = found.value, found.n
    notices: list[tuple[str, ...]] = [()] * len(periods)
    scopes = rows_of_scopes(crew, wide=wide)
    for at, period in enumerate(periods):
        for row, scope in scopes:
            entry = book.entry(kpi.id, scope, period)
            if entry is not None:
                value[row, at], n[row, at] = entry.value, np.inf if entry.n is None else entry.n
        together = pooled(kpi, whole_parts(book, kpi, crew.organisation, period))
        if np.isnan(value[0, at]) and together is not None:
            (value[0, at], n[0, at]), notices[at] = together, (POOLED,)
    missing = why.row(nothing_typed(period.label) for period in periods)
    n[np.isnan(value)] = 0
    return replace(found, why=np.where(np.isnan(value), missing, 0), notices=tuple(notices))


def whole_parts(book: EntryBook, kpi: Kpi, organisation: Organisation, period: Period) -> tuple[Entry, ...]:
    """What was typed in for teams in a period, without those that lie in another one of them."""
    parts = book.parts(kpi.id, period)
    told = {one.scope.id for one in parts}
    return tuple(one for one in parts if not told & {team.id for team in organisation.above(one.scope.id)})
