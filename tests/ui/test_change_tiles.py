"""The tiles of what changed say in view what is not in their value."""

from __future__ import annotations

from kpidesk.core.deal_changes import MoveTotal
from kpidesk.ui.widgets.change_tiles import tile_words, unrated_words

NEW = MoveTotal("new", 15, 85_000.0, 4, "$85.0K")
WON = MoveTotal("won", 2, 36_500.0, 0, "$36.5K")


def test_a_value_without_deals_that_lack_a_rate_has_a_star_that_is_explained() -> None:
    assert tile_words(NEW) == ("New", "15 · $85.0K*")
    assert unrated_words((WON, NEW)) == (
        "* without the deals of which no exchange rate is known: add one with Data → Currencies."
    )


def test_a_value_of_all_deals_has_no_star() -> None:
    assert tile_words(WON) == ("Won", "2 · $36.5K")
    assert unrated_words((WON,)) == ""
