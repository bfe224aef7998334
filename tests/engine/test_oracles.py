"""KPIs over deals against hand-written SQL and against pandas, for all scopes and periods of every kind."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random

import pytest

from kpidesk.core.periods import Period
from kpidesk.core.settings import Settings
from kpidesk.engine import Grid, evaluate
from kpidesk.engine.crew import UnassignedLevel
from tests.engine.frames import VALUES, Asked, Frames, frames_of
from tests.engine.support import Company, evaluator_of, made_up, period, scopes_of, shipped
from tests.engine.tables import SQL, open_tables, scope_key, sql_values
from tests.often import few

SEEDS = (3, 11, 26)
PERIODS = ("2025-Q1", "2025-Q2", "2025-05", "2025-Q3", "2025-Q4", "2025-W27", "2025-06-10..2025-07-20")
KPIS = sorted(VALUES)
DIFFERENT = ("avg_deal_size", "commit_conversion", "coverage_to_go", "median_deal_size", "pipeline_created_per_rep",
             "pipeline_velocity", "slippage_rate", "stage_duration", "stalled_value_share",
             "win_rate_cohort")  # fmt: skip
"""KPIs of every kind of measure and of date; hand-written SQL tells all of them in every run."""


@cache
def company(seed: int) -> Company:
    """Few stays tell the limit of a stage, so that these companies have some."""
    return replace(made_up(Random(seed), 60, 4), settings=Settings(minimum_n=2))


@cache
def spans(seed: int) -> tuple[Period, ...]:
    """The periods that begin after the first file, so that the past is known, and before the last one."""
    about = company(seed)
    return tuple(one for one in map(period, PERIODS) if about.first_data < one.start <= about.newest_data)


@cache
def numbers(seed: int, kpi_id: str, level: UnassignedLevel) -> Grid:
    about = company(seed)
    return evaluate(evaluator(seed), [shipped()[kpi_id]], scopes_of(about, level), spans(seed), unassigned_level=level)


evaluator = cache(lambda seed: evaluator_of(company(seed)))
tables = cache(lambda seed: open_tables(company(seed), spans(seed)))


@cache
def frames(seed: int) -> Frames:
    return frames_of(company(seed), spans(seed))


def answers(seed: int, kpi_id: str) -> dict[tuple[str, str], float | None]:
    """The engine's values by period and scope, at both levels of Unassigned."""
    found: dict[tuple[str, str], float | None] = {}
    levels: tuple[UnassignedLevel, ...] = ("team", "rep")
    for level in levels:
        grid = numbers(seed, kpi_id, level)
        for s, scope in enumerate(grid.scopes):
            for p, span in enumerate(grid.periods):
                found[span.key, scope_key(scope, level)] = grid.result(0, s, p).value
    return found


def test_every_kpi_over_deals_has_its_statement_and_its_pandas() -> None:
    written = {path.stem for path in SQL.glob("[!_]*.sql")}
    assert written == set(VALUES) <= set(shipped())


@pytest.mark.parametrize("kpi_id", KPIS)
def test_as_the_sql_says(kpi_id: str) -> None:
    told = 0
    for seed in SEEDS:
        wanted, got = sql_values(tables(seed), kpi_id), answers(seed, kpi_id)
        assert set(wanted) == set(got)
        assert got == {key: _near(value) for key, value in wanted.items()}
        told += sum(value is not None and value not in (0, 1) for value in got.values())
    assert told or kpi_id == "revenue_by_source", "no value that could have been wrong"


@pytest.mark.parametrize("kpi_id", few(KPIS, *DIFFERENT))
def test_as_pandas_says(kpi_id: str) -> None:
    seed = SEEDS[0]
    known = {span.key: span for span in spans(seed)}
    got = answers(seed, kpi_id)
    wanted = {key: VALUES[kpi_id](Asked(frames(seed), key[1], known[key[0]])) for key in got}
    assert got == {key: _near(value) for key, value in wanted.items()}


def _near(value: float | None) -> object:
    return None if value is None else pytest.approx(value, rel=1e-9, abs=1e-6)


ROLLING = ("win_rate_rolling", "pipeline_velocity", "nrr", "logo_churn_rate")


@pytest.mark.parametrize("seed", SEEDS)
def test_while_a_period_runs_a_rolling_window_ends_with_the_data(seed: int) -> None:
    """As long as it says: the value is that of any period that ends with the data, and of one to come there is none."""
    about = company(seed)
    newest = about.newest_data
    whole = period(f"{newest.replace(day=1)}..{newest}")
    running = (period(f"{newest.year}"), period(f"{newest.isoformat()}..{newest.year}-12-31"))
    ahead = period(f"{newest.year + 1}-Q2")
    scopes = scopes_of(about, "team")
    found = evaluate(
        evaluator(seed), [shipped()[one] for one in ROLLING], scopes, (whole, *running, ahead), unassigned_level="team"
    )
    known = 0
    for kpi in range(len(ROLLING)):
        for scope in range(len(scopes)):
            values = [found.result(kpi, scope, at).value for at in range(4)]
            assert values[1] == values[2] == values[0], (ROLLING[kpi], scopes[scope])
            assert values[3] is None
            known += values[0] is not None
    assert known
