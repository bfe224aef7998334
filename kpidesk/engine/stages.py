"""The order of the stages of a pipeline, and which are its ends: no file states it, so it is told from the deals."""

from __future__ import annotations

import numpy as np

from kpidesk.engine.history import LOST, OPEN, WON
from kpidesk.engine.values import Floats, Ints


def stage_ends(stage: Ints, outcome: Ints, size: int) -> Ints:
    """The outcome that each of so many stages stands for, −1 for one in which deals are open.

    `stage` (−1: none) and `outcome` are by version. Where a status tells the outcome, stages such as Closed Won are
    ends all the same: those in which no export ever showed a deal open, but only ones that were all won or all lost.
    """
    found = np.full(size, -1, dtype=np.int64)
    seen = [np.bincount(stage[(stage >= 0) & (outcome == one)], minlength=size) > 0 for one in (OPEN, WON, LOST)]
    found[seen[1] & ~seen[0] & ~seen[2]] = WON
    found[seen[2] & ~seen[0] & ~seen[1]] = LOST
    return found


def stage_positions(likely: Floats, moves: Ints) -> Ints:
    """The position of each stage, counted from 1; the stages are given in alphabetical order.

    `likely` is the mean probability of each stage, NaN where none is stated; `moves[a, b]` how many deals went from
    stage a straight to stage b. Of two stages the less likely one comes first; where that does not decide, the one
    that more deals leave for the other than come back. What holds for a and b and for b and c holds for a and c. A
    stage stands the further on, the more stages come before it and the fewer after it; ties go by name.
    """
    before = likely[:, None] < likely
    before |= ~(before | before.T) & (moves > moves.T)
    for middle in range(len(likely)):
        before |= before[:, middle, None] & before[middle]
    score = before.sum(axis=0) - before.sum(axis=1)
    positions = np.empty(len(likely), dtype=np.int64)
    positions[np.argsort(score, kind="stable")] = np.arange(1, len(likely) + 1)
    return positions
