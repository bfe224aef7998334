"""Two deals of a list are made one: which of them leads, what becomes of each field, and a way back."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from kpidesk import operations
from kpidesk.core.changes import Change
from kpidesk.core.roster import Likeness, MergeKind, RosterChange
from kpidesk.ui.page import Shell
from kpidesk.ui.widgets.people_dialogs import MergeDialog


def ask_one(shell: Shell, parent: QWidget, deals: tuple[int, int]) -> None:
    """Show what merging two deals would do, and do it when that is confirmed."""
    shell.jobs.ask(
        "deal-pair",
        lambda workspace: operations.pair_of_deals(workspace, *deals),
        partial(_show, shell, parent),
        shell.show_error,
    )


def _show(shell: Shell, parent: QWidget, pair: Likeness) -> None:
    dialog = MergeDialog(shell.theme, pair.kind, (pair.one, pair.name), (pair.other, pair.other_name), parent)

    def preview(kind: MergeKind, keep: int, drop: int) -> None:
        shell.jobs.ask(
            "merge-preview",
            lambda workspace: operations.merge_preview(workspace, kind, keep, drop),
            dialog.show_preview,
            dialog.show_error,
        )

    def merge(kind: MergeKind, keep: int, drop: int) -> None:
        shell.jobs.ask(
            "merge",
            lambda workspace: operations.merge(workspace, kind, keep, drop),
            partial(_merged, shell, dialog),
            dialog.show_error,
            certain=True,
        )

    dialog.preview_wanted.connect(preview)
    dialog.wanted.connect(merge)
    dialog.open()
    dialog.ask()


def _merged(shell: Shell, dialog: MergeDialog, change: RosterChange) -> None:
    dialog.accept()
    shell.toast(change.words, button="Undo", act=partial(_take_back, shell, change))
    shell.announce(Change.DATA | Change.PEOPLE)


def _take_back(shell: Shell, change: RosterChange) -> None:
    def done(undone: RosterChange) -> None:
        shell.toast(undone.words)
        shell.announce(Change.DATA | Change.PEOPLE)

    shell.jobs.ask(
        "split", lambda workspace: operations.take_back(workspace, change), done, shell.show_error, certain=True
    )
