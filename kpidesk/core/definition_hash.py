"""One short code for how KPIs are defined: two people with the same code count the same way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from kpidesk.core.kpis import Kpi

DIGITS = 12
DECIDING = ("id", "measured", "builtin", "unit", "direction", "kpi_class", "breakdown", "range_low", "range_high",
            "scale_low", "scale_high")  # fmt: skip
"""The fields that decide what a KPI comes to and whether more of it is better; names and owners are not among them."""
CHOSEN = ("minimum_n", "pace")
"""The fields that count only where they are filled in: without them the code is what it always was."""


def definition_hash(kpis: Iterable[Kpi]) -> str:
    """The code of a set of definitions, in whatever order: SHA-256 over what decides their numbers, 12 hex digits.

    The KPIs that their formulas refer to must be among them, or another count of those would not show.
    """
    parts = {kpi.id: [repr((name, getattr(kpi, name))) for name in _names(kpi)] for kpi in kpis}
    return _digest(line for kpi_id in sorted(parts) for line in parts[kpi_id])


def _names(kpi: Kpi) -> tuple[str, ...]:
    return (*DECIDING, *(name for name in CHOSEN if getattr(kpi, name)))


def content_hash(tables: Iterable[Mapping[str, object]]) -> str:
    """The code of tables with everything in them, in the order given; the order of the fields does not count."""
    return _digest(repr((name, table[name])) for table in tables for name in sorted(table))


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()[:DIGITS]
