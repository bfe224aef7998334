"""What an import changed: deals that are new, won, lost, pushed, pulled in, larger, smaller, vanished."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from kpidesk.core.curation import Curation
from kpidesk.core.imports import ChangeCount
from kpidesk.engine.facts import currencies

Array = NDArray[np.generic]
Mask = NDArray[np.bool_]
NO_DAY = -(2**31)
NO_AMOUNT = -(2**63)
_EPOCH = date(1970, 1, 1).toordinal()


def count_changes(
    columns: dict[str, NDArray[np.generic]], curation: Curation, day: date, currency: str
) -> tuple[ChangeCount, ...]:
    """Compare each deal as it was before the data date `day` with how that date's imports showed it.

    Kinds without a deal are left out; leading signs (new, pushed, amounts) come before results. Amounts are whole
    minor units of `currency`; deals in another one are counted, but not in the amounts.
    """
    when = day.toordinal() - _EPOCH
    of, start, value = columns["v.of"], columns["v.from"].astype(np.int64), columns["v.value"]
    now = np.flatnonzero(start == when)
    earlier = np.where((now > 0) & (of[now - 1] == of[now]), now - 1, -1) if len(now) else now
    had = earlier >= 0
    new, old = value[now], value[np.where(had, earlier, now)]
    amount, was = _amounts(columns, new), _amounts(columns, old)
    outcome, before = _outcomes(columns, curation, new), _outcomes(columns, curation, old)
    due, due_before = columns["close_date"][new].astype(np.int64), columns["close_date"][old].astype(np.int64)
    both_open = had & (outcome == "open") & (before == "open")
    dated = both_open & (due != NO_DAY) & (due_before != NO_DAY)
    codes, is_foreign = currencies(columns, curation, currency)
    foreign = is_foreign[new]
    money = np.array([code or currency.upper() for code in codes])[columns["currency"]]
    grown = np.where(both_open & (money[new] == money[old]), amount - was, 0.0)
    found = (
        _count("new", ~had, amount, foreign),
        _count("pushed", dated & (due > due_before), amount, foreign),
        _count("pulled in", dated & (due < due_before), amount, foreign),
        _count("amount up", grown > 0, grown, foreign),
        _count("amount down", grown < 0, grown, foreign),
        _count("won", had & (outcome == "won") & (before != "won"), amount, foreign),
        _count("lost", had & (outcome == "lost") & (before != "lost"), amount, foreign),
        _count("reopened", had & (outcome == "open") & np.isin(before, ("won", "lost")), amount, foreign),
        _gone(columns, is_foreign, when),
    )
    return tuple(one for one in found if one.deals)


def _count(what: str, mask: Mask, amount: NDArray[np.float64], foreign: Mask) -> ChangeCount:
    return ChangeCount(what, int(mask.sum()), float(amount[mask & ~foreign].sum()), int((mask & foreign).sum()))


def _gone(columns: dict[str, NDArray[np.generic]], is_foreign: Mask, day: int) -> ChangeCount:
    """The deals that went missing on a day, with what they were worth last."""
    values = _in_force(columns, np.flatnonzero(columns["missing_from"].astype(np.int64) == day), day)
    every = np.ones(len(values), dtype=np.bool_)
    return _count("no longer in the file", every, _amounts(columns, values), is_foreign[values])


def _in_force(columns: dict[str, NDArray[np.generic]], deals: Array, day: int) -> NDArray[np.int64]:
    """The value of each deal that was in force last, up to a day."""
    known = columns["v.from"].astype(np.int64) <= day
    last = np.zeros(len(columns["missing_from"]), dtype=np.int64)
    last[columns["v.of"][known].astype(np.int64)] = columns["v.value"][known]  # sorted by day: the newest stays
    return np.asarray(last[deals], dtype=np.int64)


def _amounts(columns: dict[str, NDArray[np.generic]], values: Array) -> NDArray[np.float64]:
    amounts = columns["amount"][values].astype(np.int64)
    return np.where(amounts == NO_AMOUNT, 0, amounts).astype(np.float64)


def _outcomes(columns: dict[str, NDArray[np.generic]], curation: Curation, values: Array) -> NDArray[np.str_]:
    size = max((*curation.outcomes, 0)) + 2
    size = max(size, int(columns["stage"].max(initial=0)) + 1, int(columns["status"].max(initial=0)) + 1)
    names = np.full(size, "", dtype="<U6")
    for term, outcome in curation.outcomes.items():
        names[term] = outcome
    status = names[columns["status"][values].astype(np.int64)]
    return np.asarray(np.where(status != "", status, names[columns["stage"][values].astype(np.int64)]), dtype=np.str_)
