"""Terms that a page may have in a name or a table and does not explain itself, each in a plain sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kpidesk.core.cause_words import EARLY, NO_MORE
from kpidesk.core.luck_words import FOR_LUCK, LUCK_MEANS

LUCK_ALONE = "Could be luck: a change as large as this also comes about without any cause."
LUCK_AMONG_PARTS = (
    "Could be luck: among so many parts one moves as far as this without any cause. The whole is judged alone."
)
"""Said where a column asks of each part whether it is luck: a part alone may be rarer than it is among all."""
BASELINE = "Baseline: what was usual when the target was set, which the target starts from."
"""Said on paper where a chart names it; on screen the chart and the numbers beside it lead to what it rests on."""
TOO_EARLY = "Too early: there are too few rows yet, or too many without an outcome, to say anything by them."
TERMS: tuple[tuple[str, str], ...] = (
    (r"medians?", "Median: the middle one; half lie below it, half above."),
    (r"p80|80th percentile", "80th percentile: four of five lie below it."),
    (r"mean", "Mean: the average of all."),
    (r"cohort", "Cohort: all that began in the same period, whenever it comes to an end."),
    (r"bias", "Bias: how far it usually errs to one side, above (+) or below (−)."),
    (r"pp", "pp: percentage points; from 20% to 25% are 5 pp."),
    (r"best guess", "Best guess: the fewer rows a rate rests on, the nearer it is taken to that of all together."),
    (r"too early", TOO_EARLY),
    (r"is it luck\b.*\bcould be luck|could be luck\b.*\bis it luck", LUCK_AMONG_PARTS),
    (r"could be luck", LUCK_ALONE),
    (
        r"(?:inside|near|outside) the range",
        "Inside, near and outside the range: it goes from minimum to stretch; up to half its width beyond an end is "
        "near it.",
    ),
    (r"usual range", "Usual range: between these two the number goes up and down without a cause."),
    (FOR_LUCK, LUCK_MEANS),
)
"""What a text has in it, and what is said then; in the order in which it is said, of one term the first that fits."""


IN_OTHER_WORDS = {TOO_EARLY: EARLY, LUCK_ALONE: NO_MORE}
"""What says the same of a term where it stands."""


def term_words(*texts: str) -> str:
    """What the terms mean that occur in some texts, each once; empty where they have none."""
    whole = " ".join(" ".join(texts).split())
    return " ".join(_meant(whole))


def terms_unsaid(texts: Iterable[str]) -> str:
    """The same for all that a page says, without what it says already."""
    whole = " ".join(" ".join(texts).split())
    return " ".join(said for said in _meant(whole) if said not in whole and IN_OTHER_WORDS.get(said, said) not in whole)


def _meant(whole: str) -> Iterable[str]:
    found: dict[str, str] = {}
    for term, said in TERMS:
        name = said.partition(":")[0]
        if name not in found and _has(whole, term):
            found[name] = said
    return found.values()


def _has(whole: str, term: str) -> bool:
    return re.search(rf"\b(?:{term})\b", whole, re.IGNORECASE) is not None
