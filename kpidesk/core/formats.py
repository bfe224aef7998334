"""Numbers, money, days and dates as a person reads them; rounding here is for the eye and changes no number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from kpidesk.core.kpis import Display, Unit
from kpidesk.core.periods import MONTHS, Period
from kpidesk.core.records import minor_digits
from kpidesk.core.wording import counted, plural

NOTHING = "—"
MINUS = "\N{MINUS SIGN}"
_JOINER = "\u2060"  # no line ends here
_EXACT = 1e15
_COUNTED_DAYS, _COUNTED_MONTHS = 90, 730
SYMBOLS: dict[str, str] = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "CNY": "CN¥",
    "INR": "₹",
    "KRW": "₩",
    "BRL": "R$",
    "CAD": "CA$",
    "AUD": "A$",
    "NZD": "NZ$",
    "MXN": "MX$",
    "ILS": "₪",
    "VND": "₫",
}
_SCALES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"))


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """The separators in which numbers are written."""

    decimal: str = "."
    grouping: str = ","


ENGLISH = NumberStyle()


def fixed(value: float, decimals: int, style: NumberStyle = ENGLISH) -> str:
    """A number with so many decimals, grouped, with a true minus sign and never a negative zero.

    A half goes away from zero, as a spreadsheet rounds the fifteen digits it shows: one in eight is 13 %.
    """
    text = f"{_half_up(abs(value), decimals):,.{decimals}f}"
    sign = MINUS if value < 0 and not _is_zero(text) else ""
    return sign + text.translate({ord(","): style.grouping, ord("."): style.decimal})


def _half_up(size: float, decimals: int) -> Decimal | float:
    """A size rounded by its fifteen digits; one that has no more of them has nothing to round."""
    if not size < _EXACT:
        return size
    return Decimal(f"{size:.15g}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def whole_percent(share: float) -> str:
    """A share in whole percent, without the sign for it: an eighth is "13"."""
    return fixed(100 * share, 0)


def _is_zero(shown: str) -> bool:
    return not any(digit in "123456789" for digit in shown)


def three_digits(value: float, style: NumberStyle = ENGLISH) -> str:
    """A number to three significant digits with K, M, B or T from a thousand on: 1,234 is 1.23K."""
    size = abs(value)
    scale, letter = _scale(size)
    if scale > 1:
        return fixed(value / scale, _decimals(size / scale), style) + letter
    if size == 0 or float(value).is_integer():
        return fixed(value, 0, style)
    return fixed(value, _decimals(size), style)


def round_text(edge: float, sign: str) -> str:
    """A round number after a sign of money, without the zeros that three digits would bring: "$25K"."""
    text = three_digits(abs(edge))
    digits, letter = (text[:-1], text[-1]) if text[-1:].isalpha() else (text, "")
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return f"{MINUS if edge < 0 else ''}{sign}{digits or '0'}{letter}"


def _scale(size: float) -> tuple[float, str]:
    """By what a size is divided, and with which letter; what rounds up to a power of ten belongs to it: 1.00K."""
    return next(((by, sign) for by, sign in _SCALES if size >= by * 0.9995), (1.0, ""))


def _decimals(size: float) -> int:
    """Decimals that leave three significant digits of a size below 1000; at most two."""
    return 2 if size < 9.995 else 1 if size < 99.95 else 0


def money_symbol(currency: str) -> str:
    """The sign of a common currency, else its code with a space ("CHF ")."""
    return SYMBOLS.get(currency, f"{currency} " if currency else "")


def _money(number: str, currency: str) -> str:
    sign, digits = (MINUS, number[1:]) if number.startswith(MINUS) else ("", number)
    return f"{sign}{money_symbol(currency)}{digits}"


def chance_text(chance: float) -> str:
    """A chance in whole per cent; never quite none or all, for a forecast is no certainty."""
    if 0 < chance < 0.01:
        return "under 1%"
    return "over 99%" if 0.99 < chance < 1 else f"{whole_percent(chance)}%"


def _percent(value: float, n: float | None, style: NumberStyle) -> str:
    """A share with one decimal, with none when it rests on fewer than 100 rows; something is never 0 %."""
    decimals = 0 if n is not None and n < 100 else 1
    shown = fixed(value * 100, decimals, style)
    if value != 0 and _is_zero(shown):
        least = fixed(10.0**-decimals, decimals, style)
        return f"<{least}%" if value > 0 else f">{MINUS}{least}%"
    return f"{shown}%"


def _time(value: float, unit: str, decimals: int, style: NumberStyle) -> str:
    """A duration with its unit; what is shorter than can be shown is below the least, never nothing."""
    shown = fixed(value, decimals, style)
    if value > 0 and _is_zero(shown):
        return f"<{fixed(10.0**-decimals, decimals, style)} {unit}"
    shown = shown.removesuffix(f"{style.decimal}0") if decimals else shown
    return f"{shown} {unit}" if shown.lstrip(MINUS) == "1" else f"{shown} {unit}s"


def format_value(
    value: float | None, unit: Unit | Display, currency: str = "", n: float | None = None, style: NumberStyle = ENGLISH
) -> str:
    """A value as a card shows it; a dash when there is none.

    Percent values come as fractions, money in major units, durations in their unit. `n`, the rows behind a
    percentage, decides its decimals, unless a `Display` names them.
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    if isinstance(unit, Display):
        return _displayed(value, unit, currency, style)
    if unit == "money":
        return _money(three_digits(value, style), currency)
    if unit == "money_per_day":
        return f"{_money(three_digits(value, style), currency)} per day"
    if unit == "percent":
        return _percent(value, n, style)
    if unit == "multiple":
        return f"{fixed(value, 1 if abs(value) >= 0.995 else 2, style)}×"
    if unit == "days":
        return _time(value, "day", 0, style)
    if unit == "months":
        return _time(value, "month", 1, style)
    if unit == "hours":
        return _time(value, "hour", 1, style)
    if unit == "points":
        return _signed(fixed(value, 0, style))
    if unit == "count" and abs(value) < 100:
        return _plain(value, 2, style)
    return three_digits(value, style)


