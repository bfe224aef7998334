"""A grid of targets as the operations give it, without a workspace."""

from __future__ import annotations

from dataclasses import replace

from kpidesk.core.applying import Applied
from kpidesk.core.cascade import CascadeLine, CascadePlan
from kpidesk.core.formats import format_value
from kpidesk.core.goals import Baseline, Target
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG, Scope, ScopeKind
from kpidesk.core.periods import shift
from kpidesk.core.refreshing import Refresh, RefreshLine
from kpidesk.core.target_grid import EditPlan, Grid, GridCell, GridLine, SumCheck
from tests.ui.samples import CASES, QUARTER, SETTINGS, kpi

BOOKINGS, WIN_RATE, CYCLE = (kpi(CASES[at]) for at in (0, 1, 2))
NORTH, SOUTH = Scope("team", "North", 1), Scope("team", "South", 2)
ANN, BO, CY = Scope("rep", "Ann Lee", 11), Scope("rep", "Bo Dahl", 12), Scope("rep", "Cy Ortiz", 13)
AE = Scope("role", "AE", 1)
LINES: tuple[tuple[Scope, str, int, ScopeKind], ...] = (
    (ORG, "Northwind Sales", 0, "org"),
    (AE, "Every AE", 1, "role"),
    (NORTH, "North", 1, "team"),
    (ANN, "Ann Lee", 2, "rep"),
    (BO, "Bo Dahl", 2, "rep"),
    (SOUTH, "South", 1, "team"),
    (CY, "Cy Ortiz", 2, "rep"),
)
TARGETS: dict[tuple[Scope, str], tuple[float, float, float]] = {
    (ORG, "bookings"): (900_000, 1_200_000, 1_400_000),
    (NORTH, "bookings"): (500_000, 600_000, 700_000),
    (SOUTH, "bookings"): (400_000, 480_000, 600_000),
    (ANN, "bookings"): (250_000, 300_000, 350_000),
    (BO, "bookings"): (250_000, 300_000, 350_000),
    (NORTH, "win_rate"): (0.25, 0.30, 0.34),
    (ORG, "sales_cycle"): (60, 55, 50),
}
CLOSED = "Q3 2026 is closed: its targets are read-only."


def goal(scope: Scope, about: Kpi) -> Target | None:
    tiers = TARGETS.get((scope, about.id))
    return None if tiers is None else Target(about.id, scope, QUARTER, *tiers)


def cell(scope: Scope, about: Kpi, *, closed: str = "") -> GridCell:
    """Own targets are as set; those of a rate come from the team above, those of a median from the org."""
    own = goal(scope, about)
    above = {"win_rate": NORTH if scope in (ANN, BO) else None, "sales_cycle": ORG}.get(about.id)
    held = own if own is not None else goal(above, about) if above is not None else None
    note, why = "", "" if held is None else "set for this one"
    if own is None and held is not None and above is not None:
        note = f"that of {above.name or 'all'}"
        why = f"{note}: this KPI has one value for all"
    baseline = None if own is None else Baseline(about.id, scope, QUARTER, own.minimum, "trailing_4", "the past", 120)
    text = "" if held is None else format_value(held.target, about.unit, "USD")
    applied = None if held is None else Applied(held, why)
    return GridCell(scope, about.id, own, applied, why, baseline, closed, text, note)


def grid(*, closed: str = "") -> Grid:
    """Three KPIs; 120,000 of what the org has to book is not shared out."""
    kpis = (BOOKINGS, WIN_RATE, CYCLE)
    lines = tuple(GridLine(*one) for one in LINES)
    cells = tuple(tuple(cell(line.scope, one, closed=closed) for one in kpis) for line in lines)
    left = SumCheck("bookings", ORG, 1_200_000, 1_080_000, 120_000, "Not shared out: $120K", 2)
    even = SumCheck("bookings", NORTH, 600_000, 600_000, 0, "", 2)
    return Grid(QUARTER, kpis, lines, cells, (left, even), closed)


def named(made: Grid, name: str) -> Grid:
    """The same with everybody and everything called by one name."""
    kpis = tuple(replace(one, name=name) for one in made.kpis)
    return replace(made, kpis=kpis, lines=tuple(replace(one, name=name) for one in made.lines))


def shared_out(name: str) -> CascadePlan:
    """What North has to book, divided between Ann and Bo; `name` is what everything is called."""
    whole = goal(NORTH, BOOKINGS)
    assert whole is not None
    lines = tuple(
        CascadeLine(one, name, Target("bookings", one, QUARTER, 1, 300_000, 3), 0.5, name, goal(one, BOOKINGS), "$300K",
                    "$300K")
        for one in (ANN, BO)
    )  # fmt: skip
    check = SumCheck("bookings", NORTH, 600_000, 540_000, 60_000, name, 2)
    edits = EditPlan(QUARTER, (), ())
    return CascadePlan(
        replace(BOOKINGS, name=name), whole, QUARTER, "equal", 0.0, 600_000, lines, check, 0.3, edits, name, (name,)
    )


def due(name: str) -> Refresh:
    """A target that is due with all that can be said about it; `name` is what everything is called."""
    old = goal(NORTH, WIN_RATE)
    assert old is not None
    base = Baseline("win_rate", NORTH, QUARTER, 0.25, "trailing_4", "the past", 120)
    line = RefreshLine(
        replace(WIN_RATE, name=name), NORTH, name, old, base, "30.0%", "25.0%", name, True, base, "25.0%", name,
        (0.25, 0.3, 0.34), "30.0%", 0.2, name, name, (name, name), name,
    )  # fmt: skip
    return Refresh(shift(QUARTER, 1, SETTINGS), (line,))
