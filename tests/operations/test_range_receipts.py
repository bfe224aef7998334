"""The range of a forecast has a receipt: the same low, middle and high as plain SQL gives, and its rows prove it."""

from __future__ import annotations

import json
import math
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from statistics import fmean

import pytest
from scipy import stats

from kpidesk import operations
from kpidesk.core.forecast_paper import forecast_paper
from kpidesk.core.forecasts import Method, MethodId
from kpidesk.core.papers import RECEIPTS, PaperTable
from kpidesk.core.progress import finish
from kpidesk.core.receipts import Receipt
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.exporting.forecast_forms import forecast_json, forecast_text
from kpidesk.exporting.receipt_forms import receipt_json, receipt_text, with_first
from kpidesk.operations.receipt_code import value_mark
from tests.operations import forecast_company as firm
from tests.operations.support import NAME, bring_in, copied, made
from tests.schema import problems

NOW = (2025, 0)
WON = """
SELECT x.close_date, x.amount / 100.0
FROM deal_versions v JOIN deal_values x ON x.id = v.value_id JOIN terms t ON t.id = x.stage
JOIN person_aliases a ON a.id = x.owner JOIN people p ON p.id = a.person_id
WHERE v.valid_to = '9999-12-31' AND t.value = 'Won' AND (p.name = :owner OR :owner = '')
"""
Ends = tuple[float, float, float]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with an export of the middle of each of eight quarters and of today."""
    place = tmp_path_factory.mktemp("ranges")
    with made(place, firm.TODAY) as opened:
        for day, path in firm.write(place, firm.company(), firm.export_days()).items():
            bring_in(opened, path, day, stages=firm.STAGES)
        operations.save_settings(opened, replace(operations.settings(opened), organisation="Firm"))
    return place


@pytest.fixture(scope="module")
def ws(folder: Path) -> Iterator[operations.Workspace]:
    """The open workspace, which no test changes."""
    with made(folder, firm.TODAY) as opened:
        yield opened


def asked(ws: operations.Workspace, scope: str = "org", **more: object) -> Question:
    return operations.question(ws, **{"period": "2025-Q1", "scope": scope, **more})  # type: ignore[arg-type]  # by name


def method(ws: operations.Workspace, one: MethodId, question: Question) -> Method:
    found = operations.forecast(ws, question).method(one)
    assert found is not None
    assert found.found is not None
    return found


def proven(ws: operations.Workspace, code: str) -> Receipt:
    """The receipt of a code whose number is still the same."""
    replay = operations.replay(ws, code)
    assert (replay.is_same, replay.changes) == (True, ()), (replay.verdict, replay.changes)
    assert replay.receipt.reproduces
    return replay.receipt


def ends_of(receipt: Receipt) -> Ends:
    found = receipt.result
    assert found.likely is not None
    assert found.value is not None
    return found.likely[0], found.value, found.likely[1]


# --- against SQL ------------------------------------------------------------------------------------------------------


class Booked:
    """What was won by day, as plain SQL reads it from the tables of a copy; a class because it holds what was read."""

    def __init__(self, path: Path, owner: str = "") -> None:
        with closing(sqlite3.connect(path)) as db:
            self.rows = db.execute(WON, {"owner": owner}).fetchall()

    def between(self, first: date, last: date) -> float:
        """What was won from a day to a day."""
        return math.fsum(amount for day, amount in self.rows if str(first) <= day <= str(last))

    def of(self, quarter: tuple[int, int]) -> float:
        """What a quarter came to."""
        first, after = firm.quarter(*quarter)
        return self.between(first, after - timedelta(days=1))

    def share(self, quarter: tuple[int, int]) -> float:
        """The part of it that there was after as many of its working days as are over now."""
        first, after = firm.quarter(*quarter)
        days = firm.weekdays(first, after - timedelta(days=1))
        start, end = firm.quarter(*NOW)
        place = len(firm.weekdays(start, firm.TODAY)) / len(firm.weekdays(start, end - timedelta(days=1))) * len(days)
        sums = [0.0, *(self.between(first, day) for day in days[:-1]), self.of(quarter)]
        at = int(place)
        return (sums[at] + (sums[at + 1] - sums[at]) * (place - at)) / sums[-1]


@pytest.fixture(scope="module")
def copy(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the workspace for SQL alone."""
    return Path(shutil.copy(folder / NAME, tmp_path_factory.mktemp("copy") / "copy.kpidesk"))


