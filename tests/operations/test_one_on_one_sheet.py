"""What a sheet holds besides its numbers: who leads, the team beside, deals with reasons and age, what is due once."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.imports import ImportOptions
from kpidesk.core.people import Scope
from kpidesk.core.periods import parse_period
from kpidesk.core.progress import finish
from kpidesk.core.review_words import age_words
from kpidesk.core.reviews import NextStep, Sheet, is_untouched
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from tests.operations.support import copied, made

KNOWN = date(2026, 3, 10)
Q1 = parse_period("2026-Q1", Settings(), KNOWN)
HEADER = ("Deal ID", "Deal name", "Owner", "Team", "Stage", "Amount", "Created", "Close date", "Last activity",
          "Next activity")  # fmt: skip
ROWS = (
    ("A1", "Alpha", "Ann Lee", "East", "Won", "6000", "2026-01-05", "2026-01-20", "", ""),
    ("A2", "Beta", "Ann Lee", "East", "Lost", "2000", "2026-01-05", "2026-01-21", "", ""),
    ("A3", "Gamma", "Ann Lee", "East", "Demo", "9000", "2026-01-09", "2026-03-03", "2026-02-10", "2026-03-20"),
    ("A4", "Delta", "Ann Lee", "East", "Demo", "8000", "2026-02-28", "2026-03-17", "2026-03-09", "2026-03-20"),
    ("A5", "Epsilon", "Ann Lee", "East", "Offer", "7000", "2026-03-01", "2026-06-17", "2026-03-09", ""),
    ("B1", "Zeta", "Bo Dahl", "East", "Won", "12000", "2026-01-08", "2026-02-20", "", ""),
    ("C1", "Eta", "Cy Oh", "East", "Won", "3000", "2026-01-08", "2026-02-20", "", ""),
    ("D1", "Theta", "Di Po", "West", "Won", "3000", "2026-01-08", "2026-02-20", "", ""),
    ("D2", "Iota", "Ed Ra", "West", "Lost", "3000", "2026-01-08", "2026-02-20", "", ""),
)
STAGES = {"Demo": "open", "Offer": "open", "Won": "won", "Lost": "lost"}
PEOPLE = (("Name", "Role", "Team"), ("Max Moe", "Sales manager", "East"), ("Kim Au", "Key account manager", "East"),
          ("Ann Lee", "AE", "East"))  # fmt: skip


def written(path: Path, rows: tuple[tuple[str, ...], ...]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def show(ws: operations.Workspace, path: Path, day: date, kind: str = "deals") -> None:
    given = ImportOptions(stages=STAGES, date_order="ymd", as_of=day, source="crm", kind=kind)  # type: ignore[arg-type]  # a kind
    ws.today = max(ws.today, day)
    finish(operations.import_file(ws, path, given))


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sheet")
    with made(folder, KNOWN) as ws:
        show(ws, written(folder / "january.csv", (HEADER, ROWS[2])), date(2026, 1, 31))
        show(ws, written(folder / "deals.csv", (HEADER, *ROWS)), KNOWN)
        show(ws, written(folder / "people.csv", PEOPLE), KNOWN, "people")
    return folder


@pytest.fixture
def ws(imported: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(imported, tmp_path, KNOWN) as opened:
        yield opened


def rep(ws: operations.Workspace, name: str = "Ann Lee") -> Scope:
    return operations.scopes(ws).find_scope(f"rep:{name}")


def sheet(ws: operations.Workspace, name: str = "Ann Lee") -> Sheet:
    return operations.sheet_for(ws, rep(ws, name), Q1)


def test_who_leads_the_team_is_told_by_role_and_an_account_manager_leads_nobody(ws: operations.Workspace) -> None:
    assert sheet(ws).manager == "Max Moe"
    assert sheet(ws, "Di Po").manager == ""
    assert sheet(ws, "Max Moe").manager == "", "nobody meets with themself"


def test_the_team_stands_beside_as_its_value_and_of_sums_as_its_average(ws: operations.Workspace) -> None:
    told = {line.row.kpi.id: line.team for line in sheet(ws).lines}
    # East has four people and who leads them: 6,000 + 12,000 + 3,000 among the four; three won of four closed
    assert told["bookings"] == "team $5.25K each"
    assert told["win_rate"] == "team 75%"


def test_a_team_of_two_is_left_out_for_one_would_be_known_from_the_other(ws: operations.Workspace) -> None:
    assert {line.team for line in sheet(ws, "Di Po").lines} == {""}


def test_the_kpis_in_focus_come_first(ws: operations.Workspace) -> None:
    before = [line.row.kpi.id for line in sheet(ws).lines]
    operations.set_focus(ws, rep(ws), ["sales_cycle_length", "win_rate"])
    after = [line.row.kpi.id for line in sheet(ws).lines]
    assert after[:2] == ["sales_cycle_length", "win_rate"]
    assert after[2:] == [one for one in before if one not in after[:2]][:3]


def test_every_reason_is_told_with_its_number_and_every_deal_with_its_age(ws: operations.Workspace) -> None:
    told = {deal.name: (age_words(deal), *deal.told) for deal in sheet(ws).risks}
    assert told == {
        "Gamma": ("60 days", "close date passed 7 days ago", "38 days in its stage, more than 30 (setting)",
                  "no activity for 28 days"),
        "Delta": ("10 days", "due in 7 days in an early stage"),
        "Epsilon": ("9 days", "no next step ahead"),
    }  # fmt: skip


def test_a_deal_is_large_by_its_part_of_what_is_left(ws: operations.Workspace) -> None:
    about = {"scope": "rep:Ann Lee", "period": "2026-Q1", "reason": "the plan"}
    operations.set_baseline_from(ws, "bookings", value="20000", **about)
    operations.set_target_from(ws, "bookings", minimum="20000", target="26000", stretch="30000", **about)
    told = {deal.name: deal.told[-1] for deal in sheet(ws).risks}
    # 6,000 of 26,000 are booked; Epsilon is due when the target counts no more
    large = {name: f"{share}% of what is left to the target" for name, share in (("Gamma", 45), ("Delta", 40))}
    assert told == {**large, "Epsilon": "no next step ahead"}
    operations.set_target_from(ws, "bookings", minimum="13000", target="14500", stretch="30000", **about)
    told = {deal.name: deal.told[-1] for deal in sheet(ws).risks}
    assert (told["Gamma"], told["Delta"]) == (
        "as much as is left to the target, or more", "94% of what is left to the target",
    )  # fmt: skip


def test_wellbeing_has_its_place_in_the_first_meeting_of_a_month(ws: operations.Workspace) -> None:
    first = operations.open_review(ws, rep(ws), Question(Q1))
    assert operations.sheet(ws, first.id).monthly
    operations.close_review(ws, first.id, without_commitment=True)
    ws.today = date(2026, 3, 24)
    second = operations.open_review(ws, rep(ws), Question(Q1))
    assert not operations.sheet(ws, second.id).asks_wellbeing
    operations.save_review(ws, replace(second, wellbeing="Tired"))
    assert operations.sheet(ws, second.id).asks_wellbeing, "what was said has its place whenever it was"
    operations.save_review(ws, replace(second, wellbeing=""))
    ws.today = date(2026, 4, 7)
    assert operations.sheet(ws, second.id).monthly
    assert operations.sheet(ws, first.id).monthly, "frozen as it was"


def test_the_next_step_in_a_deal_is_carried_to_the_next_meeting(ws: operations.Workspace) -> None:
    first = operations.open_review(ws, rep(ws), Question(Q1))
    deal = operations.sheet(ws, first.id).risks[0].deal_id
    operations.save_review(ws, replace(first, next_steps=(NextStep(deal, "Call the CFO"),)))
    closed = operations.close_review(ws, first.id, without_commitment=True)
    second = operations.open_review(ws, rep(ws), Question(Q1))
    assert second.next_step(deal) == "Call the CFO"
    assert is_untouched(second), "nobody has typed it into this one"
    operations.save_review(ws, replace(second, next_steps=(NextStep(deal, "Send the offer"),)))
    assert operations.sheet(ws, closed.review.id).review.next_step(deal) == "Call the CFO"
    assert operations.sheet(ws, second.id).review.next_step(deal) == "Send the offer"
