"""What the page of one-on-ones asks for in dialogs: coaching goals, forms for reps, and the answers they send back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from kpidesk import operations
from kpidesk.core.cadences import Prepared
from kpidesk.core.changes import Change
from kpidesk.core.coaching_goals import CoachingGoal
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.preparations import Prepared as Answered
from kpidesk.core.preparations import PrepForm
from kpidesk.core.reviews import Review, Sheet
from kpidesk.core.wording import counted
from kpidesk.ui.jobs import Job, Workspace
from kpidesk.ui.messages import confirm, message
from kpidesk.ui.page import Shell
from kpidesk.ui.widgets.review_goal_dialog import GoalDialog, Wanted
from kpidesk.ui.widgets.review_list import RepList
from kpidesk.ui.widgets.review_prepared import ask_answer, ask_form, show_answer

MOST_NAMED = 2
"""Reps left out that are named in the message at the foot; more are named in a dialog."""


def may_close(parent: QWidget, review: Review) -> bool:
    """Ask before a meeting is frozen for good: with what was agreed, or because nothing was."""
    agreed = sum(bool(one.text.strip()) for one in review.commitments)
    steps = sum(bool(one.text.strip()) for one in review.next_steps)
    if not (agreed or steps):
        return confirm(parent, "Close the meeting", "Nothing was agreed.",
                       "A meeting closes best with one thing that somebody will do by a day.",
                       yes="Close it all the same", no="Back to the sheet")  # fmt: skip
    said = [counted(count, what) for count, what in ((agreed, "commitment"), (steps, "next step")) if count]
    return confirm(parent, "Close the meeting", f"Close the meeting with {review.scope.name}?",
                   f"{' and '.join(said)}, the notes and the numbers are frozen; nothing of it can be "
                   "changed afterwards.", yes="Close and freeze", no="Back to the sheet")  # fmt: skip


def set_goal(parent: QWidget, shell: Shell, sheet: Sheet, scope: Scope, today: date) -> None:
    """Ask for a coaching goal and keep it; what it would start from is shown as soon as it is worked out."""
    kpis = [line.row.kpi for line in sheet.lines]
    known = {one.id for one in kpis}
    review_id = sheet.review.id

    def offered(found: list[Kpi]) -> None:
        dialog = GoalDialog([*kpis, *found], sheet.rep, today, kpis[0].id if kpis else "", parent)

        def draft(ws: Workspace, wanted: Wanted) -> CoachingGoal:
            return operations.draft_coaching_goal(ws, scope, wanted.kpi_id, text=wanted.text, due=wanted.due,
                                                  expected=wanted.expected, review_id=review_id)  # fmt: skip

        def asked(wanted: Wanted) -> None:
            shell.jobs.ask("goal:draft", lambda ws: draft(ws, wanted), shown, dialog.show_error)

        def shown(goal: CoachingGoal) -> None:
            dialog.show_start(goal, operations.goal_reach(goal))

        def keep(wanted: Wanted) -> None:
            shell.jobs.ask("goal:keep", lambda ws: operations.save_coaching_goal(ws, draft(ws, wanted)), kept,
                           dialog.show_error)  # fmt: skip

        def kept(goal: CoachingGoal) -> None:
            dialog.accept()
            shell.toast(f"The goal is set: {goal.start.kpi.name} is looked at again on its day.")
            shell.announce(Change.REVIEWS)

        dialog.asked.connect(asked)
        dialog.wanted.connect(keep)
        dialog.open()
        dialog.ask()

    def others(ws: Workspace) -> list[Kpi]:
        entries = operations.kpis(ws, "active")
        return [one.kpi for one in entries if one.computable and "rep" in one.kpi.levels and one.kpi.id not in known]

    shell.jobs.ask("goal:kpis", others, offered, shell.show_error)


def drop_goal(shell: Shell, number: int) -> None:
    """Put a coaching goal aside; the message at the foot takes it up again."""

    def back() -> None:
        shell.jobs.ask("goal:back", lambda ws: operations.drop_coaching_goal(ws, number, back=True), changed,
                       shell.show_error)  # fmt: skip

    def changed(_goal: CoachingGoal) -> None:
        shell.announce(Change.REVIEWS)

    def dropped(goal: CoachingGoal) -> None:
        shell.toast(f"The goal '{goal.label}' is dropped.", button="Undo", act=back)
        changed(goal)

    shell.jobs.ask("goal:drop", lambda ws: operations.drop_coaching_goal(ws, number), dropped, shell.show_error)


def prepare_all(shell: Shell, reps: RepList) -> None:
    """Make the drafts of everybody who is due this week; the list shows how far that has come, and can cancel it."""
    job = prepare_due(shell, reps.show_preparing)
    reps.cancel.connect(lambda: job.cancel())  # noqa: PLW0108  # Qt cannot hold the method of a job


def prepare_due(shell: Shell, show: Callable[[str], None]) -> Job:
    """The same where something else shows it: `show` gets how far it has come, and nothing at the end."""

    def done(found: Prepared) -> None:
        show("")
        is_long = len(found.left_out) > MOST_NAMED
        shell.toast(prepared_words(found), button="Who is left out" if is_long else "",
                    act=(lambda: show_left_out(found)) if is_long else None)  # fmt: skip
        shell.announce(Change.REVIEWS)

    def refused(error: UserError) -> None:
        show("")
        shell.show_error(error)

    def cancelled() -> None:
        show("")
        shell.toast("Cancelled: no draft was made.")

    show("Preparing…")
    return shell.jobs.run("one-on-one:prepare", operations.prepare_one_on_ones, lambda step: show(step.text), done,
                          refused, on_cancelled=cancelled)  # fmt: skip


def prepared_words(found: Prepared) -> str:
    """What preparing came to: "12 drafts made, 1 there already. Left out: Bo Dahl (away until 30 Sep 2026).\""""
    told = f"{counted(len(found.made), 'draft')} made, {len(found.existing)} there already"
    if len(found.left_out) > MOST_NAMED:
        return f"{told}, {len(found.left_out)} left out."
    names = ", ".join(f"{one.whose} ({one.why})" for one in found.left_out)
    return f"{told}. Left out: {names}." if names else f"{told}."


