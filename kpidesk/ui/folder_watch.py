"""Looks for new exports in a folder of this computer and offers them; nothing is imported by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from kpidesk.core.errors import UserError
from kpidesk.core.progress import Progress
from kpidesk.ui.jobs import Job, Jobs, Work, Workspace
from kpidesk.ui.preferences import Preferences

if TYPE_CHECKING:
    from kpidesk.operations import FolderFile, NewExports

REST = 10.0
"""Seconds between two looks that nobody asked for."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The new exports of a folder, newest first, without those that wait for later in `fresh`."""

    folder: Path
    files: tuple[FolderFile, ...]
    fresh: tuple[FolderFile, ...]


class FolderWatch(QObject):
    """Knows what is new in the folder; a class because it owns a thread and a signal.

    A folder can be on a disk that is slow to answer, so it is read on a thread of its own, which must not hold up the
    questions of the pages. `changed` says that `offer` is another one, `failed` sends what is wrong with the folder,
    once until it could be read again.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self, jobs: Jobs, preferences: Preferences, parent: QObject, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self.offer: Offer | None = None
        self._workspace_jobs, self._preferences, self._clock = jobs, preferences, clock
        self._own = Jobs(parent=self)
        self._job: Job | None = None
        self._looked: float | None = None
        self._known: NewExports | None = None
        self._is_told = False

    @property
    def is_busy(self) -> bool:
        """Whether the folder is being looked at."""
        return self._own.is_busy

    def watch(self, folder: Path | None) -> None:
        """Look in another folder from now on, or in none."""
        if folder != self._preferences.watched:
            self._preferences.watched = folder
            self._known, self._is_told = None, False
        self.look(at_once=True)

    def look(self, *, at_once: bool = False) -> None:
        """Look for new exports, where a folder is watched and a workspace open; seldom unless it is to be `at_once`."""
        if self._preferences.watched is None or not self._workspace_jobs.has_workspace:
            self.forget()
            return
        is_rested = self._looked is None or self._clock() - self._looked >= REST
        if at_once or (is_rested and not self.is_busy):
            self._looked = self._clock()
            self._cancel()
            self._workspace_jobs.ask("watched-folder", _imported, self._read, self._refused)

    def put_off(self) -> None:
        """Do not point to these files any more; the page Data still offers them."""
        if self.offer is not None:
            self._preferences.add_seen("put-off", [one.mark for one in self.offer.fresh])
            self._show()

    def take(self, files: tuple[FolderFile, ...]) -> tuple[Path, ...]:
        """The paths of files that are to be imported; their offer ends until the next look.

        Archives are remembered, because imports know what was in them and not themselves.
        """
        self._preferences.add_seen("taken", [one.mark for one in files if one.is_archive])
        if self.offer is not None:
            left = tuple(one for one in self.offer.files if one not in files)
            self._set(Offer(self.offer.folder, left, tuple(one for one in self.offer.fresh if one in left)))
        return tuple(one.path for one in files)

    def forget(self) -> None:
        """Offer nothing, because no workspace is open or no folder is watched."""
        self._cancel()
        self._workspace_jobs.forget("watched-folder")
        self._looked = None
        self._set(None)

    def stop(self) -> None:
        """Look no more; the window closes."""
        self._own.shutdown()

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _read(self, imported: frozenset[str]) -> None:
        folder = self._preferences.watched
        if folder is None:
            return
        taken = self._preferences.seen("taken")
        known = self._known.digests if self._known is not None else {}

        def work(_workspace: Workspace) -> Work:
            from kpidesk import operations

            return operations.new_exports(folder, imported, now=datetime.now(UTC), taken=taken, digests=known)

        self._job = self._own.run("folder", work, _unseen, self._found, self._refused, needs_workspace=False)

    def _found(self, found: Any) -> None:
        self._known, self._is_told = found, False
        self._show()

    def _show(self) -> None:
        if self._known is None:
            return
        later = self._preferences.seen("put-off")
        files = self._known.files
        self._set(Offer(self._known.folder, files, tuple(one for one in files if one.mark not in later)))

    def _refused(self, error: UserError) -> None:
        self._set(None)
        if not self._is_told:
            self._is_told = True
            self.failed.emit(error)

    def _set(self, offer: Offer | None) -> None:
        offered = offer if offer is not None and offer.files else None
        if offered != self.offer:
            self.offer = offered
            self.changed.emit()


def _imported(workspace: Workspace) -> frozenset[str]:
    from kpidesk import operations

    return operations.imported_digests(workspace)


def _unseen(_step: Progress) -> None:
    """A look at a folder is not worth a progress bar."""
