"""Many targets at once: who is held to what, typed cells, sharing out, files and the quarterly refresh."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from click.testing import CliRunner

from kpidesk import operations, store
from kpidesk.cli import main
from kpidesk.core.errors import UserError
from kpidesk.core.formats import format_value
from kpidesk.core.goals import Target
from kpidesk.core.people import ORG, Person, Scope, TeamView
from kpidesk.core.periods import Period, parse_period
from kpidesk.core.progress import finish
from kpidesk.core.refreshing import Decision
from kpidesk.core.scorecards import Row, goal_notes
from kpidesk.core.settings import Settings
from kpidesk.core.target_grid import STAYS, EditPlan, GoalChange, Grid, GridCell, GridEdit
from kpidesk.exporting import goal_forms as forms
from kpidesk.language import compile_formula
from kpidesk.operations.applying import carried
from kpidesk.operations.comparables import implied_value
from kpidesk.operations.kpi_sql import formula_sql
from tests.operations.support import bring_in, copied, history, made, write
from tests.schema import problems
from tests.stats.vectors import cases, near

TODAY, KNOWN = date(2026, 1, 5), date(2026, 1, 4)
PEOPLE = (
    ("Ann Lee", "North", "Sales", "AE", "2023-01-01", "", ""),
    ("Bo Dahl", "North", "Sales", "AE", "2023-01-01", "", ""),
    ("Cy Oh", "South", "Sales", "AE", "2023-01-01", "", ""),
    ("Di New", "South", "Sales", "AE", "2025-12-10", "", "4"),
    ("Ed Gone", "South", "Sales", "AE", "2023-01-01", "2025-11-30", ""),
)
"""Ann wins 1,000 in every quarter, Bo 5,000 and Cy 9,000, each one of four; Di is ramping, Ed has left."""


def period(text: str) -> Period:
    return parse_period(text, Settings(), TODAY)


Q1, Q4 = period("2026-Q1"), period("2025-Q4")


def table(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imported")
    with made(folder, TODAY) as ws:
        bring_in(ws, write(folder / "deals.csv", history()), KNOWN)
        header = ("Name", "Team", "Parent team", "Role", "Hired", "Left", "Ramp months")
        bring_in(ws, table(folder / "people.csv", header, PEOPLE), KNOWN, kind="people", stages={})
        for kpi in operations.kpis(ws):
            if kpi.kpi.status == "active" and kpi.kpi.id not in ("bookings", "win_rate"):
                operations.retire_kpi(ws, kpi.kpi.id)
    return folder


@pytest.fixture
def ws(imported: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(imported, tmp_path, TODAY) as opened:
        yield opened


def scope(ws: operations.Workspace, text: str) -> Scope:
    return operations.goal_scope(ws, text)


def typed(ws: operations.Workspace, *cells: tuple[str, str, str], span: Period = Q1, reason: str = "") -> EditPlan:
    return operations.plan_edits(ws, span, [GridEdit(scope(ws, who), kpi, text) for who, kpi, text in cells], reason)


def put(ws: operations.Workspace, *cells: tuple[str, str, str], span: Period = Q1) -> None:
    operations.apply_edits(ws, typed(ws, *cells, span=span, reason="the plan"))


def row(ws: operations.Workspace, kpi: str, who: str, span: str = "2026-Q1") -> Row:
    return operations.scorecard(ws, operations.question(ws, scope=who, period=span), (kpi,)).rows[0]


def _cell(grid: Grid, who: Scope, kpi_id: str) -> GridCell:
    return next(one for line in grid.cells for one in line if (one.scope, one.kpi_id) == (who, kpi_id))


def in_force(ws: operations.Workspace, kpi: str, who: str, span: Period = Q1) -> Target | None:
    return operations.goals(ws).target(kpi, scope(ws, who), span)


# --- whose target holds -------------------------------------------------------------------------------------------


def test_a_role_is_named_as_typed_and_an_unknown_one_is_refused(ws: operations.Workspace) -> None:
    assert [one.key for one in operations.role_scopes(ws)] == ["role:AE"]
    assert scope(ws, "Role: ae") == Scope("role", "AE")
    with pytest.raises(UserError, match="Nobody has the role 'SDR'"):
        scope(ws, "role:SDR")


def test_the_target_of_a_role_is_shown_and_counted_for_its_reps(ws: operations.Workspace) -> None:
    put(ws, ("role:AE", "bookings", "10000"), ("org", "win_rate", "30%"))
    ann = row(ws, "bookings", "rep:Ann Lee")
    assert ann.target is not None
    assert (ann.target.target, ann.target_why) == (10_000, "the target of every AE")
    assert row(ws, "win_rate", "team:North").target_why.startswith("that of the whole organisation")
    assert row(ws, "bookings", "team:North").target is None
    asked = operations.question(ws, scope="rep:Bo Dahl", period="2026-Q1")
    assert operations.evaluate(ws, "target([bookings])", asked).rows[0].result.value == 10_000
    assert operations.evaluate(ws, "target([win_rate])", asked).rows[0].result.value == pytest.approx(0.30)
    with pytest.raises(UserError, match="role or a whole"):
        operations.kpi_sql(ws, "quota_attainment", asked)
    assert operations.trend(ws, "bookings", asked, 2).points[-1].target == 10_000


def test_a_goal_for_a_role_outlives_a_new_start(imported: Path, tmp_path: Path) -> None:
    with copied(imported, tmp_path, TODAY) as first:
        put(first, ("role:AE", "bookings", "10000"))
    with made(tmp_path, TODAY) as again:
        kept = in_force(again, "bookings", "role:ae")
        assert kept is not None
        assert kept.target == 10_000
        assert operations.goals(again).baseline("bookings", Scope("role", "AE"), Q1) is not None


def promoted(ws: operations.Workspace, folder: Path, day: date, since: str = "") -> None:
    """A people file of a day in which Bo is a manager; with `since` it dates the row."""
    header = ("Name", "Team", "Role", "Valid from")
    bring_in(ws, table(folder / "later.csv", header, [("Bo Dahl", "North", "Manager", since)]), day, kind="people",
             stages={})  # fmt: skip


def test_a_promotion_changes_neither_target_nor_status_of_a_closed_quarter(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    """The role in force on the first day of a period counts, as with memberships."""
    put(ws, ("role:AE", "bookings", "5000"))
    won = ("N1", "Bo Dahl", "Won", "6000", "2026-01-02", "2026-02-02")
    after = date(2026, 4, 10)
    ws.today = after
    bring_in(ws, write(tmp_path / "more.csv", [*history(), won]), after)
    put(ws, ("role:AE", "bookings", "7000"), span=period("2026-Q2"))
    before = row(ws, "bookings", "rep:Bo Dahl", "2026-Q1"), row(ws, "bookings", "rep:Bo Dahl", "2026-Q2")
    assert [(one.target and one.target.target, one.target_why) for one in before] == [
        (5_000, "the target of every AE"), (7_000, "the target of every AE"),
    ]  # fmt: skip
    assert (before[0].tier, before[0].status_words) == ("target_met", "Target met")
    promoted(ws, tmp_path, after)
    assert next(one.role for one in operations.scopes(ws).people if one.name == "Bo Dahl") == "Manager"
    assert row(ws, "bookings", "rep:Bo Dahl", "2026-Q1") == before[0]
    assert row(ws, "bookings", "rep:Bo Dahl", "2026-Q2") == before[1]  # it had begun ten days before
    put(ws, ("role:AE", "bookings", "7000"), span=period("2026-Q3"))
    assert row(ws, "bookings", "rep:Bo Dahl", "2026-Q3").target is None
    assert row(ws, "bookings", "rep:Ann Lee", "2026-Q3").target_why == "the target of every AE"


def test_a_role_holds_from_the_day_that_its_row_names(ws: operations.Workspace, tmp_path: Path) -> None:
    put(ws, ("role:AE", "bookings", "5000"))
    promoted(ws, tmp_path, KNOWN, "2025-12-01")
    assert row(ws, "bookings", "rep:Bo Dahl", "2026-Q1").target is None
    (bo,) = (one for one in operations.scopes(ws).people if one.name == "Bo Dahl")
    assert [bo.role_on(date(2025, *day)) for day in ((1, 1), (11, 30), (12, 1))] == ["AE", "AE", "Manager"]


def test_a_formula_asks_for_the_role_of_the_day_in_columns_and_in_sql(ws: operations.Workspace, tmp_path: Path) -> None:
    """Bo is a manager from December on; Ed left at the end of November, and Di came in December."""
    promoted(ws, tmp_path, KNOWN, "2025-12-01")
    formula = "count(people where role = 'AE' as of end)"
    for key, there, then in (("2025-Q3", 4, 3), ("2025-Q4", 3, 3)):
        asked = operations.question(ws, period=key)
        (as_was,) = operations.evaluate(ws, formula, asked).rows
        assert as_was.result.value == there
        (today,) = operations.evaluate(ws, formula, replace(asked, teams="today")).rows
        assert today.result.value == then
        found = finish(operations.sql(ws, formula_sql(ws, compile_formula(formula, {}), asked, "AEs")))
        assert found.rows[0][found.columns.index("value")] == there


def test_a_rep_who_ramps_carries_a_share_of_the_target_of_the_role(ws: operations.Workspace) -> None:
    """Di began on 10 Dec: no full month until 9 Jan, then a quarter more with each, by days of each month."""
    share = (0.25 * 22 / 31 + (0.25 * 9 + 0.5 * 19) / 28 + (0.5 * 9 + 0.75 * 22) / 31) / 3
    put(ws, ("role:AE", "bookings", "80000/100000/120000"))
    di = row(ws, "bookings", "rep:Di New")
    assert di.target is not None
    assert di.target.tiers == pytest.approx((80_000 * share, 100_000 * share, 120_000 * share))
    assert di.target_why == f"{100 * share:.0f}% of the target of every AE: ramping, months 1 to 4 of 4"
    assert in_force(ws, "bookings", "rep:Di New") is None
    asked = operations.question(ws, scope="rep:Di New", period="2026-Q1")
    assert operations.evaluate(ws, "target([bookings])", asked).rows[0].result.value == pytest.approx(100_000 * share)
    put(ws, ("rep:Di New", "bookings", "20000"))
    assert row(ws, "bookings", "rep:Di New").target_why == "set for Di New"
    assert operations.evaluate(ws, "target([bookings])", asked).rows[0].result.value == 20_000


def test_shares_are_those_of_the_published_ramp() -> None:
    for case in cases("V-RAMP"):
        start, end = (date.fromisoformat(day) for day in case["period"])
        span = period(f"{start.year}-Q{start.month // 3 + 1}")
        assert (span.start, span.end) == (start, end)
        person = Person(1, "Di New", hire_at=date.fromisoformat(case["start"]), ramp_months=len(case["ramp"]) - 1)
        assert 3 * case["full_month_quota"] * carried(person, span).part == near(case["quota"])


def test_who_joins_leaves_or_is_on_leave_carries_the_days_they_are_there(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    joining = Person(1, "Ann", hire_at=date(2026, 2, 1))
    leaving = Person(1, "Ann", end_at=date(2026, 2, 15))
    assert carried(joining, Q1).part == pytest.approx(2 / 3)
    assert carried(joining, Q1).why == "here from 1 Feb 2026"
    assert carried(leaving, Q1).part == pytest.approx((1 + 14 / 28) / 3)
    assert carried(leaving, Q1).why == "until 14 Feb 2026"
    assert carried(Person(1, "Ann"), Q1).why == ""
    away = (("A1", "Ann Lee", "2026-02-01", "2026-02-28"), ("A2", "Bo Dahl", "2026-02-01", "2026-02-20"))
    header = ("Absence ID", "Employee", "From", "To")
    bring_in(ws, table(tmp_path / "absences.csv", header, away), KNOWN, kind="absences", stages={})
    put(ws, ("role:AE", "bookings", "30000"))
    ann, bo = (row(ws, "bookings", f"rep:{name}") for name in ("Ann Lee", "Bo Dahl"))
    assert ann.target is not None
    assert bo.target is not None
    assert ann.target.target == pytest.approx(20_000)
    assert ann.target_why.endswith("28 days on leave")
    assert bo.target.target == 30_000, "three weeks are a holiday"


def test_who_works_part_time_carries_their_share_day_by_day(ws: operations.Workspace) -> None:
    put(ws, ("role:AE", "bookings", "30000"))
    ann, bo = (operations.find_person(ws, name).id for name in ("Ann Lee", "Bo Dahl"))
    operations.work_share(ws, ann, "60%", date(2026, 2, 15))
    operations.work_share(ws, bo, "0.5")
    held = {name: row(ws, "bookings", f"rep:{name}") for name in ("Ann Lee", "Bo Dahl", "Cy Oh")}
    share = (1 + (14 + 0.6 * 14) / 28 + 0.6) / 3  # each month weighs the same, and a day within it
    tiers = {name: one.target.target for name, one in held.items() if one.target is not None}
    assert tiers == pytest.approx({"Ann Lee": 30_000 * share, "Bo Dahl": 15_000, "Cy Oh": 30_000})
    assert held["Ann Lee"].target_why == "80% of the target of every AE: 60% of full time from 15 Feb 2026"
    assert held["Bo Dahl"].target_why == "50% of the target of every AE: 50% of full time"
    put(ws, ("team:North", "bookings", "30000"))
    plan = operations.cascade(ws, "bookings", scope(ws, "team:North"), Q1, how="capacity")
    assert [one.share for one in plan.lines] == pytest.approx([share / (share + 0.5), 0.5 / (share + 0.5)])
    notices = operations.compare(ws, "bookings", operations.question(ws, scope="team:North", period="2026-Q1")).notices
    assert notices[-1].startswith(
        "Part-time: Ann Lee 60% of full time from 15 Feb 2026 and Bo Dahl 50% of full time. Targets of their role"
    )
    asked = operations.question(ws, scope="team:North", period="2025-Q4", by="rep")
    (notice,) = [one for one in operations.matrix(ws, asked).notices if one.startswith("Part-time")]
    assert notice.startswith("Part-time: Bo Dahl 50% of full time. Their targets are not changed by it"), notice


def test_who_changed_teams_inside_the_period_is_named_beside_the_lines_of_a_team(ws: operations.Workspace) -> None:
    operations.move_people(ws, [operations.find_person(ws, "Bo Dahl").id], "South", date(2026, 2, 1))
    told = "In another team too in Q1 2026: Bo Dahl. The line of a rep counts all that the rep did"

    def named(team: str, period: str = "2026-Q1", teams: TeamView = "as-was") -> list[str]:
        asked = operations.question(ws, scope=f"team:{team}", period=period, by="rep", teams=teams)
        cards = (operations.scorecard(ws, asked, ("bookings",)), operations.matrix(ws, asked))
        return [note for card in cards for note in card.notices if note.startswith(told)]

    assert [len(named(team)) for team in ("North", "South", "Sales")] == [2, 2, 0], "Sales holds both teams"
    assert named("North", teams="today") == named("North", period="2025-Q4") == []


def test_a_quota_from_a_file_is_the_target_of_bookings_until_one_is_set(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    header, rows = ("Rep", "Period", "Quota"), (("Ann Lee", "2026-01-01", "12000"), ("Di New", "2026-01-01", "9000"))
    bring_in(ws, table(tmp_path / "quotas.csv", header, rows), KNOWN, kind="quotas", stages={})
    put(ws, ("role:AE", "bookings", "80000"))
    ann = row(ws, "bookings", "rep:Ann Lee")
    assert ann.target is not None
    assert (ann.target.tiers, ann.target_why) == ((12_000,) * 3, "quota from quotas.csv")
    assert ", as it stands there; ramping until 10 Apr 2026" in row(ws, "bookings", "rep:Di New").target_why
    assert row(ws, "bookings", "rep:Bo Dahl").target_why == "the target of every AE"
    asked = operations.question(ws, scope="rep:Ann Lee", period="2026-Q1")
    assert operations.evaluate(ws, "target([bookings])", asked).rows[0].result.value == 12_000
    put(ws, ("rep:Ann Lee", "bookings", "15000"))
    assert row(ws, "bookings", "rep:Ann Lee").target_why == "set for Ann Lee"


def test_quotas_of_some_are_no_target_of_all(ws: operations.Workspace, tmp_path: Path) -> None:
    """Ann's quota of 800 and nobody else's: the org's bookings of 15,000 are held against nothing."""
    header = ("Rep", "Period", "Quota")
    bring_in(ws, table(tmp_path / "q.csv", header, [("Ann Lee", "2025-10-01", "800"), ("Bo Dahl", "2025-10-01", "0")]),
             KNOWN, kind="quotas", stages={})  # fmt: skip
    org, north, ann, bo = (
        row(ws, "bookings", who, "2025-Q4") for who in ("org", "team:North", "rep:Ann Lee", "rep:Bo Dahl")
    )
    assert (org.target, org.status, org.reason) == (None, "no_target", "a quota is known for 2 of 3 reps")
    assert north.target is not None
    assert (north.target.target, ann.status_words) == (800, "Target met")
    assert (bo.target, bo.status, bo.target_why) == (None, "no_target", "the quota in the file is 0, which is none")
    attained = [row(ws, "quota_attainment", who, "2025-Q4").result for who in ("org", "rep:Bo Dahl", "rep:Ann Lee")]
    assert [one.reason for one in attained] == [org.target_why, bo.target_why, ""]
    assert attained[2].value == pytest.approx(1000 / 800)
    assert f"No target of bookings: {org.target_why}." in goal_notes([org], [("bookings",)])


