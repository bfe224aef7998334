"""The past deals behind the chance of open deals: which were due with as much time left, and which were won in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kpidesk import engine
from kpidesk.core.errors import UserError
from kpidesk.core.fields import Kind
from kpidesk.core.forecasts import ALL, StageChance, WinCell
from kpidesk.core.formats import day_text
from kpidesk.core.parts import Part
from kpidesk.core.people import ORG
from kpidesk.core.receipt_codes import Claim
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.core.wording import counted
from kpidesk.operations.evaluators import as_known, evaluator
from kpidesk.operations.forecast_deals import NO_STAGE
from kpidesk.operations.forecast_known import known_now, plain
from kpidesk.operations.forecast_pipeline import NO_SUM, Conversion, conversion_of, learned_now
from kpidesk.operations.page_numbers import CHANCE, STAGE_OF, WEEKS_LEFT, page_numbers
from kpidesk.operations.receipt_code import coder, part_mark
from kpidesk.operations.replay_words import NOWHERE
from kpidesk.operations.workspace import Workspace
from kpidesk.stats.conversion import stage_chance

DAYS_OF_A_WEEK = 7
MOST_WEEKS = 53
Told = TypeVar("Told", StageChance, WinCell)


def chance_question(asked: Question, stage: str, weeks: int | None = None) -> Question:
    """The question of how many open deals of a stage were won in time, with the time left or so many weeks.

    They are those of the whole organisation, whoever's forecast it is.
    """
    by_week = () if weeks is None else (Part(WEEKS_LEFT, _left(weeks)),)
    return replace(plain(asked), scope=ORG, parts=(Part(STAGE_OF, stage), *by_week))


def _left(weeks: int) -> str:
    return f"{counted(weeks, 'week')} left"


def with_chance_codes(ws: Workspace, asked: Question, told: tuple[Told, ...]) -> tuple[Told, ...]:
    """The chances of stages, each with the code of what it rests on; none where that is nothing."""
    coded, kpi = coder(ws, asked), page_numbers()[CHANCE]
    return tuple(
        replace(one, receipt=coded(
            kpi, chance_question(asked, one.stage, one.weeks_left if isinstance(one, WinCell) else None),
            _result(one.won, one.n),
        )) if one.n else one
        for one in told
    )  # fmt: skip


def _result(won: float, n: float) -> Result:
    return Result(won / n if n else None, n, won, n, reason="" if n else "no such deal was due in a past period")


def behind_chance(ws: Workspace, asked: Question) -> engine.Behind:
    """The open deals of a stage that were due with as much time left, those won in time above the line.

    Raises:
        UserError: no stage is named, or bookings are no sum of won deals.
    """
    named = {one.field: one.label for one in asked.parts}
    if STAGE_OF not in named:
        raise UserError("This number is of the deals of a stage.", "Open it by its receipt code.")
    found, facts = _learned(ws, asked, named.get(WEEKS_LEFT, ""))
    place = next((at for at, name in engine.words_at(facts, "stage").items() if name == named[STAGE_OF]), -1)
    mine = [np.ones(len(due.deal), dtype=np.bool_) if named[STAGE_OF] == ALL else due.stage == place
            for due in found.due]  # fmt: skip
    return _behind(facts, found, mine, is_whole=named[STAGE_OF] == ALL)


def _learned(ws: Workspace, asked: Question, weeks: str) -> tuple[Conversion, engine.Facts]:
    whole = replace(plain(asked), scope=ORG)
    then = as_known(ws, whole.as_of, whole.teams)
    known = known_now(then, whole)
    leaf = engine.due_leaf(known.formula.tree)
    if leaf is None:
        raise UserError(NO_SUM, "Define bookings as the amount of won deals.")
    if weeks:
        days = next(one for one in range(MOST_WEEKS + 1) if _left(one) == weeks) * DAYS_OF_A_WEEK
        found = conversion_of(known, whole.period, leaf, days)
    else:
        found = learned_now(then, known, whole, leaf)
    return found, known.evaluator.facts


def _behind(
    facts: engine.Facts, found: Conversion, mine: list[NDArray[np.bool_]], *, is_whole: bool
) -> engine.Behind:  # fmt: skip
    pairs = list(zip(found.due, mine, strict=True))
    sizes = [int(each.sum()) for each in mine]
    version = np.concatenate([np.zeros(0, dtype=np.int64), *(one.version[each] for one, each in pairs)])
    share = np.concatenate([np.zeros(0), *(one.share[each] for one, each in pairs)])
    is_won = np.concatenate([np.zeros(0, dtype=np.bool_), *(one.won[each] for one, each in pairs)])
    size = len(version)
    total = float(share.sum())
    result = _result(float(share[is_won].sum()), total)
    kind: Kind = "deals"
    again = sum(one for one, above in zip(share.tolist(), is_won.tolist(), strict=True) if above)
    overall = found.total.overall
    chance = stage_chance(result.numerator or 0.0, total, overall)
    return engine.Behind(
        facts.past.versions.value[version], engine.Each.alike(kind, size), engine.Each.alike("", size), share, None,
        is_won, engine.Each.alike(None, size), _reasons(found, sizes), result, again / total if total else None,
        (
            ("won in time", result.numerator), ("open deals due", result.denominator),
            ("chance of all stages", overall),
            *(() if is_whole else (("chance used, all stages weighed in", chance),)),
        ),
        ("stage", "close_date"), engine.stood_open(facts, version),
    )  # fmt: skip


def _reasons(found: Conversion, sizes: list[int]) -> engine.Each[str]:
    """When each was open, and by when it was not won."""
    words = tuple(
        f"open on {day_text(engine.day_of(one.day))}, not won by {day_text(engine.day_of(one.last - 1))}"
        for one in found.spans
    )
    return engine.Each(words or ("",), np.repeat(np.arange(len(sizes)), sizes))


def with_stage(ws: Workspace, claim: Claim, asked: Question) -> Question:
    """The question for the stage, and for the weeks left, that a code stands for.

    Raises:
        UserError: there is no such stage any more.
    """
    stage = next((one for one in _stages(ws) if part_mark(Part(STAGE_OF, one)) == claim.parts[0]), None)
    weeks = (one for one in range(MOST_WEEKS + 1) if part_mark(Part(WEEKS_LEFT, _left(one))) in claim.parts[1:])
    if stage is None:
        raise UserError("The stage of this receipt is not in this workspace any more.", NOWHERE)
    return chance_question(asked, stage, next(weeks, None))


def _stages(ws: Workspace) -> Iterator[str]:
    yield from engine.words_at(evaluator(ws).facts, "stage").values()
    yield from (NO_STAGE, ALL)
