"""Which currency the amounts of a file are in, and where that is said: a column, the cells, the header or nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from kpidesk.core.imports import ImportOptions
from kpidesk.core.settings import Settings
from kpidesk.core.wording import counted
from kpidesk.importing.cells import currency_value
from kpidesk.importing.evidence import Evidence
from kpidesk.importing.numbers import SYMBOLS, currency_of, is_blank
from kpidesk.importing.rules import CurrencyFrom


@dataclass(frozen=True, slots=True)
class CurrencyVerdict:
    """`default` is the currency of rows that do not say theirs, `origin` where the others say it, `main` that of most.

    `main` is empty where a column names currencies but no row has an amount.
    `notices` are things to know. `leans`: where the workspace counted in `main`, some amounts would be in another one.
    `is_assumed`: some amounts name none and are taken to be in the default.
    """

    default: str
    origin: CurrencyFrom
    main: str
    notices: tuple[str, ...] = ()
    leans: bool = False
    is_assumed: bool = False


def settle_currency(evidence: Evidence, options: ImportOptions, settings: Settings) -> CurrencyVerdict:
    """Decide the currency of a file; what the user said wins, else where all rows that say one agree, that one.

    Several columns of amounts are of one currency: the first that names one speaks for all.
    """
    rules = evidence.rules
    default = options.currency or settings.currency
    headers = {one.field: rules.headers[one.column] for one in rules.readings if one.kind == "money"}
    if not headers:
        return CurrencyVerdict(default, "fixed", default)
    naming = next((header for header in headers.values() if code_in(header)), "")
    stated = code_in(naming)
    if rules.currency_from == "column":
        codes = _column_codes(evidence)
        verdict = _from_rows(codes, options.currency, stated or settings.currency, "column", ())
        whose = _whose(codes, options.currency, naming)
        unnamed = sum(count for cell, count in evidence.currencies.items() if is_blank(cell))
        verdict = verdict if evidence.currencies or options.currency else replace(verdict, main="")
        return _telling(verdict, unnamed, whose, bool(unnamed) and not stated)
    in_cells = {name: evidence.numbers[name].units for name in headers if evidence.numbers[name].units}
    if in_cells:
        return _from_cells(evidence, in_cells, headers, options.currency, stated or settings.currency, naming)
    told: tuple[str, ...] = ()
    if stated and not options.currency:
        default, told = stated, (f"The column '{naming}' names its currency: {stated}.",)
    elif not options.currency:
        told = (f"No column names a currency: amounts are taken as {default}, that of this workspace.",)
    return CurrencyVerdict(default, "fixed", default, told, is_assumed=True)


def _from_cells(
    evidence: Evidence,
    in_cells: Mapping[str, Counter[str]],
    headers: Mapping[str, str],
    said: str,
    default: str,
    naming: str,
) -> CurrencyVerdict:
    """The verdict where the amounts themselves name their currency, by the column with most rows of each."""
    codes: Counter[str] = Counter()
    for units in in_cells.values():
        of_column: Counter[str] = Counter()
        for unit, count in units.items():
            of_column[currency_of(unit, said or default)] += count
        codes |= of_column
    named = " and ".join(f"'{headers[name]}'" for name in in_cells)
    verdict = _from_rows(codes, said, default, "cells", (f"The currency is read from the cells of {named}.",))
    bare = [evidence.numbers[name].bare for name in headers]
    signs = {unit for one in in_cells.values() for unit in one}
    leans = any(bare) or any(currency_of(one, verdict.main) != currency_of(one, verdict.default) for one in signs)
    count = bare[0] if len(bare) == 1 else 0  # of several columns of amounts one names it for the row
    verdict = replace(verdict, is_assumed=any(bare))
    return _telling(verdict, count, _whose(codes, said, naming), leans and not (naming or said))


def _column_codes(evidence: Evidence) -> Counter[str]:
    """How many rows with an amount name each currency in a column of their own."""
    codes: Counter[str] = Counter()
    for cell, count in evidence.currencies.items():
        code = None if is_blank(cell) else currency_value(cell, "")
        if isinstance(code, str):
            codes[code] += count
    return codes


def _from_rows(
    codes: Counter[str], said: str, default: str, origin: CurrencyFrom, notices: tuple[str, ...]
) -> CurrencyVerdict:
    """The verdict where rows say their currency; those that do not are taken for like the others if these agree."""
    alike = next(iter(codes)) if len(codes) == 1 else default
    if len(codes) > 1:
        told = ", ".join(f"{code} in {counted(count, 'row')}" for code, count in codes.most_common(6))
        notices += (f"The amounts are in several currencies: {told}.",)
    main = max(codes, key=lambda code: (codes[code], code == default), default=alike)
    return CurrencyVerdict(said or alike, origin, said or main, notices)


def _telling(verdict: CurrencyVerdict, unnamed: int, whose: str, leans: bool) -> CurrencyVerdict:
    """A verdict that tells of so many rows with an amount that name no currency, and `whose` they are taken for."""
    rows = f"{counted(unnamed, 'row')} with an amount {'names' if unnamed == 1 else 'name'} no currency"
    told = f"{rows}: taken as {verdict.default}, {whose}; --currency says otherwise."
    notices = (*verdict.notices, told) if unnamed else verdict.notices
    return replace(verdict, notices=notices, leans=leans, is_assumed=verdict.is_assumed or bool(unnamed))


def _whose(codes: Counter[str], said: str, naming: str) -> str:
    """Why rows without a currency are taken for that of the verdict."""
    if said:
        return "as you said"
    if len(codes) == 1:
        return "like all others"
    return f"as the column '{naming}' says" if naming else "that of this workspace"


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
