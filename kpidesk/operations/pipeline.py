"""The pipeline of a scope in a period: stages, deals long in them, what moved, coverage, and the deals behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kpidesk.core.pipeline import Pick, Pipeline, Stages
from kpidesk.core.receipts import Listing
from kpidesk.core.scorecards import Question
from kpidesk.operations.definition_code import definitions_code
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.evaluators import as_known
from kpidesk.operations.formulas import find_kpi
from kpidesk.operations.pipeline_coverage import BOOKINGS, WON_VALUE, coverage_of
from kpidesk.operations.pipeline_given import given, numbers, open_deals, unrated_notice
from kpidesk.operations.pipeline_moves import moved_of
from kpidesk.operations.pipeline_rows import rows_of
from kpidesk.operations.pipeline_stages import choices_of, chosen_of, stages_of
from kpidesk.operations.pipeline_stalled import MOST_STALLED, stalled_of
from kpidesk.operations.sources import sources_of
from kpidesk.operations.workspace import Workspace, data_date, settings, view_notices


def pipeline(
    ws: Workspace, question: Question, *, pipeline: str = "", since: date | None = None, whole: bool = False
) -> Pipeline:
    """Everything that the pipeline page shows for a scope in a period.

    `pipeline` names the one whose stages are shown, by default that with most open deals; `since` is the day from
    which moves are told, by default that of the data before the newest. Of the deals that are long in their stage
    the first 50 are listed, or with `whole` all of them.

    Raises:
        UserError: no such scope or pipeline, or no import shows how the deals stood on the day.
    """
    ws = as_known(ws, question.as_of, question.teams)
    asked = replace(question, periods=1, parts=(), where="")
    most = None if whole else MOST_STALLED
    return ws.remember(("pipeline", asked, pipeline, since, most), lambda: _pipeline(ws, asked, pipeline, since, most))


def _pipeline(ws: Workspace, question: Question, name: str, since: date | None, most: int | None) -> Pipeline:
    known = given(ws, question)
    found = numbers(known)
    choices = choices_of(known, found)
    chosen = chosen_of(choices, name)
    whole = open_deals(known)
    told = whole.notices if found is None else (*whole.notices, *found.notices)
    as_of = data_date(ws, question.as_of)
    return Pipeline(
        question=question, as_of=as_of, currency=settings(ws).currency, choices=choices,
        stages=stages_of(known, found, chosen) if found is not None and chosen is not None else None,
        stalled=stalled_of(known, found, whole, most), moved=moved_of(known, since), coverage=coverage_of(known),
        notices=(*view_notices(ws, question.as_of, question.teams), *unrated_notice(known, whole),
                 *dict.fromkeys(told)),
        definitions=definitions_code(ws, [find_kpi(ws, one) for one in (BOOKINGS, WON_VALUE)], question.period),
        sources=sources_of(ws, question.as_of), age_days=(ws.today - as_of).days if as_of else None,
        title=f"{scope_name(ws, question.scope)} · {question.period.label}",
    )  # fmt: skip


def every_stages(ws: Workspace, question: Question) -> tuple[Stages, ...]:
    """The stages of each pipeline in which there are open deals, in the order in which they can be chosen.

    Raises:
        UserError: no such scope.
    """
    ws = as_known(ws, question.as_of, question.teams)
    asked = replace(question, periods=1, parts=(), where="")
    return ws.remember(("stages of every pipeline", asked), lambda: _every_stages(ws, asked))


def _every_stages(ws: Workspace, question: Question) -> tuple[Stages, ...]:
    known = given(ws, question)
    found = numbers(known)
    if found is None:
        return ()
    return tuple(stages_of(known, found, one) for one in choices_of(known, found) if one.deals)


def pipeline_rows(ws: Workspace, question: Question, pick: Pick) -> Listing:
    """The deals behind one number of the pipeline of a question.

    Raises:
        UserError: no such scope.
    """
    ws = as_known(ws, question.as_of, question.teams)
    return rows_of(given(ws, replace(question, periods=1, parts=(), where="")), pick)
