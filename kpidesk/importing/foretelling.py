"""Which rows of a file will be rejected for a date or a number, as far as its columns tell before it is imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from kpidesk.core.imports import DATE_ORDERS, BadCells
from kpidesk.importing.cells import clean
from kpidesk.importing.dates import ORDER_WORDS, DateTally
from kpidesk.importing.decimal_marks import OTHER
from kpidesk.importing.evidence import Evidence
from kpidesk.importing.flags import read_flag
from kpidesk.importing.numbers import MARK_WORDS, is_blank
from kpidesk.importing.settling import Settled


def bad_cells(evidence: Evidence, settled: Settled) -> Iterator[BadCells]:
    """The cells that hold no date or no number, and those written otherwise than their column is read."""
    for reading in settled.rules.readings:
        header = settled.rules.headers[reading.column]
        if neither := _neither(evidence, reading.field):
            yield BadCells(header, neither.total(), 0, neither.most_common(1)[0][0], "holds neither yes nor no")
        tally = evidence.dates.get(reading.field) or evidence.numbers.get(reading.field)
        if tally is None:
            continue
        if tally.wrong is not None:
            what = "date" if isinstance(tally, DateTally) else "number"
            yield BadCells(header, tally.shown["bad"], *tally.wrong, f"holds no {what}")
        if isinstance(tally, DateTally):
            yield from _otherwise_ordered(header, tally, settled)
        elif settled.marks[header].decided and (against := OTHER[reading.mark]) in tally.proofs:
            problem = f"has {MARK_WORDS[against]}"
            yield BadCells(header, tally.shown[against], *tally.proofs[against], problem)


def _neither(evidence: Evidence, field: str) -> Counter[str]:
    """How often each text that is neither yes nor no stands in a column of these."""
    texts = evidence.flags.get(field, Counter())
    empty = evidence.rules.empty
    return Counter({text: count for text, count in texts.items() if _is_neither(text, empty)})


def _is_neither(text: str, empty: Collection[str]) -> bool:
    return not is_blank(text) and clean(text) not in empty and read_flag(text) is None


def _otherwise_ordered(header: str, tally: DateTally, settled: Settled) -> Iterator[BadCells]:
    """The dates that prove another order than the one in which their column is read.

    Where the year comes first, a day that could not be the month leaves room for what proves the day first.
    """
    order = settled.orders[header].order
    for other in DATE_ORDERS if order is not None else ():
        if other in tally.proofs and other != order and (order, other) != ("ymd", "dmy"):
            yield BadCells(header, tally.shown[other], *tally.proofs[other], f"is {ORDER_WORDS[other]}")
