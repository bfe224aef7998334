"""Leads in SQL, with the deal that each became and when."""

from __future__ import annotations

from kpidesk.core.fields import FIELD_BY_NAME
from kpidesk.language.sql.deals import deals_now
from kpidesk.language.sql.making import Making, link_join, stored
from kpidesk.language.sql.needed import needs
from kpidesk.language.sql.writing import FOREVER, listed


def leads_now(making: Making) -> str:
    """Every lead as the newest file has it; its deal is the one it names, else the first one that names it."""
    fields = needs(making.needed, "leads")
    columns, joins = ["v.record_id AS lead_id", "v.value_id"], []
    if fields & {"deal", "converted_at"}:
        begun, deal = deals_begun(making), "coalesce(deal_link.record, f.deal_id)"
        joins = [
            link_join(making, "leads", "deal"),
            f"LEFT JOIN {begun} f ON f.lead = v.record_id AND f.place = 1",
            f"LEFT JOIN {begun} b ON b.deal_id = {deal}",
        ]
        columns += [f"{deal} AS deal", "coalesce(x.converted_at, b.began) AS converted_at"]
    for name in sorted(fields - {"lead_id", "deal", "converted_at"}):
        columns.append(f"{stored('leads', name)} AS {name}")
        columns += [f"x.{name} AS {name}_time"] if FIELD_BY_NAME["leads"][name].kind == "stamp" else []
    return making.parts.add(
        "leads_now",
        "All leads as the newest file has them.",
        f"SELECT {listed(columns, '       ')}\nFROM lead_versions v JOIN lead_values x ON x.id = v.value_id"
        + "".join(f"\n{join}" for join in joins)
        + f"\nWHERE v.valid_to = {FOREVER}",
    )


def deals_begun(making: Making) -> str:
    """When each deal began, with its account, its lead, and whether it is the first of that lead."""
    return making.parts.add(
        "deals_begun",
        "When every deal began, and whether it is the first of its lead.",
        f"""
SELECT deal_id, account, lead, began,
       row_number() OVER (PARTITION BY lead ORDER BY began IS NULL, began, deal_id) AS place
FROM (SELECT *, coalesce(created_at, final_closed_at) AS began FROM {deals_now(making)})""",
    )
