"""Which way is likely better: as the shipped KPIs say of themselves, and of formulas of one's own."""

from __future__ import annotations

import pytest

from kpidesk.language import compile_formula, fewer_is_better
from kpidesk.operations.catalogue import shipped_kpis

TEXTS = {one.id: one.formula for one in shipped_kpis() if one.formula}


def test_what_is_said_of_a_shipped_kpi_is_what_it_says_of_itself() -> None:
    said = {one: fewer_is_better(compile_formula(text, TEXTS).tree) for one, text in TEXTS.items()}
    known = {one.id: one.direction for one in shipped_kpis()}
    wrong = {one: (words, known[one]) for one, words in said.items() if words and known[one] not in ("lower", "none")}
    assert wrong == {}
    assert sum(bool(words) for words in said.values()) >= 15


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("count(deals where lost on closed_at)", "what was lost"),
        ("sum(deals.amount where lost and new_business on closed_at)", "what was lost"),
        ("count(deals where outcome = 'lost' on closed_at)", "what was lost"),
        ("count(activities where meeting and status = 'no_show' on occurred_at)", "no-shows"),
        ("-sum(movements.amount where churn on effective_at)", "what customers took away"),
        ("sum(costs.amount on period_at) / count(deals where won on closed_at)", "costs"),
        ("median(hours(leads.created_at, leads.first_response_at) where responded on created_at)", "time that passes"),
        ("rolling(count(deals where lost on closed_at) / count(deals where closed on closed_at), 3 months)",
         "what was lost"),
        ("count(deals where won on closed_at) / count(deals where lost on closed_at)", ""),
        ("count(deals where won on closed_at) - count(deals where lost on closed_at)", ""),
        ("1 - count(deals where lost on closed_at) / count(deals where closed on closed_at)", ""),
        ("count(deals where not lost on created_at)", ""),
        ("count(deals where closed on closed_at)", ""),
        ("sum(deals.amount where won on closed_at)", ""),
    ],
)  # fmt: skip
def test_a_formula_says_what_it_counts_of_which_fewer_is_better(formula: str, words: str) -> None:
    assert fewer_is_better(compile_formula(formula, TEXTS).tree) == words
