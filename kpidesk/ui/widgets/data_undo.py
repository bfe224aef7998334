"""Taking imports back on the Data page, with progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kpidesk.core.errors import UserError
from kpidesk.ui.messages import TOLD_FOR, Banner
from kpidesk.ui.widgets.data_jobs import FileJobs
from kpidesk.ui.widgets.import_progress import ProgressCard


class TakingBack:
    """Undoes imports, all or none, and says what became of that; a class because it knows whether one is under way.

    `ended` is called with the numbers of the imports that are undone, or with none where that was refused.
    """

    def __init__(
        self, jobs: FileJobs, progress: ProgressCard, banner: Banner, ended: Callable[[Sequence[int]], None]
    ) -> None:
        self._jobs, self._progress, self._banner, self._ended = jobs, progress, banner, ended
        self.is_under_way = False

    def start(self, import_ids: Sequence[int], what: str) -> None:
        """Take imports back; `what` is a file, or how many."""
        self.is_under_way = True
        self._banner.say("")
        self._progress.start(f"Undoing the import of {what}", "Cancelling keeps what was imported.")
        self._jobs.undo(import_ids, lambda _done: self._done(import_ids, what), self._refused)

    def stopped(self) -> None:
        """It was cancelled."""
        self.is_under_way = False

    def _done(self, import_ids: Sequence[int], what: str) -> None:
        self.is_under_way = False
        self._banner.say(f"The import of {what} was undone.", "good", seconds=TOLD_FOR)
        self._ended(import_ids)

    def _refused(self, error: UserError) -> None:
        self.is_under_way = False
        self._banner.say(str(error), "watch")
        self._ended(())
