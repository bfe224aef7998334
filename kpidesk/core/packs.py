"""Packs: a handful of KPIs that belong together for a level, a role, a motion or a meeting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, get_args

from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Level

PackGroup = Literal["level", "role", "motion", "stage", "meeting"]
MOST = 5
"""More KPIs than this nobody acts on."""


@dataclass(frozen=True, slots=True)
class Pack:
    """KPIs to start from, and why these: `group` is what the pack is chosen by, `level` where its KPIs are read."""

    id: str
    name: str
    why: str
    group: PackGroup
    level: Level
    kpis: tuple[str, ...]


def pack_from_mapping(table: Mapping[str, object], place: str) -> Pack:
    """Build a pack from the table of its file; `place` is named in messages.

    Raises:
        UserError: a field is missing, unknown or of the wrong kind.
    """
    known = [one.name for one in fields(Pack)]
    for name in known:
        if not table.get(name):
            raise UserError(f"{place}: the field '{name}' is missing.", f"A pack has {', '.join(known)}.")
    for name, choices in (("group", get_args(PackGroup)), ("level", get_args(Level))):
        if table[name] not in choices:
            raise UserError(f"{place}: {name} cannot be '{table[name]}'.", f"Choose one of {', '.join(choices)}.")
    kpis = table["kpis"]
    if not isinstance(kpis, list | tuple) or len(kpis) > MOST:
        raise UserError(f"{place}: kpis must be a list of at most {MOST}.", "Name the ids of KPIs.")
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise UserError(f"{place}: a pack has no field '{unknown[0]}'.", f"Fields: {', '.join(known)}.")
    return Pack(**{**table, "kpis": tuple(str(one) for one in kpis)})  # type: ignore[arg-type]  # checked above
