"""Days as exports write them, and which of day, month and year comes first in a column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import filterfalse
from typing import NamedTuple

from kpidesk.core.imports import DATE_ORDERS, DateOrder
from kpidesk.core.periods import MONTHS as NAMES_OF_MONTHS
from kpidesk.core.records import Cell
from kpidesk.importing.memo import DAY, LARGEST, StampMemo
from kpidesk.importing.moments import moment_of, offset_of
from kpidesk.importing.numbers import is_blank

FIRST_YEAR, LAST_YEAR = 1990, 2100
LONGEST_DAY = 60
ORDER_WORDS: dict[DateOrder, str] = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
NUMERIC = re.compile(r"(\d{1,4})\s?([-/.年 ])\s?(\d{1,2})\s?[-/.月 ]\s?(\d{1,4})日?(.*)", re.ASCII | re.DOTALL)
DAY_NAME = re.compile(r"^[^\W\d]{2,10}\.?,?\s+(?=\d|[^\W\d]{3,}\.?\s+\d)")
DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?[\s/-]*([^\W\d]{3,10})\.?,?[\s/-]*(\d{4}|\d{2})(.*)", re.DOTALL)
MONTH_DAY = re.compile(r"([^\W\d]{3,10})\.?[\s/-]*(\d{1,2})(?:st|nd|rd|th)?,?[\s/-]+(\d{4}|\d{2})(.*)", re.DOTALL)
YEAR_MONTH = re.compile(r"(\d{4})[\s/-]*([^\W\d]{3,10})\.?[\s/-]*(\d{1,2})(.*)", re.DOTALL)
CLOCK = re.compile(
    r"[T,\s]*(?:(?:at\s+)?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([AaPp])?(?:\.?[Mm]\.?)?)?"
    r"\s*(Z|UTC|GMT|[-+]\d{2}(?::?\d{2})?)?\s*",
    re.ASCII,
)
PLAIN_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?", re.ASCII)
"""A stamp that needs neither an order nor a zone to be read."""
SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
SERIAL_START = date(1899, 12, 30)
SECONDS_A_DAY = 86_400
MONTHS: dict[str, int] = {
    name: month
    for month, names in enumerate(
        (
            "jan january januar janvier enero janeiro gennaio ene januari",
            "feb february februar février fevrier febrero fevereiro febbraio fev februari",
            "mar march märz maerz mär mars marzo março maart mrt",
            "apr april avril abril aprile avr abr",
            "may mai mayo maio maggio mei",
            "jun june juni juin junio junho giugno",
            "jul july juli juillet julio julho luglio",
            "aug august août aout agosto ago augustus",
            "sep sept september septembre septiembre setembro settembre",
            "oct october oktober octobre octubre outubro ottobre okt out",
            "nov november novembre noviembre novembro",
            "dec december dezember décembre decembre diciembre dezembro dicembre dez dic",
        ),
        start=1,
    )
    for name in names.split()
}


class Written(NamedTuple):
    """A day as written: three numbers in the order of the text, and the clock behind them.

    `named` True: the month is a word and the numbers are year, month, day. `digits` are those of the first and
    last number.
    """

    first: int
    second: int
    third: int
    digits: tuple[int, int]
    named: bool
    clock: str


def take_apart(text: str) -> Written | None:
    """The parts of a day, None when the text is not one."""
    if len(text) > LONGEST_DAY:
        return None
    found = NUMERIC.fullmatch(text)
    if found is not None:
        one, _, two, three, clock = found.groups()
        return Written(int(one), int(two), int(three), (len(one), len(three)), False, clock)
    return _with_month_name(text) or _with_month_name(DAY_NAME.sub("", text, count=1))


def _with_month_name(body: str) -> Written | None:
    for pattern, order in ((DAY_MONTH, (3, 2, 1)), (MONTH_DAY, (3, 1, 2)), (YEAR_MONTH, (1, 2, 3))):
        found = pattern.fullmatch(body)
        month = MONTHS.get(found[order[1]].casefold(), 0) if found is not None else 0
        if found is not None and month:
            year, day = found[order[0]], found[order[2]]
            return Written(_year(int(year), len(year)), month, int(day), (4, len(day)), True, found[4])
    return None


def _year(number: int, digits: int) -> int:
    """A year of two digits lies between 1970 and 2069."""
    if digits > 2:
        return number
    return number + (1900 if number >= 70 else 2000)


def read_day(text: str, order: DateOrder | None, zone: tzinfo, *, serials: bool = False) -> str | None:
    """The day a text stands for as ISO text, None when it is not one.

    `order` says how all-number dates are written; stamps with a zone are moved to `zone` before they are cut.
    `serials` True: a bare number is a day count of a workbook. The year is not checked.
    """
    body = text.strip()
    if len(body) == 10 and body[4] == "-" and body[7] == "-" and body.isascii():
        return _iso(body)
    if PLAIN_STAMP.fullmatch(body):
        return _iso(body[:10])
    if (moment := moment_of(body, zone)) is not None:
        return moment.cut[0]
    found = read_moment(body, order, zone, serials=serials)
    return found[0].isoformat() if found is not None else None


def read_stamp(text: str, order: DateOrder | None, zone: tzinfo, *, serials: bool = False) -> str | None:
    """The day a text stands for as ISO text, with the time where it has one ("2026-03-01T09:30"); like `read_day`."""
    body = text.strip()
    if PLAIN_STAMP.fullmatch(body):
        iso = _iso(body[:10])
        return None if iso is None else f"{iso}T{body[11:16]}"
    if (moment := moment_of(body, zone)) is not None:
        return "T".join(moment.cut)
    found = read_moment(body, order, zone, serials=serials)
    if found is None:
        return None
    day, clock = found
    return day.isoformat() if clock is None else f"{day.isoformat()}T{clock:%H:%M}"


def read_moment(body: str, order: DateOrder | None, zone: tzinfo, *, serials: bool) -> tuple[date, time | None] | None:
    """The day and the time, None where it is not given, that a text stands for; None when it is no day."""
    if body.isdigit() or SERIAL.fullmatch(body):
        return _bare_number(body, zone, serials=serials)
    written = take_apart(body)
    day = _day(written, order) if written is not None else None
    if written is None or day is None:
        return None
    return (day, None) if not written.clock else _cut(day, written.clock, zone)


@lru_cache(maxsize=50_000)
def _iso(text: str) -> str | None:
    """A day written as 2026-03-01; None when there is no such day."""
    try:
        return date(int(text[:4]), int(text[5:7]), int(text[8:])).isoformat()
    except ValueError:
        return None


def _bare_number(body: str, zone: tzinfo, *, serials: bool) -> tuple[date, time | None] | None:
    if not body.isascii():
        return None
    if len(body) == 8 and body.isdigit():
        iso = _iso(f"{body[:4]}-{body[4:6]}-{body[6:]}")
        return (date.fromisoformat(iso), None) if iso is not None else None
    if len(body) in (12, 13) and body.isdigit():
        moment = datetime.fromtimestamp(int(body) / 1000, tz=zone)
        return moment.date(), moment.time()
    if serials and SERIAL.fullmatch(body):
        moment = datetime.combine(SERIAL_START, time()) + timedelta(seconds=round(float(body) * SECONDS_A_DAY))
        return moment.date(), moment.time() if "." in body else None
    return None


def no_such_day(text: str, order: DateOrder | None) -> str:
    """The day a text names that its month does not have, such as "30 Feb 2026"; "" where it names none."""
    written = take_apart(text.strip())
    parts = _parts(written, order) if written is not None else None
    if parts is None or not (1 <= parts[1] <= 12 and 29 <= parts[2] <= 31) or _day_of(parts) is not None:
        return ""
    return f"{parts[2]} {NAMES_OF_MONTHS[parts[1] - 1]} {parts[0]}"


def _day(written: Written, order: DateOrder | None) -> date | None:
    parts = _parts(written, order)
    return _day_of(parts) if parts is not None else None


def _day_of(parts: tuple[int, int, int]) -> date | None:
    try:
        return date(*parts)
    except ValueError:
        return None


def _parts(written: Written, order: DateOrder | None) -> tuple[int, int, int] | None:
    """The year, the month and the day; None where the order does not tell them apart."""
    one, two, three = written.first, written.second, written.third
    head, tail = written.digits
    if written.named or head > 2:
        year, month, day = one, two, three
    elif tail > 2 and order == "ymd":
        return None
    elif order == "ymd":
        year, month, day = _year(one, head), two, three
    elif order == "mdy":
        year, month, day = _year(three, tail), one, two
    elif order == "dmy" or one == two:
        year, month, day = _year(three, tail), two, one
    else:
        return None
    return year, month, day


def _cut(day: date, clock: str, zone: tzinfo) -> tuple[date, time | None] | None:
    found = CLOCK.fullmatch(" ".join(clock.split()) if "  " in clock else clock)
    if found is None or clock[0] not in "T, \t\n\r+-Zz":
        return None
    hour, minute, second, half, offset = found.groups()
    hours, minutes, seconds = int(hour or 0), int(minute or 0), int(second or 0)
    if half and hours <= 12:
        hours = hours % 12 + (12 if half in "Pp" else 0)
    if hours > 24 or minutes > 59 or seconds > 60:
        return None
    if not offset:
        return day, None if hour is None else time(min(hours, 23), minutes if hours < 24 else 59)
    stamp = datetime(day.year, day.month, day.day, tzinfo=offset_of(offset))
    try:
        moment = (stamp + timedelta(hours=hours, minutes=minutes)).astimezone(zone)
    except OverflowError:
        return None
    return moment.date(), None if hour is None else moment.time()


def looks_like_day(text: str) -> bool:
    """Whether a cell could be a day in some order."""
    body = text.strip()
    return _may_be_day(body) if len(body) <= LONGEST_DAY else _shows_day(body)


def _shows_day(body: str) -> bool:
    return order_shown(body, serials=False) not in ("bad", "blank")


_may_be_day = lru_cache(maxsize=20_000)(_shows_day)
"""The same of a short text, remembered: the same cells are asked for every kind and field they might be."""


def _begins_with_year(text: str) -> bool:
    """Whether a text begins as 2026-03-01 does, which leaves no doubt about the order."""
    return len(text) >= DAY and text[4] == "-" and text[7] == "-" and text[:4].isdigit()


def order_shown(text: str, *, serials: bool) -> str:
    """What one cell says about the order of its column.

    An order it proves, `either` when it can be read both ways, `plain` when the order does not matter, else
    `blank` or `bad`.
    """
    if _begins_with_year(text):
        return "plain" if _iso(text[:DAY]) is not None else "bad"
    if is_blank(text):
        return "blank"
    if text.isdigit() or SERIAL.fullmatch(text):
        return "plain" if _bare_number(text, UTC, serials=serials) is not None else "bad"
    written = take_apart(text)
    if written is None:
        return "bad"
    if written.named or written.digits[0] > 2:
        return "plain"
    possible = [order for order in DATE_ORDERS[:2] if _day(written, order) is not None]
    if not possible:
        return "ymd" if written.first > 31 and _day(written, "ymd") is not None else "bad"
    if len(possible) == 1:
        return possible[0]
    return "plain" if written.first == written.second else "either"


@dataclass(slots=True)
class DateTally:
    """What the cells of one column show about the order of its dates; filled block by block.

    `also` knows texts that stand for a day without being one: months, quarters; `heard` is told of the different cells
    of a block that are not all `quiet`, which are days of which it is known that they decide nothing, such as
    2026-03-01, and ""; `wrong` is the first cell that is no date, with its line.
    """

    serials: bool = False
    also: Callable[[str], bool] | None = None
    heard: Callable[[Mapping[str, int]], None] | None = field(default=None, compare=False)
    shown: Counter[str] = field(default_factory=Counter)
    proofs: dict[DateOrder, tuple[int, str]] = field(default_factory=dict)
    firsts: set[int] = field(default_factory=set)
    thirds: set[int] = field(default_factory=set)
    short_years: int = 0
    dashed: bool = False
    sample: str = ""
    wrong: tuple[int, str] | None = None
    quiet: set[str] = field(default_factory=set)
    memo: StampMemo = field(init=False)

    def __post_init__(self) -> None:
        self.memo = StampMemo(self._judge)

    def add(self, cells: Sequence[str], lines: list[int]) -> None:
        """Take in the cells of one block."""
        if self._is_quiet(cells):
            self.count(cells.count(""), len(cells))
        else:
            self.add_counted(Counter(cells), lambda: cells, lines)

    def add_counted(self, counts: Mapping[str, int], told: Callable[[], Sequence[str]], lines: list[int]) -> None:
        """Take in the cells that a block `told`, of which it is known how often each different one stands there."""
        if self.heard is not None:
            self.heard(counts)
        found = self.verdicts(counts)
        if found <= {"plain", "blank"}:
            blank = sum(count for text, count in counts.items() if self.memo[text] == "blank")
            self.count(blank if "blank" in found else 0, len(lines))
            return
        cells = told()
        verdicts = list(map(self.memo.__getitem__, cells))
        for verdict in found:
            self.shown[str(verdict)] += verdicts.count(verdict)
        if self.wrong is None and "bad" in found:
            at = verdicts.index("bad")
            self.wrong = (lines[at], cells[at])
        for order in DATE_ORDERS:
            if order in found and order not in self.proofs:
                at = verdicts.index(order)
                self.proofs[order] = (lines[at], cells[at])

    def count(self, blank: int, rows: int) -> None:
        """Take in a block of rows whose cells are blank or leave no doubt about the order."""
        self.shown["blank"] += blank
        self.shown["plain"] += rows - blank

    def verdicts(self, texts: Iterable[str]) -> set[Cell]:
        """What different cells say about the order, each judged once."""
        self.memo.trim()
        return set(map(self.memo.__getitem__, texts))

    def _is_quiet(self, cells: Sequence[str]) -> bool:
        """Whether all cells are days that decide nothing, with or without a time behind them, or empty."""
        is_stamp = len(cells[0]) > DAY  # stamps are seldom seen twice
        texts: Collection[str] = cells if is_stamp else set(filterfalse(self.quiet.__contains__, cells))
        return self.are_quiet({text[:DAY] for text in texts}, {text[DAY:] for text in texts})

    def are_quiet(self, days: Set[str], behind: Set[str]) -> bool:
        """Whether days, and what is behind them, are such that they decide nothing; "" is no day."""
        if len(self.quiet) > LARGEST:
            self.quiet.clear()
        new = days - self.quiet
        if not all(not day or (_begins_with_year(day) and _iso(day)) for day in new):
            return False
        if not self.memo.are_times(behind - {""}):
            return False  # what tells its zone may be of another day, and is kept as it is
        for day in new:
            self.memo[day]
            self.quiet.add(day)
        return True

    def _judge(self, cell: str) -> str:
        text = cell.strip()
        shown = order_shown(text, serials=self.serials)
        if shown == "bad" and self.also is not None and self.also(text):
            return "plain"
        if shown in ORDER_WORDS or shown == "either":
            written = take_apart(text)
            if written is not None and written.digits[1] <= 2:
                self.short_years += 1
                self.dashed |= "-" in text[:3]
                self.firsts.add(written.first)
                self.thirds.add(written.third)
            if shown == "either" and not self.sample:
                self.sample = text
        return shown

    @property
    def year_may_lead(self) -> bool:
        """Two-digit years, and the first number varies less than the last: it may be the year.

        Where there are as many of both, as in few rows, it may be when they lie closer together, and between dashes, as
        in 25-02-03, in any case.
        """
        if not self.short_years or max(self.thirds) > 31:
            return False
        is_closer = max(self.firsts) - min(self.firsts) < max(self.thirds) - min(self.thirds)
        return len(self.firsts) < len(self.thirds) + (self.dashed or is_closer)
