"""A few KPIs that the formulas of these tests refer to, and the shipped catalogue when it lies beside the project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"

KPIS = {
    "bookings": "sum(deals.amount where won on closed_at)",
    "win_rate": "count(deals where won on closed_at) / count(deals where closed on closed_at)",
    "deals_won": "count(deals where won on closed_at)",
    "open_pipeline": "sum(deals.amount where open as of end)",
    "cycle": "avg(days(deals.created_at, deals.closed_at) where won on closed_at)",
    "egg": "[hen]",
    "hen": "[egg] + 1",
    "broken": "sum(deals.amonut on closed_at)",
    "forecast_wape": "",
}


def catalogue() -> list[dict[str, Any]]:
    """The KPIs of the reference catalogue; the test is skipped where it is not at hand."""
    path = SHARED / "reference" / "catalogue.json"
    if not path.exists():
        pytest.skip("the reference catalogue is not beside this checkout")
    kpis: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["kpis"]
    return kpis
