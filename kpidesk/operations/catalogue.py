"""The KPIs and packs that ship with the app, read from `resources/kpis/*.toml` and `resources/packs/*.toml`."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b

from kpidesk.core.kpi_fields import kpi_from_mapping
from kpidesk.core.kpis import Kpi
from kpidesk.core.packs import Pack, pack_from_mapping
from kpidesk.paths import resources

KEPT = "all.json"
"""The tables of all KPIs, read in a tenth of the time of their own files; these are read where one has changed."""
GROUPS = ("level", "role", "meeting", "motion", "stage")


@cache
def shipped_kpis() -> tuple[Kpi, ...]:
    """Every shipped KPI: first those of the first day in their order, then by name."""
    folder = resources() / "kpis"
    texts = {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.toml"))}
    kept = json.loads((folder / KEPT).read_text(encoding="utf-8")) if (folder / KEPT).exists() else {}
    is_newest = kept.get("of") == mark_of(texts)
    tables = kept["kpis"] if is_newest else {name: tomllib.loads(text) for name, text in texts.items()}
    found = [kpi_from_mapping(table, name) for name, table in tables.items()]
    return tuple(sorted(found, key=lambda kpi: (kpi.first_day or 99, kpi.name)))


def mark_of(texts: Mapping[str, str]) -> str:
    """By which texts of definition files are told from others."""
    return blake2b(json.dumps(list(texts.items())).encode(), digest_size=16).hexdigest()


@cache
def shipped_packs() -> tuple[Pack, ...]:
    """Every shipped pack: those for a level first, then for roles, meetings, motions and stages of a company."""
    found = [
        pack_from_mapping(tomllib.loads(file.read_text(encoding="utf-8")), file.name)
        for file in sorted((resources() / "packs").glob("*.toml"))
    ]
    return tuple(sorted(found, key=lambda pack: (GROUPS.index(pack.group), pack.name)))
