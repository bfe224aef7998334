"""Accounts in SQL: who owned each on a day, when it was first won, what it paid a month at the edges of a window."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kpidesk.core.fields import Kind
from kpidesk.language.sql.asked import Asked, cannot, edge_of
from kpidesk.language.sql.deals import deals_now
from kpidesk.language.sql.making import Making
from kpidesk.language.sql.needed import REVENUE, needs
from kpidesk.language.sql.writing import FOREVER, listed, quoted
from kpidesk.language.tree import Moment

AT_EDGE = {"start": "mrr_at_start", "end": "mrr_at_end", "now": "mrr_at_end"}
"""The recurring revenue at an edge of the window."""
_PERSON = "LEFT JOIN person_aliases a ON a.id = x.owner LEFT JOIN people p ON p.id = a.person_id"


def accounts_now(making: Making) -> str:
    """Every account, with the day its first deal was won where that is asked for."""
    if other := needs(making.needed, "accounts") - {"account_id", "first_won_at"} - REVENUE:
        raise cannot(f"'{min(other)}' of an account is that of the newest of its records, which may be several")
    if "first_won_at" not in needs(making.needed, "accounts"):
        return making.parts.add("accounts_now", "Every account.", "SELECT id AS account_id FROM accounts")
    return making.parts.add(
        "accounts_now",
        "Every account, and when its first deal was won.",
        f"""
SELECT a.id AS account_id, min(d.final_closed_at) AS first_won_at
FROM accounts a LEFT JOIN {deals_now(making)} d ON d.account = a.id AND d.final_outcome = 'won'
GROUP BY a.id""",
    )


def accounts_at(making: Making, name: str, asked: Asked, day: str) -> str:
    """Every account with what it paid at the edges of the window; `day` is the one on which it counts."""
    fields = needs(making.needed, "accounts")
    columns = ["a.*", f"{day} AS day"]
    for field in sorted(fields & REVENUE):
        moment: Moment = "start" if field == "mrr_at_start" else "end"
        edge = f"(SELECT {edge_day(making, 'subscriptions', asked, moment)})"
        columns.append(
            f"coalesce((SELECT sum(s.monthly) FROM {_subscriptions(making)} s\n"
            f"                WHERE s.account = a.account_id AND s.starts_at <= {edge}\n"
            f"                  AND (s.ends_at IS NULL OR s.ends_at > {edge})), 0) AS {field}"
        )
    return making.parts.add(
        name,
        "Every account, with its monthly recurring revenue at the edges of the window.",
        f"SELECT {listed(columns, '       ')}\nFROM {accounts_now(making)} a",
    )


def edge_day(making: Making, table: Kind, asked: Asked, moment: Moment) -> str:
    """The day of an edge of the window, or the newest day of which a table tells."""
    newest, day = making.newest(table), edge_of(asked, making.known.calendar, moment)
    return newest if day == date.max else f"min({quoted(day.isoformat())}, {newest})"


def _subscriptions(making: Making) -> str:
    return making.parts.add(
        "subscriptions_now",
        "What every subscription pays a month: as given, else a twelfth of a year's, and nothing on trial.",
        f"""
SELECT c.account_id AS account, x.starts_at, x.ends_at,
       CASE WHEN x.is_trial = 1 THEN 0 ELSE coalesce(x.mrr, x.arr / 12.0) END AS monthly
FROM subscription_versions v JOIN subscription_values x ON x.id = v.value_id
JOIN account_aliases c ON c.id = x.account
WHERE v.valid_to = {FOREVER}""",
    )


def owners_of_accounts(making: Making, name: str, rows: str, columns: Mapping[str, str]) -> str:
    """Who owned the account of each row on its day; `columns` say which of `r` are key, account and day."""
    key, account, day = columns["key"], columns["account"], columns["day"]
    return making.parts.add(
        name,
        "Who owned the account on that day: by the accounts, else its newest subscription, else its last won deal.",
        f"""
SELECT record_id, coalesce(stated, otherwise) AS person
FROM (
  SELECT r.{key} AS record_id, h.person AS stated, w.person AS otherwise,
         row_number() OVER (
           PARTITION BY r.{key} ORDER BY h.since DESC, coalesce(h.name, '') DESC, h.record_id DESC) AS place
  FROM {rows} r
  LEFT JOIN {_stated(making)} h ON h.account = r.{account} AND h.since <= r.{day}
  LEFT JOIN {_otherwise(making)} w ON w.account = r.{account}
)
WHERE place = 1""",
    )


def _stated(making: Making) -> str:
    return making.parts.add(
        "account_owners",
        "Who owned each account, by every version of its records.",
        f"""
SELECT c.account_id AS account, p.id AS person, p.name, v.valid_from AS since, v.record_id
FROM account_record_versions v JOIN account_record_values x ON x.id = v.value_id
JOIN account_aliases c ON c.id = x.account
{_PERSON}""",
    )


def _otherwise(making: Making) -> str:
    return making.parts.add(
        "other_owners",
        "Who owned each account where its records do not say.",
        f"""
SELECT account, person
FROM (
  SELECT *, row_number() OVER (PARTITION BY account ORDER BY weight DESC, day DESC, name DESC, record DESC) AS place
  FROM (
    SELECT 2 AS weight, c.account_id AS account, p.id AS person, p.name, coalesce(x.starts_at, '') AS day,
           v.record_id AS record
    FROM subscription_versions v JOIN subscription_values x ON x.id = v.value_id
    JOIN account_aliases c ON c.id = x.account
    JOIN person_aliases a ON a.id = x.owner JOIN people p ON p.id = a.person_id
    WHERE v.valid_to = {FOREVER}
    UNION ALL
    SELECT 1, d.account, p.id, p.name, coalesce(d.final_closed_at, ''), d.deal_id
    FROM {deals_now(making)} d JOIN people p ON p.id = d.owner
    WHERE d.final_outcome = 'won' AND d.account IS NOT NULL
  )
)
WHERE place = 1""",
    )
