"""Baseline first, target second: proposals from history, refusals in one wording, versions that stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.goals import NO_BASELINE, NO_BASELINE_ADVICE, Target
from kpidesk.core.people import ORG, Scope
from kpidesk.core.periods import Period, parse_period
from kpidesk.core.reviews import Line
from kpidesk.core.roster import PersonEdit
from kpidesk.core.settings import Settings
from kpidesk.core.target_grid import GridEdit
from kpidesk.exporting.json_form import target_json
from kpidesk.operations.shown import trend_notices
from kpidesk.ui.widgets.facts_text import facts_of
from kpidesk.ui.widgets.meeting_sections import with_before
from tests.operations.support import bring_in, copied, history, made, write
from tests.ui.samples import CASES, trend

TODAY = date(2026, 1, 5)


def period(text: str) -> Period:
    return parse_period(text, Settings(), TODAY)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years in which one deal in four is won: 3 of 12 in every quarter, for 15,000."""
    folder = tmp_path_factory.mktemp("imported")
    with made(folder, TODAY) as ws:
        bring_in(ws, write(folder / "deals.csv", history()), date(2026, 1, 4))
    return folder


@pytest.fixture
def ws(imported: Path, tmp_path: Path) -> Iterator[operations.Workspace]:
    with copied(imported, tmp_path, TODAY) as opened:
        yield opened


def test_a_proposal_pools_what_is_over(ws: operations.Workspace) -> None:
    found = operations.propose(ws, "win_rate", ORG, period("2026-Q1"), method="trailing_4")
    assert found.baseline.value == pytest.approx(12 / 48)
    assert found.baseline.n == 48
    assert (found.minimum, found.target, found.stretch) == pytest.approx((0.25, 0.275, 0.30))
    assert found.noticeable is not None
    assert found.noticeable > found.target, "12 deals a quarter cannot show a rise by a tenth"


def test_bookings_of_the_same_quarter_last_year(ws: operations.Workspace) -> None:
    found = operations.propose(ws, "bookings", ORG, period("2026-Q1"), method="same_period_last_year")
    assert found.baseline.value == 1000 + 5000 + 9000


def test_an_unknown_method_names_the_known_ones(ws: operations.Workspace) -> None:
    with pytest.raises(UserError, match="trailing_4"):
        operations.propose(ws, "win_rate", ORG, period("2026-Q1"), method="guess")


@pytest.mark.parametrize(
    ("method", "problem"),
    [("manual", "A baseline typed by hand needs its value."),
     ("benchmark", "Nobody has published a number of 'Bookings' to start from.")],
)  # fmt: skip
def test_a_baseline_that_is_in_no_history_is_not_looked_for_there(
    ws: operations.Workspace, method: str, problem: str
) -> None:
    with pytest.raises(UserError) as refused:
        operations.set_baseline_from(ws, "bookings", scope="org", period="2026-Q1", method=method)
    assert refused.value.problem == problem


