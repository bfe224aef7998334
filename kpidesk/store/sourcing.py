"""Which deals came from the leads of some people, by what leads and deals say of each other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from kpidesk.store.database import Database
from kpidesk.store.dated import STILL
from kpidesk.store.links import load_links

_OWNED = (
    " FROM lead_versions v JOIN lead_values x ON x.id = v.value_id JOIN person_aliases a ON a.id = x.owner"
    " WHERE v.valid_to = ? AND a.person_id IN (SELECT value FROM json_each(?))"
)


def deals_of_leads(db: Database, people: Sequence[int]) -> frozenset[int]:
    """The numbers of the deals that a lead owned by one of these people led to."""
    rows = db.rows(f"SELECT v.record_id, x.deal{_OWNED}", (STILL, json.dumps(list(people))))
    meant = load_links(db, "leads").get("deal", {})
    told = {meant[term] for _, term in rows if term in meant}
    leads, of_deals = {lead for lead, _ in rows}, load_links(db, "deals").get("lead", {})
    terms = {term for term, lead in of_deals.items() if lead in leads}
    sql = "SELECT v.deal_id, x.lead FROM deal_versions v JOIN deal_values x ON x.id = v.value_id WHERE v.valid_to = ?"
    back = {deal for deal, term in db.rows(f"{sql} AND x.lead IS NOT NULL", (STILL,)) if term in terms}
    return frozenset(told | back)


def first_lead(db: Database, people: Sequence[int]) -> date | None:
    """The day of the first lead of some people; None where they have none."""
    found = db.one(f"SELECT min(substr(x.created_at, 1, 10)){_OWNED}", (STILL, json.dumps(list(people))))
    return date.fromisoformat(found) if found else None


def deal_of_values(db: Database, value_ids: Sequence[int]) -> dict[int, int]:
    """The number of the deal that each of these values is of."""
    sql = "SELECT x.id, x.deal_id FROM json_each(?) j JOIN deal_values x ON x.id = j.value"
    return dict(db.rows(sql, (json.dumps(list(value_ids)),)))
