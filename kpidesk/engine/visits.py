"""Visits of deals to stages, told from dated exports and from histories of stages; nothing of it is stored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kpidesk.core.curation import Curation
from kpidesk.engine.days import NO_DAY
from kpidesk.engine.history import LOST, OPEN, WON, Columns, Versions, column
from kpidesk.engine.stage_use import WIDTH, StageOrder, StageUse, order_of, use_of
from kpidesk.engine.values import Floats, Ints, Mask, Raw, from_ints, ranges


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What each version tells of the stage of its deal.

    `stage` is the place of the stage's name among all words, −1 where the version names none in which a deal can be
    open: stages that mean won or lost are ends, not stages. `pipeline` numbers the pipelines, those of each source
    apart. `since` is the day that the file gives for entering the stage, `likely` the probability it states.
    """

    stage: Ints
    pipeline: Ints
    since: Ints
    likely: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """Every stay of a deal in a stage, by deal and in the order of the stays.

    `deal` is the row of the deal, `stage` the place of the stage's name, `position` that of the stage in the
    pipeline with the number `pipeline`, from 1. `entered` and `exited` are days, NO_DAY where unknown or not yet;
    of the versions they were read from, `version` shows the entry and `exit_version` the exit (−1: none).
    `next_stage` is −1 where the deal was closed or is still in the stage. `days` is NaN where the length of the stay is
    not known. `reached` tells whether the deal went further on later or was won, `first` whether it had never been as
    far before.
    """

    deal: Ints
    stage: Ints
    pipeline: Ints
    position: Ints
    version: Ints
    exit_version: Ints
    entered: Ints
    exited: Ints
    next_stage: Ints
    days: Floats
    reached: Mask
    first: Mask


def read_told(
    columns: Columns, curation: Curation, versions: Versions, ids: Ints, places: Floats, endings: Ints,
    pipelines: Ints | None = None,
) -> Told:  # fmt: skip
    """What the versions tell of stages.

    `ids` are the numbers of the deals, `places[w]` is the place of word w in alphabetical order, `endings` the outcome
    by word of those stages that are none but by how they are used, −1 for all others. `pipelines` are all that there
    are, see `pipelines_of`, where these are the versions of some deals only.
    """
    ends = [term for term, outcome in curation.outcomes.items() if outcome != "open"]
    every = np.arange(len(versions.value))
    terms = versions.field(columns, "stage", every, 0)
    pipeline = pipelines_of(columns, versions, ids, places)
    known = np.unique(pipeline) if pipelines is None else pipelines
    return Told(
        stage=np.where(np.isin(terms, ends) | (endings[terms] >= 0), -1, _placed(places, terms)),
        pipeline=np.searchsorted(known, pipeline),
        since=versions.field(columns, "stage_entered_at", every, NO_DAY).astype(np.int64),
        likely=from_ints(versions.field(columns, "probability", every, -1), -1),
    )


def pipelines_of(columns: Columns, versions: Versions, ids: Ints, places: Floats) -> Ints:
    """A number for the pipeline that each version names, those of each source apart."""
    source = column(columns, "source", ids, 0).astype(np.int64)[versions.deal]
    return np.asarray(source * WIDTH + _placed(places, column(columns, "pipeline", versions.value, 0)) + 1)


def _placed(places: Floats, terms: Raw) -> Ints:
    return np.asarray(np.nan_to_num(places[terms], nan=-1), dtype=np.int64)


