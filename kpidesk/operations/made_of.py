"""A number that is made of other numbers: a row for each of them, which leads to its own rows and has its own code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpidesk.core.formats import full_value
from kpidesk.core.receipts import Listing, Opens, ReceiptRow
from kpidesk.core.results import Result

Parts = tuple[tuple[str, float | None], ...]


@dataclass(frozen=True, slots=True)
class MadeOf:
    """A number that is made of others: its rows in order, and what these come to by another way.

    `reproduced` is the number itself again, for a range its middle; `likely` are the ends of a range again.
    `value_text`, `words` and `noun` say the number, how it is made and what its sample is of; empty as for other
    numbers.
    """

    result: Result
    listing: Listing
    reproduced: float | None
    likely: tuple[float, float] | None = None
    parts: Parts = ()
    value_text: str = ""
    words: str = ""
    noun: str = ""


def number_row(cells: Mapping[str, str], opens: Opens, value: float | None = None) -> ReceiptRow:
    """One of the numbers; `value` is what it adds, where they are added up."""
    return ReceiptRow(0, "", 1.0, value, True, dict(cells), 0, "", 0, "", opens=opens)


def money_text(value: float | None, currency: str) -> str:
    """An amount in a row."""
    return full_value(value, "money", currency).removesuffix(".00")
