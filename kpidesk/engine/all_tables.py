"""How each table is laid out that is more than the records of a file as they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kpidesk.engine.accounts import accounts_table
from kpidesk.engine.activities import activities_table
from kpidesk.engine.capacity import capacity_table
from kpidesk.engine.leads import leads_table
from kpidesk.engine.revenue import movements_table, subscriptions_table
from kpidesk.engine.surveys import surveys_table
from kpidesk.engine.tables import FactTable, Tables

MAKERS: Mapping[str, Callable[[Tables], FactTable]] = {
    "accounts": accounts_table,
    "activities": activities_table,
    "capacity": capacity_table,
    "leads": leads_table,
    "movements": movements_table,
    "subscriptions": subscriptions_table,
    "surveys": surveys_table,
}
