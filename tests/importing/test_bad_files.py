"""Files that cannot be read as they stand: each is refused in one sentence that names the place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kpidesk.core.errors import Issue
from kpidesk.core.imports import ImportOptions
from tests.importing.support import look, read, write

HEADER = "id,owner,stage,amount,created_at,close_date\n"
ROW = "D1,Ann Lee,Won,100,2026-01-05,2026-02-05\n"

NEVER_CLOSED = "Line 3 of 'deals.csv': a quoted value is never closed"
BEHIND_A_QUOTE = "Line 2 of 'deals.csv': something stands between the closing quote"
NO_ENCODING = "Line 2 of 'deals.csv' is neither UTF-8 nor Windows-1252"
REFUSED = {
    "an empty file": (b"", "is empty"),
    "only a byte order mark": (b"\xef\xbb\xbf", "holds no text"),
    "only blank lines": (b"\n\n  \n", "holds no text"),
    "a header alone": (HEADER.encode(), "column names but no rows"),
    "a PDF named .csv": (b"%PDF-1.7 ...", "is a PDF document"),
    "a picture named .csv": (b"\x89PNG\r\n\x1a\n....", "is a PNG picture"),
    "a database named .csv": (b"SQLite format 3\x00....", "is a SQLite database"),
    "a NUL byte on line 2": ((HEADER + "D1,Ann\x00Lee,Won,1,,\n").encode(), "Line 2 of 'deals.csv' holds a NUL byte"),
    "an unclosed quote on line 3": ((HEADER + ROW + 'D2,"Bob,Won,1,,\n' + ROW).encode(), NEVER_CLOSED),
    "an unclosed quote below a value of two lines": ((HEADER + 'D1,"Ann\nLee",Won,"1,,\n').encode(), NEVER_CLOSED),
    "junk after a closing quote": ((HEADER + 'D1,"Ann"Lee,Won,1,,\n').encode(), BEHIND_A_QUOTE),
    "rows without a header": (b"D1,100,2026-01-05\nD2,200,2026-01-06\n", "has no row with column names"),
    "neither UTF-8 nor Windows-1252": (HEADER.encode() + b"D1,\x81\x8d\x8f,Won,1,,\n", NO_ENCODING),
    "UTF-8 among Windows-1252": (HEADER.encode() + "D1,Íris,Won,1,,\n".encode() + b"D2,Zo\xeb,Won,1,,\n", NO_ENCODING),
    "UTF-16 that breaks off": (b"\xff\xfe" + HEADER.encode("utf-16-le") + b"x", "breaks off after line"),
    "an archive of something else": (b"PK\x03\x04 no archive at all", "is a damaged workbook"),
    "a web page without a table": (b"<html><body>Please log in</body></html>", "is a web page without a table"),
    "more columns than can be": (b"id,stage" + b"," * 20_000 + b"\n1,Won\n", "Line 1 of 'deals.csv' has 20,002 col"),
    "tickets": (b"ticket_id,closed_at,priority\nT1,2026-01-05,high\n", "not those of deals, people or any other kind"),
    "no column that tells deals apart": (b"stage,amount\nWon,1\nWon,1\n", "tells one deal from another"),
    "a value without end": ((HEADER + f"D1,{'x' * 200_000},,,,\n").encode(), "Line 2 of 'deals.csv' holds a value of"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_is_refused(case: str, tmp_path: Path, refused: Callable[..., str]) -> None:
    content, sentence = REFUSED[case]
    assert sentence in refused(write(tmp_path, content))


def test_a_missing_file_is_refused_by_name(tmp_path: Path, refused: Callable[..., str]) -> None:
    assert "There is no file" in refused(tmp_path / "gone.csv")


def test_a_file_that_may_not_be_read_is_refused_by_name(
    tmp_path: Path, refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, HEADER + ROW)

    def denied(_self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert refused(path) == f"'{path}' cannot be read: Permission denied."


def test_saying_the_order_rejects_only_the_rows_that_contradict(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + "D1,Ann,Won,1,25/03/2026,\nD2,Ann,Won,1,03/04/2026,\nD3,Ann,Won,1,03/26/2026,\n")
    imported = read(path, ImportOptions(date_order="dmy"))
    assert imported.column("created_at") == ["2026-03-25", "2026-04-03"]
    assert imported.issues == [
        Issue(4, "created_at", "03/26/2026", "This is not a date written day first; month first it would be "
              "26 Mar 2026. Write it as 2026-03-26, or leave the row out.")
    ]  # fmt: skip
    assert imported.plan.preview.foretold == (
        "1 row will be rejected: 'created_at' is month first there, on line 4 ('03/26/2026').",
    )


def test_saying_an_order_that_the_column_disproves_is_refused(tmp_path: Path, refused: Callable[..., str]) -> None:
    path = write(tmp_path, HEADER + "D1,Ann,Won,1,25/03/2026,\n")
    assert "'25/03/2026' on line 2 proves day first" in refused(path, ImportOptions(date_order="mdy"))


def test_two_different_columns_of_one_name_are_refused_when_the_name_is_needed(
    tmp_path: Path, refused: Callable[..., str]
) -> None:
    path = write(tmp_path, "id,stage,amount,Amount\nD1,Won,1,1\nD2,Won,1,2\n")
    assert refused(path) == "Two columns are called 'amount' and differ: '1' and '2' on line 3."
    chosen = read(path, ImportOptions(columns={"amount": "Amount (2)"}))
    assert chosen.column("amount") == [100, 200]


def test_a_field_or_column_that_does_not_exist_is_refused_with_the_nearest(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + ROW)
    with pytest.raises(Exception, match=r"no column 'ownr' for owner.*Did you mean owner"):
        look(path, ImportOptions(columns={"owner": "ownr"}))
    with pytest.raises(Exception, match=r"no field 'amuont'.*Did you mean amount"):
        look(path, ImportOptions(columns={"amuont": "amount"}))
    with pytest.raises(Exception, match=r"no dialect 'hubspt'.*Did you mean hubspot"):
        look(path, ImportOptions(dialect="hubspt"))


HUGE = "99999999999999999999"
SINGLE = {
    "text in an amount": ("D9,Ann,Won,about 90,2026-01-05,", "amount", "about 90", "This is not an amount."),
    "infinity": ("D9,Ann,Won,inf,2026-01-05,", "amount", "inf", "This is not an amount."),
    "an amount past all limits": (f"D9,Ann,Won,{HUGE},,", "amount", HUGE, "This amount is too large."),
    "a day that does not exist": ("D9,Ann,Won,1,2026-02-30,", "created_at", "2026-02-30", "There is no 30 Feb 2026."),
    "words for a date": ("D9,Ann,Won,1,next week,", "created_at", "next week", "This is not a date."),
    "a year before 1990": (
        *("D9,Ann,Won,1,1026-01-05,", "created_at", "1026-01-05"),
        "The year 1026 is not between 1990 and 2100.",
    ),
    "a moment past the end of time": (
        *("D9,Ann,Won,1,9999-12-31T23:59-05:00,", "created_at", "9999-12-31T23:59-05:00"),
        "This is not a date.",
    ),
    "too few cells": ("D9,Ann,Won", "amount", "", "This row has 3 cells instead of 6."),
    "too many cells": ("D9,Ann,Won,1,,,7", "", "7", "This row has 7 cells instead of 6."),
    "no id": (",Ann,Won,1,,", "id", "", "This row has no id."),
}


@pytest.mark.parametrize("case", SINGLE)
def test_one_bad_row_is_rejected_and_the_others_stay(case: str, tmp_path: Path) -> None:
    row, column, value, problem = SINGLE[case]
    imported = read(write(tmp_path, f"{HEADER}{ROW}{row}\nD3,Bob,Lost,,,\n"))
    assert imported.keys == ["D1", "D3"]
    (issue,) = imported.issues
    assert (issue.line, issue.column, issue.value, issue.problem) == (3, column, value, problem)


def test_a_file_that_changes_between_looking_and_reading_is_refused(tmp_path: Path) -> None:
    from kpidesk.core.errors import UserError
    from kpidesk.importing import chunks

    path = write(tmp_path, HEADER + ROW)
    plan = look(path)
    path.write_text(HEADER + ROW + ROW)
    with pytest.raises(UserError, match="has changed while it was being read"):
        next(chunks(plan))
    path.unlink()
    with pytest.raises(UserError, match=r"'.*' cannot be read any more: No such file or directory"):
        next(chunks(plan))


def test_closing_the_rows_closes_the_file(tmp_path: Path) -> None:
    from kpidesk.importing import chunks

    plan = look(write(tmp_path, HEADER + ROW))
    blocks = chunks(plan)
    assert next(blocks).lines == [2]
    blocks.close()
    with pytest.raises(StopIteration):
        next(blocks)
