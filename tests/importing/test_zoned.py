"""Moments with a zone: cut to the days of the workspace's zone, counted, and told of in the check and the report."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kpidesk import operations
from kpidesk.core.imports import ImportOptions
from kpidesk.core.progress import finish
from kpidesk.importing.dates import read_day, read_stamp
from kpidesk.importing.zoned import ZonedTally, zone_notices
from tests.operations.support import looked_into

ZONES = ("UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu", "Pacific/Chatham", "Australia/Lord_Howe")
AHEAD = ("Z", "+02:00", "-0800", "+0545", "-03", "+14:00")
SUMMER = (date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 4, 5), date(2026, 10, 4))
"""Days on which clocks of these zones are changed."""


def moments() -> list[datetime]:
    """Moments of all hours and offsets, many of them around changes of clocks."""
    chosen = random.Random(1)
    days = [*SUMMER, *(date(2024, 2, 28) + timedelta(days=chosen.randrange(900)) for _ in range(60))]
    offsets = [timezone(timedelta(minutes=minutes)) for minutes in (0, 120, -480, 345, -180, 840)]
    return [
        datetime.combine(day + timedelta(days=beside), datetime.min.time(), offset)
        + timedelta(hours=chosen.randrange(24), minutes=chosen.randrange(60))
        for day in days
        for beside in (-1, 0, 1)
        for offset in offsets
    ]


@pytest.mark.parametrize("name", ZONES)
def test_a_moment_is_cut_as_the_calendar_cuts_it(name: str) -> None:
    zone = ZoneInfo(name)
    for moment in moments():
        offset = AHEAD[(0, 120, -480, 345, -180, 840).index(moment.utcoffset() // timedelta(minutes=1))]  # type: ignore[operator]  # has one
        text, here = f"{moment:%Y-%m-%dT%H:%M}:59.123{offset}", moment.astimezone(zone)
        assert (read_day(text, None, zone), read_stamp(text, None, zone)) == (
            f"{here:%Y-%m-%d}",
            f"{here:%Y-%m-%dT%H:%M}",
        )


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M:%S%z", "%d %b %Y %H:%M %z", "%d.%m.%Y %H:%M:%S %z", "epoch"])
def test_those_of_another_day_are_counted(name: str, form: str) -> None:
    some = [moment for moment in moments() if moment.day > 12]  # or its date might be read both ways
    texts = [f"{one.timestamp() * 1000:.0f}" if form == "epoch" else f"{one:{form}}" for one in some]
    tally = ZonedTally(name)
    tally.count({**dict.fromkeys(texts, 0), "2026-03-01 09:30": 5, "2026-03-01": 5, "20260301": 5, "": 5})
    for text in texts:
        tally.count({text: 1})
    zone = ZoneInfo(name)
    beside = [one.astimezone(UTC) if name != "UTC" or form == "epoch" else one for one in some]
    moved = sum(one.astimezone(zone).date() != other.date() for one, other in zip(some, beside, strict=True))
    assert (tally.told, tally.moved, tally.is_sure) == (len(some), moved, True)
    assert moved or (name == "UTC" and form == "epoch")


def test_of_a_date_that_is_read_both_ways_no_number_is_told() -> None:
    tally = ZonedTally("Europe/Berlin")
    tally.count({"31.03.2026 23:30 +00:00": 2})
    (told,) = zone_notices([tally], "Europe/Berlin")
    assert told.endswith("(setting Time zone); in UTC 2 of them fall on another day.")
    tally.count({"01.02.2026 12:00 Z": 1, "04.05.2026 10:00": 3})
    assert tally.is_sure
    tally.count({"10.03.2026 22:30 Z": 1})  # 10 March in winter time, 3 October in summer time
    assert zone_notices([tally], "Europe/Berlin") == (
        "4 times with a zone are cut to days in Europe/Berlin (setting Time zone).",
    )


@pytest.mark.parametrize(("zone", "told"), [
    ("UTC", "UTC (setting Time zone); as written 1 of them falls on another day."),
    ("America/Los_Angeles", "America/Los_Angeles (setting Time zone); in UTC 2 of them fall on another day."),
    ("Europe/London", "Europe/London (setting Time zone); in UTC none is of another day."),
])  # fmt: skip
@pytest.mark.parametrize("has_twins", [True, False])
def test_the_check_and_the_report_name_the_zone(tmp_path: Path, zone: str, told: str, *, has_twins: bool) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=date(2026, 8, 1))
    operations.save_settings(ws, replace(operations.settings(ws), time_zone=zone))
    path = tmp_path / "deals.csv"
    first, again = (
        ("Amount,Amount", "1,1") if has_twins else ("Amount", "1")
    )  # of columns alike blocks are read otherwise
    rows = (
        f"Deal ID,Deal Name,Stage,{first},Created,Closed on",
        f"1,Alpha,Closed Won,{again},2026-01-05T10:00:00Z,2026-03-31T23:30:00-08:00",
        f"2,Beta,Closed Won,{again},2026-01-05T10:00:00Z,2026-04-01T06:59:59Z",
        f"3,Gamma,Closed Won,{again},2026-01-05T03:00:00Z,2026-03-20",
    )
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    options = ImportOptions(as_of=date(2026, 6, 30))
    check = looked_into(path, options, ws, date(2026, 8, 1))
    report = finish(operations.import_file(ws, path, options))
    operations.close(ws)
    expected = [f"5 times with a zone are cut to days in {told}"]
    assert [one for one in check.notices if "zone" in one] == expected
    assert [one for one in report.notices if "zone" in one] == expected
