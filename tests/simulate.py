"""How the statistics behave on made-up data whose truth is known: `python -m tests.simulate` prints the tables.

Every run goes through the program's own functions, so what is announced ("about 2 by luck") is what they do.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kpidesk import operations
from kpidesk.core.forecasts import LIKELY
from kpidesk.core.goals import Target
from kpidesk.core.imports import ImportOptions
from kpidesk.core.progress import finish
from kpidesk.core.scorecards import Row
from kpidesk.core.status import status_of
from kpidesk.operations.forecast_methods import usual_total
from kpidesk.stats.intervals import z_value
from kpidesk.stats.process import RUN, Series, chart, limits, marks
from kpidesk.stats.projecting import further
from kpidesk.stats.seasons import repeated_season
from kpidesk.stats.short_history import unseasoned
from kpidesk.stats.still_to_come import Rest, still_to_come

SEED = 11
POINTS = (1, 2, 4, 8, 13, 26, 52)
SHAPE = np.array((0.8, 1.0, 0.9, 1.3))


def flagged(values: Sequence[float], baseline: int) -> NDArray[np.bool_]:
    """For each point after the baseline whether a signal covers it on the day it is the newest."""
    by_rule = flagged_by_rule(values, baseline)
    return by_rule["outside"] | by_rule["run"]


def flagged_by_rule(values: Sequence[float], baseline: int) -> dict[str, NDArray[np.bool_]]:
    """The same for each of both rules."""
    found = limits(values, baseline=baseline)
    assert found is not None
    shown = {rule: np.zeros(len(values), dtype=bool) for rule in ("outside", "run")}
    for mark in marks(values, found):
        shown[mark.rule][mark.since + (RUN - 1 if mark.rule == "run" else 0) : mark.at + 1] = True
    return {rule: points[baseline:] for rule, points in shown.items()}


def noise(baseline: int, points: int, runs: int, seed: int = SEED) -> NDArray[np.bool_]:
    """What both rules show, run by point, on normal noise without any change."""
    values = np.random.default_rng(seed).normal(size=(runs, baseline + points))
    return np.array([flagged(row, baseline) for row in values.tolist()])


def step(before: float, after: float, baseline: int, points: int, runs: int, seed: int = SEED) -> NDArray[np.bool_]:
    """The same on Poisson counts whose level changes right after the baseline."""
    draw = np.random.default_rng(seed)
    counts = np.hstack([draw.poisson(before, (runs, baseline)), draw.poisson(after, (runs, points))])
    return np.array([flagged(row, baseline) for row in counts.astype(float).tolist()])


def by_kind(runs: int, seed: int = SEED) -> dict[str, float]:
    """The share of charts with a signal in 13 points without any change: few or many events, shares, sums of money."""
    draw = np.random.default_rng(seed)
    size = (runs, 25)
    found = {}
    for usual in (0.1, 0.5, 2, 4.5, 30):
        rows = draw.poisson(usual, size).astype(float).tolist()
        found[f"counts of {usual:g}"] = _signalling(Series(tuple(row), "count") for row in rows)
    for rows_each, rate in ((8, 0.2), (50, 0.95), (60, 0.25)):
        hits = draw.binomial(rows_each, rate, size).astype(float)
        below = (float(rows_each),) * 25
        found[f"{rate:.0%} of {rows_each} rows"] = _signalling(
            Series(tuple(row / rows_each), "rate", tuple(row), below) for row in hits
        )
    for deals in (1, 3, 10):
        sums = [[draw.lognormal(10, 0.9, n).sum() for n in row] for row in draw.poisson(deals, size)]
        found[f"money of {deals} deals"] = _signalling(Series(tuple(row), "money") for row in sums)
    return found


def seasons(growth: float, quarters: int, deals: float, runs: int, *, larger: bool = False) -> float:
    """The share of quarters that end within the range of the season, which is to hold four fifths of them.

    Bookings of about `deals` log-normal deals a quarter with a season, which grow by `growth` a year: by more deals, or
    by `larger` ones. The range is made from so many `quarters` before.
    """
    at = np.arange(quarters + 1)
    grown, shape = (1 + growth) ** (at / 4), SHAPE[at % 4]
    return _season_holds(*((deals * shape, grown) if larger else (deals * shape * grown, np.ones(len(at)))), runs)[0]


def broken_growth(kind: str, quarters: int, deals: float, runs: int, *, season: bool = False) -> tuple[float, float]:
    """The same where growth was not steady, with the middle point over the bookings that were to be expected.

    The level of the last quarter is about `deals`; before, it was a 17th until a year ago (`step`), or rose for a year
    to three times until a year ago (`levelled`), or has risen by as many deals each quarter (`linear`).
    """
    at = np.arange(quarters + 1)
    ago = at - (quarters - 4)
    level = {
        "step": np.where(ago < 0, 1 / 17, 1.0),
        "levelled": 3 ** (np.clip(ago / 4, -1, 0)),
        "linear": (at + 1) / quarters,
    }[kind]
    return _season_holds(deals * level * (SHAPE[at % 4] if season else 1), np.ones(len(at)), runs)


def _season_holds(level: NDArray[np.float64], size: NDArray[np.float64], runs: int) -> tuple[float, float]:
    """How often the range of the season holds the last of the quarters with so many deals of such a size."""
    draw, hits, points = np.random.default_rng(SEED), 0, []
    for counts in draw.poisson(level, (runs, len(level))).tolist():
        *values, came = [float(draw.lognormal(0, 0.8, n).sum()) * each for n, each in zip(counts, size, strict=True)]
        found = repeated_season(values, 4)
        if found is not None:
            hits += abs(came - found.point) <= found.spread * further(found.freedom) * z_value(LIKELY)
            points.append(found.point)
    return hits / runs, float(np.median(points) / (level[-1] * size[-1] * np.exp(0.8**2 / 2)))


def late_in_a_quarter(deals: float, gone: float, runs: int, *, growth: float = 0.0, uneven: float = 0.0) -> float:
    """The share of quarters that end within the range of the usual one, told when the part `gone` is usually booked.

    As for `seasons`, from thirteen quarters before; the part that each has booked by then swings by `uneven`.
    """
    draw, hits = np.random.default_rng(SEED), 0
    at = np.arange(14)
    level = deals * SHAPE[at % 4] * (1 + growth) ** (at / 4)
    for parts in np.clip(gone + uneven * draw.choice((-1.0, 1.0), (runs, len(at))), 0, 1):
        counts = draw.poisson([level * parts, level * (1 - parts)]).T.tolist()
        sums = [[float(draw.lognormal(0, 0.8, n).sum()) for n in both] for both in counts]
        past, (booked, late) = [Rest(late, early + late) for early, late in sums[:-1]], sums[-1]
        whole = repeated_season([one.total for one in past[-12:]], 4)
        if whole is not None:
            rest = still_to_come(whole.point, whole.spread * further(whole.freedom), past[-8:])
            made = usual_total(rest, booked, ())
            hits += (made.low or 0.0) <= booked + late <= (made.high or 0.0)
    return hits / runs


def short_histories(growth: float, season: float, known: int, deals: float, runs: int) -> float:
    """The share of months that end within the range of so few months `known` that a season cannot be told from growth.

    Bookings of about `deals` log-normal deals a month, which grow by `growth` a year and swing by the part `season`
    round that, wherever in the year the months begin.
    """
    draw, at = np.random.default_rng(SEED), np.arange(known + 1)
    hits = 0
    for start in draw.uniform(0, 2 * np.pi, runs).tolist():
        level = deals * (1 + growth) ** (at / 12) * (1 + season * np.cos(2 * np.pi * at / 12 + start))
        *values, came = [float(draw.lognormal(0, 0.8, n).sum()) for n in draw.poisson(level).tolist()]
        found = unseasoned(values)
        if found is not None:
            hits += abs(came - found[0]) <= found[1] * z_value(LIKELY)
    return hits / runs


def _signalling(series: Iterable[Series]) -> float:
    return float(np.mean([bool(chart(one).signals) for one in series]))


FIRST_DAY = ("bookings", "win_rate", "avg_deal_size", "sales_cycle_length", "pipeline_created")
OPENED, KNOWN = date(2024, 1, 1), date(2026, 1, 1)


@contextmanager
def sellers(reps: int, closed: float = 25, seed: int = SEED) -> Iterator[operations.Workspace]:
    """A workspace in which every rep closes `closed` deals a quarter for two years, one in four won."""
    draw = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deals.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("Deal ID", "Owner", "Stage", "Amount", "Created", "Close date"))
            for rep in range(reps):
                for deal in range(draw.poisson(closed * 8)):
                    end = OPENED + timedelta(days=int(draw.integers((KNOWN - OPENED).days)))
                    start = end - timedelta(days=int(draw.gamma(2.0, 30.0)))
                    stage = "Won" if draw.random() < 0.25 else "Lost"
                    amount = round(float(draw.lognormal(10.5, 0.8)))
                    writer.writerow((f"{rep}-{deal}", f"Rep {rep:03d}", stage, amount, start, end))
        ws = operations.open_workspace(Path(folder) / "w.kpidesk", create=True, today=KNOWN)
        try:
            options = ImportOptions(stages={"Won": "won", "Lost": "lost"}, date_order="ymd", as_of=KNOWN, source="crm")
            finish(operations.import_file(ws, path, options))
            yield ws
        finally:
            operations.close(ws)


def tells(row: Row) -> bool:
    """Whether a row gives its reader something to go by: a number that a target could be held against.

    That of its period, or that of the months behind it; as many rows are asked of both.
    """
    goal = Target(row.kpi.id, row.scope, row.period, 1.0, 2.0, 3.0)
    judged = status_of(row.kpi, row.result, goal).status not in ("too_few", "no_data")
    return judged or (row.long_run is not None and row.long_run.told)


def rows_told(ws: operations.Workspace, grain: str, first: int = 0) -> NDArray[np.int64]:
    """How many of the five first rows tell something, by rep and period from the `first` on.

    The 13th month is the first of a manager whose first import brings a year of deals.
    """
    periods = {"month": 24, "quarter": 8}[grain] - first
    asked = operations.question(ws, period="2025-12" if grain == "month" else "2025-Q4", periods=periods)
    card = operations.scorecard(ws, replace(asked, by="rep"), FIRST_DAY)
    rows = [row for row in card.rows if row.scope.kind == "rep"]
    told = np.array([tells(row) for row in rows]).reshape(len(FIRST_DAY), -1)
    return np.asarray(told.sum(axis=0))


def main(runs: int) -> None:
    """Print the share of charts that signal: of noise, by baseline and points, and of a fall by 30 %."""
    for baseline in (12, 24):
        shown = noise(baseline, max(POINTS), runs)
        print(f"noise, baseline {baseline}: points, a signal among them, a signal at the newest")
        for points in POINTS:
            print(f"  {points:3d}  {shown[:, :points].any(axis=1).mean():.4f}  {shown[:, points - 1].mean():.4f}")
    for label, share in by_kind(runs // 20).items():
        print(f"{label} without a change, 13 points: {share:.3f}")
    for baseline in (12, 24, 52):
        found = step(30, 21, baseline, 8, runs // 4).any(axis=1).mean()
        print(f"counts of 30 that fall by 30 %, baseline {baseline}, found within 8: {found:.3f}")
    for growth, larger in product((-0.3, 0.0, 0.36, 0.8, 1.86), (False, True)):
        short, long = (seasons(growth, quarters, 20, runs // 100, larger=larger) for quarters in (8, 12))
        by = f"{100 * growth:.0f} % a year by {'larger' if larger else 'more'} deals"
        print(f"growth {by}, the season's range holds {short:.3f} after 8, {long:.3f} after 12 quarters")
    for kind, quarters, swings in product(("step", "levelled", "linear"), (8, 12), (False, True)):
        held, point = broken_growth(kind, quarters, 20, runs // 100, season=swings)
        about = f"{kind} growth, {quarters} quarters{' with a season' if swings else ''}"
        print(f"{about}: the range holds {held:.3f}, its middle is {point:.2f} of what is to be expected")
    for deals, gone, uneven in product((6, 20, 60), (0.0, 0.25, 0.5, 0.85, 0.95), (0.0, 0.04)):
        held = late_in_a_quarter(deals, gone + uneven, runs // 100, uneven=uneven)
        print(f"{deals} deals a quarter, {gone:.0%} booked, give or take {uneven:.0%}: the usual one holds {held:.3f}")
    for growth, known in product((-0.3, 0.0, 0.36, 1.86), (4, 8, 12)):
        flat, swinging = (short_histories(growth, season, known, 20, runs // 100) for season in (0.0, 0.3))
        print(f"{known} months, growth {100 * growth:.0f} % a year: holds {flat:.3f}, with a season {swinging:.3f}")
    for closed in (10, 25, 50):
        with sellers(max(runs // 2_000, 10), closed) as ws:
            for grain, first in (("month", 0), ("month", 6), ("quarter", 0), ("quarter", 2)):
                told = rows_told(ws, grain, first)
                shares = ", ".join(f"{least} of 5: {np.mean(told >= least):.3f}" for least in (3, 4, 5))
                print(f"{closed} deals closed a quarter, {grain}s from number {first + 1} on tell at least {shares}")
            by_month = rows_told(ws, "month").reshape(-1, 24)
            for history, start in (("nothing", 0), ("a year of deals", 12)):
                shares = ", ".join(f"{np.mean(by_month[:, start + month] >= 4):.3f}" for month in range(3))
                print(
                    f"{closed} deals closed a quarter, {history} imported: months 1 to 3 tell at least 4 of 5: {shares}"
                )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
