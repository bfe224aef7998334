"""What a baseline was worked out from: receipt codes that prove each number again and come to the baseline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import fmean, median

import pytest

from kpidesk import operations
from kpidesk.core.goals import Baseline
from kpidesk.core.receipts import Receipt
from kpidesk.core.target_grid import GridEdit
from tests.operations.support import bring_in, copied, history, made, write

TODAY = date(2026, 1, 5)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years in which one deal in four is won: 3 of 12 in every quarter, for 15,000."""
    folder = tmp_path_factory.mktemp("inputs")
    with made(folder, TODAY) as ws:
        bring_in(ws, write(folder / "deals.csv", history()), date(2026, 1, 4))
    return folder


@pytest.fixture
def ws(imported: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(imported, tmp_path, TODAY) as opened:
        yield opened


def frozen(ws: operations.Workspace, kpi_id: str, method: str, scope: str = "org") -> Baseline:
    """A baseline as it stands in the file after it was set."""
    operations.set_baseline_from(ws, kpi_id, scope=scope, period="2026-Q1", method=method)
    (found,) = [one for one in operations.goals(ws).baselines if one.kpi_id == kpi_id]
    return found


def proven(ws: operations.Workspace, baseline: Baseline) -> list[Receipt]:
    """The receipts of its inputs, each of which must be the same number again."""
    told = [operations.replay(ws, code) for code in baseline.inputs]
    assert told
    assert all(one.verdict.startswith("The same number") for one in told)
    return [one.receipt for one in told]


@pytest.mark.parametrize("scope", ["org", "rep:Ann Lee"])
def test_a_pooled_rate_is_that_of_all_the_rows_behind_its_inputs(ws: operations.Workspace, scope: str) -> None:
    found = frozen(ws, "win_rate", "trailing_4", scope)
    rows = [row for one in proven(ws, found) for row in one.rows]
    assert found.value == sum(row.in_numerator for row in rows) / len(rows)
    assert found.n == len(rows)
    assert len({row.key for row in rows}) == len(rows), "each deal stands in one period"


def test_the_mean_of_amounts_is_that_of_its_inputs(ws: operations.Workspace) -> None:
    found = frozen(ws, "bookings", "trailing_4")
    sums = [sum(row.value or 0 for row in one.rows) for one in proven(ws, found)]
    assert len(sums) == 4
    assert found.value == fmean(sums)


def test_a_pooled_median_is_that_of_the_rows_of_its_whole_span(ws: operations.Workspace) -> None:
    found = frozen(ws, "sales_cycle_length", "trailing_4")
    (whole,) = proven(ws, found)
    assert found.value == median(row.value or 0 for row in whole.rows)
    assert whole.question.period.start == date(2025, 1, 1)


def test_a_year_grown_rests_on_the_quarter_and_on_both_years(ws: operations.Workspace) -> None:
    found = frozen(ws, "bookings", "sply_growth")
    starts = [one.question.period.start for one in proven(ws, found)]
    assert starts == [date(2024 + at // 4, at % 4 * 3 + 1, 1) for at in range(8)]


def test_comparable_reps_each_stand_with_their_own_numbers(ws: operations.Workspace) -> None:
    found = frozen(ws, "bookings", "comparable", "rep:Ann Lee")
    told = proven(ws, found)
    assert {one.question.scope.name for one in told} == {"Bo Dahl", "Cy Oh"}
    assert found.value == median(one.result.value or 0 for one in told)


def test_what_is_typed_or_published_rests_on_nothing(ws: operations.Workspace) -> None:
    typed = operations.set_baseline_from(ws, "win_rate", scope="org", period="2026-Q1", value="25%", reason="the plan")
    assert typed.inputs == ()
    assert frozen(ws, "win_rate", "benchmark").inputs == ()


def test_targets_set_many_at_once_keep_the_inputs_of_their_baselines(ws: operations.Workspace) -> None:
    period = operations.period_for_goals(ws, "2026-Q1")
    edit = GridEdit(operations.scopes(ws).find_scope("rep:Bo Dahl"), "bookings", "20000")
    operations.apply_edits(ws, operations.plan_edits(ws, period, [edit]))
    (found,) = operations.goals(ws).baselines
    assert proven(ws, found)
