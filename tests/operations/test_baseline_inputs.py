"""What a baseline was worked out from: receipt codes that prove each number again and come to the baseline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import fmean, median

import pytest

from kpidesk import operations
from kpidesk.core.baseline_numbers import UNTOLD, BaselineNumbers, RowChanges
from kpidesk.core.goals import Baseline
from kpidesk.core.receipts import Receipt
from kpidesk.core.target_grid import GridEdit
from tests.operations.support import Line, bring_in, copied, history, made, write

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


# --- what became of the rows since ---------------------------------------------------------------------------------


def later(ws: operations.Workspace, *changed: Line, day: date = date(2026, 1, 11)) -> None:
    """A week later the same deals come in again, some of them otherwise; one that is missing is left out."""
    other = {line[0]: line for line in changed}
    lines = [other.pop(line[0], line) for line in history()]
    path = write(ws.path.parent / f"later-{day}.csv", [line for line in (*lines, *other.values()) if line[2]])
    bring_in(ws, path, day)


def line_of(key: str, *, stage: str = "", amount: str = "", closed: str = "") -> Line:
    """A deal of the history with some cells otherwise."""
    number, owner, *rest = next(one for one in history() if one[0] == key)
    return number, owner, stage or rest[0], amount or rest[1], rest[2], closed or rest[3]


def test_rows_that_changed_since_are_counted_by_what_became_of_them(ws: operations.Workspace) -> None:
    """One more is lost instead of won, one is in the next year now, one is new; an amount makes no rate another."""
    found = frozen(ws, "win_rate", "trailing_4")
    assert operations.baseline_numbers(ws, found).words == ""
    later(
        ws, line_of("H2025000", stage="Lost"), line_of("H2025301", closed="2026-01-08"),
        line_of("H2025104", amount="9999"), ("New", "Bo Dahl", "Won", "500", "2025-05-01", "2025-05-20"),
    )  # fmt: skip
    told = operations.baseline_numbers(ws, found)
    assert told.changes == RowChanges(new=1, gone=1, changed=1)
    assert told.words == (
        "3 rows behind this baseline have changed since it was kept: 1 new, 1 gone and 1 counted otherwise."
    )
    assert [one.name for one in told.numbers] == [f"Q{at} 2025" for at in (1, 2, 3, 4)]
    assert {one.value_text for one in told.numbers} == {"25%"}, "as they were when it was kept"
    assert [one.sample for one in told.numbers] == ["3 of 12"] * 4
    rows = operations.rows(ws, told.numbers[0].opens.kpi_id, told.numbers[0].opens.question)
    assert sum(row.in_numerator for row in rows.rows) == 3


def test_rows_that_make_up_for_each_other_are_told_too(ws: operations.Workspace) -> None:
    """The sum and the count are the same: two amounts were exchanged."""
    found = frozen(ws, "bookings", "trailing_4")
    later(ws, line_of("H2025000", amount="5000"), line_of("H2025004", amount="1000"))
    assert operations.baseline_numbers(ws, found).changes == RowChanges(changed=2)


def test_data_of_later_weeks_change_nothing_behind_it(ws: operations.Workspace) -> None:
    found = frozen(ws, "bookings", "trailing_4")
    later(ws, ("New", "Bo Dahl", "Won", "500", "2026-01-02", "2026-01-07"))
    told = operations.baseline_numbers(ws, found)
    assert (told.changes, told.words) == (RowChanges(), "")
    operations.set_baseline_from(ws, "win_rate", scope="org", period="2026-Q1", method="trailing_4")
    assert operations.baseline_numbers(ws, found).words == ""


def test_what_cannot_be_counted_any_more_is_said(ws: operations.Workspace) -> None:
    """The same day came in again otherwise, so that nobody can ask as of before."""
    found = frozen(ws, "bookings", "trailing_4")
    later(ws, line_of("H2025000", amount="5000"), day=date(2026, 1, 4))
    told = operations.baseline_numbers(ws, found)
    assert (told.changes, told.words) == (None, UNTOLD)


def test_a_baseline_of_before_says_nothing(ws: operations.Workspace) -> None:
    found = replace(frozen(ws, "bookings", "trailing_4"), inputs=())
    later(ws, line_of("H2025000", amount="5000"))
    assert operations.baseline_numbers(ws, found) == BaselineNumbers((), None)
