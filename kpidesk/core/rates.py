"""Exchange rates: which one an amount of a day is converted with, and exact conversion into minor units.

A rate says what one unit of a currency is in the currency of the workspace: 1 EUR = 1.0875 USD. It holds from its
first day until the next one begins. Where none is known, two rates make one: GBP to EUR and EUR to USD. The books of a
month stay open until the end of the month after it; rates that become known later change no amount of that month,
unless they say that they re-state it or nothing was known before.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import chain, pairwise

from kpidesk.core.errors import UserError
from kpidesk.core.records import minor_digits

MOST = 10_000_000
"""No currency is worth more than this many units of another, or less than one part of it."""
BEGINNING = date(1970, 1, 1)
"""The first day of a rate that names none."""
RATE_BASES = {
    "close": "Closed deals at the rate of the closing day, open ones at that of the day asked about.",
    "created": "Every amount at the rate of the day on which its deal or record was created.",
    "fixed": "Budget rate: every amount at the rate of the first day of its fiscal year.",
}
"""The days whose rate an amount may be converted with, each with its sentence."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One `currency` is `rate` of the currency `into`, from `valid_from` on; without `into` of that of the workspace.

    `known_from` is the data date of the import that told it. `restates`: it counts as known from the beginning, so
    amounts of months whose books are closed change with it. `legs`: the two rates that this one was made of; it is
    valid and known from the later day of each.
    """

    currency: str
    valid_from: date
    rate: Fraction
    known_from: date
    restates: bool = False
    into: str = ""
    legs: tuple[Rate, ...] = ()

    @property
    def by_way_of(self) -> str:
        """The currency between the two rates that this one was made of; empty for one that was told."""
        return self.legs[1].currency if self.legs else ""


@dataclass(frozen=True, slots=True)
class RateStep:
    """The rate that amounts of the days from `start` on are converted with, until the next step begins."""

    start: date
    rate: Rate


Steps = tuple[RateStep, ...]


@dataclass(frozen=True, slots=True)
class RateTable:
    """The steps of every currency, in order of their days."""

    steps: Mapping[str, Steps]

    def find(self, currency: str, day: date) -> Rate | None:
        """The rate for an amount of that day; None when there is none for it."""
        return _at(self.steps.get(currency, ()), day)


def _at(steps: Steps, day: date) -> Rate | None:
    at = bisect_right(steps, day, key=lambda one: one.start)
    return steps[at - 1].rate if at else None


def rate_table(rates: Iterable[Rate], as_of: date | None = None, only: Collection[str] | None = None) -> RateTable:
    """Which rate counts for which day, whatever the order of the rates; `only` for these currencies.

    With `as_of`, what became known later only counts where nothing else is known. A currency without a rate of its own
    on a day is converted by way of one other currency: the one whose older rate is the newest, then by the alphabet.
    """
    known: dict[tuple[str, str], list[Rate]] = {}
    for one in rates:
        for way in (one, _turned(one)) if one.into else (one,):
            known.setdefault((way.currency, way.into), []).append(way)
    wanted = sorted({code for code, _ in known} if only is None else only)
    limit = as_of or date.max
    own = {code: _steps(told, limit) for (code, into), told in known.items() if not into}
    found: dict[str, Steps] = {}
    for code in wanted:
        hubs = sorted(into for start, into in known if start == code and into in own)
        ways = [(_steps(known[code, hub], limit), own[hub]) for hub in hubs]
        if steps := _joined(own.get(code, ()), ways, limit):
            found[code] = steps
    return RateTable(found)


def _turned(rate: Rate) -> Rate:
    """The same rate, seen from the other currency."""
    return replace(rate, currency=rate.into, into=rate.currency, rate=1 / rate.rate)


def _joined(own: Steps, ways: Sequence[tuple[Steps, Steps]], as_of: date) -> Steps:
    """The steps of a currency by its own rates and, where they say nothing that counts, by way of others."""
    if not ways:
        return own
    starts = {
        day
        for one in chain(own, *chain.from_iterable(ways))
        for day in (one.start, max(one.start, _counts_from(one.rate)))
    }
    found: list[RateStep] = []
    for day in sorted(starts):
        legs = [(_at(first, day), _at(second, day)) for first, second in ways]
        made = [_by_way(first, second) for first, second in legs if first is not None and second is not None]
        best = max(_given(_at(own, day), *made), key=lambda one: _preference(one, day, as_of), default=None)
        if best is not None and (not found or found[-1].rate != best):
            found.append(RateStep(day, best))
    return tuple(found)


def _by_way(first: Rate, second: Rate) -> Rate:
    return Rate(
        first.currency,
        max(first.valid_from, second.valid_from),
        first.rate * second.rate,
        max(first.known_from, second.known_from),
        legs=(first, second),
    )


def _preference(rate: Rate, day: date, as_of: date) -> tuple[bool, int, bool, date]:
    """What was known in time wins, else what was known first; then a rate that was told over one that was made."""
    legs = rate.legs or (rate,)
    is_timely = all(one.known_from <= as_of and _counts_from(one) <= day for one in legs)
    late = 0 if is_timely else -rate.known_from.toordinal()
    return (is_timely, late, not rate.legs, min(one.valid_from for one in legs))


def _steps(rates: list[Rate], as_of: date) -> Steps:
    """The steps of one currency: at each day on which a rate begins to count, the best of those that do."""
    known = [one for one in rates if one.known_from <= as_of]
    events = sorted(
        [(_counts_from(one), True, one) for one in known]
        + [(one.valid_from, False, one) for one in rates if not one.restates or one.known_from > as_of],
        key=lambda event: (event[0], event[1], *_rank(event[2])),
    )
    steps: list[RateStep] = []
    timely: Rate | None = None
    late: Rate | None = None
    restating: Rate | None = None
    for day, counts, one in events:
        if one.restates and counts:
            restating = max(_given(restating, one), key=_rank)
        elif counts:
            timely = max(_given(timely, one), key=_rank)
        else:
            late = max(_given(late, one), key=_lateness)
        best = _best(timely, late, restating)
        if steps and steps[-1].start == day:
            steps.pop()
        if not steps or steps[-1].rate != best:
            steps.append(RateStep(day, best))
    return tuple(steps)


def _best(timely: Rate | None, late: Rate | None, restating: Rate | None) -> Rate:
    """What was known in time or re-states it; what came later only where nothing else had been said by then."""
    if timely is None and late is not None and (restating is None or late.known_from <= restating.known_from):
        timely = late
    return max(_given(timely, restating), key=_rank)


def _given(*rates: Rate | None) -> list[Rate]:
    return [one for one in rates if one is not None]


def _rank(rate: Rate) -> tuple[date, date, bool, Fraction]:
    """The newest day wins, then what was said last, then what re-states; of two equals the larger one."""
    return (rate.valid_from, rate.known_from, rate.restates, rate.rate)


def _lateness(rate: Rate) -> tuple[int, date, Fraction]:
    """Where nothing was known in time, what became known first wins."""
    return (-rate.known_from.toordinal(), rate.valid_from, rate.rate)


def _counts_from(rate: Rate) -> date:
    """The first day whose amounts this rate may change: it was known before the books of that month closed."""
    return rate.valid_from if rate.restates else max(rate.valid_from, open_from(rate.known_from))


def open_from(day: date) -> date:
    """The first day whose books are still open on a day: the first of the month before."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


