"""Names, counts and nouns as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Iterable


def listed(names: Iterable[str], most: int | None = None, last: str = "and") -> str:
    """Names as a person lists them: "A, B and C"; of more than `most` the first and how many others, "A, B and 4 more".

    Args:
        names: what is listed, in this order; nothing gives an empty text.
        most: how many are named at most; without it all are.
        last: the word before the last one, "and" or "or".
    """
    known = list(names)
    if most is not None and len(known) > most:
        known = [*known[:most], f"{len(known) - most:,} more"]
    return f" {last} ".join(filter(None, (", ".join(known[:-1]), *known[-1:])))


def counted(count: float, noun: str, several: str = "") -> str:
    """A whole number with its noun: "1 row", "2,986 rows"; `several` where the plural cannot be told from the noun."""
    return f"{count:,.0f} {noun if count == 1 else several or plural(noun)}"


def plural(noun: str) -> str:
    """Several of what a noun names: "deals", "companies", "people"."""
    if noun == "person":
        return "people"
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:] not in ("ay", "ey") else f"{noun}s"


def with_article(noun: str) -> str:
    """A noun with its article: "a deal", "an activity"."""
    return f"{'an' if noun[0].lower() in 'aeiou' else 'a'} {noun}"


def capital(text: str) -> str:
    """Words as they stand at the start of a line."""
    return text[:1].upper() + text[1:]
