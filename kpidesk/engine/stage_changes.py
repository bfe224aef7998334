"""The changes that a history of stages tells of: which deal was in which stage from when on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kpidesk.core.curation import Curation
from kpidesk.engine.days import NO_DAY
from kpidesk.engine.history import Columns, meant
from kpidesk.engine.joined_changes import counting
from kpidesk.engine.records import Records
from kpidesk.engine.values import Ints, Mask

_STAMP = 1441  # a stamp is day × 1441, plus the minute of the day from 1 where the file gives a time


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """The changes by deal (its row) and in the order of time.

    `stage` is the word of the stage from `day` on, 0 where none is told yet; `value` the number of the stored value in
    `columns`, the records of the history. `from_start` tells, by deal, whether they begin with its creation. Until the
    day `until` the history is complete.
    """

    deal: Ints
    day: Ints
    stage: Ints
    value: Ints
    columns: Columns
    from_start: Mask
    until: int


def read_changes(
    records: Records, links: Mapping[int, int], ids: Ints, created: Ints, curation: Curation,
    newest_data: int, until: int, own: Mapping[int, int] | None = None,
) -> Changes:  # fmt: skip
    """The changes of the deals with these numbers up to the newest data, by time and then by number of the record.

    `links` give the deal behind each reference, `created` the day of creation by deal (NO_DAY: not known). A change
    that names no deal, or no day, tells nothing; one that names no stage leaves the deal where it was. Where the first
    change of a deal tells which stage it came from, the deal was there from its creation on. `own` give the deal of its
    own source behind each reference, where that counts as another one.
    """
    deal = _deals(records.raw("deal"), links, ids)
    stamp = records.raw("entered_at")
    order = np.lexsort((records.ids, stamp, deal))
    order = order[(deal[order] >= 0) & (stamp[order] != NO_DAY) & (stamp[order] // _STAMP <= newest_data)]
    if own:
        terms, stages = records.raw("deal")[order], records.raw("stage")[order]
        head = ids[deal[order]]
        order = order[counting(deal[order], _numbers(terms, own, head), meant(curation, stages).astype(np.int64), head)]
    deal, day = deal[order], stamp[order] // _STAMP
    stage, before = records.raw("stage")[order], _as_stages(records.raw("from_stage"), curation)[order]
    first = np.flatnonzero(np.diff(deal, prepend=-1) != 0)
    born = created[deal[first]]
    comes = (before[first] != 0) & (before[first] != stage[first]) & (born != NO_DAY)
    ahead = first[comes]
    from_start = np.zeros(len(ids), dtype=np.bool_)
    from_start[deal[first]] = comes | (day[first] <= born)
    at = np.insert(np.arange(len(deal)), ahead, ahead)
    stage = np.insert(stage, ahead, before[ahead])
    days = np.insert(day, ahead, np.minimum(born[comes], day[ahead]))
    named = np.maximum.accumulate(np.where(stage != 0, np.arange(len(stage)), 0))
    stage = np.where(deal[at][named] == deal[at], stage[named], 0)
    return Changes(deal[at], days, stage, records.now[order][at], records.columns, from_start, until)


def _deals(terms: Ints, links: Mapping[int, int], ids: Ints) -> Ints:
    """The row of the deal that each reference means; −1 where there is none."""
    row = {number: at for at, number in enumerate(ids.tolist())}
    found = np.full(int(terms.max(initial=0)) + 1, -1, dtype=np.int64)
    for term, number in links.items():
        if term < len(found):
            found[term] = row.get(number, -1)
    found[0] = -1
    return np.asarray(found[terms])


def _numbers(terms: Ints, own: Mapping[int, int], head: Ints) -> Ints:
    """The deal of its own source that each reference means; the one that it counts as where none is known."""
    found = np.zeros(int(max(terms.max(initial=0), *own)) + 1, dtype=np.int64)
    found[list(own)] = list(own.values())
    return np.where(found[terms] > 0, found[terms], head)


def _as_stages(terms: Ints, curation: Curation) -> Ints:
    """Words under which a stage was left as the same words under which it is entered, where there are such."""
    stages = {text.casefold(): term for term, (field, text) in curation.terms.items() if field == "stage"}
    found = np.arange(int(terms.max(initial=0)) + 1)
    for term in np.unique(terms[terms != 0]).tolist():
        found[term] = stages.get(curation.terms.get(term, ("", ""))[1].casefold(), term)
    return np.asarray(found[terms])
