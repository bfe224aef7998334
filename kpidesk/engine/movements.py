"""Movements of recurring revenue, told from the subscriptions of every account."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kpidesk.engine.days import FAR
from kpidesk.engine.values import Floats, Ints, Mask, added

KINDS = ("new", "expansion", "contraction", "churn", "reactivation")
NEW, EXPANSION, CONTRACTION, CHURN, REACTIVATION = range(5)
_SMALL = 1e-4  # of a minor unit: less than that is the dust of sums of twelfths


@dataclass(frozen=True, slots=True, eq=False)
class Subscriptions:
    """Subscriptions as arrays by row: account (NaN for none), first day, day after the last one (FAR for none), money a
    month, product (NaN for none)."""

    account: Floats
    first: Ints
    last: Ints
    monthly: Floats
    product: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """One movement per account and day on which what it pays has changed.

    `account` is the number of the account, `kind` a place in `KINDS`, `source` the row of the subscription that stands
    for it: of those that begin, or else end, on the day the one that pays most.
    """

    account: Floats
    day: Ints
    kind: Ints
    amount: Floats
    source: Ints
    is_new_product: Mask


def tell_movements(held: Subscriptions) -> Told:
    """The movements of every account, by account and day.

    New: the first revenue ever. Reactivation: revenue again after a time without any. Churn: none is left. Expansion
    and contraction: more, or less, than before; a credit (a subscription below nothing) takes away from what its
    account pays, down to nothing. A day on which one plan gives way to another counts as one change. A product is new
    on the day of its first subscription, to an account that has paid before.
    """
    source, day, begins = _events(held)
    whose = held.account[source]
    new = np.append(True, (whose[1:] != whose[:-1]) | (day[1:] != day[:-1]))[: len(day)]
    lead = np.append(np.flatnonzero(new)[1:], len(new))[: int(new.sum())] - 1
    group = np.cumsum(new) - 1
    delta = added(group, np.where(begins, held.monthly[source], -held.monthly[source]), len(lead))
    opens = np.append(True, whose[lead][1:] != whose[lead][:-1])[: len(lead)]
    after = np.maximum(_running(delta, opens), 0.0)  # as the balance has it: nobody pays less than nothing
    before = np.where(opens, 0.0, np.append(0.0, after[:-1])[: len(lead)])
    fresh = added(group, (begins & _first_of_product(held)[source]).astype(np.float64), len(lead)) > 0
    had_paid = _had_paid(after >= _SMALL, opens)
    moved = np.flatnonzero(np.abs(after - before) >= _SMALL)
    return Told(
        account=whose[lead[moved]], day=day[lead[moved]], kind=_kinds(before, after, had_paid)[moved],
        amount=(after - before)[moved], source=source[lead[moved]], is_new_product=(fresh & had_paid)[moved],
    )  # fmt: skip


def _events(held: Subscriptions) -> tuple[Ints, Ints, Mask]:
    """Row, day and whether it begins (or ends) of every subscription with an amount, by account and day.

    On a day the one that stands for it comes last: one that begins before one that ends, then by what it pays.
    """
    counted = _counted(held)
    ending = counted[held.last[counted] < FAR]
    source = np.concatenate((counted, ending))
    day = np.concatenate((held.first[counted], held.last[ending]))
    begins = np.arange(len(source)) < len(counted)
    order = np.lexsort((held.monthly[source], begins, day, held.account[source]))
    return source[order], day[order], begins[order]


def _counted(held: Subscriptions) -> Ints:
    has_amount = np.nan_to_num(held.monthly) != 0
    return np.flatnonzero(~np.isnan(held.account) & has_amount & (held.first < held.last) & (held.first < FAR))


def _running(delta: Floats, opens: Mask) -> Floats:
    """The running sum within each account; what is less than a trace is nothing."""
    if not len(delta):
        return delta
    total = np.cumsum(delta)
    start = np.flatnonzero(opens)
    found = total - np.repeat(total[start] - delta[start], np.diff(np.append(start, len(delta))))
    return np.where(np.abs(found) < _SMALL, 0.0, found)


def _had_paid(pays: Mask, opens: Mask) -> Mask:
    """Whether the account of each change paid anything on a day before; `opens` marks the first of an account."""
    earlier: Ints = np.cumsum(pays) - pays
    start = np.flatnonzero(opens)
    return earlier > np.repeat(earlier[start], np.diff(np.append(start, len(pays))))


def _kinds(before: Floats, after: Floats, had_paid: Mask) -> Ints:
    """What each change is, from what the account paid before and after, and whether it had ever paid until then."""
    paid, pays = before >= _SMALL, after >= _SMALL
    begun = np.where(had_paid, REACTIVATION, NEW)
    went_on = np.where(after > before, EXPANSION, CONTRACTION)
    return np.where(~paid & pays, begun, np.where(paid & ~pays, CHURN, went_on))


def _first_of_product(held: Subscriptions) -> Mask:
    """Which subscriptions begin on the first day of their product with their account; a product must be named."""
    account, product, first = held.account, held.product, held.first
    counted = _counted(held)
    named = counted[(held.monthly[counted] > 0) & ~np.isnan(product[counted])]
    order = named[np.lexsort((first[named], product[named], account[named]))]
    found = np.zeros(len(account), dtype=np.bool_)
    if len(order):
        same = (account[order[1:]] == account[order[:-1]]) & (product[order[1:]] == product[order[:-1]])
        start = np.flatnonzero(np.append(True, ~same))
        run = np.repeat(first[order[start]], np.diff(np.append(start, len(order))))
        found[order] = first[order] == run
    return found
