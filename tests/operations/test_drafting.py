"""A formula while it is written, and a KPI that is changed: seen, judged and kept, or refused with nothing changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.drafts import Link
from kpidesk.core.errors import UserError
from kpidesk.core.formula_form import FormulaForm, MeasureForm
from kpidesk.core.scorecards import Question
from tests.flow import ask, refused, run
from tests.operations.support import bring_in, history, write

TODAY = date(2026, 1, 5)
BIG = "sum(deals.amount where won and amount > 4000 on closed_at)"
"""Of 1,000, 5,000 and 9,000 won in every quarter the last two."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years of deals: 3 won for 15,000 and 9 lost for 63,000 in every quarter."""
    folder = tmp_path_factory.mktemp("drafting")
    ws = operations.open_workspace(folder / "w.kpidesk", create=True, today=TODAY)
    bring_in(ws, write(folder / "deals.csv", history()), date(2025, 12, 31))
    operations.close(ws)
    return folder / "w.kpidesk"


@pytest.fixture(scope="module")
def read(file: Path) -> Iterator[operations.Workspace]:
    """The workspace, not to be written to."""
    ws = operations.open_workspace(file, today=TODAY)
    yield ws
    operations.close(ws)


@pytest.fixture(scope="module")
def with_columns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    """A workspace of deals with three columns that stand for no field, not to be written to."""
    folder = tmp_path_factory.mktemp("columns")
    rows = "D1,1000,2025-10-01,2025-12-01,Won,Zenbo,,x\nD2,2000,2025-10-01,2025-12-02,Lost,Zenbo,Zenbo,y\n"
    head = "Id,Amount,Created,Close Date,Stage,Competitor,Lost to,Reasons\n"
    ws = operations.open_workspace(folder / "w.kpidesk", create=True, today=TODAY)
    (folder / "deals.csv").write_text(head + rows)
    bring_in(ws, folder / "deals.csv", date(2025, 12, 31))
    yield ws
    operations.close(ws)


@pytest.fixture
def path(file: Path, tmp_path: Path) -> Path:
    """A copy of the workspace file."""
    copy = tmp_path / "w.kpidesk"
    copy.write_bytes(file.read_bytes())
    return copy


@pytest.fixture
def ws(path: Path) -> Iterator[operations.Workspace]:
    """A workspace to write to."""
    opened = operations.open_workspace(path, today=TODAY)
    yield opened
    operations.close(opened)


def asked(ws: operations.Workspace, period: str = "2025-Q4") -> Question:
    return operations.question(ws, period=period)


def keep(ws: operations.Workspace, **formulas: str) -> None:
    for kpi_id, formula in formulas.items():
        operations.add_kpi(
            ws, kpi_id, formula=formula, objective="Grow", decision="Coach", owner="Ann", reason="for the tests"
        )


# --- a check ---------------------------------------------------------------------------------------------------


def test_a_right_formula_is_said_in_words_with_its_unit_class_and_form(read: operations.Workspace) -> None:
    check = operations.check_text(read, "count(deals where won on closed_at)")
    assert check.works
    assert check.sentence == "deals won, by the day they closed"
    assert (check.unit, check.kpi_class, check.notices) == ("count", "flow_count", ())
    assert check.form == FormulaForm(MeasureForm(filters=("won",), dated_by="closed_at"))


def test_a_wrong_formula_is_told_with_its_place(read: operations.Workspace) -> None:
    check = operations.check_text(read, "sum(deals.amonut on closed_at)")
    assert check.problem is not None
    assert (check.problem.code, check.problem.start, check.problem.end) == ("E-FIELD", 4, 16)
    assert "amount" in check.problem.advice
    assert (check.works, check.unit, check.form, check.sentence) == (False, None, None, "")


@pytest.mark.parametrize("text", ["", "(", "\x00", "[win_rate]", "(" * 5_000, "[nothing]"])
def test_whatever_is_typed_a_check_never_raises(read: operations.Workspace, text: str) -> None:
    assert operations.check_text(read, text, "win_rate").problem
    assert operations.draft(read, text, asked(read), "win_rate").check.problem


