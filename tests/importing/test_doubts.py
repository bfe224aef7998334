"""What could be taken for something else: month names, unreadable columns, impossible days, ids of two lengths."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from kpidesk.core.errors import UserError
from kpidesk.core.fields import Kind, field_named
from kpidesk.core.imports import ImportOptions
from kpidesk.core.records import minor_digits
from tests.importing.support import TODAY, look, read, write

HEADER = "id,owner,stage,amount,created at,close date\n"


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("Feb 3, 2025", "2025-02-03"),
        ("February 13, 2025", "2025-02-13"),
        ("Feb 3 2025", "2025-02-03"),
        ("Mon Feb 3, 2025", "2025-02-03"),
        ("Monday, February 3, 2025", "2025-02-03"),
        ("Mon, 3 Feb 2025", "2025-02-03"),
        ("Sept 13, 2025 10:00 AM", "2025-09-13"),
        ("May 5, 2025", "2025-05-05"),
    ],
)
def test_days_with_the_name_of_the_month_first(tmp_path: Path, cell: str, day: str) -> None:
    assert read(write(tmp_path, f'{HEADER}D1,Ann,Won,5,"{cell}","{cell}"\n')).column("close_date") == [day]


def test_numbers_of_a_workbook_with_a_time_of_day_are_days(tmp_path: Path) -> None:
    path = tmp_path / "serials.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER.strip().split(","))
        for at in range(3):
            sheet.write_row(at + 1, 0, (f"D{at}", "Ann", "Won", 5, 45660 + at, 45690.75 + at))
    imported = read(path)
    assert imported.column("created_at") == ["2025-01-03", "2025-01-04", "2025-01-05"]
    assert imported.column("close_date") == ["2025-02-02", "2025-02-03", "2025-02-04"]


@pytest.mark.parametrize(
    ("row", "options", "problem"),
    [
        ("D{},Ann,Won,5,2025-01-0{},Q1/25", {}, "dates of column 'close date' cannot be read: the first is 'Q1/25'"),
        ("D{},Ann,Won,5k{},2025-01-02,", {}, "amounts of column 'amount' cannot be read: the first is '5k1'"),
        ("D{},Ann,Won,5,2025-01-0{},", {"created_at": "owner"}, "dates of column 'owner' cannot be read"),
        ("D{},Ann,Won,,2025-01-0{},", {"amount": "stage"}, "amounts of column 'stage' cannot be read"),
    ],
)
def test_a_column_of_dates_or_amounts_that_cannot_be_read_is_refused(
    tmp_path: Path, refused: Callable[..., str], row: str, options: dict[str, str], problem: str
) -> None:
    rows = "".join(row.format(at, at) + "\n" for at in (1, 2, 3))
    assert problem in refused(write(tmp_path, HEADER + rows), ImportOptions(columns=options))


def test_one_can_do_without_a_column_that_cannot_be_read_now_and_in_the_next_file(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + "D1,Ann,Won,5,2025-01-02,Q1/25\n")
    plan = look(path, ImportOptions(columns={"close_date": "-"}))
    again = look(path, profiles={plan.profile_key: plan.profile})
    for one in (plan, again):
        assert [column.field for column in one.preview.columns][-2:] == ["created_at", ""]


def test_a_column_of_words_under_the_name_of_a_date_is_left_alone(tmp_path: Path) -> None:
    plan = look(write(tmp_path, "id,stage,close date,closed\nD1,Won,2025-02-03,TRUE\nD2,Lost,2025-02-04,FALSE\n"))
    assert "Column 'closed' is not taken for 'Closed': most of its values are no dates." in plan.preview.notices


@pytest.mark.parametrize(("cell", "asks"), [("25-02-03", True), ("13-02-25", True), ("13/02/25", False)])
def test_a_short_year_that_may_come_first_is_asked_for(tmp_path: Path, cell: str, asks: bool) -> None:
    path = write(tmp_path, f"id,stage,close date\nD1,Won,{cell}\n")
    questions = look(path).preview.questions
    assert [question.choices for question in questions] == ([("dmy", "ymd")] if asks else [])
    if cell == "25-02-03":
        assert read(path, ImportOptions(date_order="ymd")).column("close_date") == ["2025-02-03"]


@pytest.mark.parametrize(
    ("days", "asks"),
    [
        (("26/01/13", "25/11/30"), True),  # years that lie together come first, days that lie apart last
        (("13/01/26", "30/11/25"), False),
        (("13/01/26", "14/01/26", "15/02/26"), False),
        (("26/01/13", "26/01/14", "26/02/15"), True),
    ],
)
def test_years_of_two_digits_lie_closer_together_than_days(tmp_path: Path, days: tuple[str, ...], asks: bool) -> None:
    rows = "".join(f"D{at},Won,{day}\n" for at, day in enumerate(days))
    questions = look(write(tmp_path, f"id,stage,close date\n{rows}")).preview.questions
    assert [question.choices for question in questions] == ([("dmy", "ymd")] if asks else [])


@pytest.mark.parametrize(
    ("day", "problem"),
    [(TODAY + timedelta(days=2), "is yet to come"), (date(1989, 12, 31), "before 1990")],
)
def test_a_day_of_the_data_that_cannot_be_is_refused(
    tmp_path: Path, refused: Callable[..., str], day: date, problem: str
) -> None:
    assert problem in refused(write(tmp_path, HEADER + "D1,Ann,Won,5,2025-01-02,\n"), ImportOptions(as_of=day))


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), date(1990, 1, 1)])
def test_a_day_of_the_data_may_be_tomorrow_or_long_ago(tmp_path: Path, day: date) -> None:
    plan = look(write(tmp_path, HEADER + "D1,Ann,Won,5,2025-01-02,\n"), ImportOptions(as_of=day))
    assert plan.preview.data_date == day
    told = "The data are said to be of 11 Sep 2026, which has not come yet." in plan.preview.notices
    assert told == (day > TODAY)


def test_a_day_after_today_in_the_name_of_a_file_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + "D1,Ann,Won,5,2025-01-02,\n", "deals-2026-09-11.csv")
    moment = datetime(2026, 9, 10, 12, tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))
    assert "The data are taken to be of 11 Sep 2026, which has not come yet." in look(path).preview.notices


@pytest.mark.parametrize(
    ("day", "row", "told"),
    [
        (
            "2025-02-01",
            "D1,Ann,Won,5,2025-01-02,2025-03-04,",
            "7 Mar 2025 and something in it was created",
        ),
        ("2025-02-01", "D1,Ann,Open,5,2025-03-05,2025-09-04,", "created, closed or done on 5 Mar 2025"),
        ("2025-02-01", "D1,Ann,Open,5,2025-01-02,2025-09-04,2025-03-06", "created, closed or done on 6 Mar 2025"),
        ("2025-02-01", "D1,Ann,Open,5,2025-01-02,2025-09-04,", "but its name carries 7 Mar 2025."),
        ("2025-03-03", "D1,Ann,Won,5,2025-01-02,2025-03-04,", "but its name carries 7 Mar 2025."),
        ("2025-03-07", "D1,Ann,Won,5,2025-01-02,2025-03-04,", ""),
        ("2025-03-08", "D1,Ann,Won,5,2025-01-02,2025-03-04,", ""),
    ],
)
def test_a_day_that_was_said_too_early_for_what_is_in_the_file_is_told(
    tmp_path: Path, day: str, row: str, told: str
) -> None:
    head = "id,owner,stage,amount,created at,close date,last stage change date\n"
    path = write(tmp_path, f"{head}{row}\n", "deals-2025-03-07.csv")
    plan = look(path, ImportOptions(as_of=date.fromisoformat(day), stages={"Open": "open"}))
    found = [one for one in plan.preview.notices if "said to be of" in one]
    assert plan.preview.data_date == date.fromisoformat(day)
    assert [told in one for one in found] == ([True] if told else [])


def test_ids_of_salesforce_are_one_in_both_lengths_in_any_dialect(tmp_path: Path) -> None:
    short, long, other = "0065e00000AbCdE", "0065e00000AbCdEAAV", "0065e00000abcdeAAA"
    imported = read(write(tmp_path, f"{HEADER}{short},Ann,Won,1,,\n{long},Ann,Won,1,,\n{other},Ann,Won,1,,\n"))
    assert imported.plan.preview.dialect == "generic"
    assert imported.keys == [long, long, other]


@pytest.mark.parametrize("id_", ["DEAL00000000123", "202500000000001", "0065e00000AbCdEAAA", "0065e00000AbCd"])
def test_other_ids_stay_as_they_are(tmp_path: Path, id_: str) -> None:
    assert read(write(tmp_path, f"{HEADER}{id_},Ann,Won,1,,\n")).keys == [id_]


def test_one_name_with_two_addresses_is_told(tmp_path: Path) -> None:
    rows = ("A,Ann Lee,a@x.org", "B,ann  lee,B@x.org", "C,Ann Lee,b@x.org", "D,Bob,c@x.org", "E,Bob,", "F,,d@x.org")
    text = "id,owner,owner email,stage\n" + "".join(f"{row},Won\n" for row in rows)
    (told,) = (one for one in look(write(tmp_path, text)).preview.notices if "people are called" in one)
    assert told.startswith("2 people are called 'Ann Lee' (a@x.org, b@x.org): they are taken for one.")


def test_the_address_of_somebody_else_than_the_owner_tells_nothing(tmp_path: Path) -> None:
    text = "id,owner,contact email,stage\nA,Ann Lee,a@x.org,Won\nB,Ann Lee,b@x.org,Won\n"
    assert not [one for one in look(write(tmp_path, text)).preview.notices if "people are called" in one]


def test_a_currency_that_there_is_not_is_refused_with_the_nearest(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = write(tmp_path, HEADER + "D1,Ann,Won,5,2025-01-02,\n")
    assert refused(path, ImportOptions(currency="ZZZ")) == "There is no currency 'ZZZ'."
    assert look(path, ImportOptions(currency="CLF")).preview.currency == "CLF"


def test_some_currencies_have_four_decimals(tmp_path: Path) -> None:
    assert [minor_digits(code) for code in ("CLF", "UYW", "UYI", "CLP", "BHD", "EUR")] == [4, 4, 0, 0, 3, 2]
    path = write(tmp_path, HEADER + "D1,Ann,Won,1.23455,2025-01-02,\nD2,Ann,Won,1.2345,2025-01-02,\n")
    assert read(path, ImportOptions(currency="CLF")).column("amount") == [12346, 12345]


def test_the_keys_of_rejected_rows_are_kept_where_they_can_be_told(tmp_path: Path) -> None:
    from kpidesk.importing import chunks, parse

    path = write(tmp_path, HEADER + "A,Ann,Won,5oo,,\nB,Ann,Won,5,,\n,Ann,Won,5,,\nC,Ann,Won\n")
    plan = look(path)
    (block,) = chunks(plan)
    assert parse(plan, block).rejected_keys == {0: "A", 3: "C"}


def test_without_an_id_a_rejected_row_counts_among_those_alike(tmp_path: Path) -> None:
    from kpidesk.importing import chunks, parse

    rows = "X,Ann,Won,5oo,2025-01-02\nX,Ann,Won,5,2025-01-02\nX,Ann,Won,5,2025-02-30\n"
    plan = look(write(tmp_path, "name,owner,stage,amount,created at\n" + rows))
    (block,) = chunks(plan)
    parsed = parse(plan, block)
    first, second = ('["X",null,"2025-01-02","Ann",' + f"{number}]" for number in (1, 2))
    assert (parsed.rejected_keys, parsed.keys) == ({0: first}, [second])


@pytest.mark.parametrize(
    ("text", "columns", "told"),
    [
        (
            "Deal ID,Stage,Verdi,Am,Close date\n1,Won,5,30.03.2026,2026-03-30\n",
            {},
            "no forecast. 'Verdi' holds numbers that feed nothing. Map",
        ),
        (
            "Deal ID,Stage,Note,Close date\n1,Won,big,2026-03-30\n",
            {},
            "no forecast. Map the one that does: --map amount",
        ),
        ("Deal ID,Stage,Wert,Close date\n1,Won,5,2026-03-30\n", {"amount": "Wert"}, ""),
        ("Deal ID,Stage,Wert,Close date\n1,Won,5,2026-03-30\n", {"amount": "-"}, ""),
        ("Deal ID,Stage,Amount,Close date\n1,Won,5,2026-03-30\n", {}, ""),
    ],
)
def test_deals_without_an_amount_say_once_what_follows(
    tmp_path: Path, text: str, columns: dict[str, str], told: str
) -> None:
    plan = look(write(tmp_path, text, "file.csv"), ImportOptions(kind="deals", columns=columns))
    found = [one for one in plan.preview.notices if one.startswith("No column tells what the deals are worth")]
    assert len(found) == bool(told)
    assert told in "".join(found)


@pytest.mark.parametrize(("header", "told"), [("Wer", True), ("Assigned", False)])
def test_a_file_that_names_nobody_says_that_it_counts_for_nobody(tmp_path: Path, header: str, told: bool) -> None:
    text = (
        f"Activity ID,Type,Status,Date,{header}\n1,Call,Completed,2026-03-30,Ann Lee\n2,Call,Completed,2026-03-31,Bo\n"
    )
    plan = look(write(tmp_path, text, "calls.csv"), ImportOptions(kind="activities"))
    found = [one for one in plan.preview.notices if one.startswith("No column tells whose the activities are")]
    assert len(found) == told


@pytest.mark.parametrize(
    ("row", "holds", "advice"),
    [
        ("D{0},Ann,2026-06-1{0},Won,2026-05-01,100{0}",
         "'stage' holds dates ('2026-06-10'), 'amount' holds words ('Won') and 'close date' holds numbers ('1000').",
         'say so: --map stage="amount" --map amount="close date" --map close_date="stage".'),
        ("D{0},Won,100{0},2026-05-01,2026-06-3{0},",
         "'stage' holds numbers ('1000') and 'amount' holds dates ('2026-05-01').", ""),
    ],
)  # fmt: skip
def test_columns_under_the_names_of_others_are_told_with_what_fits_which(
    tmp_path: Path, row: str, holds: str, advice: str
) -> None:
    path = write(tmp_path, HEADER + "".join(f"{row.format(at)}\n" for at in range(2)))
    with pytest.raises(UserError) as error:
        look(path)
    assert (holds in error.value.problem, advice in error.value.advice) == (True, True)


def test_columns_that_the_user_maps_are_not_said_to_be_shifted(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + "D1,Ann,2026-06-30,Won,2026-05-01,1000\n")
    columns = {"stage": "amount", "amount": "close date", "close_date": "stage"}
    found = read(path, ImportOptions(columns=columns))
    assert [found.column(name) for name in ("stage", "close_date")] == [["Won"], ["2026-06-30"]]


@pytest.mark.parametrize(
    "row",
    ["D1,Ann,Won,1000,2026-05-01,soon", "D1,Ann,3,1000,2026-05-01,soon", "D1,7,Won,none,2026-05-01,2026-06-30"],
)
def test_a_single_column_of_another_content_does_not_make_a_file_shifted(tmp_path: Path, row: str) -> None:
    look(write(tmp_path, f"{HEADER}{row}\n"))


PART = "id,owner,stage,amount,created at,close date,note\n"
GOOD, RIGHT, LEFT = (
    "D{0},Ann,Won,{0}000,2026-05-01,2026-06-30,x",
    "D{0},,Ann,Won,{0}000,2026-05-01,2026-06-30",
    "D{0},Ann,{0}000,2026-05-01,2026-06-30,x,",
)


@pytest.mark.parametrize("good", [20, 4_000])
@pytest.mark.parametrize(
    ("row", "side", "holds", "advice"),
    [
        (RIGHT, "right", "'created at' holds numbers ('1000'), which fit 'amount' and 'close date' holds dates "
         "('2026-05-01'), which fit 'created at'", "Take out the separator too many"),
        (LEFT, "left", "", "Add the missing separator"),
    ],
)  # fmt: skip
def test_a_part_of_a_file_whose_rows_are_shifted_is_told_by_its_lines(
    tmp_path: Path, good: int, row: str, side: str, holds: str, advice: str
) -> None:
    lines = [*(GOOD.format(at) for at in range(good)), *(row.format(at) for at in range(1, 8)), GOOD.format("Z1")]
    with pytest.raises(UserError) as error:
        look(write(tmp_path, PART + "\n".join(lines) + "\n"))
    assert error.value.problem.startswith(f"7 rows between line {good + 2:,} and line {good + 8:,} look shifted")
    assert f"a column too far to the {side}" in error.value.problem
    assert holds in error.value.problem
    assert advice in error.value.advice


@pytest.mark.parametrize(
    "row",
    [
        "D{0},Ann,Won,none yet,2026-05-01,soon,x",  # two wrong cells that fit nowhere else
        "D{0},Ann,Won,2026-05-01,{0}000,2026-06-30,x",  # two cells that have changed places
        "D{0},Ann,Won,{0}000,2026-05-01,soon,x",
        "D{0},,Ann,Won,{0}000,2026-05-01,2026-06-30,x",  # a cell too many: rejected for that
    ],
)
def test_cells_that_are_only_wrong_do_not_make_a_part_shifted(tmp_path: Path, row: str) -> None:
    lines = [*(GOOD.format(at) for at in range(20)), *(row.format(at) for at in range(1, 8))]
    look(write(tmp_path, PART + "\n".join(lines) + "\n"))


@pytest.mark.parametrize("good", [20, 4_000])
def test_single_shifted_rows_are_rejected_and_nobody_is_asked_what_their_stages_mean(good: int, tmp_path: Path) -> None:
    rows = [*(GOOD.format(at) for at in range(good)), RIGHT.format(8001), GOOD.format(9001), LEFT.format(8002)]
    imported = read(write(tmp_path, PART + "\n".join(rows) + "\n"))
    assert imported.plan.preview.questions == ()
    assert [one.value for one in imported.plan.preview.stages] == ["Won"]
    assert len(imported.rows) == good + 1
    right, left = imported.issues
    assert (right.line, left.line) == (good + 2, good + 4)
    assert (right.column, right.value, left.column, left.value) == ("amount", "Won", "stage", "8002000")
    assert right.problem == (
        "Its cells look shifted, a column too far to the right: 'created at' holds numbers ('8001000'), which fit "
        "'amount' and 'close date' holds dates ('2026-05-01'), which fit 'created at'. Take out the separator too many "
        "on this line."
    )
    assert left.problem.startswith("Its cells look shifted, a column too far to the left: ")
    assert left.problem.endswith(" Add the missing separator on this line.")


def test_a_day_written_with_dots_is_no_amount_in_a_shifted_row(tmp_path: Path) -> None:
    good = "D{0};Ann;Gewonnen;{0}.000,50;27.01.2026;30.03.2026;x\n"
    left = "D9;Ann;2.500,00;29.01.2026;30.05.2026;y;\n"
    header = "Deal-ID;Verkäufer;Dealphase;Betrag;Erstelldatum;Abschlussdatum;Notiz\n"
    imported = read(write(tmp_path, header + "".join(good.format(at) for at in range(1, 5)) + left))
    assert [one.value for one in imported.plan.preview.stages] == ["Gewonnen"]
    (issue,) = imported.issues
    assert (issue.line, issue.column, issue.value) == (6, "Dealphase", "2.500,00")
    assert "'Erstelldatum' holds dates ('30.05.2026'), which fit 'Abschlussdatum'" in issue.problem


def test_rows_with_a_name_in_two_parts_are_seen_to_be_shifted(tmp_path: Path) -> None:
    header = PART.replace("owner", "owner first name,owner last name")
    rows = [*(GOOD.replace("Ann", "Ann,Lee").format(at) for at in range(20)), *(RIGHT.format(1) for _ in range(7))]
    rows = [row if row.count(",") == header.count(",") else row.replace(",,", ",,Ann,") for row in rows]
    with pytest.raises(UserError, match="7 rows between line 22 and line 28 look shifted"):
        look(write(tmp_path, header + "\n".join(rows) + "\n"))


def test_a_column_that_is_said_is_as_it_should_be_in_shifted_rows_too(tmp_path: Path) -> None:
    good = [GOOD.format(at) for at in range(20)]
    path = write(tmp_path, PART + "\n".join([*good, *(RIGHT.format(at) for at in range(1, 8))]) + "\n")
    look(path, ImportOptions(columns={"amount": "amount", "close_date": "close date", "created_at": "created at"}))


def test_a_field_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + "D1,Ann,Won,5,2025-01-02,2025-03-04\n")
    with pytest.raises(UserError) as error:
        look(path, ImportOptions(columns={"begun": "stage"}))
    assert "The fields of deals: id, name, account, owner, " in error.value.advice


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("created", None, "created_at"), ("Close date", None, "close_date"), ("created_at", None, "created_at"),
        ("entered", "stage-history", "entered_at"), ("entered", None, "entered"), ("product", "deals", "product_line"),
        ("custom", None, "custom"),
    ],
)  # fmt: skip
def test_a_field_is_called_by_its_name_or_as_reports_call_it(text: str, kind: Kind | None, name: str) -> None:
    assert field_named(text, kind) == name


@pytest.mark.parametrize(
    ("kind", "text", "columns", "told"),
    [
        ("deals", "Deal ID,Owner,Stage,Amount,Close date\n1,Ann,Won,5,2026-03-30\n", {}, "when the deals were created"),
        (
            "deals",
            "Deal ID,Owner,Stage,Amount,Close date,Begun,Play\n1,Ann,Won,5,2026-03-30,2026-01-02,x\n",
            {},
            "'Begun' holds days that feed nothing. Map the one that does: --map created_at=\"COLUMN\".",
        ),
        (
            "deals",
            "Deal ID,Stage,Amount,Close date,Begun\n1,Won,5,2026-03-30,2026-01-02\n",
            {"created_at": "Begun"},
            "",
        ),
        ("deals", "Deal ID,Stage,Amount,Close date,Begun\n1,Won,5,2026-03-30,2026-01-02\n", {"created_at": "-"}, ""),
        ("deals", "Deal ID,Owner,Stage,Amount,Created\n1,Ann,Won,5,2026-03-30\n", {}, "closed or should close: unless"),
        ("deals", "Deal ID,Stage,Amount,Created\n1,Won,5,2026-03-30\n", {"close_date": "-"}, ""),
        ("deals", "Deal ID,Stage,Amount,Created,Closed at\n1,Won,5,2026-03-30,2026-04-30\n", {}, ""),
        (
            "deals",
            "Deal ID,Stage,Amount\n1,Won,5\n",
            {},
            "stage, from the day of the first file on. Add these days to the export, or map the columns that do: --map "
            'close_date="COLUMN" --map created_at="COLUMN".',
        ),
        ("leads", "Lead ID,Name,Owner,Status\n1,Ann,Bo,New\n", {}, "when the leads were created"),
        (
            "activities",
            "Activity ID,Type,Assigned,Created\n1,Call,Bo,2026-03-30\n",
            {},
            "when the activities took place",
        ),
        ("activities", "Activity ID,Type,Assigned,Due date\n1,Call,Bo,2026-03-30\n", {}, ""),
        ("surveys", "Score,Account\n9,Acme\n", {}, "when the surveys were answered: none counts in any period"),
        ("accounts", "Account,Segment\nAcme,SMB\n", {}, ""),
    ],
)
def test_a_file_without_the_main_day_of_its_records_says_once_what_follows(
    tmp_path: Path, kind: Kind, text: str, columns: dict[str, str], told: str
) -> None:
    plan = look(write(tmp_path, text, "file.csv"), ImportOptions(kind=kind, columns=columns))
    found = [one for one in plan.preview.notices if one.startswith("No column tells when")]
    assert len(found) == bool(told)
    assert all(told in one for one in found)


CALLS = "Activity ID,Type,Direction,Status,Date,Assigned\n1,Call,Out,Done,2026-03-30,Bo\n"


@pytest.mark.parametrize(
    ("text", "given", "asked"),
    [
        (CALLS, ImportOptions(), []),
        (CALLS.replace("Status", "Mood"), ImportOptions(), ["status"]),
        (CALLS.replace("Status", "Mood"), ImportOptions(constants={"status": "held"}), []),
        (CALLS.replace("Status", "Mood"), ImportOptions(columns={"status": "-"}), []),
        (CALLS.replace("Direction", "Way"), ImportOptions(), ["direction"]),
        (CALLS.replace("Direction", "Way").replace("Type", "Sort"), ImportOptions(), ["type", "direction"]),
        (
            CALLS.replace("Direction", "Way").replace("Type", "Sort"),
            ImportOptions(constants={"type": "meeting"}),
            [],
        ),
        ("Deal ID,Owner,Stage,Amount,Close date\n1,Ann,Won,5,2026-03-30\n", ImportOptions(), []),
    ],
)
def test_a_file_says_which_marks_of_activities_no_column_tells_and_how_to_say_them_of_all(
    tmp_path: Path, text: str, given: ImportOptions, asked: list[str]
) -> None:
    kind: Kind = "activities" if "Activity" in text else "deals"
    plan = look(write(tmp_path, text, "file.csv"), replace(given, kind=kind))
    found = [one for one in plan.preview.notices if "so none counts" in one]
    assert [re.findall(r"--set (\w+)=\w+ says so\. .*--map \1=", one) for one in found] == [[name] for name in asked]
