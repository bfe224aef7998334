"""The SQL of every KPI that can be said, run on the workspace itself, against what the engine says."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpidesk import engine, operations, store
from kpidesk.core.errors import UserError
from kpidesk.core.kpis import Kpi
from kpidesk.core.people import ORG, UNASSIGNED
from kpidesk.core.progress import finish
from kpidesk.core.results import Result
from kpidesk.core.scorecards import Question
from kpidesk.language import Formula, FormulaError
from kpidesk.operations.evaluators import evaluator
from kpidesk.operations.kpi_sql import formula_sql
from tests.conftest import SAMPLE_DAY
from tests.engine.exported import books_workspace, company_workspace, scopes
from tests.engine.kinds import Books, Row, keyed
from tests.engine.made_books import made_books
from tests.engine.sql_formulas import OTHER_TABLES, formulas
from tests.engine.support import asked, made_up, period, shipped
from tests.often import few, often, thorough

Sql = dict[str, float | None]
DEALS_ONLY = frozenset(("deals", "people"))
SAID = sorted(
    kpi_id for kpi_id, (_, formula) in shipped().items() if formula is not None and formula.tables <= DEALS_ONLY
)
OF_BOOKS = (
    "accounts_contacted", "account_response_rate", "calls_made", "meetings_booked", "meeting_show_rate", "demos_held",
    "proposals_sent", "touches_per_won_deal", "touches_per_qualified_lead", "lead_to_opp", "mql_to_sql",
    "handover_to_opp", "lead_response_1h", "lead_response_time", "won_per_lead", "commit_forecast", "forecast_bias",
    "cac", "renewal_rate", "renewal_rate_value", "nps", "csat", "roi_per_sdr", "mrr", "arpa", "arpa_new",
       "follow_up_calls", "follow_up_calls_to_sale",
    "meeting_to_opp", "implementation_satisfaction",
)  # fmt: skip
OTHERS = (
    "count_distinct(deals.account where won on closed_at)",
    "count_distinct(deals.lead_source on created_at)",
    "percentile(deals.amount, 80% where open as of end)",
    "percentile(days(deals.created_at, deals.closed_at), 37% where closed on closed_at)",
    "max(days(deals.created_at, end) where open as of end)",
    "min(deals.amount where amount > 100.5 on created_at)",
    "sum(deals.amount where won on closed_at credit creator)",
    "sum(deals.amount where won on closed_at credit opener)",
    "sum(deals.amount where won on closed_at credit current)",
    "sum(deals.amount where open as of end credit current)",
    "sum(deals.amount where open as of start credit opener)",
    "count(deals where closed as of end) - count(deals where open as of now)",
    "[bookings] / previous([bookings]) - 1",
    "previous(rolling([win_rate], 90d), 1 quarter)",
    "to_date([bookings], year) / max_of([bookings], at_start([open_pipeline]))",
    "abs([win_rate] - org([win_rate]))",
    "if_empty([win_rate], 50%)",
    "clamp([deals_won], 1, 3) + min_of([deals_won], 2)",
    "sum(deals.amount where not (amount > 1000 and type = 'new') on created_at)",
    "count(deals where type != 'new' and lead_source in ('inbound', 'OUTBOUND', 'sdr_outbound') on closed_at)",
    "count(deals where owner = 'Ann' or created_by != 'bob' on created_at)",
    "count(deals where stage_entered_at before start and next_activity_at is not empty as of end)",
    "sum(least(deals.amount, 5000) - 100 where won on final_closed_at)",
    "sum(deals.push_count on close_date)",
    "median(days(deals.stage_entered_at, now) where open as of now)",
    "count(deals where close_date in period and probability >= 0.25 as of end)",
    "sum(deals.amount where days(created_at, closed_at) > 30 on stage_entered_at)",
    "count(deals where account != 'firm 3' on qualified_at)",
)
OF_OTHER_RECORDS = (
    "count(accounts where mrr_at_start > 0 and mrr_at_end < mrr_at_start)",
    "sum(greatest(accounts.mrr_at_start - accounts.mrr_at_end, 0) where mrr_at_start > 0)",
    "at_start(sum(accounts.mrr_at_end))",
    "previous(sum(accounts.mrr_at_end where days(accounts.first_won_at, end) <= 90))",
    "sum(movements.amount where new or churn on effective_at)",
    "sum(movements.amount where upsell on effective_at) * param(gross_margin)",
    "count(movements where days(movements.account.first_won_at, movements.effective_at) <= 60 on effective_at)",
    "sum(contracts.renewable_mrr where decided on term_end_at)",
    "avg(surveys.score where nps and promoter on responded_at)",
    "sum(costs.amount on period_at)",
    "sum(forecasts.amount where commit and day_one on period_at)",
    "sum(activities.duration_min where meeting on scheduled_at)",
    "count(activities where led_to_deal_at is not empty on occurred_at)",
    "sum(days(activities.occurred_at, activities.led_to_deal_at) on occurred_at)",
    "count(activities where not is_prospecting and not is_follow_up on created_at)",
    "count_distinct(activities.deal where held on occurred_at)",
    "median(hours(leads.created_at, leads.first_response_at) on created_at)",
    "count(leads where leads.deal.won on leads.deal.closed_at)",
    "avg(minutes(leads.created_at, leads.first_response_at) where source != 'web' on first_response_at)",
    "count(accounts on first_won_at)",
    "count(activities where activities.lead.sql_at before activities.occurred_at on scheduled_at)",
)
DIFFERENT = ("avg_deal_size", "commit_conversion", "coverage_to_go", "median_deal_size", "open_deals_no_next_step",
             "pipeline_created_per_rep", "pipeline_velocity", "qualified_opps_created", "revenue_by_source",
             "slippage_rate", "stalled_value_share", "weighted_pipeline", "win_rate_rolling")  # fmt: skip
DIFFERENT_OF_BOOKS = ("account_response_rate", "meeting_to_opp", "touches_per_won_deal", "lead_response_time",
                      "won_per_lead", "forecast_bias", "cac", "renewal_rate_value", "nps", "roi_per_sdr",
                      "arpa_new")  # fmt: skip
"""Of every measure, table and modifier one in all periods; of a past day every run asks for all of them."""
SOME = ("2025-Q2", "2025-Q3", "2025-06", "2025-W30", "2025", "2025-04-20..2025-08-10")
SPANS = ("2025-Q2", "2025-Q3")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    ws = company_workspace(tmp_path_factory.mktemp("company"), made_up(Random(3), 60, 4))
    yield ws
    operations.close(ws)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    ws = books_workspace(tmp_path_factory.mktemp("books"), with_movements(made_books(Random(5), 70)))
    operations.set_parameter(ws, "gross_margin", "80%")
    yield ws
    operations.close(ws)


@pytest.fixture(scope="module")
def abroad(tmp_path_factory: pytest.TempPathFactory) -> Iterator[operations.Workspace]:
    """A company that sells in three currencies, with rates that change twice and books that are closed."""
    random, known = Random(4), made_up(Random(9), 60, 4)
    codes = {number: random.choice(("", "EUR", "GBP")) for number in range(1, 61)}
    deals = tuple(replace(one, currency=codes[one.id]) for one in known.deals)
    ws = company_workspace(tmp_path_factory.mktemp("abroad"), replace(known, deals=deals))
    closing = sorted(one.closed_at for one in deals if one.currency == "EUR" and one.outcome == "won" and one.closed_at)
    edge = next(day for day in closing if day in period("2025-Q2"))
    for code, text, day in (
        ("EUR", "1.0875", date(2024, 1, 1)), ("EUR", "1.1234567", date(2025, 3, 1)),
        ("EUR", "0.995", edge), ("GBP", "1.3", date(2024, 1, 1)), ("GBP", "1.255", date(2025, 2, 11)),
    ):  # fmt: skip
        operations.add_rate(ws, code, text, day, restate=True)
    yield ws
    operations.close(ws)


ABROAD = (
    "[bookings]", "[open_pipeline]", "[avg_deal_size]", "[pipeline_created]", "at_start([open_pipeline])",
    "median(deals.amount where won on closed_at)", "sum(deals.created_amount on created_at)",
    "sum(deals.amount where amount > 500 and lost on final_closed_at)", "count(deals where amount > 1000 as of end)",
    "sum(deals.amount where open as of now)", "max(deals.amount on created_at)",
)  # fmt: skip


@pytest.mark.parametrize("basis", ["close", "created", "fixed"])
def test_amounts_in_other_currencies_are_converted_as_the_engine_does(abroad: operations.Workspace, basis: str) -> None:
    start = 4 if basis == "fixed" else 1
    operations.save_settings(abroad, replace(operations.settings(abroad), rate_basis=basis, fiscal_start_month=start))
    for text in ABROAD:
        assert check(abroad, *asked(text), SPANS[:1]), text
        assert "exchange_rates" in formula_sql(abroad, asked(text)[1], Question(period("2025-Q2"), ORG), "Asked")


def with_movements(known: Books) -> Books:
    """The books with movements of revenue, those that take it away with either sign."""
    random = Random(8)
    moved: list[Row] = [
        {"account": f"A{random.randrange(8)}", "effective_at": date(2025, random.randrange(1, 13), 1 + at % 28),
         "kind": random.choice(("new", "Expansion", "contraction", "churn", "reactivation")),
         "amount": random.randrange(-500, 90_000), "owner": random.choice((None, None, 1, 2, 4)),
         "product": random.choice(("Base", "Plus")), "is_new_product": random.choice((None, 0, 1))}
        for at in range(60)
    ]  # fmt: skip
    return replace(known, rows={**known.rows, "movements": keyed(moved)})


def questions(
    ws: operations.Workspace, texts: tuple[str, ...] = SPANS, as_of: date | None = None
) -> Iterator[Question]:
    """Every scope, Unassigned among the teams and among the reps, in every period."""
    for text in texts:
        for scope in (*scopes(ws), UNASSIGNED):
            yield Question(period(text), scope, as_of=as_of)
        yield Question(period(text), UNASSIGNED, by="rep", as_of=as_of)


def some(every: Iterable[Question], text: str) -> Iterator[Question]:
    """The org and Unassigned, and a third of the teams and reps: others in each period and for other formulas."""
    third = crc32(text.encode()) % 3
    for at, question in enumerate(every):
        if question.scope.kind in ("org", "unassigned") or at % 3 == third:
            yield question


def by_engine(ws: operations.Workspace, kpi: Kpi, formula: Formula, question: Question) -> Result:
    level: engine.UnassignedLevel = "rep" if question.by == "rep" else "team"
    grid = engine.evaluate(
        evaluator(ws, question.as_of), [(kpi, formula)], (question.scope,), (question.period,), unassigned_level=level
    )
    return grid.result(0, 0, 0)


def by_sql(ws: operations.Workspace, formula: Formula, question: Question) -> Sql:
    statement = formula_sql(ws, formula, question, "Asked")
    found = finish(store.read_sql(ws.db, statement, limit=2, seconds=20.0))
    assert len(found.rows) == 1
    return {
        name: None if cell is None else float(cell) for name, cell in zip(found.columns, found.rows[0], strict=True)
    }


def said_by_sql(ws: operations.Workspace, formula: Formula, question: Question) -> Sql | None:
    try:
        return by_sql(ws, formula, question)
    except UserError:
        return None


def agree(sql: Sql, result: Result) -> bool:
    told = {"value": result.value, "numerator": result.numerator, "denominator": result.denominator, "n": result.n}
    names = sql if result.value is not None else ("value",)
    return all(_same(sql[name], told[name]) for name in names)


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)


def check(
    ws: operations.Workspace,
    kpi: Kpi,
    formula: Formula,
    texts: tuple[str, ...] = SPANS,
    as_of: date | None = None,
    *,
    everywhere: bool = False,
) -> int:
    """Compare in `some` scopes or everywhere; how many of the statements gave a number other than 0 and 1."""
    told, every = 0, questions(ws, texts, as_of)
    for question in every if everywhere else some(every, formula.text):
        sql = said_by_sql(ws, formula, question)
        if sql is None:
            continue
        result = by_engine(ws, kpi, formula, question)
        assert agree(sql, result), f"{formula.text} {question.scope.key} {question.period.key}: {sql} is not {result}"
        told += sql["value"] not in (None, 0, 1)
    return told


def tells(ws: operations.Workspace, kpi: Kpi, formula: Formula, texts: tuple[str, ...] = SPANS) -> bool:
    """Compare, and everywhere where `some` scopes have no number; whether there was one that could have been wrong."""
    return bool(check(ws, kpi, formula, texts) or check(ws, kpi, formula, texts, everywhere=True))


@pytest.mark.parametrize("kpi_id", few(SAID, *DIFFERENT))
def test_every_kpi_of_deals_as_the_engine_says(company: operations.Workspace, kpi_id: str) -> None:
    kpi, formula = shipped()[kpi_id]
    assert formula is not None
    unknown = {"open_deals_no_next_step", "sales_cycle_first_contact", "revenue_by_source", "commit_conversion",
               "time_to_update"}  # fmt: skip
    assert tells(company, kpi, formula) or kpi_id in unknown


def test_limits_of_stages_are_those_of_the_day(tmp_path: Path) -> None:
    """Stages tell their own limits, and on the day asked for a later file says of some deals that they had moved on."""
    known = made_up(Random(2), 60, 4)
    day, ws = known.newest_data - timedelta(days=20), company_workspace(tmp_path, known)
    operations.save_settings(ws, replace(operations.settings(ws), minimum_n=2))
    texts = ("[stalled_deals]", "[stalled_value_share]", "count(deals where stage_limit > 30 as of end)")
    for kpi, formula in map(asked, texts):
        assert check(ws, kpi, formula, (f"2025-05-01..{day}",)) > 2
        said = formula_sql(ws, formula, Question(period(f"2025-05-01..{day}"), ORG), "")
        assert "deals_1_limits AS" in said
        assert "deals_1_moved AS" in said
    assert check(ws, *asked("at_start([stalled_deals]) + count(deals where long_in_stage as of now)"), ("2025-Q3",)) > 2
    operations.close(ws)


@pytest.mark.parametrize("text", OTHERS)
def test_what_no_shipped_kpi_tries(company: operations.Workspace, text: str) -> None:
    assert tells(company, *asked(text), SPANS[1:])


@pytest.mark.parametrize("kpi_id", few(OF_BOOKS, *DIFFERENT_OF_BOOKS))
def test_every_kpi_of_other_records_as_the_engine_says(books: operations.Workspace, kpi_id: str) -> None:
    kpi, formula = shipped()[kpi_id]
    assert formula is not None
    assert tells(books, kpi, formula, ("2025",))


@pytest.mark.parametrize("text", OF_OTHER_RECORDS)
def test_what_no_shipped_kpi_tries_of_other_records(books: operations.Workspace, text: str) -> None:
    assert tells(books, *asked(text))


PAST_DAYS = (date(2025, 5, 20), date(2025, 7, 1), date(2025, 8, 15))


@pytest.mark.parametrize("nth", range(len(PAST_DAYS)))
def test_every_kpi_of_deals_as_of_a_past_day(company: operations.Workspace, nth: int) -> None:
    """Files up to the day alone count: their versions, and which deals were in none of them any more."""
    told, day, days = 0, PAST_DAYS[nth], len(PAST_DAYS)
    for kpi_id in SAID[nth::days]:
        kpi, formula = shipped()[kpi_id]
        assert formula is not None
        told += check(company, kpi, formula, ("2025-04-20..2025-08-10",), day)
    for text in OTHERS[nth::days]:
        told += check(company, *asked(text), ("2025-Q2",), day)
    assert told > 40


def test_every_kpi_of_other_records_as_of_a_past_day(books: operations.Workspace) -> None:
    told, day = 0, date(2025, 9, 15)
    for kpi_id in OF_BOOKS:
        kpi, formula = shipped()[kpi_id]
        assert formula is not None
        told += check(books, kpi, formula, ("2025",), day)
    for text in OF_OTHER_RECORDS:
        told += check(books, *asked(text), ("2025",), day)
    assert told > 50


@thorough
def test_every_kpi_of_the_sample_company(sample_folder: Path, tmp_path: Path) -> None:
    place = Path(shutil.copy(next(sample_folder.glob("**/*.kpidesk")), tmp_path / "sample.kpidesk"))
    ws = operations.open_workspace(place, today=SAMPLE_DAY)
    days, every = sorted({day for _, day in store.data_dates(ws.db)}), tuple(shipped().values())
    for nth, day in enumerate((None, *(days[len(days) * part // 4] for part in (1, 2, 3)))):
        said, question = 0, Question(period("2026-Q2"), ORG, as_of=day)
        for kpi, formula in every if day is None else every[nth % 3 :: 3]:
            sql = None if formula is None else said_by_sql(ws, formula, question)
            if sql is not None and formula is not None:
                assert agree(sql, by_engine(ws, kpi, formula, question)), (kpi.id, day)
                said += 1
        assert said > (45 if day is None else 10), day
    operations.close(ws)


# --- formulas at random ------------------------------------------------------------------------------------------


@settings(max_examples=often(11))
@given(formulas("deals"), st.integers(0, 10**6), st.sampled_from(SOME))
def test_any_formula_of_deals_gives_the_same_number_or_is_refused(
    company: operations.Workspace, text: str, place: int, span: str
) -> None:
    compare_one(company, text, place, span)


@settings(max_examples=often(11))
@given(st.sampled_from(OTHER_TABLES).flatmap(formulas), st.integers(0, 10**6), st.sampled_from(SOME))
def test_any_formula_of_other_records_gives_the_same_number_or_is_refused(
    books: operations.Workspace, text: str, place: int, span: str
) -> None:
    compare_one(books, text, place, span)


def compare_one(ws: operations.Workspace, text: str, place: int, span: str) -> str:
    """Compare one formula for one of the questions there are; gives why it was refused."""
    try:
        kpi, formula = asked(text)
    except FormulaError:
        return "no formula"
    every = list(questions(ws, (span,)))
    question, sql, refusal = every[place % len(every)], Sql(), ""
    try:
        sql = by_sql(ws, formula, question)
    except UserError as found:
        refusal = found.problem
    if not sql:
        assert refusal.startswith("This number cannot be said in SQL: ")
        return refusal
    result = by_engine(ws, kpi, formula, question)
    assert agree(sql, result), f"{text} {question.scope.key} {span}: {sql} is not {result}"
    return ""
