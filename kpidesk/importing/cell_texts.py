"""The text of a cell of a plain workbook, from its value and its number format; what is in doubt is refused."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta

from kpidesk.importing.workbook_child import NEXT_CELL, NEXT_ROW, as_text

NUMBER, DATE, TRUTH = range(3)
"""What a value is: a number, the number of a day or moment, yes or no."""
EPOCH = datetime(1899, 12, 30)
FIRST_DAY, LAST_DAY = 61, 2_958_465
"""The 1 March 1900, before which the calendar of workbooks has a day too many, and the last day of the year 9999."""
MILLISECONDS = 86_400_000.0
SPACES = " \t\n"
NUMBER_FORM = re.compile(r"-?\d{1,20}(?:\.\d{1,25})?(?:[eE][+-]?\d{1,3})?")
SHORTEST = re.compile(r"0|-?(?:[1-9]\d{0,13}|[1-9]\d{0,6}\.\d{0,6}[1-9]|0\.[1-9](?:\d{0,5}[1-9])?)")
"""Numbers that are written as a float is: in as few digits as tell it."""
TRUTHS = {"0": "false", "1": "true"}
REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot|apos);|#(\d{1,7});|#x([0-9A-Fa-f]{1,6});)?")
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
NUMBER_IDS = frozenset((*range(14), 37, 38, 39, 40, 48, 49))
DATE_IDS = frozenset((*range(14, 23), 45, 47))
FIRST_OWN_ID = 164
LITERAL = re.compile(r'"[^"]*"|\\.|[_*].|\[(?:\$[^\]"\\]*|Black|Blue|Cyan|Green|Magenta|Red|White|Yellow)\]')
NUMBER_FORMAT = re.compile(r"[0#?,.%()+\-$€£ ]*|General|@")
DATE_FORMAT = re.compile(r"(?=.*[dmyhs])[dmyhs/\-:., ]*(?:AM/PM)?", re.I)


class NotPlainError(Exception):
    """A workbook that is not of the plain form, or may be damaged: it is left to the reader that knows all forms."""


def require(holds: bool) -> None:
    """Refuse what is not plain.

    Raises:
        NotPlainError: it does not hold.
    """
    if not holds:
        raise NotPlainError


def text_of_value(value: str, kind: int) -> str:
    """A value as text, as for any other workbook: dates as ISO, whole numbers without a decimal point.

    Raises:
        NotPlainError: it is none of that kind, or a day before March 1900 or after 9999.
    """
    if kind == TRUTH:
        require(value in TRUTHS)
        return TRUTHS[value]
    if kind == NUMBER and SHORTEST.fullmatch(value):
        return value
    require(NUMBER_FORM.fullmatch(value) is not None)
    number = float(value)
    if kind == NUMBER:
        require(math.isfinite(number))
        return as_text(number)
    require(FIRST_DAY <= number < LAST_DAY)
    if number.is_integer():
        return as_text((EPOCH + timedelta(days=int(number))).date())
    return as_text(EPOCH + timedelta(milliseconds=math.floor(number * MILLISECONDS + 0.5)))


def plain_text(text: str, *, keeps_spaces: bool) -> str:
    """The text that stands in XML.

    Raises:
        NotPlainError: it holds what readers take in different ways.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    is_escaped = "_x" in text
    require(not (is_escaped and "&" in text))
    if is_escaped:
        text = ESCAPED.sub(_escaped, text)
    elif "&" in text:
        text = REFERENCE.sub(_meant, text)
    if not keeps_spaces and text != (bare := text.strip(SPACES)):
        require(not is_escaped)
        text = bare
    require(NEXT_CELL not in text and NEXT_ROW not in text)
    return text


def _escaped(escape: re.Match[str]) -> str:
    code = int(escape[1], 16)
    require(code > 0 and not 0xD800 <= code < 0xE000)
    return chr(code)


def _meant(reference: re.Match[str]) -> str:
    name, decimal, hexadecimal = reference.groups()
    if name:
        return NAMED[name]
    code = int(decimal or "0") or int(hexadecimal or "0", 16)
    require((code in (9, 10) or code >= 32) and not 0xD800 <= code < 0xE000 and code <= 0x10FFFF)
    return chr(code)


def kind_of_format(number: int, own: dict[int, str]) -> int | None:
    """Whether numbers of a format are a NUMBER or a DATE, by the id of the format and the workbook's own formats.

    None for lengths of time, and where a glance does not tell.
    """
    if number < FIRST_OWN_ID:
        kind = NUMBER if number in NUMBER_IDS else DATE if number in DATE_IDS else None
        return None if number in own and _kind_of_code(own[number]) != kind else kind
    return _kind_of_code(own[number]) if number in own else None


def _kind_of_code(code: str) -> int | None:
    first, *_ = LITERAL.sub("", code).split(";")
    if NUMBER_FORMAT.fullmatch(first):
        return NUMBER
    return DATE if DATE_FORMAT.fullmatch(first) else None
