"""The forecast against the same worked out from the export files alone, and that nothing later changes it."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from statistics import fmean, median

import pytest
from scipy import stats

from kpidesk import operations, store
from kpidesk.core.errors import UserError
from kpidesk.core.forecasts import Backtest, ForecastView, LateWins, WinChances
from kpidesk.core.goals import Baseline, Target
from kpidesk.core.papers import PaperChart, PaperRange, PaperTable
from kpidesk.core.people import ORG
from kpidesk.core.periods import Period
from kpidesk.core.progress import finish
from kpidesk.core.scorecards import Question, Row
from kpidesk.core.status import STATUS_WORDS
from kpidesk.operations.forecast_methods import usual_total
from kpidesk.stats.still_to_come import Rest, StillToCome, still_to_come
from tests.often import few
from tests.operations import forecast_company as firm
from tests.operations.support import bring_in, copied, made

NOW = (2025, 0)
LAST_YEAR = firm.QUARTERS[-4:]
Given = tuple[operations.Workspace, dict[date, Path]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Exports of the middle of nine quarters, and the workspace made from them."""
    place = tmp_path_factory.mktemp("forecast")
    with made(place, firm.TODAY) as ws:
        for day, path in firm.write(place, firm.company(), firm.export_days()).items():
            bring_in(ws, path, day, stages=firm.STAGES)
    return place


@pytest.fixture(scope="module")
def given(folder: Path) -> Iterator[Given]:
    """The open workspace, which no test changes, and the exports by day."""
    with made(folder, firm.TODAY) as ws:
        yield ws, {day: folder / f"deals-{day.isoformat()}.csv" for day in firm.export_days()}


def asked(ws: operations.Workspace, **more: object) -> Question:
    return operations.question(ws, **{"period": "2025-Q1", **more})  # type: ignore[arg-type]  # by name


def ends(view: ForecastView | None, method: str) -> tuple[float, float | None, float | None]:
    found = next(one.found for one in view.methods if one.id == method) if view else None
    assert found is not None
    return found.point, found.low, found.high


def checked(ws: operations.Workspace, question: Question) -> Backtest:
    return finish(operations.backtest(ws, question))


# --- against the files alone ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("owner", ["", "Bo Dahl"])
def test_the_pace_is_that_of_the_files(given: Given, owner: str) -> None:
    ws, files = given
    view = operations.forecast(ws, asked(ws, scope=f"rep:{owner}" if owner else "org"))
    booked, shares = firm.share_again(firm.read(files[firm.TODAY], owner), firm.TODAY, NOW, firm.QUARTERS)
    some = [one for one in shares if one]
    assert ends(view, "share") == pytest.approx(firm.share_quantiles(booked, some), rel=2e-3)
    assert view.won == booked
    assert view.pacing is not None
    assert view.pacing.share == pytest.approx(fmean(shares), abs=0.01)


@pytest.mark.parametrize("owner", ["", "Bo Dahl"])
def test_the_open_deals_come_to_what_the_files_give(given: Given, owner: str) -> None:
    ws, files = given
    view = operations.forecast(ws, asked(ws, scope=f"rep:{owner}" if owner else "org"))
    wanted = firm.pipeline_again(files, firm.TODAY, NOW, firm.QUARTERS, owner)
    point, low, high = ends(view, "pipeline")
    assert (low, point, high) == pytest.approx((wanted.low, wanted.point, wanted.high), rel=0.02)
    assert {one.stage: (one.won, one.n) for one in view.stages} == wanted.tally
    assert (
        view.deals[0].expected_text == max(view.deals, key=lambda one: (one.amount or 0) * one.own_chance).expected_text
    )


def test_the_usual_quarter_is_what_is_booked_and_the_late_part_of_the_year_before(given: Given) -> None:
    """The parts that past quarters brought after as many working days are read from the files, day by day."""
    ws, files = given
    rows = firm.read(files[firm.TODAY])
    quarters = ((2022, 3), *firm.QUARTERS)
    totals = [firm.won_between(rows, *_days(one)) for one in quarters]
    view = operations.forecast(ws, asked(ws))
    years = [fmean(totals[at - 3 : at + 1]) for at in range(4, len(totals))]  # each miss is told of the year it ends
    parts = [(totals[at] - totals[at - 4]) / year for at, year in enumerate(years, 4)]
    spread = years[-1] * fmean(part**2 for part in parts) ** 0.5
    wide = spread * float(stats.t(len(totals) - 4).ppf(0.9) / stats.norm.ppf(0.9))
    booked, shares = firm.share_again(rows, firm.TODAY, NOW, quarters[-8:])
    late = [(1 - share) * total for share, total in zip(shares, totals[-8:], strict=True)]
    part = sum(late) / sum(totals[-8:])
    apart = [(one - part * total) ** 2 / total**1.5 for one, total in zip(late, totals[-8:], strict=True)]
    scatter = sum(apart) / 7 * (1 + 1 / 8) * totals[-4] ** 1.5 * float(stats.t(7).ppf(0.9) / stats.norm.ppf(0.9)) ** 2
    usual = stats.norm(booked + part * totals[-4], math.sqrt((part * wide) ** 2 + scatter))
    point, low, high = ends(view, "season")
    assert (point, low, high) == pytest.approx(tuple(map(float, usual.ppf((0.5, 0.1, 0.9)))), rel=2e-3)
    season = view.method("season")
    assert season is not None
    assert season.basis.endswith(f", {part:.0%} of it still to come")