def test_a_rep_on_leave_for_all_of_a_period_needs_no_quota(ws: operations.Workspace, tmp_path: Path) -> None:
    rows = [("Ann Lee", "2025-10-01", "1200"), ("Bo Dahl", "2025-10-01", "6000")]
    bring_in(ws, table(tmp_path / "q.csv", ("Rep", "Period", "Quota"), rows), KNOWN, kind="quotas", stages={})
    assert row(ws, "bookings", "org", "2025-Q4").target is None
    leave = table(tmp_path / "away.csv", ("Person", "From", "To"), [("Cy Oh", "2025-10-01", "2025-12-31")])
    bring_in(ws, leave, KNOWN, kind="absences", stages={})
    org, ann = row(ws, "bookings", "org", "2025-Q4"), row(ws, "bookings", "rep:Ann Lee", "2025-Q4")
    assert org.target is not None
    assert (org.target.target, org.status_words) == (7200, "Target met")
    assert ann.status_words == "Below target", "a quota has no minimum"


def test_a_period_is_judged_by_the_target_it_began_with(imported: Path, tmp_path: Path) -> None:
    """Set in December for the first quarter, lowered within it: both attainments are shown, the first one judges."""
    role, days = Scope("role", "AE"), ("2025-09-20", "2025-11-14")
    with copied(imported, tmp_path, TODAY) as ws:
        for whose, version, low, aim, high in (
            (ORG, 0, 20_000, 30_000, 40_000), (ORG, 1, 1_000, 5_000, 6_000), (role, 0, 7_000, 8_000, 9_000),
            (role, 1, 400, 500, 600),
        ):  # fmt: skip
            store.save_target(
                ws.db, Target("bookings", whose, Q4, low, aim, high, version + 1, days[version], "the plan")
            )
        org, ann = row(ws, "bookings", "org", "2025-Q4"), row(ws, "bookings", "rep:Ann Lee", "2025-Q4")
        assert org.target is not None
        assert (org.target.target, org.tier, org.attainment) == (30_000, "below_minimum", 0.5)
        why = "as it stood when Q4 2025 began; since 14 Nov 2025"
        assert org.target_why == f"set for the whole organisation, {why} $5.00K (the plan), of which 300% is reached"
        assert goal_notes([org], [("bookings",)]) == (f"Target of bookings: {org.target_why}.",)
        assert ann.target_why == f"the target of every AE, {why} $500 (the plan), of which 200% is reached"
        asked = operations.question(ws, scope="org", period="2025-Q4")
        assert operations.evaluate(ws, "target([bookings])", asked).rows[0].result.value == 30_000
        assert operations.trend(ws, "bookings", asked, 2).points[-1].target == 30_000
        cell = _cell(operations.target_grid(ws, Q4), ORG, "bookings")
        assert cell.text == "$5.00K", "the grid edits what stands"


