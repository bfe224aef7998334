"""The numbers that formulas need and no file tells: which are used, which are set."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kpidesk.core.benchmarks import USUAL
from kpidesk.core.parameters import PARAMETER_HELP, read_parameter, with_parameter
from kpidesk.operations.formulas import parameters_read
from kpidesk.operations.workspace import Workspace, definitions, save_settings, settings


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named number: its value (None: not set), what it means, and the ids of the KPIs that use it."""

    name: str
    value: float | None
    help: str
    used_by: tuple[str, ...]


def parameters(ws: Workspace) -> tuple[Parameter, ...]:
    """Every parameter that is set, that a KPI uses, or that says how large a deal is, by name."""
    known = dict(settings(ws).parameters)
    uses = {kpi.id: parameters_read(ws, kpi) for kpi in definitions(ws).values()}
    names = sorted(set(known).union(USUAL, *uses.values()))
    return tuple(
        Parameter(
            name,
            known.get(name),
            PARAMETER_HELP.get(name, ""),
            tuple(sorted(kpi_id for kpi_id, read in uses.items() if name in read)),
        )
        for name in names
    )


def set_parameter(ws: Workspace, name: str, text: str) -> Parameter:
    """Set a parameter as typed, `80%` or `0.8`, and give it back as it now is.

    Raises:
        UserError: the name cannot stand in a formula, or the value is no number.
    """
    cleaned, value = read_parameter(name, text)
    known = settings(ws)
    save_settings(ws, replace(known, parameters=with_parameter(known.parameters, cleaned, value)))
    return next(one for one in parameters(ws) if one.name == cleaned)
