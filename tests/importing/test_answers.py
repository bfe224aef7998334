"""What only the user can say is asked once, with the option that answers it, and remembered for the next file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from kpidesk.core.errors import UserError
from kpidesk.core.imports import DateOrder, ImportOptions
from kpidesk.importing import Plan, as_undone
from tests.importing.support import look, read, write

HEADER = "id,stage,amount,created_at,close_date\n"
UNCLEAR = HEADER + 'D1,Won,"1,234",03/04/2026,05/06/2026\nD2,Parked,"2,500",07/08/2026,09/10/2026\n'
ANSWERS = ImportOptions(date_order="mdy", decimal=",", stages={"Parked": "ignore"})
PARKED = ImportOptions(stages={"Parked": "open"})
AGAIN = "A file with these column names was imported before: its columns and answers are used again."


def asked(plan: Plan) -> list[tuple[str, str]]:
    """What is asked about a file, with the option that answers."""
    return [(question.about, question.option) for question in plan.preview.questions]


def said_of(plan: Plan, header: str) -> tuple[str, str]:
    """Why a column feeds its field, and what decided how it is written."""
    return next((one.why, one.evidence) for one in plan.preview.columns if one.header == header)


def kept(plan: Plan) -> dict[str, str]:
    """What a workspace remembers of a file that was imported."""
    return {plan.profile_key: plan.profile}


def test_what_nothing_decides_is_asked_with_its_option(tmp_path: Path) -> None:
    plan = look(write(tmp_path, UNCLEAR))
    assert asked(plan) == [
        (
            "In which order are the dates of columns 'created_at' and 'close_date' written?",
            '--date-order dmy|mdy|ymd, or --date-order "created_at=dmy" for one of them',
        ),
        ("Which mark is the decimal one in column 'amount'?", "--decimal .|,"),
        ("Are deals in 'Parked' open, won, lost, or to be ignored?", "--stage VALUE=open|won|lost|ignore"),
    ]
    assert plan.preview.questions[0].evidence == (
        "'created_at': 2 rows such as '03/04/2026' can be read in more than one way and no row decides.\n"
        "'close_date': 2 rows such as '05/06/2026' can be read in more than one way and no row decides"
    )


def test_answers_settle_everything(tmp_path: Path) -> None:
    imported = read(write(tmp_path, UNCLEAR), ANSWERS)
    assert asked(imported.plan) == []
    assert imported.column("amount") == [123]
    assert imported.column("created_at") == ["2026-03-04"]
    assert imported.skipped == ["'Parked' is set to be ignored"]


def test_each_column_of_dates_may_have_an_order_of_its_own_which_is_remembered(tmp_path: Path) -> None:
    path = write(tmp_path, UNCLEAR)
    others = replace(ANSWERS, date_order=None)
    first = look(path, replace(others, date_orders={"Created_At": "mdy"}))
    assert asked(first) == [
        ("In which order are the dates of column 'close_date' written?", "--date-order dmy|mdy|ymd")
    ]
    assert first.preview.questions[0].columns == ("close_date",)
    both = replace(others, date_orders={"created_at": "mdy", "close_date": "dmy"})
    imported = read(path, both)
    assert imported.column("created_at") == ["2026-03-04"]
    assert imported.column("close_date") == ["2026-06-05"]
    again = look(path, others, profiles=kept(imported.plan))
    assert {one.field: one.order for one in again.rules.readings if one.order} == {
        "created_at": "mdy",
        "close_date": "dmy",
    }
    mixed = read(path, replace(others, date_order="mdy", date_orders={"close_date": "dmy"}))
    assert (mixed.column("created_at"), mixed.column("close_date")) == (["2026-03-04"], ["2026-06-05"])


def test_an_order_of_one_column_that_its_rows_disprove_is_refused_and_one_of_no_column_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + "D1,Won,5,2026-04-03,25/03/2026\nD2,Won,5,2026-04-03,25/04/2026\n")
    with pytest.raises(UserError, match="Column 'close_date' is not written month first"):
        look(path, ImportOptions(date_orders={"close_date": "mdy"}))
    plan = look(path, ImportOptions(date_orders={"Close": "dmy"}))
    assert "No column of dates is called 'Close': the order said of it is of no use." in plan.preview.notices


def test_columns_whose_dates_leave_other_orders_open_are_asked_about_by_themselves(tmp_path: Path) -> None:
    """In 26/01/13 the year may come first, in 03/04/2026 it cannot."""
    plan = look(write(tmp_path, HEADER + "D1,Won,5,26/01/13,03/04/2026\nD2,Won,5,25/11/30,03/04/2026\n"))
    found = [(one.columns, one.choices, one.option) for one in plan.preview.questions if "order" in one.about]
    assert found == [
        (("created_at",), ("dmy", "ymd"), '--date-order "created_at=dmy|ymd"'),
        (("close_date",), ("dmy", "mdy"), '--date-order "close_date=dmy|mdy"'),
    ]


@pytest.mark.parametrize(
    ("row", "created", "cents", "order", "mark"),
    [
        ("D3,Won,1.50,3/31/2026,4/1/2026", "2026-03-04", 123400, "month first", "a decimal point"),
        ('D3,Won,"1,50",31/3/2026,1/4/2026', "2026-04-03", 123, "day first", "a decimal comma"),
    ],
)
def test_one_row_decides_for_its_column_and_for_others_where_none_does(
    tmp_path: Path, row: str, created: str, cents: int, order: str, mark: str
) -> None:
    imported = read(write(tmp_path, f"{UNCLEAR}{row}\n"), PARKED)
    assert asked(imported.plan) == []
    assert (imported.column("created_at")[0], imported.column("amount")[0]) == (created, cents)
    assert said_of(imported.plan, "created_at")[1] == f"1 row proves {order}; 0 contradict"
    assert said_of(imported.plan, "amount")[1] == f"1 row proves {mark}; 0 contradict"
    assert said_of(imported.plan, "close_date")[1] == f"nothing decides here; another column proves {order}"


def test_the_next_file_of_the_same_shape_asks_nothing(tmp_path: Path) -> None:
    first = look(write(tmp_path, UNCLEAR), ANSWERS)
    path = write(tmp_path, 'Close_Date,id,stage,Amount,created_at\n01/02/2026,D9,Won,"3,750",02/03/2026\n')
    assert len(asked(look(path, known=first.outcomes))) == 2
    again = look(path, known=first.outcomes, profiles=kept(first))
    assert asked(again) == []
    assert AGAIN in again.preview.notices
    assert said_of(again, "created_at") == (
        "as in the import before",
        "nothing decides here; month first as in the import before",
    )
    assert said_of(again, "Amount")[1] == "nothing decides here; a decimal comma as in the import before"


def test_a_proof_wins_over_what_is_remembered_and_is_told(tmp_path: Path) -> None:
    first = look(write(tmp_path, UNCLEAR), ANSWERS)
    path = write(tmp_path, HEADER + 'D1,Won,"1,234.50",25/04/2026,26/06/2026\n')
    again = look(path, profiles=kept(first))
    assert asked(again) == []
    assert [notice for notice in again.preview.notices if "before; now" in notice] == [
        "Column 'amount' had a decimal comma before; now 1 row proves a decimal point; 0 contradict.",
        "Column 'created_at' was month first before; now 1 row proves day first; 0 contradict.",
        "Column 'close_date' was month first before; now 1 row proves day first; 0 contradict.",
    ]


BOTH_WAYS = "1 row such as '03/04/2026' can be read both ways; rows that contradict your answer are rejected"


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        pytest.param(
            "D1,Won,,03/04/2026,\nD2,Won,,25/04/2026,\n",
            f"1 row proves day first ('25/04/2026' on line 3), the import before had month first and {BOTH_WAYS}",
            id="another order than before",
        ),
        pytest.param(
            "D1,Won,,03/04/2026,\nD2,Won,,25/04/2026,\nD3,Won,,04/26/2026,\n",
            "1 row proves day first ('25/04/2026' on line 3), 1 row proves month first ('04/26/2026' on line 4) and "
            + BOTH_WAYS,
            id="both orders",
        ),
    ],
)
@pytest.mark.parametrize(("order", "day", "against"), [("dmy", "2026-04-03", 4), ("mdy", "2026-03-04", 3)])
def test_a_row_that_contradicts_the_known_order_or_another_row_is_asked_about(
    tmp_path: Path, rows: str, why: str, order: DateOrder, day: str, against: int
) -> None:
    first = kept(look(write(tmp_path, HEADER + "D1,Won,,04/25/2026,\n")))
    path = write(tmp_path, HEADER + rows)
    (question,) = look(path, profiles=first).preview.questions
    assert (question.about, question.choices, question.evidence) == (
        "In which order are the dates of column 'created_at' written?", ("dmy", "mdy"), why,
    )  # fmt: skip
    imported = read(path, ImportOptions(date_order=order), profiles=first)
    assert imported.column("created_at")[0] == day
    left = [one.line for one in imported.issues]
    assert left == [against] * (rows.count("\n") >= against - 1)
    assert imported.plan.preview.bad_cells == len(left)


def test_each_column_has_the_order_that_its_own_rows_prove(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + "D1,Won,,25/04/2026,04/26/2026\nD2,Won,,03/04/2026,05/06/2026\n")
    imported = read(path)
    assert asked(imported.plan) == []
    assert imported.column("created_at") == ["2026-04-25", "2026-04-03"]
    assert imported.column("close_date") == ["2026-04-26", "2026-05-06"]
    assert read(path, ImportOptions(date_order="dmy")).column("close_date") == imported.column("close_date")


def test_an_answer_is_for_the_columns_that_leave_it_open_and_the_others_are_told(tmp_path: Path) -> None:
    header = "id,stage,amount,created_at,close_date,last_activity_at\n"
    rows = "D1,Won,,25/04/2026,04/26/2026,\nD2,Won,,03/04/2026,05/06/2026,07/08/2026\n"
    path = write(tmp_path, header + rows)
    (question,) = look(path).preview.questions
    assert question.evidence == (
        "1 row such as '07/08/2026' can be read in more than one way and no row decides; column 'created_at' proves "
        "day first; column 'close_date' proves month first"
    )
    answered = read(path, ImportOptions(date_order="dmy"))
    assert answered.column("last_activity_at")[-1] == "2026-08-07"
    assert [one for one in answered.plan.preview.notices if "as you said" in one] == [
        "Column 'close_date' is read month first, not day first as you said: 1 row proves month first; 0 contradict."
    ]


def test_a_column_of_dates_is_not_read_otherwise_than_before_because_another_is(tmp_path: Path) -> None:
    first = kept(look(write(tmp_path, UNCLEAR), ANSWERS))
    path = write(tmp_path, HEADER + "D1,Won,,25/04/2026,05/06/2026\n")
    (question,) = look(path, profiles=first).preview.questions
    assert question.evidence == (
        "1 row such as '05/06/2026' can be read in more than one way and no row decides; column 'created_at' proves "
        "day first; the import before had month first"
    )


MIXED = 'D1,Won,"12,000",,\nD2,Won,"7.500,00",,\n'


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        pytest.param(
            MIXED,
            "1 row proves a decimal comma ('7.500,00' on line 3), the import before had a decimal point and 1 row such "
            "as '12,000' can be read both ways; rows that contradict your answer are rejected",
            id="another mark than before",
        ),
        pytest.param(
            MIXED + "D3,Won,12.50,,\n",
            "1 row proves a decimal point ('12.50' on line 4), 1 row proves a decimal comma ('7.500,00' on line 3) and "
            "1 row such as '12,000' can be read both ways; rows that contradict your answer are rejected",
            id="both marks",
        ),
    ],
)
@pytest.mark.parametrize(("mark", "cents", "left"), [(".", 1_200_000, "7.500,00"), (",", 1200, "12.50")])
def test_a_row_that_contradicts_the_known_mark_or_another_row_decides_nothing(
    tmp_path: Path, rows: str, why: str, mark: Literal[".", ","], cents: int, left: str
) -> None:
    first = look(write(tmp_path, HEADER + "D1,Won,1234.50,,\n"))
    path = write(tmp_path, HEADER + rows)
    again = look(path, profiles=kept(first))
    assert asked(again) == [("Which mark is the decimal one in column 'amount'?", "--decimal .|,")]
    assert again.preview.questions[0].evidence == why
    imported = read(path, ImportOptions(decimal=mark))
    assert imported.column("amount")[0] == cents
    assert [one.value for one in imported.issues] == [left][: rows.count(left)]
    assert imported.plan.preview.bad_cells == len(imported.issues)


def test_a_column_is_not_read_otherwise_than_before_because_another_is(tmp_path: Path) -> None:
    header = "id,stage,amount,recurring_amount\n"
    first = look(write(tmp_path, header + "D1,Won,1234.50,1234.50\n"))
    path = write(tmp_path, header + 'D1,Won,"1.234,50","12,000"\n')
    again = look(path, profiles=kept(first))
    assert [about for about, _ in asked(again)] == ["Which mark is the decimal one in column 'recurring_amount'?"]


def test_whole_numbers_decide_nothing_for_the_next_file(tmp_path: Path) -> None:
    first = look(write(tmp_path, HEADER + "D1,Won,1234,2026-04-03,\n"))
    again = look(write(tmp_path, HEADER + 'D1,Won,"1,234",2026-04-03,\n'), profiles=kept(first))
    assert [about for about, _ in asked(again)] == ["Which mark is the decimal one in column 'amount'?"]


def test_of_a_file_that_was_taken_back_all_is_filled_in_but_what_only_rows_or_the_user_can_say(tmp_path: Path) -> None:
    columns = {"id": "Nr", "stage": "Phase", "amount": "Sum", "created_at": "Day"}
    path = write(tmp_path, 'Nr,Phase,Sum,Day\nA1,Won,"1,234",03/04/2026\n')
    first = look(path, ImportOptions(columns=columns, source="old crm", decimal=",", date_order="mdy"))
    again = look(path, profiles={first.profile_key: as_undone(first.profile)})
    assert ({one.field: one.header for one in again.preview.columns}, again.source) == (columns, "old crm")
    assert [option for _, option in asked(again)] == ["--date-order dmy|mdy|ymd", "--decimal .|,"]
    assert again.preview.notices[0] == (
        "A file like it was imported and taken back: its columns and answers are filled in; change what was wrong."
    )
    assert as_undone(first.profile) != look(path, ANSWERS).profile


def test_what_was_said_of_a_file_counts_for_the_next(tmp_path: Path) -> None:
    path = write(tmp_path, "Nr,Phase,Sum,Who\nA1,Won,5,Ann\n")
    columns = {"id": "Nr", "stage": "Phase", "amount": "Sum", "owner": "Who"}
    first = look(path, ImportOptions(columns=columns, source="old crm", currency="CHF"))
    again = look(path, profiles=kept(first))
    assert (again.source, again.preview.currency, again.kind) == ("old crm", "CHF", "deals")
    assert {one.field: one.header for one in again.preview.columns} == columns
    assert said_of(again, "Phase")[0] == "as you mapped it before"
    assert look(path, ImportOptions(columns=columns, source="new crm"), profiles=kept(first)).source == "new crm"
    assert again.recipe == first.recipe


def test_a_twin_of_a_column_that_was_not_chosen_is_refused_though_the_file_before_passed(
    tmp_path: Path, refused: Callable[..., str]
) -> None:
    first = look(write(tmp_path, "id,stage,amount,Amount\nD1,Won,1,1\n"))
    unlike = write(tmp_path, "id,stage,amount,Amount\nD1,Won,1,2\n")
    with pytest.raises(Exception, match="Two columns are called 'amount' and differ"):
        look(unlike, profiles=kept(first))
    chosen = look(unlike, ImportOptions(columns={"amount": "Amount (2)"}))
    assert look(unlike, profiles=kept(chosen)).preview.columns[3].field == "amount"


WRONG = '{"version": 1, "columns": 5, "orders": {"created_at": "xyz"}, "kind": []}'


@pytest.mark.parametrize("text", ["", "no JSON", "[]", '{"version": 99}', WRONG])
def test_a_memory_that_cannot_be_read_is_none(text: str, tmp_path: Path) -> None:
    path = write(tmp_path, UNCLEAR)
    plain = look(path)
    assert look(path, profiles={plain.profile_key: text}) == plain


def test_stage_and_status_words_mean_something_under_their_own_field(tmp_path: Path) -> None:
    table = "id,stage,status,amount\nD1,Won,Lost,1\nD2,Talks,,2\nD3,Won,,3\nD4,Signed,open,4\n"
    plan = look(write(tmp_path, table), ImportOptions(stages={"Talks": "open"}))
    assert plan.outcomes == {
        ("status", "Lost"): "lost", ("status", "open"): "open", ("stage", "Talks"): "open", ("stage", "Won"): "won",
    }  # fmt: skip
    assert asked(plan) == []


def test_a_word_decided_before_is_not_asked_again_and_only_for_its_field(tmp_path: Path) -> None:
    path = write(tmp_path, "id,stage,amount\nD1,Parked,1\n")
    decided = look(path, known={("stage", "Parked"): "lost"})
    assert [(one.value, one.outcome, one.why) for one in decided.preview.stages] == [
        ("Parked", "lost", "as decided before")
    ]
    assert len(asked(look(path, known={("status", "Parked"): "lost"}))) == 1


@pytest.mark.parametrize("header", ["Date closing expected", "Date close expected"])
def test_a_name_is_found_whatever_the_order_of_its_words(tmp_path: Path, header: str) -> None:
    plan = look(write(tmp_path, f"Deal ID,Status,Amount,{header}\nD1,Open,10,2026-10-01\n"))
    assert {one.header: one.field for one in plan.preview.columns}[header] == "close_date"
