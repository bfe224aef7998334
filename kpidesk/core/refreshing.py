"""The quarterly refresh: for every target that is due, the old and the new side by side, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kpidesk.core.goals import Baseline, Target
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import Scope
from kpidesk.core.periods import Period
from kpidesk.core.target_grid import SumCheck

Choice = Literal["accept", "edit", "keep"]


@dataclass(frozen=True, slots=True)
class RefreshLine:
    """One target that ends: `old` and its baseline, and what is proposed in its place.

    `age` says how old it is ("set 4 months ago, for Q3 2026"), `is_stale` that it is older than the period before.
    `baseline` is the new one, found by the automatic method for the reason in `method`; None with `hindrance` where the
    history carries none. `proposed` has minimum, target and stretch at the same `uplift`, `exact` the same before they
    were rounded. `noticeable` says what is the
    smallest change that one period can show, `capability` whether the present process reaches the target.
    """

    kpi: Kpi
    scope: Scope
    name: str
    old: Target
    old_baseline: Baseline | None
    old_text: str
    old_baseline_text: str
    age: str
    is_stale: bool
    baseline: Baseline | None
    baseline_text: str
    method: str
    proposed: tuple[float, float, float] | None
    proposed_text: str
    uplift: float
    noticeable: str
    capability: str
    warnings: tuple[str, ...] = ()
    hindrance: str = ""
    exact: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Refresh:
    """Every target that is due for a period; `done` counts those that it has already, set or as a quota from a file.

    `closed` says that the period is over and read-only; empty while it is not. `sums` say where the targets of
    parts come to that of their whole now and would not if every proposal were taken, `checks` what the parts of every
    whole would then come to. `bare` names the KPIs in use that have no target in the period and none to follow.
    """

    period: Period
    lines: tuple[RefreshLine, ...]
    done: int = 0
    closed: str = ""
    sums: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    checks: tuple[SumCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of one target: take the proposal, take what was typed (`text`), or keep the old (`reason`)."""

    kpi_id: str
    scope: Scope
    choice: Choice
    text: str = ""
    reason: str = ""
