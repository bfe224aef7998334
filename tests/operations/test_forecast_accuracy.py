"""How near forecasts came, against errors worked out by hand, the published case and the KPIs."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.accuracy_paper import accuracy_receipts
from kpidesk.core.forecast_misses import HorizonMisses, Miss, ScopeMisses, band_of, drawn_together
from kpidesk.core.papers import PaperChart, PaperTable
from kpidesk.core.people import ORG
from kpidesk.core.progress import finish
from tests.conftest import SAMPLE_DAY
from tests.operations.support import Line, bring_in, copied, made, options, write
from tests.stats.vectors import cases

KNOWN = date(2026, 7, 2)
LINES: list[Line] = [
    ("A1", "Ann Lee", "Won", "100000", "2025-10-01", "2026-03-20"),
    ("A2", "Ann Lee", "Won", "50000", "2025-10-01", "2026-05-20"),
    ("B1", "Bo Dahl", "Won", "20000", "2025-10-01", "2026-02-20"),
    ("B2", "Bo Dahl", "Lost", "20000", "2025-10-01", "2026-05-20"),
    ("C1", "Cy Oh", "Won", "7000", "2025-10-01", "2026-03-01"),
    ("X0", "Cy Oh", "Lost", "1", "2025-01-01", "2025-02-01"),
]
HEADER = "Rep,Category,Horizon,Amount,Currency,Quarter,Submitted\n"
ROWS = (
    "Ann Lee,Commit,day_one,120000,,2026-Q1,2026-01-01",
    "Ann Lee,Best case,day_one,999999,,2026-Q1,2026-01-01",
    "Ann Lee,Commit,,110000,,2026-Q1,2026-02-20",
    "Ann Lee,Commit,,103000,,2026-Q1,2026-03-27",
    "Bo Dahl,Commit,day_one,15000,,2026-Q1,2026-01-01",
    "Bo Dahl,Commit,day_one,5000,,2026-Q2,2026-04-01",
    "Ann Lee,Commit,week_7,45000,,2026-Q2,",
)


def files_in(ws: operations.Workspace, folder: Path, rows: Sequence[str], day: date = KNOWN, name: str = "f") -> None:
    path, ws.today = folder / f"{name}.csv", max(ws.today, day)
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    finish(operations.import_file(ws, path, replace(options(day), kind="forecasts", source="desk", stages={})))


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("missed")
    with made(folder, KNOWN) as ws:
        bring_in(ws, write(folder / "deals.csv", LINES), KNOWN)
        files_in(ws, folder, ROWS)
    return folder


@pytest.fixture
def ws(begun: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(begun, tmp_path, KNOWN) as opened:
        yield opened


def found(
    ws: operations.Workspace, scope: str = "org", period: str = "2026-Q2", **more: date
) -> dict[str, ScopeMisses]:
    """The misses by scope, the sum of the reps under `reps`."""
    asked = operations.question(ws, scope=scope, period=period, as_of=more.get("as_of"))
    answer = operations.forecast_accuracy(ws, asked)
    return {"reps" if one.whose == "reps" else one.name: one for one in answer.scopes}


def shares(one: ScopeMisses, period: int = 0) -> dict[int | None, float | None]:
    return {miss.weeks_left: miss.share for miss in one.periods[period].misses}


def at(one: ScopeMisses, weeks: int | None) -> HorizonMisses:
    return next(here for here in one.horizons if here.weeks_left == weeks)


def test_each_week_is_held_against_the_forecast_that_stood_then(ws: operations.Workspace) -> None:
    ann = found(ws)["Ann Lee"]
    by_week = shares(ann)
    assert by_week[None] == pytest.approx(0.2)
    assert [by_week[week] for week in (12, 6, 5, 1, 0)] == pytest.approx([0.2, 0.2, 0.1, 0.1, 0.03])
    assert [(miss.weeks_left, miss.band) for miss in ann.periods[0].misses if miss.weeks_left in (6, 5, 0)] == [
        (6, "outside"), (5, "10"), (0, "5"),
    ]  # fmt: skip
    assert (
        ann.periods[0].words == "Commit was 10% too high five weeks before the end, and still one week before the end."
    )


def test_of_several_forecasts_of_one_day_the_last_one_stands(ws: operations.Workspace) -> None:
    asked = operations.question(ws, scope="rep:Cy Oh", period="2026-Q3")
    for commit in (9000.0, 8000.0, 5000.0):
        operations.submit(ws, asked.scope, asked.period, commit)
    ws.today = date(2026, 10, 2)
    won = ("C2", "Cy Oh", "Won", "10000", "2026-07-01", "2026-09-20")
    bring_in(ws, write(ws.path.parent / "later.csv", [*LINES, won]), ws.today)
    cy = found(ws, period="2026-Q3")["Cy Oh"]
    assert {miss.forecast for miss in cy.periods[-1].misses} == {5000}


def test_the_sum_of_the_reps_hides_single_misses_and_names_who_gave_none(ws: operations.Workspace) -> None:
    together = found(ws)["reps"]
    first = next(miss for miss in together.periods[0].misses if miss.weeks_left is None)
    assert (first.forecast, first.error, first.reps, first.missing) == (135_000, 8_000, 2, 1)
    assert first.share == pytest.approx(8 / 127)
    assert first.rest == "On day one 1 rep had given none and booked $7.00K; the 2 others were 13% too high."
    assert together.periods[0].words.endswith(f" {first.rest}")
    q1 = replace(operations.question(ws, period="2026-Q1"), scope=ORG)
    day_one = at(next(one for one in operations.forecast_accuracy(ws, q1).scopes if one.whose == "reps"), None)
    assert day_one.wape == pytest.approx(32_000 / 127_000), "Ann 20,000 too high, Bo 5,000 too low, Cy gave none"
    assert day_one.total == pytest.approx(1 - 8 / 127)


def test_the_forecast_of_who_moved_is_held_against_all_that_they_booked(ws: operations.Workspace) -> None:
    """Ann goes from North to South within the quarter, where she books; Cy comes to North within it."""
    for name, team, start in (("Ann Lee", "North", "2025-01-01"), ("Bo Dahl", "South", "2025-01-01"),
                              ("Ann Lee", "South", "2026-02-10"), ("Cy Oh", "North", "2026-02-15")):  # fmt: skip
        person = operations.find_person(ws, name).id
        operations.move_people(ws, [person], team, date.fromisoformat(start))
    first: dict[str, Miss] = {}
    errors, moved = {}, "Within Q1 2026 Ann Lee (North to South) changed teams: forecast and bookings count together, "
    for scope in ("org", "team:North", "team:South"):
        asked = operations.question(ws, scope=scope, period="2026-Q1")
        answer = operations.forecast_accuracy(ws, asked, 1)
        together = next(one for one in answer.scopes if one.whose == "reps")
        assert together.periods[0].actual == {"org": 127_000, "team:North": 107_000, "team:South": 20_000}[scope]
        replay = operations.replay(ws, together.periods[0].receipt)
        assert (replay.is_same, replay.changes, replay.receipt.reproduces) == (True, (), True)
        assert replay.receipt.result.value == together.periods[0].actual
        reps = {row.cells["name"]: row.value for row in replay.receipt.rows if row.opens}
        if scope == "team:North":
            assert reps == {"Ann Lee": 100_000, "Cy Oh": 7_000}, "also what Ann booked with South"
            assert all(operations.replay(ws, row.opens.receipt).is_same for row in replay.receipt.rows if row.opens)
        names = [name for name, _ in accuracy_receipts([together])]
        assert names == [f"Booked{'' if scope == 'org' else ' by its reps'}, Q1 2026"]
        assert all(one.periods[0].receipt for one in answer.scopes if one.whose == "own")
        assert answer.notices == (() if scope == "org" else (f"{moved}with the team of the first day.",))
        first[scope], errors[scope] = together.periods[0].misses[0], at(together, None).wape
        bias, booked, row = operations.scorecard(ws, asked, ("forecast_bias", "bookings", "forecast_wape")).rows
        assert row.result.value == pytest.approx(errors[scope])
        assert bias.result.value == pytest.approx(first[scope].forecast / (booked.result.value or 0) - 1)
        apart = "changed teams: the forecast counts with the team of the first day, each booking with the team of its"
        assert any(apart in one for one in bias.result.notices) == (scope != "org")
        assert not any(apart in one for one in (*booked.result.notices, *row.result.notices))
        behind = operations.rows(ws, "forecast_wape", asked)
        assert (len(behind.rows), behind.result.value) == (row.result.n, row.result.value)
        assert behind.reproduces
        assert operations.replay(ws, row.receipt).is_same
    assert errors == pytest.approx(
        {"org": 32_000 / 127_000, "team:North": 27_000 / 107_000, "team:South": 5_000 / 20_000}
    )
    sums = [(one.forecast, one.error, one.reps, one.missing) for one in first.values()]
    assert sums == [(135_000, 8_000, 2, 1), (120_000, 13_000, 1, 1), (15_000, -5_000, 1, 0)]


def test_where_nothing_was_booked_there_is_no_share(ws: operations.Workspace) -> None:
    bo = found(ws)["Bo Dahl"]
    second = bo.periods[1]
    assert (second.actual, second.reason) == (0, "nothing was booked in Q2 2026")
    assert {miss.share for miss in second.misses} == {None}
    assert [miss.error for miss in second.misses if miss.weeks_left == 0] == [5000]
    assert {one.n for one in bo.horizons} == {1}, "it is no period of the usual miss"


def test_what_was_given_in_the_app_follows_what_files_told(ws: operations.Workspace) -> None:
    q2, ann = operations.question(ws, period="2026-Q2").period, operations.scopes(ws).find_scope("rep:Ann Lee")
    ws.today = date(2026, 6, 10)
    operations.submit(ws, ann, q2, 60_000)
    operations.submit(ws, ORG, q2, 70_000)
    answer = operations.forecast_accuracy(ws, operations.question(ws, period="2026-Q2"))
    assert [(one.whose, one.name) for one in answer.scopes[:2]] == [("own", "Organisation"), ("reps", "Organisation")]
    assert shares(answer.scopes[0]) == {2: pytest.approx(0.4), 1: pytest.approx(0.4), 0: pytest.approx(0.4)}
    by_week = shares(found(ws)["Ann Lee"], 1)
    assert [by_week[week] for week in (3, 2, 0)] == pytest.approx([-0.1, 0.2, 0.2])
    assert found(ws, as_of=date(2026, 6, 5)) == {}, "no data of that day"


def test_a_file_without_days_is_placed_by_its_horizon(ws: operations.Workspace) -> None:
    second = found(ws)["Ann Lee"].periods[1]
    assert [miss.weeks_left for miss in second.misses] == [6, 5, 4, 3, 2, 1, 0]
    assert second.misses[0].given_on == date(2026, 5, 13)
    assert second.misses[0].share == pytest.approx(-0.1)


def test_what_cannot_be_placed_or_converted_is_left_out_and_said(ws: operations.Workspace, tmp_path: Path) -> None:
    files_in(ws, tmp_path, ["Cy Oh,Commit,soon,1,,2026-Q1,", "Cy Oh,Commit,,2,EUR,2026-Q1,2026-01-02"], name="g")
    answer = operations.forecast_accuracy(ws, operations.question(ws, period="2026-Q2"))
    assert len(answer.notices) == 2
    assert "Cy Oh" not in {one.name for one in answer.scopes}
    operations.add_rate(ws, "EUR", "2", date(2025, 1, 1), restate=True)
    assert found(ws)["Cy Oh"].periods[0].misses[0].forecast == 4


def test_a_habit_is_not_said_from_three_periods(ws: operations.Workspace) -> None:
    both = at(found(ws)["Ann Lee"], 5)
    assert (both.n, both.bias, both.high) == (2, None, 1)
    assert both.median == pytest.approx(0.1)
    assert "too few" in found(ws)["Ann Lee"].sentence


def test_a_running_period_is_not_judged(ws: operations.Workspace) -> None:
    ann = operations.scopes(ws).find_scope("rep:Ann Lee")
    q3 = operations.question(ws, period="2026-Q3").period
    operations.submit(ws, ann, q3, 1_000_000)
    assert [one.period.key for one in found(ws, period="2026-Q3")["Ann Lee"].periods] == ["2026-Q1", "2026-Q2"]


def test_what_is_given_or_known_later_does_not_change_what_was_said_before(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    later = date(2026, 7, 20)
    before = found(ws, as_of=KNOWN)
    files_in(ws, tmp_path, ["Ann Lee,Commit,day_one,1,,2026-Q1,2026-01-01", "Bo Dahl,Commit,,9,,2026-Q1,2026-02-01"],
             later, "late")  # fmt: skip
    moved = [line if line[0] != "A1" else (*line[:3], "300000", *line[4:]) for line in LINES]
    bring_in(ws, write(tmp_path / "later.csv", moved), later)
    assert found(ws, as_of=KNOWN) == before
    now = found(ws)["Ann Lee"]
    assert now.periods[0].actual == 300_000


def test_the_published_case(tmp_path: Path) -> None:
    case = cases("V-FACC")[0]
    names = ["Ann Lee", "Bo Dahl", "Cy Oh", "Di Ray", "Ed Sun"]
    lines: list[Line] = [("X0", "Ann Lee", "Lost", "1", "2025-01-01", "2025-02-01")]
    lines += [(f"D{at}", name, "Won", str(case["actual"][at]), "2026-01-02", "2026-03-01")
              for at, name in enumerate(names)]  # fmt: skip
    with made(tmp_path, KNOWN) as ws:
        bring_in(ws, write(tmp_path / "deals.csv", lines), KNOWN)
        files_in(ws, tmp_path, [f"{name},Commit,day_one,{case['forecast'][at]},,2026-Q1,2026-01-01"
                                for at, name in enumerate(names)])  # fmt: skip
        day_one = at(found(ws, period="2026-Q1")["reps"], None)
    assert day_one.wape == pytest.approx(case["wape"], abs=1e-6)
    assert day_one.total == pytest.approx(case["team_accuracy_total"], abs=1e-6)


def test_the_first_day_agrees_with_the_kpis_of_the_sample(sample_folder: Path, tmp_path: Path) -> None:
    shutil.copy(sample_folder / "sample.kpidesk", tmp_path)
    ws = operations.open_workspace(tmp_path / "sample.kpidesk", today=SAMPLE_DAY)
    try:
        asked = operations.question(ws, period="2026-Q2")
        answer = operations.forecast_accuracy(ws, asked)
        together = answer.scopes[0]
        assert (together.whose, len(together.periods)) == ("reps", 8)
        kpis = ("commit_forecast", "forecast_bias", "forecast_accuracy", "forecast_wape")
        for one in together.periods:
            card = operations.scorecard(ws, replace(asked, period=one.period), kpis)
            miss = one.misses[0]
            alone = operations.forecast_accuracy(ws, replace(asked, period=one.period), 1).scopes[0]
            assert miss.share is not None
            assert [row.result.value for row in card.rows] == pytest.approx(
                [miss.forecast, miss.share, 1 - abs(miss.share), at(alone, None).wape]
            )
            assert _sum_five_weeks_before(sample_folder, one.period.last_day) == next(
                miss.forecast for miss in one.misses if miss.weeks_left == 5
            )
        _check_paper(ws, asked)
    finally:
        operations.close(ws)


def _sum_five_weeks_before(folder: Path, last: date) -> float:
    """The newest commits of all reps for a quarter that stood then, added up from the file."""
    with next(folder.rglob("forecasts.csv")).open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["Category"] == "Commit"]
    quarter = f"{last.year}-Q{(last.month + 2) // 3}"
    newest: dict[str, tuple[str, float]] = {}
    for row in rows:
        if row["Quarter"] == quarter and row["Submitted"] <= (last - timedelta(days=35)).isoformat():
            newest[row["Rep"]] = max(newest.get(row["Rep"], ("", 0.0)), (row["Submitted"], float(row["Amount"])))
    return sum(amount for _, amount in newest.values())


def _check_paper(ws: operations.Workspace, asked: operations.Workspace | object) -> None:
    """Every cell of the paper stands under a column, and every rep is on it."""
    answer = operations.forecast_accuracy(ws, asked)  # type: ignore[arg-type]  # the question of the test
    paper = operations.accuracy_paper(answer)
    parts = [part for section in paper.sections for part in section.parts]
    found = [part if isinstance(part, PaperTable) else part.table
             for part in parts if isinstance(part, PaperTable | PaperChart)]  # fmt: skip
    assert len(found) == 5
    assert {len(table.columns) - len(row.cells) for table in found for row in table.rows} == {0}
    counts = [row.cells[at].value for row in found[2].rows for at in (-2, -1)]
    misses = [period.misses[-1] for period in answer.scopes[0].periods]
    assert counts == [count for one in misses for count in (one.reps, one.missing)], "as numbers, for a workbook"
    assert {row.cells[0].text for row in found[-2].rows} == set(paper.names) == {one.name for one in answer.scopes[1:]}
    chart = next(part for part in parts if isinstance(part, PaperChart))
    low, high = chart.heights[0][0], chart.heights[-1][0]
    assert all(low <= value <= high for line in chart.lines for _, value in line.points)


@pytest.mark.parametrize(("share", "band"), [(0.05, "5"), (-0.05, "5"), (0.051, "10"), (-0.1, "10"), (0.11, "outside")])
def test_the_bands(share: float, band: str) -> None:
    assert band_of(share) == band
    assert band_of(None) == ""


def test_weeks_without_a_change_are_drawn_together(ws: operations.Workspace) -> None:
    assert [one.label for one in drawn_together(found(ws, period="2026-Q1")["Ann Lee"].horizons)] == [
        "Day one", "12 to 6 weeks left", "5 to 1 week left", "Last day",
    ]  # fmt: skip


def test_what_was_given_in_another_currency_is_converted_and_told_where_no_rate_is_known(
    ws: operations.Workspace,
) -> None:
    asked = operations.question(ws, scope="rep:Cy Oh", period="2026-Q2")
    ws.today = asked.period.start
    operations.submit(ws, asked.scope, asked.period, 8000.0)
    ws.today = KNOWN
    before = found(ws)["Cy Oh"].periods[-1].misses[0]
    operations.save_settings(ws, replace(operations.settings(ws), currency="EUR"))
    told = operations.forecast_accuracy(ws, replace(asked, scope=ORG))
    assert told.notices == ("7 forecasts are in a currency without a rate; they are left out.",)
    operations.add_rate(ws, "USD", "0.5", date(2020, 1, 1))
    after = found(ws)["Cy Oh"].periods[-1].misses[0]
    assert (after.forecast, after.error, after.share) == (before.forecast / 2, before.error / 2, before.share)
