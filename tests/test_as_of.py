"""Every command that answers from the data does so as of a past day too, or there is a reason why not."""

from __future__ import annotations

from pathlib import Path

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
        "cadence list", "calendar export", "coaching-goal list", "initiative list", "kpi affected", "kpi export",
        "kpi lint", "kpi list", "kpi packs", "kpi timeline", "note list", "objective guide", "objective list",
        "param list", "pay-plan show", "pivot list", "rate list", "target ladder", "target list", "value list",
    ),
    "has days of its own: --from and --to, --on, --until, or the days the thing was made for": (
        "changes", "due", "initiative show", "people list",
    ),
    "shows what was kept as it was held, or a number by the day in its code": (
        "preparation form", "receipt", "review list", "review show",
    ),
    "is about the workspace as it is, all of it": (
        "backup", "check", "demo", "imports", "open", "person backups", "person export",
    ),
    "adds reports on the rules in force to their list; `signals --as-of` tells those of a past day": ("rule list",),
    "its statement reads the tables as they are; `evaluate --as-of` and the receipt tell the number of a past day": (
        "sql",
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


def test_the_digest_of_a_past_day_is_that_of_the_import_of_then(tmp_path: Path) -> None:
    sales = build(tmp_path)
    first = ask("digest", sales)
    moved = DEALS.replace(
        "D11,Bo Dahl,Torvlund Tools,Engaging,2025-02-03,,", "D11,Bo Dahl,Torvlund Tools,Won,2025-02-03,2025-04-20,9000"
    )
    ask("import", sales, write(tmp_path, "may.csv", moved), "--as-of", "2025-05-01")
    newest = ask("digest", sales)
    assert (newest["import_id"], newest["before"]) == (3, "2025-04-02")
    assert [(one["kind"], one["deals"]) for one in newest["moves"]] == [("won", 1)]
    assert ask("digest", sales, "--as-of", "2025-04-30") == first
    assert ask("digest", sales, "--as-of", "2025-05-01") == newest
    assert "no import 3 with data of 30 Apr 2025 or before" in refused("digest", sales, "3", "--as-of", "2025-04-30")
    assert "Name 2025-04-02 or a later day" in refused("digest", sales, "--as-of", "2025-04-01")
