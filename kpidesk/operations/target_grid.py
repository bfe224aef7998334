"""The targets of a period as a grid: all scopes against the KPIs in use, with what adds up to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpidesk.core.applying import Applied, Applier, own_words, whole_name
from kpidesk.core.formats import format_value, full_value, whole_percent
from kpidesk.core.goals import GoalBook, Target, one_for_all
from kpidesk.core.kpis import Kpi, Level
from kpidesk.core.people import ORG, Organisation, Person, Scope, Team
from kpidesk.core.periods import Period, is_running
from kpidesk.core.records import minor_digits
from kpidesk.core.settings import Settings
from kpidesk.core.target_grid import EditPlan, Grid, GridCell, GridLine, SumCheck
from kpidesk.operations.applying import applier
from kpidesk.operations.comparables import implied_value
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.formulas import definition_in_force, find_kpi
from kpidesk.operations.goals import closed_for, role_scopes
from kpidesk.operations.workspace import Workspace, data_date, definitions, goals, scopes, settings

LEVELS: Mapping[str, Level] = {"team": "team", "rep": "rep", "role": "rep"}
LEVEL_WORDS: Mapping[Level, str] = {"org": "the whole organisation", "team": "teams", "rep": "reps"}


@dataclass(frozen=True, slots=True)
class Branch:
    """A scope with what lies directly in it, on the day that a grid is about."""

    scope: Scope
    parts: tuple[Branch, ...] = ()

    @property
    def reps(self) -> tuple[Scope, ...]:
        """The reps in it, however deep."""
        if self.scope.kind == "rep":
            return (self.scope,)
        return tuple(rep for part in self.parts for rep in part.reps)

    def find(self, scope: Scope) -> Branch | None:
        """The part of it, or itself, that is a scope; None where it is not in it."""
        if self.scope == scope:
            return self
        return next((found for part in self.parts if (found := part.find(scope)) is not None), None)


def target_grid(ws: Workspace, period: Period, kpi_ids: Sequence[str] = ()) -> Grid:
    """The targets of a period: org, roles, and the teams as a tree with their reps, against KPIs.

    Without `kpi_ids` these are the KPIs in use, in the order of the scorecard.

    Raises:
        UserError: no such KPI.
    """
    kpis = tuple(definition_in_force(ws, one, period) for one in _kpis(ws, kpi_ids))
    book = goals(ws)
    newest = GoalBook(book.baselines, book.in_force())  # what stands is edited here, whatever a period began with
    tree, carry, known = branches(ws, period), applier(ws).with_book(newest), settings(ws)
    closed = closed_words(ws, period)
    lines = tuple(_lines(ws, tree))
    cells = tuple(tuple(_cell(ws, carry, line.scope, kpi, period, known) for kpi in kpis) for line in lines)
    sums = tuple(check for kpi in kpis for check in _checks(ws, carry, tree, kpi, period))
    takes_more = closed and not all(cell.locked for row in cells for cell in row)
    told = first_words(period) if takes_more else closed
    return Grid(period, kpis, lines, cells, sums, told, _others(newest, kpis, period))


def _others(book: GoalBook, kpis: Sequence[Kpi], period: Period) -> tuple[Period, ...]:
    """The other periods for which any of some KPIs has a target, in the order of time."""
    shown = {kpi.id for kpi in kpis}
    found = {one.period for one in book.in_force() if one.kpi_id in shown} - {period}
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


def _kpis(ws: Workspace, kpi_ids: Sequence[str]) -> list[Kpi]:
    if kpi_ids:
        return [find_kpi(ws, one) for one in kpi_ids]
    active = (kpi for kpi in definitions(ws).values() if kpi.status == "active")
    return sorted(active, key=lambda kpi: (kpi.first_day or 99, kpi.name))


def closed_words(ws: Workspace, period: Period) -> str:
    """That a period is closed and its targets read-only; empty while it runs or is to come."""
    runs = is_running(period, data_date(ws), ws.today)
    return "" if runs else f"{period.label} is closed: its targets are read-only."


def first_words(period: Period) -> str:
    """That a period is closed and takes a target only where none judged it."""
    return (
        f"{period.label} is closed. Where no target judged it a first one can still be set: every sheet then says that "
        "it came late, and it stays."
    )


def branches(ws: Workspace, period: Period, on: date | None = None) -> Branch:
    """The org with teams and reps below it, as they are in a period, without who has left or is not there yet.

    Somebody belongs to the team of the newest data day within the period (or of the day `on`), or of their hire
    when that is later.
    """
    organisation = scopes(ws)
    day = min(max(on or data_date(ws) or ws.today, period.start), period.last_day)
    inside: dict[int, list[Branch]] = {}
    for person in sorted(organisation.people, key=lambda one: one.name):
        if is_there(person, period):
            team = _team_of(organisation, person, day, period)
            inside.setdefault(team, []).append(Branch(Scope("rep", person.name, person.id)))
    known = {team.id for team in organisation.teams}

    def below(parent: int) -> Iterator[Branch]:
        here = [one for one in organisation.teams if (one.parent_id if one.parent_id in known else 0) == parent]
        for team in sorted(here, key=lambda one: one.name):
            yield Branch(Scope("team", team.name, team.id), (*below(team.id), *inside.get(team.id, ())))

    return Branch(ORG, (*below(0), *inside.get(0, ())))


def is_there(person: Person, period: Period) -> bool:
    """Whether a person works here on any day of a period."""
    hired, left = person.hire_at, person.end_at
    return not ((hired is not None and hired >= period.end) or (left is not None and left <= period.start))


def _team_of(organisation: Organisation, person: Person, day: date, period: Period) -> int:
    since = person.hire_at if person.hire_at and day < person.hire_at < period.end else day
    team: Team | None = organisation.team_on(person.id, since)
    return team.id if team is not None else 0


def _lines(ws: Workspace, tree: Branch) -> Iterator[GridLine]:
    yield GridLine(ORG, scope_name(ws, ORG), 0, "org")
    for role in role_scopes(ws):
        yield GridLine(role, f"Every {role.name}", 1, "role")
    yield from _below(tree, 1)


def _below(branch: Branch, depth: int) -> Iterator[GridLine]:
    for one in branch.parts:
        if one.scope.kind == "rep" or one.parts:  # a team without anybody has nothing to aim at
            yield GridLine(one.scope, one.scope.name, depth, one.scope.kind)
            yield from _below(one, depth + 1)


def _cell(ws: Workspace, carry: Applier, scope: Scope, kpi: Kpi, period: Period, known: Settings) -> GridCell:
    own = carry.book.target(kpi.id, scope, period)
    held = Applied(own, own_words(scope)) if own is not None else carry.applies(kpi, scope, period)
    level = LEVELS.get(scope.kind, "org")
    fits = level in kpi.levels
    locked = closed_for(ws, kpi, scope, period) if fits else f"'{kpi.name}' is not a KPI of {LEVEL_WORDS[level]}."
    shown = fits or own is not None
    text = format_value(held.target.target, kpi.display, known.currency) if held and shown else ""
    return GridCell(
        scope, kpi.id, own, held if shown else None, held.why if held and shown else "",
        carry.book.baseline(kpi.id, scope, period), locked, text, _note(held) if held and shown else "",
    )  # fmt: skip


def _note(held: Applied) -> str:
    """In three words why a target that was not set for the scope itself holds."""
    if held.full is not None:
        return f"{whole_percent(held.share.part)}% of every {held.target.scope.name}"
    if held.inherited:
        whole = held.target.scope
        return whole_name(whole) if whole.kind == "role" else f"that of {'the whole' if whole == ORG else whole.name}"
    return "quota from file" if held.target.version == 0 else ""


def sums_up(kpi: Kpi) -> bool:
    """Whether the targets of parts add up to that of the whole."""
    return not one_for_all(kpi) and kpi.kpi_class in ("flow_count", "flow_money", "stock") and kpi.direction != "range"


def _checks(ws: Workspace, carry: Applier, tree: Branch, kpi: Kpi, period: Period) -> Iterator[SumCheck]:
    """Whether the targets of parts come to that of their whole: as a sum, or for a rate by the rows of each part."""
    if sums_up(kpi):
        yield from _sums(carry, tree, kpi, period, settings(ws))
    elif kpi.is_rate:
        yield from _means(ws, carry, tree, kpi, period)


def _means(ws: Workspace, carry: Applier, branch: Branch, kpi: Kpi, period: Period) -> Iterator[SumCheck]:
    whole = _held(carry, kpi, branch.scope, period)
    parts = {part.scope: held.target for part in branch.parts if (held := _held(carry, kpi, part.scope, period))}
    if whole is not None and any(carry.book.target(kpi.id, one, period) for one in parts):
        implied = implied_value(ws, kpi.id, period, parts)
        if implied is not None:
            yield mean_check(kpi, branch.scope, whole.target, implied, len(parts))
    for part in branch.parts:
        yield from _means(ws, carry, part, kpi, period)


def mean_check(kpi: Kpi, parent: Scope, goal: float, implied: float, parts: int) -> SumCheck:
    """What the targets of parts mean for the rate of the whole, in words where it is another than its own target."""
    shown, own = (format_value(one, kpi.display) for one in (implied, goal))
    words = "" if shown == own else f"The parts come to {shown}"
    return SumCheck(kpi.id, parent, goal, implied, goal - implied if words else 0.0, words, parts, is_mean=True)


def _sums(carry: Applier, branch: Branch, kpi: Kpi, period: Period, known: Settings) -> Iterator[SumCheck]:
    whole = _held(carry, kpi, branch.scope, period)
    given = [amount for part in branch.parts if (amount := _given(carry, kpi, part, period)) is not None]
    if whole is not None and given:
        yield sum_check(kpi, branch.scope, whole.target, sum(given), len(given), known.currency)
    for part in branch.parts:
        yield from _sums(carry, part, kpi, period, known)


def sums_after(ws: Workspace, plan: EditPlan) -> tuple[SumCheck, ...]:
    """What would be left to share out, or be too much, if a plan were written."""
    carry, changed = applier(ws), {(one.about.kpi_id, one.about.scope) for one in plan.changes}
    stay = (one for one in carry.book.in_force() if not same_days(one.period, plan.period)
            or (one.kpi_id, one.scope) not in changed)  # fmt: skip
    targets = (*stay, *(one.after for one in plan.changes if one.after is not None))
    ahead, tree = carry.with_book(GoalBook((), targets)), branches(ws, plan.period)
    kpis = tuple(definition_in_force(ws, one, plan.period) for one in _kpis(ws, ()))
    return tuple(check for kpi in kpis for check in _checks(ws, ahead, tree, kpi, plan.period))


def same_days(one: Period, other: Period) -> bool:
    """Whether two periods are the same days, under whatever name."""
    return (one.start, one.end) == (other.start, other.end)


def _given(carry: Applier, kpi: Kpi, branch: Branch, period: Period) -> float | None:
    """What a part was given: its own target, else what its parts were given together."""
    own = _held(carry, kpi, branch.scope, period)
    if own is not None:
        return own.target
    below = [amount for part in branch.parts if (amount := _given(carry, kpi, part, period)) is not None]
    return sum(below) if below else None


def _held(carry: Applier, kpi: Kpi, scope: Scope, period: Period) -> Target | None:
    found = carry.applies(kpi, scope, period)
    return found.target if found is not None else None


def sum_check(kpi: Kpi, parent: Scope, goal: float, allocated: float, parts: int, currency: str) -> SumCheck:
    """How far the targets of parts come to that of the whole, in words; half the smallest unit is no difference."""
    least = 10.0 ** -minor_digits(currency) if kpi.unit == "money" else 1e-6
    left = goal - allocated
    if abs(left) <= max(least / 2, 1e-9 * abs(goal)):
        return SumCheck(kpi.id, parent, goal, allocated, 0.0, "", parts)
    size = full_value(round(abs(left), 2), kpi.unit) if kpi.unit == "count" else format_value(
        abs(left), kpi.unit, currency
    )  # fmt: skip
    words = f"Not shared out: {size}" if left > 0 else f"Shared out {size} more than the target"
    return SumCheck(kpi.id, parent, goal, allocated, left, words, parts)
