"""What is typed finds texts that hold it, those that begin with it first, and says how many there are."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from kpidesk.core.finding import Hit, Hits, lines_of, search

TEXTS = [
    ("Harbour lease", "D-10"),
    ("Old harbour", "D-2"),
    ("Cold chain", "X-HARB"),
    ("", "D-101"),
    ("Straße", "D-3"),
]


def rows_of(
    texts: Sequence[tuple[str, str]], typed: str, most: int, counted: int, size: int
) -> tuple[list[int], int, bool]:
    """The rows found in blocks of so many texts, how many there are, and whether there are more."""
    blocks = [lines_of(texts[first : first + size]) for first in range(0, len(texts), size)]
    places, count, more = search([lines for lines, _ in blocks], typed, most, counted)
    return [block * size + blocks[block][1].index(place) for block, place in places], count, more


def found(typed: str, most: int = 20, counted: int = 1_000) -> tuple[list[int], int, bool]:
    """What is found, which is the same however the texts are cut into blocks."""
    whole, *cut = (rows_of(TEXTS, typed, most, counted, size) for size in (len(TEXTS), 1, 2, 3))
    assert cut == [whole] * 3
    return whole


def test_a_text_that_begins_with_what_was_typed_comes_before_one_that_holds_it() -> None:
    assert found("harb") == ([0, 1, 2], 3, False)
    assert found("d-1") == ([0, 3], 2, False)
    assert found("HARBOUR old") == ([1], 1, False)
    assert found("strasse") == ([4], 1, False)
    assert found("nothing") == found("  ") == ([], 0, False)


def test_what_is_too_much_is_counted_no_further_and_begins_are_still_first() -> None:
    assert found("d", most=2, counted=3) == ([0, 1], 3, True)
    assert found("cold", most=1, counted=0) == ([2], 0, True)
    assert Hits((Hit("deal", 1, "a"),), 3, at_least=True).more_words == "and more than 2 more: type more of the name"
    assert Hits((Hit("deal", 1, "a"),), 1).more_words == ""
    assert Hits((Hit("deal", 1, "a"),), 9, unread=2_000).more_words == "Looking at 2,000 more deals and accounts…"


@pytest.mark.parametrize("size", [300, 7])
def test_any_words_find_what_a_walk_over_all_texts_finds(size: int) -> None:
    chance = random.Random(5)
    texts = [("".join(chance.choices("ab \n", k=5)), "".join(chance.choices("ab \n", k=5))) for _ in range(300)]
    for typed in ("a", "ab", "b a", "aa bb", "abab"):
        rows, count, _ = rows_of(texts, typed, 400, 400, size)
        folded = [" ".join(one).replace("\n", " ") for one in texts]
        wanted = [at for at, text in enumerate(folded) if all(word in text for word in typed.split())]
        assert sorted(rows) == wanted
        assert count == len(wanted)
