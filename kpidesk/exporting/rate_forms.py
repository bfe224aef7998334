"""The currencies of a workspace and its exchange rates, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kpidesk.core.formats import day_text
from kpidesk.core.rate_words import added_words, from_text, missing_words, worth
from kpidesk.core.rates import CurrencyInUse, Rate, rate_text
from kpidesk.exporting.text_table import Column, paragraph, sections, table

Json = dict[str, object]


def rates_text(currencies: Sequence[CurrencyInUse], rates: Sequence[Rate], own: str) -> str:
    """The currencies of the data, what is missing first, and every known rate."""
    if not currencies:
        return f"All amounts are in {own}."
    return sections((_currencies(currencies), _rates(rates, own) if rates else paragraph("No rate is known yet.")))


def added_text(rate: Rate, own: str, moved: tuple[date, date] | None) -> str:
    """A new rate, what it changes and what not; `moved` are the days with closed books whose amounts change."""
    return paragraph(added_words(rate, own, moved))


def _currencies(found: Sequence[CurrencyInUse]) -> str:
    return table((
        Column("Currency", tuple(one.currency for one in found)),
        Column("Rows", tuple(f"{one.rows:,}" for one in found), right=True),
        Column("Missing", tuple(missing_words(one) for one in found)),
    ))  # fmt: skip


def _rates(rates: Sequence[Rate], own: str) -> str:
    return table((
        Column("Rate", tuple(worth(one, own) for one in rates)),
        Column("From", tuple(from_text(one) for one in rates)),
        Column("Known from", tuple(day_text(one.known_from) for one in rates)),
        Column("Re-states", tuple("yes" if one.restates else "" for one in rates)),
    ))  # fmt: skip


def rate_json(rate: Rate, own: str) -> Json:
    """One rate; a text, so that no digit is lost."""
    return {
        "currency": rate.currency,
        "rate": rate_text(rate.rate),
        "to_currency": rate.into or own,
        "valid_from": rate.valid_from.isoformat(),
        "known_from": rate.known_from.isoformat(),
        "restates": rate.restates,
    }


def rates_json(currencies: Sequence[CurrencyInUse], rates: Sequence[Rate], own: str) -> Json:
    """The currencies of the data and every known rate."""
    return {
        "currency": own,
        "currencies": [
            {
                "currency": one.currency,
                "rows": one.rows,
                "missing_on": one.missing_on.isoformat() if one.missing_on else None,
                "lacks_rate": one.lacks_rate,
            }
            for one in currencies
        ],
        "rates": [rate_json(one, own) for one in rates],
    }