def student(freedom: int) -> float:
    return float(stats.t(freedom).ppf(0.9) / stats.norm.ppf(0.9))


@pytest.mark.parametrize("owner", ["", "Bo Dahl"])
def test_the_pace_is_that_of_plain_sql(ws: operations.Workspace, copy: Path, owner: str) -> None:
    found = Booked(copy, owner)
    one = method(ws, "share", asked(ws, f"rep:{owner}" if owner else "org"))
    receipt = proven(ws, one.receipt)
    shares = {f"Q{at[1] + 1} {at[0]}": share for at in firm.QUARTERS if (share := found.share(at))}
    middle, low, high = firm.share_quantiles(found.between(date(2025, 1, 1), firm.TODAY), list(shares.values()))
    assert ends_of(receipt) == pytest.approx((low, middle, high), rel=2e-3)  # the working days of a step
    so_far, *past = receipt.rows
    assert so_far.cells["name"] == "Won so far in Q1 2025"
    told = {row.cells["name"]: float(row.cells["Part of it"].rstrip("%")) / 100 for row in past}
    assert {name: share for name, share in told.items() if share} == pytest.approx(shares, abs=1e-4)


def test_the_usual_quarter_is_that_of_plain_sql(ws: operations.Workspace, copy: Path) -> None:
    found, quarters = Booked(copy), ((2022, 3), *firm.QUARTERS)
    receipt = proven(ws, method(ws, "season", asked(ws)).receipt)
    totals = [found.of(one) for one in quarters]
    years = [fmean(totals[at - 3 : at + 1]) for at in range(4, len(totals))]
    parts = [(totals[at] - totals[at - 4]) / year for at, year in enumerate(years, 4)]
    wide = years[-1] * fmean(part**2 for part in parts) ** 0.5 * student(len(totals) - 4)
    late = [(1 - found.share(one)) * found.of(one) for one in quarters[-8:]]
    part = sum(late) / sum(totals[-8:])
    apart = sum((one - part * total) ** 2 / total**1.5 for one, total in zip(late, totals[-8:], strict=True))
    scatter = apart / 7 * (1 + 1 / 8) * totals[-4] ** 1.5 * student(7) ** 2
    booked = found.between(date(2025, 1, 1), firm.TODAY)
    wanted = stats.norm(booked + part * totals[-4], math.sqrt((part * wide) ** 2 + scatter)).ppf((0.1, 0.5, 0.9))
    assert ends_of(receipt) == pytest.approx(tuple(map(float, wanted)), rel=2e-3)
    told = dict(receipt.parts)
    assert told["part of it still to come"] == pytest.approx(part, abs=1e-4)
    assert told["a usual quarter"] == pytest.approx(totals[-4])


@pytest.mark.parametrize("owner", ["", "Bo Dahl"])
def test_the_open_deals_are_those_of_the_files(ws: operations.Workspace, folder: Path, owner: str) -> None:
    files = {day: folder / f"deals-{day.isoformat()}.csv" for day in firm.export_days()}
    question = asked(ws, f"rep:{owner}" if owner else "org")
    receipt = proven(ws, method(ws, "pipeline", question).receipt)
    wanted = firm.pipeline_again(files, firm.TODAY, NOW, firm.QUARTERS, owner)
    assert ends_of(receipt) == pytest.approx((wanted.low, wanted.point, wanted.high), rel=0.02)  # the grid of sums
    deals = [row for row in receipt.rows if row.deal_id]
    shown = operations.deals_due(ws, question)
    assert [row.cells["Chance"] for row in deals] == [f"{100 * one.own_chance:.2f}%" for one in shown]
    assert [row.deal_id for row in deals] == [one.deal_id for one in shown]
    expected = math.fsum((one.amount or 0.0) * one.own_chance for one in shown)
    assert math.fsum(row.value or 0.0 for row in deals) == pytest.approx(expected)
    turn = sum(row.value or 0.0 for row in receipt.rows if "From elsewhere" in row.cells)
    assert dict(receipt.parts)["from elsewhere, on average"] == pytest.approx(turn, abs=0.01)


