"""Records on their way from a file to the store: rows of text, what was read of them, money in minor units."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal

from kpidesk.core.errors import Issue

MILLION = 1_000_000
Cell = str | int | None


@dataclass(frozen=True, slots=True)
class RawRows:
    """A chunk of a file as text: `lines[i]` is the line on which `rows[i]` begins."""

    lines: list[int]
    rows: list[list[str]]


@dataclass(slots=True)
class ParsedRows:
    """Rows of a chunk that could be read, column by column, and what was wrong with the others.

    `index[i]` is the position in the chunk of parsed row i; `keys[i]` its identity; `columns[f][i]` its value
    of field f (see `fields`), `custom[i]` a JSON object of unmapped cells or None. `rejected` holds one
    issue for each position in the chunk that could not be read, `rejected_keys` the identity of those that still
    tell which record they are about. `skipped` are the positions left out on purpose (a stage mapped to ignore, a
    deleted row).
    """

    index: list[int]
    keys: list[str]
    columns: dict[str, list[Cell]]
    custom: list[str | None]
    rejected: dict[int, Issue] = field(default_factory=dict)
    skipped: dict[int, str] = field(default_factory=dict)
    rejected_keys: dict[int, str] = field(default_factory=dict)


ZERO_DECIMALS = frozenset(
    (
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    )
)
THREE_DECIMALS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))
FOUR_DECIMALS = frozenset(("CLF", "UYW"))


def minor_digits(currency: str) -> int:
    """How many decimals the minor unit of a currency has, by ISO 4217."""
    if currency in ZERO_DECIMALS:
        return 0
    if currency in FOUR_DECIMALS:
        return 4
    return 3 if currency in THREE_DECIMALS else 2


def to_minor(amount: Decimal, currency: str) -> int:
    """An amount in major units as whole minor units, rounded half to even."""
    scaled = amount.scaleb(minor_digits(currency))
    return int(scaled.to_integral_value(ROUND_HALF_EVEN))


_CAPITALS = {code: "1" if chr(code).isupper() else "0" for code in range(128)}
_CHECK = {f"{at:05b}"[::-1]: letter for at, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345")}


def salesforce_id(text: str) -> str:
    """The 18-character form of a 15-character Salesforce id; any other text unchanged.

    The three added characters spell which letters are upper case, in blocks of five.
    """
    if len(text) != 15 or not text.isascii() or not text.isalnum():
        return text
    capitals = text.translate(_CAPITALS)
    return text + _CHECK[capitals[:5]] + _CHECK[capitals[5:10]] + _CHECK[capitals[10:]]


def is_salesforce_id(text: str) -> bool:
    """Whether a text has the form of a Salesforce id.

    That is 15 letters and digits that begin with 0 (a standard kind of record) or a (one's own), or 18 of which the
    last three are what `salesforce_id` adds.
    """
    if len(text) == 15:
        return text[0] in "0a" and text.isascii() and text.isalnum() and not text.isdigit()
    return len(text) == 18 and is_salesforce_id(text[:15]) and salesforce_id(text[:15]) == text
