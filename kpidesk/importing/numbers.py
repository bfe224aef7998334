"""Amounts and shares as exports write them: signs, currencies, and which mark is the decimal one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import filterfalse
from typing import Literal

from kpidesk.core.records import MILLION, Cell, minor_digits, to_minor
from kpidesk.importing.memo import LARGEST, Problem

Mark = Literal[".", ","]
Plain = Callable[[Sequence[str], Callable[[str], Cell]], list[Cell]]
"""The values of texts; those that have no simple form are read by what is given."""
MARKS: tuple[Mark, Mark] = (".", ",")
MARK_WORDS: dict[Mark, str] = {".": "a decimal point", ",": "a decimal comma"}
BLANKS = frozenset(("", "-", "–", "—", "n/a", "na", "#n/a", "null", "none", "(blank)"))
LONGEST_NUMBER = 60
LARGEST_MINOR = 9_000_000_000_000_000
LARGEST_WHOLE = 2_000_000_000
LARGEST_SCORE = 1_000_000
SMALLEST_RATE, LARGEST_RATE = Decimal("1e-9"), Decimal("1e9")
SYMBOLS: dict[str, str] = {
    "$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "R$": "BRL", "A$": "AUD", "C$": "CAD",
    "CA$": "CAD", "AU$": "AUD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "MX$": "MXN", "zł": "PLN", "₺": "TRY",
    "₩": "KRW", "₽": "RUB", "₴": "UAH", "₪": "ILS", "₫": "VND", "฿": "THB", "₱": "PHP", "₦": "NGN", "Kč": "CZK",
    "Ft": "HUF", "Fr.": "CHF",
}  # fmt: skip
DOLLARS = frozenset(("USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN", "COP", "CLP", "ARS", "TWD"))
_UNIT = r"[A-Z]{3}|[A-Z]{0,2}\$|€|£|¥|₹|zł|₺|₩|₽|₴|₪|₫|฿|₱|₦|Kč|Ft|Fr\."
AMOUNT = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+−])?\s*(?P<unit>{_UNIT})?\s*(?P<inner>[-−])?\s*"
    r"(?P<digits>\d[\d.,'’\s]*\d|\d|[.,]\d+|\d[\d.,]*)(?P<power>[eE][-+]?\d{1,2})?"
    rf"\s*(?P<after>{_UNIT})?(?P<trail>-)?\s*(?P<close>\))?",
    re.ASCII,
)
POINT = re.compile(r"\d+\.(?:\d\d?|\d{4,})", re.ASCII)
"""What most amounts look like; it proves a decimal point and names no currency."""
SPACES = re.compile(r"(?<=\d)['’\s\u00a0\u202f\u2009](?=\d{3})")
GROUPED = {
    ".": re.compile(r"(?:\d+|\d{1,3}(?:,\d{2,3})*,\d{3})?(?:\.\d*)?", re.ASCII),
    ",": re.compile(r"(?:\d+|\d{1,3}(?:\.\d{2,3})*\.\d{3})?(?:,\d*)?", re.ASCII),
}


@dataclass(frozen=True, slots=True)
class Written:
    """An amount as written: its sign, digits with their marks, power of ten and currency."""

    negative: bool
    digits: str
    power: str
    unit: str


def is_blank(text: str) -> bool:
    """Whether a cell of a number or date column says that nothing is known."""
    return text.strip().casefold() in BLANKS


def take_apart(text: str) -> Written | None:
    """The parts of an amount, None when it is not one."""
    plain = text.strip()
    if len(plain) > LONGEST_NUMBER:
        return None
    plain = plain.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2009", " ")
    found = AMOUNT.fullmatch(plain)
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    signs = [sign for sign in (found["open"], found["sign"], found["inner"], found["trail"]) if sign]
    if len(signs) > 1:
        return None
    digits = SPACES.sub("", found["digits"])
    if " " in digits or "'" in digits or "’" in digits:
        return None
    return Written(bool(signs) and signs != ["+"], digits, found["power"] or "", found["unit"] or found["after"] or "")


def looks_like_number(text: str) -> bool:
    """Whether a cell could be an amount, a count or a share."""
    plain = text.strip().removesuffix("%").strip()
    return len(plain) <= LONGEST_NUMBER and _is_amount(plain)


@lru_cache(maxsize=20_000)
def _is_amount(plain: str) -> bool:
    """Whether a short text is an amount; the same cells are asked for every kind and field they might be."""
    written = take_apart(plain)
    return written is not None and _may_be_read(written)


def _may_be_read(written: Written) -> bool:
    """Whether the marks stand where they may with one decimal mark or the other; in 29.01.2026 they do not."""
    return any(GROUPED[mark].fullmatch(written.digits) for mark in MARKS)


def currency_of(unit: str, default: str) -> str:
    """The currency code of a sign or code beside an amount; `$` is the default's when that is a dollar."""
    if not unit or (unit == "$" and default in DOLLARS):
        return default
    return SYMBOLS.get(unit, unit if len(unit) == 3 and unit.isalpha() else default)


