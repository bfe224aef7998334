"""What the command line writes of an earlier day: the numbers known then, worked out from the rows by hand."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from tests.flow import ask, refused
from tests.operations.support import TODAY, bring_in, write

FIRST, SECOND = date(2026, 2, 1), date(2026, 2, 10)
LINES = (
    ("D1", "Ann", "Won", "1000", "2025-12-01", "2026-01-10"),
    ("D2", "Ann", "Lost", "400", "2025-12-01", "2026-01-12"),
)
MORE = (*LINES, ("D3", "Bo", "Won", "300", "2025-12-01", "2026-01-20"))
QUARTER = ("--period", "2026-Q1")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Bookings of 1,000 in January known on 1 February, 1,300 known on 10 February."""
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    bring_in(ws, write(tmp_path / "first.csv", LINES), FIRST)
    bring_in(ws, write(tmp_path / "second.csv", MORE), SECOND)
    operations.close(ws)
    return tmp_path / "w.kpidesk"


def written(path: Path, what: str, *options: object) -> list[dict[str, str]]:
    to = path.parent / f"{what}.csv"
    ask("export", path, what, "--to", to, "--kpi", "bookings", *QUARTER, *options)
    with to.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("options", "value"), [((), 1300.0), (("--as-of", FIRST), 1000.0), (("--as-of", SECOND), 1300.0)]
)
def test_scorecards_and_trends_are_written_as_of_a_day(path: Path, options: tuple[object, ...], value: float) -> None:
    assert [float(row["value"]) for row in written(path, "scorecard", *options)] == [value]
    (point,) = written(path, "trend", "--periods", 1, *options)
    assert float(point["value"]) == value


def test_a_day_before_the_first_import_has_nothing_to_tell(path: Path) -> None:
    assert [row["value"] for row in written(path, "scorecard", "--as-of", "2026-01-31")] == [""]


def test_a_one_on_one_is_not_written_as_of_a_day(path: Path) -> None:
    told = refused("export", path, "one-on-one", "--to", path.parent / "a.pdf", "--scope", "rep:Ann", "--as-of", FIRST)
    assert "A one-on-one takes no --as-of" in told
    assert not (path.parent / "a.pdf").exists()


def test_a_kpi_is_shown_with_the_definition_of_a_day(path: Path) -> None:
    assert ask("kpi", "show", path, "bookings", "--as-of", FIRST) == ask("kpi", "show", path, "bookings")
    assert "is not a day" in refused("kpi", "show", path, "bookings", "--as-of", "yesterday")