def test_on_the_first_day_the_usual_quarter_is_a_whole_one(given: Given) -> None:
    """Before any working day is over all of it is still to come, whatever part past quarters brought when."""
    whole = still_to_come(100.0, 20.0, [Rest(70.0, 70.0), Rest(130.0, 130.0)])
    assert whole == StillToCome(100.0, 20.0, 1.0)
    assert usual_total(whole, 0.0, ()).low == pytest.approx(float(stats.norm(100, 20).ppf(0.1)))
    ws, _ = given
    ahead = operations.forecast(ws, asked(ws, period="2025-Q2")).method("season")
    assert ahead is not None
    assert "still to come" not in ahead.basis


@pytest.mark.parametrize("owner", ["", "Bo Dahl"])
def test_what_the_rest_of_past_quarters_brought_is_that_of_the_files(given: Given, owner: str) -> None:
    ws, files = given
    view = operations.forecast(ws, asked(ws, scope=f"rep:{owner}" if owner else "org"))
    rows = firm.read(files[firm.TODAY], owner)
    left = (firm.quarter(*NOW)[1] - firm.TODAY).days - 1
    won = new = 0.0
    for past in firm.QUARTERS:
        last = firm.quarter(*past)[1] - timedelta(days=1)
        first = last - timedelta(days=left - 1)
        won += firm.won_between(rows, first, last)
        later = {key: row for key, row in rows.items() if row["Created"] >= first.isoformat()}
        new += firm.won_between(later, first, last)
    assert view.late == LateWins(len(firm.QUARTERS), left, won, new)
    assert new < won
    assert bool(new) == (not owner)


def test_a_period_does_not_end_below_what_is_booked() -> None:
    likely = usual_total(StillToCome(10.0, 20.0, 0.1), 110.0, (100.0, 130.0))
    rest = stats.norm(120, 20)
    assert (likely.low, likely.point) == (110.0, 120.0)
    assert likely.high == pytest.approx(float(rest.ppf(0.9)))
    assert likely.chances == pytest.approx((1.0, float(rest.sf(130))))


def test_deals_due_by_category_and_weighted(given: Given) -> None:
    ws, files = given
    view = operations.forecast(ws, asked(ws))
    with files[firm.TODAY].open() as file:
        due = [row for row in csv.DictReader(file)
               if row["Stage"] in firm.OPEN and "2025-01-01" <= row["Close date"] <= "2025-03-31"]  # fmt: skip
    amounts = {name: sum(float(row["Amount"]) for row in due if row["Forecast category"] == name)
               for name in ("Commit", "Best Case", "Pipeline")}  # fmt: skip
    assert [one.amount for one in view.categories] == list(amounts.values())
    assert view.categories[-1].together == view.won + sum(amounts.values())
    by_crm = sum(float(row["Amount"]) * float(row["Probability"][:-1]) / 100 for row in due)
    assert view.weighted[0].value == pytest.approx(by_crm)
    assert view.due == len(due)


def test_every_checked_forecast_is_what_the_files_of_its_day_give(given: Given) -> None:
    """Eight quarters, each with the exports up to its middle only."""
    ws, files = given
    lines = [one for one in checked(ws, asked(ws)).lines if one.moment == "now"]
    booked = {one: firm.won_between(firm.read(files[firm.TODAY]), *_days(one)) for one in firm.QUARTERS}
    for place, at in enumerate(firm.QUARTERS):
        day, earlier = firm.middle(*at), firm.QUARTERS[:place]
        known = {one: path for one, path in files.items() if one <= day}
        mine = {one.method: one for one in lines if one.period.key == f"{at[0]}-Q{at[1] + 1}"}
        assert {one.booked for one in mine.values()} == {booked[at]}
        so_far, shares = firm.share_again(firm.read(files[day]), day, at, earlier)
        # the last quarter of 2022 is in the first export too
        shares = [*_share_of_2022(files[day], day, at), *shares]
        found = mine["share"].found
        assert (found is None) == (len(shares) < 4)
        if found is not None:
            assert found.point == pytest.approx(median(so_far / one for one in shares))
        found = mine["pipeline"].found
        assert (found is None) == (place < 4)
        if found is not None:
            wanted = firm.pipeline_again(known, day, at, earlier)
            assert found.point == pytest.approx(wanted.point, rel=0.02)
            assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), rel=0.02)
            assert mine["pipeline"].error == pytest.approx(found.point / booked[at] - 1)


