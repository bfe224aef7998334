"""Start from a pack: what ships, what the data can compute of it, and its KPIs taken into use."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kpidesk import store
from kpidesk.core.errors import UserError, nearest
from kpidesk.core.kpis import Kpi, unfilled
from kpidesk.core.packs import Pack
from kpidesk.operations.catalogue import shipped_packs
from kpidesk.operations.formulas import KpiEntry, entries_of
from kpidesk.operations.kpis import need_reason
from kpidesk.operations.workspace import Workspace, definitions


@dataclass(frozen=True, slots=True)
class PackStart:
    """What starting from a pack did.

    `activated` are new in use, `kept` were so before. `drafts` could not be activated: each with the fields that are
    still empty. `waiting` are in use and still need data, each with what it needs.
    """

    pack: Pack
    activated: tuple[Kpi, ...]
    kept: tuple[Kpi, ...]
    drafts: tuple[tuple[Kpi, tuple[str, ...]], ...]
    waiting: tuple[KpiEntry, ...]


def packs() -> tuple[Pack, ...]:
    """The packs that ship with the app."""
    return shipped_packs()


def find_pack(name: str) -> Pack:
    """A pack by its id or its name.

    Raises:
        UserError: there is none; the nearest names are offered.
    """
    known = {pack.id: pack for pack in shipped_packs()}
    wanted = name.strip().casefold()
    for pack in known.values():
        if wanted in (pack.id, pack.name.casefold()):
            return pack
    raise UserError(f"There is no pack '{name}'.", nearest(name, known))


def pack_entries(ws: Workspace, pack: Pack) -> tuple[KpiEntry, ...]:
    """The KPIs of a pack in its order, each with whether the data can compute it."""
    known = definitions(ws)
    return entries_of(ws, tuple(known[one] for one in pack.kpis))


def start_from(ws: Workspace, name: str, *, draft: bool = False, reason: str = "") -> PackStart:
    """Take the KPIs of a pack into use; what lacks objective, decision or owner stays a draft. Nothing is retired.

    With `draft` all of them are only kept as drafts. `reason` says why so many are needed, where they are.

    Raises:
        UserError: there is no such pack, or as for `need_reason`.
    """
    pack = find_pack(name)
    entries = pack_entries(ws, pack)
    kpis = tuple(entry.kpi for entry in entries)
    kept = tuple(kpi for kpi in kpis if kpi.status == "active")
    new = tuple(kpi for kpi in kpis if kpi.status != "active")
    drafts = tuple((kpi, unfilled(kpi)) for kpi in new if draft or unfilled(kpi))
    known = definitions(ws)
    waiting_ids = {kpi.id for kpi, _ in drafts}
    changed = [
        replace(
            kpi,
            status="draft" if kpi.id in waiting_ids else "active",
            version=known[kpi.id].version + 1,
            retired_on="",
            reason=reason.strip(),
        )
        for kpi in new
        if kpi.id not in waiting_ids or kpi.status == "retired"
    ]
    need_reason(ws, changed, reason)
    if changed:
        store.save_kpis(ws.db, changed)
    return PackStart(
        pack,
        tuple(kpi for kpi in changed if kpi.status == "active"),
        kept,
        drafts,
        tuple(entry for entry in entries if not entry.computable),
    )
