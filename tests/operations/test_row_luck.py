"""What luck leaves open on a scorecard: the longer time beside few rows, real changes, targets, what would show."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from scipy import stats

from kpidesk import operations
from kpidesk.core.goals import Target
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG
from kpidesk.core.periods import Period, quarter_period
from kpidesk.core.scorecards import LongRun, Row
from kpidesk.core.settings import Settings
from kpidesk.exporting.csv_form import scorecard_csv
from kpidesk.exporting.html_form import scorecard_html
from kpidesk.exporting.json_form import scorecard_json
from kpidesk.exporting.text_form import scorecard_text
from kpidesk.operations.row_luck import noticeable_change, outlook_words
from kpidesk.ui.painting.cells import before_notes, paper_line, second_line
from kpidesk.ui.widgets.facts_text import change_words, facts_of
from tests.engine.support import shipped
from tests.operations.support import Line, bring_in, made, write
from tests.simulate import rows_told, sellers

DAY = date(2026, 1, 1)


def closed(owner: str, quarter: int, won: int, lost: int, *, year: int = 2025, first: int = 1) -> list[Line]:
    """Deals that an owner closed in a quarter, day after day from the `first` on, the won ones before the lost."""
    start = date(year, 3 * quarter - 2, first)
    return [
        (f"{owner}{year}{quarter}{at:03d}", owner, "Won" if at < won else "Lost", "1000", f"{year}-01-01",
         (start + timedelta(days=at % 28)).isoformat())
        for at in range(won + lost)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    """Ann with 31 of 96 in a year, 3 of 7 of them in the last quarter; Bo who began in the second half; Cy's leap."""
    folder = tmp_path_factory.mktemp("luck")
    lines = [
        *closed("Ann", 1, 10, 20), *closed("Ann", 2, 9, 20), *closed("Ann", 3, 9, 21), *closed("Ann", 4, 3, 4),
        *closed("Bo", 3, 2, 6), *closed("Bo", 4, 1, 4),
        *closed("Cy", 3, 20, 80), *closed("Cy", 4, 50, 50),
        *closed("Di", 3, 30, 70), *closed("Di", 4, 22, 78),
        *closed("Ed", 3, 5, 45), *closed("Ed", 3, 25, 0, first=29), *closed("Ed", 4, 10, 40),
    ]  # fmt: skip
    with made(folder, DAY) as ws:
        bring_in(ws, write(folder / "deals.csv", lines), DAY)
        yield ws


def row(ws: operations.Workspace, name: str, kpi: str = "win_rate", period: str = "2025-Q4") -> Row:
    asked = operations.question(ws, scope=f"rep:{name}" if name else "org", period=period)
    return operations.with_luck(ws, operations.scorecard(ws, asked, (kpi,))).rows[0]


def longer(shown: Row) -> LongRun:
    assert shown.long_run is not None
    return shown.long_run


def test_few_rows_stand_beside_those_of_a_year(ws: operations.Workspace) -> None:
    """10 + 9 + 9 + 3 won of 30 + 29 + 30 + 7 are 31 of 96."""
    shown = row(ws, "Ann")
    over = longer(shown)
    assert (shown.sample_text, over.words, over.value, over.fair) == ("3 of 7", "31 of 96 in 12 months", 31 / 96, True)
    assert over.interval == pytest.approx(stats.binomtest(31, 96).proportion_ci(method="wilson"))


def test_the_year_begins_with_the_first_rows(ws: operations.Workspace) -> None:
    over = longer(row(ws, "Bo"))
    assert (over.words, over.months, over.fair) == ("3 of 13 in 6 months", 6, False)


def test_enough_rows_need_no_longer_time(ws: operations.Workspace) -> None:
    assert row(ws, "Cy").long_run is None
    assert row(ws, "", "bookings").long_run is None


@pytest.mark.parametrize(("name", "kpi", "words"), [
    ("Ann", "avg_deal_size", "$1.00K from 31 deals in 12 months"),
    ("Bo", "sales_cycle_length", "182 days from 3 deals in 6 months"),
])  # fmt: skip
def test_averages_and_medians_have_a_longer_time_too(ws: operations.Workspace, name: str, kpi: str, words: str) -> None:
    """Bo won on 1 and 2 Jul and on 1 Oct what was created on 1 Jan: after 181, 182 and 273 days."""
    told = longer(row(ws, name, kpi)).words
    assert told == words


