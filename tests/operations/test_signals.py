"""What stands out: a planted fall is found with its day, luck is announced, what was said of it is not lost."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from statistics import fmean

import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import week_period
from kpidesk.core.progress import finish
from kpidesk.core.results import Result
from kpidesk.core.reviews import AgendaItem, is_untouched
from kpidesk.core.settings import Settings
from kpidesk.core.signals import KpiSignal
from kpidesk.exporting.signal_forms import digest_json, digest_text, signal_line, signals_text
from kpidesk.operations.charting import Charted, current, kind_of
from kpidesk.operations.signals import NO_SEASON
from kpidesk.stats.false_signals import false_rate
from kpidesk.stats.process import Series, chart
from tests.operations.support import Line, bring_in, copied, made, write

FIRST = date(2025, 1, 6)
WEEKS = 60
FALL = 9
LAST = FIRST + timedelta(weeks=WEEKS)
FELL = FIRST + timedelta(weeks=WEEKS - FALL)
BEFORE_FALL = FELL + timedelta(weeks=3)
NEW_DEALS = Kpi(
    id="new_deals", name="New deals", formula="count(deals on created_at)", sentence="Deals created.", unit="count",
    direction="higher", indicator="leading", dimension="pipeline", kpi_class="flow_count", cadence="weekly",
    objective="Fill the pipeline.", decision="Prospect more.", owner="Sales manager", status="active",
)  # fmt: skip


def _deals(until: date) -> list[Line]:
    """About 20 new deals a week each of Ann and Bo; those of Ann halve in the last nine weeks."""
    draw, lines = Random(11), []
    for week in range(WEEKS):
        day = FIRST + timedelta(weeks=week)
        for rep, usual in (("Ann Lee", 20 if day < FELL else 10), ("Bo Dahl", 20)):
            count = 23 if week == WEEKS - FALL - 1 else max(1, round(draw.gauss(usual, 2.5)))
            for place in range(count):
                made_on = day + timedelta(days=place % 5)
                if made_on < until:
                    key = f"{rep[0]}{week:02d}{place:02d}"
                    lines.append((key, rep, "Open", "1000", made_on.isoformat(), "2026-12-31"))
    return lines


@pytest.fixture(scope="module")
def fallen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two imports: three weeks after the fall began, and nine."""
    folder = tmp_path_factory.mktemp("fallen")
    with made(folder, LAST) as ws:
        for kpi in operations.kpis(ws):
            if kpi.kpi.status == "active":
                operations.retire_kpi(ws, kpi.kpi.id)
        operations.save_kpi(ws, NEW_DEALS)
        bring_in(ws, write(folder / "early.csv", _deals(BEFORE_FALL)), BEFORE_FALL)
        bring_in(ws, write(folder / "late.csv", _deals(LAST)), LAST)
    return folder


