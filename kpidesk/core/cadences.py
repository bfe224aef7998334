"""How often each meeting is held and each KPI is looked at, and what that makes due on which day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Cadence as KpiCadence
from kpidesk.core.meetings import Meeting, MeetingKind
from kpidesk.core.people import Organisation, Scope, months_after
from kpidesk.core.periods import Period, shift
from kpidesk.core.settings import Settings

Every = Literal["week", "two_weeks", "month", "quarter", "year", "never"]
EVERY: tuple[Every, ...] = get_args(Every)
EVERY_WORDS: dict[Every, str] = {
    "week": "every week",
    "two_weeks": "every two weeks",
    "month": "every month",
    "quarter": "every quarter",
    "year": "every year",
    "never": "never",
}
ONE_ON_ONE = "one_on_one"
MEETINGS: dict[str, tuple[str, Every]] = {
    ONE_ON_ONE: ("One-on-one", "two_weeks"),
    "weekly": ("Weekly team review", "week"),
    "monthly": ("Monthly leadership review", "month"),
    "forecast": ("Forecast call", "week"),
}
"""Every kind of meeting: its name, and how often it is held unless somebody says otherwise."""
OF_A_KPI: dict[KpiCadence, Every] = {
    "live": "week",
    "daily": "week",
    "weekly": "week",
    "biweekly": "two_weeks",
    "monthly": "month",
    "quarterly": "quarter",
    "annual": "year",
}
"""How often a KPI is looked at by its cadence; nobody meets more often than once a week."""
KPI = "kpi:"
_DAYS: dict[Every, int] = {"week": 7, "two_weeks": 14}
_MONTHS: dict[Every, int] = {"month": 1, "quarter": 3, "year": 12}
LONGEST_AWAY = 800
"""Days after which nobody is waited for any more."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often something is to happen for a scope: `what` is a kind of meeting, or `kpi:ID`.

    It holds for a team's reps and for everybody under the org. Nothing is due before `from_day`.
    """

    what: str
    scope: Scope
    every: Every
    from_day: date | None = None
    made_at: str = ""

    @property
    def kpi_id(self) -> str:
        """The KPI it is about; empty for a meeting."""
        return self.what.removeprefix(KPI) if self.what.startswith(KPI) else ""


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is due: what, for whom, since or on which working day, and when it last took place.

    `days_late` counts from the day it was due; 0 when it is not late. `draft` is the meeting that is already prepared
    (0: none). `own` says that somebody set this cadence; `note` what stands in the way ("away until 30 Sep").
    """

    what: str
    title: str
    scope: Scope
    whose: str
    on: date
    every: Every
    last: date | None = None
    days_late: int = 0
    draft: int = 0
    own: bool = False
    note: str = ""

    @property
    def is_kpi(self) -> bool:
        """Whether it is a KPI to be looked at, not a meeting."""
        return self.what.startswith(KPI)


@dataclass(frozen=True, slots=True)
class LastMet:
    """When a meeting last took place; None for never."""

    what: str
    title: str
    scope: Scope
    whose: str
    on: date | None
    every: Every
    own: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody for whom nothing is due, and why."""

    scope: Scope
    whose: str
    why: str


@dataclass(frozen=True, slots=True)
class ReviewCalendar:
    """What is due from `today` to `until` by day, what is overdue, and when each last took place.

    What is overdue stands by kind: team reviews, one-on-ones by name, KPIs.
    """

    today: date
    until: date
    overdue: tuple[Due, ...]
    due: tuple[Due, ...]
    last_met: tuple[LastMet, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def every(self) -> tuple[Due, ...]:
        """All of it, what is overdue first."""
        return (*self.overdue, *self.due)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What preparing many one-on-ones came to: made, there already, and who was left out and why."""

    until: date
    made: tuple[tuple[Scope, int], ...]
    existing: tuple[tuple[Scope, int], ...]
    left_out: tuple[LeftOut, ...]


def read_every(text: str) -> Every:
    """How often, as typed: `week`, `two_weeks` (or `2-weeks`), `month`, `quarter`, `year`, `never`.

    Raises:
        UserError: it is none of these.
    """
    bare = "_".join(text.strip().casefold().replace("-", " ").replace("_", " ").split()).removeprefix("every_")
    known = {"2_weeks": "two_weeks", "weekly": "week", "biweekly": "two_weeks", "monthly": "month",
             "quarterly": "quarter", "yearly": "year", "annual": "year"}  # fmt: skip
    for one in EVERY:
        if one == known.get(bare, bare):
            return one
    raise UserError(f"'{text}' is not how often something can be due.", f"Use {', '.join(EVERY)}.")


def next_after(day: date, every: Every) -> date:
    """The day on which something is due again that took place on a day; the same day for `never`."""
    if every in _DAYS:
        return day + timedelta(days=_DAYS[every])
    return months_after(day, _MONTHS[every]) if every in _MONTHS else day


def next_working_day(day: date, week: Sequence[bool], free: Collection[date]) -> date | None:
    """The day itself or the next one that is worked; None where none comes for years.

    `week` says of Monday to Sunday whether it is worked, `free` are days that are not for another reason.
    """
    days = (day + timedelta(days=later) for later in range(LONGEST_AWAY))
    return next((one for one in days if week[one.weekday()] and one not in free), None)


def is_within(inner: Scope, outer: Scope, organisation: Organisation, day: date) -> bool:
    """Whether a scope is another one or lies in it on a day, so that a meeting about the outer one covers it."""
    if outer.kind == "org" or (inner.kind, inner.id) == (outer.kind, outer.id):
        return True
    if outer.kind != "team" or inner.kind not in ("team", "rep"):
        return False
    team = organisation.team_on(inner.id, day) if inner.kind == "rep" else None
    number = inner.id if inner.kind == "team" else team.id if team is not None else 0
    return number in organisation.descendants(outer.id)


def late_words(one: Due) -> str:
    """How late something is, or when it is due: "9 days late", "never held, due since 3 Aug 2026", "due today"."""
    from kpidesk.core.formats import day_text

    never = "never looked at" if one.is_kpi else "never held"
    if one.days_late and one.last is None:
        return f"{never}, due since {day_text(one.on)}"
    if one.days_late:
        return f"{one.days_late} {'day' if one.days_late == 1 else 'days'} late"
    return f"due on {day_text(one.on)}"


def unheld(usual: Period, kind: MeetingKind, scope: Scope, meetings: Iterable[Meeting], how: Settings) -> Period:
    """The usual period of a review, or the first after it that no closed one of the kind and scope was about.

    A quarter has many forecast calls, so theirs stays.
    """
    closed = (one for one in meetings if one.state == "closed" and one.kind == kind)
    held = {one.question.period for one in closed if (one.scope.kind, one.scope.id) == (scope.kind, scope.id)}
    found = usual
    while kind != "forecast" and found in held:
        found = shift(found, 1, how)
    return found
