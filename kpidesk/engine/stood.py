"""How the deals behind a number stood when they counted, where no file but a history of stages shows them so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from kpidesk.core.fields import OF_VISITS
from kpidesk.engine.days import NO_DAY
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import OPEN, column
from kpidesk.engine.values import Column, Ints, Mask, Raw, from_days, same

LEFT = OF_VISITS[0].name
"""The day on which a stage was left: the one field of a visit that is none of its deal."""


@dataclass(frozen=True, slots=True, eq=False)
class Stood:
    """How the rows behind a number stood when they counted, where their stored values do not say it.

    By row: `version` is that of `facts.past`, −1 where the stored value shows how the row stood; `visit` the stay in a
    stage that the row is, −1 where it is none; `is_open` whether the deal was open, which leaves it without a day of
    closing.
    """

    facts: Facts
    version: Ints
    visit: Ints
    is_open: Mask

    def at(self, places: Ints) -> Stood:
        """How some of the rows stood, in the order of their places."""
        return replace(self, version=self.version[places], visit=self.visit[places], is_open=self.is_open[places])

    def places(self) -> Ints:
        """The places of the rows whose stored values do not say how they stood."""
        return np.flatnonzero(self.version >= 0)

    def changes(self) -> Ints:
        """By row, the stored value of the stage change that tells how it stood; 0 where none does."""
        return np.where(self.version >= 0, self.facts.past.change[self.version], 0)

    def since(self) -> Ints:
        """By row, from which day on it stood so by a stage change; NO_DAY where none tells it."""
        return np.where(self.changes() > 0, self.facts.past.versions.seen[self.version], NO_DAY)

    def fields(self) -> tuple[str, ...]:
        """The fields in which these rows may stand otherwise than their stored values say."""
        own = ("stage", "stage_entered_at", *(("closed_at",) if "closed_at" in self.facts.columns else ()))
        left = (LEFT,) if (self.visit >= 0).any() else ()
        return tuple(dict.fromkeys((*own, *self.facts.past.versions.told, *left)))

    def raw(self, field: str) -> Raw:
        """One of the fields of the rows at `places`, as it is stored."""
        here = self.places()
        version, visit, versions = self.version[here], self.visit[here], self.facts.past.versions
        if field == LEFT:
            return _of_visit(visit, same(NO_DAY, len(here)), lambda which: self.facts.visits().exited[which])
        if field == "stage_entered_at":
            return _of_visit(visit, versions.stage_since[version], lambda which: self.facts.visits().entered[which])
        if field == "closed_at":
            stored = column(self.facts.columns, field, versions.value[version], NO_DAY)
            return np.where(self.is_open[here], NO_DAY, stored)
        told = versions.field(self.facts.columns, field, version, 0)
        return self._stages(told, visit) if field == "stage" else told

    def column(self, field: str) -> Column:
        """One of the fields of the rows at `places`, as a column ready to evaluate."""
        raw = self.raw(field)
        if field == LEFT:
            return Column(from_days(raw))
        return self.facts.tables.cells.column("deals", {field: raw}, field, np.arange(len(raw)))

    def _stages(self, told: Raw, visit: Ints) -> Raw:
        """The word of each stage: of a visit that of its stage, also where the deal was never seen in it."""
        if not (visit >= 0).any():
            return told
        place = np.nan_to_num(self.facts.tables.cells.places, nan=-1).astype(np.int64)
        word = np.zeros(int(place.max(initial=-1)) + 2, dtype=np.int64)
        named = [term for term, (name, _) in self.facts.curation.terms.items() if name == "stage"]
        for known in (np.flatnonzero(place >= 0), np.array(named, dtype=np.int64)):  # those of stages go before others
            word[place[known[::-1]]] = known[::-1]  # of several spellings the first
        stage = self.facts.visits().stage[visit]
        return np.where((visit < 0) | (place[told] == stage), told, word[stage])


def _of_visit(visit: Ints, otherwise: Raw, read: Callable[[Ints], Ints]) -> Raw:
    """What `read` says of the rows that are visits; nothing of visits is worked out where none is."""
    is_visit = visit >= 0
    return np.where(is_visit, read(np.where(is_visit, visit, 0)), otherwise) if is_visit.any() else otherwise


def stood_open(facts: Facts, version: Ints) -> Stood | None:
    """How deals that were open stood in some versions of the past; None where files show it of all."""
    told = np.where(facts.past.change[version] > 0, version, -1)
    return Stood(facts, told, same(-1, len(told)), told >= 0) if (told >= 0).any() else None


def stood_in(facts: Facts, visit: Ints, state: Ints) -> Stood | None:
    """How the deals of some visits to stages stood when these began, and those of some states; −1 for neither."""
    version, is_open = np.full(len(visit), -1), np.zeros(len(visit), dtype=np.bool_)
    if len(here := np.flatnonzero(visit >= 0)):
        version[here] = facts.visits().version[visit[here]]
        is_open[here] = (facts.past.change[version[here]] > 0) & (facts.past.versions.outcome[version[here]] == OPEN)
    if len(here := np.flatnonzero(state >= 0)):
        version[here] = facts.states.version[state[here]]
        is_open[here] = facts.states.open[state[here]]
    return Stood(facts, version, visit, is_open) if (version >= 0).any() else None
