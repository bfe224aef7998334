"""What is said of terms at the foot of a page."""

from __future__ import annotations

from kpidesk.core.breakdowns import LUCK
from kpidesk.core.cause_words import NO_MORE
from kpidesk.core.status import RANGE_WORDS
from kpidesk.core.term_words import LUCK_ALONE, LUCK_AMONG_PARTS, term_words, terms_unsaid


def test_luck_among_parts_is_not_called_usual_for_one_part_by_itself() -> None:
    """Of many parts each is held against what the furthest of all does by luck: alone it may be rare all the same."""
    assert term_words("Down 5: could be luck.") == LUCK_ALONE
    assert terms_unsaid(("Down 5: could be luck.", NO_MORE)) == "", "Why says it already"
    for page in (("Zenbo", LUCK, "Could be luck"), ("\u25b2 Could be luck", LUCK)):
        assert term_words(*page) == LUCK_AMONG_PARTS
        assert terms_unsaid((*page, LUCK_AMONG_PARTS)) == ""
    assert LUCK_AMONG_PARTS.startswith("Could be luck: among so many parts ")
    assert term_words(LUCK) == ""


def test_what_inside_near_and_outside_a_range_are_is_said_once() -> None:
    (said,) = {terms_unsaid((f"Pipeline coverage  {words}",)) for words in RANGE_WORDS.values()}
    assert said.startswith("Inside, near and outside the range: it goes from minimum to stretch")
    assert terms_unsaid(("Outside the range", said)) == ""
    assert terms_unsaid(("Outside the usual range",)).startswith("Usual range: ")