def test_the_months_of_a_running_period_end_on_the_day_of_the_data(tmp_path: Path) -> None:
    """One deal closed on the 10th and the 20th of each month, that of the 10th won; the data are of 14 Nov 2025."""
    days = [date(year, month, day) for year in (2024, 2025) for month in range(1, 13) for day in (10, 20)]
    lines: list[Line] = [
        (f"A{day:%y%m%d}", "Ann", "Won" if day.day == 10 else "Lost", "1000", "2024-01-01", day.isoformat())
        for day in days if day <= date(2025, 11, 14)
    ]  # fmt: skip
    with made(tmp_path, date(2025, 11, 14)) as ws:
        bring_in(ws, write(tmp_path / "deals.csv", lines), date(2025, 11, 14))
        running, closed_one = row(ws, "Ann"), row(ws, "Ann", period="2025-Q3")
        card = operations.scorecard(ws, operations.question(ws, scope="rep:Ann", period="2025"), ("win_rate",))
    year = [day for day in days if date(2024, 11, 14) < day <= date(2025, 11, 14)]
    assert len(year) == 24
    assert longer(running).words == "12 of 24 in 12 months"
    assert (running.sample_text, longer(closed_one).words) == ("2 of 3", "12 of 24 in 12 months")
    assert (card.rows[0].sample_text, longer(card.rows[0]).words) == ("11 of 21", "12 of 24 in 12 months")


def test_every_rep_has_the_window_of_their_own_card(ws: operations.Workspace) -> None:
    asked = operations.question(ws, period="2025-Q4", by="rep")
    by_rep = {one.scope.name: one.long_run for one in operations.scorecard(ws, asked, ("win_rate",)).rows}
    cells = operations.matrix(ws, replace(asked, by=""), ("win_rate",)).cells
    assert by_rep["Ann"] == longer(row(ws, "Ann"))
    assert {line[0].scope.name: line[0].long_run for line in cells if line[0].scope.kind == "rep"} == {
        name: over for name, over in by_rep.items() if name
    }


@pytest.mark.parametrize(("name", "finding", "brief", "mark"), [
    ("Cy", "real", "Really higher", "▲"),  # 20 of 100, then 50 of 100
    ("Di", "cannot_tell", "Could be luck", ""),  # 30 of 100, then 22 of 100: −19.9 to +4.2 points
    ("Bo", "too_early", "Too few to tell", ""),
])  # fmt: skip
def test_only_a_real_change_has_an_arrow(
    ws: operations.Workspace, name: str, finding: str, brief: str, mark: str
) -> None:
    shown = row(ws, name)
    assert shown.change is not None
    told = shown.change
    assert (told.finding, told.brief, told.mark, told.against) == (finding, brief, mark, "Q3 2025")
    assert (f"{mark} {brief}" in second_line(shown)) is bool(mark)
    assert mark in dict(facts_of(shown, "USD"))["Period before"] if mark else "▲" not in change_words(shown)


def test_a_running_period_is_held_against_as_many_days(ws: operations.Workspace, tmp_path: Path) -> None:
    """Known are the first 15 days: 5 of 15 now, against 5 of 15 then; that all were lost afterwards is left out."""
    lines = [*closed("Ann", 3, 5, 10), *closed("Ann", 3, 0, 15, first=16), *closed("Ann", 4, 5, 10)]
    lines = [(f"{at}{one[0]}", *one[1:]) for at, one in enumerate(lines)]
    with made(tmp_path, date(2025, 10, 15)) as running:
        bring_in(running, write(tmp_path / "deals.csv", lines), date(2025, 10, 15))
        change = row(running, "Ann").change
    assert change is not None
    assert (change.before, change.against, change.words) == (5 / 15, "the first 15 days of Q3 2025", "No change.")


def test_who_asks_for_more_rows_of_a_status_asks_for_more_of_a_change(tmp_path: Path) -> None:
    """5 of 20 that become 15 of 20 are a real change from 20 rows on, and too early to say where 21 are asked for."""
    lines = [*closed("Ann", 3, 5, 15), *closed("Ann", 4, 15, 5)]
    with made(tmp_path, DAY) as ws:
        bring_in(ws, write(tmp_path / "deals.csv", lines), DAY)
        told = []
        for least in (20, 21):
            operations.save_settings(ws, replace(operations.settings(ws), minimum_n=least))
            shown = row(ws, "Ann")
            assert shown.change is not None
            told.append((shown.change.finding, shown.change.words))
    assert told[1] == ("too_early", "15 of 20: too few to tell a change.")
    assert told[0][0] == "real"


