"""Which KPIs rest on which: what each reads, what reads it, and what a change of one would break."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpidesk import engine
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.language import Formula, FormulaError, compile_formula, unit_choices
from kpidesk.language.compiling import references
from kpidesk.language.tree import GoalRef, KpiRef, Leaf
from kpidesk.language.walk import row_fields
from kpidesk.language.words import every_own
from kpidesk.operations.formulas import find_kpi, formula_of, formula_texts
from kpidesk.operations.workspace import Workspace, definitions

if TYPE_CHECKING:
    from kpidesk.core.drafts import Link, Through

_QUOTA_FIELDS = frozenset((("people", "quota"), ("people", "quota_attained")))
_BUILT_IN_READS: Mapping[str, tuple[tuple[str, Through], ...]] = {"reps_at_quota": ((engine.QUOTA, "goal"),)}
"""The KPIs that built-ins read; the others count rows themselves."""


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Every KPI with what it reads and what reads it, directly, as (id, whether the value or a goal)."""

    reads: Mapping[str, tuple[tuple[str, Through], ...]]
    read_by: Mapping[str, tuple[tuple[str, Through], ...]]

    def affected(self, kpi_id: str) -> dict[str, Through]:
        """Every KPI that changes with one, nearest first: with its value, or only with its goals.

        A goal is set by hand and changes with no value, so only the goals of the KPI itself matter.
        """
        found: dict[str, Through] = {}
        ways: list[tuple[str, Through]] = [(kpi_id, "value")]
        for name, so_far in ways:
            for other, by in self.read_by.get(name, ()):
                reached: Through = "goal" if "goal" in (by, so_far) else "value"
                if (by == "value" or name == kpi_id) and other != kpi_id and _is_nearer(found, other, reached):
                    found[other] = reached
                    ways.append((other, reached))
        return found


def _behind(reads: Callable[[str], tuple[tuple[str, Through], ...]], kpi_id: str) -> dict[str, Through]:
    found: dict[str, Through] = {}
    ways = [kpi_id]
    for name in ways:
        for other, by in reads(name):
            if other != kpi_id and _is_nearer(found, other, by):
                found[other] = by
                ways += [other] if by == "value" else []
    return found


def _is_nearer(found: Mapping[str, Through], name: str, through: Through) -> bool:
    """Whether a KPI is new among those found, or found by its value after its goal."""
    return name not in found or (found[name] == "goal" and through == "value")


def dependencies(ws: Workspace) -> Dependencies:
    """Which KPIs of a workspace rest on which; a formula that cannot be read counts by the names in it."""
    return ws.remember("dependencies", lambda: _dependencies(ws))


def behind(ws: Workspace, kpi_id: str) -> dict[str, Through]:
    """Every KPI that one rests on, nearest first; what is behind the value of another's goal is not.

    Only the formulas on the way are read, not those of the whole catalogue.
    """
    return _behind(lambda name: _reads(ws, name), kpi_id)


def goals_behind(ws: Workspace, kpi_id: str) -> frozenset[str]:
    """The KPIs whose goals one reads, or one that is behind its value."""
    values = (kpi_id, *(name for name, through in behind(ws, kpi_id).items() if through == "value"))
    return frozenset(other for name in values for other, through in _reads(ws, name) if through == "goal")


def _dependencies(ws: Workspace) -> Dependencies:
    reads = {kpi_id: _reads(ws, kpi_id) for kpi_id in definitions(ws)}
    read_by: dict[str, list[tuple[str, Through]]] = {kpi_id: [] for kpi_id in reads}
    for kpi_id, links in reads.items():
        for other, through in links:
            read_by.setdefault(other, []).append((kpi_id, through))
    return Dependencies(reads, {kpi_id: tuple(links) for kpi_id, links in read_by.items()})


