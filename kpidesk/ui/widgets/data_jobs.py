"""The long work of the Data page: reading, trying, importing and undoing, one at a time and each to be cancelled."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.imports import ImportOptions, ImportReport
from kpidesk.core.progress import Progress
from kpidesk.ui.jobs import Job, Work, Workspace
from kpidesk.ui.page import Shell
from kpidesk.ui.widgets.giving_way import GivingWay
from kpidesk.ui.widgets.import_progress import ProgressCard

Files = Sequence[tuple[Path, ImportOptions]]
Refused = Callable[[UserError], None]


class FileJobs:
    """Starts the work and knows what runs; a class because a later piece of work can cancel it.

    What changes the workspace runs to its end or is taken back, and then calls `stopped`, even when the window closes.
    What only `reads` gives way while the page is not on show.
    """

    def __init__(self, shell: Shell, progress: ProgressCard, stopped: Callable[[], None]) -> None:
        self._shell, self._progress, self._stopped = shell, progress, stopped
        self._job: Job | None = None
        self.reads = GivingWay(shell.jobs)
        self._numbers = itertools.count(1)

    def cancel(self) -> None:
        """Stop what runs, if anything does."""
        self.reads.cancel()
        if self._job is not None:
            self._job.cancel()

    def done(self) -> None:
        """Nothing runs any more."""
        self._job = None

    def read(
        self,
        path: Path,
        options: ImportOptions,
        on_done: Callable[[Any], None],
        on_error: Refused,
        before: Files = (),
    ) -> None:
        """Look a file through, as it will be once those before it are in."""

        def look(workspace: Workspace) -> Work:
            today = date.today()
            within = partial(operations.look_into, path, options, today=today, ws=workspace)
            return operations.after_files(workspace, before, within, today=today)

        self.reads.run(
            "inspect",
            look,
            self._progress.show_step,
            on_done,
            on_error,
            on_cancelled=self._stopped,
            needs_workspace=False,
        )

    def count(
        self,
        path: Path,
        options: ImportOptions,
        on_step: Callable[[Progress], None],
        on_done: Callable[[Any], None],
        on_error: Refused,
        before: Files = (),
    ) -> None:
        """Import a file after those before it, and write nothing."""
        self.reads.run(
            "count",
            partial(_counted, path=path, options=options, before=before),
            on_step,
            on_done,
            on_error,
        )

    def bring_in(self, path: Path, options: ImportOptions, on_done: Callable[[Any], None], on_error: Refused) -> None:
        """Import a file."""
        self._change("import", lambda ws: operations.import_file(ws, path, options), on_done, on_error)

    def bring_all_in(self, files: Files, on_done: Callable[[Any], None], on_error: Refused) -> None:
        """Import files, all or none."""
        self._change("import", lambda ws: operations.import_together(ws, files), on_done, on_error)

    def undo(self, import_ids: Sequence[int], on_done: Callable[[Any], None], on_error: Refused) -> None:
        """Take imports back, all or none."""
        self._change("undo", lambda ws: operations.undo_together(ws, import_ids), on_done, on_error)

    def _change(
        self,
        name: str,
        work: Callable[[Workspace], Generator[Progress, None, Any]],
        on_done: Callable[[Any], None],
        on_error: Refused,
    ) -> None:
        self._job = self._shell.jobs.run(
            f"{name}:{next(self._numbers)}",
            work,
            self._progress.show_step,
            on_done,
            on_error,
            on_cancelled=self._stopped,
            lasting=True,
        )


def _counted(
    workspace: Workspace, *, path: Path, options: ImportOptions, before: Files
) -> Generator[Progress, None, ImportReport]:
    """The report on a file that comes in after others, of which nothing is written."""
    if not before:
        return (yield from operations.import_file(workspace, path, options, dry_run=True))
    reports = yield from operations.import_together(workspace, (*before, (path, options)), dry_run=True)
    return reports[-1][1]
