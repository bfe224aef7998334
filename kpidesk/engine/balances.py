"""Balances of two kinds among all, such as promoters less detractors by those who answered: sample and interval."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kpidesk.engine.answers import Answer
from kpidesk.engine.values import Floats
from kpidesk.stats.intervals import balance_many


def with_bounds(found: Answer, more: Answer, fewer: Answer, everyone: Answer) -> Answer:
    """A balance that rests on everyone, with its interval."""
    low, high = balance_many(more.value, fewer.value, everyone.value)
    return replace(found, n=everyone.n, low=low, high=high)


def with_scaled_bounds(found: Answer, inner: Answer, factor: Floats) -> Answer:
    """An answer that is another one times a number, with that one's interval, where it has one, times the same."""
    if inner.low is None or inner.high is None:
        return found
    ends = inner.low * factor, inner.high * factor
    return replace(found, low=np.minimum(*ends), high=np.maximum(*ends))
