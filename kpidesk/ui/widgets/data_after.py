"""What the Data page asks around an import: what becomes of its rows before it, what belongs together after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.errors import UserError
from kpidesk.core.fields import Kind
from kpidesk.core.imports import ImportOptions, Linked, Preview
from kpidesk.core.roster import Likeness, RosterChange
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.page import Shell
from kpidesk.ui.widgets.data_jobs import Files
from kpidesk.ui.widgets.deal_joining import ask_which
from kpidesk.ui.widgets.giving_way import GivingWay
from kpidesk.ui.widgets.import_links import LinksCard
from kpidesk.ui.widgets.import_preview import PreviewView

FIRST = "Three short steps set your team and your first targets. Each has a default."


class Foresight(QObject):
    """Looks at all rows of the file in the check for what becomes of them; a class because it holds the search."""

    def __init__(self, shell: Shell, view: PreviewView) -> None:
        super().__init__(view)
        self._view = view
        self.reads = GivingWay(shell.jobs)

    def look(self, path: Path, preview: Preview, options: ImportOptions, before: Files = ()) -> None:
        """Start looking, also among what comes in before, unless something is still open."""
        self.stop()
        if preview.questions:
            return
        self.reads.run(
            "foresee",
            lambda workspace: operations.after_files(
                workspace, before, partial(operations.foresee, workspace, path, options), today=date.today()
            ),
            lambda _step: None,
            self._view.show_foreseen,
            self._said_elsewhere,
        )

    def stop(self) -> None:
        """Look no further."""
        self.reads.cancel()

    def _said_elsewhere(self, error: UserError) -> None:
        """What is wrong with the file is said by the try and by the import."""


class AfterImport(QObject):
    """Fills the card of what belongs together and answers it; a class because it answers signals."""

    def __init__(self, shell: Shell, view: LinksCard, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell, self._view, self._page = shell, view, parent
        self._kind: Kind = "deals"
        view.rows_wanted.connect(self._ask_rows)
        view.one_wanted.connect(self._ask_one)
        view.two_wanted.connect(self._keep_apart)

    def show_kind(self, kind: Kind) -> None:
        """Look up what records of a kind lead to, what leads to them, and which names are alike."""
        self._kind = kind
        self._shell.jobs.ask("links", lambda workspace: _links(workspace, kind), self._show, self._shell.show_error)

    def _show(self, answer: tuple[tuple[Linked, ...], tuple[Likeness, ...]]) -> None:
        self._view.show_links(*answer)

    def _ask_rows(self, one: Linked) -> None:
        self._shell.jobs.ask(
            "unlinked",
            lambda workspace: operations.unlinked(workspace, one.kind, one.field),
            partial(self._view.show_rows, one),
            self._shell.show_error,
        )

    def _ask_one(self, pair: Likeness) -> None:
        ask_which(self._shell, self._page, pair, partial(self.show_kind, self._kind))

    def _keep_apart(self, pair: Likeness) -> None:
        self._change("keep-apart", lambda workspace: operations.keep_apart(workspace, (pair,)))

    def _change(self, name: str, act: Callable[[Workspace], RosterChange]) -> None:
        self._shell.jobs.ask(name, act, self._changed, self._shell.show_error, certain=True)

    def _changed(self, change: RosterChange) -> None:
        apart = change.apart
        back = partial(self._change, "offer-again", lambda workspace: operations.offer_again(workspace, apart))
        self._shell.toast(change.words, button="Undo" if apart else "", act=back if apart else None)
        self._shell.announce(Change.PEOPLE)
        self.show_kind(self._kind)


def _links(workspace: Workspace, kind: Kind) -> tuple[tuple[Linked, ...], tuple[Likeness, ...]]:
    return operations.links(workspace, kind), operations.alike(workspace)
