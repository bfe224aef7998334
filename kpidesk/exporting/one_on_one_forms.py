"""Coaching goals and preparation forms, as text for a terminal and as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from kpidesk.core.coaching_goals import (
    GOAL_VERDICT_WORDS,
    GoalReadout,
    course_words,
    goal_receipts,
    readout_words,
    start_words,
)
from kpidesk.core.formats import day_text
from kpidesk.core.initiatives import Cell
from kpidesk.core.preparations import Prepared, PrepForm
from kpidesk.exporting.json_form import Json, interval_json, number_json, period_json
from kpidesk.exporting.text_table import Column, paragraph, paragraphs, receipts_text, sections, table


def goals_text(found: Sequence[GoalReadout]) -> str:
    """The coaching goals with what became of them."""
    if not found:
        return 'There are no coaching goals. Set one with: kpidesk coaching-goal add WORKSPACE "REP" KPI --text "WHAT"'
    listed = table((
        Column("No", tuple(str(one.goal.id) for one in found), right=True),
        Column("Rep", tuple(one.goal.scope.name for one in found)),
        Column("KPI", tuple(one.goal.kpi_id for one in found)),
        Column("Then and now", tuple(course_words(one) for one in found)),
        Column("Look again", tuple(day_text(one.goal.due) for one in found)),
        Column("", tuple("dropped" if one.goal.dropped_at else GOAL_VERDICT_WORDS[one.verdict] for one in found)),
    ))  # fmt: skip
    codes = receipts_text([code for one in found for code in goal_receipts(one)])
    return sections((listed, paragraphs(f"{one.goal.id}: {readout_words(one)}" for one in found), codes))


def goal_text(found: GoalReadout) -> str:
    """One coaching goal as it was set."""
    goal = found.goal
    return sections((
        paragraph(f"Coaching goal {goal.id} for {goal.scope.name}: {goal.label}"),
        paragraph(f"Start: {start_words(goal)}. {found.finding}"),
        paragraph(found.reach) if found.reach else "",
        receipts_text(goal_receipts(found)),
    ))  # fmt: skip


def goal_json(found: GoalReadout) -> Json:
    """One coaching goal with what became of it."""
    goal = found.goal
    return {
        "id": goal.id,
        "rep": goal.scope.name,
        "kpi": goal.kpi_id,
        "text": goal.text,
        "period": period_json(goal.period),
        "start": _cell_json(Cell(goal.start.result.value, goal.start.result.n, goal.start.result.interval,
                                 goal.start.text, receipt=goal.start.receipt)),
        "definitions": goal.start.code,
        "due": goal.due.isoformat(),
        "expected": number_json(goal.expected),
        "dropped": bool(goal.dropped_at),
        "now": _cell_json(found.now),
        "change": number_json(found.change),
        "interval": interval_json(found.interval),
        "verdict": found.verdict,
        "finding": found.finding,
        "reach": found.reach,
        "note": found.note,
    }  # fmt: skip


def _cell_json(cell: Cell | None) -> Json | None:
    if cell is None:
        return None
    return {"value": number_json(cell.value), "n": number_json(cell.n), "interval": interval_json(cell.interval),
            "reason": cell.reason, "receipt": cell.receipt}  # fmt: skip


def form_text(form: PrepForm, file: str) -> str:
    """Where a form was written, and what to do with it."""
    return paragraph(f"Form {form.code} for {form.rep} written to {file}. Read the answer back with: kpidesk"
                     " preparation read WORKSPACE FILE --take")  # fmt: skip


def form_json(form: PrepForm, file: str) -> Json:
    """A form that was written."""
    return {"code": form.code, "rep": form.rep, "period": form.period, "file": file}


def prepared_text(found: Prepared, *, taken: bool) -> str:
    """What a rep sent back, as points of the agenda, and what in it could not be read."""
    points = [f"{one.tag_words}  {one.text}" for one in found.points]
    own = [f"{found.wellbeing} (the rep's own part)"] if found.wellbeing else []
    done = "On the agenda now." if taken else "Nothing is kept yet: add --take."
    return sections((
        paragraph(f"{found.review.scope.name} has answered:"),
        paragraphs((*points, *own), indent="  "),
        paragraphs(f"{one.column}: {one.problem}" for one in found.issues),
        paragraph(done),
    ))  # fmt: skip


def prepared_json(found: Prepared, *, taken: bool) -> Json:
    """An answer with the points that it adds."""
    return {
        "rep": found.review.scope.name,
        "review": found.review.id,
        "answer": asdict(found.answer),
        "points": [{"text": one.text, "tag": one.tag} for one in found.points],
        "wellbeing": found.wellbeing,
        "issues": [asdict(one) for one in found.issues],
        "replaces": found.is_again,
        "taken": taken,
    }
