"""The guide from an objective to its KPIs: a handful for each level that the data can compute, each with why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import get_args

from kpidesk.core.guide import LEAST, MOST_NEEDING, Proposed, balanced, candidates, why_of
from kpidesk.core.kpis import Kpi, Level
from kpidesk.core.objectives import Objective
from kpidesk.operations.formulas import KpiEntry, entries_of, find_kpi
from kpidesk.operations.objectives import in_use, save_objective
from kpidesk.operations.workspace import Workspace, all_or_none, definitions


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking KPIs for an objective did: those newly in use, and those that stay drafts with what they lack."""

    objective: Objective
    activated: tuple[Kpi, ...]
    drafts: tuple[tuple[Kpi, tuple[str, ...]], ...]


def propose_for(ws: Workspace, objective_text: str) -> tuple[Proposed, ...]:
    """The KPIs that would tell whether an objective is reached, by level: those the data can compute, then some others.

    A common aim is known by its name; of one's own words those KPIs are found whose name, subject or objective shares
    them. Nothing is proposed where none does.
    """
    found = candidates(objective_text, tuple(definitions(ws).values()))
    entries = entries_of(ws, found)
    return tuple(one for level in get_args(Level) for one in _at(ws, entries, level))


def _at(ws: Workspace, entries: tuple[KpiEntry, ...], level: Level) -> list[Proposed]:
    here = [one for one in entries if level in one.kpi.levels]
    usable = [one.kpi for one in here if one.computable]
    chosen = balanced(usable)
    if len(chosen) < LEAST:
        chosen = balanced([*chosen, *_what_foretells(ws, usable, level), *usable], forms=True)
    lacking = [one for one in here if not one.computable][:MOST_NEEDING]
    beside = [*chosen, *(one.kpi for one in lacking)]
    return [
        *(Proposed(kpi, level, why_of(kpi, beside)) for kpi in chosen),
        *(Proposed(one.kpi, level, why_of(one.kpi, beside), one.needs, one.how) for one in lacking),
    ]


def _what_foretells(ws: Workspace, kpis: list[Kpi], level: Level) -> tuple[Kpi, ...]:
    """Computable KPIs of a level that move before some others, where those alone are too few."""
    known = definitions(ws)
    ids = dict.fromkeys(one for kpi in kpis for one in kpi.leading if one in known)
    wanted = (known[one] for one in ids if known[one] not in kpis and level in known[one].levels)
    found = entries_of(ws, tuple(kpi for kpi in wanted if kpi.status != "retired" and not kpi.coaching))
    return tuple(one.kpi for one in found if one.computable)


def take(ws: Workspace, objective: Objective, kpi_ids: tuple[str, ...], reason: str = "") -> Taken:
    """Keep an objective (number 0: a new one) with these KPIs after those it has, and take them into use.

    What lacks a decision or an owner stays a draft. `reason` says why so many are needed, where they are.

    Raises:
        UserError: as for `save_objective` and `save_kpi`; nothing is changed then.
    """
    attached = tuple(dict.fromkeys((*objective.kpi_ids, *(find_kpi(ws, one).id for one in kpi_ids))))
    with all_or_none(ws):
        kept = save_objective(ws, replace(objective, kpi_ids=attached))
        idle = [kpi for kpi in (find_kpi(ws, one) for one in kpi_ids) if kpi.status != "active"]
        done = [in_use(ws, kpi, kept, reason) for kpi in idle]
    return Taken(
        kept,
        tuple(kpi for kpi, missing in done if not missing),
        tuple((kpi, missing) for kpi, missing in done if missing),
    )
