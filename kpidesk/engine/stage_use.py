"""How deals use the stages of their pipelines, told part by part, and the order of the stages that follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kpidesk.engine.stages import stage_positions
from kpidesk.engine.values import Floats, Ints, Mask, NotComputableError, added

MOST_STAGES = 100
"""A column with more words in one pipeline is no list of stages."""
WIDTH = 2**33
"""More than any two days, stages or pipelines are apart: a stage of a pipeline is pipeline × WIDTH + stage."""


@dataclass(frozen=True, slots=True, eq=False)
class StageUse:
    """What some deals tell of the stages of their pipelines, the `keys`.

    By key, `entered` tells which a deal has come to, `stated` how many versions state a probability and `likely` what
    these add up to. `moves` are, in three rows, the keys from and to which deals went straight, and how many.
    """

    keys: Ints
    entered: Mask
    stated: Ints
    likely: Floats
    moves: Ints


@dataclass(frozen=True, slots=True, eq=False)
class StageOrder:
    """Every stage of every pipeline, sorted (`known`), with its `position` on it from 1.

    `ordered` holds the stages of one pipeline after the other in their order.
    """

    known: Ints
    position: Ints
    ordered: Ints


def use_of(entries: Ints, moves: Ints, stages: Ints, likely: Floats) -> StageUse:
    """What some deals tell, from the keys of their `entries` (−1 for what is none), of which some are `moves` to the
    next one, and from the keys and the probability of their open versions.
    """
    known = np.unique(entries[entries >= 0])
    others = stages if not len(known) else stages[known[_slots(known, stages)] != stages]
    keys = np.union1d(known, others)
    stated = np.flatnonzero(~np.isnan(likely))
    at = np.searchsorted(keys, stages[stated])
    size = len(keys)
    went = np.searchsorted(keys, entries[moves]) * size + np.searchsorted(keys, entries[moves + 1])
    pairs, count = np.unique(went, return_counts=True)
    return StageUse(
        keys,
        np.isin(keys, known),
        np.bincount(at, minlength=size),
        added(at, likely[stated], size),
        np.stack((keys[pairs // max(size, 1)], keys[pairs % max(size, 1)], count)),
    )


def _slots(known: Ints, keys: Ints) -> Ints:
    return np.minimum(np.searchsorted(known, keys), len(known) - 1)


def order_of(parts: Sequence[StageUse]) -> StageOrder:
    """The order of the stages that all parts together tell.

    Raises:
        NotComputableError: what the files name as stages are too many to be stages.
    """
    known = np.unique(np.concatenate([part.keys[part.entered] for part in parts]))
    stated, likely = np.zeros(len(known), dtype=np.int64), np.zeros(len(known))
    for part in parts:
        at = np.searchsorted(known, part.keys)
        mine = np.isin(part.keys, known)
        stated[at[mine]] += part.stated[mine]
        likely[at[mine]] += part.likely[mine]
    mean = np.where(stated > 0, likely / np.maximum(stated, 1), np.nan)
    start, end, count = np.concatenate([part.moves for part in parts], axis=1)
    start, end = np.searchsorted(known, start), np.searchsorted(known, end)
    position, ordered = np.zeros(len(known), dtype=np.int64), np.zeros(len(known), dtype=np.int64)
    for low, high in _runs(known // WIDTH):
        if high - low > MOST_STAGES:
            raise NotComputableError(f"needs stages: the files name {high - low:,} different ones")
        inside = (start >= low) & (start < high)
        went = np.zeros((high - low, high - low), dtype=np.int64)
        np.add.at(went, (start[inside] - low, end[inside] - low), count[inside])
        position[low:high] = stage_positions(mean[low:high], went)
        ordered[low + position[low:high] - 1] = known[low:high] % WIDTH
    return StageOrder(known, position, ordered)


def _runs(group: Ints) -> Iterator[tuple[int, int]]:
    """Where each run of equal numbers begins and ends."""
    cuts = np.flatnonzero(np.diff(group)) + 1
    return pairwise([0, *cuts.tolist(), len(group)]) if len(group) else iter(())
