from __future__ import annotations

from dataclasses import replace
from datetime import date

from kpidesk.core.kpis import Benchmark, Kpi
from kpidesk.core.pack_files import change_of
from kpidesk.core.timeline import Event, changes_in_words, newest_first

KPI = Kpi("bookings", "Bookings", "f", "s", "money", "higher", "lagging", "outcome", "flow_money", owner="Ann")


def test_a_new_version_says_what_changed_field_by_field() -> None:
    after = replace(
        KPI, status="active", owner="Bo.", leading=("a", "b"), lag_weeks=(2, 3), range_low=1.5, coaching=True,
        benchmarks=(Benchmark("t", "s"),), decision="Coach.",
    )  # fmt: skip
    assert changes_in_words(KPI, after) == (
        "Taken into use.", "Decision: Coach.", "Owner: Ann → Bo.", "Leading KPIs: none → a, b.",
        "Lag weeks: none → 2, 3.", "Coaching: yes.", "Range low: 1.5.", "Benchmarks changed.",
    )  # fmt: skip


def test_other_kpis_and_levels_are_called_by_their_names() -> None:
    after = replace(KPI, leading=("pipeline_created",), levels=("org", "rep"))
    assert changes_in_words(KPI, after, {"pipeline_created": "Pipeline created"}) == (
        "Levels: the organisation, teams, reps → the organisation, reps.", "Leading KPIs: none → Pipeline created.",
    )  # fmt: skip
    found = change_of(KPI, after, {"pipeline_created": "Pipeline created"}).fields
    assert {one.field: one.after for one in found} == {
        "levels": "the organisation, reps", "leading": "Pipeline created",
    }  # fmt: skip


def test_what_a_workspace_notes_by_itself_is_no_change() -> None:
    assert changes_in_words(KPI, replace(KPI, version=3, valid_from="2026-01-01", reason="So.", retired_on="x")) == ()
    assert changes_in_words(replace(KPI, status="active"), replace(KPI, status="retired")) == ("Retired.",)


def test_the_newest_comes_first_and_of_one_day_the_last() -> None:
    days = (date(2026, 1, 1), date(2026, 3, 1), date(2026, 1, 1))
    events = [Event(day, "status", "x", "X", str(at)) for at, day in enumerate(days)]
    assert [one.words for one in newest_first(events)] == ["1", "2", "0"]
