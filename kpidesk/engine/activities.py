"""Activities, with what the files leave out: when they took place, what they followed, and what came of them."""

from __future__ import annotations

from functools import cache

import numpy as np

from kpidesk.engine.leads import begun
from kpidesk.engine.records import Records
from kpidesk.engine.tables import Derived, FactTable, Tables, index_of, needs_kind
from kpidesk.engine.values import Column, Floats, Ints, Mask, NotComputableError, Rows

SPAN = 90
"""Days within which a second call follows up the first, and a deal can have come of an activity."""
_WIDTH = 2**33  # more than any two days are apart


def activities_table(tables: Tables) -> FactTable:
    """Every activity, of the person who did it."""
    records = tables.records("activities")
    rows = Rows(0, lambda _: Column(np.zeros(0)))
    occurred = cache(lambda: _occurred(tables, records))
    led_to = cache(lambda: _led_to(tables, rows))
    derived: dict[str, Derived] = {
        "occurred_at": occurred,
        "is_follow_up": lambda: _given(tables, records, "is_follow_up", _follow_up(tables, rows)),
        "is_prospecting": lambda: _given(tables, records, "is_prospecting", _prospecting(tables, rows)),
        "led_to_deal": lambda: Column(_deal_numbers(tables, led_to())),
        "led_to_deal_at": lambda: Column(begun(tables)).at(led_to()),
        "account": cache(lambda: _account(tables, records)),
    }
    rows = Rows(len(records.ids), tables.loader("activities", records, derived))
    return FactTable("activities", "activities", records.ids, records.now, rows, tables.credit("activities", records))


def _given(tables: Tables, records: Records, field: str, otherwise: Mask) -> Column:
    """A flag as the file has it; as worked out where it has none."""
    said = tables.stored(records, field).data
    return Column(np.where(np.isnan(said), otherwise.astype(np.float64), said))


def _account(tables: Tables, records: Records) -> Column:
    """The account of each activity: as given, else that of its deal."""
    own = tables.stored(records, "account")
    deal = index_of(tables.deals.ids, tables.stored(records, "deal").data)
    theirs = tables.deals.rows.column("account").at(deal).data
    return Column(np.where(np.isnan(own.data), theirs, own.data), names=own.names)


def _occurred(tables: Tables, records: Records) -> Column:
    """The day each activity took place: as given, else the scheduled day of what was held."""
    given, planned = tables.stored(records, "occurred_at").data, tables.stored(records, "scheduled_at").data
    return Column(np.where(np.isnan(given) & _is(tables, records, "status", "held"), planned, given))


def _is(tables: Tables, records: Records, field: str, *words: str) -> Mask:
    places = [tables.cells.words.place(word) for word in words]
    return np.isin(tables.stored(records, field).data, places)


def _follow_up(tables: Tables, rows: Rows) -> Mask:
    """Second and later calls to the same account, deal or lead within 90 days of the call before."""
    column = rows.column
    words = tables.cells.words
    off = np.isin(column("status").data, [words.place(one) for one in ("planned", "no_show", "cancelled")])
    day = column("occurred_at").data
    calls = np.flatnonzero((column("type").data == words.place("call")) & ~off & ~np.isnan(day))
    found = np.zeros(rows.size, dtype=np.bool_)
    for field in ("account", "deal", "lead"):
        key = column(field).data
        some = calls[~np.isnan(key[calls])]
        some = some[np.lexsort((day[some], key[some]))]
        same = key[some[1:]] == key[some[:-1]]
        found[some[1:][same & (day[some[1:]] - day[some[:-1]] <= SPAN)]] = True
    return found


def _led_to(tables: Tables, rows: Rows) -> Ints:
    """The deal (by row) that came of each activity; −1 for none.

    It is the first deal of the same account, or of the same lead, created on or after the day, within 90 days.
    """
    if not tables.has("deals"):
        raise NotComputableError(needs_kind("deals"))
    day = rows.column("occurred_at").data
    born = begun(tables)
    by_account = _next_deal(rows.column("account").data, day, tables.deals.rows.column("account").data, born)
    found, when = (
        by_account,
        np.where(by_account < 0, np.inf, born[by_account]) if len(born) else np.full(len(day), np.inf),
    )
    if tables.has("leads") and len(born):
        lead = rows.column("lead.deal").data
        at = index_of(tables.deals.ids, lead)
        its_day = np.where(at < 0, np.inf, born[at])
        better = (its_day >= day) & (its_day - day <= SPAN) & (its_day < when)
        found = np.where(better, at, found)
    return found


def _next_deal(key: Floats, day: Floats, their_key: Floats, born: Floats) -> Ints:
    """The first deal with the same key on or after each day, within 90 days; −1 for none."""
    known = np.flatnonzero(~np.isnan(their_key) & ~np.isnan(born))
    order = known[np.lexsort((born[known], their_key[known]))]
    found = np.full(len(key), -1, dtype=np.int64)
    if not len(order):
        return found
    rank = (their_key[order] * _WIDTH + born[order]).astype(np.int64)
    some = np.flatnonzero(~np.isnan(key) & ~np.isnan(day))
    at = np.searchsorted(rank, (key[some] * _WIDTH + day[some]).astype(np.int64))
    at = np.minimum(at, len(order) - 1)
    hit = order[at]
    fits = (their_key[hit] == key[some]) & (born[hit] >= day[some]) & (born[hit] - day[some] <= SPAN)
    found[some[fits]] = hit[fits]
    return found


def _deal_numbers(tables: Tables, row: Ints) -> Floats:
    return Column(tables.deals.ids.astype(np.float64)).at(row).data


def _prospecting(tables: Tables, rows: Rows) -> Mask:
    """Activities that belong to no deal, with an account that had bought nothing before."""
    accounts = tables.table("accounts")
    first_won = accounts.rows.column("first_won_at").at(accounts.index(rows.column("account").data)).data
    customer = first_won < rows.column("occurred_at").data
    return np.isnan(rows.column("deal").data) & ~customer