def test_the_check_says_what_the_forecast_said_on_that_day(given: Given) -> None:
    ws, _ = given
    record = checked(ws, asked(ws))
    for at, day in (((2023, 3), date(2023, 11, 15)), ((2024, 3), date(2024, 11, 15))):
        then = operations.forecast(ws, asked(ws, period=f"{at[0]}-Q{at[1] + 1}", as_of=day))
        lines = [one for one in record.lines if (one.period.key, one.moment) == (f"{at[0]}-Q{at[1] + 1}", "now")]
        assert [one.found for one in lines] == [one.found for one in then.methods]
        assert [one.day for one in lines] == [day] * 3


def _days(one: tuple[int, int]) -> tuple[date, date]:
    first, after = firm.quarter(*one)
    return first, after - timedelta(days=1)


def _share_of_2022(path: Path, day: date, at: tuple[int, int]) -> list[float]:
    """The part of its total that the last quarter of 2022 had; the one before is where the data begin."""
    return firm.share_again(firm.read(path), day, at, [(2022, 3)])[1]


# --- what is not known yet cannot change it ---------------------------------------------------------------------------


def test_what_comes_later_changes_no_forecast_and_no_check_of_before(folder: Path, tmp_path: Path) -> None:
    """Later exports, in which old deals are gone or worth more, the future itself, and later targets and teams."""
    then = firm.export_days()[-3]
    with made(tmp_path, firm.TODAY) as ws:
        for day in [one for one in firm.export_days() if one <= then]:
            bring_in(ws, folder / f"deals-{day.isoformat()}.csv", day, stages=firm.STAGES)
        question = asked(ws, period="2024-Q3", as_of=then)
        aim(ws, then, "org", "5000000")
        aim(ws, then, "org", "900000", "pipeline_created")
        before, record = operations.forecast(ws, question), checked(ws, question)
        aim(ws, then + timedelta(days=1), "org", "9000000")
        aim(ws, then + timedelta(days=1), "org", "100000", "pipeline_created", "800000")
        aim(ws, then + timedelta(days=1), "rep:Bo Dahl", "1000000")
        bo = operations.find_person(ws, "Bo Dahl").id
        operations.move_people(ws, [bo], "Elsewhere", then + timedelta(days=1))
        altered = [one for at, one in enumerate(_worth_more(firm.company())) if at % 5]
        for day, path in firm.write(tmp_path, altered, (date(2024, 9, 20), firm.TODAY)).items():
            bring_in(ws, path, day, stages=firm.STAGES)
        off = tmp_path / "holidays.csv"
        off.write_text("Date,Name\n2024-05-06,Free\n2024-05-07,Free\n", encoding="utf-8")
        bring_in(ws, off, firm.TODAY, kind="holidays")
        assert before.target == 5_000_000
        assert checked(ws, question) == record
        assert operations.forecast(ws, question).methods == before.methods
        ws.memory.clear()
        after = operations.forecast(ws, question)
        assert after.target == before.target
        assert (after.methods, after.stages, after.deals) == (before.methods, before.stages, before.deals)
        assert (after.pacing, after.weighted, after.to_create) == (before.pacing, before.weighted, before.to_create)
        leads = [(one.target, one.baseline, one.status, one.result.value) for one in before.leading]
        assert [(one.target, one.baseline, one.status, one.result.value) for one in after.leading] == leads
        assert [one.target.target for one in before.leading if one.target] == [900_000]
        newest = checked(ws, asked(ws))
        old = {(one.method, one.moment, one.period): one.found for one in record.lines}
        again = {(one.method, one.moment, one.period): one for one in newest.lines}
        shared = [key for key in old.keys() & again.keys() if key[1] not in ("now", "day one")]
        assert len(shared) > 50
        assert all(again[key].found == old[key] for key in shared)


def test_a_target_that_was_taken_away_later_holds_in_the_forecasts_of_before(folder: Path, tmp_path: Path) -> None:
    """One that was taken away by then does not, nor the version before it once another is set."""
    then = firm.export_days()[-3]
    with made(tmp_path, firm.TODAY) as ws:
        for day in [one for one in firm.export_days() if one >= then]:
            bring_in(ws, folder / f"deals-{day.isoformat()}.csv", day, stages=firm.STAGES)
        question = asked(ws, period="2024-Q3", as_of=then)
        period = question.period
        aim(ws, then, "org", "5000000")
        take_away(ws, period, date(2030, 1, 1))
        assert operations.forecast(ws, question).target == 5_000_000
        aim(ws, then, "org", "6000000")
        take_away(ws, period, then)
        assert operations.forecast(ws, question).target is None
        aim(ws, then + timedelta(days=1), "org", "7000000")
        assert operations.forecast(ws, question).target is None


def take_away(ws: operations.Workspace, period: Period, day: date) -> None:
    """Take the target of bookings away, as the log of changes has it on a day."""
    target = store.load_goals(ws.db).target("bookings", ORG, period)
    assert target is not None
    store.withdraw_target(ws.db, target, "no more")
    with ws.db.writing("test", ""):
        ws.db.run("UPDATE audit SET at=? WHERE id=(SELECT max(id) FROM audit WHERE action='target taken away')",
                  (f"{day.isoformat()}T12:00:00+00:00",))  # fmt: skip


