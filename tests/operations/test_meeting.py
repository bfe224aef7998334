"""What a sheet says of a rep: no other name, the rep's own share, days that are known, and why numbers moved."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations, store
from kpidesk.core.errors import UserError
from kpidesk.core.imports import ImportOptions
from kpidesk.core.people import Scope
from kpidesk.core.periods import parse_period
from kpidesk.core.progress import finish
from kpidesk.core.review_words import measure_text, risk_text
from kpidesk.core.reviews import Commitment, Sheet
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.operations.meeting import names_one_of
from tests.operations.support import Line, bring_in, history, write

STAGES = {"Demo": "open", "Proposal": "open", "Won": "won", "Lost": "lost"}
JAN, FEB, MAR = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 10)
Q1 = parse_period("2026-Q1", Settings(), JAN)
SOLD: list[Line] = [
    ("A1", "Ann Lee", "Won", "1000", "2026-01-05", "2026-01-20"),
    ("A2", "Ann Lee", "Won", "2000", "2026-01-05", "2026-01-21"),
    ("B1", "Bo Dahl", "Demo", "9000", "2026-01-08", "2026-04-20"),
]


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[operations.Workspace]:
    """An empty workspace on 1 February."""
    opened = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=date(2026, 2, 1))
    yield opened
    operations.close(opened)


def show(ws: operations.Workspace, folder: Path, lines: list[Line], day: date, source: str = "crm") -> None:
    """Import a snapshot on the day of its data."""
    ws.today = max(ws.today, day)
    bring_in(ws, write(folder / f"{source}-{day}.csv", lines), day, stages=STAGES, source=source)


def rep(ws: operations.Workspace, name: str = "Ann Lee") -> Scope:
    return operations.scopes(ws).find_scope(f"rep:{name}")


def sheet(ws: operations.Workspace) -> Sheet:
    return operations.sheet_for(ws, rep(ws), Q1)


def closed(ws: operations.Workspace, name: str = "Ann Lee") -> int:
    """The number of a whole meeting about the first quarter."""
    draft = operations.open_review(ws, rep(ws, name), Question(Q1))
    return operations.close_review(ws, draft.id, without_commitment=True).review.id


def why(ws: operations.Workspace, review_id: int) -> dict[str, tuple[str, ...]]:
    """The reasons by KPI."""
    return {one.kpi_id: one.why for one in operations.differences(ws, review_id)}


@pytest.mark.parametrize("team", ["Bo Dahl", "bo dahl", "Team Bo  Dahl", "BO DAHL's team", "BoDahl", "Dahl, Bo"])
def test_a_team_that_names_somebody_else_is_not_in_the_header(
    ws: operations.Workspace, tmp_path: Path, team: str
) -> None:
    show(ws, tmp_path, SOLD, JAN)
    operations.move_people(ws, [rep(ws).id], team, date(2026, 1, 1))
    assert sheet(ws).header == ""
    operations.move_people(ws, [rep(ws).id], "North", date(2026, 1, 2))
    assert sheet(ws).header == "North"


def test_a_role_or_team_under_a_former_name_of_somebody_else_is_left_out(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    show(ws, tmp_path, SOLD, JAN)
    people = tmp_path / "people.csv"
    people.write_text("Person,Team,Role,Start date\nAnn Lee,Dahl Bo group,SDR for Bo Dahl,2024-11-15\n")
    finish(operations.import_file(ws, people, ImportOptions(kind="people", as_of=JAN, source="crm")))
    store.rename_person(ws.db, rep(ws, "Bo Dahl").id, "Bo Nilsen")
    assert sheet(ws).header == "14 months"
    assert operations.sheet_for(ws, rep(ws, "Bo Nilsen"), Q1).header == ""


def test_a_kpi_retired_since_comes_after_those_in_use(ws: operations.Workspace, tmp_path: Path) -> None:
    show(ws, tmp_path, SOLD, JAN)
    before = [line.row.kpi.id for line in sheet(ws).lines]
    gone = before[1]
    operations.retire_kpi(ws, gone)
    lines = sheet(ws).lines
    stay = [line.row.kpi.id for line in lines if not line.row.kpi.name.endswith("(retired)")]
    assert gone not in stay
    assert [line.row.kpi.id for line in lines] == [*stay, *(gone,) * (len(lines) - len(stay))]
    assert [one for one in stay if one in before] == [one for one in before if one != gone]


def hire(ws: operations.Workspace, folder: Path, *lines: str) -> None:
    """Import rows about people: person, team, start date, since when."""
    people = folder / "hired.csv"
    people.write_text("\n".join(["Person,Team,Start date,Valid from", *lines]) + "\n")
    finish(operations.import_file(ws, people, ImportOptions(kind="people", as_of=JAN, source="hr")))


@pytest.mark.parametrize(
    ("first", "about", "told"),
    [
        ("2025-12-31", "Q1 2026", "North · started 31 days ago"),
        ("2026-01-01", "Q1 2026", "North · started 30 days ago"),
        ("2026-01-30", "Q1 2026",
         "North · started 1 day ago · first day 30 Jan 2026: 61 of the 90 days of Q1 2026 are theirs"),
        ("2026-01-30", "Q4 2025",
         "North · started 1 day ago · first day 30 Jan 2026: Q4 2025 has none of their numbers"),
        ("2026-02-02", "Q1 2026", "North · first day 2 Feb 2026: the data end before it, on 31 Jan 2026"),
        ("2026-11-24", "Q1 2026", "North · first day 24 Nov 2026: Q1 2026 has none of their numbers"),
    ],
)  # fmt: skip
def test_numbers_of_before_the_first_day_are_not_shown_without_a_word(
    ws: operations.Workspace, tmp_path: Path, first: str, about: str, told: str
) -> None:
    """Deb has no deals; her team is said from her first day on, which the data may not have reached."""
    show(ws, tmp_path, SOLD, JAN)
    hire(ws, tmp_path, f"Deb Roe,North,{first},{first}")
    period = {"Q1 2026": Q1, "Q4 2025": parse_period("2025-Q4", Settings(), JAN)}[about]
    assert operations.sheet_for(ws, rep(ws, "Deb Roe"), period).header == told


def test_deals_taken_over_from_before_the_first_day_are_said_to_be_that(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    show(ws, tmp_path, SOLD, JAN)
    hire(ws, tmp_path, "Ann Lee,North,2026-04-01,2026-04-01")
    told = sheet(ws)
    assert told.lines[0].row.result.n == 2
    assert told.header == (
        "North · first day 1 Apr 2026: Q1 2026 was over before it, its numbers come from deals taken over"
    )


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        ("Leeds", ("Lee",), False),
        ("Team Lee", ("lee",), True),
        ("山田チーム", ("山田",), True),
        ("Nordic", ("Bo Dahl", ""), False),
        ("Bo and Ann", ("Bo Dahl",), False),
    ],
)
def test_a_name_is_found_as_a_whole(text: str, names: Sequence[str], found: bool) -> None:
    assert names_one_of(text, names) is found


SPLIT = ("Deal ID", "Deal name", "Owner", "Account", "Stage", "Amount", "Created", "Close date", "Owner split")


def share(ws: operations.Workspace, folder: Path, day: date, *rows: tuple[str, str, str, str]) -> None:
    """Import deals that Ann and Bo share, 20 to 80: key, stage, amount, close date."""
    path = folder / f"{day}.csv"
    with path.open("w", newline="") as file:
        told = [(key, key, "Ann Lee", "F", stage, amount, "2026-01-05", due, "Ann Lee 20%; Bo Dahl 80%")
                for key, stage, amount, due in rows]  # fmt: skip
        csv.writer(file).writerows([SPLIT, *told])
    ws.today = max(ws.today, day)
    bring_in(ws, path, day, stages=STAGES)


def test_facts_and_risks_count_the_share_that_is_the_reps(ws: operations.Workspace, tmp_path: Path) -> None:
    share(ws, tmp_path, JAN, ("A1", "Demo", "100000", "2026-03-15"), ("A2", "Demo", "50000", "2026-02-10"))
    share(ws, tmp_path, FEB, ("A1", "Won", "100000", "2026-02-15"), ("A2", "Demo", "60000", "2026-02-10"))
    found = sheet(ws)
    won, grown = found.facts
    assert (won.kind, won.amount_text) == ("won", "$20.0K")
    assert [(one.amount_text, one.change) for one in won.deals] == [("$20.0K", "won on 15 Feb 2026; 20% of $100K")]
    assert (grown.kind, grown.amount_text) == ("amount_up", "+$2.00K")
    assert [one.change for one in grown.deals] == ["from $10.0K to $12.0K; 20% of $60.0K"]
    assert found.lines[0].row.kpi.id == "bookings"
    assert found.lines[0].row.value_text == won.amount_text
    (risk,) = found.risks
    assert (risk.name, risk.amount_text) == ("A2", "$12.0K")
    assert risk_text(risk).endswith("; 20% of $60.0K")


def test_what_changed_of_won_deals_and_of_whose_they_are_is_told_without_naming_others(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    show(ws, tmp_path, SOLD, JAN)
    smaller = (*SOLD[0][:3], "800", *SOLD[0][4:])
    given, taken = (SOLD[1][0], "Bo Dahl", *SOLD[1][2:]), (SOLD[2][0], "Ann Lee", *SOLD[2][2:])
    show(ws, tmp_path, [smaller, given, taken], FEB)

    def told(name: str) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
        facts = operations.sheet_for(ws, rep(ws, name), Q1).facts
        return [
            (one.label, one.amount_text, [(deal.name, deal.amount_text, deal.change) for deal in one.deals])
            for one in facts
        ]

    assert told("Ann Lee") == [
        ("Won amount changed", "−$200", [("Deal A1", "$800", "from $1.00K to $800")]),
        ("Taken over", "$9.00K", [("Deal B1", "$9.00K", "Demo, due 20 Apr 2026")]),
        ("Handed over", "$2.00K", [("Deal A2", "$2.00K", "was in Won")]),
    ]
    assert told("Bo Dahl") == [
        ("Taken over", "$2.00K", [("Deal A2", "$2.00K", "won")]),
        ("Handed over", "$9.00K", [("Deal B1", "$9.00K", "was in Demo")]),
    ]


def test_a_first_amount_is_no_growth_of_one(ws: operations.Workspace, tmp_path: Path) -> None:
    share(ws, tmp_path, JAN, ("A1", "Demo", "", "2026-02-15"), ("A2", "Demo", "50000", "2026-02-10"))
    share(ws, tmp_path, FEB, ("A1", "Demo", "30000", "2026-02-15"), ("A2", "Demo", "60000", "2026-02-10"))
    (grown,) = sheet(ws).facts
    assert (grown.kind, grown.amount_text) == ("amount_up", "+$8.00K, with 1 first amount")
    assert [one.change for one in grown.deals] == ["from $10.0K to $12.0K; 20% of $60.0K",
                                                   "first amount $6.00K; 20% of $30.0K"]  # fmt: skip


@pytest.mark.parametrize(("target", "is_large"), [(70_000.0, False), (40_000.0, True)])
def test_a_shared_deal_is_large_by_the_share_of_the_rep(
    ws: operations.Workspace, tmp_path: Path, target: float, is_large: bool
) -> None:
    """A fifth of 70,000 is 14,000 and of 40,000 is 8,000; the share is 12,000 of 60,000."""
    share(ws, tmp_path, JAN, ("A2", "Demo", "60000", "2026-01-10"))
    about_ann = {"scope": "rep:Ann Lee", "period": "2026-Q1"}
    operations.set_baseline_from(ws, "bookings", value="1000", reason="the plan", **about_ann)
    operations.set_target_from(ws, "bookings", minimum="1", target=str(target), stretch="90000", **about_ann)
    (risk,) = sheet(ws).risks
    assert ("large" in risk.risks) is is_large


def test_a_day_that_the_data_have_not_reached_is_no_fact(ws: operations.Workspace, tmp_path: Path) -> None:
    opened: list[Line] = [
        ("A1", "Ann Lee", "Demo", "1000", "2026-01-05", "2026-04-20"),
        ("A2", "Ann Lee", "Demo", "2000", "2026-01-05", "2026-03-10"),
        ("A3", "Ann Lee", "Demo", "3000", "2026-01-05", "2026-05-01"),
    ]
    show(ws, tmp_path, opened, JAN)
    stages = ("Won", "Won", "Lost")
    show(ws, tmp_path, [(one[0], one[1], stage, *one[3:]) for one, stage in zip(opened, stages, strict=True)], MAR)
    changes = {one.name: one.change for fact in sheet(ws).facts for one in fact.deals}
    assert changes == {
        "Deal A1": "won by 10 Mar 2026", "Deal A2": "won on 10 Mar 2026", "Deal A3": "lost by 10 Mar 2026",
    }  # fmt: skip


def test_the_words_of_a_year_use_the_definition_beside_them(ws: operations.Workspace, tmp_path: Path) -> None:
    """Nine of the twelve deals of a quarter are lost, three of the four of Bo."""
    ws.today = date(2025, 9, 30)
    kpi = operations.find_kpi(ws, "win_rate")
    lost = "count(deals where lost on closed_at) / count(deals where closed on closed_at)"
    operations.save_kpi(ws, replace(kpi, formula=lost))
    ws.today = date(2026, 2, 1)
    bring_in(ws, write(tmp_path / "all.csv", history()), date(2026, 1, 1))
    lines = {}
    for key in ("2025-Q3", "2025-Q4"):
        period = operations.question(ws, period=key).period
        found = operations.sheet_for(ws, rep(ws, "Bo Dahl"), period).lines
        lines[key] = next(line.words for line in found if line.row.kpi.id == "win_rate")
    assert lines == {
        "2025-Q3": "1 of 4, too early; 4 of 16 in 12 months", "2025-Q4": "3 of 4, too early; 12 of 16 in 12 months",
    }  # fmt: skip


def test_a_person_renamed_is_no_other_owner(ws: operations.Workspace, tmp_path: Path) -> None:
    show(ws, tmp_path, SOLD, JAN)
    number = closed(ws)
    store.rename_person(ws.db, rep(ws).id, "Ann Lee-Smith")
    show(ws, tmp_path, [(*SOLD[0][:3], "1500", *SOLD[0][4:]), (*SOLD[1][:5], "2026-04-02"), SOLD[2]], date(2026, 4, 10))
    assert why(ws, number)["bookings"] == ("1 deal was re-dated", "the amount of 1 deal changed")


def test_a_merge_of_two_people_is_told_as_that(ws: operations.Workspace, tmp_path: Path) -> None:
    """Ann's 3,000 of two deals become 3,900 with the deal of her other name; a re-dated deal is told apart."""
    other: Line = ("C1", "A. Lee", "Won", "900", "2026-01-05", "2026-01-25")
    show(ws, tmp_path, [*SOLD, other], JAN)
    number = closed(ws)
    assert why(ws, number)["bookings"] == ()
    show(ws, tmp_path, [SOLD[0], (*SOLD[1][:5], "2025-12-21"), SOLD[2], other], FEB)
    store.merge_people(ws.db, keep=rep(ws).id, drop=rep(ws, "A. Lee").id)
    found = {one.kpi_id: one for one in operations.differences(ws, number)}["bookings"]
    assert (found.then, found.now) == ("$3.00K", "$1.90K")
    assert found.why == ("1 deal stands under another name that is the same person now", "1 deal was re-dated")
    assert not [one for one in operations.differences(ws, number) if "otherwise" in one.sentence]


