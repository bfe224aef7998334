"""Reps compared from files to places, against limits worked out by hand."""

from __future__ import annotations

import csv
import html
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest
from scipy.stats import binom

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.peers import Comparison, Peer
from kpidesk.core.people import UNASSIGNED, Scope
from kpidesk.core.results import Result
from kpidesk.exporting.cause_forms import comparison_text
from kpidesk.operations import Workspace
from kpidesk.operations.peer_middle import middle_of
from kpidesk.operations.peer_words import One, Shown, group_words, sentence, window_words
from kpidesk.stats.grouping import Grouping, Member
from tests.operations.support import HEADER, bring_in, made

PLAN = {
    # rep: rows and wins in the third and in the fourth quarter of 2025
    "Zoe Adams": ((20, 12), (24, 15)),
    "Ann Lee": ((20, 5), (24, 6)),
    "Bo Dahl": ((20, 6), (24, 6)),
    "Cy Frey": ((20, 5), (24, 7)),
    "Di New": ((0, 0), (3, 3)),
}
PEOPLE = """Name,Team,Role,Hire date,Ramp months
Zoe Adams,North,AE,2020-01-01,
Ann Lee,North,AE,2020-01-01,
Bo Dahl,North,AE,2020-01-01,
Cy Frey,South,AE,2020-01-01,
Di New,South,AE,2025-11-01,5
Eli Idle,South,SDR,2020-01-01,
Flo Then,South,SDR,2026-01-05,
"""


