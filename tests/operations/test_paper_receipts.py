"""Whatever paper shows the number of a KPI lists its receipt, the same as that of the rows one click away."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module

import pytest

from kpidesk import core, operations
from kpidesk.core.accuracy_paper import accuracy_paper
from kpidesk.core.breakdown_paper import breakdown_paper, side_by_side_paper
from kpidesk.core.breakdowns import View
from kpidesk.core.forecast_paper import forecast_paper
from kpidesk.core.papers import RECEIPTS, Paper, PaperTable
from kpidesk.core.peer_paper import peer_paper
from kpidesk.core.pipeline_paper import pipeline_paper
from kpidesk.core.progress import finish
from kpidesk.core.scorecards import Question
from kpidesk.core.trend_papers import trends_paper
from kpidesk.core.why_paper import why_paper
from kpidesk.operations import Workspace

Asked = tuple[str, Question]
Shown = tuple[Paper, Sequence[Asked]]
COPY_FOR_OTHERS = "a copy in which no number may be looked up"
WITHOUT = {
    "contents_paper": "a list of files",
    "redacted_paper": COPY_FOR_OTHERS,
    "scorecard_paper": COPY_FOR_OTHERS,
    "trend_paper": COPY_FOR_OTHERS,
}
"""The papers that show no number of a KPI, or none that may be proven, and why."""


def _why(ws: Workspace, asked: Question, kpi_id: str, *against: str) -> Shown:
    found = operations.why(ws, kpi_id, asked, *(operations.read_against(ws, one) for one in against), whole=True)
    opened = [(kpi_id, asked)]
    if found.other is not None:
        opened.append((kpi_id, replace(asked, scope=found.other)))
    elif found.period_before is not None:
        opened.append((kpi_id, replace(asked, period=found.period_before)))
    for split in found.splits:
        for part in split.parts:
            opened += [(split.rows_of, one) for one in (part.question, part.question_before) if one is not None]
    return why_paper(found), opened


def change(ws: Workspace, asked: Question) -> Shown:
    """A change of bookings against the period before, so far."""
    return _why(ws, asked, "bookings")


def difference(ws: Workspace, asked: Question) -> Shown:
    """A win rate held against that of a team."""
    team = next(one for one in operations.scopes(ws).scopes() if one.kind == "team")
    return _why(ws, asked, "win_rate", team.key)


def gap(ws: Workspace, asked: Question) -> Shown:
    """A gap to the target, by teams and reps."""
    return _why(ws, asked, "bookings", "target")


def pipeline(ws: Workspace, asked: Question) -> Shown:
    """Coverage, of which three numbers are those of KPIs."""
    found = operations.pipeline(ws, asked)
    figures = (found.coverage.won, found.coverage.win_rate, found.coverage.day_one)
    return pipeline_paper(found), [(one.opens.kpi_id, one.opens.question) for one in figures if one.opens]


def forecast(ws: Workspace, asked: Question) -> Shown:
    """What is won so far, the leading KPIs, and what past periods booked."""
    view, past = operations.forecast(ws, asked), finish(operations.backtest(ws, asked))
    opened = [("bookings", replace(asked, period=one)) for one in (asked.period, *past.periods)]
    return forecast_paper(view, past), [*opened, *((row.kpi.id, asked) for row in view.leading)]


def accuracy(ws: Workspace, asked: Question) -> Shown:
    """What was booked in every period that commits are held against."""
    found = operations.forecast_accuracy(ws, asked)
    return accuracy_paper(found), [
        ("bookings", replace(asked, period=one.period, scope=asked.scope)) for one in found.scopes[0].periods
    ]


def compared(ws: Workspace, asked: Question) -> Shown:
    """Every rep on a KPI that is shown by the week."""
    found = operations.compare(ws, "bookings", asked)
    return peer_paper(found), [("bookings", one.question) for one in found.peers]


def broken_down(ws: Workspace, asked: Question) -> Shown:
    """Parts of a KPI and the whole."""
    found = operations.pivot(ws, View("win_rate", "lead_source"), asked)
    cells = (*found.every_cell, found.total)
    return breakdown_paper(found), [("win_rate", one.question) for one in cells if one.result.n]


def beside(ws: Workspace, asked: Question) -> Shown:
    """Parts of two KPIs."""
    found = operations.pivots(ws, View("win_rate", "lead_source", beside=("bookings",)), asked)
    return side_by_side_paper(found), [
        (table.kpi.id, one.question) for table in found.tables for one in table.every_cell if one.result.n
    ]


def trends(ws: Workspace, asked: Question) -> Shown:
    """Every period of two KPIs."""
    shown = [operations.trend(ws, one, replace(asked, periods=4)) for one in ("bookings", "win_rate")]
    return trends_paper(shown, "Organisation"), [
        (one.kpi.id, replace(asked, period=point.period)) for one in shown for point in one.points
    ]


def review(ws: Workspace, asked: Question) -> Shown:
    """A review of the team, with the KPIs of its agenda."""
    sheet = operations.preview_team_review(ws, "monthly", asked.scope, asked.period)
    return operations.meeting_paper(sheet), [
        (line.row.kpi.id, replace(asked, scope=line.row.scope, period=line.row.period)) for line in sheet.lines
    ]


CASES: dict[str, tuple[Callable[[Workspace, Question], Shown], ...]] = {
    "why_paper": (change, difference, gap),
    "pipeline_paper": (pipeline,),
    "forecast_paper": (forecast,),
    "accuracy_paper": (accuracy,),
    "peer_paper": (compared,),
    "breakdown_paper": (broken_down,),
    "side_by_side_paper": (beside,),
    "trends_paper": (trends,),
    "meeting_paper": (review,),
}


def makers() -> set[str]:
    """Every function of the core that makes a paper for a file of its own."""
    modules = [import_module(f"kpidesk.core.{one.name}") for one in pkgutil.iter_modules(core.__path__)]
    return {
        name
        for module in modules
        for name, made in inspect.getmembers(module, inspect.isfunction)
        if made.__module__ == module.__name__ and name.endswith("_paper") and made.__annotations__["return"] == "Paper"
    }


def test_every_kind_of_paper_is_looked_at() -> None:
    assert makers() == {*CASES, *WITHOUT}


@pytest.mark.parametrize("case", [one for cases in CASES.values() for one in cases], ids=lambda one: one.__name__)
def test_every_number_of_a_kpi_has_its_receipt(
    sample: Workspace, case: Callable[[Workspace, Question], Shown]
) -> None:  # fmt: skip
    paper, opened = case(sample, operations.question(sample))
    codes = listed(paper)
    behind = {operations.rows(sample, kpi_id, asked).code for kpi_id, asked in opened}
    assert len(behind) > 1
    assert behind - {""} <= set(codes)  # what is taken together as everything else has none
    for code in (codes[0], codes[-1]):
        again = operations.replay(sample, code)
        assert (again.is_same, again.changes) == (True, ())


def listed(paper: Paper) -> list[str]:
    """The codes at the end of a paper, each under another name."""
    [(table,)] = [section.parts for section in paper.sections if section.heading == RECEIPTS]
    assert isinstance(table, PaperTable)
    assert len({row.cells[0].text for row in table.rows}) == len(table.rows)
    return [row.cells[1].text for row in table.rows]
