"""Files on their way in: all are read first, then shown one by one, people and teams before the deals naming them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kpidesk.core.imports import ImportOptions, Preview


@dataclass(slots=True)
class WaitingFile:
    """A file on its way in: what has been said about it, and how it was last understood."""

    path: Path
    options: ImportOptions = field(default_factory=ImportOptions)
    preview: Preview | None = None


@dataclass(slots=True)
class FileQueue:
    """The files that wait; a class because the one in hand moves through it."""

    unread: deque[WaitingFile] = field(default_factory=deque)
    read: deque[WaitingFile] = field(default_factory=deque)

    def __len__(self) -> int:
        return len(self.unread) + len(self.read)

    def add(self, paths: Iterable[Path]) -> None:
        """Let files wait to be read."""
        self.unread.extend(WaitingFile(Path(path)) for path in paths)

    def next_to_show(self) -> WaitingFile:
        """Take the next file that was read, people before deals."""
        chosen = min(self.read, key=lambda one: one.preview is not None and one.preview.kind != "people")
        self.read.remove(chosen)
        return chosen

    def doubt(self) -> None:
        """An import may have changed what the files of deals mean: they are to be read again."""
        for one in self.read:
            if one.preview is not None and one.preview.kind != "people":
                one.preview = None
