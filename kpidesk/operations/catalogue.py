"""The KPIs and packs that ship with the app, read from `resources/kpis/*.toml` and `resources/packs/*.toml`."""

from __future__ import annotations

import tomllib
from functools import cache

from kpidesk.core.kpi_fields import kpi_from_mapping
from kpidesk.core.kpis import Kpi
from kpidesk.core.packs import Pack, pack_from_mapping
from kpidesk.paths import resources

GROUPS = ("level", "role", "meeting", "motion", "stage")


@cache
def shipped_kpis() -> tuple[Kpi, ...]:
    """Every shipped KPI: first those of the first day in their order, then by name."""
    found = [
        kpi_from_mapping(tomllib.loads(file.read_text(encoding="utf-8")), file.name)
        for file in sorted((resources() / "kpis").glob("*.toml"))
    ]
    return tuple(sorted(found, key=lambda kpi: (kpi.first_day or 99, kpi.name)))


@cache
def shipped_packs() -> tuple[Pack, ...]:
    """Every shipped pack: those for a level first, then for roles, meetings, motions and stages of a company."""
    found = [
        pack_from_mapping(tomllib.loads(file.read_text(encoding="utf-8")), file.name)
        for file in sorted((resources() / "packs").glob("*.toml"))
    ]
    return tuple(sorted(found, key=lambda pack: (GROUPS.index(pack.group), pack.name)))
