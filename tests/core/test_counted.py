"""How a KPI is counted, in words: its sentence and its formula, and nothing twice."""

from __future__ import annotations

import pytest

from kpidesk.core.counted import counted_words
from kpidesk.core.kpis import Kpi


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Win rate against Zenbo", "Formula: count(deals)"),
        (" win rate against zenbo", "Formula: count(deals)"),
        ("What we win.", "What we win. Formula: count(deals)"),
        ("What we win", "What we win. Formula: count(deals)"),
        ("", "Formula: count(deals)"),
    ],
)
def test_a_sentence_that_only_repeats_the_name_is_left_out(sentence: str, words: str) -> None:
    kpi = Kpi(
        "zenbo",
        "Win rate against Zenbo",
        "count(deals)",
        sentence,
        "count",
        "higher",
        "lagging",
        "outcome",
        "flow_count",
    )
    assert counted_words(kpi) == words