def test_the_unit_of_a_kpi_is_kept_where_it_still_fits(read: operations.Workspace) -> None:
    rate = "count(deals where won on closed_at) / count(deals on created_at)"
    assert operations.check_text(read, rate, "avg_push_count").unit == "count_per"
    assert operations.check_text(read, rate).unit == "percent"
    assert operations.check_text(read, "sum(deals.amount on closed_at)", "win_rate").unit == "money"


def test_what_the_data_lack_is_said(read: operations.Workspace) -> None:
    check = operations.check_text(read, "count(deals where new_business on created_at)")
    assert check.notices == ("Needs a column 'Type'.",)
    assert "Needs an export of survey answers." in operations.check_text(read, "[csat]").notices[0]
    assert "gross_margin" in operations.check_text(read, "[bookings] * param(gross_margin)").notices[0]


def test_a_retired_kpi_may_be_referred_to_and_is_named(ws: operations.Workspace) -> None:
    operations.retire_kpi(ws, "win_rate")
    check = operations.check_text(ws, "[win_rate] * 2")
    assert check.works
    assert check.notices == ("It rests on 'Win rate (closed deals)', which is retired.",)
    assert operations.find_kpi(ws, "win_rate").retired_on == TODAY.isoformat()
    assert operations.add_kpi(ws, "win_rate").retired_on == ""


# --- a draft ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("test", "told"),
    [
        ("loss_reason = ''", "it finds nothing. For the records without a value write 'loss_reason is empty'."),
        ("not ' ' = loss_reason", "it finds nothing. For the records without a value write 'loss_reason is empty'."),
        ("loss_reason in ('Price', '')", "it finds nothing. For the records without"),
        ("loss_reason != ''", "all that have a value are counted. 'loss_reason is not empty' says the same."),
        ("loss_reason is empty", ""),
        ("loss_reason = 'Price'", ""),
    ],
)
def test_a_text_without_letters_is_told_with_how_to_ask_for_what_is_empty(
    read: operations.Workspace, test: str, told: str
) -> None:
    told_of = [one for one in operations.check_text(read, f"count(deals where {test} on created_at)").notices
               if one.startswith("The text that 'loss_reason' is compared with is empty, and no record")]  # fmt: skip
    assert len(told_of) == bool(told)
    assert told in "".join(told_of)


def test_a_draft_shows_four_periods_beside_what_the_kpi_comes_to_now(read: operations.Workspace) -> None:
    draft = operations.draft(read, BIG, asked(read), "bookings")
    assert [one.period.label for one in draft.values] == ["Q1 2025", "Q2 2025", "Q3 2025", "Q4 2025"]
    assert [one.value for one in draft.values] == [14_000.0] * 4
    assert [one.value for one in draft.before] == [15_000.0] * 4
    assert [one.n for one in draft.values] == [2.0] * 4
    assert draft.rows == 2
    assert "14" in draft.values[0].text
    assert operations.find_kpi(read, "bookings").formula != BIG


def test_a_draft_follows_the_grain_and_scope_asked_for(read: operations.Workspace) -> None:
    years = operations.draft(read, "count(deals where closed on closed_at)", asked(read, "2025"))
    assert [(one.period.label, one.value) for one in years.values[2:]] == [("2024", 48.0), ("2025", 48.0)]
    assert (years.before, years.affected, years.rows) == ((), (), 48)
    of_ann = operations.question(read, period="2025-Q4", scope="rep:Ann Lee")
    # places 0, 3, 6 and 9 of a quarter are hers: of 12 rows a third
    assert operations.draft(read, "count(deals where closed on closed_at)", of_ann).values[-1].value == 4.0


def test_a_value_that_does_not_exist_says_why(read: operations.Workspace) -> None:
    last = operations.draft(read, "[bookings] / target([bookings])", asked(read)).values[-1]
    assert (last.value, last.text) == (None, "—")
    assert "no target" in last.reason


