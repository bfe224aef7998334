"""What no column of a file tells is said before the import, with what follows and the columns that may tell it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpidesk.core.fields import FIELD_BY_NAME, Kind
from kpidesk.core.imports import ImportOptions
from kpidesk.importing.untold import UNTOLD, Untold
from tests.importing.support import look, read, write

LEADS = "Lead ID,Name,Owner,Created,{0}\n1,Ann,Bo,2026-03-01,{1}\n"
BECAME, ANSWERED, QUALIFIED = "what became of the leads", "first answered", "sales qualified the leads"
CONVERTED, SOURCE = "when the leads became deals", "where the leads came from"
ACCOUNTS = "Account,{0}\nAcme,{1}\n"
SUBSCRIPTIONS = "Account,MRR,Start date,{0}\nAcme,100,2026-01-01,{1}\n"


@pytest.mark.parametrize("one", UNTOLD, ids=lambda one: f"{one.kind}-{one.fields[0]}")
def test_each_is_of_fields_that_its_kind_has(one: Untold) -> None:
    known = FIELD_BY_NAME[one.kind]
    assert {*one.fields, *one.to_map} <= known.keys()
    assert set(one.to_map) <= set(one.fields)
    assert not one.but_for[0] or one.but_for[0] in known


@pytest.mark.parametrize(
    ("kind", "text", "given", "told"),
    [
        ("leads", LEADS.format("Mood", "good"), ImportOptions(), [BECAME, SOURCE]),
        ("leads", LEADS.format("Source", "web"), ImportOptions(), [BECAME]),
        ("leads", LEADS.format("Source", "web"), ImportOptions(columns={"sql_at": "-"}), [ANSWERED, CONVERTED]),
        ("leads", LEADS.format("First response", "2026-03-02"), ImportOptions(), [QUALIFIED, CONVERTED, SOURCE]),
        ("leads", LEADS.format("Converted date", "2026-03-02"), ImportOptions(), [ANSWERED, QUALIFIED, SOURCE]),
        ("leads", LEADS.format("Deal ID", "D1"), ImportOptions(), [ANSWERED, QUALIFIED, SOURCE]),
        ("leads", LEADS.format("Mood", "good"), ImportOptions(constants={"source": "web"}), [BECAME]),
        ("accounts", ACCOUNTS.format("Employees", "7"), ImportOptions(), ["whose the accounts are", "what sort of"]),
        ("accounts", ACCOUNTS.format("Industry", "IT"), ImportOptions(columns={"owner": "-"}), []),
        ("subscriptions", SUBSCRIPTIONS.format("Seats", "7"), ImportOptions(), ["when the subscriptions end"]),
        ("subscriptions", SUBSCRIPTIONS.format("End date", ""), ImportOptions(), []),
        ("surveys", "Score,Account,Date\n9,Acme,2026-03-01\n", ImportOptions(), ["which survey was answered"]),
        ("surveys", "Score,Account,Date\n9,Acme,2026-03-01\n", ImportOptions(constants={"kind": "nps"}), []),
    ],
)  # fmt: skip
def test_a_file_says_what_no_column_of_it_tells(
    tmp_path: Path, kind: Kind, text: str, given: ImportOptions, told: list[str]
) -> None:
    options = ImportOptions(kind=kind, columns=given.columns, constants=given.constants)
    notices = look(write(tmp_path, text, "file.csv"), options).preview.notices
    found = [one for one in notices if one.startswith("No column tells")]
    assert len(found) == len(told), found
    assert all(words in one for one, words in zip(found, told, strict=True)), found


def test_the_columns_that_may_tell_it_are_named(tmp_path: Path) -> None:
    text = LEADS.format("Began,Mood,Points", "2026-03-02,good,7")
    notices = look(write(tmp_path, text, "file.csv"), ImportOptions(kind="leads")).preview.notices
    (became,) = (one for one in notices if BECAME in one)
    assert "'Began' holds days that feed nothing." in became
    assert became.endswith('--map first_response_at="COLUMN" --map sql_at="COLUMN" --map converted_at="COLUMN".')


AMOUNTS = "".join(f"{9_200_004_100 + n};D{n};Won;{n % 3};{n},50;2026-03-30\n" for n in range(1, 20))


@pytest.mark.parametrize(
    ("first", "told"),
    [("", "'Hinta' holds numbers"), ("9200004100;D0;Won;1;on request;2026-03-30\n", "'Hinta' holds numbers")],
)
def test_the_amounts_are_named_though_a_cell_is_none_and_never_the_ids(tmp_path: Path, first: str, told: str) -> None:
    text = f"Tunniste;Deal name;Stage;Seats;Hinta;Close date\n{first}{AMOUNTS}"
    (worth,) = (
        one
        for one in look(write(tmp_path, text, "file.csv"), ImportOptions(kind="deals")).preview.notices
        if "what the deals are worth" in one
    )
    assert told in worth
    assert "Tunniste" not in worth
    whole = (
        "Tunniste,Deal name,Stage,Hinta,Close date\n9200004101,A,Won,500,2026-03-30\n9200004102,B,Won,700,2026-03-30\n"
    )
    notices = look(write(tmp_path, whole, "whole.csv"), ImportOptions(kind="deals")).preview.notices
    assert any("no forecast. 'Hinta' holds numbers" in one for one in notices)


def test_cells_that_are_neither_yes_nor_no_are_told_before_the_import(tmp_path: Path) -> None:
    text = "Activity ID,Type,Date,Reached\n1,Call,2026-01-02,Maybe\n2,Call,2026-01-03,yes\n3,Call,2026-01-04,Maybe\n"
    options = ImportOptions(kind="activities", columns={"got_reply": "Reached"})
    imported = read(write(tmp_path, f"{text}4,Call,2026-01-05,\n", "calls.csv"), options)
    preview = imported.plan.preview
    assert "2 rows will be rejected: 'Reached' holds neither yes nor no there, such as 'Maybe'." in preview.foretold
    assert preview.bad_cells == len(imported.issues) == 2
