"""The tables of the formula language; a field or saved filter is added by one line here."""

from __future__ import annotations

from collections.abc import Mapping

from kpidesk.core.fields import DEAL_FIELDS, OUTCOMES, FieldKind
from kpidesk.language.schema import SavedFilter, Table, TableField, make_table
from kpidesk.language.tree import ColumnKind

_DATED = {
    "created_at": "by the day they were created",
    "close_date": "by their close date",
    "closed_at": "by the day they closed",
    "first_contact_at": "by the day of first contact",
    "qualified_at": "by the day they were qualified",
    "stage_entered_at": "by the day they entered their stage",
    "last_activity_at": "by the day of their last activity",
    "next_activity_at": "by the day of their next activity",
}
_KINDS: Mapping[FieldKind, ColumnKind] = {"reference": "id", "stamp": "date", "flag": "bool", "duration": "minutes"}
_OLD_NAMES = {"owner": ("owner_id",), "account": ("account_id",), "stage": ("stage_id",),
              "created_by": ("created_by_id",)}  # fmt: skip


def _text(name: str, label: str = "", kind: ColumnKind = "term", aliases: tuple[str, ...] = ()) -> TableField:
    return TableField(name, kind, label or name.replace("_", " "), aliases)


def _link(name: str, kind: ColumnKind = "id") -> TableField:
    return TableField(name, kind, name.replace("_", " "), (f"{name}_id",))


def _date(name: str, label: str, dated: str) -> TableField:
    return TableField(name, "date", label, dated=f"by the day {dated}")


def _deal_fields() -> tuple[TableField, ...]:
    # Free text (name, team, split) is kept for reading, not in the columns that formulas are evaluated on.
    recorded = tuple(
        TableField(
            one.name,
            _KINDS.get(one.kind, one.kind),
            one.label.lower(),
            _OLD_NAMES.get(one.name, ()),
            _DATED.get(one.name, ""),
        )
        for one in DEAL_FIELDS
        if one.kind != "text"
    )
    return (
        TableField("deal_id", "id", "deal", ("id",)),
        *recorded,
        TableField("outcome", "term", "outcome", derived=True, choices=OUTCOMES),
        TableField("final_outcome", "term", "final outcome", derived=True, choices=OUTCOMES),
        TableField(
            "final_closed_at", "date", "final close date", (), "by the day they closed in the end", derived=True
        ),
        TableField("created_amount", "money", "first recorded amount", derived=True),
        TableField("push_count", "number", "close-date pushes", derived=True),
        TableField("stall_days", "days", "days after which a deal is stalled", derived=True, setting=True),
        TableField("stage_limit", "days", "days after which it is long in its stage", derived=True, of_day=True),
    )


DEALS = make_table(
    "deals",
    "deals",
    _deal_fields(),
    (
        SavedFilter("won", "outcome = 'won'", "won"),
        SavedFilter("lost", "outcome = 'lost'", "lost"),
        SavedFilter("open", "outcome = 'open'", "open", "before"),
        SavedFilter("closed", "outcome in ('won', 'lost')", "won or lost"),
        SavedFilter("new_business", "type = 'new'", "new-business", "before"),
        SavedFilter("expansion", "type = 'expansion'", "expansion", "before"),
        SavedFilter("renewal", "type = 'renewal'", "renewal", "before"),
        SavedFilter("outbound", "lead_source in ('outbound', 'sdr_outbound')", "outbound", "before"),
        SavedFilter("stalled", "days(stage_entered_at, end) > stall_days", "stalled", "before"),
        SavedFilter("long_in_stage", "days(stage_entered_at, end) > stage_limit", "long in their stage"),
        SavedFilter("sdr_sourced", "sourced_by_role = 'SDR'", "sourced by an SDR"),
        SavedFilter("no_decision", "outcome = 'lost' and loss_reason in ('no decision', 'timing', 'budget withdrawn')",
                    "lost to no decision"),
    ),
    belongs_to={"account": "accounts", "lead": "leads"},
    credits=("owner", "creator", "opener", "current"),
    keeps_history=True,
)  # fmt: skip

STAGE_VISITS = make_table(
    "stage_visits",
    "stage visits",
    (
        TableField("visit_id", "id", "visit", ("id",)),
        _link("deal"),
        _text("stage", aliases=("stage_id",)),
        TableField("stage_order", "number", "position of the stage"),
        _date("entered_at", "entry", "the stage was entered"),
        _date("exited_at", "leaving", "the stage was left"),
        _text("exit_to", "next stage"),
        TableField("reached_next", "bool", "moved on"),
        TableField("days_in_stage", "days", "days in the stage"),
        _link("owner_at_entry", "person"),
        _link("owner_at_exit", "person"),
        TableField("first_visit", "bool", "the first to that stage"),
    ),
    (SavedFilter("advanced", "reached_next", "that moved on"),),
    belongs_to={"deal": "deals"},
)

