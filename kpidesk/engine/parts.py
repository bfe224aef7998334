"""By which fields the records of a table can be split into parts."""

from __future__ import annotations

from collections.abc import Iterable

from kpidesk.engine.cells import CUSTOM
from kpidesk.language.tables import TABLES

SPLITTING = ("term", "account", "person")


def split_field(table: str, field: str) -> str:
    """A field of a breakdown as a table has it: its own, else that of a record it belongs to."""
    known = TABLES[table]
    if field in known.fields or field.startswith(CUSTOM):
        return field
    ways = (way for way, target in known.belongs_to.items() if field in TABLES[target].fields)
    way = next(ways, "")
    return f"{way}.{field}" if way else field


def fields_to_split(tables: Iterable[str]) -> tuple[str, ...]:
    """The fields by which some of these tables can be split: their own, then those of records they belong to."""
    known = [TABLES[name] for name in sorted(tables) if name in TABLES]
    near = [TABLES[target] for table in known for target in table.belongs_to.values()]
    names = (one.name for table in (*known, *near) for one in table.fields.values() if one.kind in SPLITTING)
    return tuple(dict.fromkeys(names))
