"""Forecasts given on a day: frozen, counted once by the KPIs, and refused where they cannot be one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations, store
from kpidesk.core.errors import UserError
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import Period, month_period, quarter_period
from kpidesk.core.progress import finish
from kpidesk.core.roster import PersonEdit
from kpidesk.core.settings import Settings
from kpidesk.core.submissions import ByCategory, Submission, checkpoints, horizon_of, in_force
from tests.operations.support import HEADER, Line, bring_in, copied, made, options, write

DATA = date(2025, 12, 30)
Q1 = quarter_period(2026, 1, Settings())
LINES: list[Line] = [
    ("W1", "Ann Lee", "Won", "1000", "2025-10-01", "2025-12-01"),
    ("O1", "Ann Lee", "Open", "4000", "2025-12-01", "2026-02-10"),
    ("O2", "Ann Lee", "Open", "500", "2025-12-01", "2026-04-10"),
    ("O3", "Bo Dahl", "Open", "7000", "2025-12-01", "2026-03-31"),
    ("O4", "Bo Dahl", "Open", "90", "2025-11-01", "2025-12-31"),
]
FILE_HEADER = "Forecast ID,Rep,Category,Horizon,Amount,Quarter,Submitted\n"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("given")
    with made(folder, DATA) as ws:
        bring_in(ws, write(folder / "deals.csv", LINES), DATA)
    return folder


@pytest.fixture
def ws(begun: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(begun, tmp_path, DATA) as opened:
        yield opened


def rep(ws: operations.Workspace, name: str = "Ann Lee") -> Scope:
    return operations.scopes(ws).find_scope(f"rep:{name}")


def on(ws: operations.Workspace, day: date, commit: float, period: Period = Q1, name: str = "Ann Lee") -> Submission:
    """A forecast of a rep, given on a day."""
    ws.today = day
    return operations.submit(ws, rep(ws, name), period, commit).submission


def told(ws: operations.Workspace, scope: Scope = ORG, period: Period = Q1, as_of: date | None = None) -> float | None:
    """What the KPI of forecasts given on the first day comes to."""
    asked = operations.question(ws, period=period.key, as_of=as_of)
    return operations.scorecard(ws, replace(asked, scope=scope), ("commit_forecast",)).rows[0].result.value


def from_file(ws: operations.Workspace, folder: Path, *rows: str, day: date = DATA) -> None:
    path = folder / "calls.csv"
    path.write_text(FILE_HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    finish(operations.import_file(ws, path, replace(options(day), kind="forecasts", source="desk", stages={})))


def test_the_forecast_of_a_rep_is_counted_from_its_day_on(ws: operations.Workspace) -> None:
    assert told(ws) is None
    given = on(ws, date(2026, 1, 1), 5000)
    assert (told(ws), told(ws, rep(ws)), told(ws, rep(ws, "Bo Dahl"))) == (5000, 5000, None)
    asked = operations.question(ws, scope="rep:Bo Dahl", period="2026-Q1")
    for row in operations.scorecard(ws, asked, ("commit_forecast", "forecast_bias")).rows:
        assert row.result.reason == "no forecast was given on day one of Q1 2026"
    assert operations.data_date(ws) == DATA
    entry = operations.imports(ws)[-1]
    assert (entry.import_id, entry.kind, entry.data_date) == (given.import_id, "forecasts", given.given_on)
    assert [told(ws, as_of=day) for day in (DATA, date(2025, 12, 31), date(2026, 1, 1))] == [None, None, 5000]
    assert finish(operations.check(ws)).problems == ()


def test_the_forecast_of_day_one_is_the_last_by_then_and_no_later_one(ws: operations.Workspace) -> None:
    for day, commit, counted in (
        (date(2025, 12, 30), 4000, 4000),
        (date(2026, 1, 1), 5000, 5000),
        (date(2026, 1, 2), 6000, 5000),
        (date(2026, 2, 2), 7000, 5000),
    ):
        on(ws, day, commit)
        assert told(ws) == counted, day
    assert [one.commit for one in operations.submissions(ws, rep(ws), Q1)] == [7000, 6000, 5000, 4000]
    assert [one.commit for one in operations.submissions(ws, as_of=date(2026, 1, 1))] == [5000, 4000]


def test_who_gives_none_on_day_one_may_in_the_first_week(ws: operations.Workspace) -> None:
    on(ws, date(2026, 1, 6), 5000)
    on(ws, date(2026, 1, 7), 9000)
    assert told(ws) == 5000
    on(ws, date(2026, 1, 9), 3000, name="Bo Dahl")
    assert told(ws) == 5000, "the second week is not day one"


def test_the_call_of_a_manager_is_kept_apart_from_the_sum_of_the_reps(ws: operations.Workspace) -> None:
    on(ws, date(2026, 1, 1), 5000)
    mine = operations.submit(ws, ORG, Q1, 99_000).submission
    assert (mine.import_id, told(ws)) == (None, 5000)
    assert (mine.known.reps_commit, mine.known.reps_given) == (5000, 1)


def test_what_was_known_is_kept_and_later_data_do_not_change_it(ws: operations.Workspace, tmp_path: Path) -> None:
    given = on(ws, date(2026, 1, 1), 5000)
    assert (given.known.won, given.known.open_due, given.pipeline) == (0, 4000, 4000)
    later = [line if line[0] != "O1" else (*line[:2], "Won", *line[3:]) for line in LINES]
    bring_in(ws, write(tmp_path / "later.csv", later), date(2026, 2, 12))
    assert operations.find_submission(ws, given.id) == given
    now = operations.submit(ws, rep(ws), Q1, 5000).submission
    assert (now.known.won, now.known.open_due) == (4000, 0)


def test_the_categories_of_deals_due_in_a_period_to_come_are_frozen_with_it(tmp_path: Path) -> None:
    header = [one.replace("Account", "Forecast category") for one in HEADER]
    more: Line = ("O13", "Ann Lee", "Open", "20", "2025-12-01", "2026-03-01")
    with made(tmp_path, DATA) as ws:
        bring_in(ws, write(tmp_path / "deals.csv", [*LINES, more], header), DATA)
        frozen = operations.submit(ws, ORG, Q1, 5000).submission.known.categories
        assert frozen == (ByCategory("Firm 1", 4000, 1), ByCategory("Firm 3", 7020, 2))


def test_an_import_taken_back_leaves_the_forecast_and_says_so(ws: operations.Workspace) -> None:
    given = on(ws, date(2026, 1, 1), 5000)
    finish(operations.undo(ws, given.import_id))
    assert told(ws) is None
    assert [(one.commit, one.is_undone) for one in operations.submissions(ws)] == [(5000, True)]
    on(ws, date(2026, 1, 1), 6000)
    assert told(ws) == 6000


def test_a_rep_counts_once_where_a_file_or_another_period_tells_of_the_same_days(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    from_file(ws, tmp_path, "F1,Bo Dahl,Commit,day_one,800,2026-Q1,2025-12-29")
    on(ws, date(2026, 1, 1), 5000)
    for name, period in (("Bo Dahl", Q1), ("Ann Lee", month_period(2026, 2))):
        done = operations.submit(ws, rep(ws, name), period, 300)
        assert (done.submission.import_id, told(ws)) == (None, 5800)
        assert "not counted" in done.notices[-1]


def test_a_later_file_that_would_count_a_rep_twice_says_so(ws: operations.Workspace, tmp_path: Path) -> None:
    given = on(ws, date(2026, 1, 1), 5000)
    path = tmp_path / "calls.csv"
    path.write_text(f"{FILE_HEADER}F1,Ann Lee,Commit,day_one,800,2026-Q1,2025-12-29\n", encoding="utf-8")
    asked = replace(options(DATA), kind="forecasts", source="desk", stages={})
    notices = finish(operations.import_file(ws, path, asked)).notices
    assert [f"import {given.import_id}" in text and "Ann Lee" in text for text in notices].count(True) == 1
    from_file(ws, tmp_path, "F2,Bo Dahl,Commit,day_one,800,2026-Q1,2025-12-29")
    assert not any("Bo Dahl" in text for text in notices)


def test_a_file_of_another_rep_may_come_before_or_after(begun: Path, tmp_path: Path) -> None:
    row = "F1,Bo Dahl,Commit,day_one,800,2026-Q1,2025-12-29"
    found = []
    for place, file_first in enumerate((True, False)):
        folder = tmp_path / str(place)
        folder.mkdir()
        with copied(begun, folder, DATA) as ws:
            if file_first:
                from_file(ws, folder, row)
            on(ws, date(2026, 1, 1), 5000)
            if not file_first:
                from_file(ws, folder, row)
            found.append([told(ws, scope) for scope in (ORG, rep(ws), rep(ws, "Bo Dahl"))])
    assert found[0] == found[1] == [5800, 5000, 800]


@pytest.mark.parametrize(
    ("key", "amounts", "words"),
    [
        ("2025-Q3", (1.0,), "is over"),
        ("2026-Q3", (1.0,), "more than a quarter"),
        ("2026-Q1", (-1.0,), "below 0"),
        ("2026-Q1", (2e12,), "larger than anything"),
        ("2026-Q1", (float("nan"),), "larger than anything"),
        ("2026-Q1", (100.0, 90.0), "below the commit"),
        ("2026-Q1", (100.0, 110.0, -1.0), "below 0"),
    ],
)
def test_what_cannot_be_a_forecast_is_refused(
    ws: operations.Workspace, key: str, amounts: tuple[float, ...], words: str
) -> None:
    period = operations.question(ws, period=key).period
    with pytest.raises(UserError, match=words) as caught:
        operations.submit(ws, rep(ws), period, *amounts)
    assert caught.value.advice
    assert (operations.submissions(ws), len(operations.imports(ws))) == ((), 1)


def test_nobody_forecasts_for_what_belongs_to_nobody(ws: operations.Workspace) -> None:
    with pytest.raises(UserError, match="unassigned"):
        operations.submit(ws, Scope("unassigned"), Q1, 1)
    for text in ("12%", "much", ""):
        with pytest.raises(UserError):
            operations.submit_text(ws, rep(ws), Q1, text)
    assert operations.submit_text(ws, rep(ws), Q1, "2.5k", "1m").submission.best_case == 1_000_000


def test_without_deals_there_is_nothing_to_forecast_from(tmp_path: Path) -> None:
    with made(tmp_path, DATA) as ws, pytest.raises(UserError, match="no deals"):
        operations.submit(ws, ORG, Q1, 1)


def test_remarkable_amounts_are_remarked_upon(ws: operations.Workspace) -> None:
    q4 = operations.question(ws, period="2025-Q4").period
    (high,) = operations.submit(ws, rep(ws), q4, 9000).notices
    assert "above everything known" in high
    assert operations.submit(ws, rep(ws), q4, 1000).notices == ()


def test_a_commit_below_what_is_won_is_refused_unless_it_is_only_rounded(ws: operations.Workspace) -> None:
    q4 = operations.question(ws, period="2025-Q4").period
    before = operations.submissions(ws)
    with pytest.raises(UserError, match=r"\$10.* is below the \$1.00K that is won already") as caught:
        operations.submit(ws, rep(ws), q4, 10)
    assert "what is won included" in caught.value.advice
    assert operations.submissions(ws) == before
    assert operations.submit(ws, rep(ws), q4, 999.9).submission.commit == 999.9


def test_a_failure_half_way_leaves_nothing(ws: operations.Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise UserError("The disk is full.")

    monkeypatch.setattr(store, "add_submission", fail)
    with pytest.raises(UserError, match="disk"):
        operations.submit(ws, rep(ws), Q1, 5000)
    assert (len(operations.imports(ws)), told(ws)) == (1, None)


def test_a_changed_body_is_found(ws: operations.Workspace) -> None:
    on(ws, date(2026, 1, 1), 5000)
    with ws.db.writing():
        ws.db.run("UPDATE submissions SET body = substr(body, 2)")
    with pytest.raises(UserError, match="damaged"):
        operations.submissions(ws)


def test_a_forecast_goes_with_the_name_of_its_rep(ws: operations.Workspace) -> None:
    on(ws, date(2026, 1, 1), 5000)
    operations.save_person(ws, rep(ws).id, PersonEdit(), name="Ann Larsen")
    assert [one.scope.name for one in operations.submissions(ws)] == ["Ann Larsen"]
    on(ws, date(2026, 1, 1), 6000, name="Ann Larsen")
    assert told(ws) == 6000, "it still counts once"


@pytest.mark.parametrize(
    ("day", "earlier", "horizon"),
    [
        (date(2025, 12, 1), (), "day_one"),
        (date(2026, 1, 1), (date(2025, 12, 1),), "day_one"),
        (date(2026, 1, 5), (), "day_one"),
        (date(2026, 1, 5), (date(2025, 12, 1),), "week_1"),
        (date(2026, 1, 8), (), "week_2"),
        (date(2026, 2, 12), (), "week_7"),
    ],
)
def test_the_horizon_is_told_from_the_day(day: date, earlier: tuple[date, ...], horizon: str) -> None:
    assert horizon_of(Q1, day, earlier, date(2026, 1, 1)) == horizon


def test_weeks_are_counted_back_from_the_last_day() -> None:
    assert checkpoints(Q1)[0] == (12, date(2026, 1, 6))
    assert checkpoints(Q1)[-1] == (0, date(2026, 3, 31))
    assert len(checkpoints(month_period(2026, 2))) == 4


def test_the_last_given_by_a_day_is_in_force(ws: operations.Workspace) -> None:
    first, second = on(ws, date(2026, 1, 1), 1), on(ws, date(2026, 1, 20), 2)
    assert in_force((second, first), date(2026, 1, 19)) == first
    assert in_force((second, first), date(2026, 1, 20)) == second
    assert in_force((second, first), date(2025, 12, 31)) is None


def test_the_lines_of_a_file_are_given_or_refused_one_by_one(ws: operations.Workspace, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(
        "Scope,Commit,Best,Period,Note\nrep:Ann Lee,5k,6k,,sure\nrep:Bo Dahl,100,,2025-Q3,\nrep:Zed,1,,,\n"
        "rep:Bo Dahl,much,,,\nrep:Ann Lee,7k,,,\n,,,,\norg,90000,,,\n",
        encoding="utf-8",
    )
    done = operations.submit_file(ws, path, Q1)
    assert [(one.submission.scope.key, one.submission.commit) for one in done.submitted] == [
        ("rep:Ann Lee", 5000), ("org", 90_000),
    ]  # fmt: skip
    assert [(one.line, one.column, one.value) for one in done.issues] == [
        (3, "period", "2025-Q3"), (4, "scope", "rep:Zed"), (5, "commit", "much"), (6, "scope", "rep:Ann Lee"),
    ]  # fmt: skip
    assert "is over" in done.issues[0].problem
    assert told(ws) == 5000


def test_a_file_without_one_good_line_gives_nothing(ws: operations.Workspace, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("scope,commit\nrep:Ann Lee,-5\n", encoding="utf-8")
    with pytest.raises(UserError, match="Line 2: The commit is below 0"):
        operations.submit_file(ws, path, Q1)
    path.write_text("rep,commit\nAnn Lee,5\n", encoding="utf-8")
    with pytest.raises(UserError, match="no column 'scope'"):
        operations.submit_file(ws, path, Q1)
    assert operations.submissions(ws) == ()


def test_a_number_with_a_comma_is_not_cut_in_silence(ws: operations.Workspace, tmp_path: Path) -> None:
    path = tmp_path / "call.csv"
    path.write_text("scope,commit\nrep:Ann Lee,100,000\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"Line 2 of 'call\.csv' has more cells than the first line"):
        operations.submit_file(ws, path, Q1)
    path.write_text("scope,commit,Commit\nrep:Ann Lee,100,120\n", encoding="utf-8")
    with pytest.raises(UserError, match="has two columns 'commit'"):
        operations.submit_file(ws, path, Q1)
    assert not operations.submissions(ws)
