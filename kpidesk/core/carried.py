"""Points that were not talked about: they go into the next meeting, with the day of the one they come from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TypeVar

from kpidesk.core.formats import day_text
from kpidesk.core.meetings import Point
from kpidesk.core.reviews import AgendaItem

Talked = TypeVar("Talked", AgendaItem, Point)


def left_over(agenda: tuple[Talked, ...], met: date) -> tuple[Talked, ...]:
    """The points of a meeting closed on a day that were not ticked; one carried before keeps its first day."""
    return tuple(replace(one, since=one.since or met) for one in agenda if not one.done and one.text.strip())


def with_raised(carried: tuple[AgendaItem, ...], raised: tuple[AgendaItem, ...]) -> tuple[AgendaItem, ...]:
    """Carried points with those that are raised anew, none twice: what is said now of a thing replaces what was."""
    said, topics = {one.text for one in raised}, {_topic(one) for one in raised}
    kept = (one for one in carried if one.text not in said and not (one.raised and _topic(one) in topics))
    return (*kept, *raised)


def _topic(item: AgendaItem) -> str:
    """What a raised point is about: it stands before the first colon."""
    return item.text.partition(":")[0]


def from_text(since: date | None) -> str:
    """From which meeting something comes: "from 5 Nov 2026"; empty where it is of this one."""
    return f"from {day_text(since)}" if since is not None else ""