def _reads(ws: Workspace, kpi_id: str) -> tuple[tuple[str, Through], ...]:
    """The KPIs that one reads itself; none where there is no such KPI."""
    kpi = definitions(ws).get(kpi_id)
    if kpi is None:
        return ()
    return ws.remember(("reads", kpi_id), lambda: tuple(dict.fromkeys(_read(ws, kpi))))


def _read(ws: Workspace, kpi: Kpi) -> Iterator[tuple[str, Through]]:
    if not kpi.formula:
        yield from _BUILT_IN_READS.get(kpi.builtin, ())
        return
    try:
        formula = formula_of(ws, kpi)
    except FormulaError:
        yield from ((name, "value") for name in references(kpi.formula, definitions(ws)))
        return
    if formula is not None:
        yield from _read_by(formula)


def _read_by(formula: Formula) -> Iterator[tuple[str, Through]]:
    """The KPIs that a formula reads itself."""
    for one in every_own(formula.tree):
        if isinstance(one, KpiRef):
            yield one.kpi_id, "value"
        elif isinstance(one, GoalRef):
            yield one.kpi_id, "goal"
        elif isinstance(one, Leaf) and row_fields(one) & _QUOTA_FIELDS:
            yield engine.QUOTA, "goal"


def affected(ws: Workspace, kpi_id: str) -> tuple[Link, ...]:
    """The KPIs that change when the formula or a goal of one changes, nearest first.

    Raises:
        UserError: there is no such KPI.
    """
    return _links(ws, dependencies(ws).affected(find_kpi(ws, kpi_id).id))


def rests_on(ws: Workspace, kpi_id: str) -> tuple[Link, ...]:
    """The KPIs that one rests on, nearest first.

    Raises:
        UserError: there is no such KPI.
    """
    return _links(ws, behind(ws, find_kpi(ws, kpi_id).id))


def rests_on_by(ws: Workspace, formula: Formula) -> tuple[Link, ...]:
    """The KPIs that something with this formula would rest on, nearest first."""
    own = tuple(dict.fromkeys(_read_by(formula)))
    return _links(ws, _behind(lambda name: _reads(ws, name) if name else own, ""))


def _links(ws: Workspace, found: Mapping[str, Through]) -> tuple[Link, ...]:
    from kpidesk.core.drafts import Link  # no first scorecard waits for it

    known = definitions(ws)
    return tuple(
        Link(one, known[one].name, known[one].status, through) for one, through in found.items() if one in known
    )


def broken_by(ws: Workspace, kpi_id: str, formula: str) -> tuple[tuple[Kpi, str], ...]:
    """The KPIs that would stop working if one had another formula, each with what would be wrong."""
    now = formula_texts(ws)
    then = {**now, kpi_id: formula}
    broken = []
    for other in dependencies(ws).affected(kpi_id):
        kpi = definitions(ws).get(other)
        if kpi is not None and kpi.formula and not _problem(kpi, now) and (problem := _problem(kpi, then)):
            broken.append((kpi, problem))
    return tuple(broken)


def _problem(kpi: Kpi, texts: Mapping[str, str]) -> str:
    """Why a KPI does not work with these formulas; empty when it does."""
    try:
        formula = compile_formula(kpi.measured, texts)
    except FormulaError as error:
        return error.problem
    return "" if kpi.unit in unit_choices(formula) else f"it could no longer be shown in '{kpi.unit}'."


def check_kept(ws: Workspace, kpi_id: str, formula: str) -> None:
    """Refuse a formula with which other KPIs in use would stop working; drafts may, until they are taken into use.

    Raises:
        UserError: naming them.
    """
    broken = [one for one in broken_by(ws, kpi_id, formula) if one[0].status == "active"]
    if broken:
        names = ", ".join(f"'{kpi.name}'" for kpi, _ in broken)
        does = "refers" if len(broken) == 1 else "refer"
        raise UserError(
            f"{names} {does} to this KPI and would stop working: {broken[0][1]}",
            "Keep the kind of number it gives, or change those KPIs first.",
        )
