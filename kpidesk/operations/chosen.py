"""What was said of rows that look like deals of another source: merged with the import, or kept apart for good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kpidesk import importing, store
from kpidesk.core.errors import UserError
from kpidesk.core.imports import LookAlike
from kpidesk.operations.workspace import Workspace

Elsewhere = Mapping[str, tuple[str, str]]
"""By the id of a row the source and id of the deal that it is."""


def elsewhere(ws: Workspace, same: Mapping[str, str]) -> Elsewhere:
    """Of what was said of ids, which are deals of a source, as SOURCE:ID.

    Raises:
        UserError: that source has no such deal.
    """
    sources = store.source_numbers(ws.db)
    told = {key: said.rpartition(":") for key, said in same.items() if said.rpartition(":")[0] in sources}
    known = store.deals_with(ws.db, [other for _, _, other in told.values()]) if told else {}
    for source, _, other in told.values():
        if source not in known.get(other, {}).values():
            raise UserError(f"There is no deal '{other}' of the source '{source}'.", "Give its id as its export does.")
    return {key: (source, other) for key, (source, _, other) in told.items()}


def merges_of(ws: Workspace, plan: importing.Plan, same: Mapping[str, str]) -> Elsewhere:
    """The deals that the rows of a planned file are to be merged with.

    Raises:
        UserError: it is no file of deals, or there is no such deal.
    """
    found = elsewhere(ws, same)
    if found and plan.kind != "deals":
        raise UserError("Only deals of two sources can be one.", f"Leave --same {next(iter(found))}=… out.")
    return found


def unsaid(found: Iterable[LookAlike], plan: importing.Plan, merged: Elsewhere) -> tuple[LookAlike, ...]:
    """The look-alikes of which nothing was said yet."""
    return tuple(one for one in found if one.key not in plan.same and one.key not in merged)


def keep_apart(ws: Workspace, found: Iterable[LookAlike], plan: importing.Plan, import_id: int) -> None:
    """Remember which rows were said to be other deals than those of another source that they look like."""
    pairs = [(one.key, one) for one in found if one.can_be_merged and plan.same.get(one.key) == one.key]
    if pairs:
        with ws.db.writing():
            for key, one in pairs:
                store.note_apart(ws.db, "deal", (plan.source, key), (one.source, one.other), import_id)