def test_a_wrong_draft_still_shows_what_is_in_use_and_whom_it_concerns(read: operations.Workspace) -> None:
    draft = operations.draft(read, "count(", asked(read), "win_rate")
    assert draft.values == ()
    assert [one.value for one in draft.before] == [0.25] * 4
    assert {one.kpi_id for one in draft.affected} == {"pipeline_velocity", "win_rate_rolling"}


def test_values_seen_are_counted_by_hand(read: operations.Workspace) -> None:
    seen = {one.text: one.rows for one in operations.values_of(read, "deals", "stage")}
    assert seen == {"Lost": 72, "Won": 24}
    assert {one.rows for one in operations.values_of(read, "deals", "owner")} == {32}
    assert [one.text for one in operations.values_of(read, "deals", "stage", 1)] == ["Lost"]
    for table, field in (("deals", "amount"), ("deals", "nothing"), ("nothing", "x"), ("people", "role")):
        assert operations.values_of(read, table, field) == ()
    assert operations.values_by_field(read)["deals", "lead_source"] == ("Inbound",)


# --- who rests on whom -----------------------------------------------------------------------------------------


def test_goals_quotas_and_built_ins_count(read: operations.Workspace) -> None:
    found = {one.kpi_id: one.through for one in operations.affected(read, "bookings")}
    assert found["quota_attainment"] == "value"
    assert found["forecast_bias"] == "value"
    assert {one for one, through in found.items() if through == "goal"} == {
        "pipeline_coverage", "pipeline_created_per_rep", "reps_at_quota",
    }  # fmt: skip
    assert {one.kpi_id for one in operations.rests_on(read, "clv_to_cac")} == {"clv", "cac", "arpa", "logo_churn_rate"}


def test_a_change_runs_through_values_but_not_through_goals(ws: operations.Workspace) -> None:
    keep(ws, a="count(deals where won on closed_at)", b="[a] * 2", c="[b] + [a]", g="[b] / target([a])")
    keep(ws, h="100 * [g]", t="[a] / target([g])")
    by_a = {one.kpi_id: one.through for one in operations.affected(ws, "a")}
    assert by_a == {"b": "value", "c": "value", "g": "value", "h": "value", "t": "value"}
    assert {one.kpi_id: one.through for one in operations.affected(ws, "g")} == {"h": "value", "t": "goal"}
    assert operations.rests_on(ws, "t") == (Link("a", "a", "active"), Link("g", "g", "active", "goal"))
    assert operations.dependencies(ws).reads["c"] == (("b", "value"), ("a", "value"))


def test_a_circle_through_other_kpis_is_refused(ws: operations.Workspace) -> None:
    keep(ws, a="count(deals where won on closed_at)", b="[a] * 2", c="[b] + 1")
    with pytest.raises(UserError, match="Circular definition: c → b → a → c"):
        operations.save_kpi(ws, replace(operations.find_kpi(ws, "a"), formula="[c]"))
    assert operations.find_kpi(ws, "a").version == 1
    problem = operations.check_text(ws, "[c] + 1", "a").problem
    assert problem is not None
    assert (problem.code, problem.start, problem.end) == ("E-CYCLE", 0, 3)


def test_a_change_that_breaks_kpis_in_use_names_them_and_is_refused(ws: operations.Workspace) -> None:
    keep(ws, goal_gap="[bookings] - target([bookings])", rest="[bookings] - [goal_gap]", half="[win_rate] / 2")
    keep(ws, more="[bookings] + sum(deals.amount where lost on closed_at)")
    count = replace(operations.find_kpi(ws, "bookings"), formula="count(deals where won on closed_at)", unit="count")
    with pytest.raises(UserError, match="would stop working") as caught:
        operations.save_kpi(ws, count)
    assert "'more'" in caught.value.problem
    assert "half" not in caught.value.problem
    assert operations.find_kpi(ws, "bookings").formula == "sum(deals.amount where won on closed_at)"
    notices = operations.check_text(ws, count.formula, "bookings").notices
    assert any(one.startswith("'more' rests on this KPI and would stop working: Cannot add") for one in notices)


