"""Real marketing leads and real subscriptions, against answers that were computed by two other routes."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

import pytest

from kpidesk.core.people import ORG, Organisation, Person, Scope
from kpidesk.core.settings import Settings
from kpidesk.engine import Evaluator, breakdown, evaluate
from tests.engine.kinds import Books, Row, evaluator_of, keyed
from tests.engine.support import asked, period, result
from tests.flow import SHARED

DATA = SHARED / "data"
pytestmark = pytest.mark.skipif(not (DATA / "ravenstack").is_dir(), reason="the real files are not beside the project")


@cache
def told(name: str) -> Any:
    return json.loads((DATA / "golden.json").read_text())[name]["answers"]


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> date | None:
    return datetime.strptime(text[:10], "%d-%m-%Y").date() if text else None


# --- Olist: leads and the deals that they became ------------------------------------------------------------------


@cache
def olist() -> tuple[Evaluator, Mapping[str, int]]:
    """The funnel, and the number of every seller's name."""
    closed = rows_of("olist-funnel/olist_closed_deals_dataset.csv")
    leads = rows_of("olist-funnel/olist_marketing_qualified_leads_dataset.csv")
    names = sorted({row[who] for row in closed for who in ("sdr_id", "sr_id")})
    number = {name: at for at, name in enumerate(names, 1)}
    deals: list[Row] = [
        {"key": row["mql_id"], "status": "won", "lead": row["mql_id"], "owner": number[row["sr_id"]],
         "created_by": number[row["sdr_id"]], "closed_at": day(row["won_date"]), "segment": row["business_segment"],
         "amount": round(float(row["declared_monthly_revenue"]) * 100)}
        for row in closed
    ]  # fmt: skip
    found: list[Row] = [
        {"key": row["mql_id"], "created_at": day(row["first_contact_date"]), "source": row["origin"],
         "mql_at": day(row["first_contact_date"])}
        for row in leads
    ]  # fmt: skip
    people = Organisation(tuple(Person(at, name) for name, at in number.items()))
    books = Books({"deals": deals, "leads": found}, people, (date(2018, 12, 31),))
    return evaluator_of(books), number


def ask(evaluator: Evaluator, formula: str, text: str, scope: Scope = ORG) -> float | None:
    return result(evaluator, asked(formula), scope, period(text)).value


def parts(evaluator: Evaluator, formula: str, field: str, text: str) -> dict[str, float | None]:
    kpi, tree = asked(formula)
    found = breakdown(evaluator, kpi, tree, field, ORG, period(text))
    return {label or "(blank)": one.value for label, one in found}


SPAN = "2017-01-01..2018-12-31"
WON = "count(leads where leads.deal.outcome = 'won' on created_at)"


def test_leads_and_their_conversion() -> None:
    evaluator, answers = olist()[0], told("olist_funnel")
    assert ask(evaluator, "count(leads on created_at)", SPAN) == answers["leads"]
    assert ask(evaluator, WON, SPAN) == answers["closed"]
    assert ask(evaluator, "count(leads where converted_at is not empty on created_at)", SPAN) == answers["closed"]
    rate = f"{WON} / count(leads on created_at)"
    assert ask(evaluator, rate, SPAN) == pytest.approx(answers["conversion_rate"])
    assert ask(evaluator, "sum(deals.amount where won on closed_at)", SPAN) == answers["declared_revenue_sum"]


def test_leads_by_origin() -> None:
    evaluator, answers = olist()[0], told("olist_funnel")["by_origin"]
    for formula, name in (
        ("count(leads on created_at)", "leads"), (WON, "won"), (f"{WON} / count(leads on created_at)", "conversion")
    ):  # fmt: skip
        got = parts(evaluator, formula, "source", SPAN)
        assert got == {origin: pytest.approx(one[name], abs=1e-6) for origin, one in answers.items()}


def test_leads_and_wins_by_month() -> None:
    evaluator, answers = olist()[0], told("olist_funnel")
    for month, count in answers["leads_by_month"].items():
        assert ask(evaluator, "count(leads on created_at)", month) == count
    for month, count in answers["won_by_month"].items():
        assert ask(evaluator, "count(deals where won on closed_at)", month) == count


def test_wins_by_who_found_and_who_sold() -> None:
    (evaluator, number), answers = olist(), told("olist_funnel")
    scopes = [Scope("rep", name, at) for name, at in number.items()]
    for credit, name in (("", "won_by_sr"), (" credit creator", "won_by_sdr")):
        grid = evaluate(evaluator, [asked(f"count(deals where won on closed_at{credit})")], scopes, [period(SPAN)])
        got = {scope.name: grid.result(0, at, 0).value for at, scope in enumerate(scopes)}
        assert {who: count for who, count in got.items() if count} == answers[name]


def test_days_to_win_and_segments() -> None:
    evaluator, answers = olist()[0], told("olist_funnel")
    between = "days(leads.created_at, leads.deal.closed_at) where converted_at is not empty on created_at"
    assert ask(evaluator, f"median({between})", SPAN) == answers["median_days_first_contact_to_won"]
    assert ask(evaluator, f"avg({between})", SPAN) == pytest.approx(answers["avg_days_first_contact_to_won"], abs=1e-6)
    late = "count(leads where converted_at before created_at on created_at)"
    assert ask(evaluator, late, SPAN) == answers["won_before_first_contact"]
    assert parts(evaluator, WON, "segment", SPAN) == answers["by_segment"]


