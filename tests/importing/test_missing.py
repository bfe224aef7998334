"""A table that does not tell which record each is, how it stands, whose or when is asked about before its import."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kpidesk.core.imports import ImportOptions
from kpidesk.importing.profiles import as_undone, read_profile
from tests.importing.support import look, read, write

HEADERS = "Deal ID,Customer,{owner},{stage},Value,Close date\n"
ROWS = "1,Halden,Ann Lee,Won,10,2026-02-13\n2,Fjord,Bo Dahl,Lost,20,2026-02-14\n3,Nordal,Ann Lee,Open,30,2026-02-15\n"
DEALS = ImportOptions(kind="deals")


def deals(folder: Path, owner: str = "Owner", stage: str = "Stage") -> Path:
    return write(folder, HEADERS.format(owner=owner, stage=stage) + ROWS)


def test_phase_and_handled_by_are_known(tmp_path: Path) -> None:
    found = read(deals(tmp_path, "Handled by", "Phase"))
    assert found.plan.preview.questions == ()
    assert found.column("stage") == ["Won", "Lost", "Open"]
    assert found.column("owner") == ["Ann Lee", "Bo Dahl", "Ann Lee"]


def test_deals_without_a_stage_ask_which_column_tells_it(tmp_path: Path) -> None:
    (asked,) = look(deals(tmp_path, stage="How far"), DEALS).preview.questions
    assert asked.about.startswith("Which column tells the stage or status?")
    assert asked.choices == ("How far", "-")
    assert "'How far' holds Won, Lost, Open" in asked.evidence
    assert asked.option.startswith('--map stage="How far"|-')


def test_words_are_offered_as_the_stage_before_running_numbers(tmp_path: Path) -> None:
    text = "Number,Rep,How far,Value,Finish\nD1,Ann Lee,Signed,1000,2026-06-30\nD2,Bo Dahl,Dropped,2000,2026-06-01\n"
    asked = look(write(tmp_path, text), DEALS).preview.questions
    stage = next(one for one in asked if one.about.startswith("Which column tells the stage or status?"))
    assert stage.choices == ("How far", "Number", "-")


@pytest.mark.parametrize(
    ("said", "stages"),
    [
        (ImportOptions(kind="deals", columns={"stage": "How far"}), ["Won", "Lost", "Open"]),
        (ImportOptions(kind="deals", constants={"stage": "Won"}), ["Won", "Won", "Won"]),
        (ImportOptions(kind="deals", columns={"stage": "-"}), [None, None, None]),
    ],
)
def test_a_column_a_value_or_none_answers_and_is_remembered(
    said: ImportOptions, stages: list[str | None], tmp_path: Path
) -> None:
    path = deals(tmp_path, stage="How far")
    first = read(path, said)
    assert first.plan.preview.questions == ()
    assert first.column("stage") == stages
    again = look(path, profiles={first.plan.profile_key: first.plan.profile})
    assert again.preview.questions == ()
    assert again.recipe == first.plan.recipe


def test_where_no_column_may_tell_it_that_is_asked_as_well(tmp_path: Path) -> None:
    text = "Deal ID,Owner,Value,Close date\n1,Ann,10,2026-02-13\n2,Bo,20,2026-02-14\n"
    (asked,) = look(write(tmp_path, text), DEALS).preview.questions
    assert asked.choices == ("-",)
    assert asked.option.startswith('--map stage="COLUMN"|-')


def test_an_owner_is_asked_for_only_where_a_column_may_name_one(tmp_path: Path) -> None:
    (asked,) = look(deals(tmp_path, owner="Responsible"), DEALS).preview.questions
    assert asked.about.startswith("Which column tells whose the deals are?")
    assert asked.choices == ("Responsible", "-")
    assert look(deals(tmp_path, owner="Responsible"), ImportOptions(kind="deals", columns={"owner": "-"})).preview
    assert look(deals(tmp_path, owner="Packaging"), DEALS).preview.questions == ()


def test_days_and_numbers_are_no_stages(tmp_path: Path) -> None:
    text = "Deal ID,Owner,Floor,Seen,Value,Close date\n" + "".join(
        f"{n},Ann,{n % 2},2026-01-0{n},10,2026-02-13\n" for n in range(1, 5)
    )
    (asked,) = look(write(tmp_path, text), DEALS).preview.questions
    assert asked.choices == ("-",)


def test_a_close_date_is_asked_for_only_where_a_column_may_hold_it(tmp_path: Path) -> None:
    text = (
        "Deal ID,Owner,Stage,Value,Seen,Signed\n1,Ann,Won,10,2026-02-01,2026-02-13\n2,Bo,Won,20,2026-02-02,2026-02-14\n"
    )
    path = write(tmp_path, text)
    (asked,) = look(path, DEALS).preview.questions
    assert asked.choices == ("Signed", "Seen", "-")
    assert asked.option == '--map close_date="Signed"|"Seen"|-'
    for said in ("Signed", "-"):
        assert look(path, ImportOptions(kind="deals", columns={"close_date": said})).preview.questions == ()


def test_decided_and_expected_are_days_on_which_deals_close(tmp_path: Path) -> None:
    text = "Deal ID,Owner,Stage,Value,Decided,Expected\n1,Ann,Won,10,2026-02-13,2026-02-20\n"
    found = read(write(tmp_path, text), DEALS)
    assert found.column("closed_at") == ["2026-02-13"]
    assert found.column("close_date") == ["2026-02-20"]


@pytest.mark.parametrize(
    ("numbers", "is_id"),
    [
        (("XL-1", "XL-2", "XL-3"), True),
        (("100201", "100202", "100203"), True),
        (("1", "2", "3"), False),  # it counts the rows
        (("A", "A", "B"), False),
    ],
)
def test_a_number_is_an_id_only_where_it_tells_deals_apart_for_good(
    tmp_path: Path, numbers: tuple[str, ...], is_id: bool
) -> None:
    rows = "".join(f"{number},Deal {at},Ann,Won,{at},2026-01-02\n" for at, number in enumerate(numbers))
    found = read(write(tmp_path, "No.,Deal,Seller,Status,Value,Started\n" + rows), DEALS)
    assert ("No." in found.plan.preview.identity) == is_id
    assert any("'No.' is not taken for id" in one for one in found.plan.preview.notices) != is_id
    assert {one.header: one.field for one in found.plan.preview.columns}["Started"] == "created_at"


ORDERS = "Order no.;Customer;Subject;Handled by;Phase;Value;Opened\n"
ORDER_ROWS = "{};Halden;Pumps;Ann;Won;10;2026-01-02\n{};Fjord;Valves;Bo;Lost;20;2026-01-03\n"


@pytest.mark.parametrize(("numbers", "is_id"), [(("000012", "000013"), True), (("000012", ""), False)])
def test_an_order_number_tells_deals_apart_and_a_subject_names_them(
    tmp_path: Path, numbers: tuple[str, str], is_id: bool
) -> None:
    found = read(write(tmp_path, ORDERS + ORDER_ROWS.format(*numbers)), DEALS)
    assert found.column("name") == ["Pumps", "Valves"]
    assert ("Order no." in found.plan.preview.identity) == is_id
    assert any("'Order no.' is not taken for id: some of its" in one for one in found.plan.preview.notices) != is_id


def test_what_did_not_tell_deals_apart_in_the_file_before_does_not_now(tmp_path: Path) -> None:
    path = write(tmp_path, ORDERS + ORDER_ROWS.format("000012", "000013"))
    columns = {
        "account": "Customer",
        "owner": "Handled by",
        "stage": "Phase",
        "amount": "Value",
        "created_at": "Opened",
    }
    first = look(path, DEALS)
    before = replace(read_profile(first.profile), columns=columns).text()
    found = look(path, profiles={first.profile_key: before})
    assert {one.field for one in found.preview.columns if one.header in ("Order no.", "Subject")} == {""}
    assert "Column 'Order no.' is not taken for id: it was not before, and its records would all be new ones." in (
        found.preview.notices
    )
    known = replace(read_profile(before), columns={"id": "Order no.", **columns}).text()
    named = look(path, profiles={first.profile_key: known})
    assert {one.field for one in named.preview.columns if one.header in ("Order no.", "Subject")} == {"id", "name"}


def test_a_column_called_after_the_deal_is_the_field_unless_it_was_a_column_of_its_own_before(tmp_path: Path) -> None:
    columns = "Deal - ID,Deal - Title,Deal - Owner,Deal - Value,Deal - Stage,Deal - Status,Deal - Won time"
    row = "1,A,Ann,10,Qualified,Won,2026-02-13,SMB,North"
    path = write(tmp_path, f"{columns},Deal - Segment,Organization - Segment\n{row}\n")
    first = look(path)
    assert {one.header: one.field for one in first.preview.columns if one.header.endswith("Segment")} == {
        "Deal - Segment": "segment", "Organization - Segment": "",
    }  # fmt: skip
    known = read_profile(first.profile)
    before = replace(known, columns={name: one for name, one in known.columns.items() if name != "segment"}).text()
    again = look(path, profiles={first.profile_key: before})  # of a workspace that has its values under the header
    assert {one.field for one in again.preview.columns if one.header.endswith("Segment")} == {""}
    assert look(path, profiles={first.profile_key: first.profile}).preview.columns[7].field == "segment"


def profiled(folder: Path) -> dict[str, str]:
    """What is remembered of a file of deals, by its key."""
    found = look(deals(folder), DEALS)
    return {found.profile_key: found.profile}


@pytest.mark.parametrize(
    ("before", "now", "field", "named"),
    [
        ("Value", "Worth €", "amount", "amount"),
        ("Close date", "Seen on", "close_date", "close date"),
        ("Customer", "Who pays", "account", "account"),
        ("Deal ID", "Running", "id", "id"),
    ],
)
def test_a_column_of_another_name_is_asked_about_alone(
    before: str, now: str, field: str, named: str, tmp_path: Path
) -> None:
    profiles = profiled(tmp_path)
    text = (HEADERS.format(owner="Owner", stage="Stage") + ROWS).replace(before, now)
    path = write(tmp_path, text)
    (asked,) = look(path, profiles=profiles).preview.questions
    assert asked.about == f"The column '{before}' that told the {named} is gone. Which column tells it now?"
    assert asked.option == f'--map {field}="{now}"|-'
    answered = look(path, ImportOptions(columns={field: now}), profiles=profiles)
    assert answered.preview.questions == ()
    assert look(path, profiles={answered.profile_key: answered.profile}).preview.questions == ()


def test_of_two_columns_with_other_names_each_is_asked_about(tmp_path: Path) -> None:
    head, *rows = (HEADERS.format(owner="Owner", stage="Stage") + ROWS).splitlines()
    text = "\n".join([f"{head},Country,Language,Team,Note", *(f"{row},NO,nb,North,x" for row in rows)])
    first = look(write(tmp_path, text), DEALS)
    profiles = {first.profile_key: first.profile}
    path = write(tmp_path, text.replace("Value", "Worth €").replace("Close date", "Seen on"))
    asked = look(path, profiles=profiles).preview.questions
    assert {one.option for one in asked} == {'--map amount="Worth €"|-', '--map close_date="Seen on"|-'}
    answers = {"amount": "Worth €", "close_date": "Seen on"}
    assert look(path, ImportOptions(columns=answers), profiles=profiles).preview.questions == ()


def test_a_column_that_is_only_gone_or_whose_values_are_no_such_is_not_asked_about(tmp_path: Path) -> None:
    profiles = profiled(tmp_path)
    text = HEADERS.format(owner="Owner", stage="Stage") + ROWS
    words = text.replace("Value", "Colour").replace(",10,", ",red,").replace(",20,", ",blue,").replace(",30,", ",red,")
    assert look(write(tmp_path, words), profiles=profiles).preview.questions == ()
    lines = [line.split(",") for line in text.splitlines()]
    without = "\n".join(",".join(cells[:4] + cells[5:]) for cells in lines)
    assert look(write(tmp_path, without), profiles=profiles).preview.questions == ()
    assert look(write(tmp_path, without), profiles=profiles).preview.total_rows == 3


NAMELESS = "{0},Rep,Stage,Value,Closes,{1}\n"
NAMELESS_ROWS = (
    "{0},Ann Lee,Won,10,2026-02-13,{3}\n{1},Bo Dahl,Lost,20,2026-02-14,{4}\n{2},Ann Lee,Open,30,2026-02-15,{5}\n"
)
KEYS, NOTES = ("D1", "D2", "D3"), ("", "asked twice", "asked twice")
APART = "known by 'Rep' and its number among rows alike"


def nameless(
    folder: Path,
    header: str = "Number",
    cells: tuple[str, ...] = KEYS,
    other: str = "Remark",
    notes: tuple[str, ...] = NOTES,
) -> Path:
    """Deals with neither an id nor a name, but two columns that feed no field."""
    return write(folder, NAMELESS.format(header, other) + NAMELESS_ROWS.format(*cells, *notes))


def test_deals_with_neither_id_nor_name_ask_which_column_tells_them_apart(tmp_path: Path) -> None:
    (asked,) = look(nameless(tmp_path), DEALS).preview.questions
    assert asked.about.startswith(f"Which column tells one deal from another? Without it a deal is {APART}")
    assert asked.choices == ("Number", "-")
    assert asked.evidence == "'Number' holds D1, D2, D3"
    assert asked.option == '--map id="Number"|-'


def test_the_column_named_as_id_keeps_deals_apart_in_any_order_and_is_remembered(tmp_path: Path) -> None:
    first = read(nameless(tmp_path), ImportOptions(kind="deals", columns={"id": "Number"}))
    assert first.plan.preview.questions == ()
    assert first.keys == ["D1", "D2", "D3"]
    assert not any("one deal from another" in one for one in first.plan.preview.notices)
    profiles = {first.plan.profile_key: first.plan.profile}
    assert read(nameless(tmp_path, cells=KEYS[::-1]), profiles=profiles).keys == ["D3", "D2", "D1"]


def test_without_such_a_column_the_check_says_how_deals_are_told_apart(tmp_path: Path) -> None:
    path = nameless(tmp_path)
    none = look(path, ImportOptions(kind="deals", columns={"id": "-"}))
    again = look(path, profiles={none.profile_key: none.profile})
    alike = look(nameless(tmp_path, cells=("D1", "D2", "D2")), DEALS)
    for plan in (none, again, alike):
        assert plan.preview.questions == ()
        (told,) = (one for one in plan.preview.notices if "one deal from another" in one)
        assert APART in told
        assert "in another order, they are taken for other deals" in told


def test_what_came_in_without_an_id_before_is_not_asked_about_unless_it_was_taken_back(tmp_path: Path) -> None:
    path = nameless(tmp_path)
    answered = look(path, ImportOptions(kind="deals", columns={"id": "-"}))
    known = read_profile(answered.profile)
    before = replace(known, columns={name: one for name, one in known.columns.items() if one != "-"})
    assert look(path, profiles={answered.profile_key: before.text()}).preview.questions == ()
    (asked,) = look(path, profiles={answered.profile_key: as_undone(before.text())}).preview.questions
    assert asked.choices == ("Number", "-")


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Number", ("1", "2", "3")),  # it counts the rows
        ("Seats", ("100201", "100202", "100203")),
        ("Paid", ("10.50", "20.50", "30.50")),
        ("Seen", ("2026-01-01", "2026-01-02", "2026-01-03")),
        ("Number", ("D1", "D2", "")),
        ("Note", ("first " * 9, "second " * 9, "third " * 9)),
        ("Handled by", ("Cy Berg", "Di Moe", "Ed Lie")),
        ("How far", ("Won", "Lost", "Going on")),
        ("How far", ("Demo held", "In negotiation", "Waits")),
    ],
)
def test_what_is_no_id_is_not_offered_as_one(tmp_path: Path, header: str, cells: tuple[str, ...]) -> None:
    plan = look(nameless(tmp_path, header, cells), DEALS)
    assert plan.preview.questions == ()


@pytest.mark.parametrize(("header", "is_offered"), [("Ref", True), ("Number", True), ("What for", False)])
def test_in_two_rows_words_that_differ_make_no_id(tmp_path: Path, header: str, is_offered: bool) -> None:
    cells = ("A1", "B2") if header == "Number" else ("Pumps", "Valves")
    text = "".join(nameless(tmp_path, header, (*cells, "")).read_text().splitlines(keepends=True)[:3])
    asked = look(write(tmp_path, text, "two.csv"), DEALS).preview.questions
    assert [one.choices for one in asked] == [(header, "-")] * is_offered


def test_what_is_called_an_id_is_offered_first(tmp_path: Path) -> None:
    path = nameless(tmp_path, "What for", ("Pumps", "Valves", "Pipes"), "Ref.", ("100201", "100202", "100203"))
    (asked,) = look(path, DEALS).preview.questions
    assert asked.choices == ("Ref.", "What for", "-")


CALLS = "Call ID,Kind of it,Direction,Outcome,{who},{when},Deal ID\n"
CALL_ROWS = "".join(
    f"C{at},Call,Outgoing,Connected,{('Ann Lee', 'Bo Dahl')[at % 2]},2026-02-0{at},D{at}\n" for at in range(1, 6)
)


@pytest.mark.parametrize(
    ("who", "when", "rows", "asked"),
    [
        ("Rep", "Date", CALL_ROWS, []),
        ("Rep", "Zeit", CALL_ROWS, [("occurred_at", ("Zeit", "-"))]),
        ("Handled by who", "Zeit", CALL_ROWS, [("person", ("Handled by who", "-")), ("occurred_at", ("Zeit", "-"))]),
        ("Wer", "Date", CALL_ROWS, []),  # nothing says that these are people
        ("Rep", "Created", CALL_ROWS, [("occurred_at", ("Created", "-"))]),
        ("Rep", "Zeit", CALL_ROWS.replace("2026-02-0", "in week "), [("occurred_at", ("-",))]),
        ("Rep", "Due date", CALL_ROWS, []),
    ],
)
def test_activities_ask_when_they_took_place_and_whose_they_are(
    who: str, when: str, rows: str, asked: list[tuple[str, tuple[str, ...]]], tmp_path: Path
) -> None:
    path = write(tmp_path, CALLS.format(who=who, when=when) + rows, "calls.csv")
    kind = ImportOptions(kind="activities")
    found = look(path, kind).preview.questions
    assert [(one.option.removeprefix("--map ").partition("=")[0], one.choices) for one in found] == asked
    answered = replace(kind, columns={name: choices[0] for name, choices in asked})
    imported = read(path, answered)
    assert imported.plan.preview.questions == ()
    profiles = {imported.plan.profile_key: imported.plan.profile}
    assert look(path, profiles=profiles).preview.questions == (), "an answer, also that there is none, is for good"
