"""A part that stands alone because it is large was picked out of all values of its field, and is judged among them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from kpidesk import operations
from kpidesk.core.breakdowns import View
from kpidesk.core.parts import REST
from kpidesk.operations.breakdown_changes import AMONG_MANY, DATES_NOT_JUDGED, REST_NOT_JUDGED
from kpidesk.stats.changes import allowing_for_many, count_chance, least_told
from tests.operations.support import HEADER, bring_in, made


def export(path: Path, counts: dict[str, tuple[int, int]]) -> Path:
    """Deals won with each account in the third and in the fourth quarter of 2025."""
    lines = (
        (f"{firm}-{quarter}-{at}", "Deal", "Ann", firm, "Won", "100", "2025-01-02", f"2025-{8 + 3 * quarter:02d}-10",
         "Inbound")
        for firm, both in counts.items()
        for quarter, count in enumerate(both)
        for at in range(count)
    )  # fmt: skip
    first = ("OLD", "Deal", "Ann", "A", "Won", "100", "2024-01-02", "2024-02-10", "Inbound")
    path.write_text("\n".join(map(",".join, (HEADER, first, *lines))), encoding="utf-8")
    return path


@pytest.mark.parametrize(("each", "finding"), [((3, 3), "cannot_tell"), ((2, 2), "real"), ((0, 0), "real")])
def test_the_largest_are_judged_among_all_values_that_can_be_judged(
    tmp_path: Path, each: tuple[int, int], finding: str
) -> None:
    """Beside sixty smaller accounts of six deals, of which luck might have raised any; of four deals it could none."""
    counts = {"A": (1, 15), "B": (9, 9), "C": (8, 8)} | {f"S{at:02d}": each for at in range(60)}
    with made(tmp_path) as ws:
        bring_in(ws, export(tmp_path / "deals.csv", counts))
        asked = operations.question(ws, period="2025-Q4")
        table = operations.with_changes(ws, operations.pivot(ws, View("deals_won", "account", top=3), asked))
    told = table.verdicts[0]
    assert told is not None
    assert (table.rows[0].label, told.finding) == ("A", finding)
    assert (AMONG_MANY in told.words) == (finding != "real")


def test_what_the_largest_of_now_leave_is_not_judged_against_what_they_left_before(tmp_path: Path) -> None:
    """Forty accounts that nothing happened to: half of them come to 8 and then to 2, the other half the other way."""
    counts = {f"S{at:02d}": ((8, 2) if at % 2 else (2, 8)) for at in range(40)}
    with made(tmp_path) as ws:
        bring_in(ws, export(tmp_path / "deals.csv", counts))
        asked = operations.question(ws, period="2025-Q4")
        table = operations.with_changes(ws, operations.pivot(ws, View("deals_won", "account", top=20), asked))
        found = operations.why(ws, "deals_won", asked, whole=True)
    assert (table.rows[-1].label, table.changes[-2].text) == (REST, "−120")
    assert table.verdicts[-2] is None
    assert REST_NOT_JUDGED in table.notices
    assert not any(REST in one for one in found.really)


def stands_out(chances: dict[int, float], at: int, confidence: float) -> bool:
    return chances[at] <= 1 - confidence


def test_luck_marks_a_part_no_more_often_however_many_it_was_picked_from() -> None:
    """The largest of four hundred parts that nothing happened to; allowing for those shown alone is not enough."""
    random, marked = np.random.default_rng(18), {10: 0, 400: 0}
    for _ in range(300):
        before, now = random.poisson(12, (2, 400)).tolist()
        shown = sorted(range(400), key=lambda at: -now[at])[:10]
        chances = {at: count_chance(now[at], 1, before[at], 1) for at in shown}
        real = [at for at in shown if chances[at] <= 0.05]
        for looked in marked:
            marked[looked] += bool(allowing_for_many(real, looked, partial(stands_out, chances)))
    assert marked[400] <= 15 < marked[10]


def test_from_how_many_rows_on_a_change_of_a_count_can_be_told() -> None:
    assert least_told(1, 1) == 6
    assert least_told(5.5, 1) == 2
    assert all(min(count_chance(0, 1, total, time), count_chance(total, 1, 0, time)) > 0.05
               for time in (1, 3, 0.2) for total in range(1, least_told(time, 1)))  # fmt: skip


def test_a_month_of_creation_is_not_judged_against_a_period_that_it_does_not_lie_in(tmp_path: Path) -> None:
    """Every deal is won a month after its creation, so no month of creation has deals in two quarters."""
    lines = [
        (
            f"{month}-{at}",
            "Deal",
            "Ann",
            f"S{at}",
            "Won",
            "100",
            f"2025-{month:02d}-02",
            f"2025-{month + 1:02d}-10",
            "In",
        )
        for month in range(1, 12)
        for at in range(12)
    ]
    path = tmp_path / "deals.csv"
    path.write_text("\n".join(map(",".join, (HEADER, *lines))), encoding="utf-8")
    with made(tmp_path) as ws:
        bring_in(ws, path)
        asked = operations.question(ws, period="2025-Q3")
        table = operations.with_changes(ws, operations.pivot(ws, View("deals_won", "created_at:month"), asked))
    assert [part.label for part in table.rows] == ["Jun 2025", "Jul 2025", "Aug 2025"]
    assert table.verdicts[:-1] == (None, None, None)
    assert table.verdicts[-1] is not None, "the whole is compared"
    assert DATES_NOT_JUDGED in table.notices