ACTIVITIES = make_table(
    "activities",
    "activities",
    (
        TableField("activity_id", "id", "activity", ("id",)),
        _text("type"),
        _text("direction"),
        _text("status"),
        _link("person", "person"),
        _link("account", "account"),
        _link("deal"),
        _link("lead"),
        _date("occurred_at", "activity", "they took place"),
        _date("scheduled_at", "scheduled", "they were scheduled for"),
        _date("created_at", "entered", "they were put in the diary"),
        TableField("duration_min", "minutes", "minutes spent"),
        TableField("is_follow_up", "bool", "a follow-up"),
        TableField("got_reply", "bool", "answered"),
        TableField("is_automated", "bool", "automated"),
        _link("led_to_deal"),
        _date("led_to_deal_at", "first deal", "they led to a deal"),
        TableField("is_prospecting", "bool", "for prospecting"),
    ),
    (
        SavedFilter("call", "type = 'call'", "calls", "noun"),
        SavedFilter("email", "type = 'email'", "e-mails", "noun"),
        SavedFilter("meeting", "type = 'meeting'", "meetings", "noun"),
        SavedFilter("demo", "type = 'demo'", "demos", "noun"),
        SavedFilter("proposal", "type = 'proposal'", "proposals", "noun"),
        SavedFilter("touch", "type in ('call', 'email', 'meeting', 'demo')", "calls, e-mails, meetings and demos",
                    "noun"),
        SavedFilter("outbound", "direction = 'out'", "outbound", "before"),
        SavedFilter("inbound", "direction = 'in'", "inbound", "before"),
        SavedFilter("held", "status = 'held'", "that took place"),
        SavedFilter("replied", "got_reply", "answered"),
        SavedFilter("follow_up", "is_follow_up", "follow-up", "before"),
    ),
    belongs_to={"deal": "deals", "account": "accounts", "lead": "leads"},
    credits=("actor",),
)  # fmt: skip

LEADS = make_table(
    "leads",
    "leads",
    (
        TableField("lead_id", "id", "lead", ("id",)),
        _date("created_at", "created", "they were created"),
        _date("mql_at", "marketing qualification", "marketing qualified them"),
        _date("sql_at", "sales qualification", "sales qualified them"),
        _date("first_response_at", "first answer", "they were first answered"),
        _date("converted_at", "conversion", "they were converted"),
        _link("owner", "person"),
        _link("account", "account"),
        _link("deal"),
        _text("source"),
        _text("campaign"),
        _text("status"),
    ),
    (
        SavedFilter("mql", "mql_at is not empty", "qualified by marketing"),
        SavedFilter("sql", "sql_at is not empty", "qualified by sales"),
        SavedFilter("responded", "first_response_at is not empty", "answered"),
        SavedFilter("inbound", "source in ('inbound', 'web', 'content')", "inbound", "before"),
    ),
    belongs_to={"deal": "deals", "account": "accounts"},
)

ACCOUNTS = make_table(
    "accounts",
    "accounts",
    (
        TableField("account_id", "id", "account", ("id",)),
        _text("segment"),
        _text("vertical", aliases=("industry",)),
        _text("region"),
        _text("source"),
        TableField("employees", "number", "employees"),
        TableField("revenue", "money", "yearly revenue"),
        _date("created_at", "created", "they were created"),
        _date("first_won_at", "first won", "they were first won"),
        _link("owner", "person"),
        TableField("mrr_at_start", "money", "monthly recurring revenue at the start", derived=True, windowed="start"),
        TableField("mrr_at_end", "money", "monthly recurring revenue at the end", derived=True, windowed="end"),
    ),
)

SUBSCRIPTIONS = make_table(
    "subscriptions",
    "subscriptions",
    (
        TableField("subscription_id", "id", "subscription", ("id",)),
        _link("account", "account"),
        _text("product"),
        TableField("mrr", "money", "monthly recurring revenue"),
        _date("starts_at", "start", "they start"),
        _date("ends_at", "end", "they end"),
        TableField("quantity", "number", "seats"),
        _link("owner", "person"),
        TableField("is_trial", "bool", "a trial"),
    ),
    (SavedFilter("paying", "mrr > 0", "paid", "before"),),
    belongs_to={"account": "accounts"},
    keeps_history=True,
)

MOVEMENTS = make_table(
    "movements",
    "revenue movements",
    (
        TableField("movement_id", "id", "movement", ("id",)),
        _link("account", "account"),
        _date("effective_at", "in effect", "they took effect"),
        _text("kind"),
        TableField("amount", "money", "amount"),
        _link("owner", "person"),
        _text("product"),
        TableField("is_new_product", "bool", "for a new product"),
        _text("reason"),
    ),
    (
        SavedFilter("new", "kind = 'new'", "new-customer", "before"),
        SavedFilter("expansion", "kind = 'expansion'", "expansion", "before"),
        SavedFilter("contraction", "kind = 'contraction'", "contraction", "before"),
        SavedFilter("churn", "kind = 'churn'", "churn", "before"),
        SavedFilter("reactivation", "kind = 'reactivation'", "reactivation", "before"),
        SavedFilter("cross_sell", "kind = 'expansion' and is_new_product", "cross-sell", "before"),
        SavedFilter("upsell", "kind = 'expansion' and not is_new_product", "upsell", "before"),
    ),
    belongs_to={"account": "accounts"},
)