def test_one_large_deal_is_no_change_of_an_average_however_long_its_past(tmp_path: Path) -> None:
    """Fifteen months of 24 deals of $1,000 each, then a month with one, and with ten, of $9,000."""
    months = [f"{2024 + at // 12}-{at % 12 + 1:02d}" for at in range(15)]
    usual: list[Line] = [
        (f"U{month}-{at}", "Ann", "Won", str(1000 + at), f"{month}-01", f"{month}-{at + 1:02d}")
        for month in months for at in range(24)
    ]  # fmt: skip
    for large, finding in ((1, "too_early"), (9, "too_early"), (10, "real")):
        last: list[Line] = [
            (f"L{at}", "Ann", "Won", "9000", "2025-04-01", f"2025-04-{at + 1:02d}") for at in range(large)
        ]
        folder = tmp_path / str(large)
        folder.mkdir()
        with made(folder, DAY) as ws:
            bring_in(ws, write(folder / "deals.csv", usual + last), DAY)
            change = row(ws, "Ann", "avg_deal_size", "2025-04").change
        assert change is not None
        assert change.finding == finding
        assert large >= 10 or change.words.startswith(f"Only {large} deal{'s' * (large > 1)} now")


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (((12, 6, 12), (21, 6, 3)), "Really higher: +60 instead of 0."),
        (((12, 6, 12), (15, 6, 9)), "Up 20 points: could be luck."),
    ],
)
def test_a_net_score_of_few_quarters_is_judged_by_its_answers_everywhere_alike(
    tmp_path: Path, answers: tuple[tuple[int, int, int], ...], words: str
) -> None:
    lines, days = ["Company,NPS,Response Date"], ("2025-08-11", "2025-11-12")
    for day, counts in zip(("2025-06-30", *days), ((1, 0, 0), *answers), strict=True):
        scores = [score for score, count in zip((9, 7, 3), counts, strict=True) for _ in range(count)]
        lines += [f"Firm {day} {at},{score},{day}" for at, score in enumerate(scores)]
    (tmp_path / "answers.csv").write_text("\n".join(lines))
    with made(tmp_path, DAY) as ws:
        bring_in(ws, tmp_path / "answers.csv", DAY, kind="surveys")
        asked = operations.question(ws, period="2025-Q4")
        [row] = operations.with_luck(ws, operations.scorecard(ws, asked, ("nps",))).rows
        found = operations.why(ws, "nps", asked)
        begun = operations.add_initiative(ws, "Call back", date(2025, 10, 1), end=date(2025, 12, 31), kpis=("nps",))
        told = operations.readout(ws, begun).kpis[0]
        [named] = operations.with_luck(ws, operations.evaluate(ws, "[nps]", asked)).rows
    assert row.change is not None
    assert row.change.words == words
    assert row.result.interval is not None
    assert (named.result, named.change, named.sample_text) == (row.result, row.change, row.sample_text)
    assert words in found.verdict
    is_real = words.startswith("Really")
    assert (row.change.finding, found.certainty) == (("real", "real") if is_real else ("cannot_tell", "could be luck"))
    assert told.verdict == ("changed" if is_real else "cannot tell")
    assert told.change == found.change


@pytest.mark.parametrize(
    ("kpi", "told", "sample"),
    [
        ("bookings", "Only 7 of 10 deals before have a value: too few to tell a change.", "10 deals"),
        ("avg_deal_size", "Only 7 deals before: too few to tell a change.", "7 deals"),
    ],
)
def test_too_few_are_counted_in_the_words_of_the_scorecard(tmp_path: Path, kpi: str, told: str, sample: str) -> None:
    """Ten deals won of which three have no amount, then fourteen that all have one; a first deal before both."""
    lines: list[Line] = [("F", "Ann", "Won", "900", "2025-01-01", "2025-04-10")]
    lines += [(f"A{at}", "Ann", "Won", f"{1000 + at}" if at > 2 else "", "2025-01-01", f"2025-07-{10 + at}")
              for at in range(10)]  # fmt: skip
    lines += [(f"B{at}", "Ann", "Won", f"{1200 + at}", "2025-01-01", f"2025-10-{10 + at}") for at in range(14)]
    with made(tmp_path, DAY) as ws:
        bring_in(ws, write(tmp_path / "deals.csv", lines), DAY)
        asked = operations.question(ws, period="2025-Q4")
        found = operations.why(ws, kpi, asked)
        before = operations.scorecard(ws, operations.question(ws, period="2025-Q3"), (kpi,)).rows[0]
    assert before.sample_text == sample
    assert told in found.verdict


