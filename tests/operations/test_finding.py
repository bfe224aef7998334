"""Names are read a block at a time: what was read is answered at once, and in the end it is all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.finding import Hits
from kpidesk.operations import finding
from tests.operations.support import Line, bring_in, made, write

LINES: list[Line] = [
    (f"{letter}{number}", "Ann", "Open", "1000", "2025-01-01", "2030-12-31")
    for number, letter in enumerate("ABCDEFG", 1)
]


def asked_until_all_is_read(ws: operations.Workspace, typed: str) -> list[Hits]:
    answers = [operations.find_named(ws, typed, blocks=1)]
    while answers[-1].unread:
        answers.append(operations.find_named(ws, typed, blocks=1))
    return answers


def test_asked_again_and_again_it_finds_what_it_finds_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with made(tmp_path) as ws:
        bring_in(ws, write(tmp_path / "deals.csv", LINES))
        every = operations.find_named(ws, "firm")
        monkeypatch.setattr(finding, "BLOCK", 2)
        ws.memory.clear()
        answers = asked_until_all_is_read(ws, "firm")
        assert [one.unread for one in answers] == [12, 10, 8, 7, 5, 3, 1, 0]
        assert answers[-1] == every
        assert operations.find_named(ws, "firm") == every


def test_an_id_is_found_before_its_name_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "BLOCK", 2)
    with made(tmp_path) as ws:
        bring_in(ws, write(tmp_path / "deals.csv", LINES))
        first = operations.find_named(ws, "G7", blocks=1)
        assert first.unread > 0
        last = asked_until_all_is_read(ws, "G7")[-1]
    assert [hit.about.rsplit(" · ", 2)[-2:] for hit in first.first] == [["Open", "G7"]]
    assert (first.first, first.count) == (last.first, last.count)
