from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidesk.stats.mix import rate_and_mix
from tests.stats.vectors import cases, near


def test_splits_as_published() -> None:
    for case in cases("V-MIX"):
        before = {part["segment"]: ((part["r0"] or 0) * part["w0"], part["w0"]) for part in case["segments"]}
        after = {part["segment"]: ((part["r1"] or 0) * part["w1"], part["w1"]) for part in case["segments"]}
        found = {one.segment: one for one in rate_and_mix(before, after)}
        for part in case["segments"]:
            # the published weights are rounded to six decimals
            assert found[part["segment"]].rate == pytest.approx(part["rate_effect"], rel=1e-4, abs=2e-6)
            assert found[part["segment"]].mix == pytest.approx(part["mix_effect_centred"], rel=1e-4, abs=2e-6)
        assert sum(one.rate for one in found.values()) == pytest.approx(case["rate_effect"], rel=1e-4, abs=2e-6)
        assert sum(one.mix for one in found.values()) == pytest.approx(case["mix_effect"], rel=1e-4, abs=2e-6)


def test_same_total_while_every_segment_gains_ten_points() -> None:
    found = rate_and_mix({"SMB": (8, 20), "ENT": (1, 10)}, {"SMB": (5, 10), "ENT": (4, 20)})
    assert sum(one.rate for one in found) == near(0.10)
    assert sum(one.mix for one in found) == near(-0.10)


def test_nothing_to_divide_by_gives_no_split() -> None:
    assert rate_and_mix({}, {"SMB": (1, 2)}) == ()
    assert rate_and_mix({"SMB": (1, 2)}, {"SMB": (0, 0)}) == ()


parts = st.dictionaries(
    st.sampled_from("abcde"), st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=1
)  # fmt: skip


@given(parts, parts)
def test_the_parts_are_the_whole_change(
    before: dict[str, tuple[float, float]], after: dict[str, tuple[float, float]]
) -> None:
    total = [sum(hit for hit, _ in side.values()) / sum(rows for _, rows in side.values()) for side in (before, after)]
    effects = rate_and_mix(before, after)
    assert sum(one.rate + one.mix for one in effects) == pytest.approx(total[1] - total[0], abs=1e-9)
