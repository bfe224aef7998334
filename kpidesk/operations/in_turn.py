"""Files that come in one after the other, each looked at on the workspace as those before it will leave it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from kpidesk.core.errors import UserError
from kpidesk.core.imports import ImportOptions, Preview
from kpidesk.core.progress import Progress
from kpidesk.operations.imports import import_planned
from kpidesk.operations.planning import plan_file
from kpidesk.operations.rates import rates, tried
from kpidesk.operations.workspace import Workspace

T = TypeVar("T")
Files = Sequence[tuple[Path, ImportOptions]]
"""Files in the order in which they come in, each with what was said about it."""
Looked = Preview | UserError


def after_files(
    ws: Workspace | None,
    before: Files,
    work: Callable[[], Generator[Progress, None, T]],
    *,
    today: date | None = None,
) -> Generator[Progress, None, T]:
    """Long work on the workspace as it will be once files are in, of which nothing lasts; `work` must only read.

    One of them that leaves something open or cannot be imported is not in. They are read on the day that the workspace
    counts from unless `today` says another.

    Raises:
        UserError: as `work` does; or the workspace cannot be written.
    """
    if ws is None or not before:
        return (yield from work())
    refused: set[int] = set()
    while True:
        with tried(ws):
            _, failed = yield from _brought_in_turn(ws, before, refused, len(before), today or ws.today)
            if failed is None:
                return (yield from work())
        refused.add(failed)


def look_in_turn(
    ws: Workspace, files: Files, *, today: date | None = None
) -> Generator[Progress, None, tuple[Looked, ...]]:
    """What each file is taken for once those before it are in, or what is wrong with it; nothing is written.

    They are read on the day that the workspace counts from unless `today` says another.

    Raises:
        UserError: the workspace cannot be written.
    """
    refused: set[int] = set()
    while True:
        with tried(ws):
            looked, failed = yield from _brought_in_turn(ws, files, refused, len(files) - 1, today or ws.today)
        if failed is None:
            return tuple(looked)
        refused.add(failed)


def _brought_in_turn(
    ws: Workspace, files: Files, refused: set[int], end: int, today: date
) -> Generator[Progress, None, tuple[list[Looked], int | None]]:
    """Look at files in turn and bring in those before `end`, but for the refused ones and what leaves something open.

    Beside what they are taken for stands which one could not be imported: it has undone the others.
    """
    before, looked = rates(ws), list[Looked]()
    for at, (path, options) in enumerate(files):
        try:
            plan = yield from plan_file(path, options, today, ws)
        except UserError as error:
            looked.append(error)
            continue
        looked.append(plan.preview)
        if at < end and at not in refused and not plan.preview.questions:
            try:
                yield from import_planned(ws, path, options, plan, before=before)
            except UserError:
                return looked, at
    return looked, None
