"""Breakdowns, receipts, causes and SQL of parts over real files and Simpson's case, against pandas and by hand."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from kpidesk import operations
from kpidesk.core.breakdowns import View
from tests.flow import SHARED, ask
from tests.operations.support import bring_in, made

DATA = SHARED / "data"
real = pytest.mark.skipif(not DATA.is_dir(), reason="the real files are not beside the project")


@contextmanager
def opened(path: Path) -> Iterator[operations.Workspace]:
    ws = operations.open_workspace(path)
    try:
        yield ws
    finally:
        operations.close(ws)


def cells(ws: operations.Workspace, kpi: str, view: View, period: str) -> dict[tuple[str, str], float]:
    """Every filled cell of a breakdown; the rows behind each come to it."""
    table = operations.pivot(ws, view, operations.question(ws, period=period))
    found = {}
    for part, line in zip(table.rows, table.cells, strict=True):
        for column, cell in zip(table.columns or ("",), line, strict=True):
            if cell.result.value:
                found[part.label, column] = cell.result.value
    for at in (0, len(table.cells) // 2):
        cell = table.cells[at][0]
        receipt = operations.rows(ws, kpi, cell.question)
        assert (receipt.result.value, receipt.reproduces) == (cell.result.value, True)
    return found


@real
def test_a_real_funnel_by_origin_is_what_pandas_counts(tmp_path: Path) -> None:
    place, files = tmp_path / "w.kpidesk", sorted((DATA / "olist-funnel").glob("*.csv"))
    ask("import", place, *files, "--as-of", "2018-12-31")
    frame = pd.read_csv(files[1]).merge(pd.read_csv(files[0]), on="mql_id", how="left")
    begun = pd.to_datetime(frame["first_contact_date"], dayfirst=True)
    won = pd.to_datetime(frame["won_date"], dayfirst=True).dt.normalize()
    frame["is_deal"] = (won - begun).dt.days <= 90
    of_quarter = frame[begun.between(pd.Timestamp(2018, 1, 1), pd.Timestamp(2018, 3, 31))]
    shares = of_quarter.groupby(of_quarter["origin"].fillna("Unknown"))["is_deal"].mean()
    with opened(place) as ws:
        found = cells(ws, "lead_to_opp", View("lead_to_opp", "source"), "2018-Q1")
    assert found == pytest.approx({(label, ""): share for label, share in shares.items() if share})


@real
def test_real_revenue_by_industry_and_plan_is_what_pandas_adds(tmp_path: Path) -> None:
    place = tmp_path / "w.kpidesk"
    for kind in ("accounts", "subscriptions"):
        file = DATA / "ravenstack" / f"ravenstack_{kind}.csv"
        ask("import", place, file, "--kind", kind, "--as-of", "2024-12-31", "--date-order", "dmy", "--currency", "USD")
    accounts, lines = (
        pd.read_csv(DATA / "ravenstack" / f"ravenstack_{name}.csv") for name in ("accounts", "subscriptions")
    )
    frame = lines.merge(accounts, on="account_id", suffixes=("", "_of_account"))
    start, end = (pd.to_datetime(frame[name], dayfirst=True) for name in ("start_date", "end_date"))
    last = pd.Timestamp(2024, 9, 30)
    active = frame[start.le(last) & ~end.le(last)]
    sums = active.groupby(["industry", "plan_tier_of_account"])["mrr_amount"].sum()
    with opened(place) as ws:
        found = cells(ws, "mrr", View("mrr", "vertical", "segment"), "2024-Q3")
    assert found == {key: value for key, value in sums.items() if value}


def test_where_every_source_got_better_and_the_whole_worse_the_mix_is_named(tmp_path: Path) -> None:
    """Of 1,600 deals a quarter 27.5 % were won, then 23.75 %: outbound wins less and is three in four by then."""
    groups = [("2025-08-01", "Inbound", 800, 320), ("2025-08-01", "Outbound", 800, 120),
              ("2025-11-01", "Inbound", 400, 170), ("2025-11-01", "Outbound", 1200, 210)]  # fmt: skip
    path = tmp_path / "deals.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("Deal ID", "Owner", "Stage", "Amount", "Created", "Close date", "Lead source"))
        for day, source, size, won in groups:
            for at in range(size):
                stage = "Won" if at < won else "Lost"
                rows.writerow((f"{day}{source}{at}", "Ann", stage, "100", "2025-01-01", day, source))
        rows.writerow(("first", "Ann", "Lost", "100", "2025-01-01", "2025-02-01", "Inbound"))
    with made(tmp_path) as ws:
        bring_in(ws, path)
        found = operations.why(ws, "win_rate", operations.question(ws, period="2025-Q4"))
    [split] = [one for one in found.splits if one.field == "lead_source"]
    rates = {part.label: (part.rate, part.mix) for part in split.parts}
    assert (found.before, found.value, split.total) == pytest.approx((0.275, 0.2375, -0.0375))
    assert rates["Inbound"] == pytest.approx((0.009375, -0.0390625))
    assert rates["Outbound"] == pytest.approx((0.015625, -0.0234375))
