from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpidesk.core.goals import Target
from kpidesk.core.kpis import Kpi, KpiClass
from kpidesk.core.people import ORG
from kpidesk.core.periods import span_period
from kpidesk.core.results import Result
from kpidesk.core.settings import Settings
from kpidesk.core.status import (
    LEAST_SUMMED,
    STATUS_WORDS,
    TIER_STATUS,
    Confidence,
    Status,
    TierReached,
    least_compared,
    least_rows,
    meets,
    status_of,
    status_symbol,
    too_few_words,
)
from kpidesk.paths import resources

Q2 = span_period(date(2026, 4, 1), date(2026, 6, 30))
BOOKINGS = Kpi("bookings", "Bookings", "f", "s", "money", "higher", "lagging", "outcome", "flow_money")
DEALS = replace(BOOKINGS, id="deals", unit="count", kpi_class="flow_count")
WIN_RATE = replace(BOOKINGS, id="win_rate", unit="percent", kpi_class="ratio")
CYCLE = replace(BOOKINGS, id="cycle", unit="days", direction="lower", kpi_class="median")
COVERAGE = replace(BOOKINGS, id="coverage", unit="multiple", direction="range", kpi_class="derived")


def test_the_help_says_below_how_many_rows_of_a_rate_a_longer_time_stands_beside_it() -> None:
    page = " ".join((resources() / "help" / "scorecard.md").read_text(encoding="utf-8").split())
    assert f"Beside every rate from fewer than {Settings().solid_n} rows" in page


AS_TOLD: tuple[tuple[str, KpiClass], ...] = (
    ("A rate", "ratio"), ("An average", "mean_time"), ("An average", "money_ratio"), ("A score", "score"),
    ("A median", "median"),
    ("A count", "flow_count"), ("An amount", "flow_money"),
)  # fmt: skip


@pytest.mark.parametrize(("what", "kind"), AS_TOLD)
def test_how_many_rows_it_takes_is_what_the_help_says(what: str, kind: KpiClass) -> None:
    page = (resources() / "help" / "scorecard.md").read_text(encoding="utf-8")
    told = next(line for line in page.splitlines() if line.startswith(f"| {what} |"))
    status, change = (int(number) for number in re.findall(r"\| (\d+)", told))
    kpi = replace(BOOKINGS, kpi_class=kind)
    assert (LEAST_SUMMED if kind == "flow_money" else least_rows(kpi, Settings())) == status
    assert kind == "flow_count" or least_compared(kpi, Settings()) == change
    if kind in ("ratio", "score"):
        assert least_compared(kpi, Settings(minimum_n=20)) == least_rows(kpi, Settings(minimum_n=20)) == 20
    if kind == "ratio":
        assert least_compared(replace(kpi, minimum_n=4), Settings()) == 4
    elif kind != "flow_count":
        assert least_compared(replace(kpi, minimum_n=4), Settings()) == change  # fewer have no range at all


def goals(minimum: float, target: float, stretch: float) -> Target:
    return Target("k", ORG, Q2, minimum, target, stretch)


def of(value: float | None, n: float = 100, **more: object) -> Result:
    return replace(Result(value, n), **more)  # type: ignore[arg-type]  # fields of a result


@pytest.mark.parametrize(
    ("value", "tier", "status", "words"),
    [
        (79.9, "below_minimum", "off_track", "Below minimum"),
        (80, "minimum_met", "at_risk", "Minimum met"),
        (99.9, "minimum_met", "at_risk", "Minimum met"),
        (100, "target_met", "on_track", "Target met"),
        (119, "target_met", "on_track", "Target met"),
        (120, "stretch_met", "on_track", "Stretch met"),
        (-5, "below_minimum", "off_track", "Below minimum"),
    ],
)
def test_tiers_of_a_closed_period(value: float, tier: TierReached, status: Status, words: str) -> None:
    verdict = status_of(BOOKINGS, of(value), goals(80, 100, 120))
    assert (verdict.tier, verdict.status, verdict.words, verdict.expected) == (tier, status, words, None)


