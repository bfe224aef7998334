"""A count for each rep and week: worked out again with pandas from the people, their absences and the deals."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import normalised
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import parse_period
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from tests.operations.support import bring_in, history, write

LAST = date(2025, 12, 31)
QUARTER = parse_period("2025-Q4", Settings(), LAST)
PEOPLE = (("Ann Lee", "North", "", ""), ("Bo Dahl", "North", "2025-11-03", "60 %"), ("Cy Oh", "South", "", "100 %"))
AWAY = (("Ann Lee", "2025-10-06", "2025-10-10"), ("Cy Oh", "2025-12-24", "2025-12-31"))


def table(path: Path, header: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    """Two teams, one rep hired within the quarter for three days a week, two away; a KPI per rep and week."""
    folder = tmp_path_factory.mktemp("weeks")
    opened = operations.open_workspace(folder / "w.kpidesk", create=True, today=LAST)
    bring_in(opened, write(folder / "deals.csv", history((2024, 2025))), LAST)
    people = table(folder / "people.csv", ("Name", "Team", "Hire date", "FTE"), PEOPLE)
    bring_in(opened, people, LAST, kind="people", stages={})
    away = table(folder / "absences.csv", ("Person", "First day", "Last day"), AWAY)
    bring_in(opened, away, LAST, kind="absences", stages={})
    operations.save_kpi(opened, replace(operations.find_kpi(opened, "opps_created"), per_rep_per_week=True))
    yield opened
    operations.close(opened)


def weeks(names: set[str]) -> float:
    """Full weeks worked in the quarter: weekdays since hired and not away, by five, three fifths of those of Bo."""
    days = [(name, day) for name, _, hired, _ in PEOPLE if name in names
            for day in pd.bdate_range(max(hired, "2025-10-01"), "2025-12-31")]  # fmt: skip
    off = {(name, day) for name, first, last in AWAY for day in pd.bdate_range(first, last)}
    return sum((0.6 if one[0] == "Bo Dahl" else 1.0) for one in days if one not in off) / 5


def created(names: set[str]) -> int:
    rows = pd.DataFrame(history((2024, 2025)), columns=["key", "owner", "stage", "amount", "created", "closed"])
    inside = (rows.created >= "2025-10-01") & (rows.created <= "2025-12-31") & rows.owner.isin(names)
    return int(inside.sum())


@pytest.mark.parametrize(
    ("scope", "names"),
    [("org", {"Ann Lee", "Bo Dahl", "Cy Oh"}), ("team:North", {"Ann Lee", "Bo Dahl"}), ("team:South", {"Cy Oh"}),
     ("rep:Ann Lee", {"Ann Lee"}), ("rep:Bo Dahl", {"Bo Dahl"}), ("rep:Cy Oh", {"Cy Oh"})],
)  # fmt: skip
def test_a_count_by_the_weeks_its_people_worked(ws: operations.Workspace, scope: str, names: set[str]) -> None:
    asked = Question(QUARTER, operations.scopes(ws).find_scope(scope))
    (row,) = operations.scorecard(ws, asked, ("opps_created",)).rows
    assert row.result.value == pytest.approx(created(names) / weeks(names))
    (point,) = operations.trend(ws, "opps_created", asked, 1).points
    assert point.result.value == row.result.value
    assert operations.rows(ws, "opps_created", asked).reproduced == pytest.approx(row.result.value)


def test_it_is_no_count_any_more(ws: operations.Workspace) -> None:
    kpi = operations.find_kpi(ws, "opps_created")
    assert (kpi.unit, kpi.kpi_class, kpi.prorated) == ("count_per", "money_ratio", False)
    assert "working days" in operations.show_kpi(ws, "opps_created")["words"]  # type: ignore[operator]  # a text
    with pytest.raises(UserError, match="no count"):
        normalised(replace(operations.find_kpi(ws, "bookings"), per_rep_per_week=True))


def test_what_refers_to_it_reads_it_per_rep_and_week(ws: operations.Workspace) -> None:
    asked = Question(QUARTER, ORG)
    (twice,) = operations.evaluate(ws, "2 * [opps_created]", asked).rows
    (once,) = operations.scorecard(ws, asked, ("opps_created",)).rows
    assert once.result.value is not None
    assert twice.result.value == pytest.approx(2 * once.result.value)


def test_a_coaching_metric_stands_last_and_is_not_judged(ws: operations.Workspace) -> None:
    operations.save_kpi(ws, replace(operations.find_kpi(ws, "deals_won"), status="active", coaching=True))
    rows = operations.scorecard(ws, Question(QUARTER, Scope("org"))).rows
    assert rows[-1].kpi.id == "deals_won"
    assert (rows[-1].status, rows[-1].status_words, rows[-1].tier) == ("coaching", "For coaching", None)