def test_a_draft_that_no_longer_works_is_listed_with_the_reason(ws: operations.Workspace) -> None:
    count = "count(deals where won on closed_at)"
    bookings = operations.find_kpi(ws, "bookings")
    operations.save_kpi(ws, replace(bookings, formula=count, unit="count", kpi_class="flow_count"))
    entry = next(one for one in operations.kpis(ws) if one.kpi.id == "forecast_accuracy")
    assert not entry.computable
    assert entry.needs == "another formula: Cannot subtract count from money."
    assert operations.show_kpi(ws, "forecast_accuracy")["words"] == entry.kpi.sentence
    assert "forecast_accuracy" in {one.kpi_id for one in operations.affected(ws, "bookings")}
    with pytest.raises(UserError, match="Cannot subtract count from money"):
        operations.add_kpi(ws, "forecast_accuracy")


def test_a_unit_that_does_not_fit_is_refused(ws: operations.Workspace) -> None:
    with pytest.raises(UserError, match="cannot be shown in 'days'") as caught:
        operations.save_kpi(ws, replace(operations.find_kpi(ws, "bookings"), unit="days"))
    assert caught.value.advice == "Choose money."


# --- a change --------------------------------------------------------------------------------------------------


def test_a_change_is_tried_without_being_kept(ws: operations.Workspace) -> None:
    before = operations.find_kpi(ws, "bookings")
    change = operations.change_kpi(ws, "bookings", {"formula": BIG}, asked(ws), dry_run=True)
    assert (change.saved, change.fields) == (False, ("formula", "sentence"))
    assert [one.value for one in change.draft.values] == [14_000.0] * 4
    assert operations.find_kpi(ws, "bookings") == before


def test_a_change_is_a_new_version_and_old_periods_keep_theirs(ws: operations.Workspace) -> None:
    change = operations.change_kpi(ws, "bookings", {"formula": BIG, "reason": "no small ones"}, asked(ws))
    after = operations.find_kpi(ws, "bookings")
    assert (change.saved, after.version, after.valid_from) == (True, change.before.version + 1, TODAY.isoformat())
    assert (after.unit, after.kpi_class, after.reason) == ("money", "flow_money", "no small ones")
    assert operations.scorecard(ws, asked(ws), ("bookings",)).rows[0].result.value == 15_000.0
    later = operations.change_kpi(ws, "bookings", {"owner": "Bo"}, asked(ws)).after
    assert (later.reason, later.formula, later.version) == ("", BIG, after.version + 1)


def test_unit_and_class_follow_a_new_formula(ws: operations.Workspace) -> None:
    text = "median(days(deals.created_at, deals.closed_at) where won on closed_at)"
    after = operations.change_kpi(ws, "win_rate", {"formula": text, "direction": "lower"}, asked(ws)).after
    assert (after.unit, after.kpi_class, after.direction) == ("days", "median", "lower")
    cohort = operations.find_kpi(ws, "win_rate_cohort")
    text = "count(deals where won and amount > 1 on created_at) / count(deals on created_at)"
    assert operations.change_kpi(ws, cohort.id, {"formula": text}, asked(ws)).after.kpi_class == "cohort"


def test_a_sum_that_was_taken_for_events_is_judged_as_amounts_once_its_formula_is_given_again(
    ws: operations.Workspace,
) -> None:
    text = "sum(deals.push_count where won on closed_at)"
    keep(ws, pushes=text)
    operations.save_kpi(ws, replace(operations.find_kpi(ws, "pushes"), kpi_class="flow_count"))
    with pytest.raises(UserError, match="Nothing would change"):
        operations.change_kpi(ws, "pushes", {"owner": "Ann"}, asked(ws))
    assert operations.change_kpi(ws, "pushes", {"formula": text}, asked(ws)).after.kpi_class == "flow_money"
    with pytest.raises(UserError, match="Nothing would change"):
        operations.change_kpi(ws, "pushes", {"formula": text}, asked(ws))


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, "Nothing would change"),
        ({"owner": "Sales manager"}, "Nothing would change"),
        ({"formula": "count(dealz)"}, "no table 'dealz'"),
        ({"unit": "days"}, "cannot be shown in 'days'"),
        ({"owner": ""}, "without an owner"),
        ({"levels": ["everyone"]}, "levels cannot be 'everyone'"),
    ],
)
def test_a_change_that_cannot_be_kept_is_refused(
    ws: operations.Workspace, given: dict[str, object], problem: str
) -> None:
    before = operations.find_kpi(ws, "bookings")
    assert before.owner == "Sales manager"
    for dry_run in (True, False):
        with pytest.raises(UserError, match=problem):
            operations.change_kpi(ws, "bookings", given, asked(ws), dry_run=dry_run)
    assert operations.find_kpi(ws, "bookings") == before


