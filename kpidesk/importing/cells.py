"""From the text of one cell to the value of a field, or what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from kpidesk.core.formats import day_text
from kpidesk.core.imports import DATE_ORDERS
from kpidesk.core.records import MILLION, Cell, is_salesforce_id, salesforce_id
from kpidesk.core.settings import Settings
from kpidesk.importing.dates import FIRST_YEAR, LAST_YEAR, ORDER_WORDS, no_such_day, read_day, read_stamp
from kpidesk.importing.flags import read_flag
from kpidesk.importing.memo import Problem
from kpidesk.importing.numbers import (
    BLANKS,
    SYMBOLS,
    is_blank,
    read_full_time,
    read_money,
    read_rate,
    read_ratio,
    read_score,
    read_whole,
)
from kpidesk.importing.rules import Reading
from kpidesk.importing.spans import period_start, read_duration

_BETWEEN = "\x1f"
LONGEST_BLANK = max(map(len, BLANKS))
GUARDED = "=+-@"
LONGEST_SHOWN = 200
LONGEST_SHARE = 200
SHARE = re.compile(r"(?P<name>.+?)\s*(?:[=:]\s*|\s+\(?|\()(?P<share>\d{1,3}(?:[.,]\d+)?)\s*(?P<percent>%?)\)?", re.S)
SPLIT_SLACK = 1_000


def clean(text: str) -> str:
    """A text as kept: no blanks around it, composed letters, and without the quote that guards a formula."""
    body = text.strip()
    if body[:1] == "'" and body[1:2] and body[1] in GUARDED:
        body = body[1:]
    return body if body.isascii() else unicodedata.normalize("NFC", body)


def clean_all(texts: Sequence[str], empty: tuple[str, ...] = ()) -> list[Cell]:
    """Many texts as kept, None for an empty one; most need nothing but the blanks around them taken off.

    `empty` are texts that mean nothing.
    """
    if _are_clean(texts):
        kept: list[Cell] = list(texts) if all(texts) else [body or None for body in texts]
    else:
        kept = [(body if body.isascii() and body[:1] != "'" else clean(body)) or None for body in map(str.strip, texts)]
    return [None if body in empty else body for body in kept] if empty else kept


def _are_clean(texts: Sequence[str]) -> bool:
    """Whether texts are kept as they are: together that is found out in a tenth of the time."""
    whole = "\n".join(("", *texts, ""))
    bare = whole.replace("\n", "")
    is_plain = len(whole) - len(bare) == len(texts) + 1 and bare.isascii() and bare.isprintable()
    return is_plain and not any(sign in whole for sign in (" \n", "\n ", "'"))


def first_value(text: str) -> str:
    """The first of several values joined by semicolons."""
    return next((part.strip() for part in text.split(";") if part.strip()), "")


def day_value(text: str, reading: Reading, zone: tzinfo) -> Cell | Problem:
    """A date as an ISO day."""
    if is_blank(text):
        return None
    return _possible_day(read_day(text, reading.order, zone, serials=reading.serials), reading, text)


def stamp_value(text: str, reading: Reading, zone: tzinfo) -> Cell | Problem:
    """A date as an ISO day, with the time of day where the cell gives it."""
    if is_blank(text):
        return None
    return _possible_day(read_stamp(text, reading.order, zone, serials=reading.serials), reading, text)


def _possible_day(day: str | None, reading: Reading, text: str) -> Cell | Problem:
    if day is None:
        if missing := no_such_day(text, reading.order):
            return Problem(f"There is no {missing}.")
        return Problem(_no_day(text, reading))
    if not FIRST_YEAR <= int(day[:4]) <= LAST_YEAR:
        return Problem(f"The year {int(day[:4])} is not between {FIRST_YEAR} and {LAST_YEAR}.")
    return day


def _no_day(text: str, reading: Reading) -> str:
    """Why a text is no date of its column; where it is one in another order, which day, and what to do."""
    if reading.order is None:
        return "This is not a date."
    told = f"This is not a date written {ORDER_WORDS[reading.order]}"
    for order in DATE_ORDERS:
        day = read_day(text, order, UTC) if order != reading.order else None
        if day is not None:
            meant = f"{ORDER_WORDS[order]} it would be {day_text(date.fromisoformat(day))}"
            return f"{told}; {meant}. Write it as {day}, or leave the row out."
    return f"{told}."


def period_value(text: str, reading: Reading, zone: tzinfo, counting: Settings) -> Cell | Problem:
    """A date, or the first day of a month or of a quarter as the workspace counts them, as an ISO day."""
    first = period_start(text, counting)
    return day_value(text, reading, zone) if first is None else _possible_day(first, reading, text)


def score_value(text: str, reading: Reading) -> Cell | Problem:
    """A score in thousandths."""
    return _or_problem(read_score(text, reading.mark))


def highest_value(text: str, reading: Reading) -> Cell:
    """The highest score there is, in thousandths, of a score written as 9/10; None for another."""
    value = read_score(text.partition("/")[2], reading.mark)
    return value if isinstance(value, int) else None


def number_value(text: str) -> Cell | Problem:
    """A whole number."""
    return _or_problem(read_whole(text))


def rate_value(text: str, reading: Reading) -> Cell | Problem:
    """An exchange rate as digits with a decimal point."""
    return read_rate(text, reading.mark)


def duration_value(text: str, reading: Reading) -> Cell | Problem:
    """A duration in seconds."""
    return _or_problem(read_duration(text, reading.unit))


def flag_value(text: str) -> Cell | Problem:
    """1 for a yes, 0 for a no."""
    found = read_flag(text)
    return None if is_blank(text) else Problem("This is neither yes nor no.") if found is None else found


def code_value(text: str) -> Cell | Problem:
    """A currency as its three-letter code, None for a blank cell."""
    return currency_value(text, "") or None


def word_value(text: str, known: Mapping[str, str], empty: Collection[str], *, multiple: bool) -> Cell:
    """A word as its canonical one where that is known, else as it is."""
    body = clean(text)
    if multiple:
        body = first_value(body)
    return None if not body or body in empty else known.get(body.casefold(), body)


def reference_value(text: str, empty: Collection[str], *, salesforce: bool) -> Cell:
    """The id or name of a record of another kind, the first where there are several."""
    body = clean(text)
    if ";" in body:
        body = first_value(body)
    if not body or body in empty or is_blank(body):
        return None
    return salesforce_id(body) if salesforce and is_salesforce_id(body) else body


def all_references(texts: Sequence[str], empty: tuple[str, ...]) -> list[Cell]:
    """Many ids or names of records of another kind, as `reference_value` reads each; most only need to be cleaned."""
    kept = clean_all(texts, empty)
    filled = [str(body) for body in kept if body]
    together, shortest = _BETWEEN.join(filled), min(map(len, filled), default=0)
    if ";" not in together and (shortest > LONGEST_BLANK or BLANKS.isdisjoint(together.casefold().split(_BETWEEN))):
        return kept
    odd = {body for body in kept if isinstance(body, str) and (";" in body or is_blank(body))}
    if not odd:
        return kept
    read = {body: reference_value(body, empty, salesforce=False) for body in odd}
    return [read.get(body, body) if isinstance(body, str) else body for body in kept]


def _or_problem(value: int | str | None) -> Cell | Problem:
    return Problem(value) if isinstance(value, str) else value


def money_value(text: str, reading: Reading, currency: str) -> Cell | Problem:
    """An amount in minor units of a currency."""
    minor = read_money(text, reading.mark, currency)
    if reading.cents and isinstance(minor, int):
        return round(Decimal(minor) / 100)
    return _or_problem(minor)


def ratio_value(text: str, reading: Reading) -> Cell | Problem:
    """A share in millionths."""
    read = read_full_time if reading.field == "fte" else read_ratio
    return _or_problem(read(text, reading.mark, percent=reading.percent))


def currency_value(text: str, default: str) -> Cell | Problem:
    """A currency as its three-letter code; the default when the cell is blank."""
    body = clean(text)
    if is_blank(body):
        return default
    code = SYMBOLS.get(body) or body.upper()
    if len(code) == 3 and code.isascii() and code.isalpha():
        return code
    named = _currency_names().get(body.casefold()) or _currency_names().get(_before_bracket(body))
    inner = re.search(r"\b([A-Z]{3})\b", body)
    return named or (inner[1] if inner else Problem("This is not a currency code such as USD or EUR."))


def _before_bracket(text: str) -> str:
    return text.partition("(")[0].strip().casefold()


@lru_cache(maxsize=1)
def _currency_names() -> dict[str, str]:
    from babel import Locale

    return {name.casefold(): code for code, name in Locale("en").currencies.items()}


def split_value(text: str) -> Cell | Problem:
    """The owners who share a deal as `Ann=0.5|Bob=0.5`: shares as written, made to sum to exactly one."""
    body = clean(text)
    if is_blank(body):
        return None
    shares: dict[str, int] = {}
    for part in filter(None, (one.strip() for one in re.split(r"[;|\n]", body))):
        found = SHARE.fullmatch(" ".join(part.split())) if len(part) <= LONGEST_SHARE else None
        if found is None:
            return Problem("Write each owner with a share, such as 'Ann 50%; Bob 50%'.")
        name = found["name"].strip(" -–,")
        if not name or name in shares:
            return Problem("An owner of the split is empty or named twice.")
        try:
            shares[name] = _millionths(found["share"], percent=bool(found["percent"]))
        except InvalidOperation:
            return Problem("A share of the split is not a number.")
    return _balanced(shares)


def _millionths(share: str, *, percent: bool) -> int:
    number = Decimal(share.replace(",", "."))
    return round(number * (MILLION // 100) if percent or number > 1 else number * MILLION)


def _balanced(shares: dict[str, int]) -> Cell | Problem:
    total = sum(shares.values())
    if abs(total - MILLION) > SPLIT_SLACK or not all(shares.values()):
        return Problem(f"The shares of the split sum to {total / (MILLION / 100):g}% instead of 100%.")
    largest = max(shares, key=lambda name: shares[name])
    shares[largest] += MILLION - total
    return "|".join(f"{name}={_share_text(share)}" for name, share in shares.items())


def _share_text(millionths: int) -> str:
    return f"{Decimal(millionths) / MILLION:f}"
