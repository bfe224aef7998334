"""The order of the stages of a pipeline, which no file states: told from probabilities and from how deals move."""

from __future__ import annotations

import numpy as np

from kpidesk.engine.values import Floats, Ints


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
