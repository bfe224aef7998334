"""How each table is laid out that is more than the records of a file as they stand."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from kpidesk.engine.tables import FactTable, Tables

HOMES = {
    "accounts": "accounts",
    "activities": "activities",
    "capacity": "capacity",
    "leads": "leads",
    "movements": "revenue",
    "subscriptions": "revenue",
    "surveys": "surveys",
}
"""In which module each of these tables is laid out; it is loaded with the first KPI that reads the table."""


def maker_of(table: str) -> Callable[[Tables], FactTable] | None:
    """What lays out a table; None for one whose records stand as they are."""
    if table not in HOMES:
        return None
    module: Any = import_module(f"kpidesk.engine.{HOMES[table]}")
    made: Callable[[Tables], FactTable] = getattr(module, f"{table}_table")
    return made
