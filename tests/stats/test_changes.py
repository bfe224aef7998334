"""Verdicts on changes: the intervals of published cases, scipy's exact tests, and the words managers read."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kpidesk.core.formats import NumberStyle
from kpidesk.stats.changes import (
    NetScore,
    allowing_for_many,
    count_change,
    level_change,
    median_change,
    rate_change,
    score_change,
    step_change,
)
from kpidesk.stats.intervals import balance_many
from kpidesk.stats.sums import mean_change, sum_change
from tests.stats.vectors import cases, near


def test_rates_by_newcombe_as_published() -> None:
    for case in cases("V-DIFF"):
        found = rate_change(case["x2"], case["n2"], case["x1"], case["n1"])
        assert (found.change, found.low, found.high) == near((case["diff"], case["lo"], case["hi"]))
        assert found.finding == ("too_early" if case["n1"] < 10 else "cannot_tell")


def test_rates_in_words() -> None:
    said = {
        (22, 100, 3, 7): "3 of 7: too few to tell a change.",
        (2, 5, 22, 100): "Only 2 of 5 before: too few to tell a change.",
        (22, 100, 27, 100): "Up 5 points: could be luck.",
        (100, 500, 105, 500): "Up 1 point: could be luck.",
        (100, 1000, 96, 1000): "Down 0.4 points: could be luck.",
        (100, 1000, 107, 1000): "Up 0.7 points: could be luck.",
        (17, 72, 27, 91): "Up 6.1 points: could be luck.",
        (5, 20, 10, 40): "No change.",
        (22, 100, 45, 100): "Really higher: 45.0% instead of 22.0%.",
        (40, 90, 12, 60): "Really lower: 20% instead of 44%.",
        (0, 0, 12, 60): "Only 0 of 0 before: too few to tell a change.",
        (1, 4, 0, 0): "0 of 0: too few to tell a change.",
    }
    assert {case: rate_change(*case).words for case in said} == said
    assert rate_change(22, 100, 3, 7, least=5).finding == "cannot_tell"
    german = NumberStyle(decimal=",", grouping=".")
    assert rate_change(100, 1000, 96, 1000, style=german).words == "Down 0,4 points: could be luck."


@pytest.mark.parametrize(("before", "after", "weeks"), [(48, 31, 1), (576, 31, 12), (10, 30, 1), (90, 4, 9), (0, 7, 1)])
def test_counts_by_the_exact_conditional_test(before: int, after: int, weeks: int) -> None:
    found = count_change(before, after, time_before=weeks)
    test = stats.binomtest(after, before + after, 1 / (weeks + 1))
    tail = 2 * min(stats.binom.cdf(after, before + after, 1 / (weeks + 1)),
                   stats.binom.sf(after - 1, before + after, 1 / (weeks + 1)))  # fmt: skip
    assert found.finding == ("real" if tail < 0.05 else "cannot_tell")
    share = test.proportion_ci(0.95)
    assert found.low == near(share.low / (1 - share.low) * weeks)
    if share.high < 1:
        assert found.high == near(share.high / (1 - share.high) * weeks)
    assert found.low is not None
    assert found.high is not None
    assert (found.finding == "real") == (not found.low <= 1 <= found.high)


def test_counts_in_words() -> None:
    assert count_change(576, 31, time_before=12).words == "Really fewer: 31 instead of 48 over the same time."
    assert count_change(48, 31).words == "Down 17: could be luck."
    assert count_change(10, 30).words == "Really more: 30 instead of 10."
    assert count_change(2.5, 2.5).words == "2.5 instead of 2.5: too few to tell a change."
    assert count_change(0, 5).finding == "too_early"  # 5 against 0 has a chance of 1 in 16
    assert count_change(0, 2, time_before=5.5).finding == "real"  # 2 × (1 ÷ 6.5)² is 0.047
    assert count_change(0, 6).words == "Really more: 6 instead of 0."
    assert count_change(0, 0).words == "0: too few to tell a change."
    assert count_change(30, 30).words == "No change."
    assert count_change(5, 5, time_before=0).finding == "too_early"


def test_equal_counts_are_called_changed_once_in_twenty_at_most() -> None:
    draw = np.random.default_rng(9)
    for usual in (4, 12, 40):
        pairs = draw.poisson(usual, (400, 2)).tolist()
        assert sum(count_change(*pair).finding == "real" for pair in pairs) / 400 <= 0.05


def test_medians_by_order_statistics() -> None:
    draw = np.random.default_rng(1)
    slow, fast = draw.lognormal(4.6, 0.5, 40).tolist(), draw.lognormal(3.9, 0.5, 40).tolist()
    found = median_change(slow, fast)
    assert found.finding == "real"
    assert found.words == f"Really shorter: {np.median(fast):.0f} days instead of {np.median(slow):.0f} days."
    same = median_change(slow, draw.lognormal(4.6, 0.5, 40).tolist())
    assert same.finding == "cannot_tell"
    assert same.words.endswith("could be luck.")
    assert median_change(slow, [3.0, 4.0]).words == "Only 2 rows now: too few to tell a change."
    assert median_change([3.0, 4.0], slow).words == "Only 2 rows before: too few to tell a change."
    assert median_change([5.0] * 9, [9.0] * 9, unit="count").words == "Really higher: 9 instead of 5."


def net(promoters: int, passives: int, detractors: int) -> NetScore:
    n = promoters + passives + detractors
    more, fewer, rows = (np.array([float(one)]) for one in (promoters, detractors, n))
    low, high = balance_many(more, fewer, rows)
    return NetScore(100 * (promoters - detractors) / n, (100 * float(low[0]), 100 * float(high[0])), n)


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        ((12, 6, 12), (21, 6, 3), "real"),
        ((25, 15, 10), (20, 15, 15), "cannot_tell"),
        ((200, 120, 80), (160, 120, 120), "real"),
        ((10, 0, 0), (8, 2, 0), "cannot_tell"),  # the spread of either side alone would call this real
        ((5, 3, 2), (5, 3, 1), "too_early"),
    ],
)
def test_net_scores_by_the_spread_of_all_answers(
    before: tuple[int, int, int], after: tuple[int, int, int], finding: str
) -> None:
    found = score_change(net(*before), net(*after))
    assert found.finding == finding
    if finding == "too_early":
        return
    answers = [np.repeat([100.0, 0.0, -100.0], side) for side in (before, after)]
    error = np.concatenate(answers).std() * np.sqrt(sum(1 / len(one) for one in answers))
    change = answers[1].mean() - answers[0].mean()
    assert (found.change, found.low, found.high) == near((change, change - 1.959964 * error, change + 1.959964 * error))


def test_scores_of_answers_that_are_all_alike_are_no_change() -> None:
    for side in ((0, 12, 0), (12, 0, 0), (0, 0, 12)):
        found = score_change(net(*side), net(*side))
        assert (found.finding, found.change) == ("cannot_tell", 0)
    assert score_change(net(0, 0, 12), net(12, 0, 0)).finding == "real"


def test_net_scores_in_words() -> None:
    said = {
        ((12, 6, 12), (21, 6, 3)): "Really higher: +60 instead of 0.",
        ((25, 15, 10), (20, 15, 15)): "Down 20 points: could be luck.",
        ((5, 3, 2), (5, 3, 1)): "Only 9 rows now: too few to tell a change.",
        ((25, 15, 10), (25, 15, 10)): "No change.",
    }
    assert {sides: score_change(*(net(*one) for one in sides)).words for sides in said} == said


def test_equal_net_scores_are_called_changed_about_once_in_twenty() -> None:
    rng = np.random.default_rng(5)
    for shares in ((0.5, 0.3, 0.2), (0.7, 0.2, 0.1), (0.9, 0.08, 0.02)):
        sides = [rng.multinomial(12, shares, 2_000).tolist() for _ in range(2)]
        real = sum(score_change(net(*one), net(*other)).finding == "real" for one, other in zip(*sides, strict=True))
        assert real / 2_000 < 0.065


def test_money_against_the_limits_of_its_own_past() -> None:
    """The roots of 95 and 105 thousand are 308.22 and 324.04: 316.13 ± 2.66 × 15.816, and both squared."""
    past = [95_000.0, 105_000.0] * 6
    inside, outside = level_change(past, 80_000, currency="EUR"), level_change(past, 70_000, currency="EUR")
    assert inside.words == "€80.0K is within its usual €75.1K to €128K: could be luck."
    then, later = 95_000**0.5, 105_000**0.5
    middle, reach = (then + later) / 2, 2.66 * (later - then)
    assert (inside.finding, inside.change) == ("cannot_tell", near(80_000 - middle**2))
    assert (inside.low, inside.high) == near((80_000 - (middle + reach) ** 2, 80_000 - (middle - reach) ** 2))
    assert outside.words == "Really lower: €70.0K, usually €75.1K to €128K."
    assert (outside.finding, outside.change) == ("real", near(70_000 - middle**2))
    plain = level_change([95, 105] * 6, 73, unit="days")
    assert plain.words == "Really shorter: 73 days, usually 73 days to 127 days."
    assert plain.change == -27
    assert level_change(past[:5], 70_000).words == "5 of 6 periods known: too few to tell a change."
    early = level_change(past[:8], 70_000, currency="EUR", each="quarter")
    assert early.finding == "too_early"
    assert early.words.endswith("but only 8 of 12 quarters are known: too few to tell a change.")


def test_a_step_outside_the_usual_is_judged_by_the_steps_before() -> None:
    history = [100.0, 110.0] * 12  # every step is 10, so one of more than 32.68 has a cause
    assert step_change(history, 300, 270).finding == "cannot_tell"
    fallen = step_change(history, 300, 260)
    assert (fallen.finding, fallen.words) == ("real", "Really lower: 260 instead of 300.")
    assert (fallen.low, fallen.high) == pytest.approx((-72.68, -7.32))
    assert step_change(history[:5], 300, 260).finding == "too_early"


def test_a_level_that_never_moves_has_not_changed() -> None:
    for cents in range(137, 40_000, 1_370):
        assert level_change([cents / 100] * 20, cents / 100).finding == "cannot_tell"


def test_among_many_rows_a_change_stays_real_by_holms_steps() -> None:
    # 0.01 < 0.05/4, then 0.0165 < 0.05/3, then 0.03 > 0.05/2; of two tables 0.01 > 0.05/8
    chances = [0.03, 0.01, 0.0165, 0.6]
    assert allowing_for_many([0, 1, 2], 4, lambda at, sure: chances[at] < 1 - sure) == {1, 2}
    assert allowing_for_many([0, 1, 2], 4, lambda at, sure: chances[at] < 1 - sure, tables=2) == set()


def test_every_test_asks_for_more_at_a_higher_confidence() -> None:
    slow, fast = [float(n) for n in range(20, 40)], [float(n) for n in range(10, 30)]
    found = {
        sure: [one.finding for one in (
            rate_change(11, 46, 13, 27, confidence=sure), count_change(20, 36, confidence=sure),
            median_change(slow, fast, confidence=sure), sum_change(slow, [2 * n for n in slow], confidence=sure),
            mean_change(slow, [n - 5 for n in slow], confidence=sure),
        )] for sure in (0.95, 0.9999)
    }  # fmt: skip
    assert found == {0.95: ["real"] * 5, 0.9999: ["cannot_tell"] * 5}
