"""The accounts: every one that any record names, who owned it when, when it was first won and what it pays."""

from __future__ import annotations

import numpy as np

from kpidesk.engine.days import FAR, NO_DAY
from kpidesk.engine.history import column
from kpidesk.engine.money import DAY, RATE
from kpidesk.engine.records import Records, person_rows
from kpidesk.engine.tables import FactTable, States, Tables, index_of, needs_kind
from kpidesk.engine.values import Column, Floats, Ints, NotComputableError, Rows, added, day_asked

_WIDTH = 2**33  # more than any two days are apart


def accounts_table(tables: Tables) -> FactTable:
    """Every account known, with the fields of its newest record where an export of accounts has one."""
    book = _Book(tables)
    rows = Rows(len(book.ids), book.column)
    return FactTable("accounts", "accounts", book.ids, book.newest, rows, book.whose, book.label, states=book.states)


class _Book:
    """The accounts with the versions of their records (a class because every column and every owner needs them).

    `ids` are the numbers of the accounts, `newest` is the stored value of each, 0 for one without a record. A version
    belongs to row `row`, stands for the stored value `value` and is in force from `start`.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables, self.curation = tables, tables.cells.curation
        known = [*self.curation.accounts.values(), *self.curation.account_names]
        self.ids = np.unique(np.array(known, dtype=np.int64))
        self.records = tables.records("accounts")
        self.row, self.start, self.value = _versions(tables, self.records, self.ids)
        self.newest = np.zeros(len(self.ids), dtype=np.int64)
        self.newest[self.row] = self.value  # in the order of days: the last one stays
        self.person = person_rows(self.records.columns, "owner", self.curation, tables.crew)
        self._otherwise: Ints | None = None

    def whose(self, _: str, row: Ints, day: Ints) -> Ints:
        """The row of the person who owned each account on a day."""
        found = np.zeros(len(row), dtype=np.int64)
        if len(self.start):
            at = np.searchsorted(self.row * _WIDTH + self.start, row * _WIDTH + day, side="right") - 1
            known = (at >= 0) & (self.row[at] == row)
            found[known] = self.person[self.value[at[known]]]
        if self._otherwise is None:
            self._otherwise = _other_owner(self.tables, self.ids)
        return np.where(found == 0, self._otherwise[row], found)

    def states(self) -> States:
        """Who had which account on which days."""
        alone = np.setdiff1d(np.arange(len(self.ids)), self.row)
        row = np.concatenate((self.row, alone))
        first = np.concatenate((self.start, np.full(len(alone), NO_DAY)))
        ends = np.append(self.start[1:], FAR)[: len(self.start)]
        ends[np.append(self.row[1:] != self.row[:-1], True)[: len(self.row)]] = FAR
        return row, self.whose("", row, first), first, np.concatenate((ends, np.full(len(alone), FAR)))

    def column(self, field: str) -> Column:
        """A field of every account."""
        if field == "account_id":
            return Column(self.ids.astype(np.float64), names=self.curation.account_names)
        if field == "first_won_at":
            return Column(_first_won(self.tables, self.ids))
        if field == "owner":
            return self._owner()
        if field.startswith("mrr_at_"):
            return _recurring(self.tables, self.ids, field)
        here = np.where(self.newest > 0, np.arange(len(self.ids)), -1)
        return _of_values(self.tables, self.records, field, self.newest).at(here)

    def _owner(self) -> Column:
        size = len(self.ids)
        owner = self.whose("", np.arange(size), np.full(size, FAR))
        numbers = np.array([0, *self.tables.crew.people], dtype=np.float64)[owner]
        return Column(np.where(owner == 0, np.nan, numbers), names=self.tables.cells.people)

    def label(self, row: int) -> str:
        """The name of an account."""
        return self.curation.account_names.get(int(self.ids[row]), "")


def _of_values(tables: Tables, records: Records, field: str, value: Ints) -> Column:
    """A stored field by account; entry 0 of every column is empty."""
    if not len(records.ids):
        return Column(np.full(len(value), np.nan))
    row = np.zeros(len(records.columns["of"]), dtype=np.int64)
    row[records.now] = np.arange(len(records.ids))
    return tables.stored(records, field).at(row[value])


def _versions(tables: Tables, records: Records, ids: Ints) -> tuple[Ints, Ints, Ints]:
    """Account (by row), first day and stored value of every version of an account record, by account and day."""
    aliases = column(records.columns, "account", records.value, 0).astype(np.int64)
    row = index_of(ids, tables.cells.column("accounts", records.columns, "account", records.value).data)
    kept = np.flatnonzero((row >= 0) & (aliases > 0))
    owner = person_rows(records.columns, "owner", tables.cells.curation, tables.crew)[records.value]
    order = kept[np.lexsort((_by_name(tables)[owner[kept]], records.start[kept], row[kept]))]
    row, start, value = row[order], records.start[order], records.value[order]
    new = np.append(True, row[1:] != row[:-1])[: len(row)]
    return row, np.where(new, NO_DAY, start), value


def _other_owner(tables: Tables, ids: Ints) -> Ints:
    """Who owns each account where no export of accounts says: whoever its subscription, else its last win, names."""
    found = np.zeros(len(ids), dtype=np.int64)
    won = tables.deals.word("final_outcome", "won")
    closed = np.nan_to_num(tables.deals.rows.column("final_closed_at").data[won], nan=NO_DAY)
    rank = _by_name(tables)
    won = won[np.lexsort((rank[tables.deals.owner[won]], closed))]
    _put(found, index_of(ids, tables.deals.rows.column("account").data[won]), tables.deals.owner[won])
    if tables.has("subscriptions"):
        records = tables.records("subscriptions")
        owner = person_rows(records.columns, "owner", tables.cells.curation, tables.crew)[records.now]
        order = np.lexsort((rank[owner], records.raw("starts_at")))
        at = index_of(ids, tables.stored(records, "account").data)
        _put(found, at[order], owner[order])
    return found


def _by_name(tables: Tables) -> Ints:
    """The place of each person (by row) in the order of names: of two owners of one day always the same one counts."""
    names = ["", *(tables.cells.people.get(one, "") for one in tables.crew.people)]
    rank = np.zeros(len(names), dtype=np.int64)
    rank[sorted(range(len(names)), key=lambda at: (at > 0, names[at]))] = np.arange(len(names))
    return rank


def _put(found: Ints, at: Ints, owner: Ints) -> None:
    """Note the last owner who is somebody."""
    known = np.flatnonzero((at >= 0) & (owner > 0))
    found[at[known]] = owner[known]


def _first_won(tables: Tables, ids: Ints) -> Floats:
    """The day on which the first deal of each account was won."""
    rows = tables.deals.rows
    won = tables.deals.word("final_outcome", "won")
    at, closed = index_of(ids, rows.column("account").data[won]), rows.column("final_closed_at").data[won]
    first = np.full(len(ids), np.inf)
    known = np.flatnonzero((at >= 0) & ~np.isnan(closed))
    np.minimum.at(first, at[known], closed[known])
    return np.where(np.isinf(first), np.nan, first)


def _recurring(tables: Tables, ids: Ints, field: str) -> Column:
    """Monthly recurring revenue by account at the close of the day that the name of the field holds.

    Without a day, whether all of it can be converted (with the ending `RATE`), and which it is at the newest data.
    """
    if not tables.has("subscriptions"):
        raise NotComputableError(needs_kind("subscriptions"))
    rows = tables.table("subscriptions").rows
    at = index_of(ids, rows.column("account").data)
    if field.endswith((RATE, DAY)):
        ending = RATE if field.endswith(RATE) else DAY
        found = np.full(len(ids), np.nan)
        rate, day = rows.column("mrr" + RATE).data, rows.column("mrr" + DAY).data
        lacking = np.flatnonzero((at >= 0) & (rate < 0))
        lacking = lacking[np.lexsort((rate[lacking], -day[lacking]))]  # of several, the first day speaks
        found[at[lacking]] = rows.column("mrr" + ending).data[lacking]
        return Column(found)
    mrr = rows.column("mrr")
    asked = day_asked(field)
    on = tables.newest("subscriptions") if asked is None else asked
    live = np.flatnonzero((at >= 0) & in_force(rows, on) & ~np.isnan(mrr.data))
    return Column(added(at[live], mrr.data[live], len(ids)), money=1)


def in_force(rows: Rows, day: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Which subscriptions run at the close of a day: begun by then, and not ended by then."""
    starts, ends = rows.column("starts_at").data, rows.column("ends_at").data
    return np.asarray((starts <= day) & ~(ends <= day), dtype=np.bool_)
