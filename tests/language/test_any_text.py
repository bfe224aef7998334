"""Whatever is typed gives a tree or a message with a place; never anything else."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kpidesk.language import (
    FUNCTIONS,
    TABLES,
    Formula,
    FormulaError,
    caret,
    compile_formula,
    formula_words,
    leaves,
)
from kpidesk.language.parser import parse
from tests.language.definitions import KPIS
from tests.language.printer import formula_text
from tests.often import often

SEEDS = [
    *(text for text in KPIS.values() if text),
    *(one.example for one in FUNCTIONS.values()),
    "count(deals where open and close_date in period and not (final_outcome in ('won','lost') and final_closed_at in "
    "period) as of start) / count(deals where open and close_date in period as of start)",
    "count(activities where touch and held and activities.deal.outcome = 'won' on activities.deal.closed_at)",
    "sum(greatest(accounts.mrr_at_start - accounts.mrr_at_end, 0) where mrr_at_start > 0) / sum(accounts.mrr_at_start)",
    "sum(deals.amount where won and sdr_sourced on closed_at credit creator) / sum(costs.amount on period_at)",
    "percentile(deals.amount * 2, 80% where (won or lost) and stage is not empty and created_at before end as of now)",
]
WORDS = sorted(
    {*FUNCTIONS, *TABLES, *(name for one in TABLES.values() for name in (*one.by_name, *one.filters))}
    | {"where", "on", "as of", "credit", "in", "period", "is", "not", "empty", "before", "and", "or", "start", "end"}
    | {
        "(",
        ")",
        ",",
        ".",
        "+",
        "-",
        "*",
        "/",
        "=",
        "<",
        "!=",
        "90d",
        "1 year",
        "25%",
        "3",
        "0.5",
        "'won'",
        "[bookings]",
    }
    | {"owner", "creator", "as", "of", "[egg]", "[nothing]", "`x y`", "'2025-01-31'", "quarter", "\n"}
)
deals = st.sampled_from(["won", "stalled", "amount > 5", "close_date in period", "stage in ('a', 'b')", "type = 'new'",
                         "days(created_at, end) <= 90", "next_activity_at is empty", "closed_at before now",
                         "owner = 'Ann'", "account.segment != 'x'", "-amount < push_count * amount"])  # fmt: skip
conditions = st.recursive(
    deals,
    lambda inner: st.one_of(
        st.builds("not ({})".format, inner),
        st.builds("({}) and ({})".format, inner, inner),
        st.builds("({}) or ({})".format, inner, inner),
    ),
    max_leaves=6,
)
measures = st.builds(
    "{}{} where {} {}{})".format,
    st.sampled_from(["sum(", "avg(", "median(", "max("]),
    st.sampled_from(
        ["deals.amount", "deals.amount * (deals.probability - 1)", "least(deals.amount, 5)", "-deals.amount"]
    ),
    conditions,
    st.sampled_from(["on closed_at", "on close_date", "as of start", "as of end", "as of now"]),
    st.sampled_from(["", " credit creator"]),
)
formulas = st.recursive(
    st.one_of(measures, st.sampled_from(["[bookings]", "target([bookings])", "[open_pipeline]", "100"])),
    lambda inner: st.one_of(
        st.builds("({}) {} ({})".format, inner, st.sampled_from("+-"), inner),
        st.builds("({}) * param(x)".format, inner),
        st.builds("({}) / 3".format, inner),
        st.builds("-({})".format, inner),
        st.builds("{}({})".format, st.sampled_from(["previous", "at_start", "org", "team", "total", "abs"]), inner),
        st.builds("rolling({}, {})".format, inner, st.sampled_from(["90d", "4 quarters", "1 year"])),
        st.builds("to_date({}, {})".format, inner, st.sampled_from(["month", "year"])),
        st.builds("clamp({}, {}, {})".format, inner, inner, inner),
    ),
    max_leaves=4,
)


def outcome(text: str) -> Formula | FormulaError:
    try:
        return compile_formula(text, KPIS)
    except FormulaError as error:
        return error


def check(text: str) -> None:
    formula = outcome(text)
    if isinstance(formula, FormulaError):
        check_message(text, formula)
    else:
        check_formula(formula)


def check_message(text: str, error: FormulaError) -> None:
    assert error.code.startswith("E-")
    assert error.problem
    assert 0 <= error.start < error.end <= len(text) + 1
    line, marks = caret(text, error)
    assert set(marks.lstrip(" ")) == {"^"}
    assert len(marks) <= len(line) + 1


def check_formula(formula: Formula) -> None:
    printed = formula_text(formula.tree)
    assert compile_formula(printed, KPIS).tree == formula.tree
    assert formula_text(compile_formula(printed, KPIS).tree) == printed
    assert formula_words(formula, {})
    assert formula.tables == {table for table, _ in formula.fields} | {leaf.table for leaf in leaves(formula.tree)}


@settings(deadline=None, max_examples=often(52), database=None)
@given(st.text(max_size=80))
def test_any_characters(text: str) -> None:
    check(text)


@settings(deadline=None, max_examples=often(68), database=None)
@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_any_words(text: str) -> None:
    check(text)


@settings(deadline=None, max_examples=often(68), database=None)
@given(st.sampled_from(SEEDS), st.integers(0, 400), st.integers(0, 8), st.sampled_from([*WORDS, "", "$", "é", "\x00"]))
def test_a_good_formula_with_something_put_in_its_place(text: str, at: int, length: int, word: str) -> None:
    at %= len(text) + 1
    check(text[:at] + word + text[at + length :])


@settings(deadline=None, max_examples=often(52), database=None)
@given(formulas)
def test_a_formula_that_is_printed_compiles_to_the_same_tree(text: str) -> None:
    parse.cache_clear()
    check(text)


def test_the_generated_formulas_are_mostly_good_ones() -> None:
    good: list[bool] = []

    @settings(deadline=None, max_examples=often(17), database=None)
    @given(formulas)
    def count(text: str) -> None:
        good.append(isinstance(outcome(text), Formula))

    count()
    assert sum(good) > len(good) / 2
