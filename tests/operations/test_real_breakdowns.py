"""Breakdowns, receipts, causes and SQL of parts over real files and Simpson's case, against pandas and by hand."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from scipy.stats import chi2

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


@pytest.fixture(scope="module")
def funnel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    place = tmp_path_factory.mktemp("olist") / "w.kpidesk"
    ask("import", place, *sorted((DATA / "olist-funnel").glob("*.csv")), "--as-of", "2018-12-31")
    with opened(place) as ws:
        yield ws


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


def leads() -> pd.DataFrame:
    """Every lead with the seller of the deal that it became, whether within 90 days, and the month it came in.

    One was won before its first contact, so that no time lies between.
    """
    won, begun = (pd.read_csv(file) for file in sorted((DATA / "olist-funnel").glob("*.csv")))
    frame = begun.merge(won, on="mql_id", how="left")
    frame["begun"] = pd.to_datetime(frame["first_contact_date"], dayfirst=True)
    frame["won"] = pd.to_datetime(frame["won_date"], dayfirst=True).dt.normalize()
    frame["is_deal"] = (frame["won"] - frame["begun"]).dt.days.between(0, 90)
    frame["origin"] = frame["origin"].fillna("Unknown")
    return frame.assign(month=frame["begun"].dt.strftime("%Y-%m"))


@real
def test_a_real_funnel_by_origin_is_what_pandas_counts(funnel: operations.Workspace) -> None:
    frame = leads()
    of_quarter = frame[frame["begun"].between("2018-01-01", "2018-03-31")]
    shares = of_quarter.groupby("origin")["is_deal"].mean()
    found = cells(funnel, "lead_to_opp", View("lead_to_opp", "source"), "2018-Q1")
    assert found == pytest.approx({(label, ""): share for label, share in shares.items() if share})


@real
def test_why_a_real_share_fell_is_split_as_pandas_splits_it(funnel: operations.Workspace) -> None:
    """By what is known of a lead when it comes in, and not by what is filled in when it has become a deal."""
    found = operations.why(funnel, "lead_to_opp", operations.question(funnel, period="2018-05"))
    [split] = found.splits
    frame = leads()
    months = [frame[frame["month"] == month].groupby("origin")["is_deal"] for month in ("2018-04", "2018-05")]
    rate0, rate1 = (month.mean() for month in months)
    weight0, weight1 = (month.size() / month.size().sum() for month in months)
    both = (rate0 * weight0).sum() + (rate1 * weight1).sum()
    rate, mix = (rate1 - rate0) * (weight0 + weight1) / 2, (weight1 - weight0) * (rate0 + rate1 - both) / 2
    called = {"Nothing filled in": "Unknown"}  # for there is a source "unknown" as well
    told = {called.get(part.label, part.label): (part.rate, part.mix) for part in split.parts
            if part.label != "Everything else"}  # fmt: skip
    assert (split.field, len(told) > 3) == ("source", True)
    assert told == {label: pytest.approx((rate[label], mix[label]), abs=1e-9) for label in told}
    assert split.total == pytest.approx((rate + mix).sum())


@real
def test_real_sellers_are_compared_by_what_pandas_counts(funnel: operations.Workspace) -> None:
    found = operations.compare(funnel, "deals_won", operations.question(funnel, period="2018-Q2"))
    frame = leads()
    counts = frame[frame["won"].between("2018-04-01", "2018-06-30")].groupby("sr_id").size()
    exact = {
        name: (count / 13, chi2.ppf(0.025, 2 * count) / 26, chi2.ppf(0.975, 2 * count + 2) / 26)
        for name, count in counts.items()
    }
    assert {peer.name: (peer.value, peer.low, peer.high) for peer in found.peers} == {
        name: pytest.approx(three) for name, three in exact.items()
    }
    assert found.groups[0].common == pytest.approx(counts.mean() / 13)


def leavers_of(frame: pd.DataFrame, start: pd.Series, end: pd.Series) -> dict[str, str]:
    """What is said of the accounts that stopped paying in three periods of 2024, counted by pandas."""
    gone = []
    for account, rows in frame.groupby("account_id"):
        for day in sorted(set(end[rows.index].dropna())):
            paid = [rows["mrr_amount"][start[rows.index].le(at) & ~end[rows.index].le(at)].sum()
                    for at in (day - pd.Timedelta(days=1), day)]  # fmt: skip
            if paid[0] > 0 == paid[1]:
                gone.append((account, day, paid[0]))
    left = pd.DataFrame(gone, columns=["account", "day", "paid"])
    year = left[left["day"].dt.year.eq(2024)].groupby("account")["paid"].sum().sort_values(ascending=False)
    first, second = (left[left["day"].dt.to_period("Q").eq(pd.Period(one))]["paid"] for one in ("2024Q1", "2024Q2"))
    five, largest = round(100 * year.head(5).sum() / year.sum()), round(100 * first.max() / first.sum())
    return {
        "2024": f"{len(year)} accounts were lost for ${year.sum() / 1000:.1f}K; the five largest are {five}% of it.",
        "2024-Q1": f"{len(first)} accounts were lost for ${first.sum() / 1000:.1f}K; the largest is {largest}% of it.",
        "2024-Q2": f"1 account was lost for ${second.sum() / 1000:.2f}K.",
    }


@real
def test_real_revenue_is_what_pandas_adds_and_grows_by(tmp_path: Path) -> None:
    place = tmp_path / "w.kpidesk"
    for kind in ("accounts", "subscriptions"):
        file = DATA / "ravenstack" / f"ravenstack_{kind}.csv"
        ask("import", place, file, "--kind", kind, "--as-of", "2024-12-31", "--date-order", "dmy", "--currency", "USD")
    accounts, lines = (
        pd.read_csv(DATA / "ravenstack" / f"ravenstack_{name}.csv") for name in ("accounts", "subscriptions")
    )
    frame = lines.merge(accounts, on="account_id", suffixes=("", "_of_account"))
    start, end = (pd.to_datetime(frame[name], dayfirst=True) for name in ("start_date", "end_date"))

    def sums(day: str, *by: str) -> pd.Series:
        return frame[start.le(pd.Timestamp(day)) & ~end.le(pd.Timestamp(day))].groupby(list(by))["mrr_amount"].sum()

    with opened(place) as ws:
        found = cells(ws, "mrr", View("mrr", "vertical", "segment"), "2024-Q3")
        why = operations.why(ws, "mrr", operations.question(ws, period="2024-12"))
        left = {
            period: operations.why(ws, "churn_dollars", operations.question(ws, period=period)).concentration
            for period in ("2024", "2024-Q1", "2024-Q2")
        }
    wanted = sums("2024-09-30", "industry", "plan_tier_of_account")
    assert found == {key: value for key, value in wanted.items() if value}
    assert left == {period: (words,) for period, words in leavers_of(frame, start, end).items()}
    columns = {"segment": "plan_tier_of_account", "source": "referral_source"}
    assert {split.field for split in why.splits} == set(columns)
    for split in why.splits:
        grown = sums("2024-12-31", columns[split.field]) - sums("2024-11-30", columns[split.field])
        assert {part.label: part.amount for part in split.parts} == dict(grown)


def won_by_source(path: Path, groups: list[tuple[str, str, int, int]]) -> Path:
    """Deals by day of closing and source: how many, and how many of them were won."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("Deal ID", "Owner", "Stage", "Amount", "Created", "Close date", "Lead source"))
        for day, source, size, won in groups:
            for at in range(size):
                stage = "Won" if at < won else "Lost"
                rows.writerow((f"{day}{source}{at}", "Ann", stage, "100", "2025-01-01", day, source))
        rows.writerow(("first", "Ann", "Lost", "100", "2025-01-01", "2025-02-01", "Inbound"))
    return path


