"""What a sealed meeting has of the number of a receipt code: its value and target, beside those of today."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text, format_value
from kpidesk.core.meetings import KIND_WORDS
from kpidesk.core.periods import Period
from kpidesk.core.receipt_codes import Claim, decode
from kpidesk.core.receipts import Receipt
from kpidesk.core.reviews import Line
from kpidesk.core.scorecards import LongRun, Question, Row
from kpidesk.operations.formulas import definition_in_force
from kpidesk.operations.page_numbers import find_number
from kpidesk.operations.receipts import receipt_of
from kpidesk.operations.workspace import Workspace

NO_TARGET = "no target"


def sealed_words(ws: Workspace, claim: Claim, asked: Question, now: Receipt) -> list[str]:
    """What each sealed meeting has of the number whose code is read, with today's value and target beside it."""
    sealed = [(what, day, line.row) for what, day, lines in _sealed(ws, asked) for line in lines]
    found = [one for one in sealed if _is_code(one[2].receipt, claim)]
    longer = [
        (what, day, over) for what, day, row in sealed if (over := row.long_run) and _is_code(over.receipt, claim)
    ]
    if not found and not longer:
        return []
    today = _today(ws, asked, now)
    return [
        *(_words(what, day, row, today) for what, day, row in found),
        *(_longer_words(what, day, over, today) for what, day, over in longer),
    ]


def _sealed(ws: Workspace, asked: Question) -> Iterator[tuple[str, date | None, tuple[Line, ...]]]:
    """The numbers sealed of a scope, meeting by meeting, the newest first; a sheet that is damaged is left out."""
    if asked.scope.kind == "rep":
        for review in store.load_reviews(ws.db, asked.scope.id):
            if review.state != "draft" and _may_hold(review.question.period, asked.period):
                with suppress(UserError):
                    sheet = store.load_sheet(ws.db, review.id)
                    yield "the one-on-one", sheet.as_of, sheet.lines
    for meeting in store.load_meetings(ws.db):
        is_of = meeting.scope == asked.scope and _may_hold(meeting.question.period, asked.period)
        if meeting.state != "draft" and is_of:
            with suppress(UserError):
                held = store.load_meeting_sheet(ws.db, meeting.id)
                yield f"the {KIND_WORDS[meeting.kind].lower()}", held.as_of, (*held.lines, *held.quarter)


def _may_hold(met: Period, asked: Period) -> bool:
    """Whether a meeting about a period can hold a number of another: it lies in it, or is a longer time up to it."""
    return met.start in asked or asked.last_day in met


def _is_code(code: str, claim: Claim) -> bool:
    """Whether a sealed number has the code that was read."""
    return bool(code) and decode(code) == claim


def _today(ws: Workspace, asked: Question, now: Receipt) -> Receipt:
    """The number as it is today, where the receipt shows it as it was known on an earlier day."""
    if asked.as_of is None:
        return now
    newest = replace(asked, as_of=None)
    return receipt_of(ws, definition_in_force(ws, find_number(ws, now.kpi.id), asked.defined_in), newest)


def _words(what: str, day: date | None, row: Row, today: Receipt) -> str:
    """One sealed number in a sentence, and today's where value or target are others."""
    then = (row.value_text or row.reason, row.target_text or NO_TARGET)
    goal = today.target
    target = format_value(goal.target, today.kpi.display, today.currency) if goal is not None else NO_TARGET
    now = (today.value_text, target)
    beside = "" if now == then else f"; today {_both(*now)}"
    return f"{_sealed_in(what, day)}: {_both(*then)}{beside}."


def _longer_words(what: str, day: date | None, over: LongRun, today: Receipt) -> str:
    """One sealed number over a longer time in a sentence, and today's where it is another."""
    beside = "" if over.value_text == today.value_text else f"; today {today.value_text}"
    value = f"{over.value_text} ({over.words})" if over.numerator is not None else over.words
    return f"{_sealed_in(what, day)}: {value}{beside}."


def _sealed_in(what: str, day: date | None) -> str:
    return f"Sealed in {what} with the data of {day_text(day)}" if day is not None else f"Sealed in {what}"


def _both(value: str, target: str) -> str:
    return f"{value}, {target}" if target == NO_TARGET else f"{value}, target {target}"
