"""Numbers as people and spreadsheets write them, with signs of money and any thousands, brought to one form."""

from __future__ import annotations

import re

from kpidesk.core.formats import SYMBOLS
from kpidesk.core.kpis import Unit

_BLANKS = dict.fromkeys(
    map(ord, " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}'\N{RIGHT SINGLE QUOTATION MARK}")
)
_NUMBER = re.compile(r"(?P<sign>[+\-\N{MINUS SIGN}]?)(?P<body>\d[\d.,]*)(?P<rest>%|pp|[kKmM]|[x×])?")
_GROUPED = re.compile(r"[1-9]\d{0,2}([.,]\d{2,3})*[.,]\d{3}")
"""Digits with signs of thousands between them (in India of hundreds as well); a date and "0.250" are none."""
_DOLLARS = "$"
_WHOLE: tuple[Unit, ...] = ("money", "count", "money_per_day")
"""Units in which three digits behind a single point are thousands: no target is that fine."""


def plain_text(text: str, unit: Unit, currency: str) -> str:
    """A number or three between slashes without signs of money and thousands; what is none stays as it is.

    Only the workspace's own `currency` is dropped: an amount in another one is not the same number. With both
    separators the last is the decimal one; one that occurs twice, or a single comma before three digits, is for
    thousands.

    >>> plain_text("€ 1.200.000,50", "money", "EUR")
    '1200000.50'
    """
    return "/".join(_one(part, unit, currency) for part in text.split("/"))


def with_point(digits: str) -> str:
    """Digits with a point for the decimals, of a measure that nothing is known of: "12,5" is 12.5, "1,234" is 1234."""
    return _digits(digits, "multiple")


def _one(text: str, unit: Unit, currency: str) -> str:
    bare = _without_currency(text, currency).translate(_BLANKS)
    found = _NUMBER.fullmatch(bare)
    if found is None:
        return text.strip()
    digits, rest = _digits(found["body"], unit), found["rest"] or ""
    if unit == "percent" and not (found["sign"] or rest) and _is_beyond_share(digits):
        rest = "%"
    return f"{found['sign']}{digits}{rest}"


def _is_beyond_share(digits: str) -> bool:
    """Whether a bare number of a rate can only mean percent: 25 is 25 %, because a share of 25 cannot be meant."""
    try:
        return float(digits) > 1.5
    except ValueError:
        return False


def _without_currency(text: str, currency: str) -> str:
    symbol = SYMBOLS.get(currency, "")
    signs = [currency, symbol, _DOLLARS if _DOLLARS in symbol else ""]
    for sign in filter(None, signs):
        bare = text.strip()
        if bare.startswith(sign):
            return bare.removeprefix(sign)
        if bare.endswith(sign):
            return bare.removesuffix(sign)
    return text


def _digits(body: str, unit: Unit) -> str:
    """Digits with a point for the decimals at most; what is neither grouped nor a decimal stays as it is."""
    marks = [mark for mark in body if mark in ".,"]
    if not marks:
        return body
    head, last, tail = body[: body.rindex(marks[-1])], marks[-1], body[body.rindex(marks[-1]) + 1 :]
    if len(set(marks)) == 2:
        is_decimal = marks.count(last) == 1 and _GROUPED.fullmatch(head) is not None
        return f"{_ungrouped(head)}.{tail}" if is_decimal else body
    if _GROUPED.fullmatch(body) and (len(marks) > 1 or last == "," or unit in _WHOLE):
        return _ungrouped(body)
    return f"{head}.{tail}" if len(marks) == 1 else body


def _ungrouped(digits: str) -> str:
    return re.sub("[.,]", "", digits)
