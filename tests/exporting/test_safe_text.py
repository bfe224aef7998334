"""Text from files can run nothing: not in a spreadsheet, not on a page, not in a terminal."""

from __future__ import annotations

import csv
import io
import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidesk.exporting.safe_text import guarded, printable

TURNING = ("LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI")
MARKS = tuple(map(unicodedata.lookup, ("ARABIC LETTER MARK", "LEFT-TO-RIGHT MARK", "RIGHT-TO-LEFT MARK")))
RUNNING = ["=1+1", "+1", "-1+cmd", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", " =1", "\u200b=1", "\u00a0=1", "\0=1"]


@pytest.mark.parametrize("text", RUNNING)
def test_what_a_spreadsheet_would_run_is_held_back(text: str) -> None:
    assert guarded(text) == f"'{text}".replace("\0", "")


@pytest.mark.parametrize("text", ["", "Ann Lee", "D=1", "3 of 7", "O'Brien", "−5 points", "'=1", "  two blanks"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


@given(st.text())
def test_no_guarded_text_begins_a_formula(text: str) -> None:
    assert not re.match(r"[ \t\r\n\u00a0\u200b\u2060\ufeff]*[=+\-@＝＋－＠]", guarded(text))


@given(st.text())
def test_a_guarded_text_comes_back_from_a_csv(text: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerow(["first", guarded(text)])
    back = next(csv.reader(io.StringIO(out.getvalue(), newline="")))[1]
    assert back.removeprefix("'") == text.replace("\0", "").removeprefix("'")


def test_no_character_steers_a_terminal_or_turns_the_writing() -> None:
    assert printable("a\x1b[31mb\nc\u2028d") == "a [31mb c d"
    assert printable("invoice\u202egnp.exe") == "invoicegnp.exe"
    assert printable("שלום · Zoë · 名前") == "שלום · Zoë · 名前"


def test_what_is_kept_without_a_look_at_each_character_has_none_that_is_not() -> None:
    seen = "".join(filter(str.isprintable, map(chr, range(sys.maxunicode + 1))))
    assert printable(seen) == seen
    assert not {"Cc", "Cs", "Zl", "Zp"} & set(map(unicodedata.category, seen))
    assert not set(TURNING) & set(map(unicodedata.bidirectional, seen))
    assert not set(MARKS) & set(seen)
