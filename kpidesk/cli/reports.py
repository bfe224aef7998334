"""What `export` writes besides scorecards, trends and one-on-ones, by the name it is asked for with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpidesk.cli.options import ask, finish_shown
from kpidesk.core.errors import UserError

if TYPE_CHECKING:  # a command imports the operations when it runs, so that --help answers at once
    from kpidesk.core.meetings import MeetingKind
    from kpidesk.core.papers import Paper
    from kpidesk.core.scorecards import Question
    from kpidesk.operations import Workspace

REVIEWS: dict[str, MeetingKind] = {
    "weekly-review": "weekly",
    "monthly-review": "monthly",
    "forecast-call": "forecast",
}
REPORTS = ("pipeline", "forecast", "accuracy", *REVIEWS)


def paper_about(ws: Workspace, what: str, options: dict[str, Any]) -> Paper:
    """One of the reports about a scope and a period.

    Raises:
        UserError: it was asked for in parts or over several periods, or a review as of another day than its own.
    """
    if options["by"] or options["periods"] > 1:
        raise UserError(f"The {what} report takes no --by and no --periods.", "Say which scope and period only.")
    if what in REVIEWS and options["as_of"]:
        raise UserError(f"A {what} is kept as it was held, not as of another day.", "Leave --as-of out.")
    question = ask(ws, options)
    if what in REVIEWS:
        return _review(ws, REVIEWS[what], question, dated=bool(options["period"]))
    return {"pipeline": _pipeline, "forecast": _forecast, "accuracy": _accuracy}[what](ws, question)


def _pipeline(ws: Workspace, question: Question) -> Paper:
    from kpidesk import operations
    from kpidesk.core.pipeline_paper import pipeline_paper

    return pipeline_paper(operations.pipeline(ws, question))


def _forecast(ws: Workspace, question: Question) -> Paper:
    from kpidesk import operations
    from kpidesk.core.forecast_paper import forecast_paper

    checked = finish_shown(operations.backtest(ws, question))
    return forecast_paper(operations.forecast(ws, question), checked)


def _accuracy(ws: Workspace, question: Question) -> Paper:
    from kpidesk import operations
    from kpidesk.core.accuracy_paper import accuracy_paper

    return accuracy_paper(operations.forecast_accuracy(ws, question))


def _review(ws: Workspace, kind: MeetingKind, question: Question, *, dated: bool) -> Paper:
    """The newest review of a kind about a scope (of the period named), else what a new one would show."""
    from kpidesk import operations
    from kpidesk.core.meeting_paper import meeting_paper

    kept = [one for one in operations.team_reviews(ws, kind, question.scope)
            if not dated or one.question.period == question.period]  # fmt: skip
    if kept:
        return meeting_paper(operations.team_review_sheet(ws, max(kept, key=lambda one: one.id).id))
    period = question.period if dated else None
    return meeting_paper(operations.preview_team_review(ws, kind, question.scope, period))
