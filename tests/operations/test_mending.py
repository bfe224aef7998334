"""What mends a finding of the check: every rule has a button that works, and what stays is left with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kpidesk import operations, paths, store
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import unfilled
from kpidesk.core.lint import LintFinding
from kpidesk.core.lint_facts import ELSEWHERE
from kpidesk.core.people import ORG
from kpidesk.operations.linting import lint_facts
from tests.flow import ask, refused, run
from tests.operations.support import bring_in, history, write

TODAY = date(2026, 1, 5)
WON_LATER = "count(deals where won on created_at) / count(deals on created_at)"
VISITS = "count(activities where meeting on occurred_at)"
Make = Callable[[operations.Workspace], Any]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two years of deals, closed. Not to be written to."""
    folder = tmp_path_factory.mktemp("mending")
    ws = operations.open_workspace(folder / "w.kpidesk", create=True, today=TODAY)
    bring_in(ws, write(folder / "deals.csv", history((2024, 2025))), date(2025, 12, 31))
    operations.close(ws)
    return folder / "w.kpidesk"


@pytest.fixture
def ws(made: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    path = tmp_path / "w.kpidesk"
    path.write_bytes(made.read_bytes())
    opened = operations.open_workspace(path, today=TODAY)
    yield opened
    operations.close(opened)


def told(ws: operations.Workspace, rule: str) -> list[LintFinding]:
    return [one for one in operations.lint(ws) if one.rule == rule]


def change(ws: operations.Workspace, kpi_id: str, **fields: Any) -> None:
    operations.save_kpi(ws, replace(operations.find_kpi(ws, kpi_id), **fields))


def retire(ws: operations.Workspace, *kpi_ids: str) -> None:
    for one in kpi_ids:
        operations.retire_kpi(ws, one)


def without(ws: operations.Workspace, field: str) -> None:
    """A KPI in use that lacks something, as a foreign program may have left it."""
    store.save_kpi(ws.db, replace(operations.find_kpi(ws, "bookings"), **{field: ""}))  # type: ignore[arg-type]  # a text


def visits(ws: operations.Workspace, *, coaching: bool = False) -> None:
    operations.add_kpi(ws, "visits", formula=VISITS, objective="Meet", decision="Coach", owner="Ann")
    change(ws, "visits", dimension="activity", indicator="leading", coaching=coaching)


def old_target(ws: operations.Workspace) -> None:
    ws.today = date(2025, 7, 1)
    about = {"scope": "org", "period": "2025-Q3"}
    operations.set_baseline_from(ws, "win_rate", value="20%", reason="the plan", **about)
    operations.set_target_from(ws, "win_rate", minimum="20%", target="24%", stretch="28%", **about)
    ws.today = TODAY


def focus_elsewhere(ws: operations.Workspace) -> None:
    change(ws, "sales_cycle_length", functions=("finance",))
    store.save_focus(ws.db, ORG, ("sales_cycle_length",))


def results_alone(ws: operations.Workspace) -> None:
    """Five results at every level, none of which anything foretells."""
    retire(ws, "pipeline_created")
    operations.add_kpi(ws, "deals_won")


def rests_on_retired(ws: operations.Workspace) -> None:
    change(ws, "bookings", leading=("opps_created",), lag_weeks=())
    retire(ws, "opps_created")


MADE: dict[str, Make] = {
    "objective": lambda ws: without(ws, "objective"),
    "decision": lambda ws: without(ws, "decision"),
    "owner": lambda ws: without(ws, "owner"),
    "count": lambda ws: operations.add_kpi(ws, "deals_won"),
    "function": focus_elsewhere,
    "focus": lambda _ws: None,
    "balance": results_alone,
    "dimensions": results_alone,
    "late": results_alone,
    "vanity": visits,
    "coaching": lambda ws: visits(ws, coaching=True),
    "daily": lambda ws: change(ws, "win_rate", cadence="daily"),
    "baseline": lambda _ws: None,
    "stale": old_target,
    "overtaken": lambda ws: store.save_kpi(ws.db, replace(operations.find_kpi(ws, "avg_deal_size"),
                                           formula="avg(deals.amount where won on closed_at)", kpi_class="mean_time")),
    "variant": lambda ws: change(ws, "win_rate", formula=WON_LATER),
    "differs": lambda ws: change(ws, "win_rate", formula=WON_LATER),
    "twice": lambda ws: operations.add_kpi(
        ws, "again", formula="sum(deals.amount where won on closed_at)", objective="o", decision="d", owner="Ann"),
    "retired": rests_on_retired,
    "sizes": lambda ws: operations.set_parameter(ws, "enterprise_deals_from", "9000000"),
}  # fmt: skip
"""By rule of the check: what makes it tell something."""


@pytest.mark.parametrize("rule", MADE)
def test_every_rule_has_a_button_and_pressing_it_mends_what_was_told(ws: operations.Workspace, rule: str) -> None:
    MADE[rule](ws)
    one = told(ws, rule)[0]
    assert one.fix is not None
    assert one.consequence.endswith(".")
    if one.fix.action in ELSEWHERE:
        with pytest.raises(UserError, match="page"):
            operations.apply_fix(ws, one.fix)
        return
    done = operations.apply_fix(ws, replace(one.fix, value="Ann") if one.fix.asks else one.fix)
    assert done.endswith(".")
    assert one not in operations.lint(ws)


def test_the_rules_of_the_help_are_those_that_are_tried_here() -> None:
    text = (paths.resources() / "help" / "definitions.md").read_text(encoding="utf-8")
    table = text[text.index("| rule |") :]
    rows = re.findall(r"^\| ([a-z, ]+) \|", table, re.MULTILINE)
    assert {one for row in rows for one in row.split(", ")} - {"rule"} == set(MADE)


@pytest.mark.parametrize("pack", ["", "team", "enterprise"])
def test_the_check_comes_clean_by_its_own_buttons(ws: operations.Workspace, pack: str) -> None:
    if pack:
        operations.start_from(ws, pack, reason="All of them for a quarter")
    for _ in range(20):
        able = [one.fix for one in operations.lint(ws) if one.fix and one.fix.action not in ELSEWHERE]
        if not able:
            break
        operations.apply_fix(ws, able[0])
    left = operations.lint(ws)
    assert {(one.rule, one.fix.action if one.fix else "") for one in left} <= {("baseline", "type_baseline")}
    operations.leave_findings(ws, left, "There is no history yet")
    assert operations.lint(ws) == ()


def test_a_full_level_gets_what_foretells_in_the_place_of_what_is_needed_least(ws: operations.Workspace) -> None:
    results_alone(ws)
    fix = told(ws, "balance")[0].fix
    assert fix is not None
    assert (fix.action, fix.kpi_ids, fix.other) == ("swap", ("pipeline_created",), "deals_won")
    assert fix.words == "Put 'Pipeline created (value)' in place of 'Deals won'"
    assert operations.apply_fix(ws, fix) == "'Pipeline created (value)' in place of 'Deals won'."
    status = {one: operations.find_kpi(ws, one).status for one in ("pipeline_created", "deals_won")}
    assert status == {"pipeline_created": "active", "deals_won": "retired"}
    operations.apply_fix(ws, replace(fix, action="swap_back"))
    status = {one: operations.find_kpi(ws, one).status for one in ("pipeline_created", "deals_won")}
    assert status == {"pipeline_created": "draft", "deals_won": "active"}


def test_a_swap_adds_none_so_it_needs_no_reason_where_many_are_in_use_already(ws: operations.Workspace) -> None:
    results_alone(ws)
    more = [
        one.id for one in lint_facts(ws).kpis
        if one.indicator == "lagging" and one.levels == ("org", "team", "rep") and one.status == "draft"
        and one.id in lint_facts(ws).computable and not unfilled(one)
    ]  # fmt: skip
    for one in more[:3]:
        operations.add_kpi(ws, one, reason="All of them, for a quarter")
    assert len(lint_facts(ws).at("org")) == 8
    fix = told(ws, "balance")[0].fix
    assert fix is not None
    assert fix.action == "swap"
    operations.apply_fix(ws, fix)
    operations.apply_fix(ws, replace(fix, action="swap_back"))
    assert operations.find_kpi(ws, fix.other).status == "active"
    assert len(lint_facts(ws).at("org")) == 8


def test_what_stays_is_told_no_more_until_it_says_something_else(ws: operations.Workspace) -> None:
    operations.add_kpi(ws, "deals_won")
    six = told(ws, "count")
    operations.leave_findings(ws, six, "  Six for one quarter ")
    assert told(ws, "count") == []
    assert {(one.where, one.reason, one.since) for one in operations.left_findings(ws)} == {
        (level, "Six for one quarter", TODAY) for level in ("org", "team", "rep")
    }
    operations.add_kpi(ws, "open_pipeline")
    assert told(ws, "count")[0].problem.startswith("7 KPIs")
    assert operations.left_findings(ws) == ()
    retire(ws, "open_pipeline")
    operations.look_again(ws, operations.left_findings(ws)[:1])
    assert told(ws, "count") == six[:1]


def test_an_error_cannot_stay_and_a_reason_is_needed(ws: operations.Workspace) -> None:
    without(ws, "owner")
    with pytest.raises(UserError, match="That is an error"):
        operations.leave_findings(ws, told(ws, "owner"), "Nobody is free")
    with pytest.raises(UserError, match="why it stays"):
        operations.leave_findings(ws, told(ws, "focus"), " ")
    assert operations.left_findings(ws) == ()


def test_a_damaged_note_of_what_stays_only_tells_it_again(ws: operations.Workspace) -> None:
    operations.leave_findings(ws, told(ws, "focus"), "Later")
    for odd in ("{", "[[1]]", '[["focus", "org", "No KPI is in focus.", "Later", "soon"]]', "7"):
        with ws.db.writing(numbers=False):
            ws.db.run("UPDATE meta SET value=? WHERE name='findings_left'", (odd,))
        assert len(told(ws, "focus")) == 1


def test_the_command_line_leaves_and_takes_up_what_a_rule_tells(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "w.kpidesk"
    path.write_bytes(made.read_bytes())
    found = ask("kpi", "lint", path, "--leave", "focus", "--reason", "On Friday")
    assert [(one["rule"], one["where"], one["reason"]) for one in found["left"]] == [("focus", "org", "On Friday")]
    assert "focus" not in {one["rule"] for one in found["findings"]}
    assert "left as it is since" in run("kpi", "lint", path).stdout
    assert "tells nothing by 'late:rep'.\nIt tells: " in refused("kpi", "lint", path, "--leave", "late:rep")
    assert "why it stays" in refused("kpi", "lint", path, "--leave", "baseline")
    found = ask("kpi", "lint", path, "--look-again", "focus:org")
    assert (found["left"], "focus" in {one["rule"] for one in found["findings"]}) == ([], True)
