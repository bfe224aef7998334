"""Names and counts in a sentence."""

from __future__ import annotations

import pytest

from kpidesk.core.wording import counted, listed, with_article


@pytest.mark.parametrize(
    ("names", "most", "said"),
    [
        ("", None, ""),
        ("A", None, "A"),
        ("AB", None, "A and B"),
        ("ABC", None, "A, B and C"),
        ("ABC", 3, "A, B and C"),
        ("ABCD", 3, "A, B, C and 1 more"),
        ("ABC", 1, "A and 2 more"),
    ],
)
def test_names_stand_in_a_sentence_and_the_rest_is_counted(names: str, most: int | None, said: str) -> None:
    assert listed(names, most) == said


def test_what_can_be_chosen_is_listed_with_or() -> None:
    assert listed(["weekly", "monthly", "yearly"], last="or") == "weekly, monthly or yearly"


@pytest.mark.parametrize(
    ("count", "noun", "said"),
    [
        (1, "row", "1 row"),
        (0, "row", "0 rows"),
        (2986, "row", "2,986 rows"),
        (2, "company", "2 companies"),
        (2, "day", "2 days"),
        (3, "person", "3 people"),
    ],
)
def test_a_count_agrees_with_its_noun(count: int, noun: str, said: str) -> None:
    assert counted(count, noun) == said


def test_a_plural_that_cannot_be_told_is_given() -> None:
    assert counted(2, "of my deals", "of our deals") == "2 of our deals"


def test_an_article_goes_by_the_sound() -> None:
    assert (with_article("deal"), with_article("activity")) == ("a deal", "an activity")