@pytest.fixture
def ws(fallen: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(fallen, tmp_path, LAST) as opened:
        yield opened


def _rep(ws: operations.Workspace, name: str) -> Scope:
    return operations.scopes(ws).find_scope(f"rep:{name}")


def _noted(point: AgendaItem) -> str:
    """What was said of a signal, of the point that brings it up."""
    return point.text.partition(": ")[2].partition(" (noted ")[0]


def _ann(ws: operations.Workspace) -> KpiSignal:
    ann = _rep(ws, "Ann Lee")
    return next(one for one in operations.signals(ws, ORG).every if one.scope == ann)


def test_a_fall_is_found_with_the_week_in_which_it_began(ws: operations.Workspace) -> None:
    found = operations.signals(ws, ORG)
    assert [one.scope for one in found.every] == [_rep(ws, "Ann Lee"), ORG]
    ann = found.shown[0]
    assert (ann.rule, ann.side, ann.better, ann.since) == ("run", "below", False, week_period(FELL, Settings()))
    assert ann.seen == FELL + timedelta(weeks=8)
    assert "Possible change: 9 weeks in a row below its usual" in ann.words
    assert ann.effect > 2
    assert (found.charts, found.words) == (3, f"3 lines: luck alone would show hardly any; 2 stand out. {NO_SEASON}")


def test_below_the_whole_only_the_scope_asked_for_is_looked_at(ws: operations.Workspace) -> None:
    assert operations.signals(ws, _rep(ws, "Bo Dahl")).every == ()
    assert len(operations.signals(ws, _rep(ws, "Ann Lee")).every) == 1


def test_an_earlier_period_shows_what_was_known_by_its_end(ws: operations.Workspace) -> None:
    then = operations.signals(ws, ORG, week_period(FELL - timedelta(weeks=1), Settings()))
    assert (then.every, then.charts) == ((), 3)
    assert operations.signals(ws, ORG, as_of=BEFORE_FALL).shown[:1] != operations.signals(ws, ORG).shown[:1]


def test_short_or_thin_lines_are_left_out_and_said(ws: operations.Workspace) -> None:
    stock = replace(
        NEW_DEALS, id="open_now", name="Open now", formula="count(deals where open as of end)", kpi_class="stock"
    )
    thin = replace(NEW_DEALS, id="lost_now", name="Lost", formula="count(deals where lost on closed_at)")
    for kpi in (stock, thin):
        operations.save_kpi(ws, kpi)
    found = operations.signals(ws, ORG)
    assert found.charts == 3
    assert dict(found.left_out) == {
        "each period shares rows with the one before": 1,
        "fewer than 13 whole periods": 3,
    }


def test_what_is_acknowledged_leaves_the_list_and_comes_up_in_the_next_one_on_one(ws: operations.Workspace) -> None:
    ann = _rep(ws, "Ann Lee")
    with pytest.raises(UserError, match="needs a reason"):
        operations.acknowledge(ws, "new_deals", ann, "  ")
    said = operations.acknowledge(ws, "New deals", ann, "Two weeks  of leave")
    assert (said.since, said.reason) == (FELL, "Two weeks of leave")
    left = operations.signals(ws, ORG)
    assert [one.scope for one in left.every] == [ORG]
    assert [one.noted for one in left.noted] == ["Two weeks of leave"]
    assert "2 stand out, 1 of them acknowledged." in left.words
    assert "Acknowledged and not listed: 1; --all lists them." in signals_text(left)
    assert "weeks of leave)" in signals_text(left, whole=True)
    with pytest.raises(UserError, match="Nothing stands out"):
        operations.acknowledge(ws, "new_deals", ann, "again")
    draft = operations.open_review(ws, ann)
    (point,) = draft.agenda
    assert (point.by, point.text.split(": ", 1)[0]) == ("manager", "New deals since 29 Dec 2025")
    assert ": Two weeks of leave (noted " in point.text
    assert is_untouched(draft)  # nobody typed anything
    assert not is_untouched(replace(draft, agenda=(replace(point, done=True),)))
    assert operations.open_review(ws, _rep(ws, "Bo Dahl")).agenda == ()
    operations.take_back_acknowledgement(ws, said.id)
    assert len(operations.signals(ws, ORG).every) == 2


def test_a_draft_gets_the_point_and_the_next_one_only_what_was_not_talked_about(ws: operations.Workspace) -> None:
    ann = _rep(ws, "Ann Lee")
    draft = operations.open_review(ws, ann)
    assert draft.agenda == ()
    operations.acknowledge_signal(ws, _ann(ws), "Leave")
    assert [_noted(one) for one in operations.open_review(ws, ann).agenda] == ["Leave"]
    operations.close_review(ws, draft.id, without_commitment=True)
    assert operations.points_to_raise(ws, ann) == ()
    later = operations.open_review(ws, ann)
    assert [(_noted(one), one.since) for one in later.agenda] == [("Leave", date(2026, 3, 2))]
    operations.save_review(ws, replace(later, agenda=(replace(later.agenda[0], done=True),)))
    operations.close_review(ws, later.id, without_commitment=True)
    assert operations.open_review(ws, ann).agenda == ()


def test_limits_start_anew_only_with_a_reason(ws: operations.Workspace) -> None:
    ann = _rep(ws, "Ann Lee")
    with pytest.raises(UserError, match="needs a reason"):
        operations.restart_limits(ws, "new_deals", ann, FELL, "")
    with pytest.raises(UserError, match="no data of"):
        operations.restart_limits(ws, "new_deals", ann, LAST + timedelta(days=7), "later")
    kept = operations.restart_limits(ws, "new_deals", ann, FELL, "Half a territory went to Bo")
    assert (kept.grain, kept.day) == ("week", FELL)
    assert ann not in [one.scope for one in operations.signals(ws, ORG).every]
    assert [mark.text for mark in operations.marks(ws, "new_deals", ann)] == ["New limits: Half a territory went to Bo"]
    assert operations.marks(ws, "new_deals", ORG) == ()


def test_a_rule_reports_no_rate_of_too_few_unless_its_whole_range_lies_beyond(tmp_path: Path) -> None:
    rows = [(owner, "Lost", "2025-03-05") for owner in ("Ann", *24 * ["Bo"])]
    rows += [("Cy", "Won", "2025-02-10"), ("Cy", "Won", "2025-03-12")]
    lines = (f"D{at},Deal {at},{owner},{stage},100,2025-01-01,{day}" for at, (owner, stage, day) in enumerate(rows))
    table = "\n".join(["Deal ID,Deal name,Owner,Stage,Amount,Created,Close date", *lines])
    (tmp_path / "deals.csv").write_text(table, encoding="utf-8")
    with made(tmp_path) as few:
        bring_in(few, tmp_path / "deals.csv", date(2025, 3, 12))
        operations.add_rule(few, "win_rate", "below", "20%", "reps", "week")
        assert [(one.scope.name, one.value) for one in operations.rule_hits(few)] == [("Bo", 0)]


def test_a_rule_about_tiers_looks_where_there_are_targets_and_says_where_there_are_none(tmp_path: Path) -> None:
    won = {"2025-01-02": 9, "2025-04-10": 4, "2025-07-10": 1}
    lines = [(f"{day}-{at}", "Ann", "Won", "100", "2025-01-01", day) for day in won for at in range(won[day])]
    with made(tmp_path, date(2025, 7, 12)) as ws:
        bring_in(ws, write(tmp_path / "deals.csv", lines), date(2025, 7, 12))
        early = operations.add_rule(ws, "bookings", "tier", grain="month")
        assert operations.rule_words(ws, early).endswith("in a month (no target for the last months yet)")
        for period in ("2025-Q1", "2025-Q2"):
            goal = {"scope": "org", "period": period, "reason": "the plan"}
            operations.set_baseline_from(ws, "bookings", **goal, value="500")
            operations.set_target_from(ws, "bookings", **goal, minimum="500", target="700", stretch="900")
        rule = operations.add_rule(ws, "bookings", "tier")
        assert operations.rule_words(ws, rule).endswith("minimum, target or stretch in a quarter")
        assert operations.rule_words(ws, early).endswith("(no target for the last months yet)")
        assert [(one.rule.id, one.words) for one in operations.rule_hits(ws)] == [
            (rule.id, "Below minimum in Q2 2025, after stretch met in Q1 2025.")
        ]


def test_a_fall_is_told_as_one_also_below_zero(tmp_path: Path) -> None:
    reps = {"Ann": (-100, -200), "Bo": (-100, -110), "Cy": (0, 50), "Di": (0, 0), "Ed": (100, 80), "Fay": (100, 81)}
    lines = [(f"{rep}{month}", rep, "Won", str(newest if month == 6 else usual), "2025-01-01", f"2025-{month:02d}-10")
             for rep, (usual, newest) in reps.items() for month in range(1, 7)]  # fmt: skip
    with made(tmp_path, date(2025, 7, 12)) as ws:
        bring_in(ws, write(tmp_path / "deals.csv", lines), date(2025, 7, 12))
        operations.add_rule(ws, "bookings", "change", "20%", "reps")
        assert {one.scope.name: one.words for one in operations.rule_hits(ws)} == {
            "Ann": "−$200 in Jun 2025, −$100 against its usual −$100 (4 months).",
            "Cy": "$50 in Jun 2025, +$50 against its usual $0 (4 months).",
            "Ed": "$80 in Jun 2025, −20.0% against its usual $100 (4 months).",
        }


def test_a_digest_tells_only_what_its_import_is_the_first_to_show(ws: operations.Workspace) -> None:
    operations.add_rule(ws, "new_deals", "below", "15", "reps", "week")
    late, early = operations.digest(ws), operations.digest(ws, 1)
    assert (late.before, early.before) == (BEFORE_FALL, None)
    assert [(one.kind, one.deals) for one in late.moves] == [("new", len(_deals(LAST)) - len(_deals(BEFORE_FALL)))]
    assert _rep(ws, "Ann Lee") in [one.scope for one in late.signals]
    assert late.hits == ()  # the level was crossed before, as the import before had shown
    assert [one.scope.name for one in early.hits] == ["Ann Lee"]
    with pytest.raises(UserError, match="no import 7"):
        operations.digest(ws, 7)


def test_a_digest_as_of_a_past_day_knows_no_later_import_and_no_later_rule(ws: operations.Workspace) -> None:
    between = BEFORE_FALL + timedelta(days=3)
    then, first = operations.digest(ws, as_of=between), operations.digest(ws, 1)
    assert (then.entry, then.before, then.words) == (first.entry, None, first.words)
    assert [(one.scope, one.since) for one in then.signals] == [(one.scope, one.since) for one in first.signals]
    assert operations.digest(ws, as_of=LAST) == operations.digest(ws)
    operations.add_rule(ws, "new_deals", "below", "15", "reps", "week")  # on the day of the newest data
    assert (len(operations.digest(ws, 1).hits), operations.digest(ws, as_of=between).hits) == (1, ())
    with pytest.raises(UserError, match="no import 2 with data of"):
        operations.digest(ws, 2, as_of=between)
    with pytest.raises(UserError, match="No data are of"):
        operations.digest(ws, as_of=BEFORE_FALL - timedelta(days=1))


def test_the_digest_of_all_data_compares_deals_whatever_newer_files_are_there(ws: operations.Workspace) -> None:
    deals = operations.digest(ws)
    ws.today = LAST + timedelta(days=3)
    people = ws.path.parent / "teams.csv"
    people.write_text("Name,Email,Team\nAnn Lee,ann@x.example,North\n")
    bring_in(ws, people, ws.today)
    newest = operations.digest(ws)
    assert (newest.entry, newest.before, newest.moves) == (deals.entry, deals.before, deals.moves)
    assert newest.files == (deals.entry.file,)
    assert len(newest.before_files) == 1
    told = digest_text(newest)
    assert f"({deals.entry.file}) against" in told
    assert "Newer, but without deals: 5 Mar 2026 (teams.csv)." in told
    alone = operations.digest(ws, 3)
    assert (alone.entry.file, alone.moves, alone.files) == ("teams.csv", (), ("teams.csv",))
    assert "There are no deals among them." in digest_text(alone)
    before = operations.digest(ws, 2)  # of deals the day before is one of deals, and nothing newer is told of
    assert (before.before, before.later) == (deals.before, ())


def test_a_digest_says_how_many_of_its_signals_it_lists(
    ws: operations.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = operations.digest(ws)
    assert "listed" not in whole.words
    monkeypatch.setattr(sys.modules["kpidesk.operations.digest"], "MOST_SHOWN", len(whole.signals) - 1)
    part = operations.digest(ws)
    assert part.signals == whole.signals[:-1]
    assert f"the first {len(part.signals)} of them are listed" in part.words
    assert part.others == whole.signals[-1:]
    last = signal_line(part.others[0])
    assert last not in digest_text(part)
    assert "… and 1 more; --all lists them." in digest_text(part)
    assert last.split(":")[0] in digest_text(part, whole=True)
    assert digest_json(part)["signals"] == digest_json(whole)["signals"]


def test_notes_and_initiatives_of_a_whole_stand_on_the_charts_of_its_parts(ws: operations.Workspace) -> None:
    ann = _rep(ws, "Ann Lee")
    note = operations.add_note(ws, date(2025, 3, 1), "New price list")
    operations.add_note(ws, date(2025, 5, 1), "Only Bo", _rep(ws, "Bo Dahl"))
    operations.add_note(ws, date(2025, 6, 1), "Other KPI", ORG, "win_rate")
    operations.add_initiative(ws, "Calling", date(2025, 4, 1), end=date(2025, 4, 30), kpis=("new_deals",))
    assert [(mark.day.isoformat(), mark.text, mark.kind) for mark in operations.marks(ws, "new_deals", ann)] == [
        ("2025-03-01", "New price list", "note"),
        ("2025-04-01", "Calling begins", "initiative"),
        ("2025-05-01", "Calling is over", "initiative"),
    ]
    operations.delete_note(ws, note.id)
    operations.drop_initiative(ws, "calling")
    assert operations.marks(ws, "new_deals", ann) == ()
    with pytest.raises(UserError, match="no note"):
        operations.delete_note(ws, note.id)


COHORT = replace(
    NEW_DEALS, id="cohort_rate", name="Won of those created", unit="percent", kpi_class="cohort",
    formula="count(deals where won on created_at) / count(deals on created_at)",
)  # fmt: skip


def test_the_newest_groups_that_are_still_open_are_no_fall(tmp_path: Path) -> None:
    lines: list[Line] = []
    for week in range(50):
        for place in range(12):
            day = FIRST + timedelta(weeks=week, days=place % 5)
            stage = "Open" if week >= 42 else "Won" if (place + week) % 3 == 0 else "Lost"
            closed = "2026-12-31" if stage == "Open" else (day + timedelta(days=10)).isoformat()
            lines.append((f"D{week:02d}{place:02d}", "Ann Lee", stage, "1000", day.isoformat(), closed))
    today = FIRST + timedelta(weeks=50)
    with made(tmp_path, today) as ws:
        operations.save_kpi(ws, COHORT)
        bring_in(ws, write(tmp_path / "deals.csv", lines), today)
        found = operations.signals(ws, ORG)
        looked_at = [one.kpi.id for one in operations.charts(ws, ORG).charted]
        assert looked_at.count("cohort_rate") == 2
        assert [one.kpi.id for one in found.every if one.kpi.id == "cohort_rate"] == []


def _quarters(quarters: int) -> tuple[date, list[Line]]:
    """8 new deals a week in the first ten weeks of each quarter, 30 in the last three; the data end with a quarter."""
    draw, lines = Random(3), []
    last = date(2026, 4, 6)
    first = last - timedelta(weeks=13 * quarters)
    for week in range(13 * quarters):
        day = first + timedelta(weeks=week)
        start = date(day.year, day.month - (day.month - 1) % 3, 1)
        usual = 30 if (day - start).days // 7 >= 10 else 8
        count = usual + draw.randint(-1, 1)
        days = [(day + timedelta(days=place % 5)).isoformat() for place in range(count)]
        lines += [
            (f"Q{week:03d}{at:02d}", "Ann Lee", "Open", "1", made_on, "2026-12-31") for at, made_on in enumerate(days)
        ]
    return last, lines


@pytest.mark.parametrize(("quarters", "found"), [(5, 1), (10, 0)])
def test_a_heavy_end_of_the_quarter_is_no_signal_once_it_is_known(tmp_path: Path, quarters: int, found: int) -> None:
    last, lines = _quarters(quarters)
    with made(tmp_path, last) as ws:
        operations.save_kpi(ws, replace(NEW_DEALS, levels=("org",)))
        bring_in(ws, write(tmp_path / "deals.csv", lines), last)
        every = operations.signals(ws, ORG)
        assert sum(one.kpi.id == "new_deals" for one in every.every) == found
        assert (NO_SEASON in every.words) == (found > 0)


def test_noise_raises_no_more_than_is_announced() -> None:
    draw = Random(23)
    points, lines, newest = 26, 1_000, partial(Result, None, 0.0)
    periods = tuple(week_period(FIRST + timedelta(weeks=at), Settings()) for at in range(12 + points))
    found = 0
    for _ in range(lines):
        series = Series(tuple(draw.gauss(100, 10) for _ in periods))
        made_chart = chart(series)
        found += any(True for _ in current(Charted(NEW_DEALS, ORG, "week", periods, series, made_chart, newest, False)))
    announced = lines * false_rate(points, newest=True)
    assert abs(found - announced) < 3 * announced**0.5
    assert announced / lines < 0.06


def test_the_mean_of_few_skewed_amounts_raises_hardly_more_than_is_announced() -> None:
    draw = Random(5)
    points, lines = 8, 1_500
    kind = kind_of(replace(NEW_DEALS, kpi_class="money_ratio", unit="money"))
    found = 0
    for _ in range(lines):
        values = tuple(fmean(draw.lognormvariate(9, 0.8) for _ in range(8)) for _ in range(12 + points))
        found += any(signal.at == len(values) - 1 for signal in chart(Series(values, kind)).signals)
    assert found < 1.35 * lines * false_rate(points, newest=True)


def test_what_was_said_is_not_brought_up_once_its_data_are_gone_or_its_kpi_is_retired(ws: operations.Workspace) -> None:
    ann = _rep(ws, "Ann Lee")
    operations.acknowledge_signal(ws, _ann(ws), "Leave")
    assert [_noted(one) for one in operations.points_to_raise(ws, ann)] == ["Leave"]
    operations.retire_kpi(ws, "new_deals")
    assert operations.points_to_raise(ws, ann) == ()


def test_what_was_said_is_not_brought_up_while_no_data_of_then_are_known(ws: operations.Workspace) -> None:
    ann = _rep(ws, "Ann Lee")
    operations.acknowledge_signal(ws, _ann(ws), "Leave")
    while operations.data_date(ws) is not None:
        finish(operations.undo(ws))
    assert operations.points_to_raise(ws, ann) == ()
