"""KPI definitions, every version of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import lru_cache

from kpidesk.core.kpi_fields import kpi_from_mapping, kpi_to_mapping
from kpidesk.core.kpis import Kpi
from kpidesk.store.database import Database, local_day, now


def save_kpis(db: Database, kpis: Iterable[Kpi]) -> None:
    """Keep each KPI under its version; all of them or none."""
    given = tuple(kpis)
    stamp = now()
    rows = [(kpi.id, kpi.version, kpi.valid_from, _body(kpi), stamp) for kpi in given]
    with db.writing("kpi", ", ".join(f"{kpi.id} v{kpi.version}" for kpi in given)):
        db.connection.executemany("INSERT OR REPLACE INTO kpi_definitions VALUES (?, ?, ?, ?, ?)", rows)


def save_kpi(db: Database, kpi: Kpi) -> None:
    """Keep a KPI under its version; other versions stay as they are."""
    save_kpis(db, (kpi,))


def load_kpis(db: Database) -> tuple[Kpi, ...]:
    """Every KPI in its newest version, by id.

    Raises:
        UserError: a stored definition cannot be read.
    """
    sql = "SELECT kpi_id, body, max(version) FROM kpi_definitions GROUP BY kpi_id ORDER BY kpi_id"
    return tuple(_kpi(kpi_id, body) for kpi_id, body, _ in db.rows(sql))


def kpis_on(db: Database, day: date) -> tuple[Kpi, ...]:
    """Every KPI as it was kept on a day, by id.

    One that came later is a draft in its first version: nothing can refer to it by then, but it can be asked for.
    """
    found: dict[str, Kpi] = {}
    for kpi, saved_at in kpi_log(db):
        if local_day(saved_at) <= day:
            found[kpi.id] = kpi
        elif kpi.id not in found:
            found[kpi.id] = replace(kpi, status="draft")
    return tuple(found.values())


def began_on(db: Database) -> date:
    """The day on which the first definition was kept: the workspace began with it."""
    return local_day(db.one("SELECT min(saved_at) FROM kpi_definitions") or now())


def kpi_versions(db: Database, kpi_id: str) -> tuple[Kpi, ...]:
    """Every version of a KPI, oldest first; none when the workspace has no such KPI."""
    sql = "SELECT body FROM kpi_definitions WHERE kpi_id=? ORDER BY version"
    return tuple(_kpi(kpi_id, body) for (body,) in db.rows(sql, (kpi_id,)))


def kpi_log(db: Database, kpi_id: str = "") -> tuple[tuple[Kpi, str], ...]:
    """Every version of every KPI (or of one) with the moment it was saved at, the first version of each first."""
    sql = "SELECT kpi_id, body, saved_at FROM kpi_definitions WHERE ?1='' OR kpi_id=?1 ORDER BY kpi_id, version"
    return tuple((_kpi(one, body), saved_at) for one, body, saved_at in db.rows(sql, (kpi_id,)))


@lru_cache(maxsize=1024)
def _body(kpi: Kpi) -> str:
    return json.dumps(kpi_to_mapping(kpi))


@lru_cache(maxsize=1024)
def _kpi(kpi_id: str, body: str) -> Kpi:
    return kpi_from_mapping(json.loads(body), kpi_id)
