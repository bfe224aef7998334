"""What a dialect can say of a file, in one written by a user, and what is said of one that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpidesk.core.errors import UserError
from kpidesk.core.imports import ImportOptions
from kpidesk.importing import read_dialect
from tests.importing.support import Imported, read, write

HEAD = 'name = "mine"\nlabel = "phone system"\nkind = "activities"\n'


def with_dialect(folder: Path, dialect: str, table: str) -> Imported:
    (folder / "mine.toml").write_text(HEAD + dialect, encoding="utf-8")
    return read(write(folder, table, "calls.csv"), ImportOptions(dialect=str(folder / "mine.toml")))


def test_words_have_a_canonical_one_whatever_their_case(tmp_path: Path) -> None:
    dialect = '[fields]\ntype = ["Art"]\n[values.type]\nvisit = ["Besuch"]\ncall = ["Anruf"]\n'
    imported = with_dialect(
        tmp_path, dialect, "Art,Rep,Date\nBESUCH,Ann,2026-02-13\ncall,Ann,2026-02-13\nFax,,\nfax,,\n"
    )
    assert imported.column("type") == ["visit", "call", "Fax", "fax"]
    told = next(one for one in imported.plan.preview.notices if one.startswith("Type: 1 unknown word, kept as written"))
    assert ": 'Fax' in 2 rows. Counted as neither call, demo, " in told
    assert told.endswith(" nor visit; --word 'type:Fax=…' says as which.")


def test_the_most_frequent_unknown_words_are_named(tmp_path: Path) -> None:
    words = ["Fax", "Fax", "Fax", "Letter", "Letter", "Visit card", "Visit card", "Gift", "Call"]
    rows = "".join(f"{word},Ann,2026-02-13\n" for word in words)
    imported = with_dialect(tmp_path, "", f"Type,Rep,Date\n{rows}")
    told = next(
        one for one in imported.plan.preview.notices if one.startswith("Type: 4 unknown words, kept as written")
    )
    assert ": 'Fax' in 3 rows, 'Letter' in 2 rows, 'Visit card' in 2 rows and 1 more. " in told


def test_a_file_of_one_type_says_it_once(tmp_path: Path) -> None:
    dialect = '[constants]\ntype = "call"\nduration = "5 min"\nis_automated = "no"\n'
    (row,) = with_dialect(tmp_path, dialect, "Subject,Rep,Date\nHello,Ann,2026-02-13\n").rows
    assert (row["type"], row["duration"], row["is_automated"]) == ("call", 300, 0)
    options = ImportOptions(dialect=str(tmp_path / "mine.toml"), columns={"type": "Type"})
    (row,) = read(write(tmp_path, "Subject,Rep,Date,Type\nHello,Ann,2026-02-13,Mail\n"), options).rows
    assert row["type"] == "email"


def test_bare_durations_have_the_unit_of_the_dialect(tmp_path: Path) -> None:
    table = "Type,Rep,Date,Duration\nCall,Ann,2026-02-13,90\nCall,Ann,2026-02-13,1 min\n"
    assert with_dialect(tmp_path, 'duration = "seconds"\n', table).column("duration") == [90, 60]
    assert with_dialect(tmp_path, 'duration = "milliseconds"\n', table).column("duration") == [0, 60]


def test_several_fields_can_be_made_of_other_columns(tmp_path: Path) -> None:
    dialect = """
[[status]]
columns = ["IsClosed", "Status"]
rules = [["true", "*", "held"], ["false", "No show", "no_show"], ["*", "blank", "planned"], ["*", "*", "cancelled"]]
[[status]]
field = "direction"
columns = ["Leg"]
rules = [["a", "out"], ["b", "in"]]
[fields]
status = ["Nothing"]
"""
    rows = "x,Ann,2026-02-13,TRUE,,A\nx,Ann,2026-02-13,0,NO SHOW,b\nx,Ann,2026-02-13,0,,c\nx,Ann,2026-02-13,0,Gone,\n"
    table = f"Subject,Rep,Date,IsClosed,Status,Leg\n{rows}"
    options = ImportOptions(dialect=str(tmp_path / "mine.toml"), columns={"status": "-"})
    (tmp_path / "mine.toml").write_text(HEAD + dialect, encoding="utf-8")
    imported = read(write(tmp_path, table, "calls.csv"), options)
    assert imported.column("status") == ["held", "no_show", "planned", "cancelled"]
    assert imported.column("direction") == ["out", "in", None, None]
    why = {one.header: one.why for one in imported.plan.preview.columns}
    assert (why["IsClosed"], why["Leg"]) == ("makes the status", "makes the direction")


def test_rows_can_be_left_out_for_an_empty_cell(tmp_path: Path) -> None:
    imported = with_dialect(tmp_path, '[skip]\nRep = [""]\n', "Subject,Rep,Date\na,Ann,2026-02-13\nb,,2026-02-13\n")
    assert (len(imported.rows), imported.skipped) == (1, ["Rep is empty"])


@pytest.mark.parametrize(
    ("dialect", "problem"),
    [
        ("[values.kind]\nx = []\n", "there is no field 'kind'"),
        ('[values.subject]\nx = ["y"]\n', "there is no field 'subject'"),
        ('[values]\ntype = ["y"]\n', "values.type is not a table"),
        ('[values.type]\ncall = "Phone"\n', "values.type.call is not a list of texts"),
        ('[constants]\nkind = "call"\n', "there is no field 'kind'"),
        ("[constants]\ntype = 3\n", "constants.type is not a text"),
        ('duration = "weeks"\n', "duration = 'weeks' is not known"),
        ('[[status]]\nfield = "subject"\ncolumns = ["A"]\nrules = [["*", "x"]]\n', "there is no field 'subject'"),
        ('[[status]]\ncolumns = ["A"]\nunless = ["stage"]\nrules = [["*", "x"]]\n', "there is no field 'stage'"),
        ('[[status]]\ncolumns = ["A"]\nrules = [["x"]]\n', "needs one pattern per column and a word"),
    ],
)
def test_what_is_wrong_with_a_dialect_is_named(dialect: str, problem: str) -> None:
    with pytest.raises(UserError, match=r"^mine\.toml: ") as caught:
        read_dialect(HEAD + dialect, "mine.toml")
    assert problem in caught.value.problem
    assert caught.value.advice
