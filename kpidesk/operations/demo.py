"""The sample company, brought in by the same verbs that a person uses."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kpidesk.core.errors import UserError
from kpidesk.core.goals import Proposal, Target
from kpidesk.core.people import ORG
from kpidesk.core.periods import parse_period
from kpidesk.core.progress import Progress
from kpidesk.core.scorecards import Scorecard
from kpidesk.core.trends import Trend
from kpidesk.operations.evaluation import scorecard, trend
from kpidesk.operations.formulas import chosen_kpis, find_kpi
from kpidesk.operations.goals import propose, set_baseline, set_target
from kpidesk.operations.imports import import_file
from kpidesk.operations.kpis import add_kpi, save_kpi
from kpidesk.operations.questions import opening
from kpidesk.operations.row_luck import with_luck
from kpidesk.operations.upkeep import backup
from kpidesk.operations.workspace import (
    Workspace,
    all_or_none,
    close,
    open_workspace,
    save_settings,
    scopes,
    settings,
)

if TYPE_CHECKING:
    from kpidesk.exporting.sample import SampleTarget

SAMPLE_FILE = "sample.kpidesk"
TREND_PERIODS = 9
QUOTA_STEP = 5_000
"""What a quota is a multiple of, in USD."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo made: the workspace file, the scorecard it opens with, and two trends."""

    workspace: Path
    scorecard: Scorecard
    trends: tuple[Trend, ...]


def make_demo(folder: Path, today: date, weeks: int = 0) -> Generator[Progress, None, Demo]:
    """Write the sample company's export files, import them, set its targets, and give back what the window shows.

    With `weeks` there are as many weekly exports of the deals before today's, so that what moved from week to week
    can be told. Exports of an earlier run that are not written again stay in the folder.

    A sample workspace from an earlier run is backed up and replaced; one that is not finished goes again.

    Raises:
        UserError: the folder cannot be written, or the sample is open in a window.
    """
    from kpidesk.exporting.sample import write_sample

    yield Progress(0, 0, "Writing the sample company's exports")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sample = write_sample(folder / "exports", today, weeks=weeks)
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror}.", "Choose another folder with --out.") from None
    path = folder / SAMPLE_FILE
    if path.exists():
        _keep_earlier(path, today)
        path.unlink()
    ws = open_workspace(path, create=True, today=today)
    done = False
    try:
        save_settings(ws, replace(settings(ws), organisation="Sample company"))
        for file in sample.files:
            yield from import_file(ws, file.path, file.options)
        yield Progress(0, 0, "Setting baselines and targets")
        with all_or_none(ws):
            set_plan(ws, sample.targets)
        asked = opening(ws)
        trends = tuple(trend(ws, kpi, asked, TREND_PERIODS) for kpi in ("bookings", "win_rate"))
        demo = Demo(path, with_luck(ws, scorecard(ws, asked)), trends)
        done = True
    finally:
        close(ws)
        if not done:
            path.unlink(missing_ok=True)
    return demo


def _keep_earlier(path: Path, today: date) -> None:
    """Back up the sample as it was left: what was typed and set in it comes from no export."""
    ws = open_workspace(path, today=today)
    try:
        backup(ws)
    finally:
        close(ws)


def set_plan(ws: Workspace, targets: tuple[SampleTarget, ...]) -> None:
    """The sample's plan: its KPIs with baseline and target, and no others, so that there are five at most.

    Every target follows from its baseline as it is proposed, quotas as they are shared out among the reps.
    """
    planned = {one.kpi_id for one in targets}
    for kpi in chosen_kpis(ws, (), ORG):
        if kpi.id not in planned:
            save_kpi(ws, replace(kpi, status="draft"))
    for name in sorted(planned):
        if find_kpi(ws, name).status != "active":
            add_kpi(ws, name)
    proposed = {one: _proposal(ws, one) for one in targets}
    quotas = shared_out({one: found.target if found is not None else None for one, found in proposed.items()})
    for one, found in proposed.items():
        if found is not None:
            target = _target(ws, _planned(one, quotas.get(one), found))
            then = replace(ws, today=min(ws.today, target.period.start), memory={})  # a plan comes before its period
            set_baseline(then, found.baseline)
            set_target(then, target, "The sample's plan")


def _planned(one: SampleTarget, quota: float | None, found: Proposal) -> SampleTarget:
    """What is set: as it is proposed, or a quota with the tiers around it, of a team above its baseline."""
    if quota is None:
        return replace(one, minimum=found.minimum, target=found.target, stretch=found.stretch)
    base = found.minimum if one.parts and found.minimum < quota else round(quota / 1.1, -3)
    return replace(one, minimum=base, target=quota, stretch=round(quota * 1.2 / 1.1, -3))


def shared_out(proposed: Mapping[SampleTarget, float | None]) -> dict[SampleTarget, float]:
    """The sample's quotas, so that those of each team add up to what its history proposes, about a tenth more.

    Each rep has the share of it that the sample gives them, in steps; team and org are the sums of their reps. A team
    without history keeps the sample's own quotas.
    """
    wholes = [one for one in proposed if one.parts]
    amounts: dict[tuple[str, str], float] = {}
    for one in sorted(wholes, key=lambda whole: -len(whole.parts)):  # the smallest whole of a rep, the team, comes last
        share = (proposed[one] or one.target) / one.target
        amounts |= {(part, one.period): share for part in one.parts}
    reps = {(one.scope, one.period): one for one in proposed if (one.scope, one.period) in amounts}
    amounts = {key: round(one.target * amounts[key] / QUOTA_STEP) * QUOTA_STEP for key, one in reps.items()}
    found = {one: amounts[key] for key, one in reps.items()}
    return found | {one: sum(amounts[part, one.period] for part in one.parts) for one in wholes}


def _target(ws: Workspace, one: SampleTarget) -> Target:
    scope, period = scopes(ws).find_scope(one.scope), parse_period(one.period, settings(ws), ws.today)
    return Target(one.kpi_id, scope, period, one.minimum, one.target, one.stretch)


def _proposal(ws: Workspace, one: SampleTarget) -> Proposal | None:
    """What the sample's history gives; nothing for a rep who is new, and so has no target yet."""
    target = _target(ws, one)
    try:
        found = propose(ws, target.kpi_id, target.scope, target.period)
    except UserError:
        return None
    return None if found.baseline.method == "comparable" else found
