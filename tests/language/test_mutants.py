"""Two thousand broken formulas of a seed; `python -m tests.fuzz formulas` tries as many as one likes."""

from __future__ import annotations

import pytest

from kpidesk.language import FormulaError, compile_formula
from tests.language.mutants import outcomes


def test_every_mutant_is_a_tree_or_a_message_with_a_place_in_time() -> None:
    found = outcomes(2_000, seed=1)
    assert sum(found.values()) == 2_000
    assert found["tree"] > 20, "too few of them are right to be a test of what is right"
    assert len(found) > 12, "too few kinds of mistakes are made"


@pytest.mark.parametrize("text", ["(" * 10_000, "(" * 900 + ")" * 900, "[" * 10_000, "'" * 9_999])
def test_ten_thousand_brackets_are_refused_at_once(text: str) -> None:
    with pytest.raises(FormulaError) as caught:
        compile_formula(text)
    assert caught.value.code in ("E-LIMIT", "E-SYNTAX")
    assert 0 <= caught.value.start < caught.value.end <= len(text)


def test_two_thousand_characters_are_the_limit() -> None:
    text = "count(deals where won on closed_at)"
    assert compile_formula(text + " " * (2_000 - len(text))).tree == compile_formula(text).tree
    with pytest.raises(FormulaError) as caught:
        compile_formula(text + " " * (2_001 - len(text)))
    assert (caught.value.code, caught.value.start) == ("E-LIMIT", 2_000)
