"""Tables of text: aligned by what a terminal shows, and never wider than it."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidesk.exporting.text_table import WIDTH, Column, cut, fitted, paragraph, table, width_of, wrapped


def test_columns_stand_under_their_titles() -> None:
    drawn = table((Column("Name", ("Ann", "Bo Dahl")), Column("Deals", ("12", "3"), right=True), Column("", ("", ""))))
    assert drawn == "Name     Deals\nAnn         12\nBo Dahl      3"


def test_wide_and_combining_characters_count_as_a_terminal_counts_them() -> None:
    assert [width_of(text) for text in ("Zoë", "Zoe\u0308", "名前", "a\u200db")] == [3, 3, 4, 2]
    lines = table((Column("N", ("名前", "ab")), Column("X", ("1", "2")))).splitlines()
    assert lines[1:] == ["名前  1", "ab    2"]


def test_a_text_is_cut_with_a_sign() -> None:
    assert cut("Ludwigshafen", 8) == "Ludwigs…"
    assert cut("short", 8) == "short"
    assert cut("名前名前", 5) == "名前…"


def test_the_widest_column_gives_way_first() -> None:
    assert fitted([10, 30, 10], 42) == [10, 18, 10]
    assert fitted([4, 4], 42) == [4, 4]


@given(st.lists(st.lists(st.text(max_size=90), min_size=3, max_size=3), min_size=1, max_size=6))
def test_no_table_of_few_columns_is_wider_than_a_terminal(columns: list[list[str]]) -> None:
    drawn = table([Column("Title", tuple(cells)) for cells in columns], width=WIDTH)
    assert max(width_of(line) for line in drawn.split("\n")) <= WIDTH


def test_a_table_in_a_file_is_as_wide_as_it_needs_and_one_in_a_terminal_wraps(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = (Column("Deal", ("a name " * 30, "Bo")), Column("Amount", ("$1,204,000", "$3"), right=True))
    whole = table(columns).splitlines()
    assert [line.split() for line in whole[1:]] == [[*["a", "name"] * 30, "$1,204,000"], ["Bo", "$3"]]
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    lines = table(columns).splitlines()
    assert max(map(len, lines)) == 60
    assert lines[1].endswith(" name  $1,204,000")
    assert " ".join(lines[1:-1]).split().count("name") == 30


@given(st.text(max_size=60), st.integers(1, 30))
def test_wrapping_loses_no_letter(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width_of(line) <= max(width, 2) for line in lines)


def test_a_paragraph_is_broken_at_spaces() -> None:
    lines = paragraph("word " * 60, indent="    ", first="Note ").splitlines()
    assert lines[0].startswith("Note word")
    assert all(line.startswith("    word") for line in lines[1:])
    assert max(map(len, lines)) <= WIDTH
