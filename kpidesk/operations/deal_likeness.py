"""Deals of different sources that may be one: by account, name, amount, owner and days, each with what is alike."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kpidesk import store
from kpidesk.core.curation import Curation
from kpidesk.core.progress import collector_off
from kpidesk.core.roster import Likeness
from kpidesk.core.texts import folded_all
from kpidesk.core.wording import listed
from kpidesk.engine.history import LOST, WON, outcomes
from kpidesk.operations.workspace import Workspace, settings

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Numbers = NDArray[Any]
NO_DAY, NO_AMOUNT = -(2**31), -(2**63)
MOST = 200
"""So many pairs are offered."""
MOST_SHARING = 24
"""What more deals than this have in common does not tell which of them are one."""
LEAST = 0.9
"""From this likeness on a pair is offered: what one account buys twice, for other amounts, is no pair."""
NAME, LIKE_NAME, ACCOUNT, AMOUNT, OWNER, DAYS = 0.5, 0.35, 0.3, 0.2, 0.1, 0.1
"""What it adds that two deals have the same name or one like it, the same account, amount and owner, and near days."""
OTHER_AMOUNT, FAR_DAYS = -0.2, -0.3
"""What it adds that their amounts differ, and that their days lie far apart."""
NEAR, FAR = 7, 92
"""Days up to which two dates are near, and from which they are far apart."""
LIKE = 88.0
"""From this likeness on, of 100, two names are alike."""


@dataclass(frozen=True, slots=True)
class Deals:
    """Every deal as it is now, by place: numbers of what it has in common with others, 0 for nothing; its days.

    `decided`: it is won or lost.
    """

    value: Ints
    number: Ints
    decided: Mask
    source: Ints
    account: Ints
    name: Ints
    names: Sequence[str]
    amount: Ints
    owner: Ints
    created: Ints
    closes: Ints


def alike_deals(ws: Workspace) -> tuple[Likeness, ...]:
    """Pairs of deals of two sources that may be one, the likest first, each deal in its likest pair only.

    Compared are deals that share account and name, account and amount, account and owner, or name and amount; what
    more than `MOST_SHARING` deals share is passed over, and so is what somebody said is two.
    """
    columns = store.load_columns(ws.db)
    if len(np.unique(columns["source"][columns["source"] > 0])) < 2:
        return ()
    with collector_off():
        deals = _deals(ws, columns)
        found = _likest(deals, *_offered(deals, candidates(deals), store.pairs_apart(ws.db, "deal")))
    return tuple(_named(ws, deals, found))


def _deals(ws: Workspace, columns: Mapping[str, Numbers]) -> Deals:
    curation = store.load_curation(ws.db)
    last = np.append(columns["v.of"][1:] != columns["v.of"][:-1], True)
    value, number = columns["v.value"][last].astype(np.int64), columns["v.of"][last].astype(np.int64)
    ids, found = store.value_texts(ws.db, "deals", "name")
    texts = dict(zip(ids.tolist(), found, strict=True))
    names = folded_all([texts.get(one) or "" for one in value.tolist()])
    closed, planned = (columns[name][value].astype(np.int64) for name in ("closed_at", "close_date"))
    return Deals(
        value,
        number,
        np.isin(outcomes(columns, curation, value), (WON, LOST)),
        columns["source"][number].astype(np.int64),
        _meant(curation.accounts, columns["account"][value]),
        _numbered(names),
        names,
        _amounts(curation, settings(ws).currency, columns["amount"][value], columns["currency"][value]),
        _meant(curation.people, columns["owner"][value]),
        columns["created_at"][value].astype(np.int64),
        np.where(closed != NO_DAY, closed, planned),
    )


def _meant(meaning: Mapping[int, int], aliases: Numbers) -> Ints:
    """The person or account that each alias means."""
    by_alias = np.zeros(max(max(meaning, default=0), int(aliases.max(initial=0))) + 1, np.int64)
    by_alias[list(meaning)] = list(meaning.values())
    return by_alias[aliases]


def _numbered(texts: Sequence[str]) -> Ints:
    """A number for each different text, 0 for none."""
    numbers: dict[str, int] = {"": 0}
    return np.asarray([numbers.setdefault(text, len(numbers)) for text in texts], np.int64)


def _amounts(curation: Curation, own: str, amount: Numbers, currency: Numbers) -> Ints:
    """A number for each different amount in its currency, 0 for none."""
    words = {number: text.strip().upper() for number, (field, text) in curation.terms.items() if field == "currency"}
    codes = [words.get(one, own) for one in currency.tolist()]
    told = zip(amount.tolist(), codes, strict=True)
    return _numbered([f"{one} {code}" if one not in (NO_AMOUNT, 0) else "" for one, code in told])


def candidates(deals: Deals) -> tuple[Ints, Ints]:
    """Places of pairs of deals of two sources that have two telling things in common, the smaller one first."""
    size = len(deals.number) + 1
    found: list[Ints] = []
    for one, other in (
        (deals.account, deals.name), (deals.account, deals.amount), (deals.account, deals.owner),
        (deals.name, deals.amount),
    ):  # fmt: skip
        told = np.flatnonzero((one > 0) & (other > 0))
        if len(told):
            pairs = _pairs(told, one[told] * (int(other.max()) + 1) + other[told])
            found.append(pairs[:, 0] * size + pairs[:, 1])
    both = np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)
    first, second = np.divmod(both, size)
    apart = deals.source[first] != deals.source[second]
    return first[apart], second[apart]


def _offered(deals: Deals, pairs: tuple[Ints, Ints], apart: Collection[tuple[int, int]]) -> tuple[Ints, Ints]:
    """The pairs but for those that were said to be two."""
    if not apart:
        return pairs
    numbers = np.sort(np.stack([deals.number[side] for side in pairs], axis=1), axis=1)
    size = int(deals.number.max()) + 1
    said = np.asarray([one * size + other for one, other in apart if other < size], np.int64)
    stays = ~np.isin(numbers[:, 0] * size + numbers[:, 1], said)
    return pairs[0][stays], pairs[1][stays]


def _pairs(places: Ints, keys: Ints) -> Ints:
    """Each two of the places that have the same key, the smaller first."""
    order = np.argsort(keys, kind="stable")
    keys, places = keys[order], places[order]
    sizes = np.unique(keys, return_counts=True)[1]
    left = np.repeat(sizes <= MOST_SHARING, sizes)
    keys, places = keys[left], places[left]
    found: list[Ints] = [np.empty((0, 2), np.int64)]
    for reach in range(1, MOST_SHARING):
        same = np.flatnonzero(keys[reach:] == keys[:-reach]) if reach < len(keys) else np.empty(0, np.int64)
        if not len(same):
            break
        found.append(np.stack([places[same], places[same + reach]], axis=1))
    return np.sort(np.concatenate(found), axis=1)


@dataclass(frozen=True, slots=True)
class Pair:
    """Places of two deals, how alike they are, and what is."""

    one: int
    other: int
    likeness: float
    why: str


def _likest(deals: Deals, one: Ints, other: Ints) -> list[Pair]:
    same = {name: (mine := getattr(deals, name))[one] == mine[other] for name in ("account", "name", "amount", "owner")}
    same = {name: hit & (getattr(deals, name)[one] > 0) for name, hit in same.items()}
    near, far = _days(deals, one, other)
    differs = (deals.amount[one] > 0) & (deals.amount[other] > 0) & ~same["amount"]
    score = ACCOUNT * same["account"] + AMOUNT * same["amount"] + OWNER * same["owner"] + DAYS * near
    score += OTHER_AMOUNT * differs + FAR_DAYS * far + NAME * same["name"]
    wanted = (score >= LEAST) | (~same["name"] & (score + LIKE_NAME >= LEAST))
    best = np.flatnonzero(wanted)
    like = np.zeros(len(one), bool)
    like[best] = [_is_like(deals.names[one[at]], deals.names[other[at]]) for at in best.tolist()]
    like &= ~same["name"]
    score += LIKE_NAME * like
    taken: set[int] = set()
    found: list[Pair] = []
    for at in sorted(best[score[best] >= LEAST].tolist(), key=lambda at: (-score[at], int(one[at]), int(other[at]))):
        pair = int(one[at]), int(other[at])
        if not taken & set(pair) and len(found) < MOST:
            taken |= set(pair)
            hits = {name: bool(hit[at]) for name, hit in same.items()}
            found.append(Pair(*pair, min(1.0, round(float(score[at]), 2)), _why(hits, bool(like[at]), bool(near[at]))))
    return found


def _days(deals: Deals, one: Ints, other: Ints) -> tuple[Mask, Mask]:
    """Whether two deals were created, or close, within a week of each other; and whether all of that is far apart."""
    near, far, told = (np.full(len(one), word, bool) for word in (False, True, False))
    for days in (deals.created, deals.closes):
        both = (days[one] != NO_DAY) & (days[other] != NO_DAY)
        apart = np.abs(days[one] - days[other])
        near |= both & (apart <= NEAR)
        far &= ~both | (apart > FAR)
        told |= both
    return near, far & told


def _is_like(one: str, other: str) -> bool:
    """Whether two names are the same in another order or but for a few letters, and their numbers are the same."""
    from rapidfuzz import fuzz

    if not one or not other or re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    return fuzz.token_set_ratio(one, other) >= LIKE


def _why(same: Mapping[str, bool], is_like: bool, is_near: bool) -> str:
    what = [name for name, hit in same.items() if hit]
    said = f"same {listed(what)}" if what else ""
    rest = (["names alike"] if is_like else []) + (["days near each other"] if is_near else [])
    return ", ".join(filter(None, (said, *rest)))


def _named(ws: Workspace, deals: Deals, pairs: Sequence[Pair]) -> Iterator[Likeness]:
    """The pairs with names, the one offered to be kept first: that is won or lost, or whose source has more deals."""
    sources = {number: name for name, number in store.source_numbers(ws.db).items()}
    sizes = np.bincount(deals.source)
    places = [at for pair in pairs for at in (pair.one, pair.other)]
    keys = store.deal_names(ws.db, deals.value[places].tolist())
    for pair in pairs:
        first, second = sorted(
            (pair.one, pair.other), key=lambda at: (not deals.decided[at], -int(sizes[deals.source[at]]))
        )
        names = [f"{keys[int(deals.value[at])]} ({sources[int(deals.source[at])]})" for at in (first, second)]
        numbers = [int(deals.number[at]) for at in (first, second)]
        yield Likeness("deal", numbers[0], names[0], numbers[1], names[1], pair.likeness, pair.why)
