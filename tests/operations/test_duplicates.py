"""Rows that look like records known under another id: found before and by an import, answered once, then remembered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.imports import ImportOptions, ImportReport, id_text
from kpidesk.core.progress import finish
from kpidesk.exporting.text_form import import_text

TODAY, FIRST, SECOND = date(2026, 8, 1), date(2026, 6, 1), date(2026, 6, 8)
HEADER = "Deal ID,Deal Name,Account,Owner,Stage,Amount,Close Date,Created Date"
KNOWN = (
    "D1,Alpha,Acme Inc,Ann,Closed Won,1000,2026-03-14,2026-01-02",
    "D2,Beta,Bolt,Bob,Closed Lost,2000,2026-04-15,2026-02-02",
    "D3,Gamma,Acme Inc,Ann,Closed Won,3000,2026-05-16,2026-02-03",
)
NEW = (
    KNOWN[1],
    KNOWN[2],
    "D9,ALPHA,acme inc,Ann,Closed Won,1100,2026-03-15,2026-01-02",  # all but the amount of D1, which is not there
    "D10,Other,Bolt,Bob,Closed Lost,2000,2026-04-15,2026-02-02",  # account, amount and day of D2, which is
    "D11,Alpha,Bolt,Bob,Closed Lost,7,2026-04-16,2026-02-02",  # the name alone is no sign
    "D12,Delta,Cyan,Cy,Closed Won,0,2026-04-16,2026-02-02",
    "D13,Epsilon,Cyan,Cy,Closed Won,0,2026-04-16,2026-02-02",  # nothing is no amount
    "D14,delta,Cyan,Cy,Closed Won,9,2026-04-20,2026-02-02",  # account, name and first day of D12
)


def written(folder: Path, name: str, rows: tuple[str, ...], header: str = HEADER) -> Path:
    path = folder / name
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[operations.Workspace]:
    """A workspace that knows three deals."""
    made = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    bring_in(made, written(tmp_path, "first.csv", KNOWN), FIRST)
    yield made
    operations.close(made)


def bring_in(ws: operations.Workspace, path: Path, day: date, **said: object) -> ImportReport:
    options = ImportOptions(as_of=day, **said)  # type: ignore[arg-type]  # fields by name
    return finish(operations.import_file(ws, path, options))


def in_file(ws: operations.Workspace, sql: str) -> list[tuple[object, ...]]:
    """What an SQL query finds in the workspace."""
    return ws.db.connection.execute(sql).fetchall()


def test_the_rows_are_named_with_what_they_look_like_and_why(ws: operations.Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, "second.csv", (*NEW, NEW[5].replace(",0,", ",5,")))  # a second row of D12 is no other deal
    found = finish(operations.foresee(ws, path, ImportOptions(as_of=SECOND))).look_alikes
    told = [(one.line, one.key, one.other, one.other_line, one.why, one.can_be_one) for one in found]
    assert [(one.shown, one.other_shown) for one in found] == [
        ("$1,100  ·  15 Mar 2026  ·  Ann", "$1,000  ·  14 Mar 2026  ·  Ann"),
        ("$2,000  ·  15 Apr 2026  ·  Bob", "$2,000  ·  15 Apr 2026  ·  Bob"),
        ("$9  ·  20 Apr 2026  ·  Cy", "$0  ·  16 Apr 2026  ·  Cy"),
    ]
    assert told == [
        (4, "D9", "D1", 0, "same account and name, days near", True),
        (5, "D10", "D2", 2, "same account, amount and close date", False),
        (9, "D14", "D12", 7, "same account and name, days near", False),
    ]
    assert len(operations.imports(ws)) == 1


@pytest.mark.parametrize("dry_run", [True, False])
def test_an_import_reports_them(ws: operations.Workspace, tmp_path: Path, dry_run: bool) -> None:
    path = written(tmp_path, "second.csv", NEW)
    report = finish(operations.import_file(ws, path, ImportOptions(as_of=SECOND), dry_run=dry_run))
    assert [(one.key, one.other) for one in report.look_alikes] == [("D9", "D1"), ("D10", "D2"), ("D14", "D12")]
    (notice,) = (one for one in report.notices if "look like" in one)
    assert notice.startswith("3 rows look like other deals under another id: line 4 ('D9') is like 'D1'")
    assert "--same D9=D1 counts it as that, --same D9=D9 keeps both." in notice
    table = import_text(report).partition("Looks like another record:\n")[2].partition("\n\n")[0].splitlines()
    assert [tuple(re.split(" {2,}", line.strip()))[-2:] for line in table] == [
        ("Like", "Why"), ("D1", "same account and name, days near"),
        ("D2", "same account, amount and close date"),
        ("D12 (line 7)", "same account and name, days near"),
    ]  # fmt: skip
    assert "… and 1 more; --json lists all." in import_text(replace(report, look_alikes=report.look_alikes * 7))


def test_what_is_the_same_is_one_deal_with_a_past(ws: operations.Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, "second.csv", NEW)
    report = bring_in(ws, path, SECOND, same={"D9": "D1", "D10": "-", "D14": "D14"})
    # D1 changed its name and amount; D11, D12, D13, D14 are new; D10 is left out
    assert (report.added, report.updated, report.unchanged, report.skipped) == (4, 1, 2, 1)
    assert report.look_alikes == ()
    sql = """SELECT v.amount, n.valid_from FROM deal_versions n JOIN deal_values v ON v.id = n.value_id
             JOIN deals d ON d.id = n.deal_id WHERE d.key = 'D1' ORDER BY n.valid_from"""
    assert in_file(ws, sql) == [(100000, ""), (110000, "2026-06-08")]
    assert in_file(ws, "SELECT key FROM deals WHERE key IN ('D9', 'D10')") == []


def test_an_answer_counts_for_the_next_file_as_well(ws: operations.Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, "second.csv", NEW)
    bring_in(ws, path, SECOND, same={"D9": "D1", "D10": "-", "D14": "D14"})
    later = written(tmp_path, "third.csv", (*NEW, "D15,Zeta,Cyan,Cy,Closed Won,5,2026-04-21,2026-02-02"))
    report = bring_in(ws, later, date(2026, 6, 15))
    assert (report.added, report.updated, report.unchanged, report.skipped) == (1, 0, 7, 1)
    assert report.look_alikes == ()


def test_another_source_knows_it_under_its_own_id(ws: operations.Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, "other.csv", ("X1,Alpha,Acme Inc,Ann,Closed Won,1000,2026-03-14,2026-01-02",))
    report = bring_in(ws, path, SECOND, source="hubspot")
    (one,) = report.look_alikes
    assert (one.key, one.other, one.source, one.can_be_one) == ("X1", "D1", "generic", True)
    assert any("--same X1=generic:D1 counts it as that" in notice for notice in report.notices)
    assert operations.roster(ws).merged == ()


def test_a_deal_of_another_source_is_merged_in_the_check_and_told_apart_by_the_undo(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    rows = (
        "X1,Alpha,Acme Inc,Ann,Closed Won,1500,2026-03-14,2026-01-02",
        "X2,Beta,Bolt,Bob,Closed Lost,2000,2026-04-15,2026-02-02",
        "X3,Gamma,Acme Inc,Ann,Closed Won,3000,2026-05-16,2026-02-03",
    )
    path = written(tmp_path, "other.csv", rows)
    said = {"X1": "generic:D1", "X2": "X2"}
    options = ImportOptions(as_of=SECOND, source="hubspot", same=said)
    assert [one.key for one in finish(operations.foresee(ws, path, options)).look_alikes] == ["X1", "X3"]
    before = in_file(ws, "SELECT * FROM deal_versions"), in_file(ws, "SELECT key, merged_into FROM deals")
    tried = finish(operations.import_file(ws, path, options, dry_run=True))
    report = finish(operations.import_file(ws, path, options))
    for one in (tried, report):
        assert ([alike.key for alike in one.look_alikes], one.added) == (["X3"], 3)
    assert "1 deal counts as one with what another source calls it, until this import is undone." in report.notices
    (merge,) = operations.roster(ws).merged
    assert (merge.name, merge.into) == ("Alpha (hubspot)", "Alpha (generic)")
    (two,) = operations.roster(ws).said_two
    assert {two.name, two.other} == {"Beta (hubspot)", "Beta (generic)"}
    won = "SELECT sum(amount) FROM deal_versions v JOIN deal_values x ON x.id = v.value_id WHERE valid_to >= '9999'"
    assert in_file(ws, won) == [((1000 + 2 * 2000 + 2 * 3000) * 100,)], "the deal known before leads"
    assert finish(operations.check(ws)).problems == ()
    finish(operations.undo(ws, report.import_id))
    assert (operations.roster(ws).merged, operations.roster(ws).said_two) == ((), ())
    assert (in_file(ws, "SELECT * FROM deal_versions"), in_file(ws, "SELECT key, merged_into FROM deals")) == before
    bring_in(ws, path, SECOND, source="hubspot")
    assert operations.roster(ws).merged == ()


@pytest.mark.parametrize(("said", "problem"), [
    ("generic:D77", "no deal 'D77' of the source 'generic'"),
    ("genric:D1", "Row 'X1' cannot be 'genric:D1': there is no such deal"),
    ("D1", "Row 'X1' cannot be 'D1': there is no such deal"),
    ("X9", "Row 'X1' cannot be 'X9': there is no such deal"),
])  # fmt: skip
def test_a_deal_to_be_merged_with_must_be_there(
    ws: operations.Workspace, tmp_path: Path, said: str, problem: str
) -> None:
    path = written(tmp_path, "other.csv", ("X1,Alpha,Acme Inc,Ann,Closed Won,1000,2026-03-14,2026-01-02",))
    with pytest.raises(UserError, match=problem):
        bring_in(ws, path, SECOND, source="hubspot", same={"X1": said})
    assert len(operations.imports(ws)) == 1


def test_two_rows_of_one_file_are_one_deal(ws: operations.Workspace, tmp_path: Path) -> None:
    row = "Alpha,Acme Inc,Ann,Closed Won,1000,2026-03-14,2026-01-02"
    path = written(tmp_path, "other.csv", (f"X1,{row}", f"X2,{row}"))
    report = bring_in(ws, path, SECOND, source="hubspot", same={"X2": "X1", "X7": "X8"})
    assert (report.read, report.added) == (2, 1)


def test_leads_are_alike_by_their_address(ws: operations.Workspace, tmp_path: Path) -> None:
    header = "Lead ID,Lead Name,Email,Lead Status,Created Date,MQL Date"
    rows = (
        "L1,Ann Lee,ann@example.com,New,2026-05-01,2026-05-03",
        "L2,A. Lee,ANN@example.com,New,2026-05-02,2026-05-03",
        "L3,Bo,,New,2026-05-02,2026-05-03",
        "L4,Bo,,New,2026-05-02,2026-05-03",
    )
    report = bring_in(ws, written(tmp_path, "leads.csv", rows, header), SECOND)
    assert [(one.key, one.other, one.why) for one in report.look_alikes] == [("L2", "L1", "same e-mail")]


SUBSCRIPTIONS = ("Subscription ID,Account,Product,MRR,Seats,Start Date,End Date,Trial", (
    ("Pro,100,5,2026-01-01,,no", "Pro,100,5,2026-01-01,2026-05-31,no", "product, starts and MRR"),
    ("Pro,100,5,2026-01-01,,no", "pro,100,,2026-01-01,,", "product, starts and MRR"),
    ("Pro,100,5,2026-01-01,,no", "Pro,,5,2026-01-01,,no", "product, starts and seats"),
    ("Pro,100,5,2026-01-01,,no", "Pro,,,2026-01-01,,", "product and starts"),
    ("Pro,100,5,2026-01-01,,no", "Pro,100.01,5,2026-01-01,,no", ""),
    ("Pro,100,5,2026-01-01,,no", "Pro,100,6,2026-01-01,,no", ""),
    ("Pro,100,5,2026-01-01,,no", "Pro,100,5,2026-01-01,,yes", ""),
    ("Pro,100,5,2026-01-01,,no", "Pro,100,5,2026-01-02,,no", ""),
    ("Pro,100,5,2026-01-01,2026-04-30,no", "Pro,100,5,2026-01-01,2026-05-31,no", ""),
))  # fmt: skip
CONTRACTS = ("Contract ID,Account,Term starts,Term ends,Renewable MRR", (
    ("2025-06-01,2026-05-31,500", "2025-06-01,2026-05-31,500", "term ends and renewable MRR"),
    ("2025-06-01,2026-05-31,500", "2025-06-01,2026-05-31,", "term ends and term starts"),
    ("2025-06-01,2026-05-31,500", ",2026-05-31,", "and term ends"),
    ("2025-06-01,2026-05-31,500", "2025-06-01,2026-05-31,200", ""),
    ("2025-06-01,2026-05-31,500", "2024-06-01,2026-05-31,500", ""),
))  # fmt: skip
MOVEMENTS = ("Movement ID,Account,Effective date,Movement,Delta,Product,Currency", (
    ("2026-05-01,expansion,50,Pro,EUR", "2026-05-01,expansion,50,pro,EUR", "in effect, kind, amount and product"),
    ("2026-05-01,expansion,50,Pro,EUR", "2026-05-01,expansion,50,,", "in effect, kind and amount"),
    ("2026-05-01,expansion,50,Pro,EUR", "2026-05-01,expansion,50,Basic,EUR", ""),
    ("2026-05-01,expansion,50,Pro,EUR", "2026-05-01,expansion,50,Pro,USD", ""),
))  # fmt: skip


@pytest.mark.parametrize("from_another", [False, True])
@pytest.mark.parametrize(("kind", "header", "pairs"), [
    ("subscriptions", *SUBSCRIPTIONS), ("contracts", *CONTRACTS), ("movements", *MOVEMENTS),
])  # fmt: skip
def test_two_that_differ_in_more_are_two(
    tmp_path: Path, kind: str, header: str, pairs: tuple[tuple[str, str, str], ...], *, from_another: bool
) -> None:
    made = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    known = tuple(f"K{at},Firm {at},{one}" for at, (one, _, _) in enumerate(pairs))
    new = tuple(f"N{at},FIRM {at},{other}" for at, (_, other, _) in enumerate(pairs))
    first = written(tmp_path, "first.csv", known if from_another else known + new, header)
    report = bring_in(made, first, FIRST, kind=kind, source="one")
    if from_another:
        report = bring_in(made, written(tmp_path, "other.csv", new, header), SECOND, kind=kind, source="two")
    operations.close(made)
    assert [(one.key, one.other, one.why) for one in report.look_alikes] == [
        (f"N{at}", f"K{at}", f"same account {why}" if why.startswith("and") else f"same account, {why}")
        for at, (_, _, why) in enumerate(pairs)
        if why
    ]


def test_of_many_rows_each_is_like_the_first_record_that_shares_a_sign(tmp_path: Path) -> None:
    made = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    known = {f"K{at}": (f"Deal {at * 7 % 12}", f"Firm {at % 11}", at % 9, 1 + at % 28) for at in range(80)}
    fresh = {f"N{at}": (f"deal {at * 5 % 12}", f"FIRM {at % 13}", at % 9, 1 + at % 28) for at in range(120)}
    texts = [
        tuple(f"{key},{name},{firm},{'AB'[amount % 2]},Closed Won,{amount or ''},2026-05-{day:02d},2026-01-{day:02d}"
              for key, (name, firm, amount, day) in rows.items())
        for rows in (known, fresh)
    ]  # fmt: skip
    bring_in(made, written(tmp_path, "known.csv", texts[0]), FIRST)
    found = bring_in(made, written(tmp_path, "fresh.csv", texts[1]), SECOND).look_alikes
    operations.close(made)

    def are_alike(one: tuple[str, str, int, int], other: tuple[str, str, int, int]) -> bool:
        if one[1].lower() != other[1].lower():
            return False
        (name, _, amount, day), (name_2, _, amount_2, day_2) = one, other
        if amount == amount_2 > 0 and (day == day_2 or name.lower() == name_2.lower()):
            return True
        by_one = not amount or not amount_2 or amount % 2 == amount_2 % 2  # they are A's or B's
        return name.lower() == name_2.lower() and abs(day - day_2) <= 7 and by_one

    expected = {}
    for at, (key, row) in enumerate(fresh.items()):
        earlier = (other for other, values in (*known.items(), *list(fresh.items())[:at]) if are_alike(row, values))
        if (other := next(earlier, None)) is not None:
            expected[key] = other
    assert len(expected) > 20
    assert {one.key: one.other for one in found} == expected


def test_what_an_account_buys_again_is_not_named(ws: operations.Workspace, tmp_path: Path) -> None:
    rows = tuple(
        f"H{at},Haug - Spares,Haug,{'Ann' if at % 2 else 'Bob'},Closed Won,{900 + at},"
        f"2026-{1 + at % 5:02d}-{1 + at:02d},2025-{1 + at % 12:02d}-{1 + at:02d}"
        for at in range(24)
    )
    again = "D9,Alpha,Acme Inc,Bob,Closed Won,1100,2026-05-14,2026-04-02"  # account and name of D1
    assert bring_in(ws, written(tmp_path, "second.csv", (*KNOWN, again, *rows)), SECOND).look_alikes == ()


def test_rows_far_apart_are_told_with_their_own_lines_and_names(ws: operations.Workspace, tmp_path: Path) -> None:
    names = {at: ("", "Zoë", "Ōsaka 大阪")[at % 3] + " deal" * (at % 4) + f" {at}" for at in range(2_500)}
    names |= {1_500: "Straße nine", 2_400: "STRASSE  nine", 2_450: "alpha"}
    rows = tuple(f"N{at},{name},Acme Inc,Ann,Closed Won,,,2026-01-02" for at, name in names.items())
    found = bring_in(ws, written(tmp_path, "fresh.csv", rows), SECOND).look_alikes
    assert [(one.line, one.key, one.name, one.other, one.other_name, one.other_line) for one in found] == [
        (2_402, "N2400", "STRASSE  nine", "N1500", "Straße nine", 1_502),
        (2_452, "N2450", "alpha", "D1", "Alpha", 0),
    ]


def test_files_without_ids_have_none(ws: operations.Workspace, tmp_path: Path) -> None:
    header = HEADER.removeprefix("Deal ID,")
    path = written(tmp_path, "no-ids.csv", tuple(row.partition(",")[2] for row in NEW), header)
    assert finish(operations.foresee(ws, path, ImportOptions(as_of=SECOND))).look_alikes == ()


SHEET = "No,Deal,Customer,Seller,Status,Value,Started,Closing"
ROWS = (
    "XL-1,Alpha,Acme Inc,Ann,Won,1000,2026-01-02,2026-03-14",
    "XL-2,Beta,Bolt,Bob,Lost,7,2026-02-02,2026-04-15",
    "XL-3,Zeta,Bolt,Bob,Won,8,2026-02-02,2026-04-15",
)


@pytest.mark.parametrize("has_ids", [True, False])
def test_a_list_kept_by_hand_is_compared_with_or_without_ids(
    ws: operations.Workspace, tmp_path: Path, *, has_ids: bool
) -> None:
    rows = (SHEET, *ROWS) if has_ids else tuple(row.partition(",")[2] for row in (SHEET, *ROWS))
    path = written(tmp_path, "sheet.csv", rows[1:], rows[0])
    options = ImportOptions(as_of=SECOND, source="sheet")
    found = finish(operations.foresee(ws, path, options)).look_alikes
    assert [(one.line, one.name, one.other, one.why) for one in found] == [
        (2, "Alpha", "D1", "same account, name and amount"),
        (3, "Beta", "D2", "same account and name, days near"),
    ]
    assert [id_text(one.key) for one in found] == (["XL-1", "XL-2"] if has_ids else ["", ""])
    report = finish(operations.import_file(ws, path, options))
    assert {one.header: one.field for one in report.columns}["Started"] == "created_at"
    told, merging = report.notices[-2:]
    first = "XL-1" if has_ids else "Alpha"
    assert told.startswith(
        f"2 rows look like other deals under another id: line 2 ('{first}') is like 'D1' of the source 'generic'"
    )
    assert ("--same" in told) == has_ids
    assert "kpidesk people merge --deals" in merging
    # the same list again brings nothing new
    again = finish(operations.import_file(ws, path, options))
    assert (again.unchanged, again.look_alikes) == (3, ())


def test_a_row_without_an_id_can_be_left_out(ws: operations.Workspace, tmp_path: Path) -> None:
    rows = [row.partition(",")[2] for row in (SHEET, *ROWS)]
    path = written(tmp_path, "sheet.csv", tuple(rows[1:]), rows[0])
    first, _ = finish(operations.foresee(ws, path, ImportOptions(as_of=SECOND, source="sheet"))).look_alikes
    report = bring_in(ws, path, SECOND, source="sheet", same={first.key: "-"})
    assert (report.added, report.skipped, len(report.look_alikes)) == (2, 1, 1)


def test_rows_alike_without_ids_may_be_several(ws: operations.Workspace, tmp_path: Path) -> None:
    header = "Deal,Customer,Seller,Status,Value,Started,Closing"
    rows = ("Eta,Cyan,Cy,Won,5,2026-03-01,2026-04-01", "Eta,Cyan,Cy,Won,5,2026-03-02,2026-04-01")
    report = bring_in(ws, written(tmp_path, "sheet.csv", rows, header), SECOND, source="sheet")
    assert (report.added, report.look_alikes) == (2, ())