@pytest.mark.parametrize("one", ["share", "season", "pipeline"])
def test_each_past_period_has_its_own_code(ws: operations.Workspace, copy: Path, one: MethodId) -> None:
    found, receipt = Booked(copy), proven(ws, method(ws, one, asked(ws)).receipt)
    rows = [row for row in receipt.rows if row.opens is not None]
    assert len(rows) == {"share": 9, "season": 10, "pipeline": 9}[one]
    for row in rows:
        assert row.opens is not None
        behind = proven(ws, row.opens.receipt)
        period = behind.question.period
        assert behind.question == row.opens.question
        assert behind.result.value == pytest.approx(found.between(period.start, min(period.last_day, firm.TODAY)))


def test_a_range_is_told_as_of_its_day_and_for_any_length(ws: operations.Workspace) -> None:
    for question in (
        asked(ws, "org", period="2024-Q4", as_of=date(2024, 11, 15)),
        asked(ws, "rep:Ann Lee", period="2025-02"),
        asked(ws, "org", period="2025"),
        asked(ws, "org", period="2025-Q2"),
    ):
        told = [one for one in operations.forecast(ws, question).methods if one.found is not None]
        assert told
        for one in told:
            receipt = proven(ws, one.receipt)
            assert receipt.question == question
            assert one.found is not None
            assert receipt.value_text == f"{one.found.text}, middle {one.found.point_text}"


# --- where the code stands --------------------------------------------------------------------------------------------


def test_every_form_of_a_forecast_has_the_codes(ws: operations.Workspace) -> None:
    view = operations.forecast(ws, asked(ws))
    codes = [one.receipt for one in view.methods]
    assert len(set(codes)) == len(codes) == 3
    assert all(codes)
    answer = forecast_json(view)
    assert problems(answer, "forecast") == []
    assert all(f'"receipt": "{code}"' in json.dumps(answer) for code in codes)
    assert all(code in forecast_text(view) for code in codes)
    [(table,)] = [section.parts for section in forecast_paper(view).sections if section.heading == RECEIPTS]
    assert isinstance(table, PaperTable)
    assert set(codes) <= {row.cells[1].text for row in table.rows}
    over = operations.forecast(ws, asked(ws, period="2024-Q4"))
    assert [one.receipt for one in over.methods] == ["", "", ""], "what is over has no range"


def test_where_a_scorecard_sees_bookings_end_has_the_code_of_that_range(folder: Path, tmp_path: Path) -> None:
    with copied(folder, tmp_path, firm.TODAY) as ws:
        goal = {"scope": "org", "period": "2025-Q1", "reason": "the plan"}
        operations.set_baseline_from(ws, "bookings", **goal, value="500000")
        operations.set_target_from(ws, "bookings", **goal, minimum="500000", target="900000", stretch="1000000")
        (row,) = operations.scorecard(ws, asked(ws), ("bookings",)).rows
        assert row.landing is not None
        ends = ends_of(proven(ws, row.landing.receipt))
    assert (row.landing.low, row.landing.point, row.landing.high) == pytest.approx(ends, rel=0.01)  # shown rounded
    assert row.receipts("Bookings")[-1] == ("Bookings, heading for", row.landing.receipt)
    assert row.without_receipts().receipts("Bookings") == ()


