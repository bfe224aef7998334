"""What the rows of a file come to before it is imported: how many are taken, and which look like other records."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path

import numpy as np

from kpidesk import importing
from kpidesk.core.imports import Foreseen, ImportOptions
from kpidesk.core.progress import Progress
from kpidesk.operations import chosen, duplicates
from kpidesk.operations.imports import compared
from kpidesk.operations.look_details import with_details
from kpidesk.operations.planning import plan_file
from kpidesk.operations.workspace import Workspace


def foresee(ws: Workspace, path: Path, options: ImportOptions) -> Generator[Progress, None, Foreseen]:
    """How many rows of a file would be taken, and which new ones look like other records; writes nothing.

    Raises:
        UserError: the file cannot be read.
    """
    plan = yield from plan_file(path, options, ws.today, ws)
    watched = duplicates.watch(ws, plan)
    taken = yield from _gathered(plan, watched)
    if watched is None:
        return Foreseen(taken)
    found = chosen.unsaid((yield from compared(ws, watched)), plan, {})
    return Foreseen(taken, (yield from with_details(ws, plan, found)))


def _gathered(plan: importing.Plan, watched: duplicates.Watched | None) -> Generator[Progress, None, int]:
    """Read a planned file for its new rows; gives how many of its rows can be read, of those of one id the first."""
    is_several = plan.rules.identity == ("id",) and not plan.once
    keys, taken = [np.empty(0, np.int64)], 0
    for rows in importing.chunks(plan):
        parsed = importing.parse(plan, rows)
        if watched is not None:
            watched.note(rows, parsed)
        taken += len(parsed.keys)
        if is_several:
            keys.append(_marks_of(parsed.keys))
        yield Progress(min(rows.lines[-1], plan.total_rows), plan.total_rows, "Looking for rows that are known already")
    return len(np.unique(np.concatenate(keys))) if is_several else taken - plan.again


def _marks_of(keys: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """A number for each id, the same for the same: the ids of a million rows would take much memory."""
    return np.fromiter(map(hash, keys), np.int64, len(keys))
