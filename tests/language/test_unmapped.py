"""Columns of the files that are mapped to no field, in backticks: read, printed, put into words and offered."""

from __future__ import annotations

import pytest

from kpidesk.language import FormulaError, compile_formula, completions, form_of_formula, formula_words, text_of
from tests.language.printer import formula_text

SEEN = {("deals", "custom:Region / Land"): ("North", "South"), ("leads", "custom:Event"): ("Fair",)}


@pytest.mark.parametrize(
    "text",
    [
        "count(deals where won and `Region / Land` = 'North' on closed_at)",
        "count(deals where `My.Col` is not empty or `%` in ('a', 'b') on closed_at)",
        "count_distinct(deals.`Land Code` where won on closed_at)",
    ],
)
def test_a_header_in_backticks_is_a_field_of_words(text: str) -> None:
    found = compile_formula(text)
    assert formula_text(found.tree) == text
    assert compile_formula(formula_text(found.tree)).tree == found.tree


def test_it_reads_as_the_header_in_words_and_among_what_is_needed() -> None:
    found = compile_formula("count(deals where `Region / Land` = 'North' on closed_at)")
    assert formula_words(found).startswith("deals whose Region / Land is ")
    assert ("deals", "custom:Region / Land") in found.fields
    form = form_of_formula(compile_formula("count(deals where `Region / Land` = 'North' on closed_at)"))
    assert form is not None
    assert text_of(form) == "count(deals where `Region / Land` = 'North' on closed_at)"


@pytest.mark.parametrize(
    "text",
    [
        "count(deals where regon = 'x' on closed_at)",  # without backticks it is a mistyped field
        "count(deals where `Region` > 3 on closed_at)",
        "sum(deals.`Region` where won on closed_at)",
        "count(deals where won on `Region`)",
        "count(deals where `Region` on closed_at)",
    ],
)
def test_it_is_text_and_nothing_else(text: str) -> None:
    with pytest.raises(FormulaError):
        compile_formula(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sum(number(deals.`Seats sold`) where won on closed_at)", "Seats sold"),
        ("count(deals where number(`Seats sold`) >= 3 on closed_at)", "whose Seats sold is at least 3"),
        ("count(deals where date(`Kick-off`) in period as of end)", "Kick-off lies in the period"),
        ("median(days(deals.created_at, date(deals.`Kick-off`)) where won on closed_at)", "Kick-off"),
    ],
)
def test_what_it_holds_is_read_as_a_number_or_a_date_where_the_formula_says_so(text: str, words: str) -> None:
    found = compile_formula(text)
    assert formula_text(found.tree) == text
    assert compile_formula(formula_text(found.tree)).tree == found.tree
    assert words in formula_words(found)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("count(deals where `Seats` > 3 on closed_at)", "Write number(`Seats`) for the number it holds."),
        ("count(deals where `Kick-off` < created_at on closed_at)", "Write date(`Kick-off`) for the date it holds."),
        ("sum(deals.`Seats` where won on closed_at)", "For the number it holds write sum(number(deals.`Seats`) …)."),
        ("sum(number(deals.amount) where won on closed_at)", "Write its header in backticks"),
    ],
)
def test_how_it_is_read_is_said_where_a_number_or_date_is_needed(text: str, advice: str) -> None:
    with pytest.raises(FormulaError) as refused:
        compile_formula(text)
    assert advice in refused.value.advice


def test_a_field_in_backticks_stays_that_field() -> None:
    assert (
        compile_formula("sum(deals.`amount` on closed_at)").tree
        == compile_formula("sum(deals.amount on closed_at)").tree
    )


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("count(deals where `Reg|", "`Region / Land`"),
        ("count(deals where won and Reg|", "`Region / Land`"),
        ("count(deals where `Region / Land` |", "="),
        ("count(deals where `region / land` = |", "'North'"),
        ("count(deals where `Region / Land` in ('North', |", "'North'"),
        ("count(leads where Eve|", "`Event`"),
    ],
)
def test_headers_and_their_values_are_offered(text: str, first: str) -> None:
    found = completions(text.replace("|", ""), text.index("|"), {}, SEEN)
    assert found[0].text == first
    assert not [one for one in completions("count(deals where ", 18, {}, SEEN) if one.text == "`Event`"]