def test_a_target_without_a_baseline_is_refused_in_the_same_words_everywhere(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    target = Target("bookings", ORG, period("2026-Q1"), 1.0, 2.0, 3.0)
    typed = {"minimum": "1", "target": "2", "stretch": "3", "scope": "org", "period": "2026-Q1"}
    definition = tmp_path / "kpi.toml"
    definition.write_text('id = "x"\nname = "X"\nformula = "count(deals on created_at)"\ntarget = 5\n')
    for refused in (
        lambda: operations.set_target(ws, target),
        lambda: operations.set_target_from(ws, "bookings", **typed),
        lambda: operations.add_kpi(ws, str(definition)),
    ):
        with pytest.raises(UserError) as caught:
            refused()
        assert (caught.value.problem, caught.value.advice) == (NO_BASELINE, NO_BASELINE_ADVICE)


def test_tiers_out_of_order_are_refused(ws: operations.Workspace) -> None:
    operations.set_baseline_from(ws, "bookings", scope="org", period="2026-Q1")
    with pytest.raises(UserError, match="out of order"):
        operations.set_target_from(
            ws, "bookings", minimum="20000", target="10000", stretch="30000", scope="org", period="2026-Q1"
        )
    operations.set_baseline_from(ws, "sales_cycle_length", scope="org", period="2026-Q1")
    with pytest.raises(UserError, match="lower is better"):
        operations.set_target_from(
            ws, "sales_cycle_length", minimum="10", target="20", stretch="30", scope="org", period="2026-Q1"
        )


def test_amounts_are_read_as_in_the_grid(ws: operations.Workspace) -> None:
    about = {"scope": "org", "period": "2026-Q1"}
    typed = operations.set_baseline_from(ws, "bookings", value="1.234,50", reason="the plan", **about)
    assert typed.value == 1234.5
    told = operations.set_target_from(ws, "bookings", minimum="1.234,50", target="1,300.5", stretch="$1.2M", **about)
    assert list(told.tiers) == [1234.5, 1300.5, 1_200_000]
    with pytest.raises(UserError, match="is not measured in percent: '100%'"):
        operations.set_target_from(ws, "bookings", minimum="100%", target="110%", stretch="120%", reason="x", **about)


def test_a_retired_kpi_and_what_belongs_to_nobody_have_no_targets(ws: operations.Workspace) -> None:
    tiers = {"minimum": "+0%", "target": "+10%", "stretch": "+20%", "period": "2026-Q1"}
    operations.set_baseline_from(ws, "bookings", scope="org", period="2026-Q1")
    operations.retire_kpi(ws, "bookings")
    with pytest.raises(UserError, match="'Bookings' is retired"):
        operations.set_target_from(ws, "bookings", scope="org", **tiers)
    plan = operations.plan_edits(ws, period("2026-Q1"), [GridEdit(ORG, "bookings", "2000")])
    assert "is retired" in plan.problems[0].problem
    with pytest.raises(UserError, match="belongs to nobody has no goal"):
        operations.set_baseline_from(ws, "win_rate", scope="unassigned", period="2026-Q1")


def test_relative_targets_and_percentage_points_differ(ws: operations.Workspace) -> None:
    operations.set_baseline_from(ws, "win_rate", scope="org", period="2026-Q1")
    set_ = operations.set_target_from(
        ws, "win_rate", minimum="+0%", target="+10%", stretch="+10pp", scope="org", period="2026-Q1"
    )
    assert (set_.minimum, set_.target, set_.stretch) == pytest.approx((0.25, 0.275, 0.35))


def test_a_changed_target_is_a_new_version_and_a_closed_period_is_read_only(
    ws: operations.Workspace, tmp_path: Path
) -> None:
    goal = {"minimum": "1000", "target": "2000", "stretch": "3000", "scope": "org", "period": "2026-Q1"}
    operations.set_baseline_from(ws, "bookings", scope="org", period="2026-Q1")
    assert operations.set_target_from(ws, "bookings", **goal).version == 1
    with pytest.raises(UserError, match="only with a reason"):
        operations.set_target_from(ws, "bookings", **{**goal, "target": "2500"})
    assert operations.set_target_from(ws, "bookings", **{**goal, "target": "2500"}, reason="A new rep").version == 2
    ws.today = date(2026, 4, 2)
    bring_in(ws, write(tmp_path / "later.csv", history()), ws.today)
    with pytest.raises(UserError, match=r"Q1 2026 is closed.*read-only"):
        operations.set_target_from(ws, "bookings", **goal)
    target = operations.goals(ws).target("bookings", ORG, period("2026-Q1"))
    assert target is not None
    assert target.target == 2500


def test_a_period_keeps_the_definition_that_was_in_force_on_its_first_day(ws: operations.Workspace) -> None:
    kpi = operations.find_kpi(ws, "deals_won")
    operations.save_kpi(ws, replace(kpi, status="active"))
    before = operations.scorecard(ws, operations.question(ws, period="2025-Q4"), ("deals_won",)).rows[0]
    assert before.result.value == 3
    changed = replace(operations.find_kpi(ws, "deals_won"), formula="count(deals where lost on closed_at)")
    operations.save_kpi(ws, changed)
    old = operations.scorecard(ws, operations.question(ws, period="2025-Q4"), ("deals_won",)).rows[0]
    assert old.result.value == 3
    assert old.kpi.formula == kpi.formula
    next_year = operations.question(ws, period="2026-Q2")
    assert operations.show_kpi(ws, "deals_won")["formula"] == changed.formula
    assert operations.scorecard(ws, next_year, ("deals_won",)).rows[0].kpi.formula == changed.formula


def test_activating_needs_objective_decision_and_owner(ws: operations.Workspace) -> None:
    with pytest.raises(UserError, match="objective"):
        operations.add_kpi(ws, "mine", formula="count(deals where lost on closed_at)", name="Mine")
    draft = operations.add_kpi(ws, "mine", formula="count(deals where lost on closed_at)", name="Mine", draft=True)
    assert draft.status == "draft"
    active = operations.add_kpi(ws, "mine", objective="Lose less", decision="Coach", owner="Dana")
    assert active.status == "active"


# --- what the words rest on ---------------------------------------------------------------------------------------


def young(path: Path, quarters: int) -> operations.Workspace:
    """A workspace with the last `quarters` of 2025: 3 of 12 deals are won in each."""
    ws = operations.open_workspace(path / "young.kpidesk", create=True, today=TODAY)
    first = 13 - 3 * quarters
    lines = [line for line in history((2025,)) if int(line[4][5:7]) >= first]
    bring_in(ws, write(path / "young.csv", lines), date(2026, 1, 4))
    return ws


@pytest.mark.parametrize(("method", "rows"), [("trailing_4", 12), ("same_period_last_year", 12), ("seasonal", 12)])
def test_rows_a_quarter_are_those_of_the_periods_the_baseline_rests_on(
    ws: operations.Workspace, method: str, rows: int
) -> None:
    found = operations.propose(ws, "win_rate", ORG, period("2026-Q1"), method=method)
    assert found.noticeable_words.startswith(f"With {rows} rows a quarter, ")


def test_where_the_data_begin_inside_a_period_every_number_that_rests_on_it_says_so(tmp_path: Path) -> None:
    """The files begin on 11 October 2024: the year before is no whole one, nor is the fourth quarter before."""
    lines = [
        (f"D{year}-{month}-{at}", "Ann", "Won", "100", "2024-10-11", f"{year}-{month:02d}-2{at}")
        for year, months in ((2024, (10, 11, 12)), (2025, range(1, 10)))
        for month in months
        for at in range(4)
    ]
    first = ("D0", "Ann", "Won", "100", "2024-10-11", "2024-10-11")
    with made(tmp_path, date(2025, 10, 1)) as ws:
        bring_in(ws, write(tmp_path / "deals.csv", [first, *lines]), date(2025, 10, 1))
        year, quarter = (
            operations.scorecard(ws, operations.question(ws, period=text), ("bookings",)).rows[0]
            for text in ("2025", "2025-Q1")
        )
        whole = operations.scorecard(ws, operations.question(ws, period="2025-Q2"), ("bookings",)).rows[0]
        found = operations.propose(ws, "bookings", ORG, period("2025-Q4"), method="trailing_4")
    assert (year.prior_text, quarter.prior_text) == ("$1.30K since 11 Oct 2024",) * 2
    assert dict(facts_of(year, "USD"))["Period before"] == "$1.30K since 11 Oct 2024, where the data begin"
    assert dict(facts_of(quarter, "USD"))["Period before"] == "$1.30K since 11 Oct 2024, where the data begin"
    assert dict(facts_of(whole, "USD"))["Period before"] == "$1.20K ($0)"
    beside = [with_before(Line(row, "")).team for row in (year, quarter, whole)]
    since = "$1.30K since 11 Oct 2024"
    assert beside == [f"{since}, the year before", f"{since}, the quarter before", "$1.20K the quarter before"]
    assert found.baseline.value == 1200
    assert (
        "only three whole quarters lie before it, for the data begin on 11 Oct 2024, inside Q4 2024"
        in (found.warnings[0])
    )


def test_two_whole_quarters_are_pooled_and_counted_as_two(tmp_path: Path) -> None:
    ws = young(tmp_path, 2)
    found = operations.propose(ws, "win_rate", ORG, period("2026-Q1"), method="trailing_4")
    assert (found.baseline.value, found.baseline.n) == (0.25, 24)
    assert found.noticeable_words.startswith("With 12 rows a quarter, ")
    assert found.warnings[0] == (
        "A weak baseline: it rests on 24 rows only; only two of the last four whole quarters have a value."
    )
    operations.close(ws)


@pytest.mark.parametrize(
    ("hired", "window", "weak"),
    [("2025-01-06", "Q1 2025 – Q4 2025", False), ("2025-02-10", "Q2 2025 – Q4 2025", True)],
)
def test_a_quarter_in_which_a_rep_began_late_is_no_history_of_theirs(
    ws: operations.Workspace, hired: str, window: str, weak: bool
) -> None:
    ann = next(one for one in operations.scopes(ws).people if one.name == "Ann Lee")
    operations.save_person(ws, ann.id, PersonEdit(hire_at=hired))
    found = operations.propose(ws, "bookings", Scope("rep", ann.name, ann.id), period("2026-Q1")).baseline
    assert (found.value, found.window, found.weak) == (1000, window, weak)


def test_a_published_figure_in_place_of_history_is_named_first(tmp_path: Path) -> None:
    ws = young(tmp_path, 1)
    kept = operations.set_baseline_from(ws, "win_rate", scope="org", period="2026-Q1")
    words = operations.baseline_words(ws, kept)
    assert words.startswith("Too little history of your own before Q1 2026: this is a published figure, not yours")
    operations.close(ws)


@pytest.mark.parametrize(
    ("kpi", "asked", "words"),
    [
        ("bookings", "2026-Q1", "Raising it by 10% every quarter would mean +46% in a year."),
        ("bookings", "2026-01", "Raising it by 10% every month would mean +214% in a year."),
        ("sales_cycle_length", "2026-Q1", "Lowering it by 10% every quarter would mean −34% in a year."),
    ],
)
def test_a_step_repeated_is_told_as_what_a_year_would_be(
    ws: operations.Workspace, kpi: str, asked: str, words: str
) -> None:
    assert words in operations.propose(ws, kpi, ORG, period(asked)).warnings


def test_a_first_target_of_a_period_that_was_over_is_taken_and_told_everywhere(ws: operations.Workspace) -> None:
    goal = {"minimum": "100", "target": "200", "stretch": "300", "scope": "org"}
    late = "Its target was set on 5 Jan 2026, after the period was over."
    for asked in ("2025-Q4", "2026-Q1"):
        operations.set_baseline_from(ws, "bookings", scope="org", period=asked, value="100", reason="the plan")
    told = [operations.set_target_from(ws, "bookings", **goal, period=asked) for asked in ("2025-Q4", "2026-Q1")]
    assert [late in operations.target_words(ws, one) for one in told] == [True, False]
    assert [target_json(one)["notice"] for one in told] == [late, ""]
    cards = (
        operations.scorecard(ws, operations.question(ws, period=one), ("bookings",)) for one in ("2025-Q4", "2026-Q1")
    )
    assert [late in card.rows[0].result.notices for card in cards] == [True, False]


# --- a trend in a sentence ----------------------------------------------------------------------------------------


def test_a_trend_compares_whole_quarters_and_tells_the_running_one_apart(tmp_path: Path) -> None:
    ws = operations.open_workspace(tmp_path / "w.kpidesk", create=True, today=TODAY)
    lines = [line for line in history() if line[5] <= "2025-11-15"]
    bring_in(ws, write(tmp_path / "deals.csv", lines), date(2025, 11, 15))
    asked = operations.question(ws, period="2025-Q4")
    # 15,000 in every whole quarter; in Q4 2025 the deals of day 1, 5 and 9 are won: October, November, December
    words = operations.trend(ws, "bookings", asked, 4).sentence
    assert words.endswith(
        ": $6.00K in Q4 2025 so far; $15.0K in Q3 2025, after $15.0K in Q1 2025 (the first quarter shown)."
    )
    ahead = operations.trend(ws, "bookings", operations.question(ws, period="2026-Q1"), 3).sentence
    assert "Q1 2026" not in ahead
    operations.close(ws)


def test_notes_name_the_periods_they_are_about() -> None:
    said = ("Begins inside.", "Few rows.")
    points = tuple(
        replace(point, result=replace(point.result, notices=said[: 1 if i == 0 else 2] if i < 3 else ()))
        for i, point in enumerate(trend(CASES[0]).points)
    )
    assert trend_notices(points) == (
        "Q3 2023 to Q1 2024: Begins inside.",
        "Q4 2023 to Q1 2024: Few rows.",
    )