@pytest.mark.parametrize(
    ("value", "tier", "status"),
    [
        (91, "below_minimum", "off_track"),
        (90, "minimum_met", "at_risk"),
        (76, "minimum_met", "at_risk"),
        (75, "target_met", "on_track"),
        (60, "stretch_met", "on_track"),
        (10, "stretch_met", "on_track"),
    ],
)
def test_tiers_where_lower_is_better(value: float, tier: TierReached, status: Status) -> None:
    verdict = status_of(CYCLE, of(value), goals(90, 75, 60))
    assert (verdict.tier, verdict.status) == (tier, status)


@pytest.mark.parametrize(
    ("value", "tier", "status", "words"),
    [
        (1.9, "below_minimum", "off_track", "Outside the range"),
        (2.5, "minimum_met", "at_risk", "Near the range"),
        (3, "target_met", "on_track", "Inside the range"),
        (5, "target_met", "on_track", "Inside the range"),
        (5.5, "minimum_met", "at_risk", "Near the range"),
        (6, "below_minimum", "off_track", "Outside the range"),
    ],
)
def test_a_range_has_two_ends(value: float, tier: TierReached, status: Status, words: str) -> None:
    closed = status_of(COVERAGE, of(value), goals(3, 4, 5))
    assert (closed.tier, closed.status, closed.words) == (tier, status, words)
    running = status_of(COVERAGE, of(value), goals(3, 4, 5), running=True, share=0.5)
    assert (running.tier, running.status, running.words) == (None, status, words)


@pytest.mark.parametrize(
    ("value", "status", "words"),
    [(39, "off_track", "Off track"), (40, "at_risk", "At risk"), (50, "on_track", "On track")],
)
def test_half_way_half_the_target_is_due(value: float, status: Status, words: str) -> None:
    verdict = status_of(BOOKINGS, of(value), goals(80, 100, 120), running=True, share=0.5)
    assert (verdict.status, verdict.words, verdict.tier, verdict.expected) == (status, words, None, 50)


@pytest.mark.parametrize(
    ("chance", "status"),
    [(0.61, "on_track"), (0.6, "on_track"), (0.59, "at_risk"), (0.3, "at_risk"), (0.29, "off_track")],
)
@pytest.mark.parametrize("value", [39, 49.6, 50, 70])
def test_a_running_amount_goes_by_the_chance_of_its_target(value: float, chance: float, status: Status) -> None:
    """However far ahead of what is due or behind it."""
    found = status_of(BOOKINGS, of(value), goals(80, 100, 120), running=True, share=0.5, chance=chance)
    assert (found.status, found.chance, found.expected) == (status, chance, 50)
    closed = status_of(BOOKINGS, of(130), goals(80, 100, 120), chance=chance)
    assert (closed.tier, closed.chance) == ("stretch_met", None)
    assert status_of(WIN_RATE, of(0.3, 90), goals(0.2, 0.25, 0.3), running=True, chance=0.1).status == "on_track"


@pytest.mark.parametrize(
    ("value", "n", "share", "each", "words"),
    [
        (1.5, 1, 0.015, 1.6, "Too early"),  # the first day of a quarter: one deal
        (0, 0, 0.015, 1.6, "Too early"),
        (0, 0, 0.047, 1.6, "Too early"),  # 2.9 deals are due
        (0, 0, 0.049, 1.6, "Off track"),
        (1.5, 1, 0.015, None, "Too early"),  # by what this one brought
        (6, 4, 0.05, None, "On track"),
        (120, 1, 0.015, 50, "On track"),  # it is past its target, whatever comes
        (0, 0, 0.015, None, "Off track"),  # nothing tells what one brings
    ],
)
def test_an_amount_needs_three_rows_due_by_now(
    value: float, n: float, share: float, each: float | None, words: str
) -> None:
    """Of three rows that are due, by luck alone there is none one time in twenty."""
    found = status_of(BOOKINGS, of(value, n), goals(80, 100, 120), running=True, share=share, each=each)
    assert found.words == words
    few = "By now the target asks for fewer than 3 rows: too few for a verdict."
    assert found.reason == (few if words == "Too early" else "")
    assert math.exp(-3) == pytest.approx(0.05, abs=0.001)  # Poisson