def aim(
    ws: operations.Workspace, day: date, scope: str, target: str, kpi: str = "bookings", base: str = "1000000"
) -> None:
    """Set a target of a KPI for the third quarter of 2024 on a day."""
    ws.today = day
    about = {"scope": scope, "period": "2024-Q3"}
    operations.set_baseline_from(ws, kpi, value=base, reason="the plan", **about)
    tiers = {"minimum": target, "target": target, "stretch": target}
    operations.set_target_from(ws, kpi, reason="the plan", **tiers, **about)


def _worth_more(deals: tuple[firm.Deal, ...]) -> list[firm.Deal]:
    return [replace(one, amount=one.amount * 3, won=True) for one in deals]


def test_an_export_after_the_end_of_a_period_tells_no_forecast_of_its_last_days(tmp_path: Path) -> None:
    """On the last days of a quarter, with exports of the second day of each: each shows what the one before came to."""
    today = date(2024, 9, 27)
    days = [firm.quarter(*one)[0] + timedelta(days=1) for one in firm.QUARTERS[:7]]
    with made(tmp_path, today) as ws:
        for day, path in firm.write(tmp_path, firm.company(), [*days, today]).items():
            bring_in(ws, path, day, stages=firm.STAGES)
        question = asked(ws, period="2024-Q3")
        lines = [one for one in checked(ws, question).lines if one.moment == "now"]
        assert all(one.day < one.period.last_day for one in lines)
        assert {one.basis for one in lines} == {"dates"}
        shares = [one.found for one in lines if one.method == "share" and one.found]
        assert len(shares) == 3
        assert all(one.low is not None and one.high is not None and one.low < one.high for one in shares)
        assert not any(one.found for one in lines if one.method == "pipeline")
        last = date(2024, 9, 30)
        bring_in(ws, firm.write(tmp_path, firm.company(), [last])[last], last, stages=firm.STAGES)
        view = operations.forecast(ws, question)
        assert view.default_words == "The last day of Q3 2024: it comes to what is booked."
        assert "now" not in {one.moment for one in checked(ws, question).lines}
        sections = {one.heading: one.parts for one in operations.forecast_paper(view, checked(ws, question)).sections}
        assert not any(isinstance(one, PaperTable) for one in sections.get("Checked against the past", ()))


# --- point, range and chances are of one distribution ---


@pytest.mark.parametrize("scope", few(["org", "rep:Ann Lee", "rep:Bo Dahl"], "org"))
def test_a_target_above_the_point_is_less_likely_than_not(folder: Path, tmp_path: Path, scope: str) -> None:
    """And one below it more likely; at the ends of the range one in ten and nine in ten, as far as few periods tell."""
    with copied(folder, tmp_path, firm.TODAY) as ws:
        whose = asked(ws, scope=scope)
        operations.set_baseline(
            ws, Baseline("bookings", whose.scope, whose.period, 1, "manual", "", 0, why="to set a target by")
        )
        for method in ("share", "pipeline", "season"):
            view = operations.forecast(ws, whose)
            point, low, high = ends(view, method)
            assert low is not None
            assert high is not None
            aims = (point - (point - low) / 4, point + (high - point) / 4, high + 1)
            operations.set_target(
                ws, Target("bookings", whose.scope, whose.period, *aims), "to be held against the range"
            )
            found = operations.forecast(ws, whose).method(method)
            assert found is not None
            below, above, top = (one.chance for one in found.chances)
            assert below is not None
            assert above is not None
            assert top is not None
            assert below >= 0.5 >= above >= top
            assert top <= 0.2


# --- what is missing is said ------------------------------------------------------------------------------------------


def test_one_export_gives_the_pace_but_no_open_deals(folder: Path, tmp_path: Path) -> None:
    with made(tmp_path, firm.TODAY) as ws:
        bring_in(ws, folder / f"deals-{firm.TODAY.isoformat()}.csv", firm.TODAY, stages=firm.STAGES)
        view, found = operations.forecast(ws, asked(ws)), checked(ws, asked(ws))
        pipeline = view.methods[1]
        assert pipeline.found is None
        assert "Needs exports dated in 4 past quarters" in pipeline.reason
        assert "there are none" in pipeline.reason
        assert {one.note for one in view.stages} == {"your win rate stands in"}
        assert view.stages_words.endswith("decided deals were won.")
        assert found.track("pipeline") is None
        assert any("needs exports dated in those quarters" in one for one in found.missing)
        chances = operations.win_chances(ws, asked(ws))
        assert (chances.rows, chances.reason) == ((), "Needs exports dated in past quarters, or a history of stages.")
        track = found.track("share")
        assert track is not None
        assert track.periods == 5
        assert {one.basis for one in found.lines} == {"dates"}
        # what closed later is not looked at
        rows = firm.read(folder / f"deals-{firm.TODAY.isoformat()}.csv")
        line = next(
            one for one in found.lines if (one.method, one.moment, one.period.key) == ("share", "75%", "2024-Q3")
        )
        so_far, shares = firm.share_again(rows, line.day, (2024, 2), [(2022, 3), *firm.QUARTERS[:6]])
        assert line.found is not None
        assert line.found.point == pytest.approx(median(so_far / one for one in shares))


