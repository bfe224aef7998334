"""Which values occur in a field, and how often: what an editor offers and a condition is checked against."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kpidesk.engine.facts import Facts
from kpidesk.engine.scan import OF_DEALS
from kpidesk.engine.values import Column, NotComputableError


def seen_values(facts: Facts, table: str, field: str) -> list[tuple[str, int]]:
    """The words or names in a field of a table with how many rows have each, the most frequent first.

    None where the field holds numbers or dates, or the data do not have it.
    """
    if table == "people":
        return []
    try:
        rows = facts.deals if table == "deals" else facts.visit_rows() if table in OF_DEALS else facts.table(table).rows
        column = rows.column(field)
    except NotComputableError:
        return []
    if column.words is None and column.names is None:
        return []
    known = column.data[~np.isnan(column.data)].astype(np.int64)
    numbers, counts = np.unique(known, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    spelt = spellings(facts, field.rpartition(".")[2]) if column.words is not None else {}
    found = ((_text(column, int(numbers[at]), spelt), int(counts[at])) for at in order)
    return [(text, count) for text, count in found if text]


def spellings(facts: Facts, field: str) -> dict[str, str]:
    """How the words of a field are written, by their folded text; of several spellings the first in the files."""
    terms = (facts.curation.terms[number] for number in sorted(facts.curation.terms, reverse=True))
    return {text.casefold(): text for of_field, text in terms if of_field == field}


def _text(column: Column, number: int, spelt: Mapping[str, str]) -> str:
    if column.names is not None:
        return column.names.get(number, "")
    folded = column.words.folded[number] if column.words is not None else ""
    return spelt.get(folded, folded)
