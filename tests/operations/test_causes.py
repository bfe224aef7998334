"""Why a number changed, from files to parts, against the same parts made by hand from the rows of the export."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pytest

from kpidesk import operations
from kpidesk.core.breakdowns import View
from kpidesk.core.cause_words import usual_words
from kpidesk.core.causes import (
    MOST_CHOSEN,
    Contribution,
    Held,
    Split,
    Why,
    largest_first,
    offset_words,
    rest_words,
    why_words,
)
from kpidesk.core.errors import UserError
from kpidesk.core.formats import MINUS
from kpidesk.core.papers import PaperTable, tables_of
from kpidesk.core.people import ORG
from kpidesk.core.scorecards import Question
from kpidesk.core.why_paper import why_paper
from kpidesk.exporting.cause_forms import SPLIT_HINT, why_json, why_text
from kpidesk.operations import Workspace, cause_gap
from kpidesk.operations.cause_parts import heavy_words
from kpidesk.stats.changes import rate_change
from kpidesk.ui.painting.why_bars import under_text
from kpidesk.ui.widgets.why_text import part_sentence
from tests.operations.support import bring_in, made

HEADER = ("Deal ID", "Deal name", "Owner", "Account", "Stage", "Amount", "Created", "Close date", "Lead source",
          "Loss reason")  # fmt: skip
OWNERS, REASONS = ("Ann Lee", "Bo Dahl"), ("Price", "Price", "Timing")
PLAN = {
    # quarter: (first month, amount of a deal won, source: (rows, won))
    "2025-Q2": (4, 1000, {"Web": (100, 49), "Fair": (20, 2)}),
    "2025-Q3": (7, 1000, {"Web": (100, 50), "Fair": (20, 2)}),
    "2025-Q4": (10, 3500, {"Web": (20, 11), "Fair": (120, 18)}),
}
"""In the last quarter both sources do better, yet fewer are won of all: most deals now come from fairs."""
WON_BEFORE, ROWS_BEFORE, WON_NOW, ROWS_NOW = 52, 120, 29, 140
CHANGE = 29 / 140 - 52 / 120
EXACT = 1e-12


def lines() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for quarter, (month, amount, sources) in PLAN.items():
        for source, (rows, won) in sources.items():
            for at in range(rows):
                is_won = at < won
                found.append((
                    f"{quarter}-{source}-{at:03d}", "Deal", OWNERS[at % 2], f"Firm {at}", "Won" if is_won else "Lost",
                    str(amount), f"2025-{month - 3:02d}-03", f"2025-{month + at % 3:02d}-{3 + at % 20:02d}", source,
                    "" if is_won else REASONS[at % 3],
                ))  # fmt: skip
    return found


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("causes")
    with (folder / "deals.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *lines()])
    with made(folder) as ws:
        bring_in(ws, folder / "deals.csv")
        for scope, target in (("org", "200000"), ("rep:Ann Lee", "120000"), ("rep:Bo Dahl", "60000")):
            goal = {"scope": scope, "period": "2025-Q4", "reason": "the plan"}
            operations.set_baseline_from(ws, "bookings", **goal, value="52000")
            operations.set_target_from(ws, "bookings", scope=scope, period="2025-Q4", minimum="10000", target=target,
                                       stretch="300000", reason="the plan")  # fmt: skip
        yield ws


@pytest.fixture(scope="module")
def q4(company: Workspace) -> Question:
    return operations.question(company, period="2025-Q4")


@pytest.fixture(scope="module")
def rate(company: Workspace, q4: Question) -> Why:
    return operations.why(company, "win_rate", q4)


def by_field(found: Why, field: str) -> Split:
    return next(one for one in found.splits if one.field == field)


def part(split: Split, label: str) -> Contribution:
    return next(one for one in split.parts if one.label == label)


def test_a_real_change_of_a_rate_splits_into_results_and_mix_that_sum_to_it(rate: Why) -> None:
    assert (rate.certainty, rate.verdict) == ("real", "Really lower: 20.7% instead of 43.3%.")
    assert rate.change == pytest.approx(CHANGE)
    split = by_field(rate, "lead_source")
    assert rate.change == split.total == pytest.approx(math.fsum(one.amount for one in split.parts), rel=EXACT)
    assert math.fsum(one.share or 0.0 for one in split.parts) == pytest.approx(1)
    # Kitagawa by hand: the change of each rate at its average weight
    web = (11 / 20 - 50 / 100) * (100 / 120 + 20 / 140) / 2
    fair = (18 / 120 - 2 / 20) * (20 / 120 + 120 / 140) / 2
    assert part(split, "Web").rate == pytest.approx(web)
    assert part(split, "Fair").rate == pytest.approx(fair)
    assert math.fsum(one.mix or 0.0 for one in split.parts) == pytest.approx(CHANGE - web - fair)
    assert min(web, fair) > 0 > CHANGE
    assert "from another mix of them" in split.words


def test_on_paper_the_parts_of_a_rate_are_its_results_and_its_mix_and_come_to_the_whole(rate: Why) -> None:
    paper = why_paper(rate)
    assert (paper.title, paper.as_of, len(paper.definitions)) == ("Win rate (closed deals): why", rate.as_of, 12)
    [table] = [part for heading, part in tables_of(paper)
               if heading == "By lead source" and isinstance(part, PaperTable)]  # fmt: skip
    keys = [column.key for column in table.columns]
    lines = [dict(zip(keys, row.cells, strict=True)) for row in table.rows]
    web, total = next(line for line in lines if line["part"].text == "Web"), lines[-1]
    # Kitagawa by hand: the change of the rate at its average weight, and of the weight at its average rate
    results = (11 / 20 - 50 / 100) * (100 / 120 + 20 / 140) / 2
    mix = (20 / 140 - 100 / 120) * ((11 / 20 + 50 / 100) / 2 - (29 / 140 + 52 / 120) / 2)
    assert web["results"].value == pytest.approx(results)
    assert web["mix"].value == pytest.approx(mix)
    assert web["amount"].value == pytest.approx(results + mix)
    assert (web["before"].text, web["now"].text) == ("50.0% (50 of 100)", "55% (11 of 20)")
    assert total["amount"].value == pytest.approx(CHANGE)
    assert total["results"].value == pytest.approx(results + (18 / 120 - 2 / 20) * (20 / 120 + 120 / 140) / 2)
    assert {column.unit for column in table.columns if column.key in ("amount", "results", "mix")} == {"percent"}


def test_on_paper_steps_have_their_own_unit_and_the_gap_says_what_was_due(company: Workspace, q4: Question) -> None:
    steps = dict(tables_of(why_paper(operations.why(company, "win_rate", q4))))["Bookings step by step"]
    assert isinstance(steps, PaperTable)
    assert [column.unit for column in steps.columns][1] == "money"
    assert steps.rows[-1].cells[1].value == pytest.approx(29 * 3500 - 52 * 1000)
    gap = dict(tables_of(why_paper(operations.why(company, "bookings", q4, "target"))))["By rep"]
    assert isinstance(gap, PaperTable)
    assert [column.title for column in gap.columns] == ["Rep", "Part of it", "Share", "Due", "Q4 2025"]
    assert {row.cells[3].text for row in gap.rows} >= {"$120K", "$60.0K"}


def test_the_field_that_moved_comes_first_and_every_part_leads_to_its_rows(company: Workspace, rate: Why) -> None:
    # reps have the same share of rows and wins in both quarters; sources and sizes do not
    assert {one.field for one in rate.splits} == {"amount:band", "lead_source"}
    assert "rep" in rate.tried
    web = part(by_field(rate, "lead_source"), "Web")
    assert web.question is not None
    assert web.question_before is not None
    for question, won, rows in ((web.question, 11, 20), (web.question_before, 50, 100)):
        receipt = operations.rows(company, "win_rate", question)
        assert receipt.reproduces
        assert (receipt.result.numerator, receipt.result.denominator, len(receipt.rows)) == (won, rows, rows)


def test_the_rows_of_a_breakdown_say_which_changes_are_more_than_luck(company: Workspace, q4: Question) -> None:
    table = operations.with_changes(company, operations.pivot(company, View("win_rate", "lead_source"), q4))
    changes = dict(zip([*(part.label for part in table.rows), "All"], table.changes, strict=True))
    verdicts = dict(zip(changes, table.verdicts, strict=True))
    expected = {"Web": 11 / 20 - 50 / 100, "Fair": 18 / 120 - 2 / 20, "All": CHANGE}
    assert {name: cell.result.value for name, cell in changes.items()} == pytest.approx(expected)
    # both parts did a little better, from few rows on one side; the whole fell, because the mix did
    findings = {name: (one.finding, one.rising) for name, one in verdicts.items() if one is not None}
    assert findings == {"Web": ("cannot_tell", True), "Fair": ("cannot_tell", True), "All": ("real", False)}
    assert table.against == "Q3 2025"


def test_a_month_that_comes_once_has_its_change_and_no_verdict(company: Workspace, q4: Question) -> None:
    table = operations.with_changes(company, operations.pivot(company, View("bookings", "created_at"), q4))
    [part] = table.rows  # all deals of the quarter were created in July, those of the one before in April
    assert part.label == "Jul 2025"
    assert table.changes[0].result.value == pytest.approx(29 * 3500)
    assert table.changes[-1].result.value == pytest.approx(29 * 3500 - 52 * 1000)
    assert table.verdicts[0] is None


def test_a_part_that_was_not_there_before_has_grown_from_nothing(tmp_path: Path) -> None:
    rows = [(f"{at}", "Ann", "Won", "1000", "2025-01-02", f"2025-08-{at % 28 + 1:02d}", "Web") for at in range(30)]
    rows += [(f"9{at}", "Ann", "Won", "1000", "2025-01-02", f"2025-11-{at % 28 + 1:02d}", "Fair") for at in range(30)]
    head = "Id,Owner,Stage,Amount,Created,Closed,Lead source"
    path = tmp_path / "deals.csv"
    path.write_text("\n".join((head, "0x,Ann,Won,1,2024-01-02,2024-02-01,Web", *map(",".join, rows))))
    with made(tmp_path) as ws:
        bring_in(ws, path)
        asked = operations.question(ws, period="2025-Q4")
        table = operations.with_changes(ws, operations.pivot(ws, View("deals_won", "lead_source"), asked))
    told = dict(zip((part.label for part in table.rows), table.verdicts, strict=False))["Fair"]
    assert told is not None
    assert (told.before, told.rising, told.finding) == (0.0, True, "real")


@pytest.mark.parametrize("kpi_id", ["win_rate", "bookings", "deals_won", "median_deal_size"])
def test_a_rep_in_a_breakdown_is_told_the_same_as_on_the_scorecard(
    company: Workspace, q4: Question, kpi_id: str
) -> None:
    table = operations.with_changes(company, operations.pivot(company, View(kpi_id, "rep"), q4))
    card = operations.with_luck(company, operations.scorecard(company, replace(q4, by="rep"), (kpi_id,)))
    known = {row.scope.name: row.change for row in card.rows if row.scope.kind == "rep" and row.change}
    told = dict(zip((part.label for part in table.rows), table.verdicts, strict=False))
    assert known
    assert {name: told[name] for name in known} == known


def test_where_the_data_begin_nothing_is_told_of_changes(company: Workspace) -> None:
    first = operations.question(company, period="2025-Q2")
    plain = operations.pivot(company, View("bookings", "lead_source"), first)
    assert operations.with_changes(company, plain) == plain


def test_a_change_that_luck_explains_has_no_parts(company: Workspace) -> None:
    found = operations.why(company, "win_rate", operations.question(company, period="2025-Q3"))
    assert found.certainty == "could be luck"
    assert found.verdict.startswith("Within usual variation.")
    assert (found.is_explained, found.lost, found.concentration, found.contributors) == (False, (), (), ())


@contextmanager
def planned(folder: Path, plan: dict[str, dict[str, tuple[int, int]]]) -> Iterator[Workspace]:
    """A workspace with so many deals, and so many of them won, of each source in each month."""
    rows = [
        (f"{month}-{source}-{at}", "Deal", "Ann Lee", "Firm", "Won" if at < won else "Lost", "1000", "2025-01-03",
         f"2025-{month}-{1 + at % 28:02d}", source, "")
        for month, sources in plan.items() for source, (many, won) in sources.items() for at in range(many)
    ]  # fmt: skip
    with (folder / "deals.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *rows])
    with made(folder) as ws:
        bring_in(ws, folder / "deals.csv")
        yield ws


def test_a_change_that_luck_explains_is_split_where_that_is_asked_for(tmp_path: Path) -> None:
    """Large deals go from 50 to 60 of 100 and small ones from 10 to 20, yet more are small: 30 of 100 as before."""
    plan = {"04": {"Large": (100, 50), "Small": (100, 10)}, "07": {"Large": (20, 12), "Small": (60, 12)}}
    with planned(tmp_path, plan) as ws:
        asked = operations.question(ws, period="2025-Q3")
        hidden = operations.why(ws, "win_rate", asked)
        assert (hidden.splits, SPLIT_HINT in why_text(hidden)) == ((), True)
        found = operations.why(ws, "win_rate", asked, whole=True)
        velocity = [operations.why(ws, "pipeline_velocity", asked, whole=whole) for whole in (False, True)]
        cycle = operations.why(ws, "sales_cycle_length", asked)
    unsplit = replace(cycle, certainty="could be luck")  # a median has no parts
    assert [SPLIT_HINT in why_text(one) for one in (*velocity, unsplit)] == [True, False, False]
    assert {one.certainty for one in velocity} <= {"could be luck", "too early"}
    (split,) = [one for one in found.splits if one.field == "lead_source"]
    assert found.change == pytest.approx(0)
    assert found.certainty == "could be luck"
    results, mix = (math.fsum(getattr(one, name) or 0.0 for one in split.parts) for name in ("rate", "mix"))
    assert [results, mix] == pytest.approx([0.1, -0.1]), "both did ten points better, the mix took it"
    told = why_text(found)
    assert "Within usual variation" in told
    assert SPLIT_HINT not in told
    assert "Split all the same, by results and mix; no part of it is told apart from luck." in told
    assert usual_words(found) in str(why_paper(found))


@pytest.mark.parametrize(("kpi_id", "against"), [
    ("win_rate", "previous"), ("bookings", "target"), ("avg_deal_size", "previous")
])  # fmt: skip
def test_every_field_of_the_data_splits_a_change_to_its_last_cent_or_says_why_not(
    company: Workspace, q4: Question, kpi_id: str, against: Held
) -> None:
    usual = operations.why(company, kpi_id, q4, against, whole=True)
    names = [one.name for one in usual.fields]
    assert {"lead_source", "account", "created_at:month", "amount:band", "rep"} <= set(names)
    for one in usual.fields:
        found = operations.why(company, kpi_id, q4, against, whole=True, by=one.name)
        assert (found.by, found.change) == (one, usual.change)
        if found.by_words:
            assert found.splits == usual.splits
            continue
        first = found.splits[0]
        assert (first.field, first.total) == (one.name, found.change)
        assert math.fsum(part.amount for part in first.parts) == pytest.approx(found.change, rel=EXACT, abs=1e-9)
        assert len({part.label for part in first.parts}) == len(first.parts)
        assert found.splits[1:] == tuple(split for split in usual.splits if split.field != one.name)


def write_deals(folder: Path, header: str, rows: Iterable[tuple[str, str, str]]) -> None:
    """Deals with one column more that the app has no field for: the month of each, its stage and what stands there."""
    lines = [
        (
            str(at),
            "Deal",
            "Ann Lee",
            "Firm",
            stage,
            "1000",
            "2025-01-03",
            f"2025-{month}-{1 + at % 28:02d}",
            "Web",
            "",
            more,
        )
        for at, (month, stage, more) in enumerate(rows)
    ]
    with (folder / "deals.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([(*HEADER, header), *lines])


SITES = {
    "04": {"Unknown": 40, "Everything else": 55, "": 30, **{f"Site {at}": at % 30 + 1 for at in range(0, 300, 2)}},
    "07": {"Unknown": 50, "Everything else": 45, "": 35, **{f"Site {at}": at % 25 + 1 for at in range(0, 300, 3)}},
}
"""How many deals were won at each of 203 sites, of which two are called as the app calls what has no name."""


@pytest.fixture
def coded(tmp_path: Path) -> Iterator[Workspace]:
    rows = [(month, "Won", site) for month, sites in SITES.items() for site, won in sites.items() for _ in range(won)]
    write_deals(tmp_path, "Site", rows)
    with made(tmp_path) as ws:
        bring_in(ws, tmp_path / "deals.csv")
        yield ws


def test_a_column_of_many_values_is_folded_and_says_how_many(coded: Workspace) -> None:
    """Counted by hand: the twelve largest stand alone, everything else and what has no site beside them."""
    asked = operations.question(coded, period="2025-Q3")
    found = operations.why(coded, "deals_won", asked, whole=True, by="site")
    split = found.splits[0]
    before, now = SITES.values()
    moved = {site: now.get(site, 0) - before.get(site, 0) for site in {**before, **now}}
    named = [part.label for part in split.parts if part.label not in ("All others", "Nothing filled in")]
    expected = {site: moved[site] for site in named} | {"Nothing filled in": 5}
    expected["All others"] = sum(moved.values()) - sum(expected.values())
    assert {part.label: part.amount for part in split.parts} == pytest.approx(expected)
    assert len(named) == MOST_CHOSEN
    smallest = min(before.get(site, 0) + now.get(site, 0) for site in named)
    assert all(before.get(site, 0) + now.get(site, 0) <= smallest for site in moved if site and site not in named)
    assert split.folded == f"{len(moved) - 1 - MOST_CHOSEN} smaller ones stand together as everything else."
    assert split.folded in " ".join(why_text(found).split())
    assert split.folded in str(why_paper(found))
    assert split.parts[-1].label == "All others"
    told: Any = why_json(found)
    assert [part["label"] for part in told["splits"][0]["parts"]] == [part.label for part in split.parts]
    led = sorted((site for site in named if moved[site] < 0), key=lambda site: moved[site])[:2]
    assert split.words.startswith(f"{led[0]} {MINUS}{-moved[led[0]]} and {led[1]} {MINUS}{-moved[led[1]]}"), split.words
    assert f"Most of {split.total_text} is from all others: {split.parts[-1].text}." in split.words
    assert "All others" not in why_words(replace(found, certainty="real"))
    for part in split.parts:
        for question, won in ((part.question, "now"), (part.question_before, "before")):
            receipt = operations.rows(coded, "deals_won", question) if question is not None else None
            assert receipt is None or receipt.reproduces, (part.label, won)


def test_what_no_field_splits_says_so_and_a_field_of_other_records_is_refused(company: Workspace, q4: Question) -> None:
    assert operations.why(company, "median_deal_size", q4, whole=True).fields == ()
    with pytest.raises(UserError, match="cannot be broken down by 'lead sauce'") as refused:
        operations.why(company, "win_rate", q4, by="lead sauce")
    assert "lead source" in refused.value.advice.replace("_", " ")


@pytest.mark.parametrize("field", ["loss_reason", "outcome", "stage"])
def test_a_field_that_tells_by_itself_what_counts_explains_no_rate(
    company: Workspace, q4: Question, field: str
) -> None:
    found = operations.why(company, "win_rate", q4, by=field)
    assert found.by_words.endswith("tells by itself which rows count: it follows the number and explains nothing.")
    assert all(one.field != field for one in found.splits)


def test_a_field_that_is_chosen_is_judged_for_luck_too(tmp_path: Path) -> None:
    """No part is said to be luck before the chosen field was looked at as well, as a breakdown by it does."""
    tiers = {"04": {"Gold": 60, "Iron": 30}, "07": {"Gold": 30, "Iron": 62}}
    write_deals(tmp_path, "Tier", [
        (month, "Won" if at < won else "Lost", tier)
        for month, plan in tiers.items() for tier, won in plan.items() for at in range(100)
    ])  # fmt: skip
    with made(tmp_path) as ws:
        bring_in(ws, tmp_path / "deals.csv")
        asked = operations.question(ws, period="2025-Q3")
        plain = operations.why(ws, "win_rate", asked, whole=True)
        found = operations.why(ws, "win_rate", asked, whole=True, by="tier")
        closed = operations.why(ws, "win_rate", asked, by="tier")
    assert (plain.certainty, plain.really) == ("could be luck", ())
    assert found.really == ("Tier Gold, 30.0% instead of 60.0%", "Tier Iron, 62.0% instead of 30.0%")
    assert "may be luck" in usual_words(found)
    assert (closed.splits, closed.by) == ((), found.by)


def test_a_part_is_judged_among_all_parts_and_told_alike_by_a_breakdown(tmp_path: Path) -> None:
    """Inbound alone would be more than luck (3 in 100); Fair is beyond what any of so many parts does."""
    plan = {"04": {"Inbound": (46, 11), "Fair": (100, 60), "Web": (80, 24)},
            "07": {"Inbound": (27, 13), "Fair": (100, 25), "Web": (80, 40)}}  # fmt: skip
    assert 0.025 < chance_of_equal_rates(11, 46, 13, 27) < 0.05 < 1e-4 / chance_of_equal_rates(60, 100, 25, 100)
    with planned(tmp_path, plan) as ws:
        asked = operations.question(ws, period="2025-Q3")
        table = operations.with_changes(ws, operations.pivot(ws, View("win_rate", "lead_source"), asked))
        found = operations.why(ws, "win_rate", asked)
        parts = operations.why(ws, "win_rate", asked, whole=True)
    told = dict(zip((part.label for part in table.rows), table.verdicts, strict=False))
    assert {name: one and one.finding for name, one in told.items()} == {
        "Fair": "real", "Web": "cannot_tell", "Inbound": "cannot_tell"
    }  # fmt: skip
    assert [bool(one and "Alone it would be more than luck" in one.words) for one in told.values()] == [0, 1, 1]
    assert (found.certainty, found.splits) == ("could be luck", ())
    assert found.really == ("lead source Fair, 25.0% instead of 60.0%",)
    assert "More than luck among its parts: lead source Fair, 25.0% instead of 60.0%." in found.verdict
    assert found.verdict in " ".join(why_text(found).split())
    assert "told apart" not in usual_words(parts)
    assert "may be luck" in usual_words(parts)


def chance_of_equal_rates(x0: int, n0: int, x1: int, n1: int) -> float:
    """How often luck sets two equal rates so far apart, by the pooled normal test."""
    pooled = (x0 + x1) / (n0 + n1)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n0 + 1 / n1))
    return 2 * NormalDist().cdf(-abs(x1 / n1 - x0 / n0) / error)


@pytest.fixture(scope="module")
def side_by_side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The deals of the third quarter are Ann's and those of the fourth Bo's, all closed in the fourth.

    In the third Ann won 31 of 100 and Bo 45 of 100.
    """
    folder = tmp_path_factory.mktemp("scopes")
    rows = [
        (*one[:2], OWNERS[one[0].startswith("2025-Q4")], *one[3:7], "2025-11-20", *one[8:])
        for one in lines() if not one[0].startswith("2025-Q2")
    ]  # fmt: skip
    rows += [
        (f"{name} {at}", "Deal", name, "Firm", ("Lost", "Won")[at < won], "9", "2025-06-01", "2025-08-20", "Web", "")
        for name, won in zip(OWNERS, (31, 45), strict=True) for at in range(100)
    ]  # fmt: skip
    with (folder / "deals.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *rows])
    with made(folder) as ws:
        bring_in(ws, folder / "deals.csv")
        yield ws


def test_two_reps_differ_by_the_same_parts_as_two_periods_with_their_deals(
    side_by_side: Workspace, rate: Why
) -> None:  # fmt: skip
    bo = operations.question(side_by_side, period="2025-Q4", scope="rep:Bo Dahl")
    ann = operations.scopes(side_by_side).find_scope("rep:Ann Lee")
    found = operations.why(side_by_side, "win_rate", bo, operations.read_against(side_by_side, "rep:Ann Lee"))
    assert (found.certainty, found.other, found.names) == ("real", ann, ("Ann Lee", "Bo Dahl"))
    assert found.change == pytest.approx(CHANGE, abs=EXACT)
    here, then = by_field(found, "lead_source"), by_field(rate, "lead_source")
    assert [one.label for one in here.parts] == [one.label for one in then.parts]
    for name in ("amount", "rate", "mix"):
        assert [getattr(one, name) for one in here.parts] == pytest.approx([getattr(one, name) for one in then.parts])
    assert math.fsum(one.amount for one in here.parts) == pytest.approx(CHANGE, abs=EXACT)
    asked = [one.question_before for one in here.parts if one.question_before is not None]
    counted = [operations.rows(side_by_side, "win_rate", one).result.n for one in asked]
    assert sorted(counted) == [20, 100], "the rows of the other side are Ann's"
    told = why_text(found)
    assert "against Ann Lee (43.3%)" in told
    heads = re.split(r"  +", told.splitlines()[3].strip())
    assert (heads[1], heads[-2:]) == ("Bo Dahl − Ann Lee", ["Bo Dahl", "Ann Lee"]), "in the order of the difference"
    table = next(one for _, one in tables_of(why_paper(found)) if isinstance(one, PaperTable))
    titles = [column.title for column in table.columns]
    assert (titles[1], titles[-2:]) == ("Bo Dahl − Ann Lee", ["Bo Dahl", "Ann Lee"])
    first = replace(here.parts[0], now_text="24%", before_text="36%")
    assert under_text(first, of_scopes=True).startswith("24% against 36%")
    assert ". Bo Dahl 24%, Ann Lee 36%." in part_sentence(first, here, found)
    assert {"rep", "team"}.isdisjoint(found.tried)


def test_against_a_whole_it_is_part_of_luck_is_judged_by_the_rest_of_it(side_by_side: Workspace) -> None:
    """45 of 100 is more than luck beside the 31 of 100 of the rest, not beside the 76 of 200 that it is part of."""
    third = operations.question(side_by_side, period="2025-Q3", scope="rep:Bo Dahl")
    assert rate_change(76, 200, 45, 100).finding == "cannot_tell"
    assert operations.why(side_by_side, "win_rate", third, ORG).certainty == "real"
    bo = operations.question(side_by_side, period="2025-Q4", scope="rep:Bo Dahl")
    found = operations.why(side_by_side, "win_rate", bo, ORG)
    assert found.change == pytest.approx(29 / 140 - 81 / 260)
    assert (found.certainty, found.notices) == ("real", ())
    assert math.fsum(one.amount for one in found.splits[0].parts) == pytest.approx(found.change, abs=EXACT)
    turned = operations.why(side_by_side, "win_rate", replace(bo, scope=ORG), bo.scope)
    assert turned.change == pytest.approx(81 / 260 - 29 / 140)
    money = operations.why(side_by_side, "bookings", bo, ORG)
    assert (money.certainty, money.splits) == ("nothing", ())
    assert money.verdict == "Only a rate or an average can be split between two."
    assert "such as the win rate or the average deal size, or Compare" in " ".join(why_text(money).split())
    with pytest.raises(UserError, match="Bo Dahl cannot be held against itself"):
        operations.why(side_by_side, "win_rate", bo, bo.scope)


def test_with_nothing_before_there_is_nothing_to_explain(company: Workspace) -> None:
    found = operations.why(company, "win_rate", operations.question(company, period="2025-Q2"))
    assert (found.certainty, found.is_explained) == ("nothing", False)
    assert found.verdict
    assert operations.why(company, "win_rate", found.question, "last-year").certainty == "nothing"


def shapley(old: tuple[float, ...], new: tuple[float, ...]) -> list[float]:
    """What each factor of a product adds, by changing them one after the other in every order."""
    added = [0.0] * len(old)
    orders = list(permutations(range(len(old))))
    for order in orders:
        now = list(old)
        for at in order:
            before = math.prod(now)
            now[at] = new[at]
            added[at] += (math.prod(now) - before) / len(orders)
    return added


def test_bookings_step_by_step_say_what_offset_what(company: Workspace, q4: Question, rate: Why) -> None:
    expected = shapley((120, 52 / 120, 1000), (140, 29 / 140, 3500))
    for found in (operations.why(company, "bookings", q4), rate):
        steps = found.bridge
        assert steps is not None
        assert [one.label for one in steps.parts] == ["Deals closed", "Win rate", "Deal size"]
        assert [one.amount for one in steps.parts] == pytest.approx(expected)
        assert math.fsum(one.amount for one in steps.parts) == pytest.approx(29 * 3500 - 52 * 1000, rel=EXACT)
        assert "offset by Win rate −$" in steps.words
        assert_open(company, steps, (140, 29 / 140, 3500))


def assert_open(ws: Workspace, steps: Split, values: tuple[float, ...]) -> None:
    """Each step leads to rows that come to it, and what is the number of a KPI has the receipt of these rows."""
    for at, (one, value) in enumerate(zip(steps.parts, values, strict=True)):
        assert one.question is not None
        assert one.question_before is not None
        shown = operations.rows(ws, one.rows_of, one.question)
        assert (shown.result.value if at else len(shown.rows)) == pytest.approx(value)
        assert one.receipt == (shown.code if at else "")


def test_money_splits_by_part_and_tells_a_few_large_deals(company: Workspace, q4: Question) -> None:
    found = operations.why(company, "bookings", q4)
    assert (found.certainty, found.value, found.before) == ("real", 101_500, 52_000)
    split = by_field(found, "lead_source")
    assert part(split, "Fair").amount == 18 * 3500 - 2 * 1000
    assert part(split, "Web").amount == 11 * 3500 - 50 * 1000
    assert part(split, "Fair").share_text == "123%"
    assert part(split, "Web").share_text == "−23%"
    assert found.concentration == ()


def test_lost_reasons_count_the_deals_and_lead_to_them(company: Workspace, rate: Why) -> None:
    lost = Counter(row[-1] for row in lines() if row[0].startswith("2025-Q4") and row[4] == "Lost")
    assert {one.label: one.count for one in rate.lost} == dict(lost)
    assert {one.label: one.amount for one in rate.lost} == {reason: 3500 * count for reason, count in lost.items()}
    price = rate.lost[0]
    assert len(operations.rows(company, rate.rows_of_lost, price.question).rows) == lost["Price"]


def test_the_most_frequent_reasons_have_their_amounts_where_rare_ones_cost_more(tmp_path: Path) -> None:
    rows = [(f"R{at}", 2 + 9 - at, 10**at) for at in range(9)]  # the rarer, the dearer
    table = [HEADER] + [
        (f"{reason}-{nth}", "Deal", "Ann Lee", "Firm", "Lost", str(amount), "2025-07-01", "2025-10-02", "Web", reason)
        for reason, count, amount in rows
        for nth in range(count)
    ]
    for quarter, won in (("07", 40), ("10", 2)):
        sold = ("Deal", "Ann Lee", "Firm", "Won", "1", "2025-06-01", f"2025-{quarter}-05", "Web", "")
        table += [(f"W{quarter}{at}", *sold) for at in range(won)]
    with (tmp_path / "deals.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(table)
    with made(tmp_path) as ws:
        bring_in(ws, tmp_path / "deals.csv")
        lost = operations.why(ws, "win_rate", operations.question(ws, period="2025-Q4")).lost
    shown, rest = rows[:6], rows[6:]
    assert [(one.label, one.count, one.amount) for one in lost] == [
        *((reason, count, count * amount) for reason, count, amount in shown),
        ("Everything else", sum(one[1] for one in rest), sum(one[1] * one[2] for one in rest)),
    ]  # more deals than for any reason, and still the last line


def test_a_gap_to_the_target_is_whole_by_rep_and_by_source(company: Workspace, q4: Question) -> None:
    found = operations.why(company, "bookings", q4, "target")
    assert (found.certainty, found.change) == ("real", 101_500 - 200_000)
    assert found.verdict == "Below the target: $102K instead of $200K."
    won = Counter(row[2] for row in lines() if row[0].startswith("2025-Q4") and row[4] == "Won")
    reps = by_field(found, "rep")
    assert {one.label: one.amount for one in reps.parts} == pytest.approx({
        "Ann Lee": 3500 * won["Ann Lee"] - 120_000, "Bo Dahl": 3500 * won["Bo Dahl"] - 60_000,
        "Given to nobody": -20_000,
    })  # fmt: skip
    sources = by_field(found, "lead_source")
    # the four quarters before hold 99 wins from the web and 4 from fairs, all of one size
    assert part(sources, "Web").amount == pytest.approx(11 * 3500 - 200_000 * 99 / 103)
    for split in (reps, sources):
        assert math.fsum(one.amount for one in split.parts) == pytest.approx(found.change, rel=EXACT)
        assert sum(int(one.share_text[:-1].replace("−", "-")) for one in split.parts) == 100
    ann = part(reps, "Ann Lee")
    assert ann.question is not None
    assert operations.rows(company, "bookings", ann.question).result.value == 3500 * won["Ann Lee"]


def test_many_small_members_of_a_gap_stand_together(
    company: Workspace, q4: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cause_gap, "MOST_MEMBERS", 1)
    found = operations.why(company, "bookings", replace(q4, teams="today"), "target")
    reps = by_field(found, "rep")
    assert [one.label for one in reps.parts] == ["Ann Lee", "2 others"]
    assert math.fsum(one.amount for one in reps.parts) == pytest.approx(found.change, rel=EXACT)


def test_a_rate_misses_its_target_by_luck_or_by_its_parts(company: Workspace, q4: Question) -> None:
    for scope, target in (("rep:Ann Lee", "23%"), ("org", "40%")):
        operations.set_baseline_from(company, "win_rate", scope=scope, period="2025-Q4", value="20%", reason="plan")
        operations.set_target_from(company, "win_rate", scope=scope, period="2025-Q4", minimum="21%", target=target,
                                   stretch="50%", reason="plan")  # fmt: skip
    ann = replace(q4, scope=operations.scopes(company).find_scope("Ann Lee"))
    missed_by_luck = operations.why(company, "win_rate", ann, "target")
    assert (missed_by_luck.certainty, missed_by_luck.splits) == ("could be luck", ())
    found = operations.why(company, "win_rate", q4, "target")
    assert found.certainty == "real"
    split = by_field(found, "lead_source")
    assert part(split, "Fair").amount == pytest.approx((18 - 0.4 * 120) / 140)
    assert part(split, "Web").amount == pytest.approx((11 - 0.4 * 20) / 140)
    assert math.fsum(one.amount for one in split.parts) == pytest.approx(found.change, rel=EXACT)


def test_without_a_target_there_is_no_gap(company: Workspace, q4: Question) -> None:
    found = operations.why(company, "deals_won", q4, "target")
    assert (found.certainty, found.verdict) == ("nothing", "No target is set for it.")
    about = {"scope": "rep:Ann Lee", "period": "2025-Q3"}
    operations.set_baseline_from(company, "bookings", **about, value="1", reason="to set a target by")
    operations.set_target_from(company, "bookings", **about, minimum="0", target="0", stretch="0", reason="plan")
    ann = operations.question(company, scope=about["scope"], period=about["period"])
    found = operations.why(company, "bookings", ann, "target")
    assert (found.certainty, found.verdict) == ("nothing", "Target is 0: there is no gap.")


def test_a_running_period_is_held_against_as_many_days(company: Workspace) -> None:
    running = operations.question(company, period="2026-Q1")
    found = operations.why(company, "bookings", running)
    assert found.period_before is not None
    # data of 20 February 2026: 51 days of the quarter, so 51 of the one before
    assert (found.period_before.start, found.period_before.days) == (date(2025, 10, 1), 51)
    assert found.against_words == "against the first 51 days of Q4 2025"
    last_year = operations.why(company, "bookings", running, "last-year")
    assert last_year.period_before is not None
    assert (last_year.period_before.start, last_year.period_before.days) == (date(2025, 1, 1), 51)


def test_one_rep_is_not_split_by_rep(company: Workspace, q4: Question) -> None:
    ann = replace(q4, scope=operations.scopes(company).find_scope("Ann Lee"))
    assert not {"rep", "team"} & set(operations.why(company, "win_rate", ann).tried)


def test_what_it_is_held_against_is_typed(company: Workspace) -> None:
    assert operations.read_against(company, " Last-Year ") == "last-year"
    with pytest.raises(UserError, match="cannot be held against 'plan'"):
        operations.read_against(company, "plan")
    with pytest.raises(UserError):
        operations.why(company, "no_such_kpi", operations.question(company))


def test_small_parts_are_not_said_to_offset_a_large_change() -> None:
    parts = tuple(Contribution(name, amount, f"{amount:+.0f}") for name, amount in (("A", -90), ("B", -20), ("C", 4)))
    assert offset_words(parts, -106) == "A -90 and B -20."
    assert "offset by D +30" in offset_words((*parts, Contribution("D", 30, "+30")), -76)
    assert offset_words((), 0) == ""


def test_everything_else_is_named_by_no_sentence_and_said_to_be_most_where_it_is() -> None:
    parts = tuple(
        Contribution(name, amount, f"{amount:+.0f}", is_rest=name == "Everything else")
        for name, amount in (("Everything else", -90), ("A", -12), ("B", -8), ("C", 20))
    )
    assert offset_words(parts, -90) == "A -12 and B -8, offset by C +20."
    assert [one.label for one in largest_first(parts)] == ["C", "A", "B", "Everything else"]
    assert rest_words(parts, -100, "-100") == "Most of -100 is from everything else: -90."
    assert rest_words(parts, -90, "-90") == "All of -90 is from everything else: -90."
    assert rest_words(parts, -180, "-180") == rest_words(parts, 90, "+90") == rest_words(parts[1:], -20, "-20") == ""
    assert offset_words(parts[:1], -90) == ""


MONTHS = 18


def long_lines() -> Iterator[tuple[str, ...]]:
    """Eighteen months from August 2024 of eight deals each, half won, after 30 days; in the last 30 wins after 90 days.

    One more deal stays open from each month, six hundred from the last.
    """
    for at in range(MONTHS):
        last = at == MONTHS - 1
        year, month = 2024 + (7 + at) // 12, (7 + at) % 12 + 1
        for number in range(60 if last else 8):
            closed = date(year, month, 2 + number % 20)
            created = date.fromordinal(closed.toordinal() - (90 if last else 30) - number % 7)
            stage = "Won" if number % 2 else "Lost"
            yield (f"{at:02d}-{number:02d}", "Deal", OWNERS[at % 2], "Firm", stage, str(4000 + 100 * number),
                   created.isoformat(), closed.isoformat(), "Web" if number % 3 else "Fair", "")  # fmt: skip
        for number in range(600 if last else 1):
            day = date(year, month, 5).isoformat()
            yield (f"o{at:02d}-{number:03d}", "Deal", "Ann Lee", "Firm", "Open", "1000", day, "2027-01-01", "Web", "")


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("long")
    with (folder / "deals.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *long_lines()])
    with made(folder) as ws:
        bring_in(ws, folder / "deals.csv")
        yield ws


def test_velocity_splits_over_its_four_drivers(long: Workspace) -> None:
    january = operations.question(long, period="2026-01")
    found = operations.why(long, "pipeline_velocity", january)
    assert (found.certainty, found.splits) == ("real", ())
    assert found.bridge is not None
    formulas = ("count(deals where open as of end)", "rolling([win_rate], 90d)", "rolling([avg_deal_size], 90d)",
                "1 / rolling([sales_cycle_mean], 90d)")  # fmt: skip
    december = operations.question(long, period="2025-12")
    old, new = (
        tuple(operations.evaluate(long, one, asked).rows[0].result.value or 0.0 for one in formulas)
        for asked in (december, january)
    )
    assert [one.label for one in found.bridge.parts] == ["Open deals", "Win rate", "Deal size", "Cycle length"]
    assert [one.amount for one in found.bridge.parts] == pytest.approx(shapley(old, new))
    assert math.fsum(one.amount for one in found.bridge.parts) == pytest.approx(found.change)
    assert "offset by Cycle length" in found.bridge.words
    assert_open(long, found.bridge, (*new[:3], 1 / new[3]))


def test_velocity_splits_over_its_drivers_also_where_luck_explains_it(long: Workspace) -> None:
    asked = operations.question(long, period="2025-12")
    assert operations.why(long, "pipeline_velocity", asked).bridge is None
    found = operations.why(long, "pipeline_velocity", asked, whole=True)
    assert (found.certainty, found.splits) == ("could be luck", ())
    assert found.bridge is not None
    assert math.fsum(one.amount for one in found.bridge.parts) == pytest.approx(found.change)
    assert "Split all the same; no part of it is told apart from luck." in why_text(found)


def test_a_median_that_really_changed_shows_both_spreads(long: Workspace) -> None:
    found = operations.why(long, "sales_cycle_length", operations.question(long, period="2026-01"))
    # four wins a month are too few to judge
    assert (found.certainty, found.spread) == ("too early", ())
    year = operations.why(long, "sales_cycle_length", operations.question(long, period="2026-Q1"))
    assert year.certainty == "real"
    assert [text.partition(":")[0] for text in year.spread] == ["1 Oct 2025 – 20 Nov 2025", "Q1 2026"]
    assert "half lie from 91 days to 95 days" in year.spread[1]


def test_counts_split_by_part(long: Workspace) -> None:
    found = operations.why(long, "deals_won", operations.question(long, period="2026-01"))
    assert (found.certainty, found.change) == ("real", 26)
    reps = by_field(found, "rep")
    assert {one.label: one.amount for one in reps.parts} == {"Bo Dahl": 30, "Ann Lee": -4}
    assert reps.words == "Bo Dahl +30, offset by Ann Lee −4."


def test_one_deal_that_is_most_of_a_value_is_told() -> None:
    assert list(heavy_words([710, 200, 90], "deal")) == ["One deal is 71% of this value."]
    assert list(heavy_words([100.0] * 5 + [10.0] * 20, "deal")) == [
        "The five largest of 25 deals are 71% of this value."
    ]
    assert list(heavy_words([10.0] * 20, "deal")) == []
    assert list(heavy_words([710, 200, 91, -1], "deal")) == ["One deal is 71% of this value."]
    assert list(heavy_words([900.0, -100.0], "deal")) == [
        "One deal is more than all of this value, as others take away from it."
    ]
    assert list(heavy_words([30.0, 25.0, 5.0, -60.0], "deal")) == []  # nothing is left to be a part of


def test_the_sheet_of_a_rep_names_the_two_parts_that_moved_a_number_most(company: Workspace, q4: Question) -> None:
    ann = operations.scopes(company).find_scope("Ann Lee")
    shown = operations.sheet_for(company, ann, q4.period)
    told = next(text for text in shown.why if text.startswith("Win rate"))
    found = operations.why(company, "win_rate", replace(q4, scope=ann))
    assert len(found.contributors) == 2
    assert all(f"{one.label} {one.text}" in told for one in found.contributors)
    assert "Bo Dahl" not in " ".join(shown.why)
    quiet = operations.sheet_for(company, ann, operations.question(company, period="2025-Q3").period)
    assert not any(text.startswith("Win rate") for text in quiet.why)


def test_a_small_step_between_two_unusual_quarters_has_no_parts(tmp_path: Path) -> None:
    amounts = [*([1000, 1040, 1010, 1050] * 4), 3000, 2900]  # of each deal of a quarter, 2021-Q3 to 2025-Q4
    lines = [
        (f"{at:02d}-{number}", "Deal", "Ann Lee", "Firm", "Won", str(amount), f"{year}-{month:02d}-01",
         f"{year}-{month + 1:02d}-{number + 1:02d}", "Web" if number % 2 else "Fair", "")
        for at, amount in enumerate(amounts) for number in range(10)
        for year, month in [(2021 + (at + 2) // 4, 3 * ((at + 2) % 4) + 1)]
    ]  # fmt: skip
    with (tmp_path / "deals.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *lines])
    with made(tmp_path) as ws:
        bring_in(ws, tmp_path / "deals.csv")
        asked = operations.question(ws, period="2025-Q4")
        found = operations.why(ws, "bookings", asked)
        assert (found.change, found.certainty, found.splits) == (-1000, "could be luck", ())
        assert operations.why(ws, "bookings", asked, "last-year").certainty == "real"


def test_a_share_of_money_is_not_judged_by_the_size_of_its_amounts(company: Workspace, q4: Question) -> None:
    # deals became three and a half times as large, but the share that is won of their value fell with the win rate
    found = operations.why(company, "win_rate_value", q4)
    assert found.change == pytest.approx(CHANGE)
    assert (found.certainty, found.verdict) == (
        "too early",
        "Not to be judged yet. 2 of 6 quarters known: too few to tell a change.",
    )
