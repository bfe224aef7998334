"""Who is on which team, and the three steps after a first import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kpidesk import store
from kpidesk.core.applying import Applied
from kpidesk.core.errors import UserError
from kpidesk.core.goals import Proposal
from kpidesk.core.people import ORG, Organisation, Person
from kpidesk.core.periods import Period, shift
from kpidesk.operations.applying import applied, why_no_quota
from kpidesk.operations.formulas import FIRST_SHOWN, chosen_kpis
from kpidesk.operations.goals import propose
from kpidesk.operations.workspace import Workspace, scopes, settings


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """What the app proposes after a first import, each with a default.

    `owners` are the people found in the files, `teams` their present team names (empty: none). `period` is the
    quarter to plan: the one that runs today, or the next after the data; `booking_target` what the org would have to
    book in it; `proposals` go with the first-day KPIs, None where history does not carry one. `in_force` are the
    targets that the org has there already, by KPI, be it from a quota file: they stay unless another is chosen.
    `quota_gap` says why the quotas of files make no target of the org; empty where they do, or there are none.
    """

    owners: tuple[Person, ...]
    teams: Mapping[str, str]
    period: Period
    booking_target: float | None
    proposals: tuple[tuple[str, Proposal | None], ...]
    in_force: Mapping[str, Applied] = field(default_factory=dict)
    quota_gap: str = ""


def first_steps(ws: Workspace) -> FirstSteps:
    """Who sells, what must be booked, and what the first KPIs came to: the defaults of the first three steps."""
    organisation = scopes(ws)
    period = _to_plan(ws)
    first = chosen_kpis(ws, (), ORG)[:FIRST_SHOWN]
    proposals = tuple((kpi.id, _try(ws, kpi.id, period)) for kpi in first)
    holding = {kpi.id: holds for kpi in first if (holds := applied(ws, kpi, ORG, period)) is not None}
    gaps = (why_no_quota(ws, kpi, ORG, period) for kpi in first if kpi.id not in holding)
    booked = dict(proposals).get("bookings")
    return FirstSteps(
        owners=organisation.people,
        teams=_present_teams(organisation),
        period=period,
        booking_target=booked.target if booked else None,
        proposals=proposals,
        in_force=holding,
        quota_gap=next(filter(None, gaps), ""),
    )


def _to_plan(ws: Workspace) -> Period:
    """The quarter that runs today when the data reach into it, else the one after the last that they cover."""
    from kpidesk.operations.questions import last_covered

    covered = last_covered(ws, "quarter")
    return covered if covered.start <= ws.today < covered.end else shift(covered, 1, settings(ws))


def _try(ws: Workspace, kpi_id: str, period: Period) -> Proposal | None:
    try:
        return propose(ws, kpi_id, ORG, period)
    except UserError:
        return None


def _present_teams(organisation: Organisation) -> dict[str, str]:
    teams = {team.id: team.name for team in organisation.teams}
    names = {person.id: person.name for person in organisation.people}
    newest = sorted(organisation.memberships, key=lambda spell: spell.start)
    return {names[spell.person_id]: teams[spell.team_id] for spell in newest}


def apply_teams(ws: Workspace, teams: Mapping[str, str]) -> Organisation:
    """Put people into teams by name, from the beginning of time where they had none, else from today on.

    Raises:
        UserError: a name that nobody has.
    """
    store.assign_teams(ws.db, dict(teams), ws.today)
    return scopes(ws)
