"""What is offered while a formula is being typed: what fits at the cursor («|»), the likeliest first."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpidesk.language import Completion, completions
from tests.language.test_any_text import SEEDS, WORDS
from tests.language.test_forming import TEXTS
from tests.often import often

NAMES = {one: one for one in TEXTS} | {"bookings": "Bookings", "win_rate": "Win rate (closed deals)"}
VALUES = {("deals", "type"): ("new", "expansion", "no name yet"), ("leads", "source"): ("web", "it's me")}


def offered(text: str) -> tuple[Completion, ...]:
    return completions(text.replace("|", ""), text.index("|"), NAMES, VALUES)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        # functions and KPIs outside measures
        ("me|", ["median("]),
        ("count(deals where won on closed_at) / su|", ["sum("]),
        ("[boo|", ["[bookings]"]),
        ("[closed|", ["[win_rate]"]),
        ("target([win_rate|", ["[win_rate]"]),
        ("rolling([win_rate], |", ["30d", "90d", "1 quarter", "1 year"]),
        ("to_date([bookings], q|", ["quarter"]),
        ("count(deals where won on closed_at) |", ["/", "*", "+", "-"]),
        # tables and what is measured
        ("count(sur|", ["surveys"]),
        ("sum(contr|", ["contracts."]),
        ("sum(deals.am|", ["amount"]),
        ("count_distinct(activities.acc|", ["account"]),
        ("median(days(deals.created_at, deals.closed|", ["closed_at"]),
        ("median(days(deals.created_at, e|", ["end"]),
        ("percentile(deals.amount, |", ["80%", "90%"]),
        # conditions
        ("count(deals |", ["where", "on"]),
        ("count(deals where sta|", ["stalled", "stage", "status", "stage_entered_at"]),
        ("count(deals where won and not re|", ["renewal"]),
        ("count(leads where deal.out|", ["outcome", "outbound"]),
        ("count(deals where type |", ["=", "!=", "in (", "not in ("]),
        ("count(deals where close_date |", ["in period", "before"]),
        ("count(deals where close_date is |", ["empty", "not empty"]),
        ("count(deals where close_date is not |", ["empty"]),
        ("count(deals where days(created_at, closed_at) |", [">=", "<="]),
        ("count(deals where closed_at before cr|", ["created_at"]),
        ("count(deals where won |", ["and", "or", "on"]),
        # values seen in the data
        ("count(deals where type = |", ["'new'", "'expansion'", "'no name yet'"]),
        ("count(deals where type = 'n|", ["'new'", "'no name yet'"]),
        ("count(deals where type not in ('new', |", ["'new'", "'expansion'"]),
        ("count(leads where source = '|", ["'web'", "'it''s me'"]),
        ("count(deals where lead.source = '|", ["'web'"]),
        ("count(deals where outcome = |", ["'open'", "'won'", "'lost'"]),
        # in which period, whose
        ("count(deals where won on cl|", ["close_date", "closed_at"]),
        ("count(activities where held on deal.closed|", ["closed_at"]),
        ("count(deals where won as |", ["of end", "of start", "of now"]),
        ("count(deals as of |", ["start", "end", "now"]),
        ("count(deals where won on closed_at c|", ["credit"]),
        ("count(deals where won on closed_at credit |", ["owner", "creator", "opener", "current"]),
    ],
)
def test_what_fits_at_the_cursor_comes_first(text: str, first: list[str]) -> None:
    assert [one.text for one in offered(text)][: len(first)] == first


@pytest.mark.parametrize("text", ["$|", "count(deals where amount > |", "count(leads as of end) # |", "count(zzz|"])
def test_where_nothing_fits_nothing_is_offered(text: str) -> None:
    assert offered(text) == ()


@pytest.mark.parametrize(
    ("text", "chosen", "made"),
    [
        ("count(deals whe|", "where", "count(deals where"),
        ("count(deals where wo| on closed_at)", "won", "count(deals where won on closed_at)"),
        ("count(deals where w|on on closed_at)", "won", "count(deals where won on closed_at)"),
        ("count(deals where type = 'n|' on closed_at)", "'new'", "count(deals where type = 'new' on closed_at)"),
        ("count(deals where type = 'n| and lead.source = 'web' on closed_at)", "'new'",
         "count(deals where type = 'new' and lead.source = 'web' on closed_at)"),
        ("[boo|] / 2", "[bookings]", "[bookings] / 2"),
        ("count(deals as of|", "as of end", "count(deals as of end"),
        ("sum(deals.am|", "amount", "sum(deals.amount"),
    ],
)  # fmt: skip
def test_a_completion_replaces_what_was_typed(text: str, chosen: str, made: str) -> None:
    one = next(one for one in offered(text) if one.text == chosen)
    bare = text.replace("|", "")
    assert bare[: one.start] + one.text + bare[one.end :] == made


LATER = ("of", "period", "empty")
"""The second words of `as of end`, `in period` and `is empty`: offered with the first, or after it."""


def test_every_name_of_a_shipped_formula_is_offered_where_it_stands() -> None:
    missed = [f"{text[:start]}|{text[start:]}" for text in TEXTS.values() for start in _missed(text)]
    assert missed == []


def _missed(text: str) -> list[int]:
    """Where the first two letters of a name of a formula do not bring it up."""
    text = text.replace("account_id", "account")
    names = [
        match for match in re.finditer(r"'[^']*'|\d+ *\w+|\[\w+\]|[a-z_]+", text) if match[0][0] not in "'0123456789"
    ]
    return [
        match.start()
        for match in names
        if match[0] not in LATER and not text[: match.start()].endswith("param(") and not _comes_up(text, match)
    ]


def _comes_up(text: str, match: re.Match[str]) -> bool:
    typed = text[: match.start() + 2]
    found = completions(typed, len(typed), NAMES)
    return any(one.text.rstrip("(. ").startswith(match[0]) for one in found)


@settings(max_examples=often(26))
@given(st.sampled_from([*SEEDS, *WORDS]), st.integers(0, 400), st.sampled_from([*WORDS, "'", "[", "`", "(", "\x00"]))
def test_any_unfinished_text_is_answered_within_it(text: str, at: int, word: str) -> None:
    at %= len(text) + 1
    typed = text[:at] + word
    found = completions(typed + text[at:], len(typed), NAMES, VALUES)
    assert all(0 <= one.start <= len(typed) <= one.end <= len(typed + text[at:]) for one in found)