def lines() -> Iterator[tuple[str, ...]]:
    for rep, quarters in PLAN.items():
        for month, (rows, won) in zip((7, 10), quarters, strict=True):
            for at in range(rows):
                stage = "Won" if at < won else "Lost"
                closed = f"2025-{month + (2 if rep == 'Di New' else at % 3):02d}-{1 + at:02d}"
                yield (f"{rep}-{month}-{at}", "Deal", rep, f"Firm {at}", stage, "1000", f"2025-{month - 2:02d}-01",
                       closed, "Web")  # fmt: skip


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("peers")
    with (folder / "deals.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *lines()])
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    with made(folder) as ws:
        bring_in(ws, folder / "people.csv", kind="people")
        bring_in(ws, folder / "deals.csv", kind="deals")
        for rep in ("Zoe Adams", "Ann Lee"):
            goal = {"scope": f"rep:{rep}", "period": "2025-Q4", "reason": "the plan"}
            operations.set_baseline_from(ws, "bookings", **goal, value="9000")
            operations.set_target_from(ws, "bookings", **goal, minimum="9000", target="10000", stretch="20000")
        yield ws


@pytest.fixture(scope="module")
def found(company: Workspace) -> Comparison:
    return operations.compare(company, "win_rate", operations.question(company, period="2025-Q4"))


def peer(found: Comparison, name: str) -> Peer:
    return next(one for one in found.peers if one.name == name)


def test_the_window_grows_until_most_have_thirty_rows_and_says_so(found: Comparison) -> None:
    assert (found.window.start.isoformat(), found.window.last_day.isoformat()) == ("2025-07-01", "2025-12-31")
    assert found.window_words == (
        "6 months to the end of Q4 2025: one quarter alone has too few deals to judge one person."
    )
    assert peer(found, "Zoe Adams").sample_text == "27 of 44"


def test_the_window_of_a_running_quarter_names_its_days(found: Comparison) -> None:
    shown, asked = Shown(found.kpi, "rate", "USD"), found.question.period
    told = window_words(shown, asked, found.window, date(2025, 11, 26))
    assert told == "1 Jul – 26 Nov 2025: one quarter alone has too few deals to judge one person."
    assert window_words(shown, asked, found.window, asked.last_day) == found.window_words


def test_reps_stand_by_rank_and_only_who_differs_by_more_than_luck_is_outside(found: Comparison) -> None:
    group = found.groups[0]
    assert [(one.rank, one.name) for one in group.peers] == [
        ("1", "Zoe Adams"), ("2", "Ann Lee"), ("2", "Bo Dahl"), ("2", "Cy Frey"),
    ]  # fmt: skip
    assert "2  " in comparison_text(found)
    # 62 of 176 together; of 44 rows luck leaves 10 … 22 in 95 of 100 and 7 … 26 in 998 of 1,000
    assert group.common == pytest.approx(62 / 176)
    assert group.apart == ("Zoe Adams",)
    assert group.middle == pytest.approx(35 / 132)
    assert group.words.endswith("Held against what all came to without Zoe Adams: 26.5%.")
    assert {one.name: one.place for one in group.peers} == {
        "Ann Lee": "inside", "Bo Dahl": "inside", "Cy Frey": "inside", "Zoe Adams": "far above",
    }  # fmt: skip
    assert found.sentence == "Zoe Adams differs by more than luck explains."


def _rates(rows: Sequence[tuple[int, int]]) -> list[One]:
    return [One(Scope("rep", f"Rep {at}", at + 1), Result(x / n, n), x, n) for at, (x, n) in enumerate(rows)]


def test_one_who_is_far_better_puts_nobody_else_below_what_luck_explains() -> None:
    members = _rates([(110, 150), (31, 123), (33, 123), (25, 123), (37, 123)])  # one of 73 %, four of 20 to 30 %
    low, far_low = (float(binom.ppf(share, 123, 236 / 642)) for share in (0.025, 0.001))
    assert (low > 33, far_low > 25) == (True, True)  # held against all, three of the four would be blamed
    middle = middle_of("rate", members)
    assert (middle.apart, middle.common) == (("Rep 0",), 126 / 492)
    found = [place.place for one in members if (place := middle.place(one)) is not None]
    assert found == ["far above", *["inside"] * 4]
    few = middle_of("rate", members[:2])  # of two, neither is what the other is held against
    assert (few.apart, few.common) == ((), 141 / 273)


def test_where_nobody_differs_as_few_lie_outside_as_luck_explains() -> None:
    draw = Random(41)
    outside = {"near": 0, "far": 0}
    for _ in range(400):
        members = _rates([(sum(draw.random() < 0.25 for _ in range(60)), 60) for _ in range(8)])
        middle = middle_of("rate", members)
        for one in members:
            found = middle.place(one)
            assert found is not None
            outside["far" if found.place.startswith("far") else "near"] += found.place != "inside"
    every = 400 * 8
    assert outside["far"] / every < 0.003
    assert (outside["near"] + outside["far"]) / every < 0.05


def test_the_definition_is_that_of_the_scorecard(company: Workspace, found: Comparison) -> None:
    card = operations.scorecard(company, found.question, ("win_rate",))
    assert found.definitions == card.definitions != ""


def test_who_cannot_be_told_apart_stands_together_by_name(found: Comparison) -> None:
    assert found.groups[0].alike == (("Ann Lee", "Bo Dahl", "Cy Frey"),)


def test_a_rate_is_pulled_towards_the_common_one(found: Comparison) -> None:
    zoe = peer(found, "Zoe Adams")
    assert zoe.value is not None
    assert zoe.fair is not None
    # four reps are too few to see how much they differ: the common rate counts as 20 rows
    assert zoe.fair == pytest.approx((27 + 20 * 62 / 176) / (44 + 20))
    assert zoe.low is not None
    assert zoe.low < zoe.fair < zoe.value


def test_who_is_ramping_stands_apart(found: Comparison) -> None:
    assert [one.name for one in found.ramping] == ["Di New"]
    assert (found.ramping[0].place, found.ramping[0].ramping) == ("", True)


def test_who_was_there_and_has_nothing_to_compare_is_named(company: Workspace, found: Comparison) -> None:
    assert "Eli Idle" not in [one.name for one in found.peers]
    told = "Not in the list, for there is nothing of theirs to compare: Eli Idle."
    assert found.notices[-1] == told, "not Flo Then, who came later"
    assert told in " ".join(comparison_text(found).split())
    counts = operations.compare(company, "deals_won", operations.question(company, period="2025-Q4"))
    assert not [one for one in counts.notices if "Not in the list" in one], "no deal is a number of his"


def test_every_value_leads_to_its_rows(company: Workspace, found: Comparison) -> None:
    receipt = operations.rows(company, "win_rate", peer(found, "Zoe Adams").question)
    assert (receipt.result.numerator, receipt.result.denominator, len(receipt.rows)) == (27, 44, 44)


def test_counts_are_compared_by_week_worked(company: Workspace) -> None:
    made_ = operations.compare(company, "deals_won", operations.question(company, period="2025-Q4"))
    zoe = peer(made_, "Zoe Adams")
    assert zoe.size * (zoe.value or 0.0) == pytest.approx(27 if made_.window.days > 100 else 15)
    assert made_.size_words == "weeks worked"
    assert len(made_.groups[0].limits) > 10


def test_money_of_like_deals_is_judged_as_the_number_of_deals_is(company: Workspace) -> None:
    asked = operations.question(company, period="2025-Q4")
    money, deals = (operations.compare(company, kpi_id, asked) for kpi_id in ("bookings", "deals_won"))
    # every deal is worth $1,000, so all there is to tell apart is their number, by exact Poisson limits
    assert money.window == deals.window
    for one, other in zip(money.groups[0].peers, deals.groups[0].peers, strict=True):
        assert one.value == pytest.approx(1000 * (other.value or 0.0))
        assert (one.place, one.size) == (other.place, other.size)
    assert money.groups[0].common == pytest.approx(1000 * (deals.groups[0].common or 0.0))
    assert money.groups[0].peers[0].value_text.endswith(" a week")
    assert len(money.groups[0].limits) > 10


def test_where_all_deals_are_alike_no_mean_differs(company: Workspace) -> None:
    found = operations.compare(company, "avg_deal_size", operations.question(company, period="2025-Q4"))
    assert {one.value for one in found.groups[0].peers} == {1000.0}
    assert not {one.place for one in found.groups[0].peers} - {"", "inside"}


def test_a_level_at_one_day_is_shown_and_not_judged(company: Workspace) -> None:
    found = operations.compare(company, "open_pipeline", operations.question(company, period="2025-Q4"))
    assert {one.place for one in found.peers} <= {""}
    assert found.groups == () or found.groups[0].limits == ()


def test_no_longer_window_is_taken_in_which_fewer_have_a_value(company: Workspace) -> None:
    found = operations.compare(company, "quota_attainment", operations.question(company, period="2025-Q4"))
    assert (found.window.start, found.window.last_day) == (date(2025, 10, 1), date(2025, 12, 31))
    assert {one.name: one.value for one in found.peers} == {"Zoe Adams": 1.5, "Ann Lee": 0.6}


def test_teams_are_compared_with_teams_and_one_rep_with_nobody(company: Workspace) -> None:
    asked = operations.question(company, period="2025-Q4")
    teams = operations.compare(company, "win_rate", asked, "team")
    assert [one.name for one in teams.peers] == ["North", "South"]
    for scope in (operations.scopes(company).find_scope("Ann Lee"), UNASSIGNED):
        with pytest.raises(UserError, match="cannot be compared"):
            operations.compare(company, "win_rate", replace(asked, scope=scope))


def test_the_picture_is_a_drawing_with_the_names(company: Workspace, found: Comparison, tmp_path: Path) -> None:
    from kpidesk.ui.painting.document import export_comparison

    text = export_comparison(found, tmp_path / "reps.svg").read_text(encoding="utf-8")
    assert text.lstrip().startswith("<?xml")
    assert "Zoe Adams" in text
    assert export_comparison(found, tmp_path / "reps.pdf").read_bytes().startswith(b"%PDF")


def test_as_a_table_both_numbers_of_a_rate_can_be_divided_again(found: Comparison, tmp_path: Path) -> None:
    from kpidesk.ui.painting.copies import Copying, write_comparison

    told = write_comparison(found, tmp_path / "reps.csv", Copying()).read_text(encoding="utf-8-sig")
    group = found.groups[0]
    lines = list(csv.DictReader(told.split("\n\n")[0].splitlines()[1:]))
    assert [line["Rep"] for line in lines] == [*(one.name for one in group.peers), "Together"]
    planned = {rep: tuple(map(sum, zip(*quarters, strict=True))) for rep, quarters in PLAN.items()}
    assert [(int(line["Of"]), int(line["Part"])) for line in lines[:-1]] == [planned[one.name] for one in group.peers]
    assert all(float(line[found.kpi.name]) == pytest.approx(int(line["Part"]) / int(line["Of"])) for line in lines)
    assert [int(lines[-1][one]) for one in ("Part", "Of")] == [
        sum(int(line[one]) for line in lines[:-1]) for one in ("Part", "Of")
    ]
    book = write_comparison(found, tmp_path / "reps.xlsx", Copying())
    with zipfile.ZipFile(book) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml").decode()
    assert len(re.findall(r"<f>[A-Z]\d+/[A-Z]\d+</f>", sheet)) == len(group.peers) + 1


def test_the_page_names_every_point_once_beside_it_and_once_in_the_table(found: Comparison, tmp_path: Path) -> None:
    from kpidesk.ui.painting.copies import Copying, write_comparison

    page = write_comparison(found, tmp_path / "reps.html", Copying()).read_text(encoding="utf-8")
    assert found.sentence in html.unescape(page)
    for one in found.groups[0].peers:
        assert f'<th scope="row">{one.name}</th>' in page
        assert re.search(rf"<text [^>]*>{one.name}</text>", page)


def test_who_is_outside_where_nobody_can_be_told_apart_is_held_against_all_together(found: Comparison) -> None:
    zoe, ann = peer(found, "Zoe Adams"), peer(found, "Ann Lee")
    alike = Grouping(tuple(Member(at, 0.4, 0.2, 0.6) for at in range(4)), ((0, 1, 2, 3),), ())
    assert group_words((ann, zoe), alike) == (
        "Zoe Adams differs from all of them together; from whom of them cannot be told."
    )
    # 1 - 0.95 ** 4
    assert group_words((ann, replace(zoe, place="above")), alike) == (
        "Nobody is set apart for sure: Zoe Adams lies a little outside what luck usually explains; among 4, luck alone "
        "puts somebody there 19 times in 100."
    )


def test_reps_that_differ_only_from_each_other_have_ranks_and_one_sentence(found: Comparison) -> None:
    inside = tuple(replace(one, place="inside") for one in found.groups[0].peers)
    group = replace(found.groups[0], peers=inside)
    assert sentence("rate", (group,), "rep").startswith("Nobody stands out from all together, but not all are alike")
    alike = replace(group, peers=tuple(replace(one, rank="") for one in inside))
    assert "nothing here says that one is better" in sentence("rate", (alike,), "rep")


def test_the_only_two_who_differ_are_named(found: Comparison) -> None:
    peers = tuple(replace(one, place="inside") for one in sorted(found.groups[0].peers, key=lambda one: one.name))
    one_pair = Grouping(tuple(Member(at, 0.4, 0.2, 0.6) for at in range(4)), ((0, 1, 2), (0, 2, 3)), ((3, 1),))
    assert group_words(peers, one_pair) == (
        "Bo Dahl and Zoe Adams differ by more than luck; the others cannot be told apart."
    )
