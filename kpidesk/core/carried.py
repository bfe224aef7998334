"""What a meeting leaves over: points that were not talked about, and what was agreed and is not done yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from kpidesk.core.formats import day_text
from kpidesk.core.meetings import Point
from kpidesk.core.people import Scope
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


# --- what was agreed -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenPromise:
    """A commitment or action of a closed meeting that is not settled: what, who does it, by when, and in which meeting.

    `what` is the kind of meeting (`one_on_one`, `weekly`, …), `title` its name, `scope` and `whose` about whom it was.
    Its next meeting settles it: `draft` is the number of that where it is prepared already (0: not). `days_late` is 0
    until its day has passed; `words` say how it stands. `id` is the number of the commitment or action.
    """

    what: str
    title: str
    scope: Scope
    whose: str
    text: str
    owner: str
    due: date
    made_on: date
    days_late: int = 0
    words: str = ""
    draft: int = 0
    id: int = 0

    @property
    def place_text(self) -> str:
        """In which meeting it was agreed: "One-on-one, Ann Lee, 5 Nov 2026"."""
        return f"{self.title}, {self.whose}, {day_text(self.made_on)}"

    @property
    def late_text(self) -> str:
        """How late it is: "9 days late"; empty while there is time."""
        return f"{self.days_late} {'day' if self.days_late == 1 else 'days'} late" if self.days_late else ""
