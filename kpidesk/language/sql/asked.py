"""What a statement is written for: whose rows, which days, and what it must know of the workspace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from kpidesk.core.errors import UserError
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import Period
from kpidesk.core.records import minor_digits
from kpidesk.core.settings import Settings
from kpidesk.language.tree import Leaf, Modified, Moment, Span

ADVICE = "Its rows and the proof are in the receipt of the number."


def cannot(why: str, advice: str = ADVICE) -> UserError:
    """That something cannot be said in SQL over the workspace, and why."""
    return UserError(f"This number cannot be said in SQL: {why}.", advice)


@dataclass(frozen=True, slots=True)
class Asked:
    """For which scope and days a part of a formula is read.

    `how` and `span` are the rule of the window (the period itself, a rolling length, to date); `edge` overrides the
    moment of `as of`. `by_rep`: Unassigned is what has no rep, else what has no team.
    """

    period: Period
    scope: Scope = ORG
    by_rep: bool = False
    how: Literal["period", "rolling", "to_date"] = "period"
    span: Span | None = None
    edge: Moment | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """How periods move: the one before (or a length of time before) another, and the first day of a window and that
    after its last.
    """

    earlier: Callable[[Period, Span | None], Period]
    first_day: Callable[[Asked], date]
    end_day: Callable[[Asked], date]


@dataclass(frozen=True, slots=True)
class RateSpan:
    """What a minor unit of a currency (the number of its word) is from one day until before another: above / below."""

    currency: int
    since: str
    until: str
    above: int
    below: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Up to how many days deals are not long in their stage on a day, where the stage itself tells it.

    `stages` are the numbers of the words of stage and pipeline (0: none), the word of the stage, the days, and how many
    past stays tell them; `deals` are the deals, with their days, that were in another stage than the file of the day
    has it.
    """

    stages: tuple[tuple[int, int, str, int, int], ...] = ()
    deals: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """The day up to whose data a statement reads, and the deals, by number, whose going missing was known otherwise.

    `missing` names the day since which such a deal was in no later file by then, None where it was in the newest.
    """

    day: date
    missing: tuple[tuple[int, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What a statement rests on besides the formula.

    `refusal(leaf, asked)` says why a measure cannot be said of this workspace, nothing where it can. `spellings(word)`
    are the spellings in the data that are the same word although the `lower` of SQL does not see it; `is_plain` says
    that it sees it for all words. `foreign` are the words of other currencies by number, `rates` how these are
    converted, `fiscal_years` the first days whose rate is the budget rate. `roles` are person, first day (empty: from
    ever) and role of everybody whose role has changed. `past` is set where the data are read as of a past day.
    `limits(day)` are the limits of stages on a day, or on that of
    the newest data where this is earlier.
    """

    settings: Settings
    calendar: Calendar
    refusal: Callable[[Leaf, Asked], str]
    spellings: Callable[[str], tuple[str, ...]]
    limits: Callable[[date], Limits]
    is_plain: bool = True
    foreign: tuple[int, ...] = ()
    rates: tuple[RateSpan, ...] = ()
    fiscal_years: tuple[str, ...] = ()
    roles: tuple[tuple[int, str, str], ...] = ()
    past: Past | None = None

    @property
    def scale(self) -> int:
        """How many minor units of the workspace's currency make a major one."""
        return int(10 ** minor_digits(self.settings.currency))

    @property
    def parameters(self) -> Mapping[str, float]:
        """The numbers of formulas that no file tells."""
        return dict(self.settings.parameters)


def inside(node: Modified, asked: Asked, calendar: Calendar) -> Asked:
    """How the body of a modifier is read."""
    match node.how:
        case "previous":
            return replace(asked, period=calendar.earlier(asked.period, node.span))
        case "rolling" | "to_date":
            return replace(asked, how=node.how, span=node.span)
        case "at_start" | "at_end":
            return replace(asked, edge="start" if node.how == "at_start" else "end")
        case "org":
            return replace(asked, scope=ORG)
        case "team" if asked.scope.kind == "rep":
            raise cannot("team(…) of a rep is that of the team they are in by the end of the period")
    return asked


def day_before(asked: Asked, calendar: Calendar) -> date:
    """The day before the window."""
    return calendar.first_day(asked) - timedelta(days=1)


def edge_of(asked: Asked, calendar: Calendar, moment: Moment) -> date:
    """The day of an edge of the window, whatever the data know; `date.max` for now."""
    if moment == "now":
        return date.max
    return day_before(asked, calendar) if moment == "start" else calendar.end_day(asked) - timedelta(days=1)