@pytest.mark.parametrize(("deals", "finding"), [(1, "too_early"), (4, "too_early"), (5, "real")])
def test_one_large_deal_is_no_change_of_a_sum_however_long_its_past(tmp_path: Path, deals: int, finding: str) -> None:
    """A deal of 1,000 in each of 18 months, then in one month some of 50,000."""
    months = [date(2024 + at // 12, 1 + at % 12, 10) for at in range(18)]
    lines: list[Line] = [(f"{day}", "Ann", "Won", "1000", "2023-12-01", day.isoformat()) for day in months]
    lines += [(f"L{at}", "Ann", "Won", "50000", "2023-12-01", f"2025-07-{10 + at}") for at in range(deals)]
    with made(tmp_path, DAY) as ws:
        bring_in(ws, write(tmp_path / "deals.csv", lines), DAY)
        asked = operations.question(ws, period="2025-07")
        [row] = operations.with_luck(ws, operations.scorecard(ws, asked, ("bookings",))).rows
    assert row.change is not None
    assert row.change.finding == finding


def test_nothing_to_compare_with_is_no_change(ws: operations.Workspace) -> None:
    assert row(ws, "Bo", period="2025-Q3").change is None


@pytest.mark.parametrize("kpi", ["bookings", "deals_won"])
def test_nothing_after_nothing_is_no_change(ws: operations.Workspace, kpi: str) -> None:
    shown = row(ws, "Bo", kpi, "2025-Q2")  # Bo began in the third quarter
    assert shown.change is not None
    assert (shown.result.value, shown.change.before, shown.change.brief) == (0, 0, "No change")


def of_year(x: float, n: float) -> LongRun:
    return LongRun(x / n, "", x, n, 12, n >= 30, None, "", n >= 10)


@pytest.mark.parametrize(("x", "target"), [(31, 0.25), (31, 0.33), (20, 0.33), (50, 0.33), (12, 0.33)])
@pytest.mark.parametrize("direction", ["higher", "lower"])
def test_the_outlook_is_how_probable_the_target_is(x: int, target: float, direction: str) -> None:
    """By the Beta distribution that Jeffreys' prior leads to; 60 in 100 is likely, 95 in 100 all but certain."""
    kpi = replace(_win_rate(), direction=direction)  # type: ignore[arg-type]  # a literal by name
    chance = stats.beta(x + 0.5, 96 - x + 0.5).sf(target)
    likely = chance if direction == "higher" else 1 - chance
    words = outlook_words(kpi, of_year(x, 96), Target("win_rate", ORG, _quarter(), 0.1, target, 0.9))
    sure = "Almost certainly" if max(likely, 1 - likely) >= 0.95 else "Probably"
    miss = "below target" if direction == "higher" else "above target"
    assert words == (
        f"{sure} on track" if likely >= 0.6 else f"{sure} {miss}" if likely <= 0.4 else "As likely on track as not"
    )


def _win_rate() -> Kpi:
    return shipped()["win_rate"][0]


def _quarter() -> Period:
    return quarter_period(2025, 4, Settings())


@pytest.mark.parametrize(("base", "rows", "lower"), [(0.25, 100.0, False), (0.25, 400.0, False), (0.5, 60.0, True)])
def test_what_one_period_can_show_is_found_four_times_in_five(base: float, rows: float, lower: bool) -> None:
    words = noticeable_change(base, rows, _quarter(), lower=lower)
    points = float(re.findall(r"One quarter can show a change of (\d+) points\.", words)[0]) / 100

    def found(step: float) -> float:
        other = base - step if lower else base + step
        middle = (base + other) / 2
        same, apart = (2 * middle * (1 - middle)) ** 0.5, (base * (1 - base) + other * (1 - other)) ** 0.5
        return NormalDist().cdf((step * rows**0.5 - 1.959964 * same) / apart)

    assert found(points + 0.006) > 0.8 > found(points - 0.006)


def test_too_few_rows_can_show_nothing() -> None:
    assert noticeable_change(0.5, 3, _quarter(), lower=False) == (
        "With 3 rows, one quarter alone can show no change of this rate."
    )


def test_every_form_says_what_is_luck(ws: operations.Workspace) -> None:
    asked = operations.question(ws, period="2025-Q4", by="rep")
    card = operations.with_luck(ws, operations.scorecard(ws, asked, ("win_rate",)))
    rows = scorecard_json(card)["rows"]
    assert isinstance(rows, list)
    told = {one["scope"]: (one["change"] and one["change"]["finding"], one["long_run"] and one["long_run"]["words"])
            for one in rows}  # fmt: skip
    assert told["rep:Cy"] == ("real", None)
    assert told["rep:Bo"] == ("too_early", "3 of 13 in 6 months")
    lines = list(csv.DictReader(scorecard_csv(card).decode("utf-8-sig").splitlines()))
    assert {one["scope"]: (one["change"] or None, one["long_run"] or None) for one in lines} == told
    for row, line, shown in zip(rows, lines, card.rows, strict=True):
        before = (row["change"] or {}).get("before"), (row["change"] or {}).get("before_receipt", "")
        assert (float(line["before"]) if line["before"] else None, line["before_receipt"]) == before
        if shown.change is not None:
            assert shown.change.told(against=False) in paper_line(shown)
            assert before_notes([shown]) == [f"Before: in {shown.change.against}."]
            assert line["before_shown"] in paper_line(shown)
            assert line["before_receipt"] in {code for _, code in shown.receipts_with_before("it")}
            assert operations.replay(ws, line["before_receipt"]).receipt.result.value == shown.change.before
    page, text = scorecard_html(card).decode(), scorecard_text(card)
    for words in (": really higher", "3 of 13 in 6 months", ": too few to tell"):
        assert words in page
        assert words in text


# --- a rep's first five rows are worth reading ------------------------------------------------------------------


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    """12 reps who close 25 deals a quarter, for two years from the first on that anything is known of."""
    with sellers(12, 25) as made_up:
        yield made_up


def test_nine_months_of_ten_tell_a_rep_something_in_four_of_five_rows(company: operations.Workspace) -> None:
    """From the very first month on, behind which nothing lies; from the seventh on hardly a month is without.

    A first import that brings a year makes the thirteenth month the first: then it holds from the first three on.
    """
    told = rows_told(company, "month").reshape(12, 24)
    assert np.mean(told >= 4) >= 0.9
    assert np.mean(told[:, 6:] >= 4) >= 0.99
    assert np.mean(told[:, 12:15] >= 4) >= 0.99
    assert np.mean(told[:, 1:3] >= 3) >= 0.9  # without a year of past the third row takes a second month


def test_a_month_alone_would_not_do(company: operations.Workspace) -> None:
    asked = operations.question(company, period="2025-12", periods=18, by="rep")
    rows = operations.scorecard(company, asked, ("avg_deal_size", "sales_cycle_length", "win_rate")).rows
    alone = [one.result.n >= 10 for one in rows if one.scope.kind == "rep"]
    assert np.mean(alone) < 0.5


def test_where_the_data_begin_a_window_is_as_many_months_as_they_tell_of(company: operations.Workspace) -> None:
    """The first deals closed in January 2024: of February 2 months are known, not 3, of May 5, not 6."""
    rep = next(one for one in operations.scopes(company).people)
    for month, known in (("2024-02", 2), ("2024-03", 3), ("2024-05", 5), ("2024-07", 7), ("2024-12", 12)):
        over = longer(row(company, rep.name, "sales_cycle_length", month))
        assert (over.months, over.words.partition(" in ")[2]) == (known, f"{known} months")


def test_ten_to_thirty_rows_of_a_longer_time_are_told_with_care() -> None:
    """As a status of one period with so few: never more than probable; of fewer than ten nothing is said."""
    target = Target("win_rate", ORG, _quarter(), 0.1, 0.2, 0.9)
    words = {n: outlook_words(_win_rate(), of_year(n, n), target) for n in (9, 10, 29, 30)}
    assert words == {9: "", 10: "Probably on track", 29: "Probably on track", 30: "Almost certainly on track"}
    briefs = [replace(of_year(x, n), words=f"{x} of {n} in 12 months").brief for x, n in ((3, 9), (3, 10), (3, 30))]
    assert briefs == ["3 of 9 in 12 months, too early", "3 of 10 in 12 months, still few", "3 of 30 in 12 months"]
