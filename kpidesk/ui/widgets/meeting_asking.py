"""What the page of reviews asks for beside its sheet: a new review, the deals behind a number, copies, forecasts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text
from kpidesk.core.meeting_sheets import MeetingSheet
from kpidesk.core.meeting_words import NO_ACTIONS
from kpidesk.core.meetings import KIND_WORDS, Meeting, MeetingKind, is_untouched
from kpidesk.core.people import Scope
from kpidesk.core.periods import period_of
from kpidesk.core.pipeline import Pick
from kpidesk.core.receipts import Listing
from kpidesk.core.review_words import day_of
from kpidesk.core.scorecards import Question
from kpidesk.core.submissions import Submitted
from kpidesk.core.wording import counted
from kpidesk.ui.jobs import Workspace
from kpidesk.ui.messages import confirm
from kpidesk.ui.page import Sealed, Shell
from kpidesk.ui.widgets.export_dialog import ask_where
from kpidesk.ui.widgets.meeting_call import WantedForecast
from kpidesk.ui.widgets.meeting_dialog import PrepareDialog, WantedReview
from kpidesk.ui.widgets.meeting_loading import Desk, Held, kept_part


@dataclass(frozen=True, slots=True)
class Said:
    """The forecasts that were taken, and why others were refused, by whose they are."""

    given: tuple[Submitted, ...]
    refused: tuple[tuple[Scope, str], ...]


def prepare(
    parent: QWidget, shell: Shell, desk: Desk, kind: MeetingKind, scope: Scope, opened: Callable[[Meeting], None]
) -> PrepareDialog:
    """Ask for a review and begin it as a draft, or take up the one that is not closed yet."""
    dialog = PrepareDialog(shell.theme, desk, kind, scope, shell.today(), parent)

    def begin(wanted: WantedReview) -> None:
        shell.jobs.ask(
            "review:prepare",
            lambda ws: operations.open_team_review(ws, wanted.kind, wanted.scope, wanted.period),
            done,
            dialog.show_error,
        )

    def done(meeting: Meeting) -> None:
        dialog.accept()
        opened(meeting)

    dialog.wanted.connect(begin)
    dialog.open()
    return dialog


def delete_draft(parent: QWidget, shell: Shell, meeting: Meeting, changed: Callable[[Meeting | None], None]) -> None:
    """Forget a draft, after asking where it holds anything; `changed` gets it back when it was brought back."""
    name = KIND_WORDS[meeting.kind].lower()
    if (meeting.agenda or not is_untouched(meeting)) and not confirm(
        parent, "Delete the draft", f"Delete the draft of the {name}?", "Points, notes and actions go with it.",
        yes="Delete it", no="Keep it",
    ):  # fmt: skip
        return

    def restore() -> None:
        shell.jobs.ask("review:restore", lambda ws: operations.restore_team_review(ws, meeting), changed,
                       shell.show_error)  # fmt: skip

    def deleted(_answer: None) -> None:
        changed(None)
        shell.toast(f"The draft of the {name} is deleted.", button="Undo", act=restore)

    shell.jobs.ask("review:delete", lambda ws: operations.delete_team_review(ws, meeting.id), deleted,
                   shell.show_error)  # fmt: skip


def may_leave_call(parent: QWidget) -> bool:
    """Ask before forecasts that were typed and not submitted are lost."""
    return confirm(parent, "Forecasts are not submitted", "What was typed into the forecast call is not submitted.",
                   "It is lost when you leave this review.", yes="Leave it", no="Back to the call")  # fmt: skip


def may_close(parent: QWidget, meeting: Meeting) -> bool:
    """Ask before a review is frozen for good, with what is amiss: nothing agreed, or an action that nobody does."""
    waiting = [one.text.strip() for one in meeting.actions if one.text.strip() and not one.owner.strip()]
    agreed = len(kept_part(meeting).actions)
    if not waiting and agreed:
        return confirm(parent, "Close the review", "Close this review?",
                       f"{counted(agreed, 'action')}, the notes and the numbers are frozen; nothing of it can be "
                       "changed afterwards.", yes="Close and freeze", no="Back to the sheet")  # fmt: skip
    problem = f"Nobody is to do '{waiting[0]}' yet." if waiting else NO_ACTIONS
    advice = (
        "Say who does it, or it is not part of the review."
        if waiting else "A review closes best with one thing that somebody will do by a day."
    )  # fmt: skip
    return confirm(parent, "Close the review", problem, advice, yes="Close it all the same", no="Back to the sheet")


# --- numbers and what lies behind them ------------------------------------------------------------------------------


def asked_of(held: Held, scope: Scope | None = None) -> Question:
    """What a number of the sheet was asked for; of a sealed one with what was known when it was sealed."""
    asked = held.sheet.meeting.question
    return Question(asked.period, scope or asked.scope, as_of=held.as_of)


def load_deals(workspace: Workspace, sheet: MeetingSheet, pick: Pick) -> Listing:
    """The deals behind a number of the pipeline; runs on the database thread."""
    day = sheet.as_of or workspace.today
    quarter = period_of(day, "quarter", operations.settings(workspace))
    as_of = None if sheet.meeting.state == "draft" else sheet.as_of
    return operations.pipeline_rows(workspace, Question(quarter, sheet.meeting.scope, as_of=as_of), pick)


def sealed_rows(sheet: MeetingSheet, kpi_id: str) -> Sealed | None:
    """The rows of a KPI as they were sealed; None while the numbers are live."""
    day = day_of(sheet.meeting.started_at or sheet.meeting.closed_at)
    receipt = next((one.receipt for one in sheet.lines if one.row.kpi.id == kpi_id and one.receipt), None)
    return Sealed(receipt, day) if receipt is not None and day is not None else None


# --- forecasts ------------------------------------------------------------------------------------------------------


def submit_all(workspace: Workspace, meeting: Meeting, wanted: Sequence[WantedForecast]) -> Said:
    """Submit forecasts in a call, each for itself: one that is refused does not hold up the others.

    Runs on the database thread.
    """
    given: list[Submitted] = []
    refused: list[tuple[Scope, str]] = []
    for one in wanted:
        commit, best, pipeline = one.typed
        try:
            given.append(operations.submit_text(workspace, one.scope, meeting.question.period, commit, best, pipeline,
                                                meeting_id=meeting.id))  # fmt: skip
        except UserError as error:
            refused.append((one.scope, str(error)))
    return Said(tuple(given), tuple(refused))


def submitted_words(said: Said) -> str:
    """What became of the forecasts, with what is remarkable about a single one."""
    if not said.given:
        return ""
    told = f"{counted(len(said.given), 'forecast')} submitted and frozen."
    remarks = said.given[0].notices if len(said.given) == 1 else ()
    return " ".join((told, *remarks[:1]))


# --- copies ---------------------------------------------------------------------------------------------------------


def ask_copy(parent: QWidget, sheet: MeetingSheet, *, private: bool) -> Path | None:
    """Ask for the file of a copy, proposing one named after the review; None when left."""
    return ask_where(parent, copy_title(sheet, private=private))


def copy_title(sheet: MeetingSheet, *, private: bool = False) -> str:
    """What a copy is called: "weekly team review Enterprise W37 2026"."""
    name = f"{KIND_WORDS[sheet.meeting.kind].lower()} {sheet.name} {sheet.meeting.question.period.label}"
    return f"{name} private" if private else name


def write_copy(workspace: Workspace, sheet: MeetingSheet, to: Path, *, private: bool) -> Path:
    """Write a copy of a sheet, with the manager's own notes only when `private`; runs on the database thread.

    Raises:
        UserError: the file cannot be written there.
    """
    from kpidesk.ui.painting import copies
    from kpidesk.ui.painting.paper_size import usual_paper

    operations.check_export_path(workspace, to)
    return copies.write_copy(operations.meeting_paper(sheet), to, copies.Copying(usual_paper(), manager=private))


def closed_words(sheet: MeetingSheet) -> str:
    """What is said when a review was closed."""
    waiting = [one for one in sheet.meeting.actions if one.state == "open"]
    comes = "comes" if len(waiting) == 1 else "come"
    carried = f" {counted(len(waiting), 'action')} {comes} up again in the next one." if waiting else ""
    return f"The {KIND_WORDS[sheet.meeting.kind].lower()} is closed and frozen.{carried}"


def started_words(sheet: MeetingSheet) -> str:
    """What starting a review means, said when it happened."""
    known = f" of {day_text(sheet.as_of)}" if sheet.as_of is not None else ""
    return f"The numbers{known} are sealed: new imports do not change them in this review any more."
