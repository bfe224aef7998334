"""Deleting a draft: asked about first, and brought back by the message at the foot."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from kpidesk import operations
from kpidesk.core.preparations import Preparation
from kpidesk.core.reviews import Review, is_untouched
from kpidesk.ui.messages import confirm
from kpidesk.ui.page import Shell

Changed = Callable[[Review | None], None]


def can_delete(review: Review) -> bool:
    """Whether it is a draft that was prepared or typed into: there is nothing to delete in one only looked at."""
    return review.state == "draft" and (review.is_prepared or not is_untouched(review))


def delete_draft(parent: QWidget, shell: Shell, review: Review, changed: Changed) -> None:
    """Forget a draft when that is wanted; `changed` gets None then, and the draft when it was brought back."""
    name, told = review.scope.name, "Points, notes and commitments that were typed go with it."
    if not confirm(parent, "Delete the draft", f"Delete the draft of the one-on-one with {name}?", told,
                   yes="Delete it", no="Keep it"):  # fmt: skip
        return

    def restore(form: Preparation | None) -> None:
        shell.jobs.ask(
            "one-on-one:restore", lambda ws: operations.restore_review(ws, review, form), changed, shell.show_error
        )

    def deleted(form: Preparation | None) -> None:
        changed(None)
        shell.toast(f"The draft with {name} is deleted.", button="Undo", act=lambda: restore(form))

    shell.jobs.ask("one-on-one:delete", lambda ws: operations.delete_review(ws, review.id), deleted, shell.show_error)
