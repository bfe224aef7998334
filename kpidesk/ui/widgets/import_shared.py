"""What was answered in the check of one file, for the other files that wait with the same question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kpidesk.core.errors import ImportQuestion
from kpidesk.core.imports import ImportOptions, Preview
from kpidesk.ui.widgets.import_answers import answered, choice_made, open_stages, other_questions
from kpidesk.ui.widgets.import_queue import WaitingFile


def share_answers(files: Iterable[WaitingFile], file: WaitingFile, now: ImportOptions) -> None:
    """Let files that wait take over what is said now of `file`, as far as they ask the same.

    What a stage means counts for every file that has it, unless it was said otherwise there; the other questions only
    for files of the same columns.
    """
    before, shown = file.options, file.preview
    for other in files:
        if other is file or other.preview is None or other.state != "read":
            continue
        _take_stages(other, other.preview, before, now)
        if shown is not None and _headers(shown) == _headers(other.preview):
            _take_others(other, other.preview, shown.questions, before, now)


def _headers(preview: Preview) -> list[str]:
    return [column.header for column in preview.columns]


def _take_stages(other: WaitingFile, preview: Preview, before: ImportOptions, now: ImportOptions) -> None:
    asked = set(open_stages(preview))
    said = {
        value: outcome
        for value, outcome in now.stages.items()
        if outcome != before.stages.get(value)
        and (value in asked or (value in before.stages and other.options.stages.get(value) == before.stages[value]))
    }
    if not said:
        return
    other.options = replace(other.options, stages=other.options.stages | said)
    stages = tuple(
        replace(one, outcome=said[one.value], why="you said so") if one.value in said else one for one in preview.stages
    )
    other.preview = replace(preview, stages=stages)
    if not open_stages(other.preview):
        other.preview = replace(other.preview, questions=other_questions(other.preview))


def _take_others(
    other: WaitingFile, preview: Preview, asked: tuple[ImportQuestion, ...], before: ImportOptions, now: ImportOptions
) -> None:
    """Take over the answers to questions that both files ask; read again once nothing is asked any more."""
    left = list(preview.questions)
    for question in other_questions(preview):
        choice = choice_made(question, now)
        is_same = any(one.about == question.about for one in asked)
        if is_same and choice and choice != choice_made(question, before):
            other.options = answered(other.options, question, choice)
            left.remove(question)
    if len(left) < len(preview.questions):
        other.preview = replace(preview, questions=tuple(left))
        other.is_stale |= not left