@dataclass(frozen=True, slots=True)
class Move:
    """The days from `first` to `last` of a currency, their books closed, had the rate `was` and have `now` instead."""

    first: date
    last: date
    was: Rate
    now: Rate


def closed_moves(before: Collection[Rate], after: Collection[Rate]) -> tuple[Move, ...]:
    """Where amounts of days whose books are closed change, by currency and day; filling a gap changes none.

    The books are closed as of the newest day on which one of the rates became known.
    """
    end = open_from(max((one.known_from for one in after), default=BEGINNING))
    old, now = rate_table(before), rate_table(after)
    return tuple(move for code in sorted(old.steps) for move in _moves(old, now, code, end))


def _moves(old: RateTable, now: RateTable, code: str, end: date) -> Iterable[Move]:
    starts = {one.start for table in (old, now) for one in table.steps.get(code, ()) if one.start < end}
    for day, following in pairwise((*sorted(starts), end)):
        was, to = old.find(code, day), now.find(code, day)
        if was is not None and to is not None and was.rate != to.rate:
            yield Move(day, following - timedelta(days=1), was, to)


def closed_moved(before: Collection[Rate], after: Collection[Rate]) -> tuple[date, date] | None:
    """First and last day with closed books whose amounts had a rate and have another instead; None for none."""
    moves = closed_moves(before, after)
    return (min(one.first for one in moves), max(one.last for one in moves)) if moves else None