CONTRACTS = make_table(
    "contracts",
    "contracts",
    (
        TableField("contract_id", "id", "contract", ("id",)),
        _link("account", "account"),
        _date("term_start_at", "start of term", "their term starts"),
        _date("term_end_at", "end of term", "their term ends"),
        TableField("renewable_mrr", "money", "renewable monthly revenue"),
        TableField("renewed_mrr", "money", "renewed monthly revenue"),
        _date("renewed_at", "renewed", "they were renewed"),
        _link("owner", "person"),
        _text("status"),
    ),
    (
        SavedFilter("renewed", "status = 'renewed'", "renewed"),
        SavedFilter("up_for_renewal", "status in ('renewed', 'lost', 'pending')", "up for renewal"),
        SavedFilter("decided", "status in ('renewed', 'lost')", "renewed or lost"),
    ),
    belongs_to={"account": "accounts"},
)

SURVEYS = make_table(
    "surveys",
    "survey answers",
    (
        TableField("response_id", "id", "answer", ("id",)),
        _text("kind"),
        TableField("score", "score", "score"),
        TableField("scale_max", "score", "highest score of the scale"),
        _date("responded_at", "answered", "they were given"),
        _link("account", "account"),
        _link("owner", "person"),
        _text("reason"),
    ),
    (
        SavedFilter("nps", "kind = 'nps'", "NPS", "before"),
        SavedFilter("csat", "kind = 'csat'", "CSAT", "before"),
        SavedFilter("implementation", "kind = 'implementation'", "implementation", "before"),
        SavedFilter("promoter", "score >= 9", "from promoters"),
        SavedFilter("detractor", "score <= 6", "from detractors"),
        SavedFilter("satisfied", "score >= 0.8 * scale_max", "from satisfied customers"),
    ),
    belongs_to={"account": "accounts"},
)

COSTS = make_table(
    "costs",
    "costs",
    (
        TableField("cost_id", "id", "cost", ("id",)),
        _text("category"),
        _text("motion"),
        TableField("amount", "money", "amount"),
        TableField("period_at", "date", "period", dated="by the period they are for"),
        _link("person", "person"),
        _link("team"),
    ),
    (
        SavedFilter("acquisition", "motion = 'new'", "acquisition", "before"),
        SavedFilter("sdr", "category = 'sdr'", "SDR", "before"),
    ),
    credits=("person",),
)

FORECASTS = make_table(
    "forecasts",
    "forecasts",
    (
        TableField("forecast_id", "id", "forecast", ("id",)),
        _link("person", "person"),
        _text("category"),
        _text("horizon"),
        TableField("amount", "money", "amount"),
        TableField("period_at", "date", "period", dated="by the period they are for"),
        _date("submitted_at", "submitted", "they were submitted"),
    ),
    (
        SavedFilter("commit", "category = 'commit'", "commit", "before"),
        SavedFilter("day_one", "horizon = 'day_one'", "made on the first day"),
    ),
    credits=("person",),
)

CAPACITY = make_table(
    "capacity",
    "working days",
    (
        TableField("capacity_id", "id", "working day", ("id",)),
        _link("person", "person"),
        TableField("day_at", "date", "day", dated="by day"),
        TableField("working_min", "minutes", "working minutes"),
    ),
    credits=("person",),
)

PEOPLE = make_table(
    "people",
    "people",
    (
        TableField("person_id", "person", "person", ("id", "person")),
        _text("role"),
        _date("hire_at", "hired", "they were hired"),
        _date("end_at", "left", "they left"),
        TableField("ramped", "bool", "past their ramp", derived=True),
        TableField("quota", "money", "bookings target for the period", derived=True),
        TableField("quota_attained", "ratio", "share of their quota reached", derived=True),
    ),
    (
        SavedFilter("quota_carrying", "role in ('AE', 'AM') or quota is not empty", "who carry a quota"),
        SavedFilter("at_quota", "quota_attained >= 1", "who are at or above quota"),
    ),
    credits=("self",),
    keeps_history=True,
)

TABLES: dict[str, Table] = {
    one.name: one
    for one in (DEALS, STAGE_VISITS, ACTIVITIES, LEADS, ACCOUNTS, SUBSCRIPTIONS, MOVEMENTS, CONTRACTS, SURVEYS, COSTS,
                FORECASTS, CAPACITY, PEOPLE)
}  # fmt: skip


def home_of(table: str, path: str) -> tuple[Table, str] | None:
    """The table in which a name lies, seen from another (`deal.outcome` from activities), and its last part.

    None where the way leads nowhere; whether the table knows that last part is not looked at.
    """
    *way, name = path.split(".")
    found = TABLES.get(table)
    for step in way:
        found = TABLES.get(found.belongs_to.get(step, "")) if found is not None else None
    return None if found is None else (found, name)


def field_at(table: str, path: str) -> TableField | None:
    """A field by its name, dotted where it is one of a record that this one belongs to; None when there is none."""
    home = home_of(table, path)
    return None if home is None else home[0].fields.get(home[1])
