"""Limits and signals against published cases and cases counted by hand, and false alarms by simulation."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from scipy import stats

from kpidesk.stats.false_signals import false_rate, luck_words
from kpidesk.stats.process import (
    Chart,
    Kind,
    Limits,
    Series,
    Signal,
    chart,
    limits,
    marks,
    signal_words,
    signals,
    uneven,
)
from tests import simulate
from tests.stats.vectors import cases, near

CALM = (30, 33, 28, 31, 29, 32, 27, 30, 34, 28, 31, 29)
WEEKS = tuple(date(2026, 1, 5) + timedelta(weeks=week) for week in range(40))


def ends(found: Limits | None) -> tuple[float, ...]:
    assert found is not None
    return found.centre, found.mean_range, found.low, found.high, found.range_limit


def as_published(case: dict[str, Any]) -> Any:
    return near([case[name] for name in ("center", "mr", "lpl", "upl", "url")])


def test_the_case_of_the_nhs_with_and_without_its_freak_step() -> None:
    case = cases("V-XMR")[0]
    every = len(case["y"])
    assert ends(limits(case["y"], baseline=every, screen=True)) == as_published(case["screened"])
    assert ends(limits(case["y"], baseline=every)) == as_published(case["unscreened"])


def test_limits_and_patterns_as_published() -> None:
    for case in cases("V-XMR")[1:]:
        found = limits(case["y"], baseline=case["baseline_first"])
        assert ends(found) == as_published(case["limits"])
        assert found is not None
        wanted = case.get("signals_run8") or case["signals"]
        for rule, name in (("outside", "r1"), ("run", "r2_run")):
            points = [at for mark in marks(case["y"], found) if mark.rule == rule
                      for at in range(mark.since, mark.at + 1)]  # fmt: skip
            assert points == wanted[name]
        if "median_limits" in case:
            by_median = limits(case["y"], baseline=case["baseline_first"], by_median=True)
            assert ends(by_median) == as_published(case["median_limits"])


def test_none_below_six_points_trial_below_twelve_and_then_no_signals() -> None:
    assert limits(CALM[:5]) is None
    trial, firm = limits(CALM[:11]), limits(CALM)
    assert trial is not None
    assert firm is not None
    assert (trial.trial, firm.trial) == (True, False)
    assert marks((*CALM[:11], 90), trial)
    assert signals((*CALM[:11], 90), trial) == ()
    assert signals((*CALM, 90), firm) == (Signal("outside", "above", 12, 12),)


def test_counts_and_shares_have_no_limits_that_they_cannot_reach() -> None:
    few = (0, 3, 1, 4, 0, 2, 5, 0, 1, 3, 0, 2)
    bare, counted, share = limits(few), limits(few, kind="count"), limits([one / 5 for one in few], kind="rate")
    assert bare is not None
    assert counted is not None
    assert share is not None
    assert bare.low < 0 == counted.low == share.low
    assert bare.high == counted.high
    assert share.high == 1
    assert not any(mark.side == "below" for mark in signals((*few, 0, 0, 0), counted))


def test_a_run_needs_eight_on_one_side_and_ends_on_the_middle() -> None:
    found = Limits(30, 20, 40, 3.76, 12.3, 12)
    base = (31.0, 29.0) * 6
    assert signals((*base, *[31.0] * 7), found) == ()
    assert signals((*base, *[31.0] * 8), found) == (Signal("run", "above", 19, 12),)
    assert signals((*base, *[31.0] * 4, 30.0, *[31.0] * 4), found) == ()
    # the last point of the baseline belongs to the run, a run inside the baseline is no signal
    assert signals((*base, *[29.0] * 7), found) == (Signal("run", "below", 18, 11),)
    assert signals((*[31.0] * 8, *[29.0] * 4, 31.0), found) == ()
    assert signals((*base, *[31.0] * 4, math.nan, *[31.0] * 4), found) == (Signal("run", "above", 20, 12),)


def test_points_that_overlap_have_no_limits() -> None:
    shown = chart(Series(tuple(map(float, CALM)), overlapping=True))
    assert (shown.signals, shown.centre) == ((), ())
    assert "shares days with the one before" in shown.words[0]


def test_each_point_has_its_own_limits_where_rows_differ_more_than_four_times() -> None:
    rows = (10.0, 50.0, 20.0, 40.0) * 3 + (10.0, 50.0)
    hits = (3.0, 12.0, 5.0, 10.0) * 3 + (6.0, 30.0)
    assert not uneven((10, 40, 0))
    assert uneven(rows)
    shown = chart(Series(tuple(one / n for one, n in zip(hits, rows, strict=True)), "rate", hits, rows))
    assert shown.centre[0] == pytest.approx(30 / 120)
    for at, n in enumerate(rows):
        inside = stats.binom(int(n), 0.25)
        assert (shown.low[at] * n, shown.high[at] * n) == near((inside.ppf(0.00135), inside.ppf(1 - 0.00135)))
    assert [(one.rule, one.at) for one in shown.signals] == [("outside", 13)]  # 60 % of 10 rows says nothing
    assert shown.words[-1] == "Each period has its own limits: they rest on 10 to 50 rows."
    even = chart(Series(shown.centre, "rate", (10.0,) * 14, (40.0,) * 14))
    assert len(set(even.low)) == 1


def test_counts_per_row_have_poisson_limits_where_rows_differ() -> None:
    rows, hits = (5.0, 30.0) * 6 + (0.0, 5.0), (20.0, 120.0) * 6 + (0.0, 60.0)
    values = tuple(one / n if n else math.nan for one, n in zip(hits, rows, strict=True))
    shown = chart(Series(values, "per", hits, rows))
    usual = stats.poisson(4 * 5)
    assert (shown.low[0] * 5, shown.high[0] * 5) == near((usual.ppf(0.00135), usual.ppf(1 - 0.00135)))
    assert math.isnan(shown.low[12])
    assert shown.signals == (Signal("outside", "above", 13, 13),)


def test_a_season_is_taken_out_before_limits_are_drawn() -> None:
    index = (0.8, 0.9, 0.7, 1.6) * 4
    level = (100, 104, 97, 102, 99, 103, 98, 101, 100, 96, 103, 99, 101, 98, 70, 100)
    values = tuple(one * usual for one, usual in zip(level, index, strict=True))
    bare, without = chart(Series(values)), chart(Series(values, season=index))
    assert bare.signals == ()
    assert without.signals == (Signal("outside", "below", 14, 14),)
    flat = limits(level)
    assert flat is not None
    assert without.high[3] == pytest.approx(1.6 * flat.high)
    assert "season is taken out" in without.words[-1]


def test_money_is_judged_by_its_square_roots_unless_it_is_negative() -> None:
    roots = (8, 10, 9, 11, 10, 12, 9, 11, 10, 8, 12, 10)
    bare, squared = limits(roots), limits([one * one for one in roots], kind="money")
    assert bare is not None
    assert squared is not None
    assert (squared.low, squared.centre, squared.high) == near((bare.low**2, bare.centre**2, bare.high**2))
    below_zero = [one - 10 for one in roots]
    assert limits(below_zero, kind="money") == limits(below_zero)


def test_few_events_a_period_have_the_limits_of_their_distribution() -> None:
    few = (1, 1, 2, 1, 1, 0, 1, 1, 1, 2, 1, 0)
    found = limits(few, kind="count")
    assert found is not None
    assert (found.low, found.high) == (0, stats.poisson(1).ppf(1 - 0.00135))
    none = limits([0.0] * 12, kind="count")
    assert none is not None
    assert signals((*[0.0] * 12, 1.0, 0.0, 2.0), none) == ()
    assert [one.at for one in signals((*[0.0] * 12, 4.0), none)] == [12]
    assert not chart(Series((1.0, *[0.0] * 40), "count")).signals  # eight empty weeks are nothing new here
    rare = chart(Series((0.1,) * 12 + (0.4,), "rate", (1.0,) * 12 + (4.0,), (10.0,) * 13))
    assert rare.centre[0] == near(0.1)
    assert rare.high[0] == near(stats.binom(10, 12 / 120).ppf(1 - 0.00135) / 10)
    assert rare.signals == ()
    assert "they rest on 10 rows" in rare.words[-1]


def test_limits_restart_only_where_the_user_wants() -> None:
    values = tuple(map(float, (*CALM, *(value + 20 for value in CALM), 51)))
    days = WEEKS[: len(values)]
    old = chart(Series(values, days=days))
    new = chart(Series(values, days=days), restarts=[days[12] + timedelta(days=3)])
    assert {one.rule for one in old.signals} == {"outside", "run"}
    assert new.signals == ()
    assert new.centre[0] == pytest.approx(np.mean(CALM))
    assert new.centre[-1] == pytest.approx(np.mean(CALM) + 20)
    assert new.words[-1].startswith("Limits restarted on")
    early = chart(Series(values[:15], days=days[:15]), restarts=[days[12]])
    assert math.isnan(early.low[-1])
    assert early.words[0] == "No limits yet: 3 of the 6 periods they need."
    with pytest.raises(ValueError, match="without the days"):
        chart(Series(values), restarts=[days[12]])
    with pytest.raises(ValueError, match="25 points"):
        chart(Series(values, days=days[:3]))


def test_signals_in_words() -> None:
    values = tuple(map(float, (*CALM, 29, 28, 27, 29, 28, 26, 28, 29, 60)))
    shown = chart(Series(values, "count"))
    said = [signal_words(one, shown, values, each="week") for one in shown.signals]
    assert said[0] == "Possible change: 9 weeks in a row below its usual 30."
    assert said[1] == "Possible change: 60 is outside its usual 21 to 40."
    assert shown.points == 9
    close = replace(shown.signals[1], at=0)
    limits = replace(shown, low=(109_604.0,), high=(196_871.4,))
    assert signal_words(close, limits, (197_312.0,), unit="money", currency="USD") == (
        "Possible change: $197,312.00 is outside its usual $109,604.00 to $196,871.40."
    )
    assert replace(shown, signals=()) != Chart()


def test_false_alarms_of_4000_series_are_those_that_were_published() -> None:
    for case in cases("V-XMR-FALSE"):
        size = (4000, case["baseline"] + case["new_points"])
        noise = np.random.default_rng(11).normal(size=size).tolist()
        shown = [simulate.flagged_by_rule(row, case["baseline"]) for row in noise]
        outside, run = (np.array([one[rule].any() for one in shown]) for rule in ("outside", "run"))
        for name, which in {"r1": outside, "r2_run8": run, "r1_run8": outside | run}.items():
            assert np.mean(which) == pytest.approx(case[name], abs=0.001)


def test_false_alarms_are_as_many_as_announced() -> None:
    shown = simulate.noise(12, 13, 16_000, seed=5)
    for points in (1, 2, 4, 8, 13):
        assert shown[:, :points].any(axis=1).mean() == pytest.approx(false_rate(points), abs=0.01)
        assert shown[:, points - 1].mean() == pytest.approx(false_rate(points, newest=True), abs=0.005)


def test_few_or_skewed_numbers_raise_hardly_more_than_announced() -> None:
    for label, share in simulate.by_kind(400).items():
        assert share <= false_rate(13) + 0.06, label


def test_a_fall_by_30_percent_in_a_weekly_count_of_30_is_found_within_eight_weeks() -> None:
    assert simulate.step(30, 21, 12, 8, 1500).any(axis=1).mean() >= 0.8


def test_what_stands_out_by_luck_is_announced() -> None:
    assert 2 <= 120 * false_rate(1) <= 2.5
    assert false_rate(10) == pytest.approx(0.6 * false_rate(8) + 0.4 * false_rate(13))
    assert false_rate(13, baseline=24) < false_rate(13, baseline=16) < false_rate(13)
    assert false_rate(0) == false_rate(13, baseline=8) == 0
    assert luck_words(120, 2.3, 3) == "120 lines: luck alone would show about 2; 3 stand out."
    assert luck_words(40, 0.8, 1) == "40 lines: luck alone would show about 1; 1 stands out."
    assert luck_words(40, 0.8, 1, 1).endswith("; 1 stands out, acknowledged.")
    assert luck_words(40, 0.8, 3, 3).endswith("; 3 stand out, all acknowledged.")
    assert luck_words(1, 0.02, 0) == "1 line: luck alone would show hardly any; none stands out."


@pytest.mark.parametrize("kind", ["value", "money", "count"])
def test_equal_points_raise_no_signal_and_a_change_of_them_reads_well(kind: Kind) -> None:
    for cents in range(137, 40_000, 1_370):
        assert chart(Series((cents / 100,) * 20, kind)).signals == ()
    assert chart(Series((0.1 + 0.2,) * 12 + (0.3,) * 10, kind)).signals == ()
    values = (5000.0,) * 19 + (9000.0,)
    shown = chart(Series(values, kind))
    assert [signal_words(one, shown, values, unit="money", currency="USD") for one in shown.signals] == [
        "Possible change: $9.00K instead of $5.00K."
    ]
