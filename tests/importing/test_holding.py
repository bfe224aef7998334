"""What is kept of a file from its check to its import is what reading it again gives, and takes no more than it may."""

from __future__ import annotations

import gc
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter

from kpidesk.core.errors import UserError
from kpidesk.importing import Plan, chunks, parse
from kpidesk.importing.holding import MOST_BYTES, size_of
from tests.importing.support import dated, look, write

HEADER = "id,owner,stage,amount,created_at,closed_at,note"
ROWS = 9_000
LINES = [
    f"D{at},Rep {at % 7},Won,{at}.50,2026-01-{at % 28 + 1:02d},2026-02-01 09:{at % 60:02d},n{at}" for at in range(ROWS)
]


def text(lines: list[str], end: str = "\n") -> str:
    return end.join((HEADER, *lines, ""))


FILES: dict[str, str | bytes] = {
    "plain": text(LINES),
    "CRLF": text(LINES, "\r\n"),
    "quoted": "\n".join('"' + line.replace(",", '","') + '"' for line in (HEADER, *LINES)) + "\n",
    "umlauts": text([line.replace("Rep", "Zoë") for line in LINES]).encode("utf-16"),
    "below a title": "Report of all deals\n\n" + text(LINES),
}


@pytest.fixture(scope="module", params=FILES)
def plan(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return look(write(tmp_path_factory.mktemp("held"), FILES[request.param]))


def shown(plan: Plan) -> list[tuple[object, ...]]:
    """Every block as it is read: which lines, which text, which values."""
    found: list[tuple[object, ...]] = []
    for block in chunks(plan):
        parsed = parse(plan, block)
        columns = {name: list(cells) for name, cells in parsed.columns.items()}
        found.append((block.lines, block.rows, parsed.keys, columns, list(parsed.custom), parsed.rejected))
    return found


def test_what_was_kept_is_what_reading_again_gives(plan: Plan) -> None:
    assert sum(map(len, plan.held)) == plan.total_rows == ROWS
    assert shown(plan) == shown(replace(plan, held=(), memos={})) == shown(plan)


def test_reading_takes_no_more_memory_than_was_kept(plan: Plan) -> None:
    before = [block.grid.size for block in plan.held]
    shown(plan)
    assert [block.grid.size for block in plan.held] == before


@pytest.mark.parametrize("keeps", [True, False])
def test_a_file_that_changes_is_refused_whether_it_was_kept_or_not(tmp_path: Path, *, keeps: bool) -> None:
    path = write(tmp_path, FILES["plain"])
    plan = look(path)
    plan = plan if keeps else replace(plan, held=())
    assert bool(plan.held) == keeps
    write(tmp_path, FILES["CRLF"])
    with pytest.raises(UserError, match="has changed while it was being read"):
        next(chunks(plan))
    path.unlink()
    with pytest.raises(UserError, match=r"'.*' cannot be read any more: No such file or directory"):
        next(chunks(plan))


def test_nothing_is_kept_of_a_file_that_takes_more_than_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, FILES["plain"])
    plan = look(path)
    taken = sum(map(size_of, plan.held))
    assert 1_000_000 < taken < MOST_BYTES
    monkeypatch.setattr("kpidesk.importing.holding.MOST_BYTES", taken)
    assert look(path).held
    monkeypatch.setattr("kpidesk.importing.holding.MOST_BYTES", taken - 1)
    small = look(path)
    assert not small.held
    with monkeypatch.context() as begun:
        begun.setattr("kpidesk.importing.holding.LEAST_TIMES", taken)
        begun.setattr("kpidesk.importing.holding.size_of", lambda _: pytest.fail("A part of the file was kept."))
        assert not look(path).held
    assert shown(small) == shown(plan)


def test_what_is_said_to_be_kept_is_about_what_it_takes(tmp_path: Path) -> None:
    path = write(tmp_path, FILES["plain"])
    look(path)  # what is made once
    tracemalloc.start()
    plan = look(path)
    size = sum(map(size_of, plan.held))
    gc.collect()
    with_rows = tracemalloc.get_traced_memory()[0]
    plan = replace(plan, held=())
    gc.collect()
    taken = with_rows - tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert not plan.held
    assert 0.8 * size < taken < 1.1 * size


def test_nothing_is_kept_of_rows_that_are_no_plain_text(tmp_path: Path) -> None:
    assert not look(write(tmp_path, text([LINES[0].replace("n0", '"a ""note"""'), *LINES[1:]]))).held


def test_nothing_is_kept_of_a_sheet_among_others(tmp_path: Path) -> None:
    for sheets in (1, 2):
        path = tmp_path / f"{sheets}.xlsx"
        with xlsxwriter.Workbook(path) as book:
            for _ in range(sheets):
                sheet = book.add_worksheet()
                for at, line in enumerate((HEADER, *LINES[:50])):
                    sheet.write_row(at, 0, line.split(","))
        assert sum(map(len, look(dated(path)).held)) == (50 if sheets == 1 else 0)