NOT_PRORATED: list[KpiClass] = ["ratio", "cohort", "money_ratio", "stock", "median", "mean_time", "derived", "score"]


@pytest.mark.parametrize("kpi_class", NOT_PRORATED)
def test_only_what_flows_is_prorated(kpi_class: KpiClass) -> None:
    kpi = replace(BOOKINGS, kpi_class=kpi_class)
    verdict = status_of(kpi, of(50, numerator=50.0), goals(80, 100, 120), running=True, share=0.5)
    assert (verdict.status, verdict.expected) == ("off_track", None)


@pytest.mark.parametrize("kpi_class", ["flow_count", "flow_money", "distinct"])
def test_what_flows_is_prorated(kpi_class: KpiClass) -> None:
    verdict = status_of(replace(DEALS, kpi_class=kpi_class), of(50), goals(80, 100, 120), running=True, share=0.5)
    assert (verdict.status, verdict.expected) == ("on_track", 50)


def test_a_target_of_nothing_is_reached_by_nobody() -> None:
    """$0 against $0 was On track; to lose no deal is still something to reach."""
    for running in (True, False):
        found = status_of(BOOKINGS, of(0), goals(0, 0, 0), running=running)
        assert (found.status, found.words, found.tier) == ("no_target", "Target is 0", None)
    assert status_of(DEALS, of(0), goals(-20, -10, -1)).status == "no_target", "as a file of quotas may have it"
    fewest = replace(DEALS, direction="lower")
    assert status_of(fewest, of(0), goals(1, 0, 0)).status != "no_target"


def test_churned_deals_may_use_up_their_part_of_the_limit() -> None:
    churned = replace(DEALS, direction="lower")
    words = [status_of(churned, of(value), goals(30, 20, 10), running=True, share=0.5).words for value in (10, 15, 16)]
    assert words == ["On track", "At risk", "Off track"]


def test_what_stands_in_the_way_comes_in_order() -> None:
    empty = of(None, 0, reason="No closed deals.")
    few = of(0.4, 7, numerator=3.0)
    cohort = replace(WIN_RATE, kpi_class="cohort")
    tiers = goals(0.2, 0.25, 0.3)
    assert status_of(cohort, empty, None, stale=True, resolved=0).status == "no_target"
    assert status_of(cohort, empty, tiers, stale=True, resolved=0).status == "no_data"
    assert status_of(cohort, few, tiers, stale=True, resolved=0).status == "stale"
    assert status_of(cohort, few, tiers, resolved=0).status == "too_few"
    assert status_of(cohort, of(0.4, 70), tiers, resolved=0.79).status == "maturing"
    assert status_of(cohort, of(0.4, 70), tiers, resolved=0.8).status == "on_track"
    assert status_of(WIN_RATE, of(0.4, 70), tiers, resolved=0).status == "on_track"


def test_no_status_keeps_the_reason_and_has_no_tier() -> None:
    verdict = status_of(WIN_RATE, of(None, 0, reason="No closed deals."), goals(0.2, 0.25, 0.3))
    assert (verdict.reason, verdict.tier, verdict.confidence, verdict.words) == (
        "No closed deals.",
        None,
        "none",
        "No data",
    )
    assert status_of(WIN_RATE, of(float("nan")), goals(0.2, 0.25, 0.3)).status == "no_data"
    assert status_of(replace(WIN_RATE, direction="none"), of(0.3), goals(0.2, 0.25, 0.3)).status == "no_target"


@pytest.mark.parametrize("kpi_class", ["ratio", "cohort", "money_ratio", "score"])
@pytest.mark.parametrize(("n", "enough"), [(9.5, False), (10, True)])
def test_rates_need_the_rows_of_the_settings(kpi_class: KpiClass, n: float, enough: bool) -> None:
    verdict = status_of(replace(WIN_RATE, kpi_class=kpi_class), of(0.4, n, numerator=3.0), goals(0.2, 0.25, 0.3))
    assert (verdict.status == "too_few") is not enough
    assert (verdict.tier is None) is not enough
    seven = status_of(WIN_RATE, of(0.4, 7, numerator=3.0), goals(0.2, 0.25, 0.3), settings=Settings(minimum_n=5))
    assert seven.status == "on_track"


