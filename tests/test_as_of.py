"""Every command that answers from the data does so as of a past day too, or there is a reason why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.documents import commands, options
from tests.flow import ask, refused
from tests.small_export import DEALS, build, write

NOT_AS_OF = {
    "changes what is kept, now": (
        "acknowledge", "baseline set", "cadence clear", "cadence set", "calendar import", "coaching-goal add",
        "coaching-goal drop", "focus", "initiative add", "initiative drop", "kpi add", "kpi change", "kpi import",
        "kpi pack", "kpi retire", "kpi undo", "limits", "note add", "note delete", "objective add",
        "objective change", "objective retire", "param set", "pay-plan delete", "pay-plan set", "people apart",
        "people merge", "people merge-alike", "people move", "people offer-again", "people part-time", "people split",
        "person delete", "pivot delete", "preparation read", "prepare-one-on-ones", "rate set", "restore",
        "review action", "review close", "review delete", "review prepare", "review settle", "review start",
        "rule add", "rule retire", "settings", "submit", "submit-file", "target cascade", "target import",
        "target refresh", "target set", "undo", "value add",
    ),
    "lists what is set now; each entry says from when it holds": (
        "cadence list", "calendar export", "initiative list", "kpi affected", "kpi export",
        "kpi list", "kpi packs", "kpi timeline", "note list", "objective list",
        "baseline show", "param list", "pivot list", "rate list", "target list", "value list",
    ),
    "proposes what to set now": ("kpi lint", "objective guide", "target ladder"),
    "has days of its own: --from and --to, --on, --until": (
        "changes", "due", "people list",
    ),
    "shows what was kept as it was held, or a number by the day in its code": (
        "preparation form", "receipt", "review list", "review show",
    ),
    "is about the workspace as it is, all of it": (
        "backup", "check", "demo", "imports", "open", "person backups", "person export",
    ),
}  # fmt: skip


def test_every_command_takes_a_past_day_or_a_reason_says_why_not() -> None:
    without = {
        words.removeprefix("kpidesk ")
        for words, command in commands()
        if not any("--as-of" in option.opts for option in options(command))
    }
    reasons = [words for group in NOT_AS_OF.values() for words in group]
    assert sorted(without) == sorted(reasons)


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small export of 2 April and a file of 1 May: of Ann, D05 at 92,400 for 12,400, and D12 won for 9,000."""
    folder = tmp_path_factory.mktemp("sales")
    path = build(folder)
    ask("pay-plan", "set", path, "Ann Lee", "--base", "60k", "--variable", "60k", "--from", "2025-01-01")
    ask("initiative", "add", path, "Call again", "--start", "2025-01-15", "--kpi", "bookings")
    ask("rule", "add", path, "bookings", "above", "1000")
    lines = [line for line in DEALS.splitlines() if not line.startswith(("D05", "D12"))]
    lines.append("D05,Ann Lee,Velomark Foods,Won,2025-01-14,2025-03-01,92400")
    lines.append("D12,Ann Lee,Odal Printing,Won,2025-04-03,2025-04-20,9000")
    ask("import", path, write(folder, "may.csv", "\n".join((*lines, ""))), "--as-of", "2025-05-01")
    return path


def test_the_digest_of_a_past_day_is_that_of_the_import_of_then(sales: Path) -> None:
    then, newest = ask("digest", sales, "--as-of", "2025-04-30"), ask("digest", sales)
    assert (then["kind"], then["data_date"], then["before"], then["moves"]) == ("deals", "2025-04-02", None, [])
    assert (newest["data_date"], newest["before"]) == ("2025-05-01", "2025-04-02")
    assert "won" in [one["kind"] for one in newest["moves"]]
    assert ask("digest", sales, "--as-of", "2025-05-01") == newest
    assert "no import 3 with data of 30 Apr 2025 or before" in refused("digest", sales, "3", "--as-of", "2025-04-30")
    assert "Name 2025-04-02 or a later day" in refused("digest", sales, "--as-of", "2025-04-01")


@pytest.mark.parametrize(
    ("day", "known", "paid_on", "after"),
    [("2025-04-30", "2025-04-02", 22_400, 35_000), ("2025-05-01", "2025-05-01", 102_400, 124_000)],
)
def test_what_is_read_beside_a_plan_or_an_initiative_is_of_the_day(
    sales: Path, day: str, known: str, paid_on: float, after: float
) -> None:
    assert ask("pay-plan", "show", sales, "Ann Lee", "--period", "2025-Q1", "--as-of", day)["actual"] == paid_on
    shown = ask("initiative", "show", sales, 1, "--as-of", day)
    assert (shown["as_of"], shown["kpis"][0]["after"]["value"]) == (known, after)


def test_a_rule_set_later_is_not_in_force_on_a_past_day(sales: Path) -> None:
    assert len(ask("rule", "list", sales)["rules"]) == 1
    assert ask("rule", "list", sales, "--as-of", "2025-04-30") == {"rules": [], "hits": []}
