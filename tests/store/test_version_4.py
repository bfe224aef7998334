"""A workspace that the last release wrote (`tests/data/version-4.kpidesk.gz`) opens and holds all that it held."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kpidesk import operations
from kpidesk.core.people import ORG
from kpidesk.core.periods import parse_period
from kpidesk.core.receipt_codes import decode, encode
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.store import migrations, opening
from kpidesk.store.frozen import to_json
from kpidesk.store.sealed import sealed_bytes
from tests.store.support import problems

KEPT = Path(__file__).parents[1] / "data"
DAY = date(2026, 3, 1)
Told = dict[str, Any]
SAID_NOW = {
    "$3.77K": "$3.78K",
    ", no target, 1 of 1, ": ", no target, 1 of 1, too early, ",
    ", no target, 1 deal, ": ", no target, 1 deal, too early, ",
}
"""Texts as they were and as they are now, where they are worked out anew.

A number on a half, here $3,775, is rounded up, and too few rows are said to be so without a target too.
"""


@pytest.fixture(scope="module")
def then() -> Told:
    """What the program of that version said of the file: its one-on-ones, their sheets, goals and numbers."""
    told: Told = json.loads(gzip.decompress((KEPT / "version-4.json.gz").read_bytes()))
    return told


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    """The same file after it was brought to the newest version."""
    path = tmp_path_factory.mktemp("version-4") / "w.kpidesk"
    path.write_bytes(gzip.decompress((KEPT / "version-4.kpidesk.gz").read_bytes()))
    assert opening.check_header(path) == 4
    opened = operations.open_workspace(path, today=DAY)
    yield opened
    operations.close(opened)
    assert opening.check_header(path) == migrations.NEWEST


def plain(value: object) -> Any:
    return json.loads(to_json(value))


def changed(before: Any, after: Any, place: str = "") -> list[str]:
    """Where a value of then is not what it was; what is new beside it does not count."""
    if isinstance(before, dict):
        return [one for key, part in before.items() for one in changed(part, after.get(key), f"{place}.{key}")]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [one for at, (old, new) in pairs for one in changed(old, new, f"{place}[{at}]")]
    return [] if before == after else [f"{place}: {before!r} is {after!r}"]


def as_said_now(told: Told) -> Told:
    text = json.dumps(told)
    for before, now in SAID_NOW.items():
        text = text.replace(before, now)
    found: Told = json.loads(text)
    return found


def recoded(told: Any) -> Any:
    """Codes of receipts, which say the same today, with the check characters that they have today."""
    if isinstance(told, dict):
        return {key: encode(decode(part)) if key == "receipt" and part else recoded(part) for key, part in told.items()}
    return [recoded(one) for one in told] if isinstance(told, list) else told


def test_what_is_compared_could_differ(then: Told) -> None:
    sheet = next(iter(then["sheets"].values()))
    assert changed(sheet, {**sheet, "rep": "Cy Oh", "new": 1}) == [f".rep: {sheet['rep']!r} is 'Cy Oh'"]
    assert changed([1, 2], [1]) == [": [1, 2] is [1]"]


def test_every_sheet_is_the_same_and_sealed_ones_byte_for_byte(ws: operations.Workspace, then: Told) -> None:
    known = operations.reviews(ws)
    assert {one.state for one in known} == {"draft", "started", "closed"}
    assert changed(then["reviews"], plain(known)) == []
    for one in known:
        told = then["sheets"][str(one.id)]
        told = recoded(as_said_now(told)) if one.state == "draft" else told
        assert changed(told, plain(operations.sheet(ws, one.id))) == [], one.state
    sealed = [one for one in known if one.state != "draft"]
    digests = {str(one.id): hashlib.sha256(sealed_bytes(ws.db, "review", one.id)).hexdigest() for one in sealed}
    assert digests == then["bytes"]
    assert problems(ws.db) == ()


def test_numbers_goals_and_initiatives_are_the_same(ws: operations.Workspace, then: Told) -> None:
    rows = operations.scorecard(ws, Question(parse_period("2026-Q1", Settings(), DAY))).rows
    found = {
        row.kpi.id: [row.result.value, row.result.n, row.target and row.target.target,
                     row.baseline and row.baseline.value]
        for row in rows
    }  # fmt: skip
    assert found == then["numbers"]
    assert [one.name for one in operations.initiatives(ws)] == then["initiatives"]


def test_the_meeting_that_was_under_way_is_closed_and_the_new_kinds_begin(ws: operations.Workspace) -> None:
    started = next(one for one in operations.reviews(ws) if one.state == "started")
    before = operations.sheet(ws, started.id)
    closed = operations.close_review(ws, started.id)
    assert (closed.code, closed.lines, closed.facts) == (before.code, before.lines, before.facts)
    team = operations.open_team_review(ws, "weekly", ORG)
    assert operations.close_team_review(ws, team.id, without_action=True).meeting.state == "closed"
    last = {one.what: one.on for one in operations.agenda(ws).last_met if one.whose == "Ann Lee"}
    assert last == {"one_on_one": DAY}