@pytest.mark.parametrize(("n", "status"), [(4, "too_few"), (5, "on_track")])
def test_medians_need_five_rows(n: float, status: Status) -> None:
    assert status_of(CYCLE, of(70, n), goals(90, 75, 60)).status == status


@pytest.mark.parametrize(
    ("share", "status"), [(0.0, "too_few"), (0.49, "too_few"), (0.5, "on_track"), (1.0, "on_track")]
)
def test_counts_need_five_expected_by_now(share: float, status: Status) -> None:
    assert status_of(DEALS, of(10), goals(8, 10, 12), running=True, share=share).status == status


def test_a_closed_count_says_its_tier_even_where_few_were_expected() -> None:
    verdict = status_of(DEALS, of(3), goals(2, 3, 4))
    assert (verdict.status, verdict.tier, verdict.words, verdict.confidence) == (
        "too_few",
        "target_met",
        "Target met",
        "none",
    )


def test_money_has_no_status_before_anything_is_due() -> None:
    verdict = status_of(BOOKINGS, of(0), goals(80, 100, 120), running=True, share=0.0)
    assert (verdict.status, verdict.words) == ("too_few", "Just begun")


@pytest.mark.parametrize(
    ("interval", "n", "confidence"),
    [
        ((0.31, 0.45), 100, "solid"),
        ((0.31, 0.45), 30, "solid"),
        ((0.31, 0.45), 29, "hollow"),
        ((0.24, 0.45), 100, "hollow"),
        ((0.19, 0.24), 100, "hollow"),
        ((0.05, 0.19), 100, "solid"),
        (None, 100, "none"),
    ],
)
def test_confidence_of_a_running_rate(
    interval: tuple[float, float] | None, n: float, confidence: Confidence
) -> None:  # fmt: skip
    result = of(0.35, n, interval=interval)
    assert status_of(WIN_RATE, result, goals(0.2, 0.25, 0.4), running=True).confidence == confidence


def test_stretch_counts_for_confidence_only_once_tiers_are_said() -> None:
    result = of(0.35, 100, interval=(0.31, 0.45))
    assert status_of(WIN_RATE, result, goals(0.2, 0.25, 0.4)).confidence == "hollow"


def test_confidence_of_a_running_count_is_against_what_is_due() -> None:
    result = of(60, 60, interval=(45.8, 77.2))
    assert status_of(DEALS, result, goals(80, 90, 120), running=True, share=0.5).confidence == "solid"
    assert status_of(DEALS, result, goals(80, 92, 120), running=True, share=0.5).confidence == "hollow"


def test_confidence_of_a_range_looks_at_its_ends() -> None:
    kpi = replace(COVERAGE, kpi_class="ratio")
    assert status_of(kpi, of(4, interval=(3.5, 4.8)), goals(3, 4, 5)).confidence == "solid"
    assert status_of(kpi, of(4, interval=(2.5, 4.8)), goals(3, 4, 5)).confidence == "hollow"


def test_words_are_hedged_where_luck_could_have_done_it() -> None:
    result = of(0.35, 20, interval=(0.18, 0.57))
    running = status_of(WIN_RATE, result, goals(0.2, 0.25, 0.4), running=True)
    assert (running.words, running.hedged_words) == ("On track", "Probably on track")
    closed = status_of(WIN_RATE, result, goals(0.2, 0.25, 0.4))
    assert (closed.words, closed.hedged_words) == ("Target met", "Target met")


def test_too_few_in_words() -> None:
    assert too_few_words(3, 7) == "3 of 7, too early"
    assert too_few_words(2.5, 5) == "2.5 of 5, too early"
    assert too_few_words(None, 4) == "Only 4, too early"
    assert status_of(WIN_RATE, of(3 / 7, 7, numerator=3.0), goals(0.2, 0.25, 0.3)).words == "3 of 7, too early"


