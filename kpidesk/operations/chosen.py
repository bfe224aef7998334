"""What was said of rows that look like deals of another source: merged with the import, or kept apart for good."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import replace

from kpidesk import importing, store
from kpidesk.core.errors import UserError
from kpidesk.core.fields import KIND_OF_RECORD
from kpidesk.core.imports import LEFT_OUT, LookAlike
from kpidesk.core.progress import Progress
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


def refuse_unknown(ws: Workspace, plan: importing.Plan, same: Mapping[str, str]) -> Generator[Progress, None, None]:
    """See that what rows of a planned file are said to be is there: a record of its source, or another row.

    Raises:
        UserError: it is neither.
    """
    wanted = {said for key, said in same.items() if said not in (key, LEFT_OUT)}
    if not wanted or plan.kind == "people":
        return
    newest = store.newest_record(ws.db, plan.kind, plan.source)
    wanted -= store.known_keys(ws.db, plan.kind, plan.source, sorted(wanted), newest)
    shown = (yield from _keys(plan)) if wanted else set()
    for key, said in same.items():
        if key in shown and said in wanted - shown:
            raise UserError(
                f"Row '{key}' cannot be '{said}': there is no such {KIND_OF_RECORD[plan.kind].one}.",
                "Give the id as this export does, or SOURCE:ID for a deal of another source. "
                f"Known sources: {', '.join(sorted(store.source_numbers(ws.db))) or 'none yet'}.",
            )


def _keys(plan: importing.Plan) -> Generator[Progress, None, set[str]]:
    """The ids of the rows of a planned file as it writes them."""
    written, shown = replace(plan, rules=replace(plan.rules, same=())), set[str]()
    for rows in importing.chunks(written):
        shown.update(importing.parse(written, rows).keys)
        yield Progress(len(shown), 0, f"Reading {plan.preview.file}")
    return shown


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
