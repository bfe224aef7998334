"""The KPIs that ship with the app, read from `resources/kpis/*.toml`."""

from __future__ import annotations

import tomllib
from functools import cache

from kpidesk.core.kpis import Kpi, kpi_from_mapping
from kpidesk.paths import resources


@cache
def shipped_kpis() -> tuple[Kpi, ...]:
    """Every shipped KPI: first those of the first day in their order, then by name."""
    found = [
        kpi_from_mapping(tomllib.loads(file.read_text(encoding="utf-8")), file.name)
        for file in sorted((resources() / "kpis").glob("*.toml"))
    ]
    return tuple(sorted(found, key=lambda kpi: (kpi.first_day or 99, kpi.name)))
