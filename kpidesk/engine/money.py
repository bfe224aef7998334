"""Money of other currencies: the rate of every row by its day, and amounts in that of the workspace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np

from kpidesk.core.calendars import Calendar, place_of, year_start
from kpidesk.core.curation import Curation
from kpidesk.core.fields import FIELD_BY_NAME, Kind
from kpidesk.core.rates import Rate, rate_table
from kpidesk.core.records import minor_digits
from kpidesk.core.settings import Settings, calendar_of
from kpidesk.engine.days import NO_DAY, day_number, day_of
from kpidesk.engine.history import NO_AMOUNT, Columns
from kpidesk.engine.values import Column, Floats, Ints, Mask, Raw, from_days, from_ints

RATE = " rate"
"""Added to the name of a field of money it names the column of the rates used: NaN for none needed, the place of a
step in `Exchange.steps`, or minus the number of the currency's term when there is no rate."""
DAY = " rate day"
"""Added to the name of a field of money it names the column of the days whose rate is used."""
_OWN = np.iinfo(np.int64).max
_SAFE = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """How amounts become amounts in the currency of the workspace.

    `steps` are all steps of all currencies, `codes` the currency of each term of a currency ("" for others), `places`
    by term of another currency the days on which its steps begin and the place of the first one.
    """

    own: str
    basis: str
    calendar: Calendar
    steps: tuple[Rate, ...]
    codes: tuple[str, ...]
    places: Mapping[int, tuple[Ints, int]]

    @property
    def is_daily(self) -> bool:
        """Whether the amount of an open deal depends on the day it is asked for."""
        return self.basis != "created" and bool(self.places)

    def step_of(self, amount: Raw, term: Raw, day: Ints) -> Ints:
        """The place of each amount's rate, minus its term where none is known, `_OWN` where none is needed."""
        found = np.full(len(amount), _OWN, dtype=np.int64)
        terms = term.astype(np.int64)
        for number, (starts, first) in self.places.items():
            here = np.flatnonzero((terms == number) & (amount != NO_AMOUNT))
            at = np.searchsorted(starts, day[here], side="right")
            found[here] = np.where(at == 0, -number, first + at - 1)
        return found

    def converted(self, amount: Raw, term: Raw, day: Ints) -> Column:
        """Amounts in minor units of their own currency, in those of the workspace's; NaN where no rate is known."""
        return Column(self._exact(amount, term, self.step_of(amount, term, day)), money=1)

    def _exact(self, amount: Raw, term: Raw, step: Ints) -> Floats:
        found = from_ints(amount, NO_AMOUNT)
        found[step < 0] = np.nan
        changed = np.flatnonzero((step >= 0) & (step != _OWN))
        order = changed[np.lexsort((term[changed], step[changed]))]
        cuts = np.flatnonzero(np.diff(step[order]) | np.diff(term[order].astype(np.int64))) + 1
        for group in np.split(order, cuts) if len(order) else ():
            code, rate = self.codes[int(term[group[0]])], self.steps[int(step[group[0]])].rate
            shift = Fraction(10) ** (minor_digits(self.own) - minor_digits(code))
            found[group] = _times(amount[group].astype(np.int64), rate * shift)
        return found

    def column(self, name: str, amount: Raw, term: Raw, day: Ints) -> Column:
        """Converted amounts; their rates or the days of these where the name of the column ends so."""
        if name.endswith(DAY):
            return Column(from_days(day))
        if name.endswith(RATE):
            return Column(from_ints(self.step_of(amount, term, day), _OWN))
        return self.converted(amount, term, day)

    def dated(self, day: Ints, created: Ints) -> Ints:
        """The day whose rate counts, for rows that are of a day and were created on one."""
        if self.basis == "created":
            return created
        return day if self.basis == "close" else fiscal_starts(day, self.calendar)


def _times(amount: Ints, factor: Fraction) -> Floats:
    """Whole amounts times an exact factor, each rounded half to even."""
    most = int(np.abs(amount).max(initial=1))
    if 2 * most * factor.numerator >= _SAFE or factor.denominator >= _SAFE:
        return np.array([float(round(one * factor)) for one in amount.tolist()])
    whole, rest = np.divmod(amount * factor.numerator, factor.denominator)
    up = (2 * rest > factor.denominator) | ((2 * rest == factor.denominator) & (whole % 2 == 1))
    return np.asarray(whole + up, dtype=np.float64)


def fiscal_starts(day: Ints, calendar: Calendar) -> Ints:
    """The first day of the fiscal year of each day number; NO_DAY stays."""
    known = day > NO_DAY
    if not known.any():
        return day
    first, last = (place_of(calendar, day_of(int(edge)))[0] for edge in (day[known].min(), day[known].max()))
    starts = np.array([day_number(year_start(calendar, year)) for year in range(first, last + 1)], dtype=np.int64)
    return np.where(known, starts[np.searchsorted(starts, day, side="right") - 1], NO_DAY)


def read_exchange(curation: Curation, settings: Settings, rates: Iterable[Rate], as_of: date | None) -> Exchange:
    """How to convert every currency that the data name; `as_of` as for `rate_table`."""
    own = settings.currency.upper()
    codes = [""] * (max(curation.terms, default=0) + 1)
    for term, (field, text) in curation.terms.items():
        if field == "currency":
            codes[term] = text.strip().upper()
    table = rate_table(rates, as_of, set(codes) - {"", own})
    steps: list[Rate] = []
    places: dict[int, tuple[Ints, int]] = {}
    for term, code in enumerate(codes):
        if code and code != own:
            mine = table.steps.get(code, ())
            places[term] = (np.array([day_number(one.start) for one in mine], dtype=np.int64), len(steps))
            steps += [one.rate for one in mine]
    return Exchange(own, settings.rate_basis, calendar_of(settings), tuple(steps), tuple(codes), places)


def money_field(name: str) -> str:
    """The field of money that a column is about: the amounts themselves, their rates, or the days of these."""
    return name.removesuffix(DAY).removesuffix(RATE)


def is_money(name: str, kind: Kind = "deals") -> bool:
    """Whether a column of a kind of record is money, or about the rates of money."""
    field = money_field(name)
    known = FIELD_BY_NAME[kind].get(field)
    return (kind == "deals" and field == "created_amount") or (known is not None and known.kind == "money")


def is_revalued(name: str) -> bool:
    """Whether a column of deals is about money that an open deal has by the rate of each day."""
    return money_field(name) != "created_amount" and is_money(name)


def first_filled(amounts: Raw, deal: Ints, deals: int) -> Ints:
    """The place of the first version of each deal that has an amount, that of none where no version has one: -1."""
    found = np.full(deals, -1, dtype=np.int64)
    filled = np.flatnonzero(amounts != NO_AMOUNT)[::-1]
    found[deal[filled]] = filled
    return found


def currencies(columns: Columns, curation: Curation, own: str) -> tuple[list[str], Mask]:
    """The currency of each term, and which values are in another than the workspace's own."""
    terms = columns.get("currency")
    names = [""] * (max(curation.terms, default=0) + 1)
    for term, (field, text) in curation.terms.items():
        if field == "currency":
            names[term] = text.strip().upper()
    if terms is None:
        return names, np.zeros(len(columns["of"]), dtype=np.bool_)
    other = np.array([bool(name) and name != own.upper() for name in names])
    return names, np.asarray(other[terms], dtype=np.bool_)
