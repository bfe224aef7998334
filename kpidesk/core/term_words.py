"""Terms that a page may have in a name or a table and does not explain itself, each in a plain sentence."""

from __future__ import annotations

import re

from kpidesk.core.luck_words import FOR_LUCK, LUCK_MEANS

TERMS: tuple[tuple[str, str], ...] = (
    (r"medians?", "Median: the middle one; half lie below it, half above."),
    (r"p80|80th percentile", "80th percentile: four of five lie below it."),
    (r"mean", "Mean: the average of all."),
    (r"cohort", "Cohort: all that began in the same period, whenever it comes to an end."),
    (r"bias", "Bias: how far it usually errs to one side, above (+) or below (−)."),
    (r"pp", "pp: percentage points; from 20% to 25% are 5 pp."),
    (r"best guess", "Best guess: the fewer rows a rate rests on, the nearer it is taken to that of all together."),
    (FOR_LUCK, LUCK_MEANS),
)
"""What a text has in it, and what is said then; in the order in which it is said."""


def term_words(*texts: str) -> str:
    """What the terms mean that occur in some texts, each once; empty where they have none."""
    whole = "\n".join(texts)
    return " ".join(said for term, said in TERMS if re.search(rf"\b(?:{term})\b", whole, re.IGNORECASE))
