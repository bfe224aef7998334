"""Files written on the spot and read through the public functions of the importer."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from kpidesk.core.errors import Issue
from kpidesk.core.fields import Outcome
from kpidesk.core.imports import ImportOptions
from kpidesk.core.progress import finish
from kpidesk.core.records import Cell
from kpidesk.core.settings import Settings
from kpidesk.importing import Plan, chunks, inspect, parse

SHARED = Path(__file__).resolve().parents[3] / "shared"
DATA = Path(__file__).resolve().parent / "data"
TODAY = date(2026, 9, 10)
WRITTEN = datetime(2026, 9, 9, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Imported:
    """All records of a file: keys, one dict per row, custom JSON, issues and skipped lines."""

    plan: Plan
    keys: list[str]
    rows: list[dict[str, Cell]]
    custom: list[str | None]
    issues: list[Issue]
    skipped: list[str]

    def column(self, name: str) -> list[Cell]:
        return [row.get(name) for row in self.rows]


def write(folder: Path, text: str | bytes, name: str = "deals.csv") -> Path:
    """A file last written on 9 September 2026."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return dated(path)


def dated(path: Path) -> Path:
    os.utime(path, (WRITTEN.timestamp(), WRITTEN.timestamp()))
    return path


def look(
    path: Path,
    options: ImportOptions | None = None,
    *,
    settings: Settings | None = None,
    known: Mapping[tuple[str, str], Outcome] | None = None,
    profiles: Mapping[str, str] | None = None,
) -> Plan:
    work = inspect(
        path,
        options or ImportOptions(),
        settings=settings or Settings(),
        known_stages=known or {},
        today=TODAY,
        header_profiles=profiles or {},
    )
    return finish(work)


def read(
    path: Path,
    options: ImportOptions | None = None,
    *,
    settings: Settings | None = None,
    profiles: Mapping[str, str] | None = None,
) -> Imported:
    """Every record of a file; each row is in exactly one of records, issues and skipped."""
    plan = look(path, options, settings=settings, profiles=profiles)
    result = Imported(plan, [], [], [], [], [])
    for block in chunks(plan):
        parsed = parse(plan, block)
        assert len(parsed.index) + len(parsed.rejected) + len(parsed.skipped) == len(block.rows)
        result.keys.extend(parsed.keys)
        names = list(parsed.columns)
        result.rows.extend(dict(zip(names, cells, strict=True)) for cells in zip(*parsed.columns.values(), strict=True))
        result.custom.extend(parsed.custom)
        result.issues.extend(parsed.rejected.values())
        result.skipped.extend(parsed.skipped.values())
    return result
