"""Exchange rates in words, the same in the window, on the command line and in receipts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kpidesk.core.formats import NOTHING, day_text, span_text
from kpidesk.core.rates import BEGINNING, CurrencyInUse, Rate, open_from, rate_text

ADD_RATE = "add one with Data → Currencies"
"""What to do about a missing rate; texts that end with it are told once on a page."""


def with_command(text: str) -> str:
    """A text with the command that adds a rate, for a terminal."""
    return text.replace(ADD_RATE, f"{ADD_RATE} or `kpidesk rate set`")


def unrated_open(deals: int, of: str, codes: Sequence[str]) -> str:
    """That open deals have amounts without an exchange rate: "2 of 32 open deals are in EUR without …"."""
    many = f"open deal{'' if of == '1' else 's'} {'is' if deals == 1 else 'are'}"
    lacking = f"in {' and '.join(codes)} without an exchange rate"
    return f"{deals:,} of {of} {many} {lacking}, and sums with them show {NOTHING}: {ADD_RATE}."


def unrated_records(rows: int, code: str) -> str:
    """That a currency of the data has no exchange rate: "3 records are in EUR without …"."""
    verb = "record is" if rows == 1 else "records are"
    return f"{rows:,} {verb} in {code} without an exchange rate, and no sum of money holds them: {ADD_RATE}."


def worth(rate: Rate, own: str) -> str:
    """What one unit of a currency is: 1 EUR = 1.0875 USD, or 1 GBP = 1.265 USD by way of EUR."""
    way = f" by way of {rate.by_way_of}" if rate.legs else ""
    return f"1 {rate.currency} = {rate_text(rate.rate)} {rate.into or own}{way}"


def rate_words(rate: Rate, own: str) -> str:
    """A rate as a sentence: 1 EUR = 1.0875 USD from 1 Mar 2026."""
    return f"{worth(rate, own)} from {from_text(rate)}"


def from_text(rate: Rate) -> str:
    """The first day of a rate."""
    return "the beginning" if rate.valid_from == BEGINNING else day_text(rate.valid_from)


def rate_note(rate: Rate, own: str) -> str:
    """A rate with its day, short enough for a column: 1 EUR = 1.0875 USD, 1 Mar 2026.

    One that was made of two has both of them with their days.
    """
    if rate.legs:
        return f"{worth(rate, own)} ({'; '.join(rate_note(one, own) for one in rate.legs)})"
    return f"{worth(rate, own)}, {from_text(rate)}"


def added_words(rate: Rate, own: str, moved: tuple[date, date] | None = None) -> str:
    """What a new rate changes and what it does not; `moved` are the days with closed books whose amounts change."""
    opened = open_from(rate.known_from)
    if moved is not None:
        why = "" if rate.restates else ": the rate that they had became known no earlier than this one"
        return f"{rate_words(rate, own)}. Amounts of {span_text(*moved)} change, though their books are closed{why}."
    if rate.restates or rate.valid_from >= opened:
        return f"{rate_words(rate, own)}."
    return (
        f"{rate_words(rate, own)}. Amounts of days before {day_text(opened)} that had a rate already keep it, "
        "for the books of those months are closed; “Also for closed months” (--restate) counts it there too."
    )


def missing_words(one: CurrencyInUse) -> str:
    """What rate of a currency is missing, empty when none is."""
    if one.missing_on is not None:
        return f"No rate on {day_text(one.missing_on)}"
    return "No rate" if one.lacks_rate else ""
