"""What a company wants to reach: objectives under objectives, the KPIs that tell, and the two to look at first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kpidesk.core.errors import UserError, nearest
from kpidesk.core.people import ORG, Organisation, Scope
from kpidesk.core.texts import folded

MOST_KPIS = 5
MOST_FOCUS = 2
NO_KPIS = "No KPI tells yet: attach 3 to 5."
TOO_MANY = "{count} KPIs: keep the {most} that lead to decisions."


@dataclass(frozen=True, slots=True)
class Objective:
    """Something to be reached, why, and whose it is.

    `parent_id` is the objective above (0: it stands at the top), `place` its place among those beside it, `kpi_ids`
    the KPIs that tell how far it is reached, in their order. `retired_on` is since when it is out of use (ISO day).
    """

    id: int
    name: str
    why: str = ""
    owner: str = ""
    parent_id: int = 0
    place: int = 0
    made_on: str = ""
    retired_on: str = ""
    kpi_ids: tuple[str, ...] = ()

    @property
    def is_retired(self) -> bool:
        """Whether it is out of use; it stays readable."""
        return bool(self.retired_on)


@dataclass(frozen=True, slots=True)
class Objectives:
    """All objectives of a workspace."""

    all: tuple[Objective, ...] = ()
    _by_id: dict[int, Objective] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Look up by number."""
        object.__setattr__(self, "_by_id", {one.id: one for one in self.all})

    def get(self, number: int) -> Objective | None:
        """The objective of a number."""
        return self._by_id.get(number)

    def under(self, number: int, *, retired: bool = True) -> tuple[Objective, ...]:
        """The objectives right below one (0: those at the top), in their order; those out of use come last."""
        found = (one for one in self.all if one.parent_id == number and (retired or not one.is_retired))
        return tuple(sorted(found, key=lambda one: (one.is_retired, one.place, one.id)))

    def in_order(self, *, retired: bool = True) -> Iterator[tuple[int, Objective]]:
        """Every objective with its depth, each right before those below it."""
        yield from self._below(0, 0, retired)

    def _below(self, number: int, depth: int, retired: bool) -> Iterator[tuple[int, Objective]]:
        for one in self.under(number, retired=retired):
            yield depth, one
            yield from self._below(one.id, depth + 1, retired)

    def find(self, text: str) -> Objective:
        """An objective by its number or its name.

        Raises:
            UserError: there is none; the nearest names are offered.
        """
        wanted = text.strip()
        if wanted.isdecimal() and (found := self.get(int(wanted))) is not None:
            return found
        named = [one for one in self.all if folded(one.name) == folded(wanted)]
        if named:
            return min(named, key=lambda one: one.is_retired)
        raise UserError(f"There is no objective '{wanted}'.", nearest(wanted, (one.name for one in self.all)))

    def check_parent(self, number: int, parent_id: int) -> None:
        """Refuse to put an objective below itself.

        Raises:
            UserError: the one above would be itself, or one that lies below it.
        """
        at, seen = parent_id, {number}
        while at:
            if at in seen:
                raise UserError(
                    "An objective cannot lie below itself.", "Put it at the top, or below one that is not below it."
                )
            seen.add(at)
            above = self.get(at)
            at = above.parent_id if above is not None else 0


def flag_of(objective: Objective) -> str:
    """What is wrong with the number of its KPIs, in words; empty when nothing is."""
    count = len(objective.kpi_ids)
    if objective.is_retired:
        return ""
    if not count:
        return NO_KPIS
    return TOO_MANY.format(count=count, most=MOST_KPIS) if count > MOST_KPIS else ""


def check_objective(objective: Objective) -> None:
    """Refuse an objective that says nothing.

    Raises:
        UserError: it has no name, or names a KPI twice.
    """
    if not objective.name.strip():
        raise UserError("An objective needs a name.", "Say what is to be reached, for example 'Keep our customers'.")
    if len(set(objective.kpi_ids)) < len(objective.kpi_ids):
        raise UserError("A KPI is attached twice.", "Attach each KPI once.")


@dataclass(frozen=True, slots=True)
class Focus:
    """The KPIs that a scope looks at first, and which scope they were chosen for: itself or one above it."""

    kpi_ids: tuple[str, ...] = ()
    chosen_for: Scope = ORG

    def words(self, scope: Scope, name: str) -> str:
        """Where the choice comes from, `name` being that of the scope it was made for; empty for one's own."""
        return "" if not self.kpi_ids or self.chosen_for == scope else f"chosen for {name}"


def focus_of(chosen: Mapping[Scope, tuple[str, ...]], scope: Scope, above: Sequence[Scope]) -> Focus:
    """The focus of a scope: its own, else that of the nearest scope above which has one."""
    for one in (scope, *above):
        if chosen.get(one):
            return Focus(chosen[one], one)
    return Focus((), scope)


def scopes_above(organisation: Organisation, scope: Scope, team_id: int = 0) -> tuple[Scope, ...]:
    """The scopes above one, the nearest first: the team of a rep (`team_id`), the teams above it, the organisation."""
    if scope.kind == "org":
        return ()
    own = team_id if scope.kind == "rep" else scope.id if scope.kind == "team" else 0
    names = {team.id: team for team in organisation.teams}
    teams = [names[own]] if scope.kind == "rep" and own in names else []
    teams += organisation.above(own) if own in names else ()
    return (*(Scope("team", one.name, one.id) for one in teams), ORG)


def check_focus(kpi_ids: Sequence[str]) -> None:
    """Refuse more than two.

    Raises:
        UserError: there are more.
    """
    if len(kpi_ids) > MOST_FOCUS:
        raise UserError("Focus means two KPIs at most.", "Choose the two that move everything else.")


def moved(numbers: Sequence[int], number: int, step: int) -> tuple[int, ...]:
    """Numbers in their order with one of them moved up (-1) or down (1); at either end it stays."""
    at = numbers.index(number)
    to = min(max(at + step, 0), len(numbers) - 1)
    rest = [one for one in numbers if one != number]
    return (*rest[:to], number, *rest[to:])