def read_visits(versions: Versions, told: Told, created: Ints, is_new: Mask, order: StageOrder | None = None) -> Visits:
    """The visits that the versions tell of; by deal, `created` is the day of creation.

    `order` is that of the stages, where there are more deals to tell it than these.

    `is_new`: the versions tell of the deal from its creation on, as it was created after the first export or its
    history of stages begins with its creation. A change in such a history is like an export that states its day.

    A visit begins where an export shows a deal in another stage than the one before, open again after it was closed,
    or in the same stage but since a later day than that on which it was already seen there (it left and came back).

    Entered: on the day the file states for it, else on the day the deal was created when this is its first visit,
    else on the data date of the export that shows it (on the day of closing, if the deal was closed by then). Where a
    deal was already there when the first export was made, and no day is stated, the entry is not known.
    Exited: when the next visit is entered or the deal is closed. Days never run backwards: what is stated to be earlier
    than the visit before counts from that one's day. A deal that is missing from later exports has not exited.

    A deal that goes further on, or is won, has passed the stages in between, and a new one has passed those before
    the stage in which it was first seen: each gets a visit that begins and ends on that day.
    The length of such a visit is not known (no export saw the deal there), so it has no `days`, like that of any other
    stay that was neither seen while the deal was open nor is dated by a file. A deal that was created and closed
    between two exports was in no stage that is known: it makes no visit.

    Going back is a visit too, but no `first` one: those lead to a stage further on than any before.

    Raises:
        NotComputableError: what the files name as stages are too many to be stages.
    """
    events = _events(versions, told, created, is_new)
    track = _tracks(told, events, order or order_of([_use(versions, told, events)]))
    won = versions.outcome[versions.newest] == WON
    row, step = _rows(events, track, won, is_new)
    start, end = row + (step > 0), row + (step >= 0)
    end = np.where((step < 0) | events.followed[row], end, -1)
    last = np.append(row[1:] != row[:-1], True)[: len(row)]
    beyond = np.where(last, np.where(end < 0, -1, events.stage[end]), track.stage_at(row, step + 1))
    entered, exited = events.day[start], np.where(end < 0, NO_DAY, events.day[end])
    is_known = (step == 0) & events.witnessed[row] & (entered != NO_DAY) & (exited != NO_DAY)
    deal, pipeline, position = events.deal[row], track.pipeline[row], track.position[row] + step
    reached, first = _compared(deal, pipeline, position)
    return Visits(
        deal, track.stage_at(row, step), pipeline, position,
        version=events.version[start], exit_version=np.where(end < 0, -1, events.version[end]),
        entered=entered, exited=exited, next_stage=beyond,
        days=np.where(is_known, (exited - entered).astype(np.float64), np.nan),
        reached=reached | won[deal], first=first,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Events:
    """Entries into stages and closings, by deal and in the order in which they happened.

    `stage` is −1 for a closing. `followed` tells whether another event of the deal comes after, `witnessed` whether an
    export saw the deal there while it was open, or states since when.
    """

    version: Ints
    deal: Ints
    stage: Ints
    day: Ints
    followed: Mask
    witnessed: Mask


def _events(versions: Versions, told: Told, created: Ints, is_new: Mask) -> _Events:
    outcome = versions.outcome
    shut = (outcome == WON) | (outcome == LOST)
    telling = np.flatnonzero(shut | ((outcome == OPEN) & (told.stage >= 0)))
    deal, shut, seen = versions.deal[telling], shut[telling], versions.seen[telling]
    same = np.append(False, deal[1:] == deal[:-1])[: len(deal)]
    shut_before = same & np.append(False, shut[:-1])[: len(deal)]
    closes = shut & ~shut_before
    # what a file says of the stage after the closing is a correction of words, not a move
    stage = np.where(shut_before & shut, -1, told.stage[telling])
    since = told.since[telling]
    came_back = same & ~shut & (shut_before | (since > np.append(NO_DAY, seen[:-1])[: len(seen)]))
    begins = _begins(deal, stage, came_back)
    closed_on = _closing_days(versions.closed[telling], closes, shut, same, seen)

    key = np.sort(np.concatenate((2 * np.flatnonzero(begins), 2 * np.flatnonzero(closes) + 1)))
    at, is_end = key // 2, key % 2 == 1
    deal, stated = deal[at], ~is_end & (since[at] != NO_DAY)
    new = np.append(True, deal[1:] != deal[:-1])[: len(deal)]
    shown = np.where(shut[at], np.minimum(seen[at], closed_on[at]), seen[at])
    born = np.where(is_new[deal], created[deal], NO_DAY)
    day = np.where(is_end, closed_on[at], np.where(stated, since[at], np.where(new, born, shown)))
    return _Events(
        telling[at], deal, np.where(is_end, -1, stage[at]),
        day=np.maximum.accumulate(day + deal * WIDTH) - deal * WIDTH,
        followed=~np.append(new[1:], True)[: len(new)], witnessed=stated | ~shut[at],
    )  # fmt: skip


def _begins(deal: Ints, stage: Ints, came_back: Mask) -> Mask:
    """Where a visit begins: in another stage than the last one named, or in the same one again."""
    named = np.maximum.accumulate(np.where(stage >= 0, np.arange(len(stage)), -1))
    before = np.append(-1, named[:-1])[: len(named)]
    known = (before >= 0) & (deal[before] == deal)
    moved = ~known | (stage[before] != stage)
    return np.asarray((stage >= 0) & (moved | came_back), dtype=np.bool_)


def _closing_days(closed: Ints, closes: Mask, shut: Mask, same: Mask, seen: Ints) -> Ints:
    """The day of each closing as the last export before any reopening states it, else when it was first seen."""
    at = np.flatnonzero(closes)
    breaks = np.append(np.flatnonzero(~shut | ~same), len(shut))
    last = breaks[np.searchsorted(breaks, at, side="right")] - 1
    found = np.full(len(closed), NO_DAY, dtype=np.int64)
    found[at] = np.where(closed[last] == NO_DAY, seen[at], closed[last])
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Track:
    """Where on its pipeline each event is: `position` 0 for a closing.

    `ordered` holds the stages of all pipelines in their order, those of the pipeline of event e from `start[e]` on;
    `length[e]` is how many there are.
    """

    pipeline: Ints
    position: Ints
    start: Ints
    length: Ints
    ordered: Ints

    def stage_at(self, event: Ints, step: Ints) -> Ints:
        """The stage so many steps beyond that of an event; −1 past the last one."""
        place = self.position[event] + step
        inside = place <= self.length[event]
        found = self.ordered[np.where(inside, self.start[event] + place - 1, 0)] if len(self.ordered) else place
        return np.where(inside, found, -1)


def _use(versions: Versions, told: Told, events: _Events) -> StageUse:
    """How the versions use stages."""
    is_entry, pipeline = events.stage >= 0, told.pipeline[events.version]
    moves = np.flatnonzero(is_entry[:-1] & is_entry[1:] & events.followed[:-1] & (pipeline[:-1] == pipeline[1:]))
    open_at = np.flatnonzero((versions.outcome == OPEN) & (told.stage >= 0))
    key = np.where(is_entry, pipeline * WIDTH + events.stage, -1)
    return use_of(key, moves, told.pipeline[open_at] * WIDTH + told.stage[open_at], told.likely[open_at])


def stage_use(
    columns: Columns, curation: Curation, versions: Versions, ids: Ints, places: Floats, endings: Ints, pipelines: Ints
) -> StageUse:
    """How the versions of some deals use stages; `pipelines` are all that there are."""
    told = read_told(columns, curation, versions, ids, places, endings, pipelines)
    nothing = np.zeros(len(ids), dtype=np.bool_)  # when a deal was created does not count here
    return _use(versions, told, _events(versions, told, nothing.astype(np.int64), nothing))


def _tracks(told: Told, events: _Events, order: StageOrder) -> _Track:
    """Find each event on its own pipeline."""
    is_entry, pipeline = events.stage >= 0, told.pipeline[events.version]
    slot = np.searchsorted(order.known, np.where(is_entry, pipeline * WIDTH + events.stage, -1))
    group = order.known // WIDTH
    start = np.searchsorted(group, pipeline)
    length = np.searchsorted(group, pipeline, side="right") - start
    position = np.append(order.position, 0)[slot]
    return _Track(pipeline, np.where(is_entry, position, 0), start, length, order.ordered)


def _rows(events: _Events, track: _Track, won: Mask, is_new: Mask) -> tuple[Ints, Ints]:
    """The event from which each visit springs, and how many stages beyond it lies: 0, another number for a passed one.

    `won` and `is_new` are by deal.
    """
    entry = np.flatnonzero(events.stage >= 0)
    after = np.minimum(entry + 1, len(events.day) - 1)
    moved = events.followed[entry] & (events.stage[after] >= 0) & (track.pipeline[after] == track.pipeline[entry])
    is_win = events.followed[entry] & (events.stage[after] < 0) & ~events.followed[after] & won[events.deal[entry]]
    goal = np.where(moved, track.position[after], np.where(is_win, track.length[entry] + 1, 0))
    passed = np.maximum(goal - track.position[entry] - 1, 0)
    starts = ~np.append(False, events.followed[:-1])[: len(events.day)][entry]
    skipped = np.where(starts & is_new[events.deal[entry]], track.position[entry] - 1, 0)
    return np.repeat(entry, skipped + 1 + passed), ranges(-skipped, passed + 1)


def _compared(deal: Ints, pipeline: Ints, position: Ints) -> tuple[Mask, Mask]:
    """Whether the deal was further on later, and whether it had never been as far before, within its pipeline."""
    order = np.lexsort((np.arange(len(deal)), pipeline, deal))
    deal, pipeline, position = deal[order], pipeline[order], position[order]
    new = np.append(True, (deal[1:] != deal[:-1]) | (pipeline[1:] != pipeline[:-1]))[: len(deal)]
    part = np.cumsum(new) * WIDTH
    highest = np.maximum.accumulate(part + position) - part
    first = new | (position > np.append(0, highest[:-1])[: len(new)])
    part = part[::-1]
    ahead = (np.maximum.accumulate(position[::-1] - part) + part)[::-1]
    back = np.argsort(order)
    return (ahead > position)[back], first[back]
