"""Team reviews from draft to frozen sheet: exactly their contents, numbers that stay, actions that are carried on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kpidesk import operations, store
from kpidesk.core.errors import UserError
from kpidesk.core.formats import day_text, format_value
from kpidesk.core.goals import Target
from kpidesk.core.meeting_paper import members_tables
from kpidesk.core.meeting_sheets import MeetingSheet, MemberCell, MemberRow, MemberTable
from kpidesk.core.meeting_words import SECTIONS
from kpidesk.core.meetings import KINDS, Action, Meeting, MeetingKind, Point
from kpidesk.core.papers import PaperTable, tables_of
from kpidesk.core.people import ORG, UNASSIGNED, Scope
from kpidesk.core.periods import parse_period
from kpidesk.core.pipeline import Conversion, Figure, StageDays
from kpidesk.core.scorecards import Question
from kpidesk.core.settings import Settings
from kpidesk.core.target_grid import GridEdit
from kpidesk.exporting.meeting_forms import sheet_json, sheet_text
from kpidesk.operations.team_review_pipeline import advanced_words, days_words
from kpidesk.store.frozen import to_json, unpacked
from kpidesk.store.sealed import sealed_bytes
from tests.operations.rhythm import (
    CALL,
    CALLS,
    CLOSED_MARCH,
    FEB,
    JAN,
    MAR,
    MONDAY,
    OPEN_FEBRUARY,
    build,
    scope,
    show,
    table,
)
from tests.operations.support import bring_in, copied, history, made
from tests.schema import problems

Q1 = parse_period("2026-Q1", Settings(), JAN)
CALL_THEM = Action("Call them", "Ann Lee", date(2026, 3, 6))


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("company"))


@pytest.fixture
def ws(company: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(company, tmp_path, MONDAY) as opened:
        yield opened


def held(
    ws: operations.Workspace, kind: MeetingKind, whose: Scope, *actions: Action, **parts: object
) -> MeetingSheet:  # fmt: skip
    """A whole review of a kind."""
    draft = operations.open_team_review(ws, kind, whose)
    operations.save_team_review(ws, replace(draft, actions=actions, **parts))  # type: ignore[arg-type]  # by name
    operations.start_team_review(ws, draft.id)
    return operations.close_team_review(ws, draft.id, without_action=not actions)


def calls(first: date, last: date, *names: str) -> int:
    return sum(who in names and first <= date.fromisoformat(day) <= last for who, day in CALLS)


def test_a_point_that_a_review_did_not_come_to_is_on_the_next_of_its_kind(ws: operations.Workspace) -> None:
    north = scope(ws, "team:North")
    held(ws, "weekly", north, agenda=(Point("Leads", done=True), Point("Prices")))
    ws.today = MONDAY + timedelta(days=7)
    carried = (Point("Prices", since=MONDAY),)
    assert operations.preview_team_review(ws, "weekly", north).meeting.agenda == carried
    draft = operations.open_team_review(ws, "weekly", north)
    assert draft == operations.team_reviews(ws, "weekly", north)[0]
    assert draft.agenda == carried
    assert "Prices (from 2 Mar 2026)" in sheet_text(operations.team_review_sheet(ws, draft.id))
    assert not operations.open_team_review(ws, "weekly", scope(ws, "team:South")).agenda
    held(ws, "weekly", north, agenda=(replace(carried[0], done=True),))
    assert not operations.open_team_review(ws, "weekly", north).agenda


def test_a_week_that_a_review_was_held_about_is_not_proposed_again(ws: operations.Workspace) -> None:
    north, south = scope(ws, "team:North"), scope(ws, "team:South")
    first = held(ws, "weekly", north).meeting.question.period
    following = operations.preview_team_review(ws, "weekly", north).meeting.question.period
    assert following == operations.open_team_review(ws, "weekly", north).question.period
    assert (following.start, first.label, following.label) == (first.end, "W9 2026", "W10 2026")
    assert operations.open_team_review(ws, "weekly", south).question.period == first, "every team has its own"
    call = held(ws, "forecast", north).meeting.question.period
    assert operations.open_team_review(ws, "forecast", north).question.period == call, "a quarter has many calls"


# --- exactly their contents ----------------------------------------------------------------------------------------


def test_a_weekly_review_holds_activity_and_pipeline_and_nothing_else(ws: operations.Workspace) -> None:
    shown = operations.preview_team_review(ws, "weekly", scope(ws, "team:North"))
    assert {line.row.kpi.dimension for line in shown.lines} == {"activity"}
    assert not any((shown.why, shown.initiatives, shown.verdicts, shown.target_changes, shown.forecast))
    assert (shown.header, shown.since, shown.as_of) == ("2 reps", JAN, FEB)
    first, last = date(2026, 2, 23), date(2026, 3, 1)
    assert (shown.meeting.question.period.start, shown.meeting.question.period.last_day) == (first, last)

    north = ("Ann Lee", "Bo Dahl")
    made_calls = next(line for line in shown.lines if line.row.kpi.id == "calls_made")
    week = timedelta(days=7)
    assert made_calls.row.result.value == calls(first, last, *north) == 4
    assert made_calls.row.prior is not None
    assert made_calls.row.prior.value == calls(first - week, last - week, *north) == 2
    assert made_calls.row.status == "coaching", "what is coached is never coloured"
    assert shown.members is not None
    at = shown.members.kpis.index("calls_made")
    by_rep = {row.name: row.cells[at].value for row in shown.members.rows}
    assert by_rep == {name: calls(first, last, name) for name in north}, "by name; who left before is not there"

    assert shown.pipeline is not None
    mine = [line for line in OPEN_FEBRUARY if line[1] in north and line[2] not in ("Won", "Lost")]
    by_stage = {one.name: (one.count, one.amount.value) for one in shown.pipeline.stages}
    assert by_stage == {
        stage: (sum(line[2] == stage for line in mine), sum(float(line[3]) for line in mine if line[2] == stage))
        for stage in ("Demo", "Proposal")
    }
    moved = {one.label: (one.count, one.amount.value, [deal.name for deal in one.deals])
             for one in shown.pipeline.moved}  # fmt: skip
    assert moved == {
        "Won": (1, 5000.0, ["Deal A3"]), "Pushed": (1, 24000.0, ["Deal A2"]), "Amount up": (1, 4000.0, ["Deal A2"]),
    }  # fmt: skip


def test_a_weekly_review_says_which_column_its_activities_lack(tmp_path: Path) -> None:
    with made(tmp_path, MONDAY) as ws:
        show(ws, tmp_path, "deals.csv", OPEN_FEBRUARY, FEB)
        none = operations.preview_team_review(ws, "weekly", ORG)
        header = ("Activity ID", "Type", "Direction", "Date", "Owner")
        rows = [("1", "Call", "Outbound", "2026-02-25", "Ann Lee")]
        bring_in(ws, table(tmp_path / "calls.csv", header, rows), FEB, kind="activities", stages={})
        bare = operations.preview_team_review(ws, "weekly", ORG)
    assert (none.lines_words, none.lines, bare.lines) == ("No activities have been imported.", (), ())
    assert bare.definitions == "", "nothing has no definition"
    assert bare.lines_words == "Activities were imported, but Calls made needs a column 'Status' of activities."


def test_a_weekly_review_lists_the_stages_of_every_pipeline_with_open_deals(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    header = ("Deal ID", "Deal name", "Owner", "Pipeline", "Stage", "Amount", "Created", "Close date")
    rows = [("P1", "Reseller", "Ann Lee", "Partners", "Talks", "3000", "2026-01-05", "2026-04-01"),
            ("P2", "Agency", "Bo Dahl", "Partners", "Talks", "4000", "2026-01-06", "2026-04-01"),
            ("P3", "Old one", "Bo Dahl", "Closed line", "Lost", "900", "2026-01-06", "2026-02-01")]  # fmt: skip
    bring_in(ws, table(tmp_path / "partners.csv", header, rows), FEB, source="partners",
             stages={"Talks": "open", "Lost": "lost"})  # fmt: skip
    north = scope(ws, "team:North")
    shown = operations.preview_team_review(ws, "weekly", north)
    assert shown.pipeline is not None
    stages = [(one.pipeline, one.name, one.count, one.amount.value) for one in shown.pipeline.stages]
    labels = [one.label for one in operations.pipeline(ws, operations.opening(ws)).choices if one.deals]
    assert list(dict.fromkeys(one[0] for one in stages)) == labels, "named as on the page"
    assert [one[1:] for one in stages if "Partners" in one[0]] == [("Talks", 2, 7000.0)]
    assert {one[1:] for one in stages if "Partners" not in one[0] and one[2]} == {
        ("Demo", 2, 33000.0), ("Proposal", 1, 10000.0),
    }  # fmt: skip
    assert all(label in shown.pipeline.total_text for label in labels)
    assert problems(sheet_json(shown), "review-show") == []
    assert "Pipeline " in sheet_text(shown)


def test_a_monthly_review_holds_outcome_and_quality_and_names_no_rep(ws: operations.Workspace) -> None:
    operations.add_initiative(ws, "Call again", date(2026, 2, 2), kpis=("win_rate=+10%",))
    operations.add_initiative(ws, "Much later", date(2026, 3, 9), kpis=("win_rate",))
    shown = operations.preview_team_review(ws, "monthly", ORG)
    assert {line.row.kpi.dimension for line in shown.lines} <= {"outcome", "quality"}
    assert (shown.pipeline, shown.forecast, shown.meeting.question.period.label) == (None, None, "Feb 2026")
    assert {line.row.kpi.id: line.row.value_text for line in shown.lines}["bookings"] == "$5.00K"
    assert shown.members is not None
    assert [row.name for row in shown.members.rows] == ["North", "South"]
    assert [one.name for one in shown.initiatives] == ["Call again"]
    told = to_json((shown.members, shown.verdicts, shown.initiatives, shown.why, shown.target_changes))
    assert not [name for name, *_ in CALLS if name in told]


def test_coaching_goals_are_counted_only_where_a_count_names_nobody(ws: operations.Workspace) -> None:
    def shown() -> tuple[list[int], str]:
        found = operations.preview_team_review(ws, "monthly", ORG)
        return [one.count for one in found.verdicts], found.verdicts_words

    assert shown() == ([], "No coaching goals are set.")
    for number, name in enumerate(("Ann Lee", "Bo Dahl", "Cy Oh"), 1):
        goal = operations.draft_coaching_goal(ws, scope(ws, f"rep:{name}"), "opps_created")
        operations.save_coaching_goal(ws, goal)
        counts, words = shown()
        assert sum(counts) == (3 if number == 3 else 0)
        assert words.startswith("3 coaching goals of 3 reps" if number == 3 else "Fewer than 3 reps")


def test_a_forecast_call_sets_what_is_said_beside_what_was_said_and_what_the_data_say(
    ws: operations.Workspace,
) -> None:
    ann, bo = scope(ws, "rep:Ann Lee"), scope(ws, "rep:Bo Dahl")
    ws.today = date(2026, 2, 23)
    operations.submit(ws, ann, Q1, 20_000.0, 30_000.0, 40_000.0)
    ws.today = MONDAY
    draft = operations.open_team_review(ws, "forecast", ORG)
    assert draft.question.period == Q1
    operations.start_team_review(ws, draft.id)
    code = operations.team_review_sheet(ws, draft.id).code
    operations.submit(ws, ann, Q1, 25_000.0, 30_000.0, 40_000.0, meeting_id=draft.id)
    operations.submit(ws, bo, Q1, 9_000.0, 9_000.0, 9_000.0, meeting_id=draft.id)
    operations.submit(ws, ORG, Q1, 28_000.0, 40_000.0, 50_000.0, meeting_id=draft.id)
    closed = operations.close_team_review(ws, draft.id, without_action=True)
    assert closed.forecast is not None
    assert closed.code != code, "what was said in the call is in it"

    def amounts(line: object) -> dict[str, float]:
        names = ("commit", "commit_before", "moved", "best", "pipeline", "won")
        return {name: one.value for name in names if (one := getattr(line, name)) is not None}

    lines = {line.name: amounts(line) for line in closed.forecast.lines}
    assert lines == {
        "Ann Lee": {"commit": 25_000, "commit_before": 20_000, "moved": 5_000, "best": 30_000, "pipeline": 40_000,
                    "won": 5_000},
        "Bo Dahl": {"commit": 9_000, "best": 9_000, "pipeline": 9_000, "won": 0},
        "Cy Oh": {"won": 0},
    }  # fmt: skip
    assert amounts(closed.forecast.total)["commit"] == 28_000, "the call of the whole stands apart"
    assert [line.pipeline_is_due for line in closed.forecast.lines] == [False, False, False]
    assert (closed.forecast.summed.name, amounts(closed.forecast.summed)["commit"]) == (
        "Sum of the reps (2 of 3 said)", 34_000,
    )  # fmt: skip
    assert closed.forecast.apart == "", "Cy Oh has said nothing, so the two are not compared"
    operations.submit(ws, ann, Q1, 6_000.0)
    assert operations.team_review_sheet(ws, draft.id) == closed
    operations.submit(ws, scope(ws, "rep:Cy Oh"), Q1, 2_000.0)
    following = operations.preview_team_review(ws, "forecast", ORG).forecast
    assert following is not None
    assert following.apart == "The commit of Organisation is $11.0K above the sum of the reps.", "28 against 6 + 9 + 2"


def test_what_the_data_expect_of_each_rep_stands_there_before_anybody_has_said_a_word(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    draft = operations.open_team_review(ws, "forecast", ORG)

    def expected() -> dict[str, float | None]:
        found = operations.team_review_sheet(ws, draft.id).forecast
        assert found is not None
        lines = (found.total, found.summed, *found.lines)
        return {line.name: line.expected.value if line.expected is not None else None for line in lines}

    reps = [scope(ws, f"rep:{name}") for name in ("Ann Lee", "Bo Dahl", "Cy Oh")]
    found = {rep.name: operations.deals_due(ws, Question(Q1, rep)) for rep in reps}
    due = {name: sum((one.amount or 0.0) * one.own_chance for one in deals) for name, deals in found.items()}
    assert sum(due.values()) > 0
    won = {"Ann Lee": 5_000.0, "Bo Dahl": 0.0, "Cy Oh": 0.0}
    shown = expected()
    assert {rep.name: shown[rep.name] for rep in reps} == pytest.approx({name: won[name] + due[name] for name in won})
    assert shown["Sum of the reps (0 of 3 said)"] == pytest.approx(sum(due.values()) + 5_000)
    assert shown["Organisation"] == pytest.approx(sum(due.values()) + 5_000), "nobody else has a deal that is due"

    operations.start_team_review(ws, draft.id)
    operations.submit(ws, reps[0], Q1, 9_000.0)
    show(ws, tmp_path, "mar.csv", [*history((2025,)), *CLOSED_MARCH], MAR)
    assert list(expected().values()) == list(shown.values()), "it is sealed with the numbers, whatever is said"


def test_the_sum_of_the_reps_is_the_sum_of_their_rows_and_what_nobody_in_the_call_has_is_told(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    dans = [("D1", "Dan Old", "Won", "7000", "2025-11-02", "2026-01-10"),
            ("D2", "Dan Old", "Demo", "8000", "2025-11-03", "2026-03-20")]  # fmt: skip
    show(ws, tmp_path, "feb2.csv", [*history((2025,)), *OPEN_FEBRUARY, *dans], FEB)
    part = operations.preview_team_review(ws, "forecast", ORG).forecast
    assert part is not None
    assert "Dan Old" not in [line.name for line in part.lines]
    for column, gap in (("won", 7_000.0), ("expected", None)):
        rows = [getattr(line, column).value for line in part.lines]
        assert getattr(part.summed, column).value == pytest.approx(sum(rows)), column
        beyond = getattr(part.total, column).value - sum(rows)
        assert gap is None or beyond == gap
    assert 7_000 < beyond < 15_000, "his open deal by its chance, and what he won"
    own = format_value(beyond, "money", "USD")
    assert part.apart == (
        f"Of Organisation, $7.00K won and {own} by own chances are of nobody listed here: "
        "deals of people who left, or without an owner."
    )
    assert part.apart in " ".join(sheet_text(operations.preview_team_review(ws, "forecast", ORG)).split())


def test_a_call_says_on_what_own_chances_rest_as_the_forecast_does(ws: operations.Workspace) -> None:
    draft = operations.open_team_review(ws, "forecast", ORG)
    part = operations.team_review_sheet(ws, draft.id).forecast
    assert part is not None
    rests = "No export shows open deals of a past period: every deal counts with your win rate."
    assert operations.forecast(ws, Question(Q1, ORG)).weighted[-1].note.startswith(rests)
    assert rests in part.own_words
    assert "how often such deals were won" not in part.own_words
    assert part.own_words in " ".join(sheet_text(operations.team_review_sheet(ws, draft.id)).split())


def test_a_weekly_review_has_one_usual_time_for_a_stage_and_tells_a_young_quarter_as_it_is_so_far() -> None:
    none, few = Figure(None, "–"), Figure(3.0, "3")
    young = Conversion(0.4, "40%", None, "", Figure(17.0, "17"), Figure(44.0, "44"), Figure(20.0, "20"), mature=False,
                       few=False, words="17 of 44, 20 still open: too early to judge")  # fmt: skip
    assert advanced_words(young) == "17 of 44 so far, 20 still open"
    assert advanced_words(replace(young, waiting=few, mature=True, words="17 of 44, 3 still open")) == (
        "17 of 44, 3 still open"
    )
    assert advanced_words(replace(young, value=None)) == ""
    days = StageDays(Figure(20.0, "20 days"), None, 9, Figure(26.0, "26 days"), None, 80, "unknown", "")
    assert days_words(days) == "20 days, usually 26 days", "the same usual days as those beside a stalled deal"
    assert days_words(replace(days, median=none)) == "usually 26 days"
    assert days_words(replace(days, usual=none)) == "20 days"


def test_every_rate_of_a_team_bears_what_it_rests_on() -> None:
    rate, few, money = (
        MemberCell("100%", "7 of 7", 1.0, 7.0), MemberCell("+100", "1 survey answer", 100.0, 1.0),
        MemberCell("$531K", "12 deals", 531_000.0, 12.0),
    )  # fmt: skip
    names = ("renewal_rate", "nps", "bookings")
    team = MemberRow(Scope("team", "East", 1), "East", (rate, few, money))
    (paper,) = members_tables(MemberTable(names, names, ("percent", "points", "money"), (team,)), "Team")
    assert [cell.text for cell in paper.rows[0].cells] == ["East", "100% (7 of 7)", "+100 (n 1)", "$531K"]
    assert MemberCell("—", "no rows").told("percent") == "—"


# --- what is sealed stays ------------------------------------------------------------------------------------------


def test_started_numbers_stay_while_the_data_move_on_and_a_closed_sheet_is_byte_for_byte_what_it_was(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    draft = operations.open_team_review(ws, "monthly", ORG)
    operations.save_team_review(ws, replace(draft, question=Question(Q1, ORG)))
    started = operations.start_team_review(ws, draft.id)
    assert {line.row.kpi.id: line.row.value_text for line in started.lines}["bookings"] == "$5.00K"
    assert all(line.receipt is not None for line in started.lines)
    show(ws, tmp_path, "mar.csv", [*history((2025,)), *CLOSED_MARCH], MAR)
    ws.today = date(2026, 4, 1)
    assert operations.start_team_review(ws, draft.id).lines == started.lines
    closed = operations.close_team_review(ws, draft.id, without_action=True)
    assert (closed.lines, closed.code, closed.as_of) == (started.lines, started.code, FEB)
    kept = sealed_bytes(ws.db, "meeting", draft.id)
    told = {one.kpi_id: one.sentence for one in operations.team_review_differences(ws, draft.id)}
    assert told["bookings"] == "Bookings: then $5.00K, now $15.0K: the outcome of 1 deal changed."

    operations.undo(ws)
    operations.set_baseline_from(ws, "bookings", scope="org", period="2026-Q2", value="1", reason="x")
    operations.rename_team(ws, scope(ws, "team:North").id, "Nordics")
    operations.close_team_review(ws, draft.id)
    assert sealed_bytes(ws.db, "meeting", draft.id) == kept
    assert operations.team_review_sheet(ws, draft.id) == closed
    path = ws.path
    operations.close(ws)
    ws.db = operations.open_workspace(path, today=ws.today).db
    assert sealed_bytes(ws.db, "meeting", draft.id) == kept
    assert unpacked(MeetingSheet, kept) == replace(closed, meeting=replace(closed.meeting, private=""))


def test_a_difference_of_activities_is_told_in_their_words(ws: operations.Workspace, tmp_path: Path) -> None:
    before = [("0", "demo", "out", "held", "Cy Oh", "2025-01-09"), *_calls(CALLS)]
    bring_in(ws, table(tmp_path / "before.csv", CALL, before), FEB, kind="activities", stages={})
    held(ws, "weekly", ORG)
    more = [before[0], *_calls((*CALLS, ("Cy Oh", "2026-02-24")))]
    bring_in(ws, table(tmp_path / "more.csv", CALL, more), FEB, kind="activities", stages={})
    told = {one.kpi_id: one.sentence for one in operations.team_review_differences(ws, 1)}
    assert told["calls_made"] == "Calls made: then 5, now 6: 1 activity newly imported."
    assert told["demos_held"].endswith("as it was.")


def test_a_sort_of_activity_that_no_file_names_has_no_line(ws: operations.Workspace) -> None:
    lines = {line.row.kpi.id for line in held(ws, "weekly", ORG).lines}
    assert "calls_made" in lines
    assert lines.isdisjoint(("demos_held", "proposals_sent", "meetings_held", "emails_sent"))


def _calls(calls: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    return [(str(at), "call", "out", "held", *one) for at, one in enumerate(calls, 1)]


def test_of_very_many_rows_the_first_are_sealed_and_the_rest_counted(
    ws: operations.Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kpidesk.operations.team_review.MOST_ROWS", 2)
    closed = held(ws, "weekly", ORG)
    receipts = {line.row.kpi.id: line.receipt for line in closed.lines}
    made_calls = receipts["calls_made"]
    assert made_calls is not None
    assert (len(made_calls.rows), made_calls.more, made_calls.result.value) == (2, 3, 5)
    more = [(str(at), "call", "out", "held", *one) for at, one in enumerate((*CALLS, ("Cy Oh", "2026-02-24")), 1)]
    bring_in(ws, table(tmp_path / "more.csv", CALL, more), FEB, kind="activities", stages={})
    told = {one.kpi_id: one.sentence for one in operations.team_review_differences(ws, 1)}
    assert told["calls_made"] == "Calls made: then 5, now 6: 5 activities then, 6 activities now."


@pytest.mark.parametrize("step", ["kpidesk.store.sealed.packed", "kpidesk.store.keep_meeting_close"])
def test_nothing_is_half_kept_when_closing_fails(
    ws: operations.Workspace, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    draft = operations.open_team_review(ws, "weekly", ORG)
    operations.save_team_review(ws, replace(draft, actions=(CALL_THEM,)))
    with monkeypatch.context() as broken:
        broken.setattr(step, lambda *_values: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            operations.close_team_review(ws, draft.id)
    (kept,) = operations.team_reviews(ws)
    assert (kept.state, kept.started_at, kept.closed_at) == ("draft", "", "")
    assert store.held_meetings(ws.db) == ()
    assert operations.close_team_review(ws, draft.id).meeting.actions[0].text == "Call them"


def test_private_notes_are_in_no_sheet(ws: operations.Workspace) -> None:
    closed = held(ws, "weekly", ORG, CALL_THEM, private="hush-hush", notes="Went well")
    assert closed.meeting.private == "hush-hush"
    assert b"hush-hush" not in to_json(unpacked(MeetingSheet, sealed_bytes(ws.db, "meeting", 1))).encode()
    (told,) = ws.db.rows("SELECT notes, agenda, text FROM meetings JOIN meeting_notes ON meeting_id = id")
    assert told == ("Went well", "[]", "hush-hush")


# --- actions -------------------------------------------------------------------------------------------------------


def test_actions_are_carried_until_a_review_has_shown_them_settled(ws: operations.Workspace, tmp_path: Path) -> None:
    north = scope(ws, "team:North")
    later = Action("Book more", "Bo Dahl", date(2026, 4, 30), "calls_made")
    held(ws, "weekly", north, CALL_THEM, later)
    held(ws, "weekly", scope(ws, "team:South"), Action("Elsewhere", "Cy Oh", date(2026, 3, 9)))
    held(ws, "monthly", north, Action("Another kind", "Cy Oh", date(2026, 3, 9)))

    ws.today = date(2026, 3, 9)
    second = operations.open_team_review(ws, "weekly", north)

    def carried(meeting: Meeting) -> dict[str, tuple[str, str]]:
        found = operations.team_review_sheet(ws, meeting.id).carried
        return {one.action.text: (one.state, one.words) for one in found}

    assert carried(second) == {
        "Call them": ("overdue", "due 6 Mar 2026, 3 days over"), "Book more": ("open", "due on 30 Apr 2026"),
    }  # fmt: skip
    first, book = operations.team_review_sheet(ws, second.id).carried
    assert (book.kpi, book.then, book.now) == ("Calls made", "4 (W9 2026)", "— (W10 2026)")
    operations.start_team_review(ws, second.id)
    with pytest.raises(UserError, match="not settled without a word"):
        operations.settle_action(ws, first.action.id, "done", "  ")
    operations.settle_action(ws, first.action.id, "done", "They signed")
    assert carried(second)["Call them"] == ("done", "They signed")
    operations.settle_action(ws, first.action.id, "open")
    assert carried(second)["Call them"][0] == "overdue"
    operations.settle_action(ws, first.action.id, "dropped", "They left the market")
    closed = operations.close_team_review(ws, second.id, without_action=True)
    assert {one.action.text: one.state for one in closed.carried} == {"Call them": "dropped", "Book more": "open"}

    third = operations.open_team_review(ws, "weekly", north)
    assert carried(third) == {"Book more": ("open", "due on 30 Apr 2026")}
    operations.settle_action(ws, first.action.id, "open")
    assert set(carried(third)) == {"Call them", "Book more"}, "opened again, it is carried again"
    assert operations.team_review_sheet(ws, second.id) == closed


def test_what_is_typed_is_kept_and_what_cannot_be_is_refused(ws: operations.Workspace) -> None:
    draft = operations.open_team_review(ws, "weekly", ORG)
    assert operations.open_team_review(ws, "weekly", ORG).id == draft.id, "one at a time"
    kept = operations.save_team_review(
        ws, replace(draft, agenda=(Point("Prices"), Point(" ")), actions=(CALL_THEM, replace(CALL_THEM, text=""))),
    )  # fmt: skip
    assert ([one.text for one in kept.agenda], [one.text for one in kept.actions]) == (["Prices"], ["Call them"])
    again = operations.save_team_review(ws, replace(kept, actions=(replace(kept.actions[0], owner="Bo Dahl"),)))
    assert (again.actions[0].id, again.actions[0].owner) == (kept.actions[0].id, "Bo Dahl")

    for wrong, words in (
        ((CALL_THEM,) * 6, "6 actions are too many"),
        ((replace(CALL_THEM, owner=" "),), "Nobody owns"),
    ):
        with pytest.raises(UserError, match=words):
            operations.save_team_review(ws, replace(kept, actions=wrong))
    assert operations.team_reviews(ws)[0].actions == again.actions
    operations.save_team_review(ws, replace(again, actions=()))
    with pytest.raises(UserError, match=r"No action was agreed.*--without-action"):
        operations.close_team_review(ws, draft.id)
    operations.start_team_review(ws, draft.id)
    with pytest.raises(UserError, match="was started is kept"):
        operations.delete_team_review(ws, draft.id)
    moved = operations.save_team_review(ws, replace(again, question=Question(Q1, ORG)))
    assert moved.question == draft.question, "sealed numbers keep their period"
    operations.close_team_review(ws, draft.id, without_action=True)
    with pytest.raises(UserError, match="does not change any more"):
        operations.save_team_review(ws, replace(again, notes="more"))
    with pytest.raises(UserError, match="There is no review 99"):
        operations.team_review_sheet(ws, 99)
    with pytest.raises(UserError, match="no such action"):
        operations.settle_action(ws, 99, "done", "x")


def test_a_deleted_draft_comes_back_unless_another_was_begun(ws: operations.Workspace) -> None:
    draft = operations.open_team_review(ws, "weekly", ORG)
    typed = operations.save_team_review(ws, replace(draft, notes="Prices", actions=(CALL_THEM,)))
    operations.delete_team_review(ws, draft.id)
    assert (operations.team_reviews(ws), ws.db.rows("SELECT * FROM meeting_actions")) == ((), [])
    back = operations.restore_team_review(ws, typed)
    assert (back.notes, [one.text for one in back.actions]) == ("Prices", ["Call them"])
    with pytest.raises(UserError, match="begun since"):
        operations.restore_team_review(ws, typed)


def test_a_carried_point_that_was_rewritten_or_dropped_is_not_lost_to_a_draft_that_is_brought_back(
    ws: operations.Workspace,
) -> None:
    first = operations.open_team_review(ws, "weekly", ORG)
    operations.save_team_review(ws, replace(first, agenda=(Point("Prices"), Point("Hiring"))))
    operations.close_team_review(ws, first.id, without_action=True)
    old = operations.open_team_review(ws, "weekly", ORG)
    for agenda in ((replace(old.agenda[0], text="Prices of the pilot"), old.agenda[1]), old.agenda[1:]):
        operations.delete_team_review(ws, old.id)
        old = operations.save_team_review(ws, replace(operations.open_team_review(ws, "weekly", ORG), agenda=agenda))
        with pytest.raises(UserError, match="begun since"):
            operations.restore_team_review(ws, old)


def test_a_draft_begun_before_points_were_carried_is_given_them_once(ws: operations.Workspace) -> None:
    first = operations.open_team_review(ws, "weekly", ORG)
    operations.save_team_review(ws, replace(first, agenda=(Point("Prices"),)))
    operations.close_team_review(ws, first.id, without_action=True)
    draft = operations.open_team_review(ws, "weekly", ORG)
    old = operations.save_team_review(ws, replace(draft, agenda=()))
    assert operations.open_team_review(ws, "weekly", ORG) == old, "what was dropped stays dropped"
    ws.db.run("DELETE FROM meta WHERE name='uncarried'")
    assert operations.open_team_review(ws, "weekly", ORG).agenda == draft.agenda
    assert operations.save_team_review(ws, old) == operations.open_team_review(ws, "weekly", ORG)


# --- with whom -----------------------------------------------------------------------------------------------------


def test_a_review_is_held_with_teams_and_the_org_alone(ws: operations.Workspace) -> None:
    with pytest.raises(UserError, match="not with Ann Lee alone"):
        operations.open_team_review(ws, "weekly", scope(ws, "rep:Ann Lee"))
    with pytest.raises(UserError, match="held with the organisation or a team"):
        operations.open_team_review(ws, "monthly", UNASSIGNED)
    with pytest.raises(UserError, match="There is no team 'West'"):
        operations.preview_team_review(ws, "weekly", Scope("team", "West", 77))


def test_a_team_of_one_of_nobody_and_one_that_was_dissolved_have_calm_reviews(ws: operations.Workspace) -> None:
    operations.add_team(ws, "Empty")
    operations.add_team(ws, "West")
    operations.move_people(ws, [scope(ws, "rep:Cy Oh").id], "West", date(2026, 2, 1))
    for kind in KINDS:
        headers = {
            name: held(ws, kind, scope(ws, f"team:{name}"), CALL_THEM).header for name in ("West", "South", "Empty")
        }
        nobody = "nobody was in this team on 28 Feb 2026"
        assert headers == {"West": "1 rep", "South": nobody, "Empty": nobody}


def test_a_workspace_without_any_deal_has_reviews_too(tmp_path: Path) -> None:
    with made(tmp_path, MONDAY) as ws:
        for kind in KINDS:
            closed = held(ws, kind, ORG)
            assert (closed.as_of, closed.since, closed.carried) == (None, None, ())
        assert operations.agenda(ws).overdue == ()


# --- targets -------------------------------------------------------------------------------------------------------


def aim(ws: operations.Workspace, whose: Scope, value: float) -> Target:
    """A target of bookings in the first quarter, upon a baseline."""
    operations.set_baseline_from(ws, "bookings", scope=whose.key, period="2026-Q1", value="1000", reason="the plan")
    return Target("bookings", whose, Q1, value, value, value)


def test_where_the_quarter_stands_is_told_in_kpis_whose_targets_are_of_it(ws: operations.Workspace) -> None:
    """A month without targets of its own said "No target" in every line."""
    assert operations.preview_team_review(ws, "monthly", ORG).quarter == ()
    operations.set_target(ws, aim(ws, ORG, 20_000.0), "The plan")
    shown = operations.preview_team_review(ws, "monthly", ORG)
    assert [line.row.target for line in shown.lines] == [None] * len(shown.lines)
    (line,) = shown.quarter
    won = operations.rows(ws, "bookings", operations.question(ws, period="2026-Q1")).rows
    assert (line.row.kpi.id, line.row.period, line.row.target_text) == ("bookings", Q1, "$20.0K")
    assert line.row.result.n == len(won) > 0
    headings = [section.heading for section in operations.meeting_paper(shown).sections]
    assert headings[1:3] == ["Outcome and quality", "Q1 2026 so far, against its targets"]
    sealed = operations.start_team_review(ws, operations.open_team_review(ws, "monthly", ORG).id)
    assert [one.row.value_text for one in sealed.quarter] == [line.row.value_text]


def test_a_code_in_a_sealed_review_tells_its_target_and_that_of_today_beside_it(ws: operations.Workspace) -> None:
    operations.set_target(ws, aim(ws, ORG, 20_000.0), "The plan")
    sealed = held(ws, "monthly", ORG)
    (row,) = [line.row for line in sealed.quarter]
    assert sealed.as_of is not None
    day = f"Sealed in the monthly leadership review with the data of {day_text(sealed.as_of)}"
    assert operations.replay(ws, row.receipt).asides[0] == f"{day}: {row.value_text}, target $20.0K."
    rows = [line.row for line in (*sealed.lines, *sealed.quarter)]
    longer = {one.long_run.receipt for one in rows if one.long_run is not None}
    heading = {one.landing.receipt for one in rows if one.landing is not None}
    codes = {one.receipt for one in rows} | longer | heading
    shown = dict(tables_of(operations.meeting_paper(sealed)))["Receipts"]
    assert isinstance(shown, PaperTable)
    assert {line.cells[1].text for line in shown.rows} == codes
    named = [line.cells[0].text for line in shown.rows]
    assert f"Bookings, {row.period.label}" in named
    assert len(set(named)) == len(named)
    operations.set_target(ws, aim(ws, ORG, 25_000.0), "A better plan")
    told = operations.replay(ws, row.receipt).asides[0]
    assert told == f"{day}: {row.value_text}, target $20.0K; today {row.value_text}, target $25.0K."
    assert all(operations.replay(ws, code).asides[0].startswith(f"{day}: ") for code in longer)
    assert longer


def test_a_number_that_is_not_sealed_is_asked_for_with_the_targets_of_the_meeting(ws: operations.Workspace) -> None:
    operations.set_target(ws, aim(ws, ORG, 20_000.0), "The plan, set on the day of the meeting")
    draft = operations.open_team_review(ws, "monthly", ORG)
    assert operations.asked_as_of(ws, operations.team_review_sheet(ws, draft.id)) is None
    sheet = operations.start_team_review(ws, draft.id)
    assert sheet.as_of is not None
    assert sheet.as_of < MONDAY
    ws.today = MONDAY + timedelta(days=2)
    operations.set_target(ws, aim(ws, ORG, 30_000.0), "Set after the meeting")
    day = operations.asked_as_of(ws, sheet)
    asked = replace(sheet.meeting.question, period=sheet.quarter[0].row.period)
    old, then = (
        operations.rows(ws, "bookings", replace(asked, as_of=one)).target for one in (sheet.as_of, day)
    )  # fmt: skip
    assert old is None, "the data are older than the target"
    assert (day, then is not None and then.target) == (MONDAY, 20_000.0)


def test_target_changes_since_the_last_review_are_listed_with_their_reason(ws: operations.Workspace) -> None:
    north, ann = scope(ws, "team:North"), scope(ws, "rep:Ann Lee")
    draft = operations.open_team_review(ws, "monthly", ORG)

    def listed(meeting_id: int) -> list[tuple[str, str, str, str]]:
        found = operations.team_review_sheet(ws, meeting_id).target_changes
        return [(one.whose, one.before, one.after, one.reason) for one in found]

    with pytest.raises(UserError, match="only with a reason"):
        operations.change_target_in_review(ws, draft.id, aim(ws, north, 20_000.0), " ")
    operations.change_target_in_review(ws, draft.id, aim(ws, north, 20_000.0), "The plan")
    operations.set_target(ws, aim(ws, ann, 5_000.0), "Her part")
    operations.start_team_review(ws, draft.id)
    operations.change_target_in_review(ws, draft.id, aim(ws, north, 18_000.0), "Two deals moved to South")
    both = [("North", "", "$20.0K", "The plan"), ("North", "$20.0K", "$18.0K", "Two deals moved to South")]
    assert listed(draft.id) == both, "and no rep's"
    operations.close_team_review(ws, draft.id, without_action=True)
    with pytest.raises(UserError, match="does not change any more"):
        operations.change_target_in_review(ws, draft.id, aim(ws, north, 1.0), "x")

    second = operations.open_team_review(ws, "monthly", ORG)
    assert listed(second.id) == []
    operations.set_target(ws, aim(ws, ORG, 30_000.0), "New plan")
    assert listed(second.id) == [(operations.settings(ws).organisation, "", "$30.0K", "New plan")]
    edit = GridEdit(ORG, "bookings", "-")
    operations.apply_edits(ws, operations.plan_edits(ws, Q1, (edit,), "It was a slip"))
    assert listed(second.id)[1:] == [(operations.settings(ws).organisation, "$30.0K", "taken away", "It was a slip")]
    of_north = operations.preview_team_review(ws, "monthly", north).target_changes
    assert [one.whose for one in of_north] == ["Ann Lee", "North", "North"]
    assert listed(draft.id) == both


# --- to take along -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_form_shows_what_the_sheet_shows_and_no_private_note(ws: operations.Workspace, kind: MeetingKind) -> None:
    agreed = Action("Settle prices", "Bo Dahl", date(2026, 3, 20))
    held(ws, kind, ORG, CALL_THEM)
    sheet = held(ws, kind, ORG, agreed, notes="Went well", private="hush-hush", agenda=(Point("Prices"),))
    assert problems(sheet_json(sheet), "review-show") == []
    assert "hush-hush" not in str(sheet_json(sheet)) + sheet_text(sheet)
    assert "hush-hush" in sheet_text(sheet, private=True)
    assert problems(sheet_json(sheet, private=True), "review-show") == []

    paper = operations.meeting_paper(sheet)
    assert [one.heading for one in paper.sections if one.private] == ["Private notes"]
    shown = sheet_text(replace(sheet, meeting=replace(sheet.meeting, private="")))
    expected = ["Call them", "Settle prices", "Went well", "Prices", sheet.code, sheet.definitions]
    expected += [line.row.value_text for line in sheet.lines if kind != "forecast"]
    expected += [row.name for row in (sheet.members.rows if sheet.members else ())]
    expected += [one.amount.text for one in (sheet.pipeline.stages if sheet.pipeline else ())]
    expected += [line.won.text for line in (sheet.forecast.lines if sheet.forecast else ()) if line.won]
    assert [text for text in expected if text not in shown] == []
    assert list(SECTIONS[kind]) == [one.heading for one in paper.sections if one.heading in SECTIONS[kind]]
    names = {name for name, *_ in CALLS} if kind != "monthly" else {"Ann Lee", "Bo Dahl"}
    assert set(paper.names) >= names, "who is named can be made unknown"


def test_what_a_review_agreed_is_found_for_whom_it_names_until_it_is_settled(ws: operations.Workspace) -> None:
    ann, bo = (operations.scopes(ws).find_scope(f"rep:{name}") for name in ("Ann Lee", "Bo Dahl"))
    later = Action("Write a plan", "  ann LEE ", date(2026, 3, 20))
    kept = held(ws, "weekly", scope(ws, "North"), later, CALL_THEM).meeting
    operations.save_team_review(
        ws, replace(operations.open_team_review(ws, "monthly", ORG), actions=(replace(CALL_THEM, text="Draft"),))
    )
    found = operations.actions_with(ws, ann)
    assert [one.action.text for one in found] == ["Call them", "Write a plan"], "a review still open agreed nothing"
    assert {(one.review, one.made_on) for one in found} == {("Weekly team review", MONDAY)}
    assert operations.actions_with(ws, bo) == ()
    operations.settle_action(ws, next(one.id for one in kept.actions if one.text == "Call them"), "done", "called")
    assert [one.action.text for one in operations.actions_with(ws, ann)] == ["Write a plan"]