def test_a_late_target_changes_nothing_that_a_closed_period_was_judged_by(ws: operations.Workspace) -> None:
    store.save_target(ws.db, Target("win_rate", ORG, Q4, 0.2, 0.25, 0.3, effective_from="2025-09-20"))
    assert row(ws, "win_rate", "rep:Ann Lee", "2025-Q4").target_why.startswith("that of the whole organisation")
    for whose in ("rep:Ann Lee", "role:AE", "team:North"):
        with pytest.raises(UserError, match="Q4 2025 is closed, and was judged by another target: that of the whole"):
            operations.set_target_from(
                ws, "win_rate", minimum="1%", target="2%", stretch="3%", scope=whose, period="2025-Q4", reason="late"
            )
        (problem,) = typed(ws, (whose, "win_rate", "2%"), span=Q4).problems
        assert problem.problem.startswith("Q4 2025 is closed, and was judged by another")
    put(ws, ("rep:Ann Lee", "bookings", "2000"), span=Q4)
    ann = row(ws, "bookings", "rep:Ann Lee", "2025-Q4")
    assert ann.result.notices[-1].startswith("Its target was set on 5 Jan 2026"), "nothing judged it before"


def test_where_no_file_has_quotas_a_target_is_set_without_reading_the_records(
    ws: operations.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    operations.set_baseline_from(
        ws, "bookings", scope="org", period="2025-Q4", method="manual", value="4000", reason="r"
    )
    monkeypatch.setattr(store, "load_columns", lambda *_, **__: pytest.fail("the records were read"))
    target = Target("bookings", ORG, Q4, 4000, 5000, 6000)
    assert operations.set_target(ws, target).tiers == (4000, 5000, 6000)


# --- the grid -------------------------------------------------------------------------------------------------------


def test_the_grid_shows_everybody_who_is_there_with_what_holds(ws: operations.Workspace) -> None:
    put(ws, ("org", "bookings", "40000"), ("team:North", "bookings", "25000"), ("team:North", "win_rate", "30%"))
    put(ws, ("rep:Ann Lee", "bookings", "10000"), ("rep:Bo Dahl", "bookings", "18000"))
    found = operations.target_grid(ws, Q1)
    assert [kpi.id for kpi in found.kpis] == ["bookings", "win_rate"]
    lines = [(line.depth, line.kind, line.scope.name) for line in found.lines]
    assert lines == [
        (0, "org", ""), (1, "role", "AE"), (1, "team", "Sales"), (2, "team", "North"), (3, "rep", "Ann Lee"),
        (3, "rep", "Bo Dahl"), (2, "team", "South"), (3, "rep", "Cy Oh"), (3, "rep", "Di New"),
    ]  # fmt: skip
    cell = _cell(found, scope(ws, "rep:Bo Dahl"), "win_rate")
    assert (cell.target, cell.text, cell.note) == (None, "30.0%", "that of North")
    checks = {(one.parent.name, one.words) for one in found.sums if one.kpi_id == "bookings"}
    assert checks == {("", "Not shared out: $15.0K"), ("North", "Shared out $3.00K more than the target")}


def test_rates_of_parts_are_checked_against_the_whole_by_their_rows(ws: operations.Workspace) -> None:
    """North closes 8 of the 12 deals of a quarter, South 4; Sales holds both."""
    put(ws, ("team:Sales", "win_rate", "40%"), ("team:North", "win_rate", "30%"), ("team:South", "win_rate", "60%"))
    put(ws, ("org", "win_rate", "40%"))
    found = operations.target_grid(ws, Q1).sums
    assert [(one.parent.name, one.words, one.is_mean) for one in found] == [("", "", True), ("Sales", "", True)]
    assert [one.allocated for one in found] == pytest.approx([0.4, 0.4])
    put(ws, ("team:South", "win_rate", "30%"))
    sales = operations.target_grid(ws, Q1).sums[1]
    assert (sales.words, round(sales.unallocated, 9)) == ("The parts come to 30.0%", 0.1)


def test_the_grid_of_a_closed_period_takes_a_first_target_and_no_second(ws: operations.Workspace) -> None:
    found = operations.target_grid(ws, Q4)
    assert found.closed.startswith("Q4 2025 is closed. Where no target judged it a first one can still be set")
    assert not found.is_read_only
    put(ws, ("org", "bookings", "20000"), ("team:North", "win_rate", "30%"), span=Q4)
    locked = {
        (cell.scope.name or "org", cell.kpi_id): cell.locked
        for line in operations.target_grid(ws, Q4).cells for cell in line
    }  # fmt: skip
    assert locked["org", "bookings"] == locked["North", "win_rate"] == "Q4 2025 is closed: its targets are read-only."
    assert locked["Ann Lee", "win_rate"].startswith("Q4 2025 is closed, and was judged by another target")
    assert not locked["org", "win_rate"]
    assert not locked["South", "bookings"]
    plans = {key: typed(ws, (key, "bookings", "9000"), span=Q4).problems for key in ("org", "team:South")}
    assert [bool(one) for one in plans.values()] == [True, False]


def test_a_grid_of_two_hundred_reps_comes_at_once(tmp_path: Path) -> None:
    names = [(f"Rep {at:03d}", f"Team {at % 20:02d}", "AE", "2023-01-01") for at in range(200)]
    with made(tmp_path, TODAY) as ws:
        bring_in(ws, write(tmp_path / "deals.csv", history((2025,), 3)), KNOWN)
        file = table(tmp_path / "people.csv", ("Name", "Team", "Role", "Hired"), names)
        bring_in(ws, file, KNOWN, kind="people", stages={})
        begin = time.process_time()
        found = operations.target_grid(ws, Q1)
        assert len(found.lines) >= 220
        assert time.process_time() - begin < 2, "far more than it takes, far less than a slow way would"


# --- typed cells ----------------------------------------------------------------------------------------------------


def test_typed_cells_set_targets_with_baselines_found_in_the_history(ws: operations.Workspace) -> None:
    plan = typed(ws, ("org", "bookings", "+10%"), ("rep:Bo Dahl", "bookings", "6000"), ("org", "win_rate", "+3pp"))
    assert plan.problems == ()
    assert in_force(ws, "bookings", "org") is None, "nothing is written yet"
    operations.apply_edits(ws, plan)
    found = {(one.kpi_id, one.scope.name): one.tiers for one in operations.goals(ws).in_force()}
    assert found == {
        ("bookings", ""): pytest.approx((15_000, 16_500, 18_000)),
        ("bookings", "Bo Dahl"): (5_000, 6_000, 7_000),
        ("win_rate", ""): pytest.approx((0.25, 0.28, 0.31)),
    }
    base = operations.goals(ws).baseline("bookings", scope(ws, "rep:Bo Dahl"), Q1)
    assert base is not None
    assert (base.value, base.method, base.frozen_at) == (5_000, "trailing_4", "2026-01-05")


def test_a_block_with_text_among_the_numbers_changes_nothing(ws: operations.Workspace) -> None:
    plan = typed(
        ws, ("rep:Ann Lee", "bookings", "2000"), ("rep:Bo Dahl", "bookings", "tbd"), ("org", "win_rate", "130%")
    )
    told = [(one.row, one.column, one.value, one.problem) for one in plan.problems]
    name = operations.find_kpi(ws, "win_rate").name
    assert told == [
        ("Bo Dahl", "Bookings", "tbd", "'tbd' is not a number."),
        ("Organisation", name, "130%", f"'{name}' cannot pass 100%."),
    ]
    with pytest.raises(UserError, match=r"Nothing was set: Bo Dahl, Bookings: 'tbd'"):
        operations.apply_edits(ws, plan)
    assert operations.goals(ws).in_force() == ()


def test_what_stands_already_or_is_left_empty_is_no_change(ws: operations.Workspace) -> None:
    put(ws, ("org", "bookings", "20000"))
    assert (
        typed(ws, ("org", "bookings", "20000"), ("org", "win_rate", " "), ("team:North", "bookings", "-")).changes == ()
    )


def test_a_target_is_taken_away_and_given_back_in_one_step(ws: operations.Workspace) -> None:
    put(ws, ("org", "bookings", "20000"), ("rep:Ann Lee", "bookings", "2000"))
    plan = typed(ws, ("org", "bookings", "-"), ("rep:Ann Lee", "bookings", "3000"), ("rep:Bo Dahl", "bookings", "7000"))
    with pytest.raises(UserError, match="only with a reason"):
        operations.apply_edits(ws, plan)
    plan = replace(plan, reason="the team grew")
    operations.apply_edits(ws, plan)
    assert [in_force(ws, "bookings", who) is None for who in ("org", "rep:Ann Lee", "rep:Bo Dahl")] == [
        True,
        False,
        False,
    ]
    assert row(ws, "bookings", "org").target is None
    operations.apply_edits(ws, operations.taken_back(plan))
    back = [in_force(ws, "bookings", who) for who in ("org", "rep:Ann Lee", "rep:Bo Dahl")]
    assert [one and one.target for one in back] == [20_000, 2_000, None]
    assert back[1] is not None
    assert (back[1].version, back[1].reason) == (3, "Taken back: the team grew")
    assert len([one for one in operations.goals(ws).targets if one.kpi_id == "bookings"]) == 6, "every version stays"


def test_a_plan_that_is_out_of_date_or_fails_midway_leaves_nothing(ws: operations.Workspace) -> None:
    plan = typed(ws, ("rep:Ann Lee", "bookings", "2000"), ("org", "bookings", "20000"), reason="the plan")
    put(ws, ("org", "bookings", "30000"))
    before = operations.goals(ws)
    with pytest.raises(UserError, match="changed meanwhile"):
        operations.apply_edits(ws, plan)
    assert operations.goals(ws) == before


def test_no_plan_sets_a_target_without_a_baseline(ws: operations.Workspace) -> None:
    bare = EditPlan(Q1, (GoalChange(None, Target("bookings", ORG, Q1, 1, 2, 3)),), (), "the plan")
    with pytest.raises(UserError, match="needs a baseline first"):
        operations.apply_edits(ws, bare)
    assert operations.goals(ws).target("bookings", ORG, Q1) is None


def test_closed_targets_stay_in_a_pasted_block_too(ws: operations.Workspace) -> None:
    put(ws, ("org", "bookings", "20000"), span=Q4)
    plan = typed(ws, ("org", "bookings", "21000"), span=Q4)
    assert [one.problem for one in plan.problems] == ["Q4 2025 is closed: its targets are read-only."]


def test_targets_are_copied_forward_where_there_are_none(ws: operations.Workspace) -> None:
    put(
        ws,
        ("org", "bookings", "10000/20000/30000"),
        ("role:AE", "bookings", "5000"),
        ("org", "win_rate", "30%"),
        span=Q4,
    )
    put(ws, ("org", "win_rate", "40%"))
    plan = operations.copy_forward(ws, Q4, Q1, 0.10)
    after = {one.about.scope.key: one.after for one in plan.changes}
    assert set(after) == {"org", "role:AE"}
    copied = after["org"]
    assert copied is not None
    assert copied.tiers == pytest.approx((11_000, 22_000, 33_000))
    assert plan.notes == ("1 has a target for Q1 2026 already and stays as before.",)
    operations.apply_edits(ws, plan)
    rate = in_force(ws, "win_rate", "org")
    assert rate is not None
    assert rate.target == 0.40


# --- comparable reps ------------------------------------------------------------------------------------------------


def test_somebody_new_starts_from_the_middle_of_comparable_reps(ws: operations.Workspace) -> None:
    """Ann, Bo and Cy in the four quarters of 2025; Ed left in the last of them and had no deals before."""
    found = operations.comparable(ws, "bookings", scope(ws, "rep:Di New"), Q1)
    assert found is not None
    values = [amount for amount in (1_000, 5_000, 9_000) for _ in range(4)] + [0] * 3
    assert sorted(found.values) == sorted(values)
    assert (found.n, found.median, found.traits) == (15, median(values), "AE")
    proposal = operations.propose(ws, "bookings", scope(ws, "rep:Di New"), Q1, method="comparable")
    assert (proposal.baseline.method, proposal.baseline.value) == ("comparable", median(values))
    assert operations.comparable(ws, "bookings", ORG, Q1) is None


# --- sharing out ----------------------------------------------------------------------------------------------------


def test_money_is_shared_out_to_the_cent_and_set_in_one_go(ws: operations.Workspace) -> None:
    put(ws, ("team:North", "bookings", "10000.01"))
    plan = operations.cascade(ws, "bookings", scope(ws, "team:North"), Q1)
    assert [(line.name, line.target.target) for line in plan.lines] == [("Ann Lee", 5_000.01), ("Bo Dahl", 5_000.00)]
    assert (plan.check.unallocated, plan.check.words) == (0, "")
    assert operations.goals(ws).target("bookings", plan.lines[0].scope, Q1) is None
    operations.apply_cascade(ws, plan, "half each")
    assert [(one.parent.name, one.words) for one in operations.target_grid(ws, Q1).sums] == [("North", "")]


def test_a_target_is_shared_out_down_to_the_reps_in_one_go_and_every_team_comes_to_its_own(
    ws: operations.Workspace,
) -> None:
    put(ws, ("org", "bookings", "100000.01"))
    plan = operations.cascade(ws, "bookings", ORG, Q1, how="history", buffer=0.1, to_reps=True)
    assert [("  " * one.depth + one.name) for one in plan.lines] == [
        "Sales", "  North", "    Ann Lee", "    Bo Dahl", "  South", "    Cy Oh", "    Di New",
    ]  # fmt: skip
    given = {one.name: one.target.tiers for one in plan.lines}
    for team, inside in (
        ("Sales", ("North", "South")),
        ("North", ("Ann Lee", "Bo Dahl")),
        ("South", ("Cy Oh", "Di New")),
    ):
        for at, tier in enumerate(given[team]):
            assert sum(round(100 * given[name][at]) for name in inside) == round(100 * tier)
    assert round(100 * given["Sales"][1]) == 11_000_001  # the buffer counts once
    assert "to 4 reps" in plan.words
    step = operations.cascade(ws, "bookings", ORG, Q1, how="history", buffer=0.1)
    operations.apply_cascade(ws, step)
    for name in ("Sales", "North", "South"):  # team by team it comes to the same
        operations.apply_cascade(ws, operations.cascade(ws, "bookings", scope(ws, f"team:{name}"), Q1, how="history"))
    alone = {one.name: in_force(ws, "bookings", one.scope.key) for one in plan.lines}
    assert {name: one.tiers if one else None for name, one in alone.items()} == given
    assert operations.cascade(ws, "bookings", ORG, Q1, how="history", buffer=0.1, to_reps=True).edits.changes == ()


def test_down_to_the_reps_all_is_set_or_nothing(ws: operations.Workspace) -> None:
    put(ws, ("org", "win_rate", "30%"))
    rate = operations.cascade(ws, "win_rate", ORG, Q1, to_reps=True)
    assert {one.target.target for one in rate.lines} == {0.30}
    assert len(rate.lines) == 7
    assert len(operations.apply_cascade(ws, rate)) == 7


def test_in_a_closed_period_only_parts_that_no_target_judged_get_one(ws: operations.Workspace) -> None:
    put(
        ws, ("team:North", "bookings", "10000"), ("team:South", "bookings", "9000"), ("org", "win_rate", "30%"), span=Q4
    )
    north = scope(ws, "team:North")
    plan = operations.cascade(ws, "bookings", north, Q4, how="equal")
    assert plan.notes == (STAYS,)
    operations.apply_cascade(ws, plan)
    ann = row(ws, "bookings", "rep:Ann Lee", "2025-Q4")
    assert (ann.target.target if ann.target else None) == 5_000
    assert "after the period was over" in ann.result.notices[-1]
    again = operations.cascade(ws, "bookings", north, Q4, how="equal")
    assert (again.edits.changes, again.notes) == ((), ())
    with pytest.raises(UserError, match=r"targets are read-only\. That holds for Ann Lee and Bo Dahl\."):
        operations.cascade(ws, "bookings", north, Q4, how="equal", buffer=0.1)
    put(ws, ("rep:Cy Oh", "bookings", "2000"), span=Q4)
    with pytest.raises(UserError, match=r"That holds for Cy Oh\."):
        operations.cascade(ws, "bookings", scope(ws, "team:South"), Q4)
    with pytest.raises(UserError, match=r"judged by another target: that of the whole .* That holds for Sales\."):
        operations.cascade(ws, "win_rate", ORG, Q4)


def test_equal_parts_of_very_different_size_are_questioned(ws: operations.Workspace) -> None:
    spring = period("2026-Q2")
    put(ws, ("org", "bookings", "10000"), span=spring)
    operations.apply_teams(ws, {"Di New": "North", "Cy Oh": "Alone"})
    (note,) = operations.cascade(ws, "bookings", ORG, spring, how="equal").notes
    assert note == (
        "Sales has 3 reps, Alone has 1, and each gets the same. Shared out by capacity, each full rep would."
    )
    assert operations.cascade(ws, "bookings", ORG, spring, how="capacity").notes == ()


def test_by_history_each_gets_what_they_brought_and_a_buffer_goes_on_top(ws: operations.Workspace) -> None:
    put(ws, ("team:North", "bookings", "12000"))
    plan = operations.cascade(ws, "bookings", scope(ws, "team:North"), Q1, how="history", buffer=0.5)
    assert [line.target.target for line in plan.lines] == pytest.approx([18_000 / 6, 18_000 * 5 / 6])
    assert plan.goal == 18_000
    assert "$6.00K more than its target of $12.0K" in plan.words


def test_by_capacity_who_ramps_gets_their_share(ws: operations.Workspace) -> None:
    put(ws, ("team:South", "bookings", "10000"))
    plan = operations.cascade(ws, "bookings", scope(ws, "team:South"), Q1, how="capacity")
    person = next(one for one in operations.scopes(ws).people if one.name == "Di New")
    share = carried(person, Q1).part
    assert [line.share for line in plan.lines] == pytest.approx([1 / (1 + share), share / (1 + share)])
    assert sum(line.target.target for line in plan.lines) == pytest.approx(10_000)


def test_a_rate_is_the_same_for_all_and_says_what_it_means_for_the_whole(ws: operations.Workspace) -> None:
    put(ws, ("org", "win_rate", "30%"), ("org", "bookings", "10000"))
    plan = operations.cascade(ws, "win_rate", ORG, Q1)
    assert [(line.name, line.target.target) for line in plan.lines] == [("Sales", 0.30)]
    assert plan.implied == pytest.approx(0.30)
    members = {scope(ws, f"team:{name}"): value for name, value in (("North", 0.3), ("South", 0.6))}
    # North closes 8 of the 12 deals of a quarter, South 4
    assert implied_value(ws, "win_rate", Q1, members) == pytest.approx((8 * 0.3 + 4 * 0.6) / 12)


def test_what_cannot_be_shared_out_is_refused_in_words(ws: operations.Workspace) -> None:
    with pytest.raises(UserError, match="has no target"):
        operations.cascade(ws, "bookings", ORG, Q1)
    with pytest.raises(UserError, match="counts each one once"):
        operations.cascade(ws, "accounts_contacted", ORG, Q1)
    put(ws, ("rep:Ann Lee", "bookings", "2000"))
    with pytest.raises(UserError, match="no teams or reps"):
        operations.cascade(ws, "bookings", scope(ws, "rep:Ann Lee"), Q1)


# --- files ----------------------------------------------------------------------------------------------------------


def test_a_file_sets_targets_of_several_periods_at_once(ws: operations.Workspace, tmp_path: Path) -> None:
    rows = (
        ("role:AE", "bookings", "", "$5,000", "", "", "per AE"),
        ("org", "Bookings", "1", "2", "3", "2026-Q2", ""),
        ("team:North", "win_rate", "", "30%", "", "", ""),
    )
    header = ("Scope", "KPI", "Minimum", "Target", "Stretch", "Period", "Reason")
    plans = operations.plan_target_file(ws, table(tmp_path / "goals.csv", header, rows), "2026-Q1", with_baselines=True)
    assert [one.problems for one in plans] == [(), ()]
    done = operations.apply_plans(ws, plans)
    assert len(done) == 3
    role = in_force(ws, "bookings", "role:AE")
    assert role is not None
    assert (role.target, role.reason) == (5_000, "per AE")
    later = in_force(ws, "bookings", "org", period("2026-Q2"))
    assert later is not None
    assert later.tiers == (1, 2, 3)


def test_a_file_with_wrong_lines_names_them_all_and_sets_nothing(ws: operations.Workspace, tmp_path: Path) -> None:
    rows = (
        ("org", "bookings", "", "20000", ""),
        ("rep:Nobody", "bookings", "", "1", ""),
        ("org", "no_such", "", "1", ""),
        ("org", "win_rate", "10%", "20%", ""),
        ("rep:Ann Lee", "bookings", "", "soon", ""),
    )
    path = table(tmp_path / "goals.csv", ("scope", "kpi", "minimum", "target", "stretch"), rows)
    plans = operations.plan_target_file(ws, path, "2026-Q1", with_baselines=True)
    with pytest.raises(UserError, match="4 lines cannot be taken") as caught:
        operations.apply_plans(ws, plans)
    told = caught.value.advice.splitlines()
    assert [line.split(":")[0] for line in told] == ["Line 3", "Line 4", "Line 5", "Line 6"]
    assert operations.goals(ws).in_force() == ()
    short = table(tmp_path / "short.csv", ("scope", "target"), (("org", "1"),))
    with pytest.raises(UserError, match="no column 'kpi'"):
        operations.plan_target_file(ws, short)


def test_a_file_sets_no_baseline_that_nobody_asked_for(ws: operations.Workspace, tmp_path: Path) -> None:
    """Di has no history, and a survey score has only a published figure: neither is ever taken for a baseline."""
    rows = (("org", "bookings", "20000"), ("rep:Di New", "win_rate", "25%"), ("org", "csat", "90%"))
    path = table(tmp_path / "goals.csv", ("scope", "kpi", "target"), rows)
    (bare,) = operations.plan_target_file(ws, path, "2026-Q1")
    assert [one.problem for one in bare.problems] == ["A target needs a baseline first."] * 3
    assert operations.plan_target_file(ws, path, "2026-Q1")[0].changes == ()
    assert operations.propose(ws, "csat", ORG, Q1).baseline.method == "benchmark"
    assert operations.propose(ws, "win_rate", scope(ws, "rep:Di New"), Q1).baseline.method == "comparable"
    (found,) = operations.plan_target_file(ws, path, "2026-Q1", with_baselines=True)
    assert [(one.line, one.problem) for one in found.problems] == [
        (line, "A target needs a baseline first, and the history does not carry one.") for line in (3, 4)
    ]
    assert [one.baseline and one.baseline.method for one in found.changes] == ["trailing_4"]


# --- before a target is set -------------------------------------------------------------------------------------------


def test_where_a_target_leads_is_said_when_it_is_set(ws: operations.Workspace) -> None:
    """22 % and a tenth more each quarter: 24.2, 26.6, 29.3 and 32.2 %, which leaves the published 20 to 30 %."""
    operations.set_baseline_from(ws, "win_rate", scope="org", period="2026-Q1", value="22%", reason="as told")
    tiers = {"minimum": "+0%", "target": "+10%", "stretch": "+20%"}
    target = operations.set_target_from(ws, "win_rate", **tiers, scope="org", period="2026-Q1", reason="plan")
    leads, leaves, *_ = operations.doubts_about(ws, target)
    assert leads == (
        "Were the same step asked again every quarter, the target would go from 22.0% to 24.2%, 26.6%, 29.3%, 32.2% "
        "(Q1 2026 to Q4 2026)."
    )
    assert leaves.startswith("In Q4 2026 it is 32.2%: outside the published 20.0% to 30.0% (getchief.com, ")


def test_a_step_that_nobody_repeats_is_told_of_by_itself(ws: operations.Workspace) -> None:
    """From 22 to 29 % is a third more: asked again every quarter it came to 66 % in Q4, which nobody asked."""
    operations.set_baseline_from(ws, "win_rate", scope="org", period="2026-Q1", value="22%", reason="as told")
    tiers = {"minimum": "+0%", "target": "29%", "stretch": "35%"}
    target = operations.set_target_from(ws, "win_rate", **tiers, scope="org", period="2026-Q1", reason="plan")
    assert not any(
        "same step" in one or "Repeated" in one or "2026 it is" in one for one in operations.doubts_about(ws, target)
    )
    target = operations.set_target_from(ws, "win_rate", **tiers | {"target": "32%"}, scope="org", period="2026-Q1",
                                        reason="more")  # fmt: skip
    (odd,) = [one for one in operations.doubts_about(ws, target) if "it is" in one]
    assert odd.startswith("In Q1 2026 it is 32.0%: outside the published")


def test_a_ladder_warns_when_it_leaves_the_published_band(ws: operations.Workspace) -> None:
    typed_ = operations.set_baseline_from(ws, "win_rate", scope="org", period="2026-Q1", value="22%", reason="as told")
    found = operations.ladder_of(ws, "win_rate", ORG, Q1, 0.10)
    assert typed_.value == found.start == 0.22
    assert [(one.period.label, round(100 * one.value, 1), bool(one.warning)) for one in found.steps] == [
        ("Q1 2026", 24.2, False), ("Q2 2026", 26.6, False), ("Q3 2026", 29.3, False), ("Q4 2026", 32.2, True),
    ]  # fmt: skip
    assert found.band is not None
    assert (found.band.low, found.band.high) == (0.20, 0.30)
    assert any("Q4 2026" in one for one in found.warnings)
    assert any("+46%" in one for one in found.warnings)
    over = operations.ladder_of(ws, "win_rate", ORG, Q1, target=0.6)
    assert over.steps[1].warning == "passes 100%"
    assert not operations.ladder_of(ws, "win_rate", ORG, Q1, target=1.1).visibility.words, "nobody will ever see it"


def test_a_change_that_a_rep_cannot_show_is_said_in_plain_words(ws: operations.Workspace) -> None:
    """5,761 rows tell 22 % from 24.2 %: Ann closes 4 a quarter, all together 12 (V-POWER)."""
    ann = scope(ws, "rep:Ann Lee")
    operations.set_baseline_from(ws, "win_rate", scope="rep:Ann Lee", period="2026-Q1", value="22%", reason="as told")
    found = operations.ladder_of(ws, "win_rate", ann, Q1, 0.10).visibility
    assert found.periods == pytest.approx(5761 / 4)
    assert found.words.startswith("Fine as a goal. Ann Lee alone cannot show it in one quarter: it takes more than 100")
    assert "more than 100 quarters, about 5,761 deals." in found.words
    assert "Coach " in found.words
    assert "Judge" not in found.words, "480 quarters of all together are no better"
    wide = operations.ladder_of(ws, "win_rate", ann, Q1, target=0.32).visibility
    assert wide.periods == pytest.approx(309 / 4)
    assert "it takes about 78 quarters, about 309 deals. Judge the whole organisation on it, which takes" in wide.words
    assert "which takes about 26 quarters; coach " in wide.words
    assert found.suggest in operations.find_kpi(ws, "win_rate").leading
    assert found.suggest in {one.kpi.id for one in operations.kpis(ws) if one.computable}
    sure = operations.ladder_of(ws, "win_rate", ORG, Q1, target=0.95).visibility
    assert sure.words == "One quarter is enough to show it."


def test_before_there_is_a_history_it_is_said_what_is_missing(tmp_path: Path) -> None:
    """5,761 rows tell 22 % from 24.2 % (V-POWER); a count of 100 against 110: (2.8 / √2 / (√110 − √100))² = 16.5."""
    told = {}
    with made(tmp_path) as new:
        for kpi, value in (("win_rate", "22%"), ("deals_won", "100"), ("bookings", "100000")):
            operations.set_baseline_from(new, kpi, scope="org", period="2026-Q1", value=value, reason="the plan")
            told[kpi] = operations.ladder_of(new, kpi, ORG, Q1, 0.10).visibility.words
    assert told["win_rate"] == (
        "To tell 24.2% from 22.0% takes about 5,761 deals in each of two quarters; how long that is, the first shows."
    )
    assert told["deals_won"].startswith(
        "Fine as a goal. The organisation alone cannot show it in one quarter: it takes"
    )
    assert "about 17 quarters" in told["deals_won"]
    assert told["bookings"] == "Whether it would show can be said after 8 more whole quarters."


def test_a_target_beyond_what_the_process_gives_is_said(ws: operations.Workspace) -> None:
    """Every quarter comes to exactly 15,000, so its limits are 15,000 and 15,000."""
    found = operations.ladder_of(ws, "bookings", ORG, Q1, 0.10)
    assert found.capability == "The present process will not reach this without a change."
    below = operations.ladder_of(ws, "bookings", ORG, Q1, target=14_000)
    assert below.capability == "The present process reaches this by itself: it asks for nothing new."


# --- the refresh ----------------------------------------------------------------------------------------------------


@pytest.fixture
def due(ws: operations.Workspace) -> operations.Workspace:
    """Targets of Q4 2025 for bookings of the org (20 % above its baseline of 10,000) and of Ann, and the win rate."""
    base = {"scope": "org", "period": "2025-Q4", "reason": "as told"}
    operations.set_baseline_from(ws, "bookings", **base, value="10000")
    operations.set_target_from(
        ws, "bookings", minimum="10000", target="12000", stretch="13000", scope="org", period="2025-Q4"
    )
    put(ws, ("rep:Ann Lee", "bookings", "2000"), ("org", "win_rate", "30%"), span=Q4)
    return ws


def test_a_refresh_sets_old_and_new_side_by_side(due: operations.Workspace) -> None:
    found = operations.refresh(due, Q1)
    assert [(one.kpi.id, one.name) for one in found.lines] == [
        ("bookings", "Organisation"), ("bookings", "Ann Lee"), ("win_rate", "Organisation"),
    ]  # fmt: skip
    line = found.lines[0]
    assert line.old_baseline is not None
    assert line.baseline is not None
    assert (line.old_baseline.value, line.baseline.value) == (10_000, 15_000)
    assert line.uplift == pytest.approx(0.2)
    assert line.proposed == pytest.approx((15_000, 18_000, 19_500))
    assert (line.proposed_text, line.age) == (format_value(18_000, "money", "USD"), "set today, for Q4 2025")
    assert found.lines[2].noticeable.startswith("With 12 rows a quarter, only ")
    assert not line.is_stale
    assert all(one.is_stale for one in operations.refresh(due, period("2026-Q3")).lines)


def test_a_refresh_says_what_moves_far_what_is_low_and_what_no_longer_adds_up(ws: operations.Workspace) -> None:
    for who, kpi, value, target in (
        ("org", "bookings", "10000", "12000"),
        ("team:North", "bookings", "5000", "7000"),
        ("team:South", "bookings", "4000", "5000"),
        ("org", "win_rate", "30%", "27%"),
    ):
        operations.set_baseline_from(ws, kpi, scope=who, period="2025-Q4", reason="as told", value=value)
        low = "20%" if kpi == "win_rate" else "1"
        high = "40%" if kpi == "win_rate" else "20000"
        operations.set_target_from(ws, kpi, minimum=low, target=target, stretch=high, scope=who, period="2025-Q4")
    found = operations.refresh(ws, Q1)
    told = {(one.kpi.id, one.name): one.warnings for one in found.lines}
    # the quarters came to 15,000; to 6,000 in North and 9,000 in South; three of twelve were won
    assert "The target goes up by 50%, from $12.0K to $18.0K." in told["bookings", "Organisation"]
    assert not [one for one in told["bookings", "North"] if "goes" in one]
    assert "The target goes up by 126%, from $5.00K to $11.3K." in told["bookings", "South"]
    assert "The target lies below the baseline: less than what is reached already." in told["win_rate", "Organisation"]
    assert found.sums == ("Bookings, Organisation: Shared out $1.70K more than the target",)
    document: Any = forms.refresh_json(found, 0, dry_run=True)
    (whole,) = (one for one in document["sums"] if (one["kpi"], one["scope"]) == ("bookings", "org"))
    proposed = {one.scope.key: one.proposed[1] for one in found.lines if one.kpi.id == "bookings" and one.proposed}
    assert whole["target"] == proposed["org"]
    assert whole["parts_target"] == near(sum(amount for who, amount in proposed.items() if who != "org"))
    assert whole["left"] == near(whole["target"] - whole["parts_target"])
    assert whole["words"] == "Shared out $1.70K more than the target"
    assert problems(document, "target-refresh") == []
    assert found.bare == ()


def test_a_target_that_stays_makes_no_step_again(ws: operations.Workspace) -> None:
    """Every quarter came to 15,000, so 20 % above it are proposed again: nothing that is worth a note."""
    operations.set_baseline_from(ws, "bookings", scope="org", period="2025-Q4", reason="as told", value="15000")
    operations.set_target_from(
        ws, "bookings", minimum="15000", target="18000", stretch="19500", scope="org", period="2025-Q4"
    )
    (line,) = operations.refresh(ws, Q1).lines
    assert (line.old_text, line.proposed_text) == ("$18.0K", "$18.0K")
    assert not [one for one in line.warnings if "same step" in one]


def test_a_target_below_the_baseline_is_called_so(ws: operations.Workspace) -> None:
    operations.set_baseline_from(ws, "bookings", scope="org", period="2026-Q1", value="15000", reason="as told")
    found = operations.ladder_of(ws, "bookings", ORG, Q1, target=14_880)
    assert (
        found.visibility.words == "The target lies below the baseline: it asks for less than what is reached already."
    )


def test_a_typed_target_of_ten_times_the_history_is_worth_a_word(ws: operations.Workspace) -> None:
    assert typed(ws, ("org", "bookings", "149999")).notes == ()
    (note,) = typed(ws, ("org", "bookings", "150000")).notes
    assert note == "Bookings, Organisation: $150K is 10 times the baseline of $15.0K."


def test_what_was_decided_is_set_together_and_the_rest_stays(due: operations.Workspace) -> None:
    ann = scope(due, "rep:Ann Lee")
    decided = (Decision("bookings", ORG, "accept"), Decision("bookings", ann, "keep", reason="on a new market"))
    operations.apply_refresh(due, Q1, decided)
    org, kept = in_force(due, "bookings", "org"), in_force(due, "bookings", "rep:Ann Lee")
    assert org is not None
    assert kept is not None
    assert org.target == pytest.approx(18_000)
    assert org.reason == "Refreshed"
    old = in_force(due, "bookings", "rep:Ann Lee", Q4)
    assert old is not None
    assert (kept.tiers, kept.reason) == (old.tiers, "Kept: on a new market")
    left = operations.refresh(due, Q1)
    assert ([one.kpi.id for one in left.lines], left.done) == (["win_rate"], 2)
    operations.apply_refresh(due, Q1, (Decision("win_rate", ORG, "edit", text="33%"),))
    rate = in_force(due, "win_rate", "org")
    assert rate is not None
    assert rate.target == pytest.approx(0.33)


def test_keeping_needs_a_reason_and_one_wrong_decision_stops_all(due: operations.Workspace) -> None:
    decided = (Decision("bookings", ORG, "accept"), Decision("win_rate", ORG, "keep"))
    with pytest.raises(UserError, match="Keeping an old target needs a reason"):
        operations.apply_refresh(due, Q1, decided)
    assert in_force(due, "bookings", "org") is None
    twice = (Decision("bookings", ORG, "accept"), Decision("bookings", ORG, "keep", reason="it holds"))
    with pytest.raises(UserError, match="named twice"):
        operations.apply_refresh(due, Q1, twice)
    assert in_force(due, "bookings", "org") is None
    with pytest.raises(UserError, match="is closed"):
        operations.plan_refresh(due, Q4, decided)
    with pytest.raises(UserError, match="is due for Q1 2026"):
        operations.apply_refresh(due, Q1, (Decision("bookings", scope(due, "rep:Bo Dahl"), "accept"),))


def test_a_fiscal_year_that_leaves_targets_without_a_period_is_refused_until_it_is_said_again(
    due: operations.Workspace, tmp_path: Path
) -> None:
    path, run = str(due.db.path), CliRunner().invoke
    operations.close(due)
    refused = run(main, ["settings", path, "fiscal_start_month=2"])
    assert refused.exit_code == 1
    assert "3 targets and 3 baselines, of Q4 2025, would fall on no period." in " ".join(refused.output.split())
    assert "--anyway" in refused.output
    assert run(main, ["settings", path, "stall_days=40"]).exit_code == 0
    assert run(main, ["settings", path, "fiscal_start_month=2", "--anyway"]).exit_code == 0
    assert run(main, ["settings", path, "fiscal_start_month=1"]).exit_code == 0  # back again asks nothing
    listed = tmp_path / "periods.csv"
    days = [date(2025, 1, 8) + timedelta(days=30 * at) for at in range(13)]
    lines = [f"2025,P{at + 1},{days[at]},{days[at + 1] - timedelta(days=1)}" for at in range(12)]
    listed.write_text("\n".join(("Year,Period,First day,Last day", *lines)), encoding="utf-8")
    refused = run(main, ["calendar", "import", path, str(listed)])
    assert (refused.exit_code, "would fall on no period" in refused.output) == (1, True)
    assert run(main, ["calendar", "import", path, str(listed), "--anyway"]).exit_code == 0
    due.db = operations.open_workspace(Path(path), today=due.today).db


# --- as text and as JSON ----------------------------------------------------------------------------------------------


def test_every_answer_is_as_its_schema_says(due: operations.Workspace, tmp_path: Path) -> None:
    put(due, ("role:AE", "bookings", "5000"), ("org", "win_rate", "30%"), ("team:North", "bookings", "9000"))
    names = {one.kpi.id: (one.kpi.name, one.kpi.unit) for one in operations.kpis(due)}
    rows = (("rep:Bo Dahl", "bookings", "6000"), ("org", "win_rate", "soon"))
    plans = operations.plan_target_file(due, table(tmp_path / "goals.csv", ("scope", "kpi", "target"), rows), "2026-Q1",
                                        with_baselines=True)  # fmt: skip
    shared = operations.cascade(due, "win_rate", scope(due, "team:North"), Q1)
    found, grid = operations.refresh(due, Q1), operations.target_grid(due, Q1)
    assert problems(forms.plans_json(plans, dry_run=True), "target-import") == []
    assert problems(forms.cascade_json(shared, dry_run=True), "target-cascade") == []
    assert problems(forms.refresh_json(found, 0, dry_run=True), "target-refresh") == []
    assert problems(forms.grid_json(grid, "USD"), "target-list") == []
    told = forms.plans_text(plans, "USD", dict(names), dry_run=True)
    assert "Bookings, Bo Dahl, Q1 2026: $5.00K / $6.00K / $7.00K; baseline $5.00K set with it (" in told
    assert "Line 3: " in told
    assert "The same step of 20% again: four come to +107%." in forms.refresh_text(found, 0, dry_run=True)
    assert "Bookings, North: Shared out $1.00K more than the target." in forms.grid_text(grid)


def test_reps_who_ramp_are_told_to_carry_less_of_the_target_of_their_role(ws: operations.Workspace) -> None:
    asked = operations.question(ws, period="2026-Q1", by="rep")
    before = operations.scorecard(ws, asked, ("bookings",)).notices
    put(ws, ("role:AE", "bookings", "5000"))
    after = operations.scorecard(ws, asked, ("bookings",)).notices
    assert any("Their targets are not changed by it." in one for one in before)
    assert any(
        "Targets of their role are cut to that share, those set for them by name are not." in one for one in after
    )
