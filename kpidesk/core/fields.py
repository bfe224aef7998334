"""The kinds of record an export can hold, field by field; one list serves import, store, engine and language.

A value in a record is None when the cell is empty. By kind of field it is: `id`, `text`, `person`,
`account`, `term`, `reference` (the id or name of a record of another kind) a str; `date` an ISO day as str;
`stamp` an ISO day, with the time of day where the file gives one ("2026-03-01T09:30"), as str; `money` an int in
minor units of the row's currency; `ratio` an int in millionths (1,000,000 is 100 %); `score` an int in
thousandths; `number` an int; `decimal` a str such as "1.0875"; `duration` an int in seconds; `flag` 1 or 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

FieldKind = Literal[
    "id", "text", "term", "person", "account", "reference", "date", "stamp", "money", "ratio", "score", "number",
    "decimal", "duration", "flag",
]  # fmt: skip
Outcome = Literal["open", "won", "lost", "ignore"]
OUTCOMES: tuple[Outcome, ...] = ("open", "won", "lost", "ignore")
Kind = Literal[
    "deals", "people", "activities", "leads", "accounts", "subscriptions", "movements", "contracts", "surveys",
    "costs", "quotas", "forecasts", "stage-history", "rates", "absences", "holidays",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind of record.

    `label` is what a person reads; `aliases` further header names under which a plain file may carry it; `to` the
    kind of record that a `reference` leads to.
    """

    name: str
    kind: FieldKind
    label: str
    aliases: tuple[str, ...] = ()
    to: Kind | None = None


DEAL_FIELDS: tuple[Field, ...] = (
    Field("name", "text", "Deal name", ("deal", "opportunity", "title", "topic", "deal name", "opportunity name")),
    Field("account", "account", "Account", ("account name", "company", "customer", "organization", "client")),
    Field("owner", "person", "Owner", ("rep", "sales agent", "salesperson", "sales rep", "seller", "deal owner")),
    Field("owner_split", "text", "Owner split", ("split", "owner shares", "credit split")),
    Field("created_by", "person", "Created by", ("creator", "created by id", "sourced by")),
    Field("team", "text", "Team", ("sales team", "owner team", "manager")),
    Field("stage", "term", "Stage", ("deal stage", "opportunity stage", "sales stage", "pipeline stage")),
    Field("status", "term", "Status", ("deal status", "outcome", "state", "won lost")),
    Field("pipeline", "term", "Pipeline", ("deal pipeline",)),
    Field("amount", "money", "Amount", ("value", "deal value", "deal amount", "close value", "revenue", "deal size")),
    Field("currency", "term", "Currency", ("currency code", "amount currency", "currency iso code")),
    Field("created_at", "date", "Created", ("created date", "create date", "created on", "engage date", "open date")),
    Field("close_date", "date", "Close date", ("expected close date", "closing date", "expected closing", "due date")),
    Field("closed_at", "date", "Closed", ("closed date", "actual close date", "closed on", "won time", "date won")),
    Field("first_contact_at", "date", "First contact", ("first contact date", "first contacted")),
    Field("stage_entered_at", "date", "Stage entered", ("last stage change date", "last stage change")),
    Field("last_activity_at", "date", "Last activity", ("last activity date", "last contacted")),
    Field("next_activity_at", "date", "Next activity", ("next activity date", "next step date")),
    Field("qualified_at", "date", "Qualified", ("qualified date", "qualification date", "sql date")),
    Field("probability", "ratio", "Probability", ("probability (%)", "win probability", "deal probability")),
    Field("forecast_category", "term", "Forecast category", ("forecast category name",)),
    Field("type", "term", "Type", ("deal type", "opportunity type", "business type")),
    Field("lead_source", "term", "Lead source", ("source", "origin", "original traffic source", "channel")),
    Field("sourced_by_role", "term", "Sourced by role", ("source role",)),
    Field("segment", "term", "Segment", ("customer segment", "market segment", "size band")),
    Field("product_line", "term", "Product", ("product", "product name", "product family")),
    Field("loss_reason", "term", "Loss reason", ("lost reason", "closed lost reason", "reason lost")),
    Field("recurring_amount", "money", "Recurring amount", ("recurring revenue", "annual recurring amount", "mrr")),
    Field("lead", "reference", "Lead", ("lead id", "mql id", "converted lead"), "leads"),
    Field("next_step", "text", "Next step", ("next steps", "opportunity next steps")),
)
"""The mapped fields of a deal besides its id; every column of a file that is mapped to none is kept as custom."""