# --- RavenStack: subscriptions, what they pay and why they end ----------------------------------------------------


@cache
def ravenstack(with_events: bool = False) -> Evaluator:
    accounts = rows_of("ravenstack/ravenstack_accounts.csv")
    subscriptions = rows_of("ravenstack/ravenstack_subscriptions.csv")
    tickets = rows_of("ravenstack/ravenstack_supports_ticket.csv")
    events = rows_of("ravenstack/ravenstack_churn_events.csv")
    books = Books(
        {
            "accounts": [
                {"key": row["account_id"], "account": row["account_id"], "segment": row["plan_tier"],
                 "created_at": day(row["signup_date"])}
                for row in accounts
            ],
            "subscriptions": [
                {"key": row["subscription_id"], "account": row["account_id"], "product": row["plan_tier"],
                 "mrr": round(float(row["mrr_amount"]) * 100), "starts_at": day(row["start_date"]),
                 "ends_at": day(row["end_date"]), "is_trial": int(row["is_trial"] == "TRUE")}
                for row in subscriptions
            ],
            "surveys": [
                {"key": row["ticket_id"], "account": row["account_id"], "score": row["satisfaction_score"],
                 "responded_at": day(row["submitted_at"])}
                for row in tickets
            ],
            **({"movements": keyed(
                {"account": row["account_id"], "effective_at": day(row["churn_date"]), "kind": "churn",
                 "reason": row["reason_code"]}
                for row in events
            )} if with_events else {}),
        },
        settings=Settings(currency="USD"), data_dates=(date(2024, 12, 31),),
    )  # fmt: skip
    return evaluator_of(books)


def test_recurring_revenue_by_month() -> None:
    evaluator = ravenstack()
    for month, one in told("ravenstack")["monthly"].items():
        got = {
            "end_mrr": ask(evaluator, "sum(accounts.mrr_at_end)", month),
            "new_mrr": ask(evaluator, "sum(subscriptions.mrr on starts_at)", month),
            "churned_mrr": ask(evaluator, "sum(subscriptions.mrr on ends_at)", month) or 0,
            "active_subs": ask(evaluator, "count(subscriptions as of end)", month),
            "active_accounts": ask(evaluator, "count_distinct(subscriptions.account as of end)", month),
            "start_mrr": ask(evaluator, "sum(accounts.mrr_at_start)", month) or 0,
            "mrr_churn_rate": ask(evaluator, "sum(subscriptions.mrr on ends_at) / sum(accounts.mrr_at_start)", month),
        }
        if got["mrr_churn_rate"] is None and one["churned_mrr"] == 0 and one["start_mrr"]:
            got["mrr_churn_rate"] = 0.0  # before the first subscription ended nothing is known of endings
        assert got == {key: value if value is None else pytest.approx(value, abs=1e-6) for key, value in one.items()}


def test_satisfaction() -> None:
    evaluator, answers = ravenstack(), told("ravenstack")
    span = "2022-01-01..2024-12-31"
    rated = "count(surveys where score is not empty on responded_at)"
    assert ask(evaluator, rated, span) == answers["csat_rated"]
    assert ask(evaluator, "count(surveys where score is empty on responded_at)", span) == answers["csat_blank"]
    assert ask(evaluator, "avg(surveys.score on responded_at)", span) == pytest.approx(answers["csat_avg"], abs=1e-6)
    top = f"count(surveys where csat and satisfied on responded_at) / {rated}"
    assert ask(evaluator, top, span) == pytest.approx(answers["csat_top2_share"], abs=1e-6)


def test_accounts_and_why_they_leave() -> None:
    evaluator, answers = ravenstack(with_events=True), told("ravenstack")
    span = "2022-01-01..2024-12-31"
    assert parts(evaluator, "count(accounts on created_at)", "segment", span) == answers["accounts_by_plan"]
    assert parts(evaluator, "count(movements where churn on effective_at)", "reason", span) == answers["churn_reason"]
    assert ask(evaluator, "count(subscriptions on starts_at)", span) == answers["subscriptions"]
    assert ask(evaluator, "count(subscriptions on ends_at)", span) == answers["subscriptions_ended"]
    by_plan = parts(evaluator, "sum(subscriptions.mrr on starts_at)", "product", span)
    assert by_plan == answers["sum_mrr_by_plan"]


def test_movements_told_from_subscriptions_add_up_to_the_change() -> None:
    evaluator = ravenstack()
    for month in ("2023-06", "2024-03", "2024-12"):
        change = ask(evaluator, "sum(accounts.mrr_at_end) - sum(accounts.mrr_at_start)", month)
        assert ask(evaluator, "sum(movements.amount on effective_at)", month) == pytest.approx(change)
    kinds = parts(evaluator, "count(movements on effective_at)", "kind", "2023-01-01..2024-12-31")
    assert set(kinds) <= {"new", "expansion", "contraction", "churn", "reactivation"}
    firsts = Counter(row["account_id"] for row in rows_of("ravenstack/ravenstack_subscriptions.csv")
                     if row["is_trial"] == "FALSE" and float(row["mrr_amount"]) > 0)  # fmt: skip
    assert kinds["new"] == len(firsts)
