"""Pay plans: what a quarter pays, and that nothing of them leaves the verbs that show them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.people import ORG, Scope
from kpidesk.core.progress import finish
from kpidesk.core.scorecards import Question
from tests.operations.support import Line, bring_in, copied, made, write

KNOWN = date(2026, 2, 20)
LINES: list[Line] = [
    ("W1", "Ann Lee", "Won", "30000", "2025-01-01", "2025-11-01"),
    ("W2", "Ann Lee", "Won", "55000", "2025-10-01", "2026-01-15"),
    ("X0", "Bo Dahl", "Lost", "1", "2025-01-01", "2025-02-01"),
]
BASE, VARIABLE = 61_327, 48_612
SECRET = (b"61327", b"61,327", b"48612", b"48,612", b"61.3", b"48.6", b"6132700", b"4861200", b"109,939", b"110K")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("paid")
    with made(folder, KNOWN) as ws:
        bring_in(ws, write(folder / "deals.csv", LINES), KNOWN)
        about = {"scope": "rep:Ann Lee", "period": "2026-Q1"}
        operations.set_baseline_from(ws, "bookings", **about, value="90000", reason="the plan")
        operations.set_target_from(ws, "bookings", **about, minimum="50000", target="100000", stretch="120000")
        operations.set_pay_plan_text(ws, ann(ws), str(BASE), str(VARIABLE), minimum="50%", accelerators=("100%=2",),
                                     from_day=date(2026, 1, 1))  # fmt: skip
    return folder


@pytest.fixture
def ws(begun: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(begun, tmp_path, KNOWN) as opened:
        yield opened


def ann(ws: operations.Workspace) -> Scope:
    return operations.scopes(ws).find_scope("rep:Ann Lee")


def quarter(ws: operations.Workspace, key: str = "2026-Q1") -> Question:
    return Question(operations.question(ws, period=key).period, ann(ws))


def test_the_present_attainment_pays_its_part_of_the_quarter(ws: operations.Workspace) -> None:
    now = operations.pay_plan(ws, ann(ws), quarter(ws).period)
    assert (now.actual, now.target, now.attainment, now.share) == (55_000, 100_000, 0.55, 0.55)
    assert now.paid == pytest.approx(VARIABLE / 4 * 0.55)
    assert now.running
    assert next(one.earned for one in now.points if one.attainment == 1.1) == pytest.approx(BASE + VARIABLE * 1.2)


def test_without_a_target_nothing_is_guessed(ws: operations.Workspace) -> None:
    now = operations.pay_plan(ws, ann(ws), quarter(ws, "2026-Q2").period)
    assert (now.paid, now.share) == (None, None)
    assert "no target" in now.reason


def test_a_plan_holds_from_its_day_and_a_team_has_none(ws: operations.Workspace) -> None:
    with pytest.raises(UserError, match="no pay plan"):
        operations.pay_plan(ws, ann(ws), quarter(ws, "2025-Q4").period)
    with pytest.raises(UserError, match="one rep"):
        operations.set_pay_plan(ws, ORG, 1, 1)
    with pytest.raises(UserError, match="no accelerator"):
        operations.set_pay_plan_text(ws, ann(ws), "1", "1", accelerators=("120",))
    assert operations.delete_pay_plans(ws, ann(ws)) == 1
    assert operations.pay_plans(ws, ann(ws)) == ()


def test_nothing_of_it_is_in_any_file_log_or_answer(ws: operations.Workspace, tmp_path: Path) -> None:
    asked, folder = quarter(ws), tmp_path / "out"
    folder.mkdir()
    for ending in ("html", "csv", "xlsx"):
        operations.export_scorecard(operations.scorecard(ws, asked), folder / f"card.{ending}")
    review = operations.open_review(ws, ann(ws), asked)
    for manager in (False, True):
        operations.export_one_on_one(operations.sheet(ws, review.id), folder / f"{manager}.html", manager=manager)
    operations.export_definitions(ws, folder / "ours.kpipack")
    written = b"".join(_bytes(path) for path in folder.iterdir())
    assert written, "files were written"
    log = repr(ws.db.rows("SELECT * FROM audit")).encode()
    assert [one for one in SECRET if one in written or one in log] == []
    assert b"pay plan" not in log.replace(b"_", b" ")


def _bytes(path: Path) -> bytes:
    """All of a file, what is packed in it unpacked."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as packed:
        return b"".join(packed.read(name) for name in packed.namelist())


def test_no_query_reads_it(ws: operations.Workspace) -> None:
    for query in ("SELECT * FROM pay_plans", "SELECT (SELECT max(base) FROM pay_plans)"):
        with pytest.raises(UserError):
            finish(operations.sql(ws, query))
    assert "pay_plans" not in {one.name for one in operations.tables(ws)}