def test_without_a_closed_period_nothing_is_forecast_or_checked(tmp_path: Path) -> None:
    day = firm.FIRST + timedelta(days=40)
    with made(tmp_path, day) as ws:
        bring_in(ws, firm.write(tmp_path, firm.company(), [day])[day], day, stages=firm.STAGES)
        question = asked(ws, period="2022-Q3")
        view, found = operations.forecast(ws, question), checked(ws, question)
        assert [one.found for one in view.methods] == [None] * 3
        assert view.default is None
        assert view.default_words.startswith("Nothing to forecast from yet. Needs 4 closed quarters")
        assert not found.lines
        assert found.missing[0].startswith("5 more closed quarters needed")


def test_a_closed_period_and_one_that_has_not_begun(given: Given) -> None:
    ws, _ = given
    over = operations.forecast(ws, asked(ws, period="2024-Q4"))
    assert {one.reason for one in over.methods} == {f"Q4 2024 is over: {over.won_text} was booked."}
    assert over.to_create is None
    ahead = operations.forecast(ws, asked(ws, period="2025-Q2"))
    assert (ahead.won, ahead.methods[0].reason) == (0.0, "Q2 2025 has not begun.")
    assert ahead.methods[2].found is not None
    assert ahead.methods[2].found.point == operations.forecast(ws, asked(ws, period="2024-Q2")).won


def test_no_data_and_wrong_words(given: Given, tmp_path: Path) -> None:
    ws, _ = given
    with made(tmp_path) as empty, pytest.raises(UserError, match="No deals"):
        operations.forecast(empty, asked(empty))
    with pytest.raises(UserError, match="No export is dated up to 1 Jan 2020"):
        operations.forecast(ws, asked(ws, as_of=date(2020, 1, 1)))
    with pytest.raises(UserError, match="cannot be split by 'size'"):
        operations.forecast(ws, asked(ws), "size")


def test_other_definitions_and_no_leading_kpi(folder: Path, tmp_path: Path) -> None:
    with copied(folder, tmp_path, firm.TODAY) as ws:
        view = operations.forecast(ws, asked(ws))
        assert [one.kpi.indicator for one in view.leading] == ["leading"] * len(view.leading)
        assert view.leading
        assert not view.leading_warning
        for row in view.leading:
            operations.retire_kpi(ws, row.kpi.id)
        bookings = operations.find_kpi(ws, "bookings")
        half = replace(bookings, formula="sum(deals.amount where won on closed_at) / 2", kpi_class="derived")
        operations.save_kpi(ws, half)
        view = operations.forecast(ws, asked(ws, period="2025-Q2"))
        assert (view.leading, bool(view.leading_warning)) == ((), True)
        assert view.methods[1].reason.startswith("Bookings are not the sum of won deals")
        assert not view.stages
        assert view.why_missing("categories") == view.methods[1].reason


def test_only_deals_of_the_kind_that_bookings_count_are_due(folder: Path, tmp_path: Path) -> None:
    with copied(folder, tmp_path, firm.TODAY) as ws:
        whole = operations.forecast(ws, asked(ws))
        text = "sum(deals.amount where won and amount >= 20000 on closed_at)"
        operations.save_kpi(ws, replace(operations.find_kpi(ws, "bookings"), formula=text))
        ws.today = firm.TODAY
        part = operations.forecast(ws, asked(ws, period="2025-Q2"))
        full = operations.evaluate(
            ws, "sum(deals.amount where open and amount >= 20000 and close_date in period as of now)",
            asked(ws, period="2025-Q2"),
        )  # fmt: skip
        assert part.due_amount == full.rows[0].result.value
        assert whole.question != part.question


# --- on paper ---------------------------------------------------------------------------------------------------------


def test_the_paper_shows_every_number_with_formulas_that_give_it(given: Given) -> None:
    ws, _ = given
    record = checked(ws, asked(ws))
    view = operations.forecast(ws, asked(ws))
    paper = operations.forecast_paper(view, record)
    tables = [part for section in paper.sections for part in section.parts if isinstance(part, PaperTable)]
    formulas = [one for table in tables for one in _formulas(table)]
    assert len(formulas) > 20
    for given_value, worked in formulas:
        assert worked == pytest.approx(given_value, abs=0.01)
    shown = {cell.text for table in tables for row in table.rows for cell in row.cells}
    wanted = [one.found.point_text for one in view.methods if one.found]
    wanted += [text for one in view.stages for text in (one.amount_text, one.expected_text, one.chance_text)]
    wanted += [one.together_text for one in view.categories]
    wanted += [one.error_text for one in record.lines if one.moment == "now" and one.error is not None]
    assert set(wanted) <= shown
    ranges = [part for section in paper.sections for part in section.parts if isinstance(part, PaperRange)]
    assert [one.point for one in ranges] == [view.forecast.found.point if view.forecast and view.forecast.found else 0]
    chart = next(part for section in paper.sections for part in section.parts if isinstance(part, PaperChart))
    assert chart.heights[-1][0] >= max(value for one in chart.lines for _, value in one.points) > chart.heights[-2][0]
    assert set(firm.REPS) <= set(paper.names)


