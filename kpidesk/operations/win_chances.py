"""How often open deals were won by the end of their period, by stage and by how many weeks were left."""

from __future__ import annotations

import numpy as np

from kpidesk import engine
from kpidesk.core.forecasts import ALL, WinCell, WinChances
from kpidesk.core.formats import format_value
from kpidesk.core.people import ORG
from kpidesk.core.periods import Grain
from kpidesk.core.scorecards import Question
from kpidesk.operations.chance_rows import DAYS_OF_A_WEEK, with_chance_codes
from kpidesk.operations.evaluation import scope_name
from kpidesk.operations.evaluators import as_known
from kpidesk.operations.forecast_deals import NO_STAGE
from kpidesk.operations.forecast_known import known_now, plain
from kpidesk.operations.forecast_methods import plural
from kpidesk.operations.forecast_pipeline import NO_SUM, Conversion, conversion_of
from kpidesk.operations.workspace import Workspace, data_date
from kpidesk.stats.conversion import stage_chance
from kpidesk.stats.intervals import wilson

WEEKS: dict[Grain, tuple[int, ...]] = {
    "year": (39, 26, 13, 8, 4), "quarter": (12, 10, 8, 6, 4, 3, 2, 1), "month": (4, 3, 2, 1),
}  # fmt: skip
"""How many weeks before the end of each kind of period are looked at."""


def win_chances(ws: Workspace, question: Question) -> WinChances:
    """The chances behind a forecast for all weeks of a period, each cell with how many of how many were won in time.

    Raises:
        UserError: as `forecast` does.
    """
    ws = as_known(ws, question.as_of, question.teams)
    asked = plain(question)
    return ws.remember(("win chances", asked), lambda: _win_chances(ws, asked))


def _win_chances(ws: Workspace, asked: Question) -> WinChances:
    known, period = known_now(ws, asked), asked.period
    weeks, leaf = WEEKS.get(period.grain, ()), engine.due_leaf(known.formula.tree)
    found = [conversion_of(known, period, leaf, week * DAYS_OF_A_WEEK) for week in weeks] if leaf is not None else []
    told = [(week, one) for week, one in zip(weeks, found, strict=False) if not one.from_win_rate]
    reason = ""
    if not told:
        reason = NO_SUM if leaf is None else f"Needs exports dated in past {plural(period)}, or a history of stages."
    return WinChances(
        question=asked, title=f"Chances of open deals · {scope_name(ws, ORG)}", as_of=data_date(ws, asked.as_of),
        weeks=tuple(week for week, _ in told),
        rows=tuple(with_chance_codes(ws, asked, row) for row in _rows(known.evaluator.facts, told)),
        words=f"Of open deals due in a {period.grain}, by stage and weeks left: how many were won by its end.",
        reason=reason,
    )  # fmt: skip


def _rows(facts: engine.Facts, told: list[tuple[int, Conversion]]) -> list[tuple[WinCell, ...]]:
    """One row per stage, the surest first, then all stages."""
    if not told:
        return []
    names = engine.words_at(facts, "stage")
    seen = np.flatnonzero(np.sum([one.total.n for _, one in told], axis=0)).tolist()
    rows = [tuple(_cell(names.get(at - 1, NO_STAGE), at, week, one) for week, one in told) for at in seen]
    whole = tuple(_whole(week, one) for week, one in told)
    return [*sorted(rows, key=lambda row: (-sum(cell.chance for cell in row), row[0].stage)), whole]


def _cell(stage: str, at: int, week: int, found: Conversion) -> WinCell:
    won, n = float(found.total.won[at]), float(found.total.n[at])
    return _made(stage, week, (won, n), stage_chance(won, n, found.total.overall))


def _whole(week: int, found: Conversion) -> WinCell:
    sums = (float(found.total.won.sum()), float(found.total.n.sum()))
    return _made(ALL, week, sums, found.total.overall)


def _made(stage: str, week: int, sums: tuple[float, float], chance: float) -> WinCell:
    won, n = sums
    return WinCell(stage, week, won, n, chance, format_value(chance, "percent", n=n), wilson(won, n))
