"""The pipeline of a team as a review keeps it: stages, what moved since the last one, long stays, coverage."""

from __future__ import annotations

from datetime import date

from kpidesk.core.deal_changes import ChangeRow
from kpidesk.core.errors import UserError
from kpidesk.core.meeting_sheets import Amount, MovedDeal, MovedLine, PipelinePart, StageLine, StalledLine
from kpidesk.core.people import Scope
from kpidesk.core.periods import period_of
from kpidesk.core.pipeline import Conversion, Moved, Pipeline, StageDays, Stages, Stalled, StalledDeal
from kpidesk.core.pipeline import StageLine as Stage
from kpidesk.core.rate_words import ADD_RATE
from kpidesk.core.scorecards import Question
from kpidesk.engine.moves import closed_by
from kpidesk.operations.changes import changes_between
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.pipeline import every_stages, pipeline
from kpidesk.operations.workspace import Workspace, data_date, settings

MOST_NAMED = 3
MOST_STALLED = 1_000
"""How many deals that are long in their stage are kept with a review; a sheet shows the first of them."""
NO_STAGES = "No open deals."


def pipeline_part(ws: Workspace, scope: Scope, since: date | None) -> PipelinePart:
    """The open pipeline of a scope now, in the quarter of the newest data, with what moved since a data date."""
    found = pipeline_since(ws, scope, since)
    open_in = _open_in(ws, found)
    return PipelinePart(
        stages=tuple(
            _stage(line, one.pipeline.label if len(open_in) > 1 else "") for one in open_in for line in one.lines
        ),
        total_text=_total(open_in),
        moved=moved_lines(ws, scope, found.moved),
        moved_words=found.moved.sentence,
        stalled=tuple(_stalled(one) for one in found.stalled.deals[:MOST_STALLED]),
        stalled_words=_stalled_words(found.stalled),
        coverage=(found.coverage.sentence, *found.coverage.lines, *(one for one in found.notices if ADD_RATE in one)),
    )


def pipeline_since(ws: Workspace, scope: Scope, since: date | None) -> Pipeline:
    """The pipeline in the quarter of the newest data; where the data of the day are no more, since the data before."""
    asked = Question(period_of(data_date(ws) or ws.today, "quarter", settings(ws)), scope)
    try:
        return pipeline(ws, asked, since=since, whole=True)
    except UserError:
        return pipeline(ws, asked, whole=True)


def _open_in(ws: Workspace, found: Pipeline) -> tuple[Stages, ...]:
    """The stages of every pipeline with open deals; where there are none, those of the one that the page would show."""
    if found.stages is None:
        return ()
    return every_stages(ws, found.question) or (found.stages,)


def _total(open_in: tuple[Stages, ...]) -> str:
    """How much is open; where there are open deals in several pipelines, in each."""
    if not open_in:
        return NO_STAGES
    if len(open_in) > 1:
        return " ".join(one.sentence for one in open_in)
    return open_in[0].sentence.removeprefix(f"{open_in[0].pipeline.label}: ")


def _stage(one: Stage, pipeline: str) -> StageLine:
    """A stage; its conversion and days with what they rest on."""
    return StageLine(
        name=one.label,
        count=round(one.open.value or 0),
        amount=Amount(one.amount.value, one.amount.text),
        conversion_text=advanced_words(one.conversion),
        days_text=days_words(one.days),
        pick=one.open.pick,
        pipeline=pipeline,
    )


def advanced_words(found: Conversion) -> str:
    """How many went on; of a quarter that runs most are open still, so it is told as what is known so far."""
    if found.value is None:
        return ""
    if found.mature:
        return found.words
    waiting = f", {found.waiting.text} still open" if found.waiting.value else ""
    return f"{found.advanced.text} of {found.entered.text} so far{waiting}"


def days_words(found: StageDays) -> str:
    """The days in this quarter beside the usual ones."""
    usual = f"usually {found.usual.text}" if found.usual.value is not None else ""
    return ", ".join(part for part in (found.median.text if found.median.value is not None else "", usual) if part)


def _stalled_words(found: Stalled) -> str:
    """How many are long in their stage, by which rule, and that not all of them are kept where there are very many."""
    told = f"{found.sentence} {found.rule}".strip()
    return told if len(found.deals) <= MOST_STALLED else f"{told} The first {MOST_STALLED:,} are kept with a review."


def _stalled(one: StalledDeal) -> StalledLine:
    usual = f", more than {one.limit.text}"
    step = f"; next step: {one.next_step}" if one.next_step else ""
    return StalledLine(
        one.name, one.owner, Amount(one.amount, one.amount_text), one.stage, f"{one.days} days{usual}{step}",
        one.deal_id,
    )  # fmt: skip


def _closed_before(ws: Workspace, until: date, since: date) -> frozenset[int]:
    """The deals that had been won or lost by a day: they are not new since, though no export had shown them."""
    facts = evaluator(ws, until).facts
    return frozenset(facts.ids[closed_by(facts, since)].tolist())


def moved_lines(ws: Workspace, scope: Scope, moved: Moved) -> tuple[MovedLine, ...]:
    """Each kind of move that happened, with its largest deals by name."""
    happened = [one for one in moved.lines if one.deals]
    if moved.since is None or moved.until is None or not happened:
        return ()
    start, end, kinds = moved.since.data.isoformat(), moved.until.isoformat(), [one.kind for one in happened]
    key = ("moved in a review", scope, start, end, tuple(kinds))
    rows = ws.remember(key, lambda: changes_between(ws, start, end, scope, kinds).rows)
    past = _closed_before(ws, moved.until, moved.since.data)
    rows = tuple(row for row in rows if row.kind != "new" or row.deal_id not in past)
    return tuple(
        MovedLine(
            line.label,
            line.deals,
            Amount(line.amount, line.worth),
            _largest([row for row in rows if row.kind == line.kind]),
            line.pick,
        )
        for line in happened
    )


def _largest(rows: list[ChangeRow]) -> tuple[MovedDeal, ...]:
    """The deals that weigh most: by how much their amount moved where that is what moved."""
    first = sorted(rows, key=lambda row: (-abs(row.delta or row.amount or 0.0), row.name))[:MOST_NAMED]
    return tuple(MovedDeal(row.name, row.owner, Amount(row.amount, row.amount_text), _change(row)) for row in first)


def _change(row: ChangeRow) -> str:
    return " → ".join(part for part in (row.before, row.after) if part)
