"""What the page of one-on-ones asks of the operations, and a change of what was typed that can be taken back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, TypeVar

from PySide6.QtGui import QUndoCommand

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.meetings import ReviewAction
from kpidesk.core.people import Scope
from kpidesk.core.review_words import meeting_day
from kpidesk.core.reviews import MOST_COMMITMENTS, Difference, NextStep, Review, Sheet
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.page import Sealed
from kpidesk.ui.widgets.review_commitments import Linkable
from kpidesk.ui.widgets.review_text import OpenDeal, RepEntry, deals_of, entries_of, with_due

T = TypeVar("T")
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

    def rep_to_show(self, *wanted: Scope | None) -> Scope:
        """The first rep wanted whom there is, else one whose meeting runs, else the first of the list."""
        known = {entry.scope.id: entry.scope for entry in self.entries}
        running = (entry.scope.id for entry in self.entries if entry.state == "started")
        asked = (one.id for one in wanted if one is not None and one.kind == "rep")
        return next(known[one] for one in (*asked, *running, *known) if one in known)


@dataclass(frozen=True, slots=True)
class Held:
    """One sheet, all meetings of the rep newest first, what differs today, and what can be promised.

    `asked` is what team reviews agreed that the rep does; a frozen sheet goes without it.
    """

    sheet: Sheet
    meetings: tuple[Review, ...]
    differences: tuple[Difference, ...] = ()
    deals: tuple[OpenDeal, ...] = ()
    asked: tuple[ReviewAction, ...] = ()

    def linkable(self, today: date) -> Linkable:
        """What can be linked to a commitment."""
        sheet = self.sheet
        named = [(deal.deal_id, deal.name) for fact in sheet.facts for deal in fact.deals]
        named += [(deal.deal_id, deal.name) for deal in sheet.risks]
        return Linkable(self.deals, tuple(line.row.kpi for line in sheet.lines), today, tuple(named))

    @property
    def question(self) -> Question:
        """Rep and period as they are asked for today; a frozen sheet may know the rep by another number."""
        review = self.sheet.review
        return next((one.question for one in self.meetings if one.id == review.id), review.question)

    def sealed(self, kpi_id: str) -> Sealed | None:
        """The rows of a KPI as both saw them; None while the numbers are live."""
        day = meeting_day(self.sheet.review)
        receipts = (line.receipt for line in self.sheet.lines if line.row.kpi.id == kpi_id and line.receipt)
        receipt = next(receipts, None)
        return Sealed(receipt, day) if receipt is not None and day is not None else None


def load_desk(workspace: Workspace) -> Desk:
    """Every rep with the state of their meeting and what is due this week; runs on the database thread."""
    people, known = operations.scopes(workspace), operations.data_date(workspace)
    entries = entries_of(people, operations.reviews(workspace), known)
    found = with_due(entries, operations.due_this_week(workspace)) if entries else ()
    return Desk(found, operations.settings(workspace), known)


def load_held(workspace: Workspace, scope: Scope, review_id: int = 0, *, prepare: bool = False) -> Held:
    """The rep's meeting that is not closed yet, or the one asked for; runs on the database thread.

    A draft in which nothing was typed follows the newest period of the data, as long as that of the last meeting. To
    look at a meeting to come does not `prepare` it.
    """
    if not review_id:
        review = (operations.open_review if prepare else operations.look_at_review)(workspace, scope)
        newest = operations.next_question(workspace, scope)
        if operations.is_untouched_draft(workspace, review) and review.question != newest:
            review = operations.save_review(workspace, replace(review, question=newest))
        review_id = review.id
    sheet = operations.sheet(workspace, review_id)
    meetings = operations.reviews(workspace, scope.id)
    if sheet.review.state == "closed":
        return Held(sheet, meetings, operations.differences(workspace, review_id))
    asked = operations.actions_with(workspace, scope)
    return Held(sheet, meetings, deals=_open_deals(workspace, scope), asked=asked)


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
        question=question, next_steps=typed.next_steps, skill=typed.skill, evidence=typed.evidence,
        praise=typed.praise, wellbeing=typed.wellbeing,
    )  # fmt: skip


def with_unfinished(review: Review, mine: Review) -> Review:
    """A meeting as it is kept with the commitments on the page that have no words yet and so are not kept."""
    worded = tuple(one for one in mine.commitments if one.text.strip())
    if review.state == "closed" or len(worded) == len(mine.commitments):
        return review
    left = tuple(one for one in mine.commitments if not one.text.strip())
    kept = mine.commitments if worded == review.commitments else (*review.commitments, *left)
    return replace(review, commitments=kept[:MOST_COMMITMENTS])


def with_step(review: Review, deal_id: int, text: str) -> Review:
    """A meeting with another next step in a deal; an empty one takes it away."""
    others = tuple(one for one in review.next_steps if one.deal_id != deal_id)
    return replace(review, next_steps=(*others, NextStep(deal_id, text)) if text.strip() else others)


class Edit(QUndoCommand, Generic[T]):
    """A change of what was typed: it holds values, never widgets. Typing in one field is one step."""

    def __init__(self, field: str, before: T, after: T, put: Callable[[T], None]) -> None:
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
