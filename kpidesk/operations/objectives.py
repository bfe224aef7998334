"""Objectives: what is to be reached, in a tree, and the KPIs that tell; and the two KPIs a scope looks at first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kpidesk import store
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi, unfilled
from kpidesk.core.objectives import (
    Focus,
    Objective,
    Objectives,
    check_focus,
    check_objective,
    focus_of,
    moved,
    scopes_above,
)
from kpidesk.core.people import Scope
from kpidesk.operations.formulas import find_kpi
from kpidesk.operations.workspace import Workspace, all_or_none, data_date, definitions, scopes


def objectives(ws: Workspace) -> Objectives:
    """Every objective with its KPIs, those out of use included."""
    return store.load_objectives(ws.db)


def save_objective(ws: Workspace, objective: Objective) -> Objective:
    """Keep an objective as it now stands; one with number 0 is new and comes last among those beside it.

    A KPI attached to it that has no objective of its own yet takes this one's name for it.

    Raises:
        UserError: it has no name, would lie below itself, or names an unknown KPI.
    """
    from kpidesk.operations.kpis import save_kpi  # a first scorecard asks for the focus, and for none of it

    known = objectives(ws)
    kept = replace(
        objective, name=" ".join(objective.name.split()), why=objective.why.strip(), owner=objective.owner.strip(),
        kpi_ids=tuple(find_kpi(ws, one).id for one in objective.kpi_ids),
    )  # fmt: skip
    check_objective(kept)
    known.check_parent(kept.id, kept.parent_id)
    before = known.get(kept.id)
    if before is None or before.parent_id != kept.parent_id:
        kept = replace(kept, place=1 + max((one.place for one in known.under(kept.parent_id)), default=-1))
    kept = kept if before is not None else replace(kept, id=0, made_on=ws.today.isoformat())
    with all_or_none(ws):
        number = store.save_objective(ws.db, kept)
        for kpi_id in kept.kpi_ids:
            kpi = find_kpi(ws, kpi_id)
            if not kpi.objective.strip():
                save_kpi(ws, replace(kpi, objective=kept.name))
    return replace(kept, id=number)


def retire_objective(ws: Workspace, text: str, *, back: bool = False) -> tuple[Objective, ...]:
    """Take an objective, with those below it, out of use; it stays readable. With `back` into use again, it alone.

    Raises:
        UserError: there is no such objective.
    """
    known = objectives(ws)
    first = known.find(text)
    day = "" if back else ws.today.isoformat()
    wanted = [first] if back else [first, *_all_below(known, first.id)]
    changed = tuple(replace(one, retired_on=day) for one in wanted if one.is_retired == back)
    with all_or_none(ws):
        for one in changed:
            store.save_objective(ws.db, one)
    return changed


def _all_below(known: Objectives, number: int) -> list[Objective]:
    return [deeper for one in known.under(number) for deeper in (one, *_all_below(known, one.id))]


def move_objective(ws: Workspace, number: int, step: int) -> None:
    """Put an objective one place up (-1) or down (1) among those in use beside it; at either end it stays.

    Raises:
        UserError: there is no such objective.
    """
    known = objectives(ws)
    parent = known.find(str(number)).parent_id
    beside = [one.id for one in known.under(parent, retired=False)]
    if number in beside:
        store.place_objectives(ws.db, moved(beside, number, step))


def change_objective(
    ws: Workspace, text: str, *, name: str | None = None, why: str | None = None, owner: str | None = None,
    under: str | None = None, attach: Sequence[str] = (), detach: Sequence[str] = (),
) -> Objective:  # fmt: skip
    """Change what is given of an objective; `under` "" puts it at the top.

    Raises:
        UserError: there is no such objective, or as for `save_objective`.
    """
    known = objectives(ws)
    one = known.find(text)
    away = {find_kpi(ws, kpi_id).id for kpi_id in detach}
    more = [find_kpi(ws, kpi_id).id for kpi_id in attach]
    parent = one.parent_id if under is None else known.find(under).id if under.strip() else 0
    kept = [kpi_id for kpi_id in dict.fromkeys((*one.kpi_ids, *more)) if kpi_id not in away]
    changed = replace(
        one, parent_id=parent, kpi_ids=tuple(kept), name=one.name if name is None else name,
        why=one.why if why is None else why, owner=one.owner if owner is None else owner,
    )  # fmt: skip
    return save_objective(ws, changed)


def add_objective(
    ws: Workspace, name: str, *, why: str = "", owner: str = "", under: str = "", kpi_ids: Sequence[str] = ()
) -> Objective:
    """Add an objective, at the top or under another one.

    Raises:
        UserError: as for `save_objective`, or there is no objective to put it under.
    """
    parent = objectives(ws).find(under).id if under.strip() else 0
    return save_objective(ws, Objective(0, name, why, owner, parent, kpi_ids=tuple(kpi_ids)))


def focus(ws: Workspace, scope: Scope) -> Focus:
    """The two KPIs that a scope looks at first: its own choice, else that of the nearest scope above it."""
    people, day = scopes(ws), data_date(ws) or ws.today
    team = people.team_on(scope.id, day) if scope.kind == "rep" else None
    found = focus_of(store.load_focus(ws.db), scope, scopes_above(people, scope, team.id if team else 0))
    known = definitions(ws)
    in_use = tuple(one for one in found.kpi_ids if one in known and known[one].status != "retired")
    return replace(found, kpi_ids=in_use)


def set_focus(ws: Workspace, scope: Scope, kpi_ids: Sequence[str]) -> Focus:
    """Let a scope look at these KPIs first, two at most; none takes the choice back.

    Raises:
        UserError: more than two, no such KPI, or one that is not in use.
    """
    kpis = [find_kpi(ws, one) for one in kpi_ids]
    chosen = tuple(dict.fromkeys(kpi.id for kpi in kpis))
    check_focus(chosen)
    if idle := next((kpi for kpi in kpis if kpi.status != "active"), None):
        raise UserError(f"'{idle.name}' is not in use.", "Take it into use first: only its number can be looked at.")
    store.save_focus(ws.db, scope, chosen)
    return focus(ws, scope)


def in_use(ws: Workspace, kpi: Kpi, objective: Objective, reason: str = "") -> tuple[Kpi, tuple[str, ...]]:
    """A KPI taken into use for an objective, with the fields that are still empty and keep it a draft."""
    from kpidesk.operations.kpis import save_kpi  # as above

    filled = replace(kpi, objective=kpi.objective.strip() or objective.name, owner=kpi.owner.strip() or objective.owner)
    missing = unfilled(filled)
    status = filled.status if missing else "active"
    changed = replace(filled, status=status, retired_on="" if status == "active" else filled.retired_on)
    if reason.strip() and changed != kpi:
        changed = replace(changed, reason=reason.strip())
    return (kpi if changed == kpi else save_kpi(ws, changed)), missing
