"""Activities in SQL, with what the files leave out: when they took place, what they followed, what came of them."""

from __future__ import annotations

from kpidesk.language.sql.accounts import accounts_now
from kpidesk.language.sql.asked import cannot
from kpidesk.language.sql.deals import deals_now
from kpidesk.language.sql.leads import deals_begun, leads_now
from kpidesk.language.sql.making import Making, link_join, stored
from kpidesk.language.sql.needed import needs
from kpidesk.language.sql.writing import FOREVER, listed

SPAN = 90
"""Days within which a second call follows up the first, and a deal can have come of an activity."""
_TOLD = frozenset(("is_follow_up", "is_prospecting", "led_to_deal_at"))
_IS_CALL = (
    "(coalesce(lower(r.type) = 'call', 0) AND r.occurred_at IS NOT NULL"
    " AND coalesce(lower(r.status), '') NOT IN ('planned', 'no_show', 'cancelled'))"
)


def activities_now(making: Making) -> str:
    """Every activity as the newest file has it, with what is worked out of it."""
    fields = needs(making.needed, "activities")
    if "led_to_deal" in fields:
        raise cannot("which deal came of an activity is worked out over all deals")
    rows, told = _read(making), sorted(fields & _TOLD)
    if not told:
        return rows
    columns, joins = ["r.*"], []
    if "is_follow_up" in told:
        columns.append(f"coalesce(r.follow_up_said, {_follow_up()}) AS is_follow_up")
    if "is_prospecting" in told:
        joins.append(f"LEFT JOIN {accounts_now(making)} w ON w.account_id = r.account")
        bought = "coalesce(w.first_won_at < r.occurred_at, 0)"
        columns.append(f"coalesce(r.prospecting_said, r.deal IS NULL AND NOT {bought}) AS is_prospecting")
    if "led_to_deal_at" in told:
        joins.append(f"LEFT JOIN {_came_of(making, rows)} k ON k.activity_id = r.activity_id")
        columns.append("k.began AS led_to_deal_at")
    return making.parts.add(
        "activities_told",
        "All activities with what is worked out: what follows up a call, what prospects, and what led to a deal.",
        f"SELECT {listed(columns, '       ')}\nFROM {rows} r" + "".join(f"\n{join}" for join in joins),
    )


def _read(making: Making) -> str:
    fields = needs(making.needed, "activities")
    named = {"activity_id", "occurred_at", "account", "duration_min", "type", "status"} | _TOLD
    deal, lead = link_join(making, "activities", "deal"), link_join(making, "activities", "lead")
    held = f"lower({stored('activities', 'status')}) = 'held'"
    columns = [
        "v.record_id AS activity_id", "v.value_id",
        f"{stored('activities', 'type')} AS type", f"{stored('activities', 'status')} AS status",
        f"CASE WHEN x.occurred_at IS NULL AND {held} THEN x.scheduled_at ELSE x.occurred_at END AS occurred_at",
    ]  # fmt: skip
    joins = [deal] if fields & {"deal", "account"} else []
    if "account" in fields:
        joins.append(f"LEFT JOIN {deals_now(making)} d ON d.deal_id = deal_link.record")
        columns.append(f"coalesce({stored('activities', 'account')}, d.account) AS account")
    joins += [lead] if "lead" in fields else []
    columns += [f"x.{name} AS {name.removeprefix('is_')}_said" for name in ("is_follow_up", "is_prospecting")]
    columns += ["x.duration / 60.0 AS duration_min"] if "duration_min" in fields else []
    columns += [f"{stored('activities', name)} AS {name}" for name in sorted(fields - named)]
    return making.parts.add(
        "activities_now",
        "All activities as the newest file has them; what was held without a day took place when it was planned.",
        f"SELECT {listed(columns, '       ')}\nFROM activity_versions v JOIN activity_values x ON x.id = v.value_id"
        + "".join(f"\n{join}" for join in joins)
        + f"\nWHERE v.valid_to = {FOREVER}",
    )


def _follow_up() -> str:
    """A call to the same account, deal or lead as another one up to 90 days before."""
    near = [
        f"coalesce(r.{key} IS NOT NULL AND julianday(r.occurred_at) - julianday(lag(r.occurred_at) OVER ("
        f"PARTITION BY {_IS_CALL}, r.{key} ORDER BY r.occurred_at, r.activity_id)) <= {SPAN}, 0)"
        for key in ("account", "deal", "lead")
    ]
    return f"{_IS_CALL} AND ({' OR '.join(near)})"


def _came_of(making: Making, rows: str) -> str:
    """The first deal of the same account, or of the same lead, that began within 90 days."""
    begun = deals_begun(making)
    soon = f"b.began >= r.occurred_at AND b.began <= date(r.occurred_at, '+{SPAN} days')"
    return making.parts.add(
        "deals_after",
        f"When the first deal of the same account or lead began, up to {SPAN} days after an activity.",
        f"""
SELECT activity_id, min(began) AS began
FROM (
  SELECT r.activity_id, b.began FROM {rows} r JOIN {begun} b ON b.account = r.account AND {soon}
  UNION ALL
  SELECT r.activity_id, b.began
  FROM {rows} r JOIN {leads_now(making)} l ON l.lead_id = r.lead JOIN {begun} b ON b.deal_id = l.deal AND {soon}
)
GROUP BY activity_id""",
    )
