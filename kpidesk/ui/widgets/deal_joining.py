"""Two of a list are made one, or said to be two: which of them stays, what becomes of each field, and a way back."""

from __future__ import annotations

from collections.abc import Callable
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
        partial(ask_which, shell, parent),
        shell.show_error,
    )


def say_two(shell: Shell, deals: tuple[int, int]) -> None:
    """Remember that two deals are two; they are not offered as one again."""
    shell.jobs.ask(
        "keep-apart",
        lambda workspace: operations.keep_apart(workspace, (operations.pair_of_deals(workspace, *deals),)),
        partial(_told, shell),
        shell.show_error,
        certain=True,
    )


def _told(shell: Shell, change: RosterChange) -> None:
    shell.toast(change.words, button="Undo", act=partial(_offer_again, shell, change.apart))
    shell.announce(Change.DATA | Change.PEOPLE)


def _offer_again(shell: Shell, numbers: tuple[int, ...]) -> None:
    def done(change: RosterChange) -> None:
        shell.toast(change.words)
        shell.announce(Change.DATA | Change.PEOPLE)

    shell.jobs.ask(
        "offer-again", lambda workspace: operations.offer_again(workspace, numbers), done, shell.show_error,
        certain=True,
    )  # fmt: skip


def ask_which(shell: Shell, parent: QWidget, pair: Likeness, then: Callable[[], None] = lambda: None) -> None:
    """Ask which of two people, accounts or deals stays, show what follows, and make them one when that is confirmed.

    `then` is called once they are one, and once that is taken back.
    """
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
            partial(_merged, shell, dialog, then),
            dialog.show_error,
            certain=True,
        )

    dialog.preview_wanted.connect(preview)
    dialog.wanted.connect(merge)
    dialog.open()
    dialog.ask()


def _merged(shell: Shell, dialog: MergeDialog, then: Callable[[], None], change: RosterChange) -> None:
    dialog.accept()
    shell.toast(change.words, button="Undo", act=partial(_take_back, shell, then, change))
    shell.announce(Change.DATA | Change.PEOPLE)
    then()


def _take_back(shell: Shell, then: Callable[[], None], change: RosterChange) -> None:
    def done(undone: RosterChange) -> None:
        shell.toast(undone.words)
        shell.announce(Change.DATA | Change.PEOPLE)
        then()

    shell.jobs.ask(
        "split", lambda workspace: operations.take_back(workspace, change), done, shell.show_error, certain=True
    )