def _formulas(table: PaperTable) -> Iterator[tuple[object, float]]:
    """The value and the result of the formula of each cell that has one, worked out from the other cells."""
    keys = [one.key for one in table.columns]
    for row in table.rows:
        cells = {key: cell.value for key, cell in zip(keys, row.cells, strict=True)}
        sums = {f"{key}:all": sum(float(str(other.cells[at].value or 0)) for other in table.rows if not other.strong)
                for at, key in enumerate(keys) if isinstance(cells[key], float)}  # fmt: skip
        for cell in row.cells:
            if cell.formula:
                text = cell.formula.removeprefix("SUM(").removesuffix(")") if "SUM" in cell.formula else cell.formula
                for key, value in (cells | sums).items():
                    text = text.replace(f"{{{key}}}", repr(value))
                yield cell.value, eval(text)


# --- a history of stages in the place of exports ----------------------------------------------------------------------


def test_a_history_of_stages_tells_what_exports_of_every_day_would(tmp_path: Path) -> None:
    """One export with its history against the files that exports of those very days would have been."""
    deals, left = firm.company(), (date(2025, 3, 31) - firm.TODAY).days
    same = [_days(one)[1] - timedelta(days=left) for one in firm.QUARTERS]
    files = firm.write(tmp_path, deals, [*same, firm.TODAY])
    history = tmp_path / "history.csv"
    with history.open("w", newline="", encoding="utf-8") as file:
        rows = [("Deal ID", "To stage", "Changed on", "Amount", "Close date")]
        csv.writer(file).writerows([*rows, *(row for deal in deals for row in _changes(deal))])
    with made(tmp_path, firm.TODAY) as ws:
        bring_in(ws, files[firm.TODAY], firm.TODAY, stages=firm.STAGES)
        bring_in(ws, history, firm.TODAY, stages=firm.STAGES, kind="stage-history")
        view = operations.forecast(ws, asked(ws))
        wanted = firm.pipeline_again(files, firm.TODAY, NOW, firm.QUARTERS)
        assert {one.stage: (one.won, one.n) for one in view.stages} == wanted.tally
        point, low, high = ends(view, "pipeline")
        assert (low, point, high) == pytest.approx((wanted.low, wanted.point, wanted.high), rel=0.02)
        _chances_as_counted(operations.win_chances(ws, asked(ws)), deals)
        _checked_as_by_exports(checked(ws, asked(ws)), deals, tmp_path)
        bring_in(ws, files[same[-1]], same[-1], stages=firm.STAGES)  # one export is too few to learn from
        found = checked(ws, asked(ws))
        (last,) = (one for one in found.lines if (one.method, one.moment) == ("pipeline", "now")
                   and one.period.key == "2024-Q4")  # fmt: skip
        assert (last.basis, last.found is not None) == ("history", True)
        days = {(one.period, one.moment) for one in found.lines}
        assert found.notices[-1].startswith(f"On all {len(days)} days looked at, the stage history stands")


def _checked_as_by_exports(found: Backtest, deals: tuple[firm.Deal, ...], folder: Path) -> None:
    """The first and the last past forecast by open deals, against files of their days and of those they learn from."""
    lines = [one for one in found.lines if (one.method, one.moment) == ("pipeline", "now") and one.found]
    assert [one.period.key for one in lines] == [f"{year}-Q{at + 1}" for year, at in firm.QUARTERS[2:]]
    for line, at in ((lines[0], firm.QUARTERS[2]), (lines[-1], firm.QUARTERS[-1])):
        left = (line.period.last_day - line.day).days
        earlier = [(2022, 2), (2022, 3), *firm.QUARTERS[: firm.QUARTERS.index(at)]][-8:]
        files = firm.write(folder, deals, [*(_days(one)[1] - timedelta(days=left) for one in earlier), line.day])
        wanted = firm.pipeline_again(files, line.day, at, earlier)
        assert line.basis == "history"
        assert line.found is not None
        assert line.found.point == pytest.approx(wanted.point, rel=0.02)
        assert (line.found.low, line.found.high) == pytest.approx((wanted.low, wanted.high), rel=0.02)


