"""Exchange rates as imports and the user told them, each with the day from which it was known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

import numpy as np

from kpidesk.core.fields import OF_AMOUNTS
from kpidesk.core.rates import Rate
from kpidesk.store.columns import Ints, load
from kpidesk.store.database import Database
from kpidesk.store.settings import load_settings, unnamed_currency
from kpidesk.store.shapes import NO_AMOUNT, SHAPES, Shape

_RATES = """
SELECT upper(trim(coalesce(c.value, ''))), coalesce(x.valid_from, '1970-01-01'), x.rate,
 upper(trim(coalesce(t.value, ''))), coalesce(x.restates, 0), coalesce(nullif(v.valid_from, ''), r.first_seen)
FROM rate_versions v JOIN rate_values x ON x.id = v.value_id JOIN rates r ON r.id = v.record_id
LEFT JOIN terms c ON c.id = x.currency LEFT JOIN terms t ON t.id = x.to_currency
WHERE x.rate IS NOT NULL
"""


def load_rates(db: Database) -> tuple[Rate, ...]:
    """Every rate that was ever told, with the day it was known from.

    An empty currency is that of the workspace, on either side; a rate from it is turned round. Where the workspace
    counted in another one when it was told, it is that one. A rate without a day holds from the beginning.
    """
    found = _rates(db.rows(_RATES), load_settings(db).currency.upper(), unnamed_currency(db).upper())
    return tuple(sorted(found, key=lambda one: (one.currency, one.into, one.valid_from, one.known_from, one.rate)))


def _rates(rows: Iterable[tuple[str, str, str, str, int, str]], own: str, unnamed: str) -> Iterable[Rate]:
    for currency, day, text, into, restates, known in rows:
        one, other, amount = currency or unnamed, into or unnamed, Fraction(text)
        if amount <= 0 or one == other:
            continue
        if one == own:
            one, other, amount = other, own, 1 / amount
        held, told = date.fromisoformat(day), date.fromisoformat(known)
        yield Rate(one, held, amount, told, bool(restates), "" if other == own else other)


def has_amounts(db: Database) -> bool:
    """Whether a record as it is now has an amount in some currency; the revenue of accounts is none, no KPI sums it."""
    return any(
        bool((load(db, shape, one.name)[_as_it_is_now(db, shape)] != NO_AMOUNT).any())
        for shape in map(SHAPES.__getitem__, OF_AMOUNTS) for one in shape.fields if one.kind == "money"
    )  # fmt: skip


def currency_counts(db: Database) -> dict[str, int]:
    """How many records of all kinds, as they are now, are in each currency but that of the workspace."""
    own, found = load_settings(db).currency.upper(), Counter[str]()
    for shape in SHAPES.values():
        names = {one.name for one in shape.fields}
        if "currency" in names and any(one.kind == "money" for one in shape.fields):
            counts = np.bincount(load(db, shape, "currency")[_as_it_is_now(db, shape)])
            for term in np.flatnonzero(counts[1:]).tolist():
                code = db.one("SELECT upper(trim(value)) FROM terms WHERE id=?", (term + 1,))
                found[code] += int(counts[term + 1])
    return {code: count for code, count in found.items() if code and code != own}


def _as_it_is_now(db: Database, shape: Shape) -> Ints:
    """The values in force of the records of a kind."""
    from kpidesk.store.sightings import load_versions, newest_values  # rates alone are read without

    return newest_values(load_versions(db, shape))
