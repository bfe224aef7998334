"""What the reps of a team booked together, wherever they went within the period: a row for each of them."""

from __future__ import annotations

from dataclasses import replace

from kpidesk import engine
from kpidesk.core.people import Scope
from kpidesk.core.receipts import Listing, Opens
from kpidesk.core.scorecards import Question
from kpidesk.operations.booked import booked
from kpidesk.operations.evaluators import as_known
from kpidesk.operations.forecast_known import plain
from kpidesk.operations.forecast_teams import sum_of_reps
from kpidesk.operations.formulas import definition_in_force, find_kpi
from kpidesk.operations.made_of import MadeOf, money_text, number_row
from kpidesk.operations.receipt_code import coder
from kpidesk.operations.submissions import reps_of
from kpidesk.operations.workspace import Workspace, scopes, settings

CAME = "Booked"


def made_of_reps(ws: Workspace, asked: Question) -> MadeOf:
    """What the reps booked together whose first team in a period it is."""
    asked = replace(plain(asked), teams="as-was")
    ws = as_known(ws, asked.as_of, asked.teams)
    inside = reps_of(ws, asked.scope, asked.period)
    reps = sorted(Scope("rep", one.name, one.id) for one in scopes(ws).people if one.id in inside)
    came = booked(ws, reps, (asked.period,), asked.as_of, whole=True)
    kpi = definition_in_force(ws, find_kpi(ws, engine.QUOTA), asked.defined_in)
    coded, money, again, rows = coder(ws, asked), settings(ws).currency, 0.0, []
    for one in reps:
        question, result = replace(asked, scope=one), came[one, asked.period]
        again += result.value or 0.0
        cells = {"name": one.name, CAME: money_text(result.value, money)}
        rows.append(number_row(cells, Opens(kpi.id, question, coded(kpi, question, result)), result.value))
    return MadeOf(
        sum_of_reps([came[one, asked.period] for one in reps]), Listing(tuple(rows), ("name", CAME)), again
    )  # fmt: skip
