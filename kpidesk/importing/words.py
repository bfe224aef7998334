"""Counts in words."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """A count with its noun: `1 row`, `2,986 rows`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def proving(count: int) -> str:
    """So many rows prove something: `1 row proves`, `2,986 rows prove`."""
    return f"{counted(count, 'row')} {'proves' if count == 1 else 'prove'}"


def with_article(noun: str) -> str:
    """A noun with its article: `a deal`, `an activity`."""
    return f"{'an' if noun[0].lower() in 'aeiou' else 'a'} {noun}"