def test_a_history_that_came_later_is_not_known_of(folder: Path, tmp_path: Path) -> None:
    day, history = firm.middle(2024, 3), tmp_path / "history.csv"
    with history.open("w", newline="", encoding="utf-8") as file:
        rows = [("Deal ID", "To stage", "Changed on", "Amount", "Close date")]
        csv.writer(file).writerows([*rows, *(row for deal in firm.company() for row in _changes(deal))])
    with copied(folder, tmp_path, firm.TODAY) as ws:
        question = asked(ws, period="2024-Q4", as_of=day)
        before = checked(ws, question)
        bring_in(ws, history, firm.TODAY, stages=firm.STAGES, kind="stage-history")
        assert checked(ws, question).lines == before.lines


def _chances_as_counted(found: WinChances, deals: tuple[firm.Deal, ...]) -> None:
    """Every cell against the deals as they were so many weeks before the end of each past quarter."""
    assert found.weeks == (12, 10, 8, 6, 4, 3, 2, 1)
    for week in (12, 4, 1):
        tally: dict[str, list[int]] = {stage: [0, 0] for stage in (*firm.OPEN, "All stages")}
        for first, last in map(_days, firm.QUARTERS):
            day = last - timedelta(days=7 * week)
            for deal in deals:
                row = firm.line(deal, day)
                if row and row[4] in firm.OPEN and first.isoformat() <= row[7] <= last.isoformat():
                    for stage in (row[4], "All stages"):
                        tally[stage][0] += deal.won and deal.closed <= last
                        tally[stage][1] += 1
        cells = {row[0].stage: row[found.weeks.index(week)] for row in found.rows}
        assert {stage: [one.won, one.n] for stage, one in cells.items()} == tally
        won, n = tally["All stages"]
        assert cells["All stages"].chance == pytest.approx((won + 0.5) / (n + 1))


def _changes(deal: firm.Deal) -> Iterator[tuple[str, ...]]:
    """Every change of a deal's stage or close date up to today, the last one of each day."""
    days = {deal.created, deal.closed, *deal.moves, *(start for start, _ in deal.planned if start < deal.closed)}
    for day in sorted(one for one in days if one <= min(firm.TODAY, deal.closed)):
        row = firm.line(deal, day)
        assert row is not None
        yield row[0], row[4], day.isoformat(), row[5], row[7]


# --- one rule for enough and for what is still to create ---------------------------------------------------------


@pytest.mark.parametrize("scope", few(["org", "rep:Bo Dahl", "rep:Cy Oh"], "rep:Bo Dahl"))
def test_a_pipeline_that_is_enough_leaves_nothing_to_create(folder: Path, tmp_path: Path, scope: str) -> None:
    """Whatever the target: the pipeline page judges by the deals and the win rate that the arithmetic takes."""
    verdicts, hurried = set(), set()
    with copied(folder, tmp_path, firm.TODAY) as ws:
        whose = asked(ws, scope=scope)
        operations.set_baseline(
            ws, Baseline("bookings", whose.scope, whose.period, 1, "manual", "", 0, why="to set a target by")
        )
        won = operations.forecast(ws, whose).won
        year = asked(ws, scope=scope, period=f"{firm.TODAY - timedelta(days=364)}..{firm.TODAY}")
        cycle = (
            operations.evaluate(ws, "median(days(deals.created_at, deals.closed_at) where won on closed_at)", year)
            .rows[0]
            .result
        )
        is_slow = (cycle.value or 0) > (whose.period.last_day - firm.TODAY).days
        for more in (10_000, 60_000, 100_000, 160_000, 400_000, 1_500_000):
            aim = won + more
            operations.set_target(
                ws, Target("bookings", whose.scope, whose.period, aim - 1, aim, aim + 1), "to see when it is enough"
            )
            coverage, made = operations.pipeline(ws, whose).coverage, operations.forecast(ws, whose).to_create
            assert made is not None
            assert coverage.is_enough is (made.amount == 0)
            by_chance_left = operations.forecast(ws, whose).weighted[-1].value
            late = [note for note in made.notes if "the win rate is that of whole sales cycles" in note.lower()]
            assert bool(late) is (by_chance_left < more)  # the same chances as the forecast's
            assert any("enough given time" in line for line in made.lines) is bool(late and not made.amount)
            hurried.add(bool(late))
            assert ("if there were time" in coverage.sentence) is (bool(coverage.is_enough) and is_slow)
            verdicts.add(coverage.is_enough)
    assert verdicts == hurried == {True, False}


def test_what_is_kept_does_not_depend_on_whether_the_check_was_run(folder: Path, tmp_path: Path) -> None:
    with copied(folder, tmp_path, firm.TODAY) as ws:
        of_all, of_rep = asked(ws, period="2025-02"), asked(ws, period="2025-02", scope="rep:Bo Dahl")
        given = operations.submit(ws, of_rep.scope, of_rep.period, 500_000).submission.known
        call = operations.open_team_review(ws, "forecast", ORG, of_all.period)
        sealed = operations.start_team_review(ws, call.id).forecast
        assert sealed is not None
        assert sealed.range is not None
        for question, kept in ((of_rep, given), (of_all, sealed.range)):
            checked(ws, question)
            best = operations.forecast(ws, question).forecast
            assert best is not None
            assert best.id == "season", "not the first of the methods"
            assert best.found is not None
            assert (kept.low, kept.point, kept.high) == (best.found.low, best.found.point, best.found.high)


