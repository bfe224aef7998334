"""The past of the deals as a stage history tells it, woven into what exports have shown; nothing of it is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from kpidesk.core.curation import Curation
from kpidesk.engine.days import FAR, NO_DAY
from kpidesk.engine.history import (
    LOST,
    NO_AMOUNT,
    OPEN,
    WON,
    Columns,
    Versions,
    column,
    meant,
    pushes_of,
)
from kpidesk.engine.stages import stage_ends
from kpidesk.engine.values import Floats, Ints, Mask, Raw, same

if TYPE_CHECKING:
    from kpidesk.engine.stage_changes import Changes

TOLD = {"amount": NO_AMOUNT, "close_date": NO_DAY, "probability": -1}
"""Fields, besides the stage, of which a stage history may tell the past, and what stands for nothing in them."""
_WIDTH = 2**33  # more than any two days are apart


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """What is known of the deals over time: by their exports, and by a history of their stages where there is one.

    `versions` are those of the exports with the changes of the history between them; `shown` is, by version, the
    version of the exports that shows it first, and `change` the stored value of the change that tells it, 0 where the
    export does. By deal, `is_told` tells which have a history and `from_start` which
    have one from their creation on. `begins` is the day of the first change of all, NO_DAY without any. `endings`
    tells, by word, the outcomes that stages stand for by how they are used, −1 for none.
    """

    versions: Versions
    shown: Ints
    change: Ints
    is_told: Mask
    from_start: Mask
    begins: int
    endings: Callable[[], Ints]


def told_fields(told: Columns) -> frozenset[str]:
    """The fields of formulas whose past values are known where a stage history tells these columns."""
    also = {"stage": ("stage_id", "stage_entered_at"), "close_date": ("push_count",)}
    return frozenset((*told, *(name for column_name in told for name in also.get(column_name, ()))))


def past_of_exports(columns: Columns, versions: Versions, places: Floats) -> Past:
    """The past where only exports tell of it; `places[w]` is the place of word w in alphabetical order."""
    nothing = np.zeros(len(versions.first), dtype=np.bool_)
    endings = cache(lambda: endings_by_use(column(columns, "stage", versions.value, 0), versions.outcome, places))
    shown = versions.deal if versions.deal is versions.first else np.arange(len(versions.deal))
    return Past(versions, shown, same(0, len(versions.deal)), nothing, nothing, NO_DAY, endings)


def endings_by_use(terms: Raw, outcome: Ints, places: Floats, more: Mask | None = None) -> Ints:
    """The outcome that each word stands for as a stage; `more` marks, by place, words that are stages for sure."""
    place = np.nan_to_num(places, nan=-1).astype(np.int64)
    ends = stage_ends(place[terms], outcome, int(place.max(initial=-1)) + 1)
    if more is not None:
        ends[more] = -1
    return np.where(place < 0, -1, ends[place]) if len(ends) else place


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """Exports and changes by deal and in the order of time; one place each.

    `export` is the version of the exports in force (the first one before there is any, which `preceded` tells apart),
    `change` the last change so far (−1: none). At a `row` a change stands, at an `anchor` the newest export says once
    more what it says. `ruled` marks where the changes tell the stage: from the first to the last of them.
    """

    deal: Ints
    day: Ints
    export: Ints
    change: Ints
    preceded: Mask
    row: Mask
    anchor: Mask
    ruled: Mask


def weave(
    versions: Versions, columns: Columns, changes: Changes, curation: Curation, places: Floats,
    missing: Ints, newest_data: int,
) -> Past:  # fmt: skip
    """The changes of a stage history among the versions of the exports.

    Of a deal that has changes, they are the truth about its stage from the first of them to the last; before and after
    that the exports tell. Of its amount, close date and probability each says what held from its day on: a field that
    any change of the deal gives is taken from the changes, empty ones included; everything else of a deal is as the
    export in force says (before the first one: as that one says). An export of the day of a change comes after it when
    it shows the same stage, else before.

    `missing` is by deal; `places[w]` is the place of word w in alphabetical order.
    """
    if not len(changes.deal):
        return past_of_exports(columns, versions, places)
    stage = column(columns, "stage", versions.value, 0).astype(np.int64)
    endings = endings_by_use(stage, versions.outcome, places, _passed(versions, changes, places))
    means = np.where(meant(curation, np.arange(len(places))) >= 0, meant(curation, np.arange(len(places))), endings)
    changes = _before_the_end(versions, changes, means)
    line = _line_up(versions, changes, places[stage], places, missing, newest_data)
    stage = np.where(line.ruled, changes.stage[line.change], stage[line.export])
    value = versions.value[line.export]
    stated = meant(curation, column(columns, "status", value, 0)).astype(np.int64)
    outcome, closed = _endings(versions, line, means[stage], stated)
    new = np.diff(line.deal, prepend=-1) != 0
    run = _runs(new, np.nan_to_num(places[stage], nan=-1), outcome)
    said = column(columns, "stage_entered_at", value, NO_DAY).astype(np.int64)
    settled = line.row[run] & (line.ruled | (said <= changes.until))
    since = np.where(settled, line.day[run], said)
    told = {"stage": stage, "stage_entered_at": since, **_fields(columns, changes, line, value)}
    first = np.flatnonzero(new)
    newest = np.append(first[1:], len(new)) - 1
    end = np.append(line.day[1:], FAR)
    end[newest] = FAR
    woven = Versions(
        line.deal, value, line.day, np.where(new, NO_DAY, line.day), end, outcome, closed,
        pushes=pushes_of(told.get("close_date", column(columns, "close_date", value, NO_DAY)), new, first, line.deal),
        stage_since=np.where(since == NO_DAY, line.day[run], since), first=first, newest=newest, told=told,
    )  # fmt: skip
    is_told = np.isin(np.arange(len(versions.first)), changes.deal)
    return Past(
        woven, _shown(versions, line), _telling(changes, line, places, stage, value, columns), is_told,
        changes.from_start, int(changes.day.min()), lambda: endings,
    )  # fmt: skip


def at_exports(versions: Versions, past: Past) -> Versions:
    """The versions of the exports with the pushes and the time in stage that the history lets them know."""
    if past.versions is versions:
        return versions
    place = np.zeros(len(versions.deal), dtype=np.int64)
    place[past.shown] = np.arange(len(past.shown))  # of several places the last counts: there the export stands
    place[versions.newest] = past.versions.newest
    told = past.versions
    return Versions(
        versions.deal, versions.value, versions.seen, versions.start, versions.end, versions.outcome, versions.closed,
        told.pushes[place], told.stage_since[place], versions.first, versions.newest,
    )  # fmt: skip


def _line_up(
    versions: Versions, changes: Changes, shown: Floats, places: Floats, missing: Ints, newest_data: int
) -> _Line:
    """Put exports and changes in the order of time; `shown` is the place of the stage of each export."""
    told, seen = changes.deal * _WIDTH + changes.day, versions.deal * _WIDTH + versions.seen
    at = np.searchsorted(told, seen, side="right") - 1
    agrees = (at >= 0) & (told[at] == seen) & (places[changes.stage[at]] == shown)
    last = np.searchsorted(changes.deal, np.arange(len(versions.first)), side="right") - 1
    ended = told[last] + ~agrees[versions.newest] > seen[versions.newest]
    again = np.flatnonzero((last >= 0) & (changes.deal[last] == np.arange(len(last))) & ended)
    until = np.where(missing[again] <= newest_data, changes.day[last[again]], newest_data)
    deal = np.concatenate((versions.deal, changes.deal, again))
    day = np.concatenate((versions.seen, changes.day, until))
    sizes = (len(versions.deal), len(changes.deal), len(again))
    rank = np.concatenate((np.where(agrees, 2, 0), np.ones(sizes[1]), np.full(sizes[2], 3)))
    order = np.lexsort((np.arange(len(deal)), rank, day, deal))
    deal = deal[order]
    none = np.full(sizes[1], -1, dtype=np.int64)
    export, preceded = _carried(np.concatenate((np.arange(sizes[0]), none, versions.newest[again]))[order], deal)
    row = (rank == 1)[order]
    change, changed = _carried(np.where(row, order - sizes[0], -1), deal)
    anchor = (rank == 3)[order]
    more = np.flatnonzero(row)
    final = more[np.maximum(np.searchsorted(deal[more], deal, side="right") - 1, 0)]
    ruled = changed & (row | anchor | (np.arange(len(deal)) < final))
    export = np.where(preceded, export, versions.first[deal])
    return _Line(deal, day[order], export, np.where(changed, change, -1), preceded, row, anchor, ruled)


def _passed(versions: Versions, changes: Changes, places: Floats) -> Mask:
    """The stages, by place, in which most of the deals that were in them did not come to their end.

    One does that is told of no other stage after it, and entered it no earlier than on the day on which it was closed.
    """
    place = np.nan_to_num(places, nan=-1).astype(np.int64)
    size = int(place.max(initial=-1)) + 1
    last = np.append(changes.deal[1:] != changes.deal[:-1], True)
    newest = versions.newest[changes.deal]
    over = last & (versions.outcome[newest] != OPEN) & (changes.day >= versions.closed[newest])
    known = place[changes.stage] >= 0
    pairs = np.unique(changes.deal[known] * size + place[changes.stage[known]]) % max(size, 1)
    ended = place[changes.stage[over & known]]
    return np.asarray(np.bincount(pairs, minlength=size) > 2 * np.bincount(ended, minlength=size), dtype=np.bool_)


def _before_the_end(versions: Versions, changes: Changes, means: Ints) -> Changes:
    """The changes without the stages told of deals that were closed by then.

    A history that tells of no closing itself, but of a stage after the last day of closing, corrects words: the deal is
    opened by it no more than moved.
    """
    tells_end = np.isin(changes.deal, changes.deal[np.isin(means[changes.stage], (WON, LOST))])
    counts = ~_is_over(versions, changes.deal, changes.day) | tells_end
    stage, known = _carried(np.where(counts, changes.stage, -1), changes.deal)
    return replace(changes, stage=np.where(known, stage, changes.stage))


def _is_over(versions: Versions, deal: Ints, day: Ints) -> Mask:
    """Whether deals that the newest export shows as closed were closed before a day."""
    newest = versions.newest[deal]
    closed = versions.closed[newest]
    return np.asarray((versions.outcome[newest] != OPEN) & (closed != NO_DAY) & (day > closed), dtype=np.bool_)


def _carried(numbers: Ints, deal: Ints) -> tuple[Ints, Mask]:
    """Each number, or the last one of the deal before it where it is −1; and where there is any."""
    at = np.maximum.accumulate(np.where(numbers >= 0, np.arange(len(numbers)), -1))
    known = (at >= 0) & (deal[at] == deal)
    return np.where(known, numbers[at], -1), known


def _endings(versions: Versions, line: _Line, said: Ints, stated: Ints) -> tuple[Ints, Ints]:
    """Whether each deal was won, lost or open at each place, and the day on which it was closed.

    Where the changes rule, their stage tells (what it means is `said`), or the status of the export in force
    (`stated`), or else the end of a deal that was closed by then and of whose closing no change tells.
    """
    ends = line.ruled & ~line.anchor & np.isin(said, (WON, LOST))
    stated = np.where(line.preceded & np.isin(stated, (WON, LOST)), stated, OPEN)
    is_over = ~np.isin(line.deal, line.deal[ends]) & (stated == OPEN) & _is_over(versions, line.deal, line.day)
    newest = versions.newest[line.deal]
    by_changes = np.where(ends, said, np.where(is_over, versions.outcome[newest], stated))
    own = ~line.ruled | line.anchor
    outcome = np.where(own, versions.outcome[line.export], by_changes)
    shut = outcome != OPEN
    begins = np.append(True, (line.deal[1:] != line.deal[:-1]) | (shut[1:] != shut[:-1]))
    source = np.maximum.accumulate(np.where(begins | ~line.row, np.arange(len(shut)), 0))
    day = np.where(line.row[source], line.day[source], versions.closed[line.export[source]])
    day = np.where(line.row & is_over, versions.closed[newest], day)
    return outcome, np.where(shut, day, NO_DAY)


def _runs(new: Mask, stage: Floats, outcome: Ints) -> Ints:
    """Where the stay in the stage of each place began: in another stage, or open again."""
    reopened = np.append(False, (outcome[1:] == OPEN) & (outcome[:-1] != OPEN))
    moved = new | (np.diff(stage, prepend=-2) != 0) | reopened
    return np.asarray(np.maximum.accumulate(np.where(moved, np.arange(len(new)), 0)))


def _fields(columns: Columns, changes: Changes, line: _Line, value: Ints) -> dict[str, Raw]:
    """What held of each field that the changes give."""
    found: dict[str, Raw] = {}
    written = changes.value[line.change]
    for name, empty in TOLD.items():
        told = column(changes.columns, name, changes.value, empty)
        given = np.isin(line.deal, changes.deal[told != empty])
        if given.any():
            here = line.row & given
            own = column(columns, name, value, empty)
            found[name] = np.where(here, column(changes.columns, name, written, empty), own)
            if name == "amount":
                code = column(changes.columns, "currency", written, 0)
                found["currency"] = np.where(here & (code != 0), code, column(columns, "currency", value, 0))
    return found


def _telling(changes: Changes, line: _Line, places: Floats, stage: Ints, value: Ints, columns: Columns) -> Ints:
    """The stored value of the change by which each place is told otherwise than by the export in force; 0 for none."""
    shown = column(columns, "stage", value, 0)
    moved = np.nan_to_num(places[stage], nan=-1) != np.nan_to_num(places[shown], nan=-1)
    return np.where(line.row | (line.ruled & moved), changes.value[line.change], 0)


def _shown(versions: Versions, line: _Line) -> Ints:
    """The version of the exports that is the first to show what holds at each place."""
    later = line.row & line.preceded
    return np.minimum(line.export + later, versions.newest[line.deal])
