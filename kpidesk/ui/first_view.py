"""What the window shows first of a workspace: all that is around the page, and the scorecard it opens on."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.import_history import DataDay, ImportEntry
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Organisation
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.surroundings import KeptPeriod, Surroundings, as_left, load_surroundings
from kpidesk.ui.widgets.score_loading import ScoreView, view_of

if TYPE_CHECKING:
    from kpidesk.ui.main_window import MainWindow

BETWEEN_DAYS = 500
"""Milliseconds between working out the first view of one day and of the next."""
log = logging.getLogger("kpidesk")


@dataclass(frozen=True, slots=True)
class FirstView:
    """The scorecard that a workspace opens on, and what `Surroundings` says of the workspace."""

    settings: Settings
    organisation: Organisation
    opening: Question
    as_of: date | None
    kpis: tuple[Kpi, ...]
    imports: tuple[ImportEntry, ...]
    days: tuple[DataDay, ...]
    scorecard: ScoreView

    @property
    def surroundings(self) -> Surroundings:
        """What is known of the workspace around the page."""
        last = self.imports[-1] if self.imports else None
        return Surroundings(
            self.settings, self.organisation, self.opening, self.as_of, self.kpis, last, self.imports, self.days
        )


def kept_view(workspace: Workspace) -> FirstView | None:
    """What was worked out before and still holds; runs on the database thread."""
    return operations.first_view(workspace, FirstView)


def look(workspace: Workspace, period: KeptPeriod | None) -> FirstView:
    """Work it out for a workspace that was left on a period; runs on the database thread."""
    found = load_surroundings(workspace)
    return FirstView(
        settings=found.settings,
        organisation=found.organisation,
        opening=found.opening,
        as_of=found.as_of,
        kpis=found.kpis,
        imports=found.imports,
        days=found.days,
        scorecard=view_of(workspace, as_left(period, found, workspace.today), "one"),
    )


def keep_view(window: MainWindow, path: Path, period: KeptPeriod | None, ahead: int = 0) -> None:
    """Keep what the next start of a workspace shows, of today and the days after, while nothing else is done.

    Where today's was shown and is not what comes out now, the window loads everything anew.
    """
    later = partial(QTimer.singleShot, BETWEEN_DAYS, window)
    if window.path != path or ahead > operations.DAYS_AHEAD:
        return
    if window.jobs.is_busy:
        later(lambda: keep_view(window, path, period, ahead))
        return

    def kept(is_so: bool) -> None:
        if not is_so:
            log.warning("what was shown first was not what came out afterwards")
            window.announce(Change.EVERYTHING)
        later(lambda: keep_view(window, path, period, ahead + 1))

    window.jobs.ask(
        "first view",
        lambda workspace: operations.keep_first_view(workspace, partial(look, period=period), ahead),
        kept,
        lambda _error: None,  # a file that cannot be written shows its scorecard a little later
    )
