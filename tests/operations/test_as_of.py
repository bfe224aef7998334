"""The knowledge of an earlier day: what later exports say must not show in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from kpidesk import operations
from kpidesk.core.scorecards import Scorecard
from tests.operations.support import TODAY, bring_in, history, write

DAYS = (date(2025, 2, 10), date(2025, 4, 1), date(2025, 5, 20), date(2025, 8, 1))
QUESTIONS = (
    "count(deals where open as of end)",
    "sum(deals.amount where open as of end)",
    "count(deals where open as of now)",
    "sum(deals.amount where won on closed_at)",
    "count(deals where won on closed_at) / count(deals where closed on closed_at)",
    "count(deals where push_count > 0 as of end)",
    "count(deals where close_date in period as of start)",
    "median(days(deals.created_at, deals.closed_at) where closed on closed_at)",
)


@pytest.fixture(params=(1, 2, 3))
def snapshots(request: pytest.FixtureRequest, tmp_path: Path) -> list[tuple[date, Path]]:
    """Exports of twelve deals on four days; on each some have moved, some are left out, some cannot be read."""
    random = Random(request.param)
    deals = {f"D{number:02d}": _born(random) for number in range(12)}
    found = []
    for day in DAYS:
        deals = {key: _moved(random, line, day) for key, line in deals.items()}
        shown = [(key, *_typed(random, line)) for key, line in deals.items() if random.random() < 0.7]
        found.append((day, write(tmp_path / f"{day}.csv", shown)))
    return found


def _born(random: Random) -> tuple[str, str, str, str, str]:
    created = date(2024, 10, 1) + timedelta(days=random.randrange(120))
    return random.choice(("Ann Lee", "Bo Dahl", "")), "Open", "1000", str(created), "2025-12-01"


def _moved(random: Random, line: tuple[str, str, str, str, str], day: date) -> tuple[str, str, str, str, str]:
    owner, stage, amount, created, closes = line
    if random.random() < 0.3:
        amount = str(random.randrange(5_000))
    if random.random() < 0.2:
        owner = random.choice(("Ann Lee", "Bo Dahl", "Cy Oh"))
    if random.random() < 0.4:
        stage = random.choice(("Open", "Won", "Lost"))
        closes = str(day - timedelta(days=random.randrange(60)) if stage != "Open" else day + timedelta(days=90))
    return owner, stage, amount, created, closes


def _typed(random: Random, line: tuple[str, str, str, str, str]) -> tuple[str, str, str, str, str]:
    """A line as it stands in an export: now and then without a readable amount, so that it is rejected."""
    owner, stage, amount, created, closes = line
    return owner, stage, "to be agreed" if random.random() < 0.2 else amount, created, closes


def _answers(ws: operations.Workspace, day: date | None) -> Iterator[list[tuple[object, ...]]]:
    for formula in QUESTIONS:
        for by in ("", "rep"):
            asked = operations.question(ws, period="2025-Q3", by=by, periods=3, as_of=day)
            yield _values(operations.evaluate(ws, formula, asked))


def _values(card: Scorecard) -> list[tuple[object, ...]]:
    """Reps who have nothing are left out: a later export may bring in names."""
    return sorted(
        (row.member, row.period.key, row.result.value, row.result.notices)
        for row in card.rows
        if row.result.value or row.member == "org"
    )


def test_the_knowledge_of_a_day_is_that_of_the_imports_up_to_it(
    snapshots: list[tuple[date, Path]], tmp_path: Path
) -> None:
    whole = operations.open_workspace(tmp_path / "all.kpidesk", create=True, today=TODAY)
    for day, file in sorted(snapshots, key=lambda one: one[1].stat().st_size):
        bring_in(whole, file, day)
    part = operations.open_workspace(tmp_path / "part.kpidesk", create=True, today=TODAY)
    for day, file in snapshots:
        bring_in(part, file, day)
        assert list(_answers(whole, day)) == list(_answers(part, None)), day
    operations.close(whole)
    operations.close(part)


def test_no_file_of_a_later_day_is_named(tmp_path: Path) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    january, march = date(2026, 1, 31), date(2026, 2, 15)
    lines = history((2025,))
    bring_in(ws, write(tmp_path / "january.csv", lines), january)
    bring_in(ws, write(tmp_path / "march.csv", lines), march)
    asked = operations.question(ws, period="2025-Q1", as_of=january)
    assert operations.scorecard(ws, asked).sources == ("january.csv (2026-01-31)",)
    told = operations.rows(ws, "win_rate", asked)
    assert {row.file for row in told.rows} == {"january.csv"}
    assert told.import_ids == (1,)
    now = operations.rows(ws, "win_rate", operations.question(ws, period="2025-Q1"))
    assert {row.file for row in now.rows} == {"march.csv"}
    for day, told_so in ((date(2030, 3, 1), ["1 Mar 2030 has not come yet: this is what the data of 15 Feb 2026 say."]),
                         (TODAY, [])):  # fmt: skip
        later = operations.question(ws, period="2025-Q1", as_of=day)
        for notices in (operations.scorecard(ws, later).notices, operations.trend(ws, "win_rate", later).notices):
            assert [one for one in notices if "not come yet" in one] == told_so
    operations.close(ws)
