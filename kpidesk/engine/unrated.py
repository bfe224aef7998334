"""Amounts without an exchange rate: whatever rests on one has no value, and says which rate is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from kpidesk.engine.answers import Answer
from kpidesk.engine.days import day_of
from kpidesk.engine.facts import Facts
from kpidesk.engine.memory import Memory
from kpidesk.engine.money import DAY, RATE
from kpidesk.engine.pooled import pool
from kpidesk.engine.rowwise import conjuncts, parts_of
from kpidesk.engine.scan import Picks, money_data, rows_of, taken
from kpidesk.engine.values import Ints
from kpidesk.engine.words import no_rate
from kpidesk.language.tree import AllOf, FieldRef, Leaf, RowExpr


def money_read(leaf: Leaf) -> frozenset[str]:
    """The fields of money that a measure reads, in its argument or its conditions."""
    return _money(leaf.argument) | _money(leaf.where)


def _money(expression: RowExpr | None) -> frozenset[str]:
    if expression is None:
        return frozenset()
    if isinstance(expression, FieldRef):
        return frozenset((expression.field,)) if expression.kind == "money" else frozenset()
    return frozenset().union(*(_money(part) for part in parts_of(expression)))


def lacks_rates(facts: Facts, leaf: Leaf) -> bool:
    """Whether a measure reads money and some row of its table has an amount without a rate."""
    if not facts.exchange.places:
        return False
    rows = rows_of(facts, leaf)
    return any(rows.ends(field + RATE)[0] < 0 for field in money_read(leaf))


def whatever_amount(leaf: Leaf) -> Leaf:
    """The count of the rows of a measure without its conditions on money, which a row without a rate cannot meet."""
    kept = tuple(one for one in conjuncts(leaf.where) if not _money(one))
    where = kept[0] if len(kept) == 1 else AllOf(kept) if kept else None
    return replace(leaf, aggregate="count", argument=None, where=where)


def unrated(facts: Facts, leaf: Leaf, picks: Picks) -> tuple[Ints, Ints, Ints]:
    """Which of the picked rows have an amount without a rate: their place, currency (as a term) and day of the rate."""
    rows, size = rows_of(facts, leaf), len(picks.row)
    term, day = np.zeros(size, dtype=np.int64), np.full(size, np.inf)
    for field in money_read(leaf):
        rate = money_data(facts, leaf, field + RATE, picks.row, picks.day)
        hit = np.flatnonzero(rate < 0)
        term[hit] = -rate[hit].astype(np.int64)
        day[hit] = np.fmin(day[hit], rows.column(field + DAY).data[picks.row[hit]])
    at = np.flatnonzero(term)
    return at, term[at], day[at].astype(np.int64)


def without_unrated(memory: Memory, answer: Answer, leaf: Leaf, picks: Picks) -> Answer:
    """Take away the values that rest on amounts without a rate; `picks` are those of `whatever_amount`."""
    facts = memory.facts
    at, term, day = unrated(facts, leaf, picks)
    if not len(at):
        return answer
    some = replace(taken(picks, at), x=picks.row[at].astype(np.float64), money=0)
    rows = pool(some, facts.crew, answer.value.shape[1], answer.value.shape[0] > 1)
    counts = rows.counts.reshape(rows.shape)
    why = answer.why.copy()
    for window in np.unique(some.window).tolist():
        here = some.window == window
        codes = {facts.exchange.codes[number] for number in np.unique(term[here]).tolist()}
        first, last = int(day[here].min()), int(day[here].max())
        for count in np.unique(counts[:, window][counts[:, window] > 0]).tolist():
            text = no_rate(leaf, count, codes, first, is_one_day=first == last)
            why[counts[:, window] == count, window] = memory.reasons.number(text)
    return replace(answer, value=np.where(counts > 0, np.nan, answer.value), why=why)


def unrated_days(facts: Facts) -> dict[str, date]:
    """The first day on which a deal, as it is now, lacks a rate, by currency."""
    found: dict[str, date] = {}
    if facts.exchange.places:
        for field in ("amount", "created_amount"):
            rate, day = facts.deals.column(field + RATE).data, facts.deals.column(field + DAY).data
            for term in np.unique(rate[rate < 0]).tolist():
                code, first = facts.exchange.codes[-int(term)], day_of(int(day[rate == term].min()))
                found[code] = min(found.get(code, first), first)
    return found