def _displayed(value: float, display: Display, currency: str, style: NumberStyle) -> str:
    """A value with the decimals that its KPI names, large ones still in K, M, B or T."""
    unit, decimals = display.unit, display.decimals
    if unit == "percent":
        return f"{fixed(value * 100, decimals, style)}%"
    if unit == "multiple":
        return f"{fixed(value, decimals, style)}×"
    if unit in ("days", "months", "hours"):
        shown = fixed(value, decimals, style)
        return f"{shown} {unit[:-1]}" if shown.lstrip(MINUS) == "1" else f"{shown} {unit}"
    if unit == "points":
        return _signed(fixed(value, decimals, style))
    scale, letter = _scale(abs(value))
    shown = fixed(value / scale, decimals, style) + letter
    if unit in ("money", "money_per_day"):
        shown = _money(shown, currency)
    return f"{shown} per day" if unit == "money_per_day" else shown


def _signed(shown: str) -> str:
    """A number as shown with its sign, which zero has not."""
    has_sign = shown.startswith(MINUS) or _is_zero(shown)
    return shown if has_sign else f"+{shown}"


def full_value(value: float | None, unit: Unit, currency: str = "", style: NumberStyle = ENGLISH) -> str:
    """A value unshortened, as a tooltip shows it."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if unit in ("money", "money_per_day"):
        amount = _money(fixed(value, minor_digits(currency) if currency else 2, style), currency)
        return f"{amount} per day" if unit == "money_per_day" else amount
    if unit == "percent":
        return f"{plain_number(value * 100, style)}%"
    shown = plain_number(value, style)
    if unit == "multiple":
        return f"{shown}×"
    if unit in ("days", "months", "hours"):
        return f"{shown} {unit[:-1]}" if shown.lstrip(MINUS) == "1" else f"{shown} {unit}"
    return _signed(shown) if unit == "points" else shown


def plain_number(value: float, style: NumberStyle = ENGLISH) -> str:
    """A number with the decimals it has, at most four, grouped: 1,234.5."""
    return _plain(value, 4, style)


def _plain(value: float, decimals: int, style: NumberStyle) -> str:
    shown = fixed(value, decimals, style)
    return shown.rstrip("0").removesuffix(style.decimal) if style.decimal in shown else shown


def format_difference(
    value: float | None, unit: Unit | Display, currency: str = "", style: NumberStyle = ENGLISH
) -> str:
    """The difference of two values with its sign; shares differ in percentage points."""
    if value is None or not math.isfinite(value):
        return NOTHING
    kind, decimals = (unit.unit, unit.decimals) if isinstance(unit, Display) else (unit, 1)
    if kind == "percent":
        return _signed(f"{fixed(value * 100, decimals, style)} pp")
    if kind == "points":
        return format_value(value, unit, style=style)
    return _signed_value(value, unit, currency, style)


def _signed_value(value: float, unit: Unit | Display, currency: str, style: NumberStyle) -> str:
    size = format_value(abs(value), unit, currency, style=style)
    if _is_zero(size):
        return size
    return f"{MINUS if value < 0 else '+'}{size}"


def format_change(value: float | None, style: NumberStyle = ENGLISH) -> str:
    """A relative change with its sign: +10.0 % of what was."""
    if value is None or not math.isfinite(value):
        return NOTHING
    return _signed(f"{fixed(value * 100, 1, style)}%")


def format_interval(
    interval: tuple[float, float] | None, unit: Unit | Display, currency: str = "", n: float | None = None,
    style: NumberStyle = ENGLISH,
) -> str:  # fmt: skip
    """Both ends of an interval ("22% to 41%"), a dash when there is none."""
    if interval is None:
        return NOTHING
    low, high = (format_value(end, unit, currency, n, style) for end in interval)
    return f"{low} to {high}"


def sampling_interval(
    interval: tuple[float, float], unit: Unit | Display, currency: str = "", n: float | None = None,
    style: NumberStyle = ENGLISH,
) -> str:  # fmt: skip
    """Where a number may lie allowing for luck ("22% to 41%"): of a count "0 to 6", as nothing is counted in parts."""
    return format_interval(_whole_ends(interval, unit), unit, currency, n, style)


def _whole_ends(interval: tuple[float, float], unit: Unit | Display) -> tuple[float, float]:
    if (unit.unit if isinstance(unit, Display) else unit) != "count":
        return interval
    return float(math.floor(interval[0])), float(math.ceil(interval[1]))


def between_words(
    interval: tuple[float, float], unit: Unit | Display, currency: str = "", n: float | None = None,
    style: NumberStyle = ENGLISH,
) -> str:  # fmt: skip
    """Both ends of an interval as a manager says it: "between 22% and 41%"."""
    ends = _whole_ends(interval, unit)
    low, high = (_unbroken(format_value(end, unit, currency, n, style)) for end in ends)
    return f"between {low} and {high}"


def _unbroken(shown: str) -> str:
    """A number whose minus stays on the line of its sign of money."""
    return shown if shown[:2].lstrip(MINUS).isdigit() else shown.replace(MINUS, MINUS + _JOINER, 1)


def count_text(n: float, style: NumberStyle = ENGLISH) -> str:
    """A number of rows, which shared credit can make fractional: "96", "2.5"."""
    return _plain(n, 2, style)


def sample_text(n: float, numerator: float | None = None, noun: str = "deal", style: NumberStyle = ENGLISH) -> str:
    """What a number rests on: "31 of 96" for a rate whose `numerator` is given, else "31 deals"."""
    rows = count_text(n, style)
    if numerator is not None:
        return f"{count_text(numerator, style)} of {rows}"
    return f"{rows} {noun}" if rows == "1" else f"{rows} {plural(noun)}"


def day_text(day: date) -> str:
    """A day as a person writes it: 3 Mar 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def stored_day_text(text: str) -> str:
    """A day as it is stored, 2026-03-03 or 2026-03-03 14:05, as a person writes it; any other text as it is."""
    day, _, time = text.partition(" ")
    try:
        return f"{day_text(date.fromisoformat(day))} {time}".rstrip()
    except ValueError:
        return text