PERSON_FIELDS: tuple[Field, ...] = (
    Field("person", "person", "Person", ("name", "rep", "sales agent", "owner", "full name", "salesperson")),
    Field("email", "text", "E-mail", ("email address", "e-mail", "mail")),
    Field("team", "text", "Team", ("sales team", "manager", "team name")),
    Field("parent_team", "text", "Parent team", ("regional office", "region", "division", "department", "office")),
    Field("role", "term", "Role", ("title", "job title", "profile")),
    Field("hire_at", "date", "Hired", ("hire date", "start date", "joined", "hired on")),
    Field("end_at", "date", "Left", ("end date", "leave date", "left on", "termination date")),
    Field("valid_from", "date", "In team from", ("from", "member from", "team from", "valid from")),
    Field("valid_to", "date", "In team to", ("to", "member to", "team to", "valid to")),
    Field("external_id", "text", "User id", ("user id", "owner id", "employee id")),
    Field("motion", "term", "Motion", ("go to market motion",)),
    Field("territory", "text", "Territory", ("region name", "area")),
    Field("segment", "text", "Segment", ("customer segment", "market segment")),
    Field("ramp_months", "number", "Ramp months", ("ramp", "ramp period")),
    Field(
        "fte", "ratio", "Share of full time", ("fte", "part time", "hours share", "full time equivalent", "workload")
    ),
    Field("fte_from", "date", "Share of full time from", ("fte from", "part time from", "hours from")),
)

ACTIVITY_FIELDS: tuple[Field, ...] = (
    Field("subject", "text", "Subject", ("title", "activity", "activity name", "call title", "meeting name")),
    Field("type", "term", "Type", ("activity type", "task subtype", "kind of activity")),
    Field("direction", "term", "Direction", ("call direction", "call type", "email direction")),
    Field("status", "term", "Status", ("activity status", "call outcome", "meeting outcome", "done", "result")),
    Field("person", "person", "Person", ("owner", "assigned to", "activity assigned to", "rep", "host", "user")),
    Field("account", "account", "Account", ("company", "account name", "organization", "company / account")),
    Field("contact", "text", "Contact", ("contact person", "contact name", "name")),
    Field("deal", "reference", "Deal", ("opportunity", "associated deal", "deal id", "opportunity id"), "deals"),
    Field("lead", "reference", "Lead", ("lead id", "associated lead"), "leads"),
    Field("occurred_at", "date", "Took place", ("date", "activity date", "done on", "completed date", "call date")),
    Field("scheduled_at", "date", "Scheduled", ("due date", "start", "start date", "start time", "meeting date")),
    Field(
        "created_at", "date", "Entered", ("created date", "created time", "create date", "booked on", "creation date")
    ),
    Field("duration", "duration", "Duration", ("minutes", "duration (minutes)", "call duration", "length")),
    Field("got_reply", "flag", "Answered", ("replied", "got reply", "reply received", "response received")),
    Field("is_follow_up", "flag", "Follow-up", ("follow up", "is follow up")),
    Field("is_automated", "flag", "Automated", ("sequence", "is automated", "bulk", "mass email")),
    Field("is_prospecting", "flag", "Prospecting", ("is prospecting", "for prospecting", "cold")),
)

LEAD_FIELDS: tuple[Field, ...] = (
    Field("name", "text", "Name", ("lead", "lead name", "full name", "last name", "contact name")),
    Field("email", "text", "E-mail", ("email", "email address", "e-mail address", "mail")),
    Field("account", "account", "Company", ("account", "company name", "organization", "account name")),
    Field("owner", "person", "Owner", ("lead owner", "contact owner", "assigned to", "sdr", "rep")),
    Field(
        "source", "term", "Source", ("lead source", "origin", "original traffic source", "channel", "referral source")
    ),
    Field("campaign", "term", "Campaign", ("campaign name", "campaign id", "landing page id", "landing page")),
    Field("status", "term", "Status", ("lead status", "stage", "lifecycle stage", "lead stage")),
    Field(
        "created_at",
        "stamp",
        "Created",
        ("created date", "created time", "create date", "first contact date", "inquiry date"),
    ),
    Field("mql_at", "date", "Marketing qualified", ("mql date", "became a marketing qualified lead date", "mql")),
    Field("sql_at", "date", "Sales qualified", ("sql date", "became a sales qualified lead date", "qualified date")),
    Field(
        "first_response_at",
        "stamp",
        "First answered",
        ("first response", "first response date", "first contacted", "first call time"),
    ),
    Field(
        "converted_at",
        "date",
        "Converted",
        ("converted date", "conversion date", "became an opportunity date", "converted time"),
    ),
    Field(
        "deal",
        "reference",
        "Deal",
        ("converted opportunity", "converted opportunity id", "opportunity", "deal id"),
        "deals",
    ),
)

