"""How large a deal is and how long it took, as bands that deals share with the accounts they were won from.

An account is in the band of the first deal it was won with: so what became of the customers of quick deals can be told.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from kpidesk.core.benchmarks import ENTERPRISE_FROM, SIZES, SMALL_BELOW, USUAL
from kpidesk.core.formats import money_symbol, round_text
from kpidesk.engine.facts import Facts
from kpidesk.engine.parts import CYCLE, SIZE
from kpidesk.engine.scan import OF_DEALS, Picks, money_data, rows_of
from kpidesk.engine.tables import index_of
from kpidesk.engine.values import Floats, Ints
from kpidesk.language.tables import TABLES
from kpidesk.language.tree import Leaf

CYCLE_EDGES = (30, 60, 90, 120, 180)
"""The days at which a longer band begins: one or two months for small deals, three or four for large ones."""


def deal_bands(facts: Facts, leaf: Leaf, field: str, picks: Picks) -> Floats:
    """The place of the band of each picked row, from 0.

    NaN for a deal without an amount, one that is not closed, and one that was closed before it was created.
    """
    if leaf.table == "deals":
        if field == SIZE:
            return _banded(facts, field, money_data(facts, leaf, "amount", picks.row, picks.day))
        rows = rows_of(facts, leaf)
        return _banded(facts, field, (rows.column("closed_at").data - rows.column("created_at").data)[picks.row])
    known = TABLES[leaf.table]
    way = next((way for way, target in known.belongs_to.items() if target == "deals"), "")
    rows = facts.visit_rows() if leaf.table in OF_DEALS else facts.table(leaf.table).rows
    if way:
        names = ("amount",) if field == SIZE else ("closed_at", "created_at")
        data = [rows.column(f"{way}.{name}").data[picks.row] for name in names]
        return _banded(facts, field, data[0] if field == SIZE else data[0] - data[1])
    account = rows.column("account_id" if leaf.table == "accounts" else "account").data[picks.row]
    return _of_first_deals(facts, field, account)


def _of_first_deals(facts: Facts, field: str, account: Floats) -> Floats:
    """The band of the first deal that was won with each account."""
    deals = facts.tables.deals
    won = deals.word("final_outcome", "won")
    closed = deals.rows.column("final_closed_at").data
    won = won[~np.isnan(closed[won])]
    won = won[np.argsort(closed[won], kind="stable")]
    owner = deals.rows.column("account").data[won]
    ids, first = np.unique(owner[~np.isnan(owner)], return_index=True)
    row = won[~np.isnan(owner)][first]
    data = deals.rows.column("amount").data[row] if field == SIZE else (
        closed[row] - deals.rows.column("created_at").data[row]
    )  # fmt: skip
    at: Ints = index_of(ids.astype(np.int64), account)
    found = np.full(len(account), np.nan)
    found[at >= 0] = _banded(facts, field, data)[at[at >= 0]]
    return found


def _banded(facts: Facts, field: str, data: Floats) -> Floats:
    is_told = data != 0 if field == SIZE else data >= 0  # what was paid back is small too
    data = np.where(is_told, data / float(facts.scale) if field == SIZE else data, np.nan)
    place = np.searchsorted(_edges(facts, field), data, side="right").astype(np.float64)
    return np.where(np.isnan(data), np.nan, place)


def _edges(facts: Facts, field: str) -> Floats:
    if field == CYCLE:
        return np.array(CYCLE_EDGES, dtype=np.float64)
    parameters = dict(facts.settings.parameters)
    return np.array([parameters.get(name, USUAL[name]) for name in (SMALL_BELOW, ENTERPRISE_FROM)], dtype=np.float64)


def band_labels(facts: Facts, field: str) -> tuple[str, ...]:
    """What the bands are called, in their order: "small (under $25K)", "30 to 59 days"."""
    edges = _edges(facts, field).tolist()
    if field == CYCLE:
        between = (f"{low:.0f} to {high - 1:.0f} days" for low, high in pairwise(edges))
        return (f"under {edges[0]:.0f} days", *between, f"{edges[-1]:.0f} days or more")
    low, high = (round_text(edge, money_symbol(facts.settings.currency)) for edge in edges)
    ranges = (f"under {low}", f"{low} to {high}", f"{high} or more")
    return tuple(f"{size} ({words})" for size, words in zip(SIZES, ranges, strict=True))


def tells_band(facts: Facts, field: str) -> bool:
    """Whether any deal has an amount, or is closed and was created on a known day."""
    rows = facts.deals
    if field == SIZE:
        return bool((rows.column("amount").data > 0).any())
    return bool(np.isfinite(rows.column("closed_at").data - rows.column("created_at").data).any())
