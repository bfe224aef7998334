"""What a window shows first of a workspace: worked out while it rests, and shown at once while nothing has changed."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from kpidesk import __version__, paths, store
from kpidesk.operations.workspace import Workspace

T = TypeVar("T")

DAYS_AHEAD = 3
"""For so many days after today it is worked out too: a manager comes back after a weekend."""


def first_view(ws: Workspace, kind: type[T]) -> T | None:
    """What a window shows first of the workspace today, as `keep_first_view` kept it.

    None where it was not kept, or anything was written since, the program changed, or it is damaged.
    """
    body = store.first_views(ws.db, _maker()).get(ws.today)
    return store.unpacked_view(kind, body) if body is not None else None


def keep_first_view(ws: Workspace, look: Callable[[Workspace], object], ahead: int = 0) -> bool:
    """Work out by `look` what a window will show first today, or so many days `ahead`, and keep it.

    What is kept already of a day ahead is left; today's is always worked out again, and what comes out takes its
    place. Gives False where that is something else: then the window has shown what is not so. A workspace that is
    open read-only keeps nothing.

    Raises:
        UserError: the workspace cannot be written.
    """
    from kpidesk.operations.evaluators import on_day  # brings the engine, without which a first view is shown

    maker, day = _maker(), ws.today + timedelta(days=ahead)
    kept = store.first_views(ws.db, maker)
    if ahead and day in kept:
        return True
    body = store.packed_view(look(on_day(ws, day)))
    if not ws.db.read_only and kept.get(day) != body:
        store.keep_first_views(ws.db, maker, {one: kept[one] for one in kept if one >= ws.today} | {day: body})
    return kept.get(day, body) == body


def _maker() -> str:
    """A name of the program and the place it runs at: any other file of its code, any other name."""
    about = f"{__version__} {sys.version} {time.tzname} {time.timezone}"
    files = [file for folder in (paths.PACKAGE, paths.resources()) if folder.is_dir() for file in _files(folder)]
    return hashlib.blake2b("\n".join((about, *sorted(files))).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _files(folder: Path) -> Iterator[str]:
    """Name, size and moment of every file in a folder, without what Python compiled."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _files(Path(entry.path))
            else:
                facts = entry.stat()
                yield f"{entry.path} {facts.st_size} {facts.st_mtime_ns}"
