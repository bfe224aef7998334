"""Which currency the amounts of a file are in, and where that is said: a column, the cells, the header or nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from kpidesk.core.fields import OF_AMOUNTS
from kpidesk.core.imports import ImportOptions
from kpidesk.core.settings import Settings
from kpidesk.core.wording import counted
from kpidesk.importing.cells import currency_value
from kpidesk.importing.evidence import Evidence
from kpidesk.importing.numbers import SYMBOLS, NumberTally, currency_of, is_blank
from kpidesk.importing.rules import CurrencyFrom


@dataclass(frozen=True, slots=True)
class CurrencyVerdict:
    """`default` is the currency of rows that do not say theirs, `origin` where the others say it, `main` that of most.

    `main` is empty where no row has an amount, whatever a column of currencies names.
    `notices` are things to know. `leans`: where the workspace counted in `main`, some amounts would be in another one.
    `is_assumed`: some amounts name none and are taken to be in the default.
    """

    default: str
    origin: CurrencyFrom
    main: str
    notices: tuple[str, ...] = ()
    leans: bool = False
    is_assumed: bool = False


@dataclass(frozen=True, slots=True)
class _Named:
    """What names a currency beside the rows: what the user `said`, else the `header` that names one, else `usual`.

    `said` and `header` are empty where nothing was said and no header names one; `usual` is that of the workspace.
    """

    said: str
    header: str
    usual: str

    @property
    def stated(self) -> str:
        """The currency that a header names, empty where none does."""
        return code_in(self.header)

    @property
    def unsaid(self) -> str:
        """The currency of rows that name none, where the user did not say."""
        return self.stated or self.usual


def settle_currency(evidence: Evidence, options: ImportOptions, settings: Settings) -> CurrencyVerdict:
    """Decide the currency of a file; what the user said wins, else where all rows that say one agree, that one.

    Several columns of amounts are of one currency: the first that names one speaks for all.
    """
    rules = evidence.rules
    columns = [
        (rules.headers[one.column], evidence.numbers[one.field]) for one in rules.readings if one.kind == "money"
    ]
    header = next((header for header, _ in columns if code_in(header)), "")
    named = _Named(options.currency, header, settings.currency)
    if not columns:
        default = named.said or named.usual
        return CurrencyVerdict(default, "fixed", "" if rules.kind in OF_AMOUNTS else default)
    if rules.currency_from == "column":
        return _from_column(evidence, named)
    if any(tally.units for _, tally in columns):
        return _from_cells(columns, named)
    return _from_header(named)


def _from_header(named: _Named) -> CurrencyVerdict:
    """The verdict where no row says its currency."""
    if named.said:
        return CurrencyVerdict(named.said, "fixed", named.said, is_assumed=True)
    told = (
        f"The column '{named.header}' names its currency: {named.stated}."
        if named.stated
        else f"No column names a currency: amounts are taken as {named.usual}, that of this workspace."
    )
    return CurrencyVerdict(named.unsaid, "fixed", named.unsaid, (told,), is_assumed=True)


def _from_column(evidence: Evidence, named: _Named) -> CurrencyVerdict:
    """The verdict where a column of its own names the currency of each row."""
    codes = _column_codes(evidence)
    verdict = _from_rows(codes, named, "column", ())
    unnamed = sum(count for cell, count in evidence.currencies.items() if is_blank(cell))
    verdict = verdict if evidence.currencies or named.said else replace(verdict, main="")
    return _telling(verdict, unnamed, _whose(codes, named), bool(unnamed) and not named.stated)


def _from_cells(columns: Sequence[tuple[str, NumberTally]], named: _Named) -> CurrencyVerdict:
    """The verdict where the amounts themselves name their currency, by the column with most rows of each."""
    codes: Counter[str] = Counter()
    for _, tally in columns:
        of_column: Counter[str] = Counter()
        for unit, count in tally.units.items():
            of_column[currency_of(unit, named.said or named.unsaid)] += count
        codes |= of_column
    telling = " and ".join(f"'{header}'" for header, tally in columns if tally.units)
    verdict = _from_rows(codes, named, "cells", (f"The currency is read from the cells of {telling}.",))
    bare = [tally.bare for _, tally in columns]
    signs = {unit for _, tally in columns for unit in tally.units}
    leans = any(bare) or any(currency_of(one, verdict.main) != currency_of(one, verdict.default) for one in signs)
    count = bare[0] if len(bare) == 1 else 0  # of several columns of amounts one names it for the row
    verdict = replace(verdict, is_assumed=any(bare))
    return _telling(verdict, count, _whose(codes, named), leans and not (named.header or named.said))


def _column_codes(evidence: Evidence) -> Counter[str]:
    """How many rows with an amount name each currency in a column of their own."""
    codes: Counter[str] = Counter()
    for cell, count in evidence.currencies.items():
        code = None if is_blank(cell) else currency_value(cell, "")
        if isinstance(code, str):
            codes[code] += count
    return codes


def _from_rows(codes: Counter[str], named: _Named, origin: CurrencyFrom, notices: tuple[str, ...]) -> CurrencyVerdict:
    """The verdict where rows say their currency; those that do not are taken for like the others if these agree."""
    alike = next(iter(codes)) if len(codes) == 1 else named.unsaid
    if len(codes) > 1:
        told = ", ".join(f"{code} in {counted(count, 'row')}" for code, count in codes.most_common(6))
        notices += (f"The amounts are in several currencies: {told}.",)
    main = max(codes, key=lambda code: (codes[code], code == named.unsaid), default=alike)
    return CurrencyVerdict(named.said or alike, origin, named.said or main, notices)


def _telling(verdict: CurrencyVerdict, unnamed: int, whose: str, leans: bool) -> CurrencyVerdict:
    """A verdict that tells of so many rows with an amount that name no currency, and `whose` they are taken for."""
    rows = f"{counted(unnamed, 'row')} with an amount {'names' if unnamed == 1 else 'name'} no currency"
    told = f"{rows}: taken as {verdict.default}, {whose}; --currency says otherwise."
    notices = (*verdict.notices, told) if unnamed else verdict.notices
    return replace(verdict, notices=notices, leans=leans, is_assumed=verdict.is_assumed or bool(unnamed))


def _whose(codes: Counter[str], named: _Named) -> str:
    """Why rows without a currency are taken for that of the verdict."""
    if named.said:
        return "as you said"
    if len(codes) == 1:
        return "like all others"
    return f"as the column '{named.header}' says" if named.header else "that of this workspace"


def code_in(header: str) -> str:
    """A currency named in a header such as `Amount (EUR)`, empty when none is."""
    inner = header[header.rfind("(") + 1 :].rstrip(") ") if "(" in header else header.rpartition(" ")[2]
    if inner in SYMBOLS:
        return SYMBOLS[inner]
    return inner if len(inner) == 3 and inner.isupper() and inner in known_currencies() else ""


@lru_cache(maxsize=1)
def known_currencies() -> frozenset[str]:
    """The code of every currency there is or was."""
    from babel import Locale

    return frozenset(Locale("en").currencies)
