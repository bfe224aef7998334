"""Leads, with the deal that each became and when."""

from __future__ import annotations

from functools import cache

import numpy as np

from kpidesk.engine.records import Records
from kpidesk.engine.tables import FactTable, Tables, index_of, needs_kind
from kpidesk.engine.values import Column, Floats, NotComputableError, Rows


def leads_table(tables: Tables) -> FactTable:
    """Every lead; its deal is the one it names, else the first one that names it."""
    records = tables.records("leads")
    deal = cache(lambda: _deal(tables, records))
    derived = {"deal": lambda: Column(deal()), "converted_at": lambda: _converted(tables, records, deal())}
    rows = Rows(len(records.ids), tables.loader("leads", records, derived))
    return FactTable("leads", "leads", records.ids, records.now, rows, tables.credit("leads", records))


def _deal(tables: Tables, records: Records) -> Floats:
    """The number of the deal of each lead."""
    own = tables.stored(records, "deal").data
    deals = tables.deals
    born = begun(tables)
    order = np.argsort(np.where(np.isnan(born), np.inf, born), kind="stable")[::-1]
    named = index_of(records.ids, deals.rows.column("lead").data[order])
    known = np.flatnonzero(named >= 0)
    found = np.full(len(records.ids), np.nan)
    found[named[known]] = deals.ids[order[known]]  # the earliest comes last and stays
    return np.where(np.isnan(own), found, own)


def begun(tables: Tables) -> Floats:
    """The day on which each deal was created; that of closing where no file says."""
    rows = tables.deals.rows
    created, closed = rows.column("created_at").data, rows.column("final_closed_at").data
    return np.where(np.isnan(created), closed, created)


def _converted(tables: Tables, records: Records, deal: Floats) -> Column:
    """The day on which each lead became a deal: as given, else that on which the deal was created."""
    if not tables.has("deals") and not tables.gives("leads", "converted_at"):
        raise NotComputableError(needs_kind("deals"))
    given = tables.stored(records, "converted_at").data
    born = Column(begun(tables)).at(index_of(tables.deals.ids, deal)).data
    return Column(np.where(np.isnan(given), born, given))
