"""Whether the ids of a file are those of another source: a column more must not make its records new ones."""

from __future__ import annotations

from collections.abc import Generator, Mapping

from kpidesk import importing, store
from kpidesk.core.fields import KIND_OF_RECORD, Kind
from kpidesk.core.import_history import TYPED_SOURCES
from kpidesk.core.progress import Progress
from kpidesk.operations.workspace import Workspace

MOST_IDS = 20_000
"""So many ids, from rows all over a file, are looked up."""
MOSTLY = 0.5
"""From this share of known ids on, a file is taken for one of the source that knows them."""
SHORTEST = 6
"""A number with fewer digits is a count that any source may use: it tells nothing of where it is from."""


def source_of_ids(
    ws: Workspace, plan: importing.Plan, profiles: Mapping[str, str]
) -> Generator[Progress, None, tuple[str, str]]:
    """The source whose ids a planned file has, and what is to be known of that; empty where it is the plan's own.

    Only a file whose columns are new, or whose CRM is recognised only now, is looked at: another one is of the source
    that it was of before.
    """
    if plan.rules.identity != ("id",):
        return "", ""
    others = {one.source for one in store.import_history(ws.db) if one.kind == plan.kind} - TYPED_SOURCES
    if not others - {plan.source} or (plan.profile_key in profiles and plan.source in others):
        return "", ""
    ids = yield from _ids(plan)
    counts = {source: _known(ws, plan.kind, source, ids) for source in sorted(others | {plan.source})}
    own, found = counts.pop(plan.source), {source: count for source, count in counts.items() if count}
    if not found or own >= max(found.values()):
        return "", ""
    source, count = max(found.items(), key=lambda item: item[1])
    many = KIND_OF_RECORD[plan.kind].many
    known = f"{count:,} of {len(ids):,} ids" if count < len(ids) else f"All {len(ids):,} ids"
    told = f"{known} are known from the source '{source}'"
    if count < MOSTLY * len(ids) or len(found) > 1 or not any(map(_tells, ids)):
        return "", (
            f"{told}, and this file is of '{plan.source}': its rows count as other {many}. Where both are one, "
            f"--source {source} makes them the same."
        )
    return source, f"{told}, so the rows count as the same {many}; --source {plan.source} says that they are others."


def _ids(plan: importing.Plan) -> Generator[Progress, None, tuple[str, ...]]:
    """The different ids of rows all over a file."""
    step = max(1, plan.total_rows // MOST_IDS)
    ids: dict[str, None] = {}
    for rows in importing.chunks(plan):
        ids.update(dict.fromkeys(importing.parse(plan, rows.only(range(0, len(rows), step))).keys))
        yield Progress(rows.lines[-1], plan.total_rows, "Looking for ids that are known already")
    return tuple(ids)


def _known(ws: Workspace, kind: Kind, source: str, ids: tuple[str, ...]) -> int:
    return len(store.known_keys(ws.db, kind, source, ids, store.newest_record(ws.db, kind, source)))


def _tells(key: str) -> bool:
    return not key.isdecimal() or len(key) >= SHORTEST
