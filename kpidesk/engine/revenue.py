"""Subscriptions, and the movements of recurring revenue: as the files give them, else told from subscriptions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np

from kpidesk.engine.days import FAR
from kpidesk.engine.money import DAY, RATE
from kpidesk.engine.movements import KINDS, Subscriptions, Told, tell_movements
from kpidesk.engine.records import Records
from kpidesk.engine.tables import Derived, FactTable, States, Tables
from kpidesk.engine.values import Column, Floats, Ints, Rows, from_days

GOING = ("churn", "contraction")
"""Movements that take revenue away, whatever sign the file gives them."""


def subscriptions_table(tables: Tables) -> FactTable:
    """Every subscription, in force from the day it starts until the day it ends; a trial pays nothing."""
    records = tables.records("subscriptions")
    derived: dict[str, Derived] = {"mrr": cache(lambda: _monthly(tables, records))}
    derived |= {f"mrr{end}": partial(_rated, tables, records, end) for end in (RATE, DAY)}
    rows = Rows(len(records.ids), tables.loader("subscriptions", records, derived))
    whose = tables.credit("subscriptions", records, partial(rows.column, "account"))

    def states() -> States:
        first, last = spans(rows)
        row = np.flatnonzero(first < last)
        return row, whose("starts_at", row, first[row]), first[row], last[row]

    return FactTable("subscriptions", "subscriptions", records.ids, records.now, rows, whose, states=states)


def spans(rows: Rows) -> tuple[Ints, Ints]:
    """The first day of every subscription and the day after its last one; FAR where it has none."""
    days = (rows.column(name).data for name in ("starts_at", "ends_at"))
    first, last = (np.where(np.isnan(day), FAR, day).astype(np.int64) for day in days)
    return first, last


def _monthly(tables: Tables, records: Records) -> Column:
    """What each subscription pays a month: as given, else a twelfth of a year's, and nothing on trial."""
    monthly, yearly = tables.stored(records, "mrr").data, tables.stored(records, "arr").data
    paid = np.where(np.isnan(monthly), yearly / 12, monthly)
    return Column(np.where(tables.stored(records, "is_trial").data == 1, 0.0, paid), money=1)


def _rated(tables: Tables, records: Records, ending: str) -> Column:
    """The rate, or its day, of what each subscription pays a month."""
    monthly, yearly = (tables.stored(records, name + ending).data for name in ("mrr", "arr"))
    return Column(np.where(np.isnan(monthly), yearly, monthly))


def movements_table(tables: Tables) -> FactTable:
    """Every change of recurring revenue; where no file of movements was imported, as the subscriptions tell it."""
    if not tables.has("movements"):
        return _told_table(tables)
    records = tables.records("movements")
    rows = Rows(len(records.ids), tables.loader("movements", records, {"amount": lambda: _signed(tables, records)}))
    whose = tables.credit("movements", records, partial(rows.column, "account"))
    return FactTable("movements", "movements", records.ids, records.now, rows, whose)


def _signed(tables: Tables, records: Records) -> Column:
    """Amounts below zero where revenue went."""
    amount, kind = tables.stored(records, "amount"), tables.stored(records, "kind").data
    gone = np.isin(kind, [tables.cells.words.place(one) for one in GOING])
    return Column(np.where(gone, -np.abs(amount.data), amount.data), money=1)


def _told_table(tables: Tables) -> FactTable:
    subscriptions = tables.table("subscriptions")
    rows = subscriptions.rows
    rate = rows.column("mrr" + RATE).data
    # what has no rate still begins and ends: it counts as something of an unknown worth
    monthly = np.where(rate < 0, 1.0, rows.column("mrr").data)
    account = rows.column("account").data
    told = tell_movements(Subscriptions(account, *spans(rows), monthly, rows.column("product").data))
    lost = _unrated(told, account, rate)
    load = tables.loader("movements", tables.records("subscriptions"), _told_columns(tables, rows, told, lost))

    def whose(_: str, row: Ints, day: Ints) -> Ints:
        return subscriptions.whose("starts_at", told.source[row], day) if len(row) else row

    ids = np.arange(1, len(told.day) + 1)
    return FactTable("movements", "subscriptions", ids, subscriptions.value[told.source], Rows(len(ids), load), whose)


def _unrated(told: Told, account: Floats, rate: Floats) -> Ints:
    """For every movement a subscription (by row) of its account that has no rate; −1 where all have one."""
    lacking = np.flatnonzero((rate < 0) & ~np.isnan(account))
    order = lacking[np.argsort(account[lacking], kind="stable")]
    if not len(order):
        return np.full(len(told.day), -1, dtype=np.int64)
    at = np.minimum(np.searchsorted(account[order], told.account), len(order) - 1)
    return np.where(account[order[at]] == told.account, order[at], -1)


def _told_columns(tables: Tables, rows: Rows, told: Told, lost: Ints) -> dict[str, Derived]:
    """The columns of movements that are told; `lost` are the subscriptions without a rate that make them unknown."""
    size, words = len(told.day), tables.cells.words
    places = np.array([words.place(one) for one in KINDS])
    rated = np.where(lost < 0, told.source, lost)

    def of_source(name: str, source: Ints) -> Callable[[], Column]:
        return lambda: rows.column(name).at(source)

    return {
        "movement_id": lambda: Column(np.arange(1, size + 1, dtype=np.float64)),
        "account": lambda: Column(told.account, names=tables.cells.curation.account_names),
        "effective_at": lambda: Column(from_days(told.day)),
        "kind": lambda: Column(places[told.kind], words=words),
        "amount": lambda: Column(np.where(lost < 0, told.amount, np.nan), money=1),
        "amount" + RATE: of_source("mrr" + RATE, rated),
        "amount" + DAY: of_source("mrr" + DAY, rated),
        "is_new_product": lambda: Column(told.is_new_product.astype(np.float64)),
        "reason": lambda: Column(np.full(size, np.nan), words=words),
        "product": of_source("product", told.source),
        "owner": of_source("owner", told.source),
    }
