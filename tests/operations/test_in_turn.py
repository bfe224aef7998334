"""Several files checked in turn: each on the workspace as those before it will leave it, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.imports import ImportOptions, Preview
from kpidesk.core.progress import finish
from tests.operations.support import TODAY, looked_into, made

PEOPLE = "Name,Team\nAnn Lee,East\nBo Dahl,West\n"
JANUARY = (
    "id,owner,stage,amount,currency,close date\n"
    "D1,Ann Lee,Open,100,EUR,2026-02-01\nD2,Bo Dahl,On hold,50,EUR,2026-02-02\n"
)  # fmt: skip
FEBRUARY = (
    "id,owner,stage,amount,close date\n"
    "D1,Ann Lee,Open,300,2026-02-01\nD2,Bo Dahl,On hold,50,2026-02-02\nD3,Bo Dahl,Open,7,2026-02-02\n"
)  # fmt: skip
CALLS = "Activity ID,Type,Direction,Status,Date,Assigned,Deal ID\nA1,Call,Out,Done,2026-01-20,Ann Lee,D3\n"
STAGES = ImportOptions(stages={"Open": "open", "On hold": "open"})


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[operations.Workspace]:
    with made(tmp_path) as opened:
        yield opened


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def queue(folder: Path) -> list[tuple[Path, ImportOptions]]:
    texts = {
        "people.csv": PEOPLE, "deals_2026-01-12.csv": JANUARY, "deals_2026-01-26.csv": FEBRUARY, "calls.csv": CALLS,
    }  # fmt: skip
    return [
        (write(folder, name, text), STAGES if name == "deals_2026-01-12.csv" else ImportOptions())
        for name, text in texts.items()
    ]


def test_each_file_is_checked_as_those_before_it_leave_the_workspace(ws: operations.Workspace, tmp_path: Path) -> None:
    files = queue(tmp_path)
    before = ws.path.read_bytes()
    looked = finish(operations.look_in_turn(ws, files))
    within = partial(operations.look_into, *files[2], today=TODAY, ws=ws)
    after = finish(operations.after_files(ws, files[:2], within))
    assert ws.path.read_bytes() == before
    assert [one for one in looked if isinstance(one, UserError)] == []
    by_itself = looked_into(*files[2], ws)
    assert isinstance(after, Preview)
    assert after == looked[2]
    # what the first snapshot was told, and in which currency it was, needs no answer again
    assert (by_itself.currency, after.currency) == ("USD", "EUR")
    assert [question.option.partition(" ")[0] for question in by_itself.questions] == ["--stage"]
    assert after.questions == ()
    # checked one by one, each really imported before the next, they are taken for the same
    truly = []
    for path, options in files:
        truly.append(looked_into(path, options, ws))
        finish(operations.import_file(ws, path, options))
    assert list(looked) == truly


def test_the_count_of_a_file_is_that_of_its_import_after_the_others(ws: operations.Workspace, tmp_path: Path) -> None:
    files = queue(tmp_path)
    before = ws.path.read_bytes()
    tried = finish(operations.import_together(ws, files, dry_run=True))
    assert ws.path.read_bytes() == before
    done = finish(operations.import_together(ws, files))
    assert [replace(one, dry_run=False) for _, one in tried] == [one for _, one in done]
    assert [(one.added, one.updated, one.unchanged) for _, one in tried] == [(2, 0, 0), (2, 0, 0), (1, 1, 1), (1, 0, 0)]
    (linked,) = (one for one in tried[3][1].linked if one.to == "deals")
    assert (linked.by_id, linked.unlinked) == (1, 0)


def test_rows_look_like_those_of_files_before(ws: operations.Workspace, tmp_path: Path) -> None:
    head = "id,name,account,owner,stage,amount,close date\n"
    one = write(tmp_path, "one.csv", f"{head}D1,Pumps,Acme,Ann Lee,Won,100,2026-02-01\n")
    other = write(tmp_path, "two.csv", f"{head}E9,Pumps,Acme,Ann Lee,Won,100,2026-02-01\n")
    look = partial(operations.foresee, ws, other, ImportOptions())
    assert finish(operations.after_files(ws, (), look)).look_alikes == ()
    found = finish(operations.after_files(ws, [(one, ImportOptions())], look))
    assert [(row.key, row.other) for row in found.look_alikes] == [("E9", "D1")]


def test_what_cannot_come_in_is_as_if_it_were_not_there(ws: operations.Workspace, tmp_path: Path) -> None:
    people, (january, said), (february, _), _ = queue(tmp_path)
    operations.add_rate(ws, "EUR", "1.1", date(2025, 1, 1))
    refused = write(tmp_path, "rates.csv", "currency,rate,valid from\nEUR,1.5,2025-01-01\n")
    plain, gone = ImportOptions(), tmp_path / "gone.csv"
    turn = [people, (refused, plain), (gone, plain), (january, said), (february, plain)]
    before = ws.path.read_bytes()
    looked = finish(operations.look_in_turn(ws, turn))
    assert ws.path.read_bytes() == before
    assert isinstance(looked[2], UserError)
    kept = finish(operations.look_in_turn(ws, [people, (january, said), (february, plain)]))
    assert (looked[0], *looked[3:]) == kept
    asking = finish(operations.look_in_turn(ws, [people, (january, plain), (february, plain)]))
    assert [len(one.questions) for one in asking if isinstance(one, Preview)] == [0, 1, 1]


def test_stopped_at_every_step_nothing_is_written(ws: operations.Workspace, tmp_path: Path) -> None:
    files = queue(tmp_path)
    before, stop = ws.path.read_bytes(), 0
    while True:
        work = operations.look_in_turn(ws, files)
        taken = sum(1 for _ in islice(work, stop))
        work.close()
        assert ws.path.read_bytes() == before
        if taken < stop:
            break
        stop += 7
    assert stop > 30
    assert operations.imports(ws) == ()


def test_what_was_computed_before_a_look_still_holds_after_it(ws: operations.Workspace, tmp_path: Path) -> None:
    files = queue(tmp_path)
    known = operations.scopes(ws)
    assert finish(operations.look_in_turn(ws, files))
    assert operations.scopes(ws) is known
    finish(operations.import_file(ws, *files[0]))
    assert [one.name for one in operations.scopes(ws).people] == ["Ann Lee", "Bo Dahl"]