def mark_shown(digits: str) -> str:
    """Which decimal mark the digits prove: `.` or `,`; `either` if they can be read both ways, else nothing."""
    dots, commas = digits.count("."), digits.count(",")
    if not dots and not commas:
        return ""
    if dots and commas:
        return "." if digits.rfind(".") > digits.rfind(",") else ","
    mark, other = (".", ",") if dots else (",", ".")
    if dots + commas > 1:
        return other
    whole, _, rest = digits.partition(mark)
    thousands = len(rest) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0")
    return "either" if thousands else mark


def read_decimal(written: Written, mark: Mark) -> Decimal | None:
    """The number, with the given decimal mark; None when the marks do not stand where they may."""
    digits = written.digits
    if not GROUPED[mark].fullmatch(digits):
        return None
    plain = digits.replace("," if mark == "." else ".", "").replace(mark, ".")
    number = Decimal(plain + written.power)
    return -number if written.negative else number


def plain_money(mark: Mark, currency: str) -> Plain:
    """What reads amounts in minor units: all at once those that are digits with all decimals and nothing else."""
    digits = minor_digits(currency)
    form = re.compile(rf"\d{{1,12}}{re.escape(mark)}\d{{{digits}}}" if digits else r"\d{1,12}", re.ASCII)

    def values(texts: Sequence[str], read: Callable[[str], Cell]) -> list[Cell]:
        odd = set(filterfalse(form.fullmatch, texts))
        if len(odd) * 2 > len(texts):
            return [read(text) if text in odd else int(text.replace(mark, "")) for text in texts]
        simple = ["0" if text in odd else text for text in texts] if odd else texts
        numbers: list[Cell] = list(map(int, "\n".join(simple).replace(mark, "").split("\n"))) if texts else []
        return [read(text) if text in odd else at for text, at in zip(texts, numbers, strict=True)] if odd else numbers

    return values


def read_money(text: str, mark: Mark, currency: str) -> int | str | None:
    """An amount in minor units, None when blank, or a sentence saying what is wrong."""
    if text.isdigit() and text.isascii() and len(text) < 13:
        return int(text + "0" * minor_digits(currency))
    if is_blank(text):
        return None
    written = take_apart(text)
    if written is None:
        return "This is not an amount."
    number = read_decimal(written, mark)
    if number is None:
        return f"This is not an amount with {MARK_WORDS[mark]}."
    if len(written.unit) == 3 and written.unit.isalpha() and written.unit != currency:
        return f"The amount is in {written.unit} but its row says {currency}."
    minor: int = to_minor(number, currency)
    return minor if abs(minor) <= LARGEST_MINOR else "This amount is too large."


def read_ratio(text: str, mark: Mark, *, percent: bool) -> int | str | None:
    """A share in millionths (0…1,000,000), None when blank, or a sentence saying what is wrong."""
    if is_blank(text):
        return None
    body = text.strip()
    written = take_apart(body.removesuffix("%"))
    number = read_decimal(written, mark) if written is not None else None
    if number is None or written is None or written.unit:
        return "This is not a share such as 60% or 0.6."
    share = number / 100 if percent or body.endswith("%") else number
    if not 0 <= share <= 1:
        return "A share lies between 0 and 100%."
    return round(share * MILLION)


LONGEST_WEEK = 48
"""The most hours of work in a week: a column with no larger number may hold hours as well as percent."""


def read_full_time(text: str, mark: Mark, *, percent: bool) -> int | str | None:
    """A share of full time in millionths, None when blank, or a sentence saying what is wrong; each cell by itself.

    "60 %" and 0.6 are shares; a plain 60 is one where `percent` says that the column is written so.
    """
    if is_blank(text):
        return None
    if not text.strip().endswith("%"):
        written = take_apart(text)
        number = read_decimal(written, mark) if written is not None and not written.unit else None
        if number is not None and 1 < number < 2:
            return "This is more than full time."
        if number is not None and number >= 2 and not percent:
            return "This may be hours or percent; a share is written 60% or 0.6."
        percent = percent and number is not None and number >= 2
    return read_ratio(text, mark, percent=percent)


WHOLE = re.compile(r"(?:\d+|\d{1,3}(?:[.,]\d{3})+)(?:[.,]0{1,2})?", re.ASCII)