ACCOUNT_FIELDS: tuple[Field, ...] = (
    Field("account", "account", "Account", ("name", "account name", "company", "company name", "organization")),
    Field("owner", "person", "Owner", ("account owner", "company owner", "csm", "customer success manager")),
    Field(
        "segment", "term", "Segment", ("customer segment", "plan", "plan tier", "tier", "size band", "account segment")
    ),
    Field("vertical", "term", "Industry", ("vertical", "industry", "sector", "branch")),
    Field("region", "term", "Region", ("country", "billing country", "territory", "office location", "location")),
    Field("source", "term", "Source", ("account source", "referral source", "lead source")),
    Field("created_at", "date", "Created", ("created date", "signup date", "customer since", "create date")),
    Field("employees", "number", "Employees", ("number of employees", "company size", "headcount", "seats")),
    Field("revenue", "money", "Annual revenue", ("annual revenue", "revenue")),
    Field("currency", "term", "Currency", ("currency code", "currencyisocode")),
    Field("parent", "account", "Parent account", ("parent account", "subsidiary of", "parent company", "parent")),
)

SUBSCRIPTION_FIELDS: tuple[Field, ...] = (
    Field("account", "account", "Account", ("account id", "customer", "customer id", "company", "account name")),
    Field("product", "term", "Product", ("plan", "plan tier", "product name", "item")),
    Field("mrr", "money", "MRR", ("mrr amount", "monthly recurring revenue", "monthly amount", "monthly price")),
    Field("arr", "money", "ARR", ("arr amount", "annual recurring revenue", "annual amount")),
    Field("currency", "term", "Currency", ("currency code",)),
    Field("starts_at", "date", "Starts", ("start date", "start", "begins", "subscription start", "valid from")),
    Field("ends_at", "date", "Ends", ("end date", "end", "cancelled on", "subscription end", "valid to", "churn date")),
    Field("quantity", "number", "Seats", ("seats", "quantity", "licences", "licenses")),
    Field("owner", "person", "Owner", ("account owner", "csm", "customer success manager")),
    Field("is_trial", "flag", "Trial", ("trial", "is trial")),
)

MOVEMENT_FIELDS: tuple[Field, ...] = (
    Field("account", "account", "Account", ("account id", "customer", "customer id", "company")),
    Field("effective_at", "date", "In effect", ("date", "effective date", "effective", "churn date", "month")),
    Field("kind", "term", "Kind", ("movement", "type", "change type", "movement type")),
    Field("amount", "money", "Amount", ("mrr change", "delta", "change", "mrr")),
    Field("currency", "term", "Currency", ("currency code",)),
    Field("owner", "person", "Owner", ("account owner", "csm", "customer success manager")),
    Field("product", "term", "Product", ("plan", "product name")),
    Field("reason", "term", "Reason", ("reason code", "churn reason", "cancellation reason")),
    Field("is_new_product", "flag", "New product", ("cross sell", "is new product", "is cross sell")),
)

CONTRACT_FIELDS: tuple[Field, ...] = (
    Field("account", "account", "Account", ("account id", "account name", "customer", "company")),
    Field("term_start_at", "date", "Term starts", ("contract start date", "start date", "term start")),
    Field("term_end_at", "date", "Term ends", ("contract end date", "end date", "renewal date", "term end")),
    Field("renewable_mrr", "money", "Renewable MRR", ("renewable amount", "mrr up for renewal", "mrr", "contract mrr")),
    Field("renewed_mrr", "money", "Renewed MRR", ("renewed amount", "renewal mrr")),
    Field("currency", "term", "Currency", ("currency code",)),
    Field("renewed_at", "date", "Renewed", ("renewed on", "renewed date")),
    Field("owner", "person", "Owner", ("account owner", "csm", "contract owner", "customer success manager")),
    Field("status", "term", "Status", ("contract status", "renewal status", "outcome")),
)

SURVEY_FIELDS: tuple[Field, ...] = (
    Field("kind", "term", "Survey", ("survey type", "type", "survey name", "metric")),
    Field("score", "score", "Score", ("rating", "satisfaction score", "nps score", "answer", "csat score", "nps")),
    Field("scale_max", "score", "Highest score", ("scale", "scale max", "out of", "max score")),
    Field("responded_at", "date", "Answered", ("date", "response date", "responded on", "submitted at", "survey date")),
    Field("account", "account", "Account", ("account id", "customer", "company", "account name")),
    Field("owner", "person", "Owner", ("account owner", "csm", "agent", "rep")),
    Field("reason", "term", "Reason", ("reason code", "driver", "category", "topic")),
    Field("comment", "text", "Comment", ("feedback", "feedback text", "comments", "verbatim")),
)

