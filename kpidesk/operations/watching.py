"""New exports in a folder: listed by name, size and time, and by their bytes told from what was imported before."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.progress import Progress
from kpidesk.operations.workspace import Workspace

SUFFIXES = frozenset((".csv", ".xlsx", ".xls", ".ods", ".zip"))
ARCHIVE = ".zip"
NEW_DAYS = 14
"""How old a file can be and still count as new."""
MOST = 20
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class FolderFile:
    """A file of a folder as its listing tells it: `size` in bytes, `modified` in nanoseconds since 1970."""

    path: Path
    size: int
    modified: int

    @property
    def mark(self) -> str:
        """What tells this file from every other, and from itself once it was written anew."""
        return f"{self.path.name}|{self.size}|{self.modified}"

    @property
    def is_archive(self) -> bool:
        """Whether it is a zip, of which imports remember what is in it and not the file itself."""
        return self.path.suffix.lower() == ARCHIVE


@dataclass(frozen=True, slots=True)
class NewExports:
    """The files of a folder that were not imported, newest first; `digests` by file, to spare the next look reading."""

    folder: Path
    files: tuple[FolderFile, ...]
    digests: Mapping[FolderFile, str]


def imported_digests(ws: Workspace) -> frozenset[str]:
    """What tells the bytes of every file that was imported."""
    return store.imported_digests(ws.db)


def new_exports(
    folder: Path,
    imported: Collection[str],
    *,
    now: datetime,
    taken: Collection[str] = (),
    digests: Mapping[FolderFile, str] | None = None,
) -> Generator[Progress, None, NewExports]:
    """The newest exports of a folder that are not among the `imported` digests, at most 20 of the last 14 days.

    Of those whose mark is in `taken` and of archives nothing but name, size and time is read. `now` has a time zone.

    Raises:
        UserError: the folder is not there, or cannot be read.
    """
    known = dict(digests or {})
    found: list[FolderFile] = []
    yield Progress(0, 0, folder.name)
    for file in _listed(folder, now):
        if file.mark in taken:
            continue
        if not file.is_archive and file not in known:
            digest = yield from _digest(file)
            if not digest:
                continue
            known[file] = digest
        if known.get(file) not in imported:
            found.append(file)
    return NewExports(folder, tuple(found), known)


def _listed(folder: Path, now: datetime) -> list[FolderFile]:
    """The exports of a folder by their names, newest first."""
    since = (now.astimezone(UTC) - timedelta(days=NEW_DAYS)).timestamp() * 1e9
    try:
        with os.scandir(folder) as entries:
            listed = [file for one in entries if (file := _file(one)) is not None and file.modified >= since]
    except FileNotFoundError:
        raise UserError(f"The folder {folder} is not there.", "No new exports are looked for until it is.") from None
    except OSError as error:
        words = error.strerror or "it cannot be read"
        raise UserError(f"The folder {folder} cannot be read: {words}.", "No new exports are found there.") from None
    return sorted(listed, key=lambda one: (-one.modified, one.path.name))[:MOST]


def _file(entry: os.DirEntry[str]) -> FolderFile | None:
    """An entry as a file that may be an export; None for what is hidden, empty, locked or of another kind."""
    path = Path(entry.path)
    if entry.name.startswith((".", "~$")) or path.suffix.lower() not in SUFFIXES:
        return None
    try:
        told = entry.stat()
        return FolderFile(path, told.st_size, told.st_mtime_ns) if entry.is_file() and told.st_size else None
    except OSError:  # gone since, or not ours to see
        return None


def _digest(file: FolderFile) -> Generator[Progress, None, str]:
    """What tells the bytes of a file; empty when it cannot be read, and is then not offered."""
    digest = hashlib.sha256()
    done = 0
    try:
        with file.path.open("rb") as stream:
            while block := stream.read(BLOCK):
                digest.update(block)
                done += len(block)
                yield Progress(done, file.size, file.path.name)
    except OSError:
        return ""
    return digest.hexdigest()