def test_the_commands_try_keep_and_tell_who_is_affected(path: Path) -> None:
    tried = ask("kpi", "change", path, "bookings", "--formula", BIG, "--dry-run")
    assert [one["after"] for one in tried["values"]] == [14_000.0] * 4
    assert [one["before"] for one in tried["values"]] == [15_000.0] * 4
    assert (tried["saved"], tried["version"]) == (False, 1)
    told = run("kpi", "change", path, "bookings", "--formula", BIG, "--levels", "org, team", "--reason", "small").stdout
    assert told.startswith("Bookings (bookings): version 2.\n")
    assert "Quota attainment" in told
    shown = ask("kpi", "show", path, "bookings")
    assert (shown["formula"], shown["levels"], shown["reason"]) == (BIG, ["org", "team"], "small")
    told = refused("kpi", "change", path, "bookings", "--formula", "sum(deals.amonut on closed_at)")
    assert "    ^^^^^^^^^^^^" in told
    assert {"id": "quota_attainment", "name": "Quota attainment", "status": "draft", "through": "value"} in ask(
        "kpi", "affected", path, "bookings"
    )["affected"]
    assert "No other KPI rests on it." in run("kpi", "affected", path, "quota_attainment").stdout


def test_a_share_of_money_has_no_interval_of_a_proportion(read: operations.Workspace) -> None:
    money = "sum(deals.amount where won on closed_at) / sum(deals.amount where closed on closed_at)"
    count = "count(deals where won on closed_at) / count(deals where closed on closed_at)"
    shares = [operations.evaluate(read, text, asked(read)).rows[0].result for text in (money, count)]
    assert [one.value for one in shares] == [15_000 / 78_000, 0.25]
    assert shares[0].interval is None
    assert shares[1].interval is not None


@pytest.mark.parametrize(
    ("condition", "advice"),
    [
        ("competitor = 'Zenbo'", "'Competitor' is a column of your files: write it in backticks, `Competitor`."),
        ("deals.Competitor = 'Zenbo'", "'Competitor' is a column of your files: write it in backticks, `Competitor`."),
        ("Competitor", "'Competitor' is a column of your files: write it in backticks, `Competitor` = 'a value'."),
        ("Competitors = 'Zenbo'", "Did you mean `Competitor`, a column of your files, in backticks?"),
        ("won and Lost to = 'Zenbo'", "'Lost to' is a column of your files: write it in backticks, `Lost to`."),
        ("ownr = 'Ann'", "Did you mean owner?"),
        ("reasonn = 'x'", "Did you mean loss_reason, or `Reasons`, a column of your files, in backticks?"),
    ],
)
def test_a_column_of_the_files_without_backticks_is_told_to_need_them(
    with_columns: operations.Workspace, condition: str, advice: str
) -> None:
    text = f"count(deals where {condition} on closed_at)"
    told = operations.check_text(with_columns, text).problem
    assert told is not None
    assert told.advice == advice
    for use in (lambda: operations.evaluate(with_columns, text, asked(with_columns)),
                lambda: operations.add_kpi(with_columns, "x", formula=text)):  # fmt: skip
        with pytest.raises(UserError) as error:
            use()
        assert error.value.advice == advice


def test_a_column_of_another_kind_of_file_is_not_meant(with_columns: operations.Workspace) -> None:
    told = operations.check_text(with_columns, "count(leads where Competitor = 'x' on created_at)").problem
    assert told is not None
    assert "column of your files" not in told.advice
