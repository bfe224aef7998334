"""Terms that a page may have in a name or a table and does not explain itself, each in a plain sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kpidesk.core.luck_words import FOR_LUCK, LUCK_MEANS

TERMS: tuple[tuple[str, str], ...] = (
    (r"medians?", "Median: the middle one; half lie below it, half above."),
    (r"p80|80th percentile", "80th percentile: four of five lie below it."),
    (r"mean", "Mean: the average of all."),
    (r"cohort", "Cohort: all that began in the same period, whenever it comes to an end."),
    (r"bias", "Bias: how far it usually errs to one side, above (+) or below (−)."),
    (r"pp", "pp: percentage points; from 20% to 25% are 5 pp."),
    (r"best guess", "Best guess: the fewer rows a rate rests on, the nearer it is taken to that of all together."),
    (r"too early", "Too early: there are too few rows yet, or too many without an outcome, to say anything by them."),
    (r"could be luck", "Could be luck: without any cause a change as large as this is nothing rare."),
    (r"usual range", "Usual range: between these two the number goes up and down without a cause."),
    (FOR_LUCK, LUCK_MEANS),
)
"""What a text has in it, and what is said then; in the order in which it is said."""


def term_words(*texts: str) -> str:
    """What the terms mean that occur in some texts, each once; empty where they have none."""
    whole = " ".join(" ".join(texts).split())
    return " ".join(said for term, said in TERMS if _has(whole, term))


def terms_unsaid(texts: Iterable[str]) -> str:
    """The same for all that a page says, without what it says already."""
    whole = " ".join(" ".join(texts).split())
    return " ".join(said for term, said in TERMS if said not in whole and _has(whole, term))


def _has(whole: str, term: str) -> bool:
    return re.search(rf"\b(?:{term})\b", whole, re.IGNORECASE) is not None
