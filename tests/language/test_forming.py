"""The form and the text of a formula say the same: through the form and back nothing is lost."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpidesk.core.choices import Choice
from kpidesk.core.formula_form import (
    WITH_VALUES,
    WITHOUT_VALUE,
    Between,
    Condition,
    Elapsed,
    FormulaForm,
    GoalForm,
    KpiForm,
    MeasureForm,
    OwnColumn,
)
from kpidesk.core.kpis import Unit
from kpidesk.language import (
    FUNCTIONS,
    TABLES,
    FormulaError,
    compile_formula,
    form_choices,
    form_of_formula,
    operators_for,
    text_of,
)
from kpidesk.paths import resources
from tests.language.definitions import KPIS
from tests.often import often

SHIPPED = {
    str(table["id"]): (str(table["formula"]), str(table["unit"]))
    for path in sorted((resources() / "kpis").glob("*.toml"))
    if (table := tomllib.loads(path.read_text(encoding="utf-8"))).get("formula")
}
TEXTS = {kpi_id: text for kpi_id, (text, _) in SHIPPED.items()}
WON = MeasureForm("count", "deals", filters=("won",), dated_by="closed_at")

COLUMNS = (OwnColumn("Region / Land"), OwnColumn("Seats", "number"), OwnColumn("Kick-off", "date"))
"""Columns of the files that no field stands for."""

SAID = [
    ("count(deals where won on closed_at)", FormulaForm(WON)),
    ("count(deals where won on closed_at) / count(deals where closed on closed_at)",
     FormulaForm(WON, MeasureForm(filters=("closed",), dated_by="closed_at"), "percent")),
    ("-sum(movements.amount where churn on effective_at)",
     FormulaForm(MeasureForm("sum", "movements", "amount", filters=("churn",), dated_by="effective_at"),
                 shown_as="money", negative=True)),
    ("sum(deals.amount where (new_business or not renewal) and amount >= 1000.5 as of start credit creator)",
     FormulaForm(MeasureForm("sum", "deals", "amount", filters=("new_business or not renewal",),
                             conditions=(Condition("amount", ">=", 1000.5),), dated_by="as of start",
                             credit="creator"), shown_as="money")),
    ("percentile(days(deals.created_at, deals.closed_at), 0.8 where won on closed_at)",
     FormulaForm(MeasureForm("percentile", "deals", Between("created_at", "closed_at"), 0.8, ("won",),
                             dated_by="closed_at"), shown_as="days")),
    ("count(leads where hours(created_at, first_response_at) <= 1 on created_at)",
     FormulaForm(MeasureForm("count", "leads", conditions=(
         Condition(Between("created_at", "first_response_at", "hours"), "<=", 1.0),), dated_by="created_at"))),
    ("count(deals where stage not in ('a', 'it''s') and close_date before '2026-01-31' and closed_at < end "
     "and owner is not empty and close_date in period and created_at < close_date on created_at)",
     FormulaForm(MeasureForm(conditions=(
         Condition("stage", "not in", ("a", "it's")), Condition("close_date", "before", "2026-01-31"),
         Condition("closed_at", "<", "end"), Condition("owner", "is not empty"), Condition("close_date", "in period"),
         Condition("created_at", "<", "close_date")), dated_by="created_at"))),
    ("[bookings] / target([bookings])", FormulaForm(KpiForm("bookings"), GoalForm("bookings"), "percent")),
    ("rolling([win_rate], 90d)", FormulaForm(KpiForm("win_rate"), shown_as="percent", over="90d")),
    ("rolling(sum(accounts.mrr_at_end where mrr_at_start > 0) / sum(accounts.mrr_at_start), 1 year)",
     FormulaForm(MeasureForm("sum", "accounts", "mrr_at_end", conditions=(Condition("mrr_at_start", ">", 0.0),)),
                 MeasureForm("sum", "accounts", "mrr_at_start"), "percent", "1 year")),
    ("count(activities where held and is_prospecting and deal.won and deal.outcome = 'won' on deal.closed_at)",
     FormulaForm(MeasureForm("count", "activities", filters=("held", "is_prospecting", "deal.won"),
                             conditions=(Condition("deal.outcome", "=", "won"),), dated_by="deal.closed_at"))),
    ("sum(number(deals.`Seats`) where `Region / Land` = 'North' and number(`Seats`) is not empty "
     "and date(`Kick-off`) before closed_at on closed_at)",
     FormulaForm(MeasureForm("sum", "deals", "number(`Seats`)", conditions=(
         Condition("`Region / Land`", "=", "North"), Condition("number(`Seats`)", "is not empty"),
         Condition("date(`Kick-off`)", "before", "closed_at")), dated_by="closed_at"))),
    ("median(days(date(deals.`Kick-off`), deals.closed_at) where won and date(`Kick-off`) in period as of end)",
     FormulaForm(MeasureForm("median", "deals", Between("date(`Kick-off`)", "closed_at"), filters=("won",),
                             dated_by="date(`Kick-off`)"), shown_as="days")),
    ("rolling(count(deals where date(`Kick-off`) in period as of end), 90d)",
     FormulaForm(MeasureForm(conditions=(Condition("date(`Kick-off`)", "in period"),), dated_by="as of end"),
                 over="90d")),
]  # fmt: skip


def form_of(
    text: str, definitions: Mapping[str, str] | None = None, shown_as: Unit | None = None
) -> FormulaForm | None:
    return form_of_formula(compile_formula(text, definitions), shown_as)


@pytest.mark.parametrize(("text", "form"), SAID, ids=[text[:40] for text, _ in SAID])
def test_the_form_of_a_formula_and_the_formula_of_a_form(text: str, form: FormulaForm) -> None:
    assert form_of(text, KPIS) == form
    assert text_of(form) == text


@pytest.mark.parametrize(
    "text",
    [
        "[bookings] * 12",
        "[bookings] - [open_pipeline]",
        "[bookings] / total([bookings])",
        "previous([bookings])",
        "-(count(deals on created_at) / count(leads on created_at))",
        "count(deals where won or amount > 5 on closed_at)",
        "count(deals where not (won and renewal) on closed_at)",
        "sum(deals.amount * deals.probability as of end)",
        "sum(least(deals.amount, 5) as of end)",
        "count(deals where amount > push_count * amount on closed_at)",
        "[bookings] / rolling([bookings], 1 year)",
    ],
)
def test_a_formula_that_says_more_than_the_form_has_none(text: str) -> None:
    assert compile_formula(text, KPIS)
    assert form_of(text, KPIS) is None


def test_saved_filters_come_first_and_mean_the_same() -> None:
    form = form_of("count(deals where amount > 5 and won on closed_at)")
    assert form is not None
    assert text_of(form) == "count(deals where won and amount > 5 on closed_at)"


def test_four_of_five_shipped_formulas_fit_the_form_and_keep_their_tree() -> None:
    fitting = 0
    for text, unit in SHIPPED.values():
        form = form_of(text, TEXTS, unit)  # type: ignore[arg-type]  # a unit, as test_kpi_files checks
        if form is not None:
            fitting += 1
            assert form.shown_as == unit
            assert compile_formula(text_of(form), TEXTS).tree == compile_formula(text, TEXTS).tree
    assert fitting / len(SHIPPED) >= 0.8


# --- what the questions offer ----------------------------------------------------------------------------------


def _value(kind: str, op: str) -> st.SearchStrategy[object]:
    if op in WITHOUT_VALUE:
        return st.just("")
    texts = st.sampled_from(["Ann", "it's", "100 %", "Zoë"])
    if op in WITH_VALUES:
        return st.lists(texts, min_size=1, max_size=3).map(tuple)
    if kind == "date":
        return st.sampled_from(["2026-01-31", "start", "end", "now"])
    return texts if "=" in operators_for(kind)[:1] else st.sampled_from([0.0, 0.25, 1000.0, -3.0, 1234567.89])


def _picked(choices: tuple[Choice, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from([one.value for one in choices])


@st.composite
def measures(draw: st.DrawFn) -> MeasureForm:
    """A measure filled in from nothing but what the questions offer."""
    columns = draw(st.sampled_from([(), COLUMNS]))
    start = form_choices(MeasureForm())
    form = MeasureForm(draw(_picked(start.aggregates)), draw(_picked(start.tables)))  # type: ignore[arg-type]  # offered
    offered = form_choices(form, columns)
    if form.aggregate not in ("count", "count_distinct") and (not offered.fields or draw(st.booleans())):
        field: str | Between = Between(offered.times[0].value, draw(_picked(offered.times)))
    else:
        field = draw(_picked(offered.fields)) if form.aggregate != "count" else ""
    tested = [one for one in offered.tested if one.value.rpartition(".")[2] not in ("outcome", "final_outcome")]
    conditions = []
    for one in draw(st.lists(st.sampled_from(tested), max_size=2)):
        op = draw(st.sampled_from(operators_for(one.kind)))
        conditions.append(Condition(one.value, op, draw(_value(one.kind, op))))  # type: ignore[arg-type]  # see _value
    chips = draw(st.lists(_picked(offered.filters), max_size=2, unique=True)) if offered.filters else []
    turned = [f"not {one}" if draw(st.booleans()) else one for one in chips]
    if len(turned) == 2 and draw(st.booleans()):
        turned = [" or ".join(turned)]
    filled = MeasureForm(form.aggregate, form.table, field, 0.8 if form.aggregate == "percentile" else 0.0,
                         tuple(turned), tuple(conditions))  # fmt: skip
    last = form_choices(filled, columns)
    return MeasureForm(filled.aggregate, filled.table, filled.field, filled.percentile, filled.filters,
                       filled.conditions, draw(_picked(last.dates)), draw(_picked(last.credits)))  # fmt: skip


forms = st.builds(
    FormulaForm,
    st.one_of(measures(), st.builds(KpiForm, st.sampled_from(["bookings", "deals_won"]))),
    st.one_of(st.none(), measures(), st.just(KpiForm("deals_won")),
              st.builds(GoalForm, st.just("bookings"), st.sampled_from(["target", "minimum", "stretch", "baseline"]))),
    st.just("count"),
    st.sampled_from(["", "", "90d", "1 year", "2 quarters"]),
    st.booleans(),
)  # fmt: skip


@settings(max_examples=often(34))
@given(forms)
def test_whatever_the_questions_offer_is_a_formula_that_gives_the_form_back(form: FormulaForm) -> None:
    text = text_of(form)
    if _code(text) != "E-UNIT":  # days per survey answer: nothing that could be shown
        found = form_of(text, KPIS, form.shown_as)
        assert found is not None
        assert found == form or _may_be_said_twice(form), text
        assert text_of(found) == text


def _may_be_said_twice(form: FormulaForm) -> bool:
    """Whether a column of dates lies in the period by a condition, or is to be read over a longer time."""
    parts = [one for one in (form.what, form.divided_by) if isinstance(one, MeasureForm)]
    tests = [(one.field, one.op) for part in parts for one in part.conditions]
    return ("date(`Kick-off`)", "in period") in tests or any(one.is_dated_by_column for one in parts if form.over)


def _code(text: str) -> str:
    try:
        compile_formula(text, KPIS)
    except FormulaError as error:
        return error.code
    return ""


def test_most_of_what_the_questions_offer_can_be_shown() -> None:
    codes: list[str] = []

    @settings(max_examples=often(9))
    @given(forms)
    def count(form: FormulaForm) -> None:
        codes.append(_code(text_of(form)))

    count()
    assert codes.count("") > 0.6 * len(codes)


def test_every_table_field_and_filter_is_offered() -> None:
    for name, table in TABLES.items():
        offered = form_choices(MeasureForm(table=name))
        chips = {one.value for one in offered.filters}
        flags = {one.name for one in table.fields.values() if one.kind == "bool"}
        assert set(table.filters) | flags <= chips
        rest = {one.name for one in table.fields.values() if one.kind != "bool" and not one.setting}
        assert rest <= {one.value for one in offered.tested}
        assert {one.value for one in offered.credits} == {"", *table.credits[1:]}
        assert all(one.words for group in (offered.filters, offered.dates, offered.credits) for one in group)


def test_every_function_of_two_dates_can_be_said() -> None:
    rows = {one.name for one in FUNCTIONS.values() if one.group == "row"}
    assert set(get_args(Elapsed)) == rows - {"least", "greatest", "number", "date"}


def test_what_belongs_to_the_period_itself_has_no_other_date() -> None:
    offered = form_choices(MeasureForm("sum", "accounts", "mrr_at_end"))
    assert [one.value for one in offered.dates] == [""]
    deals = [one.value for one in form_choices(MeasureForm("sum", "deals", "amount")).dates]
    assert deals[:3] == ["created_at", "close_date", "closed_at"]
    assert deals[-3:] == ["as of end", "as of start", "as of now"]


def test_columns_of_the_files_come_last_by_their_headers() -> None:
    offered = form_choices(MeasureForm("avg", "deals"), COLUMNS)
    assert [(one.value, one.words, one.kind) for one in offered.fields][-1] == ("number(`Seats`)", "Seats", "number")
    assert [(one.value, one.words) for one in offered.dates][-1] == (
        "date(`Kick-off`)", "by Kick-off, as they stood at the end of the period",
    )  # fmt: skip
    assert [one.value for one in offered.tested][-3:] == ["`Region / Land`", "number(`Seats`)", "date(`Kick-off`)"]
    assert "date(`Kick-off`)" in [one.value for one in offered.times]
    counted = form_choices(MeasureForm("count_distinct", "deals"), COLUMNS)
    assert [one.words for one in counted.fields][-3:] == ["Region / Land", "Seats", "Kick-off"]
    calls = form_choices(MeasureForm("avg", "activities"), COLUMNS)  # no history: no state at the end of a period
    assert "date(`Kick-off`)" not in [one.value for one in calls.dates]


def test_a_header_that_a_formula_could_not_name_is_not_offered() -> None:
    odd = tuple(map(OwnColumn, ("Amount", "won", "a`b", "end", "two\nlines")))
    assert form_choices(MeasureForm(), odd) == form_choices(MeasureForm(), ())


def test_what_the_form_reads_stays_whatever_the_files_have() -> None:
    tests = (Condition("`Colour`", "=", "red"), Condition("`Seats`", "=", "12"))
    form = MeasureForm("sum", "deals", "number(`Weight`)", conditions=tests, dated_by="closed_at")
    offered = form_choices(form, COLUMNS)
    assert [one.words for one in offered.fields][-1] == "Weight (in no file)"
    assert [one.words for one in offered.tested][-3:] == [
        "Weight (in no file)",
        "Colour (in no file)",
        "Seats (as text)",
    ]
    unknown = form_choices(form)  # before it is known which columns there are
    assert [one.words for one in unknown.tested][-3:] == ["Weight", "Colour", "Seats"]