def test_a_field_filled_in_for_what_was_won_explains_nothing(tmp_path: Path) -> None:
    before, now = "2025-08-01", "2025-11-01"
    groups = [(before, "", 300, 0), (before, "Inbound", 30, 30), (before, "Outbound", 20, 20),
              (now, "", 300, 2), (now, "Inbound", 90, 90), (now, "Outbound", 40, 38)]  # fmt: skip
    with made(tmp_path) as ws:
        bring_in(ws, won_by_source(tmp_path / "deals.csv", groups))
        found = operations.why(ws, "win_rate", operations.question(ws, period="2025-Q4"))
    assert found.certainty == "real"
    assert "lead_source" not in {one.field for one in found.splits}
    assert not [one for one in found.tried if "source" in one.lower()]


def test_where_every_source_got_better_and_the_whole_worse_the_mix_is_named(tmp_path: Path) -> None:
    """Of 1,600 deals a quarter 27.5 % were won, then 23.75 %: outbound wins less and is three in four by then."""
    groups = [("2025-08-01", "Inbound", 800, 320), ("2025-08-01", "Outbound", 800, 120),
              ("2025-11-01", "Inbound", 400, 170), ("2025-11-01", "Outbound", 1200, 210)]  # fmt: skip
    with made(tmp_path) as ws:
        bring_in(ws, won_by_source(tmp_path / "deals.csv", groups))
        found = operations.why(ws, "win_rate", operations.question(ws, period="2025-Q4"))
    [split] = [one for one in found.splits if one.field == "lead_source"]
    rates = {part.label: (part.rate, part.mix) for part in split.parts}
    assert (found.before, found.value, split.total) == pytest.approx((0.275, 0.2375, -0.0375))
    assert rates["Inbound"] == pytest.approx((0.009375, -0.0390625))
    assert rates["Outbound"] == pytest.approx((0.015625, -0.0234375))
