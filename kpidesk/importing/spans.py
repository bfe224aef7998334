"""Durations and whole periods as exports write them."""

from __future__ import annotations

import re
from datetime import date

from kpidesk.core.calendars import PERIODS
from kpidesk.core.errors import UserError
from kpidesk.core.fields import Field
from kpidesk.core.periods import fiscal_period, named_month, quarter_period
from kpidesk.core.settings import Settings
from kpidesk.importing.dates import MONTHS
from kpidesk.importing.numbers import is_blank

LONGEST = 60
LONGEST_SECONDS = 1_000_000_000
CLOCK = re.compile(r"(?:(\d{1,5}):)?(\d{1,5}):(\d{2})(?:[.,]\d+)?", re.ASCII)
NUMBER = re.compile(r"\d{1,15}(?:[.,]\d{1,9})?", re.ASCII)
PARTS = re.compile(r"(\d{1,9}(?:[.,]\d{1,9})?) ?([a-z]{1,12})\.?,? ?", re.ASCII)
UNITS: dict[str, int] = {
    name: seconds
    for names, seconds in (
        ("d day days tag tage", 86_400),
        ("h hr hrs hour hours std stunde stunden", 3_600),
        ("m min mins minute minutes minuten", 60),
        ("s sec secs second seconds sek sekunden", 1),
    )
    for name in names.split()
}
QUARTER = (
    re.compile(r"(?:FY)?(?P<year>\d{4})[-/ ]?[QT](?P<part>[1-4])", re.ASCII | re.IGNORECASE),
    re.compile(r"[QT](?P<part>[1-4])[-/ ]?(?P<fiscal>FY)?['’]?(?P<year>\d{4}|\d{2})", re.ASCII | re.IGNORECASE),
    re.compile(r"FY['’]?(?P<year>\d{2})[-/ ]?[QT](?P<part>[1-4])", re.ASCII | re.IGNORECASE),
    re.compile(
        r"(?P<part>[1-4])(?:\.|st|nd|rd|th|er|e|ème|º|°)? ?(?:quarter|quartal|trimestre)(?: de| del)?[/ ]"
        r"(?P<year>\d{4})",
        re.IGNORECASE,
    ),
)
PERIOD = (
    re.compile(r"(?:FY)?(?P<year>\d{4})[-/ ]?P(?P<part>\d{1,2})", re.ASCII | re.IGNORECASE),
    re.compile(r"P(?P<part>\d{1,2})[-/ ]?(?:FY)?(?P<year>\d{4})", re.ASCII | re.IGNORECASE),
)
MONTH = (
    re.compile(r"(?P<year>\d{4})[-/.](?P<part>\d{1,2})", re.ASCII),
    re.compile(r"(?P<part>\d{1,2})[-/.](?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<name>[^\W\d]{3,10})\.?[-/, ]{0,2}(?P<year>\d{4})"),
    re.compile(r"(?P<name>[^\W\d]{3,10})\.?(?:[-/]| ?['’])(?P<year>\d{2})"),
    re.compile(r"(?P<year>\d{4})[-/ ](?P<name>[^\W\d]{3,10})\.?"),
)


def read_duration(text: str, unit: int) -> int | str | None:
    """A duration in seconds, None when blank, or a sentence saying what is wrong.

    `unit` are the milliseconds of a bare number. `12:30` are minutes and seconds, in a column of hours hours and
    minutes.
    """
    if is_blank(text):
        return None
    body = " ".join(text.casefold().split()) if len(text) <= LONGEST else ""
    seconds = _bare(body, unit)
    if seconds is None:
        seconds = _clock(body, in_hours=unit >= 3_600_000)
    if seconds is None:
        seconds = _named(body)
    if seconds is None:
        return "This is not a duration such as 00:12:30, 12.5 or 5 min."
    return seconds if seconds <= LONGEST_SECONDS else "This duration is too long."


def _bare(body: str, unit: int) -> int | None:
    return round(float(body.replace(",", ".")) * unit / 1000) if NUMBER.fullmatch(body) else None


def _clock(body: str, *, in_hours: bool) -> int | None:
    found = CLOCK.fullmatch(body)
    if found is None:
        return None
    high, middle, low = (int(part or 0) for part in found.groups())
    if low > 59 or (found[1] is not None and middle > 59):
        return None
    if found[1] is None and in_hours:
        high, middle, low = middle, low, 0
    return high * 3600 + middle * 60 + low


def _named(body: str) -> int | None:
    """The seconds of `1h 05m`, `5 min`, `PT1H5M`."""
    rest = body.removeprefix("pt")
    parts = PARTS.findall(rest)
    if not parts or "".join(PARTS.split(rest)[::3]) or any(name not in UNITS for _, name in parts):
        return None
    return round(sum(float(number.replace(",", ".")) * UNITS[name] for number, name in parts))


def holds_periods(field: Field) -> bool:
    """Whether a field of dates may be given as a month or quarter, which then stands for its first day."""
    return field.kind == "date" and "month" in field.aliases


def is_period(text: str) -> bool:
    """Whether a text names a month or a quarter."""
    return period_start(text, Settings()) is not None


def period_start(text: str, counting: Settings) -> str | None:
    """The first day of a month or a quarter of the fiscal year as ISO text, None when the text names neither.

    Where the year is one of whole weeks, a month is the period that stands for it; `2026-P03` is one by its number.
    """
    body = " ".join(text.split()) if len(text) <= LONGEST else ""
    try:
        day = _quarter(body, counting) or _numbered(body, counting) or _month(body, counting)
    except UserError:
        return None
    return day.isoformat() if day is not None else None


def _quarter(body: str, counting: Settings) -> date | None:
    found = next((match for form in QUARTER if (match := form.fullmatch(body)) is not None), None)
    if found is None:
        return None
    return quarter_period(_year(found["year"]), int(found["part"]), counting).start


def _numbered(body: str, counting: Settings) -> date | None:
    found = next((match for form in PERIOD if (match := form.fullmatch(body)) is not None), None)
    if found is None or not 1 <= int(found["part"]) <= PERIODS:
        return None
    return fiscal_period(int(found["year"]), int(found["part"]), counting).start


def _month(body: str, counting: Settings) -> date | None:
    for form in MONTH:
        found = form.fullmatch(body)
        if found is None:
            continue
        parts = found.groupdict()
        month = MONTHS.get(parts["name"].casefold(), 0) if parts.get("name") else int(parts.get("part") or 0)
        if 1 <= month <= 12:
            return named_month(_year(found["year"]), month, counting).start
    return None


def _year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)
