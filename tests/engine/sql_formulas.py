"""Formulas at random, most of them sensible: measures of one table under conditions, and what can be done with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

Texts = st.SearchStrategy[str]


@dataclass(frozen=True, slots=True)
class Says:
    """What can be said of the records of a table: dates, conditions, numbers, and what can be told apart."""

    dates: tuple[str, ...]
    conditions: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    credits: tuple[str, ...] = ("",)
    moments: tuple[str, ...] = ()


SAYS: Mapping[str, Says] = {
    "deals": Says(
        ("created_at", "closed_at", "close_date", "qualified_at", "stage_entered_at", "next_activity_at",
         "final_closed_at"),
        ("won", "lost", "open", "closed", "new_business", "outbound", "stalled", "no_decision", "type = 'new'",
         "lead_source = 'Outbound'", "forecast_category = 'commit'", "stage = 'proposal'", "pipeline = 'Partners'",
         "loss_reason != 'price'", "owner = 'ann'", "created_by != 'Eve'", "account = 'Firm 2'",
         "type in ('new', 'expansion')", "outcome = 'lost'", "amount is empty", "type != lead_source"),
        ("amount", "probability", "push_count", "created_amount", "days(created_at, closed_at)",
         "business_days(created_at, closed_at)",
         "days(created_at, end)", "days(start, close_date)", "least(amount, created_amount)", "amount - created_amount",
         "greatest(push_count, 1)"),
        ("account", "owner", "type", "stage", "created_at"),
        ("", "", " credit creator", " credit opener", " credit current"),
        ("as of start", "as of end", "as of now"),
    ),
    "activities": Says(
        ("occurred_at", "scheduled_at", "created_at", "deal.closed_at", "lead.sql_at"),
        ("call", "meeting", "touch", "outbound", "held", "replied", "follow_up", "is_prospecting",
         "status = 'no_show'", "activities.deal.won", "activities.lead.mql", "led_to_deal_at is not empty",
         "account = 'a3'", "person = 'Bob'", "deal is empty", "activities.deal.type = 'new'", "got_reply is not empty"),
        ("duration_min", "days(created_at, occurred_at)", "days(occurred_at, led_to_deal_at)"),
        ("account", "person", "type", "deal", "lead"),
    ),
    "leads": Says(
        ("created_at", "mql_at", "sql_at", "first_response_at", "converted_at", "deal.created_at"),
        ("mql", "sql", "responded", "inbound", "source = 'event'", "leads.deal.won", "deal is empty", "owner != 'Ann'",
         "account is not empty", "leads.deal.amount > 1000"),
        ("days(mql_at, sql_at)", "hours(created_at, first_response_at)", "minutes(created_at, first_response_at)",
         "days(created_at, converted_at)", "hours(created_at, mql_at)", "business_hours(created_at, first_response_at)",
         "hours(created_at, now)", "business_hours(created_at, end)",
         "business_days(mql_at, sql_at)"),
        ("account", "owner", "source"),
    ),
    "accounts": Says(
        ("first_won_at",), ("mrr_at_start > 0", "mrr_at_end > mrr_at_start", "mrr_at_end = 0", "first_won_at is empty"),
        ("mrr_at_start", "mrr_at_end", "least(mrr_at_start, mrr_at_end)", "days(first_won_at, end)"), ("account_id",),
        moments=("", "", ""),
    ),
    "movements": Says(
        ("effective_at",), ("new", "expansion", "churn", "upsell", "cross_sell", "product = 'base'", "owner = 'Ann'",
                            "movements.account.first_won_at before effective_at"),
        ("amount",), ("account", "kind"),
    ),
    "contracts": Says(
        ("term_end_at",),
        ("renewed", "decided", "up_for_renewal", "renewed_mrr is empty", "renewed_mrr < renewable_mrr"),
        ("renewable_mrr", "renewed_mrr", "least(renewable_mrr, renewed_mrr)"), ("account", "owner", "status"),
    ),
    "surveys": Says(
        ("responded_at",), ("nps", "csat", "implementation", "promoter", "detractor", "satisfied", "account = 'A1'"),
        ("score", "scale_max"), ("account", "kind"),
    ),
    "costs": Says(
        ("period_at",), ("acquisition", "sdr", "category != 'tools'", "amount > 100"), ("amount",), ("category",)
    ),
    "forecasts": Says(("period_at",), ("commit", "day_one", "person = 'Cat'"), ("amount",), ("person", "category")),
}  # fmt: skip
OTHER_TABLES = tuple(name for name in SAYS if name != "deals")


def formulas(table: str) -> Texts:
    """Formulas over measures of one table."""
    return st.recursive(
        _measures(table, SAYS[table]),
        lambda inner: st.one_of(
            st.builds("({}) {} ({})".format, inner, st.sampled_from("+-/*"), inner),
            st.builds("{}({}, {})".format, st.sampled_from(("if_empty", "max_of", "min_of")), inner, inner),
            st.builds("{}({})".format, st.sampled_from(("previous", "at_start", "at_end", "org", "abs", "-")), inner),
            st.builds("rolling({}, {})".format, inner, st.sampled_from(("90d", "2 months", "1 year"))),
            st.builds("to_date({}, {})".format, inner, st.sampled_from(("quarter", "year"))),
        ),
        max_leaves=3,
    )


def _measures(table: str, says: Says) -> Texts:
    dated = st.one_of(st.builds("on {}".format, _one(says.dates)), *map(st.just, says.moments))
    return st.builds("{}{} {}{})".format, _counted(table, says), _where(says), dated, _one(says.credits))


def _one(texts: tuple[str, ...]) -> Texts:
    return st.sampled_from(texts)


def _counted(table: str, says: Says) -> Texts:
    plain = tuple(one for one in says.numbers if "(" not in one and " " not in one)
    counted: list[Texts] = [
        st.just(f"count({table}"),
        st.builds(f"count_distinct({table}.{{}}".format, _one(says.named)),
    ]
    if plain:
        counted.append(
            st.builds(f"{{}}({table}.{{}}".format, _one(("sum", "avg", "median", "min", "max")), _one(plain))
        )
        counted.append(st.builds(f"percentile({table}.{{}}, {{}}%".format, _one(plain), st.integers(1, 99)))
    spans = tuple(
        one.replace("(", f"({table}.", 1)
        for one in says.numbers
        if one.startswith(("days(", "hours(", "min", "business_"))
    )
    spans = tuple(one for one in spans if ".start" not in one)
    if spans:
        counted.append(st.builds("{}({}".format, _one(("sum", "avg", "median", "max")), _one(spans)))
    return st.one_of(counted)


def _where(says: Says) -> Texts:
    simple: list[Texts] = [
        _one(says.conditions),
        st.builds("{} in period".format, _one(says.dates)),
        st.builds("{} before {}".format, _one(says.dates), _one((*says.dates, "start", "end", "now"))),
        st.builds("{} is {}empty".format, _one(says.dates), _one(("", "not "))),
    ]
    if says.numbers:
        signs, figures = _one(("<", ">=", "=", "!=")), _one(("0", "1", "30", "9000"))
        simple.append(st.builds("{} {} {}".format, _one(says.numbers), signs, figures))
    conditions = st.recursive(
        st.one_of(simple),
        lambda inner: st.one_of(
            st.builds("not ({})".format, inner), st.builds("({}) {} ({})".format, inner, _one(("and", "or")), inner)
        ),
        max_leaves=4,
    )
    return st.one_of(st.just(""), st.builds(" where {}".format, conditions))