def unsaid_moves(before: Collection[Rate], after: Collection[Rate], listed: Collection[Rate] = ()) -> tuple[Move, ...]:
    """The moves of closed days that no new rate re-states; the next rate of a list that is being typed may follow.

    `listed` are the rates of that list so far: one of a later day ends the one before it, as it would in a file.
    """
    told, listing = (frozenset(chain(of, (_turned(one) for one in of if one.into))) for of in (before, listed))

    def is_said(move: Move) -> bool:
        was, now = (one.legs or (one,) for one in (move.was, move.now))
        if any(one.restates and one not in told for one in now):
            return True
        return move.was.by_way_of == move.now.by_way_of and all(
            old == new or (old in listing and old.valid_from < new.valid_from)
            for old, new in zip(was, now, strict=True)
        )

    return tuple(move for move in closed_moves(before, after) if not is_said(move))


def convert(minor: int, currency: str, rate: Fraction, into: str) -> int:
    """An amount in minor units of one currency in those of another, rounded half to even."""
    return round(minor * rate * Fraction(10) ** (minor_digits(into) - minor_digits(currency)))


def parse_rate(text: str) -> Fraction:
    """A rate typed or read as a decimal number with a point.

    Raises:
        UserError: it is no number, not above zero, or beyond what two currencies can differ by.
    """
    try:
        number = Decimal(text.strip().replace(",", ".") if text.count(",") == 1 and "." not in text else text.strip())
    except InvalidOperation:
        raise UserError(f"'{text}' is no rate.", "Type a number such as 1.0875.") from None
    if not number.is_finite() or number <= 0:
        raise UserError(f"A rate of {text} is not possible.", "A rate is above zero, for example 1.0875.")
    if not Decimal(1) / MOST <= number <= MOST:
        raise UserError(
            f"A rate of {text} is not possible.",
            f"No currency is worth more than {MOST:,} units of another. Check the decimal point.",
        )
    return Fraction(number)


def rate_text(rate: Fraction) -> str:
    """A rate as a person reads it, with up to ten digits: 1.0875."""
    return f"{Decimal(f'{decimal(rate):.10g}'):f}"


def decimal(rate: Fraction) -> Decimal:
    """A rate as a decimal number; exactly as it was typed, or to 28 digits where it was turned round."""
    return Decimal(rate.numerator) / Decimal(rate.denominator)


@dataclass(frozen=True, slots=True)
class CurrencyInUse:
    """A currency of the data: how many amounts are in it, its newest rate, and the first day that has none.

    `missing_on` is the earliest day on which an amount needs a rate that is not known; None when all have theirs.
    """

    currency: str
    rows: int
    newest: Rate | None
    missing_on: date | None

    @property
    def lacks_rate(self) -> bool:
        """Whether some amount in this currency cannot be converted."""
        return self.missing_on is not None or (self.rows > 0 and self.newest is None)
