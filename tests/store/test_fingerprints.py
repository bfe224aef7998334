"""Rows that are known by their text are found among many, and others are not."""

from __future__ import annotations

import numpy as np
import pytest

from kpidesk.store.fingerprints import NOTHING_KNOWN, known_rows


@pytest.mark.parametrize("count", [1, 2, 3, 1_023, 1_024, 5_000])
def test_each_print_leads_to_its_value_and_no_other_does(count: int) -> None:
    rng = np.random.default_rng(count)
    prints = rng.integers(1, 2**64, (count + 1, 2), dtype=np.uint64)
    prints[0] = 0
    prints[count // 2] = 0  # a value whose text is not known
    prints[count, 0] = prints[max(count - 1, 0), 0]  # alike in one half
    known = known_rows(prints[:, 0], prints[:, 1])
    expected = [at if prints[at, 0] else 0 for at in range(count + 1)]
    assert known.find(prints).tolist() == expected
    assert not known.find(rng.integers(1, 2**64, (500, 2), dtype=np.uint64)).any()
    assert not NOTHING_KNOWN.find(prints).any()
