"""How one deal stands in one of its versions, in words and major units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from kpidesk.core.fields import OUTCOMES, Outcome
from kpidesk.core.records import minor_digits
from kpidesk.engine.days import NO_DAY, day_of
from kpidesk.engine.facts import Facts
from kpidesk.engine.history import NO_AMOUNT, column
from kpidesk.engine.money import DAY
from kpidesk.engine.values import Floats, Ints, Mask, from_ints


@dataclass(frozen=True, slots=True)
class Standing:
    """A deal as one of its versions shows it.

    `value` is the number of the stored value, `seen` the data date of the version. `amount` is in major units of
    `currency` (empty: that of the workspace); None where the file gives none. `worth` is an amount in another currency
    in that of the workspace, at the rate that counts for the deal now; None without one. `closed_on` is set for won
    and lost.
    """

    deal_id: int
    value: int
    seen: date
    account: str
    amount: float | None
    currency: str
    stage: str
    outcome: Outcome
    close_date: date | None
    closed_on: date | None
    loss_reason: str
    worth: float | None = None


def standing(facts: Facts, version: int) -> Standing:
    """The deal of this version, as the version shows it."""
    versions = facts.versions
    value = int(versions.value[version])
    amount = _cell(facts, "amount", value, NO_AMOUNT)
    currency = facts.currency[_cell(facts, "currency", value, 0)] if facts.foreign[value] else ""
    return Standing(
        deal_id=int(facts.ids[versions.deal[version]]),
        value=value,
        seen=day_of(int(versions.seen[version])),
        account=_account(facts, value),
        amount=None if amount == NO_AMOUNT else amount / 10 ** minor_digits(currency or facts.settings.currency),
        currency=currency,
        stage=_word(facts, "stage", value) or _word(facts, "status", value),
        outcome=OUTCOMES[int(versions.outcome[version])],
        close_date=_day(_cell(facts, "close_date", value, NO_DAY)),
        closed_on=_day(int(versions.closed[version])),
        loss_reason=_word(facts, "loss_reason", value),
        worth=_worth(facts, int(versions.deal[version]), value, amount) if currency else None,
    )


def _worth(facts: Facts, deal: int, value: int, amount: int) -> float | None:
    worth = float(worth_now(facts, *(np.array([one]) for one in (deal, value, amount)))[0])
    return None if np.isnan(worth) else worth / 10 ** minor_digits(facts.settings.currency)


def worth_now(facts: Facts, deal: Ints, value: Ints, amount: Ints) -> Floats:
    """Amounts of values of deals (by row) at the rate that counts for the deal now, in the workspace's minor units.

    NaN where there is no amount, or no rate for it.
    """
    term = column(facts.columns, "currency", value, 0).astype(np.int64)
    if not facts.foreign[value].any():
        return from_ints(amount, NO_AMOUNT)
    days = facts.deals.column("amount" + DAY).data[deal]
    day = np.where(np.isnan(days), NO_DAY, days).astype(np.int64)
    return facts.exchange.converted(amount, term, day).data


def _cell(facts: Facts, name: str, value: int, empty: int) -> int:
    found = facts.columns.get(name)
    return empty if found is None else int(found[value])


def _word(facts: Facts, name: str, value: int) -> str:
    return facts.curation.terms.get(_cell(facts, name, value, 0), ("", ""))[1]


def _account(facts: Facts, value: int) -> str:
    number = facts.curation.accounts.get(_cell(facts, "account", value, 0), 0)
    return facts.curation.account_names.get(number, "")


def _day(number: int) -> date | None:
    return None if number == NO_DAY else day_of(number)


def version_on(facts: Facts, deal: Ints, day: int) -> Ints:
    """The version of each deal (by row) that the exports up to a day had shown; −1 where they had not shown it."""
    versions = facts.versions
    width = 2**33
    at = np.searchsorted(versions.deal * width + versions.seen, deal * width + day, side="right") - 1
    return np.where(at >= versions.first[deal], at, -1)


def shares_of(facts: Facts, value: Ints, person_id: int) -> Floats:
    """Which part of each value (0–1) is a person's, of those that they own or share; 1 where nobody shares it."""
    splits = facts.splits
    if not len(splits.value):
        return np.ones(len(value))
    mine = splits.share * (splits.person == facts.crew.person_row.get(person_id, 0))
    owner = np.repeat(np.arange(len(splits.value)), np.diff(splits.at))
    part = np.bincount(owner, weights=mine, minlength=len(splits.value)) / facts.whole
    at = np.minimum(np.searchsorted(splits.value, value), len(splits.value) - 1)
    return np.where(splits.value[at] == value, part[at], 1.0)


def deals_of(facts: Facts, person_id: int, versions: Ints | None = None) -> Mask:
    """Which deals, by row, a person owns or shares by one version of each, −1 for none; without them by the newest."""
    people = np.zeros(len(facts.crew.people) + 1, dtype=np.bool_)
    people[facts.crew.person_row.get(person_id, 0)] = True
    people[0] = False
    return deals_held_by(facts, people, versions)


def deals_held_by(facts: Facts, people: Mask, versions: Ints | None = None) -> Mask:
    """Which deals, by row, one of these people (by row, 0 for nobody) owns or shares, by one version of each, −1 for
    none; without them by the newest.
    """
    mine, splits = people[facts.owner], facts.splits
    if len(splits.value):
        mine[splits.value] = False
        shared = np.repeat(splits.value, np.diff(splits.at))
        mine[shared[people[splits.person]]] = True
    shown = facts.versions.newest if versions is None else versions
    return np.asarray(mine[facts.versions.value[shown]] & (shown >= 0), dtype=np.bool_)
