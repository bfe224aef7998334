"""The stages of every pipeline, and in which of them each deal was on a day, told from the visits of the deals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kpidesk.engine.days import FAR, NO_DAY
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import column
from kpidesk.engine.values import Ints
from kpidesk.engine.visits import Visits


@dataclass(frozen=True, slots=True)
class Track:
    """One pipeline of one source: the number of the source and the word of the pipeline (empty where none is named)."""

    source: int
    word: str


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The lines of a pipeline page: one for each stage of each pipeline, in order.

    By visit, `line` is the line that it is on. By line, `track` is the place of the pipeline among `tracks`, `position`
    that of the stage in it, `stage` its word and `last_used` the day until which a deal is known to have been in it
    (FAR: it still is).
    """

    tracks: tuple[Track, ...]
    line: Ints
    track: Ints
    position: Ints
    stage: tuple[str, ...]
    last_used: Ints


def layout_of(facts: Facts) -> Layout:
    """The stages of all pipelines with the visits to each.

    Raises:
        NotComputableError: what the files name as stages are too many to be stages.
    """
    visits = facts.visits()
    words = _words(facts)
    code = visits.pipeline * (MOST_POSITIONS + 1) + visits.position
    present = np.bincount(code, minlength=1) > 0
    line = (np.cumsum(present) - 1)[code] if len(code) else code
    lines = int(present.sum()) if len(code) else 0
    one = np.zeros(lines, dtype=np.int64)
    one[line] = np.arange(len(code))
    pipelines, track = np.unique(visits.pipeline[one], return_inverse=True)
    example = np.zeros(len(pipelines), dtype=np.int64)
    example[track] = one
    return Layout(
        tuple(_track(facts, visits, at) for at in example.tolist()),
        line, track, visits.position[one],
        tuple(words.get(place, "") for place in visits.stage[one].tolist()),
        _last_used(facts, visits, line, lines),
    )  # fmt: skip


MOST_POSITIONS = 100
"""No pipeline has more stages: the visits are not told then."""


def _words(facts: Facts) -> dict[int, str]:
    """The word of each stage as the files spell it, by its place in alphabetical order."""
    words = facts.visit_rows().column("stage").words
    shown = {text.casefold(): text for _, (field, text) in sorted(facts.curation.terms.items()) if field == "stage"}
    return {} if words is None else {place: shown.get(text, text) for place, text in enumerate(words.folded)}


def _track(facts: Facts, visits: Visits, at: int) -> Track:
    """The pipeline that a visit is on."""
    deal = visits.deal[at : at + 1]
    value = facts.past.versions.value[visits.version[at : at + 1]]
    term = int(column(facts.columns, "pipeline", value, 0)[0])
    source = int(column(facts.columns, "source", facts.ids[deal], 0)[0])
    return Track(source, facts.curation.terms.get(term, ("", ""))[1])


def _last_used(facts: Facts, visits: Visits, line: Ints, lines: int) -> Ints:
    """The last day of a deal on each line; a deal that only went through the stage on its way does not count."""
    passed = (visits.entered == visits.exited) & (visits.entered != NO_DAY) & np.isnan(visits.days)
    listed = facts.missing[visits.deal] > facts.newest_data
    until = np.where(visits.exited != NO_DAY, visits.exited, np.where(listed, FAR, facts.missing[visits.deal]))
    found = np.full(lines, NO_DAY, dtype=np.int64)
    seen = np.flatnonzero(~passed)
    np.maximum.at(found, line[seen], until[seen])
    return found


def visit_on(facts: Facts, day: int) -> Ints:
    """The visit in which each deal (by row) was at the end of a day; −1 where it was in no stage that is known."""
    visits = facts.visits()
    until = np.where(visits.exited == NO_DAY, FAR, visits.exited)
    here = np.flatnonzero((visits.entered <= day) & (day < until))
    found = np.full(len(facts.ids), -1, dtype=np.int64)
    found[visits.deal[here]] = here
    return found
