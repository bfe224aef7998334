"""The same deal in two sources: offered with the reason, shown field by field, counted once, told apart again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.progress import finish
from kpidesk.core.records import salesforce_id
from kpidesk.engine.history import LOST, OPEN, WON
from kpidesk.engine.joined_changes import counting
from kpidesk.operations import deal_likeness
from tests.operations.support import TODAY, bring_in, copied, made

HEAD = "Deal ID,Deal name,Account,Owner,Stage,Amount,Created,Close date,Next step"
CRM = (
    "C1,Acme renewal 2026,Acme,Ann Lee,Open,1000,2026-01-05,2026-03-31,",
    "C2,Beta rollout,Beta,Bo Dahl,Won,500,2026-01-07,2026-02-02,",
    "C3,Gamma pilot,Gamma,Ann Lee,Open,70,2026-01-09,2026-03-01,",
)
SHEET = (
    "1,Acme - renewal 2026,Acme,Ann Lee,Open,900,2026-01-02,2026-03-31,Call Joe",
    "2,Beta roll-out,Beta,Bo Dahl,Open,500,2026-01-07,2026-02-05,",
    "3,Gamma pilot 2,Gamma,Cy Fox,Open,9000,2024-01-09,2024-06-01,",
    "4,Delta,Delta,Cy Fox,Open,11,2026-01-09,2026-03-01,",
)
NEAR = "names alike, days near each other"
FIRST = date(2026, 2, 10)


def file(path: Path, *lines: str) -> Path:
    path.write_text("\n".join((HEAD, *lines)) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imported")
    with made(folder) as ws:
        bring_in(ws, file(folder / "sheet.csv", *SHEET), FIRST, source="sheet")
        bring_in(ws, file(folder / "crm.csv", *CRM))
    return folder


@pytest.fixture
def ws(imported: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(imported, tmp_path) as opened:
        yield opened


def number(ws: operations.Workspace, key: str) -> int:
    return operations.find_mergeable(ws, "deal", key)


def total(ws: operations.Workspace, formula: str, as_of: date | None = None) -> float | None:
    question = operations.question(ws, scope="org", period="2026-Q1", as_of=as_of)
    return operations.evaluate(ws, formula, question).rows[0].result.value


def deals_alike(ws: operations.Workspace) -> list[tuple[str, str, str]]:
    return [(one.name, one.other_name, one.why) for one in operations.alike(ws) if one.kind == "deal"]


def test_deals_that_share_enough_are_offered_with_what_they_share(ws: operations.Workspace) -> None:
    """Two deals of one account whose amounts differ are not: that is how a customer buys twice."""
    assert deals_alike(ws) == [
        ("Beta rollout (crm)", "Beta roll-out (sheet)", f"same account, amount and owner, {NEAR}")
    ]


def test_a_salesforce_id_is_known_in_both_lengths_and_in_its_case(ws: operations.Workspace, tmp_path: Path) -> None:
    short, other = "0068ZDwbYmg14xa", "0068ZDwbYmG14xa"
    lines = [f"{key},Deal {key[10]},Firm,Ann Lee,Open,1,2026-01-05,2026-03-31," for key in (other, short)]
    bring_in(ws, file(tmp_path / "sf.csv", *lines), source="salesforce")
    long = salesforce_id(short)
    deals = {number(ws, text) for text in (short, long, f"salesforce:{short}", f"salesforce:{long}")}
    assert deals == {operations.find_deal(ws, text) for text in (short, long)}
    assert len(deals) == 1
    assert number(ws, other) not in deals
    for text in (short, long):
        hits = operations.find_named(ws, text)
        assert {hits.first[0].number} == deals
        assert hits.count == len(hits.first) == (2 if text == short else 1)
    assert [hit.name for hit in operations.find_named(ws, other).first] == ["Deal G", "Deal g"]
    with pytest.raises(UserError, match="There is no deal"):
        number(ws, short.lower())


def test_pairs_said_to_be_two_are_not_offered_whatever_comes_in_until_that_is_taken_back(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    bring_in(ws, file(tmp_path / "a.csv", *CRM, "C4,Delta,Delta,Cy Fox,Open,11,2026-01-09,2026-03-01,"))
    pairs = {(one.name, one.other_name): one for one in operations.alike(ws) if one.kind == "deal"}
    beta, delta = ("Beta rollout (crm)", "Beta roll-out (sheet)"), ("Delta (sheet)", "Delta (crm)")
    assert set(pairs) == {beta, delta}
    first = operations.keep_apart(ws, [pairs[beta]])
    both = operations.keep_apart(ws, list(pairs.values()))
    assert both.words == "2 pairs of deals stay two and are not offered as one again."
    assert set(first.apart) < set(both.apart)
    bring_in(ws, file(tmp_path / "s.csv", *SHEET), date(2026, 2, 25), source="sheet")
    assert deals_alike(ws) == []
    assert {(one.name, one.other) for one in operations.roster(ws).said_two} == {beta, delta[::-1]}
    operations.take_back(ws, both)
    assert {one[:2] for one in deals_alike(ws)} == {beta, delta}
    with pytest.raises(UserError, match="said to be two"):
        operations.offer_again(ws, both.apart)


def test_all_pairs_are_merged_in_one_act_and_one_undo_gives_all_back(ws: operations.Workspace, tmp_path: Path) -> None:
    bring_in(ws, file(tmp_path / "a.csv", *CRM, "C4,Delta,Delta,Cy Fox,Open,11,2026-01-09,2026-03-01,"))
    pairs = [one for one in operations.alike(ws) if one.kind == "deal"]
    formula = "sum(deals.amount where open as of end)"
    before = total(ws, formula) or 0
    done = operations.merge_pairs(ws, pairs)
    assert (before - (total(ws, formula) or 0), len(done.merges)) == (500 + 11, 2)
    stale = [replace(pairs[0], one=number(ws, "C3"), other=number(ws, "3")), pairs[0]]
    with pytest.raises(UserError, match="different deals"):
        operations.merge_pairs(ws, stale)
    assert total(ws, formula) == before - 511, "all of them or none"
    operations.take_back(ws, done)
    assert (total(ws, formula), operations.roster(ws).merged) == (before, ())


def test_a_merge_counts_once_at_any_time_and_a_split_gives_both_back(ws: operations.Workspace) -> None:
    formula = "sum(deals.amount where open as of end)"
    before = [total(ws, formula, day) for day in (None, FIRST)]
    assert before == [1000 + 70 + 900 + 500 + 9000 + 11, 900 + 500 + 9000 + 11]
    (merge,) = operations.merge(ws, "deal", number(ws, "C1"), number(ws, "1")).merges
    assert [total(ws, formula, day) for day in (None, FIRST)] == [1000 + 70 + 500 + 9000 + 11, 900 + 500 + 9000 + 11]
    assert [(one.kind, one.name, one.into) for one in operations.roster(ws).merged] == [
        ("deal", "Acme - renewal 2026 (sheet)", "Acme renewal 2026 (crm)")
    ]
    assert deals_alike(ws)[0][1] == "Beta roll-out (sheet)"
    operations.split(ws, merge)
    assert [total(ws, formula, day) for day in (None, FIRST)] == before


def test_what_becomes_of_each_field_is_shown_before_and_is_so_after(ws: operations.Workspace) -> None:
    keep, drop = number(ws, "C1"), number(ws, "sheet:1")
    preview = operations.merge_preview(ws, "deal", keep, drop)
    assert [(one.label, one.kept, one.other, one.becomes) for one in preview.fields] == [
        ("Deal name", "Acme renewal 2026", "Acme - renewal 2026", "Acme renewal 2026"),
        ("Amount", "1000", "900", "1000"),
        ("Created", "2026-01-05", "2026-01-02", "2026-01-02"),
        ("Next step", "", "Call Joe", "Call Joe"),
    ]
    assert operations.roster(ws).merged == ()
    operations.merge(ws, "deal", keep, drop)
    history = operations.deal_history(ws, keep)
    assert history.source == "crm and sheet"
    assert [(one.since, one.proof.file) for one in history.versions] == [(TODAY, "crm.csv"), (FIRST, "sheet.csv")]
    assert {name: history.versions[0].cells[name] for name in ("amount", "created_at", "next_step")} == {
        "amount": "1000", "created_at": "2026-01-02", "next_step": "Call Joe",
    }  # fmt: skip


def test_a_later_file_of_either_source_changes_the_one_deal(ws: operations.Workspace, tmp_path: Path) -> None:
    keep = number(ws, "C2")
    operations.merge(ws, "deal", keep, number(ws, "2"))
    won = "sum(deals.amount where won on closed_at)"
    assert total(ws, won) == 500
    bring_in(
        ws, file(tmp_path / "s.csv", *SHEET[:1], SHEET[1].replace(",500,", ",620,")), date(2026, 2, 25), source="sheet"
    )
    assert total(ws, won) == 620
    bring_in(ws, file(tmp_path / "c.csv", CRM[1].replace(",500,", ",640,")), date(2026, 2, 26))
    assert total(ws, won) == 640
    assert [one.cells["amount"] for one in operations.deal_history(ws, keep).versions] == ["640", "620", "500", "500"]


@pytest.mark.parametrize(("keep", "drop"), [("2", "C2"), ("C2", "2")])
def test_a_win_outweighs_an_open_stage_until_its_own_source_takes_it_back(
    ws: operations.Workspace, tmp_path: Path, keep: str, drop: str
) -> None:
    won = "sum(deals.amount where won on closed_at)"
    assert total(ws, won) == 500
    kept = number(ws, keep)
    operations.merge(ws, "deal", kept, number(ws, drop))
    assert (total(ws, won), total(ws, won, FIRST)) == (500, None), "it was won when the CRM said so"
    stages = {"Open": "open", "Negotiation": "open"}
    for day, stage in ((25, "Open"), (26, "Negotiation"), (27, "Open")):
        line = SHEET[1].replace(",Open,", f",{stage},").replace("2026-02-05", f"2026-05-{day}")
        bring_in(ws, file(tmp_path / f"s{day}.csv", SHEET[0], line), date(2026, 2, day), source="sheet", stages=stages)
        assert total(ws, won) == 500
        assert operations.deal_history(ws, kept).versions[0].cells["close_date"] == "2026-02-02"
    assert finish(operations.check(ws)).problems == ()
    bring_in(ws, file(tmp_path / "c.csv", CRM[1].replace(",Won,", ",Open,")), date(2026, 2, 28))
    assert not total(ws, won)
    assert finish(operations.check(ws)).problems == ()


VISITS = ("count(stage_visits on entered_at)", "sum(stage_visits.days_in_stage on exited_at)")
HISTORY = "Deal ID,From Stage,Stage,Entered At"


def test_histories_of_stages_and_activities_of_both_are_those_of_the_one_deal(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    """That the sheet first tells of the deal in Demo on 20 Jan is no step back; its later changes are."""
    calls = tmp_path / "calls.csv"
    rows = ("A1,Call,Hi,Ann Lee,1,2026-02-01", "A2,Call,Hi,Ann Lee,2,2026-02-02")
    calls.write_text("\n".join(("Activity ID,Type,Subject,Assigned To,Deal,Activity Date", *rows)) + "\n")
    bring_in(ws, calls, date(2026, 2, 12), source="sheet", kind="activities")
    moves = {
        "crm": ("C1,,Demo,2026-01-06", "C1,Demo,Offer,2026-01-12", "C1,Offer,Open,2026-02-01"),
        "sheet": ("1,,Demo,2026-01-20", "1,Demo,Offer,2026-02-05", "1,Offer,Open,2026-02-09"),
    }

    def history(source: str) -> int:
        path = tmp_path / f"{source}-moves.csv"
        path.write_text("\n".join((HISTORY, *moves[source])) + "\n", encoding="utf-8")
        stages = {"Offer": "open", "Demo": "open"}
        return bring_in(ws, path, date(2026, 2, 12), source=source, stages=stages, kind="stage-history").import_id

    on_big = "count(activities where deal.amount >= 1000 on occurred_at)"
    history("crm")
    sheet = history("sheet")
    before = {formula: total(ws, formula) or 0 for formula in (*VISITS, on_big)}
    others = [before[VISITS[0]] - (3 + 3), before[VISITS[1]] - (6 + 20) - (16 + 4)]

    def visits() -> list[float]:
        """Stays of the two deals alone, and their days."""
        return [(total(ws, formula) or 0) - other for formula, other in zip(VISITS, others, strict=True)]

    done = operations.merge(ws, "deal", number(ws, "C1"), number(ws, "1"))
    assert visits() == [5, 6 + 20 + 4 + 4], "Demo, Offer, Open, then Offer and Open again"
    assert (before[on_big], total(ws, on_big)) == (0, 1), "the call on the deal of the sheet"
    finish(operations.undo(ws, sheet))
    assert visits() == [3, 6 + 20]
    sheet = history("sheet")
    operations.take_back(ws, done)
    assert {formula: total(ws, formula) or 0 for formula in before} == before
    assert finish(operations.check(ws)).problems == ()


@pytest.mark.parametrize(
    ("told", "passed_over"),
    [
        ("1D 2d 1O", [1]), ("2d 1D", []), ("1D 2d 2O", [1]), ("1W 2d 2O 1O", [1, 2]), ("1D 2W 1O", [2]),
        ("1D 2L 2O 1O", []), ("2D 3O 1O", [1]),
    ],
)  # fmt: skip
def test_which_changes_of_stages_count_where_two_sources_tell_of_one_deal(told: str, passed_over: list[int]) -> None:
    """Each change is the number of the deal, 1 leading, and its stage: W and L decide, all others are open."""
    changes = told.split()
    own = np.asarray([int(one[0]) for one in changes])
    outcome = np.asarray([{"W": WON, "L": LOST}.get(one[1], OPEN) for one in changes])
    stays = counting(np.zeros(len(own), np.int64), own, outcome, np.ones(len(own), np.int64))
    assert np.flatnonzero(~stays).tolist() == passed_over


def test_what_changed_in_a_merged_deal_is_told_of_the_import_that_changed_it(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    operations.merge(ws, "deal", number(ws, "C1"), number(ws, "1"))
    sheet = [SHEET[0].replace(",900,", ",950,"), *SHEET[1:]]
    of_sheet = bring_in(ws, file(tmp_path / "s.csv", *sheet), date(2026, 2, 25), source="sheet")
    of_crm = bring_in(ws, file(tmp_path / "c.csv", *CRM), date(2026, 2, 26))
    changes = [[(one.what, one.deals, one.amount) for one in report.changes] for report in (of_sheet, of_crm)]
    assert changes == [[("amount up", 1, 50)], []], "since the sheet was last imported, when only it told of the deal"
    days = operations.changes_between(ws, "2026-02-20", "2026-02-26")
    assert [(one.kind, one.key) for one in days.rows] == [("amount_down", "C1")]


def test_a_deal_is_named_by_its_id_and_source(ws: operations.Workspace) -> None:
    with pytest.raises(UserError, match="no deal 'X9'"):
        number(ws, "X9")
    with pytest.raises(UserError, match="different deals"):
        operations.merge_preview(ws, "deal", number(ws, "C1"), number(ws, "C1"))


def test_pairs_are_those_that_looking_at_all_of_them_finds() -> None:
    rng = np.random.default_rng(7)
    size = 400
    said = {name: rng.integers(0, 40, size) for name in ("account", "name", "amount", "owner")}
    none = np.zeros(size, np.int64)
    deals = deal_likeness.Deals(none, np.arange(size), none > 0, rng.integers(1, 3, size), names=[""] * size,
                                created=none, closes=none, **said)  # fmt: skip
    first, second = deal_likeness.candidates(deals)

    def share(one: int, other: int) -> bool:
        hits = {name for name, of in said.items() if of[one] == of[other] > 0}
        wanted = ({"account", "name"}, {"account", "amount"}, {"account", "owner"}, {"name", "amount"})
        return deals.source[one] != deals.source[other] and any(pair <= hits for pair in wanted)

    assert set(zip(first.tolist(), second.tolist(), strict=True)) == {
        (one, other) for one in range(size) for other in range(one + 1, size) if share(one, other)
    }