@pytest.mark.parametrize("scope", few(["org", "rep:Bo Dahl"], "org"))
def test_scorecard_trend_and_forecast_see_the_period_end_in_one_place(folder: Path, tmp_path: Path, scope: str) -> None:
    """Whatever was looked at before, the status goes by the chance that the forecast gives the target."""
    with copied(folder, tmp_path, firm.TODAY) as ws:
        whose = asked(ws, scope=scope, period="2025-02")
        operations.set_baseline(
            ws, Baseline("bookings", whose.scope, whose.period, 1, "manual", "", 0, why="to set a target by")
        )
        said, seen = set(), operations.forecast(ws, whose).forecast
        assert seen is not None
        assert seen.found is not None
        for aim in (seen.found.point * part for part in (0.7, 1.1, 3)):
            tiers = (aim - 1, aim, aim + 1)
            operations.set_target(ws, Target("bookings", whose.scope, whose.period, *tiers), "to be held against")
            first, shown = _bookings(ws, whose), operations.explain_trend(ws, operations.trend(ws, "bookings", whose))
            checked(ws, whose)
            best = operations.forecast(ws, whose).forecast
            assert best is not None
            assert best.found is not None
            assert _bookings(ws, whose) == first
            landing, running = first.landing, shown.running
            assert landing is not None
            assert running is not None
            assert (landing.method, landing.low, landing.high) == (best.id, best.found.low, best.found.high)
            assert (running.point, running.low, running.high) == (landing.point, landing.low, landing.high)
            assert landing.words in " ".join(running.words)
            (chance,) = (one.chance for one in best.chances if one.tier == "target")
            assert chance is not None
            assert landing.chance == chance
            if first.status == "too_few":  # fewer than three deals are due of so little
                assert first.chance is None
            else:
                assert first.chance == chance
                word = "On track" if chance >= 0.6 else "At risk" if chance >= 0.3 else "Off track"
                assert STATUS_WORDS[first.status] == word
                assert landing.by in first.sentence
                said.add(word)
            (again,) = (one for one in _everywhere(ws, whose) if one.scope == whose.scope)
            assert (again.status, again.chance, again.landing) == (first.status, first.chance, first.landing)
        assert len(said) > (scope == "org"), "a rep has too few deals due for a small target"
        operations.set_target(ws, Target("bookings", whose.scope, whose.period, 0, 0, 0), "nothing is asked for")
        first, view = _bookings(ws, whose), operations.forecast(ws, whose)
        assert (first.status_words, first.attainment, first.chance) == ("Target is 0", None, None)
        assert first.landing is not None
        assert (first.landing.chance, "chance" in first.landing.words) == (None, False)
        assert (view.target, {one.chances for one in view.methods}) == (None, {()})
        assert "Target is 0" in view.notices
        assert view.pacing is not None
        assert not [one for one in view.pacing.words if "target" in one or "ahead" in one]


def test_what_comes_later_changes_no_status_of_before(folder: Path, tmp_path: Path) -> None:
    """As of an earlier day the chance is what it was on that day, though later exports are there by now."""
    deals, days = firm.company(), firm.export_days()
    (tmp_path / "then").mkdir()
    with made(tmp_path / "then", days[-2]) as ws:
        for day, path in firm.write(tmp_path / "then", deals, days[:-1]).items():
            bring_in(ws, path, day, stages=firm.STAGES)
        then = _with_target(ws, days[-2])
    with copied(folder, tmp_path, days[-2]) as ws:
        later = _with_target(ws, days[-2])
        now = _bookings(ws, asked(ws, period="2024-Q4"))
    assert later.landing is not None
    assert (later.status, later.chance, later.landing) == (then.status, then.chance, then.landing)
    assert now.tier is not None, "what came later closed the quarter"


def _with_target(ws: operations.Workspace, day: date) -> Row:
    whose = asked(ws, period="2024-Q4")
    base = Baseline("bookings", ORG, whose.period, 1, "manual", "", 0, why="to set a target by")
    operations.set_baseline(ws, base)
    operations.set_target(ws, Target("bookings", ORG, whose.period, 1, 300_000, 400_000), "to be held against")
    return _bookings(ws, replace(whose, as_of=day))


def _bookings(ws: operations.Workspace, question: Question) -> Row:
    return operations.scorecard(ws, question, ("bookings",)).rows[0]


def _everywhere(ws: operations.Workspace, whose: Question) -> Iterator[Row]:
    """The same number in a card by rep and among the cells of the matrix, where it stands there."""
    if whose.scope == ORG:
        yield next(cell for line in operations.matrix(ws, whose, ("bookings",)).cells for cell in line
                   if cell.scope == ORG)  # fmt: skip
    else:
        yield from operations.scorecard(ws, replace(whose, scope=ORG, by="rep"), ("bookings",)).rows