def show_left_out(found: Prepared) -> None:
    """Name everybody for whom no draft was made, with the reason."""
    lines = "\n".join(f"{one.whose}: {one.why}" for one in found.left_out)
    message(QApplication.activeWindow(), "Left out", f"No draft was made for {len(found.left_out)} reps.", lines)


def send_form(parent: QWidget, shell: Shell, scope: Scope) -> None:
    """Write the form for a rep to a file."""
    to = ask_form(parent, scope.name)
    if to is None:
        return

    def written(_form: PrepForm) -> None:
        shell.toast(f"Written to {to.name}. Send it to {scope.name}; the answer can be dropped on this window.")

    shell.jobs.ask("preparation:form", lambda ws: operations.export_preparation(ws, scope, to), written,
                   shell.show_error)  # fmt: skip


def read_answer(
    parent: QWidget,
    shell: Shell,
    taken: Callable[[Review], None],
    scope: Scope | None = None,
    path: Path | None = None,
    then: Callable[[], None] = lambda: None,
) -> None:
    """Read what a rep sent back, show it, and take it when that is wanted; asks for the file where none is given.

    `then` is called once the answer was taken or left, or cannot be read.
    """
    found = path or ask_answer(parent)
    if found is None:
        return

    def take(prepared: Answered) -> None:
        shell.jobs.ask("preparation:take", lambda ws: operations.take_preparation(ws, prepared), taken,
                       shell.show_error)  # fmt: skip

    def refused(error: UserError) -> None:
        shell.show_error(error)
        then()

    shell.jobs.ask("preparation:read", lambda ws: operations.read_preparation(ws, found, scope),
                   lambda prepared: show_answer(parent, prepared, take, then), refused)  # fmt: skip