COST_FIELDS: tuple[Field, ...] = (
    Field("category", "term", "Category", ("type", "cost type", "cost category", "account")),
    Field("motion", "term", "Motion", ("purpose", "go to market motion", "segment")),
    Field("amount", "money", "Amount", ("cost", "spend", "value", "total")),
    Field("currency", "term", "Currency", ("currency code",)),
    Field("period_at", "date", "Period", ("month", "date", "booking date", "period start")),
    Field("person", "person", "Person", ("employee", "rep", "name", "owner")),
    Field("team", "term", "Team", ("department", "cost center", "cost centre")),
)

QUOTA_FIELDS: tuple[Field, ...] = (
    Field("person", "person", "Person", ("rep", "owner", "user", "name", "salesperson", "quota owner")),
    Field("team", "term", "Team", ("team name", "sales team")),
    Field("period_at", "date", "Period", ("month", "quarter", "period start", "start date", "date")),
    Field("amount", "money", "Quota", ("quota", "quota amount", "target", "goal")),
    Field("currency", "term", "Currency", ("currency code",)),
)

FORECAST_FIELDS: tuple[Field, ...] = (
    Field("person", "person", "Person", ("rep", "owner", "user", "name", "forecast owner")),
    Field("category", "term", "Category", ("forecast category", "type")),
    Field("horizon", "term", "Horizon", ("made", "weeks to go")),
    Field("amount", "money", "Amount", ("forecast", "forecast amount", "value")),
    Field("currency", "term", "Currency", ("currency code",)),
    Field("period_at", "date", "Period", ("quarter", "month", "period start", "start date")),
    Field("submitted_at", "date", "Submitted", ("submitted on", "submission date", "date submitted", "created date")),
)

STAGE_HISTORY_FIELDS: tuple[Field, ...] = (
    Field("deal", "reference", "Deal", ("opportunity", "opportunity id", "deal id", "opportunity name"), "deals"),
    Field("stage", "term", "Stage", ("to stage", "stage name", "new value", "stage")),
    Field("from_stage", "term", "From stage", ("previous stage", "old value", "from stage")),
    Field("entered_at", "stamp", "Entered", ("created date", "edit date", "entered on", "changed on", "last modified")),
    Field("changed_by", "person", "Changed by", ("edited by", "created by", "last modified by", "user")),
    Field("amount", "money", "Amount", ()),
    Field("currency", "term", "Currency", ("currency code",)),
    Field("close_date", "date", "Close date", ()),
    Field("probability", "ratio", "Probability", ("probability (%)",)),
)

RATE_FIELDS: tuple[Field, ...] = (
    Field("currency", "term", "Currency", ("currency code", "iso code", "from currency", "isocode")),
    Field("valid_from", "date", "From", ("start date", "date", "valid from", "day", "month")),
    Field("rate", "decimal", "Rate", ("exchange rate", "conversion rate", "units per base", "conversionrate")),
    Field("to_currency", "term", "To currency", ("base currency", "to", "corporate currency")),
    Field("restates", "flag", "Re-states", ("restate", "re-stated", "restated")),
)

ABSENCE_FIELDS: tuple[Field, ...] = (
    Field("person", "person", "Person", ("employee", "name", "rep")),
    Field("starts_at", "date", "From", ("start date", "first day", "start", "date")),
    Field("ends_at", "date", "To", ("end date", "last day", "end")),
    Field("reason", "term", "Reason", ("type", "absence type", "kind")),
)

HOLIDAY_FIELDS: tuple[Field, ...] = (
    Field("day", "date", "Day", ("date", "holiday date")),
    Field("name", "text", "Holiday", ("holiday name", "description", "public holiday", "occasion")),
    Field("region", "term", "Region", ("country", "state", "location")),
)


@dataclass(frozen=True, slots=True)
class KindOfRecord:
    """What is to be known of a kind of record.

    `one` and `many` name it; `fields` are its fields besides the id; `identity` the fields that together tell one
    record from another where a file has no id column (identical rows count as several). `is_listed`: a file holds
    all records there are, so that one which is in it no more is missing from then on.
    """

    one: str
    many: str
    fields: tuple[Field, ...]
    identity: tuple[str, ...]
    is_listed: bool = False


