"""Columns mapped to no field that the newest files have no more: since when, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from kpidesk import engine, importing, store
from kpidesk.core.fields import FIELD_BY_NAME, KIND_OF_RECORD, Kind
from kpidesk.core.formats import day_text
from kpidesk.core.import_history import ImportEntry
from kpidesk.core.texts import folded
from kpidesk.core.wording import listed
from kpidesk.language import Formula
from kpidesk.operations.workspace import Workspace

if TYPE_CHECKING:
    Seen = tuple[ImportEntry, importing.Profile]
    """An import, and how its file was read."""

MOST_NEW = 3
"""So many columns are named that may be the one sought under another name."""


def ended_words(
    ws: Workspace, formulas: Iterable[Formula], as_of: date | None = None, fields: Sequence[str] = ()
) -> tuple[str, ...]:
    """What is to be known of the unmapped columns that some formulas read, or their records are broken down by.

    Each that every source which had it has no more: since which file, and its likely new names. `fields` are named as
    in a breakdown.
    """
    headers = [name.partition(engine.CUSTOM)[2] for name in fields if engine.CUSTOM in name]
    wanted = dict.fromkeys(
        (engine.KIND_OF[table], header)
        for formula in formulas
        for table, header in (*_read(formula), *((one, each) for one in formula.tables for each in headers))
        if table in engine.KIND_OF
    )
    known = (ws.remember(("ended column", *one, as_of), partial(_ended, ws, *one, as_of)) for one in wanted)
    return tuple(filter(None, known))


def _read(formula: Formula) -> list[tuple[str, str]]:
    custom = sorted((table, name) for table, name in formula.fields if name.startswith(engine.CUSTOM))
    return [(table, name.removeprefix(engine.CUSTOM)) for table, name in custom]


def _ended(ws: Workspace, kind: Kind, header: str, as_of: date | None) -> str:
    found = []
    for seen in _by_source(ws, kind, as_of):
        had = [at for at, (_, profile) in enumerate(seen) if _has(profile, header)]
        if had and had[-1] == len(seen) - 1:
            return ""  # it goes on in this one
        found += [(seen[had[-1]][1], seen[had[-1] + 1])] if had else []
    if not found:
        return ""
    before, (first, profile) = max(found, key=lambda one: one[1][0].data_date)
    since = f"{first.file} ({day_text(first.data_date)})"
    field = next((name for name, column in profile.columns.items() if folded(column) == folded(header)), "")
    if field:
        label = FIELD_BY_NAME[kind][field].label if field in FIELD_BY_NAME[kind] else field
        return f"Since {since} the column '{header}' is read as {label}: use that instead."
    known, taken = set(map(folded, before.headers)), set(map(folded, profile.columns.values()))
    new = [f"'{one}'" for one in profile.headers if folded(one) not in known | taken]
    called = f" (new there: {listed(new, MOST_NEW)})" if new else ""
    many = KIND_OF_RECORD[kind].many
    return (
        f"Since {since} no file of {many} has a column '{header}': of the {many} told since it is unknown. Use the "
        f"column that has taken its place{called}, or import a file that has it."
    )


def _by_source(ws: Workspace, kind: Kind, as_of: date | None) -> list[list[Seen]]:
    """The imports of each source of a kind with how their files were read, oldest data first.

    Without those of which that is not known any more, and without sources of whose newest one it is not.
    """
    profiles = store.profiles_by_import(ws.db)
    found: dict[str, list[ImportEntry]] = {}
    for one in sorted(store.import_history(ws.db), key=lambda one: (one.data_date, one.import_id)):
        if one.kind == kind and not one.is_typed and (as_of is None or one.data_date <= as_of):
            found.setdefault(one.source, []).append(one)
    told = [
        [(one, importing.read_profile(profiles[one.import_id])) for one in entries if one.import_id in profiles]
        for entries in found.values()
        if entries[-1].import_id in profiles
    ]
    return [[one for one in seen if one[1].headers] for seen in told]


def _has(profile: importing.Profile, header: str) -> bool:
    """Whether a file has a column that it maps to no field."""
    mapped = {folded(one) for one in profile.columns.values()}
    return folded(header) in set(map(folded, profile.headers)) - mapped
