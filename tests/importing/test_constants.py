"""One value for all rows: what the user gives to a field that no column of the file tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpidesk.core.errors import UserError
from kpidesk.core.imports import ImportOptions
from tests.importing.support import look, read, write

TASKS = (
    "Activity ID,Assigned,Subject,Date,Task Subtype,Company / Account\n"
    "T1,Ann,Hello,2026-08-03,Call,Acme\nT2,Bob,Offer,2026-08-04,Email,Beta\n"
)
WON = "id,owner,amount,closed date\nD1,Ann,100,2026-08-03\nD2,Bob,200,2026-08-04\n"


def tasks(folder: Path, text: str = TASKS) -> Path:
    return write(folder, text, "report.csv")


def given(**constants: str) -> ImportOptions:
    return ImportOptions(kind="activities", constants=constants)


def test_every_row_has_the_value_as_if_it_stood_in_a_column(tmp_path: Path) -> None:
    lines = TASKS.splitlines()
    column = "\n".join((f"{lines[0]},Direction", *(f"{line},Outbound" for line in lines[1:]), ""))
    written = read(write(tmp_path, column, "with.csv"), ImportOptions(kind="activities"))
    said = read(tasks(tmp_path), given(direction="Outbound"))
    assert written.column("direction") == said.column("direction") == ["out", "out"]
    assert said.keys == written.keys
    assert "Direction is 'Outbound' in every row, as you said." in said.plan.preview.notices


def test_a_value_goes_before_a_column_which_is_then_kept_as_it_is(tmp_path: Path) -> None:
    said = read(tasks(tmp_path), given(type="demo"))
    assert said.column("type") == ["demo", "demo"]
    assert next(one.field for one in said.plan.preview.columns if one.header == "Task Subtype") == ""
    assert said.custom[0] == '{"Task Subtype":"Call"}'


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("person", "Ann Lee", "Ann Lee"), ("is_automated", "yes", 1), ("created_at", "2026-08-01", "2026-08-01"),
        ("duration", "00:05:00", 300), ("deal", "D7", "D7"), ("status", "Completed", "held"),
    ],
)  # fmt: skip
def test_a_value_is_read_like_a_cell(name: str, text: str, value: object, tmp_path: Path) -> None:
    assert read(tasks(tmp_path), given(**{name: text})).column(name) == [value, value]


@pytest.mark.parametrize(
    ("name", "text", "problem", "advice"),
    [
        ("direction", "sideways", "'sideways' cannot be the value of 'Direction' in all rows.", "Use in or out."),
        ("is_automated", "perhaps", "This is neither yes nor no.", "Use yes or no."),
        ("created_at", "01/02/2026", "This is not a date.", "Write it as year-month-day."),
        ("directon", "out", "There is no field 'directon' of activities to set.", "direction"),
    ],
)
def test_a_value_that_no_cell_could_have_is_refused(
    name: str, text: str, problem: str, advice: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError) as caught:
        look(tasks(tmp_path), given(**{name: text}))
    assert problem in caught.value.problem
    assert advice in caught.value.advice


@pytest.mark.parametrize(("name", "advice"), [("amount", "--map amount="), ("currency", "--currency")])
def test_amounts_and_their_currency_are_not_set_so(name: str, advice: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=f"not set by '{name}'") as caught:
        look(write(tmp_path, WON), ImportOptions(kind="deals", constants={name: "EUR"}))
    assert advice in caught.value.advice


def test_a_field_has_a_column_or_a_value(tmp_path: Path) -> None:
    both = ImportOptions(kind="activities", columns={"type": "Task Subtype"}, constants={"type": "call"})
    with pytest.raises(UserError, match="A column and a value for all rows are given for 'type'"):
        look(tasks(tmp_path), both)


def test_a_value_is_remembered_until_it_is_taken_back_or_a_column_is_named(tmp_path: Path) -> None:
    path = tasks(tmp_path)
    first = look(path, given(direction="out", type="demo"))
    profiles = {first.profile_key: first.profile}
    again = look(path, profiles=profiles)
    assert again.recipe == first.recipe
    assert [(one.field, one.value) for one in again.preview.one_values if one.value] == [
        ("type", "demo"), ("direction", "out")
    ]  # fmt: skip
    without = look(path, ImportOptions(constants={"direction": "-"}), profiles=profiles)
    assert without.rules.constants == (("type", "demo"),)
    mapped = look(path, ImportOptions(columns={"type": "Task Subtype"}), profiles=profiles)
    assert mapped.rules.constants == (("direction", "out"),)
    assert mapped.rules.reading("type") is not None


def test_what_was_remembered_of_activities_does_not_hinder_another_kind(tmp_path: Path) -> None:
    first = look(tasks(tmp_path), given(direction="out", person="Ann"))
    other = look(tasks(tmp_path), ImportOptions(kind="leads"), profiles={first.profile_key: first.profile})
    assert "direction" not in dict(other.rules.constants)


def test_a_list_of_won_deals_needs_one_word(tmp_path: Path) -> None:
    won = read(write(tmp_path, WON), ImportOptions(kind="deals", constants={"stage": "Won"}))
    assert won.column("stage") == ["Won", "Won"]
    assert [(one.value, one.count, one.outcome) for one in won.plan.preview.stages] == [("Won", 2, "won")]
    assert not any("No column tells the stage" in one for one in won.plan.preview.notices)
    asked = look(write(tmp_path, WON), ImportOptions(kind="deals", constants={"status": "Signed"}))
    assert [question.option.partition(" ")[0] for question in asked.preview.questions] == ["--stage"]
    left_out = ImportOptions(kind="deals", constants={"stage": "Signed"}, stages={"Signed": "ignore"})
    assert read(write(tmp_path, WON), left_out).rows == []


def test_the_preview_names_the_fields_that_can_be_given_a_value(tmp_path: Path) -> None:
    free = {one.field: one.words for one in look(tasks(tmp_path), given()).preview.one_values}
    assert free["direction"] == ("in", "out")
    assert free["deal"] == ()
    assert not {"id", "person", "subject"} & free.keys()