def read_whole(text: str) -> int | str | None:
    """A whole number, None when blank, or a sentence saying what is wrong; marks between thousands mean nothing."""
    if is_blank(text):
        return None
    written = take_apart(text)
    if written is None or written.unit or written.power or not WHOLE.fullmatch(written.digits):
        return "This is not a whole number."
    digits = re.sub(r"[.,]0{1,2}$|[.,]", "", written.digits)
    number = -int(digits) if written.negative else int(digits)
    return number if abs(number) <= LARGEST_WHOLE else "This number is too large."


def read_rate(text: str, mark: Mark) -> str | Problem | None:
    """A rate above 0 as plain digits with a decimal point, None when blank."""
    if is_blank(text):
        return None
    written = take_apart(text)
    number = read_decimal(written, mark) if written is not None and not written.unit else None
    if number is None:
        return Problem("This is not a rate.")
    if number <= 0:
        return Problem("A rate is larger than 0.")
    if not SMALLEST_RATE <= number <= LARGEST_RATE:
        return Problem("This rate is out of all proportion.")
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def read_score(text: str, mark: Mark) -> int | str | None:
    """A score in thousandths, that of `9/10` without its highest; None when blank, or what is wrong."""
    if is_blank(text):
        return None
    written = take_apart(text.partition("/")[0])
    number = read_decimal(written, mark) if written is not None and not written.unit else None
    if number is None:
        return "This is not a score."
    return round(number * 1000) if abs(number) <= LARGEST_SCORE else "This score is too large."


@dataclass(slots=True)
class NumberTally:
    """What the cells of one column show about its numbers; filled block by block while a file is read.

    `shares` True also keeps the largest number, which tells 0…1 from 0…100, and whether one lies between 0 and 1.
    `small` True: rates and scores, in which a single mark is the decimal one. `wrong` is the first cell without a
    number, with its line.
    """

    shares: bool = False
    small: bool = False
    shown: Counter[str] = field(default_factory=Counter)
    proofs: dict[str, tuple[int, str]] = field(default_factory=dict)
    units: Counter[str] = field(default_factory=Counter)
    largest: Decimal = Decimal(0)
    fraction: bool = False
    sample: str = ""
    wrong: tuple[int, str] | None = None
    memo: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, cells: Sequence[str], lines: list[int]) -> None:
        """Take in the cells of one block."""
        others = cells if self.shares else list(filterfalse(POINT.fullmatch, cells))
        self.count(Counter(others), len(cells) - len(others))
        if self.is_open:
            self.place(cells, lines)

    def count(self, others: Mapping[str, int], points: int) -> None:
        """Take in `points` cells that look like `POINT`, and how often each other text stands in a block."""
        if len(self.memo) > LARGEST:
            self.memo.clear()
        if points:
            self.shown["."] += points
        for text, count in others.items():
            mark, unit = self._known(text)
            self.shown[mark] += count
            if unit:
                self.units[unit] += count

    @property
    def bare(self) -> int:
        """How many numbers stand without a currency beside them."""
        return self.shown.total() - self.shown["blank"] - self.shown["bad"] - self.units.total()

    @property
    def is_open(self) -> bool:
        """Whether something was counted of which it is not noted yet where it stands."""
        bad = self.wrong is None and self.shown["bad"] > 0
        return bad or any(mark in self.shown and mark not in self.proofs for mark in MARKS)

    def place(self, cells: Sequence[str], lines: list[int]) -> None:
        """Note where in a block, the one counted last, the first cell that is wrong or proves a mark stands."""
        if self.wrong is None and self.shown["bad"]:
            at = next(at for at, cell in enumerate(cells) if self._known(cell)[0] == "bad")
            self.wrong = (lines[at], cells[at])
        for mark in MARKS:
            if mark in self.shown and mark not in self.proofs:
                at = next(at for at, cell in enumerate(cells) if self._known(cell)[0] == mark)
                self.proofs[mark] = (lines[at], cells[at])

    def _known(self, text: str) -> tuple[str, str]:
        """The mark that a text proves and the currency beside it; each text is judged once."""
        known = self.memo.get(text)
        if known is None:
            known = self.memo[text] = self._judge(text)
        return known

    def _judge(self, text: str) -> tuple[str, str]:
        if text.isdigit() and text.isascii() and not self.shares:
            return "", ""
        if is_blank(text):
            return "blank", ""
        written = take_apart((text.partition("/")[0] if self.small else text).strip().removesuffix("%"))
        if written is None or not _may_be_read(written):
            return "bad", ""
        mark = mark_shown(written.digits)
        if mark == "either" and not self.sample:
            self.sample = text
        if self.shares and not text.strip().endswith("%"):
            number = read_decimal(written, "," if mark == "," else ".") or Decimal(0)
            self.largest, self.fraction = max(self.largest, number), self.fraction or 0 < number < 1
        return mark, written.unit
