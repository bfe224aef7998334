"""The record of a KPI: what is wrong with the set, what mends it, its history, its benchmarks and its code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations, store
from kpidesk.core.errors import UserError
from kpidesk.core.kpi_fields import kpi_from_mapping
from kpidesk.core.kpis import Benchmark
from kpidesk.core.lint import Fix, LintFinding
from kpidesk.core.people import ORG
from kpidesk.core.periods import parse_period
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from tests.operations.support import bring_in, history, write
from tests.operations.test_entries import HEALTH

TODAY = date(2026, 1, 5)


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[operations.Workspace]:
    """Two years of deals: in every quarter twelve closed, three of them won, for 1,000 to 12,000."""
    opened = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    bring_in(opened, write(tmp_path / "deals.csv", history((2024, 2025))), date(2025, 12, 31))
    yield opened
    operations.close(opened)


def asked(text: str) -> Question:
    return Question(parse_period(text, Settings(), TODAY), ORG)


def found(ws: operations.Workspace, rule: str) -> list[LintFinding]:
    return [one for one in operations.lint(ws) if one.rule == rule]


def fix_of(ws: operations.Workspace, rule: str) -> Fix:
    fix = found(ws, rule)[0].fix
    assert fix is not None
    return fix


# --- the check --------------------------------------------------------------------------------------------------


def test_a_new_workspace_has_nothing_grave_to_mend(ws: operations.Workspace) -> None:
    assert {one.severity for one in operations.lint(ws)} == {"notice"}


def test_what_is_missing_is_set_from_history(ws: operations.Workspace) -> None:
    fix = fix_of(ws, "baseline")
    assert set(fix.kpi_ids) == {"bookings", "win_rate", "avg_deal_size", "sales_cycle_length", "pipeline_created"}
    told = operations.apply_fix(ws, fix)
    assert told.startswith("Baseline for Q4 2025: ")
    assert found(ws, "baseline") == []
    period = parse_period("2025-Q4", Settings(), TODAY)
    baseline = operations.goals(ws).baseline("win_rate", ORG, period)
    assert baseline is not None
    assert baseline.value == 0.25


def test_a_count_that_leads_nowhere_is_linked(ws: operations.Workspace) -> None:
    mine = operations.add_kpi(
        ws, "visits", formula="count(activities where meeting on occurred_at)", objective="Meet", decision="Coach",
        owner="Ann",
    )  # fmt: skip
    operations.save_kpi(ws, replace(mine, dimension="activity", indicator="leading"))
    assert [one.where for one in found(ws, "vanity")] == ["visits"]
    told = operations.apply_fix(ws, fix_of(ws, "vanity"))
    assert told == "'visits' linked to 'Bookings'."
    bookings = operations.find_kpi(ws, "bookings")
    assert (bookings.leading[-1], bookings.lag_weeks[-1], len(bookings.leading)) == ("visits", 0, 4)
    assert found(ws, "vanity") == []
    operations.apply_fix(ws, Fix("unlink", ("visits",), "", other="bookings"))
    assert operations.find_kpi(ws, "bookings").lag_weeks == (10, 4, 10)


def test_an_owner_is_asked_for_and_filled_in(ws: operations.Workspace) -> None:
    fix = Fix("set_owner", ("win_rate",), "Fill in the owner")
    with pytest.raises(UserError, match="nothing was typed"):
        operations.apply_fix(ws, fix)
    operations.apply_fix(ws, replace(fix, value="Dana Ortiz"))
    assert operations.find_kpi(ws, "win_rate").owner == "Dana Ortiz"


def test_too_many_are_retired_and_one_is_brought_back(ws: operations.Workspace) -> None:
    operations.add_kpi(ws, "deals_won")
    (finding, *_) = found(ws, "count")
    assert finding.severity == "warning"
    assert finding.fix is not None
    (gone,) = finding.fix.kpi_ids
    operations.apply_fix(ws, finding.fix)
    assert (operations.find_kpi(ws, gone).status, operations.find_kpi(ws, gone).retired_on) == ("retired", "2026-01-05")
    operations.apply_fix(ws, Fix("bring_back", (gone,), ""))
    assert (operations.find_kpi(ws, gone).status, operations.find_kpi(ws, gone).retired_on) == ("draft", "")


def test_a_changed_definition_loses_its_benchmarks(ws: operations.Workspace) -> None:
    won = operations.find_kpi(ws, "win_rate")
    operations.save_kpi(ws, replace(won, formula="count(deals where won on created_at) / count(deals on created_at)"))
    assert [one.where for one in found(ws, "variant")] == ["win_rate"]
    operations.apply_fix(ws, fix_of(ws, "variant"))
    assert operations.find_kpi(ws, "win_rate").benchmarks == ()
    assert found(ws, "variant") == []


def test_a_definition_that_came_before_the_catalogue_changed_can_be_renewed(ws: operations.Workspace) -> None:
    new = operations.find_kpi(ws, "avg_deal_size")
    came = replace(new, owner="Dana", formula="avg(deals.amount where won on closed_at)", kpi_class="mean_time")
    store.save_kpi(ws.db, came)
    assert [one.where for one in found(ws, "overtaken")] == ["avg_deal_size"]
    told = operations.apply_fix(ws, fix_of(ws, "overtaken"))
    assert told == "'Average deal size' is counted as the catalogue counts it."
    kept = operations.find_kpi(ws, "avg_deal_size")
    assert (kept.formula, kept.owner, kept.valid_from) == (new.formula, "Dana", "2026-01-05")
    assert found(ws, "overtaken") == []
    operations.save_kpi(ws, replace(kept, formula="sum(deals.amount where won on closed_at) / 2", kpi_class="derived"))
    assert found(ws, "overtaken") == []


def test_two_are_put_into_focus(ws: operations.Workspace) -> None:
    assert fix_of(ws, "focus").kpi_ids == ("bookings", "pipeline_created")
    operations.apply_fix(ws, fix_of(ws, "focus"))
    assert found(ws, "focus") == []
    assert [one for one in found(ws, "function") if one.where == "sales"] == []


def test_a_fix_that_cannot_be_done_leaves_nothing_behind(ws: operations.Workspace) -> None:
    operations.save_kpi(ws, replace(operations.find_kpi(ws, "deals_won"), owner=""))
    with pytest.raises(UserError, match="without an owner"):
        operations.apply_fix(ws, Fix("activate", ("opps_created", "deals_won"), ""))
    assert operations.find_kpi(ws, "opps_created").status == "draft"


def test_an_old_target_is_refreshed_at_the_same_step(ws: operations.Workspace) -> None:
    ws.today = date(2025, 7, 1)
    operations.set_baseline_from(ws, "win_rate", scope="org", period="2025-Q3", value="20%", reason="the plan")
    operations.set_target_from(
        ws, "win_rate", minimum="20%", target="24%", stretch="28%", scope="org", period="2025-Q3"
    )
    assert found(ws, "stale") == []
    ws.today = TODAY
    told = operations.apply_fix(ws, fix_of(ws, "stale"))
    assert told == "Baseline and target for Q4 2025: 'Win rate (closed deals)'."
    target = operations.goals(ws).target("win_rate", ORG, parse_period("2025-Q4", Settings(), TODAY))
    assert target is not None
    assert target.minimum == 0.25
    assert target.target == pytest.approx(0.30), "a fifth above the baseline, as before"
    assert found(ws, "stale") == []


def test_how_late_results_are_heard_is_the_median_cycle_of_the_year(ws: operations.Workspace) -> None:
    """A deal of place p is created on the 1st and closed on day 1 + p of its month; 0, 4 and 8 are won: middle 4."""
    late = {one.kpi.id: one for one in operations.lateness(ws)}
    assert late["bookings"].days == 4
    # the win rate is counted when deals close, too: it tells nothing earlier
    assert late["bookings"].earlier == ("Pipeline created (value)",)
    assert "pipeline_created" not in late


# --- the record -------------------------------------------------------------------------------------------------


def test_an_id_that_is_taken_is_no_new_kpi(ws: operations.Workspace, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"A KPI 'win_rate' exists already\. Change it, or choose another id\."):
        operations.add_kpi(ws, "Win rate", formula="count(deals where won on closed_at)", draft=True)


def test_the_history_of_a_kpi_is_told_newest_first(ws: operations.Workspace) -> None:
    assert operations.timeline(ws, "win_rate") == ()
    operations.set_baseline_from(ws, "win_rate", scope="org", period="2026-Q1", value="20%", reason="a guess")
    operations.set_baseline_from(ws, "win_rate", scope="org", period="2026-Q1")
    operations.set_target_from(
        ws, "win_rate", minimum="25%", target="27%", stretch="30%", scope="org", period="2026-Q1", reason="Agreed"
    )
    won = operations.find_kpi(ws, "win_rate")
    operations.save_kpi(ws, replace(won, owner="Dana", name="Won share", reason="Dana takes over."))
    operations.retire_kpi(ws, "win_rate")
    told = [(one.kind, one.words, one.reason) for one in operations.timeline(ws, "win_rate")]
    kinds = [kind for kind, _, _ in told]
    assert sorted(kinds) == ["baseline", "baseline", "definition", "status", "target"]
    assert ("status", "Retired.", "") in told
    changed = "Name: Win rate (closed deals) → Won share. Owner: Sales manager → Dana."
    assert ("definition", changed, "Dana takes over.") in told
    assert ("target", "Target 27.0%, minimum 25.0%, stretch 30.0%.", "Agreed") in told
    assert kinds.index("status") < kinds.index("definition")
    assert len(operations.timeline(ws)) == 5


def test_a_kpi_of_ones_own_begins_with_its_formula(ws: operations.Workspace) -> None:
    operations.add_kpi(ws, "mine", formula="count(deals where lost on closed_at)", draft=True)
    (event,) = operations.timeline(ws, "mine")
    assert event.words == "Added: count(deals where lost on closed_at)"
    asked = operations.question(ws, scope="org", period="2026-Q1")
    for formula in ("count(deals where won on closed_at)", "count(deals where closed on closed_at)"):
        operations.change_kpi(ws, "mine", {"formula": formula, "reason": "asked for"}, asked)
    assert [one.reason for one in operations.timeline(ws, "mine")] == ["asked for", "asked for", ""]
    operations.save_kpi(ws, kpi_from_mapping(HEALTH, "a test"))
    assert operations.timeline(ws, "health")[-1].words == "Added: its values are typed in"
    with pytest.raises(UserError, match="no KPI 'yours'"):
        operations.timeline(ws, "yours")


def test_a_trend_says_where_it_is_counted_otherwise(ws: operations.Workspace) -> None:
    bookings = operations.find_kpi(ws, "bookings")
    operations.add_kpi(ws, "twice", formula="2 * [bookings]", draft=True)
    ws.today = date(2025, 4, 1)
    operations.save_kpi(ws, replace(bookings, formula="sum(deals.amount where lost on closed_at)"))
    shown = operations.trend(ws, "bookings", asked("2025-Q4"), 4)
    assert [point.definition for point in shown.points] == [1, 2, 2, 2]
    assert [(one.at, one.words) for one in shown.breaks] == [(1, "Definition 2 from Q2 2025")]
    assert "Definition 2 from Q2 2025." in shown.notices
    by_another = operations.trend(ws, "twice", asked("2025-Q4"), 4)
    assert [(one.at, one.words) for one in by_another.breaks] == [(1, "Counted otherwise from Q2 2025")]
    operations.save_kpi(ws, replace(operations.find_kpi(ws, "win_rate"), owner="Dana"))
    assert operations.trend(ws, "win_rate", asked("2025-Q4"), 4).breaks == ()


def test_a_leading_kpi_stands_where_what_it_foretells_shows(ws: operations.Workspace) -> None:
    """Ten weeks are 70 days, of quarters of 91 and 92 days on average 91 2/3: a value moves by 0.7636 of a quarter."""
    shown = operations.look_ahead(ws, operations.trend(ws, "bookings", asked("2025-Q4"), 4), "pipeline_created")
    assert shown.ahead is not None
    assert (shown.ahead.words, shown.ahead.lag_weeks) == ("Pipeline created (value), 10 weeks earlier", 10)
    step = 70 / ((91 + 92 + 92) / 3)
    assert [point.x for point in shown.ahead.points] == pytest.approx([at + step for at in (-1, 0, 1, 2, 3)])
    assert [point.label for point in shown.ahead.points][-1] == "Q4 2025"
    assert [point.value for point in shown.ahead.points][1:] == [78_000.0] * 4  # 1,000 + … + 12,000
    assert shown.ahead.end == pytest.approx(3 + step)
    unknown = operations.look_ahead(ws, shown, "opps_created")
    assert unknown.ahead is not None
    assert unknown.ahead.words == "Opportunities created, at the same time"


# --- benchmarks and codes ---------------------------------------------------------------------------------------


def test_a_mixed_team_is_shown_the_mix(ws: operations.Workspace) -> None:
    """Of twelve deals of 1,000 to 12,000, four are below 5,000, five from there on and three from 10,000 on."""
    operations.set_parameter(ws, "small_deals_below", "5000")
    operations.set_parameter(ws, "enterprise_deals_from", "10000")
    marks = (Benchmark("Any", "A"), Benchmark("S", "B", size="small"), Benchmark("M", "B", size="mid-market"),
             Benchmark("E", "B", size="enterprise"))  # fmt: skip
    kpi = replace(operations.find_kpi(ws, "win_rate"), benchmarks=marks)
    quarter = parse_period("2025-Q4", Settings(), TODAY)
    bands = operations.benchmarks_for(ws, kpi, ORG, quarter)
    assert [one.share for one in bands] == [None, pytest.approx(4 / 12), pytest.approx(5 / 12), pytest.approx(3 / 12)]
    assert bands[1].words == "S (B): 33% of your deals are small"
    operations.set_parameter(ws, "enterprise_deals_from", "90000")
    assert [one.benchmark.text for one in operations.benchmarks_for(ws, kpi, ORG, quarter)] == ["Any", "S", "M"]


def test_the_same_definitions_have_the_same_code(ws: operations.Workspace) -> None:
    first = operations.scorecard(ws, asked("2025-Q4"), ("pipeline_velocity",)).definitions
    assert len(first) == 12
    operations.save_kpi(ws, replace(operations.find_kpi(ws, "win_rate"), owner="Dana"))
    assert operations.scorecard(ws, asked("2025-Q4"), ("pipeline_velocity",)).definitions == first
    won = operations.find_kpi(ws, "win_rate")  # pipeline velocity is counted from it
    operations.save_kpi(ws, replace(won, formula="count(deals where won on created_at) / count(deals on created_at)"))
    assert operations.scorecard(ws, asked("2025-Q4"), ("pipeline_velocity",)).definitions == first
    assert operations.scorecard(ws, asked("2026-Q2"), ("pipeline_velocity",)).definitions != first
    assert operations.trend(ws, "bookings", asked("2025-Q4")).definitions != first


def test_periods_that_began_before_a_kpi_was_retired_keep_it(ws: operations.Workspace) -> None:
    operations.add_kpi(ws, "never", formula="count(deals where lost on closed_at)", draft=True)
    operations.retire_kpi(ws, "never")
    kpi = operations.find_kpi(ws, "avg_deal_size")
    operations.save_kpi(ws, replace(kpi, status="retired"))
    then = operations.scorecard(ws, asked("2025-Q4"))
    kept = next(row for row in then.rows if row.kpi.id == "avg_deal_size")
    assert kept.kpi.name == "Average deal size (retired)"
    proven = operations.replay(ws, kept.receipt)
    assert (proven.is_same, proven.receipt.result.value) == (True, 5000.0)
    assert kept.result.value == 5000.0  # of 1,000, 5,000 and 9,000
    assert "avg_deal_size" in {row.kpi.id for row in operations.scorecard(ws, asked("2026-Q1")).rows}
    later = {row.kpi.id for row in operations.scorecard(ws, asked("2026-Q2")).rows}
    assert later == {row.kpi.id for row in then.rows} - {"avg_deal_size"}
    names = [one.name for one in operations.matrix(ws, asked("2025-Q4")).kpis]
    assert names.index("Average deal size (retired)") == len(names) - 1, "after those that are in use"
    assert [row.kpi.name for row in then.rows][-1] == names[-1]
    operations.save_kpi(ws, replace(operations.find_kpi(ws, "avg_deal_size"), status="active"))
    again = operations.scorecard(ws, asked("2026-Q2")).rows
    assert "Average deal size" in [row.kpi.name for row in again]
    assert operations.find_kpi(ws, "avg_deal_size").retired_on == ""


# --- written on the command line --------------------------------------------------------------------------------


def test_a_definition_goes_back_to_what_it_was_and_closed_periods_keep_theirs(ws: operations.Workspace) -> None:
    quarter = asked("2025-Q4")
    first = operations.find_kpi(ws, "win_rate")
    operations.change_kpi(ws, "win_rate", {"formula": "count(deals where won on closed_at) / 2"}, quarter)
    operations.retire_kpi(ws, "win_rate")
    tried = operations.change_back(ws, "win_rate", quarter, dry_run=True)
    assert (tried.after.formula, operations.find_kpi(ws, "win_rate").version) == (first.formula, 3)
    back = operations.change_back(ws, "win_rate", quarter).after
    assert replace(back, version=1, status="active", retired_on="", reason="", valid_from="") == first
    assert (back.status, back.reason) == ("retired", "Back to version 1.")
    again = operations.change_back(ws, "win_rate", quarter, version=2, reason="It was right").after
    assert (again.formula, again.reason) == ("count(deals where won on closed_at) / 2", "It was right")
    closed, coming = asked("2025-Q4").period, asked("2026-Q2").period
    then = [operations.show_kpi(ws, "win_rate", one.start)["formula"] for one in (closed, coming)]
    assert then == [first.formula, again.formula]


def test_a_count_per_rep_and_week_is_a_count_again(ws: operations.Workspace) -> None:
    quarter = asked("2025-Q4")
    weekly = operations.change_kpi(ws, "deals_won", {"per_rep_per_week": True}, quarter).after
    assert (weekly.unit, weekly.kpi_class) == ("count_per", "money_ratio")
    whole = operations.change_kpi(ws, "deals_won", {"per_rep_per_week": False}, quarter).after
    assert (whole.unit, whole.kpi_class, whole.per_rep_per_week) == ("count", "flow_count", False)


def test_before_a_cadence_comes_a_baseline(ws: operations.Workspace) -> None:
    advice = "'Bookings' has no baseline yet: set that first, then its target, then how often it is looked at."
    change = operations.change_kpi(ws, "bookings", {"cadence": "daily"}, asked("2025-Q4"), dry_run=True)
    assert change.draft.check.notices == (advice,)
    assert operations.cadence_advice(ws, operations.read_what(ws, "Bookings")) == advice
    operations.set_baseline_from(ws, "bookings", scope="rep:Ann Lee", period="2026-Q1", value="9000", reason="a guess")
    assert operations.cadence_advice(ws, "kpi:bookings") == operations.cadence_advice(ws, "weekly") == ""


def test_a_ladder_is_tried_without_setting_anything(ws: operations.Workspace) -> None:
    operations.set_baseline_from(ws, "win_rate", scope="org", period="2026-Q1", value="22%", reason="a guess")
    period = asked("2026-Q1").period
    steps = [one.text for one in operations.try_target(ws, "win_rate", ORG, period).steps]
    assert steps == ["24.2%", "26.6%", "29.3%", "32.2%"]
    points = operations.try_target(ws, "win_rate", ORG, period, "+3pp")
    assert [one.text for one in points.steps] == ["25.0%", "28.0%", "31.0%", "34.0%"]
    assert operations.leads_to(points).startswith(
        "Were the same step asked again every quarter, the target would go from 22.0% to 25.0%, 28.0%"
    )
    assert "Repeated every quarter it comes to +55% after 4." in points.warnings
    assert operations.goals(ws).target("win_rate", ORG, period) is None


def test_one_published_figure_is_no_range_to_leave(ws: operations.Workspace) -> None:
    operations.set_baseline_from(ws, "sales_cycle_length", scope="org", period="2026-Q1", value="64", reason="a guess")
    found = operations.try_target(ws, "sales_cycle_length", ORG, asked("2026-Q1").period, "58")
    assert not any(one.warning for one in found.steps)
    assert found.band is not None
    assert found.band.words.startswith("Published: 60 days (Bridge Group")


def test_the_versions_to_go_back_to_say_what_would_change(ws: operations.Workspace) -> None:
    first = operations.find_kpi(ws, "win_rate")
    assert operations.versions_before(ws, "win_rate") == ()
    operations.change_kpi(ws, "win_rate", {"owner": "Dana", "formula": "count(deals where won on closed_at) / 2"},
                          asked("2025-Q4"))  # fmt: skip
    operations.retire_kpi(ws, "win_rate")  # is no other definition
    [earlier] = operations.versions_before(ws, "win_rate")
    assert (earlier.kpi.version, earlier.kpi.formula) == (first.version, first.formula)
    assert f"Owner: Dana → {first.owner}." in earlier.words
    operations.change_back(ws, "win_rate", asked("2025-Q4"), version=first.version, reason="It was right")
    assert [(one.kpi.version, one.kpi.owner) for one in operations.versions_before(ws, "win_rate")] == [(3, "Dana")]
