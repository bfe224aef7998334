"""A file with a column more is of the source that knows its ids, so that its records are not taken for new ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.imports import ImportOptions, ImportReport
from kpidesk.core.progress import finish

DAY = date(2026, 6, 8)
HEADER = "Activity ID,Subject,Assigned,Date,Activity type,Opportunity ID,Direction"
ROW = "{},Call,Ann,2026-05-{:02},Call,D1,Outbound"
WIDER = f"{HEADER},Status"


def written(folder: Path, name: str, header: str, ids: list[str]) -> Path:
    more = ",Completed" if header == WIDER else ""
    lines = [ROW.format(key, at % 28 + 1) + more for at, key in enumerate(ids)]
    path = folder / name
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[operations.Workspace]:
    """A workspace without records."""
    made = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=date(2026, 8, 1))
    yield made
    operations.close(made)


def bring_in(ws: operations.Workspace, path: Path, **said: object) -> ImportReport:
    return finish(operations.import_file(ws, path, ImportOptions(as_of=DAY, **said)))  # type: ignore[arg-type]


def sources(ws: operations.Workspace) -> list[str]:
    return [one.source for one in operations.imports(ws)]


KEYS = [f"00T{number:06}" for number in range(40)]


def test_a_column_more_doubles_nothing(ws: operations.Workspace, tmp_path: Path) -> None:
    bring_in(ws, written(tmp_path, "narrow.csv", HEADER, KEYS))
    report = bring_in(ws, written(tmp_path, "wide.csv", WIDER, [*KEYS, "00T999999"]))
    assert (report.added, report.updated) == (1, 40)
    (told,) = (one for one in report.notices if "known from" in one)
    assert told == (
        "40 of 41 ids are known from the source 'generic', so the rows count as the same activities; "
        "--source salesforce says that they are others."
    )
    # the next month holds none of the ids, and is of the same source all the same
    bring_in(ws, written(tmp_path, "next.csv", WIDER, ["00T777777"]))
    assert sources(ws) == ["generic"] * 3


def test_what_is_said_counts(ws: operations.Workspace, tmp_path: Path) -> None:
    bring_in(ws, written(tmp_path, "narrow.csv", HEADER, KEYS))
    report = bring_in(ws, written(tmp_path, "wide.csv", WIDER, KEYS), source="salesforce")
    assert (report.added, sources(ws)) == (40, ["generic", "salesforce"])
    assert not any("known from" in one for one in report.notices)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (KEYS[:9], KEYS),  # too few of them
        ([str(number) for number in range(1, 41)], [str(number) for number in range(1, 41)]),  # anybody counts so
    ],
)
def test_what_is_doubtful_is_said_and_left(
    ws: operations.Workspace, tmp_path: Path, before: list[str], now: list[str]
) -> None:
    bring_in(ws, written(tmp_path, "narrow.csv", HEADER, before))
    report = bring_in(ws, written(tmp_path, "wide.csv", WIDER, now))
    assert (report.added, sources(ws)) == (40, ["generic", "salesforce"])
    (told,) = (one for one in report.notices if "known from" in one)
    assert told.endswith("Where both are one, --source generic makes them the same.")


def test_ids_of_nobody_are_no_matter(ws: operations.Workspace, tmp_path: Path) -> None:
    bring_in(ws, written(tmp_path, "narrow.csv", HEADER, ["X1", "X2"]))
    report = bring_in(ws, written(tmp_path, "wide.csv", WIDER, KEYS))
    assert (report.added, sources(ws)) == (40, ["generic", "salesforce"])
    assert not any("known from" in one for one in report.notices)


def test_rows_all_over_a_long_file_are_looked_at(
    ws: operations.Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kpidesk.operations.known_ids.MOST_IDS", 10)
    bring_in(ws, written(tmp_path, "narrow.csv", HEADER, KEYS))
    fresh = [f"00X{number:06}" for number in range(20)]
    report = bring_in(ws, written(tmp_path, "wide.csv", WIDER, [*fresh, *KEYS]))
    assert (report.added, report.updated) == (20, 40)