def span_text(start: date, last_day: date) -> str:
    """Two days and what lies between, naming month and year once where they agree: "1 – 7 Mar 2026"."""
    if start == last_day:
        return day_text(start)
    if (start.year, start.month) == (last_day.year, last_day.month):
        return f"{start.day} – {day_text(last_day)}"
    if start.year == last_day.year:
        return f"{start.day} {MONTHS[start.month - 1]} – {day_text(last_day)}"
    return f"{day_text(start)} – {day_text(last_day)}"


def period_text(period: Period) -> str:
    """A period with its days: "Q2 2026 (1 Apr – 30 Jun 2026)"; a span of days is its own name."""
    days = span_text(period.start, period.last_day)
    if period.label.endswith(")"):
        return f"{period.label[:-1]}, {days})"
    return days if period.grain == "span" else f"{period.label} ({days})"


def age_text(days: int | None) -> str:
    """How old data is: "today", "yesterday", "12 days ago", "8 months ago"."""
    if days is None:
        return NOTHING
    if days <= 0:
        return "today"
    return "yesterday" if days == 1 else f"{_span_of_days(days)} ago"


def old_words(days: int) -> str:
    """How old something is: "9 days old", after 90 days in months, after two years in years."""
    return f"{_span_of_days(days)} old"


def months_text(months: int) -> str:
    """So many months: "1 month", "12 months"."""
    return counted(months, "month")


def _span_of_days(days: int) -> str:
    if days <= _COUNTED_DAYS:
        return counted(days, "day")
    return months_text(round(days / 30.44)) if days < _COUNTED_MONTHS else f"{round(days / 365.25)} years"