def test_two_people_who_fell_apart_are_told_as_that_and_only_to_whom_the_sheet_belongs(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    """A people file made an address and Bo one, the sheet was held with both; undone, each has their own deals."""
    lines: list[Line] = [(line[0], line[1].replace("Ann Lee", "ann@x.com"), *line[2:]) for line in SOLD]
    show(ws, tmp_path, [*lines, ("B2", "Bo Dahl", "Won", "900", "2026-01-05", "2026-01-25")], JAN)
    (tmp_path / "people.csv").write_text("Person,Email,Team\nBo Dahl,ann@x.com,North\n")
    mixed = finish(operations.import_file(ws, tmp_path / "people.csv", ImportOptions(kind="people", as_of=JAN)))
    (both,) = operations.scopes(ws).people
    number = closed(ws, both.name)
    finish(operations.undo(ws, mixed.import_id))
    found = {one.kpi_id: one for one in operations.differences(ws, number)}["bookings"]
    kept = operations.sheet(ws, number).review.scope.name
    assert (kept, found.then, found.now) == ("Bo Dahl", "$3.90K", "$900")
    assert found.why == ("2 deals stand under a name that is another person now",)
    ws.db.connection.execute("UPDATE reviews SET held_with='somebody else'")
    with pytest.raises(UserError, match="was not held with"):
        operations.differences(ws, number)


def test_a_rep_who_was_merged_still_has_reasons(ws: operations.Workspace, tmp_path: Path) -> None:
    show(ws, tmp_path, SOLD, JAN)
    number = closed(ws)
    store.merge_people(ws.db, keep=rep(ws, "Bo Dahl").id, drop=rep(ws).id)
    show(ws, tmp_path, [(*SOLD[0][:3], "1500", *SOLD[0][4:]), *SOLD[1:]], FEB)
    (found, *_) = operations.differences(ws, number)
    assert (found.kpi_id, found.then, found.now) == ("bookings", "$3.00K", "$3.50K")
    assert found.why == ("the amount of 1 deal changed",)


def test_deals_of_two_sources_with_one_key_are_told_apart(ws: operations.Workspace, tmp_path: Path) -> None:
    show(ws, tmp_path, SOLD[:1], JAN, "sf")
    show(ws, tmp_path, [("A1", "Ann Lee", "Won", "500", "2026-01-05", "2026-01-22")], JAN, "hs")
    number = closed(ws)
    show(ws, tmp_path, [("A1", "Ann Lee", "Lost", "500", "2026-01-05", "2026-01-22")], FEB, "hs")
    assert why(ws, number)["bookings"] == ("the outcome of 1 deal changed",)


def test_a_deal_of_another_source_does_not_take_the_place_of_one_lost(ws: operations.Workspace, tmp_path: Path) -> None:
    show(ws, tmp_path, SOLD[:1], JAN, "hs")
    number = closed(ws)
    show(ws, tmp_path, [(*SOLD[0][:2], "Lost", *SOLD[0][3:])], FEB, "hs")
    show(ws, tmp_path, [("A1", "Ann Lee", "Won", "500", "2026-02-05", "2026-02-22")], FEB, "sf")
    assert why(ws, number)["bookings"] == ("the outcome of 1 deal changed", "1 deal was newly imported")


def test_the_source_of_a_row_whose_import_was_undone_is_still_told(ws: operations.Workspace, tmp_path: Path) -> None:
    show(ws, tmp_path, SOLD[:1], JAN, "sf")
    show(ws, tmp_path, [("A1", "Ann Lee", "Won", "500", "2026-01-05", "2026-01-22")], JAN, "hs")
    number = closed(ws)
    finish(operations.undo(ws))
    show(ws, tmp_path, [("A1", "Ann Lee", "Won", "700", "2026-01-05", "2026-01-22")], FEB, "hs")
    assert why(ws, number)["bookings"] == ("the amount of 1 deal changed",)


def test_another_currency_matters_to_money_alone(ws: operations.Workspace, tmp_path: Path) -> None:
    show(ws, tmp_path, SOLD, JAN)
    number = closed(ws)
    operations.save_settings(ws, replace(operations.settings(ws), currency="EUR"))
    told = {one for one, reasons in why(ws, number).items() if "the currency changed" in reasons}
    assert told == {"bookings", "avg_deal_size", "pipeline_created"}


def test_a_commitment_keeps_the_name_of_its_deal(ws: operations.Workspace, tmp_path: Path) -> None:
    """The deal is on the sheet neither as a fact nor as a risk, and later its number means another deal."""
    show(ws, tmp_path, SOLD, JAN)
    first = [*SOLD, ("A9", "Ann Lee", "Demo", "10", "2026-02-10", "2026-05-01")]
    show(ws, tmp_path, first, FEB)
    draft = operations.open_review(ws, rep(ws), Question(Q1))
    number = int(store.deal_rows(ws.db, list(store.values_by_source(ws.db, ["A9"], None).values()))[0]["deal_id"])
    promised = Commitment("Onwards", date(2026, 4, 1), deal_id=number, stage="Proposal")
    operations.save_review(ws, replace(draft, commitments=(promised,)))
    finish(operations.undo(ws))
    show(ws, tmp_path, [*SOLD, ("A7", *first[-1][1:]), first[-1]], FEB)
    found = operations.close_review(ws, draft.id)
    (kept,) = found.review.commitments
    assert measure_text(replace(found, facts=(), risks=()), kept) == "Deal A9 → Proposal"
    assert measure_text(found, kept) == "Deal A9 → Proposal"
