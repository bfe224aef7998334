"""Names as they are compared: many at a time, each like one by itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kpidesk.core.texts import folded, folded_all, folded_lines

NAMES = st.one_of(
    st.text(st.sampled_from("Aa b\tÄß\u200b\n0"), max_size=6),
    st.sampled_from(("001xx000003DGb2", "001xx000003DGB2", "0123456789abcde", "ACME Inc", "")),
)


@given(st.lists(NAMES, max_size=8))
def test_many_are_compared_like_each_by_itself(names: list[str]) -> None:
    assert folded_all(names) == [folded(name) for name in names]


def test_a_long_list_is_folded_part_by_part() -> None:
    names = [f"Deal  {number}" if number % 700 == 0 else f"DEAL {number}" for number in range(2_000)]
    assert folded_all(names) == [f"deal {number}" for number in range(2_000)]


def test_odd_names_among_plain_ones_are_folded_by_themselves() -> None:
    names = ["Plain", "Äpfel", "0ther", " led", "a  gap", "", "two\nlines", "PLAIN"] * 100
    assert folded_all(names) == [folded(name) for name in names]


@given(st.lists(NAMES, min_size=1, max_size=8))
def test_lines_are_compared_like_names_or_not_at_all(names: list[str]) -> None:
    assert folded_lines("\n".join(names), len(names)) in ([], [folded(name) for name in names])
    assert folded_lines("Big Deal\nSmall", 2) == ["big deal", "small"]