def test_a_receipt_says_how_the_range_is_made(ws: operations.Workspace) -> None:
    receipt = proven(ws, method(ws, "pipeline", asked(ws)).receipt)
    answer = receipt_json(receipt)
    assert problems(answer, "rows") == []
    assert answer["likely"] == list(receipt.result.likely or ())
    text = " ".join(receipt_text(receipt).split())
    assert "rows give the same range again: $" in text
    assert "Low, middle and high are P10, P50 and P90 of all that can come of it" in text
    assert "Nothing is drawn at random." in text
    short = receipt_text(with_first(receipt, 3))
    assert f"… and {receipt.count - 3} more rows" in short
    share = " ".join(receipt_text(proven(ws, method(ws, "share", asked(ws)).receipt)).split())
    assert "Name Booked in all By the same working day Part of it Comes to Receipt" in share


# --- what changed since -----------------------------------------------------------------------------------------------


def test_what_came_or_was_undone_since_is_named(folder: Path, tmp_path: Path) -> None:
    """One more won deal of today makes each range another one; undone, each is the same again."""
    more = tmp_path / "more.csv"
    line = "D99999,Late one,Bo Dahl,Firm 99,Won,90000,2025-01-02,2025-02-10,Inbound,,,"
    more.write_text(f"{','.join(firm.HEADER)}\n{line}\n", encoding="utf-8")
    with copied(folder, tmp_path, firm.TODAY) as ws:
        codes = [one.receipt for one in operations.forecast(ws, asked(ws)).methods]
        before = [proven(ws, code).value_text for code in codes]
        added = bring_in(ws, more, firm.TODAY, stages=firm.STAGES, complete=False).import_id
        assert added is not None
        newer = [one.receipt for one in operations.forecast(ws, asked(ws)).methods]
        for code, was in zip(codes, before, strict=True):
            replay = operations.replay(ws, code)
            assert not replay.is_same
            assert was in replay.verdict
            assert replay.changes[-1].startswith("more.csv was imported, on ")
            assert any("changed" in one and "Won so far in Q1 2025" in one for one in replay.changes), replay.changes
        finish(operations.undo(ws, added))
        assert [operations.replay(ws, code).is_same for code in codes] == [True] * 3
        for code in newer:
            replay = operations.replay(ws, code)
            assert not replay.is_same
            assert any(one.startswith(f"Import {added} (more.csv) was undone, on ") for one in replay.changes)


def test_other_working_days_and_another_definition_are_named(folder: Path, tmp_path: Path) -> None:
    with copied(folder, tmp_path, firm.TODAY) as ws:
        code = method(ws, "share", asked(ws)).receipt
        operations.save_settings(ws, replace(operations.settings(ws), business_hours="mon-wed 09:00-17:00"))
        replay = operations.replay(ws, code)
        assert not replay.is_same
        assert any(one.startswith("Settings were changed: ") for one in replay.changes)
    with copied(folder, tmp_path, firm.TODAY) as ws:
        codes = [method(ws, "season", asked(ws, period=one)).receipt for one in ("2025-Q1", "2025-Q2")]
        kpi = next(one.kpi for one in operations.kpis(ws) if one.kpi.id == "bookings")
        formula = "sum(deals.amount where won and amount > 20000 on closed_at)"
        operations.save_kpi(ws, replace(kpi, formula=formula, reason="large deals alone"))
        began, ahead = (operations.replay(ws, code) for code in codes)
        assert (began.is_same, began.changes) == (True, ()), "the quarter began before the definition"
        assert not ahead.is_same
        assert "What the KPI counts is defined otherwise than it was." in ahead.changes


def test_a_code_tells_the_ends_of_a_range_too() -> None:
    marks = {value_mark(Result(2.0, 8.0, likely=ends)) for ends in (None, (1.0, 3.0), (1.0, 4.0), (0.0, 3.0))}
    assert len(marks) == 4
