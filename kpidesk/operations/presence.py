"""Who was not there in a period: not hired yet, or gone before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from kpidesk.core.formats import day_text
from kpidesk.core.people import Person, Scope
from kpidesk.core.periods import Period
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.operations.questions import organisation_of
from kpidesk.operations.workspace import Workspace

WHOLE = 0.92
"""From which share of its days on a period is a whole one for somebody: all but a week of a quarter."""
Absences = Mapping[tuple[int, int], str]
"""Why a member was not there in a period, by their places."""


def not_here(person: Person, period: Period) -> str:
    """Why somebody has nothing in a period of which they were there on no day; empty where they were."""
    if person.hire_at is not None and person.hire_at >= period.end:
        return f"not here before {day_text(person.hire_at)}"
    if person.end_at is not None and person.end_at <= period.start:
        return f"not here after {day_text(person.end_at - timedelta(days=1))}"
    return ""


def there_throughout(person: Person, period: Period) -> bool:
    """Whether somebody was there for all of a period, but for a few days: who begins on its second Monday was not."""
    first = max(filter(None, (person.hire_at, period.start)))
    end = min(filter(None, (person.end_at, period.end)))
    return end - first >= WHOLE * (period.end - period.start)


def absences_of(ws: Workspace, asked: Question, members: Sequence[Scope], periods: Sequence[Period]) -> Absences:
    """Why reps were not there, by the number of the member and of the period."""
    people = {one.id: one for one in organisation_of(ws, asked).people}
    reps = [(at, people[one.id]) for at, one in enumerate(members) if one.kind == "rep" and one.id in people]
    found = {(m, p): not_here(one, period) for m, one in reps for p, period in enumerate(periods)}
    return {at: words for at, words in found.items() if words}


def as_there(ws: Workspace, asked: Question, result: Result) -> Result:
    """The result of a question, where it is that of a rep who was not there without its zero."""
    return without(result, absences_of(ws, asked, (asked.scope,), (asked.period,)).get((0, 0), ""))


def without(result: Result, words: str) -> Result:
    """The result of somebody who was not there: no zero, but why there is none; what is theirs all the same stays."""
    if not words or result.n or result.value:
        return result
    return replace(result, value=None, numerator=None, denominator=None, interval=None, reason=words, notices=())
