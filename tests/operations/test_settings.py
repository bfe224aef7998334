"""Settings shown and changed by a command: what is kept, and what is refused with nothing kept."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kpidesk import operations
from kpidesk.cli import main
from kpidesk.core.calendar_tables import own_of_text
from kpidesk.core.errors import UserError
from kpidesk.core.periods import parse_period
from kpidesk.core.settings import SETTING_HELP, Settings
from tests.operations.support import made

DAY = date(2026, 6, 30)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with made(tmp_path_factory.mktemp("settings"), DAY) as ws:
        operations.save_settings(ws, Settings())
        return ws.path


def run(path: Path, *changes: str) -> Result:
    return CliRunner().invoke(main, ["settings", str(path), *changes])


def kept(path: Path) -> Settings:
    ws = operations.open_workspace(path, today=DAY)
    try:
        return operations.settings(ws)
    finally:
        operations.close(ws)


def test_every_setting_can_be_changed_and_is_shown(path: Path) -> None:
    wanted = Settings(
        "EUR", 2, "4-5-4", 6, "Europe/Berlin", "Mon-Fri 09:00-17:00", 5, 20, 45, "Acme = Co", "fixed",
        (("gross_margin", 0.8), ("x", 2.0)), "start", f"2026 2026-02-01 {'28 ' * 12}".strip(),
    )  # fmt: skip
    typed = {**asdict(wanted), "parameters": "x = 2; gross_margin=80%"}
    answer = json.loads(run(path, *(f"{name}={value}" for name, value in typed.items()), "--json").stdout)
    assert answer == {"settings": {**asdict(wanted), "parameters": {"gross_margin": 0.8, "x": 2.0}}}
    assert kept(path) == wanted
    words = run(path).stdout
    assert "parameters = gross_margin = 0.8; x = 2\n" in words
    assert all(f"{name} = " in words and text in words for name, text in SETTING_HELP.items())
    run(path, "business_hours=", " stall_days = 60 ")
    assert kept(path) == replace(wanted, business_hours="", stall_days=60)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("colour=red", "There is no setting 'colour'."),
        ("=red", "There is no setting ''."),
        ("currency", "'currency' is set to nothing."),
        ("currency=Euro", "'Euro' is no currency code."),
        ("fiscal_start_month=13", "There is no month 13."),
        ("calendar=5-5-5", "There is no calendar '5-5-5'."),
        ("fiscal_year_name=middle", "A fiscal year is not named after its 'middle'."),
        ("week_start=7", "There is no weekday 7."),
        ("time_zone=Mars/Olympus", "There is no time zone 'Mars/Olympus'."),
        ("business_hours=always", "'always'"),
        ("minimum_n=0", "A status from 0 rows cannot be certain from"),
        ("minimum_n=-1", "'-1' is no number for minimum_n."),
        ("solid_n=100001", "'100001' is no number for solid_n."),
        ("stall_days=", "'' is no number for stall_days."),
        (f"stall_days={'9' * 5000}", "is no number for stall_days."),
        ("organisation= ", "The organisation has no name."),
        ("rate_basis=spot", "Amounts cannot be converted by 'spot'."),
        ("parameters=gross_margin", "gross_margin"),
    ],
)
def test_what_cannot_be_is_refused_and_the_others_are_not_kept_either(path: Path, change: str, problem: str) -> None:
    before = kept(path)
    refused = run(path, "stall_days=77", change)
    assert (refused.exit_code, problem in refused.stderr, "Traceback" in refused.stderr) == (1, True, False)
    assert kept(path) == before


def test_the_periods_of_years_are_edited_as_a_table(path: Path, tmp_path: Path) -> None:
    run(path, "fiscal_start_month=1", "fiscal_year_name=end", "calendar=months")
    table = tmp_path / "periods.csv"
    told = CliRunner().invoke(main, ["calendar", "export", str(path), str(table), "--years", "2026-2027"])
    assert told.output == f"The fiscal years 2026 to 2027 written to {table}.\n"
    lines = table.read_text(encoding="utf-8-sig").splitlines()
    assert (lines[0], lines[1], len(lines)) == (
        "Year,Period,First day,Last day", "2026,P1,2026-01-01,2026-01-31", 25,
    )  # fmt: skip
    moved = "\n".join(lines).replace("2026-01-31", "2026-01-28").replace("2026-02-01", "2026-01-29")
    table.write_text(moved, encoding="utf-8")
    assert CliRunner().invoke(main, ["calendar", "import", str(path), str(table)]).exit_code == 0
    now = kept(path)
    assert now.own_periods.startswith("2026 2026-01-01 28 31 31")
    assert parse_period("2026-P02", now, date(2026, 1, 1)).key == "2026-P02"
    table.write_text(moved.replace("2026,P2,2026-01-29", "2026,P2,2026-01-30"), encoding="utf-8")
    refused = CliRunner().invoke(main, ["calendar", "import", str(path), str(table)])
    assert (refused.exit_code, "Line 3 begins on 2026-01-30" in refused.output, kept(path)) == (1, True, now)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "0 periods are no whole years."),
        ("Year,Period,First day,Last day\n2026,P1,2026-01-01", "Line 2 has 3 values instead of 4."),
        ("2026,P2,2026-01-01,2026-01-31", "Line 1 is of period 'P2' of '2026'; P1 of 2026 comes here."),
        ("x,P1,2026-01-01,2026-01-31", "Line 1 is of period 'P1' of 'x'"),
        ("2026,1,2026-01-31,2026-01-01", "Line 1 ends on 2026-01-01, before it begins."),
        ("2026,1,2026-01-01,2026-01-31", "1 periods are no whole years."),
    ],
)
def test_a_table_that_is_no_calendar_is_refused(text: str, problem: str) -> None:
    with pytest.raises(UserError) as raised:
        own_of_text(text)
    assert problem in raised.value.problem