KIND_OF_RECORD: dict[Kind, KindOfRecord] = {
    "deals": KindOfRecord("deal", "deals", DEAL_FIELDS, ("name", "account", "created_at", "owner"), is_listed=True),
    "people": KindOfRecord("person", "people", PERSON_FIELDS, ("person", "email")),
    "activities": KindOfRecord(
        "activity",
        "activities",
        ACTIVITY_FIELDS,
        ("type", "subject", "person", "account", "contact", "deal", "occurred_at", "scheduled_at", "created_at"),
    ),
    "leads": KindOfRecord("lead", "leads", LEAD_FIELDS, ("email", "name", "account", "created_at")),
    "accounts": KindOfRecord("account", "accounts", ACCOUNT_FIELDS, ("account",)),
    "subscriptions": KindOfRecord(
        "subscription", "subscriptions", SUBSCRIPTION_FIELDS, ("account", "product", "starts_at")
    ),
    "movements": KindOfRecord(
        "revenue movement", "revenue movements", MOVEMENT_FIELDS, ("account", "effective_at", "kind", "product")
    ),
    "contracts": KindOfRecord("contract", "contracts", CONTRACT_FIELDS, ("account", "term_end_at")),
    "surveys": KindOfRecord(
        "survey answer", "survey answers", SURVEY_FIELDS, ("kind", "account", "responded_at", "score")
    ),
    "costs": KindOfRecord(
        "cost", "costs", COST_FIELDS, ("category", "motion", "period_at", "person", "team", "amount")
    ),
    "quotas": KindOfRecord("quota", "quotas", QUOTA_FIELDS, ("person", "team", "period_at")),
    "forecasts": KindOfRecord(
        "forecast", "forecasts", FORECAST_FIELDS, ("person", "category", "period_at", "submitted_at")
    ),
    "stage-history": KindOfRecord(
        "stage change", "stage changes", STAGE_HISTORY_FIELDS, ("deal", "stage", "entered_at")
    ),
    "rates": KindOfRecord("exchange rate", "exchange rates", RATE_FIELDS, ("currency", "valid_from", "to_currency")),
    "absences": KindOfRecord("absence", "absences", ABSENCE_FIELDS, ("person", "starts_at", "ends_at")),
    "holidays": KindOfRecord("holiday", "holidays", HOLIDAY_FIELDS, ("day", "region")),
}
KINDS: tuple[Kind, ...] = tuple(KIND_OF_RECORD)
EVENTFUL: tuple[Kind, ...] = (
    "activities", "leads", "subscriptions", "movements", "contracts", "surveys", "costs", "forecasts",
)  # fmt: skip
"""Kinds of record that tell what happened, besides deals."""
FIELDS: Mapping[Kind, tuple[Field, ...]] = {kind: one.fields for kind, one in KIND_OF_RECORD.items()}
FIELD_BY_NAME: Mapping[Kind, dict[str, Field]] = {
    kind: {one.name: one for one in fields} for kind, fields in FIELDS.items()
}
OF_VISITS: tuple[Field, ...] = (Field("exited_at", "date", "Stage left", ()),)
"""What is told of a deal's stay in a stage besides its own fields; no file gives it."""
OF_DAYS: frozenset[str] = frozenset(
    one.name for fields in (*FIELDS.values(), OF_VISITS) for one in fields if one.kind in ("date", "stamp")
)
"""The names of the fields that hold days, or moments."""
OF_AMOUNTS: frozenset[Kind] = frozenset(
    kind for kind, fields in FIELDS.items() if any(one.kind == "money" for one in fields) and kind != "accounts"
)
"""The kinds whose amounts KPIs sum up; the revenue of an account only says how large it is."""


def fields_called(text: str) -> tuple[str, ...]:
    """The names of fields, of records of any kind, that have a label or a usual header: `product` is product_line."""
    wanted = text.strip().casefold()
    each = (one for fields in FIELDS.values() for one in fields)
    return tuple(dict.fromkeys(one.name for one in each if wanted in (one.label.casefold(), *one.aliases)))


def field_named(text: str, kind: Kind | None = None) -> str:
    """The name of a field by its name or by its label, as reports show it: "created" is created_at.

    What is neither, or the label of several fields, stays as it is. Without a `kind` those of all kinds are known.
    """
    wanted = text.strip().casefold()
    each = [one for known, fields in FIELDS.items() if kind in (None, known) for one in fields]
    labelled = {one.name for one in each if one.label.casefold() == wanted}
    return labelled.pop() if len(labelled) == 1 and wanted not in {one.name for one in each} else text
