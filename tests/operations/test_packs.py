"""Packs to start from, and numbers that formulas need: what is taken into use, what is still missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.fields import KINDS
from kpidesk.core.lint import Fix
from kpidesk.core.objectives import Objective
from kpidesk.core.obtaining import HOW_TO_GET
from kpidesk.core.packs import pack_from_mapping
from kpidesk.core.people import ORG, Scope
from kpidesk.exporting.text_form import kpi_text
from kpidesk.ui.widgets.score_loading import View, view_of
from kpidesk.ui.widgets.score_pane import about_words
from tests.operations.support import TODAY


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[operations.Workspace]:
    made = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    yield made
    operations.close(made)


def _active(ws: operations.Workspace) -> set[str]:
    return {entry.kpi.id for entry in operations.kpis(ws) if entry.kpi.status == "active"}


def test_packs_hold_three_to_five_kpis_of_their_level_in_balance(ws: operations.Workspace) -> None:
    known = {entry.kpi.id: entry.kpi for entry in operations.kpis(ws)}
    found = operations.packs()
    assert {pack.id for pack in found} >= {
        "org", "team", "account-executive", "sdr", "account-manager", "sales-ops", "outbound-launch", "smb",
        "enterprise", "product-led", "weekly-team-review", "monthly-leadership", "customer-success",
        "marketing", "finance",
    }  # fmt: skip
    for pack in found:
        kinds = Counter(known[one].indicator for one in pack.kpis)
        assert 3 <= len(set(pack.kpis)) == len(pack.kpis) <= 5, pack.id
        assert set(kinds) == {"leading", "lagging"}, pack.id
        assert all(pack.level in known[one].levels for one in pack.kpis), pack.id
        assert pack.why.endswith("."), pack.id


def test_starting_from_a_pack_adds_and_retires_nothing(ws: operations.Workspace) -> None:
    before = _active(ws)
    done = operations.start_from(ws, "Large customers", reason="Begin with all")
    assert {kpi.id for kpi in done.activated} == set(done.pack.kpis)
    assert _active(ws) == before | set(done.pack.kpis)
    again = operations.start_from(ws, "enterprise")
    assert (again.activated, {kpi.id for kpi in again.kept}) == ((), set(done.pack.kpis))


def test_reps_have_a_pack_of_what_they_do_and_the_org_one_with_its_bookings() -> None:
    found = {pack.id: pack for pack in operations.packs()}
    assert {"calls_made", "demos_held", "opps_created"} < set(found["rep"].kpis)
    assert {"bookings", "renewal_rate"} < set(found["org"].kpis)


def test_more_than_seven_at_a_level_are_published_with_a_reason_only(ws: operations.Workspace) -> None:
    for kpi_id in ("nrr", "grr"):
        operations.add_kpi(ws, kpi_id)
    with pytest.raises(UserError, match="8 KPIs would be in use at org level") as caught:
        operations.add_kpi(ws, "pipeline_coverage")
    assert "--reason" in caught.value.advice
    assert operations.add_kpi(ws, "pipeline_coverage", draft=True).status == "draft"
    added = operations.add_kpi(ws, "pipeline_coverage", reason="The board asks for it")
    assert (added.status, added.reason) == ("active", "The board asks for it")
    assert operations.add_kpi(ws, "bookings").status == "active", "one that is in use already adds nothing"
    assert operations.add_kpi(ws, "calls_made").status == "active", "what is for coaching is not judged"


def test_from_the_sixth_of_a_level_on_each_says_that_there_are_too_many(ws: operations.Workspace) -> None:
    told = {}
    for kpi_id in ("nrr", "grr"):
        added = operations.add_kpi(ws, kpi_id)
        told[kpi_id] = [one for one in operations.added_words(ws, added) if "nobody knows" in one]

    words = "with more than five nobody knows which to act on."
    assert told == {
        "nrr": [f"KPIs in use are now 6 at org level and 6 at team level: {words}"],
        "grr": [f"KPIs in use are now 7 at org level and 7 at team level: {words}"],
    }
    assert operations.too_many_words(ws, [operations.find_kpi(ws, "pipeline_coverage")]) == "", "it is a draft"


def test_one_too_many_needs_a_reason_by_whichever_way_it_comes(ws: operations.Workspace) -> None:
    for kpi_id in ("nrr", "grr"):
        operations.add_kpi(ws, kpi_id)
    before = _active(ws)
    coverage = operations.find_kpi(ws, "pipeline_coverage")
    aim = operations.save_objective(ws, Objective(0, "Grow", "", "Ann"))
    ways: tuple[Callable[[str], object], ...] = (
        lambda why: operations.start_from(ws, "org", reason=why),
        lambda why: operations.save_kpi(ws, replace(coverage, status="active", reason=why)),
        lambda why: operations.take(ws, aim, ("pipeline_coverage",), why),
        lambda why: operations.apply_fix(ws, Fix("activate", ("pipeline_coverage",), "", value=why)),
    )
    for way in ways:
        with pytest.raises(
            UserError,
            match=r"would be in use at org level: with more than five nobody knows which to act",
        ):
            way(" ")
        assert _active(ws) == before
        way("The board asks for it")
        told = operations.timeline(ws, "pipeline_coverage")[0]
        assert (told.kind, told.reason) == ("status", "The board asks for it")
        for one in _active(ws) - before:
            operations.retire_kpi(ws, one)


def test_a_wider_use_at_a_full_level_needs_a_reason_too(ws: operations.Workspace) -> None:
    for kpi_id in ("nrr", "grr"):
        operations.add_kpi(ws, kpi_id)
    operations.save_kpi(ws, replace(operations.find_kpi(ws, "pipeline_coverage"), status="active", levels=("rep",)))
    with pytest.raises(UserError, match="8 KPIs would be in use at org level"):
        operations.save_kpi(ws, replace(operations.find_kpi(ws, "pipeline_coverage"), levels=("org", "rep")))


def test_what_a_kpi_needs_is_shown_with_it(ws: operations.Workspace) -> None:
    shown = operations.show_kpi(ws, "nrr")
    entry = next(one for one in operations.kpis(ws) if one.kpi.id == "nrr")
    assert (shown["computable"], shown["needs"], shown["how"]) == (False, entry.needs, entry.how)
    told = " ".join(kpi_text(shown).split())
    assert f"Your data lack {entry.needs}. {entry.how}" in told
    assert "Your data can compute it" in " ".join(kpi_text({**shown, "computable": True}).split())


def test_kpis_in_use_that_a_level_does_not_show_are_told(ws: operations.Workspace) -> None:
    demos = operations.find_kpi(ws, "demos_held")
    assert demos not in operations.kpis_elsewhere(ws, ORG)
    operations.save_kpi(ws, replace(demos, status="active"))
    assert [one.name for one in operations.kpis_elsewhere(ws, ORG)] == ["Demos held"]
    assert operations.kpis_elsewhere(ws, Scope("team", "Anybody", 1)) == ()


def test_by_rep_and_by_team_show_the_kpis_of_reps_and_teams(ws: operations.Workspace) -> None:
    operations.save_kpi(ws, replace(operations.find_kpi(ws, "deals_won"), status="active", levels=("rep", "team")))
    operations.save_kpi(ws, replace(operations.find_kpi(ws, "avg_deal_size"), status="active", levels=("org",)))
    asked = operations.question(ws)

    def shown(by: str) -> set[str]:
        return {row.kpi.id for row in operations.scorecard(ws, replace(asked, by=by)).rows}

    def differ(ids: set[str]) -> tuple[bool, bool]:
        return "deals_won" in ids, "avg_deal_size" in ids

    assert [differ(shown(by)) for by in ("", "team", "rep")] == [(False, True), (True, False), (True, False)]
    assert {kpi.id for kpi in operations.matrix(ws, asked).kpis} == shown("rep")
    levels: tuple[View, ...] = ("team", "rep")
    for by in levels:
        view = view_of(ws, asked, by)
        assert view.matrix is not None
        ids = [kpi.id for kpi in view.matrix.kpis]
        assert (set(ids), [row.kpi.id for row in view.card.rows]) == (shown(by), ids)
        assert [[row.kpi.id for row in line] for line in view.matrix.cells] == [ids] * len(view.matrix.members)
        assert "Average deal size" in about_words(view.card, view.elsewhere, by).partition(f"not shown for a {by}: ")[2]


def test_what_lacks_a_field_stays_a_draft_and_says_which(ws: operations.Workspace) -> None:
    operations.save_kpi(ws, replace(operations.find_kpi(ws, "slippage_rate"), decision="", owner=" "))
    done = operations.start_from(ws, "enterprise", reason="Begin with all")
    assert [(kpi.id, fields) for kpi, fields in done.drafts] == [("slippage_rate", ("decision", "owner"))]
    assert "slippage_rate" not in _active(ws)


def test_drafts_are_only_kept(ws: operations.Workspace) -> None:
    before = _active(ws)
    done = operations.start_from(ws, "sdr", draft=True)
    assert {kpi.id for kpi, _ in done.drafts} == set(done.pack.kpis)
    assert _active(ws) == before


def test_what_needs_data_says_where_it_comes_from(ws: operations.Workspace) -> None:
    waiting = {one.kpi.id: one for one in operations.start_from(ws, "sdr", reason="Begin with all").waiting}
    assert "an export of leads" in waiting["lead_response_1h"].needs
    assert "Salesforce" in waiting["meetings_held"].how
    assert "Event.csv" in waiting["meetings_held"].how
    assert set(HOW_TO_GET) == set(KINDS)


def test_an_unknown_pack_is_refused_with_the_nearest(ws: operations.Workspace) -> None:
    with pytest.raises(UserError) as refused:
        operations.start_from(ws, "enterprize")
    assert "enterprise" in refused.value.advice


@pytest.mark.parametrize("change", [{"level": "world"}, {"group": "colour"}, {"kpis": []}, {"kpis": list("abcdef")},
                                    {"more": 1}, {"why": ""}])  # fmt: skip
def test_a_pack_that_is_none_is_refused(change: dict[str, object]) -> None:
    whole: dict[str, object] = {
        "id": "x", "name": "X", "why": "Because.", "group": "role", "level": "rep", "kpis": ["bookings"],
    }  # fmt: skip
    assert pack_from_mapping(whole, "x.toml").kpis == ("bookings",)
    with pytest.raises(UserError, match=r"x\.toml"):
        pack_from_mapping({**whole, **change}, "x.toml")


def test_a_parameter_is_kept_and_its_kpis_named(ws: operations.Workspace) -> None:
    large, unset, small = operations.parameters(ws)
    assert (large.name, small.name) == ("enterprise_deals_from", "small_deals_below")
    assert (unset.name, unset.value) == ("gross_margin", None)
    assert set(unset.used_by) == {"cac_payback", "clv", "clv_to_cac"}
    assert operations.set_parameter(ws, "gross_margin", "80%").value == 0.8
    assert operations.settings(ws).parameters == (("gross_margin", 0.8),)
    operations.set_parameter(ws, "gross_margin", "0.75")
    operations.set_parameter(ws, "other", "3")
    known = {one.name: one.value for one in operations.parameters(ws) if one.value is not None}
    assert known == {"gross_margin": 0.75, "other": 3.0}
    with pytest.raises(UserError, match="Small deals below 200,000 and enterprise deals from 100,000 overlap"):
        operations.set_parameter(ws, "small_deals_below", "200000")


def test_a_formula_counts_with_its_parameter_and_says_what_is_missing(ws: operations.Workspace) -> None:
    asked = operations.question(ws, period="2025-Q1")
    (row,) = operations.evaluate(ws, "2 * param(gross_margin)", asked).rows
    assert row.result.value is None
    assert "'gross_margin' has no value" in row.result.reason
    operations.set_parameter(ws, "gross_margin", "80%")
    (row,) = operations.evaluate(ws, "2 * param(gross_margin)", asked).rows
    assert row.result.value == pytest.approx(1.6)


def test_a_scorecard_of_one_function_holds_what_it_shares_with_others(ws: operations.Workspace) -> None:
    operations.add_kpi(ws, "nrr")
    asked = operations.question(ws)
    tags = {kpi.id: kpi.functions for kpi in (operations.find_kpi(ws, one) for one in _active(ws))}
    for function in ("sales", "customer_success"):
        found = operations.kpis_for(ws, function, asked)
        assert set(found) == {one for one, functions in tags.items() if function in functions}
    assert "nrr" in operations.kpis_for(ws, "customer_success", asked)
    assert operations.kpis_for(ws, "sales", asked, ("bookings",)) == ("bookings",)
    with pytest.raises(UserError, match="No KPI in use here is for customer success"):
        operations.kpis_for(ws, "customer_success", asked, ("bookings",))
