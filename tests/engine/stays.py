"""The stays of deals in stages, told one deal and one file at a time: the plain way to the engine's stage visits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby, pairwise
from statistics import fmean, quantiles

from tests.engine.support import Company, Deal

Order = dict[str, list[str]]
"""The stages of every pipeline, in order."""


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay; `shown` and `left` are the versions that show its beginning and its end."""

    deal: int
    pipeline: str
    stage: str
    entered: date | None
    shown: Deal
    exited: date | None = None
    left: Deal | None = None
    days: int | None = None
    advanced: bool = False
    first: bool = True


@dataclass(frozen=True, slots=True)
class _Step:
    """A stage entered, or a closing (no stage)."""

    shown: Deal
    stage: str
    day: date | None
    witnessed: bool = False


def stays_of(company: Company) -> list[Stay]:
    """Every stay of every deal, in order."""
    ends = _ends(company)
    versions = (replace(deal, stage="" if deal.stage in ends else deal.stage) for deal in company.versions())
    histories = [list(seen) for _, seen in groupby(versions, lambda deal: deal.id)]
    steps = [_steps(company, seen) for seen in histories]
    order = _order(company, steps)
    pairs = zip(histories, steps, strict=True)
    return [stay for seen, taken in pairs for stay in _stays(company, seen, taken, order)]


def _ends(company: Company) -> set[str]:
    """The stages in which all deals ever seen were won, or all were lost."""
    outcomes: dict[str, set[str]] = {}
    for deal in company.versions():
        outcomes.setdefault(deal.stage, set()).add(deal.outcome)
    return {stage for stage, seen in outcomes.items() if seen in ({"won"}, {"lost"})}


def _born(seen: Sequence[Deal]) -> date:
    return seen[-1].created_at or seen[0].seen


def _steps(company: Company, seen: Sequence[Deal]) -> list[_Step]:
    told = [deal for deal in seen if deal.outcome != "open" or deal.stage]
    steps: list[_Step] = []
    last_stage, before = "", None
    for is_open, run in groupby(told, lambda deal: deal.outcome == "open"):
        versions = list(run)
        closing = None if is_open else versions[-1].closed_at or versions[-1].close_date or versions[0].seen
        for deal in versions if is_open else versions[:1]:
            came_back = is_open and before is not None and (
                before.outcome != "open" or (deal.stage_entered_at or date.min) > before.seen
            )  # fmt: skip
            if deal.stage and (deal.stage != last_stage or came_back):
                day: date | None = deal.stage_entered_at or (min(deal.seen, closing) if closing else deal.seen)
                if not steps and not deal.stage_entered_at:
                    day = _born(seen) if _born(seen) > company.first_data else None
                steps.append(_Step(deal, deal.stage, day, is_open or deal.stage_entered_at is not None))
            last_stage, before = deal.stage or last_stage, deal
        if closing:
            steps.append(_Step(versions[0], "", closing))
            before = versions[-1]
    return list(_forwards(steps))


def _forwards(steps: Sequence[_Step]) -> Iterator[_Step]:
    """The steps with no day before that of an earlier one."""
    latest: date | None = None
    for step in steps:
        latest = step.day if latest is None else max(step.day or latest, latest)
        yield replace(step, day=latest)


def _order(company: Company, steps: Sequence[Sequence[_Step]]) -> Order:
    chances: dict[tuple[str, str], list[int]] = {}
    for step in (one for taken in steps for one in taken if one.stage):
        chances.setdefault((step.shown.pipeline, step.stage), [])
    for deal in company.versions():
        if deal.outcome == "open" and deal.stage and deal.probability is not None:
            chances[deal.pipeline, deal.stage].append(deal.probability)
    ranked = sorted(chances, key=lambda key: (key[0], fmean(chances[key]), key[1]))
    return {pipeline: [stage for _, stage in keys] for pipeline, keys in groupby(ranked, lambda key: key[0])}


def _stays(company: Company, seen: Sequence[Deal], steps: Sequence[_Step], order: Order) -> list[Stay]:
    won = seen[-1].outcome == "won"
    found: list[Stay] = []
    for step, following in pairwise([*steps, None]):
        if step is None or not step.stage:
            continue
        stages = order[step.shown.pipeline]
        here = stages.index(step.stage)
        blank = Stay(seen[0].id, step.shown.pipeline, step.stage, step.day, step.shown)
        if step is steps[0] and _born(seen) > company.first_data:
            found += [replace(blank, stage=stage, exited=step.day, left=step.shown) for stage in stages[:here]]
        if following is None:
            found.append(blank)
            continue
        length = (following.day - step.day).days if step.witnessed and step.day and following.day else None
        found.append(replace(blank, exited=following.day, left=following.shown, days=length))
        goal = (
            stages.index(following.stage) if following.stage else len(stages) if won and following is steps[-1] else 0
        )
        found += [
            replace(blank, stage=stage, entered=following.day, shown=following.shown, exited=following.day,
                    left=following.shown)
            for stage in stages[here + 1 : goal]
        ]  # fmt: skip
    places = [order[stay.pipeline].index(stay.stage) for stay in found]
    return [
        replace(stay, advanced=won or any(later > place for later in places[at + 1 :]),
                first=all(earlier < place for earlier in places[:at]))
        for at, (stay, place) in enumerate(zip(found, places, strict=True))
    ]  # fmt: skip


def limits_of(about: Company, day: date) -> dict[int, tuple[int, int]]:
    """Limit and number of stays by deal that was in a stage that day, one stay after the other."""
    stays, newest = stays_of(about), {deal.id: deal for deal in about.versions()}
    past: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in stays:
        deal = newest[one.deal]
        closed = deal.closed_at or deal.close_date
        is_over = one.exited is not None and one.exited <= day
        if is_over and one.days is not None and deal.outcome == "won" and closed is not None and closed <= day:
            past[one.pipeline, one.stage].append(one.days)
    found = {}
    for one in stays:
        if (one.entered or date.min) <= day < (one.exited or date.max):
            mine = past[one.pipeline, one.stage]
            is_own = len(mine) >= about.settings.minimum_n
            # Python's own fifths, from the lowest stay to the highest
            long = int(quantiles(mine, n=5, method="inclusive")[3] + 1e-9) if is_own else about.settings.stall_days
            found[one.deal] = (max(long, 14) if is_own else long, len(mine))
    return found