def test_a_computed_target_is_met_by_the_number_it_shows() -> None:
    target = 0.22 * 1.1  # 0.24200000000000002
    assert status_of(WIN_RATE, of(0.242), goals(0.22, target, 0.264)).tier == "target_met"
    assert not meets(0.2419, target)
    assert meets(0.24200000000000002, 0.242, lower=True)


def test_every_status_has_words_and_a_shape() -> None:
    assert {status: status_symbol(status) for status in STATUS_WORDS} == {
        "on_track": "●", "at_risk": "▲", "off_track": "◆", "no_target": "–", "too_few": "–", "maturing": "–",
        "stale": "–", "no_data": "–", "coaching": "–",
    }  # fmt: skip


ORDER: dict[Status, int] = {"off_track": 0, "at_risk": 1, "on_track": 2}


@given(st.floats(-200, 200), st.floats(-200, 200), st.floats(0.01, 1), st.booleans())
def test_more_is_never_worse_where_higher_is_better(one: float, other: float, share: float, running: bool) -> None:
    """Where the past tells what a row brings, so that enough of them are due."""
    low, high = sorted((one, other))
    verdicts = [
        status_of(BOOKINGS, of(value), goals(80, 100, 120), running=running, share=share, each=0.01)
        for value in (low, high)
    ]
    assert ORDER[verdicts[0].status] <= ORDER[verdicts[1].status]
    mirrored = replace(BOOKINGS, direction="lower")
    verdicts = [
        status_of(mirrored, of(value), goals(120, 100, 80), running=running, share=share, each=0.01)
        for value in (low, high)
    ]
    assert ORDER[verdicts[0].status] >= ORDER[verdicts[1].status]


@pytest.mark.parametrize(
    ("value", "running", "stale", "n"), list(product([None, 50.0, 95.0, 130.0], [True, False], [True, False], [3, 50]))
)
def test_status_and_tier_agree(value: float | None, running: bool, stale: bool, n: float) -> None:
    for kpi in (BOOKINGS, DEALS, WIN_RATE, CYCLE, COVERAGE):
        verdict = status_of(kpi, of(value, n), goals(80, 100, 120), running=running, stale=stale)
        assert not (running and verdict.tier)
        if verdict.tier is not None and verdict.status in ORDER:
            assert TIER_STATUS[verdict.tier] == verdict.status
        if verdict.status not in ORDER:
            assert verdict.confidence == "none"


def test_a_coaching_metric_is_never_judged() -> None:
    judged = status_of(replace(WIN_RATE, coaching=True), of(0.5), goals(0.1, 0.2, 0.3))
    assert (judged.status, judged.tier, judged.confidence, judged.words) == ("coaching", None, "none", "For coaching")


@pytest.mark.parametrize(
    ("kpi", "found", "usual", "own"),
    [
        (WIN_RATE, of(0.5, 8, numerator=4, denominator=8), "too_few", "at_risk"),
        (CYCLE, of(60, 4), "too_few", "on_track"),
    ],
)
def test_a_kpi_may_be_judged_from_fewer_rows_than_usual(kpi: Kpi, found: Result, usual: Status, own: Status) -> None:
    target = goals(0.5, 0.6, 0.7) if kpi is WIN_RATE else goals(90, 75, 60)
    assert status_of(kpi, found, target).status == usual
    assert status_of(replace(kpi, minimum_n=4), found, target).status == own
    verdict = status_of(replace(kpi, minimum_n=30), found, target)
    assert (verdict.status, verdict.reason) == ("too_few", "Fewer than 30 rows.")


def test_a_count_may_be_judged_from_fewer_that_are_expected() -> None:
    target = goals(2, 4, 6)
    running = {"running": True, "share": 0.5}
    assert status_of(DEALS, of(2), target, **running).words == "Too early"  # type: ignore[arg-type]  # by name
    assert status_of(replace(DEALS, minimum_n=2), of(2), target, **running).status == "on_track"  # type: ignore[arg-type]  # by name
