"""What the page of one-on-ones asks of the operations, and a change of what was typed that can be taken back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from PySide6.QtGui import QUndoCommand

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.people import Scope
from kpidesk.core.reviews import Difference, Review, Sheet
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.widgets.review_commitments import Linkable
from kpidesk.ui.widgets.review_text import OpenDeal, RepEntry, deals_of, entries_of, is_untouched

ONE_STROKE = 2.0
"""Seconds of rest after which typing in the same field becomes another step of undo."""

STEPS = frozenset(("add", "drop", "move", "owner", "link", "stage", "period"))
"""Edits that are a step of their own however fast they follow."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The reps to meet, how the workspace counts, and up to which day its data goes."""

    entries: tuple[RepEntry, ...]
    settings: Settings
    as_of: date | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """One sheet, all meetings of the rep newest first, what differs today, and what can be promised."""

    sheet: Sheet
    meetings: tuple[Review, ...]
    differences: tuple[Difference, ...] = ()
    deals: tuple[OpenDeal, ...] = ()

    def linkable(self, today: date) -> Linkable:
        """What can be linked to a commitment."""
        sheet = self.sheet
        named = [(deal.deal_id, deal.name) for fact in sheet.facts for deal in fact.deals]
        named += [(deal.deal_id, deal.name) for deal in sheet.risks]
        return Linkable(self.deals, tuple(line.row.kpi for line in sheet.lines), today, tuple(named))


def load_desk(workspace: Workspace) -> Desk:
    """Every rep with the state of their meeting; runs on the database thread."""
    people, known = operations.scopes(workspace), operations.data_date(workspace)
    return Desk(entries_of(people, operations.reviews(workspace), known), operations.settings(workspace), known)


def load_meeting(workspace: Workspace, scope: Scope, review_id: int = 0) -> Meeting:
    """The rep's meeting that is not closed yet, or the one asked for; runs on the database thread.

    A draft in which nothing was typed follows the newest period of the data.
    """
    if not review_id:
        review = operations.open_review(workspace, scope)
        newest: Question = replace(operations.opening(workspace), scope=scope)
        if is_untouched(review) and review.question != newest:
            review = operations.save_review(workspace, replace(review, question=newest))
        review_id = review.id
    sheet = operations.sheet(workspace, review_id)
    meetings = operations.reviews(workspace, scope.id)
    if sheet.review.state == "closed":
        return Meeting(sheet, meetings, operations.differences(workspace, review_id))
    return Meeting(sheet, meetings, deals=_open_deals(workspace, scope))


def _open_deals(workspace: Workspace, scope: Scope) -> tuple[OpenDeal, ...]:
    """The rep's deals that are open in the newest data; none where there are no deals."""
    newest = replace(operations.opening(workspace), scope=scope)
    try:
        return deals_of(operations.rows(workspace, "open_pipeline", newest))
    except UserError:
        return ()


def typed_into(review: Review, typed: Review) -> Review:
    """A meeting with what was typed into another copy of it; how far it has come stays, sealed periods too."""
    question = typed.question if review.state == "draft" else review.question
    return replace(
        review, agenda=typed.agenda, notes=typed.notes, private=typed.private, commitments=typed.commitments,
        question=question,
    )  # fmt: skip


def write_copy(workspace: Workspace, sheet: Sheet, to: Path, *, manager: bool) -> Path:
    """Write the rep's copy of a sheet, or the manager's own; runs on the database thread.

    Raises:
        UserError: the file cannot be written there.
    """
    from kpidesk.ui.painting.document import export_one_on_one_pdf

    operations.check_export_path(workspace, to)
    if to.suffix.lower() == ".pdf":
        export_one_on_one_pdf(sheet, to, manager=manager)
    else:
        operations.export_one_on_one(sheet, to, manager=manager)
    return to


class Edit(QUndoCommand):
    """A change of what was typed: it holds values, never widgets. Typing in one field is one step."""

    def __init__(self, field: str, before: Review, after: Review, put: Callable[[Review], None]) -> None:
        super().__init__(field)
        self.before, self.after, self._put = before, after, put
        self.moment = time.monotonic()

    def id(self) -> int:
        """One kind of command, so that Qt asks whether two belong together."""
        return 1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take in the next edit of the same field when it came soon after."""
        if not isinstance(other, Edit) or other.text() != self.text() or other.moment - self.moment > ONE_STROKE:
            return False
        if self.text().rpartition(":")[2] in STEPS:
            return False
        self.after, self.moment = other.after, other.moment
        return True

    def redo(self) -> None:
        """Show what was typed."""
        self._put(self.after)

    def undo(self) -> None:
        """Show what was there before."""
        self._put(self.before)
