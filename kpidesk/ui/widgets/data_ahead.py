"""Reading what waits, and checking it in its turn, while the check or the report of another file is on show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.imports import Preview
from kpidesk.ui.page import Shell
from kpidesk.ui.widgets.giving_way import GivingWay
from kpidesk.ui.widgets.import_queue import FileQueue, Found, WaitingFile, given


class ReadAhead:
    """Looks files through one after the other, without progress; a class because whatever else runs stops it.

    Once all were read, those of which the check holds no more are checked as coming after those before them. A file
    leaves those that are not read yet only with its answer, so that a stop loses none. `shown` is called
    after each and goes on, `refused` before it with one that cannot be read.
    """

    def __init__(
        self,
        shell: Shell,
        queue: FileQueue,
        shown: Callable[[], None],
        refused: Callable[[WaitingFile, UserError], None],
    ) -> None:
        self._queue, self._shown, self._refused = queue, shown, refused
        self.reads = GivingWay(shell.jobs)

    def go(self) -> None:
        """Read the next file that waits, or check those in turn of which all were read, unless that is under way."""
        if self.reads.is_wanted:
            return
        if self._queue.unread:
            self._go_on_reading(self._queue.unread[0])
        elif files := self._queue.to_look_at():
            self._check(files)

    def _go_on_reading(self, file: WaitingFile) -> None:
        self.reads.run(
            "read-ahead",
            lambda workspace: operations.look_into(file.path, file.options, today=date.today(), ws=workspace),
            lambda _step: None,
            partial(self._read, file),
            partial(self._cannot_read, file),
            needs_workspace=False,
        )

    def _check(self, files: Sequence[WaitingFile]) -> None:
        turn = given(files)
        self.reads.run(
            "read-ahead",
            lambda workspace: operations.look_in_turn(workspace, turn, today=date.today()),
            lambda _step: None,
            partial(self._checked, files),
            self._cannot_check,
        )

    def _checked(self, files: Sequence[WaitingFile], found: Sequence[Preview | UserError]) -> None:
        self._queue.looked_at(zip(files, found, strict=True))
        self._shown()

    def _cannot_check(self, _error: UserError) -> None:
        """What is wrong with the workspace is said by the import; each file is checked when it is shown."""

    def stop(self) -> None:
        """Read no further; the file under way waits again."""
        self.reads.cancel()

    def _read(self, file: WaitingFile, found: Found) -> None:
        self._queue.unread.popleft()
        self._queue.take_in(file, found)
        self._shown()

    def _cannot_read(self, file: WaitingFile, error: UserError) -> None:
        self._queue.unread.popleft()
        self._refused(file, error)
        self._shown()
