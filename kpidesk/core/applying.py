"""Which target applies to whom and why: the most specific one wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from kpidesk.core.formats import whole_percent
from kpidesk.core.goals import GoalBook, Target, one_for_all
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG, Organisation, Person, Scope
from kpidesk.core.periods import Period
from kpidesk.core.texts import folded


@dataclass(frozen=True, slots=True)
class Share:
    """Which part of a full target a rep carries in a period (0 to 1), and why it is not all of it."""

    part: float = 1.0
    why: str = ""


WHOLE = Share()
ShareOf = Callable[[Person, Period], Share]
"""Which part of a full target a person carries in a period."""
Told = Callable[[Kpi, Scope, Period], "Applied | None"]
"""What an imported file gives as the target of a scope."""


def everybody(_: Person, __: Period) -> Share:
    """Everybody carries a full target."""
    return WHOLE


def nothing_told(_: Kpi, __: Scope, ___: Period) -> Applied | None:
    """No file gives any target."""
    return None


@dataclass(frozen=True, slots=True)
class Applied:
    """The target that holds for a scope, and why this one.

    `target` has the numbers that the scope is held to and the scope it was set for. `full` is the target before it was
    cut to the `share` of a rep who ramps, joins, leaves, is away or works part-time; None where it was not cut.
    `inherited`: it was set for a role or a whole, not for the scope itself.
    """

    target: Target
    why: str
    full: Target | None = None
    share: Share = WHOLE
    inherited: bool = False


class Applier:
    """Finds which target holds for whom.

    A class because it keeps who lies in what: the same question is asked for every number of a scorecard.
    """

    def __init__(
        self, book: GoalBook, organisation: Organisation, share_of: ShareOf = everybody, told: Told = nothing_told
    ) -> None:
        self.book = book
        self.organisation = organisation
        self._share_of = share_of
        self._told = told
        self._people = {one.id: one for one in organisation.people}
        self._wholes: dict[tuple[Scope, date], tuple[Scope, ...]] = {}
        self._shares: dict[tuple[int, date, date], Share] = {}

    def applies(self, kpi: Kpi, scope: Scope, period: Period) -> Applied | None:
        """The target that holds for a scope in a period, None where none does.

        A rep has their own, else the quota that a file gives them, else that of their role, else, for a KPI with one
        value for all (a rate, a median, a score), that of the nearest team above and at last that of the org. A team
        has its own, else that of a file, else for such a KPI that of what it lies in.
        Counts and money are never taken over from a whole: nobody is held to the number of all. Role and team of a rep
        are those of the first day of the period or of the hire, so a promotion changes no period before it. A target
        that was set for a rep by name is what was agreed and stays as it is; that of a role is one for a whole period
        of full work, so a rep carries the share of it that `share_of` says.
        """
        own = self.book.official(kpi.id, scope, period)
        if own is not None:
            return Applied(own, own_words(scope))
        if (told := self._told(kpi, scope, period)) is not None:
            return told
        person = self._people.get(scope.id) if scope.kind == "rep" else None
        if person is not None and (full := _of_role(self.book, kpi, person, period)) is not None:
            return _shared(full, self.share(person, period) if kpi.prorated else WHOLE)
        if not one_for_all(kpi) or not self.book.is_aimed(kpi.id, period):
            return None
        for whole in self.wholes(scope, period.start):
            found = self.book.official(kpi.id, whole, period)
            if found is not None:
                why = f"that of {whole_name(whole)}: this KPI has one value for all"
                return Applied(found, why, inherited=True)
        return None

    def with_book(self, book: GoalBook) -> Applier:
        """The same for other goals, such as those that are typed and not set yet."""
        return Applier(book, self.organisation, self._share_of, self._told)

    def share(self, person: Person, period: Period) -> Share:
        """Which part of a full target a person carries in a period."""
        key = (person.id, period.start, period.end)
        if key not in self._shares:
            self._shares[key] = self._share_of(person, period)
        return self._shares[key]

    def wholes(self, scope: Scope, day: date) -> tuple[Scope, ...]:
        """What a scope lies in on a day, the nearest first: its teams, then the org."""
        if (scope, day) not in self._wholes:
            self._wholes[scope, day] = wholes(self.organisation, scope, day)
        return self._wholes[scope, day]


def own_words(scope: Scope) -> str:
    """That a target was set for exactly this scope."""
    return f"set for every {scope.name}" if scope.kind == "role" else f"set for {whole_name(scope)}"


def whole_name(scope: Scope) -> str:
    """A scope within a sentence: "North", "the whole organisation"."""
    if scope.kind == "role":
        return f"every {scope.name}"
    return {"org": "the whole organisation", "unassigned": "what belongs to nobody"}.get(scope.kind, scope.name)


def _of_role(book: GoalBook, kpi: Kpi, person: Person, period: Period) -> Target | None:
    found = book.roles(kpi.id, period)
    role = folded(person.role_on(first_day(person, period)))
    if not found or not role:
        return None
    return next((one for one in found if folded(one.scope.name) == role), None)


def first_day(person: Person, period: Period) -> date:
    """The day on which a person's role and team count for a period: its first one, or that of the hire within it."""
    return max(period.start, person.hire_at) if person.hire_at is not None else period.start


def _shared(full: Target, share: Share) -> Applied | None:
    """The target of a role as far as a rep carries it; None for who is not there, or carries nothing yet."""
    if share.part <= 0:
        return None
    why = f"the target of every {full.scope.name}"
    if share.part >= 1:
        return Applied(full, why, inherited=True)
    minimum, target, stretch = (tier * share.part for tier in full.tiers)
    cut = replace(full, minimum=minimum, target=target, stretch=stretch)
    return Applied(cut, f"{whole_percent(share.part)}% of {why}: {share.why}", full, share, inherited=True)


def wholes(organisation: Organisation, scope: Scope, day: date) -> tuple[Scope, ...]:
    """What a scope lies in on a day, the nearest first: teams, then the org; nothing for the org and for a role."""
    if scope.kind not in ("rep", "team"):
        return ()
    if scope.kind == "team":
        above = organisation.above(scope.id)
    else:
        hired = next((one.hire_at for one in organisation.people if one.id == scope.id), None)
        team = organisation.team_on(scope.id, max(day, hired) if hired else day)
        above = () if team is None else (team, *organisation.above(team.id))
    return (*(Scope("team", team.name, team.id) for team in above), ORG)
